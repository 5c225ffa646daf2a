"""Columns of plain values as a table of the engine that was asked."""

from __future__ import annotations

import datetime as dt
import importlib
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from relmetrics.frames.native.quiet import quiet

if TYPE_CHECKING:
    from collections.abc import Callable

_OWN = ("pandas", "polars", "pyarrow", "modin", "cudf")
"""Libraries that narwhals makes a table of from columns."""
_SPARK_TYPES = {
    bool: "boolean",
    int: "bigint",
    float: "double",
    dt.datetime: "timestamp_ntz",
    dt.date: "date",
}


def table_of(columns: dict[str, list[Any]], engine: str, native: Any, nw: Any) -> Any:
    """Return columns as a table of the library of a frame; of Polars it is computed.

    Args:
        columns: Name to values.
        engine: The name of the library.
        native: A frame of it, whose session makes the table where there is one.
        nw: The module narwhals.
    """
    if engine in _OWN:
        return nw.to_native(nw.from_dict(columns, backend=engine))
    return _MAKERS.get(engine, _spark)(columns, native)


def _duckdb(columns: dict[str, list[Any]], native: Any) -> Any:  # noqa: ARG001 - as the others
    lists = {f"c{i}": values for i, values in enumerate(columns.values())}
    named = zip(lists, columns, strict=True)
    wanted = ", ".join(
        f"unnest(${given}){'' if _is_known(lists[given]) else '::VARCHAR'} AS {_quoted(name)}"
        for given, name in named
    )
    return importlib.import_module("duckdb").sql(f"SELECT {wanted}", params=lists)


def _is_known(values: list[Any]) -> bool:
    """Return whether values say of what type they are."""
    return any(value is not None for value in values)


def _quoted(name: str) -> str:
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def _ibis(columns: dict[str, list[Any]], native: Any) -> Any:  # noqa: ARG001 - as the others
    return importlib.import_module("ibis").memtable(
        importlib.import_module("pyarrow").table(columns)
    )


def _dask(columns: dict[str, list[Any]], native: Any) -> Any:  # noqa: ARG001 - as the others
    frame = importlib.import_module("pandas").DataFrame(columns)
    with quiet():
        return importlib.import_module("dask.dataframe").from_pandas(frame, npartitions=1)


def _spark(columns: dict[str, list[Any]], native: Any) -> Any:
    return _by_rows(columns, native.sparkSession)


def _sqlframe(columns: dict[str, list[Any]], native: Any) -> Any:
    return _by_rows(columns, native.session, as_text=repr)  # its numbers would be short ones


def _by_rows(columns: dict[str, list[Any]], session: Any, as_text: Any = None) -> Any:
    """Return a frame of a session; types are said, not guessed, and hard names come last."""
    plain = [[float(v) if isinstance(v, Decimal) else v for v in c] for c in columns.values()]
    schema = ", ".join(f"c{i} {_spark_type(values)}" for i, values in enumerate(plain))
    if as_text is not None:
        plain = [[as_text(v) if isinstance(v, float) else v for v in values] for values in plain]
    return session.createDataFrame(list(zip(*plain, strict=True)), schema).toDF(*columns)


def _spark_type(values: list[Any]) -> str:
    first = next((value for value in values if value is not None), "")
    return next((name for kind, name in _SPARK_TYPES.items() if isinstance(first, kind)), "string")


_MAKERS: dict[str, Callable[[dict[str, list[Any]], Any], Any]] = {
    "duckdb": _duckdb,
    "ibis": _ibis,
    "dask": _dask,
    "sqlframe": _sqlframe,
}
