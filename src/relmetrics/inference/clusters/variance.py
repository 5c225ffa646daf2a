"""Variance between clusters, within strata, of finite populations.

::

    Cov(a, b) = sum over strata h of (1 - f_h) n_h / (n_h - 1) S_h,
    S_h       = sum over clusters i of (a_hi - mean a_h)(b_hi - mean b_h)

over the n_h clusters that were sampled of a stratum, a part f_h of those there are. Of a designed
sample those that are not in the state count with 0, which makes groups domains of the whole design,
as R's svymean has it. A stratum that was wholly sampled adds nothing.

Where rows were drawn within the clusters (two stages), what these differ within a cluster adds

    sum over clusters f_h (1 - m/M) m/(m - 1) (sum over its rows of a b - a_hi b_hi / m)

for m of its M rows; rows of two groups are others, so that their products are 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, FloatArray, IntArray
    from relmetrics.states.clustered.strata import Strata


def between(
    products: FloatArray, a: FloatArray, b: FloatArray, n: AnyArray, strata: Strata | None
) -> FloatArray:
    """Return the covariance of each state, shape (states,).

    Args:
        products: The sum of a times b over the clusters of each stratum, shape (states, strata).
        a: The sum of a.
        b: The sum of b.
        n: The number of clusters, of a sample that was not designed.
        strata: How a designed sample was drawn.

    Raises:
        StateError: A stratum has a single cluster, and the design refuses that.
    """
    left, lonely = np.ones(1), "adjust"
    if strata is not None:
        strata.require_company()
        n, lonely = strata.sampled, strata.lonely
        left = np.maximum(1 - strata.fractions, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = left * n / (n - 1.0) * (products - a * b / n)
        alone = (n == 1) & (left > 0)
        of_one = left * products if lonely == "adjust" else 0.0
        parts = np.where(alone, of_one, np.where((n > 1) & (left > 0), spread, 0.0))
        total: FloatArray = parts.sum(axis=-1)
        if lonely == "average":
            total = (
                total
                * (np.broadcast_to(n > 0, parts.shape).sum(axis=-1))
                / np.maximum(np.broadcast_to((n > 0) & ~alone, parts.shape).sum(axis=-1), 1)
            )
    return total


def within(
    strata: Strata, who: IntArray, products: FloatArray | float, a: FloatArray, b: FloatArray
) -> FloatArray:
    """Return what each cluster's second stage adds to a covariance.

    Args:
        strata: How the sample was drawn, in two stages.
        who: The place of each cluster among the ids.
        products: The sum of products over its rows.
        a: The sum of the one over its rows.
        b: The sum of the other.
    """
    m = np.asarray(strata.drawn)[who]
    spread: FloatArray = products - a * b / np.maximum(m, 1)
    return strata.left_within[who] * spread
