"""Active periods: the distinct pairs of customer and step (day, period, age) of a log, in order."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, FloatArray, IntArray

_LARGEST_SHORT = 2**31


@frozen(eq=False, slots=False)
class ActivePeriods:
    """Distinct pairs of customer and step, sorted by customer and then by step.

    Attributes:
        customers: The customer of each pair, ascending.
        steps: Its step, ascending within a customer.
        amounts: The sum of the amounts of the rows that fell on it, or None.

    Example:
        >>> import numpy as np
        >>> from relmetrics.customers.purchases.active_periods import ActivePeriods
        >>> seen = ActivePeriods.of(np.array([1, 0, 1, 1]), np.array([2, 0, 0, 2]), 3)
        >>> seen.customers.tolist(), seen.steps.tolist(), seen.begins.tolist()
        ([0, 1, 1], [0, 0, 2], [True, True, False])
    """

    customers: IntArray
    steps: IntArray
    amounts: FloatArray | None = None

    @classmethod
    def of(
        cls, customers: IntArray, steps: IntArray, width: int, amounts: FloatArray | None = None
    ) -> ActivePeriods:
        """Return the active periods of rows.

        Args:
            customers: The customer of each row, from 0 on.
            steps: The step of each row, from 0 to `width` - 1.
            width: The number of steps.
            amounts: The amount of each row.
        """
        # Keys of half the width take a third of the time to sort.
        short = int(customers.max(initial=0) + 1) * width < _LARGEST_SHORT
        kind = np.int32 if short else np.int64
        keys = np.multiply(customers, width, dtype=kind, casting="unsafe")
        np.add(keys, steps, out=keys, casting="unsafe")
        sums: FloatArray | None = None
        # Sorting and comparing neighbours: np.unique is many times slower.
        if amounts is None:
            keys.sort()
            found = keys.compress(_changes(keys))
        else:
            order = np.argsort(keys)
            keys = keys[order]
            starts = np.flatnonzero(_changes(keys))
            found = keys[starts]
            sums = np.add.reduceat(amounts[order], starts) if len(starts) else amounts
        who = found // kind(width)
        return cls(who.astype(np.int64), (found - who * kind(width)).astype(np.int64), sums)

    @cached_property
    def begins(self) -> AnyArray:
        """Whether a pair is its customer's first."""
        return _changes(self.customers)

    @cached_property
    def ends(self) -> AnyArray:
        """Whether a pair is its customer's last."""
        return np.concatenate([self.begins[1:], np.ones(min(len(self.begins), 1), dtype=bool)])


def _changes(ordered: AnyArray) -> AnyArray:
    """Tell where a value differs from the one before it, the first one included."""
    differs = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=differs[1:])
    return differs
