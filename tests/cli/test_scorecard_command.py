"""The scorecard and its command: simulated tables, tables of one's own, pages, bad input."""

import csv
import json
import re
import resource
import subprocess
import sys
from html.parser import HTMLParser

import numpy as np
import pytest

import relmetrics as rm
from relmetrics.cli.main import main
from relmetrics.cli.reading.form import Form
from relmetrics.cli.reading.source import Source


@pytest.fixture(scope="module")
def tables():
    return {"survey": rm.simulate_survey(300), "customers": rm.simulate_customers(300)}


def write(path, table):
    names = list(table)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        for row in zip(*(np.asarray(table[name]).tolist() for name in names), strict=True):
            writer.writerow(["" if cell != cell else cell for cell in row])  # noqa: PLR0124
    return path


class Page(HTMLParser):
    """Collects the tags of a page and checks that they close."""

    def __init__(self, text):
        super().__init__()
        self.open, self.seen, self.text = [], set(), ""
        self.feed(text)

    def handle_starttag(self, tag, _attrs):
        self.seen.add(tag)
        if tag not in {"meta", "rect"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag != "rect":
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_the_command_runs_without_tables(capsys, tmp_path):
    """Simulated data, every metric of the documents, and a page."""
    page = tmp_path / "card.html"
    assert main(["--page", str(page)]) == 0
    printed = capsys.readouterr().out
    symbols = {about.symbol for about in rm.catalogue()} - {
        "Mean",
        "Rate",
        "Open rate",
        "NRR",
        "GRR",
        "Conversion rate",
        "FCR",
        "AOV",
        "ARPA",
        "Gross margin",
        "Quick ratio",
    }
    for symbol in symbols:
        assert f"\n{symbol} " in f"\n{printed}"
    assert "simulated data" in printed
    read = Page(page.read_text(encoding="utf-8"))
    assert read.open == []
    assert " src=" not in page.read_text(encoding="utf-8")
    assert "Net Promoter Score" in read.text


def test_files_give_what_the_tables_give(capsys, tmp_path, tables):
    """CSV text in, the same numbers out as from the arrays."""
    survey = write(tmp_path / "survey.csv", tables["survey"])
    customers = write(tmp_path / "customers.csv", tables["customers"])
    words = ["--survey", str(survey), "--customers", str(customers), "--weight", "weight"]
    assert main([*words, "--factors", "food:2,safety:5", "--level", "0.9"]) == 0
    printed = capsys.readouterr().out
    factors = {"food": 2.0, "safety": 5.0}
    card = rm.scorecard(**tables, weight="weight", factors=factors, confidence_level=0.9)
    for estimate in card.estimates:
        assert str(estimate) in printed


def test_the_scorecard_is_its_metrics(tables):
    """Each line is the metric asked by itself, overall and by segment."""
    card = rm.scorecard(**tables, factors=("food", "safety"))
    survey, customers = tables["survey"], tables["customers"]
    by_symbol = {e.metric.description.symbol: e for e in card.estimates}
    assert by_symbol["NPS"] == rm.nps(survey["recommend"])
    assert by_symbol["CES"] == rm.ces(survey["effort"])
    start, end = customers["at_start"] == 1, customers["at_end"] == 1
    counts = {"start": int(start.sum()), "end": int(end.sum())}
    counts["new"] = int((end & ~start).sum())
    assert by_symbol["Retention rate"] == rm.retention_rate(**counts)
    assert by_symbol["Churn rate"].value + by_symbol["Retention rate"].value == 100
    helped = customers["helped"] == 1
    back = (customers["referred"] == 1) | (customers["purchases"] >= 2)
    assert by_symbol["ROR"] == rm.ror(
        customers=300, helped=int(helped.sum()), returning=int((helped & back).sum())
    )
    assert by_symbol["ROI"].value == pytest.approx(
        rm.roi(gain=customers["gain"], cost=customers["cost"]).value
    )
    nps = next(by for by in card.segments if by.metric == rm.NPS())
    assert (
        nps.to_dict()
        == rm.NPS().by(survey["recommend"], {"segment": survey["segment"]}, sort=True).to_dict()
    )
    assert card.table().rows == len(card.estimates)
    assert json.dumps(card.to_dict(), allow_nan=False)
    assert str(card).startswith(card.title)
    assert card._repr_html_().startswith("<style>")
    assert f"<h1><bdi>{card.title}</bdi></h1>" in card._repr_html_()


def test_labelled_and_hostile_text():
    """Labels are read, and names that look like HTML stay text."""
    survey = {
        "recommend": ["10 - Extremely likely", "", "3"],
        "segment": ["<script>alert(1)</script>", "b", "b"],
    }
    card = rm.scorecard(survey=survey, title="<b>&")
    html = card.to_html()
    assert "<script>" not in html
    assert "<b>" not in html
    assert Page(html).open == []
    assert card.estimates[0].missing == 1
    assert any("CSAT left out" in note for note in card.notes)
    assert "Note: CSAT left out" in str(card)


def test_small_bases_and_empty_segments():
    """Segments without answers are rows of NaN, small ones are marked, and JSON holds None."""
    survey = {"recommend": [10, 9, None], "segment": ["a", "a", "b"]}
    card = rm.scorecard(survey=survey, small_base=2)
    table = card.segment_table()
    assert table["small_base"].tolist() == [False, True]
    assert card.to_dict()["segments"]["value"] == [100, None]
    assert "no answers" in card.to_html()
    nothing = rm.scorecard(survey={"recommend": [None]})
    assert nothing.estimates == ()
    assert "all 1 are missing" in nothing.notes[0]


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        ("", [], "is empty"),
        ("recommend\n5,6\n", [], "row 2: 2 cells where the header has 1"),
        ("recommend\n11\n", [], "'11' in row 2"),
        ("recommend\n5\n", ["--weight", "w"], "no column 'w'"),
        ("recommend\n5\n", ["--factors", "food"], "no column 'food'"),
        ("recommend,food\n5,5\n", ["--factors", "food:x"], "must be a number"),
        ("recommend\n5\n", ["--scale", "five"], "must look like 1-5"),
        ("recommend\n5\n", ["--level", "95"], "strictly between"),
        ("recommend,w\n5,abc\n", ["--weight", "w"], "abc"),
    ],
)
def test_bad_tables_are_one_line_and_exit_2(capsys, tmp_path, text, words, shown):
    """What is wrong with a file or a word is said without a traceback."""
    path = tmp_path / "survey.csv"
    path.write_text(text, encoding="utf-8")
    assert main(["--survey", str(path), *words]) == 2
    printed = capsys.readouterr()
    assert shown in printed.err
    assert printed.err.count("\n") == 1
    assert not printed.out


def test_a_file_that_is_not_there(capsys, tmp_path):
    """The name of the file is in the message."""
    assert main(["--survey", str(tmp_path / "none.csv")]) == 2
    assert "none.csv" in capsys.readouterr().err


def command(*words, **options):
    """Run the command in a process of its own."""
    words = [sys.executable, "-m", "relmetrics", *words]
    return subprocess.run(  # noqa: S603 - words of the tests
        words, capture_output=True, text=True, check=False, **options
    )


@pytest.fixture
def small(tmp_path):
    """Return a survey of a few answers, and a page that was written before."""
    survey, page = tmp_path / "survey.csv", tmp_path / "card.html"
    survey.write_text("recommend,segment\n10,a\n3,b\n9,a\n", encoding="utf-8")
    page.write_text("the page of yesterday", encoding="utf-8")
    return survey, page


def test_a_page_that_cannot_be_written_leaves_the_old_one(small):
    """It is written beside the old one, which is there whole until the new one is."""
    survey, page = small

    def few_bytes():
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

    run = command("--survey", str(survey), "--page", str(page), preexec_fn=few_bytes)
    assert run.returncode == 2
    assert run.stderr.count("\n") == 1
    assert page.read_text(encoding="utf-8") == "the page of yesterday"
    assert sorted(path.name for path in page.parent.iterdir()) == ["card.html", "survey.csv"]


def test_a_page_keeps_permissions_and_links(capsys, small):
    """A new one has those of any new file; an old one is replaced where a link points to."""
    survey, page = small
    page.chmod(0o640)
    link = page.with_name("latest.html")
    link.symlink_to(page.name)
    assert main(["--survey", str(survey), "--page", str(link)]) == 0
    assert "latest.html" in capsys.readouterr().out
    assert link.is_symlink()
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert page.stat().st_mode & 0o777 == 0o640
    fresh, plain = page.with_name("fresh.html"), page.with_name("plain")
    plain.touch()
    assert main(["--survey", str(survey), "--page", str(fresh)]) == 0
    assert fresh.stat().st_mode == plain.stat().st_mode


@pytest.mark.parametrize("role", ["--survey", "--customers"])
def test_a_page_is_not_written_over_a_table(capsys, small, role):
    """Not by its own name, and not by another one of the same file."""
    survey, page = small
    before = survey.read_bytes()
    page.unlink()
    page.symlink_to(survey)
    for path in (survey, page):
        assert main([role, str(survey), "--page", str(path)]) == 2
        assert "would overwrite the table" in capsys.readouterr().err
    assert survey.read_bytes() == before


@pytest.mark.parametrize(
    "words",
    [
        ["--page", "a\0b"],
        ["--page", "\udcff\ud800"],
        ["--encoding", "a\0b"],
        ["--scale", "1-" + "9" * 5000],
        ["--scale", "1-\u00b2"],
    ],
)
def test_words_that_nothing_can_be_made_of_are_one_line(capsys, small, words):
    """A path that is no path, an encoding that is none, a vast number."""
    assert main(["--survey", str(small[0]), *words]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_who_reads_no_further_ends_the_command_quietly(small):
    """As with `| head`: no traceback; but a disk that is full is told."""
    words = f"{sys.executable} -m relmetrics --survey {small[0]}"
    run = subprocess.run(  # noqa: S603 - words of the tests
        ["/bin/sh", "-c", f"{words} | true; {words} > /dev/full"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 2
    assert run.stderr == "relmetrics: [Errno 28] No space left on device\n"


HOSTILE = "a\x1b[31m\r\x00\x9b\u2028b"


def test_control_characters_reach_neither_terminal_nor_page():
    """Wherever a name from outside is shown, they are written out."""
    by = rm.NPS().by([10, 3, 9, 2], [HOSTILE, HOSTILE, "b", "b"])
    ratings = {HOSTILE: [1, 2, 3, 5, 2, 3], "s": [3, 5, 4, 1, 1, 2]}
    drivers = rm.KeyDrivers()(ratings, [2, 3, 3, 5, 1, 3])
    moves = rm.Transitions((HOSTILE, "x"), [[1, 2], [3, 4]])
    survey = {"recommend": [10, 9, 3, 2], "segment": [HOSTILE, HOSTILE, "b", "b"]}
    survey[HOSTILE] = [5, 4, 3, 2]
    card = rm.scorecard(survey=survey, factors=[HOSTILE], title=HOSTILE)
    weights = rm.rake({HOSTILE: ["a", "b"]}, {HOSTILE: {"a": 1, "b": 2}}, targets_in="counts")
    made = [
        weights,
        by,
        by.compare(),
        by.ranking(),
        drivers,
        moves,
        moves.table(),
        card,
        rm.csi(ratings),
    ]
    shown = [str(one) for one in made] + [repr(one) for one in made]
    shown += [one._repr_html_() for one in made if hasattr(one, "_repr_html_")]
    shown += [card.to_html(), drivers.explain(), rm.csi(ratings).explain()]
    for text in shown:
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]", text), text
    assert r"a\x1b[31m\r\x00\x9b\u2028b" in card.to_html()


def test_excel_marks_and_blank_lines(tmp_path):
    """A byte order mark and blank lines are not part of the table."""
    path = tmp_path / "export.csv"
    path.write_bytes("\ufeffrecommend,plan\n10,a\n\n9,b\n".encode())
    table = Source(str(path)).open(Form(), ["recommend"])
    table.read(table.names)
    assert table.names == ["recommend", "plan"]
    assert table.answers("recommend", rm.ZERO_TO_TEN).tolist() == [10, 9]
    assert table.labels("plan").tolist() == ["a", "b"]


def test_the_module_is_a_command():
    """`python -m relmetrics --version` answers."""
    run = subprocess.run(
        [sys.executable, "-m", "relmetrics", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == f"relmetrics {rm.__version__}"


def test_simulated_tables_are_seeded():
    """The same seed gives the same table, another seed another."""
    for make in (rm.simulate_survey, rm.simulate_customers):
        first, again, other = make(50, seed=1), make(50, seed=1), make(50, seed=2)
        for name in first:
            np.testing.assert_array_equal(first[name], again[name])
        assert any((first[name] != other[name]).any() for name in first)
