"""Periods: parts of a trend that are cut, rolled, rolled up and added."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, overload

import numpy as np
from attrs import evolve, frozen

from relmetrics.data.calendar.periods import EVERY, KINDS, Every, adds_up_to, first_day, period_of
from relmetrics.data.checks import check_whole
from relmetrics.errors import ParameterError, StateError
from relmetrics.metric.result import written
from relmetrics.questions.trends.cuts import coarser, cut, summed
from relmetrics.questions.trends.spans import Spans
from relmetrics.questions.trends.timing import period_labels
from relmetrics.states.stacks import joined

if TYPE_CHECKING:
    from relmetrics.data.types import Coarser
    from relmetrics.questions.groups.breakdown import Breakdown


@frozen(eq=False, repr=False, slots=False)
class Periods(Spans):
    """What a trend is before anything is asked of it: its states, one per period, in order.

    The attributes are those of `Trend`.
    """

    def rolling(self, window: int = 3) -> Self:
        """Return the metric of every so many periods in a row, from the states alone.

        A window is called by its last period, so a rolling trend begins later than its trend by
        ``window - 1``: windows that are not full are not there. A window pools its answers, so its
        interval is that of all of them. It has answers when any of its periods has, and is over
        when its last period is.

        Args:
            window: How many periods each has, 1 or more; with 1 it is the trend itself.

        Raises:
            ParameterError: It is no whole number from 1 to the number of periods, or the trend is
                rolling already.

        Example:
            >>> import relmetrics as rm
            >>> trend = rm.CSAT().over([5, 4, 2], ["2025-01-05", "2025-02-05", "2025-03-31"])
            >>> trend.rolling(2).table()["value"].tolist()
            [100.0, 50.0]
        """
        window = check_whole("window", window, 1, max(1, len(self)))
        self._require_separate("rolling")
        if window == 1:
            return self
        size = len(self) - window + 1
        shifted = [self.states[i : i + size] for i in range(window)]
        states = joined(shifted).merged(np.tile(np.arange(size), window), size)
        return self._of(states, self.first + window - 1, window=int(window))

    def between(self, first: object = None, last: object = None) -> Self:
        """Return the part of the trend from one period to another, both included.

        Its total is that of the part. Rows of no period, `undated` and `later`, are in no part: 0.
        So parts that are added count nothing twice.

        Args:
            first: Any day in the first period, or None for the start of the trend.
            last: Any day in the last period, or None for its end.

        Raises:
            ParameterError: One names no period of the trend, they are in the wrong order, or the
                trend is rolling.

        Example:
            >>> import relmetrics as rm
            >>> trend = rm.CSAT().over([5, 4, 2], ["2025-01-05", "2025-02-05", "2025-03-31"])
            >>> trend.between("2025-02").total.n
            2
        """
        self._require_separate("between")
        start, end = 0, len(self) - 1
        for name, day in (("first", first), ("last", last)):
            if day is None:
                continue
            place = self._place(day)
            if place is None:
                raise ParameterError.must_be(name, f"a day in a {self.every} of the trend", day)
            start, end = (place, end) if name == "first" else (start, place)
        if start > end + (not len(self)):
            raise ParameterError.must_be("last", "not before first", last)
        if start == 0 and end >= len(self) - 1:
            return self
        states = self.states[start : end + 1]
        begin, stop = self.first + start, self.first + end + 1
        cuts = cut(self.cuts, begin, stop, at_begin=start > 0, at_stop=end < len(self) - 1)
        counts = {"undated": 0, "later": 0, "cuts": cuts}
        return self._of(states, begin, total_state=states.total(), **counts)

    @overload
    def rollup(self, to: Every) -> Self: ...
    @overload
    def rollup(self, to: Coarser) -> Breakdown: ...
    def rollup(self, to: Coarser) -> Breakdown:
        """Return the trend by longer periods, from the states alone.

        Args:
            to: ``week``, ``month``, ``quarter`` or ``year``; days add up to all of them, months to
                quarters and years, and weeks to none, since a week belongs to two months. Or a
                function or a mapping from first day to group, which gives a `Breakdown`.

        Raises:
            ParameterError: The periods do not add up to such ones, the mapping lacks one, the
                trend is rolling, or it is a part that `between` cut inside a longer period, which
                would not be whole.

        Example:
            >>> import relmetrics as rm
            >>> trend = rm.CSAT().over([5, 4, 2], ["2025-01-05", "2025-02-05", "2025-12-31"])
            >>> trend.rollup("year").table()["n"].tolist()
            [3]
        """
        self._require_separate("rollup")
        if not isinstance(to, str):
            return super().rollup(to)
        if to not in KINDS:
            raise ParameterError.unknown_name("to", to, EVERY)
        every = to
        if not adds_up_to(self.every, every):
            fitting = [longer for longer in (self.every, *EVERY) if adds_up_to(self.every, longer)]
            raise ParameterError.must_be(
                "to",
                f"one of {', '.join(dict.fromkeys(fitting))} for a trend by {self.every}",
                to,
                f"A {self.every} does not lie in one {to}: say over(..., every={to!r}).",
            )
        if not len(self):
            return evolve(self, every=every)
        coarse = period_of(first_day(self.periods, self.every), every)
        first = int(coarse[0])
        states = self.states.merged(coarse - first, int(coarse[-1]) - first + 1)
        return self._of(states, first, every=every, cuts=coarser(self.cuts, self.every, every))

    def __add__(self, other: Self) -> Self:
        """Return the trend of the answers of both.

        Where the data judges which period is over, its end is that of both together. The level is
        that of the left one.

        Raises:
            StateError: Metric, `every`, `as_of` or columns differ, or only one of the two carries
                weights.
            ParameterError: One of them is rolling.
        """
        if not isinstance(other, Periods):
            return NotImplemented
        for trend in (self, other):
            trend._require_separate("adding")
        if self.metric != other.metric:
            raise StateError.cannot_add("metric", self.metric, other.metric)
        if self.every != other.every:
            raise StateError.other_setting("every", self.every, other.every)
        given = [str(by.until) if by.judged_by == "as_of" else None for by in (self, other)]
        if given[0] != given[1]:
            raise StateError.other_setting("as_of", *given)
        ends = [trend.until for trend in (self, other) if trend.until is not None]
        counts = {
            "total_state": self.total_state + other.total_state,
            "until": max(ends, default=None),
            "undated": self.undated + other.undated,
            "later": self.later + other.later,
            "cuts": summed(self.cuts, other.cuts),
        }
        if not len(self) or not len(other):
            full = self if len(self) else other
            return full._of(full.states, full.first, **counts)
        weighted = [trend.total_state.is_weighted for trend in (self, other)]
        if weighted[0] != weighted[1]:
            raise StateError.cannot_add("weighting", *weighted)
        periods = np.concatenate([self.periods, other.periods])
        first = int(periods.min())
        size = int(periods.max()) - first + 1
        states = joined([self.states, other.states]).merged(periods - first, size)
        return self._of(states, first, **counts)

    def __radd__(self, other: int) -> Self:
        """Return this trend when `sum` starts from 0."""
        if other != 0:
            return NotImplemented
        return self

    def _require_separate(self, what: str) -> None:
        """Check that no two states share answers.

        Raises:
            ParameterError: They do, being windows of several periods.
        """
        if self.window > 1:
            raise ParameterError.of_rolling(what, self.window, self.every)

    def _of(self, states: Any, first: int, **changed: Any) -> Self:
        """Return a trend of other states whose first period has this number."""
        every = changed.get("every", self.every)
        labels = period_labels(first, len(states), every)
        return evolve(self, labels=labels, states=states, first=first, **changed)

    def _content(self) -> dict[str, object]:
        """Return what the periods are beside what a breakdown has; the table comes last."""
        content = super()._content()
        table = content.pop("table")
        content |= written(self, "every", "until", "judged_by", "undated", "later", "window")
        return content | {"table": table}

    def __repr__(self) -> str:
        """Return the table of the first periods, and what it does not say."""
        return "\n".join([super().__repr__(), *self.remarks])

    def _body_html(self) -> str:
        """Return the table of the first periods as HTML."""
        return super()._body_html() + "".join(f"<p>{line}</p>" for line in self.remarks)
