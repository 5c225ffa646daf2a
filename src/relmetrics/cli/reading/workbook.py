"""Workbooks: a sheet of an Excel file, through openpyxl, as the extra `xlsx` installs it."""

from __future__ import annotations

from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING, Any

from relmetrics.cli.reading.coded import Coded, Coder
from relmetrics.errors import RelmetricsError
from relmetrics.errors.wording import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import BinaryIO

    from relmetrics.cli.reading.form import Form

AT_ONCE = 20_000
"""Rows between two looks at the progress."""


class Workbook:
    """A sheet whose header has been read.

    Attributes:
        names: The names of its columns, in order.
    """

    def __init__(self, file: BinaryIO, name: str, form: Form) -> None:
        """Read the header.

        Raises:
            RelmetricsError: openpyxl is not installed, the file is no workbook, or there is no such
                sheet or header.
        """
        try:
            openpyxl = import_module("openpyxl")
        except ImportError:
            msg = f"{name} is a workbook, and openpyxl is not here: pip install openpyxl."
            raise RelmetricsError(msg) from None
        try:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        except Exception as error:  # noqa: BLE001 - a broken file may raise anything
            msg = f"{name} cannot be read as a workbook: {error}."
            raise RelmetricsError(msg) from None
        if form.sheet is not None and form.sheet not in book.sheetnames:
            msg = f"--sheet: {name} has no sheet {form.sheet!r}. "
            raise RelmetricsError(msg + did_you_mean(form.sheet, book.sheetnames))
        sheet = book[form.sheet] if form.sheet is not None else book.worksheets[0]
        filled = (
            row for row in sheet.iter_rows(values_only=True) if any(c is not None for c in row)
        )
        header: Any = next(islice(filled, form.header - 1, None), ())
        list(islice(filled, form.skip))
        self._rows = filled
        self.names: list[str] = ["" if cell is None else str(cell) for cell in header]
        while self.names and not self.names[-1]:
            self.names.pop()
        if not self.names:
            msg = f"{name} is empty: row {form.header} must name the columns."
            raise RelmetricsError(msg)

    def columns(self, names: Sequence[str], tick: Callable[[], None]) -> dict[str, Coded]:
        """Read the rows; return some of the columns."""
        places = [self.names.index(name) for name in names]
        coders = [Coder() for _ in names]
        while rows := list(islice(self._rows, AT_ONCE)):
            for place, coder in zip(places, coders, strict=True):
                coder.add([row[place] if place < len(row) else None for row in rows])
            tick()
        return {name: coder.done() for name, coder in zip(names, coders, strict=True)}
