"""Differences cover what they promise, and tests reject as seldom as they promise.

By exact enumeration, and by seeded simulation where it must be. Floors and ceilings of the worst
case are what was measured, rounded: a regression passes them.
"""

import comparison_study as study
import coverage_study
import numpy as np
import pytest

import relmetrics as rm

pytestmark = pytest.mark.long

NPS, RATE = rm.NPS(), rm.Rate()
MEAN = rm.MeanScore(scale=rm.ONE_TO_FIVE)
SOME_RATES = coverage_study.rates()[[0, 4, 9, 19, 29, 49, 69, 79, 89, 94, 98]]

GRIDS = {
    # all 121 pairs of eleven rates, from 1 to 99 %
    "rate": (RATE, SOME_RATES),
    # all 1,296 pairs of the 36 splits in steps of 10 %, each class at least that
    "nps": (NPS, coverage_study.simplex(3, 10, 1)),
    # 121 pairs of normal opinions cut into 1-5
    "mean": (MEAN, coverage_study.shapes()[::7]),
}
ALIKE = {
    "rate": coverage_study.rates(),
    "nps": coverage_study.simplex(3, 20, 1),
    "mean": coverage_study.shapes(),
}

# Worst coverage of a pair, and worst size of the test, by the sizes of the samples.
MEASURED = {
    "rate": {(5, 5): (90, 2.2), (10, 10): (92.4, 4.3), (20, 20): (92.2, 4.7),
             (5, 20): (91.1, 3.3), (10, 50): (92, 4.4)},
    "nps": {(5, 5): (82, 3), (10, 10): (87.5, 5), (20, 20): (92, 4.9),
            (5, 20): (88.6, 4.1), (10, 50): (92.8, 4.7)},
    "mean": {(5, 5): (79, 4.1), (5, 10): (85.9, 4.4), (10, 10): (86, 4.7)},
}  # fmt: skip
CASES = [(grid, sizes) for grid, found in MEASURED.items() for sizes in found]


@pytest.mark.parametrize(("grid", "sizes"), CASES)
def test_the_default_covers_95_percent_on_average(grid, sizes):
    """The mean over all pairs lies between 95 and 96.5 %, and the worst pair at what it was."""
    metric, shares = GRIDS[grid]

    found = study.covered(metric, sizes, shares)

    assert 95 <= found.mean <= 96.5
    assert found.worst >= MEASURED[grid][sizes][0]


@pytest.mark.parametrize(("grid", "sizes"), CASES)
def test_the_default_test_rejects_seldom_where_nothing_differs(grid, sizes):
    """At 5 % it rejects at most 6 % of the time on average, and the worst case is what it was."""
    found = study.sized(GRIDS[grid][0], sizes, ALIKE[grid])

    assert found.mean <= 6
    assert found.worst <= MEASURED[grid][sizes][1]


@pytest.mark.parametrize(("grid", "sizes"), CASES)
def test_wald_covers_less_and_rejects_more(grid, sizes):
    """The textbook's interval of a difference fails both checks at these sizes, in every grid."""
    metric, shares = GRIDS[grid]

    assert (
        study.covered(metric, sizes, shares, "wald").mean
        < study.covered(metric, sizes, shares).mean
    )
    wald = study.sized(metric, sizes, ALIKE[grid], "wald")
    assert wald.mean > study.sized(metric, sizes, ALIKE[grid]).mean
    assert wald.worst > 7


def test_agresti_caffo_covers_a_little_more_than_it_promises():
    """Of rates by name: 96 to 97.5 % on average, and its own test is on the safe side."""
    for sizes in study.SIZES:
        assert 96 <= study.covered(RATE, sizes, SOME_RATES, "agresti_caffo").mean <= 97.5
        assert study.sized(RATE, sizes, ALIKE["rate"], "agresti_caffo").mean <= 4


@pytest.mark.parametrize("level", [0.9, 0.99])
@pytest.mark.parametrize("grid", ["rate", "nps"])
def test_other_levels_are_kept_too(grid, level):
    """At 90 and 99 % of ten answers a side: within three points, and the test no more often."""
    metric, shares = GRIDS[grid]

    found = study.covered(metric, (10, 10), shares, None, level)

    assert abs(found.mean - 100 * level) <= 3
    assert study.sized(metric, (10, 10), ALIKE[grid], None, 1 - level).mean <= 100 * (1 - level)


def test_newcombes_interval_and_the_pooled_test_rarely_disagree():
    """Of two samples of one rate at most 1.6 % of the time on average, never of five or ten."""
    for sizes in study.SIZES:
        found = study.disagreement(sizes, ALIKE["rate"])

        assert found.mean <= 1.6
        if sizes in {(5, 5), (10, 10)}:
            assert found.worst == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("sizes", study.SIZES)
def test_the_permutation_test_of_rates_never_rejects_too_often(sizes):
    """Its size is at most 5 %, whatever the rate: that is what exact means."""
    assert study.rearranged(RATE, sizes, ALIKE["rate"]).worst <= 5


@pytest.mark.parametrize("sizes", [(5, 5), (5, 10)])
def test_the_permutation_test_of_nps_never_rejects_too_often(sizes):
    """The same of three classes."""
    assert study.rearranged(NPS, sizes, ALIKE["nps"]).worst <= 5


PAIRED = {
    "rate": (RATE, SOME_RATES[1:-1]),
    "nps": (NPS, coverage_study.simplex(3, 5, 1)),
}
# Worst coverage and worst size of the default.
PAIRED_MEASURED = {
    "rate": {5: (91.8, 2.2), 10: (92.9, 5.4), 20: (94.3, 5)},
    "nps": {5: (89.3, 3.4), 10: (87.5, 5.7), 20: (91.6, 5.7)},
}


@pytest.mark.parametrize("n", [5, 10, 20])
@pytest.mark.parametrize("grid", PAIRED)
def test_paired_differences_cover_95_percent(grid, n):
    """Of pairs whose answers go together not at all, by half and mostly; the test too."""
    metric, shares = PAIRED[grid]
    pairs = study.paired_grid(metric, shares)

    cover, size = study.paired(metric, n, pairs)

    assert 94.9 <= cover.mean <= 98.5
    assert cover.worst >= PAIRED_MEASURED[grid][n][0]
    assert size.mean <= 3
    assert size.worst <= PAIRED_MEASURED[grid][n][1]
    wald_cover, wald_size = study.paired(metric, n, pairs, "wald")
    assert wald_cover.mean < cover.mean
    assert wald_size.mean > size.mean


@pytest.mark.parametrize("gap", [0.0, 0.5, 1.0])
def test_differences_of_csi_cover_94_percent_in_every_setting(gap):
    """Whether the indices differ or not, for ten answers a side and more."""
    for sizes in ((10, 10), (10, 50), (50, 50)):
        found = [study.csi(setting, sizes, 3000, gap=gap) for setting in study.CSI_SETTINGS]

        assert min(one.cover for one in found) >= 94
        if not gap:
            assert max(one.rejected for one in found) <= 6


# Mean and worst coverage over the settings, where the returns are the same and where they differ.
ROI_MEASURED = {(10, 10): (94, 88), (20, 20): (94, 88), (10, 50): (90, 79), (50, 50): (93.5, 90)}


@pytest.mark.parametrize("sizes", ROI_MEASURED)
@pytest.mark.parametrize("gap", [0, 150])
def test_differences_of_roi_cover_no_less_than_measured(sizes, gap):
    """Heavy tails keep them below 95 %, most where few campaigns are compared with many."""
    found = [study.roi(setting, sizes, 3000, gap=gap).cover for setting in study.ROI_SETTINGS]

    assert np.mean(found) >= ROI_MEASURED[sizes][0]
    assert min(found) >= ROI_MEASURED[sizes][1]


@pytest.mark.parametrize(("sizes", "worst"), [((10, 10), 91), ((20, 20), 92.5), ((10, 50), 90)])
@pytest.mark.parametrize("gap", [0, 1])
def test_differences_of_weighted_nps_cover_no_less_than_measured(sizes, worst, gap):
    """With lognormal weights, tied to the answers or not; with a spread of 0.3 it is 93 to 98 %."""
    for setting in coverage_study.WEIGHT_SETTINGS:
        found = study.weighted_nps(setting, sizes, 3000, gap=gap)

        assert found.cover >= worst
        if setting[0] == 0.3:
            assert 93 <= found.cover <= 98
        if not gap:
            assert found.rejected <= 6


def test_the_check_can_fail():
    """Wald's test of two NPS of five answers rejects twice as often as it says."""
    assert study.sized(NPS, (5, 5), ALIKE["nps"], "wald").mean > 10


def test_enumeration_agrees_with_simulation():
    """Drawing 20,000 pairs of samples finds the coverage and the size that listing them does."""
    rng = np.random.default_rng(5)
    shares = np.array([[0.2, 0.3, 0.5]])
    left, right = (
        coverage_study.states(NPS, rng.multinomial(n, shares[0], size=20_000)) for n in (10, 20)
    )
    found = NPS.form.contrast(left, right, 0.95, "adjusted")

    cover = 100 * ((found.low <= 0) & (found.high >= 0)).mean()

    assert cover == pytest.approx(study.covered(NPS, (10, 20), shares).mean, abs=0.5)
    size = 100 * (found.p_value < 0.05).mean()
    assert size == pytest.approx(study.sized(NPS, (10, 20), shares).mean, abs=0.5)


def test_joint_distributions_have_the_margins_they_should():
    """Whoever keeps an answer, both waves are distributed as given."""
    ours, theirs = np.array([0.2, 0.3, 0.5]), np.array([0.6, 0.3, 0.1])
    for kept in (0, 0.5, 0.8):
        pairs = study.joint(ours, theirs, kept)

        assert pairs.sum(axis=0) == pytest.approx(ours)
        assert pairs.sum(axis=1) == pytest.approx(theirs)
        changes = study.changes_of(NPS, pairs)
        assert changes @ [-200, -100, 0, 100, 200] == pytest.approx(30 + 50)
