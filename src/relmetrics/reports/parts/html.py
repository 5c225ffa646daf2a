"""HTML of parts: their lines, drawings and tables on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from relmetrics.metric.wording import escaped
from relmetrics.reports.page.tables import table_html
from relmetrics.reports.page.words import spelled
from relmetrics.reports.parts.blocks import Grid, Line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from relmetrics.reports.parts.blocks import Part


def part_html(part: Part, labels: Mapping[str, str]) -> str:
    """Return what a part shows, without its heading."""
    shown = ""
    for block in part.blocks:
        if isinstance(block, Line):
            shown += f'<p class="lead">{line_html(block.text)}</p>'
        elif isinstance(block, Grid):
            shown += grid_html(block, labels, is_said=block.caption == part.title or not part.level)
        else:
            shown += block.html
    return shown


def grid_html(grid: Grid, labels: Mapping[str, str], *, is_said: bool = False) -> str:
    """Return what is drawn of a table, the table, or both where the table is folded below."""
    if grid.drawn and not grid.is_folded:
        return grid.drawn
    table = table_html(grid.caption, grid.table, labels, grid.every, is_said=is_said)
    if not grid.is_folded:
        return table
    folded = f'<details class="all"><summary>All figures</summary>{table}</details>'
    return grid.drawn + folded


def line_html(text: str) -> str:
    """Return a line as HTML, its numbers as the page has them."""
    return escaped(spelled(text))
