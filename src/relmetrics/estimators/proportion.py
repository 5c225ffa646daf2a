"""Rate: any k of n, and the rates that are just that under a name of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from attrs import frozen

from relmetrics.estimators.linear import Share
from relmetrics.metric.metric import Description

if TYPE_CHECKING:
    from relmetrics.metric.estimate import Estimate
    from relmetrics.metric.metric import Direction


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
