"""Survival from durations: against exact fractions, R's survival, its laws, and bad input."""

import json
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from places import ORACLES

import relmetrics as rm

R = json.loads((ORACLES / "survival.json").read_text())
GIVEN, EXPECTED = R["inputs"], R["expected"]
LOGRANK = json.loads((ORACLES / "peers" / "lifelines_statistics.json").read_text())

stays = st.lists(
    st.tuples(st.integers(1, 12), st.booleans(), st.integers(0, 11), st.sampled_from("ab")),
    min_size=1,
    max_size=25,
).map(lambda rows: [(end, gone, min(start, end - 1), who) for end, gone, start, who in rows])


def known(numbers):
    """Return numbers of R, where null is none."""
    return pytest.approx([math.nan if x is None else x for x in numbers], nan_ok=True, abs=1e-12)


def curve_of(rows, **options):
    ends, gone, starts, _ = zip(*rows, strict=True)
    return rm.survival(ends, gone, entry=starts, **options)


@given(rows=stays)
def test_the_curve_is_the_product_of_fractions(rows):
    """Late entries are at risk only after they entered; ties leave together."""
    curve, share, error = curve_of(rows), Fraction(1), Fraction(0)
    times = sorted({end for end, gone, _, _ in rows if gone})
    assert curve.times.tolist() == times
    for place, time in enumerate(times):
        at_risk = sum(start < time <= end for end, _, start, _ in rows)
        left = sum(end == time and gone for end, gone, _, _ in rows)
        share *= 1 - Fraction(left, at_risk)
        error += Fraction(left, at_risk * (at_risk - left)) if at_risk > left else 0
        assert (curve.at_risk[place], curve.events[place]) == (at_risk, left)
        assert curve.survival[place] == pytest.approx(float(100 * share))
        if share and time < 12:
            spread = 1.959963984540054 * math.sqrt(error) / math.log(share)
            assert curve.low[place] == pytest.approx(100 * float(share) ** math.exp(-spread))


@given(times=st.lists(st.integers(0, 30), min_size=1, max_size=40))
def test_without_censoring_it_is_the_share_of_longer_stays(times):
    """And the mean within the longest stay is the mean."""
    curve = rm.survival(times, [True] * len(times))
    for time, share in zip(curve.times, curve.survival, strict=True):
        assert share == pytest.approx(100 * np.mean(np.array(times) > time))
    if max(times):
        assert curve.restricted_mean(max(times)).value == pytest.approx(np.mean(times))


@given(rows=stays, cut=st.integers(0, 25), other=st.integers(0, 25))
def test_shards_add_in_any_order(rows, cut, other):
    """The curve of all is the sum of the curves of any parts."""
    cuts = sorted((cut % (len(rows) + 1), other % (len(rows) + 1)))
    reasons = [who if gone else None for _, gone, _, who in rows]
    parts = [
        curve_of(rows[low:high], reasons=reasons[low:high])
        for low, high in zip([0, *cuts], [*cuts, len(rows)], strict=True)
        if low < high
    ]
    whole = curve_of(rows, reasons=reasons)
    assert sum(parts) + whole.nobody() == sum(reversed(parts))
    assert sum(parts).table() == whole.table()
    assert type(whole).from_dict(json.loads(json.dumps(whole.to_dict()))) == whole


@given(rows=stays)
def test_reasons_add_to_everybody_who_left(rows):
    """The shares that left for each reason are 100 less the survival; of one, its mirror."""
    curve = curve_of(rows, reasons=[who if gone else None for _, gone, _, who in rows])
    parts = [curve.incidence(reason).value for reason in curve.reasons]
    assert np.sum(parts, axis=0) == pytest.approx(100 - curve.survival)
    alone = curve_of(rows, interval="greenwood")
    mirror = alone.incidence()
    assert mirror.value == pytest.approx(100 - alone.survival)


@given(rows=stays)
def test_equal_weights_are_none(rows):
    """And a weight scales nothing but the sums."""
    plain, weighted = curve_of(rows), curve_of(rows, weights=[2.0] * len(rows))
    assert weighted.survival == pytest.approx(plain.survival)
    assert weighted.low == pytest.approx(plain.low, nan_ok=True)
    assert weighted.n == plain.n


@given(rows=stays)
def test_groups_add_to_the_total(rows):
    """By group and together, with groups in any order."""
    ends, gone, starts, who = zip(*rows, strict=True)
    by = rm.survival(ends, gone, entry=starts, by=who)
    assert by.total == curve_of(rows)
    assert sum(curve.n for curve in by.values()) == len(rows)
    for group, curve in by.items():
        assert curve == curve_of([row for row in rows if row[3] == group])


def test_against_r():
    """survfit: curve, log-log interval, quantiles, restricted mean, late entries, weights."""
    curve = rm.survival(GIVEN["time"], GIVEN["event"])
    for mine, theirs in (("times", "time"), ("survival", "surv"), ("low", "low"), ("high", "high")):
        scale = 1 if mine == "times" else 100
        assert getattr(curve, mine) / scale == known(EXPECTED[f"km_{theirs}"])
    quantiles = [curve.quantile(share) for share in (0.25, 0.5, 0.75)]
    assert [one.value for one in quantiles] == known(EXPECTED["quantiles"])
    assert [one.low for one in quantiles] == known(EXPECTED["quantiles_low"])
    assert [one.high for one in quantiles] == known(EXPECTED["quantiles_high"])
    mean = curve.restricted_mean(15)
    assert [mean.value, mean.standard_error] == known(EXPECTED["rmean15"])
    late = rm.survival(GIVEN["time"], GIVEN["event"], entry=GIVEN["entry"])
    assert late.at_risk.tolist() == EXPECTED["lt_risk"]
    assert late.survival / 100 == known(EXPECTED["lt_surv"])
    assert late.low / 100 == known(EXPECTED["lt_low"])
    assert late.high / 100 == known(EXPECTED["lt_high"])
    weighted = rm.survival(GIVEN["time"], GIVEN["event"], weights=GIVEN["weight"])
    assert weighted.survival / 100 == known(EXPECTED["w_surv"])


def test_weighted_errors_are_near_those_of_r():
    """Kish's effective number at risk against R's infinitesimal jackknife: within 15 %."""
    options = {"weights": GIVEN["weight"], "interval": "greenwood", "confidence_level": 0.5}
    curve = rm.survival(GIVEN["time"], GIVEN["event"], **options)
    mine = (curve.survival - curve.low)[:-1] / 100 / 0.6744897501960817
    assert mine == pytest.approx(EXPECTED["w_robust_se"][:-1], rel=0.15)


def test_reasons_against_r():
    """survfit of several states: the shares, and the errors of Aalen and Johansen."""
    reasons = [None if reason == "none" else reason for reason in GIVEN["reason"]]
    curve = rm.survival(GIVEN["time"], GIVEN["event"], reasons=reasons)
    for reason in ("price", "moved"):
        found = curve.incidence(reason)
        at = [found.at(time) / 100 for time in EXPECTED["aj_time"]]
        assert at == known(EXPECTED[f"aj_{reason}"])
    found = curve.incidence("price")
    error = dict(zip(EXPECTED["aj_time"], EXPECTED["aj_price_se"], strict=True))
    for time, value, low, high in zip(
        found.times, found.value / 100, found.low / 100, found.high / 100, strict=True
    ):
        spread = 1.959963984540054 * error[time] / (value * math.log(value))
        assert [low, high] == known([value ** math.exp(-spread), value ** math.exp(spread)])


def test_log_rank_against_r():
    """survdiff: three groups, rho, strata, and one pair."""
    groups = {"group": GIVEN["group"], "stratum": GIVEN["stratum"]}
    fine = rm.survival(GIVEN["time"], GIVEN["event"], by=groups)
    by = fine.rollup("group")
    test = by.compare().log_rank
    assert [test.statistic, test.df] == known(EXPECTED["logrank"])
    assert test.groups["observed"] == known(EXPECTED["logrank_obs"])
    assert test.groups["expected"] == known(EXPECTED["logrank_exp"])
    assert [by.compare(rho=1).log_rank.statistic] == known(EXPECTED["peto"])
    stratified = fine.compare(strata="stratum")
    assert [stratified.log_rank.statistic] == known(EXPECTED["stratified"])
    assert stratified.log_rank.strata == 2
    pair = by.compare(against="pairs")["a", "b"]
    assert [pair.log_rank.statistic] == known(EXPECTED["pair"])


@pytest.mark.parametrize("case", LOGRANK, ids=lambda case: case["id"])
def test_log_rank_against_the_tests_of_lifelines(case):
    """What their tests took from R, with and without censoring."""
    given = case["inputs"]
    by = rm.survival(given["time"], given["event"], by=given["group"])
    test = by.compare().log_rank
    assert test.statistic == pytest.approx(case["expected"]["chi2"], rel=3e-3)
    assert test.p_value == pytest.approx(case["expected"]["p"], rel=3e-3)


@pytest.mark.lifelines
@pytest.mark.parametrize(
    ("load", "by", "statistic"),
    [("load_lymphoma", "Stage_group", 6.70971), ("load_dd", "Continent", None)],
)
def test_log_rank_against_lifelines(load, by, statistic):
    """lifelines.statistics.multivariate_logrank_test on its own data sets."""
    from lifelines import datasets  # noqa: PLC0415 - only this environment has it
    from lifelines.statistics import multivariate_logrank_test  # noqa: PLC0415 - the same

    frame = getattr(datasets, load)()
    columns = ("Time", "Censor") if load == "load_lymphoma" else ("duration", "observed")
    times, events = (frame[name].tolist() for name in columns)
    groups = frame[by if by in frame else "un_continent_name"].astype(str).tolist()
    theirs = multivariate_logrank_test(times, groups, events)
    mine = rm.survival(times, events, by=groups).compare().log_rank
    assert mine.statistic == pytest.approx(theirs.test_statistic)
    assert mine.p_value == pytest.approx(theirs.p_value, rel=1e-6)
    if statistic is not None:
        assert mine.statistic == pytest.approx(statistic, rel=1e-4)


def test_the_chance_of_chi_square_is_that_of_r():
    """pchisq(x, df, lower.tail = FALSE), for odd and even degrees of freedom."""
    from relmetrics.inference.distributions.chi_square import chi_square_p  # noqa: PLC0415 - a formula

    expected = {  # R 4.2.2
        (3.0, 1): 0.0832645166635506,
        (3.0, 2): 0.22313016014843,
        (7.5, 3): 0.0575584519726364,
        (20.0, 10): 0.0292526880769611,
        (150.0, 99): 0.000720445395716963,
        (2500.0, 2000): 1.07400802313862e-13,
    }
    for (statistic, df), chance in expected.items():
        assert chi_square_p(statistic, df) == pytest.approx(chance, rel=1e-6)
    assert math.isnan(chi_square_p(math.nan, 1))
    assert (chi_square_p(0, 3), chi_square_p(math.inf, 3)) == (1.0, 0.0)


@given(rows=stays)
def test_a_group_against_the_rest_is_one_test_of_two(rows):
    """The test of one group among all is that of its curve and the sum of the others."""
    ends, gone, starts, _ = zip(*rows, strict=True)
    groups = [i % 3 for i in range(len(rows))]
    by = rm.survival(ends, gone, entry=starts, by=groups)
    if len(by) < 3:
        return
    found = by.compare(adjust=None)
    for group, p_value in zip(found.table()["group"], found.table()["p_value"], strict=True):
        assert p_value == pytest.approx(found[group].log_rank.p_value, nan_ok=True, abs=1e-9)


def test_two_curves_compared_both_ways():
    """The other way round signs change, ends swap, and tests stay."""
    by = rm.survival(GIVEN["time"], GIVEN["event"], by=GIVEN["group"])
    pairs = by.compare(against="pairs")
    one, other = pairs["a", "b"], pairs["b", "a"]
    assert (one.value, one.low, one.high) == pytest.approx((-other.value, -other.high, -other.low))
    assert one.log_rank.p_value == pytest.approx(other.log_rank.p_value)
    assert (one.curve["band_low"] <= one.curve["low"]).all()
    assert by.compare(reference="b")["a"].value == pytest.approx(one.value)


@pytest.mark.parametrize(
    ("call", "kind", "shown"),
    [
        (lambda: rm.survival([3, -1], [1, 0]), rm.AnswerError, "-1 at position 1"),
        (lambda: rm.survival([3, math.inf], [1, 0]), rm.AnswerError, "inf at position 1"),
        (lambda: rm.survival(["3"], [1]), rm.AnswerError, "'3' at position 0"),
        (lambda: rm.survival([3, 4], [1, 2]), rm.AnswerError, "2 at position 1"),
        (lambda: rm.survival([3, 4], [1]), rm.LengthError, "durations has 2, events has 1"),
        (lambda: rm.survival([3], [1], entry=[3]), rm.AnswerError, "'3 against 3' at position 0"),
        (lambda: rm.survival([3], [0], reasons=["x"]), rm.AnswerError, "given at position 0"),
        (lambda: rm.survival([], []), rm.EmptySampleError, "there are none"),
        (lambda: rm.survival([None], [1], by=["a"]), rm.EmptySampleError, "all 1 are missing"),
        (lambda: rm.survival([3], [1], interval="x"), rm.ParameterError, "interval"),
        (lambda: rm.survival([3], [1], weights=[-1]), rm.WeightError, "-1 at position 0"),
        (lambda: rm.survival([3], [1], by=["a"]).compare(), rm.StateError, "needs 2 groups"),
        (lambda: rm.survival([3], [0]).restricted_mean(4), rm.ParameterError, "at most 3"),
        (lambda: rm.survival([3], [0]).quantile(1), rm.ParameterError, "share"),
        (lambda: rm.survival([3], [0]).compare(3), rm.ParameterError, "a survival curve"),
        (lambda: rm.survival([3], [0]).incidence("x"), rm.ParameterError, "say survival.*reasons="),
        (
            lambda: rm.survival([3, 4], [1, 1], by=["a", "b"]).compare(strata="x"),
            rm.ParameterError,
            "strata",
        ),
    ],
)
def test_what_is_no_duration_is_named(call, kind, shown):
    """With the value, its place and a remedy."""
    with pytest.raises(kind, match=shown):
        call()


def test_missing_and_weightless_rows_are_counted():
    """A missing duration, event or entry leaves the row out; so does a weight of 0."""
    curve = rm.survival(
        [3, None, 5, 6, 7], [1, 1, None, 1, 0], entry=[0, 0, 0, None, 0], weights=[1, 1, 1, 1, 0]
    )
    assert (curve.n, curve.missing, curve.weightless) == (1, 3, 1)
    assert curve.survival.tolist() == [0.0]


def test_spans_of_time_are_days():
    """The difference of two columns of dates can be given as it is."""
    spans = np.array(["2025-01-11", "2025-01-05"], dtype="M8[D]") - np.datetime64("2025-01-01")
    assert rm.survival(spans, [1, 1]).times.tolist() == [4.0, 10.0]


@pytest.mark.long
@pytest.mark.parametrize("sizes", [(30, 30), (20, 60), (50, 50, 50)])
def test_the_log_rank_test_keeps_its_size(sizes):
    """Of 2000 tests at 5 % where all leave alike 3.6 to 6.6 % reject, with ties and censoring."""
    rng, groups = np.random.default_rng(1), np.repeat(np.arange(len(sizes)), sizes)
    rejected = {"log_rank": 0, "strata": 0, "mean": 0}
    rounds = 2000
    for _ in range(rounds):
        stay = np.ceil(rng.exponential(10, len(groups)))
        end = np.ceil(rng.uniform(5, 25, len(groups)))
        data = np.minimum(stay, end), stay <= end
        strata = rng.integers(0, 2, len(groups))
        fine = rm.survival(*data, by={"group": groups, "stratum": strata})
        found = fine.rollup("group").compare(horizon=8)
        rejected["log_rank"] += found.log_rank.p_value < 0.05
        rejected["strata"] += fine.compare(strata="stratum", horizon=8).log_rank.p_value < 0.05
        if len(sizes) == 2:
            rejected["mean"] += found.table()["p_mean"][0] < 0.05
    for name, count in rejected.items():
        low, high = (0.0, 0.08) if name == "mean" else (0.036, 0.066)
        assert low <= count / rounds <= high, (name, count / rounds)


@pytest.mark.long
def test_the_band_of_a_difference_covers_everywhere():
    """Of 600 bands at 95 %, 92 to 98 % hold the true difference at all their times."""
    rng, held = np.random.default_rng(2), 0
    for _ in range(600):
        data = []
        for mean in (10, 14):
            stay, end = rng.exponential(mean, 150), rng.uniform(5, 25, 150)
            data.append(rm.survival(np.minimum(stay, end), stay <= end))
        curve = data[0].compare(data[1], horizon=12, rng=rng).curve
        true = 100 * (np.exp(-curve["time"] / 10) - np.exp(-curve["time"] / 14))
        inside = (curve["band_low"] <= true) & (true <= curve["band_high"])
        held += bool(inside[curve["time"] > 1].all())
    assert 0.92 <= held / 600 <= 0.98


def test_what_was_not_observed_is_not_said_as_a_number():
    """Beyond the curve nothing is known, and a share that has not left yet has no time."""
    curve = rm.survival([3, 5, 8, 9, 13], [True, True, False, False, False])
    assert str(curve.quantile()) == "fewer than 50% have left"
    assert str(curve.at(100)).startswith("nothing is known after 100")
