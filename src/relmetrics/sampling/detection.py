"""Detection: the chance that two groups of answers show the difference between them."""

from __future__ import annotations

import math
import operator
from statistics import NormalDist
from typing import TYPE_CHECKING

from relmetrics.inference.intervals import pulled, quantile

if TYPE_CHECKING:
    from collections.abc import Callable

    from relmetrics.sampling.assumptions import Assumptions

_LEAST_SEEN_HALVINGS = 60
_normal = NormalDist().cdf


def chance_of_seeing(given: Assumptions, n: float, n_reference: float, difference: float) -> float:
    """Return the chance that `compare` finds the difference: see `sample_size_for_difference`."""
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
    if two_outcomes:
        together = sum(map(operator.mul, values, sizes)) / sum(sizes)
        pooled = max(high - together, 0.0) * max(together - low, 0.0)
        gap = difference
        computed = sum(pooled / size for size in sizes)
        true = sum(v / size for v, size in zip(variances, sizes, strict=True))
    else:
        pseudo = given.metric.form.pseudo
        sides = [pulled(*side, pseudo) for side in zip(values, variances, sizes, strict=True)]
        gap = sides[0][0] - sides[1][0]
        computed = sides[0][1] + sides[1][1]
        true = sum(
            v * size / (size + pseudo.n) ** 2 for v, size in zip(variances, sizes, strict=True)
        )
    limit = quantile(given.confidence_level) * computed**0.5
    ahead = math.copysign(1.0, difference) * gap - limit
    if not true:  # every answer is known beforehand
        return float(ahead > 0)
    return _normal(ahead / true**0.5)


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
