"""Sources: a path or standard input, plain or gzip, and what kind of file it is."""

from __future__ import annotations

import codecs
import gzip
import io
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from relmetrics.cli.progress import Progress
from relmetrics.cli.reading import engines
from relmetrics.cli.reading.csv_text import CsvText
from relmetrics.cli.reading.table import FileTable
from relmetrics.cli.reading.workbook import Workbook
from relmetrics.errors import RelmetricsError
from relmetrics.errors.wording import shown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from relmetrics.cli.reading.coded import Coded
    from relmetrics.cli.reading.form import Form

LARGE = 4_000_000
"""Bytes from which an engine is worth its import."""
GZIP, PARQUET, ZIP = b"\x1f\x8b", b"PAR1", b"PK\x03\x04"
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@frozen
class Source:
    """Where a table comes from: ``-`` is standard input."""

    word: str

    @property
    def path(self) -> Path | None:
        """The path of the file, or None for standard input."""
        return None if self.word == "-" else Path(self.word)

    @property
    def name(self) -> str:
        """What messages and pages call it."""
        return "standard input" if self.word == "-" else Path(self.word).name

    def open(self, form: Form, asked: Sequence[str], *, quiet: bool = False) -> FileTable:
        """Read the header of the file; its rows are read when its columns are taken.

        Args:
            form: How it is written.
            asked: Columns that must be there.
            quiet: Whether progress is kept to itself.

        Raises:
            OSError: It cannot be opened.
            RelmetricsError: It is no table, or a column that is asked for is not there.
        """
        label = self.word if self.path else self.name
        try:
            file = open(self.path or 0, "rb", closefd=self.path is not None)  # noqa: SIM115 - its table closes it
        except ValueError as error:  # such as a path with a zero byte
            msg = f"{shown(self.word)} is no path: {error}."
            raise RelmetricsError(msg) from None
        try:
            return self._table(file, label, form, asked, quiet=quiet)
        except BaseException:
            file.close()
            raise

    def _table(
        self,
        file: io.BufferedReader,
        label: str,
        form: Form,
        asked: Sequence[str],
        *,
        quiet: bool,
    ) -> FileTable:
        """Read the header of an open file, whatever kind it is."""
        progress = Progress(label, file, quiet=quiet)
        first = file.peek(4)[:4]
        if first == PARQUET:
            names, columns = self._parquet(label)
        elif first == ZIP:
            book = Workbook(file, label, form)
            names, columns = book.names, lambda wanted: book.columns(wanted, progress.tick)
        else:
            text = CsvText(_text(file, first, form, label), label, form, asked)
            names = text.names

            def columns(wanted: Sequence[str]) -> dict[str, Coded]:
                fast = self._fast(text, wanted, first)
                return text.columns(wanted, progress.tick) if fast is None else fast

        def close() -> None:
            progress.done()
            file.close()

        return FileTable(label, names, columns, close, form, asked)

    def _parquet(self, label: str) -> Any:
        """Return the columns of a Parquet file."""
        if self.path is None:
            msg = "Parquet cannot be read from standard input: name the file."
            raise RelmetricsError(msg)
        try:
            found = engines.parquet(self.path)
        except Exception as error:  # noqa: BLE001 - whatever the engine has
            msg = f"{label} cannot be read as Parquet: {str(error).splitlines()[0]}"
            raise RelmetricsError(msg) from None
        if found is None:
            msg = (
                f"{label} is Parquet, and none of {', '.join(engines.ENGINES)} is installed: "
                "pip install polars."
            )
            raise RelmetricsError(msg)
        return found

    def _fast(self, text: CsvText, wanted: Sequence[str], first: bytes) -> dict[str, Coded] | None:
        """Return the columns of a large file by an engine, or None."""
        utf_8 = text.form.encoding.lower().replace("_", "-") in {"utf-8", "utf-8-sig", "utf8"}
        if self.path is None or not utf_8 or first[:2] in UTF_16 or not self.path.is_file():
            return None
        if self.path.stat().st_size < LARGE or first[:2] == GZIP:
            return None
        return engines.csv_columns(
            self.path,
            text.names,
            wanted,
            delimiter=text.delimiter,
            skip=text.form.first_row - 1,
        )


def _text(file: io.BufferedReader, first: bytes, form: Form, label: str) -> io.TextIOWrapper:
    """Return the text of a file, unpacked."""
    unpacked: Any = file
    if first[:2] == GZIP:
        unpacked = io.BufferedReader(gzip.GzipFile(fileobj=file))
    marked = first[:2] in UTF_16 and form.encoding == "utf-8-sig"
    encoding = "utf-16" if marked else form.encoding
    try:
        return io.TextIOWrapper(unpacked, encoding=encoding, newline="")
    except (LookupError, ValueError) as error:
        msg = f"{label} cannot be read: --encoding {shown(form.encoding)}: {error}."
        raise RelmetricsError(msg) from None
