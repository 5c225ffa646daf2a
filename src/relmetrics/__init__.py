"""relmetrics: customer-relationship metrics with their uncertainty, definition and denominator.

Survey answers and counts of customers go in; NPS, CSAT, CES, CSI, retention, churn, return on
relationship, ROI and loyalty come out, each as an `Estimate`.

    >>> import relmetrics as rm
    >>> print(rm.nps([10, 9, 8, 3, None]))
    NPS 25.0 (95% CI -44.2 to 72.7; n = 4, 1 missing)
"""

from importlib import import_module
from typing import TYPE_CHECKING

from relmetrics._homes import HOME_OF
from relmetrics._version import __version__

if TYPE_CHECKING:
    from relmetrics import plot as plot
    from relmetrics.customers.cohorts.cohorts import Cohorts
    from relmetrics.customers.cohorts.definition import CohortDefinition
    from relmetrics.customers.cohorts.retention import CohortRetention
    from relmetrics.customers.contact import ConversionRate, OpenRate, conversion_rate, open_rate
    from relmetrics.customers.lifecycle.lifecycle import Lifecycle
    from relmetrics.customers.lifecycle.stage_log import StageLog
    from relmetrics.customers.lifecycle.stages import DissolutionReason, DissolutionSide, Stage
    from relmetrics.customers.lifecycle.transitions import Transitions
    from relmetrics.customers.loyalty import (
        LoyaltyRate,
        ReferralRate,
        RepeatRate,
        loyalty_rate,
        referral_rate,
        repeat_rate,
    )
    from relmetrics.customers.purchases.loyal_revenue import loyal_revenue
    from relmetrics.customers.purchases.purchase_log import PurchaseLog
    from relmetrics.customers.purchases.windows import (
        AnnualRate,
        Window,
        WindowEstimate,
        annual_churn,
    )
    from relmetrics.customers.retention import ChurnRate, RetentionRate, churn_rate, retention_rate
    from relmetrics.customers.return_on_relationship import (
        RelationshipEstimate,
        ReturnOnRelationship,
        ror,
    )
    from relmetrics.customers.survival import Survival, SurvivalPoint
    from relmetrics.data.scale import (
        ONE_TO_FIVE,
        ONE_TO_SEVEN,
        ONE_TO_TEN,
        YES_NO,
        ZERO_TO_TEN,
        Scale,
    )
    from relmetrics.errors import (
        AmountError,
        AnswerError,
        CountError,
        CustomerError,
        DateError,
        EmptySampleError,
        FactorError,
        LabelError,
        LengthError,
        OffScaleError,
        ParameterError,
        RelmetricsError,
        StateError,
        WeightError,
    )
    from relmetrics.estimators.lift import Lift, lift
    from relmetrics.estimators.linear import AnswerScore, LinearScore
    from relmetrics.estimators.pairs import PairedTally
    from relmetrics.estimators.proportion import Rate, rate
    from relmetrics.inference.permutation import Resampled
    from relmetrics.metric.difference import Difference, Equivalence
    from relmetrics.metric.estimate import Estimate, Explanation, Interval
    from relmetrics.metric.metric import Description, Metric
    from relmetrics.metric.table import Table
    from relmetrics.money.economics import (
        AcquisitionAgainstRetention,
        RetentionProfit,
        acquisition_against_retention,
        retention_profit,
    )
    from relmetrics.money.revenue_churn import (
        RevenueChurn,
        revenue_churn,
        revenue_churn_definitions,
    )
    from relmetrics.money.revenue_history import RevenueHistory, revenue_movements
    from relmetrics.money.revenue_movement import MovingCustomers, RevenueMovement, revenue_movement
    from relmetrics.money.revenue_retention import GrossRevenueRetention, NetRevenueRetention
    from relmetrics.money.roi import InvestmentEstimate, ReturnOnInvestment, roi
    from relmetrics.questions.groups.breakdown import Breakdown
    from relmetrics.questions.groups.comparisons import Comparisons
    from relmetrics.questions.groups.decomposition import Decomposition, Part, decompose
    from relmetrics.questions.groups.ranking import Ranking
    from relmetrics.questions.trends.alerts import Alert, Alerts
    from relmetrics.questions.trends.monotone import Monotone
    from relmetrics.questions.trends.slope import Slope
    from relmetrics.questions.trends.trend import Trend
    from relmetrics.reports.catalogue import catalogue
    from relmetrics.reports.reconciliation.reconciliation import Reconciliation, reconcile
    from relmetrics.reports.reconciliation.steps import Reading, Step, Walk
    from relmetrics.reports.references import Reference, references
    from relmetrics.reports.scorecard.assemble import scorecard
    from relmetrics.reports.scorecard.scorecard import Scorecard
    from relmetrics.reports.simulation import simulate_customers, simulate_survey
    from relmetrics.sampling.assumptions import Assumptions
    from relmetrics.sampling.power import (
        DetectableDifference,
        GroupSizes,
        Power,
        detectable_difference,
        power,
        sample_size_for_difference,
    )
    from relmetrics.sampling.raking import Weighting, post_stratify, rake
    from relmetrics.sampling.response import ResponseBounds, response_bounds
    from relmetrics.sampling.sample_size import (
        MarginOfError,
        SampleSize,
        margin_of_error,
        sample_size,
    )
    from relmetrics.sampling.weights import (
        DesignEffect,
        TrimmedWeights,
        design_effect,
        normalise_weights,
        trim_weights,
    )
    from relmetrics.states.moments import Moments
    from relmetrics.states.tally import Tally
    from relmetrics.survey.ces import CES, CESEstimate, ces
    from relmetrics.survey.csat import CSAT, csat
    from relmetrics.survey.csi import CSI, IndexEstimate, csi
    from relmetrics.survey.drivers.analysis import DriverAnalysis
    from relmetrics.survey.drivers.key_drivers import KeyDrivers, drivers
    from relmetrics.survey.mean import MeanScore, mean_score
    from relmetrics.survey.nps import NPS, NPSEstimate, nps

__all__ = [
    "CES",
    "CSAT",
    "CSI",
    "NPS",
    "ONE_TO_FIVE",
    "ONE_TO_SEVEN",
    "ONE_TO_TEN",
    "YES_NO",
    "ZERO_TO_TEN",
    "AcquisitionAgainstRetention",
    "Alert",
    "Alerts",
    "AmountError",
    "AnnualRate",
    "AnswerError",
    "AnswerScore",
    "Assumptions",
    "Breakdown",
    "CESEstimate",
    "ChurnRate",
    "CohortDefinition",
    "CohortRetention",
    "Cohorts",
    "Comparisons",
    "ConversionRate",
    "CountError",
    "CustomerError",
    "DateError",
    "Decomposition",
    "Description",
    "DesignEffect",
    "DetectableDifference",
    "Difference",
    "DissolutionReason",
    "DissolutionSide",
    "DriverAnalysis",
    "EmptySampleError",
    "Equivalence",
    "Estimate",
    "Explanation",
    "FactorError",
    "GrossRevenueRetention",
    "GroupSizes",
    "IndexEstimate",
    "Interval",
    "InvestmentEstimate",
    "KeyDrivers",
    "LabelError",
    "LengthError",
    "Lifecycle",
    "Lift",
    "LinearScore",
    "LoyaltyRate",
    "MarginOfError",
    "MeanScore",
    "Metric",
    "Moments",
    "Monotone",
    "MovingCustomers",
    "NPSEstimate",
    "NetRevenueRetention",
    "OffScaleError",
    "OpenRate",
    "PairedTally",
    "ParameterError",
    "Part",
    "Power",
    "PurchaseLog",
    "Ranking",
    "Rate",
    "Reading",
    "Reconciliation",
    "Reference",
    "ReferralRate",
    "RelationshipEstimate",
    "RelmetricsError",
    "RepeatRate",
    "Resampled",
    "ResponseBounds",
    "RetentionProfit",
    "RetentionRate",
    "ReturnOnInvestment",
    "ReturnOnRelationship",
    "RevenueChurn",
    "RevenueHistory",
    "RevenueMovement",
    "SampleSize",
    "Scale",
    "Scorecard",
    "Slope",
    "Stage",
    "StageLog",
    "StateError",
    "Step",
    "Survival",
    "SurvivalPoint",
    "Table",
    "Tally",
    "Transitions",
    "Trend",
    "TrimmedWeights",
    "Walk",
    "WeightError",
    "Weighting",
    "Window",
    "WindowEstimate",
    "__version__",
    "acquisition_against_retention",
    "annual_churn",
    "catalogue",
    "ces",
    "churn_rate",
    "conversion_rate",
    "csat",
    "csi",
    "decompose",
    "design_effect",
    "detectable_difference",
    "drivers",
    "lift",
    "loyal_revenue",
    "loyalty_rate",
    "margin_of_error",
    "mean_score",
    "normalise_weights",
    "nps",
    "open_rate",
    "post_stratify",
    "power",
    "rake",
    "rate",
    "reconcile",
    "references",
    "referral_rate",
    "repeat_rate",
    "response_bounds",
    "retention_profit",
    "retention_rate",
    "revenue_churn",
    "revenue_churn_definitions",
    "revenue_movement",
    "revenue_movements",
    "roi",
    "ror",
    "sample_size",
    "sample_size_for_difference",
    "scorecard",
    "simulate_customers",
    "simulate_survey",
    "trim_weights",
]


def __getattr__(name: str) -> object:
    """Return a public name from the module where it lives, and keep it."""
    if name == "plot":  # a module of its own: rm.plot.intervals(...)
        return import_module(f"{__name__}.plot")
    if name not in HOME_OF:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    found: object = getattr(import_module(f"{__name__}.{HOME_OF[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """Return the public names."""
    return [*__all__, "plot"]
