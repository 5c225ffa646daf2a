"""Waves: each group against itself in another breakdown, such as that of an earlier survey."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.data.columns import read_only
from relmetrics.errors import ParameterError, StateError
from relmetrics.questions.groups.alignment import union
from relmetrics.questions.groups.contrasts import (
    Asked,
    by_evidence,
    columns_of,
    contrasts,
    notes_of,
)
from relmetrics.questions.groups.figures import require_groups, sampled
from relmetrics.questions.groups.grouped import GroupedEstimates
from relmetrics.questions.groups.left_out import ONLY_HERE, ONLY_THERE

if TYPE_CHECKING:
    from relmetrics.inference.multiplicity import Adjust
    from relmetrics.metric.contract import AnyMetric
    from relmetrics.questions.groups.comparisons import Comparisons


def compared_to(
    by: Any,
    earlier: Any,
    *,
    adjust: Adjust | None,
    confidence_level: float,
    method: str | None,
    small_base: int,
    suppress: bool,
) -> Comparisons:
    """Return each group of a breakdown against itself in another: see `Breakdown.compare_to`."""
    if not isinstance(earlier, GroupedEstimates):
        wanted = "a Breakdown, as metric.by(...) returns it"
        raise ParameterError.must_be("reference", wanted, earlier)
    metric: AnyMetric = by.metric
    if earlier.metric != metric:
        ours, theirs = (one.metric.description.definition.rstrip(".") for one in (by, earlier))
        msg = (
            f"two waves compare the same metric: this is of {ours!r}, the reference of {theirs!r}."
        )
        raise StateError(f"{msg} Build both with the same metric.")
    if earlier.labels.names != by.labels.names:
        raise ParameterError.must_be(
            "reference",
            f"grouped by {', '.join(by.labels.names)}, as this is",
            ", ".join(earlier.labels.names),
            "Name the columns in both: by(answers, {'plan': plan}).",
        )
    keys, places, labels = union(by.labels, earlier.labels)
    size, here = len(keys), np.arange(len(by), dtype=np.intp)
    asked = Asked.of(
        metric, labels, adjust, confidence_level, method, small_base, suppress=suppress
    )
    states, others = by.states.merged(here, size), earlier.states.merged(places, size)
    first = np.arange(size)
    sides = states, first, others, first
    own, found = sampled(metric, states), contrasts(asked, *sides)
    both = own.n * found["n_reference"] > 0
    known = np.where(both & asked.suppress, own.value, own.value + found["reference_value"])
    require_groups("a comparison with another wave", known, 1)
    names = dict(asked.names)
    adjusted, level = asked.adjusted(found, sides)
    columns = columns_of(asked, names, own.value, own.n, found, adjusted)
    was = np.isin(first, places)
    gone = ~np.isin(first, here)
    cases = [~was, gone]
    columns["note"] = np.select(cases, [ONLY_HERE, ONLY_THERE], notes_of(columns, asked)).astype(
        object
    )
    order = by_evidence(found)
    return asked.comparisons(
        columns,
        order,
        level,
        against="earlier",
        reference=None,
        states=states,
        first=read_only(first[order]),
        second=read_only(first[order]),
        others=others,
    )
