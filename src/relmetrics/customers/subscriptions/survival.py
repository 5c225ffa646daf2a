"""Survival of subscribers: how long the first spell of each lasts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.customers.survival.durations import survival as of_durations
from relmetrics.customers.survival.groups.by_group import SurvivalByGroup
from relmetrics.errors import EmptySampleError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from relmetrics.customers.subscriptions.table.log import Subscriptions
    from relmetrics.customers.survival.curve import SurvivalCurve
    from relmetrics.data.labels.grouping import Grouping


def survival(log: Subscriptions, *, as_of: object = None, **options: Any) -> SurvivalCurve:
    """Estimate how long customers stay: see `SubscriptionLog.survival`.

    Raises:
        EmptySampleError: Nobody had a subscription by then.
    """
    stays, gone = _stays(log, as_of)
    if not len(stays):
        raise EmptySampleError.for_metric("Survival", 0)
    curve: SurvivalCurve = of_durations(stays, gone, unit="days", **options)
    return curve


def survival_by(
    parts: Iterable[Subscriptions], segments: Grouping, *, as_of: object, **options: Any
) -> SurvivalByGroup:
    """Estimate how long the customers of each segment stay.

    Raises:
        EmptySampleError: Nobody had a subscription by then.
    """
    found = [_stays(part, as_of) for part in parts]
    rows = np.repeat(np.arange(len(found)), [len(stays) for stays, _ in found])
    if not len(rows):
        raise EmptySampleError.for_metric("Survival", 0)
    stays, gone = (np.concatenate(column) for column in zip(*found, strict=True))
    by = of_durations(stays, gone, by=rows, unit="days", **options)
    nobody = by.total.nobody()
    curves = tuple(by.get(i, nobody) for i in range(len(found)))
    return SurvivalByGroup(segments.labels, curves)


def _stays(log: Subscriptions, as_of: object) -> tuple[Any, Any]:
    """Return how long each customer was seen to stay, and whether they left then."""
    until = int(log.as_of(as_of).astype(np.int64))
    # Whether a gap is one is known only so many days after it began.
    end = until - max(log.grace - 1, 0)
    spells = log.spells(until)
    first = spells.begins & (spells.starts <= end)
    starts, ends = spells.starts[first], spells.ends[first]
    return np.minimum(ends, end) - starts, ends <= end
