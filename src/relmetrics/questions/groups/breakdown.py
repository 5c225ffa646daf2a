"""Breakdown: a metric by group, for ten groups or a million."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from attrs import NOTHING, frozen

from relmetrics.data.checks import check_whole, choice, drawing
from relmetrics.data.labels.grouping import coarser
from relmetrics.errors import RelmetricsError
from relmetrics.inference.intervals import quantile
from relmetrics.metric.result import Result, written
from relmetrics.metric.table import Table
from relmetrics.questions.groups.compare import compared
from relmetrics.questions.groups.figures import of_clusters, place_of, presented
from relmetrics.questions.groups.ranking import ranked

if TYPE_CHECKING:
    from relmetrics.data.labels.grouping import Labels
    from relmetrics.data.types import AnyArray, Coarser
    from relmetrics.inference.multiplicity import Adjust
    from relmetrics.metric.contract import AnyMetric, Description
    from relmetrics.metric.estimate import Estimate
    from relmetrics.questions.groups.comparisons import ComparedAgainst, Comparisons
    from relmetrics.questions.groups.ranking import Ranking, RankingMethod


@frozen(eq=False, repr=False, slots=False)
class Breakdown(Result, Mapping[Hashable, "Estimate"]):
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

    metric: AnyMetric
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
            WeightError: Its answers weigh nothing.
            AmountError: Its amounts have no ratio, for nothing was spent or earned.
        """
        return self._estimate(self.states[place_of(group, self._places)])

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
        """Return whether both are the same: a mapping's would ask empty groups for estimates."""
        return self is other

    def __hash__(self) -> int:
        """Return a hash by identity."""
        return id(self)

    @property
    def total(self) -> Estimate:
        """The estimate of all answers together.

        Raises:
            EmptySampleError: There are no answers at all.
            WeightError: They weigh nothing.
            AmountError: Their amounts have no ratio, for nothing was spent or earned.
        """
        return self._estimate(self.total_state)

    def _estimate(self, state: Any) -> Estimate:
        return cast("Estimate", self.metric.estimate(state, confidence_level=self.confidence_level))

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
            ParameterError: The level is not between 0 and 1, there is no such method, `small_base`
                is no whole number of at least 1, or `rng` is no generator and no seed.

        Example:
            >>> import relmetrics as rm
            >>> by = rm.CSAT().by([5, 4, 2, None], ["a", "a", "a", "b"])
            >>> by.table(small_base=3).to_dict()["small_base"]
            [False, True]
        """
        if small_base is not None:
            small_base = check_whole("small_base", small_base, 1)
        labels = self.labels
        columns: dict[str, AnyArray] = dict(zip(labels.names, labels.columns, strict=True))
        quantile(level := self._level(confidence_level))
        chosen = choice("method", method, self.metric.methods)
        source = drawing(chosen, rng)
        sample, low, high = presented(self.metric, self.states, level, chosen, source)
        columns |= {"value": sample.value, "low": low, "high": high, "n": sample.n}
        columns["missing"] = np.asarray(self.states.missing)
        if small_base is not None:
            columns["small_base"] = columns["n"] < small_base
        columns |= of_clusters(self.metric, self.states) | self._marks()
        shown = dict.fromkeys(("value", "low", "high"), self._about.digits) | {"design_effect": 2}
        return Table(columns, shown)

    def _marks(self) -> dict[str, AnyArray]:
        """Return further columns of the table: here none."""
        return {}

    def compare(
        self,
        *,
        against: ComparedAgainst | None = None,
        reference: Hashable = NOTHING,
        adjust: Adjust | None = "holm",
        confidence_level: float | None = None,
        method: str | None = None,
        small_base: int = 30,
    ) -> Comparisons:
        """Compare the groups, with the rest, with one of them or in pairs: see `Comparisons`.

        The rest of a group is all other groups together; it is never compared with the total, which
        it is a part of. P-values are adjusted for the number of groups.

        Args:
            against: ``rest``, the default, or ``pairs``, each group with each other one.
            reference: The label of the one group that all others are compared with; with several
                grouping columns the tuple of its labels.
            adjust: ``holm`` (the chance of any false alarm), ``benjamini_hochberg`` (the share of
                false alarms among the alarms), or None for p-values as they are.
            confidence_level: Level of intervals and verdicts; by default the breakdown's.
            method: One of the metric's `difference_methods`; by default its first.
            small_base: Comparisons with fewer answers than this on either side are marked.

        Raises:
            StateError: Fewer than two groups have a score.
            ParameterError: There is no such word, group or method; `against` and `reference` are
                both given; the level is not between 0 and 1; `small_base` is no whole number of 0
                or more; more than 2000 groups are paired; or a grouping column is called as one of
                the table.

        Example:
            >>> import relmetrics as rm
            >>> plan = ["gold"] * 20 + ["basic"] * 30 + ["trial"] * 2
            >>> by = rm.NPS().by([10] * 16 + [7] * 4 + [9, 5, 3] * 10 + [10, 9], plan)
            >>> print(by.compare(reference="basic"))
            NPS of 2 groups against 'basic': 1 shown to differ (95%, p-values adjusted by holm)
            >>> by.compare(against="pairs")["trial", "gold"].value
            20.0
        """
        part = self._comparable("compare")
        return compared(
            part.metric,
            part.labels,
            part.states,
            against=against,
            reference=reference,
            adjust=adjust,
            confidence_level=self._level(confidence_level),
            method=method,
            small_base=small_base,
        )

    def ranking(
        self,
        *,
        method: RankingMethod = "value",
        confidence_level: float | None = None,
        small_base: int = 30,
    ) -> Ranking:
        """Rank the groups, the best first by the metric's direction: see `Ranking`.

        Args:
            method: ``value``, or with shrinkage ``normal`` or, of shares, ``beta_binomial``.
            confidence_level: Level of the intervals; by default the breakdown's.
            small_base: Groups with fewer answers than this are marked.

        Raises:
            StateError: No group has a score; for shrinkage fewer than three, or none two answers.
            ParameterError: There is no such method, or not for this metric; the level is not
                between 0 and 1; `small_base` is no whole number of 0 or more; or a grouping column
                is called as one of the table.

        Example:
            >>> import relmetrics as rm
            >>> shop = ["north"] * 400 + ["south"] * 500 + ["east"] * 600 + ["new"] * 3
            >>> kept = ([1] * 9 + [0]) * 40 + ([1] * 4 + [0]) * 100 + [1, 1, 0] * 200 + [1] * 3
            >>> by = rm.RetentionRate().by(kept, shop)
            >>> by.ranking(method="beta_binomial").table()["group"].tolist()
            ['north', 'new', 'south', 'east']
        """
        by = self._comparable("ranking")
        return ranked(
            by.metric,
            by.labels,
            by.states,
            by.total_state,
            method=method,
            confidence_level=self._level(confidence_level),
            small_base=small_base,
        )

    def _level(self, confidence_level: float | None) -> float:
        return self.confidence_level if confidence_level is None else confidence_level

    def _comparable(self, what: str) -> Breakdown:  # noqa: ARG002 - what cannot be done otherwise
        """Return the breakdown of the groups that may be compared: here all of them."""
        return self

    def rollup(self, to: Coarser) -> Breakdown:
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
        level, total = self.confidence_level, self.total_state
        return Breakdown(self.metric, grouping.labels, states, total, level)

    @property
    def _about(self) -> Description:
        return self.metric.description

    def _content(self) -> dict[str, object]:
        """Return level, figures of all answers, None where they have no score, and the table."""
        content = written(self, "confidence_level") | {"total": None, "table": self.table()}
        with suppress(RelmetricsError):  # no answers, or none that say something
            content["total"] = written(self.total, "value", "low", "high", "n", "missing")
        return content

    def __repr__(self) -> str:
        """Return the table of the first groups."""
        return repr(self.table())

    def _repr_html_(self) -> str:
        """Return the table of the first groups as HTML."""
        return self.table()._repr_html_()
