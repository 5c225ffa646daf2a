"""Cells: the revenue of each customer in each period, and the movements between periods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.data.calendar.periods import first_day
from relmetrics.data.labels.numbering import plain_list
from relmetrics.money.moving import moved

if TYPE_CHECKING:
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


def owed(
    cells: tuple[IntArray, IntArray, AnyArray, AnyArray],
    owing: IntArray,
    customers: AnyArray,
    unit: Unit,
    every: Every,
) -> tuple[tuple[Any, str, Any], ...]:
    """Return customer, period and amount of the cells at these places, whose amount is below 0."""
    return tuple(
        (
            plain_list(customers[cells[0][owing]])[i],
            str(first_day(int(cells[1][cell]), every)),
            unit.amount(cells[2][cell]),
        )
        for i, cell in enumerate(owing.tolist())
    )


def movements_between(
    cells: tuple[IntArray, IntArray, AnyArray, AnyArray],
    size: int,
    unit: Unit,
    first: int,
    last: int,
) -> tuple[RevenueMovement, ...]:
    """Return the movement into each period from the one before it.

    Args:
        cells: What `cells_of` returned.
        size: The number of customers.
        unit: What the numbers stand for.
        first: The first period, into which nothing moves.
        last: The last period.
    """
    none = np.zeros(size, dtype=cells[2].dtype)
    unknown = np.zeros(size, dtype=bool)
    before, gone_before = none, unknown
    # What is known of each customer before the period moved from: 0 nothing, 1 revenue, NaN unsure.
    known, movements = np.zeros(size), []
    for period in range(first, last + 1):
        part = slice(*np.searchsorted(cells[1], [period, period + 1]))
        after, gone = none.copy(), unknown.copy()
        after[cells[0][part]], gone[cells[0][part]] = cells[2][part], cells[3][part]
        if period > first:
            movements.append(moved(before, after, gone_before | gone, known, unit))
            known = np.where(gone_before & (known != 1), np.nan, known)
            known = np.where(~gone_before & (before > 0), 1.0, known)
        before, gone_before = after, gone
    return tuple(movements)
