"""The intervals cover what they promise: exact enumeration, and seeded simulation where it must be.

The floors of the worst case are what was measured, rounded down: a regression falls below them.
"""

import math
from typing import Any

import coverage_study as study
import numpy as np
import pytest

import relmetrics as rm

pytestmark = pytest.mark.long

NPS = rm.NPS()
MEAN = rm.MeanScore(scale=rm.ONE_TO_FIVE)
MEAN_OF_SEVEN = rm.MeanScore(scale=rm.ONE_TO_SEVEN)
RATE = rm.Rate()

GRIDS = {
    # 171 distributions over three classes, each with 5 % or more
    "nps": (NPS, study.simplex(3, 20, 1)),
    # all 231 in the same steps, also those without promoters, passives or detractors
    "nps anywhere": (NPS, study.simplex(3, 20)),
    # 75 normal opinions cut into 1-5
    "mean": (MEAN, study.shapes()),
    # all 1,001 distributions on 1-5 in steps of 10 %, however odd
    "mean anywhere": (MEAN, study.simplex(5, 10)),
    # 75 normal opinions cut into 1-7
    "mean of seven": (MEAN_OF_SEVEN, study.shapes(7)),
    # 1 to 99 %
    "rate": (RATE, study.rates()),
}

# The least coverage of the default anywhere on the grid, by n.
WORST: dict[str, dict[int, float]] = {
    "nps": {3: 84, 5: 89, 10: 92.9, 20: 93.8, 30: 93.9, 50: 94.2},
    "nps anywhere": {3: 72, 5: 83, 10: 87, 20: 90, 30: 92, 50: 92},
    "mean": {3: 92, 5: 93, 10: 94, 20: 94.4, 30: 94.5},
    "mean anywhere": {3: 74, 5: 83, 10: 88, 20: 87, 30: 91},
    "mean of seven": {3: 92, 5: 93.4, 10: 94.4},
    "rate": {3: 83, 5: 85, 10: 90, 20: 92, 30: 92.9, 50: 91},
}
CASES = [(grid, n) for grid, floors in WORST.items() for n in floors]


@pytest.mark.parametrize(("grid", "n"), [case for case in CASES if case[1] >= 5])
def test_the_default_covers_95_percent_on_average(grid, n):
    """From five answers up, the mean over the grid lies between 94.5 and 96.5 %, exactly."""
    metric, shares = GRIDS[grid]

    found = study.enumerated(metric, n, shares)

    assert 94.5 <= found.mean <= 96.5


@pytest.mark.parametrize(("grid", "n"), CASES)
def test_the_worst_case_of_the_default_is_no_worse_than_measured(grid, n):
    """No distribution of the grid is covered less often than the floor that was measured."""
    metric, shares = GRIDS[grid]

    found = study.enumerated(metric, n, shares)

    assert found.worst >= WORST[grid][n]


@pytest.mark.parametrize(
    ("grid", "n", "at_most"),
    [
        ("nps", 5, 82),
        ("nps", 10, 89),
        ("nps", 20, 93),
        ("mean", 5, 83),
        ("mean", 10, 89.1),
        ("mean", 20, 92),
        ("rate", 5, 66),
        ("rate", 10, 78),
        ("rate", 20, 86),
    ],
)
def test_the_plain_wald_interval_fails_the_same_check(grid, n, at_most):
    """The textbook's interval, value +- 1.96 standard errors, covers far less than 95 %."""
    metric, shares = GRIDS[grid]

    found = study.enumerated(metric, n, shares, "textbook")

    assert found.mean <= at_most < 94.5


@pytest.mark.parametrize("n", [5, 10, 20])
def test_students_t_covers_less_than_the_default_for_no_less_width(n):
    """On 1-5 the default beats Student's t on average and at worst; t is wider up to n = 10."""
    default = study.enumerated(MEAN, n, study.shapes())
    students = study.enumerated(MEAN, n, study.shapes(), "t")

    assert default.mean > students.mean
    assert default.worst > students.worst
    assert default.width < students.width * (1 if n <= 10 else 1.03)


@pytest.mark.parametrize("grid", ["nps", "mean", "rate"])
def test_wald_on_offer_is_nearer_to_its_promise_than_the_textbooks(grid):
    """The default stands in where all answers are equal, which helps but does not reach 95 %."""
    metric, shares = GRIDS[grid]

    plain = study.enumerated(metric, 10, shares, "textbook")
    offered = study.enumerated(metric, 10, shares, "wald")
    default = study.enumerated(metric, 10, shares)

    assert plain.mean < offered.mean < default.mean


@pytest.mark.parametrize("level", [0.8, 0.9, 0.99])
@pytest.mark.parametrize("grid", ["nps", "mean", "rate"])
def test_the_default_keeps_other_levels_too(grid, level):
    """At 80, 90 and 99 % the mean coverage of ten answers is within two points of the level."""
    metric, shares = GRIDS[grid]

    found = study.enumerated(metric, 10, shares, level=level)

    assert abs(found.mean - 100 * level) <= 2


@pytest.mark.parametrize("method", ["score", "wilson", "agresti_coull"])
def test_every_named_method_for_shares_covers_a_rate(method):
    """Wilson's and Agresti and Coull's keep 95 % on average, and `score` of two is Wilson's."""
    found = study.enumerated(RATE, 10, study.rates(), method)

    assert 94.5 <= found.mean <= 97
    if method == "score":
        assert found == pytest.approx(study.enumerated(RATE, 10, study.rates(), "wilson"))


@pytest.mark.parametrize("grid", ["nps", "mean"])
def test_the_score_interval_covers_at_least_what_it_promises(grid):
    """The test-inversion interval is on the safe side on average: 95 to 98 % at n = 5 and 10."""
    metric, shares = GRIDS[grid]

    for n in (5, 10):
        assert 95 <= study.enumerated(metric, n, shares, "score").mean <= 98


EVERY_KIND: dict[str, Any] = {
    "NPS": NPS,
    "NPS without passives": rm.NPS(detractors_to=8, promoters_from=9),
    "mean on 1-5": MEAN,
    "CES": rm.CES(),
    "CSAT net": rm.CSAT(definition="net"),
    "CSAT rescaled mean": rm.CSAT(definition="rescaled_mean"),
    "rate": RATE,
    "ROR": rm.ReturnOnRelationship(),
}


@pytest.mark.parametrize(
    ("name", "method"),
    [(name, method) for name, metric in EVERY_KIND.items() for method in metric.methods],
)
def test_every_interval_of_every_tally_is_sound(name, method):
    """Within the range, never of width zero, and around the value: for all tallies of up to 7."""
    metric = EVERY_KIND[name]
    classes = len(metric.form.levels)
    most = 3 if method == "bootstrap" else 5 if classes > 5 else 7
    levels = [0.95] if method == "bootstrap" else [0.1, 0.5, 0.95, 0.9999]

    for n in range(1, most + 1):
        for level in levels:
            value, low, high = study.intervals(
                metric, study.compositions(n, classes), method, level
            )

            assert (low >= metric.form.levels[0]).all()
            assert (high <= metric.form.levels[-1]).all()
            assert (low < high).all()
            assert (low <= value).all()
            assert (value <= high).all()


def test_the_textbooks_interval_has_no_width_where_all_answers_are_equal():
    """The check above can fail: plain Wald claims certainty from three equal answers."""
    _, low, high = study.intervals(NPS, study.compositions(3, 3), "textbook")

    assert (low == high).sum() == 3


CSI_REPEATS = 8000
CSI_ERROR = 3 * 100 * math.sqrt(0.95 * 0.05 / CSI_REPEATS)


@pytest.mark.parametrize("n", [5, 10, 20, 30])
def test_csi_covers_94_percent_in_every_setting(n):
    """In 18 settings: none below 94 % less the simulation's error, 95 to 97 % on average."""
    found = [study.csi(setting, n, CSI_REPEATS).cover for setting in study.CSI_SETTINGS]

    assert len(found) == 18
    assert min(found) >= 94 - CSI_ERROR
    assert 95 <= np.mean(found) <= 97


@pytest.mark.parametrize("n", [5, 10])
def test_csi_covers_more_than_wald_in_every_setting(n):
    """The default of CSI beats Wald's interval wherever the factors are simulated."""
    for setting in study.CSI_SETTINGS[::3]:
        assert study.csi(setting, n, 1000).cover > study.csi(setting, n, 1000, "wald").cover


# Mean and least coverage over the 12 settings, which heavy tails keep far below 95 %.
ROI_FLOORS = {3: (94, 79), 5: (92, 78), 10: (91, 78), 20: (90, 77), 50: (91, 80)}


@pytest.mark.parametrize("n", ROI_FLOORS)
def test_roi_covers_no_less_than_measured_and_more_than_wald(n):
    """Of lognormal campaigns the default covers more than Wald in every setting; floors hold."""
    found = [study.roi(setting, n, 3000).cover for setting in study.ROI_SETTINGS]
    wald = [study.roi(setting, n, 3000, "wald").cover for setting in study.ROI_SETTINGS]

    assert np.mean(found) >= ROI_FLOORS[n][0]
    assert min(found) >= ROI_FLOORS[n][1]
    assert all(ours > theirs for ours, theirs in zip(found, wald, strict=True))


@pytest.mark.parametrize("n", [10, 20, 50])
def test_roi_of_even_campaigns_covers_94_percent(n):
    """Where costs and gains vary by 30 % of their mean, the interval keeps its promise."""
    assert study.roi((0.3, 0.3), n, 4000).cover >= 94


@pytest.mark.parametrize(("n", "worst"), [(3, 85), (5, 91), (10, 91), (20, 94), (50, 94)])
def test_lift_covers_more_than_it_promises(n, worst):
    """Over 49 pairs of rates, lift covers 95 to 97.5 % on average, exactly; the floors hold."""
    found = study.lifted(n, study.pairs_of_rates())

    assert 95 <= found.mean <= 97.5
    assert found.worst >= worst


@pytest.mark.parametrize(("n", "worst"), [(10, 86), (20, 90), (50, 92.5), (200, 93.8)])
def test_weighted_nps_covers_no_less_than_measured(n, worst):
    """With lognormal weights, tied to the answers or not, the floors hold and rise to 95 %."""
    found = [study.weighted_nps(setting, n, 3000).cover for setting in study.WEIGHT_SETTINGS]

    assert min(found) >= worst


def test_weights_that_vary_little_cost_no_coverage():
    """Weights with a spread of 0.3 cover 94 to 97 % from ten answers up."""
    for setting in ((0.3, 0.0), (0.3, 0.5)):
        for n in (10, 20, 50):
            assert 94 <= study.weighted_nps(setting, n, 4000).cover <= 97


def test_the_probabilities_of_all_count_vectors_sum_to_one():
    """The enumeration is complete, so what it adds up is a coverage."""
    counts = study.compositions(20, 5)

    sums = study.probabilities(counts, study.shapes()).sum(axis=0)

    assert len(counts) == math.comb(24, 4)
    assert sums == pytest.approx(np.ones(75), rel=1e-12)


def test_enumeration_agrees_with_simulation():
    """Drawing 20,000 samples of ten answers finds the same coverage as listing all of them."""
    shares = np.array([[0.2, 0.3, 0.5]])
    drawn = np.random.default_rng(5).multinomial(10, shares[0], size=20_000)
    _, low, high = study.intervals(NPS, drawn)

    exact = study.enumerated(NPS, 10, shares).mean

    assert 100 * ((low <= 30) & (high >= 30)).mean() == pytest.approx(exact, abs=0.5)
