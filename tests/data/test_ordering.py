"""Rows in order of code and time: as a sort by two keys has them, however fine the times are."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from relmetrics.data.labels.ordering import in_order

TIMES = st.one_of(
    st.integers(-3, 3), st.integers(-(2**62), 2**62), st.sampled_from([-(2**63) + 1, 2**63 - 1])
)


@given(st.lists(st.tuples(st.integers(0, 4), TIMES), max_size=30), st.integers(0, 50))
@example([(0, 2**61), (0, 2**61 + 1), (0, 2**61), (1, -(2**61))], 0)
def test_the_order_is_that_of_a_stable_sort(rows, codes_up):
    codes = np.array([code << codes_up for code, _ in rows], dtype=np.int64)
    times = np.array([time for _, time in rows], dtype=np.int64)
    expected = sorted(range(len(rows)), key=lambda i: (codes[i], times[i], i))
    assert in_order(codes, times).tolist() == expected


@pytest.mark.parametrize("unit", ["D", "s", "us"])
def test_many_rows_with_ties(unit):
    """Microseconds of years do not fit beside so many codes and rows: what ties is sorted again."""
    rng = np.random.default_rng(1)
    codes = rng.integers(0, 40_000, 50_000)
    codes[0] = 2**31
    days = np.datetime64("2020-01-01", "D") + rng.integers(0, 900, 50_000).astype("m8[D]")
    times = days.astype(f"datetime64[{unit}]")
    if unit == "us":
        times += rng.integers(0, 3, 50_000).astype("m8[us]")
    assert (in_order(codes, times) == np.lexsort((times, codes))).all()
