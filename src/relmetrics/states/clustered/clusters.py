"""Clusters: sums by respondent and point, sparse, of one state or of many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self, cast

import numpy as np
from attrs import evolve, field, frozen

from relmetrics.data.columns import EXACT, Unchanging, read_only, unwritable
from relmetrics.errors import StateError
from relmetrics.states.clustered import ids as names
from relmetrics.states.clustered import margins as known
from relmetrics.states.clustered.strata import Strata, both

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, FloatArray, IntArray
    from relmetrics.states.clustered.margins import Margins

_DENSE = 4
"""Sums are added in a table with all their places where that has at most so many a sum."""


@frozen
class Clusters(Unchanging):
    """How often each respondent gave each answer, and what that weighs.

    One entry for every answer that a respondent gave in a state; in a stack of states the entries
    of all of them, one state after the other. Entries are in order and there are none of 0, so
    that equal answers of equal respondents make equal clusters, in whatever order they came.

    Attributes:
        ids: Who there is, sorted, each once: whole numbers or text.
        width: How many points the scale has.
        size: How many states.
        keys: Whose entry it is, and where: (state x ids + respondent) x width + point, ascending.
        counts: The number of answers of each entry.
        weights: The sum of their weights, or None when unweighted.
        squares: The sum of their squared weights, or None when unweighted.
        are_hashed: Whether the ids are hashes of ids.
        strata: How the ids of a designed sample were drawn; those without answers are among them.
        margins: The known totals behind the weights, of a sample whose weights agree with some.
    """

    is_replicated: ClassVar[bool] = False

    ids: AnyArray = field(converter=read_only, eq=EXACT)
    width: int
    size: int
    keys: IntArray = field(converter=read_only, eq=EXACT)
    counts: IntArray = field(converter=read_only, eq=EXACT)
    weights: FloatArray | None = field(converter=unwritable, eq=EXACT, default=None)
    squares: FloatArray | None = field(converter=unwritable, eq=EXACT, default=None)
    are_hashed: bool = False
    strata: Strata | None = None
    margins: Margins | None = None

    @classmethod
    def none(cls, width: int) -> Self:
        """Return the clusters of one state without answers."""
        nothing = np.empty(0, dtype=np.int64)
        return cls(nothing, width, 1, nothing, nothing)

    @classmethod
    def of_rows(
        cls,
        ids: AnyArray,
        places: IntArray,
        points: AnyArray,
        width: int,
        *,
        weights: FloatArray | None = None,
        groups: IntArray | None = None,
        size: int = 1,
        strata: Strata | None = None,
        margins: Margins | None = None,
    ) -> Clusters:
        """Sum rows of answers.

        Args:
            ids: Who there is, sorted.
            places: For each row who answered, as the place among the ids.
            points: What, as the place on the scale.
            width: How many points the scale has.
            weights: What the row weighs, above 0.
            groups: The state of each row, 0..size - 1; all rows are of one state for None.
            size: How many states.
            strata: How they were drawn.
            margins: The known totals behind the weights.
        """
        whose = places if groups is None else groups * len(ids) + places
        keys = whose * width + points
        columns = (None, weights, None if weights is None else weights * weights)
        sums = _summed(keys, size * len(ids) * width, *columns)
        return cls(ids, width, size, *sums, strata=strata, margins=margins)

    @property
    def unit(self) -> str:
        """What texts call them: ``respondents`` or ``clusters``."""
        return "respondents" if self.strata is None else self.strata.unit

    @property
    def answers(self) -> IntArray:
        """How many answers each state has."""
        starts = np.searchsorted(self.keys, self._step * np.arange(self.size + 1))
        total = np.concatenate([[0], np.cumsum(self.counts)])
        return cast("IntArray", total[starts[1:]] - total[starts[:-1]])

    @property
    def respondents(self) -> IntArray:
        """How many respondents of each state answered."""
        cells = self.keys // self.width
        new = np.ones(len(cells), dtype=bool)
        np.not_equal(cells[1:], cells[:-1], out=new[1:])
        return np.bincount(cells[new] // max(len(self.ids), 1), minlength=self.size)

    @property
    def _step(self) -> int:
        """How far the keys of a state are from those of the next."""
        return len(self.ids) * self.width

    def trimmed(self) -> Clusters:
        """Return the same without ids that have no entries, unless they are of a design."""
        if self.strata is not None:
            return self
        cells = self.keys // self.width
        there = np.zeros(len(self.ids), dtype=bool)
        there[cells % max(len(self.ids), 1)] = True
        if there.all():
            return self
        return self._with_ids(self.ids[there], np.cumsum(there) - 1)

    def _with_ids(self, ids: AnyArray, places: IntArray) -> Clusters:
        """Return the same entries among other ids, where the old ones are at these places."""
        if ids is self.ids:
            return self
        cells, points = np.divmod(self.keys, self.width)
        state, who = np.divmod(cells, max(len(self.ids), 1))
        keys = (state * len(ids) + places[who]) * self.width + points
        return evolve(self, ids=ids, keys=keys, margins=self._margins("placed", places))

    def _margins(self, change: str, *args: Any) -> Margins | None:
        """Return the margins, changed as the states are."""
        return None if self.margins is None else getattr(self.margins, change)(*args)

    def __getitem__(self, index: int | slice) -> Clusters:
        """Return the clusters of one state, or of a run of them, which keeps all ids."""
        if isinstance(index, slice):
            return self.taken(np.arange(self.size)[index])
        return self.taken(np.array([index])).trimmed()

    def taken(self, states: IntArray) -> Clusters:
        """Return the clusters of these states, in this order, perhaps several times."""
        step = self._step
        starts = np.searchsorted(self.keys, np.arange(self.size + 1) * step)
        lengths = (starts[1:] - starts[:-1])[states]
        ends = np.cumsum(lengths)
        total = int(ends[-1]) if len(ends) else 0
        moved = np.repeat(starts[:-1][states] - ends + lengths, lengths) + np.arange(total)
        shift = np.repeat((np.arange(len(states)) - states) * step, lengths)
        margins = self._margins("taken", states)
        return self._picked(moved, self.keys[moved] + shift, len(states), margins)

    def _picked(
        self, entries: AnyArray, keys: IntArray, size: int, margins: Margins | None
    ) -> Clusters:
        return evolve(
            self,
            margins=margins,
            size=size,
            keys=keys,
            counts=self.counts[entries],
            weights=None if self.weights is None else self.weights[entries],
            squares=None if self.squares is None else self.squares[entries],
        )

    def merged(self, groups: IntArray, size: int) -> Clusters:
        """Return clusters of coarser states: those of state i are added to `groups[i]`."""
        step = self._step
        state, rest = np.divmod(self.keys, max(step, 1))
        margins = self._margins("merged", groups, size)
        return self._added(groups[state] * step + rest, size, margins)

    def rest(self, states: IntArray) -> Clusters:
        """Return, for each of these states, the clusters of all other states together."""
        step = self._step
        state, rest = np.divmod(self.keys, max(step, 1))
        others = [np.flatnonzero(state != one) for one in states.tolist()]
        entries = np.concatenate(others) if others else np.empty(0, dtype=np.intp)
        owner = np.repeat(np.arange(len(others)), [len(one) for one in others])
        keys = owner * step + rest[entries]
        again = self._picked(entries, keys, len(others), self._margins("rest", states))
        return again._added(keys, len(others), again.margins)  # noqa: SLF001 - of its own kind

    def _added(self, keys: IntArray, size: int, margins: Margins | None) -> Clusters:
        """Return the sums of the entries that have the same of these keys."""
        space = size * len(self.ids) * self.width
        found, counts, weights, squares = _summed(
            keys, space, self.counts, self.weights, self.squares
        )
        return evolve(
            self,
            size=size,
            keys=found,
            counts=counts,
            weights=weights,
            squares=squares,
            margins=margins,
        )

    def aligned(self, other: Clusters) -> tuple[Clusters, Clusters]:
        """Return both among the ids of both.

        Raises:
            StateError: The ids of only one are hashes, or they are of different kinds, or the
                designs do not fit.
        """
        if self.ids is other.ids and self.strata is other.strata:
            return self, other
        hashed = names.require_same_ids(self, other)
        ids, ours, theirs = names.united(self.ids, other.ids)
        changed: dict[str, Any] = {
            "strata": both(self.strata, other.strata, ours, theirs, len(ids)),
            "are_hashed": hashed,
        }
        left, right = self._with_ids(ids, ours), other._with_ids(ids, theirs)
        return evolve(left, **changed), evolve(right, **changed)

    def joined(self, other: Clusters) -> Clusters:
        """Return the states of both, one after the other, among the ids of both.

        Raises:
            StateError: They cannot be told to be the same (see `aligned`), or only one is weighted.
        """
        left, right = self.aligned(other)
        if len(left.keys) and len(right.keys) and (left.weights is None) != (right.weights is None):
            raise StateError.cannot_add("weighting", left.weights, right.weights)
        keys = np.concatenate([left.keys, right.keys + self.size * len(left.ids) * self.width])
        # What has no answers need not be weighted; of two of these, either says that they are.
        full = [one for one in (left, right) if len(one.keys)]
        full = full or [left if right.weights is None else right]
        columns: dict[str, Any] = {}
        for name in ("counts", "weights", "squares"):
            parts = [getattr(one, name) for one in full]
            columns[name] = None if parts[0] is None else np.concatenate(parts)
        margins = known.joined([(one.margins, one.size, len(one.keys)) for one in (left, right)])
        return evolve(left, size=self.size + other.size, keys=keys, margins=margins, **columns)

    def __add__(self, other: Clusters) -> Clusters:
        """Return the clusters of the answers of both, state by state."""
        both = self.joined(other)
        return both.merged(np.arange(both.size) % self.size, self.size)

    def hashed(self, key: bytes) -> Clusters:
        """Return the same with hashes in place of ids."""
        if self.are_hashed:
            return self
        ids, places = names.require_told_apart(names.hashes(self.ids, key))
        moved = self._with_ids(ids, places)
        order = np.argsort(moved.keys)
        strata = None if self.strata is None else self.strata.placed(places)
        again = evolve(moved, are_hashed=True, strata=strata)
        return again._picked(order, again.keys[order], self.size, again.margins)  # noqa: SLF001


def _summed(
    keys: IntArray, space: int, counts: Any, weights: Any, squares: Any
) -> tuple[Any, Any, Any, Any]:
    """Return each key once, ascending, with the sums of what has it; None counts as ones."""
    if space <= _DENSE * len(keys):
        table = np.bincount(keys, minlength=space)
        found = np.flatnonzero(table > 0)
        if counts is not None:
            table = np.zeros(space, dtype=np.int64)
            np.add.at(table, keys, counts)
        numbers = table[found]
        del table  # so that the next one takes its memory: fresh memory costs more than sums
        sums = [
            None if one is None else np.bincount(keys, one, space)[found]
            for one in (weights, squares)
        ]
        return found, numbers, sums[0], sums[1]
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    new = np.ones(len(keys), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    starts = np.flatnonzero(new)
    if not len(starts):
        return ordered, ordered, weights, squares

    def added(column: AnyArray | None) -> AnyArray | None:
        return None if column is None else np.add.reduceat(column[order], starts)

    total = np.diff(starts, append=len(keys)) if counts is None else added(counts)
    return ordered[starts], total, added(weights), added(squares)
