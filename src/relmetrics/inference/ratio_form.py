"""Ratio form: a ratio of two sums over rows, by linearisation: Cochran (1977), chapter 6."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, cast

import numpy as np
from attrs import frozen

from relmetrics.errors import AmountError, EmptySampleError, WeightError
from relmetrics.errors.wording import shown
from relmetrics.inference.differences import Normal, deviate, p_of
from relmetrics.inference.form import Form, Presented
from relmetrics.inference.intervals import Pseudo, quantile, stand_in
from relmetrics.inference.ratio_sums import RatioSums
from relmetrics.states.sample import Sample, bessel, effective_n

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import FloatArray
    from relmetrics.inference.clusters.influence import Influence
    from relmetrics.states.moments.moments import Moments


@frozen
class Linearised:
    """A ratio of two sums, linearised.

    Attributes:
        ratio: Sum of the one column over sum of the other; NaN where that is not above 0.
        deviation: What each column adds to the deviation of a row, shape (..., columns).
        squared_error: Its squared standard error, without the factor n / (n - 1).
        size: The effective number of rows by the denominator, (sum x)^2 / sum x^2: where one row
            holds most of it, they are few.
    """

    ratio: FloatArray
    deviation: FloatArray
    squared_error: FloatArray
    size: FloatArray


@frozen(kw_only=True, slots=False)  # so that another kind of form can be mixed in
class RatioForm(Form):
    """The form of ``times x (sum of top / sum of bottom - offset)``.

    Attributes:
        columns: The columns of the state.
        top: The column whose sum is the numerator.
        bottom: The column whose sum is the denominator.
        times: What the ratio is multiplied by: 100 for percent, -100 for 100 % less the ratio.
        offset: What is taken off the ratio first.
    """

    columns: tuple[str, ...]
    top: str
    bottom: str
    times: float
    offset: float = 0.0

    def linearised(self, state: Moments) -> Linearised:
        """Return the ratio of the two sums, of moments of any shape."""
        top, bottom = map(self.columns.index, (self.top, self.bottom))
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            mean, total = state.mean[..., bottom], state.totals[..., bottom]
            mean = np.where(total > 0, mean, np.nan)
            ratio = np.where(total > 0, state.totals[..., top] / total, np.nan)
            # A row deviates by y - ratio x, per mean x.
            deviation = np.zeros((*ratio.shape, len(state.columns)))
            deviation[..., top] += 1.0 / mean
            deviation[..., bottom] -= ratio / mean
            squared_error = state.variance_of(deviation)
            size = effective_n(total, np.asarray(state.second_moments()[..., bottom, bottom]))
        return Linearised(ratio, deviation, squared_error, size)

    @abstractmethod
    def pulled_pair(
        self, change: float, squared_error: float, ours: Moments, theirs: Moments
    ) -> tuple[float, float]:
        """Return a paired change after pseudo-rows, and its squared error, never 0.

        Args:
            change: The value of the one wave less that of the other.
            squared_error: Its squared standard error, of paired rows.
            ours: The state of the one wave.
            theirs: The state of the other.
        """

    def weighing(self, column: str, amount: float) -> Sequence[float]:
        """Return a constant of 0 and the coefficient of each column, for one of them."""
        return [0.0, *(amount * (name == column) for name in self.columns)]


@frozen(kw_only=True)
class LogRatioForm(RatioForm):
    """A ratio of any two sums, with the normal interval of its logarithm.

    It adds the deviation of one pseudo-row that brings twice as much, or nothing, so no interval
    has width zero.
    """

    methods: ClassVar[tuple[str, ...]] = ("log_ratio", "wald")

    def present(
        self,
        state: Moments,
        confidence_level: float,
        method: str,
        rng: Any = None,  # noqa: ARG002 - no method draws
    ) -> Presented:
        """Return the sample with its interval, of moments of any shape.

        Raises:
            EmptySampleError: No row has both amounts.
            AmountError: The denominators sum to 0.
            WeightError: The rows weigh nothing.
        """
        z: Any = quantile(confidence_level)
        sample, ratio, error, steady = self._measured(state)
        if state.is_clustered:
            z = cast("Any", sample).quantile(confidence_level, method)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            ends = bounds(ratio, steady, z)
            if method == "wald":
                # Where all rows have the same ratio it has no width.
                half = z * error**0.5
                plain = ratio - half, ratio + half
                flat = ~(error > 0) & ~np.isnan(error)
                ends, method = stand_in(method, plain, self.methods[0], ends, flat)
            # A ratio that is not negative is not said to be.
            low = np.where(ratio >= 0, np.maximum(ends[0], 0.0), ends[0])
            low, high = (self.times * (end - self.offset) for end in (low, ends[1]))
            if self.times < 0:  # a share that is left over rises as the ratio falls
                low, high = high, low
        if not state.shape:
            low, high = float(low), float(high)
        return Presented(sample, low, high, method)

    def sampled(self, state: Moments) -> Sample:
        """Return value, variance and sizes, of moments of any shape."""
        return self._measured(state)[0]

    def normal(self, state: Moments) -> Normal:
        """Return value, center and squared error with the deviation of a pseudo-row."""
        sample, _, _, steady = self._measured(state)
        squared = self.times**2 * steady
        return Normal(sample, sample.value, squared if state.shape else float(squared))

    def p_against(self, state: Moments, value: float, method: str) -> float:
        """Return the two-sided p-value of the metric being this number, by a method."""
        sample, ratio, error, steady = self._measured(state)
        other = value / self.times + self.offset
        if (method == "wald" and error > 0) or not ratio > 0:
            return super().p_against(state, value, method)
        if other <= 0:
            return 0.0 * float(steady)
        # As the interval, on the scale of the logarithm; of numbers as small as any are.
        apart = float(np.log(ratio) - np.log(other))
        return p_of(sample, deviate(apart, float(steady / ratio**2)), method)

    def _measured(self, state: Moments) -> tuple[Sample, Any, Any, Any]:
        """Return the sample, the ratio, its squared error, and that with a pseudo-row."""
        if not state.shape:
            require_rows(state, self.name)
            self.require_total(float(state.totals[self.columns.index(self.bottom)]))
        n, n_effective = np.asarray(state.n), state.n_effective[..., 0]
        found = self.linearised(state)
        ratio, error = found.ratio, found.squared_error
        value, variance = self.times * (ratio - self.offset), error * n_effective * self.times**2
        sample = Sample(value, variance, n, n_effective)
        if not state.shape:
            sample = Sample(float(value), float(variance), int(n), float(n_effective))
        size = found.size
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            fair = bessel(n)
            if state.is_clustered:
                sample = self._carried(sample, cast("Any", state).clusters)
                each = np.asarray(cast("Any", sample).n_kish / sample.n_effective)
                error, size = error * each, size / each
            steady = (error + (_whole(ratio) / size) ** 2) * fair
            if state.is_clustered and not np.all(cast("Any", sample).is_plain):
                squared = (np.asarray(sample.standard_error) / self.times) ** 2
                error = np.where(np.isnan(squared), error * fair, squared)
                return sample, ratio, error, steady
        return sample, ratio, error * fair, steady

    def _carried(self, sample: Sample, clusters: Any) -> Sample:
        """Return a sample with what its clusters say of its uncertainty."""
        from relmetrics.inference.clusters.carried import of_states  # noqa: PLC0415 - of them only

        is_flat = np.logical_not(np.asarray(sample.variance) > 0)
        return of_states(self, sample, clusters, is_flat)

    def influence(self, clusters: Any, sample: Sample) -> Influence:
        """Return what each cluster adds to the ratio."""
        from relmetrics.inference.clusters.influence import of_rows  # noqa: PLC0415 - as above

        top, bottom = map(self.columns.index, (self.top, self.bottom))
        value: Any = np.atleast_1d(sample.value)

        def deviation(means: FloatArray) -> FloatArray:
            found = np.zeros_like(means)
            found[:, top] += self.times / means[:, bottom]
            found[:, bottom] -= (value + self.times * self.offset) / means[:, bottom]
            return found

        parts = np.full(len(self.columns), 1 / len(self.columns))
        return of_rows(clusters, deviation, parts)

    @property
    def added(self) -> Pseudo:
        """A difference adds no pseudo-rows: their deviation is part of the error."""
        return Pseudo(0.0, 0.0, 0.0)

    def require_total(self, total: float) -> None:
        """Check the sum of the denominator.

        Raises:
            AmountError: It is not above 0.
        """
        if not total > 0:
            raise AmountError(
                f"{self.bottom} must come to more than 0, got {shown(total)}. A ratio to nothing "
                "is undefined: take rows that have some, or a longer period."
            )

    def pulled_pair(
        self, change: float, squared_error: float, ours: Moments, theirs: Moments
    ) -> tuple[float, float]:
        """Return a paired change with the deviation of a pseudo-row in either period."""
        added = 0.0
        for half in (ours, theirs):
            found = self.linearised(half)
            added += float((self.times * _whole(found.ratio) / found.size) ** 2)
        return change, (squared_error + added) * bessel(int(ours.n))

    def ratio_sums(self, state: Moments) -> RatioSums:
        """Return the sums behind the metric: y is times (top - offset x bottom), x the bottom."""
        places = [self.columns.index(name) for name in (self.top, self.bottom)]
        rows = state.totals.reshape(-1, len(self.columns))
        top, bottom = (float(total) for total in rows.sum(axis=0)[places])
        ratio = top / bottom if bottom > 0 else np.nan
        # The pseudo-row of the interval deviates from the total by all that it comes to.
        whole = self.times * float(_whole(ratio))
        pseudo = Pseudo(1.0, self.times * (ratio - self.offset), whole * whole)
        y, x = self.weighing(self.top, self.times), self.weighing(self.bottom, 1.0)
        taken_off = self.times * self.offset
        above = [of_top - taken_off * of_bottom for of_top, of_bottom in zip(y, x, strict=True)]
        return RatioSums.of_moments(state, above, x, pseudo)


def require_rows(state: Moments, name: str) -> None:
    """Check that a state has rows, and that they weigh something.

    Raises:
        EmptySampleError: There are no rows.
        WeightError: They weigh nothing.
    """
    if not state.n and not state.weightless:
        raise EmptySampleError.for_metric(name, int(state.missing))
    if not state.sums.own_masses().any():
        raise WeightError.all_zero()


def bounds(ratio: Any, steady: Any, z: float) -> tuple[Any, Any]:
    """Return the interval of the ratio, from its squared error with a pseudo-row."""
    half = z * steady**0.5
    stretch = np.exp(np.minimum(half / _whole(ratio), _LARGEST_EXPONENT))
    low = np.where(ratio > 0, ratio / stretch, ratio - half)
    high = np.where(ratio > 0, ratio * stretch, ratio + half)
    return low, high


def _whole(ratio: Any) -> Any:
    """Return what one pseudo-row deviates by: its ratio, or 1 where that is more and none is."""
    return np.where(ratio > 0, ratio, np.maximum(np.abs(ratio), 1.0))


_LARGEST_EXPONENT = 600.0
