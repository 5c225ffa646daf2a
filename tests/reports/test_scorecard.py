"""The scorecard by segment and over time: what changed, and which segment differs."""

import json
import re
from fractions import Fraction
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import relmetrics as rm
from relmetrics.cli.main import main
from relmetrics.reports.page.axis import Axis
from relmetrics.reports.page.words import dated

FACTORS = {"punctuality": 5, "service": 3, "safety": 5, "food": 2}
MONTHS = ["2025-01-05", "2025-01-31", "2025-02-03", "2025-02-28", "2025-03-01", "2025-03-31"]
ANSWERS = [10, 9, 3, 8, 7, 10]


class Page(HTMLParser):
    """Collects tags with their attributes, and the texts within each kind of tag."""

    VOID = frozenset({"meta", "br"})

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.texts = [], [], {}
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open:
            self.texts.setdefault(self.open[-1], []).append(data)

    def count(self, tag, **attributes):
        return sum(name == tag and attributes.items() <= found.items() for name, found in self.tags)


@pytest.fixture(scope="module")
def card():
    return rm.scorecard(survey=rm.simulate_survey(), weight="weight", factors=FACTORS)


def broken():
    """Return a simulated survey in which everybody recommends a point less from September on."""
    table = dict(rm.simulate_survey())
    late = table["date"] >= np.datetime64("2026-09-01")
    table["recommend"] = np.where(late, np.maximum(table["recommend"] - 1, 0), table["recommend"])
    return table


def test_each_segment_has_the_verdict_of_its_comparison_with_the_rest(card):
    """The column is what `by.compare()` says, metric by metric, in the order of the segments."""
    expected = []
    for by in card.segments:
        table = by.compare().table()
        verdicts = dict(zip(table["segment"], table["verdict"], strict=True))
        expected += [verdicts[segment] for segment in by]
    table = card.segment_table()
    assert table["against_rest"].tolist() == expected
    assert {"better", "worse", "not shown"} == set(expected)
    assert card.to_dict()["segments"]["against_rest"] == expected
    matrix = re.search(r'<table class="matrix sorts">.*?</table>', card.to_html())[0]
    shown = re.findall(r'class="chip (\w+)">', matrix)
    said = {"not shown": "none"}
    by_metric = np.reshape(expected, (len(card.segments), -1))
    assert shown == [said.get(verdict, verdict) for verdict in by_metric.T.ravel()]
    assert matrix.count("no clear difference") == expected.count("not shown")
    assert "not shown" not in card.to_html()
    assert Page(matrix).count("th", scope="col") == 1 + len(card.segments)


def test_lower_effort_is_better_than_the_rest():
    """The verdict follows the direction of the metric, not the sign of the difference."""
    survey = {"effort": [1, 2] * 40 + [6, 7] * 40, "segment": ["easy"] * 80 + ["hard"] * 80}
    table = rm.scorecard(survey=survey).segment_table()
    assert dict(zip(table["segment"], table["against_rest"], strict=True)) == {
        "easy": "better",
        "hard": "worse",
    }


@pytest.mark.parametrize(
    ("segments", "expected"),
    [
        (["a"] * 6, [""]),
        (["a", "a", "b", "b", "b", None], ["not shown", "not shown", "not shown"]),
    ],
)
def test_a_single_segment_has_no_verdict_and_a_missing_label_is_a_segment(segments, expected):
    """Nothing to compare with is empty; rows without a label are compared as a group."""
    card = rm.scorecard(survey={"recommend": ANSWERS, "segment": segments})
    assert card.segment_table()["against_rest"].tolist() == expected
    assert card.to_html()


def test_a_segment_without_answers_has_no_verdict():
    """It is a row of NaN with an empty cell; the others are compared without it."""
    survey = {"recommend": [*ANSWERS, None], "segment": ["a", "b"] * 3 + ["c"]}
    card = rm.scorecard(survey=survey)
    assert card.segment_table()["against_rest"].tolist() == ["not shown", "not shown", ""]
    assert card.to_html()


def test_a_row_over_time_is_the_trend_asked_by_itself(card):
    """Value, change, slope and alerts are those of the metric over the same dates and weights."""
    survey = rm.simulate_survey()
    weights = survey["weight"]
    ratings = {name: survey[name] for name in FACTORS}
    csi = rm.CSI(weights=FACTORS, scale=rm.ONE_TO_FIVE)
    trends = [
        rm.NPS().over(survey["recommend"], survey["date"], weights=weights),
        rm.CSAT().over(survey["satisfaction"], survey["date"], weights=weights),
        rm.CES().over(survey["effort"], survey["date"], weights=weights),
        csi.over(ratings, survey["date"], weights=weights),
    ]
    table = card.over_time_table()
    assert table["metric"].tolist() == ["NPS", "CSAT", "CES", "CSI"]
    for row, trend in enumerate(trends):
        place = int(np.flatnonzero(trend.complete)[-1])
        figures, changes, slope = trend.table(), trend.changes(), trend.slope()
        assert table["period"][row] == figures["period"][place]
        assert table["reference"][row] == changes["reference"][place]
        for name in ("value", "low", "high", "n"):
            assert table[name][row] == pytest.approx(figures[name][place], rel=1e-12)
        difference = trend.metric.compare(trend.states[place], trend.states[place - 1])
        pairs = {"change": "value", "change_low": "low", "change_high": "high"}
        for ours, theirs in {**pairs, "p_value": "p_value", "verdict": "verdict"}.items():
            assert table[ours][row] == getattr(difference, theirs)
        assert table["p_value"][row] == pytest.approx(changes["p_value"][place], rel=1e-12)
        assert [table[f"slope{end}"][row] for end in ("", "_low", "_high")] == [
            slope.value,
            slope.low,
            slope.high,
        ]
        assert str(slope) in str(card)


@given(
    rows=st.lists(
        st.tuples(
            st.one_of(st.none(), st.integers(0, 10)),
            st.one_of(
                st.just(""),
                st.builds("2025-{:02}-{:02}".format, st.integers(1, 5), st.integers(1, 28)),
            ),
        ),
        min_size=1,
        max_size=40,
    )
)
def test_the_last_month_is_counted_as_by_hand(rows):
    """Value and n of the row are the promoters less the detractors of that month's rows."""
    answers, dates = zip(*rows, strict=True)
    card = rm.scorecard(
        survey={"recommend": answers, "date": dates},
        as_of="2025-05-31" if any(dates) else None,
    )
    assert json.dumps(card.to_dict(), allow_nan=False)
    Page(card.to_html())
    known = [(answer, day) for answer, day in rows if answer is not None]
    if not known or not any(dates):
        assert card.over_time == ()
        return
    # Without an answer that has a date the last month stands, to say that it has none.
    last = max((day[:7] for _, day in known if day), default="2025-05")
    mine = [answer for answer, day in known if day[:7] == last]
    table = card.over_time_table()
    assert str(table["period"][0]) == f"{last}-01"
    assert table["n"][0] == len(mine)
    if not mine:
        assert np.isnan(table["value"][0])
        assert "no answers" in table["note"][0]
        return
    assert ("2025-05-01 is over" in table["note"][0]) == (last == "2025-04")
    assert ("to 2025-05-01 are over" in table["note"][0]) == (last < "2025-04")
    points = sum((answer >= 9) - (answer <= 6) for answer in mine)
    assert table["value"][0] == pytest.approx(float(Fraction(100 * points, len(mine))))
    earlier = {day[:7] for _, day in known if day and day[:7] < last}
    assert np.isnan(table["change"][0]) == (not earlier)
    if earlier:
        assert str(table["reference"][0]) == f"{max(earlier)}-01"


def test_an_alert_in_the_last_period_is_shown_with_its_rule():
    """Text, table, dictionary and page say which rule rang; the point is a square."""
    card = rm.scorecard(survey=broken(), segment=None)
    assert card.over_time_table()["alerts"].tolist() == ["beyond_limits", "", ""]
    assert card.over_time_table()["verdict"][0] == "worse"
    line = "Alert for NPS, 2026-09-01: beyond_limits, below (worse); a period beyond 3 sigma"
    assert line in str(card)
    assert card.to_dict()["over_time"][0]["alerts"] == [
        {"rule": "beyond_limits", "side": "below", "meaning": "worse", "since": "2026-09-01"}
    ]
    said = "September 2026, below (worse); a period beyond 3 sigma."
    assert f"Alert:</span> {said}" in card.to_html()
    figures = re.findall(r"<figure>.*?</figure>", card.to_html())
    assert [figure.count("<rect") for figure in figures] == [1, 0, 0]


def test_the_last_period_does_not_set_the_limits_that_judge_it():
    """With limits of its own a fall by 48 points hides in them; those of the months before ring."""
    latest = rm.scorecard(survey=broken()).over_time[0]
    own = latest.trend.alerts()
    assert not len(own)
    assert np.nanmean(own.sigma) > np.nanmean(latest.alerts.sigma)
    before = latest.trend.alerts(baseline=("2026-01-01", "2026-08-31"))
    assert latest.alerts.to_dict() == before.to_dict()
    assert [alert.rule for alert in latest.rang] == ["beyond_limits"]


def test_three_months_have_a_slope_and_too_few_before_the_last_for_limits():
    """The note says which of the two there is not; two months have neither, for one reason."""
    survey = {"recommend": ANSWERS, "date": MONTHS}
    card = rm.scorecard(survey=survey)
    assert card.over_time[0].slope is not None
    assert card.over_time[0].alerts is None
    assert card.notes[-1] == (
        "Over time, NPS: too few months before it to tell what is normal: no alerts."
    )
    two = rm.scorecard(survey=survey, as_of="2025-02-28")
    assert two.over_time[0].slope is None
    assert len([note for note in two.notes if note.startswith("Over time, NPS")]) == 1


def test_an_alert_of_an_earlier_period_is_drawn_and_not_told():
    """What rang in March is no news of September."""
    table = dict(rm.simulate_survey())
    march = table["date"].astype("datetime64[M]") == np.datetime64("2026-03")
    table["recommend"] = np.where(march, np.minimum(table["recommend"], 3), table["recommend"])
    card = rm.scorecard(survey=table, segment=None)
    assert card.over_time_table()["alerts"][0] == ""
    assert "Alert" not in str(card)
    assert card.to_html().count("<rect") >= 1


def test_the_page_draws_every_period_with_answers():
    """A point for each, hollow where it is not over, none for a gap; a title says what is seen."""
    dates = [*MONTHS, "2025-05-31", "2025-06-02"]
    card = rm.scorecard(survey={"recommend": [*ANSWERS, 9, 3], "date": dates})
    html = Page(card.to_html())
    assert html.count("circle") == 5
    assert html.count("circle", **{"class": "hollow"}) == 1
    assert html.count("svg", role="img", **{"class": "trend"}) == 1
    titles = html.texts["title"]
    assert titles[1].startswith("NPS by month, January 2025 to June 2025; in May 2025 100.0 (95%")
    assert html.count("h1") == 1
    # One script on the page itself, without which it is whole.
    assert [found for tag, found in html.tags if tag == "script"] == [{"type": "module"}]
    assert all("nan" not in value for _, found in html.tags for value in found.values() if value)
    assert "2025-06-01 is not over: the data ends on 2025-06-02." in " ".join(card.notes)


@pytest.mark.parametrize("answers", [[10, 10], [None, 5], [5, None]])
def test_a_page_of_one_period_and_of_equal_answers(answers):
    """An axis without width, and a single period in the middle, draw without a warning."""
    card = rm.scorecard(survey={"recommend": answers, "date": ["2025-01-31", "2025-01-31"]})
    html = Page(card.to_html())
    assert html.count("circle") == 1
    assert any("needs 3 periods" in note for note in card.notes)
    assert card.over_time_table()["verdict"].tolist() == [""]


def test_an_interval_without_width_is_drawn():
    """At a level next to nothing the axis has no width of its own, and gets one."""
    survey = {"recommend": [10, 0], "date": ["2025-01-31"] * 2}
    card = rm.scorecard(survey=survey, confidence_level=1e-18)
    assert card.estimates[0].high == pytest.approx(card.estimates[0].low, abs=1e-12)
    assert Page(card.to_html()).count("circle", cy="71.0") == 1


def test_rows_without_a_date_are_counted_in_a_note():
    """Empty text and None are no date; the metrics over all rows keep these rows."""
    survey = {"recommend": ANSWERS, "date": ["", None, *MONTHS[2:]]}
    card = rm.scorecard(survey=survey)
    assert card.estimates[0].n == 6
    assert "Over time: 2 rows without a date left out." in card.notes
    nowhere = rm.scorecard(survey={"recommend": ANSWERS, "date": [" "] * 6})
    assert nowhere.over_time == ()
    assert nowhere.notes[0].startswith("Over time left out: the column 'date' has no date")


def test_no_period_that_is_over_is_a_note():
    """The first days of a first month show nothing yet."""
    card = rm.scorecard(survey={"recommend": [10, 9], "date": ["2025-01-05", "2025-01-07"]})
    assert card.over_time == ()
    assert any("no month is over" in note for note in card.notes)
    assert "Over time</h2>" not in card.to_html()


def test_as_of_judges_which_month_is_the_last():
    """A month that ends after it is not over, and later rows are counted."""
    card = rm.scorecard(survey={"recommend": ANSWERS, "date": MONTHS}, as_of="2025-03-15")
    assert str(card.over_time[0].period) == "2025-02-01"
    assert any("1 row after 2025-03-15 left out" in note for note in card.notes)


def test_the_last_period_is_one_with_answers():
    """A survey that stopped shows its last month, and says which later ones are over without."""
    survey = {"recommend": ANSWERS, "date": MONTHS}
    ended, stopped = (rm.scorecard(survey=survey, as_of=f"2025-0{m}-30") for m in (4, 6))
    for card in (ended, stopped):
        latest = card.over_time[0]
        assert (str(latest.period), latest.n) == ("2025-03-01", 2)
        assert latest.change is not None
        assert "The last month that is over and has answers, 2025-03-01, against" in str(card)
        assert "that is over and has answers, March 2025" in card.to_html()
    assert "2025-04-01 is over and has no answers." in " ".join(ended.notes)
    assert "2025-04-01 to 2025-06-01 are over and have no answers." in " ".join(stopped.notes)
    quick = rm.scorecard(survey=survey, as_of="2025-03-31")
    assert "The last month that is over, 2025-03-01, against" in str(quick)
    assert quick.over_time[0].change == stopped.over_time[0].change


def test_metrics_whose_answers_ended_in_different_months_each_say_theirs():
    """The heading names no month where there are several; the table has them."""
    survey = {
        "recommend": ANSWERS,
        "satisfaction": [5, 4, 3, 2, None, None],
        "date": MONTHS,
    }
    card = rm.scorecard(survey=survey)
    assert card.over_time_table()["period"].astype(str).tolist() == ["2025-03-01", "2025-02-01"]
    assert "Of each metric the last month that is over and has answers" in str(card)
    shown = [line.split() for line in str(card).split("Over time")[1].splitlines()]
    assert ["NPS", "2025-03-01"] in [words[:2] for words in shown]
    assert ["CSAT", "2025-02-01"] in [words[:2] for words in shown]
    assert any("CSAT: 2025-03-01 is over and has no answers" in note for note in card.notes)
    assert Page(card.to_html())


def test_a_latest_is_written_with_its_trend():
    """Each part as it writes itself, under its own name."""
    latest = rm.scorecard(survey={"recommend": ANSWERS, "date": MONTHS}).over_time[0]
    written = json.loads(json.dumps(latest.to_dict(), allow_nan=False))
    assert written["trend"] == latest.trend.to_dict()
    assert "periods" not in written


def test_a_change_since_an_earlier_period_is_said():
    """Where the month before has no answers, the note names the one that stands in."""
    answers = [10, 9, None, None, 3, 4]
    card = rm.scorecard(survey={"recommend": answers, "date": MONTHS})
    assert str(card.over_time[0].reference) == "2025-01-01"
    said = "the change is since 2025-01-01, the last month before with a value."
    assert any(said in note for note in card.notes)
    both = rm.scorecard(survey={"recommend": answers, "satisfaction": [5] * 6, "date": MONTHS})
    assert "against the last one before with a value" in str(both)


def test_a_last_period_whose_answers_weigh_nothing_is_none():
    """Answers of weight 0 are none, so the last period with answers is the one before."""
    survey = {"recommend": ANSWERS, "date": MONTHS, "w": [1, 1, 1, 1, 0, 0]}
    table = rm.scorecard(survey=survey, weight="w").over_time_table()
    earlier = {name: column[:4] for name, column in survey.items()}
    before = rm.scorecard(survey=earlier, weight="w").over_time_table()
    assert table["n"].tolist() == before["n"].tolist()
    assert table["value"].tolist() == before["value"].tolist()


def test_a_table_without_dates_has_no_section():
    """Nothing changes: no note, no heading; nor with date=None, whatever the column holds."""
    plain = rm.scorecard(survey={"recommend": ANSWERS})
    ignored = rm.scorecard(survey={"recommend": ANSWERS, "date": ["13/05/2017"] * 6}, date=None)
    for card in (plain, ignored):
        assert card.over_time == ()
        assert "Over time" not in str(card)
        assert "Over time" not in card.to_html()
        assert card.to_dict()["over_time"] == []


@pytest.mark.parametrize(
    ("options", "kind", "said"),
    [
        ({"date": "when"}, rm.FactorError, "no column 'when'"),
        ({"date": "when", "survey": {"recommend": [1], "wen": [1]}}, rm.FactorError, "wen"),
        ({"as_of": "2025-01-01", "survey": {"recommend": [1]}}, rm.FactorError, "'date'"),
        ({"survey": {"recommend": [1], "date": ["13/05/2017"]}}, rm.DateError, "date must be"),
        ({"survey": {"recommend": [1], "date": ["2025-01-01T00:00Z"]}}, rm.DateError, "zone="),
        ({"as_of": "soon"}, rm.DateError, "as_of"),
        ({"as_of": "2020-01-01"}, rm.DateError, "as_of must not come before"),
        ({"every": "fortnight"}, rm.ParameterError, "day, week, month"),
        ({"date": ["date"]}, rm.ParameterError, "date"),
        ({"zone": "Nowhere"}, rm.ParameterError, "zone"),
    ],
)
def test_what_is_wrong_with_dates_is_said(options, kind, said):
    """The error of the library, with the name of the column or the argument."""
    survey = {"recommend": ANSWERS, "date": MONTHS}
    with pytest.raises(kind, match=said):
        rm.scorecard(**{"survey": survey, **options})


def test_the_place_of_an_unreadable_date_counts_rows_without_one():
    """The position in the message is that of the row in the table."""
    survey = {"recommend": ANSWERS, "date": ["", *MONTHS[1:5], "31.3.2025"]}
    with pytest.raises(rm.DateError, match="at position 5"):
        rm.scorecard(survey=survey)


def test_the_text_is_readable_at_100_columns():
    """Neither section of the simulated card is wider."""
    card = rm.scorecard(
        survey=rm.simulate_survey(), customers=rm.simulate_customers(), factors=FACTORS
    )
    shown = str(card).split("Note:")[0].splitlines()
    assert max(map(len, shown)) <= 100


def test_names_are_escaped_where_they_are_new():
    """A label that looks like HTML is text in the table of segments."""
    survey = {"recommend": ANSWERS, "date": MONTHS, "<b>": ["<script>", "b"] * 3}
    html = rm.scorecard(survey=survey, segment="<b>", title="<b>").to_html()
    assert "<script>" not in html
    assert "<b>" not in html


def test_the_command_takes_date_every_and_as_of(capsys, tmp_path):
    """The words of the command line are those of the function."""
    lines = ["answered,recommend", *(f"{d},{a}" for d, a in zip(MONTHS, ANSWERS, strict=True))]
    path = tmp_path / "survey.csv"
    path.write_text("\n".join([*lines, ",7"]), encoding="utf-8")
    words = ["--survey", str(path), "--date", "answered"]
    assert main([*words, "--as-of", "2025-02-28"]) == 0
    assert "The last month that is over, 2025-02-01, against 2025-01-01" in capsys.readouterr().out
    assert main([*words, "--every", "quarter"]) == 0
    printed = capsys.readouterr().out
    assert "The last quarter that is over, 2025-01-01." in printed
    assert "1 row without a date left out" in printed
    assert main([*words[:2], "--date", "when"]) == 2
    assert "no column 'when'" in capsys.readouterr().err
    assert main([*words[:2], "--date", ""]) == 0
    assert "Over time" not in capsys.readouterr().out


def test_the_main_job_shows_what_changed(capsys):
    """Without tables the simulated survey has its dates, and its last month is not over."""
    assert main([]) == 0
    printed = capsys.readouterr().out
    assert "The last month that is over, 2026-09-01, against 2026-08-01" in printed
    assert "Over time: 2026-10-01 is not over" in printed


def test_simulated_dates_left_the_answers_as_they_were():
    """The draws of a seed are pinned from the release before there were dates."""
    table = rm.simulate_survey(100, seed=1)
    sums = {name: float(np.nansum(table[name])) for name in ("recommend", "satisfaction", "food")}
    assert sums == {"recommend": 743, "satisfaction": 378, "food": 330}
    assert (np.diff(table["date"]) >= np.timedelta64(0, "D")).all()
    assert table["date"].dtype == "datetime64[D]"
    assert len(rm.simulate_survey(0)["date"]) == 0


def test_columns_have_their_titles_on_the_page_and_their_names_elsewhere():
    """Titles, source and size of the data are on the page; tables and text stay as they were."""
    survey = {"recommend": ANSWERS, "q7": [5, 4, 3, 2, 1, 5], "area": ["a", "b"] * 3}
    options = {"survey": survey, "segment": "area", "factors": ["q7"]}
    plain = rm.scorecard(**options)
    titled = rm.scorecard(
        **options, labels={"q7": "<Art>", "area": "Boarding area", "other": "x"}, source="a&b.csv"
    )
    html = titled.to_html()
    assert "<bdi>&lt;Art&gt;</bdi><small><bdi>q7</bdi></small>" in html
    assert "<h2>By <bdi>Boarding area</bdi></h2>" in html
    assert "Source: <bdi>a&amp;b.csv</bdi>." in html
    assert "6 respondents" in html
    assert f"with relmetrics {rm.__version__}. Unweighted." in html
    assert titled.to_dict() == plain.to_dict()
    assert str(titled) == str(plain)
    with pytest.raises(rm.ParameterError, match="must be a mapping of column name"):
        rm.scorecard(**options, labels={"q7": 1})


def test_the_parts_of_a_score_are_on_its_tile():
    """NPS by its classes, CSAT by its answers, the index by its factors; each with a text."""
    survey = {
        "recommend": [10, 9, 8, 3],
        "satisfaction": [5, 5, 4, 1],
        "f": [1, 2, 3, 4],
        "w": [1, 1, 1, 1],
    }
    html = rm.scorecard(survey=survey, factors=["f"]).to_html()
    assert 'aria-label="50% promoters, 25% passives, 25% detractors"' in html
    assert 'aria-label="Answers 1: 25%, 2: 0%, 3: 0%, 4: 25%, 5: 50%"' in html
    assert 'aria-label="Answers 1: 25%, 2: 25%, 3: 25%, 4: 25%, 5: 0%"' in html
    assert '<ul class="means"><li><span><bdi>f</bdi></span>' in html
    weighted = rm.scorecard(survey={**survey, "w": [2, 2, 0, 0]}, weight="w").to_html()
    assert 'aria-label="Answers 1: 0%, 2: 0%, 3: 0%, 4: 0%, 5: 100%"' in weighted
    assert "Weighted by <bdi>w</bdi>." in weighted


@pytest.mark.parametrize(("groups", "folded"), [(20, 0), (21, 1), (60, 40)])
def test_segments_beyond_twenty_are_folded(groups, folded):
    """The twenty with the most answers are shown, in their order; all are on the page."""
    names = [f"segment {i:02}" for i in range(groups) for _ in range(1 + (i >= groups - 20))]
    html = rm.scorecard(survey={"recommend": [5] * len(names), "segment": names}).to_html()
    shown, _, rest = html.partition('<details class="more">')
    heads = [re.findall(r'<th scope="row"><bdi>(segment \d+)', part) for part in (shown, rest)]
    assert [len(found) for found in heads] == [20, folded]
    assert heads[0] == sorted(set(names))[-20:]
    assert heads[1] == sorted(heads[1])
    assert (f"{folded} more segment" in html) == bool(folded)


def test_ten_thousand_segments_are_a_page_that_opens():
    """Those with the most answers are on it, and it says how many are not."""
    names = [f"s{i}" for i in range(2000)]
    html = rm.scorecard(survey={"recommend": [7] * 2000, "segment": names}).to_html()
    assert "1,500 segments with fewer answers are not on this page" in html
    assert len(html) < 600_000


def test_sentences_say_what_a_test_shows():
    """A fall is named with its interval, segments with the metrics in which they differ."""
    html = rm.scorecard(survey=broken()).to_html()
    text = re.sub("<[^>]*>", "", html)
    assert re.search(r"NPS fell by 4\d\.\d points between August 2026 and September 2026 \(", text)
    assert "CSAT and CES: no clear change between August 2026 and September 2026." in text
    assert "NPS in September 2026 lies outside what chance explains" in text
    assert "family better, student worse than the rest." in text


@pytest.mark.parametrize(
    ("every", "names"),
    [
        ("day", ("31 January 2025", "1 February 2025")),
        ("week", ("week of 27 January 2025", "week of 27 January 2025")),
        ("month", ("January 2025", "February 2025")),
        ("quarter", ("January to March 2025", "January to March 2025")),
        ("year", ("2025", "2025")),
    ],
)
def test_periods_have_names(every, names):
    """Every kind of period is named as people say it, and no ISO date is left on the page."""
    last = "2025-02-03" if every == "day" else "2026-12-31"
    survey = {"recommend": [10, 3, 9], "date": ["2025-01-31", "2025-02-01", last]}
    html = rm.scorecard(survey=survey, every=every).to_html()
    for name in names:
        assert f">{name}<" in html
    assert not re.search(r"\d{4}-\d\d-\d\d", html)


def test_a_year_that_starts_in_another_month_names_its_months():
    """A quarter or a year over the turn of the year names both ends."""
    survey = {"recommend": [10, 3], "date": ["2025-01-31", "2025-12-01"]}
    html = rm.scorecard(survey=survey, every="year", year_start="april").to_html()
    assert "April 2024 to March 2025" in html
    quarter = rm.scorecard(survey=survey, every="quarter", year_start="february").to_html()
    assert "November 2024 to January 2025" in quarter


def test_sources_and_intervals_are_written_out(card):
    """No document is cited by its number, no interval by the name of an argument."""
    html = card.to_html()
    assert not re.search(r"\bD[1-5]\b", html)
    assert "Customer strategy in 2023" in html
    assert "<dt>Interval</dt><dd>95%, Wilson&#x27;s score interval" in html


def test_the_page_is_read_by_machines_too(card):
    """Every id is there once, every link leads to one, heads have a scope, tables a caption."""
    html = card.to_html()
    found = Page(html)
    ids = [values["id"] for _, values in found.tags if "id" in values]
    assert len(ids) == len(set(ids))
    links = {values["href"] for tag, values in found.tags if tag == "a"}
    assert links <= {f"#{name}" for name in ids}
    assert {f"#{name}" for name in ids} == links
    assert all("scope" in values for tag, values in found.tags if tag == "th")
    assert found.count("table") == found.count("caption")
    regions = [values["aria-label"] for _, values in found.tags if values.get("role") == "region"]
    assert len(regions) == len(set(regions)) == found.count("table")
    assert not re.search(r"https?://|url\(|@import", html)
    svgs = [values for tag, values in found.tags if tag == "svg"]
    assert all("role" in values or "aria-hidden" in values for values in svgs)


@given(
    values=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=8),
    steps=st.integers(1, 6),
)
def test_an_axis_holds_its_values_between_round_ticks(values, steps):
    """Places keep the order of values and lie within the ends; ticks are evenly apart."""
    axis = Axis.over(values, 10, 140, steps=steps)
    slack = 1e-6 + 1e-8 * (axis.high - axis.low)
    assert axis.low <= min(values) + slack
    assert axis.high >= max(values) - slack
    places = [axis.at(value) for value in sorted(values)]
    assert places == sorted(places)
    assert 10 <= places[0] <= places[-1] <= 140
    assert 1 <= len(axis.ticks) <= steps + 2
    texts = [axis.text(tick) for tick in axis.ticks]
    assert len(set(texts)) == len(texts)
    assert Axis.over([np.nan], 0, 1) is None


COLUMNS: dict[str, Any] = {
    "whole": np.array([1, 5, 3, 2, 4, 4], dtype=np.int8),
    "unsigned": np.array([1, 5, 3, 2, 4, 4], dtype=np.uint64),
    "floats": np.array([1, 5, np.nan, 2, 4, 4], dtype=np.float32),
    "off the scale": np.array([1, 5, 3, 2, 40, 4]),
    "fractions": np.array([1, 5, 3, 2, 4.5, 4]),
    "infinite": np.array([1, 5, 3, 2, np.inf, 4]),
    "truths": np.array([True, False, True, True, False, True]),
    "days": np.array(MONTHS, dtype="datetime64[D]"),
    "times": np.array([*MONTHS[:5], "NaT"], dtype="datetime64[ns]"),
    "no days": np.array(["NaT"] * 6, dtype="datetime64[D]"),
    "months": np.array(MONTHS, dtype="datetime64[M]"),
    "texts": np.array(["1", "5", "3", "2", "", "4"]),
    "objects": np.array([1, 5, None, 2, 4, "4"], dtype=object),
    "hidden": np.ma.array([1, 5, 3, 2, 4, 4], mask=[0, 0, 1, 0, 0, 0]),
}


@pytest.mark.parametrize("kind", COLUMNS)
@pytest.mark.parametrize(
    "name",
    ["satisfaction", "f", "date", "w", "segment", "at_start", "helped", "purchases", "gain"],
)
def test_arrays_give_what_lists_of_their_items_give(name, kind):
    """A column that stays an array is read as its items would be, and refused as they would."""
    rng = np.random.default_rng(1)
    survey = {"satisfaction": [5, 4, 3, 2, 1, 5], "f": [1, 2, 3, 4, 5, 5], "w": [1] * 6}
    survey |= {"date": MONTHS, "segment": list("aabbab")}
    customers = {n: rng.integers(0, 2, 6).tolist() for n in ("at_start", "at_end", "helped")}
    customers |= {"referred": [0] * 6, "purchases": [1, 2, 3, 9, 0, 1]}
    customers |= {"gain": [5.0] * 6, "cost": [1.0, 2, 3, 4, 5, 6]}
    said = []
    for column in (
        COLUMNS[kind],
        COLUMNS[kind].tolist() if kind == "hidden" else list(COLUMNS[kind]),
    ):
        tables = [
            {**table, name: column} if name in table else table for table in (survey, customers)
        ]
        try:
            card = rm.scorecard(
                survey=tables[0], customers=tables[1], weight="w", factors=["f"], every="month"
            )
        except (rm.RelmetricsError, TypeError, ValueError) as error:
            said.append((type(error), str(error)))
        else:
            said.append(card.to_dict())
    assert said[0] == said[1]


@pytest.mark.parametrize("name", ["recommend", "segment", "date"])
def test_columns_of_two_dimensions_are_refused_by_name(name):
    """One column is passed at a time, whatever it is for."""
    survey = {"recommend": ANSWERS, "segment": list("aabbab"), "date": MONTHS}
    with pytest.raises(rm.AnswerError, match=f"{name} must have one dimension"):
        rm.scorecard(survey=survey | {name: np.array([[1, 2]] * 6)})


@pytest.mark.parametrize("kind", ["list", "array", "objects"])
def test_columns_of_text_are_read_once_a_value_and_errors_keep_their_places(kind):
    """Labels, days and flags repeat themselves; what cannot be read is still named by its row."""
    scale = rm.Scale(1, 5, labels=("awful", "bad", "so-so", "good", "superb"))
    made = {"list": list, "array": np.array, "objects": lambda x: np.array(x, dtype=object)}[kind]
    survey = {
        "satisfaction": made(["good", "bad", "", "so-so", "good", "good"] * 30),
        "date": made(["2024-01-05", "2024-02-06", " ", "2024-02-07", "2024-01-05", ""] * 30),
    }
    card = rm.scorecard(survey=survey, satisfaction_scale=scale)
    assert card.estimates[0].n == 150
    assert card.estimates[0].missing == 30
    trend = card.over_time[0].trend
    assert trend.table()["n"].tolist() == [60, 60]
    assert trend.undated == 60
    for name, wrong, error in (
        ("satisfaction", "dreadful", rm.LabelError),
        ("date", "2024-02-30", rm.DateError),
    ):
        column = list(survey[name])
        column[100] = wrong
        with pytest.raises(error, match=f"{wrong}.*at position 100"):
            rm.scorecard(survey=survey | {name: made(column)}, satisfaction_scale=scale)


def test_equal_values_of_different_kinds_are_not_read_alike():
    """A truth beside a text is refused, although it equals the 1 that stands before it."""
    survey = {"satisfaction": ["3", 1, True]}
    with pytest.raises(rm.LabelError, match="True at position 2"):
        rm.scorecard(survey=survey)


def test_names_of_ten_thousand_characters_are_cut():
    """The page stays readable; the table keeps the name."""
    long = "a" * 10_000
    card = rm.scorecard(survey={"recommend": ANSWERS, "segment": [long, "b"] * 3}, title=long)
    assert "<bdi>" + "a" * 159 + "\u2026</bdi>" in card.to_html()
    assert card.to_html().count("a" * 10_000) == 1  # the name of the document
    assert long in card.segment_table()["segment"].tolist()


def test_segments_of_two_columns_are_two_tables():
    """A scorecard made by hand may hold the same metric by several columns."""
    by = [rm.NPS().by(ANSWERS, labels) for labels in (["a", "b"] * 3, ["x", "x", "y"] * 2)]
    html = rm.Scorecard("Two", (rm.nps(ANSWERS),), tuple(by)).to_html()
    assert html.count('<table class="matrix sorts">') == 2
    assert all(f'<th scope="row"><bdi>{name}</bdi></th>' in html for name in "abxy")


def test_a_scale_of_a_hundred_points_fits_its_tile():
    """There is a bar for every point, and a name for the ends alone."""
    mean = rm.MeanScore(scale=rm.Scale(0, 100))(list(range(101)))
    html = rm.Scorecard("Long", (mean,)).to_html()
    tile = re.search(r'<div class="hist many".*?</div>', html)[0]
    assert tile.count('class="bar') == 101
    assert "<small>" not in tile
    assert '<div class="ends"><span>0</span><span>100</span></div>' in html


def test_figures_that_only_look_like_a_date_stay_as_they_are():
    """A note may quote a column by any name."""
    days = np.array(["2025-01-01"], dtype="datetime64[D]")
    assert dated("2025-01-01 and after 2025-01-01", days, "month") == (
        "January 2025 and after 1 January 2025"
    )
    for text in ("2025-13-45 of 2025-01-01", "'2025-01-01'", "id-2025-01-01-7"):
        assert dated(text, days, "month") == text


def test_years_of_days_show_the_last_of_them():
    """The table of periods says how many there are, and has the last 400."""
    days = (np.datetime64("2024-01-01") + np.arange(500)).astype(str).tolist()
    survey = {"recommend": [10, 3] * 250, "date": days}
    html = rm.scorecard(survey=survey, every="day").to_html()
    assert "NPS by day, the last 400 of 500" in html
    assert html.count('<th scope="row">') < 420


def test_an_index_without_its_factors_is_a_tile():
    """A scorecard made by hand may know the index alone, and a metric without a bound."""
    index = rm.csi({"f": [1, 2, 5], "g": [2, 2, 3]})
    value = rm.roi(gain=[5.0, 7.0], cost=[1.0, 2.0])
    html = rm.Scorecard("By hand", (index, value)).to_html()
    assert Page(html).count("article", **{"class": "tile"}) == 2
    assert '<ul class="means">' not in html
    assert 'id="factors"' not in html
