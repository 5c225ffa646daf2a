"""`purchases`: the log of purchases that a frame holds, and what its engine is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from relmetrics.customers.windows import rates
from relmetrics.data.calendar.periods import as_every
from relmetrics.errors import ParameterError
from relmetrics.frames.behaviour import cohorts, customers, movements
from relmetrics.frames.behaviour.rows import Rows
from relmetrics.frames.behaviour.windows import window

if TYPE_CHECKING:
    from collections.abc import Mapping

    from relmetrics.customers.cohorts.cohorts import Cohorts
    from relmetrics.customers.cohorts.definition import Entry, Values, Windows
    from relmetrics.customers.purchases.log import Duplicates, Returns
    from relmetrics.customers.return_on_relationship import RelationshipEstimate, RORDefinition
    from relmetrics.customers.windows.definitions import ChurnBase, RetentionDefinition
    from relmetrics.customers.windows.window import Window, WindowEstimate
    from relmetrics.data.calendar.periods import Every
    from relmetrics.data.types import Zone
    from relmetrics.metric.estimate import Estimate
    from relmetrics.metric.table import Table


def purchases(
    frame: Any,
    *,
    customer: str,
    date: str,
    amount: str | None = None,
    referred: str | None = None,
    zone: Zone | None = None,
    recorded_in: Zone | None = None,
    returns: Returns = "net",
    duplicates: Duplicates = "keep",
) -> FramePurchases:
    """Return the purchases of a frame: the questions of a `PurchaseLog`, computed by the engine.

    The engine groups by customer and then counts customers; what comes to Python is one row per
    cell of the answer: standings of a window, periods, cohorts and ages. `summary` alone, and
    recurring cohorts, need one row per customer here. Nothing is computed before a question.

    The first question asks for the number of rows, the first and the last day, and for rows that
    are wrong, in one query of its own; each question is then one plan. `churn` and `retention` of
    windows longer than `active_within`, and revenue by cohort, are two.

    Args:
        frame: A data frame that narwhals knows: pandas, Polars (lazy as well), PyArrow, DuckDB,
            Ibis, Dask, PySpark, SQLFrame; or a path or a query in SQL, as for `measure`.
        customer: The column of ids; none may be missing.
        date: The column of dates, of times, or of texts such as ``2025-01-31``; none may be
            missing.
        amount: The column of amounts; a missing one is a purchase of unknown amount.
        referred: The column that says whether the customer came by referral: yes or no, or true or
            false. A customer is referred when any of theirs says so.
        zone: The time zone whose calendar counts, for times that carry a zone.
        recorded_in: The time zone whose clock wrote times that carry none, such as ``"UTC"``;
            engines of SQL convert them in a query of their own.
        returns: What a negative amount is: ``net``, ``dated``, ``drop`` or ``count``, as for
            `PurchaseLog`.
        duplicates: ``keep`` or ``drop`` rows that repeat customer, time and amount.

    Raises:
        ParameterError: It is no frame, lacks a column, or has one of another type.
        DateError: The column of dates is of another type, or its times have a zone and none is
            given, or follow the zone of a session; or its texts are no days.
        AnswerError: The amounts are no numbers, or the referrals no yes and no.

    Example:
        >>> from relmetrics import frames
        >>> import datetime as dt
        >>> import polars as pl
        >>> df = pl.DataFrame(
        ...     {
        ...         "who": ["ann", "bob", "ann"],
        ...         "day": [dt.date(2024, 5, 1), dt.date(2024, 6, 1), dt.date(2025, 3, 1)],
        ...     }
        ... )
        >>> log = frames.purchases(df, customer="who", date="day")
        >>> print(log.retention("2025-01-01", "2026-01-01"))
        Retention rate 50.0% (95% CI 9.5 to 90.5; n = 2)
        >>> log.repeat().value
        50.0
    """
    for argument, column in (("customer", customer), ("date", date)):
        if column is None:
            raise ParameterError.must_be(argument, "the name of a column of the frame", column)
    names = {"customer": customer, "date": date, "amount": amount, "referred": referred}
    rows = Rows.of(
        frame,
        names,
        zone=zone,
        recorded_in=recorded_in,
        returns=returns,
        duplicates=duplicates,
    )
    return FramePurchases(rows)


@frozen(eq=False, repr=False, slots=False)
class FramePurchases:
    """The purchases of a frame; made by `purchases`.

    Every method gives what that of `PurchaseLog` does, and raises what it raises. `after`, `lift`,
    and cohorts by `joined`, `at_least`, `nth` or segment are of a `PurchaseLog` alone. Raised are
    also `CustomerError`, `DateError` or `AmountError` where a row has no customer, no date or an
    infinite amount, and `ParameterError` where the engine fails.
    """

    _rows: Rows

    def __repr__(self) -> str:
        """Return what is asked of which engine; nothing is computed."""
        names = ", ".join(f"{k}={v!r}" for k, v in self._rows.names.items() if v is not None)
        return f"frames.purchases({self._rows.source.engine}: {names})"

    def window(self, start: object, end: object, *, active_within: int | None = None) -> Window:
        """Count the customers of a window: see `PurchaseLog.window`.

        One plan: customers are grouped, and counted by where they stand. Where `active_within` is
        shorter than the window a second one counts the days on which they were customers.
        """
        return window(self._rows, start, end, active_within=active_within)

    def retention(
        self,
        start: object,
        end: object,
        *,
        active_within: int | None = None,
        definition: RetentionDefinition = "retained",
        confidence_level: float = 0.95,
    ) -> WindowEstimate:
        """Compute the retention rate of a window: see `PurchaseLog.retention`."""
        counts = self.window(start, end, active_within=active_within)
        return rates.retention(counts, definition, confidence_level)

    def churn(
        self,
        start: object,
        end: object,
        *,
        active_within: int | None = None,
        base: ChurnBase = "start",
        confidence_level: float = 0.95,
    ) -> WindowEstimate:
        """Compute the churn rate of a window: see `PurchaseLog.churn`."""
        counts = self.window(start, end, active_within=active_within)
        return rates.churn(counts, base, confidence_level)

    def movements(
        self,
        *,
        every: Every = "month",
        as_of: object = None,
        week_start: str = "monday",
        year_start: str = "january",
        confidence_level: float = 0.95,
    ) -> Table:
        """Count customers period by period: see `PurchaseLog.movements`.

        One plan: the distinct customers of each period, of each first period, and of each period
        that follows one with a purchase.
        """
        return movements.movements(
            self._rows,
            every=as_every(every, week_start=week_start, year_start=year_start),
            as_of=as_of,
            confidence_level=confidence_level,
        )

    def cohorts(
        self,
        *,
        every: Every = "month",
        windows: Windows = "calendar",
        brackets: Mapping[str, tuple[int, int]] | None = None,
        as_of: object = None,
        entry: Entry = "first_time",
        values: Values = "customers",
        week_start: str = "monday",
        year_start: str = "january",
    ) -> Cohorts:
        """Count customers by when they came and at which age they bought: `PurchaseLog.cohorts`.

        One plan gives the active by cohort and age, and customers by the ages of their first
        return, their last activity and their first gap, which tell all four kinds of retention; a
        second one gives the money. Recurring
        cohorts need one row per customer and period in Python: the variance of their curve is over
        customers.
        """
        return cohorts.cohorts(
            self._rows,
            every=as_every(every, week_start=week_start, year_start=year_start),
            windows=windows,
            brackets=brackets,
            as_of=as_of,
            entry=entry,
            values=values,
        )

    def loyalty(
        self, *, threshold: int = 5, distinct_days: bool = False, confidence_level: float = 0.95
    ) -> Estimate:
        """Compute the share of loyal customers: see `PurchaseLog.loyalty`."""
        return customers.loyalty(
            self._rows,
            threshold=threshold,
            distinct_days=distinct_days,
            confidence_level=confidence_level,
        )

    def repeat(self, *, distinct_days: bool = False, confidence_level: float = 0.95) -> Estimate:
        """Compute the share of customers who bought again: see `PurchaseLog.repeat`."""
        return customers.repeat(
            self._rows, distinct_days=distinct_days, confidence_level=confidence_level
        )

    def frequency(self, *, distinct_days: bool = False) -> Table:
        """Count customers by their number of purchases: see `PurchaseLog.frequency`."""
        return customers.frequency(self._rows, distinct_days=distinct_days)

    def referral(self, *, confidence_level: float = 0.95) -> Estimate:
        """Compute the share of customers who came by referral: see `PurchaseLog.referral`."""
        return customers.referral(self._rows, confidence_level=confidence_level)

    def ror(
        self,
        *,
        as_of: object = None,
        months: int = 12,
        definition: RORDefinition = "share_of_helped",
        confidence_level: float = 0.95,
    ) -> RelationshipEstimate:
        """Compute the return on relationship: see `PurchaseLog.ror`."""
        return customers.ror(
            self._rows,
            as_of=as_of,
            months=months,
            definition=definition,
            confidence_level=confidence_level,
        )

    def summary(self, as_of: object = None) -> Table:
        """Return one row per customer, sorted by customer: see `PurchaseLog.summary`.

        All customers come to Python. To stay in the engine, group the frame by customer there.
        """
        return customers.summary(self._rows, as_of)
