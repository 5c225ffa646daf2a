"""Courses of relationships: how long customers stay, and the stages that they are in."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from relmetrics.errors.wording import text_of
from relmetrics.metric.wording import escaped
from relmetrics.reports.page.axis import Axis
from relmetrics.reports.page.bars import Bar, Bars
from relmetrics.reports.page.words import counted, percent, whole
from relmetrics.reports.parts.blocks import Grid, Line, Part

if TYPE_CHECKING:
    from relmetrics.customers.lifecycle.lifecycle import Lifecycle
    from relmetrics.customers.survival.curve import SurvivalCurve
    from relmetrics.customers.survival.questions import SurvivalQuestions
    from relmetrics.customers.survival.survival import Survival
    from relmetrics.reports.parts.blocks import Look

_WIDTH, _LEFT, _RIGHT, _TOP, _BOTTOM = 420, 44, 414, 10, 150
_LAST = 400
"""The longest time stands here: its number, in the middle below, needs room beside it."""
_POINTS = 400
"""A curve has at most so many steps on a page."""


def survival(found: Survival, look: Look) -> Part:
    """Return how many customers are left by tenure."""
    del look
    title = "How long customers stay"
    median = found.median
    half = (
        f"Half of them have lapsed after {counted(int(median), 'day')}."
        if math.isfinite(median)
        else "Fewer than half of them have lapsed by the end of the curve."
    )
    line = (
        f"{counted(found.n, 'customer')}, of whom {whole(int(found.lapsed.sum()))} lapsed: no "
        f"purchase for {counted(found.lapsed_after, 'day')}. {half}"
    )
    return Part(
        title, [Line(line), Grid(title, found.table(), _curve(found, title), is_folded=True)]
    )


def survival_curve(found: SurvivalCurve, look: Look) -> Part:
    """Return how many are left by time, from durations."""
    del look
    title = "How many stay how long"
    drawn = _curve(found, title)
    unit = f" {found.unit}" if found.unit else ""
    half = (
        f"Half of them have left after {found.median:g}{unit}."
        if math.isfinite(found.median)
        else "Fewer than half of them have left by the end of the curve."
    )
    missing = f"; {whole(found.missing)} missing" if found.missing else ""
    line = f"{whole(found.n)} in all, of whom {whole(found.left)} left{missing}. {half}"
    return Part(title, [Line(line), Grid(title, found.table(), drawn, is_folded=True)])


def _curve(found: SurvivalQuestions, title: str) -> str:
    days, share = found.times, found.survival
    if not len(days):
        return ""
    keep = np.unique(np.linspace(0, len(days) - 1, min(_POINTS, len(days))).astype(np.int64))
    x_axis = Axis.over([0.0, float(days[-1]) or 1.0], _LEFT, _LAST)
    y_axis = Axis.over([0.0, 100.0], _BOTTOM, _TOP)
    if x_axis is None or y_axis is None:
        return ""
    low, high = found.low, found.high
    x = [x_axis.at(float(day)) for day in days[keep]]
    steps = _steps(x, [y_axis.at(v) for v in share[keep].tolist()], x_axis.at(0), y_axis.at(100))
    band = ""
    known = np.isfinite(low[keep]) & np.isfinite(high[keep])
    if known.any():
        inside = [x[i] for i in np.flatnonzero(known)]
        tops = [y_axis.at(v) for v in high[keep][known].tolist()]
        bottoms = [y_axis.at(v) for v in low[keep][known].tolist()]
        band = _steps(inside, tops, inside[0], tops[0])
        back = list(zip(inside, bottoms, strict=True))[::-1]
        band += "".join(f"L{a:.1f} {b:.1f}" for a, b in _stepped(back)) + "Z"
        band = f'<path class="band" d="{band}"/>'
    grid = "".join(f"M{_LEFT} {y_axis.at(t):.1f}H{_RIGHT}" for t in y_axis.ticks)
    texts = "".join(
        _text(_LEFT - 6, y_axis.at(t) + 4, f"{y_axis.text(t)}%", "end") for t in y_axis.ticks
    )
    texts += "".join(
        _text(x_axis.at(t), _BOTTOM + 18, x_axis.text(t), "middle") for t in x_axis.ticks
    )
    level = percent(found.confidence_level)
    said = f"{title}: share of customers left by time since the beginning, {level} band"
    return (
        f'<figure><svg class="flows" viewBox="0 0 {_WIDTH} {_BOTTOM + 26}" role="img">'
        f'<title>{escaped(said)}</title><path class="ax" d="{grid}"/>{band}'
        f'<path class="curve" d="{steps}"/>{texts}</svg>'
        f"<p>Customers left, by time since the beginning; the band is the {level} interval."
        "</p></figure>"
    )


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{text}</text>'


def _steps(x: list[float], y: list[float], x0: float, y0: float) -> str:
    """Return a path that falls where it falls, and stays level in between."""
    return f"M{x0:.1f} {y0:.1f}" + "".join(f"H{a:.1f}V{b:.1f}" for a, b in zip(x, y, strict=True))


def _stepped(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the corners of a level path that is walked backwards."""
    corners = points[:1]
    for a, b in points[1:]:
        corners += [(corners[-1][0], b), (a, b)]
    return corners


def lifecycle(found: Lifecycle, look: Look) -> Part:
    """Return customers and revenue by stage."""
    del look
    title, table = "Stages of relationships", found.portfolio()
    figures = zip(
        table["stage"].tolist(),
        *(table[name].tolist() for name in ("share", "low", "high", "customers")),
        strict=True,
    )
    bars = Bars(
        caption="Customers by stage, %",
        head="Stage",
        value="Share, %",
        rows=[
            Bar(name=text_of(stage), value=share, low=low, high=high, n=n)
            for stage, share, low, high, n in figures
        ],
        within=(0.0, 100.0),
    )
    said = f"{counted(len(found), 'customer')} on {found.as_of}."
    return Part(
        title, [Line(said), Grid(title, table, bars.html()), Grid("By period", found.history())]
    )
