"""What people do after they answered, and in a campaign: plain references, refusals, words."""

import csv
import datetime as dt
from html import unescape

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from places import data_set

import relmetrics as rm
from relmetrics.customers.people.measures import RevenuePerCustomer

START = dt.date(2024, 1, 1)
PEOPLE = list("abcdefgh")
rows = st.lists(
    st.tuples(
        st.sampled_from([*PEOPLE, "x"]),
        st.integers(0, 700),
        st.one_of(st.none(), st.integers(-20, 60)),
    ),
    min_size=1,
    max_size=40,
)


def day(offset):
    return START + dt.timedelta(days=offset)


def log_of(rows):
    # One who is asked is there, so that the ids are those of the log.
    rows = [("a", 0, 5), *rows]
    return rm.PurchaseLog(
        [who for who, _, _ in rows], [day(offset) for _, offset, _ in rows], [m for _, _, m in rows]
    )


def later(date, months):
    """Return the same day some months later, or the last one that this month has."""
    year, month = divmod(12 * date.year + date.month - 1 + months, 12)
    for last in (date.day, 30, 29, 28):
        try:
            return dt.date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError


def spent(rows, who, first, after):
    """Return how often somebody bought from one day to before another, and for how much."""
    rows = [("a", 0, 5), *rows]
    inside = [m for name, at, m in rows if name == who and first <= day(at) < after]
    return sum(m is None or m >= 0 for m in inside), sum(m for m in inside if m is not None)


@pytest.mark.parametrize(
    ("metric", "classes"),
    [
        (rm.NPS(), {6: "detractor", 7: "passive", 8: "passive", 9: "promoter", None: None}),
        (rm.NPS(detractors_to=8), {8: "detractor", 9: "promoter"}),
        (rm.CSAT(), {3: "not satisfied", 4: "satisfied"}),
        (rm.CSAT(definition="net"), {2: "dissatisfied", 3: "neutral", 4: "satisfied"}),
        (rm.CES(definition="easy_share"), {3: "easy", 4: "not easy"}),
        (rm.CES(definition="easy_share", higher_is_better=True), {4: "not easy", 5: "easy"}),
        (rm.Rate(), {True: "yes", False: "no", None: None}),
        (rm.LoyaltyRate(), {4: "not loyal", 5: "loyal"}),
    ],
)
def test_classes_by_name(metric, classes):
    """Of every metric that is a share, or a share less another one."""
    found = metric.classes(list(classes))
    assert found.labels.tolist() == list(classes.values())
    assert found.missing == (None in classes)
    assert set(found.names) >= {name for name in classes.values() if name}


@given(answers=st.lists(st.one_of(st.none(), st.integers(0, 10)), min_size=1, max_size=30))
def test_as_many_are_in_each_class_as_the_score_counts(answers):
    """The shares of the estimate are those of the classes."""
    found = rm.NPS().classes(answers, respondents=range(len(answers)))
    assert found.n + found.missing == len(answers) == len(found)
    if found.n:
        shares = rm.nps(answers).shares
        table = found.table()
        expected = [shares[f"{name}s"] for name in table["class"]]
        assert table["share"].tolist() == pytest.approx(expected)
    assert [found[who] for who in found] == found.labels.tolist()


def test_classes_refuse():
    """A mean has none; nobody answers twice; respondents are needed for a mapping."""
    with pytest.raises(rm.StateError, match=r"has no classes.*CES\(definition='easy_share'\)"):
        rm.CES().classes([1])
    with pytest.raises(rm.CustomerError, match=r"repeated: 'a' at position 1.*one_per"):
        rm.NPS().classes([1, 2], respondents=["a", "a"])
    with pytest.raises(rm.LengthError, match="respondents has 1"):
        rm.NPS().classes([1, 2], respondents=["a"])
    with pytest.raises(rm.OffScaleError, match="11"):
        rm.NPS().classes([11])
    plain = rm.NPS().classes([10, 3])
    with pytest.raises(rm.StateError, match="needs respondents"):
        plain["a"]
    with pytest.raises(rm.StateError, match="needs respondents"):
        log_of([]).loyalty(by=plain)
    with pytest.raises(KeyError, match="Did you mean"):
        rm.NPS().classes([10], respondents=["anna"])["ann"]


def test_classes_are_segments_of_any_question():
    """A mapping of respondent to class, with those of no class in a group of their own."""
    log = log_of([("a", 9, 1), ("b", 3, 1)])
    said = rm.NPS().classes([10, 3, None], respondents=["a", "b", "c"])
    assert {name: found.value for name, found in log.repeat(by=said).items()} == {
        "promoter": 100.0,
        "detractor": 0.0,
    }
    assert log.repeat(by=said).table().columns.keys() >= {"class"}


@settings(max_examples=40, deadline=None)
@given(
    rows=rows,
    said=st.lists(
        st.tuples(st.one_of(st.none(), st.integers(0, 10)), st.integers(0, 600)),
        min_size=len(PEOPLE),
        max_size=len(PEOPLE),
    ),
    months=st.integers(1, 14),
)
def test_after_the_answer_agrees_with_a_plain_reference(rows, said, months):
    """Each respondent on their own: from the day after the answer, for so many months."""
    log, as_of = log_of(rows), day(650)
    classes = rm.NPS().classes([answer for answer, _ in said], respondents=PEOPLE)
    answered = [day(at) for _, at in said]
    over = {who: later(when, months) <= as_of for who, when in zip(PEOPLE, answered, strict=True)}
    kept = [
        (who, when)
        for who, when in zip(PEOPLE, answered, strict=True)
        if classes[who] is not None and over[who]
    ]
    if not kept:
        with pytest.raises(rm.EmptySampleError, match="nobody of 8 respondents"):
            log.after(classes, answered, months=months, as_of=as_of)
        return
    found = log.after(classes, answered, months=months, as_of=as_of)
    one = dt.timedelta(days=1)
    present = {who for who, _, _ in [("a", 0, 5), *rows]}
    assert found.unknown == sum(who not in present for who, _ in kept)
    assert found.missing == classes.missing
    assert found.too_recent == len(PEOPLE) - classes.missing - len(kept)
    order = [name for name in classes.names if name in {classes[who] for who, _ in kept}]
    assert list(found.retention) == order
    for name in order:
        after = [
            spent(rows, who, when + one, later(when, months) + one)
            for who, when in kept
            if classes[who] == name
        ]
        before = [
            spent(rows, who, later(when, -months) + one, when + one)[1]
            for who, when in kept
            if classes[who] == name
        ]
        n = len(after)
        assert found.retention[name].value == pytest.approx(100 * sum(t > 0 for t, _ in after) / n)
        assert found.repeat[name].value == pytest.approx(100 * sum(t > 1 for t, _ in after) / n)
        assert found.revenue[name].value == pytest.approx(sum(m for _, m in after) / n, abs=1e-9)
        assert found.revenue_before[name].value == pytest.approx(sum(before) / n, abs=1e-9)
    assert found.table()["class"].tolist() == order


def test_the_day_of_the_answer_is_before_it():
    """Who is asked at the counter has bought already."""
    log = rm.PurchaseLog(["a", "a", "a"], ["2025-01-10", "2025-02-10", "2025-02-11"], [1.0, 2, 4])
    said = rm.NPS().classes([10], respondents=["a"])
    after = log.after(said, ["2025-01-10"], months=1, as_of="2025-02-10")
    assert after.revenue["promoter"].value == 2.0
    assert after.revenue_before["promoter"].value == 1.0
    assert after.worth("promoter", "promoter").value == 0.0


def test_a_mapping_of_labels_needs_a_mapping_of_days():
    """The order of a dictionary is not that of a column."""
    log = log_of([("b", 100, 10)])
    labels = {"b": "gold", "a": "basic"}
    found = log.after(labels, {"a": "2024-02-01", "b": "2024-02-01"}, months=3, as_of="2025-01-01")
    assert list(found.retention) == ["gold", "basic"]
    assert found.retention["gold"].value == 100.0
    with pytest.raises(rm.ParameterError, match="a mapping of respondent to day"):
        log.after(labels, ["2024-02-01", "2024-02-01"])
    with pytest.raises(rm.DateError, match="None at position 1"):
        log.after(labels, {"b": "2024-02-01"})
    with pytest.raises(rm.ParameterError, match="a mapping of respondent to class"):
        log.after(["gold"], ["2024-02-01"])


def test_days_of_other_rows_are_refused():
    """A sorted column beside one that is not would give respondents the days of others."""
    pd = pytest.importorskip("pandas")
    log = log_of([("b", 100, 10)])
    frame = pd.DataFrame({"who": ["a", "b"], "score": [10, 3], "day": ["2024-02-01", "2024-02-05"]})
    said = rm.NPS().classes(frame["score"], respondents=frame["who"])
    assert log.after(said, frame["day"], months=3, as_of="2025-01-01").too_recent == 0
    with pytest.raises(rm.AlignmentError, match="classes and answered have different indexes"):
        log.after(said, frame["day"][::-1], months=3, as_of="2025-01-01")
    with pytest.raises(rm.AlignmentError, match="answers and respondents"):
        rm.NPS().classes(frame["score"], respondents=frame["who"][::-1])


def test_referrals_are_a_log_of_their_own():
    """Who sent somebody after the answer; who sent nobody is in no such log."""
    log = log_of([("b", 100, 10)])
    said = rm.NPS().classes([10, 3], respondents=["a", "b"])
    sent = rm.PurchaseLog(["a", "z"], ["2024-03-01", "2024-03-02"])
    days = ["2024-02-01", "2024-02-01"]
    found = log.after(said, days, months=3, as_of="2025-01-01", referrals=sent)
    assert [one.value for one in found.referral.values()] == [0.0, 100.0]
    assert found.table()["referral"].tolist() == [0.0, 100.0]
    without = log.after(said, days, months=3, as_of="2025-01-01")
    with pytest.raises(rm.StateError, match="referrals"):
        _ = without.referral
    with pytest.raises(rm.ParameterError, match="a log of who sent somebody"):
        log.after(said, days, months=3, as_of="2025-01-01", referrals=["a"])


def test_without_amounts_there_is_no_revenue():
    """Everything else is there."""
    log = rm.PurchaseLog(["a", "b"], ["2025-01-10", "2025-03-10"])
    said = rm.NPS().classes([10, 3], respondents=["a", "b"])
    after = log.after(said, ["2025-02-01"] * 2, months=1, as_of="2025-12-31")
    lifted = log.lift(["a"], ["b"], "2025-01-01", "2025-02-01")
    for ask in (lambda: after.revenue, lambda: after.worth("a", "b"), lambda: lifted.revenue):
        with pytest.raises(rm.StateError, match="needs amounts"):
            ask()
    assert "revenue" not in after.table()
    assert lifted.table()["quantity"].tolist() == ["conversion", "repeat"]


@settings(max_examples=40, deadline=None)
@given(rows=rows, start=st.integers(0, 500), length=st.integers(1, 200), cut=st.integers(1, 7))
def test_the_lift_of_a_campaign_agrees_with_a_plain_reference(rows, start, length, cut):
    """In the window, and in one of equal length before it."""
    log = log_of(rows)
    sides = PEOPLE[:cut], PEOPLE[cut:]
    first, after = day(start), day(start + length)
    if np.datetime64(first) > log.as_of():
        with pytest.raises(rm.DateError, match="the log is from 2024-01-01 to"):
            log.lift(*sides, first, after)
        return
    found = log.lift(*sides, first, after)
    for place, side in enumerate(sides):
        during = [spent(rows, who, first, after) for who in side]
        before = [spent(rows, who, first - (after - first), first) for who in side]
        n, name = len(side), ("treated", "control")[place]
        for effect, balance, values in (
            (found.conversion, 0, [100 * (t > 0) for t, _ in during]),
            (found.repeat, 1, [100 * (t > 1) for t, _ in during]),
            (found.revenue, 2, [m for _, m in during]),
        ):
            assert getattr(effect, name).value == pytest.approx(sum(values) / n, abs=1e-9)
            kinds = [100 * (t > 0) for t, _ in before], [100 * (t > 1) for t, _ in before]
            expected = [*kinds, [m for _, m in before]][balance]
            shown = found.balance[name][balance]
            wanted = sum(expected) / n if start else float("nan")  # the log begins on day 0
            assert shown == pytest.approx(wanted, abs=1e-9, nan_ok=True)
    present = {"a", *(who for who, _, _ in rows)}
    assert found.unknown == tuple(sum(who not in present for who in side) for side in sides)
    table = found.table()
    assert table["difference"] == pytest.approx(table["treated"] - table["control"], abs=1e-9)
    assert not (table["p_adjusted"] < table["p_value"]).any()  # of one customer there is none


def test_standardised_differences_do_not_grow_with_the_groups():
    """Twice the same customers are as far apart as once."""

    def balance(times):
        people = [f"{who}{i}" for i in range(times) for who in "abcd"]
        rows = [(who, 40, {"a": 10, "b": 30, "c": 20}[who[0]]) for who in people if who[0] != "d"]
        rows.append(("z", 60, 10))  # somebody else: the log goes on
        log = rm.PurchaseLog(
            [who for who, _, _ in rows], [day(at) for _, at, _ in rows], [m for _, _, m in rows]
        )
        sides = [[who for who in people if who[0] in pair] for pair in ("ab", "cd")]
        return log.lift(*sides, day(50), day(70)).balance

    once, often = balance(1), balance(5)
    assert once["standardised_difference"] == pytest.approx(often["standardised_difference"])
    # (20 - 10) / sqrt((100 + 100) / 2), and one of two against all.
    assert once["standardised_difference"].tolist() == pytest.approx([2**0.5, 0.0, 1.0])
    assert once["balanced"].tolist() == [False, True, False]


def test_a_campaign_says_what_it_does_not_prove():
    """Who was chosen, who is not in the log, and for how long it runs."""
    log = log_of([("b", 100, 10), ("c", 130, 20)])
    plain = str(log.lift(["a", "b"], ["c", "new"], day(120), day(150)))
    assert "proves no effect" in plain
    assert "0 treated and 1 control customers are not in the log" in plain
    assert "The log ends on 2024-05-10" in plain
    assert "Before the campaign the groups differed" in plain
    drawn = str(log.lift(["a", "b"], ["c"], day(120), day(131), randomised=True))
    assert "Chance decided who was treated, as you say" in drawn
    assert "not in the log" not in drawn
    early = str(log.lift(["a", "b"], ["c"], day(5), day(100)))
    assert "The log begins on 2024-01-01" in early


@pytest.mark.parametrize(
    ("treated", "control", "error", "match"),
    [
        (["a", "b"], ["b", "c"], rm.CustomerError, r"1 customer is in both: 'b' at position 1"),
        (["a", "a"], ["c"], rm.CustomerError, r"treated must be different.*'a' at position 1"),
        ([1], ["c"], rm.CustomerError, "Text and numbers differ"),
        (["y"], ["z"], rm.CustomerError, "none of 2 is, such as 'y'"),
        ([], ["c"], rm.EmptySampleError, "treated"),
        (["a", None], ["c"], rm.CustomerError, "missing, at position 1"),
    ],
)
def test_a_campaign_refuses(treated, control, error, match):
    """Ids that cannot be those of two groups of customers."""
    with pytest.raises(error, match=match):
        log_of([]).lift(treated, control, "2024-01-01", "2024-02-01")


def test_a_report_says_what_is_not_proven():
    """Beside the figures, wherever they are shown."""
    log = log_of([("b", 100, 10), ("c", 130, 20)])
    said = rm.NPS().classes([10, 3, None], respondents=["a", "b", "new"])
    after = log.after(said, ["2024-02-01"] * 3, months=3, as_of="2025-01-01")
    lifted = log.lift(["a", "b"], ["c", "new"], day(120), day(150))
    for result, notes in ((after, after.notes), (lifted, lifted.limits)):
        for text in (rm.report([result]).to_markdown(), rm.report([result]).to_html()):
            assert all(note.split("`")[0] in text for note in notes)
        assert all(note in unescape(result._repr_html_()) for note in notes)
    assert "Left out: 1 without an answer." in after.notes


money = st.lists(st.integers(0, 300), min_size=2, max_size=12)


@settings(max_examples=40, deadline=None)
@given(ours=money, theirs=money, level=st.sampled_from([0.8, 0.95, 0.99]))
def test_the_difference_of_skewed_money(ours, theirs, level):
    """Test and interval agree, either side may come first, and it is never the shorter one."""
    metric = RevenuePerCustomer()
    a, b = (
        metric.moments({"revenue": [float(x) for x in side], "customers": [1] * len(side)})
        for side in (ours, theirs)
    )
    found = metric.compare(a, b, confidence_level=level)
    back = metric.compare(b, a, confidence_level=level)
    scale = 1 + max(abs(found.low), abs(found.high))
    assert (back.low, back.high) == pytest.approx((-found.high, -found.low), abs=1e-9 * scale)
    assert back.p_value == pytest.approx(found.p_value, abs=1e-9)
    assert found.low <= found.value <= found.high
    near_zero = min(abs(found.low), abs(found.high)) < 1e-6 * scale
    assert near_zero or (found.p_value < 1 - level) == (not found.low <= 0 <= found.high)
    symmetric = metric.compare(a, b, confidence_level=level, method="adjusted")
    assert found.low <= symmetric.low + 1e-9 * scale
    assert found.high >= symmetric.high - 1e-9 * scale


def test_many_differences_are_those_of_one():
    """A breakdown compares all at once."""
    metric = RevenuePerCustomer()
    amounts = [0.0, 0, 30, 4, 0, 80, 5, 0, 0, 9, 12, 1]
    data = {"revenue": amounts, "customers": [1] * len(amounts)}
    by = metric.by(data, list("aaaabbbbcccc"))
    table = by.compare(against="pairs", adjust=None).table()
    for place in range(table.rows):
        row = {name: column[place] for name, column in table.items()}
        one = metric.compare(by[row["group"]].state, by[row["reference_group"]].state)
        ends = one.low, one.high, one.p_value
        assert (row["low"], row["high"], row["p_value"]) == pytest.approx(ends)


def test_the_ratio_of_two_ratios_of_sums():
    """Lift takes what is money as it takes rates; the errors of the logarithms add."""
    aov = rm.AverageOrderValue()
    a, b = (
        aov({"amount": amounts, "orders": [1, 2, 1]}) for amounts in ([10.0, 30, 20], [9.0, 11, 10])
    )
    found = rm.lift(a, b)
    assert found.value == pytest.approx(2.0)
    assert found.low * found.high == pytest.approx(found.value**2)
    assert rm.lift(b, a).value == pytest.approx(0.5)
    assert str(found).endswith("15.00 (n = 3) against 7.50 (n = 3), log_ratio)")
    nothing = aov({"amount": [0.0, 0], "orders": [1, 1]})
    assert np.isnan(rm.lift(nothing, b).low)
    assert "no interval" in str(rm.lift(nothing, b))
    with pytest.raises(rm.ParameterError, match="the estimate of a rate"):
        rm.lift(a, rm.rate(1, 2))


@pytest.mark.long
@pytest.mark.parametrize(
    ("n", "m", "buy", "sigma"),
    [(50, 50, 0.4, 1.2), (200, 50, 0.4, 1.2), (500, 100, 0.25, 1.5), (1000, 1000, 0.25, 1.5)],
)
def test_the_interval_of_the_difference_covers(n, m, buy, sigma):
    """Many who buy nothing and few who buy for much: 95 % holds the truth in 92 of 100 or more."""
    rng, metric, times = np.random.default_rng(5), RevenuePerCustomer(), 2000
    sides = []
    for size in (n, m):
        spent = rng.lognormal(0, sigma, (times, size)) * (rng.random((times, size)) < buy)
        data = {"revenue": spent.ravel(), "customers": np.ones(spent.size)}
        sides.append(metric.by(data, np.repeat(np.arange(times), size)).states)
    found = metric.form.contrast(*sides, 0.95, "mover")
    covered = (found.low <= 0) & (found.high >= 0)
    assert covered.mean() >= 0.92
    assert ((found.p_value < 0.05) == ~covered).mean() > 0.999


@pytest.mark.long
def test_real_customers_drawn_by_chance_do_not_differ():
    """As often as the level says, of the purchases of a shop, one group ten times the other."""
    with data_set("cdnow_sample.csv").open() as file:
        rows = list(csv.DictReader(file))
    who, days, amounts = ([row[name] for row in rows] for name in ("customer_id", "date", "amount"))
    log = rm.PurchaseLog(who, days, [float(amount) for amount in amounts])
    rng, ids, draws = np.random.default_rng(3), log.customers.copy(), 300
    found = {"conversion": 0, "repeat": 0, "revenue": 0}
    for _ in range(draws):
        rng.shuffle(ids)
        campaign = log.lift(ids[:100], ids[100:1100], "1997-07-01", "1998-01-01", randomised=True)
        for name, effect in campaign.effects.items():
            found[name] += effect.difference.p_value < 0.05
    assert all(0.02 * draws <= count <= 0.08 * draws for count in found.values()), found


def test_tables_of_a_report_are_named():
    """A part with several tables says in Markdown what each is of, as the page does."""
    log = log_of([("b", 100, 10), ("c", 130, 20)])
    said = rm.NPS().classes([10, 3], respondents=["a", "b"])
    after = log.after(said, [day(60)] * 2, months=1)
    text = rm.report([log.lift(["a"], ["b"], day(50), day(120)), after]).to_markdown()
    assert "**Treated against control**" in text
    assert "**Before the campaign**" in text
    assert "**Revenue per customer by class**" in text


def test_nothing_is_said_of_days_that_the_log_does_not_know():
    """Else everybody bought nothing there, and the groups were alike before."""
    log = log_of([("b", 100, 10), ("c", 130, 20)])
    for first, after in ((day(-90), day(0)), (day(131), day(150))):
        with pytest.raises(rm.DateError, match=r"the log is from 2024-01-01 to 2024-05-10.*more"):
            log.lift(["a"], ["b"], first, after)
    found = log.lift(["a"], ["b"], day(0), day(90))
    assert "not before the campaign: whether the groups were alike is not known" in str(found)
    assert np.isnan(found.balance["standardised_difference"]).all()
    assert not found.balance["balanced"].any()
    assert "of a shorter time" in str(log.lift(["a"], ["b"], day(50), day(120)))

    said = rm.NPS().classes([10, 3], respondents=["a", "b"])
    with pytest.raises(rm.DateError, match="the log is from 2024-01-01 to 2024-05-10"):
        log.after(said, [day(-90)] * 2, months=2)
    for at, words in (
        ((-90, 60), "after 1 of 2 answers: what these respondents bought until then"),
        ((10, 60), "within the months before 1 of 2 answers: their revenue before"),
        ((60, 60), ""),
    ):
        after = log.after(said, [day(one) for one in at], months=1)
        assert words in str(after)
        assert ("The log begins" in str(after)) == bool(words)
