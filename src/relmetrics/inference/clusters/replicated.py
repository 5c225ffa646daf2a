"""Variances of replicate weights: how a metric differs from replicate to replicate.

::

    V = sum over replicates r of scale_r (m_r - center)^2      center: their mean, or the estimate
    n_effective = n* / deff,   deff = (k^2 own + n*/k) / (k^2 + 1),   k = df + 1

own is V over the variance of as many different respondents, without a floor: strata and margins
are in the replicates. Where df are few the design effect leans to what so few clusters would have
at most. Intervals take Student's quantile with df.

A replicate stands for two clusters, one of z and one of -z, so that what is written for clusters
holds: their z sum to 0, and the products of two states over all of them are the covariance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.inference.clusters.influence import Influence, of_answers
from relmetrics.states.replicates.replicates import Replicates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import Number
    from relmetrics.states.clustered.clusters import Clusters


def influence_of(
    clusters: Clusters | Replicates,
    levels: Sequence[float],
    members: Sequence[tuple[int, ...]],
    value: Number,
) -> Influence:
    """Return the influence of clusters or replicates on a mean of what answers contribute."""
    if isinstance(clusters, Replicates):
        return _of_replicates(clusters, levels, members, value)
    return of_answers(clusters, levels, members, value)


def _of_replicates(
    replicates: Replicates,
    levels: Sequence[float],
    members: Sequence[tuple[int, ...]],
    value: Number,
) -> Influence:
    """Return the influence of replicates on a mean of what answers contribute.

    A state that has no weight in a replicate has no variance: NaN.
    """
    points = np.zeros(replicates.width)
    base = np.zeros(replicates.width)
    for level, places in zip(levels, members, strict=True):
        points[list(places)], base[list(places)] = level, 1.0
    with np.errstate(divide="ignore", invalid="ignore"):
        means = replicates.sums @ points / (replicates.sums @ base)
    rule, (size, many) = replicates.rule, means.shape
    center = np.atleast_1d(value)[:, None]
    if rule.about_mean:
        counted = means[:, rule.scales > 0]
        center = counted.mean(axis=1, keepdims=True) if counted.size else center
    pairs = 2 * many
    gaps = (means - center) * (rule.scales * (pairs - 1) / pairs / 2) ** 0.5
    ones = np.ones(size * pairs)
    states = np.repeat(np.arange(size), pairs)
    return Influence(
        size=size,
        cells=np.arange(size * pairs),
        states=states,
        layers=states,
        z=np.concatenate([gaps, -gaps], axis=1).ravel(),
        own=np.zeros((size, 1)),
        share=ones / pairs,
        n=ones.astype(np.int64),
        df=rule.df,
    )


def design_effect(own: Any, n_star: Any, df: float, is_flat: Any) -> Any:
    """Return the design effect that replicates show."""
    most = n_star / np.minimum(df + 1, n_star)
    squared = (df + 1) ** 2
    unknown = np.atleast_1d(is_flat) | ~np.isfinite(own)
    return np.where(unknown, most, (squared * own + most) / (squared + 1))
