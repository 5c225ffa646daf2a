"""Subscriptions: against counting day by day, exact sums of money, their laws, and bad input."""

import datetime as dt
import json
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from places import data_set

import relmetrics as rm
from relmetrics.customers.subscriptions.steps import blocks
from relmetrics.customers.subscriptions.table.billing import Billing, shifted

START = dt.date(2024, 11, 1)
LAST = 150
PRICES = st.sampled_from([0, 900, 1000, 2500, 9999])
BILLING = st.sampled_from(["month", "quarter", "year", "week", 30])

rows_of_subscriptions = st.lists(
    st.tuples(
        st.sampled_from("abcd"),
        st.integers(0, LAST),
        st.one_of(st.none(), st.integers(1, 90)),
        PRICES,
        BILLING,
    ),
    min_size=1,
    max_size=12,
)


def day(offset):
    return START + dt.timedelta(days=offset)


def log_of(rows, **options):
    """Return the log of rows of customer, first day, length or None, price, billing."""
    options = {"as_of": day(LAST)} | options
    return rm.SubscriptionLog(
        [row[0] for row in rows],
        [day(row[1]) for row in rows],
        [None if row[2] is None else day(row[1] + row[2]) for row in rows],
        [row[3] for row in rows],
        billing=[row[4] for row in rows],
        **options,
    )


def days_of(rows, grace=0, free="count"):
    """Return the days on which each customer is one, gaps shorter than the grace filled."""
    there = defaultdict(set)
    for who, start, length, price, _ in rows:
        there[who]  # is known, also where only free rows name them
        if price or free == "count":
            there[who] |= set(range(start, 2000 if length is None else start + length))
    for days in there.values():
        for one in sorted(days):
            for gap in range(1, grace):
                if one + 1 not in days and one + 1 + gap in days:
                    days |= set(range(one + 1, one + 1 + gap))
    return there


@given(
    rows=rows_of_subscriptions,
    low=st.integers(1, LAST),
    length=st.integers(1, 60),
    grace=st.sampled_from([0, 5, 20]),
    free=st.sampled_from(["count", "drop"]),
)
def test_a_window_is_counted_day_by_day(rows, low, length, grace, free):
    """Every count of a window, from the days on which each customer is one."""
    there, high = days_of(rows, grace, free), low + length
    window = log_of(rows, grace=grace, free=free).window(day(low), day(high))
    at_start = {who for who, days in there.items() if low - 1 in days}
    at_end = {who for who, days in there.items() if high - 1 in days}
    new = {who for who, days in there.items() if days and low <= min(days) < high}
    assert (window.start, window.end, window.new) == (len(at_start), len(at_end), len(new))
    assert window.retained == len(at_start & at_end)
    assert window.lost == len(at_start - at_end)
    assert window.reactivated == len(at_end - at_start - new)
    assert window.left_within == len(new - at_end)
    inside = sum(low <= one < high for days in there.values() for one in days)
    assert window.mean_daily == pytest.approx(inside / length)
    assert window.end == window.start - window.lost + window.new - window.left_within + (
        window.reactivated
    )


@given(rows=rows_of_subscriptions, every=st.sampled_from(["week", "month", "quarter"]))
def test_movements_are_those_of_the_last_days(rows, every):
    """Who is a customer on the last day of each period, and of the one before it."""
    there = {who: {one for one in days if one <= LAST} for who, days in days_of(rows).items()}
    table = log_of(rows).movements(every=every)
    starts = [(one - START).days for one in table["period"].tolist()]
    before = set()
    ends = [*starts[1:], LAST + 1]
    for place, (low, high) in enumerate(zip(starts, ends, strict=True)):
        now = {who for who, days in there.items() if high - 1 in days}
        new = {who for who in now - before if min(there[who]) >= low}
        expected = (len(before), len(now), len(new), len(now & before), len(before - now))
        got = tuple(int(table[name][place]) for name in ("start", "end", "new", "retained", "lost"))
        assert got == expected
        assert table["reactivated"][place] == len(now - before - new)
        before = now


@given(rows=rows_of_subscriptions)
def test_cohorts_count_who_is_there_on_some_day_of_a_month(rows):
    """By month of the first day, and by windows of 30 days from it."""
    there = {who: sorted(x for x in days if x <= LAST) for who, days in days_of(rows).items()}
    there = {who: days for who, days in there.items() if days}
    if not there:
        return
    log = log_of(rows)
    co = log.cohorts()

    def month(one):
        return day(one).year * 12 + day(one).month

    for i, cohort in enumerate(co.cohorts.tolist()):
        members = [d for d in there.values() if month(d[0]) == cohort.year * 12 + cohort.month]
        assert co.sizes[i] == len(members)
        for age in range(co.counts.shape[1]):
            at = {cohort.year * 12 + cohort.month + age}
            assert co.by_kind[0][i, age] == sum(bool({month(x) for x in d} & at) for d in members)
    rolling = log.cohorts(windows=30)
    assert rolling.sizes.tolist() == co.sizes.tolist()
    assert rolling.by_kind[0].sum() == sum(
        len({(x - d[0]) // 30 for x in d}) for d in there.values()
    )


@given(rows=rows_of_subscriptions, grace=st.sampled_from([0, 10]))
def test_survival_is_that_of_the_first_spells(rows, grace):
    """The tenure of each customer, day by day, up to the first gap or the end."""
    there = {who: {x for x in days if x <= LAST} for who, days in days_of(rows, grace).items()}
    end = LAST - max(grace - 1, 0)
    stays, gone = [], []
    for days in there.values():
        if not days or min(days) > end:
            continue
        first = last = min(days)
        while last + 1 in days:
            last += 1
        left = last < LAST and last + 1 <= end
        stays.append((last + 1 if left else end) - first)
        gone.append(left)
    if not stays:
        return
    curve = log_of(rows, grace=grace).survival()
    assert curve.table() == rm.survival(stays, gone).table()
    assert curve.censored == gone.count(False)


def months_of(rows, spread):
    """Return what each customer pays in each month, in exact fractions of a cent, per row."""
    paid = defaultdict(int)
    months = [dt.date(2024, 11, 1), dt.date(2024, 12, 1)]
    months += [dt.date(2025, m, 1) for m in range(1, 6)]
    for who, start, length, price, billing in rows:
        low, high = day(start), day(start + length) if length else dt.date(2999, 1, 1)
        for first, after in pairwise(months):
            until = min(after, day(LAST + 1))
            if first > day(LAST):
                continue
            if spread == "calendar":
                if low <= until - dt.timedelta(1) < high:
                    over = {"month": 1, "quarter": 3, "year": 12}.get(billing)
                    each = 7 if billing == "week" else billing
                    part = Fraction(price, over) if over else Fraction(price * 365, 12 * each)
                    paid[who, first] += int(part + Fraction(1, 2))
            else:
                paid[who, first] += earned(low, high, price, billing, until) - earned(
                    low, high, price, billing, first
                )
    return paid


def earned(low, high, price, billing, until):
    """Return what a row has earned by a day, one billing period after another."""
    until, total, k = max(min(until, high), low), 0, 0
    while True:
        begin, after = (boundary(low, billing, k + i) for i in (0, 1))
        if after > until:
            part = Fraction(price * (until - begin).days, (after - begin).days)
            return total + int(part + Fraction(1, 2))
        total, k = total + price, k + 1


def boundary(low, billing, k):
    months = {"month": 1, "quarter": 3, "year": 12}.get(billing)
    if months is None:
        return low + dt.timedelta(days=k * (7 if billing == "week" else billing))
    return shift(low, k * months)


def shift(one, months):
    """Return the same day so many months later, or the last of a shorter month."""
    year, month = divmod(one.year * 12 + one.month - 1 + months, 12)
    for last in (one.day, 30, 29, 28):
        try:
            return dt.date(year, month + 1, min(one.day, last))
        except ValueError:
            continue
    raise AssertionError


@given(rows=rows_of_subscriptions, spread=st.sampled_from(["calendar", "daily"]))
def test_revenue_is_that_of_every_row_in_exact_fractions(rows, spread):
    """Month by month and to the cent; the waterfall holds exactly."""
    paid = months_of(rows, spread)
    history = log_of(rows, spread=spread).revenue()
    end = None
    for period, movement in history.items():
        total = sum(amount for (_, first), amount in paid.items() if str(first) == period)
        assert movement.end == total
        assert end is None or movement.start == end
        gained = movement.new + movement.reactivated + movement.expansion
        assert movement.start + gained - movement.contraction - movement.churned == movement.end
        end = movement.end


@given(
    price=st.integers(0, 10**6),
    start=st.integers(0, 400),
    length=st.integers(1, 800),
    billing=st.sampled_from(["month", "quarter", "half-year", "year", "week", 30, "total"]),
)
def test_what_days_earn_adds_to_the_price_of_whole_periods(price, start, length, billing):
    """Spread over days of whole periods, the months add to what was paid, to the cent."""
    log = rm.SubscriptionLog(
        ["x", "a"],
        ["2024-01-01", day(start)],
        [None, day(start + length)],
        [0, price],
        billing=[billing if billing != "total" else "month", billing],
        spread="daily",
        as_of="2028-12-31",
    )
    total = sum(movement.end for movement in log.revenue().values())
    bill = Billing.of(billing, 1)
    low = np.array([(day(start) - dt.date(1970, 1, 1)).days])
    whole = int(bill.begun(low, low + length, low + length)[0])
    assert price * whole <= total <= price * (whole + (billing != "total"))


@given(offset=st.integers(0, 2000), months=st.integers(0, 60))
def test_a_billing_month_ends_on_the_same_day_or_the_last_one(offset, months):
    """31 January is followed by 28 February and by 31 March."""
    one = dt.date(2023, 1, 1) + dt.timedelta(days=offset)
    number = np.array([(one - dt.date(1970, 1, 1)).days])
    found = shifted(number, np.array([months])).astype("datetime64[D]")[0].item()
    assert found == shift(one, months)


@given(rows=rows_of_subscriptions, cut=st.integers(0, 12))
def test_parts_add_to_the_whole(rows, cut):
    """Split anywhere, also within a customer, and written and read on the way."""
    cut %= len(rows) + 1
    whole = log_of(rows)
    parts = [log_of(part) for part in (rows[:cut], rows[cut:]) if part]
    read = [rm.SubscriptionLog.from_dict(json.loads(json.dumps(x.to_dict()))) for x in parts]
    both = sum(read)
    assert both.to_dict() == whole.to_dict()
    assert both.movements() == whole.movements()
    assert both.revenue() == whole.revenue()
    assert both.stages(as_of=day(LAST)) == whole.stages(as_of=day(LAST))


@given(rows=rows_of_subscriptions)
def test_a_log_built_month_by_month_is_the_whole_one(rows):
    """Rows that are cut where months end touch, so nothing changes but the number of rows."""
    cut = []
    for who, start, length, price, billing in rows:
        low, high = start, 200 if length is None else start + length
        while low < high:
            after = min((shift(day(low).replace(day=1), 1) - START).days, high)
            open_end = after == high and length is None
            cut.append((who, low, None if open_end else after - low, price, billing))
            low = after
    whole, months = log_of(rows), log_of(cut)
    assert months.movements() == whole.movements()
    assert months.cohorts() == whole.cohorts()
    assert months.survival() == whole.survival()
    assert months.revenue() == whole.revenue()
    window = day(30), day(90)
    assert months.window(*window) == whole.window(*window)


def test_who_is_due_to_renew():
    """Of a year's contracts only those that end in the window count, renewed or not."""
    log = rm.SubscriptionLog(
        ["gone", "kept", "later", "again", "monthly"],
        ["2024-03-10", "2024-03-20", "2024-06-01", "2024-03-01", "2024-03-05"],
        ["2025-03-10", None, None, "2025-03-01", None],
        billing=["year", "year", "year", "year", "month"],
    ) + rm.SubscriptionLog(["again"], ["2025-03-01"], billing="year")
    march = "2025-03-01", "2025-04-01"
    assert log.churn(*march).value == 20.0
    due = log.churn(*march, base="due")
    assert (due.n, due.value) == (4, 25.0)
    assert log.retention(*march, definition="due").value == 75.0
    assert "due" in str(due.explain())


def test_an_upgrade_in_mid_month_by_either_rule():
    """By calendar what runs on the last day counts; by days each part of the month."""
    rows = {
        "customers": ["a", "a"],
        "start": ["2025-01-01", "2025-02-15"],
        "end": ["2025-02-15", None],
        "amounts": [2800, 5600],
        "as_of": "2025-03-31",
    }
    by_calendar = rm.SubscriptionLog(**rows).revenue()["2025-02-01"]
    assert (by_calendar.expansion, by_calendar.end) == (2800, 5600)
    daily = rm.SubscriptionLog(**rows, spread="daily").revenue()["2025-02-01"]
    assert daily.end == 14 * 100 + 14 * 200


def test_a_pause_a_trial_and_a_late_renewal():
    """A pause churns and reactivates unless it is shorter than the grace; trials by their rule."""
    rows = {
        "customers": ["a", "a", "b", "b"],
        "start": ["2025-01-01", "2025-03-10", "2025-01-10", "2025-02-10"],
        "end": ["2025-02-25", None, "2025-02-10", None],
        "amounts": [1000, 1000, 0, 500],
        "as_of": "2025-03-31",
    }
    log = rm.SubscriptionLog(**rows)
    history = log.revenue()
    assert (history["2025-02-01"].churned, history["2025-03-01"].reactivated) == (1000, 1000)
    late = rm.SubscriptionLog(**rows, grace=14)
    assert late.revenue()["2025-03-01"].reactivated == 0
    assert late.movements()["lost"].sum() == 0
    assert "14 days" in str(late.churn("2025-02-01", "2025-04-01").explain())
    assert log.window("2025-01-01", "2025-02-01").new == 2
    assert rm.SubscriptionLog(**rows, free="drop").window("2025-02-01", "2025-03-01").new == 1


def test_decimals_are_kept_to_the_cent():
    """A price of 100 a year is 8.33 a month, in `Decimal`."""
    log = rm.SubscriptionLog(
        ["x", "a"], ["2025-01-01", "2025-02-01"], None, [Decimal(0), Decimal(100)], billing="year"
    )
    assert log.revenue(as_of="2025-02-28")["2025-02-01"].new == Decimal("8.33")
    mixed = log + rm.SubscriptionLog(["b"], ["2025-02-01"], amounts=[Decimal("1.005")])
    assert mixed.revenue(as_of="2025-02-28")["2025-02-01"].new == Decimal("9.338")


@pytest.mark.parametrize(
    ("given_", "kind", "shown"),
    [
        ({"end": ["2024-01-01"]}, rm.DateError, "2025-01-01 to 2024-01-01"),
        ({"start": [None]}, rm.DateError, "None at position 0"),
        ({"amounts": [-5]}, rm.AmountError, "-5 at position 0"),
        ({"amounts": [float("inf")]}, rm.AmountError, "inf at position 0"),
        ({"billing": "fortnight"}, rm.ParameterError, "fortnight"),
        ({"billing": ["fortnight"]}, rm.LabelError, "'fortnight' at position 0"),
        ({"billing": "total", "amounts": [5]}, rm.DateError, "missing at position 0"),
        ({"grace": -1}, rm.ParameterError, "grace"),
        ({"free": "x"}, rm.ParameterError, "free"),
        ({"ends": "x"}, rm.ParameterError, "ends"),
        ({"spread": "x"}, rm.ParameterError, "spread"),
        ({"customers": [None]}, rm.CustomerError, "missing"),
        ({"amounts": [1, 2]}, rm.LengthError, "amounts"),
        ({"start": None}, rm.ParameterError, "start"),
    ],
)
def test_bad_rows_are_named(given_, kind, shown):
    """With the value, its place and a remedy."""
    columns = {"customers": ["a"], "start": ["2025-01-01"]} | given_
    with pytest.raises(kind, match=shown):
        rm.SubscriptionLog(**columns)


def test_currencies_are_never_added():
    """Not within a customer at the same time, nor in one sum of revenue."""
    days = ["2025-01-01", "2025-02-01"]
    with pytest.raises(rm.AmountError, match="'a' at position 1"):
        rm.SubscriptionLog(["a", "a"], days, None, [1, 2], currencies=["EUR", "USD"])
    log = rm.SubscriptionLog(["a", "b"], days, None, [1, 2], currencies=["EUR", "USD"])
    assert log.window("2025-01-01", "2025-03-01").end == 2
    with pytest.raises(rm.AmountError, match="EUR"):
        log.revenue()
    other = rm.SubscriptionLog(["a"], days[:1], None, [1], currencies=["USD"])
    with pytest.raises(rm.AmountError, match="different currencies"):
        _ = log + other
    with pytest.raises(rm.StateError, match="amounts"):
        rm.SubscriptionLog(["a"], ["2025-01-01"]).revenue()


def test_credits_lower_revenue_and_make_no_customer():
    """A credit note for a service period is taken off it."""
    log = rm.SubscriptionLog.from_invoices(
        ["x", "a", "a", "b"],
        ["2024-12-01", "2025-01-01", "2025-01-01", "2025-01-01"],
        ["2025-03-01", "2025-02-01", "2025-02-01", "2025-02-01"],
        [3100, 3100, -1000, -500],
        as_of="2025-02-28",
    )
    assert log.window("2025-01-01", "2025-02-01").end == 2
    january = log.revenue()["2025-01-01"]
    assert january.new == 2100
    assert log.revenue().below_zero == (("b", "2025-01-01", -500),)


def test_real_invoices():
    """Lines of invoices of an Australian software house, with credits, lines of 0 and renewals."""
    import csv  # noqa: PLC0415 - only here
    import gzip  # noqa: PLC0415 - the same

    path = data_set("more/q_invoice_lines.csv.gz")
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["validInvoice"] == "1"]
    aud = [row for row in rows if row["currency"] == "AUD"]
    log = rm.SubscriptionLog.from_invoices(
        [row["CustOrgID"] for row in aud],
        [row["ValidFrom"] for row in aud],
        [row["ValidTo"] for row in aud],
        [Decimal(row["Amount"]) for row in aud],
        grace=60,
    )
    history = log.revenue(every="quarter")
    end = None
    for movement in history.values():
        gained = movement.new + movement.reactivated + movement.expansion
        assert movement.start + gained - movement.contraction - movement.churned == movement.end
        assert end is None or movement.start == end
        end = movement.end
    year = log.churn("2012-01-01", "2013-01-01"), log.churn("2012-01-01", "2013-01-01", base="due")
    assert year[0].n >= year[1].n > 50


@pytest.mark.parametrize(
    "options", [{}, {"values": "revenue"}, {"entry": "recurring"}, {"windows": 30}]
)
def test_cohorts_are_counted_in_blocks_of_customers(monkeypatch, options):
    """What the blocks add to is what the whole comes to, whatever is asked."""
    rng = np.random.default_rng(6)
    start = np.datetime64("2024-01-01") + rng.integers(0, 300, 90)
    end = start + rng.integers(1, 200, 90)
    log = rm.SubscriptionLog(rng.integers(0, 40, 90), start, end, rng.integers(0, 9, 90) * 100)
    whole = log.cohorts(as_of="2025-01-31", **options)
    monkeypatch.setattr("relmetrics.customers.subscriptions.steps._BLOCK", 7)
    assert [len(part.customers) for part in blocks(log)] == [7] * 5 + [len(log.customers) - 35]
    parts = log.cohorts(as_of="2025-01-31", **options)
    assert parts == whole
    assert parts.to_dict() == whole.to_dict()
