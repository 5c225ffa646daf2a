"""Gross margin: the share of the revenue that is left after the cost of what was sold."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar

from attrs import frozen

from relmetrics.estimators.ratio import Ratio
from relmetrics.metric.contract import Working
from relmetrics.metric.estimate import Estimate
from relmetrics.metric.wording import figure

if TYPE_CHECKING:
    from relmetrics.data.types import Column
    from relmetrics.states.clustered.design import Design
    from relmetrics.states.moments.moments import Moments


@frozen(kw_only=True)
class GrossMargin(Ratio[Estimate]):
    """Gross margin: the share of the revenue that is left after the cost of what was sold.

    Formula: ``100 x (sum of revenue - sum of cost) / sum of revenue``.
    Unit and range: %, unbounded below; at most 100 where no cost is negative.
    Direction: higher is better.
    Rows whose revenue or cost is missing are counted and left out.

    Called with the columns ``revenue`` and ``cost``, one row per customer, order or product, which
    are the sampling units.

    Interval: `log_ratio` of cost over revenue, or `wald`: see `Ratio`.

    Example:
        >>> import relmetrics as rm
        >>> print(rm.GrossMargin()({"revenue": [100, 80, 300, 120], "cost": [25, 20, 60, 15]}))
        Gross margin 80.0% (95% CI 56.0 to 90.9; n = 4)

    Source:
        The usual definition of accounting.
    """

    name = "Gross margin"
    unit = "%"
    formula = "(revenue - cost) / revenue x 100 %"
    top = "cost"
    bottom = "revenue"
    times: ClassVar[float] = -100.0
    offset: ClassVar[float] = 1.0
    definition = "Revenue less the cost of what was sold, over revenue; of sums."
    source = "The usual definition of accounting"

    def _range(self, unit: str) -> tuple[float, float]:  # noqa: ARG002 - always %
        return -math.inf, math.inf

    def working(self, state: Moments) -> Working:
        """Return revenue less cost over revenue, with the sums of a state."""
        cost, revenue = (float(total) for total in state.totals)
        return Working(
            formula=(
                f"({figure(revenue)} - {figure(cost)}) / {figure(revenue)} x 100 % = "
                f"{figure(100 * (revenue - cost) / revenue)}%"
            ),
            numerator=f"{figure(revenue - cost)}, revenue less cost {figure(cost)}",
            denominator=f"{figure(revenue)} revenue (n = {int(state.n)})",
        )


def gross_margin(
    *,
    revenue: Column,
    cost: Column,
    weights: Column | None = None,
    respondents: Column | None = None,
    design: Design | None = None,
    confidence_level: float = 0.95,
) -> Estimate:
    """Compute the gross margin: see `GrossMargin`.

    Args:
        revenue: What each customer, order or product brought.
        cost: What it cost to serve or to make.
        weights: One survey weight per row.
        respondents: Whose each row is, one id per row, where customers have several.
        design: How the sample was drawn, in place of `respondents`.
        confidence_level: Level of the interval.

    Raises:
        AmountError: An amount is not finite, a revenue is negative, or they sum to 0.
        EmptySampleError: No row has both.
        LengthError: The columns differ in length.

    Example:
        >>> import relmetrics as rm
        >>> rm.gross_margin(revenue=[100, 300], cost=[25, 75]).value
        75.0
    """
    return GrossMargin()(
        {"revenue": revenue, "cost": cost},
        weights=weights,
        respondents=respondents,
        design=design,
        confidence_level=confidence_level,
    )
