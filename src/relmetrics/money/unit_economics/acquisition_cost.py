"""Cost of acquisition: what a customer is worth for it, when it is paid back, what breaks even."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from relmetrics.data.checks import check_whole
from relmetrics.money.retention_profit import expected_periods
from relmetrics.money.unit_economics.figure import UnitFigure, figure_of, shown
from relmetrics.money.unit_economics.given import WHOLE, Given, level_of
from relmetrics.money.unit_economics.lifetime import discount_of, earned_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from relmetrics.money.unit_economics.given import Quantity

_COST = "acquisition_cost"
_SKOK = "Skok, SaaS Metrics 2.0"


def ltv_to_cac(*, lifetime_value: Quantity, acquisition_cost: Quantity) -> UnitFigure:
    """Compute how many times its cost a customer brings.

    Formula: ``lifetime value / cost of acquisition`` (LTV : CAC).
    Unit and range: times, 0 or more; below 1 a customer costs more than they bring. Higher is
    better. Interval: that of what is an estimate, transformed; of both Donner and Zou's (2012) of a
    ratio. Open where the lifetime value is.

    Args:
        lifetime_value: What `lifetime_value` returned, or a number.
        acquisition_cost: The cost of winning a customer: a number, or an estimate.

    Raises:
        AmountError: Either is not above 0, or no finite number.
        ParameterError: The levels of the estimates differ.

    Example:
        >>> import relmetrics as rm
        >>> value = rm.lifetime_value(revenue=100, churn=rm.churn_rate(start=1000, lost=50))
        >>> print(rm.ltv_to_cac(lifetime_value=value, acquisition_cost=500))
        LTV : CAC 4.00 (95% CI 3.06 to 5.25)

    Source:
        Skok, SaaS Metrics 2.0.
    """
    worth = Given.amount("lifetime_value", lifetime_value, unbounded=True)
    cost = Given.amount(_COST, acquisition_cost)
    found = worth.over(cost)
    numbers = ""
    if not math.isnan(found.value):
        numbers = f"{shown(worth.value)} / {shown(cost.value)} = {shown(found.value)}"
    return figure_of(
        ("Lifetime value to cost of acquisition", "LTV : CAC", "times"),
        found,
        numbers or f"unbounded / {shown(cost.value)}",
        formula="lifetime value / cost of acquisition",
        source=_SKOK,
    )


def cac_payback(
    *,
    acquisition_cost: Quantity,
    revenue: Quantity,
    margin: Quantity = 100,
    churn: Quantity = 0,
    discount: float = 0,
) -> UnitFigure:
    """Compute after how many periods a customer has paid back the cost of acquisition.

    Formula: ``cost / (revenue x margin)``, as trackers have it, with neither churn nor discount.
    With them, as some leave before they have paid, the T with ``revenue x margin x (1 - q^T) / (1 -
    q) = cost`` and ``q = (1 - churn) / (1 + discount)``: of whole periods the sum of what a
    customer is expected to have paid by then.
    Unit and range: periods, above 0. Lower is better. NaN, *never*, where the lifetime value does
    not reach the cost.

    Interval: where one of them is an estimate, its interval, transformed; of several, the distances
    to the ends, each moved by itself, add as those of independent errors (Zou and Donner 2008).
    Open where an end is never paid back.

    Args:
        acquisition_cost: The cost of winning a customer: a number, or an estimate.
        revenue: What a customer brings in a period: a number, or an estimate.
        margin: Share of the revenue that is left after the cost of serving, in %.
        churn: Share of customers lost in a period, in %; 0 to count them as staying.
        discount: What money a period later is worth less, in %, at least 0.

    Raises:
        AmountError: An amount is not above 0, or churn not from 0 to 100 %.
        ParameterError: The discount is negative, an estimate is of something else, or the levels of
            the estimates differ.

    Example:
        >>> import relmetrics as rm
        >>> rm.cac_payback(acquisition_cost=400, revenue=100, margin=80).value
        5.0
        >>> round(rm.cac_payback(acquisition_cost=400, revenue=100, margin=80, churn=5).value, 2)
        5.61

    Source:
        Skok, SaaS Metrics 2.0.
    """
    earned = earned_of(revenue, margin)
    cost = Given.amount(_COST, acquisition_cost)
    later, lost = discount_of(discount), Given.rate("churn", churn, "lower")
    plain = cost.over(earned)
    found = _of_two(lambda x, c: _payback(x, c, later), plain, lost)
    numbers = f"{shown(cost.value)} / {shown(earned.value)} = {shown(plain.value)}"
    formula = "cost of acquisition / (revenue x margin)"
    if lost.value or later:
        formula += " = (1 - q^T) / (1 - q), q = (1 - churn) / (1 + discount)"
        q = (WHOLE - lost.value) / (WHOLE + later)
        reached = "never" if math.isnan(found.value) else f"for T = {shown(found.value)}"
        numbers += f" = (1 - q^T) / (1 - q) {reached}, q = {q:.4g}"
    return figure_of(
        ("Payback of acquisition", "payback", "periods"),
        found,
        numbers,
        formula=formula,
        source=_SKOK,
        without="never",
    )


def break_even_retention(
    *,
    acquisition_cost: Quantity,
    revenue: Quantity,
    margin: Quantity = 100,
    discount: float = 0,
    periods: int | None = None,
) -> UnitFigure:
    """Compute the retention a period at which a customer brings what they cost.

    Formula: the retention r with ``revenue x margin x sum over t of (r / (1 + discount))^t = cost
    of acquisition``; of all periods ``(1 + discount) x (1 - revenue x margin / cost)``.
    Unit and range: %, from 0 to 100; 0 where the first period pays all. NaN, *out of reach*, where
    not even customers who never leave do. Interval: that of cost over revenue and margin,
    transformed; open where its upper end is out of reach.

    Args:
        acquisition_cost: The cost of winning a customer: a number, or an estimate.
        revenue: What a customer brings in a period: a number, or an estimate.
        margin: Share of the revenue that is left after the cost of serving, in %.
        discount: What money a period later is worth less, in %, at least 0.
        periods: How many periods count; by default all to come.

    Raises:
        AmountError: An amount is not above 0.
        ParameterError: The discount is negative, `periods` is no whole number of at least 1, or the
            levels of the estimates differ.

    Example:
        >>> import relmetrics as rm
        >>> rm.break_even_retention(acquisition_cost=400, revenue=100, margin=80).value
        80.0

    Source:
        The lifetime value of Berger and Nasr (1998), solved for retention.
    """
    earned = earned_of(revenue, margin)
    cost = Given.amount(_COST, acquisition_cost)
    later = discount_of(discount)
    count = None if periods is None else check_whole("periods", periods, 1)
    plain = cost.over(earned)
    found = plain.through(lambda x: _break_even(x, later, count))
    return figure_of(
        ("Break-even retention", "break-even", "%"),
        found,
        f"{shown(cost.value)} / {shown(earned.value)} = {shown(plain.value)} periods to be paid"
        + ("" if math.isnan(found.value) else f" at {shown(found.value, '%')}"),
        formula="retention at which lifetime value = cost of acquisition",
        source="the lifetime value of Berger and Nasr (1998), solved for retention",
        without="out of reach",
    )


def _payback(periods: float, churn: float, discount: float) -> float:
    """Return after how many periods, of which later ones count less, so many are paid; or NaN."""
    lost = (discount + churn) / (WHOLE + discount)
    if not lost:
        return periods
    left = 1 - periods * lost
    if not left > 0:
        return math.nan
    if lost == 1:  # only the first one is ever paid
        return periods
    return math.log(left) / math.log1p(-lost)


def _break_even(periods: float, discount: float, count: int | None) -> float:
    """Return the retention in percent at which so many periods are expected; NaN if none is."""
    if math.isnan(periods):
        return math.nan
    if periods <= 1:
        return 0.0
    if count is None:
        found = (WHOLE + discount) * (1 - 1 / periods)
        return found if found <= WHOLE else math.nan
    if expected_periods(WHOLE, count, discount) < periods:
        return math.nan
    low, high = 0.0, float(WHOLE)
    while (middle := (low + high) / 2) not in {low, high}:
        if expected_periods(middle, count, discount) < periods:
            low = middle
        else:
            high = middle
    return high


def _of_two(rising: Callable[[float, float], float], first: Given, second: Given) -> Given:
    """Return what a function that rises with both makes of two independent estimates."""
    value, level = rising(first.value, second.value), level_of(first, second)
    if level is None:
        return Given(value, value, value, None)
    if math.isnan(value):  # never, as far as is known: both at their best are the lower end
        return Given(value, rising(first.low, second.low), math.nan, level)
    below = (rising(first.low, second.value), rising(first.value, second.low))
    above = (rising(first.high, second.value), rising(first.value, second.high))
    low, high = (
        value + way * math.hypot(*(value - end for end in ends))
        for way, ends in ((-1, below), (1, above))
    )
    return Given(value, low, high, level)
