"""Revenue retention: the waterfall to the cent, NRR and GRR against fractions, named churn."""

import csv
import gzip
import itertools
import math
from collections import defaultdict
from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from places import data_set
from revenue_coverage_study import SETTINGS, covered

import relmetrics as rm
from relmetrics.money.moving import revenue_movement
from relmetrics.money.revenue_churn import (
    REVENUE_CHURN,
    revenue_churn,
    revenue_churn_definitions,
)
from relmetrics.money.revenue_history import revenue_movements
from relmetrics.money.revenue_movement import FLOWS
from relmetrics.money.revenue_retention import GrossRevenueRetention, NetRevenueRetention

NRR, GRR = NetRevenueRetention(), GrossRevenueRetention()

cents = st.one_of(st.just(0), st.integers(0, 5000), st.integers(10**18, 10**21))
decimals = st.decimals(0, 10**12, places=2) | st.decimals(0, 100, places=5) | st.just(Decimal(0))
floats = st.one_of(st.just(0.0), st.floats(0.01, 1e6))
yes_no = st.sampled_from([True, False, None])


def rows_of(amount):
    return st.lists(st.tuples(st.none() | amount, st.none() | amount, yes_no), max_size=14)


def moved(rows, first=0):
    ids = [f"c{first + i}" for i in range(len(rows))]
    before, after, known = ([row[i] for row in rows] for i in range(3))
    return revenue_movement(ids, before, after, known_before=known)


def by_hand(rows):
    """Return the waterfall and the counts, customer by customer, in fractions."""
    money, counts = dict.fromkeys(FLOWS, Fraction(0)), defaultdict(int)
    for before, after, known in rows:
        if before is None or after is None:
            counts["missing"] += 1
            continue
        b, a = Fraction(before), Fraction(after)
        money["start"] += b
        money["end"] += a
        counts["start"] += b > 0
        counts["end"] += a > 0
        if b == 0 and a > 0:
            kind, change = ("reactivated" if known else "new"), a
            counts["history_unknown"] += known is None
        elif b > 0 and a == 0:
            kind, change = "churned", b
        elif a > b:
            kind, change = "expansion", a - b
        elif a < b:
            kind, change = "contraction", b - a
        else:
            counts["unchanged"] += b > 0
            continue
        money[kind] += change
        counts[kind] += 1
    return money, counts


def waterfall(movement):
    """Return the end that the movements lead to, in fractions."""
    part = {name: Fraction(getattr(movement, name)) for name in FLOWS}
    gained = part["new"] + part["reactivated"] + part["expansion"]
    return part["start"] + gained - part["contraction"] - part["churned"]


# the waterfall


@given(rows=rows_of(cents) | rows_of(decimals))
def test_the_waterfall_is_exact_to_the_cent(rows):
    """Whole numbers beyond 64 bits and decimals of any places: the identity and every part hold."""
    movement = moved(rows)
    money, counts = by_hand(rows)

    assert waterfall(movement) == Fraction(movement.end)
    assert {name: Fraction(getattr(movement, name)) for name in FLOWS} == money
    assert movement.is_exact
    for name in (*FLOWS, "unchanged"):
        assert getattr(movement.customers, name) == counts[name]
    assert movement.missing == counts["missing"]
    assert movement.history_unknown == counts["history_unknown"]


@given(rows=rows_of(floats))
def test_the_waterfall_of_floats_holds_to_rounding(rows):
    """Floats add up to rounding, and the result says that they are not exact."""
    movement = moved(rows)
    scale = max(1.0, float(movement.start), float(movement.end))

    assert float(waterfall(movement)) == pytest.approx(movement.end, abs=1e-9 * scale)
    for name, expected in by_hand(rows)[0].items():
        assert getattr(movement, name) == pytest.approx(float(expected), abs=1e-9 * scale)
    assert movement.is_exact == all(row[0] is None and row[1] is None for row in rows)


@given(rows=rows_of(cents))
def test_customers_add_up(rows):
    """End = start + new + reactivated - churned, and the start splits into four kinds."""
    n = moved(rows).customers

    assert n.end == n.start + n.new + n.reactivated - n.churned
    assert n.start == n.expansion + n.contraction + n.churned + n.unchanged


@given(data=st.data(), amount=st.sampled_from([cents, decimals]))
def test_movements_of_disjoint_customers_add_to_that_of_all(data, amount):
    """Splitting by customer and adding changes nothing, to the cent, whatever the split."""
    rows = data.draw(rows_of(amount))
    cut = data.draw(st.integers(0, len(rows)))
    parts = [moved(rows[:cut]), moved(rows[cut:], cut)]

    assert sum(parts) == moved(rows)
    assert parts[1] + parts[0] == moved(rows)
    assert moved([]) + moved(rows) == moved(rows)


@given(rows=rows_of(cents), data=st.data())
def test_the_order_of_rows_changes_nothing(rows, data):
    """A permutation of the customers gives the same movement."""
    assert moved(data.draw(st.permutations(rows))) == moved(rows)


def test_adding_decimals_does_not_round():
    """Sums of decimals have more than the 28 digits of Python's default context."""
    huge, cent = Decimal("9" * 40 + ".00"), Decimal("0.01")
    movement = revenue_movement(["a"], [huge], [cent]) + revenue_movement(["b"], [cent], [huge])

    assert movement.start == movement.end == Decimal("9" * 40 + ".01")
    assert movement.churned == 0
    assert str(movement.contraction) == "9" * 39 + "8.99"


def test_decimals_stay_decimals_and_cents_stay_integers():
    """The result is of the kind that was given; whole numbers beside decimals become decimals."""
    assert isinstance(revenue_movement(["a"], [1], [2]).end, int)
    assert isinstance(revenue_movement(["a"], np.array([1]), np.array([2])).end, int)
    mixed = revenue_movement(["a"], [1], [Decimal("2.50")])
    assert str(mixed.expansion) == "1.50"
    assert isinstance(revenue_movement(["a"], [1], [2.5]).end, float)
    assert isinstance(revenue_movement(["a"], [1], [Decimal("NaN")]).missing, int)


def test_ten_and_twenty_cents_are_thirty():
    """The known mistake: as floats 0.1 + 0.2 is not 0.3, and a customer seems to contract."""
    table = ["a"] * 3, ["2025-01-01", "2025-01-02", "2025-02-01"]
    for amounts in ([10, 20, 30], [Decimal("0.1"), Decimal("0.2"), Decimal("0.3")]):
        assert revenue_movements(*table, amounts)["2025-02-01"].customers.unchanged == 1
    loose = revenue_movements(*table, [0.1, 0.2, 0.3])["2025-02-01"]
    assert loose.customers.contraction == 1
    assert not loose.is_exact


def test_without_history_returning_customers_count_as_new_and_it_says_so():
    """Nothing is guessed: who may be reactivated is counted and named."""
    movement = revenue_movement(["a", "b"], [10, 0], [10, 5])

    assert (movement.new, movement.reactivated, movement.history_unknown) == (5, 0, 1)
    assert "1 of the new customers may be reactivated" in str(movement.explain())
    told = revenue_movement(["a", "b"], [10, 0], [10, 5], known_before=["yes", "yes"])
    assert (told.new, told.reactivated, told.history_unknown) == (0, 5, 0)
    assert "may be" not in str(told.explain())


def test_a_missing_amount_leaves_the_customer_out_and_is_reported():
    """None is not 0: a customer of unknown revenue neither churned nor stayed."""
    movement = revenue_movement(["a", "b"], [10, 10], [None, 10])

    assert (movement.start, movement.churned, movement.missing) == (10, 0, 1)
    assert movement.net_retention().missing == 1
    assert "1 customer left out" in str(movement.explain())


def test_the_table_is_the_waterfall():
    """Exact amounts keep their kind in the table, floats are floats."""
    table = revenue_movement(["a", "b"], [10, 10], [0, 30]).table()
    assert table["movement"].tolist() == list(FLOWS)
    assert table["customers"].tolist() == [2, 0, 0, 1, 0, 1, 1]
    assert revenue_movement(["a"], [1.0], [2.0]).table()["amount"].dtype == np.float64


@pytest.mark.parametrize(
    ("customers", "before", "after", "kind", "message"),
    [
        (["a", "a"], [1, 2], [1, 2], rm.CustomerError, "repeated: 'a' at position 1"),
        (["a", None], [1, 2], [1, 2], rm.CustomerError, "at position 1. Give each row an id"),
        (["a"], [-1], [1], rm.AmountError, "before must not be negative: -1.0 at position 0"),
        (["a"], [1], [math.inf], rm.AmountError, "after must be finite numbers"),
        (
            ["a"],
            ["1"],
            [1],
            rm.AmountError,
            "before must be finite numbers below 1e100: '1' at position 0",
        ),
        (["a"], [True], [1], rm.AmountError, "before must be finite numbers"),
        (["a"], [Decimal("1e-31")], [1], rm.AmountError, "at most 30 decimal places"),
        (["a", "b"], [1], [1, 2], rm.LengthError, "customers has 2, before has 1, after has 2"),
    ],
)
def test_bad_input_is_named_with_its_position(customers, before, after, kind, message):
    """Each error names the argument, the value and the position."""
    with pytest.raises(kind) as caught:
        revenue_movement(customers, before, after)
    assert message in str(caught.value)


def test_known_before_must_be_yes_or_no_for_each_customer():
    """Another kind of answer, or another number of them, is an error."""
    with pytest.raises(rm.AnswerError):
        revenue_movement(["a"], [0], [1], known_before=[2])
    with pytest.raises(rm.LengthError, match="known_before has 1"):
        revenue_movement(["a", "b"], [0, 0], [1, 1], known_before=[True])


def test_a_movement_is_frozen_and_adds_to_its_kind_alone():
    """Nothing can be set, and a number is no movement."""
    movement = revenue_movement(["a"], [1], [2])
    with pytest.raises(AttributeError):
        movement.start = 0
    with pytest.raises(TypeError):
        movement + 1


# net and gross retention


@given(rows=rows_of(st.integers(0, 100_000)))
def test_retention_is_the_ratio_of_sums(rows):
    """NRR and GRR against fractions; the waterfall gives the same by the usual formulas."""
    movement = moved(rows)
    base = [(b, a) for b, a, _ in rows if b and a is not None]
    if not base:
        with pytest.raises(rm.EmptySampleError):
            movement.net_retention()
        return
    start = sum(b for b, _ in base)
    net = Fraction(100 * sum(a for _, a in base), start)
    gross = Fraction(100 * sum(min(b, a) for b, a in base), start)

    assert movement.net_retention().value == pytest.approx(float(net))
    assert movement.gross_retention().value == pytest.approx(float(gross))
    lost = movement.churned + movement.contraction
    assert net == Fraction(100 * (movement.start + movement.expansion - lost), movement.start)
    assert gross == Fraction(100 * (movement.start - lost), movement.start)
    assert movement.net_retention().n == len(base)


@given(rows=rows_of(floats), level=st.sampled_from([0.5, 0.95, 0.999]))
def test_gross_retention_stays_within_0_and_100(rows, level):
    """No method leaves the range, however much customers expand; and it is at most NRR."""
    movement = moved(rows)
    if not movement.start:
        return
    gross, net = movement.gross_retention(), movement.net_retention()
    for method in GRR.methods:
        interval = gross.interval(level, method=method)
        assert 0 <= interval.low <= gross.value <= interval.high <= 100
        assert interval.high > interval.low
    assert gross.value <= net.value + 1e-9 * max(1.0, net.value)
    assert 0 <= net.low < net.high


def test_expansion_of_one_does_not_hide_the_loss_of_another():
    """The known mistake: GRR capped on the total instead of each customer would say 100 %."""
    before, after = [100, 100], [300, 0]
    assert GRR(before=before, after=after).value == 50
    assert min(sum(after) / sum(before), 1) == 1


def test_new_and_returning_customers_are_no_part_of_retention():
    """The known mistake: end / start would say 150 % of a business that lost half its revenue."""
    movement = revenue_movement(["a", "b", "c"], [50, 50, 0], [50, 0, 100])
    assert movement.end / movement.start == 1.5
    assert movement.net_retention().value == 50


def test_large_customers_count_by_their_revenue():
    """The known mistake: the mean of the customers' ratios gives 75 %."""
    assert NRR(before=[900, 100], after=[900, 50]).value == 95


@given(kept=st.integers(0, 30), gone=st.integers(0, 30), price=st.integers(1, 10**6))
def test_of_equal_customers_the_gross_interval_is_agresti_and_coulls(kept, gone, price):
    """Two more who stay and two more who go, then Wald: Agresti and Coull (1998)."""
    n = kept + gone
    if not n:
        return
    found = GRR(before=[price] * n, after=[price] * kept + [0] * gone)
    share = (kept + 2) / (n + 4)
    half = 1.959963984540054 * math.sqrt(share * (1 - share) / (n + 4))

    assert found.low == pytest.approx(100 * max(0, min(share - half, kept / n)), abs=1e-6)
    assert found.high == pytest.approx(100 * min(1, max(share + half, kept / n)), abs=1e-6)


def test_one_customer_with_most_of_the_revenue_counts_as_one():
    """Ninety-nine small customers do not make the interval of one large one narrow."""
    even = NRR(before=[100] * 100, after=[100] * 100)
    uneven = NRR(before=[10**6] + [1] * 99, after=[10**6] + [1] * 99)

    assert even.high - even.low < 5
    assert uneven.high - uneven.low > 100


def test_wald_lends_its_place_where_it_has_no_width():
    """Nobody changed, or one customer alone: the default stands in, and the result says so."""
    for before, after in (([10, 20], [10, 20]), ([10], [5])):
        found = NRR(before=before, after=after)
        assert found.interval(method="wald").method == "adjusted"
        assert found.interval(method="wald").low == found.low


@given(rows=rows_of(st.integers(1, 1000)))
def test_the_standard_error_is_the_linearised_one(rows):
    """sqrt(sum d^2 n / (n - 1)) / sum before, with d = after - NRR x before, by hand."""
    base = [(b, a) for b, a, _ in rows if b is not None and a is not None]
    n, start = len(base), sum(b for b, _ in base)
    if n < 2:
        return
    ratio = Fraction(sum(a for _, a in base), start)
    squares = sum((a - ratio * b) ** 2 for b, a in base)
    expected = 100 * math.sqrt(squares * n / (n - 1)) / start

    found = NRR(before=[b for b, _ in base], after=[a for _, a in base]).standard_error
    assert found == pytest.approx(expected, abs=2e-4)


def test_by_segment_is_each_segment_and_the_total():
    """A breakdown over segments, with a segment of new customers alone as an empty row."""
    revenue = {"before": [100, 50, 0], "after": [110, 0, 70]}
    by = NRR.by(revenue, ["gold", "basic", "trial"])

    assert by["gold"].value == pytest.approx(110)
    assert by.total.value == pytest.approx(100 * 110 / 150)
    table = by.table()
    assert table["n"].tolist() == [1, 1, 0]
    assert np.isnan(table["value"][2])


def test_states_need_both_columns_and_are_the_metrics_own():
    """A mapping without them, or the state of another metric, is an error."""
    with pytest.raises(rm.FactorError, match="no column 'after'"):
        NRR.moments({"before": [1]})
    with pytest.raises(rm.StateError):
        NRR.estimate(rm.ReturnOnInvestment().moments({"gain": [1], "cost": [1]}))
    with pytest.raises(rm.StateError):
        GRR.estimate(rm.NPS().tally([10]))
    with pytest.raises(rm.EmptySampleError, match="undefined without answers"):
        NRR(before=[0, 0], after=[1, 2])
    with pytest.raises(rm.WeightError):
        NRR(before=[1, 0], after=[1, 2], weights=[0, 1])


# coverage, by seeded simulation


@pytest.mark.long
@pytest.mark.parametrize(
    ("metric", "n", "mean", "worst"),
    [
        (GRR, 5, 93, 89),
        (GRR, 10, 94, 92),
        (GRR, 20, 95, 94),
        (GRR, 50, 95, 91),
        (NRR, 5, 98, 96),
        (NRR, 10, 97, 92),
        (NRR, 20, 95, 87),
        (NRR, 50, 94, 89),
    ],
    ids=str,
)
def test_the_intervals_cover_no_less_than_measured(metric, n, mean, worst):
    """Over nine kinds of customer bases, the mean and the worst coverage keep their floors."""
    found = [covered(metric, setting, n) for setting in SETTINGS]

    assert np.mean(found) >= mean
    assert min(found) >= worst


@pytest.mark.long
@pytest.mark.parametrize("metric", [NRR, GRR], ids=str)
def test_the_default_covers_more_than_wald_from_few_customers(metric):
    """At ten customers the default covers more than the symmetric interval in every setting."""
    for setting in SETTINGS:
        assert covered(metric, setting, 10) > covered(metric, setting, 10, "wald")


# named definitions of churn


def test_chartmoguls_own_example():
    """Start 100, lost 10 to churn and 10 to contraction, 10 gained: gross 20 %, net 10 %.

    help.chartmogul.com/hc/en-us/articles/203359341.
    """
    movement = revenue_movement(["a", "b", "c"], [10, 60, 30], [0, 50, 40])

    assert revenue_churn(movement, definition="chartmogul_gross").value == 20
    assert revenue_churn(movement, definition="chartmogul_net").value == 10
    assert revenue_churn(movement, definition="baremetrics_net").value == 10


@given(rows=rows_of(st.integers(0, 10**12)))
def test_churn_definitions_against_fractions(rows):
    """Each is its movements over the start; gross and net complete GRR and NRR to 100 %."""
    movement = moved(rows)
    if not movement.start:
        with pytest.raises(rm.EmptySampleError):
            revenue_churn(movement)
        return
    table = revenue_churn_definitions(movement)
    value = dict(zip(table["definition"].tolist(), table["value"].tolist(), strict=True))
    lost = movement.churned + movement.contraction
    net = lost - movement.expansion

    assert list(value) == list(REVENUE_CHURN)
    assert (
        value["gross"] == value["chartmogul_gross"] == float(Fraction(100 * lost, movement.start))
    )
    assert value["net"] == value["baremetrics_net"] == float(Fraction(100 * net, movement.start))
    assert value["chartmogul_net"] == float(
        Fraction(100 * (net - movement.reactivated), movement.start)
    )
    assert value["gross"] + movement.gross_retention().value == pytest.approx(100)
    assert value["net"] + movement.net_retention().value == pytest.approx(100)


def test_an_unknown_definition_is_named():
    """A name that is none is an error with the nearest one."""
    with pytest.raises(rm.ParameterError, match="chartmogul_net"):
        revenue_churn(revenue_movement(["a"], [1], [1]), definition="chartmogul")


# the long table

events = st.lists(
    st.tuples(
        st.sampled_from("abcd"),
        st.integers(0, 200),
        st.one_of(st.none(), st.integers(0, 300), st.integers(0, 10**20)),
    ),
    max_size=25,
)


def history_of(rows, **options):
    start = np.datetime64("2024-11-20")
    return revenue_movements(
        [row[0] for row in rows],
        [str(start + np.timedelta64(row[1], "D")) for row in rows],
        [row[2] for row in rows],
        **options,
    )


@given(rows=events)
def test_the_history_is_each_pair_of_months_by_hand(rows):
    """A reference that adds up every customer's months one by one gives the same movements."""
    day = date(2024, 11, 20).toordinal()
    months = [
        (moment.year * 12 + moment.month - 1)
        for moment in (date.fromordinal(day + row[1]) for row in rows)
    ]
    history = history_of(rows)
    expected = {}
    for month in range(min(months, default=0) + 1, max(months, default=0) + 1):
        flat = []
        for who in sorted({row[0] for row in rows}):

            def revenue(of, who=who):
                found = [r[2] for r, m in zip(rows, months, strict=True) if r[0] == who and m == of]
                return None if None in found else sum(found)

            earlier = [revenue(of) for of in range(min(months), month - 1)]
            known = True if any(earlier) else (None if None in earlier else False)
            flat.append((revenue(month - 1), revenue(month), known))
        expected[f"{month // 12}-{month % 12 + 1:02}-01"] = by_hand(flat)

    assert list(history) == list(expected)
    for period, (money, counts) in expected.items():
        movement = history[period]
        assert {name: getattr(movement, name) for name in FLOWS} == money
        assert movement.customers.reactivated == counts["reactivated"]
        assert movement.missing == counts["missing"]
        assert movement.history_unknown == counts["history_unknown"]


@given(rows=events, data=st.data())
def test_the_history_does_not_depend_on_the_order_of_rows(rows, data):
    """A permutation of the table gives the same movements."""
    shuffled = history_of(data.draw(st.permutations(rows)))
    assert shuffled.movements == history_of(rows).movements


@given(rows=events)
def test_each_period_starts_where_the_last_one_ended(rows):
    """Without missing amounts the end of a movement is the start of the next."""
    history = history_of([row for row in rows if row[2] is not None])
    for one, then in zip(history.movements, history.movements[1:], strict=False):
        assert one.end == then.start


@pytest.mark.parametrize("every", ["day", "week", "month", "quarter", "year"])
def test_periods_are_calendar_periods(every):
    """The second period begins on the first day after the first, of every kind."""
    day = {
        "day": "2025-01-02",
        "week": "2025-01-06",
        "month": "2025-02-01",
        "quarter": "2025-04-01",
        "year": "2026-01-01",
    }[every]
    history = revenue_movements(["a", "a"], ["2025-01-01", day], [1, 3], every=every)
    assert list(history) == [day]
    assert history[day].expansion == 2


def test_an_unfinished_period_is_marked_and_has_no_retention():
    """What has not been invoiced yet is not lost: NaN, never a fall."""
    table = revenue_movements(
        ["a", "b", "a", "b", "a"],
        ["2025-01-05", "2025-01-20", "2025-02-05", "2025-02-20", "2025-03-05"],
        [10, 10, 10, 10, 10],
        as_of="2025-03-10",
    ).table()

    assert table["complete"].tolist() == [True, False]
    assert table["net_retention"][0] == 100
    assert np.isnan(table["net_retention"][1])
    assert np.isnan(table["gross_retention"][1])


def test_a_customer_who_returns_is_reactivated_once_the_table_knows_them():
    """A gap of a month, in which all the revenue churned, and a start from nothing after it."""
    history = revenue_movements(["a", "a"], ["2025-01-01", "2025-03-01"], [5, 7])

    assert (history["2025-02-01"].churned, history["2025-03-01"].reactivated) == (5, 7)
    assert np.isnan(history.table()["net_retention"][1])


def test_credits_count_but_revenue_is_not_negative():
    """A credit lowers its period; more credit than revenue is an error."""
    rows = (["a", "a", "a"], ["2025-01-01", "2025-01-20", "2025-02-01"])
    assert revenue_movements(*rows, [10, -4, 6])["2025-02-01"].customers.unchanged == 1
    with pytest.raises(rm.AmountError, match="they come to -1 at position 0"):
        revenue_movements(*rows, [10, -11, 6])


def test_bad_tables_are_errors():
    """Dates, ids, lengths, names of periods; a period that is not there."""
    with pytest.raises(rm.DateError):
        revenue_movements(["a"], ["soon"], [1])
    with pytest.raises(rm.CustomerError):
        revenue_movements([None], ["2025-01-01"], [1])
    with pytest.raises(rm.LengthError):
        revenue_movements(["a"], ["2025-01-01"], [1, 2])
    with pytest.raises(rm.ParameterError, match="month"):
        revenue_movements(["a"], ["2025-01-01"], [1], every="months")
    with pytest.raises(KeyError, match="2025-02-01"):
        revenue_movements(["a", "a"], ["2025-01-01", "2025-02-01"], [1, 1])["2025-02"]


def test_an_empty_table_and_a_single_period_have_no_movements():
    """Nothing moves within one period, and nothing at all is the empty history."""
    assert len(revenue_movements([], [], [])) == 0
    assert len(revenue_movements(["a"], ["2025-01-01"], [1])) == 0
    assert revenue_movements([], [], []).table().rows == 0
    assert moved([]).start == 0


def test_no_input_is_modified():
    """Read-only arrays go in and come out as they were."""
    before, after = np.array([1, 2, 0]), np.array([2, 0, 3])
    for array in (before, after):
        array.flags.writeable = False
    revenue_movement(np.arange(3), before, after)
    days = np.array(["2025-01-01", "2025-02-01", "2025-02-01"], dtype="datetime64[D]")
    days.flags.writeable = False
    revenue_movements(np.arange(3), days, before)
    assert before.tolist() == [1, 2, 0]


# real data


def table_of(name):
    with gzip.open(data_set(f"more/{name}"), "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_real_subscriptions_move_to_the_cent():
    """Yearly revenue of real subscriptions at two dates: by hand, by country, and in the range."""
    rows = [
        row
        for row in table_of("q_invoice_lines.csv.gz")
        if row["validInvoice"] == "1" and row["currency"] == "AUD"
    ]

    def at(day):
        total = defaultdict(int)
        for row in rows:
            first, last = date.fromisoformat(row["ValidFrom"]), date.fromisoformat(row["ValidTo"])
            if first <= day < last:
                yearly = Decimal(row["Amount"]) * 36500 / (last - first).days
                total[row["CustOrgID"]] += int(yearly)
        return total

    earlier, before, after = (at(date(year, 6, 30)) for year in (2010, 2011, 2012))
    country = {row["CustOrgID"]: row["country_cat"] for row in rows}
    ids = sorted(country)
    first, last = ([side[i] for i in ids] for side in (before, after))
    known = [earlier[i] > 0 for i in ids]
    movement = revenue_movement(ids, first, last, known_before=known)
    money, counts = by_hand(list(zip(first, last, known, strict=True)))

    assert {name: getattr(movement, name) for name in FLOWS} == money
    assert waterfall(movement) == movement.end
    assert movement.customers.start == counts["start"] > 100
    assert movement.reactivated > 0
    assert 0 < movement.gross_retention().low < movement.gross_retention().high < 100
    net, gross = movement.net_retention().value, movement.gross_retention().value
    assert 40 < gross < net < 130
    parts = []
    for name in sorted(set(country.values())):
        mine = [k for k, i in enumerate(ids) if country[i] == name]
        sides = ([side[k] for k in mine] for side in (ids, first, last))
        parts.append(revenue_movement(*sides, known_before=[known[k] for k in mine]))
    assert sum(parts) == movement
    by = GRR.by({"before": first, "after": last}, [country[i] for i in ids])
    assert by.total.value == pytest.approx(gross)


def test_real_invoices_move_month_by_month():
    """A year of a wholesaler's invoices, in pence: every month begins where the last ended."""
    rows = [
        row
        for row in table_of("online_retail_invoices.csv.gz")
        if row["customer_id"] and row["cancelled"] == "0"
    ]
    pence = [int(Decimal(row["amount"]) * 100) for row in rows]
    history = revenue_movements(
        [row["customer_id"] for row in rows],
        [row["datetime"] for row in rows],
        pence,
        as_of="2011-12-09",
    )

    assert len(history) == 12
    assert history.complete == (True,) * 11 + (False,)
    for movement in history.movements:
        assert waterfall(movement) == movement.end
    ends = [movement.end for movement in history.movements]
    assert ends[:-1] == [movement.start for movement in history.movements[1:]]
    assert history.movements[0].start + sum(ends) == sum(pence)
    assert history["2011-01-01"].reactivated == 0
    assert history["2011-02-01"].reactivated > 0


def test_movements_serialise_every_cent():
    """Decimals as text, whole numbers as they are; what is not known is shown beside the table."""
    before, after = [Decimal("19.90"), None, Decimal(0)], [Decimal("9.90"), 1, Decimal("0.10")]
    movement = revenue_movement(["a", "b", "c"], before, after)
    data = movement.to_dict()
    assert {name: data[name] for name in FLOWS} == {
        name: str(getattr(movement, name)) for name in FLOWS
    }
    assert data["customers"]["contraction"] == 1
    assert (data["missing"], data["history_unknown"]) == (1, 1)
    assert rm.Moments.from_dict(data["state"]) == movement.state
    for note in movement.explain().splitlines()[-2:]:
        assert f"<p>{note}</p>" in movement._repr_html_()
    churn = revenue_churn(movement)
    assert str(churn) == churn.explain().splitlines()[0]
    assert churn.to_dict()["movement"] == data
    assert revenue_movement(["a"], [2**80], [0]).to_dict()["churned"] == 2**80
    assert revenue_movement(["a"], [0.5], [0]).to_dict()["churned"] == 0.5


def test_histories_are_equal_when_the_same_periods_are_over():
    """An open period is not the same as one that is over."""
    table = ["a", "a"], ["2025-01-01", "2025-02-01"], [100, 120]
    over, again = (revenue_movements(*table) for _ in range(2))
    still = revenue_movements(*table, as_of="2025-02-10")
    assert over == again
    assert hash(over) == hash(again)
    assert over.movements == still.movements
    assert over != still
    assert over.to_dict()["movements"] == [over["2025-02-01"].to_dict()]
    assert still.to_dict()["complete"] == [False]


def test_a_dated_refund_is_in_the_totals_of_its_month():
    """Each end is the ledger's sum of the month; who was only given back money pays nothing."""
    who = ["a", "b", "a", "b", "b", "c"]
    when = ["2025-01-05", "2025-01-09", "2025-02-01", "2025-02-01", "2025-03-02", "2025-02-07"]
    history = rm.revenue_movements(who, when, [100, 50, -30, 50, 60, -5], returns="dated")
    february, march = history["2025-02-01"], history["2025-03-01"]

    assert (february.start, february.end, march.start, march.end) == (150, 15, 15, 60)
    assert (february.churned, february.contraction, march.expansion) == (100, 35, 35 + 10)
    assert (february.customers.churned, february.customers.end) == (1, 1)
    assert february.net_retention().value == pytest.approx(100 * 50 / 150)
    assert [(name, amount) for name, _, amount in history.below_zero] == [("a", -30), ("c", -5)]
    assert "are in the totals" in repr(history)


@given(
    rows=st.lists(
        st.tuples(st.sampled_from("abc"), st.integers(1, 4), st.integers(-9, 9)), min_size=1
    )
)
def test_dated_movements_add_up(rows):
    """The identity of the flows holds, and each end is the next start."""
    who, months, amounts = zip(*rows, strict=True)
    days = [f"2025-0{month}-01" for month in months]
    moves = rm.revenue_movements(who, days, amounts, returns="dated").movements
    for one in moves:
        gains = one.new + one.reactivated + one.expansion
        assert one.start + gains - one.contraction - one.churned == one.end
    for one, following in itertools.pairwise(moves):
        assert one.end == following.start


def test_vast_amounts_with_vast_weights_are_an_error():
    """Each is in range; the square of their product is beyond what a float holds."""
    with pytest.raises(rm.AmountError, match="squared products"):
        rm.roi(gain=[1e99, 2e99], cost=[1e99, 1e98], weights=[1e99, 1e99])
    assert rm.roi(gain=[1e99, 2e99], cost=[1e99, 1e98]).value == pytest.approx(1900 / 11)
