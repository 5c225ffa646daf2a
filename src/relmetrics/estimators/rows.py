"""Rows: the rows of a data set as a metric sums them, by group or by period."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from relmetrics.data.alignment import require_aligned
from relmetrics.data.grouping import group
from relmetrics.inference.intervals import quantile
from relmetrics.questions.groups.breakdown import Breakdown
from relmetrics.questions.trends.timing import period_labels, timed
from relmetrics.questions.trends.trend import Trend
from relmetrics.states.grouped_tally import GroupedTally

if TYPE_CHECKING:
    from collections.abc import Callable

    from relmetrics.data.types import Column, Groups, IntArray
    from relmetrics.metric.metric import Metric


@frozen(eq=False)
class Rows:
    """Rows that a metric has read and checked, ready to be summed.

    Attributes:
        metric: The definition.
        size: How many rows there are.
        data: The rows as they arrived, whose index says what groups and dates belong to them.
        summed: Sums the rows by the group of each, 0..groups - 1, into one state per group; or all
            of them into a single state, for None.
    """

    metric: Metric[Any, Any]
    size: int
    data: Any
    summed: Callable[[IntArray | None, int], Any]

    def by(self, groups: Groups, *, sort: bool, confidence_level: float) -> Breakdown:
        """Return the metric by group: see `LinearScore.by`."""
        quantile(confidence_level)
        require_aligned(rows=self.data, groups=groups)
        grouping = group(groups, self.size, sort=sort)
        states = self.summed(grouping.codes, len(grouping.labels))
        total = _exact_total(states)
        if total is None:
            total = self.summed(None, 1)
        return Breakdown(self.metric, grouping.labels, states, total, confidence_level)

    def over(self, dates: Column, *, confidence_level: float, **calendar: Any) -> Trend:
        """Return the metric by period: see `LinearScore.over`, and `timed` for the calendar."""
        quantile(confidence_level)
        require_aligned(rows=self.data, dates=dates)
        timing = timed(dates, self.size, **calendar)
        # Rows of no period are summed into one group more, which is left out.
        states = self.summed(timing.codes, timing.size + 1)[: timing.size]
        total = _exact_total(states)
        if total is None:
            outside = (timing.codes == timing.size).astype(np.intp)
            total = self.summed(outside, 2)[0]
        return Trend(
            self.metric,
            period_labels(timing.first, timing.size, timing.every),
            states,
            total,
            confidence_level,
            every=timing.every,
            first=timing.first,
            until=timing.until,
            judged_by=timing.judged_by,
            undated=timing.undated,
            later=timing.later,
        )


def _exact_total(states: Any) -> Any:
    """Return the total of states that are whole numbers.

    Float sums depend on their order, so other totals are summed as the whole is: None.
    """
    return states.total() if isinstance(states, GroupedTally) and states.weights is None else None
