"""Numbering: the labels of one column become numbers, in order of appearance."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.data.label_forms import label_in_one_form
from relmetrics.data.labels.factorize import factorize_array
from relmetrics.data.missing import is_missing
from relmetrics.errors import ParameterError

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, IntArray


def not_hashable(place: int, label: object, name: str) -> ParameterError:
    """Return the error of a label that no group can be called by."""
    where = f"The first other one is at position {place}."
    return ParameterError.must_be(name, "hashable labels", label, where)


LONG_DOUBLE = np.dtype(np.longdouble).itemsize


def numbered(column: list[Any] | AnyArray, name: str) -> tuple[IntArray, AnyArray]:
    """Return each row's code and the label of each code."""
    # The bytes of a long double are not all its own, so it is compared as an object.
    plain = isinstance(column, np.ndarray) and column.dtype.itemsize != LONG_DOUBLE
    if isinstance(column, np.ndarray) and column.dtype.kind in ("biuUSMmf" if plain else "US"):
        codes, labels = factorize_array(column)
        return (codes, labels) if labels.dtype.kind not in "fMm" else without_nan(codes, labels)
    return number_objects(list(column), name)


def in_one_form_each(codes: IntArray, labels: AnyArray) -> tuple[IntArray, AnyArray]:
    """Return the same with texts that look alike as one label."""
    if labels.dtype.kind not in "UO" or _is_ascii(labels):
        return codes, labels
    given = labels.tolist()
    plain = [label_in_one_form(label) for label in given]
    if all(map(operator.is_, plain, given)):
        return codes, labels
    places, merged = number_objects(plain, "groups")
    return places[codes], merged.astype(labels.dtype)


def _is_ascii(labels: AnyArray) -> bool:
    """Tell whether all labels are texts of plain letters, which have but one form."""
    if labels.dtype.kind == "U" and labels.dtype.itemsize:
        return int(np.ascontiguousarray(labels).view(np.uint32).max(initial=0)) < 128  # noqa: PLR2004
    try:
        return all(map(str.isascii, labels.tolist()))
    except TypeError:  # labels of another kind are among them
        return False


def number_objects(labels: list[Any], name: str) -> tuple[IntArray, AnyArray]:
    """Return the number of each label, and the labels, one by one."""
    found = _Numbering()
    try:
        codes = np.fromiter(map(found.__getitem__, labels), dtype=np.intp, count=len(labels))
    except TypeError:
        bad = next((i, x) for i, x in enumerate(labels) if not hashable(x))
        raise not_hashable(*bad, name) from None
    unique = np.empty(len(found), dtype=object)
    unique[:] = list(found)
    return without_nan(codes, unique)


class _Numbering(dict[Any, int]):
    """Numbers labels in the order in which they are first asked for."""

    def __missing__(self, label: object) -> int:
        self[label] = number = len(self)
        return number


def without_nan(codes: IntArray, labels: AnyArray) -> tuple[IntArray, AnyArray]:
    """Return the same with all missing labels as one group called None."""
    gone = np.array([is_missing(label) for label in labels], dtype=bool)
    if not gone.any():
        return codes, labels
    first = int(np.flatnonzero(gone)[0])
    kept = ~gone
    kept[first] = True
    place = np.cumsum(kept) - 1
    place[gone] = place[first]
    names = np.empty(int(kept.sum()), dtype=object)
    names[:] = [None if is_missing(x) else x for x in plain_list(labels[kept])]
    return place[codes], names


def plain_list(column: AnyArray) -> list[Any]:
    """Return labels as Python has them; times stay datetime64, which may be finer than its own."""
    return list(column) if column.dtype.kind in "Mm" else column.tolist()


def hashable(value: object) -> bool:
    """Tell whether a value can be looked up by."""
    try:
        hash(value)
    except TypeError:
        return False
    return True
