"""Lift: the ratio of two rates, with the interval of its logarithm."""

from __future__ import annotations

import math
from typing import Any, ClassVar, cast

from attrs import frozen

from relmetrics.errors import ParameterError
from relmetrics.estimators.linear import LinearScore
from relmetrics.estimators.ratio import Ratio
from relmetrics.inference.intervals import quantile
from relmetrics.metric.estimate import Estimate
from relmetrics.metric.result import Result, Valued
from relmetrics.metric.wording import percent

_LIFT_METHODS = ("log_ratio", "haldane")


@frozen(repr=False)
class Lift(Valued, Result):
    """The ratio of one rate to another: 1 is no difference, 40 is forty times as often.

    Attributes:
        value: rate of the treated / rate of the control; infinite when only the control's is 0
            (the interval, from corrected counts, is finite all the same), NaN when both are.
        low: Lower end of the interval, at least 0.
        high: Upper end, always finite, of rates.
        confidence_level: The level of the interval.
        method: ``log_ratio``, ``haldane`` where a count was zero, ``none`` where there is no
            interval (see `lift`).
        treated: The estimate in the numerator.
        control: The estimate in the denominator.

    Example:
        >>> import relmetrics as rm
        >>> print(rm.lift(rm.rate(80, 1000), rm.rate(20, 1000)))
        Lift 4.00 (95% CI 2.47 to 6.48; 80 of 1000 against 20 of 1000, log_ratio)
    """

    __array_ufunc__: ClassVar[None] = None

    value: float
    low: float
    high: float
    confidence_level: float
    method: str
    treated: Estimate
    control: Estimate

    @property
    def n(self) -> int:
        """The number of answers of both sides."""
        return self.treated.n + self.control.n

    @property
    def missing(self) -> int:
        """The number of rows without an answer, of both sides."""
        return self.treated.missing + self.control.missing

    def interval(self, confidence_level: float) -> Lift:
        """Return the same ratio with an interval at another level.

        Raises:
            ParameterError: The level is not strictly between 0 and 1.
        """
        return lift(self.treated, self.control, confidence_level=confidence_level)

    def __str__(self) -> str:
        """Return one honest line: ratio, interval, both pairs of counts."""
        sides = f"{_counts(self.treated)} against {_counts(self.control)}"
        if math.isnan(self.low):
            return f"Lift {self.value:.2f} (no interval: not both are above 0; {sides})"
        open_ended = math.isinf(self.high)
        value = "undefined" if math.isnan(self.value) else f"{self.value:.2f}"
        value = "unbounded" if open_ended else value
        ends = f"{self.low:.2f} and more" if open_ended else f"{self.low:.2f} to {self.high:.2f}"
        return f"Lift {value} ({percent(self.confidence_level)} CI {ends}; {sides}, {self.method})"


def lift(treated: Estimate, control: Estimate, *, confidence_level: float = 0.95) -> Lift:
    """Compute the ratio of two rates, such as a conversion rate by e-mail over one elsewhere.

    Formula: ``value = (k1 / n1) / (k0 / n0)``. Interval: the normal interval of the logarithm,
    ``exp(log(value) +- z sqrt(1/k1 - 1/n1 + 1/k0 - 1/n0))`` (Katz and others 1978), named
    ``log_ratio``. Where a k is zero, or nobody said no on either side, half an answer is added to
    yes and to no of each side, for the interval and not for the value (Haldane 1956): ``haldane``.
    Where nobody of the control said yes, the value and the upper end are infinite.
    Weighted rates enter with their effective n.

    Of a ratio of two sums, such as the average order value, the squared errors of the logarithm
    are those of its own interval. Where one of them is not above 0 there is no interval: ``none``.

    Args:
        treated: The rate in the numerator, such as ``rm.rate(80, 1000)``, or a ratio of sums.
        control: The rate in the denominator; of other customers than the treated.
        confidence_level: Level of the interval, strictly between 0 and 1.

    Raises:
        ParameterError: An argument is no estimate of a share of two outcomes, nor both of the same
            ratio of sums; or the level is not between 0 and 1.

    Example:
        >>> import relmetrics as rm
        >>> lift = rm.lift(rm.rate(40, 1000), rm.rate(1, 1000))
        >>> lift.value, lift.method
        (40.0, 'log_ratio')
        >>> rm.lift(rm.rate(3, 10), rm.rate(0, 10)).method
        'haldane'

    Source:
        "Customer relationships: principles for building long-term ties" (e-mail against social
        media); Katz and others (1978), Biometrics 34; Haldane (1956),
        Annals of Human Genetics 20.
    """
    z = quantile(confidence_level)
    if _is_ratio(treated) and _is_ratio(control) and treated.metric == control.metric:
        return _of_ratios(treated, control, confidence_level)
    (p1, n1), (p0, n0) = (
        _side(name, side) for name, side in (("treated", treated), ("control", control))
    )
    value = p1 / p0 if p0 else (math.inf if p1 else math.nan)
    k1, k0 = p1 * n1, p0 * n0
    plain = k1 > 0 and k0 > 0 and (p1 < 1 or p0 < 1)
    method = _LIFT_METHODS[0] if plain else _LIFT_METHODS[1]
    if not plain:
        k1, n1, k0, n0 = k1 + 0.5, n1 + 1, k0 + 0.5, n0 + 1
    center = math.log(k1 / n1) - math.log(k0 / n0)
    variance = 1 / k1 - 1 / n1 + 1 / k0 - 1 / n0
    half = z * math.sqrt(variance)
    return Lift(
        value,
        min(math.exp(center - half), value),
        max(math.exp(center + half), value),
        confidence_level,
        method,
        treated,
        control,
    )


def _is_ratio(side: object) -> bool:
    """Tell the estimate of a ratio of two sums, from which nothing is taken off."""
    metric = side.metric if isinstance(side, Estimate) else None
    return isinstance(metric, Ratio) and metric.offset == 0


def _of_ratios(treated: Estimate, control: Estimate, confidence_level: float) -> Lift:
    """Return the ratio of two ratios of sums: the errors of their logarithms add in squares."""
    ours, theirs = treated.value, control.value
    value = ours / theirs if theirs else (math.copysign(math.inf, ours) if ours else math.nan)
    low = high = math.nan
    if ours > 0 and theirs > 0:
        squared = 0.0
        for side in (treated, control):
            found = cast("Any", side.metric).form.normal(side.state)
            squared += float(found.squared_error) / side.value**2
        # Beyond the largest float there is no number to tell.
        half = min(quantile(confidence_level) * math.sqrt(squared), 300.0)
        low, high = value * math.exp(-half), value * math.exp(half)
    method = "none" if math.isnan(low) else _LIFT_METHODS[0]
    return Lift(value, low, high, confidence_level, method, treated, control)


def _side(name: str, side: Estimate) -> tuple[float, float]:
    """Return the share (0..1) of one side and its effective n."""
    metric = side.metric if isinstance(side, Estimate) else None
    if not isinstance(metric, LinearScore) or metric.form.levels != (0.0, 100.0):
        example = "Say rm.lift(rm.rate(80, 1000), rm.rate(20, 1000))."
        raise ParameterError.must_be(name, "the estimate of a rate", side, example)
    form = metric.form
    _, weights, _ = form.masses(side.state)
    sample = form.sampled(side.state)
    total = sum(weights)
    share = weights[-1] / total
    return share, form.own_size(sample, [mass / total for mass in weights])


def _counts(side: Estimate) -> str:
    """Return the counts of one side as text, ``80 of 1000``, or its value: ``9.50 (n = 40)``."""
    if _is_ratio(side):
        return f"{side.value:.{side.metric.about.digits}f} (n = {side.n})"
    _, weights, _ = cast("LinearScore[Any]", side.metric).form.masses(side.state)
    return f"{weights[-1]:.10g} of {sum(weights):.10g}"
