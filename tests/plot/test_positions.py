"""What is drawn stands where the numbers of the object are, read from the artists of the axes."""

import numpy as np
import pytest
from figures_under_test import AS_OF, FEW, by, given, log, revenue, stages
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

import relmetrics as rm
from relmetrics import plot
from relmetrics.plot.drawing import palette

NPS = rm.NPS()


@pytest.fixture(autouse=True)
def _closed():
    """Close the figures of a test, and of examples before it."""
    plt.close("all")
    yield
    plt.close("all")


def labels(axes):
    """Return the texts beside the rows, the lowest first."""
    return [text.get_text() for text in axes.get_yticklabels()]


def rectangles(axes):
    """Return the bars as matplotlib holds them."""
    return [bar for bar in axes.patches if isinstance(bar, Rectangle)]


def bars(axes):
    """Return the bars as (row or bottom, left, width), in the order in which they are drawn."""
    return [
        (bar.get_y() + bar.get_height() / 2, bar.get_x(), bar.get_width())
        for bar in rectangles(axes)
    ]


def points(axes):
    """Return what is drawn as points, by its row."""
    return {
        round(float(y)): x
        for line in axes.lines
        if line.get_linestyle() == "None"
        for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)
    }


def spans(axes):
    """Return the ends of the intervals, by row."""
    return {
        round(float(path.vertices[0, 1])): tuple(path.vertices[:, 0].tolist())
        for collection in axes.collections
        for path in collection.get_paths()
    }


def test_answers_are_as_long_as_their_shares():
    """A bar for each point, the highest on top, in the colors of what it counts as."""
    estimate = rm.nps([10, 10, 8, 3, 0, None])
    axes = plot.answers(estimate)

    assert labels(axes) == [str(point) for point in range(11)]
    drawn = {round(y): (x, width) for y, x, width in bars(axes)}
    assert drawn == {i: (0.0, share) for i, share in enumerate(estimate.state.shares)}
    colors = {
        round(bar.get_y() + bar.get_height() / 2): to_hex(bar.get_facecolor())
        for bar in rectangles(axes)
    }
    assert [colors[i] for i in (0, 6, 7, 8, 9, 10)] == [
        *[palette.BAD] * 2,
        *[palette.PALE] * 2,
        *[palette.GOOD] * 2,
    ]


def test_weighted_answers_are_as_long_as_their_weights():
    """A survey weight counts in the share, and not in the number of answers."""
    axes = plot.answers(rm.csat([5, 1], weights=[3.0, 1.0]))

    assert {round(y): width for y, _, width in bars(axes) if width} == {0: 25.0, 4: 75.0}


def test_the_split_of_nps_ends_at_a_hundred():
    """Detractors, passives and promoters lie side by side, in the order of the groups."""
    groups = by(FEW)
    axes = plot.split(groups)

    assert [label.split()[0] for label in labels(axes)][::-1] == list(groups)
    widths = {}
    for y, left, width in bars(axes):
        widths.setdefault(round(y), []).append((left, width))
    for row, name in enumerate(list(groups)[::-1]):
        estimate = groups[name]
        parts = sorted(widths[row])
        assert [width for _, width in parts] == pytest.approx(list(estimate.shares.values())[::-1])
        assert sum(width for _, width in parts) == pytest.approx(100)


def test_questions_are_stacked_from_the_lowest_point():
    """The bars of a question are the shares of its answers."""
    food, staff = rm.csat([5, 4, 4, 1]), rm.csat([3, 3, 5, 2, None])
    axes = plot.likert({"food": food, "staff": staff.state})

    assert labels(axes)[::-1] == ["food (n = 4)", "staff (n = 4)"]
    drawn = sorted((round(y), left, width) for y, left, width in bars(axes))
    assert [width for row, _, width in drawn if row == 1] == [25, 0, 0, 50, 25]
    assert [width for row, _, width in drawn if row == 0] == [0, 25, 50, 0, 25]


def test_a_scale_where_lower_is_better_turns_its_colors():
    """Of effort the low answers are the good ones."""
    axes = plot.likert({"effort": rm.ces([1, 7])})

    found = {
        left: to_hex(bar.get_facecolor())
        for bar, (_, left, width) in zip(rectangles(axes), bars(axes), strict=True)
        if width
    }
    assert found == {0.0: palette.GOOD, 50.0: palette.BAD}


def test_estimates_are_drawn_in_their_order_with_their_intervals():
    """The first is on top; one alone stands on the whole range."""
    ratings = {"food": rm.csat([5, 4, 4, 1]), "staff": rm.csat([3, 3, 5, 2])}
    axes = plot.estimates(ratings)

    assert points(axes) == {1: ratings["food"].value, 0: ratings["staff"].value}
    assert spans(axes) == {
        1: (ratings["food"].low, ratings["food"].high),
        0: (ratings["staff"].low, ratings["staff"].high),
    }
    assert plot.estimates(rm.nps([10, 3, 8])).get_xlim() == (-100, 100)


def test_a_comparison_shows_both_sides_and_says_the_difference():
    """The sides have the intervals of their own estimates; pairs have none."""
    left, right = rm.rate(70, 80), rm.rate(20, 90)
    difference = rm.Rate().compare(left.state, right.state)
    axes = plot.comparison(difference, labels=("new", "old"))

    assert points(axes) == {1: left.value, 0: right.value}
    assert spans(axes) == {1: (left.low, left.high), 0: (right.low, right.high)}
    assert any("Difference +65.3 percentage points" in text.get_text() for text in axes.texts)
    assert any(text.get_text().endswith("better.") for text in axes.texts)
    paired = NPS.compare_paired(NPS.pairs([10, 9, 3], [9, 3, 3]))
    assert points(plot.comparison(paired)) == {1: paired.values[0], 0: paired.values[1]}
    fixed = NPS.benchmark(NPS.tally([10, 9, 3]), 20)
    assert points(plot.comparison(fixed))[0] == 20
    with pytest.raises(rm.ParameterError, match="'labels' must be the names of both sides"):
        plot.comparison(fixed, labels=("new",))


def test_a_ranking_is_drawn_in_its_order():
    """By shrunken score, with the groups' own as hollow squares."""
    ranking = by(FEW).ranking(method="normal")
    table = ranking.table()
    axes = plot.ranking(ranking)

    assert [label.split(". ")[1].split()[0] for label in labels(axes)][::-1] == table[
        "group"
    ].tolist()
    squares = [line for line in axes.lines if line.get_marker() == "s"]
    assert squares[0].get_xdata().tolist() == table["value"].tolist()
    filled = [line for line in axes.lines if line.get_marker() == "o"]
    assert filled[0].get_xdata().tolist() == table["shrunken"].tolist()
    plain = by(FEW).ranking()
    assert [*points(plot.ranking(plain)).values()] == plain.table()["value"].tolist()


@pytest.mark.parametrize("adjust", ["holm", "benjamini_hochberg", None])
def test_an_interval_of_a_difference_never_contradicts_its_verdict(adjust):
    """It leaves out 0 exactly where the adjusted p-value is small enough."""
    rng = np.random.default_rng(4)
    groups = np.repeat([f"g{i:02}" for i in range(20)], 60)
    answers = np.clip(rng.integers(2, 11, 1200) + np.repeat(np.arange(20) % 5, 60) // 2, 0, 10)
    compared = NPS.by(answers, groups).compare(adjust=adjust)
    axes = plot.differences(compared)

    verdicts = dict(zip(compared.table()["group"], compared.table()["verdict"], strict=True))
    assert {"not shown"} < set(verdicts.values())
    alone = compared.table()
    for row, label in enumerate(labels(axes)):
        low, high = spans(axes)[row]
        assert (low > 0 or high < 0) == (verdicts[label] != "not shown"), label
        i = alone["group"].tolist().index(label)
        assert low <= alone["low"][i]
        assert high >= alone["high"][i]
    markers = {line.get_marker() for line in axes.lines}
    assert {"o"} < markers <= {"o", "^", "v", "None"}


def test_cells_of_cohorts_that_are_not_over_are_blank():
    """As many squares as cells that are over, where they belong, and dots where one has begun."""
    cohorts = log().cohorts(as_of=AS_OF)
    found = cohorts.retention()
    axes = plot.cohorts(cohorts)

    over = ~np.isnan(found.value)
    (squares,) = axes.collections
    assert len(squares.get_paths()) == over.sum() < over.size
    centers = {
        tuple(path.vertices[:4].mean(axis=0).round(6).tolist()) for path in squares.get_paths()
    }
    rows, ages = np.nonzero(over)
    assert centers == {
        (float(a), float(len(over) - 1 - r)) for r, a in zip(rows, ages, strict=True)
    }
    texts = {
        tuple(map(float, text.xy)): text.get_text() for text in axes.texts if hasattr(text, "xy")
    }
    for r, a in zip(rows, ages, strict=True):
        assert texts[float(a), float(len(over) - 1 - r)] == f"{found.value[r, a]:.0f}"
    assert sum(text == "..." for text in texts.values()) == found.partial.sum()


def test_the_curve_of_retention_is_that_of_the_table():
    """The thick line is the curve of all, the thin ones are the cohorts."""
    cohorts = log().cohorts(as_of=AS_OF)
    axes = plot.retention(cohorts)

    thick = [line for line in axes.lines if line.get_linewidth() == 2.0]
    np.testing.assert_array_equal(thick[0].get_ydata(), cohorts.curve()["value"])
    thin = [line for line in axes.lines if line.get_linewidth() == 0.8]
    np.testing.assert_array_equal([line.get_ydata() for line in thin], cohorts.retention().value)
    (band,) = axes.collections
    known = cohorts.curve()["high"][~np.isnan(cohorts.curve()["high"])]
    assert band.get_datalim(axes.transData).y1 == pytest.approx(known.max())


def test_survival_falls_where_somebody_lapses():
    """From 100 on day 0, in steps, to the longest tenure that is observed."""
    survival = log().survival(lapsed_after=60, as_of=AS_OF)
    axes = plot.survival(survival)

    (line,) = [line for line in axes.lines if line.get_drawstyle() == "steps-post"]
    assert line.get_xdata().tolist() == [0, *survival.times, len(survival.censored) - 1]
    expected = [100, *survival.survival, survival.survival[-1]]
    assert line.get_ydata().tolist() == expected
    assert len(plot.survival({"a": survival, "b": survival}).get_legend().get_texts()) == 2
    curve = rm.survival([6, 6, 7, 10], [1, 1, 1, 0])
    (line,) = [x for x in plot.survival(curve).lines if x.get_drawstyle() == "steps-post"]
    assert line.get_xdata().tolist() == [0, 6, 7, 10]
    assert line.get_ydata().tolist() == [100, 50, 25, 25]
    with pytest.raises(rm.ParameterError, match="one lapsed_after"):
        plot.survival({"a": survival, "b": curve})
    with pytest.raises(rm.ParameterError, match="at most 6 curves"):
        plot.survival(dict.fromkeys("abcdefg", survival))


def test_logs_in_which_nothing_happens_are_drawn():
    """Nobody lapsed, nobody bought: axes with what there is, and no warning."""
    still = rm.PurchaseLog(["a"], ["2025-01-01"]).survival(lapsed_after=30, as_of="2025-02-15")
    zero = rm.Survival(lapsed=[0], censored=[0], lapsed_after=30)
    nobody = rm.PurchaseLog([], [])
    drawn = [
        *(plot.survival(one) for one in (still, zero)),
        plot.movements(nobody.movements(as_of="2025-01-31")),
        plot.cohorts(nobody.cohorts(as_of="2025-01-31")),
        plot.retention(nobody.cohorts(as_of="2025-01-31")),
        plot.stages(nobody.stages(as_of="2025-01-31")),
        plot.funnel(nobody.stages(as_of="2025-01-31")),
    ]

    for axes in drawn:
        axes.figure.canvas.draw()
        assert "(n = " in axes.get_title()


def test_movements_stand_on_each_other_and_losses_hang_below():
    """A bar is as high as the customers at the end; what is not over has lost nobody yet."""
    table = log().movements(as_of=AS_OF)
    axes = plot.movements(table)

    high, low = {}, {}
    for bar in rectangles(axes):
        day, ends = round(bar.get_x(), 3), (bar.get_y(), bar.get_y() + bar.get_height())
        high[day] = max(high.get(day, 0), *ends)
        low[day] = min(low.get(day, 0), *ends)
    assert [high[day] for day in sorted(high)] == table["end"].tolist()
    lost = np.where(table["complete"], table["lost"], 0)
    assert [-low[day] for day in sorted(low)] == lost.tolist()
    assert not table["complete"].all()


def test_movements_of_revenue_are_drawn_by_their_flows():
    """What came adds up above 0, what went below."""
    history = revenue()
    table = history.table()
    axes = plot.movements(history)

    came = sum(bar.get_height() for bar in rectangles(axes) if bar.get_height() > 0)
    gains = sum(float(sum(table[name])) for name in ("new", "reactivated", "expansion"))
    assert came == pytest.approx(gains)


def test_the_waterfall_ends_where_the_revenue_does():
    """Every bar begins where the one above it ended."""
    movement = revenue().movements[2]
    axes = plot.waterfall(movement)

    rows = {round(y): (left, left + width) for y, left, width in bars(axes)}
    ends = [rows[row][1] for row in range(6, -1, -1)]
    starts = [rows[row][0] for row in range(6, -1, -1)]
    assert ends[0] == movement.start
    assert starts[1:6] == ends[:5]
    assert ends[5] == ends[6] == movement.end
    assert [label.split(" (")[0] for label in labels(axes)][::-1][0] == "start"


def test_stages_are_as_long_as_their_shares():
    """All five stages, the first on top; by segments they are stacked."""
    life = stages()
    axes = plot.stages(life)

    assert [width for _, _, width in sorted(bars(axes), reverse=True)] == life.portfolio()[
        "share"
    ].tolist()
    assert labels(axes)[-1].startswith("awareness")
    table = given("stages")
    stacked = plot.stages(table)
    total = {}
    for y, _, width in bars(stacked):
        total[round(y)] = total.get(round(y), 0) + width
    assert total == {row: pytest.approx(100) for row in range(len(FEW))}


def test_the_funnel_shows_how_many_reached_each_stage():
    """The bars are the reaches, which can only fall."""
    life = stages()
    drawn = [width for _, _, width in sorted(bars(plot.funnel(life)), reverse=True)]

    assert drawn == [
        life.reach(name).value for name in ("awareness", "exploration", "expansion", "commitment")
    ]
    assert drawn == sorted(drawn, reverse=True)


def test_periods_stand_where_they_are_in_time():
    """A gap in time is a gap in the figure, and the days are those of the trend."""
    trend = given("trend")
    axes = plot.trend(trend)
    line = axes.lines[0]

    days = np.asarray(line.get_xdata(), dtype="datetime64[D]")
    assert days.tolist() == trend.table()["period"].tolist()
    np.testing.assert_array_equal(line.get_ydata(), trend.table()["value"])
    axes.figure.canvas.draw()
    written = [text.get_text() for text in axes.get_xticklabels()]
    assert written[0] == "Jan 2024"
    assert len(written) < len(days)


def test_results_that_do_not_belong_together_are_refused():
    """Of several metrics, scales or levels, or of sums, the error says which."""
    with pytest.raises(rm.ParameterError, match="one definition"):
        plot.estimates({"a": rm.nps([10]), "b": rm.csat([5])})
    with pytest.raises(rm.ParameterError, match="one scale"):
        plot.likert({"a": rm.nps([10, 2]), "b": rm.csat([5, 1])})
    with pytest.raises(rm.ParameterError, match="must be an Estimate of single answers"):
        plot.answers(rm.roi(gain=[3.0, 4.0], cost=[1.0, 2.0]))
    with pytest.raises(rm.ParameterError, match="a table of movements"):
        plot.movements(by(FEW).table())
    with pytest.raises(rm.ParameterError, match="a Lifecycle or its portfolio"):
        plot.stages(by(FEW).table())
