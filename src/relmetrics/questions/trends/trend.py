"""Trend: a metric period by period, and what is asked of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve, frozen

from relmetrics.data.checks import choice
from relmetrics.inference.intervals import quantile
from relmetrics.inference.linear_form import LinearForm
from relmetrics.inference.rearranged.mid_p import effective_counts
from relmetrics.questions.trends import control_chart, slope
from relmetrics.questions.trends.changes import ChangeAgainst, changes
from relmetrics.questions.trends.control_chart import DEFAULT_RULES
from relmetrics.questions.trends.monotone import monotone
from relmetrics.questions.trends.periods import Periods
from relmetrics.questions.trends.series import Series
from relmetrics.states.stacks import taken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import AnyArray, FloatArray
    from relmetrics.inference.multiplicity import Adjust
    from relmetrics.inference.time.run_rules import RuleName
    from relmetrics.metric.difference import Difference
    from relmetrics.metric.table import Table
    from relmetrics.questions.trends.alerts import Alerts, Dispersion
    from relmetrics.questions.trends.monotone import Monotone
    from relmetrics.questions.trends.slope import Slope, SlopeMethod
    from relmetrics.states.sample import Sample


@frozen(eq=False, repr=False, slots=False)
class Trend(Periods):
    """One metric period by period: a mapping of period to `Estimate`, in order.

    Made by ``metric.over(answers, dates)``. Periods run from the first with rows to the last, or
    to that of `as_of` where it is given, so that a survey that stopped is seen to have stopped.
    One without answers is there, with n = 0. A period is called by its first day (datetime64) and
    is looked up by any day in it: ``trend["2025-03-01"]``, a `date`, or ``trend["2025-03"]`` for
    months.

    A period is over when its last day is not after `until`. One that is not over is marked, and is
    left out of `changes`, `slope`, `monotone`, `alerts`, `compare` and `ranking`. Rows without a
    date, and rows after `as_of`, are counted and are in no period and not in the total.

    Its table says which periods are `complete`, and in a rolling trend has `since`, the first day
    of the window, beside `period`, that of its last period.

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

    def changes(
        self,
        *,
        against: ChangeAgainst = "previous",
        confidence_level: float | None = None,
        method: str | None = None,
        adjust: Adjust | None = None,
    ) -> Table:
        """Return how each period differs from an earlier one: the period less its reference.

        One row per period: `period`, `reference` (NaT for none); `value` and `reference_value`,
        the scores of the two; `difference` with `low`, `high` and `p_value`; `n`, `n_reference`;
        and `note`, which says why where a row has no difference, or that no interval. Intervals and
        p-values are those of ``metric.compare``: of periods that have no respondent in common, or
        of a trend made with ``respondents=``, which knows who they have.
        Rows of a table share periods, so their p-values are not independent.

        Args:
            against: ``previous``: the last earlier period with a value. ``year_before``: the same
                month or quarter a year earlier; for weeks the 52nd before, for days the 364th, so
                that weekdays meet their like. ``first``: the first period with a value. In a
                rolling trend a window's reference ends before the window begins.
            confidence_level: Level of the intervals; by default the trend's.
            method: One of the metric's `difference_methods`; by default its first.
            adjust: ``holm``, ``bonferroni``, ``sidak`` or ``benjamini_hochberg`` adds the columns
                `p_adjusted`, for the number of rows that were tested, and `low_adjusted` and
                `high_adjusted`, the interval that agrees with it.

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
            method=choice("method", method, self.metric.difference_methods),
            adjust=adjust,
        )

    def slope(
        self, *, method: SlopeMethod = "weighted", confidence_level: float | None = None
    ) -> Slope:
        """Return the change per period, as a straight line has it: see `Slope`.

        Periods without an interval and one that is not over are left out.

        Args:
            method: ``weighted`` (by numbers of answers), ``sampling``, ``ordinary`` or
                ``theil_sen``.
            confidence_level: Level of the interval; by default the trend's.

        Raises:
            ParameterError: There is no such method, the level is not between 0 and 1, or the
                trend is rolling.
            StateError: Fewer than 3 periods are over and have an interval, or 2 for `sampling`;
                or many periods are equal, of which `theil_sen` says nothing.
        """
        level = self.confidence_level if confidence_level is None else confidence_level
        return slope.slope(self._series("slope"), method=method, confidence_level=level)

    def monotone(self) -> Monotone:
        """Return whether the periods go one way, up or down: see `Monotone`.

        Raises:
            ParameterError: The trend is rolling.
            StateError: Fewer than 2 periods are over and have an interval.
        """
        return monotone(self._series("monotone"))

    def alerts(
        self,
        *,
        rules: Sequence[RuleName] = DEFAULT_RULES,
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
        return control_chart.alerts(
            self._series("alerts"),
            self._pooled,
            tallies=self._tallies(),
            versus=self._versus,
            rules=rules,
            baseline=baseline,
            dispersion=dispersion,
        )

    def _present(self, state: Any) -> Sample:
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.metric.form.sampled(state)

    def _series(self, what: str) -> Series:
        """Return the trend as the tools for trends take it."""
        self._require_separate(what)
        with np.errstate(divide="ignore", invalid="ignore"):
            normal = self.metric.form.normal(self.states)
        sample = self._present(self.states)
        series = Series(
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
        if not series.usable.any():
            return series
        # With the factor n / (n - 1), as whoever rearranges the answers of all periods has it.
        all_of_them = self._pooled(series.usable)
        variance = float(all_of_them.standard_error**2 * all_of_them.n_effective)
        return evolve(series, answer_variance=variance)

    def _tallies(self) -> tuple[tuple[float, ...], FloatArray] | None:
        """Return the levels and the effective counts of a linear score; None of sums."""
        form = self.metric.form
        if not isinstance(form, LinearForm):
            return None
        counts, weights, _ = form.effective_masses(self.states)
        with np.errstate(invalid="ignore"):  # of periods without answers
            n = form.sampled(self.states).n_effective
        return form.levels, effective_counts(counts, weights, n)

    def _versus(self, chosen: AnyArray, reference: AnyArray) -> Difference:
        sides = (taken(self.states, side).total() for side in (chosen, reference))
        found: Difference = self.metric.compare(*sides, confidence_level=self.confidence_level)
        return found

    def _pooled(self, chosen: AnyArray) -> Sample:
        return self._present(taken(self.states, chosen).total())

    def _comparable(self, what: str) -> Trend:
        """Return the periods that may be compared: those that are over."""
        self._require_separate(what)
        over = int(self.complete.sum())
        if over == len(self):
            return self
        # Periods are in order, so only the last can be one that is not over.
        states = self.states[:over]
        return self._of(states, self.first, total_state=states.total())
