"""Alerts: rules against plain loops and textbooks, false alarms against theory, known mistakes."""

import datetime as dt
import json
import math
from itertools import pairwise
from statistics import NormalDist

import alerts_study as study
import numpy as np
import pytest
from copies import copied
from hypothesis import assume, example, given
from hypothesis import strategies as st
from numpy.polynomial import polynomial

import relmetrics as rm
from relmetrics.inference.time.run_rules import (
    CUSUM_LIMIT,
    EWMA_LIMIT,
    RULES,
    cusum,
    ewma,
    several_beyond,
    steady,
)
from relmetrics.questions.trends.control_chart import alerts
from relmetrics.states.sample import Sample

ZONES = {
    "beyond_limits": (1, 1, 3),
    "two_of_three": (2, 3, 2),
    "four_of_five": (4, 5, 1),
    "run_of_eight": (8, 8, 0),
    "run_of_nine": (9, 9, 0),
}
"""Rule: so many, of so many, beyond so many sigma on one side."""

MONTGOMERY = (
    "9.45 7.99 9.29 11.66 12.16 10.18 8.04 11.46 9.20 10.34 9.03 11.47 10.51 9.40 10.08 "
    "9.37 10.62 10.31 8.52 10.84 10.90 9.33 12.29 11.50 10.60 11.08 10.38 11.62 11.31 10.52"
)
"""Montgomery, Introduction to Statistical Quality Control, table 9.1: the mean is 10 for the first
20 and 11 from then on, the standard deviation 1."""

distances = st.lists(
    st.floats(-4, 4).map(lambda z: round(z, 1)) | st.sampled_from([-3.5, -2.5, -1.5, 0, 1.5, 2.5]),
    max_size=40,
)


def found_pairs(found):
    """Return (side, since) for each period, None where nothing rings."""
    pairs = zip(found.sides.tolist(), found.since.tolist(), strict=True)
    return [(side, since) if side else None for side, since in pairs]


# Rules


@pytest.mark.parametrize("rule", ZONES)
@given(z=distances)
def test_zone_rules_are_what_a_loop_finds(rule, z):
    """The last of the periods is beyond, and so many of the last few on its side."""
    count, of, sigma = ZONES[rule]
    expected = []
    for t, last in enumerate(z):
        side = 1 if last > 0 else -1
        window = range(max(0, t - of + 1), t + 1)
        beyond = [i for i in window if side * z[i] > sigma]
        rings = t in beyond and len(beyond) >= count
        expected.append((side, beyond[0]) if rings else None)

    assert found_pairs(RULES[rule].find(np.array(z, dtype=float))) == expected


@given(z=distances)
@example(z=[1, 2, 3, 4, 5, 6, 7, 3, 2, 1, 0, -1, -2, -3])
def test_the_trend_rule_is_what_a_loop_finds(z):
    """Six in a row, each above the one before, or each below."""
    expected = []
    for t in range(len(z)):
        last = z[max(0, t - 5) : t + 1]
        steps = [b - a for a, b in pairwise(last)]
        up, down = all(step > 0 for step in steps), all(step < 0 for step in steps)
        expected.append((1 if up else -1, t - 5) if len(last) == 6 and (up or down) else None)

    assert found_pairs(RULES["trend_of_six"].find(np.array(z, dtype=float))) == expected


@given(z=distances)
def test_ewma_is_the_recursion_of_the_textbook(z):
    """The weighted mean of all past periods, and the variance of its weights."""
    expected = []
    mean, began, weights = 0.0, 0, []
    for t, value in enumerate(z):
        before, mean = mean, 0.2 * value + 0.8 * mean
        began = began if before * mean > 0 else t
        weights = [0.2, *(0.8 * weight for weight in weights)]
        limit = EWMA_LIMIT * math.sqrt(sum(weight**2 for weight in weights))
        assume(abs(abs(mean) - limit) > 1e-9)
        rings = abs(mean) > limit
        expected.append((math.copysign(1, mean), began) if rings else None)

    assert found_pairs(ewma(np.array(z, dtype=float))) == expected


@given(z=distances)
def test_cusum_is_the_recursion_of_the_textbook(z):
    """Two sums that never fall below 0, each with a slack of half a sigma."""
    sums, began = {1: 0.0, -1: 0.0}, {1: 0, -1: 0}
    expected = []
    for t, value in enumerate(z):
        for side in (1, -1):
            began[side] = began[side] if sums[side] > 0 else t
            sums[side] = max(0.0, sums[side] + side * value - 0.5)
        side = max(sums, key=sums.get)
        assume(abs(sums[side] - CUSUM_LIMIT) > 1e-9)
        assume(not sums[side] or abs(sums[1] - sums[-1]) > 1e-9)
        expected.append((side, began[side]) if sums[side] > CUSUM_LIMIT else None)

    assert found_pairs(cusum(np.array(z, dtype=float))) == expected


def test_cusum_finds_the_shift_of_the_textbook():
    """Montgomery, table 9.2: it rings at observation 29, and counts back to 23."""
    z = np.array(MONTGOMERY.split(), dtype=float) - 10

    found = cusum(z)

    assert np.flatnonzero(found.sides).tolist() == [28, 29]
    assert (found.since[28:] + 1).tolist() == [23, 23]
    assert not several_beyond(z, count=1, of=1, sigma=3).sides.any()


@given(rows=st.lists(st.lists(st.floats(-4, 4), min_size=12, max_size=12), min_size=1, max_size=4))
@pytest.mark.parametrize("rule", RULES)
def test_rules_take_many_series_at_once(rule, rows):
    """Each row of an array is a series of its own."""
    z = np.array(rows)
    together = RULES[rule].find(z)

    for row, alone in enumerate(map(RULES[rule].find, z)):
        assert together.sides[row].tolist() == alone.sides.tolist()
        rings = alone.sides != 0
        assert together.since[row][rings].tolist() == alone.since[rings].tolist()


@given(z=distances)
@example(z=[-3.0, -4.0, -4.0, -3.5, 4.0, 2.5])
@pytest.mark.parametrize("rule", RULES)
def test_rules_know_no_better_side(rule, z):
    """What rings above rings below when everything is turned over."""
    z = np.array(z, dtype=float) + 1e-6 * np.arange(len(z)) ** 2  # two sums are never equal

    assert RULES[rule].find(-z).sides.tolist() == (-RULES[rule].find(z).sides).tolist()


# False alarms


def exact_survival(count, of, sigma, periods=200):
    """Return the chances that a zone rule has not rung after 0, 1, ... periods: by enumeration."""
    above = NormalDist().cdf(-sigma)
    chances = {1: above, -1: above, 0: 1 - 2 * above}
    states = {(0,) * (of - 1): 1.0}
    survival = [1.0]
    for _ in range(periods):
        after = {}
        for recent, chance in states.items():
            for side, share in chances.items():
                window = (*recent, side)
                if share and not (side and window.count(side) >= count):
                    key = window[1:]
                    after[key] = after.get(key, 0.0) + chance * share
        states = after
        survival.append(sum(states.values()))
    return survival


def run_length(survival):
    """Return the mean run length: the sum of the chances, the rest as a geometric series."""
    ratio = survival[-1] / survival[-2]
    return sum(survival[:-1]) + survival[-1] / (1 - ratio)


@pytest.mark.parametrize("rule", ZONES)
def test_false_alarms_of_zone_rules_are_exact(rule):
    """Run length, 24 periods and the long run, by enumeration of the sides of recent periods."""
    count, of, sigma = ZONES[rule]
    survival = exact_survival(count, of, sigma)
    above = NormalDist().cdf(-sigma)
    others = sum(
        math.comb(of - 1, k) * above**k * (1 - above) ** (of - 1 - k) for k in range(count - 1, of)
    )

    assert RULES[rule].average_run_length == pytest.approx(run_length(survival), abs=0.5)
    assert RULES[rule].in_24 == pytest.approx(1 - survival[24], abs=5e-4)
    assert RULES[rule].per_period == pytest.approx(2 * above * others, abs=5e-5)


def test_false_alarms_of_the_trend_rule_are_exact():
    """Orders of equally likely values: their densities are polynomials of the last value."""
    states, survival = {(0, 0): np.array([1.0])}, [1.0, 1.0]
    for _ in range(60):
        after = {}
        for (direction, steps), density in states.items():
            below = polynomial.polyint(density)
            whole = polynomial.polyval(1, below)
            for side, share in ((1, below), (-1, polynomial.polysub([whole], below))):
                run = (side, steps + 1 if side == direction else 1)
                if run[1] < 5:
                    after[run] = polynomial.polyadd(after.get(run, [0.0]), share)
        states = {run: density[:40] for run, density in after.items()}
        survival.append(
            sum(polynomial.polyval(1, polynomial.polyint(density)) for density in states.values())
        )
    rule = RULES["trend_of_six"]

    assert rule.average_run_length == pytest.approx(run_length(survival), abs=0.5)
    assert rule.in_24 == pytest.approx(1 - survival[24], abs=5e-4)
    assert rule.per_period == pytest.approx(2 / math.factorial(6), abs=5e-5)


@pytest.mark.long
@pytest.mark.parametrize("rule", RULES)
def test_a_simulation_confirms_the_stated_false_alarms(rule):
    """An NPS of very many answers about its known center: within four standard errors."""
    measured = study.false_alarms(rule, series=800)
    stated = RULES[rule]

    for name, error in zip(measured._fields[:3], measured.errors, strict=True):
        rounding = 0.5 if name == "average_run_length" else 5e-4 if name == "in_24" else 5e-5
        gap = abs(getattr(measured, name) - getattr(stated, name))
        assert gap < 4 * error + rounding, name


@pytest.mark.long
def test_a_center_from_few_months_rings_more_often():
    """The stated chances are for a known center: 12 months of baseline make later months ring."""
    rule = "run_of_eight"
    few, many, own = (
        study.chances_of_alerts([rule], baseline=baseline, draws=1000)[rule]
        for baseline in (12, 240, None)
    )

    assert few > many + 2
    assert many > own + 2


# Limits


yes = st.lists(
    st.tuples(st.integers(1, 400), st.floats(0.02, 0.98)).map(lambda p: (p[0], round(p[0] * p[1]))),
    min_size=3,
    max_size=30,
)


def rate_series(rows, **options):
    """Return a series of shares, %, and the function that pools its periods."""
    n, k = np.array(rows).T
    shares = k / n
    columns = {
        "values": 100 * shares,
        "variances": np.maximum(100**2 * shares * (1 - shares) / n, 1.0),
    }
    about = options.pop("about", rm.Rate().description)
    series = study.series_of(n, k, 0 * k, about, **(columns | options))

    def pooled(mask):
        total = int(n[mask].sum())
        share = k[mask].sum() / total
        return Sample(100 * share, 100**2 * share * (1 - share), total, float(total))

    return series, pooled


@given(rows=yes)
def test_without_dispersion_the_limits_are_those_of_a_p_chart(rows):
    """p +- 3 sqrt(p (1 - p) / n), with p the pooled share, within 0 to 100 %."""
    p = sum(k for _, k in rows) / sum(n for n, _ in rows)
    assume(0 < p < 1)

    found = alerts(*rate_series(rows), dispersion="none")

    assert found.center == pytest.approx(100 * p)
    assert found.sigma_z == 1
    assert found.dispersion == "none"
    for row, (n, k) in enumerate(rows):
        sigma = math.sqrt(p * (1 - p) / n)
        assert found.limits[0][row] == pytest.approx(100 * max(0, p - 3 * sigma))
        assert found.limits[1][row] == pytest.approx(100 * min(1, p + 3 * sigma))
        assert found.z[row] == pytest.approx((k / n - p) / sigma, abs=1e-9)


@given(rows=yes)
def test_dispersion_is_laneys_and_never_below_1(rows):
    """The mean moving range of the z of a p-chart, over 1.128."""
    p = sum(k for _, k in rows) / sum(n for n, _ in rows)
    assume(0 < p < 1)
    z = [(k / n - p) / math.sqrt(p * (1 - p) / n) for n, k in rows]
    ranges = [abs(b - a) for a, b in pairwise(z)]
    sigma_z = sum(ranges) / len(ranges) / 1.128

    found = alerts(*rate_series(rows))

    assert found.sigma_z == pytest.approx(max(1, sigma_z))
    assert found.z == pytest.approx(np.array(z) / found.sigma_z, abs=1e-9)


def months(size, start=2020):
    """Return the first days of so many months."""
    return [dt.date(start + month // 12, month % 12 + 1, 1) for month in range(size)]


def shop(values, n=100, metric=None):
    """Return the trend of a yes/no metric with so many yes of n in each month."""
    dates, answers = [], []
    for month, k in zip(months(len(values)), values, strict=True):
        for day in range(0 if k is None else n):
            dates.append(month)
            answers.append(day < k)
    metric = metric or rm.Rate()
    end = months(len(values) + 1)[-1] - dt.timedelta(days=1)
    return metric.over(answers, dates, every="month", as_of=end)


def test_a_fall_rings_and_is_for_the_worse():
    """A rate that drops from 50 % to 20 %: beyond the limits of the year before."""
    found = shop([50, 48, 52, 51, 49, 50, 20]).alerts(baseline=6)

    assert [str(alert) for alert in found] == ["2020-07-01: beyond_limits, below (worse)"]
    assert found[0].period == found[0].since == np.datetime64("2020-07-01")
    assert found.table()["alerts"].tolist() == [""] * 6 + ["beyond_limits"]
    assert found.table()["baseline"].tolist() == [True] * 6 + [False]
    assert str(found) == "Rate: 1 alert in 7 months, last 2020-07-01 (worse); center 50.0"
    assert repr(found).splitlines()[1:] == ["2020-07-01: beyond_limits, below (worse)"]
    assert found[:1] == (found[0],)


def test_what_is_better_depends_on_the_metric():
    """A churn rate that falls is for the better."""
    found = shop([50, 48, 52, 51, 49, 50, 20], metric=rm.ChurnRate()).alerts(baseline=6)

    assert [(alert.side, alert.meaning) for alert in found] == [("below", "better")]


def test_a_run_says_since_when():
    """Eight months a little above: no month rings by itself, the run does."""
    found = shop([50] * 8 + [53] * 8).alerts(baseline=8)

    assert [str(alert) for alert in found] == [
        "2021-04-01: run_of_eight, above since 2020-09-01 (better)"
    ]


def test_a_trend_rises_or_falls():
    """Six months that fall one after the other, all of them above the center."""
    series, pooled = rate_series([(100, k) for k in (50, 40, 60, 59, 58, 57, 56, 55)])
    found = alerts(series, pooled, rules=["trend_of_six"])

    assert [(alert.side, alert.meaning) for alert in found] == [("falling", "worse")]


def test_alerts_come_by_period_and_rules_once():
    """Several rules in one month come in the order that they were asked in."""
    trend = shop([50] * 6 + [20, 20])
    found = trend.alerts(baseline=6, rules=["cusum", "beyond_limits", "cusum"])

    assert found.rules == ("cusum", "beyond_limits")
    assert [(str(alert.period)[:7], alert.rule) for alert in found] == [
        ("2020-07", "cusum"),
        ("2020-07", "beyond_limits"),
        ("2020-08", "cusum"),
        ("2020-08", "beyond_limits"),
    ]


def test_nothing_rings_in_a_calm_year():
    """No alerts is an empty sequence, not None."""
    found = shop([50, 48, 52, 51, 49, 50]).alerts()

    assert list(found) == []
    assert not found
    assert str(found) == "Rate: no alerts in 6 months; center 50.0"


@pytest.mark.parametrize("rule", RULES)
def test_equal_months_ring_nothing(rule):
    """Rounding of sums does not put a value on one side of its own center."""
    weights = np.tile([0.1, 0.7, 1.3], 100)
    days = np.repeat(np.array(months(30), dtype="datetime64[D]"), 10)
    answers = np.tile([1, 3, 5, 2, 4, 4, 2, 5, 3, 1], 30)
    plain = rm.MeanScore(scale=rm.ONE_TO_FIVE).over(answers, days, as_of="2022-06-30")
    weighted = rm.MeanScore(scale=rm.ONE_TO_FIVE).over(
        np.full(300, 4), days, weights=weights, as_of="2022-06-30"
    )

    assert list(plain.alerts(rules=[rule])) == []
    assert list(weighted.alerts(rules=[rule])) == []


def test_runs_go_on_over_a_gap_and_stop_before_an_unfinished_month():
    """A month without answers is no point of the chart, and one that is not over is not judged."""
    values = [50] * 8 + [54] * 4 + [None] + [54] * 4 + [0]
    dates = [month for month, k in zip(months(18), values, strict=True) if k is not None] * 100
    answers = [i < k for i in range(100) for k in values if k is not None]
    trend = rm.Rate().over(answers, dates, every="month", as_of="2021-06-15")

    found = trend.alerts(baseline=8)
    table = found.table()

    assert [str(alert) for alert in found] == [
        "2021-05-01: run_of_eight, above since 2020-09-01 (better)"
    ]
    assert table["left_out"].tolist()[12] == "no answers"
    assert table["left_out"].tolist()[17] == "not over"
    for name in ("center", "low_limit", "high_limit", "z"):
        assert np.isnan(table[name]).nonzero()[0].tolist() == [12, 17]
    assert table["value"][17] == 0
    assert "in 16 months" in str(found)


def test_a_baseline_is_a_number_of_months_or_two_days():
    """The first six, or those that hold the days from January to June, are the same months."""
    trend = shop([50, 48, 52, 51, 49, 50, 20, 21])
    by_number = trend.alerts(baseline=6)
    by_days = trend.alerts(baseline=("2020-01-15", dt.date(2020, 6, 1)))

    assert by_number.to_dict() == by_days.to_dict()
    assert trend.alerts(baseline=99).to_dict() == trend.alerts().to_dict()
    assert by_days.center == 50


def test_a_baseline_of_equal_answers_takes_each_months_own_error():
    """100 % for a year has no variance; the first month below is not infinitely far from it."""
    found = shop([100] * 11 + [99, 60]).alerts(baseline=11)

    assert found.center == 100
    assert np.isfinite(found.z).all()
    assert [str(alert.period) for alert in found] == ["2021-01-01"]


def test_false_alarms_are_stated_with_the_result():
    """A row for each rule asked, and the chance of all of them together in this series."""
    found = shop([50, 48, 52, 51]).alerts(rules=list(RULES))
    table = found.false_alarms()

    assert table["rule"].tolist() == list(RULES)
    assert table["average_run_length"].tolist()[0] == 370
    assert 0 < found.false_alarm_chance < 0.1
    year = shop([50, 48, 52] * 12, n=1000).alerts(baseline=12).false_alarm_chance
    assert 0.132 < year < 0.25, "24 months after a baseline of 12: more than about a known center"


@copied
def test_a_copy_of_alerts_is_equal_to_them(again):
    """A month that is not judged, and so has no limits, is equal too."""
    found = shop([50, 20, 80, 30, None, 70, 5]).alerts()

    assert found == shop([50, 20, 80, 30, None, 70, 5]).alerts()
    assert again(found) == found
    assert hash(again(found)) == hash(found)
    assert found != shop([50, 20, 80, 30, None, 70, 6]).alerts()
    assert found != list(found)
    one = shop([50, 48, 52, 51, 49, 50, 20]).alerts(baseline=6)[0]
    assert again(one) == one


def test_what_alerts_hold_is_not_changed_by_accident():
    """Their arrays are read-only; the trend that they come from keeps its own."""
    found = shop([50, 20, 80, 30, None, 70, 5]).alerts()

    for name in ("labels", "values", "sigma", "baseline", "left_out"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(found, name)[0] = getattr(found, name)[1]


def test_alerts_show_themselves():
    """HTML with a table, and a dictionary that strict JSON takes."""
    found = shop([50, 20, 80, 30, None, 70, 5]).alerts()
    as_dict = json.loads(json.dumps(found.to_dict(), allow_nan=False))

    about = rm.Rate().description
    assert str(found).endswith(f", sigma_z {found.sigma_z:.2f}")
    assert (as_dict["type"], as_dict["v"], as_dict["every"]) == ("alerts", 1, "month")
    for name, word in (("metric", "name"), ("symbol",) * 2, ("unit",) * 2, ("definition",) * 2):
        assert as_dict[name] == getattr(about, word)
    assert (as_dict["dispersion"], as_dict["sigma_z"]) == ("laney", found.sigma_z)
    assert "<p>Rate: no alerts" in found._repr_html_()
    assert "<th>low_limit</th>" in found._repr_html_()
    assert as_dict["periods"]["z"][4] is None
    assert as_dict["periods"]["period"][0] == "2020-01-01"
    assert as_dict["alerts"] == []
    one = shop([50, 48, 52, 51, 49, 50, 20]).alerts(baseline=6).to_dict()["alerts"]
    assert one == [
        {
            "period": "2020-07-01",
            "rule": "beyond_limits",
            "side": "below",
            "meaning": "worse",
            "since": "2020-07-01",
        }
    ]


# Bad input


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"rules": ["beyond"]}, "Did you mean 'beyond_limits'"),
        ({"rules": "cusum"}, "a list of names"),
        ({"rules": []}, "Known: beyond_limits"),
        ({"rules": None}, "a list of names"),
        ({"rules": [3]}, "must be one of"),
        ({"dispersion": "layney"}, "Did you mean 'laney'"),
        ({"baseline": 1}, "at least 2"),
        ({"baseline": True}, "at least 2"),
        ({"baseline": 6.5}, "at least 2"),
        ({"baseline": "2020-01-01"}, "first and a last day"),
        ({"baseline": ("2020-01-01",)}, "first and a last day"),
        ({"baseline": ["2020-01-01", "2020-06-30"]}, "Say baseline=12"),
        ({"baseline": ("2020-06-01", "2020-01-31")}, "in order"),
    ],
)
def test_options_that_do_not_exist(options, words):
    """The message names the option and says what it takes."""
    with pytest.raises(rm.ParameterError, match=words):
        shop([50, 48, 52, 51]).alerts(**options)


def test_a_day_that_cannot_be_read():
    """A baseline from the first of Never is an error of dates."""
    with pytest.raises(rm.DateError, match="baseline"):
        shop([50, 48, 52, 51]).alerts(baseline=("never", "2020-06-30"))


def test_too_few_months_for_limits():
    """The message says how many it takes, and how many there are."""
    with pytest.raises(rm.StateError, match=r"dispersion='laney' needs 3 .* there are 2\. Take"):
        shop([50, 48]).alerts()
    with pytest.raises(rm.StateError, match=r"dispersion='none' needs 2 .* there is 1\. Take"):
        shop([50]).alerts(dispersion="none")
    with pytest.raises(rm.StateError, match="there are 0"):
        shop([50, 48, 52]).alerts(baseline=("2030-01-01", "2031-01-01"))


# Known mistakes


def test_the_center_pools_answers_and_does_not_average_scores():
    """Known mistake: a month of five answers does not count as much as one of a thousand."""
    rows = [(1000, 500), (1000, 510), (5, 0), (1000, 490)]

    found = alerts(*rate_series(rows))

    assert found.center == pytest.approx(100 * 1500 / 3005)
    assert abs(found.center - np.mean([50, 51, 0, 49])) > 12


def test_limits_of_one_width_ring_for_small_months():
    """Known mistake: a month of 20 answers at 30 % is no news beside months of 1000 at 50 %."""
    rows = [(1000, k) for k in (500, 505, 495, 510, 490, 500)] + [(20, 6)]
    found = alerts(*rate_series(rows), rules=["beyond_limits"], baseline=6, dispersion="none")
    width = np.diff(found.limits, axis=0)[0]
    average = 3 * math.sqrt(0.25 / np.mean([n for n, _ in rows])) * 100

    assert not found
    assert width[-1] == pytest.approx(width[0] * math.sqrt(1000 / 20))
    assert abs(found.values[-1] - found.center) > average


def test_limits_from_each_months_own_variance_ring_too_often():
    """Known mistake: a rare share that happens to be low has a low variance too, and rings."""
    rng = np.random.default_rng(5)
    n, p = 300, 0.03
    k = rng.binomial(n, p, 200_000)
    own = np.sqrt(np.maximum(k, 1) / n * (1 - k / n) / n)
    pooled = math.sqrt(p * (1 - p) / n)

    below_own = np.mean((k / n - p) < -3 * own)
    assert below_own > 0.01
    assert np.mean((k / n - p) < -3 * pooled) < 0.0027


@pytest.mark.long
def test_limits_of_a_p_chart_ring_for_months_that_differ():
    """Known mistake: when months differ by twice the sampling error, nearly every chart rings."""
    rule = "beyond_limits"
    options = {"baseline": None, "between": 2}

    assert study.chances_of_alerts([rule], dispersion="none", **options)[rule] > 80
    assert study.chances_of_alerts([rule], dispersion="laney", **options)[rule] < 10


@given(rows=yes, seed=st.integers(0, 100))
def test_a_month_beyond_the_limits_is_so_in_any_order(rows, seed):
    """Center and limits without dispersion do not depend on the order of the months."""
    p = sum(k for _, k in rows) / sum(n for n, _ in rows)
    assume(0 < p < 1)
    order = np.random.default_rng(seed).permutation(len(rows))
    options = {"rules": ["beyond_limits"], "dispersion": "none"}

    found = alerts(*rate_series(rows), **options)
    mixed = alerts(*rate_series([rows[place] for place in order]), **options)

    assert len(found) == len(mixed)
    assert mixed.center == pytest.approx(found.center)


def test_steady_needs_steps():
    """A single period is no trend."""
    assert steady(np.array([3.0]), count=6).sides.tolist() == [0]
    assert steady(np.empty(0), count=6).sides.tolist() == []
