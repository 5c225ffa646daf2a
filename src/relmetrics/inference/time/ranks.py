"""Ranks in time: do later values tend to be higher? The test of Mann (1945) and Kendall (1975)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from relmetrics.inference.differences import two_sided

if TYPE_CHECKING:
    from relmetrics.data.types import FloatArray

EXACT_TO = 100
"""Values up to which orders are counted; beyond, the normal distribution is as good."""


class MannKendall(NamedTuple):
    """Kendall's tau of values in time, and its test.

    Attributes:
        tau: tau-b = S / sqrt(pairs x pairs that are not tied); NaN when all values are equal.
        p_value: Chance of an S as far from 0 where the order means nothing.
        rising: Pairs of which the later value is higher.
        falling: Pairs of which it is lower.
        method: ``exact`` or ``normal``.
    """

    tau: float
    p_value: float
    rising: int
    falling: int
    method: str


def mann_kendall(values: FloatArray) -> MannKendall:
    """Return the test for a trend one way, with S = rising - falling pairs.

    Up to 100 values their orders are counted, in whole numbers, ties included. Beyond, S is normal
    with the variance of Kendall, and 1 nearer to 0, as its exact values ask for: they are whole.

    Args:
        values: In order of time, at least two.

    Example:
        >>> import numpy as np
        >>> from relmetrics.inference.time.ranks import mann_kendall
        >>> mann_kendall(np.array([1.0, 2.0, 4.0, 3.0, 5.0])).p_value
        0.08333333333333333
    """
    signs = np.sign(values[None, :] - values[:, None])[np.triu_indices(len(values), 1)]
    rising, falling = int((signs > 0).sum()), int((signs < 0).sum())
    score, untied = rising - falling, rising + falling
    if len(values) <= EXACT_TO:
        p_value, method = _exact_p(values, abs(score)), "exact"
    else:
        nearer = max(abs(score) - 1, 0)
        spread = math.sqrt(variance_of_score(values))
        p_value, method = float(two_sided(nearer / spread)) if untied else 1.0, "normal"
    tau = score / math.sqrt(len(signs) * untied) if untied else math.nan
    return MannKendall(tau, p_value, rising, falling, method)


def variance_of_score(values: FloatArray) -> float:
    """Return the variance of S over the orders of these values: Kendall (1975), chapter 4."""

    def part(count: int) -> int:
        return count * (count - 1) * (2 * count + 5)

    return (part(len(values)) - sum(map(part, _ties(values)))) / 18


def _exact_p(values: FloatArray, score: int) -> float:
    """Return the share of the orders of these values whose S is at least so far from 0.

    The number of orders by inversions has the generating function
    [n]! / ([t1]! [t2]! ...) with [k]! the product of (1 - q^i) / (1 - q) for i up to k and t the
    ties (MacMahon 1915, Combinatory Analysis). Multiplied out and divided in whole numbers: as a
    power series each is one line.
    """
    tied = _ties(values)
    most = (len(values) ** 2 - sum(count**2 for count in tied)) // 2
    orders = [1] + [0] * most
    for i in range(1, len(values) + 1):
        for power in range(most, i - 1, -1):
            orders[power] -= orders[power - i]
    for count in tied:
        for i in range(1, count + 1):
            for power in range(i, most + 1):
                orders[power] += orders[power - i]
    as_far = sum(n for inversions, n in enumerate(orders) if abs(most - 2 * inversions) >= score)
    return as_far / sum(orders)


def _ties(values: FloatArray) -> list[int]:
    """Return how often each distinct value occurs."""
    return [int(count) for count in np.unique(values, return_counts=True)[1]]
