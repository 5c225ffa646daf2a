"""Recurring revenue of subscriptions, period by period and from one day to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from relmetrics.customers.subscriptions.prices import earned, monthly
from relmetrics.data.calendar.periods import first_day, last_day, period_of, require_near
from relmetrics.data.labels.grouping import group
from relmetrics.data.labels.ordering import in_order
from relmetrics.errors import AmountError, StateError
from relmetrics.errors.wording import listed
from relmetrics.money.cells import cells_of, movements_between, owed
from relmetrics.money.moving import moved
from relmetrics.money.revenue_history import RevenueHistory

if TYPE_CHECKING:
    from relmetrics.customers.subscriptions.table.log import Subscriptions
    from relmetrics.data.calendar.periods import Every
    from relmetrics.data.types import AnyArray, IntArray
    from relmetrics.money.revenue_movement import RevenueMovement


@frozen(eq=False)
class PaidRows:
    """What rows pay in periods: one entry for each row and each period that it pays in."""

    codes: IntArray
    periods: IntArray
    numbers: AnyArray
    unknown: AnyArray


def revenue(log: Subscriptions, *, every: Every, as_of: object = None) -> RevenueHistory:
    """Split the change of recurring revenue period by period: see `SubscriptionLog.revenue`."""
    until = log.as_of(as_of)
    paid = paid_rows(log, every, until)
    cells = cells_of(paid.codes, paid.periods, paid.numbers, paid.unknown)
    owing = np.flatnonzero(cells[2] < 0)
    below_zero = owed(cells, owing, log.customers, log.unit, every)
    cells[2][owing] = 0
    first, last = 0, -1
    if len(cells[1]):
        first, last = int(cells[1].min()), int(period_of(np.asarray(until), every))
    movements = movements_between(cells, len(log.customers), log.unit, first, last)
    into = np.arange(first + 1, max(last, first) + 1)
    over = (last_day(into, every) <= until).tolist()
    return RevenueHistory(first_day(into, every), movements, tuple(over), below_zero)


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


def paid_rows(log: Subscriptions, every: Every, until: np.datetime64) -> PaidRows:
    """Return what each row pays in each period, as the log spreads it.

    ``calendar``: the price a month of the rows that run on the last day of a period, or on `until`
    in the one that is not over. ``daily``: what the days of the period earn.

    Raises:
        StateError: The log has no amounts.
        AmountError: They are of several currencies.
        DateError: The starts lie too far from each other.
    """
    require_amounts(log)
    end = int(until.astype(np.int64))
    require_near(log.starts.astype("datetime64[D]"), "start", until=until)
    daily = log.spread == "daily"
    stops = log.ends if daily else _bridged(log)
    rows = np.flatnonzero((log.starts <= end) & (stops > log.starts))
    starts, stops = log.starts[rows], np.minimum(stops[rows], end + 1)
    low = period_of(starts.astype("datetime64[D]"), every)
    high = period_of((stops - 1).astype("datetime64[D]"), every)  # the last period it runs in
    if not daily:  # who ends before the last day of a period is not there then
        closing = last_day(high, every).astype(np.int64)
        high = np.where((stops <= closing) & (stops <= end), high - 1, high)
    each = np.maximum(high - low + 1, 0)
    row = np.repeat(np.arange(len(rows)), each)
    periods = np.repeat(low, each) + np.arange(len(row)) - np.repeat(np.cumsum(each) - each, each)
    places = rows[row]
    if daily:
        begin = first_day(periods, every).astype(np.int64)
        beyond = np.minimum(first_day(periods + 1, every).astype(np.int64), end + 1)
        billing = log.billing.taken(places)
        price = np.asarray(log.numbers)[places]
        whole = log.starts[places], log.ends[places]
        numbers = earned(price, billing, *whole, beyond) - earned(price, billing, *whole, begin)
    else:
        numbers = _monthly(log)[places]
    return PaidRows(log.codes[places], periods, numbers, log.unknown[places])


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
