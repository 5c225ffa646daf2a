"""Movements on an engine: customers of each period, the new and the retained among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.customers.purchases.movements import moved, table
from relmetrics.data.calendar.periods import period_of

if TYPE_CHECKING:
    from relmetrics.data.calendar.periods import Every
    from relmetrics.frames.behaviour.rows import Rows
    from relmetrics.metric.table import Table

_ALL, _NEW, _RETAINED = range(3)


def movements(rows: Rows, *, every: Every, as_of: object, confidence_level: float) -> Table:
    """Count customers period by period: see `PurchaseLog.movements`."""
    end = rows.as_of(as_of)
    rows.require_near(end)
    found = rows.collect(_by_period(rows, every, end))
    periods = np.array(found["p"], dtype=np.int64)
    if not len(periods):
        return table(every, periods, {}, end, confidence_level)
    base = int(periods.min())
    size = int(period_of(np.array([end]), every)[0]) - base + 1
    counts = np.zeros((3, size), dtype=np.int64)
    counts[np.array(found["kind"], dtype=np.int64), periods - base] = found["n"]
    return table(
        every,
        base + np.arange(size),
        moved(counts[_ALL], new=counts[_NEW], retained=counts[_RETAINED]),
        end,
        confidence_level,
    )


def _by_period(rows: Rows, every: Every, end: np.datetime64) -> Any:
    """Return the query of the customers of each period: all, new, and retained ones."""
    nw = rows.nw
    seen = rows.bought(every, until=end).group_by("c", "p").agg(nw.len().alias("n"))
    seen = seen.select("c", "p")
    first = seen.group_by("c").agg(nw.col("p").min())
    following = seen.select("c", (nw.col("p") + 1).alias("p"))
    retained = seen.join(following, on=["c", "p"], how="semi")
    return _counted(nw, {_ALL: seen, _NEW: first, _RETAINED: retained}, ["p"])


def _counted(nw: Any, kinds: dict[int, Any], keys: list[str]) -> Any:
    """Return how many rows each frame has by its keys, one below the other, with its kind."""
    return nw.concat(
        [
            frame.group_by(*keys)
            .agg(nw.len().alias("n"))
            .with_columns(nw.col("n").cast(nw.Int64), nw.lit(kind).cast(nw.Int64).alias("kind"))
            .select("kind", *keys, "n")
            for kind, frame in kinds.items()
        ]
    )
