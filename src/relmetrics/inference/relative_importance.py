"""Relative importance: R squared split among correlated factors, from their correlations alone.

Pure functions of correlation matrices of shape (..., k + 1, k + 1), the outcome last, so one
line serves one survey and a stack of thousands of redrawn ones. Each part is at least 0, and the
parts sum to R squared.
"""

from __future__ import annotations

from math import comb
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from relmetrics.data.types import FloatArray

COLLINEAR = 1e-10
"""A variance left over below this share of the whole is rounding, and counts as none."""

MOST_FACTORS = 12
"""Shapley looks at every subset of the factors: 4,096 of them for twelve."""

_AT_ONCE = 1 << 22


def relative_weights(correlation: FloatArray) -> FloatArray:
    """Return Johnson's relative weights, shape (..., k).

    With the correlations R of the factors and r of each with the outcome: L = R^(1/2), the
    symmetric root, holds the correlations of the factors with the orthogonal variables nearest to
    them, and b = L^-1 r the coefficients of the outcome on those. Factor i gets
    ``sum over j of L_ij^2 b_j^2``. The squares in a column of L sum to 1, and those of b to
    R squared, so the parts do too.

    Where factors are exactly collinear L has no inverse, and its pseudo-inverse stands in: the
    orthogonal variables span what the factors span, R squared is that of the factors that are
    left when the superfluous ones are taken out, and two equal factors share alike.

    Source:
        Johnson (2000), Multivariate Behavioral Research 35, 1-19; Genizi (1993) has the same.
    """
    factors, outcome = correlation[..., :-1, :-1], correlation[..., :-1, -1:]
    values, vectors = np.linalg.eigh(factors)
    there = values > COLLINEAR
    roots = np.sqrt(np.where(there, values, 0.0))
    inverses = np.where(there, 1 / np.where(there, roots, 1.0), 0.0)
    turned = np.swapaxes(vectors, -1, -2)
    loadings = (vectors * roots[..., None, :]) @ turned
    coefficients = (vectors * inverses[..., None, :]) @ (turned @ outcome)
    parts: FloatArray = (loadings**2 @ coefficients**2)[..., 0]
    return parts


def shapley(correlation: FloatArray) -> FloatArray:
    """Return each factor's mean gain in R squared over all orders of entry, shape (..., k).

    Known as the Shapley value of R squared, as general dominance and as LMG. Exact, over all
    2^k subsets.

    Source:
        Lindeman, Merenda and Gold (1980); Budescu (1993), Psychological Bulletin 114, 542-551.
    """
    k = correlation.shape[-1] - 1
    stack = correlation.reshape(-1, k + 1, k + 1)
    weights = _entry_weights(k)
    step = max(1, _AT_ONCE >> (k + 2))
    parts = [
        np.maximum(explained_by_subsets(stack[i : i + step]) @ weights, 0.0)
        for i in range(0, len(stack), step)
    ]
    return np.concatenate(parts).reshape(*correlation.shape[:-2], k)


def explained_by_subsets(correlation: FloatArray) -> FloatArray:
    """Return R squared of every subset of the factors, shape (..., 2^k); bit i says if i is in it.

    One factor after another is swept out of the matrices of all subsets of those before it, so
    each step doubles their number and takes a row and a column off each. A factor that is
    collinear with those in the subset has nothing left to sweep out.
    """
    left = correlation[..., None, :, :]
    for _ in range(correlation.shape[-1] - 1):
        pivot = left[..., :1, :1]
        column, rest = left[..., 1:, :1], left[..., 1:, 1:]
        varies = pivot > COLLINEAR
        slope = np.where(varies, column / np.where(varies, pivot, 1.0), 0.0)
        swept = rest - slope * np.swapaxes(column, -1, -2)
        left = np.concatenate([rest, swept], axis=-3)
    explained: FloatArray = 1 - left[..., 0, 0]
    return explained


def _entry_weights(k: int) -> FloatArray:
    """Return what R squared of each subset counts for each factor's part, shape (2^k, k).

    A subset of size s with the factor comes about when it enters at place s: in one of k orders
    per place, shared by the subsets of the s - 1 others; without it, with the sign turned.
    """
    members = np.arange(1 << k)[:, None] >> np.arange(k) & 1
    sizes = members.sum(axis=1, keepdims=True)
    share = np.array([1 / (k * comb(k - 1, s)) for s in range(k)])
    weights: FloatArray = np.where(members, share[sizes - 1], -share[np.minimum(sizes, k - 1)])
    return weights


def standardised_coefficients(correlation: FloatArray) -> FloatArray:
    """Return the coefficients of the regression of standardised columns, shape (..., k).

    Where factors are collinear they are the smallest of the many that fit equally well.
    """
    inverse = np.linalg.pinv(correlation[..., :-1, :-1], rcond=COLLINEAR, hermitian=True)
    solved: FloatArray = (inverse @ correlation[..., :-1, -1:])[..., 0]
    return solved
