"""Ids of a clustered state: sorted, each once, whole numbers or text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.data.columns import is_whole, require_equal_lengths
from relmetrics.data.labels.factorize import DENSE
from relmetrics.data.labels.ids import identified
from relmetrics.errors import CustomerError, StateError
from relmetrics.errors.wording import located

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import AnyArray, Column, IntArray

_WHOLE_FLOATS = 2.0**53
_LARGEST = 2**63
_REMEDY = "Make all of them whole numbers, or all of them text: [str(id) for id in ids]."


def numbered_ids(column: Column, rows: int, name: str = "respondents") -> tuple[IntArray, AnyArray]:
    """Return the place of each row's id among all of them, and the ids, sorted.

    Args:
        column: One id per row, whole numbers or text.
        rows: How many rows there must be.
        name: What messages call the column.

    Raises:
        CustomerError: An id is missing, or the ids are not all whole numbers or all text.
        LengthError: There is not one id per row.

    Example:
        >>> from relmetrics.states.clustered.ids import numbered_ids
        >>> places, ids = numbered_ids(["bob", "ann", "bob"], 3)
        >>> places.tolist(), ids.tolist()
        ([1, 0, 1], ['ann', 'bob'])
    """
    near = _near_integers(column)
    if near is not None:
        require_equal_lengths(answers=rows, **{name: len(near)})
        return _by_place(near)
    found = identified(column, name, rows=rows, must="say who answered")
    ids = of_one_kind(found.labels.columns[0], found.codes, name)
    order = np.argsort(ids, kind="stable")
    place = np.empty(len(ids), dtype=np.intp)
    place[order] = np.arange(len(ids))
    return place[found.codes], ids[order]


def _near_integers(column: Column) -> IntArray | None:
    """Return ids that are an array of integers of a small range; None for all others."""
    if not (isinstance(column, np.ndarray) and column.ndim == 1 and column.dtype.kind in "iu"):
        return None
    if not len(column) or isinstance(column, np.ma.MaskedArray):
        return None
    low, high = int(column.min()), int(column.max())
    near = high - low < DENSE * len(column) and high < _LARGEST
    return column.astype(np.int64, copy=False) if near else None


def _by_place(column: IntArray) -> tuple[IntArray, AnyArray]:
    """Return the place of each integer among all of them, and these, sorted, by a table."""
    low = int(column.min())
    places = column - low if low else column
    there = np.bincount(places) > 0
    ids: AnyArray = np.flatnonzero(there) + low
    return (places if there.all() else (np.cumsum(there) - 1)[places]), ids


def of_one_kind(labels: AnyArray, codes: IntArray, name: str) -> AnyArray:
    """Return ids as an array of 64-bit integers or of text."""
    kind = labels.dtype.kind
    if kind == "U" or not len(labels):
        return labels
    if kind in "iu" and int(labels.max()) < 2**63:
        return labels.astype(np.int64)
    given = labels.tolist()
    if all(isinstance(one, str) for one in given):
        return np.array(given, dtype=np.str_)
    bad = [(i, one) for i, one in enumerate(given) if not _is_whole(one)]
    if not bad:
        return np.array([int(one) for one in given], dtype=np.int64)
    at = [(int(np.argmax(codes == i)), one) for i, one in bad]
    raise CustomerError(
        f"{name} must be whole numbers of 64 bits or text, all of one kind; {len(bad)} of "
        f"{len(given)} ids are not: {located(at)}. {_REMEDY}"
    )


def _is_whole(one: object) -> bool:
    if is_whole(one):
        return -(2**63) <= int(one) < 2**63
    return isinstance(one, float) and one.is_integer() and abs(one) <= _WHOLE_FLOATS


def united(
    ours: AnyArray, theirs: AnyArray, name: str = "respondents"
) -> tuple[AnyArray, IntArray, IntArray]:
    """Return all ids of both, and where those of each are among them.

    Raises:
        StateError: They are whole numbers on one side and text on the other.
    """
    if ours is theirs or np.array_equal(ours, theirs):
        places = np.arange(len(ours))
        return ours, places, places
    if len(ours) and len(theirs) and ours.dtype.kind != theirs.dtype.kind:
        raise StateError.cannot_add(f"kind of {name}", ours[0].item(), theirs[0].item())
    if not len(ours) or not len(theirs):
        every = ours if len(ours) else theirs
    else:
        every = np.unique(np.concatenate([ours, theirs]))
    return every, np.searchsorted(every, ours), np.searchsorted(every, theirs)


def hashes(ids: AnyArray, key: bytes) -> AnyArray:
    """Return a 64-bit hash of each id, as 16 digits of text.

    Whole numbers are hashed as they are written, so 7 and "7" come out alike.
    """
    from hashlib import blake2b  # noqa: PLC0415 - only who asks needs it

    return np.array(
        [blake2b(str(one).encode(), digest_size=8, key=key).hexdigest() for one in ids.tolist()],
        dtype="U16",
    )


def read_ids(values: Sequence[Any]) -> AnyArray | None:
    """Return ids as they were written, sorted and each once; None for what cannot be ids."""
    if all(type(one) is int and -(2**63) <= one < 2**63 for one in values):
        ids: AnyArray = np.array(values, dtype=np.int64)
    elif all(type(one) is str for one in values):
        ids = np.array(values, dtype=np.str_)
    else:
        return None
    return ids if bool((ids[:-1] < ids[1:]).all()) else None


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
