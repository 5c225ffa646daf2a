"""Paired index: how an index of the same respondents differs between two waves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self

import numpy as np
from attrs import frozen

from relmetrics.errors import StateError
from relmetrics.inference.intervals import Pseudo, pulled
from relmetrics.metric.contract import AnyMetric
from relmetrics.metric.paired_moments import PairedMoments, doubled
from relmetrics.states.moments.moments import Moments
from relmetrics.states.sample import Sample
from relmetrics.survey.factors import check_factors, effective_size, require_ratings, weighing

if TYPE_CHECKING:
    from relmetrics.survey.index_form import IndexForm


class RatedMetric(AnyMetric, Protocol):
    """What a paired comparison of an index asks of a metric."""

    @property
    def form(self) -> IndexForm:
        """The arithmetic of the index."""
        ...


@frozen
class PairedIndex(PairedMoments):
    """The two sides of a paired comparison of an index: the factors of two waves, as moments."""

    metric: RatedMetric
    state: Moments

    @classmethod
    def of(cls, metric: RatedMetric, state: object) -> Self:
        """Return the sides of a state that holds the metric's factors, twice.

        Raises:
            StateError: It does not.
            FactorError: Its factors are not those that have weights.
        """
        if not isinstance(state, Moments) or state.shape:
            raise StateError.malformed("Moments", "pairs come from CSI.pairs")
        form, sides = metric.form, cls(metric, state)
        wanted = doubled(sides.factors)
        if not sides.factors or state.columns != wanted:
            raise StateError.of_another("columns", wanted, state.columns)
        if state.scale != form.scale:
            raise StateError.of_another("scale", form.scale, state.scale)
        if state.rule != form.missing_factor:
            raise StateError.of_another("missing rule", form.missing_factor, state.rule)
        check_factors(weighing(form.weights), sides.factors)
        return sides

    @property
    def factors(self) -> tuple[str, ...]:
        """The factors, as they are called in the sample."""
        return self.state.columns[: len(self.state.columns) // 2]

    def sample(self) -> Sample:
        """Return the difference of the indices, with the variance of paired means.

        Raises:
            EmptySampleError: There are no pairs, or a factor has no ratings.
            WeightError: Those who rated a factor weigh nothing.
        """
        state, form = self.state, self.metric.form
        require_ratings(state, "CSI of pairs")
        shares = form.shares_of(self.factors)
        signed = np.concatenate([shares, -shares])
        size = float(effective_size(state, np.concatenate([shares, shares]) / 2))
        unit = form.unit_of_point
        error = float(state.variance_of(signed)) * unit**2
        now, before = state.mean.reshape(2, -1)
        value = float(shares @ (now - before)) * unit
        return Sample(value, error * size, int(state.n), size)

    def pulled(self, sample: Sample) -> tuple[float, float]:
        """Return the difference after one and a half pseudo-respondents, and its squared error.

        Their two answers are independent.
        """
        pseudo = self.metric.form.pseudo
        between = Pseudo(pseudo.n, 0.0, 2 * pseudo.variance)
        return pulled(sample.value, sample.variance, sample.n_effective, between)

    def values(self) -> tuple[float, float]:
        """Return the index of either wave, of the pairs."""
        form = self.metric.form
        means = self.state.mean.reshape(2, -1) @ form.shares_of(self.factors)
        now, before = (form.index(float(mean)) for mean in means)
        return now, before
