"""The tally: what it tells of its answers, and how it is built and kept."""

import statistics
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import relmetrics as rm

answers = st.lists(st.integers(1, 5), min_size=1, max_size=40)


@given(values=answers)
def test_what_a_tally_tells(values):
    """Mean, variance, median, mode, shares and boxes against the standard library."""
    tally = rm.Tally.from_answers(values, rm.ONE_TO_FIVE)
    n = len(values)
    assert tally.n == n
    assert tally.mean == pytest.approx(statistics.fmean(values))
    assert tally.median == statistics.median(values)
    assert tally.mode == tuple(sorted(statistics.multimode(values)))
    if n > 1:
        assert tally.variance == pytest.approx(statistics.variance(values))
        assert tally.standard_deviation == pytest.approx(statistics.stdev(values))
    else:
        assert np.isnan(tally.variance)
    assert tally.shares == pytest.approx([100 * values.count(p) / n for p in range(1, 6)])
    assert tally.share(1, 5) == pytest.approx(100 * (values.count(1) + values.count(5)) / n)
    assert tally.top_box() == pytest.approx(tally.share(4, 5))
    assert tally.top_box(1) == pytest.approx(tally.share(5))
    assert tally.bottom_box(3) == pytest.approx(tally.share(1, 2, 3))
    assert tally.cumulative == pytest.approx(
        [100 * sum(v <= p for v in values) / n for p in range(1, 6)]
    )
    assert tally.n_effective == n
    assert tally.design_effect == 1
    assert repr(tally).startswith(f"Tally(n={n}")


@given(values=st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=1, max_size=30))
def test_a_tally_with_whole_weights_is_one_of_repeated_answers(values):
    """Mean, median, mode and shares of weighted answers are those of repeated ones."""
    points, weights = zip(*values, strict=True)
    weighted = rm.Tally.from_answers(points, rm.ONE_TO_FIVE, weights=weights)
    repeated = rm.Tally.from_answers([p for p, w in values for _ in range(w)], rm.ONE_TO_FIVE)
    assert weighted.n == len(values)
    for name in ("mean", "median", "mode", "shares", "cumulative"):
        assert getattr(weighted, name) == pytest.approx(getattr(repeated, name))
    kish = Fraction(sum(weights) ** 2, sum(w * w for w in weights))
    assert weighted.n_effective == pytest.approx(float(kish))
    assert weighted.design_effect == pytest.approx(float(len(values) / kish))


@given(values=st.lists(st.one_of(st.none(), st.integers(1, 5)), max_size=30))
def test_counts_and_rows_of_group_by_build_the_same_tally(values):
    """Answers, a mapping of counts, and rows of GROUP BY agree."""
    direct = rm.Tally.from_answers(values, rm.ONE_TO_FIVE)
    counts = {key: values.count(key) for key in set(values)}
    assert rm.Tally.from_counts(counts, rm.ONE_TO_FIVE) == direct
    pairs = [(key, 1) for key in values]
    assert rm.Tally.from_counts(pairs, rm.ONE_TO_FIVE) == direct
    missing = counts.pop(None, 0)
    assert rm.Tally.from_counts(counts, rm.ONE_TO_FIVE, missing=missing) == direct


def test_weighted_counts_of_group_by():
    """count(*), sum(w) and sum(w * w) per answer give the tally of the rows."""
    direct = rm.NPS().tally([10, 10, 3], weights=[1.0, 2.0, 0.5])
    grouped = rm.NPS().tally_counts(
        {10: 2, 3: 1}, weights={10: 3.0, 3: 0.5}, squares={10: 5.0, 3: 0.25}
    )
    assert grouped == direct


def test_counts_do_not_wrap():
    """Counts beyond 64 bits stay exact."""
    huge = rm.Tally.from_counts({1: 2**63 - 1}, rm.YES_NO)
    assert sum([huge, huge, huge]).n == 3 * (2**63 - 1)
    assert rm.Rate().estimate(huge + huge).value == 100


def test_tallies_that_do_not_fit_are_not_added():
    """Other scales, weights on one side only, and other types."""
    plain = rm.Tally.from_answers([1], rm.YES_NO)
    with pytest.raises(rm.StateError, match="same scale"):
        plain + rm.Tally.from_answers([1], rm.ONE_TO_FIVE)
    weighted = rm.Tally.from_answers([1], rm.YES_NO, weights=[2.0])
    with pytest.raises(rm.StateError, match="weighting"):
        plain + weighted
    with pytest.raises(TypeError):
        plain + 3
    assert rm.Tally.zero(rm.YES_NO) + weighted == weighted


def test_a_state_of_another_metric_is_refused():
    """A metric presents only its own kind of state."""
    with pytest.raises(rm.StateError, match="scale"):
        rm.NPS().estimate(rm.CSAT().tally([5]))
    with pytest.raises(rm.StateError, match="Moments"):
        rm.NPS().estimate(rm.Moments.zero(["a"]))
    with pytest.raises(rm.StateError):
        rm.CSI().estimate(rm.CSAT().tally([5]))
    with pytest.raises(rm.StateError):
        rm.ReturnOnInvestment().estimate(rm.Moments.zero(["a"]))


@pytest.mark.parametrize(
    "attribute", ["mean", "median", "mode", "shares", "variance", "cumulative"]
)
def test_nothing_can_be_told_of_no_answers(attribute):
    """Each statistic of an empty tally raises rather than returning 0."""
    with pytest.raises(rm.EmptySampleError):
        getattr(rm.Tally.zero(rm.YES_NO), attribute)
