"""Buying: loyal, repeat, referred and returning customers of a log, and how often they buy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.customers.loyalty import LoyaltyRate, ReferralRate, RepeatRate
from relmetrics.customers.purchases.parts import segments_of_log
from relmetrics.customers.return_on_relationship import ReturnOnRelationship
from relmetrics.data.calendar.periods import shift_months
from relmetrics.data.checks import check_flag, check_whole
from relmetrics.errors import EmptySampleError, StateError
from relmetrics.metric.table import Table

if TYPE_CHECKING:
    from relmetrics.customers.purchases.log import Purchases
    from relmetrics.customers.return_on_relationship import RelationshipEstimate, RORDefinition
    from relmetrics.customers.segments.reading import By
    from relmetrics.data.types import AnyArray, FloatArray, IntArray
    from relmetrics.metric.estimate import Estimate
    from relmetrics.questions.groups.breakdown import Breakdown


def loyalty(
    log: Purchases,
    *,
    threshold: int = 5,
    distinct_days: bool = False,
    by: By | None = None,
    confidence_level: float,
) -> Estimate | Breakdown:
    """Compute the share of loyal customers: see `PurchaseLog.loyalty`."""
    metric = LoyaltyRate(threshold=threshold)
    times = _times_bought(log, distinct_days)
    return _of_buyers(log, metric, times, by, confidence_level)


def repeat(
    log: Purchases, *, distinct_days: bool = False, by: By | None = None, confidence_level: float
) -> Estimate | Breakdown:
    """Compute the share of customers who bought again: see `PurchaseLog.repeat`."""
    times = _times_bought(log, distinct_days)
    return _of_buyers(log, RepeatRate(), times, by, confidence_level)


def _of_buyers(
    log: Purchases, metric: Any, answers: AnyArray, by: By | None, confidence_level: float
) -> Estimate | Breakdown:
    """Return a metric of one answer per buyer, of all of them or by segment."""
    if by is None:
        whole: Estimate = metric(answers, confidence_level=confidence_level)
        return whole
    segments = segments_of_log(log, by)
    bought = segments.codes[log.purchases > 0]
    groups = {
        name: column[bought]
        for name, column in zip(segments.labels.names, segments.labels.columns, strict=True)
    }
    found: Breakdown = metric.by(answers, groups, confidence_level=confidence_level)
    return found


def _times_bought(log: Purchases, distinct_days: bool) -> IntArray:  # noqa: FBT001 - internal
    """Return how often each customer bought; who only returned things is none."""
    check_flag("distinct_days", distinct_days)
    times = log.purchase_days if distinct_days else log.purchases
    return times[times > 0]


def referral(
    log: Purchases, *, by: By | None = None, confidence_level: float
) -> Estimate | Breakdown:
    """Compute the share of referred customers: see `PurchaseLog.referral`."""
    return _of_buyers(log, ReferralRate(), _referred(log), by, confidence_level)


def _referred(log: Purchases) -> FloatArray:
    if log.referred is None:
        raise StateError.lacks("referrals", "PurchaseLog(customers, dates, referred=...)")
    return log.referred[log.purchases > 0]


def ror(
    log: Purchases,
    *,
    as_of: object = None,
    months: int = 12,
    definition: RORDefinition = "share_of_helped",
    by: By | None = None,
    confidence_level: float,
) -> RelationshipEstimate | Breakdown:
    """Compute the return on relationship of a log: see `PurchaseLog.ror`."""
    months = check_whole("months", months, 1, 12 * 9999)
    end = log.as_of(as_of)
    since = day_before(end, months)
    counted = np.bincount(log.codes[log.days <= end], minlength=len(log.customers))
    helped = np.zeros(len(log.customers), dtype=bool)
    helped[log.codes[(log.days > since) & (log.days <= end)]] = True
    returning = helped & (counted >= 2)  # noqa: PLR2004 - bought again
    if log.referred is not None:
        returning |= helped & (log.referred == 1)
    if not counted.any():
        raise EmptySampleError.for_metric("Return on relationship", 0)
    metric = ReturnOnRelationship(definition=definition)
    if by is None:
        return metric(
            customers=int((counted > 0).sum()),
            helped=int(helped.sum()),
            returning=int(returning.sum()),
            confidence_level=confidence_level,
        )
    # Who has not bought by then is no customer yet, and nothing is known of them.
    seen = np.where(counted > 0, helped.astype(np.float64), np.nan)[log.purchases > 0]
    answers = metric.answers(seen, returning[log.purchases > 0].astype(np.float64))
    return _of_buyers(log, metric, answers, by, confidence_level)  # type: ignore[return-value]  # by segment


def day_before(end: np.datetime64, months: int) -> np.datetime64:
    """Return the day from which on so many months are looked back from a day, not included."""
    # The last day of a month is looked back from to the last day of another.
    after = end + np.timedelta64(1, "D")
    if after == after.astype("datetime64[M]").astype("datetime64[D]"):
        since: np.datetime64 = shift_months(after, -months) - np.timedelta64(1, "D")
        return since
    return shift_months(end, -months)


def frequency(log: Purchases, *, distinct_days: bool = False) -> Table:
    """Count customers by their number of purchases: see `PurchaseLog.frequency`."""
    return frequency_table(np.bincount(_times_bought(log, distinct_days))[1:])


def frequency_table(counts: IntArray) -> Table:
    """Return the customers by number of purchases, from their numbers for 1, 2, ... purchases."""
    total = max(counts.sum(), 1)
    return Table(
        {
            "purchases": np.arange(1, len(counts) + 1),
            "customers": counts,
            "share": 100 * counts / total,
            "at_least": 100 * np.cumsum(counts[::-1])[::-1] / total,
        },
        {"share": 1, "at_least": 1},
    )


def gaps(log: Purchases) -> FloatArray:
    """Return the days from each purchase day to the customer's next one, in no order."""
    codes, days = log.codes[log.order], log.days[log.order].astype(np.int64)
    apart = np.diff(days)[(codes[1:] == codes[:-1])]
    between: FloatArray = apart[apart > 0].astype(np.float64)
    return between
