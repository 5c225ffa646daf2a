"""Purchases by customer: how often each of them bought, and who of them is loyal."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

import numpy as np
from attrs import frozen

from relmetrics.customers.purchases import buying
from relmetrics.customers.purchases.customers import summary
from relmetrics.customers.purchases.in_windows import PurchasesInWindows
from relmetrics.money.order_value import average_order_value

if TYPE_CHECKING:
    from relmetrics.customers.return_on_relationship import RelationshipEstimate, RORDefinition
    from relmetrics.customers.segments.reading import By
    from relmetrics.data.types import FloatArray
    from relmetrics.metric.estimate import Estimate
    from relmetrics.metric.table import Table
    from relmetrics.questions.groups.breakdown import Breakdown


@frozen(eq=False, repr=False, slots=False, init=False)
class PurchasesByCustomer(PurchasesInWindows):
    """The questions of a `PurchaseLog` about what each customer bought."""

    def summary(self, as_of: object = None) -> Table:
        """Return one row per customer.

        Columns: ``customer``, ``first`` and ``last`` (days), ``purchases``, ``purchase_days``,
        ``recency`` (days from first to last purchase), ``tenure`` (days from the first purchase to
        `as_of`), ``since_last`` (days from the last purchase to `as_of`), and with amounts
        ``total`` and ``mean_amount`` (per purchase of known amount; NaN without one).

        Args:
            as_of: The day to look from, which leaves out later purchases and returns; by default
                the last day of the log.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(["a", "a"], ["2025-01-01", "2025-01-11"])
            >>> log.summary("2025-01-31")["tenure"].tolist()
            [30.0]
        """
        return summary(self, as_of)

    @overload
    def loyalty(
        self,
        *,
        threshold: int = 5,
        distinct_days: bool = False,
        by: None = None,
        confidence_level: float = 0.95,
    ) -> Estimate: ...
    @overload
    def loyalty(
        self,
        *,
        threshold: int = 5,
        distinct_days: bool = False,
        by: By,
        confidence_level: float = 0.95,
    ) -> Breakdown: ...
    def loyalty(
        self,
        *,
        threshold: int = 5,
        distinct_days: bool = False,
        by: By | None = None,
        confidence_level: float = 0.95,
    ) -> Estimate | Breakdown:
        """Compute the share of customers with at least `threshold` purchases: see `LoyaltyRate`.

        Args:
            threshold: The least number of purchases of a loyal customer.
            distinct_days: Count days with a purchase instead of purchases.
            by: A segment per customer, as for `retention`. The answer is then a `Breakdown`.
            confidence_level: Level of the interval.

        Raises:
            EmptySampleError: There are no customers.

        Example:
            >>> import relmetrics as rm
            >>> rm.PurchaseLog(["a", "a", "b"], ["2025-01-01"] * 3).loyalty(threshold=2).value
            50.0
        """
        return buying.loyalty(
            self,
            by=by,
            threshold=threshold,
            distinct_days=distinct_days,
            confidence_level=confidence_level,
        )

    @overload
    def repeat(
        self, *, distinct_days: bool = False, by: None = None, confidence_level: float = 0.95
    ) -> Estimate: ...
    @overload
    def repeat(
        self, *, distinct_days: bool = False, by: By, confidence_level: float = 0.95
    ) -> Breakdown: ...
    def repeat(
        self, *, distinct_days: bool = False, by: By | None = None, confidence_level: float = 0.95
    ) -> Estimate | Breakdown:
        """Compute the share of customers who bought again: see `RepeatRate`.

        Args:
            distinct_days: Count days with a purchase instead of purchases.
            by: A segment per customer, as for `retention`. The answer is then a `Breakdown`.
            confidence_level: Level of the interval.

        Raises:
            EmptySampleError: There are no customers.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(["a", "a", "b"], ["2025-01-01"] * 3)
            >>> log.repeat().value, log.repeat(distinct_days=True).value
            (50.0, 0.0)
        """
        return buying.repeat(
            self, by=by, distinct_days=distinct_days, confidence_level=confidence_level
        )

    @overload
    def referral(self, *, by: None = None, confidence_level: float = 0.95) -> Estimate: ...
    @overload
    def referral(self, *, by: By, confidence_level: float = 0.95) -> Breakdown: ...
    def referral(
        self, *, by: By | None = None, confidence_level: float = 0.95
    ) -> Estimate | Breakdown:
        """Compute the share of customers who came by referral: see `ReferralRate`.

        Raises:
            StateError: The log does not know referrals.
            EmptySampleError: There are no customers.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(["a", "b"], ["2025-01-01"] * 2, referred=["yes", "no"])
            >>> log.referral().value
            50.0
        """
        return buying.referral(self, by=by, confidence_level=confidence_level)

    def order_value(self, *, confidence_level: float = 0.95) -> Estimate:
        """Compute the average order value: see `AverageOrderValue`.

        Purchases of unknown amount are no orders here; returns are taken off what was paid.

        Raises:
            StateError: The log has no amounts.
            AmountError: No purchase has an amount.
            EmptySampleError: There are no customers.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(["a", "a", "b"], ["2025-01-01"] * 3, [30.0, 40.0, 20.0])
            >>> log.order_value().value
            30.0
        """
        amount, paid = self.totals, ~np.isnan(np.asarray(self.amounts))
        orders = np.bincount(self.codes, paid, minlength=len(self.customers))
        return average_order_value(amount=amount, orders=orders, confidence_level=confidence_level)

    @overload
    def ror(
        self,
        *,
        as_of: object = None,
        months: int = 12,
        definition: RORDefinition = "share_of_helped",
        by: None = None,
        confidence_level: float = 0.95,
    ) -> RelationshipEstimate: ...
    @overload
    def ror(
        self,
        *,
        as_of: object = None,
        months: int = 12,
        definition: RORDefinition = "share_of_helped",
        by: By,
        confidence_level: float = 0.95,
    ) -> Breakdown: ...
    def ror(
        self,
        *,
        as_of: object = None,
        months: int = 12,
        definition: RORDefinition = "share_of_helped",
        by: By | None = None,
        confidence_level: float = 0.95,
    ) -> RelationshipEstimate | Breakdown:
        """Compute the return on relationship, in all three quantities: see `ReturnOnRelationship`.

        Of the customers who ever bought, those count as helped who bought in the last `months`
        calendar months up to `as_of`; of these, those as returning who bought at least twice by
        then, or came by referral.

        Args:
            as_of: The last day that counts; by default the last one of the log.
            months: Calendar months to look back.
            definition: Which share is the value.
            by: A segment per customer, as for `retention`. The answer is then a `Breakdown`.
            confidence_level: Level of the interval.

        Raises:
            EmptySampleError: Nobody bought by then, or nobody was helped.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(["a", "b", "a"], ["2025-01-05", "2025-03-09", "2025-06-01"])
            >>> log.ror().value, log.ror().share_of_customers
            (50.0, 50.0)

        Source:
            "The key to business success? Relationships!".
        """
        return buying.ror(
            self,
            by=by,
            as_of=as_of,
            months=months,
            definition=definition,
            confidence_level=confidence_level,
        )

    def frequency(self, *, distinct_days: bool = False) -> Table:
        """Count customers by their number of purchases.

        Columns: ``purchases``, ``customers``, ``share`` (%) and ``at_least`` (% with at least so
        many).

        Args:
            distinct_days: Count days with a purchase instead of purchases.

        Example:
            >>> import relmetrics as rm
            >>> rm.PurchaseLog(["a", "a", "b"], ["2025-01-01"] * 3).frequency().to_dict()[
            ...     "at_least"
            ... ]
            [100.0, 50.0]
        """
        return buying.frequency(self, distinct_days=distinct_days)

    def gaps(self) -> FloatArray:
        """Return the days between purchase days of the same customer, one per pair in a row.

        Example:
            >>> import relmetrics as rm
            >>> rm.PurchaseLog(["a", "a"], ["2025-01-01", "2025-01-11"]).gaps().tolist()
            [10.0]
        """
        return buying.gaps(self)
