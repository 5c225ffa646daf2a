"""Amounts of the economics of retention, checked: customers, money and percentages.

No figure of the source documents enters these calculations. They are claims about others, and
stand in `relmetrics.references`.
"""

from __future__ import annotations

import math
from fractions import Fraction

from relmetrics.data.columns import NOT_NUMBERS, plain_number
from relmetrics.errors import AmountError, CountError, ParameterError
from relmetrics.states.serial import as_count


def customers_of(name: str, value: object) -> int:
    """Return a number of customers: whole, and at least 1."""
    count = as_count(name, value)
    if not count:
        raise CountError(f"{name} must be at least 1, got 0. What nobody has cannot be shared out.")
    return count


def require_amount(name: str, value: object, *, positive: str = "") -> None:
    """Check one amount of money: finite, not negative, and positive where a reason is given."""
    try:  # what is no number raises
        number = math.nan if isinstance(value, (str, *NOT_NUMBERS)) else float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise AmountError.not_an_amount(name, "a finite number", value)
    if number < 0:
        raise AmountError.not_an_amount(name, "at least 0", value)
    if positive and not number:
        raise AmountError.not_an_amount(name, "greater than 0", value, positive)


def percent_of(name: str, value: object) -> float:
    """Return a finite number in percent, of either sign."""
    number = plain_number(float(value) if isinstance(value, Fraction) else value)
    if not math.isfinite(number):
        raise ParameterError.must_be(name, "a finite number, in %", value)
    return float(number)


def share_of(name: str, value: object) -> float:
    """Return a number of percent from 0 to 100."""
    number = percent_of(name, value)
    if not 0 <= number <= 100:  # noqa: PLR2004 - per cent
        raise ParameterError.must_be(name, "from 0 to 100 %", value)
    return number
