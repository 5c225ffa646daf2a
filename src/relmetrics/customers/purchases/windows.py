"""Windows of time: who was a customer at its start and end, who stayed, left, joined, came back."""

from __future__ import annotations

import math
from operator import attrgetter
from typing import TYPE_CHECKING, cast

import numpy as np
from attrs import evolve, field, frozen

from relmetrics.customers.purchases.customers import days_as_customer, standings
from relmetrics.customers.purchases.definitions import (
    CHURN,
    RETENTION,
    STANDINGS,
    WindowDefinition,
)
from relmetrics.customers.retention import ChurnRate, RetentionRate
from relmetrics.data.calendar.dates import as_day
from relmetrics.data.calendar.periods import ALL_DAYS
from relmetrics.data.checks import check_name, check_whole
from relmetrics.data.scale import YES_NO
from relmetrics.errors import CountError, DateError, EmptySampleError
from relmetrics.estimators.proportion import NamedShare
from relmetrics.metric.contract import share_working
from relmetrics.metric.estimate import Estimate, Explanation
from relmetrics.states.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.customers.purchases.definitions import ChurnBase, RetentionDefinition
    from relmetrics.customers.purchases.log import Purchases
    from relmetrics.data.types import Zone
    from relmetrics.metric.contract import Description, Working


@frozen(kw_only=True)
class Window:
    """The counts of a window of time.

    ``end = start - lost + (new - left_within) + reactivated`` holds exactly.

    Example:
        >>> import relmetrics as rm
        >>> log = rm.PurchaseLog(["a", "b"], ["2024-05-01", "2025-03-01"])
        >>> window = log.window("2025-01-01", "2026-01-01")
        >>> window.end == window.start - window.lost + window.new
        True

    Attributes:
        first_day: The first day of the window.
        after: The first day after it.
        active_within: Days after a purchase for which a customer counts as one.
        start: S, customers just before the first day.
        end: E, customers just before `after`.
        new: N, customers whose first purchase ever lies in the window.
        retained: Customers of the start who are customers at the end.
        lost: Customers of the start who are not.
        reactivated: Customers of the end who are neither of the start nor new.
        left_within: New customers who are none any more at the end.
        last_seen: The last day of the log; what came after it is not known.
        mean_daily: Customers at the end of a day, averaged over the days of the window.
    """

    first_day: np.datetime64
    after: np.datetime64
    active_within: int
    start: int
    end: int
    new: int
    retained: int
    lost: int
    reactivated: int
    left_within: int
    last_seen: np.datetime64
    mean_daily: float

    @property
    def by_standing(self) -> tuple[int, ...]:
        """The customers of each standing but the last, in the order of `STANDINGS`."""
        joined = self.new - self.left_within
        return (self.retained, self.lost, joined, self.left_within, self.reactivated)


@frozen(repr=False)
class WindowEstimate(Estimate):
    """A retention or churn rate of a window, with all counts of the window.

    Example:
        >>> import relmetrics as rm
        >>> log = rm.PurchaseLog(
        ...     ["a", "b", "a", "c"], ["2024-03-01", "2024-05-01", "2025-02-01", "2025-06-01"]
        ... )
        >>> kept = log.retention("2025-01-01", "2026-01-01")
        >>> kept.value, kept.window.start, kept.window.retained, kept.window.new
        (50.0, 2, 1, 1)
    """

    window: Window | None = field(default=None, eq=False, repr=False)

    def explain(self) -> Explanation:
        """Return how the number came about, with every count of the window."""
        text = Estimate.explain(self)
        window = self.window
        if window is None:
            return text
        days = int((window.after - window.first_day).astype(int))
        span = (
            f"Window:      {window.first_day} to {window.after} (not included), {days} days; "
            f"a customer is who bought within {window.active_within} days"
        )
        counts = (
            f"Counts:      S = {window.start}, E = {window.end}, N = {window.new}, "
            f"retained {window.retained}, lost {window.lost}, reactivated {window.reactivated}, "
            f"joined and left {window.left_within}"
        )
        lines = [span, counts]
        if window.last_seen < window.after - np.timedelta64(1, "D"):
            lines.append(
                f"Observed:    the log ends on {window.last_seen}, before the window does: who "
                "bought later is not in it"
            )
        if window.reactivated or window.left_within:
            counted = window.end - window.new
            lines.append(
                f"Definitions: E - N = {counted} and retained = {window.retained} differ by "
                f"{window.reactivated} reactivated customers, who are in E and not in S, and "
                f"{window.left_within} who joined and left, who are in N and not in E"
            )
        return Explanation("\n".join([str(text), *lines]))


@frozen(kw_only=True)
class _WindowRate(NamedShare):
    """A rate of a window, in the words of its definition."""

    rule: WindowDefinition = field(repr=attrgetter("words"))

    @property
    def description(self) -> Description:
        """Name, unit, range, direction, formula, definition and source."""
        rule = self.rule
        return evolve(super().description, formula=rule.formula, definition=rule.definition)

    @property
    def result(self) -> type[WindowEstimate]:
        """The class of this metric's estimates."""
        return WindowEstimate

    def working(self, state: Tally) -> Working:
        """Return what is counted over what, with the numbers of a state."""
        return share_working(self, state, self.rule.yes, self.rule.base)


@frozen(kw_only=True)
class _WindowRetention(_WindowRate, RetentionRate):
    """Retention of a window."""


@frozen(kw_only=True)
class _WindowChurn(_WindowRate, ChurnRate):
    """Churn of a window."""


def window(
    log: Purchases, start: object, end: object, *, active_within: int | None = None
) -> Window:
    """Count who was a customer at the start and the end of a window, who joined, left, came back.

    Args:
        log: The purchases.
        start: The first day of the window.
        end: The first day after it.
        active_within: Days after a purchase for which a customer counts as one; by default the
            length of the window, so that the window is compared with the one before it.

    Raises:
        DateError: A day cannot be read, or `end` does not come after `start`.
        ParameterError: `active_within` is no whole number of at least 1.
    """
    first_day, after = check_window(start, end, log.zone)
    within = check_within(active_within, first_day, after)
    standing = standings(log, first_day, after, within)
    return counted_window(
        first_day,
        after,
        within,
        by_standing=np.bincount(standing, minlength=len(STANDINGS)).tolist(),
        days=int(days_as_customer(log, first_day, after, within).sum()),
        last_seen=log.days.max() if len(log) else first_day,
    )


def check_within(within: int | None, first_day: np.datetime64, after: np.datetime64) -> int:
    """Return for how many days a purchase makes a customer, by default those of the window.

    Raises:
        ParameterError: It is no whole number of at least 1.
    """
    length = int((after - first_day).astype(int))
    return check_whole("active_within", length if within is None else within, 1, ALL_DAYS)


def counted_window(
    first_day: np.datetime64,
    after: np.datetime64,
    within: int,
    *,
    by_standing: Sequence[int],
    days: int,
    last_seen: np.datetime64,
) -> Window:
    """Return the counts of a window.

    Args:
        first_day: The first day of the window.
        after: The first day after it.
        within: Days after a purchase for which a customer counts as one.
        by_standing: The number of customers of each of the `STANDINGS`.
        days: The days of the window on which each customer was one, all customers together.
        last_seen: The last day of the log.
    """
    retained, lost, joined, left_within, reactivated, _ = by_standing
    return Window(
        first_day=first_day,
        after=after,
        active_within=within,
        start=retained + lost,
        end=retained + joined + reactivated,
        new=joined + left_within,
        retained=retained,
        lost=lost,
        reactivated=reactivated,
        left_within=left_within,
        last_seen=last_seen,
        mean_daily=days / int((after - first_day).astype(int)),
    )


def check_window(
    start: object, end: object, zone: Zone | None = None
) -> tuple[np.datetime64, np.datetime64]:
    """Return the first day of a window, and the first day after it.

    Raises:
        DateError: A day cannot be read, or `end` does not come after `start`.
    """
    first, after = (as_day(day, name, zone=zone) for day, name in ((start, "start"), (end, "end")))
    if after <= first:
        raise DateError(f"end must come after start: start = {first}, end = {after}.")
    return first, after


def retention(
    counts: Window, definition: RetentionDefinition, confidence_level: float
) -> WindowEstimate:
    """Compute the retention rate of a window: see `PurchaseLog.retention`."""
    check_name("definition", definition, RETENTION)
    return _estimate(_WindowRetention(rule=RETENTION[definition]), counts, confidence_level)


def churn(counts: Window, base: ChurnBase, confidence_level: float) -> WindowEstimate:
    """Compute the churn rate of a window: see `PurchaseLog.churn`."""
    check_name("base", base, CHURN)
    return _estimate(_WindowChurn(rule=CHURN[base]), counts, confidence_level)


def _estimate(metric: _WindowRate, counts: Window, confidence_level: float) -> WindowEstimate:
    rule = metric.rule
    top, base = rule.counted(counts.by_standing, counts.mean_daily)
    if not base:
        raise EmptySampleError.for_metric(metric.description.name, 0)
    if not 0 <= top <= base:
        shown = counts.start if rule.over == "S" else base
        raise CountError.not_a_share(rule.yes, top, rule.over, shown)
    # A base that is an average is no whole number: it enters as the weight of the rest.
    rest = base - top
    state = Tally(YES_NO, (math.ceil(rest), top))
    if rest != int(rest):
        state = evolve(state, weights=(rest, float(top)), squares=(rest, float(top)))
    estimate = metric.estimate(state, confidence_level=confidence_level)
    # The metrics of this module make no other estimates.
    return evolve(cast("WindowEstimate", estimate), window=counts)
