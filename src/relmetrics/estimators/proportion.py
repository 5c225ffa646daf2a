"""Rate: any k of n, and the rates that are just that under a name of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np
from attrs import field, frozen

from relmetrics.data.grouping import Labels
from relmetrics.data.scale import YES_NO, Scale
from relmetrics.errors import CountError
from relmetrics.estimators.linear import LinearScore
from relmetrics.inference.intervals import quantile, wilson
from relmetrics.metric.contract import Description, Working
from relmetrics.metric.estimate import Estimate
from relmetrics.metric.wording import figure
from relmetrics.questions.groups.breakdown import Breakdown
from relmetrics.states.grouped_tally import GroupedTally
from relmetrics.states.serial import as_count
from relmetrics.states.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import FloatArray, IntArray
    from relmetrics.metric.contract import Direction, Rng


@frozen(kw_only=True)
class Share(LinearScore[Estimate]):
    """A share of yes among yes and no, in percent; Wilson's interval by default."""

    yes: ClassVar[str] = "yes"
    base: ClassVar[str] = "answers"

    scale: Scale = field(default=YES_NO, init=False)

    def of(self, yes: int, n: int, *, confidence_level: float = 0.95) -> Estimate:
        """Compute the rate from its two counts: `yes` out of `n`.

        Args:
            yes: The numerator.
            n: The denominator.
            confidence_level: Level of the interval.

        Raises:
            CountError: One is negative or no whole number, or `yes` exceeds `n`.
            EmptySampleError: `n` is 0.

        Example:
            >>> import relmetrics as rm
            >>> rm.RepeatRate().of(37, 120).value
            30.833333333333332
        """
        return self.part_of("yes", yes, "n", n, confidence_level)

    def part_of(self, part: str, yes: int, whole: str, n: int, confidence_level: float) -> Estimate:
        """Compute the rate of two counts whose names messages should show.

        Raises:
            CountError: One is negative or no whole number, or the part exceeds the whole.
            EmptySampleError: The whole is 0.
        """
        top, total = as_count(part, yes), as_count(whole, n)
        if top > total:
            raise CountError.exceeds(part, top, whole, total)
        state = Tally(self.scale, (total - top, top))
        return self.estimate(state, confidence_level=confidence_level)

    def coefficients(self) -> FloatArray | Sequence[float]:
        """Return 100 for yes and 0 for no."""
        return 100.0 * self.scale.points

    def working(self, state: Tally) -> Working:
        """Return yes / base x 100 %, with the numbers of a state."""
        return share_working(self, state, self.yes, self.base)


def share_working(metric: LinearScore[Any], state: Tally, yes: str, base: str) -> Working:
    """Return the working of a share of two outcomes."""
    counts, weights, squares = metric.form.masses(state)
    value = metric.form.sample(counts, weights, squares).value
    top, total = figure(weights[-1]), figure(sum(weights))
    left_out = state.n - sum(counts)
    return Working(
        formula=f"{top} / {total} x 100 % = {figure(value)}%",
        numerator=f"{top} {yes}",
        denominator=f"{total} {base}",
        left_out=f"{left_out} {metric.outside}" if left_out else "",
    )


@frozen(kw_only=True)
class NamedShare(Share):
    """A share of yes, described by a few words that each kind sets."""

    name: ClassVar[str]
    symbol: ClassVar[str]
    formula: ClassVar[str]
    definition: ClassVar[str]
    source: ClassVar[str]
    direction: ClassVar[Direction] = "higher"

    @property
    def description(self) -> Description:
        """Name, unit, range, direction, formula, definition and source."""
        return Description(
            name=self.name,
            symbol=self.symbol,
            unit="%",
            low=0,
            high=100,
            direction=self.direction,
            formula=self.formula,
            definition=self.definition,
            source=self.source,
        )


@frozen(kw_only=True)
class Rate(NamedShare):
    """Any rate: k of n.

    Formula: ``100 x k / n``.
    Unit and range: %, from 0 to 100.
    Direction: higher is better, unless what is counted is bad.
    Missing answers, where rows are given, are counted and left out.

    Interval: Wilson's; also `agresti_coull`, `adjusted`, `score`, `wald` and `bootstrap`.

    Called with two counts; `tally`, `by` and `tally_counts` take yes/no answers (truth values,
    0 and 1, "yes" and "no").

    Example:
        >>> import relmetrics as rm
        >>> print(rm.Rate()(37, 120))
        Rate 30.8% (95% CI 23.3 to 39.6; n = 120)
        >>> rm.Rate().by([True, False, True], ["mail", "mail", "shop"])["mail"].value
        50.0

    Source:
        Wilson (1927) for the interval.
    """

    name = "Rate"
    symbol = "Rate"
    formula = "k / n x 100 %"
    definition = "Share of yes among yes and no."
    source = "Wilson (1927), JASA 22, for the interval"

    def __call__(self, k: int, n: int, *, confidence_level: float = 0.95) -> Estimate:
        """Compute the rate of two counts.

        Args:
            k: The numerator.
            n: The denominator.
            confidence_level: Level of the interval.

        Raises:
            CountError: One is negative or no whole number, or k exceeds n.
            EmptySampleError: n is 0.
        """
        return self.part_of("k", k, "n", n, confidence_level)


_RATE = Rate()


def rate(k: int, n: int, *, confidence_level: float = 0.95) -> Estimate:
    """Compute any rate, k of n, with Wilson's interval: see `Rate`.

    Args:
        k: The numerator.
        n: The denominator.
        confidence_level: Level of the interval.

    Raises:
        CountError: One is negative or no whole number, or k exceeds n.
        EmptySampleError: n is 0.

    Example:
        >>> import relmetrics as rm
        >>> print(rm.rate(0, 5))
        Rate 0.0% (95% CI 0.0 to 43.4; n = 5)
    """
    return _RATE(k, n, confidence_level=confidence_level)


class Proportions(NamedTuple):
    """Many shares, with the ends of their intervals."""

    value: FloatArray
    low: FloatArray
    high: FloatArray


def proportions(
    yes: IntArray | FloatArray,
    n: IntArray | FloatArray,
    *,
    confidence_level: float = 0.95,
    method: str | None = None,
    rng: Rng = None,
    weights: FloatArray | None = None,
    squares: FloatArray | None = None,
) -> Proportions:
    """Return many shares in percent, k of n each, with the intervals of a rate.

    Args:
        yes: The numerators, of any shape; NaN for an unknown one.
        n: The denominators, of a shape that goes with it. A share of none is NaN.
        confidence_level: Level of the intervals.
        method: One of the methods of a rate, Wilson's by default.
        rng: Generator or seed for `bootstrap`.
        weights: Sums of weights of no and yes, shape (shares, 2), for shares of a sum.
        squares: Sums of squared weights, in the same shape.

    Raises:
        ParameterError: The level is not between 0 and 1, or there is no such method.

    Example:
        >>> import numpy as np
        >>> from relmetrics.estimators.proportion import proportions
        >>> proportions(np.array([37, 0]), np.array([120, 0])).low.round(1).tolist()
        [23.3, nan]
    """
    if method in (None, "wilson") and weights is None and rng is None:
        whole = np.where(n > 0, n, np.nan)
        masses = [whole - yes, yes]
        value = _RATE.form.sample(masses, masses, masses).value
        low, high = wilson(yes / whole, whole, quantile(confidence_level))
        return Proportions(value, 100.0 * low, 100.0 * high)
    yes, n = np.broadcast_arrays(yes, n)
    unknown = np.isnan(yes)
    top = np.where(unknown, 0, yes).astype(np.int64).ravel()
    total = np.where(unknown, 0, n).astype(np.int64).ravel()
    states = GroupedTally(
        YES_NO, np.stack([total - top, top], axis=1), np.zeros_like(total), weights, squares
    )
    labels = Labels(("place",), (np.arange(len(total)),))
    table = Breakdown(_RATE, labels, states, Tally.zero(YES_NO)).table(
        confidence_level=confidence_level, method=method, rng=rng
    )
    return Proportions(*(table[name].reshape(yes.shape) for name in Proportions._fields))
