"""Clustered tallies: sums by respondent that add by who it was."""

import copy
import json
import pickle
from typing import Any

import numpy as np
import pytest
from clustered import METRICS, waves
from hypothesis import given
from hypothesis import strategies as st

import relmetrics as rm

NPS = rm.NPS()
AGAIN = ["ann", "ann", "bob", "cem", "bob", "ann"]
SCORES = [10, 9, 3, 8, 6, 10]


def tally(metric, answers, ids, weights):
    """Return the state of rows; of none the empty one."""
    if not len(answers):
        return rm.ClusteredTally.zero(metric.scale)
    return metric.tally(answers, respondents=ids, weights=weights)


def test_weights_of_nobody_are_weights():
    """Without an answer a weighted state stays one, on whichever side of which it is added."""
    none = NPS.tally([None], respondents=[1], weights=[2.0])
    zero = rm.ClusteredTally.zero(NPS.scale)
    some = NPS.tally([10], respondents=[1])
    again = rm.ClusteredTally.from_dict(json.loads(json.dumps(none.to_dict())))

    assert none + zero == zero + none == again == none
    assert (none + none).weights == none.weights == (0.0,) * 11
    assert (some + none).weights is None is (none + some).weights
    groups = NPS.by([None, 10], ["a", "b"], respondents=[1, 2], weights=[2.0, 1.0])
    assert groups.states[0] == none
    assert sum([zero, groups.states[0], groups.states[1]]) == groups.total_state


@given(metric=st.sampled_from(METRICS), data=st.data())
def test_splitting_rows_in_any_way_and_adding_gives_the_same(metric, data):
    """Counts are equal bit for bit, weights but for the order of adding."""
    answers, ids, weights = data.draw(waves(metric.scale))
    part = np.array(data.draw(st.lists(st.integers(0, 2), min_size=len(ids), max_size=len(ids))))
    columns = [np.array(c, dtype=object) if c is answers else np.array(c) for c in (answers, ids)]
    w = None if weights is None else np.array(weights)

    whole = metric.tally(answers, respondents=ids, weights=weights)
    shards = [
        tally(metric, *(list(c[part == i]) for c in columns), None if w is None else w[part == i])
        for i in range(3)
    ]

    added = sum(shards)
    assert added.counts == whole.counts
    assert (added.missing, added.respondents) == (whole.missing, whole.respondents)
    np.testing.assert_array_equal(added.clusters.keys, whole.clusters.keys)
    np.testing.assert_array_equal(added.clusters.counts, whole.clusters.counts)
    if weights is None:
        assert added == whole
    else:
        np.testing.assert_allclose(added.clusters.weights, whole.clusters.weights, rtol=1e-14)
        np.testing.assert_allclose(added.clusters.squares, whole.clusters.squares, rtol=1e-14)


@given(data=st.data())
def test_adding_commutes_and_zero_changes_nothing(data):
    """Two states give the same either way, in every bit, with weights too."""
    weighted = data.draw(st.booleans())
    a, b = (
        NPS.tally(answers, respondents=ids, weights=weights)
        for answers, ids, weights in (
            data.draw(waves(NPS.scale, weighted=weighted)) for _ in range(2)
        )
    )

    assert a + b == b + a
    assert a + rm.ClusteredTally.zero(NPS.scale) == a == rm.Tally.zero(NPS.scale) + a
    assert (a + b).respondents == a.respondents + b.respondents - a.shared(b)


@given(data=st.data())
def test_the_order_of_rows_changes_nothing(data):
    """Entries are kept in order of the ids, whatever order the rows came in."""
    answers, ids, weights = data.draw(waves(NPS.scale, weighted=False))
    order = data.draw(st.permutations(range(len(ids))))

    moved = [[column[i] for i in order] for column in (answers, ids)]

    assert NPS.tally(moved[0], respondents=moved[1]) == NPS.tally(answers, respondents=ids)
    assert weights is None


@given(metric=st.sampled_from(METRICS), data=st.data())
def test_a_clustered_tally_is_a_tally_with_ids(metric, data):
    """Without the ids it is the tally of the same answers, and of a group that of its rows."""
    answers, ids, weights = data.draw(waves(metric.scale))
    state = metric.tally(answers, respondents=ids, weights=weights)
    plain = metric.tally(answers, weights=weights)

    assert state.plain.counts == plain.counts
    assert (state.missing, state.weightless) == (plain.missing, plain.weightless)
    if weights is not None:
        np.testing.assert_allclose(state.plain.weights, plain.weights, rtol=1e-14)
    again = rm.ClusteredTally.from_dict(json.loads(json.dumps(state.to_dict())))
    assert again == state
    assert pickle.loads(pickle.dumps(state)) == state == copy.deepcopy(state)


@pytest.mark.parametrize("kind", [np.array, list, lambda x: np.array(x, dtype=object)])
@pytest.mark.parametrize("ids", [[7, 7, 1, 2, 1, 7], AGAIN, [7.0, 7.0, 1.0, 2.0, 1.0, 7.0]])
def test_ids_of_every_kind_say_the_same(ids, kind):
    """Whole numbers, whole floats and text, in lists and arrays."""
    state = NPS.tally(SCORES, respondents=kind(ids))

    assert (state.respondents, state.counts) == (3, NPS.tally(SCORES).counts)
    assert NPS.estimate(state).low == NPS(SCORES, respondents=AGAIN).low


def test_who_is_there_twice_is_one_respondent_after_adding():
    """Adding is by id, in text as in numbers."""
    may = NPS.tally([10, 9], respondents=["ann", "bob"])
    june = NPS.tally([3, None, 8], respondents=["bob", "cem", "ann"])

    both = may + june

    assert (both.n, both.respondents, both.missing) == (4, 2, 1)
    assert both == NPS.tally([10, 9, 3, None, 8], respondents=["ann", "bob", "bob", "cem", "ann"])


def test_hashes_stand_for_ids():
    """They add when hashed alike, merge nobody else, and the ids are not to be found in them."""
    may = NPS.tally([10, 9, 3], respondents=[5, 6, 5])
    june = NPS.tally([8, 7], respondents=["6", "9"])

    both = may.hashed("secret") + june.hashed("secret")

    assert (both.n, both.respondents) == (5, 3)
    assert NPS.estimate(may.hashed()).low == NPS.estimate(may).low
    assert may.hashed("a") != may.hashed("b")
    assert may.hashed().hashed() == may.hashed()
    written: Any = may.hashed("secret").to_dict()
    assert written["are_hashed"] is True
    assert all(len(one) == 16 for one in written["respondents"])
    assert rm.ClusteredTally.from_dict(written) == may.hashed("secret")


BAD = {
    "an id is missing": (
        lambda: rm.nps([10, 9], respondents=["ann", None]),
        rm.CustomerError,
        "respondents must say who answered; 1 missing, at position 1",
    ),
    "numbers and text": (
        lambda: rm.nps([10, 9, 8], respondents=["ann", 5, "cem"]),
        rm.CustomerError,
        "all of one kind; 2 of 3 ids are not: 'ann' at position 0, 'cem' at position 2",
    ),
    "an id in two spellings": (
        lambda: rm.nps([10, 9], respondents=["5", 5]),
        rm.CustomerError,
        "written in one way",
    ),
    "fractions": (
        lambda: rm.nps([10, 9], respondents=[1.5, 2.0]),
        rm.CustomerError,
        "1 of 2 ids are not: 1.5 at position 0",
    ),
    "truth values": (
        lambda: rm.nps([10, 9], respondents=[True, False]),
        rm.CustomerError,
        "whole numbers of 64 bits or text",
    ),
    "too few": (
        lambda: rm.nps([10, 9], respondents=[1]),
        rm.LengthError,
        "respondents has 1",
    ),
    "one answer beside counts": (
        lambda: rm.Rate()(3, 5, respondents=[1]),
        rm.ParameterError,
        "'respondents' must be left out beside counts",
    ),
    "counts": (
        lambda: rm.ClusteredTally.from_counts({5: 1}, rm.ONE_TO_FIVE),
        rm.StateError,
        "they do not say who answered",
    ),
    "nobody": (
        lambda: rm.ClusteredTally.from_answers([5], rm.ONE_TO_FIVE),
        rm.ParameterError,
        "'respondents' must be one id per row",
    ),
    "clustered and plain": (
        lambda: NPS.tally(SCORES, respondents=AGAIN) + NPS.tally([10]),
        rm.StateError,
        "only one of the two states says who answered",
    ),
    "plain and clustered": (
        lambda: NPS.tally([10]) + NPS.tally(SCORES, respondents=AGAIN),
        rm.StateError,
        "only one of the two states says who answered",
    ),
    "numbers with text": (
        lambda: NPS.tally([10], respondents=[1]) + NPS.tally([10], respondents=["a"]),
        rm.StateError,
        "same kind of respondents",
    ),
    "hashes with ids": (
        lambda: NPS.tally([10], respondents=["a"]) + NPS.tally([10], respondents=["a"]).hashed(),
        rm.StateError,
        "hashes in one state and ids in the other",
    ),
    "a key that is no text": (
        lambda: NPS.tally([10], respondents=["a"]).hashed(7),
        rm.ParameterError,
        "'key' must be text",
    ),
    "weighted with unweighted": (
        lambda: (
            NPS.tally([10], respondents=["a"], weights=[2.0]) + NPS.tally([10], respondents=["a"])
        ),
        rm.StateError,
        "same weighting",
    ),
    "another scale": (
        lambda: NPS.tally([1], respondents=[1]) + rm.CSAT().tally([1], respondents=[1]),
        rm.StateError,
        "same scale",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused(case):
    """Each error names what is wrong, where, and what to do."""
    action, error, text = BAD[case]
    with pytest.raises(error) as raised:
        action()
    assert text in str(raised.value)


STATE = NPS.tally(SCORES, respondents=AGAIN, weights=[1, 2, 1, 1, 1, 0.5]).to_dict()
BROKEN = {
    "ids out of order": {"respondents": ["bob", "ann", "cem"]},
    "ids of two kinds": {"respondents": ["ann", 2, "cem"]},
    "an id too many": {"respondents": ["ann", "bob", "cem", "dee"]},
    "no truth value": {"are_hashed": 1},
    "a column less": {"answers": {"respondent": []}},
    "nobody": {"answers": {**STATE["answers"], "respondent": [0, 0, 1, 1, 3]}},
    "off the scale": {"answers": {**STATE["answers"], "point": [9, 11, 3, 6, 8]}},
    "out of order": {"answers": {**STATE["answers"], "point": [10, 9, 3, 6, 8]}},
    "not counted": {"answers": {**STATE["answers"], "count": [1, 0, 1, 1, 1]}},
    "half a count": {"answers": {**STATE["answers"], "count": [1, 1.5, 1, 1, 1]}},
    "no squares": {"answers": {**STATE["answers"], "square": None}},
    "no weight": {"answers": {**STATE["answers"], "weight": [2.0, 0.0, 1.0, 1.0, 1.0]}},
    "impossible": {"answers": {**STATE["answers"], "square": [9.0, 1.25, 1.0, 1.0, 1.0]}},
    "a version to come": {"v": 2},
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_was_not_written_by_to_dict_is_refused(case):
    """A file from outside is checked field by field."""
    assert rm.ClusteredTally.from_dict(STATE).n == 6
    with pytest.raises(rm.StateError):
        rm.ClusteredTally.from_dict(STATE | BROKEN[case])
