"""Groups of any kind, of any number, in order of appearance or sorted."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import relmetrics as rm
from relmetrics.data.labels import factorize
from relmetrics.data.labels.factorize import factorize_array
from relmetrics.data.labels.grouping import group
from relmetrics.data.missing import is_missing

ARRAYS = {
    "integers": lambda values: np.array(values, dtype=np.int64),
    "sparse integers": lambda values: np.array(values, dtype=np.int64) * 10**15,
    "unsigned": lambda values: (
        np.array(values, dtype=np.int64).astype(np.uint64) + np.uint64(2**63)
    ),
    "bytes": lambda values: np.array(values, dtype=np.int8),
    "floats": lambda values: np.array(values, dtype=float) / 3,
    "half floats": lambda values: np.array(values, dtype=np.float16),
    "text": lambda values: np.array([f"group {v}" for v in values] or ["x"])[: len(values)],
    "long text": lambda values: np.array(["x" * 40 + str(v) for v in values] or ["x"])[
        : len(values)
    ],
    "byte strings": lambda values: np.array([str(v).encode() for v in values] or [b"x"])[
        : len(values)
    ],
    "dates": lambda values: np.datetime64("2025-01-01") + np.array(values, dtype="timedelta64[D]"),
    "truth values": lambda values: np.array(values, dtype=np.int64) % 2 == 0,
    "big endian": lambda values: np.array(values, dtype=">i4"),
    "strided": lambda values: np.repeat(np.array(values, dtype=np.int64), 3)[::3],
}


@pytest.mark.parametrize("kind", ARRAYS)
@given(values=st.lists(st.integers(-100, 100), max_size=40), block=st.sampled_from([3, 1 << 15]))
@example(values=[0, -1, 0], block=3)
def test_numbers_follow_the_order_of_appearance(kind, values, block):
    """Every dtype is numbered as a dictionary would number its entries."""
    array = ARRAYS[kind](values)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(factorize, "BLOCK", block)
        codes, labels = factorize_array(array)
    order = {label: i for i, label in enumerate(dict.fromkeys(array.tolist()))}
    assert codes.tolist() == [order[item] for item in array.tolist()]
    assert labels.tolist() == list(order)


def test_many_distinct_keys_collide_and_are_told_apart():
    """A table that must grow several times still verifies every match."""
    rng = np.random.default_rng(3)
    keys = rng.integers(-(2**62), 2**62, size=150_000)
    column = np.concatenate([keys, keys[::-1]])
    codes, labels = factorize_array(column)
    assert (labels[codes] == column).all()
    assert len(labels) == len(set(keys.tolist()))
    assert (codes[: len(keys)] == np.arange(len(keys))).all()


def test_equal_hashes_are_no_equal_keys():
    """Even when all hashes are the same, keys are compared word by word."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(factorize, "_slots", lambda words, _bits: np.zeros(len(words), dtype=np.intp))
        codes, labels = factorize_array(np.array(["b", "a", "b", "c"]))
    assert codes.tolist() == [0, 1, 0, 2]
    assert labels.tolist() == ["b", "a", "c"]


@given(
    values=st.lists(
        st.one_of(
            st.none(),
            st.text("ab", max_size=2),
            st.integers(0, 3),
            st.just(float("nan")),
            st.tuples(st.integers(0, 1)),
            st.dates(),
        ),
        max_size=20,
    )
)
def test_labels_are_any_hashable_things(values):
    """Mixed labels; all missing ones are one group called None."""
    by = rm.Rate().by([True] * len(values), values)
    cleaned = [None if v is None or is_missing(v) else v for v in values]
    assert list(by) == list(dict.fromkeys(cleaned))
    for label in by:
        assert by[label].n == cleaned.count(label)


def test_missing_labels_of_arrays_are_one_group():
    """NaN and NaT of arrays are the group None, wherever they stand."""
    by = rm.Rate().by([1, 1, 0], np.array([np.nan, 2.5, np.nan]))
    assert list(by) == [None, 2.5]
    dates = np.array(["NaT", "2025-01-01", "NaT"], dtype="datetime64[D]")
    assert list(rm.Rate().by([1, 1, 0], dates)) == [None, np.datetime64("2025-01-01")]


def test_groups_can_be_sorted():
    """By value, missing last; mixed kinds have no order."""
    by = rm.Rate().by([1, 1, 1, 0], ["b", None, "a", "b"], sort=True)
    assert list(by) == ["a", "b", None]
    assert by["b"].value == 50
    with pytest.raises(rm.ParameterError, match="of one kind to be sorted"):
        rm.Rate().by([1, 1], ["a", 1], sort=True)


@given(
    rows=st.lists(
        st.tuples(st.integers(0, 10), st.sampled_from("xy"), st.sampled_from(["EU", None, 3])),
        min_size=1,
        max_size=20,
    )
)
def test_several_columns_group_by_their_combinations(rows):
    """A group of two columns is the pair of its labels, and rolls up to either."""
    scores = [a for a, _, _ in rows]
    plan, region = [p for _, p, _ in rows], [r for *_, r in rows]
    by = rm.NPS().by(scores, {"plan": plan, "region": region})
    pairs = list(zip(plan, region, strict=True))
    assert list(by) == list(dict.fromkeys(pairs))
    for key in by:
        expected = rm.nps([a for a, pair in zip(scores, pairs, strict=True) if pair == key])
        assert by[key] == expected
    assert list(by.table())[:2] == ["plan", "region"]
    for name, column in (("plan", plan), ("region", region)):
        rolled, direct = by.rollup(name), rm.NPS().by(scores, {name: column})
        assert dict(rolled) == dict(direct)
    assert list(rm.NPS().by(scores, [plan, region])) == list(by)
    assert by.rollup(["plan", "region"]).to_dict() == by.to_dict()
    assert by.rollup(dict.fromkeys(pairs, "all"))["all"] == by.total


@pytest.mark.long
def test_a_million_groups():
    """Vectorised: values, intervals and lookups of 10^6 groups."""
    size = 1_000_000
    labels = np.arange(size) * 7
    by = rm.NPS().by(np.tile([10, 0], size // 2), labels)
    table = by.table(small_base=2)
    assert len(by) == table.rows == size
    assert table["value"][:4].tolist() == [100, -100, 100, -100]
    assert table["small_base"].all()
    assert by[7 * 3].value == -100


def test_tables():
    """Columns, plain values, text, HTML, and a clear error for a column that is not there."""
    by = rm.CSAT().by([5, 4, 1, None], ["<b>", "<b>", "c", "d"])
    table = by.table(small_base=2)
    assert list(table) == ["group", "value", "low", "high", "n", "missing", "small_base"]
    assert table.to_dict()["value"] == [100, 0, None]
    assert table.to_dict()["small_base"] == [False, True, True]
    assert table["group"].tolist() == ["<b>", "c", "d"]
    assert "<b>" not in by._repr_html_()
    assert "&lt;b&gt;" in by._repr_html_()
    assert repr(by).splitlines()[0].split() == ["group", "value", "low", "high", "n", "missing"]
    assert "nan" in repr(by)
    with pytest.raises(KeyError, match="Did you mean 'value'"):
        table["value_"]
    with pytest.raises(KeyError, match="no group 'x'"):
        by["x"]
    with pytest.raises(rm.EmptySampleError):
        by["d"]
    assert "d" in by
    assert by.get("x") is None
    long = rm.Rate().by([1] * 30, list(range(30)))
    assert repr(long).endswith("... 10 more rows")
    assert "10 more rows" in long._repr_html_()


def test_methods_and_levels_of_a_table():
    """A table by another method and level agrees with each group's interval."""
    by = rm.NPS().by([10, 9, 3, 8, 8, 10], ["a", "a", "a", "b", "b", "b"])
    for method in ("score", "wald", "adjusted"):
        table = by.table(confidence_level=0.8, method=method)
        for i, label in enumerate(by):
            interval = by[label].interval(0.8, method=method)
            assert table["low"][i] == pytest.approx(interval.low)
            assert table["high"][i] == pytest.approx(interval.high)
    drawn = by.table(method="bootstrap", rng=1)
    assert (drawn["low"] <= drawn["value"]).all()


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_data_frames_in_and_out(library):
    """Frames' columns group and tables become frames, when the library is installed."""
    module = pytest.importorskip(library)
    frame = module.DataFrame({"score": [10, 9, 3], "plan": ["a", "b", "a"]})
    by = rm.NPS().by(frame["score"], frame["plan"])
    assert list(by) == ["a", "b"]
    assert by.table().columns.keys() >= {"plan", "value"}
    out = getattr(by.table(), f"to_{library}")()
    assert list(out.columns) == ["plan", "value", "low", "high", "n", "missing"]
    assert out["n"].to_list() == [2, 1]
    csi = rm.csi(module.DataFrame({"a": [5, 4], "b": [3, None]}))
    assert csi.missing == 1
    if library == "pandas":
        categories = frame["plan"].astype("category")
        assert list(rm.NPS().by(frame["score"], categories)) == ["a", "b"]


def test_a_frame_library_that_is_absent_is_named(monkeypatch):
    """The error says what to install, and does not hide another missing module."""
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    with pytest.raises(ModuleNotFoundError, match="pip install pandas"):
        rm.Rate().by([1], ["a"]).table().to_pandas()


def test_labels_of_dates():
    """Python dates and numpy dates are labels like any other."""
    day = dt.date(2025, 1, 1)
    assert rm.Rate().by([1, 0], [day, day])[day].value == 50
    assert group(np.array(["2025-01"], dtype="datetime64[M]"), 1).labels.keys() == [
        np.datetime64("2025-01")
    ]


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_data_frame_groups_by_all_its_columns(library):
    """As a mapping of name to column does."""
    frames = pytest.importorskip(library)
    columns = {"plan": ["a", "a", "b"], "land": ["FI", "LT", "LT"]}

    by = rm.NPS().by([10, 9, 3], frames.DataFrame(columns))

    assert by.table() == rm.NPS().by([10, 9, 3], columns).table()
