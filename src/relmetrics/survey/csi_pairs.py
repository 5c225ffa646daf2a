"""Paired index: how an index of the same respondents differs between two waves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from relmetrics.errors import FactorError, StateError
from relmetrics.errors.wording import listed
from relmetrics.inference.intervals import Pseudo, pulled
from relmetrics.inference.linear_form import Sample
from relmetrics.metric.paired_moments import REFERENCE, PairedMoments, doubled
from relmetrics.states.moments import Moments
from relmetrics.survey.factors import (
    check_factors,
    effective_size,
    require_ratings,
    weighing,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from relmetrics.data.types import AnyArray
    from relmetrics.survey.csi import CSI


def joined(codes: Mapping[str, AnyArray], reference: Mapping[str, AnyArray]) -> dict[str, AnyArray]:
    """Return the factors of both waves as columns of the same rows.

    Raises:
        FactorError: They have different factors.
    """
    taken = [name for name in codes if name.endswith(REFERENCE)]
    if taken:
        raise FactorError(
            f"names of factors must not end in {REFERENCE!r}: {listed(taken)}. So the factors of "
            "the reference are called. Rename yours."
        )
    lacking = [name for name in codes if name not in reference]
    lacking += [name for name in reference if name not in codes]
    if lacking:
        raise FactorError.not_in_both(lacking)
    return {**codes, **{name + REFERENCE: reference[name] for name in codes}}


@frozen
class PairedIndex(PairedMoments):
    """The two sides of a paired comparison of an index: the factors of two waves, as moments."""

    metric: CSI
    state: Moments

    @property
    def factors(self) -> tuple[str, ...]:
        """The factors, as they are called in the sample."""
        return self.state.columns[: len(self.state.columns) // 2]

    def check(self) -> None:
        """Check that the state holds the metric's factors, twice.

        Raises:
            StateError: It does not.
        """
        if not isinstance(self.state, Moments) or self.state.shape:
            raise StateError.malformed("Moments", "pairs come from CSI.pairs")
        wanted = doubled(self.factors)
        if not self.factors or self.state.columns != wanted:
            raise StateError.of_another("columns", wanted, self.state.columns)
        if self.state.scale != self.metric.scale:
            raise StateError.of_another("scale", self.metric.scale, self.state.scale)
        if self.state.rule != self.metric.missing_factor:
            raise StateError.of_another("missing rule", self.metric.missing_factor, self.state.rule)
        check_factors(weighing(self.metric.weights), self.factors)

    def sample(self) -> Sample:
        """Return the difference of the indices, with the variance of paired means.

        Raises:
            EmptySampleError: There are no pairs, or a factor has no ratings.
            WeightError: Those who rated a factor weigh nothing.
        """
        state = self.state
        require_ratings(state, "CSI of pairs")
        shares = self.metric.shares_of(self.factors)
        signed = np.concatenate([shares, -shares])
        size = float(effective_size(state, np.concatenate([shares, shares]) / 2))
        unit = self.metric.unit_of_point
        error = float(state.variance_of(signed)) * unit**2
        now, before = state.mean.reshape(2, -1)
        value = float(shares @ (now - before)) * unit
        return Sample(value, error * size, int(state.n), size)

    def pulled(self, sample: Sample) -> tuple[float, float]:
        """Return the difference after one and a half pseudo-respondents, and its squared error.

        Their two answers are independent.
        """
        pseudo = Pseudo(self.metric.pseudo.n, 0.0, 2 * self.metric.pseudo.variance)
        return pulled(sample.value, sample.variance, sample.n_effective, pseudo)

    def values(self) -> tuple[float, float]:
        """Return the index of either wave, of the pairs."""
        low, _ = self.metric.limits
        shares, unit = self.metric.shares_of(self.factors), self.metric.unit_of_point
        means: Any = self.state.mean.reshape(2, -1) @ shares
        now, before = (low + (float(m) - self.metric.scale.low) * unit for m in means)
        return now, before
