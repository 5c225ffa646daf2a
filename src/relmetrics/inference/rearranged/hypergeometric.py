"""The hypergeometric distribution: how many marked answers a group gets by chance, exactly.

Of ``total`` answers ``marked`` are marked, and a group takes ``size`` of them without replacement.
Every function takes arrays of whole numbers with one entry per group.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from relmetrics.data.types import FloatArray

_SMALL = 16
_STEPS = 8
"""Neighbours worked out before it is asked which rows need more."""
_NEGLIGIBLE = 1e-17
"""A term below this part of the sum no longer changes it, nor do those beyond it."""


class Tails(NamedTuple):
    """The chances of fewer, of as many, and of more than were seen."""

    below: FloatArray
    at: FloatArray
    above: FloatArray


def _remainder(count: float) -> float:
    """Return log count! - (count log count - count); 0 for none."""
    return math.lgamma(count + 1) - count * math.log(count) + count if count else 0.0


_REMAINDERS = np.array([_remainder(count) for count in range(_SMALL)])


def log_remainder(counts: FloatArray) -> FloatArray:
    """Return log k! - (k log k - k): what Stirling's approximation adds; 0 for k = 0.

    From a table below 16, and beyond it by five terms of Stirling's series, to 15 digits.
    """
    k = np.maximum(counts, _SMALL)
    square = k * k
    series = (1 / 12 - (1 / 360 - (1 / 1260 - 1 / (1680 * square)) / square) / square) / k
    large = 0.5 * np.log(2 * math.pi * k) + series
    small = _REMAINDERS[np.minimum(counts, _SMALL - 1).astype(np.intp)]
    return np.where(counts < _SMALL, small, large)


def log_choose(n: FloatArray, k: FloatArray) -> FloatArray:
    """Return the logarithm of the number of ways to choose k of n."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ways = -(k * np.log(k / n)) - (n - k) * np.log1p(-k / n)
    entropy = np.where((k > 0) & (k < n), ways, 0.0)
    return entropy + log_remainder(n) - log_remainder(k) - log_remainder(n - k)


def log_chance(
    count: FloatArray, size: FloatArray, marked: FloatArray, total: FloatArray
) -> FloatArray:
    """Return the logarithm of the chance of exactly so many; -infinity where it cannot be.

    As Loader (2000, Fast and accurate computation of binomial probabilities) does it: the powers
    of the factorials together are the deviance of the fourfold table, which is near 0 where the
    chance is large, so that no large numbers cancel.
    """
    rows, columns = (size, total - size), (marked, total - marked)
    first = (count, marked - count)
    cells = (*first, size - count, total - size - first[1])
    possible = np.all(np.stack(np.broadcast_arrays(*cells)) >= 0, axis=0)
    safe = [np.where(possible, cell, 0.0) for cell in cells]
    expected = [row * column / total for column in columns for row in rows]
    parts: FloatArray = sum(map(log_remainder, (*rows, *columns))) - log_remainder(total)
    for cell, mean in zip(safe, expected, strict=True):
        parts = parts - _deviance(cell, mean) - log_remainder(cell)
    return np.where(possible, parts, -np.inf)


def _deviance(count: FloatArray, mean: FloatArray) -> FloatArray:
    """Return count log(count / mean) - (count - mean), never negative."""
    more = count - mean
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(count > 0, count * np.log1p(more / mean), 0.0)
    return np.maximum(logs - more, 0.0)


def tails(count: FloatArray, size: FloatArray, marked: FloatArray, total: FloatArray) -> Tails:
    """Return the chances of fewer, of as many and of more marked answers than `count`.

    The tail that points away from the mean is summed outwards by the ratios of neighbours until
    its terms vanish; the other is the rest. So a small tail is known to full precision.

    Args:
        count: Marked answers of the group.
        size: Answers of the group.
        marked: Marked answers altogether.
        total: Answers altogether.

    Example:
        The chance that the only member of a group is one of 51 in 1,001.

        >>> import numpy as np
        >>> from relmetrics.inference.rearranged.hypergeometric import tails
        >>> one = tails(*(np.array([x]) for x in (1.0, 1.0, 51.0, 1001.0)))
        >>> round(float(one.at[0]), 4), round(float(one.below[0]), 4)
        (0.0509, 0.9491)
    """
    columns = [np.asarray(part, dtype=np.float64) for part in (count, size, marked, total)]
    count, size, marked, total = (np.atleast_1d(part) for part in np.broadcast_arrays(*columns))
    upward = count * total >= size * marked
    # Fewer marked answers are more of the others.
    x = np.where(upward, count, size - count)
    m = np.where(upward, marked, total - marked)
    at = np.exp(np.minimum(log_chance(count, size, marked, total), 0.0))
    outer = np.minimum(at * _beyond(x, size, m, total), 1.0 - at)
    inner = np.maximum(1.0 - at - outer, 0.0)
    return Tails(np.where(upward, inner, outer), at, np.where(upward, outer, inner))


def _beyond(x: FloatArray, size: FloatArray, marked: FloatArray, total: FloatArray) -> FloatArray:
    """Return the chance of more than x over the chance of x.

    Term by term, each from the one before: one more of the marked is in the group, of which there
    is one fewer outside, and so on. A row whose marked or whose places are used up stays at 0.
    """
    whole = np.zeros(x.shape)
    rows = np.arange(len(x))
    fewer = np.stack([marked - x, size - x])
    more = np.stack([x + 1, np.maximum(total - marked - size + x + 1, 1.0)])
    found, term = np.zeros(x.shape), np.ones(x.shape)
    while len(rows):
        for _ in range(_STEPS):
            term *= fewer[0] * fewer[1]
            term /= more[0] * more[1]
            found += term
            fewer -= 1
            more += 1
        whole[rows] = found
        going = term > _NEGLIGIBLE * found
        if not going.all():
            rows, found, term = rows[going], found[going], term[going]
            fewer, more = fewer[:, going], more[:, going]
    return whole
