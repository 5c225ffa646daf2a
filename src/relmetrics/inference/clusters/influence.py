"""Influence: what each cluster adds to the metric of its state, by linearisation.

A metric m of clusters i changes by about z_i where cluster i is there or not::

    mean of answers   m = sum w c / W          z_i = sum over its answers of w (c - m) / W
    ratio of sums     R = sum w y / sum w x    z_i = sum over its rows of w (y - R x) / sum w x

so the variance of m is that of a sum of independent z_i: Binder (1983), as R's survey package has
it. They sum to 0 over the clusters of a state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
from attrs import evolve, frozen

from relmetrics.inference.clusters import residuals
from relmetrics.inference.clusters.variance import within

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from relmetrics.data.types import AnyArray, FloatArray, IntArray, Number
    from relmetrics.states.clustered.clusters import Clusters
    from relmetrics.states.clustered.margins import Margins
    from relmetrics.states.clustered.row_clusters import RowClusters
    from relmetrics.states.clustered.strata import Strata

_ROUNDING = 1e-12


@frozen(eq=False)
class Influence:
    """What each cluster of each state of a stack adds.

    Only clusters that count are there; where the weights agree with margins, those that only share
    in what these explain are there too, with no answer.

    Attributes:
        size: How many states.
        cells: Which cluster of which state it is: state x ids + place among the ids, ascending.
        states: The state of each cluster.
        layers: Its stratum, among those of its state: state x strata + stratum.
        z: What it adds to the metric of its state.
        own: The sum of the squares of what answers add one by one, by state and stratum.
        share: Its part of the weight of the state.
        n: Its number of answers.
        strata: How the sample was drawn; None where it is not known.
        left: The part of the degrees of freedom that known margins leave; None where none are
            known.
        df: The degrees of freedom of replicate weights, whose clusters are no respondents.
        second: What a second stage of sampling adds to the variance of each state.
    """

    size: int
    cells: IntArray
    states: IntArray
    layers: IntArray
    z: FloatArray
    own: FloatArray
    share: FloatArray
    n: IntArray
    strata: Strata | None = None
    left: float | None = None
    df: float | None = None
    second: FloatArray | float = 0.0

    @classmethod
    def of(
        cls, clusters: Clusters | RowClusters, cells: IntArray, own: FloatArray, **sums: Any
    ) -> Influence:
        """Return the influence of some of the cells of clusters; `own` is one number of each."""
        state, who = np.divmod(cells, max(len(clusters.ids), 1))
        layers = state
        if clusters.strata is not None:
            layers = state * len(clusters.strata.labels) + clusters.strata.of[who]
        found = cls(clusters.size, cells, state, layers, own=own, strata=clusters.strata, **sums)
        second: FloatArray | float = 0.0
        if found.strata is not None and found.strata.sizes is not None:
            second = found.summed(within(found.strata, who, own, found.z, found.z))
        return evolve(found, own=found.by_stratum(own), second=second)

    def summed(self, values: FloatArray) -> FloatArray:
        """Return the sums of one value per cluster, by state."""
        return cast("FloatArray", np.bincount(self.states, values, self.size))

    @property
    def answered(self) -> FloatArray:
        """1 for each cluster that has answers, 0 for others."""
        return (self.n > 0) * 1.0

    @property
    def there(self) -> FloatArray:
        """The number of clusters that have answers, by state and stratum."""
        return self.by_stratum(None if self.left is None else self.answered)

    def by_stratum(self, values: AnyArray | None, at: Any = slice(None)) -> FloatArray:
        """Return the sums of one value per cluster, by state and stratum; their number for None."""
        strata = 1 if self.strata is None else len(self.strata.labels)
        sums = np.bincount(self.layers[at], values, self.size * strata)
        return cast("FloatArray", sums.reshape(self.size, strata))


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
        return Influence.of(clusters, cells, z=nothing, own=nothing, share=nothing, n=counts)
    states = cells // len(clusters.ids)
    total = np.bincount(states, weights, clusters.size)
    gaps = (points[at] - np.atleast_1d(value)[states]) / total[states]
    squares = counts if clusters.squares is None else clusters.squares[inside]
    found = Influence.of(
        clusters,
        cells[starts],
        z=np.add.reduceat(weights * gaps, starts),
        own=np.add.reduceat(squares * gaps * gaps, starts),
        share=np.add.reduceat(weights, starts) / total[states[starts]],
        n=np.add.reduceat(counts, starts),
    )
    if clusters.margins is None:
        return found
    with np.errstate(divide="ignore", invalid="ignore"):  # of states without answers
        u = (points - np.atleast_1d(value)[:, None]) / total[:, None]
    return _within_margins(found, clusters, np.nan_to_num(u))


def _within_margins(
    influence: Influence, clusters: Clusters | RowClusters, u: FloatArray
) -> Influence:
    """Return the influence less what the margins of the weights explain of it."""
    margins, strata = cast("Margins", clusters.margins), cast("Strata", clusters.strata)
    ids = len(clusters.ids)
    cells = np.arange(clusters.size * ids)

    def spread(values: AnyArray) -> FloatArray:
        everybody = np.zeros(len(cells))
        everybody[influence.cells] = values
        return everybody

    fitted = residuals.explained(margins, u)
    z = spread(influence.z).reshape(-1, ids)
    left = z - residuals.by_cluster(margins, fitted, ids)
    # What the margins explain to the last digit is explained: rounding is no spread.
    left[np.abs(left) <= _ROUNDING * np.abs(z).max(axis=1, keepdims=True)] = 0.0
    found = Influence.of(
        clusters,
        cells,
        z=left.ravel(),
        own=np.zeros(len(cells)),
        share=spread(influence.share),
        n=spread(influence.n),
    )
    own = residuals.squares(margins, strata, u, fitted, influence.own)
    return evolve(found, own=own, left=residuals.left_over(margins, strata))


def of_rows(
    clusters: RowClusters,
    deviation: Callable[[FloatArray], FloatArray],
    parts: FloatArray,
) -> Influence:
    """Return the influence on a metric of means: what deviations of rows from them add to it.

    Args:
        clusters: The rows.
        deviation: From the means of each state, shape (states, columns), to what one more of each
            column adds to the metric.
        parts: How much each column counts for a respondent's part of the weight; they sum to 1.
    """
    rows, states = clusters.rows, clusters.states
    masses = rows.sums.own_masses()
    sums = rows.sums.own_sums() + rows.pivot * masses
    total = np.stack([np.bincount(states, one, clusters.size) for one in masses.T], axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        summed = np.stack([np.bincount(states, one, clusters.size) for one in sums.T], axis=-1)
        means: FloatArray = summed / total
        gaps = rows.sums.own_sums() + (rows.pivot - means[states]) * masses
        z = (deviation(means)[states] * gaps / total[states]).sum(axis=-1)
        share = (masses / total[states]) @ parts
    with np.errstate(divide="ignore", invalid="ignore"):
        slopes = np.nan_to_num(deviation(means) / total)
    own = np.zeros(len(z))
    if clusters.strata is not None:
        products = (rows.squares or rows.sums).about(means[states] - rows.pivot)
        own = np.einsum("ci,cij,cj->c", slopes[states], products, slopes[states])
    found = Influence.of(clusters, clusters.cells, z=z, own=own, share=share, n=rows.n)
    if clusters.margins is None:
        return found
    u = np.concatenate([slopes, -slopes * np.nan_to_num(means)], axis=1)
    return _within_margins(found, clusters, u)
