"""Numbers of every type that engines have: wide, without a sign, short, and decimal."""

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from engines_under_test import module, spark_session

import relmetrics as rm
from relmetrics import frames

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*[Dd]ask"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]
TYPED_ROWS = """
SELECT CAST(q AS {kind}) AS q, CAST(q AS {kind}) AS again, CAST(k AS {kind}) AS k,
    CAST(1 AS {kind}) AS w, DATE '2025-01-01' AS d
FROM (SELECT 9 AS q, 1 AS k UNION ALL SELECT 3, 1 UNION ALL SELECT NULL, 2) AS v
"""
WIDE = ("UTINYINT", "UBIGINT", "HUGEINT", "UHUGEINT", "DECIMAL(5,2)", "DECIMAL(38,10)", "FLOAT")
ARROW: tuple[tuple[Any, ...], ...] = (
    ("uint8",),
    ("uint64",),
    ("decimal128", 5, 2),
    ("decimal256", 50, 2),
    ("float16",),
)
TYPED: dict[str, tuple[str, Any]] = {
    **{f"duckdb {kind}": ("duckdb", kind) for kind in WIDE},
    **{f"ibis {kind}": ("ibis", kind) for kind in ("UBIGINT", "HUGEINT", "DECIMAL(5,2)")},
    **{f"spark {kind}": ("spark", kind) for kind in ("tinyint", "decimal(5,2)", "decimal(38,10)")},
    **{f"{name} {kind[0]}": (name, kind) for name in ("pyarrow", "pandas") for kind in ARROW[:4]},
    "pyarrow float16": ("pyarrow", ARROW[4]),
    "dask uint64": ("dask", ARROW[1]),
}
"""A type of an engine, from 128 bits and decimals to bytes without a sign."""


def typed(engine, kind):
    """Return answers 9, 3 and none, their groups 1, 1 and 2, weights, and a day, all so typed."""
    if engine in ("duckdb", "ibis", "spark"):
        query = TYPED_ROWS.format(kind=kind)
        if engine == "spark":
            return spark_session().sql(query)
        if engine == "duckdb":
            return module("duckdb").sql(query)
        module("pyarrow")
        connection = module("ibis").duckdb.connect()
        connection.raw_sql(f"CREATE TABLE typed AS {query}")
        return connection.table("typed")
    arrow, pandas = module("pyarrow"), module("pandas")
    dtype = getattr(arrow, kind[0])(*kind[1:])
    columns: dict[str, list[int | None]] = {
        "q": [9, 3, None],
        "again": [9, 3, None],
        "k": [1, 1, 2],
        "w": [1, 1, 1],
    }
    made: Any = Decimal if "decimal" in kind[0] else np.float16 if kind[0] == "float16" else int
    table = arrow.table(
        {
            name: arrow.array([None if v is None else made(v) for v in values], type=dtype)
            for name, values in columns.items()
        }
        | {"d": arrow.array([dt.datetime(2025, 1, 1)] * 3, type=arrow.timestamp("us"))}  # noqa: DTZ001
    )
    if engine == "pyarrow":
        return table
    frame = table.to_pandas(types_mapper=pandas.ArrowDtype)
    if engine == "pandas":
        return frame
    return module("dask.dataframe").from_pandas(frame, npartitions=1)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.xdist_group("spark")] * name.startswith("spark"))
        for name in TYPED
    ],
)
def test_numbers_of_every_type(name):
    """Answers, ratings, amounts, weights and groups are what they are in 64 bits with a sign."""
    module("narwhals")
    frame = typed(*TYPED[name])
    weighted = frames.tally(frame, "q", rm.NPS(), weights="w")
    assert weighted == rm.NPS().tally([9, 3, None], weights=[1, 1, 1])
    by = frames.breakdown(frame, "q", rm.NPS(), by="k").table()
    assert [int(label) for label in by["k"]] == [1, 2]
    assert by["n"].tolist() == [2, 0]
    csi = rm.CSI(scale=rm.ZERO_TO_TEN)
    ratings = {"q": [9, 3, None], "again": [9, 3, None]}
    assert frames.moments(frame, ["q", "again"], csi) == csi.moments(ratings)
    log = frames.purchases(frame, customer="k", date="d", amount="q")
    assert log.summary()["total"].tolist() == [12.0, 0.0]
