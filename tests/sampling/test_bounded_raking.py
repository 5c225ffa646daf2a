"""Raking within bounds: margins are met, no weight leaves its range, and nothing else is nearer."""

import json

import numpy as np
import pytest
from designed import FOLDER, data, whole
from hypothesis import assume, given
from hypothesis import strategies as st

import relmetrics as rm

POPULATION = {"sex": {"f": 520, "m": 480}, "region": {"n": 450, "s": 330, "w": 220}}
COLUMNS = {"x": ["a", "a", "a", "a", "b", "b"], "y": ["p", "p", "q", "q", "p", "q"]}
TARGETS = {"x": {"a": 0.4, "b": 0.6}, "y": {"p": 0.5, "q": 0.5}}


def test_factors_value_and_error_are_those_of_calibrate_with_bounds():
    """R's calibrate(calfun="raking", bounds=c(0.5, 1.1)), whose weights start at 1000 / 312."""
    case = next(
        one
        for one in json.loads((FOLDER / "calibrated.json").read_text())
        if one["id"] == "bounded_cluster_unw"
    )
    columns = {name: data("sim")[name] for name in POPULATION}
    weighting = rm.rake(
        columns, POPULATION, targets_in="counts", tolerance=1e-12, factors=(0.5, 1.1)
    )
    found = rm.nps(
        whole(data("sim")["score"]), weights=weighting, respondents=whole(data("sim")["id"])
    )
    cells = [
        weighting.weights[(columns["sex"] == sex) & (columns["region"] == region)].mean() * 0.312
        for region in "nsw"
        for sex in "fm"
    ]

    assert cells == pytest.approx(case["cells"], rel=1e-9)
    assert found.value == pytest.approx(case["value"][0], rel=1e-9)
    assert found.standard_error == pytest.approx(case["se"][0], rel=1e-9)
    assert weighting.at_bound == 54
    assert "54 at a bound; met after" in str(weighting)


@st.composite
def surveys(draw):
    """Draw rows with two labels and a starting weight, and shares that some weights have."""
    rows = draw(st.integers(6, 30))

    def column(of):
        return np.array(draw(st.lists(of, min_size=rows, max_size=rows)))

    columns = {"x": column(st.sampled_from("ab")), "y": column(st.sampled_from("pqr"))}
    start = column(st.sampled_from([0.5, 1.0, 1.5]))
    goal = start * column(st.sampled_from([0.8, 1.0, 1.3]))
    targets = {
        name: {x: goal[labels == x].sum() / goal.sum() for x in sorted(set(labels.tolist()))}
        for name, labels in columns.items()
    }
    return columns, targets, start, goal


@given(surveys())
def test_weights_within_bounds_meet_the_margins_and_are_the_nearest(survey):
    """The conditions of Karush, Kuhn and Tucker, worked out apart."""
    columns, targets, start, goal = survey
    ratio = goal / goal.mean() / (start / start.mean())
    factors = (float(ratio.min()) * 0.98, float(ratio.max()) * 1.02)
    found = rm.rake(
        columns, targets, weights=start, factors=factors, tolerance=1e-10, not_converged="keep"
    )
    assume(found.converged)  # where the bounds are next to the only weights it is slow
    grown = found.weights / (start / start.mean())

    assert grown.min() >= factors[0] * (1 - 1e-9)
    assert grown.max() <= factors[1] * (1 + 1e-9)
    for name, labels in columns.items():
        for label, share in targets[name].items():
            reached = found.weights[labels == label].sum() / found.weights.sum()
            assert reached == pytest.approx(share, rel=1e-8)
    # Between the bounds a weight is its start times a factor of each of its labels.
    inside = (grown > factors[0] * (1 + 1e-9)) & (grown < factors[1] * (1 - 1e-9))
    dummies = np.stack([labels == x for name, labels in columns.items() for x in targets[name]])
    log, part = np.log(grown[inside]), dummies.T[inside].astype(float)
    slopes = np.linalg.lstsq(part, log, rcond=None)[0]
    np.testing.assert_allclose(part @ slopes, log, atol=1e-6)


def test_bounds_that_nobody_meets_change_nothing():
    """The weights are those of raking without any."""
    plain, wide = (
        rm.rake(COLUMNS, TARGETS, tolerance=1e-12, **given)
        for given in ({}, {"at_most": 50, "at_least": 0.01, "factors": (0.01, 50)})
    )

    np.testing.assert_allclose(wide.weights, plain.weights, rtol=1e-10)
    assert wide.at_bound == plain.at_bound == 0


def test_weights_are_trimmed_within_the_raking():
    """None is above the bound, and the margins hold, which trimming afterwards breaks."""
    rng = np.random.default_rng(5)
    columns = {"x": rng.choice(["a", "b"], 400, p=[0.8, 0.2]), "y": rng.choice(["p", "q"], 400)}
    start = rng.lognormal(0, 0.7, 400)
    targets = {"x": {"a": 0.6, "b": 0.4}, "y": {"p": 0.5, "q": 0.5}}
    free = rm.rake(columns, targets, weights=start)
    found = rm.rake(columns, targets, weights=start, at_most=3, at_least=0.2)

    assert free.weights.max() > 3.5
    assert found.weights.max() == pytest.approx(3)
    assert found.weights.min() == pytest.approx(0.2)
    assert found.design_effect < free.design_effect
    assert found.discrepancy <= 1e-6
    assert (
        found.at_bound == np.isclose(found.weights, 3).sum() + np.isclose(found.weights, 0.2).sum()
    )
    assert found.to_dict()["at_bound"] == found.at_bound


def test_rows_of_weight_0_stay_out_of_the_bounds():
    """A least weight is one of those above 0."""
    found = rm.rake(
        {"x": ["a", "a", "b", "b", "c"]},
        {"x": {"a": 0.5, "b": 0.5, "c": 0}},
        weights=[1, 0, 1, 2, 1],
        at_least=0.5,
    )

    assert found.weights.tolist()[1] == found.weights.tolist()[4] == 0
    assert found.weights.sum() == pytest.approx(5)


BAD = {
    "bounds that the margins do not allow": (
        {"at_most": 1.2},
        rm.WeightError,
        "no weights within the bounds meet all margins",
    ),
    "a largest below the mean": (
        {"at_most": 0.5},
        rm.ParameterError,
        "'at_most' must be at least 1",
    ),
    "a least above the mean": (
        {"at_least": 2},
        rm.ParameterError,
        "'at_least' must be from 0 to 1",
    ),
    "one factor": ({"factors": 3}, rm.ParameterError, "'factors' must be a pair"),
    "factors in the wrong order": (
        {"factors": (3, 0.3)},
        rm.ParameterError,
        "'factors' must be the least before the most",
    ),
    "no number": ({"factors": (0.3, "x")}, rm.ParameterError, "'factors' must be a finite number"),
    "no room": (
        {"factors": (0.9, 1.1), "at_most": 1, "weights": [9, 1, 1, 1, 1, 1]},
        rm.WeightError,
        "leave no room for 1 of 6 rows",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bounds_that_cannot_be_are_refused(case):
    """The message says which, and what to say instead."""
    options, error, text = BAD[case]
    with pytest.raises(error) as raised:
        rm.rake(COLUMNS, TARGETS, **options)
    assert text in str(raised.value)
