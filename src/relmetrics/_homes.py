"""Where each public name lives.

A module is imported when one of its names is first asked for, so that importing the package costs
next to nothing, whatever else it holds. Type checkers read the imports in `__init__`, which a test
holds to this list.
"""

from __future__ import annotations

_HOMES = {
    "reports.scorecard.assemble": ("scorecard",),
    "questions.groups.breakdown": ("Breakdown",),
    "reports.scorecard.scorecard": ("Scorecard",),
    "questions.groups.comparisons": ("Comparisons",),
    "metric.difference": (
        "Difference",
        "Equivalence",
    ),
    "estimators.pairs": ("PairedTally",),
    "questions.groups.ranking": ("Ranking",),
    "inference.permutation": ("Resampled",),
    "customers.cohorts.definition": ("CohortDefinition",),
    "customers.cohorts.retention": ("CohortRetention",),
    "customers.cohorts.cohorts": ("Cohorts",),
    "customers.contact": (
        "ConversionRate",
        "OpenRate",
        "conversion_rate",
        "open_rate",
    ),
    "customers.lifecycle.lifecycle": ("Lifecycle",),
    "customers.loyalty": (
        "LoyaltyRate",
        "ReferralRate",
        "RepeatRate",
        "loyalty_rate",
        "referral_rate",
        "repeat_rate",
    ),
    "customers.purchases.purchase_log": ("PurchaseLog",),
    "estimators.proportion": (
        "Rate",
        "rate",
    ),
    "customers.return_on_relationship": (
        "RelationshipEstimate",
        "ReturnOnRelationship",
        "ror",
    ),
    "customers.retention": (
        "ChurnRate",
        "RetentionRate",
        "churn_rate",
        "retention_rate",
    ),
    "customers.lifecycle.stage_log": ("StageLog",),
    "customers.lifecycle.stages": (
        "DissolutionReason",
        "DissolutionSide",
        "Stage",
    ),
    "customers.survival": (
        "Survival",
        "SurvivalPoint",
    ),
    "customers.lifecycle.transitions": ("Transitions",),
    "customers.purchases.windows": (
        "AnnualRate",
        "Window",
        "WindowEstimate",
        "annual_churn",
    ),
    "reports.references": (
        "Reference",
        "references",
    ),
    "errors": (
        "AmountError",
        "AnswerError",
        "CountError",
        "CustomerError",
        "DateError",
        "EmptySampleError",
        "FactorError",
        "LabelError",
        "LengthError",
        "OffScaleError",
        "ParameterError",
        "RelmetricsError",
        "StateError",
        "WeightError",
    ),
    "metric.estimate": (
        "Estimate",
        "Explanation",
        "Interval",
    ),
    "estimators.linear": (
        "AnswerScore",
        "LinearScore",
    ),
    "reports.catalogue": ("catalogue",),
    "customers.purchases.loyal_revenue": ("loyal_revenue",),
    "metric.metric": (
        "Description",
        "Metric",
    ),
    "questions.groups.decomposition": (
        "Decomposition",
        "Part",
        "decompose",
    ),
    "states.moments": ("Moments",),
    "money.economics": (
        "AcquisitionAgainstRetention",
        "RetentionProfit",
        "acquisition_against_retention",
        "retention_profit",
    ),
    "money.revenue_history": (
        "RevenueHistory",
        "revenue_movements",
    ),
    "money.roi": (
        "InvestmentEstimate",
        "ReturnOnInvestment",
        "roi",
    ),
    "money.revenue_movement": (
        "MovingCustomers",
        "RevenueMovement",
        "revenue_movement",
    ),
    "money.revenue_retention": (
        "GrossRevenueRetention",
        "NetRevenueRetention",
    ),
    "money.revenue_churn": (
        "RevenueChurn",
        "revenue_churn",
        "revenue_churn_definitions",
    ),
    "sampling.assumptions": ("Assumptions",),
    "sampling.power": (
        "DetectableDifference",
        "GroupSizes",
        "Power",
        "detectable_difference",
        "power",
        "sample_size_for_difference",
    ),
    "sampling.response": (
        "ResponseBounds",
        "response_bounds",
    ),
    "sampling.sample_size": (
        "MarginOfError",
        "SampleSize",
        "margin_of_error",
        "sample_size",
    ),
    "estimators.lift": (
        "Lift",
        "lift",
    ),
    "reports.reconciliation.steps": (
        "Reading",
        "Step",
        "Walk",
    ),
    "reports.reconciliation.reconciliation": (
        "Reconciliation",
        "reconcile",
    ),
    "data.scale": (
        "ONE_TO_FIVE",
        "ONE_TO_SEVEN",
        "ONE_TO_TEN",
        "YES_NO",
        "ZERO_TO_TEN",
        "Scale",
    ),
    "reports.simulation": (
        "simulate_customers",
        "simulate_survey",
    ),
    "survey.ces": (
        "CES",
        "CESEstimate",
        "ces",
    ),
    "survey.csat": (
        "CSAT",
        "csat",
    ),
    "survey.drivers.analysis": ("DriverAnalysis",),
    "survey.drivers.key_drivers": (
        "KeyDrivers",
        "drivers",
    ),
    "survey.csi": (
        "CSI",
        "IndexEstimate",
        "csi",
    ),
    "survey.mean": (
        "MeanScore",
        "mean_score",
    ),
    "survey.nps": (
        "NPS",
        "NPSEstimate",
        "nps",
    ),
    "metric.table": ("Table",),
    "states.tally": ("Tally",),
    "questions.trends.alerts": (
        "Alert",
        "Alerts",
    ),
    "questions.trends.monotone": ("Monotone",),
    "questions.trends.slope": ("Slope",),
    "questions.trends.trend": ("Trend",),
    "sampling.raking": (
        "Weighting",
        "post_stratify",
        "rake",
    ),
    "sampling.weights": (
        "DesignEffect",
        "TrimmedWeights",
        "design_effect",
        "normalise_weights",
        "trim_weights",
    ),
}
HOME_OF = {name: home for home, names in _HOMES.items() for name in names}
