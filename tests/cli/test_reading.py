"""Files of every kind give the same columns, whichever engine reads them."""

import gzip
import importlib.util
import io
import os
import pty
import subprocess
import sys
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import relmetrics as rm
from relmetrics.cli.reading import engines, source
from relmetrics.cli.reading.coded import Coder
from relmetrics.cli.reading.csv_text import CsvText
from relmetrics.cli.reading.form import Form
from relmetrics.cli.reading.source import Source
from relmetrics.errors import RelmetricsError

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\x00"), max_size=5)
installed = pytest.mark.parametrize(
    "engine",
    [
        pytest.param(
            name,
            marks=pytest.mark.skipif(
                importlib.util.find_spec(name) is None, reason=f"{name} is not installed"
            ),
        )
        for name in engines.ENGINES
    ],
)


def opened(path, *asked, **form):
    table = Source(str(path)).open(Form(**form), asked)
    table.read(table.names)
    return table


@given(st.lists(st.one_of(CELLS, st.integers(), st.booleans(), st.none(), st.floats(0, 1))))
def test_a_coded_column_is_the_column(cells):
    """Values and codes give back what was added, with its type."""
    coder = Coder()
    for start in range(0, len(cells), 3):
        coder.add(cells[start : start + 3])
    coded = coder.done()
    back = [coded.values[place] for place in coded.codes]
    assert [(type(cell), cell) for cell in back] == [(type(cell), cell) for cell in cells]


@installed
def test_an_engine_reads_what_the_csv_module_reads(engine, tmp_path):
    """Or leaves it to it: quotes, ends of lines in cells, rows with a cell too many or too few."""
    good = "a,b,c\n1,x,\n2,,é\n1,x,z\n"
    texts = [
        *(good, good.replace("\n", "\r\n"), good.rstrip("\n"), 'a,b,c\n1,"x,\n""y",z\n'),
        *("a,b,c\n1,x\n2,y,z\n", "a,b,c\n1,x,y,z\n", "a,b,c\n1,x,y\n\n2,x,y\n", "a,b,c\n"),
        'a,b,c\n1,"x\n',
    ]
    for text in texts:
        path = tmp_path / "t.csv"
        path.write_bytes(text.encode())
        try:
            found = engines.CSV[engine](path, ["a", "b", "c"], ["c", "a"], ",", 1)
        except Exception:  # noqa: BLE001 - whatever the engine raises
            assert text != good, "the engine has changed: it cannot read the plainest file"
            continue
        if found is None:
            continue
        plain = CsvText(io.StringIO(text, newline=""), "t", Form(), ())
        expected = plain.columns(["c", "a"], lambda: None)
        for name, column in expected.items():
            got = [found[name].values[place] or "" for place in found[name].codes]
            assert got == [column.values[place] for place in column.codes], text
    path.write_text(good)
    assert engines.CSV[engine](path, ["a", "b", "c"], ["a"], ",", 1) is not None


@installed
def test_parquet_keeps_its_types(engine, tmp_path, monkeypatch):
    """Numbers, days and text arrive as such; nulls are missing."""
    polars = pytest.importorskip("polars")
    path = tmp_path / "answers.pq"
    polars.DataFrame(
        {
            "q": [10, None, 3],
            "day": [date(2026, 1, 2)] * 3,
            "w": [0.5, 1.0, 2.0],
            "g": ["a", "", "b"],
        }
    ).write_parquet(path)
    monkeypatch.setattr(engines, "ENGINES", (engine,))
    table = opened(path, "q")
    np.testing.assert_array_equal(table.answers("q", rm.ZERO_TO_TEN), [10, np.nan, 3])
    assert table.days("day").astype("M8[D]").tolist() == [date(2026, 1, 2)] * 3
    assert table.numbers("w").tolist() == [0.5, 1, 2]
    assert table.labels("g").tolist() == ["a", None, "b"]
    path.write_bytes(b"PAR1 and nothing else")
    with pytest.raises(RelmetricsError, match="cannot be read as Parquet"):
        opened(path)


def test_a_large_file_goes_through_an_engine_and_a_broken_one_is_told(tmp_path, monkeypatch):
    """Whatever reads it, the row with a cell too many is named."""
    monkeypatch.setattr(source, "LARGE", 1)
    path = tmp_path / "large.csv"
    path.write_text("q,b\n" + "9,x\n" * 50 + "9,x,y\n")
    with pytest.raises(RelmetricsError, match="row 52: 3 cells where the header has 2"):
        opened(path)
    path.write_text("\ufeffq;b\n" + "9;x\n10;y\n" * 50, encoding="utf-8")
    assert opened(path, "b").answers("q", rm.ZERO_TO_TEN).sum() == 950


def test_a_workbook_is_read_by_its_types(tmp_path):
    """The second row names the columns here; one sheet of two."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Data")
    for row in (["A title"], ["q", "day", "w"], [10, date(2026, 1, 2), 0.5], ["n/a", None, 1]):
        sheet.append(row)
    path = tmp_path / "a.xlsx"
    book.save(path)
    table = opened(path, "q", header=2, sheet="Data", missing=("N/A",))
    np.testing.assert_array_equal(table.answers("q", rm.ZERO_TO_TEN), [10, np.nan])
    assert table.days("day").astype("M8[D]").tolist() == [date(2026, 1, 2), None]
    assert table.numbers("w").tolist() == [0.5, 1]
    with pytest.raises(RelmetricsError, match=r"has no sheet 'Date'\. Did you mean 'Data'"):
        opened(path, sheet="Date")
    with pytest.raises(RelmetricsError, match="is empty"):
        opened(path)
    path.write_bytes(b"PK\x03\x04 and nothing else")
    with pytest.raises(RelmetricsError, match="cannot be read as a workbook"):
        opened(path)


def test_encodings_and_question_texts_below_the_names(tmp_path):
    """UTF-16 says what it is; another code page is named; rows below the names are skipped."""
    path = tmp_path / "a.csv"
    text = 'q,plan\n"How likely,\nreally?",Plan\n10,Öl\n'
    path.write_text(text, encoding="utf-16")
    assert opened(path, "q", skip=1).labels("plan").tolist() == ["Öl"]
    path.write_text(text, encoding="cp1252")
    with pytest.raises(RelmetricsError, match="Say --encoding, such as cp1252"):
        opened(path, skip=1)
    table = opened(path, "q", skip=1, encoding="cp1252")
    assert table.answers("q", rm.ZERO_TO_TEN).tolist() == [10]
    with pytest.raises(RelmetricsError, match="in row 3: these are no answers"):
        table.answers("plan", rm.ZERO_TO_TEN)


@pytest.mark.parametrize(
    ("text", "decimal", "number"),
    [
        *(("1.5", ".", 1.5), ("-1,5", ",", -1.5), ("1e3", ".", 1000), ("\u22122", ".", -2)),
        *(("1.5", ",", None), ("1,5", ".", None), ("1 000", ".", None), ("0x1", ".", None)),
        *(
            ("inf", ".", None),
            ("nan", ".", None),
            ("1_0", ".", None),
            ("٣", ".", 3),
            ("", ".", np.nan),
        ),
    ],
)
def test_numbers_are_read_as_the_decimal_sign_says(tmp_path, text, decimal, number):
    """A sign that is not the decimal one is an error, never a thousand."""
    path = tmp_path / "a.csv"
    path.write_text(f'w;b\n"{text}";x\n', encoding="utf-8")
    table = opened(path, decimal=decimal)
    if number is None:
        with pytest.raises(RelmetricsError, match="in row 2: these are no numbers") as raised:
            table.numbers("w")
        assert str(raised.value).endswith("write numbers without signs between thousands.")
    else:
        np.testing.assert_equal(table.numbers("w").tolist(), [number])


@pytest.mark.parametrize("kept", [slice(0, 30), slice(0, -300), slice(0, -8)])
def test_a_packed_file_that_is_cut_off_says_so(tmp_path, kept):
    """In its header, among its rows or at its end: an error of one line, never fewer rows."""
    path = tmp_path / "a.csv.gz"
    rows = "\n".join(str(n * 7919 % 10007) for n in range(2000))
    path.write_bytes(gzip.compress(f"q\n{rows}\n".encode())[kept])
    with pytest.raises(RelmetricsError, match="gz cannot be unpacked: it is cut off or dam"):
        opened(path, "q")


def test_a_packed_file_that_is_damaged_says_so(tmp_path):
    """Bytes that were changed on the way are no text in another encoding."""
    path = tmp_path / "a.csv.gz"
    packed = bytearray(gzip.compress(b"q\n" + b"9\n7\n10\n" * 3000))
    packed[-6] ^= 255
    path.write_bytes(packed)
    with pytest.raises(RelmetricsError, match="cannot be unpacked"):
        opened(path, "q")


def test_progress_is_for_terminals_only(tmp_path):
    """A line on standard error that wipes itself; nothing into a file."""
    path = tmp_path / "a.csv"
    path.write_text("q\n" + "9\n" * 60_000)
    code = (
        "from relmetrics.cli import progress; progress.PATIENCE = -1;"
        "from relmetrics.cli.main import main;"
        f"main(['scorecard', {str(path)!r}, '--nps', 'q'])"
    )
    ours, theirs = pty.openpty()
    words = [sys.executable, "-c", code]
    subprocess.run(words, stdout=subprocess.DEVNULL, stderr=theirs, check=True)  # noqa: S603 - ours
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 4096):
            shown += part
    except OSError:
        pass
    os.close(ours)
    assert b"100%" in shown
    assert shown.endswith(b"\r\x1b[K")
    run = subprocess.run(words, capture_output=True, check=True)  # noqa: S603 - ours
    assert run.stderr == b""
