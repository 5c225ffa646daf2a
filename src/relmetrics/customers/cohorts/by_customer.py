"""Recurring cohorts by customer: the sums that tell how much one customer counts for.

A customer is in a recurring cohort for each period with a purchase, and those who come back once
come back often. So their entries are no independent ones: the variance of a curve is that of a
ratio of two sums over customers, Cochran (1977), Sampling Techniques, chapter 6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relmetrics.customers.cohorts.definition import KINDS
from relmetrics.customers.purchases.active_periods import ActivePeriods
from relmetrics.states.sample import bessel, effective_n

if TYPE_CHECKING:
    from relmetrics.data.types import FloatArray, IntArray

SUMS = 4
"""How many sums there are of each kind and age: see `products_of`."""
_CELLS = 1 << 21


def products_of(seen: ActivePeriods, width: int, last: int) -> IntArray:
    """Return the sums of products by kind and age, shape (4, 4, ages).

    Of each customer x is the number of entries for which an age is over, and y how many of them
    are active then; the sums are of 1 (where there is an x), x^2, x y and y^2.

    Args:
        seen: The active periods of each customer; steps are periods.
        width: The number of ages.
        last: The last period that is over, -1 for none.
    """
    found = np.zeros((len(KINDS), SUMS, width), dtype=np.int64)
    at_once = max(1, _CELLS // max(width, 1))
    starts = np.flatnonzero(seen.begins)
    for first in range(0, len(starts), at_once):
        low = starts[first]
        high = starts[first + at_once] if first + at_once < len(starts) else len(seen.steps)
        who = np.cumsum(seen.begins[low:high]) - 1
        part = ActivePeriods(who, seen.steps[low:high])
        entries, active = _by_customer(part, int(who[-1]) + 1, width, last)
        for kind, y in enumerate(active):
            sums = (entries > 0, entries * entries, entries * y, y * y)
            found[kind] += np.array([column.sum(axis=0) for column in sums])
    return found


def _by_customer(
    seen: ActivePeriods, size: int, width: int, last: int
) -> tuple[IntArray, list[IntArray]]:
    """Return the entries of each customer that are over at each age, and how many are active."""
    shape = size, width + 1
    over, on, after, before, streak = (np.zeros(shape, dtype=np.int64) for _ in range(5))
    until = np.minimum(last - seen.steps, width - 1)  # the last age that is over, of each entry
    entered = np.flatnonzero(until >= 0)
    np.add.at(over, (seen.customers[entered], until[entered]), 1)
    places, passed = entered, 0
    while len(places):
        who, oldest = seen.customers[places], until[entered]
        ages, ends = seen.steps[places] - seen.steps[entered], seen.ends[places]
        known = ages <= oldest
        np.add.at(on, (who[known], ages[known]), 1)
        np.add.at(after, (who[ends], np.minimum(ages, oldest)[ends]), 1)
        if passed == 1:
            np.add.at(before, (who[known], ages[known]), 1)
            np.add.at(before, (who[known], oldest[known] + 1), -1)
        unbroken = known & (ages == passed)
        np.add.at(streak, (who[unbroken], ages[unbroken]), 1)
        entered, places, passed = entered[~ends], places[~ends] + 1, passed + 1
    over, after = (np.cumsum(x[:, ::-1], axis=1)[:, ::-1] for x in (over, after))
    before = np.cumsum(before, axis=1)
    before[:, 0] = over[:, 0]
    return over[:, :-1], [x[:, :-1] for x in (on, after, before, streak)]


def effective_entries(share: FloatArray, entries: IntArray, products: IntArray) -> FloatArray:
    """Return how many independent entries would tell as much of the share as these do, by age.

    That is p (1 - p) over the variance of the ratio, and never more than the entries. Where all or
    none are active nothing tells how alike the entries of one customer are: then they count as
    wholly alike, by Kish's effective number.

    Args:
        share: The share that is active (0..1).
        entries: The number of entries.
        products: What `products_of` found for one kind, shape (4, ages).
    """
    customers, squares, across, active = products.astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = active - 2 * share * across + share**2 * squares
        variance = spread / entries.astype(np.float64) ** 2 * bessel(customers)
        own = share * (1 - share) / variance
        alike = effective_n(entries, squares)
        worth: FloatArray = np.where((share > 0) & (share < 1), own, alike)
        return np.minimum(worth, entries)


def added(ours: IntArray | None, theirs: IntArray | None) -> IntArray | None:
    """Return the sums over the customers of both; None where those of one are not known."""
    if ours is None or theirs is None:
        return None
    longer, shorter = sorted((ours, theirs), key=lambda sums: -sums.shape[-1])
    found = longer.copy()
    found[..., : shorter.shape[-1]] += shorter
    return found
