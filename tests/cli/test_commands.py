"""The commands on files of one's own: the numbers of the library, in the words of the shell."""

import gzip
import json
import re
import signal
import subprocess
import sys

import numpy as np
import pytest

import relmetrics as rm
from relmetrics.cli.main import COMMANDS, main

ANSWERS = """Umfrage 2026;;;;
wann;wie;gern;gewicht;art
31.01.2026 10:00;sehr gut;10 - gern;1,5;gold
15.02.2026 11:30;schlecht;3;0,5;basic
16.02.2026 09:00;gut;99;1;gold
17.03.2026 09:00;k.A.;9;1;
"""
MESSY = [
    *("--header", "2", "--decimal", ",", "--date-format", "%d.%m.%Y %H:%M"),
    *("--missing", "99,k.A.", "--weight", "gewicht"),
]


@pytest.fixture
def answers(tmp_path):
    path = tmp_path / "answers.csv"
    path.write_text(ANSWERS, encoding="utf-8")
    return str(path)


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    folder = tmp_path_factory.mktemp("example")
    assert main(["example", str(folder), "--quiet"]) == 0
    return folder


def said(capsys, *words, code=0):
    """Run a command; return what it prints, or what is wrong."""
    assert main([str(word) for word in words]) == code
    printed = capsys.readouterr()
    assert bool(printed.err) == (code != 0)
    return printed.err if code else printed.out


def test_a_messy_file_gives_what_its_clean_columns_give(capsys, answers, tmp_path):
    """Semicolons, a decimal comma, codes, labels, two header rows and German dates."""
    page = tmp_path / "page.html"
    labels = "1=sehr schlecht,2=schlecht,4=gut,5=sehr gut"
    words = ["--nps", "gern", "--csat", "wie", "--labels", labels, "--date", "wann", "--by", "art"]
    out = json.loads(said(capsys, "scorecard", answers, *words, *MESSY, "--json", "--html", page))
    card = rm.scorecard(
        survey={
            "gern": [10, 3, None, 9],
            "wie": [5, 2, 4, None],
            "gewicht": [1.5, 0.5, 1, 1],
            "wann": ["2026-01-31", "2026-02-15", "2026-02-16", "2026-03-17"],
            "art": ["gold", "basic", "gold", None],
        },
        recommend="gern",
        satisfaction="wie",
        satisfaction_scale=rm.Scale(
            1, 5, labels={1: "sehr schlecht", 2: "schlecht", 4: "gut", 5: "sehr gut"}
        ),
        effort=None,
        factors=None,
        weight="gewicht",
        segment="art",
        date="wann",
    )
    assert [e["value"] for e in out["estimates"]] == [e.value for e in card.estimates]
    assert out["segments"] == json.loads(json.dumps(card.to_dict()))["segments"]
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert not any("left out: the survey table" in note for note in out["notes"])


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["--nps", "gerne"], "has no column 'gerne'. Did you mean 'gern'?"),
        (["--nps", "gern", "--header", "1"], "has no column 'gern'"),
        (
            ["--nps", "gern", "--missing", "k.A."],
            "'99' in row 5: these are no answers on the scale",
        ),
        (["--nps", "gern", "--decimal", "."], "'1,5' in row 3, '0,5' in row 4: these are no numb"),
        (["--csat", "wie"], "'sehr gut' in row 3, 'schlecht' in row 4, 'gut' in row 5"),
        (["--csat", "wie", "--labels", "sehr gut"], "--labels: must look like 1=Very bad"),
        (["--csat", "wie", "--labels", "6=gut"], "6 is no point of --scale 1-5"),
        (["--nps", "gern", "--date", "wann", "--date-format", "%Y"], "'31.01.2026 10:00' in row 3"),
        (["--nps", "gern", "--level", "95"], "--level: must lie strictly between 0 and 1"),
        (["--nps", "gern", "--scale", "1:5"], "--scale: must look like 1-5"),
        (["--nps", "gern", "--every", "fortnight"], "--every: invalid choice: 'fortnight'"),
        (["--nps", "gern", "--as-of", "x"], "--as-of"),
        (["--nps", "gern", "--date", "wann", "--zone", "Mars"], "--zone: must be the name"),
        (["--nps", "gern", "--encoding", "rot13"], "--encoding"),
        (["--nps", "gern", "--html", "/"], "--html / is a folder"),
        (["--nps", "gern", "--html", "/no/such/place.html"], "No such file or directory"),
        ([], "Say --nps, --csat, --ces or --factors. Its columns: wann, wie, gern, gewicht, art."),
    ],
)
def test_what_is_wrong_is_one_line_about_flags_rows_and_columns(capsys, answers, words, shown):
    """No word of Python: who calls a command has no argument named in it."""
    err = said(capsys, "scorecard", answers, *MESSY, *words, code=2)
    assert shown in err
    assert err.count("\n") == 1
    assert not re.search(r"missing=|date_format|pd\.|confidence_level|Scale\(|as_of", err)


def test_a_date_that_is_not_iso_is_told_how_to_be_read(capsys, answers):
    """Where several ways fit all cells, all are named; nothing is guessed."""
    words = [*MESSY[:4], *MESSY[6:], "--nps", "gern", "--date", "wann"]
    assert "Say --date-format '%d.%m.%Y %H:%M'." in said(
        capsys, "scorecard", answers, *words, code=2
    )


def test_the_words_of_the_issue_of_an_export_work_from_a_pipe(example):
    """`-` is standard input, also packed."""
    plain = (example / "answers.csv").read_bytes()
    words = ["-m", "relmetrics", "scorecard", "-", "--nps", "recommend", "--json"]
    outs = {
        subprocess.run(  # noqa: S603 - words of the tests
            [sys.executable, *words], input=sent, capture_output=True, check=True
        ).stdout
        for sent in (plain, gzip.compress(plain))
    }
    (out,) = outs
    value = rm.nps(rm.simulate_survey()["recommend"]).value
    assert json.loads(out)["estimates"][0]["value"] == value


def test_compare_is_the_difference_of_the_library(capsys, example):
    """Old first, new second: a rise is positive."""
    old, new = example / "answers-before.csv", example / "answers.csv"
    words = ["compare", old, new, "--nps", "recommend", "--csat", "satisfaction"]
    words += ["--factors", "food:2,safety:1", "--weight", "weight"]
    changes = json.loads(said(capsys, *words, "--json"))
    table = rm.simulate_survey()
    now = rm.NPS().tally(table["recommend"], weights=table["weight"])
    assert changes[0]["state"] == now.to_dict()
    assert [change["symbol"] for change in changes] == ["NPS", "CSAT", "CSI"]
    out = said(capsys, *words)
    assert "Verdict: better" in out
    assert "Say --nps" in said(capsys, "compare", old, new, code=2)
    assert "only once" in said(capsys, "compare", "-", "-", "--nps", "a", code=2)


def test_compare_by_group_is_each_group_in_both_files(capsys, tmp_path):
    """Adjusted for the number of groups; one that is in a single file is said to be."""
    waves = {}
    for name, wave in (("old", "abac"), ("new", "abbd")):
        path = tmp_path / f"{name}.csv"
        plans, scores = (
            list(wave * 40),
            [10 if i % (3 + (name == "new")) else 2 for i in range(160)],
        )
        rows = [f"{score},{plan},n" for score, plan in zip(scores, plans, strict=True)]
        path.write_text("\n".join(["q,plan,area", *rows]), encoding="utf-8")
        waves[name] = rm.NPS().by(scores, {"plan": plans}, sort=True)
    files = (tmp_path / "old.csv", tmp_path / "new.csv")
    words = ["compare", *files, "--nps", "q", "--by", "plan,area"]
    expected = waves["new"].compare_to(waves["old"])
    (found,) = json.loads(said(capsys, *words, "--json"))
    assert found["by"]["plan"] == json.loads(json.dumps(expected.to_dict()))
    assert list(found["by"]) == ["plan", "area"]
    printed = said(capsys, *words)
    assert f"By plan: {expected}" in printed
    assert "only in this wave" in printed
    assert re.search(r"^By area: ", printed, re.MULTILINE)
    assert "no column 'plant'" in said(capsys, *words[:-1], "plant", code=2)
    assert "different columns" in said(capsys, *words[:-1], "plan,plan", code=2)


def test_a_page_of_purchases_is_the_scorecard_of_the_log(capsys, example, tmp_path):
    """As `scorecard(purchases=)` draws it; never over the log that is read."""
    page = tmp_path / "log.html"
    words = ["--customer", "customer", "--date", "day", "--amount", "paid", "--title", "Shop"]
    log = example / "purchases.csv"
    printed = said(capsys, "purchases", log, *words, "--html", page)
    assert printed.endswith(f"Page written to {page}\n")
    html = page.read_text(encoding="utf-8")
    assert "<h1><bdi>Shop</bdi></h1>" in html
    assert "Source: <bdi>purchases.csv</bdi>." in html
    assert '<section id="customers">' in html
    before = log.read_bytes()
    assert "would overwrite" in said(capsys, "purchases", log, *words, "--html", log, code=2)
    assert log.read_bytes() == before


def test_several_columns_of_segments_are_named_with_commas(capsys, tmp_path):
    """One matrix; a comma within a name is written with a backslash."""
    path = tmp_path / "survey.csv"
    path.write_text('q,"a,b",c\n' + "10,x,y\n3,z,y\n" * 5, encoding="utf-8")
    out = json.loads(said(capsys, "scorecard", path, "--nps", "q", "--by", r"a\,b,c", "--json"))
    assert out["segments"]["by"] == ["a,b", "a,b", "c"]
    assert "no column" in said(capsys, "scorecard", path, "--nps", "q", "--by", "a,c", code=2)
    before = ["scorecard", "--survey", path, "--recommend", "q", "--segment", "a,b", "--json"]
    assert json.loads(said(capsys, *before))["segments"]["segment"] == ["x", "z"]


def test_purchases_are_the_log_of_the_library(capsys, example):
    """Rates, movements, cohorts and stages; codes of answers are no amounts."""
    path = example / "purchases.csv"
    words = ["purchases", path, "--customer", "customer", "--date", "day", "--amount", "paid"]
    out = json.loads(said(capsys, *words, "--lapsed-after", "120", "--missing", "99", "--json"))
    rows = [line.split(",") for line in path.read_text().splitlines()[1:]]
    log = rm.PurchaseLog(*zip(*((r[0], r[1], float(r[3])) for r in rows), strict=True))
    end = log.as_of() + np.timedelta64(1, "D")
    retention = log.retention(end - np.timedelta64(365, "D"), end)
    assert out["rates"][0]["value"] == retention.value
    assert out["survival"] == log.survival(lapsed_after=120).to_dict()
    text = said(capsys, *words)
    assert str(retention) in text
    assert "earlier ones are in --json" in text
    bad = path.with_name("bad.csv")
    bad.write_text("who,when,paid\nann,2026-01-01,5\n,2026-01-02,5\nbob,,x\n")
    words = ["purchases", bad, "--customer", "who", "--date", "when"]
    assert "row 3 names nobody" in said(capsys, *words, code=2)
    bad.write_text("who,when,paid\nann,2026-01-01,5\nbob,,x\n")
    assert "row 3 has no date" in said(capsys, *words, code=2)
    bad.write_text("who,when\n")
    assert "has no purchases" in said(capsys, *words, code=2)
    bad.write_text("who,when,paid\nann,2026-01-01,5\n")
    early = said(capsys, *words, "--as-of", "2025-12-31", code=2)
    assert "--as-of 2025-12-31 comes before the first purchase, of 2026-01-01" in early
    assert "--customer" in said(capsys, "purchases", bad, code=2)


def test_explain_says_what_a_metric_is(capsys):
    """By symbol, name or class; without one it lists all."""
    about = rm.NPS().description
    for word in ("nps", "Net Promoter Score", "NPS"):
        assert about.formula in said(capsys, "explain", *word.split())
    assert len(said(capsys, "explain").splitlines()) == len(rm.catalogue()) + 2
    assert said(capsys, "explain", "quick", "ratio").splitlines()[0] == "Quick ratio"
    assert json.loads(said(capsys, "explain", "roi", "--json"))["symbol"] == "ROI"
    assert "Did you mean 'csat'?" in said(capsys, "explain", "csta", code=2)
    assert "relmetrics explain, without a name, lists all." in said(capsys, "explain", "x", code=2)


def test_the_example_writes_over_nothing(capsys, example):
    """Its files are there: it says so, and names what can be tried."""
    assert "is there already" in said(capsys, "example", example, code=2)
    out = said(capsys, "example", example / "new")
    for command in ("scorecard", "compare", "purchases", "explain"):
        assert f"relmetrics {command}" in out


def test_quiet_prints_nothing_and_a_wrong_command_is_told(capsys, example):
    """The page is what was wanted."""
    page = example / "quiet.html"
    words = ["scorecard", example / "answers.csv", "--nps", "recommend", "--html", page, "--quiet"]
    assert said(capsys, *words) == ""
    assert page.stat().st_size > 1000
    assert "Did you mean 'scorecard'?" in said(capsys, "scorecrad", code=2)
    assert "--html" in said(
        capsys, "scorecard", example / "answers.csv", "--html", example / "answers.csv", code=2
    )
    assert (example / "answers.csv").read_text().startswith("respondent")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_its_exit_codes(capsys, name):
    """They are part of what a script relies on."""
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert "exit codes:" in capsys.readouterr().out


def test_an_interrupt_ends_without_a_traceback(tmp_path):
    """Ctrl-C while standard input is awaited."""
    words = [sys.executable, "-m", "relmetrics", "compare", "-", str(tmp_path), "--nps", "a"]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stderr=pipe) as run:  # noqa: S603 - words of the tests
        run.stdin.write(b"a\n" + b"5\n" * 1_000_000)  # more than a pipe holds: it is reading
        run.stdin.flush()
        run.send_signal(signal.SIGINT)
        err = run.communicate()[1]
    assert b"Traceback" not in err
