"""Figures of pages: axes become inline SVG, the same on every build."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, cast

import matplotlib as mpl
from matplotlib import pyplot as plt

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_FOLLOWING = {"#000000": "currentColor", "#ffffff": "var(--md-default-bg-color)"}


def svg(axes: Axes, words: str) -> str:
    """Return the figure of these axes as an SVG element, with `words` for who cannot see it.

    Its text stays text, so that it can be searched. Black and white become the page's own ink and
    ground, so that the figure follows its scheme; the colors of marks stand out from both.
    """
    figure = cast("Figure", axes.get_figure(root=True))
    text = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "relmetrics"}):
        figure.savefig(text, format="svg", metadata={"Date": None})
    plt.close(figure)
    picture = text.getvalue()
    for color, follows in _FOLLOWING.items():
        picture = picture.replace(color, follows)
    return (
        f'<figure class="plot" role="img" aria-label="{words}">{picture[picture.index("<svg") :]}'
        f"<figcaption>{words}</figcaption></figure>"
    )
