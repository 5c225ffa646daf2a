"""Resampled: a p-value from rearranged answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from relmetrics.data.checks import check_whole
from relmetrics.errors import StateError
from relmetrics.inference.linear_form import LinearForm
from relmetrics.inference.permutation import MOST_ANSWERS
from relmetrics.metric.result import Result

if TYPE_CHECKING:
    from relmetrics.data.types import IntArray
    from relmetrics.metric.contract import AnyMetric


@frozen(repr=False)
class Resampled(Result):
    """A p-value from rearranged answers.

    Attributes:
        p_value: The share of arrangements with a difference at least as large, either way. Of
            drawn ones the arrangement at hand counts as one of them, so it is never 0.
        arrangements: How many were looked at: tables when exact, draws when not.
        is_exact: Whether all were enumerated, each with its probability.

    Example:
        >>> import relmetrics as rm
        >>> rate = rm.Rate()
        >>> test = rate.compare(rm.rate(7, 8).state, rm.rate(2, 9).state).permutation()
        >>> print(test)
        p = 0.0152 (exact, 9 arrangements)
    """

    p_value: float
    arrangements: int
    is_exact: bool

    def __str__(self) -> str:
        """Return one honest line."""
        how = "exact" if self.is_exact else "drawn"
        return f"p = {self.p_value:.3g} ({how}, {self.arrangements} arrangements)"


def check_draws(draws: int) -> int:
    """Return a number of draws.

    Raises:
        ParameterError: It is no whole number of at least 1.
    """
    return check_whole("draws", draws, 1)


def rearranged(metric: AnyMetric) -> LinearForm:
    """Return the linear form of a metric, whose answers can be rearranged.

    Raises:
        StateError: It has none: its state holds sums, which cannot be.
    """
    form = metric.form
    if not isinstance(form, LinearForm):
        raise StateError.undefined(
            f"a permutation test of {metric.description.name}",
            "its state holds sums, and sums cannot be rearranged",
            "Use p_value.",
        )
    return form


def counts_of(form: LinearForm, state: Any) -> IntArray:
    """Return the number of answers at each level.

    Raises:
        StateError: The answers are weighted, so that they are not exchangeable, or too many.
    """
    if state.is_clustered:
        raise StateError.undefined(
            "a permutation test where respondents answer again",
            "answers of one respondent cannot change places with those of others one by one",
            "Use p_value, which takes the respondents into account.",
        )
    if state.weights is not None:
        raise StateError.undefined(
            "a permutation test of weighted answers",
            "answers of different weight cannot change places",
            "Use p_value, which takes the weights into account.",
        )
    counts = form.classes(state.counts)
    if sum(counts) > MOST_ANSWERS:
        raise StateError.undefined(
            f"a permutation test of more than {MOST_ANSWERS:,} answers",
            "so many cannot be drawn apart",
            "Use p_value: of so many answers it is the same.",
        )
    return np.array(counts, dtype=np.int64)
