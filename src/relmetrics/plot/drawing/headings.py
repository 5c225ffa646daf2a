"""What stands above the marks: the title, the notes, and the legend of the looks."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from relmetrics.plot.drawing.libraries import wanted
from relmetrics.plot.drawing.marks import literal, marker_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from relmetrics.plot.drawing.picture import Look, Picture

_POINTS = 72
_LETTER, _BOLD = 0.56, 0.66
"""The width of a letter, of its height, with some to spare."""
_TITLE, _NOTE = 12.0, 9.0
_LINE = 1.3
_EQUALS = "\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}"
_HANDLE = 27.0
"""Points that the mark of a legend and the air around it take."""
_AIR, _GAP = 7.0, 4.0
_LEFT = 0.012
"""Where the head of a figure of its own begins, as part of its width."""


def height_of_head(picture: Picture, width: float) -> float:
    """Return the height of title, notes and legend, in inches."""
    title, notes, legend = _parts(picture, width * _POINTS)
    return (title + notes + legend + 2 * _AIR + _GAP) / _POINTS


def draw_head(axes: Axes, picture: Picture, *, own: bool) -> None:
    """Draw title, notes and legend above the axes.

    Of a figure of its own they begin at its left edge, beside the labels; on axes that were given
    they stand above them.
    """
    from matplotlib.transforms import (  # noqa: PLC0415 - only when something is drawn
        ScaledTranslation,
        blended_transform_factory,
    )

    figure = axes.get_figure(root=True)
    if figure is None:
        return
    width = (
        figure.get_figwidth() if own else axes.get_window_extent().width / figure.dpi
    ) * _POINTS
    _, notes, legend = _parts(picture, width)
    beside = figure.transFigure if own else axes.transAxes
    place = blended_transform_factory(beside, axes.transAxes)
    left = _LEFT if own else 0.0

    def lifted(points: float) -> object:
        return place + ScaledTranslation(0, points / _POINTS, figure.dpi_scale_trans)

    if picture.legend:
        _draw_legend(axes, picture.legend, width, (left, 1.0), lifted(_AIR / 2))
    title = axes.set_title(
        literal(_wrapped(picture.title, width, _TITLE)),
        fontsize=_TITLE,
        fontweight="bold",
        ha="left",
        x=left,
        y=1.0,
        linespacing=_LINE,
    )
    title.set_transform(lifted(notes + legend + _AIR + _GAP))  # type: ignore[arg-type]
    if picture.notes:
        axes.text(
            left,
            1.0,
            literal(_wrapped(". ".join(picture.notes) + ".", width, _NOTE)),
            fontsize=_NOTE,
            transform=lifted(legend + _AIR),
            va="bottom",
            linespacing=_LINE,
            alpha=0.75,
        )


def _parts(picture: Picture, width: float) -> tuple[float, float, float]:
    """Return the heights of title, notes and legend, in points."""
    title = _lines(picture.title, width, _TITLE) * _TITLE * _LINE
    notes = _lines(". ".join(picture.notes) + ".", width, _NOTE) if picture.notes else 0
    legend = 0
    if picture.legend:
        texts = [look.legend for look in picture.legend.values()]
        legend = -(-len(texts) // _columns(texts, width))
    return title, notes * _NOTE * _LINE, legend * _NOTE * 1.6 + (_GAP if legend else 0)


def _lines(text: str, width: float, size: float) -> int:
    return _wrapped(text, width, size).count("\n") + 1


def _wrapped(text: str, width: float, size: float) -> str:
    """Return text in lines as wide as the figure; "n = 4" stays on one."""
    letter = size * (_BOLD if size == _TITLE else _LETTER)
    letters = max(int(width * (1 - 2 * _LEFT) / letter), 8)
    lines = wrap(text.replace(" = ", _EQUALS), letters, break_on_hyphens=False)
    return "\n".join(lines).replace(_EQUALS, " = ")


def _columns(texts: Sequence[str], width: float) -> int:
    """Return how many columns of a legend stand beside each other."""
    for columns in range(len(texts), 1, -1):
        rows = -(-len(texts) // columns)
        widths = [
            max(map(len, texts[start : start + rows])) * _LETTER * _NOTE + _HANDLE
            for start in range(0, len(texts), rows)
        ]
        if sum(widths) <= width * (1 - 2 * _LEFT):
            return columns
    return 1


def _draw_legend(
    axes: Axes, looks: dict[str, Look], width: float, at: tuple[float, float], place: object
) -> None:
    lines = wanted("matplotlib.lines", "plot")
    handles = [
        lines.Line2D([], [], linestyle="none", **marker_of(axes, look, 7))
        for look in looks.values()
    ]
    texts = [look.legend for look in looks.values()]
    axes.legend(
        handles,
        [literal(text) for text in texts],
        loc="lower left",
        bbox_to_anchor=at,
        bbox_transform=place,
        ncols=_columns(texts, width),
        frameon=False,
        borderpad=0.0,
        borderaxespad=0.0,
        handletextpad=0.2,
        columnspacing=1.2,
        labelspacing=0.45,
        fontsize=_NOTE,
    )
