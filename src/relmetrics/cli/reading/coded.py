"""Coded columns: the distinct values of a column, and which of them each row has."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from relmetrics.data.types import AnyArray, IntArray


class Coded(NamedTuple):
    """A column as it was read: few distinct values, and a code per row.

    Attributes:
        values: The distinct values, text or what the file holds.
        codes: The place of each row's value among them, shape (rows,).
    """

    values: list[Any]
    codes: IntArray

    def row(self, place: int) -> int:
        """Return the first row that has a value, from 0."""
        return int(np.argmax(self.codes == place))

    def spread(self, read: AnyArray) -> AnyArray:
        """Return what the distinct values were read as, for every row."""
        return read[self.codes] if len(read) else read


class Coder:
    """Codes a column bit by bit, as it is read."""

    def __init__(self) -> None:
        """Begin with no rows."""
        self._places: dict[Any, int] = {}
        self._values: list[Any] = []
        self._codes = array("i")

    def add(self, cells: Iterable[Any]) -> None:
        """Add the next cells; 1, 1.0 and True are values of their own."""
        cells = list(cells)
        texts = all(type(cell) is str for cell in cells)
        keys = cells if texts else [(type(cell), cell) for cell in cells]
        for key in dict.fromkeys(keys):
            if key not in self._places:
                self._places[key] = len(self._values)
                self._values.append(key if texts else key[1])
        self._codes.extend(map(self._places.__getitem__, keys))

    def done(self) -> Coded:
        """Return the column."""
        return Coded(self._values, np.array(self._codes, dtype=np.int64))
