"""Cells of a table: columns as they are where they can be, texts read as days and numbers."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.data.calendar.dates import as_times
from relmetrics.data.columns import as_column
from relmetrics.data.labels.numbering import numbered
from relmetrics.data.missing import is_missing
from relmetrics.data.scale import YES_NO
from relmetrics.errors import AmountError, DateError, LabelError

if TYPE_CHECKING:
    from collections.abc import Callable

    from relmetrics.data.calendar.periods import Every
    from relmetrics.data.scale import Scale
    from relmetrics.data.types import AnyArray, Column, FloatArray, Zone


def kept(column: Column, name: str) -> Column:
    """Return a column as a list or an array of one dimension, without copying where it can.

    A data frame's dates may lose their zone on the way to an array, so they stay what they are.

    Raises:
        AnswerError: It is no column, or has another number of dimensions.
    """
    dtype = "" if isinstance(column, np.ndarray) else str(getattr(column, "dtype", ""))
    return column if dtype.lower().startswith("date") else as_column(column, name)


def is_plain(column: object, kinds: str) -> bool:
    """Tell whether a column is an array that holds nothing but what these kinds of numpy are."""
    return type(column) is np.ndarray and column.ndim == 1 and column.dtype.kind in kinds


def parsed(scale: Scale, column: Column, name: str) -> Column:
    """Return a column of answers, read as labels where it holds text."""
    items: Any = column
    if is_plain(column, "biufM") or not any(issubclass(kind, str) for kind in _kinds(items)):
        return column
    found: Column = _each_once(
        items, lambda texts: _points(scale.parse(texts, name=name)), LabelError
    )
    return found


def _points(read: list[int | None]) -> FloatArray:
    return np.array([np.nan if point is None else point for point in read], dtype=np.float64)


def _kinds(items: Any) -> set[type]:
    """Return the types of what a column holds."""
    if is_plain(items, "U"):
        return {np.str_}
    return set(map(type, items))


_TEXTS = frozenset({str, np.str_, type(None), dt.date, dt.datetime})
"""Values of these kinds are read alike where they are equal."""


def _each_once(items: Any, read: Callable[[list[Any]], AnyArray], error: type[Exception]) -> Any:
    """Return a column as `read` reads it, every different value once: a column repeats itself.

    Where a value cannot be read, the whole column is, so that the error names its places.
    """
    others = {k for k in _kinds(items) - _TEXTS if k.__name__ not in ("NAType", "NaTType")}
    if others <= {float} or others <= {int}:  # of both, or of others, equal ones may differ
        codes, labels = numbered(items, "column")
        with suppress(error):
            return read(labels.tolist())[codes]
    return read(list(items))


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

    def read(items: Any) -> AnyArray:
        times = as_times(items, name, zone=zone, recorded_in=recorded_in, every=every, gaps=True)
        return times.days

    def filled(items: list[Any]) -> AnyArray:
        return read([None if _is_blank(item) else item for item in items])

    items: Any = column
    if not isinstance(column, list) and not is_plain(column, "OU"):
        days = read(column)
    elif len(items) and _kinds(items) == {np.datetime64}:
        days = read(np.array(items))  # read at once
    else:
        days = _each_once(items, filled, DateError)
    return None if len(items) and np.isnat(days).all() else days


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
    read: FloatArray = _each_once(
        items, lambda texts: _points(YES_NO.parse(texts, name=name)), LabelError
    )
    return read


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
    if _kinds(items) <= {float, type(None)}:
        return np.array(items, dtype=np.float64)
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
