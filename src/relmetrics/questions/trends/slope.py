"""Slopes: how fast a metric changes from period to period, with its uncertainty."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import numpy as np
from attrs import evolve, field, frozen

from relmetrics.data.calendar.periods import kind_of
from relmetrics.data.checks import check_name
from relmetrics.data.columns import comparable
from relmetrics.errors import ParameterError, StateError
from relmetrics.inference.intervals import quantile
from relmetrics.inference.time.lines import mean_line, median_line
from relmetrics.inference.time.ranks import mann_kendall
from relmetrics.metric.result import Result, Valued, written
from relmetrics.metric.wording import p_text, percent, row_html
from relmetrics.questions.trends.series import PERIODS_PER_YEAR

if TYPE_CHECKING:
    from relmetrics.data.calendar.periods import Every
    from relmetrics.data.types import AnyArray, FloatArray
    from relmetrics.inference.time.lines import Line
    from relmetrics.metric.contract import Description
    from relmetrics.questions.trends.series import Series

SlopeMethod = Literal["weighted", "sampling", "ordinary", "theil_sen"]
SLOPE_METHODS: tuple[SlopeMethod, ...] = ("weighted", "sampling", "ordinary", "theil_sen")

_MOST_TIED = 0.15
"""With a larger share of equal pairs the median slope is drawn to 0: by half at a quarter."""

_FEWEST_PERIODS = {"weighted": 3, "sampling": 2, "ordinary": 3, "theil_sen": 3}


@frozen(kw_only=True, repr=False)
class Slope(Valued, Result):
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
        tied_pairs: Share of the pairs of periods that are equal; NaN but for `theil_sen`.
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
    tied_pairs: float = field(eq=comparable, default=math.nan)
    every: Every
    about: Description = field(repr=False)
    through: tuple[float, float, float] = field(repr=False)
    """A period and a value on the line, and its change per period."""

    @property
    def per_year(self) -> Slope:
        """The same slope as a change per year; of days and weeks, a year has 365.25 days."""
        times = PERIODS_PER_YEAR[kind_of(self.every)] if self.per != "year" else 1.0
        numbers = ("value", "low", "high", "standard_error")
        return evolve(self, per="year", **{name: times * getattr(self, name) for name in numbers})

    def at(self, periods: AnyArray) -> FloatArray:
        """Return the value of the line in periods, within the range of the metric.

        A line leaves a range sooner or later: there it stays at the end of it.

        Args:
            periods: Their numbers, as ``trend.periods`` has them.

        Raises:
            ParameterError: They are no numbers.
        """
        try:
            numbers = np.asarray(periods)
        except ValueError:  # rows of different length
            numbers = np.empty(0, dtype=object)
        if numbers.dtype.kind not in "iuf":
            raise ParameterError.must_be(
                "periods", "numbers of periods", periods, "Say slope.at(trend.periods)."
            )
        period, value, change = self.through
        line = value + change * (numbers - period)
        kept: FloatArray = np.clip(line, self.about.low, self.about.high)
        return kept

    def __str__(self) -> str:
        """Return one honest line: the change, its interval, its p-value, the periods."""
        value, low, high = self._texts()
        plural = f"{self.n_periods} {kind_of(self.every)}s"
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

    def _body_html(self) -> str:
        """Return the slope as a table of one row, for notebooks."""
        value, low, high = self._texts()
        cells = {
            "metric": self.about.name,
            f"change per {self.per} ({self.about.difference_unit})": value,
            f"{percent(self.confidence_level)} CI": f"{low} to {high}",
            "p-value": p_text(self.p_value).removeprefix("p ").removeprefix("= "),
            f"{kind_of(self.every)}s": str(self.n_periods),
        }
        return row_html(cells)

    @property
    def _about(self) -> Description:
        return self.about

    def _content(self) -> dict[str, object]:
        numbers = ("value", "low", "high", "standard_error", "p_value", "between", "r_squared")
        ties = ("tied_pairs",) if self.method == "theil_sen" else ()
        words = ("n_periods", "confidence_level", "method")
        return written(self, "every", "per", *numbers, *ties, *words)


def slope(
    series: Series, *, method: SlopeMethod = "weighted", confidence_level: float = 0.95
) -> Slope:
    """Return the change per period, as a straight line through the usable periods has it.

    ========== ====================================================================================
    weighted   Each period weighs 1 / (v + between^2), with v = s^2 / n and s^2 the variance of one
               answer over all periods. `between` is what makes the squared residuals come to
               their expectation (Paule and Mandel 1982), 0 when chance of the answers explains
               them: then the slope is the one of Cochran and Armitage. Interval and p-value are
               the wider of the normal one and of Student's t on P - 2 degrees of freedom with the
               error by the residuals.
    sampling   Weights 1 / v and the normal quantile, the test for trend of Cochran (1954) and
               Armitage (1955) for any metric: right only when nothing but the choice of
               respondents moves the values. Too narrow for most real series.
    ordinary   Least squares without weights, Student's t on P - 2 degrees of freedom.
    theil_sen  Median of the slopes of all pairs, interval by Sen (1968), p-value of Mann and
               Kendall. Outliers do not move it; it takes no account of the numbers of answers, so
               that where these grow or shrink a rate that is constant seems to rise or fall. Where
               many periods are equal, as those without a single yes are, most slopes are 0
               whatever happens, and it is refused.
    ========== ====================================================================================

    Args:
        series: The metric by period. Gaps keep their place in time.
        method: One of the above.
        confidence_level: Level of the interval, strictly between 0 and 1.

    Raises:
        ParameterError: There is no such method, or the level is not between 0 and 1.
        StateError: There are fewer usable periods than the method needs: 3, or 2 for `sampling`.
            Or more than 15 % of the pairs of periods are equal: see `theil_sen`.
    """
    check_name("method", method, SLOPE_METHODS)
    quantile(confidence_level)
    used = series.require("the slope", _FEWEST_PERIODS[method], f"method={method!r}")
    x = series.periods[used].astype(float)
    y, v = series.values[used], series.pooled_variances[used]
    if method == "theil_sen":
        line = median_line(x, y, confidence_level, mann_kendall(y).p_value)
        _require_distinct(line, series.every)
    else:
        line = mean_line(x, y, v, method, confidence_level)
    return Slope(
        value=line.change,
        low=line.low,
        high=line.high,
        standard_error=line.standard_error,
        p_value=line.p_value,
        confidence_level=confidence_level,
        method=method,
        per=kind_of(series.every),
        n_periods=len(x),
        between=line.between,
        r_squared=line.r_squared,
        tied_pairs=line.tied_pairs,
        every=series.every,
        about=series.about,
        through=(line.period, line.value, line.change),
    )


def _require_distinct(line: Line, every: Every) -> None:
    """Check that a median slope is one of values that differ.

    Raises:
        StateError: Many pairs of periods are equal, or both ends of the interval are.
    """
    if line.tied_pairs > _MOST_TIED:
        reason = (
            f"{100 * line.tied_pairs:.0f} % of the pairs of {every}s are equal, and their slope "
            "is 0 whatever happens between"
        )
    elif line.low == line.high:
        reason = f"most slopes of pairs are {line.change:.6g}, which leaves no width to an interval"
    else:
        return
    remedy = "Use method='weighted', or longer periods."
    raise StateError.undefined("the median slope", reason, remedy)
