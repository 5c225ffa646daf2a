"""Pictures in tiles and tables: shares, distributions of answers, intervals on an axis."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from relmetrics.metric.wording import escaped
from relmetrics.reports.page.words import ends, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.reports.page.axis import Axis

WIDTH = 150
"""The width of an interval's picture; an axis over it leaves room for the text of its end ticks."""
ENDS = (14.0, 136.0)
"""Where the axis of such a picture begins and ends."""
_MIDDLE = 10
_ROOM_FOR_TEXT = 8
"""Up to so many bars of a distribution have their share written above."""
_ROOM_FOR_POINTS = 14
"""Up to so many have their point below; of more only the ends are named."""


def split(parts: Sequence[tuple[str, str, float]]) -> str:
    """Return shares of a whole side by side, and what each is: its colour, name and percentage."""
    said = ", ".join(f"{share:.0f}% {name}" for _, name, share in parts)
    bars = "".join(
        f'<span class="{kind}" style="width:{share:.2f}%"></span>'
        for kind, _, share in parts
        if share
    )
    key = "".join(
        f'<span><span class="dot {kind}"></span>{share:.0f}% {name}</span>'
        for kind, name, share in parts
    )
    return (
        f'<div class="split" role="img" aria-label="{escaped(said)}">{bars}</div>'
        f'<div class="key">{key}</div>'
    )


def histogram(points: Sequence[str], shares: Sequence[float], kinds: Sequence[str]) -> str:
    """Return the distribution of answers: a bar for each point, in the colour of its kind."""
    said = ", ".join(f"{p}: {share:.0f}%" for p, share in zip(points, shares, strict=True))
    top = max(shares) or 1.0
    roomy, many = len(points) <= _ROOM_FOR_TEXT, len(points) > _ROOM_FOR_POINTS
    bars = "".join(
        f'<span class="col">{f"<small>{share:.0f}%</small>" if roomy else ""}'
        f'<span class="bar {kind}" style="height:{34 * share / top:.1f}px"></span>'
        f"{'' if many else f'<small>{escaped(point)}</small>'}</span>"
        for point, share, kind in zip(points, shares, kinds, strict=True)
    )
    of_kind = "hist many" if many else "hist"
    drawn = f'<div class="{of_kind}" role="img" aria-label="Answers {escaped(said)}">{bars}</div>'
    if many:
        drawn += f'<div class="ends"><span>{points[0]}</span><span>{points[-1]}</span></div>'
    return drawn


def stacked(points: Sequence[str], shares: Sequence[float]) -> str:
    """Return the distribution of answers as one bar, from the lowest point to the highest."""
    said = ", ".join(f"{p}: {share:.0f}%" for p, share in zip(points, shares, strict=True))
    last = max(len(points) - 1, 1)
    bars = "".join(
        f'<span style="width:{share:.2f}%;background:{_shade(i / last)}"></span>'
        for i, share in enumerate(shares)
        if share
    )
    return f'<div class="split thin" role="img" aria-label="Answers {escaped(said)}">{bars}</div>'


def _shade(place: float) -> str:
    """Return the colour of a point of a scale, from low through neutral to high."""
    end, much = ("p", 2 * place - 1) if place >= 0.5 else ("d", 1 - 2 * place)  # noqa: PLR2004
    return f"color-mix(in oklab,var(--{end}) {100 * much:.0f}%,var(--m))"


def interval(
    axis: Axis | None,
    value: float,
    low: float,
    high: float,
    *,
    digits: int,
    total: float = math.nan,
    few: bool = False,
) -> str:
    """Return an interval on its axis, the value as a point, the total as a dashed line."""
    if axis is None or not (math.isfinite(value) and math.isfinite(low) and math.isfinite(high)):
        return ""
    line = ""
    if math.isfinite(total):
        line = f'<path class="tot" d="M{axis.at(total):.1f} 0V{2 * _MIDDLE}"/>'
    # A short line with round ends is a point, in any renderer and at any scale.
    at = f'd="M{axis.at(value):.1f} {_MIDDLE}h0"'
    point = f'<path class="pt" {at}/>' + (f'<path class="hole" {at}/>' if few else "")
    said = f"{number(value, digits)}, interval {ends(low, high, digits)}"
    return (
        f'<svg class="iv" viewBox="0 0 {WIDTH} {2 * _MIDDLE}" role="img" aria-label="{said}">'
        f'<path class="ax" d="M{axis.start:g} {_MIDDLE}H{axis.end:g}"/>{line}'
        f'<path class="rng" d="M{axis.at(low):.1f} {_MIDDLE}H{axis.at(high):.1f}"/>{point}</svg>'
    )


def ticked(axis: Axis | None) -> str:
    """Return the axis of such intervals, for the head of their column."""
    if axis is None:
        return ""
    texts = "".join(
        f'<text x="{axis.at(t):.1f}" y="15" text-anchor="middle">{axis.text(t)}</text>'
        for t in axis.ticks
    )
    marks = "".join(f"M{axis.at(t):.1f} 0v4" for t in axis.ticks)
    return (
        f'<svg class="iv" viewBox="0 0 {WIDTH} 18" aria-hidden="true">'
        f'<path class="ax" d="M{axis.start:g} 0.5H{axis.end:g}{marks}"/>{texts}</svg>'
    )


def scrolling(name: str, table: str) -> str:
    """Return a table that scrolls inside the page, by keyboard too, under a name of its own."""
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escaped(name)}">{table}</div>'
    )
