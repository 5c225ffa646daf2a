"""Paired amounts: how a ratio of two sums of the same rows differs between two periods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self

import numpy as np
from attrs import evolve, frozen

from relmetrics.errors import StateError
from relmetrics.metric.contract import AnyMetric
from relmetrics.metric.paired_moments import PairedMoments, doubled
from relmetrics.states.moments.moments import Moments
from relmetrics.states.sample import Sample
from relmetrics.states.stacks import columns_of

if TYPE_CHECKING:
    from relmetrics.inference.ratio_form import RatioForm


class PairedRatio(AnyMetric, Protocol):
    """What a paired comparison of a ratio asks of a metric."""

    @property
    def form(self) -> RatioForm:
        """The arithmetic of the ratio."""
        ...


@frozen
class PairedAmounts(PairedMoments):
    """The two sides of a paired comparison of a ratio: the amounts of two periods, as moments.

    Its rows are those in the base of either period, with 0 outside of one. Both ratios are
    linearised over all of them, so who is in one period only adds to the variance of that alone.
    """

    metric: PairedRatio
    state: Moments

    @classmethod
    def of(cls, metric: PairedRatio, state: object) -> Self:
        """Return the sides of a state that holds the metric's columns, twice.

        Raises:
            StateError: It does not.
        """
        if not isinstance(state, Moments) or state.shape:
            raise StateError.wrong_kind("Moments", state, "Say metric.pairs(...).")
        wanted = doubled(metric.form.columns)
        if state.columns != wanted:
            raise StateError.of_another("columns", wanted, state.columns)
        return cls(metric, state)

    def halves(self) -> tuple[Moments, Moments]:
        """Return the state of either period, of the pairs."""
        names = self.metric.form.columns
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
        form = self.metric.form
        ours, theirs = (form.linearised(half).deviation for half in self.halves())
        signed = form.times * np.concatenate([ours, -theirs])
        n = int(self.state.n)
        return Sample(now - before, float(self.state.variance_of(signed)) * n, n, float(n))

    def pulled(self, sample: Sample) -> tuple[float, float]:
        """Return the difference after pseudo-rows of either period, and its squared error."""
        squared = sample.variance / sample.n_effective
        return self.metric.form.pulled_pair(sample.value, squared, *self.halves())

    def values(self) -> tuple[float, float]:
        """Return the ratio of either period, of the pairs."""
        now, before = (float(self.metric.form.sampled(half).value) for half in self.halves())
        return now, before
