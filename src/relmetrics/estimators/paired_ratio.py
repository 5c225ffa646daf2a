"""Paired amounts: how a ratio of money of the same rows differs between two periods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve, frozen

from relmetrics.errors import StateError
from relmetrics.inference.linear_form import Sample
from relmetrics.metric.paired_moments import PairedMoments, doubled
from relmetrics.states.moments import Moments
from relmetrics.states.stacks import columns_of

if TYPE_CHECKING:
    from relmetrics.estimators.ratio import AmountRatio


@frozen
class PairedAmounts(PairedMoments):
    """The two sides of a paired comparison of a ratio: the amounts of two periods, as moments."""

    metric: AmountRatio[Any]
    state: Moments

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

    def sample(self) -> Sample:
        """Return the difference of the ratios, with the variance of paired rows.

        Raises:
            EmptySampleError: There are no pairs.
            AmountError: The denominators of a period sum to 0.
        """
        now, before = self.values()
        ours, theirs = (self.metric.linearised(half).deviation for half in self.halves())
        signed = 100.0 * np.concatenate([ours, -theirs])
        n = int(self.state.n)
        return Sample(now - before, float(self.state.variance_of(signed)) * n, n, float(n))

    def pulled(self, sample: Sample) -> tuple[float, float]:
        """Return the difference after pseudo-rows of either period, and its squared error."""
        squared = sample.variance / sample.n_effective
        return self.metric.pulled_pair(sample.value, squared, *self.halves())

    def values(self) -> tuple[float, float]:
        """Return the ratio of either period, of the pairs."""
        now, before = (float(self.metric.normal(half).value) for half in self.halves())
        return now, before
