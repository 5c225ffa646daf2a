"""Subscriptions in time: the questions about windows and periods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

from attrs import frozen

from relmetrics.customers.segments.movements import MovementsBySegment
from relmetrics.customers.subscriptions import movements, windows
from relmetrics.customers.subscriptions.table.log import Subscriptions
from relmetrics.data.calendar.periods import as_every

if TYPE_CHECKING:
    from relmetrics.customers.segments.reading import By
    from relmetrics.customers.windows.window import Window, WindowEstimate
    from relmetrics.data.calendar.periods import Every
    from relmetrics.metric.table import Table
    from relmetrics.questions.groups.breakdown import Breakdown


@frozen(eq=False, repr=False, slots=False, init=False)
class SubscriptionsInTime(Subscriptions):
    """The questions of a `SubscriptionLog` about windows of time and periods."""

    def window(self, start: object, end: object) -> Window:
        """Count the customers of a window: at its start and end, new, retained, lost, reactivated.

        A customer of a day is who has a subscription on it; of the start, who has one on the day
        before the window.

        Args:
            start: The first day of the window.
            end: The first day after it.

        Raises:
            DateError: A day cannot be read, or `end` does not come after `start`.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.SubscriptionLog(
            ...     ["a", "b", "c"],
            ...     ["2025-01-10", "2025-01-20", "2025-03-02"],
            ...     ["2025-03-05", None, None],
            ... )
            >>> window = log.window("2025-03-01", "2025-04-01")
            >>> window.start, window.end, window.lost, window.new
            (2, 2, 1, 1)
        """
        return windows.window(self, start, end)

    @overload
    def retention(
        self,
        start: object,
        end: object,
        *,
        definition: str = "retained",
        by: None = None,
        confidence_level: float = 0.95,
    ) -> WindowEstimate: ...
    @overload
    def retention(
        self,
        start: object,
        end: object,
        *,
        definition: str = "retained",
        by: By,
        confidence_level: float = 0.95,
    ) -> Breakdown: ...
    def retention(
        self,
        start: object,
        end: object,
        *,
        definition: str = "retained",
        by: By | None = None,
        confidence_level: float = 0.95,
    ) -> WindowEstimate | Breakdown:
        """Compute the retention rate of a window, with all its counts.

        Formulas by name: ``retained`` and ``counts`` as for `PurchaseLog.retention`; ``due``: of
        the customers of the start whose billing period, or whole subscription, ends within the
        window, the share who are customers at its end. Contracts of a year can only be left when
        they end: over all customers their churn looks small.
        Unit and range: %, from 0 to 100. Higher is better. Interval: Wilson's.

        Args:
            start: The first day of the window.
            end: The first day after it.
            definition: ``retained``, ``counts`` or ``due``.
            by: A segment per customer: a mapping of customer to label, a column with one label per
                row of the log, the name of one of its columns (``"plan"``), or several. A column of
                the log counts as it is just before the window. The answer is then a `Breakdown`.
            confidence_level: Level of the interval.

        Raises:
            EmptySampleError: There are no customers at the start, or nobody is due.
            CountError: (E - N) / S is no share, under ``counts``.
            DateError: A day cannot be read, or `end` does not come after `start`.
            ParameterError: There is no such definition.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.SubscriptionLog(
            ...     ["a", "b", "c"],
            ...     ["2024-03-10"] * 3,
            ...     ["2025-03-10", None, "2026-01-01"],
            ...     billing="year",
            ... )
            >>> print(log.retention("2025-03-01", "2025-04-01", definition="due"))
            Retention rate 66.7% (95% CI 20.8 to 93.9; n = 3)

        Source:
            "Customer strategy in 2023: customer experience metrics" and
            "What is customer retention?".
        """
        metric = windows.metric_of("retention", definition)
        if by is None:
            return windows.rate(self, metric, start, end, confidence_level)
        return windows.rate_by(self, metric, start, end, by, confidence_level)

    @overload
    def churn(
        self,
        start: object,
        end: object,
        *,
        base: str = "start",
        by: None = None,
        confidence_level: float = 0.95,
    ) -> WindowEstimate: ...
    @overload
    def churn(
        self,
        start: object,
        end: object,
        *,
        base: str = "start",
        by: By,
        confidence_level: float = 0.95,
    ) -> Breakdown: ...
    def churn(
        self,
        start: object,
        end: object,
        *,
        base: str = "start",
        by: By | None = None,
        confidence_level: float = 0.95,
    ) -> WindowEstimate | Breakdown:
        """Compute the churn rate of a window, with all its counts.

        Formula: ``100 x lost / base``. Bases by name as for `PurchaseLog.churn`, ``start`` (the
        default), ``average``, ``start_plus_new``, ``daily_sum`` and ``counts``; and ``due``,
        customers of the start whose billing period, or whole subscription, ends within the window.
        For that of revenue see `revenue_movement`.
        Unit and range: %, from 0 to 100. Lower is better. Interval: Wilson's.

        Args:
            start: The first day of the window.
            end: The first day after it.
            base: The denominator.
            by: A segment per customer: a mapping of customer to label, a column with one label per
                row of the log, the name of one of its columns (``"plan"``), or several. A column of
                the log counts as it is just before the window. The answer is then a `Breakdown`.
            confidence_level: Level of the interval.

        Raises:
            EmptySampleError: The base is 0.
            CountError: More were lost than the base holds.
            DateError: A day cannot be read, or `end` does not come after `start`.
            ParameterError: There is no such base.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.SubscriptionLog(["a", "b"], ["2025-01-10"] * 2, ["2025-03-05", None])
            >>> log.churn("2025-03-01", "2025-04-01").value
            50.0

        Source:
            "Customer strategy in 2023: customer experience metrics"; Stripe's definition
            of subscriber churn for ``start_plus_new``.
        """
        metric = windows.metric_of("churn", base)
        if by is None:
            return windows.rate(self, metric, start, end, confidence_level)
        return windows.rate_by(self, metric, start, end, by, confidence_level)

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
        """Count customers period by period; one of a period has a subscription on its last day.

        Columns as for `PurchaseLog.movements`; in every row
        ``end = start - lost + new + reactivated``. Who comes and goes between two last days is in
        none; the period that is not over counts by its last day that is known.

        Args:
            every: ``day``, ``week``, ``month``, ``quarter`` or ``year``.
            as_of: The last day that is known; by default that of the log.
            by: A segment per customer, as for `retention`; a column of the log counts as it is at
                first. The answer is then a mapping of segment to table.
            week_start: The first day of a week, such as ``"sunday"``.
            year_start: The first month of a year and of its quarters, such as ``"april"``.
            confidence_level: Level of the intervals.

        Raises:
            DateError: `as_of` comes before the first start.
            EmptySampleError: The log is empty and `as_of` is not given.
            ParameterError: There is no such period.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.SubscriptionLog(["a", "b"], ["2025-01-10"] * 2, ["2025-03-05", None])
            >>> log.movements(as_of="2025-03-31").to_dict()["lost"]
            [0, 0, 1]
        """
        kind = as_every(every, week_start=week_start, year_start=year_start)
        options: dict[str, Any] = {"every": kind, "confidence_level": confidence_level}
        until = self.looked_from(as_of)
        if by is None:
            return movements.movements(self, as_of=until, **options)
        segments = self.segments(by)
        parts = (movements.movements(part, as_of=until, **options) for part in self.parts(segments))
        return MovementsBySegment(segments.labels, tuple(parts))
