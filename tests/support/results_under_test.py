"""Every kind of result that the library makes, with instances of each, found by introspection.

A public class that joins the library without an instance in `INSTANCES`, or a reason in
`NO_RESULTS`, fails `test_results`.
"""

import inspect
import math
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any

import attrs
import numpy as np
from public_names import NAMES

import relmetrics as rm
from relmetrics.states.grouped_tally import GroupedTally

HOSTILE = '<script>&"'
"""A label that breaks a page unless it is escaped."""

NO_RESULTS = {
    "Design": "columns that are read, compared by identity",
    "ReplicateWeights": "columns that are read, compared by identity",
    "CohortDefinition": "a definition, written by the user",
    "Description": "says what a metric is",
    "KeyDrivers": "a definition, written by the user",
    "PurchaseLog": "data, brought by the user",
    "Reference": "a source that the library cites",
    "Scale": "a definition, written by the user",
    "StageLog": "data, brought by the user",
    "SubscriptionLog": "data, brought by the user",
}
"""Public frozen classes that are no result, and why."""

STATES = {
    "ClusteredMoments",
    "ClusteredTally",
    "Cohorts",
    "Moments",
    "PairedTally",
    "Survival",
    "SurvivalCurve",
    "Tally",
    "Transitions",
}
"""Sums that add, shown by what is made of them: they are text and dictionaries, but not HTML."""

SUMS = (rm.Moments, GroupedTally)
"""The sums that results keep: what holds them is judged by its own arrays."""

PARTS = {
    "CampaignEffect": "CampaignLift",
    "Alert": "Alerts",
    "AnnualRate": "a rate of a year, beside the estimate it comes from",
    "Assumptions": "SampleSize and the like",
    "Interval": "Estimate and Difference",
    "MovingCustomers": "RevenueMovement",
    "Part": "Decomposition",
    "PlannedTest": "Power and the like",
    "Reading": "Reconciliation",
    "Step": "Walk",
    "RestrictedMean": "SurvivalCurve",
    "SurvivalPoint": "Survival",
    "SurvivalQuantile": "SurvivalCurve",
    "Table": "whatever has a table",
    "Window": "WindowEstimate",
}
"""Results that do not stand alone, and what they are parts of: their dictionary needs no type."""


def result_classes() -> set[str]:
    """Return the public frozen classes that are no metric and no error."""
    found = set()
    for name in NAMES:
        kind = getattr(rm, name)
        if inspect.isclass(kind) and attrs.has(kind) and not issubclass(kind, rm.Metric):
            found.add(name)
    return found


DAYS = [f"2025-{month:02}-{day:02}" for month in range(1, 9) for day in range(1, 26)]


def _by() -> rm.Breakdown:
    answers = [10, 9, 8, 3, 10, 0, 9, 7, 6, None]
    return rm.NPS().by(answers, [HOSTILE] * 4 + ["basic"] * 3 + ["trial"] * 2 + [None])


def _trend(gap: int | None = None) -> rm.Trend:
    """Return a trend that jumps at the end, perhaps with a month without answers."""
    answers = [8 + (i % 3) - 8 * (i > 190) for i in range(len(DAYS))]
    kept = [i for i, day in enumerate(DAYS) if gap is None or f"-{gap:02}-" not in day[4:8]]
    return rm.NPS().over([answers[i] for i in kept], [DAYS[i] for i in kept], as_of="2025-09-01")


def _short() -> rm.Trend:
    """Return a trend that is too short for much to be known of it."""
    days = ["2025-01-05", "2025-02-05", "2025-03-05"]
    return rm.NPS().over([10, 3, 9], days, as_of="2025-04-01")


def _drivers(**options: Any) -> rm.DriverAnalysis:
    ratings = {
        HOSTILE: [1, 2, 3, 4, 5, 2, 4, 3],
        "safety": [3, 3, 5, 4, 5, 2, 3, 4],
    }
    return rm.drivers(ratings, [2, 1, 3, 4, 5, 2, 4, 4], **options)


def _decomposition() -> rm.Decomposition:
    before = rm.NPS().by([10, 10, 3, 3, 8], [HOSTILE, HOSTILE, "basic", "basic", "new"])
    after = rm.NPS().by([10, 10, 10, 3], [HOSTILE, HOSTILE, "trial", "basic"])
    return rm.decompose(after, before)


def _log() -> rm.PurchaseLog:
    who = [HOSTILE, "b", "b", "c", HOSTILE, "b", "d"]
    days = ["2024-05-01", "2024-06-01", "2025-01-11", "2025-02-01", "2025-03-01", "2025-06-01"]
    return rm.PurchaseLog(who, [*days, "2025-06-05"], amounts=[10, 20, 30, 5, 10, 20, 7])


def _history() -> rm.RevenueHistory:
    days = ["2025-01-01", "2025-01-01", "2025-02-01", "2025-02-01", "2025-03-01"]
    return rm.revenue_movements([HOSTILE, "b", HOSTILE, "b", "b"], days, [100, 50, 120, 50, 50])


def _movement() -> rm.RevenueMovement:
    return rm.revenue_movement([HOSTILE, "b", "c"], [60, 40, 0], [70, 20, 10])


def _rates() -> tuple[rm.Difference, rm.Difference]:
    rate = rm.Rate()
    return (
        rate.compare(rm.rate(7, 8).state, rm.rate(2, 9).state),
        rate.compare(rm.rate(500, 1000).state, rm.rate(502, 1000).state),
    )


def _card() -> rm.Scorecard:
    survey = {
        "recommend": [10, 9, 3, 8, 10, 2] * 10,
        "plan": [HOSTILE, "basic", "basic"] * 20,
        "month": ["2025-01-05", "2025-02-05", "2025-03-05"] * 20,
    }
    return rm.scorecard(survey=survey, segment="plan")


def _weighting() -> rm.Weighting:
    return rm.rake({"plan": [HOSTILE, "b", "b", "b"]}, {"plan": {HOSTILE: 0.5, "b": 0.5}})


def _economics() -> rm.AcquisitionAgainstRetention:
    return rm.acquisition_against_retention(
        acquisition_spend=1000, new_customers=10, retention_spend=500, kept_customers=50
    )


def _unit_economics() -> rm.UnitEconomics:
    churn = rm.churn_rate(start=1000, lost=50)
    return rm.unit_economics(revenue=100, churn=churn, margin=80, acquisition_cost=400)


def _profit() -> rm.RetentionProfit:
    return rm.retention_profit(customers=1000, margin_per_period=10, retention=80, change=5)


def _moments() -> rm.Moments:
    return rm.CSI().moments({HOSTILE: [4, 5, None], "safety": [1, 2, 3]})


def _moments_of_a() -> rm.Moments:
    return rm.Moments.from_columns({"a": [7.0, None]}, weights=[2, 1])


def _paired() -> rm.Difference:
    csat = rm.CSAT()
    return csat.compare_paired(csat.pairs([5, 4, 4, None, 1], [3, 4, 5, 2, 2]))


def _campaign() -> rm.InvestmentEstimate:
    return rm.roi(gain=[30.0, 5.0, None], cost=[10.0, 20.0, 5.0])


def _gone() -> rm.WindowEstimate:
    return _log().churn("2025-01-01", "2026-01-01")


def _walk() -> rm.Walk:
    return _reconciled().difference("start", "start_plus_new")


def _bounds() -> rm.ResponseBounds:
    state = rm.NPS().tally_counts({10: 120, 8: 50, 3: 30})
    return rm.response_bounds(rm.NPS(), state, invited=500)


def _bare_drivers() -> rm.DriverAnalysis:
    names = [HOSTILE, "safety", "overall"]
    matrix = [[1, 0.3, 0.6], [0.3, 1, 0.4], [0.6, 0.4, 1]]
    return rm.KeyDrivers().from_correlation(matrix, names)


def _survival() -> rm.Survival:
    return _log().survival(lapsed_after=30, as_of="2025-08-01")


def _curves() -> rm.SurvivalByGroup:
    groups = [HOSTILE] * 5 + ["basic"] * 4 + [None] * 2
    return rm.survival([3, 5, 8, 9, 11, 2, 4, 4, 6, 7, None], [1, 1, 0, 1, 0] * 2 + [1], by=groups)


def _reasons() -> rm.SurvivalCurve:
    reasons = [HOSTILE, "moved", None, HOSTILE]
    return rm.survival([3, 5, 8, 9], [1, 1, 0, 1], reasons=reasons, weights=[1, 2, 1, 0.5])


def _reconciled() -> rm.Reconciliation:
    return rm.reconcile(_log(), "churn", start="2025-01-01", end="2026-01-01")


def _lifecycle() -> rm.Lifecycle:
    return _log().stages(active_within=60, as_of="2025-08-01")


def _observed() -> rm.Lifecycle:
    """Return a lifecycle that knows reasons and sides."""
    days = ["2025-01-03", "2025-01-10", "2025-03-01"]
    stages = ["exploration", "expansion", "dissolution"]
    reasons, sides = [None, None, "dissatisfaction"], [None, None, "unilateral"]
    log = rm.StageLog([HOSTILE, "b", "b"], days, stages, reasons=reasons, sides=sides)
    return log.lifecycle(as_of="2025-04-30")


def _decimals() -> rm.RevenueMovement:
    """Return a movement in decimals with a customer left out."""
    amounts = [Decimal("19.90"), None, Decimal(0)], [Decimal("9.90"), Decimal(1), Decimal(5)]
    return rm.revenue_movement([HOSTILE, "b", "c"], *amounts)


def _segment() -> dict[str, str | None]:
    return {HOSTILE: HOSTILE, "b": "basic", "c": "basic", "d": None}


def _subscriptions() -> rm.SubscriptionLog:
    days = ["2025-01-10", "2025-01-20", "2025-02-15", "2025-03-01"]
    who, amounts = [HOSTILE, "b", HOSTILE, "d"], [1000, 1200, 500, None]
    return rm.SubscriptionLog(who, days, [None, "2025-03-10", None, None], amounts)


def _reasoned() -> Any:
    why = [HOSTILE, "moved", None, HOSTILE, "moved", HOSTILE]
    gone = [reason is not None for reason in why]
    return rm.survival([1, 2, 3, 4, 5, 6], gone, by=["a", HOSTILE] * 3, reasons=why)


def _cohorts(values: str = "customers") -> rm.Cohorts:
    return _log().cohorts(as_of="2025-08-01", values=values)


def _after() -> rm.AfterAnswer:
    said = rm.NPS().classes([10, 3, None, 8], respondents=[HOSTILE, "b", "c", "d"])
    days = ["2024-12-01", "2024-12-03", "2024-12-05", "2025-06-01"]
    return _log().after(said, days, months=3, as_of="2025-06-30")


def _named() -> rm.AfterAnswer:
    """Return what classes did whose names are those of the user."""
    days = dict.fromkeys([HOSTILE, "b", "e"], "2024-12-01")
    labels = {HOSTILE: HOSTILE, "b": "basic", "e": "basic"}
    return _log().after(labels, days, months=1, referrals=_log())


def _lifted() -> rm.CampaignLift:
    return _log().lift([HOSTILE, "b"], ["c", "e"], "2025-01-01", "2025-07-01")


INSTANCES: dict[str, tuple[Callable[[], Any], ...]] = {
    "AcquisitionAgainstRetention": (_economics,),
    "AfterAnswer": (_after, _named),
    "Alert": (lambda: _trend().alerts()[0],),
    "Alerts": (lambda: _trend().alerts(), lambda: _trend(gap=3).alerts()),
    "AnnualRate": (lambda: rm.annual_churn(rm.churn_rate(start=10000, lost=800)),),
    "Assumptions": (lambda: rm.sample_size(rm.Rate(), margin=5, population=1000).assumptions,),
    "Breakdown": (
        _by,
        lambda: rm.NPS().by([None], ["a"]),
        lambda: rm.CSI().by({"a": [4, 5], "b": [1, None]}, [HOSTILE, "x"], weights=[1, 0.5]),
    ),
    "CESEstimate": (lambda: rm.ces([1, 2, 7, None]),),
    "CampaignEffect": (lambda: _lifted().conversion, lambda: _lifted().revenue),
    "CampaignLift": (_lifted,),
    "Classes": (
        lambda: rm.NPS().classes([10, 3, None], respondents=[HOSTILE, "b", "c"]),
        lambda: rm.CSAT().classes([5, 3, None]),
    ),
    "CohortComparisons": (lambda: _log().cohorts(by=_segment(), as_of="2025-08-01").compare(),),
    "CohortDifference": (
        lambda: _log().cohorts(by=_segment(), as_of="2025-08-01").compare()["basic"],
    ),
    "CohortRetention": (lambda: _cohorts().retention(),),
    "Cohorts": (
        _cohorts,
        lambda: _cohorts("revenue"),
        lambda: _cohorts("revenue") + _cohorts("revenue"),
    ),
    "CohortsBySegment": (lambda: _log().cohorts(by=_segment(), as_of="2025-08-01"),),
    "AdjustedDifferences": (lambda: rm.adjust({HOSTILE: _rates()[0], "b": _rates()[1]}),),
    "Comparisons": (
        lambda: _by().compare(),
        lambda: _by().compare(against="pairs", adjust=None),
        lambda: _by().compare(reference=HOSTILE),
    ),
    "Decomposition": (_decomposition,),
    "CumulativeIncidence": (lambda: _reasons().incidence(HOSTILE),),
    "DesignEffect": (lambda: rm.design_effect([0.5, 0.5, 2, 1]),),
    "DetectableDifference": (
        lambda: rm.detectable_difference(rm.NPS(), n=400),
        lambda: rm.detectable_difference(rm.NPS(), n=2),
    ),
    "Difference": (
        lambda: _rates()[0],
        lambda: rm.NPS().compare(rm.NPS().tally([10]), rm.NPS().tally([3, 4])),
        lambda: rm.NPS().benchmark(rm.NPS().tally([10, 9, 3]), 50),
        _paired,
    ),
    "DriverAnalysis": (_drivers, lambda: _drivers(interval="bootstrap"), _bare_drivers),
    "Equivalence": (
        lambda: _rates()[1].equivalence(margin=5),
        lambda: attrs.evolve(_rates()[0].equivalence(margin=1), p_value=math.nan, low=math.nan),
    ),
    "Estimate": (
        lambda: rm.rate(1, 4),
        lambda: rm.mean_score([3], scale=rm.ONE_TO_FIVE),
    ),
    "GrayTest": (
        lambda: _reasoned().compare_incidence(HOSTILE),
        lambda: rm.survival([3, 3], [1, 1], by=["a", "b"]).compare_incidence(),
    ),
    "GroupSizes": (lambda: rm.sample_size_for_difference(rm.CSAT(), difference=5),),
    "IndexEstimate": (lambda: rm.csi({HOSTILE: [4, 5, 3], "safety": [1, 2, 3]}),),
    "Interval": (lambda: rm.rate(7, 10).interval(0.9),),
    "InvestmentEstimate": (_campaign,),
    "Lifecycle": (_lifecycle, _observed),
    "Lift": (
        lambda: rm.lift(rm.rate(80, 1000), rm.rate(20, 1000)),
        lambda: rm.lift(rm.rate(3, 10), rm.rate(0, 10)),
    ),
    "LogRank": (lambda: _curves().compare().log_rank,),
    "MarginOfError": (lambda: rm.margin_of_error(rm.NPS(), n=400),),
    "Moments": (
        _moments,
        lambda: rm.Moments.zero(["a", "b"]),
        lambda: rm.Moments.from_columns({"a": [1.0, 2.0]}, weights=[1, 0.5]) + _moments_of_a(),
    ),
    "Monotone": (lambda: _trend().monotone(), lambda: _trend(gap=3).monotone()),
    "MovementsBySegment": (
        lambda: _log().movements(by=_segment()),
        lambda: _subscriptions().movements(by=_segment()),
    ),
    "MovingCustomers": (lambda: _movement().customers,),
    "NPSEstimate": (lambda: rm.nps([10, 9, 8, 3, None]), lambda: rm.nps([10])),
    "ClusteredMoments": (
        lambda: rm.AverageOrderValue().moments(
            {"amount": [20.0, 30.0, 70.0], "orders": [1, 1, 2]}, respondents=["ann", "ann", "bob"]
        ),
    ),
    "ClusteredTally": (
        lambda: rm.NPS().tally([10, 9, 3, None], respondents=["ann", "bob", "ann", "cem"]),
        lambda: rm.CSAT().tally([5, 4], respondents=[7, 7], weights=[0.5, 2.0]).hashed("key"),
    ),
    "PairedTally": (lambda: rm.CSAT().pairs([5, 4, 4, None], [3, 4, 5, 2]),),
    "Part": (lambda: _decomposition().rate,),
    "Power": (lambda: rm.power(rm.NPS(), n=400, difference=10),),
    "RFM": (
        lambda: rm.rfm(_log()),
        lambda: rm.rfm(rm.PurchaseLog(["a"], ["2025-01-01"]), scores=3),
    ),
    "GroupSequential": (
        lambda: rm.group_sequential(looks=2),
        lambda: rm.group_sequential(information=[0.3, 1], spending="pocock"),
    ),
    "Homogeneity": (lambda: _by().homogeneity(),),
    "IntraclassCorrelation": (
        lambda: rm.intraclass_correlation(
            rm.NPS(), rm.NPS().tally([10, 9, 3, 2, 8, 10, 3], respondents=[1, 1, 2, 2, 3, 3, 3])
        ),
        lambda: rm.intraclass_correlation(
            rm.Rate(), rm.Rate().tally([1, 1, 0, 0], respondents=[1, 1, 2, 2])
        ),
    ),
    "OneSided": (
        lambda: _rates()[0].one_sided(alternative="less"),
        lambda: _rates()[1].non_inferiority(margin=5),
    ),
    "OneSidedComparisons": (
        lambda: _by().compare().one_sided(alternative="greater", margin=5),
        lambda: _by().compare(against="pairs", adjust=None).one_sided(alternative="less"),
    ),
    "PlannedTest": (lambda: rm.power(rm.NPS(), n=9, difference=5, correlation=0.5).test,),
    "Ranking": (lambda: _by().ranking(), lambda: _by().ranking(method="normal")),
    "Reading": (lambda: rm.reconcile([5, 4, 2], "csat")["mean"],),
    "Reconciliation": (lambda: rm.reconcile([5, 4, 2], "csat"), _reconciled),
    "RelationshipEstimate": (lambda: rm.ror(customers=1000, helped=200, returning=50),),
    "Report": (lambda: rm.report(["# Plans", "<b>", _by(), rm.nps([10, 9]), _card()]),),
    "Resampled": (lambda: _rates()[0].permutation(rng=1),),
    "ResponseBounds": (_bounds,),
    "RestrictedMean": (
        lambda: _curves()[HOSTILE].restricted_mean(8),
        lambda: rm.survival([3], [0]).restricted_mean(),
    ),
    "RetentionProfit": (_profit,),
    "RevenueBySegment": (lambda: _subscriptions().revenue(by=_segment()),),
    "RevenueChurn": (
        lambda: rm.revenue_churn(_movement(), definition="net"),
        lambda: rm.revenue_churn(_decimals()),
    ),
    "RevenueHistory": (_history,),
    "RevenueMovement": (_movement, _decimals),
    "SampleSize": (lambda: rm.sample_size(rm.CSAT(), margin=5, response_rate=0.2),),
    "Scorecard": (_card,),
    "Slope": (
        lambda: _trend().slope(),
        lambda: _short().slope(method="ordinary"),
    ),
    "StagesBySegment": (lambda: _log().stages(by=_segment()),),
    "Step": (lambda: _walk().steps[0],),
    "Survival": (_survival, lambda: _survival() + _survival()),
    "SurvivalByGroup": (_curves,),
    "SurvivalComparisons": (
        lambda: _curves().compare(),
        lambda: _curves().compare(against="pairs", adjust=None),
    ),
    "SurvivalCurve": (_reasons, lambda: _curves().total),
    "SurvivalDifference": (lambda: _curves()[HOSTILE].compare(_curves()["basic"], rng=1),),
    "SurvivalPoint": (lambda: _survival().at(7), lambda: _survival().at(7000)),
    "SurvivalQuantile": (
        lambda: _curves()[HOSTILE].quantile(0.25),
        lambda: rm.survival([3], [0]).quantile(),
    ),
    "Table": (lambda: _by().table(), lambda: _trend(gap=3).changes()),
    "Tally": (lambda: rm.NPS().tally([10, 9, 3, None]),),
    "Transitions": (lambda: _lifecycle().transitions,),
    "Trend": (_trend, lambda: _trend(gap=3)),
    "TrimmedWeights": (lambda: rm.trim_weights([1.0, 1.0, 20.0, 1.0], at_most=2),),
    "UnitEconomics": (
        _unit_economics,
        lambda: _subscriptions().unit_economics("2025-03-01", "2025-04-01"),
        lambda: rm.unit_economics(revenue=100, churn=5, periods=12),
    ),
    "UnitEconomicsBySegment": (
        lambda: _log().unit_economics("2025-02-01", "2025-07-01", active_within=300, by=_segment()),
        lambda: _subscriptions().unit_economics("2025-03-01", "2025-04-01", by=_segment()),
    ),
    "UnitFigure": (
        lambda: _unit_economics().lifetime_value,
        lambda: rm.lifetime_value(revenue=100, churn=rm.churn_rate(start=9, lost=0)),
        lambda: rm.cac_payback(acquisition_cost=900, revenue=10, churn=5),
    ),
    "Walk": (
        _walk,
        lambda: rm.reconcile([5, 4, 2], "csat").difference("top_box", "net"),
    ),
    "Weighting": (_weighting,),
    "Window": (lambda: _log().window("2025-01-01", "2026-01-01"),),
    "WindowEstimate": (_gone,),
}


@cache
def instance(name: str, number: int) -> Any:
    """Return an instance of a public class, made once."""
    return INSTANCES[name][number]()


def arrays_of(thing: object, path: str = "") -> list[tuple[str, np.ndarray[Any, Any]]]:
    """Return the arrays that are reached through the fields of a result, and how.

    Those of the sums that it keeps are left out.
    """
    if isinstance(thing, np.ndarray):
        return [(path, thing)]
    if isinstance(thing, dict):
        return [one for key, value in thing.items() for one in arrays_of(value, f"{path}[{key!r}]")]
    if isinstance(thing, (list, tuple)):
        return [one for i, value in enumerate(thing) for one in arrays_of(value, f"{path}[{i}]")]
    if attrs.has(type(thing)) and not (path and isinstance(thing, SUMS)):
        names = [field.name for field in attrs.fields(type(thing))]
        return [one for name in names for one in arrays_of(getattr(thing, name), f"{path}.{name}")]
    return []
