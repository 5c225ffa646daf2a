"""Revenue retention: the share of the recurring revenue of a period's start that is still there."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from attrs import frozen

from relmetrics.data.columns import as_amounts, require_equal_lengths
from relmetrics.data.tables import amounts_named
from relmetrics.errors import AmountError
from relmetrics.errors.wording import located
from relmetrics.estimators.ratio import AmountRatio
from relmetrics.inference.form import NormalForm
from relmetrics.inference.intervals import Pseudo, pulled
from relmetrics.inference.ratio_form import RatioForm, require_rows
from relmetrics.inference.ratio_sums import RatioSums
from relmetrics.metric.contract import Working
from relmetrics.metric.estimate import Estimate
from relmetrics.metric.wording import figure
from relmetrics.states.sample import Sample

if TYPE_CHECKING:
    from collections.abc import Mapping

    from relmetrics.data.types import AnyArray, Column, FloatArray
    from relmetrics.states.moments.moments import Moments

GIVEN = ("before", "after")


@frozen(kw_only=True)
class RevenueForm(RatioForm, NormalForm):
    """The arithmetic of revenue retention; pseudo-customers join those counted by revenue."""

    def sampled(self, state: Moments) -> Sample:
        """Return value, variance and sizes, of moments of any shape.

        Raises:
            EmptySampleError: Nobody had revenue at the start.
            WeightError: The customers weigh nothing.
        """
        return self.counted(state)[0]

    def counted(self, state: Moments) -> tuple[Sample, Sample]:
        """Return the sample of customers, and the same with customers counted by their revenue."""
        if not state.shape:
            require_rows(state, self.name)
        n, n_effective = np.asarray(state.n), state.n_effective[..., 0]
        found = self.linearised(state)
        ratio, customers = np.minimum(found.ratio, self.high / self.times), found.size
        value, variance = self.times * ratio, self.times**2 * found.squared_error
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

    def pulled_pair(
        self, change: float, squared_error: float, ours: Moments, theirs: Moments
    ) -> tuple[float, float]:
        """Return a paired change after pseudo-customers, whose two periods are independent."""
        size = min(float(self.counted(half)[1].n_effective) for half in (ours, theirs))
        pseudo = Pseudo(self.pseudo.n, 0.0, 2 * self.pseudo.variance)
        center, squared = pulled(change, squared_error * size, size, pseudo)
        return center, squared

    def ratio_sums(self, state: Moments) -> RatioSums:
        """Return the sums behind the metric: y is 100 times the part, x the revenue before."""
        part, before = self.weighing(self.top, self.times), self.weighing(self.bottom, 1.0)
        return RatioSums.of_moments(state, part, before, self.pseudo)


@frozen(kw_only=True)
class RevenueRetention(AmountRatio[Estimate]):
    """What net and gross revenue retention share: a ratio of sums over customers.

    The state has one row per customer with revenue at the start: ``before``, ``after``, and
    ``kept``, the smaller of the two. So one state serves both metrics.
    """

    unit = "%"
    pivot: ClassVar[float | None] = 0.0  # so whole cents sum without rounding
    part: ClassVar[str]
    """The column over ``before``."""
    words: ClassVar[str]
    """What the numerator is called."""
    pseudo: ClassVar[Pseudo]
    """The pseudo-customers of the adjusted interval."""

    @property
    def form(self) -> RevenueForm:
        """The arithmetic of the ratio."""
        about = self.description
        return RevenueForm(
            name=about.name,
            reach=about.high - about.low,
            columns=("before", "after", "kept"),
            top=self.part,
            bottom="before",
            times=100.0,
            low=about.low,
            high=about.high,
            pseudo=self.pseudo,
        )

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

    def read(self, amounts: Mapping[str, Column]) -> tuple[list[FloatArray], AnyArray]:
        """Return before, after and kept of the customers with revenue at the start.

        Raises:
            AmountError: An amount is negative or not finite.
            FactorError: There is no column ``before`` or ``after``.
            LengthError: The columns differ in length.
        """
        before, after = map(not_negative, amounts_named(amounts, GIVEN), GIVEN)
        require_equal_lengths(before=len(before), after=len(after))
        inside = before != 0  # NaN is missing, and stays to be counted
        return [before, after, np.minimum(before, after)], inside

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
        >>> import relmetrics as rm
        >>> before, after = [100, 50, 200, 80], [120, 0, 200, 60]
        >>> print(rm.NetRevenueRetention()(before=before, after=after))
        NRR 88.4% (95% CI 39.3 to 143.1; n = 4)
        >>> rm.NetRevenueRetention().by(
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

    name = "Net revenue retention"
    symbol = "NRR"
    high: ClassVar[float] = math.inf
    formula = "(start + expansion - contraction - churned) / start x 100 %"
    definition = (
        "Recurring revenue at the end of a period of the customers who had any at its start, to "
        "their revenue at the start; new and returning customers are not counted."
    )
    source = "Baremetrics; Cochran (1977), Sampling Techniques, for the interval"


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
        >>> import relmetrics as rm
        >>> print(rm.GrossRevenueRetention()(before=[100, 50, 200, 80], after=[120, 0, 200, 60]))
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

    name = "Gross revenue retention"
    symbol = "GRR"
    formula = "sum of min(before, after) / start x 100 %"
    definition = (
        "Share of the recurring revenue at the start of a period that was neither churned nor "
        "contracted by its end; no customer counts for more than before."
    )
    source = "ChartMogul; Agresti and Coull (1998), Am. Stat. 52, for the interval"


def as_revenue(values: Column, name: str) -> FloatArray:
    """Return recurring revenue as float64 with NaN for missing.

    Raises:
        AmountError: An amount is negative, infinite or no number.
    """
    return not_negative(as_amounts(values, name), name)


def not_negative(numbers: FloatArray, name: str) -> FloatArray:
    """Return recurring revenue that is already numbers.

    Raises:
        AmountError: An amount is negative.
    """
    negative = np.flatnonzero(numbers < 0)
    if len(negative):
        offenders = [(int(i), float(numbers[i])) for i in negative]
        raise AmountError(
            f"{name} must not be negative: {located(offenders)}. Recurring revenue is what a "
            "customer pays in a period: leave refunds and credits out, and give 0 for nothing."
        )
    return numbers
