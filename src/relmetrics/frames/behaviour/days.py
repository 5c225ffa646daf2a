"""Days and periods as whole numbers: what an engine can compare, group and join by.

Engines differ in how they show, truncate and subtract dates. They agree on the year, the month and
the day of the year, and numbers of days since 1970 follow from these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from relmetrics.data.calendar.periods import Every, numbered
from relmetrics.errors import DateError
from relmetrics.frames import columns

if TYPE_CHECKING:
    from relmetrics.data.types import Zone
    from relmetrics.frames.engine import Source

_EPOCH = 719_162
"""Days from 0001-01-01, where the count of leap years begins, to 1970-01-01."""


def times_of(source: Source, name: str, zone: Zone | None) -> tuple[Any, Any]:
    """Return a column of times as it is, which tells rows apart, and by the calendar that counts.

    Raises:
        DateError: Its type is neither date nor time; its times have a zone and none is given, or
            have none and one is; or they follow the zone of the session.
    """
    kind = source.type_named(name, "Object", "Date", "Datetime")
    if not kind:
        raise DateError(
            f"date needs a column of dates or times; {name!r} of this {source.engine} frame is "
            f"{source.schema[name]}. Convert it first, such as by pandas.to_datetime, by "
            "pl.col(...).str.to_date() or by cast(... as date)."
        )
    _, left = columns.date(source, name, zone)
    if left is not None:
        raise DateError(
            f"zone converts times that carry a zone; {name!r} of this {source.engine} frame is a "
            "column of objects. Convert it to times first."
        )
    column = source.column(name)
    if kind == "Object":
        column = column.cast(source.nw.Datetime("us"))
    if kind != "Datetime" or source.schema[name].time_zone is None:
        return column, column
    return column, column.dt.convert_time_zone(str(zone)).dt.replace_time_zone(None)


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
