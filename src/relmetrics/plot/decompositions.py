"""The figure of a decomposition: the parts of a change, and their sum."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relmetrics.metric.wording import percent
from relmetrics.plot._axes import PALE, axes_of, draw_bars, literal, require_result
from relmetrics.questions.groups.decomposition import Decomposition

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def decomposition(parts: Decomposition, *, ax: Axes | None = None) -> Axes:
    """Draw the parts of a change: rate, mix, interaction and their sum, with intervals.

    Args:
        parts: What ``rm.decompose(...)`` gave.
        ax: The axes to draw on.

    Raises:
        ModuleNotFoundError: matplotlib is not installed.
        ParameterError: `parts` are no decomposition.

    Example:
        >>> import relmetrics as rm
        >>> from relmetrics import plot
        >>> nps = rm.NPS()
        >>> before = nps.by([10, 9, 3, 8], ["a", "a", "b", "b"])
        >>> after = nps.by([10, 9, 3, 8, 9], ["a", "b", "b", "b", "b"])
        >>> plot.decomposition(rm.decompose(after, before)).get_xlabel()
        'Change of NPS, points (95% CI)'
    """
    require_result(parts, Decomposition, "parts", "a Decomposition: rm.decompose(after, before)")
    about = parts.after.metric.description
    named = {"rate": parts.rate, "mix": parts.mix, "interaction": parts.interaction}
    rows = {"change": parts.change, **dict(reversed(named.items()))}
    axes = axes_of(ax, height=2.4)
    value, low, high = (
        np.array([getattr(part, name) for part in rows.values()])
        for name in ("value", "low", "high")
    )
    draw_bars(axes, list(rows), value, low, high)
    axes.axvline(0, color=PALE, linewidth=1, zorder=0)
    level = percent(parts.after.confidence_level)
    axes.set_xlabel(literal(f"Change of {about.symbol}, {about.difference_unit} ({level} CI)"))
    return axes
