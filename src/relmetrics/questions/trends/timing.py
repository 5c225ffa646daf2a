"""Timing: which calendar period each row belongs to, which periods there are, which are over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from attrs import frozen

from relmetrics.data.columns import as_column, require_equal_lengths
from relmetrics.data.dates import as_dates, as_day, naive_or_objects
from relmetrics.data.grouping import Labels
from relmetrics.data.missing import is_missing
from relmetrics.data.periods import Every, as_every, first_day, period_of
from relmetrics.errors import DateError

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, Column, IntArray

JudgedBy = Literal["as_of", "data"]
"""What says that a period is over: the day that was given, or the last day of the data."""


@frozen(eq=False)
class Timing:
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
    dates: Column, rows: int, *, every: Every, as_of: object = None, zone: str | None = None
) -> Timing:
    """Return the periods of `rows` rows by their dates.

    Args:
        dates: One per row, as `as_dates` reads them; a missing one is counted.
        rows: How many rows the data has.
        every: The kind of period.
        as_of: The last day that was wholly observed; later rows are counted and left out. By
            default the last day of the data.
        zone: The time zone whose calendar counts, for dates that carry a zone.

    Raises:
        DateError: All dates are missing or lie after `as_of`, one cannot be read, zones are mixed
            or not named, or `as_of` has a time of day.
        LengthError: There is not one date per row.
        ParameterError: There is no such period or time zone.
    """
    kind = as_every(every)
    until = None if as_of is None else _whole_day(as_of, "as_of")
    judged_by: JudgedBy = "data" if until is None else "as_of"
    days, known = _days(dates, rows, zone)
    if not rows:
        return Timing(kind, 0, 0, np.empty(0, dtype=np.intp), until, judged_by, 0, 0)
    inside = known if until is None else known & (days <= until)
    kept = days[inside]
    if not len(kept):
        raise DateError.after_as_of(until, days[known].min())
    earliest, latest = kept.min(), kept.max()
    # Rows share days, so the calendar is asked once for each day.
    periods = period_of(np.arange(earliest, latest + 1), kind)
    first = int(periods[0])
    last = int(periods[-1]) if until is None else int(period_of(np.asarray(until), kind))
    size = last - first + 1
    codes = np.full(rows, size, dtype=np.intp)
    codes[inside] = (periods - first)[(kept - earliest).astype(np.intp)]
    dated = int(known.sum())
    return Timing(
        every=kind,
        first=first,
        size=size,
        codes=codes,
        until=latest if until is None else until,
        judged_by=judged_by,
        undated=rows - dated,
        later=dated - len(kept),
    )


def period_labels(first: int, size: int, every: Every) -> Labels:
    """Return the first days of so many periods, from the one with this number on."""
    return Labels(("period",), (first_day(first + np.arange(size), every),))


def _whole_day(value: object, name: str) -> np.datetime64:
    """Return a day; nothing but midnight is taken for one.

    Raises:
        DateError: It cannot be read, or is a time of day: that day was not wholly observed.
    """
    moment = as_dates([value], name)[0]
    day: np.datetime64 = moment.astype("datetime64[D]")
    if moment != day:
        raise DateError.within_day(name, moment.item(), day, day - 1)
    return day


def _days(dates: Column, rows: int, zone: str | None) -> tuple[AnyArray, AnyArray]:
    """Return the day of each row, and whether it has one: those without have any day."""
    column: Any = as_column(naive_or_objects(dates), "dates")
    require_equal_lengths(answers=rows, dates=len(column))
    if isinstance(column, np.ndarray) and column.dtype.kind == "M":
        missing = np.isnat(column)
    else:
        missing = np.fromiter(map(is_missing, column), dtype=bool, count=len(column))
    if rows and missing.all():
        raise DateError.all_missing(rows)
    if missing.any():
        # The column keeps its length, so that messages give the positions of the caller.
        gaps, filler = np.flatnonzero(missing), column[int(np.argmin(missing))]
        column = column.copy()
        if isinstance(column, np.ndarray):
            column[gaps] = filler
        else:
            for gap in gaps.tolist():
                column[gap] = filler
    return as_dates(column, zone=zone).astype("datetime64[D]"), ~missing


def period_named(name: object, every: Every) -> int | None:
    """Return the number of the period that holds a day, or None for what names no day.

    Args:
        name: A day as `as_day` reads it; or ``"2025-03"`` where periods are months or longer, and
            ``"2025"`` where they are years.
        every: The kind of period.
    """
    if isinstance(name, str):
        text = name.strip()
        name = text + _REST.get((every, len(text)), "")
    try:
        return int(period_of(np.asarray(as_day(name, "period")), every))
    except DateError:
        return None


_REST = {
    ("month", 7): "-01",
    ("quarter", 7): "-01",
    ("year", 7): "-01",
    ("year", 4): "-01-01",
}
"""What a name of so many letters lacks to be a day."""
