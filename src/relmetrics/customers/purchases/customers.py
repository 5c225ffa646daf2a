"""Customers of a log, one by one: what is known of each, and where each stands in a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relmetrics.customers.windows.definitions import standing_of
from relmetrics.metric.table import Table

if TYPE_CHECKING:
    from relmetrics.customers.purchases.log import Purchases
    from relmetrics.data.types import AnyArray, FloatArray, IntArray


def summary(log: Purchases, as_of: object = None) -> Table:
    """Return one row per customer: see `PurchaseLog.summary`."""
    end = log.as_of(as_of)
    last = max((days.max() for days in (log.days, log.returns.days) if len(days)), default=end)
    if end < last:
        return summary(_until(log, end), end)
    columns: dict[str, AnyArray] = {
        "customer": log.customers,
        "first": log.first,
        "last": log.last,
        "purchases": log.purchases,
        "purchase_days": log.purchase_days,
        "recency": _in_days(log.last - log.first),
        "tenure": _in_days(end - log.first),
        "since_last": _in_days(end - log.last),
    }
    if log.amounts is not None:
        columns["total"] = log.totals
        known = np.bincount(log.codes[~np.isnan(log.amounts)], minlength=len(log.customers))
        mean = np.full(len(known), np.nan)
        columns["mean_amount"] = np.divide(log.totals, known, out=mean, where=known > 0)
    return Table(columns, dict.fromkeys(("total", "mean_amount"), 2))


def _until(log: Purchases, day: np.datetime64) -> Purchases:
    """Return the same log without the purchases and the returns after a day."""
    kept = log.days <= day
    earlier = object.__new__(type(log))
    earlier.__attrs_init__(  # pyright: ignore[reportAttributeAccessIssue]
        log.customers,
        log.codes[kept],
        log.times[kept],
        None if log.amounts is None else log.amounts[kept],
        log.referred,
        log.returns.until(day),
        log.instants[kept],
        log.zone,
        log.dropped,
        log.returned,
    )
    return earlier


def _in_days(spans: AnyArray) -> FloatArray:
    """Return spans of time as numbers of days, NaN for unknown ones."""
    days: FloatArray = np.where(np.isnat(spans), np.nan, spans.astype(np.int64).astype(np.float64))
    return days


def standings(
    log: Purchases, first_day: np.datetime64, after: np.datetime64, within: int
) -> IntArray:
    """Return where each customer of a log stands in a window: a place in `STANDINGS`."""
    # Rows of neither end are passed over once.
    near = np.flatnonzero(
        (log.days >= first_day - np.timedelta64(within, "D")) & (log.days < after)
    )
    codes, days, size = log.codes[near], log.days[near], len(log.customers)
    at_start, at_end = (
        _active_before(codes, days, size, day, within) for day in (first_day, after)
    )
    return standing_of(at_start, at_end, (log.first >= first_day) & (log.first < after))


def _active_before(
    codes: IntArray, days: AnyArray, size: int, day: np.datetime64, within: int
) -> AnyArray:
    """Tell which customers bought in the `within` days before a day."""
    recent = (days < day) & (days >= day - np.timedelta64(within, "D"))
    active = np.zeros(size, dtype=bool)
    active[codes[recent]] = True
    return active


def days_as_customer(
    log: Purchases, first_day: np.datetime64, after: np.datetime64, within: int
) -> IntArray:
    """Return the days of a window on which each customer was one."""
    codes, days = log.codes[log.order], log.days[log.order].astype(np.int64)
    # A purchase makes a customer until the next one, or until its time runs out.
    until = days + within
    following = np.where(codes[1:] == codes[:-1], days[1:], until[:-1])
    np.minimum(until[:-1], following, out=until[:-1])
    low, high = first_day.astype(np.int64), after.astype(np.int64)
    inside = np.maximum(np.minimum(until, high) - np.maximum(days, low), 0)
    total: IntArray = np.zeros(len(log.customers), dtype=np.int64)
    np.add.at(total, codes, inside)
    return total
