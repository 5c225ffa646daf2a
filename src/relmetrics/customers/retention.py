"""Retention and churn: the customers of a period's start who stayed, and those who left."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from attrs import frozen

from relmetrics.errors import CountError
from relmetrics.errors.definitions import no_frame
from relmetrics.estimators.proportion import NamedShare, share_of
from relmetrics.metric.contract import CUSTOMER_RETENTION, CUSTOMER_STRATEGY
from relmetrics.states.serial import as_count

if TYPE_CHECKING:
    from relmetrics.metric.contract import Direction
    from relmetrics.metric.estimate import Estimate


@frozen(kw_only=True)
class RetentionRate(NamedShare):
    """Customer retention rate (CRR): the share of a period's first customers who are still there.

    Formula: ``100 x (E - N) / S`` with S customers at the start of the period, E at its end and N
    acquired during it.
    Unit and range: %, from 0 to 100. The complement of `ChurnRate` on the same counts.
    Direction: higher is better; the goal is 100 %.
    Missing answers, where rows are given, are counted and left out.

    Called with the three counts. `tally` and `by` take one yes/no answer per customer of the start:
    still there or not. Rates of several shards add only when no customer is in two of them.

    Interval: Wilson's.

    Example:
        >>> import relmetrics as rm
        >>> print(rm.RetentionRate()(start=1000, end=1010, new=80))
        Retention rate 93.0% (95% CI 91.2 to 94.4; n = 1000)

    Source:
        "Customer strategy in 2023" and "What is customer retention?".
    """

    name = "Customer retention rate"
    symbol = "Retention rate"
    formula = "(E - N) / S x 100 %"
    definition = (
        "Share of the customers at the start of a period (S) who are still there at its end: "
        "customers at the end (E) less those acquired within it (N)."
    )
    source = f"{CUSTOMER_STRATEGY}; {CUSTOMER_RETENTION}"
    yes = "kept (E - N)"
    base = "at the start (S)"

    def __call__(  # type: ignore[override]  # three counts, of which two make the numerator
        self, *, start: int, end: int, new: int, confidence_level: float = 0.95
    ) -> Estimate:
        """Compute the rate of three counts.

        Args:
            start: S, customers at the start of the period.
            end: E, customers at its end.
            new: N, customers acquired within it.
            confidence_level: Level of the interval.

        Raises:
            CountError: One is negative or no whole number, N exceeds E, or E - N exceeds S.
            EmptySampleError: S is 0.
        """
        first, last, joined = as_count("start", start), as_count("end", end), as_count("new", new)
        if joined > last:
            raise CountError.exceeds("new", joined, "end", last)
        return share_of(self, "end - new", last - joined, "start", first, confidence_level)


@frozen(kw_only=True)
class ChurnRate(NamedShare):
    """Churn rate: the share of a period's first customers who left within it.

    Formula: ``100 x lost / S`` with S customers at the start of the period.
    Unit and range: %, from 0 to 100. The complement of `RetentionRate` on the same counts, to the
    last digit.
    Direction: lower is better.
    Missing answers, where rows are given, are counted and left out.

    Called with the two counts, or with one yes/no answer per customer of the start: left or not.
    Rates of several shards add only when no customer is in two of them.

    Interval: Wilson's.

    Example:
        >>> import relmetrics as rm
        >>> print(rm.ChurnRate()(start=1000, lost=70))
        Churn rate 7.0% (95% CI 5.6 to 8.8; n = 1000)

    Source:
        "Customer strategy in 2023".
    """

    name = "Churn rate"
    symbol = "Churn rate"
    formula = "lost / start x 100 %"
    definition = "Share of the customers at the start of a period who left within it."
    source = CUSTOMER_STRATEGY
    direction: ClassVar[Direction] = "lower"
    yes = "lost"
    base = "at the start"
    counts: ClassVar[tuple[str, str] | None] = ("lost", "start")


_RETENTION_RATE = RetentionRate()


@no_frame("relmetrics.frames.purchases(frame, customer={0}, date={1}).retention(start, end)")
def retention_rate(*, start: int, end: int, new: int, confidence_level: float = 0.95) -> Estimate:
    """Compute the customer retention rate of three counts: see `RetentionRate`.

    Args:
        start: S, customers at the start of the period.
        end: E, customers at its end.
        new: N, customers acquired within it.
        confidence_level: Level of the interval.

    Raises:
        CountError: One is negative or no whole number, N exceeds E, or E - N exceeds S.
        EmptySampleError: S is 0.

    Example:
        >>> import relmetrics as rm
        >>> rm.retention_rate(start=1000, end=1010, new=80).value
        93.0
    """
    return _RETENTION_RATE(start=start, end=end, new=new, confidence_level=confidence_level)


_CHURN_RATE = ChurnRate()


@no_frame("relmetrics.frames.purchases(frame, customer={0}, date={1}).churn(start, end)")
def churn_rate(*, start: int, lost: int, confidence_level: float = 0.95) -> Estimate:
    """Compute the churn rate of two counts: see `ChurnRate`.

    Args:
        start: Customers at the start of the period.
        lost: Those of them who left within it.
        confidence_level: Level of the interval.

    Raises:
        CountError: One is negative or no whole number, or `lost` exceeds `start`.
        EmptySampleError: `start` is 0.

    Example:
        >>> import relmetrics as rm
        >>> rm.churn_rate(start=1000, lost=70).value
        7.0
    """
    return _CHURN_RATE(start=start, lost=lost, confidence_level=confidence_level)
