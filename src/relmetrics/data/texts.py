"""Texts of a table's cells, read as days and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.data.dates import as_times
from relmetrics.data.missing import is_missing
from relmetrics.errors import AmountError

if TYPE_CHECKING:
    from relmetrics.data.periods import Every
    from relmetrics.data.scale import Scale
    from relmetrics.data.types import AnyArray, Column, FloatArray, Zone


def parsed(scale: Scale, column: Column, name: str) -> Column:
    """Return a column of answers, read as labels where it holds text."""
    items: Any = column
    texts = any(isinstance(item, str) for item in items)
    return scale.parse(items, name=name) if texts else column


def as_days(
    column: Column,
    name: str,
    *,
    zone: Zone | None = None,
    recorded_in: Zone | None = None,
    every: Every | None = None,
) -> AnyArray | None:
    """Return a column of dates as days, NaT for empty text and missing ones; None without any.

    Raises:
        DateError: Some entries are no dates.
    """
    items: Any = column
    filled: Any = [None if _is_blank(item) else item for item in items]
    kinds = set(map(type, filled))
    if kinds == {type(None)}:
        return None
    if kinds == {np.datetime64}:
        filled = np.array(filled)  # read at once
    return as_times(filled, name, zone=zone, recorded_in=recorded_in, every=every, gaps=True).days


def _is_blank(item: object) -> bool:
    return is_missing(item) or (isinstance(item, str) and not item.strip())


def as_numbers(column: Column, name: str) -> FloatArray:
    """Return a column as numbers, empty text and missing values as NaN.

    Raises:
        AmountError: Some entries are no finite numbers.
    """
    items: Any = column
    numbers = np.full(len(items), np.nan)
    offenders: list[tuple[int, object]] = []
    for position, item in enumerate(items):
        if _is_blank(item):
            continue
        try:
            numbers[position] = float(item)
        except (TypeError, ValueError):
            offenders.append((position, item))
    if offenders:
        raise AmountError.not_finite(offenders, name=name)
    return numbers
