"""Steps: shares that change at certain times and stay level in between, one line or several."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from relmetrics.metric.wording import escaped
from relmetrics.reports.page.axis import Axis
from relmetrics.reports.page.curve import key_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import AnyArray, FloatArray

_WIDTH, _LEFT, _RIGHT, _TOP, _BOTTOM = 420, 44, 414, 10, 150
_LAST = 400
"""The longest time stands here: its number, in the middle below, needs room beside it."""
_POINTS = 400
"""A line has at most so many steps on a page."""


@frozen(eq=False)
class Steps:
    """One line: what it is called, and its percentage from each time on, with an interval.

    Attributes:
        name: What it is called; empty where it is the only one.
        times: When it changes, ascending.
        value: Its value from each time on, %.
        low: Lower ends; NaN for none.
        high: Upper ends.
        start: Its value before the first time.
    """

    name: str
    times: AnyArray
    value: FloatArray
    low: FloatArray
    high: FloatArray
    start: float = 100.0


def steps(said: str, note: str, lines: Sequence[Steps]) -> str:
    """Return lines on one axis of time from 0, and a note; nothing where no line has a time.

    A line that stands alone has its band. Several are told apart by dashes as well as by colours.
    """
    shown = [line for line in lines if len(line.times)]
    last = max((float(line.times[-1]) for line in shown), default=0.0)
    top = 100.0 if any(line.start for line in shown) else _highest(shown)
    x_axis = Axis.over([0.0, last or 1.0], _LEFT, _LAST, within=(0.0, last or 1.0))
    y_axis = Axis.over([0.0, top], _BOTTOM, _TOP, within=(0.0, 100.0))
    if not shown or x_axis is None or y_axis is None:
        return ""
    grid = "".join(f"M{_LEFT} {y_axis.at(t):.1f}H{_RIGHT}" for t in y_axis.ticks)
    texts = "".join(
        _text(_LEFT - 6, y_axis.at(t) + 4, f"{y_axis.text(t)}%", "end") for t in y_axis.ticks
    )
    texts += "".join(
        _text(x_axis.at(t), _BOTTOM + 18, x_axis.text(t), "middle") for t in x_axis.ticks
    )
    alone = len(lines) == 1
    drawn = _band(shown[0], x_axis, y_axis) if alone else ""
    for place, line in enumerate(lines):
        kind = "curve" if alone else f"curve s{place}"
        named = f"<title>{escaped(line.name)}</title>" if line.name else ""
        path = _path(line, x_axis, y_axis)
        drawn += f'<path class="{kind}" d="{path}">{named}</path>'
    key = "" if alone else key_of([line.name for line in lines])
    return (
        f'<figure><svg class="flows" viewBox="0 0 {_WIDTH} {_BOTTOM + 26}" role="img">'
        f'<title>{escaped(said)}</title><path class="ax" d="{grid}"/>{drawn}{texts}</svg>{key}'
        f"<p>{escaped(note)}</p></figure>"
    )


def _highest(lines: Sequence[Steps]) -> float:
    """Return the highest end of lines, or value where it has no end."""
    ends = [np.where(np.isfinite(line.high), line.high, line.value).max() for line in lines]
    return float(max(ends, default=1.0)) or 1.0


def _kept(line: Steps) -> AnyArray:
    """Return which of the steps are drawn."""
    size = len(line.times)
    return np.unique(np.linspace(0, size - 1, min(_POINTS, size)).astype(np.int64))


def _path(line: Steps, x_axis: Axis, y_axis: Axis) -> str:
    if not len(line.times):  # nothing ever changed
        return f"M{x_axis.at(0):.1f} {y_axis.at(line.start):.1f}H{x_axis.end:.1f}"
    keep = _kept(line)
    x = [x_axis.at(float(time)) for time in line.times[keep]]
    y = [y_axis.at(value) for value in line.value[keep].tolist()]
    return _steps(x, y, x_axis.at(0), y_axis.at(line.start))


def _band(line: Steps, x_axis: Axis, y_axis: Axis) -> str:
    keep = _kept(line)
    low, high = line.low[keep], line.high[keep]
    known = np.isfinite(low) & np.isfinite(high)
    if not known.any():
        return ""
    inside = [x_axis.at(float(time)) for time in line.times[keep][known]]
    tops = [y_axis.at(v) for v in high[known].tolist()]
    bottoms = [y_axis.at(v) for v in low[known].tolist()]
    band = _steps(inside, tops, inside[0], tops[0])
    back = list(zip(inside, bottoms, strict=True))[::-1]
    band += "".join(f"L{a:.1f} {b:.1f}" for a, b in _stepped(back)) + "Z"
    return f'<path class="band" d="{band}"/>'


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
