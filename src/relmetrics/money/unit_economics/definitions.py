"""Lifetime value by its named definitions: what vendors and textbooks call by the same words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from relmetrics.errors import AmountError
from relmetrics.metric.table import Table
from relmetrics.money.unit_economics.given import WHOLE, Given
from relmetrics.money.unit_economics.lifetime import discount_of, margin_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from relmetrics.money.unit_economics.given import Quantity

STRIPE_LEAST = 1.67
"""The churn in percent that Stripe takes where nobody left."""


@frozen(kw_only=True)
class Ingredients:
    """What definitions of a lifetime value are made of; shares are shares, None is not given."""

    revenue: float
    margin: float
    discount: float
    churn: float
    start_plus_new_churn: float | None
    revenue_churn: float | None
    net_revenue_churn: float | None


@frozen(kw_only=True)
class LifetimeDefinition:
    """One way to say what a customer is worth.

    Attributes:
        compute: The value from its ingredients.
        formula: The same in words.
        source: Who defines it so.
        note: How it differs from its neighbours.
    """

    compute: Callable[[Ingredients], float]
    formula: str
    source: str
    note: str = ""


def _over(amount: float, churn: float | None) -> float:
    """Return an amount over a churn; NaN where that is not given, or not above 0."""
    return amount / churn if churn is not None and churn > 0 else math.nan


def _stripe(given: Ingredients) -> float:
    churn = given.start_plus_new_churn
    return _over(given.revenue, STRIPE_LEAST / WHOLE if churn == 0 else churn)


DEFINITIONS = {
    "chartmogul": LifetimeDefinition(
        compute=lambda given: _over(given.revenue, given.churn),
        formula="revenue / churn",
        source="ChartMogul, help.chartmogul.com/hc/en-us/articles/203359061",
        note="Of revenue, not of what is left of it. Shown as 0 where nobody left.",
    ),
    "baremetrics": LifetimeDefinition(
        compute=lambda given: _over(given.revenue, given.churn),
        formula="revenue / churn",
        source="Baremetrics, help.baremetrics.com/know-your-metrics/lifetime-value",
        note="The same, over the last 30 days.",
    ),
    "stripe": LifetimeDefinition(
        compute=_stripe,
        formula="revenue / churn of start and new",
        source=(
            "Stripe, support.stripe.com/questions/calculating-subscriber-lifetime-value-in-billing"
        ),
        note="Its churn counts new subscribers in the base, and is taken as 1.67 % where it is 0.",
    ),
    "skok": LifetimeDefinition(
        compute=lambda given: _over(given.revenue * given.margin, given.churn),
        formula="revenue x margin / churn",
        source="Skok, SaaS Metrics 2.0, Detailed Definitions",
    ),
    "finmark": LifetimeDefinition(
        compute=lambda given: _over(given.revenue * given.margin, given.revenue_churn),
        formula="revenue x margin / revenue churn",
        source="Finmark, help.finmark.com/en/articles/5525177",
    ),
    "profitwell": LifetimeDefinition(
        compute=lambda given: _over(given.revenue, given.net_revenue_churn),
        formula="revenue / (1 - net revenue retention)",
        source="ProfitWell, learn.profitwell.com/article/xJx5sQX95w-life-time-value",
        note="Before its smoothing, which is not published. Unbounded where customers grow.",
    ),
    "berger_nasr": LifetimeDefinition(
        compute=lambda given: _over(
            given.revenue * given.margin * (1 + given.discount), given.discount + given.churn
        ),
        formula="revenue x margin x (1 + d) / (d + churn)",
        source="Berger and Nasr (1998), Journal of Interactive Marketing 12, 17-30",
        note="A period is paid at its start: the first payment is certain.",
    ),
    "gupta_lehmann": LifetimeDefinition(
        compute=lambda given: _over(
            given.revenue * given.margin * (1 - given.churn), given.discount + given.churn
        ),
        formula="revenue x margin x (1 - churn) / (d + churn)",
        source="Gupta and Lehmann (2003), Journal of Interactive Marketing 17, 9-24",
        note="A period is paid at its end, by who is still there.",
    ),
}
"""The definitions by name."""


def _net(rate: Quantity | None) -> float | None:
    """Return a net churn of revenue as a share, which is below 0 where customers grow."""
    if rate is None:
        return None
    found = Given.of("net_revenue_churn", rate).value
    if found > WHOLE:
        raise AmountError.not_an_amount("net_revenue_churn", "at most 100 %", found)
    return found / WHOLE


def lifetime_value_definitions(
    *,
    revenue: Quantity,
    churn: Quantity,
    margin: Quantity = 100,
    discount: float = 0,
    start_plus_new_churn: Quantity | None = None,
    revenue_churn: Quantity | None = None,
    net_revenue_churn: Quantity | None = None,
) -> Table:
    """Return the lifetime value under every definition, side by side.

    NaN stands where what a definition asks for is not given, and where it is unbounded.

    Args:
        revenue: What a customer brings in a period.
        churn: Share of customers lost in a period, in %.
        margin: Share of the revenue that is left after the cost of serving, in %.
        discount: What money a period later is worth less, in %.
        start_plus_new_churn: Churn over the customers of the start and the new ones, as Stripe has
            it, in %.
        revenue_churn: Share of the revenue lost in a period, in %.
        net_revenue_churn: The same less expansion; negative where customers grow.

    Raises:
        AmountError: A quantity is not what it must be.
        ParameterError: The discount is negative, or an estimate is of something else.

    Example:
        >>> import relmetrics as rm
        >>> table = rm.lifetime_value_definitions(revenue=100, churn=5, margin=80)
        >>> dict(zip(table["definition"].tolist(), table["value"].tolist()))["skok"]
        1600.0
    """

    def share(name: str, rate: Quantity | None) -> float | None:
        return None if rate is None else Given.rate(name, rate, "lower").value / WHOLE

    given = Ingredients(
        revenue=Given.amount("revenue", revenue).value,
        margin=margin_of(margin).value / WHOLE,
        discount=discount_of(discount) / WHOLE,
        churn=Given.rate("churn", churn, "lower").value / WHOLE,
        start_plus_new_churn=share("start_plus_new_churn", start_plus_new_churn),
        revenue_churn=share("revenue_churn", revenue_churn),
        net_revenue_churn=_net(net_revenue_churn),
    )
    return Table(
        {
            "definition": np.array(list(DEFINITIONS)),
            "value": np.array([each.compute(given) for each in DEFINITIONS.values()]),
            "formula": np.array([each.formula for each in DEFINITIONS.values()]),
            "source": np.array([each.source for each in DEFINITIONS.values()]),
        },
        {"value": 2},
    )
