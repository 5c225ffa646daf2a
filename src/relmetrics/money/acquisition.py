"""Acquisition: what winning new customers costs, against keeping those one has."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from attrs import frozen

from relmetrics.metric.estimate import Explanation
from relmetrics.metric.result import Result, written
from relmetrics.money.economics import customers_of, require_amount

if TYPE_CHECKING:
    from relmetrics.money.exact import Amount


@frozen(kw_only=True, repr=False)
class AcquisitionAgainstRetention(Result):
    """What a new customer cost, against what keeping one cost.

    Made by `acquisition_against_retention`.

    Attributes:
        acquisition_spend: Money spent on winning customers.
        new_customers: Customers won.
        retention_spend: Money spent on keeping customers.
        kept_customers: Customers kept.

    Example:
        >>> import relmetrics as rm
        >>> found = rm.acquisition_against_retention(
        ...     acquisition_spend=50_000,
        ...     new_customers=250,
        ...     retention_spend=18_000,
        ...     kept_customers=900,
        ... )
        >>> found.cost_per_new, found.cost_per_kept, found.ratio
        (200.0, 20.0, 10.0)
    """

    acquisition_spend: Amount
    new_customers: int
    retention_spend: Amount
    kept_customers: int

    @property
    def cost_per_new(self) -> float:
        """What each new customer cost, in the unit of the spend."""
        return float(self.acquisition_spend) / self.new_customers

    @property
    def cost_per_kept(self) -> float:
        """What each kept customer cost, in the unit of the spend."""
        return float(self.retention_spend) / self.kept_customers

    @property
    def ratio(self) -> float:
        """How many times as much a new customer cost as a kept one."""
        # What is next to nothing may be nothing once it is shared out.
        return self.cost_per_new / self.cost_per_kept if self.cost_per_kept else math.inf

    def explain(self) -> Explanation:
        """Return every step of the calculation.

        Example:
            >>> import relmetrics as rm
            >>> rm.acquisition_against_retention(
            ...     acquisition_spend=1000, new_customers=10, retention_spend=500, kept_customers=50
            ... ).explain()
            Acquiring a customer cost 10.00 times as much as keeping one
            Cost per new:  1,000.00 / 10 customers = 100.00
            Cost per kept: 500.00 / 50 customers = 10.00
            Ratio:         100.00 / 10.00 = 10.00
            Source:        "What is customer retention?" compares; all numbers are yours
        """
        new, kept = f"{self.cost_per_new:,.2f}", f"{self.cost_per_kept:,.2f}"
        spent, held = float(self.acquisition_spend), float(self.retention_spend)
        return Explanation(
            "\n".join(
                [
                    str(self),
                    f"Cost per new:  {spent:,.2f} / {self.new_customers:,} customers = {new}",
                    f"Cost per kept: {held:,.2f} / {self.kept_customers:,} customers = {kept}",
                    f"Ratio:         {new} / {kept} = {self.ratio:,.2f}",
                    'Source:        "What is customer retention?" compares; all numbers are yours',
                ]
            )
        )

    def _content(self) -> dict[str, object]:
        """Return what was given, and what was worked out from it."""
        return super()._content() | written(self, "cost_per_new", "cost_per_kept", "ratio")

    def __str__(self) -> str:
        """Return the ratio in one line."""
        return f"Acquiring a customer cost {self.ratio:,.2f} times as much as keeping one"


def acquisition_against_retention(
    *,
    acquisition_spend: Amount,
    new_customers: int,
    retention_spend: Amount,
    kept_customers: int,
) -> AcquisitionAgainstRetention:
    """Compare what a new customer cost with what keeping one cost.

    Formula: ``(acquisition_spend / new_customers) / (retention_spend / kept_customers)``.
    Unit and range: times, 0 or more. There is no better direction: it describes two budgets.
    It is no law: it says nothing of what the next customer would cost.

    Args:
        acquisition_spend: Money spent on winning customers in a period.
        new_customers: Customers won in that period, at least 1.
        retention_spend: Money spent on keeping customers in that period, greater than 0.
        kept_customers: Customers at the start of the period who are still there at its end, at
            least 1.

    Raises:
        AmountError: A spend is negative or no finite number, or nothing was spent on retention.
        CountError: A number of customers is no whole number of at least 1.

    Example:
        >>> import relmetrics as rm
        >>> rm.acquisition_against_retention(
        ...     acquisition_spend=1000, new_customers=10, retention_spend=500, kept_customers=50
        ... ).ratio
        10.0

    Source:
        "What is customer retention?".
    """
    require_amount("acquisition_spend", acquisition_spend)
    require_amount(
        "retention_spend",
        retention_spend,
        positive="A cost has no ratio to nothing: what did keeping customers cost?",
    )
    return AcquisitionAgainstRetention(
        acquisition_spend=acquisition_spend,
        new_customers=customers_of("new_customers", new_customers),
        retention_spend=retention_spend,
        kept_customers=customers_of("kept_customers", kept_customers),
    )
