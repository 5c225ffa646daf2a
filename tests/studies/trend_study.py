"""Slopes of rates that do not change, and of some that do: how often a trend is found."""

from __future__ import annotations

import numpy as np

import relmetrics as rm
from relmetrics.questions.trends.series import Series
from relmetrics.questions.trends.slope import slope

SHAPES = {
    "12 months of 50": lambda _: np.full(12, 50),
    "24 months, 20 to 400": lambda _: np.geomspace(20, 400, 24).astype(int),
    "24 months, 400 to 20": lambda _: np.geomspace(400, 20, 24).astype(int),
    "104 weeks, 30 to 300": lambda _: np.geomspace(30, 300, 104).astype(int),
    "104 weeks, ragged 30 to 300": lambda rng: rng.integers(30, 301, 104),
    "365 days, 5 to 50": lambda _: np.geomspace(5, 50, 365).astype(int),
}
"""The numbers of answers of the periods of a series."""


def rate_series(k, n):
    """Return the series of a churn rate from its counts, as a trend makes it."""
    share, total, yes = k / n, int(n.sum()), int(k.sum())
    return Series(
        about=rm.ChurnRate().description,
        every="month",
        periods=np.arange(len(n)),
        labels=np.arange(len(n)),
        values=100 * share,
        variances=100**2 * (k + 1) * (n - k + 1) / (n + 2) ** 3,
        n=n,
        n_effective=n.astype(float),
        complete=np.ones(len(n), dtype=bool),
        answer_variance=100**2 * yes * (total - yes) / total / (total - 1),
    )


def rates(rng, truth, differ):
    """Return the rates of periods that vary by this part of themselves: beta, with that mean."""
    if not differ:
        return truth
    size = (1 - truth) / truth / differ**2 - 1
    return rng.beta(truth * size, (1 - truth) * size)


def slopes(low, high, shape, *, differ=0.0, method="weighted", draws=400, seed=1):
    """Yield the slope of each of many series whose rate goes from low to high in a line."""
    rng = np.random.default_rng(seed)
    for _ in range(draws):
        n = SHAPES[shape](rng)
        truth = np.linspace(low, high, len(n))
        k = rng.binomial(n, rates(rng, truth, differ))
        yield slope(rate_series(k, n), method=method), (high - low) / (len(n) - 1)


def slope_size(rate, shape, *, differ=0.0, method="weighted", draws=400, seed=1):
    """Return how often, %, a slope is found in a rate that is constant."""
    series = slopes(rate, rate, shape, differ=differ, method=method, draws=draws, seed=seed)
    return 100 * np.mean([found.p_value < 0.05 for found, _ in series])


def slope_power(low, high, shape, *, differ=0.0, method="weighted", draws=400, seed=1):
    """Return how often, %, a slope is found, and how often its interval holds the true one."""
    found = list(slopes(low, high, shape, differ=differ, method=method, draws=draws, seed=seed))
    power = np.mean([one.p_value < 0.05 for one, _ in found])
    held = np.mean([one.low <= 100 * true <= one.high for one, true in found])
    return 100 * power, 100 * held
