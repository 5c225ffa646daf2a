"""What an engine answers, as plain lists, and the query that it is asked, as text.

DuckDB and Spark hand over rows by themselves, so they need no PyArrow.
"""

from __future__ import annotations

import importlib
import io
from contextlib import redirect_stdout
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from relmetrics.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


_NUMBERS = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"}
_NUMBERS |= {"UBIGINT", "DOUBLE"}
"""Types of DuckDB that come as columns of numpy as they come as rows; null becomes None."""


def answer_of(query: Any) -> dict[str, list[Any]]:
    """Return what the engine answers to a query, column by column."""
    native = query.to_native()
    if query.implementation.is_duckdb():
        if set(map(str, native.types)) <= _NUMBERS:  # many times as fast as rows
            return {name: column.tolist() for name, column in native.fetchnumpy().items()}
        return _by_column(native.columns, native.fetchall())
    if query.implementation.is_spark_like():
        return _by_column(native.columns, native.collect())
    found: dict[str, list[Any]] = query.collect().to_dict(as_series=False)
    return found


def _by_column(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> dict[str, list[Any]]:
    return {name: list(map(itemgetter(i), rows)) for i, name in enumerate(names)}


def session_zone_of_ibis(native: Any) -> str | None:
    """Return the zone in which DuckDB behind Ibis shows times, which types do not tell.

    It is None of other engines.
    """
    backend = native.get_backend()
    if backend.name != "duckdb":
        return None
    ((zone,),) = backend.raw_sql("SELECT current_setting('TimeZone')").fetchall()
    return str(zone)


def text_of(query: Any) -> str:
    """Return a query as its engine shows it: SQL, or the plan.

    Raises:
        ParameterError: The engine computes at once and has no query.
    """
    engine = query.implementation.value
    show = _TEXTS.get(engine)
    if show is None:
        raise ParameterError(
            f"explain shows the query of an engine that has one; {engine} computes at once. Leave "
            "explain out."
        )
    return show(query.to_native()).strip()


def _printed(show: Callable[[], None]) -> str:
    """Return what is only printed."""
    with redirect_stdout(io.StringIO()) as printed:
        show()
    return printed.getvalue()


def _ibis(native: Any) -> str:
    return str(importlib.import_module("ibis").to_sql(native))


_TEXTS: dict[str, Callable[[Any], str]] = {
    "duckdb": lambda native: str(native.sql_query()),
    "ibis": _ibis,
    "sqlframe": lambda native: str(native.sql(optimize=False)),
    "polars": lambda native: str(native.explain()),
    "pyspark": lambda native: _printed(native.explain),
    "pyspark[connect]": lambda native: _printed(native.explain),
    "dask": lambda native: _printed(native.pprint),
}
"""Engine to how its queries are shown."""
