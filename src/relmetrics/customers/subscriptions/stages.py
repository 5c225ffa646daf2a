"""Stages of subscribers: each billing counts as a purchase, and the end of a spell dissolves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relmetrics.customers.lifecycle.events import lifecycle_of
from relmetrics.customers.lifecycle.stages import DISSOLUTION, StageRules
from relmetrics.data.labels.ordering import in_order

if TYPE_CHECKING:
    from relmetrics.customers.lifecycle.lifecycle import Lifecycle
    from relmetrics.customers.subscriptions.table.log import Subscriptions
    from relmetrics.data.calendar.periods import Every
    from relmetrics.data.types import IntArray


def stages(
    log: Subscriptions,
    *,
    every: Every,
    as_of: object = None,
    expansion_from: int = 2,
    commitment_from: int = 5,
) -> Lifecycle:
    """Read subscriptions as stages of relationships: see `SubscriptionLog.stages`."""
    rules = StageRules(expansion_from=expansion_from, commitment_from=commitment_from)
    until = log.as_of(as_of)
    end = int(until.astype(np.int64))
    codes, days = billings(log, end)
    order = in_order(codes, days)
    codes, days = codes[order], days[order]
    first = np.ones(len(codes), dtype=bool)
    first[1:] = codes[1:] != codes[:-1]
    begin = np.maximum.accumulate(np.where(first, np.arange(len(codes)), 0))
    number = np.arange(len(codes)) - begin + 1
    # A day shows what holds at its end: its last billing.
    closing = np.ones(len(codes), dtype=bool)
    closing[:-1] = first[1:] | (days[1:] != days[:-1])
    spells = log.spells(end)
    over = spells.ends <= end
    codes = np.concatenate([codes[closing], spells.customers[over]])
    days = np.concatenate([days[closing], spells.ends[over]])
    found = np.concatenate([rules.of(number[closing]), np.full(int(over.sum()), DISSOLUTION)])
    order = in_order(codes, days)
    there = np.bincount(codes, minlength=len(log.customers)) > 0
    return lifecycle_of(
        log.customers[there],
        (np.cumsum(there) - 1)[codes[order]],
        days[order].astype("datetime64[D]"),
        found[order],
        as_of=until,
        every=every,
    )


def billings(log: Subscriptions, end: int) -> tuple[IntArray, IntArray]:
    """Return customer and day of every billing until a day: at the start, and once a period."""
    rows = np.flatnonzero(log.counted & (log.starts <= end))
    billing, starts = log.billing.taken(rows), log.starts[rows]
    ends = np.minimum(log.ends[rows], end + 1)
    begun = np.where(billing.total, 0, billing.begun(starts, log.ends[rows], ends - 1))
    each = begun + 1
    row = np.repeat(np.arange(len(rows)), each)
    k = np.arange(len(row)) - np.repeat(np.cumsum(each) - each, each)
    days = billing.taken(row).boundary(starts[row], log.ends[rows][row], k)
    return log.codes[rows][row], days
