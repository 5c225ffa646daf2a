"""The rest: for each state of a stack, the sum of all the others.

States only ever add, so the rest is not the total less the group: that would cost float weights
their last digits, and a large group would leave little else. It is built by adding alone, along a
tree: states are added in pairs, the pairs in pairs, and so on up; on the way down a state's rest is
its parent's rest and its sibling. Two sums per state, whatever the number of states.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from relmetrics.questions.groups.figures import AT_ONCE
from relmetrics.states.stacks import joined, taken

if TYPE_CHECKING:
    from relmetrics.data.types import IntArray


BLOCK = AT_ONCE >> 4
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
        size = len(states)
        blocks = states.merged(np.arange(size, dtype=np.intp) // BLOCK, -(-size // BLOCK))
        nothing = states[:0].merged(np.zeros(0, dtype=np.intp), 1)
        return cls(states, _others(blocks, nothing))

    def __len__(self) -> int:
        """Return the number of states."""
        return len(self.states)

    def run(self, start: int, stop: int) -> Any:
        """Return the rest of each state of a run of whole blocks."""
        starts = range(start, min(stop, len(self)), BLOCK)
        return joined([_others(*self._inside(one)) for one in starts])

    def __getitem__(self, place: int) -> Any:
        """Return the rest of one state, the same to the last digit as among those of a run."""
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
