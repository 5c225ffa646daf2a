"""Cells of a table: columns as they are where they can be, texts read as days and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.data.calendar.dates import as_times
from relmetrics.data.columns import as_column
from relmetrics.data.missing import is_missing
from relmetrics.data.scale import YES_NO
from relmetrics.errors import AmountError

if TYPE_CHECKING:
    from relmetrics.data.calendar.periods import Every
    from relmetrics.data.scale import Scale
    from relmetrics.data.types import AnyArray, Column, FloatArray, Zone


def kept(column: Column) -> Column:
    """Return numbers and days of numpy, and numbers of a data frame, as an array; else a list.

    A data frame's days may lose their zone on the way to an array, so they go one by one.
    """
    items: Any = column
    if is_plain(items, "biufM"):
        return column
    if hasattr(column, "to_numpy") and getattr(column, "ndim", 1) == 1:
        array = as_column(column, "column")
        if is_plain(array, "biuf"):
            return array
    return list(items)


def is_plain(column: object, kinds: str) -> bool:
    """Tell whether a column is an array that holds nothing but what these kinds of numpy are."""
    return type(column) is np.ndarray and column.ndim == 1 and column.dtype.kind in kinds


def parsed(scale: Scale, column: Column, name: str) -> Column:
    """Return a column of answers, read as labels where it holds text."""
    items: Any = column
    if is_plain(column, "biufM"):
        return column
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
    if is_plain(column, "M"):
        if len(items) and np.isnat(items).all():
            return None
        return as_times(
            items, name, zone=zone, recorded_in=recorded_in, every=every, gaps=True
        ).days
    filled: Any = [None if _is_blank(item) else item for item in items]
    kinds = set(map(type, filled))
    if kinds == {type(None)}:
        return None
    if kinds == {np.datetime64}:
        filled = np.array(filled)  # read at once
    return as_times(filled, name, zone=zone, recorded_in=recorded_in, every=every, gaps=True).days


def _is_blank(item: object) -> bool:
    return is_missing(item) or (isinstance(item, str) and not item.strip())


def as_flags(column: Column, name: str) -> FloatArray:
    """Return a column of yes and no as 1.0 and 0.0, missing values as NaN.

    Raises:
        LabelError: Some entries say neither.
    """
    if is_plain(column, "biuf"):
        flags: FloatArray = as_numbers(column, name)
        if (np.isnan(flags) | (flags == 0) | (flags == 1)).all():
            return flags
    items: Any = column
    read = YES_NO.parse(items, name=name)
    return np.array([np.nan if flag is None else flag for flag in read], dtype=np.float64)


def as_numbers(column: Column, name: str) -> FloatArray:
    """Return a column as numbers, empty text and missing values as NaN.

    Raises:
        AmountError: Some entries are no finite numbers.
    """
    items: Any = column
    if is_plain(column, "biuf"):
        with np.errstate(over="ignore"):  # a long double may not fit: it becomes infinite
            found: FloatArray = items.astype(np.float64)
        return found
    numbers = np.full(len(items), np.nan)
    offenders: list[tuple[int, object]] = []
    for position, item in enumerate(items):
        if _is_blank(item):
            continue
        if isinstance(item, (bytes, complex, np.complexfloating, np.timedelta64)):
            offenders.append((position, item))
            continue
        try:
            numbers[position] = float(item)
        except (TypeError, ValueError, OverflowError):
            offenders.append((position, item))
    if offenders:
        raise AmountError.not_finite(offenders, name=name)
    return numbers
