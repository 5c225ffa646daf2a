"""Paired moments: what paired comparisons of sums share, be they of an index or of money."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from attrs import frozen

from relmetrics.errors import StateError
from relmetrics.inference import differences
from relmetrics.inference.differences import Contrast
from relmetrics.inference.intervals import quantile
from relmetrics.metric.sides import SideFigures

if TYPE_CHECKING:
    import numpy as np

    from relmetrics.metric.contract import AnyMetric
    from relmetrics.metric.resampled import Resampled
    from relmetrics.states.moments.moments import Moments
    from relmetrics.states.sample import Sample

REFERENCE = " (reference)"
"""What the names of the reference's columns end in."""


def doubled(columns: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of the columns of a wave and of its reference."""
    return (*columns, *(name + REFERENCE for name in columns))


@frozen
class PairedMoments(ABC):
    """The two sides of a paired comparison: the columns of two waves, as moments of the same rows.

    A subclass says what the difference is and what pseudo-rows make of it.
    """

    metric: AnyMetric
    state: Moments

    @abstractmethod
    def sample(self) -> Sample:
        """Return the difference, with the variance of paired rows.

        Raises:
            EmptySampleError: There are no pairs.
        """

    @abstractmethod
    def pulled(self, sample: Sample) -> tuple[float, float]:
        """Return the difference after pseudo-rows, and its squared error, never 0."""

    @abstractmethod
    def values(self) -> tuple[float, float]:
        """Return the value of either wave, of the pairs."""

    @property
    def methods(self) -> tuple[str, ...]:
        """The interval methods on offer, the default first."""
        return self.metric.difference_methods

    def contrast(self, confidence_level: float, method: str) -> Contrast:
        """Return the difference in numbers, by the variance of paired rows."""
        sample = self.sample()
        error = float(sample.standard_error)
        found, used = differences.interval_and_test(
            sample.value,
            self.pulled(sample),
            error**2 if method == "wald" else None,
            quantile(confidence_level),
            self.metric.form.reach,
            (method, self.metric.form.by_pseudo),
        )
        return Contrast(sample.value, *found, error, used)

    def permutation(
        self,
        draws: int,  # noqa: ARG002 - nothing is drawn
        rng: np.random.Generator,  # noqa: ARG002 - the same
    ) -> Resampled:
        """There is nothing to rearrange: the state holds sums.

        Raises:
            StateError: Always.
        """
        raise StateError.undefined(
            f"a permutation test of {self.metric.description.symbol}",
            "its state holds sums, and sums cannot be rearranged",
            "Use p_value.",
        )

    def figures(self, found: Contrast) -> SideFigures:  # noqa: ARG002 - the difference tells no side
        """Return the value of either wave, of the pairs, and their number."""
        return SideFigures.of_pairs(self.values(), int(self.state.n))

    @property
    def missing(self) -> int:
        """The number of rows left out."""
        return int(self.state.missing)

    @property
    def weightless(self) -> int:
        """The number of rows of weight 0."""
        return int(self.state.weightless)

    def to_dict(self) -> dict[str, object]:
        """Return the pairs."""
        return {"pairs": self.state.to_dict()}
