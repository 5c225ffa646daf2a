"""The laws that every metric obeys, whatever it measures."""

import json
import math

import numpy as np
import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st
from metrics_under_test import CASES, Case, defined, metric_classes, same

import relmetrics as rm

cases = pytest.mark.parametrize("case", CASES, ids=lambda case: case.label)


def test_every_metric_is_under_test():
    """A metric class that the package offers but no case covers fails here."""
    assert {type(case.metric) for case in CASES} == metric_classes()


def test_every_metric_is_in_the_catalogue():
    """The catalogue lists each metric once."""
    described = {about.name for about in rm.catalogue()}
    assert {case.metric.description.name for case in CASES if " " not in case.label} <= described
    assert len(rm.catalogue()) == len(metric_classes())


@cases
@given(data=st.data())
def test_states_of_parts_add_to_the_state_of_the_whole(case, data):
    """Merging is associative and commutative, and the empty state changes nothing."""
    a, b, c = (data.draw(st.lists(case.row, max_size=8)) for _ in range(3))
    whole = case.state(a + b + c)
    left = (case.state(a) + case.state(b)) + case.state(c)
    right = case.state(c) + (case.state(b) + case.state(a))

    assert_same_state(left, whole)
    assert_same_state(right, whole)
    assert_same_state(sum([case.state(a), case.state(b), case.state(c)]), whole)
    assert_same_state(case.state([]) + whole, whole)
    assert_same_state(whole + case.state([]), whole)


@cases
@given(data=st.data())
def test_the_order_of_rows_changes_nothing(case, data):
    """A permutation of the rows gives the same estimate."""
    rows = data.draw(st.lists(case.row, max_size=12))
    shuffled = data.draw(st.permutations(rows))
    assert_same_estimate(defined(case, rows), defined(case, shuffled))


@cases
@given(data=st.data(), weight=st.sampled_from([1.0, 2.0, 0.1, 7.3]))
def test_equal_weights_are_no_weights(case, data, weight):
    """The same weight for everybody gives the unweighted value, error and interval."""
    rows = data.draw(st.lists(case.row, min_size=1, max_size=12))
    assert_same_estimate(
        defined(case, rows), defined(case, rows, [weight] * len(rows)), tolerance=1e-7
    )


@cases
@given(data=st.data(), factor=st.sampled_from([0.5, 3.0, 1000.0]))
def test_the_scale_of_weights_does_not_matter(case, data, factor):
    """Weights in other units give the same estimate."""
    rows = data.draw(st.lists(case.row, min_size=1, max_size=10))
    weights = data.draw(
        st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.5]), min_size=len(rows), max_size=len(rows))
    )
    if not any(weights):
        weights[0] = 1.0
    assert_same_estimate(
        defined(case, rows, weights),
        defined(case, rows, [w * factor for w in weights]),
        tolerance=1e-6,
    )


@cases
@given(data=st.data())
def test_groups_are_their_parts_and_add_to_the_whole(case, data):
    """Each group is the metric of its rows, and the total that of all rows, exactly."""
    rows = data.draw(st.lists(case.row, max_size=14))
    labels = data.draw(
        st.lists(st.sampled_from(["a", "b", None]), min_size=len(rows), max_size=len(rows))
    )
    by = case.by(rows, labels)
    table = by.table()

    assert list(by) == list(dict.fromkeys(labels))
    for i, label in enumerate(by):
        part = [row for row, name in zip(rows, labels, strict=True) if name == label]
        expected = defined(case, part)
        shown = [float(table[name][i]) for name in ("value", "low", "high")]
        if expected is None:
            assert np.isnan(shown).all()
        else:
            assert_same_estimate(by[label], expected)
            pairs = zip(shown, (expected.value, expected.low, expected.high), strict=True)
            assert all(same(got, wanted, 1e-6) for got, wanted in pairs)
            assert table["n"][i] == expected.n
        assert table["missing"][i] == case.state(part).missing
    whole = defined(case, rows)
    if whole is not None:
        assert by.total == whole
    if len(by):
        assert_same_state(by.states.total(), case.state(rows))


@cases
@given(data=st.data())
def test_weighted_groups_add_to_the_weighted_whole(case, data):
    """With survey weights too, the total is the metric of all rows, exactly."""
    rows = data.draw(st.lists(case.row, min_size=1, max_size=10))
    size = {"min_size": len(rows), "max_size": len(rows)}
    labels = data.draw(st.lists(st.sampled_from([1, 2]), **size))
    weights = data.draw(st.lists(st.floats(0.1, 4.0), **size))
    by = case.by(rows, labels, weights)
    whole = defined(case, rows, weights)
    if whole is not None:
        assert by.total == whole
    for label in by:
        kept = [i for i, name in enumerate(labels) if name == label]
        expected = defined(case, [rows[i] for i in kept], [weights[i] for i in kept])
        if expected is not None:
            assert_same_estimate(by[label], expected, tolerance=1e-7)


@cases
@given(data=st.data())
def test_a_rollup_is_the_breakdown_of_coarser_labels(case, data):
    """Rolling groups up from their states gives what grouping the rows would."""
    rows = data.draw(st.lists(case.row, max_size=10))
    labels = data.draw(st.lists(st.integers(0, 5), min_size=len(rows), max_size=len(rows)))
    rolled = case.by(rows, labels).rollup(lambda label: label % 2)
    direct = case.by(rows, [label % 2 for label in labels])
    assert list(rolled) == list(direct)
    for name in ("value", "low", "high", "n", "missing"):
        np.testing.assert_allclose(
            rolled.table()[name], direct.table()[name], rtol=1e-9, atol=1e-9, equal_nan=True
        )


@cases
@given(data=st.data(), level=st.sampled_from([0.5, 0.8, 0.95, 0.99]))
def test_intervals_stay_in_the_range_around_the_value_and_have_a_width(case, data, level):
    """No method leaves the range, misses the value, or is certain of anything."""
    rows = data.draw(st.lists(case.row, min_size=1, max_size=12))
    estimate = defined(case, rows)
    if estimate is None or math.isnan(estimate.low):
        return
    about = case.metric.description
    slack = 1e-9 * max(1.0, abs(estimate.value))
    for method in case.metric.methods:
        interval = estimate.interval(level, method=method, rng=7)
        assert about.low <= interval.low <= interval.high <= about.high
        if method != "bootstrap":
            assert interval.low - slack <= estimate.value <= interval.high + slack
        if method not in ("wald", "bootstrap"):
            assert interval.high > interval.low
    assert estimate.high > estimate.low


@cases
@given(data=st.data())
def test_a_higher_level_gives_a_wider_interval(case, data):
    """The interval at 99 % holds the one at 80 %."""
    rows = data.draw(st.lists(case.row, min_size=1, max_size=12))
    estimate = defined(case, rows)
    if estimate is None or math.isnan(estimate.low):
        return
    narrow, wide = estimate.interval(0.8), estimate.interval(0.99)
    slack = 1e-9 * max(1.0, abs(estimate.value))
    assert wide.low <= narrow.low + slack
    assert narrow.high <= wide.high + slack


@cases
@given(data=st.data())
def test_states_survive_json(case, data):
    """What `to_dict` wrote reads back as the same state, through text."""
    state = case.state(data.draw(st.lists(case.row, max_size=8)))
    text = json.dumps(state.to_dict(), allow_nan=False)
    assert type(state).from_dict(json.loads(text)) == state


@cases
@given(data=st.data())
def test_estimates_are_json_and_text(case, data):
    """Each estimate has one line, a working with every part, escaped HTML and strict JSON."""
    rows = data.draw(st.lists(case.row, min_size=1, max_size=8))
    estimate = defined(case, rows)
    if estimate is None:
        return
    assert json.loads(json.dumps(estimate.to_dict(), allow_nan=False))["n"] == estimate.n
    line = str(estimate)
    assert "\n" not in line
    assert line.startswith(case.metric.description.symbol)
    missing = case.state(rows).missing
    assert (f"{missing} missing" in line) == bool(missing)
    explained = str(estimate.explain())
    for part in ("Definition", "Formula", "Numerator", "Denominator", "Left out", "Source"):
        assert f"\n{part}:" in explained
    assert repr(estimate.explain()) == explained
    html = estimate._repr_html_()
    assert html.startswith("<p><strong>")
    assert "<table" in html
    assert float(estimate) == estimate.value


@cases
@given(data=st.data())
def test_no_input_is_modified(case, data):
    """Arrays that go in come out as they were."""
    rows = data.draw(st.lists(case.row, min_size=1, max_size=8))
    columns = case.to_data(rows)
    columns = columns if isinstance(columns, dict) else {"answers": columns}
    arrays = {k: np.array([np.nan if x is None else x for x in v]) for k, v in columns.items()}
    before = {name: array.copy() for name, array in arrays.items()}
    weights, labels = np.ones(len(rows)), np.arange(len(rows))
    data_in = arrays if case.kind == "moments" else arrays["answers"]
    case.metric.by(data_in, labels, weights=weights)
    for name, array in arrays.items():
        array.flags.writeable = False
        np.testing.assert_array_equal(array, before[name])
    case.metric.by(data_in, labels, weights=weights)
    assert (weights == 1).all()
    assert (labels == np.arange(len(rows))).all()


@cases
def test_no_answers_are_an_error_alone_and_a_row_in_a_table(case):
    """One estimate of nothing raises; a group of nothing is a row with n = 0 and NaN."""
    nothing = [(None,) * 3] if "CSI" in case.label else [(None, None)]
    rows = nothing if case.kind == "moments" else [None]
    with pytest.raises(rm.EmptySampleError, match="undefined without answers"):
        case.metric.estimate(case.state(rows))
    table = case.by(rows, ["x"]).table()
    assert table["n"].tolist() == [0]
    assert table["missing"].tolist() == [1]
    assert np.isnan(table["value"][0])
    assert np.isnan(table["low"][0])


@cases
def test_definitions_are_values(case):
    """Two definitions with the same parameters are equal, hash alike and cannot be changed."""
    twin = type(case.metric)(
        **{a.name: getattr(case.metric, a.name) for a in case.metric.__attrs_attrs__ if a.init}
    )
    assert twin == case.metric
    assert hash(twin) == hash(case.metric)
    with pytest.raises(AttributeError):
        case.metric.description = None


@cases
def test_every_docstring_says_what_it_must(case):
    """Meaning, formula, unit and range, direction, missing answers, example and source."""
    text = type(case.metric).__doc__
    for part in ("Formula", "Direction: ", "Example:", "Source:", ">>>", "nterval"):
        assert part in text, part
    assert "issing" in text or "unknown" in text


@frozen(kw_only=True)
class WrongNPS(rm.NPS):
    """A wrong metric: it averages shares that were rounded first."""

    def tally(self, answers, *, weights=None, respondents=None, design=None):
        """Lose every tenth answer."""
        assert respondents is None
        assert design is None
        return super().tally(list(answers)[: len(answers) * 9 // 10], weights=weights)


def test_the_laws_fail_for_a_wrong_metric():
    """The law of merging is not so weak that a metric which loses answers passes it."""
    wrong = Case("wrong", WrongNPS(), CASES[0].row, list, "tally")
    a, b = [10] * 5, [0] * 5
    with pytest.raises(AssertionError):
        assert_same_state(wrong.state(a) + wrong.state(b), wrong.state(a + b))


def assert_same_state(left, right):
    """Compare two states: counts exactly, sums of floats to rounding."""
    if isinstance(left, rm.Tally):
        assert left == right
        return
    assert left.columns == right.columns
    for name in ("n", "missing", "missing_by_column", "pairs"):
        np.testing.assert_array_equal(getattr(left, name), getattr(right, name))
    np.testing.assert_allclose(left.totals, right.totals, rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(
        left.covariance_of_means(), right.covariance_of_means(), rtol=1e-7, atol=1e-9
    )


def assert_same_estimate(left, right, tolerance=1e-8):
    """Compare two estimates to rounding, both undefined included."""
    assert (left is None) == (right is None)
    if left is None:
        return
    assert left.n == right.n
    assert left.missing == right.missing
    for name in ("value", "low", "high", "n_effective"):
        assert same(getattr(left, name), getattr(right, name), tolerance), name
    # A variance of nothing but rounding has a root that looks larger than rounding.
    width = 1 if np.isnan(left.low) else max(1.0, left.high - left.low)
    errors = left.standard_error / width, right.standard_error / width
    assert same(errors[0] ** 2, errors[1] ** 2, tolerance)
