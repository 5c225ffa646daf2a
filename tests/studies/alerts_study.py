"""How often slopes cover and alerts ring falsely: by seeded simulation of series that are known.

The answers are an NPS in control: shares 0.5, 0.3 and 0.2, so 30 points. `between` lets the true
score of the periods vary, in units of the standard error of a period of 200 answers.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

import relmetrics as rm
from relmetrics.inference.distributions.student import t_quantile
from relmetrics.inference.time.run_rules import RULES
from relmetrics.questions.trends.control_chart import alerts
from relmetrics.questions.trends.series import Series
from relmetrics.questions.trends.slope import slope
from relmetrics.states.sample import Sample

PROMOTERS, DETRACTORS = 0.5, 0.2
SCORE = 100 * (PROMOTERS - DETRACTORS)
VARIANCE = 100**2 * (PROMOTERS + DETRACTORS) - SCORE**2
ANSWERS = 200


class FalseAlarms(NamedTuple):
    """What was measured of a rule in control, with the standard error of each figure."""

    per_period: float
    average_run_length: float
    in_24: float
    errors: tuple[float, float, float]


def sizes(rng, shape, unequal):
    """Return numbers of answers: 200 each, or from 20 to a few thousand about 200."""
    if not unequal:
        return np.full(shape, ANSWERS)
    return np.maximum(20, np.exp(rng.normal(np.log(ANSWERS), 1, shape))).astype(np.int64)


def counts(rng, n, between=0.0):
    """Return promoters and detractors of periods of n answers each."""
    shift = between * np.sqrt(VARIANCE / ANSWERS) / 100 * rng.normal(size=n.shape) / 2
    promoters = rng.binomial(n, np.clip(PROMOTERS + shift, 0.01, 0.98))
    others = np.clip((DETRACTORS - shift) / (1 - PROMOTERS - shift), 0.01, 0.99)
    return promoters, rng.binomial(n - promoters, others)


def series_of(n, promoters, detractors, about=None, **options):
    """Return a series of months with the scores of these counts."""
    size = len(n)
    values = 100 * (promoters - detractors) / n
    variances = (100**2 * (promoters + detractors) / n - values**2) / np.maximum(n - 1, 1)
    columns = {
        "about": about or rm.NPS().description,
        "every": "month",
        "periods": np.arange(size),
        "labels": np.arange(size).astype("datetime64[M]").astype("datetime64[D]"),
        "values": values,
        "variances": variances,
        "n": n,
        "n_effective": n.astype(float),
        "complete": np.ones(size, dtype=bool),
    }
    return Series(**(columns | options))


def pooled_of(n, promoters, detractors):
    """Return the function that pools periods of these counts."""

    def pooled(mask):
        total, up, down = (int(column[mask].sum()) for column in (n, promoters, detractors))
        value = 100 * (up - down) / total
        return Sample(value, 100**2 * (up + down) / total - value**2, total, float(total))

    return pooled


def scaled(series, confidence_level=0.95):
    """Return (low, high) by the usual shortcut: weights 1 / v, the error times a scale."""
    x, y, w = series.periods, series.values, 1 / series.variances
    far = x - w @ x / w.sum()
    change = w @ (far * y) / (w @ far**2)
    rest = y - w @ y / w.sum() - change * far
    free = len(x) - 2
    error = np.sqrt(max(1, w @ rest**2 / free) / (w @ far**2))
    half = t_quantile(confidence_level, free) * error
    return change - half, change + half


def slope_coverage(method, periods, between, *, unequal=True, draws=400, seed=4):
    """Return the share of 95 % intervals, %, that hold the true slope, which is 0."""
    rng = np.random.default_rng([seed, periods, int(10 * between), int(unequal)])
    n = sizes(rng, (draws, periods), unequal)
    promoters, detractors = counts(rng, n, between)
    held = 0
    for row in range(draws):
        series = series_of(n[row], promoters[row], detractors[row])
        if method == "scaled":
            low, high = scaled(series)
        else:
            found = slope(series, method=method)
            low, high = found.low, found.high
        held += low <= 0 <= high
    return 100 * held / draws


def in_control(rng, shape, n=1_000_000):
    """Return z of periods in control about their known center: an NPS of very many answers."""
    promoters, detractors = counts(rng, np.full(shape, n))
    return (100 * (promoters - detractors) / n - SCORE) / np.sqrt(VARIANCE / n)


def false_alarms(rule, *, series=2000, length=1500, seed=1):
    """Return how often a rule rings in control, about a known center."""
    find = RULES[rule].find
    rings = find(in_control(np.random.default_rng([seed, 1]), (series, length))).sides != 0
    rang = rings.any(axis=1)
    watched = np.where(rang, rings.argmax(axis=1) + 1, length).sum()
    run_length = watched / rang.sum()
    late = rings[:, length // 5 :].mean(axis=1)
    short = find(in_control(np.random.default_rng([seed, 2]), (20 * series, 24))).sides != 0
    in_24 = short.any(axis=1).mean()
    return FalseAlarms(
        per_period=late.mean(),
        average_run_length=run_length,
        in_24=in_24,
        errors=(
            late.std() / np.sqrt(series),
            run_length / np.sqrt(rang.sum()),
            np.sqrt(in_24 * (1 - in_24) / (20 * series)),
        ),
    )


def chances_of_alerts(
    rules, *, baseline, between=0.0, dispersion="laney", unequal=False, draws=400, seed=2
):
    """Return the chance of each rule, %, to ring within 24 months that are in control.

    They follow the months of the baseline; without one they are their own baseline.
    """
    before = baseline or 0
    rng = np.random.default_rng([seed, before, int(10 * between)])
    n = sizes(rng, (draws, before + 24), unequal)
    promoters, detractors = counts(rng, n, between)
    z = np.empty(n.shape)
    for row in range(draws):
        columns = n[row], promoters[row], detractors[row]
        chart = alerts(
            series_of(*columns), pooled_of(*columns), baseline=baseline, dispersion=dispersion
        )
        z[row] = chart.z
    rang = {rule: RULES[rule].find(z).sides[:, before:].any(axis=1) for rule in rules}
    return {rule: 100 * rows.mean() for rule, rows in rang.items()}
