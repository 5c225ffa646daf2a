"""Paired amounts: how a ratio of money of the same rows differs between two periods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve, frozen

from relmetrics import contrasts
from relmetrics.comparing.sides import Samples
from relmetrics.contrasts import Contrast
from relmetrics.errors import StateError
from relmetrics.intervals import quantile, stand_in
from relmetrics.moments import Moments
from relmetrics.score import Sample
from relmetrics.stacks import columns_of

if TYPE_CHECKING:
    from relmetrics.comparing.resampling import Resampled
    from relmetrics.money.amount_ratio import AmountRatio

REFERENCE = " (reference)"
"""What the names of the reference's columns end in."""


def doubled(columns: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of the columns of a period and of its reference."""
    return (*columns, *(name + REFERENCE for name in columns))


@frozen
class PairedAmounts:
    """The two sides of a paired comparison of a ratio: the amounts of two periods, as moments."""

    metric: AmountRatio[Any]
    state: Moments

    @property
    def methods(self) -> tuple[str, ...]:
        """The interval methods on offer, the default first."""
        return self.metric.difference_methods

    def check(self) -> None:
        """Check that the state holds the metric's columns, twice.

        Raises:
            StateError: It does not.
        """
        if not isinstance(self.state, Moments) or self.state.shape:
            raise StateError.wrong_kind("Moments", self.state, "Say metric.pairs(...).")
        if self.state.columns != doubled(self.metric.columns):
            raise StateError.of_another("columns", doubled(self.metric.columns), self.state.columns)

    def halves(self) -> tuple[Moments, Moments]:
        """Return the state of either period, of the pairs."""
        names = self.metric.columns
        both = (columns_of(self.state, part) for part in (names, doubled(names)[len(names) :]))
        ours, theirs = (evolve(half, columns=names) for half in both)
        return ours, theirs

    def contrast(self, confidence_level: float, method: str) -> Contrast:
        """Return the difference in numbers, by the variance of paired rows."""
        z, about = quantile(confidence_level), self.metric.description
        ours, theirs = self.halves()
        now, before = (self.metric.normal(half).value for half in (ours, theirs))
        deviations = [self.metric.linearised(half).deviation for half in (ours, theirs)]
        signed = 100.0 * np.concatenate([deviations[0], -deviations[1]])
        n, change = int(self.state.n), now - before
        squared = float(self.state.variance_of(signed))
        sample = Sample(change, squared * n, n, float(n))
        center, pulled = self.metric.pulled_pair(change, squared, ours, theirs)
        reach = about.high - about.low
        ends = contrasts.normal(change, center, pulled, z, reach)
        found = (
            *ends,
            contrasts.two_sided(contrasts.pulled_deviate(change, center, pulled)),
        )
        error = float(sample.standard_error)
        if method == "wald":
            plain = contrasts.wald(change, error**2, z, reach)
            found, method = stand_in(method, plain, "adjusted", found, not error > 0)
        low, high, p_value = found
        return Contrast(change, low, high, p_value, error, method)

    def permutation(self, draws: int, rng: np.random.Generator) -> Resampled:  # noqa: ARG002 - nothing is drawn
        """There is nothing to rearrange: the state holds sums.

        Raises:
            StateError: Always.
        """
        raise StateError.undefined(
            f"a permutation test of {self.metric.description.symbol}",
            "its state holds sums, and sums cannot be rearranged",
            "Use p_value.",
        )

    def samples(self) -> Samples:
        """Return the ratio of either period, of the pairs, and their number."""
        now, before = (float(self.metric.normal(half).value) for half in self.halves())
        n = int(self.state.n)
        return Samples((now, before), n, None, f"n = {n} pair{'' if n == 1 else 's'}")

    @property
    def missing(self) -> int:
        """The number of rows that lack an amount."""
        return int(self.state.missing)

    def to_dict(self) -> dict[str, object]:
        """Return the pairs."""
        return {"pairs": self.state.to_dict()}
