"""Control charts as R's qcc and spc and the published tables have them; sources in tests/oracles.

Run lengths are simulated with the library's rules, and are the published ones within four standard
errors. What has no counterpart (charts of spread and of counts, limits of one's own) is left out.
"""

import numpy as np
import pytest
import scipy.stats
from places import oracles

import relmetrics as rm
from relmetrics.inference.time import run_rules
from relmetrics.inference.time.run_rules import RULES

SERIES = 1000
START = np.datetime64("2024-01-01")

CASES = {case["id"]: case for case in oracles("peers/spc_qcc")}


def having(beginning):
    """Return the cases whose id begins so."""
    found = [case for name, case in CASES.items() if name.startswith(beginning)]
    return pytest.mark.parametrize("case", found, ids=lambda case: case["id"])


def chart(inputs):
    """Return the alerts of a share of defective items, a day each, and the days by number."""
    size = inputs["size"]
    items, days = [], []
    for day, defective in inputs["defective"]:
        items += [1] * defective + [0] * (size - defective)
        days += [START + np.timedelta64(day, "D")] * size
    trend = rm.Rate().over(items, days, every="day")
    return trend.alerts(dispersion="none", rules=["beyond_limits"])


def three_sigma(inputs):
    """Return center and limits as the textbook has them."""
    found = chart(inputs)
    reach = 3 * found.sigma[0]
    ends = (found.center, found.center - reach, found.center + reach)
    return [round(float(end) / 100, 4) for end in ends]


def beyond(inputs):
    """Return which samples lie beyond these, counted from 1."""
    _, low, high = three_sigma(inputs)
    rates = {1 + day: defective / inputs["size"] for day, defective in inputs["defective"]}
    return [sample for sample, rate in rates.items() if not low <= rate <= high]


@having("montgomery")
def test_center_and_sigma_of_the_orange_juice_cans_are_montgomerys(case):
    """As they are printed; and so are the samples beyond three sigma."""
    ask = beyond if "signal" in case["id"] else three_sigma
    assert ask(case["inputs"]) == pytest.approx(case["expected"], rel=0, abs=case["tolerance"])


@pytest.mark.parametrize(("name", "rings"), [("signals", [15, 23]), ("revised-signal", [])])
def test_the_chart_itself_has_the_exact_limits_of_counts(name, rings):
    """They differ from Montgomery's on purpose: a count beyond them is as rare as 3 sigma.

    So sample 21, with 20 defective of 50, is beyond the normal limit of .3893 and within the exact
    one: by chance as many come in .0024 of samples, not in .00135.
    """
    inputs = CASES[f"montgomery-6-1-{name}"]["inputs"]
    found = chart(inputs)
    size, tail = inputs["size"], scipy.stats.norm.sf(3)
    count = scipy.stats.binom(size, found.center / 100)

    table = found.table()
    low, high = (table[end][0] * size / 100 for end in ("low_limit", "high_limit"))

    assert count.sf(high) < tail <= count.sf(high - 1)
    assert count.cdf(low - 1) < tail <= count.cdf(low)
    assert [str(alert.period)[:10] for alert in found] == [
        str(START + np.timedelta64(k - 1, "D")) for k in rings
    ]


@having("arl")
def test_the_stated_run_lengths_are_the_published_ones(case):
    """Those that a rule says of itself."""
    stated = RULES[case["inputs"]["rule"]].average_run_length
    assert stated == pytest.approx(case["expected"], rel=0, abs=case["tolerance"])


def require_run_length(case, *names):
    """Simulate the periods until the first of these rules rings, and compare their mean.

    Where none has rung yet, as many more are to come as at the start.
    """
    expected = case["expected"]
    rng = np.random.default_rng(1)
    z = case["inputs"]["shift"] + rng.normal(size=(SERIES, round(3 * expected) + 20))
    rings = np.any([RULES[name].find(z).sides != 0 for name in names], axis=0)
    rung = rings.any(axis=1)
    lengths = np.where(rung, rings.argmax(axis=1) + 1, z.shape[1] + expected)

    error = lengths.std() / np.sqrt(SERIES)
    assert rung.mean() > 0.9
    assert lengths.mean() == pytest.approx(expected, rel=0, abs=4 * error)


@having("champ-woodall")
def test_rules_together_run_as_long_as_champ_and_woodall_say(case):
    """In control and shifted by one and two standard deviations."""
    require_run_length(case, *case["inputs"]["rules"])


@having("lucas-crosier")
def test_cumulative_sums_run_as_long_as_lucas_and_crosier_say(case, monkeypatch):
    """At their limits of 4 and 5, between which the library's 4.77 lies."""
    assert case["inputs"]["k"] == run_rules.CUSUM_SLACK
    monkeypatch.setattr(run_rules, "CUSUM_LIMIT", case["inputs"]["h"])

    require_run_length(case, "cusum")
