"""Files of tables: a workbook with a sheet for each, CSV with all in one, nothing a formula."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from relmetrics.errors import ParameterError
from relmetrics.errors.wording import printable
from relmetrics.metric.wording import plain_cell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import AnyArray
    from relmetrics.reports.parts.blocks import Part

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What spreadsheets take for the beginning of a formula."""
_LONGEST_CELL = 32_767
_LONGEST_NAME = 31
_MOST_ROWS = 1_048_575
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


def harmless(text: str) -> str:
    """Return a text that no spreadsheet runs, with an apostrophe before what is like a formula.

    Example:
        >>> harmless("=1+1"), harmless("basic")
        ("'=1+1", 'basic')
    """
    return f"'{printable(text)}" if _is_like_a_formula(text) else printable(text)


def _is_like_a_formula(text: str) -> bool:
    return text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA)


def comma_separated(parts: Sequence[Part]) -> bytes:
    """Return all tables as one: a row says of which part it is, and has the columns of that."""
    grids = [grid for part in parts for grid in part.grids]
    names = list(dict.fromkeys(name for grid in grids for name in grid.table))
    file = io.StringIO(newline="")
    write = csv.writer(file).writerow
    alone = len(grids) == 1
    write([harmless(name) for name in ([] if alone else ["part"]) + names])
    for grid in grids:
        columns = [
            [_field(cell) for cell in _plain(grid.table[name])]
            if name in grid.table
            else [""] * grid.table.rows
            for name in names
        ]
        head = [] if alone else [harmless(grid.caption)]
        for cells in zip(*columns, strict=True):
            write([*head, *cells])
    return file.getvalue().encode("utf-8-sig")


def _plain(array: AnyArray) -> list[Any]:
    """Return a column as Python's own values, None for what is missing."""
    return [value if isinstance(value, Decimal) else plain_cell(value) for value in array]


def _field(cell: Any) -> Any:
    return "" if cell is None else harmless(cell) if isinstance(cell, str) else cell


def workbook(parts: Sequence[Part]) -> bytes:
    """Return a workbook with one sheet per table; a text is a text there, whatever it looks like.

    Raises:
        ModuleNotFoundError: openpyxl is not installed.
        ParameterError: A table has more rows than a sheet.
    """
    openpyxl = _openpyxl()
    book = openpyxl.Workbook(write_only=True)
    taken: set[str] = set()
    for part in parts:
        for grid in part.grids:
            if grid.table.rows > _MOST_ROWS:
                raise ParameterError.must_be(
                    "path",
                    f"of another kind for a table of {grid.table.rows:,} rows, of which a sheet "
                    f"holds {_MOST_ROWS:,}",
                    grid.caption,
                    "Save it as .csv.",
                )
            sheet = book.create_sheet(_name(grid.caption, taken))
            sheet.freeze_panes = "A2"
            sheet.append([_cell(openpyxl, sheet, name) for name in grid.table])
            columns = [_values(array) for array in grid.table.values()]
            for row in zip(*columns, strict=True):
                sheet.append([_cell(openpyxl, sheet, value) for value in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _values(array: AnyArray) -> list[Any]:
    """Return a column as cells: days as days, the rest as plain values."""
    if array.dtype.kind == "M":
        return [
            day if isinstance(day, (date, datetime)) else None
            for day in array.astype(
                "datetime64[s]" if _has_time(array) else "datetime64[D]"
            ).tolist()
        ]
    return _plain(array)


def _has_time(array: AnyArray) -> bool:
    return bool((array.astype("datetime64[D]") != array).any())


def _cell(openpyxl: Any, sheet: Any, value: Any) -> Any:
    """Return a cell; a text is one also where it looks like a formula."""
    if not isinstance(value, str):
        return value
    text = printable(value)[:_LONGEST_CELL]
    cell = openpyxl.cell.WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    cell.quotePrefix = _is_like_a_formula(text)  # it stays a text when somebody edits it
    return cell


def _name(title: str, taken: set[str]) -> str:
    """Return a name of a sheet that a workbook can have, and has not yet."""
    clean = _NOT_IN_NAMES.sub(" ", title).strip(" '") or "Table"
    name, number = clean[:_LONGEST_NAME].strip(" '"), 1
    while name.lower() in taken or name.lower() == "history":
        number += 1
        end = f" ({number})"
        name = clean[: _LONGEST_NAME - len(end)].strip(" '") + end
    taken.add(name.lower())
    return name


def _openpyxl() -> Any:
    import importlib  # noqa: PLC0415 - only for workbooks

    try:
        openpyxl = importlib.import_module("openpyxl")
        importlib.import_module("openpyxl.cell")
    except ModuleNotFoundError as error:
        if error.name != "openpyxl":
            raise
        msg = "workbooks need openpyxl: pip install 'relmetrics[xlsx]'"
        raise ModuleNotFoundError(msg, name="openpyxl") from None
    return openpyxl
