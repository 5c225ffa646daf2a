"""Rows of cohorts: the purchases that count, and the day on which each customer entered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from attrs import frozen

from relmetrics.customers.people.reading import places_in, require_known
from relmetrics.data.calendar.dates import as_times
from relmetrics.data.calendar.periods import require_near
from relmetrics.data.labels.grouping import group
from relmetrics.data.labels.ids import identified
from relmetrics.data.labels.numbering import plain_list
from relmetrics.data.labels.ordering import in_order
from relmetrics.errors import EmptySampleError, ParameterError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from relmetrics.customers.cohorts.definition import CohortDefinition
    from relmetrics.customers.purchases.log import Purchases
    from relmetrics.data.types import AnyArray, FloatArray, IntArray

L = TypeVar("L", bound="Purchases")
_HOUR = 3_600_000_000
"""Microseconds."""


@frozen(eq=False)
class Joined:
    """When each customer of a log joined; NaT for who did not.

    Attributes:
        days: The day by the calendar that counts.
        instants: The time in UTC, where dates carry a zone.
    """

    days: AnyArray
    instants: AnyArray

    def of(self, customers: IntArray) -> Joined:
        """Return when some of them joined."""
        return Joined(self.days[customers], self.instants[customers])


@frozen(eq=False)
class Rows:
    """The purchases up to `as_of`, as numbers of customers and of days.

    Attributes:
        customers: The customer of each purchase.
        days: The number of its day.
        hours: The hours from its customer's entry, where windows are of hours; else None.
        amounts: Its amount, 0 where unknown; None where none are asked for.
        unknown_amounts: How many are unknown.
        first: The day on which each customer entered; a day past the last one for who did not.
        members: The customers who did.
        left_out: Customers who bought and never joined, and purchases before joining.
    """

    customers: IntArray
    days: IntArray
    hours: IntArray | None
    amounts: FloatArray | None
    unknown_amounts: int
    first: IntArray
    members: IntArray
    left_out: tuple[int, int] = (0, 0)


def joining(log: L, joined: Mapping[Any, object]) -> tuple[L, Joined]:
    """Return a log that knows everybody who joined, buyers or not, and when each of them did.

    Raises:
        CustomerError: An id is missing, or nobody who joined is in the log.
        DateError: A day is missing or cannot be read.
        EmptySampleError: Nobody joined.
        ParameterError: It is no mapping.
    """
    if not hasattr(joined, "keys") or hasattr(joined, "columns"):  # a frame has both
        remedy = "Say dict(zip(users['id'], users['created_at']))."
        raise ParameterError.must_be("joined", "a mapping of customer to day", joined, remedy)
    keys = list(joined.keys())
    if not keys:
        raise EmptySampleError.for_metric("A table of cohorts of those who joined", 0)
    ids = identified(keys, "joined").labels.columns[0]
    places = places_in(log, ids, "joined")
    require_known(places, ids, "joined")
    times = as_times([joined[who] for who in keys], "joined", zone=log.zone)
    given = plain_list(ids)
    new = [given[place] for place in np.flatnonzero(places < 0).tolist()]
    everybody = [*plain_list(log.customers), *new]
    labels = group({"customers": everybody}, len(everybody)).labels.columns[0]
    places[places < 0] = np.arange(len(log.customers), len(everybody))
    known = object.__new__(type(log))
    came = None
    if log.referred is not None:
        came = np.concatenate([log.referred, np.full(len(new), np.nan)])
    known.__attrs_init__(  # pyright: ignore[reportAttributeAccessIssue]
        labels,
        log.codes,
        log.times,
        log.amounts,
        came,
        log.returns,
        log.instants,
        log.zone,
        log.dropped,
        log.returned,
    )
    none = np.datetime64("NaT", "us")
    entries = []
    for column in (times.shown, times.instants):
        entry = np.full(len(everybody), none, dtype="datetime64[us]")
        entry[places] = column
        entries.append(entry)
    return known, Joined(entries[0].astype("datetime64[D]"), entries[1])


def _until(days: AnyArray, as_of: np.datetime64) -> AnyArray:
    """Return days with NaT for those after `as_of`; the same array where there are none."""
    late = days > as_of
    return np.where(late, np.datetime64("NaT", "D"), days) if late.any() else days


def rows_of(log: Purchases, definition: CohortDefinition, joined: Joined | None) -> Rows:
    """Return the purchases of a log that cohorts count."""
    days = _until(log.days, definition.as_of)
    if joined is not None:
        days = np.concatenate([days, _until(joined.days, definition.as_of)])
    require_near(days, until=definition.as_of)
    end = int(definition.as_of.astype(np.int64))
    customers, days = log.codes, log.days.view(np.int64)
    kept: AnyArray | None = None
    if len(days) and days.max() > end:
        kept = days <= end
    first = np.full(len(log.customers), end + 1)
    times: AnyArray | None = None
    left_out = 0, 0
    if joined is None:
        used = slice(None) if kept is None else kept
        np.minimum.at(first, customers[used], days[used])
        if definition.hours is not None:
            times = np.full(len(first), np.datetime64("9999-12-31", "us"))
            np.minimum.at(times, customers, log.instants)
    else:
        came = ~np.isnat(joined.days)
        first[came] = np.minimum(joined.days[came].astype(np.int64), end + 1)
        times = joined.instants
        by_then = np.ones(len(days), dtype=bool) if kept is None else kept
        buyers = np.bincount(customers[by_then], minlength=len(first)) > 0
        with_hours = definition.hours is not None
        early = log.instants < times[customers] if with_hours else days < first[customers]
        early &= came[customers]
        left_out = int((buyers & ~came).sum()), int((by_then & early).sum())
        kept = by_then & came[customers] & ~early
    if definition.nth is not None:
        chosen = _nth(customers, log.instants, kept, definition.nth)
        kept = chosen
    amounts = log.amounts if definition.values == "revenue" else None
    instants = log.instants
    if kept is not None:
        customers, days, instants = customers[kept], days[kept], instants[kept]
        amounts = None if amounts is None else amounts[kept]
    hours = None
    if definition.hours is not None and times is not None:
        hours = (instants - times[customers]).astype("timedelta64[us]").astype(np.int64) // _HOUR
    unknown = 0
    if amounts is not None:
        gone = np.isnan(amounts)
        unknown, amounts = int(gone.sum()), np.where(gone, 0.0, amounts)
    members = np.flatnonzero(first <= end)
    return Rows(customers, days, hours, amounts, unknown, first, members, left_out)


def _nth(customers: IntArray, instants: AnyArray, kept: AnyArray | None, number: int) -> AnyArray:
    """Tell which rows are the purchase of that number of their customer, of those that count."""
    places = np.arange(len(customers)) if kept is None else np.flatnonzero(kept)
    order = places[in_order(customers[places], instants[places])]
    whose = customers[order]
    begins = np.ones(len(order), dtype=bool)
    begins[1:] = whose[1:] != whose[:-1]
    starts = np.flatnonzero(begins)
    rank = np.arange(len(order)) - np.repeat(starts, np.diff(np.append(starts, len(order))))
    chosen = np.zeros(len(customers), dtype=bool)
    chosen[order[rank == number - 1]] = True
    return chosen


def often_enough(customers: IntArray, steps: IntArray, times: int) -> AnyArray:
    """Tell which rows are of a customer and step that has at least so many of them."""
    if not len(customers):
        return np.ones(0, dtype=bool)
    keys = customers * (int(steps.max()) + 2) + steps
    _, place, counts = np.unique(keys, return_inverse=True, return_counts=True)
    found: AnyArray = counts[place] >= times
    return found
