"""Cohorts: active customers by month of acquisition and age, of 36 months of purchases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from peers import peer, threads
from racing import Contender, Race

import relmetrics as rm

if TYPE_CHECKING:
    from collections.abc import Iterator

MONTHS = 36
LAST = "2024-12-31"


FLAGS = "passes over columns; bits in place of the sort were 1.2 to 1.5 times as fast at most"


def races(rows: int, *, smoke: bool) -> Iterator[Race]:
    """Yield cohorts of dense integer ids, of sparse ones and of text, from columns to matrix."""
    del smoke
    rng = np.random.default_rng(11)
    customers = rng.integers(0, max(rows // 5, 2), rows)
    days = np.datetime64("2022-01-01") + rng.integers(0, 1096, rows).astype("m8[D]")
    kinds = {
        "dense": customers,
        "sparse": customers * np.int64(10**12 + 39),
        "text": np.char.add("c", customers.astype("U8")),
    }
    for kind, ids in kinds.items():
        yield _cohorts(kind, ids, days, text=kind == "text")
    log = rm.PurchaseLog(customers, days)
    yield Race(
        name=f"cohorts, {rows:,} purchases, from a log that is there",
        ours=Contender(name="relmetrics", run=lambda: log.cohorts(as_of=LAST), read=_ours),
        others=_peers(customers, days, (6.0, 6.0)),
        rows=rows,
    )


def _ours(found: Any) -> Any:
    return np.nan_to_num(found.counts).sum(axis=0)


def _cohorts(kind: str, ids: Any, days: Any, *, text: bool) -> Race:
    return Race(
        name=f"cohorts, {len(ids):,} purchases, {kind} ids, log and all",
        ours=Contender(
            name="relmetrics",
            run=lambda: rm.PurchaseLog(ids, days).cohorts(as_of=LAST),
            read=_ours,
        ),
        others=_peers(ids, days, (1.3, 1.3) if text else (3.0, 4.0)),
        rows=len(ids),
    )


def _padded(ages: Any, counts: Any) -> Any:
    found = np.zeros(MONTHS)
    np.add.at(found, np.asarray(ages, dtype=np.int64), np.asarray(counts, dtype=np.float64))
    return found


def _peers(ids: Any, days: Any, least: tuple[float, float]) -> list[Contender]:
    """Return the same counts by each peer, by age over all cohorts; the targets of both kinds."""
    others = []
    if pd := peer("pandas"):
        frame = pd.DataFrame({"c": ids, "d": days})

        def by_pandas() -> Any:
            month = frame["d"].to_numpy().astype("datetime64[M]").astype(np.int64)
            pairs = pd.DataFrame({"c": frame["c"], "m": month}).drop_duplicates()
            first = pairs.groupby("c")["m"].transform("min")
            return pairs.assign(f=first).groupby(["f", "m"]).size().reset_index(name="n")

        others.append(
            Contender(
                name="pandas",
                run=by_pandas,
                read=lambda t: _padded(t["m"] - t["f"], t["n"]),
                least=least[0],
                why=FLAGS,
            )
        )
    if pl := peer("polars"):
        table = pl.DataFrame({"c": ids, "d": days})

        def by_polars() -> Any:
            month = (pl.col("d").dt.year() * 12 + pl.col("d").dt.month()).alias("m")
            pairs = table.select("c", month).unique()
            first = pairs.with_columns(pl.col("m").min().over("c").alias("f"))
            return first.group_by("f", "m").len()

        others.append(
            Contender(
                name="polars",
                run=by_polars,
                read=lambda t: _padded(t["m"].to_numpy() - t["f"].to_numpy(), t["len"].to_numpy()),
                least=least[1],
                why=FLAGS,
            )
        )
    if (duckdb := peer("duckdb")) and (pd := peer("pandas")):
        source = pd.DataFrame({"c": ids, "d": days})
        connection = duckdb.connect(config={"threads": threads()})
        connection.register("source", source)
        query = (
            "WITH p AS (SELECT DISTINCT c, year(d) * 12 + month(d) AS m FROM source), "
            "q AS (SELECT c, m, min(m) OVER (PARTITION BY c) AS f FROM p) "
            "SELECT m - f AS age, count(*) AS n FROM q GROUP BY 1"
        )
        others.append(
            Contender(
                name="duckdb",
                run=lambda: connection.execute(query).fetchnumpy(),
                read=lambda t: _padded(t["age"], t["n"]),
                least=least[1],
                why=FLAGS,
            )
        )
    return others
