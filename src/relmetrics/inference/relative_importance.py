"""Relative importance: R squared split among correlated factors, from their correlations alone.

Pure functions of correlation matrices of shape (..., k + 1, k + 1), the outcome last, so one
line serves one survey and a stack of thousands of redrawn ones. Each part is at least 0, and the
parts sum to R squared.
"""

from __future__ import annotations

from math import comb
from typing import TYPE_CHECKING

import numpy as np

from relmetrics.states.sample import effective_n

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, FloatArray
    from relmetrics.states.moments.moments import Moments

COLLINEAR = 1e-10
"""A variance left over below this share of the whole is rounding, and counts as none."""

MOST_FACTORS = 12
"""Shapley looks at every subset of the factors: 4,096 of them for twelve."""

_AT_ONCE = 1 << 22
_ROUNDING = 1e-12

_PROJECTIONS = 1000
_LEAST_EIGENVALUE = 1e-6
_INVOLVED = 1e-6
"""A factor determines another one when its coefficient is larger than this."""


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


def shares_of(parts: FloatArray) -> FloatArray:
    """Return parts as percent of their sum; NaN where they sum to 0, rounding aside."""
    total = parts.sum(axis=-1, keepdims=True)
    there = total > COLLINEAR
    return np.where(there, 100 * parts, np.nan) / np.where(there, total, 1.0)


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


def correlation_of(covariance: FloatArray) -> FloatArray:
    """Return the correlations of covariances, shape (..., p, p).

    A column that does not vary, or two that never occur together, have correlation 0: this
    happens in resamples, and what does not vary explains nothing.
    """
    spread = np.sqrt(np.maximum(np.diagonal(covariance, axis1=-2, axis2=-1), 0.0))
    product = spread[..., :, None] * spread[..., None, :]
    known = (product > 0) & np.isfinite(covariance)
    found = np.where(known, covariance, 0.0) / np.where(known, product, 1.0)
    own = np.eye(covariance.shape[-1], dtype=bool)
    return np.where(own, 1.0, found)


def covariance_of(state: Moments) -> FloatArray:
    """Return the covariances of moments with divisor n, each over the rows where both are known.

    Rows that occur twice change nothing in it, under either rule for missing values.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return state.sums.centred() / state.sums.masses


def constant_columns(state: Moments) -> list[str]:
    """Return the columns that do not vary, but for the rounding of their sums."""
    spread = np.sqrt(np.maximum(np.diagonal(covariance_of(state)), 0.0))
    size = np.abs(state.mean) + np.abs(state.pivot)
    flat = ~(spread > _ROUNDING * size)
    return [name for name, still in zip(state.columns, flat, strict=True) if still]


def effective_pairs(state: Moments) -> FloatArray:
    """Return Kish's effective number of rows that two columns share, shape (p, p)."""
    masses = state.sums.masses
    if state.squares is None:
        return masses
    squares = state.squares.masses
    return np.asarray(effective_n(masses, squares))


def effective_rows(pairs: FloatArray) -> float:
    """Return how many complete rows would tell as much as pairs of columns with so many rows each.

    The harmonic mean of the pairs, times its share of the column with the most rows: correlations
    over other rows err apart from one another, so they are worth less than one of them would be.
    By simulation with 5 and 20 % missing this covers as complete rows do, and the harmonic mean
    alone too little. For complete rows it is their number.
    """
    mean = 1 / np.mean(1 / pairs)
    return float(mean * (mean / pairs.max()))


def is_possible(matrix: FloatArray) -> AnyArray:
    """Tell whether columns can have these correlations: no eigenvalue is negative."""
    possible: AnyArray = np.linalg.eigvalsh(matrix)[..., 0] >= -COLLINEAR
    return possible


def nearest_correlation(matrix: FloatArray) -> FloatArray:
    """Return the nearest correlation matrix, positive definite, in the Frobenius norm.

    Correlations that were each taken over other rows can contradict one another. Alternating
    projections on the matrices without negative eigenvalues and on those with a unit diagonal,
    with Dykstra's correction, converge to the nearest matrix that is both. Eigenvalues are kept
    at 1e-6 or above, so that no factor comes out exactly collinear by the projection.

    Args:
        matrix: Symmetric, shape (..., p, p).

    Source:
        Higham (2002), IMA Journal of Numerical Analysis 22, 329-343.
    """
    own = np.eye(matrix.shape[-1], dtype=bool)
    near, correction = matrix, np.zeros_like(matrix)
    for _ in range(_PROJECTIONS):
        before = near - correction
        raised = _raised(before)
        correction = raised - before
        near = np.where(own, 1.0, raised)
        if np.abs(near - raised).max(initial=0.0) < _ROUNDING:
            break
    last = _raised(near)
    scale = 1 / np.sqrt(np.diagonal(last, axis1=-2, axis2=-1))
    nearest: FloatArray = np.where(own, 1.0, last * scale[..., :, None] * scale[..., None, :])
    return nearest


def _raised(matrix: FloatArray) -> FloatArray:
    """Return the nearest matrix with no eigenvalue below the floor."""
    values, vectors = np.linalg.eigh(matrix)
    lifted = vectors * np.maximum(values, _LEAST_EIGENVALUE)[..., None, :]
    raised: FloatArray = lifted @ np.swapaxes(vectors, -1, -2)
    return raised


def collinear_sets(factors: FloatArray) -> list[list[int]]:
    """Return the sets of factors of which each determines the last one exactly.

    Args:
        factors: The correlations of the factors, shape (k, k).
    """
    free: list[int] = []
    sets: list[list[int]] = []
    for i in range(len(factors)):
        others = factors[np.ix_(free, free)]
        coefficients = np.linalg.solve(others, factors[free, i])
        if 1 - factors[free, i] @ coefficients > COLLINEAR:
            free.append(i)
        else:
            involved = [j for j, c in zip(free, coefficients, strict=True) if abs(c) > _INVOLVED]
            sets.append([*involved, i])
    return sets
