"""Steps: a subscription as purchases, one for each period or billing, for what counts purchases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relmetrics.customers.purchases.log import Purchases
from relmetrics.customers.purchases.returned import Returned
from relmetrics.customers.subscriptions.revenue import paid_periods
from relmetrics.data.calendar.periods import first_day, period_of, require_near
from relmetrics.data.labels.grouping import Grouping, Labels
from relmetrics.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from relmetrics.customers.cohorts.definition import Windows
    from relmetrics.customers.subscriptions.table.log import Subscriptions
    from relmetrics.data.calendar.periods import Every
    from relmetrics.data.types import AnyArray, FloatArray, IntArray


_BLOCK = 1 << 14
"""So many customers are expanded into their periods at once."""


def blocks(log: Subscriptions) -> Iterator[Subscriptions]:
    """Yield a log in blocks of customers, so that what is made of each fits in the cache."""
    size = len(log.customers)
    if size <= _BLOCK:
        yield log
        return
    codes = np.arange(size) // _BLOCK
    yield from log.parts(Grouping(Labels(("block",), (np.unique(codes),)), codes))


def present(
    log: Subscriptions, until: np.datetime64, every: Every, windows: Windows, *, money: bool
) -> Purchases:
    """Return a log with a purchase wherever somebody was a customer in a period or window.

    The first one is on the first day of the customer, the others on the first day of each later
    period in which they were one on some day. So cohorts of it count who is a customer.

    Raises:
        ParameterError: Revenue is asked for in windows of days, or windows are of hours.
    """
    if isinstance(windows, str) and windows != "calendar":
        wanted = "'calendar' or a whole number of days, at least 1"
        raise ParameterError.must_be("windows", wanted, windows, "Subscriptions have days.")
    end = int(until.astype(np.int64))
    spells = log.spells(end)
    require_near(spells.starts.astype("datetime64[D]"), "start", until=until)
    closed = np.minimum(spells.ends, end + 1) - 1  # the last day of each spell
    first = spells.first(end + 1)[spells.customers]
    if isinstance(windows, str):
        low, high = (
            period_of(days.astype("datetime64[D]"), every) for days in (spells.starts, closed)
        )
    else:
        low, high = (spells.starts - first) // windows, (closed - first) // windows
    each = high - low + 1
    spell = np.repeat(np.arange(len(each)), each)
    steps = np.repeat(low, each) + np.arange(len(spell)) - np.repeat(np.cumsum(each) - each, each)
    if isinstance(windows, str):
        base = int(low.min(initial=0))  # the periods are few, and so are their first days
        known = first_day(np.arange(base, int(high.max(initial=0)) + 1), every).astype(np.int64)
        days = known[steps - base]
    else:
        days = first[spell] + steps * windows
    days = np.maximum(days, spells.starts[spell])
    codes, amounts = spells.customers[spell], None
    if money:
        if not isinstance(windows, str):
            raise ParameterError.must_be(
                "windows", "'calendar' where revenue is asked for", windows
            )
        codes, days, amounts = _with_money(log, until, every, codes, days)
    return purchases_of(log, codes, days, amounts)


def _with_money(
    log: Subscriptions, until: np.datetime64, every: Every, codes: IntArray, days: IntArray
) -> tuple[IntArray, IntArray, FloatArray]:
    """Return the same rows and those of what is paid, each with its amount."""
    never = np.iinfo(np.int64).max
    first = np.full(len(log.customers), never)
    np.minimum.at(first, codes, days)
    parts = [(codes, days, np.zeros(len(codes)))]
    for period, total, unknown in paid_periods(log, every, until):
        paying = np.flatnonzero(total != 0)
        amounts = np.concatenate([log.unit.floats(total[paying]), np.full(len(unknown), np.nan)])
        who = np.concatenate([paying, unknown])
        known = first[who] < never
        begin = int(first_day(period, every).astype(np.int64))
        parts.append((who[known], np.maximum(begin, first[who[known]]), amounts[known]))
    who, when, amounts = (np.concatenate(column) for column in zip(*parts, strict=True))
    return who, when, amounts


def purchases_of(
    log: Subscriptions, codes: IntArray, days: IntArray, amounts: FloatArray | None
) -> Purchases:
    """Return purchases of the customers of a log."""
    times: AnyArray = days.astype("datetime64[D]").astype("datetime64[us]")
    found = object.__new__(Purchases)
    found.__attrs_init__(  # pyright: ignore[reportAttributeAccessIssue]
        log.customers, codes, times, amounts, None, Returned(), times, log.zone, 0, 0
    )
    return found
