"""Movements: customers of each period at its start and end, new, retained, lost, reactivated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relmetrics.customers.purchases.active_periods import ActivePeriods
from relmetrics.data.calendar.periods import (
    Every,
    as_every,
    first_day,
    last_day,
    period_of,
    require_near,
)
from relmetrics.estimators.proportion import proportions
from relmetrics.metric.table import Table

if TYPE_CHECKING:
    from relmetrics.customers.purchases.log import Purchases
    from relmetrics.data.types import AnyArray, IntArray


def movements(
    log: Purchases,
    *,
    every: Every = "month",
    as_of: object = None,
    confidence_level: float = 0.95,
) -> Table:
    """Count customers period by period: see `PurchaseLog.movements`."""
    kind = as_every(every)
    end_of_data = log.as_of(as_of)
    seen = log.days <= end_of_data
    codes, periods = log.codes[seen], period_of(log.days[seen], kind)
    if not len(codes):
        return table(kind, np.empty(0, dtype=np.int64), {}, end_of_data, confidence_level)
    # One entry per customer and period in which they bought, by customer and in order.
    require_near(np.where(seen, log.days, np.datetime64("NaT", "D")), until=end_of_data)
    base = int(periods.min())
    size = int(period_of(np.array([end_of_data]), kind)[0]) - base + 1
    bought = ActivePeriods.of(codes, periods - base, size)
    period, first = bought.steps, bought.begins
    stayed = np.zeros(len(period), dtype=bool)
    stayed[1:] = ~first[1:] & (period[1:] == period[:-1] + 1)
    counts = moved(
        np.bincount(period, minlength=size),
        new=np.bincount(period[first], minlength=size),
        retained=np.bincount(period[stayed], minlength=size),
    )
    return table(kind, base + np.arange(size), counts, end_of_data, confidence_level)


def moved(end: IntArray, *, new: IntArray, retained: IntArray) -> dict[str, AnyArray]:
    """Return all counts of consecutive periods.

    Args:
        end: The customers of each period.
        new: Those who bought for the first time.
        retained: Those who were customers of the period before.
    """
    start = np.concatenate([[0], end[:-1]])
    return {
        "start": start,
        "end": end,
        "new": new,
        "retained": retained,
        "lost": start - retained,
        "reactivated": end - new - retained,
    }


def table(
    every: Every,
    periods: AnyArray,
    counts: dict[str, AnyArray],
    as_of: np.datetime64,
    confidence_level: float,
) -> Table:
    """Return movements as a table, with retention and its interval where a period is over."""
    names = ("start", "end", "new", "retained", "lost", "reactivated")
    columns: dict[str, AnyArray] = {"period": first_day(periods, every)}
    columns |= {name: counts.get(name, np.empty(0, dtype=np.int64)) for name in names}
    start, complete = columns["start"], last_day(periods, every) <= as_of
    # What is left of an unfinished period may still bring a customer back.
    retained = np.where(complete & (start > 0), columns["retained"], np.nan)
    _, low, high = proportions(retained, start, confidence_level=confidence_level)
    columns["retention"] = 100 * (retained / np.maximum(start, 1))
    columns |= {"low": low, "high": high, "complete": complete}
    return Table(columns, dict.fromkeys(("retention", "low", "high"), 1))
