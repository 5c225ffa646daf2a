"""Many shares at once, k of n each, with the intervals that a rate has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relmetrics.data.grouping import Labels
from relmetrics.data.scale import YES_NO
from relmetrics.estimators.proportion import Rate
from relmetrics.questions.groups.breakdown import Breakdown
from relmetrics.states.tallies import Tallies
from relmetrics.states.tally import Tally

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, FloatArray, IntArray
    from relmetrics.metric.metric import Rng


def shares_table(
    yes: IntArray,
    n: IntArray,
    *,
    confidence_level: float,
    method: str | None,
    rng: Rng = None,
    whole: float = 100.0,
    weights: FloatArray | None = None,
    squares: FloatArray | None = None,
) -> dict[str, AnyArray]:
    """Return value, low and high of many shares, k of n each, as a rate presents them.

    Args:
        yes: The numerators.
        n: The denominators; NaN where 0.
        confidence_level: Level of the intervals.
        method: One of the methods of a rate.
        rng: Generator or seed for `bootstrap`.
        whole: What all of n is: 100 for percent, 1 for probabilities.
        weights: Sums of weights of no and yes, shape (shares, 2), for shares of a sum.
        squares: Sums of squared weights, in the same shape.
    """
    states = Tallies(YES_NO, np.stack([n - yes, yes], axis=1), np.zeros_like(n), weights, squares)
    labels = Labels(("place",), (np.arange(len(n)),))
    table = Breakdown(Rate(), labels, states, Tally.zero(YES_NO)).table(
        confidence_level=confidence_level, method=method, rng=rng
    )
    return {name: table[name] * (whole / 100.0) for name in ("value", "low", "high")}
