"""Form: the arithmetic of a metric, from a state to its value, its interval and its test.

A metric says what it measures; its form holds the numbers that follow from its parameters and
knows no words. A linear score, an index and a ratio of money differ in what their sample is; what
is made of two samples is written once, here.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, cast

import numpy as np
from attrs import define, frozen

from relmetrics.inference import differences
from relmetrics.inference.differences import Contrast, Normal
from relmetrics.inference.intervals import Pseudo, adjusted, quantile, stand_in, wald

if TYPE_CHECKING:
    from relmetrics.data.types import Number
    from relmetrics.inference.clusters.influence import Influence
    from relmetrics.inference.ratio_sums import RatioSums
    from relmetrics.states.sample import Sample


@define
class Presented:
    """What a state says, with an interval; numbers for one state, arrays for one per group.

    Attributes:
        sample: Value, variance and sizes.
        low: Lower end of the interval.
        high: Upper end of it.
        method: The method used, which stands in where another would have no width.
    """

    sample: Sample
    low: Any
    high: Any
    method: str


@frozen(kw_only=True)
class Form(ABC):
    """The arithmetic of a metric.

    A single state without answers raises, a group without answers is NaN.

    Attributes:
        name: What messages call the metric.
        reach: The largest difference that its range allows.
    """

    methods: ClassVar[tuple[str, ...]] = ("adjusted", "wald")
    """The interval methods on offer, the default first."""
    difference_methods: ClassVar[tuple[str, ...]] = ("adjusted", "wald")
    """Those of a difference."""
    by_pseudo: ClassVar[str] = "adjusted"
    """What a difference by pseudo-answers is called: it stands in for Wald's."""

    name: str
    reach: float

    @abstractmethod
    def sampled(self, state: Any) -> Sample:
        """Return value, variance and sizes of one state, or of one per group.

        Raises:
            EmptySampleError: The state holds no answers.
            WeightError: Its answers weigh nothing.
        """

    @abstractmethod
    def present(
        self, state: Any, confidence_level: float, method: str, rng: Any = None
    ) -> Presented:
        """Return the sample with its interval, of one state or of one per group.

        Raises:
            EmptySampleError: The state holds no answers.
            WeightError: Its answers weigh nothing.
        """

    @abstractmethod
    def normal(self, state: Any) -> Normal:
        """Return value, center and squared error after pseudo-answers.

        Raises:
            EmptySampleError: The state holds no answers.
            WeightError: Its answers weigh nothing.
        """

    @abstractmethod
    def ratio_sums(self, state: Any) -> RatioSums:
        """Return the sums behind the metric: a ratio of two sums over rows."""

    def pseudo_normal(self, state: Any) -> Normal:
        """Return value, center and squared error with the pseudo-answers of a difference."""
        return self.normal(state)

    def wald_error(self, sample: Sample) -> Number:
        """Return the standard error that Wald's interval takes: here the one with divisor n - 1."""
        return sample.standard_error

    def contrast(
        self, state: Any, reference: Any, confidence_level: float, method: str
    ) -> Contrast:
        """Return the difference of two states, or of many pairs of them, in numbers.

        A single state without answers raises; a pair with a side without answers is NaN.

        Raises:
            EmptySampleError: A state holds no answers.
            StateError: Only one of the two says who answered.
        """
        if state.is_clustered or reference.is_clustered:
            from relmetrics.inference.clusters.contrast import contrast  # noqa: PLC0415 - of them only

            return contrast(self, state, reference, confidence_level, method)
        return self.of_different(state, reference, confidence_level, method)

    def influence(self, clusters: Any, sample: Sample) -> Influence:
        """Return what each cluster adds to the metric."""
        raise NotImplementedError

    @property
    def added(self) -> Pseudo:
        """The pseudo-answers that `pseudo_normal` adds."""
        raise NotImplementedError

    def of_different(
        self, state: Any, reference: Any, confidence_level: float, method: str
    ) -> Contrast:
        """Return the difference of states of different respondents; see `contrast`."""
        z = quantile(confidence_level)
        with np.errstate(divide="ignore", invalid="ignore"):
            a, b = self.pseudo_normal(state), self.pseudo_normal(reference)
            ours, theirs = a.sample, b.sample
            plain = (
                self.wald_error(ours) ** 2 + self.wald_error(theirs) ** 2
                if method == "wald"
                else None
            )
            found, used = differences.interval_and_test(
                ours.value - theirs.value,
                (a.center - b.center, a.squared_error + b.squared_error),
                plain,
                z,
                self.reach,
                (method, self.by_pseudo),
            )
            error = (ours.standard_error**2 + theirs.standard_error**2) ** 0.5
        return Contrast(ours.value - theirs.value, *found, error, used, (ours, theirs))

    def p_against(self, state: Any, value: float, method: str) -> float:
        """Return the two-sided p-value of a state's metric being this number, by a method."""
        if method == "wald":
            sample = self.sampled(state)
            squared = float(self.wald_error(sample)) ** 2
            if squared > 0:
                return differences.p_of(
                    sample, differences.deviate(sample.value - value, squared), method
                )
        found = self.normal(state)
        deviate = differences.pulled_deviate(
            found.value - value, found.center - value, found.squared_error
        )
        return differences.p_of(found.sample, deviate, method)

    def p_of_few(self, state: Any, value: float) -> float:  # noqa: ARG002 - the same of all
        """Return the p-value that few answers must reach besides that of `methods[0]`: none."""
        return 0.0

    def size_against(self, sample: Sample, value: float, alpha: float) -> float:  # noqa: ARG002
        """Return how often the test against a number rejects by chance, where that is known."""
        return alpha


@frozen(kw_only=True)
class NormalForm(Form):
    """The form of a metric whose interval is normal, with pseudo-rows or without.

    Attributes:
        low: The least value it can take.
        high: The greatest.
        pseudo: The pseudo-rows of the adjusted interval.
    """

    low: float
    high: float
    pseudo: Pseudo

    @property
    def added(self) -> Pseudo:
        """The pseudo-rows that a difference adds to either side."""
        return self.pseudo

    def counted(self, state: Any) -> tuple[Sample, Sample]:
        """Return the sample, and the same with its rows counted as pseudo-rows join them."""
        sample = self.sampled(state)
        return sample, sample

    def present(
        self,
        state: Any,
        confidence_level: float,
        method: str,
        rng: Any = None,  # noqa: ARG002 - no method draws
    ) -> Presented:
        """Return the sample with its interval, of moments of any shape."""
        z: Any = quantile(confidence_level)
        sample, rows = self.counted(state)
        if state.is_clustered:
            z = cast("Any", sample).quantile(confidence_level, method)
        ends = adjusted(
            rows.value, rows.variance, rows.n_effective, z, self.pseudo, self.low, self.high
        )
        if method == "wald":
            error = sample.standard_error
            plain = wald(sample.value, error, z, self.low, self.high)
            flat = np.logical_not(error > 0)
            ends, method = stand_in(method, plain, self.methods[0], ends, flat)
        low, high = ends
        return Presented(sample, low, high, method)

    def normal(self, state: Any) -> Normal:
        """Return value, center and squared error after pseudo-rows."""
        sample, rows = self.counted(state)
        found = Normal.of(rows, self.pseudo)
        return Normal(sample, found.center, found.squared_error)
