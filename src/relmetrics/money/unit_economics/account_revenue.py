"""Average revenue per account: what a customer pays in a period."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from attrs import frozen

from relmetrics.data.columns import as_column
from relmetrics.errors.definitions import no_frame
from relmetrics.estimators.ratio import Ratio
from relmetrics.metric.estimate import Estimate

if TYPE_CHECKING:
    from relmetrics.data.types import Column
    from relmetrics.states.clustered.design import Design


@frozen(kw_only=True)
class AverageRevenuePerAccount(Ratio[Estimate]):
    """Average revenue per account (ARPA, ARPU): what a customer pays in a period.

    Formula: ``sum of revenue / sum of accounts``.
    Unit and range: money a period, unbounded; at least 0 where no customer is paid back more.
    Direction: higher is better.
    Customers whose revenue or number of accounts is missing are counted and left out.

    Called with the columns ``revenue`` and ``accounts``, one row per customer, who is one account;
    or several, such as the seats of a company (revenue per user). Customers are the sampling units.
    Who pays nothing is an account like any other: leave trials out where they are none.

    Interval: `log_ratio`, or `wald`: see `Ratio`.

    Example:
        >>> import relmetrics as rm
        >>> print(rm.AverageRevenuePerAccount()({"revenue": [1, 1, 3, 5, 5], "accounts": [1] * 5}))
        ARPA 3.00 (95% CI 1.45 to 6.23; n = 5)

    Source:
        ChartMogul, help.chartmogul.com/hc/en-us/articles/203359301, from where the example is.
    """

    name = "Average revenue per account"
    symbol = "ARPA"
    unit = "money"
    digits: ClassVar[int] = 2
    top = "revenue"
    bottom = "accounts"
    definition = "Recurring revenue of a period over accounts; customers are the sampling units."
    source = "ChartMogul, help.chartmogul.com/hc/en-us/articles/203359301"


@no_frame("relmetrics.frames.measure(frame, {{{all}: AverageRevenuePerAccount()}})")
def average_revenue_per_account(
    *,
    revenue: Column,
    accounts: Column | None = None,
    weights: Column | None = None,
    respondents: Column | None = None,
    design: Design | None = None,
    confidence_level: float = 0.95,
) -> Estimate:
    """Compute the average revenue per account: see `AverageRevenuePerAccount`.

    Args:
        revenue: What each customer pays in a period.
        accounts: How many accounts, or users, each is; by default one.
        weights: One survey weight per customer.
        respondents: Whose each row is, one id per row, where customers have several.
        design: How the sample was drawn, in place of `respondents`.
        confidence_level: Level of the interval.

    Raises:
        AmountError: A revenue is not finite, a number of accounts is negative, or there are none.
        EmptySampleError: No customer has both.
        LengthError: The columns differ in length.

    Example:
        >>> import relmetrics as rm
        >>> rm.average_revenue_per_account(revenue=[100, 100, 300, 500, 500]).value
        300.0
    """
    if accounts is None:
        accounts = np.ones(len(as_column(revenue, "revenue")))
    amounts = {"revenue": revenue, "accounts": accounts}
    return AverageRevenuePerAccount()(
        amounts,
        weights=weights,
        respondents=respondents,
        design=design,
        confidence_level=confidence_level,
    )
