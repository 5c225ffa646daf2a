"""Index form: the arithmetic of a weighted mean of rated factors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
from attrs import frozen

from relmetrics.errors import ParameterError
from relmetrics.inference.form import NormalForm
from relmetrics.inference.ratio_sums import RatioSums
from relmetrics.states.sample import Sample
from relmetrics.survey.factors import FactorWeights, effective_size, require_ratings, shares_of

if TYPE_CHECKING:
    from relmetrics.data.missing import MissingRule
    from relmetrics.data.scale import Scale
    from relmetrics.data.types import FloatArray
    from relmetrics.inference.clusters.influence import Influence
    from relmetrics.states.moments.moments import Moments


@frozen(kw_only=True)
class IndexForm(NormalForm):
    """The form of ``low + (weighted mean of factors - scale.low) x unit_of_point``.

    The variance is that of the weighted mean of correlated factors: the same people rate them all.

    Attributes:
        weights: Pairs of factor and weight; None where all weigh the same.
        scale: The scale of every factor.
        missing_factor: The rule for missing ratings.
        unit_of_point: What one scale point is worth in the unit of the index.
    """

    weights: FactorWeights | None
    scale: Scale
    missing_factor: MissingRule
    unit_of_point: float

    def shares_of(self, columns: tuple[str, ...]) -> FloatArray:
        """Return the normalised weights of these factors, in their order."""
        return shares_of(self.weights, columns)

    def index(self, mean: Any) -> Any:
        """Return the index of a weighted mean of factors in scale points."""
        return self.low + (mean - self.scale.low) * self.unit_of_point

    def sampled(self, state: Moments) -> Sample:
        """Return value, variance and size of the index, of moments of any shape.

        Raises:
            EmptySampleError: Nobody rated what is needed.
            WeightError: The respondents weigh nothing.
        """
        if not state.shape:
            require_ratings(state, self.name)
        shares = self.shares_of(state.columns)
        n_effective: Any = effective_size(state, shares)
        value: Any = self.index(state.mean @ shares)
        variance: Any = state.variance_of(shares) * n_effective * self.unit_of_point**2
        sample = Sample(value, variance, state.n, n_effective)
        if not state.shape:
            sample = Sample(float(value), float(variance), int(state.n), float(n_effective))
        if state.is_clustered:
            from relmetrics.inference.clusters.carried import of_states  # noqa: PLC0415 - of them only

            clusters = cast("Any", state).clusters
            is_flat = np.logical_not(np.asarray(variance) > 0)
            return of_states(self, sample, clusters, is_flat)
        return sample

    def influence(self, clusters: Any, sample: Sample) -> Influence:  # noqa: ARG002 - means tell all
        """Return what each respondent adds to the index."""
        from relmetrics.inference.clusters.influence import of_rows  # noqa: PLC0415 - as above

        shares = self.shares_of(clusters.rows.columns)
        return of_rows(clusters, lambda means: 0 * means + shares * self.unit_of_point, shares)

    def ratio_sums(self, state: Moments) -> RatioSums:
        """Return the sums behind the index: y is a respondent's own index, x is 1.

        Raises:
            ParameterError: Under the pairwise rule the index is not one ratio.
        """
        if self.missing_factor != "row":
            remedy = "With 'pairwise' each factor has its own denominator."
            raise ParameterError.must_be(
                "missing_factor", "'row' for a ratio of two sums", self.missing_factor, remedy
            )
        constant = self.low - self.unit_of_point * self.scale.low
        shares = self.unit_of_point * self.shares_of(state.columns)
        ones = [1.0, *np.zeros(len(shares))]
        return RatioSums.of_moments(state, [constant, *shares], ones, self.pseudo)
