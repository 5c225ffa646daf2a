"""Laws of every result: it equals itself, survives copying, is JSON, is safe HTML, and stays."""

import contextlib
import copy
import inspect
import json
import pickle
from html import escape

import attrs
import numpy as np
import pytest
from copies import copied
from results_under_test import (
    HOSTILE,
    INSTANCES,
    NO_RESULTS,
    PARTS,
    STATES,
    arrays_of,
    instance,
    result_classes,
)

import relmetrics as rm

OWED: dict[str, set[str]] = {}
"""Law to the classes that do not keep it yet: an entry must go as soon as its class does."""

BY_IDENTITY = {
    "Breakdown",
    "Comparisons",
    "Ranking",
    "Scorecard",
    "SurvivalComparisons",
    "Trend",
}
"""Results that equal themselves alone: two of them are compared by what they show."""


def results(law, *, without=()):
    """Parametrise a test with every instance, those that owe the law marked."""
    owed = pytest.mark.xfail(reason="owed", strict=True)
    cases = [
        pytest.param(
            name,
            number,
            marks=owed if name in OWED.get(law, ()) else (),
            id=f"{name}-{number}",
        )
        for name, made in INSTANCES.items()
        if name not in without
        for number in range(len(made))
    ]
    return pytest.mark.parametrize(("name", "number"), cases)


def alike(left, right):
    """Tell whether two results are equal; those that compare by identity by what they show."""
    if type(left) is type(right) and type(left).__name__ in BY_IDENTITY:
        return left.table() == right.table() and str(left) == str(right)
    return bool(left == right)


def test_every_public_class_has_an_instance_or_is_no_result_for_a_reason():
    """A class that joins without either fails; and no list has a class that is not there."""
    assert set(INSTANCES) | set(NO_RESULTS) == result_classes()
    assert not set(INSTANCES) & set(NO_RESULTS)
    assert set(PARTS) | STATES <= set(INSTANCES)


@results("kind")
def test_an_instance_is_of_the_class_it_stands_for(name, number):
    """And nobody can give it another value."""
    result = instance(name, number)
    assert type(result) is getattr(rm, name)
    first = attrs.fields(type(result))[0].name
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(result, first, None)


@results("equal")
def test_a_result_equals_itself(name, number):
    """NaN in it or not: and what is made in the same way of the same data equals it."""
    result = instance(name, number)
    assert result == result  # noqa: PLR0124 - that is the law
    assert alike(result, INSTANCES[name][number]())


@copied
@results("copy")
def test_a_copy_of_a_result_equals_it(name, number, again):
    """Copied, copied deeply, or written and read, before and after it was asked for anything."""
    result = instance(name, number)
    assert alike(again(result), result)
    repr(result)
    assert alike(again(result), result)


def test_copies_are_judged_by_what_they_show():
    """A comparison of results that always says yes would show nothing."""
    left, right = (rm.NPS().by([10, score], ["a", "b"]) for score in (3, 10))
    assert not alike(left, right)
    assert not alike(rm.rate(1, 2), rm.rate(2, 2))


@results("json", without=set(PARTS))
def test_a_result_that_stands_alone_is_json_with_a_type_and_a_version(name, number):
    """Without NaN and infinity, which JSON does not have."""
    data = instance(name, number).to_dict()
    if name == "Table":
        return
    assert isinstance(data["type"], str)
    assert isinstance(data["v"], int)
    assert json.loads(json.dumps(data, allow_nan=False)) == data


@results("dictionary")
def test_every_dictionary_is_json(name, number):
    """Those of parts of results, and of tables, too."""
    result = instance(name, number)
    if hasattr(result, "to_dict"):
        assert json.dumps(result.to_dict(), allow_nan=False)


@results("text")
def test_a_result_is_text_of_one_line(name, number):
    """What str says is one line where it is written to be; repr is never empty."""
    result = instance(name, number)
    assert repr(result).strip()
    line = str(result)
    assert line.strip()
    written = inspect.getdoc(type(result).__str__) or ""
    if "line" in written:
        assert "\n" not in line


@results("html", without=set(PARTS) | STATES)
def test_a_result_shows_itself_in_a_notebook_whatever_its_labels(name, number):
    """As HTML that no label can break out of."""
    html = instance(name, number)._repr_html_()
    assert html.startswith("<")
    assert "<script>" not in html
    assert f"&{HOSTILE[-1]}" not in html


@pytest.mark.parametrize(
    "name", ["Breakdown", "Comparisons", "Decomposition", "DriverAnalysis", "Ranking", "Table"]
)
def test_labels_are_there_to_be_read_in_html(name):
    """A hostile label is shown as it was given."""
    assert escape(HOSTILE) in instance(name, 0)._repr_html_()


@results("frozen")
def test_no_array_of_a_result_can_be_written_to(name, number):
    """Whoever holds a result can rely on it: its arrays refuse."""
    found = arrays_of(instance(name, number))
    assert [path for path, array in found if array.flags.writeable] == []
    for _, array in found:
        with pytest.raises(ValueError, match="read-only"):
            array[...] = array


@copied
@results("frozen copy")
def test_no_array_of_a_copy_can_be_written_to(name, number, again):
    """However it was copied, and before and after it was asked for anything."""
    result = instance(name, number)
    for _ in range(2):
        found = arrays_of(again(result))
        assert [path for path, array in found if array.flags.writeable] == []
        repr(result)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_every_protocol_of_pickle_keeps_what_is_read_only(protocol):
    """Data, states and results; also in the sums that results keep."""
    log = rm.PurchaseLog(["a", "b", "a"], ["2025-01-05", "2025-01-09", "2025-02-01"], [1.5, 2, 3])
    by = rm.NPS().by([10, 3], ["a", "b"])
    moments = rm.Moments.from_columns({"x": [1.5, 2.5]}, weights=[0.3, 0.7])
    stages = log.stages(as_of="2025-03-01")
    for one in (log, by, by.table(), moments, stages, log.cohorts(), by.states):
        again = pickle.loads(pickle.dumps(one, protocol))
        assert type(again) is type(one)
        for path, array in arrays_of(again):
            assert not array.flags.writeable, path


@results("fresh")
def test_what_a_result_hands_out_is_read_only_or_fresh(name, number):
    """Writing to an array of a property, or to a table, does not change the result."""
    result = instance(name, number)
    names = [
        key
        for key, value in inspect.getmembers(type(result))
        if not key.startswith("_") and isinstance(value, property)
    ]
    handed = []
    for key in names:
        with contextlib.suppress(rm.RelmetricsError):  # what is undefined is not handed out
            handed.append((key, getattr(result, key), getattr(result, key)))
    if callable(getattr(result, "table", None)):
        handed.append(("table", result.table(), result.table()))
    changed = []
    for key, first, second in handed:
        pairs = zip(arrays_of(first), arrays_of(second), strict=True)
        changed += [
            key + path
            for (path, one), (_, other) in pairs
            if one.flags.writeable and np.shares_memory(one, other)
        ]
    assert changed == []


def test_a_table_does_not_rename_the_groups_it_was_made_of():
    """Writing to a column raises, and the groups keep their names and numbers."""
    by = rm.NPS().by([10, 9, 3], ["a", "b", "b"])
    for name in by.table():
        with pytest.raises(ValueError, match="read-only"):
            by.table()[name][0] = by.table()[name][1]
    assert list(by) == ["a", "b"]
    table = by.table()
    copies = [copy.copy(table), copy.deepcopy(table), pickle.loads(pickle.dumps(table))]
    assert copies == [table] * 3


def test_tables_are_equal_where_the_same_is_missing():
    """NaN, NaT and None: in numbers, in days and among labels."""
    day = np.array(["2025-01-01", "NaT"], dtype="datetime64[D]")
    mixed = np.array(["a", np.float64("nan")], dtype=object)
    same = [rm.Table({"day": day.copy(), "mixed": mixed.copy()}) for _ in range(2)]

    assert same[0] == same[1]
    assert same[0] != rm.Table({"day": day[::-1], "mixed": mixed})
    assert same[0] != rm.Table({"day": day, "mixed": np.array(["a", "b"], dtype=object)})
    assert same[0] != rm.Table({"day": day, "mixed": np.array(["a"], dtype=object)})
    assert same[0] != rm.Table({"day": day})
    trend = rm.NPS().over([10, 3, 9], ["2025-01-05", "2025-02-05", "2025-03-05"])
    assert trend.changes() == trend.changes()


def test_a_breakdown_says_what_it_is():
    """Its dictionary has the definition, the total and the table; no total where there is none."""
    by = rm.NPS().by([10, 9, 3, None], ["a", "b", "b", "b"], confidence_level=0.9)

    data = by.to_dict()

    assert {name: data[name] for name in ("type", "v", "symbol", "unit", "confidence_level")} == {
        "type": "breakdown",
        "v": 1,
        "symbol": "NPS",
        "unit": "points",
        "confidence_level": 0.9,
    }
    assert data["definition"] == by.total.definition
    assert data["total"] == {
        "value": by.total.value,
        "low": by.total.low,
        "high": by.total.high,
        "n": 3,
        "missing": 1,
    }
    assert data["table"] == by.table().to_dict()
    assert rm.NPS().by([None], ["a"]).to_dict()["total"] is None
    nothing = rm.ReturnOnInvestment().by({"gain": [1.0], "cost": [0.0]}, ["a"])
    assert nothing.to_dict()["total"] is None


def test_labels_of_groups_are_read_only():
    """The names by which groups are looked up cannot be changed."""
    labels = rm.NPS().by([10, 3], {"plan": ["a", "b"], "land": ["FI", "LT"]}).labels
    for column in labels.columns:
        with pytest.raises(ValueError, match="read-only"):
            column[0] = "other"
