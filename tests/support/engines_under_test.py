"""Every engine that frames are tried on: how a table of rows becomes a frame of it.

A quick run leaves out, by name, what is not installed; with RELMETRICS_REQUIRE_ENGINES=1 that is
an error.
"""

import importlib
import os
import warnings
from collections.abc import Callable
from typing import Any

import pytest

REQUIRED = os.environ.get("RELMETRICS_REQUIRE_ENGINES") == "1"


def module(name: str) -> Any:
    """Return a module, or skip the test that asks for what is not installed."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        if REQUIRED:
            raise
        pytest.skip(f"{name} is not installed")


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
    duckdb = module("duckdb")
    return duckdb.from_arrow(_arrow(data))


def _ibis(data: dict[str, list[Any]]) -> Any:
    return module("ibis").memtable(_arrow(data))


def _dask(data: dict[str, list[Any]]) -> Any:
    dask = module("dask.dataframe")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return dask.from_pandas(_pandas(data), npartitions=2)


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
}
"""Name of the engine to what makes a frame of columns of plain values."""


def rows_of(table: Any) -> dict[str, list[Any]]:
    """Return a tidy table of any library as plain lists."""
    narwhals = module("narwhals.stable.v2")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        known: Any = narwhals.from_native(table)
        rows: dict[str, list[Any]] = known.lazy().collect().to_dict(as_series=False)
        return rows
