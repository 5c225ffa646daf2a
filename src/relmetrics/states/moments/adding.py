"""Adding of moments: which of them can be, and whose squared weights are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relmetrics.errors import StateError

if TYPE_CHECKING:
    from relmetrics.states.moments.figures import MomentsFigures
    from relmetrics.states.moments.pair_sums import PairSums


def require_addable(one: MomentsFigures, other: MomentsFigures) -> None:
    """Check that two states are of the same columns, by the same rule and weighting.

    Raises:
        StateError: They are not.
    """
    for what in ("columns", "rule", "shape", "scale"):
        if getattr(one, what) != getattr(other, what):
            raise StateError.cannot_add(what, getattr(one, what), getattr(other, what))
    if one.is_weighted != other.is_weighted and np.any(one.n) and np.any(other.n):
        raise StateError.cannot_add("weighting", one.is_weighted, other.is_weighted)


def squares_of_both(
    mine: tuple[PairSums | None, bool], other: tuple[PairSums | None, bool]
) -> PairSums | None:
    """Return the sums of squared weights of two states, each with whether it has rows.

    Where only one of the two has weights, the other has no rows for them to be of.
    """
    (ours, has_rows), (theirs, has_others) = mine, other
    if ours is not None and theirs is not None:
        return ours + theirs
    if theirs is not None:
        return theirs if has_others or not has_rows else ours
    return None if has_others else ours
