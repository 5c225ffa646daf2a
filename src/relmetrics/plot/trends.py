"""The figure of a trend: a value and its interval in each period, and what rang."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relmetrics.data.calendar.periods import kind_of
from relmetrics.metric.wording import percent
from relmetrics.plot._axes import (
    ALARM,
    INK,
    PALE,
    axes_of,
    literal,
    named_unit,
    open_frame,
    require_result,
)
from relmetrics.questions.trends.alerts import Alerts
from relmetrics.questions.trends.trend import Trend

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def trend(trend: Trend, *, alerts: Alerts | None = None, ax: Axes | None = None) -> Axes:
    """Draw a trend: the value of each period with its interval, and the control limits if given.

    A period that is not over is drawn hollow. The line breaks where a period has no answers.

    Args:
        trend: What ``metric.over(...)`` gave.
        alerts: What ``trend.alerts(...)`` gave: adds center, limits and what rang.
        ax: The axes to draw on.

    Raises:
        ModuleNotFoundError: matplotlib is not installed.
        ParameterError: `trend` is no trend, or `alerts` are none.

    Example:
        >>> import relmetrics as rm
        >>> from relmetrics import plot
        >>> months = ["2025-01-09", "2025-01-20", "2025-02-02", "2025-02-28"]
        >>> plot.trend(rm.NPS().over([10, 9, 8, 3], months)).get_ylabel()
        'NPS, points (95% CI)'
    """
    require_result(trend, Trend, "trend", "a Trend: metric.over(answers, dates)")
    if alerts is not None:
        require_result(alerts, Alerts, "alerts", "Alerts: trend.alerts()")
    table, about = trend.table(), trend.metric.description
    periods, value = table["period"], table["value"]
    axes = axes_of(ax, height=3.6)
    axes.vlines(periods, table["low"], table["high"], color=INK, alpha=0.35, linewidth=3)
    axes.plot(periods, value, color=INK, linewidth=1.2, zorder=2)
    whole = table["complete"]
    axes.plot(periods[whole], value[whole], "o", color=INK, markersize=5, zorder=3)
    axes.plot(periods[~whole], value[~whole], "o", color=INK, markerfacecolor="white", markersize=5)
    if alerts is not None:
        _draw_limits(axes, alerts)
    axes.set_ylabel(literal(f"{named_unit(about)} ({percent(trend.confidence_level)} CI)"))
    axes.set_xlabel(f"first day of the {kind_of(trend.every)}")
    open_frame(axes)
    axes.tick_params(axis="x", rotation=30)
    return axes


def _draw_limits(axes: Axes, alerts: Alerts) -> None:
    """Add center, limits and the periods where a rule rang."""
    low, high = alerts.limits
    axes.axhline(alerts.center, color=PALE, linewidth=1, zorder=1)
    for limit in (low, high):
        axes.step(alerts.labels, limit, where="mid", color=PALE, linestyle="--", linewidth=1)
    rang = np.isin(alerts.labels, [alert.period for alert in alerts])
    axes.plot(alerts.labels[rang], alerts.values[rang], "o", color=ALARM, markersize=7, zorder=4)
