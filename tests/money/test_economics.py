"""Economics of retention: every step against fractions, and no figure but the user's own."""

import ast
import inspect
import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import relmetrics as rm
from relmetrics.money import economics
from relmetrics.money.acquisition import acquisition_against_retention
from relmetrics.money.retention_profit import expected_periods, retention_profit

BASE = {"customers": 1000, "margin_per_period": 10, "retention": 80, "change": 5}
SPEND = {
    "acquisition_spend": 1000,
    "new_customers": 10,
    "retention_spend": 500,
    "kept_customers": 50,
}


def by_hand(retention, periods, discount):
    """Return the sum of the series, term by term, as a fraction."""
    q = Fraction(retention) / (100 + Fraction(discount))
    return sum(q**t for t in range(periods))


@given(
    retention=st.integers(0, 100),
    periods=st.integers(1, 60),
    discount=st.sampled_from([0, 1, 10, 0.5]),
)
def test_expected_periods_are_the_sum_of_the_series(retention, periods, discount):
    """The closed form against the sum term by term, from 0 to 100 % retention."""
    expected = float(by_hand(retention, periods, discount))
    assert expected_periods(retention, periods, discount) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("lost", [1e-3, 1e-8, 1e-12])
def test_a_retention_near_100_percent_costs_no_digits(lost):
    """The known mistake: (1 - q^n) / (1 - q) as it is written loses its digits near q = 1."""
    retention = 100 - lost
    expected = float(by_hand(retention, 12, 0))
    assert expected_periods(retention, 12, 0) == pytest.approx(expected, rel=1e-13)


def test_all_periods_are_the_limit_of_many():
    """1 / (1 - q): of 80 % retention a customer stays five periods, discounted four."""
    assert expected_periods(80, None, 0) == pytest.approx(5)
    assert expected_periods(80, None, 0) == pytest.approx(expected_periods(80, 500, 0))
    assert expected_periods(80, None, 6 + 2 / 3) == pytest.approx(4)
    assert expected_periods(100, None, 25) == pytest.approx(5)


@given(
    retention=st.integers(0, 95),
    change=st.integers(-20, 5),
    periods=st.integers(1, 24),
    margin=st.integers(1, 500),
    customers=st.integers(1, 10**6),
    cost=st.integers(0, 1000),
)
def test_profit_before_and_after_against_fractions(
    retention, change, periods, margin, customers, cost
):
    """Customers x margin x periods, its difference and its percent, by exact arithmetic."""
    after = max(retention + change, 0)
    found = retention_profit(
        customers=customers,
        margin_per_period=margin,
        retention=retention,
        change=after - retention,
        periods=periods,
        discount=2,
        cost=cost,
    )
    first = customers * margin * by_hand(retention, periods, 2)
    then = customers * margin * by_hand(after, periods, 2) - cost

    assert found.before == pytest.approx(float(first), rel=1e-10)
    assert found.after == pytest.approx(float(then), rel=1e-10, abs=1e-6)
    scale = 1e-9 * float(first + cost)
    assert found.difference == pytest.approx(float(then - first), rel=1e-9, abs=scale)
    assert found.percent == pytest.approx(float(100 * (then - first) / first), rel=1e-9, abs=1e-6)


@pytest.mark.long
def test_the_expected_profit_is_what_simulated_customers_bring():
    """50,000 customers who leave at random bring what the series says, within four errors."""
    rng = np.random.default_rng(3)
    paid = np.minimum(rng.geometric(0.2, 50_000), 12)
    found = retention_profit(**BASE | {"customers": 50_000}, periods=12)
    error = 10 * math.sqrt(50_000) * paid.std()

    assert abs(10 * paid.sum() - found.before) < 4 * error


def test_points_and_percent_are_different_changes():
    """80 % and 5 make 85 % in points and 84 % in percent: claims seldom say which."""
    assert retention_profit(**BASE).retention_after == 85
    assert retention_profit(**BASE, change_in="percent").retention_after == pytest.approx(84)
    assert retention_profit(**BASE).percent == pytest.approx(100 / 3)
    assert retention_profit(**BASE, change_in="percent").percent == pytest.approx(25)


def test_no_change_changes_nothing_and_costs_its_cost():
    """A change of 0 has difference 0; with a cost, minus the cost."""
    assert retention_profit(**BASE | {"change": 0}).difference == 0
    assert retention_profit(**BASE | {"change": 0}, cost=70).difference == pytest.approx(-70)
    assert retention_profit(**BASE | {"change": -5}).difference < 0


def test_one_period_is_paid_by_everybody_who_is_there():
    """Retention acts from the second period on, so over one it is worth nothing."""
    found = retention_profit(**BASE, periods=1)
    assert (found.before, found.difference) == (10_000, 0)
    assert "Profit over 1 period:" in str(found.explain())


def test_every_step_is_shown():
    """Each number of the calculation stands in its explanation."""
    text = str(retention_profit(**BASE, cost=1000, discount=5, periods=12).explain())
    found = retention_profit(**BASE, cost=1000, discount=5, periods=12)
    for number in (found.before, found.after, found.difference, 1000.0):
        assert f"{number:,.2f}" in text
    for number in (found.periods_before, found.periods_after):
        assert f"{number:,.4f}" in text
    assert "80% retention becomes 85%" in text
    assert "t = 0, 1, 2, ..." in str(retention_profit(**BASE).explain())


@given(
    spend=st.integers(0, 10**9),
    new=st.integers(1, 10**6),
    held=st.integers(1, 10**9),
    kept=st.integers(1, 10**6),
)
def test_the_cost_of_a_new_customer_against_a_kept_one(spend, new, held, kept):
    """Both costs and their ratio against fractions."""
    found = acquisition_against_retention(
        acquisition_spend=spend, new_customers=new, retention_spend=held, kept_customers=kept
    )
    assert found.cost_per_new == pytest.approx(float(Fraction(spend, new)))
    assert found.cost_per_kept == pytest.approx(float(Fraction(held, kept)))
    assert found.ratio == pytest.approx(float(Fraction(spend, new) / Fraction(held, kept)))
    assert f"{found.ratio:,.2f} times" in str(found.explain())


def test_money_may_be_decimal():
    """A `Decimal` is an amount like any other."""
    found = acquisition_against_retention(**SPEND | {"acquisition_spend": Decimal("999.90")})
    assert found.cost_per_new == pytest.approx(99.99)
    assert retention_profit(**BASE | {"margin_per_period": Decimal("0.10")}).before == (
        pytest.approx(500)
    )


@pytest.mark.parametrize(
    ("change", "kind", "message"),
    [
        ({"acquisition_spend": -1}, rm.AmountError, "acquisition_spend must be at least 0, got -1"),
        ({"acquisition_spend": math.nan}, rm.AmountError, "must be a finite number, got nan"),
        ({"acquisition_spend": "9"}, rm.AmountError, "must be a finite number, got '9'"),
        ({"acquisition_spend": None}, rm.AmountError, "must be a finite number, got None"),
        ({"retention_spend": 0}, rm.AmountError, "retention_spend must be greater than 0"),
        ({"retention_spend": True}, rm.AmountError, "must be a finite number, got True"),
        ({"new_customers": 0}, rm.CountError, "new_customers must be at least 1, got 0"),
        ({"kept_customers": 0}, rm.CountError, "kept_customers must be at least 1, got 0"),
        ({"kept_customers": 1.5}, rm.CountError, "kept_customers must be a whole number"),
    ],
)
def test_spends_and_counts_are_checked(change, kind, message):
    """A negative or missing spend, and nobody to divide by, are errors with their name."""
    with pytest.raises(kind) as caught:
        acquisition_against_retention(**SPEND | change)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("change", "kind", "message"),
    [
        ({"retention": 101}, rm.ParameterError, "'retention' must be from 0 to 100 % (got 101"),
        ({"retention": -1}, rm.ParameterError, "'retention' must be from 0 to 100 %"),
        ({"retention": "80"}, rm.ParameterError, "'retention' must be a finite number"),
        ({"retention": math.nan}, rm.ParameterError, "'retention' must be a finite number"),
        ({"change": 21}, rm.ParameterError, "'retention + change' must be from 0 to 100 %"),
        ({"change": -81}, rm.ParameterError, "'retention + change' must be from 0 to 100 %"),
        ({"change": True}, rm.ParameterError, "'change' must be a finite number"),
        ({"change_in": "relative"}, rm.ParameterError, "'change_in' must be one of points"),
        ({"change": 20}, rm.ParameterError, "Their profit has no end"),
        ({"discount": -1}, rm.ParameterError, "'discount' must be at least 0 %"),
        ({"periods": 0}, rm.ParameterError, "'periods' must be a whole number"),
        ({"periods": 2.5}, rm.ParameterError, "'periods' must be a whole number"),
        ({"customers": 0}, rm.CountError, "customers must be at least 1"),
        ({"customers": 10.5}, rm.CountError, "customers must be a whole number"),
        ({"margin_per_period": 0}, rm.AmountError, "margin_per_period must be greater than 0"),
        ({"margin_per_period": -3}, rm.AmountError, "margin_per_period must be at least 0"),
        ({"cost": -1}, rm.AmountError, "cost must be at least 0"),
    ],
)
def test_the_inputs_of_a_profit_are_checked(change, kind, message):
    """Retention off 0 to 100 %, costs below 0 and endless profits are errors with their name."""
    with pytest.raises(kind) as caught:
        retention_profit(**BASE | change)
    assert message in str(caught.value)


def test_no_end_needs_periods_or_a_discount():
    """Customers who never leave have a finite profit over so many periods, or discounted."""
    assert retention_profit(**BASE | {"change": 20}, periods=7).after == pytest.approx(70_000)
    assert retention_profit(**BASE | {"change": 20}, discount=25).after == pytest.approx(50_000)


def test_no_figure_of_the_documents_enters_the_calculation():
    """The module knows neither the references nor their figures; they stand in `rm.references`."""
    tree = ast.parse(inspect.getsource(economics))
    numbers = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and type(node.value) in (int, float)
    }
    assert numbers <= {0, 1, 100}
    assert not hasattr(economics, "references")
    assert any("acquiring" in each.claim for each in rm.references)


def test_results_say_their_line_and_serialise_what_they_say():
    """The first line of the working is the text; decimals go to JSON digit by digit."""
    costs = acquisition_against_retention(**SPEND | {"acquisition_spend": Decimal("999.90")})
    profit = retention_profit(**BASE, periods=np.int64(3), cost=Decimal("1.10"))
    for found in (costs, profit):
        assert str(found) == found.explain().splitlines()[0]
        assert str(found) in found._repr_html_()
    data = costs.to_dict()
    assert data["acquisition_spend"] == "999.90"
    assert (data["ratio"], data["cost_per_kept"]) == (costs.ratio, costs.cost_per_kept)
    assert profit.to_dict()["cost"] == "1.10"
    assert profit.to_dict()["periods"] == 3
    assert retention_profit(**BASE).to_dict()["periods"] is None
