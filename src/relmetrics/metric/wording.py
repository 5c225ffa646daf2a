"""Numbers as they are read: rounded for people, plain for JSON."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from relmetrics.data.types import Number


def percent(level: float) -> str:
    """Return a confidence level as text: ``95%``."""
    return f"{100 * level:.12g}%"


def p_text(p_value: float) -> str:
    """Return a p-value as text: ``p = 0.031``, ``p < 0.001``."""
    if math.isnan(p_value):
        return "no p-value"
    if p_value < 0.001:  # noqa: PLR2004 - as journals print it
        return "p < 0.001"
    return f"p = {p_value:.2g}" if p_value < 0.9995 else "p = 1"  # noqa: PLR2004 - the same


def figure(number: Number) -> str:
    """Return a number as working shows it: all the digits that matter, no more."""
    return f"{float(number):.10g}" if not isinstance(number, int) else str(number)


def json_number(value: float) -> float | None:
    """Return a number for JSON, which has no NaN and no infinity."""
    return float(value) if math.isfinite(value) else None


def line_html(line: str) -> str:
    """Return one line as a table of one cell, for notebooks."""
    return f"<table><tbody><tr><td>{escape(line)}</td></tr></tbody></table>"
