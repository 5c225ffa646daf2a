"""Plots: what is drawn is what the tables say, and nothing else is touched."""

import subprocess
import sys

import attrs
import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt

import relmetrics as rm
from relmetrics import plot

NPS = rm.NPS()


@pytest.fixture(autouse=True)
def _closed():
    """Close the figures of a test, and of examples before it."""
    plt.close("all")
    yield
    plt.close("all")


@pytest.fixture
def by():
    answers = [10, 9, 8, 3, 10, 0, 9, None]
    return NPS.by(answers, ["gold", "gold", "basic", "basic", "basic", "edu", "edu", "empty"])


@pytest.fixture
def trend():
    days = [f"2025-{month:02}-15" for month in (1, 1, 2, 2, 4, 4, 5, 5)]
    return NPS.over([10, 9, 8, 3, 10, 10, 0, 9], days)


@pytest.fixture
def drivers():
    rng = np.random.default_rng(3)
    common = rng.normal(size=200)
    ratings = {name: common + rng.normal(size=200) for name in ("food", "staff", "price")}
    return rm.drivers(ratings, sum(ratings.values()) + rng.normal(size=200))


def labels(axes):
    """Return the texts beside the rows, the lowest first."""
    return [text.get_text() for text in axes.get_yticklabels()]


def points(axes):
    """Return what is drawn as points, as pairs."""
    return [
        (x, y)
        for line in axes.lines
        if line.get_marker() == "o"
        for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)
    ]


def test_a_breakdown_is_drawn_with_the_best_group_on_top(by):
    """Rows stand in order of the value, and a group without answers at the bottom."""
    axes = plot.intervals(by)

    assert labels(axes) == ["empty (n = 0)", "edu (n = 2)", "basic (n = 3)", "gold (n = 2)"]
    drawn = {label: x for label, (x, _) in zip(labels(axes), points(axes), strict=True)}
    assert drawn["gold (n = 2)"] == by["gold"].value
    assert np.isnan(drawn["empty (n = 0)"])
    assert axes.get_xlabel() == "NPS, points (95% CI)"


def test_lower_is_better_turns_the_order():
    """Of churn the group with the lowest rate is on top."""
    churn = rm.ChurnRate().by([True, False, False, False], ["a", "a", "b", "b"])

    assert labels(plot.intervals(churn)) == ["a (n = 2)", "b (n = 2)"]


def test_the_bars_are_the_intervals(by):
    """Each bar runs from low to high of the table."""
    axes = plot.intervals(by)
    table = by.table()
    known = table["n"] > 0

    bars = [path.vertices[:, 0].tolist() for c in axes.collections for path in c.get_paths()]
    expected = np.column_stack([table["low"], table["high"]])[known].tolist()
    assert sorted(bar for bar in bars if not np.isnan(bar).any()) == sorted(expected)


def test_at_most_so_many_groups_are_drawn(by):
    """Those with the most answers stay."""
    axes = plot.intervals(by, most=1)

    assert labels(axes) == ["basic (n = 3)"]


def test_groups_of_several_columns_are_named_by_all_of_them():
    """A tuple of labels is written out."""
    by = NPS.by([10, 3], {"plan": ["a", "b"], "land": ["FI", "LT"]})

    assert set(labels(plot.intervals(by))) == {"a, FI (n = 1)", "b, LT (n = 1)"}


def test_a_period_that_is_not_over_is_hollow(trend):
    """The last point of the trend has a white face, the others are filled."""
    axes = plot.trend(trend)

    filled, hollow = (
        [line for line in axes.lines if line.get_marker() == "o" and white(line) is kind]
        for kind in (False, True)
    )
    assert sum(len(line.get_xdata()) for line in hollow) == 1
    assert sum(len(line.get_xdata()) for line in filled) == 4
    assert axes.get_ylabel() == "NPS, points (95% CI)"


def white(line):
    """Tell whether the points of a line are hollow."""
    return mpl.colors.to_hex(line.get_markerfacecolor()) == "#ffffff"


def test_the_line_breaks_where_a_period_has_no_answers(trend):
    """March has no answers: its value is NaN in what is drawn, not left out."""
    line = plot.trend(trend).lines[0]

    assert np.isnan(line.get_ydata()[2])
    assert len(line.get_ydata()) == 5


def test_limits_and_alerts_are_drawn_when_given():
    """Center, two limits and the period that rang are added."""
    days = [f"2025-03-{day:02}" for day in range(1, 12) for _ in range(40)]
    answers = ([10] * 20 + [3] * 20) * 9 + [3] * 40 + [10, 3] * 20
    trend = NPS.over(answers, days, every="day")
    alerts = trend.alerts(baseline=9)

    axes = plot.trend(trend, alerts=alerts)

    assert len(alerts) == 1
    steps = [line for line in axes.lines if line.get_drawstyle() == "steps-mid"]
    assert [np.nanmax(line.get_ydata()) for line in steps] == [
        pytest.approx(np.nanmax(limit)) for limit in alerts.limits
    ]
    rang = [line for line in axes.lines if line.get_markersize() == 7]
    assert rang[0].get_ydata().tolist() == [-100.0]


def test_comparisons_are_drawn_with_the_strongest_on_top(by):
    """The order is that of the table, and the ends are its ends."""
    comparisons = by.compare()
    table = comparisons.table()

    axes = plot.differences(comparisons)

    drawn = {label: x for label, (x, _) in zip(labels(axes), points(axes), strict=True)}
    assert labels(axes)[::-1] == [str(group) for group in table["group"]]
    assert drawn["gold"] == comparisons["gold"].value
    assert axes.get_xlabel() == "NPS difference, points (95% CI)"


def test_drivers_are_drawn_by_performance_and_importance(drivers):
    """Each factor is a point at its mean rating and its share, with its name beside it."""
    axes = plot.importance_performance(drivers)

    table = drivers.importance_performance()
    assert points(axes) == list(zip(table["performance"], table["importance"], strict=True))
    assert {"food", "staff", "price"} <= {text.get_text() for text in axes.texts}


def test_the_parts_of_a_change_are_drawn_below_each_other():
    """Rate, mix and interaction come first, their sum last."""
    before = NPS.by([10, 9, 3, 8], ["a", "a", "b", "b"])
    after = NPS.by([10, 9, 3, 8, 9], ["a", "b", "b", "b", "b"])
    parts = rm.decompose(after, before)

    axes = plot.decomposition(parts)

    assert labels(axes)[::-1][:4] == ["rate", "mix", "interaction", "change"]
    drawn = {labels(axes)[round(y)]: x for x, y in points(axes)}
    assert drawn["change"] == parts.change.value
    table = parts.table()
    assert labels(axes)[::-1][4:] == sorted(
        table["group"], key=lambda name: -abs(dict(zip(*table_of(table), strict=True))[name])
    )
    assert {name: drawn[name] for name in table["group"]} == dict(
        zip(*table_of(table), strict=True)
    )
    alone = labels(plot.decomposition(parts, most=0))
    assert alone[::-1] == ["rate", "mix", "interaction", "change"]


def table_of(table):
    """Return the groups and what each contributed."""
    return table["group"].tolist(), table["total"].tolist()


def test_axes_that_are_given_are_drawn_on_and_returned(by, trend):
    """No figure is made beside the one that is there."""
    figure, axes = plt.subplots()

    assert plot.intervals(by, ax=axes) is axes
    assert plot.trend(trend, ax=axes) is axes
    assert plt.get_fignums() == [figure.number]


def test_no_global_style_is_set(by, trend):
    """The settings of matplotlib are the same after as before."""
    before = dict(mpl.rcParams)

    plot.intervals(by)
    plot.trend(trend)

    assert dict(mpl.rcParams) == before


def test_what_is_no_result_is_refused(by, trend):
    """A list, or a breakdown where a trend is meant, is named."""
    with pytest.raises(rm.ParameterError, match="'by' must be a Breakdown"):
        plot.intervals([1, 2])
    with pytest.raises(rm.ParameterError, match="'trend' must be a Trend"):
        plot.trend(by)
    with pytest.raises(rm.ParameterError, match=r"'alerts' must be Alerts .*trend\.alerts"):
        plot.trend(trend, alerts=by)
    with pytest.raises(rm.ParameterError, match=r"'comparisons' must be Comparisons .*compare\("):
        plot.differences(by)
    with pytest.raises(rm.ParameterError, match="'drivers' must be a DriverAnalysis"):
        plot.importance_performance(by)
    with pytest.raises(rm.ParameterError, match="'parts' must be a Decomposition"):
        plot.decomposition(by)
    with pytest.raises(rm.ParameterError, match="'most' must be a whole number at least 1"):
        plot.intervals(by, most=0)


def test_a_total_that_is_not_defined_is_not_drawn():
    """Campaigns that cost nothing have no return, and no line says what it is."""
    by = rm.ReturnOnInvestment().by({"gain": [1.0, 2.0], "cost": [0.0, 0.0]}, ["a", "b"])

    assert not [line for line in plot.intervals(by).lines if line.get_linestyle() == "--"]


def test_the_dividing_lines_are_those_of_the_table(drivers):
    """At the means, or where they are asked for; the quadrants are named as in the table."""
    axes = plot.importance_performance(drivers, importance_at=20, performance_at=0.5)
    at = [line.get_xdata()[0] for line in axes.lines if line.get_linestyle() == "--"]
    assert at[0] == 0.5
    assert [line.get_ydata()[0] for line in axes.lines][-1] == 20
    named = {text.get_text() for text in axes.texts}
    assert set(drivers.importance_performance()["quadrant"]) <= named

    axes = plot.importance_performance(drivers)
    table = drivers.importance_performance()
    assert axes.lines[-1].get_ydata()[0] == pytest.approx(table["importance"].mean())
    assert axes.lines[-2].get_xdata()[0] == pytest.approx(table["performance"].mean())
    with pytest.raises(rm.ParameterError, match="'importance_at' must be a finite number"):
        plot.importance_performance(drivers, importance_at="high")


HOSTILE = ["$10-$20", "a$_{$", "$", r"\$5", r"$\frac{$", "100% _^{}&#~"]


@pytest.fixture(params=HOSTILE)
def hostile(request):
    """Return a text that matplotlib would read as mathematics, or in part."""
    return request.param


def drawn(axes):
    """Draw the figure and return its texts as they appear on it."""
    axes.figure.canvas.draw()
    written = [text.get_text() for text in axes.findobj(mpl.text.Text)]
    assert not any(mpl.cbook.is_math_text(text) for text in written)
    return [text.replace(r"\$", "$") for text in written]  # as matplotlib does


def test_dollars_are_drawn_as_dollars(hostile, monkeypatch):
    """Names of groups, factors and metrics appear on all five plots as they are."""
    named = attrs.evolve(NPS.description, symbol=hostile, unit=hostile)
    other = f"{hostile} b"
    answers, groups = [10, 9, 3, 8] * 3, [hostile, hostile, other, other] * 3
    days = [f"2025-{month:02}-15" for month in (1, 2, 3, 4)] * 3
    rows = np.random.default_rng(3).normal(size=(2, 60))
    analysis = rm.drivers({hostile: rows[0], "cost $": rows[1]}, rows[0] - rows[1])
    monkeypatch.setattr(rm.NPS, "description", named)
    by = NPS.by(answers, groups)

    assert {f"{hostile} (n = 6)", f"{other} (n = 6)"} <= set(drawn(plot.intervals(by)))
    assert f"{hostile}, {hostile} (95% CI)" in drawn(plot.trend(NPS.over(answers, days)))
    assert {hostile, other} <= set(drawn(plot.differences(by.compare())))
    texts = drawn(plot.importance_performance(analysis))
    assert {hostile, "cost $ (lowers the overall rating)"} <= set(texts)
    later = NPS.by(answers[1:], groups[1:])
    assert any(hostile in text for text in drawn(plot.decomposition(rm.decompose(later, by))))


def test_drivers_that_explain_nothing_are_drawn_without_points():
    """The frame and the quadrants are there, and nothing in them."""
    nothing = rm.drivers({"a": [1, 1, 2, 2] * 5, "b": [1, 2, 1, 2] * 5}, [1, 2, 2, 1] * 5)

    texts = drawn(plot.importance_performance(nothing))

    assert "concentrate here" in texts


def test_without_matplotlib_the_error_says_how_to_get_it(by, monkeypatch):
    """The message has the line for pip; axes of one's own need no import."""
    monkeypatch.setitem(sys.modules, "matplotlib", None)

    with pytest.raises(ModuleNotFoundError, match=r"pip install 'relmetrics\[plot\]'"):
        plot.intervals(by)


def test_importing_plots_imports_no_matplotlib():
    """Only drawing does."""
    code = "import sys, relmetrics.plot; print('matplotlib' in sys.modules)"
    run = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "False"
