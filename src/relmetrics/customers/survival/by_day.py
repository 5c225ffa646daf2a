"""Counts of customers by day of tenure: read, and added."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from relmetrics.data.columns import read_only
from relmetrics.errors import CountError
from relmetrics.states.serial import LARGEST_ROWS, as_count

if TYPE_CHECKING:
    from relmetrics.data.types import IntArray


def by_day(counts: object) -> IntArray:
    """Return counts by day of tenure as an array of one's own, which nobody can write to.

    Raises:
        CountError: They are no whole numbers of at least 0, or too many.
    """
    array: IntArray
    if isinstance(counts, np.ndarray) and counts.dtype.kind == "i" and counts.ndim == 1:
        array = counts.astype(np.int64)
    else:
        listed = list(counts) if isinstance(counts, Iterable) else [counts]
        array = np.array([as_count("counts by day", one) for one in listed], dtype=object)
    if (array < 0).any() or array.sum(dtype=np.float64) > LARGEST_ROWS:
        raise CountError(f"counts by day must be at least 0, and {LARGEST_ROWS} at most together.")
    return read_only(array.astype(np.int64))


def added(left: IntArray, right: IntArray) -> IntArray:
    """Return the counts of both, of which one may know fewer days."""
    total = np.zeros(max(len(left), len(right)), dtype=np.int64)
    total[: len(left)] += left
    total[: len(right)] += right
    return total
