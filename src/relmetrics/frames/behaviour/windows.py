"""Windows of time on an engine: customers are counted by where they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.customers.purchases.windows import check_within
from relmetrics.customers.windows.definitions import STANDINGS, standing_of
from relmetrics.customers.windows.window import Window, check_window, counted_window
from relmetrics.frames.behaviour.days import FAR, in_days

if TYPE_CHECKING:
    from relmetrics.frames.behaviour.rows import Rows


def window(rows: Rows, start: object, end: object, *, active_within: int | None) -> Window:
    """Count the customers of a window: see `PurchaseLog.window`."""
    first_day, after = check_window(start, end, rows.zone)
    within = check_within(active_within, first_day, after)
    low, high = in_days(first_day), in_days(after)
    found = rows.collect(_by_standing(rows, low, high, within))
    ends = (np.array(found[name], dtype=bool) for name in ("at_start", "at_end", "new"))
    customers = np.bincount(
        standing_of(*ends), np.array(found["n"], dtype=float), minlength=len(STANDINGS)
    )
    days = sum(map(int, found["days"]))
    if within < high - low:
        blocks = rows.collect(_by_block(rows, low, high, within))
        days = sum(map(int, blocks["days"]))
    return counted_window(
        first_day,
        after,
        within,
        by_standing=customers.astype(np.int64).tolist(),
        days=days,
        last_seen=np.datetime64(rows.overview["last"], "D")
        if rows.overview["bought"]
        else first_day,
    )


def _by_standing(rows: Rows, low: int, high: int, within: int) -> Any:
    """Return the query of the customers by their standing, and of their days as customers.

    The days are those of a window that is no longer than a purchase makes a customer.
    """
    nw = rows.nw
    day = nw.col("d")
    customers = (
        rows.bought()
        .filter(day < high)
        .with_columns(
            nw.when(day < low).then(day).otherwise(-FAR).alias("before"),
            nw.when(day < low).then(FAR).otherwise(day).alias("since"),
        )
        .group_by("c")
        .agg(
            day.min().alias("first"),
            day.max().alias("last"),
            nw.col("before").max(),
            nw.col("since").min(),
        )
    )
    known = customers.with_columns(nw.lit(low).alias("low"), nw.lit(high).alias("high"))
    return (
        _with_days(nw, known, within)
        .with_columns(
            (nw.col("before") >= low - within).cast(nw.Int64).alias("at_start"),
            (nw.col("last") >= high - within).cast(nw.Int64).alias("at_end"),
            (nw.col("first") >= low).cast(nw.Int64).alias("new"),
        )
        .group_by("at_start", "at_end", "new")
        .agg(nw.len().alias("n"), nw.col("days").sum())
    )


def _by_block(rows: Rows, low: int, high: int, within: int) -> Any:
    """Return the query of the days as customers in a window cut in blocks of `within` days.

    On the days of a block a customer is who bought in it before, or late enough in the block
    before it: the first purchase in the one and the last in the other tell all. So each customer's
    last purchase is carried over to the next block, and no row has to look for its neighbour.
    """
    nw = rows.nw
    day, block = nw.col("d"), nw.col("block")
    bought = (
        rows.bought()
        .filter((day < high) & (day >= low - within))
        .with_columns(((day - (low - within)) // within).cast(nw.Int64).alias("block"))
        .group_by("c", "block")
        .agg(day.min().alias("since"), day.max().alias("before"))
    )
    here = bought.select("c", "block", "since", nw.lit(-FAR).cast(nw.Int64).alias("before"))
    over = bought.select(
        "c", (block + 1).alias("block"), nw.lit(FAR).cast(nw.Int64).alias("since"), "before"
    )
    start = (block - 1) * within + low
    known = (
        nw.concat([here, over])
        .filter((block >= 1) & (start < high))
        .group_by("c", "block")
        .agg(nw.col("since").min(), nw.col("before").max())
        .with_columns(start.alias("low"), (start + within).alias("high"))
        .with_columns(
            nw.when(nw.col("high") > high).then(high).otherwise(nw.col("high")).alias("high"),
            nw.lit(1).alias("all"),
        )
    )
    return _with_days(nw, known, within).group_by("all").agg(nw.col("days").sum())


def _with_days(nw: Any, known: Any, within: int) -> Any:
    """Add on how many days from `low` to `high` each was a customer.

    Args:
        nw: The module narwhals.
        known: With the last purchase `before` low and the first one `since`; `within` days from
            low reach high.
        within: Days after a purchase for which a customer counts as one.
    """
    low, high, until = nw.col("low"), nw.col("high"), nw.col("before") + within
    return (
        known.with_columns(
            nw.when(until > low).then(until - low).otherwise(0).alias("carried"),
            nw.when(nw.col("since") < high).then(high - nw.col("since")).otherwise(0).alias("own"),
        )
        .with_columns((nw.col("carried") + nw.col("own")).alias("days"))
        .with_columns(
            nw.when(nw.col("days") > high - low)
            .then(high - low)
            .otherwise(nw.col("days"))
            .cast(nw.Int64)
            .alias("days")
        )
    )
