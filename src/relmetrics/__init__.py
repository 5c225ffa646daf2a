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
    from relmetrics.assembly import scorecard
    from relmetrics.breakdown import Breakdown
    from relmetrics.cards import Scorecard
    from relmetrics.comparing.comparisons import Comparisons
    from relmetrics.comparing.difference import Difference, Equivalence
    from relmetrics.comparing.pairing import PairedTally
    from relmetrics.comparing.ranking import Ranking
    from relmetrics.comparing.resampling import Resampled
    from relmetrics.customers.cohort_definition import CohortDefinition
    from relmetrics.customers.cohort_rates import CohortRetention
    from relmetrics.customers.cohorts import Cohorts
    from relmetrics.customers.contact import ConversionRate, OpenRate, conversion_rate, open_rate
    from relmetrics.customers.lifecycle import Lifecycle
    from relmetrics.customers.loyalty import (
        LoyaltyRate,
        ReferralRate,
        RepeatRate,
        loyalty_rate,
        referral_rate,
        repeat_rate,
    )
    from relmetrics.customers.purchase_log import PurchaseLog
    from relmetrics.customers.rate import Rate, rate
    from relmetrics.customers.relationship import RelationshipEstimate, ReturnOnRelationship, ror
    from relmetrics.customers.retention import ChurnRate, RetentionRate, churn_rate, retention_rate
    from relmetrics.customers.stage_log import StageLog
    from relmetrics.customers.stages import DissolutionReason, DissolutionSide, Stage
    from relmetrics.customers.survival import Survival, SurvivalPoint
    from relmetrics.customers.transitions import Transitions
    from relmetrics.customers.windows import AnnualRate, Window, WindowEstimate, annual_churn
    from relmetrics.documents import Reference, references
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
    from relmetrics.estimate import Estimate, Explanation, Interval
    from relmetrics.linear import AnswerScore, LinearScore
    from relmetrics.listing import catalogue
    from relmetrics.loyal_revenue import loyal_revenue
    from relmetrics.metric import Description, Metric
    from relmetrics.mixing.decomposition import Decomposition, Part, decompose
    from relmetrics.moments import Moments
    from relmetrics.money.economics import (
        AcquisitionAgainstRetention,
        RetentionProfit,
        acquisition_against_retention,
        retention_profit,
    )
    from relmetrics.money.history import RevenueHistory, revenue_movements
    from relmetrics.money.investment import InvestmentEstimate, ReturnOnInvestment, roi
    from relmetrics.money.movement import MovingCustomers, RevenueMovement, revenue_movement
    from relmetrics.money.revenue import GrossRevenueRetention, NetRevenueRetention
    from relmetrics.money.revenue_churn import (
        RevenueChurn,
        revenue_churn,
        revenue_churn_definitions,
    )
    from relmetrics.planning.assumptions import Assumptions
    from relmetrics.planning.detection import (
        DetectableDifference,
        GroupSizes,
        Power,
        detectable_difference,
        power,
        sample_size_for_difference,
    )
    from relmetrics.planning.response import ResponseBounds, response_bounds
    from relmetrics.planning.samples import (
        MarginOfError,
        SampleSize,
        margin_of_error,
        sample_size,
    )
    from relmetrics.ratios import Lift, lift
    from relmetrics.reconcile_steps import Reading, Step, Walk
    from relmetrics.reconciliation import Reconciliation, reconcile
    from relmetrics.scale import (
        ONE_TO_FIVE,
        ONE_TO_SEVEN,
        ONE_TO_TEN,
        YES_NO,
        ZERO_TO_TEN,
        Scale,
    )
    from relmetrics.simulation import simulate_customers, simulate_survey
    from relmetrics.survey.ces import CES, CESEstimate, ces
    from relmetrics.survey.csat import CSAT, csat
    from relmetrics.survey.drivers.driver_analysis import DriverAnalysis
    from relmetrics.survey.drivers.key_drivers import KeyDrivers, drivers
    from relmetrics.survey.index import CSI, IndexEstimate, csi
    from relmetrics.survey.mean import MeanScore, mean_score
    from relmetrics.survey.nps import NPS, NPSEstimate, nps
    from relmetrics.table import Table
    from relmetrics.tally import Tally
    from relmetrics.trends.control import Alert, Alerts
    from relmetrics.trends.monotonic import Monotone
    from relmetrics.trends.slopes import Slope
    from relmetrics.trends.trend import Trend
    from relmetrics.weighting.raking import Weighting, post_stratify, rake
    from relmetrics.weighting.weights import (
        DesignEffect,
        TrimmedWeights,
        design_effect,
        normalise_weights,
        trim_weights,
    )

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
