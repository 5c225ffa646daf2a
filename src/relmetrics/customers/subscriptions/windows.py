"""Windows of subscriptions: their counts, and the rates of all customers and of those due."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve

from relmetrics.customers.segments.shares import window_shares
from relmetrics.customers.windows.definitions import (
    STANDINGS,
    SUBSCRIBER_CHURN,
    SUBSCRIBER_RETENTION,
)
from relmetrics.customers.windows.rates import churn_metric, estimate_of, retention_metric
from relmetrics.customers.windows.window import counted_window

if TYPE_CHECKING:
    from relmetrics.customers.segments.reading import By
    from relmetrics.customers.subscriptions.table.log import Subscriptions
    from relmetrics.customers.windows.rates import WindowRate
    from relmetrics.customers.windows.window import Window, WindowEstimate
    from relmetrics.data.types import AnyArray, IntArray
    from relmetrics.questions.groups.breakdown import Breakdown


def window(log: Subscriptions, start: object, end: object) -> Window:
    """Count who was a customer at the start and the end of a window: see the log."""
    first_day, after = log.between(start, end)
    low, high = (int(day.astype(np.int64)) for day in (first_day, after))
    spells = log.spells()
    standing = spells.standings(low, high)
    return counted_window(
        first_day,
        after,
        0,
        by_standing=np.bincount(standing, minlength=len(STANDINGS)).tolist(),
        days=int(spells.inside(low, high).sum()),
        last_seen=log.observed if len(log) else first_day,
        note=_note(log),
    )


def _note(log: Subscriptions) -> str:
    """Return what makes a customer besides, and what does not."""
    gaps = f"; gaps of fewer than {log.grace} days are none" if log.grace > 1 else ""
    return gaps + (f"; {log.free_rows} rows of price 0 are left out" if log.free_rows else "")


def metric_of(kind: str, name: str) -> WindowRate:
    """Return retention by its definition, or churn by its base.

    Raises:
        ParameterError: There is no such name.
    """
    if kind == "retention":
        return retention_metric(name, SUBSCRIBER_RETENTION)
    return churn_metric(name, SUBSCRIBER_CHURN)


def rate(
    log: Subscriptions, metric: WindowRate, start: object, end: object, confidence_level: float
) -> WindowEstimate:
    """Return retention or churn of a window."""
    counts = window(log, start, end)
    if metric.rule.over != "due":
        return estimate_of(metric, counts, confidence_level)
    standing, _ = _of_rule(log, metric, counts.first_day, counts.after)
    retained, lost = np.bincount(standing, minlength=len(STANDINGS))[:2].tolist()
    part = evolve(counts, retained=retained, lost=lost, new=0, left_within=0, reactivated=0)
    return evolve(estimate_of(metric, part, confidence_level), window=counts)


def rate_by(
    log: Subscriptions,
    metric: WindowRate,
    start: object,
    end: object,
    by: By,
    confidence_level: float,
) -> Breakdown:
    """Return retention or churn of a window by segment, as known before the window."""
    first_day, after = log.between(start, end)
    segments = log.segments(by, int(first_day.astype(np.int64)) - 1)
    standing, days = _of_rule(log, metric, first_day, after)
    length = int((after - first_day).astype(int))
    return window_shares(metric, standing, days, length, segments, confidence_level)


def _of_rule(
    log: Subscriptions, metric: WindowRate, first_day: np.datetime64, after: np.datetime64
) -> tuple[IntArray, IntArray]:
    """Return where each customer stands and for how many days, as far as a definition counts."""
    low, high = (int(day.astype(np.int64)) for day in (first_day, after))
    spells = log.spells()
    standing = spells.standings(low, high)
    days = spells.days(low, high) if metric.rule.needs_days else np.zeros_like(standing)
    if metric.rule.over == "due":
        standing = np.where(due(log, first_day, after), standing, len(STANDINGS) - 1)
    return standing, days


def due(log: Subscriptions, first_day: np.datetime64, after: np.datetime64) -> AnyArray:
    """Tell whose subscription had a billing period, or all of it, end within a window."""
    low, high = (int(day.astype(np.int64)) for day in (first_day, after))
    rows = np.flatnonzero(log.counted & (log.starts < low) & (log.ends >= low))
    billing, starts, ends = log.billing.taken(rows), log.starts[rows], log.ends[rows]
    # The first end of a billing period that is not before the window.
    before = billing.begun(starts, ends, np.full(len(rows), low - 1))
    following = np.minimum(billing.boundary(starts, ends, before + 1), ends)
    found = np.zeros(len(log.customers), dtype=bool)
    found[log.codes[rows[(following >= low) & (following < high)]]] = True
    return found
