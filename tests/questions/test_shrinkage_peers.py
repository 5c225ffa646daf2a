"""Spread between groups and periods as metafor and the textbooks have it; sources in tests/oracles.

What has no counterpart (other estimators of the spread, intervals of it, several moderators) is
left out.
"""

import numpy as np
import pytest
import scipy.stats
from places import oracles

import relmetrics as rm
from relmetrics.inference.intervals import quantile
from relmetrics.inference.shrinkage import normal
from relmetrics.inference.time.lines import mean_line
from relmetrics.states.sample import Sample

Z = quantile(0.95)
MANY = 1e9

SEASON = "346 298 276 222 273 270 263 210 269 230 264 256 303 264 226 286 316 200"
"""What each of the eighteen batted in the rest of the season, in thousandths: Efron and Morris."""


def line(inputs, method="weighted"):
    x, y, v = (np.array(inputs[name], dtype=float) for name in "xyv")
    return mean_line(x, y, v, method, 0.95)


def slope_and_z(inputs):
    found = line(inputs, "sampling")
    return [found.change, found.change / found.standard_error]


def squares_at_the_ends(inputs):
    """Return the squared residuals over their variances, with the variance of each end added."""
    x, y, v = (np.array(inputs[name], dtype=float) for name in "xyv")
    found = []
    for end in (inputs["lb"], inputs["ub"]):
        fit = mean_line(x, y, v + end, "sampling", 0.95)
        gaps = y - fit.value - fit.change * (x - fit.period)
        found.append((gaps**2 / (v + end)).sum())
    return found


def shrunken(inputs):
    """Shrink scores whose errors are known: as if of so many answers that no more are borrowed."""
    y = np.array(inputs["y"])
    v = np.array(inputs["v"]) if "v" in inputs else np.array(inputs["se"]) ** 2
    many = np.full(len(y), MANY)
    return normal(Sample(y, v * MANY, many, many), 1.0, Z, -1e3, 1e3)


def middle(inputs):
    found = shrunken(inputs)
    return (found.low + found.high) / 2


def half(inputs):
    found = shrunken(inputs)
    return (found.high - found.low) / 2 / Z


ASKED = {
    "raudenbush-slope": slope_and_z,
    "raudenbush-PM-tau0": lambda i: line(i).between,
    "jackson2014-Q-at-published-ends": squares_at_the_ends,
    "jackson2014-PM-inside": lambda i: i["lb"] < line(i).between ** 2 < i["ub"],
    "dersimonian2007-PM": lambda i: [shrunken(i).spread, shrunken(i).common],
    "eight-schools-posterior-mean": middle,
    "eight-schools-posterior-sd": half,
    "eight-schools-shrunken": lambda i: shrunken(i).value,
}
CASES = {case["id"]: case for case in oracles("peers/metafor_shrinkage")}


@pytest.mark.parametrize("name", ASKED)
def test_spread_and_shrinkage_are_the_published_ones(name):
    """Within the tolerance of the case.

    The library averages over spreads up to a bound where the textbook goes on to 200, hence the
    wide tolerance for eight schools. Their scores themselves are all drawn to one value, as the
    spread is estimated to be 0: only the intervals know that it may be more.
    """
    case = CASES[name]
    found = ASKED[name](case["inputs"])
    assert found == pytest.approx(case["expected"], rel=0, abs=case["tolerance"])


def test_the_published_ends_are_quantiles_of_chi_squared():
    """What the case of Jackson and others compares with is no figure of the library."""
    expected = scipy.stats.chi2.ppf([0.975, 0.025], 17)
    assert CASES["jackson2014-Q-at-published-ends"]["expected"] == pytest.approx(expected)


@pytest.mark.parametrize("method", ["beta_binomial", "normal"])
def test_shrunken_batting_averages_foretell_the_season(method):
    """Squared error falls to less than a third, as it does by Efron and Morris's estimator."""
    inputs = CASES[f"efron-morris-{method}-error"]["inputs"]
    n, hits = inputs["n"], inputs["k"]
    at_bat = [int(turn < k) for k in hits for turn in range(n)]
    batter = np.repeat(np.arange(len(hits)), n)

    table = rm.Rate().by(at_bat, batter).ranking(method=method).table()

    season = np.array(SEASON.split(), dtype=float)[np.array(table["group"], dtype=int)] / 1000
    raw, drawn = (
        ((np.array(table[name]) / 100 - season) ** 2).sum() for name in ("value", "shrunken")
    )
    assert raw == pytest.approx(0.0755, abs=5e-5)
    assert drawn < raw / 3
