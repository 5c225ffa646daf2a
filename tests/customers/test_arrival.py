"""Logs of customers and their revenue as they arrive: zones, returns, ids, mistyped years."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import relmetrics as rm

pd = pytest.importorskip("pandas")

HELSINKI = "Europe/Helsinki"
REPEATED = ["2025-10-26T00:50Z", "2025-10-26T01:10Z"]
"""Twenty minutes apart; a clock in Helsinki shows 03:50 and then 03:10."""


@pytest.mark.parametrize("zone", ["UTC", HELSINKI, ZoneInfo(HELSINKI)])
def test_the_last_stage_is_that_of_the_last_instant(zone):
    """Who left in the repeated hour of autumn has left, whatever the clock showed."""
    log = rm.StageLog(["x", "x"], REPEATED, ["commitment", "dissolution"], zone=zone)

    assert "1 dissolution" in repr(log.lifecycle(as_of="2025-11-30"))


def test_stages_an_hour_apart_are_two():
    """The clock shows 03:30 twice; the events are not at the same time."""
    hour = ["2025-10-26T00:30Z", "2025-10-26T01:30Z"]

    assert len(rm.StageLog(["x", "x"], hour, ["exploration", "commitment"], zone=HELSINKI)) == 2


def test_purchases_an_hour_apart_are_no_duplicates():
    """Identity belongs to the instant, only the day to the zone."""
    hour = ["2025-10-26T00:30Z", "2025-10-26T01:30Z"]
    log = rm.PurchaseLog(["x", "x"], hour, [5.0, 5.0], zone=HELSINKI, duplicates="drop")

    assert (len(log), log.duplicates, log.purchase_days.tolist()) == (2, 0, [1])
    both = rm.PurchaseLog(["x"], hour[:1], [5.0], zone=HELSINKI) + rm.PurchaseLog(
        ["x"], hour[1:], [5.0], zone=HELSINKI
    )
    assert both.duplicates == 0
    assert (both + both).duplicates == 2


@given(
    hours=st.lists(st.integers(0, 400), min_size=1, max_size=8),
    start=st.sampled_from(["2025-10-20", "2025-03-25", "2024-12-28"]),
    zone=st.sampled_from(["UTC", HELSINKI, "America/New_York", "Australia/Lord_Howe"]),
)
def test_instants_decide_order_and_identity_in_every_zone(hours, start, zone):
    """Duplicates do not depend on whose calendar counts, and the days are those of pandas."""
    times = pd.Timestamp(start, tz="UTC") + pd.to_timedelta(np.array(hours) * 20, unit="min")
    log = rm.PurchaseLog(["x"] * len(hours), times, zone=zone)

    assert log.duplicates == len(hours) - len(set(hours))
    local = times.tz_convert(zone).tz_localize(None).normalize()
    assert log.days.tolist() == [day.date() for day in local]
    assert log.instants.tolist() == [time.replace(tzinfo=None) for time in times.to_pydatetime()]


def test_purchases_of_a_known_clock_fall_into_the_month_of_the_zone():
    """Naive UTC of a billing export, as pandas has it for the same moments."""
    days = ["2024-02-01 03:30:00", "2024-03-01 12:00:00", "2024-02-15 00:00:00"]
    given_zone = [f"{day}+00:00" for day in days]
    new_york = {"zone": "America/New_York"}
    clock = {**new_york, "recorded_in": "UTC"}

    assert str(rm.PurchaseLog(["a"], days[:1], **clock).first[0]) == "2024-01-31"
    assert repr(rm.revenue_movements(["a", "a", "b"], days, [100, 100, 50], **clock)) == repr(
        rm.revenue_movements(["a", "a", "b"], given_zone, [100, 100, 50], **new_york)
    )
    stages = ["exploration"] * 3
    assert str(rm.StageLog(["a", "b", "c"], days, stages, **clock).times[0])[:10] == "2024-01-31"
    for refused in (
        lambda: rm.PurchaseLog(["a"], days[:1], **new_york),
        lambda: rm.StageLog(["a"], days[:1], stages[:1], **new_york),
        lambda: rm.revenue_movements(["a"], days[:1], [1], **new_york),
        lambda: rm.NPS().over([9], days[:1], **new_york),
        lambda: rm.scorecard(survey={"recommend": [9], "date": days[:1]}, **new_york),
    ):
        with pytest.raises(rm.DateError, match="recorded_in='UTC'"):
            refused()


TOKYO = ZoneInfo("Asia/Tokyo")
LOG = rm.PurchaseLog(
    ["a", "b", "a"],
    pd.to_datetime(["2025-01-05T10:00Z", "2025-01-09T02:00Z", "2025-02-11T02:00Z"]),
    [1.0, 2.0, 3.0],
    zone=TOKYO,
)
STAGES = rm.StageLog(["a"], ["2025-01-05T10:00Z"], ["commitment"], zone=TOKYO)
ASKED = {
    "cohorts": lambda day: LOG.cohorts(as_of=day),
    "movements": lambda day: LOG.movements(as_of=day),
    "survival": lambda day: LOG.survival(lapsed_after=20, as_of=day),
    "summary": LOG.summary,
    "stages": lambda day: LOG.stages(as_of=day),
    "ror": lambda day: LOG.ror(as_of=day),
    "lifecycle": lambda day: STAGES.lifecycle(as_of=day),
    "revenue": lambda day: rm.revenue_movements(
        ["a"], ["2025-01-05T10:00Z"], [1], as_of=day, zone=TOKYO
    ),
    "over": lambda day: rm.NPS().over([9], ["2025-01-05T10:00Z"], as_of=day, zone=TOKYO),
    "scorecard": lambda day: rm.scorecard(
        survey={"recommend": [9], "date": ["2025-01-05T10:00Z"]}, as_of=day, zone=TOKYO
    ),
}


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
def test_a_day_to_look_from_may_carry_a_zone(asked):
    """Midnight of the calendar that counts is that day, however it is written."""
    wanted = repr(asked("2025-03-31"))

    for day in (
        pd.Timestamp("2025-03-31", tz=TOKYO),
        dt.datetime(2025, 3, 30, 15, tzinfo=dt.UTC),
        "2025-03-31T00:00+09:00",
        dt.date(2025, 3, 31),
    ):
        assert repr(asked(day)) == wanted


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
def test_a_time_of_day_is_one_error_everywhere(asked):
    """Half a day is not over: say which of the two days is meant."""
    for moment in ("2025-03-31T12:00", pd.Timestamp("2025-03-31 12:00", tz=TOKYO)):
        with pytest.raises(rm.DateError, match=r"as_of='2025-03-30', or as_of='2025-03-31' if all"):
            asked(moment)
    with pytest.raises(rm.DateError, match="as_of must be a day"):
        asked("2025-03")


def test_a_zone_where_dates_have_none_is_answered_with_the_day():
    """The remedy can be followed: the log has no zone to convert to."""
    log = rm.PurchaseLog(["a"], ["2025-01-05"])

    with pytest.raises(rm.DateError, match=r"say the day alone: as_of='2025-03-31'"):
        log.cohorts(as_of=pd.Timestamp("2025-03-31", tz=TOKYO))


@pytest.mark.parametrize("year", ["0202", "9999"])
def test_a_mistyped_year_is_an_error_that_names_it(year):
    """One typing error must not fill a table, or the memory, with empty periods."""
    days = ["2025-01-05", f"{year}-02-05", "2025-03-05"]
    log = rm.PurchaseLog(["a", "b", "c"], days)
    asked = {
        "cohorts": lambda: log.cohorts(every="day"),
        "movements": log.movements,
        "stages": lambda: log.stages(every="day"),
        "lifecycle": rm.StageLog(["a", "b", "c"], days, ["exploration"] * 3).lifecycle,
        "revenue": lambda: rm.revenue_movements(["a", "b", "c"], days, [1, 2, 3], every="day"),
        "over": lambda: rm.NPS().over([9, 9, 9], days, every="day"),
        "scorecard": lambda: rm.scorecard(survey={"recommend": [9, 9, 9], "date": days}),
    }
    for ask in asked.values():
        with pytest.raises(rm.DateError, match=f"within 200 years.*{year}-02-05 at position"):
            ask()


def test_weeks_and_years_start_where_they_are_said_to():
    """A Sunday begins the week of the Monday after it; April begins the year."""
    log = rm.PurchaseLog(["a", "b", "a"], ["2025-03-30", "2025-03-31", "2025-04-06"], [1, 2, 3])

    weeks = {"every": "week", "week_start": "sunday"}
    assert log.movements(**weeks)["period"].astype(str).tolist() == ["2025-03-30", "2025-04-06"]
    assert log.cohorts(**weeks).cohorts.astype(str).tolist() == ["2025-03-30"]
    assert rm.Cohorts.from_dict(log.cohorts(**weeks).to_dict()) == log.cohorts(**weeks)
    years = {"every": "year", "year_start": "april"}
    assert log.movements(**years)["period"].astype(str).tolist() == ["2024-04-01", "2025-04-01"]
    history = rm.revenue_movements(["a"] * 2, ["2025-03-31", "2025-04-06"], [1, 2], **years)
    assert list(history) == ["2025-04-01"]
    trend = rm.NPS().over([9, 3, 9], ["2025-03-30", "2025-03-31", "2025-04-06"], **weeks)
    assert [str(period) for period in trend] == ["2025-03-30", "2025-04-06"]
    assert str(trend.monotone() if len(trend) > 2 else trend["2025-04-01"].value) == "0.0"
    assert log.stages(as_of="2025-04-30", **weeks).every == "week-sunday"


# Returns.


ROWS = (
    ["a", "a", "b", "b", "c"],
    ["2025-01-05", "2025-03-20", "2025-01-06", "2025-03-02", "2025-02-01"],
    [100.0, -30.0, 50.0, 50.0, -5.0],
)


def test_a_dated_return_lowers_the_revenue_of_its_own_age():
    """By hand: 50 - 30 at age 2, of which one of two customers bought again."""
    log = rm.PurchaseLog(*ROWS, returns="dated")

    assert log.cohorts(values="revenue", as_of="2025-03-31").revenue.tolist() == [[150, 0, 20]]
    assert log.cohorts(as_of="2025-03-31").retention().value.tolist() == [[100, 0, 50]]
    brackets = {"0": (0, 0), "1-2": (1, 2)}
    found = log.cohorts(values="revenue", as_of="2025-03-31", brackets=brackets)
    assert found.revenue.tolist() == [[150, 20]]
    rolling = log.cohorts(values="revenue", as_of="2025-05-31", windows=30)
    assert rolling.revenue[0, :4].tolist() == [150, 50, -30, 0]


def test_a_summary_knows_nothing_of_later_returns():
    """On 31 January nothing had come back."""
    for returns in ("net", "dated"):
        log = rm.PurchaseLog(*ROWS, returns=returns)
        assert log.summary("2025-01-31")["total"].tolist() == [100, 50, 0]
        assert log.summary("2025-03-20")["total"].tolist() == [70, 100, -5]
        assert log.summary("2025-03-31")["total"].tolist() == [70, 100, -5]
        assert log.refunds.tolist() == [-30, 0, -5]


@given(
    rows=st.lists(
        st.tuples(st.sampled_from("abc"), st.integers(0, 150), st.integers(-20, 50).map(float)),
        min_size=1,
    ),
    every=st.sampled_from(["week", "month", "quarter"]),
    entry=st.sampled_from(["first_time", "recurring"]),
)
def test_dated_returns_against_one_row_at_a_time(rows, every, entry):
    """Each return goes to the cohorts that its customer is in, at the age of its day."""
    from relmetrics.data.calendar.periods import first_day, period_of  # noqa: PLC0415

    start = np.datetime64("2025-01-01")
    ids, days, money = zip(*rows, strict=True)
    dates = [start + np.timedelta64(day, "D") for day in days]
    log = rm.PurchaseLog(ids, np.array(dates), money, returns="dated")
    end = "2025-06-30"
    co = log.cohorts(every=every, values="revenue", as_of=end, entry=entry)
    if not len(log):
        return
    wanted: dict[tuple[str, int], float] = {}
    for who in set(ids):
        bought = [d for i, d, m in zip(ids, dates, money, strict=True) if i == who and m >= 0]
        if not bought:
            continue
        periods = sorted({int(period_of(np.array(d), every)) for d in bought})
        for cohort in periods if entry == "recurring" else periods[:1]:
            for i, d, m in zip(ids, dates, money, strict=True):
                age = int(period_of(np.array(d), every)) - cohort
                if i == who and age >= 0 and d >= min(bought):
                    key = str(first_day(cohort, every)), age
                    wanted[key] = wanted.get(key, 0.0) + m
    found = {
        (str(co.cohorts[i]), age): co.money[i, age]
        for i in range(len(co.cohorts))
        for age in range(co.money.shape[1])
        if co.money[i, age]
    }
    assert found == {key: value for key, value in wanted.items() if value}


def test_logs_that_treat_returns_differently_do_not_add():
    """Half of the revenue would be net of returns, and half not."""
    net, dated = (rm.PurchaseLog(*ROWS, returns=rule) for rule in ("net", "dated"))

    with pytest.raises(rm.StateError, match="same returns"):
        net + dated
    assert (dated + dated).refunds.tolist() == [-60, 0, -10]
    assert (dated + rm.PurchaseLog(["d"], ["2025-01-01"], [1.0])).returns.dated


REFUNDED = (
    ["a"] * 3 + ["b"] * 3,
    ["2025-01-05", "2025-02-05", "2025-03-01"] * 2,
    [10, 10, -10, 20, 20, 20],
)


def test_a_refund_in_a_later_month_does_not_block_the_history():
    """Who is refunded more than was paid in a month pays nothing in it, and is listed."""
    with pytest.raises(rm.AmountError, match=r"-10 at position 2.*say returns='net'"):
        rm.revenue_movements(*REFUNDED)
    with pytest.raises(rm.ParameterError, match="refuse, net"):
        rm.revenue_movements(*REFUNDED, returns="drop")
    history = rm.revenue_movements(*REFUNDED, returns="net")

    last = history["2025-03-01"]
    assert (last.start, last.churned, last.end) == (30, 10, 20)
    assert history.below_zero == (("a", "2025-03-01", -10),)
    assert "Refunds beyond what was paid count as 0: 'a' in 2025-03-01 (-10)." in repr(history)
    assert history.to_dict()["below_zero"] == [["a", "2025-03-01", -10]]
    plain = rm.revenue_movements(*REFUNDED[:2], [10, 10, 0, 20, 20, 20])
    assert history.table().to_dict() == plain.table().to_dict()
    assert plain.below_zero == ()
    cents = [Decimal(amount) / 100 for amount in REFUNDED[2]]
    assert rm.revenue_movements(*REFUNDED[:2], cents, returns="net").below_zero == (
        ("a", "2025-03-01", Decimal("-0.10")),
    )


def test_a_missing_month_is_seen_where_the_sums_break():
    """By hand: without "a" the start of March is 500, after an end of 10500."""
    history = rm.revenue_movements(
        ["a"] * 4 + ["b"] * 4,
        ["2025-01-05", "2025-02-05", "2025-03-05", "2025-04-05"] * 2,
        [10000, 10000, None, 10000] + [500] * 4,
    )

    table = history.table()
    assert table["missing"].tolist() == [0, 1, 1]
    assert table["end"].tolist()[:1] == [10500]
    assert table["start"].tolist()[1:2] == [500]
    assert repr(history).endswith(
        "so that start does not follow the last end: 2025-03-01, 2025-04-01."
    )


# Ids.


@pytest.mark.parametrize("unit", ["ns", "us", "D"])
def test_ids_that_are_times_stay_times_in_a_sum(unit):
    """Nanoseconds are finer than Python's own times; they do not become whole numbers."""
    ids = np.array(["2025-01-01", "2025-01-02"], dtype=f"M8[{unit}]")
    one, other = (rm.PurchaseLog(ids[i : i + 1], ["2025-01-05"]) for i in (0, 1))

    both = one + other
    assert list(both.customers) == list(ids)
    assert len((both + one).customers) == 2
    lives = one.stages(as_of="2025-01-31") + other.stages(as_of="2025-01-31")
    assert list(lives.customers) == list(ids)
    known = rm.PurchaseLog(ids[:1], ["2025-01-05"]).stages(as_of="2025-01-31", known=ids)
    assert list(known.customers) == list(ids)
    referred = rm.PurchaseLog(ids, ["2025-01-05"] * 2, referred={ids[0]: "yes", ids[1]: "no"})
    assert referred.referred.tolist() == [1, 0]


def test_empty_text_names_nobody():
    """CSV files have it for guests; it is no customer, wherever ids are read."""
    days = ["2025-01-05", "2025-01-06"]
    for ids in (["", "a"], np.array(["", "a"]), pd.Series(["", "a"]), [" ", "a"]):
        for call in (
            lambda ids=ids: rm.PurchaseLog(ids, days),
            lambda ids=ids: rm.StageLog(ids, days, ["exploration"] * 2),
            lambda ids=ids: rm.revenue_movements(ids, days, [1, 2]),
            lambda ids=ids: rm.revenue_movement(ids, [1, 2], [1, 2]),
        ):
            with pytest.raises(rm.CustomerError, match="missing, at position 0"):
                call()


def test_a_number_and_its_text_are_one_customer_or_an_error():
    """Half of a column as text makes two customers of one."""
    with pytest.raises(rm.CustomerError, match="as text and as a number: '123' at position 1"):
        rm.PurchaseLog([123, "123"], ["2025-01-05"] * 2)
    one, other = (rm.PurchaseLog([who], ["2025-01-05"]) for who in (123, "123"))
    with pytest.raises(rm.CustomerError, match="as text and as a number"):
        one + other
    assert len(rm.PurchaseLog([123, "a", "0123"], ["2025-01-05"] * 3).customers) == 3


def test_a_frame_for_a_log_is_told_how():
    """A log is made of columns."""
    frame = pd.DataFrame({"customer": ["a"], "date": ["2025-01-05"]})

    with pytest.raises(rm.ParameterError, match=r"PurchaseLog\(frame\['customer'\]"):
        rm.PurchaseLog(frame)
