"""Points of a survival curve: a share at a time, the time of a share, the mean within a horizon."""

from __future__ import annotations

import math

from attrs import field, frozen

from relmetrics.data.columns import comparable
from relmetrics.metric.result import Result, Valued
from relmetrics.metric.wording import percent


@frozen(repr=False)
class SurvivalPoint(Valued, Result):
    """The share of customers whose tenure is longer than so many days.

    Attributes:
        days: Days since the first purchase; of other durations, time in their unit.
        value: Percent still there; NaN beyond what is observed.
        low: Lower end; NaN where nobody or everybody has left.
        high: Upper end; NaN likewise.
        at_risk: Customers whose tenure is known to reach that day.
        confidence_level: The level of `low` and `high`.
        unit: The unit of `days`.

    Example:
        >>> import relmetrics as rm
        >>> point = rm.SurvivalPoint(30, 62.5, 50.1, 72.7, 40, 0.95)
        >>> print(point)
        62.5% after 30 days (95% CI 50.1 to 72.7; 40 at risk)
        >>> float(point)
        62.5
    """

    days: float
    value: float = field(eq=comparable)
    low: float = field(eq=comparable)
    high: float = field(eq=comparable)
    at_risk: int
    confidence_level: float
    unit: str = "days"

    def __str__(self) -> str:
        """Return the share with its interval, rounded for reading."""
        level = percent(self.confidence_level)
        ends = f"{level} CI {self.low:.1f} to {self.high:.1f}"
        interval = "no interval" if math.isnan(self.low) else ends
        after = f"{self.days:g} {self.unit}".rstrip()
        if math.isnan(self.value):
            return f"nothing is known after {after}: nobody was observed so long"
        return f"{self.value:.1f}% after {after} ({interval}; {self.at_risk} at risk)"


@frozen(repr=False)
class SurvivalQuantile(Result):
    """The first time by which at least a share has left: the median is that of a half.

    Attributes:
        share: The share that has left.
        value: The time; NaN when the curve is not so low yet.
        low: The first time at which the lower end of the curve's interval is so low; NaN likewise.
        high: That of the upper end; NaN where the interval is open.
        confidence_level: The level of `low` and `high`.
        unit: The unit of the times, empty where it was not said.

    Example:
        >>> import relmetrics as rm
        >>> print(rm.survival([3, 5, 8, 13], [True] * 4).quantile())
        50% have left after 5 (95% CI 3 to open)
    """

    share: float
    value: float = field(eq=comparable)
    low: float = field(eq=comparable)
    high: float = field(eq=comparable)
    confidence_level: float
    unit: str = ""

    def __float__(self) -> float:
        """Return the time."""
        return self.value

    def __str__(self) -> str:
        """Return one line: the time with its interval."""
        if math.isnan(self.value):
            return f"fewer than {percent(self.share)} have left"
        low, high = ("open" if math.isnan(end) else f"{end:g}" for end in (self.low, self.high))
        level = percent(self.confidence_level)
        after = f"{self.value:g} {self.unit}".rstrip()
        return f"{percent(self.share)} have left after {after} ({level} CI {low} to {high})"


@frozen(repr=False)
class RestrictedMean(Result):
    """The mean time within a horizon: who stays longer counts with the horizon itself.

    Attributes:
        horizon: The time up to which it counts.
        value: The area under the curve, in the unit of the times.
        low: Lower end; NaN where nobody left in time, so that nothing tells the error.
        high: Upper end; NaN likewise.
        standard_error: The standard error, from Greenwood's variance.
        confidence_level: The level of `low` and `high`.
        discount: By how much time counts less for each unit that it is later, %.
        unit: The unit of the times, empty where it was not said.

    Example:
        >>> import relmetrics as rm
        >>> rm.survival([3, 5, 8, 13], [True] * 4).restricted_mean(10).value
        6.5
    """

    horizon: float
    value: float
    low: float = field(eq=comparable)
    high: float = field(eq=comparable)
    standard_error: float
    confidence_level: float
    discount: float = 0.0
    unit: str = ""

    def __float__(self) -> float:
        """Return the mean."""
        return self.value

    def __str__(self) -> str:
        """Return one line: the mean with its interval."""
        ends = f"{percent(self.confidence_level)} CI {self.low:.1f} to {self.high:.1f}"
        interval = "no interval" if math.isnan(self.low) else ends
        less = f", discounted by {self.discount:g}%" if self.discount else ""
        within, mean = (
            f"{text} {self.unit}".rstrip() for text in (f"{self.horizon:g}", f"{self.value:.1f}")
        )
        return f"Mean time within {within}{less}: {mean} ({interval})"
