"""Columns as they arrive, brought to a list or a one-dimensional numpy array.

No data-frame library is imported: their columns are known by the methods they offer.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any, Self, TypeGuard, cast

import numpy as np
from attrs import cmp_using, fields

from relmetrics.data.missing import is_missing
from relmetrics.errors import AmountError, AnswerError, LengthError, WeightError
from relmetrics.errors.data import BY_NAME

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, Column, FloatArray, Number

HUGE = 1e100
"""Weights and amounts lie below this, so that their squares and sums are numbers too."""

_MOST = 2**1023
"""Integers below this are numbers as floats as well."""

NOT_NUMBERS = (
    str,
    bytes,
    bool,
    np.bool_,
    complex,
    np.complexfloating,
    np.datetime64,
    np.timedelta64,
)
"""Kinds that Python would turn into a number, and that are none here."""


def is_whole(value: object) -> TypeGuard[int]:
    """Tell whether a value is of a kind of integers: numpy takes durations for integers."""
    return isinstance(value, (int, np.integer)) and not isinstance(value, NOT_NUMBERS)


def is_real(value: object) -> TypeGuard[float]:
    """Tell whether a value is of a kind of real numbers, perhaps infinite or NaN."""
    real = isinstance(value, (int, float, np.integer, np.floating))
    return real and not isinstance(value, NOT_NUMBERS)


def plain_number(value: object) -> float:
    """Return a number as Python's own; NaN for what is none, infinity for what no float holds.

    Small numbers of numpy wrap around or warn in arithmetic, and in being compared already.
    """
    if is_whole(value):
        whole = int(value)
        return whole if abs(whole) < _MOST else math.inf if whole > 0 else -math.inf
    return float(value) if is_real(value) else math.nan


EXACT = cmp_using(eq=np.array_equal)
"""How frozen classes compare their arrays."""


def alike(left: object, right: object) -> bool:
    """Tell whether two arrays, or two numbers, are equal, NaN and NaT to their like."""
    ours, theirs = np.asarray(left), np.asarray(right)
    gaps = ours.dtype.kind in "fmM" and theirs.dtype.kind in "fmM"
    return np.array_equal(ours, theirs, equal_nan=gaps)


ALIKE = cmp_using(eq=alike, require_same_type=False)
"""How they compare arrays that have NaN for what is not known."""


def comparable(number: float) -> float | None:
    """Return how frozen classes compare a number: NaN, which equals nothing, as None."""
    return None if math.isnan(number) else number


_NOT_COLUMNS = (str, bytes, bytearray, memoryview, Mapping, AbstractSet)


def as_column(  # noqa: PLR0911 - one line a kind
    values: Column, name: str
) -> list[Any] | AnyArray:
    """Return a column as a list or a one-dimensional array, without copying where it can.

    Raises:
        AnswerError: It is a scalar, text, a mapping, a set or has another number of dimensions.
    """
    if type(values) is list:
        return values
    if isinstance(values, tuple):
        return list(values)
    if isinstance(values, np.ndarray):
        return _one_dimensional(values, name)
    if isinstance(values, _NOT_COLUMNS):
        raise AnswerError.not_a_sequence(values, name=name)
    if hasattr(values, "to_pylist"):
        return list(cast("Any", values).to_pylist())
    if hasattr(values, "to_numpy"):
        return _one_dimensional(_from_frame_column(values), name)
    if hasattr(values, "__array__"):
        return _one_dimensional(np.asarray(values), name)
    if isinstance(values, Iterable):
        return list(values)
    raise AnswerError.not_a_sequence(values, name=name)


def _one_dimensional(array: AnyArray, name: str) -> list[Any] | AnyArray:
    if array.ndim != 1:
        raise AnswerError(
            f"{name} must have one dimension, got shape {array.shape}. Pass one column at a time. "
            f"{BY_NAME}"
        )
    if isinstance(array, np.ma.MaskedArray):
        hidden = np.ma.getmaskarray(array)
        data = np.asarray(array.data)
        if not hidden.any():
            return data
        return [None if gone else item for item, gone in zip(list(data), hidden, strict=True)]
    return array if type(array) is np.ndarray else np.asarray(array)


_WIDE_INTEGERS = ("Int128", "UInt128")


def _from_frame_column(values: Any) -> AnyArray:
    """Return the array of a data-frame column; nulls of a number column become NaN.

    pandas' nullable columns would otherwise arrive as slow arrays of objects.
    """
    dtype = getattr(values, "dtype", None)
    if str(dtype) in _WIDE_INTEGERS:  # numpy has none, and polars no array of them
        return np.array(values.to_list(), dtype=object)
    if hasattr(dtype, "na_value") and getattr(dtype, "kind", "") in "iuf":
        array: AnyArray = values.to_numpy(dtype=np.float64, na_value=np.nan)
    else:
        array = values.to_numpy()
    return np.asarray(array)


def require_equal_lengths(**columns: int) -> None:
    """Check that the named columns have the same number of rows.

    Raises:
        LengthError: They have not; each is named with its length.
    """
    if len(set(columns.values())) > 1:
        raise LengthError.differ(columns)


def as_floats(column: list[Any] | AnyArray) -> tuple[FloatArray | None, list[tuple[int, object]]]:
    """Return the column as float64 with NaN for missing, or the entries that are no numbers."""
    if isinstance(column, np.ndarray) and column.dtype.kind in "iuf":
        with np.errstate(over="ignore"):  # a long double may not fit: it becomes infinite
            return column.astype(np.float64, copy=False), []
    values = list(column)
    numbers = np.empty(len(values), dtype=np.float64)
    offenders: list[tuple[int, object]] = []
    for position, value in enumerate(values):
        if is_missing(value):
            numbers[position] = np.nan
            continue
        if isinstance(value, NOT_NUMBERS):
            offenders.append((position, value))
            continue
        try:
            numbers[position] = float(value)
        except (TypeError, ValueError, OverflowError):
            offenders.append((position, value))
    return (None if offenders else numbers), offenders


def as_weights(weights: Column, rows: int, name: str = "weights") -> FloatArray:
    """Return survey weights as float64, one per row, finite and not negative.

    Raises:
        WeightError: Some are negative, infinite, missing or no numbers, or all are zero.
        LengthError: There is not one per row.
    """
    column = as_column(weights, name)
    numbers, offenders = as_floats(column)
    if numbers is None:
        raise WeightError.invalid(offenders, name=name)
    require_equal_lengths(answers=rows, **{name: len(numbers)})
    if rows and np.minimum.reduce(numbers) > 1 / HUGE and np.maximum.reduce(numbers) < HUGE:
        return numbers
    valid = (numbers == 0) | ((numbers > 1 / HUGE) & (numbers < HUGE))
    if not valid.all():
        at = np.flatnonzero(~valid)
        raise WeightError.invalid([(int(i), column[i]) for i in at], name=name)
    if rows and not numbers.any():
        raise WeightError.all_zero(name=name)
    return numbers


def as_amounts(values: Column, name: str) -> FloatArray:
    """Return amounts as float64 with NaN for missing ones.

    Raises:
        AmountError: Some are infinite or no numbers.
    """
    column = as_column(values, name)
    numbers, offenders = as_floats(column)
    if numbers is None:
        raise AmountError.not_finite(offenders, name=name)
    if numbers.size and max(-np.fmin.reduce(numbers), np.fmax.reduce(numbers)) >= HUGE:
        at = np.flatnonzero(np.abs(numbers) >= HUGE)
        raise AmountError.not_finite([(int(i), column[i]) for i in at], name=name)
    return numbers


def read_only(array: AnyArray) -> AnyArray:
    """Return a view of an array through which nobody can write: results are frozen."""
    view = np.asarray(array).view()
    view.setflags(write=False)
    return view


def unwritable(sums: Number) -> Number:
    """Return arrays as read-only views; numbers of one state, and None, as they are."""
    return read_only(sums) if isinstance(sums, np.ndarray) else sums


class Margined:
    """Weights that know the totals that they were made to agree with: see `Weighting`.

    Attributes:
        row_margins: What they know.
        weights: One weight per row.
    """

    __slots__ = ()

    row_margins: Any
    weights: Any

    def __array__(self, dtype: Any = None, copy: Any = None) -> AnyArray:
        """Return the weights: whatever takes a column of numbers takes these."""
        return np.array(self.weights, dtype=dtype, copy=copy)


class Unchanging:
    """What holds arrays that nobody can write to, and is so still when it was copied or pickled.

    A deep copy is the thing itself, as of a tuple. numpy forgets, when it copies or pickles an
    array, that nobody could write to it.
    """

    __slots__ = ()

    def __init_subclass__(cls, **options: Any) -> None:
        """Give each class its own two methods, or attrs would write those of a class with slots."""
        super().__init_subclass__(**options)
        for name, method in (("__getstate__", _fields_of), ("__setstate__", _restore)):
            setattr(cls, name, method)

    def __deepcopy__(self, memo: object) -> Self:
        """Return the thing itself: nothing can change it."""
        return self


def _fields_of(thing: object) -> dict[str, Any]:
    """Return what a thing holds, in slots or in a dictionary; not what slots could work out."""
    if hasattr(thing, "__dict__"):
        return dict(vars(thing))
    # Without a dictionary it is of attrs, and slotted; that cannot be said of its type.
    return {one.name: getattr(thing, one.name) for one in fields(type(thing))}  # type: ignore[arg-type]


def _restore(thing: object, state: dict[str, Any]) -> None:
    for name, value in state.items():
        object.__setattr__(thing, name, _read_only_in(value))


def _read_only_in(value: Any) -> Any:
    """Return a value with its arrays, and those in dictionaries and tuples, as read-only views."""
    if isinstance(value, np.ndarray):
        return read_only(value)
    if type(value) is dict:
        return {key: _read_only_in(one) for key, one in value.items()}
    if type(value) is tuple:
        return tuple(map(_read_only_in, value))
    if isinstance(value, tuple):
        return type(value)(*map(_read_only_in, value))  # a named one
    return value


def in_a_row(places: tuple[int, ...]) -> slice | tuple[int, ...]:
    """Return places in a row as a slice, which sums faster."""
    together = places[-1] - places[0] == len(places) - 1
    return slice(places[0], places[-1] + 1) if together else places
