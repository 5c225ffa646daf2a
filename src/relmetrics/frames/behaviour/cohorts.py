"""Cohorts on an engine: the cells of the table come back, and no customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve

from relmetrics.customers.cohorts.cohorts import Cohorts
from relmetrics.customers.cohorts.counting import accumulate
from relmetrics.customers.cohorts.definition import KINDS, CohortDefinition, as_brackets
from relmetrics.customers.purchase_log import PurchaseLog
from relmetrics.data.calendar.periods import first_day
from relmetrics.errors import ParameterError
from relmetrics.frames.behaviour.days import FAR, in_days
from relmetrics.frames.columns import label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from relmetrics.customers.cohorts.definition import Entry, Values, Windows
    from relmetrics.data.calendar.periods import Every
    from relmetrics.frames.behaviour.rows import Rows


_CELL = ("cohort", "age")
_AGES = ("last", "again", "streak")
"""The ages of a customer, in the order of the kinds of retention that are counted by them."""
_SUMS = ("a", "known", "b")
"""What is summed: amounts, how many are known, and purchases."""


def cohorts(
    rows: Rows,
    *,
    every: Every,
    windows: Windows,
    brackets: Mapping[str, tuple[int, int]] | None,
    as_of: object,
    entry: Entry,
    values: Values,
) -> Cohorts:
    """Group customers by when they came: see `PurchaseLog.cohorts`."""
    if values == "revenue":
        rows.require_amounts()
    definition = CohortDefinition(
        every=every,
        windows=windows,
        brackets=as_brackets(brackets),
        as_of=rows.as_of(as_of),
        entry=entry,
        values=values,
    )
    if definition.hours is not None:
        wanted = "'calendar' or a whole number of days, at least 1"
        remedy = "Windows of hours are of a PurchaseLog: an engine counts by days."
        raise ParameterError.must_be("windows", wanted, windows, remedy)
    rows.require_near(definition.as_of)
    if entry == "recurring":
        return _recurring(rows, definition)
    queries = _Queries(rows, definition)
    found = rows.collect(queries.cells())
    money = rows.collect(queries.money()) if values == "revenue" else None
    return _presented(definition, found, money)


class _Queries:
    """The queries of one table of cohorts, built of who bought at which age."""

    def __init__(self, rows: Rows, definition: CohortDefinition) -> None:
        """Plan who bought at which age: one row per customer, cohort and age."""
        nw = self.nw = rows.nw
        self.rows, self.definition = rows, definition
        # Whole periods are fewer than days, which are looked at only where they tell more.
        dated = rows.returns == "dated" and definition.values == "revenue"
        steps = ("p", "d") if dated or definition.windows != "calendar" else ("p",)
        bought = rows.bought(definition.every, until=definition.as_of)
        bought = _summed(nw, bought, "c", *steps)
        self.first = bought.group_by("c").agg(
            *(nw.col(step).min().alias(f"{step}0") for step in steps)
        )
        self.aged = _summed(nw, self._with_ages(bought), "c", *_CELL)

    def _with_ages(self, rows: Any) -> Any:
        """Add the cohort of the customer of each row, and the age or bracket that it falls in."""
        nw, windows = self.nw, self.definition.windows
        age = (
            nw.col("p") - nw.col("p0")
            if windows == "calendar"
            else (nw.col("d") - nw.col("d0")) // windows
        )
        return rows.join(self.first, on="c", how="inner").with_columns(
            nw.col("p0").alias("cohort"), self._bracket(age).alias("age")
        )

    def _bracket(self, age: Any) -> Any:
        """Return the bracket of an age; that past the last one for all that lie past it."""
        nw, brackets = self.nw, self.definition.brackets
        found = age
        if brackets is not None:
            found = nw.lit(len(brackets))
            for place, (_, _, last) in reversed(list(enumerate(brackets))):
                found = nw.when(age <= last).then(place).otherwise(found)
        return found.cast(nw.Int64)

    @property
    def _seen(self) -> Any:
        seen, brackets = self.aged.select("c", "cohort", "age"), self.definition.brackets
        return seen if brackets is None else seen.filter(self.nw.col("age") < len(brackets))

    def cells(self) -> Any:
        """Return the query of the active by cohort and age, and of customers by their ages.

        Of each customer three ages tell all but when they were active: that of the first return,
        that of the last activity, and the last one before the first gap. Rows of the one kind have
        -1 in the columns of the other.
        """
        nw, seen, age = self.nw, self._seen, self.nw.col("age")
        following = seen.select("c", (age - 1).alias("age"), nw.lit(1).alias("next"))
        customers = (
            seen.join(following, on=["c", "age"], how="left")
            .with_columns(
                nw.when(nw.col("next").is_null()).then(age).otherwise(FAR).alias("streak"),
                nw.when(age > 0).then(age).otherwise(FAR).alias("again"),
                age.alias("last"),
            )
            .group_by("c", "cohort")
            .agg(nw.col("last").max(), *(nw.col(name).min() for name in ("again", "streak")))
        )
        return nw.concat([self._counted(seen, "age"), self._counted(customers, *_AGES)])

    def _counted(self, frame: Any, *ages: str) -> Any:
        """Return how many rows there are by cohort and these ages; the other ages are -1."""
        nw, every = self.nw, ("cohort", "age", *_AGES)
        others = [nw.lit(-1).alias(name) for name in every if name not in ("cohort", *ages)]
        return (
            frame.group_by("cohort", *ages)
            .agg(nw.len().alias("n"))
            .with_columns(*others)
            .select(*(nw.col(name).cast(nw.Int64) for name in (*every, "n")))
        )

    def money(self) -> Any:
        """Return the query of the amounts by cohort and age, less the returns that have a day."""
        nw, rows = self.nw, self.rows
        parts = [self.aged.select(*_CELL, *_SUMS)]
        if rows.returns == "dated":
            returned = _returns_after(rows, self.first, self.definition)
            parts.append(self._with_ages(returned).select(*_CELL, *_SUMS))
        return _summed(nw, nw.concat(parts), *_CELL)


def _summed(nw: Any, frame: Any, *keys: str) -> Any:
    """Return the sums by these keys; whole numbers stay what they were."""
    return (
        frame.group_by(*keys)
        .agg(*(nw.col(name).sum() for name in _SUMS))
        .with_columns(*(nw.col(name).cast(nw.Int64) for name in ("known", "b")))
    )


def _returns_after(rows: Rows, first: Any, definition: CohortDefinition) -> Any:
    """Return the returns since the first purchase `d0` of their customers: nothing is bought."""
    nw = rows.nw
    day = nw.col("d")
    nothing = [nw.lit(0).cast(nw.Int64).alias(name) for name in ("known", "b")]
    return (
        rows.every(definition.every)
        .filter((nw.col("r") == 1) & (day <= in_days(definition.as_of)))
        .join(first.select("c", nw.col("d0").alias("since")), on="c", how="inner")
        .filter(day >= nw.col("since"))
        .select("c", "p", "d", "a", *nothing)
    )


def _presented(
    definition: CohortDefinition, found: dict[str, list[Any]], money: dict[str, list[Any]] | None
) -> Cohorts:
    """Return cohorts of the cells that the engine gave."""
    starts, n, *ages = (
        np.array(found[name], dtype=np.int64) for name in ("cohort", "n", "age", *_AGES)
    )
    periods = np.unique(starts)
    width = definition.ages_begun(int(periods[0])) if len(periods) else 0
    by_kind = np.zeros((len(KINDS), len(periods), width), dtype=np.int64)
    for kind, age in enumerate(ages):
        there = (age >= 0) & (age < width)
        np.add.at(by_kind[kind], (np.searchsorted(periods, starts[there]), age[there]), n[there])
    sizes = by_kind[0, :, 0].copy() if width else np.zeros(0, dtype=np.int64)
    if width:
        # Whose streak ends at an age has been there at all ages before.
        by_kind[-1] = np.cumsum(by_kind[-1, :, ::-1], axis=1)[:, ::-1]
        accumulate(by_kind, sizes)
        by_kind *= definition.begun(periods, width)
    amounts, unknown = None, 0
    if money is not None:
        amounts = np.zeros((len(periods), width))
        cohort, age = (np.array(money[name], dtype=np.int64) for name in _CELL)
        inside = age < width
        amounts[np.searchsorted(periods, cohort[inside]), age[inside]] = np.array(
            money["a"], dtype=np.float64
        )[inside]
        unknown = sum(map(int, money["b"])) - sum(map(int, money["known"]))
    return Cohorts(definition, periods, sizes, by_kind, amounts, unknown)


def _recurring(rows: Rows, definition: CohortDefinition) -> Cohorts:
    """Return recurring cohorts, whose variance needs every customer's periods in Python."""
    nw = rows.nw
    bought = rows.bought(definition.every, until=definition.as_of)
    parts = [_summed(nw, bought, "c", "p")]
    if rows.returns == "dated" and definition.values == "revenue":
        first = bought.group_by("c").agg(nw.col("d").min().alias("d0"))
        returned = _returns_after(rows, first, definition)
        parts.append(_summed(nw, returned, "c", "p"))
    found = rows.collect(nw.concat(parts))
    revenue = definition.values == "revenue"
    log = PurchaseLog(
        list(map(label, found["c"])),
        first_day(np.array(found["p"], dtype=np.int64), definition.every),
        np.array(found["a"], dtype=np.float64) if revenue else None,
        returns="dated" if rows.returns == "dated" else "count",
    )
    counted = log.cohorts(
        every=definition.every, as_of=definition.as_of, entry="recurring", values=definition.values
    )
    unknown = sum(map(int, found["b"])) - sum(map(int, found["known"])) if revenue else 0
    return evolve(counted, unknown_amounts=unknown)
