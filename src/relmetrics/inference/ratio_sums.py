"""RatioSums: every metric as one ratio of two sums over rows, sum of w y / sum of w x.

A linear score has y = what the answer contributes and x = 1, an index y = the respondent's own
index and x = 1, a ratio of money two amounts. So what holds for such a ratio is written once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from attrs import evolve, field, frozen

from relmetrics.data.columns import ALIKE, Unchanging, unwritable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import AnyArray, FloatArray, IntArray, Number
    from relmetrics.inference.intervals import Pseudo
    from relmetrics.states.moments.moments import Moments


@frozen
class RatioSums(Unchanging):
    """First and second sums of the numerator and the denominator of a metric.

    Numbers for one state, arrays with one entry per group for a stack of them.

    Attributes:
        y: Sum of w y, in the metric's unit times that of `x`.
        x: Sum of w x. The metric is y / x.
        yy: Sum of w^2 y^2.
        xy: Sum of w^2 x y.
        xx: Sum of w^2 x^2.
        n: Number of rows that count.
        pseudo: The pseudo-answers of the metric's default interval.
    """

    y: Number = field(converter=unwritable, eq=ALIKE, hash=False)
    x: Number = field(converter=unwritable, eq=ALIKE, hash=False)
    yy: Number = field(converter=unwritable, eq=ALIKE, hash=False)
    xy: Number = field(converter=unwritable, eq=ALIKE, hash=False)
    xx: Number = field(converter=unwritable, eq=ALIKE, hash=False)
    n: Number = field(converter=unwritable, eq=ALIKE, hash=False)
    pseudo: Pseudo

    @classmethod
    def of_levels(
        cls,
        levels: Sequence[float],
        masses: tuple[Sequence[Number], Sequence[Number], Sequence[Number]],
        pseudo: Pseudo,
    ) -> Self:
        """Return the sums of a linear score from counts, weights and squares at each level."""
        counts, weights, squares = masses
        return cls(
            y=_dot(levels, weights),
            x=sum(weights) * 1.0,
            yy=_dot([level * level for level in levels], squares),
            xy=_dot(levels, squares),
            xx=sum(squares) * 1.0,
            n=sum(counts),
            pseudo=pseudo,
        )

    @classmethod
    def of_moments(
        cls, state: Moments, y: Sequence[float], x: Sequence[float], pseudo: Pseudo
    ) -> Self:
        """Return the sums of a metric whose y and x are linear in the columns of each row.

        Args:
            state: Moments by the row rule, of any shape.
            y: A constant, then the coefficient of each column, whose sum is a row's y.
            x: The same of x.
            pseudo: As for the class.
        """
        squares = state.squares or state.sums
        firsts = _with_ones(state.sums.own_masses()[..., :1], state.totals)
        mass = squares.own_masses()[..., :1]
        seconds = np.empty((*firsts.shape, firsts.shape[-1]))
        seconds[..., 0, :] = _with_ones(mass, squares.own_sums() + state.pivot * mass)
        seconds[..., 1:, 0] = seconds[..., 0, 1:]
        seconds[..., 1:, 1:] = state.second_moments()
        up, down = np.asarray(y, dtype=float), np.asarray(x, dtype=float)
        return cls(
            y=firsts @ up,
            x=firsts @ down,
            yy=seconds @ up @ up,
            xy=seconds @ up @ down,
            xx=seconds @ down @ down,
            n=state.n,
            pseudo=pseudo,
        )

    def placed(self, places: IntArray, size: int) -> RatioSums:
        """Return the sums among `size` groups: entry i at `places[i]`, and 0 elsewhere."""

        def put(values: AnyArray) -> AnyArray:
            among = np.zeros(size, dtype=np.asarray(values).dtype)
            among[places] = values
            return among

        return self._mapped(put)

    def _mapped(self, function: Any) -> RatioSums:
        names = ("y", "x", "yy", "xy", "xx", "n")
        return evolve(self, **{name: function(getattr(self, name)) for name in names})

    def with_pseudo(self) -> RatioSums:
        """Return the sums with the pseudo-answers added, spread over the groups by their size.

        So the groups keep their shares of the denominator, and every score moves alike. A
        pseudo-answer is as large as an effective row, which is 1 without survey weights.
        """
        x, xx = _total(self.x), _total(self.xx)
        size = xx / x
        added = self.pseudo.n * size * self.x / x
        mean, square = self.pseudo.mean, self.pseudo.variance + self.pseudo.mean**2
        return evolve(
            self,
            y=self.y + added * mean,
            x=self.x + added,
            yy=self.yy + added * size * square,
            xy=self.xy + added * size * mean,
            xx=self.xx + added * size,
        )

    @property
    def shares(self) -> FloatArray:
        """The share of each group in the denominator; they sum to 1."""
        shares: FloatArray = self.x / _total(self.x)
        return shares

    @property
    def scores(self) -> FloatArray:
        """The metric of each group; NaN for one without a denominator."""
        there = self.x > 0
        return np.where(there, self.y / np.where(there, self.x, 1.0), np.nan)

    @property
    def score(self) -> FloatArray:
        """The metric of all groups together, with an axis of length 1 for the groups."""
        score: FloatArray = _total(self.y) / _total(self.x)
        return score


def _dot(coefficients: Sequence[float], masses: Sequence[Number]) -> Number:
    return sum(c * mass for c, mass in zip(coefficients, masses, strict=True))


def _with_ones(mass: FloatArray, sums: FloatArray) -> FloatArray:
    """Return sums of the columns behind the sum of a column of ones."""
    return np.concatenate([mass, sums], axis=-1)


def _total(values: FloatArray) -> FloatArray:
    total: FloatArray = np.sum(values, axis=-1, keepdims=True)
    return total
