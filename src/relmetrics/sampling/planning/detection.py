"""Detection: the chance that two groups of answers show the difference between them."""

from __future__ import annotations

import math
import operator
from statistics import NormalDist
from typing import TYPE_CHECKING

from relmetrics.inference.intervals import pulled

if TYPE_CHECKING:
    from collections.abc import Callable

    from relmetrics.sampling.assumptions import Assumptions
    from relmetrics.sampling.planning.planned_test import PlannedTest

_LEAST_SEEN_HALVINGS = 60
_normal = NormalDist().cdf


def chance_of_seeing(
    given: Assumptions, test: PlannedTest, n: float, n_reference: float, difference: float
) -> float:
    """Return the chance that `compare` finds the difference: see `sample_size_for_difference`."""
    gaps, computed, true = _errors(given, test, n, n_reference, difference)
    limit = test.quantile(confidence_level=given.confidence_level) * computed**0.5
    chances = [
        _above(min(side * gap for gap in gaps) + test.margin - limit, true)
        for side in _sides(test, difference)
    ]
    return max(0.0, sum(chances) - (len(chances) - 1))


def _sides(test: PlannedTest, difference: float) -> tuple[float, ...]:
    """Return the ways that the difference must go: of two sides that of the true one."""
    ways = {"greater": (1.0,), "less": (-1.0,), "equivalence": (1.0, -1.0)}
    return ways.get(test.alternative, (math.copysign(1.0, difference),))


def _above(ahead: float, squared_error: float) -> float:
    if not squared_error > 0:  # every answer is known beforehand
        return float(ahead > 0)
    return _normal(ahead / squared_error**0.5)


def _errors(
    given: Assumptions, test: PlannedTest, n: float, n_reference: float, difference: float
) -> tuple[tuple[float, ...], float, float]:
    """Return what the test takes for the difference, its squared error, and the true one."""
    low, *_, high = given.metric.form.levels
    two_outcomes = given.metric.has_two_outcomes
    sample = given.sample
    at = float(sample.value) if given.expected is not None else (low + high - difference) / 2
    values = (at + difference, at)
    # All answers at the ends: the largest variance that a score of this value can have.
    widest = [max(high - value, 0.0) * max(value - low, 0.0) for value in values]
    spread = math.inf if given.expected is None or two_outcomes else float(sample.variance)
    variances = [min(spread, most) for most in widest]
    sizes = [given.effective(size) for size in (n, n_reference)]
    shared = 2 * test.correlation * test.overlap * min(sizes) * math.prod(variances) ** 0.5
    plain = sum(v / size for v, size in zip(variances, sizes, strict=True))
    plain -= shared / math.prod(sizes)
    method = test.method or given.metric.difference_methods[0]
    if method == "wald" or (method == "newcombe" and test.margin and not shared):
        return (difference,), plain, plain
    if method == "newcombe" and not shared:
        together = sum(map(operator.mul, values, sizes)) / sum(sizes)
        pooled = max(high - together, 0.0) * max(together - low, 0.0)
        return (difference,), sum(pooled / size for size in sizes), plain
    pseudo = given.metric.form.added
    sides = [pulled(*side, pseudo) for side in zip(values, variances, sizes, strict=True)]
    gap = sides[0][0] - sides[1][0]
    less = shared / math.prod(size + pseudo.n for size in sizes)
    computed = sides[0][1] + sides[1][1] - less
    true = sum(v * size / (size + pseudo.n) ** 2 for v, size in zip(variances, sizes, strict=True))
    # A margin is held against the interval around the value as well as around what is pulled in.
    return ((gap, difference) if test.margin else (gap,)), computed, true - less


def difference_reach(given: Assumptions) -> tuple[float, float]:
    """Return the largest fall and rise that the range allows from where the reference is."""
    low, *_, high = given.metric.form.levels
    if given.expected is None:
        return low - high, high - low
    value = float(given.sample.value)
    return low - value, high - value


def least_seen(seen: Callable[[float], bool], most: float) -> float:
    """Return the difference next to 0 that is seen, on the way to `most`; NaN when none is."""
    if not seen(most):
        return math.nan
    low, high = 0.0, most
    for _ in range(_LEAST_SEEN_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if seen(middle) else (middle, high)
    return high
