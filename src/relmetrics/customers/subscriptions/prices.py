"""Prices: what the price of a row comes to in a month, or on some of its days, to the cent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from relmetrics.customers.subscriptions.table.billing import Billing
    from relmetrics.data.types import AnyArray, IntArray

DAYS_OF_YEAR = 365
"""A month is a twelfth of so many days where prices are for a number of days."""


def monthly(numbers: AnyArray, billing: Billing, starts: IntArray, ends: IntArray) -> AnyArray:
    """Return what the price of each row comes to in a month, rounded to its smallest unit.

    A price for m months over m; one for n days times 365 / 12 / n. The price of all of a row is one
    for its days.
    """
    days = np.where(billing.total, ends - starts, billing.days)
    by_months = billing.months > 0
    over = np.where(by_months, billing.months, 12 * np.maximum(days, 1))
    times = np.where(by_months, 1, DAYS_OF_YEAR)
    return _part(numbers, times, over)


def earned(
    numbers: AnyArray, billing: Billing, starts: IntArray, ends: IntArray, until: IntArray
) -> AnyArray:
    """Return what each row has earned from its start to the beginning of a day.

    Each billing period earns its price evenly over its days, so that what a row earns from one day
    to another is the difference of two of these, and all of it adds to the price exactly.
    """
    days = np.clip(until, starts, ends)
    k = billing.begun(starts, ends, days)
    low = billing.boundary(starts, ends, k)
    high = billing.boundary(starts, ends, k + 1)
    # Of a price for all of a row, the period after its end has no days.
    length = np.maximum(high - low, 1)
    return numbers * k + _part(numbers, days - low, length)


def _part(numbers: AnyArray, times: IntArray, over: IntArray) -> AnyArray:
    """Return numbers x times / over; whole numbers to the nearest one, halves up."""
    if numbers.dtype.kind == "f":
        parts: AnyArray = numbers * times / over
        return parts
    most = int(np.abs(numbers).max(initial=0)) * int(times.max(initial=1)) * 4
    exact = numbers.astype(object) if most >= 2**62 else numbers
    rounded: AnyArray = (2 * exact * times + over) // (2 * over)
    return rounded
