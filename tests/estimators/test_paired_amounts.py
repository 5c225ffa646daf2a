"""Ratios of money of the same rows in two periods."""

import math

import numpy as np
import paired_amounts_study as study
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import relmetrics as rm

ROI, NRR, GRR = rm.ReturnOnInvestment(), rm.NetRevenueRetention(), rm.GrossRevenueRetention()
amount = st.integers(0, 500)
spent = st.integers(1, 500)
campaigns = st.lists(st.tuples(amount, spent, amount, spent), min_size=2, max_size=12)


def roi_columns(rows):
    """Return the campaigns of two periods."""
    now = {"gain": [row[0] for row in rows], "cost": [row[1] for row in rows]}
    before = {"gain": [row[2] for row in rows], "cost": [row[3] for row in rows]}
    return now, before


def revenue(rng, n):
    """Return the revenue of the same customers in two periods, much alike in both."""
    size = rng.lognormal(4, 0.5, n)
    growth = rng.normal(1, 0.1, n)
    return [
        {"before": size, "after": size * np.maximum(growth + rng.normal(0, 0.05, n), 0)}
        for _ in range(2)
    ]


@given(rows=campaigns)
def test_the_value_is_the_difference_of_the_two_ratios(rows):
    """Each period's ratio is that of its own sums, and the change is signed."""
    now, before = roi_columns(rows)

    change = ROI.compare_paired(ROI.pairs(now, before))

    assert change.value == pytest.approx(ROI(**now).value - ROI(**before).value, abs=1e-6)
    assert change.low <= change.value <= change.high


@given(rows=campaigns)
def test_the_other_way_round_has_the_other_sign(rows):
    """Ends change places and sign, the p-value stays."""
    now, before = roi_columns(rows)

    there, back = (ROI.compare_paired(ROI.pairs(*pair)) for pair in ((now, before), (before, now)))

    assert there.value == pytest.approx(-back.value, abs=1e-6)
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low), rel=1e-6, abs=1e-6)
    assert there.p_value == pytest.approx(back.p_value, abs=1e-6)


@pytest.mark.parametrize(
    ("metric", "top", "bottom"),
    [
        (NRR, lambda d: d["after"], lambda d: d["before"]),
        (GRR, lambda d: np.minimum(d["after"], d["before"]), lambda d: d["before"]),
    ],
    ids=["NRR", "GRR"],
)
def test_the_error_is_that_of_the_rows_deviations(metric, top, bottom):
    """Linearised row by row: 100 (y - r x) / mean x of one period, less that of the other."""
    now, before = revenue(np.random.default_rng(4), 400)

    change = metric.compare_paired(metric.pairs(now, before))

    sides = []
    for data in (now, before):
        y, x = top(data), bottom(data)
        sides.append(100 * (y - y.sum() / x.sum() * x) / x.mean())
    deviations = sides[0] - sides[1]
    expected = math.sqrt((deviations**2).sum() / (400 * 399))
    assert change.standard_error == pytest.approx(expected, rel=1e-9)


def test_customers_who_are_alike_in_both_periods_give_a_short_interval():
    """Two samples of that size would know less."""
    now, before = revenue(np.random.default_rng(5), 400)

    paired = NRR.compare_paired(NRR.pairs(now, before))
    apart = NRR.compare(NRR.moments(now), NRR.moments(before))

    assert paired.value == pytest.approx(apart.value)
    assert paired.high - paired.low < 0.6 * (apart.high - apart.low)


@given(rows=campaigns)
def test_the_same_amounts_twice_differ_by_nothing(rows):
    """0 with p = 1, by any method, and never without width."""
    now, _ = roi_columns(rows)
    assume(sum(now["gain"]))

    for method in ROI.difference_methods:
        change = ROI.compare_paired(ROI.pairs(now, now), method=method)

        assert (change.value, change.p_value) == (0, 1)
        assert change.low < 0 < change.high
        assert change.method == "adjusted"


def test_equal_weights_are_no_weights_and_shards_add():
    """As for every state."""
    rng = np.random.default_rng(6)
    now, before = revenue(rng, 60)
    plain = NRR.compare_paired(NRR.pairs(now, before))

    weighted = NRR.compare_paired(NRR.pairs(now, before, weights=[2.0] * 60))
    parts = sum(
        NRR.pairs(*({k: v[rows] for k, v in data.items()} for data in (now, before)))
        for rows in (slice(25), slice(25, None))
    )

    for other in (weighted, NRR.compare_paired(parts)):
        for name in ("value", "low", "high", "p_value", "standard_error"):
            assert getattr(other, name) == pytest.approx(getattr(plain, name), rel=1e-9)


def test_customers_of_one_period_only_have_nothing_in_the_other():
    """Who had no revenue at a start has 0 in that period; who lacks an amount is missing."""
    now = {"before": [100, 0, 50, None], "after": [110, 5, 40, 30]}
    before = {"before": [90, 80, 60, 20], "after": [100, 0, 50, 10]}

    change = NRR.compare_paired(NRR.pairs(now, before))

    assert (change.n, change.missing) == (3, 1)
    assert change.values == pytest.approx((100 * 150 / 150, 100 * 150 / 230))


SPRING = {"before": [100] * 10, "after": [100] * 8 + [0] * 2}
AUTUMN = {"before": [100] * 8 + [0] * 2, "after": [100] * 6 + [0] * 4}


@pytest.mark.parametrize("metric", [NRR, GRR], ids=["NRR", "GRR"])
def test_who_left_first_still_counts_in_the_first_period(metric):
    """80 of 100 stayed in spring and 75 in autumn: not 100, which is that of the survivors."""
    change = metric.compare_paired(metric.pairs(AUTUMN, SPRING))

    assert change.values == pytest.approx((75, 80))
    assert change.value == pytest.approx(-5)
    assert (change.n, change.missing) == (10, 0)
    assert "Left out:    nothing" in str(change.explain())
    apart = metric(**AUTUMN).value - metric(**SPRING).value
    assert change.value == pytest.approx(apart)


@pytest.mark.parametrize("weights", [None, [1.0, 2.0] * 5])
def test_the_error_over_customers_of_either_period_is_by_row(weights):
    """Each row deviates by what it does in either period, 0 where it is in none."""
    w = np.array(weights or [1.0] * 10)

    change = NRR.compare_paired(NRR.pairs(AUTUMN, SPRING, weights=weights))

    sides = []
    for data in (AUTUMN, SPRING):
        x, y = np.array(data["before"]), np.array(data["after"])
        ratio = (w * y).sum() / (w * x).sum()
        sides.append(100 * (y - ratio * x) / ((w * x).sum() / w.sum()))
    squares = (w * (sides[0] - sides[1])) ** 2
    assert change.standard_error == pytest.approx(
        math.sqrt(squares.sum() / w.sum() ** 2 * 10 / 9), rel=1e-9
    )


def test_a_customer_in_neither_base_changes_nothing():
    """Nobody's row is no row."""
    more = [{name: [*column, 0] for name, column in data.items()} for data in (AUTUMN, SPRING)]

    assert NRR.pairs(*more) == NRR.pairs(AUTUMN, SPRING)


@pytest.mark.parametrize("name", study.METRICS)
def test_a_churn_that_never_changes_is_seldom_shown_as_worse(name):
    """A cut of the study: of 300 pairs of periods of 200 customers at most 7 % show a change."""
    kept = study.measured(name, 200, 300)

    assert kept.size <= 7
    assert kept.cover >= 93


@pytest.mark.long
@pytest.mark.parametrize("joining", [False, True])
@pytest.mark.parametrize("n", study.SIZES)
@pytest.mark.parametrize("name", study.METRICS)
def test_paired_ratios_keep_their_size_at_every_number_of_customers(name, n, joining):
    """At most 7 % of 2,000 pairs of periods show a change where there is none."""
    assert study.measured(name, n, joining=joining).size <= 7


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (lambda: ROI.compare_paired(ROI.moments({"gain": [1], "cost": [1]})), "StateError", "diff"),
        (lambda: ROI.compare_paired([1]), "StateError", r"Say metric.pairs\(...\)"),
        (lambda: ROI.compare_paired(PAIRS, method="newcombe"), "ParameterError", "adjusted, wald"),
        (lambda: ROI.compare_paired(PAIRS, confidence_level=1), "ParameterError", "strictly"),
        (lambda: ROI.compare_paired(PAIRS).permutation(), "StateError", "cannot be rearranged"),
        (lambda: ROI.estimate(PAIRS), "StateError", "differ in columns"),
        (
            lambda: ROI.pairs({"gain": [1], "cost": [1]}, {"gain": [1, 2], "cost": [1, 2]}),
            "LengthError",
            "amounts has 1, reference has 2",
        ),
        (
            lambda: ROI.pairs({"gain": [1]}, {"gain": [1], "cost": [1]}),
            "FactorError",
            "no column 'cost'",
        ),
        (
            lambda: ROI.compare_paired(
                ROI.pairs({"gain": [None], "cost": [1]}, {"gain": [1], "cost": [1]})
            ),
            "EmptySampleError",
            "all 1 are missing",
        ),
    ],
)
def test_a_mistake_is_an_error_that_says_what_to_do(call, kind, words):
    """Named for what is wrong."""
    with pytest.raises(getattr(rm, kind), match=words):
        call()


PAIRS = ROI.pairs(
    {"gain": [200, 150, 90], "cost": [100, 100, 50]},
    {"gain": [180, 120, 85], "cost": [100, 100, 50]},
)


@pytest.mark.parametrize("n", [20, 60])
def test_intervals_of_nrr_hold_the_change_of_all_customers(n):
    """95 % intervals of pairs cover at least 94 % less the error of 600 draws."""
    rng = np.random.default_rng(7)
    inside = 0
    for _ in range(600):
        now, before = revenue(rng, n)
        change = NRR.compare_paired(NRR.pairs(now, before))
        inside += change.low <= 0 <= change.high
    assert inside / 600 >= 0.92
