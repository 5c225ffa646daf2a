"""Files and SQL as frames: a path or a query is handed to DuckDB, which reads nothing yet."""

from __future__ import annotations

import importlib
import os
import re
from typing import Any

from relmetrics.errors import ParameterError
from relmetrics.errors.wording import shown

_SQL = re.compile(
    r"\s*(--[^\n]*\n\s*|/\*.*?\*/\s*)*\(*\s*(select|from|with)\b", re.IGNORECASE | re.DOTALL
)
"""How a query begins, after comments; everything else is taken for a path."""
_READERS = {
    ".parquet": "read_parquet",
    ".csv": "read_csv",
    ".tsv": "read_csv",
    ".csv.gz": "read_csv",
    ".tsv.gz": "read_csv",
}


def opened(frame: Any) -> Any:
    """Return a frame, times with a zone as narwhals knows them; of a path or SQL one of DuckDB.

    Raises:
        ParameterError: The text is neither, or DuckDB cannot open it; its own error is the cause.
        ModuleNotFoundError: DuckDB is not installed.
    """
    if not isinstance(frame, (str, os.PathLike)):
        return _in_known_zones(frame)
    text = os.fspath(frame)
    reader = "sql" if _SQL.match(text) else _reader_of(text)
    if reader is None:
        raise not_a_frame(frame)
    duckdb = _load_duckdb()
    try:
        return getattr(duckdb, reader)(text)
    except duckdb.Error as error:
        raise ParameterError(
            f"DuckDB cannot open the frame {shown(text)}: {shown(str(error).strip())}. Mend the "
            "path or the query."
        ) from error


def _in_known_zones(frame: Any) -> Any:
    """Return a frame of pandas or Dask with the instants of its times in UTC.

    Zones of pandas that have an underscore in their name are no types to narwhals.
    """
    if type(frame).__module__.partition(".")[0] not in ("pandas", "dask"):
        return frame
    dtypes: Any = getattr(frame, "dtypes", None)
    if not hasattr(dtypes, "items"):
        return frame
    zoned = [name for name, dtype in dtypes.items() if "_" in str(getattr(dtype, "tz", None))]
    if not zoned or len(set(dtypes.index)) < len(dtypes):
        return frame
    return frame.assign(**{name: frame[name].dt.tz_convert("UTC") for name in zoned})


def _reader_of(path: str) -> str | None:
    lower = path.lower()
    return next((reader for end, reader in _READERS.items() if lower.endswith(end)), None)


def _load_duckdb() -> Any:
    try:
        return importlib.import_module("duckdb")
    except ModuleNotFoundError as error:
        msg = "files and SQL are read by DuckDB: pip install duckdb"
        raise ModuleNotFoundError(msg, name="duckdb") from error


def not_a_frame(thing: Any) -> ParameterError:
    """Return the error for what is no frame."""
    return ParameterError.must_be(
        "frame",
        "a data frame that narwhals knows (pandas, Polars, PyArrow, DuckDB, Ibis, Dask, PySpark, "
        "SQLFrame), a path to .parquet or .csv, or a query that begins with SELECT, FROM or WITH",
        thing,
        "Columns and mappings of them go to metric.by(...) and metric.over(...).",
    )
