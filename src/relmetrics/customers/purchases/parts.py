"""Parts of a log of purchases: that of each segment of customers, and that up to a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

from relmetrics.customers.segments.reading import places_by, segments_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from relmetrics.customers.purchases.log import Purchases
    from relmetrics.customers.segments.reading import By
    from relmetrics.data.labels.grouping import Grouping, Labels
    from relmetrics.data.types import IntArray

L = TypeVar("L", bound="Purchases")
P = TypeVar("P")


def segments_of_log(log: Purchases, by: By) -> Grouping:
    """Return the segment of each customer: see `By`."""
    return segments_of(by, log.customers, log.codes)


def by_part(log: L, by: By, ask: Callable[[L], P]) -> tuple[Labels, tuple[P, ...]]:
    """Return what segments are called, and what the log of each of them answers."""
    segments = segments_of_log(log, by)
    return segments.labels, tuple(ask(part) for part in parts_of(log, segments))


def parts_of(log: L, segments: Grouping) -> Iterator[L]:
    """Yield the log of the customers of each segment, in order."""
    size = len(segments.labels)
    of_rows, of_returns = (
        places_by(segments.codes[codes], size) for codes in (log.codes, log.returns.codes)
    )
    place = np.zeros(len(log.customers), dtype=np.int64)  # within the segment: one for all of them
    for i, customers in enumerate(places_by(segments.codes, size)):
        place[customers] = np.arange(len(customers))
        yield _part(log, customers, place, of_rows[i], of_returns[i])


def log_until(log: L, day: np.datetime64) -> L:
    """Return the log as it was at the end of a day: who came later is not in it."""
    rows, returned = (np.flatnonzero(each.days <= day) for each in (log, log.returns))
    if len(rows) == len(log) and len(returned) == len(log.returns):
        return log
    there = np.zeros(len(log.customers), dtype=bool)
    there[log.codes[rows]] = there[log.returns.codes[returned]] = True
    return _part(log, np.flatnonzero(there), np.cumsum(there) - 1, rows, returned)


def _part(log: L, customers: IntArray, place: IntArray, rows: IntArray, returned: IntArray) -> L:
    """Return the log of some customers, whose new numbers are at their place, and of some rows."""
    times = log.times[rows]
    part = object.__new__(type(log))
    part.__attrs_init__(  # pyright: ignore[reportAttributeAccessIssue]
        log.customers[customers],
        place[log.codes[rows]],
        times,
        None if log.amounts is None else log.amounts[rows],
        None if log.referred is None else log.referred[customers],
        log.returns.taken(returned, place),
        times if log.instants is log.times else log.instants[rows],
        log.zone,
        0,
        len(returned),
    )
    return part
