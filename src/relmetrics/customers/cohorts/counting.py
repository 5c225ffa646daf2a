"""Counting of cohorts: from the rows of a log to one small matrix for each kind of retention."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from relmetrics.customers.cohorts.by_customer import SUMS, products_of
from relmetrics.customers.cohorts.cohorts import Cohorts
from relmetrics.customers.cohorts.definition import KINDS, CohortDefinition, as_brackets
from relmetrics.customers.purchases.active_periods import ActivePeriods
from relmetrics.data.calendar.periods import period_of, require_near
from relmetrics.data.codes import BLOCK
from relmetrics.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from relmetrics.customers.cohorts.definition import Entry, Values, Windows
    from relmetrics.customers.purchases.log import Purchases
    from relmetrics.customers.purchases.returned import Returned
    from relmetrics.data.calendar.periods import Every
    from relmetrics.data.types import AnyArray, FloatArray, IntArray


def cohorts(
    log: Purchases,
    *,
    every: Every = "month",
    windows: Windows = "calendar",
    brackets: Mapping[str, tuple[int, int]] | None = None,
    as_of: object = None,
    entry: Entry = "first_time",
    values: Values = "customers",
) -> Cohorts:
    """Group the customers of a log by when they came: see `PurchaseLog.cohorts`."""
    definition = CohortDefinition(
        every=every,
        windows=windows,
        brackets=as_brackets(brackets),
        as_of=log.as_of(as_of),
        entry=entry,
        values=values,
    )
    if values == "revenue" and log.amounts is None:
        raise StateError.lacks("amounts", "PurchaseLog(customers, dates, amounts)")
    return _count(log, definition)


@frozen(eq=False)
class _Rows:
    """The purchases up to `as_of`, as numbers of customers and of days."""

    customers: IntArray
    days: IntArray
    amounts: FloatArray | None
    """The amount of each purchase, 0 where unknown."""
    unknown_amounts: int
    first: IntArray
    """The first day of each customer; a day past the last one for who bought nothing."""


def _count(log: Purchases, definition: CohortDefinition) -> Cohorts:
    """Count the cohorts of a log."""
    rows = _rows(log, definition)
    if not len(rows.days):
        nobody, nothing = np.zeros(0, dtype=np.int64), np.zeros((0, 0))
        no_kind = np.zeros((len(KINDS), 0, 0), dtype=np.int64)
        no_product = np.zeros((len(KINDS), SUMS, 0), dtype=np.int64)
        return Cohorts(
            definition,
            nobody,
            nobody,
            no_kind,
            None if rows.amounts is None else nothing,
            0,
            no_product if definition.entry == "recurring" else None,
        )
    start = int(rows.first.min())
    period_of_day = definition.periods_by_day(start, int(rows.days.max()))
    base = int(period_of_day[0])
    width = definition.ages_begun(base)
    period_of_day -= base
    if definition.entry == "recurring":
        steps = period_of_day[rows.days - start]
        seen = ActivePeriods.of(rows.customers, steps, width, rows.amounts)
        entered, activity = seen.steps, _of_everybody
    else:
        seen = _by_age(rows, definition, period_of_day, width)
        entered = period_of_day[rows.first[seen.customers[seen.begins]] - start]
        activity = _of_newcomers
    members = np.bincount(entered)
    cohort = (np.cumsum(members > 0) - 1)[entered]
    periods = np.flatnonzero(members)
    sizes = members[periods]
    cells = len(sizes) * width
    tables, money = np.zeros((len(KINDS), cells), dtype=np.int64), np.zeros(cells)
    for part in activity(seen, cohort, width):
        _tabulate(part, tables)
        if seen.amounts is not None:
            np.add.at(money, part.cells, seen.amounts[part.places])
    if seen.amounts is not None and log.returns.dated:
        entries = slice(None) if definition.entry == "recurring" else seen.begins
        entrants = _Entrants(seen.customers[entries], entered, cohort)
        _give_back(log.returns, entrants, definition, rows.first, base, money.reshape(-1, width))
    by_kind = tables.reshape(len(KINDS), len(sizes), width)
    accumulate(by_kind, sizes)
    by_kind *= definition.begun(periods + base, width)
    return Cohorts(
        definition,
        periods + base,
        sizes,
        by_kind,
        None if rows.amounts is None else money.reshape(len(sizes), width),
        rows.unknown_amounts,
        _products(seen, definition, base, width) if definition.entry == "recurring" else None,
    )


def _products(seen: ActivePeriods, definition: CohortDefinition, base: int, width: int) -> IntArray:
    """Return the sums by customer: what is over at an age is so by the period in which it lies."""
    over = definition.complete(base + np.arange(width), 1)[:, 0]
    return products_of(seen, width, int(over.sum()) - 1)


@frozen(eq=False)
class _Entrants:
    """Who entered which cohort, one row per member."""

    customers: IntArray
    entered: IntArray
    """The period of entry."""
    cohort: IntArray


def _give_back(
    returns: Returned,
    entrants: _Entrants,
    definition: CohortDefinition,
    first: IntArray,
    base: int,
    money: FloatArray,
) -> None:
    """Take returns off the money of the age at which they came; those before an entry are none."""
    known = returns.until(definition.as_of)
    order = np.argsort(known.codes, kind="stable")
    low, high = (
        np.searchsorted(known.codes[order], entrants.customers, side) for side in ("left", "right")
    )
    # Each entry meets each return of its customer.
    each = high - low
    entry = np.repeat(np.arange(len(each)), each)
    within = np.arange(len(entry)) - np.repeat(np.cumsum(each) - each, each)
    place = order[np.repeat(low, each) + within]
    since = known.days[place].astype(np.int64) - first[entrants.customers[entry]]
    if definition.windows == "calendar":
        ages = period_of(known.days[place], definition.every) - base - entrants.entered[entry]
    else:
        ages = since // definition.windows
    kept = (since >= 0) & (ages >= 0)
    entry, place, ages = entry[kept], place[kept], ages[kept]
    if definition.brackets is not None:
        ages = definition.brackets_by_age(int(ages.max(initial=0)) + 1)[ages]
        entry, place, ages = entry[ages >= 0], place[ages >= 0], ages[ages >= 0]
    np.add.at(money, (entrants.cohort[entry], ages), known.amounts[place])


def _rows(log: Purchases, definition: CohortDefinition) -> _Rows:
    require_near(
        np.where(log.days <= definition.as_of, log.days, np.datetime64("NaT", "D")),
        until=definition.as_of,
    )
    customers, days = log.codes, log.days.view(np.int64)
    amounts = log.amounts if definition.values == "revenue" else None
    end = int(definition.as_of.astype(np.int64))
    if len(days) and days.max() > end:
        kept = days <= end
        customers, days = customers[kept], days[kept]
        amounts = None if amounts is None else amounts[kept]
    first = np.full(len(log.customers), end + 1)
    np.minimum.at(first, customers, days)
    unknown = 0
    if amounts is not None:
        gone = np.isnan(amounts)
        unknown, amounts = int(gone.sum()), np.where(gone, 0.0, amounts)
    return _Rows(customers, days, amounts, unknown, first)


def _by_age(
    rows: _Rows, definition: CohortDefinition, period_of_day: IntArray, width: int
) -> ActivePeriods:
    """Return who bought at which age, or in which bracket of ages."""
    customers, amounts = rows.customers, rows.amounts
    if definition.windows == "calendar":
        start = int(rows.first.min())
        # Customers without a purchase have no rows: any period will do for them.
        entered = period_of_day[np.minimum(rows.first - start, len(period_of_day) - 1)]
        ages = period_of_day[rows.days - start] - entered[customers]
    else:
        ages = (rows.days - rows.first[customers]) // definition.windows
    if definition.brackets is not None:
        ages = definition.brackets_by_age(int(ages.max()) + 1)[ages]
        kept = ages >= 0
        customers, ages = customers[kept], ages[kept]
        amounts = None if amounts is None else amounts[kept]
    return ActivePeriods.of(customers, ages, width, amounts)


@frozen(eq=False)
class _Activity:
    """ActivePeriods of members of cohorts, each of which may be a member of several cohorts."""

    cells: IntArray
    """The cell (cohort x ages + age) that each falls in."""
    places: IntArray
    """Its place among the active periods."""
    since: IntArray
    """How many active periods of the same member lie between it and the entry; 0 for the entry."""
    ages: IntArray
    """How many steps lie between."""
    ends: AnyArray
    """Whether it is the member's last."""


def _of_newcomers(seen: ActivePeriods, cohort: IntArray, width: int) -> Iterator[_Activity]:
    """Yield the activity of customers who enter once, in their first active period."""
    entries = np.flatnonzero(seen.begins)
    entry, corner = np.zeros((2, int(seen.customers[-1]) + 1), dtype=np.int64)
    entrants = seen.customers[entries]
    entry[entrants], corner[entrants] = entries, cohort * width
    for start in range(0, len(seen.customers), BLOCK):
        part = slice(start, start + BLOCK)
        who, steps = seen.customers[part], seen.steps[part]
        places = np.arange(start, start + len(who))
        since = places - entry[who]
        yield _Activity(corner[who] + steps, places, since, steps, seen.ends[part])


def _of_everybody(seen: ActivePeriods, cohort: IntArray, width: int) -> Iterator[_Activity]:
    """Yield the activity of customers who enter in each active period; steps are periods.

    First the entries themselves, then the next active period of each entry, then the one after.
    """
    entered, corner, places, passed = seen.steps, cohort * width, np.arange(len(cohort)), 0
    while len(places):
        ages, ends = seen.steps[places] - entered, seen.ends[places]
        yield _Activity(corner + ages, places, np.full(len(places), passed), ages, ends)
        more = ~ends
        entered, corner, places = entered[more], corner[more], places[more] + 1
        passed += 1


def _tabulate(part: _Activity, tables: IntArray) -> None:
    """Count, by cell: activity, last activity, first return, and activity without a gap."""
    np.add.at(tables[0], part.cells, 1)
    tests = part.ends, part.since == 1, part.since == part.ages
    for table, test in zip(tables[1:], tests, strict=True):
        np.add.at(table, part.cells, test.astype(np.int64))


def accumulate(by_kind: IntArray, sizes: IntArray) -> None:
    """Turn the counts of `_tabulate` into customers of each kind, in place."""
    _, after, before, _ = by_kind
    # Who is last active at an age was active then or later at every age up to it.
    after[:] = np.cumsum(after[:, ::-1], axis=1)[:, ::-1]
    # Who first came back at an age has come back by every later one.
    np.cumsum(before, axis=1, out=before)
    before[:, 0] = sizes
