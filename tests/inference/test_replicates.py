"""Replicate weights: agreement with R's survey package, and what is refused."""

import json
from typing import Any, cast

import numpy as np
import pytest
from designed import FOLDER, data, sim_design, whole
from hypothesis import given
from hypothesis import strategies as st

import relmetrics as rm

NPS = rm.NPS()
CASES = {case["id"]: case for case in json.loads((FOLDER / "calibrated.json").read_text())}
CLOSE = {"rel": 1e-9, "abs": 1e-9}


def jackknife(stratified):
    """Return weights without one respondent after the other, as `as.svrepdesign` makes them."""
    columns = data("sim")
    w, ids, stratum = columns["weight"], whole(columns["id"]), whole(columns["stratum"])
    replicates = []
    for one in np.unique(ids):
        within = stratum == stratum[ids == one][0] if stratified else np.ones(len(ids), bool)
        n = len(np.unique(ids[within]))
        grown = np.where(within, w * n / (n - 1), w)
        replicates.append(np.where(ids == one, 0, grown))
    return np.stack(replicates, axis=1)


@pytest.mark.parametrize("name", ["cluster_w", "strata_fpc"])
def test_value_error_and_change_are_those_of_a_jackknife_in_r(name):
    """JK1, and JKn with its factors: the net, its months, and the change from one to another."""
    case, change = CASES[f"jackknife_{name}"], CASES[f"jackknife_{name}_change"]
    stratified = name == "strata_fpc"
    design = rm.ReplicateWeights(
        replicates=jackknife(stratified),
        kind="jackknife",
        factors=case["rscales"] if stratified else None,
    )
    if stratified:
        # R lists replicates by stratum; the ids of the survey are numbered in that order.
        assert len(case["rscales"]) == case["replicates"][0]
    score, month = whole(data("sim")["score"]), whole(data("sim")["month"])
    w = data("sim")["weight"]
    found = rm.nps(score, weights=w, design=design)
    by = NPS.by(score, month, weights=w, design=design, sort=True)
    moved = NPS.compare(by[2].state, by[1].state)

    assert found.value == pytest.approx(case["value"][0], **CLOSE)
    assert found.standard_error == pytest.approx(case["se"][0], **CLOSE)
    sample: Any = NPS.form.sampled(found.state)
    assert sample.df == case["df"][0]
    assert moved.value == pytest.approx(change["value"][0], **CLOSE)
    assert moved.standard_error == pytest.approx(change["se"][0], **CLOSE)
    # The library's own, without replicates.
    own = rm.nps(score, weights=w, design=sim_design(strata=stratified, population=stratified))
    assert found.high - found.low == pytest.approx(own.high - own.low, rel=0.08)


@pytest.mark.parametrize("kind", ["BRR", "Fay", "bootstrap"])
def test_value_error_interval_and_change_are_those_of_replicates_in_r(kind):
    """Balanced repeated replication, Fay's, and a bootstrap."""
    case = CASES[f"replicates_{kind}"]
    rows = {name: np.array(column) for name, column in case["data"].items()}
    options: Any = {"BRR": {"kind": "brr"}, "Fay": {"kind": "brr", "rho": 0.3}}.get(
        kind, {"kind": "bootstrap", "scale": case["scale"][0]}
    )
    design = rm.ReplicateWeights(replicates=case["weights"], **options)
    found = rm.nps(rows["score"], weights=rows["weight"], design=design)
    wald = found.interval(method="wald")
    by = NPS.by(rows["score"], rows["sex"], weights=rows["weight"], design=design)
    change = NPS.compare(by["m"].state, by["f"].state)

    assert found.value == pytest.approx(case["value"][0], **CLOSE)
    assert found.standard_error == pytest.approx(case["se"][0], **CLOSE)
    assert [wald.low, wald.high] == pytest.approx(case["ci"], **CLOSE)
    assert change.value == pytest.approx(case["change"][0], **CLOSE)
    assert change.standard_error == pytest.approx(case["change_se"][0], **CLOSE)
    assert design.read(24)[1].scales == pytest.approx(
        np.array(case["scale"][0]) * np.array(case["rscales"])
    )


def simple(answers, **options):
    """Return a jackknife of rows, each a respondent."""
    n = len(answers)
    weights = np.ones(n)
    table = (1 - np.eye(n)) * n / (n - 1)
    return {
        "weights": weights,
        "design": rm.ReplicateWeights(replicates=table, kind="jackknife", **options),
    }


@given(st.lists(st.integers(0, 10), min_size=3, max_size=25), st.data())
def test_states_with_replicates_add_and_are_written(answers, drawn):
    """Groups add to the whole, in JSON and in parts; the jackknife of a mean is its error."""
    group = drawn.draw(
        st.lists(st.sampled_from("ab"), min_size=len(answers), max_size=len(answers))
    )
    given_ = simple(answers)
    state = NPS.tally(answers, **given_)
    by = NPS.by(answers, group, **given_)

    assert rm.ClusteredTally.from_dict(json.loads(json.dumps(state.to_dict()))) == state
    assert state + rm.ClusteredTally.zero(NPS.scale) == state == rm.Tally.zero(NPS.scale) + state
    for total in (by.states.total(), sum(by.states[i] for i in range(len(by)))):
        np.testing.assert_allclose(total.clusters.sums, state.clusters.sums, atol=1e-12)
        assert total.counts == state.counts
    found, plain = NPS.estimate(state), rm.nps(answers)
    assert found.standard_error == pytest.approx(plain.standard_error, abs=1e-9)
    if len(set(answers)) > 1 and len(answers) > 10:
        assert found.high - found.low == pytest.approx(plain.high - plain.low, rel=0.2)
    assert found.high > found.low
    rest = by.states.rest(np.arange(len(by)))
    if len(by) == 2:
        np.testing.assert_allclose(rest.clusters.sums, by.states.clusters.sums[::-1], atol=1e-12)
        table = by.compare(adjust=None).table()
        one = NPS.compare(by.states[0], by.states[1])
        place = list(table["group"]).index(next(iter(by)))
        assert table["low"][place] == pytest.approx(one.low, abs=1e-9)


ABOUT: tuple[Any, ...] = ("mean", "estimate")


def test_squares_may_be_taken_about_the_estimate():
    """Which is never less, and the same for a jackknife of a mean."""
    rng = np.random.default_rng(2)
    answers, weights = rng.integers(0, 11, 40), np.ones(40)
    table = rng.multinomial(40, np.full(40, 1 / 40), 30).T
    errors = [
        rm.nps(
            answers,
            weights=weights,
            design=rm.ReplicateWeights(replicates=table, kind="bootstrap", about=about),
        ).standard_error
        for about in ABOUT
    ]

    assert errors[0] < errors[1]
    table = {f"r{i}": table[:, i] for i in range(30)}
    named = rm.ReplicateWeights(replicates=table, kind="bootstrap", scale=4 / 29, df=7)
    found = rm.nps(answers, weights=weights, design=named)
    assert found.standard_error == pytest.approx(2 * errors[0])
    sample: Any = NPS.form.sampled(found.state)
    assert sample.df == 7


def test_all_alike_and_a_group_that_a_replicate_lacks_have_a_width():
    """No replicate shows how they differ."""
    answers = [10, 10, 10, 10, 0]
    options = simple(answers)
    alone = NPS.by(answers, ["a", "a", "b", "b", "c"], **options)["c"]

    assert np.isnan(alone.standard_error)
    assert alone.high - alone.low > 60
    same = rm.nps([10] * 5, **options)
    assert same.standard_error == pytest.approx(0, abs=1e-9)
    assert same.high - same.low > 20


ANSWERS = [10, 9, 3, 8]
TABLE = ((1 - np.eye(4)) * 4 / 3).tolist()
GOOD = rm.ReplicateWeights(replicates=TABLE, kind="jackknife")
BAD = {
    "no weights": (
        lambda: rm.nps(ANSWERS, design=GOOD),
        rm.ParameterError,
        "'weights' must be one per row beside replicates",
    ),
    "margins": (
        lambda: rm.nps(
            ANSWERS,
            weights=rm.post_stratify(["a", "a", "b", "b"], {"a": 0.5, "b": 0.5}),
            design=GOOD,
        ),
        rm.ParameterError,
        "Margins are in the replicates",
    ),
    "respondents": (
        lambda: rm.nps(ANSWERS, weights=[1] * 4, respondents=[1, 2, 3, 4], design=GOOD),
        rm.ParameterError,
        "'respondents' must be left out beside design",
    ),
    "another number of rows": (
        lambda: rm.nps(ANSWERS[:3], weights=[1] * 3, design=GOOD),
        rm.LengthError,
        "replicates[0] has 4",
    ),
    "a negative weight": (
        lambda: rm.nps(
            ANSWERS,
            weights=[1] * 4,
            design=rm.ReplicateWeights(replicates=[[-1, 1]] * 4, kind="brr"),
        ),
        rm.WeightError,
        "replicates[0] must be finite",
    ),
    "one replicate": (
        lambda: rm.nps(
            ANSWERS, weights=[1] * 4, design=rm.ReplicateWeights(replicates=[[1]] * 4, kind="brr")
        ),
        rm.ParameterError,
        "'replicates' must be a table",
    ),
    "no kind": (
        lambda: rm.ReplicateWeights(replicates=TABLE, kind=cast("Any", "jacknife")),
        rm.ParameterError,
        "kind",
    ),
    "Fay's factor of a jackknife": (
        lambda: rm.ReplicateWeights(replicates=TABLE, kind="jackknife", rho=0.3),
        rm.ParameterError,
        "'rho' must be left out",
    ),
    "no degrees of freedom": (
        lambda: rm.ReplicateWeights(replicates=TABLE, kind="jackknife", df=0),
        rm.ParameterError,
        "'df'",
    ),
    "factors of other replicates": (
        lambda: rm.nps(
            ANSWERS,
            weights=[1] * 4,
            design=rm.ReplicateWeights(replicates=TABLE, kind="jackknife", factors=[1]),
        ),
        rm.LengthError,
        "factors has 1",
    ),
    "a state without": (
        lambda: (
            NPS.tally(ANSWERS, weights=[1] * 4, design=GOOD)
            + NPS.tally(ANSWERS, weights=[1] * 4, respondents=[1, 2, 3, 4])
        ),
        rm.StateError,
        "only one of the two states has replicate weights",
    ),
    "other replicates": (
        lambda: NPS.compare(
            NPS.tally(ANSWERS, weights=[1] * 4, design=GOOD),
            NPS.tally(ANSWERS[:3], **simple(ANSWERS[:3])),
        ),
        rm.StateError,
        "other replicate weights",
    ),
    "clusters against replicates": (
        lambda: NPS.compare(
            NPS.tally(ANSWERS, weights=[1] * 4, respondents=[1, 2, 3, 4]),
            NPS.tally(ANSWERS, weights=[1] * 4, design=GOOD),
        ),
        rm.StateError,
        "replicate weights",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_what_does_not_fit_is_refused(case):
    """The message says what does not, and what to say instead."""
    action, error, text = BAD[case]
    with pytest.raises(error) as raised:
        action()
    assert text in str(raised.value)


STATE: Any = NPS.tally(ANSWERS, weights=[1] * 4, design=GOOD).to_dict()
KNOWN = STATE["replicates"]
BROKEN = {
    "no mapping": [],
    "a key less": {name: KNOWN[name] for name in KNOWN if name != "df"},
    "no degrees of freedom": {**KNOWN, "df": 0},
    "no truth value": {**KNOWN, "about_mean": 1},
    "uneven": {**KNOWN, "sums": [[1.0], *KNOWN["sums"][1:]]},
    "a replicate less": {**KNOWN, "sums": KNOWN["sums"][1:]},
    "half a count": {**KNOWN, "counts": [0.5, *KNOWN["counts"][1:]]},
    "weights of nobody": {**KNOWN, "weights": [9.0, *KNOWN["weights"][1:]]},
}


@pytest.mark.parametrize("case", BROKEN)
def test_replicates_that_were_not_written_by_to_dict_are_refused(case):
    """A file from outside is checked field by field."""
    assert rm.ClusteredTally.from_dict(STATE).n == 4
    with pytest.raises(rm.StateError):
        rm.ClusteredTally.from_dict(STATE | {"replicates": BROKEN[case]})
