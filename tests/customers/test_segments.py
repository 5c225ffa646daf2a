"""Segments: what a log says by segment is what the log of each segment says, and adds to all."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import relmetrics as rm

WINDOW = "2025-03-01", "2025-06-01"

purchases = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 200)), min_size=4, max_size=50
)
SEGMENT = {who: "ab"[i % 2] for i, who in enumerate("abcdefg")}
"""Of customer h nothing is known: a segment of its own."""


def log_of(rows):
    days = np.datetime64("2024-12-01") + np.array([day for _, day in rows])
    amounts = [float(1 + day % 7) for _, day in rows]
    referred = {who: who in "ace" for who in "abcdefgh"}
    return rm.PurchaseLog([who for who, _ in rows], days, amounts, referred)


def parts_of(rows):
    """Return the rows of each segment, in order of appearance."""
    found = {}
    for row in rows:
        found.setdefault(SEGMENT.get(row[0]), []).append(row)
    return found


def subscriptions_of(rows):
    return rm.SubscriptionLog(
        [who for who, _ in rows],
        np.datetime64("2024-12-01") + np.array([day for _, day in rows]),
        np.datetime64("2024-12-01") + np.array([day + 10 + day % 50 for _, day in rows]),
        [100 * (1 + day % 7) for _, day in rows],
        as_of="2025-06-30",
    )


def same(asked, alone):
    """Tell whether a group of a breakdown says what its own log says, or is as empty."""
    try:
        expected = alone()
    except rm.EmptySampleError:
        with pytest.raises(rm.EmptySampleError):
            asked()
        return
    found = asked()
    assert (found.value, found.n) == (pytest.approx(expected.value), expected.n)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


RATES = {
    "retention": lambda log, **o: log.retention(*WINDOW, **o),
    "churn": lambda log, **o: log.churn(*WINDOW, **o),
    "daily": lambda log, **o: log.churn(*WINDOW, base="daily_sum", **o),
    "stripe": lambda log, **o: log.churn(*WINDOW, base="start_plus_new", **o),
    "loyalty": lambda log, **o: log.loyalty(threshold=2, **o),
    "repeat": lambda log, **o: log.repeat(distinct_days=True, **o),
    "referral": lambda log, **o: log.referral(**o),
    "ror": lambda log, **o: log.ror(as_of="2025-04-30", months=2, **o),
    "loyal_revenue": lambda log, **o: rm.loyal_revenue(log, threshold=2, **o),
}


@pytest.mark.parametrize("name", RATES)
@given(rows=purchases)
def test_a_rate_by_segment_is_that_of_each_segment_alone(name, rows):
    """With the same interval; and the total is the rate of the whole log."""
    ask, log = RATES[name], log_of(rows)
    try:
        whole = ask(log)
    except (rm.EmptySampleError, rm.CountError):
        return
    try:
        by = ask(log, by=SEGMENT)
    except rm.CountError:
        assert name in {"daily", "stripe"}
        return
    assert by.total.value == pytest.approx(whole.value)
    for segment, part in parts_of(rows).items():
        same(lambda s=segment: by[s], lambda p=part: ask(log_of(p)))


@pytest.mark.parametrize("make", [log_of, subscriptions_of])
@given(rows=purchases)
def test_tables_by_segment_are_those_of_each_segment_alone(make, rows):
    """Movements, cohorts, survival and stages of either log, looked at from the same day."""
    log, as_of = make(rows), "2025-06-30"
    lapsed = {"lapsed_after": 10} if make is log_of else {}
    movements = log.movements(by=SEGMENT, as_of=as_of)
    cohorts = log.cohorts(by=SEGMENT, as_of=as_of)
    survival = log.survival(by=SEGMENT, as_of=as_of, **lapsed)
    stages = log.stages(by=SEGMENT, as_of=as_of)
    for segment, part in parts_of(rows).items():
        alone = make(part)
        assert movements[segment] == alone.movements(as_of=as_of)
        assert cohorts[segment] == alone.cohorts(as_of=as_of)
        assert survival[segment] == alone.survival(as_of=as_of, **lapsed)
        assert stages[segment] == alone.stages(as_of=as_of)
    assert cohorts.total == log.cohorts(as_of=as_of)
    assert survival.total == log.survival(as_of=as_of, **lapsed)
    assert movements.table().rows == sum(table.rows for table in movements.values())


def test_segments_are_given_in_many_ways():
    """By customer, by row, by the name of a column, several at once; missing is a segment."""
    who = ["ann", "bob", "ann", "cid"]
    days = ["2025-01-01", "2025-01-05", "2025-02-01", "2025-02-03"]
    log = rm.PurchaseLog(who, days)
    by_customer = log.repeat(by={"ann": "web", "bob": "shop"})
    assert list(by_customer) == ["web", "shop", None]
    by_row = log.repeat(by=["web", "shop", "web", None])
    assert by_row.table() == by_customer.table()
    several = log.repeat(by={"channel": ["web", "shop", "web", None], "size": {"ann": 1}})
    assert list(several) == [("web", 1), ("shop", None), (None, None)]
    with pytest.raises(rm.CustomerError, match="'ann' at position 2"):
        log.repeat(by=["web", "shop", "shop", None])
    with pytest.raises(rm.LengthError, match="one label per row"):
        log.repeat(by=["web", "shop"])
    with pytest.raises(rm.ParameterError, match="plan"):
        log.repeat(by="plan")


def test_a_plan_counts_as_it_is_just_before_the_window():
    """Who went from basic to gold within it was lost or kept as a basic customer."""
    log = rm.SubscriptionLog(
        ["a", "a", "b", "c"],
        ["2025-01-01", "2025-03-15", "2025-01-01", "2025-02-01"],
        ["2025-03-15", None, "2025-03-20", None],
        plans=["basic", "gold", "basic", "gold"],
        as_of="2025-04-30",
    )
    by = log.churn("2025-03-01", "2025-04-01", by="plan")
    assert (by["basic"].n, by["basic"].value, by["gold"].n) == (2, 50.0, 1)
    later = log.churn("2025-04-01", "2025-05-01", by="plan")
    assert later["gold"].n == 2
    assert list(log.survival(by="plan")) == ["basic", "gold"]
    assert by.compare().table().rows == 2


def shops(rng, size=400):
    """Return a log of two segments, of which one comes back more often."""
    segment = {i: "web" if i % 2 else "shop" for i in range(size)}
    rows = [
        (i, int(first), int(first + 30 * age))
        for i, first in zip(range(size), rng.integers(0, 150, size), strict=True)
        for age in range(6)
        if age == 0 or rng.random() < (0.5 if segment[i] == "web" else 0.3)
    ]
    days = np.datetime64("2025-01-01") + np.array([day for _, _, day in rows])
    return rm.PurchaseLog([who for who, _, _ in rows], days), segment


def test_curves_of_cohorts_are_compared_with_a_band():
    """Newcombe's interval at each age, a wider band for all of them, and every shared cell."""
    log, segment = shops(np.random.default_rng(3))
    by = log.cohorts(by=segment, as_of="2025-09-30", windows=30)
    found = by.compare(reference="shop")["web"]
    curve = found.curve
    single = rm.RetentionRate()
    for age in (1, 2):
        sides = [by[name].counts for name in ("web", "shop")]
        states = [
            single.tally_counts(
                {
                    1: int(np.nansum(side[:, age])),
                    0: int(
                        (~np.isnan(side[:, age]) * by[name].sizes).sum() - np.nansum(side[:, age])
                    ),
                }
            )
            for name, side in zip(("web", "shop"), sides, strict=True)
        ]
        alone = single.compare(*states)
        row = [curve[name][age] for name in ("difference", "low", "high", "p_value")]
        assert row == pytest.approx([alone.value, alone.low, alone.high, alone.p_value])
    known = ~np.isnan(curve["low"])
    assert (curve["band_low"][known][1:] < curve["low"][known][1:]).all()
    assert found.cells.rows > curve.rows
    assert set(by.compare()) == {"web", "shop"}
    with pytest.raises(rm.StateError, match="recurring"):
        log.cohorts(by=segment, entry="recurring").compare()


def test_movements_and_stages_are_compared_as_rates():
    """The last period that is over, and how many reached a stage."""
    log, segment = shops(np.random.default_rng(4))
    movements = log.movements(by=segment, as_of="2025-05-15")
    by = movements.retention()
    april = movements["web"]["period"] == np.datetime64("2025-04-01")
    assert by["web"].value == pytest.approx(movements["web"]["retention"][april][0])
    assert movements.compare().table().rows == 2
    with pytest.raises(rm.ParameterError, match="period that is over"):
        movements.compare("2025-05-01")
    stages = log.stages(by=segment)
    assert stages.reach("expansion")["web"].value > stages.reach("expansion")["shop"].value
    assert stages.compare("expansion").table()["verdict"][0] in {"better", "worse"}


def test_the_name_of_a_column_is_refused_where_a_log_has_none():
    """A log of purchases knows no names: the error says what to give."""
    log = rm.PurchaseLog(["a"], ["2025-01-01"])
    with pytest.raises(rm.ParameterError, match="mapping of customer to segment, or a column"):
        log.loyalty(by="plan")


def test_a_mapping_of_nobody_in_the_log_is_refused():
    """Ids of text beside a log of numbers would put everybody into the segment of nothing."""
    log = rm.PurchaseLog([1, 2, 1], ["2025-01-01", "2025-01-02", "2025-03-01"])
    with pytest.raises(rm.CustomerError, match=r"such as '1', where the log has 1\. Text and"):
        log.repeat(by={"1": "x", "2": "y"})
    assert dict(log.repeat(by={1: "x"}).items()).keys() == {"x", None}
