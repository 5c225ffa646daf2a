"""Returned: what customers of a log gave back, when, and for how much."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np
from attrs import field, frozen

from relmetrics.data.columns import Unchanging

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, FloatArray, IntArray


def _none(kind: str) -> AnyArray:
    return np.empty(0, dtype=kind)


@frozen(eq=False)
class Returned(Unchanging):
    """The returns of a log, one row each; a return is no purchase, and nobody is there for one.

    Attributes:
        codes: The customer of each, 0..customers - 1.
        days: The day of each, datetime64[D].
        amounts: The amount of each, below 0.
        dated: Whether each counts on its own day wherever money is counted by time.
    """

    codes: IntArray = field(factory=lambda: _none("int64"))
    days: AnyArray = field(factory=lambda: _none("datetime64[D]"))
    amounts: FloatArray = field(factory=lambda: _none("float64"))
    dated: bool = False

    def __len__(self) -> int:
        """Return the number of returns."""
        return len(self.codes)

    def sums(self, customers: int) -> FloatArray:
        """Return the sum of each customer's returns."""
        sums = np.zeros(customers)
        np.add.at(sums, self.codes, self.amounts)
        return sums

    def until(self, day: np.datetime64) -> Self:
        """Return those up to a day."""
        kept = self.days <= day
        return type(self)(self.codes[kept], self.days[kept], self.amounts[kept], dated=self.dated)

    def taken(self, rows: IntArray, place: IntArray) -> Self:
        """Return some of them, whose customers have these new numbers."""
        days, amounts = self.days[rows], self.amounts[rows]
        return type(self)(place[self.codes[rows]], days, amounts, dated=self.dated)

    def joined(self, other: Self, mine: IntArray, theirs: IntArray) -> Self:
        """Return those of both, whose customers have these new numbers."""
        return type(self)(
            np.concatenate([mine[self.codes], theirs[other.codes]]),
            np.concatenate([self.days, other.days]),
            np.concatenate([self.amounts, other.amounts]),
            dated=(self if len(self) else other).dated,
        )
