"""Average order value: what an order brings."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from attrs import frozen

from relmetrics.errors.definitions import no_frame
from relmetrics.estimators.ratio import Ratio
from relmetrics.metric.estimate import Estimate

if TYPE_CHECKING:
    from relmetrics.data.types import Column
    from relmetrics.states.clustered.design import Design


@frozen(kw_only=True)
class AverageOrderValue(Ratio[Estimate]):
    """Average order value (AOV): revenue per order, of customers with several orders each.

    Formula: ``sum of amount / sum of orders``, not the mean of the customers' own averages.
    Unit and range: money, unbounded; at least 0 where no customer returns more than was bought.
    Direction: higher is better.
    Customers whose amount or number of orders is missing are counted and left out.

    Called with the columns ``amount`` and ``orders``, one row per customer: orders of the same
    customer are alike, so customers are the sampling units. States add only when no customer is in
    two of them.

    Interval: `log_ratio`, or `wald`: see `Ratio`.

    Example:
        >>> import relmetrics as rm
        >>> print(rm.AverageOrderValue()({"amount": [120, 80, 300, 95], "orders": [4, 2, 9, 3]}))
        AOV 33.06 (95% CI 15.28 to 71.52; n = 4)

    Source:
        The usual definition of web shops.
    """

    name = "Average order value"
    symbol = "AOV"
    unit = "money"
    digits: ClassVar[int] = 2
    top = "amount"
    bottom = "orders"
    definition = "Revenue over orders; customers are the sampling units."
    source = "The usual definition of web shops"


@no_frame("relmetrics.frames.measure(frame, {{{all}: AverageOrderValue()}})")
def average_order_value(
    *,
    amount: Column,
    orders: Column,
    weights: Column | None = None,
    respondents: Column | None = None,
    design: Design | None = None,
    confidence_level: float = 0.95,
) -> Estimate:
    """Compute the average order value of customers: see `AverageOrderValue`.

    Args:
        amount: What each customer spent.
        orders: The number of orders of each customer.
        weights: One survey weight per customer.
        respondents: Whose each row is, one id per row, where customers have several.
        design: How the sample was drawn, in place of `respondents`.
        confidence_level: Level of the interval.

    Raises:
        AmountError: An amount is not finite, a number of orders is negative, or there are none.
        EmptySampleError: No customer has both.
        LengthError: The columns differ in length.

    Example:
        >>> import relmetrics as rm
        >>> rm.average_order_value(amount=[120, 80], orders=[4, 1]).value
        40.0
    """
    amounts = {"amount": amount, "orders": orders}
    return AverageOrderValue()(
        amounts,
        weights=weights,
        respondents=respondents,
        design=design,
        confidence_level=confidence_level,
    )
