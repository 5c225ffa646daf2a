"""Looks of figures, measured: nothing is cut, nothing covers anything, no setting is touched."""

import itertools

import matplotlib as mpl
import pytest
from figures_under_test import FIGURES, NAMELESS, NAMES, drawn
from matplotlib import pyplot as plt
from matplotlib.text import Text

import relmetrics as rm
from relmetrics import plot
from relmetrics.plot.drawing import palette


@pytest.fixture(autouse=True)
def _closed():
    """Draw where nobody looks, and close the figures of a test, and of examples before it."""
    plt.close("all")
    yield
    plt.close("all")


def boxes(axes):
    """Return the texts that are seen on a figure, each with its place in pixels."""
    figure = axes.get_figure(root=True)
    figure.canvas.draw()
    return [
        (text.get_text(), Text.get_window_extent(text))
        for text in figure.findobj(Text)
        if text.get_visible() and text.get_text().strip() and seen(text, axes)
    ]


def seen(text, axes):
    """Tell whether a text is drawn: labels of ticks that are not on their axis are not."""
    for axis in (axes.xaxis, axes.yaxis):
        ticks = {id(part) for tick in axis.get_major_ticks() for part in (tick.label1, tick.label2)}
        if id(text) in ticks:
            ticks_drawn = axis._update_ticks()  # noqa: SLF001 - as it draws them
            return axis.get_visible() and any(
                text is tick.label1 and tick.label1.get_visible() for tick in ticks_drawn
            )
    return True


def require_apart(axes):
    """Check that no text leaves the figure or covers another, but for a pixel, and return them."""
    width, height = axes.get_figure(root=True).canvas.get_width_height()
    texts = boxes(axes)
    for text, box in texts:
        inside = box.x0 >= -1 and box.y0 >= -1 and box.x1 <= width + 1 and box.y1 <= height + 1
        assert inside, (text, box, width, height)
    for (one, a), (other, b) in itertools.combinations(texts, 2):
        across = min(a.x1, b.x1) - max(a.x0, b.x0)
        along = min(a.y1, b.y1) - max(a.y0, b.y0)
        assert across <= 1 or along <= 1, (one, other, a, b)
    return " ".join(text for text, _ in texts)


@pytest.mark.parametrize("name", FIGURES)
def test_thirty_names_of_forty_letters_are_whole_and_apart(name):
    """Nothing is cut, nothing is printed over anything, and nothing leaves the figure."""
    texts = require_apart(drawn(name, NAMES))

    assert (len(NAMES), len(NAMES[1])) == (30, 40)
    assert name in NAMELESS or NAMES[1] in texts


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_read_in_the_dark(name):
    """Texts take the color of the style; lines have a contrast of 3 to 1 with the ground."""
    with plt.style.context("dark_background"):
        axes = drawn(name)
        ground = mpl.colors.to_rgb(axes.get_facecolor())
        assert axes.title.get_color() == mpl.rcParams["text.color"]
        for line in axes.lines:
            assert contrast(mpl.colors.to_rgb(line.get_color()), ground) >= 3, line


@pytest.mark.parametrize("ground", ["#ffffff", "#1e2129"], ids=["light", "slate"])
def test_colors_of_marks_stand_out_from_light_and_from_dark(ground):
    """Each has a contrast of 3 to 1, so that one set serves both."""
    for color in {*palette.CATEGORIES, palette.GOOD, palette.BAD, palette.PALE, palette.ALARM}:
        assert contrast(mpl.colors.to_rgb(color), mpl.colors.to_rgb(ground)) >= 3, color


def contrast(left, right):
    """Return the contrast of two colors (WCAG 2)."""
    low, high = sorted(luminance(color) for color in (left, right))
    return (high + 0.05) / (low + 0.05)


def luminance(color):
    parts = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in color]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_says_metric_unit_and_n_and_sets_nothing(name):
    """The title is there, axes that are given are drawn on, and settings stay as they were."""
    before = dict(mpl.rcParams)
    figure, axes = plt.subplots(figsize=(8, 5))

    found = drawn(name, ax=axes)

    assert found is axes
    assert "(n = " in axes.get_title()
    assert any(sign in axes.get_title() for sign in ("%", "points", "Customers", "Revenue"))
    assert plt.get_fignums() == [figure.number]
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("wrong", [[1, 2], None, {}, "text"], ids=["list", "none", "empty", "text"])
def test_what_is_no_result_is_refused_in_our_words(name, wrong):
    """The error names the argument and how to get what is meant, for both libraries."""
    for draws in (getattr(plot, name), getattr(plot, name).chart):
        with pytest.raises(rm.ParameterError, match=r"must be .*Draw what relmetrics made: "):
            draws(wrong)


def test_nothing_is_drawn_as_nothing():
    """A breakdown without groups and a trend without periods say so, and raise nothing."""
    empty = rm.NPS().by([], [])

    for axes in (plot.intervals(empty), plot.trend(rm.NPS().over([], []))):
        assert {"no groups", "no periods"} & {text for text, _ in boxes(axes)}
    assert plot.answers(rm.Tally.zero(rm.ONE_TO_FIVE)).get_title().endswith("(n = 0)")


def test_a_name_of_ten_thousand_letters_is_shortened():
    """Its beginning and its end are kept; lines and control characters are written out."""
    long = "a" * 10_000 + "\nend\x00"
    by = rm.NPS().by([10, 3], [long, "b"])

    label = plot.intervals(by).get_yticklabels()[1].get_text()

    assert len(label) < 80
    assert label.startswith("aaa")
    assert label.endswith(r"a end\x00 (n = 1)")
