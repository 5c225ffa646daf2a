"""Trend: a metric period by period."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast, overload

import numpy as np
from attrs import evolve, field, frozen

from relmetrics.data.checks import check_name, check_whole
from relmetrics.data.grouping import Labels
from relmetrics.data.periods import EVERY, Every, first_day, last_day, period_of
from relmetrics.errors import ParameterError, StateError
from relmetrics.errors.wording import shown
from relmetrics.inference.intervals import quantile
from relmetrics.metric.table import Table
from relmetrics.questions.groups.breakdown import Breakdown
from relmetrics.questions.trends import alerts, slope
from relmetrics.questions.trends.changes import Against, changes
from relmetrics.questions.trends.monotone import monotone
from relmetrics.questions.trends.parts import coarser, cut, summed
from relmetrics.questions.trends.series import Series
from relmetrics.questions.trends.timing import JudgedBy, period_named
from relmetrics.states.stacks import joined, taken

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from relmetrics.data.types import AnyArray, IntArray
    from relmetrics.inference.linear_form import Sample
    from relmetrics.inference.multiplicity import Adjust
    from relmetrics.inference.run_rules import RuleName
    from relmetrics.metric.estimate import Estimate
    from relmetrics.questions.trends.alerts import Alerts, Dispersion
    from relmetrics.questions.trends.monotone import Monotone
    from relmetrics.questions.trends.slope import Slope, SlopeMethod

_NESTS: dict[Every, tuple[Every, ...]] = {
    "day": EVERY,
    "week": ("week",),
    "month": ("month", "quarter", "year"),
    "quarter": ("quarter", "year"),
    "year": ("year",),
}
"""What each kind of period adds up to. A week belongs to two months, so it adds up to none."""


@frozen(eq=False, repr=False, slots=False)
class Trend(Breakdown):
    """One metric period by period: a mapping of period to `Estimate`, in order.

    Made by ``metric.over(answers, dates)``. Periods run from the first with rows to the last, or
    to that of `as_of` where it is given, so that a survey that stopped is seen to have stopped.
    One without answers is there, with n = 0. A period is called by its first day (datetime64) and
    is looked up by any day in it: ``trend["2025-03-01"]``, a `date`, or ``trend["2025-03"]`` for
    months.

    A period is over when its last day is not after `until`. One that is not over is marked, and is
    left out of `changes`, `slope`, `monotone`, `alerts`, `compare` and `ranking`. Rows without a
    date, and rows after `as_of`, are counted and are in no period and not in the total.

    ``a + b`` is the trend of the answers of both, be they of the same periods or of others.

    Attributes:
        metric: The definition.
        labels: The first day of each period.
        states: The states of the periods.
        total_state: The state of all answers that belong to a period.
        confidence_level: Level of the intervals.
        every: ``day``, ``week``, ``month``, ``quarter`` or ``year``.
        first: Number of the first period.
        until: The last day that is wholly observed; None of a trend without periods.
        judged_by: What `until` is: ``as_of`` where that was given, else ``data``, the last day of
            the data.
        undated: Number of rows without a date.
        later: Number of rows after `as_of`.
        window: How many periods each state sums: 1, or more in a rolling trend.
        cuts: Where `between` cut, by the number of the period after the cut; empty for a whole, and
            for parts that were put together again.

    Example:
        >>> import relmetrics as rm
        >>> trend = rm.NPS().over(
        ...     [10, 9, 8, 3, 10],
        ...     ["2025-01-09", "2025-01-20", "2025-03-02", "2025-03-31", "2025-04-02"],
        ... )
        >>> trend
        period      value    low   high  n  missing  complete
        2025-01-01  100.0  -24.4  100.0  2        0  True
        2025-02-01    nan    nan    nan  0        0  True
        2025-03-01  -50.0  -79.4   39.4  2        0  True
        2025-04-01  100.0  -48.5  100.0  1        0  False
        2025-04-01 is not over: the data ends on 2025-04-02.
        >>> trend["2025-03"].value
        -50.0
    """

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
            msg = f"no {self.every} {shown(period)}. Periods: {span}."
            raise KeyError(msg)
        estimate: Estimate = self.metric.estimate(
            self.states[place], confidence_level=self.confidence_level
        )
        return estimate

    def __contains__(self, period: object) -> bool:
        """Tell whether a day lies in a period of the trend, with or without answers."""
        return self._place(period) is not None

    def table(
        self,
        *,
        confidence_level: float | None = None,
        method: str | None = None,
        small_base: int | None = None,
        rng: np.random.Generator | int | None = None,
    ) -> Table:
        """Return one row per period: its first day, value, low, high, n, missing and complete.

        A period without answers is a row with n = 0 and NaN. In a rolling trend `since` is the
        first day of the window, and `period` that of its last period.

        Args:
            confidence_level: Level of the intervals; by default the trend's.
            method: One of the metric's `methods`; by default its first.
            small_base: Adds the column `small_base`, true where n is below this number.
            rng: Generator or seed for `bootstrap`.

        Raises:
            ParameterError: The level is not between 0 and 1, there is no such method, `small_base`
                is no whole number of at least 1, or `rng` is neither a generator nor a seed.

        Example:
            >>> import relmetrics as rm
            >>> trend = rm.CSAT().over([5, 4, 2], ["2025-01-31", "2025-02-01", "2025-02-28"])
            >>> trend.table()["complete"].tolist()
            [True, True]
        """
        table = super().table(
            confidence_level=confidence_level, method=method, small_base=small_base, rng=rng
        )
        columns = dict(table.columns)
        if self.window > 1:
            columns["since"] = first_day(self.periods - (self.window - 1), self.every)
        return Table(columns | {"complete": self.complete}, table.digits)

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

    def changes(
        self,
        *,
        against: Against = "previous",
        confidence_level: float | None = None,
        method: str | None = None,
        adjust: Adjust | None = None,
    ) -> Table:
        """Return how each period differs from an earlier one: the period less its reference.

        One row per period: `period`, `reference` (NaT for none); `value` and `reference_value`,
        the scores of the two; `difference` with `low`, `high` and `p_value`; `n`, `n_reference`;
        and `note`, which says why where a row has no difference, or that no interval. Intervals and
        p-values are those of ``metric.compare``, for periods that have no respondent in common.
        Rows of a table share periods, so their p-values are not independent.

        Args:
            against: ``previous``: the last earlier period with a value. ``year_before``: the same
                month or quarter a year earlier; for weeks the 52nd before, for days the 364th, so
                that weekdays meet their like. ``first``: the first period with a value. In a
                rolling trend a window's reference ends before the window begins.
            confidence_level: Level of the intervals; by default the trend's.
            method: One of the metric's `difference_methods`; by default its first.
            adjust: ``holm`` or ``benjamini_hochberg`` adds the column `p_adjusted`, for the number
                of rows that were tested.

        Raises:
            ParameterError: A name is unknown, the level is not between 0 and 1, or windows of more
                than a year are compared with those of a year before.

        Example:
            >>> import relmetrics as rm
            >>> dates = ["2025-01-31", "2025-01-31", "2025-03-01", "2025-03-31", "2025-04-01"]
            >>> trend = rm.CSAT().over([5, 4, 2, 1, 5], dates)
            >>> changes = trend.changes()
            >>> changes["difference"].tolist()
            [nan, nan, -100.0, nan]
            >>> changes["note"].tolist()
            ['no earlier period with a value', 'no answers', '', 'not over']
        """
        level = self.confidence_level if confidence_level is None else confidence_level
        quantile(level)
        return changes(
            self.metric,
            self.states,
            self.table(),
            every=self.every,
            window=self.window,
            against=against,
            confidence_level=level,
            method=self.metric.difference_method_named(method),
            adjust=adjust,
        )

    def slope(
        self, *, method: SlopeMethod = "weighted", confidence_level: float | None = None
    ) -> Slope:
        """Return the change per period, as a straight line has it: see `Slope`.

        Periods without an interval and one that is not over are left out.

        Args:
            method: ``weighted`` (by precision), ``sampling``, ``ordinary`` or ``theil_sen``.
            confidence_level: Level of the interval; by default the trend's.

        Raises:
            ParameterError: There is no such method, the level is not between 0 and 1, or the
                trend is rolling.
            StateError: Fewer than 3 periods are over and have an interval, or 2 for `sampling`.
        """
        level = self.confidence_level if confidence_level is None else confidence_level
        return slope.slope(self._series("slope"), method=method, confidence_level=level)

    def monotone(self) -> Monotone:
        """Return whether the periods go one way, up or down, by Mann and Kendall: see `Monotone`.

        Raises:
            ParameterError: The trend is rolling.
            StateError: Fewer than 2 periods are over and have an interval.
        """
        return monotone(self._series("monotone"))

    def alerts(
        self,
        *,
        rules: Sequence[RuleName] = alerts.DEFAULT_RULES,
        baseline: int | tuple[object, object] | None = None,
        dispersion: Dispersion = "laney",
    ) -> Alerts:
        """Return the periods in which something other than chance happened: see `Alerts`.

        Args:
            rules: Names of rules.
            baseline: What sets the center and the limits: the first so many periods that can be
                used, or a first and a last day; by default all of them.
            dispersion: ``laney`` widens the limits where periods differ by more than the answers
                of each explain; ``none`` does not.

        Raises:
            ParameterError: A name is unknown, `baseline` is neither a number of at least 2 nor two
                days in order, or the trend is rolling.
            DateError: A day of the baseline cannot be read.
            StateError: Fewer than 3 periods of the baseline are over and have an interval, or 2
                without dispersion.
        """

        def pooled(chosen: AnyArray) -> Sample:
            state = taken(self.states, chosen).total()
            return self._present(state)

        return alerts.alerts(
            self._series("alerts"), pooled, rules=rules, baseline=baseline, dispersion=dispersion
        )

    def _present(self, state: Any) -> Sample:
        with np.errstate(divide="ignore", invalid="ignore"):
            sample, *_ = self.metric.present(state, self.confidence_level, self.metric.methods[0])
        return sample

    def _series(self, what: str) -> Series:
        """Return the trend as the tools for trends take it."""
        self._require_separate(what)
        with np.errstate(divide="ignore", invalid="ignore"):
            normal = self.metric.normal(self.states)
        sample = self._present(self.states)
        return Series(
            about=self.metric.description,
            every=self.every,
            periods=self.periods,
            labels=self.labels.columns[0],
            values=np.asarray(normal.value),
            variances=np.asarray(normal.squared_error),
            n=np.asarray(sample.n),
            n_effective=np.asarray(sample.n_effective, dtype=np.float64),
            complete=self.complete,
        )

    def _require_separate(self, what: str) -> None:
        """Check that no two states share answers.

        Raises:
            ParameterError: They do, being windows of several periods.
        """
        if self.window > 1:
            raise ParameterError.of_rolling(what, self.window, self.every)

    def _comparable(self, what: str) -> Trend:
        """Return the periods that may be compared: those that are over."""
        self._require_separate(what)
        over = int(self.complete.sum())
        if over == len(self):
            return self
        # Periods are in order, so only the last can be one that is not over.
        states = self.states[:over]
        return self._of(states, self.first, total_state=states.total())

    def rolling(self, window: int = 3) -> Trend:
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
        check_whole("window", window, 1, max(1, len(self)))
        self._require_separate("rolling")
        if window == 1:
            return self
        size = len(self) - window + 1
        shifted = [self.states[i : i + size] for i in range(window)]
        states = joined(shifted).merged(np.tile(np.arange(size), window), size)
        return self._of(states, self.first + window - 1, window=int(window))

    def _of(self, states: Any, first: int, **changed: Any) -> Trend:
        """Return a trend of other states whose first period has this number."""
        every = changed.get("every", self.every)
        labels = labels_of(first, len(states), every)
        return evolve(self, labels=labels, states=states, first=first, **changed)

    def between(self, first: object = None, last: object = None) -> Trend:
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
    def rollup(self, to: Every) -> Trend: ...
    @overload
    def rollup(
        self, to: Callable[[Any], Hashable] | Mapping[Any, Hashable] | Sequence[str] | str
    ) -> Breakdown: ...
    def rollup(
        self, to: Callable[[Any], Hashable] | Mapping[Any, Hashable] | Sequence[str] | str
    ) -> Breakdown:
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
        check_name("to", to, EVERY)
        every = cast("Every", to)
        if every not in _NESTS[self.every]:
            raise ParameterError.must_be(
                "to",
                f"one of {', '.join(_NESTS[self.every])} for a trend by {self.every}",
                to,
                f"A {self.every} does not lie in one {to}: say over(..., every={to!r}).",
            )
        if not len(self):
            return evolve(self, every=every)
        coarse = period_of(first_day(self.periods, self.every), every)
        first = int(coarse[0])
        states = self.states.merged(coarse - first, int(coarse[-1]) - first + 1)
        return self._of(states, first, every=every, cuts=coarser(self.cuts, self.every, every))

    def __add__(self, other: Trend) -> Trend:
        """Return the trend of the answers of both.

        Where the data judges which period is over, its end is that of both together. The level is
        that of the left one.

        Raises:
            StateError: Metric, `every`, `as_of` or columns differ, or only one of the two carries
                weights.
            ParameterError: One of them is rolling.
        """
        if not isinstance(other, Trend):
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

    def __radd__(self, other: int) -> Trend:
        """Return this trend when `sum` starts from 0."""
        return self if other == 0 else NotImplemented

    def to_dict(self) -> dict[str, object]:
        """Return the trend as JSON-ready plain values; NaN and infinity become None.

        Example:
            >>> import relmetrics as rm
            >>> data = rm.CSAT().over([5, 4], ["2025-01-31", "2025-02-28"]).to_dict()
            >>> data["type"], data["every"], data["table"]["value"]
            ('trend', 'month', [100.0, 100.0])
        """
        data = super().to_dict()
        table = data.pop("table")
        return data | {
            "type": "trend",
            "every": self.every,
            "until": None if self.until is None else str(self.until),
            "judged_by": self.judged_by,
            "undated": self.undated,
            "later": self.later,
            "window": self.window,
            "table": table,
        }

    def __repr__(self) -> str:
        """Return the table of the first periods, and what it does not say."""
        return "\n".join([super().__repr__(), *self.remarks])

    def _repr_html_(self) -> str:
        """Return the table of the first periods as HTML."""
        return super()._repr_html_() + "".join(f"<p>{line}</p>" for line in self.remarks)


def labels_of(first: int, size: int, every: Every) -> Labels:
    """Return the first days of so many periods, from the one with this number on."""
    return Labels(("period",), (first_day(first + np.arange(size), every),))


def _left_out(rows: int, which: str) -> list[str]:
    if not rows:
        return []
    return [f"{rows} {'row' if rows == 1 else 'rows'} {which} left out."]
