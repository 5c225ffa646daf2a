"""The purchase log: against a plain reference, its laws, other programs, every kind of input."""

import csv
import datetime as dt
import math
from collections import defaultdict
from functools import cache

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from places import data_set, oracles

import relmetrics as rm

pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")

START = dt.datetime(2024, 1, 15, tzinfo=dt.UTC).replace(tzinfo=None)
DAY = ["2025-01-01"]

amounts = st.one_of(st.none(), st.integers(-20, 50).map(float))
purchases = st.lists(
    st.tuples(st.sampled_from("abcde"), st.integers(0, 24 * 40), amounts), min_size=1, max_size=25
)
options = st.fixed_dictionaries(
    {
        "returns": st.sampled_from(["net", "drop", "count", "dated"]),
        "duplicates": st.sampled_from(["keep", "drop"]),
    }
)


def log_of(rows, **chosen):
    who, hours, money = zip(*rows, strict=True) if rows else ((), (), ())
    times = [START + dt.timedelta(hours=hour) for hour in hours]
    return rm.PurchaseLog(list(who), times, list(money), **chosen)


def by_customer(log, as_of="2024-06-30"):
    """Return the summary as one dict per customer, with text for what is missing."""
    table = log.summary(as_of).to_dict()
    rows = zip(*(table[name] for name in table if name != "customer"), strict=True)
    return {who: list(row) for who, row in zip(table["customer"], rows, strict=True)}


def same(one, other):
    """Tell whether two summaries are equal; sums of floats may differ in their last digits."""
    assert one.keys() == other.keys()
    for who, row in one.items():
        for got, wanted in zip(row, other[who], strict=True):
            exact = wanted is None or isinstance(wanted, str)
            assert got == (wanted if exact else pytest.approx(wanted))


def reference(rows, as_of, *, returns, duplicates):
    """Return summary, number of repeated rows and number of returns, one row at a time."""
    seen, repeated, returned = set(), 0, 0
    bought, back = defaultdict(list), defaultdict(float)
    for who, hour, amount in rows:
        bought[who] = bought[who]
        if (who, hour, amount) in seen:
            repeated += 1
            if duplicates == "drop":
                continue
        seen.add((who, hour, amount))
        if amount is not None and amount < 0 and returns != "count":
            returned += 1
            if returns in ("net", "dated"):
                back[who] += amount
            continue
        bought[who].append((START + dt.timedelta(hours=hour), amount))
    found = {}
    for who, mine in bought.items():
        days = sorted(time.date() for time, _ in mine)
        known = [amount for _, amount in mine if amount is not None]
        total = sum(known) + back[who]
        found[who] = [
            str(days[0]) if days else None,
            str(days[-1]) if days else None,
            len(days),
            len(set(days)),
            (days[-1] - days[0]).days if days else None,
            (as_of - days[0]).days if days else None,
            (as_of - days[-1]).days if days else None,
            total,
            total / len(known) if known else None,
        ]
    return found, repeated, returned


@given(rows=purchases, chosen=options)
@example(rows=[("b", 0, -1.0)] * 2, chosen={"returns": "net", "duplicates": "keep"})
def test_the_summary_agrees_with_a_plain_reference(rows, chosen):
    """Days, counts and money of every customer under every rule of returns and duplicates."""
    expected, repeated, returned = reference(rows, dt.date(2024, 6, 30), **chosen)

    log = log_of(rows, **chosen)

    same(by_customer(log), expected)
    assert (log.duplicates, log.returned) == (repeated, returned)
    assert log.purchases.sum() == len(log)


@given(rows=purchases, chosen=options, order=st.randoms(use_true_random=False))
def test_shuffling_rows_changes_nothing(rows, chosen, order):
    """A log has no order but that of its dates."""
    shuffled = list(rows)
    order.shuffle(shuffled)

    same(by_customer(log_of(shuffled, **chosen)), by_customer(log_of(rows, **chosen)))


@given(rows=purchases, chosen=options, part=st.sets(st.sampled_from("abcde")))
def test_splitting_by_customer_and_adding_changes_nothing(rows, chosen, part):
    """Shards of different customers add to the log of all, and `sum` adds them as well."""
    whole = log_of(rows, **chosen)
    one, other = (
        log_of([row for row in rows if (row[0] in part) is inside], **chosen)
        for inside in (True, False)
    )

    for added in (one + other, other + one, sum([one, other])):
        same(by_customer(added), by_customer(whole))
        assert (added.duplicates, added.returned) == (whole.duplicates, whole.returned)


@given(rows=purchases, chosen=options, cut=st.integers(0, 24 * 40))
@example(
    rows=[("a", 0, -1.0), ("a", 48, -2.0)],
    chosen={"returns": "net", "duplicates": "keep"},
    cut=24,
)
def test_splitting_by_date_and_adding_changes_nothing(rows, chosen, cut):
    """Shards of the same customers at other times add to the log of all times."""
    whole = log_of(rows, **chosen)
    before, after = (
        log_of([row for row in rows if (row[1] < cut) is early], **chosen)
        for early in (True, False)
    )

    for added in (before + after, after + before):
        same(by_customer(added), by_customer(whole))
        assert (added.duplicates, added.returned) == (whole.duplicates, whole.returned)


@given(
    rows=st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from([True, False, None])), min_size=1
    ),
    cut=st.integers(0, 20),
)
def test_a_customer_is_referred_when_any_purchase_says_so(rows, cut):
    """Yes wins over no and no over unknown, in one log and in the sum of two."""
    flags = defaultdict(set)
    for who, flag in rows:
        flags[who].add(flag)
    expected = {
        who: 1.0 if True in said else 0.0 if False in said else None for who, said in flags.items()
    }

    def log(part):
        return rm.PurchaseLog(
            [who for who, _ in part], DAY * len(part), referred=[flag for _, flag in part]
        )

    for found in (log(rows), log(rows[:cut]) + log(rows[cut:])):
        came = [None if math.isnan(flag) else flag for flag in found.referred]
        assert dict(zip(found.customers.tolist(), came, strict=True)) == expected


def test_referrals_of_customers_may_be_a_mapping_and_a_series_is_a_column():
    """A pandas Series has keys, which are row numbers and no customers."""
    for referred in ({"a": "yes", "b": False}, ["yes", "no"], pd.Series(["yes", "no"])):
        log = rm.PurchaseLog(["a", "b"], DAY * 2, referred=referred)
        assert log.referred.tolist() == [1, 0]
    log = rm.PurchaseLog([1, 0], DAY * 2, referred=pd.Series([True, False]))
    assert log.referred.tolist() == [1, 0]
    unknown = rm.PurchaseLog(["a", "b"], DAY * 2, referred={"a": True}).referred
    assert math.isnan(unknown[1])


SAME = [0, 1, 0, 2, 1]
IDS = {
    "dense integers": [0, 1, 0, 2, 1],
    "sparse integers": [10**15, -7, 10**15, 3, -7],
    "integers beyond 64 bits": [10**30, 1, 10**30, 2, 1],
    "text": ["ann", "bob", "ann", "c", "bob"],
    "tuples": [("a", 1), ("a", 2), ("a", 1), ("b", 1), ("a", 2)],
    "mixed": ["one", 1, "one", 2.5, 1],
    "bytes": [b"x", b"y", b"x", b"z", b"y"],
    "dates": [dt.date(2000, 1, day) for day in (1, 2, 1, 3, 2)],
    "int8 array": np.array([0, -1, 0, 2, -1], dtype=np.int8),
    "uint64 array": np.array([2**64 - 1, 1, 2**64 - 1, 2, 1], dtype=np.uint64),
    "big-endian array": np.array([0, 1, 0, 2, 1], dtype=">i4"),
    "strided array": np.array([0, 9, 1, 9, 0, 9, 2, 9, 1, 9])[::2],
    "float array": np.array([0.5, 1.5, 0.5, 2, 1.5]),
    "text array": np.array(["ann", "bob", "ann", "c", "bob"]),
    "object array": np.array(["ann", 7, "ann", "c", 7], dtype=object),
    "pandas integers": pd.Series([5, 1, 5, 2, 1], index=[9, 9, 9, 9, 9]),
    "pandas text": pd.Series(["ann", "bob", "ann", "c", "bob"], dtype="string"),
    "pandas categories": pd.Series(["ann", "bob", "ann", "c", "bob"], dtype="category"),
    "polars integers": pl.Series([5, 1, 5, 2, 1]),
    "polars text": pl.Series(["ann", "bob", "ann", "c", "bob"]),
}


@pytest.mark.parametrize("ids", IDS.values(), ids=IDS)
def test_ids_of_every_kind_tell_the_same_customers_apart(ids):
    """Whatever the ids are, the codes number the customers in order of appearance."""
    log = rm.PurchaseLog(ids, DAY * 5)

    assert log.codes.tolist() == SAME
    assert log.customers.tolist() == [list(ids)[i] for i in (0, 1, 3)]
    assert (log + log).purchases.tolist() == [4, 4, 2]


@pytest.mark.parametrize(
    "ids",
    [
        ["a", None, "b", float("nan")],
        np.array([1.0, np.nan, 2.0, np.nan]),
        np.array(["a", None, "b", None], dtype=object),
        np.array(["2000-01-01", "NaT", "2000-01-02", "NaT"], dtype="datetime64[D]"),
        pd.Series([1, None, 2, None], dtype="Int64"),
        pd.Series(["a", pd.NA, "b", pd.NA], dtype="string"),
        pl.Series(["a", None, "b", None]),
        pl.Series([1, None, 2, None]),
        np.ma.masked_array([1, 2, 3, 4], mask=[False, True, False, True]),
    ],
    ids=lambda ids: f"{type(ids).__module__}-{getattr(ids, 'dtype', 'list')}",
)
def test_purchases_of_nobody_are_an_error_with_positions(ids):
    """A missing id is no customer, and no group of customers."""
    with pytest.raises(rm.CustomerError, match=r"2 are missing, at position 1, 3\. Leave out"):
        rm.PurchaseLog(ids, DAY * 4)


def test_many_missing_ids_are_counted_and_five_are_shown():
    """A message stays short however bad the column is."""
    with pytest.raises(rm.CustomerError, match=r"9 are missing, at position 0, 1, 2, 3, 4, \.\.\."):
        rm.PurchaseLog([None] * 9, DAY * 9)


@pytest.mark.parametrize(
    ("columns", "error", "message"),
    [
        (([[1, 2], [3, 4]], DAY * 2), rm.ParameterError, "'customers' must be hashable"),
        (([{"id": 1}], DAY), rm.ParameterError, "position 0"),
        (("ann", DAY), rm.AnswerError, "customers must be a one-dimensional"),
        (({"ann"}, DAY), rm.AnswerError, "customers must be a one-dimensional"),
        ((np.zeros((2, 2)), DAY * 2), rm.AnswerError, "customers must have one dimension"),
        ((["a", "b"], DAY), rm.LengthError, "customers has 2, dates has 1"),
        ((["a"], DAY, [1.0, 2.0]), rm.LengthError, "amounts has 2"),
        ((["a"], DAY, None, ["yes", "no"]), rm.LengthError, "referred has 2"),
        ((["a"], DAY, [math.inf]), rm.AmountError, "inf at position 0"),
        ((["a"], DAY, ["ten"]), rm.AmountError, "'ten' at position 0"),
        ((["a"], DAY, [True]), rm.AmountError, "True at position 0"),
        ((["a"], DAY, None, ["maybe"]), rm.AnswerError, "referred"),
        ((["a"], [None]), rm.DateError, "None at position 0"),
    ],
)
def test_bad_columns_are_errors_that_name_them(columns, error, message):
    """The message names the column and shows what is wrong with it, and where."""
    with pytest.raises(error, match=message):
        rm.PurchaseLog(*columns)


@pytest.mark.parametrize(
    ("chosen", "message"),
    [({"returns": "gross"}, "net, drop, count, dated"), ({"duplicates": "first"}, "keep, drop")],
)
def test_unknown_rules_are_errors_that_name_the_known_ones(chosen, message):
    """An option that does not exist is not the default."""
    with pytest.raises(rm.ParameterError, match=message):
        rm.PurchaseLog(["a"], DAY, [1.0], **chosen)


def test_the_three_rules_of_returns():
    """A return lowers the total, is left out, or is a purchase: 30, 35 or 30 of 3."""
    found = {}
    for returns in ("net", "drop", "count"):
        log = rm.PurchaseLog(["a"] * 3, DAY * 3, [20.0, 15.0, -5.0], returns=returns)
        found[returns] = (log.totals.tolist(), log.purchases.tolist(), log.returned)

    assert found == {"net": ([30], [2], 1), "drop": ([35], [2], 1), "count": ([30], [3], 0)}


def test_who_only_returned_has_no_first_purchase():
    """No purchase, no day and no mean amount: missing, never 0 and never infinite."""
    table = rm.PurchaseLog(["a", "b"], DAY * 2, [10.0, -5.0]).summary().to_dict()

    assert table["purchases"] == [1, 0]
    assert table["total"] == [10, -5]
    for name in ("first", "last", "recency", "tenure", "since_last", "mean_amount"):
        assert table[name][1] is None


def test_an_unknown_amount_is_a_purchase_and_does_not_lower_the_mean():
    """10 and unknown are two purchases, of 10 on average as far as is known."""
    table = rm.PurchaseLog(["a", "a", "b"], DAY * 3, [10, None, None]).summary().to_dict()

    assert table["purchases"] == [2, 1]
    assert table["mean_amount"] == [10, None]


def test_repeated_rows_are_kept_and_counted_unless_told_otherwise():
    """Only rows alike in customer, time and amount repeat one another; unknown is like unknown."""
    columns = (
        ["a", "a", "a", "a", "b", "b", "b"],
        [*["2025-01-01T10:00"] * 3, "2025-01-01T11:00", *["2025-01-01T10:00"] * 3],
        [5.0, 5.0, 6.0, 5.0, None, None, 5.0],
    )
    kept, dropped = rm.PurchaseLog(*columns), rm.PurchaseLog(*columns, duplicates="drop")

    assert (len(kept), kept.duplicates) == (7, 2)
    assert (len(dropped), dropped.duplicates) == (5, 2)
    assert rm.PurchaseLog(*columns[:2]).duplicates == 4


def test_logs_that_know_different_things_do_not_add():
    """Amounts or referrals on one side only would leave the sum half unknown."""
    plain = rm.PurchaseLog(["a"], DAY)

    with pytest.raises(rm.StateError, match="amounts"):
        _ = plain + rm.PurchaseLog(["a"], DAY, [1.0])
    with pytest.raises(rm.StateError, match="referred"):
        _ = plain + rm.PurchaseLog(["a"], DAY, referred=["yes"])
    with pytest.raises(TypeError):
        _ = plain + 3
    with pytest.raises(TypeError):
        _ = 3 + plain


def test_money_of_a_log_without_amounts_is_an_error_that_says_how_to_give_them():
    """There is no total of what was never told, not even 0."""
    log = rm.PurchaseLog(["a"], DAY)

    with pytest.raises(rm.StateError, match="PurchaseLog\\(customers, dates, amounts\\)"):
        _ = log.totals
    assert "total" not in log.summary()


def test_no_input_is_modified_or_kept():
    """The log holds its own copies, so a later change of the columns does not reach it."""
    ids, money = np.array([1, 2]), np.array([1.0, np.nan])
    days = np.array(["2025-01-01", "2025-01-02"], dtype="datetime64[us]")
    before = [column.copy() for column in (ids, days, money)]
    log = rm.PurchaseLog(ids, days, money)
    for column, was in zip((ids, days, money), before, strict=True):
        np.testing.assert_array_equal(column, was)
    ids[:], money[:], days[:] = 0, 0, "1999-01-01"

    assert log.customers.tolist() == [1, 2]
    assert log.amounts[0] == 1
    assert str(log.days[0]) == "2025-01-01"


def test_the_empty_log():
    """No rows are a log: its tables are empty, and what needs a last day asks for one."""
    empty = rm.PurchaseLog([], [], [])

    assert (len(empty), empty.duplicates, empty.returned) == (0, 0, 0)
    assert repr(empty) == "PurchaseLog(purchases=0, customers=0)"
    assert empty.summary("2025-01-01").rows == 0
    assert empty.totals.tolist() == empty.first.tolist() == []
    with pytest.raises(rm.EmptySampleError):
        empty.summary()
    log = rm.PurchaseLog(["a"], DAY, [1.0])
    same(by_customer(empty + log), by_customer(log))


def test_one_customer_on_one_day():
    """The smallest log: first and last are the same day, and nothing lies between."""
    log = rm.PurchaseLog(["a"], DAY)

    assert repr(log) == "PurchaseLog(purchases=1, customers=1, from 2025-01-01 to 2025-01-01)"
    assert by_customer(log, "2025-01-01") == {"a": ["2025-01-01", "2025-01-01", 1, 1, 0, 0, 0]}


def test_all_purchases_on_one_day():
    """Five purchases of a day are five purchases and one purchase day."""
    times = [f"2025-01-01T{hour:02}:30" for hour in (0, 6, 12, 18, 23)]
    log = rm.PurchaseLog(["a"] * 5, times)

    assert (log.purchases.tolist(), log.purchase_days.tolist()) == ([5], [1])


def test_the_day_is_that_of_the_zone():
    """Half past eleven at night in UTC is the next year in Helsinki, and the same day in Lima."""
    late = [dt.datetime(2024, 12, 31, 23, 30, tzinfo=dt.UTC)]

    for zone, day in (("UTC", "2024-12-31"), ("Europe/Helsinki", "2025-01-01")):
        assert str(rm.PurchaseLog(["a"], late, zone=zone).first[0]) == day
    early = ["2025-01-01T00:30:00+00:00"]
    assert str(rm.PurchaseLog(["a"], early, zone="America/Lima").first[0]) == "2024-12-31"
    with pytest.raises(rm.DateError, match="Say whose calendar counts"):
        rm.PurchaseLog(["a"], late)


@cache
def cdnow():
    """Return the customers, dates and amounts of the sample, as they stand in the file."""
    with data_set("cdnow_sample.csv").open() as file:
        rows = list(csv.DictReader(file))
    return [(row["customer_id"], row["date"], float(row["amount"])) for row in rows]


@pytest.mark.parametrize(
    "case", oracles("repeat_loyalty", "rfm_summary"), ids=lambda case: case["id"]
)
def test_recency_tenure_and_frequency_against_lifetimes(case):
    """The same customers in lifetimes; frequency there is purchase days after the first."""
    expected, end = case["expected"], case["inputs"]["observation_period_end"]
    close = {"rel": case["tolerance"]["rel"], "abs": case["tolerance"]["abs"]}
    rows = [row for row in cdnow() if row[1] <= end]
    log = rm.PurchaseLog(*zip(*rows, strict=True))
    table = log.summary(end)
    frequency = table["purchase_days"] - 1
    repeat, loyal = log.repeat(distinct_days=True), log.loyalty(distinct_days=True)

    got = {
        "customers": table.rows,
        "share_repeat": repeat.value / 100,
        "share_5plus_purchase_days": loyal.value / 100,
        "mean_frequency": frequency.mean(),
        "mean_recency": table["recency"].mean(),
        "mean_T": table["tenure"].mean(),
        "max_frequency": frequency.max(),
    }
    assert got == {name: pytest.approx(expected[name], **close) for name in got}
    place = {who: i for i, who in enumerate(table["customer"].tolist())}
    for first in expected["first_five"]:
        i = place[first["customer"]]
        found = [frequency[i], table["recency"][i], table["tenure"][i]]
        assert found == [first["frequency"], first["recency"], first["T"]]
    # Not offered: money per purchase day without the first one.
    assert set(expected) - set(got) == {"first_five", "mean_monetary_of_repeaters"}


def test_nullable_ids_keep_their_digits():
    """Integer ids beyond 2**53 in a nullable column are different customers."""
    pandas = pytest.importorskip("pandas")
    ids = pandas.Series([2**53, 2**53 + 1], dtype="Int64")
    log = rm.PurchaseLog(ids, ["2025-01-01"] * 2)
    assert log.customers.tolist() == [2**53, 2**53 + 1]


def test_a_summary_looks_from_its_day():
    """Purchases after `as_of` are not there yet."""
    log = rm.PurchaseLog(["a", "a", "b"], ["2025-01-01", "2025-03-01", "2025-04-01"])
    summary = log.summary("2025-02-01")
    assert summary["purchases"].tolist() == [1, 0]
    assert summary["since_last"][0] == 31
    assert np.isnan(summary["tenure"][1])


def test_unknown_amounts_are_reported():
    """A missing amount is a purchase of unknown amount, and counted as such."""
    log = rm.PurchaseLog(["a", "b"], ["2025-01-01"] * 2, [None, 5.0])
    assert log.unknown_amounts == 1
    assert len(log) == 2


def test_returns_beyond_the_purchases_have_no_share_of_revenue():
    """The customer is named, and what to do."""
    log = rm.PurchaseLog(["a", "a", "b"], ["2025-01-01"] * 3, [5.0, -9.0, 4.0])
    with pytest.raises(rm.AmountError, match="a: -4' at position 0"):
        rm.loyal_revenue(log)
