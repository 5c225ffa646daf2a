"""Checks of the parameters that definitions share, at the one door through which they come.

A number is returned as Python's own: small numbers of numpy wrap around in arithmetic.
"""

from __future__ import annotations

import math
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from relmetrics.data.columns import HUGE, is_whole, plain_number
from relmetrics.errors import AmountError, ParameterError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from relmetrics.data.scale import Scale

_LARGEST = 2**63 - 1
"""The largest integer of an array: no number of days, draws or customers is larger."""


def check_flag(name: str, value: object) -> None:
    """Check that a parameter is True or False.

    Raises:
        ParameterError: It is not.
    """
    if not isinstance(value, bool):
        raise ParameterError.must_be(name, "True or False", value)


def check_point(name: str, value: object, scale: Scale) -> int:
    """Return a parameter that must be a point of the scale.

    Raises:
        ParameterError: It is not.
    """
    if not is_whole(value) or value not in scale:
        raise ParameterError.must_be(name, f"a point of {scale}", value)
    return int(value)


def check_whole(name: str, value: object, low: int, high: int | None = None) -> int:
    """Return a parameter that must be a whole number within bounds.

    Raises:
        ParameterError: It is not.
    """
    whole = int(value) if is_whole(value) else None
    if whole is None or not low <= whole <= (_LARGEST if high is None else high):
        span = f"at least {low}" if high is None else f"from {low} to {high}"
        if high is None and whole is not None and whole > _LARGEST:
            span += " and below 2**63"
        raise ParameterError.must_be(name, f"a whole number {span}", value)
    return whole


def check_number(
    name: str, value: object, low: float = -math.inf, high: float = math.inf, words: str = ""
) -> float:
    """Return a parameter that must be a finite number within bounds, the bounds included.

    Raises:
        ParameterError: It is not.
    """
    number = plain_number(value)
    if not math.isfinite(number):
        raise ParameterError.must_be(name, "a finite number", value)
    if not low <= number <= high:
        raise ParameterError.must_be(name, words or f"from {low:g} to {high:g}", value)
    return number


def check_name(name: str, value: object, known: Iterable[str]) -> None:
    """Check that a parameter is one of the named options.

    Raises:
        ParameterError: It is not.
    """
    names = tuple(known)
    if not isinstance(value, str) or value not in names:
        raise ParameterError.unknown_name(name, value, names)


def choice(name: str, value: object, known: Iterable[str]) -> str:
    """Return the option of that name, the first of them for None.

    Raises:
        ParameterError: There is no such option.
    """
    names = tuple(known)
    if value is None:
        return names[0]
    check_name(name, value, names)
    return str(value)


def check_positive(name: str, value: object, remedy: str = "", *, zero: bool = False) -> float:
    """Return a parameter that must be a finite number above 0, or 0 where that is allowed.

    Raises:
        ParameterError: It is not.
    """
    number = plain_number(value)
    if not (0 < number < HUGE or (zero and number == 0)):
        least = "of at least 0" if zero else "above 0"
        raise ParameterError.must_be(name, f"a finite number {least}", value, remedy)
    return number


def check_share(
    name: str, value: object, remedy: str, *, low: float = 0, whole: bool = False
) -> float:
    """Return a parameter that must be a share above `low` and below 1, or 1 itself for a whole.

    Raises:
        ParameterError: It is not.
    """
    number = plain_number(value)
    if not (low < number < 1 or (whole and number == 1)):
        most = "at most 1" if whole else "below 1"
        raise ParameterError.must_be(name, f"a number above {low:g} and {most}", value, remedy)
    return number


def keep(definition: object, **values: object) -> None:
    """Keep checked parameters in a definition that is frozen, while it is being made."""
    for name, value in values.items():
        object.__setattr__(definition, name, value)


def as_generator(rng: object) -> np.random.Generator:
    """Return the source of random draws that a seed or a generator means.

    Raises:
        ParameterError: It is no generator, no seed and not None.
    """
    if isinstance(rng, np.random.Generator):
        return rng
    if rng is not None and not (is_whole(rng) and rng >= 0):
        raise ParameterError.must_be("rng", "a numpy Generator, a seed or None", rng)
    return np.random.default_rng(None if rng is None else int(rng))


def drawing(method: str, rng: object) -> np.random.Generator | None:
    """Return the generator that a method draws with; None for one that draws nothing.

    Raises:
        ParameterError: `rng` is no generator and no seed.
    """
    return as_generator(rng) if method == "bootstrap" or rng is not None else None


@contextmanager
def vast_refused() -> Iterator[None]:
    """Refuse amounts and weights whose products no float holds, instead of infinity or NaN.

    Raises:
        AmountError: There are such.
    """
    try:
        with np.errstate(over="raise"):
            yield
    except FloatingPointError:
        raise AmountError.of_vast_products() from None
