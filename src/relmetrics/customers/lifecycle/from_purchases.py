"""Stages from purchases: a log and explicit rules become events, and those a lifecycle."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.customers.lifecycle.events import lifecycle_of
from relmetrics.customers.lifecycle.stages import DISSOLUTION, Stage, StageRules
from relmetrics.customers.purchases.log import cancelled
from relmetrics.data.calendar.dates import as_dates
from relmetrics.data.calendar.periods import as_every
from relmetrics.data.columns import as_column
from relmetrics.data.labels.grouping import group
from relmetrics.data.labels.ids import identified
from relmetrics.data.labels.numbering import plain_list
from relmetrics.data.labels.ordering import in_order
from relmetrics.errors import ParameterError

if TYPE_CHECKING:
    from relmetrics.customers.lifecycle.lifecycle import Lifecycle
    from relmetrics.customers.purchases.log import Purchases
    from relmetrics.data.types import AnyArray, Column, FloatArray, IntArray


def stages(
    log: Purchases,
    *,
    as_of: object = None,
    every: str = "month",
    expansion_from: int = 2,
    commitment_from: int = 5,
    active_within: int = 365,
    known: Column | Mapping[Any, object] | None = None,
) -> Lifecycle:
    """Read a log of purchases as stages of relationships: see `PurchaseLog.stages`."""
    rules = StageRules(
        expansion_from=expansion_from, commitment_from=commitment_from, active_within=active_within
    )
    period = as_every(every)
    end = log.as_of(as_of)
    codes, days, found = _bought(log, rules, end)
    ids, since = _known(known, end, log.customers)
    labels, place = log.customers, np.arange(len(log.customers))
    if ids:
        everybody = [*plain_list(log.customers), *ids]
        grouping = group(everybody, len(everybody))
        labels, place = grouping.labels.columns[0], grouping.codes
    owners = place[: len(log.customers)]
    aware, when = _aware(log, place[len(log.customers) :], since, owners, end)
    codes = np.concatenate([owners[codes], aware])
    days = np.concatenate([days, when])
    found = np.concatenate([found, np.full(len(aware), Stage.AWARENESS.place)])
    order = in_order(codes, days)
    # Who is neither known nor has bought by then is no customer yet.
    there = np.bincount(codes, minlength=len(labels)) > 0
    renumbered = np.cumsum(there) - 1
    revenue: FloatArray | None = None
    if log.amounts is not None:
        spent = np.where(log.days <= end, np.nan_to_num(log.amounts), 0.0)
        paid = np.zeros(len(there))
        np.add.at(paid, owners[log.codes], spent)
        refunds = log.returns.until(end).sums(len(log.customers))
        paid[owners] = cancelled(paid[owners] + refunds, refunds)
        revenue = paid[there]
    return lifecycle_of(
        labels[there],
        renumbered[codes[order]],
        days[order],
        found[order],
        as_of=end,
        every=period,
        revenue=revenue,
    )


def _bought(
    log: Purchases, rules: StageRules, end: np.datetime64
) -> tuple[IntArray, AnyArray, IntArray]:
    """Return customer, day and stage of the events that purchases make, dissolutions among them.

    A purchase that leaves its customer in the stage of the one before is no event.
    """
    codes, days = _in_order(log, end)
    first = np.ones(len(codes), dtype=bool)
    first[1:] = codes[1:] != codes[:-1]
    begin = np.maximum.accumulate(np.where(first, np.arange(len(codes)), 0))
    number = np.arange(len(codes)) - begin + 1
    # A day shows what holds at its end: its last purchase.
    closing = np.ones(len(codes), dtype=bool)
    closing[:-1] = first[1:] | (days[1:] != days[:-1])
    codes, days, number = codes[closing], days[closing], number[closing]
    following = np.full(len(codes), end + np.timedelta64(1, "D"))
    following[:-1] = np.where(codes[1:] == codes[:-1], days[1:], following[:-1])
    lapse: AnyArray = days + np.timedelta64(rules.active_within + 1, "D")
    gone = lapse < following
    stage = rules.of(number)
    event = np.ones(len(codes), dtype=bool)
    event[1:] = (codes[1:] != codes[:-1]) | (stage[1:] != stage[:-1]) | gone[:-1]
    return (
        np.concatenate([codes[event], codes[gone]]),
        np.concatenate([days[event], lapse[gone]]),
        np.concatenate([stage[event], np.full(int(gone.sum()), DISSOLUTION)]),
    )


def _in_order(log: Purchases, end: np.datetime64) -> tuple[IntArray, AnyArray]:
    """Return customer and day of the purchases until a day, by customer and by day."""
    order = log.order
    kept = log.days[order] <= end
    if not kept.all():
        order = order[kept]
    codes, days = log.codes[order], log.days[order]
    back = (codes[1:] == codes[:-1]) & (days[1:] < days[:-1])
    if back.any():  # a clock that was set back over midnight shows the day before once more
        again = in_order(codes, days)
        codes, days = codes[again], days[again]
    return codes, days


def _known(
    known: Column | Mapping[Any, object] | None, end: np.datetime64, labels: AnyArray
) -> tuple[list[Any], AnyArray | None]:
    """Return the ids of known customers, and the day since when each is known if that is told."""
    if known is None:
        return [], None
    if isinstance(known, Mapping):
        ids: list[Any] = list(known)
        days: AnyArray | None = as_dates(list(known.values()), "known").astype("datetime64[D]")
    else:
        column = as_column(known, "known")
        if isinstance(column, np.ndarray) and column.dtype.kind == "M" and labels.dtype.kind != "M":
            raise ParameterError.must_be(
                "known", "ids, or a mapping of id to day", column[0], "Say known=series.to_dict()."
            )
        ids, days = plain_list(column) if isinstance(column, np.ndarray) else column, None
    identified(ids, "known")
    if days is None:
        return ids, None
    early = days <= end
    return [label for label, kept in zip(ids, early.tolist(), strict=True) if kept], days[early]


def _aware(
    log: Purchases,
    known: IntArray,
    since: AnyArray | None,
    owners: IntArray,
    end: np.datetime64,
) -> tuple[IntArray, AnyArray]:
    """Return customer and day of the beginnings of awareness: those before a first purchase."""
    size = max(int(known.max(initial=-1)), int(owners.max(initial=-1))) + 1
    first: AnyArray = np.full(size, np.datetime64("NaT", "D"))
    first[owners] = log.first
    bought: AnyArray = first[known]
    if since is None:
        never = np.zeros(size, dtype=bool)
        # A purchase after `as_of` has not happened yet.
        never[known[np.isnat(bought) | (bought > end)]] = True
        aware = np.flatnonzero(never)
        return aware, np.full(len(aware), end)
    before = np.isnat(bought) | (since < bought)
    return known[before], since[before]
