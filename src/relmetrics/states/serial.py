"""Reading of serialised states: everything that comes from outside is checked, field by field."""

from __future__ import annotations

import math
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.errors import CountError, StateError
from relmetrics.errors.wording import shown

if TYPE_CHECKING:
    from relmetrics.data.types import IntArray

LARGEST_COUNT = 2**200
"""Counts are Python integers without a limit; this one keeps them within the range of floats."""
EXACT_FLOAT = 2**53
"""Beyond it floats do not hold every whole number, so a count may have lost its last digits."""
LARGEST_ROWS = 2**61
"""So many rows can be added a few times without leaving the 64 bits of an array."""
LARGEST_SUM = 1e130
"""Weights and amounts are below 1e100: no sum of them over so many rows as there are is larger."""
VERSION = 1


def as_count(name: str, value: object) -> int:
    """Return a count as a Python integer; databases return some as decimals or floats.

    Raises:
        CountError: It is negative, a truth value, no whole number or no number.
    """
    if not is_count(value):
        raise CountError(
            f"{name} must be a whole number of at least 0, got {shown(value)} "
            f"({type(value).__name__}). Counts are integers: use int() where that is exact."
        )
    return int(value)  # type: ignore[call-overload, no-any-return]  # a number by now


def is_count(value: Any) -> bool:
    """Tell whether a value is a whole number of at least 0, perhaps a decimal or a float."""
    if isinstance(value, (bool, np.bool_, np.timedelta64)):
        return False
    if isinstance(value, (int, np.integer)):
        return bool(0 <= value <= LARGEST_COUNT)
    from decimal import Decimal  # noqa: PLC0415 - only counts of a database need it

    if not isinstance(value, (float, np.floating, Decimal)):
        return False
    try:
        return bool(0 <= value <= EXACT_FLOAT) and value == int(value)
    except ArithmeticError:  # a decimal that is no number
        return False


class Fields(dict[str, Any]):
    """The fields of one serialised state, with typed access that refuses what is malformed."""

    kind: str

    def count(self, key: str, most: int = LARGEST_COUNT) -> int:
        """Return a field that must be a count."""
        value = self[key]
        if type(value) is not int or not 0 <= value <= most:
            raise StateError.malformed(self.kind, f"{key} must be a count, got {shown(value)}")
        return value

    def items_of(self, key: str, size: int | None = None) -> list[Any]:
        """Return a field that must be a list, of a certain length if given."""
        value = self[key]
        if not isinstance(value, list) or (size is not None and len(value) != size):
            wanted = "a list" if size is None else f"a list of {size}"
            raise StateError.malformed(self.kind, f"{key} must be {wanted}, got {shown(value)}")
        return value

    def counts(self, key: str, size: int, most: int = LARGEST_COUNT) -> tuple[int, ...]:
        """Return a field that must be a list of counts."""
        return self._counts(key, self.items_of(key, size), most)

    def rows_by(self, key: str, size: int) -> IntArray:
        """Return a field that must be a list of counts of rows, as an array."""
        counts = self.counts(key, size, LARGEST_ROWS)
        if sum(counts) > LARGEST_ROWS:
            raise StateError.malformed(self.kind, f"{key} counts more rows than there can be")
        return np.array(counts, dtype=np.int64)

    def count_rows(self, key: str, size: int) -> list[tuple[int, ...]]:
        """Return a field that must be a square list of lists of counts of rows."""
        rows = self.items_of(key, size)
        if not all(isinstance(row, list) and len(row) == size for row in rows):
            raise StateError.malformed(self.kind, f"{key} must be {size} lists of {size}")
        return [self._counts(key, row, LARGEST_ROWS) for row in rows]

    def _counts(self, key: str, values: list[Any], most: int) -> tuple[int, ...]:
        for value in values:
            if type(value) is not int or not 0 <= value <= most:
                raise StateError.malformed(self.kind, f"{key} holds {shown(value)}, no count")
        return tuple(values)

    def floats(self, key: str, size: int, *, optional: bool = False) -> tuple[float, ...] | None:
        """Return a field that must be a list of sums of at least 0."""
        if optional and self[key] is None:
            return None
        numbers = tuple(self.number(key, value) for value in self.items_of(key, size))
        if any(number < 0 for number in numbers):
            raise StateError.malformed(self.kind, f"{key} must not be negative")
        return numbers

    def number(self, key: str, value: object) -> float:
        """Return one finite number."""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise StateError.malformed(self.kind, f"{key} holds {shown(value)}, no number")
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            raise StateError.malformed(self.kind, f"{key} holds {shown(value)}, not finite")
        return number


def read_fields(
    kind: str,
    data: object,
    *,
    type_name: str,
    keys: AbstractSet[str],
    later: Mapping[str, Any] | None = None,
) -> Fields:
    """Return the fields of a serialised state after checking its keys, type and version.

    Args:
        kind: What messages call the state.
        data: The dictionary.
        type_name: Its type.
        keys: The keys that it must have.
        later: Keys that came later, and may be left out, with what that means.

    Raises:
        StateError: A key is missing or unknown, or type or version are others.
    """
    if not isinstance(data, Mapping):
        raise StateError.malformed(kind, f"a mapping is needed, got {type(data).__name__}")
    if data.get("type") != type_name:
        raise StateError.malformed(kind, f"its type is {shown(data.get('type'))}")
    if type(data.get("v")) is not int or data["v"] != VERSION:
        raise StateError.malformed(
            kind, f"version {shown(data.get('v'))} is not known to this release, which reads 1"
        )
    known = dict(later or {})
    if set(data) - known.keys() != keys:
        odd = sorted(str(key) for key in (set(data) - known.keys()) ^ keys)
        raise StateError.malformed(kind, f"keys missing or unknown: {', '.join(odd)}")
    fields = Fields(known | dict(data))
    fields.kind = kind
    return fields
