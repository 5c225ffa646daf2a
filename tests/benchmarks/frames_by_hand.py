"""The queries of frames as one writes them by hand, on every engine that is installed."""

from __future__ import annotations

import itertools
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from peers import peer, spark_session, threads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    Made = tuple[Any, dict[str, Callable[[], Any]]]

FACTORS = ("food", "safety", "crew")
PAIRS = list(itertools.combinations_with_replacement(FACTORS, 2))
TERMS = [*FACTORS, *(f"{x} * {y}" for x, y in PAIRS)]
_WEIGHTS = "count(*) AS n, sum(w) AS w1, sum(w * w) AS w2"
_SUMS = ", ".join(f"sum({term}) AS s{i}" for i, term in enumerate(TERMS))
_WEIGHTED_SUMS = ", ".join(
    f"sum({w} * {term}) AS s{i}"
    for i, (w, term) in enumerate(itertools.product(("w", "w * w"), TERMS))
)
_WHOLE = "FROM answers WHERE " + " AND ".join(f"{x} IS NOT NULL" for x in FACTORS)
SQL = {
    "counts": "SELECT plan, q, count(*) AS n FROM answers GROUP BY plan, q",
    "weighted": f"SELECT plan, q, {_WEIGHTS} FROM answers GROUP BY plan, q",
    "index": f"SELECT plan, count(*) AS n, {_SUMS} {_WHOLE} GROUP BY plan",
    "weighted index": f"SELECT plan, {_WEIGHTS}, {_WEIGHTED_SUMS} {_WHOLE} GROUP BY plan",
}
"""What an analyst writes for each kind of work."""


def values(work: str, rows: Iterable[Any]) -> list[float]:
    """Return how many answered, and the sorted scores of plans, from the rows of a query."""
    found = [tuple(row) for row in rows]
    if "NPS" in work:
        by: dict[Any, list[float]] = {}
        n = 0
        for plan, q, count, *weights in found:
            if q is None or q != q:  # noqa: PLR0124 - NaN
                continue
            n += int(count)
            mass = weights[0] if weights else count
            total = by.setdefault(plan, [0.0, 0.0])
            total[0] += float(mass) * (int(q >= 9) - int(q <= 6))
            total[1] += float(mass)
        return [n, *sorted(100 * net / mass for net, mass in by.values())]
    if "weighted" in work:
        scores = [np.mean([s / row[2] for s in row[4:7]]) for row in found]
    else:
        scores = [np.mean([float(s) / row[1] for s in row[2:5]]) for row in found]
    return [sum(row[1] for row in found), *sorted(float(score) for score in scores)]


def _rows(found: Any) -> Any:
    """Return a table of pandas, its index first, as rows."""
    return found.reset_index().to_numpy().tolist()


def _pandas(path: Path) -> Made | None:
    pd = peer("pandas")
    if pd is None:
        return None
    frame = pd.read_parquet(path)

    def counts() -> Any:
        return _rows(frame.groupby(["plan", "q"], dropna=False).size())

    def weighted() -> Any:
        squared = frame[["plan", "q", "w"]].assign(w2=frame["w"] * frame["w"])
        grouped = squared.groupby(["plan", "q"], dropna=False)
        return (
            grouped.agg(n=("w", "size"), w=("w", "sum"), w2=("w2", "sum"))
            .reset_index()
            .to_numpy()
            .tolist()
        )

    def index() -> Any:
        kept = frame.dropna(subset=list(FACTORS))
        products = kept[["plan", *FACTORS]].assign(
            **{f"{x}_{y}": kept[x] * kept[y] for x, y in PAIRS}
        )
        grouped = products.groupby("plan")
        return (
            grouped.sum()
            .assign(n=grouped.size())
            .reset_index()[["plan", "n", *FACTORS, *(f"{x}_{y}" for x, y in PAIRS)]]
            .to_numpy()
            .tolist()
        )

    return frame, {"counts": counts, "weighted": weighted, "index": index}


def _polars_queries(frame: Any, collect: Callable[[Any], Any]) -> dict[str, Callable[[], Any]]:
    def rows(query: Any) -> Any:
        return collect(query).rows()

    pl = peer("polars")
    w, w2 = pl.col("w"), pl.col("w") * pl.col("w")
    terms = {x: pl.col(x) for x in FACTORS} | {f"{x}_{y}": pl.col(x) * pl.col(y) for x, y in PAIRS}
    whole = frame.drop_nulls(FACTORS)
    queries = {
        "counts": frame.group_by("plan", "q").agg(pl.len()),
        "weighted": frame.group_by("plan", "q").agg(
            pl.len(), w.sum().alias("w1"), w2.sum().alias("w2")
        ),
        "index": whole.group_by("plan").agg(
            pl.len(), *(term.sum().alias(name) for name, term in terms.items())
        ),
        "weighted index": whole.group_by("plan").agg(
            pl.len(),
            *(w.sum().alias("w1"), w2.sum().alias("w2")),
            *((w * term).sum().alias(f"{name}1") for name, term in terms.items()),
            *((w2 * term).sum().alias(f"{name}2") for name, term in terms.items()),
        ),
    }
    return {kind: partial(rows, query) for kind, query in queries.items()}


def _polars(path: Path) -> Made | None:
    pl = peer("polars")
    if pl is None:
        return None
    frame = pl.read_parquet(path)
    return frame, _polars_queries(frame.lazy(), lambda query: query.collect())


def _polars_scanned(path: Path) -> Made | None:
    pl = peer("polars")
    if pl is None:
        return None
    frame = pl.scan_parquet(path)
    return frame, _polars_queries(frame, lambda query: query.collect())


def _pyarrow(path: Path) -> Made | None:
    pq, pc = peer("pyarrow.parquet"), peer("pyarrow.compute")
    table = pq.read_table(path)

    def counts() -> Any:
        found = table.group_by(["plan", "q"]).aggregate([([], "count_all")])
        return zip(*found.to_pydict().values(), strict=True)

    def weighted() -> Any:
        squared = table.append_column("w2", pc.multiply(table["w"], table["w"]))
        found = squared.group_by(["plan", "q"]).aggregate(
            [([], "count_all"), ("w", "sum"), ("w2", "sum")]
        )
        return zip(*found.to_pydict().values(), strict=True)

    return table, {"counts": counts, "weighted": weighted}


def _duckdb(path: Path) -> Made | None:
    duckdb = peer("duckdb")
    if duckdb is None:
        return None
    connection = duckdb.connect(config={"threads": threads()})
    connection.sql(f"CREATE VIEW answers AS FROM '{path}'")
    frame = connection.table("answers")
    return frame, _by_sql(lambda text: connection.sql(text).fetchall())


def _duckdb_table(path: Path) -> Made | None:
    duckdb = peer("duckdb")
    if duckdb is None:
        return None
    connection = duckdb.connect(config={"threads": threads()})
    connection.sql(f"CREATE TABLE answers AS FROM '{path}'")
    frame = connection.table("answers")
    return frame, _by_sql(lambda text: connection.sql(text).fetchall())


def _ibis(path: Path) -> Made | None:
    ibis = peer("ibis")
    if ibis is None:
        return None
    connection = ibis.duckdb.connect(threads=threads())
    frame = connection.read_parquet(path, table_name="answers")
    return frame, _by_sql(lambda text: connection.raw_sql(text).fetchall())


def _sqlframe(path: Path) -> Made | None:
    sqlframe, duckdb = peer("sqlframe.duckdb"), peer("duckdb")
    if sqlframe is None:
        return None
    connection = duckdb.connect(config={"threads": threads()})
    connection.sql(f"CREATE VIEW answers AS FROM '{path}'")
    session = sqlframe.DuckDBSession(conn=connection)
    return session.table("answers"), _by_sql(
        lambda text: session.sql(text, optimize=False).collect()
    )


def _dask(path: Path) -> Made | None:
    dask = peer("dask.dataframe")
    if dask is None:
        return None
    frame = dask.read_parquet(path, split_row_groups=1)

    def counts() -> Any:
        return (
            frame.groupby(["plan", "q"], dropna=False)
            .size()
            .compute()
            .reset_index()
            .to_numpy()
            .tolist()
        )

    def weighted() -> Any:
        squared = frame[["plan", "q", "w"]].assign(w2=frame["w"] * frame["w"])
        grouped = squared.groupby(["plan", "q"], dropna=False)
        return _rows(grouped.agg(n=("w", "size"), w=("w", "sum"), w2=("w2", "sum")).compute())

    return frame, {"counts": counts, "weighted": weighted}


def _spark(path: Path) -> Made | None:
    if peer("pyspark.sql") is None:
        return None
    session = spark_session(threads())
    session.read.parquet(str(path)).createOrReplaceTempView("answers")
    return session.table("answers"), _by_sql(lambda text: session.sql(text).collect())


def _by_sql(ask: Callable[[str], Any]) -> dict[str, Callable[[], Any]]:
    def rows(text: str) -> list[Any]:
        return list(ask(text))

    return {kind: partial(rows, text) for kind, text in SQL.items()}


ENGINES: dict[str, Callable[[Path], Made | None]] = {
    "pandas": _pandas,
    "polars": _polars,
    "polars, from a file": _polars_scanned,
    "pyarrow": _pyarrow,
    "duckdb": _duckdb_table,
    "duckdb, from a file": _duckdb,
    "ibis": _ibis,
    "sqlframe": _sqlframe,
    "dask": _dask,
    "spark": _spark,
}
"""Engine to what opens a file: the frame, and the queries by hand for each kind of work."""
