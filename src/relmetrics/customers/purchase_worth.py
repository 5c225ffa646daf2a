"""Worth of customers who buy: unit economics of a window of a log of purchases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

import numpy as np
from attrs import frozen

from relmetrics.customers.purchase_people import PurchasesOfPeople
from relmetrics.customers.purchases.customers import standings
from relmetrics.customers.purchases.parts import parts_of, segments_of_log
from relmetrics.customers.segments.economics import economics_by
from relmetrics.customers.windows.worth import Asked, months_between, window_economics
from relmetrics.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from relmetrics.customers.segments.economics import UnitEconomicsBySegment
    from relmetrics.customers.segments.reading import By
    from relmetrics.money.unit_economics.economics import UnitEconomics
    from relmetrics.money.unit_economics.given import Quantity

_LOST = 1
"""The place of "lost" in `STANDINGS`, after "retained"."""


@frozen(eq=False, repr=False, slots=False, init=False)
class PurchasesWorth(PurchasesOfPeople):
    """The questions of a `PurchaseLog` about what its customers are worth."""

    @overload
    def unit_economics(
        self,
        start: object,
        end: object,
        *,
        active_within: int | None = None,
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
        active_within: int | None = None,
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
        active_within: int | None = None,
        by: By | None = None,
        margin: Quantity = 100,
        acquisition_cost: Quantity | Mapping[Any, Quantity] | None = None,
        acquisition_spend: float | Mapping[Any, float] | None = None,
        discount: float = 0,
        periods: int | None = None,
        confidence_level: float = 0.95,
    ) -> UnitEconomics | UnitEconomicsBySegment:
        """Compute what a customer brings and costs, a month, from a window: see `UnitEconomics`.

        Revenue is what the customers of the start spend in the window, less what they return, by
        the month; churn is the share of them who are none at its end, brought to a month where the
        window is not one: ``1 - (1 - churn)^(1 / months)``. Who buys nothing counts with 0. Both
        are of the same customers, so their correlation enters the interval of the lifetime value.

        Args:
            start: The first day of the window.
            end: The first day after it.
            active_within: Days after a purchase for which a customer counts as one; by default the
                length of the window. The lifetime is that of such customers.
            by: A segment per customer, as for `retention`. The answer is then a mapping of segment
                to figures; segments that have none are left out, with the reason.
            margin: Share of the revenue that is left after the cost of what was sold, in %: a
                number, or an estimate of `GrossMargin`.
            acquisition_cost: The cost of winning a customer, in the unit of the amounts; one, or a
                mapping of segment to it.
            acquisition_spend: What was spent on winning those who are new in the window, instead:
                it is shared out among them. One, or a mapping of segment to it.
            discount: What money a month later is worth less, in %.
            periods: How many months count; by default all to come.
            confidence_level: Level of the intervals.

        Raises:
            StateError: The log has no amounts.
            AmountError: Nobody spends, an amount is not above 0, or money was spent and nobody is
                new.
            EmptySampleError: There are no customers at the start.
            DateError: A day cannot be read, or `end` does not come after `start`.
            ParameterError: Cost and spend are both given, or the levels of estimates differ.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(
            ...     [1, 2, 3, 4, 1, 2, 3, 5],
            ...     ["2025-02-03"] * 4 + ["2025-03-10"] * 4,
            ...     [20, 30, 25, 10, 20, 40, 20, 15],
            ... )
            >>> found = log.unit_economics("2025-03-01", "2025-04-01", margin=40)
            >>> found.revenue.value, found.churn.value, found.lifetime_value.value
            (20.0, 25.0, 32.0)
        """
        asked = Asked(
            margin=margin,
            acquisition_cost=acquisition_cost,
            acquisition_spend=acquisition_spend,
            discount=discount,
            periods=periods,
            confidence_level=confidence_level,
        )
        if by is None:
            return _economics(self, start, end, active_within, asked)
        segments = segments_of_log(self, by)

        def ask(part: PurchasesWorth, segment: Hashable) -> UnitEconomics:
            return _economics(part, start, end, active_within, asked.of(segment))

        labels = segments.labels
        return economics_by(labels, parts_of(self, segments), ask)


def _economics(
    log: PurchasesWorth, start: object, end: object, active_within: int | None, asked: Asked
) -> UnitEconomics:
    """Return the unit economics of a window: see the log's method.

    Raises:
        StateError: The log has no amounts.
    """
    if log.amounts is None:
        raise StateError.lacks("amounts", "PurchaseLog(customers, dates, amounts)")
    level = asked.confidence_level
    churn = log.churn(start, end, active_within=active_within, confidence_level=level)
    counts = log.window(start, end, active_within=active_within)
    first, after = counts.first_day, counts.after
    standing = standings(log, first, after, counts.active_within)
    spent = np.zeros(len(log.customers))
    back = log.returns
    for codes, days, amounts in (
        (log.codes, log.days, log.amounts),
        (back.codes, back.days, back.amounts),
    ):
        inside = (days >= first) & (days < after)
        np.add.at(spent, codes[inside], amounts[inside])
    at_start = standing <= _LOST
    known = at_start & ~np.isnan(spent)
    return window_economics(
        churn,
        counts,
        spent[known] / months_between(first, after),
        standing[known] == _LOST,
        asked,
        missing=int(at_start.sum() - known.sum()),
    )
