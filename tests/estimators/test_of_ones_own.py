"""Metrics of one's own: a rate is its words, a ratio of two sums ten lines."""

import math

import numpy as np
import pytest

import relmetrics as rm


class OnTime(rm.NamedShare):
    """Deliveries that came when they should."""

    name, yes, base = "On-time rate", "punctual", "deliveries"


class PerOrder(rm.Ratio[rm.Estimate]):
    """Money an order."""

    name, symbol, unit = "Revenue per order", "RPO", "money"
    top, bottom = "revenue", "orders"


class PerOrderInCents(PerOrder):
    """The same in cents."""

    times = 100.0


NOW = {"revenue": [120.0, 80.0, 300.0, 95.0, 60.0], "orders": [4, 2, 9, 3, 2]}
BEFORE = {"revenue": [100.0, 90.0, 250.0, 100.0, 40.0], "orders": [4, 3, 9, 3, 1]}


def test_a_rate_is_called_with_data_or_with_two_counts():
    """A column of yes and no, k of n, and the counts by their names."""
    from_rows = OnTime()([True, True, False, None])

    assert (from_rows.value, from_rows.n, from_rows.missing) == (pytest.approx(200 / 3), 3, 1)
    by_place, by_name = OnTime()(2, 3), OnTime()(punctual=2, deliveries=3)
    assert by_place == by_name == OnTime().of(2, 3)
    assert (by_place.low, by_place.high) == (from_rows.low, from_rows.high)
    assert OnTime()(["yes", "no"]).value == 50
    assert rm.OpenRate()([1, 0, 0, 0]).value == 25
    assert rm.Rate()(k=1, n=4) == rm.Rate()(1, 4)
    weighted = OnTime()([True, False], weights=[3, 1])
    assert weighted.value == 75


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (OnTime(), TypeError, "takes a column of yes and no, or punctual and"),
        (lambda: OnTime()(punctual=2), TypeError, "punctual and deliveries"),
        (lambda: OnTime()(2, 3, punctual=2), TypeError, "punctual and deliveries"),
        (lambda: OnTime()(2, late=3), TypeError, "punctual and deliveries"),
        (lambda: OnTime()(4, 3), rm.CountError, "punctual"),
        (lambda: OnTime()(1, 3, weights=[1]), rm.ParameterError, "weights"),
        (lambda: OnTime()([True, 7]), rm.AnswerError, "7"),
        (rm.NamedShare, TypeError, "NamedShare needs the class constants: name"),
        (rm.Ratio, TypeError, "Ratio needs"),
    ],
)
def test_a_mistake_says_what_to_give(call, error, words):
    """Neither data nor both counts, too many of them, or no words."""
    with pytest.raises(error, match=words):
        call()


def test_a_rate_answers_every_question():
    """Groups, periods, comparisons, pairs and explanations follow from its words."""
    metric, rows = OnTime(), [True, False, True, True]

    assert metric.by(rows, list("aabb"))["b"].value == 100
    days = ["2025-01-05", "2025-01-06", "2025-02-01", "2025-02-02"]
    assert metric.over(rows, days)["2025-01"].value == 50
    assert metric.compare(metric(9, 10).state, metric(5, 10).state).value == pytest.approx(40)
    assert metric.compare_paired(metric.pairs(rows, [True] * 4)).value == -25
    assert "Formula:     punctual / deliveries x 100 % = 3 / 4" in metric(rows).explain()
    about = metric.description
    assert (about.unit, about.low, about.high, about.symbol) == ("%", 0, 100, "On-time rate")


def test_a_ratio_answers_every_question():
    """Value, interval, groups, periods, comparisons and explanations."""
    metric = PerOrder()
    found = metric(NOW)

    assert found.value == pytest.approx(655 / 20)
    assert found.low < found.value < found.high
    groups = metric.by(NOW, list("aabbb"))
    assert groups["a"].value == pytest.approx(200 / 6)
    days = ["2025-01-05"] * 2 + ["2025-02-05"] * 3
    assert metric.over(NOW, days)["2025-02"].value == pytest.approx(455 / 14)
    difference = metric.compare(metric.moments(NOW), metric.moments(BEFORE))
    assert difference.value == pytest.approx(655 / 20 - 580 / 20)
    assert "655 / 20 = 32.75" in found.explain()
    assert found.interval(method="wald").low < found.value
    with pytest.raises(rm.AmountError, match="orders must come to more than 0"):
        metric({"revenue": [1.0], "orders": [0.0]})
    with pytest.raises(rm.AmountError, match="orders must not be negative"):
        metric({"revenue": [1.0], "orders": [-1.0]})


def test_a_paired_ratio_has_the_error_of_its_own_unit():
    """By linearisation: rows deviate by (y - r x) / mean x in each period, times the factor."""
    deviations = np.zeros(5)
    for amounts, sign in ((NOW, 1.0), (BEFORE, -1.0)):
        y, x = (np.array(amounts[name], dtype=float) for name in ("revenue", "orders"))
        deviations += sign * (y - y.sum() / x.sum() * x) / x.mean()
    error = math.sqrt((deviations**2).sum() / (5 * 4))
    for metric, factor in ((PerOrder(), 1.0), (PerOrderInCents(), 100.0)):
        found = metric.compare_paired(metric.pairs(NOW, BEFORE))
        assert found.value == pytest.approx(factor * (655 / 20 - 580 / 20))
        assert found.standard_error == pytest.approx(factor * error)
        assert found.interval(method="wald").high - found.value == pytest.approx(
            1.959963984540054 * factor * error
        )


def test_columns_are_paired_by_their_place():
    """Respondents tell answers apart, and not the rows of a table."""
    with pytest.raises(rm.ParameterError, match="respondents"):
        PerOrder().pairs(NOW, BEFORE, respondents=list("abcde"))
