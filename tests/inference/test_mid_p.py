"""The doubled mid-p: by enumeration in exact arithmetic, against scipy, and its promises."""

import math
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relmetrics.inference.rearranged import hypergeometric, mid_p
from relmetrics.inference.rearranged.mid_p import doubled_mid_p, in_steps, rearranged_tail

some = settings(max_examples=60)
FACES = [-1.0, 0.0, 1.0]


def p_of(levels, ours, theirs):
    rows = (np.array([side], dtype=float) for side in (ours, theirs))
    return float(doubled_mid_p(levels, *rows)[0])


def enumerated(levels, ours, theirs):
    """Return the doubled mid-p by every way to take the group's answers, in exact arithmetic."""
    pooled = [a + b for a, b in zip(ours, theirs, strict=True)]
    size, score = sum(ours), sum(c * a for c, a in zip(levels, ours, strict=True))
    ways = math.comb(sum(pooled), size)
    below = at = Fraction(0)
    for drawn in product(*(range(m + 1) for m in pooled)):
        if sum(drawn) != size:
            continue
        chance = Fraction(math.prod(map(math.comb, pooled, drawn)), ways)
        their_score = sum(c * a for c, a in zip(levels, drawn, strict=True))
        below += chance * (their_score < score)
        at += chance * (their_score == score)
    return min(Fraction(1), 2 * min(below, 1 - below - at) + at)


@some
@given(st.lists(st.integers(0, 12), min_size=4, max_size=4))
def test_two_outcomes_are_exact(cells):
    """Every table of two rates, in fractions; the reference against the sample is the same test."""
    ours, theirs = cells[:2], cells[2:]
    if not (sum(ours) and sum(theirs)):
        return

    found = p_of([0, 100], ours, theirs)

    assert found == pytest.approx(float(enumerated([0, 1], ours, theirs)), rel=1e-12)
    assert found == pytest.approx(p_of([0, 100], theirs, ours), rel=1e-12)


@some
@given(
    st.lists(st.integers(0, 5), min_size=3, max_size=3),
    st.lists(st.integers(0, 5), min_size=3, max_size=3),
)
def test_three_outcomes_come_near_the_exact_chance(ours, theirs):
    """Of an NPS of few answers; where only two of its classes occur it is exact."""
    if not (sum(ours) and sum(theirs)):
        return
    exact = float(enumerated(FACES, ours, theirs))

    found = p_of(FACES, ours, theirs)

    assert found == pytest.approx(p_of(FACES, theirs, ours), rel=1e-6)
    if sum(a + b > 0 for a, b in zip(ours, theirs, strict=True)) <= 2:
        assert found == pytest.approx(exact, rel=1e-10)
    else:
        assert exact / 1.6 - 0.02 <= found <= 1.6 * exact + 0.02


@pytest.mark.parametrize(
    ("levels", "ours", "theirs"),
    [
        (FACES, (6, 4, 10), (10, 7, 9)),
        (FACES, (1, 3, 16), (8, 9, 23)),
        ([1, 2, 3, 4, 5], (0, 1, 2, 3, 9), (2, 2, 3, 3, 4)),
        ([0, 50, 100], (2, 7, 3), (11, 6, 8)),
    ],
)
def test_scores_of_some_dozens_are_as_good_as_exact(levels, ours, theirs):
    """Within 3 % of the enumerated p-value."""
    exact = float(enumerated(levels, ours, theirs))

    assert p_of(levels, ours, theirs) == pytest.approx(exact, rel=0.03)


def test_the_ends_of_a_score_are_exact():
    """The largest and the least sum of their size: half of their own chance, doubled."""
    for ours, theirs in (((0, 0, 5), (4, 3, 2)), ((4, 2, 0), (0, 3, 9)), ((0, 2, 3), (5, 4, 0))):
        exact = float(enumerated(FACES, ours, theirs))

        assert p_of(FACES, ours, theirs) == pytest.approx(exact, rel=1e-12)


@pytest.mark.parametrize(
    ("count", "size", "marked", "total"),
    [
        (0, 1, 0, 1),
        (1, 1, 51, 1001),
        (3, 200, 40, 5000),
        (40, 200, 40, 5000),
        (700, 1000, 300_000, 1_000_000),
        (2, 100_000, 700, 900_000),
        (12, 12, 400, 1_000_000),
        (900, 1000, 950, 1000),
    ],
)
def test_hypergeometric_tails_against_scipy(count, size, marked, total):
    """Both tails and the chance itself, down to 1e-200."""
    stats = pytest.importorskip("scipy.stats")
    theirs = stats.hypergeom(total, marked, size)

    found = hypergeometric.tails(count, size, marked, total)

    assert found.at[0] == pytest.approx(theirs.pmf(count), rel=1e-9)
    assert found.below[0] == pytest.approx(theirs.cdf(count - 1), rel=1e-8, abs=1e-15)
    assert found.above[0] == pytest.approx(theirs.sf(count), rel=1e-8, abs=1e-15)


@given(n=st.integers(0, 10**9), data=st.data())
def test_log_choose_against_the_gamma_function(n, data):
    """The standard library's logarithm of the gamma function, where that is precise."""
    k = data.draw(st.integers(0, n))
    exact = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)

    found = float(hypergeometric.log_choose(np.float64(n), np.float64(k)))

    assert found == pytest.approx(exact, rel=1e-9, abs=1e-5)


def test_large_samples_agree_with_the_normal_test():
    """The pooled z of a hundred thousand answers a side."""
    stats = pytest.importorskip("scipy.stats")
    ours, theirs = (90_300, 9_700), (90_000, 10_000)
    z = (0.097 - 0.1) / math.sqrt(0.0985 * 0.9015 * (2 / 100_000))

    assert p_of([0, 1], ours, theirs) == pytest.approx(2 * stats.norm.sf(abs(z)), rel=1e-3)


def test_where_the_saddlepoint_takes_over_from_counting_nothing_jumps(monkeypatch):
    """A count whose standard deviation is near 30, by both."""
    sides = ([[14_000.0, 4_100.0]] * 2, [[72_000.0, 20_000.0]] * 2)
    ours, theirs = map(np.array, sides)
    p_values = []
    for limit in (0.0, 1e9):
        monkeypatch.setattr(mid_p, "_COUNTED_TO", limit)
        p_values.append(float(doubled_mid_p([0, 1], ours, theirs)[0]))

    assert p_values[0] == pytest.approx(p_values[1], rel=1e-3)


def test_many_groups_are_each_of_them():
    """Groups against the rest share a pooled tally and are worked out once; the same numbers."""
    rng = np.random.default_rng(4)
    groups = rng.multinomial(rng.integers(0, 9, 300), [0.2, 0.3, 0.5]).astype(float)
    rest = groups.sum(axis=0) - groups

    together = doubled_mid_p(FACES, groups, rest)

    for row, p in enumerate(together.tolist()):
        alone = p_of(FACES, groups[row], rest[row])
        assert p == pytest.approx(alone, rel=1e-6, nan_ok=True)
    assert np.isnan(together[groups.sum(axis=1) == 0]).all()


@given(scale=st.floats(1e-3, 1e3), shift=st.floats(-100, 100))
def test_units_do_not_matter(scale, shift):
    """A score in points, in percent or on 0..1 has the same p-value."""
    levels = [shift, shift + scale, shift + 3 * scale]

    found = p_of(levels, (5, 3, 9), (12, 30, 17))

    assert found == pytest.approx(p_of([0, 1, 3], (5, 3, 9), (12, 30, 17)), rel=1e-5)


@pytest.mark.parametrize(
    ("levels", "places", "has_step"),
    [
        ([0, 100], [0, 1], True),
        ([0, 100 / 3, 200 / 3, 100], [0, 1, 2, 3], True),
        ([1, 1.5, 2.25], [0, 2, 5], True),
        ([0, 1, math.pi], [0, 1 / math.pi, 1], False),
    ],
)
def test_steps_of_levels(levels, places, has_step):
    """The greatest common step, also of fractions that no float holds."""
    found, lattice = in_steps(levels)

    assert found == pytest.approx(places)
    assert lattice is has_step


def test_levels_without_a_common_step_have_a_test_too():
    """0, 1 and pi: near the enumerated chance, which counts the sum itself half."""
    ours, theirs = (4, 3, 8), (12, 9, 7)
    exact = float(enumerated([0, 1, Fraction(math.pi)], ours, theirs))

    assert p_of([0, 1, math.pi], ours, theirs) == pytest.approx(exact, rel=0.05)


def test_effective_numbers_that_are_whole_are_nearly_counts():
    """Weighted answers go by the saddlepoint without a lattice: near the exact test of counts."""
    weighted = p_of([0, 1], (24.0001, 6.0), (40.0, 30.0))

    assert weighted == pytest.approx(p_of([0, 1], (24, 6), (40, 30)), rel=0.15)


@pytest.mark.parametrize("rounding", [1 - 1e-15, 1, 1 + 1e-15])
def test_rounding_of_effective_numbers_changes_nothing(rounding):
    """Both sides have 1.8 effective answers; which is a bit more does not decide what is tested."""
    found = p_of([0, 100], (0, 1.8 * rounding), (1.2, 0.6))

    assert found == pytest.approx(p_of([0, 100], (1.2, 0.6), (0, 1.8)), rel=1e-6)


def test_equal_answers_show_nothing():
    """One level only, in whole and in effective numbers: p = 1."""
    for n in (1.0, 3.0, 2.5):
        assert p_of(FACES, (0, n, 0), (0, 7, 0)) == 1


def test_a_tail_knows_its_side():
    """Above the mean 1, below it -1; inclusive tails hold the sum itself."""
    ours, pooled = np.array([[1.0, 4.0], [4.0, 1.0]]), np.array([[10.0, 10.0]] * 2)
    half, whole = (rearranged_tail([0, 1], ours, pooled, inclusive=flag) for flag in (False, True))

    assert half.side.tolist() == whole.side.tolist() == [1, -1]
    at = math.comb(10, 4) * math.comb(10, 1) / math.comb(20, 5)
    assert (whole.chance - half.chance).tolist() == pytest.approx([at / 2] * 2)
