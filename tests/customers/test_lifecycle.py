"""Stages of relationships: rules, events, portfolio, moves, and the time to dissolution.

A brute-force reference asks for the stage of each customer on the last day of each period, one by
one and by the words of the definition.
"""

import csv
import datetime as dt
import json
import math
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
import steps_study as study
from hypothesis import example, given
from hypothesis import strategies as st
from places import data_set, oracles

import relmetrics as rm
from relmetrics.customers.lifecycle.from_purchases import stages
from relmetrics.customers.lifecycle.lifecycle import Lifecycle
from relmetrics.customers.lifecycle.stage_log import StageLog
from relmetrics.customers.lifecycle.stages import DissolutionReason, Stage, StageRules
from relmetrics.customers.lifecycle.transitions import Transitions
from relmetrics.inference.markov import (
    _without_subtraction,
    expected_steps,
    shares_of_rows,
    step_ends,
)

NAMES = [stage.value for stage in Stage]
XY = ["x", "y"]
FIRST = dt.date(2024, 1, 25)
ACTIVE_WITHIN = 40

purchases = st.lists(
    st.tuples(st.sampled_from("abcd"), st.integers(0, 200).map(lambda d: FIRST + dt.timedelta(d))),
    max_size=25,
)
known_since = st.dictionaries(
    st.sampled_from("abef"), st.integers(0, 200).map(lambda d: FIRST + dt.timedelta(d)), max_size=4
)
days = st.integers(-10, 260).map(lambda d: FIRST + dt.timedelta(d))
events = st.lists(
    st.tuples(
        st.sampled_from("abcd"),
        st.integers(0, 120).map(lambda d: FIRST + dt.timedelta(d)),
        st.sampled_from(NAMES),
        st.sampled_from([None, *(reason.value for reason in DissolutionReason)]),
    ),
    max_size=16,
    unique_by=lambda event: event[:2],
).map(lambda rows: [row if row[2] == "dissolution" else (*row[:3], None) for row in rows])


def log_of(rows):
    """Return the purchase log of pairs of customer and day."""
    return rm.PurchaseLog([who for who, _ in rows], [day for _, day in rows])


def stage_log_of(rows):
    """Return the stage log of events."""
    return StageLog(*([row[i] for row in rows] for i in range(3)), reasons=[r[3] for r in rows])


def stage_on(day, bought, since):
    """Return the stage of one customer on a day, by the words of the rules."""
    so_far = [date for date in bought if date <= day]
    if not so_far:
        return "awareness" if since is not None and since <= day else None
    if (day - max(so_far)).days > ACTIVE_WITHIN:
        return "dissolution"
    if len(so_far) >= 5:
        return "commitment"
    return "expansion" if len(so_far) >= 2 else "exploration"


def month_ends(until):
    """Return the last days of the months from the first one to a day."""
    ends = [dt.date(2024 + (m + 1) // 12, (m + 1) % 12 + 1, 1) - dt.timedelta(1) for m in range(14)]
    return [end for end in ends if end <= until]


def sequences(rows, known, as_of):
    """Return each customer's stages at the ends of whole months, None before there is any."""
    who = {c for c, _ in rows} | set(known)
    bought = {c: [day for customer, day in rows if customer == c] for c in who}
    return {c: [stage_on(e, bought[c], known.get(c)) for e in month_ends(as_of)] for c in who}


def counted(paths):
    """Return the moves between neighbouring stages, from brute-force sequences."""
    counts = [[0] * 5 for _ in NAMES]
    for path in paths:
        for a, b in pairwise(path):
            if a is not None:
                counts[NAMES.index(a)][NAMES.index(b)] += 1
    return tuple(map(tuple, counts))


@given(rows=purchases, known=known_since, as_of=days)
@example(rows=[("a", FIRST), ("a", FIRST + dt.timedelta(41))], known={}, as_of=dt.date(2024, 6, 30))
@example(rows=[("a", FIRST), ("a", FIRST + dt.timedelta(42))], known={}, as_of=dt.date(2024, 6, 30))
def test_stages_follow_the_rules_day_by_day(rows, known, as_of):
    """Portfolio and moves are those of asking every customer at the end of every month."""
    life = stages(log_of(rows), as_of=as_of, active_within=ACTIVE_WITHIN, known=known)
    paths = sequences(rows, known, as_of)

    now = {c: stage_on(as_of, [day for who, day in rows if who == c], known.get(c)) for c in paths}
    there = {c: stage for c, stage in now.items() if stage is not None}
    assert {c: life[c].value for c in life.customers.tolist()} == there
    assert life.transitions.counts == counted(paths.values())
    assert life.transitions.n == sum(
        max(len([s for s in path if s is not None]) - 1, 0) for path in paths.values()
    )


@given(rows=purchases, known=known_since, as_of=days)
def test_history_and_moves_by_period_agree(rows, known, as_of):
    """Customers of a month's end are those who moved there, and those who are new."""
    life = stages(log_of(rows), as_of=as_of, active_within=ACTIVE_WITHIN, known=known)
    paths = sequences(rows, known, as_of).values()
    history = life.history()

    ends = month_ends(as_of)
    for row, first in enumerate(history["period"].tolist()):
        at = next(i for i, end in enumerate(ends) if end.replace(day=1) == first)
        for name in NAMES:
            assert history[name][row] == sum(path[at] == name for path in paths)
    by_period = life.transitions_by_period()
    assert sum(by_period.values(), Transitions.zero(NAMES)) == life.transitions
    for row, moves in enumerate(by_period.values()):
        assert list(moves.departures) == [history[name][row] for name in NAMES]


@given(rows=purchases, as_of=days)
def test_reach_counts_who_ever_was_there(rows, as_of):
    """Every day of every customer is looked at."""
    life = stages(log_of(rows), as_of=as_of, active_within=ACTIVE_WITHIN)
    passed = {}
    for customer in {c for c, day in rows if day <= as_of}:
        bought = [day for c, day in rows if c == customer]
        span = [FIRST + dt.timedelta(d) for d in range((as_of - FIRST).days + 1)]
        passed[customer] = {stage_on(day, bought, None) for day in span} - {None}
    for stage in Stage:
        if not passed:
            with pytest.raises(rm.EmptySampleError):
                life.reach(stage)
            continue
        if stage == "dissolution":
            there = sum("dissolution" in seen for seen in passed.values())
        else:
            there = sum(
                any(NAMES.index(s) >= stage.place for s in seen if s != "dissolution")
                for seen in passed.values()
            )
        assert life.reach(stage).value == pytest.approx(100 * there / len(passed))


@given(rows=purchases, known=known_since, as_of=days, data=st.data())
def test_shuffling_changes_nothing(rows, known, as_of, data):
    """The order of the purchases does not matter."""
    mixed = data.draw(st.permutations(rows))
    assert_same(
        stages(log_of(rows), as_of=as_of, known=known),
        stages(log_of(mixed), as_of=as_of, known=known),
    )


@given(rows=purchases, known=known_since, as_of=days)
def test_lifecycles_of_disjoint_customers_add(rows, known, as_of):
    """Splitting by customer and adding changes nothing, and sum starts from 0."""
    options = {"as_of": as_of, "active_within": ACTIVE_WITHIN}
    parts = [
        stages(
            log_of([row for row in rows if row[0] == c]),
            known={k: day for k, day in known.items() if k == c},
            **options,
        )
        for c in "abcdef"
    ]
    assert_same(sum(parts), stages(log_of(rows), known=known, **options))


def assert_same(left, right):
    """Check that two lifecycles are the same but for the order of customers."""
    for name in ("as_of", "every", "start"):
        assert getattr(left, name) == getattr(right, name)
    assert {c: left[c] for c in left.customers.tolist()} == {
        c: right[c] for c in right.customers.tolist()
    }
    for name in ("occupancy", "steps"):
        assert getattr(left, name).tolist() == getattr(right, name).tolist()
    for stage in Stage:
        if len(left):
            assert left.reach(stage) == right.reach(stage)
    for name in ("causes", "parties"):
        mine, theirs = getattr(left, name), getattr(right, name)
        assert (mine is None) == (theirs is None)
        assert mine is None or mine.tolist() == theirs.tolist()


@given(rows=purchases, as_of=days, every=st.sampled_from(["day", "week", "month", "quarter"]))
def test_every_customer_moves_once_a_period(rows, as_of, every):
    """Moves equal customers times the periods at whose end they were there, less one each."""
    life = stages(log_of(rows), as_of=as_of, every=every, active_within=ACTIVE_WITHIN)
    period = {
        "day": lambda d: d.toordinal(),
        "week": lambda d: (d.toordinal() - 1) // 7,
        "month": lambda d: d.year * 12 + d.month - 1,
        "quarter": lambda d: (d.year * 12 + d.month - 1) // 3,
    }[every]
    whole = period(as_of + dt.timedelta(1)) - 1
    latest_first = sorted(rows, key=lambda row: row[1], reverse=True)
    firsts = {customer: day for customer, day in latest_first if day <= as_of}
    assert life.transitions.n == sum(max(whole - period(day), 0) for day in firsts.values())
    assert life.unfinished == (whole < period(as_of))


@given(rows=events, as_of=days)
def test_an_event_holds_until_the_next(rows, as_of):
    """Events of stages give the portfolio and the moves of asking at the end of every month."""
    life = stage_log_of(rows).lifecycle(as_of=as_of)
    who = {row[0] for row in rows}

    def on(customer, day):
        past = [row for row in rows if row[0] == customer and row[1] <= day]
        return max(past, key=lambda row: row[1])[2] if past else None

    now = {c: on(c, as_of) for c in who}
    assert {c: life[c].value for c in life.customers.tolist()} == {
        c: stage for c, stage in now.items() if stage
    }
    paths = [[on(c, end) for end in month_ends(as_of)] for c in who]
    assert life.transitions.counts == counted(paths)


@given(rows=events)
def test_reasons_are_those_of_each_dissolution(rows):
    """A dissolution that is repeated counts once, under the first reason that is told."""
    counts, missing = dict.fromkeys([reason.value for reason in DissolutionReason], 0), 0
    for customer in {row[0] for row in rows}:
        before, told = None, None
        for row in sorted((row for row in rows if row[0] == customer), key=lambda row: row[1]):
            if row[2] == "dissolution":
                told = (told or row[3]) if before == "dissolution" else row[3]
            elif before == "dissolution":
                counts, missing = booked(counts, missing, told)
            before = row[2]
        if before == "dissolution":
            counts, missing = booked(counts, missing, told)
    if not rows:
        return
    table = stage_log_of(rows).lifecycle().reasons()
    assert dict(zip(table["reason"].tolist(), table["count"].tolist(), strict=True)) == counts
    assert table["missing"].tolist() == [missing] * 3
    n = sum(counts.values())
    assert table["n"].tolist() == [n] * 3
    for share, low, high, count in zip(
        *(table[x] for x in ("share", "low", "high", "count")), strict=True
    ):
        if not n:
            assert math.isnan(share)
            assert math.isnan(low)
            continue
        rate = rm.rate(count, n)
        assert (share, low, high) == pytest.approx((rate.value, rate.low, rate.high))


def booked(counts, missing, told):
    """Return the counts with one more dissolution."""
    if told is None:
        return counts, missing + 1
    return counts | {told: counts[told] + 1}, missing


@given(rows=events, data=st.data())
def test_stage_logs_do_not_depend_on_order_and_their_lifecycles_add(rows, data):
    """Shuffling changes nothing, and parts without common customers add."""
    as_of = FIRST + dt.timedelta(130)
    whole = stage_log_of(rows).lifecycle(as_of=as_of)
    assert_same(stage_log_of(data.draw(st.permutations(rows))).lifecycle(as_of=as_of), whole)
    parts = [stage_log_of([r for r in rows if r[0] in names]) for names in ("ab", "cd")]
    assert_same(sum(part.lifecycle(as_of=as_of) for part in parts), whole)


amounts = st.sampled_from([0.0, 1.0, 2.5, 10.0, None])


@given(rows=st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 99), amounts), max_size=15))
def test_portfolio_counts_customers_and_revenue_by_segment(rows):
    """Counts and sums are those of loops; shares of a segment add to 100."""
    when = [FIRST + dt.timedelta(d) for _, d, _ in rows]
    log = rm.PurchaseLog([r[0] for r in rows], when, [r[2] for r in rows])
    life = stages(log, as_of=FIRST + dt.timedelta(60), active_within=30)
    region = {"a": "north", "b": "north", "c": "south"}
    table = life.portfolio(region)

    seen = set()
    for i in range(table.rows):
        segment, stage = table["segment"][i], table["stage"][i]
        seen.add(segment)
        members = [c for c in life.customers.tolist() if region.get(c) == segment]
        inside = [c for c in members if life[c] == stage]
        assert table["customers"][i] == len(inside)
        assert table["n"][i] == len(members)
        paid = sum(r[2] or 0 for r in rows if r[0] in inside and r[1] <= 60)
        total = sum(r[2] or 0 for r in rows if r[0] in members and r[1] <= 60)
        assert table["revenue"][i] == pytest.approx(paid)
        rate = rm.rate(len(inside), len(members))
        assert [table[x][i] for x in ("share", "low", "high")] == pytest.approx(
            [rate.value, rate.low, rate.high]
        )
        if total:
            assert table["revenue_share"][i] == pytest.approx(100 * paid / total)
            assert 0 <= table["revenue_low"][i] <= table["revenue_share"][i] + 1e-9
            assert table["revenue_share"][i] - 1e-9 <= table["revenue_high"][i] <= 100
        else:
            assert math.isnan(table["revenue_share"][i])
    for segment in seen:
        mine = [i for i in range(table.rows) if table["segment"][i] == segment]
        assert sum(table["share"][mine]) == pytest.approx(100)


def test_a_share_of_revenue_has_the_interval_of_a_weighted_share():
    """Each customer weighs what they paid, as in a weighted rate."""
    log = rm.PurchaseLog(list("abbccd"), ["2025-01-01"] * 6, [5, 10, 20, 7, 8, 40])
    table = stages(log).portfolio()
    rate = rm.Rate()
    state = rate.tally([False, True, True, False], weights=[5, 30, 15, 40])
    expected = rate.estimate(state)
    at = table["stage"].tolist().index("expansion")
    got = [table[name][at] for name in ("revenue_share", "revenue_low", "revenue_high")]
    assert got == pytest.approx([expected.value, expected.low, expected.high])


def test_negative_revenue_has_a_share_but_no_interval():
    """A customer who brought back more than they bought is no weight."""
    log = rm.PurchaseLog(["a", "a", "b"], ["2025-01-01", "2025-01-02", "2025-01-03"], [5, -9, 10])
    table = stages(log).portfolio()
    assert table["revenue"].sum() == 6
    assert np.isnan(table["revenue_low"]).all()
    assert stages(log).portfolio(revenue={"a": 5, "b": 15})["revenue_share"][1] == 100


def test_segments_may_be_a_column():
    """One label per customer, in the order of the lifecycle's customers."""
    life = stages(rm.PurchaseLog(["a", "b"], ["2025-01-01", "2025-01-02"]))
    table = life.portfolio(np.array(["x", "y"]))
    assert table["segment"].tolist() == ["x"] * 5 + ["y"] * 5
    with pytest.raises(rm.LengthError, match="segments has 1"):
        life.portfolio(["x"])


# The general chain, with other programs and exact fractions.


@pytest.mark.parametrize("kind", ["2", "3"])
def test_transitions_against_r_markovchain(kind):
    """Monthly states of CDNOW customers: R's markovchain and Python's pydtmc agree."""
    cases = {c["id"]: c for c in oracles("lifecycle")}
    case = cases[f"markov.cdnow_sample_{kind}"]
    names, want = case["expected"]["states"], case["expected"]
    moves = Transitions.from_records(*monthly(kind), states=names, every="month")

    def close(got, expected):
        table = [[expected[a][b] for b in names] for a in names]
        np.testing.assert_allclose(got, table, rtol=1e-9, atol=1e-10)

    close(moves.matrix, want["counts"])
    close(moves.probabilities(), want["probabilities"])
    close(moves.standard_errors(definition="poisson"), want["standard_error"])
    close(moves.after(3), want["three_step"])
    expected = [want["stationary"][name] for name in names]
    np.testing.assert_allclose(moves.stationary(), expected, rtol=1e-9)
    other = cases[f"markov.cdnow_sample_{kind}.pydtmc"]["expected"]["mean_recurrence_times"]
    np.testing.assert_allclose(moves.recurrence(), [other[name] for name in names], rtol=1e-8)


def monthly(kind):
    """Return customers, months and states: how many months ago each customer bought."""
    with data_set("cdnow_sample.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    months = {(r["customer_id"], int(r["date"][:4]) * 12 + int(r["date"][5:7]) - 1) for r in rows}
    customers, periods, observed = [], [], []
    bought = {}
    for customer, month in sorted(months):
        bought.setdefault(customer, set()).add(month)
    for customer, active in bought.items():
        last = min(active)
        for month in range(last, 1998 * 12 + 6):
            last = month if month in active else last
            ago = month - last
            if kind == "2":
                state = "I" if ago else "A"
            else:
                state = "active" if not ago else "lapsing" if ago <= 2 else "dormant"
            customers.append(customer)
            periods.append(f"{month // 12}-{month % 12 + 1:02d}-01")
            observed.append(state)
    return customers, periods, observed


records = st.lists(
    st.tuples(st.sampled_from("ab"), st.integers(0, 8), st.sampled_from(["x", "y", "z", None])),
    max_size=14,
    unique_by=lambda row: row[:2],
)


@given(rows=records, data=st.data())
def test_moves_are_between_periods_that_follow_each_other(rows, data):
    """A look-up of the period after each record gives the counts, the gaps and the missing."""
    moves = Transitions.from_records(*columns(data.draw(st.permutations(rows))), states=[*"xyz"])
    at = {(who, when): state for who, when, state in rows if state is not None}
    counts = [[0] * 3 for _ in "xyz"]
    gaps = 0
    for (who, when), state in at.items():
        if (who, when + 1) in at:
            counts["xyz".index(state)]["xyz".index(at[who, when + 1])] += 1
        elif any(who == other and later > when for other, later in at):
            gaps += 1
    assert moves.counts == tuple(map(tuple, counts))
    assert (moves.gaps, moves.missing) == (gaps, len(rows) - len(at))
    parts = [
        Transitions.from_records(*columns([r for r in rows if r[0] == c]), states=[*"xyz"])
        for c in "ab"
    ]
    assert sum(parts) == moves


def columns(rows):
    """Return rows of three as three columns."""
    return tuple(
        np.array([row[i] for row in rows], dtype=kind) for i, kind in enumerate((str, int, object))
    )


matrices = st.integers(2, 4).flatmap(
    lambda size: st.lists(
        st.lists(st.integers(0, 6), min_size=size, max_size=size), min_size=size, max_size=size
    )
)


@given(counts=matrices, steps=st.integers(0, 6))
def test_later_shares_are_those_of_a_walk_in_fractions(counts, steps):
    """Rows sum to 1 or are NaN; a row is NaN when the walk may have to leave an unknown state."""
    names = [*"wxyz"][: len(counts)]
    moves = Transitions(names, counts)
    p = moves.probabilities()
    for row, departures in zip(p, moves.departures, strict=True):
        assert np.isnan(row).all() if not departures else sum(row) == pytest.approx(1)
    for start in range(len(names)):
        shares = {start: Fraction(1)}
        for _ in range(steps):
            if any(not sum(counts[i]) for i in shares):
                shares = None
                break
            new = {}
            for i, share in shares.items():
                for j, count in enumerate(counts[i]):
                    if count:
                        new[j] = new.get(j, 0) + share * Fraction(count, sum(counts[i]))
            shares = new
        got = moves.after(steps)[start]
        if shares is None:
            assert np.isnan(got).all()
        else:
            assert got == pytest.approx([float(shares.get(i, 0)) for i in range(len(names))])


@given(counts=matrices)
def test_the_long_run_does_not_change(counts):
    """A stationary distribution sums to 1, and one more period leaves it as it is."""
    size = len(counts)
    moves = Transitions([*"wxyz"][:size], counts)
    seen = {i for i in range(size) if sum(counts[i]) or any(row[i] for row in counts)}
    after = {i: reached(counts, i) for i in seen}
    closed = {frozenset(after[i]) for i in seen if all(i in after[j] for j in after[i])}
    if len(closed) != 1 or any(not sum(counts[i]) for i in seen):
        with pytest.raises(rm.StateError, match="stationary"):
            moves.stationary()
        return
    shares = moves.stationary()
    assert shares.sum() == pytest.approx(1)
    assert (shares > -1e-12).all()
    assert shares @ np.nan_to_num(moves.probabilities()) == pytest.approx(shares)


@pytest.mark.parametrize(
    ("counts", "why"),
    [
        ([[1, 0], [0, 1]], "do not reach each other"),
        ([[1, 1], [0, 0]], "nobody was seen to leave 'y'"),
        ([[0, 0], [0, 0]], "there are no moves"),
    ],
)
def test_no_long_run_is_an_error_with_the_reason(counts, why):
    """Where one ends then depends on where one starts, or is unknown."""
    with pytest.raises(rm.StateError, match=why):
        Transitions(["x", "y"], counts).stationary()


def test_standard_errors_against_a_rate():
    """The default is that of a share of the departures; the wider one has its own name."""
    moves = Transitions(["x", "y"], [[3, 7], [0, 0]])
    errors = moves.standard_errors()
    assert errors[0, 0] == pytest.approx(math.sqrt(0.3 * 0.7 / 10))
    assert np.isnan(errors[1]).all()
    assert (moves.standard_errors(definition="poisson")[0] > errors[0]).all()


@pytest.mark.parametrize("method", [None, "agresti_coull", "score", "adjusted", "wald"])
def test_cells_have_the_intervals_of_rates(method):
    """Each probability is a share of its row's departures; a row without any is NaN."""
    table = Transitions(["x", "y"], [[3, 7], [0, 0]]).table(method=method, confidence_level=0.9)
    interval = rm.rate(3, 10).interval(0.9, method=method)
    assert [table["low"][0], table["high"][0]] == pytest.approx(
        [interval.low / 100, interval.high / 100]
    )
    for name in ("probability", "low", "high"):
        assert np.isnan(table[name][2:]).all()


@given(counts=matrices)
def test_time_to_a_state_solves_its_equation_in_fractions(counts):
    """The exact solution of t = 1 + Q t, or infinity where the walk may get stuck."""
    size = len(counts)
    p = [[Fraction(c, sum(row)) if sum(row) else Fraction(0) for c in row] for row in counts]
    p[-1] = [Fraction(0)] * size
    got = expected_steps(np.array([[float(x) for x in row] for row in p]), size - 1)
    sure = set()
    for start in range(size):
        if all(size - 1 in reached(p, i) for i in reached(p, start)):
            sure.add(start)
    for start in range(size):
        if start not in sure:
            assert math.isinf(got[start])
        elif start == size - 1:
            assert got[start] == 0
        else:
            assert got[start] == pytest.approx(1 + sum(float(p[start][j]) * got[j] for j in sure))


def reached(p, start):
    """Return the places that can be reached, the start among them."""
    seen = {start}
    while True:
        more = {j for i in seen for j in range(len(p)) if p[i][j]} | seen
        if more == seen:
            return seen
        seen = more


@pytest.mark.long
def test_time_to_dissolution_against_a_simulation():
    """Ten thousand walks along the estimated chain take as long on average."""
    moves = Transitions(NAMES, CHAIN)
    table = moves.steps_to("dissolution", rng=1)
    p, rng = moves.probabilities(), np.random.default_rng(2)
    for i, periods in enumerate(table["periods"]):
        at, taken = np.full(10_000, i), np.zeros(10_000)
        while (walking := at != 4).any():
            taken += walking
            draw = rng.random(10_000)
            at = np.where(walking, (draw[:, None] > p[at].cumsum(axis=1)[:, :-1]).sum(axis=1), at)
        assert periods == pytest.approx(taken.mean(), abs=4 * taken.std() / 100)


CHAIN = [
    [30, 20, 0, 0, 0],
    [0, 40, 30, 0, 30],
    [0, 0, 60, 20, 20],
    [0, 0, 0, 90, 10],
    [0, 0, 5, 0, 45],
]


@pytest.mark.parametrize(
    ("method", "limit"), [("dirichlet", 88), ("multinomial", 86), ("delta", 88)]
)
def test_the_interval_of_the_time_covers_it(method, limit):
    """Of 95 % intervals from 60 departures a stage, nearly so many hold the true time."""
    truth = np.array(CHAIN) / np.sum(CHAIN, axis=1, keepdims=True)
    exact = expected_steps(truth, 4)
    rng = np.random.default_rng(4)
    held, rounds = np.zeros(4), 150
    for _ in range(rounds):
        counts = rng.multinomial(60, truth)
        low, high = step_ends(counts, 4, rng, 0.95, method, 400)
        held += ((low <= exact) & (exact <= high))[:4]
    assert (100 * held / rounds >= limit).all()


def test_a_handful_of_equal_moves_is_no_certainty():
    """Three customers who all left at once do not make the time known."""
    moves = Transitions(["here", "gone"], [[0, 3], [0, 0]])
    table = moves.steps_to("gone", rng=1)
    assert table["periods"].tolist() == [1.0]
    assert table["low"][0] <= 1.0 < table["high"][0]
    flat = moves.steps_to("gone", method="multinomial", rng=1)
    assert flat["low"][0] == flat["high"][0]


def test_a_way_that_may_never_end_is_marked():
    """NaN comes with its reason."""
    moves = Transitions(["a", "b", "c", "gone"], [[1, 1, 0, 1], [0, 4, 0, 0], [0] * 4, [0] * 4])
    with pytest.raises(rm.StateError, match="none of the 7 moves led there"):
        Transitions(["a", "b", "gone"], [[1, 1, 0], [0, 5, 0], [0, 0, 0]]).steps_to("gone")
    table = moves.steps_to("gone", rng=1)
    assert np.isnan(table["periods"]).all()
    assert table["note"].tolist() == [
        "may never get there",
        "may never get there",
        "nobody was seen to leave it",
    ]


def test_draws_repeat_with_a_seed():
    """The same seed gives the same interval, a generator goes on."""
    moves = Transitions(NAMES, CHAIN)
    one, two = (moves.steps_to("dissolution", rng=7) for _ in range(2))
    assert one.to_dict() == two.to_dict()
    generator = np.random.default_rng(7)
    assert moves.steps_to("dissolution", rng=generator).to_dict() == one.to_dict()
    assert moves.steps_to("dissolution", rng=generator).to_dict() != one.to_dict()


def test_rare_moves_do_not_break_the_equation():
    """One move in 10^15 takes 10^15 periods."""
    table = Transitions(["on", "off"], [[10**15 - 1, 1], [0, 0]]).steps_to("off", rng=1)
    assert table["periods"][0] == pytest.approx(1e15, rel=1e-9)


@given(a=matrices.filter(lambda m: len(m) == 2), b=matrices.filter(lambda m: len(m) == 2))
def test_transitions_are_a_state(a, b):
    """They add, have a zero, and come back from JSON."""
    left, right = Transitions(XY, a, missing=1), Transitions(XY, b, gaps=2)
    assert left + right == right + left
    assert left + Transitions.zero(XY) == left
    assert sum([left, right]) == left + right
    assert Transitions.from_dict(json.loads(json.dumps((left + right).to_dict()))) == left + right


KEPT = {
    "type": "transitions",
    "v": 1,
    "states": ["A", "I"],
    "counts": [[1257, 4065], [1846, 30606]],
    "missing": 3,
    "gaps": 1,
}


def test_kept_transitions_load():
    """The format of version 1 must be read for ever."""
    moves = Transitions.from_dict(KEPT)
    assert moves == Transitions(["A", "I"], [[1257, 4065], [1846, 30606]], 3, 1)
    assert moves.to_dict() == KEPT


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"v": 2}, "version 2"),
        ({"type": "tally"}, "its type is"),
        ({"states": ["A", "A"]}, "different names"),
        ({"states": "AI"}, "states must be a list"),
        ({"counts": [[1, 2]]}, "list of 2"),
        ({"counts": [[1, 2], [3, -1]]}, "no count"),
        ({"gaps": 0.5}, "gaps must be a count"),
        ({"more": 1}, "unknown: more"),
    ],
)
def test_malformed_transitions_are_refused(change, why):
    """What to_dict did not write is an error that says why."""
    with pytest.raises(rm.StateError, match=why):
        Transitions.from_dict(KEPT | change)


# Bad input, and what is empty.


def test_stages_have_an_order():
    """The order is that of the relationship, not of the alphabet."""
    assert sorted(set(NAMES), key=Stage) == list(Stage)
    assert Stage.AWARENESS < Stage.EXPLORATION <= "expansion" < Stage.COMMITMENT
    assert Stage.DISSOLUTION > "commitment"
    assert Stage.DISSOLUTION >= Stage.DISSOLUTION
    with pytest.raises(rm.ParameterError, match="Did you mean 'commitment'"):
        assert Stage.AWARENESS < "comitment"


def test_an_empty_log_needs_a_day():
    """Without a day there is no end; with one the lifecycle is empty, and its shares undefined."""
    for make in (lambda **o: stages(log_of([]), **o), StageLog([], [], []).lifecycle):
        with pytest.raises(rm.EmptySampleError, match="end of a log"):
            make()
        life = make(as_of="2025-01-31")
        assert_empty(life)


def assert_empty(life):
    """Check that nobody is there, and nothing made up."""
    assert isinstance(life, Lifecycle)
    assert len(life) == life.transitions.n == life.history().rows == 0
    assert life.portfolio()["customers"].tolist() == [0] * 5
    assert np.isnan(life.portfolio()["share"]).all()
    assert np.isnan(life.probabilities()["probability"]).all()
    assert life.portfolio({})["share"].tolist() == []
    with pytest.raises(rm.EmptySampleError):
        life.reach()
    with pytest.raises(rm.StateError, match="none of the 0 moves"):
        life.periods_to_dissolution()


def test_before_the_first_purchase_nobody_is_there():
    """Who bought later is no customer yet, unless known."""
    log = log_of([("a", FIRST)])
    assert_empty(stages(log, as_of="2023-12-31"))
    life = stages(log, as_of="2023-12-31", known=["a", "b", "b"])
    assert life.portfolio()["customers"].tolist() == [2, 0, 0, 0, 0]
    assert life.transitions.n == 0


def test_one_customer_and_one_day():
    """All purchases on one day are one event; there is no period to move in."""
    life = stages(rm.PurchaseLog(["a"] * 5 + ["b"], ["2025-01-31"] * 6))
    assert life.portfolio()["customers"].tolist() == [0, 1, 0, 1, 0]
    assert life.transitions.n == 0
    assert life.reach("commitment").value == 50.0
    assert not life.unfinished
    assert "1 exploration, 1 commitment" in repr(life)


def test_an_unfinished_month_counts_for_no_move():
    """A month of which 14 days have passed is not compared with whole ones."""
    log = rm.PurchaseLog(["a", "a"], ["2025-01-05", "2025-02-14"])
    life = stages(log)
    assert life.unfinished
    assert life.transitions.n == 0
    assert life["a"] is Stage.EXPANSION
    assert stages(log, as_of="2025-02-28").transitions.n == 1


def test_purchases_after_the_day_do_not_exist_yet():
    """Stage and revenue are those of the day."""
    log = rm.PurchaseLog(["a", "a"], ["2025-01-05", "2025-02-14"], [10, 99])
    life = stages(log, as_of="2025-01-31")
    assert life["a"] == "exploration"
    assert life.portfolio()["revenue"].sum() == 10
    with pytest.raises(KeyError, match="no customer 'b'"):
        life["b"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"expansion_from": 1}, "'expansion_from' must be a whole number at least 2"),
        ({"expansion_from": 5}, "'commitment_from' must be greater than expansion_from = 5"),
        ({"commitment_from": 2}, "'commitment_from' must be greater than expansion_from = 2"),
        ({"active_within": 0}, "'active_within' must be a whole number from 1 to 3652059"),
        ({"active_within": 30.5}, "'active_within' must be a whole number"),
        ({"every": "monthly"}, "Did you mean 'month'"),
        ({"as_of": "yesterday"}, "as_of must be dates"),
        ({"known": ["a", None]}, "known must name customers; 1 missing, at position 1"),
        ({"known": {"a": "soon"}}, "known must be dates"),
    ],
)
def test_bad_rules_are_refused(options, message):
    """The message names the argument and says what it must be."""
    with pytest.raises(rm.RelmetricsError, match=message):
        stages(log_of([("a", FIRST)]), **options)


def test_rules_can_be_read():
    """A number of purchases has one stage."""
    rules = StageRules(expansion_from=3, commitment_from=4)
    assert rules.of(np.arange(6)).tolist() == [0, 1, 1, 2, 3, 3]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ((["a"], ["2025-01-01"], ["comitment"]), "Did you mean 'commitment'"),
        ((["a"], ["2025-01-01"], [None]), "stages must be one of awareness.*None at position 0"),
        ((["a"], ["2025-01-01"], [3]), "stages must be one of .*3 at position 0"),
        ((["a", None], ["2025-01-01"] * 2, ["awareness"] * 2), "1 missing, at position 1"),
        ((["a"], ["2025-01-01"], []), "stages has 0"),
        ((["a"], [None], ["awareness"]), "dates must be dates"),
        (
            (["a"] * 2, ["2025-01-01"] * 2, ["awareness", "expansion"]),
            "one stage at a time; some rows",
        ),
        ((["a"], ["2025-01-01"], ["awareness"], ["dissatisfaction"]), "reasons belong to events"),
        ((["a"], ["2025-01-01"], ["dissolution"], ["bored"]), "reasons must be one of"),
        ((["a"], ["2025-01-01"], ["expansion"], None, ["bilateral"]), "sides belong to events"),
        ((["a"], ["2025-01-01"], ["dissolution"], None, ["both", "x"]), "sides has 2"),
    ],
)
def test_bad_events_are_refused(columns, message):
    """Unknown names, and details of what did not end, are named with their positions."""
    with pytest.raises(rm.RelmetricsError, match=message):
        StageLog(*columns)


def test_a_dissolved_customer_may_come_back():
    """A re-entry is a move like any other, and a second dissolution counts anew."""
    log = StageLog(
        ["a"] * 6,
        ["2025-01-10", "2025-02-10", "2025-03-10", "2025-04-10", "2025-04-20", "2025-01-10"],
        [
            "Exploration",
            Stage.DISSOLUTION,
            "expansion",
            "dissolution",
            "dissolution",
            "exploration",
        ],
        [None, "BETTER_ALTERNATIVE", None, None, DissolutionReason.DISSATISFACTION, None],
        [None, "unilateral", None, "Bilateral", None, None],
    )
    assert (len(log), log.duplicates) == (5, 1)
    assert repr(log) == "StageLog(events=5, customers=1, from 2025-01-10 to 2025-04-20)"
    life = log.lifecycle(as_of="2025-04-30")
    assert life.transitions.n == 3
    assert life.reasons()["count"].tolist() == [0, 1, 1]
    assert life.sides()["share"].tolist() == [50, 50]
    assert life.reach().value == 0
    assert life.reach(Stage.DISSOLUTION).value == 100
    assert log.lifecycle(as_of="2025-02-28").sides()["count"].tolist() == [1, 0]


def test_purchases_do_not_tell_why():
    """Reasons and sides need a log of stages."""
    life = stages(log_of([("a", FIRST)]))
    with pytest.raises(rm.StateError, match=r"reasons of dissolution.*StageLog"):
        life.reasons()
    with pytest.raises(rm.StateError, match="sides of dissolution"):
        life.sides()


def test_lifecycles_that_do_not_belong_together():
    """Other days, other periods, common customers or other knowledge do not add."""
    log = log_of([("a", FIRST)])
    life = stages(log, as_of="2024-12-31")
    with pytest.raises(rm.StateError, match="as_of"):
        life + stages(log_of([("b", FIRST)]), as_of="2024-12-30")
    with pytest.raises(rm.StateError, match="every"):
        life + stages(log_of([("b", FIRST)]), as_of="2024-12-31", every="week")
    with pytest.raises(rm.CustomerError, match="in both: 'a'"):
        life + life
    with pytest.raises(rm.StateError, match="revenue"):
        life + stages(rm.PurchaseLog(["b"], [FIRST], [1]), as_of="2024-12-31")
    with pytest.raises(rm.StateError, match="causes"):
        life + StageLog(["b"], [FIRST], ["awareness"], [None]).lifecycle(as_of="2024-12-31")
    with pytest.raises(TypeError):
        life + 1


def test_revenue_adds():
    """The money of customers of two parts is that of both."""
    parts = [rm.PurchaseLog([c], [FIRST], [7.5]) for c in "ab"]
    assert sum(map(stages, parts)).portfolio()["revenue"].sum() == 15


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Transitions(["x"], [[1]]), "at least two different names"),
        (lambda: Transitions(["x", "x"], [[1, 0], [0, 1]]), "at least two different names"),
        (lambda: Transitions("xy", [[1, 0], [0, 1]]), "at least two different names"),
        (lambda: Transitions(["x", 1], [[1, 0], [0, 1]]), "texts that are not empty"),
        (lambda: Transitions(["x", "y"], [[1, 0]]), "2 rows of 2"),
        (lambda: Transitions(["x", "y"], [[1, 0], [0, -1]]), "whole number of at least 0"),
        (lambda: Transitions(XY, [[1, 0], [0, 1.5]]), "whole number of at least 0"),
        (lambda: Transitions.zero(XY) + Transitions.zero(["x", "z"]), "same states"),
        (lambda: Transitions.zero(XY).after(-1), "'steps' must be"),
        (lambda: Transitions.zero(XY).standard_errors(definition="wald"), "multinomial, poisson"),
        (lambda: Transitions.zero(XY).table(method="wilsn"), "Did you mean 'wilson'"),
        (lambda: Transitions.zero(XY).steps_to("z"), "'state' must be one of x, y"),
        (lambda: Transitions(XY, [[1, 1], [0, 0]]).steps_to("y", method="exact"), "dirichlet"),
        (lambda: Transitions(XY, [[1, 1], [0, 0]]).steps_to("y", rng="x"), "'rng' must be"),
        (
            lambda: Transitions.from_records(["a"] * 2, [1, 1], ["x", "y"], states=XY),
            "one state in a period; some rows give another one: 'a' at position 1",
        ),
        (lambda: Transitions.from_records(["a"], [1], ["z"], states=XY), "'z' at position 0"),
        (lambda: Transitions.from_records([None], [1], ["x"], states=XY), "at position 0"),
        (lambda: Transitions.from_records(["a"], [1.5], ["x"], states=XY), "whole numbers"),
        (lambda: Transitions.from_records(["a"], [True], ["x"], states=XY), "whole numbers"),
        (lambda: Transitions.from_records(["a"], [1, 2], ["x"], states=XY), "customers has 1"),
    ],
)
def test_bad_transitions_are_refused(make, message):
    """Each message names what is wrong."""
    with pytest.raises(rm.RelmetricsError, match=message):
        make()


def test_customers_of_any_kind():
    """Ids may be numbers, texts or objects, and are not modified."""
    ids, when = np.array([7, 3, 7]), np.array(["2025-01-01", "2025-01-02", "2025-02-28"], "M8[D]")
    life = stages(rm.PurchaseLog(ids, when), known=np.array([3, 9]))
    assert {c: life[c].value for c in life.customers.tolist()} == {
        7: "expansion",
        3: "exploration",
        9: "awareness",
    }
    assert ids.tolist() == [7, 3, 7]


def test_periods_to_dissolution_are_those_of_the_moves():
    """From the purchases of two customers: each left exploration once."""
    log = rm.PurchaseLog(["a", "b"], ["2025-01-01", "2025-01-31"])
    life = stages(log, as_of="2025-08-31", active_within=150)
    table = life.periods_to_dissolution(rng=1)
    moves = life.transitions.counts[Stage.EXPLORATION.place]
    assert moves == (0, sum(moves) - 2, 0, 0, 2)
    assert table["stage"].tolist() == NAMES[:4]
    assert table["periods"][1] == pytest.approx(sum(moves) / 2)
    assert table["low"][1] < table["periods"][1] < table["high"][1]
    assert np.isnan(table["periods"][[0, 2, 3]]).all()


def test_moves_add_to_moves_only():
    """A number is no state, and an empty log has no span to show."""
    with pytest.raises(TypeError):
        Transitions.zero(XY) + 1
    assert repr(StageLog([], [], [])) == "StageLog(events=0, customers=0)"


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_columns_of_frames(library):
    """Columns of data frames are read like lists, nulls as missing."""
    frames = pytest.importorskip(library)
    data = {
        "who": ["a", "a", "b"],
        "when": ["2025-01-05", "2025-03-05", "2025-01-06"],
        "stage": ["exploration", "dissolution", "awareness"],
        "why": [None, "dissatisfaction", None],
    }
    frame = frames.DataFrame(data)
    got, want = (
        StageLog(table["who"], table["when"], table["stage"], table["why"]).lifecycle(
            as_of="2025-03-31"
        )
        for table in (frame, data)
    )
    assert_same(got, want)
    assert got.reasons()["count"].tolist() == [0, 0, 1]
    region = frames.DataFrame({"region": ["x", "y"]})["region"]
    assert got.portfolio(region)["segment"].tolist() == ["x"] * 5 + ["y"] * 5


def test_who_buys_on_the_day_is_no_longer_merely_aware():
    """A purchase on the first day of awareness, or on the day of the portfolio, counts."""
    log = rm.PurchaseLog(["a"], ["2025-01-31"])
    assert stages(log, known={"a": "2025-01-31"}).reach("exploration").value == 100
    for known in ({"a": "2025-01-31"}, ["a"]):
        life = stages(log, known=known)
        assert life.portfolio()["customers"].tolist() == [0, 1, 0, 0, 0]
        assert life.history()["exploration"].tolist() == [1]


def test_a_state_is_known_until_one_must_leave_the_unknown():
    """From a to b to c is certain; where c leads nobody saw."""
    moves = Transitions(["a", "b", "c"], [[0, 1, 0], [0, 0, 1], [0, 0, 0]])
    assert moves.after(0).tolist() == np.eye(3).tolist()
    assert moves.after(2)[0].tolist() == [0, 0, 1]
    assert np.isnan(moves.after(3)).all()


def test_lifecycles_are_equal_when_every_customer_stands_where_they_stood():
    """Also their hashes; and the dictionary has what the tables have, but nobody's id."""
    days = ["2025-01-03", "2025-01-09", "2025-02-01"]
    first, again, other = (
        stages(rm.PurchaseLog(ids, days, [1, 2, None]), as_of="2025-03-31")
        for ids in (["ann", "bob", "ann"], ["ann", "bob", "ann"], ["ann", "bob", "bob"])
    )
    assert first == again
    assert hash(first) == hash(again)
    assert first != other
    assert first != "lifecycle"
    data = first.to_dict()
    assert data["portfolio"] == first.portfolio().to_dict()
    assert data["history"] == first.history().to_dict()
    assert data["transitions"] == first.transitions.to_dict()
    assert data["reasons"] is data["sides"] is None
    assert "ann" not in json.dumps(data)


def test_a_lifecycle_of_nobody_can_be_shown():
    """No customers, no shares, and no error."""
    nobody = stages(rm.PurchaseLog([], []), as_of="2025-03-31")
    assert nobody.to_dict()["portfolio"]["share"] == [None] * len(NAMES)
    assert "customers=0" in nobody._repr_html_()


@pytest.mark.parametrize("steps", [10**6, 10**9, 10**12, 10**15, 10**18])
def test_no_probability_is_lost_however_far_ahead(steps):
    """Rows sum to 1, and are the long run's."""
    for counts in ([[1, 2], [3, 4]], [[3, 1, 1], [1, 5, 1], [2, 1, 7]]):
        moves = Transitions([str(i) for i in range(len(counts))], counts)
        later = moves.after(steps)
        np.testing.assert_allclose(later.sum(axis=1), 1.0, rtol=1e-15)
        np.testing.assert_allclose(later, [moves.stationary()] * len(counts), rtol=1e-12)


def test_what_is_unknown_stays_unknown_however_far_ahead():
    """A state that nobody left makes those unknown that may have come to it, and no others."""
    counts = [[1, 1, 0, 0], [1, 3, 0, 0], [0, 1, 0, 1], [0, 0, 0, 0]]
    later = Transitions(["a", "b", "c", "d"], counts).after(10**12)
    assert np.isnan(later[2:]).all()
    np.testing.assert_allclose(later[:2], [[1 / 3, 2 / 3, 0, 0]] * 2, rtol=1e-12)


def test_of_many_states_nothing_is_drawn():
    """A system of equations for each draw would take minutes, so `delta` stands in and says so."""
    rng = np.random.default_rng(1)
    for size, used in ((50, "multinomial"), (51, "delta"), (500, "delta")):
        moves = Transitions([f"s{i}" for i in range(size)], rng.poisson(3, (size, size)))
        table = moves.steps_to("s0", rng=1, method="multinomial" if size > 50 else "delta")
        assert set(table["method"]) == {used if size > 50 else "delta"}
        assert (table["low"] < table["periods"]).all()
        assert (table["periods"] < table["high"]).all()


def test_the_delta_interval_of_two_states_is_that_of_the_logarithm():
    """t = 1/p; the error of log p is sqrt((1 - p) / (p (n - 1)))."""
    table = Transitions(["on", "off"], [[90, 10], [0, 0]]).steps_to("off", method="delta")
    far = 1.959963984540054 * (0.9 / (0.1 * 99)) ** 0.5
    assert table["high"][0] == pytest.approx(10 * np.exp(far), rel=1e-12)
    assert table["low"][0] == pytest.approx(10 * np.exp(-far), rel=1e-12)


@pytest.mark.parametrize("method", ["dirichlet", "delta"])
def test_the_time_is_covered_where_few_leave(method):
    """A cut of the study: 100 customers for half a year; it was 51 % of 20 states."""
    assert study.covered("20 states, 0.3 % from each", "100 x 6", method, draws=30)[0] >= 88
    assert study.covered("three stages, 0.3 % from each", "100 x 6", method, draws=100)[0] >= 88


@pytest.mark.long
def test_the_time_is_covered_of_few_moves_and_of_many():
    """By the study as published: a mean of 92 % at least in every chain."""
    for chain in study.CHAINS:
        for followed in study.sizes(chain):
            assert study.covered(chain, followed, study.default(chain))[0] >= 92


def test_times_of_few_departures_are_marked():
    """Fewer than ten: said beside the interval. Of ten nothing is."""
    few = Transitions(["a", "b", "gone"], [[5, 3, 1], [2, 17, 3], [0, 0, 0]]).steps_to("gone")
    assert few["note"].tolist() == ["few departures: the interval may be too narrow", ""]
    assert "too narrow" in str(few)
    assert "too narrow" in few.to_html()


def test_counts_of_very_different_size_still_lead_there():
    """One move in 10^18 is rare, not impossible: the system of equations is no singular one."""
    moves = Transitions(["a", "b"], [[10**18, 1], [1, 1]])
    assert moves.steps_to("b", rng=1)["periods"].tolist() == pytest.approx([1e18], rel=1e-9)
    far = Transitions(["a", "b", "c"], [[10**18, 1, 0], [10**18, 1, 1], [0, 0, 1]])
    found = far.steps_to("c", rng=1)
    # From b on a step in 10^18 leads to c, and the others to a, where 10^18 steps pass.
    assert found["periods"].tolist() == pytest.approx([1e36, 1e36], rel=1e-9)
    assert np.isfinite(found["high"]).all()


@given(counts=st.lists(st.lists(st.integers(0, 9), min_size=4, max_size=4), min_size=4, max_size=4))
def test_steps_without_subtraction_are_those_of_the_equations(counts):
    """Two ways to solve the same system."""
    share = np.nan_to_num(shares_of_rows(np.array(counts)))
    expected = expected_steps(share, 1)
    surely = np.isfinite(expected)
    waits = surely & (np.arange(4) != 1)
    leaving = np.where(waits[:, None] & ~np.eye(4, dtype=bool), share, 0.0)
    found = _without_subtraction(leaving, waits.astype(float), 1)
    np.testing.assert_allclose(found[surely], expected[surely], rtol=1e-9)


def test_a_frame_in_place_of_columns_is_told_how():
    """As a log of purchases does; so do the movements of revenue."""
    frame = {"customer": ["a"], "date": ["2025-01-01"], "stage": ["commitment"]}
    for call, says in (
        (rm.StageLog, "StageLog(frame['customer'], frame['date'], frame['stage'])"),
        (rm.revenue_movement, "revenue_movement(frame['customer'], frame['before'],"),
        (rm.revenue_movements, "revenue_movements(frame['customer'], frame['date'],"),
    ):
        with pytest.raises(rm.ParameterError, match="given beside the customers") as caught:
            call(frame)
        assert says in str(caught.value)


def test_a_clock_that_goes_back_over_midnight_shows_days_in_their_order():
    """In St. John's, until 2011, a minute past midnight was followed by the evening before."""
    times = ["2010-11-07T02:30:30+00:00", "2010-11-07T03:00:00+00:00"]
    zoned = rm.PurchaseLog(["a", "a"], times, zone="America/St_Johns")
    plain = rm.PurchaseLog(["a", "a"], ["2010-11-07", "2010-11-06"])
    options = {"every": "day", "as_of": "2010-11-08"}
    assert zoned.stages(**options).to_dict() == plain.stages(**options).to_dict()
    history = zoned.stages(**options).history()
    assert history["exploration"].tolist() == [1, 0, 0]
    assert history["expansion"].tolist() == [0, 1, 1]
