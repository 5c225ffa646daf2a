"""Loyal, repeat, referred and returning customers: plain references, laws, other programs."""

import csv
import datetime as dt
import math
from collections import Counter, defaultdict
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from places import data_set, oracles

import relmetrics as rm

START = dt.date(2023, 2, 20)
DAY = ["2025-01-01"]

rows_of = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.integers(0, 800), st.sampled_from([True, False, None])),
    min_size=1,
    max_size=25,
)
near = st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 6), st.none()), max_size=25)


def day(offset):
    return START + dt.timedelta(days=offset)


def log_of(rows, *, referred=True):
    flags = [flag for _, _, flag in rows] if referred else None
    return rm.PurchaseLog(
        [who for who, _, _ in rows], [day(offset) for _, offset, _ in rows], referred=flags
    )


def times_bought(rows, *, distinct_days):
    """Return how often each customer bought, or on how many days."""
    if distinct_days:
        rows = {(who, offset) for who, offset, _ in rows}
    return Counter(row[0] for row in rows)


def months_before(date, months):
    """Return the same day of an earlier month, or the last one that this month has."""
    year, month = divmod(12 * date.year + date.month - 1 - months, 12)
    for last in (date.day, 30, 29, 28):
        try:
            return dt.date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError


@given(rows=rows_of, months=st.integers(1, 30), as_of=st.integers(0, 900))
def test_ror_agrees_with_a_plain_reference(rows, months, as_of):
    """All three quantities, of who bought, who bought lately, and who of these returned."""
    end = day(as_of)
    since = months_before(end, months)
    bought, referred = defaultdict(list), {who for who, _, flag in rows if flag}
    for who, offset, _ in rows:
        if day(offset) <= end:
            bought[who].append(day(offset))
    helped = {who for who, dates in bought.items() if max(dates) > since}
    for log, came in ((log_of(rows), referred), (log_of(rows, referred=False), set())):
        returning = {who for who in helped if len(bought[who]) > 1 or who in came}
        if not helped:
            with pytest.raises(rm.EmptySampleError):
                log.ror(as_of=end, months=months)
            continue
        found = log.ror(as_of=end, months=months)
        share = 100 * Fraction(len(returning), len(helped))
        assert found.value == pytest.approx(float(share))
        assert found.share_of_helped == pytest.approx(float(share))
        assert found.share_of_customers == pytest.approx(100 * len(returning) / len(bought))
        per = len(helped) / len(returning) if returning else math.inf
        assert found.helped_per_returning == pytest.approx(per)
        other = log.ror(as_of=end, months=months, definition="share_of_customers")
        assert other.value == pytest.approx(found.share_of_customers)
        assert (found.n, other.n) == (len(helped), len(bought))


@given(rows=st.one_of(rows_of, near), distinct_days=st.booleans(), threshold=st.integers(1, 6))
def test_loyalty_and_repeat_agree_with_a_plain_reference(rows, distinct_days, threshold):
    """Customers with at least so many purchases, or purchase days, of all customers."""
    log = log_of(rows)
    times = times_bought(rows, distinct_days=distinct_days)
    if not times:
        for ask in (log.loyalty, log.repeat):
            with pytest.raises(rm.EmptySampleError):
                ask(distinct_days=distinct_days)
        return

    for estimate, least in (
        (log.loyalty(threshold=threshold, distinct_days=distinct_days), threshold),
        (log.repeat(distinct_days=distinct_days), 2),
    ):
        loyal = sum(count >= least for count in times.values())
        plain = rm.rate(loyal, len(times))
        assert estimate.value == pytest.approx(float(100 * Fraction(loyal, len(times))))
        assert (estimate.low, estimate.high) == pytest.approx((plain.low, plain.high))
        assert estimate.n == len(times)


@given(rows=st.one_of(rows_of, near), distinct_days=st.booleans())
def test_frequency_agrees_with_a_plain_reference(rows, distinct_days):
    """How many bought once, twice and so on, without a gap; at least once bought exactly all."""
    counted = Counter(times_bought(rows, distinct_days=distinct_days).values())
    total = counted.total()

    table = log_of(rows).frequency(distinct_days=distinct_days)

    assert table["purchases"].tolist() == list(range(1, max(counted, default=0) + 1))
    for i, times in enumerate(table["purchases"].tolist()):
        at_least = sum(count for other, count in counted.items() if other >= times)
        assert table["customers"][i] == counted[times]
        assert table["share"][i] == pytest.approx(100 * counted[times] / total)
        assert table["at_least"][i] == pytest.approx(100 * at_least / total)
    assert table["at_least"][:1].tolist() == [100.0] * bool(rows)


@given(rows=st.one_of(rows_of, near))
def test_gaps_agree_with_a_plain_reference(rows):
    """Days from each purchase day of a customer to the next; never across customers, never 0."""
    days = defaultdict(set)
    for who, offset, _ in rows:
        days[who].add(offset)
    expected = [
        later - earlier
        for mine in days.values()
        for earlier, later in zip(sorted(mine), sorted(mine)[1:], strict=False)
    ]

    assert sorted(log_of(rows).gaps().tolist()) == sorted(expected)


@given(rows=rows_of)
def test_referral_agrees_with_a_plain_reference(rows):
    """Of those of whom it is known; the others are missing, and not no."""
    flags = defaultdict(set)
    for who, _, flag in rows:
        flags[who].add(flag)
    yes = sum(True in said for said in flags.values())
    known = sum(said != {None} for said in flags.values())
    if not known:
        with pytest.raises(rm.EmptySampleError):
            log_of(rows).referral()
        return

    estimate = log_of(rows).referral()

    assert estimate.value == pytest.approx(100 * yes / known)
    assert (estimate.n, estimate.missing) == (known, len(flags) - known)


@given(
    rows=rows_of,
    part=st.sets(st.sampled_from("abcdef")),
    cut=st.integers(0, 800),
    order=st.randoms(use_true_random=False),
)
def test_buying_does_not_depend_on_order_or_shards(rows, part, cut, order):
    """Shuffled, or split by customer or by date and added: the same answers to every question."""
    end = max(day(offset) for _, offset, _ in rows)

    def answers(log):
        known = not np.isnan(log.referred).all()
        return (
            log.ror(as_of=end),
            log.loyalty(threshold=3),
            log.repeat(distinct_days=True),
            log.referral() if known else None,
            log.frequency(),
            sorted(log.gaps().tolist()),
        )

    shuffled = list(rows)
    order.shuffle(shuffled)
    mine, others = (log_of([r for r in rows if (r[0] in part) is x]) for x in (True, False))
    early, late = (log_of([r for r in rows if (r[1] < cut) is x]) for x in (True, False))
    whole = answers(log_of(rows))

    for log in (log_of(shuffled), mine + others, sum([late, early])):
        assert answers(log) == whole


@given(rows=rows_of, part=st.sets(st.sampled_from("abcdef"), min_size=1))
def test_states_of_disjoint_customers_add(rows, part):
    """The rates of shards without common customers merge to the rate of all."""
    shards = [log_of([r for r in rows if (r[0] in part) is x]) for x in (True, False)]
    shards = [log for log in shards if len(log)]
    whole = log_of(rows)

    for ask in (rm.PurchaseLog.repeat, rm.PurchaseLog.loyalty):
        assert sum(ask(log).state for log in shards) == ask(whole).state


def test_five_purchases_make_a_loyal_customer():
    """D1, D2: loyal after five or more purchases; four are not enough, six are."""
    log = rm.PurchaseLog([*"a" * 4, *"b" * 5, *"c" * 6, "d"], DAY * 16)

    assert log.loyalty().value == 50
    assert log.loyalty(threshold=6).value == 25
    assert log.repeat().value == 75
    assert log.loyalty(distinct_days=True).value == log.repeat(distinct_days=True).value == 0


def test_the_example_of_the_documents():
    """1,000 customers, 250 helped, 50 of them returning: 20 %, 5.0 and 5 %."""
    once = [(f"n{i}", "2025-06-01") for i in range(200)]
    again = [(f"r{i}", date) for i in range(50) for date in ("2025-03-01", "2025-06-01")]
    old = [(f"o{i}", "2023-06-01") for i in range(750)]
    log = rm.PurchaseLog(*zip(*once, *again, *old, strict=True))
    found = log.ror(as_of="2025-12-31")

    assert found.value == pytest.approx(20)
    assert found.helped_per_returning == pytest.approx(5)
    assert found.share_of_customers == pytest.approx(5)


@pytest.mark.parametrize(
    ("bought", "helped"),
    [("2024-06-30", False), ("2024-07-01", True), ("2025-06-30", True), ("2025-07-01", False)],
)
def test_the_last_twelve_months_are_calendar_months(bought, helped):
    """Up to 30 June 2025 they begin on 1 July 2024; what comes later does not count."""
    log = rm.PurchaseLog(["a", "b"], [bought, "2025-01-01"])

    assert log.ror(as_of="2025-06-30").n == 1 + helped


def test_a_purchase_long_ago_makes_a_returning_customer():
    """Repeat customers bought twice by now, whenever the first time was; not after as_of."""
    log = rm.PurchaseLog(["a", "a", "b", "b"], ["2019-01-01", "2025-01-01"] * 2)

    assert log.ror().value == 100
    assert log.ror(as_of="2019-06-01").value == 0


def test_who_was_not_helped_lately_is_in_no_share_of_the_helped():
    """Nobody bought within the months: there is nothing to divide by, and it is not 0 %."""
    log = rm.PurchaseLog(["a", "a"], ["2020-01-01", "2020-02-01"])

    with pytest.raises(rm.EmptySampleError):
        log.ror(as_of="2025-01-01")
    with pytest.raises(rm.EmptySampleError):
        log.ror(as_of="2019-01-01")


def test_nobody_returning_is_0_percent_and_no_division_by_zero():
    """One purchase each: 0 %, and infinitely many helped for one who returns."""
    found = rm.PurchaseLog(["a", "b"], DAY * 2).ror()

    assert (found.value, found.share_of_customers) == (0, 0)
    assert found.helped_per_returning == math.inf
    assert found.high > 0


def test_who_only_returned_things_is_no_customer():
    """No share counts them, as buyers or in the denominator, and the frequencies agree."""
    log = rm.PurchaseLog(
        ["a", "a", "b", "x"], DAY * 4, [5.0, 5.0, 5.0, -5.0], {"a": "yes", "b": "no", "x": "yes"}
    )

    for estimate in (log.repeat(), log.loyalty(threshold=2), log.referral(), log.ror()):
        assert (estimate.value, estimate.n) == (50, 2)
    assert log.frequency()["at_least"].tolist() == [100, 50]
    with pytest.raises(rm.EmptySampleError):
        rm.PurchaseLog(["x"], DAY, [-5.0]).repeat()


def test_unknown_referrals_are_missing():
    """A log that does not know referrals says so; one that knows some counts the others missing."""
    with pytest.raises(rm.StateError, match=r"PurchaseLog\(customers, dates, referred=\.\.\.\)"):
        rm.PurchaseLog(["a"], DAY).referral()
    with pytest.raises(rm.EmptySampleError):
        rm.PurchaseLog(["a"], DAY, referred=[None]).referral()
    some = rm.PurchaseLog(["a", "b"], DAY * 2, referred=["yes", None]).referral()
    assert (some.value, some.n, some.missing) == (100, 1, 1)


@pytest.mark.parametrize(
    ("ask", "option", "message"),
    [
        ("loyalty", {"threshold": 0}, "'threshold' must be a whole number"),
        ("loyalty", {"threshold": 2.5}, "threshold"),
        ("loyalty", {"distinct_days": 1}, "'distinct_days' must be True or False"),
        ("repeat", {"distinct_days": "yes"}, "'distinct_days' must be True or False"),
        ("frequency", {"distinct_days": None}, "'distinct_days' must be True or False"),
        ("ror", {"months": 0}, "'months' must be a whole number from 1"),
        ("ror", {"months": 1.5}, "'months' must be a whole number from 1"),
        ("ror", {"months": 10**30}, "'months' must be a whole number from 1"),
        ("ror", {"definition": "dean"}, "share_of_helped"),
        ("repeat", {"confidence_level": 95}, "confidence_level"),
    ],
)
def test_bad_options_are_errors_that_name_them(ask, option, message):
    """What is no such option is not read as its nearest one."""
    with pytest.raises(rm.ParameterError, match=message):
        getattr(rm.PurchaseLog(["a", "a"], DAY * 2), ask)(**option)


def test_a_last_day_that_cannot_be_read_is_an_error_that_names_it():
    """Whatever `as_of` is, it is a date."""
    with pytest.raises(rm.DateError, match="as_of must be dates"):
        rm.PurchaseLog(["a"], DAY).ror(as_of="soon")


def test_the_empty_log_one_customer_and_one_day():
    """Shares of nobody are errors, lists of nothing are empty, and one customer is a sample."""
    empty = rm.PurchaseLog([], [])
    for ask in ("loyalty", "repeat", "ror"):
        with pytest.raises(rm.EmptySampleError):
            getattr(empty, ask)()
    assert empty.frequency().rows == 0
    assert empty.gaps().tolist() == []
    one = rm.PurchaseLog(["a"], DAY)
    assert (one.repeat().value, one.ror().value, one.gaps().tolist()) == (0, 0, [])
    same_day = rm.PurchaseLog(["a"] * 6, DAY * 6)
    assert (same_day.loyalty().value, same_day.gaps().tolist()) == (100, [])


@cache
def cdnow():
    """Return the customers, dates and amounts of the sample, as they stand in the file."""
    with data_set("cdnow_sample.csv").open() as file:
        rows = list(csv.DictReader(file))
    return [(row["customer_id"], row["date"], float(row["amount"])) for row in rows]


@pytest.mark.parametrize(
    "case", oracles("repeat_loyalty", "repeat_loyalty"), ids=lambda case: case["id"]
)
def test_repeat_and_loyalty_against_pandas(case):
    """Every figure of the case: shares by purchases and days, their distribution, the money."""
    year = case["inputs"]["filter"].get("year")
    rows = [row for row in cdnow() if year is None or row[1][:4] == str(year)]
    log = rm.PurchaseLog(*zip(*rows, strict=True))
    table = log.frequency()
    counts = zip(table["purchases"].tolist(), table["customers"].tolist(), strict=True)
    got = {
        "customers": log.repeat().n,
        "transactions": len(log),
        "share_2plus_transactions": log.repeat().value / 100,
        "share_5plus_transactions": log.loyalty().value / 100,
        "share_10plus_transactions": log.loyalty(threshold=10).value / 100,
        "share_2plus_days": log.repeat(distinct_days=True).value / 100,
        "share_5plus_days": log.loyalty(distinct_days=True).value / 100,
        "mean_transactions": log.purchases.mean(),
        "median_transactions": np.median(log.purchases),
        "count_distribution_1_to_10": {str(k): n for k, n in counts if k <= 10},
        "mean_amount_per_customer": log.totals.mean(),
        "share_of_amount_from_2plus": rm.loyal_revenue(log, threshold=2).value / 100,
        "share_of_amount_from_5plus": rm.loyal_revenue(log).value / 100,
    }
    close = {"rel": case["tolerance"]["rel"], "abs": case["tolerance"]["abs"]}

    assert set(case["expected"]) <= set(got)
    for name, wanted in case["expected"].items():
        assert got[name] == (wanted if isinstance(wanted, dict) else pytest.approx(wanted, **close))
