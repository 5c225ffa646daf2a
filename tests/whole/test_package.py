"""What the package is from outside: its names, its weight, its promises."""

import ast
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys

import numpy as np
import pytest
from places import ROOT
from public_names import NAMES

import relmetrics as rm

FIRM = [
    "nps",
    "csat",
    "ces",
    "csi",
    "retention_rate",
    "churn_rate",
    "ror",
    "roi",
    "rate",
    "lift",
    "NPS",
    "CSAT",
    "CES",
    "CSI",
    "Rate",
    "LoyaltyRate",
    "MeanScore",
    "RetentionRate",
    "ChurnRate",
    "ReturnOnRelationship",
    "RepeatRate",
    "ReferralRate",
    "OpenRate",
    "ConversionRate",
    "ReturnOnInvestment",
    "Scale",
    "Tally",
    "Moments",
    "Estimate",
    "Breakdown",
    "ZERO_TO_TEN",
    "ONE_TO_FIVE",
    "ONE_TO_SEVEN",
    "ONE_TO_TEN",
    "YES_NO",
    "references",
    "catalogue",
    "RelmetricsError",
    "OffScaleError",
    "EmptySampleError",
]


def test_the_firm_names_are_there():
    """Other code is written against these."""
    assert set(NAMES) >= set(FIRM)
    for name in NAMES:
        assert hasattr(rm, name)


def test_every_public_name_is_in_the_stub():
    """What type checkers read is what is imported when asked for, and `__all__`."""
    tree = ast.parse((ROOT / "src" / "relmetrics" / "__init__.pyi").read_text())
    written = {
        alias.asname: (node.module, alias.name)
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }

    for room in ("frames", "plot"):
        assert written.pop(room) == ("relmetrics", room)
    assert set(NAMES) == {*written}
    assert {*NAMES, "frames", "plot"} == set(dir(rm))
    for public, (home, name) in written.items():
        assert public == name
        assert getattr(rm, public) is getattr(importlib.import_module(home), name)
    assert rm.plot.intervals
    with pytest.raises(AttributeError, match="has no attribute 'npss'"):
        _ = rm.npss  # type: ignore[attr-defined]


def test_importing_it_is_light():
    """Not even numpy comes before the first name is asked for."""
    code = "import sys, relmetrics; print(sorted({'numpy', 'attrs'} & set(sys.modules)))"
    run = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"


def test_importing_it_imports_no_data_frame_library():
    """Only numpy and attrs come with it, and the random generators not before they are needed."""
    heavy = ["pandas", "polars", "pyarrow", "narwhals", "scipy", "matplotlib", "statsmodels"]
    names = "[getattr(rm, name) for name in rm.__all__]"
    code = (
        f"import sys, relmetrics as rm; {names}; print([m for m in {heavy!r} if m in sys.modules])"
    )
    run = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"


def test_every_public_name_has_a_docstring_with_an_example():
    """Functions and classes say what they do, and show it."""
    lacking = []
    for name in NAMES:
        thing = getattr(rm, name)
        if not (inspect.isclass(thing) or inspect.isfunction(thing)):
            continue
        text = inspect.getdoc(thing) or ""
        error = inspect.isclass(thing) and issubclass(thing, rm.RelmetricsError)
        if not text or (">>>" not in text and not error and name not in {"Metric", "Description"}):
            lacking.append(name)
    assert lacking == []


DATA = {"answers", "ratings", "purchases", "k", "n", "treated", "control", "rows"} | {
    "customers",
    "dates",
    "amounts",
    "before",
    "after",
    "movement",
    "log",
    "data",
    "metric",
    "estimate",
    "state",
    "weights",
    "groups",
    "targets",
    "columns",
    "differences",
    "durations",
    "events",
    "overall",
    "pairs",
    "parts",
    "respondents",
    "report",
}
"""What functions and methods take by position: data, and what was made of it."""


def test_public_functions_take_options_by_name():
    """Beyond their data, helpers take keyword-only arguments."""
    for name in NAMES:
        thing = getattr(rm, name)
        if inspect.isfunction(thing):
            for parameter in inspect.signature(thing).parameters.values():
                if parameter.kind is parameter.POSITIONAL_OR_KEYWORD:
                    assert parameter.name in DATA, (name, parameter.name)


POSITIONAL = {
    "AmountRatio.summing": "names",
    "Assumptions.checked": "expected confidence_level design_effect population",
    "CohortDefinition.ages_begun": "period",
    "CohortDefinition.begun": "periods ages",
    "CohortDefinition.brackets_by_age": "ages",
    "CohortDefinition.complete": "periods ages",
    "CohortDefinition.periods_by_day": "first last",
    "Difference.of": "sides confidence_level method",
    "Explanation.of": "title",
    "GroupSequential.sizes": "plan",
    "KeyDrivers.split": "correlation",
    "Moments.from_arrays": "arrays",
    "Moments.merged": "size",
    "Moments.moved_to": "pivot",
    "MomentsFigures.variance_of": "coefficients",
    "MoveCounts.from_records": "periods observed",
    "Part.to_text": "digits",
    "Plan.in_unit": "number",
    "RatedFactors.summing": "names",
    "SummedQuestions.summing": "names",
    "Questions.pairs": "reference",
    "CountedQuestions.by_counts": "counts",
    "CountedQuestions.over_counts": "counts",
    "SummedQuestions.by_sums": "sums products",
    "SummedQuestions.over_sums": "sums products",
    "LinearScore.tally_counts": "counts",
    "NamedShare.of": "yes",
    "Description.verdict": "difference",
    "CSI.from_drivers": "drivers",
    "Metric.compare": "state reference",
    "Metric.benchmark": "state value",
    "Estimate.interval": "confidence_level",
    "Difference.interval": "confidence_level",
    "Lift.interval": "confidence_level",
    "Breakdown.rollup": "to",
    "Breakdown.compare_to": "reference",
    "Saved.save": "path",
    "Periods.rollup": "to",
    "Periods.between": "first last",
    "Periods.rolling": "window",
    "Slope.at": "periods",
    "KeyDrivers.analyse": "moments",
    "KeyDrivers.from_correlation": "matrix names",
    "ClusteredMoments.hashed": "key",
    "ClusteredMoments.joined": "other",
    "ClusteredMoments.merged": "size",
    "ClusteredMoments.of": "plain clusters",
    "ClusteredMoments.of_rows": "arrays",
    "ClusteredMoments.rest": "places",
    "ClusteredMoments.shared": "other",
    "ClusteredMoments.taken": "places",
    "ClusteredTally.from_answers": "answers scale",
    "ClusteredTally.from_dict": "data",
    "ClusteredTally.hashed": "key",
    "ClusteredTally.of": "scale clusters missing weightless",
    "ClusteredTally.shared": "other",
    "ClusteredTally.zero": "scale",
    "PairedTally.from_answers": "answers reference scale",
    "PairedTally.zero": "scale",
    "Tally.from_answers": "answers scale",
    "Tally.from_counts": "counts scale",
    "Tally.zero": "scale",
    "TallyFigures.top_box": "boxes",
    "TallyFigures.bottom_box": "boxes",
    "Scale.point_of": "label",
    "AfterAnswer.worth": "moved_from moved_to",
    "PurchasesOfPeople.after": "classes answered",
    "PurchasesOfPeople.lift": "start end",
    "PurchasesInWindows.churn": "start end",
    "PurchasesInWindows.retention": "start end",
    "PurchasesInWindows.window": "start end",
    "Reconciliation.difference": "a b",
    "ResponseBounds.break_even": "target",
    "ReturnOnRelationship.answers": "helped returning",
    "Lifecycle.portfolio": "segments",
    "Lifecycle.reach": "stage",
    "CumulativeIncidence.at": "time",
    "MovementsBySegment.compare": "period",
    "MovementsBySegment.retention": "period",
    "StagesBySegment.compare": "stage",
    "StagesBySegment.reach": "stage",
    "SubscriptionLog.from_invoices": "start end",
    "Subscriptions.as_of": "day",
    "Subscriptions.between": "start end",
    "Subscriptions.looked_from": "day",
    "Subscriptions.parts": "segments",
    "Subscriptions.segments": "by day",
    "Subscriptions.spells": "until",
    "SubscriptionsInMoney.revenue_movement": "start end",
    "SubscriptionsInTime.churn": "start end",
    "SubscriptionsInTime.retention": "start end",
    "SubscriptionsInTime.window": "start end",
    "Survival.at": "days",
    "SurvivalByGroup.rollup": "to",
    "SurvivalCurve.at": "time",
    "SurvivalCurve.incidence": "reason",
    "SurvivalByGroup.compare_incidence": "reason",
    "SurvivalQuestions.compare": "reference",
    "SurvivalQuestions.quantile": "share",
    "SurvivalQuestions.restricted_mean": "horizon",
    "SubscribersWorth.lifetime_value": "horizon",
    "SubscribersWorth.unit_economics": "start end",
    "PurchasesWorth.unit_economics": "start end",
    "UnitEconomics.sensitivity": "points",
    "Cohorts.curve": "kind",
    "CohortCells.of_log": "who",
    "Cohorts.customers": "cohort age",
    "Cohorts.retention": "kind",
    "Cohorts.revenue_at": "age",
    "Transitions.after": "steps",
    "MoveCounts.zero": "states",
    "Purchases.as_of": "day",
}
"""What public methods take by position beside data: what they are about, never how."""

STILL_POSITIONAL = {"PurchasesByCustomer.summary": "as_of"}
"""Options that can still be given by position."""


def public_methods():
    """Return the public methods of the public classes by their qualified name."""
    found = {}
    for kind in (getattr(rm, name) for name in NAMES):
        if not inspect.isclass(kind) or issubclass(kind, Exception):
            continue
        for base in kind.__mro__:
            if not base.__module__.startswith("relmetrics."):
                continue
            for name, raw in vars(base).items():
                function = getattr(raw, "__func__", raw)
                public = name == "__call__" or not name.startswith("_")
                if public and inspect.isfunction(function):
                    found[f"{base.__name__}.{name}"] = function
    return found


def test_public_methods_take_options_by_name():
    """Beyond data and what they are about, methods take keyword-only arguments."""
    methods = public_methods()
    found = {}
    for name, function in methods.items():
        allowed = {"self", "cls", *DATA, *POSITIONAL.get(name, "").split()}
        given = inspect.signature(function).parameters.values()
        words = [p.name for p in given if p.kind is p.POSITIONAL_OR_KEYWORD]
        extra = " ".join(word for word in words if word not in allowed)
        if extra:
            found[name] = extra
    assert found == STILL_POSITIONAL
    assert {*POSITIONAL} <= {*methods}


def test_every_module_imports_alone():
    """No module depends on another having been imported first."""
    for module in pkgutil.walk_packages(rm.__path__, "relmetrics."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def test_the_version_is_the_newest_of_the_changelog():
    """The changelog's first release is this one."""
    text = (ROOT / "CHANGELOG.md").read_text()
    releases = re.findall(r"^## \[(\d[^\]]*)\]", text, flags=re.MULTILINE)
    assert releases[0] == rm.__version__


def test_estimates_meet_numpy_scalars():
    """numpy leaves arithmetic with results to them instead of making arrays of objects."""
    with pytest.raises(TypeError):
        np.float64(1) + rm.rate(1, 2)
