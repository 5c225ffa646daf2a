"""Revenue retention: the share of the recurring revenue of a period's start that is still there."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from attrs import frozen

from relmetrics.columns import as_amounts, as_column, as_weights, require_equal_lengths
from relmetrics.contrasts import Normal
from relmetrics.errors import AmountError, StateError
from relmetrics.estimate import Estimate, Working
from relmetrics.intervals import Pseudo, adjusted, quantile, wald
from relmetrics.metric import Description, Rng
from relmetrics.moment_metric import MomentMetric
from relmetrics.moments import Moments
from relmetrics.ratio_sums import RatioSums
from relmetrics.rows import Rows
from relmetrics.score import Sample
from relmetrics.texts import figure

if TYPE_CHECKING:
    from relmetrics.breakdown import Breakdown
    from relmetrics.periods import Every
    from relmetrics.trends.trend import Trend
    from relmetrics.types import AnyArray, Column, FloatArray, Groups, IntArray

GIVEN = ("before", "after")
COLUMNS = ("before", "after", "kept")

_ROUNDING = 1e-12
"""A relative variance below this is rounding: customers whose revenue did not change at all."""


@frozen(kw_only=True)
class RevenueRetention(MomentMetric[Estimate]):
    """What net and gross revenue retention share: a ratio of sums over customers.

    The state has one row per customer with revenue at the start: ``before``, ``after``, and
    ``kept``, the smaller of the two. So one state serves both metrics.
    """

    part: ClassVar[str]
    """The column over ``before``."""
    words: ClassVar[str]
    """What the numerator is called."""
    pseudo: ClassVar[Pseudo]
    """The pseudo-customers of the adjusted interval."""

    @property
    @abstractmethod
    def description(self) -> Description:
        """Name, unit, range, direction, formula, definition and source."""

    @property
    def methods(self) -> tuple[str, ...]:
        """The interval methods on offer, the default first."""
        return ("adjusted", "wald")

    def __call__(
        self,
        *,
        before: Column,
        after: Column,
        weights: Column | None = None,
        confidence_level: float = 0.95,
    ) -> Estimate:
        """Compute the metric of customers, one entry each.

        Args:
            before: Recurring revenue of each customer at the start of the period.
            after: Recurring revenue of the same customers at its end; 0 for who has left.
            weights: One survey weight per customer.
            confidence_level: Level of the interval, strictly between 0 and 1.

        Raises:
            AmountError: An amount is negative or not finite.
            EmptySampleError: Nobody had revenue at the start.
            LengthError: The columns differ in length.
        """
        state = self.moments({"before": before, "after": after}, weights=weights)
        return self.estimate(state, confidence_level=confidence_level)

    def moments(self, revenue: Mapping[str, Column], *, weights: Column | None = None) -> Moments:
        """Sum customers into this metric's state; those without revenue at the start are not in it.

        Args:
            revenue: A mapping with the columns ``before`` and ``after``.
            weights: One survey weight per customer.

        Raises:
            AmountError: An amount is negative or not finite.
            StateError: A column is missing.
            LengthError: The columns differ in length.
        """
        columns, inside = _columns(revenue)
        return _summed(columns, _weights_of(weights, inside))

    def by(
        self,
        revenue: Mapping[str, Column],
        groups: Groups,
        *,
        weights: Column | None = None,
        sort: bool = False,
        confidence_level: float = 0.95,
    ) -> Breakdown:
        """Compute the metric for every group of customers.

        Args:
            revenue: A mapping with the columns ``before`` and ``after``.
            groups: One label per customer; or several columns, as a mapping or a list.
            weights: One survey weight per customer.
            sort: Sort the groups; by default they come in order of appearance.
            confidence_level: Level of the intervals.

        Raises:
            AmountError: An amount is negative or not finite.
            LengthError: The columns differ in length.
        """
        rows = self._rows(revenue, weights)
        return rows.by(groups, sort=sort, confidence_level=confidence_level)

    def over(
        self,
        revenue: Mapping[str, Column],
        dates: Column,
        *,
        every: Every = "month",
        weights: Column | None = None,
        as_of: object = None,
        zone: str | None = None,
        confidence_level: float = 0.95,
    ) -> Trend:
        """Compute the metric period by period.

        Periods come in order, from the first to the last with customers; those in between without
        any are there too.

        Args:
            revenue: A mapping with the columns ``before`` and ``after``.
            dates: One per customer: datetime64, `datetime`, `date` or ISO 8601 text. Those without
                one are counted, and are in no period and not in the total.
            every: The kind of period: ``day``, ``week`` (from Monday), ``month``, ``quarter`` or
                ``year``.
            weights: One survey weight per customer.
            as_of: The last day that was wholly observed; a period that ends after it is marked as
                not over, and later rows are counted and left out. By default the last day of the
                data.
            zone: The time zone whose calendar counts, for dates that carry a zone.
            confidence_level: Level of the intervals.

        Raises:
            DateError: A date cannot be read, all are missing, or `as_of` comes before all of them.
            AmountError: An amount is negative or not finite.
            StateError: A column is missing.
            WeightError: A weight is negative or not finite, or all are zero.
            LengthError: The columns differ in length.
            ParameterError: The level is not between 0 and 1, or there is no such period or zone.

        Example:
            >>> import relmetrics as rm
            >>> revenue = {"before": [100, 50, 200], "after": [120, 0, 200]}
            >>> nrr = rm.NetRevenueRetention().over(
            ...     revenue, ["2025-01-31", "2025-01-31", "2025-02-28"]
            ... )
            >>> nrr.table()["value"].tolist()
            [80.0, 100.0]
        """
        return self._rows(revenue, weights).over(
            dates, every=every, as_of=as_of, zone=zone, confidence_level=confidence_level
        )

    def _rows(self, revenue: Mapping[str, Column], weights: Column | None) -> Rows:
        columns, inside = _columns(revenue)
        w = _weights_of(weights, inside)

        def summed(codes: IntArray | None, size: int) -> Moments:
            return _summed(columns, w, groups=None if codes is None else codes[inside], size=size)

        return Rows(self, len(inside), summed)

    def check_columns(self, state: Moments) -> None:
        """Check that a state holds revenue before, after and kept.

        Raises:
            StateError: It does not.
        """
        if state.columns != COLUMNS or state.rule != "row":
            raise StateError.of_another("columns", COLUMNS, state.columns)

    def present(
        self,
        state: Moments,
        confidence_level: float,
        method: str,
        rng: Rng = None,  # noqa: ARG002 - no method draws
    ) -> tuple[Sample, Any, Any, str]:
        """Return sample, low, high and the method used, for moments of any shape.

        Raises:
            EmptySampleError: Nobody had revenue at the start.
            WeightError: The customers weigh nothing.
        """
        z, about = quantile(confidence_level), self.description
        sample, by_revenue = self._sampled(state)
        low, high = adjusted(
            by_revenue.value,
            by_revenue.variance,
            by_revenue.n_effective,
            z,
            self.pseudo,
            about.low,
            about.high,
        )
        if method != "wald":
            return sample, low, high, method
        found = sample.standard_error
        ends = wald(sample.value, found, z, about.low, about.high)
        if state.shape:
            known = found > 0
            return sample, np.where(known, ends[0], low), np.where(known, ends[1], high), method
        return (sample, *ends, method) if found > 0 else (sample, low, high, "adjusted")

    def normal(self, state: Moments) -> Normal:
        """Return value, center and squared error after pseudo-customers.

        Raises:
            EmptySampleError: Nobody had revenue at the start.
            WeightError: The customers weigh nothing.
        """
        sample, by_revenue = self._sampled(state)
        normal = Normal.of(by_revenue, self.pseudo)
        return Normal(sample, normal.center, normal.squared_error)

    def _sampled(self, state: Moments) -> tuple[Sample, Sample]:
        """Return the sample of customers, and the same with customers counted by their revenue."""
        about = self.description
        if not state.shape:
            self.require_rows(state)
        place = COLUMNS.index(self.part)
        n, n_effective = np.asarray(state.n), state.n_effective[..., 0]
        with np.errstate(divide="ignore", invalid="ignore"):
            before, part = state.totals[..., 0], state.totals[..., place]
            ratio = np.minimum(part / before, about.high / 100)
            # The deviation of a customer is part - ratio x before, per mean revenue before.
            sides = np.zeros((*ratio.shape, len(COLUMNS)))
            sides[..., place] += 1.0
            sides[..., 0] -= ratio
            spread = np.einsum("...i,...ij,...j", sides, state.covariance_of_means(), sides)
            error = spread / state.mean[..., 0] ** 2
            error = np.where(error > _ROUNDING * np.maximum(ratio, 1.0) ** 2, error, 0.0)
            error = np.where(np.isnan(ratio), np.nan, error)
            # Customers count by their revenue: where one pays most, they are few.
            customers = before**2 / state.second_moments()[..., 0, 0]
            value, variance = 100 * ratio, 100.0**2 * error
        if state.shape:
            return (
                Sample(value, variance * n_effective, n, n_effective),
                Sample(value, variance * customers, n, customers),
            )
        single, squared, size = float(value), float(variance), int(state.n)
        return (
            Sample(single, squared * float(n_effective), size, float(n_effective)),
            Sample(single, squared * float(customers), size, float(customers)),
        )

    def ratio_sums(self, state: Moments) -> RatioSums:
        """Return the sums behind the metric: y is 100 times the part, x the revenue before."""
        part, before = (
            [0.0, *(amount * (name == wanted) for name in COLUMNS)]
            for wanted, amount in ((self.part, 100.0), ("before", 1.0))
        )
        return RatioSums.of_moments(state, part, before, self.pseudo)

    def working(self, state: Moments) -> Working:
        """Return the part over the revenue at the start, with the sums of a state."""
        before, after, kept = (float(total) for total in state.totals)
        part = after if self.part == "after" else kept
        return Working(
            formula=f"{figure(part)} / {figure(before)} x 100 % = {figure(100 * part / before)}%",
            numerator=f"{figure(part)} {self.words}",
            denominator=f"{figure(before)} at the start (n = {int(state.n)} customers)",
        )


@frozen(kw_only=True)
class NetRevenueRetention(RevenueRetention):
    """Net revenue retention (NRR): what the customers of the start pay at the end, to before.

    Formula: ``100 x (start + expansion - contraction - churned) / start``, which is
    ``100 x sum of after / sum of before`` over the customers with revenue at the start. Customers
    who are new or came back are not among them.
    Unit and range: %, 0 or more; above 100 % the customers at hand grow by themselves.
    Direction: higher is better.
    Customers of whom either amount is missing are counted and left out: give 0, not None, for a
    customer who has left.

    Called with two columns; `by` and `moments` take a mapping with the columns ``before`` and
    ``after``. Customers with nothing before are not in the base. States add only when no customer
    is in two of them.

    Interval: `adjusted` (default) is the normal interval by linearisation after adding one
    pseudo-customer, divided between leaving and paying twice as much, to the effective number of
    customers by revenue, (sum before)^2 / sum before^2; not below 0, and never of width zero. From
    ten customers or fewer it is wider than it need be. `wald` is the symmetric interval, with
    divisor n - 1.

    Example:
        >>> from relmetrics.money.revenue import NetRevenueRetention
        >>> before, after = [100, 50, 200, 80], [120, 0, 200, 60]
        >>> print(NetRevenueRetention()(before=before, after=after))
        NRR 88.4% (95% CI 39.3 to 143.1; n = 4)
        >>> NetRevenueRetention().by(
        ...     {"before": before, "after": after}, ["basic", "basic", "gold", "gold"]
        ... )["gold"].value
        92.85714285714286

    Source:
        changelog.baremetrics.com/new-metric-net-revenue-retention-2BOJIA; the linearisation is that
        of a ratio, Cochran (1977), Sampling Techniques, chapter 6.
    """

    part: ClassVar[str] = "after"
    words: ClassVar[str] = "of the same customers at the end"
    pseudo: ClassVar[Pseudo] = Pseudo(1.0, 100.0, 100.0**2)

    @property
    def description(self) -> Description:
        """Name, unit, range, direction, formula, definition and source."""
        return Description(
            name="Net revenue retention",
            symbol="NRR",
            unit="%",
            low=0,
            high=math.inf,
            direction="higher",
            formula="(start + expansion - contraction - churned) / start x 100 %",
            definition=(
                "Recurring revenue at the end of a period of the customers who had any at its "
                "start, to their revenue at the start; new and returning customers are not counted."
            ),
            source="Baremetrics; Cochran (1977), Sampling Techniques, for the interval",
        )


@frozen(kw_only=True)
class GrossRevenueRetention(RevenueRetention):
    """Gross revenue retention (GRR): the share of the revenue of the start that was not lost.

    Formula: ``100 x sum of min(before, after) / sum of before`` over the customers with revenue at
    the start, which is ``100 x (start - contraction - churned) / start``. What one customer pays
    more does not make up for what another pays less.
    Unit and range: %, from 0 to 100.
    Direction: higher is better.
    Customers of whom either amount is missing are counted and left out: give 0, not None, for a
    customer who has left.

    Called with two columns; `by` and `moments` take a mapping with the columns ``before`` and
    ``after``. Customers with nothing before are not in the base. States add only when no customer
    is in two of them.

    Interval: `adjusted` (default) is the normal interval by linearisation after adding four
    pseudo-customers, two who stay and two who leave, to the effective number of customers by
    revenue, (sum before)^2 / sum before^2; within 0 to 100, and never of width zero. Where all pay
    the same and either stay or leave it is Agresti and Coull's. `wald` is the symmetric interval,
    with divisor n - 1.

    Example:
        >>> from relmetrics.money.revenue import GrossRevenueRetention
        >>> print(GrossRevenueRetention()(before=[100, 50, 200, 80], after=[120, 0, 200, 60]))
        GRR 83.7% (95% CI 32.7 to 96.9; n = 4)

    Source:
        The complement of ChartMogul's gross MRR churn rate,
        help.chartmogul.com/hc/en-us/articles/203359341. Agresti and Coull (1998), The American
        Statistician 52, for the interval; the linearisation is that of a ratio, Cochran (1977),
        Sampling Techniques, chapter 6.
    """

    part: ClassVar[str] = "kept"
    words: ClassVar[str] = "kept, at most what each customer paid"
    pseudo: ClassVar[Pseudo] = Pseudo(4.0, 50.0, 50.0**2)

    @property
    def description(self) -> Description:
        """Name, unit, range, direction, formula, definition and source."""
        return Description(
            name="Gross revenue retention",
            symbol="GRR",
            unit="%",
            low=0,
            high=100,
            direction="higher",
            formula="sum of min(before, after) / start x 100 %",
            definition=(
                "Share of the recurring revenue at the start of a period that was neither churned "
                "nor contracted by its end; no customer counts for more than before."
            ),
            source="ChartMogul; Agresti and Coull (1998), Am. Stat. 52, for the interval",
        )


def _columns(revenue: Mapping[str, Column]) -> tuple[list[FloatArray], AnyArray]:
    """Return before, after and kept of the customers in the base, and which rows those are."""
    if not isinstance(revenue, Mapping) or set(revenue) != set(GIVEN):
        raise StateError.malformed("Moments", "columns before and after are needed")
    before, after = (as_revenue(revenue[name], name) for name in GIVEN)
    require_equal_lengths(before=len(before), after=len(after))
    inside = before != 0  # NaN is missing, and stays to be counted
    first, last = before[inside], after[inside]
    return [first, last, np.minimum(first, last)], inside


def as_revenue(values: Column, name: str) -> FloatArray:
    """Return recurring revenue as float64 with NaN for missing.

    Raises:
        AmountError: An amount is negative, infinite or no number.
    """
    numbers = as_amounts(as_column(values, name), name)
    negative = np.flatnonzero(numbers < 0)
    if len(negative):
        offenders = [(int(i), float(numbers[i])) for i in negative]
        raise AmountError.negative_revenue(offenders, name=name)
    return numbers


def _weights_of(weights: Column | None, inside: AnyArray) -> FloatArray | None:
    return None if weights is None else as_weights(weights, len(inside))[inside]


def _summed(columns: list[FloatArray], weights: FloatArray | None, **grouped: Any) -> Moments:
    """Return the moments of the columns.

    They are taken about 0, not about a pivot: so whole cents sum without rounding.
    """
    return Moments.from_arrays(COLUMNS, columns, weights=weights, pivot=0.0, **grouped)
