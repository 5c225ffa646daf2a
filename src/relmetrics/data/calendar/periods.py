"""Calendar periods: days, weeks, months, quarters and years, numbered in order.

Weeks start on Mondays and years in January, unless the name of the period says otherwise:
``week-sunday``, ``quarter-february``, ``year-april``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, cast, get_args, overload

import numpy as np

from relmetrics.errors import DateError, ParameterError

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, IntArray

Every = Literal[
    "day",
    "week",
    "month",
    "quarter",
    "year",
    "week-tuesday",
    "week-wednesday",
    "week-thursday",
    "week-friday",
    "week-saturday",
    "week-sunday",
    "quarter-february",
    "quarter-march",
    "year-february",
    "year-march",
    "year-april",
    "year-may",
    "year-june",
    "year-july",
    "year-august",
    "year-september",
    "year-october",
    "year-november",
    "year-december",
]
"""Kinds of period; the first five start as calendars of most of the world do."""
KINDS: tuple[Every, ...] = get_args(Every)
EVERY: tuple[Every, ...] = ("day", "week", "month", "quarter", "year")

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)

ALL_DAYS = 3_652_059
"""Days of the years 1 to 9999: to look further means nothing, and would wrap."""

MOST_YEARS = 200
"""Periods are counted over so many years at most: beyond them lies a mistyped year."""

_LENGTH = {"month": 1, "quarter": 3, "year": 12}
_MONDAY = 3
"""1970-01-01, day 0 of numpy, was a Thursday: three days after a Monday."""


def as_every(
    every: object, *, week_start: object = "monday", year_start: object = "january"
) -> Every:
    """Return a kind of period by its name, and by where its weeks or its years start.

    Args:
        every: ``day``, ``week``, ``month``, ``quarter`` or ``year``.
        week_start: The first day of a week.
        year_start: The first month of a year, and of its first quarter.

    Raises:
        ParameterError: There is no such period, day or month; or `every` has no such start.
    """
    if not isinstance(every, str) or every not in KINDS:
        raise ParameterError.unknown_name("every", every, EVERY)
    day = _named("week_start", week_start, WEEKDAYS)
    month = _named("year_start", year_start, MONTHS)
    if day and every != "week":
        raise ParameterError.must_be(
            "week_start", "left out", week_start, f"It is for every='week', not {every!r}."
        )
    if month and every not in ("quarter", "year"):
        raise ParameterError.must_be(
            "year_start", "left out", year_start, f"It is for quarters and years, not {every!r}."
        )
    # Quarters of a year that starts in April are those of January.
    start = WEEKDAYS[day] if day else MONTHS[month % _LENGTH[every]] if month else ""
    plain = not start or (every != "week" and start == MONTHS[0])
    return cast("Every", every if plain else f"{every}-{start}")


def _named(parameter: str, name: object, known: tuple[str, ...]) -> int:
    if name not in known:
        raise ParameterError.unknown_name(parameter, name, known)
    return known.index(name)


def kind_of(every: Every) -> str:
    """Return what a period is called, wherever it starts: ``week`` of ``week-sunday``."""
    return every.partition("-")[0]


def at_least_as_long(every: Every, than: str) -> bool:
    """Tell whether a period is at least as long as one of another kind."""
    names: tuple[Any, ...] = EVERY
    return names.index(kind_of(every)) >= names.index(than)


def adds_up_to(every: Every, to: Every) -> bool:
    """Tell whether each period of one kind lies in one of the other: a week is in two months."""
    kind, longer = kind_of(every), kind_of(to)
    if every == to or kind == "day":
        return True
    if kind == "quarter" and longer == "year":
        return _start_of(every) == _start_of(to) % _LENGTH["quarter"]
    return kind == "month" and longer in ("quarter", "year")


def _start_of(every: Every) -> int:
    """Return the days from a Monday, or the months from January, to the start of a period."""
    start = every.partition("-")[2]
    if not start:
        return 0
    return WEEKDAYS.index(start) if start in WEEKDAYS else MONTHS.index(start)


def period_of(days: AnyArray, every: Every) -> IntArray:
    """Return the number of the period that each day (datetime64[D]) lies in.

    Numbers of consecutive periods are consecutive.
    """
    if kind_of(every) in ("day", "week"):
        found: IntArray = numbered(days.astype("datetime64[D]").astype(np.int64), None, every)
        return found
    months: IntArray = numbered(None, days.astype("datetime64[M]").astype(np.int64), every)
    return months


def numbered(days: Any, months: Any, every: Every) -> Any:
    """Return the numbers of periods from those of their days, or of their months, since 1970-01.

    Arrays and the columns of an engine are numbered alike.
    """
    kind, start = kind_of(every), _start_of(every)
    if kind == "day":
        return days
    if kind == "week":
        return (days + (_MONDAY - start)) // 7
    return (months - start) // _LENGTH[kind]


def first_day(periods: IntArray | int, every: Every) -> AnyArray:
    """Return the first day of each period, as datetime64[D]."""
    numbers, kind, start = np.asarray(periods, dtype=np.int64), kind_of(every), _start_of(every)
    if kind == "day":
        return numbers.astype("datetime64[D]")
    if kind == "week":
        return (numbers * 7 - _MONDAY + start).astype("datetime64[D]")
    return (numbers * _LENGTH[kind] + start).astype("datetime64[M]").astype("datetime64[D]")


def last_day(periods: IntArray | int, every: Every) -> AnyArray:
    """Return the last day of each period, as datetime64[D]."""
    return first_day(np.asarray(periods, dtype=np.int64) + 1, every) - np.timedelta64(1, "D")


def require_near(
    days: AnyArray, name: str = "dates", *, until: np.datetime64 | None = None
) -> None:
    """Check that days lie near enough to each other for the periods between them to be counted.

    Args:
        days: The days, datetime64[D]; NaT for none.
        name: What messages call them.
        until: The day that is looked from, if any.

    Raises:
        DateError: They span more than `MOST_YEARS`; both ends are named.
    """
    if not len(days) or np.isnat(first := np.fmin.reduce(days)):
        return
    last = np.fmax.reduce(days)
    last = last if until is None or until < last else until
    if (last - first).astype(int) / 365.2425 <= MOST_YEARS:  # which days these are asks for more
        return
    known = np.flatnonzero(~np.isnat(days))
    low, high = (int(known[find(days[known])]) for find in (np.argmin, np.argmax))
    first, last = days[low], days[high]
    ends = [(f"{first} at position {low}", first), (f"{last} at position {high}", last)]
    if until is not None and until > last:
        ends[1] = (f"as_of = {until}", until)
    years = (ends[1][1] - first).astype(int) / 365.2425
    raise DateError(
        f"{name} must lie within {MOST_YEARS} years of each other, so that every period "
        f"between them can be counted; these span {int(years)}: from {ends[0][0]} to "
        f"{ends[1][0]}. Is a year mistyped?"
    )


@overload
def shift_months(day: np.datetime64, months: int) -> np.datetime64: ...
@overload
def shift_months(day: AnyArray, months: int) -> AnyArray: ...
def shift_months(day: Any, months: int) -> Any:
    """Return the same day some calendar months later, or the last day of a shorter month."""
    month = day.astype("datetime64[M]")
    into = day.astype("datetime64[D]") - month.astype("datetime64[D]")
    target = month + np.timedelta64(months, "M")
    last = (target + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
    return np.minimum(target.astype("datetime64[D]") + into, last)
