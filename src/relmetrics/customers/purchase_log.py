"""PurchaseLog: a log of purchases, and the questions that it answers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, overload

from attrs import frozen

from relmetrics.customers.lifecycle.from_purchases import stages
from relmetrics.customers.purchase_worth import PurchasesWorth
from relmetrics.customers.purchases.parts import by_part
from relmetrics.customers.stages_by_segment import StagesBySegment
from relmetrics.customers.survival.counting import survival
from relmetrics.customers.survival.groups.by_group import SurvivalByGroup
from relmetrics.data.calendar.periods import as_every
from relmetrics.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from relmetrics.customers.lifecycle.lifecycle import Lifecycle
    from relmetrics.customers.segments.reading import By
    from relmetrics.customers.survival.survival import Survival
    from relmetrics.data.calendar.periods import Every
    from relmetrics.data.types import Column
    from relmetrics.inference.survival.kaplan_meier import SurvivalInterval


@frozen(eq=False, repr=False, slots=False, init=False)
class PurchaseLog(PurchasesWorth):
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
        zone: The time zone whose calendar counts, for dates that carry a zone: its name or a
            `ZoneInfo`.
        recorded_in: The time zone whose clock wrote dates that carry none, such as ``"UTC"``.
        returns: What a negative amount is. ``net`` (default): a return, which lowers the total and
            is no purchase; ``dated``: the same, and it lowers the revenue of cohorts on its own
            day; ``drop``: left out; ``count``: a purchase like any other.
        duplicates: ``keep`` (default) or ``drop`` rows that repeat customer, time and amount;
            their number is in `duplicates`, counted when it is asked for.

    Attributes:
        customers: The id of each customer, in order of appearance, shape (customers,).
        codes: The customer of each purchase, 0..customers - 1, shape (purchases,).
        times: The time of each purchase by the calendar that counts, datetime64[us], shape
            (purchases,).
        instants: The same in UTC where dates carry a zone, which tells what came first.
        amounts: The amount of each purchase, NaN where unknown, or None.
        referred: 1.0, 0.0 or NaN for each customer, or None.
        refunds: Sum of the returns of each customer, not positive, shape (customers,).
        returns: The returns, each with its customer, day and amount.
        zone: The time zone whose calendar counts, if one was given.
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

    @overload
    def survival(
        self,
        *,
        lapsed_after: int,
        as_of: object = None,
        by: None = None,
        confidence_level: float = 0.95,
        interval: SurvivalInterval = "log_log",
    ) -> Survival: ...
    @overload
    def survival(
        self,
        *,
        lapsed_after: int,
        as_of: object = None,
        by: By,
        confidence_level: float = 0.95,
        interval: SurvivalInterval = "log_log",
    ) -> SurvivalByGroup: ...
    def survival(
        self,
        *,
        lapsed_after: int,
        as_of: object = None,
        by: By | None = None,
        confidence_level: float = 0.95,
        interval: SurvivalInterval = "log_log",
    ) -> Survival | SurvivalByGroup:
        """Estimate how long customers keep buying: some have stopped, and some have not yet.

        A customer *lapses* at the first purchase that no other follows within `lapsed_after` days.
        The tenure is the number of days from the first purchase to that one: 0 for who never came
        back in time. It is the first such silence that counts, also when the customer returns after
        it: else the same silence would be a lapse at the end of a log and none in its middle, and
            old
        customers would seem to stay longer than new ones.

        Whether somebody lapsed on a day is known `lapsed_after` days later. So everybody is
        observed up to `lapsed_after` days before `as_of`; who has not lapsed by then is *censored*
        there, at the tenure reached so far. Customers who came after that day are `too_recent`. To
        censor at `as_of` itself would count the customers of the last days as present although
        nobody could have been seen to lapse there, and make every curve too high.

        ``S(t) = product over days s <= t of (1 - lapsed(s) / at risk(s))``, in percent. Missing: a
        log without purchases by then gives no estimate.

        Args:
            lapsed_after: Days without a purchase that make a lapse, at least 1.
            as_of: The last day that is wholly observed; by default the last day of the log.
            by: A segment per customer, as for `retention`. The answer is then a mapping of segment
                to curve, with `compare()`.
            confidence_level: Level of the intervals.
            interval: ``log_log`` (default): Greenwood's variance on the scale log(-log S), which
                stays within 0 to 100. ``greenwood``: S less and plus z standard errors, clipped.

        Raises:
            DateError: `as_of` cannot be read.
            EmptySampleError: No customer's first purchase lies `lapsed_after` days before `as_of`.
            ParameterError: `lapsed_after` is no whole number of at least 1, the level is not
                between 0 and 1, or there is no such interval.

        Source: Kaplan and Meier (1958), Journal of the American Statistical Association 53,
            457-481;
        the interval log_log is that of Kalbfleisch and Prentice (1980).

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(
            ...     ["a", "a", "b", "c"], ["2025-01-01", "2025-01-21", "2025-01-05", "2025-02-20"]
            ... )
            >>> result = log.survival(lapsed_after=30, as_of="2025-03-01")
            >>> result.times.tolist(), result.survival.tolist(), result.too_recent
            ([0, 20], [50.0, 0.0], 1)
        """
        options: dict[str, Any] = {
            "lapsed_after": lapsed_after,
            "confidence_level": confidence_level,
            "interval": interval,
        }
        if by is None:
            return survival(self, as_of=as_of, **options)
        options["as_of"] = self.as_of(as_of)
        options["empty"] = survival(self, **options).nobody()
        return SurvivalByGroup(*by_part(self, by, partial(survival, **options)))

    @overload
    def stages(
        self,
        *,
        as_of: object = None,
        every: Every = "month",
        expansion_from: int = 2,
        commitment_from: int = 5,
        active_within: int = 365,
        known: Column | Mapping[Any, object] | None = None,
        by: None = None,
        week_start: str = "monday",
        year_start: str = "january",
    ) -> Lifecycle: ...
    @overload
    def stages(
        self,
        *,
        as_of: object = None,
        every: Every = "month",
        expansion_from: int = 2,
        commitment_from: int = 5,
        active_within: int = 365,
        known: Column | Mapping[Any, object] | None = None,
        by: By,
        week_start: str = "monday",
        year_start: str = "january",
    ) -> StagesBySegment: ...
    def stages(
        self,
        *,
        as_of: object = None,
        every: Every = "month",
        expansion_from: int = 2,
        commitment_from: int = 5,
        active_within: int = 365,
        known: Column | Mapping[Any, object] | None = None,
        by: By | None = None,
        week_start: str = "monday",
        year_start: str = "january",
    ) -> Lifecycle | StagesBySegment:
        """Read a log of purchases as stages of relationships.

        By explicit rules, see `StageRules`: known but no purchase is awareness, 1 purchase
        exploration, 2 to 4 expansion, 5 or more commitment; nothing bought for more than
        `active_within` days is dissolution. Who buys again after that comes back, at the stage that
        the number of all their purchases says. Purchases after `as_of` do not exist yet.

        Lifecycles of logs of disjoint customers add, for the same `as_of`.

        Args:
            as_of: The day to look from; by default the last one of the log.
            every: The kind of period at whose end stages are observed: ``day``, ``week``,
                ``month``, ``quarter`` or ``year``.
            expansion_from: The purchase that begins expansion.
            commitment_from: The purchase that begins commitment.
            active_within: Days after a purchase that the relationship lasts without another one.
                The default, a year, is a convention: take what fits your customers' habit of
                buying.
            known: Customers who know the company, buyers or not. A mapping of customer to the day
                since when: they are aware from that day to their first purchase. A column of ids:
                since when is not known, so those who never bought are aware on `as_of`, and count
                for no move before.
            by: A segment per customer, as for `retention`. The answer is then a mapping of segment
                to lifecycle.
            week_start: The first day of a week, such as ``"sunday"``.
            year_start: The first month of a year and of its quarters, such as ``"april"``.

        Returns:
            The lifecycle. Revenue is that of purchases until `as_of`, less the returns until then.
            Who only returned is no customer. Before the first purchase it is empty, and its
            estimates raise `EmptySampleError`.

        Raises:
            EmptySampleError: The log is empty and `as_of` is not given.
            DateError: `as_of` or a day of `known` cannot be read.
            CustomerError: An id in `known` is missing.
            ParameterError: The thresholds are out of order, a rule is no whole number, or there is
                no such period.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(
            ...     ["ann", "ann", "bob"], ["2025-01-03", "2025-02-01", "2025-01-09"]
            ... )
            >>> life = log.stages(as_of="2025-04-30", active_within=90, known=["ann", "bob", "eve"])
            >>> life
            Lifecycle(as_of=2025-04-30, customers=3: 1 awareness, 1 expansion, 1 dissolution)

        Source:
            "Customer relationships: principles for building long-term ties" for the stages; "The
            key to business success? Relationships!" for commitment from the fifth purchase.
        """
        options: dict[str, Any] = {
            "every": as_every(every, week_start=week_start, year_start=year_start),
            "expansion_from": expansion_from,
            "commitment_from": commitment_from,
            "active_within": active_within,
        }
        if by is None:
            return stages(self, as_of=as_of, known=known, **options)
        if known is not None:
            raise ParameterError.must_be("known", "left out where segments are asked for", known)
        options["as_of"] = self.as_of(as_of)
        return StagesBySegment(*by_part(self, by, partial(stages, **options)))
