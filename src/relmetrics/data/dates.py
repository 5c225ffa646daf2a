"""Dates as they arrive, brought to datetime64 in microseconds without a time zone."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from relmetrics.data.columns import as_column
from relmetrics.data.missing import is_missing
from relmetrics.errors import DateError, ParameterError

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, Column

_UNIT = "datetime64[us]"
_EARLIEST, _LATEST = (
    np.datetime64("0001-01-01", "us"),
    np.datetime64("9999-12-31T23:59:59.999999", "us"),
)


def as_dates(values: Column, name: str = "dates", *, zone: str | None = None) -> AnyArray:
    """Return a column of dates as datetime64[us].

    Args:
        values: datetime64 of any unit, `datetime` or `date` objects, or ISO 8601 text.
        name: What messages call the column.
        zone: The time zone whose calendar counts, such as ``"Europe/Helsinki"``; it must be given
            when dates carry a zone of their own.

    Raises:
        DateError: A date is missing, cannot be read, lies outside of the years 1 to 9999, carries
            a zone although `zone` is not given, or dates with and without a zone are mixed.
        ParameterError: There is no such time zone.
    """
    local = _zone(zone)
    column = as_column(naive_or_objects(values), name)
    if isinstance(column, np.ndarray) and column.dtype.kind == "M":
        return _checked(column, name)
    days = _plain_days(column)
    if days is not None:
        return _checked(days, name)
    read: list[dt.datetime | None] = []
    offenders: list[tuple[int, object]] = []
    for position, value in enumerate(column):
        moment = _read(value)
        if moment is None:
            offenders.append((position, value))
        read.append(moment)
    if offenders:
        raise DateError.unreadable(offenders, name=name)
    aware = [moment is not None and moment.tzinfo is not None for moment in read]
    if any(aware):
        first = aware.index(True)
        if not all(aware):
            raise DateError(
                f"{name} mix dates with a time zone (position {first}) and without "
                f"(position {aware.index(False)}). Give all of them a zone, or none."
            )
        if local is None:
            raise DateError(
                f"{name} carry a time zone (first at position {first}). "
                "Say whose calendar counts: zone='Europe/Helsinki'."
            )
    plain = [_by_calendar(moment, local) for moment in read if moment is not None]
    if None in plain:
        outside = [(i, str(read[i])) for i, moment in enumerate(plain) if moment is None]
        raise DateError.out_of_range(outside, name=name)
    return np.array(plain, dtype=_UNIT)


def as_day(value: object, name: str) -> np.datetime64:
    """Return a single date as datetime64[D].

    Raises:
        DateError: It cannot be read, is missing or carries a time zone.
    """
    found: np.datetime64 = as_dates([value], name).astype("datetime64[D]")[0]
    return found


def _zone(zone: str | None) -> ZoneInfo | None:
    if zone is None:
        return None
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):  # OSError: 'Europe', a folder
        raise ParameterError.must_be(
            "zone", "the name of a time zone", zone, "Say 'UTC' or 'Europe/Helsinki'."
        ) from None


def naive_or_objects(values: Column) -> Any:
    """Return a column of aware dates of a data frame as objects, any other as it is.

    Their `to_numpy` would silently shift them to UTC.
    """
    zone = getattr(getattr(values, "dtype", None), "tz", None) or getattr(
        getattr(values, "dtype", None), "time_zone", None
    )
    return list(values) if zone is not None else values  # type: ignore[arg-type]  # a column with a zone iterates


def _by_calendar(moment: dt.datetime, zone: ZoneInfo | None) -> dt.datetime | None:
    """Return what calendar and clock of a zone show, or None beyond the years 1 to 9999."""
    if moment.tzinfo is None:
        return moment
    try:
        return moment.astimezone(zone).replace(tzinfo=None)
    except OverflowError:
        return None


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


def _checked(column: AnyArray, name: str) -> AnyArray:
    missing = np.flatnonzero(np.isnat(column))
    if len(missing):
        raise DateError.unreadable([(int(i), None) for i in missing], name=name)
    unit = np.datetime_data(column.dtype)[0]
    if unit in ("Y", "M", "W", "D", "h", "m", "s", "ms", "us"):
        low, high = _EARLIEST.astype(column.dtype), _LATEST.astype(column.dtype)
        outside = np.flatnonzero((column < low) | (column > high))
        if len(outside):
            raise DateError.out_of_range([(int(i), str(column[i])) for i in outside], name=name)
    dates: AnyArray = column.astype(_UNIT)
    return dates


def _read(value: object) -> dt.datetime | None:  # noqa: PLR0911 - one line a kind
    """Return one date, or None when it cannot be read or is missing."""
    if is_missing(value):
        return None
    if isinstance(value, dt.datetime):
        # A timestamp of pandas is a datetime that knows more.
        plain: Any = value
        return plain.to_pydatetime(warn=False) if hasattr(value, "to_pydatetime") else value
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day)  # noqa: DTZ001 - a plain date
    if isinstance(value, np.datetime64):
        moment = value.astype(_UNIT).item()
        return moment if isinstance(moment, dt.datetime) else None
    if isinstance(value, str):
        try:
            return dt.datetime.fromisoformat(value.strip())
        except ValueError:
            return None
    return None
