"""Gray's test of groups and reasons of leaving: against the paper, another program, by chance."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import relmetrics as rm

WHY = {0: None, 1: "price", 2: "moved"}
rows = st.lists(
    st.tuples(st.integers(1, 9), st.sampled_from([0, 1, 2]), st.sampled_from("abc")),
    min_size=4,
    max_size=25,
)


def by_group(times, events, groups, **options):
    gone = [event > 0 for event in events]
    return rm.survival(
        times, gone, by=groups, reasons=[WHY[int(event)] for event in events], **options
    )


# The statistic and its p-value, by comprisk 0.8.0, a program of other hands, which says that it
# follows cmprsk of R; with rho, with ties, and with three groups.
EVENTS = [1, 2, 1, 0, 1, 1, 2, 0, 1, 2, 1, 0, 1, 2]
TIED = [1, 1, 2, 2, 3, 3, 3, 4, 4, 5, 6, 6, 7, 8]


@pytest.mark.parametrize(
    ("times", "groups", "rho", "statistic", "p_value"),
    [
        (range(1, 15), [0, 1] * 7, 0.0, 4.205733594876849, 0.040287545035397915),
        (range(1, 15), [0, 1] * 7, 1.0, 3.9868163828241823, 0.04585763263097664),
        (TIED, [0, 1] * 7, 0.0, 4.56490812456842, 0.03263342461567298),
        (TIED, [0, 1, 2] * 4 + [0, 1], 0.0, 1.9208611029897282, 0.3827280663548956),
    ],
)
def test_against_another_program(times, groups, rho, statistic, p_value):
    """Statistic and p-value to the last digits."""
    found = by_group(times, EVENTS, groups).compare_incidence("price", rho=rho)
    assert found.statistic == pytest.approx(statistic, rel=1e-12)
    assert found.p_value == pytest.approx(p_value, rel=1e-12)
    assert found.df == len(set(groups)) - 1


def by_the_paper(data, rho):  # noqa: C901 - one loop for each sum
    """Score and variance by the sums of the paper, one by one: no ties within a group's reason."""
    names = sorted({group for *_, group in data})
    times = sorted({time for time, event, _ in data if event})

    def count(time, event, group):
        return sum(row == (time, event, group) for row in data)

    risk = {(k, t): sum(x >= t and g == k for x, _, g in data) for k in names for t in times}
    stay, gone = dict.fromkeys(names, 1.0), dict.fromkeys(names, 0.0)
    incidence, score = 0.0, dict.fromkeys(names, 0.0)
    steps = []
    for t in times:
        h = {k: risk[k, t] / stay[k] if risk[k, t] else 0.0 for k in names}
        d = {k: count(t, 1, k) for k in names}
        size = {k: h[k] * (1 - gone[k]) for k in names}
        step = sum(d.values()) / sum(h.values()) if sum(h.values()) else 0.0
        weight = (1 - incidence) ** rho
        for k in names:
            if sum(size.values()):
                rate = sum(d.values()) / sum(size.values())
                score[k] += weight * (d[k] - size[k] * rate)
        before = dict(stay), incidence
        for k in names:
            if risk[k, t]:
                gone[k] += stay[k] * d[k] / risk[k, t]
                stay[k] *= 1 - (d[k] + count(t, 2, k)) / risk[k, t]
        incidence = min(incidence + step, 1.0)
        steps.append((t, h, step, weight, *before, dict(stay), incidence))
    variance = np.zeros((len(names), len(names)))
    for r in names:
        c = [dict.fromkeys(names, 0.0)]
        dd = []
        for _, h, step, weight, _, early, _, _ in steps:
            total = sum(h.values())
            dd.append({k: weight * h[r] * ((k == r) - h[k] / total) if total else 0 for k in names})
            last = c[-1]
            rate = step / (1 - early) if 1 - early > 1e-12 else 0.0
            c.append({k: last[k] + dd[-1][k] * rate for k in names})
        for i, (t, h, step, _, early_stay, _, late_stay, late) in enumerate(steps):
            if not h[r]:
                continue
            share = (1 - late) / late_stay[r] if late_stay[r] else 0.0
            left = {k: c[-1][k] - c[i + 1][k] for k in names}
            a = [dd[i][k] + (1 - share) * left[k] for k in names]
            b = [-share * left[k] for k in names]
            other = early_stay[r] * count(t, 2, r) / risk[r, t]
            for (x, _), (y, _) in itertools.product(enumerate(names), repeat=2):
                variance[x, y] += (a[x] * a[y] * step + b[x] * b[y] * other) / h[r]
    return np.array([score[k] for k in names]), variance


@settings(max_examples=40)
@given(data=rows, rho=st.sampled_from([0.0, 1.0]))
def test_against_the_sums_of_the_paper(data, rho):
    """For times that are all different; ties are another program's, above."""
    data = [(place, event, group) for place, (_, event, group) in enumerate(sorted(data), 1)]
    times, events, groups = zip(*data, strict=True)
    if len(set(groups)) < 2 or 1 not in events:
        return
    found = by_group(times, events, groups).compare_incidence("price", rho=rho)
    score, variance = by_the_paper(data, rho)
    values, vectors = np.linalg.eigh(variance)
    kept = values > 1e-10 * max(np.trace(variance), 1e-300)
    if not np.trace(variance) > 1e-9:
        return
    expected = ((vectors[:, kept].T @ score) ** 2 / values[kept]).sum()
    assert found.statistic == pytest.approx(expected, rel=1e-6, abs=1e-9)


@given(data=rows)
def test_groups_may_come_in_any_order_and_observed_is_who_left(data):
    """The statistic stays; observed and expected sum to the same."""
    times, events, groups = zip(*data, strict=True)
    if 1 not in events:
        return
    here = by_group(times, events, groups).compare_incidence("price")
    other = by_group(times, events, [{"a": "z", "b": "b", "c": "a"}[g] for g in groups])
    there = other.compare_incidence("price")
    assert there.statistic == pytest.approx(here.statistic, nan_ok=True, rel=1e-6, abs=1e-9)
    assert here.groups["observed"].sum() == events.count(1)
    assert here.groups["expected"].sum() == pytest.approx(events.count(1))


def test_strata_add_and_what_cannot_be_is_refused():
    """Groups within strata alone; reasons that are not there, weights, and logs without reasons."""
    rng = np.random.default_rng(3)
    plan, region = rng.choice(["basic", "gold"], 90), rng.choice(["north", "south"], 90)
    times, events = rng.integers(1, 9, 90), rng.integers(0, 3, 90)
    by = by_group(times, events, {"plan": plan, "region": region})
    found = by.compare_incidence("price", strata="region")
    parts = [
        by_group(times[region == name], events[region == name], plan[region == name])
        for name in ("north", "south")
    ]
    whole, *alone = (
        dict(zip(*(one.groups[name].tolist() for name in names), strict=True))
        for one, names in [
            (found, ("plan", "expected")),
            *((part.compare_incidence("price"), ("group", "expected")) for part in parts),
        ]
    )
    assert found.strata == 2
    assert whole == pytest.approx({name: sum(one[name] for one in alone) for name in whole})
    assert "in 2 strata" in str(found)
    with pytest.raises(rm.ParameterError, match="one of the reasons"):
        by.compare_incidence()
    with pytest.raises(rm.ParameterError, match="Did you mean 'price'"):
        by.compare_incidence("prize")
    weighted = by_group(times, events, plan, weights=np.full(90, 2.0))
    with pytest.raises(rm.StateError, match="survey weights"):
        weighted.compare_incidence("price")
    log = rm.PurchaseLog(["a", "b"], ["2025-01-01", "2025-01-05"])
    lapses = log.survival(lapsed_after=5, as_of="2025-03-01", by={"a": 1, "b": 2})
    with pytest.raises(rm.StateError, match="reasons"):
        lapses.compare_incidence()


def log_of(**options):
    return rm.SubscriptionLog(
        ["ann", "ann", "bob", "cid", "dan"],
        ["2025-01-01", "2025-02-01", "2025-01-01", "2025-01-01", "2025-01-01"],
        ["2025-02-01", "2025-03-01", "2025-02-15", None, "2025-03-20"],
        as_of="2025-03-31",
        plans=["basic", "gold", "basic", "gold", "gold"],
        **options,
    )


def test_a_log_knows_why_customers_left():
    """By row, that of the row that ends the spell; by customer; the same by segment."""
    log = log_of()
    by_row = ["upgrade", "price", "moved", None, "price"]
    curve = log.survival(reasons=by_row)
    assert curve.reasons == ("moved", "price")
    by_customer = {"ann": "price", "bob": "moved", "dan": "price", "cid": "price", "eve": "x"}
    assert log.survival(reasons=by_customer) == curve
    assert curve.incidence("price").value[-1] == pytest.approx(50)
    assert log.survival(reasons={"ann": "price"}).reasons == ("price", None)
    earlier = log.survival(reasons=by_row, as_of="2025-03-10")
    assert earlier.left == 2
    segments = log.survival(by="plan", reasons=by_row)
    assert segments.total == curve
    assert segments["basic"].incidence("price").value[-1] == pytest.approx(50)
    test = segments.compare_incidence("price")
    assert test.groups["observed"].sum() == 2


def test_reasons_of_a_log_that_cannot_be():
    """One per row; and those of rows that end together must agree."""
    with pytest.raises(rm.LengthError, match="reasons has 2"):
        log_of().survival(reasons=["price", "moved"])
    log = rm.SubscriptionLog(
        ["ann", "ann"], ["2025-01-01"] * 2, ["2025-02-01"] * 2, as_of="2025-03-01"
    )
    with pytest.raises(rm.CustomerError, match="'price' and 'moved' of customer 'ann', row 1"):
        log.survival(reasons=["price", "moved"])
    assert log.survival(reasons=["price", None]).reasons == ("price",)


@pytest.mark.long
def test_chance_alone_rejects_as_often_as_promised():
    """Of tests at 5 % where the incidence is the same, though the other reason is not."""
    rng = np.random.default_rng(8)
    rejected = []
    for _ in range(600):
        groups = np.repeat([0, 1], 60)
        price = np.where(rng.random(120) < 0.5, rng.exponential(1, 120), math.inf)
        moved = np.where(np.isinf(price), rng.exponential(np.where(groups, 2.0, 0.7)), math.inf)
        seen = rng.uniform(0.3, 3, 120)
        times = np.minimum(np.minimum(price, moved), seen)
        events = np.where(times == price, 1, np.where(times == moved, 2, 0))
        rejected.append(by_group(times, events, groups).compare_incidence("price").p_value < 0.05)
    assert 0.025 <= np.mean(rejected) <= 0.08
