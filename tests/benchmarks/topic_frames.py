"""Frames: a metric on each engine, against the same query written by hand for it.

Every engine reads one Parquet file, or holds its columns in memory. The query by hand counts or
sums what the metric needs, and checks nothing; ours checks, and makes values and intervals of it.
"""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import frames_by_hand
import numpy as np
from attrs import frozen
from peers import peer
from racing import Contender, Race
from samples import answers, codes, positive

import relmetrics as rm
from relmetrics import frames

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PLANS = ("basic", "gold", "silver", "trial", "pro", "team", "school", "none")
FACTORS = ("food", "safety", "crew")
LEAST = 1 / 1.2
SLOW = 3


@frozen
class Work:
    """A question to a frame: what metric, and whether weighted."""

    name: str
    metric: Any
    columns: str | tuple[str, ...]
    weights: str | None

    def ours(self, frame: Any) -> Any:
        """Return the breakdown."""
        return frames.breakdown(frame, self.columns, self.metric, by="plan", weights=self.weights)


WORKS = {
    "counts": Work("NPS by group", rm.NPS(), "q", None),
    "weighted": Work("weighted NPS by group", rm.NPS(), "q", "w"),
    "index": Work("CSI of three by group", rm.CSI(), FACTORS, None),
    "weighted index": Work("weighted CSI of three by group", rm.CSI(), FACTORS, "w"),
}


def races(rows: int, *, smoke: bool) -> Iterator[Race]:
    """Yield a race for each work on each engine that is installed."""
    if peer("narwhals") is None or peer("pyarrow") is None:
        return
    size = rows if smoke else 10 * rows
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.parquet"
        written(path, size)
        for engine, opened in frames_by_hand.ENGINES.items():
            made = opened(path)
            if made is None or (smoke and engine == "spark"):  # a session takes long to start
                continue
            frame, by_hand = made
            for kind, work in WORKS.items():
                if kind in by_hand:
                    yield _race(engine, work, frame, by_hand[kind], size)


def written(path: Path, rows: int) -> None:
    """Write the data: texts of plans, answers with gaps, weights, and ratings of factors."""
    arrow = peer("pyarrow")
    rng = np.random.default_rng(5)
    columns = {"plan": np.array(PLANS, dtype=object)[codes(len(PLANS), rows)]}
    scores = answers("float64", rows)
    columns["q"] = arrow.array(np.nan_to_num(scores).astype(np.int64), mask=np.isnan(scores))
    columns["w"] = positive(rows)
    columns |= {name: rng.integers(1, 6, rows) for name in FACTORS}
    peer("pyarrow.parquet").write_table(arrow.table(columns), path)


def _race(engine: str, work: Work, frame: Any, by_hand: Callable[[], Any], rows: int) -> Race:
    return Race(
        name=f"{engine}, {work.name}, {rows:,}",
        ours=Contender(
            name="relmetrics",
            run=partial(work.ours, frame),
            read=lambda by: [by.total.n, *sorted(by.table()["value"].tolist())],
            rounds=SLOW,
        ),
        others=[
            Contender(
                name="the query by hand",
                run=by_hand,
                read=partial(frames_by_hand.values, work.name),
                least=LEAST,
                rounds=SLOW,
            )
        ],
        rows=rows,
    )
