"""Texts among the parts of a report: headings and paragraphs, and what a part is called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from relmetrics.errors import ParameterError
from relmetrics.errors.wording import shown
from relmetrics.metric.estimate import Estimate, Explanation
from relmetrics.metric.table import Table
from relmetrics.reports.parts.blocks import Line, Part
from relmetrics.reports.parts.kinds import part_of
from relmetrics.reports.scorecard.scorecard import Scorecard

if TYPE_CHECKING:
    from collections.abc import Sequence

_HEADINGS = {"# ": 2, "## ": 3}
"""What a heading begins with, and its level on the page, whose title has the first."""
_BLANK = re.compile(r"\n\s*\n")


def text_part(text: str) -> Part:
    """Return a heading or paragraphs: an explanation has one a line, other text between blanks."""
    for sign, level in _HEADINGS.items():
        if text.startswith(sign):
            return Part(text.removeprefix(sign).strip(), [], level)
    pieces = text.splitlines() if isinstance(text, Explanation) else _BLANK.split(text)
    return Part("", map(Line, filter(None, pieces)) if text.strip() else [Line(text)], 0)


def kind_of(part: Any) -> str:
    """Return what a part is, in words."""
    if isinstance(part, str):
        return "heading" if part.startswith(tuple(_HEADINGS)) else "text"
    if isinstance(part, Estimate):
        return "estimate"
    name = type(part).__name__
    return "".join(f" {c.lower()}" if c.isupper() else c for c in name).strip()


def counted_kind(kind: str, number: int) -> str:
    """Return so many parts of a kind: ``1 trend``, ``2 trends``."""
    return f"{number} {kind}{'' if number == 1 or kind.endswith('s') else 's'}"


def check_parts(parts: Sequence[Any]) -> None:
    """Check that each part is a result or a text.

    Raises:
        ParameterError: One is not.
    """
    unknown = part_of.dispatch(object)
    for place, part in enumerate(parts):
        if isinstance(part, (str, Estimate, Scorecard)):
            continue
        if isinstance(part, type) or part_of.dispatch(type(part)) is unknown:
            kind = type(part).__name__
            raise ParameterError(
                f"parts must hold results and texts; at position {place} is {shown(part)}, of type "
                f"{kind}. {_remedy(part)}"
            )


def _remedy(part: object) -> str:
    """Return what to do with what is no result."""
    if hasattr(part, "tally") or hasattr(part, "moments"):
        return "That is a definition: give it answers, or a state, as in metric(answers)."
    if isinstance(part, (list, tuple)):
        return "Put its items into the list itself."
    return "Say what the library returns, such as rm.nps(answers), or a text."


def as_plain(part: Any) -> dict[str, object]:
    """Return a part as plain values for JSON."""
    if isinstance(part, str):
        found = text_part(part)
        text = found.title or part
        return {"type": kind_of(part), "text": text}
    if isinstance(part, Table):
        return {"type": "table", "columns": part.to_dict()}
    plain: dict[str, object] = part.to_dict()
    return plain
