"""ClusteredMoments: moments that know which rows are of the same respondent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from attrs import evolve, field, fields, frozen

from relmetrics.errors import ParameterError, StateError
from relmetrics.states.clustered.design import Design
from relmetrics.states.clustered.ids import numbered_ids, read_ids
from relmetrics.states.clustered.margins import Margins
from relmetrics.states.clustered.row_clusters import RowClusters
from relmetrics.states.moments.moments import Moments
from relmetrics.states.serial import read_fields
from relmetrics.states.stacks import alone, joined, taken

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from relmetrics.data.scale import Scale
    from relmetrics.data.types import AnyArray, Column, FloatArray, IntArray

_KIND = "ClusteredMoments"
_KEYS = {"type", "v", "moments", "respondents", "are_hashed", "rows"}
_ENTRIES = 1 << 20


@frozen(repr=False)
class ClusteredMoments(Moments):
    """Moments of rows of which some are by the same respondents.

    Made by ``metric.moments(columns, respondents=ids)`` of an index or a ratio. ``a + b`` adds by
    id, as a `ClusteredTally` does.

    Attributes:
        clusters: The moments of each respondent.

    Example:
        >>> import relmetrics as rm
        >>> orders = {"amount": [20.0, 30.0, 70.0], "orders": [1, 1, 2]}
        >>> state = rm.AverageOrderValue().moments(orders, respondents=["ann", "ann", "bob"])
        >>> int(state.n), state.respondents
        (3, 2)
    """

    is_clustered: ClassVar[bool] = True

    clusters: RowClusters = field(kw_only=True)

    @classmethod
    def of(cls, plain: Moments, clusters: RowClusters) -> Self:
        """Return moments with the clusters that they are the sums of."""
        own = {one.name: getattr(plain, one.name) for one in fields(Moments)}
        return cls(**own, clusters=clusters)

    @classmethod
    def of_rows(
        cls,
        arrays: Mapping[str, AnyArray],
        respondents: Column | Design,
        rows: AnyArray | slice,
        *,
        size_of_data: int,
        weights: FloatArray | None,
        groups: IntArray | None,
        size: int,
        options: Mapping[str, Any],
    ) -> Self:
        """Sum some rows of columns, all or by group, and by respondent.

        Raises:
            CustomerError: An id is missing, or ids are not all whole numbers or all text.
            LengthError: There is not one id per row.
        """
        strata = margins = None
        if isinstance(respondents, Design):
            places, ids, strata = respondents.read(size_of_data)
            if respondents.margins is not None:
                given, features = _features(arrays, rows, size_of_data, options)
                which: IntArray = np.zeros(size_of_data, dtype=np.int64)
                which[rows] = 0 if groups is None else groups
                margins = Margins.of_rows(
                    respondents.margins.row_margins,
                    places,
                    strata,
                    given,
                    features,
                    groups=which,
                    size=size,
                )
        else:
            places, ids = numbered_ids(respondents, size_of_data)
        places = places[rows]
        whose = places if groups is None else groups * len(ids) + places
        plain = Moments.from_arrays(
            tuple(arrays),
            list(arrays.values()),
            weights=weights,
            groups=groups,
            size=size,
            **options,
        )
        clusters = RowClusters.of_rows(
            ids, whose, size, arrays, weights, options, strata=strata, margins=margins
        )
        return cls.of(plain, clusters)

    @property
    def plain(self) -> Moments:
        """The same rows without whose they are."""
        return Moments(**{one.name: getattr(self, one.name) for one in fields(Moments)})

    @property
    def respondents(self) -> int:
        """The number of different respondents who have rows, of all states."""
        clusters = self.clusters
        return len(np.unique(clusters.cells % max(len(clusters.ids), 1)))

    def shared(self, other: ClusteredMoments) -> int:
        """Return how many respondents are in both of two states."""
        left, right = self.clusters.aligned(other.clusters)
        size = max(len(left.ids), 1)
        return len(np.intersect1d(left.cells % size, right.cells % size))

    def hashed(self, key: str = "") -> Self:
        """Return the same with 64-bit hashes in place of the ids: see `ClusteredTally.hashed`.

        Raises:
            ParameterError: The key is no text of at most 64 bytes.
        """
        if not isinstance(key, str) or len(key.encode()) > 64:  # noqa: PLR2004 - of blake2b
            raise ParameterError.must_be("key", "text of at most 64 bytes", key)
        return evolve(self, clusters=self.clusters.hashed(key.encode()))

    def __getitem__(self, index: int | slice) -> Self:
        """Return the state of one group, or of several."""
        if isinstance(index, slice):
            return self.taken(np.arange(len(self))[index])
        return self.of(self.plain[index], self.clusters.taken(np.array([index])).trimmed())

    def _mapped(self, function: Callable[[AnyArray], AnyArray]) -> Self:
        raise NotImplementedError

    def taken(self, places: AnyArray) -> Self:
        """Return the states at these places, or where a mask is true."""
        at = np.flatnonzero(places) if places.dtype == bool else places
        return self.of(taken(self.plain, at), self.clusters.taken(at))

    def joined(self, other: ClusteredMoments) -> Self:
        """Return the states of both as one stack, in order."""
        clusters = self.clusters.joined(other.clusters)
        return self.of(joined([self.plain, other.plain]), clusters)

    def merged(self, groups: IntArray, size: int) -> Self:
        """Return coarser states: group i is added to group `groups[i]`."""
        return self.of(self.plain.merged(groups, size), self.clusters.merged(groups, size))

    def rest(self, places: IntArray) -> Self:
        """Return, for each of these groups, the moments of all other groups together."""
        clusters = self.clusters.rest(places)
        missing, weightless = (one.sum() - one[places] for one in (self.missing, self.weightless))
        return self.of(evolve(clusters.total, missing=missing, weightless=weightless), clusters)

    @property
    def at_once(self) -> int:
        """How many groups are compared at a time, so that their entries fit in memory."""
        return max(1, _ENTRIES // max(1, len(self.clusters.cells), len(self.clusters.ids)))

    def __add__(self, other: Moments) -> Moments:
        """Return the moments of the rows of both; who is in both is one respondent.

        Raises:
            StateError: Only one says whose its rows are, or they cannot be added.
        """
        if not isinstance(other, Moments):
            return NotImplemented
        if not isinstance(other, ClusteredMoments):
            raise StateError(
                "only one of the two states says whose its rows are, so who is in both is not "
                "known. Build both with respondents=, or add state.plain of the other."
            )
        return self.of(self.plain + other.plain, self.clusters + other.clusters)

    def __radd__(self, other: object) -> Moments:
        """Return this state when `sum` starts from 0."""
        if isinstance(other, Moments):
            return self + other
        return self if other == 0 else NotImplemented

    def to_dict(self) -> dict[str, object]:
        """Return the state as JSON-ready plain values, with the ids; see `hashed`."""
        rows = self.clusters.rows
        return {
            "type": "clustered_moments",
            "v": 1,
            "moments": self.plain.to_dict(),
            "respondents": self.clusters.ids.tolist(),
            "are_hashed": self.clusters.are_hashed,
            "rows": [rows[i].to_dict() for i in range(len(self.clusters.cells))],
            **({} if self.clusters.strata is None else self._drawn()),
        }

    def _drawn(self) -> dict[str, object]:
        """Return how the sample was drawn, and whose the rows are: some may have none."""
        from relmetrics.states.clustered import design_reading  # noqa: PLC0415 - of JSON only

        return {"whose": self.clusters.cells.tolist(), **design_reading.written(self.clusters)}

    @classmethod
    def from_dict(cls, data: object) -> Self:
        """Return the state that `to_dict` wrote.

        Raises:
            StateError: The dictionary is no such state, or of a version that is not known.
        """
        from relmetrics.states.clustered import design_reading  # noqa: PLC0415 - of JSON only

        later: dict[str, Any] = {"whose": None, "strata": None, "margins": None}
        found = read_fields(_KIND, data, type_name="clustered_moments", keys=_KEYS, later=later)
        plain = Moments.from_dict(found["moments"])
        ids = read_ids(found.items_of("respondents"))
        if ids is None or type(found["are_hashed"]) is not bool:
            raise StateError.malformed(_KIND, "respondents must be in order, each once")
        size = 2 * len(plain.columns)
        strata, margins = design_reading.read(found, _KIND, len(ids), size)
        many = len(ids) if strata is None else len(found.items_of("whose"))
        cells = np.arange(len(ids))
        if strata is not None:
            cells = np.array(found.counts("whose", many, max(len(ids) - 1, 0)), dtype=np.int64)
            if not (np.diff(cells) > 0).all():
                raise StateError.malformed(_KIND, "whose must be in order, each once")
        rows = [Moments.from_dict(row) for row in found.items_of("rows", many)]
        if any(row.columns != plain.columns or row.rule != plain.rule for row in rows):
            raise StateError.malformed(_KIND, "rows of respondents have other columns")
        if sum(int(row.n) for row in rows) != int(plain.n) or not all(row.n for row in rows):
            raise StateError.malformed(_KIND, "rows of respondents are not those of the state")
        stack = joined([alone(row) for row in rows]) if rows else alone(plain)[:0]
        clusters = RowClusters(ids, 1, cells, stack, found["are_hashed"], strata, margins)
        return cls.of(plain, clusters)


def _features(
    arrays: Mapping[str, AnyArray], rows: AnyArray | slice, size: int, options: Mapping[str, Any]
) -> tuple[AnyArray, list[FloatArray]]:
    """Return which rows count, and their columns, and whether there is an entry, by row."""
    scale: Scale | None = options["scale"]
    points = None if scale is None else np.append(scale.points.astype(float), np.nan)
    columns = []
    for array in arrays.values():
        column = np.full(size, np.nan)
        column[rows] = array if points is None else points[array]
        columns.append(column)
    there = ~np.isnan(np.stack(columns))
    held = there.sum(axis=0)
    given: AnyArray = held >= (len(there) if options["rule"] == "row" else 1)
    values = [np.nan_to_num(column) for column in columns]
    return given, values + [one.astype(np.float64) for one in there]
