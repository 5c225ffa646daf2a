"""The chance of normal deviates: of long arrays as the standard library has it of each."""

import math
from statistics import NormalDist

import numpy as np
import pytest

from relmetrics.inference.differences import two_sided, upper_tail


@pytest.mark.parametrize(
    ("least", "most", "relative"),
    [(0, 1.4, 1e-15), (1.4, 4.2, 3e-15), (4.2, 8.4, 1e-14), (8.4, 37, 2e-13)],
)
def test_long_arrays_agree_with_the_standard_library(least, most, relative):
    z = np.linspace(least, most, 20_001)
    single = [math.erfc(x / math.sqrt(2)) for x in z.tolist()]
    np.testing.assert_allclose(two_sided(z), single, rtol=relative, atol=0)
    np.testing.assert_allclose(two_sided(-z), single, rtol=relative, atol=0)


def test_the_ends_are_exact():
    z = np.concatenate([[0.0, -0.0, np.inf, -np.inf, np.nan, 40.0, 1e200], np.ones(1000)])
    assert two_sided(z)[:4].tolist() == [1.0, 1.0, 0.0, 0.0]
    assert np.isnan(two_sided(z)[4])
    assert two_sided(z)[5:7].tolist() == [0.0, 0.0]
    assert (two_sided(np.geomspace(1e-300, 40, 10_000)) <= 1).all()


def test_short_arrays_single_numbers_and_shapes():
    assert two_sided(1.0) == two_sided(np.array([1.0]))[0] == two_sided(np.array([[1.0]]))[0, 0]
    assert two_sided(np.ones((50, 20))).shape == (50, 20)
    assert two_sided(np.empty(0)).shape == (0,)
    upper = 1 - NormalDist().cdf(1.5)
    assert upper_tail(np.array([1.5]))[0] == pytest.approx(upper, rel=1e-12)
