"""Factors of an index: their weights, their means, and how many people rated them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from relmetrics.data.columns import HUGE, plain_number
from relmetrics.data.tables import repeated
from relmetrics.errors import EmptySampleError, FactorError, ParameterError, WeightError
from relmetrics.errors.wording import listed, shown
from relmetrics.inference.intervals import Pseudo, adjusted, quantile
from relmetrics.metric.table import Table

if TYPE_CHECKING:
    from relmetrics.data.scale import Scale
    from relmetrics.data.types import AnyArray, FloatArray
    from relmetrics.states.moments.moments import Moments

FactorWeights: TypeAlias = tuple[tuple[str, float], ...]
"""Pairs of factor and weight."""


def as_factor_weights(
    weights: Mapping[str, float] | Iterable[tuple[str, float]] | None,
) -> FactorWeights | None:
    """Return factor weights as pairs.

    Raises:
        FactorError: A factor is named twice.
        WeightError: A weight is negative or not finite, or all are zero.
    """
    if weights is None:
        return None
    items: Any = weights.items() if isinstance(weights, Mapping) else weights
    try:
        pairs = [(name, weight) for name, weight in items]
    except (TypeError, ValueError):
        raise ParameterError.must_be("weights", "a mapping of factor to weight", weights) from None
    names = [str(name) for name, _ in pairs]
    twice = repeated(names)
    if twice:
        raise FactorError.duplicated(twice)
    checked: list[tuple[str, float]] = []
    for name, (_, weight) in zip(names, pairs, strict=True):
        number = plain_number(weight)
        if not 0 <= number < HUGE:
            raise WeightError(
                f"the weight of factor {name!r} must be a finite number of at least 0, got "
                f"{shown(weight)}. Give 0 to leave the factor out."
            )
        checked.append((name, float(number)))
    if not any(weight for _, weight in checked):
        raise WeightError.all_zero(name="factor weights")
    return tuple(checked)


def weighing(weights: FactorWeights | None) -> FactorWeights | None:
    """Return the factors that weigh anything: one of weight 0 is left out altogether."""
    return None if weights is None else tuple(pair for pair in weights if pair[1])


def check_factors(weights: FactorWeights | None, names: tuple[str, ...]) -> None:
    """Check that exactly the factors that have ratings have weights.

    Raises:
        FactorError: A factor has a weight and no ratings, or ratings and no weight.
    """
    if weights is None:
        return
    weighted = [name for name, _ in weights]
    unknown = [name for name in weighted if name not in names]
    if unknown:
        raise FactorError.unknown(unknown, names)
    bare = [name for name in names if name not in weighted]
    if bare:
        raise FactorError(
            f"factors have ratings but no weight: {listed(bare)}. Give each a weight (0 leaves it "
            "out), or drop its ratings."
        )


def shares_of(weights: FactorWeights | None, names: tuple[str, ...]) -> FloatArray:
    """Return the normalised weights of these factors, in their order."""
    if weights is None:
        return np.full(len(names), 1 / len(names))
    known = dict(weights)
    ordered = np.array([known[name] for name in names])
    shares: FloatArray = ordered / ordered.sum()
    return shares


def factor_table(
    state: Moments, shares: FloatArray, scale: Scale, confidence_level: float
) -> Table:
    """Return one row per factor: weight, mean, low, high, n and missing.

    The interval is that of a mean on the scale: two pseudo-answers, spread evenly.
    """
    z = quantile(confidence_level)
    size = state.n_effective
    pseudo = Pseudo(2.0, scale.midpoint, float(np.var(scale.points)))
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.diagonal(state.covariance_of_means()) * size
        low, high = adjusted(state.mean, variance, size, z, pseudo, scale.low, scale.high)
    columns: dict[str, AnyArray] = {
        "factor": np.array(state.columns, dtype=object),
        "weight": shares,
        "mean": state.mean,
        "low": np.asarray(low),
        "high": np.asarray(high),
        "n": np.diagonal(state.pairs).copy(),
        "missing": state.missing_by_column,
    }
    return Table(columns, dict.fromkeys(("weight", "mean", "low", "high"), 2))


def require_ratings(state: Moments, name: str) -> None:
    """Check that every factor was rated, by somebody who weighs something.

    Raises:
        EmptySampleError: There are no respondents, or a factor has no ratings.
        WeightError: Those who rated a factor weigh nothing.
    """
    if not state.n:
        if state.weightless:
            raise WeightError.all_zero()
        raise EmptySampleError.for_metric(name, int(state.missing))
    rated = np.diagonal(state.pairs) > 0
    unrated = [c for c, there in zip(state.columns, rated, strict=True) if not there]
    if unrated:
        raise EmptySampleError(
            f"nobody rated these factors: {listed(unrated)}. Give them weight 0, or leave them out "
            "of the ratings and the weights."
        )
    if not (state.sums.own_masses() > 0).all():
        raise WeightError.all_zero()


def effective_size(state: Moments, shares: FloatArray) -> Any:
    """Return the effective n of an index: the mean of its factors', harmonic and weighted.

    Under the row rule all factors have the same. A factor that few rated counts by its weight.
    """
    with np.errstate(divide="ignore"):
        parts = shares / state.n_effective
    return 1 / np.sum(parts, axis=-1)
