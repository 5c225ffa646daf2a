"""Every engine that frames are tried on: how a table of rows becomes a frame of it.

A quick run leaves out, by name, what is not installed; with RELMETRICS_REQUIRE_ENGINES=1 that is
an error.
"""

import datetime as dt
import functools
import importlib
import itertools
import os
import shutil
import sys
import warnings
from collections.abc import Callable
from typing import Any

import pytest

from relmetrics.frames.native.answering import answer_of

_NUMBERS = itertools.count()
REQUIRED = os.environ.get("RELMETRICS_REQUIRE_ENGINES") == "1"
WITHOUT_PYARROW = os.environ.get("RELMETRICS_WITHOUT_PYARROW") == "1"
"""Whether engines that need PyArrow themselves may be left out nonetheless."""


def module(name: str) -> Any:
    """Return a module, or skip the test that asks for what is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        if REQUIRED and not (WITHOUT_PYARROW and "pyarrow" in str(error).lower()):
            raise
        pytest.skip(f"{name} is not installed, or what it needs: {error}")


def _arrow(data: dict[str, list[Any]]) -> Any:
    return module("pyarrow").table(data)


def _pandas(data: dict[str, list[Any]]) -> Any:
    return module("pandas").DataFrame(data)


def _pandas_nullable(data: dict[str, list[Any]]) -> Any:
    return _pandas(data).convert_dtypes()


def _pandas_arrow(data: dict[str, list[Any]]) -> Any:
    return _arrow(data).to_pandas(types_mapper=module("pandas").ArrowDtype)


def _polars(data: dict[str, list[Any]]) -> Any:
    return module("polars").DataFrame(data)


def _lazy(data: dict[str, list[Any]]) -> Any:
    return _polars(data).lazy()


def _duckdb(data: dict[str, list[Any]]) -> Any:
    query, parameters = _unnested(data)
    return module("duckdb").sql(query, params=parameters)


def _unnested(data: dict[str, list[Any]]) -> tuple[str, dict[str, list[Any]]]:
    """Return the query of columns as rows, and its parameters: so PyArrow is not needed."""
    names = ['"' + name.replace('"', '""') + '"' for name in data]
    query = ", ".join(f"unnest($c{i}) AS {name}" for i, name in enumerate(names))
    return f"SELECT {query}", {f"c{i}": values for i, values in enumerate(data.values())}


def _ibis(data: dict[str, list[Any]]) -> Any:
    return module("ibis").memtable(_arrow(data))


def _dask(data: dict[str, list[Any]]) -> Any:
    dask = module("dask.dataframe")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return dask.from_pandas(_pandas(data), npartitions=2)


@functools.cache
def spark_session() -> Any:
    """Return a session of Spark on this machine alone, as quick to start as it gets."""
    sql = module("pyspark.sql")
    if shutil.which("java") is None:
        if REQUIRED:
            msg = "Spark needs java, and there is none on the path"
            raise FileNotFoundError(msg)
        pytest.skip("java is not installed")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # else the first on the path
    builder = sql.SparkSession.builder.master("local[2, 4]").appName("relmetrics")
    settings = {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.codegen.wholeStage": "false",
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "spark.log.level": "OFF",
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


@functools.cache
def sqlframe_session() -> tuple[Any, Any]:
    """Return a connection to a DuckDB, and a session of SQLFrame on it."""
    connection = module("duckdb").connect()
    return connection, module("sqlframe.duckdb").DuckDBSession(conn=connection)


def _spark_type(values: list[Any]) -> str:
    """Return the type of a column; a mixture of whole numbers and fractions holds fractions."""
    kinds = {type(value) for value in values if value is not None}
    if kinds == {int, float}:
        return "double"
    names = {bool: "boolean", int: "bigint", str: "string", float: "double"}
    names |= {dt.date: "date", dt.datetime: "timestamp_ntz"}
    return names.get(min(kinds, key=str, default=int), "decimal(20, 4)")


def _spark(data: dict[str, list[Any]]) -> Any:
    kinds = [_spark_type(values) for values in data.values()]
    names = [name.replace("`", "``") for name in data]
    schema = ", ".join(f"`{name}` {kind}" for name, kind in zip(names, kinds, strict=True))
    columns = [
        [float(v) if kind == "double" and v is not None else v for v in values]
        for kind, values in zip(kinds, data.values(), strict=True)
    ]
    return spark_session().createDataFrame(list(zip(*columns, strict=True)), schema)


def _sqlframe(data: dict[str, list[Any]]) -> Any:
    """Return a frame of a table, for SQLFrame makes none of hard names and of decimals."""
    connection, session = sqlframe_session()
    name = f"made_{next(_NUMBERS)}"
    query, parameters = _unnested(data)
    connection.execute(f"CREATE TABLE {name} AS {query}", parameters)
    return session.table(name)


ENGINES: dict[str, Callable[[dict[str, list[Any]]], Any]] = {
    "pandas": _pandas,
    "pandas, nullable": _pandas_nullable,
    "pandas, arrow": _pandas_arrow,
    "polars": _polars,
    "polars, lazy": _lazy,
    "pyarrow": _arrow,
    "duckdb": _duckdb,
    "ibis": _ibis,
    "dask": _dask,
    "sqlframe": _sqlframe,
    "spark": _spark,
}
"""Name of the engine to what makes a frame of columns of plain values."""

PARAMS = [
    pytest.param(name, id=name, marks=[pytest.mark.xdist_group(name)] if name == "spark" else [])
    for name in ENGINES
]
"""The engines as parameters of a fixture; a session of Spark is started by one process alone."""


def rows_of(table: Any) -> dict[str, list[Any]]:
    """Return a tidy table of any library as plain lists."""
    narwhals = module("narwhals.stable.v2")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        known: Any = narwhals.from_native(table)
        lazy: Any = known.lazy()
        return answer_of(lazy)
