"""Margins: the known totals behind the weights of a sample, and how its answers lie in them."""

from __future__ import annotations

from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np
from attrs import evolve, field, frozen

from relmetrics.data.columns import EXACT, Unchanging, read_only
from relmetrics.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import AnyArray, FloatArray, IntArray
    from relmetrics.states.clustered.strata import Strata

_LARGEST = 2**62


@frozen
class RowMargins(Unchanging):
    """The known totals behind weights, row by row.

    Rows with the same labels in every margin are one cell. A total that is known is that of a
    variable x: sum of w x = T. Of a label with share s those are its dummy less s times that of
    having a label at all, whose total is 0, so that rows that keep their share are no part of it.

    Attributes:
        cells: The cell of each row.
        variables: The variables of each cell whose totals are known, shape (cells, variables).
        starts: What each row weighed before, above 0 wherever it weighs something now.
        weights: What it weighs now.
    """

    cells: IntArray = field(converter=read_only, eq=EXACT)
    variables: FloatArray = field(converter=read_only, eq=EXACT)
    starts: FloatArray = field(converter=read_only, eq=EXACT)
    weights: FloatArray = field(converter=read_only, eq=EXACT)

    @cached_property
    def ids(self) -> AnyArray:
        """Ids of rows of which nobody has said whose they are.

        The rows of one sample have the same ids wherever they are counted, in groups and periods
        and under several metrics, and those of another sample have others: they count on from a
        hash of what is here.
        """
        parts = (self.cells, self.variables, self.starts, self.weights)
        digest = blake2b(b"".join(part.tobytes() for part in parts), digest_size=8).digest()
        return int.from_bytes(digest, "little") % _LARGEST + np.arange(len(self.cells))


class Points(NamedTuple):
    """The answer of each row, as the place on a scale of so many points."""

    codes: AnyArray
    width: int


@frozen
class Margins(Unchanging):
    """What the weights of a sample agree with, and sums of one state or of many by cell.

    A cell are the rows that have the same labels in every margin, within a stratum. The sample is
    whole: rows that are in no state are in it too, for the weights were made with them.

    Attributes:
        variables: The variables of each cell whose totals are known, shape (cells, variables).
        sampled: What the rows of each cell weighed before.
        squares: The sum of the squares of what they weigh now.
        who: Whose rows are in a cell, as the place among the ids; one entry for each cell that a
            respondent has rows in, in order.
        cells: In which.
        weights: What they weigh now.
        starts: Sums of features of each state's rows by what these weighed before, shape (states,
            cells, features): of answers whether they are at a point, of columns of numbers these,
            and whether there is one.
        ends: The same by the square of what they weigh now.
    """

    variables: FloatArray = field(converter=read_only, eq=EXACT)
    sampled: FloatArray = field(converter=read_only, eq=EXACT)
    squares: FloatArray = field(converter=read_only, eq=EXACT)
    who: IntArray = field(converter=read_only, eq=EXACT)
    cells: IntArray = field(converter=read_only, eq=EXACT)
    weights: FloatArray = field(converter=read_only, eq=EXACT)
    starts: FloatArray = field(converter=read_only, eq=EXACT)
    ends: FloatArray = field(converter=read_only, eq=EXACT)

    @classmethod
    def of_rows(
        cls,
        rows: RowMargins,
        places: IntArray,
        strata: Strata,
        given: AnyArray,
        features: Sequence[AnyArray] | Points,
        *,
        groups: IntArray | None = None,
        size: int = 1,
    ) -> Margins:
        """Sum the rows of a sample.

        Args:
            rows: The margins of its weights.
            places: Whose each row is, as the place among the ids.
            strata: How they were drawn.
            given: Which rows count in their state.
            features: What their influence is a sum of: an array of numbers for each feature, or
                the answer of each row, of which every point of the scale is a feature.
            groups: The state of each row; all are of one for None.
            size: How many states.
        """
        there = rows.weights > 0
        w, d, at = rows.weights[there], rows.starts[there], places[there]
        found, cells = np.unique(
            strata.of[at] * len(rows.variables) + rows.cells[there], return_inverse=True
        )
        cells, count = cells.reshape(-1), len(found)
        keys, entry = np.unique(at * count + cells, return_inverse=True)
        inside = np.flatnonzero(there & given)
        cell = np.zeros(len(there), dtype=np.intp)
        cell[there] = cells
        spots = cell[inside] + (0 if groups is None else groups[inside] * count)
        squares = rows.weights[inside] ** 2
        starts, ends = (
            _by_feature(spots, by, features, inside, size * count).reshape(size, count, -1)
            for by in (rows.starts[inside], squares)
        )
        return cls(
            variables=rows.variables[found % len(rows.variables)],
            sampled=np.bincount(cells, d, count),
            squares=np.bincount(cells, w * w, count),
            who=keys // max(count, 1),
            cells=keys % max(count, 1),
            weights=np.bincount(entry.reshape(-1), w, len(keys)),
            starts=starts,
            ends=ends,
        )

    def layers(self, strata: Strata) -> IntArray:
        """Return the stratum of each cell."""
        of = np.zeros(len(self.sampled), dtype=np.int64)
        of[self.cells] = strata.of[self.who]
        return of

    def placed(self, places: IntArray) -> Margins:
        """Return the same among other ids: that of i is now at ``places[i]``."""
        who = places[self.who]
        order = np.lexsort((self.cells, who))
        return evolve(self, who=who[order], cells=self.cells[order], weights=self.weights[order])

    def taken(self, states: Any) -> Margins:
        """Return those of some states, in this order, perhaps several times."""
        return evolve(self, starts=self.starts[states], ends=self.ends[states])

    def merged(self, groups: IntArray, size: int) -> Margins:
        """Return those of coarser states: those of state i are added to ``groups[i]``."""
        sums = [np.zeros((size, *one.shape[1:])) for one in (self.starts, self.ends)]
        for into, one in zip(sums, (self.starts, self.ends), strict=True):
            np.add.at(into, groups, one)
        return evolve(self, starts=sums[0], ends=sums[1])

    def rest(self, states: IntArray) -> Margins:
        """Return, for each of these states, those of all other states together."""
        groups = [np.flatnonzero(np.arange(len(self.starts)) != one) for one in states.tolist()]
        starts, ends = (
            np.stack([one[group].sum(axis=0) for group in groups])
            for one in (self.starts, self.ends)
        )
        return evolve(self, starts=starts, ends=ends)

    def is_of(self, other: Margins) -> bool:
        """Tell whether these are the margins of the same weights of the same sample."""
        names = ("variables", "sampled", "who", "cells", "weights")
        return all(np.array_equal(getattr(self, name), getattr(other, name)) for name in names)

    def joined(self, other: Margins) -> Margins:
        """Return the states of both, one after the other.

        Samples that were weighted apart stay so: each has its own cells and variables.
        """
        if self.is_of(other):
            starts, ends = (
                np.concatenate([getattr(one, name) for one in (self, other)])
                for name in ("starts", "ends")
            )
            return evolve(self, starts=starts, ends=ends)
        ours, theirs = len(self.sampled), len(other.sampled)
        variables = np.zeros((ours + theirs, self.variables.shape[1] + other.variables.shape[1]))
        variables[:ours, : self.variables.shape[1]] = self.variables
        variables[ours:, self.variables.shape[1] :] = other.variables
        both = {
            name: np.concatenate([getattr(one, name) for one in (self, other)])
            for name in ("sampled", "squares", "who", "weights")
        }
        padded = [
            np.concatenate(
                [
                    np.pad(getattr(self, name), ((0, 0), (0, theirs), (0, 0))),
                    np.pad(getattr(other, name), ((0, 0), (ours, 0), (0, 0))),
                ]
            )
            for name in ("starts", "ends")
        ]
        cells = np.concatenate([self.cells, ours + other.cells])
        found = Margins(variables, cells=cells, starts=padded[0], ends=padded[1], **both)
        return found.placed(np.arange(1 + int(max(both["who"], default=0))))


def _by_feature(
    spots: IntArray,
    by: FloatArray,
    features: Sequence[AnyArray] | Points,
    inside: IntArray,
    size: int,
) -> FloatArray:
    """Return the sums of features, each row weighing what it does, by spot and feature."""
    if isinstance(features, Points):
        cells = spots * features.width + features.codes[inside]
        sums: Any = np.bincount(cells, by, size * features.width)  # typed as counts
    else:
        columns = [np.bincount(spots, by * one[inside], size) for one in features]
        sums = np.stack(columns, axis=-1)
    return cast("FloatArray", sums)


def joined(parts: Sequence[tuple[Margins | None, int, int]]) -> Margins | None:
    """Return the margins of two runs of states, of which an empty one may have none.

    Args:
        parts: The margins of each, how many states they are of, and how many answers these have.

    Raises:
        StateError: Only one of two with answers has margins.
    """
    known = [margins for margins, _, _ in parts if margins is not None]
    if not known:
        return None
    if any(margins is None and answers for margins, _, answers in parts):
        raise StateError(
            "only one of the two states knows the margins of its weights. Build both with "
            "weights=weighting, or neither, with weights=weighting.weights."
        )
    none = known[0].taken([])
    left, right = (
        none.merged(np.arange(0), size) if margins is None else margins
        for margins, size, _ in parts
    )
    return left.joined(right)
