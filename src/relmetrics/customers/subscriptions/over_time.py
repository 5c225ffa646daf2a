"""Subscribers over time: their cohorts, how long they stay, and the stages that they reach."""

from __future__ import annotations

import operator
from functools import reduce
from typing import TYPE_CHECKING, Any, overload

from attrs import frozen

from relmetrics.customers.cohorts.by_segment import CohortsBySegment
from relmetrics.customers.cohorts.counting import cohorts
from relmetrics.customers.stages_by_segment import StagesBySegment
from relmetrics.customers.subscriptions.earning import SubscriptionsInMoney
from relmetrics.customers.subscriptions.stages import stages
from relmetrics.customers.subscriptions.steps import blocks, present
from relmetrics.customers.subscriptions.survival import survival, survival_by
from relmetrics.data.calendar.periods import as_every

if TYPE_CHECKING:
    from collections.abc import Mapping

    from relmetrics.customers.cohorts.cohorts import Cohorts
    from relmetrics.customers.cohorts.definition import Entry, Values, Windows
    from relmetrics.customers.lifecycle.lifecycle import Lifecycle
    from relmetrics.customers.segments.reading import By
    from relmetrics.customers.subscriptions.survival import Reasons
    from relmetrics.customers.subscriptions.table.log import Subscriptions
    from relmetrics.customers.survival.curve import SurvivalCurve
    from relmetrics.customers.survival.groups.by_group import SurvivalByGroup
    from relmetrics.data.calendar.periods import Every
    from relmetrics.inference.survival.kaplan_meier import SurvivalInterval


@frozen(eq=False, repr=False, slots=False, init=False)
class SubscribersOverTime(SubscriptionsInMoney):
    """The questions of a `SubscriptionLog` about cohorts, survival and stages."""

    @overload
    def cohorts(
        self,
        *,
        every: Every = "month",
        windows: Windows = "calendar",
        brackets: Mapping[str, tuple[int, int]] | None = None,
        as_of: object = None,
        entry: Entry = "first_time",
        values: Values = "customers",
        by: None = None,
        week_start: str = "monday",
        year_start: str = "january",
    ) -> Cohorts: ...
    @overload
    def cohorts(
        self,
        *,
        every: Every = "month",
        windows: Windows = "calendar",
        brackets: Mapping[str, tuple[int, int]] | None = None,
        as_of: object = None,
        entry: Entry = "first_time",
        values: Values = "customers",
        by: By,
        week_start: str = "monday",
        year_start: str = "january",
    ) -> CohortsBySegment: ...
    def cohorts(
        self,
        *,
        every: Every = "month",
        windows: Windows = "calendar",
        brackets: Mapping[str, tuple[int, int]] | None = None,
        as_of: object = None,
        entry: Entry = "first_time",
        values: Values = "customers",
        by: By | None = None,
        week_start: str = "monday",
        year_start: str = "january",
    ) -> Cohorts | CohortsBySegment:
        """Group customers by when they came, and count who has a subscription at each age.

        A customer is active in a period in which they have a subscription on some day. See
        `PurchaseLog.cohorts`, whose arguments these are; revenue is that of `revenue`, as the log
        spreads it, for calendar periods only. With `by`, a segment per customer as for
        `retention`, it is a mapping of segment to cohorts; a column of the log counts as it is at
        first.

        Raises:
            DateError: `as_of` cannot be read, or comes before the first start.
            EmptySampleError: The log is empty and no `as_of` is given.
            ParameterError: A name is unknown, or revenue is asked for in windows of days.
            StateError: Revenue is asked for, and the log has no amounts.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.SubscriptionLog(
            ...     ["a", "b"], ["2025-01-10", "2025-01-20"], ["2025-03-05", None]
            ... )
            >>> log.cohorts(as_of="2025-04-30").counts.tolist()
            [[2.0, 2.0, 2.0, 1.0]]
        """
        kind = as_every(every, week_start=week_start, year_start=year_start)
        until = self.looked_from(as_of)

        def of(part: Subscriptions) -> Cohorts:
            return reduce(operator.add, map(counted, blocks(part)))

        def counted(part: Subscriptions) -> Cohorts:
            seen = present(part, until, kind, windows, money=values == "revenue")
            return cohorts(
                seen,
                every=kind,
                windows=windows,
                brackets=brackets,
                as_of=until,
                entry=entry,
                values=values,
            )

        if by is None:
            return of(self)
        segments = self.segments(by)
        return CohortsBySegment(segments.labels, tuple(map(of, self.parts(segments))))

    @overload
    def survival(
        self,
        *,
        as_of: object = None,
        by: None = None,
        reasons: Reasons | None = None,
        confidence_level: float = 0.95,
        interval: SurvivalInterval = "log_log",
    ) -> SurvivalCurve: ...
    @overload
    def survival(
        self,
        *,
        as_of: object = None,
        by: By,
        reasons: Reasons | None = None,
        confidence_level: float = 0.95,
        interval: SurvivalInterval = "log_log",
    ) -> SurvivalByGroup: ...
    def survival(
        self,
        *,
        as_of: object = None,
        by: By | None = None,
        reasons: Reasons | None = None,
        confidence_level: float = 0.95,
        interval: SurvivalInterval = "log_log",
    ) -> SurvivalCurve | SurvivalByGroup:
        """Estimate how long customers stay, in days, when many of them are still there.

        The tenure of a customer runs from the first day to the first gap that is one; who is still
        there on `as_of` is censored then. It is the first gap that counts, also where the customer
        comes back after it. With a `grace`, whether a gap is one is known only so many days later,
        so everybody is observed up to so many days before `as_of`.

        Args:
            as_of: The last day that is known; by default that of the log.
            by: A segment per customer, as for `retention`; a column of the log counts as it is at
                first. The answer is then a mapping of segment to curve, with `compare()` and
                `compare_incidence()`.
            reasons: Why those left who did: a mapping of customer to reason, or a column with one
                per row of the log, missing where nobody left: that of the row that ends when the
                customer does counts. For `SurvivalCurve.incidence`.
            confidence_level: Level of the intervals.
            interval: As for `survival`.

        Raises:
            CustomerError: Rows of a customer that end together have different reasons.
            EmptySampleError: Nobody had a subscription by then.
            LengthError: There is not one reason per row.
            ParameterError: The level is not between 0 and 1, or there is no such interval.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.SubscriptionLog(["a", "b"], ["2025-01-01"] * 2, ["2025-01-31", None])
            >>> log.survival(as_of="2025-03-01")
            SurvivalCurve(n=2, left=1, censored=1, median=30.0, unit='days')
        """
        options: dict[str, Any] = {
            "reasons": reasons,
            "confidence_level": confidence_level,
            "interval": interval,
        }
        until = self.looked_from(as_of)
        if by is None:
            return survival(self, as_of=until, **options)
        return survival_by(self, self.segments(by), as_of=until, **options)

    @overload
    def stages(
        self,
        *,
        as_of: object = None,
        every: Every = "month",
        expansion_from: int = 2,
        commitment_from: int = 5,
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
        by: By | None = None,
        week_start: str = "monday",
        year_start: str = "january",
    ) -> Lifecycle | StagesBySegment:
        """Read subscriptions as stages of relationships.

        Every billing counts as a purchase, at the start of a row and once a billing period:
        the first is exploration, from `expansion_from` on expansion, from `commitment_from` on
        commitment. The end of all subscriptions is dissolution, until the customer comes back.

        Args:
            as_of: The day to look from; by default the last one that the log knows.
            every: The kind of period at whose end stages are observed.
            by: A segment per customer, as for `retention`; a column of the log counts as it is at
                first. The answer is then a mapping of segment to lifecycle.
            expansion_from: The billing that begins expansion.
            commitment_from: The billing that begins commitment.
            week_start: The first day of a week.
            year_start: The first month of a year.

        Raises:
            DateError: `as_of` comes before the first start.
            EmptySampleError: The log is empty and `as_of` is not given.
            ParameterError: The thresholds are out of order, or there is no such period.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.SubscriptionLog(["a", "b"], ["2025-01-01"] * 2, ["2025-02-01", None])
            >>> log.stages(as_of="2025-06-30")
            Lifecycle(as_of=2025-06-30, customers=2: 1 commitment, 1 dissolution)

        Source:
            "Customer relationships: principles for building long-term ties" for the stages.
        """
        options: dict[str, Any] = {
            "every": as_every(every, week_start=week_start, year_start=year_start),
            "expansion_from": expansion_from,
            "commitment_from": commitment_from,
        }
        until = self.looked_from(as_of)
        if by is None:
            return stages(self, as_of=until, **options)
        segments = self.segments(by)
        parts = (stages(part, as_of=until, **options) for part in self.parts(segments))
        return StagesBySegment(segments.labels, tuple(parts))
