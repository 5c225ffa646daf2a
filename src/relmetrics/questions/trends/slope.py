"""Slopes: how fast a metric changes from period to period, with its uncertainty."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING, Literal

import numpy as np
from attrs import evolve, field, frozen

from relmetrics.data.checks import check_name
from relmetrics.data.columns import comparable
from relmetrics.errors import ParameterError
from relmetrics.inference.differences import two_sided
from relmetrics.inference.intervals import quantile
from relmetrics.inference.student import t_quantile, two_sided_p
from relmetrics.metric.wording import json_number, p_text, percent
from relmetrics.questions.trends.monotone import monotone, variance_of_score
from relmetrics.questions.trends.series import PERIODS_PER_YEAR, described

if TYPE_CHECKING:
    from relmetrics.data.periods import Every
    from relmetrics.data.types import AnyArray, FloatArray
    from relmetrics.metric.metric import Description
    from relmetrics.questions.trends.series import Series

SlopeMethod = Literal["weighted", "sampling", "ordinary", "theil_sen"]
METHODS: tuple[SlopeMethod, ...] = ("weighted", "sampling", "ordinary", "theil_sen")

_FEWEST = {"weighted": 3, "sampling": 2, "ordinary": 3, "theil_sen": 3}
_CLOSE = 1e-12


@frozen(kw_only=True)
class Slope:
    """The change of a metric per period, as a straight line through its values has it.

    Made by ``trend.slope()``. ``float(slope)`` is the value.

    Attributes:
        value: Change per `per`, in the unit of the metric.
        low: Lower end of the interval; -infinity where so few periods bound nothing.
        high: Upper end; infinity likewise.
        standard_error: Standard error of the value; NaN for `theil_sen`, which has none.
        p_value: Chance of a slope at least as steep, either way, where there is no trend.
        confidence_level: The level of `low` and `high`.
        method: How it was made.
        per: The time that the change is over: the kind of period, or ``year``.
        n_periods: Number of periods that the line goes through.
        between: Standard deviation of the periods about the line beyond what their numbers of
            answers explain, in the unit of the metric; NaN where the method has no such thing.
        r_squared: Share of the (weighted) variation that the line explains; NaN for `theil_sen`.
        every: The kind of period.
        about: The description of the metric.

    Example:
        >>> import relmetrics as rm
        >>> months = ["2025-01-15", "2025-02-15", "2025-03-15", "2025-04-15"] * 2
        >>> answers = [1, 3, 2, 5, 2, 2, 4, 4]
        >>> trend = rm.MeanScore(scale=rm.ONE_TO_FIVE).over(
        ...     answers, months, every="month", as_of="2025-05-01"
        ... )
        >>> slope = trend.slope(method="ordinary")
        >>> print(slope)
        Mean +0.95 scale points per month (95% CI 0.38 to 1.52; p = 0.019; 4 months)
        >>> round(slope.per_year.value, 2)
        11.4
    """

    value: float
    low: float
    high: float
    standard_error: float = field(eq=comparable)
    p_value: float
    confidence_level: float
    method: str
    per: str
    n_periods: int
    between: float = field(eq=comparable)
    r_squared: float = field(eq=comparable)
    every: Every
    about: Description = field(repr=False)
    through: tuple[float, float, float] = field(repr=False)
    """A period and a value on the line, and its change per period."""

    def __float__(self) -> float:
        """Return the value."""
        return self.value

    @property
    def per_year(self) -> Slope:
        """The same slope as a change per year; of days and weeks, a year has 365.25 days."""
        times = PERIODS_PER_YEAR[self.every] if self.per != "year" else 1.0
        numbers = ("value", "low", "high", "standard_error")
        return evolve(self, per="year", **{name: times * getattr(self, name) for name in numbers})

    def at(self, periods: AnyArray) -> FloatArray:
        """Return the value of the line in periods.

        Args:
            periods: Their numbers, as ``trend.periods`` has them.

        Raises:
            ParameterError: They are no numbers.
        """
        numbers = np.asarray(periods)
        if numbers.dtype.kind not in "iuf":
            raise ParameterError.must_be(
                "periods", "numbers of periods", periods, "Say slope.at(trend.periods)."
            )
        period, value, change = self.through
        line: FloatArray = value + change * (numbers - period)
        return line

    def __str__(self) -> str:
        """Return one honest line: the change, its interval, its p-value, the periods."""
        value, low, high = self._texts()
        plural = f"{self.n_periods} {self.every}s"
        level = percent(self.confidence_level)
        return (
            f"{self.about.symbol} {value} {self.about.difference_unit} per {self.per} "
            f"({level} CI {low} to {high}; "
            f"{p_text(self.p_value)}; {plural})"
        )

    def _texts(self) -> tuple[str, str, str]:
        """Return value and ends with as many decimals as the width of the interval warrants."""
        width = self.high - self.low
        digits = self.about.digits
        if 0 < width < math.inf:
            digits = min(max(digits, 1 - math.floor(math.log10(width))), 12)
        low, high = f"{self.low:z.{digits}f}", f"{self.high:z.{digits}f}"
        return f"{self.value:+z.{digits}f}", low, high

    def _repr_html_(self) -> str:
        """Return the slope as a table of one row, for notebooks."""
        value, low, high = self._texts()
        cells = {
            "metric": self.about.name,
            f"change per {self.per} ({self.about.difference_unit})": value,
            f"{percent(self.confidence_level)} CI": f"{low} to {high}",
            "p-value": p_text(self.p_value).removeprefix("p ").removeprefix("= "),
            f"{self.every}s": str(self.n_periods),
        }
        head = "".join(f"<th>{escape(name)}</th>" for name in cells)
        body = "".join(f"<td>{escape(text)}</td>" for text in cells.values())
        return f"<table><thead><tr>{head}</tr></thead><tbody><tr>{body}</tr></tbody></table>"

    def to_dict(self) -> dict[str, object]:
        """Return the slope as JSON-ready plain values; NaN and infinity become None."""
        numbers = ("value", "low", "high", "standard_error", "p_value", "between", "r_squared")
        return {
            "type": "slope",
            "v": 1,
            **described(self.about),
            "every": self.every,
            "per": self.per,
            **{name: json_number(getattr(self, name)) for name in numbers},
            "n_periods": self.n_periods,
            "confidence_level": float(self.confidence_level),
            "method": self.method,
        }


def slope(
    series: Series, *, method: SlopeMethod = "weighted", confidence_level: float = 0.95
) -> Slope:
    """Return the change per period, as a straight line through the usable periods has it.

    ========== ====================================================================================
    weighted   Each period weighs 1 / (v + between^2), with v its squared standard error. `between`
               is what makes the squared residuals come to their expectation (Paule and Mandel
               1982), 0 when chance of the answers explains them. Student's t on P - 2 degrees of
               freedom (Knapp and Hartung 2003; theirs would be narrower where the periods happen
               to look calmer than chance, this is not).
    sampling   Weights 1 / v and the normal quantile: right only when nothing but the choice of
               respondents moves the values. Too narrow for most real series.
    ordinary   Least squares without weights, Student's t on P - 2 degrees of freedom.
    theil_sen  Median of the slopes of all pairs, interval by Sen (1968), p-value of Mann and
               Kendall. Outliers do not move it; it takes no account of the numbers of answers.
    ========== ====================================================================================

    Args:
        series: The metric by period. Gaps keep their place in time.
        method: One of the above.
        confidence_level: Level of the interval, strictly between 0 and 1.

    Raises:
        ParameterError: There is no such method, or the level is not between 0 and 1.
        StateError: There are fewer usable periods than the method needs: 3, or 2 for `sampling`.
    """
    check_name("method", method, METHODS)
    quantile(confidence_level)
    used = series.require("the slope", _FEWEST[method], f"method={method!r}")
    x = series.periods[used].astype(float)
    y, v = series.values[used], series.variances[used]
    if method == "theil_sen":
        line = _median_line(x, y, confidence_level, monotone(series).p_value)
    else:
        line = _mean_line(x, y, v, method, confidence_level)
    return Slope(
        value=line.change,
        low=line.low,
        high=line.high,
        standard_error=line.standard_error,
        p_value=line.p_value,
        confidence_level=confidence_level,
        method=method,
        per=series.every,
        n_periods=len(x),
        between=line.between,
        r_squared=line.r_squared,
        every=series.every,
        about=series.about,
        through=(line.period, line.value, line.change),
    )


@frozen(kw_only=True)
class _Line:
    """A line through (period, value), what is known of its change, and how well it fits."""

    period: float
    value: float
    change: float
    low: float
    high: float
    p_value: float
    standard_error: float = math.nan
    between: float = math.nan
    r_squared: float = math.nan


@frozen
class _Squares:
    """Weighted least squares: mean period and value, change, and the sums of squares.

    `falls` is how fast the residual sum falls as variance is added to every period.
    """

    period: float
    value: float
    change: float
    spread: float
    residual: float
    total: float
    falls: float

    @classmethod
    def fit(cls, x: FloatArray, y: FloatArray, weights: FloatArray) -> _Squares:
        """Fit the line; from the first value on, so that equal values have no residuals at all."""
        share = weights / weights.sum()
        period, value = float(share @ x), float(y[0] + share @ (y - y[0]))
        to_period, to_value = x - period, (y - y[0]) - (value - y[0])
        spread = float(weights @ to_period**2)
        change = float((weights * to_period) @ to_value) / spread
        squares = (to_value - change * to_period) ** 2
        return cls(
            period=period,
            value=value,
            change=change,
            spread=spread,
            residual=float(weights @ squares),
            total=float(weights @ to_value**2),
            falls=float(weights**2 @ squares),
        )


def _mean_line(
    x: FloatArray, y: FloatArray, v: FloatArray, method: str, confidence_level: float
) -> _Line:
    """Return the line of least squares, weighted or not."""
    free = len(x) - 2
    between = {"ordinary": math.nan, "sampling": 0.0}.get(method)
    if between is None:
        between = _between(x, y, v)
    if method == "ordinary":
        fit = _Squares.fit(x, y, np.ones(len(x)))
        error = math.sqrt(fit.residual / free / fit.spread)
    else:
        fit = _Squares.fit(x, y, 1 / (v + between**2))
        error = math.sqrt(1 / fit.spread)
    # Values that lie on a line to the last digit leave no error: any slope but 0 is then certain.
    statistic = fit.change / error if error else math.inf * fit.change if fit.change else 0.0
    if method == "sampling":
        factor, p_value = quantile(confidence_level), float(two_sided(statistic))
    else:
        factor, p_value = t_quantile(confidence_level, free), two_sided_p(statistic, free)
    return _Line(
        period=fit.period,
        value=fit.value,
        change=fit.change,
        low=fit.change - factor * error,
        high=fit.change + factor * error,
        p_value=p_value,
        standard_error=error,
        between=between,
        r_squared=1 - fit.residual / fit.total if fit.total else math.nan,
    )


def _between(x: FloatArray, y: FloatArray, v: FloatArray) -> float:
    """Return the standard deviation between periods by Paule and Mandel (1982).

    It is what makes the weighted squared residuals come to their expectation, P - 2; 0 when they
    do not even reach it.

    The sum is convex in the added variance and falls by `falls` per unit of it, so Newton's steps
    from 0 climb to the root and never pass it: DerSimonian and Kacker (2007).
    """
    free = len(x) - 2
    square, step = 0.0, math.inf
    while step > _CLOSE * square:
        fit = _Squares.fit(x, y, 1 / (v + square))
        excess = fit.residual - free
        step = excess / fit.falls if excess > 0 else 0.0
        square += step
    return math.sqrt(square)


def _median_line(x: FloatArray, y: FloatArray, confidence_level: float, p_value: float) -> _Line:
    """Return the line of Theil (1950), with the interval of Sen (1968), equation 2.6.

    The interval ends at two of the slopes of pairs, counted by the normal quantile. With so few
    periods that the count runs out of slopes, no interval of that level exists: it is unbounded.
    """
    first, second = np.triu_indices(len(x), 1)
    slopes = np.sort((y[second] - y[first]) / (x[second] - x[first]))
    reach = quantile(confidence_level) * math.sqrt(variance_of_score(y))
    below = round((len(slopes) - reach) / 2)
    above = min(round((len(slopes) + reach) / 2), len(slopes) - 1)
    low, high = (slopes[below - 1], slopes[above]) if below > 0 else (-math.inf, math.inf)
    return _Line(
        period=float(np.median(x)),
        value=float(np.median(y)),
        change=float(np.median(slopes)),
        low=float(low),
        high=float(high),
        p_value=p_value,
    )
