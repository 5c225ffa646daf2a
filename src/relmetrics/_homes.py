"""Where each public name lives.

A module is imported when one of its names is first asked for, so that importing the package costs
next to nothing, whatever else it holds. Type checkers read the imports in `__init__`, which a test
holds to this list.
"""

from __future__ import annotations

_HOMES = {
    "assembly": ("scorecard",),
    "breakdown": ("Breakdown",),
    "cards": ("Scorecard",),
    "comparing.comparisons": ("Comparisons",),
    "comparing.difference": (
        "Difference",
        "Equivalence",
    ),
    "comparing.pairing": ("PairedTally",),
    "comparing.ranking": ("Ranking",),
    "comparing.resampling": ("Resampled",),
    "customers.cohort_definition": ("CohortDefinition",),
    "customers.cohort_rates": ("CohortRetention",),
    "customers.cohorts": ("Cohorts",),
    "customers.contact": (
        "ConversionRate",
        "OpenRate",
        "conversion_rate",
        "open_rate",
    ),
    "customers.lifecycle": ("Lifecycle",),
    "customers.loyalty": (
        "LoyaltyRate",
        "ReferralRate",
        "RepeatRate",
        "loyalty_rate",
        "referral_rate",
        "repeat_rate",
    ),
    "customers.purchase_log": ("PurchaseLog",),
    "customers.rate": (
        "Rate",
        "rate",
    ),
    "customers.relationship": (
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
    "customers.stage_log": ("StageLog",),
    "customers.stages": (
        "DissolutionReason",
        "DissolutionSide",
        "Stage",
    ),
    "customers.survival": (
        "Survival",
        "SurvivalPoint",
    ),
    "customers.transitions": ("Transitions",),
    "customers.windows": (
        "AnnualRate",
        "Window",
        "WindowEstimate",
        "annual_churn",
    ),
    "documents": (
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
    "estimate": (
        "Estimate",
        "Explanation",
        "Interval",
    ),
    "linear": (
        "AnswerScore",
        "LinearScore",
    ),
    "listing": ("catalogue",),
    "loyal_revenue": ("loyal_revenue",),
    "metric": (
        "Description",
        "Metric",
    ),
    "mixing.decomposition": (
        "Decomposition",
        "Part",
        "decompose",
    ),
    "moments": ("Moments",),
    "money.economics": (
        "AcquisitionAgainstRetention",
        "RetentionProfit",
        "acquisition_against_retention",
        "retention_profit",
    ),
    "money.history": (
        "RevenueHistory",
        "revenue_movements",
    ),
    "money.investment": (
        "InvestmentEstimate",
        "ReturnOnInvestment",
        "roi",
    ),
    "money.movement": (
        "MovingCustomers",
        "RevenueMovement",
        "revenue_movement",
    ),
    "money.revenue": (
        "GrossRevenueRetention",
        "NetRevenueRetention",
    ),
    "money.revenue_churn": (
        "RevenueChurn",
        "revenue_churn",
        "revenue_churn_definitions",
    ),
    "planning.assumptions": ("Assumptions",),
    "planning.detection": (
        "DetectableDifference",
        "GroupSizes",
        "Power",
        "detectable_difference",
        "power",
        "sample_size_for_difference",
    ),
    "planning.response": (
        "ResponseBounds",
        "response_bounds",
    ),
    "planning.samples": (
        "MarginOfError",
        "SampleSize",
        "margin_of_error",
        "sample_size",
    ),
    "ratios": (
        "Lift",
        "lift",
    ),
    "reconcile_steps": (
        "Reading",
        "Step",
        "Walk",
    ),
    "reconciliation": (
        "Reconciliation",
        "reconcile",
    ),
    "scale": (
        "ONE_TO_FIVE",
        "ONE_TO_SEVEN",
        "ONE_TO_TEN",
        "YES_NO",
        "ZERO_TO_TEN",
        "Scale",
    ),
    "simulation": (
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
    "survey.drivers.driver_analysis": ("DriverAnalysis",),
    "survey.drivers.key_drivers": (
        "KeyDrivers",
        "drivers",
    ),
    "survey.index": (
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
    "table": ("Table",),
    "tally": ("Tally",),
    "trends.control": (
        "Alert",
        "Alerts",
    ),
    "trends.monotonic": ("Monotone",),
    "trends.slopes": ("Slope",),
    "trends.trend": ("Trend",),
    "weighting.raking": (
        "Weighting",
        "post_stratify",
        "rake",
    ),
    "weighting.weights": (
        "DesignEffect",
        "TrimmedWeights",
        "design_effect",
        "normalise_weights",
        "trim_weights",
    ),
}
HOME_OF = {name: home for home, names in _HOMES.items() for name in names}
