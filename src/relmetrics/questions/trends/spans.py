"""Spans: a metric in consecutive periods, looked up by a day, and marked where not over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from relmetrics.data.calendar.periods import Every, first_day, kind_of, last_day
from relmetrics.errors.wording import shown
from relmetrics.questions.groups.breakdown import Breakdown
from relmetrics.questions.trends.timing import JudgedBy, period_named

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from relmetrics.data.types import AnyArray, IntArray
    from relmetrics.metric.estimate import Estimate


@frozen(eq=False, repr=False, slots=False)
class Spans(Breakdown):
    """A breakdown whose groups are periods in order. The attributes are those of `Trend`."""

    every: Every = field(kw_only=True)
    first: int = field(kw_only=True)
    until: np.datetime64 | None = field(kw_only=True)
    judged_by: JudgedBy = field(kw_only=True)
    undated: int = field(kw_only=True, default=0)
    later: int = field(kw_only=True, default=0)
    window: int = field(kw_only=True, default=1)
    cuts: Mapping[int, int] = field(kw_only=True, factory=dict)

    @property
    def periods(self) -> IntArray:
        """The numbers of the periods; those of consecutive periods are consecutive."""
        return self.first + np.arange(len(self), dtype=np.int64)

    @property
    def complete(self) -> AnyArray:
        """Whether each period is over."""
        if self.until is None:
            return np.zeros(len(self), dtype=bool)
        return np.asarray(last_day(self.periods, self.every) <= self.until)

    def _place(self, period: object) -> int | None:
        number = period_named(period, self.every)
        place = None if number is None else number - self.first
        return place if place is not None and 0 <= place < len(self) else None

    def __getitem__(self, period: Hashable) -> Estimate:
        """Return the estimate of the period that a day lies in.

        Raises:
            KeyError: It is no day, or none of a period of the trend.
            EmptySampleError: The period has no answers.
            WeightError: All its answers have weight 0.
            AmountError: The metric is a ratio of money, and nothing was spent in the period.
        """
        place = self._place(period)
        if place is None:
            known = self.labels.columns[0]
            span = f"from {known[0]} to {known[-1]}" if len(self) else "none"
            msg = f"no {kind_of(self.every)} {shown(period)}. Periods: {span}."
            raise KeyError(msg)
        return self._estimate(self.states[place])

    def __contains__(self, period: object) -> bool:
        """Tell whether a day lies in a period of the trend, with or without answers."""
        return self._place(period) is not None

    def _marks(self) -> dict[str, AnyArray]:
        """Return `since`, the first day of a window, and whether the period is over."""
        columns: dict[str, AnyArray] = {"complete": self.complete}
        if self.window == 1:
            return columns
        return {"since": first_day(self.periods - (self.window - 1), self.every)} | columns

    @property
    def remarks(self) -> tuple[str, ...]:
        """What the table does not say: which period is not over and why, what was left out.

        Example:
            >>> import relmetrics as rm
            >>> rm.CSAT().over([5, 4], ["2025-01-31", None]).remarks
            ('1 row without a date left out.',)
        """
        end = "as_of is" if self.judged_by == "as_of" else "the data ends on"
        unfinished = self.labels.columns[0][~self.complete]
        lines = [f"{day} is not over: {end} {self.until}." for day in unfinished]
        lines += _left_out(self.undated, "without a date")
        lines += _left_out(self.later, f"after {self.until}")
        return tuple(lines)


def _left_out(rows: int, which: str) -> list[str]:
    if not rows:
        return []
    return [f"{rows} {'row' if rows == 1 else 'rows'} {which} left out."]
