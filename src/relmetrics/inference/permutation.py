"""Resampling: tests that rearrange the answers of a tally, exact where they can be enumerated."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from relmetrics.data.checks import check_whole
from relmetrics.errors import StateError
from relmetrics.metric.estimate import line_html
from relmetrics.questions.groups.figures import form_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import AnyArray, FloatArray, IntArray
    from relmetrics.inference.linear_form import LinearForm
    from relmetrics.metric.metric import Metric

MOST_ARRANGEMENTS = 200_000
"""Up to so many tables are enumerated instead of drawn."""

MOST_ANSWERS = 499_999_999
"""Of each side: numpy draws from fewer than a billion answers together."""

_LEAST = sys.float_info.min

_SLACK = 1e-9
"""Scores this close, relative to the range, count as equal: they differ by rounding."""


@frozen
class Resampled:
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

    def _repr_html_(self) -> str:
        """Return the line as a table of one cell, for notebooks."""
        return line_html(str(self))

    def to_dict(self) -> dict[str, object]:
        """Return the test as JSON-ready plain values.

        Example:
            >>> import relmetrics as rm
            >>> rate = rm.Rate()
            >>> test = rate.compare(rm.rate(7, 8).state, rm.rate(2, 9).state).permutation()
            >>> test.to_dict()["is_exact"]
            True
        """
        return {
            "type": "resampled",
            "v": 1,
            "p_value": float(self.p_value),
            "arrangements": int(self.arrangements),
            "is_exact": bool(self.is_exact),
        }


def check_draws(draws: int) -> None:
    """Check a number of draws.

    Raises:
        ParameterError: It is no whole number of at least 1.
    """
    check_whole("draws", draws, 1)


def rearranged(metric: Metric[Any, Any]) -> LinearForm:
    """Return the linear form of a metric, whose answers can be rearranged.

    Raises:
        StateError: It has none: its state holds sums, which cannot be.
    """
    form = form_of(metric)
    if form is None:
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


def two_samples(
    levels: Sequence[float], a: IntArray, b: IntArray, draws: int, rng: np.random.Generator
) -> Resampled:
    """Return the p-value of the difference of two means when answers change sides.

    Args:
        levels: What an answer at each level contributes.
        a: Number of answers at each level of the sample.
        b: The same of the reference.
        draws: How many arrangements to draw where there are too many.
        rng: Where the draws come from.
    """
    given = (a + b) > 0
    a, pooled, size = a[given], (a + b)[given], int(a.sum())
    values = np.asarray(levels)[given]
    # All answers together are fixed, so a sum of one side says the difference.
    expected = size * float(pooled @ values) / pooled.sum()
    most = np.minimum(pooled, size)
    tables = _tables(most, size)
    if tables is None:
        drawn = rng.multivariate_hypergeometric(pooled, size, size=draws, method="marginals")
        return _drawn(drawn @ values - expected, float(a @ values) - expected, values, size)
    observed = float(a @ values) - expected
    return _enumerated(tables @ values - expected, _chances(pooled, tables), observed, values, size)


def pairs(
    levels: Sequence[float], counts: IntArray, draws: int, rng: np.random.Generator
) -> Resampled:
    """Return the p-value of a mean change when the two answers of a pair may change places.

    Args:
        levels: The change of a pair at each level, symmetrical about 0.
        counts: Number of pairs at each level.
        draws: How many arrangements to draw where there are too many.
        rng: Where the draws come from.
    """
    changes = np.asarray(levels)
    sizes = np.unique(np.abs(changes[(counts > 0) & (changes != 0)]))
    up = np.array([counts[changes == c].sum() for c in sizes], dtype=np.int64)
    down = np.array([counts[changes == -c].sum() for c in sizes], dtype=np.int64)
    both = up + down
    observed = float((up - down) @ sizes)
    total = int(counts.sum())
    arrangements = math.prod(int(m) + 1 for m in both)
    if arrangements > MOST_ARRANGEMENTS:
        drawn = rng.binomial(both, 0.5, size=(draws, len(both)))
        return _drawn((2 * drawn - both) @ sizes, observed, changes, total)
    grid = _grid(both)
    scores = (2 * grid - both) @ sizes
    return _enumerated(scores, _chances(both, grid), observed, changes, total)


def _tables(most: IntArray, size: int) -> IntArray | None:
    """Return all ways to take `size` answers, at most so many of each level; None if too many."""
    if math.prod(int(m) + 1 for m in most[:-1]) > MOST_ARRANGEMENTS:
        return None
    grid = _grid(most[:-1])
    rest = size - grid.sum(axis=1)
    fitting = (rest >= 0) & (rest <= most[-1])
    return np.column_stack([grid[fitting], rest[fitting]])


def _grid(most: IntArray) -> IntArray:
    """Return every row of numbers from 0 to these."""
    sizes = [int(m) + 1 for m in most]
    grid: IntArray = np.indices(sizes).reshape(len(sizes), math.prod(sizes)).T
    return grid


def _chances(totals: IntArray, tables: IntArray) -> FloatArray:
    """Return in how many ways the numbers of each table are chosen out of the totals.

    As a share of the largest, so that none overflows.
    """
    logs = np.zeros(len(tables))
    for total, chosen in zip(totals.tolist(), tables.T, strict=True):
        # From the least that is chosen on: of many answers the tables differ in few.
        first = int(chosen.min())
        steps = np.arange(first + 1, int(chosen.max()) + 1)
        ways = np.concatenate([[0.0], np.cumsum(np.log((total - steps + 1) / steps))])
        logs += ways[chosen - first]
    chances: FloatArray = np.exp(logs - logs.max())
    return chances


def _enumerated(
    scores: AnyArray, chances: FloatArray, observed: float, levels: FloatArray, size: int
) -> Resampled:
    extreme = np.abs(scores) >= abs(float(observed)) - _slack(levels, size)
    # A chance that is too small for a float is still not 0.
    p_value = min(1.0, max(float(chances[extreme].sum() / chances.sum()), _LEAST))
    return Resampled(1.0 if extreme.all() else p_value, len(scores), is_exact=True)


def _drawn(scores: AnyArray, observed: float, levels: FloatArray, size: int) -> Resampled:
    extreme = int((np.abs(scores) >= abs(observed) - _slack(levels, size)).sum())
    return Resampled((1 + extreme) / (1 + len(scores)), len(scores), is_exact=False)


def _slack(levels: FloatArray, size: int) -> float:
    return _SLACK * float(np.ptp(levels)) * max(size, 1)
