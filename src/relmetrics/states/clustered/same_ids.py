"""Whether the ids of two states can be told to be the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.errors import StateError

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, IntArray


def require_same_ids(left: Any, right: Any) -> bool:
    """Return whether the ids of two clusters are hashes: of both, or of neither.

    Raises:
        StateError: Of only one.
    """
    there = [one.are_hashed for one in (left, right) if len(one.ids)]
    if len(set(there)) > 1:
        raise StateError(
            "respondents are hashes in one state and ids in the other, so nobody can be told to be "
            "the same. Say state.hashed() of the other one too, with the same key."
        )
    return any(there)


def require_told_apart(digests: AnyArray) -> tuple[AnyArray, IntArray]:
    """Return hashes sorted, and the place of each among them.

    Raises:
        StateError: Two are alike.
    """
    ids, places = np.unique(digests, return_inverse=True)
    if len(ids) < len(digests):
        raise StateError("two respondents have the same hash. Hash with another key.")
    return ids, places.reshape(-1)
