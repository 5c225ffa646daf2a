"""Cohorts: customers by when they came, and how many of them are active at each age."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np
from attrs import astuple, frozen

from relmetrics.customers.cohorts import serial
from relmetrics.customers.cohorts.cells import CohortCells
from relmetrics.customers.cohorts.definition import KINDS, Kind
from relmetrics.customers.cohorts.retention import (
    AVERAGES,
    Average,
    CohortRetention,
    curve,
    shares,
    shares_of_first,
)
from relmetrics.data.calendar.dates import as_day
from relmetrics.data.calendar.periods import period_of
from relmetrics.data.checks import check_name, check_whole
from relmetrics.errors import ParameterError, StateError
from relmetrics.inference.intervals import quantile
from relmetrics.metric.result import Tabular
from relmetrics.metric.table import Table

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, FloatArray
    from relmetrics.questions.groups.breakdown import Breakdown


@frozen(repr=False, slots=False)
class Cohorts(Tabular, CohortCells):
    """Customers by the period in which they came, and how many are active at each age.

    Made by `PurchaseLog.cohorts`. It holds counts only, so the cohorts of disjoint customers add:
    ``a + b``, or ``sum(shards)``. A customer that is in both would be counted twice.

    Age 0 is the acquisition period itself. A cell is *over* when its last day, for the last
    customer that the cohort can have, is not after `as_of`. Cells that are not over are NaN in
    every output, never 0: a customer who has not come back yet may still do so.

    Attributes:
        definition: Periods, ages, the last observed day, and what counts.
        periods: The number of each acquisition period, ascending; only those with customers.
        sizes: The customers of each cohort, shape (cohorts,).
        by_kind: Customers by kind of retention, cohort and age as far as they are observed,
            shape (4, cohorts, ages); 0 in cells that have not begun, so that states add.
        money: The amounts by cohort and age, or None unless ``values="revenue"``.
        unknown_amounts: Number of purchases whose amount is missing, counted as 0 in `money`.
        squares: Of revenue, by how much the sum of squares of what each customer spent up to an age
            grows there, for `revenue_at`; None of recurring cohorts, and where it is not known.
        unjoined: With ``joined=``, customers of the log who never joined: they are in no cohort.
        early: With ``joined=``, purchases of customers before they joined, which do not count.
        products: Of recurring cohorts, sums over customers by kind and age, for the interval of
            `curve`; None in those written by 0.1, whose curves have none.

    Example:
        >>> import relmetrics as rm
        >>> log = rm.PurchaseLog(["a", "b", "a"], ["2025-01-03", "2025-01-09", "2025-02-01"])
        >>> co = log.cohorts(as_of="2025-03-15")
        >>> co
        Cohorts(customers=2, cohorts=1, ages=3, every='month', as_of=2025-03-15)
        >>> co.counts.tolist(), co.observed.tolist()
        ([[2.0, 1.0, nan]], [[2.0, 1.0, 0.0]])
    """

    def revenue_per_customer(self) -> FloatArray:
        """Return the amounts up to and with each age, per customer of the cohort.

        Raises:
            StateError: The cohorts were made with ``values="customers"``.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(
            ...     ["a", "b", "a"], ["2025-01-03", "2025-01-09", "2025-02-01"], [10, 20, 6]
            ... )
            >>> co = log.cohorts(as_of="2025-03-15", values="revenue")
            >>> co.revenue_per_customer().tolist()
            [[15.0, 18.0, nan]]
        """
        return np.cumsum(self.revenue, axis=1) / self.sizes[:, None]

    def revenue_at(self, age: int, *, confidence_level: float = 0.95) -> Breakdown:
        """Return the revenue per customer up to and with an age, by cohort, with its interval.

        Of the cohorts for which that age is over, named by their first day. Customers who bought
        nothing count. It is a breakdown, so cohorts can be compared; the interval of a difference
        is that of `PurchaseLog.lift`, made for money.

        Args:
            age: The age, or with brackets the number of the bracket from 0 on.
            confidence_level: Level of the intervals.

        Raises:
            StateError: The cohorts are of customers or recurring, or their squares are not known.
            ParameterError: There is no such age, or it is over for no cohort.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(
            ...     ["a", "b", "a"], ["2025-01-03", "2025-01-09", "2025-02-01"], [10, 20, 6]
            ... )
            >>> co = log.cohorts(as_of="2025-03-15", values="revenue")
            >>> print(co.revenue_at(1).total)
            Revenue per customer 18.00 (95% CI 4.43 to 73.21; n = 2)
        """
        from relmetrics.customers.cohorts.revenue import revenue_at  # noqa: PLC0415 - of money only

        return revenue_at(self, age, confidence_level)

    def customers(self, cohort: object, age: int) -> AnyArray:
        """Return the ids of the customers behind a cell: members of a cohort active at an age.

        Only cohorts straight from a log know them; what is added, copied or read back holds counts.

        Args:
            cohort: A day of its period, such as the first one.
            age: The age, or with brackets the number of the bracket from 0 on.

        Raises:
            ParameterError: There is no such cohort or age.
            StateError: These cohorts do not know their log.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(["a", "b", "a"], ["2025-01-03", "2025-01-09", "2025-02-01"])
            >>> log.cohorts(as_of="2025-03-15").customers("2025-01-01", 1).tolist()
            ['a']
        """
        who = vars(self).get("_who")
        if who is None:
            raise StateError.undefined(
                "Who is behind a cell", "these cohorts hold counts alone", "Say log.cohorts(...)."
            )
        day = np.asarray(as_day(cohort, "cohort"))
        period = int(period_of(day, self.definition.every))
        if period not in self.periods.tolist():
            begins = ", ".join(self.cohorts[:5].astype(str).tolist())
            wanted = "a day of one of the cohorts"
            raise ParameterError.must_be("cohort", wanted, cohort, f"They begin on {begins}.")
        found: AnyArray = who(period, check_whole("age", age, 0, self.by_kind.shape[2] - 1))
        return found

    def retention(self, kind: Kind = "on", *, confidence_level: float = 0.95) -> CohortRetention:
        """Return the retention of each cohort at each age, in percent of the cohort.

        - ``on``: active at that age.
        - ``on_or_after``: active at that age or later, as far as it is observed. It can only
          rise as time goes on, so the newest cells of a cohort read low.
        - ``on_or_before``: active at that age or earlier, after age 0; at age 0, all.
        - ``streak``: active at every age up to that one.

        With ``joined=``, ``at_least=`` or ``nth=`` nobody is active by entering, so age 0 is no
        100 %, and ``on_or_before`` tells who was active at any age up to that one, 0 included.

        With ``values="revenue"`` it is the revenue of that age in percent of the revenue of age 0,
        which may exceed 100, has kind ``on`` only, and no interval.

        Args:
            kind: Which retention.
            confidence_level: Level of Wilson's interval of each cell.

        Raises:
            ParameterError: There is no such kind, or not of revenue; or the level is not between
                0 and 1.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(["a", "b", "a"], ["2025-01-03", "2025-01-09", "2025-03-01"])
            >>> co = log.cohorts(as_of="2025-03-31")
            >>> co.retention().value.tolist(), co.retention("on_or_after").value.tolist()
            ([[100.0, 0.0, 50.0]], [[100.0, 50.0, 50.0]])
        """
        cells = self._cells(kind)
        quantile(confidence_level)
        if self.money is None:
            value, low, high = shares(cells, self.sizes[:, None], confidence_level)
        else:
            value, low, high = shares_of_first(cells)
        return CohortRetention(
            kind=kind,
            cohorts=self.cohorts,
            ages=self.ages,
            sizes=self.sizes,
            value=value,
            low=low,
            high=high,
            complete=self.complete,
            partial=self.partial,
            confidence_level=confidence_level,
        )

    def curve(
        self, kind: Kind = "on", *, average: Average = "pooled", confidence_level: float = 0.95
    ) -> Table:
        """Return one retention for each age, over the cohorts for which that age is over.

        Columns: ``age``, ``value`` (%), ``low``, ``high``, ``n`` (the customers of those cohorts)
        and ``cohorts`` (their number). An age that is over for no cohort is a row with NaN.
        Recurring cohorts have ``customers`` as well: one customer has several entries in ``n``.

        Args:
            kind: Which retention: see `retention`.
            average: ``pooled`` (default): their active customers over their customers, with
                Wilson's interval; every customer counts the same. Of recurring cohorts every
                entry does, and the interval's n is the effective one by the variance of a ratio
                over customers. ``simple``: the mean of their percentages; every cohort counts the
                same, with the interval of Zou and Donner (2008), of recurring ones with none.
                Revenue has no interval.
            confidence_level: Level of the intervals.

        Raises:
            ParameterError: There is no such kind or average, or the level is not between 0 and 1.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(
            ...     ["a", "b", "a", "c"], ["2025-01-03", "2025-01-09", "2025-02-01", "2025-02-02"]
            ... )
            >>> log.cohorts(as_of="2025-03-31").curve()
            age  value   low   high  n  cohorts
              0  100.0  43.9  100.0  3        2
              1   33.3   6.1   79.2  3        2
              2    0.0   0.0   65.8  2        1
        """
        check_name("average", average, AVERAGES)
        cells = self._cells(kind)
        quantile(confidence_level)
        recurring = self.definition.entry == "recurring"
        products = None if self.products is None else self.products[KINDS.index(kind)]
        return curve(
            self.ages,
            cells,
            self.sizes,
            confidence_level,
            average=average,
            revenue=self.money is not None,
            products=products,
            recurring=recurring,
        )

    def table(self) -> Table:
        """Return one row per cell that has begun.

        Columns: ``cohort``, ``age``, ``size``, ``active`` (customers), ``revenue`` where amounts
        were counted, and ``complete``; a cell that is not over has NaN.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(["a", "b", "a"], ["2025-01-03", "2025-01-09", "2025-02-01"])
            >>> log.cohorts(as_of="2025-02-28").table()
            cohort      age  size  active  complete
            2025-01-01    0     2       2      True
            2025-01-01    1     2       1      True
        """
        rows, columns = np.nonzero(self.complete | self.partial)
        found = {
            "cohort": self.cohorts[rows],
            "age": self.ages[columns],
            "size": self.sizes[rows],
            "active": self.counts[rows, columns],
        }
        if self.money is not None:
            found["revenue"] = self.revenue[rows, columns]
        found["complete"] = self.complete[rows, columns]
        return Table(found, {"active": 0, "revenue": 2})

    def to_dict(self) -> dict[str, object]:
        """Return the cohorts as JSON-ready plain values; `from_dict` reads them back exactly.

        Example:
            >>> import relmetrics as rm
            >>> co = rm.PurchaseLog(["a"], ["2025-01-03"]).cohorts(as_of="2025-01-31")
            >>> co.to_dict()["sizes"], rm.Cohorts.from_dict(co.to_dict()) == co
            ([1], True)
        """
        return serial.written(*astuple(self, recurse=False))

    @classmethod
    def from_dict(cls, data: object) -> Self:
        """Return the cohorts that `to_dict` wrote.

        Raises:
            StateError: The dictionary holds no cohorts, or of a version that is not known.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(["a"], ["2025-01-03"])
            >>> rm.Cohorts.from_dict(log.cohorts(every="week").to_dict())
            Cohorts(customers=1, cohorts=1, ages=1, every='week', as_of=2025-01-03)
        """
        return cls(*serial.read(data))
