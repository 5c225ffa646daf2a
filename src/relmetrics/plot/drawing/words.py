"""Words of figures: labels of the data, titles, sizes, dates; and the check of what is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.data.calendar.periods import MONTHS, kind_of
from relmetrics.errors import ParameterError, RelmetricsError
from relmetrics.errors.wording import printable
from relmetrics.metric.wording import percent

if TYPE_CHECKING:
    from collections.abc import Iterable

    from relmetrics.data.calendar.periods import Every
    from relmetrics.data.types import AnyArray
    from relmetrics.metric.contract import Description

MOST_ROWS = 40
"""More rows than this are not read from a picture."""

_LONGEST = 60
"""A longer label has its middle left out: its end often tells it from others."""


def label_of(key: object) -> str:
    """Return the label of a group, or those of several columns, as one line.

    Example:
        >>> label_of(("gold", "FI")), len(label_of("x" * 10_000))
        ('gold, FI', 60)
    """
    text = ", ".join(map(str, key)) if isinstance(key, tuple) else str(key)
    text = printable(" ".join(text.split("\n")))
    if len(text) <= _LONGEST:
        return text
    end = _LONGEST // 3
    return f"{text[: _LONGEST - end - 3]}...{text[-end:]}"


def named_unit(about: Description) -> str:
    """Return the symbol of a metric and its unit, as a label of an axis."""
    return f"{about.symbol}, {about.unit}"


def named_level(about: Description, level: float) -> str:
    """Return the symbol of a metric, its unit and the level of intervals, as a label of an axis."""
    return f"{named_unit(about)} ({percent(level)} CI)"


def counted(n: object, what: str = "n =") -> str:
    """Return a number of answers as text.

    Example:
        >>> counted(1204)
        'n = 1,204'
    """
    return f"{what} {int(n):,}"  # type: ignore[call-overload]


def heading(what: str, n: object) -> str:
    """Return the title of a figure: what is shown, and of how many."""
    return f"{what} ({counted(n)})"


def missing_note(missing: object) -> tuple[str, ...]:
    """Return that answers are missing, where some are."""
    count = int(missing)  # type: ignore[call-overload]
    return (f"{count:,} missing",) if count else ()


def first_of(shown: int, of: int, what: str, which: str) -> tuple[str, ...]:
    """Return that not all are drawn, where not all are."""
    return (f"{shown} of {of:,} {what} drawn: {which}",) if shown < of else ()


def figure_text(value: float, digits: int, *, sign: bool = False) -> str:
    """Return a number for a picture; of what is not known nothing."""
    if np.isnan(value):
        return ""
    return f"{value:+z,.{digits}f}" if sign else f"{value:z,.{digits}f}"


def date_labels(days: AnyArray, every: Every) -> tuple[str, ...]:
    """Return what periods are called, by their first days.

    Example:
        >>> import numpy as np
        >>> date_labels(np.array(["2025-01-01", "2025-04-01"], "M8[D]"), "quarter")
        ('Q1 2025', 'Q2 2025')
    """
    kind = kind_of(every)
    return tuple(_date_label(str(day), kind) for day in days.astype("datetime64[D]"))


def _date_label(day: str, kind: str) -> str:
    year, month, number = day.rsplit("-", 2)
    name = MONTHS[int(month) - 1][:3].title()
    if kind == "year":
        return year if month == "01" else f"{year} from {name}"
    if kind == "quarter" and int(month) % 3 == 1:
        return f"Q{(int(month) + 2) // 3} {year}"
    return f"{name} {year}" if kind in ("month", "quarter") else f"{int(number)} {name} {year}"


def require_result(given: object, kind: type | tuple[type, ...], name: str, words: str) -> None:
    """Check that what is to be drawn is a result of this kind; the words say how to get one."""
    if not isinstance(given, kind):
        wanted, _, call = words.partition(": ")
        raise ParameterError.must_be(name, wanted, given, f"Draw what relmetrics made: {call}.")


def named_mapping(
    given: Any, kind: type | tuple[type, ...], name: str, words: str
) -> dict[str, Any]:
    """Return results by their labels: one has none, and a breakdown is one of its groups.

    Groups without answers have no result, and are left out.

    Raises:
        ParameterError: Something is no result of this kind, or there is none.
    """
    if not isinstance(given, Mapping):
        require_result(given, kind, name, words)
        return {"": given}
    found = {}
    for key in given:
        with suppress(RelmetricsError):
            found[key] = given[key]
    for value in found.values() or (given,):
        require_result(value, kind, name, words)
    return {label_of(key): value for key, value in found.items()}


def one_of(values: Iterable[Any], name: str, what: str) -> Any:
    """Return the one value that all have in common.

    Raises:
        ParameterError: They differ.
    """
    first, *others = values
    for other in others:
        if other != first:
            wanted = f"results of one {what} ({first})"
            raise ParameterError.must_be(name, wanted, str(other), "Draw each in a figure.")
    return first
