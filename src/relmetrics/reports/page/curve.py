"""Curve: values in order with their intervals, each at a place with a name, in one line or more."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.metric.wording import escaped
from relmetrics.reports.page.axis import Axis
from relmetrics.reports.page.words import ends, label, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import FloatArray

_WIDTH, _LEFT, _RIGHT, _TOP, _BOTTOM = 420, 44, 414, 10, 150
_LETTERS, _BETWEEN = 60, 3
"""So many letters of names stand below the curve, room for so many between two."""
SERIES = 6
"""So many lines are told apart by colour and dashes."""


def curve(
    title: str, names: Sequence[str], value: FloatArray, low: FloatArray, high: FloatArray
) -> str:
    """Return percentages in order, each with its interval; nothing where there is none."""
    return curves(title, names, [("", value, low, high)])


def curves(
    title: str,
    names: Sequence[str],
    lines: Sequence[tuple[str, FloatArray, FloatArray, FloatArray]],
) -> str:
    """Return lines of percentages in order; one that stands alone has its intervals.

    Args:
        title: What they are.
        names: What each place is called.
        lines: The name of each line, its values from the first place on, and their ends.
    """
    alone = len(lines) == 1
    filled = [
        (name, value, *(np.where(np.isfinite(end), end, value) for end in ends))
        for name, value, *ends in lines
    ]
    reach = [x for _, value, *ends in filled for part in (ends if alone else [value]) for x in part]
    axis = Axis.over([*map(float, reach), 0.0], _BOTTOM, _TOP, within=(0.0, math.inf))
    if axis is None or not names:
        return ""
    inside = np.linspace(_LEFT + 18, _RIGHT - 18, len(names))
    x = inside if len(names) > 1 else np.array([(_LEFT + _RIGHT) / 2])
    grid = "".join(f"M{_LEFT} {axis.at(t):.1f}H{_RIGHT}" for t in axis.ticks)
    texts = "".join(_text(_LEFT - 6, axis.at(t) + 4, f"{axis.text(t)}%", "end") for t in axis.ticks)
    most = max(1, _LETTERS // (max(map(len, names)) + _BETWEEN))
    stride = math.ceil(len(names) / most)
    texts += "".join(
        _text(x[i], _BOTTOM + 18, names[i], "middle") for i in range(len(names) - 1, -1, -stride)
    )
    drawn = "".join(
        _line(place, line, names, x, axis, alone=alone) for place, line in enumerate(filled)
    )
    key = "" if alone else key_of([name for name, *_ in lines])
    return (
        f'<figure><figcaption>{escaped(title)}</figcaption><svg class="flows" '
        f'viewBox="0 0 {_WIDTH} {_BOTTOM + 26}" role="img"><title>{escaped(title)}</title>'
        f'<path class="ax" d="{grid}"/>{drawn}{texts}</svg>{key}</figure>'
    )


def _line(
    place: int, line: Sequence[Any], names: Sequence[str], x: FloatArray, axis: Axis, *, alone: bool
) -> str:
    name, value, low, high = line
    known = np.flatnonzero(np.isfinite(value)).tolist()
    if not known:
        return ""
    course = "L".join(f"{x[i]:.1f} {axis.at(value[i]):.1f}" for i in known)
    kind = "" if alone else f" s{place}"
    bars = ""
    if alone:
        bars = "".join(f"M{x[i]:.1f} {axis.at(low[i]):.1f}V{axis.at(high[i]):.1f}" for i in known)
        bars = f'<path class="rng" d="{bars}" style="stroke-width:3"/>'
    of = f"{escaped(name)}, " if name else ""
    points = "".join(
        f'<circle class="full{kind}" cx="{x[i]:.1f}" cy="{axis.at(value[i]):.1f}" r="2.6"><title>'
        f"{of}{escaped(names[i])}: {number(value[i], 1)}%, {ends(low[i], high[i], 1)}</title>"
        "</circle>"
        for i in known
    )
    return f'{bars}<path class="course{kind}" d="M{course}"/>{points}'


def key_of(names: Sequence[str]) -> str:
    """Return which line is which: its name beside a piece of it."""
    items = "".join(
        f'<span><svg class="piece" viewBox="0 0 26 6" aria-hidden="true"><path class="curve s{i}" '
        f'd="M0 3H26"/></svg>{label(name)}</span>'
        for i, name in enumerate(names)
    )
    return f'<div class="key">{items}</div>'


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escaped(text)}</text>'
