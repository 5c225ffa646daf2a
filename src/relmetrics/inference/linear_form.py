"""A linear score of a tally: each point of the scale contributes a value, the score is their mean.

``value = sum(c_k * n_k) / n``. NPS, CSAT, CES, a factor's mean and every rate are of this form and
differ only in the coefficients c; so the value, its variance and every interval are written once.
A paired change is of this form too: the mean of what each pair of answers contributes.
"""

from __future__ import annotations

from functools import reduce
from operator import add, mul
from typing import TYPE_CHECKING, Any, ClassVar, cast

import numpy as np
from attrs import evolve, field, frozen

from relmetrics.data.columns import in_a_row
from relmetrics.errors import EmptySampleError, WeightError
from relmetrics.inference import intervals
from relmetrics.inference.differences import Contrast, Normal, deviate, p_of
from relmetrics.inference.form import Form, Presented
from relmetrics.inference.intervals import Pseudo, quantile
from relmetrics.states.sample import Sample, effective_n

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import FloatArray, IntArray, Number
    from relmetrics.inference.clusters.influence import Influence
    from relmetrics.inference.ratio_sums import RatioSums
    from relmetrics.states.grouped_tally import GroupedTally
    from relmetrics.states.paired_tally import PairedTally
    from relmetrics.states.tally import Tally

    Tallies = Tally | PairedTally | GroupedTally

_EQUAL = 1 - 1e-12
_WITHOUT_WIDTH = ("wald", "bootstrap")  # where everybody answers the same


@frozen(kw_only=True)
class LinearForm(Form):
    """The coefficients of a linear score, compiled: its levels and the points at each of them.

    A point whose coefficient is NaN is outside the metric's base: it is not counted at all.

    Attributes:
        levels: The distinct coefficients, ascending.
        members: For each level, the places of its points on the scale.
        pseudo: The pseudo-answers of the adjusted interval.
        is_mean: Whether it is a mean on a scale, whose Wald interval takes the sample variance.
        spans: The members again, as slices where they stand in a row.
    """

    methods: ClassVar[tuple[str, ...]] = ("adjusted", "score", "wald", "bootstrap")

    levels: tuple[float, ...]
    members: tuple[tuple[int, ...], ...]
    pseudo: Pseudo
    is_mean: bool = False
    spans: tuple[slice | tuple[int, ...], ...] = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        """Note which levels have their points in a row."""
        object.__setattr__(self, "spans", tuple(map(in_a_row, self.members)))

    def classes(self, values: Sequence[Number] | FloatArray | IntArray) -> list[Number]:
        """Return what lies at each level, from the numbers at each point: of one tally or many."""
        if isinstance(values, np.ndarray):
            columns = (reduce(add, [values[:, i] for i in places]) for places in self.members)
            return [one.astype(np.float64, copy=False) for one in columns]  # once, not at every use
        spans = self.spans
        return [sum(values[a] if type(a) is slice else [values[i] for i in a]) for a in spans]

    def masses(self, state: Tallies) -> tuple[list[Number], list[Number], list[Number]]:
        """Return counts, weights and squared weights at each level."""
        counts = self.classes(state.counts)
        if state.weights is None or state.squares is None:
            return counts, counts, counts
        return counts, self.classes(state.weights), self.classes(state.squares)

    def sample(
        self, counts: Sequence[Number], weights: Sequence[Number], squares: Sequence[Number]
    ) -> Sample:
        """Return value, variance and size of the score.

        Weights enter by linearisation: the variance of a weighted mean m is
        sum(w^2 (c - m)^2) / (sum w)^2, which is variance / n for equal weights.
        """
        n = sum(counts)
        total = n if weights is counts else sum(weights)
        value = self._mean(weights, total)
        if weights is not counts:
            value = intervals.unrounded(value, self.levels, weights, total)
        spread: Number = 0
        for level, square in zip(self.levels, squares):  # noqa: B905 - the check costs as much
            gap = level - value
            spread = spread + square * gap * gap
        if weights is counts:
            return Sample(value, spread / n, n, n)
        squared = sum(squares)
        return Sample(value, spread / squared, n, effective_n(total, squared))

    def _mean(self, masses: Sequence[Number], total: Number) -> Number:
        # Rounding of weights must not carry the mean out of the range.
        mean = sum(map(mul, self.levels, masses)) / total
        return intervals.clipped(mean, self.levels[0], self.levels[-1])

    def own_size(self, sample: Sample, shares: Sequence[Number]) -> Number:
        """Return the effective n for what is worked out from shares: never more than Kish's.

        By the score's own design effect: the variance that the shares imply over the linearised
        variance of the mean, times Kish's n. A rare answer of little weight makes that as large as
        you like, so Kish's is the most (Korn and Graubard 1998 cap it at n). n when unweighted.
        """
        kish = sample.n_effective
        if kish is sample.n:
            return kish
        implied = sum(p * (c - sample.value) ** 2 for c, p in zip(self.levels, shares, strict=True))
        with np.errstate(divide="ignore", invalid="ignore"):
            parts = np.where(sample.variance > 0, np.divide(implied, sample.variance), 1.0)
        size = np.where(parts < _EQUAL, parts, 1.0) * kish  # equal weights are as good as none
        return size if np.ndim(size) else float(size)

    def sampled(self, state: Tallies) -> Sample:
        """Return value, variance and sizes of a tally or of many."""
        return self._sampled(state)[0]

    def _sampled(self, state: Tallies) -> tuple[Sample, list[Number]]:
        """Return the sample of a tally or of many, and the weight at each level."""
        counts, weights, squares = self.masses(state)
        if not isinstance(counts[0], np.ndarray):  # of one tally; of several they are arrays
            if not any(counts) and not state.weightless:
                raise EmptySampleError.for_metric(self.name, cast("Tally", state).missing)
            if weights is not counts and not any(weights):
                raise WeightError.all_zero()
        sample = self.sample(counts, weights, squares)
        if state.is_clustered:
            from relmetrics.inference.clusters.carried import of_states  # noqa: PLC0415 - of them only

            is_flat = sum((mass > 0) * 1 for mass in weights) == 1
            clusters = cast("Any", state).clusters
            sample = of_states(self, sample, clusters, is_flat)
        return sample, weights

    def influence(self, clusters: Any, sample: Sample) -> Influence:
        """Return what each respondent adds to the score."""
        from relmetrics.inference.clusters.replicated import influence_of  # noqa: PLC0415 - above

        return influence_of(clusters, self.levels, self.members, sample.value)

    @property
    def added(self) -> Pseudo:
        """The pseudo-answers that a difference adds to either side."""
        return self.pseudo

    def present(
        self, state: Tallies, confidence_level: float, method: str, rng: Any = None
    ) -> Presented:
        """Return the sample with its interval, of a tally or of many.

        Raises:
            EmptySampleError: The tally holds no answers.
            WeightError: Its answers weigh nothing.
        """
        z = quantile(confidence_level)
        sample, weights = self._sampled(state)
        if state.is_clustered:
            z = cast("Any", sample).quantile(confidence_level, method)
        low, high = self._interval(sample, weights, confidence_level, z, method, rng)
        if method in _WITHOUT_WIDTH:
            flat = (sum((mass > 0) * 1 for mass in weights) == 1) | np.logical_not(low < high)
            usual = self.methods[0]
            default = self._interval(sample, weights, confidence_level, z, usual, rng)
            (low, high), method = intervals.stand_in(method, (low, high), usual, default, flat)
        return Presented(sample, low, high, method)

    def _interval(
        self,
        sample: Sample,
        weights: Sequence[Number],
        confidence_level: float,
        z: float,
        method: str,
        rng: Any,
    ) -> tuple[Any, Any]:
        levels = self.levels
        low, high = levels[0], levels[-1]
        if method == "adjusted":
            return intervals.adjusted(
                sample.value, sample.variance, sample.n_effective, z, self.pseudo, low, high
            )
        if method == "wald":
            return intervals.wald(sample.value, self.wald_error(sample), z, low, high)
        total = sum(weights)
        shares = [mass / total for mass in weights]
        n = self.own_size(sample, shares)
        if method == "score":
            from relmetrics.inference import likeliest  # noqa: PLC0415 - seldom asked for

            return intervals.around(sample.value, *likeliest.score(levels, shares, n, z))
        if method != "bootstrap":
            return self._of_share(method, shares[-1], n, z)
        ends = intervals.bootstrap(
            levels,
            np.column_stack([np.atleast_1d(share) for share in shares]),
            np.atleast_1d(np.asarray(n, dtype=np.float64)),
            confidence_level,
            cast("np.random.Generator", rng),
        )
        return ends if isinstance(total, np.ndarray) else (float(ends[0][0]), float(ends[1][0]))

    def _of_share(self, method: str, share: Number, n: Number, z: float) -> tuple[Any, Any]:
        """Return the interval of a share by a method that only shares have."""
        raise NotImplementedError(method)

    def wald_error(self, sample: Sample) -> Number:
        """Return the standard error of Wald's interval, as the textbooks of each kind have it.

        Its variance has divisor n for shares and nets, and n - 1 for means.
        """
        return sample.standard_error if self.is_mean else sample.plug_in_error

    def normal(self, state: Tallies, pseudo: Pseudo | None = None) -> Normal:
        """Return value, center and squared error after pseudo-answers, of one tally or of many."""
        return Normal.of(self._sampled(state)[0], pseudo or self.pseudo)

    def p_against(self, state: Tally | PairedTally, value: float, method: str) -> float:
        """Return the two-sided p-value of the score being this number, by a method.

        The score test has the error of the most likely distribution with that mean: of a share the
        textbook's z, of a change of paired yes and no McNemar's (1947).
        """
        if method not in ("wilson", "score"):
            return super().p_against(state, value, method)
        from relmetrics.inference import likeliest  # noqa: PLC0415 - seldom asked for

        sample, weights = self._sampled(state)
        shares = [mass / sum(weights) for mass in weights]
        variance = likeliest.variance_at(self.levels, shares, value)
        squared_error = float(variance) / self.own_size(sample, shares)
        return p_of(sample, deviate(sample.value - value, squared_error), method)

    def p_of_few(self, state: Tally, value: float) -> float:
        """Return the least p-value of few answers: the doubled mid-p, or else the score test's."""
        from relmetrics.inference import against_number  # noqa: PLC0415 - seldom asked for

        counts, weights, _ = self.masses(state)
        exact = weights is counts and against_number.mid_p(self.levels, counts, value)
        alone = getattr(self.sampled(state), "is_plain", True)
        return (exact or self.p_against(state, value, "score")) if alone else 0.0

    def of_different(
        self, state: Any, reference: Any, confidence_level: float, method: str
    ) -> Contrast:
        """Return the difference of two tallies, or of many pairs of them, in numbers.

        With the default method the p-value is the doubled mid-p.
        """
        found = super().of_different(state, reference, confidence_level, method)
        usual = self.difference_methods[0]
        if found.method != usual and not (
            isinstance(found.low, np.ndarray) and self.by_pseudo == usual
        ):
            return found
        tested = self._by_mid_p(found, state, reference, confidence_level)
        if found.method == usual:
            return tested
        # Of many, those whose Wald interval has no width are by the default.
        flat = np.logical_not(sum(self.wald_error(one) ** 2 for one in found.samples) > 0)
        names = ("low", "high", "p_value")
        ends = {n: np.where(flat, getattr(tested, n), getattr(found, n)) for n in names}
        return evolve(found, **ends)

    def _by_mid_p(self, found: Contrast, state: Any, reference: Any, level: float) -> Contrast:
        """Return a difference with the doubled mid-p, and its interval as far as that keeps 0."""
        from relmetrics.inference.rearranged import mid_p  # noqa: PLC0415 - seldom asked for

        sides = []
        for side, sample in zip((state, reference), found.samples, strict=True):
            counts, weights, _ = self.masses(side)
            with np.errstate(divide="ignore", invalid="ignore"):
                n = self.own_size(sample, [mass / sum(weights) for mass in weights])
            sides.append(mid_p.effective_counts(counts, weights, n))
        return mid_p.with_mid_p(found, self.levels, sides[0], sides[1], level)

    def ratio_sums(self, state: Tally | GroupedTally) -> RatioSums:
        """Return the sums behind the score: y is what an answer contributes, x is 1."""
        from relmetrics.inference.ratio_sums import RatioSums  # noqa: PLC0415 - seldom asked for

        return RatioSums.of_levels(self.levels, self.effective_masses(state), self.pseudo)

    def effective_masses(self, state: Tallies) -> tuple[Any, Any, Any]:
        """Return the masses, with squares that say how many answers those of clusters are worth."""
        counts, weights, squares = self.masses(state)
        if not state.is_clustered:
            return counts, weights, squares
        sample = cast("Any", self.sampled(state))
        return counts, list(weights), [one * sample.n_kish / sample.n_effective for one in squares]
