"""Curve: values in order with their intervals, each at a place with a name."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from relmetrics.metric.wording import escaped
from relmetrics.reports.page.axis import Axis
from relmetrics.reports.page.words import ends, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import FloatArray

_WIDTH, _LEFT, _RIGHT, _TOP, _BOTTOM = 420, 44, 414, 10, 150
_LETTERS = 60
"""So many letters of names stand below the curve."""


def curve(
    title: str, names: Sequence[str], value: FloatArray, low: FloatArray, high: FloatArray
) -> str:
    """Return percentages in order, each with its interval; nothing where there is none."""
    low, high = (np.where(np.isfinite(end), end, value) for end in (low, high))
    axis = Axis.over([*low.tolist(), *high.tolist(), 0.0], _BOTTOM, _TOP, within=(0.0, math.inf))
    if axis is None:
        return ""
    inside = np.linspace(_LEFT + 18, _RIGHT - 18, len(names))
    x = inside if len(names) > 1 else np.array([(_LEFT + _RIGHT) / 2])
    most = max(1, _LETTERS // max(map(len, names)))
    stride = math.ceil(len(names) / most)
    grid = "".join(f"M{_LEFT} {axis.at(t):.1f}H{_RIGHT}" for t in axis.ticks)
    texts = "".join(_text(_LEFT - 6, axis.at(t) + 4, f"{axis.text(t)}%", "end") for t in axis.ticks)
    texts += "".join(
        _text(x[i], _BOTTOM + 18, names[i], "middle") for i in range(len(names) - 1, -1, -stride)
    )
    known = np.flatnonzero(np.isfinite(value)).tolist()
    bars = "".join(f"M{x[i]:.1f} {axis.at(low[i]):.1f}V{axis.at(high[i]):.1f}" for i in known)
    course = "L".join(f"{x[i]:.1f} {axis.at(value[i]):.1f}" for i in known)
    points = "".join(
        f'<circle class="full" cx="{x[i]:.1f}" cy="{axis.at(value[i]):.1f}" r="2.6"><title>'
        f"{escaped(names[i])}: {number(value[i], 1)}%, {ends(low[i], high[i], 1)}</title></circle>"
        for i in known
    )
    return (
        f'<figure><figcaption>{escaped(title)}</figcaption><svg class="flows" '
        f'viewBox="0 0 {_WIDTH} {_BOTTOM + 26}" role="img"><title>{escaped(title)}</title>'
        f'<path class="ax" d="{grid}"/><path class="rng" d="{bars}" style="stroke-width:3"/>'
        f'<path class="course" d="M{course}"/>{points}{texts}</svg></figure>'
    )


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escaped(text)}</text>'
