"""What counts as a missing answer, without importing any data-frame library."""

from __future__ import annotations

import numpy as np

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
