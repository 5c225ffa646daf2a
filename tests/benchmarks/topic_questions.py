"""Questions: groups against the rest, a trend, key drivers and raking, from columns and states."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from peers import peer
from racing import Contender, Race
from samples import answers, codes

import relmetrics as rm

if TYPE_CHECKING:
    from collections.abc import Iterator

FACTORS = 8


def races(rows: int, *, smoke: bool) -> Iterator[Race]:  # noqa: ARG001 - the same for all sizes
    """Yield a trend of a column, drivers from rows and from sums, and raking."""
    yield _trend(rows)
    yield _drivers(rows)
    yield _drivers_of_sums(rows)
    yield _raking(rows)


def _trend(rows: int) -> Race:
    metric = rm.MeanScore(scale=rm.ZERO_TO_TEN)
    values = answers("float64", rows)
    rng = np.random.default_rng(21)
    days = np.datetime64("2020-01-01") + rng.integers(0, 1800, rows).astype("timedelta64[D]")
    others = []
    if pd := peer("pandas"):
        frame = pd.DataFrame({"day": days, "value": values})

        def theirs() -> Any:
            by = frame.groupby(frame["day"].dt.to_period("M"))["value"]
            return by.agg(["mean", "sem", "count"])

        others.append(
            Contender(name="pandas", run=theirs, read=lambda found: found["mean"].to_numpy())
        )
    if pl := peer("polars"):
        table = pl.DataFrame({"day": days.astype("datetime64[us]"), "value": values})
        value = pl.col("value").fill_nan(None)

        def polars() -> Any:
            return (
                table.lazy()
                .group_by(pl.col("day").dt.truncate("1mo"))
                .agg(value.mean().alias("mean"), value.std().alias("sd"), value.count().alias("n"))
                .sort("day")
                .collect()
            )

        others.append(
            Contender(name="polars", run=polars, read=lambda found: found["mean"].to_numpy())
        )
    return Race(
        name=f"trend by month with intervals, {rows:,} rows",
        ours=Contender(
            name="relmetrics",
            run=lambda: metric.over(values, days, every="month").table(),
            read=lambda table: table["value"],
        ),
        others=others,
        rows=rows,
        limit=[values, days],
    )


def _ratings(rows: int) -> Any:
    rng = np.random.default_rng(22)
    latent = rng.standard_normal((rows, FACTORS + 1)) + rng.standard_normal((rows, 1))
    return np.clip(np.rint(3 + latent), 1, 5)


def _weights(matrix: Any) -> Any:
    """Return Johnson's relative weights of a correlation matrix, the outcome last."""
    values, vectors = np.linalg.eigh(matrix[:-1, :-1])
    root = vectors * np.sqrt(values) @ vectors.T
    beta = np.linalg.solve(root, matrix[:-1, -1])
    return root**2 @ beta**2


def _drivers(rows: int) -> Race:
    table = np.ascontiguousarray(_ratings(rows))
    names = [f"factor {i}" for i in range(FACTORS)]
    columns = {name: table[:, i].copy() for i, name in enumerate(names)}
    overall = table[:, -1].copy()
    others = [
        Contender(
            name="numpy, corrcoef",
            run=lambda: _weights(np.corrcoef(table, rowvar=False)),
            is_peer=False,
        )
    ]
    if pd := peer("pandas"):
        frame = pd.DataFrame(table)
        others.append(Contender(name="pandas, corr", run=lambda: _weights(frame.corr().to_numpy())))
    return Race(
        name=f"drivers of {FACTORS} factors, {rows:,} rows",
        ours=Contender(
            name="relmetrics",
            run=lambda: rm.drivers(columns, overall),
            read=lambda found: list(found.importance.values()),
        ),
        others=others,
        rows=rows,
        limit=table,
    )


def _drivers_of_sums(rows: int) -> Race:
    definition = rm.KeyDrivers()
    table = _ratings(rows)
    few, many = (
        definition.moments(
            table[:size, :-1], table[:size, -1], factors=[str(i) for i in range(FACTORS)]
        )
        for size in (min(rows, 1000), rows)
    )
    return Race(
        name=f"drivers from the sums of {rows:,} rows",
        ours=Contender(
            name="relmetrics", run=lambda: definition.analyse(many), read=lambda _: [0.0]
        ),
        others=[
            Contender(
                name="relmetrics, sums of 1,000 rows",
                run=lambda: definition.analyse(few),
                read=lambda _: [0.0],
                is_peer=False,
                least=0.8,
            )
        ],
        rows=1,
    )


def _raking(rows: int) -> Race:
    columns = {name: codes(size, rows, seed) for name, size, seed in (("a", 5, 1), ("b", 4, 2))}
    targets = {
        name: {label: float(share) for label, share in enumerate(np.arange(1, size + 1) / total)}
        for name, size, total in (("a", 5, 15), ("b", 4, 10))
    }

    def naive() -> Any:
        """Fit the rows, not the cells."""
        w = np.ones(rows)
        for _ in range(30):
            for name, aims in targets.items():
                sums = np.bincount(columns[name], w)
                w *= (np.array(list(aims.values())) * rows / sums)[columns[name]]
        return w

    return Race(
        name=f"raking to two margins, {rows:,} rows",
        ours=Contender(name="relmetrics", run=lambda: rm.rake(columns, targets).weights),
        others=[Contender(name="numpy, naive, 30 turns over the rows", run=naive, is_peer=False)],
        rows=rows,
        tolerance=1e-4,
    )
