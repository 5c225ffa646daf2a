"""Catalogue: the description of every metric, for the documentation and for applications."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from relmetrics.customers.contact import ConversionRate, OpenRate
from relmetrics.customers.loyalty import LoyaltyRate, ReferralRate, RepeatRate
from relmetrics.customers.retention import ChurnRate, RetentionRate
from relmetrics.customers.return_on_relationship import ReturnOnRelationship
from relmetrics.data.scale import ONE_TO_FIVE
from relmetrics.estimators.proportion import Rate
from relmetrics.money.revenue_retention import GrossRevenueRetention, NetRevenueRetention
from relmetrics.money.roi import ReturnOnInvestment
from relmetrics.survey.ces import CES
from relmetrics.survey.csat import CSAT
from relmetrics.survey.csi import CSI
from relmetrics.survey.mean import MeanScore
from relmetrics.survey.nps import NPS

if TYPE_CHECKING:
    from relmetrics.metric.contract import Description
    from relmetrics.metric.metric import Metric

METRICS: tuple[Metric[Any, Any], ...] = (
    NPS(),
    CSAT(),
    CES(),
    CSI(),
    MeanScore(scale=ONE_TO_FIVE),
    RetentionRate(),
    ChurnRate(),
    ReturnOnRelationship(),
    LoyaltyRate(),
    RepeatRate(),
    ReferralRate(),
    OpenRate(),
    ConversionRate(),
    Rate(),
    ReturnOnInvestment(),
    NetRevenueRetention(),
    GrossRevenueRetention(),
)
"""Every metric with its default parameters."""


def catalogue() -> tuple[Description, ...]:
    """Return the description of every metric with its default parameters.

    Example:
        >>> import relmetrics as rm
        >>> for about in rm.catalogue()[:3]:
        ...     print(about.symbol, about.unit, about.direction)
        NPS points higher
        CSAT % higher
        CES scale points lower
    """
    return tuple(metric.description for metric in METRICS)
