"""Figures of what subscribers are worth: from who was one, at what price, and for how long."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve

from relmetrics.customers.segments.economics import economics_by
from relmetrics.customers.subscriptions import windows
from relmetrics.customers.subscriptions.revenue import paid_on
from relmetrics.customers.subscriptions.survival import survival
from relmetrics.customers.survival.questions import risks_of
from relmetrics.customers.windows.worth import DAYS_OF_MONTH, Asked, window_economics
from relmetrics.data.checks import check_positive
from relmetrics.errors import EmptySampleError, ParameterError
from relmetrics.money.unit_economics.account_revenue import average_revenue_per_account
from relmetrics.money.unit_economics.economics import given_figure
from relmetrics.money.unit_economics.figure import figure_of
from relmetrics.money.unit_economics.given import WHOLE, Given
from relmetrics.money.unit_economics.lifetime import lifetime_value
from relmetrics.money.unit_economics.quick_ratio import QuickRatio, quick_ratio

if TYPE_CHECKING:
    from collections.abc import Hashable

    from relmetrics.customers.segments.economics import UnitEconomicsBySegment
    from relmetrics.customers.segments.reading import By
    from relmetrics.customers.subscriptions.table.log import Subscriptions
    from relmetrics.data.types import FloatArray
    from relmetrics.metric.estimate import Estimate
    from relmetrics.money.unit_economics.economics import UnitEconomics
    from relmetrics.money.unit_economics.figure import UnitFigure
    from relmetrics.money.unit_economics.given import Quantity

_LOST = 1
"""The place of "lost" in `STANDINGS`, after "retained"."""


def economics_of(log: Subscriptions, start: object, end: object, asked: Asked) -> UnitEconomics:
    """Return the unit economics of a window, by the month: see the log's method."""
    first, after = log.between(start, end)
    low, high = (int(day.astype(np.int64)) for day in (first, after))
    level = asked.confidence_level
    churn = windows.rate(log, windows.metric_of("churn", "start"), first, after, level)
    (before, gone), (then, gone_then) = paid_on(log, low - 1, high - 1)
    standing = log.spells().standings(low, high)
    at_start = standing <= _LOST
    known = at_start & ~gone
    found = window_economics(
        churn,
        windows.window(log, first, after),
        log.unit.floats(before)[known],
        standing[known] == _LOST,
        asked,
        missing=int(at_start.sum() - known.sum()),
    )
    both = ~(gone | gone_then)
    ratio = _quick_ratio(log.unit.floats(before)[both], log.unit.floats(then)[both], level)
    return evolve(found, quick_ratio=ratio)


def economics_by_segment(
    log: Subscriptions, start: object, end: object, by: By, asked: Asked
) -> UnitEconomicsBySegment:
    """Return the unit economics of each segment, as known before the window."""
    first, after = log.between(start, end)
    segments = log.segments(by, int(first.astype(np.int64)) - 1)
    labels = segments.labels

    def ask(part: Subscriptions, segment: Hashable) -> UnitEconomics:
        return economics_of(part, first, after, asked.of(segment))

    return economics_by(labels, log.parts(segments), ask)


def lifetime_value_of(
    log: Subscriptions,
    horizon: float | None,
    *,
    margin: Quantity,
    discount: float,
    revenue: Quantity | None,
    as_of: object,
    confidence_level: float,
) -> UnitFigure:
    """Return the lifetime value from the survival curve: see the log's method."""
    until = log.as_of(as_of)
    curve = survival(log, as_of=until, confidence_level=confidence_level, interval="log_log")
    days = None
    if horizon is not None:
        days = check_positive("horizon", horizon) * DAYS_OF_MONTH
        if days > (reach := risks_of(curve).reach):
            known = f"at most {reach / DAYS_OF_MONTH:.4g} months, as far as the log knows"
            raise ParameterError.must_be("horizon", known, horizon)
    later = check_positive("discount", discount, zero=True)
    daily = WHOLE * ((1 + later / WHOLE) ** (1 / DAYS_OF_MONTH) - 1)
    stay = curve.restricted_mean(days, discount=daily)
    months = evolve(
        stay,
        horizon=stay.horizon / DAYS_OF_MONTH,
        value=stay.value / DAYS_OF_MONTH,
        low=stay.low / DAYS_OF_MONTH,
        high=stay.high / DAYS_OF_MONTH,
        unit="months",
    )
    if revenue is None:
        day = int(until.astype(np.int64))
        ((paid, gone),) = paid_on(log, day)
        there = log.spells().there(day) & ~gone
        revenue = _revenue(log.unit.floats(paid)[there], confidence_level)
    found = lifetime_value(revenue=revenue, lifetime=months, margin=margin)
    less = f", discounted by {later:g}% a month" if later else ""
    return evolve(
        found,
        formula=f"revenue x margin x mean months within {months.horizon:.4g}{less}",
        assumed="what is paid a month does not depend on how long a customer stays; "
        "what comes after the horizon is not counted",
        source="Kaplan and Meier; Meier (1975) for the mean within a horizon",
    )


def _revenue(paid: FloatArray, confidence_level: float) -> Estimate:
    if not len(paid):
        raise EmptySampleError.for_metric("Average revenue per account", 0)
    return average_revenue_per_account(revenue=paid, confidence_level=confidence_level)


def _quick_ratio(before: FloatArray, after: FloatArray, confidence_level: float) -> UnitFigure:
    """Return the quick ratio as a figure; unbounded where nothing was lost."""
    words = ("Quick ratio", "quick ratio", "times")
    if not (before > after).any():
        none = Given(np.nan, np.nan, np.nan, confidence_level)
        about = QuickRatio().about
        texts = {"formula": about.formula, "source": about.source}
        return figure_of(words, none, "nothing was lost", **texts)
    found = quick_ratio(before=before, after=after, confidence_level=confidence_level)
    gained, lost = (f"{float(total):,.2f}" for total in found.state.totals)
    figure = given_figure(*words, found)
    return evolve(figure, numbers=f"{gained} / {lost} = {figure.text}")
