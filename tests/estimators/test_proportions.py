"""Many shares at once are the shares one by one."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import relmetrics as rm
from relmetrics.estimators.proportion import proportions

cells = st.lists(
    st.integers(0, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    min_size=1,
    max_size=20,
)


@given(cells=cells, level=st.sampled_from([0.8, 0.95]), method=st.sampled_from(rm.Rate().methods))
def test_they_are_rates(cells, level, method):
    """Each share and its ends are those of a rate; NaN where there is nobody."""
    yes, n = map(np.array, zip(*cells, strict=True))
    found = proportions(yes, n, confidence_level=level, method=method, rng=1)
    for i, (k, total) in enumerate(cells):
        figures = [column[i] for column in found]
        if not total:
            assert np.isnan(figures).all()
        elif method != "bootstrap":
            alone = rm.Rate().of(k, total)
            ends = alone.interval(level, method=method)
            assert figures == [alone.value, ends.low, ends.high]


def test_both_ways_to_them_agree_to_the_last_digit():
    """Wilson's formula by itself gives what the states of a rate give."""
    rng = np.random.default_rng(1)
    n = rng.integers(0, 5000, 5000)
    yes = (n * rng.random(5000)).astype(int)
    for mine, theirs in zip(proportions(yes, n), proportions(yes, n, rng=1), strict=True):
        assert np.array_equal(mine, theirs, equal_nan=True)


@given(cells=cells)
def test_shapes_broadcast_and_unknown_numerators_stay_unknown(cells):
    """A column of denominators serves a matrix; NaN is a share of its own."""
    yes, n = (np.array(part, dtype=float) for part in zip(*cells, strict=True))
    both = np.stack([yes, np.full(len(yes), np.nan)], axis=1)
    found = proportions(both, n[:, None])
    alone = proportions(yes, n)
    for wide, narrow in zip(found, alone, strict=True):
        assert wide.shape == both.shape
        assert np.array_equal(wide[:, 0], narrow, equal_nan=True)
        assert np.isnan(wide[:, 1]).all()


@pytest.mark.parametrize("options", [{"confidence_level": 1.0}, {"method": "exactly"}])
def test_bad_options_are_errors(options):
    """Also where there is nothing to count."""
    for cells in ([], [3]):
        with pytest.raises(rm.ParameterError):
            proportions(np.array(cells), np.array(cells), **options)
    assert math.isnan(proportions(np.array([0]), np.array([0])).value[0])
