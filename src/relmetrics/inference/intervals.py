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


def unrounded(
    mean: Number, levels: Sequence[float], masses: Sequence[Number], total: Number
) -> Number:
    """Return a weighted mean, or the level itself where all answers are at one.

    Rounding of weights must not make a difference among answers that are equal.
    """
    for level, mass in zip(levels, masses, strict=True):
        if isinstance(mean, np.ndarray):
            mean = np.where((mass == total) & (total > 0), level, mean)
        elif mass == total:
            return level
    return mean


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
