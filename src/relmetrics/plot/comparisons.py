"""The figure of comparisons: the difference of each pair, and its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.data.checks import check_whole
from relmetrics.metric.wording import percent
from relmetrics.plot._axes import (
    MOST_ROWS,
    PALE,
    axes_of,
    draw_bars,
    label_of,
    literal,
    require_result,
)
from relmetrics.questions.groups.comparisons import Comparisons

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def differences(comparisons: Comparisons, *, most: int = MOST_ROWS, ax: Axes | None = None) -> Axes:
    """Draw comparisons of groups: each difference with its interval, the strongest on top.

    Differences that are shown, after adjustment, are dark, others pale.

    Args:
        comparisons: What ``breakdown.compare(...)`` gave.
        most: Draw at most so many, those with the most evidence.
        ax: The axes to draw on.

    Raises:
        ModuleNotFoundError: matplotlib is not installed.
        ParameterError: `comparisons` are none, or `most` is no whole number of at least 1.

    Example:
        >>> import relmetrics as rm
        >>> from relmetrics import plot
        >>> by = rm.NPS().by([10, 9, 8, 3, 10], ["gold", "gold", "basic", "basic", "basic"])
        >>> plot.differences(by.compare()).get_xlabel()
        'NPS difference, points (95% CI)'
    """
    require_result(comparisons, Comparisons, "comparisons", "Comparisons: breakdown.compare()")
    most = check_whole("most", most, 1)
    table, about = comparisons.table(), comparisons.metric.description
    labels = [_compared(key, comparisons.against) for key in comparisons]
    rows = np.arange(min(most, table.rows))[::-1]
    axes = axes_of(ax, height=0.35 * len(rows) + 1.2)
    differs = table["verdict"] != "not shown"
    draw_bars(
        axes,
        [labels[i] for i in rows],
        table["difference"][rows],
        table["low"][rows],
        table["high"][rows],
        strong=differs[rows],
    )
    axes.axvline(0, color=PALE, linewidth=1, zorder=0)
    level = percent(comparisons.confidence_level)
    axes.set_xlabel(literal(f"{about.symbol} difference, {about.difference_unit} ({level} CI)"))
    return axes


def _compared(key: Any, against: str) -> str:
    return " - ".join(map(label_of, key)) if against == "pairs" else label_of(key)
