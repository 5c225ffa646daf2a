"""Weights that know their margins: agreement with R's survey package, and what is refused."""

import json
from typing import Any

import numpy as np
import pytest
from designed import FOLDER, data, sim_design, whole
from hypothesis import given
from hypothesis import strategies as st

import relmetrics as rm
from relmetrics.inference.clusters import carried

NPS = rm.NPS()
CASES = {case["id"]: case for case in json.loads((FOLDER / "calibrated.json").read_text())}
CLOSE = {"rel": 1e-9, "abs": 1e-9}
POPULATION = {"sex": {"f": 520, "m": 480}, "region": {"n": 450, "s": 330, "w": 220}}
DESIGNS = ("cluster_w", "cluster_unw", "strata_fpc", "rows_unw")
KINDS = ("raking", "post", "plain")


def weighted(kind, weights):
    """Return the weighting of the simulated survey; of the plain kind what there was before."""
    columns = {name: data("sim")[name] for name in POPULATION}
    if kind == "raking":
        return rm.rake(columns, POPULATION, targets_in="counts", weights=weights, tolerance=1e-12)
    if kind == "post":
        return rm.post_stratify(
            columns["region"], POPULATION["region"], targets_in="counts", weights=weights
        )
    return weights


def survey(kind, design):
    """Return the options of a metric of the simulated survey."""
    weights = weighted(kind, None if design.endswith("unw") else data("sim")["weight"])
    options = {} if weights is None else {"weights": weights}
    if design == "strata_fpc":
        options["design"] = sim_design(strata=True, population=True)
    elif kind == "plain":
        ids = data("sim")["id"] if design.startswith("cluster") else np.arange(312)
        options["design"] = rm.Design(respondents=whole(ids))
    elif design.startswith("cluster"):
        options["respondents"] = whole(data("sim")["id"])
    return options


OTHER = (whole(data("sim")["score"]) * 7 + whole(data("sim")["id"]) * 3) % 11
MONEY = {
    "amount": 5 + (whole(data("sim")["id"]) * 13 + whole(data("sim")["score"]) * 11) % 97,
    "orders": 1 + (whole(data("sim")["id"]) + whole(data("sim")["score"])) % 4,
}


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("kind", KINDS)
def test_indices_and_ratios_are_those_of_svycontrast_and_svyratio(kind, design):
    """Strata, finite populations and margins of a weighted mean of factors, and of money."""
    options = survey(kind, design)
    ratings = {"score": whole(data("sim")["score"]), "other": OTHER}
    weights = options.pop("weights", None)
    index = rm.csi(
        ratings,
        weights={"score": 3, "other": 1},
        scale=rm.ZERO_TO_TEN,
        survey_weights=weights,
        **options,
    )
    ratio = rm.average_order_value(**MONEY, weights=weights, **options)
    months = rm.AverageOrderValue().by(
        MONEY, whole(data("sim")["month"]), sort=True, weights=weights, **options
    )
    names = ("index", "ratio", "ratio_months")
    cases = [CASES[f"{kind}_{design}_{name}"] for name in names]
    sample = rm.AverageOrderValue().form.sampled(months.states)
    found = [[one.value, one.standard_error] for one in (index, ratio)]

    for one, case in zip(found, cases, strict=False):
        assert one == pytest.approx([case["value"][0], case["se"][0]], **CLOSE)
    assert sample.value == pytest.approx(cases[2]["value"], **CLOSE)
    assert sample.standard_error == pytest.approx(cases[2]["se"], **CLOSE)
    assert ratio.low < ratio.value < ratio.high


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("kind", KINDS)
def test_value_error_and_wald_interval_are_those_of_calibrate_and_poststratify(kind, design):
    """Of a net, a share and of months as domains of the whole sample: to 1e-9."""
    options = survey(kind, design)
    score, month = whole(data("sim")["score"]), whole(data("sim")["month"])
    net, share = rm.nps(score, **options), rm.Rate()(whole(data("sim")["top"]), **options)
    months = NPS.by(score, month, sort=True, **options)
    cases = [CASES[f"{kind}_{design}_{name}"] for name in ("nps", "top", "months")]

    assert net.value == pytest.approx(cases[0]["value"][0], **CLOSE)
    assert net.standard_error == pytest.approx(cases[0]["se"][0], **CLOSE)
    assert share.value == pytest.approx(100 * cases[1]["value"][0], **CLOSE)
    assert share.standard_error == pytest.approx(100 * cases[1]["se"][0], **CLOSE)
    sample = NPS.form.sampled(months.states)
    assert sample.value == pytest.approx(cases[2]["value"], **CLOSE)
    assert sample.standard_error == pytest.approx(cases[2]["se"], **CLOSE)
    if (
        kind != "plain" or design != "rows_unw"
    ):  # where nobody answers again Wald's is the plain one
        wald = net.interval(method="wald")
        assert [wald.low, wald.high] == pytest.approx(cases[0]["ci"], **CLOSE)


def test_months_of_raked_weights_are_compared_with_their_covariance():
    """As `svytotal` of their linearised values has it."""
    case = next(
        one
        for one in json.loads((FOLDER / "r_survey.json").read_text())
        if one["id"] == "calraking_by_month"
    )
    cov = np.array(case["cov"]).reshape(3, 3)
    options = survey("raking", "cluster_w")
    by = NPS.by(whole(data("sim")["score"]), whole(data("sim")["month"]), sort=True, **options)

    for i, j in ((1, 0), (2, 0), (2, 1)):
        found = NPS.compare(by.states[i], by.states[j])
        variance = cov[i, i] + cov[j, j] - 2 * cov[i, j]
        assert found.standard_error == pytest.approx(variance**0.5, **CLOSE)


ANSWERS = np.array([10, 9, 3, 8, 6, 10, 0, 9, 10, 7, 2, 10])
PLAN = ["a", "a", "a", "b", "b", "a", "b", "a", "b", "a", "a", "b"]
WHO = [1, 1, 2, 3, 3, 4, 5, 5, 6, 7, 8, 8]
WEIGHTING = rm.post_stratify(PLAN, {"a": 0.3, "b": 0.7})


@given(drawn=st.data())
def test_parts_of_a_weighted_sample_add_to_the_whole(drawn):
    """Groups know the whole sample, and add; in JSON and hashed they are the same."""
    rows = drawn.draw(st.integers(6, 24))

    def column(of):
        return drawn.draw(st.lists(of, min_size=rows, max_size=rows))

    answers, group = column(st.none() | st.integers(0, 10)), column(st.sampled_from("xyz"))
    plan = ["a", "b", *column(st.sampled_from("ab"))[2:]]
    start = column(st.sampled_from([0.5, 1.0, 3.0]))
    weighting = rm.post_stratify(plan, {"a": 0.3, "b": 0.7}, weights=start)
    who = column(st.integers(0, 5)) if drawn.draw(st.booleans()) else None
    state = NPS.tally(answers, weights=weighting, respondents=who)
    by = NPS.by(answers, group, weights=weighting, respondents=who)
    if not state.n:
        return

    again = rm.ClusteredTally.from_dict(json.loads(json.dumps(state.to_dict())))
    assert again == state
    for other in (by.states.total(), sum(by.states[i] for i in range(len(by))), state.hashed("k")):
        found, expected = (
            [one.value, one.low, one.high, one.n_effective]
            for one in (NPS.estimate(other), NPS.estimate(state))
        )
        np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-8)
    rest = by.states.rest(np.arange(len(by)))
    for i in range(len(by)):
        others = [by.states[j] for j in range(len(by)) if j != i]
        if others:
            one = sum(others)
            np.testing.assert_allclose(
                rest[i].clusters.margins.starts, one.clusters.margins.starts, atol=1e-9
            )


@given(st.permutations(range(12)), st.floats(0.1, 10))
def test_neither_the_order_of_rows_nor_the_unit_of_weights_matters(order, unit):
    """The same interval to the last few digits."""
    starts = np.linspace(1, 2, 12)
    places = list(order)
    found = []
    for at, factor in ((slice(None), 1.0), (places, unit)):
        weighting = rm.post_stratify(
            np.array(PLAN)[at], {"a": 0.3, "b": 0.7}, weights=factor * starts[at]
        )
        one = rm.nps(ANSWERS[at], weights=weighting, respondents=np.array(WHO)[at])
        found.append([one.low, one.high, one.standard_error])

    np.testing.assert_allclose(found[1], found[0], rtol=1e-9)


def test_margins_that_explain_the_answers_leave_little_to_chance():
    """Half the width, where the plan says nearly all of the answer; nothing where it says none."""
    rng = np.random.default_rng(0)
    plan = rng.choice(["a", "b"], 400)
    told = np.where(plan == "a", 10, 3)
    told[:20] = 8
    random = rng.integers(0, 11, 400)
    weighting = rm.post_stratify(plan, {"a": 0.4, "b": 0.6})

    def width(answers, weights):
        found = rm.nps(answers, weights=weights)
        return found.high - found.low

    assert width(told, weighting) < 0.5 * width(told, weighting.weights)
    assert width(random, weighting) == pytest.approx(width(random, weighting.weights), rel=0.02)
    found = rm.nps(told, weights=weighting)
    assert found.value == rm.nps(told, weights=weighting.weights).value
    assert "knows the margins of the weights" in found.explain()
    assert "knows the margins" not in rm.nps(told, weights=weighting.weights).explain()


def test_many_groups_are_worked_out_some_at_a_time(monkeypatch):
    """With the same numbers: a state of a weighted sample is as large as the sample."""
    rng = np.random.default_rng(6)
    group = rng.integers(0, 30, 312)
    options = survey("raking", "cluster_w")
    found = []
    for entries in (carried.ENTRIES, 100):
        monkeypatch.setattr(carried, "ENTRIES", entries)
        by = NPS.by(whole(data("sim")["score"]), group, **options)
        orders = rm.AverageOrderValue().by(MONEY, group, **options)
        found.append([one.table()[c] for one in (by, orders) for c in ("low", "high")])

    np.testing.assert_array_equal(found[0], found[1])


def test_everybody_alike_within_margins_is_no_certainty():
    """The standard error is 0, and the interval has a width."""
    found = rm.nps(
        [10] * 6 + [0] * 6, weights=rm.post_stratify(list("aaaaaabbbbbb"), {"a": 0.5, "b": 0.5})
    )

    assert found.standard_error == pytest.approx(0, abs=1e-9)
    assert found.high - found.low > 20


def test_all_ways_of_saying_it_are_one():
    """Beside respondents, beside a design and in it."""
    ways = [
        rm.nps(ANSWERS, weights=WEIGHTING, respondents=WHO),
        rm.nps(ANSWERS, weights=WEIGHTING, design=rm.Design(respondents=WHO)),
        rm.nps(ANSWERS, design=rm.Design(respondents=WHO, margins=WEIGHTING)),
        rm.nps(ANSWERS, weights=WEIGHTING, design=rm.Design(respondents=WHO, margins=WEIGHTING)),
        rm.NPS()(ANSWERS, weights=WEIGHTING, respondents=WHO),
    ]
    alone = [
        rm.nps(ANSWERS, weights=WEIGHTING),
        rm.nps(ANSWERS, design=rm.Design(margins=WEIGHTING)),
    ]

    assert all(one == ways[0] for one in ways)
    assert alone[0] == alone[1]
    assert alone[0].respondents == 12
    assert np.asarray(WEIGHTING).tolist() == WEIGHTING.weights.tolist()
    assert len(WEIGHTING) == 12


def test_samples_that_were_weighted_apart_are_compared_and_added():
    """Rows of two surveys are of different people, and each keeps its own margins."""
    later = rm.post_stratify(PLAN[::-1], {"a": 0.3, "b": 0.7})
    june, may = (
        NPS.tally(ANSWERS, weights=WEIGHTING),
        NPS.tally(ANSWERS[::-1].copy(), weights=later),
    )
    both, same = june + may, june + june
    change = NPS.compare(june, may)

    assert june.shared(may) == 0
    assert june.shared(june) == 12
    assert both.clusters.margins.variables.shape[1] == 6
    assert same.clusters.margins.variables.shape[1] == 3
    parts = [NPS.estimate(one).standard_error for one in (june, may)]
    assert NPS.estimate(both).standard_error == pytest.approx(np.hypot(*parts) / 2, rel=0.05)
    assert change.standard_error == pytest.approx(np.hypot(*parts), rel=0.05)
    assert rm.ClusteredTally.zero(NPS.scale) + june == june == june + rm.Tally.zero(NPS.scale)


BAD = {
    "weights in the design and beside it": (
        lambda: rm.nps(ANSWERS, weights=[1] * 12, design=rm.Design(margins=WEIGHTING)),
        rm.ParameterError,
        "'weights' must be left out beside design",
    ),
    "margins that are weights": (
        lambda: rm.Design(margins=WEIGHTING.weights),
        rm.ParameterError,
        "'margins' must be a Weighting",
    ),
    "neither respondents nor margins": (rm.Design, rm.ParameterError, "'respondents' must be"),
    "both kinds of units": (
        lambda: rm.Design(respondents=WHO, clusters=WHO, margins=WEIGHTING),
        rm.ParameterError,
        "'respondents' must be",
    ),
    "a part of the rows": (
        lambda: rm.nps(ANSWERS[:5], weights=WEIGHTING),
        rm.LengthError,
        "12",
    ),
    "margins on one side": (
        lambda: (
            NPS.tally(ANSWERS, weights=WEIGHTING, respondents=WHO)
            + NPS.tally(ANSWERS, weights=WEIGHTING.weights, design=rm.Design(respondents=WHO))
        ),
        rm.StateError,
        "only one of the two states knows the margins",
    ),
    "a plain state": (
        lambda: NPS.compare(NPS.tally(ANSWERS, weights=WEIGHTING), NPS.tally(ANSWERS)),
        rm.StateError,
        "only one of the two states says who answered",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_what_does_not_fit_is_refused(case):
    """The message says what does not, and what to say instead."""
    action, error, text = BAD[case]
    with pytest.raises(error) as raised:
        action()
    assert text in str(raised.value)


STATE: Any = NPS.tally(ANSWERS, weights=WEIGHTING).to_dict()
KNOWN = STATE["margins"]
BROKEN = {
    "no mapping": [],
    "a key less": {name: KNOWN[name] for name in KNOWN if name != "cell"},
    "no variables": {**KNOWN, "variables": [[], []]},
    "uneven": {**KNOWN, "variables": [[1.0], [1.0, 2.0]]},
    "negative": {**KNOWN, "starts": [[-1.0] * 11, *KNOWN["starts"][1:]]},
    "no list": {**KNOWN, "variables": [1.0, 1.0]},
    "nobody": {**KNOWN, "respondent": [*KNOWN["respondent"][:-1], 99]},
    "no cell": {**KNOWN, "cell": [9, *KNOWN["cell"][1:]]},
    "out of order": {**KNOWN, "respondent": KNOWN["respondent"][::-1]},
    "no weight": {**KNOWN, "weight": [0.0, *KNOWN["weight"][1:]]},
    "sampled too little": {**KNOWN, "sampled": [0.1, 0.1]},
    "other squares": {**KNOWN, "ends": [[9.0] * 11, *KNOWN["ends"][1:]]},
    "off the scale": {**KNOWN, "starts": [[*row, 1.0] for row in KNOWN["starts"]]},
}


@pytest.mark.parametrize("case", BROKEN)
def test_margins_that_were_not_written_by_to_dict_are_refused(case):
    """A file from outside is checked field by field."""
    assert rm.ClusteredTally.from_dict(STATE).n == 12
    with pytest.raises(rm.StateError):
        rm.ClusteredTally.from_dict(STATE | {"margins": BROKEN[case]})
    with pytest.raises(rm.StateError, match="strata"):
        rm.ClusteredTally.from_dict({name: STATE[name] for name in STATE if name != "strata"})
