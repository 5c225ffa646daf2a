"""Correlations: taken from moments, made possible where they are not, searched for collinearity."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relmetrics.inference.relative_importance import COLLINEAR

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, FloatArray
    from relmetrics.states.moments import Moments

_STEPS = 1000
_FLOOR = 1e-6
_ROUNDING = 1e-12
_INVOLVED = 1e-6


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
    return np.where(squares > 0, masses**2 / np.where(squares > 0, squares, 1.0), 0.0)


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
    for _ in range(_STEPS):
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
    lifted = vectors * np.maximum(values, _FLOOR)[..., None, :]
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
