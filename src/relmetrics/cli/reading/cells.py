"""Cells: one value of a file as a number, a day, or nothing."""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from relmetrics.data.calendar.dates import as_times
from relmetrics.data.label_forms import plain_label
from relmetrics.data.missing import is_missing

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from relmetrics.cli.reading.form import Form

NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
USUAL = (
    *("%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d"),
    *("%d.%m.%Y %H:%M", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%d.%m.%Y %H:%M:%S"),
    *("%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S", "%d %b %Y", "%b %d, %Y"),
)
"""Ways to write a date that exports use."""
TRIED = 1000
"""Values that a way to write dates must fit to be named."""


def absent(value: object, missing: Sequence[str], *, codes: bool) -> bool:
    """Tell whether a cell is empty, or says that there is no answer.

    Args:
        value: The cell.
        missing: What means that there is no answer.
        codes: Whether numbers among them count too: 99 is no answer, but it is an amount.
    """
    if is_missing(value):
        return True
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    text = plain_label(f"{value:.15g}" if number else str(value))
    if not text:
        return True
    return any(
        text == plain_label(code) and (codes or not NUMBER.fullmatch(code.strip()))
        for code in missing
    )


def as_number(value: Any, decimal: str) -> float:
    """Return a cell as a finite number.

    Raises:
        ValueError: It is none.
    """
    if isinstance(value, (bool, date)):
        msg = "no number"
        raise ValueError(msg)  # noqa: TRY004 - the caller tells the row
    if isinstance(value, str):
        text = value.strip().replace("\u2212", "-")
        if decimal != ".":
            text = text.replace(".", "?").replace(decimal, ".")
        if not NUMBER.fullmatch(text):
            msg = "no number"
            raise ValueError(msg)
        value = text
    number = float(value)
    if not math.isfinite(number):
        msg = "not finite"
        raise ValueError(msg)
    return number


def as_day(value: Any, form: Form) -> np.datetime64:
    """Return a cell as a time of the calendar that counts.

    Raises:
        ValueError: It is no date.
    """
    if isinstance(value, str) and form.date_format is not None:
        value = datetime.strptime(value.strip(), form.date_format)  # noqa: DTZ007 - as the file has it
    elif isinstance(value, str):
        value = value.strip()
    times = as_times([value], zone=form.zone, recorded_in=form.recorded_in).shown
    day: np.datetime64 = times[0]
    return day


def usual_formats(texts: Sequence[str]) -> list[str]:
    """Return the usual ways to write dates that fit all texts."""
    return [way for way in USUAL if texts and all(_fits(text, way) for text in texts[:TRIED])]


def _fits(text: str, way: str) -> bool:
    try:
        datetime.strptime(text.strip(), way)  # noqa: DTZ007 - only whether it can be read
    except ValueError:
        return False
    return True
