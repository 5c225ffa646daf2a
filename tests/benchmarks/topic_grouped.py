"""Grouped tallies from group numbers, and weighted tallies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from peers import load_into_database, peer, threads
from racing import Contender, Race
from samples import POINTS, answers, codes, positive

import relmetrics as rm
from relmetrics.states.grouped_tally import GroupedTally

if TYPE_CHECKING:
    from collections.abc import Iterator

SCALE = rm.ZERO_TO_TEN


def races(rows: int, *, smoke: bool) -> Iterator[Race]:
    """Yield a race for few, many and very many groups, and one with weights."""
    for groups, least in {10: 2.0, 1000: 2.0, 1_000_000: 1.5}.items():
        if not smoke or groups <= rows:
            yield _grouped(rows, groups, least)
    yield _weighted(rows)


def naive(values: Any, groups: Any, size: int) -> Any:
    """Return the counts by group as whole-array numpy, with the same checks."""
    if values.min() < 0 or values.max() > POINTS - 1:
        msg = "off the scale"
        raise ValueError(msg)
    return np.bincount(groups * POINTS + values, minlength=size * POINTS).reshape(size, POINTS)


def _table(size: int, groups: Any, points: Any, counts: Any) -> Any:
    found = np.zeros((size, POINTS))
    found[np.asarray(groups), np.asarray(points)] = np.asarray(counts)
    return found


def _grouped(rows: int, size: int, least: float) -> Race:
    values, groups = answers("int64", rows), codes(size, rows)
    others = [
        Contender(name="numpy, naive", run=lambda: naive(values, groups, size), is_peer=False)
    ]
    if pl := peer("polars"):
        frame = pl.DataFrame({"g": groups, "x": values})
        others.append(
            Contender(
                name="polars",
                run=lambda: frame.group_by("g", "x").len(),
                read=lambda found: _table(size, found["g"], found["x"], found["len"]),
            )
        )
        lazy = frame.lazy()
        others.append(
            Contender(
                name="polars (streaming)",
                run=lambda: lazy.group_by("g", "x").len().collect(engine="streaming"),
                read=lambda found: _table(size, found["g"], found["x"], found["len"]),
            )
        )
    if pd := peer("pandas"):
        data = pd.DataFrame({"g": groups, "x": values})
        others.append(
            Contender(
                name="pandas",
                run=lambda: data.groupby(["g", "x"], sort=False).size().reset_index(name="len"),
                read=lambda found: _table(size, found["g"], found["x"], found["len"]),
                rounds=3,
            )
        )
    if connection := load_into_database("grouped", {"g": groups, "x": values}):
        others.append(
            Contender(
                name="duckdb",
                run=lambda: connection.execute(
                    "SELECT g, x, count(*) AS len FROM grouped GROUP BY g, x"
                ).fetchnumpy(),
                read=lambda found: _table(size, found["g"], found["x"], found["len"]),
            )
        )
    return Race(
        name=f"grouped tally, {rows:,} rows, {size:,} groups",
        ours=Contender(
            name="relmetrics",
            run=lambda: GroupedTally.from_answers(values, SCALE, groups, size),
            read=lambda found: found.counts,
        ),
        others=others,
        rows=rows,
        limit=[values, groups],
        limit_least=1 / 12 if size <= 1000 else None,
        best_least=least,
    )


def _weighted(rows: int) -> Race:
    values, weights = answers("int64", rows), positive(rows)

    def ours() -> rm.Tally:
        return rm.Tally.from_answers(values, SCALE, weights=weights)

    def plain() -> Any:
        if values.min() < 0 or values.max() > POINTS - 1 or not (weights >= 0).all():
            msg = "off the scale"
            raise ValueError(msg)
        return [
            np.bincount(values, minlength=POINTS),
            np.bincount(values, weights, POINTS),
            np.bincount(values, weights * weights, POINTS),
        ]

    def by_point(x: Any, *columns: Any) -> Any:
        order = np.argsort(np.asarray(x))
        return [np.asarray(column)[order] for column in columns]

    others = [Contender(name="numpy, naive", run=plain, is_peer=False)]
    if pl := peer("polars"):
        frame = pl.DataFrame({"x": values, "w": weights})
        w = pl.col("w")
        sums = [pl.len().alias("n"), w.sum().alias("s"), (w * w).sum().alias("q")]
        others.append(
            Contender(
                name="polars",
                run=lambda: frame.group_by("x").agg(sums),
                read=lambda found: by_point(found["x"], found["n"], found["s"], found["q"]),
                least=1.0,
            )
        )
    if pd := peer("pandas"):
        data = pd.DataFrame({"x": values, "w": weights})
        others.append(
            Contender(
                name="pandas",
                run=lambda: (
                    data.assign(q=data["w"] * data["w"])
                    .groupby("x")
                    .agg(n=("w", "size"), s=("w", "sum"), q=("q", "sum"))
                ),
                read=lambda found: [found["n"], found["s"], found["q"]],
                least=1.0,
            )
        )
    if connection := load_into_database("weighted", {"x": values, "w": weights}):
        others.append(
            Contender(
                name="duckdb",
                run=lambda: connection.execute(
                    "SELECT x, count(*), sum(w), sum(w * w) FROM weighted GROUP BY x ORDER BY x"
                ).fetchall(),
                read=lambda found: np.array(found)[:, 1:].T,
                least=1.0 if threads() == 1 else 1 / 1.35,
            )
        )
    return Race(
        name=f"weighted tally, {rows:,}",
        ours=Contender(
            name="relmetrics",
            run=ours,
            read=lambda tally: [tally.counts, tally.weights, tally.squares],
        ),
        others=others,
        rows=rows,
        limit=[values, weights],
    )
