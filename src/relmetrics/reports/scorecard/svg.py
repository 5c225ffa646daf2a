"""Drawings: an interval over its range, and a trend, as SVG that stands in a page."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from relmetrics.data.periods import kind_of
from relmetrics.metric.wording import escaped, percent

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, FloatArray
    from relmetrics.metric.contract import Description
    from relmetrics.reports.scorecard.latest import LatestPeriod

_INK, _MARK, _PALE = "#4a7fb5", "#d9822b", "#8888"
_WIDTH, _LEFT, _RIGHT, _TOP, _BOTTOM = 400, 46, 390, 10, 112
"""The picture is so wide; values are drawn between left and right, top and bottom."""
_MARGIN = 12
"""How far from the ends of the axis the first and the last period stand."""


def interval_drawing(about: Description, value: float, low: float, high: float) -> str:
    """Return the interval drawn over the metric's range; nothing for an unbounded one."""
    if not (math.isfinite(about.low) and math.isfinite(about.high) and math.isfinite(low)):
        return ""
    span = about.high - about.low
    left, middle, right = (100 * (x - about.low) / span for x in (low, value, high))
    return (
        '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" '
        f'aria-label="{low:.{about.digits}f} to {high:.{about.digits}f}">'
        '<rect x="0" y="4.6" width="100" height="0.8" fill="#8886"/>'
        f'<rect x="{left:.2f}" y="3" width="{right - left:.2f}" height="4" fill="{_INK}"/>'
        f'<rect x="{middle - 0.6:.2f}" y="1" width="1.2" height="8" fill="{_MARK}"/></svg>'
    )


def trend_drawing(latest: LatestPeriod) -> str:
    """Return the periods of a trend with their intervals; nothing where none has answers.

    A period that is not over is hollow. One in which a rule rang is a square. The dashed line is
    the center of the control chart. The axis reaches from the lowest end to the highest.
    """
    trend = latest.trend
    figures, about = trend.table(), trend.metric.description
    value = figures["value"]
    known = np.flatnonzero(np.isfinite(value))
    if not len(known):
        return ""
    ends = (figures["low"], figures["high"])
    low, high = (np.where(np.isfinite(end), end, value) for end in ends)
    bottom, top = float(low[known].min()), float(high[known].max())
    if math.isclose(bottom, top, abs_tol=1e-9):
        bottom, top = bottom - 0.5, top + 0.5
    x, apart = _places(len(trend))

    def height(of: float | FloatArray) -> AnyArray:
        return np.asarray(_BOTTOM - (of - bottom) / (top - bottom) * (_BOTTOM - _TOP))

    def ticked(of: float) -> str:
        at, text = float(height(of)), f"{of:z.{about.digits}f}"
        return f'<text x="{_LEFT - 6}" y="{at + 3.5:.1f}" text-anchor="end">{text}</text>'

    y, y_low, y_high = height(value), height(low), height(high)
    bars = "".join(f"M{x[i]:.1f} {y_low[i]:.1f}V{y_high[i]:.1f}" for i in known)
    days = figures["period"]
    rang = {alert.period for alert in latest.alerts or ()}
    radius = min(3.5, max(1.0, apart / 3))
    marks = "".join(
        _mark(
            float(x[i]),
            float(y[i]),
            radius,
            hollow=not figures["complete"][i],
            rang=days[i] in rang,
        )
        for i in known
    )
    center = ""
    if latest.alerts is not None:
        at = float(height(latest.alerts.center))
        center = (
            f'<path d="M{_LEFT} {at:.1f}H{_RIGHT}" stroke="{_PALE}" stroke-dasharray="4 3" '
            'fill="none"/>'
        )
    dates = f'<text x="{_LEFT}" y="{_BOTTOM + 18}">{days[0]}</text>'
    if len(days) > 1:
        dates += f'<text x="{_RIGHT}" y="{_BOTTOM + 18}" text-anchor="end">{days[-1]}</text>'
    return (
        f'<svg class="trend" viewBox="0 0 {_WIDTH} {_BOTTOM + 24}" width="{_WIDTH}" role="img" '
        'font-size="10" fill="currentColor">'
        f"<title>{escaped(_said(latest))}</title>"
        f'<path d="M{_LEFT} {_TOP}V{_BOTTOM + 4}H{_RIGHT}" stroke="{_PALE}" fill="none"/>'
        f"{center}{ticked(bottom)}{ticked(top)}{dates}"
        f'<path d="{bars}" stroke="{_INK}" stroke-opacity="0.5" '
        f'stroke-width="{min(3.0, max(0.8, apart / 4)):.1f}" fill="none"/>{marks}</svg>'
    )


def _places(size: int) -> tuple[FloatArray, float]:
    """Return where so many periods stand, and how far apart: a single one in the middle."""
    first, last = _LEFT + _MARGIN, _RIGHT - _MARGIN
    if size == 1:
        return np.array([(first + last) / 2]), float(last - first)
    return np.linspace(first, last, size), (last - first) / (size - 1)


def _mark(x: float, y: float, radius: float, *, hollow: bool, rang: bool) -> str:
    """Return the point of one period."""
    if rang:
        corner, side = radius + 1, 2 * radius + 2
        return (
            f'<rect x="{x - corner:.1f}" y="{y - corner:.1f}" width="{side:.1f}" '
            f'height="{side:.1f}" fill="{_MARK}"/>'
        )
    fill = f'fill="Canvas" stroke="{_INK}" stroke-width="1.5"' if hollow else f'fill="{_INK}"'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" {fill}/>'


def _said(latest: LatestPeriod) -> str:
    """Return what the picture shows, for those who do not see it."""
    trend, estimate = latest.trend, latest.estimate
    days, about = trend.labels.columns[0], trend.metric.description
    text = f"{about.symbol} by {kind_of(trend.every)}, {days[0]} to {days[-1]}"
    if estimate is not None:
        text += (
            f"; in {latest.period} {estimate.value:z.{about.digits}f} "
            f"({percent(estimate.confidence_level)} CI {estimate.low:z.{about.digits}f} to "
            f"{estimate.high:z.{about.digits}f})"
        )
    return text
