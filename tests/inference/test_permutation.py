"""Permutation tests: exact where answers can be enumerated, against scipy and by brute force."""

import math
from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import relmetrics as rm
from relmetrics.inference import permutation

NPS, RATE = rm.NPS(), rm.Rate()
MEAN = rm.MeanScore(scale=rm.ONE_TO_FIVE)
some = settings(max_examples=40)


def rate_of(yes, n):
    return rm.rate(yes, n).state


def p_of_two(metric, a, b, **options):
    return metric.compare(metric.tally(a), metric.tally(b)).permutation(**options)


@some
@given(
    a=st.lists(st.integers(1, 5), min_size=1, max_size=6),
    b=st.lists(st.integers(1, 5), min_size=1, max_size=6),
)
def test_two_samples_by_brute_force(a, b):
    """Every way to tell the answers apart again, one by one, in exact arithmetic."""
    everything = a + b
    observed = abs(Fraction(sum(a), len(a)) - Fraction(sum(b), len(b)))
    gaps = []
    for chosen in combinations(range(len(everything)), len(a)):
        ours = sum(everything[i] for i in chosen)
        gap = Fraction(ours, len(a)) - Fraction(sum(everything) - ours, len(b))
        gaps.append(abs(gap) >= observed)

    found = p_of_two(MEAN, a, b)

    assert found.is_exact
    assert found.p_value == pytest.approx(sum(gaps) / len(gaps), rel=1e-9)
    assert found.p_value == pytest.approx(p_of_two(MEAN, b, a).p_value, rel=1e-9)
    assert str(found) == f"p = {found.p_value:.3g} (exact, {found.arrangements} arrangements)"


@some
@given(
    rows=st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=1, max_size=8),
)
def test_pairs_by_brute_force(rows):
    """Every way to exchange the two answers of some pairs, one by one."""
    changes = [now - before for now, before in rows]
    observed = abs(sum(changes))
    sums = [
        abs(sum(s * c for s, c in zip(signs, changes, strict=True))) >= observed
        for signs in product((1, -1), repeat=len(changes))
    ]

    found = MEAN.compare_paired(MEAN.pairs(*map(list, zip(*rows, strict=True)))).permutation()

    assert found.is_exact
    assert found.p_value == pytest.approx(sum(sums) / len(sums), rel=1e-9)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ([5, 4, 5, 3, 5], [1, 2, 4, 3]),
        ([1, 1, 2], [5, 5, 4, 5, 3, 5]),
        ([3, 3, 3], [3, 3]),
        ([5, 1, 5, 1], [2, 2, 2, 3]),
    ],
)
def test_two_samples_against_scipy(a, b):
    """scipy's permutation test, which doubles the smaller tail where ours counts both."""
    stats = pytest.importorskip("scipy.stats")

    def gap(x, y, axis):
        # As a distance, so that scipy too counts both tails by how far they are out.
        return np.abs(np.mean(x, axis=axis) - np.mean(y, axis=axis))

    theirs = stats.permutation_test(
        (a, b),
        gap,
        permutation_type="independent",
        alternative="greater",
        n_resamples=np.inf,
        vectorized=True,
    )

    assert p_of_two(MEAN, a, b).p_value == pytest.approx(theirs.pvalue)


@pytest.mark.parametrize(
    ("now", "before"),
    [([5, 4, 5, 3, 5], [1, 2, 4, 3, 5]), ([1, 1, 2], [5, 5, 4]), ([5, 1, 4], [4, 2, 5])],
)
def test_pairs_against_scipy(now, before):
    """scipy's permutation test of pairs, by the size of the mean change."""
    stats = pytest.importorskip("scipy.stats")

    def change(x, y, axis):
        return np.abs(np.mean(x - y, axis=axis))

    theirs = stats.permutation_test(
        (now, before),
        change,
        permutation_type="samples",
        alternative="greater",
        n_resamples=np.inf,
        vectorized=True,
    )
    ours = MEAN.compare_paired(MEAN.pairs(now, before)).permutation()

    assert ours.p_value == pytest.approx(theirs.pvalue)


rates = st.tuples(st.integers(1, 25), st.integers(1, 25), st.data())


@given(n=st.integers(1, 25), m=st.integers(1, 25), data=st.data())
def test_two_rates_against_fishers_exact_test(n, m, data):
    """The same tables with the same chances; of equal sizes also the same p-value.

    Fisher's two-sided test counts tables that are no likelier, ours those that differ at least as
    much. Of equal sizes, where the tables are symmetrical, the two are one.
    """
    stats = pytest.importorskip("scipy.stats")
    k, j = data.draw(st.integers(0, n)), data.draw(st.integers(0, m))
    table = [[k, n - k], [j, m - j]]

    found = RATE.compare(rate_of(k, n), rate_of(j, m)).permutation()

    observed = abs(Fraction(k, n) - Fraction(j, m))
    chances = [
        stats.hypergeom.pmf(i, n + m, k + j, n)
        for i in range(max(0, k + j - m), min(n, k + j) + 1)
        if abs(Fraction(i, n) - Fraction(k + j - i, m)) >= observed
    ]
    assert found.p_value == pytest.approx(min(1.0, math.fsum(chances)), rel=1e-9)
    if n == m:
        theirs = stats.fisher_exact(table).pvalue
        assert found.p_value == pytest.approx(float(theirs), rel=1e-6)


def test_two_sided_by_distance_is_not_fishers_two_sided():
    """None of 5 against 10 of 20: 4 of 5 against 6 differ as much, and are a little likelier."""
    stats = pytest.importorskip("scipy.stats")

    ours = RATE.compare(rate_of(0, 5), rate_of(10, 20)).permutation().p_value

    assert float(stats.fisher_exact([[0, 5], [10, 10]]).pvalue) == pytest.approx(0.0613, abs=1e-4)
    # None, 4 or 5 of the 10 with a yes are among the first five.
    chances = [math.comb(10, i) * math.comb(15, 5 - i) for i in (0, 4, 5)]
    assert ours == pytest.approx(sum(chances) / math.comb(25, 5))


@pytest.mark.parametrize("metric", [NPS, MEAN, RATE], ids=lambda metric: metric.description.symbol)
def test_drawn_arrangements_come_near_the_exact_ones(metric, monkeypatch):
    """The same data drawn 100,000 times, two samples and pairs: within four errors of the exact."""
    rng = np.random.default_rng(3)
    points = metric.scale.points
    a, b = rng.choice(points, 30), rng.choice(points[len(points) // 4 :], 30)
    differences = [
        metric.compare(metric.tally(a), metric.tally(b)),
        metric.compare_paired(metric.pairs(a, b)),
    ]
    monkeypatch.setattr(permutation, "MOST_ARRANGEMENTS", 10**7)
    exact = [found.permutation() for found in differences]
    monkeypatch.setattr(permutation, "MOST_ARRANGEMENTS", 1)
    drawn = [found.permutation(draws=100_000, rng=1) for found in differences]

    for one, other in zip(exact, drawn, strict=True):
        assert one.is_exact
        assert not other.is_exact
        assert other.arrangements == 100_000
        assert "drawn, 100000 arrangements" in str(other)
        error = math.sqrt(one.p_value * (1 - one.p_value) / 100_000)
        assert abs(other.p_value - one.p_value) <= 4 * error + 2e-5


def test_draws_follow_their_seed_and_never_give_0():
    """The same seed gives the same p; the arrangement at hand counts as one of them."""
    a, b = rate_of(90_000, 100_000), rate_of(10_000, 100_000)
    found = NPS.compare(NPS.tally([10] * 900 + [0, 8] * 500), NPS.tally([0] * 900 + [8, 10] * 500))

    assert not found.permutation(draws=9).is_exact
    assert found.permutation(rng=5) == found.permutation(rng=np.random.default_rng(5))
    assert found.permutation(draws=99, rng=1).p_value == 1 / 100
    assert RATE.compare(a, b).permutation().p_value > 0
    assert RATE.compare(a, b).permutation().is_exact


def test_the_exact_p_of_many_answers_is_near_the_formulas():
    """Half a million of answers are enumerated all the same, where one side has few."""
    found = RATE.compare(rate_of(3, 5), rate_of(100_000_000, 400_000_000))
    many = RATE.compare(rate_of(5200, 10_000), rate_of(5000, 10_000))

    assert found.permutation().is_exact
    expected = sum(math.comb(5, k) * 0.25**k * 0.75 ** (5 - k) for k in (3, 4, 5))
    assert found.permutation().p_value == pytest.approx(expected, rel=1e-6)
    assert many.permutation().p_value == pytest.approx(many.p_value, abs=5e-4)


def test_scales_of_many_points_are_enumerated_by_what_was_answered():
    """On 0-100 only the points that were given matter, not all 101 of them."""
    wide = rm.MeanScore(scale=rm.Scale(0, 100))

    assert p_of_two(wide, [1, 2, 3], [40, 50, 60]).p_value == pytest.approx(0.1)
    pairs = wide.compare_paired(wide.pairs([1, 2, 3], [4, 15, 60])).permutation()
    assert pairs.p_value == pytest.approx(0.25)


@pytest.mark.parametrize("metric", [NPS, MEAN, RATE], ids=lambda metric: metric.description.symbol)
def test_what_does_not_vary_has_a_p_value_of_1(metric):
    """One and the same answer from everybody, and the same column twice."""
    top = metric.scale.high

    assert p_of_two(metric, [top] * 3, [top] * 5).p_value == 1
    assert metric.compare_paired(metric.pairs([top] * 3, [top] * 3)).permutation().p_value == 1
    same = [metric.scale.low, top, top]
    assert p_of_two(metric, same, same).p_value == 1


def test_answers_outside_of_the_base_do_not_change_places():
    """Return on relationship is a share of those who were helped: the others do not count."""
    ror = rm.ReturnOnRelationship()
    few = ror.compare(ror.tally_counts({1: 3, 2: 5}), ror.tally_counts({1: 7, 2: 2}))
    many = ror.compare(ror.tally_counts({0: 100, 1: 3, 2: 5}), ror.tally_counts({0: 9, 1: 7, 2: 2}))

    assert few.permutation() == many.permutation()


def test_the_permutation_test_of_rates_agrees_with_its_exact_size():
    """However two samples of eight are distributed, it rejects at most 5 % of the time."""
    p_values = np.array(
        [
            [RATE.compare(rate_of(k, 8), rate_of(j, 8)).permutation().p_value for j in range(9)]
            for k in range(9)
        ]
    )
    for share in np.linspace(0.01, 0.99, 25):
        chance = np.array([math.comb(8, k) * share**k * (1 - share) ** (8 - k) for k in range(9)])
        assert chance @ (p_values <= 0.05) @ chance <= 0.05


MISTAKES = {
    "weighted answers": (
        lambda: NPS.compare(NPS.tally([1, 9], weights=[1, 2]), NPS.tally([3])).permutation(),
        "weighted answers is undefined: answers of different weight cannot change places",
    ),
    "weighted pairs": (
        lambda: NPS.compare_paired(NPS.pairs([1], [9], weights=[2])).permutation(),
        "weighted answers is undefined",
    ),
    "an index": (
        lambda: (
            rm.CSI().compare(*[rm.CSI().moments({"food": [4, 5]}) for _ in range(2)]).permutation()
        ),
        "sums cannot be rearranged. Use p_value.",
    ),
    "a benchmark": (
        lambda: NPS.benchmark(NPS.tally([9]), 5).permutation(),
        "no two sides to rearrange",
    ),
    "more answers than can be drawn": (
        lambda: RATE.compare(rate_of(10**9, 2 * 10**9), rate_of(1, 2)).permutation(),
        "more than 499,999,999 answers is undefined",
    ),
    "more answers than fit": (
        lambda: RATE.compare(rate_of(10**30, 2 * 10**30), rate_of(1, 2)).permutation(),
        "more than 499,999,999 answers is undefined",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_what_cannot_be_rearranged_is_an_error(name):
    """Weighted answers, sums, numbers and more answers than can be drawn."""
    mistake, words = MISTAKES[name]

    with pytest.raises(rm.StateError, match=words):
        mistake()


@pytest.mark.parametrize("draws", [0, -1, 1.5, True, "9", None])
def test_draws_are_a_whole_number(draws):
    """Of at least 1."""
    with pytest.raises(rm.ParameterError, match="'draws' must be a whole number"):
        RATE.compare(rate_of(1, 2), rate_of(1, 3)).permutation(draws=draws)


@pytest.mark.parametrize("rng", [-1, 1.5, True, "seed"])
def test_rng_is_a_generator_or_a_seed(rng):
    """As for the bootstrap."""
    with pytest.raises(rm.ParameterError, match="'rng' must be"):
        RATE.compare(rate_of(1, 2), rate_of(1, 3)).permutation(rng=rng)
