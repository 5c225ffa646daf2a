"""Subscribers' worth: the questions of a log about what a customer brings and costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

from attrs import frozen

from relmetrics.customers.subscriptions.over_time import SubscribersOverTime
from relmetrics.customers.subscriptions.worth import figures
from relmetrics.customers.windows.worth import Asked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from relmetrics.customers.segments.economics import UnitEconomicsBySegment
    from relmetrics.customers.segments.reading import By
    from relmetrics.money.unit_economics.economics import UnitEconomics
    from relmetrics.money.unit_economics.figure import UnitFigure
    from relmetrics.money.unit_economics.given import Quantity


@frozen(eq=False, repr=False, slots=False, init=False)
class SubscribersWorth(SubscribersOverTime):
    """The questions of a `SubscriptionLog` about what its customers are worth."""

    @overload
    def unit_economics(
        self,
        start: object,
        end: object,
        *,
        by: None = None,
        margin: Quantity = 100,
        acquisition_cost: Quantity | Mapping[Any, Quantity] | None = None,
        acquisition_spend: float | Mapping[Any, float] | None = None,
        discount: float = 0,
        periods: int | None = None,
        confidence_level: float = 0.95,
    ) -> UnitEconomics: ...
    @overload
    def unit_economics(
        self,
        start: object,
        end: object,
        *,
        by: By,
        margin: Quantity = 100,
        acquisition_cost: Quantity | Mapping[Any, Quantity] | None = None,
        acquisition_spend: float | Mapping[Any, float] | None = None,
        discount: float = 0,
        periods: int | None = None,
        confidence_level: float = 0.95,
    ) -> UnitEconomicsBySegment: ...
    def unit_economics(
        self,
        start: object,
        end: object,
        *,
        by: By | None = None,
        margin: Quantity = 100,
        acquisition_cost: Quantity | Mapping[Any, Quantity] | None = None,
        acquisition_spend: float | Mapping[Any, float] | None = None,
        discount: float = 0,
        periods: int | None = None,
        confidence_level: float = 0.95,
    ) -> UnitEconomics | UnitEconomicsBySegment:
        """Compute what a customer brings and costs, a month, from a window: see `UnitEconomics`.

        Revenue is the price a month of the customers of the start, on the day before the window;
        churn is the share of them who are none at its end, brought to a month where the window is
        not one: ``1 - (1 - churn)^(1 / months)``. Both are of the same customers, so their
        correlation enters the interval of the lifetime value. The quick ratio is of the window.

        Args:
            start: The first day of the window.
            end: The first day after it.
            by: A segment per customer, as for `retention`. The answer is then a mapping of segment
                to figures; segments that have none are left out, with the reason.
            margin: Share of the revenue that is left after the cost of serving, in %: a number, or
                an estimate of `GrossMargin`.
            acquisition_cost: The cost of winning a customer, in the unit of the amounts; one, or a
                mapping of segment to it.
            acquisition_spend: What was spent on winning those who are new in the window, instead:
                it is shared out among them. One, or a mapping of segment to it.
            discount: What money a month later is worth less, in %.
            periods: How many months count; by default all to come.
            confidence_level: Level of the intervals.

        Raises:
            StateError: The log has no amounts.
            AmountError: They are of several currencies, nobody pays, an amount is not above 0, or
                money was spent and nobody is new.
            EmptySampleError: There are no customers at the start.
            DateError: A day cannot be read, or `end` does not come after `start`.
            ParameterError: Cost and spend are both given, or the levels of estimates differ.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.SubscriptionLog(
            ...     range(40),
            ...     ["2025-01-10"] * 40,
            ...     ["2025-03-05"] * 2 + [None] * 38,
            ...     [1000] * 20 + [3000] * 20,
            ...     as_of="2025-03-31",
            ... )
            >>> found = log.unit_economics(
            ...     "2025-03-01", "2025-04-01", margin=80, acquisition_cost=8000
            ... )
            >>> print(found.lifetime_value, found.ltv_to_cac.text)
            LTV 32,000.00 (95% CI 9,207.08 to 121,150.68) 4.00
        """
        asked = Asked(
            margin=margin,
            acquisition_cost=acquisition_cost,
            acquisition_spend=acquisition_spend,
            discount=discount,
            periods=periods,
            confidence_level=confidence_level,
        )
        if by is not None:
            return figures.economics_by_segment(self, start, end, by, asked)
        return figures.economics_of(self, start, end, asked)

    def lifetime_value(
        self,
        horizon: float | None = None,
        *,
        margin: Quantity = 100,
        discount: float = 0,
        revenue: Quantity | None = None,
        as_of: object = None,
        confidence_level: float = 0.95,
    ) -> UnitFigure:
        """Compute what a customer brings within a horizon, from how long customers stay.

        Formula: ``revenue x margin x integral of S(t) / (1 + discount)^t`` up to the horizon, in
        months, with the survival curve S. Nothing is taken for granted about churn: it may fall
        with tenure, as it mostly does. What comes after the horizon is not counted.
        Unit and range: that of the amounts, 0 or more. Higher is better.
        Interval: that of the discounted mean time, by Greenwood's terms; with an estimate of
        revenue the distances to the ends add as those of independent errors.

        Args:
            horizon: The months that count; by default as many as the log knows.
            margin: Share of the revenue that is left after the cost of serving, in %.
            discount: What money a month later is worth less, in %.
            revenue: What a customer brings in a month: a number, or an estimate; by default the
                price a month of the customers of `as_of`.
            as_of: The last day that is known; by default that of the log.
            confidence_level: Level of the intervals.

        Raises:
            StateError: The log has no amounts.
            AmountError: They are of several currencies, or nobody pays.
            EmptySampleError: Nobody had a subscription by then, or nobody has one on it.
            ParameterError: The horizon is not above 0 or further than the log knows, the discount
                is negative, or the levels of estimates differ.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.SubscriptionLog(
            ...     ["a", "b", "c"],
            ...     ["2025-01-01"] * 3,
            ...     ["2025-03-02", None, None],
            ...     [1000] * 3,
            ...     as_of="2025-12-31",
            ... )
            >>> print(log.lifetime_value(10, revenue=1000))
            LTV 7,324.20 (95% CI 3,042.11 to 10,000.00)
        """
        return figures.lifetime_value_of(
            self,
            horizon,
            margin=margin,
            discount=discount,
            revenue=revenue,
            as_of=as_of,
            confidence_level=confidence_level,
        )
