"""Numbers as they are read: rounded for people, plain for JSON."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from numbers import Rational
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from relmetrics.data.checks import check_name, check_whole
from relmetrics.data.missing import is_missing
from relmetrics.errors.wording import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from relmetrics.data.types import AnyArray, Number

NUMBER = '<td style="text-align:right">'
"""A cell of a number, in HTML that goes into pages and notebooks by itself."""

DECIMALS = (".", ",")
"""What can stand before the decimals of a number."""

_SIGNS = re.compile(r"([\\`*_\[\]<>|~$#&])")
_LISTS = re.compile(r"^(\d*)([-+=.)])(?=[-=\s]|$)")
"""What begins a list or a rule at the start of a line."""


def percent(level: float) -> str:
    """Return a confidence level as text: ``95%``."""
    return f"{100 * level:.12g}%"


def p_text(p_value: float, *, most: float = 1.0) -> str:
    """Return a p-value as text: ``p = 0.031``, ``p < 0.001``; from `most` on it is not known."""
    if math.isnan(p_value):
        return "no p-value"
    if p_value < 0.001:  # noqa: PLR2004 - as journals print it
        return "p < 0.001"
    if p_value >= most < 1:
        return f"p >= {most:g}"
    return f"p = {p_value:.2g}" if p_value < 0.9995 else "p = 1"  # noqa: PLR2004 - the same


def figure(number: Number) -> str:
    """Return a number as working shows it: all the digits that matter, no more."""
    return f"{float(number):.10g}" if not isinstance(number, int) else str(number)


def plain(value: Any) -> Any:
    """Return a value as JSON knows it, with all that it holds.

    NaN and infinity become None, dates and decimals their text, a result its dictionary.
    """
    if value is None or isinstance(value, (str, int, float)):
        return plain_cell(value)
    if hasattr(value, "to_dict"):
        return value.to_dict()
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, np.ndarray) and _is_plain(value):
        return value.tolist()
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(one) for one in value]
    if isinstance(value, Rational):
        value = int(value.numerator) if value.denominator == 1 else float(value)
    return plain_cell(value)


def _is_plain(array: AnyArray) -> bool:
    """Tell whether an array holds nothing but truth values and finite numbers."""
    kind = array.dtype.kind
    return kind in "biu" or (kind == "f" and bool(np.isfinite(array).all()))


def plain_cell(value: Any) -> Any:
    """Return the value of a cell as JSON knows it: what is no number and no truth value as text."""
    if isinstance(value, np.generic) and not isinstance(value, (np.datetime64, np.timedelta64)):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, (bool, int, str)):
        return value
    return None if is_missing(value) else str(value)


def left_out(missing: int, weightless: int) -> list[str]:
    """Return what was left out, in words: rows without an answer, and answers of weight 0."""
    found = [f"{missing} missing"] if missing else []
    return [*found, f"{weightless} of weight 0"] if weightless else found


def escaped(text: str) -> str:
    """Return text as HTML has it, its control characters written out."""
    from html import escape  # noqa: PLC0415 - only notebooks and pages need it

    return escape(printable(text))


def in_markdown(text: str) -> str:
    """Return text that reads as itself in Markdown, on one line."""
    line = " ".join(printable(text).split())
    return _LISTS.sub(r"\1\\\2", _SIGNS.sub(r"\\\1", line))


def marked(text: str, decimal: str) -> str:
    """Return a number as text with a point or a comma before its decimals."""
    return text if decimal == "." else text.replace(".", decimal)


class Decimals(NamedTuple):
    """How numbers are written: with so many decimals, after a point or a comma."""

    digits: int
    mark: str

    @classmethod
    def of(cls, digits: object, mark: str) -> Decimals:
        """Check what was asked.

        Raises:
            ParameterError: It is no number of digits, or no mark.
        """
        check_name("decimal", mark, DECIMALS)
        return cls(check_whole("digits", digits, 0), mark)

    def __call__(self, number: float, sign: str = "") -> str:
        """Return a number as text, never minus zero."""
        return marked(f"{number:{sign}z.{self.digits}f}", self.mark)


def row_html(cells: Mapping[str, str], title: str = "") -> str:
    """Return a table of one row for notebooks, with the names of its cells above it."""
    about = f' title="{escaped(title)}"' if title else ""
    head = "".join(f"<th>{escaped(name)}</th>" for name in cells)
    body = "".join(f"<td>{escaped(text)}</td>" for text in cells.values())
    return f"<table{about}><thead><tr>{head}</tr></thead><tbody><tr>{body}</tr></tbody></table>"


def rows_html(rows: Mapping[str, str]) -> str:
    """Return a table of names and texts for notebooks."""
    body = "".join(
        f'<tr><th style="text-align:left">{escaped(name)}</th>'
        f'<td style="text-align:left">{escaped(text)}</td></tr>'
        for name, text in rows.items()
    )
    return f"<table><tbody>{body}</tbody></table>"


def paragraph(line: str) -> str:
    """Return one line as a paragraph, for notebooks."""
    return f"<p>{escaped(line)}</p>"


def paragraphs(lines: Iterable[str]) -> str:
    """Return lines below each other, for notebooks."""
    return "".join(f"<p>{escaped(line)}</p>" for line in lines)


def line_html(line: str) -> str:
    """Return one line as a table of one cell, for notebooks."""
    return f"<table><tbody><tr><td>{escaped(line)}</td></tr></tbody></table>"
