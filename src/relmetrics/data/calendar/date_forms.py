"""Forms of dates: one entry of a column, read as a moment, and how exactly it was written."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Literal

import numpy as np

from relmetrics.data.columns import plain_number
from relmetrics.data.missing import is_missing

Precision = Literal["year", "quarter", "month", "week", "day", "moment"]
"""What a date tells: ``2025-01`` is a month, ``2025-01-31`` a day, all else a moment."""

_UNITS: dict[str, Precision] = {"Y": "year", "M": "month", "W": "week", "D": "day"}
_FREQUENCIES: dict[str, Precision] = {**_UNITS, "A": "year", "Q": "quarter", "B": "day"}
_DAY_LENGTH = len("2025-01-31")
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_WEEK = re.compile(r"\d{4}-?W\d\d", re.ASCII)
_NAMED_UTC = re.compile(r"(:\d\d(?:[.,]\d+)?)\s*(?:UTC|GMT)", re.ASCII | re.IGNORECASE)
_SPACED_OFFSET = re.compile(r"(:\d\d(?:[.,]\d+)?)\s+([+-]\d\d(?::?\d\d)?)", re.ASCII)


def unit_of(dtype: np.dtype[Any]) -> Precision:
    """Return what the entries of an array of datetime64 tell."""
    return _UNITS.get(np.datetime_data(dtype)[0], "moment")


def read_date(  # noqa: PLR0911 - one line a kind
    value: object, *, years: bool = False
) -> tuple[dt.datetime, Precision] | None:
    """Return one date and what it tells, or None when it cannot be read or is missing.

    Args:
        value: A `datetime`, `date`, datetime64, period of pandas, or text.
        years: Whether a whole number is a year.
    """
    if is_missing(value):
        return None
    if isinstance(value, dt.datetime):
        # A timestamp of pandas is a datetime that knows more.
        plain: Any = value
        moment = plain.to_pydatetime(warn=False) if hasattr(value, "to_pydatetime") else value
        return moment, "moment"
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day), "day"  # noqa: DTZ001 - a plain date
    if isinstance(value, np.datetime64):
        item = value.astype("datetime64[us]").item()
        return (item, unit_of(value.dtype)) if isinstance(item, dt.datetime) else None
    if isinstance(value, str):
        return _read_text(value.strip(), years=years)
    if hasattr(value, "to_timestamp") and hasattr(value, "freqstr"):
        return _read_period(value)
    return _read_year(value) if years else None


def _read_text(text: str, *, years: bool) -> tuple[dt.datetime, Precision] | None:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return _read_other_text(text, years=years)
    if _WEEK.fullmatch(text):
        return moment, "week"
    return moment, "day" if len(text) <= _DAY_LENGTH else "moment"


def _read_other_text(text: str, *, years: bool) -> tuple[dt.datetime, Precision] | None:
    """Read what databases write and ISO 8601 has not: ``10:00:00 UTC``, ``+0000`` after a space."""
    if _MONTH.fullmatch(text) and text[:4] != "0000":
        return dt.datetime.fromisoformat(f"{text}-01"), "month"
    if _YEAR.fullmatch(text):
        return _read_year(int(text)) if years else None
    for pattern, ending in ((_NAMED_UTC, r"\1+00:00"), (_SPACED_OFFSET, r"\1\2")):
        found = re.search(f"{pattern.pattern}$", text, pattern.flags)
        if found:
            try:
                return dt.datetime.fromisoformat(text[: found.start()] + found.expand(ending)), (
                    "moment"
                )
            except ValueError:
                return None
    return None


def _read_period(value: Any) -> tuple[dt.datetime, Precision]:
    """Read a period of pandas as its first moment."""
    start = value.to_timestamp(how="start")
    kind = str(value.freqstr).partition("-")[0].removesuffix("E")
    return start.to_pydatetime(warn=False), _FREQUENCIES.get(kind, "moment")


def _read_year(value: Any) -> tuple[dt.datetime, Precision] | None:
    year = plain_number(value)
    if not 1 <= year <= dt.MAXYEAR or year != int(year):
        return None
    return dt.datetime(int(year), 1, 1), "year"  # noqa: DTZ001 - a plain date
