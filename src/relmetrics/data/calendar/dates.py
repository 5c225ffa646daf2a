"""Dates as they arrive, brought to datetime64 in microseconds of one calendar.

Whoever records moments knows instants; whoever counts days looks at a calendar. So times with a
zone are kept twice: as the calendar and the clock of a place show them, and as instants, which
alone tell apart the two hours that a clock shows alike in autumn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from relmetrics.data.calendar.date_columns import read_dates, require_inside
from relmetrics.data.calendar.date_forms import read_date
from relmetrics.data.calendar.zones import as_zone, meant_by, shown_at
from relmetrics.errors import DateError, ParameterError
from relmetrics.errors.wording import located, shown

if TYPE_CHECKING:
    from relmetrics.data.calendar.periods import Every
    from relmetrics.data.types import AnyArray, Column, Zone


@frozen(eq=False)
class Times:
    """The times of a column.

    Attributes:
        shown: What calendar and clock show, datetime64[us].
        instants: The same in UTC, which tells their order; `shown` itself without a zone.
    """

    shown: AnyArray
    instants: AnyArray

    @property
    def days(self) -> AnyArray:
        """The day of each time, datetime64[D]."""
        return self.shown.astype("datetime64[D]")


def as_times(
    values: Column,
    name: str = "dates",
    *,
    zone: Zone | None = None,
    recorded_in: Zone | None = None,
    every: Every | None = None,
    gaps: bool = False,
) -> Times:
    """Return a column of dates as times.

    Args:
        values: datetime64 of any unit, `datetime` or `date` objects, periods of pandas, or
            ISO 8601 text; a month is its first day.
        name: What messages call the column.
        zone: The time zone whose calendar counts, such as ``"Europe/Helsinki"``; it must be given
            when dates carry a zone of their own, and only then, or with `recorded_in`.
        recorded_in: The time zone whose clock wrote dates that carry none, such as ``"UTC"``.
        every: The period that the dates are counted by. Years may then be whole numbers, and
            dates must be exact enough.
        gaps: Whether dates may be missing; they become NaT.

    Raises:
        DateError: A date is missing, cannot be read, lies outside of the years 1 to 9999, carries
            a zone although `zone` is not given, or carries none although it is; dates with and
            without a zone are mixed; or they are coarser than `every`.
        ParameterError: There is no such time zone.
    """
    local, clock = as_zone(zone, "zone"), as_zone(recorded_in, "recorded_in")
    if clock is not None and local is None:
        raise ParameterError.must_be(
            "zone", "given with recorded_in", None, "Say whose calendar counts."
        )
    read = read_dates(values, name, every=every, gaps=gaps)
    if (local is None and not read.aware) or np.isnat(read.times).all():
        return Times(read.times, read.times)
    if read.aware:
        if local is None:
            raise DateError(
                f"{name} carry a time zone (first at position {np.isnat(read.times).argmin()}). "
                "Say whose calendar counts: zone='Europe/Helsinki'."
            )
        if clock is not None:
            raise DateError(f"{name} carry a time zone of their own. Leave recorded_in out.")
        instants = read.times
    elif clock is None:
        raise DateError(
            f"{name} carry no time zone, so zone='{local}' converts nothing. Say what their clock "
            "was, such as recorded_in='UTC', or leave zone out if they are days of that calendar "
            "already."
        )
    elif read.first_day is not None:
        raise DateError(
            f"{name} must be times of a clock to be converted from recorded_in; "
            f"{located([read.first_day])} is none. Pass times, or leave recorded_in and zone out "
            "if they are days of that calendar already."
        )
    else:
        instants = meant_by(read.times, clock)
    local_times = shown_at(instants, local)  # type: ignore[arg-type]  # a clock needs a zone
    require_inside(local_times, name)
    return Times(local_times, instants)


def as_dates(
    values: Column,
    name: str = "dates",
    *,
    zone: Zone | None = None,
    recorded_in: Zone | None = None,
) -> AnyArray:
    """Return a column of dates as datetime64[us], as calendar and clock show them: see `as_times`.

    Raises:
        DateError: As for `as_times`.
        ParameterError: There is no such time zone.
    """
    return as_times(values, name, zone=zone, recorded_in=recorded_in).shown


def as_day(value: object, name: str, *, zone: Zone | None = None) -> np.datetime64:
    """Return a single date as datetime64[D]; its time of day is not looked at.

    Raises:
        DateError: It cannot be read, is missing, or carries a time zone although `zone` is not
            given.
    """
    found: np.datetime64 = _moment(value, name, zone).astype("datetime64[D]")
    return found


def as_whole_day(value: object, name: str, *, zone: Zone | None = None) -> np.datetime64:
    """Return a day that was wholly observed; nothing but midnight is taken for one.

    Raises:
        DateError: It cannot be read, carries a time zone although `zone` is not given, is a time
            of day (that day was not wholly observed), or is no day but a month or a year.
    """
    moment = _moment(value, name, zone)
    read = read_date(value)
    day: np.datetime64 = moment.astype("datetime64[D]")
    if read is not None and read[1] not in ("day", "moment"):
        raise DateError(
            f"{name} must be a day, got {shown(value)}, a whole {read[1]}. "
            "Say its last day, such as '2025-01-31'."
        )
    if moment != day:
        before = day - np.timedelta64(1, "D")
        raise DateError(
            f"{name} must be a day that was wholly observed, got {moment.item()}, which lies "
            f"within one. Say {name}='{before}', or {name}='{day}' if all of that day was "
            "observed."
        )
    return day


def _moment(value: object, name: str, zone: Zone | None) -> np.datetime64:
    """Return a single date as calendar and clock show it."""
    read = read_dates([value], name)
    found: np.datetime64 = read.times[0]
    if read.aware:
        local = as_zone(zone, "zone")
        if local is None:
            found_at: Any = read_date(value)
            raise DateError(
                f"{name} carries a time zone. Say whose calendar counts, as for the dates: "
                f"zone='Europe/Helsinki'; or say the day alone: {name}='{found_at[0].date()}'."
            )
        found = shown_at(read.times, local)[0]
        require_inside(np.array([found]), name)
    return found
