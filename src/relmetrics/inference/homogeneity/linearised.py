"""Linearised: whether groups differ, of metrics of sums and of answers with clusters or designs.

Of sums, with y_g the metric of a group after pseudo-rows and v_g its squared error: Welch's (1951)
test of unequal variances, with w_g = 1 / v_g::

    F = sum w_g (y_g - y)^2 / (G - 1) / (1 + 2 (G - 2) / (G^2 - 1) L)
    L = sum (1 - w_g / w)^2 / (n_g - 1),     df = G - 1,     df_error = (G^2 - 1) / (3 L)

With clusters, V the covariance of the y_g between them, the y_g may depend on each other, and the
statistic of different respondents is a sum of chi-squares that weigh other than 1: Rao and Scott
(1984) divide by their mean, and take the degrees of freedom of as many::

    X^2 = y' A y,   A = diag(w) - w w' / sum w,    d = tr(A V)^2 / tr(A V A V)
    F = X^2 / tr(A V),    df = d,     df_error = d (C - H)         C clusters, H strata
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.inference.clusters.variance import between
from relmetrics.inference.distributions.beta import f_tail

if TYPE_CHECKING:
    from relmetrics.data.types import FloatArray
    from relmetrics.inference.clusters.influence import Influence

_AT_ONCE = 1 << 22


def welch(value: FloatArray, squared: FloatArray, n: FloatArray) -> tuple[float, float, float]:
    """Return F, df_error and the p-value of groups of which each has more than one row.

    Args:
        value: The metric of each group, after pseudo-rows.
        squared: Its squared error, above 0.
        n: The effective number of rows.
    """
    groups, w = len(value), 1 / squared
    gaps = value - w @ value / w.sum()
    lost = float(((1 - w / w.sum()) ** 2 / np.maximum(n - 1, 1e-9)).sum())
    found = float(w @ gaps**2) / (groups - 1)
    found /= 1 + 2 * (groups - 2) / (groups**2 - 1) * lost
    df_error = (groups**2 - 1) / (3 * lost)
    return found, df_error, f_tail(found, groups - 1, df_error)


def rao_scott(
    value: FloatArray,
    working: FloatArray,
    variance: FloatArray,
    influence: Influence,
    ids: int,
) -> tuple[float, float, float, float]:
    """Return F, df, df_error and the p-value of groups that may share clusters.

    Args:
        value: The metric of each group.
        working: Its variance, were every answer another respondent's.
        variance: Its variance between clusters.
        influence: What each cluster adds to each group.
        ids: How many ids there are, among which the clusters of each group are numbered.
    """
    w = 1 / working
    form = np.diag(w) - np.outer(w, w) / w.sum()
    correlation, free = _correlation(influence, ids)
    error = np.sqrt(variance)
    product = form @ (correlation * error * error[:, None])
    mean, squares = float(np.trace(product)), float(np.trace(product @ product))
    if not mean > 0:
        return math.nan, math.nan, math.nan, 1.0
    df = mean**2 / squares
    found = float(value @ form @ value) / mean
    return found, df, df * free, f_tail(found, df, df * free)


def _correlation(influence: Influence, ids: int) -> tuple[FloatArray, float]:
    """Return the correlations of the groups, and clusters less strata."""
    size, strata = influence.size, influence.strata
    who = influence.cells - influence.states * ids
    layer = np.zeros(len(who), dtype=np.intp) if strata is None else strata.of[who]
    layers = 1 if strata is None else len(strata.labels)
    products, sums = np.zeros((size, size, layers)), np.zeros((size, layers))
    count = np.zeros(layers)
    for at in range(layers):
        inside = np.flatnonzero(layer == at)
        those, place = np.unique(who[inside], return_inverse=True)
        count[at] = len(those)
        step = max(1, _AT_ONCE // size)
        for start in range(0, len(those), step):
            some = (place >= start) & (place < start + step)
            rows = np.zeros((min(step, len(those) - start), size))
            rows[place[some] - start, influence.states[inside[some]]] = influence.z[inside[some]]
            products[:, :, at] += rows.T @ rows
            sums[:, at] += rows.sum(axis=0)
    covariance = between(products, sums[:, None], sums[None], count, strata)
    own = np.diag(covariance)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = covariance / np.sqrt(np.outer(own, own))
    found = np.clip(np.where(np.isfinite(found), found, 0.0), -1.0, 1.0)
    np.fill_diagonal(found, 1.0)
    if influence.df is not None:
        return found, float(influence.df)
    sampled: Any = count if strata is None else strata.sampled
    free = float(max(sampled.sum() - (sampled > 0).sum(), 1))
    return found, free * (influence.left or 1.0)
