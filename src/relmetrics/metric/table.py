"""Table: named columns of equal length, to read, to print and to hand on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen

from relmetrics.data.checks import check_name, check_whole
from relmetrics.data.columns import Unchanging, read_only
from relmetrics.data.missing import is_missing
from relmetrics.errors.wording import did_you_mean, printable, text_of
from relmetrics.metric.wording import DECIMALS, NUMBER, escaped, in_markdown, marked, plain_cell

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray

SHOWN_ROWS = 20
"""So many rows are shown where nobody asked for more."""
_UNITS_OF_POLARS = {"Y": "D", "M": "D", "W": "D", "h": "ms", "m": "ms", "s": "ms"}
"""What numpy's units of dates become that polars does not know."""


def _read_only_columns(columns: Mapping[str, AnyArray]) -> dict[str, AnyArray]:
    """Return views of the columns: who writes to a table would change what it was made from."""
    return {name: read_only(array) for name, array in columns.items()}


@frozen(repr=False, eq=False)
class Table(Unchanging, Mapping[str, "AnyArray"]):
    """Named columns as numpy arrays, in order.

    Read-only: a column that is to be changed is copied first, ``table["n"].copy()``. A mapping of
    column name to array; `len` is the number of columns, as of any mapping, and
    `rows` the number of rows.

    Attributes:
        columns: Name to array.
        digits: Decimals shown for each numeric column that has an entry here.

    Example:
        >>> import relmetrics as rm
        >>> by = rm.NPS().by([10, 9, 3, 8], ["a", "a", "b", "b"])
        >>> by.table()["value"].tolist()
        [100.0, -50.0]
    """

    columns: dict[str, AnyArray] = field(converter=_read_only_columns)
    digits: dict[str, int] = field(factory=dict)

    def __getitem__(self, name: str) -> AnyArray:
        """Return one column.

        Raises:
            KeyError: There is no such column.
        """
        if name not in self.columns:
            msg = f"no column {name!r}. {did_you_mean(name, self.columns)}"
            raise KeyError(msg)
        return self.columns[name]

    def __iter__(self) -> Iterator[str]:
        """Return the names in order."""
        return iter(self.columns)

    def __len__(self) -> int:
        """Return the number of columns."""
        return len(self.columns)

    def __eq__(self, other: object) -> bool:
        """Tell whether two tables have the same columns, NaN equal to NaN."""
        if not isinstance(other, Table):
            return NotImplemented
        return list(self) == list(other) and all(_same(self[name], other[name]) for name in self)

    __hash__ = None  # type: ignore[assignment]  # arrays, which it compares, have no hash

    @property
    def rows(self) -> int:
        """The number of rows."""
        return len(next(iter(self.columns.values()), ()))

    def to_dict(self) -> dict[str, list[Any]]:
        """Return the columns as lists that JSON can hold.

        NaN and infinity become None, dates and other objects their text.

        Example:
            >>> import relmetrics as rm
            >>> rm.NPS().by([10, 3], ["a", "b"]).table().to_dict()["n"]
            [1, 1]
        """
        return {name: [plain_cell(value) for value in array] for name, array in self.items()}

    def to_pandas(self) -> Any:
        """Return a pandas DataFrame.

        Raises:
            ModuleNotFoundError: pandas is not installed.
        """
        pandas = _imported("pandas")
        return pandas.DataFrame(dict(self.columns))

    def to_polars(self) -> Any:
        """Return a polars DataFrame; groups of mixed types become text.

        Raises:
            ModuleNotFoundError: polars is not installed.
        """
        polars = _imported("polars")
        series = {name: _for_polars(array) for name, array in self.items()}
        return polars.DataFrame(series, strict=False)

    def _rows_shown(self, most: int | None) -> range:
        return range(self.rows if most is None else min(self.rows, check_whole("most", most, 0)))

    def _texts(self, rows: range, digits: int | None = None, decimal: str = ".") -> list[list[str]]:
        """Return the shown cells, one list per column, the name first."""
        if digits is not None:
            digits = check_whole("digits", digits, 0)
        check_name("decimal", decimal, DECIMALS)
        shown: list[list[str]] = []
        for name, array in self.items():
            own = self.digits.get(name)
            asked = own if own is None or digits is None else digits
            cells = [_text(array[i], asked) for i in rows]
            if array.dtype.kind == "f":
                cells = [marked(cell, decimal) for cell in cells]
            shown.append([_text(name, None), *cells])
        return shown

    def __repr__(self) -> str:
        """Return the first rows as aligned text."""
        return self.to_text(most=SHOWN_ROWS)

    def to_text(
        self, *, most: int | None = None, digits: int | None = None, decimal: str = "."
    ) -> str:
        """Return the rows as aligned text: all of them, or at most so many.

        Args:
            most: The most rows; by default all.
            digits: Decimals of the columns that are rounded; by default each column's own.
            decimal: What stands before them: a point or a comma.

        Example:
            >>> import relmetrics as rm
            >>> print(rm.NPS().by([10, 3], ["a", "b"]).table().to_text(most=1))
            group  value    low   high  n  missing
            a      100.0  -48.5  100.0  1        0
            ... 1 more rows
        """
        rows = self._rows_shown(most)
        columns = self._texts(rows, digits, decimal)
        widths = [max(map(len, column)) for column in columns]
        numeric = [array.dtype.kind in "iuf" for array in self.values()]
        lines = [
            "  ".join(
                column[i].rjust(width) if right else column[i].ljust(width)
                for column, width, right in zip(columns, widths, numeric, strict=True)
            ).rstrip()
            for i in range(len(rows) + 1)
        ]
        if self.rows > len(rows):
            lines.append(f"... {self.rows - len(rows)} more rows")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """Return the first rows as an HTML table."""
        return self.to_html(most=SHOWN_ROWS)

    def to_html(
        self, *, most: int | None = None, digits: int | None = None, decimal: str = "."
    ) -> str:
        """Return the rows as an HTML table, every cell escaped, its style with it.

        The arguments are those of `to_text`.
        """
        rows = self._rows_shown(most)
        columns = self._texts(rows, digits, decimal)
        cells = ["<td>" if array.dtype.kind not in "iuf" else NUMBER for array in self.values()]
        head = "".join(f"<th>{escaped(column[0])}</th>" for column in columns)
        body = "".join(
            "<tr>"
            + "".join(
                f"{cell}{escaped(column[i + 1])}</td>"
                for cell, column in zip(cells, columns, strict=True)
            )
            + "</tr>"
            for i in range(len(rows))
        )
        more = self.rows - len(rows)
        foot = f"<p>{more} more rows</p>" if more else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{foot}"

    def to_markdown(
        self, *, most: int | None = None, digits: int | None = None, decimal: str = "."
    ) -> str:
        r"""Return the rows as a table of Markdown, numbers to the right, every cell as it reads.

        What is not known, NaN or NaT, is an empty cell.

        The arguments are those of `to_text`.

        Example:
            >>> import relmetrics as rm
            >>> print(rm.NPS().by([10, 3], ["a|b", "c"]).table().to_markdown(most=1))
            | group | value | low | high | n | missing |
            | --- | ---: | ---: | ---: | ---: | ---: |
            | a\|b | 100.0 | -48.5 | 100.0 | 1 | 0 |
        """
        rows = self._rows_shown(most)
        columns = self._texts(rows, digits, decimal)
        texts = [
            [
                "" if value is not None and is_missing(value) else in_markdown(text)
                for value, text in zip(array, column[1:], strict=False)  # of the rows shown
            ]
            for column, array in zip(columns, self.values(), strict=True)
        ]
        heads = [in_markdown(column[0]) for column in columns]
        rule = ["---:" if array.dtype.kind in "iuf" else "---" for array in self.values()]
        lines = [heads, rule, *([column[i] for column in texts] for i in range(len(rows)))]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _same(left: AnyArray, right: AnyArray) -> bool:
    """Tell whether two columns are equal, what is missing in one being missing in the other."""
    kinds = left.dtype.kind + right.dtype.kind
    if kinds in {"ff", "MM", "mm"}:
        return bool(np.array_equal(left, right, equal_nan=True))
    if np.array_equal(left, right):
        return True
    if "O" not in kinds or left.shape != right.shape:
        return False
    pairs = zip(left.tolist(), right.tolist(), strict=True)
    return all(a == b or (is_missing(a) and is_missing(b)) for a, b in pairs)


def _text(cell: object, digits: int | None) -> str:
    if digits is not None and isinstance(cell, (float, np.floating)):
        return f"{cell:z.{digits}f}"
    return printable(" ".join(text_of(cell).split("\n")))


def _for_polars(array: AnyArray) -> AnyArray | list[Any]:
    if array.dtype == object:
        return [plain_cell(value) for value in array]
    if array.dtype.kind != "M":
        return array
    unit = np.datetime_data(array.dtype)[0]
    return array.astype(f"M8[{_UNITS_OF_POLARS.get(unit, unit)}]")


def _imported(name: str) -> Any:
    import importlib  # noqa: PLC0415 - only when asked for

    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        msg = f"{name} is not installed: pip install {name}"
        raise ModuleNotFoundError(msg, name=name) from None
