"""Intervals against other programs, against theory, and against each other."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import relmetrics as rm
from relmetrics.inference import intervals
from relmetrics.inference.intervals import quantile

statsmodels = pytest.importorskip("statsmodels.stats.proportion")

small = st.integers(0, 60)
levels = st.sampled_from([0.8, 0.9, 0.95, 0.99])


@given(k=small, rest=small, level=levels)
def test_rates_against_statsmodels(k, rest, level):
    """Wilson, Agresti-Coull and Wald of k of n agree with statsmodels."""
    n = k + rest
    assume(n)
    estimate = rm.rate(k, n)
    names = {"wilson": "wilson", "agresti_coull": "agresti_coull", "wald": "normal"}
    for method, name in names.items():
        if method == "wald" and k in (0, n):
            continue
        low, high = statsmodels.proportion_confint(k, n, 1 - level, method=name)
        interval = estimate.interval(level, method=method)
        assert interval.low == pytest.approx(100 * max(low, 0), abs=1e-9)
        assert interval.high == pytest.approx(100 * min(high, 1), abs=1e-9)


@given(a=small, b=small, c=small, d=small, level=levels)
def test_lift_against_statsmodels(a, b, c, d, level):
    """The log-ratio interval of two rates agrees with statsmodels."""
    assume(a and c and b and d)
    low, high = statsmodels.confint_proportions_2indep(
        a, a + b, c, c + d, compare="ratio", method="log", alpha=1 - level
    )
    lift = rm.lift(rm.rate(a, a + b), rm.rate(c, c + d), confidence_level=level)
    assert (lift.low, lift.high) == pytest.approx((low, high))
    assert (lift.interval(level).low, lift.interval(level).high) == (lift.low, lift.high)


@given(k=small, rest=small, level=levels)
def test_the_score_interval_of_two_classes_is_wilsons(k, rest, level):
    """Test inversion along the path of distributions ends where Wilson's formula does."""
    assume(k + rest)
    estimate = rm.rate(k, k + rest)
    score, wilson = (estimate.interval(level, method=m) for m in ("score", "wilson"))
    assert score.low == pytest.approx(wilson.low, abs=1e-6)
    assert score.high == pytest.approx(wilson.high, abs=1e-6)


def tango(up, down, n, z):
    """Return Tango's score interval of up/n - down/n by his closed form and plain bisection."""

    def rejected(delta):
        a = 2 * n
        # Tango (1998): the most likely share of the smaller class under the difference delta.
        b = -up - down + (2 * n - up + down) * delta
        c = -down * delta * (1 - delta)
        p = (np.sqrt(max(b * b - 4 * a * c, 0.0)) - b) / (2 * a)
        variance = n * (2 * p + delta * (1 - delta))
        return (up - down - n * delta) ** 2 > z * z * max(variance, 0.0)

    def end(direction):
        inside, outside = (up - down) / n, float(direction)
        for _ in range(80):
            middle = (inside + outside) / 2
            inside, outside = (inside, middle) if rejected(middle) else (middle, outside)
        return inside

    return end(-1), end(1)


@given(up=st.integers(0, 25), down=st.integers(0, 25), rest=st.integers(0, 25))
def test_the_score_interval_of_nps_is_tangos(up, down, rest):
    """For three classes the general search gives Tango's interval, Rocks's iterative one."""
    n = up + down + rest
    assume(n and (up or down) and len([c for c in (up, down, rest) if c]) > 1)
    metric = rm.NPS()
    estimate = metric.estimate(metric.tally_counts({10: up, 0: down, 8: rest}))
    interval = estimate.interval(method="score")
    low, high = tango(up, down, n, quantile(0.95))
    assert interval.low == pytest.approx(100 * low, abs=1e-4)
    assert interval.high == pytest.approx(100 * high, abs=1e-4)


@given(counts=st.lists(st.integers(0, 9), min_size=5, max_size=5), level=levels)
def test_the_ends_of_a_score_interval_are_just_not_rejected(counts, level):
    """At each end the squared distance is z^2 times the constrained variance, by brute force."""
    n = sum(counts)
    assume(n)
    points = np.arange(1, 6)
    estimate = rm.mean_score(np.repeat(points, counts), scale=rm.ONE_TO_FIVE)
    interval = estimate.interval(level, method="score")
    for end, direction in ((interval.low, -1), (interval.high, 1)):
        if end in (1.0, 5.0):
            continue
        variance = constrained_variance(np.array(counts), points, end)
        distance = (estimate.value - end) ** 2
        assert distance == pytest.approx(quantile(level) ** 2 * variance / n, rel=1e-3, abs=1e-6)
        assert (end - estimate.value) * direction >= 0


def constrained_variance(counts, points, mean):
    """Return the variance under the most likely distribution with this mean, by bisection."""
    gaps = points - mean
    low, high = -1 / gaps.max(), -1 / gaps.min()
    for _ in range(200):
        middle = (low + high) / 2
        slope = sum(c * g / (1 + middle * g) for c, g in zip(counts, gaps, strict=True) if c)
        low, high = (middle, high) if slope > 0 else (low, middle)
    n = counts.sum()
    shares = np.array(
        [c / n / (1 + low * g) if c else 0.0 for c, g in zip(counts, gaps, strict=True)]
    )
    rest = 1 - shares.sum()
    if rest > 1e-9:  # the end of the range takes what the observed points leave
        shares[0 if (points @ counts) / n > mean else -1] += rest
    return float(shares @ gaps**2)


@given(counts=st.tuples(small, small, small))
def test_the_default_of_nps_adds_rocks_pseudo_answers(counts):
    """Adding 3/4, 3/2, 3/4 to the classes and taking the plain interval of the sum."""
    down, rest, up = counts
    assume(sum(counts))
    shares = np.array([down + 0.75, rest + 1.5, up + 0.75]) / (sum(counts) + 3)
    center = 100 * (shares[2] - shares[0])
    variance = shares @ (np.array([-100, 0, 100]) - center) ** 2
    half = quantile(0.95) * np.sqrt(variance / (sum(counts) + 3))
    metric = rm.NPS()
    estimate = metric.estimate(metric.tally_counts({0: down, 8: rest, 10: up}))
    assert estimate.low == pytest.approx(min(max(center - half, -100), estimate.value))
    assert estimate.high == pytest.approx(max(min(center + half, 100), estimate.value))


@given(
    counts=st.lists(st.tuples(small, small, small), min_size=1, max_size=8),
    method=st.sampled_from(["adjusted", "score", "wald"]),
)
def test_arrays_of_groups_give_what_single_calls_give(counts, method):
    """Vectorised over groups, each interval is that of its own numbers."""
    scores = [
        p for triple in counts for p, c in zip((0, 8, 10), triple, strict=True) for _ in range(c)
    ]
    labels = [i for i, triple in enumerate(counts) for _ in range(sum(triple))]
    by = rm.NPS().by(scores, labels)
    table = by.table(method=method)
    for row, label in enumerate(by):
        interval = by[label].interval(method=method)
        assert table["low"][row] == pytest.approx(interval.low, abs=1e-9)
        assert table["high"][row] == pytest.approx(interval.high, abs=1e-9)


def test_equal_answers_never_give_certainty():
    """Wald and the bootstrap have no width then: the default stands in, and the result says so."""
    for estimate in (rm.nps([10] * 4), rm.rate(4, 4), rm.csat([5] * 4, definition="mean")):
        default = estimate.metric.methods[0]
        for method in estimate.metric.methods:
            interval = estimate.interval(method=method, rng=1)
            assert interval.high > interval.low
            assert interval.method == (default if method in ("wald", "bootstrap") else method)


def test_bootstrap_of_the_tally_is_the_bootstrap_of_the_answers():
    """Percentiles of multinomial draws agree with those of resampled answers."""
    rng = np.random.default_rng(1)
    answers = rng.choice(11, size=300, p=np.arange(1, 12) / 66)
    interval = rm.nps(answers).interval(method="bootstrap", rng=2)
    scores = 100.0 * (answers >= 9) - 100.0 * (answers <= 6)
    resampled = scores[rng.integers(0, 300, size=(10_000, 300))].mean(axis=1)
    assert interval.low == pytest.approx(np.quantile(resampled, 0.025), abs=0.7)
    assert interval.high == pytest.approx(np.quantile(resampled, 0.975), abs=0.7)
    again = rm.nps(answers).interval(method="bootstrap", rng=np.random.default_rng(2))
    assert (again.low, again.high) == (interval.low, interval.high)


def test_numbers_and_arrays_of_the_formulas():
    """The pure functions take numbers, and arrays of any leading shape."""
    share, n = np.array([[0.0, 0.5], [0.25, 1.0]]), np.array([[5, 10], [20, 3]])
    for function in (intervals.wilson, intervals.agresti_coull):
        low, high = function(share, n, 1.96)
        for i in np.ndindex(share.shape):
            assert (low[i], high[i]) == pytest.approx(function(float(share[i]), int(n[i]), 1.96))
