"""Pictures drawn on axes of matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.plot.drawing import headings
from relmetrics.plot.drawing.libraries import wanted
from relmetrics.plot.drawing.marks import draw_layer, literal
from relmetrics.plot.drawing.palette import PALE
from relmetrics.plot.drawing.placing import lines_to, placed_apart

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from relmetrics.data.types import FloatArray
    from relmetrics.plot.drawing.picture import Axis, Layer, Picture

WIDTH = 7.0
"""Inches of a figure of its own."""

_CORNERS = ((0.01, 0.01), (0.99, 0.01), (0.01, 0.99), (0.99, 0.99))
_ALIGNED = (("left", "bottom"), ("right", "bottom"), ("left", "top"), ("right", "top"))
_SHORT = 4
"""Labels up to so many times as wide as high are not turned but left out where they are many."""
_AIR = 1.2
_FEW = 12
"""More names than this are written small."""


def draw(picture: Picture, ax: Axes | None) -> Axes:
    """Draw a picture on these axes, or on those of a new figure, and return them."""
    own = ax is None
    axes = _new_axes(picture) if ax is None else ax
    for layer in picture.layers:
        draw_layer(axes, layer, picture)
    if picture.is_empty:
        axes.text(0.5, 0.5, picture.empty, transform=axes.transAxes, ha="center", color=PALE)
    _draw_axis(axes, picture.x, "x")
    _draw_axis(axes, picture.y, "y")
    _open_frame(axes, picture)
    headings.draw_head(axes, picture, own=own)
    corners = _draw_corners(axes, picture.corners)
    if own:
        _fit(axes, picture)
    _thin_out(axes, picture.x)
    if picture.named is not None:
        _draw_names(axes, *picture.named, corners, own=own)
    return axes


def _new_axes(picture: Picture) -> Axes:
    pyplot = wanted("matplotlib.pyplot", "plot")
    height = picture.height + headings.height_of_head(picture, WIDTH)
    _, axes = pyplot.subplots(figsize=(WIDTH, height), layout="constrained")
    found: Axes = axes
    return found


def _fit(axes: Axes, picture: Picture) -> None:
    """Settle the layout once, so that what is measured stays where it is."""
    figure = axes.get_figure(root=True)
    if figure is not None and (picture.named is not None or picture.x.labels is not None):
        figure.draw_without_rendering()


def _draw_axis(axes: Axes, axis: Axis, which: str) -> None:
    """Set labels, ends and title of one of the two axes."""
    side = axes.xaxis if which == "x" else axes.yaxis
    limit = axes.set_xlim if which == "x" else axes.set_ylim
    if axis.labels is not None:
        at = np.arange(len(axis.labels)) if axis.at is None else axis.at
        side.set_ticks(at, [literal(label) for label in axis.labels])
    if axis.is_categorical and axis.labels is not None:
        limit(-0.6, max(len(axis.labels), 1) - 0.4)
        axes.tick_params(axis=which, length=0)  # type: ignore[arg-type]
    elif axis.low is not None or axis.high is not None:
        limit(axis.low, axis.high)
    if axis.hidden:
        side.set_visible(False)
    side.set_label_text(literal(axis.title))


def _open_frame(axes: Axes, picture: Picture) -> None:
    """Leave out the sides of the frame that say nothing."""
    left_out = ["top", "right"]
    left_out += ["left"] if picture.y.is_categorical or picture.y.hidden else []
    left_out += ["bottom"] if picture.x.is_categorical or picture.x.hidden else []
    for side in left_out:
        axes.spines[side].set_visible(False)


def _thin_out(axes: Axes, axis: Axis) -> None:
    """Keep as many labels below the marks as stand beside each other."""
    if axis.labels is None or not axis.labels:
        return
    texts = axes.get_xticklabels()
    boxes = [text.get_window_extent() for text in texts]
    widest, height = max(box.width for box in boxes), max(box.height for box in boxes)
    if axis.is_categorical:
        slot = axes.get_window_extent().width / len(texts)
        if turned := widest > slot and widest > _SHORT * height:
            axes.tick_params(axis="x", labelrotation=90)
        step = max(int(np.ceil(_AIR * (height if turned else widest) / slot)), 1)
        axes.set_xticks(range(0, len(texts), step), [t.get_text() for t in texts[::step]])
        return
    ends = axes.transData.transform([(end, 0.0) for end in axes.get_xlim()])[:, 0]
    low, high = sorted(axes.get_xlim())
    places = wanted("matplotlib.dates", "plot").date2num(axis.at)
    pixels = (places - low) / (high - low) * abs(ends[1] - ends[0])
    step = 1
    while step < len(texts) and np.diff(pixels[::step]).min(initial=np.inf) < _AIR * widest:
        step += 1
    axes.set_xticks(axis.at[::step], axis.labels[::step])


def _draw_corners(axes: Axes, texts: tuple[str, ...]) -> list[Any]:
    """Draw texts in the corners, and return them."""
    return [
        axes.text(
            *place,
            literal(text),
            transform=axes.transAxes,
            ha=sides[0],
            va=sides[1],
            color=PALE,
            fontsize="small",
        )
        for text, place, sides in zip(texts, _CORNERS, _ALIGNED, strict=False)
    ]


def _draw_names(axes: Axes, layer: Layer, column: str, corners: list[Any], *, own: bool) -> None:
    """Draw the names of points, placed apart; one that is not beside its point has a line to it."""
    rows = layer.rows
    known = np.isfinite(rows[layer.x]) & np.isfinite(rows[layer.y])
    places = np.column_stack([rows[layer.x], rows[layer.y]])[known].astype(np.float64)
    size = "small" if len(places) > _FEW else "medium"
    texts = [literal(str(text)) for text in rows[column][known]]
    figure = axes.get_figure(root=True)
    if not texts or figure is None:
        return
    if own:
        figure.draw_without_rendering()
    scale, frame = 72 / figure.dpi, axes.get_window_extent()
    at = (axes.transData.transform(places) - (frame.x0, frame.y0)) * scale
    sizes = np.array([_size(axes, text, size) for text in texts]) * scale
    full = [text.get_window_extent() for text in corners]
    taken = np.array([[b.x0, b.y0, b.x1, b.y1] for b in full]).reshape(-1, 4)
    taken = (taken - np.tile((frame.x0, frame.y0), 2)) * scale
    found = placed_apart(at, sizes, (frame.width * scale, frame.height * scale), taken)
    lines = lines_to(at, found, sizes)
    for i, text in enumerate(texts):
        line = _line_from((lines[i] - found[i]) / sizes[i]) if i in lines else None
        axes.annotate(
            text,
            tuple(places[i]),
            xytext=tuple(found[i] - at[i]),
            textcoords="offset points",
            fontsize=size,
            arrowprops=line,
        )


def _size(axes: Axes, text: str, size: str) -> tuple[float, float]:
    """Return width and height of a text, by drawing it where nobody sees it."""
    drawn = axes.text(0, 0, text, fontsize=size)
    box = drawn.get_window_extent()
    drawn.remove()
    return box.width, box.height


def _line_from(edge: FloatArray) -> dict[str, Any]:
    """Return the line that begins at a part of a name's width and height."""
    how = {"arrowstyle": "-", "color": PALE, "linewidth": 0.8, "shrinkA": 1, "shrinkB": 3}
    return {**how, "relpos": tuple(edge)}
