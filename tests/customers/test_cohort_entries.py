"""Cohorts by a day of joining, of k purchases, of hours, and who is behind a cell."""

import datetime as dt
import pickle
from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import relmetrics as rm
from relmetrics.customers.people.measures import RevenuePerCustomer

START = dt.datetime(2024, 1, 15, 6)  # noqa: DTZ001 - clocks of no zone
rows_of = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.integers(0, 2400), st.integers(1, 40)),
    min_size=1,
    max_size=30,
)
days_of = st.dictionaries(st.sampled_from("abcdefxyz"), st.integers(0, 2400), min_size=1)


def at(hours):
    return START + dt.timedelta(hours=hours)


def log_of(rows):
    who, hours, amounts = zip(*rows, strict=True)
    return rm.PurchaseLog(list(who), [at(h) for h in hours], list(amounts))


def month(date):
    return date.year * 12 + date.month - 1


def entries_of(rows, joined):
    """Return when each customer entered: as they joined, or with the first purchase."""
    if joined is not None:
        return {who: at(hours) for who, hours in joined.items()}
    found = {}
    for who, hours, _ in rows:
        found[who] = min(found.get(who, at(hours)), at(hours))
    return found


def active_of(rows, entry, windows, at_least, nth):
    """Return the ages at which each customer is active, one purchase at a time."""
    found = {}
    for who, since in entry.items():
        # Windows of hours begin at the very time, all others with the day.
        begin = since if windows == "24h" else dt.datetime.combine(since.date(), dt.time())
        times = sorted(at(hours) for name, hours, _ in rows if name == who and at(hours) >= begin)
        if nth is not None:
            times = times[nth - 1 : nth]
        if windows == "calendar":
            ages = Counter(month(time) - month(since) for time in times)
        else:
            ages = Counter((time - begin) // dt.timedelta(days=1) for time in times)
        found[who] = {age for age, count in ages.items() if count >= at_least}
    return found


@settings(max_examples=60)
@given(
    rows=rows_of,
    joined=st.one_of(st.none(), days_of),
    windows=st.sampled_from(["calendar", "24h", 1]),
    at_least=st.integers(1, 2),
    nth=st.sampled_from([None, 1, 2]),
)
def test_entries_and_activity_agree_with_a_plain_reference(rows, joined, windows, at_least, nth):
    """Sizes, every kind of retention, and the customers behind each cell."""
    log, as_of = log_of(rows), dt.date(2024, 5, 20)
    days = None if joined is None else {who: at(hours) for who, hours in joined.items()}
    options = {"windows": windows, "at_least": at_least, "nth": nth, "as_of": as_of}
    if joined is not None and not {who for who, _, _ in rows} & set(joined):
        with pytest.raises(rm.CustomerError, match="joined must be customers of the log"):
            log.cohorts(joined=days, **options)
        return
    co = log.cohorts(joined=days, **options)
    entry = entries_of(rows, joined)
    active = active_of(rows, entry, windows, at_least, nth)
    periods = sorted({month(since) for since in entry.values()})
    assert co.periods.tolist() == [period - 12 * 1970 for period in periods]
    plain = joined is None and at_least == 1 and nth is None
    for row, period in enumerate(periods):
        members = [who for who, since in entry.items() if month(since) == period]
        assert co.sizes[row] == len(members)
        for age in range(min(co.by_kind.shape[2], 6)):
            if not co.complete[row, age]:
                continue
            there = {who for who in members if age in active[who]}
            assert set(co.customers(co.cohorts[row], age).tolist()) == there
            first = 1 if plain else 0
            expected = {
                "on": len(there),
                "on_or_after": sum(max(active[who], default=-1) >= age for who in members),
                "on_or_before": sum(
                    (plain and age == 0) or any(first <= a <= age for a in active[who])
                    for who in members
                ),
                "streak": sum(set(range(age + 1)) <= active[who] for who in members),
            }
            for kind, count in expected.items():
                shown = co.retention(kind).value[row, age]
                assert shown == pytest.approx(100 * count / len(members)), kind
    if joined is not None:
        buyers = {who for who, _, _ in rows}
        assert co.unjoined == len(buyers - set(joined))
        begins = {who: since if windows == "24h" else since.date() for who, since in days.items()}
        early = [
            who
            for who, hours, _ in rows
            if who in begins and (at(hours) if windows == "24h" else at(hours).date()) < begins[who]
        ]
        assert co.early == len(early)
    assert rm.Cohorts.from_dict(co.to_dict()) == co


def test_who_never_bought_is_in_the_cohort_of_joining():
    """The denominator of a conversion is everybody who signed up."""
    log = rm.PurchaseLog(["a", "b", "g"], ["2025-01-20", "2025-02-03", "2025-01-02"])
    joined = {"a": "2025-01-03", "b": "2025-01-28", "c": "2025-01-30", "d": "2025-02-01"}
    co = log.cohorts(joined=joined, as_of="2025-02-28")
    assert co.sizes.tolist() == [3, 1]
    assert co.retention("on_or_before").value[0].tolist() == pytest.approx([100 / 3, 200 / 3])
    assert (co.unjoined, co.early) == (1, 0)
    assert "in which they joined" in co.definition.in_words
    early = log.cohorts(joined=joined | {"g": "2025-01-10"}, as_of="2025-02-28")
    assert (early.unjoined, early.early) == (0, 1)
    by = log.cohorts(
        joined=joined, as_of="2025-02-28", by={"a": "ad", "b": "ad", "c": "ad", "d": "friend"}
    )
    assert by["ad"].sizes.tolist() == [3]
    assert by["friend"].sizes.tolist() == [1]
    assert by.total == co


def test_joining_is_refused_by_name():
    """A column, no ids of the log, days that cannot be read."""
    log = rm.PurchaseLog(["a"], ["2025-01-20"])
    frame = SimpleNamespace(columns=["a"], keys=lambda: ["a"])  # as of pandas
    for joined, error, match in (
        (frame, rm.ParameterError, r"a mapping of customer to day.*dict\(zip"),
        (["2025-01-01"], rm.ParameterError, "a mapping of customer to day"),
        ({1: "2025-01-01"}, rm.CustomerError, "Text and numbers differ"),
        ({"b": "2025-01-01"}, rm.CustomerError, "none of 1 is, such as 'b'"),
        ({"a": None}, rm.DateError, "missing or cannot be read"),
        ({}, rm.EmptySampleError, "joined"),
    ):
        with pytest.raises(error, match=match):
            log.cohorts(joined=joined)


def test_twenty_four_hours_are_no_calendar_day():
    """Who comes at night and again in the morning was back within the first 24 hours."""
    log = rm.PurchaseLog(
        ["a", "a", "b", "b"],
        ["2025-01-01T23:00", "2025-01-02T22:59", "2025-01-01T08:00", "2025-01-02T08:00"],
    )
    options = {"every": "day", "as_of": "2025-01-04"}
    assert log.cohorts(windows=1, **options).counts[0, :2].tolist() == [2.0, 2.0]
    hours = log.cohorts(windows="24h", **options)
    assert hours.counts[0, :2].tolist() == [2.0, 1.0]
    # The third window of who came at the end of the first day ends with the fourth day.
    assert hours.complete[0].tolist() == [True, True, True, False]
    assert log.cohorts(windows="12h", **options).counts[0, :3].tolist() == [2.0, 1.0, 1.0]
    assert "windows of 24 hours" in hours.definition.in_words


def test_the_second_purchase():
    """The share who bought a second time, by each age."""
    days = ["2025-01-01", "2025-01-09", "2025-02-01", "2025-01-05", "2025-03-05"]
    log = rm.PurchaseLog(["a", "a", "a", "b", "b"], days)
    co = log.cohorts(nth=2, as_of="2025-03-31")
    assert co.retention("on_or_before").value.tolist() == [[50.0, 50.0, 100.0]]
    assert co.retention().value.tolist() == [[50.0, 0.0, 50.0]]
    assert "for the 2nd time" in co.definition.in_words
    often = log.cohorts(at_least=2, as_of="2025-03-31")
    assert often.retention().value.tolist() == [[50.0, 0.0, 0.0]]
    assert "at least 2 times" in often.definition.in_words


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"windows": "0h"}, "hours such as '24h'"),
        ({"windows": "24"}, "hours such as '24h'"),
        ({"at_least": 0}, "at_least"),
        ({"nth": 0}, "nth"),
        ({"entry": "recurring", "nth": 2}, "first_time"),
        ({"values": "revenue", "at_least": 2}, "customers"),
    ],
)
def test_options_that_do_not_fit_are_refused(options, message):
    """By name."""
    with pytest.raises(rm.ParameterError, match=message):
        log_of([("a", 0, 1)]).cohorts(**options)


def test_hours_need_times():
    """Subscriptions have days, returns too."""
    subscriptions = rm.SubscriptionLog(["a"], ["2025-01-10"])
    with pytest.raises(rm.ParameterError, match="Subscriptions have days"):
        subscriptions.cohorts(windows="24h", as_of="2025-02-01")
    log = rm.PurchaseLog(["a", "a"], ["2025-01-01", "2025-01-02"], [9.0, -9.0], returns="dated")
    with pytest.raises(rm.ParameterError, match="Returns have a day and no time"):
        log.cohorts(windows="24h", values="revenue")


def test_settings_of_entries_do_not_add():
    """The message names the setting."""
    log = log_of([("a", 0, 1)])
    plain = log.cohorts(as_of="2024-05-01")
    for other in ({"nth": 2}, {"at_least": 2}, {"joined": {"a": "2024-01-01"}}):
        with pytest.raises(rm.StateError, match=next(iter(other))):
            plain + log.cohorts(as_of="2024-05-01", **other)


def test_only_cohorts_of_a_log_know_who_is_behind_a_cell():
    """A pickle has no customers in it, and a sum holds no log."""
    log = log_of([("a", 0, 1), ("b", 1, 1)])
    co = log.cohorts(as_of="2024-05-01")
    assert set(co.customers("2024-01-20", 0).tolist()) == {"a", "b"}
    for other in (pickle.loads(pickle.dumps(co)), co + co, rm.Cohorts.from_dict(co.to_dict())):
        with pytest.raises(rm.StateError, match="counts alone"):
            other.customers("2024-01-01", 0)
    with pytest.raises(rm.ParameterError, match="They begin on 2024-01-01"):
        co.customers("2024-02-01", 0)
    with pytest.raises(rm.ParameterError, match="age"):
        co.customers("2024-01-01", 9)
    recurring = rm.PurchaseLog(
        ["a", "b", "a", "a"], ["2025-01-03", "2025-02-09", "2025-02-01", "2025-03-01"]
    ).cohorts(entry="recurring", as_of="2025-03-31")
    assert recurring.customers("2025-02-01", 0).tolist() == ["a", "b"]
    assert recurring.customers("2025-02-01", 1).tolist() == ["a"]


@settings(max_examples=40)
@given(rows=rows_of, dated=st.booleans())
def test_revenue_per_customer_has_the_interval_of_its_rows(rows, dated):
    """Sums and squares tell what every customer's own revenue would."""
    who, hours, amounts = zip(*rows, strict=True)
    # Every fourth row is given back on its own day.
    money = [-float(m) if dated and i % 4 == 3 else float(m) for i, m in enumerate(amounts)]
    returns = "dated" if dated else "net"
    log = rm.PurchaseLog(list(who), [at(h) for h in hours], money, returns=returns)
    co = log.cohorts(values="revenue", as_of="2024-05-31")
    entry = entries_of([row for row, m in zip(rows, money, strict=True) if m > 0], None)
    for age in range(co.by_kind.shape[2]):
        if not co.complete[:, age].any():
            continue
        found = co.revenue_at(age)
        for label, one in found.items():
            day = dt.date.fromisoformat(label)
            spent = {name: 0.0 for name, since in entry.items() if month(since) == month(day)}
            for name, h, m in zip(who, hours, money, strict=True):
                inside = name in spent and at(h).date() >= entry[name].date()
                if inside and month(at(h)) - month(day) <= age:
                    spent[name] += m
            data = {"revenue": list(spent.values()), "customers": [1] * len(spent)}
            own = RevenuePerCustomer()(data)
            assert (one.value, one.n) == (pytest.approx(own.value, abs=1e-9), own.n)
            # Of one value the error is the rounding of squares.
            ends = pytest.approx((own.low, own.high), rel=1e-4, abs=1e-4, nan_ok=True)
            assert (one.low, one.high) == ends
            row = int(np.flatnonzero(co.cohorts == np.datetime64(day, "D"))[0])
            assert one.value == pytest.approx(co.revenue_per_customer()[row, age], abs=1e-9)


def test_revenue_per_customer_is_of_revenue():
    """And of an age that is over somewhere."""
    log = log_of([("a", 0, 1), ("b", 900, 5)])
    with pytest.raises(rm.StateError, match='values="revenue"'):
        log.cohorts().revenue_at(0)
    money = log.cohorts(values="revenue", as_of="2024-02-29")
    assert list(money.revenue_at(0)) == ["2024-01-01", "2024-02-01"]
    assert money.revenue_at(0).compare().table().rows == 2
    with pytest.raises(rm.ParameterError, match="age"):
        money.revenue_at(7)
    again = rm.Cohorts.from_dict(money.to_dict())
    assert again.revenue_at(0).total == money.revenue_at(0).total
    old = {name: value for name, value in money.to_dict().items() if name != "squares"}
    with pytest.raises(rm.StateError, match="how unlike"):
        rm.Cohorts.from_dict(old).revenue_at(0)
