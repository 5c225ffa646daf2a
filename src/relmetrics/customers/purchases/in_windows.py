"""Purchases in windows of time: who was a customer, and who stayed, left, joined, came back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, overload

from attrs import frozen

from relmetrics.customers.purchases import windows
from relmetrics.customers.purchases.log import Purchases
from relmetrics.customers.purchases.movements import movements as period_by_period
from relmetrics.customers.purchases.parts import by_part
from relmetrics.customers.segments.movements import MovementsBySegment
from relmetrics.customers.windows.rates import churn_metric, retention_metric
from relmetrics.data.calendar.periods import as_every

if TYPE_CHECKING:
    from relmetrics.customers.segments.reading import By
    from relmetrics.customers.windows.definitions import ChurnBase, RetentionDefinition
    from relmetrics.customers.windows.window import Window, WindowEstimate
    from relmetrics.data.calendar.periods import Every
    from relmetrics.metric.table import Table
    from relmetrics.questions.groups.breakdown import Breakdown


@frozen(eq=False, repr=False, slots=False, init=False)
class PurchasesInWindows(Purchases):
    """The questions of a `PurchaseLog` about windows of time and periods."""

    def window(self, start: object, end: object, *, active_within: int | None = None) -> Window:
        """Count the customers of a window: at its start and end, new, retained, lost, reactivated.

        A customer of a day is who bought within the `active_within` days before it.

        Args:
            start: The first day of the window.
            end: The first day after it.
            active_within: Days after a purchase for which a customer counts as one; by default the
                length of the window, which compares it with the one before it.

        Raises:
            DateError: A day cannot be read, or `end` does not come after `start`.
            ParameterError: `active_within` is no whole number of at least 1.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(["a", "b", "b"], ["2024-05-01", "2024-06-01", "2025-03-01"])
            >>> window = log.window("2025-01-01", "2026-01-01")
            >>> window.start, window.end, window.lost
            (2, 1, 1)
        """
        return windows.window(self, start, end, active_within=active_within)

    @overload
    def retention(
        self,
        start: object,
        end: object,
        *,
        active_within: int | None = None,
        definition: RetentionDefinition = "retained",
        by: None = None,
        confidence_level: float = 0.95,
    ) -> WindowEstimate: ...
    @overload
    def retention(
        self,
        start: object,
        end: object,
        *,
        active_within: int | None = None,
        definition: RetentionDefinition = "retained",
        by: By,
        confidence_level: float = 0.95,
    ) -> Breakdown: ...
    def retention(
        self,
        start: object,
        end: object,
        *,
        active_within: int | None = None,
        definition: RetentionDefinition = "retained",
        by: By | None = None,
        confidence_level: float = 0.95,
    ) -> WindowEstimate | Breakdown:
        """Compute the retention rate of a window, with all its counts.

        Formulas: ``retained`` (default), ``100 x |S and E| / S``: who of the start is there at the
        end. ``counts``, ``100 x (E - N) / S``, the documents' formula, which needs no ids. They
        differ by reactivated customers (in E, not in S) and by those who joined and left inside
        the window (in N, not in E); `explain` shows how many there are.
        Unit and range: %, from 0 to 100. Higher is better. Interval: Wilson's.

        Args:
            start: The first day of the window.
            end: The first day after it.
            active_within: As for `window`.
            definition: ``retained`` or ``counts``.
            by: A segment per customer: a mapping of customer to label, a column with one label per
                row of the log, or several by name. The answer is then a `Breakdown`, to compare.
            confidence_level: Level of the interval.

        Raises:
            EmptySampleError: There are no customers at the start.
            CountError: (E - N) / S is no share, under ``counts``.
            DateError: A day cannot be read, or `end` does not come after `start`.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(["a", "b", "b"], ["2024-05-01", "2024-06-01", "2025-03-01"])
            >>> print(log.retention("2025-01-01", "2026-01-01"))
            Retention rate 50.0% (95% CI 9.5 to 90.5; n = 2)

        Source:
            "Customer strategy in 2023" and "What is customer retention?".
        """
        metric = retention_metric(definition)
        return windows.rate(
            self, metric, start, end, by, within=active_within, confidence_level=confidence_level
        )

    @overload
    def churn(
        self,
        start: object,
        end: object,
        *,
        active_within: int | None = None,
        base: ChurnBase = "start",
        by: None = None,
        confidence_level: float = 0.95,
    ) -> WindowEstimate: ...
    @overload
    def churn(
        self,
        start: object,
        end: object,
        *,
        active_within: int | None = None,
        base: ChurnBase = "start",
        by: By,
        confidence_level: float = 0.95,
    ) -> Breakdown: ...
    def churn(
        self,
        start: object,
        end: object,
        *,
        active_within: int | None = None,
        base: ChurnBase = "start",
        by: By | None = None,
        confidence_level: float = 0.95,
    ) -> WindowEstimate | Breakdown:
        """Compute the churn rate of a window, with all its counts.

        Formula: ``100 x lost / base``. Bases by name: ``start`` (default, the documents'),
        customers at the start; ``average``, the mean of start and end; ``start_plus_new``, with
        those who joined and left counted as lost too (Stripe's); ``daily_sum``, customers on an
        average day; ``counts``, ``100 x (S - (E - N)) / S``, the documents' formula from three
        counts, which is 100 less the retention of that name. For a year see `annual_churn`.
        Unit and range: %, from 0 to 100. Lower is better. Interval: Wilson's.

        Args:
            start: The first day of the window.
            end: The first day after it.
            active_within: As for `window`.
            base: The denominator.
            by: A segment per customer: a mapping of customer to label, a column with one label per
                row of the log, or several by name. The answer is then a `Breakdown`, to compare.
            confidence_level: Level of the interval.

        Raises:
            EmptySampleError: The base is 0.
            CountError: More were lost than the base holds.
            DateError: A day cannot be read, or `end` does not come after `start`.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(["a", "b", "b"], ["2024-05-01", "2024-06-01", "2025-03-01"])
            >>> log.churn("2025-01-01", "2026-01-01").value
            50.0

        Source:
            "Customer strategy in 2023"; Stripe's definition of subscriber churn for
            ``start_plus_new``.
        """
        metric = churn_metric(base)
        return windows.rate(
            self, metric, start, end, by, within=active_within, confidence_level=confidence_level
        )

    @overload
    def movements(
        self,
        *,
        every: Every = "month",
        as_of: object = None,
        by: None = None,
        week_start: str = "monday",
        year_start: str = "january",
        confidence_level: float = 0.95,
    ) -> Table: ...
    @overload
    def movements(
        self,
        *,
        every: Every = "month",
        as_of: object = None,
        by: By,
        week_start: str = "monday",
        year_start: str = "january",
        confidence_level: float = 0.95,
    ) -> MovementsBySegment: ...
    def movements(
        self,
        *,
        every: Every = "month",
        as_of: object = None,
        by: By | None = None,
        week_start: str = "monday",
        year_start: str = "january",
        confidence_level: float = 0.95,
    ) -> Table | MovementsBySegment:
        """Count customers period by period; a customer of a period is who bought in it.

        Columns: ``period`` (its first day), ``start`` (customers of the period before), ``end``,
        ``new``, ``retained``, ``lost``, ``reactivated``, ``retention`` (% of `start`) with ``low``
        and ``high`` (Wilson's), and ``complete``. In every row
        ``end = start - lost + new + reactivated``. The rates of a period that is not over by
        `as_of` are NaN.

        Args:
            every: ``day``, ``week``, ``month``, ``quarter`` or ``year``.
            as_of: The last day that was observed; by default the last one of the log.
            by: A segment per customer, as for `retention`. The answer is then a mapping of segment
                to table.
            week_start: The first day of a week, such as ``"sunday"``.
            year_start: The first month of a year and of its quarters, such as ``"april"``.
            confidence_level: Level of the intervals.

        Raises:
            EmptySampleError: The log is empty and `as_of` is not given.
            ParameterError: There is no such period.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(["a", "b", "a"], ["2025-01-05", "2025-01-09", "2025-02-01"])
            >>> log.movements(as_of="2025-02-28").to_dict()["lost"]
            [0, 1]
        """
        kind = as_every(every, week_start=week_start, year_start=year_start)
        options: dict[str, Any] = {"every": kind, "confidence_level": confidence_level}
        if by is None:
            return period_by_period(self, as_of=as_of, **options)
        options["as_of"] = self.as_of(as_of)
        return MovementsBySegment(*by_part(self, by, partial(period_by_period, **options)))
