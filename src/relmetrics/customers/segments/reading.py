"""Reading of segments: by customer, by row or by the name of a column, one for each customer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from relmetrics.data.columns import require_equal_lengths
from relmetrics.data.labels.grouping import Grouping, Labels, group, labels_of
from relmetrics.data.labels.numbering import plain_list
from relmetrics.data.tables import column_names
from relmetrics.errors import CustomerError, LengthError, ParameterError
from relmetrics.errors.wording import located, shown

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, Column, IntArray

By: TypeAlias = Any
"""Segments: a mapping of customer to label, a column with one label per row of the log, or several
of them as a mapping of name to either, or a data frame."""


_SHORT = 1 << 16
"""Whole numbers below this fit in 16 bits."""


def segments_of(
    by: By,
    customers: AnyArray,
    codes: IntArray,
    *,
    named: Mapping[str, AnyArray] | None = None,
) -> Grouping:
    """Return the segment of each customer.

    Args:
        by: What the segments are: see `By`; or the name, or a list of names, of `named`.
        customers: The id of each customer.
        codes: The customer of each row.
        named: The columns of the log, one label per customer each.

    Raises:
        CustomerError: A segment changes within a customer, or a mapping has ids of another type.
        LengthError: A column does not have one label per row.
        ParameterError: There is no such column, or a label is not hashable.
    """
    columns = {
        name: _of_customers(one, name, customers, codes, named or {})
        for name, one in _several(by, named or {}).items()
    }
    found = group(columns, len(customers))
    if len(found.labels):
        return found
    return Grouping(Labels(tuple(columns), tuple(np.empty(0, object) for _ in columns)), codes[:0])


def _several(by: By, named: Mapping[str, AnyArray]) -> dict[str, Any]:
    """Return what each segmenting column is, by name.

    Raises:
        ParameterError: There is none.
    """
    if by is None:
        raise ParameterError.must_be("by", "a segment per customer", by, "Leave it out for none.")
    if isinstance(by, str):
        return {by: by}
    if isinstance(by, (list, tuple)) and by and all(isinstance(x, str) and x in named for x in by):
        return {name: name for name in by}
    if isinstance(by, Mapping) and by and all(_is_column(one) for one in by.values()):
        return {str(name): one for name, one in by.items()}
    names = None if isinstance(by, Mapping) else column_names(by)
    if names is not None:
        return {str(name): by[name] for name in names}
    name = getattr(by, "name", None)
    return {name if isinstance(name, str) and name else "segment": by}


def _is_column(one: object) -> bool:
    """Tell a column, or a mapping of customer to label, from a label."""
    return isinstance(one, (list, Mapping, np.ndarray)) or hasattr(one, "to_numpy")


def _of_customers(
    one: Any, name: str, customers: AnyArray, codes: IntArray, named: Mapping[str, AnyArray]
) -> list[Any] | AnyArray:
    """Return the label of each customer, None where there is none.

    Raises:
        CustomerError: The keys of a mapping are text where ids are numbers, or the other way.
        LengthError: A column does not have one label per row.
        ParameterError: There is no such column.
    """
    if isinstance(one, str):
        if not named:
            must = "a mapping of customer to segment, or a column with one label per row of the log"
            raise ParameterError.must_be("by", must, one, "This log has no columns to name.")
        if one not in named:
            raise ParameterError.unknown_name("by", one, named)
        return named[one]
    if isinstance(one, Mapping):
        ids = plain_list(customers)
        known = next(iter(one), None)
        if one and ids and isinstance(known, str) != isinstance(ids[0], str):
            raise CustomerError(
                f"by must map customers of the log to their segments; it has keys such as "
                f"{shown(known)}, where the log has {shown(ids[0])}. Text and numbers differ: give "
                "the keys the type of the log's ids."
            )
        return [one.get(customer) for customer in ids]
    return _constant(one, name, customers, codes)


def _constant(
    column: Column, name: str, customers: AnyArray, codes: IntArray
) -> list[Any] | AnyArray:
    """Return the one label that the rows of each customer have.

    Raises:
        CustomerError: They have several.
        LengthError: There is not one per row.
    """
    given = labels_of(column, name)
    if len(given) != len(codes):
        raise LengthError(
            f"by must have one label per row of the log: {name} has {len(given)}, the log has "
            f"{len(codes)} rows. Rows that were returns, repeated or of no days are none of them: "
            "give a mapping of customer to segment instead."
        )
    require_equal_lengths(rows=len(codes), **{name: len(given)})
    found = group({name: given}, len(codes))
    first = np.full(len(customers), -1)
    first[codes[::-1]] = found.codes[::-1]
    other = np.flatnonzero(found.codes != first[codes])
    if len(other):
        keys = plain_list(customers)
        shown = [(int(i), keys[codes[i]]) for i in other]
        raise CustomerError(
            f"the segment of a customer must not change; {name} of some rows is another one: "
            f"{located(shown)}. Say which one counts, in a mapping of customer to segment."
        )
    labels = found.labels.columns[0]
    if (first >= 0).all():
        each: AnyArray = labels[first]
        return each
    known = plain_list(labels)
    return [known[code] if code >= 0 else None for code in first.tolist()]


def places_by(codes: IntArray, size: int) -> list[IntArray]:
    """Return the places of each number from 0 to `size` - 1, in order."""
    # Short numbers are sorted by counting, in a sixth of the time.
    keys = codes.astype(np.uint16) if size <= _SHORT else codes
    order = np.argsort(keys, kind="stable")
    return np.split(order, np.cumsum(np.bincount(codes, minlength=size))[:-1])
