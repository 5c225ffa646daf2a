"""Alignment: the groups of two breakdowns brought together by what they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relmetrics.data.labels.grouping import Labels

if TYPE_CHECKING:
    from collections.abc import Hashable

    from relmetrics.data.types import AnyArray, IntArray


def union(first: Labels, second: Labels) -> tuple[list[Hashable], IntArray, Labels]:
    """Return all groups, those of the first first, the places of the second's, and their labels."""
    ours, theirs = first.keys(), second.keys()
    numbers = {key: place for place, key in enumerate(ours)}
    places = np.array([numbers.setdefault(key, len(numbers)) for key in theirs], dtype=np.intp)
    columns = tuple(
        _joined(one, other[places >= len(first)])
        for one, other in zip(first.columns, second.columns, strict=True)
    )
    return list(numbers), places, Labels(first.names, columns)


def _joined(ours: AnyArray, theirs: AnyArray) -> AnyArray:
    """Return labels of two columns in one; of different kinds they stay what they are."""
    if ours.dtype.kind == theirs.dtype.kind:
        return np.concatenate([ours, theirs])
    return np.concatenate([ours.astype(object), theirs.astype(object)])
