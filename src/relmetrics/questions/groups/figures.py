"""Figures of groups: what comparisons and rankings take from the states of a breakdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.errors import ParameterError, StateError
from relmetrics.errors.wording import did_you_mean
from relmetrics.states.sample import Sample
from relmetrics.states.stacks import AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from relmetrics.data.labels.grouping import Labels
    from relmetrics.data.types import AnyArray
    from relmetrics.metric.contract import AnyMetric, Rng


def presented(
    metric: AnyMetric, states: Any, confidence_level: float, method: str, rng: Rng = None
) -> dict[str, AnyArray]:
    """Return value, low, high and n of every state of a stack; NaN where it has no answers."""
    size = len(states)
    columns: dict[str, AnyArray] = {name: np.empty(size) for name in ("value", "low", "high")}
    columns["n"] = np.empty(size, dtype=np.int64)
    with np.errstate(divide="ignore", invalid="ignore"):
        for start in range(0, size, AT_ONCE):
            part = slice(start, start + AT_ONCE)
            found = metric.form.present(states[part], confidence_level, method, rng)
            figures = (found.sample.value, found.low, found.high, found.sample.n)
            for column, figure in zip(columns.values(), figures, strict=True):
                column[part] = figure
    return columns


def of_clusters(metric: AnyMetric, states: Any) -> dict[str, AnyArray]:
    """Return the columns `respondents` and `design_effect` of clustered states; of others none."""
    if not states.is_clustered:
        return {}
    with np.errstate(divide="ignore", invalid="ignore"):
        sample: Any = metric.form.sampled(states)
        return {"respondents": sample.clusters, "design_effect": sample.n / sample.n_effective}


def sampled(metric: AnyMetric, states: Any) -> Sample:
    """Return value, variance and sizes of every state of a stack; NaN where it has no answers."""
    size = len(states)
    value, variance, n_effective = (np.empty(size) for _ in range(3))
    n = np.empty(size, dtype=np.int64)
    with np.errstate(divide="ignore", invalid="ignore"):
        for start in range(0, size, AT_ONCE):
            part = slice(start, start + AT_ONCE)
            found = metric.form.sampled(states[part])
            value[part], variance[part] = found.value, found.variance
            n[part], n_effective[part] = found.n, found.n_effective
    return Sample(value, variance, n, n_effective)


def require_groups(what: str, value: AnyArray, fewest: int) -> None:
    """Check that enough groups have a value.

    Raises:
        StateError: There are fewer.
    """
    known = int(np.sum(np.isfinite(value)))
    if known < fewest:
        noun, verb = "group" if fewest == 1 else "groups", "has" if known == 1 else "have"
        raise StateError.undefined(
            what,
            f"it needs {fewest} {noun} with a score, and {known} of {len(value)} {verb} one",
            "Check the grouping column, and the filter before it.",
        )


def label_columns(labels: Labels, figures: Iterable[str], prefix: str = "") -> dict[str, AnyArray]:
    """Return the labels as columns of a table that also has these figures.

    Raises:
        ParameterError: A grouping column is called as one of the figures.
    """
    columns = {
        prefix + name: column for name, column in zip(labels.names, labels.columns, strict=True)
    }
    shared = [name for name in columns if name in set(figures)]
    if shared:
        wanted = "columns of other names than those of the table's figures"
        raise ParameterError.must_be("groups", wanted, shared[0], "Rename the column.")
    return columns


def place_of(group: Hashable, places: dict[Hashable, int]) -> int:
    """Return the place of a group.

    Raises:
        KeyError: There is no such group.
    """
    if group not in places:
        msg = f"no group {group!r}. {did_you_mean(group, list(places)[:1000])}"
        raise KeyError(msg)
    return places[group]
