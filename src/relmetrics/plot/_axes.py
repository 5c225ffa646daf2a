"""What every figure shares: its axes, its colors, and how texts of the data are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relmetrics.errors import ParameterError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from relmetrics.data.types import AnyArray, FloatArray
    from relmetrics.metric.contract import Description

INK, PALE, ALARM = "#00695c", "#90a4ae", "#c62828"

MOST_ROWS = 40
"""More rows than this are not read from a picture."""


def draw_bars(
    axes: Axes,
    labels: list[str],
    value: FloatArray,
    low: FloatArray,
    high: FloatArray,
    *,
    strong: AnyArray | None = None,
) -> None:
    """Draw values with intervals, one row each, the last on top."""
    rows = np.arange(len(labels))
    strong = np.ones(len(labels), dtype=bool) if strong is None else strong
    for chosen, color in ((strong, INK), (~strong, PALE)):
        axes.hlines(rows[chosen], low[chosen], high[chosen], color=color, alpha=0.5, linewidth=4)
        axes.plot(value[chosen], rows[chosen], "o", color=color, markersize=6)
    axes.set_yticks(rows, [literal(label) for label in labels])
    axes.set_ylim(-0.6, len(labels) - 0.4)
    open_frame(axes)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)


def open_frame(axes: Axes) -> None:
    """Leave out the sides of the frame that say nothing."""
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def axes_of(ax: Axes | None, *, height: float) -> Axes:
    """Return the axes given, or those of a new figure."""
    if ax is not None:
        return ax
    try:
        from matplotlib import pyplot as plt  # noqa: PLC0415 - only when something is drawn
    except ModuleNotFoundError as error:
        if error.name != "matplotlib":
            raise
        msg = "plots need matplotlib: pip install 'relmetrics[plot]'"
        raise ModuleNotFoundError(msg, name="matplotlib") from None
    _, axes = plt.subplots(figsize=(7.0, height), layout="constrained")
    return axes


def named_unit(about: Description) -> str:
    """Return the symbol of a metric and its unit, as a label of an axis."""
    return f"{about.symbol}, {about.unit}"


def literal(text: str) -> str:
    """Return a text of the data as it must be written for matplotlib to draw it as it is.

    What stands between two dollars would be read as mathematics.
    """
    return text.replace("$", r"\$")


def label_of(key: object) -> str:
    """Return the label of a group, or those of several columns, as one text."""
    return ", ".join(map(str, key)) if isinstance(key, tuple) else str(key)


def require_result(given: object, kind: type, name: str, words: str) -> None:
    """Check that what is to be drawn is a result of this kind; the words say how to get one."""
    if not isinstance(given, kind):
        wanted, _, call = words.partition(": ")
        raise ParameterError.must_be(name, wanted, given, f"Draw what relmetrics made: {call}.")
