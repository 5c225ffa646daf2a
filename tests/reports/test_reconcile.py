"""Reconciliation: every definition on the same data, and exactly who makes the difference.

A brute-force reference puts each customer into sets, day by day and by the words of the
definitions, and counts them.
"""

import csv
import datetime as dt
import itertools
import json
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from places import data_set, oracles

import relmetrics as rm
from relmetrics.reports.reconciliation.reconciliation import reconcile

FIRST = dt.date(2024, 1, 25)
CHURN = ["start", "average", "start_plus_new", "daily_sum", "counts"]
CSAT = ["top_box", "mean", "rescaled_mean", "net"]

purchases = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.integers(0, 40).map(lambda d: FIRST + dt.timedelta(d))),
    max_size=25,
)
windows = st.tuples(st.integers(1, 30), st.integers(1, 15)).map(
    lambda span: (FIRST + dt.timedelta(span[0]), FIRST + dt.timedelta(span[0] + span[1]))
)
withins = st.integers(1, 20)
answers = st.lists(st.sampled_from([1, 2, 3, 4, 5, None]), max_size=12)


def log_of(rows):
    """Return the purchase log of pairs of customer and day."""
    return rm.PurchaseLog([who for who, _ in rows], [day for _, day in rows])


def is_customer(rows, who, day, within):
    """Tell whether someone bought in the days before a day."""
    return any(c == who and 0 < (day - date).days <= within for c, date in rows)


def sets_of(rows, start, end, within):
    """Return the sets of customers that the definitions speak of."""
    everybody = {who for who, _ in rows}
    first = {who: min(day for c, day in rows if c == who) for who in everybody}
    at_start = {who for who in everybody if is_customer(rows, who, start, within)}
    at_end = {who for who in everybody if is_customer(rows, who, end, within)}
    new = {who for who in everybody if start <= first[who] < end}
    return at_start, at_end, new


def daily_mean(rows, start, end, within):
    """Return the customers on an average day, counted on the evening of each."""
    length = (end - start).days
    days = [start + dt.timedelta(i + 1) for i in range(length)]
    total = sum(is_customer(rows, who, day, within) for day in days for who in {c for c, _ in rows})
    return Fraction(total, length)


def expected_churn(rows, start, end, within):
    """Return numerator and denominator of every definition of churn."""
    first, last, new = sets_of(rows, start, end, within)
    lost = len(first - last)
    return {
        "start": (lost, len(first)),
        "average": (lost, Fraction(len(first) + len(last), 2)),
        "start_plus_new": (lost + len(new - last), len(first) + len(new)),
        "daily_sum": (lost, daily_mean(rows, start, end, within)),
        "counts": (len(first) - (len(last) - len(new)), len(first)),
    }


def expected_retention(rows, start, end, within):
    """Return numerator and denominator of every definition of retention."""
    first, last, new = sets_of(rows, start, end, within)
    return {
        "retained": (len(first & last), len(first)),
        "counts": (len(last) - len(new), len(first)),
    }


def check_reading(reading, numerator, denominator):
    """Check counts and value of one definition against the reference."""
    assert (reading.numerator, reading.denominator) == (numerator, denominator)
    if denominator and 0 <= numerator <= denominator:
        assert reading.reason == ""
        assert reading.value == pytest.approx(float(100 * Fraction(numerator) / denominator))
        assert 0 <= reading.low <= reading.value <= reading.high <= 100
    else:
        assert reading.reason
        assert math.isnan(reading.value)
        assert math.isnan(reading.low)
        assert math.isnan(reading.high)


def check_walk(walk):
    """Check that the steps add up exactly, and name each customer once."""
    assert walk.a.numerator + sum(s.numerator for s in walk.steps) == walk.b.numerator
    assert walk.a.denominator + sum(s.denominator for s in walk.steps) == walk.b.denominator
    assert walk.count == sum(step.count for step in walk.steps)
    table = walk.table()
    if walk.b.denominator and (walk.steps or walk.a.times == walk.b.times):
        end = float(walk.b.times * walk.b.numerator / walk.b.denominator)
        assert table["quotient"][-1] == pytest.approx(end)
    json.dumps(walk.to_dict(), allow_nan=False)


def check_customers(walk):
    """Check that no customer is in two steps, and that their number is the count."""
    ids = [who for step in walk.steps for who in step.customers.tolist()]
    assert len(ids) == len(set(ids)) == walk.count


@given(rows=purchases, window=windows, within=withins)
def test_churn_counts_what_its_definitions_say(rows, window, within):
    """Every base is that of asking each customer on each day."""
    found = reconcile(log_of(rows), "churn", start=window[0], end=window[1], active_within=within)

    assert list(found) == CHURN
    for name, counts in expected_churn(rows, *window, within).items():
        check_reading(found[name], *counts)


@given(rows=purchases, window=windows, within=withins)
def test_retention_counts_what_its_definitions_say(rows, window, within):
    """Retention by ids and by three counts, from sets of customers."""
    found = reconcile(
        log_of(rows), "retention", start=window[0], end=window[1], active_within=within
    )

    assert list(found) == ["retained", "counts"]
    for name, counts in expected_retention(rows, *window, within).items():
        check_reading(found[name], *counts)


@given(rows=purchases, window=windows, within=withins, other=withins)
def test_the_walk_between_any_two_definitions_is_exact(rows, window, within, other):
    """Numerators and denominators add up as fractions, also under another active_within."""
    found = reconcile(
        log_of(rows),
        "churn",
        start=window[0],
        end=window[1],
        active_within=within,
        also_within=[other, within],
    )

    for a, b in itertools.product(found, repeat=2):
        walk = found.difference(a, b)
        check_walk(walk)
        check_customers(walk)
        back = {step.what: step.count for step in found.difference(b, a).steps}
        assert sum(back.values()) == walk.count
    assert found.difference("start", "start").steps == ()


@given(rows=purchases, window=windows, within=withins)
@example(
    rows=[("a", FIRST), ("b", FIRST), ("b", FIRST + dt.timedelta(12)), ("c", FIRST)],
    window=(FIRST + dt.timedelta(10), FIRST + dt.timedelta(20)),
    within=8,
)
def test_the_customers_of_a_difference_are_the_sets_of_the_definitions(rows, window, within):
    """Reactivated customers, and those who joined and left, by name."""
    log = log_of(rows)
    first, last, new = sets_of(rows, *window, within)
    options = {"start": window[0], "end": window[1], "active_within": within}
    counts = log.window(**options)
    named = {"reactivated": last - first - new, "joined and left": new - last}

    for metric, a, sign in (("churn", "start", -1), ("retention", "retained", 1)):
        steps = {
            step.what: step
            for step in reconcile(log, metric, **options).difference(a, "counts").steps
        }
        assert set(steps) == {what for what, who in named.items() if who}
        for what, step in steps.items():
            assert set(step.customers.tolist()) == named[what]
            assert step.count == len(named[what])
            one = sign if what == "reactivated" else -sign
            assert (step.numerator, step.denominator) == (one * step.count, 0)
    assert len(named["reactivated"]) == counts.reactivated
    assert len(named["joined and left"]) == counts.left_within

    bases = reconcile(log, "churn", **options).difference("start", "start_plus_new")
    joined = {step.what: set(step.customers.tolist()) for step in bases.steps}
    assert joined == {
        what: who
        for what, who in {"joined": new & last, "joined and left": new - last}.items()
        if who
    }


@given(rows=purchases, window=windows, within=withins)
def test_values_are_those_of_the_log(rows, window, within):
    """A reading agrees with churn and retention to the last digit, and is NaN where they raise."""
    log = log_of(rows)
    options = {"start": window[0], "end": window[1], "active_within": within}
    churn, kept = (reconcile(log, metric, **options) for metric in ("churn", "retention"))
    asked = [
        *((churn[b], lambda b=b: log.churn(**options, base=b)) for b in CHURN),
        *((kept[d], lambda d=d: log.retention(**options, definition=d)) for d in kept),
    ]

    for reading, ask in asked:
        if reading.reason:
            with pytest.raises((rm.EmptySampleError, rm.CountError)):
                ask()
        else:
            estimate = ask()
            assert reading.value == estimate.value
            assert (reading.low, reading.high) == (estimate.low, estimate.high)
    if not churn["counts"].reason:
        assert churn["counts"].value == pytest.approx(100 - kept["counts"].value)


@given(rows=purchases, window=windows, within=withins, seed=st.randoms())
def test_the_order_of_rows_changes_nothing(rows, window, within, seed):
    """Shuffled purchases give the same readings and the same steps."""
    shuffled = seed.sample(rows, len(rows))
    one, other = (
        reconcile(log_of(r), "churn", start=window[0], end=window[1], active_within=within)
        for r in (rows, shuffled)
    )

    assert one.to_dict() == other.to_dict()
    for a, b in itertools.combinations(CHURN, 2):
        steps = [
            [
                (s.what, s.count, s.numerator, s.denominator, set(s.customers.tolist()))
                for s in w.steps
            ]
            for w in (one.difference(a, b), other.difference(a, b))
        ]
        assert steps[0] == steps[1]


@given(rows=purchases, window=windows, within=withins)
def test_counts_of_disjoint_customers_add(rows, window, within):
    """Numerators and denominators of logs split by customer are those of the whole."""
    options = {"start": window[0], "end": window[1], "active_within": within}
    parts = [[r for r in rows if (r[0] < "c") is early] for early in (True, False)]
    whole, *split = (reconcile(log_of(r), "churn", **options) for r in (rows, *parts))

    for name in CHURN:
        assert whole[name].numerator == sum(part[name].numerator for part in split)
        assert whole[name].denominator == sum(part[name].denominator for part in split)


def test_churn_of_a_log_without_purchases_is_undefined():
    """No purchases are rows of NaN with a reason, and no error."""
    found = reconcile(rm.PurchaseLog([], []), "churn", start="2025-01-01", end="2025-02-01")

    assert {reading.reason for reading in found.values()} == {"nobody is in the denominator"}
    assert found.table().to_dict()["value"] == [None] * 5
    assert found.difference("start", "average").steps == ()
    assert "nobody makes a difference" in str(found.difference("start", "average"))


def test_a_definition_that_is_no_share_is_a_row_with_its_reason():
    """Two lost over a mean of one is no share; the other definitions keep their values."""
    log = rm.PurchaseLog(["a", "b"], ["2025-01-10", "2025-01-11"])
    found = reconcile(log, "churn", start="2025-02-01", end="2025-03-01", active_within=28)

    assert found["start"].value == 100
    assert math.isnan(found["average"].value)
    assert found["average"].reason == "2 of 1 is no share"
    assert found["average"].to_dict()["value"] is None
    assert "no value: 2 of 1 is no share" in str(found)
    walk = found.difference("start", "average")
    assert walk.table()["quotient"].tolist() == [100, 200]
    assert "average undefined" in str(walk)


def test_three_counts_beyond_a_share_are_a_row_with_its_reason():
    """Customers who came back make E - N larger than S: known to no dashboard that has no ids."""
    log = rm.PurchaseLog(
        ["a", "b", "c", "b", "c", "a"],
        [*["2024-01-01"] * 2, "2024-01-02", *["2025-02-10"] * 2, "2025-01-20"],
    )
    found = reconcile(log, "retention", start="2025-02-01", end="2025-03-01", active_within=28)

    assert found["retained"].value == 0
    assert found["counts"].reason == "2 of 1 is no share"
    assert found.difference("retained", "counts").steps[0].customers.tolist() == ["b", "c"]


def test_ids_are_limited_by_most():
    """At most so many ids of each step are returned; the counts remain those of all."""
    log = rm.PurchaseLog(list(range(9)), ["2025-02-10"] * 9)
    found = reconcile(log, "churn", start="2025-02-01", end="2025-03-01")

    walk = found.difference("start", "start_plus_new", most=2)
    assert walk.steps[0].customers.tolist() == [0, 1]
    assert walk.count == 9
    assert "0, 1 and 7 more" in str(walk)
    assert "0, 1, 2, 3, 4 and 4 more" in str(found.difference("start", "start_plus_new"))


def test_a_customer_of_another_active_within_is_shown_where_they_stood_and_stand():
    """Whoever is retained by a year and lost by a month makes that difference."""
    log = rm.PurchaseLog(["a", "b", "b"], ["2025-01-25", "2025-01-28", "2025-02-27"])
    found = reconcile(
        log, "churn", start="2025-02-01", end="2025-03-01", active_within=60, also_within=(20,)
    )

    assert list(found) == CHURN + [f"{name}_20_days" for name in CHURN]
    step = found.difference("start", "start_20_days").steps[0]
    assert (step.what, step.customers.tolist()) == ("retained, now lost", ["a"])
    assert (step.numerator, step.denominator) == (1, 0)
    assert str(found).count("the same, over the mean") == 1


@given(given_answers=answers, cut=st.sampled_from([None, 3, 5]))
def test_csat_counts_what_its_definitions_say(given_answers, cut):
    """Numerators and denominators of all four definitions, from the answers one by one."""
    found = reconcile(given_answers, "csat", satisfied_from=cut)
    known = [a for a in given_answers if a is not None]
    top = 4 if cut is None else cut
    expected = {
        "top_box": sum(a >= top for a in known),
        "mean": sum(known),
        "rescaled_mean": Fraction(sum(a - 1 for a in known), 4),
        "net": sum(a >= top for a in known) - sum(a <= 6 - top for a in known),
    }
    if cut == 3:
        del expected["net"]
        assert found["net"].numerator is None
        assert "upper half" in found["net"].reason

    assert list(found) == CSAT
    for name, numerator in expected.items():
        reading = found[name]
        assert (reading.numerator, reading.denominator) == (numerator, len(known))
        if known:
            value = float(reading.times * Fraction(numerator) / len(known))
            assert reading.value == pytest.approx(value)
            assert (
                reading.value == rm.csat(given_answers, definition=name, satisfied_from=cut).value
            )
        else:
            assert math.isnan(reading.value)
            assert "no answers" in reading.reason


@given(given_answers=answers, weighted=st.booleans(), data=st.data())
def test_the_walk_between_definitions_of_csat_is_exact(given_answers, weighted, data):
    """Points and counts add up as fractions, with weights and without."""
    weights = None
    if weighted:
        size = len(given_answers)
        weights = data.draw(st.lists(st.floats(0, 9), min_size=size, max_size=size))
        assume(sum(weights) > 1e-50)
        assume(all(w == 0 or w > 1e-50 for w in weights))
    found = reconcile(given_answers, "csat", weights=weights)

    for a, b in itertools.product(CSAT, repeat=2):
        walk = found.difference(a, b)
        check_walk(walk)
        for step in walk.steps:
            assert step.customers is None
            pairs = zip(given_answers, weights or [1] * len(given_answers), strict=True)
            point = int(step.what.removeprefix("answer "))
            assert step.count == sum(1 for answer, w in pairs if answer == point and w)
    assert [s.what for s in found.difference("top_box", "net").steps] == [
        f"answer {point}"
        for point in (1, 2)
        if sum(
            w
            for a, w in zip(given_answers, weights or [1] * len(given_answers), strict=True)
            if a == point
        )
    ]


def test_a_walk_between_units_has_a_quotient_at_its_ends_alone():
    """Half a mean and half a share is neither."""
    table = reconcile([5, 4, 2], "csat").difference("top_box", "mean").table()

    assert table["quotient"][0] == pytest.approx(200 / 3)
    assert np.isnan(table["quotient"][1:-1]).all()
    assert table["quotient"][-1] == pytest.approx(11 / 3)
    assert "who" not in table


def test_a_scale_without_a_usual_cut_keeps_its_means():
    """Shares on 1-10 need a cut: rows without numbers that say so, beside the means."""
    found = reconcile([10, 9, 3], "csat", scale=rm.ONE_TO_TEN)

    assert found["mean"].value == pytest.approx(22 / 3)
    assert math.isnan(found["top_box"].value)
    assert "satisfied_from" in found["top_box"].reason
    assert found.table().to_dict()["numerator"][0] is None
    assert found["top_box"].to_dict()["numerator"] is None
    with pytest.raises(rm.StateError, match=r"'top_box' is undefined.*satisfied_from"):
        found.difference("top_box", "mean")
    given_cut = reconcile([10, 9, 3], "csat", scale=rm.ONE_TO_TEN, satisfied_from=9)
    assert given_cut["top_box"].numerator == 2


def test_weights_beyond_exact_integers_are_shown_as_floats():
    """A vast weight neither wraps nor fails."""
    found = reconcile([5, 1], "csat", weights=[1e90, 1.0])

    assert found.table()["numerator"][0] == 1e90
    assert found["top_box"].value == 100


def test_results_show_and_serialise_themselves():
    """Text, HTML without markup from data, and JSON without NaN."""
    log = rm.PurchaseLog(["<b>", "x"], ["2025-02-10", "2025-01-20"])
    found = reconcile(log, "churn", start="2025-02-01", end="2025-03-01")
    walk = found.difference("start", "start_plus_new")

    assert str(found) == repr(found)
    assert str(found).startswith("churn: 2025-02-01 to 2025-03-01 (not included), 28 days")
    assert "S = 1, E = 1, N = 1, retained 0, lost 1" in str(found)
    assert found._repr_html_().count("<tr>") == 1 + len(CHURN)
    assert "&lt;b&gt;" in walk._repr_html_()
    assert "<b>" not in walk._repr_html_()
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["metric"] == "churn"
    assert walk.to_dict()["steps"][0]["customers"] == ["<b>"]
    assert found == reconcile(log, "churn", start="2025-02-01", end="2025-03-01")
    assert len({found}) == 1
    assert str(found["start"]) == "start 100.00 %"


@pytest.mark.parametrize(
    ("error", "words", "ask"),
    [
        (rm.ParameterError, "churn, retention, csat.*churn", lambda log: reconcile(log, "chrun")),
        (
            rm.ParameterError,
            "a PurchaseLog for 'churn'.*rm.PurchaseLog",
            lambda _: reconcile([5, 4], "churn", start="2025-01-01", end="2025-02-01"),
        ),
        (TypeError, "'start' and 'end'", lambda log: reconcile(log, "churn")),
        (TypeError, "'scale'", lambda log: reconcile(log, "churn", scale=rm.ONE_TO_FIVE)),
        (
            rm.DateError,
            "end must come after start",
            lambda log: reconcile(log, "retention", start="2025-02-01", end="2025-01-01"),
        ),
        (
            rm.ParameterError,
            "'active_within' must be a whole number",
            lambda log: asked(log, active_within=0),
        ),
        (rm.ParameterError, "'also_within' must be a list", lambda log: asked(log, also_within=30)),
        (
            rm.ParameterError,
            "'also_within' must be a whole number",
            lambda log: asked(log, also_within=[30, 0]),
        ),
        (
            rm.ParameterError,
            "confidence_level",
            lambda log: asked(log, confidence_level=95),
        ),
        (
            rm.ParameterError,
            "'b' must be one of start.*Did you mean 'average'",
            lambda log: asked(log).difference("start", "avrage"),
        ),
        (
            rm.ParameterError,
            "'most' must be a whole number",
            lambda log: asked(log).difference("start", "counts", most=0),
        ),
        (KeyError, "Did you mean 'average'", lambda log: asked(log)["averag"]),
        (rm.OffScaleError, "6 at position 1", lambda _: reconcile([5, 6], "csat")),
        (
            rm.ParameterError,
            "satisfied_from",
            lambda _: reconcile([5], "csat", satisfied_from=9),
        ),
        (
            rm.ParameterError,
            "confidence_level",
            lambda _: reconcile([], "csat", confidence_level=0),
        ),
        (rm.LengthError, "weights", lambda _: reconcile([5, 4], "csat", weights=[1.0])),
    ],
)
def test_bad_input_names_the_argument(error, words, ask):
    """The error is the documented one and says what to do."""
    with pytest.raises(error, match=words):
        ask(rm.PurchaseLog(["a"], ["2025-01-15"]))


def asked(log, **options):
    """Return churn of February."""
    return reconcile(log, "churn", start="2025-02-01", end="2025-03-01", **options)


def cdnow():
    """Return customers and days of the purchases of CDs."""
    with data_set("cdnow_sample.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    return [r["customer_id"] for r in rows], [dt.date.fromisoformat(r["date"]) for r in rows]


@pytest.mark.parametrize("month", ["1997-08", "1998-01"])
def test_retention_against_pandas(month):
    """S, E, N and the sets of CDNOW by pandas, in months as long as the one before them."""
    cases = {case["id"]: case for case in oracles("retention")}
    rows = cases["movement.cdnow_sample.M"]["expected"]["rows"]
    expected = next(row for row in rows if row["period"] == month)
    start = np.datetime64(month)
    found = reconcile(
        rm.PurchaseLog(*cdnow()), "retention", start=start, end=start + np.timedelta64(1, "M")
    )

    assert found["retained"].numerator == expected["retained"]
    assert found["retained"].denominator == expected["active_start_S"]
    assert found["counts"].numerator == expected["active_end_E"] - expected.get("new_N", 0)
    (back,) = found.difference("retained", "counts").steps
    assert (back.what, back.count) == ("reactivated", expected["reactivated"])


def test_definitions_of_churn_on_real_purchases():
    """CDNOW, March 1997: readings by brute force, and every walk between them exact."""
    ids, days = cdnow()
    bought = {}
    for who, day in zip(ids, days, strict=True):
        bought.setdefault(who, []).append(day)
    start, end = dt.date(1997, 3, 1), dt.date(1997, 4, 1)
    found = reconcile(rm.PurchaseLog(ids, days), "churn", start=start, end=end, also_within=[10])

    for within, suffix in ((31, ""), (10, "_10_days")):
        at_start, at_end = (
            {w for w, ds in bought.items() if any(0 < (day - d).days <= within for d in ds)}
            for day in (start, end)
        )
        new = {w for w, ds in bought.items() if start <= min(ds) < end}
        lost = len(at_start - at_end)
        both = Fraction(len(at_start) + len(at_end), 2)
        check_reading(found["start" + suffix], lost, len(at_start))
        check_reading(found["average" + suffix], lost, both)
        kept = len(at_end) - len(new)
        check_reading(found["counts" + suffix], len(at_start) - kept, len(at_start))
        walk = found.difference("start" + suffix, "counts" + suffix)
        named = {"reactivated": at_end - at_start - new, "joined and left": new - at_end}
        assert {step.what: set(step.customers.tolist()) for step in walk.steps} == {
            what: who for what, who in named.items() if who
        }
    for a, b in itertools.permutations(found, 2):
        walk = found.difference(a, b)
        check_walk(walk)
        check_customers(walk)


def test_reconciliations_are_equal_when_the_same_customers_are_behind_them():
    """The same numbers of other customers are another reconciliation, and another walk."""
    days, window = ["2025-02-10", "2025-01-20"], {"start": "2025-02-01", "end": "2025-03-01"}
    first, again, other = (
        reconcile(rm.PurchaseLog(ids, days), "churn", **window)
        for ids in (["a", "b"], ["a", "b"], ["a", "c"])
    )
    assert first == again
    assert hash(first) == hash(again)
    assert first.readings == other.readings
    assert first != other
    ways = [found.difference("start", "start_plus_new") for found in (first, again, other)]
    assert ways[0] == ways[1]
    assert hash(ways[0]) == hash(ways[1])
    joined = [found.difference("average", "start") for found in (first, other)]
    assert joined[0] != joined[1]


def test_readings_without_a_value_are_equal():
    """NaN for what is undefined is the same NaN in both."""
    none, again = (reconcile([None], "csat") for _ in range(2))
    assert math.isnan(none["net"].value)
    assert none == again
    assert none != reconcile([5], "csat")
