"""Calendar periods: days, weeks from Monday, months, quarters and years, numbered in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from relmetrics.errors import ParameterError

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, IntArray

Every = Literal["day", "week", "month", "quarter", "year"]
EVERY: tuple[Every, ...] = ("day", "week", "month", "quarter", "year")

ADDS_UP_TO: dict[Every, tuple[Every, ...]] = {
    "day": EVERY,
    "week": ("week",),
    "month": ("month", "quarter", "year"),
    "quarter": ("quarter", "year"),
    "year": ("year",),
}
"""The longer periods of each kind. A week belongs to two months, so it adds up to none."""

ALL_DAYS = 3_652_059
"""Days of the years 1 to 9999: to look further means nothing, and would wrap."""

_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_MONDAY = 3
"""1970-01-01, day 0 of numpy, was a Thursday: three days after a Monday."""


def as_every(every: object) -> Every:
    """Return a kind of period by its name.

    Raises:
        ParameterError: There is no such period.
    """
    for known in EVERY:
        if every == known:
            return known
    raise ParameterError.unknown_name("every", every, EVERY)


def period_of(days: AnyArray, every: Every) -> IntArray:
    """Return the number of the period that each day (datetime64[D]) lies in.

    Numbers of consecutive periods are consecutive.
    """
    if every == "day":
        return days.astype("datetime64[D]").astype(np.int64)
    if every == "week":
        return (days.astype("datetime64[D]").astype(np.int64) + _MONDAY) // 7
    return days.astype("datetime64[M]").astype(np.int64) // _MONTHS[every]


def first_day(periods: IntArray | int, every: Every) -> AnyArray:
    """Return the first day of each period, as datetime64[D]."""
    numbers = np.asarray(periods, dtype=np.int64)
    if every == "day":
        return numbers.astype("datetime64[D]")
    if every == "week":
        return (numbers * 7 - _MONDAY).astype("datetime64[D]")
    return (numbers * _MONTHS[every]).astype("datetime64[M]").astype("datetime64[D]")


def last_day(periods: IntArray | int, every: Every) -> AnyArray:
    """Return the last day of each period, as datetime64[D]."""
    return first_day(np.asarray(periods, dtype=np.int64) + 1, every) - np.timedelta64(1, "D")


def shift_months(day: np.datetime64, months: int) -> np.datetime64:
    """Return the same day some calendar months later, or the last day of a shorter month."""
    month = day.astype("datetime64[M]")
    into = day.astype("datetime64[D]") - month.astype("datetime64[D]")
    target = month + np.timedelta64(months, "M")
    last = (target + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
    moved: np.datetime64 = min(target.astype("datetime64[D]") + into, last)
    return moved
