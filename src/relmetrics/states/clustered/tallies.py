"""ClusteredTallies: clustered tallies of many groups, which share one list of respondents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self, cast, overload

import numpy as np
from attrs import field, frozen

from relmetrics.states.clustered.rows import summed, totals
from relmetrics.states.clustered.tally import ClusteredTally
from relmetrics.states.grouped_tally import GroupedTally

if TYPE_CHECKING:
    from relmetrics.data.scale import Scale
    from relmetrics.data.types import Column, IntArray
    from relmetrics.states.clustered.clusters import Clusters
    from relmetrics.states.clustered.design import AnyDesign
    from relmetrics.states.replicates.replicates import Replicates


_ENTRIES = 1 << 22


@frozen(eq=False)
class ClusteredTallies(GroupedTally):
    """A column of clustered tallies over one scale.

    Attributes:
        clusters: The sums of each respondent in each group.
    """

    is_clustered: ClassVar[bool] = True

    clusters: Clusters | Replicates = field(kw_only=True)

    @classmethod
    def of_rows(
        cls,
        answers: Column,
        scale: Scale,
        groups: IntArray,
        size: int,
        *,
        respondents: Column | AnyDesign,
        weights: Column | None = None,
    ) -> Self:
        """Count answers by group and respondent; `groups` holds each row's group, 0..size - 1."""
        clusters, missing, weightless = summed(
            answers, scale, respondents, weights, groups=groups, size=size
        )
        return cls.of(scale, clusters, missing, weightless)

    @classmethod
    def of(
        cls,
        scale: Scale,
        clusters: Clusters | Replicates,
        missing: IntArray,
        weightless: IntArray | None,
    ) -> Self:
        """Return the tallies of clusters: what they hold by point is theirs."""
        counts, weights, squares = totals(clusters)
        apart = None if weights is None else weightless
        return cls(scale, counts, missing, weights, squares, apart, clusters=clusters)

    @property
    def plain(self) -> GroupedTally:
        """The same answers without who gave them."""
        return GroupedTally(
            self.scale, self.counts, self.missing, self.weights, self.squares, self.weightless
        )

    @overload
    def __getitem__(self, index: int) -> ClusteredTally: ...
    @overload
    def __getitem__(self, index: slice) -> ClusteredTallies: ...
    def __getitem__(self, index: int | slice) -> ClusteredTally | ClusteredTallies:
        """Return the tally of one group, or the tallies of a run of groups."""
        if isinstance(index, slice):
            return self.taken(np.arange(len(self))[index])
        place = int(index)
        weightless = 0 if self.weightless is None else int(self.weightless[place])
        one = self.clusters[place]
        return ClusteredTally.of(self.scale, one, int(self.missing[place]), weightless)

    def _with(self, plain: GroupedTally, clusters: Clusters | Replicates) -> ClusteredTallies:
        return self.of(plain.scale, clusters, plain.missing, plain.weightless)

    def taken(self, places: Any) -> ClusteredTallies:
        """Return the tallies at these places, or where a mask is true."""
        from relmetrics.states.stacks import taken  # noqa: PLC0415 - stacks know nothing of this

        at = np.flatnonzero(places) if places.dtype == bool else places
        return self._with(taken(self.plain, at), self.clusters.taken(at))

    def joined(self, other: ClusteredTallies) -> ClusteredTallies:
        """Return the tallies of both as one column, in order."""
        from relmetrics.states.stacks import joined  # noqa: PLC0415 - as above

        both = joined([self.plain, other.plain])
        return self._with(both, self.clusters.joined(cast("Any", other.clusters)))

    def merged(self, groups: IntArray, size: int) -> ClusteredTallies:
        """Return coarser tallies: row i is added to group `groups[i]`."""
        return self._with(self.plain.merged(groups, size), self.clusters.merged(groups, size))

    def rest(self, places: IntArray) -> ClusteredTallies:
        """Return, for each of these groups, the tally of all other groups together."""
        others = [
            None if one is None else one.sum() - one[places]
            for one in (self.missing, self.weightless)
        ]
        return self.of(
            self.scale, self.clusters.rest(places), cast("IntArray", others[0]), others[1]
        )

    @property
    def at_once(self) -> int:
        """How many groups are compared at a time, so that their entries fit in memory."""
        return max(1, _ENTRIES // max(1, len(self.clusters.keys), len(self.clusters.ids)))

    def total(self) -> ClusteredTally:
        """Return the tally of all groups together."""
        return self.merged(np.zeros(len(self), dtype=np.intp), 1)[0]
