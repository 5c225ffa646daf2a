"""Looks before the end: against published boundaries, the normal distribution, and surveys."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal, norm

import relmetrics as rm

NPS = rm.NPS()

PUBLISHED = [
    # Five even looks, two-sided 5 %: Reboussin et al. (2000), as ldbounds and gsDesign print them.
    ("obrien_fleming", 2, 0.05, [0.2, 0.4, 0.6, 0.8, 1], [4.8769, 3.3569, 2.6803, 2.2898, 2.0310]),
    ("pocock", 2, 0.05, [0.2, 0.4, 0.6, 0.8, 1], [2.4380, 2.4268, 2.4101, 2.3966, 2.3859]),
    ("obrien_fleming", 2, 0.05, [0.5, 1], [2.9626, 1.9686]),
    # Four even looks, one-sided 5 %: the documentation of SeqBounds.
    ("obrien_fleming", 1, 0.05, [0.25, 0.5, 0.75, 1], [3.74955, 2.53993, 2.01604, 1.72014]),
]


@pytest.mark.parametrize(("spending", "sides", "alpha", "information", "bounds"), PUBLISHED)
def test_boundaries_are_the_published_ones(spending, sides, alpha, information, bounds):
    """To the digits that they were worked out to there."""
    plan = rm.group_sequential(
        information=information,
        spending=spending,
        confidence_level=1 - alpha,
        alternative="two-sided" if sides == 2 else "one-sided",
    )
    assert plan.bounds == pytest.approx(bounds, abs=2.5e-4)
    assert plan.alphas == pytest.approx([sides * norm.sf(z) for z in plan.bounds])
    spent = plan.table()["spent"]
    assert spent[-1] == pytest.approx(alpha, abs=1e-6)


@settings(max_examples=15)
@given(
    cuts=st.lists(st.floats(0.15, 0.9), min_size=1, max_size=2, unique=True),
    spending=st.sampled_from(["obrien_fleming", "pocock"]),
    level=st.sampled_from([0.8, 0.95]),
)
def test_within_the_boundaries_stays_what_was_not_spent(cuts, spending, level):
    """The chance of crossing none, by scipy's normal distribution of all looks together."""
    parts = [*sorted(cuts), 1.0]
    if min(np.diff(parts)) < 0.05:
        return
    plan = rm.group_sequential(information=parts, spending=spending, confidence_level=level)
    t = np.array(parts)
    covariance = np.sqrt(np.minimum.outer(t, t) / np.maximum.outer(t, t))
    ends = np.minimum(np.array(plan.bounds), 12)
    inside = multivariate_normal(cov=covariance, seed=1).cdf(ends, lower_limit=-ends)
    assert inside == pytest.approx(level, abs=2e-4)
    assert (np.diff(plan.table()["spent"]) > 0).all()


def test_one_look_is_the_usual_test():
    """And the more looks the more answers in all, but fewer on average."""
    one = rm.group_sequential(looks=1)
    assert one.levels == pytest.approx((0.95,))
    assert one.inflation(power=0.9) == pytest.approx(1, abs=1e-6)
    assert one.expected(power=0.9) == 1
    five = rm.group_sequential(looks=5, spending="pocock")
    assert 1 < rm.group_sequential(looks=5).inflation(power=0.9) < five.inflation(power=0.9) < 1.25
    assert five.expected(power=0.9) * five.inflation(power=0.9) < 1
    plan = rm.sample_size_for_difference(NPS, difference=10)
    assert one.sizes(plan)[0][0] == pytest.approx(plan.n, abs=1)
    assert [n for n, _ in five.sizes(plan)] == sorted(n for n, _ in five.sizes(plan))
    assert len(rm.group_sequential(looks=60).bounds) == 60


def test_a_look_asks_only_for_those_before_it():
    """What is planned for later does not change what was asked first."""
    first = rm.group_sequential(information=[0.3, 0.6, 1]).bounds
    other = rm.group_sequential(information=[0.3, 0.6, 0.8, 1]).bounds
    assert first[:2] == pytest.approx(other[:2])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "'looks' must be given, or information="),
        ({"looks": 2, "information": [1]}, "'looks' must be given, or information="),
        ({"looks": 0}, "'looks' must be a whole number"),
        ({"information": [0.5, 0.9]}, "'information' must be numbers above 0 that rise to 1"),
        ({"information": [0.5, 0.4, 1]}, "'information' must be numbers above 0 that rise to 1"),
        ({"information": ["a", 1]}, "'information' must be numbers above 0 that rise to 1"),
        ({"looks": 2, "spending": "haybittle"}, "'spending' must be one of obrien_fleming, pocock"),
        ({"looks": 2, "alternative": "less"}, "'alternative' must be one of two-sided, one-sided"),
        ({"looks": 2, "confidence_level": 1}, "confidence_level"),
    ],
)
def test_what_is_no_plan_of_looks_is_refused(options, message):
    """Each error names the argument."""
    with pytest.raises(rm.ParameterError, match=message):
        rm.group_sequential(**options)
    for plan in (None, 500, rm.sample_size(NPS, margin=5)):
        with pytest.raises(rm.ParameterError, match=r"'plan' must be the sizes.*_for_difference"):
            rm.group_sequential(looks=2).sizes(plan)
    with pytest.raises(rm.ParameterError, match="'plan' must be two-sided"):
        rm.group_sequential(looks=2).sizes(
            rm.sample_size_for_difference(NPS, difference=10, alternative="greater")
        )


@pytest.mark.long
def test_surveys_looked_at_five_times_raise_no_more_alarms():
    """NPS of two groups that are alike, 60 more answers each at a look; and power as planned."""
    rng, draws = np.random.default_rng(5), 400
    points, shares = (3, 8, 10), np.array([0.3, 0.3, 0.4])
    plans = [rm.group_sequential(looks=5, spending=kind) for kind in ("obrien_fleming", "pocock")]
    alarms, naive = np.zeros(2), 0
    for _ in range(draws):
        counts = rng.multinomial(60, shares, (5, 2)).cumsum(axis=0)
        p = []
        for look in counts:
            sides = (NPS.tally_counts(dict(zip(points, row.tolist(), strict=True))) for row in look)
            p.append(NPS.compare(*sides).p_value)
        naive += min(p) < 0.05
        alarms += [any(np.array(p) < plan.alphas) for plan in plans]

    error = 3 * math.sqrt(0.05 * 0.95 / draws)
    assert (alarms / draws < 0.05 + error).all()
    assert naive / draws > 0.1
