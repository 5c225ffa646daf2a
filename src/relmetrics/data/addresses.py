"""Small whole numbers and None, known again in a list by where they lie in memory.

CPython keeps one object for each of the integers -5..256, and one None. So an entry that lies where
7 lies *is* the integer 7: one comparison tells type and value at once, three times faster than to
look at both. A truth value, 7.0 or numpy's own 7 lie elsewhere, and so does a 7 of an interpreter
that keeps no such objects: a list with any of these is read another way, with the same result.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from relmetrics.data.scale import Scale
    from relmetrics.data.types import ByteArray, IntArray


def _addresses(items: list[Any]) -> IntArray:
    """Return where the entries of a list lie: arrays of objects hold pointers to them."""
    return np.frombuffer(np.fromiter(items, dtype=object, count=len(items)), dtype=np.intp)


@lru_cache(maxsize=64)
def points_known(low: int, size: int) -> tuple[list[int | None], IntArray] | None:
    """Return the points of a scale and None, and where they lie by their code; None if untold.

    The objects are kept, so that nothing else ever lies there. That arrays hold what `id` gives is
    promised by nobody, so it is checked.
    """
    kept = [*range(low, low + size), None]
    where = np.zeros(256, dtype=np.intp)
    where[: size + 1] = [id(item) for item in kept]
    try:
        told = np.array_equal(_addresses(kept), where[: size + 1])
    except (TypeError, ValueError):  # a numpy that does not let its pointers be read
        return None
    return (kept, where) if told else None


def codes_of_known(values: list[Any], scale: Scale) -> ByteArray | None:
    """Return the codes of a list that holds nothing but points and None; else, or if untold, None.

    The objects lie at even distances, which gives the code; looking it up proves it.
    """
    known = points_known(scale.low, scale.size)
    if known is None:
        return None
    _, where = known
    found = _addresses(values)
    codes = ((found - where[0]) // (where[1] - where[0])).astype(np.uint8)
    codes[found == where[scale.size]] = scale.size
    return codes if np.array_equal(where[codes], found) else None
