"""Levels: the labels of a column in the order that the column itself has them in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, Column, IntArray


def ordered_levels(column: Column) -> tuple[IntArray, AnyArray] | None:
    """Return each row's level and the levels of an ordered column; None of any other.

    Such are an ordered Categorical of pandas and an Enum of polars. Levels without rows are there
    too; a missing label is the level None, the last one.
    """
    given: Any = column
    dtype = getattr(given, "dtype", None)
    if getattr(dtype, "ordered", False) is True and hasattr(dtype, "categories"):
        codes = getattr(given, "cat", given).codes
    elif type(dtype).__name__ == "Enum" and hasattr(given, "to_physical"):
        codes = given.to_physical().cast(int).fill_null(-1)
    else:
        return None
    places = np.asarray(codes).astype(np.intp)
    known = list(dtype.categories)  # type: ignore[union-attr]  # it has them
    if (places < 0).any():
        places = np.where(places < 0, len(known), places)
        known.append(None)
    labels = np.empty(len(known), dtype=object)
    labels[:] = known
    return places, labels
