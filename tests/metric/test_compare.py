"""Two states compared, and a state with a number: laws of every metric, and other programs."""

import json
import math
import re
from fractions import Fraction
from html import escape
from statistics import NormalDist
from typing import Any

import comparison_study as study
import numpy as np
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from metrics_under_test import CASES, defined, same

import relmetrics as rm
from relmetrics.inference.differences import Contrast
from relmetrics.inference.linear_form import LinearForm

cases = pytest.mark.parametrize("case", CASES, ids=lambda case: case.label)
few = settings(max_examples=12, suppress_health_check=list(HealthCheck))
"""So many metrics times so many examples is enough; a draw may be undefined for a metric."""

LEVELS = st.sampled_from([0.5, 0.8, 0.95, 0.99])
NPS, RATE = rm.NPS(), rm.Rate()
MEAN = rm.MeanScore(scale=rm.ONE_TO_FIVE)


def two_states(case, data, most=10):
    """Draw two states of a metric, both of which it is defined for."""
    sides = [data.draw(st.lists(case.row, min_size=1, max_size=most)) for _ in range(2)]
    assume(all(defined(case, rows) is not None for rows in sides))
    return [case.state(rows) for rows in sides]


def ends(found):
    return found.low, found.high


def rate_of(yes, n):
    return rm.rate(yes, n).state


@cases
@few
@given(data=st.data(), level=LEVELS)
def test_a_difference_is_signed_and_sound(case, data, level):
    """The other way round it is the negative, to the last digit; it lies in its interval."""
    a, b = two_states(case, data)
    about = case.metric.description
    reach = about.high - about.low

    for method in case.metric.difference_methods:
        there = case.metric.compare(a, b, confidence_level=level, method=method)
        back = case.metric.compare(b, a, confidence_level=level, method=method)

        assert there.value == -back.value
        assert there.value == case.metric.estimate(a).value - case.metric.estimate(b).value
        np.testing.assert_array_equal(ends(there), (-back.high, -back.low))
        np.testing.assert_array_equal(
            [there.p_value, there.standard_error], [back.p_value, back.standard_error]
        )
        assert there.method == back.method
        if math.isnan(there.low):
            assert math.isnan(there.p_value)
            continue
        assert -reach <= there.low <= there.value <= there.high <= reach
        assert there.low < there.high
        assert 0 <= there.p_value <= 1


@cases
@few
@given(data=st.data(), level=LEVELS)
def test_the_interval_excludes_0_exactly_when_the_test_rejects(case, data, level):
    """Interval and p-value of a method are one thing; where the test is another it holds 0."""
    a, b = two_states(case, data)

    for method in case.metric.difference_methods:
        found = case.metric.compare(a, b, confidence_level=level, method=method)
        if math.isnan(found.low):
            continue
        if found.test == found.method:
            assert_agree(found, level)
        elif found.p_value >= 1 - level:
            assert found.low <= 0 <= found.high


def test_a_benchmark_may_be_as_small_as_numbers_are():
    """Not even the ratio of the value to it is a number."""
    state = rm.QuickRatio().moments({"gained": [1.0, 0.0, 3.0], "lost": [1.0, 1.0, 0.0]})
    found = rm.QuickRatio().benchmark(state, 5e-324)
    assert found.p_value < 1e-9
    assert found.verdict == "better"


@cases
@few
@given(data=st.data(), level=LEVELS, place=st.floats(0, 1))
def test_a_benchmark_is_excluded_exactly_when_its_test_rejects(case, data, level, place):
    """By every method on offer, and whatever the number."""
    state = two_states(case, data)[0]
    about = case.metric.description
    low, high = max(about.low, -100), min(about.high, 500)
    number = low + place * (high - low)

    for method in case.metric.tested_methods:
        found = case.metric.benchmark(state, number, confidence_level=level, method=method)
        if math.isnan(found.low):
            continue
        assert found.value == case.metric.estimate(state).value - number
        assert found.low <= found.value <= found.high
        assert_agree(found, level)


def assert_agree(found, level):
    """Check that 0 is outside of the interval exactly when p is below 1 less the level."""
    width = found.high - found.low
    close = min(abs(found.low), abs(found.high)) <= 1e-9 * width
    if close or abs(found.p_value - (1 - level)) < 1e-9:
        return
    assert (found.low > 0 or found.high < 0) == (found.p_value < 1 - level)
    if found.verdict != "not shown":
        higher = found.metric.description.direction == "higher"
        assert found.verdict == ("better" if (found.low >= 0) == higher else "worse")


@cases
@few
@given(data=st.data())
def test_a_state_does_not_differ_from_itself(case, data):
    """The difference is 0 with p = 1, and the interval is symmetrical about it."""
    state = two_states(case, data)[0]

    for method in case.metric.difference_methods:
        found = case.metric.compare(state, state, method=method)

        assert found.value == 0
        if math.isnan(found.low):
            continue
        assert found.p_value == 1
        assert found.low == -found.high < 0
        assert found.verdict == "not shown"
    own = case.metric.estimate(state)
    for method in case.metric.tested_methods:
        found = case.metric.benchmark(state, own.value, method=method)
        assert found.value == 0
        assert same(found.p_value, math.nan if math.isnan(found.low) else 1.0)


@cases
@few
@given(data=st.data(), factor=st.sampled_from([0.5, 3.0, 1000.0]))
def test_weights_enter_as_they_should(case, data, factor):
    """Equal weights are no weights, and the unit of weights changes nothing."""
    sides = [data.draw(st.lists(case.row, min_size=1, max_size=8)) for _ in range(2)]
    assume(all(defined(case, rows) is not None for rows in sides))
    some = st.sampled_from([0.5, 1.0, 2.5])
    weights = [data.draw(st.lists(some, min_size=len(s), max_size=len(s))) for s in sides]

    def compared(weighting, method):
        states = [case.state(s, w) for s, w in zip(sides, weighting, strict=True)]
        return case.metric.compare(*states, method=method)

    for method in case.metric.difference_methods:
        plain = case.metric.compare(*(case.state(s) for s in sides), method=method)
        assert_same(compared([[factor] * len(s) for s in sides], method), plain)
        scaled = compared([[factor * w for w in own] for own in weights], method)
        assert_same(scaled, compared(weights, method))


def assert_same(left, right):
    """Compare two differences to rounding."""
    width = 1 if math.isnan(right.low) else max(1.0, right.high - right.low)
    for name in ("value", "low", "high", "p_value"):
        unit = 1 if name == "p_value" else width
        assert same(getattr(left, name) / unit, getattr(right, name) / unit, 1e-6), name


@cases
@few
@given(data=st.data())
def test_differences_of_sums_of_states_are_json_and_text(case, data):
    """Shards that add give the difference of the whole, which has one line and strict JSON."""
    parts = [data.draw(st.lists(case.row, min_size=1, max_size=5)) for _ in range(4)]
    whole = [case.state(parts[0] + parts[1]), case.state(parts[2] + parts[3])]
    shards = [case.state(rows) for rows in parts]
    assume(all(defined(case, a + b) for a, b in (parts[:2], parts[2:])))

    found = case.metric.compare(*whole)
    merged = case.metric.compare(shards[0] + shards[1], shards[2] + shards[3])

    assert_same(merged, found)
    if case.kind == "tally":
        assert merged == found
        assert hash(merged) == hash(found)
    assert found == case.metric.compare(*whole)
    assert found != case.metric.compare(*whole, confidence_level=0.9)
    written = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert written["type"] == "difference"
    assert written["n"] == found.n == case.metric.estimate(whole[0]).n
    assert written["value"] == found.value == float(found)
    assert "\n" not in str(found)
    assert str(found).startswith(f"{case.metric.description.symbol} difference ")
    missing = whole[0].missing + whole[1].missing
    assert found.missing == missing
    assert (f"{missing} missing" in str(found)) == bool(missing)
    explained = str(found.explain())
    for part in ("Definition", "Difference", "Sizes", "Interval", "Test", "Verdict", "Source"):
        assert f"\n{part}:" in explained
    html = found._repr_html_()
    assert html.startswith("<p><strong>")
    assert "<table" in html
    assert found.metric == case.metric


@cases
@few
@given(data=st.data())
def test_many_pairs_of_states_at_once_are_each_pair_alone(case, data):
    """The numbers of a million groups come from the same lines as those of two."""
    sides = [data.draw(st.lists(case.row, min_size=3, max_size=9)) for _ in range(2)]
    labels = ["abc"[i % 3] for i in range(9)]
    stacks = [case.by(rows, list(labels[: len(rows)])).states for rows in sides]
    alone = [
        [
            case.state([row for row, own in zip(rows, labels, strict=False) if own == label])
            for label in "abc"
        ]
        for rows in sides
    ]

    for method in case.metric.difference_methods:
        found = case.metric.form.contrast(*stacks, 0.95, method)
        for i, pair in enumerate(zip(*alone, strict=True)):
            try:
                one = case.metric.compare(*pair, method=method)
            except (rm.EmptySampleError, rm.AmountError):
                assert math.isnan(found.value[i])
                continue
            assert_same(
                one,
                Contrast(
                    *(
                        float(x[i])
                        for x in (
                            found.value,
                            found.low,
                            found.high,
                            found.p_value,
                            found.standard_error,
                        )
                    ),
                    method,
                ),
            )


counts = st.integers(0, 60)
sizes = st.integers(1, 60)


@st.composite
def two_rates(draw):
    """Draw yes and n of two samples."""
    n, m = draw(sizes), draw(sizes)
    return draw(st.integers(0, n)), n, draw(st.integers(0, m)), m


@given(rates=two_rates(), level=LEVELS)
@example(rates=(0, 5, 0, 9), level=0.95)
@example(rates=(5, 5, 0, 9), level=0.95)
def test_differences_of_rates_against_statsmodels(rates, level):
    """Newcombe's and Agresti and Caffo's intervals of any two rates, moved to 0 by the test."""
    proportion = pytest.importorskip("statsmodels.stats.proportion")
    k, n, j, m = rates
    found = RATE.compare(rate_of(k, n), rate_of(j, m), confidence_level=level)

    def theirs(method, reaching=None):
        ends = proportion.confint_proportions_2indep(k, n, j, m, method=method, alpha=1 - level)
        if found.p_value >= 1 - level and reaching is not None:
            ends = min(ends[0], reaching), max(ends[1], reaching)
        return pytest.approx([100 * end for end in ends], rel=1e-9, abs=1e-9)

    assert (found.method, found.test) == ("newcombe", "mid_p")
    assert list(ends(found)) == theirs("newcomb", reaching=0)
    agresti_caffo = found.interval(method="agresti_caffo")
    reach = [min(max(end, -100), 100) for end in theirs("agresti-caffo").expected]
    assert list(ends(agresti_caffo)) == pytest.approx(
        [min(reach[0], found.value), max(reach[1], found.value)], rel=1e-9, abs=1e-9
    )


@given(rates=two_rates())
def test_the_p_value_of_two_rates_is_the_doubled_mid_p(rates):
    """Of the hypergeometric distribution, in fractions; the same of the difference turned round."""
    k, n, j, m = rates
    ways = [math.comb(n, i) * math.comb(m, k + j - i) for i in range(min(n, k + j) + 1)]
    below, at, above = sum(ways[:k]), ways[k], sum(ways[k + 1 :])
    expected = min(Fraction(1), Fraction(2 * min(below, above) + at, math.comb(n + m, k + j)))

    found = RATE.compare(rate_of(k, n), rate_of(j, m))

    assert found.p_value == pytest.approx(float(expected), rel=1e-9)
    assert found.p_value == RATE.compare(rate_of(j, m), rate_of(k, n)).p_value


def test_one_yes_is_no_evidence_against_a_rare_one():
    """1 of 1 against 50 of 1,000 was p = 0.00002, and 0 of 2 against 2 of 2 "worse"."""
    one = RATE.compare(rate_of(1, 1), rate_of(50, 1000))
    two = RATE.compare(rate_of(0, 2), rate_of(2, 2))

    assert one.p_value == pytest.approx(51 / 1001)
    assert (one.verdict, one.low) == ("not shown", 0)
    assert two.p_value == pytest.approx(1 / 6)
    assert (two.verdict, two.high) == ("not shown", 0)
    assert two.permutation().p_value == pytest.approx(1 / 3)


@pytest.mark.parametrize("method", RATE.difference_methods)
def test_a_share_of_points_is_a_share(method):
    """Two of five boxes are one kind of answer: as many pseudo-answers as of yes and no."""
    csat = rm.CSAT()
    boxes = csat.compare(
        csat.tally_counts({5: 3, 4: 4, 3: 2, 1: 1}), csat.tally_counts({5: 9, 2: 11}), method=method
    )
    shares = RATE.compare(rate_of(7, 10), rate_of(9, 20), method=method)

    for name in ("value", "low", "high", "p_value", "standard_error"):
        assert getattr(boxes, name) == pytest.approx(getattr(shares, name), rel=1e-12)


def test_what_stands_in_for_wald_is_named():
    """Where nobody differs on either side Wald's interval has no width."""
    found = RATE.compare(rate_of(5, 5), rate_of(0, 9), method="wald")

    assert found.method == "agresti_caffo"
    assert ends(found) == ends(RATE.compare(rate_of(5, 5), rate_of(0, 9), method="agresti_caffo"))
    assert NPS.compare(NPS.tally([9]), NPS.tally([3]), method="wald").method == "adjusted"


def test_newcombes_own_example():
    """Newcombe (1998), Statistics in Medicine 17, table II: 56/70 against 48/80, method 10."""
    found = RATE.compare(rate_of(56, 70), rate_of(48, 80))

    assert [round(x / 100, 4) for x in (found.value, *ends(found))] == [0.2, 0.0524, 0.3339]


def by_hand(tally, added):
    """Return NPS after pseudo-answers and its squared error, in exact arithmetic."""
    classes = [sum(tally.counts[:7]), sum(tally.counts[7:9]), sum(tally.counts[9:])]
    masses = [Fraction(c) + Fraction(a) for c, a in zip(classes, added, strict=True)]
    total = sum(masses)
    down, _, up = (m / total for m in masses)
    return 100 * (up - down), 10_000 * (up + down - (up - down) ** 2) / total


@given(
    a=st.lists(st.integers(0, 10), min_size=1, max_size=30),
    b=st.lists(st.integers(0, 10), min_size=1, max_size=30),
)
def test_nps_by_hand(a, b):
    """Rocks (2016): 3/4 detractor, 3/2 passives and 3/4 promoter are added to both sides."""
    left, right = NPS.tally(a), NPS.tally(b)
    (center, squared), (other, other_squared) = (
        by_hand(side, ("3/4", "3/2", "3/4")) for side in (left, right)
    )
    gap, error = float(center - other), math.sqrt(squared + other_squared)
    half = NormalDist().inv_cdf(0.975) * error

    found = NPS.compare(left, right)

    ends_of = min(found.value, max(gap - half, -200)), max(found.value, min(gap + half, 200))
    if found.p_value >= 0.05:
        ends_of = min(ends_of[0], 0), max(ends_of[1], 0)
    assert ends(found) == pytest.approx(ends_of, abs=1e-9)
    assert found.test == "mid_p"


def test_pseudo_answers_do_not_turn_the_sign_of_a_difference():
    """One promoter against ten thousand is no evidence of anything: their NPS are equal."""
    one, many = NPS.tally([10]), NPS.tally_counts({10: 10_000})

    found = NPS.compare(one, many)

    assert (found.value, found.p_value, found.verdict) == (0, 1, "not shown")
    assert NPS.benchmark(one, 100).p_value == 1
    # Above, and its pseudo-answers say below.
    above = NPS.compare(one, NPS.tally_counts({10: 9999, 0: 1}))
    assert above.value > 0
    assert above.p_value > 0.99
    assert above.verdict == "not shown"


def test_the_sign_of_a_change_is_kept():
    """A common mistake is to report |a - b|: a fall of NPS is a negative number here."""
    found = NPS.compare(NPS.tally([0] * 40 + [10] * 10), NPS.tally([10] * 50))

    assert found.value == -160
    assert found.high < 0
    assert found.verdict == "worse"


def test_the_verdict_knows_which_way_is_better():
    """A fall of churn is better, and one of retention is worse."""
    assert rm.ChurnRate().compare(rate_of(10, 400), rate_of(50, 400)).verdict == "better"
    assert rm.RetentionRate().compare(rate_of(10, 400), rate_of(50, 400)).verdict == "worse"


def test_the_variance_of_nps_is_not_that_of_independent_shares():
    """Promoters and detractors exclude each other, which makes NPS vary more, not less."""
    tally = NPS.tally([10] * 50 + [8] * 20 + [0] * 30)
    independent = 100 * math.sqrt(2 * (0.5 * 0.5 + 0.3 * 0.7) / 99)

    assert NPS.compare(tally, tally).standard_error > 1.25 * independent


@given(
    a=st.lists(st.integers(1, 5), min_size=2, max_size=30),
    b=st.lists(st.integers(1, 5), min_size=2, max_size=30),
)
def test_wald_of_means_is_the_textbooks(a, b):
    """Difference +- z times the root of s^2/n of both sides, with divisors n - 1."""
    squared = np.var(a, ddof=1) / len(a) + np.var(b, ddof=1) / len(b)
    assume(squared > 0)
    gap = float(np.mean(a) - np.mean(b))

    found = MEAN.compare(MEAN.tally(a), MEAN.tally(b), method="wald")

    assert found.value == pytest.approx(gap, abs=1e-12)
    assert found.standard_error == pytest.approx(math.sqrt(squared))
    half = NormalDist().inv_cdf(0.975) * math.sqrt(squared)
    assert found.low == pytest.approx(min(max(gap - half, -4), 4))
    assert found.p_value == pytest.approx(math.erfc(abs(gap) / math.sqrt(2 * squared)), abs=1e-12)


@given(
    a=st.lists(st.integers(0, 10), min_size=1, max_size=15),
    b=st.lists(st.integers(0, 10), min_size=1, max_size=15),
    both=st.lists(st.integers(0, 10), max_size=30),
)
def test_the_same_answers_on_both_sides_do_not_turn_the_sign(a, b, both):
    """Of samples of equal size; of unequal ones they may, and rightly."""
    b = (b * 15)[: len(a)]
    more = NPS.tally(both)

    before = NPS.compare(NPS.tally(a), NPS.tally(b))
    after = NPS.compare(NPS.tally(a) + more, NPS.tally(b) + more)

    assert np.sign(after.value) == np.sign(before.value)
    assert abs(after.value) <= abs(before.value) + 1e-12


NEARLY_1 = 0.95
"""From here on a mid-p says that nothing is shown, and may rise by a step of the counts."""


@example(rates=(43, 48, 9, 10), times=2)
@example(rates=(1, 20, 3, 60), times=2)
@given(rates=two_rates(), times=st.integers(2, 50))
def test_the_more_answers_the_smaller_p(rates, times):
    """When every count is multiplied a difference is surer, and none stays none."""
    k, n, j, m = rates

    for method in RATE.difference_methods:
        if method == "agresti_caffo" and n != m:
            continue  # its pseudo-answers move both sides, each by its size
        once = RATE.compare(rate_of(k, n), rate_of(j, m), method=method)
        often = RATE.compare(
            rate_of(times * k, times * n), rate_of(times * j, times * m), method=method
        )
        assert often.value == pytest.approx(once.value)
        if once.value == 0:
            assert often.p_value == once.p_value == 1
        elif once.test != "mid_p" or once.p_value < NEARLY_1:  # chances of counts go by steps
            assert often.p_value <= once.p_value
        else:
            assert often.p_value >= NEARLY_1 or often.p_value <= once.p_value


@given(yes=st.integers(0, 30), no=st.integers(0, 30), level=LEVELS)
def test_the_score_test_is_the_score_interval_inverted(yes, no, level):
    """At the ends of the interval p is 1 less the level: rates and NPS, by `score`."""
    assume(yes + no)
    tallies: list[Any] = [
        (RATE, rate_of(yes, yes + no)),
        (NPS, NPS.tally_counts({10: yes, 8: 7, 0: no})),
    ]
    for metric, state in tallies:
        own = metric.estimate(state)
        interval = own.interval(level, method="score")
        for end in (interval.low, interval.high):
            if end in (own.value, metric.description.low, metric.description.high):
                continue
            found = metric.benchmark(state, end, method="score", confidence_level=level)
            assert found.p_value == pytest.approx(1 - level, abs=1e-6)


@given(yes=st.integers(0, 30), n=st.integers(1, 30), other=st.integers(1, 99))
def test_a_rate_against_a_number_is_the_textbooks_z_test(yes, n, other):
    """z = (p - p0) / sqrt(p0 (1 - p0) / n): the variance is that of the number."""
    assume(yes <= n)
    share = other / 100
    z = (yes / n - share) / math.sqrt(share * (1 - share) / n)

    found = RATE.benchmark(rate_of(yes, n), other)

    assert found.method == "wilson"
    assert found.p_value == pytest.approx(math.erfc(abs(z) / math.sqrt(2)), abs=1e-9)


def two_one_sided(value, error, margin):
    """Return the larger of two one-sided p-values, in plain Python."""
    below = NormalDist().cdf((value - margin) / error)
    above = NormalDist().cdf((-margin - value) / error)
    return max(below, above)


@given(
    a=st.lists(st.integers(1, 5), min_size=5, max_size=30),
    b=st.lists(st.integers(1, 5), min_size=5, max_size=30),
    margin=st.floats(0.1, 2),
    level=st.sampled_from([0.8, 0.9, 0.95, 0.99]),
)
def test_equivalence_is_two_one_sided_tests(a, b, margin, level):
    """By `wald` p against plain Python; by `adjusted`, which is widened, no less than that."""
    left, right = MEAN.tally(a), MEAN.tally(b)
    wald = MEAN.compare(left, right, method="wald")
    assume(wald.method == "wald")
    pseudo = [MEAN.form.normal(side) for side in (left, right)]
    center = pseudo[0].center - pseudo[1].center
    error = math.sqrt(pseudo[0].squared_error + pseudo[1].squared_error)
    for found, gap, own_error in (
        (wald, wald.value, wald.standard_error),
        (MEAN.compare(left, right), center, error),
    ):
        tested = found.equivalence(margin=margin, confidence_level=level)

        if abs(found.value) < margin:
            expected = min(two_one_sided(gap, own_error, margin), 0.5)
            if found.method == "wald":
                assert tested.p_value == pytest.approx(expected, abs=1e-9)
            assert expected - 1e-9 <= tested.p_value <= 0.5
        else:
            assert tested.p_value == 0.5
        if abs(tested.p_value - (1 - level)) > 1e-9:
            assert tested.is_equivalent == (tested.p_value < 1 - level)
        assert tested.is_equivalent == (-margin < tested.low and tested.high < margin)
        inner = found.interval(2 * level - 1, method=found.method)
        if found.method == "wald":
            assert (tested.low, tested.high) == ends(inner)
        assert tested.low <= inner.low <= inner.high <= tested.high
        wider = found.equivalence(margin=margin + 0.5, confidence_level=level)
        assert wider.p_value <= tested.p_value
        assert wider.is_equivalent >= tested.is_equivalent
        assert ("not shown" in str(tested)) == (not tested.is_equivalent)


@pytest.mark.parametrize("method", RATE.difference_methods)
def test_equivalence_of_rates_goes_by_the_difference_s_own_method(method):
    """The interval of level 1 - 2 alpha is the one that the difference was asked for."""
    found = RATE.compare(rate_of(40, 80), rate_of(45, 80), method=method)

    tested = found.equivalence(margin=20)

    inner = found.interval(0.9, method=method)
    assert (tested.low, tested.high) == pytest.approx(ends(inner), rel=1e-12)
    assert tested.is_equivalent == (tested.p_value < 0.05)


def test_a_large_p_value_does_not_show_that_nothing_changed():
    """Four answers give p = 1 and show nothing; two thousand with a like p show equivalence."""
    few_answers = NPS.compare(NPS.tally([10, 9, 0, 8]), NPS.tally([10, 9, 0, 8]))
    many = NPS.compare(*[NPS.tally_counts({10: 2000, 8: 2000, 0: 1000})] * 2)

    assert few_answers.p_value == many.p_value == 1
    assert not few_answers.equivalence(margin=5).is_equivalent
    assert many.equivalence(margin=5).is_equivalent


def test_what_has_no_interval_has_no_p_value():
    """A single campaign has no variance: NaN, and no verdict; None in JSON."""
    metric = rm.ReturnOnInvestment()
    one, several = rm.roi(gain=2, cost=1).state, rm.roi(gain=[1, 2], cost=[1, 1]).state

    for found in (metric.compare(one, several), metric.benchmark(one, -200)):
        assert math.isnan(found.p_value)
        assert found.verdict == "not shown"
        assert "no p-value" in str(found)
        assert found.to_dict()["p_value"] is None
        tested = found.equivalence(margin=5)
        assert math.isnan(tested.p_value)
        assert not tested.is_equivalent


def test_a_level_of_equal_ratings_has_a_width():
    """Wald's interval has none where nobody differs, and the default stands in."""
    csi = rm.CSI()
    sides = [
        csi.moments({"food": [x] * 3, "staff": [x - 1] * 3}, weights=[0.1, 0.2, 0.7])
        for x in (5, 4)
    ]

    found = csi.compare(*sides, method="wald")

    assert found.method == "adjusted"
    assert found.low < found.value < found.high
    assert found.p_value > 0.05


def test_one_answer_with_nearly_all_the_weight_is_no_certainty():
    """Wald's error of a single effective answer is not known, and the default stands in."""
    one = MEAN.tally([5, 4], weights=[1e-12, 1.0])

    interval = MEAN.estimate(one).interval(method="wald")
    found = MEAN.compare(one, MEAN.tally([2, 3]), method="wald")

    assert interval.method == found.method == "adjusted"
    assert interval.low < 4 < interval.high
    assert found.low < found.value < found.high


STATE = NPS.tally([10, 9, 3])
DIFFERENCE = NPS.compare(STATE, NPS.tally([8, 2]))
CSI = rm.CSI()
RATINGS = CSI.moments({"food": [4, 5], "staff": [3, 4]})

MISTAKES = {
    "another scale": (
        lambda: NPS.compare(STATE, rm.CSAT().tally([3])),
        rm.StateError,
        "differ in scale",
    ),
    "an estimate": (lambda: NPS.compare(rm.nps([9]), STATE), rm.StateError, "got NPSEstimate"),
    "answers": (lambda: NPS.compare([9], [8]), rm.StateError, "got list"),
    "moments for a tally": (lambda: NPS.compare(STATE, RATINGS), rm.StateError, "got Moments"),
    "a tally for moments": (lambda: CSI.compare(RATINGS, STATE), rm.StateError, "got Tally"),
    "other factors": (
        lambda: CSI.compare(RATINGS, CSI.moments({"food": [4, 5], "sound": [3, 4]})),
        rm.FactorError,
        "both sides must have the same factors; only one has 'staff', 'sound'",
    ),
    "another rule": (
        lambda: rm.CSI(missing_factor="pairwise").compare(RATINGS, RATINGS),
        rm.StateError,
        "rule",
    ),
    "no answers": (
        lambda: NPS.compare(STATE, NPS.tally([None, None])),
        rm.EmptySampleError,
        "undefined without answers: all 2 are missing",
    ),
    "weights of zero": (
        lambda: NPS.compare(NPS.tally([9, None], weights=[0, 1]), STATE),
        rm.WeightError,
        "all zero",
    ),
    "no such method": (
        lambda: NPS.compare(STATE, STATE, method="newcombe"),
        rm.ParameterError,
        "'method' must be one of adjusted, wald",
    ),
    "another number's method": (
        lambda: NPS.benchmark(STATE, 5, method="bootstrap"),
        rm.ParameterError,
        "'method' must be one of adjusted, score, wald",
    ),
    "an interval of no such method": (
        lambda: DIFFERENCE.interval(method="score"),
        rm.ParameterError,
        "'method' must be one of",
    ),
    "a benchmark out of range": (
        lambda: NPS.benchmark(STATE, 101),
        rm.ParameterError,
        "'value' must be within -100 to 100 points .got 101.",
    ),
    "a benchmark of infinity": (
        lambda: rm.ReturnOnInvestment().benchmark(rm.roi(gain=1, cost=1).state, math.inf),
        rm.ParameterError,
        "'value' must be a finite number",
    ),
    "no margin": (
        lambda: DIFFERENCE.equivalence(margin=0),
        rm.ParameterError,
        "'margin' must be above 0",
    ),
    "a negative margin": (
        lambda: DIFFERENCE.equivalence(margin=-1),
        rm.ParameterError,
        "'margin' must be above 0 .got -1",
    ),
    "a level of a half": (
        lambda: DIFFERENCE.equivalence(margin=5, confidence_level=0.5),
        rm.ParameterError,
        "'confidence_level' must be above 0.5",
    ),
    "some on both sides": (
        lambda: NPS.compare(
            STATE, STATE, respondents=["a", "b", "c"], reference_respondents=["c", None, "b"]
        ),
        rm.ParameterError,
        "in both: 'c', 'b' .2 in all.. Compare them paired",
    ),
    "respondents of one side": (
        lambda: NPS.compare(STATE, STATE, respondents=["a", "b", "c"]),
        rm.ParameterError,
        "'reference_respondents' must be given together",
    ),
    "respondents of the other side": (
        lambda: NPS.compare(STATE, STATE, reference_respondents=["a"]),
        rm.ParameterError,
        "'respondents' must be given together",
    ),
    "respondents that cannot be looked up": (
        lambda: NPS.compare(STATE, STATE, respondents=[{}], reference_respondents=["a"]),
        rm.ParameterError,
        "'respondents' must be hashable",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_an_error_that_says_what_to_do(name):
    """What cannot be compared is told apart, and never compared."""
    mistake, kind, words = MISTAKES[name]

    with pytest.raises(kind, match=words):
        mistake()


@pytest.mark.parametrize("value", [math.nan, True, "5", None, [1]])
def test_a_benchmark_and_a_margin_are_finite_numbers(value):
    """NaN, a bool, text, None and a list are not."""
    with pytest.raises(rm.ParameterError, match="'value' must be a finite number"):
        NPS.benchmark(STATE, value)
    with pytest.raises(rm.ParameterError, match="'margin' must be a finite number"):
        DIFFERENCE.equivalence(margin=value)


@pytest.mark.parametrize("level", [0, 1, -0.5, 1.5, math.nan, True, "a", None])
def test_levels_lie_strictly_between_0_and_1(level):
    """Wherever a level is asked for."""
    for ask in (
        lambda: NPS.compare(STATE, STATE, confidence_level=level),
        lambda: NPS.benchmark(STATE, 5, confidence_level=level),
        lambda: DIFFERENCE.equivalence(margin=5, confidence_level=level),
        lambda: DIFFERENCE.interval(level) if level is not None else NPS.compare([], []),
    ):
        with pytest.raises(rm.RelmetricsError):
            ask()
    with pytest.raises(rm.ParameterError, match=re.escape("'confidence_level' must be")):
        NPS.compare(STATE, STATE, confidence_level=level)


def test_respondents_who_are_apart_change_nothing():
    """The check is a check: missing names are nobody's."""
    left, right = NPS.tally([9, 3]), NPS.tally([8, 10])

    checked = NPS.compare(
        left, right, respondents=["a", None], reference_respondents=np.array([None, "b"])
    )

    assert checked == NPS.compare(left, right)


def test_factors_in_another_order_are_the_same_factors():
    """An index goes by the names of its factors, not by their places."""
    csi = rm.CSI(weights={"food": 3, "staff": 1})
    there = csi.moments({"food": [4, 5, 3], "staff": [1, 2, 1]})
    turned = csi.moments({"staff": [1, 2, 1], "food": [4, 5, 3]})

    assert csi.compare(there, turned).value == pytest.approx(0, abs=1e-12)


def test_a_difference_knows_both_of_its_sides():
    """Their values, whose difference it is, and how many answers each has, if it has any."""
    two = NPS.compare(NPS.tally([10, 9, 3, None]), NPS.tally([8, 10]))
    one = NPS.benchmark(NPS.tally([10, 9, 3]), 50)

    assert two.values == pytest.approx((100 / 3, 50))
    assert (two.n, two.n_reference, two.missing) == (3, 2, 1)
    assert (one.n, one.n_reference) == (3, None)
    for found in (two, one):
        left, right = found.values
        assert found.value == pytest.approx(left - right)
        written = found.to_dict()
        assert written["values"] == list(found.values)
        assert (written["n"], written["n_reference"]) == (found.n, found.n_reference)


def test_a_difference_works_out_each_side_once(monkeypatch):
    """Values and sizes stand in its texts, and none of them is worked out anew."""
    asked = []
    sample = LinearForm.sample

    def counted(self, *masses):
        asked.append(masses)
        return sample(self, *masses)

    monkeypatch.setattr(LinearForm, "sample", counted)
    found = NPS.compare(NPS.tally([10, 9, 3]), NPS.tally([8, 10]))
    paired = NPS.compare_paired(NPS.pairs([10, 9, 3], [8, 10, 3]))
    assert len(asked) <= 4
    asked.clear()
    for difference, size in ((found, "n = 3 against 2"), (paired, "n = 3 pairs")):
        assert size in str(difference)
        assert size in difference.explain()
        assert difference.value == pytest.approx(difference.values[0] - difference.values[1])
    assert asked == []


def test_tests_of_a_difference_are_dictionaries_and_html():
    """Equivalence and permutation stand alone too; what is not known is None."""
    difference = RATE.compare(rate_of(7, 8), rate_of(2, 9))
    equivalence, permuted = difference.equivalence(margin=5), difference.permutation(rng=1)

    assert equivalence.to_dict() == {
        "type": "equivalence",
        "v": 1,
        "is_equivalent": False,
        "margin": 5.0,
        "p_value": equivalence.p_value,
        "low": equivalence.low,
        "high": equivalence.high,
        "confidence_level": 0.95,
        "note": "",
    }
    assert permuted.to_dict() == {
        "type": "resampled",
        "v": 1,
        "p_value": permuted.p_value,
        "arrangements": 9,
        "is_exact": True,
    }
    for result in (equivalence, permuted, difference):
        text = escape(str(result))
        line = f"<table><tbody><tr><td>{text}</td></tr></tbody></table>"
        assert result._repr_html_().endswith(line)


@pytest.mark.parametrize("n", [2, 5, 10])
@pytest.mark.parametrize("shares", study.AGAINST_A_NUMBER[::2], ids=str)
def test_a_benchmark_of_few_answers_keeps_its_size(n, shares):
    """Exactly, over all samples: at most 8 % reject the true score; it was up to 36 %."""
    assert study.size_against_a_number(NPS, n, shares) <= 0.08


def test_a_benchmark_of_few_is_by_the_larger_of_two_tests():
    """Four promoters against 0: 1 sample in 16 has them, and 1 has four detractors."""
    found = NPS.benchmark(NPS.tally([10] * 4), 0)
    assert (found.test, found.low) == ("mid_p", 0)
    assert found.p_value == pytest.approx(2 * 0.5**4 / 2)
    assert NPS.benchmark(NPS.tally([10] * 4), 0, method="score").p_value < 0.05


def test_a_share_of_few_against_a_number_is_marked_where_chance_rejects_it_too_often():
    """One in three when 5 % are expected: 14 of 100 samples have one or more."""
    marked = RATE.benchmark(rate_of(1, 3), 5)
    assert marked.note == "of so few, chance alone has p below 0.05 in 14 of 100"
    assert marked.note in str(marked)
    assert marked.note in marked._repr_html_()
    assert marked.to_dict()["note"] == marked.note
    assert (
        RATE.benchmark(rate_of(30, 1000), 5).note == RATE.benchmark(rate_of(9, 20), 50).note == ""
    )
    assert RATE.benchmark(rate_of(1, 3), 5, method="wald").note == ""


@pytest.mark.parametrize("n", [1, 3, 30])
def test_a_single_comparison_of_scores_keeps_its_size_against_500(n):
    """At most 7 %, and 7.4 for three of thirds: that all agree; and the luck of 1,000 draws."""
    for name in study.OPINIONS_OF_SCORES:
        assert study.size_against_many(name, n, draws=1000) <= 9.5


def test_a_light_yes_counts_less_than_a_yes_and_a_heavy_one_no_more():
    """The weight of one yes among 200 makes the share, not the certainty of it."""
    csat = rm.CSAT()
    six = csat.tally([5] * 6 + [1] * 194, weights=[1] * 200)

    def p_of(weight):
        return csat.compare(csat.tally([5] + [1] * 199, weights=[weight] + [1] * 199), six).p_value

    none = csat.compare(csat.tally([1] * 200, weights=[1] * 199 + [0.999]), six).p_value
    assert p_of(1e-6) == pytest.approx(none, rel=0.02)
    assert p_of(1e-6) > 0.04
    assert p_of(1) < p_of(3)
