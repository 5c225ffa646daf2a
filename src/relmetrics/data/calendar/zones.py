"""Time zones: what calendar and clock of a place show at an instant, and the other way round."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from relmetrics.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Callable

    from relmetrics.data.types import AnyArray, IntArray, Zone

_QUARTER = 15 * 60 * 1_000_000
"""Clocks are changed at the full quarter of an hour, or hardly ever: microseconds."""
_EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - read as UTC, or as the clock of a place
_FIRST, _LAST = dt.datetime(1, 1, 3), dt.datetime(9999, 12, 29)  # noqa: DTZ001 - as above
"""Between them no offset leads out of the calendar; beyond them none changes."""


def as_zone(zone: Zone | None, name: str) -> dt.tzinfo | None:
    """Return a time zone by its name, or as the object that it is.

    Raises:
        ParameterError: There is no such time zone.
    """
    if zone is None:
        return None
    # One of pytz is of its own making, and known by its name.
    key = getattr(zone, "zone", zone)
    if isinstance(key, dt.tzinfo):
        return key
    try:
        return ZoneInfo(key)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):  # OSError: 'Europe', a folder
        raise ParameterError.must_be(
            name,
            "the name of a time zone or a ZoneInfo",
            zone,
            "Say 'UTC' or 'Europe/Helsinki'.",
        ) from None


def shown_at(instants: AnyArray, zone: dt.tzinfo) -> AnyArray:
    """Return what the clock of a place shows at instants of UTC, as datetime64[us]."""

    def offset(moment: dt.datetime) -> dt.timedelta | None:
        return moment.replace(tzinfo=dt.UTC).astimezone(zone).utcoffset()

    return instants + _offsets(instants, offset)


def meant_by(shown: AnyArray, zone: dt.tzinfo) -> AnyArray:
    """Return the instants of UTC at which a clock shows these times, as datetime64[us].

    Of an hour that is shown twice, in autumn, the first is taken.
    """

    def offset(moment: dt.datetime) -> dt.timedelta | None:
        return moment.replace(tzinfo=zone).utcoffset()

    return shown - _offsets(shown, offset)


def _offsets(times: AnyArray, offset: Callable[[dt.datetime], dt.timedelta | None]) -> AnyArray:
    """Return the offset from UTC of each time: a zone is asked once for each quarter of an hour."""
    known = np.flatnonzero(~np.isnat(times))
    numbers: IntArray = times[known].astype(np.int64)
    quarters, place = np.unique(numbers // _QUARTER, return_inverse=True)

    def asked(number: int) -> int:
        moment = min(max(number, _number(_FIRST)), _number(_LAST))
        found = offset(_EPOCH + dt.timedelta(microseconds=moment))
        return 0 if found is None else found // dt.timedelta(microseconds=1)

    starts = np.array([asked(q * _QUARTER) for q in quarters.tolist()], dtype=np.int64)
    ends = np.array([asked((q + 1) * _QUARTER - 1) for q in quarters.tolist()], dtype=np.int64)
    found = starts[place]
    # Where the clock is changed within a quarter, as it was long ago, each time is asked for.
    for row in np.flatnonzero((starts != ends)[place]).tolist():
        found[row] = asked(int(numbers[row]))
    offsets = np.full(len(times), np.timedelta64("NaT", "us"), dtype="timedelta64[us]")
    offsets[known] = found.astype("timedelta64[us]")
    return offsets


def _number(moment: dt.datetime) -> int:
    return (moment - _EPOCH) // dt.timedelta(microseconds=1)
