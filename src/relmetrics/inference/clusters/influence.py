"""Influence: what each cluster adds to the metric of its state, by linearisation.

A metric m of clusters i changes by about z_i where cluster i is there or not::

    mean of answers   m = sum w c / W          z_i = sum over its answers of w (c - m) / W
    ratio of sums     R = sum w y / sum w x    z_i = sum over its rows of w (y - R x) / sum w x

so the variance of m is that of a sum of independent z_i: Binder (1983), as R's survey package has
it. They sum to 0 over the clusters of a state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import AnyArray, FloatArray, IntArray, Number
    from relmetrics.states.clustered.clusters import Clusters


@frozen(eq=False)
class Influence:
    """What each cluster of each state of a stack adds; only clusters that count are there.

    Attributes:
        ids: Who there is, sorted.
        size: How many states.
        cells: Which cluster of which state it is: state x ids + place among the ids, ascending.
        z: What it adds to the metric of its state.
        share: Its part of the weight of the state.
        n: Its number of answers.
    """

    ids: AnyArray
    size: int
    cells: IntArray
    z: FloatArray
    share: FloatArray
    n: IntArray

    @property
    def states(self) -> IntArray:
        """The state of each cluster."""
        found: IntArray = self.cells // max(len(self.ids), 1)
        return found

    def summed(self, values: FloatArray) -> FloatArray:
        """Return the sums of one value per cluster, by state."""
        return cast("FloatArray", np.bincount(self.states, values, self.size))

    @property
    def clusters(self) -> IntArray:
        """How many clusters each state has."""
        return np.bincount(self.states, minlength=self.size)


def of_answers(
    clusters: Clusters,
    levels: Sequence[float],
    members: Sequence[tuple[int, ...]],
    value: Number,
) -> Influence:
    """Return the influence on a mean of what answers contribute.

    Args:
        clusters: The answers.
        levels: What an answer can contribute.
        members: For each level, the places of its points on the scale; others are left out.
        value: The mean of each state.
    """
    points = np.full(clusters.width, np.nan)
    for level, places in zip(levels, members, strict=True):
        points[list(places)] = level
    at = clusters.keys % clusters.width
    inside = ~np.isnan(points)[at]
    keys, at, counts = clusters.keys[inside], at[inside], clusters.counts[inside]
    weights = counts if clusters.weights is None else clusters.weights[inside]
    cells = keys // clusters.width
    new = np.ones(len(cells), dtype=bool)
    np.not_equal(cells[1:], cells[:-1], out=new[1:])
    starts = np.flatnonzero(new)
    if not len(starts):
        nothing = np.empty(0)
        return Influence(clusters.ids, clusters.size, cells, nothing, nothing, counts)
    states = cells // len(clusters.ids)
    total = np.bincount(states, weights, clusters.size)
    gaps = weights * (points[at] - np.atleast_1d(value)[states]) / total[states]
    first = states[starts]
    return Influence(
        clusters.ids,
        clusters.size,
        cells[starts],
        np.add.reduceat(gaps, starts),
        np.add.reduceat(weights, starts) / total[first],
        np.add.reduceat(counts, starts),
    )


def matched(ours: Influence, theirs: Influence) -> tuple[IntArray, IntArray]:
    """Return where the clusters that are in both states of a pair stand on either side.

    State i of ours is paired with state i of theirs.
    """
    if ours.ids is theirs.ids or np.array_equal(ours.ids, theirs.ids):
        left, right = ours.cells, theirs.cells
    else:
        from relmetrics.states.clustered.ids import united  # noqa: PLC0415 - of two lists only

        every, here, there = united(ours.ids, theirs.ids)
        left = _renumbered(ours, here, len(every))
        right = _renumbered(theirs, there, len(every))
    _, at_left, at_right = np.intersect1d(left, right, assume_unique=True, return_indices=True)
    return at_left, at_right


def _renumbered(influence: Influence, places: IntArray, size: int) -> IntArray:
    state, who = np.divmod(influence.cells, max(len(influence.ids), 1))
    cells: IntArray = state * size + places[who] if len(places) else state
    return cells
