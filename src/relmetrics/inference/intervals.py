"""Intervals: pure functions from a sample's few numbers to (low, high).

Every function takes numbers or arrays with one entry per group, in the units of the metric, and
`z`, the normal quantile of the confidence level. None leaves the range; none has width zero.

`value` is the sample's mean, `variance` the variance of one answer (divisor n), and `n` the
effective number of answers, so that variance / n is the variance of the mean. Survey weights enter
through the last two: see `Sample`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from relmetrics.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import FloatArray, Number

_QUANTILES = {0.95: 1.9599639845400536}  # of almost every interval, without `statistics`


def quantile(confidence_level: float) -> float:
    """Return z, the two-sided normal quantile of a confidence level: 1.96 for 0.95.

    Raises:
        ParameterError: The level is not strictly between 0 and 1.
    """
    name, known = "confidence_level", isinstance(confidence_level, float)
    z = _QUANTILES.get(confidence_level) if known else None
    if z is None:
        real = isinstance(confidence_level, (int, float, np.integer, np.floating))
        if not real or isinstance(confidence_level, (bool, np.timedelta64)):
            raise ParameterError.must_be(name, "a number", confidence_level)
        if not 0 < confidence_level < 1:
            raise ParameterError.must_be(
                name, "strictly between 0 and 1", confidence_level, "Say 0.95 for 95 %."
            )
        from statistics import NormalDist  # noqa: PLC0415 - see above

        z = -NormalDist().inv_cdf((1 - float(confidence_level)) / 2)
        if known and len(_QUANTILES) < 64:  # noqa: PLR2004 - nobody asks for more levels than that
            _QUANTILES[confidence_level] = z
    return z


def clipped(value: Number, low: float, high: float) -> Number:
    """Return the value, or the end of the range where it lies beyond."""
    if isinstance(value, np.ndarray):
        return np.minimum(np.maximum(value, low), high)
    return low if value < low else high if value > high else value  # noqa: FURB136 - no call


def around(value: Number, low: Number, high: Number) -> tuple[Number, Number]:
    """Return the ends, moved out to the value where pseudo-answers or rounding stop short of it."""
    if isinstance(value, np.ndarray):
        return np.minimum(low, value), np.maximum(high, value)
    return value if value < low else low, value if value > high else high  # noqa: FURB136


def within(
    value: Number, center: Number, half: Number, low: float, high: float
) -> tuple[Number, Number]:
    """Return center +- half, clipped to the range and moved out to the value."""
    below, above = center - half, center + half
    if isinstance(value, np.ndarray):
        return around(value, clipped(below, low, high), clipped(above, low, high))
    # Of single numbers the same at once: every estimate takes this way, and calls cost most of it.
    below = low if below < low else high if below > high else below  # noqa: FURB136 - no calls
    above = low if above < low else high if above > high else above  # noqa: FURB136
    return value if value < below else below, value if value > above else above  # noqa: FURB136


@frozen
class Pseudo:
    """Pseudo-answers: how many are added, and their mean and variance in the metric's units."""

    n: float
    mean: float
    variance: float


def adjusted(
    value: Number, variance: Number, n: Number, z: float, pseudo: Pseudo, low: float, high: float
) -> tuple[Number, Number]:
    """Return the normal interval after adding pseudo-answers, clipped to the range.

    Rule 5 of the design; for three classes with 3/4, 3/2, 3/4 it is Rocks (2016),
    arXiv 1601.07235, and for two classes with 2 and 2 it is Agresti and Coull (1998).
    """
    center, squared_error = pulled(value, variance, n, pseudo)
    return within(value, center, z * squared_error**0.5, low, high)


def pulled(value: Number, variance: Number, n: Number, pseudo: Pseudo) -> tuple[Number, Number]:
    """Return the mean after adding pseudo-answers, and its squared standard error, never 0."""
    total = n + pseudo.n
    center = (n * value + pseudo.n * pseudo.mean) / total
    spread = (
        n * (variance + (value - center) ** 2)
        + pseudo.n * (pseudo.variance + (pseudo.mean - center) ** 2)
    ) / total
    return center, spread / total


def wald(
    value: Number, standard_error: Number, z: float, low: float, high: float
) -> tuple[Number, Number]:
    """Return value +- z standard errors, clipped to the range.

    Which error that is, the form says by `wald_error`: of shares and nets the one with divisor n.

    Too narrow for few answers: it covers 79 % instead of 95 % at n = 5.
    """
    half = z * standard_error
    return clipped(value - half, low, high), clipped(value + half, low, high)


def stand_in(
    method: str,
    plain: tuple[Number, ...],
    default_method: str,
    default: tuple[Number, ...],
    flat: Any,
) -> tuple[tuple[Number, ...], str]:
    """Return numbers by a method, or the default's where that has no width, and the method used.

    Wald's interval and the bootstrap claim certainty where everybody answers the same.

    Args:
        method: The method asked for.
        plain: Its numbers, the ends of the interval first; arrays over groups.
        default_method: The method that stands in.
        default: Its numbers.
        flat: Where the method has no width.
    """
    if np.ndim(flat):
        pairs = zip(default, plain, strict=True)
        return tuple(np.where(flat, other, own) for other, own in pairs), method
    return (default, default_method) if flat else (plain, method)


def wilson(share: Number, n: Number, z: float) -> tuple[Number, Number]:
    """Return Wilson's score interval of a share (0..1): Wilson (1927)."""
    total = n + z * z
    center = (n * share + z * z / 2) / total
    half = z / total * (n * share * (1 - share) + z * z / 4) ** 0.5
    return within(share, center, half, 0.0, 1.0)


def agresti_coull(share: Number, n: Number, z: float) -> tuple[Number, Number]:
    """Return the interval of Agresti and Coull (1998) of a share (0..1): z^2/2 answers each way."""
    total = n + z * z
    center = (n * share + z * z / 2) / total
    half = z * (center * (1 - center) / total) ** 0.5
    return within(share, center, half, 0.0, 1.0)


_HALVINGS = 64
_TINY = 1e-300


def score(
    levels: Sequence[float], shares: Sequence[Number], n: Number, z: float
) -> tuple[Number, Number]:
    """Return the score interval of a linear score: the values that a score test would not reject.

    A value m is kept when (value - m)^2 <= z^2 V(m) / n, where V(m) is the variance of one answer
    under the most likely distribution whose mean is m. For two levels this is Wilson's interval;
    for three equally spaced ones it is Tango's (1998), the iterative interval of Rocks (2016).

    Those most likely distributions form a single path: each share tilted to
    share / (1 - s x), with x the level's place in the range (0..1) and s from 0 to 1; past s = 1
    the rest of the way puts mass on the end of the range. So one search along the path does.

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
            at, variance = _tilted(places, shares, middle)
            rejected = (at - mean) ** 2 * n > z * z * variance
            near, far = np.where(rejected, near, middle), np.where(rejected, middle, far)
        at, _variance = _tilted(places, shares, near)
    return np.maximum(at, mean)


def variance_at(levels: Sequence[float], shares: Sequence[Number], mean: Number) -> Number:
    """Return the variance of one answer under the most likely distribution that has this mean.

    Args:
        levels: The distinct values that one answer can contribute, ascending.
        shares: The share of answers at each level; numbers, or arrays over groups.
        mean: A value between the first level and the last.
    """
    span = levels[-1] - levels[0]
    places = [(level - levels[0]) / span for level in levels]
    weights = [np.asarray(share, dtype=np.float64) for share in shares]
    target = (np.asarray(mean, dtype=np.float64) - levels[0]) / span
    now = sum((x * share for x, share in zip(places, weights, strict=True)), np.zeros(target.shape))
    up = _variance_above(places, weights, np.maximum(target, now))
    mirrored = [1 - x for x in reversed(places)]
    down = _variance_above(mirrored, weights[::-1], 1 - np.minimum(target, now))
    variance = span**2 * np.where(target >= now, up, down)
    return variance if np.ndim(variance) else float(variance)


def _variance_above(
    places: Sequence[float], shares: Sequence[FloatArray], target: FloatArray
) -> FloatArray:
    """Return the variance at the point of the path whose mean is `target`, on 0..1."""
    shape = np.broadcast_shapes(target.shape, *(share.shape for share in shares))
    near, far = np.zeros(shape), np.full(shape, 2.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        for _ in range(_HALVINGS):
            middle = (near + far) / 2
            beyond = _tilted(places, shares, middle)[0] > target
            near, far = np.where(beyond, near, middle), np.where(beyond, middle, far)
        return _tilted(places, shares, near)[1]


def _tilted(
    places: Sequence[float], shares: Sequence[FloatArray], s: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return mean and variance of the shares at point `s` of the path."""
    tilt, rest = np.minimum(s, 1.0), np.maximum(s - 1.0, 0.0)
    masses = [
        np.where(share > 0, share / np.maximum(1 - tilt * x, _TINY), 0.0)
        for x, share in zip(places, shares, strict=True)
    ]
    total = sum(masses, np.zeros(s.shape))
    kept = [(1 - rest) * mass / total for mass in masses]
    kept[-1] = kept[-1] + rest
    mean = sum((x * p for x, p in zip(places, kept, strict=True)), np.zeros(s.shape))
    variance = sum(
        (p * (x - mean) ** 2 for x, p in zip(places, kept, strict=True)), np.zeros(s.shape)
    )
    return mean, variance


RESAMPLES = 10_000
_DRAWN_AT_ONCE = 1 << 22


def bootstrap(
    levels: Sequence[float],
    shares: FloatArray,
    n: FloatArray,
    confidence_level: float,
    rng: np.random.Generator,
) -> tuple[FloatArray, FloatArray]:
    """Return the percentile bootstrap interval of a linear score.

    A resample of the answers is a multinomial draw of their tally, so the cost does not depend
    on their number. Weighted answers are drawn in their effective number.

    Args:
        levels: The distinct values that one answer can contribute, ascending.
        shares: The share of answers at each level, shape (groups, levels).
        n: Effective number of answers of each group; groups with none give NaN.
        confidence_level: The level, strictly between 0 and 1.
        rng: Where the draws come from.
    """
    from relmetrics.data.progress import watched  # noqa: PLC0415 - few intervals are resampled

    ends = [(1 - confidence_level) / 2, (1 + confidence_level) / 2]
    low, high = np.full(len(n), np.nan), np.full(len(n), np.nan)
    draws = np.where(n > 0, np.clip(np.rint(np.nan_to_num(n)), 1, 2.0**62), 0).astype(np.int64)
    at_once = max(1, _DRAWN_AT_ONCE // (RESAMPLES * len(levels)))
    for start in watched(range(0, len(n), at_once)):
        if len(part := np.flatnonzero(draws[start : start + at_once]) + start):
            drawn = rng.multinomial(draws[part], shares[part], size=(RESAMPLES, len(part)))
            scores = drawn @ np.asarray(levels) / draws[part]
            low[part], high[part] = np.quantile(scores, ends, axis=0)
    return low, high
