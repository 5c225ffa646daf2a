"""UnitEconomics: all figures of what a customer brings and costs, and what retention is worth."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen

from relmetrics.metric.estimate import Explanation
from relmetrics.metric.result import Result, Tabular
from relmetrics.metric.table import Table
from relmetrics.money.unit_economics.acquisition_cost import (
    break_even_retention,
    cac_payback,
    ltv_to_cac,
)
from relmetrics.money.unit_economics.figure import UnitFigure, figure_of, shown
from relmetrics.money.unit_economics.given import WHOLE, Given
from relmetrics.money.unit_economics.lifetime import leaving_of, lifetime_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.money.unit_economics.given import Quantity

STEPS = (-5.0, -1.0, 0.0, 1.0, 5.0)
"""Points of retention that the sensitivity shows where nobody says which."""


@frozen(repr=False, kw_only=True)
class UnitEconomics(Tabular, Result):
    """What a customer brings and costs: every figure with its interval.

    Made by `unit_economics` and `SubscriptionLog.unit_economics`.

    Attributes:
        revenue: What a customer brings in a period (ARPA).
        margin: Share of it that is left, %.
        churn: Share of customers lost in a period, %.
        lifetime: Expected, discounted number of periods that a customer pays for.
        lifetime_value: What a customer brings until they leave (LTV).
        acquisition_cost: What winning one costs (CAC); None where it was not given.
        ltv_to_cac: LTV : CAC; None likewise.
        payback: Periods until the cost is paid back, churn counted; None likewise.
        break_even: The retention at which LTV is CAC; None likewise.
        quick_ratio: Revenue gained for what was lost; None from numbers.
        discount: What money a period later is worth less, %.
        periods: How many periods count; None for all.
        period: What a period is.
        remarks: What is to be known of the data behind the figures.

    Example:
        >>> import relmetrics as rm
        >>> churn = rm.churn_rate(start=1000, lost=50)
        >>> found = rm.unit_economics(revenue=100, churn=churn, margin=80, acquisition_cost=400)
        >>> found.ltv_to_cac.value, found.break_even.value
        (4.0, 80.0)
        >>> found.table()
        figure                                   value      low     high  unit
        Average revenue per account             100.00      nan      nan  money
        Gross margin                             80.00      nan      nan  %
        Churn rate                                5.00     3.81     6.53  %
        Expected lifetime                        20.00    15.31    26.23  periods
        Customer lifetime value                1600.00  1224.86  2098.07  money
        Cost of acquisition                     400.00      nan      nan  money
        Lifetime value to cost of acquisition     4.00     3.06     5.25  times
        Payback of acquisition                    5.61     5.44     5.85  periods
        Break-even retention                     80.00      nan      nan  %
    """

    revenue: UnitFigure
    margin: UnitFigure
    churn: UnitFigure
    lifetime: UnitFigure
    lifetime_value: UnitFigure
    acquisition_cost: UnitFigure | None = None
    ltv_to_cac: UnitFigure | None = None
    payback: UnitFigure | None = None
    break_even: UnitFigure | None = None
    quick_ratio: UnitFigure | None = None
    discount: float = 0.0
    periods: int | None = None
    period: str = "period"
    remarks: tuple[str, ...] = field(default=())

    @property
    def figures(self) -> tuple[UnitFigure, ...]:
        """All figures that there are, in the order in which one follows from another."""
        every = (
            self.revenue,
            self.margin,
            self.churn,
            self.lifetime,
            self.lifetime_value,
            self.acquisition_cost,
            self.ltv_to_cac,
            self.payback,
            self.break_even,
            self.quick_ratio,
        )
        return tuple(each for each in every if each is not None)

    def table(self) -> Table:
        """Return one row per figure: ``figure``, ``value``, ``low``, ``high`` and ``unit``.

        NaN of a value is unbounded or never; of `low` there is no interval; of `high` alone it is
        open.
        """
        columns = {
            "figure": np.array([each.name for each in self.figures]),
            **{
                name: np.array([getattr(each, name) for each in self.figures])
                for name in ("value", "low", "high", "unit")
            },
        }
        return Table(columns, dict.fromkeys(("value", "low", "high"), 2))

    def sensitivity(self, points: Sequence[float] = STEPS) -> Table:
        """Return what points of retention are worth, all else as it is.

        Columns: ``points`` of retention more or less, ``retention`` (%), ``lifetime_value``, its
        ``change`` and that in ``percent``; and ``ltv_to_cac`` where a cost of acquisition is known.
        NaN where retention would leave 0 to 100 %, or the value has no end.

        Args:
            points: Percentage points that are added to retention.

        Example:
            >>> import relmetrics as rm
            >>> rm.unit_economics(revenue=100, churn=5, margin=80).sensitivity([0, 1])
            points  retention  lifetime_value  change  percent
               0.0       95.0         1600.00    0.00      0.0
               1.0       96.0         2000.00  400.00     25.0
        """
        now = self.lifetime_value.value
        each = [self._value_at(self.churn.value - float(point)) for point in points]
        values = np.array(each, dtype=np.float64)
        moved = np.array([float(point) for point in points], dtype=np.float64)
        columns = {
            "points": moved,
            "retention": WHOLE - self.churn.value + moved,
            "lifetime_value": values,
            "change": values - now,
            "percent": 100 * (values - now) / now,
        }
        if self.acquisition_cost is not None:
            columns["ltv_to_cac"] = values / self.acquisition_cost.value
        digits = {"lifetime_value": 2, "change": 2, "percent": 1, "ltv_to_cac": 2}
        return Table(columns, {name: digits.get(name, 1) for name in columns})

    def _value_at(self, churn: float) -> float:
        """Return the lifetime value at another churn; NaN where there is none."""
        endless = not churn + self.discount and self.periods is None
        if not 0 <= churn <= WHOLE or endless:
            return math.nan
        earned = self.revenue.value * self.margin.value / WHOLE
        return earned / leaving_of(churn, self.discount, self.periods).value

    def explain(self) -> Explanation:
        """Return every figure with its formula and its numbers.

        Example:
            >>> import relmetrics as rm
            >>> rm.unit_economics(revenue=100, churn=5, margin=80).explain()
            LTV 1,600.00 (of numbers taken as known)
            ARPA:        100.00 (of numbers taken as known)
            margin:      80.00% (of numbers taken as known)
            churn:       5.00% (of numbers taken as known)
            lifetime:    1 / 5.00% = 20.00 (of numbers taken as known)
            LTV:         100.00 x 80.00% / 5.00% = 1,600.00 (of numbers taken as known)
            One point:   of retention more is worth 400.00 (+25.0%) a customer
            Assumed:     revenue, margin and churn stay what they are, for every customer alike
            Assumed:     a period is paid at its start
        """
        rows = [(each.symbol, f"{each.numbers} ({each.interval_text})") for each in self.figures]
        point = self.sensitivity([1.0])
        change, share = float(point["change"][0]), float(point["percent"][0])
        if not math.isnan(change):
            worth = f"of retention more is worth {shown(change)} ({share:+.1f}%) a customer"
            rows.append(("One point", worth))
        rows += [("Assumed", text) for text in self.lifetime_value.assumed.split("; ")]
        rows += [("Note", remark) for remark in self.remarks]
        return Explanation.of(str(self), rows)

    def __str__(self) -> str:
        """Return one line: lifetime value, its ratio to the cost of acquisition, payback."""
        parts = [str(self.lifetime_value)]
        if self.ltv_to_cac is not None and self.payback is not None:
            after = "never paid back"
            if not math.isnan(self.payback.value):
                after = f"paid back after {self.payback.text} {self.period}s"
            parts += [f"LTV : CAC {self.ltv_to_cac.text}", after]
        return "; ".join(parts)

    def __repr__(self) -> str:
        """Return the table, and what is to be known of it."""
        return "\n".join([repr(self.table()), *self.remarks])

    def _body_html(self) -> str:
        """Return the table, for notebooks."""
        return self.table().to_html()


def unit_economics(
    *,
    revenue: Quantity,
    churn: Quantity,
    margin: Quantity = 100,
    acquisition_cost: Quantity | None = None,
    discount: float = 0,
    periods: int | None = None,
    correlation: float = 0,
) -> UnitEconomics:
    """Compute all figures of what a customer brings and costs: see `UnitEconomics`.

    Args:
        revenue: What a customer brings in a period: a number, which is taken as known, or an
            estimate such as that of `average_revenue_per_account`.
        churn: Share of customers lost in a period, in %: a number, or an estimate of churn.
        margin: Share of the revenue that is left after the cost of serving, in %: a number, or an
            estimate of `GrossMargin`.
        acquisition_cost: The cost of winning a customer: a number, or an estimate.
        discount: What money a period later is worth less, in %, at least 0.
        periods: How many periods count; by default all to come.
        correlation: That of the estimates of revenue and churn: see `lifetime_value`.

    Raises:
        AmountError: An amount is not above 0, or a rate not from 0 to 100 %.
        ParameterError: All periods are asked for of customers of whom none is ever lost, an
            estimate is of something else, or the levels of the estimates differ.

    Example:
        >>> import relmetrics as rm
        >>> churn = rm.churn_rate(start=1000, lost=50)
        >>> print(rm.unit_economics(revenue=100, churn=churn, margin=80, acquisition_cost=400))
        LTV 1,600.00 (95% CI 1,224.86 to 2,098.07); LTV : CAC 4.00; paid back after 5.61 periods

    Source:
        See `lifetime_value` and the functions beside it.
    """
    worth = lifetime_value(
        revenue=revenue,
        churn=churn,
        margin=margin,
        discount=discount,
        periods=periods,
        correlation=correlation,
    )
    lasts = Given.of("one", 1).over(leaving_of(churn, discount, periods))
    lost = Given.of("churn", churn)
    plain = not discount and periods is None
    words = f"1 / {shown(lost.value, '%')}" if plain else "sum of ((1 - churn) / (1 + discount))^t"
    ended = "" if math.isnan(lasts.value) else f" = {shown(lasts.value)}"
    figures: dict[str, Any] = {
        "revenue": given_figure("Average revenue per account", "ARPA", "money", revenue),
        "margin": given_figure("Gross margin", "margin", "%", margin),
        "churn": given_figure("Churn rate", "churn", "%", churn),
        "lifetime": figure_of(
            ("Expected lifetime", "lifetime", "periods"),
            lasts,
            words + ended,
            formula="sum of ((1 - churn) / (1 + discount))^t",
            source="Berger and Nasr (1998)",
        ),
        "lifetime_value": worth,
    }
    if acquisition_cost is not None:
        spent = {"acquisition_cost": acquisition_cost, "revenue": revenue, "margin": margin}
        ratio = ltv_to_cac(lifetime_value=worth, acquisition_cost=acquisition_cost)
        figures |= {
            "acquisition_cost": given_figure(
                "Cost of acquisition", "CAC", "money", acquisition_cost
            ),
            "ltv_to_cac": ratio,
            "payback": cac_payback(**spent, churn=churn, discount=discount),
            "break_even": break_even_retention(**spent, discount=discount, periods=periods),
        }
    return UnitEconomics(**figures, discount=float(discount), periods=periods)


def given_figure(name: str, symbol: str, unit: str, quantity: object) -> UnitFigure:
    """Return a quantity that was given as a figure, with its interval if it is an estimate."""
    found = Given.of(symbol, quantity)
    about = getattr(getattr(quantity, "metric", None), "about", None)
    return figure_of(
        (name, symbol, unit),
        found,
        shown(found.value, unit),
        formula="given" if about is None else about.formula,
        source="given" if about is None else about.source,
    )
