"""Against chance: how far importances could have come out, and what a random factor would have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np
from attrs import frozen

from relmetrics.errors import StateError
from relmetrics.inference.intervals import around, clipped
from relmetrics.inference.relative_importance import shares_of
from relmetrics.survey.drivers.redraws import with_random_factor

if TYPE_CHECKING:
    from collections.abc import Callable

    from relmetrics.data.types import FloatArray
    from relmetrics.survey.drivers.redraws import RowDraws, Seed, WishartDraws


@frozen(eq=False)
class Redrawn:
    """Importances drawn anew: arrays with one row per draw and one column per factor.

    Attributes:
        importance: The parts of R squared.
        shares: The same, % of their sum; NaN in a draw in which nothing is explained.
        with_random: The parts beside a random factor.
        random: The part of the random factor, shape (draws,).
    """

    importance: FloatArray
    shares: FloatArray
    with_random: FloatArray
    random: FloatArray

    @classmethod
    def of(
        cls,
        source: WishartDraws | RowDraws | None,
        seed: Seed,
        split: Callable[[FloatArray], FloatArray],
    ) -> Self:
        """Draw correlations from their source and split R squared of each.

        Raises:
            StateError: There is no source: nobody knows of how many rows the correlations are.
        """
        if source is None:
            raise StateError.undefined(
                "an interval of a correlation matrix",
                "the number of rows behind it is not known",
                "Pass n=... to from_correlation.",
            )
        rng = np.random.default_rng(seed)
        drawn = source.draw(rng)
        joined = with_random_factor(drawn, source.degrees, rng)
        importance, joint = split(drawn), split(joined)
        return cls(importance, shares_of(importance), joint[:, 1:], joint[:, 0])

    def difference_ends(self, level: float) -> tuple[FloatArray, FloatArray]:
        """Return the ends of each factor's importance less that of the random factor."""
        return _middle(self.with_random - self.random[:, None], level)

    def p_values(self, parts: FloatArray) -> FloatArray:
        """Return how often the random factor reaches each importance, this sample counted in."""
        reached = (self.random[:, None] >= parts).sum(axis=0)
        share: FloatArray = (reached + 1) / (len(self.random) + 1)
        return share


def interval_ends(
    values: FloatArray, drawn: FloatArray, most: float, level: float
) -> tuple[FloatArray, FloatArray]:
    """Return the ends of draws and of the draws moved to have the values as their mean, together.

    Args:
        values: The importances, or shares, of the sample.
        drawn: Those drawn anew, one row per draw.
        most: The most that one can be; the least is 0.
        level: Level of the interval.
    """
    # A resample in which nothing varies explains nothing, and has no shares.
    drawn = drawn[~np.isnan(drawn).any(axis=1)]
    low, high = _middle(drawn, level)
    shift = drawn.mean(axis=0) - values
    low, high = np.minimum(low, low - shift), np.maximum(high, high - shift)
    return around(values, clipped(low, 0.0, most), clipped(high, 0.0, most))


def _middle(drawn: FloatArray, level: float) -> tuple[FloatArray, FloatArray]:
    """Return the two ends of the middle share of the draws of each factor."""
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return low, high
