"""What is read off a tally: mean, median, mode, shares, boxes."""

from __future__ import annotations

import math
from itertools import accumulate
from typing import TYPE_CHECKING, ClassVar

from relmetrics.errors import EmptySampleError, ParameterError, WeightError
from relmetrics.states.sample import bessel, effective_n

if TYPE_CHECKING:
    from relmetrics.data.scale import Scale


class TallyFigures:
    """The figures of a tally, each worked out from its counts, or its weights, when asked for."""

    __slots__ = ()

    is_clustered: ClassVar[bool] = False
    """Whether it says which answers are of the same respondent."""

    scale: Scale
    counts: tuple[int, ...]
    missing: int
    weights: tuple[float, ...] | None
    squares: tuple[float, ...] | None
    weightless: int

    @property
    def n(self) -> int:
        """The number of answers, missing ones not included."""
        return sum(self.counts)

    @property
    def is_weighted(self) -> bool:
        """Whether the answers carry survey weights."""
        return self.weights is not None

    @property
    def masses(self) -> tuple[float, ...]:
        """What each point weighs: its sum of weights, or its count when unweighted."""
        return self.counts if self.weights is None else self.weights

    @property
    def total(self) -> float:
        """The sum of all weights, or the number of answers when unweighted.

        Raises:
            EmptySampleError: There are no answers.
            WeightError: All weights are zero.
        """
        total = sum(self.masses)
        if not self.n and not self.weightless:
            raise EmptySampleError.for_metric("A share", self.missing)
        if not total:
            raise WeightError.all_zero()
        return total

    @property
    def n_effective(self) -> float:
        """Kish's effective number of answers, (sum of w) squared over the sum of w squared.

        Equal to `n` when unweighted.

        Example:
            >>> import relmetrics as rm
            >>> rm.Tally.from_answers([1, 1, 2], rm.ONE_TO_FIVE, weights=[2, 1, 1]).n_effective
            2.6666666666666665
        """
        if self.weights is None or self.squares is None:
            return float(self.n)
        return float(effective_n(sum(self.weights), sum(self.squares)))

    @property
    def design_effect(self) -> float:
        """Kish's design effect of the weights, n / `n_effective`; 1 when unweighted.

        Raises:
            EmptySampleError: There are no answers.
        """
        _ = self.total
        return self.n / self.n_effective

    @property
    def mean(self) -> float:
        """The mean answer, in scale points (weighted when the answers are).

        Raises:
            EmptySampleError: There are no answers.
        """
        total = self.total
        return sum(p * m for p, m in zip(self._points, self.masses, strict=True)) / total

    @property
    def variance(self) -> float:
        """The variance of the answers, with divisor n - 1; NaN for a single answer.

        With weights, the weighted variance times n / (n - 1).

        Raises:
            EmptySampleError: There are no answers.
        """
        mean, total, n = self.mean, self.total, self.n
        spread = sum(m * (p - mean) ** 2 for p, m in zip(self._points, self.masses, strict=True))
        return float(spread / total * bessel(n))

    @property
    def standard_deviation(self) -> float:
        """The square root of `variance`, in scale points.

        Raises:
            EmptySampleError: There are no answers.
        """
        return math.sqrt(self.variance)

    @property
    def median(self) -> float:
        """The median answer; halfway between the two middle ones when they differ.

        Raises:
            EmptySampleError: There are no answers.

        Example:
            >>> import relmetrics as rm
            >>> rm.Tally.from_answers([1, 2, 4, 5], rm.ONE_TO_FIVE).median
            3.0
        """
        half = self.total / 2
        reached = list(accumulate(self.masses))
        lower = next(i for i, mass in enumerate(reached) if mass >= half)
        upper = next((i for i, mass in enumerate(reached) if mass > half), len(reached) - 1)
        return self.scale.low + (lower + upper) / 2

    @property
    def mode(self) -> tuple[int, ...]:
        """The most frequent points, ascending: more than one when they tie.

        Raises:
            EmptySampleError: There are no answers.
        """
        _ = self.total
        most = max(self.masses)
        return tuple(p for p, m in zip(self._points, self.masses, strict=True) if m == most)

    @property
    def shares(self) -> tuple[float, ...]:
        """The share of each point, %.

        Raises:
            EmptySampleError: There are no answers.
        """
        total = self.total
        return tuple(100 * mass / total for mass in self.masses)

    @property
    def cumulative(self) -> tuple[float, ...]:
        """The share of answers at or below each point, %; the last one is 100.

        Raises:
            EmptySampleError: There are no answers.
        """
        total = self.total
        return (*(100 * mass / total for mass in accumulate(self.masses[:-1])), 100.0)

    def share(self, *points: int) -> float:
        """Return the share of answers at these points, %.

        Raises:
            EmptySampleError: There are no answers.
            ParameterError: A point is off the scale, or none is given.

        Example:
            >>> import relmetrics as rm
            >>> rm.Tally.from_counts({1: 1, 5: 3}, rm.ONE_TO_FIVE).share(4, 5)
            75.0
        """
        stray = [point for point in points if point not in self.scale]
        if stray or not points:
            raise ParameterError.must_be("points", f"on {self.scale}", stray[0] if stray else ())
        masses = self.masses
        return 100 * sum(masses[p - self.scale.low] for p in set(points)) / self.total

    def top_box(self, boxes: int = 2) -> float:
        """Return the share of answers at the highest `boxes` points, %.

        Raises:
            EmptySampleError: There are no answers.
            ParameterError: `boxes` is not between 1 and the size of the scale.
        """
        return self.share(*self._points[self.scale.size - self._boxes(boxes) :])

    def bottom_box(self, boxes: int = 2) -> float:
        """Return the share of answers at the lowest `boxes` points, %.

        Raises:
            EmptySampleError: There are no answers.
            ParameterError: `boxes` is not between 1 and the size of the scale.
        """
        return self.share(*self._points[: self._boxes(boxes)])

    def _boxes(self, boxes: int) -> int:
        if (
            isinstance(boxes, bool)
            or not isinstance(boxes, int)
            or not 0 < boxes <= self.scale.size
        ):
            raise ParameterError.must_be(
                "boxes", f"a whole number from 1 to {self.scale.size}", boxes
            )
        return boxes

    @property
    def _points(self) -> range:
        return range(self.scale.low, self.scale.high + 1)
