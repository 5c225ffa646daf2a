"""Tiles: each metric with its value large, its interval, what it is made of, and its change."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from relmetrics.estimators.linear import AnswerScore
from relmetrics.reports.page.axis import Axis
from relmetrics.reports.page.pictures import ENDS, histogram, interval, split, ticked
from relmetrics.reports.page.words import (
    chip,
    counted,
    ends,
    figure,
    label,
    number,
    percent,
    period_said,
    whole,
)
from relmetrics.survey.csi import CSI
from relmetrics.survey.nps import NPSEstimate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from relmetrics.metric.estimate import Estimate
    from relmetrics.metric.table import Table
    from relmetrics.reports.parts.over_time.latest import LatestPeriod
    from relmetrics.states.tally import Tally

_FACTORS_SHOWN = 6
_TWO = 2


@frozen(kw_only=True)
class Beside:
    """What stands beside an estimate and is shown on its tile.

    Attributes:
        over_time: The last periods of metrics.
        factors: The factors of the satisfaction index.
        labels: Titles of columns.
    """

    over_time: Sequence[LatestPeriod] = ()
    factors: Table | None = None
    labels: Mapping[str, str] = field(factory=dict)


def tiles(estimates: Sequence[Estimate], beside: Beside) -> str:
    """Return estimates at a glance."""
    if not estimates:
        return ""
    latest = {one.trend.metric.description: one for one in beside.over_time}
    shown = "".join(_tile(e, latest.get(e.metric.description), beside) for e in estimates)
    return f'<div class="tiles">{shown}</div>'


def _tile(estimate: Estimate, latest: LatestPeriod | None, beside: Beside) -> str:
    about = estimate.metric.description
    unit = "" if about.unit == "%" else f" <small>{_unit(estimate)}</small>"
    said = about.symbol.casefold() in about.name.casefold()
    symbol = "" if said else f" <small>{about.symbol}</small>"
    level = percent(estimate.confidence_level)
    low, high = estimate.low, estimate.high
    within = f"{ends(low, high, about.digits)} ({level}), " if math.isfinite(low) else ""
    better = "lower is better" if about.direction == "lower" else ""
    parts = [
        f"<h3>{label(about.name)}{symbol}</h3>",
        f'<p class="big">{figure(estimate.value, about)}{unit}</p>',
        f'<p class="ci">{within}{_sample(estimate)}',
        f"{'; ' + better if better else ''}</p>",
        f'<div class="made">{_made_of(estimate, beside)}</div>',
        "" if latest is None else _change(latest),
    ]
    return f'<article class="tile">{"".join(parts)}</article>'


def _sample(estimate: Estimate) -> str:
    """Return how many count: answers to a question, else as n."""
    metric = estimate.metric
    if isinstance(metric, AnswerScore) and metric.scale.size > _TWO:
        return counted(estimate.n, "answer")
    return f"n = {whole(estimate.n)}"


def _unit(estimate: Estimate) -> str:
    about = estimate.metric.description
    if about.unit == "scale points":
        return f"on {about.low:g} to {about.high:g}"
    return label(about.unit)


def _made_of(estimate: Estimate, beside: Beside) -> str:
    """Return what the value is made of: classes, answers, factors; else where its interval lies."""
    metric: Any = estimate.metric
    state, about = estimate.state, metric.description
    if isinstance(metric, AnswerScore) and state.scale.size > _TWO:
        points = [str(int(point)) for point in state.scale.points]
        classes = isinstance(estimate, NPSEstimate)
        kinds = [_kind(metric, value, classes=classes) for value in metric.coefficients()]
        drawn = histogram(points, answer_shares(state), kinds)
        if isinstance(estimate, NPSEstimate):
            parts = zip("pmd", estimate.shares.items(), strict=True)
            drawn = split([(kind, name, share) for kind, (name, share) in parts]) + drawn
        return drawn
    if isinstance(metric, CSI):
        return _factor_means(beside, about.low, about.high)
    return _place(estimate)


def _kind(metric: Any, coefficient: float, *, classes: bool) -> str:
    """Return the kind of an answer: one that counts, one that does not, one that counts against."""
    if metric.is_mean or coefficient > 0:
        return "p"
    return "d" if classes and coefficient < 0 else "m"


def answer_shares(state: Tally) -> list[float]:
    """Return the share of each point of the scale, %, weighted where the answers are."""
    masses = state.counts if state.weights is None else state.weights
    total = sum(masses) or 1
    return [100 * mass / total for mass in masses]


def _factor_means(beside: Beside, low: float, high: float) -> str:
    table = beside.factors
    if table is None:
        return ""
    rows = list(zip(table["factor"].tolist(), table["mean"].tolist(), strict=True))
    bars = "".join(
        f"<li><span>{label(beside.labels.get(name, name))}</span>"
        f'<span class="meter"><span style="width:{100 * (mean - low) / (high - low):.1f}%"></span>'
        f"</span><span>{number(mean, 2)}</span></li>"
        for name, mean in rows[:_FACTORS_SHOWN]
    )
    more = len(rows) - _FACTORS_SHOWN
    rest = f'<li class="soft"><a href="#factors">{more} more</a></li>' if more > 0 else ""
    return f'<ul class="means">{bars}{rest}</ul>'


def _place(estimate: Estimate) -> str:
    about = estimate.metric.description
    e = estimate
    bounded = math.isfinite(about.low) and math.isfinite(about.high)
    values = (about.low, about.high) if bounded else (e.value, e.low, e.high)
    axis = Axis.over(values, *ENDS, within=(about.low, about.high), steps=3)
    drawn = interval(axis, e.value, e.low, e.high, digits=about.digits)
    return f'<div class="place">{drawn}{ticked(axis)}</div>' if drawn else ""


def _change(latest: LatestPeriod) -> str:
    change, every, about = latest.change, latest.trend.every, latest.trend.metric.description
    now = period_said(latest.period, every)
    rang = ""
    if latest.rang:
        rang = f'<br><a class="rang" href="#time">{counted(len(latest.rang), "alert")}</a>'
    if change is None or latest.reference is None:
        return f'<p class="chg soft">Nothing earlier to compare {now} with{rang}</p>'
    before = period_said(latest.reference, every)
    moved = number(change.value, about.digits, "+")
    within = ends(change.low, change.high, about.digits, "+")
    return (
        f'<p class="chg">{chip(change.verdict, about)} <strong>{moved}</strong> '
        f"{about.difference_unit}, {now} against {before}"
        f' <span class="soft">({within})</span>{rang}</p>'
    )
