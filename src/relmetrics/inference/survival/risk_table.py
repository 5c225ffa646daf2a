"""Risk table: at each time, who could leave and who left; all of survival is computed from it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from relmetrics.inference.survival.kaplan_meier import greenwood_terms, shares_left

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, FloatArray, IntArray


@frozen(eq=False, slots=False)
class RiskTable:
    """Who could leave and who left at each time.

    Attributes:
        known: Every time at which somebody left, was censored or entered, ascending.
        left: Who left at each of them: a number, or a sum of weights.
        present: Who was at risk just then, in the same unit.
        squares: The sum of the squared weights of those at risk; None without weights.
        rows: The number of those at risk; None where that is `present`.

    Example:
        >>> import numpy as np
        >>> from relmetrics.inference.survival.risk_table import RiskTable
        >>> table = RiskTable(np.array([1, 2, 3]), np.array([1, 0, 1]), np.array([3, 2, 1]))
        >>> table.times.tolist(), table.at_risk.tolist(), table.shares.round(3).tolist()
        ([1, 3], [3, 1], [0.667, 0.0])
    """

    known: AnyArray
    left: AnyArray
    present: AnyArray
    squares: FloatArray | None = None
    rows: IntArray | None = None

    @cached_property
    def places(self) -> IntArray:
        """Where somebody left."""
        return np.flatnonzero(self.left)

    @property
    def times(self) -> AnyArray:
        """The times at which somebody left."""
        return self.known[self.places]

    @property
    def events(self) -> AnyArray:
        """Who left at each of `times`."""
        return self.left[self.places]

    @property
    def at_risk(self) -> AnyArray:
        """Who could have left at each of `times`."""
        return self.present[self.places]

    @property
    def worth(self) -> AnyArray:
        """How many equal weights would tell as much as those at risk at each of `times`."""
        at_risk = self.at_risk
        return at_risk if self.squares is None else at_risk**2 / self.squares[self.places]

    @cached_property
    def shares(self) -> FloatArray:
        """The share that is left after each of `times`."""
        return shares_left(self.at_risk, self.events)

    @cached_property
    def terms(self) -> FloatArray:
        """What each of `times` adds to the variance of the logarithm of the share."""
        return greenwood_terms(self.at_risk, self.events, self.worth)

    @property
    def last(self) -> float:
        """The last time that is known of; NaN of nobody."""
        return float(self.known[-1]) if len(self.known) else np.nan

    @property
    def reach(self) -> float:
        """How far the curve is known: to the last time, or without end where all have left then."""
        gone = len(self.left) > 0 and self.left[-1] == self.present[-1]
        return np.inf if gone else self.last

    def at(self, times: AnyArray, column: AnyArray) -> AnyArray:
        """Return a column of those at risk, at any times; 0 past the last one that is known."""
        longer = np.append(column, column.dtype.type(0))
        found: AnyArray = longer[np.searchsorted(self.known, times, side="left")]
        return found

    def stepped(self, times: AnyArray, column: AnyArray, before: float) -> FloatArray:
        """Return a column of `times` at any times: it holds until the next; `before` the first."""
        steps = np.concatenate([[before], column])
        found: FloatArray = steps[np.searchsorted(self.times, times, side="right")]
        return found
