"""A metric over time: periods, gaps, what is over, changes, windows and roll-ups."""

import csv
import datetime as dt
import json
import math
import re

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from metrics_under_test import CASES, defined, same
from places import data_set, oracles
from statsmodels.stats.multitest import multipletests

import relmetrics as rm
from relmetrics.inference import multiplicity

cases = pytest.mark.parametrize("case", CASES, ids=lambda case: case.label)
# There are many metrics, and they share the code: a few examples of each will do.
some = settings(max_examples=max(8, settings.default.max_examples // 6))

KINDS = ("day", "week", "month", "quarter", "year")
COARSER = [
    ("day", "week"),
    ("day", "month"),
    ("day", "quarter"),
    ("day", "year"),
    ("month", "quarter"),
    ("month", "year"),
    ("quarter", "year"),
    *((kind, kind) for kind in KINDS),
]
BACK = {"day": 364, "week": 52, "month": 12, "quarter": 4, "year": 1}

days = st.dates(dt.date(2024, 1, 1), dt.date(2024, 6, 30))


def first_of(day, every):
    """Return the first day of the period of a day, by the calendar of the standard library."""
    if every == "day":
        return day
    if every == "week":
        return day - dt.timedelta(days=day.isocalendar().weekday - 1)
    month = {"month": day.month, "quarter": day.month - (day.month - 1) % 3, "year": 1}[every]
    return day.replace(month=month, day=1)


def following(first, every):
    """Return the first day of the next period."""
    reach = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}[every]
    return first_of(first + dt.timedelta(days=reach), every)


def all_periods(dates, every):
    """Return the first days of all periods from the first date to the last."""
    found = [first_of(min(dates), every)]
    while found[-1] < first_of(max(dates), every):
        found.append(following(found[-1], every))
    return found


def plain(array):
    """Return days as dates."""
    return array.astype("datetime64[D]").tolist()


def assert_same_figures(left, right, names=("value", "low", "high", "n", "missing", "complete")):
    """Compare two tables to rounding."""
    for name in names:
        np.testing.assert_allclose(
            left[name].astype(float),
            right[name].astype(float),
            rtol=1e-7,
            atol=1e-7,
            equal_nan=True,
            err_msg=name,
        )


def assert_same_trend(left, right):
    """Compare two trends: periods, figures, totals and what was left out."""
    assert list(left) == list(right)
    assert_same_figures(left.table(), right.table())
    assert left.total_state.missing == right.total_state.missing
    for name in ("every", "until", "judged_by", "undated", "later", "window"):
        assert getattr(left, name) == getattr(right, name), name


def sums_exactly(state):
    """Tell whether a state of whole numbers is the same to the last bit by any way of summing.

    Counts are, and sums about 0 or the midpoint of a scale. Sums about the mean of the data, as of
    money, are not: a third has no exact number, and rows summed by group round otherwise.
    """
    if not isinstance(state, rm.Moments):
        return True
    return state.scale is not None or not state.pivot.any()


def assert_same_estimate(left, right):
    """Compare two estimates: wholly where their sums are exact, and to rounding elsewhere."""
    if sums_exactly(right.state):
        assert left == right
        return
    for name in ("metric", "n", "missing", "confidence_level", "method"):
        assert getattr(left, name) == getattr(right, name), name
    for name in ("value", "low", "high", "standard_error", "n_effective"):
        assert same(getattr(left, name), getattr(right, name)), name


def drawn_rows(data, case, **sizes):
    """Return rows of a case with a date each, some of them missing."""
    rows = data.draw(st.lists(case.row, **sizes))
    size = {"min_size": len(rows), "max_size": len(rows)}
    dates = data.draw(st.lists(st.one_of(days, days, days, st.none()), **size))
    if rows and not any(dates):
        dates[0] = dt.date(2024, 2, 29)
    return rows, dates


# Every metric alike


@cases
@some
@given(data=st.data(), every=st.sampled_from(KINDS))
def test_each_period_is_the_metric_of_its_rows(case, data, every):
    """Every period is there, one without rows as n = 0 and NaN; the total is of all dated rows."""
    rows, dates = drawn_rows(data, case, min_size=1, max_size=12)
    trend = case.metric.over(case.to_data(rows), dates, every=every)
    dated = [(row, day) for row, day in zip(rows, dates, strict=True) if day]

    assert plain(trend.table()["period"]) == all_periods([day for _, day in dated], every)
    assert trend.undated == len(rows) - len(dated)
    table = trend.table()
    for i, first in enumerate(plain(table["period"])):
        part = [row for row, day in dated if first_of(day, every) == first]
        expected = defined(case, part)
        assert table["missing"][i] == case.state(part).missing
        shown = [float(table[name][i]) for name in ("value", "low", "high")]
        if expected is None:
            assert np.isnan(shown).all()
        else:
            assert table["n"][i] == expected.n
            wanted = (expected.value, expected.low, expected.high)
            assert all(same(*pair, 1e-6) for pair in zip(shown, wanted, strict=True))
            assert same(trend[first].value, expected.value, 1e-6)
    whole = defined(case, [row for row, _ in dated])
    if whole is not None:
        assert same(trend.total.value, whole.value)
        assert trend.total.n == whole.n
        if not trend.undated:
            assert_same_estimate(trend.total, whole)


def test_the_total_of_amounts_about_their_own_mean_is_that_of_the_rows():
    """Whose thirds round otherwise where rows are summed by group: the same but for that."""
    rows = {"gain": [0.0, 0.0, 1.0], "cost": [1.0, 94.0, 1.0]}
    roi = rm.ReturnOnInvestment()
    assert_same_estimate(roi.over(rows, ["2024-01-01"] * 3).total, roi.estimate(roi.moments(rows)))


@cases
@some
@given(data=st.data())
def test_weighted_periods_are_the_weighted_metric_of_their_rows(case, data):
    """Survey weights go with their rows, into periods and total."""
    rows, dates = drawn_rows(data, case, min_size=1, max_size=10)
    weights = data.draw(st.lists(st.floats(0.1, 4.0), min_size=len(rows), max_size=len(rows)))
    trend = case.metric.over(case.to_data(rows), dates, weights=weights)
    table = trend.table()

    def of(kept):
        return defined(case, [rows[i] for i in kept], [weights[i] for i in kept])

    dated = [i for i, day in enumerate(dates) if day]
    for place, first in enumerate(plain(table["period"])):
        expected = of([i for i in dated if first_of(dates[i], "month") == first])
        value = math.nan if expected is None else expected.value
        assert same(float(table["value"][place]), value, 1e-7)
    whole = of(dated)
    if whole is not None:
        assert same(trend.total.value, whole.value)
        assert same(trend.total.n_effective, whole.n_effective, 1e-7)


@cases
@some
@given(data=st.data())
def test_the_order_of_rows_does_not_matter(case, data):
    """A permutation of the rows gives the same trend."""
    rows, dates = drawn_rows(data, case, min_size=1, max_size=10)
    order = data.draw(st.permutations(range(len(rows))))
    shuffled = case.metric.over(case.to_data([rows[i] for i in order]), [dates[i] for i in order])

    assert_same_trend(shuffled, case.metric.over(case.to_data(rows), dates))


@cases
@some
@given(data=st.data(), every=st.sampled_from(KINDS), judged=st.booleans())
def test_trends_of_shards_add_to_the_trend_of_all(case, data, every, judged):
    """Shards may share periods, lie apart, or be empty; gaps between them appear."""
    options = {"every": every, "as_of": "2024-05-31" if judged else None}
    rows, dates = drawn_rows(data, case, min_size=1, max_size=10)
    dates = [day if day and day <= dt.date(2024, 5, 31) else dt.date(2024, 5, 5) for day in dates]
    parts = data.draw(st.lists(st.integers(0, 2), min_size=len(rows), max_size=len(rows)))
    shards = []
    for part in range(3):
        kept = [i for i, shard in enumerate(parts) if shard == part]
        of_part = case.to_data([rows[i] for i in kept])
        shards.append(case.metric.over(of_part, [dates[i] for i in kept], **options))
    whole = case.metric.over(case.to_data(rows), dates, **options)

    assert_same_trend(sum(shards), whole)
    assert_same_trend(shards[2] + (shards[1] + shards[0]), whole)


@cases
@some
@given(data=st.data(), kinds=st.sampled_from(COARSER), as_of=st.sampled_from([None, "2024-08-17"]))
def test_a_rollup_is_the_trend_of_longer_periods(case, data, kinds, as_of):
    """Years from the states of months are the years of the rows; so for every kind that nests."""
    fine, coarse = kinds
    rows, dates = drawn_rows(data, case, min_size=1, max_size=10)
    columns = case.to_data(rows)

    rolled = case.metric.over(columns, dates, every=fine, as_of=as_of).rollup(coarse)

    assert_same_trend(rolled, case.metric.over(columns, dates, every=coarse, as_of=as_of))


@cases
@some
@given(data=st.data(), periods=st.integers(1, 4))
def test_a_window_is_the_metric_of_the_rows_of_its_periods(case, data, periods):
    """Rolling pools answers; windows that are not full are not there; one period is the trend."""
    rows, dates = drawn_rows(data, case, min_size=1, max_size=10)
    trend = case.metric.over(case.to_data(rows), dates)
    if periods > len(trend):
        with pytest.raises(rm.ParameterError, match="'window' must be a whole number from 1 to"):
            trend.rolling(periods)
        return
    rolled = trend.rolling(periods)
    if periods == 1:
        assert rolled is trend
        return
    months, table = plain(trend.table()["period"]), rolled.table()
    assert plain(table["period"]) == months[periods - 1 :]
    assert plain(table["since"]) == months[: len(rolled)]
    assert (table["complete"] == trend.complete[periods - 1 :]).all()
    for i in range(len(rolled)):
        inside = months[i : i + periods]
        part = [
            r
            for r, day in zip(rows, dates, strict=True)
            if day and first_of(day, "month") in inside
        ]
        expected = defined(case, part)
        wanted = [math.nan] * 3
        if expected is not None:
            wanted = [expected.value, expected.low, expected.high]
        shown = [float(table[name][i]) for name in ("value", "low", "high")]
        assert all(same(*pair, 1e-6) for pair in zip(shown, wanted, strict=True))
        assert table["missing"][i] == case.state(part).missing


@cases
@some
@given(data=st.data(), against=st.sampled_from(["previous", "first"]))
def test_a_change_is_the_comparison_of_its_two_periods(case, data, against):
    """Value, interval and p-value of a row are those of `compare`; or the note says why not."""
    rows, dates = drawn_rows(data, case, min_size=1, max_size=14)
    trend = case.metric.over(case.to_data(rows), dates)
    changes = trend.changes(against=against)
    table = trend.table()
    known = ~np.isnan(table["value"]) & table["complete"]
    for i in range(len(trend)):
        earlier = [j for j in range(i) if known[j]]
        names = ("difference", "low", "high", "p_value")
        shown = {name: float(changes[name][i]) for name in names}
        assert same(float(changes["value"][i]), float(table["value"][i]))
        if not known[i] or not earlier:
            assert np.isnan(list(shown.values())).all()
            assert changes["note"][i]
            assert bool(earlier) or math.isnan(changes["reference_value"][i])
            continue
        j = earlier[-1] if against == "previous" else earlier[0]
        assert changes["reference"][i] == table["period"][j]
        assert (changes["n"][i], changes["n_reference"][i]) == (table["n"][i], table["n"][j])
        assert same(float(changes["reference_value"][i]), float(table["value"][j]))
        expected = case.metric.compare(trend.states[i], trend.states[j])
        for name, value in shown.items():
            wanted = getattr(expected, "value" if name == "difference" else name)
            assert same(value, wanted, 1e-6), name
        assert bool(changes["note"][i]) == math.isnan(shown["low"])


@cases
def test_no_rows_give_no_periods(case):
    """A shard without rows is the zero of adding."""
    trend = case.metric.over(case.to_data([]), [])
    assert len(trend) == 0
    assert trend.until is None
    assert trend.changes().rows == 0
    assert len(trend.rollup("year")) == len(trend.between()) == len(trend.rolling(1)) == 0
    assert "period" in repr(trend)


# Calendar, dates and what is over

MONTHS = ["2025-01-09", "2025-01-20", "2025-03-02", "2025-03-31", "2025-04-02"]


@pytest.fixture
def trend():
    return rm.NPS().over([10, 9, 8, 3, 10], MONTHS)


@pytest.mark.parametrize("every", KINDS)
@given(dates=st.lists(st.dates(dt.date(1960, 1, 1), dt.date(1990, 1, 1)), min_size=1, max_size=3))
def test_periods_are_those_of_the_calendar(every, dates):
    """Before 1970 too, weeks begin on Mondays and quarters in January, April, July, October."""
    reach = {"day": 40, "week": 280}.get(every, 10_000)
    dates = [max(day, max(dates) - dt.timedelta(days=reach)) for day in dates]
    trend = rm.Rate().over([True] * len(dates), dates, every=every)
    assert plain(trend.table()["period"]) == all_periods(dates, every)
    for day in dates:
        assert day in trend


def test_dates_come_in_every_form():
    """Text, dates, datetimes, datetime64 and columns of pandas and polars give the same trend."""
    answers = [10, 9, 8, 3, 10, 0]
    text = [*MONTHS, None]
    expected = rm.NPS().over(answers, text)
    assert expected.undated == 1
    as_dates = [None if x is None else dt.date.fromisoformat(x) for x in text]
    forms = [
        as_dates,
        [None if x is None else dt.datetime.fromisoformat(f"{x}T23:59:59") for x in text],
        np.array(text, dtype="datetime64[D]"),
        np.array(text, dtype="datetime64[ns]"),
        np.array(text, dtype=object),
        pd.Series(text),
        pd.to_datetime(pd.Series(text)),
        pl.Series(text),
        pl.Series(as_dates),
        iter(text),
    ]
    for form in forms:
        assert_same_trend(rm.NPS().over(answers, form), expected)


def test_dates_with_a_zone_need_one_to_look_from():
    """The last hour of January in Helsinki is still January there, and so for columns of frames."""
    text = ["2025-01-31T22:30:00+00:00", "2025-01-31T21:30:00+00:00", None]
    for dates in (text, pd.to_datetime(pd.Series(text))):
        with pytest.raises(rm.DateError, match="zone='Europe/Helsinki'"):
            rm.NPS().over([10, 0, 5], dates)
        trend = rm.NPS().over([10, 0, 5], dates, zone="Europe/Helsinki")
        assert trend["2025-01"].value == -100
        assert trend["2025-02"].value == 100
        assert trend.undated == 1


def test_input_is_not_modified():
    """Missing dates are filled in for reading, but not in what was given."""
    array = np.array(["NaT", "2025-01-05"], dtype="datetime64[D]")
    column = [None, "2025-01-05"]
    for dates in (array, column):
        rm.NPS().over([10, 0], dates)
    assert np.isnat(array[0])
    assert column == [None, "2025-01-05"]


@given(
    dates=st.lists(days, min_size=1, max_size=8),
    as_of=st.one_of(st.none(), st.dates(dt.date(2024, 3, 1), dt.date(2024, 7, 31))),
    every=st.sampled_from(KINDS),
)
def test_a_period_is_over_when_its_last_day_was_observed(dates, as_of, every):
    """By `as_of`, or else by the last day of the data; as in a log of purchases."""
    dates = [dt.date(2024, 2, 1), *dates]
    trend = rm.CSAT().over([5] * len(dates), dates, every=every, as_of=as_of)
    kept = [day for day in dates if as_of is None or day <= as_of]
    end = as_of or max(dates)

    assert trend.judged_by == ("data" if as_of is None else "as_of")
    assert trend.until == np.datetime64(end)
    assert trend.later == len(dates) - len(kept)
    assert trend.total.n == len(kept)
    over = [
        following(first, every) - dt.timedelta(days=1) <= end
        for first in plain(trend.table()["period"])
    ]
    assert trend.complete.tolist() == over
    log = rm.PurchaseLog(range(len(dates)), dates).movements(every=every, as_of=as_of)
    assert trend.complete.tolist() == log["complete"].tolist()


def test_a_survey_that_stopped_is_seen():
    """Periods go on to that of `as_of`, without answers; nothing is judged by them."""
    nps, dates = rm.NPS(), ["2025-01-01", "2025-02-01"]
    trend = nps.over([10, 3], dates, as_of="2025-05-31")
    table = trend.table()
    months = [dt.date(2025, month, 1) for month in range(1, 6)]
    assert plain(table["period"]) == months
    assert table["n"].tolist() == [1, 1, 0, 0, 0]
    assert np.isnan(table["value"][2:]).all()
    assert trend.complete.all()
    assert trend.changes()["note"].tolist()[2:] == ["no answers"] * 3
    unfinished = nps.over([10, 3], dates, as_of="2025-05-30")
    assert unfinished.complete.tolist() == [True] * 4 + [False]
    assert plain(unfinished.compare().table()["period"]) == months[:4]
    assert len(nps.over([10, 3], dates)) == 2
    quarters = nps.over([10, 3], dates, every="quarter", as_of="2025-12-31")
    assert quarters.table()["n"].tolist() == [2, 0, 0, 0]


def test_periods_without_answers_at_the_end_change_no_slope_and_no_limit():
    """They are no points: slope, center and limits are those of the periods with answers."""
    rng = np.random.default_rng(5)
    dates = np.datetime64("2024-01-01") + rng.integers(0, 366, 300).astype("m8[D]")
    answers = rng.integers(1, 6, 300)
    ended = rm.CSAT().over(answers, dates, as_of="2024-12-31")
    silent = rm.CSAT().over(answers, dates, as_of="2025-06-30")
    assert len(silent) == len(ended) + 6
    assert silent.slope().value == ended.slope().value
    assert silent.slope().n_periods == 12
    assert silent.monotone().p_value == ended.monotone().p_value
    assert silent.alerts().center == ended.alerts().center
    np.testing.assert_array_equal(silent.alerts().sigma[:12], ended.alerts().sigma)
    assert silent.alerts().left_out.tolist()[12:] == ["no answers"] * 6
    assert silent.total == ended.total


@pytest.mark.parametrize(
    "moment",
    [
        "2025-01-31T10:00",
        dt.datetime.fromisoformat("2025-01-31T10:00"),
        np.datetime64("2025-01-31T10"),
        pd.Timestamp("2025-01-31 10:00"),
    ],
)
def test_a_time_of_day_is_no_last_day(moment):
    """At ten the day was not wholly observed; midnight alone is the way that days are written."""
    with pytest.raises(rm.DateError, match=r"2025-01-31 10:00:00.*'2025-01-30', or .*'2025-01-31'"):
        rm.NPS().over([10], ["2025-01-31"], as_of=moment)
    midnight = pd.Timestamp("2025-01-31")
    trend = rm.NPS().over([10], ["2025-01-31T09:00"], as_of=midnight)
    assert trend.until == np.datetime64("2025-01-31")


def test_the_table_says_what_is_not_over_and_what_was_left_out(trend):
    """Below the table, with the rule that judged."""
    assert trend.table()["complete"].tolist() == [True, True, True, False]
    assert trend.remarks == ("2025-04-01 is not over: the data ends on 2025-04-02.",)
    other = rm.NPS().over([10, 9, 8, 3, 10], [*MONTHS[:4], None], as_of="2025-03-30")
    assert other.remarks == (
        "2025-03-01 is not over: as_of is 2025-03-30.",
        "1 row without a date left out.",
        "1 row after 2025-03-30 left out.",
    )
    assert repr(other).endswith("\n".join(other.remarks))
    assert "<p>1 row without a date left out.</p>" in other._repr_html_()
    assert "2 rows without a date left out." in (other + other).remarks


def test_a_period_is_looked_up_by_any_day_in_it(trend):
    """A date, a datetime64, ISO text, or a shorter text that names the period."""
    keys = [dt.date(2025, 3, 1), "2025-03-31", "2025-03", np.datetime64("2025-03-15"), "2025-W10"]
    for key in keys:
        assert key in trend
        assert trend[key].value == -50
    assert next(iter(trend)) == np.datetime64(dt.date(2025, 1, 1))
    assert all(key in trend for key in trend)
    years, quarters = trend.rollup("year"), trend.rollup("quarter")
    assert years["2025"].n == years["2025-03"].n == 5
    assert quarters["2025-02"].n == 4
    with pytest.raises(rm.EmptySampleError):
        trend["2025-02"]


@pytest.mark.parametrize("key", ["2024-12", "2025", "soon", None, 3, ("2025-01",), float("nan")])
def test_what_names_no_period_is_no_key(trend, key):
    """The message shows the span of the trend."""
    assert key not in trend
    with pytest.raises(KeyError, match=r"no month .* from 2025-01-01 to 2025-04-01"):
        trend[key]


def test_an_empty_trend_has_no_keys():
    """Nothing is in it."""
    with pytest.raises(KeyError, match="Periods: none"):
        rm.NPS().over([], [])["2025-01"]


def test_a_part_of_a_trend_has_its_own_total(trend):
    """Both ends are included; gaps stay; an open end is that of the trend."""
    part = trend.between("2025-02", "2025-03-05")
    assert list(part) == list(trend)[1:3]
    assert part.total.n == 2
    assert trend.between(last="2025-01").total.value == 100
    assert_same_trend(trend.between(), trend)
    with pytest.raises(rm.ParameterError, match="'first' must be a day in a month of the trend"):
        trend.between("2024-12")
    with pytest.raises(rm.ParameterError, match="'last' must be not before first"):
        trend.between("2025-03", "2025-01")


@given(data=st.data(), every=st.sampled_from(KINDS), as_of=st.sampled_from([None, "2024-08-17"]))
def test_parts_of_a_trend_add_to_the_trend(data, every, as_of):
    """Cut anywhere and added in any order: the same periods, which roll up as the whole does."""
    rows = data.draw(st.lists(st.tuples(st.integers(1, 5), days), min_size=1, max_size=10))
    answers, dates = zip(*rows, strict=True)
    trend = rm.CSAT().over(answers, dates, every=every, as_of=as_of)
    places = st.lists(st.integers(1, len(trend)), max_size=4)
    ends = sorted({*data.draw(places), len(trend)})
    known, starts = list(trend), [0, *ends[:-1]]
    parts = [
        trend.between(known[i], known[j - 1]) for i, j in zip(starts, ends, strict=True) if i < j
    ]
    shuffled = data.draw(st.permutations(parts))
    total = sum(shuffled)
    assert_same_trend(total, trend)
    assert total.cuts == {}
    for fine, coarse in COARSER:
        if fine == every:
            assert_same_trend(total.rollup(coarse), trend.rollup(coarse))


def test_rows_of_no_period_are_in_no_part():
    """They are counted by the whole: parts that are added do not count them twice."""
    trend = rm.CSAT().over(
        [5, 4, 3, 2, 1],
        ["2025-01-31", "2025-02-28", "2025-03-31", None, "2025-04-02"],
        as_of="2025-03-31",
    )
    first, rest = trend.between(last="2025-01"), trend.between("2025-02")
    assert [(part.undated, part.later) for part in (trend, first, rest)] == [(1, 1), (0, 0), (0, 0)]
    assert first.remarks == rest.remarks == ()
    both = first + rest
    assert (both.undated, both.later) == (0, 0)
    assert both.table() == trend.table()
    assert both.total == trend.total
    assert (trend.between().undated, trend.between().later) == (1, 1)


def test_a_longer_period_that_was_cut_is_not_made():
    """A quarter whose March was cut out is no quarter: roll up first, then take the part."""
    dates = ["2025-01-01", "2025-02-28", "2025-03-31", "2025-04-30", "2025-07-01"]
    trend = rm.NPS().over([10, 9, 3, 10, 5], dates)
    first = trend.between("2025-01", "2025-02")
    wanted = "that was not cut: this part was cut at 2025-03-01, inside a quarter .*Roll up before"
    for part in (first, first.between(), first.between("2025-02"), first + first):
        with pytest.raises(rm.ParameterError, match="inside a quarter"):
            part.rollup("quarter")
    for part in (first, trend.between("2025-03"), trend.between("2025-03", "2025-03")):
        with pytest.raises(rm.ParameterError, match=wanted):
            part.rollup("quarter")
    assert trend.between("2025-01", "2025-03").rollup("quarter").table()["n"].tolist() == [3]
    assert trend.between("2025-04").rollup("quarter").table()["n"].tolist() == [1, 1]
    with pytest.raises(rm.ParameterError, match="2025-04-01, inside a year"):
        trend.between("2025-01", "2025-03").rollup("quarter").rollup("year")
    with pytest.raises(rm.ParameterError, match="inside a quarter"):
        (trend.between(last="2025-01") + trend.between("2025-03")).rollup("quarter")
    # Data that begin inside a quarter were not cut.
    late = rm.NPS().over([10, 9], ["2025-02-28", "2025-03-31"])
    assert late.between("2025-02", "2025-03").rollup("quarter").complete.tolist() == [True]


# Changes


@given(
    answers=st.lists(st.tuples(st.integers(1, 5), days), min_size=1, max_size=30),
    every=st.sampled_from(["day", "week", "month", "quarter"]),
    window=st.integers(1, 3),
)
def test_a_reference_is_the_last_earlier_period_that_shares_no_answers(answers, every, window):
    """Found again by a search in plain Python, for windows of several periods too."""
    trend = rm.CSAT().over([a for a, _ in answers], [d for _, d in answers], every=every)
    trend = trend.rolling(min(window, len(trend)))
    table, changes = trend.table(), trend.changes()
    usable = table["complete"] & (table["n"] > 0)
    for i in range(len(trend)):
        earlier = [j for j in range(i - trend.window + 1) if usable[j]]
        if earlier:
            assert changes["reference"][i] == table["period"][earlier[-1]]
        else:
            assert np.isnat(changes["reference"][i])
            assert changes["n_reference"][i] == 0
        if usable[i] and earlier:
            expected = trend.metric.compare(trend.states[i], trend.states[earlier[-1]])
            assert same(float(changes["difference"][i]), expected.value)


@pytest.mark.parametrize("every", KINDS)
def test_a_year_before_meets_its_like(every):
    """The same month or quarter of the year before; 52 whole weeks for weeks and days."""
    dates = [dt.date(2023, 1, 2) + dt.timedelta(days=i) for i in range(900)]
    trend = rm.CSAT().over([5, 1] * 450, dates, every=every)
    changes = trend.changes(against="year_before")
    for period, reference, note in zip(
        plain(changes["period"]), plain(changes["reference"]), changes["note"], strict=True
    ):
        if reference is None:
            assert note in {"no period a year earlier", "not over"}
            assert period < dt.date(2024, 1, 2)
        elif every in {"day", "week"}:
            assert period - reference == dt.timedelta(days=364)
            assert period.weekday() == reference.weekday()
        else:
            assert (period.year - 1, period.month) == (reference.year, reference.month)
    assert (changes["note"] == "").sum() >= len(trend) - BACK[every] - 1


def test_notes_say_why_a_row_has_no_numbers():
    """Each reason in its words."""
    dates = ["2024-01-05", "2024-03-05", "2025-01-05", "2025-02-05", "2025-03-05", "2025-04-05"]
    trend = rm.NPS().over([10, 9, 8, 3, None, 10], dates, as_of="2025-04-20")
    notes = trend.changes(against="year_before")["note"]
    by_month = dict(zip(map(str, trend.table()["period"].tolist()), notes, strict=True))
    assert by_month["2024-01-01"] == "no period a year earlier"
    assert by_month["2025-01-01"] == ""
    assert by_month["2025-02-01"] == "no answers a year earlier"
    assert by_month["2025-03-01"] == "no answers"
    assert by_month["2025-04-01"] == "not over"
    assert trend.changes()["note"][0] == "no earlier period with a value"
    campaigns = {"gain": [2.0, 3.0, 4.0, 5.0, 6.0], "cost": [1.0, 2.0, 1.0, 0.0, 0.0]}
    months = ["2025-01-05", "2025-01-06", "2025-02-28", "2025-03-31", "2025-03-31"]
    roi = rm.ReturnOnInvestment().over(campaigns, months).changes()
    assert roi["note"].tolist() == [
        "no earlier period with a value",
        "too few answers for an interval",
        "undefined for these answers",
    ]
    assert roi["difference"][1] == pytest.approx(100 * (4 - 5 / 3))
    assert roi["value"] == pytest.approx([500 / 3 - 100, 300, math.nan], nan_ok=True)


def test_a_period_is_left_out_for_its_own_reason():
    """Not over, no answers, undefined, or no interval: the same words in chart and changes."""
    months = {1: [(2, 1), (3, 2)], 2: [(4, 1), (1, 2)], 3: [(3, 1), (5, 2)], 4: [(5, 0)] * 3}
    months |= {5: [(4, 1)], 7: [(2, 1), (4, 3)], 8: [(6, 0)] * 2}
    rows = [(f"2025-{month:02}-05", *money) for month, of in months.items() for money in of]
    dates, gain, cost = zip(*rows, strict=True)
    columns = {"gain": list(gain), "cost": list(cost)}
    trend = rm.ReturnOnInvestment().over(columns, dates, as_of="2025-08-20")
    expected = ["", "", "", "undefined for these answers", "too few answers for an interval"]
    expected += ["no answers", "", "not over"]

    assert trend.table()["n"].tolist() == [2, 2, 2, 3, 1, 0, 2, 2]
    assert trend.alerts().table()["left_out"].tolist() == expected
    changes = trend.changes()["note"].tolist()
    assert changes[1:6] == expected[1:6]
    assert changes[7] == expected[7]
    with pytest.raises(rm.StateError) as caught:
        trend.between("2025-03").slope()
    assert "needs 3 periods that are over and have an interval, there are 2" in str(caught.value)
    assert "Left out: 1 not over, 1 no answers, 1 undefined for these answers" in str(caught.value)
    assert "1 too few answers for an interval" in str(caught.value)


def test_changes_have_the_columns_of_every_comparison():
    """`value` is the score of the period, as it is in all other tables."""
    trend = rm.CSAT().over([5, 4, 2, 1], ["2025-01-31", "2025-01-31", "2025-02-01", "2025-02-28"])
    names = ["period", "reference", "value", "reference_value", "difference", "low", "high"]
    changes = trend.changes(adjust="holm")
    adjusted = ["p_adjusted", "low_adjusted", "high_adjusted"]
    assert list(changes) == [*names, "p_value", *adjusted, "n", "n_reference", "note"]
    assert list(trend.changes()) == [*names, "p_value", "n", "n_reference", "note"]
    assert changes["value"].tolist() == [100, 0]
    assert changes["reference_value"][1] == 100
    assert changes["difference"][1] == -100
    plans = rm.CSAT().by([5, 4, 2, 1], ["a", "a", "b", "b"]).compare().table()
    assert set(names[2:]) | {"p_value", "p_adjusted", "n", "n_reference"} <= set(plans)


def test_a_trend_is_written_with_what_it_is_of(trend):
    """Kind, metric, periods and what says which are over; the table within."""
    data = json.loads(json.dumps(trend.to_dict(), allow_nan=False))
    about = rm.NPS().description
    assert (data["type"], data["v"]) == ("trend", 1)
    assert [data[name] for name in ("metric", "symbol", "unit", "definition")] == [
        *(about.name, about.symbol, about.unit, about.definition)
    ]
    assert (data["every"], data["until"], data["judged_by"]) == ("month", "2025-04-02", "data")
    assert (data["undated"], data["later"], data["window"]) == (0, 0, 1)
    assert data["confidence_level"] == 0.95
    assert data["table"] == trend.table().to_dict()
    assert rm.NPS().over([], []).to_dict()["until"] is None


def test_what_a_trend_holds_is_not_changed_by_accident(trend):
    """Its labels are its own: to write on them is an error."""
    with pytest.raises(ValueError, match="read-only"):
        trend.labels.columns[0][0] = np.datetime64("1999-01-01")
    for part in (trend.rolling(2), trend.between("2025-02"), trend.rollup("year"), trend + trend):
        with pytest.raises(ValueError, match="read-only"):
            part.labels.columns[0][0] = np.datetime64("1999-01-01")


def test_an_unfinished_period_is_compared_with_nothing(trend):
    """Neither itself nor as a reference; adding the rest of its days changes that."""
    assert trend.changes()["note"].tolist()[-1] == "not over"
    rest = rm.NPS().over([10, 0], ["2025-04-30", "2025-05-31"])
    changes = (trend + rest).changes()
    assert changes["note"].tolist()[-2:] == ["", ""]
    assert plain(changes["reference"])[-1] == dt.date(2025, 4, 1)


def test_changes_take_level_method_and_adjustment(trend):
    """Adjusted p-values count the rows that were tested, and no others."""
    rows = [10, 9, 3, 4, 9, 10, 10, 0, 0, 2]
    dates = [f"2025-{month:02d}-28" for month in (1, 1, 2, 2, 3, 3, 3, 5, 5, 6)]
    trend = rm.NPS().over(rows, dates, as_of="2025-06-30")
    plain_changes, wide = trend.changes(), trend.changes(confidence_level=0.99)
    known = ~np.isnan(plain_changes["difference"])
    assert known.sum() == 4
    assert (wide["high"] - wide["low"] >= plain_changes["high"] - plain_changes["low"])[known].all()
    for adjust, name in (("holm", "holm"), ("benjamini_hochberg", "fdr_bh")):
        adjusted = trend.changes(adjust=adjust)["p_adjusted"]
        assert adjusted[known] == pytest.approx(
            multipletests(plain_changes["p_value"][known], method=name)[1]
        )
        assert np.isnan(adjusted[~known]).all()
    wald = trend.changes(method="wald")
    expected = rm.NPS().compare(trend.states[1], trend.states[0], method="wald")
    assert wald["high"][1] == pytest.approx(expected.high)
    rate = rm.CSAT().over([5, 1, 4, 2], ["2025-01-01", "2025-01-02", "2025-02-03", "2025-02-28"])
    assert np.isfinite(rate.changes(method="agresti_caffo")["low"][1])


def test_changes_are_a_table(trend):
    """To read, and to hand on as JSON."""
    text = json.dumps(trend.changes(adjust="holm").to_dict(), allow_nan=False)
    assert json.loads(text)["reference"] == [None, "2025-01-01", "2025-01-01", "2025-03-01"]
    assert "no answers" in str(trend.changes())


def test_an_unfinished_period_is_no_group_to_compare_or_rank(trend):
    """What a breakdown offers leaves it out, and so it is in the rest of no other period."""
    finished = rm.NPS().over([10, 9, 8, 3], MONTHS[:4])
    found, expected = trend.compare(), finished.compare()
    assert found.table() == expected.table()
    assert finished.complete.all()
    assert trend.ranking().table() == finished.ranking().table()


# Multiplicity


@pytest.mark.parametrize(
    ("adjust", "name"),
    [(multiplicity.holm, "holm"), (multiplicity.benjamini_hochberg, "fdr_bh")],
)
@given(
    p=st.lists(
        st.one_of(st.floats(0, 1), st.just(math.nan), st.sampled_from([0.0, 0.05, 1.0])),
        max_size=20,
    )
)
def test_adjusted_p_values_against_statsmodels(adjust, name, p):
    """NaN is no test: it is kept, and does not count."""
    array = np.array(p, dtype=float)
    known = ~np.isnan(array)
    adjusted = adjust(array)
    assert (np.isnan(adjusted) == ~known).all()
    if known.any():
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("gc.collect", lambda: 0)  # it takes a tenth of a second each time
            expected = multipletests(array[known], method=name)[1]
        np.testing.assert_allclose(adjusted[known], expected, rtol=1e-12, atol=1e-300)
        assert (adjusted[known] >= array[known]).all()


# Slope, monotone trend and alerts of a trend


def test_a_slope_leaves_gaps_and_the_unfinished_period_out():
    """Exactly linear values give their step, whatever the last period shows."""
    rows, dates = [], []
    for month, yes in ((1, 2), (2, 4), (4, 8), (5, 10), (6, 0)):
        rows += [True] * yes + [False] * (20 - yes)
        dates += [dt.date(2025, month, 5)] * 20
    trend = rm.Rate().over(rows, dates, as_of="2025-06-15")
    for method in ("weighted", "sampling", "ordinary", "theil_sen"):
        slope = trend.slope(method=method)
        assert slope.value == pytest.approx(10)
        assert slope.n_periods == 4
    assert trend.slope().per_year.value == pytest.approx(120)
    assert trend.slope(confidence_level=0.8).confidence_level == 0.8
    assert trend.monotone().tau == pytest.approx(1)


def test_slope_and_monotone_trend_of_a_real_survey_against_scipy():
    """The daily mean rating at an airport in May 2017, against linregress and kendalltau."""
    case = oracles("trends")[0]
    with data_set("sfo2017_survey.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["q7all"] in set("12345")]
    metric = rm.MeanScore(scale=rm.ONE_TO_FIVE)
    answers = [int(row["q7all"]) for row in rows]
    trend = metric.over(answers, [row["date"] for row in rows], every="day")
    expected, table = case["expected"], trend.table()
    known = table["n"] > 0

    assert [day.day for day in plain(table["period"][known])] == expected["periods"]
    np.testing.assert_allclose(table["value"][known], expected["values"], rtol=1e-12)
    slope = trend.slope(method="ordinary")
    assert slope.value == pytest.approx(expected["slope"], rel=1e-8)
    assert slope.standard_error == pytest.approx(expected["slope_se"], rel=1e-8)
    assert slope.p_value == pytest.approx(expected["p_value"], rel=1e-8)
    assert (slope.low, slope.high) == pytest.approx(tuple(expected["slope_ci95"]), rel=1e-6)
    theil = trend.slope(method="theil_sen")
    assert theil.value == pytest.approx(expected["theil_slope"], rel=1e-8)
    assert trend.monotone().tau == pytest.approx(expected["kendall_tau"], rel=1e-8)


@cases
@some
@given(data=st.data())
def test_limits_and_slope_are_those_of_the_periods_that_are_over(case, data):
    """The center is the metric of their pooled rows; every metric has both, or a reason."""
    rows = data.draw(st.lists(case.row, min_size=12, max_size=30))
    dates = [dt.date(2024, 1 + i % 6, 10) for i in range(len(rows))]
    trend = case.metric.over(case.to_data(rows), dates)
    usable = ~np.isnan(trend.table()["low"]) & trend.complete
    pooled = [row for row, day in zip(rows, dates, strict=True) if usable[day.month - 1]]
    if usable.sum() < 3:
        with pytest.raises(rm.StateError):
            trend.alerts()
        with pytest.raises(rm.StateError):
            trend.slope()
        return
    alerts = trend.alerts()
    expected = defined(case, pooled)
    assert expected is not None
    assert same(alerts.center, expected.value)
    slope = trend.slope()
    assert slope.low <= slope.value <= slope.high
    assert slope.n_periods == usable.sum()


def test_a_month_that_falls_out_rings():
    """One bad month among good ones is an alert; the unfinished one is not judged."""
    rows, dates = [], []
    for month in range(1, 13):
        rows += [month != 9] * 90 + [False] * 10
        dates += [dt.date(2024, month, 15)] * 100
    trend = rm.Rate().over(rows, dates, as_of="2024-12-20")
    assert [alert.period for alert in trend.alerts(baseline=8)] == [np.datetime64("2024-09-01")]
    with pytest.raises(rm.ParameterError, match="'rules'"):
        trend.alerts(rules=["everything"])


def test_windows_that_share_answers_are_not_taken_for_independent(trend):
    """Slope, limits, sums, roll-ups and splits of a rolling trend are refused with the remedy."""
    rolled = trend.rolling(2)
    ask = [
        rolled.slope,
        rolled.monotone,
        rolled.alerts,
        rolled.compare,
        rolled.ranking,
        lambda: rolled + rolled,
        lambda: rolled.rolling(2),
        lambda: rolled.rollup("year"),
        lambda: rolled.between("2025-02"),
        lambda: rm.decompose(rolled, trend),
        lambda: rm.decompose(trend.between(last="2025-03"), rolled),
    ]
    for question in ask:
        with pytest.raises(
            rm.ParameterError,
            match=r"a rolling trend .* overlapping windows of 2 months .* before rolling",
        ):
            question()
    with pytest.raises(rm.ParameterError, match="Ask the trend for alerts before rolling"):
        rolled.alerts()
    years = rm.NPS().over([10, 0, 5], ["2023-01-01", "2024-01-01", "2025-01-01"], every="year")
    with pytest.raises(rm.ParameterError, match="'previous' or 'first' for windows of 2 periods"):
        years.rolling(2).changes(against="year_before")


# Bad input


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"every": "fortnight"}, rm.ParameterError, "'every' must be one of day, week, month"),
        ({"every": None}, rm.ParameterError, "'every' must be one of"),
        ({"as_of": "2024-12-31"}, rm.DateError, "as_of must not come before all dates"),
        ({"as_of": "soon"}, rm.DateError, "as_of must be dates"),
        ({"zone": "Mars/Olympus"}, rm.ParameterError, "'zone' must be the name of a time zone"),
        ({"confidence_level": 1}, rm.ParameterError, "strictly between 0 and 1"),
        ({"weights": [1, 1]}, rm.LengthError, "answers has 5, weights has 2"),
    ],
)
def test_bad_options_are_named(options, error, message):
    """What was given, and what to say instead."""
    with pytest.raises(error, match=message):
        rm.NPS().over([10, 9, 8, 3, 10], MONTHS, **options)


@pytest.mark.parametrize(
    ("dates", "error", "message"),
    [
        ([None] * 3, rm.DateError, "all 3 are missing"),
        ([math.nan] * 3, rm.DateError, "all 3 are missing"),
        (np.array(["NaT"] * 3, dtype="M8[D]"), rm.DateError, "all 3 are missing"),
        ([None, "soon", "2025-01-01"], rm.DateError, "'soon' at position 1"),
        ([None, "2025-01-01", 45_000], rm.DateError, "45000 at position 2"),
        (["2025-01-01"], rm.LengthError, "answers has 3, dates has 1"),
        ("2025-01-01", rm.AnswerError, "dates must be a one-dimensional sequence"),
        (["2025-01-01", "2025-01-01T00:00Z", None], rm.DateError, "mix dates"),
    ],
)
def test_bad_dates_are_named(dates, error, message):
    """With their positions in what was given, missing ones counted."""
    with pytest.raises(error, match=message):
        rm.NPS().over([10, 9, 8], dates)


def test_one_period_has_no_change_and_no_slope():
    """The table of changes says so; a slope is an error."""
    trend = rm.NPS().over([10, 9], ["2025-01-01", "2025-01-31"])
    assert trend.changes()["note"].tolist() == ["no earlier period with a value"]
    with pytest.raises(rm.StateError, match="slope"):
        trend.slope()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"against": "last_year"}, "'against' must be one of previous, year_before, first"),
        ({"adjust": "scheffe"}, "'adjust' must be one of holm, benjamini_hochberg"),
        ({"adjust": ["holm"]}, "'adjust' must be one of"),
        ({"method": "exact"}, "'method' must be one of"),
        ({"confidence_level": 95}, "strictly between 0 and 1"),
    ],
)
def test_bad_options_of_changes_are_named(trend, options, message):
    """Names that do not exist, and levels that are none."""
    with pytest.raises(rm.ParameterError, match=message):
        trend.changes(**options)


def test_periods_that_do_not_nest_are_not_rolled_up(trend):
    """A week lies in two months; a month in no week."""
    weeks = rm.NPS().over([10, 9], ["2025-01-01", "2025-01-31"], every="week")
    with pytest.raises(rm.ParameterError, match=r"one of week for a trend by week .*every='month'"):
        weeks.rollup("month")
    with pytest.raises(rm.ParameterError, match="one of month, quarter, year for a trend by month"):
        trend.rollup("week")
    with pytest.raises(rm.ParameterError, match="'to' must be one of day, week"):
        trend.rollup("season")
    halves = trend.rollup(lambda day: "winter" if day.item().month < 3 else "spring")
    assert halves["winter"].n == 2


def test_trends_of_different_things_do_not_add(trend):
    """Metric, period, rule and weights must be the same."""
    answers = [10, 9, 8, 3, 10]
    with pytest.raises(rm.StateError, match="same metric"):
        trend + rm.NPS(detractors_to=5).over(answers, MONTHS)
    with pytest.raises(rm.StateError, match=r"'month' and 'year'. Pass the same every=.* to both"):
        trend + rm.NPS().over(answers, MONTHS, every="year")
    wanted = "same as_of: None and '2025-04-30'. Pass the same as_of=... to both"
    with pytest.raises(rm.StateError, match=re.escape(wanted)):
        trend + rm.NPS().over(answers, MONTHS, as_of="2025-04-30")
    with pytest.raises(rm.StateError, match="same as_of"):
        rm.NPS().over(answers, MONTHS, as_of="2025-05-31") + rm.NPS().over(
            answers, MONTHS, as_of="2025-04-30"
        )
    with pytest.raises(rm.StateError, match="same weighting"):
        trend + rm.NPS().over(answers, MONTHS, weights=[1, 2, 1, 1, 1])
    unanswered = rm.NPS().over([None], ["2025-06-01"], weights=[2])
    with pytest.raises(rm.StateError, match="same weighting"):
        trend + unanswered
    with pytest.raises(TypeError):
        trend + 1


def test_a_rolling_window_must_be_a_number_of_periods(trend):
    """From 1 to as many as there are."""
    for periods in (0, 5, 1.5, True, "3"):
        with pytest.raises(rm.ParameterError, match="'window' must be a whole number from 1 to 4"):
            trend.rolling(periods)


def test_gaps_are_not_filled():
    """A month without answers is neither 0 nor what it was before."""
    table = rm.CSAT().over([5, 1], ["2025-01-31", "2025-03-31"]).table()
    assert table["n"].tolist() == [1, 0, 1]
    assert np.isnan(table["value"][1])
    assert math.isnan(
        rm.CSAT().over([5, 1], ["2025-01-31", "2025-03-31"]).rolling(1).table()["low"][1]
    )
