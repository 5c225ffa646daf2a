"""Scorecards of a purchase log and of a history of revenue, and of several kinds of segment."""

import json
import re

import numpy as np
import pytest

import relmetrics as rm


def shop(size=120, seed=4):
    """Return customers who come, buy again for a while and stay away."""
    rng = np.random.default_rng(seed)
    who, when = [], []
    for customer in range(size):
        day = int(rng.integers(0, 500))
        while day < 700:
            who.append(customer)
            when.append(day)
            day += int(rng.integers(5, 60)) if rng.random() < 0.8 else 10_000
    days = np.datetime64("2024-01-01") + np.array(when).astype("timedelta64[D]")
    return who, days, rng.integers(5, 90, len(who)).astype(float)


WHO, DAYS, PAID = shop()
LOG = rm.PurchaseLog(WHO, DAYS, PAID)
HISTORY = rm.revenue_movements(WHO, DAYS, PAID, as_of="2025-11-20")


def test_its_numbers_are_those_of_the_log():
    """Each tile is the question asked of the log, over twelve months up to its last day."""
    card = rm.scorecard(purchases=LOG, history=HISTORY, active_within=90)
    end = DAYS.max() + np.timedelta64(1, "D")
    start = np.datetime64(str(end.astype("datetime64[M]") - np.timedelta64(12, "M")) + str(end)[7:])
    last = [m for m, over in zip(HISTORY.movements, HISTORY.complete, strict=True) if over][-1]
    expected = [
        LOG.retention(start, end, active_within=90),
        LOG.churn(start, end, active_within=90),
        LOG.repeat(),
        LOG.ror(),
        LOG.loyalty(),
        LOG.order_value(),
        last.net_retention(),
        last.gross_retention(),
    ]
    assert [(e.value, e.low, e.n) for e in card.estimates] == [
        (e.value, e.low, e.n) for e in expected
    ]
    assert card.behaviour.movements == LOG.movements()
    assert card.behaviour.survival.median == LOG.survival(lapsed_after=90).median
    assert f"12 months from {start}" in " ".join(card.notes)
    data = card.to_dict()
    assert json.dumps(data, allow_nan=False)
    assert data["behaviour"]["history"] == HISTORY.to_dict()


def test_its_page_shows_what_came_and_went():
    """Retention, movements, cohorts with blank cells, survival, stages and revenue, in order."""
    html = rm.scorecard(purchases=LOG, history=HISTORY, active_within=90).to_html()
    order = [
        "Retention over time",
        "Customers who came and went",
        "Retention by cohort",
        "How long customers stay",
        "Stages of relationships",
        "Movements of revenue",
        "What was left out",
    ]
    places = [html.index(f"<bdi>{title}</bdi></h3>") for title in order[:-1]]
    assert places == sorted(places)
    heat = re.search(r'<table class="heat">.*?</table>', html)[0]
    found = LOG.cohorts().retention()
    assert heat.count("<td></td>") == int(np.isnan(found.value).sum())
    assert heat.count('style="--v:') == int((~np.isnan(found.value)).sum())
    assert "January 2024" in heat
    assert (
        f"{len(set(WHO))} customers. {len(WHO):,} purchases, {DAYS.min().item().day} January 2024"
        in html
    )


@pytest.mark.parametrize(
    ("log", "said"),
    [
        (rm.PurchaseLog([], np.array([], dtype="M8[D]")), "the log is empty"),
        (rm.PurchaseLog(["a"], ["2025-01-31"]), "Retention left out"),
        (rm.PurchaseLog(["a", "b"], ["2024-02-29", "2024-02-29"], [None, None]), "AOV|order value"),
    ],
)
def test_hardly_any_data_is_a_page_with_notes(log, said):
    """Nothing to show, one row, amounts that nobody knows."""
    card = rm.scorecard(purchases=log)
    assert re.search(said, " ".join(card.notes))
    assert card.to_html().endswith("</html>\n")
    assert card.to_markdown()
    assert rm.report([card]).to_html()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"purchases": [1, 2]}, "'purchases' must be a PurchaseLog"),
        ({"history": LOG}, "'history' must be a RevenueHistory"),
        ({"purchases": LOG, "active_within": 0}, "active_within"),
        ({"decimal": "'"}, "decimal"),
        ({"segment": ["a", 3]}, "segment"),
        ({"segment": ["a", "a"]}, "different columns"),
        ({"survey": {"recommend": [1], "a": ["x"]}, "segment": ["a", "b"]}, "no column 'b'|'b'"),
    ],
)
def test_what_is_none_is_refused(options, said):
    """Named by its argument."""
    with pytest.raises(rm.RelmetricsError, match=said):
        rm.scorecard(**options)


def test_several_columns_of_segments_stand_in_one_matrix():
    """Each with its verdicts; the table says which column a row is of."""
    survey = dict(rm.simulate_survey(300))
    survey["area"] = np.array(["north", "south"])[np.arange(300) % 2]
    card = rm.scorecard(survey=survey, segment=["segment", "area"], labels={"area": "Boarding <i>"})
    table = card.segment_table()
    assert dict.fromkeys(table["by"]) == {"segment": None, "area": None}
    for column in ("segment", "area"):
        alone = rm.scorecard(survey=survey, segment=column).segment_table()
        rows = table["by"] == column
        for name in ("metric", "segment", "value", "against_rest"):
            assert table[name][rows].tolist() == alone[name].tolist()
    html = card.to_html()
    assert html.count('<table class="matrix sorts">') == 1
    assert "<h2>By <bdi>segment</bdi> and <bdi>Boarding &lt;i&gt;</bdi></h2>" in html
    matrix = html.partition('<table class="matrix sorts">')[2].partition("</table>")[0]
    total, by_segment, by_area = re.findall("<tbody>(.*?)</tbody>", matrix)
    heads = [
        re.findall(r'<th scope="(\w+)"[^>]*>(.*?)</th>', body) for body in (by_segment, by_area)
    ]
    assert total.count("<tr") == total.count('class="total"') == 1
    assert heads[0][0] == ("rowgroup", "<bdi>segment</bdi>")
    assert heads[1] == [
        ("rowgroup", "<bdi>Boarding &lt;i&gt;</bdi>"),
        ("row", "<bdi>north</bdi>"),
        ("row", "<bdi>south</bdi>"),
    ]
    assert re.search(r"</a> by <bdi>segment</bdi>: <bdi>.* than the rest", html)
    assert "<i>" not in html


def test_columns_of_many_segments_are_folded_each_by_itself():
    """Twenty of each column are shown, the rest folded under the title of its column."""
    rows = np.arange(600)
    survey = {"recommend": rows % 11, "a": rows % 23, "b": rows % 3}
    html = rm.scorecard(survey=survey, segment=["a", "b"], date=None).to_html()
    shown, _, rest = html.partition('<details class="more">')
    assert shown.count('<th scope="row"><bdi>') == 20 + 3
    assert rest.count('<th scope="rowgroup"') == 1
    assert "3 more segments" in rest
    assert "the 23 segments with the most answers" in shown


def test_a_comma_on_the_page_of_a_scorecard():
    """Every number of it; text, tables and dictionaries keep their points."""
    survey = rm.simulate_survey(300)
    options = {"survey": survey, "factors": ["food", "safety"], "purchases": LOG}
    card = rm.scorecard(**options, decimal=",")
    html = re.sub(
        r"<(style|script).*?</\1>|<[^>]*>|(relmetrics|arXiv) [\d.]+",
        "",
        card.to_html(),
        flags=re.DOTALL,
    )
    assert not re.search(r"\d\.\d", html)
    assert card.to_dict() == rm.scorecard(**options).to_dict()


def test_a_log_of_a_few_days_shows_no_empty_pictures():
    """Nothing without a value, no heading of nothing, no half of a customer on an axis."""
    html = rm.scorecard(
        purchases=rm.PurchaseLog(["a", "b"], ["2024-01-01", "2024-01-06"])
    ).to_html()
    assert "Retention over time" not in html
    assert "By period" not in html
    assert 'text-anchor="end">1.5<' not in html
    assert 'text-anchor="end">2<' in html


def test_columns_in_which_nothing_differs_are_said_together():
    """One line for all of them, named after the metrics."""
    survey = {"recommend": [9, 3, 7, 10] * 30, "a": list("xy") * 60, "b": list("xxyyz") * 24}
    html = rm.scorecard(survey=survey, segment=["a", "b"], date=None).to_html()
    assert "<bdi>NPS</bdi> by <bdi>b</bdi>: no segment differs clearly from the rest." in html
    same = {"recommend": [9, 3] * 60, "a": list("xxyy") * 30, "b": list("yyxx") * 30}
    html = rm.scorecard(survey=same, segment=["a", "b"], date=None).to_html()
    assert "by <bdi>a</bdi> and <bdi>b</bdi>: no segment differs clearly" in html
