"""Plots: figures of results, with matplotlib (the extra ``plot``).

    from relmetrics import plot

Every function draws on `ax`, or on new axes of its own, and returns the axes. Nothing is shown and
no global style is set. Axes are labelled with their unit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.data.checks import check_whole
from relmetrics.errors import ParameterError, RelmetricsError
from relmetrics.metric.wording import percent
from relmetrics.questions.groups.breakdown import Breakdown
from relmetrics.questions.groups.comparisons import Comparisons
from relmetrics.questions.groups.decomposition import Decomposition
from relmetrics.questions.trends.alerts import Alerts
from relmetrics.questions.trends.trend import Trend
from relmetrics.survey.drivers.analysis import DriverAnalysis
from relmetrics.survey.drivers.importance_performance import QUADRANTS, dividing_line

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from relmetrics.data.types import AnyArray, FloatArray
    from relmetrics.metric.contract import Description

_INK, _PALE, _ALARM = "#00695c", "#90a4ae", "#c62828"
_CORNERS = ((0.01, 0.01), (0.99, 0.01), (0.01, 0.99), (0.99, 0.99))
_ALIGNED = (("left", "bottom"), ("right", "bottom"), ("left", "top"), ("right", "top"))
"""Where the names of the quadrants stand, in their order."""

_MOST = 40
"""More rows than this are not read from a picture."""


def intervals(by: Breakdown, *, most: int = _MOST, ax: Axes | None = None) -> Axes:
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
    _require(by, Breakdown, "by", "a Breakdown: metric.by(answers, groups)")
    check_whole("most", most, 1)
    table, about = by.table(), by.metric.description
    value, n = table["value"], table["n"]
    kept = np.sort(np.argsort(-n, kind="stable")[:most])
    better = value if about.direction == "higher" else -value
    height = np.where(np.isnan(better[kept]), -np.inf, better[kept])
    order = kept[np.lexsort((-kept, height))]
    labels = [f"{_label(key)} (n = {size})" for key, size in zip(by, n, strict=True)]
    axes = _axes(ax, height=0.35 * len(order) + 1.2)
    _bars(axes, [labels[i] for i in order], value[order], table["low"][order], table["high"][order])
    _draw_total(axes, by)
    axes.set_xlabel(_literal(f"{_named(about)} ({percent(by.confidence_level)} CI)"))
    return axes


def _draw_total(axes: Axes, by: Breakdown) -> None:
    """Add a line at the value of all answers, where they have one."""
    try:
        total = by.total
    except RelmetricsError:  # no answers, or none that say something
        return
    axes.axvline(total.value, color=_PALE, linestyle="--", linewidth=1, zorder=0)


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
    _require(trend, Trend, "trend", "a Trend: metric.over(answers, dates)")
    if alerts is not None:
        _require(alerts, Alerts, "alerts", "Alerts: trend.alerts()")
    table, about = trend.table(), trend.metric.description
    periods, value = table["period"], table["value"]
    axes = _axes(ax, height=3.6)
    axes.vlines(periods, table["low"], table["high"], color=_INK, alpha=0.35, linewidth=3)
    axes.plot(periods, value, color=_INK, linewidth=1.2, zorder=2)
    whole = table["complete"]
    axes.plot(periods[whole], value[whole], "o", color=_INK, markersize=5, zorder=3)
    axes.plot(
        periods[~whole], value[~whole], "o", color=_INK, markerfacecolor="white", markersize=5
    )
    if alerts is not None:
        _draw_limits(axes, alerts)
    axes.set_ylabel(_literal(f"{_named(about)} ({percent(trend.confidence_level)} CI)"))
    axes.set_xlabel(f"first day of the {trend.every}")
    _open(axes)
    axes.tick_params(axis="x", rotation=30)
    return axes


def _draw_limits(axes: Axes, alerts: Alerts) -> None:
    """Add center, limits and the periods where a rule rang."""
    low, high = alerts.limits
    axes.axhline(alerts.center, color=_PALE, linewidth=1, zorder=1)
    for limit in (low, high):
        axes.step(alerts.labels, limit, where="mid", color=_PALE, linestyle="--", linewidth=1)
    rang = np.isin(alerts.labels, [alert.period for alert in alerts])
    axes.plot(alerts.labels[rang], alerts.values[rang], "o", color=_ALARM, markersize=7, zorder=4)


def differences(comparisons: Comparisons, *, most: int = _MOST, ax: Axes | None = None) -> Axes:
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
    _require(comparisons, Comparisons, "comparisons", "Comparisons: breakdown.compare()")
    check_whole("most", most, 1)
    table, about = comparisons.table(), comparisons.metric.description
    labels = [_compared(key, comparisons.against) for key in comparisons]
    rows = np.arange(min(most, table.rows))[::-1]
    axes = _axes(ax, height=0.35 * len(rows) + 1.2)
    differs = table["verdict"] != "not shown"
    _bars(
        axes,
        [labels[i] for i in rows],
        table["difference"][rows],
        table["low"][rows],
        table["high"][rows],
        strong=differs[rows],
    )
    axes.axvline(0, color=_PALE, linewidth=1, zorder=0)
    level = percent(comparisons.confidence_level)
    axes.set_xlabel(_literal(f"{about.symbol} difference, {about.difference_unit} ({level} CI)"))
    return axes


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
    _require(drivers, DriverAnalysis, "drivers", "a DriverAnalysis: rm.drivers(ratings, overall)")
    table = drivers.importance_performance(
        importance_at=importance_at, performance_at=performance_at
    )
    x, y = table["performance"], table["importance"]
    axes = _axes(ax, height=4.2)
    axes.plot(x, y, "o", color=_INK)
    for name, note, right, up in zip(table["factor"], table["note"], x, y, strict=True):
        text = _literal(f"{name} ({note})" if note else str(name))
        axes.annotate(text, (right, up), xytext=(5, 4), textcoords="offset points")
    right = dividing_line(x, performance_at, "performance_at")
    up = dividing_line(y, importance_at, "importance_at")
    axes.axvline(right, color=_PALE, linestyle="--", linewidth=1, zorder=0)
    axes.axhline(up, color=_PALE, linestyle="--", linewidth=1, zorder=0)
    axes.margins(0.15)
    for text, place, sides in zip(QUADRANTS, _CORNERS, _ALIGNED, strict=True):
        axes.text(
            *place,
            text,
            transform=axes.transAxes,
            ha=sides[0],
            va=sides[1],
            color=_PALE,
            fontsize="small",
        )
    _open(axes)
    axes.set_xlabel("Performance, mean rating")
    axes.set_ylabel("Importance, % of R squared")
    return axes


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
    _require(parts, Decomposition, "parts", "a Decomposition: rm.decompose(after, before)")
    about = parts.after.metric.description
    named = {"rate": parts.rate, "mix": parts.mix, "interaction": parts.interaction}
    rows = {"change": parts.change, **dict(reversed(named.items()))}
    axes = _axes(ax, height=2.4)
    value, low, high = (
        np.array([getattr(part, name) for part in rows.values()])
        for name in ("value", "low", "high")
    )
    _bars(axes, list(rows), value, low, high)
    axes.axvline(0, color=_PALE, linewidth=1, zorder=0)
    level = percent(parts.after.confidence_level)
    axes.set_xlabel(_literal(f"Change of {about.symbol}, {about.difference_unit} ({level} CI)"))
    return axes


def _bars(
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
    for chosen, color in ((strong, _INK), (~strong, _PALE)):
        axes.hlines(rows[chosen], low[chosen], high[chosen], color=color, alpha=0.5, linewidth=4)
        axes.plot(value[chosen], rows[chosen], "o", color=color, markersize=6)
    axes.set_yticks(rows, [_literal(label) for label in labels])
    axes.set_ylim(-0.6, len(labels) - 0.4)
    _open(axes)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)


def _open(axes: Axes) -> None:
    """Leave out the sides of the frame that say nothing."""
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _axes(ax: Axes | None, *, height: float) -> Axes:
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


def _named(about: Description) -> str:
    return f"{about.symbol}, {about.unit}"


def _literal(text: str) -> str:
    """Return a text of the data as it must be written for matplotlib to draw it as it is.

    What stands between two dollars would be read as mathematics.
    """
    return text.replace("$", r"\$")


def _label(key: object) -> str:
    return ", ".join(map(str, key)) if isinstance(key, tuple) else str(key)


def _compared(key: Any, against: str) -> str:
    return " - ".join(map(_label, key)) if against == "pairs" else _label(key)


def _require(given: object, kind: type, name: str, words: str) -> None:
    """Check that what is to be drawn is a result of this kind; the words say how to get one."""
    if not isinstance(given, kind):
        wanted, _, call = words.partition(": ")
        raise ParameterError.must_be(name, wanted, given, f"Draw what relmetrics made: {call}.")
