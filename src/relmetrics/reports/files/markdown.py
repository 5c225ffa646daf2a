"""Markdown: headings, lines and tables, every text from outside with its signs made harmless."""

from __future__ import annotations

from typing import TYPE_CHECKING

from relmetrics.metric.wording import in_markdown
from relmetrics.reports.parts.blocks import Grid, Line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.reports.parts.blocks import Part


def document(title: str, about: str, parts: Sequence[Part]) -> str:
    """Return parts as one document."""
    lines = [f"# {in_markdown(title)}", ""]
    lines += [in_markdown(about), ""] if about else []
    for part in parts:
        if part.level:
            lines += [f"{'#' * part.level} {in_markdown(part.title)}", ""]
        for block in part.blocks:
            if isinstance(block, Line):
                lines += [in_markdown(block.text), ""]
            if isinstance(block, Grid):
                lines += [block.table.to_markdown(), ""]
    return "\n".join(lines)
