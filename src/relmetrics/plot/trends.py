"""The figure of a trend: a value and its interval in each period, and what rang."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.data.calendar.periods import kind_of
from relmetrics.plot.drawing.figure import figure
from relmetrics.plot.drawing.palette import ALARM, INK, PALE
from relmetrics.plot.drawing.picture import Axis, Layer, Look, Picture, rows_of, rule_at
from relmetrics.plot.drawing.with_matplotlib import draw
from relmetrics.plot.drawing.words import (
    date_labels,
    figure_text,
    heading,
    named_level,
    named_unit,
    require_result,
)
from relmetrics.questions.trends.alerts import Alerts
from relmetrics.questions.trends.trend import Trend

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LOOKS = {
    "over": Look(color=INK),
    "not over": Look(color=INK, hollow=True, legend="not over yet"),
    "rang": Look(color=ALARM, marker="square", legend="a rule rang"),
}


def _picture(trend: Trend, *, alerts: Alerts | None = None) -> Picture:
    """Return the periods in time, with the control limits where alerts are given."""
    require_result(trend, Trend, "trend", "a Trend: metric.over(answers, dates)")
    if alerts is not None:
        require_result(alerts, Alerts, "alerts", "Alerts: trend.alerts()")
    table, about = trend.table(), trend.metric.description
    days = table["period"].astype("datetime64[D]")
    rows = rows_of(
        period=days,
        value=table["value"],
        low=table["low"],
        high=table["high"],
        n=table["n"],
        state=np.where(table["complete"], "over", "not over"),
    )
    at: dict[str, Any] = {"rows": rows, "x": "period", "y": "value"}
    ends: dict[str, Any] = {"rows": rows, "x": "period", "y": "low", "y2": "high"}
    limits, rang, notes = _limits(alerts) if alerts is not None else ((), (), ())
    return Picture(
        title=heading(f"{named_unit(about)}, by {kind_of(trend.every)}", table["n"].sum()),
        notes=(*notes, *(remark.rstrip(".") for remark in trend.remarks)),
        x=Axis(
            title=f"first day of the {kind_of(trend.every)}",
            labels=date_labels(days, trend.every),
            at=days,
        ),
        y=Axis(title=named_level(about, trend.confidence_level)),
        layers=(
            Layer(mark="span", **ends, width=2.5, opacity=0.6),
            Layer(mark="line", **at, width=1.2),
            Layer(mark="point", **at, look="state", size=5),
            *limits,
            *rang,
        ),
        looks=_LOOKS,
        height=3.6,
        empty="no periods",
    )


@figure(_picture)
def trend(trend: Trend, *, alerts: Alerts | None = None, ax: Axes | None = None) -> Axes:
    """Draw a trend: the value of each period with its interval, and the control limits if given.

    Periods stand where they are in time. A period that is not over is drawn hollow. The line
    breaks where a period has no answers.

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
    return draw(_picture(trend, alerts=alerts), ax)


def _limits(alerts: Alerts) -> tuple[tuple[Layer, ...], tuple[Layer, ...], tuple[str, ...]]:
    """Return center and limits, the periods where a rule rang, and what they are."""
    days = alerts.labels.astype("datetime64[D]")
    low, high = alerts.limits
    rows = rows_of(period=days, low_limit=low, high_limit=high)
    steps = [
        Layer(
            mark="line",
            rows=rows,
            x="period",
            y=name,
            fixed=Look(color=PALE),
            dashed=True,
            stepped="middle",
        )
        for name in ("low_limit", "high_limit")
    ]
    found: dict[Any, list[str]] = {}
    for alert in alerts:
        found.setdefault(alert.period, []).append(f"{alert.rule}, {alert.side} ({alert.meaning})")
    rang = np.array([label in found for label in alerts.labels], dtype=bool)
    rung = rows_of(
        period=days[rang],
        value=alerts.values[rang],
        rules=["; ".join(found[day]) for day in alerts.labels[rang]],
        state=["rang"] * int(rang.sum()),
    )
    text = figure_text(alerts.center, alerts.about.digits)
    return (
        (rule_at(alerts.center, across="y", dashed=False), *steps),
        (Layer(mark="point", rows=rung, x="period", y="value", look="state", size=7),),
        (f"Center {text}; dashed: control limits",),
    )
