"""Movements of subscribers: who is there at the end of each period, who came, went, came back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relmetrics.customers.purchases.movements import moved, table
from relmetrics.data.calendar.periods import period_of, require_near

if TYPE_CHECKING:
    from relmetrics.customers.subscriptions.table.log import Subscriptions
    from relmetrics.data.calendar.periods import Every
    from relmetrics.metric.table import Table


def movements(
    log: Subscriptions, *, every: Every, as_of: object = None, confidence_level: float = 0.95
) -> Table:
    """Count subscribers period by period: see `SubscriptionLog.movements`."""
    until = log.as_of(as_of)
    end = int(until.astype(np.int64))
    spells = log.spells(end)
    if not len(spells.customers):
        return table(every, np.empty(0, dtype=np.int64), {}, until, confidence_level)
    require_near(spells.starts.astype("datetime64[D]"), "start", until=until)
    there = spells.in_periods(every, end)
    base = int(there.starts.min())
    size = int(period_of(np.asarray(until), every)) - base + 1
    low, high, first = there.starts - base, there.ends - base, there.begins
    some = high > low
    steps = np.zeros(size + 1, dtype=np.int64)
    np.add.at(steps, low[some], 1)
    np.add.at(steps, high[some], -1)
    present = np.cumsum(steps)[:-1]
    came = np.bincount(low[some], minlength=size)
    new = np.bincount(low[some & first], minlength=size)
    counts = moved(present, new=new, retained=present - came)
    return table(every, base + np.arange(size), counts, until, confidence_level)
