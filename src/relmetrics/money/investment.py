"""ROI: return on investment, of one campaign or of many."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from relmetrics.columns import as_amounts, as_column
from relmetrics.contrasts import Normal, deviate, two_sided
from relmetrics.errors import (
    AmountError,
    FactorError,
    StateError,
)
from relmetrics.estimate import Estimate, Working
from relmetrics.intervals import Pseudo, quantile
from relmetrics.metric import Description, Rng
from relmetrics.moment_metric import MomentMetric
from relmetrics.moments import Moments
from relmetrics.ratio_sums import RatioSums
from relmetrics.rows import Rows
from relmetrics.score import Sample
from relmetrics.texts import figure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from relmetrics.breakdown import Breakdown
    from relmetrics.periods import Every
    from relmetrics.trends.trend import Trend
    from relmetrics.types import AnyArray, Column, Groups, IntArray

COLUMNS = ("gain", "cost")


@frozen
class InvestmentEstimate(Estimate):
    """A return on investment, in percent and per unit of money spent.

    Example:
        >>> import relmetrics as rm
        >>> roi = rm.roi(gain=8.71, cost=1)
        >>> round(roi.value, 6), roi.per_unit
        (771.0, 8.71)
    """

    @property
    def per_unit(self) -> float:
        """Gain / cost: what came back per unit of money spent."""
        gain, cost = self.state.totals.tolist()
        return float(gain / cost)

    @property
    def total_gain(self) -> float:
        """The sum of all gains, in the unit of the data."""
        return float(self.state.totals[0])

    @property
    def total_cost(self) -> float:
        """The sum of all costs, in the unit of the data."""
        return float(self.state.totals[1])


@frozen(kw_only=True)
class ReturnOnInvestment(MomentMetric[InvestmentEstimate]):
    """Return on investment (ROI): what came back for the money spent.

    Formula: ``100 x (gain - cost) / cost``; per unit of money, ``gain / cost``. Of many campaigns,
    the ratio of the sums, not the mean of the ratios: ``100 x (sum gain - sum cost) / sum cost``.
    Unit and range: %, unbounded; at least -100 where no gain is negative.
    Direction: higher is better.
    Campaigns whose gain or cost is missing are counted and left out.

    Interval: `log_ratio` (default) is the normal interval of log(gain / cost) by linearisation,
    with divisor n - 1, after adding the deviation of one pseudo-campaign that brings twice as much,
    or nothing, among the effective number of campaigns by cost, (sum cost)^2 / sum cost^2; it never
    has width zero. `wald` is the symmetric interval. A single
    campaign has no interval: its ends are NaN. Of heavy-tailed gains no interval from few
    campaigns can be trusted: see the coverage in the documentation.

    Called with two amounts or two columns of them; `by` and `moments` take a mapping with the
    columns ``gain`` and ``cost``.

    Example:
        >>> import relmetrics as rm
        >>> print(rm.ReturnOnInvestment()(gain=[200, 150, 90], cost=[100, 100, 50]))
        ROI 76.0% (95% CI -27.4 to 326.7; n = 3)

    Source:
        D1, D2.
    """

    @property
    def methods(self) -> tuple[str, ...]:
        """The interval methods on offer, the default first."""
        return ("log_ratio", "wald")

    @property
    def result(self) -> type[InvestmentEstimate]:
        """The class of this metric's estimates."""
        return InvestmentEstimate

    @property
    def description(self) -> Description:
        """Name, unit, range, direction, formula, definition and source."""
        return Description(
            name="Return on investment",
            symbol="ROI",
            unit="%",
            low=-math.inf,
            high=math.inf,
            direction="higher",
            formula="(gain - cost) / cost x 100 %",
            definition="What came back beyond the money spent, per money spent; of sums.",
            source="D1, D2",
        )

    def __call__(
        self,
        *,
        gain: float | Column,
        cost: float | Column,
        weights: Column | None = None,
        confidence_level: float = 0.95,
    ) -> InvestmentEstimate:
        """Compute ROI of one campaign, or of many.

        Args:
            gain: What came back, an amount or one per campaign.
            cost: What was spent, an amount or one per campaign, in the same currency.
            weights: One survey weight per campaign.
            confidence_level: Level of the interval, strictly between 0 and 1.

        Raises:
            AmountError: An amount is not finite, a cost is negative, or the costs sum to 0.
            EmptySampleError: No campaign has both amounts.
            LengthError: The columns differ in length.
        """
        amounts = {"gain": _column(gain), "cost": _column(cost)}
        state = self.moments(amounts, weights=weights)
        return self.estimate(state, confidence_level=confidence_level)

    def moments(self, amounts: Mapping[str, Column], *, weights: Column | None = None) -> Moments:
        """Sum campaigns into this metric's state.

        Args:
            amounts: A mapping with the columns ``gain`` and ``cost``.
            weights: One survey weight per campaign.

        Raises:
            AmountError: An amount is not finite, or a cost is negative.
            FactorError: There is no column ``gain`` or ``cost``.
            LengthError: The columns differ in length.
        """
        return Moments.from_arrays(COLUMNS, self._columns(amounts), weights=weights)

    def _columns(self, amounts: Mapping[str, Column]) -> list[AnyArray]:
        names = [str(name) for name in getattr(amounts, "columns", amounts)]
        for name in COLUMNS:
            if name not in names:
                raise FactorError.no_column(name, names)
        gain, cost = (as_amounts(amounts[name], name) for name in COLUMNS)
        negative = np.flatnonzero(cost < 0)
        if len(negative):
            raise AmountError.negative([(int(i), float(cost[i])) for i in negative], name="cost")
        return [gain, cost]

    def by(
        self,
        amounts: Mapping[str, Column],
        groups: Groups,
        *,
        weights: Column | None = None,
        sort: bool = False,
        confidence_level: float = 0.95,
    ) -> Breakdown:
        """Compute ROI for every group of campaigns.

        Args:
            amounts: A mapping with the columns ``gain`` and ``cost``.
            groups: One label per campaign; or several columns, as a mapping or a list.
            weights: One survey weight per campaign.
            sort: Sort the groups; by default they come in order of appearance.
            confidence_level: Level of the intervals.

        Raises:
            AmountError: An amount is not finite, or a cost is negative.
            LengthError: The columns differ in length.
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
        zone: str | None = None,
        confidence_level: float = 0.95,
    ) -> Trend:
        """Compute ROI period by period.

        Periods come in order, from the first to the last with campaigns; those in between without
        any are there too.

        Args:
            amounts: A mapping with the columns ``gain`` and ``cost``.
            dates: One per campaign: datetime64, `datetime`, `date` or ISO 8601 text. Those without
                one are counted, and are in no period and not in the total.
            every: The kind of period: ``day``, ``week`` (from Monday), ``month``, ``quarter`` or
                ``year``.
            weights: One survey weight per campaign.
            as_of: The last day that was wholly observed; a period that ends after it is marked as
                not over, and later rows are counted and left out. By default the last day of the
                data.
            zone: The time zone whose calendar counts, for dates that carry a zone.
            confidence_level: Level of the intervals.

        Raises:
            DateError: A date cannot be read, all are missing, or `as_of` comes before all of them.
            AmountError: An amount is not finite, or a cost is negative.
            FactorError: There is no column ``gain`` or ``cost``.
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
            dates, every=every, as_of=as_of, zone=zone, confidence_level=confidence_level
        )

    def _rows(self, amounts: Mapping[str, Column], weights: Column | None) -> Rows:
        columns = self._columns(amounts)
        weighing = None if weights is None else as_column(weights, "weights")

        def summed(codes: IntArray | None, size: int) -> Moments:
            return Moments.from_arrays(COLUMNS, columns, weights=weighing, groups=codes, size=size)

        return Rows(self, len(columns[0]), summed)

    def check_columns(self, state: Moments) -> None:
        """Check that a state holds gain and cost.

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
            EmptySampleError: No campaign has both amounts.
            AmountError: The costs sum to 0.
            WeightError: The campaigns weigh nothing.
        """
        z = quantile(confidence_level)
        sample, ratio, error, steady = self._sampled(state)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            low, high = _bounds(ratio, error, steady, z, method)
        ends = 100 * (low - 1), 100 * (high - 1)
        if state.shape:
            return sample, *ends, method
        return sample, float(ends[0]), float(ends[1]), method

    def normal(self, state: Moments) -> Normal:
        """Return value, center and squared error with the deviation of a pseudo-campaign.

        Raises:
            EmptySampleError: No campaign has both amounts.
            AmountError: The costs sum to 0.
            WeightError: The campaigns weigh nothing.
        """
        sample, _, _, steady = self._sampled(state)
        squared = 100.0**2 * steady
        return Normal(sample, sample.value, squared if state.shape else float(squared))

    def p_against(self, state: Moments, value: float, method: str) -> float:
        """Return the two-sided p-value of a return being this number, by a method."""
        _, ratio, error, steady = self._sampled(state)
        other = value / 100 + 1
        if (method == "wald" and error > 0) or not ratio > 0:
            return super().p_against(state, value, method)
        if other <= 0:
            return 0.0 * float(steady)
        # As the interval, on the scale of the logarithm.
        return float(two_sided(deviate(float(np.log(ratio / other)), float(steady / ratio**2))))

    def _sampled(self, state: Moments) -> tuple[Sample, Any, Any, Any]:
        """Return the sample, gain / cost, its squared error, and that with a pseudo-campaign."""
        if not state.shape:
            self._require_amounts(state)
        n, n_effective = state.n, state.n_effective[..., 0]
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            gain, cost = state.mean[..., 0], state.mean[..., 1]
            gain, cost = np.where(cost > 0, gain, np.nan), np.where(cost > 0, cost, np.nan)
            ratio = gain / cost
            # The deviation of a campaign is gain - ratio x cost, per mean cost.
            sides = np.stack([np.ones_like(ratio), -ratio], axis=-1)
            spread = np.einsum("...i,...ij,...j", sides, state.covariance_of_means(), sides)
            error = np.maximum(spread, 0.0) / cost**2
            fair = np.where(n > 1, n / np.maximum(n - 1.0, 1), np.nan)
            campaigns = state.totals[..., 1] ** 2 / state.second_moments()[..., 1, 1]
            steady = (error + (_whole(ratio) / campaigns) ** 2) * fair
        value, variance = 100 * (gain - cost) / cost, error * n_effective * 100.0**2
        if state.shape:
            return Sample(value, variance, n, n_effective), ratio, error * fair, steady
        sample = Sample(float(value), float(variance), int(n), float(n_effective))
        return sample, ratio, error * fair, steady

    def ratio_sums(self, state: Moments) -> RatioSums:
        """Return the sums behind the return: y is 100 (gain - cost), x is the cost."""
        gain, cost = (float(total) for total in state.totals.reshape(-1, 2).sum(axis=0))
        ratio = gain / cost if cost > 0 else math.nan
        # The pseudo-campaign of the interval deviates from the total by all that came back.
        whole = 100 * float(_whole(ratio))
        pseudo = Pseudo(1.0, 100 * (ratio - 1), whole * whole)
        return RatioSums.of_moments(state, [0.0, 100.0, -100.0], [0.0, 0.0, 1.0], pseudo)

    def _require_amounts(self, state: Moments) -> None:
        self.require_rows(state)
        if not state.totals[1] > 0:
            raise AmountError.cost_not_positive(float(state.totals[1]))

    def working(self, state: Moments) -> Working:
        """Return gain less cost over cost, with the sums of a state."""
        gain, cost = (float(total) for total in state.totals)
        return Working(
            formula=(
                f"({figure(gain)} - {figure(cost)}) / {figure(cost)} x 100 % = "
                f"{figure(100 * (gain - cost) / cost)}%"
            ),
            numerator=f"{figure(gain - cost)}, gain {figure(gain)} less cost {figure(cost)}",
            denominator=f"{figure(cost)}, the cost (n = {int(state.n)})",
        )


def _bounds(
    ratio: Any,
    error: Any,
    steady: Any,
    z: float,
    method: str,
) -> tuple[Any, Any]:
    """Return the interval of gain / cost, from its squared error without and with a pseudo-one."""
    half = z * steady**0.5
    stretch = np.exp(np.minimum(half / _whole(ratio), _LARGEST_EXPONENT))
    low = np.where(ratio > 0, ratio / stretch, ratio - half)
    high = np.where(ratio > 0, ratio * stretch, ratio + half)
    if method == "wald":
        # Where all campaigns return alike it has no width, and the default stands in.
        plain = z * error**0.5
        flat = ~(error > 0) & ~np.isnan(plain)
        low, high = np.where(flat, low, ratio - plain), np.where(flat, high, ratio + plain)
    # Who lost no more than was spent is not said to.
    return np.where(ratio >= 0, np.maximum(low, 0.0), low), high


def _whole(ratio: Any) -> Any:
    """Return what one pseudo-campaign deviates by: its return, or its cost where that is more."""
    return np.where(ratio > 0, ratio, np.maximum(np.abs(ratio), 1.0))


_LARGEST_EXPONENT = 600.0


def _column(amount: float | Column) -> Column:
    """Return a single amount as a column of one."""
    single = isinstance(amount, (int, float, np.number, Decimal)) and not isinstance(amount, bool)
    return [amount] if single else amount


def roi(
    *,
    gain: float | Column,
    cost: float | Column,
    weights: Column | None = None,
    confidence_level: float = 0.95,
) -> InvestmentEstimate:
    """Compute the return on investment of one campaign or of many: see `ReturnOnInvestment`.

    Args:
        gain: What came back, an amount or one per campaign.
        cost: What was spent, an amount or one per campaign.
        weights: One survey weight per campaign.
        confidence_level: Level of the interval.

    Raises:
        AmountError: An amount is not finite, a cost is negative, or the costs sum to 0.
        EmptySampleError: No campaign has both amounts.
        LengthError: The columns differ in length.

    Example:
        >>> import relmetrics as rm
        >>> rm.roi(gain=150, cost=100).value
        50.0
    """
    return ReturnOnInvestment()(
        gain=gain, cost=cost, weights=weights, confidence_level=confidence_level
    )
