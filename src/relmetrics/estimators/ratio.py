"""AmountRatio: what ratios of sums of money share, how columns of amounts are read and summed."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from attrs import frozen

from relmetrics.data.alignment import require_aligned
from relmetrics.data.columns import as_column, as_weights, require_equal_lengths
from relmetrics.errors import StateError
from relmetrics.estimators.moment_metric import MomentMetric
from relmetrics.estimators.paired_ratio import PairedAmounts
from relmetrics.estimators.rows import Rows
from relmetrics.metric.difference import Difference
from relmetrics.metric.metric import E
from relmetrics.metric.paired_moments import doubled
from relmetrics.states.moments import Moments

if TYPE_CHECKING:
    from collections.abc import Mapping

    from relmetrics.data.periods import Every
    from relmetrics.data.types import AnyArray, Column, FloatArray, Groups, IntArray, Zone
    from relmetrics.questions.groups.breakdown import Breakdown
    from relmetrics.questions.trends.trend import Trend


@frozen
class Linearised:
    """A ratio of two sums, linearised: Cochran (1977), Sampling Techniques, chapter 6.

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


def linearised(state: Moments, top: int, bottom: int) -> Linearised:
    """Return the ratio of two columns of moments of any shape."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        mean, total = state.mean[..., bottom], state.totals[..., bottom]
        mean = np.where(total > 0, mean, np.nan)
        ratio = np.where(total > 0, state.totals[..., top] / total, np.nan)
        # A row deviates by y - ratio x, per mean x.
        deviation = np.zeros((*ratio.shape, len(state.columns)))
        deviation[..., top] += 1.0 / mean
        deviation[..., bottom] -= ratio / mean
        squared_error = state.variance_of(deviation)
        size = total**2 / state.second_moments()[..., bottom, bottom]
    return Linearised(ratio, deviation, squared_error, size)


@frozen(kw_only=True)
class AmountRatio(MomentMetric[E]):
    """A metric of columns of money: the ratio of two of their sums."""

    columns: ClassVar[tuple[str, ...]]
    """The columns of the state."""
    pivot: ClassVar[float | None] = None
    """What sums are taken about; None for the data's own mean."""

    @abstractmethod
    def read(self, amounts: Mapping[str, Column]) -> tuple[list[FloatArray], AnyArray | slice]:
        """Return the columns of the state, and which rows are in the base of the metric.

        Raises:
            AmountError: An amount is not what it must be.
            FactorError: A column is missing.
            LengthError: The columns differ in length.
        """

    @property
    @abstractmethod
    def top(self) -> str:
        """The column whose sum is the numerator."""

    @property
    @abstractmethod
    def bottom(self) -> str:
        """The column whose sum is the denominator."""

    def linearised(self, state: Moments) -> Linearised:
        """Return the ratio of the two sums, of moments of any shape."""
        return linearised(state, *map(self.columns.index, (self.top, self.bottom)))

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

    def moments(self, amounts: Mapping[str, Column], *, weights: Column | None = None) -> Moments:
        """Sum columns of amounts into this metric's state.

        Args:
            amounts: A mapping, or a data frame, with the metric's columns; others are left alone.
            weights: One survey weight per row.

        Raises:
            AmountError: An amount is not finite, or is negative where it cannot be.
            FactorError: A column is missing.
            WeightError: A weight is negative or not finite, or all are zero.
            LengthError: The columns differ in length.
        """
        state: Moments = self._rows(amounts, weights).summed(None, 1)
        return state

    def by(
        self,
        amounts: Mapping[str, Column],
        groups: Groups,
        *,
        weights: Column | None = None,
        sort: bool = False,
        confidence_level: float = 0.95,
    ) -> Breakdown:
        """Compute the metric for every group of rows.

        Args:
            amounts: As for `moments`.
            groups: One label per row; or several columns, as a mapping or a list.
            weights: One survey weight per row.
            sort: Sort the groups; by default they come in order of appearance.
            confidence_level: Level of the intervals.

        Raises:
            AmountError: An amount is not finite, or is negative where it cannot be.
            FactorError: A column is missing.
            WeightError: A weight is negative or not finite, or all are zero.
            LengthError: The columns differ in length.
            ParameterError: The level is not between 0 and 1, or the groups cannot be sorted.
        """
        rows = self._rows(amounts, weights)
        return rows.by(groups, sort=sort, confidence_level=confidence_level)

    def over(
        self,
        amounts: Mapping[str, Column],
        dates: Column,
        *,
        every: Every = "month",
        weights: Column | None = None,
        as_of: object = None,
        zone: Zone | None = None,
        recorded_in: Zone | None = None,
        week_start: str = "monday",
        year_start: str = "january",
        confidence_level: float = 0.95,
    ) -> Trend:
        """Compute the metric period by period.

        Periods come in order, from the first to the last with rows; those in between without any
        are there too.

        Args:
            amounts: As for `moments`.
            dates: One per row: datetime64, `datetime`, `date` or ISO 8601 text. Those without one
                are counted, and are in no period and not in the total.
            every: The kind of period: ``day``, ``week``, ``month``, ``quarter`` or ``year``.
            weights: One survey weight per row.
            as_of: The last day that was wholly observed, without a time of day. Periods go on to
                it, with or without answers; one that ends after it is marked as not over, and later
                rows are counted and left out. By default the last day of the data.
            zone: The time zone whose calendar counts, for dates that carry a zone: its name or a
                `ZoneInfo`.
            recorded_in: The time zone whose clock wrote dates that carry none, such as ``"UTC"``;
                they are converted to `zone`.
            week_start: The first day of a week, such as ``"sunday"``.
            year_start: The first month of a year and of its quarters, such as ``"april"``.
            confidence_level: Level of the intervals.

        Raises:
            DateError: A date cannot be read, all are missing, or `as_of` comes before all of them.
            AmountError: An amount is not finite, or is negative where it cannot be.
            FactorError: A column is missing.
            WeightError: A weight is negative or not finite, or all are zero.
            LengthError: The columns differ in length.
            ParameterError: The level is not between 0 and 1, or there is no such period or zone.

        Example:
            >>> import relmetrics as rm
            >>> amounts = {"gain": [150, 90, 200], "cost": [100, 50, 100]}
            >>> roi = rm.ReturnOnInvestment().over(
            ...     amounts, ["2025-01-31", "2025-04-01", "2025-06-30"], every="quarter"
            ... )
            >>> roi.table()["value"].round(1).tolist()
            [50.0, 93.3]
        """
        return self._rows(amounts, weights).over(
            dates,
            every=every,
            as_of=as_of,
            zone=zone,
            recorded_in=recorded_in,
            week_start=week_start,
            year_start=year_start,
            confidence_level=confidence_level,
        )

    def pairs(
        self,
        amounts: Mapping[str, Column],
        reference: Mapping[str, Column],
        *,
        weights: Column | None = None,
    ) -> Moments:
        """Sum the amounts of the same rows in two periods: the state of a paired comparison.

        Rows that are in the base of one period only, such as customers without revenue at its
        start, are in no pair.

        Args:
            amounts: As for `moments`.
            reference: The amounts of the same campaigns or customers, in the same rows, of another
                period.
            weights: One survey weight per row.

        Raises:
            AmountError: An amount is not finite, or is negative where it cannot be.
            FactorError: A column is missing.
            WeightError: A weight is negative or not finite, or all are zero.
            LengthError: The columns differ in length.
        """
        require_aligned(amounts=amounts, reference=reference, weights=weights)
        (ours, inside), (theirs, there) = self.read(amounts), self.read(reference)
        rows = len(ours[0])
        require_equal_lengths(amounts=rows, reference=len(theirs[0]))
        both = slice(None) if isinstance(inside, slice) else inside & there
        w = None if weights is None else as_weights(as_column(weights, "weights"), rows)[both]
        return Moments.from_arrays(
            doubled(self.columns),
            [column[both] for column in (*ours, *theirs)],
            weights=w,
            pivot=self.pivot,
        )

    def compare_paired(
        self, pairs: Moments, *, confidence_level: float = 0.95, method: str | None = None
    ) -> Difference:
        """Compare the same campaigns or customers in two periods: amounts minus reference.

        The variance is that of paired rows: who returns much in one period does in the other, and
        that does not count as uncertainty.

        Args:
            pairs: What `pairs` made of the amounts, or a sum of such states.
            confidence_level: Level of the interval, strictly between 0 and 1.
            method: `adjusted` or `wald`.

        Raises:
            EmptySampleError: There are no pairs.
            AmountError: The denominators of a period sum to 0.
            StateError: The state is no pairs of this metric.
            ParameterError: The level is not between 0 and 1, or there is no such method.

        Example:
            >>> import relmetrics as rm
            >>> nrr = rm.NetRevenueRetention()
            >>> spring = {"before": [100, 50, 200, 80], "after": [120, 40, 200, 60]}
            >>> autumn = {"before": [120, 40, 200, 60], "after": [130, 40, 210, 60]}
            >>> print(nrr.compare_paired(nrr.pairs(autumn, spring)))
            NRR difference 7.1 percentage points (95% CI -65.3 to 75.9; p = 0.88; n = 4 pairs)
        """
        sides = PairedAmounts(self, pairs)
        sides.check()
        return Difference.of(sides, confidence_level, self.difference_method_named(method))

    def _rows(self, amounts: Mapping[str, Column], weights: Column | None) -> Rows:
        require_aligned(amounts=amounts, weights=weights)
        read, inside = self.read(amounts)
        rows = len(read[0])
        columns = [column[inside] for column in read]
        w = None if weights is None else as_weights(as_column(weights, "weights"), rows)[inside]

        def summed(codes: IntArray | None, size: int) -> Moments:
            return Moments.from_arrays(
                self.columns,
                columns,
                weights=w,
                pivot=self.pivot,
                groups=None if codes is None else codes[inside],
                size=size,
            )

        return Rows(self, rows, amounts, summed)

    def check_columns(self, state: Moments) -> None:
        """Check that a state holds the metric's columns.

        Raises:
            StateError: It does not.
        """
        if state.columns != self.columns or state.rule != "row":
            raise StateError.of_another("columns", self.columns, state.columns)
