"""Presenting: from a linear form and the tally of its points to a sample, an interval, a test.

What a linear score and a paired change share: both are the mean of what each answer, or each pair
of answers, contributes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
from attrs import frozen

from relmetrics.errors import EmptySampleError, WeightError
from relmetrics.inference import differences, intervals
from relmetrics.inference.differences import Normal
from relmetrics.inference.intervals import quantile
from relmetrics.states.grouped_tally import GroupedTally

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import Number
    from relmetrics.inference.intervals import Pseudo
    from relmetrics.inference.linear_form import LinearForm, Sample
    from relmetrics.states.paired_tally import PairedTally
    from relmetrics.states.tally import Tally

OF_SCORES = ("adjusted", "score", "wald", "bootstrap")
OF_SHARES = ("wilson", "agresti_coull", *OF_SCORES)
_WITHOUT_WIDTH = ("wald", "bootstrap")
"""These have no width where everybody answers the same."""


@frozen
class Presenter:
    """Presents tallies by a linear form.

    Attributes:
        form: What each point contributes.
        name: What messages call the score.
        is_mean: Whether it is a mean on a scale, whose Wald interval takes the sample variance.
        default: The interval method that stands in where another has no width.
    """

    form: LinearForm
    name: str
    is_mean: bool
    default: str

    def sampled(self, state: Tally | PairedTally | GroupedTally) -> tuple[Sample, list[Number]]:
        """Return the sample of a tally or of many, and the weight at each level.

        Raises:
            EmptySampleError: The tally holds no answers.
            WeightError: Its answers weigh nothing.
        """
        counts, weights, squares = self.form.masses(state)
        if not isinstance(state, GroupedTally):
            if not sum(counts):
                raise EmptySampleError.for_metric(self.name, state.missing)
            if not sum(weights):
                raise WeightError.all_zero()
        return self.form.sample(counts, weights, squares), weights

    def present(
        self,
        state: Tally | PairedTally | GroupedTally,
        confidence_level: float,
        method: str,
        rng: Any,
    ) -> tuple[Sample, Any, Any, str]:
        """Return sample, low, high and the method used, for a tally or for one per group."""
        z = quantile(confidence_level)
        sample, weights = self.sampled(state)
        low, high = self._interval(sample, weights, confidence_level, z, method, rng)
        if method not in _WITHOUT_WIDTH:
            return sample, low, high, method
        flat = (sum((mass > 0) * 1 for mass in weights) == 1) | np.logical_not(low < high)
        default = self._interval(sample, weights, confidence_level, z, self.default, rng)
        ends, used = intervals.stand_in(method, (low, high), self.default, default, flat)
        return sample, *ends, used

    def _interval(
        self,
        sample: Sample,
        weights: Sequence[Number],
        confidence_level: float,
        z: float,
        method: str,
        rng: Any,
    ) -> tuple[Any, Any]:
        levels = self.form.levels
        low, high = levels[0], levels[-1]
        if method == "adjusted":
            return intervals.adjusted(
                sample.value, sample.variance, sample.n_effective, z, self.form.pseudo, low, high
            )
        if method == "wald":
            return intervals.wald(sample.value, self.wald_error(sample), z, low, high)
        total = sum(weights)
        shares = [mass / total for mass in weights]
        n = self.form.own_size(sample, shares)
        if method == "score":
            return intervals.around(sample.value, *intervals.score(levels, shares, n, z))
        if method == "bootstrap":
            ends = intervals.bootstrap(
                levels,
                np.column_stack([np.atleast_1d(share) for share in shares]),
                np.atleast_1d(np.asarray(n, dtype=np.float64)),
                confidence_level,
                cast("np.random.Generator", rng),
            )
            if isinstance(total, np.ndarray):
                return ends
            return float(ends[0][0]), float(ends[1][0])
        of_share = {"wilson": intervals.wilson, "agresti_coull": intervals.agresti_coull}[method]
        below, above = of_share(shares[-1], n, z)
        return low + (high - low) * below, low + (high - low) * above

    def wald_error(self, sample: Sample) -> Number:
        """Return the standard error of Wald's interval, as the textbooks of each kind have it."""
        return sample.standard_error if self.is_mean else sample.plug_in_error

    def normal(
        self, state: Tally | PairedTally | GroupedTally, pseudo: Pseudo | None = None
    ) -> Normal:
        """Return value, center and squared error after pseudo-answers, of one tally or of many."""
        return Normal.of(self.sampled(state)[0], pseudo or self.form.pseudo)

    def score_test(self, state: Tally | PairedTally, value: float) -> float:
        """Return the two-sided p-value of the score test that the mean is this number.

        The squared error is that of the most likely distribution with that mean. Of a share it is
        the textbook's z; of a change of paired yes and no it is McNemar's (1947).
        """
        sample, weights = self.sampled(state)
        shares = [mass / sum(weights) for mass in weights]
        variance = intervals.variance_at(self.form.levels, shares, value)
        squared_error = float(variance) / self.form.own_size(sample, shares)
        return float(
            differences.two_sided(differences.deviate(sample.value - value, squared_error))
        )
