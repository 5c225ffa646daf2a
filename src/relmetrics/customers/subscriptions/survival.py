"""Survival of subscribers: how long the first spell of each lasts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from attrs import frozen

from relmetrics.customers.survival.durations import survival as of_durations
from relmetrics.customers.survival.groups.by_group import SurvivalByGroup
from relmetrics.data.columns import require_equal_lengths
from relmetrics.data.labels.grouping import group, labels_of
from relmetrics.data.labels.numbering import plain_list
from relmetrics.data.missing import is_missing
from relmetrics.errors import CustomerError, EmptySampleError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.customers.subscriptions.table.log import Subscriptions
    from relmetrics.customers.survival.curve import SurvivalCurve
    from relmetrics.data.labels.grouping import Grouping
    from relmetrics.data.types import AnyArray, IntArray

Reasons: TypeAlias = Any
"""A mapping of customer to reason, or a column with one per row of the log."""


def survival(
    log: Subscriptions, *, as_of: object = None, reasons: Reasons | None = None, **options: Any
) -> SurvivalCurve:
    """Estimate how long customers stay: see `SubscriptionLog.survival`.

    Raises:
        EmptySampleError: Nobody had a subscription by then.
    """
    stays = _stays(log, as_of)
    if not len(stays.customers):
        raise EmptySampleError.for_metric("Survival", 0)
    why = None if reasons is None else stays.reasons(reasons_of(log, reasons, as_of))
    curve: SurvivalCurve = of_durations(
        stays.lengths, stays.left, unit="days", reasons=why, **options
    )
    return curve


def survival_by(
    log: Subscriptions,
    segments: Grouping,
    *,
    as_of: object,
    reasons: Reasons | None = None,
    **options: Any,
) -> SurvivalByGroup:
    """Estimate how long the customers of each segment stay.

    Raises:
        EmptySampleError: Nobody had a subscription by then.
    """
    stays = _stays(log, as_of)
    if not len(stays.customers):
        raise EmptySampleError.for_metric("Survival", 0)
    why = None if reasons is None else stays.reasons(reasons_of(log, reasons, as_of))
    rows = segments.codes[stays.customers]
    by = of_durations(stays.lengths, stays.left, by=rows, unit="days", reasons=why, **options)
    nobody = by.total.nobody()
    curves = tuple(by.get(i, nobody) for i in range(len(segments.labels)))
    return SurvivalByGroup(segments.labels, curves)


@frozen(eq=False)
class _Stays:
    """How long customers were seen to stay, in the order of their numbers.

    Attributes:
        customers: The customer of each.
        lengths: The days from the first day to the end, or to the last one that is known.
        left: Whether each left then.
    """

    customers: IntArray
    lengths: IntArray
    left: AnyArray

    def reasons(self, labels: Sequence[Any]) -> list[Any]:
        """Return why each left, None of who did not, from one label for every customer."""
        pairs = zip(self.customers.tolist(), self.left.tolist(), strict=True)
        return [labels[customer] if left else None for customer, left in pairs]


def _stays(log: Subscriptions, as_of: object) -> _Stays:
    """Return how long each customer was seen to stay, and whether they left then."""
    until = int(log.as_of(as_of).astype(np.int64))
    # Whether a gap is one is known only so many days after it began.
    end = until - max(log.grace - 1, 0)
    spells = log.spells(until)
    first = spells.begins & (spells.starts <= end)
    starts, ends = spells.starts[first], spells.ends[first]
    return _Stays(spells.customers[first], np.minimum(ends, end) - starts, ends <= end)


def reasons_of(log: Subscriptions, reasons: Reasons, as_of: object) -> list[Any]:
    """Return why each customer ended their first spell, None where it is not said.

    Args:
        log: The subscriptions.
        reasons: A mapping of customer to reason, or a column with one per row of the log: that of
            the row that ends when the spell does.
        as_of: The last day that is known.

    Raises:
        CustomerError: Rows that end a customer's spell on the same day have different reasons.
        LengthError: There is not one reason per row.
    """
    if isinstance(reasons, Mapping):
        return [reasons.get(customer) for customer in plain_list(log.customers)]
    given = labels_of(reasons, "reasons")
    require_equal_lengths(rows=len(log), reasons=len(given))
    found = group({"reasons": given}, len(log))
    labels = plain_list(found.labels.columns[0])
    spells = log.spells(int(log.as_of(as_of).astype(np.int64)))
    ends = np.full(len(log.customers), -1)
    ends[spells.customers[spells.begins]] = spells.ends[spells.begins]
    said = np.array([not is_missing(label) for label in labels], dtype=bool)[found.codes]
    rows = np.flatnonzero(log.counted & said & (log.ends == ends[log.codes]))
    why: list[Any] = [None] * len(log.customers)
    for row, customer, code in zip(
        rows.tolist(), log.codes[rows].tolist(), found.codes[rows].tolist(), strict=True
    ):
        if why[customer] not in (None, labels[code]):
            pair = f"{why[customer]!r} and {labels[code]!r}"
            who = plain_list(log.customers[[customer]])[0]
            raise CustomerError(
                f"reasons of rows that end together must agree: {pair} of customer {who!r}, row "
                f"{row}. Give a mapping of customer to reason."
            )
        why[customer] = labels[code]
    return why
