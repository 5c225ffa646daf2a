"""Survival of customers: against exact fractions, lifelines, its laws, and a common mistake."""

import datetime as dt
import json
import math
import warnings
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import relmetrics as rm
from relmetrics.customers.survival.counting import survival
from relmetrics.customers.survival.survival import Survival

START = dt.date(2024, 1, 1)
LEVELS = {0.8: 1.2815515655446004, 0.95: 1.959963984540054}
"""Levels and their normal quantiles, from tables."""

purchases = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 60)), min_size=1, max_size=40
)
spans = st.integers(1, 30)


def day(offset):
    return START + dt.timedelta(days=offset)


def log_of(rows):
    return rm.PurchaseLog([who for who, _ in rows], [day(offset) for _, offset in rows])


def tenures(rows, end, lapsed_after):
    """Return (tenure, lapsed) of each customer, found one by one."""
    found = []
    for customer in sorted({who for who, _ in rows}):
        bought = sorted({offset for who, offset in rows if who == customer and offset <= end})
        if not bought or bought[0] + lapsed_after > end:
            continue
        for offset in bought:
            silent = not any(offset < other <= offset + lapsed_after for other in bought)
            if silent and offset + lapsed_after <= end:
                found.append((offset - bought[0], True))
                break
        else:
            found.append((end - lapsed_after - bought[0], False))
    return found


def kaplan_meier(found):
    """Return time, share, at risk, lapsed and Greenwood's sum, in exact fractions."""
    share, total, rows = Fraction(1), Fraction(0), []
    for time in sorted({tenure for tenure, lapsed in found if lapsed}):
        at_risk = sum(tenure >= time for tenure, _ in found)
        events = sum(tenure == time and lapsed for tenure, lapsed in found)
        share *= 1 - Fraction(events, at_risk)
        total += Fraction(events, at_risk * (at_risk - events)) if at_risk > events else 0
        rows.append((time, share, at_risk, events, total))
    return rows


@given(rows=purchases, lapsed_after=spans, after=st.integers(-10, 40))
def test_the_curve_is_the_product_of_fractions(rows, lapsed_after, after):
    """Times, risk sets, events and shares, counted one by one and multiplied exactly."""
    end = max(offset for _, offset in rows) + after
    found = tenures(rows, end, lapsed_after)
    assume(found)
    expected = kaplan_meier(found)

    result = survival(log_of(rows), lapsed_after=lapsed_after, as_of=day(end))

    assert result.n == len(found)
    assert result.times.tolist() == [time for time, *_ in expected]
    assert result.at_risk.tolist() == [at_risk for _, _, at_risk, _, _ in expected]
    assert result.events.tolist() == [events for _, _, _, events, _ in expected]
    assert result.survival == pytest.approx([float(100 * share) for _, share, *_ in expected])
    halves = [time for time, share, *_ in expected if share <= Fraction(1, 2)]
    assert result.median == halves[0] if halves else math.isnan(result.median)


@pytest.mark.parametrize("level", LEVELS)
@given(rows=purchases, lapsed_after=spans)
def test_the_intervals_follow_their_formulas(level, rows, lapsed_after):
    """Greenwood's variance from exact fractions, plain and on the scale log(-log S)."""
    end = max(offset for _, offset in rows) + 40
    expected = kaplan_meier(tenures(rows, end, lapsed_after))
    options = {"lapsed_after": lapsed_after, "as_of": day(end), "confidence_level": level}
    log_log = survival(log_of(rows), **options)
    plain = survival(log_of(rows), interval="greenwood", **options)
    z = LEVELS[level]

    for place, (_, share, _, _, total) in enumerate(expected):
        if not share:
            assert math.isnan(log_log.low[place])
            assert math.isnan(plain.high[place])
            continue
        half = z * float(share) * math.sqrt(total)
        assert plain.low[place] == pytest.approx(100 * max(float(share) - half, 0))
        assert plain.high[place] == pytest.approx(100 * min(float(share) + half, 1))
        spread = z * math.sqrt(total) / math.log(share)
        assert log_log.low[place] == pytest.approx(100 * float(share) ** math.exp(-spread))
        assert log_log.high[place] == pytest.approx(100 * float(share) ** math.exp(spread))
        assert 0 <= log_log.low[place] < log_log.survival[place] < log_log.high[place] <= 100


def shop(seed=3, customers=400):
    """Return a log of customers who come over two years and buy at random until they stop."""
    rng = np.random.default_rng(seed)
    rows = []
    for who in range(customers):
        at, stop = rng.integers(0, 600), rng.exponential(150)
        first = at
        while at - first <= stop and at < 730:
            rows.append((who, int(at)))
            at += 1 + rng.integers(0, 40)
    return rows


@pytest.mark.lifelines
@pytest.mark.parametrize("seed", [3, 4, 5])
@pytest.mark.parametrize("level", LEVELS)
def test_against_lifelines(level, seed):
    """lifelines.KaplanMeierFitter: curve, exponential Greenwood interval and median.

    It runs in an environment of its own, for lifelines holds pandas back.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import lifelines  # noqa: PLC0415 - only this environment has it

        rows = shop(seed)
        found = tenures(rows, 730, 60)
        fit = lifelines.KaplanMeierFitter(alpha=1 - level)
        fit.fit([tenure for tenure, _ in found], [lapsed for _, lapsed in found])

    result = survival(log_of(rows), lapsed_after=60, as_of=day(730), confidence_level=level)

    theirs = fit.confidence_interval_.loc[result.times]
    curve = fit.survival_function_.loc[result.times, "KM_estimate"]
    assert result.survival / 100 == pytest.approx(curve.to_numpy())
    known = ~np.isnan(result.low)
    assert result.low[known] / 100 == pytest.approx(theirs.iloc[:, 0].to_numpy()[known])
    assert result.high[known] / 100 == pytest.approx(theirs.iloc[:, 1].to_numpy()[known])
    assert result.median == fit.median_survival_time_


# Made by lifelines 0.30.3: KaplanMeierFitter().fit(tenures, lapsed) of `tenures(shop(), 730, 60)`,
# survival_function_ and confidence_interval_ at these days.
KEPT = {
    0: (0.8925, 0.8578101844, 0.9191258881),
    20: (0.795, 0.7520245037, 0.8313728557),
    60: (0.62, 0.5704918883, 0.6655411342),
    120: (0.4146908572, 0.3654707363, 0.4631361256),
    240: (0.1688469764, 0.1308540286, 0.2110197126),
    400: (0.056689488, 0.0332329085, 0.0889306003),
}


@pytest.mark.parametrize("days", KEPT)
def test_against_numbers_that_lifelines_gave(days):
    """The curve and its log-log interval, kept so that they are checked without lifelines."""
    result = survival(log_of(shop()), lapsed_after=60, as_of=day(730))

    point = result.at(days)

    assert (point.value, point.low, point.high) == pytest.approx(
        tuple(100 * share for share in KEPT[days]), rel=1e-8
    )
    assert result.median == 93


def daily(first, last):
    return [(first, offset) for offset in range(first, last + 1)]


def test_censoring_at_as_of_would_make_the_curve_too_high():
    """Everybody buys daily for exactly ten days: by then all have lapsed, in truth and here.

    Who stopped less than `lapsed_after` days before the end is not seen to have lapsed. Censored
    at the end of the log, as is common, they would stand as customers past their tenth day.
    """
    rows = [row for first in range(60) for row in daily(first, min(first + 9, 60))]
    found = []
    for first in range(60):
        last = min(first + 9, 60)
        lapsed = 60 - last >= 5
        found.append((last - first if lapsed else 60 - first, lapsed))
    common = kaplan_meier(found)[-1]

    result = survival(log_of(rows), lapsed_after=5, as_of=day(60))

    assert (result.times.tolist(), result.survival.tolist()) == ([9], [0])
    assert common[0] == 9
    assert common[1] > Fraction(1, 20)


def test_the_first_silence_counts_also_when_the_customer_returns():
    """Ten days of silence are a lapse at the end of the log and in its middle alike."""
    rows = [("a", 0), ("a", 5), ("a", 40), ("b", 0), ("b", 5)]
    result = survival(log_of(rows), lapsed_after=10, as_of=day(60))

    assert (result.times.tolist(), result.events.tolist()) == ([5], [2])


@given(rows=purchases, lapsed_after=spans, seed=st.randoms(use_true_random=False))
def test_shuffling_rows_changes_nothing(rows, lapsed_after, seed):
    """A log has no order but that of its dates."""
    shuffled = list(rows)
    seed.shuffle(shuffled)
    options = {"lapsed_after": lapsed_after, "as_of": day(100)}

    assert survival(log_of(rows), **options) == survival(log_of(shuffled), **options)


@given(rows=purchases, lapsed_after=spans, part=st.sets(st.sampled_from("abcdefgh")))
def test_survivals_of_disjoint_customers_add(rows, lapsed_after, part):
    """Splitting by customer and adding changes nothing."""
    shards = [[r for r in rows if r[0] in part], [r for r in rows if r[0] not in part]]
    assume(all(shards))
    options = {"lapsed_after": lapsed_after, "as_of": day(100)}
    one, other = (survival(log_of(shard), **options) for shard in shards)

    assert one + other == other + one == sum([one, other]) == survival(log_of(rows), **options)


@given(rows=purchases, lapsed_after=spans)
def test_the_state_survives_json(rows, lapsed_after):
    """Written, sent as text and read back, it is the same."""
    result = survival(log_of(rows), lapsed_after=lapsed_after, as_of=day(100))

    assert Survival.from_dict(json.loads(json.dumps(result.to_dict()))) == result


def test_a_point_of_the_curve():
    """The last step at or before the day; 100 before the first; NaN past what is observed."""
    rows = [("a", 0), ("b", 0), ("b", 20), ("c", 0), ("c", 20), ("c", 40)]
    result = survival(log_of(rows), lapsed_after=25, as_of=day(60))

    assert result.at(0).value == pytest.approx(200 / 3)
    assert float(result.at(19)) == result.at(0).value
    assert result.at(20).value == pytest.approx(100 / 3)
    assert result.at(20).at_risk == 2
    assert (result.at(35).at_risk, result.at(35).value) == (1, pytest.approx(100 / 3))
    assert math.isnan(result.at(36).value)
    assert result.median == 20
    assert result.median_interval[0] == 0

    later = survival(log_of([("a", 0), ("a", 10)]), lapsed_after=25, as_of=day(100))
    assert (later.at(9).value, later.at(9).at_risk) == (100, 1)
    assert str(later.at(9)) == "100.0% after 9 days (no interval; 1 at risk)"
    assert (later.at(10).value, later.at(500).value) == (0, 0)


def test_nobody_has_lapsed_yet():
    """Then there is no step, no median and no interval."""
    result = survival(log_of([("a", 0), ("a", 10), ("b", 12)]), lapsed_after=10, as_of=day(12))

    assert (result.n, result.too_recent, result.times.tolist()) == (1, 1, [])
    assert math.isnan(result.median)
    assert result.at(2).value == 100
    assert math.isnan(result.at(3).value)
    assert result.table().rows == 0


def test_exactly_a_half_is_the_median():
    """2/3 x 3/4 is a half, whatever the rounding."""
    rows = [(who, 0) for who in range(2)] + [(who, d) for who in range(2, 6) for d in (0, 5)]
    rows += [(who, 10) for who in range(3, 6)]
    result = survival(log_of(rows), lapsed_after=6, as_of=day(16))

    assert result.survival[1] == pytest.approx(50)
    assert result.median == 5


def test_logs_that_tell_nothing():
    """An empty log, a day before the first purchase, customers who all came too late."""
    with pytest.raises(rm.EmptySampleError):
        survival(rm.PurchaseLog([], []), lapsed_after=30)
    with pytest.raises(rm.EmptySampleError, match="for 30 days"):
        survival(rm.PurchaseLog([], []), lapsed_after=30, as_of="2024-01-01")
    with pytest.raises(rm.EmptySampleError, match="for 30 days"):
        survival(log_of([("a", 5)]), lapsed_after=30, as_of=day(0))
    with pytest.raises(rm.EmptySampleError, match=r"2 came later.*as_of"):
        survival(log_of([("a", 5), ("b", 5)]), lapsed_after=30)


def test_one_customer_on_one_day():
    """Seen for long enough, a single purchase is a tenure of 0 days."""
    result = survival(log_of([("a", 5), ("a", 5)]), lapsed_after=30, as_of=day(35))

    assert (result.n, result.times.tolist(), result.survival.tolist()) == (1, [0], [0])
    assert "median=0.0" in repr(result)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"lapsed_after": 0}, "lapsed_after"),
        ({"lapsed_after": 30.0}, "lapsed_after"),
        ({"lapsed_after": True}, "lapsed_after"),
        ({"lapsed_after": 30, "confidence_level": 95}, "confidence_level"),
        ({"lapsed_after": 30, "interval": "wald"}, "log_log, greenwood"),
    ],
)
def test_unknown_options_are_refused(options, message):
    """The message names the option."""
    with pytest.raises(rm.ParameterError, match=message):
        survival(log_of([("a", 0)]), as_of=day(100), **options)


@pytest.mark.parametrize(
    ("other", "what"),
    [
        ({"lapsed_after": 31}, "lapsed_after"),
        ({"interval": "greenwood"}, "interval"),
        ({"confidence_level": 0.9}, "confidence_level"),
    ],
)
def test_other_settings_do_not_add(other, what):
    """The message names the setting."""
    options = {"lapsed_after": 30, "as_of": day(100)}
    log = log_of([("a", 0)])
    with pytest.raises(rm.StateError, match=what):
        survival(log, **options) + survival(log, **(options | other))
    with pytest.raises(TypeError):
        survival(log, **options) + 1


def test_the_first_version_of_the_state_is_read():
    """States that were written once must load for ever."""
    state = {
        "type": "survival",
        "v": 1,
        "lapsed_after": 30,
        "lapsed": [2, 0, 1],
        "censored": [0, 1, 1],
        "too_recent": 4,
    }
    result = Survival.from_dict(state)

    assert result.to_dict() == state
    assert (result.n, result.at_risk.tolist(), result.too_recent) == (5, [5, 2], 4)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"type": "cohorts"}, "type"),
        ({"v": 2}, "version"),
        ({"lapsed": [1, -1]}, "no count"),
        ({"lapsed": [1, 1]}, "censored"),
        ({"lapsed_after": 0}, "at least 1"),
        ({"too_recent": 0.5}, "count"),
    ],
)
def test_what_is_no_state_is_refused(change, message):
    """Every field is checked before it is believed."""
    state = survival(log_of([("a", 0)]), lapsed_after=30, as_of=day(100)).to_dict()
    with pytest.raises(rm.StateError, match=message):
        Survival.from_dict(state | change)
    with pytest.raises(rm.ParameterError, match="interval"):
        Survival.from_dict(state, interval="wald")
