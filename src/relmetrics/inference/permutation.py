"""Resampling: tests that rearrange the answers of a tally, exact where they can be enumerated."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from relmetrics.data.progress import watched

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from relmetrics.data.types import AnyArray, FloatArray, IntArray

MOST_ARRANGEMENTS = 200_000
"""Up to so many tables are enumerated instead of drawn."""

MOST_ANSWERS = 499_999_999
"""Of each side: numpy draws from fewer than a billion answers together."""

_AT_ONCE = 1 << 14
"""So many arrangements are drawn at once."""

_LEAST = sys.float_info.min

_SLACK = 1e-9
"""Scores this close, relative to the range, count as equal: they differ by rounding."""


class Rearranged(NamedTuple):
    """A p-value from rearranged answers: see `Resampled`."""

    p_value: float
    arrangements: int
    is_exact: bool


def two_samples(
    levels: Sequence[float], a: IntArray, b: IntArray, draws: int, rng: np.random.Generator
) -> Rearranged:
    """Return the p-value of the difference of two means when answers change sides.

    Args:
        levels: What an answer at each level contributes.
        a: Number of answers at each level of the sample.
        b: The same of the reference.
        draws: How many arrangements to draw where there are too many.
        rng: Where the draws come from.
    """
    given = (a + b) > 0
    a, pooled, size = a[given], (a + b)[given], int(a.sum())
    values = np.asarray(levels)[given]
    # All answers together are fixed, so a sum of one side says the difference.
    expected = size * float(pooled @ values) / pooled.sum()
    most = np.minimum(pooled, size)
    tables = _tables(most, size)
    if tables is None:
        scores = np.concatenate(
            [
                rng.multivariate_hypergeometric(pooled, size, size=n, method="marginals") @ values
                for n in _blocks(draws)
            ]
        )
        return _drawn(scores - expected, float(a @ values) - expected, values, size)
    observed = float(a @ values) - expected
    return _enumerated(tables @ values - expected, _chances(pooled, tables), observed, values, size)


def pairs(
    levels: Sequence[float], counts: IntArray, draws: int, rng: np.random.Generator
) -> Rearranged:
    """Return the p-value of a mean change when the two answers of a pair may change places.

    Args:
        levels: The change of a pair at each level, symmetrical about 0.
        counts: Number of pairs at each level.
        draws: How many arrangements to draw where there are too many.
        rng: Where the draws come from.
    """
    changes = np.asarray(levels)
    sizes = np.unique(np.abs(changes[(counts > 0) & (changes != 0)]))
    up = np.array([counts[changes == c].sum() for c in sizes], dtype=np.int64)
    down = np.array([counts[changes == -c].sum() for c in sizes], dtype=np.int64)
    both = up + down
    observed = float((up - down) @ sizes)
    total = int(counts.sum())
    arrangements = math.prod(int(m) + 1 for m in both)
    if arrangements > MOST_ARRANGEMENTS:
        scores = np.concatenate(
            [
                (2 * rng.binomial(both, 0.5, size=(n, len(both))) - both) @ sizes
                for n in _blocks(draws)
            ]
        )
        return _drawn(scores, observed, changes, total)
    grid = _grid(both)
    scores = (2 * grid - both) @ sizes
    return _enumerated(scores, _chances(both, grid), observed, changes, total)


def _blocks(draws: int) -> Iterator[int]:
    """Yield how many arrangements to draw at once, and tell how many are drawn."""
    for start in watched(range(0, draws, _AT_ONCE)):
        yield min(_AT_ONCE, draws - start)


def _tables(most: IntArray, size: int) -> IntArray | None:
    """Return all ways to take `size` answers, at most so many of each level; None if too many."""
    if math.prod(int(m) + 1 for m in most[:-1]) > MOST_ARRANGEMENTS:
        return None
    grid = _grid(most[:-1])
    rest = size - grid.sum(axis=1)
    fitting = (rest >= 0) & (rest <= most[-1])
    return np.column_stack([grid[fitting], rest[fitting]])


def _grid(most: IntArray) -> IntArray:
    """Return every row of numbers from 0 to these."""
    sizes = [int(m) + 1 for m in most]
    grid: IntArray = np.indices(sizes).reshape(len(sizes), math.prod(sizes)).T
    return grid


def _chances(totals: IntArray, tables: IntArray) -> FloatArray:
    """Return in how many ways the numbers of each table are chosen out of the totals.

    As a share of the largest, so that none overflows.
    """
    logs = np.zeros(len(tables))
    for total, chosen in zip(totals.tolist(), tables.T, strict=True):
        # From the least that is chosen on: of many answers the tables differ in few.
        first = int(chosen.min())
        steps = np.arange(first + 1, int(chosen.max()) + 1)
        ways = np.concatenate([[0.0], np.cumsum(np.log((total - steps + 1) / steps))])
        logs += ways[chosen - first]
    chances: FloatArray = np.exp(logs - logs.max())
    return chances


def _enumerated(
    scores: AnyArray, chances: FloatArray, observed: float, levels: FloatArray, size: int
) -> Rearranged:
    extreme = np.abs(scores) >= abs(float(observed)) - _slack(levels, size)
    # A chance that is too small for a float is still not 0.
    p_value = min(1.0, max(float(chances[extreme].sum() / chances.sum()), _LEAST))
    return Rearranged(1.0 if extreme.all() else p_value, len(scores), is_exact=True)


def _drawn(scores: AnyArray, observed: float, levels: FloatArray, size: int) -> Rearranged:
    extreme = int((np.abs(scores) >= abs(observed) - _slack(levels, size)).sum())
    return Rearranged((1 + extreme) / (1 + len(scores)), len(scores), is_exact=False)


def _slack(levels: FloatArray, size: int) -> float:
    return _SLACK * float(np.ptp(levels)) * max(size, 1)
