"""The figure of a breakdown: the interval of each group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relmetrics.data.checks import check_whole
from relmetrics.errors import RelmetricsError
from relmetrics.metric.wording import percent
from relmetrics.plot._axes import (
    MOST_ROWS,
    PALE,
    axes_of,
    draw_bars,
    label_of,
    literal,
    named_unit,
    require_result,
)
from relmetrics.questions.groups.breakdown import Breakdown

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def intervals(by: Breakdown, *, most: int = MOST_ROWS, ax: Axes | None = None) -> Axes:
    """Draw a breakdown: the value of each group with its interval, best on top.

    The dashed line is the total. Groups without answers are listed without a mark.

    Args:
        by: What ``metric.by(...)`` gave.
        most: Draw at most so many groups, those with the most answers.
        ax: The axes to draw on.

    Raises:
        ModuleNotFoundError: matplotlib is not installed.
        ParameterError: `by` is no breakdown, or `most` no whole number of at least 1.

    Example:
        >>> import relmetrics as rm
        >>> from relmetrics import plot
        >>> by = rm.NPS().by([10, 9, 8, 3, 10], ["gold", "gold", "basic", "basic", "basic"])
        >>> plot.intervals(by).get_xlabel()
        'NPS, points (95% CI)'
    """
    require_result(by, Breakdown, "by", "a Breakdown: metric.by(answers, groups)")
    most = check_whole("most", most, 1)
    table, about = by.table(), by.metric.description
    value, n = table["value"], table["n"]
    kept = np.sort(np.argsort(-n, kind="stable")[:most])
    better = value if about.direction == "higher" else -value
    height = np.where(np.isnan(better[kept]), -np.inf, better[kept])
    order = kept[np.lexsort((-kept, height))]
    labels = [f"{label_of(key)} (n = {size})" for key, size in zip(by, n, strict=True)]
    axes = axes_of(ax, height=0.35 * len(order) + 1.2)
    draw_bars(
        axes, [labels[i] for i in order], value[order], table["low"][order], table["high"][order]
    )
    _draw_total(axes, by)
    axes.set_xlabel(literal(f"{named_unit(about)} ({percent(by.confidence_level)} CI)"))
    return axes


def _draw_total(axes: Axes, by: Breakdown) -> None:
    """Add a line at the value of all answers, where they have one."""
    try:
        total = by.total
    except RelmetricsError:  # no answers, or none that say something
        return
    axes.axvline(total.value, color=PALE, linestyle="--", linewidth=1, zorder=0)
