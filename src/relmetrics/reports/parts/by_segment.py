"""By segment: what a log or durations say of each segment, its figures side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.customers.survival.survival import Survival
from relmetrics.errors import RelmetricsError, StateError
from relmetrics.errors.wording import text_of
from relmetrics.metric.wording import escaped
from relmetrics.reports.page.curve import SERIES, curves
from relmetrics.reports.page.pictures import scrolling
from relmetrics.reports.page.steps import steps
from relmetrics.reports.page.words import counted, label, number, periods_in, whole
from relmetrics.reports.parts.blocks import Block, Grid, Line, Part, Picture
from relmetrics.reports.parts.cohorts import heat
from relmetrics.reports.parts.courses import steps_of
from relmetrics.reports.parts.flows import STAGES, flows, key_of_kinds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.customers.cohorts.by_segment import CohortsBySegment
    from relmetrics.customers.segments.movements import MovementsBySegment
    from relmetrics.customers.stages_by_segment import StagesBySegment
    from relmetrics.customers.survival.groups.by_group import SurvivalByGroup
    from relmetrics.data.labels.grouping import Labels
    from relmetrics.data.types import FloatArray
    from relmetrics.reports.parts.blocks import Look

_DRAWN = 12
"""So many segments have a picture of their own."""


def cohorts(found: CohortsBySegment, look: Look) -> Part:
    """Return the retention of each segment by age as a line, and its cohorts, folded."""
    by = look.titled(found.labels.names)
    title = f"Retention of cohorts by {by}"
    every = found.parts[0].definition.every if found.parts else None
    sizes = [int(part.sizes.sum()) for part in found.parts]
    places, blocks = _largest(sizes, SERIES), []
    names = _names(found.labels)
    lines: list[tuple[str, FloatArray, FloatArray, FloatArray]] = []
    for place in places:
        try:
            table = found.parts[place].curve()
        except RelmetricsError:  # of cohorts of which no curve is one, such as those of revenue
            continue
        lines.append((names[place], table["value"], table["low"], table["high"]))
    ages: list[Any] = max((part.ages.tolist() for part in found.parts), key=len, default=[])
    shown = any(np.isfinite(value).any() for _, value, *_ in lines)
    picture = ""
    if shown:
        picture = curves("Retention of all cohorts together by age, %", [*map(str, ages)], lines)
    blocks += _said(len(names), places, "customers")
    blocks += [Grid(title, found.table(), picture, is_folded=bool(picture), every=every)]
    for place in _largest(sizes, _DRAWN):
        of = f" of {names[place]}"
        drawn = heat(found.parts[place].retention(), every, of)
        summary = f"<summary>Cohorts of {label(names[place])}</summary>"
        blocks.append(Picture(f'<details class="all">{summary}{drawn}</details>'))
    return Part(title, blocks)


def movements(found: MovementsBySegment, look: Look) -> Part:
    """Return who came and went in each segment."""
    title = f"Customers who came and went by {look.titled(found.labels.names)}"
    table, names = found.table(), _names(found.labels)
    every = periods_in(table["period"]) if table.rows else "day"
    sizes = [int(max(part["end"], default=0)) for part in found.parts]
    places = _largest(sizes, _DRAWN)
    drawn = "".join(
        f'<div class="one"><h4>{label(names[place])}</h4>'
        f"{flows(found.parts[place], f'{title}: {names[place]}', every)}</div>"
        for place in places
    )
    pictures = f'<div class="trends">{drawn}</div>' if drawn else ""
    lines = _said(len(names), places, "customers")
    lines += [Line("Each has an axis of its own.")] if len(places) > 1 else []
    return Part(title, [*lines, Grid(title, table, pictures, is_folded=bool(pictures))])


def stages(found: StagesBySegment, look: Look) -> Part:
    """Return the stages of each segment's customers, as shares of them."""
    by = look.titled(found.labels.names)
    title, names = f"Stages of relationships by {by}", _names(found.labels)
    kinds = dict(STAGES)
    rows = ""
    for place in _largest([len(part) for part in found.parts], None):
        part = found.parts[place]
        table = part.portfolio()
        shares = dict(zip(table["stage"].tolist(), table["share"].tolist(), strict=True))
        known = {name: share for name, share in shares.items() if share > 0}
        said = ", ".join(f"{number(share, 0)}% {name}" for name, share in known.items())
        bars = "".join(
            f'<span class="f{kinds[str(name)]}" style="width:{share:.2f}%"></span>'
            for name, share in known.items()
        )
        bar = f'<div class="split" role="img" aria-label="{escaped(said)}">{bars}</div>'
        rows += (
            f'<tr><th scope="row">{label(names[place])}</th>'
            f'<td class="num">{whole(len(part))}</td><td class="wide">{bar if known else ""}'
            f"<small>{escaped(said)}</small></td></tr>"
        )
    drawn = scrolling(
        title,
        f'<table class="shares"><caption>{escaped(title)}, % of its customers</caption><thead><tr>'
        f'<th scope="col">{label(by)}</th><th scope="col" class="num">Customers</th>'
        f'<th scope="col">Stages</th></tr></thead><tbody>{rows}</tbody></table>',
    )
    picture = f"{drawn}{key_of_kinds(STAGES)}" if rows else ""
    return Part(title, [Grid(title, found.table(), picture, is_folded=bool(picture))])


def survival(found: SurvivalByGroup, look: Look) -> Part:
    """Return the survival of each group as a line, and its median with interval."""
    by, names = look.titled(found.labels.names), _names(found.labels)
    of_log = any(isinstance(one, Survival) for one in found.curves)
    title = f"{'How long customers stay' if of_log else 'How many stay how long'} by {by}"
    places = _largest([one.n for one in found.curves], SERIES)
    lines = [steps_of(found.curves[place], names[place]) for place in places]
    drawn = steps(title, "Share left, by time since the beginning.", lines)
    blocks: list[Block] = [*_said(len(names), places, "customers")]
    blocks += [Picture(drawn)] if drawn else []
    try:
        table = found.table()
    except StateError:  # one curve is known for too short a time for means to be compared
        return Part(title, blocks)
    return Part(title, [*blocks, Grid("Median and mean time", table)])


def _names(labels: Labels) -> list[str]:
    """Return what segments are called, as texts."""
    return [
        ", ".join(map(text_of, key)) if isinstance(key, tuple) else text_of(key)
        for key in labels.keys()  # noqa: SIM118 - labels are no mapping
    ]


def _largest(sizes: Sequence[int], most: int | None) -> list[int]:
    """Return the places of the largest, in their order."""
    first = sorted(range(len(sizes)), key=lambda place: -sizes[place])[:most]
    return sorted(first)


def _said(every: int, drawn: Sequence[Any], what: str) -> list[Block]:
    """Say which of many are drawn."""
    if every <= len(drawn):
        return []
    return [Line(f"Drawn are the {len(drawn)} of {counted(every, 'segment')} with most {what}.")]
