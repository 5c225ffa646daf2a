"""Window: who was a customer at its start and end, who stayed, left, joined, came back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from relmetrics.data.calendar.dates import as_day
from relmetrics.errors import DateError
from relmetrics.metric.estimate import Estimate, Explanation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import Zone


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
        active_within: Days after a purchase for which a customer counts as one; 0 of subscriptions,
            whose customers are those who have one.
        start: S, customers just before the first day.
        end: E, customers just before `after`.
        new: N, customers whose first purchase ever lies in the window.
        retained: Customers of the start who are customers at the end.
        lost: Customers of the start who are not.
        reactivated: Customers of the end who are neither of the start nor new.
        left_within: New customers who are none any more at the end.
        last_seen: The last day of the log; what came after it is not known.
        mean_daily: Customers at the end of a day, averaged over the days of the window.
        note: What else makes a customer, in words.
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
    note: str = ""

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
            f"a customer is {_who(window)}"
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
                f"{'bought' if window.active_within else 'came or left'} later is not in it"
            )
        if window.reactivated or window.left_within:
            counted = window.end - window.new
            lines.append(
                f"Definitions: E - N = {counted} and retained = {window.retained} differ by "
                f"{window.reactivated} reactivated customers, who are in E and not in S, and "
                f"{window.left_within} who joined and left, who are in N and not in E"
            )
        return Explanation("\n".join([str(text), *lines]))


def _who(window: Window) -> str:
    """Return who is a customer, in words."""
    within = window.active_within
    return (
        f"who bought within {within} days" if within else "who has a subscription"
    ) + window.note


def counted_window(
    first_day: np.datetime64,
    after: np.datetime64,
    within: int,
    *,
    by_standing: Sequence[int],
    days: int,
    last_seen: np.datetime64,
    note: str = "",
) -> Window:
    """Return the counts of a window.

    Args:
        first_day: The first day of the window.
        after: The first day after it.
        within: Days after a purchase for which a customer counts as one.
        by_standing: The number of customers of each of the `STANDINGS`.
        days: The days of the window on which each customer was one, all customers together.
        last_seen: The last day of the log.
        note: What else makes a customer, in words.
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
        note=note,
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
