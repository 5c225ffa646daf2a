"""relmetrics: customer-relationship metrics with their uncertainty, definition and denominator.

Survey answers and counts of customers go in; NPS, CSAT, CES, CSI, retention, churn, return on
relationship, ROI and loyalty come out, each as an `Estimate`.

    >>> import relmetrics as rm
    >>> print(rm.nps([10, 9, 8, 3, None]))
    NPS 25.0 (95% CI -44.2 to 72.7; n = 4, 1 missing)
"""

from relmetrics._version import __version__
from relmetrics.assembly import scorecard
from relmetrics.breakdown import Breakdown
from relmetrics.cards import Scorecard
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
from relmetrics.money.revenue_churn import RevenueChurn, revenue_churn, revenue_churn_definitions
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
from relmetrics.survey.index import CSI, IndexEstimate, csi
from relmetrics.survey.mean import MeanScore, mean_score
from relmetrics.survey.nps import NPS, NPSEstimate, nps
from relmetrics.table import Table
from relmetrics.tally import Tally

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
    "AmountError",
    "AnnualRate",
    "AnswerError",
    "AnswerScore",
    "Breakdown",
    "CESEstimate",
    "ChurnRate",
    "CohortDefinition",
    "CohortRetention",
    "Cohorts",
    "ConversionRate",
    "CountError",
    "CustomerError",
    "DateError",
    "Description",
    "DissolutionReason",
    "DissolutionSide",
    "EmptySampleError",
    "Estimate",
    "Explanation",
    "FactorError",
    "GrossRevenueRetention",
    "IndexEstimate",
    "Interval",
    "InvestmentEstimate",
    "LabelError",
    "LengthError",
    "Lifecycle",
    "Lift",
    "LinearScore",
    "LoyaltyRate",
    "MeanScore",
    "Metric",
    "Moments",
    "MovingCustomers",
    "NPSEstimate",
    "NetRevenueRetention",
    "OffScaleError",
    "OpenRate",
    "ParameterError",
    "PurchaseLog",
    "Rate",
    "Reading",
    "Reconciliation",
    "Reference",
    "ReferralRate",
    "RelationshipEstimate",
    "RelmetricsError",
    "RepeatRate",
    "RetentionProfit",
    "RetentionRate",
    "ReturnOnInvestment",
    "ReturnOnRelationship",
    "RevenueChurn",
    "RevenueHistory",
    "RevenueMovement",
    "Scale",
    "Scorecard",
    "Stage",
    "StageLog",
    "StateError",
    "Step",
    "Survival",
    "SurvivalPoint",
    "Table",
    "Tally",
    "Transitions",
    "Walk",
    "WeightError",
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
    "lift",
    "loyal_revenue",
    "loyalty_rate",
    "mean_score",
    "nps",
    "open_rate",
    "rate",
    "reconcile",
    "references",
    "referral_rate",
    "repeat_rate",
    "retention_profit",
    "retention_rate",
    "revenue_churn",
    "revenue_churn_definitions",
    "revenue_movement",
    "revenue_movements",
    "roi",
    "ror",
    "scorecard",
    "simulate_customers",
    "simulate_survey",
]
