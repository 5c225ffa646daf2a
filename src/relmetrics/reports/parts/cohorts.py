"""Cohorts: retention as a heat table, blank where nothing can be known yet, and their curve."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from relmetrics.errors import RelmetricsError
from relmetrics.metric.wording import escaped
from relmetrics.reports.page.curve import curve
from relmetrics.reports.page.pictures import scrolling
from relmetrics.reports.page.words import counted, ends, label, names_of, number, whole
from relmetrics.reports.parts.blocks import Grid, Line, Part

if TYPE_CHECKING:
    from relmetrics.customers.cohorts.cohorts import Cohorts
    from relmetrics.customers.cohorts.retention import CohortRetention
    from relmetrics.data.calendar.periods import Every
    from relmetrics.reports.parts.blocks import Look

_MOST = 36
"""The last so many cohorts, and the first so many ages, are on a page."""


def cohorts(found: Cohorts, look: Look) -> Part:
    """Return the retention of cohorts, and their curve."""
    every = found.definition.every
    part = retention(found.retention(), look, every=every)
    try:
        table = found.curve()
    except RelmetricsError:
        return part
    known = np.isfinite(table["value"])
    if not known.any():
        return part
    picture = curve(
        "Retention of all cohorts together by age, %",
        [str(age) for age in table["age"][known].tolist()],
        *(table[name][known] for name in ("value", "low", "high")),
    )
    course = Grid("Retention curve", table, picture, is_folded=True)
    return Part(part.title, [*part.blocks, course], is_wide=True)


def retention(found: CohortRetention, look: Look, *, every: Every | None = None) -> Part:
    """Return the retention of cohorts as a heat table."""
    del look
    title = "Retention by cohort"
    line = Line(
        "Each row is who came in one period, each column how long after; a cell is the percentage "
        "of the row who were active then. What is not over yet is blank."
    )
    drawn = heat(found, every)
    return Part(title, [line, Grid(title, found.table(), drawn, every=every)], is_wide=True)


def heat(found: CohortRetention, every: Every | None, of: str = "") -> str:
    """Return a heat table, with the segment that it is of in its caption."""
    first, width = max(0, len(found.cohorts) - _MOST), min(len(found.ages), _MOST)
    names = names_of(found.cohorts[first:], every)
    heads = "".join(
        f'<th scope="col" class="num">{label(age)}</th>' for age in found.ages[:width].tolist()
    )
    body = ""
    for row, name in enumerate(names, start=first):
        cells = "".join(_cell(found, row, column) for column in range(width))
        body += (
            f'<tr><th scope="row">{escaped(name)}</th>'
            f'<td class="num">{whole(int(found.sizes[row]))}</td>{cells}</tr>'
        )
    caption = f"Retention by cohort and age{of}, %"
    if first or width < len(found.ages):
        caption += f": the last {counted(len(names), 'cohort')}, the first {width} ages"
    return scrolling(
        caption,
        f'<table class="heat"><caption>{escaped(caption)}</caption><thead><tr>'
        f'<th scope="col">Cohort</th><th scope="col" class="num">Customers</th>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table>",
    )


def _cell(found: CohortRetention, row: int, column: int) -> str:
    value = float(found.value[row, column])
    if math.isnan(value):
        return "<td></td>"
    low, high = float(found.low[row, column]), float(found.high[row, column])
    said = f' title="{number(value, 1)}%, {ends(low, high, 1)}"' if math.isfinite(low) else ""
    much = min(100.0, max(0.0, value))
    return f'<td class="num" style="--v:{much:.0f}%"{said}>{number(value, 0)}</td>'
