"""Retention profit: what keeping more customers is worth."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

from attrs import frozen

from relmetrics.data.checks import check_name, check_whole
from relmetrics.errors import ParameterError
from relmetrics.metric.estimate import Explanation
from relmetrics.metric.result import Result, written
from relmetrics.money.economics import customers_of, percent_of, require_amount, share_of

if TYPE_CHECKING:
    from relmetrics.money.exact import Amount


ChangeIn = Literal["points", "percent"]


CHANGE_IN: tuple[ChangeIn, ...] = ("points", "percent")


@frozen(kw_only=True, repr=False)
class RetentionProfit(Result):
    """The expected profit of a customer base at two rates of retention.

    Made by `retention_profit`.

    Attributes:
        customers: Customers in the base now.
        margin_per_period: What each brings in a period, costs taken off.
        retention: Share of customers who stay from one period to the next, now, %.
        retention_after: The same after the change, %.
        periods: How many periods are counted, the present one included; None for all.
        discount: What later money is worth less, % a period.
        cost: What the change costs, spent now.

    Example:
        >>> import relmetrics as rm
        >>> found = rm.retention_profit(
        ...     customers=1000, margin_per_period=10, retention=80, change=5
        ... )
        >>> round(found.before, 2), round(found.after, 2), round(found.percent, 2)
        (50000.0, 66666.67, 33.33)
    """

    customers: int
    margin_per_period: Amount
    retention: float
    retention_after: float
    periods: int | None
    discount: float
    cost: Amount

    @property
    def periods_before(self) -> float:
        """Expected, discounted number of periods that a customer pays for, without the change."""
        return expected_periods(self.retention, self.periods, self.discount)

    @property
    def periods_after(self) -> float:
        """The same with the change."""
        return expected_periods(self.retention_after, self.periods, self.discount)

    @property
    def before(self) -> float:
        """Expected profit of the base without the change, in the unit of the margin."""
        return self.customers * float(self.margin_per_period) * self.periods_before

    @property
    def after(self) -> float:
        """Expected profit of the base with the change, its cost taken off."""
        gross = self.customers * float(self.margin_per_period) * self.periods_after
        return gross - float(self.cost)

    @property
    def difference(self) -> float:
        """How much more the base is expected to bring."""
        return self.after - self.before

    @property
    def percent(self) -> float:
        """The difference to the profit without the change, %."""
        return 100 * self.difference / self.before

    def explain(self) -> Explanation:
        """Return every step of the calculation.

        Example:
            >>> import relmetrics as rm
            >>> rm.retention_profit(
            ...     customers=1000,
            ...     margin_per_period=10,
            ...     retention=80,
            ...     change=5,
            ...     periods=3,
            ...     cost=500,
            ... ).explain()
            Profit over 3 periods: +3.4% (+825.00) when 80% retention becomes 85%
            A customer's periods: sum of (retention / (1 + discount))^t for t = 0 to 2
              before: sum of 0.8^t = 2.4400
              after:  sum of 0.85^t = 2.5725
            Profit of the base: customers x margin x periods - cost
              before: 1,000 x 10.00 x 2.4400 = 24,400.00
              after:  1,000 x 10.00 x 2.5725 - 500.00 = 25,225.00
            Difference: 25,225.00 - 24,400.00 = 825.00, to 24,400.00 = 3.4%
            Assumed: retention is the same in every period and for every customer; nobody joins;
              the margin is paid at the start of a period, so today's customers pay it now
            Source: "What is customer retention?" asks; every number is your own
        """
        until = "t = 0, 1, 2, ..." if self.periods is None else f"t = 0 to {self.periods - 1}"
        base = f"{self.customers:,} x {float(self.margin_per_period):,.2f}"
        spent = f" - {float(self.cost):,.2f}" if self.cost else ""
        before, after, difference = (
            f"{number:,.2f}" for number in (self.before, self.after, self.difference)
        )
        paid, then_paid = f"{self.periods_before:,.4f}", f"{self.periods_after:,.4f}"
        kept, then_kept = (
            rate / (100 + self.discount) for rate in (self.retention, self.retention_after)
        )
        lines = [
            str(self),
            f"A customer's periods: sum of (retention / (1 + discount))^t for {until}",
            f"  before: sum of {kept:.6g}^t = {paid}",
            f"  after:  sum of {then_kept:.6g}^t = {then_paid}",
            "Profit of the base: customers x margin x periods - cost",
            f"  before: {base} x {paid} = {before}",
            f"  after:  {base} x {then_paid}{spent} = {after}",
            f"Difference: {after} - {before} = {difference}, to {before} = {self.percent:.1f}%",
            "Assumed: retention is the same in every period and for every customer; nobody joins;",
            "  the margin is paid at the start of a period, so today's customers pay it now",
            'Source: "What is customer retention?" asks; every number is your own',
        ]
        return Explanation("\n".join(lines))

    def _content(self) -> dict[str, object]:
        """Return what was given, and what was worked out from it."""
        figures = ("periods_before", "periods_after", "before", "after", "difference", "percent")
        return super()._content() | written(self, *figures)

    def __str__(self) -> str:
        """Return the change of profit in one line."""
        over = "all periods"
        if self.periods is not None:
            over = "1 period" if self.periods == 1 else f"{self.periods} periods"
        rates = f"{self.retention:.10g}% retention becomes {self.retention_after:.10g}%"
        return f"Profit over {over}: {self.percent:+,.1f}% ({self.difference:+,.2f}) when {rates}"


def retention_profit(
    *,
    customers: int,
    margin_per_period: Amount,
    retention: float,
    change: float,
    change_in: ChangeIn = "points",
    periods: int | None = None,
    discount: float = 0,
    cost: Amount = 0,
) -> RetentionProfit:
    """Compute what a change of retention would do to the profit of a customer base.

    Formula: ``customers x margin_per_period x sum over t of (retention / (1 + discount))^t``, for
    t = 0, 1, ..., `periods` - 1, before and after; without `periods` the sum is
    ``1 / (1 - retention / (1 + discount))``.
    Unit: that of the margin, and %. Higher is better.

    It is a calculation, not a forecast: retention is taken as the same in every period and for
    every customer, margin as the same for all, paid at the start of each period. Nobody joins.

    Args:
        customers: Customers in the base now, at least 1.
        margin_per_period: What each brings in a period, costs taken off; greater than 0.
        retention: Share of customers who stay from one period to the next, 0 to 100 %.
        change: What is added to it; negative for a loss.
        change_in: Whether `change` is in percentage ``points`` (80 % and 5 make 85 %), or in
            ``percent`` of the retention (80 % and 5 make 84 %). Claims of "5 % more retention"
            seldom say which.
        periods: How many periods to count, the present one included; by default all to come.
        discount: What money a period later is worth less, in %, at least 0.
        cost: What the change costs, spent now; not negative.

    Raises:
        CountError: `customers` is no whole number of at least 1.
        AmountError: The margin is not greater than 0, or the cost is negative.
        ParameterError: A retention is not within 0 to 100 %, the discount is negative, `periods` is
            no whole number of at least 1, or all periods are asked for of customers who never
            leave, without a discount.

    Example:
        >>> import relmetrics as rm
        >>> found = rm.retention_profit(
        ...     customers=200, margin_per_period=30, retention=60, change=5, periods=12, discount=1
        ... )
        >>> round(found.difference, 2), round(found.percent, 1)
        (1996.43, 13.5)

    Source:
        "What is customer retention?".
    """
    check_name("change_in", change_in, CHANGE_IN)
    require_amount(
        "margin_per_period", margin_per_period, positive="Without a margin there is no profit."
    )
    require_amount("cost", cost)
    if periods is not None:
        periods = check_whole("periods", periods, 1)
    now = share_of("retention", retention)
    moved = percent_of("change", change)
    then = share_of(
        "retention + change", now + moved if change_in == "points" else now * (1 + moved / 100)
    )
    later = percent_of("discount", discount)
    if later < 0:
        raise ParameterError.must_be("discount", "at least 0 %", discount)
    if periods is None and 100 + later - max(now, then) <= 0:
        raise ParameterError.must_be(
            "periods",
            "given where nobody ever leaves",
            periods,
            "Their profit has no end: say periods=..., or discount=...",
        )
    return RetentionProfit(
        customers=customers_of("customers", customers),
        margin_per_period=margin_per_period,
        retention=now,
        retention_after=then,
        periods=periods,
        discount=later,
        cost=cost,
    )


def expected_periods(retention: float, periods: int | None, discount: float) -> float:
    """Return the expected, discounted number of periods that a customer pays for.

    That is 1 + q + q^2 + ... with q = retention / (1 + discount), both in percent; of so many
    terms, or of all of them.
    """
    # 1 - q from the percents themselves, so that a retention near 100 % costs no digits.
    lost = (100 + discount - retention) / (100 + discount)
    if periods is None:
        return 1 / lost
    if lost == 0:
        return float(periods)
    if lost == 1:
        return 1.0
    return -math.expm1(periods * math.log1p(-lost)) / lost
