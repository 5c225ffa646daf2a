"""Slopes and monotone trends: against scipy, statsmodels, enumeration, and by their coverage."""

import json
import math
from itertools import combinations, permutations

import alerts_study as study
import numpy as np
import pytest
import scipy.stats
import statsmodels.api as sm
import trend_study
from copies import copied
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from places import oracles

import relmetrics as rm
from relmetrics.inference.distributions.student import t_quantile, two_sided_p
from relmetrics.inference.time import ranks
from relmetrics.inference.time.ranks import EXACT_TO
from relmetrics.questions.trends.monotone import monotone
from relmetrics.questions.trends.series import Series
from relmetrics.questions.trends.slope import SLOPE_METHODS, slope

levels = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99])
scores = st.floats(-100, 100).map(lambda value: round(value, 6))
errors = st.floats(0.5, 20)


@st.composite
def points(draw, fewest=3, values=scores):
    """Draw periods with gaps, values, and their standard errors."""
    periods = sorted(draw(st.sets(st.integers(600, 660), min_size=fewest, max_size=20)))
    size = len(periods)
    y = draw(st.lists(values, min_size=size, max_size=size))
    e = draw(st.lists(errors, min_size=size, max_size=size))
    return np.array(periods), np.array(y, dtype=float), np.array(e)


def series(periods, values, se=None, *, every="month", **options):
    se = np.ones(len(periods)) if se is None else np.asarray(se)
    columns = {
        "about": rm.NPS().description,
        "every": every,
        "periods": np.asarray(periods),
        "labels": np.asarray(periods).astype(object),
        "values": np.asarray(values, dtype=float),
        "variances": se**2,
        "n": np.full(len(periods), 100),
        "n_effective": np.full(len(periods), 100.0),
        "complete": np.ones(len(periods), dtype=bool),
    }
    return Series(**(columns | options))


# Student's t


@given(df=st.integers(1, 1000), t=st.floats(0, 60))
@example(df=1, t=1e-6)
@example(df=999, t=1e-6)
@example(df=2, t=1e6)
@example(df=1, t=1e12)
def test_students_t_is_that_of_scipy(df, t):
    """The finite sums give the chance of more than t, and small ones to full precision."""
    expected = 2 * scipy.stats.t.sf(t, df)
    assume(expected > 1e-280)

    assert two_sided_p(t, df) == pytest.approx(expected, rel=1e-10)
    assert two_sided_p(-t, df) == two_sided_p(t, df)


@given(df=st.integers(1, 1000), level=st.floats(0.01, 1 - 1e-9))
def test_quantiles_of_students_t_are_those_of_scipy(df, level):
    """Bisection goes on until no number is left between its ends."""
    expected = scipy.stats.t.isf((1 - level) / 2, df)

    assert t_quantile(level, df) == pytest.approx(expected, rel=1e-10)


def test_students_t_at_its_ends():
    """0 is certain to be exceeded, infinity never is, and NaN says nothing."""
    assert two_sided_p(0, 7) == 1
    assert two_sided_p(math.inf, 7) == 0
    assert two_sided_p(1e200, 400) == 0
    assert math.isnan(two_sided_p(math.nan, 7))


def test_one_and_two_degrees_of_freedom_have_closed_forms():
    """Those of Cauchy, 1 - 2/pi atan(t), and of two degrees, 1 - t / sqrt(2 + t^2)."""
    assert two_sided_p(3, 1) == pytest.approx(1 - 2 / math.pi * math.atan(3))
    assert two_sided_p(3, 2) == pytest.approx(1 - 3 / math.sqrt(11))


# Slopes


def test_the_slope_of_daily_ratings_is_that_of_other_programs():
    """SFO 2017: scipy's linregress, theilslopes and kendalltau."""
    case = oracles("trends")[0]
    expected, rel = case["expected"], case["tolerance"]["rel"]
    days = series(np.array(expected["periods"], dtype=int), expected["values"], every="day")

    line, median = slope(days, method="ordinary"), slope(days, method="theil_sen")
    test = monotone(days)

    assert line.value == pytest.approx(expected["slope"], rel=rel)
    assert line.at(np.array([0]))[0] == pytest.approx(expected["intercept"], rel=rel)
    assert line.standard_error == pytest.approx(expected["slope_se"], rel=rel)
    assert line.p_value == pytest.approx(expected["p_value"], rel=rel)
    assert line.r_squared == pytest.approx(expected["r_squared"], rel=rel)
    assert [line.low, line.high] == pytest.approx(expected["slope_ci95"], rel=rel)
    assert median.value == pytest.approx(expected["theil_slope"], rel=rel)
    assert [median.low, median.high] == pytest.approx(expected["theil_ci95"], rel=rel)
    assert test.tau == pytest.approx(expected["kendall_tau"], rel=rel)
    assert test.p_value == pytest.approx(expected["kendall_p"], rel=rel)


@given(data=points(), level=levels)
def test_the_ordinary_slope_is_that_of_statsmodels(data, level):
    """Slope, error, p-value, interval and R squared of least squares without weights."""
    x, y, se = data
    assume(np.ptp(y) > 1e-3)
    fit = sm.OLS(y, sm.add_constant(x - x.mean())).fit()
    assume(fit.rsquared < 1 - 1e-6)

    found = slope(series(x, y, se), method="ordinary", confidence_level=level)

    assert found.value == pytest.approx(fit.params[1], rel=1e-7, abs=1e-9)
    assert found.standard_error == pytest.approx(fit.bse[1], rel=1e-6)
    assert found.p_value == pytest.approx(fit.pvalues[1], rel=1e-5)
    assert [found.low, found.high] == pytest.approx(
        fit.conf_int(1 - level)[1].tolist(), rel=1e-6, abs=1e-6
    )
    assert found.r_squared == pytest.approx(fit.rsquared, abs=1e-9)
    assert math.isnan(found.between)


@given(data=points(), level=levels)
def test_the_weighted_slopes_are_those_of_statsmodels(data, level):
    """Weighted least squares with the variances known: those of the answers, and between added."""
    x, y, se = data
    for method in ("sampling", "weighted"):
        found = slope(series(x, y, se), method=method, confidence_level=level)
        fit = sm.WLS(y, sm.add_constant(x - x.mean()), weights=1 / (se**2 + found.between**2)).fit(
            cov_type="fixed scale"
        )
        error = fit.bse[1]
        free = len(x) - 2
        scale = fit.resid @ (fit.resid / (se**2 + found.between**2)) / free
        estimated = error * math.sqrt(min(1, scale))
        laws = [(scipy.stats.norm, error)]
        laws += [(scipy.stats.t(free), estimated)] if method == "weighted" else []
        half = max(law.isf((1 - level) / 2) * width for law, width in laws)
        chances = [2 * law.sf(abs(found.value) / width) for law, width in laws if width]

        assert found.value == pytest.approx(fit.params[1], rel=1e-7, abs=1e-9)
        assert found.standard_error == pytest.approx(error, rel=1e-9)
        assert found.high - found.low == pytest.approx(2 * half, rel=1e-9)
        assert found.p_value == pytest.approx(max(chances), rel=1e-6, abs=1e-12)


@given(data=points())
def test_between_brings_the_residuals_to_their_expectation(data):
    """Paule and Mandel: the weighted squares come to P - 2, or do not even reach it at 0."""
    x, y, se = data
    found = slope(series(x, y, se))
    period, value, change = found.through  # the line itself, wherever it leaves the range
    rest = (y - value - change * (x - period)) ** 2 / (se**2 + found.between**2)

    if found.between:
        assert rest.sum() == pytest.approx(len(x) - 2, rel=1e-8)
    else:
        assert rest.sum() <= (len(x) - 2) * (1 + 1e-8)


@given(data=points(fewest=5, values=st.integers(-9, 9)), level=levels)
def test_the_slope_of_theil_and_sen_is_that_of_scipy(data, level):
    """The median of the slopes of pairs and its interval, ties and gaps included."""
    x, y, se = data
    expected = scipy.stats.theilslopes(y, x, alpha=level)
    tied = np.mean([a == b for a, b in combinations(y.tolist(), 2)])
    if tied > 0.15 or expected.low_slope == expected.high_slope:
        with pytest.raises(rm.StateError, match="of the pairs of months are equal"):
            slope(series(x, y, se), method="theil_sen", confidence_level=level)
        return

    found = slope(series(x, y, se), method="theil_sen", confidence_level=level)

    assert found.value == pytest.approx(expected.slope, abs=1e-12)
    if math.isfinite(found.low):
        assert found.low == pytest.approx(expected.low_slope, abs=1e-12)
        assert found.high == pytest.approx(expected.high_slope, abs=1e-12)
    assert found.p_value == monotone(series(x, y, se)).p_value
    assert math.isnan(found.standard_error)
    assert found.tied_pairs == found.to_dict()["tied_pairs"] == tied


def test_few_periods_bound_no_median_slope():
    """Four values have 24 orders, so no two of them are rare enough for 95 %."""
    few = series(range(4), [1, 2, 3, 5])

    found = slope(few, method="theil_sen")

    assert (found.low, found.high) == (-math.inf, math.inf)
    assert found.to_dict()["low"] is None
    assert math.isfinite(slope(few, method="theil_sen", confidence_level=0.5).low)


@given(data=points(), shift=st.integers(-50, 50), factor=st.sampled_from([-4, -0.5, 2]))
@pytest.mark.parametrize("method", SLOPE_METHODS)
def test_slopes_follow_the_values(method, data, shift, factor):
    """A constant changes nothing, a factor enters the slope, and time backwards turns its sign."""
    x, y, se = data
    assume(np.ptp(y) > 1e-3)
    assume(method != "theil_sen" or len(np.unique(y)) == len(y))
    plain = slope(series(x, y, se), method=method)

    moved = slope(series(x, factor * y + shift, abs(factor) * se), method=method)
    backwards = slope(series(-x[::-1], y[::-1], se[::-1]), method=method)

    assert moved.value == pytest.approx(factor * plain.value, abs=1e-7)
    assert moved.high - moved.low == pytest.approx(
        abs(factor) * (plain.high - plain.low), rel=1e-5, abs=1e-7
    )
    assert backwards.value == pytest.approx(-plain.value, abs=1e-7)
    if math.isfinite(plain.low):
        assert plain.low <= plain.value + 1e-9
        assert plain.value <= plain.high + 1e-9


@given(data=points())
def test_equal_weights_are_no_weights(data):
    """With one error for all, the weighted value is the ordinary one, and never surer of it."""
    x, y, _ = data
    even = series(x, y, np.full(len(x), 3.0))
    weighted, ordinary = slope(even), slope(even, method="ordinary")

    assert weighted.value == pytest.approx(ordinary.value, abs=1e-9)
    assert weighted.standard_error >= ordinary.standard_error * (1 - 1e-9)
    if weighted.between:
        assert weighted.standard_error == pytest.approx(ordinary.standard_error, rel=1e-6)


@pytest.mark.parametrize(
    ("every", "times"),
    [("day", 365.25), ("week", 365.25 / 7), ("month", 12), ("quarter", 4), ("year", 1)],
)
def test_a_slope_per_year_is_so_many_times_that_per_period(every, times):
    """Value, ends and error are multiplied; the p-value and the line stay."""
    per_period = slope(series([1, 2, 3, 5], [1, 2, 2, 4], every=every))
    per_year = per_period.per_year

    for name in ("value", "low", "high", "standard_error"):
        assert getattr(per_year, name) == pytest.approx(times * getattr(per_period, name))
    assert per_year.per == "year"
    assert per_year.p_value == per_period.p_value
    assert per_year.at(np.array([2])) == per_period.at(np.array([2]))
    assert per_year.per_year == per_year
    assert per_period.per == every


def test_periods_that_cannot_be_used_count_for_nothing():
    """One without answers and one that is not over change neither slope nor test."""
    known = series([1, 2, 4, 5], [1.0, 3, 2, 6])
    more = series(
        range(1, 7),
        [1, 3, np.nan, 2, 6, 99],
        [1, 1, np.nan, 1, 1, 1],
        complete=np.array([True] * 5 + [False]),
        n=np.array([9, 9, 0, 9, 9, 9]),
    )

    assert more.why_not().tolist() == ["", "", "no answers", "", "", "not over"]
    for method in SLOPE_METHODS:
        assert repr(slope(more, method=method)) == repr(slope(known, method=method))
    assert monotone(more) == monotone(known)


@pytest.mark.parametrize("method", SLOPE_METHODS[:3])
def test_equal_values_have_no_slope(method):
    """The slope is 0 and the p-value 1; only where nothing else is known is the error 0 too."""
    found = slope(series(range(6), [0.1] * 6), method=method)

    assert (found.value, found.p_value) == (0, 1)
    assert (found.high - found.low > 0) == (method in {"weighted", "sampling"})


def test_values_on_a_line_leave_no_doubt_in_least_squares():
    """Without residuals and without errors of the values, the p-value is 0."""
    found = slope(series(range(4), [0, 1, 2, 3]), method="ordinary")

    assert (found.value, found.standard_error, found.p_value) == (1, 0, 0)
    assert found.r_squared == 1


@pytest.mark.long
@pytest.mark.parametrize("between", [0, 2, 4])
@pytest.mark.parametrize("periods", [3, 4, 6, 12, 24])
def test_the_default_slope_covers_what_it_promises(periods, between):
    """At 95 %, with unequal numbers of answers, and whether or not the months differ by more."""
    assert study.slope_coverage("weighted", periods, between) >= 92.5


@pytest.mark.long
def test_an_error_from_the_answers_alone_is_far_too_small():
    """Known mistake: when months differ by twice the sampling error, it covers less than half."""
    assert study.slope_coverage("sampling", 24, 2) < 50
    assert study.slope_coverage("sampling", 24, 0) > 92


@pytest.mark.long
def test_a_common_scale_does_not_mend_unequal_months():
    """Known mistake: weights 1 / v with the error scaled up trust the large months too much."""
    assert study.slope_coverage("scaled", 24, 4) < 88


# From answers


def over(counts, sizes, metric=None, *, every="month"):
    """Return the trend of so many yes of so many answers in each period."""
    first = np.datetime64("2024-01-01")
    step = {"month": "M", "week": "W", "day": "D"}[every]
    starts = (np.arange(len(sizes)) * np.timedelta64(1, step) + first.astype(f"M8[{step}]")).astype(
        "M8[D]"
    )
    end = (np.timedelta64(len(sizes), step) + first.astype(f"M8[{step}]")).astype("M8[D]")
    answers = np.concatenate([np.arange(n) < k for k, n in zip(counts, sizes, strict=True)])
    return (metric or rm.ChurnRate()).over(
        answers, np.repeat(starts, sizes), every=every, as_of=end - np.timedelta64(1, "D")
    )


ANSWERS = st.lists(
    st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    min_size=3,
    max_size=15,
).filter(lambda rows: 0 < sum(k for k, _ in rows) < sum(n for _, n in rows))


@given(rows=ANSWERS)
def test_the_slope_of_sampling_is_the_test_of_cochran_and_armitage(rows):
    """By its own formula: the correlation of answers and periods, times the root of N - 1."""
    k, n = (np.array(column) for column in zip(*rows, strict=True))
    x = np.repeat(np.arange(len(n)), n)
    y = np.concatenate([np.arange(size) < yes for yes, size in rows]).astype(float)
    z = np.corrcoef(x, y)[0, 1] * math.sqrt(len(x) - 1)

    found = over(k, n).slope(method="sampling")

    assert found.p_value == pytest.approx(2 * scipy.stats.norm.sf(abs(z)), rel=1e-8)
    assert found.value == pytest.approx(100 * np.polyfit(x, y, 1)[0], rel=1e-6, abs=1e-9)


@given(rows=ANSWERS)
def test_without_more_than_chance_the_default_slope_is_that_of_all_answers(rows):
    """Where nothing is added between periods, it is the least squares line of the answers."""
    k, n = (np.array(column) for column in zip(*rows, strict=True))
    found = over(k, n).slope()

    if found.between == 0:
        alone = over(k, n).slope(method="sampling")
        assert found.value == pytest.approx(alone.value, rel=1e-9)
        assert found.p_value >= alone.p_value * (1 - 1e-12)
        assert found.high - found.low >= (alone.high - alone.low) * (1 - 1e-12)
    assert (found.p_value < 0.05) == (found.low > 0 or found.high < 0)


@pytest.mark.parametrize("shape", trend_study.SHAPES)
@pytest.mark.parametrize("rate", [0.05, 0.1])
def test_a_constant_rate_has_no_slope(shape, rate):
    """Growing, shrinking and ragged periods: at most 7 % find a trend, where weights by each
    period's own error found one in up to 68 %."""
    assert 1 <= trend_study.slope_size(rate, shape, draws=300) <= 8


@pytest.mark.parametrize("shape", ["24 months, 20 to 400", "104 weeks, ragged 30 to 300"])
def test_periods_that_truly_differ_have_no_slope_either(shape):
    """The rate of each period varies by 40 % of itself."""
    assert 1 <= trend_study.slope_size(0.1, shape, differ=0.4, draws=300) <= 8


def test_a_rise_is_found_and_covered():
    """From 2 to 8 % in twelve months of 50: .46 of series find it, and 95 % cover it."""
    power, cover = trend_study.slope_power(0.02, 0.08, "12 months of 50", draws=400)

    assert power >= 38
    assert cover >= 93


def test_growing_periods_go_no_way_of_their_own():
    """A constant 2 % of days of 5 to 50: the ranks rise, so the p-value is that of the slope."""
    sizes = trend_study.SHAPES["365 days, 5 to 50"](np.random.default_rng(0))
    trend = over(np.random.default_rng(1).binomial(sizes, 0.02), sizes, every="day")

    found = trend.monotone()

    assert found.method == "slope"
    assert found.p_value == trend.slope().p_value
    assert found.p_value > 0.05
    assert found.tau > 0.1
    assert ranks.mann_kendall(trend.table()["value"]).p_value < 0.001


def test_a_median_slope_needs_an_interval():
    """Values on a line have one slope only, and no interval of width zero."""
    with pytest.raises(rm.StateError, match="most slopes of pairs are 2, which leaves no width"):
        slope(series(range(6), range(0, 12, 2)), method="theil_sen")


def test_a_median_slope_of_equal_days_is_refused():
    """Churn truly rises from 2 to 6 % in 180 days of ten, and most pairs of days are both 0 %."""
    sizes = np.full(180, 10)
    trend = over(
        np.random.default_rng(0).binomial(sizes, np.linspace(0.02, 0.06, 180)), sizes, every="day"
    )

    with pytest.raises(rm.StateError, match=r"\d+ % of the pairs of days are equal.*'weighted'"):
        trend.slope(method="theil_sen")


# Monotone trends


@given(values=st.lists(st.integers(0, 3), min_size=2, max_size=6))
def test_the_monotone_test_counts_the_orders(values):
    """Up to six periods, ties included: the share of all orders whose S is as far from 0."""

    def score(order):
        return sum(
            (later > earlier) - (later < earlier)
            for place, earlier in enumerate(order)
            for later in order[place + 1 :]
        )

    orders = [score(order) for order in permutations(values)]
    expected = sum(abs(other) >= abs(score(values)) for other in orders) / len(orders)

    found = monotone(series(range(len(values)), values))

    assert found.p_value == pytest.approx(expected, rel=1e-12)
    assert found.rising - found.falling == score(values)
    assert found.method == "exact"


@given(values=st.lists(st.integers(-1000, 1000), min_size=2, max_size=30, unique=True))
def test_the_exact_p_value_is_that_of_scipy(values):
    """Kendall's tau without ties, by scipy's exact method."""
    expected = scipy.stats.kendalltau(range(len(values)), values, method="exact")

    found = monotone(series(range(len(values)), values))

    assert found.tau == pytest.approx(expected.statistic)
    assert found.p_value == pytest.approx(expected.pvalue, rel=1e-9)


@settings(max_examples=10)
@given(seed=st.integers(0, 1000), drift=st.floats(-0.05, 0.05))
def test_long_series_take_the_normal_distribution(seed, drift):
    """Beyond 100 periods, as scipy's asymptotic method with S one nearer to 0: as counted."""
    size = EXACT_TO + 20
    values = np.round(np.random.default_rng(seed).normal(size=size) + drift * np.arange(size), 1)
    expected = scipy.stats.kendalltau(range(size), values, method="asymptotic")
    score = values_in_order(values)
    z = scipy.stats.norm.isf(expected.pvalue / 2)

    found = monotone(series(range(size), values))

    assert found.method == "normal"
    assert found.tau == pytest.approx(expected.statistic)
    assume(score)
    nearer = z * (abs(score) - 1) / abs(score)
    assert found.p_value == pytest.approx(2 * scipy.stats.norm.sf(nearer), rel=1e-9)
    assert found.p_value == pytest.approx(mann_kendall_exact(values), rel=0.05, abs=1e-4)


def mann_kendall_exact(values):
    """Return the p-value by counting the orders, of however many values."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranks, "EXACT_TO", len(values))
        return ranks.mann_kendall(values).p_value


def values_in_order(values):
    """Return S: pairs of which the later one is higher, less those of which it is lower."""
    return int(sum(np.sign(values[i + 1 :] - values[i]).sum() for i in range(len(values))))


@pytest.mark.parametrize("size", [2, EXACT_TO + 1])
def test_equal_values_go_no_way(size):
    """tau has no meaning, and nothing speaks against chance."""
    found = monotone(series(range(size), [1.5] * size))

    assert math.isnan(found.tau)
    assert found.p_value == 1
    assert found.to_dict()["tau"] is None
    assert str(found) == f"NPS has no tau: all values are equal ({size} months)"


# Texts and errors


@pytest.mark.parametrize("method", SLOPE_METHODS)
@copied
def test_a_copy_of_a_slope_is_equal_to_it(method, again):
    """Numbers that are not known are equal too, and so are the hashes."""
    points = series(range(6), [1, 2, 2, 4, 4.5, 7])
    equal = series([1, 2], [3, 3])
    for result in (slope(points, method=method), monotone(points), monotone(equal)):
        assert result == result  # noqa: PLR0124 - NaN is not equal to itself
        assert again(result) == result
        assert hash(again(result)) == hash(result)
    other = series(range(6), [0, 1, 2, 3, 4, 6])
    assert slope(points, method=method) != slope(other, method=method)


def test_a_period_is_left_out_for_the_first_of_its_reasons():
    """Over before answered, answered before defined, defined before its interval."""
    nan = np.nan
    points = series(
        range(6),
        [nan, nan, nan, 4, 5, 6],
        [nan, nan, nan, nan, 1, 1],
        n=np.array([0, 0, 3, 1, 9, 9]),
        complete=np.array([False, True, True, True, True, False]),
    )

    assert points.why_not().tolist() == [
        "not over",
        "no answers",
        "undefined for these answers",
        "too few answers for an interval",
        "",
        "not over",
    ]
    with pytest.raises(rm.StateError) as caught:
        slope(points)
    assert str(caught.value) == (
        "the slope is undefined: method='weighted' needs 3 periods that are over and have an "
        "interval, there is 1. Left out: 2 not over, 1 no answers, 1 undefined for these answers, "
        "1 too few answers for an interval. Take other periods with every=..., or wait for more "
        "of them."
    )


def test_slopes_show_themselves():
    """One honest line, a table, and a dictionary that strict JSON takes."""
    found = slope(series(range(1, 7), [1, 2, 2, 4, 4.5, 7]))
    short = slope(series(range(3), [1, 2, 4]), method="theil_sen")
    about = rm.NPS().description
    test = monotone(series(range(1, 7), [1, 2, 2, 4, 4.5, 7]))

    assert str(found).startswith("NPS +1.13 points per month (95% CI 0.66 to 1.60; p = 0.00")
    assert str(found).endswith("; 6 months)")
    assert str(found.per_year).startswith("NPS +13.5 points per year (95% CI 7.9")
    assert str(short) == "NPS +1.5 points per month (95% CI -inf to inf; p = 0.33; 3 months)"
    assert str(test) == "NPS tau +0.97 (p = 0.0056, exact; 6 months)"
    assert float(found) == found.value
    for result in (found, short, test):
        data = json.loads(json.dumps(result.to_dict(), allow_nan=False))
        assert (data["v"], data["every"], data["n_periods"]) == (1, "month", result.n_periods)
        for name, word in (("metric", "name"), ("symbol",) * 2, ("unit",) * 2, ("definition",) * 2):
            assert data[name] == getattr(about, word)
        html = result._repr_html_()
        assert html.startswith("<p><strong>")
        assert "Net Promoter Score" in html
    steep = slope(series(range(30), range(30)), method="weighted")
    assert "p < 0.001" in str(steep)
    assert "&lt; 0.001" in steep._repr_html_()
    sure = monotone(series(range(30), range(30)))
    assert "p < 0.001" in str(sure)
    assert "<td>&lt; 0.001</td>" in sure._repr_html_()


def test_small_slopes_are_shown_with_the_digits_they_need():
    """A slope per day in hundredths is not rounded to 0.0."""
    small = slope(series(range(5), [1, 1.004, 1.006, 1.009, 1.012], [1e-3] * 5, every="day"))

    assert str(small).startswith("NPS +0.0029 points per day (95% CI 0.00")


def test_the_slope_of_a_share_is_in_percentage_points():
    """A rate that rises by 0.9 rises by percentage points, not by 0.9 % of itself."""
    rate = series(range(4), [7, 8, 8, 10], about=rm.ChurnRate().description)

    assert str(slope(rate)).startswith("Churn rate +0.9 percentage points per month")


@pytest.mark.parametrize("method", SLOPE_METHODS)
def test_too_few_periods_have_no_slope(method):
    """The message says how many it takes, how many there are, and what to do."""
    few = series([1, 2], [1, 2], complete=np.array([True, False]))

    with pytest.raises(
        rm.StateError,
        match=rf"method='{method}' needs \d .* there is 1\. Left out: 1 not over\. Take",
    ):
        slope(few, method=method)


def test_too_few_periods_have_no_trend():
    """A single value goes no way."""
    with pytest.raises(rm.StateError, match=r"needs 2 periods .* there is 1\. Take"):
        monotone(series([1], [1]))


def test_two_periods_have_a_slope_of_sampling_alone():
    """The difference of two values, with the error of a difference."""
    found = slope(series([1, 2], [10, 13], [3, 4]), method="sampling")

    assert found.value == pytest.approx(3)
    assert found.standard_error == pytest.approx(5)


def test_options_that_do_not_exist():
    """A method or a level is refused with what there is."""
    few = series([1, 2, 3], [1, 2, 4])

    with pytest.raises(rm.ParameterError, match="weighted, sampling, ordinary, theil_sen"):
        slope(few, method="wls")
    for level in (0, 1, 95, True, "0.95"):
        with pytest.raises(rm.ParameterError, match="confidence_level"):
            slope(few, confidence_level=level)


def test_a_line_is_asked_for_by_the_numbers_of_periods():
    """A date is none; the message says what has them."""
    with pytest.raises(rm.ParameterError, match=r"slope\.at\(trend\.periods\)"):
        slope(series([1, 2, 3], [1, 2, 4])).at("2025-01")


def test_columns_of_a_series_have_one_length():
    """Seven values for six periods are an error that names both."""
    with pytest.raises(rm.LengthError, match="values has 2"):
        series([1, 2, 3], [1, 2])


def test_the_slope_of_a_trend_is_that_of_its_series():
    """A metric over dates hands on its values, the errors of its values and the gaps."""
    months = ["2025-01-10", "2025-02-10", "2025-04-10", "2025-05-10"]
    answers = [[10, 9, 3], [10, 9, 8], [10, 10, 9, 9, 3], [10, 10, 9, 9, 9]]
    rows = [(answer, day) for day, given in zip(months, answers, strict=True) for answer in given]

    trend = rm.NPS().over(
        [answer for answer, _ in rows], [day for _, day in rows], every="month", as_of="2025-05-31"
    )
    values = [100 / 3, 200 / 3, 60, 100]

    assert trend.slope(method="ordinary").value == pytest.approx(
        slope(series([1, 2, 4, 5], values), method="ordinary").value
    )
    assert trend.slope().n_periods == 4
    assert trend.monotone() == monotone(series([1, 2, 4, 5], values))


def test_a_line_stays_within_the_range_of_its_metric():
    """Churn that rises for a year is not above 100 % in ten, nor below 0 ten years ago."""
    counts = [(10 * (k + 1), 200) for k in range(8)]
    dates = [f"2025-0{k + 1}-05" for k, (_, n) in enumerate(counts) for _ in range(n)]
    left = [i < lost for lost, n in counts for i in range(n)]
    line = rm.ChurnRate().over(left, dates, every="month").slope()
    first = line.through[0]

    assert line.at([first - 1000, first + 1000]).tolist() == [0, 100]
    assert 0 < line.at([first])[0] < 100
