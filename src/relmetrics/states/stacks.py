"""Stacks: states of many groups in a few arrays, be they tallies or moments, picked and joined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from attrs import evolve, fields

from relmetrics.states.pair_sums import PairSums

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from relmetrics.data.types import AnyArray
    from relmetrics.states.moments import Moments
    from relmetrics.states.tallies import Tallies

T = TypeVar("T", "Tallies", "Moments", PairSums)


def taken(stack: T, places: AnyArray) -> T:
    """Return the states at these places, or where a mask is true."""
    return _combined([stack], lambda arrays: arrays[0][places])


def joined(stacks: Sequence[T]) -> T:
    """Return the states of several stacks of one kind as one stack, in order."""
    return _combined(stacks, np.concatenate)


def _combined(stacks: Sequence[T], function: Callable[[Sequence[AnyArray]], AnyArray]) -> T:
    """Return a stack whose arrays are made of the arrays of the same name."""
    changed: dict[str, Any] = {}
    for name in (field.name for field in fields(type(stacks[0]))):
        parts = [getattr(stack, name) for stack in stacks]
        if isinstance(parts[0], np.ndarray):
            changed[name] = function(parts)
        elif isinstance(parts[0], PairSums):
            changed[name] = _combined(parts, function)
    return evolve(stacks[0], **changed)


def columns_of(state: Moments, columns: Sequence[str]) -> Moments:
    """Return moments of some of the columns, of the same rows."""
    places = np.array([state.columns.index(name) for name in columns], dtype=np.intp)
    block = (..., places[:, None], places[None, :])
    changed: dict[str, Any] = {
        name: getattr(state, name)[..., places] for name in ("pivot", "missing_by_column")
    }
    for name in ("sums", "squares"):
        pairs: PairSums | None = getattr(state, name)
        changed[name] = None if pairs is None else pairs.mapped(lambda array: array[block])
    return evolve(state, columns=tuple(columns), pairs=state.pairs[block], **changed)
