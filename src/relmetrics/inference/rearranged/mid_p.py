"""The doubled mid-p: is a group's score that of answers drawn by chance from all of them?

The p-value of every comparison of two linear scores, given all answers together (the pooled
tally): exact where answers contribute one of two values, by the double saddlepoint elsewhere.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve

from relmetrics.data.progress import watched
from relmetrics.inference.differences import reaching_zero
from relmetrics.inference.rearranged import hypergeometric
from relmetrics.inference.rearranged.saddlepoint import Tail, outer_tail

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import AnyArray, FloatArray, IntArray, Number
    from relmetrics.inference.differences import Contrast

_COUNTED_TO = 30.0
"""Up to this standard deviation of the count its tail is summed; beyond, the saddlepoint is as
good: 1e-4 of the tail."""
_ROUNDING = 1e-9
_WHOLE = 1e-12
"""Effective numbers this close to whole ones, relative, are whole."""
_KEYS = 1 << 62
"""As many keys as whole numbers of 64 bits can tell apart, with a sign to spare."""
_AT_ONCE = 1 << 13
"""So many rows are asked at once."""
_FINEST = 1e-3
"""The smallest step of a lattice, as a part of the range: finer ones are dense."""


def doubled_mid_p(levels: Sequence[float], ours: FloatArray, theirs: FloatArray) -> FloatArray:
    """Return the p-value of each row: the chance of a sum as far out, if chance chose who is ours.

    ::

        p = min(1, 2 min(L, U)),   L = P(T' < T) + P(T' = T) / 2,   U = P(T' > T) + P(T' = T) / 2

    with T' the sum of as many answers as ours drawn from all together (Lancaster 1961). As
    P(T' = T) is at most either inclusive tail, a false "above" has at most the chance of the
    level, and so has a false "below": in a family of tests too, by Bonferroni.

    Args:
        levels: What an answer at each level contributes, ascending.
        ours: The number of answers of the group at each level, shape (rows, levels). Effective
            numbers, which are not whole, stand for weighted answers.
        theirs: The same of what it is compared with.

    Returns:
        One p-value per row; NaN where a side has no answers.

    Example:
        One churned customer against 50 of 1,000: p is nearly the pooled rate.

        >>> import numpy as np
        >>> from relmetrics.inference.rearranged.mid_p import doubled_mid_p
        >>> p = doubled_mid_p([0, 1], np.array([[0.0, 1.0]]), np.array([[950.0, 50.0]]))
        >>> round(float(p[0]), 3)
        0.051
    """
    if len(ours) == 1:
        sides = (tuple(side[0].tolist()) for side in (ours, theirs))
        return np.array([_of_pair(tuple(levels), *sides)])
    return _of_rows(levels, ours, theirs)


@lru_cache(maxsize=64)
def _of_pair(
    levels: tuple[float, ...], ours: tuple[float, ...], theirs: tuple[float, ...]
) -> float:
    """Return the p-value of one pair, which is asked for again at every level of its interval."""
    return float(_of_rows(levels, np.array([ours]), np.array([theirs]))[0])


def _of_rows(levels: Sequence[float], ours: FloatArray, theirs: FloatArray) -> FloatArray:
    """Return the p-value of each row."""
    p = np.full(len(ours), np.nan)
    rows = np.flatnonzero((ours.sum(axis=1) > 0) & (theirs.sum(axis=1) > 0))
    ours, pooled = _smaller(levels, ours[rows], theirs[rows]), ours[rows] + theirs[rows]
    distinct, inverse = _distinct(levels, ours, pooled)
    doubled = 2 * _chances(levels, ours[distinct], pooled[distinct])
    # What is 1 but for rounding: equal sides, for one.
    p[rows] = np.where(doubled < 1 - _ROUNDING, doubled, 1.0)[inverse]
    return p


def _chances(levels: Sequence[float], ours: FloatArray, pooled: FloatArray) -> FloatArray:
    """Return the smaller tail of each row, in blocks where there are many, and tell how far."""
    starts = range(0, len(ours), _AT_ONCE)
    if len(starts) <= 1:
        return rearranged_tail(levels, ours, pooled).chance
    blocks = (slice(start, start + _AT_ONCE) for start in watched(starts))
    return np.concatenate([rearranged_tail(levels, ours[b], pooled[b]).chance for b in blocks])


def _smaller(levels: Sequence[float], ours: FloatArray, theirs: FloatArray) -> FloatArray:
    """Return the side of fewer answers, of equal ones that of the lower sum.

    Which is drawn is the same to all but the last digit; so it is the same to that.
    """
    sizes = [side.sum(axis=1) for side in (ours, theirs)]
    sums = [side @ in_steps(levels)[0] for side in (ours, theirs)]
    # Effective numbers are equal but for rounding, and the unit of weights must change nothing.
    more, higher = (a - b for a, b in (sizes, sums))
    rounding = _ROUNDING * sizes[0]
    swap = (more > rounding) | ((np.abs(more) <= rounding) & (higher > rounding))
    return np.where(swap[:, None], theirs, ours)


def rearranged_tail(
    levels: Sequence[float], ours: FloatArray, pooled: FloatArray, *, inclusive: bool = False
) -> Tail:
    """Return the smaller tail of each row's sum among answers drawn from the pooled ones.

    Args:
        levels: What an answer at each level contributes, ascending.
        ours: The number of answers of the group at each level, shape (rows, levels).
        pooled: The same of all answers, those of the group among them.
        inclusive: Count the sum itself whole instead of half.
    """
    whole = _is_whole(ours) & _is_whole(pooled)
    there = pooled > 0
    kinds = there.sum(axis=1)
    # The upper of the levels that occur: of two it is what counts as marked.
    upper = pooled.shape[1] - 1 - np.argmax(there[:, ::-1], axis=1)[:, None]
    count, marked = (np.take_along_axis(one, upper, axis=1)[:, 0] for one in (ours, pooled))
    size, total = ours.sum(axis=1), pooled.sum(axis=1)
    share = size / total
    spread = np.sqrt(marked * (1 - marked / total) * share * (1 - share))
    counted = whole & (kinds == 2) & (spread <= _COUNTED_TO)  # noqa: PLR2004 - two outcomes

    chance, side = np.full(len(ours), 1.0 if inclusive else 0.5), np.zeros(len(ours), np.int64)
    rows = np.flatnonzero(counted)
    if len(rows):
        found = hypergeometric.tails(count[rows], size[rows], marked[rows], total[rows])
        chance[rows], side[rows] = _outer(found, inclusive=inclusive)
    rows = np.flatnonzero(~counted & (kinds > 1))
    if len(rows):
        places, lattice = in_steps(levels)
        step = _steps(places, there[rows]) * lattice * whole[rows]
        sums = ours[rows] @ places
        chance[rows], side[rows] = outer_tail(
            sums, size[rows], pooled[rows], places, step, inclusive=inclusive
        )
    return Tail(chance, side)


def _outer(found: hypergeometric.Tails, *, inclusive: bool) -> Tail:
    """Return the smaller of two tails."""
    up = found.above < found.below
    beyond = np.where(up, found.above, found.below)
    return Tail(beyond + (found.at if inclusive else found.at / 2), np.where(up, 1, -1))


def in_steps(levels: Sequence[float]) -> tuple[FloatArray, bool]:
    """Return the levels from 0 up in their greatest common step, and whether they have one.

    Levels such as 0, 1 and pi have none: they are returned as parts of the range.
    """
    from_least = np.asarray(levels, dtype=np.float64) - min(levels)
    span = float(from_least.max())
    step = span
    for level in from_least.tolist():
        step = _common(step, level, _ROUNDING * span)
    if step < _FINEST * span:
        return from_least / span, False
    return np.rint(from_least / step), True


def _common(a: float, b: float, tolerance: float) -> float:
    """Return the greatest common divisor of two lengths: Euclid's algorithm."""
    while b > tolerance:
        a, b = b, abs(a - b * round(a / b))
    return a


def _steps(places: FloatArray, there: AnyArray) -> FloatArray:
    """Return how far apart the sums of each row lie: by the levels that occur in it."""
    first = places[np.argmax(there, axis=1)]
    whole = np.where(there, places - first[:, None], 0.0).astype(np.int64)
    steps: FloatArray = np.gcd.reduce(whole, axis=1).astype(np.float64)
    return steps


def _is_whole(counts: FloatArray) -> AnyArray:
    found: AnyArray = (counts == np.rint(counts)).all(axis=1)
    return found


def _distinct(
    levels: Sequence[float], ours: FloatArray, pooled: FloatArray
) -> tuple[AnyArray, AnyArray]:
    """Return the first of the rows that are one test, and for each row which of those it is.

    A test is told by the size and the sum of the group and the pooled answers at each level. Of a
    million groups against the rest all share the last, and few differ in the first two; of a
    million pairs of small groups most are like another pair.
    """
    key = np.zeros(len(ours), dtype=np.int64)
    different = 1
    for column in (ours.sum(axis=1), ours @ in_steps(levels)[0], *pooled.T):
        numbers, kinds = _numbered(column)
        different *= kinds
        if different >= _KEYS or len(ours) < 2:  # noqa: PLR2004 - nothing to share
            everyone = np.arange(len(ours))
            return everyone, everyone
        key = key * kinds + numbers
    _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    return first, inverse


def _numbered(column: FloatArray) -> tuple[IntArray, int]:
    """Return whole numbers from 0 up that are equal where the column is, and their bound."""
    least = column.min(initial=0.0)
    span = column.max(initial=0.0) - least
    if span < _KEYS and _is_whole(column[:, None]).all():
        return (column - least).astype(np.int64), int(span) + 1
    distinct, numbers = np.unique(column, return_inverse=True)
    return numbers, len(distinct)


def with_mid_p(
    found: Contrast,
    levels: Sequence[float],
    ours: FloatArray,
    theirs: FloatArray,
    confidence_level: float,
) -> Contrast:
    """Return a difference with the doubled mid-p, and its interval as far as that keeps 0.

    Sides that agree show nothing: their p-value is 1, where the smaller tail of sides of unequal
    size leaves a few hundredths less.
    """
    p_value: Number = np.where(
        np.atleast_1d(found.value) == 0, 1.0, doubled_mid_p(levels, ours, theirs)
    )
    if not isinstance(found.low, np.ndarray):
        p_value = float(p_value[0])
    low, high = reaching_zero(found.low, found.high, p_value, confidence_level)
    return evolve(found, low=low, high=high, p_value=p_value, test="mid_p")


def effective_counts(
    counts: Sequence[Number], weights: Sequence[Number], n_effective: Number
) -> FloatArray:
    """Return the number of answers at each level, shape (states, levels).

    Weighted answers count by their shares of the effective number that their intervals have, by
    the score's own design effect and at most Kish's: one heavy yes counts no more than one yes.
    """
    found = np.atleast_2d(np.array(weights, dtype=np.float64).T)
    if weights is counts:
        return found
    with np.errstate(divide="ignore", invalid="ignore"):
        each = np.atleast_1d(n_effective) / found.sum(axis=1)
    effective = np.where(found > 0, found * each[:, None], 0.0)
    # Equal weights are no weights: their effective numbers are whole but for rounding.
    whole = np.rint(effective)
    return np.where(np.abs(effective - whole) <= _WHOLE * whole, whole, effective)
