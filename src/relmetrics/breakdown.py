"""Breakdown: a metric by group, for ten groups or a million."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from relmetrics.groups import coarser
from relmetrics.intervals import quantile
from relmetrics.messages import did_you_mean
from relmetrics.parameters import check_whole
from relmetrics.table import Table

if TYPE_CHECKING:
    from relmetrics.estimate import Estimate
    from relmetrics.groups import Labels
    from relmetrics.metric import Metric
    from relmetrics.types import AnyArray

_AT_ONCE = 1 << 14


@frozen(eq=False, repr=False, slots=False)
class Breakdown(Mapping[Hashable, "Estimate"]):
    """One metric for every group: a mapping of group to `Estimate`.

    Made by ``metric.by(...)``. With several grouping columns a group is the tuple of its labels. It
    holds the states of all groups in a few arrays, and makes estimates when they are asked for.

    Attributes:
        metric: The definition.
        labels: What the groups are called.
        states: The states of the groups.
        total_state: The state of all answers.
        confidence_level: Level of the intervals.

    Example:
        >>> import relmetrics as rm
        >>> by = rm.NPS().by([10, 9, 8, 3, 10], ["gold", "gold", "basic", "basic", "basic"])
        >>> by["gold"].value, by.total.value
        (100.0, 40.0)
        >>> by.table()
        group  value    low   high  n  missing
        gold   100.0  -24.4  100.0  2        0
        basic    0.0  -61.1   61.1  3        0
    """

    metric: Metric[Any, Any]
    labels: Labels
    states: Any
    total_state: Any
    confidence_level: float = 0.95

    @cached_property
    def _places(self) -> dict[Hashable, int]:
        return {key: place for place, key in enumerate(self.labels.keys())}

    def __getitem__(self, group: Hashable) -> Estimate:
        """Return the estimate of one group.

        Raises:
            KeyError: There is no such group.
            EmptySampleError: The group has no answers.
        """
        place = self._places.get(group)
        if place is None:
            msg = f"no group {group!r}. {did_you_mean(group, list(self._places)[:1000])}"
            raise KeyError(msg)
        estimate: Estimate = self.metric.estimate(
            self.states[place], confidence_level=self.confidence_level
        )
        return estimate

    def __contains__(self, group: object) -> bool:
        """Tell whether there is such a group, with or without answers."""
        return group in self._places

    def __iter__(self) -> Iterator[Hashable]:
        """Return the groups in order."""
        return iter(self._places)

    def __len__(self) -> int:
        """Return the number of groups."""
        return len(self.labels)

    def __eq__(self, other: object) -> bool:
        """Tell whether this is the same object: empty groups have no estimates to compare."""
        return self is other

    def __hash__(self) -> int:
        """Return a hash by identity."""
        return id(self)

    @property
    def total(self) -> Estimate:
        """The estimate of all answers together.

        Raises:
            EmptySampleError: There are no answers at all.
        """
        estimate: Estimate = self.metric.estimate(
            self.total_state, confidence_level=self.confidence_level
        )
        return estimate

    def table(
        self,
        *,
        confidence_level: float | None = None,
        method: str | None = None,
        small_base: int | None = None,
        rng: np.random.Generator | int | None = None,
    ) -> Table:
        """Return one row per group: its labels, value, low, high, n and missing.

        A group without answers is a row with n = 0 and NaN.

        Args:
            confidence_level: Level of the intervals; by default the breakdown's.
            method: One of the metric's `methods`; by default its first.
            small_base: Adds the column `small_base`, true where n is below this number.
            rng: Generator or seed for `bootstrap`.

        Raises:
            ParameterError: The level is not between 0 and 1, there is no such method, or
                `small_base` is no whole number of at least 1.

        Example:
            >>> import relmetrics as rm
            >>> by = rm.CSAT().by([5, 4, 2, None], ["a", "a", "a", "b"])
            >>> by.table(small_base=3).to_dict()["small_base"]
            [False, True]
        """
        if small_base is not None:
            check_whole("small_base", small_base, 1)
        columns: dict[str, AnyArray] = dict(
            zip(self.labels.names, self.labels.columns, strict=True)
        )
        columns |= self._figures(confidence_level, method, rng)
        if small_base is not None:
            columns["small_base"] = columns["n"] < small_base
        digits = self.metric.description.digits
        return Table(columns, dict.fromkeys(("value", "low", "high"), digits))

    def _figures(
        self,
        confidence_level: float | None,
        method: str | None,
        rng: np.random.Generator | int | None,
    ) -> dict[str, AnyArray]:
        """Return the figures of all groups, worked out a few thousand at a time."""
        level = self.confidence_level if confidence_level is None else confidence_level
        quantile(level)
        chosen = self.metric.method_named(method)
        source = self.metric.draws(chosen, rng)
        size = len(self)
        value, low, high = np.empty(size), np.empty(size), np.empty(size)
        n = np.empty(size, dtype=np.int64)
        with np.errstate(divide="ignore", invalid="ignore"):
            for start in range(0, size, _AT_ONCE):
                part = slice(start, min(start + _AT_ONCE, size))
                sample, low[part], high[part], _ = self.metric.present(
                    self.states[part], level, chosen, source
                )
                value[part], n[part] = sample.value, sample.n
        missing = np.array(self.states.missing)
        return {"value": value, "low": low, "high": high, "n": n, "missing": missing}

    def rollup(
        self, to: Callable[[Any], Hashable] | Mapping[Any, Hashable] | Sequence[str] | str
    ) -> Breakdown:
        """Return the metric by coarser groups, from the states alone.

        Args:
            to: A function or a mapping from group to coarser group, or the name (names) of the
                grouping columns to keep.

        Raises:
            ParameterError: The mapping lacks a group, or there is no such column.

        Example:
            >>> import relmetrics as rm
            >>> by = rm.CSAT().by([5, 4, 2], ["EU-north", "EU-south", "US-west"])
            >>> by.rollup(lambda region: region.split("-")[0])["EU"].value
            100.0
        """
        grouping = coarser(self.labels, to)
        states = self.states.merged(grouping.codes, len(grouping.labels))
        return Breakdown(
            self.metric, grouping.labels, states, self.total_state, self.confidence_level
        )

    def to_dict(self) -> dict[str, list[Any]]:
        """Return the table as lists of plain values; NaN becomes None."""
        return self.table().to_dict()

    def __repr__(self) -> str:
        """Return the table of the first groups."""
        return repr(self.table())

    def _repr_html_(self) -> str:
        """Return the table of the first groups as HTML."""
        return self.table()._repr_html_()
