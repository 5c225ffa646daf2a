"""Plans of one side, margins and the same respondents: against textbooks, and the tests to come."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

import relmetrics as rm

NPS, RATE = rm.NPS(), rm.Rate()
LAST = NPS.tally_counts({10: 45, 8: 40, 3: 15})
HALF = RATE.tally_counts({1: 60, 0: 40})


def test_by_wald_plans_are_those_of_the_textbook():
    """(z_a + z_b)^2 (v1 + v2) / (d - limit)^2: Chow, Shao and Wang (2008), chapters 3 and 4."""
    variance = 2 * 0.6 * 0.4
    options = {"expected": HALF, "method": "wald"}

    def textbook(z, apart, v=variance):
        return math.ceil((z + norm.isf(0.2)) ** 2 * v / (apart / 100) ** 2)

    def n(**asked):
        return rm.sample_size_for_difference(RATE, **options, **asked).n

    assert n(difference=0, margin=5, alternative="greater") == textbook(norm.isf(0.05), 5)
    assert n(difference=0, margin=5, alternative="less") == textbook(norm.isf(0.05), 5)
    moved = 0.6 * 0.4 + 0.57 * 0.43
    assert n(difference=-3, margin=10, alternative="greater") == textbook(norm.isf(0.05), 7, moved)
    assert n(difference=3, alternative="greater") == textbook(
        norm.isf(0.05), 3, 0.6 * 0.4 + 0.63 * 0.37
    )
    # Of equivalence without a difference each side has half of what is missed.
    both = (norm.isf(0.05) + norm.isf(0.1)) ** 2 * variance / 0.05**2
    assert n(difference=0, margin=5, alternative="equivalence") == math.ceil(both)
    assert n(difference=3, correlation=0.5) == pytest.approx(n(difference=3) / 2, abs=1)


@given(
    rho=st.floats(-0.9, 0.99),
    overlap=st.floats(0.05, 1),
    n=st.integers(20, 20_000),
    times=st.sampled_from([1, 3]),
)
def test_the_same_respondents_make_differences_surer(rho, overlap, n, times):
    """More so the more of them, the more alike they answer; without any it is as it was."""
    sizes = {"n": n, "n_reference": times * n, "difference": 6, "expected": LAST}
    plain = rm.power(NPS, **sizes).value
    same = rm.power(NPS, **sizes, correlation=rho, overlap=overlap)

    assert rm.power(NPS, **sizes, correlation=0, overlap=overlap).value == plain
    if plain > 0.5:
        assert (same.value >= plain) == (rho >= 0) or abs(same.value - plain) < 1e-9
    if rho > 0 and same.value > 0.5:
        assert rm.power(NPS, **sizes, correlation=rho).value >= same.value - 1e-9
    assert 0 <= same.value <= 1


def test_one_side_takes_fewer_answers_and_says_so():
    """A one-sided test at 95 % is a two-sided one at 90 % that goes the right way."""
    two = rm.sample_size_for_difference(NPS, difference=5, expected=LAST, confidence_level=0.9)
    one = rm.sample_size_for_difference(NPS, difference=5, expected=LAST, alternative="greater")
    assert one.n == two.n
    assert "one-sided: more than 0" in str(one)
    assert one.to_dict()["test"]["alternative"] == "greater"
    seen = rm.detectable_difference(RATE, n=400, alternative="less")
    assert math.isnan(seen.rise)
    assert seen.value == -seen.fall
    explained = str(rm.power(RATE, n=400, difference=1, margin=5, alternative="greater").explain())
    assert "one-sided: more than -5, Newcombe's interval" in explained
    paired = rm.power(NPS, n=400, difference=1, correlation=0.5, overlap=0.8)
    assert "correlate by 0.5 of the 0.8 in both groups" in str(paired.explain())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"difference": 0}, "'difference' must be other than 0"),
        ({"difference": -1, "alternative": "greater"}, "'difference' must be more than 0"),
        ({"difference": 6, "alternative": "less", "margin": 5}, "must be less than 5"),
        ({"difference": -5, "alternative": "equivalence", "margin": 5}, "smaller than 5, either"),
        ({"difference": 1, "margin": 5}, "'margin' must be 0 of a two-sided test"),
        ({"difference": 1, "alternative": "equivalence"}, "'margin' must be above 0"),
        ({"difference": 1, "alternative": "better"}, "'alternative' must be one of two-sided"),
        ({"difference": 1, "correlation": 1.5}, "'correlation' must be from -1 to 1"),
        ({"difference": 1, "overlap": 0}, "'overlap' must be a number above 0"),
        ({"difference": 1, "method": "score"}, "'method' must be one of adjusted, wald"),
    ],
)
def test_what_cannot_be_planned_is_refused(options, message):
    """Each error names the argument."""
    with pytest.raises(rm.ParameterError, match=message):
        rm.sample_size_for_difference(NPS, **options)


def same_customers(rng, n, rise, rho):
    """Return answers of two waves of the same respondents, correlated by about rho."""
    first, other = rng.random(n), rng.random(n)
    second = np.where(rng.random(n) < rho, first, other)
    before = np.select([first < 0.15, first < 0.55], [3, 8], 10)
    low = 0.15 - rise / 200
    after = np.select([second < low, second < 0.55 - rise / 200], [3, 8], 10)
    return before, after


@pytest.mark.long
def test_power_is_what_the_tests_to_come_have():
    """Of 400 surveys as many see it as planned, and three errors of so few either way."""
    rng, draws = np.random.default_rng(12), 400
    error = 3 * math.sqrt(0.8 * 0.2 / draws) + 0.02

    n = rm.sample_size_for_difference(NPS, difference=10, expected=LAST, correlation=0.6).n
    who, seen, paired = np.arange(n), 0, 0
    for _ in range(draws):
        before, after = same_customers(rng, n, 10, 0.6)
        sides = (NPS.tally(side, respondents=who) for side in (after, before))
        seen += NPS.compare(*sides).verdict == "better"
        paired += NPS.compare_paired(NPS.pairs(after, before)).verdict == "better"
    assert abs(seen / draws - 0.8) < error
    assert abs(paired / draws - 0.8) < error

    cases: list[tuple[Any, Any, float, Any]] = [
        (RATE, HALF, 10, "greater"),
        (NPS, LAST, 15, "equivalence"),
        (RATE, HALF, 10, "equivalence"),
    ]
    for metric, expected, margin, kind in cases:
        n = rm.sample_size_for_difference(
            metric, difference=0, margin=margin, alternative=kind, expected=expected
        ).n
        shares = np.array(expected.masses) / sum(expected.masses)
        shown = 0
        for _ in range(draws):
            counts = rng.multinomial(n, shares, 2)
            points = range(expected.scale.low, expected.scale.high + 1)
            sides = (
                metric.tally_counts(dict(zip(points, row.tolist(), strict=True))) for row in counts
            )
            found = metric.compare(*sides)
            ends = found.interval(0.9)
            above, below = ends.low > -margin, ends.high < margin
            shown += above if kind == "greater" else above and below
        assert abs(shown / draws - 0.8) < error, (metric, kind)
