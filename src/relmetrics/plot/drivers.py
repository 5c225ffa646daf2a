"""The figure of key drivers: importance against performance, in four quadrants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from relmetrics.plot._axes import INK, PALE, axes_of, literal, open_frame, require_result
from relmetrics.survey.drivers.analysis import DriverAnalysis
from relmetrics.survey.drivers.importance_performance import QUADRANTS, dividing_line

if TYPE_CHECKING:
    from matplotlib.axes import Axes


_CORNERS = ((0.01, 0.01), (0.99, 0.01), (0.01, 0.99), (0.99, 0.99))
_ALIGNED = (("left", "bottom"), ("right", "bottom"), ("left", "top"), ("right", "top"))
"""Where the names of the quadrants stand, in their order."""


def importance_performance(
    drivers: DriverAnalysis,
    *,
    importance_at: float | None = None,
    performance_at: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw importance against performance of each driver, in four quadrants.

    What is important and performs badly, top left, is where to concentrate. The lines are those
    that divide ``drivers.importance_performance()``: the means of both, unless others are given.
    A factor that lowers the overall rating is in no quadrant: a note beside its name says so.

    Args:
        drivers: What ``rm.drivers(...)`` gave; it must know the means of the factors.
        importance_at: Another line to divide importance at, %.
        performance_at: Another line to divide performance at, in points.
        ax: The axes to draw on.

    Raises:
        ModuleNotFoundError: matplotlib is not installed.
        ParameterError: `drivers` is no driver analysis, or a line is no number.
        StateError: The analysis comes from a bare correlation matrix.

    Example:
        >>> import relmetrics as rm
        >>> from relmetrics import plot
        >>> ratings = {"food": [1, 2, 3, 4, 5, 3], "staff": [2, 1, 4, 3, 5, 5]}
        >>> drivers = rm.drivers(ratings, [1, 2, 4, 4, 5, 4])
        >>> plot.importance_performance(drivers).get_ylabel()
        'Importance, % of R squared'
    """
    require_result(
        drivers, DriverAnalysis, "drivers", "a DriverAnalysis: rm.drivers(ratings, overall)"
    )
    table = drivers.importance_performance(
        importance_at=importance_at, performance_at=performance_at
    )
    x, y = table["performance"], table["importance"]
    axes = axes_of(ax, height=4.2)
    axes.plot(x, y, "o", color=INK)
    for name, note, right, up in zip(table["factor"], table["note"], x, y, strict=True):
        text = literal(f"{name} ({note})" if note else str(name))
        axes.annotate(text, (right, up), xytext=(5, 4), textcoords="offset points")
    right = dividing_line(x, performance_at, "performance_at")
    up = dividing_line(y, importance_at, "importance_at")
    axes.axvline(right, color=PALE, linestyle="--", linewidth=1, zorder=0)
    axes.axhline(up, color=PALE, linestyle="--", linewidth=1, zorder=0)
    axes.margins(0.15)
    for text, place, sides in zip(QUADRANTS, _CORNERS, _ALIGNED, strict=True):
        axes.text(
            *place,
            text,
            transform=axes.transAxes,
            ha=sides[0],
            va=sides[1],
            color=PALE,
            fontsize="small",
        )
    open_frame(axes)
    axes.set_xlabel("Performance, mean rating")
    axes.set_ylabel("Importance, % of R squared")
    return axes
