"""Events of stages, each of which holds until the customer's next one, become a lifecycle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relmetrics.customers.lifecycle.lifecycle import Lifecycle
from relmetrics.customers.lifecycle.stages import DISSOLUTION, STAGES
from relmetrics.data.calendar.periods import last_day, period_of, require_near

if TYPE_CHECKING:
    from relmetrics.data.calendar.periods import Every
    from relmetrics.data.types import AnyArray, FloatArray, IntArray

_SIZE = len(STAGES)


def lifecycle_of(
    customers: AnyArray,
    codes: IntArray,
    days: AnyArray,
    stages: IntArray,
    *,
    as_of: np.datetime64,
    every: Every,
    revenue: FloatArray | None = None,
    causes: IntArray | None = None,
    parties: IntArray | None = None,
) -> Lifecycle:
    """Return the lifecycle of events, sorted by customer and by time within a customer.

    Each event holds until the customer's next one. What it costs depends on the number of events,
    not on customers times periods: stays are sums of where runs begin and end.

    Args:
        customers: The ids, each with at least one event.
        codes: The customer of each event, 0..customers - 1.
        days: The day of each event, not after `as_of`.
        stages: The place of the stage that begins.
        as_of: The day of the portfolio.
        every: The kind of period.
        revenue: The money of each customer, or None.
        causes: Dissolutions by reason, or None.
        parties: Dissolutions by side, or None.
    """
    require_near(days, "events", until=as_of)
    size = len(customers)
    present = int(period_of(np.asarray(as_of), every))
    after = present + bool(last_day(present, every) == as_of)
    begins = np.minimum(period_of(days, every), after)
    final = np.ones(len(codes), dtype=bool)
    final[:-1] = codes[1:] != codes[:-1]
    ends = np.where(final, after, np.roll(begins, -1))
    start = int(begins.min()) if len(begins) else after
    periods = after - start

    held = ends > begins
    who, stage = codes[held], stages[held]
    low, high = begins[held] - start, ends[held] - start
    occupancy = np.zeros((periods + 2, _SIZE), dtype=np.int64)
    np.add.at(occupancy, (low, stage), 1)
    np.add.at(occupancy, (high, stage), -1)
    stays = np.zeros((periods + 2, _SIZE), dtype=np.int64)
    np.add.at(stays, (low + 1, stage), 1)
    np.add.at(stays, (high, stage), -1)
    steps = np.zeros((periods, _SIZE, _SIZE), dtype=np.int64)
    diagonal = np.arange(_SIZE)
    steps[:, diagonal, diagonal] = stays.cumsum(axis=0)[:periods]
    moved = who[1:] == who[:-1]
    np.add.at(steps, (low[1:][moved], stage[:-1][moved], stage[1:][moved]), 1)

    furthest = np.full(size, -1, dtype=np.int64)
    going = stages != DISSOLUTION
    np.maximum.at(furthest, codes[going], stages[going])
    dissolved = np.zeros(size, dtype=bool)
    dissolved[codes[~going]] = True
    return Lifecycle(
        as_of=as_of,
        every=every,
        customers=customers,
        codes=stages[final],
        furthest=furthest,
        dissolved=dissolved,
        revenue=revenue,
        start=start,
        occupancy=occupancy.cumsum(axis=0)[:periods],
        steps=steps,
        causes=causes,
        parties=parties,
    )
