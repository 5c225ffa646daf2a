"""Bad input: each kind gets the documented error, with the value, its place and a remedy."""

import inspect
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from public_names import NAMES

import relmetrics as rm

NAN, INF = math.nan, math.inf


@pytest.mark.parametrize(
    ("answers", "kind", "shown"),
    [
        ([10, 11, 3], rm.OffScaleError, "11 at position 1"),
        ([10, -1], rm.OffScaleError, "-1 at position 1"),
        ([10, INF], rm.OffScaleError, "inf at position 1"),
        ([2**70], rm.OffScaleError, "at position 0"),
        (np.array([1, 200], dtype=np.uint8), rm.OffScaleError, "200 at position 1"),
        ([9.5, 10], rm.AnswerError, "9.5 at position 0"),
        (np.array([9.5, 10]), rm.AnswerError, "9.5 at position 0"),
        ([True, 10], rm.AnswerError, "True at position 0"),
        (np.array([True]), rm.AnswerError, "True at position 0"),
        (["10"], rm.AnswerError, "'10' at position 0"),
        (np.array(["ten"]), rm.AnswerError, "'ten' at position 0"),
        ([10, "9 - nine"], rm.AnswerError, "Scale.parse"),
        ([[10], 3], rm.AnswerError, r"\[10\] at position 0"),
        ([10, object()], rm.AnswerError, "at position 1"),
        ([b"1"], rm.AnswerError, "b'1' at position 0"),
        ([1 + 2j], rm.AnswerError, "at position 0"),
        (np.array(["2025-01-01"], dtype="datetime64[D]"), rm.AnswerError, "at position 0"),
        (5, rm.AnswerError, "one-dimensional sequence"),
        ("10", rm.AnswerError, "one-dimensional sequence"),
        ({10: 3}, rm.AnswerError, "one-dimensional sequence"),
        ({10, 3}, rm.AnswerError, "one-dimensional sequence"),
        (None, rm.AnswerError, "one-dimensional sequence"),
        (np.array(5), rm.AnswerError, "one dimension"),
        (np.array([[5, 4]]), rm.AnswerError, r"shape \(1, 2\)"),
        ([], rm.EmptySampleError, "there are none"),
        ([None, NAN], rm.EmptySampleError, "all 2 are missing"),
        (np.array([]), rm.EmptySampleError, "there are none"),
    ],
)
def test_answers_that_are_none(answers, kind, shown):
    """What is off the scale, no score or no column at all is named with its position."""
    with pytest.raises(kind, match=shown):
        rm.nps(answers)


def test_the_message_counts_all_and_shows_five():
    """The number of offenders is complete, the list of them is short, the remedy is there."""
    with pytest.raises(rm.OffScaleError) as caught:
        rm.nps([10] * 100 + [99] * 30)
    message = str(caught.value)
    assert "answers must lie on 0..10; 30 of 130 do not" in message
    assert message.count("99 at position") == 5
    assert "MeanScore" in message


def test_every_error_is_a_value_error():
    """Code that catches ValueError keeps working."""
    assert issubclass(rm.RelmetricsError, ValueError)
    for name in NAMES:
        thing = getattr(rm, name)
        if inspect.isclass(thing) and issubclass(thing, Exception):
            assert issubclass(thing, rm.RelmetricsError)


@pytest.mark.parametrize(
    ("weights", "kind", "shown"),
    [
        ([1, -1], rm.WeightError, "-1 at position 1"),
        ([1, NAN], rm.WeightError, "nan at position 1"),
        ([1, None], rm.WeightError, "None at position 1"),
        ([INF, 1], rm.WeightError, "inf at position 0"),
        ([0, 0], rm.WeightError, "all zero"),
        (["a", 1], rm.WeightError, "'a' at position 0"),
        ([True, 1], rm.WeightError, "True at position 0"),
        ([1], rm.LengthError, "answers has 2, weights has 1"),
        (3, rm.AnswerError, "weights must be a one-dimensional"),
    ],
)
def test_weights_that_weigh_nothing(weights, kind, shown):
    """Negative, missing, infinite, all zero, or not one per row."""
    for call in (
        lambda: rm.nps([10, 9], weights=weights),
        lambda: rm.NPS().by([10, 9], ["a", "b"], weights=weights),
        lambda: rm.Tally.from_answers([10, 9], rm.ZERO_TO_TEN, weights=weights),
    ):
        with pytest.raises(kind, match=shown):
            call()


def test_weights_that_are_zero_where_the_answers_are():
    """Weight on missing answers only is no weight at all."""
    with pytest.raises(rm.WeightError, match="all zero"):
        rm.nps([10, None], weights=[0, 1])
    table = rm.NPS().by([10, None], ["a", "a"], weights=[0, 1]).table()
    assert math.isnan(table["value"][0])


@pytest.mark.parametrize(
    ("call", "kind", "shown"),
    [
        (lambda: rm.rate(1.5, 3), rm.CountError, "k must be a whole number of at least 0, got 1.5"),
        (lambda: rm.rate(1, 3.5), rm.CountError, "n must be a whole number"),
        (lambda: rm.rate(True, 3), rm.CountError, "got True"),
        (lambda: rm.rate(-1, 3), rm.CountError, "got -1"),
        (lambda: rm.rate("1", 3), rm.CountError, "got '1'"),
        (lambda: rm.rate(4, 3), rm.CountError, "k must not exceed n: k = 4, n = 3"),
        (lambda: rm.rate(0, 0), rm.EmptySampleError, "undefined"),
        (
            lambda: rm.retention_rate(start=10, end=50, new=20),
            rm.CountError,
            "end - new must not exceed start: end - new = 30, start = 10",
        ),
        (
            lambda: rm.retention_rate(start=10, end=5, new=6),
            rm.CountError,
            "new must not exceed end",
        ),
        (lambda: rm.retention_rate(start=10, end=NAN, new=6), rm.CountError, "got nan"),
        (lambda: rm.churn_rate(start=10, lost=11), rm.CountError, "lost must not exceed start"),
        (lambda: rm.churn_rate(start=0, lost=0), rm.EmptySampleError, "undefined"),
        (lambda: rm.open_rate(sent=1, opened=2), rm.CountError, "opened must not exceed sent"),
        (lambda: rm.conversion_rate(sent=1, converted=2), rm.CountError, "converted must not"),
        (lambda: rm.referral_rate(customers=1, referred=2), rm.CountError, "referred must not"),
        (
            lambda: rm.ror(customers=10, helped=5, returning=6),
            rm.CountError,
            "returning must not exceed helped",
        ),
        (
            lambda: rm.ror(customers=10, helped=15, returning=6),
            rm.CountError,
            "helped must not exceed customers",
        ),
        (lambda: rm.ror(customers=10, helped=0, returning=0), rm.EmptySampleError, "undefined"),
        (lambda: rm.roi(gain=1, cost=0), rm.AmountError, "cost must be greater than 0"),
        (lambda: rm.roi(gain=1, cost=-3), rm.AmountError, "cost must not be negative: -3"),
        (lambda: rm.roi(gain=INF, cost=3), rm.AmountError, "gain must be finite"),
        (lambda: rm.roi(gain="1", cost=3), rm.AnswerError, "gain must be"),
        (lambda: rm.roi(gain=["1"], cost=[3]), rm.AmountError, "'1' at position 0"),
        (lambda: rm.roi(gain=[1, 2], cost=[3]), rm.LengthError, "gain has 2, cost has 1"),
        (lambda: rm.roi(gain=[None], cost=[3]), rm.EmptySampleError, "all 1 are missing"),
        (lambda: rm.loyalty_rate([1, -2]), rm.AnswerError, "-2 at position 1"),
        (lambda: rm.loyalty_rate([1, 2.5]), rm.AnswerError, "2.5 at position 1"),
        (lambda: rm.loyalty_rate(["5"]), rm.AnswerError, "'5' at position 0"),
        (lambda: rm.loyalty_rate([True]), rm.AnswerError, "True at position 0"),
        (lambda: rm.loyalty_rate(np.array([1.0, INF])), rm.AnswerError, "inf at position 1"),
        (lambda: rm.LoyaltyRate(threshold=0), rm.ParameterError, "threshold"),
        (lambda: rm.NPS().tally_counts({10: 1.5}), rm.CountError, r"counts\[10\]"),
        (lambda: rm.NPS().tally_counts({10: -1}), rm.CountError, "got -1"),
        (lambda: rm.NPS().tally_counts({11: 1}), rm.OffScaleError, "11 at position 0"),
        (lambda: rm.NPS().tally_counts({10: 1}, missing=-1), rm.CountError, "missing"),
        (lambda: rm.NPS().tally_counts({10: 1}, weights={10: 1.0}), rm.ParameterError, "squares"),
        (
            lambda: rm.NPS().tally_counts({10: 1}, weights={10: -1}, squares={10: 1}),
            rm.WeightError,
            "weights",
        ),
        (
            lambda: rm.NPS().tally_counts({10: 1}, weights={11: 1}, squares={10: 1}),
            rm.OffScaleError,
            "11 at position 0",
        ),
        (lambda: rm.lift(0.5, rm.rate(1, 2)), rm.ParameterError, "treated"),
        (lambda: rm.lift(rm.rate(1, 2), rm.nps([10])), rm.ParameterError, "control"),
    ],
)
def test_counts_and_amounts_that_contradict_each_other(call, kind, shown):
    """Counts that are no counts, parts larger than their whole, money without a meaning."""
    with pytest.raises(kind, match=shown):
        call()


@pytest.mark.parametrize(
    ("call", "kind", "shown"),
    [
        (lambda: rm.csi({}), rm.FactorError, "have no factors"),
        (lambda: rm.csi({"a": [1]}, weights={"b": 1}), rm.FactorError, "no ratings: 'b'"),
        (
            lambda: rm.csi({"food": [1]}, weights={"fod": 1}),
            rm.FactorError,
            "Did you mean 'food'",
        ),
        (lambda: rm.csi({"a": [1], "b": [2]}, weights={"a": 1}), rm.FactorError, "no weight: 'b'"),
        (lambda: rm.csi({"a": [1]}, weights={"a": -1}), rm.WeightError, "factor 'a'"),
        (lambda: rm.csi({"a": [1]}, weights={"a": NAN}), rm.WeightError, "factor 'a'"),
        (lambda: rm.csi({"a": [1]}, weights={"a": "2"}), rm.WeightError, "factor 'a'"),
        (
            lambda: rm.csi({"a": [1]}, weights={"a": 0}),
            rm.WeightError,
            "factor weights are all zero",
        ),
        (lambda: rm.CSI(weights=[("a", 1), ("a", 2)]), rm.FactorError, "repeated: 'a'"),
        (lambda: rm.csi(np.ones((3, 2))), rm.FactorError, "2 columns but 0 names"),
        (
            lambda: rm.csi(np.ones((3, 2)), factors=("a", "a")),
            rm.FactorError,
            "repeated: 'a'",
        ),
        (lambda: rm.csi(np.ones(3), factors=("a",)), rm.AnswerError, r"shape \(3,\)"),
        (lambda: rm.csi([1, 2], factors=("a",)), rm.AnswerError, "2-D array"),
        (lambda: rm.csi(5), rm.AnswerError, "2-D array"),
        (lambda: rm.csi({"a": [1, 2], "b": [1]}), rm.LengthError, "a has 2, b has 1"),
        (lambda: rm.csi({"a": [1, 6]}), rm.OffScaleError, "a must lie on 1..5"),
        (lambda: rm.csi({"a": [None], "b": [1]}), rm.EmptySampleError, "all 1 are missing"),
        (
            lambda: rm.csi({"a": [None], "b": [1]}, missing_factor="pairwise"),
            rm.EmptySampleError,
            "nobody rated these factors: 'a'",
        ),
        (lambda: rm.csi({"a": [1]}, missing_factor="drop"), rm.ParameterError, "missing_factor"),
        (lambda: rm.CSI(scale=5), rm.ParameterError, "scale"),
        (lambda: rm.CSI(rescaled=1), rm.ParameterError, "rescaled"),
        (lambda: rm.csi({"a": [1]}, factors=("b",)), rm.FactorError, "no ratings: 'b'"),
    ],
)
def test_factors_that_do_not_fit(call, kind, shown):
    """Unknown, unweighted, repeated, unnamed and unrated factors are named."""
    with pytest.raises(kind, match=shown):
        call()


@pytest.mark.parametrize(
    ("call", "shown"),
    [
        (lambda: rm.nps([10], confidence_level=95), "strictly between 0 and 1"),
        (lambda: rm.nps([10], confidence_level=0), "strictly between 0 and 1"),
        (lambda: rm.nps([10], confidence_level=True), "a number"),
        (lambda: rm.nps([10], confidence_level="0.95"), "a number"),
        (lambda: rm.nps([10], confidence_level=NAN), "strictly between"),
        (lambda: rm.nps([10]).interval(2), "strictly between 0 and 1"),
        (lambda: rm.nps([10]).interval(method="wilson"), "adjusted, score, wald, bootstrap"),
        (lambda: rm.rate(1, 2).interval(method="wilsn"), "Did you mean 'wilson'"),
        (lambda: rm.nps([10]).interval(method="bootstrap", rng="x"), "rng"),
        (lambda: rm.NPS(scale=5), "scale"),
        (lambda: rm.NPS(detractors_to=9, promoters_from=9), "above detractors_to"),
        (lambda: rm.NPS(detractors_to=-1), "a point of 0..10"),
        (lambda: rm.NPS(promoters_from=True), "a point of 0..10"),
        (lambda: rm.CSAT(definition="top"), "definition"),
        (lambda: rm.CSAT(scale=rm.ONE_TO_TEN), "satisfied_from"),
        (lambda: rm.CSAT(satisfied_from=9), "a point of 1..5"),
        (lambda: rm.CSAT(satisfied_from=2, definition="net"), "upper half"),
        (lambda: rm.CSAT(satisfied_from=1), "above 1"),
        (lambda: rm.CES(higher_is_better=1), "True or False"),
        (lambda: rm.CES(definition="easy"), "definition"),
        (lambda: rm.CES(scale=rm.ONE_TO_TEN, definition="easy_share"), "easy_points"),
        (lambda: rm.CES(easy_points=7), "from 1 to 6"),
        (lambda: rm.ReturnOnRelationship(definition="x"), "definition"),
        (lambda: rm.MeanScore(scale=rm.ONE_TO_FIVE, higher_is_better="yes"), "True or False"),
        (lambda: rm.NPS().by([1], ["a"], confidence_level=2), "strictly between"),
        (lambda: rm.NPS().by([1], ["a"]).table(small_base=0), "at least 1"),
        (lambda: rm.NPS().by([1], ["a"]).table(method="x"), "method"),
        (lambda: rm.NPS().by([1], {}), "at least one column"),
        (lambda: rm.NPS().by([1], [{}]), "hashable"),
        (lambda: rm.NPS().by([1], {"value": ["a"]}).table(), "Rename the column"),
        (lambda: rm.NPS().by([1], ["a"]).rollup({"b": 1}), "every group"),
        (lambda: rm.NPS().by([1], ["a"]).rollup("plan"), "'to'"),
        (lambda: rm.NPS().by([1], ["a"]).rollup(5), "a function"),
        (lambda: rm.Tally.from_answers([1], rm.YES_NO).share(2), "on 0..1"),
        (lambda: rm.Tally.from_answers([1], rm.YES_NO).share(), "on 0..1"),
        (lambda: rm.Tally.from_answers([1], rm.YES_NO).top_box(3), "from 1 to 2"),
    ],
)
def test_parameters_outside_what_they_can_be(call, shown):
    """Levels, methods, cut points, names and bounds say what they must be."""
    with pytest.raises(rm.ParameterError, match=shown):
        call()


@pytest.mark.parametrize("labels", [["a"], ["a", "b", "c"]])
def test_labels_must_be_one_per_row(labels):
    """Too few or too many labels are an error, not a guess."""
    with pytest.raises(rm.LengthError, match="answers has 2"):
        rm.NPS().by([10, 9], labels)
    with pytest.raises(rm.LengthError, match="answers has 2"):
        rm.CSI().by({"a": [1, 2]}, labels)


json_like = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(junk=json_like, data=st.data())
def test_from_dict_refuses_what_to_dict_did_not_write(junk, data):
    """Any other JSON is a StateError, whatever part of a state it stands in."""
    states = (
        rm.Tally.from_answers([1, 0, None], rm.YES_NO, weights=[1, 2, 1]),
        rm.Moments.from_columns({"x": [1.0, 2.0], "y": [2.0, None]}, weights=[1, 2]),
    )
    for state in states:
        read = type(state).from_dict
        good = state.to_dict()
        key = data.draw(st.sampled_from(sorted(good)))
        for broken in (junk, good | {key: junk}, good | {"more": junk}):
            try:
                read(broken)
            except rm.StateError:
                continue
            assert broken == good or type(read(broken)) is type(state)


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ({"v": 2}, "version 2 is not known"),
        ({"type": "moments"}, "its type is 'moments'"),
        ({"counts": [1, 2.5]}, "2.5, no count"),
        ({"counts": [1]}, "a list of 2"),
        ({"counts": [1, -2]}, "-2, no count"),
        ({"counts": [1, 10**90]}, "no count"),
        ({"missing": None}, "missing must be a count"),
        ({"weights": [1, 2]}, "come together"),
        ({"weights": [1, INF], "squares": [1, 1]}, "not finite"),
        ({"weights": [1, 10**400], "squares": [1, 1]}, "not finite"),
        ({"weights": [1, "a"], "squares": [1, 1]}, "no number"),
        ({"weights": [1, -1], "squares": [1, 1]}, "must not be negative"),
        ({"scale": [0, 1]}, "Scale"),
        ({"scale": {"low": 1, "high": 0, "labels": []}}, "above low"),
        ({"scale": {"low": 0, "high": 1, "labels": [3]}}, "list of texts"),
        ({"x": 1}, "unknown: x"),
    ],
)
def test_a_changed_state_says_what_is_wrong_with_it(change, shown):
    """Each field is checked, and named."""
    good = rm.Tally.from_answers([1, 0], rm.YES_NO).to_dict()
    with pytest.raises(rm.StateError, match=shown):
        rm.Tally.from_dict(good | change)
    with pytest.raises(rm.StateError, match="mapping is needed"):
        rm.Tally.from_dict([])
