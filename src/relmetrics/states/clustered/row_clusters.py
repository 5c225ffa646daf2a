"""RowClusters: the moments of each respondent's rows, of one state or of many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from attrs import evolve, field, frozen

from relmetrics.data.columns import EXACT, Unchanging, read_only
from relmetrics.states.clustered import margins as known
from relmetrics.states.clustered.ids import (
    hashes,
    require_same_ids,
    require_told_apart,
    united,
)
from relmetrics.states.clustered.strata import Strata, both
from relmetrics.states.moments.moments import Moments
from relmetrics.states.stacks import joined, taken

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from relmetrics.data.types import AnyArray, FloatArray, IntArray
    from relmetrics.states.clustered.margins import Margins


@frozen
class RowClusters(Unchanging):
    """The moments of the rows of each respondent; there are none of no rows.

    Attributes:
        ids: Who there is, sorted, each once.
        size: How many states.
        cells: Whose rows they are: state x ids + respondent, ascending.
        rows: Their moments, one state for each cell.
        are_hashed: Whether the ids are hashes of ids.
        strata: How the ids of a designed sample were drawn; those without rows are among them.
        margins: The known totals behind the weights, of a sample whose weights agree with some.
    """

    is_replicated: ClassVar[bool] = False

    ids: AnyArray = field(converter=read_only, eq=EXACT)
    size: int
    cells: IntArray = field(converter=read_only, eq=EXACT)
    rows: Moments
    are_hashed: bool = False
    strata: Strata | None = None
    margins: Margins | None = None

    @classmethod
    def of_rows(
        cls,
        ids: AnyArray,
        whose: IntArray,
        size: int,
        arrays: Mapping[str, AnyArray],
        weights: FloatArray | None,
        options: Mapping[str, Any],
        strata: Strata | None = None,
        margins: Margins | None = None,
    ) -> RowClusters:
        """Sum rows of columns by respondent; `whose` is state x ids + respondent."""
        cells, groups = np.unique(whose, return_inverse=True)
        rows = Moments.from_arrays(
            tuple(arrays),
            list(arrays.values()),
            weights=weights,
            groups=groups.reshape(-1),
            size=len(cells),
            **options,
        )
        there = np.flatnonzero(rows.n > 0)
        found = taken(rows, there)
        return cls(ids, size, cells[there], found, strata=strata, margins=margins).trimmed()

    @property
    def unit(self) -> str:
        """What texts call them: ``respondents`` or ``clusters``."""
        return "respondents" if self.strata is None else self.strata.unit

    @property
    def states(self) -> IntArray:
        """The state of each cell."""
        found: IntArray = self.cells // max(len(self.ids), 1)
        return found

    @property
    def total(self) -> Moments:
        """The moments of all rows of each state."""
        return self.rows.merged(self.states, self.size)

    def trimmed(self) -> RowClusters:
        """Return the same without ids that have no rows, unless they are of a design."""
        if self.strata is not None:
            return self
        there = np.zeros(len(self.ids), dtype=bool)
        there[self.cells % max(len(self.ids), 1)] = True
        if there.all():
            return self
        return self._with_ids(self.ids[there], np.cumsum(there) - 1)

    def _with_ids(self, ids: AnyArray, places: IntArray) -> RowClusters:
        state, who = np.divmod(self.cells, max(len(self.ids), 1))
        cells = state * len(ids) + places[who]
        return evolve(self, ids=ids, cells=cells, margins=self._margins("placed", places))

    def _margins(self, change: str, *args: Any) -> Margins | None:
        """Return the margins, changed as the states are."""
        return None if self.margins is None else getattr(self.margins, change)(*args)

    def taken(self, states: IntArray) -> RowClusters:
        """Return the clusters of these states, in this order."""
        parts = [np.flatnonzero(self.states == one) for one in states.tolist()]
        return evolve(self._of_parts(parts), margins=self._margins("taken", states))

    def rest(self, states: IntArray) -> RowClusters:
        """Return, for each of these states, the clusters of all other states together."""
        parts = [np.flatnonzero(self.states != one) for one in states.tolist()]
        again = evolve(self._of_parts(parts), margins=self._margins("rest", states))
        return again._added(again.cells, len(parts))  # noqa: SLF001 - of its own kind

    def _of_parts(self, parts: Sequence[IntArray]) -> RowClusters:
        places = np.concatenate(parts) if parts else np.empty(0, dtype=np.intp)
        owner = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
        who = self.cells[places] % max(len(self.ids), 1)
        cells = owner * len(self.ids) + who
        return evolve(self, size=len(parts), cells=cells, rows=taken(self.rows, places))

    def merged(self, groups: IntArray, size: int) -> RowClusters:
        """Return clusters of coarser states: those of state i are added to `groups[i]`."""
        state, who = np.divmod(self.cells, max(len(self.ids), 1))
        added = self._added(groups[state] * len(self.ids) + who, size)
        return evolve(added, margins=self._margins("merged", groups, size))

    def _added(self, cells: IntArray, size: int) -> RowClusters:
        found, groups = np.unique(cells, return_inverse=True)
        rows = self.rows.merged(groups.reshape(-1), len(found))
        return evolve(self, size=size, cells=found, rows=rows)

    def aligned(self, other: RowClusters) -> tuple[RowClusters, RowClusters]:
        """Return both among the ids of both.

        Raises:
            StateError: The ids of only one are hashes, or they are of different kinds, or the
                designs do not fit.
        """
        if self.ids is other.ids and self.strata is other.strata:
            return self, other
        hashed = require_same_ids(self, other)
        ids, ours, theirs = united(self.ids, other.ids)
        changed: dict[str, Any] = {
            "strata": both(self.strata, other.strata, ours, theirs, len(ids)),
            "are_hashed": hashed,
        }
        left, right = self._with_ids(ids, ours), other._with_ids(ids, theirs)
        return evolve(left, **changed), evolve(right, **changed)

    def joined(self, other: RowClusters) -> RowClusters:
        """Return the states of both, one after the other."""
        left, right = self.aligned(other)
        cells = np.concatenate([left.cells, right.cells + left.size * len(left.ids)])
        rows = [one.rows for one in (left, right) if len(one.cells)] or [left.rows]
        size = left.size + right.size
        margins = known.joined([(one.margins, one.size, len(one.cells)) for one in (left, right)])
        return evolve(left, size=size, cells=cells, rows=joined(rows), margins=margins)

    def __add__(self, other: RowClusters) -> RowClusters:
        """Return the clusters of the rows of both, state by state."""
        every = self.joined(other)
        return every.merged(np.arange(every.size) % self.size, self.size)

    def hashed(self, key: bytes) -> RowClusters:
        """Return the same with hashes in place of ids."""
        if self.are_hashed:
            return self
        ids, places = require_told_apart(hashes(self.ids, key))
        moved = self._with_ids(ids, places)
        order = np.argsort(moved.cells)
        rows = taken(moved.rows, order)
        strata = None if self.strata is None else self.strata.placed(places)
        return evolve(moved, cells=moved.cells[order], rows=rows, are_hashed=True, strata=strata)
