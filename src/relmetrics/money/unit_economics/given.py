"""Given: a number that is known, or an estimate with its interval; their products and quotients."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol, TypeAlias, runtime_checkable

from attrs import frozen

from relmetrics.data.columns import plain_number
from relmetrics.errors import AmountError, ParameterError
from relmetrics.inference.differences import recovered_ratio
from relmetrics.metric.result import Valued

if TYPE_CHECKING:
    from collections.abc import Callable

WHOLE = 100
"""All of something, in percent."""


@runtime_checkable
class Uncertain(Protocol):
    """A value with an interval: an `Estimate`, a figure, a rate of a year, a mean time."""

    @property
    def value(self) -> float:
        """The value."""
        ...

    @property
    def low(self) -> float:
        """Lower end; NaN without an interval."""
        ...

    @property
    def high(self) -> float:
        """Upper end; NaN where it is open, or without an interval."""
        ...

    @property
    def confidence_level(self) -> float | None:
        """The level; None of what was taken as known."""
        ...


Quantity: TypeAlias = int | float | Decimal | Uncertain
"""A number, which is taken as known, or an estimate."""


@frozen
class Given:
    """A value with an interval.

    Attributes:
        value: The value.
        low: Lower end; the value itself of what is known, NaN without an interval.
        high: Upper end; NaN where it is open, or without an interval.
        level: The level of the interval; None of what is known.
    """

    value: float
    low: float
    high: float
    level: float | None

    @classmethod
    def of(cls, name: str, quantity: object) -> Given:
        """Read a number or an estimate.

        Raises:
            AmountError: It is neither, or not finite.
        """
        if isinstance(quantity, Uncertain) and quantity.confidence_level is not None:
            return cls(quantity.value, quantity.low, quantity.high, quantity.confidence_level)
        number = _number(quantity)
        if not math.isfinite(number):
            raise AmountError.not_an_amount(name, "a finite number, or an estimate", quantity)
        return cls(number, number, number, None)

    @property
    def sides(self) -> tuple[float, float, float]:
        """Value, low and high."""
        return self.value, self.low, self.high

    @classmethod
    def amount(cls, name: str, quantity: object, *, unbounded: bool = False) -> Given:
        """Read an amount of money above 0, or an estimate of one.

        Args:
            name: What it is called.
            quantity: The number or the estimate.
            unbounded: Whether its value may be unbounded.

        Raises:
            AmountError: It is none.
        """
        found = cls.of(name, quantity)
        if not (found.value > 0 or (unbounded and math.isnan(found.value))):
            raise AmountError.not_an_amount(name, "greater than 0", found.value)
        if found.low < 0:
            remedy = "Its sign is not known: what follows from it has no interval."
            raise AmountError.not_an_amount(
                name, "above 0 all over its interval", found.low, remedy
            )
        return found

    @classmethod
    def rate(cls, name: str, quantity: object, direction: str) -> Given:
        """Read a rate in percent, from 0 to 100, or an estimate of one.

        Args:
            name: What it is called.
            quantity: The number or the estimate.
            direction: Which way is better, ``higher`` or ``lower``: retention is not churn.

        Raises:
            AmountError: It is none.
            ParameterError: It is an estimate of something else.
        """
        about = getattr(quantity, "metric", None)
        if about is not None and (about.about.unit, about.about.direction) != ("%", direction):
            wanted = f"a rate in % of which {direction} is better"
            raise ParameterError.must_be(name, wanted, about.about.name)
        found = cls.of(name, quantity)
        if not 0 <= found.value <= WHOLE:
            raise AmountError.not_an_amount(name, "from 0 to 100 %", found.value)
        return found

    def through(self, rising: Callable[[float], float]) -> Given:
        """Return what a function that rises makes of it: its interval is transformed."""
        return Given(rising(self.value), rising(self.low), rising(self.high), self.level)

    def times(self, factor: Given) -> Given:
        """Return the product; exact where one factor is known.

        Else the distances to the ends add as those of independent errors, each times the other
        factor (Zou and Donner 2008).
        """
        value = self.value * factor.value
        below = math.hypot(
            factor.value * (self.value - self.low), self.value * (factor.value - factor.low)
        )
        above = math.hypot(
            factor.value * (self.high - self.value), self.value * (factor.high - factor.value)
        )
        return Given(value, value - below, value + above, level_of(self, factor))

    def over(self, other: Given, correlation: float = 0.0) -> Given:
        """Return the quotient; NaN, unbounded, by 0: see `recovered_ratio`."""
        value = self.value / other.value if other.value else math.nan
        level = level_of(self, other)
        if level is None:
            return Given(value, value, value, None)
        if math.isnan(self.value):  # what is unbounded stays so, from its lower end on
            low = recovered_ratio((self.low, self.low, self.low), other.sides)[0]
            return Given(math.nan, low, math.nan, level)
        if any(map(math.isnan, (self.low, *other.sides))):
            return Given(value, math.nan, math.nan, level)
        return Given(value, *recovered_ratio(self.sides, other.sides, correlation), level)


def level_of(*given: Given) -> float | None:
    """Return the level that estimates share; None where all are known.

    Raises:
        ParameterError: They have different ones.
    """
    levels = sorted({one.level for one in given if one.level is not None})
    if len(levels) > 1:
        raise ParameterError.must_be(
            "confidence_level",
            "the same for all estimates",
            levels,
            "Ask each of them for the same level.",
        )
    return levels[0] if levels else None


def _number(quantity: object) -> float:
    """Return a number, or the value of a result, as Python's own; NaN of what is none."""
    if isinstance(quantity, (Decimal, Fraction, Valued)):
        return float(quantity)
    return float(plain_number(quantity))
