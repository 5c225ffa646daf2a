"""Columns of dates of any kind, brought to datetime64 in microseconds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from relmetrics.data.calendar.date_forms import Precision, read_date, unit_of
from relmetrics.data.calendar.periods import at_least_as_long, kind_of
from relmetrics.data.columns import as_column
from relmetrics.data.missing import is_missing
from relmetrics.errors import DateError
from relmetrics.errors.wording import located

if TYPE_CHECKING:
    import datetime as dt

    from relmetrics.data.calendar.periods import Every
    from relmetrics.data.types import AnyArray, Column

_UNIT = "datetime64[us]"
_EARLIEST, _LATEST = (
    np.datetime64("0001-01-01", "us"),
    np.datetime64("9999-12-31T23:59:59.999999", "us"),
)


@frozen(eq=False)
class DateColumn:
    """A column that is read.

    Attributes:
        times: Instants of UTC where dates carry a zone, what clocks show elsewhere, datetime64[us].
        aware: Whether dates carry a zone.
        first_day: Position and entry of the first that no clock wrote, because it is a day.
    """

    times: AnyArray
    aware: bool = False
    first_day: tuple[int, object] | None = None


def read_dates(
    values: Column, name: str, *, every: Every | None = None, gaps: bool = False
) -> DateColumn:
    """Return a column of dates of any kind: see `as_times`.

    Raises:
        DateError: As for `as_times`.
    """
    if _zone_of_column(values) is not None:
        # As an array they are instants, in a data frame of any library.
        aware: Any = values
        array = aware.to_numpy(dtype=_UNIT) if _is_pandas(values) else aware.to_numpy()
        return DateColumn(_checked(np.asarray(array), name, gaps=gaps), aware=True)
    column = as_column(values, name)
    if isinstance(column, np.ndarray) and column.dtype.kind == "M":
        precision = unit_of(column.dtype)
        if len(column):
            _require_exact(precision, every, 0, column[0], name)
        first_day = (0, column[0]) if len(column) and precision != "moment" else None
        return DateColumn(_checked(column, name, gaps=gaps), first_day=first_day)
    days = _plain_days(column)
    if days is not None:
        return DateColumn(_checked(days, name, gaps=False), first_day=(0, column[0]))
    return _read_each(column, name, every, gaps=gaps)


def _read_each(
    column: list[Any] | AnyArray, name: str, every: Every | None, *, gaps: bool
) -> DateColumn:
    times: list[dt.datetime | None] = []
    offsets = np.zeros(len(column), dtype="timedelta64[us]")
    offenders: list[tuple[int, object]] = []
    first: dict[bool, int] = {}
    first_day: tuple[int, object] | None = None
    for position, value in enumerate(column):
        found = read_date(value, years=every == "year")
        if found is None:
            times.append(None)
            if not (gaps and is_missing(value)):
                offenders.append((position, value))
            continue
        moment, precision = found
        if precision != "moment":
            _require_exact(precision, every, position, value, name)
            first_day = first_day or (position, value)
        offset = moment.utcoffset()
        if offset is not None:
            offsets[position] = offset
            moment = moment.replace(tzinfo=None)
        first.setdefault(offset is not None, position)
        times.append(moment)
    if offenders:
        raise DateError.unreadable(offenders, name=name)
    if len(first) > 1:
        raise DateError(
            f"{name} mix dates with a time zone (position {first[True]}) and without "
            f"(position {first[False]}). Give all of them a zone, or none."
        )
    aware = True in first
    array = np.array(times, dtype=_UNIT)
    return DateColumn(array - offsets if aware else array, aware=aware, first_day=first_day)


def _require_exact(
    precision: Precision, every: Every | None, position: int, value: object, name: str
) -> None:
    """Check that dates tell what they are counted by: a month is in no week.

    Raises:
        DateError: They do not.
    """
    if every is not None and precision != "moment" and not at_least_as_long(every, precision):
        raise DateError(
            f"{name} must tell the {kind_of(every)}; {located([(position, value)])} is a "
            f"{precision}. Say every='{precision}', or pass exact dates."
        )


def _zone_of_column(values: Column) -> object:
    """Return the zone of a data frame's column of dates, or None."""
    dtype = getattr(values, "dtype", None)
    return getattr(dtype, "tz", None) or getattr(dtype, "time_zone", None)


def _is_pandas(values: object) -> bool:
    return hasattr(getattr(values, "dtype", None), "tz")


_DAY = "0000-00-00"
_FEW = 64
"""Below so many dates reading them one by one is as fast."""


def _plain_days(column: list[Any] | AnyArray) -> AnyArray | None:
    """Return texts that are all of the form 2025-01-31 as days, read at once; None for others."""
    if len(column) < _FEW or not isinstance(column[0], str):
        return None
    if isinstance(column, list) or column.dtype.kind != "U":
        if set(map(type, column)) - {str, np.str_} or max(map(len, column)) > len(_DAY):
            return None
        column = np.array(column, dtype=np.str_)
    if (
        column.dtype.itemsize != np.dtype((np.str_, len(_DAY))).itemsize
        or not column.dtype.isnative
    ):
        return None
    signs = np.ascontiguousarray(column).view(np.uint32).reshape(len(column), len(_DAY))
    for sign, place in zip(_DAY, signs.T, strict=True):
        low, high = (ord("0"), ord("9")) if sign == "0" else (ord(sign), ord(sign))
        if place.min() < low or place.max() > high:
            return None
    try:
        return column.astype("datetime64[D]")
    except ValueError:  # no such day: reading one by one says which
        return None


def _checked(column: AnyArray, name: str, *, gaps: bool) -> AnyArray:
    missing = np.flatnonzero(np.isnat(column))
    if len(missing) and not gaps:
        raise DateError.unreadable([(int(i), None) for i in missing], name=name)
    unit = np.datetime_data(column.dtype)[0]
    if unit in ("Y", "M", "W", "D", "h", "m", "s", "ms", "us"):
        require_inside(column, name)
    dates: AnyArray = column.astype(_UNIT)
    return dates


def require_inside(column: AnyArray, name: str) -> None:
    """Check that dates lie in the years that the calendar of the library knows.

    Raises:
        DateError: They do not.
    """
    low, high = _EARLIEST.astype(column.dtype), _LATEST.astype(column.dtype)
    outside = np.flatnonzero((column < low) | (column > high))
    if len(outside):
        offenders = [(int(i), str(column[i])) for i in outside]
        raise DateError(
            f"{name} must lie in the years 1 to 9999: {located(offenders)}. Check their unit."
        )
