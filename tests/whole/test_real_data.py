"""Real surveys: the results of other programs on them, and the library against itself.

The surveys are not part of the project. Where one is absent, a case that carries its counts is
tested on these, and the others are skipped.
"""

import csv
import gzip
import json
import math
from fractions import Fraction
from functools import cache
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest
from places import data_set, has_data_set, oracles

import relmetrics as rm

FILES = ("nps", "proportions", "means_csat", "survey_weighted", "csi", "bootstrap")

LEFT_OUT = {
    "several_groups": "no test of several groups",
    "multinomial_interval": "no simultaneous intervals of all shares",
    "weighted_total": "a total is not a score",
    "weighted_chi_square": "no test of independence",
    "weighted_mean_samplics, by strata": "stratified designs are not offered",
}
"""Kinds of cases that the library has no counterpart for, with the reason."""


def kind(case):
    """Return the family of a case, and whether its design has strata."""
    return case["family"] + (", by strata" if case["inputs"].get("strata") else "")


CASES = [case for name in FILES for case in oracles(name)]
TESTED = {
    "nps",
    "nps_score_interval",
    "proportion_interval",
    "proportion_interval_R",
    "mean_interval",
    "csat_by_segment",
    "weighted_mean",
    "weighted_mean_by_group",
    "weighted_mean_samplics",
    "csi",
    "bootstrap",
    "nps_two_sample",
    "two_proportions",
    "two_proportions_R",
    "weighted_two_sample",
}


def cases(*kinds):
    """Return the decorator that runs a test for every case of these kinds, by id."""
    chosen = [case for case in CASES if kind(case) in kinds]
    return pytest.mark.parametrize("case", chosen, ids=[case["id"] for case in chosen])


@cache
def table(file):
    """Return a file as name to column: numbers, None where empty, text where it is not a number."""
    path = data_set(file)
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode()
    rows = list(csv.DictReader(text.splitlines()))
    return {name: [entry(row[name]) for row in rows] for name in rows[0]}


def entry(text):
    if text in {"", "NA"}:
        return None
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() else number


def answers_of_counts(inputs, side):
    """Return answers with the counts that a case carries, or None where it carries none."""
    classes = inputs.get("counts" if side is None else f"counts_{side}")
    if isinstance(classes, dict):
        answer = {"Detractor": 3, "Passive": 8, "Promoter": 10}
        return [answer[name] for name, count in classes.items() for _ in range(count)]
    number = "" if side is None else side.removeprefix("group")
    satisfied = inputs.get(f"k{number}", inputs.get("successes"))
    if satisfied is None:
        return None
    return [5] * satisfied + [1] * (inputs[f"n{number}"] - satisfied)


def column(case, name=None, side=None):
    """Return a column of a case's file, where its filter, or that of one side, holds.

    Without the file it is made from the counts of the case, if it has them.
    """
    inputs = case["inputs"]
    counted = answers_of_counts(inputs, side)
    if side is not None:
        inputs = {**inputs, "filter": inputs[side], **(inputs[side] if side in "xy" else {})}
    if counted is not None and name is None and not has_data_set(inputs["file"]):
        return counted
    data = table(inputs["file"].removeprefix("public/"))
    values = data[name or inputs["column"]]
    for key, wanted in dict(inputs.get("filter") or {}).items():
        keep = [str(value) == str(wanted) for value in data[key]]
        values = [value for value, kept in zip(values, keep, strict=True) if kept]
    return values


NPS = rm.NPS()


def scale_of(case):
    return rm.ONE_TO_TEN if "ecsi" in case["dataset"] else rm.ONE_TO_FIVE


def nps_of(case):
    """Return the definition of NPS for the case's file, whose scale may start at 1."""
    if "ecsi" in case["dataset"]:
        return rm.NPS(scale=rm.ONE_TO_TEN, detractors_to=6, promoters_from=9)
    return rm.NPS()


RECODES = {
    "nps": rm.NPS(),
    ">=9": rm.CSAT(scale=rm.ZERO_TO_TEN, satisfied_from=9),
    "<=6": rm.CSAT(scale=rm.ZERO_TO_TEN, satisfied_from=7),
    ">=4": rm.CSAT(),
    "top2": rm.CSAT(),
    "==5": rm.CSAT(satisfied_from=5),
}


def close(case, expected, *, key="abs"):
    """Return what a number must be near to, by the tolerance of the case."""
    given = case["tolerance"]
    return pytest.approx(expected, rel=given["rel"], abs=given[key], nan_ok=True)


def ends(interval, unit=100.0):
    return [interval.low / unit, interval.high / unit]


def test_every_case_is_tested_or_left_out_for_a_reason():
    """No result of another program is forgotten, and none is both tested and left out."""
    kinds = {kind(case) for case in CASES}

    assert kinds == TESTED | set(LEFT_OUT)
    assert not TESTED & set(LEFT_OUT)
    assert len({case["id"] for case in CASES}) == len(CASES) == 178


@cases("nps")
def test_nps_against_the_r_package_nps(case):
    """Value, error and the Wald, adjusted and score intervals at three levels match R's NPS."""
    expected = case["expected"]
    estimate = nps_of(case)(column(case))

    def interval(method, level):
        return ends(estimate.interval(level, method=method))

    assert estimate.n == expected["n"]
    assert estimate.value / 100 == close(case, expected["nps"])
    # The R package divides the variance by n, not n - 1.
    plug_in = estimate.standard_error / 100 * math.sqrt((estimate.n - 1) / estimate.n)
    assert plug_in == close(case, expected["nps_se"])
    assert plug_in**2 * estimate.n == close(case, expected["nps_var"])
    for level in (90, 95):
        # The R package does not stop at the ends of the range.
        wald = np.clip(expected[f"wald_{level}"], -1, 1).tolist()
        assert interval("wald", level / 100) == close(case, wald)
    for level in (90, 95, 99):
        adjusted = np.clip(expected[f"adjusted_wald_{level}"], -1, 1).tolist()
        assert interval("adjusted", level / 100) == close(case, adjusted)
    # Its bisection stops at about 1e-6, this library's does not.
    for level in (90, 95):
        score = expected[f"iterative_score_{level}"]
        assert interval("score", level / 100) == pytest.approx(score, rel=0, abs=3e-6)


@cases("nps")
def test_the_three_classes_have_the_counts_of_the_r_package(case):
    """Detractors, passives and promoters are counted alike."""
    counts = case["inputs"]["counts"]

    estimate = nps_of(case)(column(case))

    found = [estimate.detractors, estimate.passives, estimate.promoters]
    expected = [counts.get(name, 0) for name in ("Detractor", "Passive", "Promoter")]
    assert [round(share * estimate.n / 100) for share in found] == expected


@cases("nps_score_interval")
def test_nps_against_propcis(case):
    """The score and Wald intervals match PropCIs, which knows NPS as a matched-pairs difference."""
    estimate = nps_of(case)(column(case))

    for method in ("score", "wald"):
        expected = np.clip(case["expected"][f"{method}_95"], -1, 1).tolist()
        # PropCIs searches in steps of 1e-5.
        assert ends(estimate.interval(method=method)) == pytest.approx(expected, rel=0, abs=2e-5)


@cases("nps_two_sample")
def test_two_nps_against_the_r_package_nps(case):
    """Difference, error and interval match R's NPS by `wald` and `adjusted`, but for the sign.

    So does Wald's p; that of the default is the doubled mid-p, which of so many answers is near.

    R gives the distance of the two scores; its interval is turned where the difference is negative.
    """
    expected = case["expected"]
    states = [NPS.tally(column(case, side=side)) for side in "xy"]
    wald = NPS.compare(*states, method="wald")
    adjusted = NPS.compare(*states)
    sign = 1 if wald.value > 0 else -1

    def turned(interval):
        return sorted(sign * end for end in ends(interval))

    scores = [NPS.estimate(state) for state in states]
    assert [score.n for score in scores] == [expected["n_x"], expected["n_y"]]
    assert sign * wald.value / 100 == close(case, expected["wald_abs_delta"])
    assert wald.value / 100 == close(case, expected["nps_x"] - expected["nps_y"])
    # The R package divides the variance by n, not n - 1.
    plug_in = math.hypot(*(s.standard_error * math.sqrt((s.n - 1) / s.n) for s in scores)) / 100
    assert plug_in == close(case, expected["wald_se"])
    assert wald.p_value == close(case, expected["wald_p_value"])
    assert turned(wald) == close(case, expected["wald_95_of_abs_delta"])
    assert turned(wald.interval(0.9, method="wald")) == close(
        case, expected["wald_90_of_abs_delta"]
    )
    assert adjusted.p_value == pytest.approx(expected["adjusted_p_value"], abs=0.03)
    assert turned(adjusted) == close(case, expected["adjusted_95_of_abs_delta"])
    middle = sign * (adjusted.low + adjusted.high) / 200
    assert middle == close(case, expected["adjusted_abs_delta"])
    half = (adjusted.high - adjusted.low) / 200
    assert half / NormalDist().inv_cdf(0.975) == close(case, expected["adjusted_se"])


def two_shares(case):
    """Return the states of both groups of a case, counted from the file and from its counts."""
    inputs = case["inputs"]
    csat, rate = rm.CSAT(), rm.Rate()
    groups = [csat.tally(column(case, side=side)) for side in ("group1", "group2")]
    pairs = [(inputs["k1"], inputs["n1"]), (inputs["k2"], inputs["n2"])]
    return (csat, groups), (rate, [rm.rate(k, n).state for k, n in pairs])


@cases("two_proportions")
def test_two_shares_against_statsmodels(case):
    """Newcombe's, Agresti and Caffo's and Wald's interval match statsmodels."""
    expected = case["expected"]
    for metric, states in two_shares(case):
        found = metric.compare(*states)

        assert found.method == "newcombe"
        assert ends(found) == close(case, expected["diff_newcomb_95"])
        assert ends(found.interval(0.9)) == close(case, expected["diff_newcomb_90"])
        for ours, theirs in (("agresti_caffo", "agresti-caffo"), ("wald", "wald")):
            interval = found.interval(method=ours)
            assert ends(interval) == close(case, expected[f"diff_{theirs}_95"])
        # The doubled mid-p, which of so many answers is near the pooled z.
        assert found.p_value == pytest.approx(expected["pooled_p"], rel=0.03)


@cases("two_proportions_R")
def test_two_shares_against_r(case):
    """The same against Epi and prop.test without continuity correction.

    The score intervals of Miettinen and Nurminen and of Mee are not offered; Newcombe's is within
    a tenth of a percentage point of them at these sizes.
    """
    expected = case["expected"]
    for metric, states in two_shares(case):
        found = metric.compare(*states)

        assert ends(found) == close(case, expected["newcombe_95"])
        for method in ("agresti_caffo", "wald"):
            interval = found.interval(method=method)
            assert ends(interval) == close(case, expected[f"{method}_95"])
        assert found.p_value == pytest.approx(expected["p_value"], rel=0.03)
        for other in ("miettinen_nurminen_95", "miettinen_nurminen_95_PropCIs", "mee_score_95"):
            assert ends(found) == pytest.approx(expected[other], rel=0, abs=1e-3)


@cases("proportion_interval")
def test_top_boxes_against_statsmodels(case):
    """Share, Wilson's, Agresti and Coull's and the normal interval match statsmodels."""
    expected = case["expected"]
    estimate = rm.CSAT()(column(case))
    rate = rm.rate(expected["successes"], expected["n"])

    for found in (estimate, rate):
        assert found.n == expected["n"]
        assert found.value / 100 == close(case, expected["share"])
        assert ends(found) == close(case, expected["wilson_95"])
        for level in (90, 99):
            assert ends(found.interval(level / 100)) == close(case, expected[f"wilson_{level}"])
        agresti_coull = np.clip(expected["agresti_coull_95"], 0, 1).tolist()
        assert ends(found.interval(method="agresti_coull")) == close(case, agresti_coull)
        assert ends(found.interval(method="wald")) == close(case, expected["normal_95"])
        # The score interval of two classes is Wilson's.
        assert ends(found.interval(method="score")) == close(case, expected["wilson_95"])


@cases("proportion_interval_R")
def test_top_boxes_against_r(case):
    """Wilson's interval matches prop.test without continuity correction."""
    inputs = case["inputs"]
    estimate = rm.CSAT()(column(case))

    assert rm.rate(inputs["successes"], inputs["n"]).value == estimate.value
    assert ends(estimate) == close(case, case["expected"]["wilson_95"])
    # PropCIs gives four digits.
    assert ends(estimate) == pytest.approx(case["expected"]["scoreci_95"], rel=0, abs=5.1e-5)


@cases("mean_interval")
def test_means_against_pandas_and_statsmodels(case):
    """Mean, its error, standard deviation, median and normal interval match, on 1-10."""
    expected = case["expected"]
    estimate = rm.mean_score(column(case), scale=scale_of(case))

    assert estimate.n == expected["n"]
    assert estimate.value == close(case, expected["mean"])
    assert estimate.standard_error == close(case, expected["se"])
    assert estimate.state.standard_deviation == close(case, expected["sd"])
    assert estimate.state.median == expected["median"]
    assert ends(estimate.interval(method="wald"), 1) == close(case, expected["z_ci95"])


@cases("mean_interval")
def test_the_default_interval_of_many_answers_is_near_students(case):
    """At n = 250 the adjusted interval and Student's t agree to a tenth of their width."""
    expected = case["expected"]["t_ci95"]

    estimate = rm.mean_score(column(case), scale=scale_of(case))

    width = expected[1] - expected[0]
    assert ends(estimate, 1) == pytest.approx(expected, abs=width / 10)


@cases("csat_by_segment")
def test_csat_by_segment_against_pandas(case):
    """Top-box share, mean and standard deviation of every segment match pandas."""
    segments = [str(label) for label in column(case, case["inputs"]["segment"])]
    answers = column(case)
    by = rm.CSAT().by(answers, segments)
    means = rm.MeanScore(scale=rm.ONE_TO_FIVE).by(answers, segments)

    for row in case["expected"]["rows"]:
        share, mean = by[row["segment"]], means[row["segment"]]
        sd = math.nan if row["sd"] is None else row["sd"]

        assert share.n == row["n"]
        assert share.value / 100 == close(case, row["top_box_share"])
        assert mean.value == close(case, row["mean"])
        assert mean.state.standard_deviation == close(case, sd)
    listed = {row["segment"] for row in case["expected"]["rows"]}
    sizes = zip(by, by.table()["n"].tolist(), strict=True)
    assert {label for label, n in sizes if n and label != "None"} == listed


def weighted(recode):
    """Return metric and unit of a recode; a column without one is a mean on 1-5."""
    metric = RECODES.get(recode)
    return (rm.MeanScore(scale=rm.ONE_TO_FIVE), 1.0) if metric is None else (metric, 100.0)


@cases("weighted_mean", "weighted_mean_samplics")
def test_weighted_scores_against_r_survey_and_samplics(case):
    """Weighted value and linearised error match, with the answered rows as the design."""
    expected, recode = case["expected"], case["inputs"].get("recode")
    metric, unit = weighted(recode)
    estimate = metric(column(case), weights=column(case, case["inputs"]["weight"]))
    value = estimate.value / unit

    error = expected.get("se_answered_only", expected.get("se"))
    assert (1 - value if recode == "<=6" else value) == close(case, expected["mean"])
    assert estimate.standard_error / unit == close(case, error)
    if "n" in expected:
        assert estimate.n == expected["n"]
        plain = metric(column(case)).value / unit
        assert (1 - plain if recode == "<=6" else plain) == close(case, expected["unweighted"])
        assert sum(estimate.state.weights) == close(case, expected["sum_weights"])


@cases("weighted_mean_by_group")
def test_weighted_scores_by_group_against_r_survey(case):
    """Weighted value and error of every group match, with the group's rows as the design."""
    inputs = case["inputs"]
    metric, unit = weighted(inputs["recode"])
    groups = [str(label) for label in column(case, inputs["group"])]
    by = metric.by(column(case), groups, weights=column(case, inputs["weight"]))

    for row in case["expected"]["rows"]:
        estimate = by[row["group"]]

        assert estimate.n == row["n"]
        assert estimate.value / unit == close(case, row["mean"])
        assert estimate.standard_error / unit == close(case, row["se_group_only"])


@cases("weighted_two_sample")
def test_weighted_differences_against_r_survey(case):
    """Differences, errors and p of weighted NPS match svyby with svycontrast, and svyttest."""
    inputs, expected = case["inputs"], case["expected"]
    answers, weights = column(case), column(case, inputs["weight"])
    groups = [str(label) for label in column(case, "boarding_area")]
    by = NPS.by(answers, groups, weights=weights)

    if "difference" in expected:
        whole = len(answers) / (len(answers) - 1)
        for pair, value in expected["difference"].items():
            first, second = (by[name] for name in pair.split("v"))
            found = NPS.compare(second.state, first.state, method="wald")
            assert found.value / 100 == close(case, value)
            # R's factor n/(n - 1) is of the whole design, ours of the answers of either side.
            own = [s.standard_error**2 * (s.n - 1) / s.n * whole for s in (first, second)]
            assert math.sqrt(sum(own)) / 100 == close(case, expected["se"][pair])
            assert found.standard_error / 100 == pytest.approx(expected["se"][pair], rel=5e-3)
        return
    first, second = (by[inputs[side]["boarding_area"]] for side in ("group1", "group2"))
    found = NPS.compare(second.state, first.state, method="wald")
    assert found.value / 100 == close(case, expected["difference_G_minus_A"])
    # R takes Student's t with 1,347 degrees of freedom, this library the normal distribution.
    assert found.p_value == pytest.approx(expected["p_value"], rel=0.01)
    assert ends(found) == pytest.approx(expected["ci95"], rel=0, abs=5e-4)
    assert NPS.compare(second.state, first.state).p_value == pytest.approx(
        expected["p_value"], rel=0.05
    )


@cases("csi")
def test_csi_against_r(case):
    """Index, error, rescaled index and item means match R: complete cases, and all ratings."""
    inputs, expected = case["inputs"], case["expected"]
    ratings = {item: column(case, item) for item in inputs["items"]}
    scale = rm.Scale(*inputs["scale"])
    survey = inputs["survey_weight"] and column(case, inputs["survey_weight"])

    def index(**options):
        return rm.csi(ratings, weights=inputs["item_weights"], scale=scale, **options)

    complete = index(survey_weights=survey)
    assert complete.n == expected["csi_complete_case_n"]
    assert complete.value == close(case, expected["csi_complete_case"])
    assert complete.standard_error == close(case, expected["csi_complete_case_se"])
    assert 100 * complete.value / scale.high == close(case, expected["csi_percent_of_max"])

    rescaled = index(survey_weights=survey, rescaled=True)
    assert rescaled.value == close(case, expected["csi_complete_case_0_100"])
    assert rescaled.standard_error == close(case, expected["csi_complete_case_se_0_100"])

    every = index(missing_factor="pairwise")
    assert every.value == close(case, expected["csi_of_available_item_means"])
    assert every.factor_means == close(case, expected["item_means_available"])


@cases("bootstrap")
def test_the_bootstrap_against_scipy(case):
    """The percentile interval and the standard error match, within the noise of resampling."""
    expected = case["expected"]
    estimate = rm.nps(column(case))

    assert estimate.n == expected["n"]
    assert estimate.value / 100 == pytest.approx(expected["estimate"], rel=1e-12)
    for seed in (1, 2, 3):
        interval = estimate.interval(method="bootstrap", rng=seed)
        assert ends(interval) == close(case, expected["percentile_95"])
    assert estimate.standard_error / 100 == pytest.approx(expected["bootstrap_se"], rel=0.05)


# The library against itself, on surveys without results of other programs.

SFO18 = "more/sfo2018_survey.csv.gz"
YEARS = "more/sfo_2010_2018_overall.csv.gz"
REPUTATION = "more/corp_rep_1_7.csv.gz"
BANK = "more/ecsi_bank.csv.gz"
SCHOOLS = "more/apistrat.csv.gz"


def weighted_rows(file, weight):
    """Return the columns of a file for the rows that have a weight."""
    data = table(file)
    keep = [w is not None for w in data[weight]]
    return {
        name: [value for value, kept in zip(values, keep, strict=True) if kept]
        for name, values in data.items()
    }


def same(left, right, rel=1e-9):
    """Tell whether two estimates have the same numbers."""
    for name in ("value", "low", "high", "standard_error", "n_effective"):
        assert getattr(left, name) == pytest.approx(getattr(right, name), rel=rel, abs=1e-9)
    return (left.n, left.missing) == (right.n, right.missing)


SURVEYS = [
    (SFO18, "recommend_0_10", rm.NPS(), "boarding_area"),
    (SFO18, "q7all", rm.CSAT(), "strata"),
    (SFO18, "q7food", rm.MeanScore(scale=rm.ONE_TO_FIVE), "dest_region"),
    (YEARS, "overall_1_5", rm.CSAT(), "year"),
    (YEARS, "overall_1_5", rm.CSAT(definition="net"), "strata"),
    (REPUTATION, "csor_1", rm.MeanScore(scale=rm.ONE_TO_SEVEN), "serviceprovider"),
    (REPUTATION, "cusa", rm.CSAT(scale=rm.ONE_TO_SEVEN), "servicetype"),
    (REPUTATION, "like_1", rm.CES(), "serviceprovider"),
    (BANK, "loy4", rm.NPS(), "gender"),
    (BANK, "sat1", rm.MeanScore(scale=rm.ZERO_TO_TEN), "gender"),
]
surveys = pytest.mark.parametrize(
    ("file", "question", "metric", "by"),
    SURVEYS,
    ids=[f"{Path(file).stem}-{question}-{by}" for file, question, _, by in SURVEYS],
)


def answers_of(file, question, metric):
    """Return a column, with codes such as -99 for "no answer" set to missing."""
    return [
        None if value is None or value not in metric.scale else value
        for value in table(file)[question]
    ]


@surveys
def test_the_value_of_a_real_survey_is_the_exact_fraction(file, question, metric, by):  # noqa: ARG001
    """The mean of what each answer contributes, in exact arithmetic, is the value."""
    answers = answers_of(file, question, metric)
    worth = dict(zip(metric.scale.points.tolist(), metric.coefficients().tolist(), strict=True))
    given = [Fraction(worth[answer]) for answer in answers if answer is not None]

    estimate = metric(answers)

    assert estimate.n == len(given)
    assert estimate.missing == len(answers) - len(given)
    assert estimate.value == pytest.approx(float(sum(given) / len(given)), rel=1e-13)
    assert estimate.low < estimate.value < estimate.high


@surveys
def test_the_groups_of_a_real_survey_add_up_to_the_total(file, question, metric, by):
    """The states of the groups sum to the state of all, and each group is itself alone."""
    answers, labels = answers_of(file, question, metric), table(file)[by]
    groups = metric.by(answers, labels)
    alone = {
        label: metric.tally([a for a, own in zip(answers, labels, strict=True) if own == label])
        for label in set(labels)
    }

    assert sum(alone.values()) == metric.tally(answers) == groups.total_state
    assert set(groups) == set(alone)
    for label, state in alone.items():
        if state.n:
            assert groups[label] == metric.estimate(state)
    assert groups.table()["n"].sum() == groups.total.n


@surveys
def test_equal_weights_change_nothing_in_a_real_survey(file, question, metric, by):  # noqa: ARG001
    """A weight of 1, or of 2.5, for everybody gives the unweighted estimate."""
    answers = answers_of(file, question, metric)
    plain = metric(answers)

    for weight in (1, 2.5):
        assert same(metric(answers, weights=[weight] * len(answers)), plain)


@surveys
def test_a_real_survey_survives_json_and_shards(file, question, metric, by):  # noqa: ARG001
    """Three shards, each through JSON, give the estimate of the whole."""
    answers = answers_of(file, question, metric)
    shards = [metric.tally(answers[start::3]) for start in range(3)]

    merged = sum(rm.Tally.from_dict(json.loads(json.dumps(s.to_dict()))) for s in shards)

    assert metric.estimate(merged) == metric(answers)


@pytest.mark.parametrize(
    ("file", "question", "metric", "by", "weight"),
    [
        (SFO18, "recommend_0_10", rm.NPS(), "boarding_area", "weight"),
        (SFO18, "q7all", rm.CSAT(), "peak", "weight"),
        (YEARS, "overall_1_5", rm.CSAT(), "year", "weight"),
        (YEARS, "overall_1_5", rm.MeanScore(scale=rm.ONE_TO_FIVE), "strata", "weight"),
        (SCHOOLS, "awards", rm.Rate(), "stype", "pw"),
    ],
)
def test_weighted_groups_of_a_real_survey_add_up(file, question, metric, by, weight):
    """Weighted states of the groups sum to the whole, whose value is the plain weighted mean."""
    data = weighted_rows(file, weight)
    answers, weights = data[question], data[weight]
    groups = metric.by(answers, data[by], weights=weights)
    whole = metric.estimate(metric.tally(answers, weights=weights))
    states = [groups[label].state for label in groups]

    merged = metric.estimate(sum(states))

    assert same(merged, whole)
    assert same(groups.total, whole)
    assert whole.n_effective <= whole.n
    worth = dict(zip(metric.scale.points.tolist(), metric.coefficients(), strict=True))
    worth |= {"Yes": 100.0, "No": 0.0}
    pairs = [(worth[a], w) for a, w in zip(answers, weights, strict=True) if a is not None]
    mean = math.fsum(p * w for p, w in pairs) / math.fsum(w for _, w in pairs)
    assert whole.value == pytest.approx(mean, rel=1e-12)


def test_a_scale_that_starts_at_0_is_not_taken_for_one_that_starts_at_1():
    """The bank's survey runs from 0: on 1-10 its zeros are an error that names them."""
    with pytest.raises(rm.OffScaleError, match=r"0 at position"):
        rm.MeanScore(scale=rm.ONE_TO_TEN)(table(BANK)["qual1"])


def test_rows_without_a_weight_are_an_error_that_names_them():
    """The 2011 wave has rows without a weight: nothing is guessed for them."""
    data = table(YEARS)

    with pytest.raises(rm.WeightError, match="weights"):
        rm.CSAT()(data["overall_1_5"], weights=data["weight"])


def test_the_schools_weights_count_the_schools_of_california():
    """The sampling weights of the stratified sample sum to the 6,194 schools of the state."""
    data = table(SCHOOLS)
    state = rm.Rate().tally(data["awards"], weights=data["pw"])

    assert sum(state.weights) == pytest.approx(6194, rel=1e-6)
    assert state.n == 200


CSI_SURVEYS = [
    (BANK, [f"sat{i}" for i in range(1, 5)], rm.ZERO_TO_TEN, "gender"),
    (BANK, [f"qual{i}" for i in range(1, 6)], rm.ZERO_TO_TEN, "gender"),
    (REPUTATION, [f"csor_{i}" for i in range(1, 6)], rm.ONE_TO_SEVEN, "serviceprovider"),
    (SFO18, ["q7food", "q7store", "q7sign", "q7wifi"], rm.ONE_TO_FIVE, "boarding_area"),
]


@pytest.mark.parametrize(
    ("file", "items", "scale", "by"), CSI_SURVEYS, ids=[f"{c[0]}-{c[1][0]}" for c in CSI_SURVEYS]
)
def test_csi_of_a_real_survey_agrees_with_the_respondents_means(file, items, scale, by):
    """The index is the mean of the respondents' own means, its groups add up, weights of 1 too."""
    data = table(file)
    ratings = {item: data[item] for item in items}
    metric = rm.CSI(scale=scale)
    rows = [row for row in zip(*ratings.values(), strict=True) if None not in row]
    own = [Fraction(sum(row), len(items)) for row in rows]

    index = metric(ratings)
    groups = metric.by(ratings, data[by])

    assert index.n == len(rows)
    assert index.value == pytest.approx(float(sum(own) / len(own)), rel=1e-12)
    centred = [float(mean) - index.value for mean in own]
    error = math.sqrt(math.fsum(d * d for d in centred) / (len(own) - 1) / len(own))
    assert index.standard_error == pytest.approx(error, rel=1e-10)
    assert same(groups.total, index)
    assert same(metric.estimate(groups.states.total()), index)
    assert same(metric(ratings, weights=[2.0] * len(data[by])), index)
