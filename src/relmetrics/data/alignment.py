"""Alignment: columns that carry an index describe the same rows only if their indexes agree.

Rows pair by position here, while a data frame of pandas pairs them by label. A sorted or filtered
column beside one that is not would pair the wrong rows, and nothing would show it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from relmetrics.errors import AlignmentError
from relmetrics.errors.wording import shown


def require_aligned(**columns: Any) -> None:
    """Check that all columns that carry an index carry the same labels in the same order.

    Args:
        **columns: Columns by the name of their argument; mappings, lists of columns and data
            frames stand for all of their columns, and None for none.

    Raises:
        AlignmentError: Two indexes differ; the first row that does is shown.
    """
    first: Any = None
    first_name = ""
    for name, given in columns.items():
        for part, index in _indexes(name, given):
            if first is None:
                first, first_name = index, part
            elif index is not first and not _agree(first, index):
                row, label, another = _first_difference(first, index)
                raise AlignmentError(
                    f"{first_name} and {part} have different indexes: row {row} is {shown(label)} "
                    f"in {first_name} and {shown(another)} in {part}. Rows pair by position: align "
                    f"the columns first, such as {part}.reindex({first_name}.index), or pass "
                    f"{part}.to_numpy() if the rows are the same as they stand."
                )


def _indexes(name: str, given: Any) -> Iterator[tuple[str, Any]]:
    """Yield the name and the index of each column that has one."""
    kind = type(given)
    if given is None or kind is np.ndarray:
        return
    if isinstance(given, Mapping):
        for key, column in given.items():
            yield from _indexes(str(key), column)
    elif kind is list or kind is tuple:
        # Rows of plain values and columns are told apart by the first of them.
        if given and hasattr(given[0], "to_numpy"):
            for place, column in enumerate(given, start=1):
                yield from _indexes(f"{name}_{place}", column)
    else:
        index = getattr(given, "index", None)
        if hasattr(index, "equals"):  # that of a list is a method
            yield name, index


def _agree(one: Any, other: Any) -> bool:
    """Tell whether indexes agree; those of unequal length are an error of another kind."""
    same = getattr(one, "is_", None)  # columns of one frame have views of one index
    if same is not None and same(other):
        return True
    return len(one) != len(other) or bool(one.equals(other))


def _first_difference(one: Any, other: Any) -> tuple[int, object, object]:
    """Return the first row that is labelled differently, and both its labels."""
    for row, (left, right) in enumerate(zip(one, other, strict=True)):
        if left is not right and left != right:
            return row, left, right
    return 0, one[0], other[0]  # of equal labels, but of kinds that pandas keeps apart
