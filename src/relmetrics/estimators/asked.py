"""The breakdown and the trend of what a metric has read, however it came: rows, counts or sums."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.data.alignment import require_aligned
from relmetrics.data.labels.grouping import group
from relmetrics.inference.intervals import quantile
from relmetrics.questions.groups.breakdown import Breakdown
from relmetrics.states.grouped_tally import GroupedTally

if TYPE_CHECKING:
    from relmetrics.data.types import Column, Groups
    from relmetrics.estimators.prepared import Summable
    from relmetrics.metric.contract import AnyMetric
    from relmetrics.questions.trends.trend import Trend


def breakdown_of(
    metric: AnyMetric, rows: Summable, groups: Groups, *, sort: bool, confidence_level: float
) -> Breakdown:
    """Return a metric by group.

    Raises:
        LengthError: There is not one label per row.
        ParameterError: The level is not between 0 and 1, or the groups cannot be sorted.
    """
    quantile(confidence_level)
    require_aligned(rows=rows.data, groups=groups)
    grouping = group(groups, rows.size, sort=sort)
    states = rows.summed(grouping.codes, len(grouping.labels))
    total = _exact_total(states)
    if total is None:
        total = rows.summed(None, 1)
    return Breakdown(metric, grouping.labels, states, total, confidence_level)


def trend_of(
    metric: AnyMetric, rows: Summable, dates: Column, *, confidence_level: float, **calendar: Any
) -> Trend:
    """Return a metric period by period.

    Args:
        metric: The definition.
        rows: What it has read.
        dates: One per row.
        confidence_level: Level of the intervals.
        calendar: What periods there are, as `timed` takes it.

    Raises:
        DateError: A date cannot be read, all are missing, or `as_of` comes before all of them.
        LengthError: There is not one date per row.
        ParameterError: The level is not between 0 and 1, or there is no such period or zone.
    """
    from relmetrics.questions.trends.timing import period_labels, timed  # noqa: PLC0415 - of time
    from relmetrics.questions.trends.trend import Trend  # noqa: PLC0415 - the same

    quantile(confidence_level)
    require_aligned(rows=rows.data, dates=dates)
    timing = timed(dates, rows.size, repeats=rows.repeats, **calendar)
    # Rows of no period are summed into one group more, which is left out.
    states = rows.summed(timing.codes, timing.size + 1)[: timing.size]
    total = _exact_total(states)
    if total is None:
        outside = (timing.codes == timing.size).astype(np.intp)
        total = rows.summed(outside, 2)[0]
    return Trend(
        metric,
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
