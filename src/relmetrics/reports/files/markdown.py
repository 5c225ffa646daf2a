"""Markdown: headings, lines and tables, every text from outside with its signs made harmless."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relmetrics.metric.table import Table
from relmetrics.metric.wording import in_markdown
from relmetrics.reports.page.words import dated, names_of
from relmetrics.reports.parts.blocks import Grid, Line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import AnyArray
    from relmetrics.reports.parts.blocks import Part


def _worded(grid: Grid) -> Table:
    """Return a table with its periods in words, as a page has them, in its notes too."""
    columns: dict[str, AnyArray] = dict(grid.table)
    for name, array in columns.items():
        if array.dtype.kind == "M" and not _has_time(array):
            columns[name] = np.array(names_of(array, grid.every), dtype=object)
        elif name == "note":
            notes = [dated(str(text), (), grid.every or "day") for text in array]
            columns[name] = np.array(notes, dtype=object)
    return Table(columns, grid.table.digits)


def _has_time(array: AnyArray) -> bool:
    return bool((array.astype("datetime64[D]") != array)[~np.isnat(array)].any())


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
                if part.level and block.caption not in ("", part.title):
                    lines += [f"**{in_markdown(block.caption)}**", ""]
                lines += [_worded(block).to_markdown(), ""]
    return "\n".join(lines)
