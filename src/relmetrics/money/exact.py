"""Sums of money without rounding: whole numbers and decimals stay what they are."""

from __future__ import annotations

from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal
from typing import TYPE_CHECKING, TypeAlias, cast

import numpy as np
from attrs import frozen

from relmetrics.data.columns import as_amounts, as_column
from relmetrics.data.missing import is_missing
from relmetrics.errors import AmountError
from relmetrics.errors.wording import located

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from relmetrics.data.types import AnyArray, Column, FloatArray

Amount: TypeAlias = int | float | Decimal
"""A sum of money, of the kind that it was given in."""

MOST_DECIMALS = 30
CENTS = 2
_WIDE = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)
_SAFE = 2**62
"""Sums up to here fit in 64 bits; larger ones are Python integers, which are slower."""


@frozen
class Unit:
    """What one unit of the numbers of a column stands for.

    Attributes:
        decimals: The numbers are amounts x 10**decimals; None for floats.
        is_decimal: Whether amounts are shown as `Decimal`.
    """

    decimals: int | None
    is_decimal: bool = False

    def amount(self, number: object) -> Amount:
        """Return a sum of such numbers as an amount."""
        if self.decimals is None:
            return float(number)  # type: ignore[arg-type]  # a number, of any kind
        whole = int(number)  # type: ignore[call-overload]  # the same
        if not self.is_decimal:
            return int(whole)
        return Decimal(whole).scaleb(-self.decimals, context=_WIDE)

    def floats(self, numbers: AnyArray) -> FloatArray:
        """Return such numbers as floating-point amounts, each rounded once."""
        if not self.decimals:
            return numbers.astype(np.float64)
        quotients: FloatArray = (numbers / 10**self.decimals).astype(np.float64)
        return quotients


def plus(left: Amount, right: Amount) -> Amount:
    """Return the sum of two amounts: exact unless one is a float."""
    if isinstance(left, float) or isinstance(right, float):
        return float(left) + float(right)
    if isinstance(left, Decimal) or isinstance(right, Decimal):
        return _WIDE.add(left, right)
    return left + right


def read_numbers(columns: Mapping[str, Column]) -> tuple[list[AnyArray], Unit]:
    """Return columns of amounts as numbers in one unit, and the unit.

    Whole numbers and decimals become integers; if any entry is a float, all become floats.
    A missing entry is the number 0.

    Raises:
        AmountError: An amount is infinite, no number, or a decimal that is too fine.
    """
    given = {name: as_column(column, name) for name, column in columns.items()}
    floats = [as_amounts(column, name) for name, column in given.items()]
    kinds = set().union(*(_kinds(column) for column in given.values()))
    if "float" in kinds:
        return [np.nan_to_num(numbers) for numbers in floats], Unit(None)
    decimals = max((_decimals(column, name) for name, column in given.items()), default=0)
    return [_wholes(column, decimals) for column in given.values()], Unit(
        decimals, "decimal" in kinds
    )


def _kinds(column: Sequence[object] | AnyArray) -> set[str]:
    """Return which kinds of number a column holds: whole, decimal, float."""
    if isinstance(column, np.ndarray) and column.dtype.kind in "iuf":
        return {"float" if column.dtype.kind == "f" else "whole"}
    return {
        "decimal"
        if issubclass(kind, Decimal)
        else "whole"
        if issubclass(kind, (int, np.integer))
        else "float"
        for kind in {type(value) for value in column if not is_missing(value)}
    }


def _decimals(column: Sequence[object] | AnyArray, name: str) -> int:
    """Return the number of decimal places of a column.

    Raises:
        AmountError: There are more than any money has.
    """
    if isinstance(column, np.ndarray) and column.dtype.kind in "iu":
        return 0
    places = [_places(value) for value in column]
    fine = [(i, column[i]) for i, place in enumerate(places) if place > MOST_DECIMALS]
    if fine:
        raise AmountError(
            f"{name} must have at most {MOST_DECIMALS} decimal places: {located(fine)}. Round them "
            "to the smallest unit of the currency."
        )
    return max(places, default=0)


def _places(value: object) -> int:
    if not isinstance(value, Decimal) or is_missing(value):
        return 0
    exponent = value.as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def _wholes(column: Sequence[object] | AnyArray, decimals: int) -> AnyArray:
    """Return a column of whole numbers and decimals as integers of 10**-decimals."""
    whole = isinstance(column, np.ndarray) and column.dtype.kind in "iu"
    if whole and not decimals and _largest(column) * len(column) < _SAFE:
        return np.asarray(column, dtype=np.int64)
    scale = 10**decimals
    wholes = [0 if is_missing(value) else _whole(value, scale) for value in column]
    fits = _largest(wholes) * len(wholes) < _SAFE
    return np.array(wholes, dtype=np.int64 if fits else object)


def _largest(numbers: Sequence[object] | AnyArray) -> int:
    """Return the largest absolute value, as a Python integer that cannot wrap."""
    if not len(numbers):
        return 0
    if isinstance(numbers, np.ndarray):
        return max(int(numbers.max()), -int(numbers.min()))
    return max(map(abs, cast("Sequence[int]", numbers)))


def _whole(value: object, scale: int) -> int:
    if isinstance(value, Decimal):
        top, bottom = value.as_integer_ratio()
        return top * scale // bottom
    return int(value) * scale  # type: ignore[call-overload, no-any-return]  # whole by now


def to_the_cent(numbers: AnyArray, unit: Unit) -> tuple[AnyArray, Unit]:
    """Return decimals in units that hold two places at least, so that parts of them are cents.

    Whole numbers stay what they are: the smallest unit of their currency.
    """
    if unit.decimals is None or not unit.is_decimal or unit.decimals >= CENTS:
        return numbers, unit
    return _scaled(numbers, CENTS - unit.decimals), Unit(CENTS, is_decimal=True)


def joined(*columns: tuple[AnyArray | None, Unit]) -> tuple[AnyArray | None, Unit]:
    """Return columns of numbers as one, in a unit that holds them all; None where one is."""
    if any(numbers is None for numbers, _ in columns):
        return None, Unit(0)
    known: list[tuple[AnyArray, Unit]] = [
        (numbers, unit) for numbers, unit in columns if numbers is not None
    ]
    if any(unit.decimals is None for numbers, unit in known if len(numbers)):
        return np.concatenate([unit.floats(numbers) for numbers, unit in known]), Unit(None)
    decimals = max(unit.decimals or 0 for _, unit in known)
    parts = [_scaled(numbers, decimals - (unit.decimals or 0)) for numbers, unit in known]
    return np.concatenate(parts), Unit(decimals, any(unit.is_decimal for _, unit in known))


def _scaled(numbers: AnyArray, places: int) -> AnyArray:
    """Return whole numbers in units that are 10**places times as small; they cannot wrap."""
    if not places or not len(numbers):
        return numbers
    wide = _largest(numbers) * 10**places * len(numbers) >= _SAFE
    exact = numbers.astype(object) if wide else numbers
    scaled: AnyArray = exact * 10**places
    return scaled
