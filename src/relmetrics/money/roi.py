"""ROI: return on investment, of one campaign or of many."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from attrs import frozen

from relmetrics.data.columns import is_real
from relmetrics.errors import AmountError
from relmetrics.errors.definitions import no_frame
from relmetrics.errors.wording import shown
from relmetrics.estimators.prepared import stated
from relmetrics.estimators.ratio import Ratio
from relmetrics.inference.ratio_form import LogRatioForm
from relmetrics.metric.contract import BUSINESS_SUCCESS, Working
from relmetrics.metric.estimate import Estimate
from relmetrics.metric.wording import figure

if TYPE_CHECKING:
    from relmetrics.data.types import Column
    from relmetrics.states.clustered.design import Design
    from relmetrics.states.moments.moments import Moments


@frozen(repr=False)
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
class InvestmentForm(LogRatioForm):
    """The arithmetic of a return: gain / cost, less the cost itself."""

    def require_total(self, total: float) -> None:
        """Check the sum of the costs.

        Raises:
            AmountError: It is not above 0.
        """
        if not total > 0:
            raise AmountError(
                f"cost must be greater than 0, got {shown(total)}. A return on nothing spent is "
                "undefined: leave such a campaign out."
            )


@frozen(kw_only=True)
class ReturnOnInvestment(Ratio[InvestmentEstimate]):
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
        "The key to business success? Relationships!".
    """

    name = "Return on investment"
    symbol = "ROI"
    unit = "%"
    formula = "(gain - cost) / cost x 100 %"
    definition = "What came back beyond the money spent, per money spent; of sums."
    source = BUSINESS_SUCCESS
    top = "gain"
    bottom = "cost"
    times: ClassVar[float] = 100.0
    offset: ClassVar[float] = 1.0
    refunds = "Book refunds as gain."

    @property
    def form(self) -> InvestmentForm:
        """The arithmetic of the ratio."""
        about = self.description
        return InvestmentForm(
            name=about.name,
            reach=about.high - about.low,
            columns=("gain", "cost"),
            top="gain",
            bottom="cost",
            times=100.0,
            offset=1.0,
        )

    @property
    def result(self) -> type[InvestmentEstimate]:
        """The class of this metric's estimates."""
        return InvestmentEstimate

    def __call__(  # type: ignore[override]  # the two columns have names
        self,
        *,
        gain: float | Column,
        cost: float | Column,
        weights: Column | None = None,
        respondents: Column | None = None,
        design: Design | None = None,
        confidence_level: float = 0.95,
    ) -> InvestmentEstimate:
        """Compute ROI of one campaign, or of many.

        Args:
            gain: What came back, an amount or one per campaign.
            cost: What was spent, an amount or one per campaign, in the same currency.
            weights: One survey weight per campaign.
            respondents: Whose each row is, one id per row, where campaigns have several.
            design: How the sample was drawn, in place of `respondents`.
            confidence_level: Level of the interval, strictly between 0 and 1.

        Raises:
            AmountError: An amount is not finite, a cost is negative, or the costs sum to 0.
            EmptySampleError: No campaign has both amounts.
            LengthError: The columns differ in length.
        """
        amounts = {"gain": _column(gain), "cost": _column(cost)}
        who = stated(respondents=respondents, design=design)
        state = self.moments(amounts, weights=weights, **who)
        return self.estimate(state, confidence_level=confidence_level)

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


def _column(amount: float | Column) -> Column:
    """Return a single amount as a column of one."""
    single = is_real(amount) or isinstance(amount, Decimal)
    return [amount] if single else amount


@no_frame("relmetrics.frames.measure(frame, {{{all}: ReturnOnInvestment()}})")
def roi(
    *,
    gain: float | Column,
    cost: float | Column,
    weights: Column | None = None,
    respondents: Column | None = None,
    design: Design | None = None,
    confidence_level: float = 0.95,
) -> InvestmentEstimate:
    """Compute the return on investment of one campaign or of many: see `ReturnOnInvestment`.

    Args:
        gain: What came back, an amount or one per campaign.
        cost: What was spent, an amount or one per campaign.
        weights: One survey weight per campaign.
        respondents: Whose each row is, one id per row, where campaigns have several.
        design: How the sample was drawn, in place of `respondents`.
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
        gain=gain,
        cost=cost,
        weights=weights,
        respondents=respondents,
        design=design,
        confidence_level=confidence_level,
    )
