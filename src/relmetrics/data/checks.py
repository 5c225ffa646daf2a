"""Checks of the parameters that definitions share."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from relmetrics.data.columns import HUGE
from relmetrics.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from relmetrics.data.scale import Scale


def check_flag(name: str, value: object) -> None:
    """Check that a parameter is True or False.

    Raises:
        ParameterError: It is not.
    """
    if not isinstance(value, bool):
        raise ParameterError.must_be(name, "True or False", value)


def check_point(name: str, value: object, scale: Scale) -> None:
    """Check that a parameter is a point of the scale.

    Raises:
        ParameterError: It is not.
    """
    if isinstance(value, bool) or value not in scale:
        raise ParameterError.must_be(name, f"a point of {scale}", value)


def check_whole(name: str, value: object, low: int, high: int | None = None) -> None:
    """Check that a parameter is a whole number within bounds.

    Raises:
        ParameterError: It is not.
    """
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not whole or value < low or (high is not None and value > high):  # type: ignore[operator]  # `whole` says it is one
        span = f"at least {low}" if high is None else f"from {low} to {high}"
        raise ParameterError.must_be(name, f"a whole number {span}", value)


def check_number(
    name: str, value: object, low: float = -math.inf, high: float = math.inf, words: str = ""
) -> None:
    """Check that a parameter is a finite number within bounds, the bounds included.

    Raises:
        ParameterError: It is not.
    """
    number = isinstance(value, (int, float, np.integer, np.floating))
    # No integer is infinite, but one may be too large to become a float.
    endless = isinstance(value, (float, np.floating)) and not math.isfinite(value)
    if not number or isinstance(value, bool) or endless:
        raise ParameterError.must_be(name, "a finite number", value)
    if not low <= cast("float", value) <= high:
        raise ParameterError.must_be(name, words or f"from {low:g} to {high:g}", value)


def check_name(name: str, value: object, known: Iterable[str]) -> None:
    """Check that a parameter is one of the named options.

    Raises:
        ParameterError: It is not.
    """
    names = tuple(known)
    if value not in names:
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


def check_positive(name: str, value: Any, remedy: str = "", *, zero: bool = False) -> None:
    """Check that a parameter is a finite number above 0, or 0 where that is allowed.

    Raises:
        ParameterError: It is not.
    """
    if not _is_number(value) or value < 0 or (value == 0 and not zero):
        least = "of at least 0" if zero else "above 0"
        raise ParameterError.must_be(name, f"a finite number {least}", value, remedy)


def check_share(name: str, value: Any, remedy: str, *, low: float = 0, whole: bool = False) -> None:
    """Check that a parameter is a share above `low` and below 1, or 1 itself for a whole.

    Raises:
        ParameterError: It is not.
    """
    if not _is_number(value) or not (low < value < 1 or (whole and value == 1)):
        most = "at most 1" if whole else "below 1"
        raise ParameterError.must_be(name, f"a number above {low:g} and {most}", value, remedy)


def _is_number(value: Any) -> bool:
    number = isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
    return number and bool(abs(value) < HUGE)


def as_generator(rng: object) -> np.random.Generator:
    """Return the source of random draws that a seed or a generator means.

    Raises:
        ParameterError: It is no generator, no seed and not None.
    """
    if isinstance(rng, np.random.Generator):
        return rng
    seed = isinstance(rng, (int, np.integer)) and not isinstance(rng, bool) and rng >= 0
    if rng is not None and not seed:
        raise ParameterError.must_be("rng", "a numpy Generator, a seed or None", rng)
    return np.random.default_rng(cast("int | None", rng))


def drawing(method: str, rng: object) -> np.random.Generator | None:
    """Return the generator that a method draws with; None for one that draws nothing.

    Raises:
        ParameterError: `rng` is no generator and no seed.
    """
    return as_generator(rng) if method == "bootstrap" or rng is not None else None
