"""Over time: what changed, a picture of each metric by period, and its periods in a table."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from relmetrics.data.calendar.periods import kind_of
from relmetrics.inference.time.run_rules import RULES
from relmetrics.metric.wording import escaped
from relmetrics.reports.page.pictures import scrolling
from relmetrics.reports.page.words import (
    chip,
    dated,
    ends,
    figure,
    label,
    number,
    p_value,
    percent,
    period_name,
    whole,
)
from relmetrics.reports.parts.blocks import Grid, Line, Part
from relmetrics.reports.parts.over_time.latest import LatestPeriod, headline
from relmetrics.reports.parts.over_time.trend_drawing import trend_drawing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.questions.trends.alerts import Alert
    from relmetrics.questions.trends.trend import Trend
    from relmetrics.reports.parts.blocks import Look

_EVEN = (2, 4)
"""So many pictures stand two by two."""
_MOST = 400
"""The last so many periods have a row; a page of every day of ten years is read by nobody."""


def over_time(every: Sequence[LatestPeriod]) -> str:
    """Return what changed and a picture of each metric; empty without dates."""
    if not every:
        return ""
    trend = every[0].trend
    kind = kind_of(trend.every)
    said = dated(headline(every), trend.labels.columns[0], trend.every)
    return (
        f'<p class="lead">{escaped(said)}</p>{_changes(every)}'
        f'<div class="trends{" even" if len(every) in _EVEN else ""}">'
        f"{''.join(map(_figure, every))}</div>"
        f'<p class="lead">Lines are intervals. A hollow point is a {kind} that is not over, a '
        f"square one in which a rule rang. The dashed line is the level of the {kind}s before the "
        "one shown.</p>"
    )


def _changes(every: Sequence[LatestPeriod]) -> str:
    level = percent(every[0].trend.confidence_level)
    rows = "".join(map(_change, every))
    heads = ("Value", "n", "Change", "p")
    head = "".join(f'<th scope="col" class="num">{name}</th>' for name in heads)
    return scrolling(
        "The last period and its change",
        f'<table class="cards"><caption>The last period and its change, with {level} intervals'
        "</caption>"
        f'<thead><tr><th scope="col">Metric</th><th scope="col">Period</th>{head}'
        f'<th scope="col">Verdict</th></tr></thead><tbody>{rows}</tbody></table>',
    )


def _change(one: LatestPeriod) -> str:
    about, e, change = one.trend.metric.description, one.estimate, one.change
    digits = about.digits
    value = moved = p = verdict = ""
    if e is not None:
        value = f"<strong>{figure(e.value, about)}</strong><small>{ends(e.low, e.high, digits)}"
        value += "</small>"
    if change is not None:
        within = ends(change.low, change.high, digits, "+")
        moved = f"<strong>{number(change.value, digits, '+')}</strong><small>{within}</small>"
        p = p_value(change.p_value)
        verdict = chip(change.verdict, about)
    return (
        f'<tr><th scope="row">{label(about.symbol)}</th>'
        f'<td class="when" data-m="Period">{period_name(one.period, one.trend.every)}</td>'
        f'<td class="num" data-m="Value">{value}</td>'
        f'<td class="num" data-m="n">{whole(one.n)}</td>'
        f'<td class="num" data-m="Change">{moved}</td>'
        f'<td class="num" data-m="p">{p}</td><td data-m="Verdict">{verdict}</td></tr>'
    )


def _figure(one: LatestPeriod) -> str:
    """Return the picture of one metric, what its periods say together, and their table."""
    about, kind = one.trend.metric.description, kind_of(one.trend.every)
    said = [_rang(one, alert) for alert in one.rang]
    if one.slope is not None:
        s = one.slope
        digits = about.digits + 1
        said.append(
            f"Slope {number(s.value, digits, '+')} {escaped(about.difference_unit)} per {kind} "
            f"({ends(s.low, s.high, digits, '+')})."
        )
    return (
        f"<figure><figcaption>{label(about.symbol)}, {escaped(about.unit)}</figcaption>"
        f"{trend_drawing(one)}{''.join(f'<p>{line}</p>' for line in said)}"
        f"<details><summary>{label(about.symbol)} by {kind}</summary>"
        f"{periods_table(one.trend)}</details></figure>"
    )


def _rang(one: LatestPeriod, alert: Alert) -> str:
    """Return what rang, in words."""
    when = period_name(alert.period, one.trend.every)
    says = RULES[alert.rule].says
    return f'<span class="rang">Alert:</span> {when}, {alert.side} ({alert.meaning}); {says}.'


def periods_table(trend: Trend) -> str:
    """Return the periods as a table."""
    table, about, every = trend.table(), trend.metric.description, trend.every
    names = ("value", "low", "high", "n", "missing", "complete")
    rows = list(zip(table["period"], *(table[name].tolist() for name in names), strict=True))
    body = ""
    for day, value, low, high, n, missing, over in rows[-_MOST:]:
        known = math.isfinite(value)
        shown = figure(value, about) if known else "no answers"
        within = ends(low, high, about.digits) if known else ""
        body += (
            f'<tr><th scope="row">{period_name(day, every)}'
            f"{'' if over else '<small>not over</small>'}</th>"
            f'<td class="num">{shown}</td><td class="num">{within}</td>'
            f'<td class="num">{whole(n)}</td><td class="num">{whole(missing)}</td></tr>'
        )
    name = f"{about.symbol} by {kind_of(every)}"
    caption = name if len(rows) <= _MOST else f"{name}, the last {_MOST} of {whole(len(rows))}"
    heads = ("Value", "Interval", "n", "Missing")
    head = "".join(f'<th scope="col" class="num">{title}</th>' for title in heads)
    return scrolling(
        f"Table of {name}",
        f"<table><caption>{escaped(caption)}</caption><thead><tr>"
        f'<th scope="col">Period</th>{head}</tr></thead><tbody>{body}</tbody></table>',
    )


def trend(found: Trend, look: Look) -> Part:
    """Return a metric by period: what changed, its picture, and its periods."""
    del look
    about = found.metric.description
    title = f"{about.symbol} by {kind_of(found.every)}"
    latest = LatestPeriod.of(found)
    table = found.table()
    days = found.labels.columns[0]
    notes = (dated(remark, days, found.every) for remark in found.remarks)
    remarks = [Line(f"{note[:1].upper()}{note[1:]}") for note in notes]
    if latest is None:
        shown = Grid(title, table, periods_table(found), every=found.every)
        return Part(title, [*remarks, shown])
    said = [Line(dated(note, days, found.every)) for note in latest.notes]
    shown = Grid(title, table, over_time([latest]), every=found.every)
    return Part(title, [*remarks, *said, shown])
