"""Contrasts: pure functions from the few numbers of two samples to a difference and its test.

Every function takes numbers, or arrays with one entry per pair of groups, in the units of the
metric. Differences are signed: the sample less its reference.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from attrs import Factory, field, frozen

from relmetrics.inference.intervals import Pseudo, pulled, stand_in, within

if TYPE_CHECKING:
    from relmetrics.data.types import FloatArray, Number
    from relmetrics.states.sample import Sample


_FEW = 512
"""Up to so many deviates the standard library is as fast, one at a time."""
_ROUNDING = 1e-12
"""A difference below this part of its error is the rounding of sums."""


@frozen
class Normal:
    """What a state says after pseudo-answers were added to it.

    Attributes:
        sample: The sample, untouched.
        center: The metric's value with the pseudo-answers.
        squared_error: The squared standard error of `center`, never 0.
    """

    sample: Sample
    center: Number
    squared_error: Number

    @classmethod
    def of(cls, sample: Sample, pseudo: Pseudo) -> Normal:
        """Return what is left of a sample after pseudo-answers were added."""
        value, variance, n = sample.value, sample.variance, sample.n_effective
        return cls(sample, *pulled(value, variance, n, pseudo))

    @property
    def value(self) -> Number:
        """The metric, untouched."""
        return self.sample.value


@frozen
class Contrast:
    """A difference in numbers; arrays where there are several.

    Attributes:
        value: The sample less its reference.
        low: Lower end of the interval.
        high: Upper end of it.
        p_value: Two-sided, of no difference.
        standard_error: Standard error of `value`, with divisor n - 1; NaN from a single answer.
        method: The method of the interval.
        samples: The sample and its reference, where both were presented.
        test: The test of `p_value`; by default that of the interval's method.
        warning: What is to be known of the test; empty where it keeps what it promises.
    """

    value: Number
    low: Number
    high: Number
    p_value: Number
    standard_error: Number
    method: str
    samples: tuple[Sample, ...] = ()
    test: str = field(default=Factory(lambda self: self.method, takes_self=True))
    warning: str = ""


def two_sided(z: Number) -> Number:
    """Return the two-sided p-value of a standard normal deviate; NaN of NaN."""
    if not isinstance(z, np.ndarray):
        return math.erfc(abs(float(z)) / math.sqrt(2))
    scaled = np.abs(z) / math.sqrt(2)
    if z.size > _FEW:
        from relmetrics.inference.distributions.erfc import erfc  # noqa: PLC0415 - of many only

        return erfc(scaled)
    return np.fromiter(map(math.erfc, scaled.ravel().tolist()), np.float64, z.size).reshape(z.shape)


def upper_tail(z: FloatArray) -> FloatArray:
    """Return the chance of a standard normal deviate above each of these, which are at least 0."""
    chance: FloatArray = two_sided(z) / 2
    return chance


def p_of(sample: Sample, deviate: Number, method: str) -> float:
    """Return the two-sided p-value of a sample's deviate: Student's where it has clusters."""
    students = getattr(sample, "p_value", None)
    return float(two_sided(deviate)) if students is None else float(students(deviate, method))


def deviate(difference: Number, squared_error: Number) -> Number:
    """Return difference over error; 0 for none by none, infinite for some by none."""
    if isinstance(difference, np.ndarray) or isinstance(squared_error, np.ndarray):
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(difference == 0, 0.0 * squared_error, difference / squared_error**0.5)
    if difference == 0 or math.isnan(squared_error):
        return 0.0 * squared_error
    return difference / squared_error**0.5 if squared_error > 0 else math.inf


def interval_and_test(
    value: Number,
    pulled_to: tuple[Number, Number],
    squared_error: Number | None,
    z: float,
    reach: float,
    methods: tuple[str, str],
) -> tuple[tuple[Number, Number, Number], str]:
    """Return low, high and p-value of a difference, and the method used.

    With pseudo-answers on both sides: Rocks (2016), arXiv 1601.07235, for NPS; Agresti and Caffo
    (2000) for rates. The interval excludes 0 exactly when the p-value is below 1 less the level.
    Wald's has none, and where it has no width either the other stands in.

    Args:
        value: The difference.
        pulled_to: The difference with the pseudo-answers, and its squared error.
        squared_error: The squared error without them, for Wald's interval; None for the other.
        z: The normal quantile of the level.
        reach: The largest difference that the metric's range allows.
        methods: What the method asked for is called, and that with pseudo-answers.
    """
    method, by_pseudo = methods
    low, high = normal(value, *pulled_to, z, reach)
    p_value = two_sided(pulled_deviate(value, *pulled_to))
    if squared_error is not None:
        plain = wald(value, squared_error, z, reach)
        flat = np.logical_not(squared_error > 0)
        found, method = stand_in(method, plain, by_pseudo, (low, high, p_value), flat)
        low, high, p_value = found
    return (low, high, p_value), method


def pulled_deviate(value: Number, center: Number, squared_error: Number) -> Number:
    """Return center over error; 0 where pseudo-answers have turned the sign of the value.

    One promoter against a thousand promoters differs by 0, and its pseudo-answers say -75. The
    interval is moved out to the value, so it holds 0 at every level, and the test agrees.
    """
    differs = np.abs(value) > _ROUNDING * squared_error**0.5
    agree = differs & (np.sign(value) * np.sign(center) > 0)
    kept = np.where(agree, center, 0.0) if isinstance(center, np.ndarray) else center * bool(agree)
    return deviate(kept, squared_error)


def normal(
    value: Number, center: Number, squared_error: Number, z: float, reach: float
) -> tuple[Number, Number]:
    """Return center +- z errors within the reach, and around the value."""
    return within(value, center, z * squared_error**0.5, -reach, reach)


def wald(
    value: Number, squared_error: Number, z: float, reach: float
) -> tuple[Number, Number, Number]:
    """Return low, high and p-value without pseudo-answers: too narrow for few answers."""
    low, high = normal(value, value, squared_error, z, reach)
    return low, high, two_sided(deviate(value, squared_error))


def recovered(
    a: tuple[Number, Number, Number],
    b: tuple[Number, Number, Number],
    correlation: Number | None = None,
) -> tuple[Number, Number]:
    """Return the interval of a difference from the intervals of its two sides.

    Newcombe's (1998) hybrid, method 10, where both are Wilson's; in general Zou and Donner's
    (2008) recovery of variance estimates.

    Args:
        a: Value, low and high of the sample.
        b: The same of the reference.
        correlation: Of the two sides; None where they are independent.
    """
    difference = a[0] - b[0]
    below = (a[0] - a[1]) ** 2 + (b[2] - b[0]) ** 2
    above = (a[2] - a[0]) ** 2 + (b[0] - b[1]) ** 2
    if correlation is not None:
        below = below - 2 * correlation * (a[0] - a[1]) * (b[2] - b[0])
        above = above - 2 * correlation * (a[2] - a[0]) * (b[0] - b[1])
    return difference - below**0.5, difference + above**0.5


def recovered_ratio(
    a: tuple[float, float, float], b: tuple[float, float, float], correlation: float = 0.0
) -> tuple[float, float]:
    """Return the interval of a ratio from the intervals of its two sides, which are not negative.

    It holds every R for which the interval of ``a - R b`` by `recovered` holds 0: the solutions of
    ``(a - R b)^2 = x^2 + R^2 y^2 - 2 r R x y`` with the distances x and y to the ends that face the
    ratio. With one side known it is the other side's interval, transformed. The upper end is NaN,
    open, where the interval of `b` reaches 0.

    Args:
        a: Value, low and high of the numerator.
        b: The same of the denominator; its value may be 0.
        correlation: Of the two sides; 0 where they are independent.

    Source:
        Donner and Zou (2012), Statistical Methods in Medical Research 21, 347-359; Newcombe (2016),
        the same 25, 1774-1778.
    """

    def between(x: float, y: float) -> tuple[float, float, float]:
        cross = a[0] * b[0] - correlation * x * y
        top, bottom = (a[0] - x) * (a[0] + x), (b[0] - y) * (b[0] + y)
        return cross, top, bottom

    cross, top, bottom = between(a[0] - a[1], b[2] - b[0])
    over = cross + math.sqrt(max(cross * cross - top * bottom, 0.0))
    low = max(top / over, 0.0) if over > 0 else 0.0  # the smaller solution, without cancelling
    cross, top, bottom = between(a[2] - a[0], b[0] - b[1])
    if not bottom > 0:
        return low, math.nan
    return low, (cross + math.sqrt(max(cross * cross - top * bottom, 0.0))) / bottom


def reaching_zero(
    low: Number, high: Number, p_value: Number, level: float
) -> tuple[Number, Number]:
    """Return the ends, the nearer one moved to 0 where the test does not reject no difference.

    Interval and test are of two methods. An interval that leaves out what the test keeps is too
    short; one that holds what the test rejects is only wider, and stays.
    """
    kept = p_value >= 1 - level
    if isinstance(low, np.ndarray):
        below, above = np.minimum(low, 0.0), np.maximum(high, 0.0)
        return np.where(kept, below, low), np.where(kept, above, high)
    return (min(low, 0.0), max(high, 0.0)) if kept else (low, high)
