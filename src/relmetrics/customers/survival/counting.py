"""Counting of survival: from the rows of a log to lapsed and censored customers by tenure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve

from relmetrics.customers.purchases.active_periods import ActivePeriods
from relmetrics.customers.survival.questions import check_interval
from relmetrics.customers.survival.survival import Survival
from relmetrics.data.calendar.periods import ALL_DAYS
from relmetrics.data.checks import check_whole
from relmetrics.errors import EmptySampleError

if TYPE_CHECKING:
    from relmetrics.customers.purchases.log import Purchases
    from relmetrics.data.types import IntArray
    from relmetrics.inference.survival.kaplan_meier import SurvivalInterval


def survival(
    log: Purchases,
    *,
    lapsed_after: int,
    as_of: object = None,
    confidence_level: float = 0.95,
    interval: SurvivalInterval = "log_log",
    empty: Survival | None = None,
) -> Survival:
    """Count who lapsed and who still bought, by day of tenure: see `PurchaseLog.survival`.

    Of a segment of nobody it is `empty`, where that is given.
    """
    lapsed_after = check_whole("lapsed_after", lapsed_after, 1, ALL_DAYS)
    check_interval(confidence_level, interval)
    end = int(log.as_of(as_of).astype(np.int64))
    lapsed, censored, too_recent = _count(log, end, lapsed_after)
    if not len(lapsed) and empty is not None:
        return evolve(empty, too_recent=too_recent)
    if not len(lapsed):
        raise EmptySampleError(
            f"survival is undefined: no customer was observed for {lapsed_after} days after the "
            f"first purchase ({too_recent} came later than that, or there are none). Use a shorter "
            "lapsed_after, or a later as_of if the log is complete up to it."
        )
    return Survival(
        lapsed=lapsed,
        censored=censored,
        lapsed_after=lapsed_after,
        too_recent=too_recent,
        confidence_level=confidence_level,
        interval=interval,
    )


def _count(log: Purchases, end: int, lapsed_after: int) -> tuple[IntArray, IntArray, int]:
    """Return who lapsed and who was censored by day of tenure, and how many are too recent."""
    days = log.days.astype(np.int64)
    kept = days <= end
    codes, days = log.codes[kept], days[kept]
    nobody = np.zeros(0, dtype=np.int64)
    if not len(days):
        return nobody, nobody, 0
    start = int(days.min())
    seen = ActivePeriods.of(codes, days - start, int(days.max()) - start + 1)
    last_known = end - start - lapsed_after
    # The silence after each purchase; after the last one of a customer, up to the end.
    silence = np.empty(len(seen.steps), dtype=np.int64)
    silence[:-1] = np.diff(seen.steps) - 1
    silence[seen.ends] = end - start - seen.steps[seen.ends]
    first_place = np.flatnonzero(seen.begins)
    none = len(silence)
    places = np.where(silence >= lapsed_after, np.arange(none), none)
    lapse = np.minimum.reduceat(places, first_place)
    first = seen.steps[first_place]
    known = first <= last_known
    ended = known & (lapse < none)
    going = known & (lapse == none)
    tenure = seen.steps[lapse[ended]] - first[ended]
    reached = last_known - first[going]
    if not known.any():
        return nobody, nobody, len(first)
    length = int(max(tenure.max(initial=0), reached.max(initial=0))) + 1
    lapsed = np.bincount(tenure, minlength=length)
    return lapsed, np.bincount(reached, minlength=length), int((~known).sum())
