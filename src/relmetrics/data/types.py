"""Names for the types that the library takes and returns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

IntArray: TypeAlias = NDArray[np.int64]
FloatArray: TypeAlias = NDArray[np.floating[Any]]
ByteArray: TypeAlias = NDArray[np.uint8]
AnyArray: TypeAlias = NDArray[Any]

Column: TypeAlias = ArrayLike | Iterable[object]
"""One value per row: a sequence, a numpy array, a column of a data frame."""
Groups: TypeAlias = Column | Mapping[str, Column] | Sequence[Column]
"""One grouping column, or several of them by name or in order."""
Coarser: TypeAlias = Callable[[Any], Hashable] | Mapping[Any, Hashable] | Sequence[str] | str
"""Which coarser group a group belongs to: by a function, a mapping, or the columns to keep."""
Number: TypeAlias = Any
"""One number, or an array with one per group: the same formulas serve both."""

Zone: TypeAlias = str | dt.tzinfo
"""A time zone, by its name or as an object: ``"Europe/Helsinki"``, ``ZoneInfo("UTC")``."""
