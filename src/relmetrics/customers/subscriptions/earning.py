"""Subscriptions in money: the questions about recurring revenue."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

from attrs import frozen

from relmetrics.customers.segments.revenue import RevenueBySegment
from relmetrics.customers.subscriptions import revenue
from relmetrics.customers.subscriptions.questions import SubscriptionsInTime
from relmetrics.data.calendar.periods import as_every

if TYPE_CHECKING:
    from relmetrics.customers.segments.reading import By
    from relmetrics.data.calendar.periods import Every
    from relmetrics.money.revenue_history import RevenueHistory
    from relmetrics.money.revenue_movement import RevenueMovement


@frozen(eq=False, repr=False, slots=False, init=False)
class SubscriptionsInMoney(SubscriptionsInTime):
    """The questions of a `SubscriptionLog` about recurring revenue."""

    @overload
    def revenue(
        self,
        *,
        every: Every = "month",
        as_of: object = None,
        by: None = None,
        week_start: str = "monday",
        year_start: str = "january",
    ) -> RevenueHistory: ...
    @overload
    def revenue(
        self,
        *,
        every: Every = "month",
        as_of: object = None,
        by: By,
        week_start: str = "monday",
        year_start: str = "january",
    ) -> RevenueBySegment: ...
    def revenue(
        self,
        *,
        every: Every = "month",
        as_of: object = None,
        by: By | None = None,
        week_start: str = "monday",
        year_start: str = "january",
    ) -> RevenueHistory | RevenueBySegment:
        """Split the change of recurring revenue from each period to the next into its movements.

        What a customer pays in a period is the sum over their rows, as the log's `spread` says:
        ``calendar``, the price a month of what runs on the last day of the period; ``daily``, what
        its days earn. Whole numbers and `Decimal` stay exact: parts are rounded to the smallest
        unit once per row, so that every period starts with what the last one ended with.

        Args:
            every: ``day``, ``week``, ``month``, ``quarter`` or ``year``.
            as_of: The last day that is known; by default that of the log.
            by: A segment per customer, as for `retention`; a column of the log counts as it is at
                first. The answer is then a mapping of segment to history.
            week_start: The first day of a week.
            year_start: The first month of a year and of its quarters.

        Raises:
            StateError: The log has no amounts.
            AmountError: They are of several currencies.
            DateError: `as_of` comes before the first start.
            EmptySampleError: The log is empty and `as_of` is not given.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.SubscriptionLog(
            ...     ["a", "b", "a"],
            ...     ["2025-01-10", "2025-01-20", "2025-02-15"],
            ...     ["2025-02-15", None, None],
            ...     [1000, 12000, 1500],
            ...     billing=["month", "year", "month"],
            ... )
            >>> february = log.revenue(as_of="2025-02-28")["2025-02-01"]
            >>> february.start, february.expansion, february.end
            (2000, 500, 2500)
        """
        kind = as_every(every, week_start=week_start, year_start=year_start)
        until = self.looked_from(as_of)
        if by is None:
            return revenue.revenue(self, every=kind, as_of=until)
        segments = self.segments(by)
        parts = (revenue.revenue(part, every=kind, as_of=until) for part in self.parts(segments))
        return RevenueBySegment(segments.labels, tuple(parts))

    def revenue_movement(self, start: object, end: object) -> RevenueMovement:
        """Split the change of recurring revenue over a window, from before it to its last day.

        The price a month of what runs on the day before the window is compared with that of what
        runs on its last day, whatever the log's `spread`. `revenue_churn` reads it by every named
        definition.

        Args:
            start: The first day of the window.
            end: The first day after it.

        Raises:
            StateError: The log has no amounts.
            AmountError: They are of several currencies.
            DateError: A day cannot be read, or `end` does not come after `start`.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.SubscriptionLog(
            ...     ["a", "b"], ["2025-01-10"] * 2, ["2025-03-05", None], [1000, 3000]
            ... )
            >>> rm.revenue_churn(log.revenue_movement("2025-03-01", "2025-04-01")).value
            25.0
        """
        return revenue.revenue_movement(self, start, end)
