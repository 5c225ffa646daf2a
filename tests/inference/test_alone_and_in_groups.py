"""What one tally gives alone it gives among groups, by every method; also where nothing varies."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import relmetrics as rm

METRICS: dict[str, rm.LinearScore] = {
    "two levels, the lower one not 0": rm.MeanScore(scale=rm.Scale(1, 2)),
    "two levels, both below 0": rm.MeanScore(scale=rm.Scale(-3, -2)),
    "a share": rm.CSAT(),
    "three levels": rm.NPS(),
    "a mean": rm.MeanScore(scale=rm.ONE_TO_SEVEN),
}
WEIGHTS = st.floats(0.1, 3)


def rows(metric, size=6):
    """Draw answers on the scale of a metric, each with a weight."""
    low, high = metric.scale.low, metric.scale.high
    return st.lists(st.tuples(st.integers(low, high), WEIGHTS), min_size=1, max_size=size)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("name", METRICS)
@given(data=st.data())
def test_an_interval_alone_is_the_one_in_groups(name, weighted, data):
    """By every method but the drawn one; groups of equal answers among them."""
    metric = METRICS[name]
    groups = [data.draw(rows(metric)), data.draw(rows(metric)), [data.draw(rows(metric))[0]] * 4]
    answers = [answer for group in groups for answer, _ in group]
    weights = [weight for group in groups for _, weight in group] if weighted else None
    labels = [i for i, group in enumerate(groups) for _ in group]
    by = metric.by(answers, labels, weights=weights)
    for method in metric.methods:
        if method == "bootstrap":
            continue
        table = by.table(method=method)
        for i in range(len(groups)):
            alone = metric.estimate(by.states[i])
            interval = alone.interval(method=method)
            found = [table[column][i] for column in ("value", "low", "high")]
            expected = [alone.value, interval.low, interval.high]
            np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("weights", [[0.1, 0.2, 0.3, 0.7, 1.1], [0.3, 0.7, 1.1, 2.0, 0.9]])
def test_equal_answers_have_their_own_mean(weights):
    """Whatever they weigh: the rounding of weights makes no difference among equals."""
    metric = rm.MeanScore(scale=rm.ZERO_TO_TEN)
    for answer in range(11):
        assert metric([answer] * 5, weights=weights).value == answer
        by = metric.by([answer] * 5, ["a"] * 5, weights=weights)
        assert by.table()["value"].tolist() == [answer]


def test_equal_answers_have_the_interval_of_their_size():
    """No variance is no reason for an interval without an end, or over the whole range."""
    weights = [0.3, 0.7, 1.1, 2.0]
    table = rm.NPS().by([10, 10, 9, 10], ["a"] * 4, weights=weights).table(method="score")
    alone = rm.NPS()([10, 10, 9, 10], weights=weights).interval(method="score")
    assert table["low"][0] == pytest.approx(alone.low)
    assert -40 < alone.low < 100


@pytest.mark.parametrize("groups", [1, 3, 500])
def test_a_bootstrap_draws_for_every_group(groups):
    """One, a few, or more than are drawn at once: none is left with the interval that stands in."""
    answers = [10, 9, 3, 8, 0, 10] * groups
    labels = [i for i in range(groups) for _ in range(6)]
    by = rm.NPS().by(answers, labels)
    drawn, other = by.table(method="bootstrap", rng=1), by.table(method="adjusted")
    assert (drawn["low"] != other["low"]).all()
    assert (drawn["low"] < drawn["value"]).all()
    assert (drawn["value"] < drawn["high"]).all()


def test_a_bootstrap_is_named_as_one():
    """Where it can be drawn, nothing stands in for it."""
    found = rm.nps([10, 9, 3, 8, 0, 10]).interval(method="bootstrap", rng=1)
    assert found.method == "bootstrap"
    draws = np.random.default_rng(5).choice([100, 100, -100, 0, -100, 100], (20_000, 6))
    low, high = np.quantile(draws.mean(axis=1), [0.025, 0.975])
    assert found.low == pytest.approx(low, abs=12)
    assert found.high == pytest.approx(high, abs=12)


@pytest.mark.parametrize("low", [-3, 1, 200])
@pytest.mark.parametrize("weights", [None, [0.3, 0.7, 1.1, 2.0, 0.9]])
def test_two_levels_are_a_share_between_them(low, weights):
    """A mean of 1 and 2 is 1 and the share of the 2, and so are the ends of its intervals."""
    metric = rm.MeanScore(scale=rm.Scale(low, low + 1))
    share = rm.Rate()([1, 0, 1, 1, 0], weights=weights)
    mean = metric([low + x for x in (1, 0, 1, 1, 0)], weights=weights)
    assert mean.value == pytest.approx(low + share.value / 100)
    for method in ("wilson", "agresti_coull", "adjusted", "score"):
        found, of_share = mean.interval(method=method), share.interval(method=method)
        assert found.low == pytest.approx(low + of_share.low / 100)
        assert found.high == pytest.approx(low + of_share.high / 100)
