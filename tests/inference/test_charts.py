"""Control charts of tallies: limits by exact chances, and the chance that they ring falsely."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import relmetrics as rm
from relmetrics.inference.charts.normal_chart import NormalChart
from relmetrics.inference.charts.tally_chart import TallyChart
from relmetrics.inference.time.run_rules import RULES

DEFAULT = ("beyond_limits", "run_of_eight")
BOTH = (0.0, 100.0)


def rates(yes, n, before):
    """Return the chart of so many yes of n, the first so many periods being the baseline."""
    yes, n = np.asarray(yes, dtype=float), np.broadcast_to(np.asarray(n, dtype=float), len(yes))
    return TallyChart(BOTH, np.column_stack([n - yes, yes]), np.arange(len(yes)) < before)


def scores(metric, shares, n, periods, before, rng):
    tallies = rng.multinomial(n, shares, periods).astype(float)
    return TallyChart(metric.form.levels, tallies, np.arange(periods) < before)


@given(
    base=st.lists(st.integers(0, 8), min_size=3, max_size=8),
    n=st.integers(8, 60),
    later=st.integers(1, 80),
)
def test_the_limits_of_a_rate_are_those_of_the_hypergeometric_distribution(base, n, later):
    """Every number of yes in the next period: it rings where scipy's tail is below that of 3."""
    stats = pytest.importorskip("scipy.stats")
    tail = stats.norm.sf(3)
    chart = rates([*base, 0], [*[n] * len(base), later], len(base))
    low, high = (ends[-1] for ends in chart.limits(3.0))

    for yes in range(later + 1):
        both = stats.hypergeom(n * len(base) + later, sum(base) + yes, later)
        chances = both.sf(yes - 1), both.cdf(yes)
        assume(all(abs(chance - tail) > 1e-9 for chance in chances))
        z = rates([*base, yes], [*[n] * len(base), later], len(base)).zones[-1]
        assert (z > 3) == (chances[0] < tail) == (100 * yes / later > high + 1e-9)
        assert (z < -3) == (chances[1] < tail) == (100 * yes / later < low - 1e-9)
        if min(chances) > 0.5 + 1e-9:
            assert z == 0


def test_a_score_has_the_limits_that_ring():
    """A value at the limit does not ring, and the next one does; of three levels and of five."""
    rng = np.random.default_rng(3)
    for metric, shares in (
        (rm.NPS(), [0.05, 0.1, 0.85]),
        (rm.MeanScore(scale=rm.ONE_TO_FIVE), [0.02, 0.03, 0.1, 0.25, 0.6]),
    ):
        chart = scores(metric, shares, 40, 13, 12, rng)
        levels = np.array(metric.form.levels)
        step = (levels[1] - levels[0]) / 40
        for way, end in zip((-1, 1), chart.limits(3.0), strict=True):
            places = [
                (end[-1] + k * way * step - levels[0]) / (levels[1] - levels[0]) for k in (0, 1)
            ]
            sums = np.round(np.array(places) * 40)
            inside = (sums >= 0) & (sums <= 40 * (len(levels) - 1))
            z = chart.deviates(
                sums[inside], np.full(inside.sum(), 40.0), np.zeros(inside.sum(), bool)
            )
            assert (np.abs(z) > 3).tolist() == [False, True][: len(z)]


def test_many_answers_have_the_limits_of_a_p_chart():
    """A tenth of ten thousand after a long baseline: within a twentieth of a sigma."""
    chart = rates(np.full(201, 1000), 10_000, 200)
    sigma = math.sqrt(0.1 * 0.9 / 10_000)
    low, high = (ends[-1] for ends in chart.limits(3.0))

    assert low / 100 == pytest.approx(0.1 - 3 * sigma, abs=0.06 * sigma)
    assert high / 100 == pytest.approx(0.1 + 3 * sigma, abs=0.06 * sigma)


@pytest.mark.parametrize(
    ("rate", "n", "before", "later"),
    [(0.01, 100, 24, 24), (0.05, 100, 24, 24), (0.05, 20, 90, 90), (0.3, 500, 24, 24)],
)
def test_a_simulation_confirms_the_stated_chance(rate, n, before, later):
    """The mean of what is stated of ten baselines is within a fifth of how often it happens."""
    rng = np.random.default_rng(5)
    stated, rang, runs = [], 0, 400
    for run in range(runs):
        chart = rates(rng.binomial(n, rate, before + later), n, before)
        rang += rings(chart)[before:].any()
        if run < 10:
            stated.append(chart.false_alarm_chance(DEFAULT, 1.0, np.random.default_rng(run)))
    found = rang / runs

    noise = 3 * math.sqrt(found * (1 - found) / runs) + 2 * np.std(stated) / math.sqrt(10)
    assert np.mean(stated) == pytest.approx(found, abs=0.2 * found + noise)
    assert found < 0.2


def rings(chart):
    """Return where a default rule rings."""
    zones = chart.zones
    return np.any([RULES[name].find(zones).sides != 0 for name in DEFAULT], axis=0)


def test_periods_that_are_all_the_baseline_share_out_its_answers():
    """The stated chance is how often shuffled answers ring."""
    rng = np.random.default_rng(2)
    chart = rates(rng.binomial(200, 0.3, 24), 200, 24)
    stated = chart.false_alarm_chance(DEFAULT, 1.0, np.random.default_rng(0))
    answers = np.repeat([0, 1], chart.baseline.astype(int))
    rang = 0
    for _ in range(300):
        yes = rng.permutation(answers).reshape(24, 200).sum(axis=1)
        shuffled = rates(yes, 200, 24)
        rang += rings(shuffled).any()

    assert stated == pytest.approx(rang / 300, abs=0.07)


def test_normal_charts_state_their_chance_too():
    """About a center known from 24 of as many answers each: between the textbook's and twice it."""
    inside = np.arange(48) < 24
    chart = NormalChart(np.zeros(48), 0.0, np.ones(48), np.full(48, 100.0), inside)
    own = NormalChart(np.zeros(24), 0.0, np.ones(24), np.full(24, 100.0), inside[:24])
    rng = np.random.default_rng(1)

    later = chart.false_alarm_chance(DEFAULT, 1.0, rng)

    assert 0.13 < later < 0.2
    assert own.false_alarm_chance(DEFAULT, 1.0, rng) < later


def test_weighted_answers_are_judged_by_their_effective_numbers():
    """Weights that are all the same change next to nothing."""
    rng = np.random.default_rng(8)
    n, yes = 200, rng.binomial(200, 0.2, 20)
    answers = np.concatenate([np.arange(n) < k for k in yes])
    days = np.repeat(np.datetime64("2024-01") + np.arange(20), n)
    weights = np.full(len(answers), 0.7)
    plain, weighted = (
        rm.Rate().over(answers, days, as_of="2025-08-31", weights=w).alerts(baseline=12)
        for w in (None, weights)
    )

    assert weighted.z == pytest.approx(plain.z, abs=0.2)
    assert weighted.false_alarm_chance == pytest.approx(plain.false_alarm_chance, abs=0.05)


def test_rare_events_have_a_test_since_the_baseline():
    """One in a hundred of thirty customers a month, and then three: no month says so, all do."""
    rng = np.random.default_rng(4)
    n, yes = 30, np.concatenate([rng.binomial(30, 0.01, 24), rng.binomial(30, 0.035, 24)])
    answers = np.concatenate([np.arange(n) < k for k in yes])
    days = np.repeat(np.datetime64("2022-01") + np.arange(48), n)
    trend = rm.ChurnRate().over(answers, days, as_of="2025-12-31")

    found = trend.alerts(baseline=24)

    before, later = trend.between(last="2023-12"), trend.between("2024-01")
    expected = rm.ChurnRate().compare(later.total_state, before.total_state)
    assert found.since_baseline == expected
    assert found.since_baseline.p_value == expected.p_value < 0.05
    assert repr(found).splitlines()[-1] == f"Since the baseline: {expected}"
    assert found.to_dict()["since_baseline"]["p_value"] == expected.p_value
    assert trend.alerts().since_baseline is None
