"""Shares by segment: rates whose numerator and denominator are added over customers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.data.scale import YES_NO
from relmetrics.errors import CountError, EmptySampleError
from relmetrics.questions.groups.breakdown import Breakdown
from relmetrics.states.grouped_tally import GroupedTally

if TYPE_CHECKING:
    from relmetrics.data.labels.grouping import Grouping
    from relmetrics.data.types import IntArray


def shares_by(
    metric: Any,
    numerators: IntArray,
    denominators: IntArray,
    unit: int,
    segments: Grouping,
    *,
    confidence_level: float,
) -> Breakdown:
    """Return a rate of a window by segment.

    Args:
        metric: A share whose definition is its `rule`.
        numerators: What each customer adds to the numerator.
        denominators: What each adds to the denominator, in parts of 1 / unit.
        unit: How many parts are one.
        segments: The segment of each customer.
        confidence_level: Level of the intervals.

    Raises:
        EmptySampleError: The denominator of all is 0.
        CountError: In a segment the numerator is no share of the denominator.
    """
    size = len(segments.labels)
    tops, parts = (np.zeros(size, dtype=np.int64) for _ in range(2))
    np.add.at(tops, segments.codes, numerators)
    np.add.at(parts, segments.codes, denominators)
    if not parts.sum():
        raise EmptySampleError.for_metric(metric.description.name, 0)
    wrong = np.flatnonzero((tops < 0) | (tops * unit > parts))
    if len(wrong):
        first = int(wrong[0])
        whole = parts[first] / unit
        yes, over = (
            f"{metric.rule.yes} of segment {segments.labels.keys()[first]!r}",
            metric.rule.over,
        )
        raise CountError.not_a_share(yes, int(tops[first]), over, whole)
    rest = parts - tops * unit
    counts = np.stack([-(-rest // unit), tops], axis=1)
    masses = None
    if (rest % unit).any():  # an average is no whole number: it is the weight of the rest
        masses = np.stack([rest / unit, tops.astype(np.float64)], axis=1)
    nobody = np.zeros(size, dtype=np.int64)
    states = GroupedTally(
        YES_NO, counts, nobody, masses, masses, None if masses is None else nobody
    )
    whole_of = metric.state_of(int(tops.sum()), int(parts.sum()) / unit)
    return Breakdown(metric, segments.labels, states, whole_of, confidence_level)


def window_shares(
    metric: Any,
    standing: IntArray,
    days: IntArray,
    length: int,
    segments: Grouping,
    confidence_level: float,
) -> Breakdown:
    """Return a rate of a window by segment, from where each customer stands in it.

    Args:
        metric: A share whose definition is its `rule`.
        standing: Where each customer stands.
        days: On how many days of the window each was one.
        length: The days of the window.
        segments: The segment of each customer.
        confidence_level: Level of the intervals.
    """
    tops = metric.rule.numerators(standing)
    parts = metric.rule.denominators(standing, days, length)
    return shares_by(metric, tops, parts, 2 * length, segments, confidence_level=confidence_level)
