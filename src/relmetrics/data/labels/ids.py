"""Ids: every row names somebody; and where each has one row, everybody is there once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relmetrics.data.labels.grouping import group, labels_of
from relmetrics.data.missing import is_missing
from relmetrics.errors import CustomerError
from relmetrics.errors.wording import located, places

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.labels.grouping import Grouping
    from relmetrics.data.types import AnyArray, Column, IntArray

_NEVER_MISSING = "iub"
"""The kinds of arrays that hold no missing values."""


def identified(
    column: Column,
    name: str,
    *,
    rows: int | None = None,
    must: str = "name customers",
    remedy: str = "Leave out such rows.",
) -> Grouping:
    """Return who each row of a column of ids names: everybody once, in order of appearance.

    Args:
        column: One id per row, of any hashable kind.
        name: What messages call the column.
        rows: How many rows there must be; by default as many as there are.
        must: What the column is for, as messages say it.
        remedy: What to do about rows without an id.

    Raises:
        CustomerError: An id is missing.
        LengthError: The column has another number of rows.
        ParameterError: An id is not hashable.

    Example:
        >>> from relmetrics.data.labels.ids import identified
        >>> found = identified(["ann", "bob", "ann"], "customers")
        >>> found.labels.keys(), found.codes.tolist()
        (['ann', 'bob'], [0, 1, 0])
    """
    ids = labels_of(column, name)
    found = group({name: ids}, len(ids) if rows is None else rows)
    gone = _nobody(found.labels.columns[0])
    if len(gone):
        at = np.flatnonzero(np.isin(found.codes, gone)).tolist()
        many = "1" if len(at) == 1 else f"{len(at)} are"
        raise CustomerError(
            f"{name} must {must}; {many} missing, at position {places(at)}. {remedy}"
        )
    require_one_spelling(found, name)
    return found


def _nobody(labels: AnyArray) -> Sequence[int] | IntArray:
    """Return which ids are missing; empty text, as CSV files have it, names nobody."""
    kind = labels.dtype.kind
    if kind in _NEVER_MISSING:
        return ()
    if kind in "US":
        return np.flatnonzero(labels == labels.dtype.type())
    return [
        i
        for i, label in enumerate(labels.tolist())
        if is_missing(label) or (isinstance(label, str) and not label.strip())
    ]


def require_one_spelling(found: Grouping, name: str) -> None:
    """Check that no id is there as a number and as text: 123 and '123' would be two customers.

    Raises:
        CustomerError: Some are.
    """
    labels = found.labels.columns[0]
    if labels.dtype.kind != "O":
        return
    given = labels.tolist()
    numbers = {str(label) for label in given if isinstance(label, int)}
    twice = [
        (int(np.argmax(found.codes == i)), label)
        for i, label in enumerate(given if numbers else ())
        if isinstance(label, str) and label.strip() in numbers
    ]
    if twice:
        raise CustomerError(
            f"{name} must be written in one way; there as text and as a number: {located(twice)}. "
            "Make all of them text, or all of them numbers."
        )


def once(found: Grouping, *, each: str, remedy: str) -> None:
    """Check that everybody whom a column of ids names is there once.

    Args:
        found: What `identified` returned.
        each: What each has, as messages say it: ``one row each``.
        remedy: What to do about somebody who is there again.

    Raises:
        CustomerError: Somebody is there again.
    """
    if len(found.codes) == len(found.labels):
        return
    again = np.ones(len(found.codes), dtype=bool)
    again[np.unique(found.codes, return_index=True)[1]] = False
    keys = found.labels.keys()
    offenders = [(i, keys[found.codes[i]]) for i in np.flatnonzero(again).tolist()]
    (name,) = found.labels.names
    raise CustomerError(
        f"{name} must be different, {each}; repeated: {located(offenders)}. {remedy}"
    )
