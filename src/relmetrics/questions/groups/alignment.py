"""Alignment: the same groups in two breakdowns of the same metric, and their sums in each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.data.grouping import Labels
from relmetrics.errors import ParameterError, StateError
from relmetrics.inference.ratio_sums import RatioMetric, RatioSums

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from relmetrics.data.types import AnyArray
    from relmetrics.questions.groups.breakdown import Breakdown


def same_metric(after: Breakdown, before: Breakdown) -> RatioMetric:
    """Return the metric of both breakdowns.

    Raises:
        StateError: They have different metrics, or factors.
        ParameterError: The metric is no ratio of two sums.
    """
    metric = after.metric
    if before.metric != metric:
        names = [by.metric.description.name for by in (after, before)]
        what = "metric" if names[0] != names[1] else "definition of the metric"
        raise StateError.cannot_split(what, *map(_worded, (after, before)))
    factors = [sorted(getattr(by.total_state, "columns", ())) for by in (after, before)]
    if factors[0] != factors[1]:
        raise StateError.cannot_split("factors", *factors)
    if not isinstance(metric, RatioMetric):
        raise ParameterError.must_be("after", "of a metric with the method ratio_sums", metric)
    return metric


def _worded(by: Breakdown) -> str:
    about = by.metric.description
    return f"{about.name} ({about.definition.rstrip('.')})"


def aligned(
    metric: RatioMetric, after: Breakdown, before: Breakdown, reserved: Iterable[str]
) -> tuple[Labels, tuple[RatioSums, RatioSums]]:
    """Return the groups of either period, those of before first, and their sums before and after.

    Args:
        metric: The metric of both.
        after: The later period.
        before: The earlier one.
        reserved: Names that no grouping column may have.

    Raises:
        ParameterError: The grouping columns differ, fewer than two groups have answers, or none in
            common.
        StateError: A group has a numerator and no denominator.
    """
    names = before.labels.names
    if after.labels.names != names:
        remedy = "Name them in both: by(answers, {'plan': plan})."
        wanted = f"grouped by {', '.join(names)}, as before is"
        raise ParameterError.must_be("after", wanted, ", ".join(after.labels.names), remedy)
    taken = set(names).intersection(reserved)
    if taken:
        wanted = "columns of other names than those of the table of contributions"
        raise ParameterError.must_be("groups", wanted, min(taken), "Rename the column.")
    keys, places = _union(before.labels.keys(), after.labels.keys())
    size = len(keys)
    old = metric.ratio_sums(before.states).placed(np.arange(len(before), dtype=np.intp), size)
    new = metric.ratio_sums(after.states).placed(places, size)
    for period, sums in (("before", old), ("after", new)):
        bare = np.flatnonzero((sums.x <= 0) & (sums.y != 0))
        if len(bare):
            raise StateError.undefined(
                f"the score of group {keys[int(bare[0])]!r} {period}",
                "it has a numerator and no denominator",
                "Put it together with another group: by.rollup(...).",
            )
    was, here = old.x > 0, new.x > 0
    if not (was & here).any():
        raise ParameterError.no_common_group(
            *([keys[int(i)] for i in np.flatnonzero(there)] for there in (was, here))
        )
    if np.count_nonzero(was | here) < 2:  # noqa: PLR2004 - one group has no mix
        remedy = "The change of a single group is all rate: use metric.compare(...)."
        raise ParameterError.must_be("groups", "at least two with answers", keys, remedy)
    columns = tuple(
        _joined(ours, theirs[places >= len(before)])
        for ours, theirs in zip(before.labels.columns, after.labels.columns, strict=True)
    )
    return Labels(names, columns), (old, new)


def _union(
    before: list[Hashable], after: list[Hashable]
) -> tuple[list[Hashable], np.ndarray[Any, np.dtype[np.intp]]]:
    """Return all keys, those of before first, and the places of the keys of after among them."""
    numbers = {key: place for place, key in enumerate(before)}
    places = [numbers.setdefault(key, len(numbers)) for key in after]
    return list(numbers), np.array(places, dtype=np.intp)


def _joined(ours: AnyArray, theirs: AnyArray) -> AnyArray:
    """Return labels of two columns in one; of different kinds they stay what they are."""
    if ours.dtype.kind == theirs.dtype.kind:
        return np.concatenate([ours, theirs])
    return np.concatenate([ours.astype(object), theirs.astype(object)])
