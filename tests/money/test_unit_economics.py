"""Unit economics: every formula against exact fractions, intervals against what they mean."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit_economics_study import SETTINGS, covered, covered_within

import relmetrics as rm
from relmetrics.inference.differences import recovered, recovered_ratio
from relmetrics.inference.survival.kaplan_meier import restricted_mean

shares = st.integers(1, 99)
money = st.integers(1, 10**6)
CHURN = rm.churn_rate(start=1000, lost=50)
NOBODY = rm.churn_rate(start=40, lost=0)


def close(value, exact):
    return value == pytest.approx(float(exact), rel=1e-9)


@given(revenue=money, churn=shares, margin=st.integers(1, 100))
def test_lifetime_value_is_what_is_left_of_revenue_over_churn(revenue, churn, margin):
    """ARPA x gross margin / churn."""
    found = rm.lifetime_value(revenue=revenue, churn=churn, margin=margin)
    assert close(found.value, Fraction(revenue * margin, churn))
    assert (math.isnan(found.low), found.confidence_level) == (True, None)


@given(
    revenue=money,
    churn=st.integers(0, 100),
    discount=st.integers(0, 30),
    periods=st.integers(1, 24),
)
def test_lifetime_value_within_some_periods_is_the_sum_of_what_is_expected(
    revenue, churn, discount, periods
):
    """The sum of what those pay who are still there, each payment worth less."""
    kept = Fraction(100 - churn, 100 + discount)
    exact = revenue * sum(kept**t for t in range(periods))
    found = rm.lifetime_value(revenue=revenue, churn=churn, discount=discount, periods=periods)
    assert close(found.value, exact)


@given(cost=money, revenue=money, margin=st.integers(1, 100))
def test_payback_is_the_cost_over_what_is_left_in_a_period(cost, revenue, margin):
    """Without churn; and at the break-even retention the customer brings the cost, no more."""
    spent = {"acquisition_cost": cost, "revenue": revenue, "margin": margin}
    assert close(rm.cac_payback(**spent).value, Fraction(100 * cost, revenue * margin))
    even = rm.break_even_retention(**spent).value
    exact = max(Fraction(0), 100 * (1 - Fraction(revenue * margin, 100 * cost)))
    assert even == pytest.approx(float(exact), abs=1e-6)
    if even > 0:
        worth = rm.lifetime_value(revenue=revenue, churn=100 - even, margin=margin)
        assert rm.ltv_to_cac(lifetime_value=worth, acquisition_cost=cost).value == pytest.approx(
            1, rel=1e-6
        )


@given(churn=shares, discount=st.integers(0, 20), periods=st.integers(1, 30))
def test_payback_with_churn_is_when_the_sum_of_payments_reaches_the_cost(churn, discount, periods):
    """Of a cost that is the sum of so many payments it is so many periods."""
    kept = Fraction(100 - churn, 100 + discount)
    cost = sum(kept**t for t in range(periods))
    found = rm.cac_payback(
        acquisition_cost=float(cost), revenue=1, churn=churn, discount=discount
    ).value
    # Near the lifetime value, which no sum reaches, a rounding of the cost is many periods.
    slack = float(kept) ** periods
    assert math.isnan(found) or abs(found - periods) <= 1e-12 / slack + 1e-9 * periods
    beyond = float(1 / (1 - kept)) * 1.001
    spent = {"acquisition_cost": beyond, "revenue": 1, "churn": churn, "discount": discount}
    assert math.isnan(rm.cac_payback(**spent).value)


@given(cost=st.integers(11, 2000), discount=st.integers(0, 10), periods=st.integers(1, 36))
def test_break_even_within_some_periods_solves_for_retention(cost, discount, periods):
    """Or says that not even customers who never leave bring the cost."""
    found = rm.break_even_retention(
        acquisition_cost=cost, revenue=10, discount=discount, periods=periods
    )
    most = rm.lifetime_value(revenue=10, churn=0, discount=discount, periods=periods).value
    if most < cost:
        assert "out of reach" in str(found)
    else:
        churn = 100 - found.value
        worth = rm.lifetime_value(revenue=10, churn=churn, discount=discount, periods=periods)
        assert worth.value == pytest.approx(cost)


def test_the_interval_of_a_value_is_that_of_churn_transformed():
    """Exactly: Wilson's ends, each put into the formula."""
    found = rm.lifetime_value(revenue=100, churn=CHURN, margin=80)
    assert close(found.low, 8000 / CHURN.high)
    assert close(found.high, 8000 / CHURN.low)
    later = rm.lifetime_value(revenue=100, churn=CHURN, discount=1, periods=24)
    for end, rate in ((later.low, CHURN.high), (later.high, CHURN.low)):
        exact = rm.lifetime_value(revenue=100, churn=rate, discount=1, periods=24).value
        assert close(end, exact)
    ratio = rm.ltv_to_cac(lifetime_value=found, acquisition_cost=400)
    assert close(ratio.low, found.low / 400)
    assert close(ratio.high, found.high / 400)
    payback = rm.cac_payback(acquisition_cost=400, revenue=100, margin=80, churn=CHURN)
    assert close(
        payback.high,
        rm.cac_payback(acquisition_cost=400, revenue=100, margin=80, churn=CHURN.high).value,
    )


def test_nobody_lost_bounds_nothing_from_above_and_says_so():
    """The value is unbounded, its interval open; a horizon or a discount bounds it again."""
    found = rm.lifetime_value(revenue=100, churn=NOBODY, margin=80)
    assert math.isnan(found.value)
    assert math.isnan(found.high)
    assert found.is_open
    assert close(found.low, 8000 / NOBODY.high)
    assert str(found) == "LTV unbounded (95% CI 913.02 or more)"
    assert found.to_dict()["high"] is None
    assert (
        str(rm.ltv_to_cac(lifetime_value=found, acquisition_cost=100))
        == "LTV : CAC unbounded (95% CI 9.13 or more)"
    )
    assert rm.lifetime_value(revenue=100, churn=NOBODY, periods=12).value == 1200
    assert close(rm.lifetime_value(revenue=100, churn=NOBODY, discount=1).value, 10100)
    with pytest.raises(rm.ParameterError, match="no end"):
        rm.lifetime_value(revenue=100, churn=0)


sides = st.tuples(st.floats(0.05, 5), st.floats(0.01, 0.9), st.floats(0.01, 2)).map(
    lambda one: (one[0], one[0] * (1 - one[1]), one[0] * (1 + one[2]))
)


@settings(max_examples=60)
@given(a=sides, b=sides, correlation=st.floats(-0.9, 0.9))
def test_a_ratio_holds_what_the_difference_holds(a, b, correlation):
    """An end R of the ratio is an end, 0, of a - R b: the definition."""
    low, high = recovered_ratio(a, b, correlation)
    value = a[0] / b[0]
    assert low <= value * (1 + 1e-12)
    for end, side in ((low, 0), (high, 1)):
        if end > 0 and not math.isnan(end) and end < 1e6:
            scaled = tuple(end * each for each in b)
            edge = recovered(a, scaled, correlation)[side]
            assert edge == pytest.approx(0, abs=1e-6 * max(a[0], scaled[0]))


@given(a=sides, b=sides)
def test_a_ratio_with_one_side_known_is_the_other_transformed(a, b):
    """No width is lost or made up."""
    known = (2.0, 2.0, 2.0)
    assert recovered_ratio(a, known) == pytest.approx((a[1] / 2, a[2] / 2))
    assert recovered_ratio(known, b) == pytest.approx((2 / b[2], 2 / b[1]))
    assert math.isnan(recovered_ratio(a, (0.0, 0.0, 0.1))[1])
    assert recovered_ratio((2.0, 2.0, 2.0), (0.0, 0.0, 0.1))[0] == pytest.approx(20)


@given(times=st.lists(st.integers(1, 20), min_size=1, max_size=8), horizon=st.integers(2, 25))
def test_a_discounted_mean_time_is_the_integral(times, horizon):
    """Against the sum over fine steps; without a discount, the plain mean, and near 0 the same."""
    curve = rm.survival([*times, 30], [True] * len(times) + [False])
    steps = (np.arange(horizon * 200) + 0.5) / 200
    left = np.array([np.mean(np.array([*times, 30]) > t) for t in steps])
    exact = float((left * 1.05**-steps).sum() / 200)
    assert curve.restricted_mean(horizon, discount=5).value == pytest.approx(exact, rel=1e-5)
    plain = curve.restricted_mean(horizon)
    near = curve.restricted_mean(horizon, discount=1e-9)
    assert near.value == pytest.approx(plain.value, rel=1e-9)
    assert near.standard_error == pytest.approx(plain.standard_error, rel=1e-6)


def test_the_error_of_a_discounted_mean_is_that_of_its_binomial():
    """With nobody censored it is a mean of what each customer's time is worth."""
    times = np.arange(1, 41)
    worth = (1 - 1.1 ** -np.minimum(times, 30.0)) / math.log(1.1)
    found = rm.survival(times, [True] * 40).restricted_mean(30, discount=10)
    assert found.value == pytest.approx(worth.mean())
    assert found.standard_error == pytest.approx(worth.std() / math.sqrt(40))
    assert "discounted by 10%" in str(found)
    nobody = np.zeros(0)
    assert restricted_mean(nobody, nobody, nobody, 30.0, 0.1)[0] == pytest.approx(worth.max())


@given(rows=st.lists(st.tuples(st.integers(1, 500), st.integers(0, 500)), min_size=2, max_size=12))
def test_margin_and_average_revenue_are_ratios_of_sums(rows):
    """Exact fractions; and the interval of a margin is that of cost over revenue, turned."""
    revenue, cost = (np.array(column) for column in zip(*rows, strict=True))
    found = rm.gross_margin(revenue=revenue, cost=cost)
    exact = 100 * Fraction(int(revenue.sum() - cost.sum()), int(revenue.sum()))
    assert found.value == pytest.approx(float(exact), abs=1e-9)
    assert found.low <= found.value <= found.high

    class Costs(rm.Ratio):
        name, unit, top, bottom, times = "Costs", "%", "cost", "revenue", 100.0

    turned = Costs()({"cost": cost, "revenue": revenue})
    assert (found.low, found.high) == pytest.approx((100 - turned.high, 100 - turned.low))
    arpa = rm.average_revenue_per_account(revenue=revenue)
    assert close(arpa.value, Fraction(int(revenue.sum()), len(rows)))


@given(rows=st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90)), min_size=1, max_size=12))
def test_the_quick_ratio_of_rows_is_that_of_their_movement(rows):
    """Gained over lost, of sums; NaN where nothing is lost, as a table has it."""
    before, after = zip(*rows, strict=True)
    movement = rm.revenue_movement(range(len(rows)), before, after, known_before=[True] * len(rows))
    table = rm.quick_ratio_definitions(movement)
    gained = movement.new + movement.reactivated + movement.expansion
    lost = movement.contraction + movement.churned
    if lost:
        assert close(table["value"][0], Fraction(gained, lost))
        assert close(table["value"][1], Fraction(gained - movement.reactivated, lost))
        assert close(rm.quick_ratio(before=before, after=after).value, Fraction(gained, lost))
    else:
        assert np.isnan(table["value"]).all()


def test_definitions_of_vendors():
    """Each by its formula, with the numbers of its own page where that has some."""
    table = rm.lifetime_value_definitions(
        revenue=100,
        churn=5,
        margin=80,
        discount=1,
        start_plus_new_churn=0,
        revenue_churn=4,
        net_revenue_churn=-2,
    )
    found = dict(zip(table["definition"].tolist(), table["value"].tolist(), strict=True))
    assert found["chartmogul"] == found["baremetrics"] == 2000
    assert found["stripe"] == pytest.approx(100 / 0.0167)
    assert found["skok"] == pytest.approx(1600)
    assert found["finmark"] == pytest.approx(2000)
    assert math.isnan(found["profitwell"])
    assert found["berger_nasr"] == pytest.approx(
        rm.lifetime_value(revenue=100, churn=5, margin=80, discount=1).value
    )
    assert found["gupta_lehmann"] == pytest.approx(80 * 0.95 / 0.06)
    assert found["gupta_lehmann"] == pytest.approx(found["berger_nasr"] - 80)
    alone = rm.lifetime_value_definitions(revenue=100, churn=5)
    assert np.isnan(alone["value"]).sum() == 3


def test_one_point_of_retention_is_worth_more_to_who_loses_few():
    """D4: what retention is worth; the profit of a base is that of its customers."""
    found = rm.unit_economics(revenue=10, churn=20)
    point = found.sensitivity([5])
    profit = rm.retention_profit(customers=1000, margin_per_period=10, retention=80, change=5)
    assert 1000 * point["change"][0] == pytest.approx(profit.difference)
    assert point["percent"][0] == pytest.approx(profit.percent)
    steps = found.sensitivity([-85, 0, 20])
    assert np.isnan(steps["lifetime_value"]).tolist() == [True, False, True]


def subscriptions(**options):
    return rm.SubscriptionLog(
        range(50),
        ["2025-01-10"] * 40 + ["2025-03-12"] * 10,
        ["2025-03-05"] * 4 + [None] * 46,
        [1000] * 20 + [3000] * 20 + [2000] * 10,
        as_of="2025-03-31",
        **options,
    )


def test_a_log_knows_revenue_and_churn_of_the_same_customers():
    """40 at the start who pay 2000 on average, 4 lost; their correlation widens or narrows."""
    log = subscriptions()
    found = log.unit_economics("2025-03-01", "2025-04-01", margin=50, acquisition_spend=80000)
    assert (found.revenue.value, found.churn.value) == (2000, 10)
    assert found.lifetime_value.value == pytest.approx(10000)
    assert found.acquisition_cost.value == 8000
    assert found.ltv_to_cac.value == pytest.approx(1.25)
    assert found.break_even.value == pytest.approx(87.5)
    assert found.quick_ratio.value == pytest.approx(5)
    assert found.remarks == ("4 of 40 customers were lost within a month",)
    churn, paid = log.churn("2025-03-01", "2025-04-01"), [1000] * 20 + [3000] * 20
    revenue = rm.average_revenue_per_account(revenue=paid)
    lost = np.arange(40) < 4
    by_hand = rm.lifetime_value(
        revenue=revenue, churn=churn, margin=50, correlation=np.corrcoef(paid, lost)[0, 1]
    )
    assert found.lifetime_value == by_hand
    assert "One point" in str(found.explain())


def test_a_quarter_is_brought_to_months():
    """Three months: 1 - (1 - c)^(1/3); another length by its days, and it says so."""
    log = subscriptions()
    found = log.unit_economics("2025-02-01", "2025-05-01")
    quarter = log.churn("2025-02-01", "2025-05-01")
    assert 1 - (1 - found.churn.value / 100) ** 3 == pytest.approx(quarter.value / 100)
    assert 1 - (1 - found.churn.low / 100) ** 3 == pytest.approx(quarter.low / 100)
    assert "within 3 months; churn" in found.remarks[0]
    days = log.unit_economics("2025-02-01", "2025-03-15")
    assert f"within {42 * 12 / 365:.4g} months" in days.remarks[0]


def test_a_log_of_whom_nobody_left_is_unbounded_and_what_is_missing_is_counted():
    """No infinity, no zero: an open interval; and free and unknown prices are told."""
    log = rm.SubscriptionLog(
        range(6),
        ["2025-01-10"] * 6,
        None,
        [1000, 2000, 0, None, 500, 1500],
        as_of="2025-03-31",
    )
    found = log.unit_economics("2025-03-01", "2025-04-01", acquisition_cost=10**7)
    assert found.lifetime_value.is_open
    assert math.isnan(found.quick_ratio.value)
    assert "unbounded" in str(found)
    assert "1 customers of the start pay nothing" in found.remarks[1]
    assert "1 of the start are left out" in found.remarks[2]
    assert "nothing was lost" in str(found.explain())


def test_a_log_of_purchases_knows_what_customers_of_the_start_spend():
    """In the window, less what they return, by the month; who buys nothing counts with 0."""
    log = rm.PurchaseLog(
        [1, 2, 3, 4, 1, 2, 3, 5, 2, 1],
        ["2025-02-03"] * 4 + ["2025-03-10"] * 4 + ["2025-03-20", "2025-04-02"],
        [20, 30, 25, 10, 20, 40, 20, 15, -8, 99],
    )
    found = log.unit_economics("2025-03-01", "2025-04-01", margin=40, acquisition_spend=10)
    assert found.revenue.value == pytest.approx((20 + 32 + 20) / 4)
    assert found.churn.value == 25
    assert found.lifetime_value.value == pytest.approx(0.4 * 18 / 0.25)
    assert found.acquisition_cost.value == 10
    assert found.quick_ratio is None
    assert found.remarks[1] == "1 customers of the start pay nothing and count in the average"
    quarter = log.unit_economics("2025-03-01", "2025-06-01", active_within=60)
    assert quarter.revenue.value == pytest.approx((20 + 32 + 20 + 99) / 4 / 3)
    unknown = rm.PurchaseLog(["a", "b", "a"], ["2025-02-03"] * 2 + ["2025-03-04"], [5, 9, None])
    with pytest.raises(rm.AmountError, match="revenue must be greater than 0"):
        unknown.unit_economics("2025-03-01", "2025-04-01")
    with pytest.raises(rm.StateError, match="amounts"):
        rm.PurchaseLog(["a"], ["2025-02-03"]).unit_economics("2025-02-04", "2025-03-01")


def test_by_segment_it_is_what_the_log_of_each_says():
    """As known before the window; cost by segment; who has no figures is left out, with why."""
    log = subscriptions()
    plan = {i: "gold" if i < 20 else "basic" if i < 40 else "new" for i in range(50)}
    cost = {"gold": 4000, "basic": 9000, "new": 1}
    window = ("2025-03-01", "2025-04-01")
    by = log.unit_economics(*window, by=plan, acquisition_cost=cost)
    assert list(by) == ["gold", "basic"]
    assert by["gold"].lifetime_value.value == pytest.approx(1000 / 0.2)
    assert by["gold"].ltv_to_cac.value == pytest.approx(1.25)
    assert by["basic"].lifetime_value.is_open
    assert [segment for segment, _ in by.left_out] == ["new"]
    assert "is left out" in repr(by)
    assert by.table()["revenue"].tolist() == [1000, 3000]
    alone = rm.SubscriptionLog(
        range(20),
        ["2025-01-10"] * 20,
        ["2025-03-05"] * 4 + [None] * 16,
        [1000] * 20,
        as_of="2025-03-31",
    ).unit_economics(*window, acquisition_cost=4000)
    assert by["gold"].lifetime_value == alone.lifetime_value
    with pytest.raises(rm.ParameterError, match="given for every segment"):
        log.unit_economics(*window, by=plan, acquisition_cost={"gold": 1})
    with pytest.raises(rm.EmptySampleError):
        log.unit_economics("2024-03-01", "2024-04-01", by=plan)
    shop = rm.PurchaseLog(
        [1, 2, 3, 1, 2], ["2025-02-03"] * 3 + ["2025-03-10"] * 2, [20, 30, 25, 20, 44]
    )
    bought = shop.unit_economics(*window, by={1: "a", 2: "b", 3: "b"}, acquisition_cost=10)
    assert bought["b"].revenue.value == 22
    assert bought["b"].churn.value == 50


def test_the_value_of_a_log_from_its_survival_is_the_area_under_the_curve():
    """Revenue a month times discounted mean months; a horizon past what is known is refused."""
    log = subscriptions()
    curve = log.survival()
    found = log.lifetime_value(2, margin=50, revenue=2000)
    mean = curve.restricted_mean(2 * 365 / 12)
    assert found.value == pytest.approx(1000 * mean.value * 12 / 365)
    assert found.low == pytest.approx(1000 * mean.low * 12 / 365)
    later = log.lifetime_value(2, margin=50, revenue=2000, discount=3)
    assert later.value < found.value
    assert log.lifetime_value(2).confidence_level == 0.95
    with pytest.raises(rm.ParameterError, match=r"at most 2\.6.* months, as far as the log knows"):
        log.lifetime_value(24)


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: rm.lifetime_value(revenue=0, churn=5), rm.AmountError, "revenue must be greater"),
        (lambda: rm.lifetime_value(revenue="9", churn=5), rm.AmountError, "a finite number"),
        (lambda: rm.lifetime_value(revenue=9, churn=120), rm.AmountError, "from 0 to 100"),
        (lambda: rm.lifetime_value(revenue=9, churn=5, margin=120), rm.AmountError, "at most 100"),
        (lambda: rm.lifetime_value(revenue=9), rm.ParameterError, "and not both"),
        (lambda: rm.lifetime_value(revenue=9, churn=5, discount=-1), rm.ParameterError, "at least"),
        (
            lambda: rm.lifetime_value(revenue=9, lifetime=5, periods=3),
            rm.ParameterError,
            "left out",
        ),
        (
            lambda: rm.lifetime_value(revenue=9, churn=rm.retention_rate(start=9, end=9, new=1)),
            rm.ParameterError,
            "of which lower is better",
        ),
        (
            lambda: rm.lifetime_value(
                revenue=rm.average_revenue_per_account(revenue=[1, 2], confidence_level=0.9),
                churn=CHURN,
            ),
            rm.ParameterError,
            "the same for all estimates",
        ),
        (
            lambda: rm.ltv_to_cac(lifetime_value=100, acquisition_cost=0),
            rm.AmountError,
            "acquisition_cost must be greater",
        ),
        (
            lambda: rm.unit_economics(revenue=9, churn=5, acquisition_cost="much"),
            rm.AmountError,
            "acquisition_cost must be a finite number",
        ),
        (
            lambda: rm.lifetime_value(
                revenue=9, churn=5, margin=rm.gross_margin(revenue=[9, 9], cost=[8, 1])
            ),
            rm.AmountError,
            "above 0 all over its interval",
        ),
        (
            lambda: rm.lifetime_value(
                revenue=9, churn=5, margin=rm.average_revenue_per_account(revenue=[9, 8, 10])
            ),
            rm.ParameterError,
            r"'margin' must be a share of the revenue in %.*gross_margin",
        ),
        (
            lambda: rm.lifetime_value_definitions(revenue=9, churn=5, margin=101),
            rm.AmountError,
            "margin must be at most 100 %",
        ),
        (
            lambda: rm.lifetime_value_definitions(revenue=9, churn=5, start_plus_new_churn=-1),
            rm.AmountError,
            "start_plus_new_churn must be from 0 to 100 %",
        ),
        (
            lambda: rm.lifetime_value_definitions(revenue=9, churn=5, revenue_churn=101),
            rm.AmountError,
            "revenue_churn must be from 0 to 100 %",
        ),
        (
            lambda: rm.lifetime_value_definitions(revenue=9, churn=5, net_revenue_churn=101),
            rm.AmountError,
            "net_revenue_churn must be at most 100 %",
        ),
        (
            lambda: rm.lifetime_value_definitions(revenue=9, churn=5, revenue_churn=rm.nps([9])),
            rm.ParameterError,
            "'revenue_churn' must be a rate in %",
        ),
        (lambda: rm.quick_ratio(before=[0, 1], after=[1, 1]), rm.AmountError, "lost must come"),
        (lambda: rm.quick_ratio_definitions(3), rm.ParameterError, "a RevenueMovement"),
        (
            lambda: subscriptions().unit_economics(
                "2025-03-01", "2025-04-01", acquisition_cost=1, acquisition_spend=1
            ),
            rm.ParameterError,
            "left out where acquisition_cost",
        ),
        (
            lambda: subscriptions().unit_economics("2025-02-01", "2025-03-01", acquisition_spend=1),
            rm.AmountError,
            "nobody is new",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_a_remedy(call, error, match):
    """By the name of the argument, whatever is wrong with it."""
    with pytest.raises(error, match=match):
        call()


def test_where_an_estimate_has_no_interval_what_follows_has_none():
    """A single account tells nothing of how revenue varies; nothing is made up."""
    alone = rm.average_revenue_per_account(revenue=[100])
    found = rm.lifetime_value(revenue=alone, churn=CHURN)
    assert found.value == pytest.approx(2000)
    assert "no interval" in str(found)
    assert "no interval" in str(rm.ltv_to_cac(lifetime_value=found, acquisition_cost=10))
    assert math.isnan(rm.cac_payback(acquisition_cost=10, revenue=alone, churn=CHURN).low)


def test_a_payback_that_is_never_reached_says_so():
    """With the end of the interval that is reached, if any."""
    never = rm.cac_payback(acquisition_cost=2100, revenue=100, churn=CHURN)
    assert str(never).startswith("payback never (95% CI ")
    assert never.is_open
    found = rm.unit_economics(revenue=100, churn=CHURN, acquisition_cost=2100)
    assert str(found).endswith("LTV : CAC 0.95; never paid back")


@pytest.mark.long
@pytest.mark.parametrize("setting", SETTINGS)
def test_intervals_of_values_and_paybacks_hold_what_they_promise(setting):
    """Of 95 % intervals from 200 customers more than 90 hold the truth, whoever leaves."""
    found = covered(setting, 200, repeats=400)
    assert found["lifetime_value"] >= 91
    assert found["payback"] >= 91
    assert found["open"] < 10


@pytest.mark.long
def test_intervals_of_discounted_mean_times_hold_what_they_promise():
    """From 100 customers, half of whom are still there."""
    assert 91 <= covered_within(100, repeats=400) <= 99


def test_margin_and_revenue_per_account_take_a_design():
    """As every ratio of money does: the function hands on what the metric takes."""
    design = rm.Design(clusters=[1, 1, 2, 2, 3, 3])
    revenue, cost = [10, 20, 30, 25, 15, 40], [5, 9, 11, 13, 9, 12]
    assert rm.gross_margin(revenue=revenue, cost=cost, design=design) == rm.GrossMargin()(
        {"revenue": revenue, "cost": cost}, design=design
    )
    found = rm.average_revenue_per_account(revenue=revenue, design=design)
    assert "3 clusters" in str(found)
