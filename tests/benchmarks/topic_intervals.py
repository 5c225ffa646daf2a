"""Intervals: the bootstrap from a tally, Wilson's for a million groups, a whole breakdown."""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np
from peers import peer
from racing import Contender, Race
from samples import POINTS, answers, codes

import relmetrics as rm
from relmetrics.data.labels.grouping import Labels
from relmetrics.inference import intervals
from relmetrics.states.grouped_tally import GroupedTally

if TYPE_CHECKING:
    from collections.abc import Iterator

RESAMPLES = intervals.RESAMPLES
Z = NormalDist().inv_cdf(0.975)


def races(rows: int, *, smoke: bool) -> Iterator[Race]:
    """Yield the bootstraps, Wilson's interval, and a breakdown into small groups."""
    sample = max(rows // 10, 100)
    yield _bootstrap("3 classes", rm.NPS(), sample, 600.0, smoke=smoke)
    scale = rm.MeanScore(scale=rm.ZERO_TO_TEN)
    yield _bootstrap("11 classes", scale, sample, 600.0, smoke=smoke)
    yield _wilson(rows)
    yield _table_of_rates(rows)
    yield _breakdown(rows)


def _bootstrap(
    classes: str,
    metric: Any,
    rows: int,
    least: float,
    *,
    smoke: bool,
) -> Race:
    values = answers("uint8", rows)
    estimate = metric(values)
    contributions = np.asarray(metric.coefficients(), dtype=np.float64)[values]
    rng = np.random.default_rng(7)

    def ours() -> list[float]:
        found = estimate.interval(method="bootstrap", rng=rng)
        return [found.low, found.high]

    def naive() -> Any:
        drawn = rng.multinomial(rows, np.bincount(values, minlength=POINTS) / rows, RESAMPLES)
        return np.percentile(drawn @ metric.coefficients() / rows, [2.5, 97.5])

    others = [Contender(name="numpy, naive multinomial", run=naive, is_peer=False)]
    if stats := peer("scipy.stats"):
        resamples = 500 if smoke else RESAMPLES

        def theirs() -> list[float]:
            found = stats.bootstrap(
                (contributions,),
                np.mean,
                n_resamples=resamples,
                batch=100,
                method="percentile",
                rng=rng,
            ).confidence_interval
            return [found.low, found.high]

        others.append(Contender(name="scipy", run=theirs, least=least, rounds=2))
    return Race(
        name=f"bootstrap, {classes}, {rows:,} answers",
        ours=Contender(name="relmetrics", run=ours),
        others=others,
        rows=1,
        tolerance=0.5 if not smoke else 10.0,
    )


def _shares(groups: int) -> tuple[Any, Any]:
    rng = np.random.default_rng(8)
    n = rng.integers(5, 200, groups)
    return rng.binomial(n, 0.3), n


def _wilson_peers(yes: Any, n: Any, least: float) -> list[Contender]:
    others = []
    if stats := peer("statsmodels.stats.proportion"):
        others.append(
            Contender(
                name="statsmodels",
                run=lambda: stats.proportion_confint(yes, n, method="wilson"),
                least=least,
            )
        )
    if pl := peer("polars"):
        frame = pl.DataFrame({"k": yes, "n": n})
        size = pl.col("n")
        share = pl.col("k") / size
        shrink = size / (size + Z * Z)
        center = shrink * (share + Z * Z / (2 * size))
        half = shrink * Z * ((share * (1 - share) + Z * Z / (4 * size)) / size).sqrt()
        ends = [(center - half).clip(0, 1).alias("low"), (center + half).clip(0, 1).alias("high")]
        others.append(
            Contender(
                name="polars",
                run=lambda: frame.lazy().select(ends).collect(),
                read=lambda found: [found["low"], found["high"]],
            )
        )
    return others


def _wilson(groups: int) -> Race:
    yes, n = _shares(groups)
    return Race(
        name=f"Wilson, {groups:,} groups, whole arrays",
        ours=Contender(name="relmetrics", run=lambda: intervals.wilson(yes / n, n, Z)),
        others=_wilson_peers(yes, n, 0.9),
        rows=groups,
        limit=[yes, n],
    )


def _table_of_rates(groups: int) -> Race:
    yes, n = _shares(groups)
    metric = rm.Rate()
    states = GroupedTally(metric.scale, np.column_stack([n - yes, yes]), np.zeros(groups, np.int64))
    labels = Labels(("group",), (np.arange(groups),))
    by = rm.Breakdown(metric, labels, states, states.total())
    return Race(
        name=f"Wilson, {groups:,} groups, table of a breakdown",
        ours=Contender(
            name="relmetrics",
            run=by.table,
            read=lambda found: [found["low"] / 100, found["high"] / 100],
        ),
        others=_wilson_peers(yes, n, 0.9),
        rows=groups,
        limit=[yes, n],
    )


def _breakdown(rows: int) -> Race:
    """Return the race over groups of ten answers: group, count, value and interval of each."""
    values, groups = answers("int64", rows), codes(rows // 10, rows)
    metric = rm.NPS()
    pseudo = 3.0

    def interval(up: Any, down: Any, n: Any) -> tuple[Any, Any]:
        """Return the adjusted interval of Rocks (2016) of an engine's columns."""
        total = n + pseudo
        high, low = (up + 0.75) / total, (down + 0.75) / total
        center = high - low
        half = Z * ((high + low - center * center) / total) ** 0.5
        return (center - half) * 100, (center + half) * 100

    def ours() -> Any:
        return metric.by(values, groups).table()

    def naive() -> Any:
        size = int(groups.max()) + 1
        counts = np.bincount(groups * POINTS + values, minlength=size * POINTS)
        counts = counts.reshape(size, POINTS)
        low, high = interval(counts[:, 9:].sum(1), counts[:, :7].sum(1), counts.sum(1))
        return np.clip(low, -100, 100), np.clip(high, -100, 100)

    def sums(low: Any, high: Any) -> list[float]:
        """Return what does not depend on the order of the groups."""
        return [float(np.sum(np.asarray(low))), float(np.sum(np.asarray(high)))]

    others = [
        Contender(name="numpy, naive", run=naive, read=lambda ends: sums(*ends), is_peer=False)
    ]
    if pl := peer("polars"):
        frame = pl.DataFrame({"g": groups, "x": values}).lazy()
        x = pl.col("x")
        low, high = interval(pl.col("up"), pl.col("down"), pl.col("n"))

        def polars() -> Any:
            return (
                frame.group_by("g")
                .agg(
                    up=(x >= 9).cast(pl.UInt32).sum().cast(pl.Float64),
                    down=(x <= 6).cast(pl.UInt32).sum().cast(pl.Float64),
                    n=pl.len().cast(pl.Float64),
                )
                .select("g", "n", low=low.clip(-100, 100), high=high.clip(-100, 100))
                .collect()
            )

        others.append(
            Contender(
                name="polars",
                run=polars,
                read=lambda found: sums(found["low"], found["high"]),
                least=1.0,
            )
        )
    if pd := peer("pandas"):
        data = pd.DataFrame({"g": groups, "x": values})

        def pandas() -> Any:
            found = (
                data.assign(up=data["x"] >= 9, down=data["x"] <= 6)
                .groupby("g", sort=False)
                .agg(up=("up", "sum"), down=("down", "sum"), n=("x", "size"))
            )
            low, high = interval(found["up"], found["down"], found["n"])
            return low.clip(-100, 100), high.clip(-100, 100)

        others.append(Contender(name="pandas", run=pandas, read=lambda ends: sums(*ends), rounds=3))
    return Race(
        name=f"NPS by group with intervals, {rows:,} rows, {rows // 10:,} groups",
        ours=Contender(
            name="relmetrics",
            run=ours,
            read=lambda table: sums(table["low"], table["high"]),
        ),
        others=others,
        rows=rows,
        limit=[values, groups],
        tolerance=1e-2,
    )
