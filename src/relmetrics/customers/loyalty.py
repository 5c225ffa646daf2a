"""Loyalty, repeat and referral: who buys often, who buys again, who was sent by a customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from relmetrics.data.checks import check_whole, keep
from relmetrics.data.columns import NOT_NUMBERS, as_column, is_real, plain_number
from relmetrics.data.missing import is_missing
from relmetrics.errors import AnswerError
from relmetrics.errors.definitions import no_frame
from relmetrics.estimators.linear import AnswerScore
from relmetrics.estimators.proportion import NamedShare, share_of
from relmetrics.metric.contract import BUSINESS_SUCCESS, LONG_TERM_TIES
from relmetrics.metric.estimate import Estimate

if TYPE_CHECKING:
    from relmetrics.data.types import Column, FloatArray
    from relmetrics.metric.contract import Description


@frozen(kw_only=True)
class LoyaltyRate(NamedShare, AnswerScore[Estimate]):
    """Loyalty rate: the share of customers with at least five purchases.

    Formula: ``100 x customers with purchases >= threshold / customers``.
    Unit and range: %, from 0 to 100.
    Direction: higher is better.
    Customers whose number of purchases is missing are counted and left out.

    Takes the number of purchases of each customer, one row per customer. A customer with 0
    purchases is in the denominator: leave out who is none. Rates of several shards add only when
    no customer is in two of them. `of` takes two counts.

    Interval: Wilson's.

    Attributes:
        threshold: The least number of purchases of a loyal customer.

    Raises:
        ParameterError: The threshold is no whole number of at least 1.

    Example:
        >>> import relmetrics as rm
        >>> print(rm.LoyaltyRate()([1, 7, 5, 2]))
        Loyalty rate 50.0% (95% CI 15.0 to 85.0; n = 4)
        >>> rm.LoyaltyRate(threshold=2).of(3, 4).value
        75.0

    Source:
        "The key to business success? Relationships!" (37 % of consumers call themselves loyal
        after five or more purchases).
    """

    threshold: int = 5

    name = "Loyalty rate"
    symbol = "Loyalty rate"
    formula = "customers with enough purchases / customers x 100 %"
    source = BUSINESS_SUCCESS
    yes = "loyal"
    base = "customers"

    def validate(self) -> None:
        """Check the threshold."""
        keep(self, threshold=check_whole("threshold", self.threshold, 1))

    @property
    def description(self) -> Description:
        """Name, unit, range, direction, formula, definition and source."""
        return self._described(
            definition=f"Share of customers with at least {self.threshold} purchases."
        )

    def as_answers(self, data: Column) -> Column:
        """Return whether each customer's number of purchases reaches the threshold."""
        purchases = as_purchases(data)
        return np.where(np.isnan(purchases), np.nan, purchases >= self.threshold)


@frozen(kw_only=True)
class RepeatRate(NamedShare, AnswerScore[Estimate]):
    """Repeat rate: the share of customers who bought again.

    Formula: ``100 x customers with 2 or more purchases / customers``.
    Unit and range: %, from 0 to 100.
    Direction: higher is better.
    Customers whose number of purchases is missing are counted and left out.

    Takes the number of purchases of each customer, one row per customer; `of` takes two counts.
    Rates of several shards add only when no customer is in two of them.

    Interval: Wilson's.

    Example:
        >>> import relmetrics as rm
        >>> print(rm.RepeatRate()([1, 7, 5, 2]))
        Repeat rate 75.0% (95% CI 30.1 to 95.4; n = 4)

    Source:
        "The key to business success? Relationships!" and "Customer relationships: principles for
        building long-term ties".
    """

    name = "Repeat rate"
    symbol = "Repeat rate"
    formula = "customers who bought again / customers x 100 %"
    definition = "Share of customers with at least 2 purchases."
    source = f"{BUSINESS_SUCCESS}; {LONG_TERM_TIES}"
    yes = "bought again"
    base = "customers"

    def as_answers(self, data: Column) -> Column:
        """Return whether each customer bought at least twice."""
        purchases = as_purchases(data)
        return np.where(np.isnan(purchases), np.nan, purchases >= 2)  # noqa: PLR2004 - again


@frozen(kw_only=True)
class ReferralRate(NamedShare, AnswerScore[Estimate]):
    """Referral rate: the share of customers who came by referral.

    Formula: ``100 x referred customers / customers``.
    Unit and range: %, from 0 to 100.
    Direction: higher is better.
    Customers of unknown origin (missing) are counted and left out.

    Takes one yes/no answer per customer; `of` takes two counts.

    Interval: Wilson's.

    Example:
        >>> import relmetrics as rm
        >>> print(rm.ReferralRate()([True, False, False, None]))
        Referral rate 33.3% (95% CI 6.1 to 79.2; n = 3, 1 missing)

    Source:
        "The key to business success? Relationships!" and "Customer relationships: principles for
        building long-term ties".
    """

    name = "Referral rate"
    symbol = "Referral rate"
    formula = "referred customers / customers x 100 %"
    definition = "Share of customers who came by referral."
    source = f"{BUSINESS_SUCCESS}; {LONG_TERM_TIES}"
    yes = "referred"
    base = "customers"


def as_purchases(values: Column) -> FloatArray:
    """Return numbers of purchases as float64, NaN for missing.

    Raises:
        AnswerError: Some are negative, fractional or no numbers.
    """
    column = as_column(values, "purchases")
    if isinstance(column, np.ndarray) and column.dtype.kind in "iuf":
        numbers = column.astype(np.float64)
        with np.errstate(invalid="ignore"):
            bad = np.flatnonzero(~(np.isnan(numbers) | ((numbers >= 0) & (numbers % 1 == 0))))
        offenders = [(int(i), column[i]) for i in bad]
    else:
        items = list(column)
        offenders = [(i, item) for i, item in enumerate(items) if not _is_purchases(item)]
        numbers = np.array(
            [
                np.nan if is_missing(item) or bad else float(item)
                for item, bad in ((item, not _is_purchases(item)) for item in items)
            ]
        )
    if offenders:
        raise AnswerError.not_scores(
            offenders,
            name="purchases",
            size=len(column),
            count=len(offenders),
            kind="whole numbers of at least 0",
            remedy="Give the number of purchases of each customer; None and NaN count as missing.",
        )
    return numbers


def _is_purchases(item: object) -> bool:
    if is_missing(item):
        return True
    if isinstance(item, NOT_NUMBERS):
        return False
    item = plain_number(item) if is_real(item) else item
    try:
        # What is no number raises.
        return bool(0 <= item < 2**53 and int(item) == item)  # type: ignore[call-overload, operator]
    except (TypeError, ValueError, OverflowError):
        return False


@no_frame("relmetrics.frames.measure(frame, {{{0}: LoyaltyRate()}})")
def loyalty_rate(
    purchases: Column,
    *,
    threshold: int = 5,
    weights: Column | None = None,
    confidence_level: float = 0.95,
) -> Estimate:
    """Compute the share of customers with at least `threshold` purchases: see `LoyaltyRate`.

    Args:
        purchases: Number of purchases of each customer.
        threshold: The least number of purchases of a loyal customer.
        weights: One survey weight per customer.
        confidence_level: Level of the interval.

    Raises:
        EmptySampleError: There are no customers.
        AnswerError: Some entries are no numbers of purchases.
        ParameterError: The threshold is no whole number of at least 1.

    Example:
        >>> import relmetrics as rm
        >>> rm.loyalty_rate([1, 7, 5, 2]).value
        50.0
    """
    return LoyaltyRate(threshold=threshold)(
        purchases, weights=weights, confidence_level=confidence_level
    )


_REPEAT_RATE = RepeatRate()


@no_frame("relmetrics.frames.measure(frame, {{{0}: RepeatRate()}})")
def repeat_rate(
    purchases: Column, *, weights: Column | None = None, confidence_level: float = 0.95
) -> Estimate:
    """Compute the share of customers who bought again: see `RepeatRate`.

    Args:
        purchases: Number of purchases of each customer.
        weights: One survey weight per customer.
        confidence_level: Level of the interval.

    Raises:
        EmptySampleError: There are no customers.
        AnswerError: Some entries are no numbers of purchases.

    Example:
        >>> import relmetrics as rm
        >>> rm.repeat_rate([1, 7, 5, 2]).value
        75.0
    """
    return _REPEAT_RATE(purchases, weights=weights, confidence_level=confidence_level)


_REFERRAL_RATE = ReferralRate()


@no_frame("relmetrics.frames.measure(frame, {{{0}: ReferralRate()}})")
def referral_rate(*, customers: int, referred: int, confidence_level: float = 0.95) -> Estimate:
    """Compute the share of customers who came by referral, from two counts: see `ReferralRate`.

    Args:
        customers: All customers.
        referred: Those of them who came by referral.
        confidence_level: Level of the interval.

    Raises:
        CountError: One is negative or no whole number, or `referred` exceeds `customers`.
        EmptySampleError: There are no customers.

    Example:
        >>> import relmetrics as rm
        >>> rm.referral_rate(customers=200, referred=30).value
        15.0
    """
    return share_of(_REFERRAL_RATE, "referred", referred, "customers", customers, confidence_level)
