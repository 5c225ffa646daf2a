"""Counts and sums by group, as databases give them, are worth the rows that they were made of."""

from collections import Counter, defaultdict
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from metrics_under_test import CASES

import relmetrics as rm

TALLIES = [case for case in CASES if case.kind == "tally"]
SUMS = [case for case in CASES if case.kind == "moments" and "pairwise" not in case.label]
GROUPS = ("gold", "basic", None)
DAYS = ("2025-01-03", "2025-01-31", "2025-03-02", None)
WEIGHTS = (0.5, 1.0, 2.0)  # whose sums and squares are exact in any order


def each(cases):
    return pytest.mark.parametrize("case", cases, ids=[case.label for case in cases])


def rows_of(case, labels, least=1):
    row = st.tuples(case.row, st.sampled_from(labels), st.sampled_from(WEIGHTS))
    return st.lists(row, min_size=least, max_size=40)


def alike(ours, theirs):
    """Tell whether two breakdowns are the same to the last digit, and so is what follows."""
    assert ours.labels.names == theirs.labels.names
    left, right = ours.table(), theirs.table()
    for name in left.columns:
        np.testing.assert_array_equal(left[name], right[name], err_msg=name)
    assert type(ours.total_state) is type(theirs.total_state)
    assert str(ours.total_state) == str(theirs.total_state)
    try:
        expected = theirs.compare().table()
    except rm.StateError:
        return
    found = ours.compare().table()
    for name in expected.columns:
        np.testing.assert_array_equal(found[name], expected[name], err_msg=name)


def counted(rows, weighted):
    """Return what GROUP BY label, answer gives of rows."""
    cells = defaultdict(list)
    for answer, label, weight in rows:
        cells[label, answer].append(weight)
    table = {
        "group": [label for label, _ in cells],
        "answer": [answer for _, answer in cells],
        "n": [len(weights) for weights in cells.values()],
    }
    options = {}
    if weighted:
        options["weights"] = [sum(weights) for weights in cells.values()]
        options["squares"] = [sum(w * w for w in weights) for weights in cells.values()]
    return table, options


@each(TALLIES)
@given(data=st.data(), weighted=st.booleans())
@settings(max_examples=15)
def test_counts_by_group_give_the_breakdown_of_the_rows(case, data, weighted):
    """Every metric of answers is the same of rows and of their counts."""
    rows = data.draw(rows_of(case, GROUPS))
    answers, labels, weights = map(list, zip(*rows, strict=True))
    table, options = counted(rows, weighted)
    ours = case.metric.by_counts(table["group"], table["answer"], table["n"], sort=True, **options)
    alike(ours, case.metric.by(answers, labels, weights=weights if weighted else None, sort=True))


@each(TALLIES)
@given(data=st.data(), weighted=st.booleans())
@settings(max_examples=15)
def test_counts_by_date_give_the_trend_of_the_rows(case, data, weighted):
    """So is a trend, with its rows without a date and those that come too late."""
    rows = [*data.draw(rows_of(case, DAYS)), (None, DAYS[0], 1.0)]
    answers, days, weights = map(list, zip(*rows, strict=True))
    table, options = counted(rows, weighted)
    for as_of in (None, "2025-02-10"):
        ours = case.metric.over_counts(
            table["group"], table["answer"], table["n"], as_of=as_of, **options
        )
        theirs = case.metric.over(answers, days, weights=weights if weighted else None, as_of=as_of)
        alike(ours, theirs)
        for name in ("until", "judged_by", "undated", "later", "first", "every"):
            assert getattr(ours, name) == getattr(theirs, name), name


def sums_of(case, rows, weighted):
    """Return labels, and the arguments of by_sums, added in plain Python."""
    columns = case.to_data([row for row, _, _ in rows])
    if "before" in columns:
        columns["kept"] = [
            None if None in pair else min(pair)
            for pair in zip(columns["before"], columns["after"], strict=True)
        ]
    names = list(columns)
    groups = defaultdict(list)
    absent = Counter()
    for i, (_, label, weight) in enumerate(rows):
        values = {name: columns[name][i] for name in names}
        groups[label]
        if "before" in columns and not (values["before"] is None or values["before"] > 0):
            continue
        if None in values.values():
            absent[label] += 1
        else:
            groups[label].append((weight if weighted else 1, values))

    def added(power):
        sums = {
            a: [sum(w**power * v[a] for w, v in part) for part in groups.values()] for a in names
        }
        products = {
            (a, b): [sum(w**power * v[a] * v[b] for w, v in part) for part in groups.values()]
            for i, a in enumerate(names)
            for b in names[i:]
        }
        return sums, products

    n = [len(part) for part in groups.values()]
    options = {"missing": [absent[label] for label in groups]}
    if weighted:
        options["weights"] = [sum(w for w, _ in part) for part in groups.values()]
        options["squares"] = ([sum(w * w for w, _ in part) for part in groups.values()], *added(2))
    return list(groups), (n, *added(1)), options


@each(SUMS)
@given(data=st.data(), weighted=st.booleans())
@settings(max_examples=15)
def test_sums_by_group_give_the_breakdown_of_the_rows(case, data, weighted):
    """An index and ratios of money come of sums and cross-products: counts exactly."""
    rows = data.draw(rows_of(case, GROUPS))
    labels = [label for _, label, _ in rows]
    weights = [weight for _, _, weight in rows] if weighted else None
    groups, sums, options = sums_of(case, rows, weighted)
    ours = case.metric.by_sums(groups, *sums, sort=True, **options).table()
    theirs = case.by([row for row, _, _ in rows], labels, weights, sort=True).table()
    for name in ("group", "n"):
        assert ours[name].tolist() == theirs[name].tolist()
    for name in ("value", "low", "high"):
        np.testing.assert_allclose(ours[name], theirs[name], rtol=1e-7, atol=1e-7, err_msg=name)


@given(data=st.data())
def test_sums_of_ratings_are_exact(data):
    """Ratings are whole numbers, so their sums lose no digit."""
    case = next(case for case in SUMS if case.label == "CSI")
    rows = data.draw(rows_of(case, GROUPS))
    groups, sums, options = sums_of(case, rows, weighted=False)
    ours = case.metric.by_sums(groups, *sums, sort=True, **options)
    theirs = case.by([row for row, _, _ in rows], [label for _, label, _ in rows], sort=True)
    alike(ours, theirs)
    days = dict(zip(GROUPS, DAYS, strict=False))
    ours = case.metric.over_sums([days[g] for g in groups], *sums, as_of="2025-03-31", **options)
    table = case.to_data([row for row, _, _ in rows])
    theirs = case.metric.over(table, [days[label] for _, label, _ in rows], as_of="2025-03-31")
    alike(ours, theirs)


TABLE = {
    "plan": ["gold", "gold", "basic", "basic"],
    "region": ["EU", "EU", "EU", "US"],
    "answer": [10, 3, 9, None],
    "n": [30, 10, 7, 2],
}


@pytest.mark.parametrize("frame", [dict, pd.DataFrame, pl.DataFrame])
def test_one_table_says_it_all(frame):
    """A whole table is taken apart by the names of its columns."""
    by = rm.NPS().by_counts(frame(TABLE), "answer", "n")
    assert list(by) == [("gold", "EU"), ("basic", "EU"), ("basic", "US")]
    assert by.labels.names == ("plan", "region")
    assert by.table()["n"].tolist() == [40, 7, 0]
    assert by.total_state.missing == 2
    assert by.rollup("plan")["gold"].value == 50.0


def test_a_table_of_dates_has_one_column_more():
    """Of a table over time the only other column is the dates."""
    months = {"month": ["2025-01", "2025-02"], "answer": [10, 3], "n": [3, 1]}
    assert rm.NPS().over_counts(months, "answer", "n")["2025-01"].n == 3
    with pytest.raises(rm.ParameterError, match=r"dates.*one column beside"):
        rm.NPS().over_counts(months | {"plan": ["a", "b"]}, "answer", "n")


@pytest.mark.parametrize(
    "counts",
    [
        [Decimal(30), Decimal("10.0"), 7, np.int32(2)],
        np.array([30.0, 10.0, 7.0, 2.0]),
        np.array([30, 10, 7, 2], dtype=np.uint64),
        pl.Series([30, 10, 7, 2], dtype=pl.Decimal(20, 0)),
        pd.Series([30, 10, 7, 2], dtype="Int64"),
    ],
    ids=["decimals", "floats", "unsigned", "polars", "nullable"],
)
def test_counts_come_in_many_kinds(counts):
    """Databases count in decimals, floats and integers of every size."""
    by = rm.NPS().by_counts(TABLE["plan"], TABLE["answer"], counts, missing=[0, 1, 0, 0])
    assert by.table()["n"].tolist() == [40, 7]
    assert by.table()["missing"].tolist() == [1, 2]


WRONG = {
    "negative": ({"counts": [1, -1]}, rm.CountError, r"counts must be whole.*-1 at position 1"),
    "fraction": ({"counts": [1, 0.5]}, rm.CountError, r"0\.5 at position 1"),
    "not a number": ({"counts": np.array([1, np.nan])}, rm.CountError, "nan at position 1"),
    "text": ({"counts": ["3", 1]}, rm.CountError, "'3' at position 0"),
    "truth": ({"counts": [True, 1]}, rm.CountError, "True at position 0"),
    "too many": ({"counts": [2**61, 1]}, rm.CountError, "at most 2.61"),
    "too many of an array": ({"counts": np.array([2**61, 2**61])}, rm.CountError, "at most 2.61"),
    "off scale": ({"answers": [10, 11]}, rm.OffScaleError, "11 at position 1"),
    "lengths": ({"counts": [1]}, rm.LengthError, "answers has 2, counts has 1"),
    "labels": ({"groups": ["a"]}, rm.LengthError, "answers has 2"),
    "missing lengths": ({"missing": [1]}, rm.LengthError, "missing has 1"),
    "no squares": ({"weights": [1, 1]}, rm.ParameterError, "squares.*sum.w"),
    "no weights": ({"squares": [1, 1]}, rm.ParameterError, "weights"),
    "impossible": (
        {"weights": [3, 1], "squares": [20, 1]},
        rm.WeightError,
        "position 0 cannot be those of 3",
    ),
    "weight of nothing": (
        {"counts": [3, 0], "weights": [3, 1], "squares": [3, 1]},
        rm.WeightError,
        "position 1 cannot be those of 0",
    ),
    "null weight": (
        {"weights": [3, None], "squares": [3, 1]},
        rm.WeightError,
        "None at position 1",
    ),
    "all zero": ({"weights": [0, 0], "squares": [0, 0]}, rm.WeightError, "all zero"),
    "no name": ({"answers": "answer"}, rm.ParameterError, "groups.*mapping of columns"),
    "unknown name": (
        {"groups": TABLE, "answers": "answ", "counts": "n"},
        rm.ParameterError,
        "Did you mean 'answer'",
    ),
    "named twice": (
        {"groups": TABLE, "answers": "n", "counts": "n"},
        rm.ParameterError,
        "no other argument names",
    ),
}


@pytest.mark.parametrize("change", WRONG, ids=str)
def test_wrong_counts_are_refused(change):
    """An error says which argument, where, and what to do."""
    given, error, words = WRONG[change]
    arguments = {"groups": ["a", "b"], "answers": [10, 3], "counts": [3, 1]} | given
    with pytest.raises(error, match=words):
        rm.NPS().by_counts(**arguments)


def test_missing_answers_need_no_weights():
    """Sums over rows without an answer are of no use, and may be missing."""
    table = {
        "group": ["a", "a"],
        "answer": [10, None],
        "n": [2, 3],
        "w": [2.0, None],
        "q": [2.0, None],
    }
    by = rm.NPS().by_counts(table, "answer", "n", weights="w", squares="q")
    assert (by["a"].n, by["a"].missing) == (2, 3)


CSI = {
    "n": [3],
    "sums": {"a": [12], "b": [14]},
    "products": {("a", "a"): [50], ("b", "a"): [57], ("b", "b"): [66]},
}


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"n": [-1]}, rm.CountError, "-1 at position 0"),
        ({"n": [2]}, rm.StateError, "position 0 cannot be of n = 2"),
        ({"products": {("a", "a"): [50]}}, rm.FactorError, "must have the pair"),
        ({"sums": {"a": [12], "b": [None]}}, rm.AmountError, r"sums\['b'\]"),
        ({"missing": [1, 2]}, rm.LengthError, "missing has 2"),
        ({"weights": [3]}, rm.ParameterError, "squares"),
    ],
)
def test_wrong_sums_are_refused(change, error, words):
    """Sums are checked as states from outside are."""
    with pytest.raises(error, match=words):
        rm.CSI().by_sums(["x"], **(CSI | change))


def test_what_sums_do_not_tell():
    """Pairwise means need the rows, and factors their weights."""
    with pytest.raises(rm.ParameterError, match=r"missing_factor.*give rows"):
        rm.CSI(missing_factor="pairwise").by_sums(["x"], **CSI)
    with pytest.raises(rm.FactorError, match=r"weights?"):
        rm.CSI(weights={"a": 1}).by_sums(["x"], **CSI)
    with pytest.raises(rm.FactorError, match="sums must have the column 'gain'"):
        rm.ReturnOnInvestment().by_sums(["x"], **CSI)
