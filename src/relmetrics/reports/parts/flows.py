"""Flows: what came and what went, period by period, and how an amount became another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from attrs import frozen

from relmetrics.metric.wording import escaped
from relmetrics.reports.page.axis import Axis
from relmetrics.reports.page.words import number, periods_in, short_name
from relmetrics.reports.parts.blocks import Grid, Line, Part, Picture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.calendar.periods import Every
    from relmetrics.data.types import AnyArray
    from relmetrics.metric.table import Table
    from relmetrics.money.revenue_history import RevenueHistory
    from relmetrics.money.revenue_movement import RevenueMovement
    from relmetrics.reports.parts.blocks import Look

_WIDTH, _LEFT, _RIGHT, _TOP, _BOTTOM = 420, 52, 414, 10, 150
_MOST = 36
"""The last so many periods are drawn."""
_ROOM = 92
"""The names of periods are so far apart."""
_LOWER = 14
"""Every other name below a waterfall stands so much lower: two beside each other would touch."""
Kinds: TypeAlias = "Sequence[tuple[str, str]]"
"""Columns of a table, and the letter of the colour of each."""
_UP: Kinds = (("new", "p"), ("reactivated", "r"), ("expansion", "x"))
_DOWN: Kinds = (("lost", "d"), ("churned", "d"), ("contraction", "c"))
STAGES: Kinds = (
    *(("awareness", "m"), ("exploration", "r"), ("expansion", "p")),
    *(("commitment", "x"), ("dissolution", "d")),
)


def movements(table: Table, *, every: Every = "month") -> Part:
    """Return who came, came back and went in each period, from a table of movements."""
    title = "Customers who came and went"
    drawn = flows(table, title, every)
    return Part(title, [Grid(title, table, drawn, is_folded=bool(drawn), every=every)])


def history(found: RevenueHistory, look: Look) -> Part:
    """Return the movements of revenue by period."""
    del look
    table, title = found.table(), "Movements of revenue"
    grid = Grid(title, table, flows(table, title, periods_in(table["period"])), is_folded=True)
    return Part(title, [grid, *map(Line, found.remarks)])


def movement(found: RevenueMovement, look: Look) -> Part:
    """Return how the revenue of one period became that of the next."""
    del look
    table, title = found.table(), "Movement of revenue"
    notes = [Line(note) for note in found.remarks]
    return Part(title, [Picture(_waterfall(table, title)), Grid(title, table), *notes])


def flows(
    table: Table,
    title: str,
    every: Any,
    kinds: tuple[Kinds, Kinds] = (_UP, _DOWN),
    caption: str = "",
) -> str:
    """Return a bar for each period, what came above the line and what went below it."""
    days = table["period"][-_MOST:]
    stacks = [
        (name, kind, sign * np.array(table[name][-_MOST:], dtype=np.float64))
        for flow, sign in zip(kinds, (1, -1), strict=True)
        for name, kind in flow
        if name in table
    ]
    up = sum((np.maximum(v, 0) for *_, v in stacks), np.zeros(len(days)))
    down = sum((np.minimum(v, 0) for *_, v in stacks), np.zeros(len(days)))
    counts = all(table[name].dtype.kind in "iu" for name, *_ in stacks)
    ends = [*up.tolist(), *down.tolist(), 0.0]
    axis = Axis.over(ends, _BOTTOM, _TOP, least=1.0 if counts else 0.0)
    if not len(days) or axis is None:
        return ""
    step = (_RIGHT - _LEFT) / len(days)
    thick = min(28.0, 0.7 * step)
    places = _LEFT + step * (np.arange(len(days)) + 0.5)
    complete = table["complete"][-_MOST:] if "complete" in table else np.ones(len(days), bool)
    above, below, bars = np.zeros(len(days)), np.zeros(len(days)), ""
    for name, kind, values in stacks:
        base = below if name in dict(kinds[1]) else above
        for i in np.flatnonzero(values):
            start, end = sorted((axis.at(base[i]), axis.at(base[i] + values[i])))
            unfinished = "" if complete[i] else " unfinished"
            bars += (
                f'<rect class="f{kind}{unfinished}" x="{places[i] - thick / 2:.1f}" '
                f'y="{start:.1f}" width="{thick:.1f}" height="{max(end - start, 0.5):.1f}"><title>'
                f"{short_name(days[i], every)}: {number(abs(values[i]), 0)} {name}</title></rect>"
            )
        base += values
    return (
        f"<figure>{f'<figcaption>{caption}</figcaption>' if caption else ''}"
        f'<svg class="flows" viewBox="0 0 {_WIDTH} {_BOTTOM + 26}" role="img">'
        f"<title>{escaped(title)}</title>{_grid(axis)}{bars}{_names(days, places, every)}</svg>"
        f"{key_of_kinds([(name, kind) for name, kind, _ in stacks])}</figure>"
    )


def key_of_kinds(kinds: Kinds) -> str:
    """Return which colour is which."""
    items = "".join(f'<span><span class="dot f{kind}"></span>{name}</span>' for name, kind in kinds)
    return f'<div class="key">{items}</div>'


def _grid(axis: Axis) -> str:
    lines = "".join(f"M{_LEFT} {axis.at(tick):.1f}H{_RIGHT}" for tick in axis.ticks)
    texts = "".join(
        f'<text x="{_LEFT - 6}" y="{axis.at(tick) + 4:.1f}" text-anchor="end">{axis.text(tick)}'
        "</text>"
        for tick in axis.ticks
    )
    zero = f'<path class="zero" d="M{_LEFT} {axis.at(0):.1f}H{_RIGHT}"/>'
    return f'<path class="ax" d="{lines}"/>{zero}{texts}'


def _names(days: AnyArray, places: AnyArray, every: Any) -> str:
    step = float(places[1] - places[0]) if len(places) > 1 else _ROOM
    stride = int(np.ceil(_ROOM / step))
    texts = ""
    for i in range(len(days) - 1, -1, -stride):
        x = min(max(float(places[i]), _LEFT + 24), _RIGHT - 28)
        texts += (
            f'<text x="{x:.1f}" y="{_BOTTOM + 20}" text-anchor="middle">'
            f"{short_name(days[i], every)}</text>"
        )
    return texts


@frozen
class _Step:
    name: str
    begin: float
    end: float
    kind: str


def _steps(table: Table) -> Sequence[_Step]:
    """Return where each bar of a waterfall begins and ends."""
    steps, level = [], 0.0
    for name, amount in zip(table["movement"].tolist(), table["amount"].tolist(), strict=True):
        value = float(amount)
        if name in ("start", "end"):
            steps.append(_Step(name, 0.0, value, "m"))
            level = value
            continue
        kind = dict(_UP) | dict(_DOWN)
        change = -value if name in dict(_DOWN) else value
        steps.append(_Step(name, level, level + change, kind.get(name, "m")))
        level += change
    return steps


def _waterfall(table: Table, title: str) -> str:
    """Return the bars of a movement, each beginning where the one before it ends."""
    steps = _steps(table)
    axis = Axis.over([x for s in steps for x in (s.begin, s.end)] + [0.0], _BOTTOM, _TOP)
    if axis is None:
        return ""
    wide = (_RIGHT - _LEFT) / len(steps)
    drawn = ""
    for i, s in enumerate(steps):
        top, bottom = sorted((axis.at(s.begin), axis.at(s.end)))
        x = _LEFT + wide * (i + 0.5)
        change = s.end - s.begin
        drawn += (
            f'<rect class="f{s.kind}" x="{x - wide * 0.35:.1f}" y="{top:.1f}" '
            f'width="{wide * 0.7:.1f}" height="{max(bottom - top, 0.8):.1f}"><title>'
            f"{escaped(s.name)}: {number(change, 2)}</title></rect>"
            f'<text x="{x:.1f}" y="{_BOTTOM + 20 + i % 2 * _LOWER}" text-anchor="middle">'
            f"{escaped(s.name)}</text>"
        )
    return (
        f'<figure><svg class="flows" viewBox="0 0 {_WIDTH} {_BOTTOM + 26 + _LOWER}" role="img">'
        f"<title>{escaped(title)}</title>{_grid(axis)}{drawn}</svg></figure>"
    )
