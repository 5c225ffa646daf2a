"""What counts as a missing answer, without importing any data-frame library, and its rules."""

from __future__ import annotations

from typing import Literal

import numpy as np

from relmetrics.errors import ParameterError

_NULL_TYPES = frozenset({"NAType", "NaTType", "MaskedConstant"})


def is_missing(value: object) -> bool:
    """Tell whether a value stands for no answer: None, NaN, NaT, pandas NA, a masked cell."""
    if value is None:
        return True
    if isinstance(value, (str, int)):
        return False
    if type(value).__name__ in _NULL_TYPES:
        return True
    if isinstance(value, (np.datetime64, np.timedelta64)):
        return bool(np.isnat(value))
    # Only a NaN differs from itself, be it a float, a numpy scalar or a Decimal.
    try:
        unlike_itself = value != value  # noqa: PLR0124
    except ArithmeticError:  # a signalling NaN
        return True
    return unlike_itself is True or (isinstance(unlike_itself, np.bool_) and bool(unlike_itself))


MissingRule = Literal["row", "pairwise"]
"""`row`: a row with any missing value is left out. `pairwise`: each sum uses what is there."""

RULES: tuple[MissingRule, ...] = ("row", "pairwise")


def as_rule(rule: object, name: str = "missing_rule") -> MissingRule:
    """Return a rule for missing values by its name.

    Raises:
        ParameterError: There is no such rule.
    """
    for known in RULES:
        if isinstance(rule, str) and rule == known:
            return known
    raise ParameterError.unknown_name(name, rule, RULES)
