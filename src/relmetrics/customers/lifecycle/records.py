"""Records of customer, period and state, in any order, counted as moves between states."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.data.alignment import require_aligned
from relmetrics.data.calendar.dates import as_dates
from relmetrics.data.calendar.periods import Every, as_every, period_of
from relmetrics.data.columns import as_column, is_whole
from relmetrics.data.labels.grouping import group
from relmetrics.data.labels.ids import identified
from relmetrics.data.labels.ordering import in_order
from relmetrics.data.missing import is_missing
from relmetrics.errors import AnswerError, CustomerError, LabelError

if TYPE_CHECKING:
    from relmetrics.data.types import Column, IntArray


def count_moves(
    customers: Column,
    periods: Column,
    observed: Column,
    states: tuple[str, ...],
    every: Every | None = None,
) -> tuple[IntArray, int, int]:
    """Return the moves between states, the records without a state, and the gaps.

    A move is counted between periods that follow each other; a gap is a pair of neighbouring
    records of a customer with unobserved periods between them.

    Raises:
        CustomerError: An id is missing, or a customer has two states in a period.
        LabelError: Some records are in a state that `states` does not name.
        AnswerError: Periods are no whole numbers.
        DateError: Periods cannot be read as dates.
        LengthError: The columns differ in length.
        ParameterError: There is no such period.
    """
    require_aligned(customers=customers, periods=periods, observed=observed)
    numbers = _period_numbers(periods, every)
    ids = identified(customers, "customers", rows=len(numbers))
    codes = _state_codes(observed, states, len(numbers))
    order = in_order(ids.codes, numbers)
    who, when = ids.codes[order], numbers[order]
    again = np.zeros(len(order), dtype=bool)
    again[1:] = (who[1:] == who[:-1]) & (when[1:] == when[:-1])
    if again.any():
        at = np.sort(order[again])
        offenders = [(int(i), ids.labels.columns[0][ids.codes[i]]) for i in at]
        raise CustomerError.several_states(offenders, what="state in a period")
    known = codes[order] >= 0
    who, when, state = who[known], when[known], codes[order][known]
    same = who[1:] == who[:-1]
    step = same & (when[1:] == when[:-1] + 1)
    size = len(states)
    cells = state[:-1][step] * size + state[1:][step]
    counts = np.bincount(cells, minlength=size * size).reshape(size, size)
    return counts, int((~known).sum()), int((same & ~step).sum())


def _period_numbers(periods: Column, every: Every | None) -> IntArray:
    if every is not None:
        return period_of(as_dates(periods, "periods"), as_every(every))
    column = as_column(periods, "periods")
    numbers = np.asarray(column)
    if numbers.dtype.kind in "iu" or not len(numbers):
        return numbers.astype(np.int64)
    offenders: list[tuple[int, Any]] = [(i, x) for i, x in enumerate(column) if not is_whole(x)]
    raise AnswerError.not_scores(
        offenders,
        name="periods",
        size=len(column),
        count=len(offenders),
        kind="whole numbers",
        remedy="Number the periods, or say every='month' and give dates.",
    )


def _state_codes(observed: Column, names: tuple[str, ...], rows: int) -> IntArray:
    """Return the place of each state among the names, -1 where it is missing."""
    grouping = group({"observed": observed}, rows)
    labels = grouping.labels.columns[0].tolist()
    places = {name: place for place, name in enumerate(names)}
    known = [-1 if is_missing(label) else places.get(label, -2) for label in labels]
    codes: IntArray = np.array(known, dtype=np.int64)[grouping.codes]
    bad = np.flatnonzero(codes < -1)
    if len(bad):
        offenders = [(int(i), labels[grouping.codes[i]]) for i in bad]
        raise LabelError.not_named(offenders, name="observed", known=names)
    return codes
