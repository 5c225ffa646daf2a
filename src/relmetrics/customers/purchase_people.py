"""People of a log of purchases: what some of them did, after an answer or in a campaign."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from relmetrics.customers.people.after import AfterAnswer, after_answer
from relmetrics.customers.people.campaign import CampaignLift, campaign_lift
from relmetrics.customers.purchase_cohorts import PurchasesInCohorts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from relmetrics.customers.purchases.log import Purchases
    from relmetrics.data.types import Column


@frozen(eq=False, repr=False, slots=False, init=False)
class PurchasesOfPeople(PurchasesInCohorts):
    """The questions of a `PurchaseLog` about customers who are named by their ids."""

    def after(
        self,
        classes: Mapping[Any, Any],
        answered: Column | Mapping[Any, Any],
        *,
        months: int = 12,
        as_of: object = None,
        referrals: Purchases | None = None,
        confidence_level: float = 0.95,
    ) -> AfterAnswer:
        """Ask what respondents did after they answered, by the class of their answer.

        Only what came after the answer counts: from the day after it through the same day so many
        calendar months later, which is the same time for all. Respondents for whom that time is
        not over by `as_of` are left out, and counted. Who is not in the log bought nothing, and
        counts. Returns in that time are taken off.

        Args:
            classes: What each respondent said: ``rm.NPS().classes(answers, respondents=ids)``, or
                any mapping of customer to label.
            answered: The day of each answer: a column in the order of the answers, or a mapping
                of customer to day.
            months: How many calendar months after the answer count.
            as_of: The last day that is wholly observed; by default the last day of the log.
            referrals: A log of who sent somebody, and when: ``rm.PurchaseLog(referrers, dates)``.
            confidence_level: Level of the intervals.

        Raises:
            CustomerError: A respondent is there twice, or nobody is in the log.
            DateError: A day is missing or cannot be read, or the time of everybody is over before
                the log begins.
            EmptySampleError: The time of nobody is over by `as_of`.
            LengthError: There is not one day per answer.
            ParameterError: `months` is no whole number of at least 1, or `classes` no mapping.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(
            ...     ["ann", "bob", "ann"], ["2024-12-01", "2024-12-05", "2025-02-01"]
            ... )
            >>> said = rm.NPS().classes([10, 3], respondents=["ann", "bob"])
            >>> after = log.after(said, ["2025-01-10", "2025-01-12"], months=3, as_of="2025-12-31")
            >>> print(after.retention["promoter"])
            Retention 100.0% (95% CI 20.7 to 100.0; n = 1)
        """
        return after_answer(
            self,
            classes,
            answered,
            months=months,
            as_of=as_of,
            referrals=referrals,
            confidence_level=confidence_level,
        )

    def lift(
        self,
        treated: Column,
        control: Column,
        start: object,
        end: object,
        *,
        randomised: bool = False,
        confidence_level: float = 0.95,
    ) -> CampaignLift:
        """Compare customers whom a campaign reached with customers whom it did not.

        Of both groups, in the window: who bought (conversion), who bought at least twice (repeat),
        and revenue per customer, those who bought nothing included. Each as a difference and as a
        ratio. `balance` has the same quantities of as many days before `start`, which a campaign
        cannot have moved.

        Args:
            treated: The ids of those who were reached, such as by a birthday message.
            control: The ids of those who were not.
            start: The first day that counts.
            end: The first day after it.
            randomised: Whether chance decided who is in which group. Say so only if it did.
            confidence_level: Level of the intervals.

        Raises:
            CustomerError: Somebody is in both groups or twice in one, an id is missing, or nobody
                is in the log.
            DateError: A day cannot be read, `end` does not come after `start`, or the window lies
                before or after all of the log.
            EmptySampleError: A group is empty.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(["a", "b", "c"], ["2025-03-02", "2025-03-05", "2025-02-01"])
            >>> print(log.lift(["a", "b"], ["c", "d"], "2025-03-01", "2025-04-01").conversion.ratio)
            Lift unbounded (95% CI 0.38 and more; 2 of 2 against 0 of 2, haldane)

        Source:
            "The key to business success? Relationships!" and "Customer relationships: principles
            for building long-term ties" (birthday messages, newsletters, referral programmes).
        """
        return campaign_lift(
            self,
            treated,
            control,
            start,
            end,
            randomised=randomised,
            confidence_level=confidence_level,
        )
