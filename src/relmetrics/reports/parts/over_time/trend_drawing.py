"""Drawing of a trend: each period with its interval, on an axis of time."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from relmetrics.data.calendar.periods import kind_of
from relmetrics.metric.wording import escaped
from relmetrics.reports.page.axis import Axis
from relmetrics.reports.page.words import number, percent, period_name, short_name

if TYPE_CHECKING:
    from relmetrics.data.types import FloatArray
    from relmetrics.reports.parts.over_time.latest import LatestPeriod

_WIDTH, _LEFT, _RIGHT, _TOP, _BOTTOM = 360, 40, 350, 10, 132
"""The picture is so wide; values are drawn between left and right, top and bottom."""
_MARGIN = 14
"""How far from the ends of the axis the first and the last period stand."""
_ROOM = 88
"""The names of periods are so far apart, from the last one back."""


def trend_drawing(latest: LatestPeriod) -> str:
    """Return the periods of a trend with their intervals; nothing where none has answers.

    A period that is not over is hollow. One in which a rule rang is a square. The dashed line is
    the center of the control chart.
    """
    trend = latest.trend
    figures, about = trend.table(), trend.metric.description
    value, days = figures["value"], figures["period"]
    known = np.flatnonzero(np.isfinite(value))
    low, high = (
        np.where(np.isfinite(end), end, value) for end in (figures["low"], figures["high"])
    )
    values = [*low[known].tolist(), *high[known].tolist()]
    if latest.alerts is not None:
        values.append(latest.alerts.center)
    axis = Axis.over(values, _BOTTOM, _TOP, within=(about.low, about.high))
    if axis is None:
        return ""
    x, apart = _places(len(trend))
    rang = {alert.period for alert in latest.alerts or ()}
    radius = min(4.0, max(1.2, apart / 3))
    bars = "".join(f"M{x[i]:.1f} {axis.at(low[i]):.1f}V{axis.at(high[i]):.1f}" for i in known)
    course = "L".join(f"{x[i]:.1f} {axis.at(value[i]):.1f}" for i in known)
    marks = "".join(
        _mark(
            float(x[i]),
            axis.at(value[i]),
            radius,
            hollow=not figures["complete"][i],
            rang=days[i] in rang,
        )
        for i in known
    )
    center = ""
    if latest.alerts is not None:
        center = f'<path class="tot" d="M{_LEFT} {axis.at(latest.alerts.center):.1f}H{_RIGHT}"/>'
    grid = "".join(f"M{_LEFT} {axis.at(tick):.1f}H{_RIGHT}" for tick in axis.ticks)
    ticks = "".join(
        f'<text x="{_LEFT - 6}" y="{axis.at(tick) + 4:.1f}" text-anchor="end">{axis.text(tick)}'
        "</text>"
        for tick in axis.ticks
    )
    return (
        f'<svg class="trend" viewBox="0 0 {_WIDTH} {_BOTTOM + 26}" role="img">'
        f'<title>{escaped(_said(latest))}</title><path class="ax" d="{grid}"/>{center}{ticks}'
        f'{_dates(latest, x)}<path class="course" d="M{course}"/>'
        f'<path class="rng" d="{bars}" style="stroke-width:{min(5.0, max(1.0, apart / 4)):.1f}"/>'
        f"{marks}</svg>"
    )


def _places(size: int) -> tuple[FloatArray, float]:
    """Return where so many periods stand, and how far apart: a single one in the middle."""
    first, last = _LEFT + _MARGIN, _RIGHT - _MARGIN
    if size == 1:
        return np.array([(first + last) / 2]), float(last - first)
    return np.linspace(first, last, size), (last - first) / (size - 1)


def _dates(latest: LatestPeriod, x: FloatArray) -> str:
    """Return the names of the last period and of some before it, below their places."""
    days, every = latest.trend.labels.columns[0], latest.trend.every
    last = len(days) - 1
    stride = math.ceil(_ROOM / float(x[-1] - x[-2])) if last else 1
    texts = ""
    for i in range(last, -1, -stride):
        at, anchor = (_RIGHT, "end") if i == last and last else (float(x[i]), "middle")
        texts += (
            f'<text x="{at:.1f}" y="{_BOTTOM + 20}" text-anchor="{anchor}">'
            f"{short_name(days[i], every)}</text>"
        )
    return texts


def _mark(x: float, y: float, radius: float, *, hollow: bool, rang: bool) -> str:
    """Return the point of one period."""
    if rang:
        corner, side = radius + 1, 2 * radius + 2
        return (
            f'<rect class="hot" x="{x - corner:.1f}" y="{y - corner:.1f}" width="{side:.1f}" '
            f'height="{side:.1f}"/>'
        )
    kind = "hollow" if hollow else "full"
    return f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>'


def _said(latest: LatestPeriod) -> str:
    """Return what the picture shows, for those who do not see it."""
    trend, estimate = latest.trend, latest.estimate
    days, about, every = trend.labels.columns[0], trend.metric.description, trend.every
    first, last = period_name(days[0], every), period_name(days[-1], every)
    text = f"{about.symbol} by {kind_of(every)}, {first} to {last}"
    if estimate is not None:
        ends = (number(end, about.digits) for end in (estimate.low, estimate.high))
        text += (
            f"; in {period_name(latest.period, every)} {number(estimate.value, about.digits)} "
            f"({percent(estimate.confidence_level)} CI {' to '.join(ends)})"
        )
    return text
