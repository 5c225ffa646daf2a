"""Windows and movements: against a plain reference, their laws, other programs, known mistakes."""

import csv
import datetime as dt
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from places import data_set, oracles

import relmetrics as rm

START = dt.date(2023, 12, 18)
ONE_DAY = dt.timedelta(days=1)
EVERY = ("day", "week", "month", "quarter", "year")
COUNTS = ("start", "end", "new", "retained", "lost", "reactivated")

purchases = st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 120)), max_size=25)
spans = st.tuples(st.integers(-20, 130), st.integers(1, 60))


def day(offset):
    return START + dt.timedelta(days=offset)


def log_of(rows):
    return rm.PurchaseLog([who for who, _ in rows], [day(offset) for _, offset in rows])


def customers(rows, before, within):
    """Return who bought in the `within` days before a day."""
    return {who for who, offset in rows if before - within <= offset < before}


def reference(rows, start, end, within):
    """Return the counts of a window from sets of customers, and the mean over its days."""
    at_start, at_end = customers(rows, start, within), customers(rows, end, within)
    first = {who: min(offset for other, offset in rows if other == who) for who, _ in rows}
    new = {who for who, offset in first.items() if start <= offset < end}
    daily = [len(customers(rows, date + 1, within)) for date in range(start, end)]
    return {
        "start": len(at_start),
        "end": len(at_end),
        "new": len(new),
        "retained": len(at_start & at_end),
        "lost": len(at_start - at_end),
        "reactivated": len(at_end - at_start - new),
        "left_within": len(new - at_end),
        "mean_daily": pytest.approx(float(Fraction(sum(daily), len(daily)))),
    }


def counts(window):
    names = (*COUNTS, "left_within", "mean_daily")
    return {name: getattr(window, name) for name in names}


@given(rows=purchases, span=spans, within=st.integers(1, 200))
def test_windows_agree_with_a_plain_reference(rows, span, within):
    """Every count, for every window and every time that a purchase makes a customer."""
    start, length = span
    log = log_of(rows)

    window = log.window(day(start), day(start + length), active_within=within)

    assert counts(window) == reference(rows, start, start + length, within)
    assert window.end == (
        window.start - window.lost + (window.new - window.left_within) + window.reactivated
    )
    assert window.start == window.retained + window.lost
    assert (window.first_day.item(), window.after.item()) == (day(start), day(start + length))


@given(rows=purchases, span=spans)
def test_by_default_a_window_is_compared_with_the_one_before_it(rows, span):
    """Customers of the start bought in the span of equal length before it; nobody new leaves."""
    start, length = span

    window = log_of(rows).window(day(start), day(start + length))

    assert window.active_within == length
    assert counts(window) == reference(rows, start, start + length, length)
    assert window.left_within == 0
    assert window.end == window.start - window.lost + window.new + window.reactivated


@given(
    rows=purchases,
    span=spans,
    within=st.integers(1, 200),
    part=st.sets(st.sampled_from("abcdef")),
    cut=st.integers(0, 120),
    order=st.randoms(use_true_random=False),
)
def test_windows_do_not_depend_on_order_or_shards(rows, span, within, part, cut, order):
    """Shuffled, or split by customer or by date and added: the same window."""
    start, length = span
    ends = day(start), day(start + length)
    whole = log_of(rows).window(*ends, active_within=within)
    shuffled = list(rows)
    order.shuffle(shuffled)
    mine, others = (log_of([r for r in rows if (r[0] in part) is x]) for x in (True, False))
    early, late = (log_of([r for r in rows if (r[1] < cut) is x]) for x in (True, False))

    for log in (log_of(shuffled), mine + others, sum([late, early])):
        assert log.window(*ends, active_within=within) == whole
    # Of disjoint customers the counts add as well.
    parts = [log.window(*ends, active_within=within) for log in (mine, others)]
    for name in (*COUNTS, "left_within"):
        assert sum(getattr(window, name) for window in parts) == getattr(whole, name)


@given(rows=purchases, span=spans, within=st.integers(1, 200), level=st.sampled_from([0.8, 0.95]))
def test_retention_and_churn_are_the_shares_they_say(rows, span, within, level):
    """Value and Wilson's interval are those of the two counts; each carries its window."""
    start, length = span
    log = log_of(rows)
    ends = day(start), day(start + length)
    chosen = {"active_within": within, "confidence_level": level}
    window = log.window(*ends, active_within=within)
    assume(window.start)

    shares = [
        (log.retention(*ends, **chosen), window.retained, window.start),
        (log.churn(*ends, **chosen), window.lost, window.start),
    ]
    kept = window.end - window.new
    if 0 <= kept <= window.start:
        shares.append((log.retention(*ends, definition="counts", **chosen), kept, window.start))
    both = window.lost + window.left_within, window.start + window.new
    shares.append((log.churn(*ends, base="start_plus_new", **chosen), *both))
    for estimate, part, whole in shares:
        plain = rm.rate(part, whole, confidence_level=level)
        assert estimate.value == pytest.approx(float(Fraction(100 * part, whole)))
        assert (estimate.low, estimate.high) == pytest.approx((plain.low, plain.high))
        assert (estimate.n, estimate.window) == (whole, window)


@given(
    rows=purchases,
    span=spans,
    within=st.integers(1, 200),
    base=st.sampled_from(["average", "daily_sum"]),
)
def test_churn_over_a_mean_is_lost_over_it_or_an_error(rows, span, within, base):
    """The mean of start and end, or of all days; where it holds fewer than were lost, no share."""
    start, length = span
    log, ends = log_of(rows), (day(start), day(start + length))
    window = log.window(*ends, active_within=within)
    over = (window.start + window.end) / 2 if base == "average" else window.mean_daily

    if not over:
        with pytest.raises(rm.EmptySampleError):
            log.churn(*ends, active_within=within, base=base)
    elif window.lost > over:
        with pytest.raises(rm.CountError, match=f"lost = {window.lost} over {base} = .* no share"):
            log.churn(*ends, active_within=within, base=base)
    else:
        estimate = log.churn(*ends, active_within=within, base=base)
        assert estimate.value == pytest.approx(100 * window.lost / over)
        assert 0 <= estimate.low <= estimate.value <= estimate.high <= 100


def came_and_went():
    """Return a log whose definitions differ: a stays, b leaves, c comes back, d joins and leaves.

    The window is February of 2025, and a customer is who bought within 14 days.
    """
    return rm.PurchaseLog(
        ["a", "a", "b", "c", "c", "d"],
        ["2025-01-25", "2025-02-20", "2025-01-28", "2024-11-01", "2025-02-25", "2025-02-03"],
    )


FEBRUARY = "2025-02-01", "2025-03-01"


def test_explain_says_why_the_definitions_differ():
    """E - N is 1 here as retained is, by chance: one who came back, one who joined and left."""
    kept = came_and_went().retention(*FEBRUARY, active_within=14)
    text = str(kept.explain())

    assert counts(kept.window) == {
        "start": 2,
        "end": 2,
        "new": 1,
        "retained": 1,
        "lost": 1,
        "reactivated": 1,
        "left_within": 1,
        "mean_daily": pytest.approx((7 + 9 + 10 + 4 + 14) / 28),
    }
    assert "2025-02-01 to 2025-03-01 (not included), 28 days" in text
    assert "bought within 14 days" in text
    assert "S = 2, E = 2, N = 1, retained 1, lost 1, reactivated 1, joined and left 1" in text
    assert "E - N = 1 and retained = 1 differ by 1 reactivated" in text
    assert "retained / S" in text
    counted = came_and_went().retention(*FEBRUARY, active_within=14, definition="counts")
    assert "(E - N) / S" in str(counted.explain())


def test_explain_is_silent_where_the_definitions_agree():
    """Nobody came back, nobody joined and left: one number under both names."""
    log = rm.PurchaseLog(["a", "b", "b"], ["2025-01-05", "2025-01-06", "2025-02-06"])
    one = log.retention(*FEBRUARY, active_within=31)
    other = log.retention(*FEBRUARY, active_within=31, definition="counts")

    assert one.value == other.value == 50
    assert "Definitions:" not in str(one.explain())


@given(rows=purchases, span=spans, within=st.integers(1, 200))
def test_churn_by_counts_is_the_complement_of_retention_by_counts(rows, span, within):
    """They are shares, or none, of the same customers, and add up to 100 %."""
    log, ends = log_of(rows), (day(span[0]), day(span[0] + span[1]))
    try:
        kept = log.retention(*ends, active_within=within, definition="counts")
    except (rm.CountError, rm.EmptySampleError) as error:
        with pytest.raises(type(error)):
            log.churn(*ends, active_within=within, base="counts")
        return
    lost = log.churn(*ends, active_within=within, base="counts")
    assert lost.value + kept.value == pytest.approx(100)
    assert (lost.low, lost.high) == pytest.approx((100 - kept.high, 100 - kept.low))
    assert lost.state.counts == kept.state.counts[::-1]
    assert lost.window == kept.window


@pytest.mark.parametrize("base", ["start", "average", "start_plus_new", "daily_sum", "counts"])
def test_explain_names_the_base_of_churn(base):
    """Which denominator was used is part of the result."""
    log = rm.PurchaseLog(["a", "b", "b"], ["2025-01-05", "2025-01-31", "2025-02-28"])

    assert f"base '{base}'" in str(log.churn(*FEBRUARY, base=base).explain())


def test_a_quotient_that_is_no_share_is_an_error_that_says_why():
    """Three came back to one of the start: (E - N) / S would be 300 %, or below 0 %."""
    old = [("a", "2025-01-20"), *((who, "2024-06-01") for who in "bcd")]
    back = [(who, "2025-02-10") for who in "bcd"]
    gone = [("a", "2025-01-20"), ("e", "2025-02-02"), ("f", "2025-02-03")]
    for rows, kept in ((old + back, 3), (gone, -2)):
        log = rm.PurchaseLog(*zip(*rows, strict=True))
        with pytest.raises(rm.CountError) as caught:
            log.retention(*FEBRUARY, active_within=20, definition="counts")
        assert f"E - N = {kept} over S = 1 is no share" in str(caught.value)
        assert "definition='retained'" in str(caught.value)
        assert log.retention(*FEBRUARY, active_within=20).value == 0


@pytest.mark.parametrize(
    ("start", "end"), [("2025-02-01", "2025-01-01"), ("2025-01-01", "2025-01-01")]
)
@pytest.mark.parametrize("ask", ["window", "retention", "churn"])
def test_a_window_that_does_not_go_forward_is_an_error(ask, start, end):
    """Both days are shown; a window of no days has no end."""
    with pytest.raises(rm.DateError, match=f"end must come after start: start = {start}, end ="):
        getattr(came_and_went(), ask)(start, end)


@pytest.mark.parametrize(
    ("start", "end", "name"),
    [(None, "2025-01-01", "start"), ("2025-01-01", "soon", "end"), (2025, "2026-01-01", "start")],
)
def test_days_that_cannot_be_read_are_errors_that_name_them(start, end, name):
    """An open window is not guessed to begin with the log."""
    with pytest.raises(rm.DateError, match=f"^{name} must be dates"):
        came_and_went().window(start, end)


@pytest.mark.parametrize(
    "span", [("2020-01-01", "2021-01-01"), ("2030-01-01", "2031-01-01")], ids=["before", "after"]
)
def test_a_window_outside_of_the_log_has_nobody(span):
    """All counts are 0, and a share of nobody is an error rather than 0 %."""
    log = came_and_went()
    window = log.window(*span)

    assert set(counts(window).values()) == {0}
    for ask in (log.retention, log.churn):
        with pytest.raises(rm.EmptySampleError):
            ask(*span)


def test_a_window_before_which_nobody_bought_has_no_rate():
    """All are new there: S is 0, whatever the end holds."""
    span = "2024-11-01", "2024-12-01"
    log = came_and_went()

    assert (log.window(*span).start, log.window(*span).new) == (0, 1)
    with pytest.raises(rm.EmptySampleError):
        log.retention(*span)


@pytest.mark.parametrize("within", [0, -1, 1.5, True, "30", 10**30])
def test_active_within_is_a_whole_number_of_days(within):
    """Neither nothing, nor a part of a day, nor more days than the calendar has."""
    with pytest.raises(rm.ParameterError, match="'active_within' must be a whole number from 1"):
        came_and_went().window(*FEBRUARY, active_within=within)


def test_unknown_definitions_and_bases_are_errors_that_name_the_known_ones():
    """A definition that does not exist is not the default."""
    with pytest.raises(rm.ParameterError, match="retained, counts"):
        came_and_went().retention(*FEBRUARY, definition="crr")
    with pytest.raises(rm.ParameterError, match="start, average, start_plus_new, daily_sum"):
        came_and_went().churn(*FEBRUARY, base="end")


def test_windows_of_the_empty_log_one_customer_and_one_day():
    """The smallest logs have windows as well."""
    assert rm.PurchaseLog([], []).window(*FEBRUARY).end == 0
    with pytest.raises(rm.EmptySampleError):
        rm.PurchaseLog([], []).churn(*FEBRUARY)
    one = rm.PurchaseLog(["a"], ["2025-01-31"])
    assert one.retention(*FEBRUARY).value == 0
    assert one.churn(*FEBRUARY).value == 100
    assert one.churn(*FEBRUARY).low > 0
    same_day = rm.PurchaseLog(["a", "b", "a"], ["2025-01-31"] * 3)
    assert same_day.retention(*FEBRUARY, active_within=29).value == 100


def test_a_purchase_makes_a_customer_of_a_number_of_days():
    """One purchase of 1 February counts for 10 of the 28 days, however the day is cut."""
    log = rm.PurchaseLog(["a", "a"], ["2025-02-01T23:59", "2025-02-01T00:01"])

    assert log.window(*FEBRUARY, active_within=10).mean_daily == pytest.approx(10 / 28)


def test_eight_percent_a_month_are_63_percent_a_year():
    """100 x (1 - 0.92^12) = 63.2 %; not "almost 80 %", and 96 % only by the name of simple."""
    month = rm.churn_rate(start=10_000, lost=800)
    year = rm.annual_churn(month)

    assert year.value == pytest.approx(float(100 * (1 - Fraction(92, 100) ** 12)))
    assert round(year.value, 1) == 63.2
    assert str(year).startswith("63.2% a year")
    assert abs(year.value - 80) > 15
    assert rm.annual_churn(month, method="simple").value == pytest.approx(96)
    assert year.low == pytest.approx(100 * (1 - (1 - month.low / 100) ** 12))
    assert year.high == pytest.approx(100 * (1 - (1 - month.high / 100) ** 12))


@given(start=st.integers(1, 1000), share=st.floats(0, 1), periods=st.floats(0.1, 400))
def test_annual_churn_is_a_share_and_never_above_the_simple_one(start, share, periods):
    """Who has left cannot leave again; from one period a year on, a year loses no less."""
    month = rm.churn_rate(start=start, lost=int(share * start))
    year = rm.annual_churn(month, periods_per_year=periods)
    simple = rm.annual_churn(month, periods_per_year=periods, method="simple")

    assert 0 <= year.low <= year.value <= year.high <= 100
    if periods >= 1:
        assert year.value <= simple.value + 1e-9
        assert year.value >= month.value - 1e-9


def test_a_window_of_any_length_goes_to_a_year():
    """Churn of a window of 73 days, five times a year."""
    log = rm.PurchaseLog(["a", "b", "b"], ["2025-01-05", "2025-01-05", "2025-03-20"])
    window = log.churn("2025-01-20", "2025-04-03")

    assert rm.annual_churn(window, periods_per_year=5).value == pytest.approx(100 * (1 - 0.5**5))
    assert float(rm.annual_churn(window, periods_per_year=1)) == 50


@pytest.mark.parametrize("periods", [0, -12, math.nan, math.inf, True, "12", None, 1j])
def test_periods_of_a_year_are_a_number_above_0(periods):
    """What is no number of periods is no year."""
    with pytest.raises(rm.ParameterError, match="'periods_per_year' must be a number above 0"):
        rm.annual_churn(rm.churn_rate(start=10, lost=1), periods_per_year=periods)


@pytest.mark.parametrize(
    "estimate", [rm.retention_rate(start=10, end=9, new=0), rm.rate(1, 10), 8.0, None]
)
def test_only_churn_becomes_the_churn_of_a_year(estimate):
    """The twelfth power of what stays is not that of what leaves."""
    with pytest.raises(rm.ParameterError, match="'estimate' must be a churn rate"):
        rm.annual_churn(estimate)


def test_unknown_ways_to_a_year_are_errors():
    """Only compound and simple."""
    with pytest.raises(rm.ParameterError, match="compound, simple"):
        rm.annual_churn(rm.churn_rate(start=10, lost=1), method="exponential")


def begin(date, every):
    """Return the first day of the period of a day."""
    return {
        "day": date,
        "week": date - dt.timedelta(days=date.weekday()),
        "month": date.replace(day=1),
        "quarter": date.replace(month=3 * ((date.month - 1) // 3) + 1, day=1),
        "year": date.replace(month=1, day=1),
    }[every]


def periods_between(first, last, every):
    """Return the first day of every period from one day to another, day by day."""
    found = []
    for step in range((last - first).days + 1):
        period = begin(first + step * ONE_DAY, every)
        if period not in found:
            found.append(period)
    return found


def plain_movements(rows, as_of, every):
    """Return the counts of each period, from the sets of those who bought in it."""
    seen = [(who, day(offset)) for who, offset in rows if day(offset) <= as_of]
    if not seen:
        return []
    bought = {}
    for who, date in seen:
        bought.setdefault(begin(date, every), set()).add(who)
    found, before, known = [], set(), set()
    for period in periods_between(min(date for _, date in seen), as_of, every):
        now = bought.get(period, set())
        over = begin(as_of + ONE_DAY, every) > period
        found.append(
            {
                "period": period,
                "start": len(before),
                "end": len(now),
                "new": len(now - known),
                "retained": len(now & before),
                "lost": len(before - now),
                "reactivated": len((now & known) - before),
                "complete": over,
            }
        )
        before, known = now, known | now
    return found


@given(rows=purchases, every=st.sampled_from(EVERY), as_of=st.integers(-10, 200))
def test_movements_agree_with_a_plain_reference(rows, every, as_of):
    """Every count of every period, and the identity between them; rates only of whole periods."""
    expected = plain_movements(rows, day(as_of), every)

    table = log_of(rows).movements(every=every, as_of=day(as_of))

    assert table.rows == len(expected)
    for i, row in enumerate(expected):
        assert {name: table[name][i].item() for name in row} == row
        start, end, new, _, lost, reactivated = (table[name][i] for name in COUNTS)
        assert end == start - lost + new + reactivated
        rate = [table[name][i] for name in ("retention", "low", "high")]
        if row["complete"] and row["start"]:
            plain = rm.rate(row["retained"], row["start"])
            assert rate == pytest.approx([plain.value, plain.low, plain.high])
        else:
            assert np.isnan(rate).all()


@given(
    rows=purchases,
    every=st.sampled_from(EVERY),
    part=st.sets(st.sampled_from("abcdef")),
    cut=st.integers(0, 120),
    order=st.randoms(use_true_random=False),
)
def test_movements_do_not_depend_on_order_or_shards(rows, every, part, cut, order):
    """Shuffled, or split by customer or by date and added: the same table."""
    chosen = {"every": every, "as_of": day(130)}
    whole = log_of(rows).movements(**chosen)
    shuffled = list(rows)
    order.shuffle(shuffled)
    mine, others = (log_of([r for r in rows if (r[0] in part) is x]) for x in (True, False))
    early, late = (log_of([r for r in rows if (r[1] < cut) is x]) for x in (True, False))

    for log in (log_of(shuffled), mine + others, sum([late, early])):
        assert log.movements(**chosen) == whole


@given(rows=purchases)
def test_movements_of_january_are_the_window_of_january(rows):
    """December and January have 31 days both, so that one look-back serves both ends."""
    table = log_of(rows).movements(as_of=dt.date(2024, 3, 31))
    window = log_of(rows).window("2024-01-01", "2024-02-01")
    found = {str(period): i for i, period in enumerate(table["period"])}
    assume("2024-01-01" in found)
    i = found["2024-01-01"]

    assert [table[name][i] for name in COUNTS] == [getattr(window, name) for name in COUNTS]


def test_an_unfinished_period_has_no_rate():
    """On 14 February nobody is lost yet: the counts are marked, and the rate is NaN, not 0 %."""
    log = rm.PurchaseLog(["a", "b", "a"], ["2025-01-05", "2025-01-09", "2025-02-14"])
    for as_of, over in ((None, False), ("2025-02-27", False), ("2025-02-28", True)):
        table = log.movements(as_of=as_of)
        assert table["complete"].tolist() == [True, over]
        assert math.isnan(table["retention"][1]) is not over
    assert table["retention"][1] == 50


def test_a_period_in_which_nobody_bought_is_a_row():
    """All are lost in it, and the one after it has nobody to keep: NaN, not 0 %."""
    log = rm.PurchaseLog(["a", "a"], ["2025-01-05", "2025-04-09"])
    table = log.movements(as_of="2025-04-30").to_dict()

    assert table["end"] == [1, 0, 0, 1]
    assert table["lost"] == [0, 1, 0, 0]
    assert table["reactivated"] == [0, 0, 0, 1]
    assert table["retention"] == [None, 0, None, None]


def test_movements_of_nothing():
    """Without a purchase there is no first period; without a last day there is no answer."""
    empty = rm.PurchaseLog([], [])

    assert empty.movements(as_of="2025-01-01").rows == 0
    assert came_and_went().movements(as_of="2020-01-01").rows == 0
    with pytest.raises(rm.EmptySampleError):
        empty.movements()
    with pytest.raises(rm.ParameterError, match="one of day, week, month, quarter, year"):
        came_and_went().movements(every="fortnight")
    with pytest.raises(rm.DateError, match=r"^as_of must be dates"):
        came_and_went().movements(as_of="soon")


@pytest.mark.parametrize("case", oracles("retention"), ids=lambda case: case["id"])
def test_movements_against_pandas(case):
    """The same counts from set operations on pandas indexes, and both shares of the start."""
    inputs, tolerance = case["inputs"], case["tolerance"]
    with data_set(inputs["file"]).open() as file:
        rows = list(csv.DictReader(file))
    log = rm.PurchaseLog(
        [row[inputs["customer"]] for row in rows], [row[inputs["date"]] for row in rows]
    )
    table = log.movements(every={"M": "month"}[inputs["period"]])
    columns = {
        "active_end_E": "end",
        "new_N": "new",
        "active_start_S": "start",
        "retained": "retained",
        "lost": "lost",
        "reactivated": "reactivated",
    }
    close = {"rel": tolerance["rel"], "abs": tolerance["abs"]}
    shares = {"retained_share_of_S": "retained", "lost_share_of_S": "lost"}

    assert table.rows == len(case["expected"]["rows"])
    for i, row in enumerate(case["expected"]["rows"]):
        assert set(row) <= {"period", *columns, *shares}
        assert str(table["period"][i])[:7] == row["period"]
        for name in set(row) & set(columns):
            assert table[columns[name]][i] == row[name]
        for name in set(row) & set(shares):
            share = table[shares[name]][i] / table["start"][i]
            assert share == pytest.approx(row[name], **close)
        if "retained_share_of_S" in row and table["complete"][i]:
            wanted = pytest.approx(100 * row["retained_share_of_S"], **close)
            assert table["retention"][i] == wanted
