"""Tally: how many answers lie at each point of the scale, and how many are missing."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
from peers import load_into_database, peer
from racing import Contender, Race
from samples import POINTS, answers

import relmetrics as rm

if TYPE_CHECKING:
    from collections.abc import Iterator

SCALE = rm.ZERO_TO_TEN
LARGE = 1_000_000


def races(rows: int, *, smoke: bool) -> Iterator[Race]:
    """Yield a race for every kind of input and every number of rows.

    Ahead of everybody but Polars, whose ratio is shown: it may use several threads, and compiled
    loops that numpy does not have. Let the engine count what lives in it (`relmetrics.frames`).
    """
    for size in (rows,) if smoke else (rows // 10, rows, rows * 10):
        for kind in ("uint8", "int64", "float64"):
            yield _of_array(kind, size)
        if size <= LARGE:
            yield _of_list(size)


def ours(values: Any) -> list[int]:
    """Return our counts, the missing ones last."""
    tally = rm.Tally.from_answers(values, SCALE)
    return [*tally.counts, tally.missing]


def naive(values: Any) -> Any:
    """Return the counts as most people would write them, with the same checks."""
    known = values[~np.isnan(values)]
    if ((known < 0) | (known > POINTS - 1) | (known != np.floor(known))).any():
        msg = "off the scale"
        raise ValueError(msg)
    counts = np.bincount(known.astype(np.int64), minlength=POINTS)
    return [*counts, len(values) - len(known)]


def read_pairs(pairs: Any) -> list[int]:
    """Return counts from pairs of answer and count; any key that is no point is missing."""
    counts = [0] * (POINTS + 1)
    for key, count in pairs:
        missing = key is None or key != key  # noqa: PLR0124 - NaN
        counts[POINTS if missing else int(key)] += int(count)
    return counts


def polars_ways(values: Any) -> dict[str, Any]:
    """Return the quick ways to write it in Polars, by name."""
    pl = peer("polars")
    frame = pl.DataFrame({"x": values})
    column = pl.col("x")
    sums = [(column == point).sum().alias(str(point)) for point in range(POINTS)]
    return {
        "polars (a sum per point)": lambda: frame.select(sums),
        "polars (lazy sums)": lambda: frame.lazy().select(sums).collect(),
        "polars (group_by)": lambda: frame.group_by("x").len(),
    }


def _of_array(kind: str, size: int) -> Race:
    values = answers(kind, size)
    others = [Contender(name="numpy, naive", run=lambda: naive(values), is_peer=False)]
    if peer("polars"):
        for name, run in polars_ways(values).items():
            others.append(
                Contender(
                    name=name,
                    run=run,
                    read=lambda found: _read_polars(found, size),
                )
            )
    if pd := peer("pandas"):
        series = pd.Series(values)
        others.append(
            Contender(
                name="pandas",
                run=lambda: series.value_counts(dropna=False),
                read=lambda found: read_pairs(found.items()),
                least=1.0,
            )
        )
    if pa := peer("pyarrow"):
        array = pa.array(values)
        others.append(
            Contender(
                name="pyarrow",
                run=lambda: pa.compute.value_counts(array),
                read=lambda found: read_pairs(map(dict.values, found.to_pylist())),
                least=1.0,
            )
        )
    if connection := load_into_database("answers", {"x": values}):
        others.append(
            Contender(
                name="duckdb",
                run=lambda: connection.execute(
                    "SELECT x, count(*) FROM answers GROUP BY x"
                ).fetchall(),
                read=read_pairs,
                least=1.0,
            )
        )
    limit = {"int64": 1 / 5, "float64": 1 / 6}.get(kind)
    return Race(
        name=f"tally, {kind}, {size:,}",
        ours=Contender(name="relmetrics", run=lambda: ours(values)),
        others=others,
        rows=size,
        limit=values,
        limit_least=limit if size > LARGE else None,  # up to there the bytes are in the cache
    )


def _read_polars(found: Any, size: int) -> list[int]:
    if "len" in found.columns:
        return read_pairs(found.iter_rows())
    counts = list(found.row(0))
    return [*counts, size - sum(counts)]


def _of_list(size: int) -> Race:
    values = answers("list", size)
    others = [
        Contender(
            name="Counter", run=lambda: Counter(values), read=lambda c: read_pairs(c.items())
        ),
        Contender(
            name="numpy, naive",
            run=lambda: naive(np.array(values, dtype=np.float64)),
            is_peer=False,
        ),
    ]
    if pd := peer("pandas"):
        others.append(
            Contender(
                name="pandas",
                run=lambda: pd.Series(values).value_counts(dropna=False),
                read=lambda found: read_pairs(found.items()),
                least=1.0,
            )
        )
    if pl := peer("polars"):
        others.append(
            Contender(
                name="polars",
                run=lambda: pl.Series("x", values).value_counts(),
                read=lambda found: read_pairs(found.iter_rows()),
            )
        )
    return Race(
        name=f"tally, list with None, {size:,}",
        ours=Contender(name="relmetrics", run=lambda: ours(values)),
        others=others,
        rows=size,
    )
