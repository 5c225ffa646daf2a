"""Stacks: states of many groups in a few arrays, be they tallies or moments, picked and joined."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
from attrs import evolve, fields, frozen

from relmetrics.states.moments.pair_sums import PairSums

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from relmetrics.data.types import AnyArray, IntArray
    from relmetrics.states.grouped_tally import GroupedTally
    from relmetrics.states.moments.moments import Moments

T = TypeVar("T", "GroupedTally", "Moments", PairSums)


def taken(stack: T, places: AnyArray) -> T:
    """Return the states at these places, or where a mask is true."""
    own = getattr(stack, "taken", None)  # a clustered stack has entries to be picked, no rows
    if own is not None:
        return own(places)  # type: ignore[no-any-return]
    return _combined([stack], lambda arrays: arrays[0][places])


def alone(state: Moments) -> Moments:
    """Return the moments of one data set as the only state of a stack."""
    return state._mapped(lambda array: np.asarray(array)[np.newaxis])  # noqa: SLF001 - as if it did


def joined(stacks: Sequence[T]) -> T:
    """Return the states of several stacks of one kind as one stack, in order."""
    if hasattr(stacks[0], "joined"):
        return reduce(lambda left, right: left.joined(right), cast("Any", stacks))  # type: ignore[no-any-return]
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


AT_ONCE = 1 << 13
"""Groups worked on at a time, so that a million of them need no more memory than their states.

One column of so many numbers has 64 kB: below the size from which allocators map fresh pages for
every temporary array (128 kB by default), which costs more than the arithmetic.
"""


BLOCK = 1 << 10
"""States whose rest is worked out together: for one of them all of these are added."""


@frozen(eq=False)
class Rest:
    """The rest of every state of a stack, worked out a block of states at a time.

    Attributes:
        states: The stack.
        outside: For each block the sum of all others.
    """

    states: Any
    outside: Any

    @classmethod
    def of(cls, states: Any) -> Rest:
        """Sum the blocks of a stack, and for each of them all others."""
        if states.is_clustered:
            return cls(states, None)  # which takes the rest of each from the entries of all
        size = len(states)
        blocks = states.merged(np.arange(size, dtype=np.intp) // BLOCK, -(-size // BLOCK))
        nothing = states[:0].merged(np.zeros(0, dtype=np.intp), 1)
        return cls(states, _others(blocks, nothing))

    def __len__(self) -> int:
        """Return the number of states."""
        return len(self.states)

    def run(self, start: int, stop: int) -> Any:
        """Return the rest of each state of a run of whole blocks."""
        if self.outside is None:
            return self.states.rest(np.arange(start, min(stop, len(self))))
        starts = range(start, min(stop, len(self)), BLOCK)
        return joined([_others(*self._inside(one)) for one in starts])

    def __getitem__(self, place: int) -> Any:
        """Return the rest of one state, the same to the last digit as among those of a run."""
        if self.outside is None:
            return self.run(place, place + 1)[0]
        start = place - place % BLOCK
        return _other(*self._inside(start), place - start)[0]

    def _inside(self, start: int) -> tuple[Any, Any]:
        """Return the states of a block, and the sum of those outside of it."""
        number = start // BLOCK
        return self.states[start : start + BLOCK], self.outside[number : number + 1]


def _paired(states: Any) -> tuple[Any, IntArray]:
    """Return the sums of each two states, and in which of them each state is."""
    parents: IntArray = np.arange(len(states), dtype=np.intp) // 2
    return states.merged(parents, int(parents[-1]) + 1), parents


def _other(states: Any, outside: Any, place: int) -> Any:
    """Return the sum of all states but one, and of what is outside of them all."""
    if len(states) == 1:
        return outside
    beyond = _other(_paired(states)[0], outside, place // 2)
    sibling = place ^ 1
    parts = joined([beyond, states[sibling : sibling + 1]])  # the last of an odd number has none
    return parts.merged(np.zeros(len(parts), dtype=np.intp), 1)


def _others(states: Any, outside: Any) -> Any:
    """Return for each state the sum of all other states, and of what is outside of them all."""
    size = len(states)
    if size == 1:
        return outside
    places: IntArray = np.arange(size, dtype=np.intp)
    pairs, parents = _paired(states)
    beyond = taken(_others(pairs, outside), parents)
    siblings = places ^ 1
    paired = siblings < size  # the last of an odd number has none
    return joined([beyond, taken(states, siblings[paired])]).merged(
        np.concatenate([places, places[paired]]), size
    )
