"""Moments: exact enough at any offset, mergeable, honest about what is missing."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import relmetrics as rm

value = st.one_of(st.none(), st.integers(-50, 50))
rows = st.lists(st.tuples(value, value), min_size=1, max_size=25)


def columns(pairs):
    return {"x": [x for x, _ in pairs], "y": [y for _, y in pairs]}


@given(pairs=rows)
def test_means_and_covariances_are_exact(pairs):
    """Under both rules, against fractions."""
    complete = [(x, y) for x, y in pairs if x is not None and y is not None]
    by_row = rm.Moments.from_columns(columns(pairs))
    assert by_row.n == len(complete)
    assert by_row.missing == len(pairs) - len(complete)
    assert by_row.missing_by_column.tolist() == [
        sum(pair[i] is None for pair in pairs) for i in range(2)
    ]
    if len(complete) > 1:
        n = len(complete)
        mean = [Fraction(sum(pair[i] for pair in complete), n) for i in range(2)]
        exact = [
            [
                float(sum((p[i] - mean[i]) * (p[j] - mean[j]) for p in complete) / (n - 1))
                for j in range(2)
            ]
            for i in range(2)
        ]
        np.testing.assert_allclose(by_row.mean, [float(m) for m in mean], atol=1e-12)
        np.testing.assert_allclose(by_row.covariance(), exact, atol=1e-9)
    pairwise = rm.Moments.from_columns(columns(pairs), missing_rule="pairwise")
    for i in range(2):
        known = [pair[i] for pair in pairs if pair[i] is not None]
        if known:
            assert pairwise.mean[i] == pytest.approx(float(Fraction(sum(known), len(known))))
            assert pairwise.totals[i] == pytest.approx(sum(known), abs=1e-9)
    assert pairwise.pairs[0, 1] == len(complete)


@given(
    pairs=st.lists(
        st.tuples(st.integers(-20, 20), st.integers(-20, 20), st.integers(1, 5)),
        min_size=1,
        max_size=15,
    )
)
def test_the_covariance_of_weighted_means_is_linearised(pairs):
    """sum(w^2 (x - mx)(y - my)) / (sum w)^2, exactly."""
    total = sum(w for *_, w in pairs)
    mx = Fraction(sum(w * x for x, _, w in pairs), total)
    my = Fraction(sum(w * y for _, y, w in pairs), total)
    exact = float(sum(w * w * (x - mx) * (y - my) for x, y, w in pairs) / Fraction(total) ** 2)
    state = rm.Moments.from_columns(
        columns([(x, y) for x, y, _ in pairs]), weights=[w for *_, w in pairs]
    )
    assert state.covariance_of_means()[0, 1] == pytest.approx(exact, abs=1e-9)


@pytest.mark.parametrize("offset", [0.0, 1e6, 1e9, 1e12])
def test_a_large_offset_costs_no_accuracy(offset):
    """Shards with an offset of up to 10^12 give the variance of the fractions."""
    rng = np.random.default_rng(5)
    data = np.round(rng.normal(size=20_000), 3) + offset
    exact = [Fraction(x) for x in data.tolist()]
    mean = sum(exact) / len(exact)
    variance = float(sum((x - mean) ** 2 for x in exact) / (len(exact) - 1))
    parts = [rm.Moments.from_columns({"x": part}) for part in np.array_split(data, 7)]
    for state in (rm.Moments.from_columns({"x": data}), sum(parts)):
        assert float(state.covariance()[0, 0]) == pytest.approx(variance, rel=1e-12)
        assert float(state.mean[0]) == pytest.approx(float(mean), rel=1e-15)


@pytest.mark.long
def test_ten_million_rows_with_a_large_offset():
    """10^7 rows at 10^9 +- 1: the error of the variance, whose exact value is known, is rounding.

    The values are 10^9 - 1 and 10^9 + 1 in equal number, so the exact variance is n / (n - 1).
    """
    n = 10_000_000
    data = np.full(n, 1e9 + 1)
    data[::2] = 1e9 - 1
    state = rm.Moments.from_columns({"x": data})
    exact = Fraction(n, n - 1)
    error = abs(Fraction(float(state.covariance()[0, 0])) - exact) / exact
    assert error < Fraction(1, 10**13)
    assert float(state.mean[0]) == 1e9


def test_moments_that_do_not_fit_are_not_added():
    """Other columns, other rules, weights on one side, other types."""
    state = rm.Moments.from_columns({"x": [1, 2]})
    with pytest.raises(rm.StateError, match="columns"):
        state + rm.Moments.from_columns({"y": [1, 2]})
    with pytest.raises(rm.StateError, match="rule"):
        state + rm.Moments.from_columns({"x": [1]}, missing_rule="pairwise")
    with pytest.raises(rm.StateError, match="weighting"):
        state + rm.Moments.from_columns({"x": [1]}, weights=[2])
    with pytest.raises(TypeError):
        state + 3
    with pytest.raises(rm.ParameterError, match="missing_rule"):
        rm.Moments.from_columns({"x": [1]}, missing_rule="drop")
    with pytest.raises(rm.EmptySampleError):
        rm.Moments.zero(["x"]).covariance()


def test_a_state_shows_n_first():
    """The text of a state begins with its size."""
    state = rm.Moments.from_columns({"x": [1, None]}, weights=[1, 2])
    assert repr(state).startswith("Moments(n=1, missing=1, n_effective=1.0")
    grouped = rm.CSI().by({"a": [1, 2]}, ["u", "v"]).states
    assert repr(grouped).startswith("Moments(groups=2")
    with pytest.raises(rm.StateError, match="several groups"):
        grouped.to_dict()
