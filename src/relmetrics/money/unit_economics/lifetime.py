"""Lifetime value: what a customer brings until they leave."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from relmetrics.data.checks import check_number, check_whole
from relmetrics.errors import AmountError, ParameterError
from relmetrics.money.economics import percent_of
from relmetrics.money.retention_profit import expected_periods
from relmetrics.money.unit_economics.figure import UnitFigure, figure_of, shown
from relmetrics.money.unit_economics.given import WHOLE, Given

if TYPE_CHECKING:
    from relmetrics.money.unit_economics.given import Quantity

LTV = ("Customer lifetime value", "LTV", "money")


def lifetime_value(
    *,
    revenue: Quantity,
    churn: Quantity | None = None,
    lifetime: Quantity | None = None,
    margin: Quantity = 100,
    discount: float = 0,
    periods: int | None = None,
    correlation: float = 0,
) -> UnitFigure:
    """Compute what a customer brings until they leave, from churn or from an expected lifetime.

    Formula: ``revenue x margin x sum over t of ((1 - churn) / (1 + discount))^t`` for t = 0, 1,
    ..., `periods` - 1; with neither discount nor `periods` that is ``revenue x margin / churn``, as
    trackers have it. With `lifetime`, ``revenue x margin x lifetime``.
    Unit and range: that of the revenue, 0 or more. Higher is better.

    Interval: where churn alone is an estimate, its interval, transformed: of Wilson's the value at
    either end. Where revenue or margin are estimates too, Donner and Zou's (2012) of a ratio. With
    nobody lost, no discount and no `periods` nothing bounds the value from above: it is NaN,
    *unbounded*, and its interval is open.

    Args:
        revenue: What a customer brings in a period: a number, which is taken as known, or an
            estimate such as that of `average_revenue_per_account`.
        churn: Share of customers lost in a period, in %: a number, or an estimate of churn.
        lifetime: The expected number of periods instead: a number, or an estimate such as a
            `restricted_mean` of a survival curve, which discounts by itself.
        margin: Share of the revenue that is left after the cost of serving, in %: a number, or an
            estimate of `GrossMargin`.
        discount: What money a period later is worth less, in %, at least 0.
        periods: How many periods count, the first one included; by default all to come.
        correlation: That of the estimates of revenue and churn, where they are of the same
            customers: above 0 where those leave who pay more.

    Raises:
        AmountError: The revenue is not above 0, churn not from 0 to 100 %, or a quantity no finite
            number.
        ParameterError: Both churn and lifetime are given, or neither; all periods are asked for of
            customers of whom none is ever lost; an estimate is of something else; or the levels of
            the estimates differ.

    Example:
        >>> import relmetrics as rm
        >>> rm.lifetime_value(revenue=100, churn=5).value
        2000.0
        >>> rm.lifetime_value(revenue=100, churn=rm.churn_rate(start=40, lost=0), margin=80)
        LTV unbounded (95% CI 913.02 or more)
        >>> round(rm.lifetime_value(revenue=100, churn=5, discount=1, periods=24).value, 2)
        1296.23

    Source:
        ChartMogul, help.chartmogul.com/hc/en-us/articles/203359061, for revenue over churn; Skok,
        SaaS Metrics 2.0, for the margin; Berger and Nasr (1998), Journal of Interactive Marketing
        12, 17-30, for discount and periods.
    """
    rate = check_number("correlation", correlation, low=-1, high=1, words="from -1 to 1")
    earned = earned_of(revenue, margin)
    if lifetime is None and churn is None:
        raise ParameterError.must_be("churn", "given, or lifetime, and not both", churn)
    if lifetime is not None:
        _alone(churn, discount, periods)
        lasts = Given.amount("lifetime", lifetime)
        found, formula = earned.times(lasts), "revenue x margin x lifetime"
        lasting = f"x {shown(lasts.value)}"
    else:
        left = leaving_of(churn, discount, periods)
        found, formula = earned.over(left, rate), "revenue x margin / churn"
        lasting = f"/ {shown(WHOLE * left.value, '%')}"
        if discount or periods is not None:
            formula = "revenue x margin x sum of ((1 - churn) / (1 + discount))^t"
            lasting = f"x {shown(1 / left.value)}"
    each = Given.of("revenue", revenue).value, Given.of("margin", margin).value
    numbers = f"{shown(each[0])} x {shown(each[1], '%')} {lasting}"
    return figure_of(
        LTV,
        found,
        numbers if math.isnan(found.value) else f"{numbers} = {shown(found.value)}",
        formula=formula,
        assumed=_ASSUMED,
        source="ChartMogul; Skok, SaaS Metrics 2.0; Berger and Nasr (1998), J. Interact. Mark. 12",
    )


_ASSUMED = (
    "revenue, margin and churn stay what they are, for every customer alike; a period is paid at "
    "its start"
)


def earned_of(revenue: object, margin: object) -> Given:
    """Return what is left of the revenue of a period.

    Raises:
        AmountError: The revenue is not above 0, or the margin not from above 0 to 100 %.
    """
    kept = margin_of(margin)
    return Given.amount("revenue", revenue).times(kept.through(lambda part: part / WHOLE))


def margin_of(margin: object) -> Given:
    """Return a margin in percent.

    Raises:
        AmountError: It is not from above 0 to 100 %.
        ParameterError: It is an estimate of something else.
    """
    about = getattr(getattr(margin, "metric", None), "about", None)
    if about is not None and about.unit != "%":
        remedy = "Say rm.gross_margin(revenue=..., cost=...), or a number."
        raise ParameterError.must_be("margin", "a share of the revenue in %", about.name, remedy)
    kept = Given.amount("margin", margin)
    if kept.value > WHOLE:
        raise AmountError.not_an_amount("margin", "at most 100 %", kept.value)
    return kept


def leaving_of(churn: object, discount: float, periods: int | None) -> Given:
    """Return one over the expected, discounted number of periods; 0 where they have no end.

    Without discount and `periods` that is churn itself, as a share. It rises with churn.

    Raises:
        AmountError: Churn is not from 0 to 100 %.
        ParameterError: All periods are asked for of customers whom nobody loses.
    """
    later, lost = discount_of(discount), Given.rate("churn", churn, "lower")
    count = None if periods is None else check_whole("periods", periods, 1)
    if lost.level is None and not lost.value + later and count is None:
        remedy = "Their value has no end: say periods=..., or discount=..."
        raise ParameterError.must_be("churn", "above 0 where all periods count", 0, remedy)

    def leaving(rate: float) -> float:
        if not rate + later and count is None:
            return 0.0
        return 1 / expected_periods(WHOLE - rate, count, later)

    return lost.through(leaving)


def discount_of(discount: float) -> float:
    """Return a discount in percent.

    Raises:
        ParameterError: It is negative or no finite number.
    """
    later = percent_of("discount", discount)
    if later < 0:
        raise ParameterError.must_be("discount", "at least 0 %", discount)
    return later


def _alone(churn: object, discount: float, periods: int | None) -> None:
    """Check that a lifetime is given without what makes one of churn.

    Raises:
        ParameterError: It is not.
    """
    for name, value in (("churn", churn), ("discount", discount or None), ("periods", periods)):
        if value is not None:
            remedy = "Discount the mean time itself: curve.restricted_mean(horizon, discount=...)."
            raise ParameterError.must_be(name, "left out where a lifetime is given", value, remedy)
