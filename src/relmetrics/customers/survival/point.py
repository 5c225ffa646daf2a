"""Point of a survival curve: the share of customers who stay longer than so many days."""

from __future__ import annotations

import math

from attrs import field, frozen

from relmetrics.data.columns import comparable
from relmetrics.metric.wording import percent


@frozen
class SurvivalPoint:
    """The share of customers whose tenure is longer than so many days.

    Attributes:
        days: Days since the first purchase.
        value: Percent still buying; NaN beyond what is observed.
        low: Lower end; NaN where nobody or everybody has lapsed.
        high: Upper end; NaN likewise.
        at_risk: Customers whose tenure is known to reach that day.
        confidence_level: The level of `low` and `high`.

    Example:
        >>> import relmetrics as rm
        >>> point = rm.SurvivalPoint(30, 62.5, 50.1, 72.7, 40, 0.95)
        >>> print(point)
        62.5% after 30 days (95% CI 50.1 to 72.7; 40 at risk)
        >>> float(point)
        62.5
    """

    days: int
    value: float = field(eq=comparable)
    low: float = field(eq=comparable)
    high: float = field(eq=comparable)
    at_risk: int
    confidence_level: float

    def __float__(self) -> float:
        """Return the value."""
        return self.value

    def __str__(self) -> str:
        """Return the share with its interval, rounded for reading."""
        level = percent(self.confidence_level)
        ends = f"{level} CI {self.low:.1f} to {self.high:.1f}"
        interval = "no interval" if math.isnan(self.low) else ends
        return f"{self.value:.1f}% after {self.days} days ({interval}; {self.at_risk} at risk)"
