"""Residuals: what is left of an influence where the weights agree with known margins.

::

    B   = argmin sum over rows d (u - x'B)^2        u    influence of a row per unit of weight
    z_i = sum over the rows of i  w (u - x'B)       x    variables whose totals are known
                                                    d, w weights before and after

What the margins explain of the answers is known, and no chance is in it: Deville and Sarndal
(1992). The fit weighs rows as they weighed before, as `calibrate` and `postStratify` of R's survey
package have it, be it raking, post-stratification or bounded. Rows outside of a group have u = 0,
and a residual all the same.

The p variables that are not strata themselves cost p degrees of freedom of k* - H, with Kish's
number k* of clusters of the whole sample: intervals are longer by about (1 - p/(k* - H))^-1/2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

if TYPE_CHECKING:
    from relmetrics.data.types import FloatArray
    from relmetrics.states.clustered.margins import Margins
    from relmetrics.states.clustered.strata import Strata


def explained(margins: Margins, u: FloatArray) -> FloatArray:
    """Return what the margins explain of the influence of a row, by state and cell.

    Args:
        margins: Those of the weights.
        u: What each feature of a row adds to its influence per unit of weight, shape (states,
            features).
    """
    totals = np.einsum("sgk,sk->gs", margins.starts, u)
    root = margins.sampled**0.5
    design = root[:, None] * margins.variables
    slopes = np.linalg.lstsq(design, totals / root[:, None], rcond=None)[0]
    return cast("FloatArray", (margins.variables @ slopes).T)


def by_cluster(margins: Margins, fitted: FloatArray, ids: int) -> FloatArray:
    """Return the sum of w x'B over the rows of each respondent, shape (states, ids)."""
    parts = margins.weights * fitted[:, margins.cells]
    cells = np.arange(len(fitted))[:, None] * ids + margins.who
    sums = np.bincount(cells.ravel(), parts.ravel(), len(fitted) * ids)
    return cast("FloatArray", sums.reshape(len(fitted), ids))


def squares(
    margins: Margins, strata: Strata, u: FloatArray, fitted: FloatArray, own: FloatArray
) -> FloatArray:
    """Return the sum of w^2 (u - x'B)^2 over rows, by state and stratum.

    Args:
        margins: Those of the weights.
        strata: How the sample was drawn.
        u: As for `explained`.
        fitted: What that returned.
        own: The sum of w^2 u^2.
    """
    crossed = np.einsum("sgk,sk->sg", margins.ends, u)
    by_cell = fitted * (margins.squares * fitted - 2 * crossed)
    found = np.zeros((len(fitted), len(strata.labels)))
    np.add.at(found.T, margins.layers(strata), by_cell.T)
    return np.maximum(own + found, 0.0)


def left_over(margins: Margins, strata: Strata) -> float:
    """Return the part of the degrees of freedom that the margins leave, above 0."""
    layers = np.eye(len(strata.labels))[margins.layers(strata)]
    both = np.concatenate([layers, margins.variables], axis=1) * margins.sampled[:, None] ** 0.5
    levels = int((layers.sum(axis=0) > 0).sum())
    taken = int(np.linalg.matrix_rank(both)) - levels
    weights = np.bincount(margins.who, margins.weights)
    free = max(float(weights.sum() ** 2 / (weights @ weights)) - levels, 1.0)
    return max(free - taken, 1.0) / free
