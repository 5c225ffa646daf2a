"""Definitions of churn and retention: what a customer of each standing adds to the two counts.

The one table of these formulas: the rates of a log read it, and so does their reconciliation.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Literal

import numpy as np
from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from relmetrics.data.types import AnyArray, IntArray

RetentionDefinition = Literal["retained", "counts"]
ChurnBase = Literal["start", "average", "start_plus_new", "daily_sum", "counts"]

STANDINGS = (
    "retained",
    "lost",
    "joined",
    "joined and left",
    "reactivated",
    "at neither end",
)
"""Where a customer of a window can stand: exactly one of these holds for each."""


_PLACES = np.array([5, 3, 4, 2, 1, 1, 0, 0])
"""The place in `STANDINGS`, by 4 for who is there at the start, 2 at the end, 1 for who is new."""


def standing_of(at_start: AnyArray, at_end: AnyArray, new: AnyArray) -> IntArray:
    """Return the place in `STANDINGS` of who is a customer at these ends, or new in between."""
    start, end, come = (np.asarray(one, dtype=np.int8) for one in (at_start, at_end, new))
    places: IntArray = _PLACES[4 * start + 2 * end + come]
    return places


@frozen(kw_only=True)
class WindowDefinition:
    """One definition of a rate of a window.

    Attributes:
        numerator: What a customer of each standing but the last adds to the numerator; who is at
            neither end adds nothing to any.
        halves: What each adds to the denominator, in halves, for the mean of two numbers; None
            stands for the share of the window's days on which the customer was one.
        words: The quotient in words.
        formula: The formula, as descriptions have it.
        definition: What is counted, over what, in a sentence.
        yes: What the numerator counts.
        base: What the denominator counts.
        over: What messages call the denominator.
    """

    numerator: tuple[int, ...]
    halves: tuple[int, ...] | None
    words: str
    formula: str = "lost / base x 100 %"
    definition: str
    yes: str = "lost"
    base: str
    over: str

    @property
    def needs_days(self) -> bool:
        """Whether the denominator asks on how many days of the window each was a customer."""
        return self.halves is None

    def counted(self, by_standing: Sequence[int], mean_daily: float) -> tuple[int, float]:
        """Return numerator and denominator of a window.

        Args:
            by_standing: The number of customers of each standing but the last.
            mean_daily: Customers on an average day, the denominator where `halves` is None.
        """
        top = sum(map(operator.mul, self.numerator, by_standing))
        if self.halves is None:
            return top, mean_daily
        return top, sum(map(operator.mul, self.halves, by_standing)) / 2

    def numerators(self, standing: IntArray) -> IntArray:
        """Return what customers add to the numerator, each by where they stand."""
        return np.array([*self.numerator, 0])[standing]

    def denominators(self, standing: IntArray, days: IntArray, length: int) -> IntArray:
        """Return what each adds to the denominator, in units of 1 / (2 x length): exact.

        Args:
            standing: Where each customer stands: a place in `STANDINGS`.
            days: On how many days of the window each one was a customer.
            length: The days of the window.
        """
        if self.halves is None:
            return 2 * days
        return length * np.array([*self.halves, 0])[standing]


_AT_START = (2, 2, 0, 0, 0)
_LOST = (0, 1, 0, 0, 0)

RETENTION: Mapping[str, WindowDefinition] = {
    "retained": WindowDefinition(
        numerator=(1, 0, 0, 0, 0),
        halves=_AT_START,
        words="retained / S: customers of the start who are customers at the end",
        formula="retained / S x 100 %",
        definition=(
            "Share of the customers at the start of a window (S) who are customers at its end "
            "(definition 'retained')."
        ),
        yes="retained",
        base="at the start (S)",
        over="start",
    ),
    "counts": WindowDefinition(
        numerator=(1, 0, 0, -1, 1),
        halves=_AT_START,
        words="(E - N) / S: those at the end less those acquired, of those at the start",
        formula="(E - N) / S x 100 %",
        definition=(
            "Customers at the end (E) less those acquired within the window (N), of those at its "
            "start (S) (definition 'counts')."
        ),
        yes="E - N",
        base="at the start (S)",
        over="S",
    ),
}
"""The definitions of retention by name."""

CHURN: Mapping[str, WindowDefinition] = {
    "start": WindowDefinition(
        numerator=_LOST,
        halves=_AT_START,
        words="lost / S: customers of the start who are none at the end, of those at the start",
        definition="Customers lost within a window, of those at its start (base 'start').",
        base="at the start",
        over="start",
    ),
    "average": WindowDefinition(
        numerator=_LOST,
        halves=(2, 1, 1, 0, 1),
        words="lost / ((S + E) / 2): the same, over the mean of start and end",
        definition=(
            "Customers lost within a window, over the mean of the numbers at start and end "
            "(base 'average')."
        ),
        base="on average of start and end",
        over="average",
    ),
    "start_plus_new": WindowDefinition(
        numerator=(0, 1, 0, 1, 0),
        halves=(2, 2, 2, 2, 0),
        words=(
            "(lost + joined and left) / (S + N): lost customers and new ones who left again, over "
            "those at the start and the new ones (Stripe)"
        ),
        definition=(
            "Customers lost within a window, and new customers who left again, over those at the "
            "start plus the new ones (base 'start_plus_new')."
        ),
        base="at the start or new",
        over="start_plus_new",
    ),
    "daily_sum": WindowDefinition(
        numerator=_LOST,
        halves=None,
        words="lost / customers on an average day of the window",
        definition=(
            "Customers lost within a window, over the number on an average day (base 'daily_sum')."
        ),
        base="on an average day",
        over="daily_sum",
    ),
    "counts": WindowDefinition(
        numerator=(0, 1, 0, 1, -1),
        halves=_AT_START,
        words=(
            "(S - (E - N)) / S: 100 % less the retention of three counts, which takes reactivated "
            "customers for kept ones, and those who joined and left for lost ones"
        ),
        formula="(S - (E - N)) / S x 100 %",
        definition=(
            "Customers at the start (S) less those at the end who were not acquired within the "
            "window (E - N), of those at the start (base 'counts')."
        ),
        yes="S - (E - N)",
        base="at the start (S)",
        over="S",
    ),
}
"""The definitions of churn by the name of their base."""

_RENEWED = WindowDefinition(
    numerator=(1, 0, 0, 0, 0),
    halves=_AT_START,
    words="renewed / due: customers of the start with a billing period ending in the window",
    formula="renewed / due x 100 %",
    definition=(
        "Share of the customers of the start whose billing period or subscription ends within the "
        "window (due) who are customers at its end (definition 'due')."
    ),
    yes="renewed",
    base="due to renew",
    over="due",
)
_NOT_RENEWED = WindowDefinition(
    numerator=_LOST,
    halves=_AT_START,
    words="not renewed / due: of the customers of the start with a billing period ending in it",
    formula="not renewed / due x 100 %",
    definition=(
        "Customers lost, of those of the start whose billing period or subscription ends within "
        "the window (base 'due')."
    ),
    yes="not renewed",
    base="due to renew",
    over="due",
)

SUBSCRIBER_RETENTION: Mapping[str, WindowDefinition] = {**RETENTION, "due": _RENEWED}
SUBSCRIBER_CHURN: Mapping[str, WindowDefinition] = {**CHURN, "due": _NOT_RENEWED}
"""The definitions of subscriptions, among them those of who is due to renew: purchases have no end.
"""
