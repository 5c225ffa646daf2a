"""Figures of what subscribers are worth: from who was one, at what price, and for how long."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve

from relmetrics.customers.annual_churn import annual_churn
from relmetrics.customers.subscriptions import windows
from relmetrics.customers.subscriptions.prices import DAYS_OF_YEAR
from relmetrics.customers.subscriptions.revenue import paid_on
from relmetrics.customers.subscriptions.survival import survival
from relmetrics.customers.subscriptions.table.billing import shifted
from relmetrics.customers.survival.questions import risks_of
from relmetrics.data.checks import check_positive
from relmetrics.errors import AmountError, EmptySampleError, ParameterError
from relmetrics.money.economics import require_amount
from relmetrics.money.unit_economics.account_revenue import average_revenue_per_account
from relmetrics.money.unit_economics.economics import given_figure, unit_economics
from relmetrics.money.unit_economics.figure import figure_of
from relmetrics.money.unit_economics.given import WHOLE, Given
from relmetrics.money.unit_economics.lifetime import lifetime_value
from relmetrics.money.unit_economics.quick_ratio import QuickRatio, quick_ratio

if TYPE_CHECKING:
    from relmetrics.customers.subscriptions.table.log import Subscriptions
    from relmetrics.customers.windows.window import Window
    from relmetrics.data.types import AnyArray, FloatArray
    from relmetrics.metric.estimate import Estimate
    from relmetrics.money.unit_economics.economics import UnitEconomics
    from relmetrics.money.unit_economics.figure import UnitFigure
    from relmetrics.money.unit_economics.given import Quantity

MONTHS = 12
_DAYS_OF_MONTH = DAYS_OF_YEAR / MONTHS
_LOST = 1
"""The place of "lost" in `STANDINGS`, after "retained"."""


def economics_of(
    log: Subscriptions,
    start: object,
    end: object,
    *,
    margin: Quantity,
    acquisition_cost: Quantity | None,
    acquisition_spend: float | None,
    discount: float,
    periods: int | None,
    confidence_level: float,
) -> UnitEconomics:
    """Return the unit economics of a window, by the month: see the log's method."""
    first, after = log.between(start, end)
    low, high = (int(day.astype(np.int64)) for day in (first, after))
    churn = windows.rate(log, windows.metric_of("churn", "start"), first, after, confidence_level)
    counts = windows.window(log, first, after)
    months = months_between(low, high)
    monthly = churn if months == 1 else annual_churn(churn, periods_per_year=1 / months)
    (before, gone), (then, gone_then) = paid_on(log, low - 1, high - 1)
    standing = log.spells().standings(low, high)
    known = (standing <= _LOST) & ~gone
    paid = log.unit.floats(before)[known]
    revenue = average_revenue_per_account(revenue=paid, confidence_level=confidence_level)
    both = ~(gone | gone_then)
    ends = [log.unit.floats(amounts)[both] for amounts in (before, then)]
    found = unit_economics(
        revenue=revenue,
        churn=monthly,
        margin=margin,
        acquisition_cost=_cost(acquisition_cost, acquisition_spend, counts),
        discount=discount,
        periods=periods,
        correlation=_correlation(paid, standing[known] == _LOST),
    )
    ratio = _quick_ratio(ends[0], ends[1], confidence_level)
    unknown = int((standing <= _LOST).sum() - known.sum())
    remarks = _remarks(counts, months, nothing=int((paid == 0).sum()), unknown=unknown)
    return evolve(found, quick_ratio=ratio, period="month", remarks=remarks)


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
        days = check_positive("horizon", horizon) * _DAYS_OF_MONTH
        if days > (reach := risks_of(curve).reach):
            known = f"at most {reach / _DAYS_OF_MONTH:.4g} months, as far as the log knows"
            raise ParameterError.must_be("horizon", known, horizon)
    later = check_positive("discount", discount, zero=True)
    daily = WHOLE * ((1 + later / WHOLE) ** (1 / _DAYS_OF_MONTH) - 1)
    stay = curve.restricted_mean(days, discount=daily)
    months = evolve(
        stay,
        horizon=stay.horizon / _DAYS_OF_MONTH,
        value=stay.value / _DAYS_OF_MONTH,
        low=stay.low / _DAYS_OF_MONTH,
        high=stay.high / _DAYS_OF_MONTH,
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


def months_between(first: int, after: int) -> float:
    """Return the months of a window: a whole number from a day of one to the same of another."""
    ends = np.array([first, after]).astype("datetime64[D]").astype("datetime64[M]")
    whole = int((ends[1] - ends[0]).astype(np.int64))
    if whole and int(shifted(np.array([first]), np.array([whole]))[0]) == after:
        return whole
    return (after - first) / _DAYS_OF_MONTH


def _revenue(paid: FloatArray, confidence_level: float) -> Estimate:
    if not len(paid):
        raise EmptySampleError.for_metric("Average revenue per account", 0)
    return average_revenue_per_account(revenue=paid, confidence_level=confidence_level)


def _cost(cost: Quantity | None, spend: float | None, counts: Window) -> Quantity | None:
    """Return the cost of winning a customer, from what was spent on all new ones where given.

    Raises:
        ParameterError: Both are given.
        AmountError: The spend is no amount, or nobody was won with it.
    """
    if spend is None:
        return cost
    if cost is not None:
        raise ParameterError.must_be(
            "acquisition_spend", "left out where acquisition_cost is given", spend
        )
    require_amount("acquisition_spend", spend, positive="Leave it out where nothing was spent.")
    if not counts.new:
        remedy = "Say acquisition_cost=..., or ask of a longer window."
        raise AmountError.not_an_amount(
            "acquisition_spend", "left out where nobody is new", spend, remedy
        )
    return float(spend) / counts.new


def _correlation(paid: FloatArray, lost: AnyArray) -> float:
    """Return the correlation of paying and leaving over customers; 0 where either is constant."""
    if not paid.std() > 0 or not 0 < lost.mean() < 1:
        return 0.0
    return float(np.clip(np.corrcoef(paid, lost)[0, 1], -1.0, 1.0))


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


def _remarks(counts: Window, months: float, *, nothing: int, unknown: int) -> tuple[str, ...]:
    """Return what is to be known of the data behind the figures, in words."""
    span = "a month" if months == 1 else f"{months:.4g} months"
    notes = [f"{counts.lost} of {counts.start} customers were lost within {span}"]
    if months != 1:
        notes[0] += "; churn and all that follows is of a month: 1 - (1 - churn)^(1 / months)"
    if nothing:
        notes.append(f"{nothing} customers of the start pay nothing and count in the average")
    if unknown:
        notes.append(f"{unknown} of the start are left out of the average: their price is missing")
    return tuple(notes)
