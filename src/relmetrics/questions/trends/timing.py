"""Timing: which calendar period each row belongs to, which periods there are, which are over."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

import numpy as np
from attrs import frozen

from relmetrics.data.calendar.dates import as_day, as_times, as_whole_day
from relmetrics.data.calendar.periods import (
    Every,
    as_every,
    first_day,
    kind_of,
    period_of,
    require_near,
)
from relmetrics.data.codes import BLOCK
from relmetrics.data.columns import Unchanging, require_equal_lengths
from relmetrics.data.labels.grouping import Labels
from relmetrics.errors import DateError

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, Column, IntArray, Zone

JudgedBy = Literal["as_of", "data"]
"""What says that a period is over: the day that was given, or the last day of the data."""


@frozen(eq=False)
class Timing(Unchanging):
    """The periods from the first that has rows on, and the place of each row among them.

    They end with the last that has rows, or with that of `as_of`: a survey that stopped is seen.

    Attributes:
        every: The kind of period.
        first: Number of the first period.
        size: How many periods there are, those without rows included.
        codes: The place of each row's period, 0..size - 1; `size` for a row of none.
        until: The last day that is wholly observed; None without rows.
        judged_by: Whether that is `as_of` or the last day of the data.
        undated: Rows without a date.
        later: Rows after `as_of`.
    """

    every: Every
    first: int
    size: int
    codes: IntArray
    until: np.datetime64 | None
    judged_by: JudgedBy
    undated: int
    later: int


def timed(
    dates: Column,
    rows: int,
    *,
    every: str,
    as_of: object = None,
    zone: Zone | None = None,
    recorded_in: Zone | None = None,
    week_start: str = "monday",
    year_start: str = "january",
    repeats: IntArray | None = None,
) -> Timing:
    """Return the periods of `rows` rows by their dates.

    Args:
        dates: One per row, as `as_times` reads them; a missing one is counted.
        rows: How many rows the data has.
        every: The kind of period.
        as_of: The last day that was wholly observed; later rows are counted and left out. By
            default the last day of the data.
        zone: The time zone whose calendar counts, for dates that carry a zone.
        recorded_in: The time zone whose clock wrote dates that carry none.
        week_start: The first day of a week.
        year_start: The first month of a year.
        repeats: How many rows of the data each one stands for, where they are counts.

    Raises:
        DateError: All dates are missing or lie after `as_of`, one cannot be read, zones are mixed
            or not named, `as_of` has a time of day, or centuries lie between the dates.
        LengthError: There is not one date per row.
        ParameterError: There is no such period or time zone.
    """
    kind = as_every(every, week_start=week_start, year_start=year_start)
    until = None if as_of is None else as_whole_day(as_of, "as_of", zone=zone)
    judged_by: JudgedBy = "data" if until is None else "as_of"
    days = as_times(dates, zone=zone, recorded_in=recorded_in, every=kind, gaps=True).days
    require_equal_lengths(answers=rows, dates=len(days))
    known = ~np.isnat(days)
    if rows and not known.any():
        raise DateError(
            f"dates must say when the answers were given; all {rows} are missing. Pass the column "
            "that holds the dates."
        )
    if not rows:
        return Timing(kind, 0, 0, np.empty(0, dtype=np.intp), until, judged_by, 0, 0)
    inside = known if until is None else known & (days <= until)
    whole = bool(inside.all())
    kept = days if whole else np.where(inside, days, np.datetime64("NaT", "D"))
    earliest, latest = np.fmin.reduce(kept), np.fmax.reduce(kept)
    if np.isnat(earliest):
        raise DateError(
            f"as_of must not come before all dates: as_of = {until}, the first date is "
            f"{days[known].min()}. Pass the last day that was observed, or leave as_of out for the "
            "last date."
        )
    require_near(kept, until=until)
    # Rows share days, so the calendar is asked once for each day.
    periods = period_of(np.arange(earliest, latest + np.timedelta64(1, "D")), kind)
    first = int(periods[0])
    last = int(periods[-1]) if until is None else int(period_of(np.asarray(until), kind))
    size = last - first + 1
    codes = _placed(kept, earliest, np.append(periods - first, size))
    return Timing(
        every=kind,
        first=first,
        size=size,
        codes=codes,
        until=latest if until is None else until,
        judged_by=judged_by,
        undated=_rows_of(~known, repeats),
        later=_rows_of(known & ~inside, repeats),
    )


def _placed(days: AnyArray, earliest: np.datetime64, places: IntArray) -> IntArray:
    """Return what stands at each day's distance from the earliest; of none the last, in blocks."""
    codes = np.empty(len(days), dtype=np.intp)
    for start in range(0, len(days), BLOCK):
        part = slice(start, start + BLOCK)
        since = days[part] - earliest
        at = np.where(np.isnat(since), len(places) - 1, since.astype(np.int64))
        codes[part] = places[at]
    return codes


def _rows_of(there: AnyArray, repeats: IntArray | None) -> int:
    return int(np.count_nonzero(there) if repeats is None else repeats[there].sum())


def period_labels(first: int, size: int, every: Every) -> Labels:
    """Return the first days of so many periods, from the one with this number on."""
    return Labels(("period",), (first_day(first + np.arange(size), every),))


def period_named(name: object, every: Every) -> int | None:
    """Return the number of the period that holds a day, or None for what names no day.

    Args:
        name: A day as `as_day` reads it; or ``"2025-03"`` where periods are months or longer, and
            ``"2025"`` where they are years.
        every: The kind of period.
    """
    if isinstance(name, str):
        text, kind = name.strip(), kind_of(every)
        if _MONTH.fullmatch(text):
            if kind in ("day", "week"):
                return None  # a month is no day
            name = f"{text}-01"
        elif _YEAR.fullmatch(text):
            if every != "year":
                return None  # of years that start in April two have days in it
            name = f"{text}-01-01"
    try:
        return int(period_of(np.asarray(as_day(name, "period")), every))
    except DateError:
        return None


_MONTH, _YEAR = re.compile(r"\d{4}-\d\d"), re.compile(r"\d{4}")
