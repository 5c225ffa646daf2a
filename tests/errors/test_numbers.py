"""Numbers at the door: whatever kind of number is given, it is Python's own from there on."""

import json

import numpy as np
import pytest

import relmetrics as rm

NPS = rm.NPS()
STATE = NPS.tally_counts({10: 45, 8: 40, 3: 15})
DAYS = ["2025-01-05", "2025-02-09", "2025-02-20", "2025-03-03", "2025-03-10", "2025-05-01"]
LOG = rm.PurchaseLog(["a", "b", "a", "c", "d", "a"], DAYS, [5.0, 6, 7, 8, 9, 10])
WEIGHTS = [1.0, 1.0, 1.0, 2.0, 9.0]
BY = NPS.by([10, 3, 9, 8, 10, 2], ["a", "a", "b", "b", "a", "b"])
TREND = NPS.over([10, 3, 9, 8, 10, 2], DAYS, as_of="2025-06-30")
CHURN = rm.churn_rate(start=100, lost=8)
MOVES = rm.Transitions(["a", "b"], [[1, 2], [3, 4]])
MATRIX = [[1, 0, 0.6], [0, 1, 0.3], [0.6, 0.3, 1]]
NAMES = ["food", "safety", "overall"]
RATINGS = {"f": [1, 2, 3, 5, 2, 3], "s": [3, 5, 4, 1, 1, 2]}
COLUMNS = {"c": ["a", "b", "a", "a"]}
TARGETS = {"c": {"a": 1, "b": 1}}

WHOLE = {
    "n": (5, lambda x: rm.margin_of_error(NPS, n=x, population=10_000)),
    "population": (100, lambda x: rm.sample_size(NPS, margin=10, population=x)),
    "population of a margin": (100, lambda x: rm.margin_of_error(NPS, n=20, population=x)),
    "n of a power": (100, lambda x: rm.power(NPS, n=x, n_reference=40_000, difference=10)),
    "n_reference": (100, lambda x: rm.power(NPS, n=40_000, n_reference=x, difference=10)),
    "invited": (120, lambda x: rm.response_bounds(NPS, STATE, invited=x)),
    "months": (10, lambda x: LOG.ror(months=x)),
    "lapsed_after": (30, lambda x: LOG.survival(lapsed_after=x, as_of="2025-06-30")),
    "days": (100, lambda x: LOG.survival(lapsed_after=30, as_of="2025-06-30").at(x)),
    "active_within": (
        90,
        lambda x: LOG.churn("2025-02-01", "2025-04-01", active_within=x),
    ),
    "windows": (30, lambda x: LOG.cohorts(windows=x).to_dict()),
    "window": (2, TREND.rolling),
    "threshold": (2, lambda x: rm.LoyaltyRate(threshold=x)([1, 2, 3])),
    "threshold of revenue": (2, lambda x: rm.loyal_revenue(LOG, threshold=x)),
    "expansion_from": (3, lambda x: LOG.stages(expansion_from=x, as_of="2025-06-30")),
    "steps": (100, lambda x: MOVES.after(x).tolist()),
    "periods": (
        12,
        lambda x: rm.retention_profit(
            customers=200, margin_per_period=30, retention=60, change=5, periods=x, discount=1
        ),
    ),
    "detractors_to": (5, lambda x: rm.NPS(detractors_to=x)),
    "promoters_from": (8, lambda x: rm.NPS(promoters_from=x)),
    "satisfied_from": (3, lambda x: rm.CSAT(satisfied_from=x)),
    "easy_points": (3, lambda x: rm.CES(definition="easy_share", easy_points=x)),
    "low": (0, lambda x: rm.Scale(x, 5)),
    "high": (5, lambda x: rm.Scale(0, x)),
    "small_base": (2, lambda x: BY.table(small_base=x)),
    "draws": (100, lambda x: NPS.compare(STATE, STATE).permutation(draws=x, rng=1)),
    "rng": (7, lambda x: NPS.estimate(STATE).interval(method="bootstrap", rng=x)),
    "k": (5, lambda x: rm.rate(x, 10)),
    "counts": (3, lambda x: rm.Tally.from_counts({5: x}, rm.ONE_TO_FIVE)),
    "matrix of counts": (3, lambda x: rm.Transitions(["a", "b"], [[1, x], [3, 4]])),
    "most_iterations": (
        100,
        lambda x: rm.rake(COLUMNS, TARGETS, targets_in="counts", most_iterations=x),
    ),
}
"""A whole number that every small type holds, and where it is a parameter."""

REAL = {
    "margin": (5, lambda x: rm.sample_size(NPS, margin=x)),
    "ratio": (100, lambda x: rm.sample_size_for_difference(NPS, difference=5, ratio=x)),
    "difference": (10, lambda x: rm.sample_size_for_difference(NPS, difference=x)),
    "difference of a power": (10, lambda x: rm.power(NPS, n=400, difference=x)),
    "design_effect": (2, lambda x: rm.sample_size(NPS, margin=5, design_effect=x)),
    "target": (0, lambda x: rm.response_bounds(NPS, STATE, invited=500).break_even(x)),
    "benchmark": (50, lambda x: NPS.benchmark(STATE, x)),
    "margin of equivalence": (
        20,
        lambda x: NPS.compare(STATE, STATE).equivalence(margin=x),
    ),
    "periods_per_year": (12, lambda x: rm.annual_churn(CHURN, periods_per_year=x)),
    "retention": (
        60,
        lambda x: rm.retention_profit(
            customers=200, margin_per_period=30, retention=x, change=5, periods=3
        ),
    ),
    "importance_at": (
        50,
        lambda x: rm.KeyDrivers()(RATINGS, [2, 3, 3, 5, 1, 3]).importance_performance(
            importance_at=x
        ),
    ),
    "n of a matrix": (100, lambda x: rm.KeyDrivers().from_correlation(MATRIX, NAMES, n=x)),
    "at_most": (2, lambda x: rm.trim_weights(WEIGHTS, at_most=x)),
    "factor weights": (2, lambda x: rm.CSI(weights={"f": x, "s": 1})(RATINGS)),
    "sums of weights": (
        3,
        lambda x: rm.Tally.from_counts({5: 3}, rm.ONE_TO_FIVE, weights={5: x}, squares={5: x}),
    ),
    "targets": (3, lambda x: rm.rake(COLUMNS, {"c": {"a": x, "b": 1}}, targets_in="counts")),
}
"""A number that every type holds, and where it is a parameter."""

INTEGERS = [np.int8, np.uint8, np.int16, np.uint16, np.int32, np.int64, np.uint64]
FLOATS = [np.float16, np.float32, np.float64, np.longdouble, float]
NO_NUMBERS = [
    np.timedelta64(5, "D"),
    np.timedelta64(5, "ns"),
    np.datetime64("2025-01-01"),
    5j,
    np.complex64(5),
    b"5",
    "5",
    True,
    np.True_,
    np.array([5, 6]),
    float("nan"),
    10**400,
    -(10**400),
    10**5000,
]


def plainly(result):
    """Return what a result holds, as JSON has it."""
    return json.dumps(result.to_dict()) if hasattr(result, "to_dict") else repr(result)


@pytest.mark.parametrize("kind", INTEGERS)
@pytest.mark.parametrize("name", WHOLE | REAL)
def test_a_small_integer_is_the_number_it_is(name, kind):
    """The same result as with Python's own number, without a warning."""
    number, made = (WHOLE | REAL)[name]
    expected, result = made(number), made(kind(number))
    assert repr(result) == repr(expected)
    assert plainly(result) == plainly(expected)


@pytest.mark.parametrize("kind", FLOATS)
@pytest.mark.parametrize("name", REAL)
def test_a_small_float_is_the_number_it_is(name, kind):
    """Half precision would overflow, and be compared with what it cannot hold."""
    number, made = REAL[name]
    expected, result = made(float(number)), made(kind(number))
    assert repr(result) == repr(expected)
    assert plainly(result) == plainly(expected)


@pytest.mark.parametrize("value", NO_NUMBERS, ids=lambda value: f"{type(value).__name__}")
@pytest.mark.parametrize("name", WHOLE | REAL)
def test_what_is_no_number_is_refused(name, value):
    """A span of time, a complex number, bytes, truth values, a vast integer: in our words."""
    if name == "rng" and type(value) is int and value > 0:
        pytest.skip("a seed may be as large as one likes")
    with pytest.raises(rm.RelmetricsError):
        (WHOLE | REAL)[name][1](value)


@pytest.mark.parametrize("value", [np.timedelta64(1, "D"), np.timedelta64(1, "ns")])
def test_a_span_of_time_is_no_point_of_a_scale(value):
    """Although numpy counts it among the integers."""
    assert value not in rm.YES_NO
    with pytest.raises(rm.AnswerError):
        rm.Rate()([value])


def test_what_is_next_to_nothing_is_refused_or_divides():
    """A divisor that a float cannot hold is 0, and one that it can gives infinity at most."""
    with pytest.raises(rm.ParameterError, match="above 0"):
        rm.sample_size(NPS, margin=5, design_effect=np.longdouble("1e-4000"))
    bought = {"acquisition_spend": 1000, "new_customers": 10, "kept_customers": 50}
    found = rm.acquisition_against_retention(**bought, retention_spend=5e-324)
    assert found.ratio == float("inf")
