"""ROI: return on investment, of one campaign or of many."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from attrs import frozen

from relmetrics.data.columns import require_equal_lengths
from relmetrics.data.tables import amounts_named
from relmetrics.errors import AmountError
from relmetrics.errors.wording import located, shown
from relmetrics.estimators.ratio import AmountRatio
from relmetrics.inference.differences import Normal, deviate, two_sided
from relmetrics.inference.intervals import Pseudo, quantile, stand_in
from relmetrics.inference.linear_form import Sample
from relmetrics.inference.ratio_sums import RatioSums
from relmetrics.metric.contract import Description, Rng, Working
from relmetrics.metric.estimate import Estimate
from relmetrics.metric.wording import figure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from relmetrics.data.types import Column, FloatArray
    from relmetrics.states.moments import Moments


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
class ReturnOnInvestment(AmountRatio[InvestmentEstimate]):
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

    columns: ClassVar[tuple[str, ...]] = ("gain", "cost")

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

    def read(self, amounts: Mapping[str, Column]) -> tuple[list[FloatArray], slice]:
        """Return gain and cost of all campaigns.

        Raises:
            AmountError: An amount is not finite, or a cost is negative.
            FactorError: There is no column ``gain`` or ``cost``.
            LengthError: The columns differ in length.
        """
        gain, cost = amounts_named(amounts, self.columns)
        require_equal_lengths(gain=len(gain), cost=len(cost))
        negative = np.flatnonzero(cost < 0)
        if len(negative):
            offenders = [(int(i), float(cost[i])) for i in negative]
            raise AmountError(
                f"cost must not be negative: {located(offenders)}. Book refunds as gain."
            )
        return [gain, cost], slice(None)

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
            ends = _bounds(ratio, steady, z)
            if method == "wald":
                # Where all campaigns return alike it has no width.
                half = z * error**0.5
                plain = ratio - half, ratio + half
                flat = ~(error > 0) & ~np.isnan(error)
                ends, method = stand_in(method, plain, self.methods[0], ends, flat)
            # Who lost no more than was spent is not said to.
            low = np.where(ratio >= 0, np.maximum(ends[0], 0.0), ends[0])
            low, high = 100 * (low - 1), 100 * (ends[1] - 1)
        if state.shape:
            return sample, low, high, method
        return sample, float(low), float(high), method

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
        found = self.linearised(state)
        ratio, error = found.ratio, found.squared_error
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            fair = np.where(n > 1, n / np.maximum(n - 1.0, 1), np.nan)
            steady = (error + (_whole(ratio) / found.size) ** 2) * fair
        value, variance = 100 * (ratio - 1), error * n_effective * 100.0**2
        if state.shape:
            return Sample(value, variance, n, n_effective), ratio, error * fair, steady
        sample = Sample(float(value), float(variance), int(n), float(n_effective))
        return sample, ratio, error * fair, steady

    @property
    def top(self) -> str:
        """The column whose sum is the numerator."""
        return "gain"

    @property
    def bottom(self) -> str:
        """The column whose sum is the denominator."""
        return "cost"

    def pulled_pair(
        self, change: float, squared_error: float, ours: Moments, theirs: Moments
    ) -> tuple[float, float]:
        """Return a paired change with the deviation of a pseudo-campaign in either period."""
        n = int(ours.n)
        fair = n / (n - 1) if n > 1 else math.nan
        added = 0.0
        for half in (ours, theirs):
            found = self.linearised(half)
            added += float((100 * _whole(found.ratio) / found.size) ** 2)
        return change, (squared_error + added) * fair

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
            raise AmountError(
                f"cost must be greater than 0, got {shown(float(state.totals[1]))}. A return on "
                "nothing spent is undefined: leave such a campaign out."
            )

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


def _bounds(ratio: Any, steady: Any, z: float) -> tuple[Any, Any]:
    """Return the interval of gain / cost, from its squared error with a pseudo-campaign."""
    half = z * steady**0.5
    stretch = np.exp(np.minimum(half / _whole(ratio), _LARGEST_EXPONENT))
    low = np.where(ratio > 0, ratio / stretch, ratio - half)
    high = np.where(ratio > 0, ratio * stretch, ratio + half)
    return low, high


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
