"""Reading what an analysis of drivers is made from: columns, moments and correlation matrices.

What comes out has the outcome last, can be correlations of columns, and has enough rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relmetrics.data.columns import as_amounts, as_column
from relmetrics.data.tables import Ratings, named_columns
from relmetrics.errors import AmountError, EmptySampleError, FactorError, ParameterError, StateError
from relmetrics.errors.wording import listed, shown
from relmetrics.inference.relative_importance import (
    COLLINEAR,
    constant_columns,
    correlation_of,
    covariance_of,
    effective_rows,
    is_possible,
    nearest_correlation,
)
from relmetrics.states.moments.moments import Moments

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.missing import MissingRule
    from relmetrics.data.types import Column, FloatArray

_SYMMETRIC = 1e-8
_RESIDUAL = 2


def rated_columns(
    ratings: Ratings, overall: Column, factors: Sequence[str] | None, outcome: str
) -> dict[str, FloatArray]:
    """Return the columns as numbers, the outcome last.

    Raises:
        FactorError: A factor has no name of its own, or the outcome's.
        AmountError: An entry is infinite or no number.
        AnswerError: The ratings are no table, or the overall ratings no column.
    """
    columns = named_columns(ratings, factors)
    if outcome in columns:
        raise FactorError(
            f"{outcome!r} is a factor and the outcome. Take it out of the ratings, or say "
            "KeyDrivers(outcome=...) with another name."
        )
    numbers = {name: _factor(column, name) for name, column in columns.items()}
    return {**numbers, outcome: as_amounts(overall, outcome)}


def _factor(column: Column, name: str) -> FloatArray:
    """Return a factor as numbers.

    Raises:
        AmountError: An entry is infinite or no number; of labels with a hint at dummies.
    """
    try:
        return as_amounts(column, name)
    except AmountError as error:
        labels = [entry for entry in as_column(column, name) if isinstance(entry, str)]
        if not labels:
            raise
        raise AmountError(
            f"{error} A factor of labels becomes one column of 0 and 1 for each label but one "
            f"(dummies): 1 where it is {shown(labels[0])}, and so on."
        ) from None


def require_apart(names: Sequence[str], correlation: FloatArray) -> None:
    """Check that no factor is the outcome itself, which would explain all of it.

    Raises:
        FactorError: One goes with it perfectly.
    """
    same = 1 - correlation[:-1, -1] ** 2 < COLLINEAR
    if same.any():
        found = [name for name, itself in zip(names, same, strict=False) if itself]
        raise FactorError(
            f"these factors are the outcome {names[-1]!r} itself, or tell as much: "
            f"{listed(found)} (correlation of 1). They would explain all of it: leave them out of "
            "the ratings."
        )


def check_moments(state: Moments, rule: MissingRule) -> None:
    """Check that these are moments of one data set, under this rule, with rows in them.

    Raises:
        StateError: It is no moments of one data set, or of another rule.
        EmptySampleError: There are no rows.
    """
    if not isinstance(state, Moments):
        raise StateError.malformed("Moments", f"got {type(state).__name__}")
    if state.shape:
        raise StateError.malformed("Moments", "it holds several groups; take one of them")
    if state.rule != rule:
        raise StateError(
            f"missing_factor is {rule!r}, but these moments were summed by the rule "
            f"{state.rule!r}. Say missing_factor={state.rule!r}, or sum the rows again."
        )
    if not state.n:
        raise EmptySampleError.for_metric("Key-driver analysis", int(state.missing))


def outcome_last(columns: Sequence[str], outcome: str) -> list[str]:
    """Return the factors, in their order, and then the outcome.

    Raises:
        FactorError: The outcome is not among the columns, or nothing else is.
    """
    if outcome not in columns:
        raise FactorError(
            f"the outcome {outcome!r} is not among the columns: {listed(columns)}. Say "
            "KeyDrivers(outcome=...) with the name of the overall rating."
        )
    factors = [name for name in columns if name != outcome]
    if not factors:
        raise FactorError.none()
    return [*factors, outcome]


def needed_rows(names: Sequence[str]) -> int:
    """Return how many rows, or respondents, the factors and the outcome need at least."""
    return len(names) + _RESIDUAL


def enough_rows(names: Sequence[str], pairs: FloatArray) -> float:
    """Return the effective number of rows, which must outnumber the factors.

    Args:
        names: The factors and the outcome.
        pairs: The effective number of rows that two of them share, shape (p, p).

    Raises:
        FactorError: There are too few rows, or two columns are never there together.
    """
    apart = np.argwhere(pairs <= 0)
    if len(apart):
        one, other = (str(names[i]) for i in apart[0])
        raise FactorError(
            f"no row that weighs anything has both {one!r} and {other!r}, so their correlation "
            "is not known. Leave one of them out."
        )
    needed = needed_rows(names)
    rows = effective_rows(pairs)
    if rows < needed:
        factors = len(names) - 1
        raise FactorError(
            f"{factors} {'factor needs' if factors == 1 else 'factors need'} at least {needed} "
            f"rows, or as many effective ones, got {rows:.6g}. Leave out factors; where few rated "
            "everything, missing_factor='pairwise' uses more."
        )
    return rows


def moments_correlation(state: Moments, places: Sequence[int]) -> FloatArray:
    """Return the correlations of these columns of some moments.

    Raises:
        FactorError: A column does not vary.
    """
    constant = constant_columns(state)
    if constant:
        raise FactorError(
            f"these columns do not vary: {listed(constant)}. What everybody rates the same "
            "explains nothing and cannot be explained: leave it out."
        )
    return correlation_of(covariance_of(state)[np.ix_(places, places)])


def possible_correlation(correlation: FloatArray, rule: MissingRule) -> tuple[FloatArray, float]:
    """Return correlations that columns can have, and the largest change that this took.

    Raises:
        ParameterError: They are not possible, though the rule is ``row``.
    """
    if is_possible(correlation):
        return correlation, 0.0
    if rule == "row":
        raise ParameterError.must_be(
            "matrix",
            "one that columns can have, without negative eigenvalues",
            float(np.linalg.eigvalsh(correlation)[0]),
            "Check it for typing errors; missing_factor='pairwise' takes the nearest one.",
        )
    nearest = nearest_correlation(correlation)
    return nearest, float(np.abs(nearest - correlation).max())


def as_correlation(matrix: object, p: int) -> FloatArray:
    """Return a matrix as a correlation matrix of p columns.

    Raises:
        ParameterError: It is none.
    """
    try:
        given = np.asarray(matrix)
        found = given.astype(np.float64) if given.dtype.kind in "iufO" else None
    except (TypeError, ValueError, OverflowError):
        found = None
    if found is None:
        raise ParameterError.must_be("matrix", "a square array of numbers", matrix)
    if found.shape != (p, p):
        raise ParameterError.must_be("matrix", f"of shape {(p, p)}, a row per name", found.shape)
    for wrong, requirement in (
        (~np.isfinite(found), "of finite numbers"),
        (np.abs(found - found.T) > _SYMMETRIC, "symmetric"),
        (np.abs(found) > 1 + _SYMMETRIC, "of correlations, from -1 to 1"),
        (np.abs(found - 1) * np.eye(p) > _SYMMETRIC, "of correlations, with 1 on the diagonal"),
    ):
        if wrong.any():
            i, j = (int(place) for place in np.argwhere(wrong)[0])
            remedy = f"See row {i}, column {j}. Covariances must be divided by both deviations."
            raise ParameterError.must_be("matrix", requirement, float(found[i, j]), remedy)
    even = np.clip((found + found.T) / 2, -1.0, 1.0)
    np.fill_diagonal(even, 1.0)
    return even
