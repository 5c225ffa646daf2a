"""Marks of a picture on axes of matplotlib, one function a mark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.plot.drawing.palette import on

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from matplotlib.axes import Axes

    from relmetrics.data.types import AnyArray
    from relmetrics.plot.drawing.picture import Layer, Look, Picture

_MARKERS = {"circle": "o", "up": "^", "down": "v", "square": "s"}
_THICK = 0.72
"""What part of its row a bar fills."""


def draw_layer(axes: Axes, layer: Layer, picture: Picture) -> None:
    """Draw all marks of a layer, those that look alike at once."""
    for look, chosen in _alike(layer, picture):
        _DRAWN[layer.mark](axes, layer, look, chosen)


def literal(text: str) -> str:
    """Return a text of the data as it must be written for matplotlib to draw it as it is.

    What stands between two dollars would be read as mathematics.
    """
    return text.replace("$", r"\$")


def marker_of(axes: Axes, look: Look, size: float) -> dict[str, Any]:
    """Return how a point looks, as matplotlib has it; a hollow one shows what is behind all."""
    face = axes.get_facecolor() if look.hollow else look.color
    return {
        "marker": _MARKERS[look.marker],
        "color": look.color,
        "markerfacecolor": face,
        "markersize": size,
    }


def _alike(layer: Layer, picture: Picture) -> Iterator[tuple[Look, AnyArray]]:
    """Return each look of a layer, and which rows have it."""
    if not layer.look:
        yield layer.fixed, np.ones(layer.rows.rows, dtype=bool)
        return
    kinds = layer.rows[layer.look]
    for name, look in picture.looks.items():
        chosen = np.asarray(kinds == name)
        if chosen.any():
            yield look, chosen


def _bars(axes: Axes, layer: Layer, look: Look, chosen: AnyArray) -> None:
    rows = layer.rows
    x, x2, y = (rows[name][chosen] for name in (layer.x, layer.x2, layer.y))
    if layer.y2:
        top = rows[layer.y2][chosen]
        axes.bar(x, top - y, x2 - x, bottom=y, align="edge", color=look.color, alpha=layer.opacity)
        return
    axes.barh(y, x2 - x, _THICK, left=x, color=look.color, alpha=layer.opacity)


def _cells(axes: Axes, layer: Layer, look: Look, chosen: AnyArray) -> None:
    # Of cells each has a color of its own, so they are alike in nothing but their size.
    del look
    from matplotlib.collections import PolyCollection  # noqa: PLC0415 - see _DRAWN

    rows = layer.rows
    x, y = (np.asarray(rows[name][chosen], dtype=np.float64) for name in (layer.x, layer.y))
    around = 0.48 * np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)])
    corners = np.stack([x, y], axis=1)[:, None, :] + around
    colors = rows["_color"][chosen].tolist()
    axes.add_collection(PolyCollection(list(corners), facecolors=colors, linewidths=0))


def _spans(axes: Axes, layer: Layer, look: Look, chosen: AnyArray) -> None:
    rows = layer.rows
    how: dict[str, Any] = {"color": look.color, "alpha": layer.opacity}
    how["linewidth"] = layer.width
    x, y = rows[layer.x][chosen], rows[layer.y][chosen]
    if layer.x2:
        axes.hlines(y, x, rows[layer.x2][chosen], **how)
    else:
        axes.vlines(x, y, rows[layer.y2][chosen], **how)


def _points(axes: Axes, layer: Layer, look: Look, chosen: AnyArray) -> None:
    x, y = (layer.rows[name][chosen] for name in (layer.x, layer.y))
    axes.plot(x, y, linestyle="none", zorder=3, **marker_of(axes, look, layer.size))


def _lines(axes: Axes, layer: Layer, look: Look, chosen: AnyArray) -> None:
    styles = {"after": "steps-post", "middle": "steps-mid"}
    axes.plot(
        layer.rows[layer.x][chosen],
        layer.rows[layer.y][chosen],
        color=look.color,
        alpha=layer.opacity,
        linewidth=layer.width,
        linestyle="--" if layer.dashed else "-",
        drawstyle=styles.get(layer.stepped, "default"),
        zorder=2,
    )


def _bands(axes: Axes, layer: Layer, look: Look, chosen: AnyArray) -> None:
    x, low, high = (layer.rows[name][chosen] for name in (layer.x, layer.y, layer.y2))
    steps: Any = {"after": "post", "middle": "mid"}.get(layer.stepped)
    axes.fill_between(x, low, high, color=look.color, alpha=layer.opacity, linewidth=0, step=steps)


def _rules(axes: Axes, layer: Layer, look: Look, chosen: AnyArray) -> None:
    draw = axes.axvline if layer.x else axes.axhline
    for value in layer.rows[layer.x or layer.y][chosen]:
        draw(
            float(value),
            color=look.color,
            linestyle="--" if layer.dashed else "-",
            linewidth=1,
            zorder=0,
        )


def _texts(axes: Axes, layer: Layer, look: Look, chosen: AnyArray) -> None:
    rows = layer.rows
    offset = {"middle": (0, 0), "right": (4, 0), "above": (0, 3)}[layer.align]
    sides: dict[str, Any] = {
        "ha": "left" if layer.align == "right" else "center",
        "va": "bottom" if layer.align == "above" else "center_baseline",
    }
    upon = rows.get("_color")
    for i in np.flatnonzero(chosen):
        color: dict[str, Any] = {} if upon is None else {"color": on(upon[i])}
        axes.annotate(
            literal(str(rows[layer.text][i])),
            (rows[layer.x][i], rows[layer.y][i]),
            xytext=offset,
            textcoords="offset points",
            fontsize=layer.size,
            **sides,
            **color,
        )
    del look


_DRAWN: dict[str, Callable[[Axes, Layer, Look, AnyArray], None]] = {
    "bar": _bars,
    "cell": _cells,
    "span": _spans,
    "point": _points,
    "line": _lines,
    "band": _bands,
    "rule": _rules,
    "text": _texts,
}
