"""Counting of cohorts: from the rows of a log to one small matrix for each kind of retention."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from relmetrics.customers.cohorts.by_customer import SUMS, products_of
from relmetrics.customers.cohorts.cohorts import Cohorts
from relmetrics.customers.cohorts.definition import KINDS, CohortDefinition, as_brackets
from relmetrics.customers.cohorts.money import given_back, squares_of
from relmetrics.customers.cohorts.rows import often_enough, rows_of
from relmetrics.customers.purchases.active_periods import ActivePeriods
from relmetrics.data.codes import BLOCK
from relmetrics.errors import ParameterError, StateError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from relmetrics.customers.cohorts.definition import Entry, Values, Windows
    from relmetrics.customers.cohorts.rows import Joined, Rows
    from relmetrics.customers.purchases.log import Purchases
    from relmetrics.data.calendar.periods import Every
    from relmetrics.data.types import AnyArray, IntArray


def cohorts(
    log: Purchases,
    *,
    every: Every = "month",
    windows: Windows = "calendar",
    brackets: Mapping[str, tuple[int, int]] | None = None,
    as_of: object = None,
    entry: Entry = "first_time",
    values: Values = "customers",
    at_least: int = 1,
    nth: int | None = None,
    joined: Joined | None = None,
) -> Cohorts:
    """Group the customers of a log by when they came: see `PurchaseLog.cohorts`."""
    definition = CohortDefinition(
        every=every,
        windows=windows,
        brackets=as_brackets(brackets),
        as_of=log.as_of(as_of),
        entry=entry,
        values=values,
        joined=joined is not None,
        at_least=at_least,
        nth=nth,
    )
    if values == "revenue" and log.amounts is None:
        raise StateError.lacks("amounts", "PurchaseLog(customers, dates, amounts)")
    if definition.hours is not None and values == "revenue" and log.returns.dated:
        remedy = "Returns have a day and no time: take a number of days."
        raise ParameterError.must_be("windows", "of days with dated returns", windows, remedy)
    found = _count(log, definition, joined)
    return found.of_log(_Behind(log, definition, joined))


@frozen(eq=False)
class _Behind:
    """Who is behind a cell, found in the log again when it is asked for."""

    log: Purchases
    definition: CohortDefinition
    joined: Joined | None

    def __call__(self, period: int, age: int) -> AnyArray:
        """Return the ids of the members of a cohort who are active at an age."""
        rows = rows_of(self.log, self.definition, self.joined)
        seen, entered, base, _ = _seen(self.definition, rows)
        there = (entered[seen.customers] + base == period) & (seen.steps == age)
        if self.definition.entry == "recurring":
            # Steps are periods: who was there in that of the cohort, and again so much later.
            entry, later = (seen.steps + base == period + after for after in (0, age))
            member = np.zeros(len(rows.first), dtype=bool)
            member[seen.customers[entry]] = True
            there = member[seen.customers] & later
        found: AnyArray = self.log.customers[seen.customers[there]]
        return found

    def __reduce__(self) -> tuple[type[None], tuple[()]]:
        """Return nothing to a pickle, which holds counts and no log."""
        return type(None), ()


def _seen(definition: CohortDefinition, rows: Rows) -> tuple[ActivePeriods, IntArray, int, int]:
    """Return who was active when, the period in which each entered, its origin, and the ages.

    Periods count from the first one of any customer, the origin; who never entered has -1. Steps
    are periods of recurring cohorts, else ages.
    """
    start = int(rows.first.min())
    last = max(int(rows.days.max(initial=start)), int(rows.first[rows.members].max()))
    period_of_day = definition.periods_by_day(start, last)
    base = int(period_of_day[0])
    width = definition.ages_begun(base)
    period_of_day -= base
    entered = np.full(len(rows.first), -1, dtype=np.int64)
    entered[rows.members] = period_of_day[rows.first[rows.members] - start]
    if definition.entry == "recurring":
        steps = period_of_day[rows.days - start]
        return ActivePeriods.of(rows.customers, steps, width, rows.amounts), entered, base, width
    return _by_age(rows, definition, period_of_day, entered, width), entered, base, width


def _count(log: Purchases, definition: CohortDefinition, joined: Joined | None) -> Cohorts:
    """Count the cohorts of a log."""
    rows = rows_of(log, definition, joined)
    recurring = definition.entry == "recurring"
    if not len(rows.members):
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
            no_product if recurring else None,
            None if rows.amounts is None or recurring else nothing,
            *rows.left_out,
        )
    seen, entry, base, width = _seen(definition, rows)
    entrants = rows.members
    entered = entry[entrants]
    if recurring:
        entrants, entered = seen.customers, seen.steps
    members = np.bincount(entered)
    cohort = (np.cumsum(members > 0) - 1)[entered]
    periods = np.flatnonzero(members)
    sizes = members[periods]
    shape = len(sizes), width
    tables, money = np.zeros((len(KINDS), shape[0] * width), dtype=np.int64), np.zeros(shape)
    place = cohort
    if not recurring:
        place = np.full(len(rows.first), -1, dtype=np.int64)
        place[entrants] = cohort
    for part in (_of_everybody if recurring else _of_newcomers)(seen, place, width):
        _tabulate(part, tables, enters_active=definition.enters_active)
        if seen.amounts is not None:
            np.add.at(money.reshape(-1), part.cells, seen.amounts[part.places])
    squares = None
    if seen.amounts is not None:
        back = given_back(log.returns, entrants, entered, definition, rows.first, base)
        np.add.at(money, (cohort[back.entries], back.ages), back.amounts)
        if not recurring:
            squares = squares_of(seen, back, entrants, place, shape)
    by_kind = tables.reshape(len(KINDS), *shape)
    accumulate(by_kind, sizes, enters_active=definition.enters_active)
    by_kind *= definition.begun(periods + base, width)
    return Cohorts(
        definition,
        periods + base,
        sizes,
        by_kind,
        None if rows.amounts is None else money,
        rows.unknown_amounts,
        _products(seen, definition, base, width) if recurring else None,
        squares,
        *rows.left_out,
    )


def _products(seen: ActivePeriods, definition: CohortDefinition, base: int, width: int) -> IntArray:
    """Return the sums by customer: what is over at an age is so by the period in which it lies."""
    over = definition.complete(base + np.arange(width), 1)[:, 0]
    return products_of(seen, width, int(over.sum()) - 1)


def _by_age(
    rows: Rows,
    definition: CohortDefinition,
    period_of_day: IntArray,
    entered: IntArray,
    width: int,
) -> ActivePeriods:
    """Return who bought at which age, or in which bracket of ages."""
    customers, amounts = rows.customers, rows.amounts
    if definition.is_calendar:
        ages = np.empty(len(rows.days), dtype=np.int64)
        start = int(rows.first.min())
        for begin in range(0, len(ages), BLOCK):
            part = slice(begin, begin + BLOCK)
            ages[part] = period_of_day[rows.days[part] - start] - entered[customers[part]]
    elif rows.hours is not None and definition.hours is not None:
        ages = rows.hours // definition.hours
    else:
        ages = (rows.days - rows.first[customers]) // int(definition.windows)
    kept = None
    if definition.brackets is not None:
        ages = definition.brackets_by_age(int(ages.max(initial=0)) + 1)[ages]
        kept = ages >= 0
    if definition.at_least > 1:
        often = often_enough(customers, ages, definition.at_least)
        kept = often if kept is None else kept & often
    if kept is not None:
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
    """Yield the activity of customers who enter once; `cohort` has the one of each customer."""
    entries = np.flatnonzero(seen.begins)
    entry = np.zeros(len(cohort), dtype=np.int64)
    entry[seen.customers[entries]] = entries
    corner = cohort * width
    for start in range(0, len(seen.customers), BLOCK):
        part = slice(start, start + BLOCK)
        who, steps = seen.customers[part], seen.steps[part]
        places = np.arange(start, start + len(who))
        yield _Activity(corner[who] + steps, places, places - entry[who], steps, seen.ends[part])


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


def _tabulate(part: _Activity, tables: IntArray, *, enters_active: bool) -> None:
    """Count, by cell: activity, last activity, first return, and activity without a gap."""
    np.add.at(tables[0], part.cells, 1)
    # Who enters by a purchase returns with the next one, and else with the first.
    first = int(enters_active)
    tests = part.ends, part.since == first, part.since == part.ages
    for table, test in zip(tables[1:], tests, strict=True):
        np.add.at(table, part.cells, test.astype(np.int64))


def accumulate(by_kind: IntArray, sizes: IntArray, *, enters_active: bool = True) -> None:
    """Turn the counts of `_tabulate` into customers of each kind, in place."""
    _, after, before, _ = by_kind
    # Who is last active at an age was active then or later at every age up to it.
    after[:] = np.cumsum(after[:, ::-1], axis=1)[:, ::-1]
    # Who first came back at an age has come back by every later one.
    np.cumsum(before, axis=1, out=before)
    if enters_active:
        before[:, 0] = sizes
