"""Money of cohorts: what returns take off, and the sums that tell how unlike customers are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from relmetrics.data.calendar.periods import period_of

if TYPE_CHECKING:
    from relmetrics.customers.cohorts.definition import CohortDefinition
    from relmetrics.customers.purchases.active_periods import ActivePeriods
    from relmetrics.customers.purchases.returned import Returned
    from relmetrics.data.types import FloatArray, IntArray


@frozen(eq=False)
class GivenBack:
    """What entrants gave back: whose entry each return belongs to, at which age, how much."""

    entries: IntArray
    ages: IntArray
    amounts: FloatArray


def given_back(
    returns: Returned,
    customers: IntArray,
    entered: IntArray,
    definition: CohortDefinition,
    first: IntArray,
    base: int,
) -> GivenBack:
    """Return what is taken off the money of each age; returns before an entry are none.

    Args:
        returns: The returns of the log, which count where they are dated.
        customers: The customer of each entry.
        entered: The period of each entry, from `base` on.
        definition: The definition.
        first: The day on which each customer entered.
        base: The number of the first period.
    """
    known = returns.until(definition.as_of)
    order = np.argsort(known.codes, kind="stable") if known.dated else np.zeros(0, dtype=np.int64)
    low, high = (np.searchsorted(known.codes[order], customers, side) for side in ("left", "right"))
    # Each entry meets each return of its customer.
    each = high - low
    entry = np.repeat(np.arange(len(each)), each)
    within = np.arange(len(entry)) - np.repeat(np.cumsum(each) - each, each)
    place = order[np.repeat(low, each) + within]
    since = known.days[place].astype(np.int64) - first[customers[entry]]
    if definition.is_calendar:
        ages = period_of(known.days[place], definition.every) - base - entered[entry]
    else:
        ages = since // int(definition.windows)
    kept = (since >= 0) & (ages >= 0)
    entry, place, ages = entry[kept], place[kept], ages[kept]
    if definition.brackets is not None:
        ages = definition.brackets_by_age(int(ages.max(initial=0)) + 1)[ages]
        entry, place, ages = entry[ages >= 0], place[ages >= 0], ages[ages >= 0]
    return GivenBack(entry, ages, known.amounts[place])


def squares_of(
    seen: ActivePeriods,
    back: GivenBack,
    entrants: IntArray,
    cohort: IntArray,
    shape: tuple[int, int],
) -> FloatArray:
    """Return by how much the sum of squares of what customers spent so far grows, by cell.

    Summed up to an age it is the sum, over the customers of a cohort, of the square of what each
    spent up to that age: with the sum itself, all that a mean and its error need.

    Args:
        seen: Who spent how much at which age.
        back: What they gave back.
        entrants: The customer of each entry.
        cohort: The cohort of each customer.
        shape: The number of cohorts and of ages.
    """
    who, ages, begins = seen.customers, seen.steps, seen.begins
    amounts = np.zeros(0) if seen.amounts is None else seen.amounts
    if len(back.amounts):  # what is in order already is not sorted again
        who = np.concatenate([who, entrants[back.entries]])
        order = np.lexsort((np.concatenate([ages, back.ages]), who))
        who, ages = who[order], np.concatenate([ages, back.ages])[order]
        amounts = np.concatenate([amounts, back.amounts])[order]
        begins = np.ones(len(who), dtype=bool)
        begins[1:] = who[1:] != who[:-1]
    total = np.cumsum(amounts)
    starts = np.flatnonzero(begins)
    before = total[starts] - amounts[starts]
    after = total - np.repeat(before, np.diff(np.append(starts, len(who))))
    # (s + x)^2 - s^2 of every step: what lies between drops out of the sum.
    grown = amounts * (2 * after - amounts)
    cells = cohort[who] * shape[1] + ages
    summed: Any = np.bincount(cells, grown, minlength=shape[0] * shape[1])
    squares: FloatArray = summed.reshape(shape)
    return squares
