"""Cells: the revenue of each customer in each period, and the movements between periods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.data.calendar.periods import first_day
from relmetrics.data.labels.numbering import plain_list
from relmetrics.money.moving import moved

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from relmetrics.data.calendar.periods import Every
    from relmetrics.data.types import AnyArray, IntArray
    from relmetrics.money.exact import Unit
    from relmetrics.money.revenue_movement import RevenueMovement

ROUNDING = 1e-12
"""What is left of a sum of floats, relative to its terms, when they cancel."""


def cells_of(
    codes: IntArray, periods: IntArray, numbers: AnyArray, missing: AnyArray
) -> tuple[IntArray, IntArray, AnyArray, AnyArray]:
    """Return customer, period, revenue and whether it is unknown, ordered by period.

    Args:
        codes: The customer of each row.
        periods: Its period.
        numbers: Its amount.
        missing: Whether that is missing: then the revenue of the customer in the period is unknown.
    """
    order = np.lexsort((codes, periods))
    who, when = codes[order], periods[order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (who[1:] != who[:-1]) | (when[1:] != when[:-1])
    starts = np.flatnonzero(new)
    if not len(starts):
        return who, when, numbers.copy(), missing
    revenue = np.add.reduceat(numbers[order], starts)
    gone = np.logical_or.reduceat(missing[order], starts)
    if revenue.dtype.kind == "f":  # what refunds leave of floats may be rounding alone
        size = np.add.reduceat(np.abs(numbers[order]), starts)
        revenue = np.where(np.abs(revenue) <= ROUNDING * size, 0.0, revenue)
    return who[starts], when[starts], np.where(gone, 0, revenue), gone


def summed(codes: IntArray, numbers: AnyArray, size: int) -> AnyArray:
    """Return the sum of the numbers of each customer, 0 of who has none.

    Whole numbers add exactly. What floats leave where they cancel is no revenue.
    """
    total = np.zeros(size, dtype=numbers.dtype)
    np.add.at(total, codes, numbers)
    if total.dtype.kind == "f":
        reach = np.zeros(size)
        np.add.at(reach, codes, np.abs(numbers))
        total[np.abs(total) <= ROUNDING * reach] = 0.0
    return total


def owed(
    who: IntArray,
    periods: IntArray,
    amounts: AnyArray,
    customers: AnyArray,
    unit: Unit,
    every: Every,
) -> tuple[tuple[Any, str, Any], ...]:
    """Return customer, period and amount of those whose revenue of a period is below 0."""
    ids, numbers = plain_list(customers[who]), amounts.tolist()
    days = [str(day) for day in first_day(periods, every)]
    return tuple(zip(ids, days, map(unit.amount, numbers), strict=True))


def by_period(
    cells: tuple[IntArray, IntArray, AnyArray, AnyArray], size: int, first: int, last: int
) -> Iterator[tuple[AnyArray, AnyArray]]:
    """Yield the revenue of every customer in each period, and whose is unknown.

    Args:
        cells: What `cells_of` returned.
        size: The number of customers.
        first: The first period.
        last: The last one.
    """
    for period in range(first, last + 1):
        part = slice(*np.searchsorted(cells[1], [period, period + 1]))
        revenue, gone = np.zeros(size, dtype=cells[2].dtype), np.zeros(size, dtype=bool)
        revenue[cells[0][part]], gone[cells[0][part]] = cells[2][part], cells[3][part]
        yield revenue, gone


def movements_of(
    periods: Iterable[tuple[AnyArray, AnyArray]], size: int, unit: Unit
) -> tuple[RevenueMovement, ...]:
    """Return the movements into each period from the one before it, from the second one on.

    Args:
        periods: The revenue of every customer in each period, and whose is unknown.
        size: The number of customers.
        unit: What the numbers stand for.
    """
    # What is known of each customer before the period moved from: 0 nothing, 1 revenue, NaN unsure.
    known, movements = np.zeros(size), []
    last: tuple[AnyArray, AnyArray] | None = None
    for after, gone in periods:
        if last is not None:
            before, gone_before = last
            movements.append(moved(before, after, gone_before | gone, known, unit))
            known = np.where(gone_before & (known != 1), np.nan, known)
            known = np.where(~gone_before & (before > 0), 1.0, known)
        last = after, gone
    return tuple(movements)
