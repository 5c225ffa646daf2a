"""Rearranged: whether groups differ, given all answers: who belongs to which group is by chance.

With y_g the score of a group of n_g answers, y that of all N, and s^2 their variance::

    X^2 = sum n_g (y_g - y)^2 / s^2,    s^2 = sum (c - y)^2 / (N - 1)

which of yes and no is Pearson's chi-square times (N - 1) / N, and of ranks Kruskal and Wallis'
statistic. It is at most N - 1 and on average G - 1, however the answers are spread; how much it
varies depends on the spread and on the sizes, and is known exactly too. The p-value is that of the
beta distribution on this range with that mean and that variance (Pitman 1938), or, where there are
few arrangements, exact: the chance of more and half of that of as much.
"""

from __future__ import annotations

import math
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from relmetrics.inference.distributions.beta import beta_tail

if TYPE_CHECKING:
    from collections.abc import Iterator

    from relmetrics.data.types import FloatArray

_MOST_STEPS = 5_000
"""More arrangements than this are not gone through."""
_FEWEST = 3
"""The variance of the statistic takes four answers, of which weighted ones may be worth fewer."""
_DIGITS = 9
"""Statistics that agree to so many decimals are equal."""


def statistic_of(levels: FloatArray, masses: FloatArray) -> float:
    """Return X^2 of the answers of groups, of which each has some; NaN where all are alike.

    Args:
        levels: What an answer can contribute, shape (levels,).
        masses: How many answers each group has at each level, shape (groups, levels).
    """
    n, gaps = masses.sum(axis=1), _gaps(levels, masses)
    squares = float(masses.sum(axis=0) @ gaps**2)
    if not squares > 0:
        return math.nan
    return float((n.sum() - 1) * ((masses @ gaps) ** 2 / n).sum() / squares)


def _gaps(levels: FloatArray, masses: FloatArray) -> FloatArray:
    pool = masses.sum(axis=0)
    gaps: FloatArray = np.where(pool > 0, levels - pool @ levels / pool.sum(), 0.0)
    return gaps


def by_moments(levels: FloatArray, masses: FloatArray) -> float:
    """Return the p-value by the beta distribution with the mean and variance of X^2.

    Masses may be those of weighted answers, scaled to Kish's numbers.
    """
    found, n = statistic_of(levels, masses), masses.sum(axis=1)
    total = float(n.sum())
    if math.isnan(found):
        return 1.0
    if total <= _FEWEST:
        return 1.0  # so few weigh anything that nothing can be known
    mean = (len(n) - 1) / (total - 1)
    spread = variance_of(levels, masses) / (total - 1) ** 2
    if not 0 < spread < mean * (1 - mean):
        return float(found <= mean * (total - 1))
    size = mean * (1 - mean) / spread - 1
    return beta_tail(found / (total - 1), mean * size, (1 - mean) * size)


def variance_of(levels: FloatArray, masses: FloatArray) -> float:
    """Return the variance of X^2 over all arrangements.

    From the fourth moments of drawing without replacement, of answers that sum to 0: m22 is the
    mean of the product of the squares of two of them, and so on.
    """
    n, gaps, pool = masses.sum(axis=1), _gaps(levels, masses), masses.sum(axis=0)
    total, groups = float(n.sum()), len(n)
    second, fourth = float(pool @ gaps**2), float(pool @ gaps**4)
    falling = np.cumprod([total, total - 1, total - 2, total - 3])
    m4, m31 = fourth / total, -fourth / falling[1]
    m22 = (second**2 - fourth) / falling[1]
    m211 = (2 * fourth - second**2) / falling[2]
    m1111 = 3 * (second**2 - 2 * fourth) / falling[3]
    others = n - 1
    within = m4 / n + others / n * (4 * m31 + 3 * m22 + (n - 2) * (6 * m211 + (n - 3) * m1111))
    apart, squared = float(others.sum()), float((others**2).sum())
    between = groups * (groups - 1) * m22 + 2 * (groups - 1) * apart * m211
    between += (apart**2 - squared) * m1111
    scale = (second / (total - 1)) ** 2
    return float((within.sum() + between) / scale) - (groups - 1) ** 2


def exact(levels: FloatArray, counts: FloatArray) -> float | None:
    """Return the mid-p by going through all arrangements; None where they are too many.

    Group by group: what is left for the others, and what the statistic has come to, with its
    chance.
    """
    found = statistic_of(levels, counts)
    if math.isnan(found):
        return 1.0
    gaps, sizes = _gaps(levels, counts), counts.sum(axis=1).astype(int)
    scale = (int(sizes.sum()) - 1) / float(counts.sum(axis=0) @ gaps**2)
    pool = tuple(counts.sum(axis=0).astype(int).tolist())
    chances: dict[tuple[tuple[int, ...], float], float] = {(pool, 0.0): 1.0}
    steps = 0
    *others, last = sorted(sizes.tolist())
    for size in others:
        after: dict[tuple[tuple[int, ...], float], float] = {}
        for (left, so_far), chance in chances.items():
            ways = math.comb(sum(left), size)
            steps += math.prod(min(k, size) + 1 for k in left[:-1])
            if steps > _MOST_STEPS:
                return None
            for taken in _drawn(left, size):
                rest = tuple(a - b for a, b in zip(left, taken, strict=True))
                so_much = so_far + scale * _sum(taken, gaps) ** 2 / size
                key = rest, round(so_much, _DIGITS)
                some = math.prod(math.comb(a, b) for a, b in zip(left, taken, strict=True))
                after[key] = after.get(key, 0.0) + chance * (some / ways)
        chances = after
    edge, more = 10.0 ** (3 - _DIGITS), 0.0
    for (left, so_far), chance in chances.items():  # the largest group takes what is left
        over = so_far + scale * _sum(left, gaps) ** 2 / last - found
        more += chance if over > edge else chance / 2 if over >= -edge else 0.0
    return min(1.0, more)


def _sum(taken: tuple[int, ...], gaps: FloatArray) -> float:
    """Return the sum of what so many answers at each level contribute."""
    total: float = sum(k * gap for k, gap in zip(taken, gaps.tolist(), strict=True))
    return total


def _drawn(left: tuple[int, ...], size: int) -> Iterator[tuple[int, ...]]:
    """Return the ways to draw so many of what is left, as numbers at each level."""
    *first, last = left
    for some in product(*(range(min(k, size) + 1) for k in first)):
        rest = size - sum(some)
        if 0 <= rest <= last:
            yield (*some, rest)
