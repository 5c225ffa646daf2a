"""Loyal revenue: how much of the money comes from loyal customers."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, overload

import numpy as np
from attrs import frozen

from relmetrics.customers.purchases.log import Purchases
from relmetrics.customers.purchases.parts import segments_of_log
from relmetrics.data.checks import check_flag, check_whole
from relmetrics.errors import AmountError, ParameterError
from relmetrics.errors.wording import located
from relmetrics.metric.contract import BUSINESS_SUCCESS
from relmetrics.money.revenue_retention import GrossRevenueRetention

if TYPE_CHECKING:
    from relmetrics.customers.segments.reading import By
    from relmetrics.metric.contract import Description
    from relmetrics.metric.estimate import Estimate
    from relmetrics.questions.groups.breakdown import Breakdown


@frozen(kw_only=True)
class _LoyalRevenue(GrossRevenueRetention):
    """A part of each customer's revenue, all or nothing, over the whole: the same ratio of sums."""

    threshold: int = 5
    name = "Revenue share of loyal customers"
    symbol = "Loyal revenue"
    formula = "revenue of loyal customers / revenue x 100 %"
    source = BUSINESS_SUCCESS
    words: ClassVar[str] = "revenue of loyal customers"

    @property
    def description(self) -> Description:
        """Name, unit, range, direction, formula, definition and source."""
        return self._described(
            definition=f"Share of revenue from customers with at least {self.threshold} purchases."
        )


@overload
def loyal_revenue(
    log: Purchases,
    *,
    threshold: int = 5,
    distinct_days: bool = False,
    by: None = None,
    confidence_level: float = 0.95,
) -> Estimate: ...
@overload
def loyal_revenue(
    log: Purchases,
    *,
    threshold: int = 5,
    distinct_days: bool = False,
    by: By,
    confidence_level: float = 0.95,
) -> Breakdown: ...
def loyal_revenue(
    log: Purchases,
    *,
    threshold: int = 5,
    distinct_days: bool = False,
    by: By | None = None,
    confidence_level: float = 0.95,
) -> Estimate | Breakdown:
    """Compute the share of revenue that comes from loyal customers.

    Formula: ``100 x revenue of customers with at least threshold purchases / revenue``.
    Unit and range: %, from 0 to 100. Higher is better, unless few customers bring it all.
    Customers without revenue are left out; returns are taken off each customer's revenue.
    Interval: that of a ratio of sums over customers, as `GrossRevenueRetention` has it.

    Args:
        log: A log with amounts.
        threshold: The least number of purchases of a loyal customer.
        distinct_days: Count days with a purchase instead of purchases.
        by: A segment per customer, as for `PurchaseLog.retention`; the answer is a `Breakdown`.
        confidence_level: Level of the interval.

    Raises:
        StateError: The log has no amounts.
        AmountError: The returns of a customer exceed their purchases.
        EmptySampleError: There is no revenue.

    Example:
        >>> import relmetrics as rm
        >>> log = rm.PurchaseLog(["a", "a", "b"], ["2025-01-01"] * 3, [30.0, 30.0, 20.0])
        >>> rm.loyal_revenue(log, threshold=2).value
        75.0

    Source:
        "The key to business success? Relationships!" (who is loyal).
    """
    if not isinstance(log, Purchases):
        raise ParameterError.must_be(
            "log", "a PurchaseLog", log, "Say rm.PurchaseLog(customers, dates, amounts)."
        )
    threshold = check_whole("threshold", threshold, 1)
    check_flag("distinct_days", distinct_days)
    times = log.purchase_days if distinct_days else log.purchases
    totals = log.totals
    below = np.flatnonzero(totals < 0)
    if len(below):
        shown = [(int(i), f"{log.customers[i]}: {totals[i]:.10g}") for i in below]
        raise AmountError(
            f"revenue of a customer must not be negative: {located(shown)} of log.customers. Add "
            "the purchases that the returns belong to, or say returns='drop'."
        )
    metric = _LoyalRevenue(threshold=threshold)
    kept = np.where(times >= threshold, totals, 0.0)
    amounts = {"before": totals, "after": kept}
    if by is None:
        return metric.estimate(metric.moments(amounts), confidence_level=confidence_level)
    segments = segments_of_log(log, by)
    names, columns = segments.labels.names, segments.labels.columns
    groups = {name: column[segments.codes] for name, column in zip(names, columns, strict=True)}
    return metric.by(amounts, groups, confidence_level=confidence_level)
