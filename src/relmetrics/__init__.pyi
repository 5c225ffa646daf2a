from relmetrics import frames as frames
from relmetrics import plot as plot
from relmetrics._version import __version__ as __version__

# Rates of customers, and their behaviour.
from relmetrics.customers.annual_churn import AnnualRate as AnnualRate
from relmetrics.customers.annual_churn import annual_churn as annual_churn
from relmetrics.customers.cohorts.by_segment import CohortComparisons as CohortComparisons
from relmetrics.customers.cohorts.by_segment import CohortDifference as CohortDifference
from relmetrics.customers.cohorts.by_segment import CohortsBySegment as CohortsBySegment
from relmetrics.customers.cohorts.cohorts import Cohorts as Cohorts
from relmetrics.customers.cohorts.definition import CohortDefinition as CohortDefinition
from relmetrics.customers.cohorts.retention import CohortRetention as CohortRetention
from relmetrics.customers.contact import ConversionRate as ConversionRate
from relmetrics.customers.contact import FirstContactResolution as FirstContactResolution
from relmetrics.customers.contact import OpenRate as OpenRate
from relmetrics.customers.contact import conversion_rate as conversion_rate
from relmetrics.customers.contact import first_contact_resolution as first_contact_resolution
from relmetrics.customers.contact import open_rate as open_rate
from relmetrics.customers.lifecycle.lifecycle import Lifecycle as Lifecycle
from relmetrics.customers.lifecycle.stage_log import StageLog as StageLog
from relmetrics.customers.lifecycle.stages import DissolutionReason as DissolutionReason
from relmetrics.customers.lifecycle.stages import DissolutionSide as DissolutionSide
from relmetrics.customers.lifecycle.stages import Stage as Stage
from relmetrics.customers.lifecycle.transitions import Transitions as Transitions
from relmetrics.customers.loyalty import LoyaltyRate as LoyaltyRate
from relmetrics.customers.loyalty import ReferralRate as ReferralRate
from relmetrics.customers.loyalty import RepeatRate as RepeatRate
from relmetrics.customers.loyalty import loyalty_rate as loyalty_rate
from relmetrics.customers.loyalty import referral_rate as referral_rate
from relmetrics.customers.loyalty import repeat_rate as repeat_rate
from relmetrics.customers.people.after import AfterAnswer as AfterAnswer
from relmetrics.customers.people.campaign import CampaignEffect as CampaignEffect
from relmetrics.customers.people.campaign import CampaignLift as CampaignLift
from relmetrics.customers.purchase_log import PurchaseLog as PurchaseLog
from relmetrics.customers.purchases.loyal_revenue import loyal_revenue as loyal_revenue
from relmetrics.customers.retention import ChurnRate as ChurnRate
from relmetrics.customers.retention import RetentionRate as RetentionRate
from relmetrics.customers.retention import churn_rate as churn_rate
from relmetrics.customers.retention import retention_rate as retention_rate
from relmetrics.customers.return_on_relationship import RelationshipEstimate as RelationshipEstimate
from relmetrics.customers.return_on_relationship import ReturnOnRelationship as ReturnOnRelationship
from relmetrics.customers.return_on_relationship import ror as ror
from relmetrics.customers.rfm import RFM as RFM
from relmetrics.customers.rfm import rfm as rfm
from relmetrics.customers.segments.economics import (
    UnitEconomicsBySegment as UnitEconomicsBySegment,
)
from relmetrics.customers.segments.movements import MovementsBySegment as MovementsBySegment
from relmetrics.customers.segments.revenue import RevenueBySegment as RevenueBySegment
from relmetrics.customers.stages_by_segment import StagesBySegment as StagesBySegment
from relmetrics.customers.subscription_log import SubscriptionLog as SubscriptionLog
from relmetrics.customers.survival.comparison import LogRank as LogRank
from relmetrics.customers.survival.comparison import SurvivalDifference as SurvivalDifference
from relmetrics.customers.survival.curve import SurvivalCurve as SurvivalCurve
from relmetrics.customers.survival.durations import survival as survival
from relmetrics.customers.survival.groups.by_group import SurvivalByGroup as SurvivalByGroup
from relmetrics.customers.survival.groups.comparisons import (
    SurvivalComparisons as SurvivalComparisons,
)
from relmetrics.customers.survival.groups.gray import GrayTest as GrayTest
from relmetrics.customers.survival.incidence import CumulativeIncidence as CumulativeIncidence
from relmetrics.customers.survival.point import RestrictedMean as RestrictedMean
from relmetrics.customers.survival.point import SurvivalPoint as SurvivalPoint
from relmetrics.customers.survival.point import SurvivalQuantile as SurvivalQuantile
from relmetrics.customers.survival.survival import Survival as Survival
from relmetrics.customers.windows.window import Window as Window
from relmetrics.customers.windows.window import WindowEstimate as WindowEstimate

# What arrives.
from relmetrics.data.calendar.one_per import one_per as one_per
from relmetrics.data.progress import progress as progress
from relmetrics.data.scale import ONE_TO_FIVE as ONE_TO_FIVE
from relmetrics.data.scale import ONE_TO_SEVEN as ONE_TO_SEVEN
from relmetrics.data.scale import ONE_TO_TEN as ONE_TO_TEN
from relmetrics.data.scale import YES_NO as YES_NO
from relmetrics.data.scale import ZERO_TO_TEN as ZERO_TO_TEN
from relmetrics.data.scale import Scale as Scale

# What is raised.
from relmetrics.errors import AlignmentError as AlignmentError
from relmetrics.errors import AmountError as AmountError
from relmetrics.errors import AnswerError as AnswerError
from relmetrics.errors import CountError as CountError
from relmetrics.errors import CustomerError as CustomerError
from relmetrics.errors import DateError as DateError
from relmetrics.errors import EmptySampleError as EmptySampleError
from relmetrics.errors import FactorError as FactorError
from relmetrics.errors import LabelError as LabelError
from relmetrics.errors import LengthError as LengthError
from relmetrics.errors import OffScaleError as OffScaleError
from relmetrics.errors import ParameterError as ParameterError
from relmetrics.errors import RelmetricsError as RelmetricsError
from relmetrics.errors import StateError as StateError
from relmetrics.errors import WeightError as WeightError

# The kinds of metric, to subclass.
from relmetrics.estimators.lift import Lift as Lift
from relmetrics.estimators.lift import lift as lift
from relmetrics.estimators.linear import AnswerScore as AnswerScore
from relmetrics.estimators.linear import LinearScore as LinearScore
from relmetrics.estimators.proportion import NamedShare as NamedShare
from relmetrics.estimators.proportion import Rate as Rate
from relmetrics.estimators.proportion import rate as rate
from relmetrics.estimators.ratio import Ratio as Ratio

# The contract of a metric, and its results.
from relmetrics.metric.classes import Classes as Classes
from relmetrics.metric.contract import Description as Description
from relmetrics.metric.difference import Difference as Difference
from relmetrics.metric.estimate import Estimate as Estimate
from relmetrics.metric.estimate import Explanation as Explanation
from relmetrics.metric.estimate import Interval as Interval
from relmetrics.metric.margins.equivalence import Equivalence as Equivalence
from relmetrics.metric.margins.one_sided import OneSided as OneSided
from relmetrics.metric.metric import Metric as Metric
from relmetrics.metric.resampled import Resampled as Resampled
from relmetrics.metric.table import Table as Table

# Ratios and movements of money.
from relmetrics.money.acquisition import AcquisitionAgainstRetention as AcquisitionAgainstRetention
from relmetrics.money.acquisition import (
    acquisition_against_retention as acquisition_against_retention,
)
from relmetrics.money.moving import revenue_movement as revenue_movement
from relmetrics.money.order_value import AverageOrderValue as AverageOrderValue
from relmetrics.money.order_value import average_order_value as average_order_value
from relmetrics.money.retention_profit import RetentionProfit as RetentionProfit
from relmetrics.money.retention_profit import retention_profit as retention_profit
from relmetrics.money.revenue_churn import RevenueChurn as RevenueChurn
from relmetrics.money.revenue_churn import revenue_churn as revenue_churn
from relmetrics.money.revenue_churn import revenue_churn_definitions as revenue_churn_definitions
from relmetrics.money.revenue_history import RevenueHistory as RevenueHistory
from relmetrics.money.revenue_history import revenue_movements as revenue_movements
from relmetrics.money.revenue_movement import MovingCustomers as MovingCustomers
from relmetrics.money.revenue_movement import RevenueMovement as RevenueMovement
from relmetrics.money.revenue_retention import GrossRevenueRetention as GrossRevenueRetention
from relmetrics.money.revenue_retention import NetRevenueRetention as NetRevenueRetention
from relmetrics.money.roi import InvestmentEstimate as InvestmentEstimate
from relmetrics.money.roi import ReturnOnInvestment as ReturnOnInvestment
from relmetrics.money.roi import roi as roi
from relmetrics.money.unit_economics.account_revenue import (
    AverageRevenuePerAccount as AverageRevenuePerAccount,
)
from relmetrics.money.unit_economics.account_revenue import (
    average_revenue_per_account as average_revenue_per_account,
)
from relmetrics.money.unit_economics.acquisition_cost import (
    break_even_retention as break_even_retention,
)
from relmetrics.money.unit_economics.acquisition_cost import cac_payback as cac_payback
from relmetrics.money.unit_economics.acquisition_cost import ltv_to_cac as ltv_to_cac
from relmetrics.money.unit_economics.definitions import (
    lifetime_value_definitions as lifetime_value_definitions,
)
from relmetrics.money.unit_economics.economics import UnitEconomics as UnitEconomics
from relmetrics.money.unit_economics.economics import unit_economics as unit_economics
from relmetrics.money.unit_economics.figure import UnitFigure as UnitFigure
from relmetrics.money.unit_economics.gross_margin import GrossMargin as GrossMargin
from relmetrics.money.unit_economics.gross_margin import gross_margin as gross_margin
from relmetrics.money.unit_economics.lifetime import lifetime_value as lifetime_value
from relmetrics.money.unit_economics.quick_ratio import QuickRatio as QuickRatio
from relmetrics.money.unit_economics.quick_ratio import quick_ratio as quick_ratio
from relmetrics.money.unit_economics.quick_ratio import (
    quick_ratio_definitions as quick_ratio_definitions,
)

# What one asks of groups and trends.
from relmetrics.questions.groups.breakdown import Breakdown as Breakdown
from relmetrics.questions.groups.comparisons import Comparisons as Comparisons
from relmetrics.questions.groups.decompose import decompose as decompose
from relmetrics.questions.groups.decomposition import Decomposition as Decomposition
from relmetrics.questions.groups.decomposition import Part as Part
from relmetrics.questions.groups.ranking import Ranking as Ranking
from relmetrics.questions.several.adjust import AdjustedDifferences as AdjustedDifferences
from relmetrics.questions.several.adjust import adjust as adjust
from relmetrics.questions.several.homogeneity import Homogeneity as Homogeneity
from relmetrics.questions.several.one_sided import OneSidedComparisons as OneSidedComparisons
from relmetrics.questions.trends.alerts import Alert as Alert
from relmetrics.questions.trends.alerts import Alerts as Alerts
from relmetrics.questions.trends.monotone import Monotone as Monotone
from relmetrics.questions.trends.slope import Slope as Slope
from relmetrics.questions.trends.trend import Trend as Trend

# What one looks at.
from relmetrics.reports.catalogue import catalogue as catalogue
from relmetrics.reports.reconciliation.reconciliation import Reconciliation as Reconciliation
from relmetrics.reports.reconciliation.reconciliation import reconcile as reconcile
from relmetrics.reports.reconciliation.steps import Reading as Reading
from relmetrics.reports.reconciliation.steps import Step as Step
from relmetrics.reports.reconciliation.steps import Walk as Walk
from relmetrics.reports.references import Reference as Reference
from relmetrics.reports.references import references as references
from relmetrics.reports.report.report import Report as Report
from relmetrics.reports.report.report import report as report
from relmetrics.reports.scorecard.assemble import scorecard as scorecard
from relmetrics.reports.scorecard.scorecard import Scorecard as Scorecard
from relmetrics.reports.simulation import simulate_customers as simulate_customers
from relmetrics.reports.simulation import simulate_survey as simulate_survey

# Before and around a survey.
from relmetrics.sampling.assumptions import Assumptions as Assumptions
from relmetrics.sampling.looks import GroupSequential as GroupSequential
from relmetrics.sampling.looks import group_sequential as group_sequential
from relmetrics.sampling.planning.clusters import IntraclassCorrelation as IntraclassCorrelation
from relmetrics.sampling.planning.clusters import cluster_design_effect as cluster_design_effect
from relmetrics.sampling.planning.clusters import intraclass_correlation as intraclass_correlation
from relmetrics.sampling.planning.planned_test import PlannedTest as PlannedTest
from relmetrics.sampling.power import detectable_difference as detectable_difference
from relmetrics.sampling.power import power as power
from relmetrics.sampling.power import sample_size_for_difference as sample_size_for_difference
from relmetrics.sampling.power_results import DetectableDifference as DetectableDifference
from relmetrics.sampling.power_results import GroupSizes as GroupSizes
from relmetrics.sampling.power_results import Power as Power
from relmetrics.sampling.raking import post_stratify as post_stratify
from relmetrics.sampling.raking import rake as rake
from relmetrics.sampling.response import ResponseBounds as ResponseBounds
from relmetrics.sampling.response import response_bounds as response_bounds
from relmetrics.sampling.sample_size import MarginOfError as MarginOfError
from relmetrics.sampling.sample_size import SampleSize as SampleSize
from relmetrics.sampling.sample_size import margin_of_error as margin_of_error
from relmetrics.sampling.sample_size import sample_size as sample_size
from relmetrics.sampling.trimming import TrimmedWeights as TrimmedWeights
from relmetrics.sampling.trimming import trim_weights as trim_weights
from relmetrics.sampling.weighting import Weighting as Weighting
from relmetrics.sampling.weights import DesignEffect as DesignEffect
from relmetrics.sampling.weights import design_effect as design_effect
from relmetrics.sampling.weights import normalise_weights as normalise_weights

# Counts and sums that add.
from relmetrics.states.clustered.design import Design as Design
from relmetrics.states.clustered.moments import ClusteredMoments as ClusteredMoments
from relmetrics.states.clustered.tally import ClusteredTally as ClusteredTally
from relmetrics.states.moments.moments import Moments as Moments
from relmetrics.states.paired_tally import PairedTally as PairedTally
from relmetrics.states.replicates.replicate_weights import ReplicateWeights as ReplicateWeights
from relmetrics.states.tally import Tally as Tally

# Scores of answers.
from relmetrics.survey.ces import CES as CES
from relmetrics.survey.ces import CESEstimate as CESEstimate
from relmetrics.survey.ces import ces as ces
from relmetrics.survey.csat import CSAT as CSAT
from relmetrics.survey.csat import csat as csat
from relmetrics.survey.csi import CSI as CSI
from relmetrics.survey.csi import csi as csi
from relmetrics.survey.drivers.analysis import DriverAnalysis as DriverAnalysis
from relmetrics.survey.drivers.drivers import drivers as drivers
from relmetrics.survey.drivers.key_drivers import KeyDrivers as KeyDrivers
from relmetrics.survey.index_estimate import IndexEstimate as IndexEstimate
from relmetrics.survey.mean import MeanScore as MeanScore
from relmetrics.survey.mean import mean_score as mean_score
from relmetrics.survey.nps import NPS as NPS
from relmetrics.survey.nps import NPSEstimate as NPSEstimate
from relmetrics.survey.nps import nps as nps
