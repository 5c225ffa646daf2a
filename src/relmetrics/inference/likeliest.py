"""The most likely distributions of answers that have a given mean: score intervals and their tests.

They form a single path: each share tilted to share / (1 - s x), with x the level's place in the
range (0..1) and s from 0 to 1; past s = 1 the rest of the way puts mass on the end of the range. So
one search along the path finds the distribution of a mean, and the ends of the score interval.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import FloatArray, Number

_HALVINGS = 64
_TINY = 1e-300


def score(
    levels: Sequence[float], shares: Sequence[Number], n: Number, z: float
) -> tuple[Number, Number]:
    """Return the score interval of a linear score: the values that a score test would not reject.

    A value m is kept when (value - m)^2 <= z^2 V(m) / n, where V(m) is the variance of one answer
    under the most likely distribution whose mean is m. For two levels this is Wilson's interval;
    for three equally spaced ones it is Tango's (1998), the iterative interval of Rocks (2016).

    Args:
        levels: The distinct values that one answer can contribute, ascending.
        shares: The share of answers at each level; numbers, or arrays over groups.
        n: The effective number of answers.
        z: The normal quantile.
    """
    span = levels[-1] - levels[0]
    places = [(level - levels[0]) / span for level in levels]
    weights = [np.asarray(share, dtype=np.float64) for share in shares]
    size = np.asarray(n, dtype=np.float64)
    upper = _reach(places, weights, size, z)
    lower = 1 - _reach([1 - x for x in reversed(places)], weights[::-1], size, z)
    low, high = levels[0] + span * lower, levels[0] + span * upper
    return (low, high) if np.ndim(low) else (float(low), float(high))


def _reach(
    places: Sequence[float], shares: Sequence[FloatArray], n: FloatArray, z: float
) -> FloatArray:
    """Return the largest mean, on 0..1, that the score test keeps."""
    mean = sum((x * share for x, share in zip(places, shares, strict=True)), np.zeros(n.shape))
    near, far = np.zeros(n.shape), np.full(n.shape, 2.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        for _ in range(_HALVINGS):
            middle = (near + far) / 2
            at, variance, _ = _tilted(places, shares, middle)
            rejected = (at - mean) ** 2 * n > z * z * variance
            near, far = np.where(rejected, near, middle), np.where(rejected, middle, far)
        at = _tilted(places, shares, near)[0]
    return np.maximum(at, mean)


def variance_at(levels: Sequence[float], shares: Sequence[Number], mean: Number) -> Number:
    """Return the variance of one answer under the most likely distribution that has this mean.

    Args:
        levels: The distinct values that one answer can contribute, ascending.
        shares: The share of answers at each level; numbers, or arrays over groups.
        mean: A value between the first level and the last.
    """
    places, weights, target, now = _on_unit(levels, shares, mean)
    up = _above(places, weights, np.maximum(target, now))[1]
    mirrored = [1 - x for x in reversed(places)]
    down = _above(mirrored, weights[::-1], 1 - np.minimum(target, now))[1]
    variance = (levels[-1] - levels[0]) ** 2 * np.where(target >= now, up, down)
    return variance if np.ndim(variance) else float(variance)


def shares_at(levels: Sequence[float], shares: Sequence[float], mean: float) -> list[float]:
    """Return the shares of the most likely distribution that has this mean, of one sample.

    Args:
        levels: The distinct values that one answer can contribute, ascending.
        shares: The share of answers at each level.
        mean: A value between the first level and the last.
    """
    places, weights, target, now = _on_unit(levels, shares, mean)
    if target >= now:
        return [float(share) for share in _above(places, weights, target)[2]]
    mirrored = [1 - x for x in reversed(places)]
    return [float(share) for share in _above(mirrored, weights[::-1], 1 - target)[2]][::-1]


def _on_unit(
    levels: Sequence[float], shares: Sequence[Number], mean: Number
) -> tuple[list[float], list[FloatArray], FloatArray, FloatArray]:
    """Return the places of the levels on 0..1, the shares, the mean asked for and theirs."""
    span = levels[-1] - levels[0]
    places = [(level - levels[0]) / span for level in levels]
    weights: list[FloatArray] = [np.asarray(share, dtype=np.float64) for share in shares]
    target: FloatArray = (np.asarray(mean, dtype=np.float64) - levels[0]) / span
    none: FloatArray = np.zeros(target.shape)
    now = sum((x * share for x, share in zip(places, weights, strict=True)), none)
    return places, weights, target, now


def _above(
    places: Sequence[float], shares: Sequence[FloatArray], target: FloatArray
) -> tuple[FloatArray, FloatArray, list[FloatArray]]:
    """Return mean, variance and shares at the point of the path whose mean is `target`, on 0..1."""
    shape = np.broadcast_shapes(target.shape, *(share.shape for share in shares))
    near, far = np.zeros(shape), np.full(shape, 2.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        for _ in range(_HALVINGS):
            middle = (near + far) / 2
            beyond = _tilted(places, shares, middle)[0] > target
            near, far = np.where(beyond, near, middle), np.where(beyond, middle, far)
        return _tilted(places, shares, near)


def _tilted(
    places: Sequence[float], shares: Sequence[FloatArray], s: FloatArray
) -> tuple[FloatArray, FloatArray, list[FloatArray]]:
    """Return mean and variance of the shares at point `s` of the path, and these."""
    tilt, rest = np.minimum(s, 1.0), np.maximum(s - 1.0, 0.0)
    masses = [
        np.where(share > 0, share / np.maximum(1 - tilt * x, _TINY), 0.0)
        for x, share in zip(places, shares, strict=True)
    ]
    total = sum(masses, np.zeros(s.shape))
    kept: list[FloatArray] = [(1 - rest) * mass / total for mass in masses]
    kept[-1] = kept[-1] + rest
    mean = sum((x * p for x, p in zip(places, kept, strict=True)), np.zeros(s.shape))
    variance = sum(
        (p * (x - mean) ** 2 for x, p in zip(places, kept, strict=True)), np.zeros(s.shape)
    )
    return mean, variance, kept
