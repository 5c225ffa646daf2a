"""The rest: for each state of a stack, the sum of all the others.

States only ever add, so the rest is not the total less the group: that would cost float weights
their last digits, and a large group would leave little else. It is built by adding alone, along a
tree: states are added in pairs, the pairs in pairs, and so on up; on the way down a state's rest is
its parent's rest and its sibling. Two sums per state, whatever the number of states.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import define, field

from relmetrics.comparing.group_figures import AT_ONCE
from relmetrics.stacks import joined, taken

if TYPE_CHECKING:
    from relmetrics.types import IntArray


@define
class Rest:
    """The rest of every state of a stack, worked out some thousand states at a time.

    Attributes:
        states: The stack.
    """

    states: Any
    _outside: Any = field(init=False)
    _last: tuple[int, Any] = field(init=False, default=(-1, None))

    def __attrs_post_init__(self) -> None:
        """Sum the blocks of the stack, and for each of them all others."""
        size = len(self.states)
        blocks = self.states.merged(np.arange(size, dtype=np.intp) // AT_ONCE, -(-size // AT_ONCE))
        nothing = self.states[:0].merged(np.zeros(0, dtype=np.intp), 1)
        self._outside = _others(blocks, nothing)

    def __len__(self) -> int:
        """Return the number of states."""
        return len(self.states)

    def __getitem__(self, index: int | slice) -> Any:
        """Return the rest of one state, or those of a run of states within one block."""
        start = index if isinstance(index, int) else index.start
        number, place = divmod(start, AT_ONCE)
        if self._last[0] != number:
            inside = self.states[number * AT_ONCE : (number + 1) * AT_ONCE]
            self._last = number, _others(inside, self._outside[number : number + 1])
        block = self._last[1]
        return block[place] if isinstance(index, int) else block[place : place + index.stop - start]


def _others(states: Any, outside: Any) -> Any:
    """Return for each state the sum of all other states, and of what is outside of them all."""
    size = len(states)
    if size == 1:
        return outside
    places: IntArray = np.arange(size, dtype=np.intp)
    parents = places // 2
    pairs = states.merged(parents, int(parents[-1]) + 1)
    beyond = taken(_others(pairs, outside), parents)
    siblings = places ^ 1
    paired = siblings < size  # the last of an odd number has none
    return joined([beyond, taken(states, siblings[paired])]).merged(
        np.concatenate([places, places[paired]]), size
    )
