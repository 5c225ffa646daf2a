"""Cohorts: against a plain reference, their laws, other programs, and the mistakes of others."""

import csv
import datetime as dt
import json
import math
from collections import defaultdict
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from places import data_set, oracles

import relmetrics as rm
from relmetrics.customers.cohorts.cohorts import Cohorts
from relmetrics.customers.cohorts.counting import cohorts
from relmetrics.customers.cohorts.definition import KINDS
from relmetrics.customers.purchases.active_periods import ActivePeriods
from relmetrics.inference.intervals import quantile, wilson

START = dt.date(2024, 1, 15)
EVERY = ("day", "week", "month", "quarter", "year")
BRACKETS = {"first": (0, 0), "soon": (1, 2), "later": (3, 6)}

purchases = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.integers(0, 200), st.integers(1, 9)),
    min_size=1,
    max_size=30,
)
definitions = st.one_of(
    st.fixed_dictionaries(
        {
            "every": st.sampled_from(EVERY),
            "windows": st.sampled_from(["calendar", 1, 7, 30]),
            "brackets": st.sampled_from([None, BRACKETS]),
        }
    ),
    st.fixed_dictionaries({"every": st.sampled_from(EVERY), "entry": st.just("recurring")}),
)


def day(offset):
    return START + dt.timedelta(days=offset)


def log_of(rows):
    who, when, amounts = zip(*rows, strict=True) if rows else ((), (), ())
    return rm.PurchaseLog(list(who), [day(offset) for offset in when], list(amounts))


def number(date, every):
    """Return the number of a period, counted in a way of its own."""
    if every == "day":
        return date.toordinal()
    if every == "week":
        return (date - dt.timedelta(days=date.weekday())).toordinal() // 7
    months = date.year * 12 + date.month - 1
    return months // {"month": 1, "quarter": 3, "year": 12}[every]


@cache
def days_of(period, every):
    """Return the first and the last day of a period by looking at all days around."""
    around = [START + dt.timedelta(days=d) for d in range(-800, 1800)]
    inside = [date for date in around if number(date, every) == period]
    return inside[0], inside[-1]


def reference(  # noqa: C901 - one loop a definition
    rows, as_of, *, every, windows="calendar", brackets=None, entry="first_time"
):
    """Return cohorts, sizes, cells (state and customers by kind) and amounts, one by one."""
    bought = defaultdict(lambda: defaultdict(int))
    for who, offset, amount in rows:
        if day(offset) <= as_of:
            bought[who][day(offset)] += amount
    members = []
    for spent in bought.values():
        first = min(spent)
        entries = {number(date, every) for date in spent}
        for period in sorted(entries)[: None if entry == "recurring" else 1]:
            by_age = defaultdict(int)
            for date, amount in spent.items():
                age = (
                    number(date, every) - period
                    if windows == "calendar"
                    else (date - first).days // windows
                )
                if age >= 0:
                    by_age[age] += amount
            members.append((period, by_age))
    periods = sorted({period for period, _ in members})
    spans = list(brackets.values()) if brackets else [(age, age) for age in range(400)]
    cells, sizes = {}, []
    for row, period in enumerate(periods):
        begin, end = days_of(period, every)
        mine = [by_age for other, by_age in members if other == period]
        sizes.append(len(mine))
        for column, (low, high) in enumerate(spans):
            if windows == "calendar":
                starts = begin if low == 0 else days_of(period + low, every)[0]
                if starts > as_of:
                    break
                over = days_of(period + high, every)[1] <= as_of
            else:
                if begin + dt.timedelta(days=low * windows) > as_of:
                    break
                over = end + dt.timedelta(days=(high + 1) * windows - 1) <= as_of
            active = [
                {c for c, (a, b) in enumerate(spans) if any(a <= age <= b for age in by_age)}
                for by_age in mine
            ]
            cells[row, column] = (
                over,
                {
                    "on": sum(column in seen for seen in active),
                    "on_or_after": sum(max(seen) >= column for seen in active),
                    "on_or_before": sum(
                        column == 0 or any(1 <= c <= column for c in seen) for seen in active
                    ),
                    "streak": sum(set(range(column + 1)) <= seen for seen in active),
                },
                sum(by_age[age] for by_age in mine for age in list(by_age) if low <= age <= high),
            )
    return [days_of(period, every)[0] for period in periods], sizes, cells


@given(rows=purchases, definition=definitions, after=st.integers(-100, 60))
def test_every_kind_agrees_with_a_plain_reference(rows, definition, after):
    """Cohorts, sizes, every kind, amounts, and which cells are over, counted one by one."""
    as_of = day(max(offset for _, offset, _ in rows) + after)
    begins, sizes, cells = reference(rows, as_of, **definition)

    co = cohorts(log_of(rows), as_of=as_of, values="revenue", **definition)

    assert co.cohorts.tolist() == begins
    assert co.sizes.tolist() == sizes
    found = {(int(i), int(j)) for i, j in zip(*np.nonzero(co.complete | co.partial), strict=True)}
    assert found == set(cells)
    for (i, j), (over, active, amount) in cells.items():
        assert co.complete[i, j] == over
        assert {kind: co.by_kind[k, i, j] for k, kind in enumerate(KINDS)} == active
        assert co.observed[i, j] == active["on"]
        assert co.counts[i, j] == active["on"] if over else math.isnan(co.counts[i, j])
        assert co.revenue[i, j] == amount if over else math.isnan(co.revenue[i, j])


@given(rows=purchases, definition=definitions, seed=st.randoms(use_true_random=False))
def test_shuffling_rows_changes_nothing(rows, definition, seed):
    """A log has no order but that of its dates."""
    shuffled = list(rows)
    seed.shuffle(shuffled)

    assert cohorts(log_of(rows), **definition) == cohorts(log_of(shuffled), **definition)


@given(
    rows=purchases,
    definition=definitions,
    part=st.sets(st.sampled_from("abcdef")),
    values=st.sampled_from(["customers", "revenue"]),
)
def test_cohorts_of_disjoint_customers_add(rows, definition, part, values):
    """Splitting by customer and adding changes nothing; an empty shard is the zero."""
    as_of = day(220)
    options = {"as_of": as_of, "values": values, **definition}
    whole = cohorts(log_of(rows), **options)
    shards = [[r for r in rows if r[0] in part], [r for r in rows if r[0] not in part]]
    one, other = (cohorts(log_of(shard), **options) for shard in shards)

    assert one + other == whole
    assert other + one == whole
    assert sum([one, other]) == whole
    assert cohorts(log_of([]), **options) + whole == whole


@given(rows=purchases, definition=definitions, values=st.sampled_from(["customers", "revenue"]))
def test_the_state_survives_json(rows, definition, values):
    """Written, sent as text and read back, the cohorts are the same."""
    co = cohorts(log_of(rows), values=values, **definition)

    assert Cohorts.from_dict(json.loads(json.dumps(co.to_dict()))) == co


@given(rows=purchases, definition=definitions)
def test_kinds_are_ordered(rows, definition):
    """Streak <= on <= on_or_after and on_or_before; a streak falls, on_or_before rises."""
    co = cohorts(log_of(rows), as_of=day(220), **definition)
    on, after, before, streak = np.where(co.complete, co.by_kind, 0)

    assert (streak <= on).all()
    assert (on <= after).all()
    assert (on <= before).all()
    assert (np.diff(co.by_kind[3], axis=1) <= 0).all()
    both = co.complete[:, 1:-1] & co.complete[:, 2:]
    assert (np.diff(before[:, 1:], axis=1)[both] >= 0).all()


@given(rows=purchases, level=st.sampled_from([0.8, 0.95]), kind=st.sampled_from(KINDS))
def test_cells_and_pooled_curve_have_wilsons_interval(rows, level, kind):
    """Each is a share k / n of the customers, exactly, with the interval of a rate."""
    co = cohorts(log_of(rows), as_of=day(220), every="quarter")
    table = co.retention(kind, confidence_level=level)
    curve = co.curve(kind, confidence_level=level)
    counts = co.by_kind[KINDS.index(kind)]

    for i, j in zip(*np.nonzero(co.complete), strict=True):
        k, n = int(counts[i, j]), int(co.sizes[i])
        assert table[i, j] == pytest.approx(float(100 * Fraction(k, n)))
        ends = wilson(k / n, n, quantile(level))
        assert (table.low[i, j], table.high[i, j]) == pytest.approx([100 * end for end in ends])
    for j, rows_over in enumerate(co.complete.T):
        if not rows_over.any():
            assert math.isnan(curve["value"][j])
            continue
        estimate = rm.rate(
            int(counts[rows_over, j].sum()), int(co.sizes[rows_over].sum()), confidence_level=level
        )
        got = [curve[name][j] for name in ("value", "low", "high", "n")]
        assert got == pytest.approx([estimate.value, estimate.low, estimate.high, estimate.n])


def two_cohorts():
    """Return 90 customers of January, 45 of them back in February, and 10 of February, 1 back."""
    rows = [(f"j{i}", 0, 10) for i in range(90)] + [(f"j{i}", 30, 5) for i in range(45)]
    rows += [(f"f{i}", 30, 10) for i in range(10)] + [("f0", 50, 5)]
    return log_of(rows)


def test_pooled_and_simple_averages_weigh_as_they_say():
    """46 of 100 customers pooled; the mean of 50 % and 10 % simple; never by squared size."""
    co = cohorts(two_cohorts(), as_of="2024-03-31")
    assert co.sizes.tolist() == [90, 10]

    assert co.curve()["value"][1] == pytest.approx(46)
    assert co.curve(average="simple")["value"][1] == pytest.approx(30)
    by_squares = (90**2 * 50 + 10**2 * 10) / (90**2 + 10**2)
    assert abs(co.curve()["value"][1] - by_squares) > 1


def test_the_simple_average_of_one_cohort_is_its_cell():
    """With one cohort the curve is that cohort's row, interval and all."""
    co = cohorts(two_cohorts(), as_of="2024-03-31")
    table, curve = co.retention(), co.curve(average="simple")

    assert curve["cohorts"].tolist() == [2, 2, 1]
    for name in ("value", "low", "high"):
        assert curve[name][2] == pytest.approx(getattr(table, name)[0, 2])


def test_a_cell_that_has_not_happened_is_not_zero():
    """A future cell is NaN in the matrix and in the averages, where others show 0 %."""
    co = cohorts(two_cohorts(), as_of="2024-03-31")

    assert math.isnan(co.retention()[1, 2])
    assert math.isnan(co.counts[1, 2])
    assert math.isnan(co.observed[1, 2])
    assert not co.complete[1, 2]
    assert co.curve()["n"].tolist() == [100, 100, 90]


def test_a_cell_that_is_not_over_is_marked_and_not_averaged():
    """The month that as_of lies in is partial: shown as observed, and part of no rate."""
    co = cohorts(two_cohorts(), as_of="2024-03-15")

    assert co.partial.tolist() == [[False, False, True], [False, True, False]]
    assert co.observed[1, 1] == 1
    assert math.isnan(co.counts[1, 1])
    assert co.curve()["cohorts"].tolist() == [2, 1, 0]
    assert math.isnan(co.curve()["value"][2])
    assert "..." in repr(co.retention())
    assert co.retention().table()["complete"].tolist() == [True, True, False, True, False]


def test_rolling_windows_are_over_for_the_last_customer_of_the_cohort():
    """Of January's customers the last may come on the 31st: the second 30 days end on 30 March."""
    for as_of, over in (("2024-03-29", False), ("2024-03-30", True)):
        co = cohorts(two_cohorts(), windows=30, as_of=as_of)
        assert co.complete[0, 1] == over
    assert co.counts[0].tolist()[:2] == [90, 45]


def test_a_customer_counts_once_in_a_bracket():
    """Active in two months of a bracket is one active customer, not two."""
    log = rm.PurchaseLog(["a"] * 3, ["2024-01-05", "2024-02-05", "2024-03-05"])
    co = cohorts(log, brackets={"0": (0, 0), "1-2": (1, 2)}, as_of="2024-03-31")

    assert co.ages.tolist() == ["0", "1-2"]
    assert co.counts.tolist() == [[1, 1]]


def test_recurring_cohorts_hold_the_buyers_of_each_period():
    """A customer of January and March is in both cohorts, and back after two months in one."""
    log = rm.PurchaseLog(["a", "a", "b"], ["2024-01-05", "2024-03-05", "2024-03-06"])
    co = cohorts(log, entry="recurring", as_of="2024-03-31")

    assert co.sizes.tolist() == [1, 2]
    np.testing.assert_array_equal(co.counts, [[1, 0, 1], [2, np.nan, np.nan]])


def test_revenue_retention_is_of_the_first_period_and_has_no_interval():
    """225 of 900 in the second month; an interval would need the customers' amounts."""
    co = cohorts(two_cohorts(), values="revenue", as_of="2024-03-31")

    assert co.retention()[0].tolist() == pytest.approx([100, 25, 0])
    assert np.isnan(co.retention().low).all()
    assert co.curve()["value"].tolist() == pytest.approx([100, 23, 0])
    assert co.curve(average="simple")["value"].tolist() == pytest.approx([100, 15, 0])
    assert co.revenue_per_customer()[0].tolist() == pytest.approx([10, 12.5, 12.5])


def test_amounts_that_are_unknown_are_reported():
    """A missing amount is a purchase all the same, and told."""
    log = rm.PurchaseLog(["a", "b"], ["2024-01-05", "2024-01-06"], [3.0, None])
    co = cohorts(log, values="revenue", as_of="2024-01-31")

    assert (co.unknown_amounts, co.revenue.tolist(), co.counts.tolist()) == (1, [[3.0]], [[2.0]])


def test_the_occasions_of_wide_numbers_are_those_of_narrow_ones():
    """Keys past 32 bits sort as well."""
    who, step = np.array([5, 0, 5, 5]), np.array([2**30, 7, 3, 3])
    narrow, wide = ActivePeriods.of(who, step, 2**30 + 1), ActivePeriods.of(who, step, 2**40)

    assert wide.customers.tolist() == [0, 5, 5]
    assert wide.steps.tolist() == narrow.steps.tolist() == [7, 3, 2**30]


def test_it_is_an_array():
    """numpy takes a table of retention for its matrix of values."""
    table = cohorts(two_cohorts(), as_of="2024-03-31").retention()

    np.testing.assert_array_equal(np.asarray(table), table.value)
    assert np.isnan(table).sum() == 1
    assert "<table>" in table._repr_html_()


def test_it_says_what_it_is():
    """The text begins with the size; the definition is a sentence."""
    calendar = cohorts(two_cohorts(), as_of="2024-03-31")
    rolling = cohorts(two_cohorts(), windows=30, as_of="2024-03-31")
    recurring = cohorts(two_cohorts(), every="week", entry="recurring")

    assert repr(calendar).startswith("Cohorts(customers=100, cohorts=2, ages=3, every='month', a")
    assert "windows=30" in repr(rolling)
    assert "first bought; ages are calendar months" in calendar.definition.in_words
    assert "windows of 30 days" in rolling.definition.in_words
    assert "in which they bought" in recurring.definition.in_words


def test_customers_who_only_returned_are_in_no_cohort():
    """A return is no purchase, so it makes nobody a customer."""
    log = rm.PurchaseLog(
        ["r", "a", "a"], ["2024-01-02", "2024-01-05", "2024-02-05"], [-5.0, 3.0, 4.0]
    )
    for entry in ("first_time", "recurring"):
        assert cohorts(log, entry=entry, as_of="2024-02-29").sizes[0] == 1


# What cannot be


def test_an_empty_log_needs_a_day_to_look_from():
    """Without purchases and without as_of there is no period at all; with as_of, no cohort."""
    empty = rm.PurchaseLog([], [])
    with pytest.raises(rm.EmptySampleError, match="undefined"):
        cohorts(empty)
    co = cohorts(empty, as_of="2024-01-31")

    assert co.counts.shape == co.retention().value.shape == (0, 0)
    assert co.curve().rows == 0
    assert co.retention().table().rows == 0


def test_as_of_before_the_first_purchase_sees_no_cohort():
    """Nobody had come yet."""
    assert cohorts(two_cohorts(), as_of="2023-12-31").sizes.tolist() == []


def test_one_customer_on_one_day():
    """The smallest log has one cohort of one, whose period is over or is not."""
    log = rm.PurchaseLog(["a"] * 3, ["2024-01-31"] * 3)

    assert cohorts(log).counts.tolist() == [[1.0]]
    assert math.isnan(cohorts(log, every="year").counts[0, 0])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"every": "months"}, "Did you mean 'month'"),
        ({"windows": 0}, "whole number of days"),
        ({"windows": True}, "whole number of days"),
        ({"windows": 7.5}, "whole number of days"),
        ({"windows": "rolling"}, "whole number of days"),
        ({"entry": "first"}, "first_time, recurring"),
        ({"entry": "recurring", "windows": 7}, "'first_time' with rolling windows"),
        ({"entry": "recurring", "brackets": BRACKETS}, "'first_time' with rolling windows"),
        ({"values": "money"}, "customers, revenue"),
        ({"brackets": {}}, "without gap or overlap"),
        ({"brackets": [1, 2]}, "without gap or overlap"),
        ({"brackets": {"a": (1, 2)}}, "without gap or overlap"),
        ({"brackets": {"a": (0, 2), "b": (4, 5)}}, "without gap or overlap"),
        ({"brackets": {"a": (0, -1)}}, "without gap or overlap"),
        ({"brackets": {"a": (0, 1.0)}}, "without gap or overlap"),
        ({"brackets": {"a": 3}}, "without gap or overlap"),
    ],
)
def test_unknown_options_are_refused(options, message):
    """The message says what can be had."""
    with pytest.raises(rm.ParameterError, match=message):
        cohorts(two_cohorts(), **options)


def test_unknown_kinds_and_averages_are_refused():
    """Also of revenue, which has one kind only."""
    co = cohorts(two_cohorts())
    with pytest.raises(rm.ParameterError, match="on_or_after"):
        co.retention("after")
    with pytest.raises(rm.ParameterError, match="pooled, simple"):
        co.curve(average="mean")
    with pytest.raises(rm.ParameterError, match="confidence_level"):
        co.curve(confidence_level=95)
    with pytest.raises(rm.ParameterError, match="'on' for revenue"):
        cohorts(two_cohorts(), values="revenue").retention("streak")
    with pytest.raises(rm.StateError, match='values="revenue"'):
        _ = co.revenue


def test_revenue_needs_amounts():
    """The log was made without them."""
    with pytest.raises(rm.StateError, match="amounts"):
        cohorts(rm.PurchaseLog(["a"], ["2024-01-01"]), values="revenue")


@pytest.mark.parametrize(
    "other",
    [
        {"every": "week"},
        {"windows": 30},
        {"brackets": BRACKETS},
        {"entry": "recurring"},
        {"values": "revenue"},
        {"as_of": "2024-05-01"},
    ],
)
def test_other_settings_do_not_add(other):
    """The message names the setting."""
    options = {"as_of": "2024-04-30"}
    with pytest.raises(rm.StateError, match=next(iter(other))):
        cohorts(two_cohorts(), **options) + cohorts(two_cohorts(), **(options | other))
    with pytest.raises(TypeError):
        cohorts(two_cohorts()) + 1


def test_the_first_version_of_the_state_is_read():
    """States that were written once must load for ever."""
    state = {
        "type": "cohorts",
        "v": 1,
        "every": "month",
        "windows": 30,
        "entry": "first_time",
        "values": "revenue",
        "brackets": [["0", 0, 0], ["1-2", 1, 2]],
        "as_of": "2024-03-10",
        "cohorts": ["2024-01-01", "2024-03-01"],
        "sizes": [3, 1],
        "counts": {
            "on": [[3, 2], [1, 0]],
            "on_or_after": [[3, 2], [1, 0]],
            "on_or_before": [[3, 2], [1, 0]],
            "streak": [[3, 2], [1, 0]],
        },
        "revenue": [[30.5, 12.0], [4.0, 0.0]],
        "unknown_amounts": 1,
    }
    co = Cohorts.from_dict(state)

    assert co.to_dict() == state
    assert co.complete.tolist() == [[True, False], [False, False]]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"v": 2}, "version"),
        ({"every": "moon"}, "every"),
        ({"as_of": "someday"}, "as_of"),
        ({"as_of": "2023-01-01"}, "after as_of"),
        ({"cohorts": ["2024-01-02", "2024-02-01"]}, "first days"),
        ({"cohorts": ["2024-02-01", "2024-01-01"]}, "in order"),
        ({"sizes": [1]}, "sizes"),
        ({"sizes": [1, 1]}, "exceed"),
        ({"counts": {}}, "keyed by"),
        ({"counts": {kind: [[1]] for kind in KINDS}}, "lists of"),
        ({"counts": {kind: [[1, -1, 0], [0, 0, 0]] for kind in KINDS}}, "no count"),
        ({"revenue": [[1.0]]}, "revenue"),
        ({"values": "revenue"}, "lists of"),
        ({"brackets": [["a", 0]]}, "brackets"),
        ({"brackets": [["a", 1, 2]]}, "brackets"),
        ({"unknown_amounts": -1}, "count"),
    ],
)
def test_what_is_no_state_is_refused(change, message):
    """Every field is checked before it is believed."""
    state = cohorts(two_cohorts(), as_of="2024-03-31").to_dict()
    with pytest.raises(rm.StateError, match=message):
        Cohorts.from_dict(state | change)


# Other programs


def oracle_log(inputs):
    with data_set(inputs["file"]).open() as file:
        rows = list(csv.DictReader(file))
    columns = ([row[name] for row in rows] for name in ("customer_id", "date", "amount"))
    return rm.PurchaseLog(*(map_amounts(column) for column in columns))


def map_amounts(column):
    """Return a column of numbers as numbers, any other as it is."""
    try:
        return [float(cell) for cell in column] if "." in column[0] else column
    except ValueError:
        return column


def assert_matrix(got, expected, tolerance, over):
    """Every cell that is over agrees; null there stands for nobody."""
    values = [[math.nan if cell is None else cell for cell in row] for row in expected["values"]]
    wanted = np.array(values, dtype=float)
    got, over = got[:, : wanted.shape[1]], over[:, : wanted.shape[1]]
    np.testing.assert_allclose(
        got[over], np.nan_to_num(wanted)[over], rtol=tolerance["rel"], atol=tolerance["abs"]
    )


@pytest.mark.skipif(not oracles("cohorts"), reason="the results of other programs are not at hand")
@pytest.mark.parametrize("case", oracles("cohorts"), ids=lambda case: case["id"])
def test_against_other_programs(case):
    """pandas, repeatradar and retentioneering on the CDNOW purchases."""
    inputs, expected, tolerance = case["inputs"], case["expected"], case["tolerance"]
    co = cohorts(
        oracle_log(inputs),
        every={"M": "month", "Q": "quarter"}[inputs["period"]],
        windows=inputs.get("period_days", "calendar"),
        values="revenue" if "amount" in expected else "customers",
    )
    if "values" in expected:
        expected = {"retention": expected}
    rolling = "period_days" in inputs
    handled = set()
    if "cohort_size" in expected:
        assert co.sizes.tolist() == list(expected["cohort_size"].values())
        handled |= {"cohort_size"}
    if "active_customers" in expected:
        begun = co.complete | co.partial
        assert_matrix(co.observed, expected["active_customers"], tolerance, begun)
        handled |= {"active_customers"}
    if "retention" in expected or "retention_percent" in expected:
        name, unit = ("retention_percent", 1) if rolling else ("retention", 100)
        # Where the other program shows a cell that is not over, ours is NaN.
        assert_matrix(np.asarray(co.retention()) / unit, expected[name], tolerance, co.complete)
        assert np.isnan(np.asarray(co.retention())[~co.complete]).all()
        handled |= {name}
    if "column_mean_unweighted" in expected:
        means = list(expected["column_mean_unweighted"].values())
        assert (co.curve(average="simple")["value"] / 100).tolist() == pytest.approx(means)
        handled |= {"column_mean_unweighted"}
    if "amount" in expected:
        assert_matrix(co.revenue, expected["amount"], tolerance, co.complete)
        assert_matrix(
            co.revenue_per_customer(), expected["cumulative_per_customer"], tolerance, co.complete
        )
        handled |= {"amount", "cumulative_per_customer"}
    assert handled == set(expected)


def test_against_pandas():
    """A pivot of distinct customers on a larger log."""
    pd = pytest.importorskip("pandas")
    rng = np.random.default_rng(7)
    who = rng.integers(0, 4000, 20_000) * 10**12
    when = np.datetime64("2022-01-01") + rng.integers(0, 1096, 20_000).astype("timedelta64[D]")
    months = when.astype("M8[M]").astype(int)
    frame = pd.DataFrame({"who": who, "month": months})
    frame["first"] = frame.groupby("who")["month"].transform("min")
    frame["age"] = frame["month"] - frame["first"]
    wanted = frame.groupby(["first", "age"])["who"].nunique().unstack()

    co = cohorts(rm.PurchaseLog(who, when), as_of="2024-12-31")

    np.testing.assert_array_equal(co.observed, np.where(co.complete, wanted.fillna(0), np.nan))


def test_retentions_are_equal_where_the_same_cells_are_not_over():
    """NaN and NaN are the same, and the dictionary has the table."""
    log = rm.PurchaseLog(["a", "b", "a"], ["2025-01-03", "2025-01-09", "2025-02-01"])
    first, again = (cohorts(log, as_of="2025-03-15").retention() for _ in range(2))
    assert np.isnan(first.value).any()
    assert first == again
    assert hash(first) == hash(again)
    assert first != cohorts(log, as_of="2025-04-15").retention()
    assert first != cohorts(log, as_of="2025-03-15").retention("streak", confidence_level=0.9)
    assert first.to_dict()["table"] == first.table().to_dict()
