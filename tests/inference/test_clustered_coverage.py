"""Intervals cover, and tests reject, as promised where respondents answer again: by simulation.

The floors are what was measured, less what chance does to so many repeats.
"""

import clusters_study as study
import margins_study
import numpy as np
import pytest

SOME = [("NPS 50", 0.5, "1 to 12"), ("mean, top", 0.9, "informative"), ("share 10 %", 0.1, "4")]


def coverages(clusters, repeats, names=study.KINDS, method=None):
    """Return the coverage of every setting, with respondents and without."""
    cells = [
        study.covered(name, clusters, icc, sizes, repeats, method)
        for name in names
        for icc in study.ICCS
        for sizes in study.SIZES
    ]
    return np.array([(cell.covered, cell.without) for cell in cells]).T


def test_a_few_settings_are_covered():
    """20 respondents: 95 % within chance, where without ids it is far below."""
    cells = [study.covered(name, 20, icc, sizes, 300) for name, icc, sizes in SOME]

    assert min(cell.covered for cell in cells) > 89
    assert cells[0].without < 70


def test_waves_that_share_respondents_are_compared_rightly():
    """Where nothing changed 5 % are told apart; where something did, more than as of others."""
    same = study.rejected("NPS 0", 100, 0.9, 1, repeats=300)
    changed = study.rejected("NPS 0", 100, 0.9, 1, shift=0.3, repeats=300)

    assert 1.5 < same.rule < 10
    assert same.independent < same.rule
    assert changed.rule > changed.independent + 10


def test_a_stratified_sample_of_a_small_population_is_covered():
    """80 of 100 respondents in four strata: 95 % within chance, and half as long."""
    found = study.stratified(80, 0.5, 200, population=25.0)

    assert 90 <= found.covered <= 99.5
    assert found.width < 0.6 * found.width_without


@pytest.mark.long
@pytest.mark.parametrize("icc", [0.0, 0.3, 0.7])
@pytest.mark.parametrize("clusters", [8, 16, 40, 100])
def test_strata_are_covered_and_shorten_the_interval(clusters, icc):
    """Four strata far apart: never below 93 %, and shorter than without strata where they show."""
    found = study.stratified(clusters, icc)

    assert found.covered >= 93
    if clusters >= 40:
        assert found.covered <= 98.5
        assert found.width < found.width_without


@pytest.mark.long
@pytest.mark.parametrize("clusters", [20, 40, 80])
def test_fractions_of_a_population_are_covered(clusters):
    """Of 25 respondents in each of four strata, 5 to 20 sampled."""
    assert study.stratified(clusters, 0.5, population=25.0).covered >= 92.5


@pytest.mark.long
@pytest.mark.parametrize("icc", [0.0, 0.3, 0.7])
@pytest.mark.parametrize(("strata", "clusters"), study.STRATA)
def test_many_strata_are_covered(strata, clusters, icc):
    """2 to 20 strata: never below 93 %, and near 95 % where a stratum has five respondents."""
    found = study.stratified(clusters, icc, 600, strata=strata)

    assert found.covered >= 93
    if clusters >= 5 * strata:
        assert found.covered <= 98.5


@pytest.mark.long
@pytest.mark.parametrize("icc", [0.0, 0.5])
@pytest.mark.parametrize(("sampled", "fraction"), study.FRACTIONS)
def test_parts_of_finite_strata_are_covered(sampled, fraction, icc):
    """From a fifth to four fifths of the population of four strata, whoever they are."""
    found = study.stratified(sampled, icc, 600, population=sampled / 4 / fraction)

    assert found.covered >= 92
    assert found.width < 0.9 * found.width_without


@pytest.mark.long
@pytest.mark.parametrize("clusters", [20, 50, 200])
def test_the_mean_coverage_is_95_percent_and_no_setting_falls_far_below(clusters):
    """From 20 respondents up: 94 to 97 % on average, and no setting below 90 of 1,000."""
    repeats = 1000 if clusters < 200 else 400
    for label in ("NPS", "mean", "share"):
        names = [name for name in study.KINDS if name.startswith(label)]
        found, without = coverages(clusters, repeats, names)

        assert 94 <= found.mean() <= 97.5
        assert found.min() >= 90
        assert without.min() < 60


@pytest.mark.long
@pytest.mark.parametrize("clusters", [5, 10])
def test_few_respondents_are_covered_more_than_promised(clusters):
    """The data hardly tell then how alike answers of one respondent are."""
    found, _ = coverages(clusters, 500)

    assert found.mean() >= 96
    assert found.min() >= 90


@pytest.mark.long
@pytest.mark.parametrize("method", ["score", "adjusted"])
def test_other_methods_cover_too(method):
    """The effective n and the quantile serve every method."""
    found, _ = coverages(20, 500, ["NPS 0", "share 10 %"], method)

    assert 94 <= found.mean() <= 98.5
    assert found.min() >= 89.5


@pytest.mark.long
@pytest.mark.parametrize("most", [1, 4])
@pytest.mark.parametrize("name", ["NPS 0", "share 50 %"])
def test_the_size_is_5_percent_at_every_overlap(name, most):
    """3 to 7 of 100 tests are false alarms, whoever answers in both waves."""
    for overlap in study.OVERLAPS:
        found = study.rejected(name, 200, overlap, most, repeats=1500)

        assert 3 <= found.rule <= 7


@pytest.mark.long
def test_sharing_respondents_gives_power():
    """Nine tenths in both waves: about twice the power of other people."""
    found = study.rejected("NPS 0", 200, 0.9, 1, shift=0.17, repeats=1500)

    assert found.rule > 1.5 * found.independent


def test_a_raked_sample_is_covered_and_shorter():
    """60 answers whose margins say much of them: 95 % within chance, and not as given."""
    found = margins_study.raked(60, 1, informative=True, repeats=120)

    assert found.covered >= 87
    assert found.width < 0.97 * found.width_without


@pytest.mark.long
@pytest.mark.parametrize("informative", [True, False])
@pytest.mark.parametrize("size", [one for one in margins_study.SIZES if one[0] < 200])
def test_raked_samples_are_covered(size, informative):
    """Within 4 of 95 % from 20 respondents up, with margins that say much or nothing."""
    found = margins_study.raked(*size, informative=informative, repeats=400)

    assert 90 <= found.covered <= 98.5
