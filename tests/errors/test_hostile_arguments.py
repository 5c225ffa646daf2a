"""Arrays where a name is meant, integers of any size, arguments of another kind: in our words."""

import time

import numpy as np
import pandas as pd
import polars as pl
import pytest

import relmetrics as rm

VAST = 10**5000
NPS = rm.NPS()
LOG = rm.PurchaseLog(["a", "b", "a"], ["2025-01-05", "2025-01-09", "2025-02-01"], [1.5, 2, 3])
BY = NPS.by([10, 3, 9, 2], ["a", "a", "b", "b"])
TREND = NPS.over([10, 3, 9, 2], ["2025-01-05", "2025-02-09", "2025-02-20", "2025-03-03"])
ARRAYS = [np.array(["mean", "net"]), pd.Series(["mean", "net"]), pl.Series(["mean", "net"])]

NAMES = {
    "definition": lambda x: rm.csat([5, 4], definition=x),
    "method": lambda x: NPS([10, 3]).interval(method=x),
    "method of a table": lambda x: BY.table(method=x),
    "missing_factor": lambda x: rm.CSI(missing_factor=x),
    "missing_rule": lambda x: rm.Moments.from_columns({"x": [1]}, missing_rule=x),
    "every": lambda x: NPS.over([10], ["2025-01-01"], every=x),
    "windows": lambda x: LOG.cohorts(windows=x),
    "entry": lambda x: LOG.cohorts(entry=x),
    "adjust": lambda x: BY.compare(adjust=x),
    "against": lambda x: BY.compare(against=x),
    "method of a ranking": lambda x: BY.ranking(method=x),
    "method of a slope": lambda x: TREND.slope(method=x),
    "returns": lambda x: rm.PurchaseLog(["a"], ["2025-01-01"], returns=x),
    "duplicates": lambda x: rm.PurchaseLog(["a"], ["2025-01-01"], duplicates=x),
    "interval": lambda x: LOG.survival(lapsed_after=10, as_of="2025-03-01", interval=x),
    "retention": lambda x: LOG.retention("2025-01-01", "2025-02-01", definition=x),
    "base": lambda x: LOG.churn("2025-01-01", "2025-02-01", base=x),
    "metric": lambda x: rm.reconcile([5, 4], x),
    "targets_in": lambda x: rm.rake({"c": ["a"]}, {"c": {"a": 1}}, targets_in=x),
    "of": lambda x: rm.trim_weights([1, 2], at_most=2, of=x),
    "state": rm.Transitions(["a", "b"], [[1, 2], [3, 4]]).steps_to,
    "segment": lambda x: rm.scorecard(survey={"recommend": [10]}, segment=x),
    "confidence_level": lambda x: rm.rate(1, 2, confidence_level=x),
}


@pytest.mark.parametrize("value", [*ARRAYS, pd.NA, VAST, (VAST,), [VAST]], ids=type)
@pytest.mark.parametrize("name", NAMES)
def test_what_is_no_name_is_refused(name, value):
    """An array, what is missing, and what Python refuses to write out."""
    with pytest.raises(rm.RelmetricsError) as caught:
        NAMES[name](value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("made", [np.array, pd.Index, pd.Series, pl.Series, tuple, list])
def test_names_may_come_as_an_array(made):
    """Factors, labels, states: as the columns of a data frame have them."""
    names = made(["f", "s"])
    ratings = np.array([[5, 4], [3, 2], [4, 4]])
    assert rm.csi(ratings, factors=names) == rm.csi(ratings, factors=("f", "s"))
    labels = made(["bad", "so", "good"])
    assert rm.Scale(1, 3, labels=labels) == rm.Scale(1, 3, labels=("bad", "so", "good"))
    survey = {"recommend": [10, 9], "f": [5, 4], "s": [4, 3]}
    assert rm.scorecard(survey=survey, factors=names).factors is not None
    moves = rm.Transitions(names, [[1, 2], [3, 4]])
    assert moves == rm.Transitions(("f", "s"), [[1, 2], [3, 4]])


OTHERS = {
    "log of revenue churn": lambda: rm.revenue_churn("x"),
    "log of loyal revenue": lambda: rm.loyal_revenue("x"),
    "columns of moments": lambda: rm.Moments.from_columns([1, 2]),
    "scale of a tally": lambda: rm.Tally.from_answers([1], 5),
    "scale of no answers": lambda: rm.Tally.zero("x"),
    "scale of a scorecard": lambda: rm.scorecard(survey={"recommend": [10]}, satisfaction_scale=5),
    "title": lambda: rm.scorecard(survey={"recommend": [10]}, title=5),
    "size of a survey": lambda: rm.simulate_survey(-1),
    "size of customers": lambda: rm.simulate_customers("x"),
    "factors": lambda: rm.csi([[5, 4], [3, 2]], factors=1),
    "names of moments": lambda: rm.Moments.zero(1),
    "states": lambda: rm.Transitions(1, 1),
    "counts": lambda: rm.Transitions(["a", "b"], 1),
    "states of records": lambda: rm.Transitions.from_records([1], [1], ["a"], states=1),
    "survey": lambda: rm.scorecard(survey=1),
    "column of answers": lambda: rm.scorecard(survey={"recommend": [10]}, recommend=1),
    "missing texts": lambda: rm.ONE_TO_FIVE.parse([1], missing=1),
    "rows of a table": lambda: BY.table().to_text(most="x"),
    "serialised scale": lambda: rm.Scale.from_dict(VAST),
    "state of a state": lambda: rm.Transitions(["a", (VAST,)], [[1, 2], [3, 4]]),
    "lazy groups": lambda: NPS.by([10, 9], pl.LazyFrame({"a": [1, 2]})),
    "lazy ratings": lambda: rm.csi(pl.LazyFrame({"a": [1, 2]})),
    "lazy survey": lambda: rm.scorecard(survey=pl.LazyFrame({"recommend": [1, 2]})),
    "two-dimensional answers": lambda: rm.ZERO_TO_TEN.parse(
        np.array([[5, 4], [3, 2]]), missing=[99]
    ),
    "bytes of money": lambda: rm.acquisition_against_retention(
        acquisition_spend=b"5", new_customers=10, retention_spend=1, kept_customers=5
    ),
    "complex correlations": lambda: rm.KeyDrivers().from_correlation(
        np.array([[1, 0.5j], [0.5j, 1]]), ["a", "overall"]
    ),
    "vast correlations": lambda: rm.KeyDrivers().from_correlation(
        [[1, 10**400], [10**400, 1]], ["a", "overall"]
    ),
    "vast weight": lambda: rm.scorecard(
        survey={"recommend": [10, 9], "w": [1, 10**400]}, weight="w"
    ),
    "weights of bytes": lambda: rm.scorecard(
        survey={"recommend": [10, 9], "w": [b"1", True]}, weight="w"
    ),
}


@pytest.mark.parametrize("name", OTHERS)
def test_an_argument_of_another_kind_is_refused(name):
    """By one of the library's errors, whatever Python would have said."""
    with pytest.raises(rm.RelmetricsError):
        OTHERS[name]()


def test_an_integer_that_nobody_writes_out_is_a_label():
    """Python refuses to write thousands of digits; a table says how long it is."""
    by = NPS.by([10, 3], [VAST, 1])
    assert "an integer of 16610 bits" in str(by)
    assert "an integer of 16610 bits" in by._repr_html_()


def test_small_floats_are_purchases():
    """Half precision holds 2 and 7, and is not compared with what it cannot hold."""
    found = rm.LoyaltyRate()([np.float16(2), np.float32(7), 7])
    assert found == rm.LoyaltyRate()([2, 7, 7])


@pytest.mark.parametrize("unit", ["Y", "M", "W", "D", "s"])
def test_dates_of_any_unit_are_handed_on(unit):
    """As labels of groups: polars knows fewer units than numpy."""
    labels = np.array(["2025-01-06", "2026-07-06"], f"M8[{unit}]")
    table = NPS.by([10, 3], labels).table()
    assert table.to_polars().height == table.rows
    assert len(table.to_pandas()) == table.rows


def test_a_slope_is_asked_at_numbers():
    """Rows of different length are no numbers of periods."""
    days = [f"2025-0{month}-0{day}" for month in range(1, 7) for day in range(1, 5)]
    slope = NPS.over([10, 3, 9, 8] * 6, days, as_of="2025-06-30").slope()
    with pytest.raises(rm.ParameterError, match="periods"):
        slope.at([[1], [1, 2]])


def test_what_is_no_text_is_no_label():
    """No point has it, and that is the answer."""
    assert rm.YES_NO.point_of(5) is None


def test_names_are_checked_in_time():
    """A text of many letters in place of names: each is compared with itself once."""
    started = time.process_time()
    for made in (
        lambda: rm.csi([[5, 4], [3, 2]], factors="a" * 100_000),
        lambda: rm.Moments.zero("ab" * 50_000),
        lambda: rm.CSI(weights=[(str(i), 1.0) for i in range(30_000)]),
    ):
        try:
            made()
        except rm.RelmetricsError:
            continue
    assert time.process_time() - started < 3
