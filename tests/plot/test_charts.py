"""Charts for Altair: valid, of the same rows as the figures, and with the numbers to point at."""

import json
import sys

import pytest
from figures_under_test import FIGURES, NAMELESS, NAMES, by, given

import relmetrics as rm
from relmetrics import plot

pytest.importorskip("altair")


def chart_of(name, names=("gold", "basic", "trial")):
    options = {"labels": tuple(names[:2])} if name == "comparison" else {}
    return getattr(plot, name).chart(given(name, list(names)), **options).to_dict()


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_is_a_valid_chart(name):
    """Altair checks it against the schema of Vega-Lite; it holds its data, and needs no file."""
    chart = chart_of(name, NAMES[:3])

    text = json.dumps(chart, allow_nan=False)
    assert "(n = " in chart["title"]["text"]
    assert name in NAMELESS or NAMES[1] in text
    assert "url" not in text.replace("$schema", "")
    assert any("tooltip" in layer["encoding"] for layer in chart["layer"])


def rows_of(chart, mark):
    """Return the rows of the first layer with a mark."""
    data = next(layer["data"] for layer in chart["layer"] if layer["mark"]["type"] == mark)
    return chart["datasets"][data["name"]] if "name" in data else data["values"]


def test_a_chart_has_the_numbers_of_the_object():
    """The rows are those of the breakdown, and are placed by their columns."""
    groups = by(["gold", "basic"])
    chart = plot.intervals.chart(groups).to_dict()

    rows = {row["group"]: row for row in rows_of(chart, "point")}
    for name in groups:
        found = groups[name]
        assert (rows[name]["value"], rows[name]["low"], rows[name]["high"], rows[name]["n"]) == (
            found.value,
            found.low,
            found.high,
            found.n,
        )
    (point,) = [layer for layer in chart["layer"] if layer["mark"]["type"] == "point"]
    assert point["encoding"]["x"]["field"] == "value"
    assert {tip["field"] for tip in point["encoding"]["tooltip"]} >= {"group", "value", "low", "n"}


def test_the_figure_and_its_chart_are_of_one_picture(monkeypatch):
    """Both take the same arguments, and one function prepares both."""
    asked = []
    from relmetrics.plot.drawing import with_altair  # noqa: PLC0415 - patched below

    monkeypatch.setattr(with_altair, "chart_of", asked.append)
    plot.intervals.chart(by(["gold", "basic", "trial"]), most=2)

    assert asked[0].y.labels == tuple(
        text.get_text()
        for text in plot.intervals(by(["gold", "basic", "trial"]), most=2).get_yticklabels()
    )


def test_dates_are_dates_and_hostile_names_are_text():
    """Days are ISO text in universal time; quotes and brackets stay in their strings."""
    chart = chart_of("trend")
    (line,) = [layer for layer in chart["layer"] if layer["mark"]["type"] == "line"]
    assert line["encoding"]["x"]["type"] == "temporal"
    assert line["encoding"]["x"]["scale"]["type"] == "utc"
    assert rows_of(chart, "line")[0]["period"] == "2024-01-01"

    hostile = "\"]+alert('x')+[\"</script>\\"
    found = plot.intervals.chart(rm.NPS().by([10, 3], [hostile, "b"])).to_dict()
    expression = found["layer"][1]["encoding"]["y"]["axis"]["labelExpr"]
    listed = expression.removesuffix("[datum.value]")
    assert json.loads(listed)[1] == f"{hostile} (n = 1)".replace("\\", "\\")


def test_an_empty_figure_is_a_chart_that_says_so():
    """No groups are no error."""
    assert "no groups" in json.dumps(plot.intervals.chart(rm.NPS().by([], [])).to_dict())


def test_without_altair_the_error_says_how_to_get_it(monkeypatch):
    """The message has the line for pip."""
    monkeypatch.setitem(sys.modules, "altair", None)

    with pytest.raises(ModuleNotFoundError, match=r"pip install 'relmetrics\[altair\]'"):
        plot.intervals.chart(by(["gold", "basic"]))
