"""Rows that weigh nothing are no answers: nothing moves when they are added, and they are told."""

import json
from typing import Any

import numpy as np
import pytest

import relmetrics as rm

ANSWERS, WEIGHTS = [10, 9, 8, 3, 10, None], [1.0, 2.0, 0.5, 1.5, 1.0, 1.0]
MORE, NOTHING = [0, 10, 5, None], [0.0] * 4
FIGURES = ("value", "low", "high", "standard_error", "n", "n_effective")
RATINGS = {"a": [5, 4, 2, 3, 5], "b": [3, 4, 4, 1, 5]}
MONEY = {"gain": [3.0, 5.0, 2.0, 8.0, 1.0], "cost": [1.0, 2.0, 2.0, 3.0, 1.0]}
AMOUNTS = {"before": [10.0, 20.0, 5.0, 8.0, 9.0], "after": [10.0, 0.0, 7.0, 8.0, 4.0]}
W = [1.0, 2.0, 0.5, 1.5, 1.0]


def longer(columns):
    """Return columns with three rows more, each unlike the others."""
    return {name: [*column, column[0], column[1], column[3]] for name, column in columns.items()}


CASES: dict[str, Any] = {
    "nps": (rm.NPS(), ANSWERS, [*ANSWERS, *MORE], WEIGHTS, [*WEIGHTS, *NOTHING], 3),
    "rate": (rm.Rate(), [1, 0, 1], [1, 0, 1, 0, 0], [1, 2, 3], [1, 2, 3, 0, 0], 2),
    "csi": (rm.CSI(), RATINGS, longer(RATINGS), W, [*W, 0, 0, 0], 3),
    "csi by pairs": (
        rm.CSI(missing_factor="pairwise"),
        RATINGS,
        longer(RATINGS),
        W,
        [*W, 0, 0, 0],
        3,
    ),
    "roi": (rm.ReturnOnInvestment(), MONEY, longer(MONEY), W, [*W, 0, 0, 0], 3),
    "nrr": (rm.NetRevenueRetention(), AMOUNTS, longer(AMOUNTS), W, [*W, 0, 0, 0], 3),
}


def state_of(metric, data, weights):
    make = metric.tally if isinstance(metric, rm.LinearScore) else metric.moments
    return make(data, weights=weights)


@pytest.mark.parametrize("case", CASES)
def test_nothing_moves_when_they_are_added(case):
    """Value, interval by every method, standard error and n; they are counted apart."""
    metric, data, more, weights, all_weights, added = CASES[case]
    plain, padded = (
        metric.estimate(state_of(metric, *rows)) for rows in ((data, weights), (more, all_weights))
    )

    for name in FIGURES:
        assert getattr(padded, name) == pytest.approx(getattr(plain, name), rel=1e-12), name
    for method in metric.methods:
        ours, theirs = (
            (x.interval(method=method, rng=1) for x in (padded, plain))
            if (method == "bootstrap")
            else (x.interval(method=method) for x in (padded, plain))
        )
        assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), rel=1e-12)
    assert (plain.weightless, padded.weightless) == (0, added)
    assert f"{added} of weight 0" in str(padded.explain())
    assert "weight 0" not in str(plain.explain())


@pytest.mark.parametrize("case", CASES)
def test_they_add_and_are_written_and_read(case):
    """States of shards add up to the whole, and JSON keeps them."""
    metric, data, more, weights, all_weights, added = CASES[case]
    padded = state_of(metric, more, all_weights)

    assert type(padded).from_dict(json.loads(json.dumps(padded.to_dict()))) == padded
    assert (padded + padded).weightless == 2 * added
    assert (padded + state_of(metric, data, weights)).n == 2 * padded.n
    assert "weightless" not in state_of(metric, data, weights).to_dict()


@pytest.mark.parametrize("case", CASES)
def test_groups_count_them_apart_too(case):
    """Group by group as alone, and a group of nothing else has no value."""
    metric, data, more, weights, all_weights, added = CASES[case]
    rows = len(all_weights)
    groups = ["a"] * len(weights) + ["b"] * (rows - len(weights))
    by = metric.by(more, groups, weights=all_weights)

    assert by["a"].n == metric.estimate(state_of(metric, data, weights)).n
    assert by.total.weightless == added
    assert by.table()["n"].tolist() == [by["a"].n, 0]
    assert np.isnan(by.table()["value"][1])
    with pytest.raises(rm.WeightError):
        by["b"]


def test_pairs_count_them_apart():
    """A pair of weight 0 is none; one that lacks an answer is missing, whatever it weighs."""
    nps = rm.NPS()
    plain = nps.pairs([9, 10, 8], [8, 3, 8], weights=[1, 2, 1])
    padded = nps.pairs([9, 10, 8, 0, 10], [8, 3, 8, 10, None], weights=[1, 2, 1, 0, 0])
    ours, theirs = nps.compare_paired(padded), nps.compare_paired(plain)

    assert (padded.n, padded.missing, padded.weightless) == (3, 1, 1)
    for name in ("value", "low", "high", "p_value", "standard_error", "n"):
        assert getattr(ours, name) == getattr(theirs, name)
    assert "1 missing; 1 of weight 0" in str(ours.explain())


def test_a_comparison_tells_of_both_sides():
    """Two of one side and one of the other."""
    csat = rm.CSAT()
    ours = csat.tally([5, 1, 3, 2], weights=[1, 1, 0, 0])
    theirs = csat.tally([5, 1, 3], weights=[1, 1, 0])

    assert "Left out:    3 of weight 0" in str(csat.compare(ours, theirs).explain())


def test_counts_at_a_point_without_weight_are_none():
    """As a database gives them, or as an older state holds them."""
    csat = rm.CSAT()
    tally = csat.tally_counts(
        {5: 2, 4: 3, 1: 4}, weights={5: 2.0, 4: 0.0, 1: 4.0}, squares={5: 2.0, 4: 0.0, 1: 4.0}
    )
    old = tally.to_dict() | {"counts": [4, 0, 0, 3, 2]}
    del old["weightless"]

    assert (tally.n, tally.weightless, tally.counts) == (6, 3, (4, 0, 0, 0, 2))
    assert rm.Tally.from_dict(old) == tally


def test_rows_of_counts_by_group_set_them_apart():
    """As a database groups them."""
    by = rm.CSAT().by_counts(
        ["a", "a", "a"], [5, 4, 1], [2, 3, 4], weights=[2.0, 0.0, 4.0], squares=[2.0, 0.0, 4.0]
    )

    assert (by["a"].n, by["a"].weightless) == (6, 3)


def test_drivers_do_not_draw_them():
    """Analysis and intervals are those of the rows that weigh something."""
    rng = np.random.default_rng(1)
    x, y = rng.integers(1, 6, (2, 40)), rng.integers(1, 6, 40)
    weights = np.repeat([1.0, 0.0], 20)
    ours = rm.drivers({"a": x[0], "b": x[1]}, y, weights=weights)
    theirs = rm.drivers({"a": x[0, :20], "b": x[1, :20]}, y[:20], weights=weights[:20])

    assert ours.n == theirs.n == 20
    assert ours.intervals()["a"].low == pytest.approx(theirs.intervals()["a"].low)


@pytest.mark.parametrize("wrong", [-1, 1.5, "many"])
def test_a_number_of_them_that_cannot_be_is_refused(wrong):
    """As every count."""
    for state in (rm.NPS().tally([10], weights=[1]), rm.CSI().moments(RATINGS, weights=W)):
        with pytest.raises(rm.StateError, match="weightless"):
            type(state).from_dict(state.to_dict() | {"weightless": wrong})
