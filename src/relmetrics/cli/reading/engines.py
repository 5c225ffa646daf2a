"""Engines: large CSV files and Parquet through polars, PyArrow or DuckDB, whichever is installed.

An engine is a faster way to the same columns. Whatever it cannot read as the csv module does, such
as a row with a cell too many, is left to the csv module, which says what is wrong.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.cli.reading.coded import Coded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

ENGINES = ("pyarrow", "polars", "duckdb")
"""In the order of their speed on text that may have quotes."""
BLOCK = 1 << 24
"""Bytes of a file that are looked at together."""


def engine() -> str | None:
    """Return the name of the fastest engine that is installed."""
    return next((name for name in ENGINES if find_spec(name)), None)


def csv_columns(
    path: Path, header: Sequence[str], names: Sequence[str], *, delimiter: str, skip: int
) -> dict[str, Coded] | None:
    """Return columns of a CSV file in UTF-8, or None where the csv module must read it.

    Args:
        path: The file.
        header: The names of all its columns.
        names: The columns that are wanted.
        delimiter: What separates the cells.
        skip: Rows above the first one of the data; no cell of them may have a line break.
    """
    which = engine()
    if which is None or len(delimiter) != 1:
        return None
    try:
        return CSV[which](path, header, names, delimiter, skip)
    except Exception:  # noqa: BLE001 - what it is, the csv module finds out and says
        return None


def parquet(path: Path) -> tuple[list[str], Callable[[Sequence[str]], dict[str, Coded]]] | None:
    """Return the names of the columns of a Parquet file, and how to read some; None without engine.

    Raises:
        Exception: Whatever the engine raises for a file that is none.
    """
    which = engine()
    return None if which is None else PARQUET[which](path)


def even(path: Path, delimiter: str, width: int) -> bool:
    """Tell whether a file has no quotes and as many cells in every row.

    It is what polars does not ask: it fills rows that are too short and cuts those that are not.
    """
    sign, rest = ord(delimiter), b""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            text = np.frombuffer(rest + block, dtype=np.uint8)
            ends = np.flatnonzero(text == ord("\n"))
            if not len(ends) or (text == ord('"')).any():
                return False
            starts = np.concatenate([[0], ends[:-1] + 1])
            if (np.add.reduceat(text == sign, starts, dtype=np.int64)[:-1] != width - 1).any():
                return False
            last = text[starts[-1] : ends[-1]]
            if np.count_nonzero(last == sign) != width - 1:
                return False
            rest = text[ends[-1] + 1 :].tobytes()
    return not rest or rest.count(sign) == width - 1


def _polars_csv(
    path: Path, header: Sequence[str], names: Sequence[str], delimiter: str, skip: int
) -> dict[str, Coded] | None:
    pl = import_module("polars")
    if len(header) == 1 or not even(path, delimiter, len(header)):
        return None
    wanted = sorted(set(map(header.index, names)))
    frame = pl.read_csv(
        path,
        separator=delimiter,
        has_header=False,
        skip_rows=skip,
        infer_schema=False,
        columns=wanted,
    )
    columns = dict(zip((header[i] for i in wanted), frame.get_columns(), strict=True))
    return {name: _polars_coded(columns[name]) for name in names}


def _polars_coded(series: Any) -> Coded:
    """Code a column; nulls are the value None."""
    pl = import_module("polars")
    distinct = series.unique(maintain_order=True)
    places = pl.DataFrame({"value": distinct, "place": np.arange(len(distinct), dtype=np.int64)})
    joined = pl.DataFrame({"value": series}).join(
        places, on="value", how="left", nulls_equal=True, maintain_order="left"
    )
    return Coded(distinct.to_list(), joined["place"].to_numpy())


def _polars_parquet(path: Path) -> Any:
    pl = import_module("polars")

    def columns(names: Sequence[str]) -> dict[str, Coded]:
        frame = pl.read_parquet(path, columns=list(names))
        return {name: _polars_coded(frame[name]) for name in names}

    return list(pl.read_parquet_schema(path)), columns


def _arrow_csv(
    path: Path, header: Sequence[str], names: Sequence[str], delimiter: str, skip: int
) -> dict[str, Coded]:
    pa, arrow = import_module("pyarrow"), import_module("pyarrow.csv")
    table = arrow.read_csv(
        path,
        read_options=arrow.ReadOptions(column_names=list(header), skip_rows=skip),
        parse_options=arrow.ParseOptions(delimiter=delimiter, newlines_in_values=True),
        convert_options=arrow.ConvertOptions(
            include_columns=list(names),
            column_types=dict.fromkeys(header, pa.string()),
            strings_can_be_null=False,
        ),
    )
    return {name: _arrow_coded(table[name]) for name in names}


def _arrow_coded(column: Any) -> Coded:
    """Code a column; nulls are the value None."""
    coded = column.combine_chunks().dictionary_encode(null_encoding="encode")
    return Coded(coded.dictionary.to_pylist(), coded.indices.to_numpy().astype(np.int64))


def _arrow_parquet(path: Path) -> Any:
    file = import_module("pyarrow.parquet").ParquetFile(path)

    def columns(names: Sequence[str]) -> dict[str, Coded]:
        table = file.read(columns=list(names))
        return {name: _arrow_coded(table[name]) for name in names}

    return list(file.schema_arrow.names), columns


def _duck_csv(
    path: Path, header: Sequence[str], names: Sequence[str], delimiter: str, skip: int
) -> dict[str, Coded]:
    columns = ", ".join(f"{_text(name)}: 'VARCHAR'" for name in header)
    return _duck_coded(
        f"read_csv({_text(path)}, header=false, skip={skip}, delim={_text(delimiter)}, quote='\"', "
        f"escape='\"', columns={{{columns}}}, auto_detect=false, null_padding=false, "
        "strict_mode=true)",
        names,
    )


def _text(value: object) -> str:
    """Return a text as SQL has it."""
    return "'" + str(value).replace("'", "''") + "'"


def _duck_coded(table: str, names: Sequence[str]) -> dict[str, Coded]:
    """Code the columns of a table; nulls are the value None."""
    connection = import_module("duckdb").connect()
    quoted = {name: '"' + name.replace('"', '""') + '"' for name in names}
    connection.execute(
        f"create temp table read as select {', '.join(quoted.values())} from {table}"  # noqa: S608
    )
    return {name: _duck_column(connection, column) for name, column in quoted.items()}


def _duck_column(connection: Any, column: str) -> Coded:
    """Code a column, in the order in which its values appear."""
    connection.execute(
        f"create or replace temp table known as select {column} as cell, "  # noqa: S608 - quoted
        f"row_number() over (order by min(rowid)) - 1 as place from read group by {column}"
    )
    values = connection.execute("select cell from known order by place").fetchall()
    codes = connection.execute(
        f"select place from read left join known on {column} is not distinct from cell "  # noqa: S608
        "order by read.rowid"
    ).fetchnumpy()["place"]
    return Coded([value for (value,) in values], np.asarray(codes, dtype=np.int64))


def _duck_parquet(path: Path) -> Any:
    table = f"read_parquet({_text(path)})"
    connection = import_module("duckdb").connect()
    described = connection.execute(f"describe select * from {table}").fetchall()  # noqa: S608 - quoted
    return [row[0] for row in described], lambda names: _duck_coded(table, names)


CSV: dict[str, Callable[..., dict[str, Coded] | None]] = {
    "polars": _polars_csv,
    "pyarrow": _arrow_csv,
    "duckdb": _duck_csv,
}
PARQUET: dict[str, Callable[[Path], Any]] = {
    "polars": _polars_parquet,
    "pyarrow": _arrow_parquet,
    "duckdb": _duck_parquet,
}
