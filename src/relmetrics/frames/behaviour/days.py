"""Days and periods as whole numbers: what an engine can compare, group and join by.

Engines differ in how they show, truncate and subtract dates. They agree on the year, the month and
the day of the year, and numbers of days since 1970 follow from these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.data.calendar.periods import Every, numbered
from relmetrics.errors import DateError, ParameterError
from relmetrics.frames import columns
from relmetrics.frames.engine import CLOCKED

if TYPE_CHECKING:
    from relmetrics.data.types import Zone
    from relmetrics.frames.engine import Source

_EPOCH = 719_162
"""Days from 0001-01-01, where the count of leap years begins, to 1970-01-01."""


FAR = 10_000_000
"""A day past every day, and, with a minus, one before."""


def times_of(
    source: Source, name: str, zone: Zone | None, recorded_in: Zone | None
) -> tuple[Any, Any]:
    """Return a column of times as it is, which tells rows apart, and by the calendar that counts.

    Raises:
        DateError: Its type is neither date, time nor text; its times have a zone and none is given,
            or have none and one is; they follow the zone of the session; or `recorded_in` is given
            of what is no time without a zone, or to an engine whose times follow its session.
        ParameterError: `recorded_in` comes without a zone.
    """
    kind = source.type_named(name, "Object", "String", "Date", "Datetime")
    if not kind:
        raise DateError(
            f"date needs a column of dates, times or texts such as '2025-01-31'; {name!r} of this "
            f"{source.engine} frame is {source.schema[name]}. {TO_DATES}"
        )
    column = source.column(name)
    if recorded_in is not None:
        return column, _converted(source, name, zone, recorded_in)
    _, left = columns.date(source, name, zone)
    if left is not None:
        what = "texts, which are read as days" if kind == "String" else "objects"
        raise DateError(
            f"zone converts times that carry a zone; {name!r} of this {source.engine} frame is a "
            f"column of {what}. Convert it to times first."
        )
    if kind == "Object":
        column = column.cast(source.nw.Datetime("us"))
    if kind == "String":
        column = column.str.to_datetime(format="%Y-%m-%d")
    if kind != "Datetime" or source.schema[name].time_zone is None or source.engine in CLOCKED:
        return column, column  # a session shows its times by its own calendar, which is the zone's
    return column, column.dt.convert_time_zone(str(zone)).dt.replace_time_zone(None)


TO_DATES = (
    "Convert it first, such as by pandas.to_datetime, by pl.col(...).str.to_date() or by "
    "cast(... as date)."
)


def _converted(source: Source, name: str, zone: Zone | None, recorded_in: Zone) -> Any:
    """Return times that a clock wrote as the calendar of a zone shows them.

    Raises:
        DateError: They are no times without a zone, or the engine is one of SQL.
        ParameterError: No zone is given.
    """
    if zone is None:
        raise ParameterError.must_be(
            "zone", "given with recorded_in", None, "Say whose calendar counts."
        )
    dtype = source.schema[name]
    if not source.type_named(name, "Datetime") or dtype.time_zone is not None:
        raise DateError(
            f"recorded_in is of times that carry no zone; {name!r} of this {source.engine} frame "
            f"is {dtype}. Leave recorded_in out."
        )
    if source.engine in CLOCKED:
        raise DateError(
            f"recorded_in cannot be asked of {source.engine}, whose times with a zone follow its "
            f"session. Convert {name!r} in the query, such as by timezone({str(zone)!r}, "
            f"timezone({str(recorded_in)!r}, {name})), and leave zone and recorded_in out."
        )
    if "_" in str(recorded_in) and not source.knows_unknown:  # no type of pandas to narwhals
        raise DateError(
            f"recorded_in={str(recorded_in)!r} cannot be asked of {source.engine}. Say "
            f"frame[{name!r}].dt.tz_localize({str(recorded_in)!r}) yourself, and leave it out."
        )
    written = source.column(name).dt.replace_time_zone(str(recorded_in))
    return written.dt.convert_time_zone(str(zone)).dt.replace_time_zone(None)


def day_number(nw: Any, time: Any) -> Any:
    """Return the days since 1970-01-01 of a column of times; some day or other where it is null."""
    # Whole numbers over whole numbers that are not 0: the one division that is the same everywhere.
    past = time.dt.year().fill_null(1970).cast(nw.Int64) - 1
    leaps = past // 4 - past // 100 + past // 400
    into = time.dt.ordinal_day().fill_null(1).cast(nw.Int64)
    return (past * 365 + leaps + into - (1 + _EPOCH)).cast(nw.Int64)


def period_number(nw: Any, time: Any, day: Any, every: Every) -> Any:
    """Return the number of the period that each time lies in: those of `period_of`.

    Args:
        nw: The module narwhals.
        time: The column of times.
        day: Its days since 1970-01-01.
        every: The kind of period.
    """
    year, month = (part.fill_null(1).cast(nw.Int64) for part in (time.dt.year(), time.dt.month()))
    return numbered(day, (year - 1970) * 12 + month - 1, every).cast(nw.Int64)


def in_days(day: np.datetime64) -> int:
    """Return a day as the number of days since 1970-01-01."""
    return int(day.astype("datetime64[D]").astype(np.int64))
