"""Recurring revenue of subscriptions, period by period and from one day to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.customers.subscriptions.prices import earned, monthly
from relmetrics.data.calendar.periods import first_day, last_day, period_of, require_near
from relmetrics.data.labels.grouping import group
from relmetrics.data.labels.ordering import in_order
from relmetrics.errors import AmountError, StateError
from relmetrics.errors.wording import listed
from relmetrics.money.cells import movements_of, owed, summed
from relmetrics.money.moving import moved
from relmetrics.money.revenue_history import RevenueHistory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from relmetrics.customers.subscriptions.table.log import Subscriptions
    from relmetrics.data.calendar.periods import Every
    from relmetrics.data.types import AnyArray, IntArray
    from relmetrics.money.revenue_movement import RevenueMovement


def revenue(log: Subscriptions, *, every: Every, as_of: object = None) -> RevenueHistory:
    """Split the change of recurring revenue period by period: see `SubscriptionLog.revenue`."""
    until = log.as_of(as_of)
    below_zero: list[Any] = []
    seen: list[int] = []

    def known() -> Iterator[tuple[AnyArray, AnyArray]]:
        for period, total, unknown in paid_periods(log, every, until):
            gone = np.zeros(len(total), dtype=bool)
            gone[unknown] = True
            total[gone] = 0
            owing = np.flatnonzero(total < 0)
            when = np.full(len(owing), period)
            below_zero.extend(owed(owing, when, total[owing], log.customers, log.unit, every))
            total[owing] = 0
            seen.append(period)
            yield total, gone

    movements = movements_of(known(), len(log.customers), log.unit)
    into = np.array(seen[1:], dtype=np.int64)
    over = (last_day(into, every) <= until).tolist()
    return RevenueHistory(first_day(into, every), movements, tuple(over), tuple(below_zero))


def revenue_movement(log: Subscriptions, start: object, end: object) -> RevenueMovement:
    """Split the change of recurring revenue over a window: see the log's method."""
    require_amounts(log)
    first, after = log.between(start, end)
    low, high = (int(day.astype(np.int64)) for day in (first, after))
    (before, gone), (then, gone_then) = paid_on(log, low - 1, high - 1)
    known = np.zeros(len(log.customers))
    earlier = log.starts < low
    known[log.codes[earlier & log.unknown]] = np.nan
    known[log.codes[earlier & ~log.unknown & np.asarray(log.numbers > 0)]] = 1.0  # type: ignore[operator]  # there are some
    return moved(before, then, gone | gone_then, known, log.unit)


def paid_on(log: Subscriptions, *days: int) -> list[tuple[AnyArray, AnyArray]]:
    """Return for each day what every customer pays a month on it, and whose price is unknown.

    Raises:
        StateError: The log has no amounts.
        AmountError: They are of several currencies.
    """
    require_amounts(log)
    price, stops, found = _monthly(log), _bridged(log), []
    for day in days:
        rows = (log.starts <= day) & (day < stops)
        total = np.zeros(len(log.customers), dtype=price.dtype)
        np.add.at(total, log.codes[rows], price[rows])
        gone = np.zeros(len(log.customers), dtype=bool)
        gone[log.codes[rows & log.unknown]] = True
        found.append((np.maximum(total, 0), gone))
    return found


def paid_periods(
    log: Subscriptions, every: Every, until: np.datetime64
) -> Iterator[tuple[int, AnyArray, AnyArray]]:
    """Yield each period, what every customer pays in it, and whose rows have no price.

    From the first period that is paid in to that of `until`. ``calendar``: the price a month of the
    rows that run on the last day of a period, or on `until` in the one that is not over.
    ``daily``: what the days of the period earn. Only the rows that run in a period are looked at,
    and the columns that are held at once are as long as the log.

    Raises:
        StateError: The log has no amounts.
        AmountError: They are of several currencies.
        DateError: The starts lie too far from each other.
    """
    require_amounts(log)
    end = int(until.astype(np.int64))
    require_near(log.starts.astype("datetime64[D]"), "start", until=until)
    daily = log.spread == "daily"
    bridged = log.ends if daily else _bridged(log)
    rows = np.flatnonzero((log.starts <= end) & (bridged > log.starts))
    stops = np.minimum(bridged[rows], end + 1)
    low = period_of(log.starts[rows].astype("datetime64[D]"), every)
    high = period_of((stops - 1).astype("datetime64[D]"), every)  # the last period it runs in
    if not daily:  # who ends before the last day of a period is not there then
        closing = last_day(high, every).astype(np.int64)
        high = np.where((stops <= closing) & (stops <= end), high - 1, high)
    price = np.zeros(0) if daily else _monthly(log)
    paying = high >= low
    rows, low, high = rows[paying], low[paying], high[paying]
    if not len(rows):
        return
    order = np.argsort(low, kind="stable")
    rows, low, high = rows[order], low[order], high[order]
    first, last = int(low[0]), int(period_of(np.asarray(until), every))
    cuts = np.searchsorted(low, np.arange(first, last + 2))
    active = np.zeros(0, dtype=np.intp)
    for period in range(first, last + 1):
        come = np.arange(*cuts[period - first : period - first + 2])
        active = np.concatenate([active[high[active] >= period], come])
        places = rows[active]
        numbers = _earned_in(log, places, period, every, end) if daily else price[places]
        codes = log.codes[places]
        yield period, summed(codes, numbers, len(log.customers)), codes[log.unknown[places]]


def _earned_in(log: Subscriptions, rows: IntArray, period: int, every: Every, end: int) -> AnyArray:
    """Return what rows earn on the days of a period, up to the last day that is known."""
    begin, beyond = (int(first_day(each, every).astype(np.int64)) for each in (period, period + 1))
    billing, price = log.billing.taken(rows), np.asarray(log.numbers)[rows]
    starts, ends = log.starts[rows], log.ends[rows]
    until, since = (np.full(len(rows), day) for day in (min(beyond, end + 1), begin))
    return earned(price, billing, starts, ends, until) - earned(price, billing, starts, ends, since)


def require_amounts(log: Subscriptions) -> None:
    """Check that the amounts of a log can be added.

    Raises:
        StateError: It has none.
        AmountError: They are of several currencies.
    """
    if log.numbers is None:
        raise StateError.lacks("amounts", "SubscriptionLog(customers, start, end, amounts)")
    if "currency" in log.attributes:
        labels = group({"currency": log.attributes["currency"]}, len(log)).labels.keys()
        if len(labels) > 1:
            raise AmountError(
                f"amounts of several currencies cannot be added: {listed(labels)}. Ask by "
                "currency, by='currency', or convert them first."
            )


def _monthly(log: Subscriptions) -> AnyArray:
    return monthly(np.asarray(log.numbers), log.billing, log.starts, log.ends)


def _bridged(log: Subscriptions) -> IntArray:
    """Return the ends of rows, later where a gap that is none follows: its price goes on."""
    if log.grace <= 1:
        return log.ends
    rows = np.flatnonzero(log.counted)
    order = rows[in_order(log.codes[rows], log.starts[rows])]
    who, low, high = log.codes[order], log.starts[order], log.ends[order]
    apart = int(high.max(initial=0) - low.min(initial=0)) + log.grace + 1
    latest = np.maximum.accumulate(high + who * apart) - who * apart
    gap = low[1:] - latest[:-1]
    short = (who[1:] == who[:-1]) & (gap > 0) & (gap < log.grace)
    # The rows that end where a short gap begins go on until it ends.
    begins = {
        (int(code), int(end)): int(start)
        for code, end, start in zip(
            who[:-1][short], latest[:-1][short], low[1:][short], strict=True
        )
    }
    ends = log.ends.copy()
    for place in rows[np.isin(ends[rows], [end for _, end in begins])].tolist():
        ends[place] = begins.get((int(log.codes[place]), int(ends[place])), ends[place])
    return ends
