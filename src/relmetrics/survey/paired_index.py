"""Paired index: how an index of the same respondents differs between two waves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from relmetrics import contrasts
from relmetrics.comparing.sides import Samples
from relmetrics.contrasts import Contrast
from relmetrics.errors import FactorError, StateError
from relmetrics.intervals import Pseudo, pulled, quantile, stand_in
from relmetrics.moments import Moments
from relmetrics.score import Sample
from relmetrics.survey.factors import (
    check_factors,
    effective_size,
    require_ratings,
    weighing,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from relmetrics.comparing.resampling import Resampled
    from relmetrics.survey.index import CSI
    from relmetrics.types import AnyArray

REFERENCE = " (reference)"
"""What the names of the reference's factors end in."""


def joined(codes: Mapping[str, AnyArray], reference: Mapping[str, AnyArray]) -> dict[str, AnyArray]:
    """Return the factors of both waves as columns of the same rows.

    Raises:
        FactorError: They have different factors.
    """
    taken = [name for name in codes if name.endswith(REFERENCE)]
    if taken:
        raise FactorError.reserved(taken, REFERENCE)
    lacking = [name for name in codes if name not in reference]
    lacking += [name for name in reference if name not in codes]
    if lacking:
        raise FactorError.not_in_both(lacking)
    return {**codes, **{name + REFERENCE: reference[name] for name in codes}}


@frozen
class PairedIndex:
    """The two sides of a paired comparison of an index: the factors of two waves, as moments."""

    metric: CSI
    state: Moments

    @property
    def methods(self) -> tuple[str, ...]:
        """The interval methods on offer, the default first."""
        return self.metric.difference_methods

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
        doubled = (*self.factors, *(name + REFERENCE for name in self.factors))
        if not self.factors or self.state.columns != doubled:
            raise StateError.of_another("columns", doubled, self.state.columns)
        if self.state.scale != self.metric.scale:
            raise StateError.of_another("scale", self.metric.scale, self.state.scale)
        if self.state.rule != self.metric.missing_factor:
            raise StateError.of_another("missing rule", self.metric.missing_factor, self.state.rule)
        check_factors(weighing(self.metric.weights), self.factors)

    def contrast(self, confidence_level: float, method: str) -> Contrast:
        """Return the difference in numbers, by the variance of paired means."""
        z, sample = quantile(confidence_level), self._sample()
        low, high = self.metric.limits
        reach = high - low
        # One and a half pseudo-respondents, whose two answers are independent.
        pseudo = Pseudo(self.metric.pseudo.n, 0.0, 2 * self.metric.pseudo.variance)
        center, squared = pulled(sample.value, sample.variance, sample.n_effective, pseudo)
        error = float(sample.standard_error)
        ends = contrasts.normal(sample.value, center, squared, z, reach)
        found = (*ends, contrasts.two_sided(contrasts.deviate(center, squared)))
        if method == "wald":
            plain = contrasts.wald(sample.value, error**2, z, reach)
            found, method = stand_in(method, plain, "adjusted", found, not error > 0)
        low, high, p_value = found
        return Contrast(sample.value, low, high, p_value, error, method)

    def _sample(self) -> Sample:
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

    def permutation(self, draws: int, rng: np.random.Generator) -> Resampled:  # noqa: ARG002
        """There is nothing to rearrange: the state holds sums.

        Raises:
            StateError: Always.
        """
        raise StateError.undefined(
            "a permutation test of CSI",
            "its state holds sums, and sums cannot be rearranged",
            "Use p_value.",
        )

    @property
    def missing(self) -> int:
        """The number of respondents left out."""
        return int(self.state.missing)

    def samples(self) -> Samples:
        """Return the index of either wave, of the pairs, and their number."""
        low, _ = self.metric.limits
        shares, unit = self.metric.shares_of(self.factors), self.metric.unit_of_point
        means: Any = self.state.mean.reshape(2, -1) @ shares
        now, before = (low + (float(m) - self.metric.scale.low) * unit for m in means)
        n = int(self.state.n)
        return Samples((now, before), n, None, f"n = {n} pair{'' if n == 1 else 's'}")

    def to_dict(self) -> dict[str, object]:
        """Return the pairs."""
        return {"pairs": self.state.to_dict()}
