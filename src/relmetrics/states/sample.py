"""Sample: what a state says about a metric in four numbers, and the two formulas of sizes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import define

if TYPE_CHECKING:
    from relmetrics.data.types import Number

_ALONE = 1 + 1e-9
"""An effective n up to this is a single answer, the others having no weight."""


def effective_n(total: Any, squares: Any) -> Any:
    """Return Kish's effective number of answers, (sum of w)^2 / sum of w^2; 0 for none.

    Args:
        total: The sum of weights; a number, or an array.
        squares: The sum of squared weights.
    """
    if isinstance(squares, np.ndarray):
        there = squares > 0
        return np.where(there, total * total / np.where(there, squares, 1.0), 0.0)
    return total * total / squares if squares else 0.0


def bessel(n: Any) -> Any:
    """Return Bessel's factor n / (n - 1); NaN for fewer than two."""
    if isinstance(n, np.ndarray):
        return np.where(n > 1, n / np.maximum(n - 1.0, 1.0), np.nan)
    return n / (n - 1) if n > 1 else math.nan


@define
class Sample:
    """What a state says about a metric: numbers for one state, arrays for one per group.

    Made for every estimate and thrown away, so it is not frozen: that would cost as much again.

    Attributes:
        value: The metric.
        variance: Variance of one answer's contribution (divisor n), such that
            variance / n_effective is the variance of `value`.
        n: Number of answers.
        n_effective: Kish's effective number; `n` when unweighted.
    """

    value: Number
    variance: Number
    n: Number
    n_effective: Number

    @property
    def standard_error(self) -> Number:
        """The standard error of `value` with the factor n / (n - 1); NaN for a single answer."""
        if isinstance(self.n, np.ndarray):
            with np.errstate(divide="ignore", invalid="ignore"):
                fair = np.where(self.n_effective > _ALONE, bessel(self.n), np.nan)
                return (self.variance / self.n_effective * fair) ** 0.5
        if self.n <= 1 or self.n_effective <= _ALONE:
            return math.nan
        return (self.variance / self.n_effective * bessel(self.n)) ** 0.5

    @property
    def plug_in_error(self) -> Number:
        """The standard error without the factor n / (n - 1)."""
        return (self.variance / self.n_effective) ** 0.5
