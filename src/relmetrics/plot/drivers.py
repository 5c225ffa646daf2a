"""The figure of key drivers: importance against performance, in four quadrants."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relmetrics.plot.drawing.figure import figure
from relmetrics.plot.drawing.picture import Axis, Layer, Picture, rows_of, rule_at
from relmetrics.plot.drawing.with_matplotlib import draw
from relmetrics.plot.drawing.words import heading, label_of, require_result
from relmetrics.survey.drivers.analysis import DriverAnalysis
from relmetrics.survey.drivers.importance_performance import QUADRANTS, dividing_line

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from relmetrics.data.types import FloatArray

_MARGIN = 0.15


def _picture(
    drivers: DriverAnalysis,
    *,
    importance_at: float | None = None,
    performance_at: float | None = None,
) -> Picture:
    """Return the factors as points, and the lines that divide them."""
    require_result(
        drivers, DriverAnalysis, "drivers", "a DriverAnalysis: rm.drivers(ratings, overall)"
    )
    table = drivers.importance_performance(
        importance_at=importance_at, performance_at=performance_at
    )
    x, y = table["performance"], table["importance"]
    names = [
        f"{label_of(name)} ({note})" if note else label_of(name)
        for name, note in zip(table["factor"], table["note"], strict=True)
    ]
    rows = rows_of(
        factor=names, performance=x, importance=y, quadrant=table["quadrant"], note=table["note"]
    )
    points = Layer(mark="point", rows=rows, x="performance", y="importance")
    right = dividing_line(x, performance_at, "performance_at")
    up = dividing_line(y, importance_at, "importance_at")
    return Picture(
        title=heading("Importance, % of R squared, and performance", drivers.n),
        notes=(f"The factors explain {100 * drivers.r_squared:.0f}% of the overall rating",),
        x=_axis("Performance, mean rating", x, right),
        y=_axis("Importance, % of R squared", y, up),
        layers=(points, rule_at(right), *_level(up)),
        named=(points, "factor"),
        corners=QUADRANTS,
        height=max(4.2, 0.25 * len(names) + 2.0),
    )


@figure(_picture)
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
    Names that would cover each other stand apart, with a line to their points.

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
    picture = _picture(drivers, importance_at=importance_at, performance_at=performance_at)
    return draw(picture, ax)


def _axis(title: str, values: FloatArray, line: float) -> Axis:
    """Return an axis with room for names beyond the outermost points."""
    known = np.append(values, line)
    known = known[np.isfinite(known)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    room = _MARGIN * (high - low) or 0.5
    return Axis(title=title, low=low - room, high=high + room)


def _level(value: float) -> tuple[Layer, ...]:
    """Return the line across, where the factors explain something."""
    return (rule_at(value, across="y"),) if np.isfinite(value) else ()
