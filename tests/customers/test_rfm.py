"""RFM: scores by counting, segments by name, and segments that a log can be asked by."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import relmetrics as rm

rows = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 30)), min_size=1, max_size=40)


def log_of(rows):
    days = np.datetime64("2025-01-01") + np.array([day for _, day in rows])
    return rm.PurchaseLog([who for who, _ in rows], days, [float(day) for _, day in rows])


@given(rows=rows, scores=st.integers(2, 6))
def test_scores_count_who_is_worse(rows, scores):
    """One by one, from the summary of the log."""
    log = log_of(rows)
    found, table = rm.rfm(log, scores=scores), log.summary()
    for name, values in (
        ("r", -table["since_last"]),
        ("f", table["purchases"]),
        ("m", table["total"]),
    ):
        expected = [1 + scores * int((values < value).sum()) // len(values) for value in values]
        assert getattr(found, name).tolist() == expected
    assert list(found) == log.customers.tolist()


@given(rows=rows)
def test_in_order_all_scores_are_of_one_size(rows):
    """As near as a number of customers can be split."""
    found = rm.rfm(log_of(rows), scores=3, ties="order")
    sizes = np.bincount(found.f, minlength=4)[1:]
    assert sizes.max() - sizes.min() <= 1


def test_a_segment_is_something_to_ask_by():
    """Scores of what was known before the window; customers who came later have none."""
    log = log_of([("a", 0), ("a", 9), ("b", 1), ("c", 20), ("a", 25)])
    before = rm.rfm(
        log, as_of="2025-01-15", names={(r, f): "x" for r in range(6) for f in range(6)}
    )
    assert dict(before) == {"a": "x", "b": "x"}
    by = log.retention("2025-01-16", "2025-02-01", by=before)
    assert list(by) == ["x", None]
    assert by["x"].n == 2


def test_the_best_are_champions():
    """Ten customers, each a little later and a little more often than the one before."""
    rows = [(f"c{i}", i) for i in range(10) for _ in range(i + 1)]
    found = rm.rfm(log_of(rows))
    assert (found["c9"], found["c0"]) == ("champion", "hibernating")
    assert found.sizes()["customers"].sum() == 10


@pytest.mark.parametrize(
    ("options", "kind", "shown"),
    [
        ({"scores": 1}, rm.ParameterError, "scores"),
        ({"ties": "x"}, rm.ParameterError, "ties"),
        ({"names": {}}, rm.ParameterError, "every pair"),
        ({"as_of": "2024-01-01"}, rm.EmptySampleError, "RFM"),
    ],
)
def test_bad_rules_are_named(options, kind, shown):
    """With what is known, and a remedy."""
    with pytest.raises(kind, match=shown):
        rm.rfm(log_of([("a", 1)]), **options)
    with pytest.raises(rm.ParameterError, match="a PurchaseLog"):
        rm.rfm([1])
