"""Windows of time: who was a customer at its start and end, who stayed, left, joined, came back."""

from __future__ import annotations

import math
from operator import attrgetter
from typing import TYPE_CHECKING, cast

import numpy as np
from attrs import evolve, field, frozen

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
from relmetrics.estimators.linear import share_working
from relmetrics.estimators.proportion import NamedShare
from relmetrics.metric.estimate import Estimate, Explanation
from relmetrics.states.tally import Tally

if TYPE_CHECKING:
    from relmetrics.customers.purchases.definitions import ChurnBase, RetentionDefinition
    from relmetrics.customers.purchases.log import Purchases
    from relmetrics.data.types import AnyArray, IntArray, Zone
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
    length = int((after - first_day).astype(int))
    within = length if active_within is None else active_within
    within = check_whole("active_within", within, 1, ALL_DAYS)
    standing = standings(log, first_day, after, within)
    standing_there = np.bincount(standing, minlength=len(STANDINGS)).tolist()
    retained, lost, joined, left_within, reactivated, _ = standing_there
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
        last_seen=log.days.max() if len(log) else first_day,
        mean_daily=int(days_as_customer(log, first_day, after, within).sum()) / length,
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


def standings(
    log: Purchases, first_day: np.datetime64, after: np.datetime64, within: int
) -> IntArray:
    """Return where each customer of a log stands in a window: a place in `STANDINGS`."""
    at_start = _active_before(log, first_day, within)
    at_end = _active_before(log, after, within)
    new = (log.first >= first_day) & (log.first < after)
    conditions = [at_start & at_end, at_start, new & at_end, new, at_end]
    return np.select(conditions, range(len(conditions)), len(conditions))


def _active_before(log: Purchases, day: np.datetime64, within: int) -> AnyArray:
    """Tell which customers bought in the `within` days before a day."""
    recent = (log.days < day) & (log.days >= day - np.timedelta64(within, "D"))
    active = np.zeros(len(log.customers), dtype=bool)
    active[log.codes[recent]] = True
    return active


def days_as_customer(
    log: Purchases, first_day: np.datetime64, after: np.datetime64, within: int
) -> IntArray:
    """Return the days of a window on which each customer was one."""
    codes, days = log.codes[log.order], log.days[log.order].astype(np.int64)
    # A purchase makes a customer until the next one, or until its time runs out.
    until = days + within
    same = codes[1:] == codes[:-1]
    until[:-1][same] = np.minimum(until[:-1][same], days[1:][same])
    low, high = first_day.astype(np.int64), after.astype(np.int64)
    inside = np.maximum(np.minimum(until, high) - np.maximum(days, low), 0)
    total: IntArray = np.zeros(len(log.customers), dtype=np.int64)
    np.add.at(total, codes, inside)
    return total


def retention(
    log: Purchases,
    start: object,
    end: object,
    *,
    active_within: int | None = None,
    definition: RetentionDefinition = "retained",
    confidence_level: float = 0.95,
) -> WindowEstimate:
    """Compute the retention rate of a window: see `PurchaseLog.retention`."""
    check_name("definition", definition, RETENTION)
    metric = _WindowRetention(rule=RETENTION[definition])
    counts = window(log, start, end, active_within=active_within)
    return _estimate(metric, counts, confidence_level)


def churn(
    log: Purchases,
    start: object,
    end: object,
    *,
    active_within: int | None = None,
    base: ChurnBase = "start",
    confidence_level: float = 0.95,
) -> WindowEstimate:
    """Compute the churn rate of a window: see `PurchaseLog.churn`."""
    check_name("base", base, CHURN)
    metric = _WindowChurn(rule=CHURN[base])
    counts = window(log, start, end, active_within=active_within)
    return _estimate(metric, counts, confidence_level)


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
