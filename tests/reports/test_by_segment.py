"""What logs and durations say by segment, in reports: drawn, headed, dated in words."""

import re
from html import escape
from typing import Any

import numpy as np
import pytest

import relmetrics as rm

RNG = np.random.default_rng(6)
CUSTOMERS = [f"c{i}" for i in range(40)]
LOG = rm.PurchaseLog(
    RNG.choice(CUSTOMERS, 300),
    np.datetime64("2024-01-03") + RNG.integers(0, 330, 300).astype("m8[D]"),
)
PLAN = {"plan": {name: ["<b>gold", "basic"][i % 2] for i, name in enumerate(CUSTOMERS)}}
DURATIONS = [5, 9, 13, 18, 23, 5, 8, 12]
LEFT = [True, True, False, True, True, True, False, True]
REASONS = ["price", "moved", None, "price", "moved", "price", None, "moved"]
CURVE = rm.survival(DURATIONS, LEFT, reasons=REASONS)

RESULTS: dict[str, tuple[Any, str]] = {
    "cohorts": (lambda: LOG.cohorts(by=PLAN), "Retention of cohorts by Plan"),
    "movements": (lambda: LOG.movements(by=PLAN), "Customers who came and went by Plan"),
    "stages": (lambda: LOG.stages(by=PLAN), "Stages of relationships by Plan"),
    "survival of a log": (
        lambda: LOG.survival(by=PLAN, lapsed_after=60),
        "How long customers stay by Plan",
    ),
    "survival": (
        lambda: rm.survival(DURATIONS, LEFT, by={"plan": list("aabbaabb")}),
        "How many stay how long by Plan",
    ),
    "incidence": (lambda: CURVE.incidence("price"), "Left for the reason price"),
}


@pytest.mark.parametrize("kind", RESULTS)
def test_what_is_said_by_segment_is_drawn_under_a_heading(kind):
    """A picture, a title that names the column, every segment by its name, and its figures."""
    make, title = RESULTS[kind]
    result = make()
    report = rm.report([result], labels={"plan": "Plan"})
    html = report.to_html()
    assert f"<h2><bdi>{title}</bdi></h2>" in html
    assert 'class="flows"' in html or 'class="split"' in html
    assert "<b>" not in html
    for key in result if kind != "incidence" else []:
        assert f"<bdi>{escape(str(key))}</bdi>" in html
    lines = [line for line in report.to_markdown().splitlines() if line.startswith("| ")]
    assert len(lines) == 2 + result.table().rows


@pytest.mark.parametrize("kind", RESULTS)
def test_documents_have_months_in_words_and_nothing_for_what_is_not_known(kind):
    """Neither dates with signs before their hyphens, nor NaN, nor NaT."""
    result = RESULTS[kind][0]()
    text = rm.report([result]).to_markdown()
    assert not re.search(r"\bnan\b|NaT|\d{4}-\d\d|\\-", text)
    if "period" in result.table() or "cohort" in result.table():
        assert "January 2024" in text
        assert "January 2024" in rm.report([result]).to_html()
    assert not re.search(r">\d{1,2} January 2024<", rm.report([result]).to_html())


def test_lines_of_segments_are_told_apart_without_colour():
    """Each has dashes of its own, in the picture as in its key; of many six are drawn."""
    by = rm.survival(DURATIONS * 8, LEFT * 8, by=[f"g{i % 8}" for i in range(64)])
    html = rm.report([by]).to_html()
    assert "Drawn are the 6 of 8 segments with most customers." in html
    for place in range(6):
        assert html.count(f'class="curve s{place}"') == 2
    assert 's6"' not in html


def test_an_incidence_rises_from_nobody_within_its_band():
    """The curve begins at 0 %, and the line says where it ends."""
    html = rm.report([CURVE.incidence("price")]).to_html()
    path = re.search(r'class="curve" d="M([\d.]+) ([\d.]+)', html)
    ticks = [float(y) for y in re.findall(r'y="([\d.]+)" text-anchor="end">0%', html)]
    assert float(path[2]) + 4 == pytest.approx(ticks[0])
    assert 'class="band"' in html
    share = CURVE.incidence("price").value[-1]
    assert f"By time 23, {share:.1f}% had left for the reason price." in html


def test_tables_that_are_known_by_their_columns_are_drawn_and_named():
    """Movements have their picture, changes their title; any other has no heading at all."""
    trend = rm.NPS().over([10, 9, 3, 8], ["2024-01-05", "2024-01-06", "2024-02-01", "2024-03-01"])
    other = rm.NPS().by([10, 3], {"plan": ["a", "b"]}).table()
    html = rm.report(["# Moves", LOG.movements(), trend.changes(), other]).to_html()
    heads = re.findall(r'<h3 class="part"><bdi>(.*?)</bdi>', html)
    assert heads == ["Customers who came and went", "Changes by period"]
    assert 'class="flows"' in html
    assert '<caption class="heard">Table</caption>' in html
    assert "## Table" not in rm.report([other]).to_markdown()


def test_the_history_of_stages_is_drawn_by_period():
    """As bars of the stages that customers were in, its table folded below."""
    html = rm.report([LOG.stages()]).to_html()
    assert "<figcaption>By period</figcaption>" in html
    assert re.search(r"<title>\w+ 2024: \d+ exploration</title>", html)


def test_numbers_without_decimals_of_their_own_have_no_more_than_they_need():
    """Medians of whole days are whole."""
    html = rm.report([rm.survival(DURATIONS, LEFT, by=list("aabbaabb"))]).to_html()
    assert ">9.000<" not in html


@pytest.mark.parametrize(("every", "name"), [("week", "week of 1 January 2024"), ("year", "2024")])
def test_periods_of_every_kind_have_their_names_in_documents(every, name):
    """In tables as in lines, of a trend and of a scorecard."""
    survey = {"recommend": [10, 9, 3, 8] * 9, "date": ["2024-01-03", "2024-06-05"] * 18}
    trend = rm.NPS().over(survey["recommend"], survey["date"], every=every)
    for made in (rm.report([trend]), rm.scorecard(survey=survey, every=every, as_of="2024-12-31")):
        text = made.to_markdown()
        assert f"| {name} |" in text
        assert not re.search(r"\d{4}-\d\d-\d\d", text)
