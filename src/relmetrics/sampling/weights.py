"""Weights of rows by themselves: brought to mean 1, trimmed, and what they cost in precision."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from relmetrics.data.columns import as_column, as_weights
from relmetrics.errors import EmptySampleError
from relmetrics.metric.result import Result, Valued, written
from relmetrics.metric.wording import paragraph

if TYPE_CHECKING:
    from relmetrics.data.types import Column, FloatArray


def normalise_weights(weights: Column) -> FloatArray:
    """Return survey weights with mean 1, in the same proportions.

    Formula: ``w x n / sum(w)``.
    Unit: times the average row, from 0 to n. Equal weights become exactly 1.

    Scores do not depend on the sum of the weights. Weights with mean 1 are easier to read, and
    those of several files weigh alike when they are put together.

    Args:
        weights: One weight per row, shape (n,): finite, at least 0, none missing, not all 0.

    Returns:
        A new array of shape (n,) that sums to n.

    Raises:
        WeightError: Some are negative, infinite, missing or no numbers, or all are zero.
        AnswerError: They are no one-dimensional column.
        EmptySampleError: There is no row.

    Example:
        >>> import relmetrics as rm
        >>> rm.normalise_weights([10, 20, 30])
        array([0.5, 1. , 1.5])

    Source:
        Kish (1965), Survey Sampling.
    """
    return normalised(checked_weights(weights))


@frozen(repr=False)
class DesignEffect(Valued, Result):
    """What unequal weights cost in precision. Made by ``design_effect(weights)``.

    Attributes:
        value: Kish's design effect, at least 1: how many times larger they make a variance.
        n: Number of rows that weigh anything.
        n_effective: How many equally weighted rows would tell as much: ``n / value``.

    Example:
        >>> import relmetrics as rm
        >>> effect = rm.design_effect([0.5, 0.5, 2, 1])
        >>> float(effect) == effect.value
        True
        >>> print(effect)
        Design effect 1.38 (n = 4, effective n 2.9)
    """

    value: float
    n: int

    @property
    def n_effective(self) -> float:
        """Kish's effective number of rows."""
        return self.n / self.value

    def __str__(self) -> str:
        """Return the design effect, the number of rows and how many they are worth."""
        return f"Design effect {self.value:.2f} (n = {self.n}, effective n {self.n_effective:.1f})"

    def _content(self) -> dict[str, object]:
        return written(self, "value", "n", "n_effective")

    def _body_html(self) -> str:
        """Return the line as HTML, for notebooks."""
        return paragraph(str(self))


def design_effect(weights: Column) -> DesignEffect:
    """Compute Kish's design effect of weights, and the effective number of rows.

    Formula: ``n x sum(w^2) / sum(w)^2``, which is one plus the squared coefficient of variation of
    the weights; the effective n is ``sum(w)^2 / sum(w^2)``.
    Rows of weight 0 are none, and n leaves them out.
    Unit: times, from 1 (equal weights, exactly) to n (a single row counts). Lower is better.

    It holds for an answer that has nothing to do with the weights: the interval is wider by its
    square root. An estimate knows its own `n_effective`, over the rows that have an answer.

    Args:
        weights: One weight per row, shape (n,): finite, at least 0, none missing, not all 0.

    Raises:
        WeightError: Some are negative, infinite, missing or no numbers, or all are zero.
        AnswerError: They are no one-dimensional column.
        EmptySampleError: There is no row.

    Example:
        >>> import relmetrics as rm
        >>> effect = rm.design_effect([1, 1, 2])
        >>> round(effect.value, 3), round(effect.n_effective, 3)
        (1.125, 2.667)
        >>> rm.design_effect([0.3, 0.3, 0.3]).value
        1.0

    Source:
        Kish (1965), Survey Sampling; Kish (1992), Weighting for unequal Pi, Journal of
        Official Statistics 8, 183-200.
    """
    return effect_of(checked_weights(weights))


def checked_weights(weights: Column) -> FloatArray:
    """Return weights as float64 that are finite, not negative and not all zero.

    Raises:
        WeightError: They are not.
        AnswerError: They are no one-dimensional column.
        EmptySampleError: There are none.
    """
    column = as_column(weights, "weights")
    if not len(column):
        raise EmptySampleError.for_weights("weights")
    return as_weights(column, len(column))


def normalised(weights: FloatArray) -> FloatArray:
    """Return a new array of the same proportions with mean 1; equal weights become exactly 1."""
    scaled: FloatArray = weights / weights.max()
    scaled *= len(scaled) / scaled.sum()
    return scaled


def effect_of(weights: FloatArray) -> DesignEffect:
    """Return Kish's design effect of checked_weights weights."""
    scaled = weights / weights.max()  # equal weights become 1, whose sums are exact
    n = int(np.count_nonzero(scaled))
    effect = n * float(np.sum(scaled * scaled)) / float(scaled.sum()) ** 2
    return DesignEffect(max(1.0, effect), n)
