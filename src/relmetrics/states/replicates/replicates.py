"""Replicates: sums of weights by replicate and point, of one state or of many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal, cast

import numpy as np
from attrs import evolve, field, frozen

from relmetrics.data.columns import EXACT, Unchanging, read_only
from relmetrics.errors import StateError

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, FloatArray, IntArray

About = Literal["mean", "estimate"]


@frozen
class Rule(Unchanging):
    """How the spread of replicates makes a variance.

    Attributes:
        scales: What the square of each replicate's distance counts.
        about_mean: Whether distances are from the mean of the replicates, or from the estimate.
        df: Degrees of freedom.
    """

    scales: FloatArray = field(converter=read_only, eq=EXACT)
    about_mean: bool
    df: float


@frozen
class Replicates(Unchanging):
    """How often each answer was given, and what that weighs, all in all and in each replicate.

    It stands where the `Clusters` of other states do, and adds, splits and joins as these do.

    Attributes:
        counts: The number of answers, shape (states, points).
        weights: The sum of their weights.
        squares: The sum of their squared weights.
        sums: The sum of their weights in each replicate, shape (states, replicates, points).
        rule: How a variance is made of them.
    """

    is_replicated: ClassVar[bool] = True
    are_hashed: ClassVar[bool] = False
    strata: ClassVar[None] = None
    margins: ClassVar[None] = None
    unit: ClassVar[str] = "respondents"

    counts: IntArray = field(converter=read_only, eq=EXACT)
    weights: FloatArray = field(converter=read_only, eq=EXACT)
    squares: FloatArray = field(converter=read_only, eq=EXACT)
    sums: FloatArray = field(converter=read_only, eq=EXACT)
    rule: Rule

    @classmethod
    def of_rows(
        cls,
        points: AnyArray,
        weights: FloatArray,
        replicates: FloatArray,
        rule: Rule,
        *,
        width: int,
        groups: IntArray | None = None,
        size: int = 1,
    ) -> Replicates:
        """Sum rows of answers; `groups` holds the state of each, 0..size - 1."""
        cells = points.astype(np.intp) if groups is None else groups * width + points

        def by_cell(column: FloatArray | None) -> Any:
            return np.bincount(cells, column, size * width).reshape(size, width)

        sums = [by_cell(column) for column in replicates.T]
        return cls(
            by_cell(None),
            by_cell(weights),
            by_cell(weights * weights),
            np.stack(sums, axis=1),
            rule,
        )

    @property
    def size(self) -> int:
        """How many states."""
        return len(self.counts)

    @property
    def width(self) -> int:
        """How many points the scale has."""
        return int(self.counts.shape[1])

    @property
    def keys(self) -> range:
        """The places of the sums: there are so many."""
        return range(self.sums.size)

    @property
    def ids(self) -> range:
        """The replicates."""
        return range(self.sums.shape[1])

    @property
    def answers(self) -> IntArray:
        """How many answers each state has."""
        return cast("IntArray", self.counts.sum(axis=1))

    @property
    def respondents(self) -> IntArray:
        """The same: whether some answered again is in the replicates."""
        return self.answers

    def _each(self, change: Any) -> Replicates:
        names = ("counts", "weights", "squares", "sums")
        return evolve(self, **{name: change(getattr(self, name)) for name in names})

    def __getitem__(self, index: int | slice) -> Replicates:
        """Return the replicates of one state, or of a run of them."""
        at = slice(index, index + 1) if isinstance(index, int) else index
        return self._each(lambda one: one[at])

    def taken(self, states: IntArray) -> Replicates:
        """Return those of these states, in this order, perhaps several times."""
        return self._each(lambda one: one[states])

    def merged(self, groups: IntArray, size: int) -> Replicates:
        """Return those of coarser states: those of state i are added to `groups[i]`."""

        def added(one: AnyArray) -> AnyArray:
            into = np.zeros((size, *one.shape[1:]), dtype=one.dtype)
            np.add.at(into, groups, one)
            return into

        return self._each(added)

    def rest(self, states: IntArray) -> Replicates:
        """Return, for each of these states, those of all other states together."""
        others = [np.flatnonzero(np.arange(self.size) != one) for one in states.tolist()]
        return self._each(lambda one: np.stack([one[at].sum(axis=0) for at in others]))

    def aligned(self, other: Any) -> tuple[Replicates, Replicates]:
        """Return both, which must have the same replicates.

        Raises:
            StateError: They have not.
        """
        if not isinstance(other, Replicates) or self.rule != other.rule:
            raise StateError(
                "the two states have other replicate weights, so what they share is not known. "
                "Build both of one sample, with the same ReplicateWeights."
            )
        return self, other

    def joined(self, other: Any) -> Replicates:
        """Return the states of both, one after the other.

        Raises:
            StateError: They have other replicates.
        """
        self.aligned(other)
        names = ("counts", "weights", "squares", "sums")
        both: dict[str, Any] = {
            n: np.concatenate([getattr(self, n), getattr(other, n)]) for n in names
        }
        return evolve(self, **both)

    def __add__(self, other: Any) -> Replicates:
        """Return the replicates of the answers of both, state by state."""
        both = self.joined(other)
        return both.merged(np.arange(both.size) % self.size, self.size)

    def hashed(self, key: bytes) -> Replicates:  # noqa: ARG002 - as of clusters
        """Return the same: there are no ids."""
        return self
