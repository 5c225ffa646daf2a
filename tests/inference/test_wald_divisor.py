"""One truth about Wald's interval: its variance has divisor n for shares and nets, else n - 1."""

import math
from typing import Any

import pytest

import relmetrics as rm

ANSWERS = [5, 4, 4, 3, 2, 5, 1, 3]
RATINGS = {"a": [5, 4, 2, 3, 5, 1, 4, 3], "b": [3, 4, 4, 1, 5, 2, 3, 3]}
BEFORE, AFTER = [10.0, 20.0, 5.0, 8.0, 9.0, 12.0], [10.0, 15.0, 7.0, 8.0, 4.0, 11.0]
Z = 1.9599639845400536

BY_N: dict[str, Any] = {
    "rate": rm.rate(40, 100),
    "top box": rm.CSAT()(ANSWERS),
    "nps": rm.nps([10, 9, 8, 3, 7, 9, 10, 2, 8, 9] * 4),
}
BY_ONE_LESS: dict[str, Any] = {
    "mean": rm.MeanScore(scale=rm.ONE_TO_FIVE)(ANSWERS),
    "ces": rm.CES()([5, 4, 4, 3, 2, 5, 4, 3]),
    "csi": rm.CSI()(RATINGS),
    "roi": rm.roi(gain=AFTER, cost=BEFORE),
    "nrr": rm.NetRevenueRetention()(before=BEFORE, after=AFTER),
}


@pytest.mark.parametrize("estimate", [pytest.param(e, id=name) for name, e in BY_N.items()])
def test_of_shares_and_nets_it_is_n(estimate):
    """The half width is z standard errors times the root of (n - 1) / n."""
    found, n = estimate.interval(method="wald"), estimate.n

    half = Z * estimate.standard_error * math.sqrt((n - 1) / n)
    assert (found.high - found.low) / 2 == pytest.approx(half)


@pytest.mark.parametrize("estimate", [pytest.param(e, id=name) for name, e in BY_ONE_LESS.items()])
def test_of_means_indices_and_ratios_it_is_one_less(estimate):
    """The half width is z standard errors."""
    found = estimate.interval(method="wald")

    assert (found.high - found.low) / 2 == pytest.approx(Z * estimate.standard_error)


def test_of_differences_each_side_has_its_own():
    """Two shares: z times the root of the sum of both plug-in variances."""
    ours, theirs = rm.rate(40, 100), rm.rate(20, 80)
    found = rm.Rate().compare(ours.state, theirs.state, method="wald")

    squared = 0.4 * 0.6 / 100 + 0.25 * 0.75 / 80
    assert (found.high - found.low) / 2 == pytest.approx(100 * Z * math.sqrt(squared))
