"""The libraries to compare with, each used where it is installed."""

from __future__ import annotations

import importlib
import os
from functools import cache
from typing import Any

PEERS = ("pandas", "polars", "duckdb", "pyarrow", "scipy.stats", "statsmodels.stats.proportion")

_THREADS = "RELMETRICS_BENCHMARK_THREADS"


def thread_variables(threads: int) -> dict[str, str]:
    """Return the environment of a process whose libraries use so many threads."""
    count = str(threads)
    return {
        _THREADS: count,
        "POLARS_MAX_THREADS": count,
        "OPENBLAS_NUM_THREADS": count,
        "OMP_NUM_THREADS": count,
        "MKL_NUM_THREADS": count,
    }


def threads() -> int:
    """Return how many threads the peers of this process use."""
    return int(os.environ.get(_THREADS, "1"))


@cache
def peer(name: str) -> Any:
    """Return a library, or None where it is not installed."""
    try:
        module = importlib.import_module(name)
    except ImportError:
        return None
    if name == "pyarrow":
        importlib.import_module("pyarrow.compute")
        module.set_cpu_count(threads())
    return module


@cache
def database() -> Any:
    """Return a database in memory, or None where it is not installed."""
    duckdb = peer("duckdb")
    return None if duckdb is None else duckdb.connect(config={"threads": threads()})


def load_into_database(table: str, columns: dict[str, Any]) -> Any:
    """Return the database with the columns as one of its own tables, or None.

    Raises:
        KeyError: There are no columns.
    """
    connection = database()
    pyarrow = peer("pyarrow")
    if connection is None or pyarrow is None:
        return None
    connection.register("incoming", pyarrow.table(columns))
    connection.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM incoming")
    connection.unregister("incoming")
    return connection


def absent() -> list[str]:
    """Return the peers that are not installed."""
    return [name.partition(".")[0] for name in PEERS if peer(name) is None]


def spark_session(cores: int) -> Any:
    """Return a session of Spark on this machine alone; its memory is that of another process."""
    builder = importlib.import_module("pyspark.sql").SparkSession.builder.master(f"local[{cores}]")
    settings = {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.session.timeZone": "UTC",
        "spark.driver.memory": "4g",
        "spark.log.level": "OFF",
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()
