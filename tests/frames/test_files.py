"""Files and SQL are frames of DuckDB: named by a path or a query, and read once."""

import importlib
from pathlib import Path

import pytest
from engines_under_test import module, rows_of

import relmetrics as rm
from relmetrics import frames

ROWS = "recommend,plan\n10,gold\n9,gold\n3,basic\n,basic\n"
NPS = {"recommend": rm.NPS()}


@pytest.fixture
def csv(tmp_path):
    module("narwhals")
    module("duckdb")
    path = tmp_path / "the answers.csv"
    path.write_text(ROWS)
    return path


def test_a_path_and_a_query_are_the_same_frame(csv, tmp_path):
    """A path, its text, and SQL give the same figures; so does the same table as Parquet."""
    duckdb = module("duckdb")
    parquet = tmp_path / "answers.PARQUET"
    duckdb.read_csv(str(csv)).write_parquet(str(parquet))
    query = f"-- the survey\n/* of */ select * from '{csv}'"  # noqa: S608 - our own file
    for frame in (csv, str(csv), query, f"FROM '{parquet}'", parquet, str(tmp_path / "*.csv")):
        found = rows_of(frames.measure(frame, NPS, by="plan"))
        assert (found["value"], found["n"]) == ([pytest.approx(100 / 3), -100, 100], [3, 1, 2])
        assert frames.tally(frame, "recommend", rm.NPS()).missing == 1


def test_the_answer_is_a_relation(csv):
    """The table of a file is one of DuckDB, to be written or asked further."""
    duckdb = module("duckdb")
    table = frames.measure(csv, NPS, by=[["plan"]])
    assert isinstance(table, duckdb.DuckDBPyRelation)
    assert table.filter("plan = 'gold'").project("n").fetchall() == [(2,)]


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        ("no/such.parquet", r"DuckDB cannot open the frame 'no/such\.parquet'.*Mend the path"),
        ("SELECT * FROM nowhere", "DuckDB cannot open the frame 'SELECT"),
        ("SELECT FROM WHERE", "DuckDB cannot open"),
        ("answers.xlsx", r"(?s)'frame'.*\.parquet or \.csv.*SELECT"),
        ("DROP TABLE answers", "(?s)'frame'.*SELECT"),
        (Path("folder"), "(?s)'frame'.*SELECT"),
    ],
    ids=str,
)
def test_what_cannot_be_opened(frame, words):
    """The error is ours, and DuckDB's own is its cause."""
    module("narwhals")
    duckdb = module("duckdb")
    with pytest.raises(rm.ParameterError, match=words) as caught:
        frames.measure(frame, NPS)
    assert ("DuckDB" in str(caught.value)[:6]) == isinstance(caught.value.__cause__, duckdb.Error)


def test_without_duckdb(monkeypatch):
    """Who names a file is told what to install."""
    module("narwhals")
    load = importlib.import_module

    def without(name, *rest):
        if name == "duckdb":
            raise ModuleNotFoundError(name=name)
        return load(name, *rest)

    monkeypatch.setattr(importlib, "import_module", without)
    with pytest.raises(ModuleNotFoundError, match="read by DuckDB: pip install duckdb"):
        frames.measure("answers.csv", NPS)
