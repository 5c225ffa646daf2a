"""Indices and ratios of money where rows are of the same respondents."""

import copy
import csv
import json
import math
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from places import ORACLES

import relmetrics as rm

SCHOOLS = ORACLES / "design"
SEEDS = st.integers(0, 2**32)
CSI = rm.CSI(weights={"food": 2, "safety": 5})
PAIRWISE = rm.CSI(missing_factor="pairwise")
ROI = rm.ReturnOnInvestment()
AOV = rm.AverageOrderValue()
METRICS: dict[str, Any] = {"csi": CSI, "pairwise": PAIRWISE, "roi": ROI, "aov": AOV}


def drawn(name, seed, *, once=False, weighted=None):
    """Return columns of a metric, whose rows they are, and weights or None."""
    rng = np.random.default_rng(seed)
    rows = int(rng.integers(2, 30))
    ids = rng.permutation(rows) if once else rng.integers(0, max(rows // 3, 1) + 1, rows)
    w = rng.choice([0.5, 1.0, 3.0], rows) if (rng.random() < 0.5) is True else None
    w = rng.choice([0.5, 1.0, 3.0], rows) if weighted else None if weighted is False else w
    if name in {"csi", "pairwise"}:
        data = {one: rng.integers(1, 6, rows).astype(float) for one in ("food", "safety")}
        data["food"][rng.random(rows) < 0.1] = np.nan
        data["food"][0] = 3
    elif name == "roi":
        data = {"gain": rng.integers(0, 90, rows) * 1.0, "cost": rng.integers(1, 50, rows) * 1.0}
    else:
        data = {"amount": rng.integers(0, 90, rows) * 1.0, "orders": rng.integers(1, 5, rows)}
    return data, ids, w


def moments(metric, data, ids, w, rows=slice(None)):
    """Return the state of some rows."""
    return metric.moments(
        {name: column[rows] for name, column in data.items()},
        respondents=ids[rows],
        weights=None if w is None else w[rows],
    )


def same(found, expected, tolerance=0.0):
    """Compare two estimates, NaN with NaN."""
    for name in ("value", "low", "high", "standard_error", "n", "n_effective"):
        ours, theirs = getattr(found, name), getattr(expected, name)
        both = math.isnan(ours) and math.isnan(theirs)
        assert both or ours == pytest.approx(theirs, rel=tolerance, abs=tolerance), name


@pytest.mark.parametrize("name", METRICS)
@given(seed=SEEDS)
def test_one_row_each_is_the_interval_without_ids(name, seed):
    """To the last digit, by every method; comparisons too."""
    metric, (data, ids, w) = METRICS[name], drawn(name, seed, once=True)
    clustered, plain = moments(metric, data, ids, w), metric.moments(data, weights=w)

    same(metric.estimate(clustered), metric.estimate(plain))
    for method in metric.methods:
        one, other = (metric.estimate(s).interval(0.9, method=method) for s in (clustered, plain))
        assert one == other or math.isnan(other.low)
    others = moments(metric, data, ids + 1000, w)
    found, expected = metric.compare(clustered, others), metric.compare(plain, plain)
    assert (found.low, found.high, found.p_value) == (expected.low, expected.high, expected.p_value)


@pytest.mark.parametrize("name", METRICS)
@given(seed=SEEDS)
def test_splitting_rows_and_adding_gives_the_same(name, seed):
    """Shards, JSON, copies, hashes and permuted rows; weights to rounding."""
    metric, (data, ids, w) = METRICS[name], drawn(name, seed)
    whole = moments(metric, data, ids, w)
    part = np.arange(len(ids)) % 2
    added = moments(metric, data, ids, w, part == 0) + moments(metric, data, ids, w, part == 1)
    order = np.random.default_rng(seed).permutation(len(ids))
    expected = metric.estimate(whole)

    assert added.respondents == whole.respondents
    written = json.loads(json.dumps(whole.to_dict()))
    for state in (
        added,
        moments(metric, data, ids, w, order),
        rm.ClusteredMoments.from_dict(written),
        whole.hashed("key"),
    ):
        same(metric.estimate(state), expected, 1e-7)
    assert rm.ClusteredMoments.from_dict(written) == whole
    assert pickle.loads(pickle.dumps(whole)) == whole == copy.deepcopy(whole)


@pytest.mark.parametrize("name", METRICS)
@given(seed=SEEDS)
def test_ids_never_make_an_interval_shorter(name, seed):
    """Against the same rows of as many different respondents."""
    metric, (data, ids, w) = METRICS[name], drawn(name, seed)
    state = moments(metric, data, ids, w)
    found, plain = metric.estimate(state), metric.estimate(state.plain)
    if math.isnan(plain.low):
        return

    assert found.high - found.low >= (plain.high - plain.low) * (1 - 1e-9)
    assert found.design_effect >= plain.design_effect * (1 - 1e-9)


@pytest.mark.parametrize("name", METRICS)
def test_groups_and_comparisons_are_those_of_their_states(name):
    """Arrays of groups say what each says alone; comparisons know who is on both sides."""
    metric = METRICS[name]
    rng = np.random.default_rng(5)
    parts = [drawn(name, seed, weighted=False) for seed in range(20)]
    data = {key: np.concatenate([part[0][key] for part in parts]) for key in parts[0][0]}
    ids = np.concatenate([part[1] for part in parts])
    group = rng.choice(["a", "b", "c"], len(ids))
    by = metric.by(data, group, respondents=ids)
    states = {g: moments(metric, data, ids, None, group == g) for g in by}
    table = by.table()

    for place, g in enumerate(by):
        alone = metric.estimate(states[g])
        same(by[g], alone, 1e-9)
        found = [table[column][place] for column in ("value", "low", "high", "respondents")]
        expected = [alone.value, alone.low, alone.high, alone.respondents]
        np.testing.assert_allclose(found, expected, rtol=1e-9)
    rest = by.compare(adjust=None)
    for place, g in enumerate(rest):
        others = sum(state for other, state in states.items() if other != g)
        one = metric.compare(states[g], others)
        found = [rest.table()[c][place] for c in ("difference", "low", "high", "p_value")]
        np.testing.assert_allclose(found, [one.value, one.low, one.high, one.p_value], rtol=1e-7)
        assert "in both" in str(one)


def test_a_ratio_is_that_of_svyratio():
    """R's survey package, of a cluster sample of a finite population."""
    with (SCHOOLS / "apiclus1.csv").open() as f:
        rows = list(csv.DictReader(f))
    case = next(
        one
        for one in json.loads((SCHOOLS / "r_survey.json").read_text())
        if one["id"] == "clus1_ratio"
    )

    class Tested(rm.Ratio):
        name, symbol, unit = "Tested per enrolled", "TPE", "pupils"
        top, bottom = "tested", "enrolled"

    columns = {
        "tested": [float(row["api.stu"]) for row in rows],
        "enrolled": [float(row["enroll"]) for row in rows],
    }
    found = Tested()(
        columns,
        weights=[float(row["pw"]) for row in rows],
        design=rm.Design(clusters=[int(row["dnum"]) for row in rows], population=757),
    )

    assert found.value == pytest.approx(case["value"][0], rel=1e-9)
    assert found.standard_error == pytest.approx(case["se"][0], rel=1e-9)


def test_an_index_of_one_factor_is_its_mean():
    """The same standard error as the mean score of the same ratings."""
    rng = np.random.default_rng(8)
    ids, ratings = rng.integers(0, 20, 90), rng.integers(1, 6, 90)
    w = rng.random(90) + 0.5
    index = rm.csi({"all": ratings}, survey_weights=w, respondents=ids)
    mean = rm.mean_score(ratings, scale=rm.ONE_TO_FIVE, weights=w, respondents=ids)

    assert index.value == pytest.approx(mean.value)
    assert index.standard_error == pytest.approx(mean.standard_error)
    assert index.n_effective == pytest.approx(mean.n_effective)


@pytest.mark.parametrize("name", METRICS)
@settings(max_examples=20)
@given(seed=SEEDS)
def test_parts_of_a_designed_sample_add_to_the_whole(name, seed):
    """Groups, JSON and hashes keep strata, populations and margins."""
    metric, (data, ids, w) = METRICS[name], drawn(name, seed, weighted=True)
    rng = np.random.default_rng(seed)
    strata = np.array(["a", "b"])[ids % 2]
    population = dict.fromkeys(set(strata.tolist()), 60)
    design = rm.Design(respondents=ids, strata=strata, population=population, lonely="adjust")
    plan = rng.choice(["p", "q"], len(ids))
    targets = {label: 1 / len(set(plan.tolist())) for label in plan.tolist()}
    margins = rm.post_stratify(plan, targets, weights=w)
    group = rng.choice(["x", "y", "z"], len(ids))
    for weights in (w, margins):
        whole = metric.moments(data, weights=weights, design=design)
        by = metric.by(data, group, weights=weights, design=design)
        expected = metric.estimate(whole)
        written = json.loads(json.dumps(whole.to_dict()))
        again = rm.ClusteredMoments.from_dict(written)

        assert again == whole
        assert again.to_dict() == whole.to_dict()
        for state in (again, by.states.total(), sum(by.states[i] for i in range(len(by)))):
            same(metric.estimate(state), expected, 1e-6)
        same(metric.estimate(whole.hashed("key")), expected, 1e-6)
        assert whole.shared(whole) == whole.respondents
    aware, given_ = (metric.moments(data, weights=one) for one in (margins, margins.weights))
    one, other = metric.estimate(aware), metric.estimate(given_)
    assert one.value == pytest.approx(other.value, rel=1e-9)
    pairs = metric.pairs(data, data, weights=margins)  # takes the weights as given
    assert metric.compare_paired(pairs).value == pytest.approx(0, abs=1e-9)


BAD = {
    "replicates": (
        lambda: rm.CSI().by(
            {"a": [1, 2]},
            ["x", "y"],
            weights=[1, 1],
            design=rm.ReplicateWeights(replicates=[[1, 0], [0, 1]], kind="brr"),
        ),
        rm.ParameterError,
        "'design' must be a Design here",
    ),
    "a design of customers": (
        lambda: rm.NetRevenueRetention().by(
            {"before": [1, 2], "after": [1, 2]}, ["x", "y"], design=rm.Design(respondents=[1, 2])
        ),
        rm.ParameterError,
        "'design' must be left out",
    ),
    "a stratum with one": (
        lambda: rm.CSI()(
            {"a": [1, 2, 3]}, design=rm.Design(respondents=[1, 2, 3], strata=["a", "a", "b"])
        ),
        rm.StateError,
        "these have one: 'b'",
    ),
    "customers": (
        lambda: rm.NetRevenueRetention().by(
            {"before": [1, 2], "after": [1, 2]}, ["x", "y"], respondents=[1, 1]
        ),
        rm.ParameterError,
        "each row is a customer",
    ),
    "plain and clustered": (
        lambda: (
            AOV.moments({"amount": [1.0], "orders": [1]}, respondents=[1])
            + AOV.moments({"amount": [1.0], "orders": [1]})
        ),
        rm.StateError,
        "only one of the two states says whose its rows are",
    ),
    "clustered and plain": (
        lambda: (
            AOV.moments({"amount": [1.0], "orders": [1]})
            + AOV.moments({"amount": [1.0], "orders": [1]}, respondents=[1])
        ),
        rm.StateError,
        "only one of the two states says whose its rows are",
    ),
    "too few": (
        lambda: rm.csi({"a": [1, 2]}, respondents=[1]),
        rm.LengthError,
        "respondents has 1",
    ),
    "a key that is no text": (
        lambda: AOV.moments({"amount": [1.0], "orders": [1]}, respondents=[1]).hashed(7),
        rm.ParameterError,
        "'key' must be text",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused(case):
    """Each error names what is wrong."""
    action, error, text = BAD[case]
    with pytest.raises(error) as raised:
        action()
    assert text in str(raised.value)


STATE = AOV.moments({"amount": [1.0, 5.0], "orders": [1, 2]}, respondents=["a", "b"]).to_dict()


@pytest.mark.parametrize(
    "change",
    [{"respondents": ["b", "a"]}, {"are_hashed": 1}, {"rows": []}, {"v": 2}],
    ids=str,
)
def test_what_was_not_written_by_to_dict_is_refused(change):
    """A file from outside is checked."""
    assert rm.ClusteredMoments.from_dict(STATE).to_dict() == STATE
    with pytest.raises(rm.StateError):
        rm.ClusteredMoments.from_dict(STATE | change)
