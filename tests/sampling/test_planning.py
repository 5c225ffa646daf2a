"""Planning: answers for a margin, for a difference, and what silent customers could change."""

import json
import math
from fractions import Fraction
from itertools import combinations_with_replacement, product
from statistics import NormalDist

import numpy as np
import pytest
from copies import copied
from hypothesis import assume, example, given
from hypothesis import strategies as st
from metrics_under_test import CASES

import relmetrics as rm
from relmetrics.states.grouped_tally import GroupedTally

proportion = pytest.importorskip("statsmodels.stats.proportion")
statsmodels_power = pytest.importorskip("statsmodels.stats.power")

LINEAR = tuple(case.metric for case in CASES if case.kind == "tally")
FEW = (
    rm.NPS(),
    rm.Rate(),
    rm.CES(),
    rm.MeanScore(scale=rm.Scale(-3, 3)),
    rm.CSAT(definition="net"),
)
RATE, NPS = rm.Rate(), rm.NPS()

metrics = st.sampled_from(LINEAR)
levels = st.sampled_from([0.8, 0.9, 0.95, 0.99])


@st.composite
def planned(draw):
    """Draw a metric with answers to expect: a tally whose answers count, or None."""
    metric = draw(metrics)
    counts = draw(
        st.lists(st.integers(0, 30), min_size=metric.scale.size, max_size=metric.scale.size)
    )
    tally = rm.Tally(metric.scale, tuple(counts))
    assume(sum(metric.form.classes(counts)))
    return metric, draw(st.sampled_from([tally, tally, None]))


def yes(share, n=10_000):
    """Return a tally of n answers with this share of yes."""
    return RATE.tally_counts({1: round(share * n), 0: n - round(share * n)})


def span(metric):
    """Return the width of the range of a metric's answers."""
    return metric.form.levels[-1] - metric.form.levels[0]


def plain_margin(metric, expected, n, level):
    """Return half the width of the default interval, from lists of masses in plain Python."""
    z = NormalDist().inv_cdf((1 + level) / 2)
    values = [float(c) for c in metric.coefficients()]
    inside = [i for i, value in enumerate(values) if not math.isnan(value)]
    least, most = min(values[i] for i in inside), max(values[i] for i in inside)
    if expected is None:
        masses = {values.index(least): n / 2, values.index(most): n / 2}
    else:
        answers = sum(expected.counts[i] for i in inside)
        masses = {i: n * expected.counts[i] / answers for i in inside}
    mean = sum(values[i] * mass for i, mass in masses.items()) / n
    if len({values[i] for i in inside}) == 2:
        share = (mean - least) / (most - least)
        low, high = (
            (most - least) * end
            for end in proportion.proportion_confint(share * n, n, 1 - level, method="wilson")
        )
        return (high - low) / 2
    pseudo = [float(mass) for mass in metric.pseudo_answers()]
    total = n + sum(pseudo[i] for i in inside)
    masses = {i: masses.get(i, 0.0) + pseudo[i] for i in inside}
    center = sum(values[i] * mass for i, mass in masses.items()) / total
    variance = sum(mass * (values[i] - center) ** 2 for i, mass in masses.items()) / total
    half = z * math.sqrt(variance / total)
    low, high = max(center - half, least), min(center + half, most)
    return (max(high, mean) - min(low, mean)) / 2


# ---- a margin of error ----------------------------------------------------------------------


def test_the_textbooks_number_for_nps_is_walds():
    """Wald's worst case for NPS +- 5 is 1,537; with pseudo-answers it takes 4 fewer."""
    z = NormalDist().inv_cdf(0.975)
    assert math.ceil((z * 100 / 5) ** 2) == 1537
    assert rm.sample_size(NPS, margin=5).n == 1533


def test_the_textbooks_number_for_a_rate_is_walds():
    """Wald's worst case for a rate +- 5 is 385; Wilson's interval takes 381."""
    assert math.ceil(proportion.samplesize_confint_proportion(0.5, 0.05)) == 385
    assert rm.sample_size(RATE, margin=5).n == 381


def test_a_rates_sample_size_is_too_few_for_nps():
    """A score over twice the range takes four times the answers: 385 leave NPS at +- 10."""
    assert float(rm.margin_of_error(NPS, n=385)) > 9.9


@given(case=planned(), n=st.integers(1, 3000), level=levels)
def test_the_margin_is_half_of_the_metrics_own_interval(case, n, level):
    """It agrees with pseudo-answers added in plain Python, and with Wilson's of statsmodels."""
    metric, expected = case
    found = rm.margin_of_error(metric, n=n, expected=expected, confidence_level=level)
    assert found.value == pytest.approx(plain_margin(metric, expected, n, level), abs=1e-9)
    assert float(found) == found.value == (found.high - found.low) / 2


@given(case=planned(), share=st.floats(0.1, 0.9), level=levels)
def test_the_sample_size_is_the_fewest_by_brute_force(case, share, level):
    """Counting up from 1 stops at the same number, and one fewer is not enough."""
    metric, expected = case
    at_60 = plain_margin(metric, expected, 60, level)
    margin = at_60 + share * (span(metric) / 2 - at_60)
    assume(margin > at_60)
    found = rm.sample_size(metric, margin=margin, expected=expected, confidence_level=level)
    counted = next(n for n in range(1, 61) if plain_margin(metric, expected, n, level) <= margin)
    assert found.n == int(found) == counted
    assert found.reached <= margin
    if found.n > 1:
        fewer = rm.margin_of_error(metric, n=found.n - 1, expected=expected, confidence_level=level)
        assert fewer.value > margin


@given(case=planned(), n=st.integers(1, 100_000), population=st.none() | st.integers(1, 200_000))
def test_sample_size_and_margin_of_error_are_each_others_reverse(case, n, population):
    """The answers for the margin that n answers give are n."""
    metric, expected = case
    n = n if population is None else min(n, population)
    setting = {"expected": expected, "population": population}
    margin = rm.margin_of_error(metric, n=n, **setting).value
    assume(rm.margin_of_error(metric, n=max(n - 1, 1), **setting).value > margin or n == 1)
    assert rm.sample_size(metric, margin=margin, **setting).n == n


@given(case=planned())
def test_a_pilots_own_interval_is_what_is_planned_for_as_many_answers(case):
    """The plan uses the formulas that will be used on the data."""
    metric, pilot = case
    assume(pilot is not None)
    estimate = metric.estimate(pilot)
    margin = rm.margin_of_error(metric, n=estimate.n, expected=pilot)
    assert (margin.low, margin.high) == pytest.approx((estimate.low, estimate.high), abs=1e-9)


@pytest.mark.parametrize("metric", FEW, ids=lambda m: m.description.symbol)
@pytest.mark.parametrize("n", [1, 2, 3, 5, 7])
def test_no_answers_have_a_wider_interval_than_the_worst_case(metric, n):
    """Every tally of n answers is enumerated: each interval is within the planned margin."""
    worst = rm.margin_of_error(metric, n=n).value
    points = range(metric.scale.low, metric.scale.high + 1)
    for answers in combinations_with_replacement(points, n):
        estimate = metric.estimate(metric.tally(list(answers)))
        assert (estimate.high - estimate.low) / 2 <= worst + 1e-9


@given(case=planned(), margins=st.tuples(st.floats(0.005, 0.6), st.floats(0.005, 0.6)))
def test_a_wider_margin_never_takes_more_answers(case, margins):
    """Nor does a lower level, and no expectation takes more than the worst case."""
    metric, expected = case
    narrow, wide = (share * span(metric) for share in sorted(margins))
    size = rm.sample_size(metric, margin=narrow, expected=expected).n
    assert rm.sample_size(metric, margin=wide, expected=expected).n <= size
    assert rm.sample_size(metric, margin=narrow, expected=expected, confidence_level=0.8).n <= size
    assert size <= rm.sample_size(metric, margin=narrow).n


@given(
    case=planned(),
    share=st.floats(0.005, 0.5),
    populations=st.tuples(st.integers(1, 10**6), st.integers(1, 10**6)),
)
def test_a_larger_population_never_takes_fewer_answers(case, share, populations):
    """A finite population takes no more than it has, and no more than one without end."""
    metric, expected = case
    margin = share * span(metric)
    sizes = [
        rm.sample_size(metric, margin=margin, expected=expected, population=population).n
        for population in sorted(populations)
    ]
    assert sizes[0] <= sizes[1] <= rm.sample_size(metric, margin=margin, expected=expected).n
    assert sizes[0] <= min(populations)


@given(case=planned(), population=st.integers(1, 10**6))
def test_no_margin_at_all_takes_everybody(case, population):
    """Margin 0 is the whole population, whose score is known."""
    metric, expected = case
    size = rm.sample_size(metric, margin=0, population=population, expected=expected)
    assert (size.n, size.reached) == (population, 0)


@given(population=st.integers(500, 10**6), margin=st.floats(1, 10))
def test_the_correction_of_a_population_is_the_textbooks(population, margin):
    """Cochran's n0 / (1 + (n0 - 1) / N), but for the rounding of n0 and of n."""
    n0 = rm.sample_size(RATE, margin=margin).n
    found = rm.sample_size(RATE, margin=margin, population=population).n
    assert found == pytest.approx(n0 / (1 + (n0 - 1) / population), abs=2)


def test_the_corrected_variance_is_that_of_draws_without_replacement():
    """(N - n) / (N - 1) is exact: all samples of 5 of 9 customers are enumerated."""
    customers = [0, 0, 0, 1, 1, 1, 1, 1, 1]
    means = [sum(chosen) / 5 for chosen in combinations_of(customers, 5)]
    variance = np.var(customers) / 5 * (9 - 5) / (9 - 1)
    assert np.var(means) == pytest.approx(variance)
    given_ = rm.margin_of_error(RATE, n=5, population=9).assumptions
    assert given_.effective(5) == pytest.approx(np.var(customers) / np.var(means))


def combinations_of(items, size):
    """Return all choices of so many items."""
    return [
        [item for item, kept in zip(items, mask, strict=True) if kept]
        for mask in product([False, True], repeat=len(items))
        if sum(mask) == size
    ]


@given(case=planned(), share=st.floats(0.01, 0.2), effect=st.integers(2, 6))
def test_a_design_effect_multiplies_the_answers(case, share, effect):
    """As many times the answers say what those of a simple random sample say."""
    metric, expected = case
    margin = share * span(metric)
    simple = rm.sample_size(metric, margin=margin, expected=expected).n
    designed = rm.sample_size(metric, margin=margin, expected=expected, design_effect=effect).n
    assert effect * (simple - 1) < designed <= effect * simple


@given(weights=st.lists(st.floats(0.1, 5), min_size=3, max_size=12), repeat=st.integers(2, 50))
def test_only_the_shares_of_expected_answers_count(weights, repeat):
    """A pilot of more answers, or with weights that give the same shares, plans the same."""
    answers = [10, 8, 0] * 4
    chosen = answers[: len(weights)]
    pilot = NPS.tally(chosen, weights=weights)
    merged = sum([pilot] * repeat, rm.Tally.zero(NPS.scale))
    one, many = (rm.margin_of_error(NPS, n=300, expected=tally) for tally in (pilot, merged))
    assert one.value == pytest.approx(many.value)
    value, low, high = pilot_numbers(chosen, weights, 300)
    assert (one.low, one.high) == pytest.approx((low, high))
    assert low < value < high


def pilot_numbers(answers, weights, n):
    """Return NPS and its interval of n answers with the weighted shares, in plain Python."""
    contributions = {10: 100, 8: 0, 0: -100}
    masses = {100: 0.75, 0: 1.5, -100: 0.75}
    for answer, weight in zip(answers, weights, strict=True):
        masses[contributions[answer]] += n * weight / sum(weights)
    center = sum(v * m for v, m in masses.items()) / (n + 3)
    variance = sum(m * (v - center) ** 2 for v, m in masses.items()) / (n + 3)
    half = NormalDist().inv_cdf(0.975) * math.sqrt(variance / (n + 3))
    value = (n + 3) / n * center
    return value, max(center - half, -100), min(center + half, 100)


@given(n=st.integers(1, 10**6), hundredths=st.integers(1, 100))
@example(n=30, hundredths=30)
def test_invitations_are_the_answers_over_the_response_rate_rounded_up(n, hundredths):
    """A rate means what is written: 30 answers at 0.3 take 100 invitations and not 101."""
    margin = rm.margin_of_error(RATE, n=n).value
    size = rm.sample_size(RATE, margin=margin, response_rate=hundredths / 100)
    assert size.invitations == math.ceil(Fraction(100 * size.n, hundredths))


def test_answers_outside_of_the_base_are_not_counted():
    """Return on relationship counts the customers who were helped; so does its plan."""
    metric = rm.ReturnOnRelationship()
    few, many = (
        metric.tally_counts({0: unhelped, 1: 40, 2: 10})
        if unhelped
        else metric.tally([1, 1, 1, 1, 2])
        for unhelped in (700, 0)
    )
    sizes = [rm.sample_size(metric, margin=3, expected=tally).n for tally in (few, many)]
    assert sizes[0] == sizes[1] == rm.sample_size(RATE, margin=3, expected=yes(0.2)).n


# ---- a difference ---------------------------------------------------------------------------


def test_the_sample_size_of_two_rates_is_that_of_r():
    """R: power.prop.test(p1 = .50, p2 = .75, power = .90) gives n = 76.7 (its help page)."""
    found = rm.sample_size_for_difference(RATE, difference=25, power=0.9, expected=yes(0.5))
    assert (found.n, found.n_reference, found.total) == (77, 77, 154)
    assert int(found) == 77


@given(
    p0=st.integers(1, 99),
    p1=st.integers(1, 99),
    n=st.integers(2, 5000),
    ratio=st.integers(1, 4),
    level=levels,
)
def test_the_power_of_two_rates_against_statsmodels(p0, p1, n, ratio, level):
    """The score test's power is power_proportions_2indep's, on the side of the difference."""
    assume(p0 != p1)
    theirs = proportion.power_proportions_2indep(
        (p1 - p0) / 100,
        p0 / 100,
        n,
        ratio=ratio,
        alpha=(1 - level) / 2,
        alternative="larger" if p1 > p0 else "smaller",
        return_results=False,
    )
    ours = rm.power(
        RATE,
        n=n,
        n_reference=ratio * n,
        difference=p1 - p0,
        expected=yes(p0 / 100),
        confidence_level=level,
    )
    assert float(ours) == pytest.approx(float(theirs), abs=1e-9)


@given(
    answers=st.lists(st.integers(0, 10), min_size=10, max_size=40),
    share=st.floats(0.02, 0.1),
    n=st.integers(10_000, 20_000),
    ratio=st.integers(1, 3),
)
@example(answers=[3, 5, 5, 5, 8, 8, 8, 8, 8, 10], share=0.0245, n=10_000, ratio=3)
def test_the_power_of_two_scores_nears_that_of_the_normal_test(answers, share, n, ratio):
    """With many answers the pseudo-answers do not matter: NormalIndPower of statsmodels."""
    metric = rm.MeanScore(scale=rm.ZERO_TO_TEN)
    pilot, deviation = metric.tally(answers), float(np.std(answers))
    difference = share * deviation
    value = float(np.mean(answers))
    room = (10 - value - difference) * (value + difference)
    assume(deviation > 2 and room > deviation**2)
    theirs = statsmodels_power.NormalIndPower().power(share, n, 0.05, ratio=ratio)
    ours = rm.power(metric, n=n, n_reference=ratio * n, difference=difference, expected=pilot)
    assert ours.value == pytest.approx(theirs, abs=0.01)


@pytest.mark.parametrize(("p0", "p1", "n"), [(0.5, 0.75, 40), (0.3, 0.6, 35), (0.2, 0.5, 40)])
def test_the_power_of_two_rates_is_that_of_the_test_by_enumeration(p0, p1, n):
    """All pairs of counts, with their chances and the p-values of `compare`."""
    counts = np.arange(n + 1)
    chances = [
        np.array([math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in counts.tolist()])
        for p in (p1, p0)
    ]
    k1, k0 = (side.ravel() for side in np.meshgrid(counts, counts, indexing="ij"))
    found = seen(RATE, *(np.column_stack([n - k, k]) for k in (k1, k0)))
    exact = float(np.outer(*chances).ravel() @ found)
    planned_ = rm.power(RATE, n=n, difference=100 * (p1 - p0), expected=yes(p0))
    assert planned_.value == pytest.approx(exact, abs=0.03)


def seen(metric, group, reference):
    """Tell for many pairs of tallies whether `compare` finds the group significantly higher."""
    none = np.zeros(len(group), dtype=np.int64)
    sides = (GroupedTally(metric.scale, side.astype(np.int64), none) for side in (group, reference))
    found = metric.form.contrast(*sides, 0.95, metric.difference_methods[0])
    return (found.p_value < 0.05) & (found.value > 0)


SAME_SPREAD = [
    # shares of detractors and promoters of the reference; difference; answers of either side
    (0.15, 0.45, 10, 400, 400),
    (0.15, 0.45, 20, 100, 100),
    (0.30, 0.30, 30, 40, 80),
    (0.25, 0.25, 20, 60, 30),
]


@pytest.mark.long
@pytest.mark.parametrize(("down", "up", "difference", "n", "n_reference"), SAME_SPREAD)
def test_the_power_of_two_scores_is_that_of_the_test_by_simulation(
    down, up, difference, n, n_reference
):
    """NPS, with a shift that keeps the variance: 20,000 pairs of samples, each compared."""
    value, shifted = up - down, up - down + difference / 100
    extreme = up + down - value**2 + shifted**2
    of_group = ((extreme - shifted) / 2, 1 - extreme, (extreme + shifted) / 2)
    rng = np.random.default_rng(20260)
    at = [0, 8, 10]
    samples = []
    for size, shares in ((n, of_group), (n_reference, (down, 1 - up - down, up))):
        drawn = np.zeros((20_000, 11), dtype=np.int64)
        drawn[:, at] = rng.multinomial(size, shares, 20_000)
        samples.append(drawn)
    share = seen(NPS, *samples).mean()
    expected = NPS.tally_counts(
        {0: round(100 * down), 10: round(100 * up), 8: round(100 - 100 * up - 100 * down)}
    )
    found = rm.power(NPS, n=n, n_reference=n_reference, difference=difference, expected=expected)
    # The formula counts pseudo-answers; given all answers the test needs none, and finds more.
    assert share - 0.03 <= found.value <= share + 0.01


@given(
    case=planned(),
    share=st.floats(0.05, 0.9),
    sign=st.sampled_from([-1, 1]),
    ratio=st.integers(1, 3),
)
def test_the_answers_for_a_difference_are_the_fewest_by_brute_force(case, share, sign, ratio):
    """That number has the power, and one fewer has not."""
    metric, expected = case
    least, most = reach(metric, expected)
    difference = share * (most if sign > 0 else least)
    assume(difference and varies(metric, expected))
    found = rm.sample_size_for_difference(
        metric, difference=difference, expected=expected, ratio=ratio
    )
    assert found.n_reference == ratio * found.n
    assert found.power >= 0.8

    def chance(n):
        setting = {"n_reference": ratio * n, "difference": difference, "expected": expected}
        return rm.power(metric, n=n, **setting).value

    assert chance(found.n) == found.power
    if found.n > 1:
        assert chance(found.n - 1) < 0.8
    if found.n < 60:
        assert all(chance(n) < 0.8 for n in range(1, found.n))


def reach(metric, expected):
    """Return how far the score can fall and rise from where it is expected."""
    low, high = metric.form.levels[0], metric.form.levels[-1]
    if expected is None:
        return low - high, high - low
    value = metric.estimate(expected).value
    return low - value, high - value


def varies(metric, expected):
    """Tell whether expected answers differ, or need not."""
    of_two = len(metric.form.levels) == 2
    counts = [1, 1] if expected is None else metric.form.classes(expected.counts)
    return of_two or sum(count > 0 for count in counts) > 1


@given(ratio=st.floats(0.05, 20), difference=st.floats(2, 60), p0=st.integers(1, 35))
def test_any_ratio_reaches_the_power(ratio, difference, p0):
    """Whatever rounding does to the reference, the power that was asked for is there."""
    found = rm.sample_size_for_difference(
        RATE, difference=difference, ratio=ratio, expected=yes(p0 / 100)
    )
    assert found.n_reference == math.ceil(ratio * found.n)
    assert found.power >= 0.8


@given(case=planned(), n=st.integers(5, 2000), n_reference=st.integers(5, 2000))
def test_the_detectable_difference_has_the_power_and_a_smaller_one_has_not(case, n, n_reference):
    """Both ways, by asking `power`; what the range ends before is NaN."""
    metric, expected = case
    assume(varies(metric, expected))
    setting = {"n": n, "n_reference": n_reference, "expected": expected}
    found = rm.detectable_difference(metric, **setting)

    def chance(difference):
        return rm.power(metric, difference=difference, **setting).value

    for way, end in zip((found.fall, found.rise), reach(metric, expected), strict=True):
        if math.isnan(way):
            assert end == 0 or chance(end) < 0.8
        else:
            assert chance(way) >= 0.8 > chance(0.999 * way)
    sizes = [abs(way) for way in (found.fall, found.rise) if not math.isnan(way)]
    assert found.value == max(sizes) if sizes else math.isnan(found.value)


@given(case=planned(), n=st.integers(10, 10_000))
def test_the_answers_for_the_detectable_difference_are_no_more_than_there_are(case, n):
    """The two questions are each other's reverse."""
    metric, expected = case
    assume(varies(metric, expected))
    found = rm.detectable_difference(metric, n=n, expected=expected)
    for way in (found.rise, found.fall):
        if not math.isnan(way):
            sizes = rm.sample_size_for_difference(metric, difference=way, expected=expected)
            assert sizes.n <= n


@given(share=st.integers(0, 100), n=st.integers(1, 5000), level=levels)
def test_without_a_difference_the_power_is_half_of_the_false_alarms(share, n, level):
    """Those one way; unless nothing varies, and there is no alarm at all."""
    chance = rm.power(
        RATE, n=n, difference=0, expected=yes(share / 100), confidence_level=level
    ).value
    assert chance == (pytest.approx((1 - level) / 2) if 0 < share < 100 else 0)


@given(case=planned(), share=st.floats(0.005, 0.4), sign=st.sampled_from([-1, 1]))
def test_no_expectation_takes_more_than_the_worst_case(case, share, sign):
    """For two groups of the same size, and a difference that both allow."""
    metric, expected = case
    least, most = reach(metric, expected)
    difference = sign * share * span(metric)
    assume(least <= difference <= most and varies(metric, expected))
    worst = rm.sample_size_for_difference(metric, difference=difference).n
    sizes = rm.sample_size_for_difference(metric, difference=difference, expected=expected)
    assert sizes.n <= worst + 1 or worst < 30


def test_a_design_effect_halves_the_answers_of_both_groups():
    """With a design effect of 2, 1,000 answers see what 500 would."""
    for metric in FEW:
        difference = 0.04 * span(metric)
        plain = rm.power(metric, n=500, difference=difference).value
        assert rm.power(metric, n=1000, difference=difference, design_effect=2).value == plain


def test_a_fall_and_a_rise_of_a_rate_differ():
    """From 5 % a fall is seen sooner: the variance falls with the rate."""
    found = rm.detectable_difference(RATE, n=1000, expected=yes(0.05))
    assert -found.fall < found.rise == found.value == float(found)
    assert "a rise of 3.098 percentage points or a fall of 2.395 percentage points" in str(found)


def test_what_the_range_ends_before_is_nan_and_said():
    """From 1 % with 50 answers no fall can be seen, and with 1 answer nothing at all."""
    found = rm.detectable_difference(RATE, n=50, expected=yes(0.01))
    assert math.isnan(found.fall)
    assert found.to_dict()["fall"] is None
    assert "Fall:        none within the range is seen" in found.explain()
    nothing = rm.detectable_difference(RATE, n=1, expected=yes(0.5))
    assert math.isnan(nothing.value)
    assert "no difference at all" in str(nothing)


# ---- silent customers -----------------------------------------------------------------------


@given(
    metric=st.sampled_from(FEW),
    data=st.data(),
    silent=st.integers(0, 3),
    missing=st.integers(0, 2),
)
def test_the_bounds_are_the_extremes_of_all_that_the_silent_could_answer(
    metric, data, silent, missing
):
    """Every combination of their answers is enumerated; missing answers are silent."""
    points = range(metric.scale.low, metric.scale.high + 1)
    answers = data.draw(st.lists(st.sampled_from(points), min_size=1, max_size=8))
    state = metric.tally(answers + [None] * missing)
    bounds = rm.response_bounds(metric, state, invited=len(answers) + missing + silent)
    could = [
        metric.estimate(metric.tally(answers + list(more))).value
        for more in combinations_with_replacement(points, silent + missing)
    ]
    assert (bounds.low, bounds.high) == pytest.approx((min(could), max(could)))
    assert bounds.silent == silent + missing
    assert bounds.response_rate == len(answers) / bounds.invited
    assert bounds.observed == metric.estimate(state)


@given(
    metric=st.sampled_from(FEW),
    data=st.data(),
    silent=st.integers(1, 1000),
    share=st.floats(0, 1),
)
def test_so_many_of_the_silent_carry_the_score_to_the_target(metric, data, silent, share):
    """That share of them at the end and the others like the observed give the target."""
    points = range(metric.scale.low, metric.scale.high + 1)
    answers = data.draw(st.lists(st.sampled_from(points), min_size=1, max_size=20))
    bounds = rm.response_bounds(metric, metric.tally(answers), invited=len(answers) + silent)
    value, n = bounds.observed.value, len(answers)
    for bound, end in ((bounds.low, metric.form.levels[0]), (bounds.high, metric.form.levels[-1])):
        target = min(max(value + share * (bound - value), bounds.low), bounds.high)
        found = bounds.break_even(target)
        among = found * end + (1 - found) * value
        assert 0 <= found <= 1
        assert (n * value + silent * among) / (n + silent) == pytest.approx(target, abs=1e-9)


def test_the_worst_bound_follows_the_direction():
    """Of effort the worst is the highest, of NPS the lowest."""
    ces = rm.response_bounds(rm.CES(), rm.CES().tally([2, 2]), invited=4)
    nps = rm.response_bounds(NPS, NPS.tally([10, 8]), invited=4)
    assert (ces.worst, ces.best) == (ces.high, ces.low) == (4.5, 1.5)
    assert (nps.worst, nps.best) == (nps.low, nps.high) == (-25, 75)


def test_with_nobody_silent_the_bounds_are_the_score():
    """There is nothing left to assume, and no other target to reach."""
    bounds = rm.response_bounds(NPS, NPS.tally([10, 8]), invited=2)
    assert (bounds.low, bounds.high, bounds.break_even(50)) == (50, 50, 0)
    with pytest.raises(rm.ParameterError, match="within the bounds"):
        bounds.break_even(49)


def test_answers_outside_of_the_base_are_not_silent():
    """Customers who were not helped were heard; only the others could answer either way."""
    metric = rm.ReturnOnRelationship()
    bounds = rm.response_bounds(metric, metric.tally([0, 0, 1, 2]), invited=6)
    assert bounds.silent == 2
    assert (bounds.low, bounds.high) == (25, 75)
    assert bounds.response_rate == pytest.approx(4 / 6)


# ---- what is shown, and what is refused --------------------------------------------------------

RESULTS = (
    rm.sample_size(NPS, margin=5),
    rm.sample_size(rm.CES(), margin=0.25, population=900, design_effect=1.3, response_rate=0.5),
    rm.margin_of_error(NPS, n=400, expected=NPS.tally([10, 8, 3])),
    rm.sample_size_for_difference(RATE, difference=-5, expected=yes(0.3)),
    rm.detectable_difference(NPS, n=300),
    rm.power(rm.CES(), n=300, difference=0.3),
    rm.response_bounds(NPS, NPS.tally([10, 9, 3]), invited=10),
)


@pytest.mark.parametrize("result", RESULTS, ids=lambda r: type(r).__name__)
def test_results_are_shown_and_serialised(result):
    """One line, an explanation that begins with it, a table, and plain values for JSON."""
    line, text = str(result), result.explain()
    assert "\n" not in line
    assert text.splitlines()[0] == line
    assert "<table" in result._repr_html_()
    plain = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert plain["v"] == 1
    assert (
        plain["type"]
        == {
            "SampleSize": "sample_size",
            "MarginOfError": "margin_of_error",
            "GroupSizes": "group_sizes",
            "DetectableDifference": "detectable_difference",
            "Power": "power",
            "ResponseBounds": "response_bounds",
        }[type(result).__name__]
    )


def test_a_single_answer_is_singular():
    """In every line that counts answers."""
    results = (
        rm.margin_of_error(NPS, n=1),
        rm.power(NPS, n=1, difference=150),
        rm.detectable_difference(NPS, n=1, n_reference=2000),
        rm.response_bounds(NPS, NPS.tally([10]), invited=2),
    )
    for result in results:
        assert "1 answer " in str(result)
        assert "1 answers" not in result.explain()
    assert "2 answers against 1 " in str(rm.power(NPS, n=2, n_reference=1, difference=150))


@pytest.mark.parametrize("result", RESULTS, ids=lambda r: type(r).__name__)
@copied
def test_a_copy_of_a_plan_is_equal_to_it(result, again):
    """A fall that no answers show is NaN, and equal too."""
    assert again(result) == result
    assert hash(again(result)) == hash(result)
    unseen = rm.detectable_difference(RATE, n=300, expected=yes(0.001))
    assert math.isnan(unseen.fall)
    assert again(unseen) == unseen
    assert hash(again(unseen)) == hash(unseen)


def test_the_design_effect_of_weights_is_taken_as_it_is():
    """What `design_effect` returns counts by its number, in every plan."""
    effect = rm.design_effect([1, 1, 2, 5])
    calls = (
        lambda deff: rm.sample_size(NPS, margin=5, design_effect=deff),
        lambda deff: rm.margin_of_error(NPS, n=400, design_effect=deff),
        lambda deff: rm.sample_size_for_difference(NPS, difference=5, design_effect=deff),
        lambda deff: rm.power(NPS, n=400, difference=5, design_effect=deff),
        lambda deff: rm.detectable_difference(NPS, n=400, design_effect=deff),
    )
    for call in calls:
        assert call(effect) == call(effect.value)
        assert call(effect).assumptions.design_effect == effect.value


def test_the_assumptions_are_said():
    """Worst case or expected, population, design effect and response rate are in the text."""
    text = RESULTS[1].explain()
    for words in ("worst case", "900", "design effect of 1.3", "0.5", "Interval:    adjusted"):
        assert words in text
    assert "NPS 0.0, standard deviation 81.6 points" in RESULTS[2].explain()
    plain = RESULTS[1].to_dict()["assumptions"]
    assert (plain["population"], plain["design_effect"], plain["expected"]) == (900, 1.3, None)


NAN, INF = math.nan, math.inf
ALIKE = NPS.tally([10, 9])
REFUSED = [
    ("sample_size", {"margin": 0}, "'margin' must be a finite number above 0"),
    ("sample_size", {"margin": -1, "population": 5}, "of at least 0"),
    ("sample_size", {"margin": NAN}, "'margin'"),
    ("sample_size", {"margin": INF}, "'margin'"),
    ("sample_size", {"margin": "5"}, "'margin'"),
    ("sample_size", {"margin": True}, "'margin'"),
    ("sample_size", {"margin": 10**400}, "'margin'"),
    ("sample_size", {"margin": 1e-9}, "'margin' must be larger"),
    ("sample_size", {"margin": 5, "confidence_level": 95}, "0.95 for 95 %"),
    ("sample_size", {"margin": 5, "design_effect": 0}, "'design_effect'"),
    ("sample_size", {"margin": 5, "population": 0}, "'population'"),
    ("sample_size", {"margin": 5, "population": 10.5}, "'population'"),
    ("sample_size", {"margin": 5, "response_rate": 0}, "'response_rate'"),
    ("sample_size", {"margin": 5, "response_rate": 20}, "Say 0.2"),
    ("sample_size", {"margin": 5, "population": 1000, "response_rate": 0.2}, "at least 0.606"),
    ("sample_size", {"margin": 5, "expected": {10: 4}}, "tally_counts"),
    ("sample_size", {"margin": 5, "expected": NPS.estimate(ALIKE)}, "estimate.state"),
    ("margin_of_error", {"n": 0}, "'n' must be a whole number"),
    ("margin_of_error", {"n": 5.5}, "'n' must be a whole number"),
    ("margin_of_error", {"n": 50, "population": 40}, "from 1 to 40"),
    ("sample_size_for_difference", {"difference": 0}, "other than 0"),
    ("sample_size_for_difference", {"difference": 1e-9}, "further from 0"),
    ("sample_size_for_difference", {"difference": 201}, "from -200 to 200 points"),
    ("sample_size_for_difference", {"difference": NAN}, "'difference'"),
    ("sample_size_for_difference", {"difference": 5, "power": 80}, "'power'"),
    ("sample_size_for_difference", {"difference": 5, "power": 0.5}, "above 0.5"),
    ("sample_size_for_difference", {"difference": 5, "ratio": 0}, "'ratio'"),
    (
        "sample_size_for_difference",
        {"difference": 80, "expected": NPS.tally([10, 10, 9, 0])},
        "from -150 to 50 points, as the reference scores 50",
    ),
    ("sample_size_for_difference", {"difference": -5, "expected": ALIKE}, "answers that differ"),
    ("power", {"n": 0, "difference": 5}, "'n'"),
    ("power", {"n": 5, "n_reference": 0, "difference": 5}, "'n_reference'"),
    ("detectable_difference", {"n": 5, "power": 1}, "'power'"),
    ("detectable_difference", {"n": 5, "power": 0.6, "confidence_level": 0.3}, "above 0.7"),
]


@pytest.mark.parametrize(("name", "options", "shown"), REFUSED)
def test_what_cannot_be_planned_is_refused(name, options, shown):
    """The message names the argument, shows the value and says what to do."""
    with pytest.raises(rm.ParameterError, match=shown):
        getattr(rm, name)(NPS, **options)


@pytest.mark.parametrize("metric", [rm.CSI(), rm.ReturnOnInvestment(), rm.NPS, "NPS", None])
def test_metrics_of_moments_are_refused_by_name(metric):
    """Their variance is not known from one question; the message says what is supported."""
    for call in (
        lambda: rm.sample_size(metric, margin=5),
        lambda: rm.power(metric, n=5, difference=5),
        lambda: rm.response_bounds(metric, NPS.tally([10]), invited=5),
    ):
        with pytest.raises(rm.ParameterError, match="a metric of a tally: NPS, CSAT"):
            call()


def test_expected_answers_must_be_there_and_of_the_scale():
    """A tally without answers, or of another question, plans nothing."""
    with pytest.raises(rm.EmptySampleError):
        rm.sample_size(NPS, margin=5, expected=rm.Tally.zero(NPS.scale))
    with pytest.raises(rm.StateError, match="scale"):
        rm.sample_size(NPS, margin=5, expected=yes(0.5))


def test_bounds_that_mean_nothing_are_refused():
    """More answers than invitations, weights, no answers, no count, no tally."""
    with pytest.raises(rm.CountError, match="must not exceed invited"):
        rm.response_bounds(NPS, NPS.tally([10, 9, None]), invited=2)
    with pytest.raises(rm.CountError, match="invited"):
        rm.response_bounds(NPS, NPS.tally([10]), invited=2.5)
    with pytest.raises(rm.StateError, match="silent customers have no weights"):
        rm.response_bounds(NPS, NPS.tally([10, 9], weights=[1, 2]), invited=5)
    with pytest.raises(rm.StateError, match="silent customers have no weights"):
        rm.response_bounds(NPS, NPS.tally([10, None], weights=[0, 2]), invited=5)
    with pytest.raises(rm.EmptySampleError):
        rm.response_bounds(NPS, NPS.tally([None]), invited=5)
    with pytest.raises(rm.StateError):
        rm.response_bounds(NPS, [10, 9], invited=5)
