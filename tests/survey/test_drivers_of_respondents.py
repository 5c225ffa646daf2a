"""Drivers where respondents answer again, and of designed samples."""

from typing import Any

import numpy as np
import pytest
from designed import data, sim_design, whole

import relmetrics as rm
from relmetrics.survey.drivers import cluster_draws, redraws


def survey(clusters, each, seed=0, same=0.0):
    """Return factors, overall ratings and who rated; rows of one respondent may be the same."""
    rng = np.random.default_rng(seed)
    ids = np.repeat(np.arange(clusters), each)
    own = rng.normal(size=(clusters, 3))[ids] * same**0.5
    noise = own + rng.normal(size=(len(ids), 3)) * (1 - same) ** 0.5
    ratings = {"food": noise[:, 0], "safety": 0.4 * noise[:, 0] + noise[:, 1]}
    return ratings, 0.7 * ratings["food"] + 0.3 * ratings["safety"] + noise[:, 2], ids


def width(found):
    """Return the width of the interval of the most important factor."""
    one = found.intervals()[found.factors[0]]
    return one.high - one.low


def test_rows_that_repeat_a_respondent_tell_nothing_new():
    """Everybody five times: the interval is that of everybody once."""
    ratings, overall, ids = survey(80, 5, same=1.0)
    once = {name: column[::5] for name, column in ratings.items()}
    wrong, right = rm.drivers(ratings, overall), rm.drivers(ratings, overall, respondents=ids)
    single = rm.drivers(once, overall[::5])

    assert right.importance == wrong.importance
    assert width(right) > 1.8 * width(wrong)
    assert width(right) == pytest.approx(width(single), rel=0.08)
    assert right.n == 400
    assert right.n_effective == pytest.approx(80)
    assert "of respondents with all of their rows" in right.explain()
    p_values = [one.against_random()["p_value"] for one in (wrong, right)]
    assert (p_values[1] >= p_values[0]).all()


def test_respondents_who_rate_once_are_rows():
    """The same interval within what two seeds differ by."""
    ratings, overall, ids = survey(150, 1)
    rows, respondents = (
        rm.drivers(ratings, overall, **given) for given in ({}, {"respondents": ids})
    )

    assert width(respondents) == pytest.approx(width(rows), rel=0.08)


@pytest.mark.parametrize("designed", [False, True])
def test_sums_of_draws_spread_as_those_of_svymean(designed):
    """The mean of a column from draw to draw: R's standard error, with strata and populations."""
    columns = data("sim")
    score, w = whole(columns["score"]), columns["weight"]
    design = sim_design(strata=designed, population=designed)
    names = {"score": score * 1.0, "other": (score * 7 % 11) * 1.0}
    made: Any = cluster_draws.draws_of(names, w, "row", (None, design), "bootstrap")
    draws = made(list(names), 300.0)
    rng = np.random.default_rng(1)
    units, strata = draws._units(rng)  # noqa: SLF001 - what is drawn
    sums = redraws.sums_about_means(
        draws, np.ones(len(score), dtype=bool), units[draws.whose], len(strata)
    )
    times = draws._times(strata, 20_000, rng)  # noqa: SLF001 - how often
    means = (times @ sums.firsts[:, 0, 0]) / (times @ sums.masses[:, 0, 0])
    expected = rm.mean_score(score, scale=rm.ZERO_TO_TEN, weights=w, design=design)

    assert means.std() == pytest.approx(expected.standard_error, rel=0.04)
    assert times.min() >= 0
    assert times.mean(axis=0) == pytest.approx(1, abs=0.05)


def test_many_respondents_are_drawn_in_heaps(monkeypatch):
    """Within their strata, and with the same spread."""
    ratings, overall, ids = survey(400, 2, seed=3)
    design = rm.Design(respondents=ids, strata=ids % 3, population={0: 500, 1: 500, 2: 10**6})
    whole_ones = rm.drivers(ratings, overall, design=design)
    monkeypatch.setattr(cluster_draws, "HEAPS", 150)
    heaps = rm.drivers(ratings, overall, design=design)

    assert width(heaps) == pytest.approx(width(whole_ones), rel=0.12)
    assert width(heaps) < width(rm.drivers(ratings, overall, respondents=ids))


RATINGS, OVERALL, IDS = survey(20, 2)
WEIGHTING = rm.post_stratify(IDS % 2, {0: 0.4, 1: 0.6})
REPLICATES = rm.ReplicateWeights(replicates=np.ones((40, 2)), kind="brr")
BAD = {
    "normal theory": (
        {"respondents": IDS, "interval": "wishart"},
        rm.ParameterError,
        "'interval' must be 'bootstrap' of respondents",
    ),
    "both": (
        {"respondents": IDS, "design": rm.Design(respondents=IDS)},
        rm.ParameterError,
        "'respondents' must be left out beside design",
    ),
    "replicates": (
        {"weights": [1] * 40, "design": REPLICATES},
        rm.ParameterError,
        "'design' must be a Design here",
    ),
    "margins in a design": (
        {"design": rm.Design(respondents=IDS, margins=WEIGHTING)},
        rm.ParameterError,
        "one without margins",
    ),
    "a lonely stratum": (
        {"design": rm.Design(respondents=IDS, strata=np.maximum(IDS, 18))},
        rm.StateError,
        "these have one: '19'",
    ),
    "few respondents": (
        {"respondents": IDS % 3},
        rm.FactorError,
        "2 factors need at least 5 respondents",
    ),
    "too few ids": ({"respondents": IDS[:5]}, rm.LengthError, "5"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_is_refused(case):
    """With what to say instead."""
    options, error, text = BAD[case]
    with pytest.raises(error) as raised:
        rm.drivers(RATINGS, OVERALL, **options)
    assert text in str(raised.value)


def test_a_weighting_is_taken_as_given():
    """Importances do not know margins."""
    found, expected = (
        rm.drivers(RATINGS, OVERALL, weights=one, respondents=IDS)
        for one in (WEIGHTING, WEIGHTING.weights)
    )

    assert found.intervals() == expected.intervals()
