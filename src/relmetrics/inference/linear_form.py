"""A linear score of a tally: each point of the scale contributes a value, the score is their mean.

``value = sum(c_k * n_k) / n``. NPS, CSAT, CES, a factor's mean and every rate are of this form and
differ only in the coefficients c; so the value, its variance and every interval are written once.
"""

from __future__ import annotations

import math
from operator import mul
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from attrs import define, field, frozen

from relmetrics.errors import ParameterError
from relmetrics.inference import intervals
from relmetrics.inference.intervals import Pseudo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import FloatArray, Number
    from relmetrics.states.grouped_tally import GroupedTally
    from relmetrics.states.paired_tally import PairedTally
    from relmetrics.states.tally import Tally


_ALONE = 1 + 1e-9
"""An effective n up to this is a single answer, the others having no weight."""


@define
class Sample:
    """What a state says about a metric: numbers for one state, arrays for one per group.

    Made for every estimate and thrown away, so it is not frozen: that would cost as much again.

    Attributes:
        value: The metric.
        variance: Variance of one answer's contribution (divisor n), such that
            variance / n_effective is the variance of `value`.
        n: Number of answers.
        n_effective: Kish's effective number; `n` when unweighted.
    """

    value: Number
    variance: Number
    n: Number
    n_effective: Number

    @property
    def standard_error(self) -> Number:
        """The standard error of `value` with the factor n / (n - 1); NaN for a single answer."""
        if isinstance(self.n, np.ndarray):
            with np.errstate(divide="ignore", invalid="ignore"):
                several = (self.n > 1) & (self.n_effective > _ALONE)
                fair = np.where(several, self.n / (self.n - 1.0), np.nan)
                return (self.variance / self.n_effective * fair) ** 0.5
        if self.n <= 1 or self.n_effective <= _ALONE:
            return math.nan
        return (self.variance / self.n_effective * (self.n / (self.n - 1))) ** 0.5

    @property
    def plug_in_error(self) -> Number:
        """The standard error without the factor n / (n - 1)."""
        return (self.variance / self.n_effective) ** 0.5


@frozen
class LinearForm:
    """The coefficients of a linear score, compiled: its levels and the points at each of them.

    A point whose coefficient is NaN is outside the metric's base: it is not counted at all.

    Attributes:
        levels: The distinct coefficients, ascending.
        members: For each level, the places of its points on the scale.
        pseudo: The pseudo-answers of the adjusted interval.
        spans: The members again, as slices where they stand in a row.
    """

    levels: tuple[float, ...]
    members: tuple[tuple[int, ...], ...]
    pseudo: Pseudo
    spans: tuple[slice | tuple[int, ...], ...] = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        """Note which levels have their points in a row."""
        object.__setattr__(self, "spans", tuple(map(_span, self.members)))

    @classmethod
    def compile(
        cls,
        coefficients: FloatArray | Sequence[float],
        pseudo_answers: FloatArray | Sequence[float],
    ) -> LinearForm:
        """Return the form of one coefficient and one number of pseudo-answers per point.

        Raises:
            ParameterError: All points contribute the same, so there is nothing to measure.
        """
        values = [float(c) for c in coefficients]
        if len(values) != len(pseudo_answers) or any(map(math.isinf, values)):
            raise ParameterError.must_be(
                "coefficients", f"{len(pseudo_answers)} finite numbers, one per point", values
            )
        levels = sorted({c for c in values if not math.isnan(c)})
        if len(levels) < 2:  # noqa: PLR2004 - a metric needs two outcomes
            raise ParameterError.must_be(
                "coefficients",
                "different for at least two points",
                values,
                "Check the cut points against the scale.",
            )
        members = tuple(tuple(i for i, c in enumerate(values) if c == level) for level in levels)
        masses = [sum(float(pseudo_answers[i]) for i in group) for group in members]
        n = sum(masses)
        mean = sum(c * m for c, m in zip(levels, masses, strict=True)) / n
        variance = sum(m * (c - mean) ** 2 for c, m in zip(levels, masses, strict=True)) / n
        return cls(tuple(levels), members, Pseudo(n, mean, variance))

    def classes(self, by_point: Sequence[Number]) -> list[Number]:
        """Return what lies at each level, from what lies at each point."""
        return [
            sum(by_point[span]) if type(span) is slice else sum([by_point[i] for i in span])
            for span in self.spans
        ]

    def masses(
        self, state: Tally | PairedTally | GroupedTally
    ) -> tuple[list[Number], list[Number], list[Number]]:
        """Return counts, weights and squared weights at each level."""
        counts = self.classes(_by_point(state.counts))
        if state.weights is None or state.squares is None:
            return counts, counts, counts
        weights = self.classes(_by_point(state.weights))
        return counts, weights, self.classes(_by_point(state.squares))

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
            value = self._unrounded(value, weights, total)
        spread: Number = 0
        for level, square in zip(self.levels, squares, strict=False):
            gap = level - value
            spread = spread + square * gap * gap
        if weights is counts:
            return Sample(value, spread / n, n, n)
        squared = sum(squares)
        return Sample(value, spread / squared, n, total * total / squared)

    def _mean(self, masses: Sequence[Number], total: Number) -> Number:
        if len(self.levels) == 2:  # noqa: PLR2004 - a share of two classes
            return _blend(self.levels, masses, total)
        # Rounding of weights must not carry the mean out of the range.
        mean = sum(map(mul, self.levels, masses)) / total
        return intervals.clipped(mean, self.levels[0], self.levels[-1])

    def _unrounded(self, mean: Number, masses: Sequence[Number], total: Number) -> Number:
        """Return a weighted mean, or the level itself where all answers are at one.

        Rounding of weights must not make a difference among answers that are equal.
        """
        for level, mass in zip(self.levels, masses, strict=True):
            if isinstance(mean, np.ndarray):
                mean = np.where((mass == total) & (total > 0), level, mean)
            elif mass == total:
                return level
        return mean

    def own_size(self, sample: Sample, shares: Sequence[Number]) -> Number:
        """Return the effective n by the score's own design effect.

        That is the variance that the shares imply over the linearised variance of the mean;
        Kish's where everybody answers the same. Equal to n when unweighted.
        """
        if sample.n_effective is sample.n:
            return sample.n
        implied = sum(p * (c - sample.value) ** 2 for c, p in zip(self.levels, shares, strict=True))
        if isinstance(implied, np.ndarray):
            with np.errstate(divide="ignore", invalid="ignore"):
                own = implied / sample.variance * sample.n_effective
            return np.where(sample.variance > 0, own, sample.n_effective)
        if sample.variance > 0:
            return implied / sample.variance * sample.n_effective
        return sample.n_effective


def _blend(levels: tuple[float, ...], masses: Sequence[Number], total: Number) -> Number:
    """Return the mean of two levels, measured from the nearer end.

    That makes a share and its complement add to the whole to the last digit.
    """
    (low, high), (below, above) = levels, masses
    if isinstance(total, np.ndarray):
        up, down = low + (high - low) * above / total, high - (high - low) * below / total
        return np.where(above <= below, up, down)
    if above <= below:
        return low + (high - low) * above / total
    return high - (high - low) * below / total


def _span(places: tuple[int, ...]) -> slice | tuple[int, ...]:
    """Return places in a row as a slice, which sums faster."""
    in_a_row = places[-1] - places[0] == len(places) - 1
    return slice(places[0], places[-1] + 1) if in_a_row else places


def _by_point(values: object) -> Sequence[Number]:
    """Return one entry per point: numbers of a tally, or columns of a stack of tallies."""
    by_point: Any = values.T if isinstance(values, np.ndarray) else values
    return cast("Sequence[Number]", by_point)
