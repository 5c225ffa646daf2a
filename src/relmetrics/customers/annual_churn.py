"""Annual churn: a rate of one period brought to a year."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

from attrs import frozen

from relmetrics.customers.retention import ChurnRate
from relmetrics.data.checks import check_name
from relmetrics.data.columns import plain_number
from relmetrics.errors import ParameterError
from relmetrics.metric.result import Valued
from relmetrics.metric.wording import percent

if TYPE_CHECKING:
    from relmetrics.metric.estimate import Estimate


@frozen(repr=False)
class AnnualRate(Valued):
    """A churn rate of a year, from that of a shorter period.

    Example:
        >>> import relmetrics as rm
        >>> month = rm.churn_rate(start=10000, lost=800)
        >>> round(rm.annual_churn(month, method="simple").value, 6)
        96.0

    Attributes:
        value: Share lost within a year, %.
        low: Lower end of its interval.
        high: Upper end.
        confidence_level: Level of the interval.
        method: ``compound`` or ``simple``.
    """

    value: float
    low: float
    high: float
    confidence_level: float
    method: str

    def __str__(self) -> str:
        """Return one line: value, interval, method."""
        level = percent(self.confidence_level)
        return (
            f"{self.value:.1f}% a year ({level} CI {self.low:.1f} to {self.high:.1f}; "
            f"{self.method})"
        )


def annual_churn(
    estimate: Estimate,
    *,
    periods_per_year: float = 12,
    method: Literal["compound", "simple"] = "compound",
) -> AnnualRate:
    """Return the churn of a year from that of a period.

    Formula: ``100 x (1 - (1 - c)^k)`` with the churn c of a period, as a share, and k periods a
    year; with ``simple``, ``100 x k c``, which counts who has left again and again.

    Args:
        estimate: A churn rate of one period, in percent.
        periods_per_year: 12 for months, 4 for quarters, 365.25 / days for windows.
        method: ``compound`` or ``simple``.

    Raises:
        ParameterError: `estimate` is no churn rate, `periods_per_year` is not positive, or there is
            no such method.

    Example:
        >>> import relmetrics as rm
        >>> print(rm.annual_churn(rm.churn_rate(start=10000, lost=800)))
        63.2% a year (95% CI 60.7 to 65.8; compound)
    """
    check_name("method", method, ("compound", "simple"))
    if not isinstance(getattr(estimate, "metric", None), ChurnRate):
        raise ParameterError.must_be("estimate", "a churn rate", estimate)
    times = plain_number(periods_per_year)
    if not 0 < times < math.inf:
        raise ParameterError.must_be("periods_per_year", "a number above 0", periods_per_year)

    def year(rate: float) -> float:
        if method == "simple":
            return times * rate
        return 100 * (1 - float((1 - rate / 100) ** times))

    low, value, high = map(year, (estimate.low, estimate.value, estimate.high))
    return AnnualRate(value, low, high, estimate.confidence_level, method)
