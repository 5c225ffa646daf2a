"""What people do: a survey by segment and by month, from a frame, from a list with gaps.

Peers compute the value and Wald's interval, as one writes it by hand; ours is the table with the
metric's own interval, missing answers counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from peers import peer
from racing import Contender, Race
from samples import answers

import relmetrics as rm
from relmetrics import frames

if TYPE_CHECKING:
    from collections.abc import Iterator

Z = 1.959963984540054
SEGMENTS = 50
DAYS = 730
TEXTS = "numpy has no way to number texts: a dictionary is asked for every row"
FINDS = "each row of a frame is checked against the scale as well"


def races(rows: int, *, smoke: bool) -> Iterator[Race]:
    """Yield the questions of a report, each beside the same by hand in pandas and Polars."""
    del smoke
    rng = np.random.default_rng(41)
    names = np.array([f"segment {i}" for i in range(SEGMENTS)])
    places = rng.integers(0, SEGMENTS, rows)
    columns = {
        "score": answers("float64", rows),
        "segment": names[places].astype(object),
        "month": np.datetime64("2024-01-01") + rng.integers(0, DAYS, rows).astype("m8[D]"),
    }
    yield _by(columns, "segment", f"by {SEGMENTS} segments, texts")
    yield _by(columns, "month", "over 24 months")
    if pd := peer("pandas"):
        yield _of_a_frame("pandas", pd.DataFrame(columns), _pandas)
    if pl := peer("polars"):
        frame = pl.DataFrame(columns | {"segment": names[places].tolist()})
        yield _of_a_frame("polars", frame, _polars)
    yield _list(rows)


def _by(columns: dict[str, Any], key: str, words: str) -> Race:
    metric = rm.NPS()
    scores, keys = columns["score"], columns[key]

    def ours() -> Any:
        if key == "month":
            return metric.over(scores, keys, every="month").table()
        return metric.by(scores, keys, sort=True).table()

    others = []
    if pd := peer("pandas"):
        frame = pd.DataFrame({key: keys, "score": scores})
        others.append(
            Contender(
                name="pandas",
                run=lambda: _pandas(frame, key),
                read=_values,
                least=1.0,
                why="" if key == "month" else TEXTS,
            )
        )
    if pl := peer("polars"):
        listed = keys if key == "month" else keys.tolist()
        table = pl.DataFrame({key: listed, "score": scores})
        others.append(Contender(name="polars", run=lambda: _polars(table, key), read=_values))
    return Race(
        name=f"NPS {words}, {len(scores):,} rows",
        ours=Contender(name="relmetrics", run=ours, read=_values),
        others=others,
        rows=len(scores),
    )


def _of_a_frame(library: str, frame: Any, by_hand: Any) -> Race:
    return Race(
        name=f"NPS by segment of a frame of {library}, {len(frame):,} rows",
        ours=Contender(
            name="relmetrics",
            run=lambda: frames.measure(frame, {"score": rm.NPS()}, by="segment", total=False),
            read=_values,
        ),
        others=[
            Contender(
                name=library,
                run=lambda: by_hand(frame, "segment"),
                read=_values,
                least=1 / 1.2,
                why=FINDS,
            )
        ],
        rows=len(frame),
    )


def _list(rows: int) -> Race:
    values = answers("list", rows)
    others = []
    if pd := peer("pandas"):

        def by_pandas() -> float:
            scores = pd.Series(values)
            net = (scores >= 9).astype(float) - (scores <= 6).astype(float)
            known = net[scores.notna()]
            _ = known.sem()
            return float(100 * known.mean())

        others.append(Contender(name="pandas", run=by_pandas, least=1.0))
    return Race(
        name=f"NPS of a list with gaps, {rows:,} answers",
        ours=Contender(name="relmetrics", run=lambda: rm.nps(values), read=float),
        others=others,
        rows=rows,
    )


def _values(table: Any) -> Any:
    """Return the scores from any of the tables, whatever the order of its groups."""
    return np.sort(np.asarray(table["value"], dtype=np.float64))


def _pandas(frame: Any, key: str) -> Any:
    """Return value and interval of each group, as one writes it by hand in pandas."""
    keys = frame[key].dt.to_period("M") if key == "month" else frame[key]
    net = ((frame["score"] >= 9) * 100.0 - (frame["score"] <= 6) * 100.0).where(
        frame["score"].notna()
    )
    found = net.groupby(keys).agg(["mean", "sem", "count"])
    found["value"] = found["mean"]
    found["low"] = found["mean"] - Z * found["sem"]
    found["high"] = found["mean"] + Z * found["sem"]
    return found


def _polars(frame: Any, key: str) -> Any:
    """Return value and interval of each group, as one writes it by hand in Polars."""
    pl = peer("polars")
    score = pl.col("score").fill_nan(None)
    net = (score >= 9).cast(pl.Float64) * 100 - (score <= 6).cast(pl.Float64) * 100
    group = pl.col(key).dt.truncate("1mo") if key == "month" else pl.col(key)
    half = Z * pl.col("sd") / pl.col("n").sqrt()
    return (
        frame.lazy()
        .group_by(group)
        .agg(value=net.mean(), sd=net.std(), n=net.count())
        .with_columns(low=pl.col("value") - half, high=pl.col("value") + half)
        .sort(key)
        .collect()
    )
