"""Words of the page: numbers, periods, verdicts and sources as people read them."""

from __future__ import annotations

import math
import re
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.data.calendar.periods import kind_of
from relmetrics.metric import wording
from relmetrics.metric.wording import escaped
from relmetrics.reports.documents import DOCUMENTS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from relmetrics.data.calendar.periods import Every
    from relmetrics.data.types import AnyArray
    from relmetrics.metric.contract import Description

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_LENGTH = {"quarter": 3, "year": 12}
"""The months in a period of several."""
_DAY = re.compile(r"(?<![\w'-])(\b(?:on|after|before) )?(\d{4}-\d\d-\d\d)(?![\w'-])")

_LONGEST = 160
"""A name from outside has at most so many characters on the page."""

VERDICTS = {"not shown": "no clear difference"}
"""What the page calls a verdict, where its name is not yet how people say it."""

INTERVALS = {
    "wilson": "Wilson's score interval for a share (Wilson 1927)",
    "agresti_coull": "Agresti and Coull's interval for a share (1998)",
    "adjusted": "with a few pseudo-answers added, so that few answers give a wide interval",
    "score": "score interval",
    "wald": "normal approximation (Wald)",
    "log_ratio": "of the logarithm of the ratio, by the delta method",
    "bootstrap": "resampled answers (bootstrap)",
}
"""What the methods of intervals are called in words."""


def label(text: object) -> str:
    """Return a name from outside as HTML: isolated, so that its script steers nothing around it."""
    shown = str(text)
    if len(shown) > _LONGEST:
        shown = f"{shown[: _LONGEST - 1]}\N{HORIZONTAL ELLIPSIS}"
    return f"<bdi>{escaped(shown)}</bdi>"


def named(name: str, labels: Mapping[str, str]) -> str:
    """Return the title of a column as HTML, with its name below where they differ."""
    title = labels.get(name, name)
    return label(title) + (f"<small>{label(name)}</small>" if title != name else "")


_MARKS = {".": str.maketrans("-", "\N{MINUS SIGN}")}
_MARKS[","] = str.maketrans("-,.", "\N{MINUS SIGN}\N{NARROW NO-BREAK SPACE},")
_FIGURES = re.compile(r"(?<![\w.])-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|(?<![\w.])-?\d+\.\d+(?![\w.]\w)")
_decimal: ContextVar[str] = ContextVar("decimal", default=".")
"""The mark of decimals of the page that is being made: every number of it passes through here."""


@contextmanager
def decimals_marked(by: str) -> Iterator[None]:
    """Write numbers with a point or a comma before their decimals."""
    token = _decimal.set(by)
    try:
        yield
    finally:
        _decimal.reset(token)


def counted(number: int, noun: str) -> str:
    """Return a number of things: ``1 answer``, ``1,152 answers``."""
    return f"{whole(number)} {noun}{'' if number == 1 else 's'}"


def listed(names: Sequence[str]) -> str:
    """Return names as a sentence has them: ``NPS, CSAT and CES``."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def whole(number: int) -> str:
    """Return a whole number, its thousands apart."""
    return f"{number:,}".translate(_MARKS[_decimal.get()])


def spelled(text: str) -> str:
    """Return a text of the library, such as a line of a result, with its numbers as the page's."""
    if _decimal.get() == ".":
        return text
    return _FIGURES.sub(lambda found: found[0].translate(_MARKS[","]), text)


def percent(level: float) -> str:
    """Return a confidence level as the page has it: ``95%``."""
    return spelled(wording.percent(level))


def number(value: float, digits: int, sign: str = "") -> str:
    """Return a number with a true minus, and never minus zero."""
    return f"{value:{sign}z,.{digits}f}".translate(_MARKS[_decimal.get()])


def p_value(p: float) -> str:
    """Return a p-value as HTML: ``0.031``, ``&lt;0.001``; nothing where there is none."""
    if math.isnan(p):
        return ""
    return f"&lt;{number(0.001, 3)}" if p < 0.001 else number(p, 3)  # noqa: PLR2004 - as journals


def figure(value: float, about: Description) -> str:
    """Return a value as its metric shows it, a share with its sign."""
    return number(value, about.digits) + ("%" if about.unit == "%" else "")


def ends(low: float, high: float, digits: int, sign: str = "") -> str:
    """Return an interval as text."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return "no interval"
    return f"{number(low, digits, sign)} to {number(high, digits, sign)}"


def day_name(day: np.datetime64) -> str:
    """Return a day: ``7 September 2026``."""
    year, month, of_month = _parts(day)
    return f"{of_month} {_MONTHS[month - 1]} {year}"


def period_name(day: np.datetime64, every: Every) -> str:
    """Return the period that begins on a day: ``September 2026``, ``week of 7 September 2026``."""
    kind = kind_of(every)
    year, month, _ = _parts(day)
    if kind == "month":
        return f"{_MONTHS[month - 1]} {year}"
    if kind == "year" and month == 1:
        return str(year)
    if kind in _LENGTH:
        last = month + _LENGTH[kind] - 1
        begins = _MONTHS[month - 1] + (f" {year}" if last > len(_MONTHS) else "")
        return f"{begins} to {_MONTHS[(last - 1) % 12]} {year + (last - 1) // 12}"
    return f"week of {day_name(day)}" if kind == "week" else day_name(day)


def names_of(days: AnyArray, every: Every | None = None) -> list[str]:
    """Return days as texts: by the period that begins on them, where it is said or plain to see."""
    kind = periods_in(days) if every is None else every
    return ["" if np.isnat(day) else period_name(day, kind) for day in days.astype("datetime64[D]")]


def periods_in(days: AnyArray) -> Every:
    """Return ``month`` where all days are the first of a month, some of them a month apart."""
    known = np.unique(days[~np.isnat(days)].astype("datetime64[D]"))
    months = known.astype("datetime64[M]")
    steps = np.diff(months).astype(int)
    return "month" if len(steps) and (known == months).all() and steps.min() == 1 else "day"


def period_said(day: np.datetime64, every: Every) -> str:
    """Return the period as a sentence has it: ``September 2026``, ``the week of ...``."""
    return ("the " if kind_of(every) == "week" else "") + period_name(day, every)


def short_name(day: np.datetime64, every: Every) -> str:
    """Return the period that begins on a day as an axis has it: ``Sep 2026``, ``2026``."""
    year, month, of_month = _parts(day)
    kind = kind_of(every)
    if kind == "year" and month == 1:
        return str(year)
    name = f"{_MONTHS[month - 1][:3]} {year}"
    return name if kind in ("month", *_LENGTH) else f"{of_month} {name}"


def dated(text: str, days: Collection[np.datetime64], every: Every) -> str:
    """Return a note with its dates in words: periods by their names, other days as days."""
    known = {str(day) for day in days}

    def spelled(found: re.Match[str]) -> str:
        before, day = found[1] or "", np.datetime64(found[2])
        is_period = not before and found[2] in known
        return before + (period_said(day, every) if is_period else day_name(day))

    try:
        return _DAY.sub(spelled, text)
    except ValueError:  # figures that only look like a date
        return text


def sourced(text: str) -> str:
    """Return a source with the titles of the documents that it cites by number."""
    return re.sub(r"\bD[1-9]\b", lambda found: DOCUMENTS.get(found[0], found[0]), text)


def chip(verdict: str, about: Description) -> str:
    """Return a verdict in words, with an arrow and a colour that only repeat them."""
    if verdict not in ("better", "worse"):
        return f'<span class="chip none">{VERDICTS.get(verdict, verdict)}</span>' if verdict else ""
    rose = (verdict == "better") == (about.direction == "higher")
    arrow = "\N{BLACK UP-POINTING TRIANGLE}" if rose else "\N{BLACK DOWN-POINTING TRIANGLE}"
    return f'<span class="chip {verdict}"><span aria-hidden="true">{arrow}</span> {verdict}</span>'


def _parts(day: Any) -> tuple[int, int, int]:
    """Return year, month and day of the month."""
    month = day.astype("datetime64[M]")
    year = month.astype("datetime64[Y]")
    return (
        int(year.astype(int)) + 1970,
        int((month - year.astype("datetime64[M]")).astype(int)) + 1,
        int((day.astype("datetime64[D]") - month.astype("datetime64[D]")).astype(int)) + 1,
    )
