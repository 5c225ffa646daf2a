"""Cohorts of purchases: customers by when they came, all together or by segment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

from attrs import frozen

from relmetrics.customers.cohorts.by_segment import CohortsBySegment
from relmetrics.customers.cohorts.counting import cohorts
from relmetrics.customers.cohorts.rows import joining
from relmetrics.customers.purchases.by_customer import PurchasesByCustomer
from relmetrics.customers.purchases.parts import parts_of, segments_of_log
from relmetrics.customers.segments.reading import places_by
from relmetrics.data.calendar.periods import as_every

if TYPE_CHECKING:
    from collections.abc import Mapping

    from relmetrics.customers.cohorts.cohorts import Cohorts
    from relmetrics.customers.cohorts.definition import Entry, Values, Windows
    from relmetrics.customers.segments.reading import By
    from relmetrics.data.calendar.periods import Every


@frozen(eq=False, repr=False, slots=False, init=False)
class PurchasesInCohorts(PurchasesByCustomer):
    """The question of a `PurchaseLog` about those who came together."""

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
        at_least: int = 1,
        nth: int | None = None,
        joined: Mapping[Any, object] | None = None,
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
        at_least: int = 1,
        nth: int | None = None,
        joined: Mapping[Any, object] | None = None,
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
        at_least: int = 1,
        nth: int | None = None,
        joined: Mapping[Any, object] | None = None,
        by: By | None = None,
        week_start: str = "monday",
        year_start: str = "january",
    ) -> Cohorts | CohortsBySegment:
        """Group the customers of a log by when they came, and count who is active at each age.

        Purchases after `as_of` are left out. The cohort of a customer is the period of the first
        purchase *in the log*: a log that begins late makes newcomers of old customers.

        Args:
            every: The acquisition period: ``day``, ``week``, ``month``, ``quarter`` or ``year``.
            windows: What an age is. ``calendar`` (default): whole calendar periods since the
                acquisition period. A number of days such as 7, 28 or 30: windows of that length
                from the customer's own first purchase; age 0 is its first so many days. Hours such
                as ``"24h"``: windows from the very time of it, not from its day.
            brackets: Brackets of ages by name, such as ``{"0": (0, 0), "1-3": (1, 3)}``, from age 0
                on without gap. A customer is active in a bracket when active at any age of it, and
                counts once. Ages past the last bracket are left out.
            as_of: The last day that is wholly observed; by default the last day of the log. A day
                past the end of the log says that nothing happened in between.
            entry: ``first_time`` (default): each customer is in one cohort, that of the first
                purchase. ``recurring``: in the cohort of every period with a purchase, so that a
                row tells who of the buyers of a period came back later; sizes then add to more than
                the customers. For calendar periods only.
            values: ``customers`` (default), or ``revenue`` to sum the amounts too and read
                retention off them.
            at_least: How many purchases at an age make a customer active there.
            nth: The one purchase of a customer that counts as activity, such as 2: with
                ``retention("on_or_before")`` the share who bought a second time by each age.
            joined: The day on which each customer joined, such as that of signing up: a mapping of
                customer to day. It is the entry in place of the first purchase, and who never
                bought is in the cohort too. Customers without such a day, and purchases before
                it, are left out and counted: `Cohorts.unjoined` and `early`.
            by: A segment per customer, as for `retention`. The answer is then a mapping of segment
                to cohorts.
            week_start: The first day of a week, such as ``"sunday"``.
            year_start: The first month of a year and of its quarters, such as ``"april"``.

        Raises:
            DateError: `as_of` cannot be read.
            CustomerError: Nobody who joined is in the log.
            EmptySampleError: The log is empty and no `as_of` is given.
            ParameterError: A name is unknown, the windows are no number of days, the brackets leave
                out ages, or recurring cohorts are asked for with windows or brackets.
            StateError: Revenue is asked for, and the log has no amounts.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.PurchaseLog(
            ...     ["a", "b", "a", "c", "c"],
            ...     ["2025-01-03", "2025-01-09", "2025-02-01", "2025-02-02", "2025-03-30"],
            ... )
            >>> co = log.cohorts(every="month", as_of="2025-03-31")
            >>> co.cohorts.astype(str).tolist(), co.sizes.tolist()
            (['2025-01-01', '2025-02-01'], [2, 1])
            >>> co.counts
            array([[ 2.,  1.,  0.],
                   [ 1.,  1., nan]])
        """
        known, entries = (self, None) if joined is None else joining(self, joined)
        options: dict[str, Any] = {
            "every": as_every(every, week_start=week_start, year_start=year_start),
            "windows": windows,
            "brackets": brackets,
            "entry": entry,
            "values": values,
            "at_least": at_least,
            "nth": nth,
        }
        if by is None:
            return cohorts(known, as_of=as_of, joined=entries, **options)
        segments, until = segments_of_log(known, by), self.as_of(as_of)
        members = places_by(segments.codes, len(segments.labels))
        parts = (
            cohorts(part, as_of=until, joined=entries and entries.of(customers), **options)
            for part, customers in zip(parts_of(known, segments), members, strict=True)
        )
        return CohortsBySegment(segments.labels, tuple(parts))
