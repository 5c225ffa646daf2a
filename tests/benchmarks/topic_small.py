"""Small input: one call with value, error, interval and result object."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Any

import numpy as np
from peers import peer
from racing import Contender, Race
from samples import answers

import relmetrics as rm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


CALLS = "a result that carries its state and its definition: a dozen calls"


def races(rows: int, *, smoke: bool) -> Iterator[Race]:
    """Yield a race for each kind of column; `rows` does not matter here."""
    del rows, smoke
    yield _race("list of 10", answers("uint8", 10).tolist())
    yield _race("list of 1,000", answers("uint8", 1000).tolist())
    yield _race("int64 array of 10", answers("int64", 10))
    yield _race("int64 array of 1,000", answers("int64", 1000))
    yield _race("float64 array of 1,000 with NaN", answers("float64", 1000))
    if pd := peer("pandas"):
        yield _race("pandas Series of 1,000", pd.Series(answers("int64", 1000)))
    if pl := peer("polars"):
        yield _race("polars Series of 1,000", pl.Series("x", answers("int64", 1000)))


def by_statistics(values: Any) -> float:
    """Return the score and its Wald interval with the standard library."""
    scores = [100 * int(x >= 9) - 100 * int(x <= 6) for x in values if x == x]  # noqa: PLR0124 - NaN
    mean = statistics.fmean(scores)
    half = 1.96 * statistics.stdev(scores, mean) / len(scores) ** 0.5
    _ = mean - half, mean + half
    return mean


def by_numpy(values: Any) -> float:
    """Return the score and its Wald interval with numpy."""
    known = np.asarray(values, dtype=np.float64)
    known = known[~np.isnan(known)]
    scores = 100.0 * (known >= 9) - 100.0 * (known <= 6)
    mean = float(scores.mean())
    half = 1.96 * float(scores.std(ddof=1)) / len(scores) ** 0.5
    _ = mean - half, mean + half
    return mean


def _race(kind: str, values: Any) -> Race:
    call: Callable[[], Any] = lambda: rm.nps(values)  # noqa: E731 - one line, as a user writes it
    return Race(
        name=f"one call, {kind}",
        ours=Contender(name="relmetrics", run=call, read=float),
        others=[
            Contender(
                name="standard library, naive",
                run=lambda: by_statistics(values),
                is_peer=False,
                least=1.0,
                why=CALLS,
            ),
            Contender(
                name="numpy, naive",
                run=lambda: by_numpy(values),
                is_peer=False,
                least=1.0,
                why=CALLS,
            ),
        ],
        rows=1,
    )
