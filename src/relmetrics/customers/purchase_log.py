"""PurchaseLog: a log of purchases, and the questions that it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from attrs import frozen

from relmetrics.customers.cohorts.cohorts import cohorts
from relmetrics.customers.lifecycle.from_purchases import stages
from relmetrics.customers.purchases import buying, windows
from relmetrics.customers.purchases.log import Purchases
from relmetrics.customers.purchases.movements import movements
from relmetrics.customers.survival.survival import survival

if TYPE_CHECKING:
    from collections.abc import Mapping

    from relmetrics.customers.cohorts.cohorts import Cohorts
    from relmetrics.customers.lifecycle.lifecycle import Lifecycle
    from relmetrics.customers.purchases.definitions import ChurnBase, RetentionDefinition
    from relmetrics.customers.purchases.windows import Window, WindowEstimate
    from relmetrics.customers.return_on_relationship import RelationshipEstimate, RORDefinition
    from relmetrics.customers.survival.survival import Survival
    from relmetrics.data.periods import Every
    from relmetrics.data.types import Column, FloatArray
    from relmetrics.metric.estimate import Estimate
    from relmetrics.metric.table import Table


@frozen(eq=False, repr=False, slots=False, init=False)
class PurchaseLog(Purchases):
    """Purchases of customers: who, when, how much, and who came by referral.

    ``a + b`` is the log of the purchases of both, be they of other customers or of the same ones
    at other times: customers with the same id are the same customer. Adding keeps every row, so
    add logs that do not overlap.

    Args:
        customers: One id per purchase, of any hashable kind; never missing.
        dates: When: datetime64, `datetime`, `date` or ISO 8601 text; never missing.
        amounts: Amount of each purchase, or None; a missing amount counts as a purchase of
            unknown amount, and is reported.
        referred: Whether the customer came by referral: one yes/no per purchase (a customer is
            referred when any of theirs says so), or a mapping of customer to yes/no.
        zone: The time zone whose calendar counts, for dates that carry a zone.
        returns: What a negative amount is. ``net`` (default): a return, which lowers the total and
            is no purchase; ``drop``: left out; ``count``: a purchase like any other.
        duplicates: ``keep`` (default) or ``drop`` rows that repeat customer, time and amount;
            their number is in `duplicates`, counted when it is asked for.

    Attributes:
        customers: The id of each customer, in order of appearance, shape (customers,).
        codes: The customer of each purchase, 0..customers - 1, shape (purchases,).
        times: The time of each purchase, datetime64[us], shape (purchases,).
        amounts: The amount of each purchase, NaN where unknown, or None.
        referred: 1.0, 0.0 or NaN for each customer, or None.
        refunds: Sum of the returns of each customer, not positive, shape (customers,).
        dropped: Number of rows left out because they repeat another one.
        returned: Number of rows that are returns.

    Raises:
        CustomerError: An id is missing.
        DateError: A date is missing or cannot be read.
        AmountError: An amount is not finite.
        LengthError: The columns differ in length.

    Example:
        >>> import relmetrics as rm
        >>> log = rm.PurchaseLog(
        ...     ["ann", "bob", "ann"], ["2025-01-03", "2025-01-09", "2025-02-01"], [10.0, 5.0, 20.0]
        ... )
        >>> log
        PurchaseLog(purchases=3, customers=2, from 2025-01-03 to 2025-02-01)
        >>> log.summary()["purchases"].tolist()
        [2, 1]
    """

    def window(self, start: object, end: object, *, active_within: int | None = None) -> Window:
        """Count the customers of a window: at its start and end, new, retained, lost, reactivated.

        A customer of a day is who bought within the `active_within` days before it.

        Args:
            start: The first day of the window.
            end: The first day after it.
            active_within: Days after a purchase for which a customer counts as one; by default the
                length of the window, which compares it with the one before it.

        Raises:
            DateError: A day cannot be read, or `end` does not come after `start`.
            ParameterError: `active_within` is no whole number of at least 1.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(["a", "b", "b"], ["2024-05-01", "2024-06-01", "2025-03-01"])
            >>> window = log.window("2025-01-01", "2026-01-01")
            >>> window.start, window.end, window.lost
            (2, 1, 1)
        """
        return windows.window(self, start, end, active_within=active_within)

    def retention(
        self,
        start: object,
        end: object,
        *,
        active_within: int | None = None,
        definition: RetentionDefinition = "retained",
        confidence_level: float = 0.95,
    ) -> WindowEstimate:
        """Compute the retention rate of a window, with all its counts.

        Formulas: ``retained`` (default), ``100 x |S and E| / S``: who of the start is there at the
        end. ``counts``, ``100 x (E - N) / S``, the documents' formula, which needs no ids. They
        differ by reactivated customers (in E, not in S) and by those who joined and left inside
        the window (in N, not in E); `explain` shows how many there are.
        Unit and range: %, from 0 to 100. Higher is better. Interval: Wilson's.

        Args:
            start: The first day of the window.
            end: The first day after it.
            active_within: As for `window`.
            definition: ``retained`` or ``counts``.
            confidence_level: Level of the interval.

        Raises:
            EmptySampleError: There are no customers at the start.
            CountError: (E - N) / S is no share, under ``counts``.
            DateError: A day cannot be read, or `end` does not come after `start`.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(["a", "b", "b"], ["2024-05-01", "2024-06-01", "2025-03-01"])
            >>> print(log.retention("2025-01-01", "2026-01-01"))
            Retention rate 50.0% (95% CI 9.5 to 90.5; n = 2)

        Source:
            D3, D4.
        """
        return windows.retention(
            self,
            start,
            end,
            active_within=active_within,
            definition=definition,
            confidence_level=confidence_level,
        )

    def churn(
        self,
        start: object,
        end: object,
        *,
        active_within: int | None = None,
        base: ChurnBase = "start",
        confidence_level: float = 0.95,
    ) -> WindowEstimate:
        """Compute the churn rate of a window, with all its counts.

        Formula: ``100 x lost / base``. Bases by name: ``start`` (default, the documents'),
        customers at the start; ``average``, the mean of start and end; ``start_plus_new``, with
        those who joined and left counted as lost too (Stripe's); ``daily_sum``, customers on an
        average day; ``counts``, the complement of the retention of that name, which counts
        ``S - (E - N)`` over those at the start. For a year see `annual_churn`.
        Unit and range: %, from 0 to 100. Lower is better. Interval: Wilson's.

        Args:
            start: The first day of the window.
            end: The first day after it.
            active_within: As for `window`.
            base: The denominator.
            confidence_level: Level of the interval.

        Raises:
            EmptySampleError: The base is 0.
            CountError: More were lost than the base holds.
            DateError: A day cannot be read, or `end` does not come after `start`.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(["a", "b", "b"], ["2024-05-01", "2024-06-01", "2025-03-01"])
            >>> log.churn("2025-01-01", "2026-01-01").value
            50.0

        Source:
            D3; Stripe's definition of subscriber churn for ``start_plus_new``.
        """
        return windows.churn(
            self,
            start,
            end,
            active_within=active_within,
            base=base,
            confidence_level=confidence_level,
        )

    def movements(
        self, *, every: Every = "month", as_of: object = None, confidence_level: float = 0.95
    ) -> Table:
        """Count customers period by period; a customer of a period is who bought in it.

        Columns: ``period`` (its first day), ``start`` (customers of the period before), ``end``,
        ``new``, ``retained``, ``lost``, ``reactivated``, ``retention`` (% of `start`) with ``low``
        and ``high`` (Wilson's), and ``complete``. In every row
        ``end = start - lost + new + reactivated``. The rates of a period that is not over by
        `as_of` are NaN.

        Args:
            every: ``day``, ``week``, ``month``, ``quarter`` or ``year``.
            as_of: The last day that was observed; by default the last one of the log.
            confidence_level: Level of the intervals.

        Raises:
            EmptySampleError: The log is empty and `as_of` is not given.
            ParameterError: There is no such period.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(["a", "b", "a"], ["2025-01-05", "2025-01-09", "2025-02-01"])
            >>> log.movements(as_of="2025-02-28").to_dict()["lost"]
            [0, 1]
        """
        return movements(self, every=every, as_of=as_of, confidence_level=confidence_level)

    def loyalty(
        self, *, threshold: int = 5, distinct_days: bool = False, confidence_level: float = 0.95
    ) -> Estimate:
        """Compute the share of customers with at least `threshold` purchases: see `LoyaltyRate`.

        Args:
            threshold: The least number of purchases of a loyal customer.
            distinct_days: Count days with a purchase instead of purchases.
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
            threshold=threshold,
            distinct_days=distinct_days,
            confidence_level=confidence_level,
        )

    def repeat(self, *, distinct_days: bool = False, confidence_level: float = 0.95) -> Estimate:
        """Compute the share of customers who bought again: see `RepeatRate`.

        Args:
            distinct_days: Count days with a purchase instead of purchases.
            confidence_level: Level of the interval.

        Raises:
            EmptySampleError: There are no customers.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(["a", "a", "b"], ["2025-01-01"] * 3)
            >>> log.repeat().value, log.repeat(distinct_days=True).value
            (50.0, 0.0)
        """
        return buying.repeat(self, distinct_days=distinct_days, confidence_level=confidence_level)

    def referral(self, *, confidence_level: float = 0.95) -> Estimate:
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
        return buying.referral(self, confidence_level=confidence_level)

    def ror(
        self,
        *,
        as_of: object = None,
        months: int = 12,
        definition: RORDefinition = "share_of_helped",
        confidence_level: float = 0.95,
    ) -> RelationshipEstimate:
        """Compute the return on relationship, in all three quantities: see `ReturnOnRelationship`.

        Of the customers who ever bought, those count as helped who bought in the last `months`
        calendar months up to `as_of`; of these, those as returning who bought at least twice by
        then, or came by referral.

        Args:
            as_of: The last day that counts; by default the last one of the log.
            months: Calendar months to look back.
            definition: Which share is the value.
            confidence_level: Level of the interval.

        Raises:
            EmptySampleError: Nobody bought by then, or nobody was helped.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(["a", "b", "a"], ["2025-01-05", "2025-03-09", "2025-06-01"])
            >>> log.ror().value, log.ror().share_of_customers
            (50.0, 50.0)

        Source:
            D1, D2.
        """
        return buying.ror(
            self,
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

    def cohorts(
        self,
        *,
        every: Every = "month",
        windows: Literal["calendar"] | int = "calendar",
        brackets: Mapping[str, tuple[int, int]] | None = None,
        as_of: object = None,
        entry: Literal["first_time", "recurring"] = "first_time",
        values: Literal["customers", "revenue"] = "customers",
    ) -> Cohorts:
        """Count active customers by cohort and age: see `Cohorts`.

        Args:
            every: The period that a cohort enters in.
            windows: ``calendar`` periods, or rolling windows of so many days since the first
                purchase.
            brackets: Name to first and last age of brackets that are counted as one.
            as_of: The last day that was observed; by default the last one of the log.
            entry: ``first_time``, or ``recurring`` for all buyers of a period.
            values: ``customers``, or ``revenue``.

        Raises:
            EmptySampleError: The log is empty and `as_of` is not given.
            ParameterError: An option has no such name or value.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(["a", "b", "a"], ["2025-01-05", "2025-01-09", "2025-02-01"])
            >>> log.cohorts(as_of="2025-02-28").retention()[0].tolist()
            [100.0, 50.0]
        """
        return cohorts(
            self,
            every=every,
            windows=windows,
            brackets=brackets,
            as_of=as_of,
            entry=entry,
            values=values,
        )

    def survival(
        self,
        *,
        lapsed_after: int,
        as_of: object = None,
        confidence_level: float = 0.95,
        interval: Literal["log_log", "greenwood"] = "log_log",
    ) -> Survival:
        """Estimate how long customers stay, by Kaplan and Meier: see `Survival`.

        Args:
            lapsed_after: Days without a purchase after which a customer has lapsed.
            as_of: The last day that was observed; by default the last one of the log.
            confidence_level: Level of the intervals.
            interval: ``log_log`` or ``greenwood``.

        Raises:
            EmptySampleError: Nobody was observed for long enough.
            ParameterError: An option has no such name or value.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(["a", "a", "b"], ["2025-01-01", "2025-01-11", "2025-01-02"])
            >>> log.survival(lapsed_after=30, as_of="2025-06-30").at(5).value
            50.0
        """
        return survival(
            self,
            lapsed_after=lapsed_after,
            as_of=as_of,
            confidence_level=confidence_level,
            interval=interval,
        )

    def stages(
        self,
        *,
        as_of: object = None,
        every: Every = "month",
        expansion_from: int = 2,
        commitment_from: int = 5,
        active_within: int = 365,
        known: Column | None = None,
    ) -> Lifecycle:
        """Return the relationship stages of the customers, by rules: see `Lifecycle`.

        Known but no purchase is awareness, the first purchase exploration, `expansion_from`
        purchases expansion, `commitment_from` commitment, and no purchase within `active_within`
        days dissolution.

        Args:
            as_of: The last day that was observed; by default the last one of the log.
            every: The period of the transitions.
            expansion_from: Purchases from which a relationship expands.
            commitment_from: Purchases from which it is committed.
            active_within: Days without a purchase after which it is dissolved.
            known: Ids of people who know the seller, whether they bought or not.

        Raises:
            ParameterError: The rules are out of order.
            DateError: A day cannot be read.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(["a", "b", "a"], ["2025-01-05", "2025-03-09", "2025-06-01"])
            >>> log.stages(as_of="2025-06-30").portfolio()["customers"].tolist()
            [0, 1, 1, 0, 0]

        Source:
            D5, after Francis Buttle.
        """
        return stages(
            self,
            as_of=as_of,
            every=every,
            expansion_from=expansion_from,
            commitment_from=commitment_from,
            active_within=active_within,
            known=known,
        )
