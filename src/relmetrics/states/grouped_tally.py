"""GroupedTally of many groups, held as arrays, so that a million groups are as natural as ten."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self, overload

import numpy as np
from attrs import frozen

from relmetrics.data.codes import encode
from relmetrics.data.columns import Unchanging, as_weights
from relmetrics.states import counting
from relmetrics.states.tally import Tally

if TYPE_CHECKING:
    from relmetrics.data.scale import Scale
    from relmetrics.data.types import AnyArray, Column, FloatArray, IntArray


@frozen(eq=False)
class GroupedTally(Unchanging):
    """A column of tallies over one scale.

    Attributes:
        scale: The scale of the answers.
        counts: Number of answers, shape (groups, points).
        missing: Number of rows without an answer, shape (groups,).
        weights: Sums of weights, shape (groups, points), or None.
        squares: Sums of squared weights, shape (groups, points), or None.
        weightless: Number of answers of weight 0, which count nowhere else, shape (groups,); None
            when unweighted.
    """

    is_clustered: ClassVar[bool] = False

    scale: Scale
    counts: IntArray
    missing: IntArray
    weights: FloatArray | None = None
    squares: FloatArray | None = None
    weightless: IntArray | None = None

    @classmethod
    def from_answers(
        cls,
        answers: Column,
        scale: Scale,
        groups: IntArray,
        size: int,
        *,
        weights: Column | None = None,
    ) -> Self:
        """Count answers by group; `groups` holds each row's group, 0..size - 1."""
        encoded = encode(answers, scale)
        w = None if weights is None else as_weights(weights, len(encoded))
        counted = counting.count_by_group(encoded, groups, size)
        if w is None:
            return cls(scale, counted[:, :-1], counted[:, -1])
        sums, squares, nothing = counting.weigh(encoded, w, groups, size)
        counts, missing = counted[:, :-1] - nothing[:, :-1], counted[:, -1]
        apart = nothing[:, :-1].sum(axis=1)
        return cls(scale, counts, missing, sums[:, :-1], squares[:, :-1], apart)

    def __len__(self) -> int:
        """Return the number of groups."""
        return len(self.counts)

    @overload
    def __getitem__(self, index: int) -> Tally: ...
    @overload
    def __getitem__(self, index: slice) -> GroupedTally: ...
    def __getitem__(self, index: int | slice) -> Tally | GroupedTally:
        """Return the tally of one group, or the tallies of a run of groups without copying."""
        counts, missing = self.counts[index], self.missing[index]
        weights = None if self.weights is None else self.weights[index]
        squares = None if self.squares is None else self.squares[index]
        weightless = None if self.weightless is None else self.weightless[index]
        if isinstance(index, slice):
            return GroupedTally(self.scale, counts, missing, weights, squares, weightless)
        return Tally(
            self.scale,
            tuple(counts.tolist()),
            int(missing),
            None if weights is None else tuple(weights.tolist()),
            None if squares is None else tuple(squares.tolist()),
            0 if weightless is None else int(weightless),
        )

    def merged(self, groups: IntArray, size: int) -> GroupedTally:
        """Return coarser tallies: row i is added to group `groups[i]`."""

        def add(rows: AnyArray) -> AnyArray:
            return counting.add_rows(rows, groups, size)

        return GroupedTally(
            self.scale,
            add(self.counts),
            add(self.missing),
            None if self.weights is None else add(self.weights),
            None if self.squares is None else add(self.squares),
            None if self.weightless is None else add(self.weightless),
        )

    def total(self) -> Tally:
        """Return the tally of all groups together."""
        return self.merged(np.zeros(len(self), dtype=np.intp), 1)[0]
