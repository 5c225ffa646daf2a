"""Tests of one sample against a number: exact, and how often a normal one rejects by chance."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from relmetrics.inference.differences import two_sided
from relmetrics.inference.likeliest import shares_at
from relmetrics.inference.rearranged.mid_p import in_steps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import FloatArray

_WIDEST = 100.0
"""Up to this standard deviation, in steps, sums are counted; beyond, they are normal."""
_NOTHING = 1e-60
"""Chances below this part of the greatest are left off the ends of a distribution."""
_FEW = 15.0
"""With so many expected yes, and so many no, the normal test keeps its level: measured."""


def mid_p(levels: Sequence[float], counts: Sequence[float], value: float) -> float | None:
    """Return the doubled mid-p of a score, were its mean this number.

    ::

        p = min(1, 2 min(L, U)),   L = P(T < t) + P(T = t) / 2,   U = P(T > t) + P(T = t) / 2

    with t the sum of what the answers contribute, and T that of as many answers drawn from the most
    likely distribution whose mean is the number (that of the score test).

    Args:
        levels: The distinct values that one answer can contribute, ascending.
        counts: The number of answers at each level, whole numbers.
        value: The number.

    Returns:
        None where the sums have no common step, or are so many that they are as good as normal.

    Example:
        Five promoters are no sign that an NPS is not 85: so are many samples.

        >>> from relmetrics.inference.against_number import mid_p
        >>> round(mid_p([-100, 0, 100], [0, 0, 5], 85), 2)
        0.68
    """
    n = int(sum(counts))
    places, lattice = in_steps(levels)
    if not lattice:
        return None
    shares = shares_at(levels, [count / n for count in counts], value)
    mean = float(places @ shares)
    if n * float((places - mean) ** 2 @ shares) > _WIDEST**2:
        return None
    one = np.zeros(int(places[-1]) + 1)
    one[places.astype(np.int64)] = shares
    chances, first = _power(one, n)
    at = int(places @ np.asarray(counts)) - first
    if not 0 <= at < len(chances):
        return _NOTHING
    # Summed from the far end, so that the smallest count.
    below, above = chances[:at].sum(), chances[:at:-1].sum()
    return min(1.0, 2 * float(min(below, above) + chances[at] / 2))


def _power(one: FloatArray, n: int) -> tuple[FloatArray, int]:
    """Return the distribution of a sum of n, and the sum that its first entry is for.

    By repeated squaring: sums of products of chances, in which nothing cancels.
    """
    total: FloatArray = np.ones(1)
    first = 0
    part, start = _cut(one, 0)
    while n:
        if n & 1:
            total, first = _cut(np.convolve(total, part), first + start)
        n >>= 1
        if n:
            part, start = _cut(np.convolve(part, part), 2 * start)
    return total, first


def _cut(chances: FloatArray, first: int) -> tuple[FloatArray, int]:
    """Return a distribution without the ends that are nothing."""
    some = np.flatnonzero(chances > _NOTHING * chances.max())
    return chances[some[0] : some[-1] + 1], first + int(some[0])


def size_of_share_test(n: int, share: float, alpha: float) -> float:
    """Return how often the normal test of a share rejects one that is as stated, exactly.

    Of shares with `_FEW` expected yes and no and more it is alpha, as far as it matters.

    Args:
        n: The number of answers.
        share: The share that they are compared with, 0..1.
        alpha: The level of the test.
    """
    rare = min(share, 1 - share)
    if not _NOTHING < rare * n < _FEW:
        return alpha
    likely = range(min(n, math.ceil(n * rare + 12 * math.sqrt(n * rare) + 20)) + 1)
    error = math.sqrt(rare * (1 - rare) / n)
    kept = [k for k in likely if two_sided((k / n - rare) / error) >= alpha]
    return max(0.0, 1 - sum(_binomial(k, n, rare) for k in kept))


def _binomial(k: int, n: int, share: float) -> float:
    log_ways = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    return math.exp(log_ways + k * math.log(share) + (n - k) * math.log1p(-share))
