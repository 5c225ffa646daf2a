"""Windows of purchases: who was a customer at the start and end of one, and by segment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relmetrics.customers.purchases.customers import days_as_customer, standings
from relmetrics.customers.purchases.parts import segments_of_log
from relmetrics.customers.segments.shares import window_shares
from relmetrics.customers.windows.definitions import STANDINGS
from relmetrics.customers.windows.rates import estimate_of
from relmetrics.customers.windows.window import check_window, counted_window
from relmetrics.data.calendar.periods import ALL_DAYS
from relmetrics.data.checks import check_whole

if TYPE_CHECKING:
    from relmetrics.customers.purchases.log import Purchases
    from relmetrics.customers.segments.reading import By
    from relmetrics.customers.windows.rates import WindowRate
    from relmetrics.customers.windows.window import Window, WindowEstimate
    from relmetrics.questions.groups.breakdown import Breakdown


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


def rate(
    log: Purchases,
    metric: WindowRate,
    start: object,
    end: object,
    by: By | None,
    *,
    within: int | None,
    confidence_level: float,
) -> WindowEstimate | Breakdown:
    """Return retention or churn of a window, of all customers or by segment."""
    if by is None:
        return estimate_of(metric, window(log, start, end, active_within=within), confidence_level)
    first_day, after = check_window(start, end, log.zone)
    within = check_within(within, first_day, after)
    standing = standings(log, first_day, after, within)
    days = np.zeros_like(standing)
    if metric.rule.needs_days:
        days = days_as_customer(log, first_day, after, within)
    length = int((after - first_day).astype(int))
    segments = segments_of_log(log, by)
    return window_shares(metric, standing, days, length, segments, confidence_level)
