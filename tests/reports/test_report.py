"""The report: results, headings and text in order, as a page and in files."""

import csv
import io
import json
import os
import re
import zipfile
from datetime import datetime
from html.parser import HTMLParser
from importlib.util import find_spec
from itertools import pairwise
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from results_under_test import HOSTILE, INSTANCES, PARTS, STATES, instance

import relmetrics as rm
from relmetrics.reports.files.saving import ENDINGS
from relmetrics.reports.parts.kinds import part_of

FORMULA = "=cmd|'/c calc'!A1"
SHOWN = {"Cohorts", "Survival", "SurvivalCurve", "Transitions"}
LISTED = [
    (name, number)
    for name, made in INSTANCES.items()
    if name == "Table" or name not in {*PARTS, "Report", *STATES} - SHOWN
    for number in range(len(made))
]
BY = rm.NPS().by([10, 9, 3, 8, 10, 6] * 10, {"plan": ["gold", FORMULA, "basic"] * 20})
needs_openpyxl = pytest.mark.skipif(find_spec("openpyxl") is None, reason="needs openpyxl")


class Page(HTMLParser):
    """Collects tags, and checks that each is closed where it must be."""

    VOID = frozenset({"meta", "br"})

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.text = [], [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not {"style", "script"} & {*self.open}:
            self.text.append(data)


def as_csv(report, folder):
    """Return what a report writes as CSV."""
    return report.save(folder / "report.csv").read_bytes().decode("utf-8-sig")


def made():
    """Return a report with a bit of everything that a user writes."""
    nps = rm.NPS()
    answers = [10, 9, 3, None, 8, 10]
    parts = ["# In short", nps(answers), rm.csat([5, 4, 2]), "Asked in *January*.", "## Groups", BY]
    return rm.report([*parts, BY.compare(), BY.table()], title="A <b> & c", source="a.csv")


@pytest.mark.parametrize(("name", "number"), LISTED, ids=[f"{n}-{i}" for n, i in LISTED])
def test_every_result_is_a_part_that_a_page_and_every_text_can_show(name, number, tmp_path):
    """One that joins the library without a way to be shown fails here."""
    report = rm.report([instance(name, number)], title=HOSTILE)
    html = report.to_html()
    page = Page(html)
    assert "<script>" not in html
    ids = [values["id"] for _, values in page.tags if "id" in values]
    assert len(ids) == len(set(ids))
    assert {v["href"] for tag, v in page.tags if tag == "a"} <= {f"#{i}" for i in ids}
    assert all("scope" in values for tag, values in page.tags if tag == "th")
    kinds = [tag for tag, _ in page.tags]
    assert kinds.count("table") == kinds.count("caption")
    assert not re.search(r"https?://|url\(|@import| src=", html)
    assert report.to_markdown().count("\n# ") == 0
    assert json.dumps(report.to_dict(), allow_nan=False)
    rows = list(csv.reader(io.StringIO(as_csv(report, tmp_path))))
    assert len({len(row) for row in rows}) == 1
    assert len(rows) > 1


def test_every_kind_has_a_part_of_its_own_or_that_of_any_result():
    """States that no function shows are refused, and the list of those is known."""
    unknown = part_of.dispatch(object)
    refused = {
        name
        for name in INSTANCES
        if name not in PARTS and part_of.dispatch(type(instance(name, 0))) is unknown
    }
    assert refused == STATES - SHOWN


def test_parts_stand_in_the_order_given():
    """Headings begin sections, which the contents link to; texts stay where they were put."""
    page = Page(made().to_html())
    text = " ".join("".join(page.text).split())
    order = ["In short", "Net Promoter Score", "Asked in *January*.", "Groups", "NPS by plan"]
    places = [
        text.index(words, text.index("Customer satisfaction") if i > 1 else 0)
        for i, words in enumerate(order)
    ]
    assert places == sorted(places)
    links = [values["href"] for tag, values in page.tags if tag == "a"]
    assert links == ["#section-1", "#definitions"]
    assert "A &lt;b&gt; &amp; c" in made().to_html()


def test_the_numbers_of_a_part_are_those_of_its_result(tmp_path):
    """In JSON the result itself; in CSV its table, to the last digit."""
    report = rm.report([BY])
    assert report.to_dict()["parts"] == [BY.to_dict()]
    rows = list(csv.DictReader(io.StringIO(as_csv(report, tmp_path))))
    table = BY.table(total=True)
    assert [float(row["value"]) for row in rows] == table["value"].tolist()
    assert [row["plan"] for row in rows] == ["gold", f"'{FORMULA}", "basic", "All"]


def test_what_looks_like_a_formula_is_none_in_csv(tmp_path):
    """Whatever it begins with, after blanks too, and in names of columns and groups."""
    for text in ("=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "  =1"):
        by = rm.NPS().by([10, 3], {text: [text, "b"]})
        rows = list(csv.reader(io.StringIO(as_csv(rm.report([by]), tmp_path))))
        cells = [cell for row in rows for cell in row if not re.fullmatch(r"-?[\d.]*", cell)]
        assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@", "\t"))]


@needs_openpyxl
def test_a_workbook_has_a_sheet_for_each_table_and_no_formula(tmp_path):
    """Texts are texts, numbers are numbers; names of sheets are short, legal and different."""
    long = rm.Table({"x" * 300: np.array([FORMULA, None], dtype=object), "n": np.array([1, 2])})
    days = rm.Table({"day": np.array(["2025-01-31", "NaT"], dtype="datetime64[D]")})
    report = rm.report([BY, BY, long, days, "only text"])
    path = report.save(tmp_path / "report.xlsx")
    with zipfile.ZipFile(path) as book:
        names = [
            s.attrib["name"]
            for s in ET.fromstring(book.read("xl/workbook.xml")).iter()  # noqa: S314 - written a line before
            if s.tag.endswith("}sheet")
        ]
        sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/")]
        text = "".join(book.read(name).decode() for name in sheets)
    assert names == ["NPS by plan", "NPS by plan (2)", "Table", "Table (2)"]
    assert "<f>" not in text
    assert 't="s"' in text or "inlineStr" in text
    import openpyxl  # noqa: PLC0415 - read back by who wrote it

    book = openpyxl.load_workbook(path)
    sheet = book["NPS by plan"]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:3] == ("plan", "value", "low")
    assert rows[2][0] == FORMULA
    assert rows[1][1] == BY.table()["value"][0]
    assert sheet["A3"].data_type == "s"
    assert sheet["A3"].quotePrefix
    assert [cell.value for cell in book["Table (2)"]["A"]] == ["day", datetime(2025, 1, 31)]  # noqa: DTZ001 - a day


@pytest.mark.parametrize("ending", [e for e in ENDINGS if e != ".xlsx" or find_spec("openpyxl")])
def test_each_ending_is_a_format(tmp_path, ending):
    """The file holds what is asked for, and its path is returned."""
    path = tmp_path / f"report{ending.upper()}"
    card = rm.scorecard(survey=rm.simulate_survey(80), segment="segment")
    for thing in (made(), card, rm.report([card, "# More", card])):
        assert thing.save(str(path)) == path
        assert path.stat().st_size > 500
        assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_a_report_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    """A full disk, or a part that fails late: the file is as it was, and nothing lies beside it."""
    path = tmp_path / "report.html"
    path.write_text("old")
    path.chmod(0o600)

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left") as caught:
        made().save(path)
    assert caught.value.filename == str(path)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]
    monkeypatch.undo()
    made().save(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_without_openpyxl_a_workbook_says_what_to_install(tmp_path, monkeypatch):
    """And writes nothing."""
    import sys  # noqa: PLC0415 - to hide a library

    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'relmetrics\[xlsx\]'"):
        made().save(tmp_path / "report.xlsx")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ([], "must hold something to report, got an empty list"),
        ([BY, 3], "at position 1 is 3, of type int. Say what the library returns"),
        ([rm.NPS()], "at position 0 is NPS.*, of type NPS. That is a definition"),
        ([rm.NPS], "of type _?ABCMeta|of type type|of type ABCMeta"),
        ([None], "at position 0 is None"),
        ([[BY]], "Put its items into the list itself"),
        ([rm.NPS().tally([10])], "That is a definition|of type Tally"),
        (BY, "a list of results and texts"),
        ("# text", "Put it in a list"),
        (3, "a list of results and texts"),
    ],
)
def test_what_is_no_result_is_named_with_its_place(parts, said):
    """Before anything is made of the others."""
    with pytest.raises(rm.ParameterError, match=said):
        rm.report(parts)


@pytest.mark.parametrize(
    "options",
    [{"title": 3}, {"source": None}, {"labels": {"a": 1}}, {"labels": "a"}, {"decimal": ";"}],
)
def test_options_are_checked(options):
    """Each names itself."""
    with pytest.raises(rm.ParameterError, match=next(iter(options))):
        rm.report([BY], **options)


@pytest.mark.parametrize("path", ["report.doc", "report", "", 3, None, "a\0b.html", ".html"])
def test_a_path_that_is_none_or_has_another_ending_is_refused(tmp_path, path, monkeypatch):
    """With the endings there are."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(rm.ParameterError, match="'path' must be"):
        made().save(path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_and_a_folder_that_is_not_there_are_refused(tmp_path):
    """A folder is no file, whatever it is called."""
    (tmp_path / "a.html").mkdir()
    with pytest.raises(rm.ParameterError, match="a file and not a folder"):
        made().save(tmp_path / "a.html")
    with pytest.raises(rm.ParameterError, match="make it first"):
        made().save(tmp_path / "none" / "a.html")


def test_a_comma_stands_before_decimals_where_it_is_asked_for():
    """On the page, in numbers, intervals and lines; the figures of drawings keep their points."""
    report = rm.report([rm.nps([10, 9, 3, 8] * 400), BY.compare()], decimal=",")
    text = "".join(Page(report.to_html()).text)
    assert "25,0" in text
    assert not re.search(r"\d\.\d", re.sub(r"(relmetrics|arXiv) [\d.]+", "", text))
    assert "1\N{NARROW NO-BREAK SPACE}600 answers" in text
    assert re.search(r'd="M[\d.]+', report.to_html())
    assert "25.0" in "".join(Page(rm.report([rm.nps([10, 9, 3, 8])]).to_html()).text)


def test_ten_thousand_groups_and_long_labels_are_a_page_that_opens(tmp_path):
    """Twenty rows are shown, five hundred are there at all, and the files have them all."""
    by = rm.NPS().by([10, 3] * 5000, [f"{'x' * 10_000}{i}" if i < 3 else i for i in range(10_000)])
    report = rm.report([by])
    html = report.to_html()
    assert len(html) < 1_500_000
    assert html.count("<tr") < 600
    assert as_csv(report, tmp_path).count("\n") == 10_002


def test_a_table_says_which_text_is_a_sign_in_markdown():
    """Pipes, stars and the like read as they were written; lists do not begin by accident."""
    by = rm.NPS().by([10, 3], ["a|b *c* <i>", "d\ne"])
    text = rm.report([by, "- no list", "1. none", "a # b"]).to_markdown()
    assert r"a\|b \*c\* \<i\>" in text
    assert r"\- no list" in text
    assert r"1\. none" in text
    lines = [line for line in text.splitlines() if line.startswith("|")]
    assert len({len(re.findall(r"(?<!\\)\|", line)) for line in lines}) == 1


def test_two_scorecards_in_a_report_have_names_of_their_own():
    """Their links lead to their own sections."""
    card = rm.scorecard(survey=rm.simulate_survey(100))
    page = Page(rm.report([card, card]).to_html())
    ids = [values["id"] for _, values in page.tags if "id" in values]
    assert len(ids) == len(set(ids))
    regions = [v["aria-label"] for _, v in page.tags if v.get("role") == "region"]
    assert len(regions) == len(set(regions))


def test_names_below_a_waterfall_do_not_touch():
    """Of two beside each other one stands lower."""
    page = rm.report([rm.revenue_movement(["a", "b"], [10, 5], [12, 0])]).to_html()
    heights = re.findall(r'y="(\d+)" text-anchor="middle">[a-z]', page)
    assert len(heights) > 2
    assert all(a != b for a, b in pairwise(heights))


def test_the_last_number_below_a_curve_is_inside_the_picture():
    """It stands in the middle below its place, so that place is not the edge."""
    page = rm.report([rm.survival([3, 1500], [True, True])]).to_html()
    place = re.search(r'<text x="([\d.]+)"[^>]*>1,?500</text>', page)
    assert float(place[1]) <= 400


def test_a_curve_from_durations_says_its_numbers_in_words():
    """Not as Python writes the object."""
    curve = rm.survival([3, 5, 8, None], [True, True, False, True], unit="months")
    text = rm.report([curve]).to_markdown()
    assert "3 in all, of whom 2 left; 1 missing. Half of them have left after 5 months." in text
    assert "SurvivalCurve(" not in text


def test_an_explanation_has_its_lines_and_a_text_its_paragraphs():
    """Lines that mean something do not run into each other."""
    text = rm.report([rm.rate(1, 4).explain(), "One.\n\nTwo\nlines."]).to_markdown()
    lines = text.splitlines()
    assert any(line.startswith("Formula:") for line in lines)
    assert "One." in lines


def test_a_name_in_capitals_is_no_words():
    """RFM is a word of its own."""
    log = rm.PurchaseLog(["a", "b"], ["2025-01-01", "2025-01-02"])
    assert "### RFM\n" in rm.report([rm.rfm(log)]).to_markdown()
