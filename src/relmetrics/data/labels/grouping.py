"""Grouping: labels of any kind become group numbers, in order of appearance or sorted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from attrs import field, frozen

from relmetrics.data.columns import Unchanging, as_column, read_only, require_equal_lengths
from relmetrics.data.labels.factorize import factorize_array
from relmetrics.data.labels.levels import ordered_levels
from relmetrics.data.labels.numbering import (
    hashable,
    in_one_form_each,
    not_hashable,
    number_objects,
    numbered,
    plain_list,
)
from relmetrics.data.tables import column_names, repeated
from relmetrics.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from relmetrics.data.types import AnyArray, Coarser, Column, Groups, IntArray


def _read_only_each(columns: Iterable[AnyArray]) -> tuple[AnyArray, ...]:
    return tuple(read_only(column) for column in columns)


@frozen(eq=False)
class Labels(Unchanging):
    """What the groups are called: one array per grouping column, one entry per group."""

    names: tuple[str, ...]
    columns: tuple[AnyArray, ...] = field(converter=_read_only_each)

    def __len__(self) -> int:
        """Return the number of groups."""
        return len(self.columns[0])

    def keys(self) -> list[Hashable]:
        """Return what each group is looked up by: its label, or its tuple of labels."""
        lists = [plain_list(column) for column in self.columns]
        return lists[0] if len(lists) == 1 else list(zip(*lists, strict=True))


@frozen(eq=False)
class Grouping:
    """The labels of the groups, and each row's group as a number, 0..len(labels) - 1."""

    labels: Labels
    codes: IntArray

    def among(self, rows: AnyArray) -> Grouping:
        """Return the grouping of some of the rows, with the groups that they are in."""
        codes = self.codes[rows]
        present = np.bincount(codes, minlength=len(self.labels)) > 0
        labels = Labels(self.labels.names, tuple(c[present] for c in self.labels.columns))
        return Grouping(labels, (np.cumsum(present) - 1)[codes])

    def ordered(self) -> Grouping:
        """Return the same grouping with the groups sorted; missing labels come last.

        Raises:
            ParameterError: Labels of different kinds have no order.
        """
        columns = self.labels.columns
        try:
            order = _sorted(columns)
        except TypeError:
            kinds = sorted({type(label).__name__ for column in columns for label in column})
            raise ParameterError.must_be(
                "groups", "of one kind to be sorted", kinds, "Convert the labels to one type."
            ) from None
        place = np.empty(len(order), dtype=np.intp)
        place[order] = np.arange(len(order))
        labels = Labels(self.labels.names, tuple(column[order] for column in columns))
        return Grouping(labels, place[self.codes])


def _sorted(columns: Sequence[AnyArray]) -> IntArray:
    """Return the order of labels, missing ones last: by numpy where it has an order of them.

    Raises:
        TypeError: Labels of different kinds have none.
    """
    if all(column.dtype.kind in "biufmMU" for column in columns):  # none of these is missing
        return np.lexsort(columns[::-1])
    keys = [
        tuple((label is None, "" if label is None else label) for label in labels)
        for labels in zip(*map(plain_list, columns), strict=True)
    ]
    return np.array(sorted(range(len(keys)), key=keys.__getitem__), dtype=np.intp)


def group(groups: Groups | Grouping, rows: int, *, sort: bool = False) -> Grouping:
    """Return the grouping of `rows` rows by one column of labels, or by several.

    Args:
        groups: A column of hashable labels; or a mapping of name to column; or a data frame; or a
            list of columns. A missing label (None, NaN, NaT) is a group of its own, called None.
            A single ordered Categorical of pandas, or Enum of polars, keeps its levels in their
            order, those without rows too. A grouping that was made before is taken as it is.
        rows: How many rows the data has.
        sort: Sort the groups instead of keeping the order of their appearance.

    Raises:
        LengthError: A column does not have one label per row.
        ParameterError: A label is not hashable, or the groups cannot be sorted.
    """
    if isinstance(groups, Grouping):
        require_equal_lengths(answers=rows, groups=len(groups.codes))
        return groups
    named = _named_columns(groups)
    levels = ordered_levels(next(iter(named.values()))) if len(named) == 1 else None
    if levels is not None:
        require_equal_lengths(answers=rows, **dict.fromkeys(named, len(levels[0])))
        return Grouping(Labels(tuple(named), (levels[1],)), levels[0])
    columns = {name: labels_of(column, name) for name, column in named.items()}
    require_equal_lengths(answers=rows, **{name: len(col) for name, col in columns.items()})
    parts = [in_one_form_each(*numbered(column, name)) for name, column in columns.items()]
    codes, labels = parts[0]
    found: tuple[AnyArray, ...] = (labels,)
    for more_codes, more_labels in parts[1:]:
        combined = codes * np.intp(len(more_labels)) + more_codes
        codes, cells = factorize_array(combined)
        found = (
            *(column[cells // len(more_labels)] for column in found),
            more_labels[cells % len(more_labels)],
        )
    grouping = Grouping(Labels(tuple(columns), found), codes)
    return grouping.ordered() if sort else grouping


def grouping_columns(groups: Groups) -> dict[str, list[Any] | AnyArray]:
    """Return the columns that a grouping is given by, by name.

    Raises:
        ParameterError: There are none, or two have the same name.
    """
    return {name: labels_of(column, name) for name, column in _named_columns(groups).items()}


def _named_columns(groups: Groups) -> dict[str, Column]:
    """Return the columns as they are, by name."""
    if isinstance(groups, Mapping):
        named = [(str(name), column) for name, column in groups.items()]
    elif (names := _frame_names(groups)) is not None:
        named = [(str(name), cast("Any", groups)[name]) for name in names]
    elif _is_columns(groups):
        several: list[Any] = list(cast("Any", groups))
        named = [(_name(column, f"group_{i}"), column) for i, column in enumerate(several, start=1)]
    else:
        named = [(_name(cast("Any", groups), "group"), cast("Any", groups))]
    names = [name for name, _ in named]
    if not names:
        raise ParameterError.must_be("groups", "at least one column", groups)
    unusable = {*repeated(names), *FIGURES}
    taken = [name for name in names if name in unusable]
    if taken:
        raise ParameterError.must_be(
            "groups",
            "columns of different names, unlike those of a table's figures",
            taken[0],
            "Rename the column.",
        )
    return dict(named)


FIGURES = ("value", "low", "high", "n", "missing", "small_base")
"""The columns of a table of groups beside the labels."""


def labels_of(column: Column, name: str) -> list[Any] | AnyArray:
    """Return a column of labels; nullable integers stay integers, whatever their size."""
    dtype = getattr(column, "dtype", None)
    if hasattr(dtype, "na_value") and getattr(dtype, "kind", "") in "iub":
        return list(cast("Any", column))
    null_count = getattr(column, "null_count", None)
    if callable(null_count) and hasattr(column, "to_list") and null_count():
        return list(cast("Any", column).to_list())
    return as_column(column, name)


def names_of(column: Column, name: str) -> list[Any]:
    """Return a column of names as a list of what can be looked up.

    Raises:
        ParameterError: A name is not hashable.
    """
    names = list(labels_of(column, name))
    bad = next(((i, x) for i, x in enumerate(names) if not hashable(x)), None)
    if bad is not None:
        raise not_hashable(*bad, name)
    return names


def _is_columns(groups: Groups) -> bool:
    """Tell columns from labels: a list, an array or a frame's column is never a label."""
    if not isinstance(groups, (list, tuple)) or not groups:
        return False
    return all(
        isinstance(item, (list, np.ndarray))
        or (hasattr(item, "to_numpy") and hasattr(item, "__len__"))
        for item in groups
    )


def _frame_names(groups: Groups) -> list[Any] | None:
    """Return the names of the columns of a data frame, None for anything else."""
    names = column_names(groups)
    named = names is not None and all(isinstance(name, (str, int)) for name in names)
    return names if named else None


def _name(column: Column, default: str) -> str:
    name = getattr(column, "name", None)
    return str(name) if isinstance(name, str) and name else default


def coarser(labels: Labels, to: Coarser) -> Grouping:
    """Return which coarser group each group belongs to.

    Args:
        labels: The groups as they are.
        to: A function or a mapping from group to coarser group; or the names of the grouping
            columns to keep.

    Raises:
        ParameterError: A group has no entry in the mapping, or a column does not exist.
    """
    if isinstance(to, (str, list, tuple)):
        wanted = [to] if isinstance(to, str) else to
        if not wanted:
            raise ParameterError.must_be("to", "at least one column", to)
        for name in wanted:
            if name not in labels.names:
                raise ParameterError.unknown_name("to", name, labels.names)
        return group(
            {name: labels.columns[labels.names.index(name)] for name in wanted}, len(labels)
        )
    keys = labels.keys()
    if isinstance(to, Mapping):
        absent = [key for key in keys if key not in to]
        if absent:
            raise ParameterError.must_be("to", "a mapping that has every group", absent[0])
        coarse: list[Any] = [to[key] for key in keys]
    elif callable(to):
        coarse = [to(key) for key in keys]
    else:
        raise ParameterError.must_be("to", "a function, a mapping or names of columns", to)
    codes, found = number_objects(coarse, "to")
    return Grouping(Labels(("group",), (found,)), codes)
