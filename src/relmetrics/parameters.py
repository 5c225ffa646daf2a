"""Checks of the parameters that definitions share."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

import numpy as np

from relmetrics.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from relmetrics.scale import Scale


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
    if not whole or value < low or (high is not None and value > high):  # type: ignore[operator]
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
    if not low <= cast(float, value) <= high:
        raise ParameterError.must_be(name, words or f"from {low:g} to {high:g}", value)


def check_name(name: str, value: object, known: Iterable[str]) -> None:
    """Check that a parameter is one of the named options.

    Raises:
        ParameterError: It is not.
    """
    names = tuple(known)
    if value not in names:
        raise ParameterError.unknown_name(name, value, names)
