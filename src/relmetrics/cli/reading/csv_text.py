"""CSV: read row by row; only what is asked for is kept, so a file may be larger than memory."""

from __future__ import annotations

import csv
import gzip
import zlib
from itertools import chain, islice
from typing import TYPE_CHECKING, TextIO

from relmetrics.cli.reading.coded import Coder
from relmetrics.errors import RelmetricsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from relmetrics.cli.reading.coded import Coded
    from relmetrics.cli.reading.form import Form

SIGNS = ",;\t|"
HEAD = 200
"""Lines among which the header is looked for: names may have line breaks."""
AT_ONCE = 20_000
"""Rows between two looks at the progress."""
_DAMAGED = (EOFError, zlib.error, gzip.BadGzipFile)
"""What unpacking raises, where a packed file is cut off or damaged."""


class CsvText:
    """A CSV file whose header has been read.

    Attributes:
        names: The names of its columns, in order.
        delimiter: What separates its cells.
    """

    def __init__(self, file: TextIO, name: str, form: Form, asked: Sequence[str] = ()) -> None:
        """Read the header.

        Raises:
            RelmetricsError: There is none, or the text cannot be read.
        """
        self.name: str = name
        self.form: Form = form
        self._file = file  # kept, so that it is not closed while somebody reads on
        self.delimiter: str = form.delimiter or ","
        try:
            head = list(islice(file, HEAD))
            if form.delimiter is None:
                self.delimiter = max(SIGNS, key=lambda sign: _fit(head, sign, form.header, asked))
            self._rows = _rows(chain(head, file), self.delimiter)
            self.names: list[str] = next(islice(self._rows, form.header - 1, None), [])
            list(islice(self._rows, form.skip))
        except (ValueError, csv.Error, TypeError, *_DAMAGED) as error:
            raise self._unreadable(error) from None
        if not self.names:
            where = "the first row" if form.header == 1 else f"row {form.header}"
            msg = f"{name} is empty: {where} must name the columns."
            raise RelmetricsError(msg)

    def columns(self, names: Sequence[str], tick: Callable[[], None]) -> dict[str, Coded]:
        """Read the rows; return some of the columns.

        Raises:
            RelmetricsError: A row has more or fewer cells than the header, or cannot be read.
        """
        places = [self.names.index(name) for name in names]
        coders = [Coder() for _ in names]
        width, number = len(self.names), self.form.first_row
        try:
            while rows := list(islice(self._rows, AT_ONCE)):
                odd = [i for i, row in enumerate(rows) if len(row) != width]
                if odd:
                    raise self._uneven(number + odd[0], len(rows[odd[0]]))
                number += len(rows)
                for place, coder in zip(places, coders, strict=True):
                    coder.add([row[place] for row in rows])
                tick()
        except (UnicodeError, csv.Error, *_DAMAGED) as error:
            raise self._unreadable(error) from None
        return {name: coder.done() for name, coder in zip(names, coders, strict=True)}

    def _uneven(self, row: int, cells: int) -> RelmetricsError:
        """Return what to say of a row that does not fit the header."""
        return RelmetricsError(
            f"{self.name}, row {row}: {cells} cells where the header has {len(self.names)}. "
            "Say --skip where more rows than one stand above the answers, --header where the names "
            "do not stand in the first row."
        )

    def _unreadable(self, error: Exception) -> RelmetricsError:
        """Return what to say of bytes that are no text of this kind."""
        if isinstance(error, _DAMAGED):
            return RelmetricsError(
                f"{self.name} cannot be unpacked: it is cut off or damaged. Fetch or pack it again."
            )
        encoding = self.form.encoding
        return RelmetricsError(
            f"{self.name} cannot be read as {encoding} text separated by {self.delimiter!r}: "
            f"{error}. Say --encoding, such as cp1252, or --delimiter."
        )


def _rows(lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    """Return the rows that are not blank."""
    return filter(None, csv.reader(lines, delimiter=delimiter))


def _fit(head: Sequence[str], sign: str, header: int, asked: Sequence[str]) -> tuple[int, int]:
    """Return how well a sign separates the header: what it finds of what is asked for, and cells.

    Raises:
        Error: A name is longer than the csv module reads.
    """
    names = next(islice(_rows(head, sign), header - 1, None), [])
    return len({*asked} & {*names}), len(names)
