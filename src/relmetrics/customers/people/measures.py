"""Measures: what is asked of people who bought something, or nothing, in a span of days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from attrs import frozen

from relmetrics.customers.contact import ConversionRate
from relmetrics.customers.loyalty import RepeatRate
from relmetrics.estimators.proportion import NamedShare
from relmetrics.estimators.ratio import Ratio
from relmetrics.inference.skewed.skewed_form import SkewedForm
from relmetrics.metric.estimate import Estimate

if TYPE_CHECKING:
    from relmetrics.customers.people.spans import Bought
    from relmetrics.inference.ratio_form import LogRatioForm


@frozen(kw_only=True)
class RetentionAfter(NamedShare):
    """Retention after an answer: the share of respondents who bought after it."""

    name = "Retention after the answer"
    symbol = "Retention"
    definition = "Share of respondents who bought within the months after their answer."
    source = "Customer relationship metrics joined to behaviour"
    yes = "bought after the answer"
    base = "respondents"


@frozen(kw_only=True)
class RepeatAfter(RepeatRate):
    """Repeat rate of a span: the share of people who bought at least twice in it."""

    definition = "Share of people who bought at least twice within the span."
    formula = "people who bought twice or more / people x 100 %"
    base = "people"


@frozen(kw_only=True)
class ReferralAfter(NamedShare):
    """Referral after an answer: the share of respondents who sent somebody after it."""

    name = "Referral after the answer"
    symbol = "Referral"
    definition = "Share of respondents who sent a customer within the months after their answer."
    source: ClassVar[str] = RetentionAfter.source
    yes = "sent somebody"
    base = "respondents"


@frozen(kw_only=True)
class Conversion(ConversionRate):
    """Conversion of a campaign: the share of customers who bought in its window."""

    definition = "Share of customers who bought within the window of the campaign."
    formula = "customers who bought / customers x 100 %"
    yes = "bought"
    base = "customers"


@frozen(kw_only=True)
class RevenuePerCustomer(Ratio[Estimate]):
    """Revenue per customer of a span, those who bought nothing included.

    The interval of a difference is that of `SkewedForm`: few pay much, and many nothing.
    """

    name = "Revenue per customer"
    symbol = "Revenue per customer"
    unit = "money"
    digits: ClassVar[int] = 2
    top = "revenue"
    bottom = "customers"
    definition = "Revenue over customers, who bought something or nothing; returns are taken off."
    source = (
        "Zou and Donner (2008), Statistics in Medicine 27, 1693-1702, for the interval of a "
        "difference"
    )
    arithmetic: ClassVar[type[LogRatioForm]] = SkewedForm


def data_of(metric: Any, found: Bought) -> Any:
    """Return what a metric is called with, of what people bought."""
    if isinstance(metric, RevenuePerCustomer):
        return {"revenue": found.money, "customers": np.ones(len(found.times))}
    return found.times if isinstance(metric, RepeatAfter) else found.times > 0
