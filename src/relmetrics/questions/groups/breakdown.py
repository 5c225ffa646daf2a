"""Breakdown: a metric by group, for ten groups or a million."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import NOTHING, frozen

from relmetrics.data.labels.grouping import coarser
from relmetrics.inference.intervals import quantile
from relmetrics.questions.groups.compare import compared
from relmetrics.questions.groups.figures import require_groups, sampled
from relmetrics.questions.groups.grouped import GroupedEstimates
from relmetrics.questions.groups.ranking import ranked
from relmetrics.questions.groups.waves import compared_to
from relmetrics.questions.several.homogeneity import Homogeneity, homogeneity, testable

if TYPE_CHECKING:
    from collections.abc import Hashable

    from relmetrics.data.types import Coarser
    from relmetrics.inference.multiplicity import Adjust
    from relmetrics.questions.groups.comparisons import ComparedAgainst, Comparisons
    from relmetrics.questions.groups.ranking import Ranking, RankingMethod


@frozen(eq=False, repr=False, slots=False)
class Breakdown(GroupedEstimates):
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

    def compare(
        self,
        *,
        against: ComparedAgainst | None = None,
        reference: Hashable = NOTHING,
        adjust: Adjust | None = "holm",
        confidence_level: float | None = None,
        method: str | None = None,
        small_base: int = 30,
        suppress: bool = False,
    ) -> Comparisons:
        """Compare the groups, with the rest, with one of them or in pairs: see `Comparisons`.

        The rest of a group is all other groups together; it is never compared with the total, which
        it is a part of. P-values are adjusted for the number of groups.

        Args:
            against: ``rest``, the default, or ``pairs``, each group with each other one.
            reference: The label of the one group that all others are compared with; with several
                grouping columns the tuple of its labels.
            adjust: ``holm`` (the chance of any false alarm), ``bonferroni`` or ``sidak`` (the same,
                with intervals that hold all together), ``benjamini_hochberg`` (the share of false
                alarms among the alarms), or None for p-values as they are.
            confidence_level: Level of intervals and verdicts; by default the breakdown's.
            method: One of the metric's `difference_methods`; by default its first.
            small_base: Comparisons with fewer answers than this on either side are marked.
            suppress: Whether those have no numbers in the table, and are no tests.

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
            suppress=suppress,
        )

    def compare_to(
        self,
        reference: Breakdown,
        *,
        adjust: Adjust | None = "holm",
        confidence_level: float | None = None,
        method: str | None = None,
        small_base: int = 30,
        suppress: bool = False,
    ) -> Comparisons:
        """Compare each group with itself in another breakdown, such as that of an earlier wave.

        The difference of a group is this less the reference. Both are samples of different
        respondents; of the same respondents asked twice compare pairs. A group of only one of the
        two is a row without numbers, and its note says which.

        Args:
            reference: The same metric by the same grouping columns: the earlier wave.
            adjust: The rule for so many tests, as for `compare`.
            confidence_level: Level of intervals and verdicts; by default the breakdown's.
            method: One of the metric's `difference_methods`; by default its first.
            small_base: Comparisons with fewer answers than this on either side are marked.
            suppress: Whether those have no numbers in the table, and are no tests.

        Raises:
            ParameterError: `reference` is no breakdown, is by other columns, or has no group in
                common; or as for `compare`.
            StateError: The metrics differ, or no group has a score in both.

        Example:
            >>> import relmetrics as rm
            >>> before = rm.CSAT().by([5] * 30 + [2] * 40, ["gold"] * 40 + ["basic"] * 30)
            >>> after = rm.CSAT().by(
            ...     [5] * 70 + [2] * 9, ["gold"] * 40 + ["basic"] * 30 + ["new"] * 9
            ... )
            >>> found = after.compare_to(before)
            >>> print(found)
            CSAT of 3 groups against an earlier wave: 2 shown to differ (95%, p-values adjusted by
            holm; only in this wave: new)
            >>> found["gold"].verdict
            'better'
        """
        return compared_to(
            self._comparable("compare_to"),
            reference,
            adjust=adjust,
            confidence_level=self._level(confidence_level),
            method=method,
            small_base=small_base,
            suppress=suppress,
        )

    def homogeneity(self, *, confidence_level: float | None = None) -> Homogeneity:
        """Test whether the groups differ at all: one test for all of them; see `Homogeneity`.

        Ask it once, before or instead of `compare`, which says which of them differ.

        Args:
            confidence_level: 1 less the significance; by default the breakdown's level.

        Raises:
            StateError: Fewer than two groups have a score, or of sums two rows.
            ParameterError: The level is not between 0 and 1.

        Example:
            >>> import relmetrics as rm
            >>> by = rm.Rate().by([1, 1, 1, 0, 0, 0, 1], ["a"] * 3 + ["b"] * 3 + ["c"])
            >>> print(by.homogeneity())
            Rate of 3 groups: shown to differ (X2 = 6, df 2; p = 0.029, exact; n = 7)
        """
        part, level = self._comparable("homogeneity"), self._level(confidence_level)
        quantile(level)
        own = sampled(part.metric, part.states)
        require_groups("a test of whether groups differ", testable(part.metric, own), 2)
        return homogeneity(part.metric, part.states, own, level)

    def ranking(
        self,
        *,
        method: RankingMethod = "value",
        confidence_level: float | None = None,
        small_base: int = 30,
        suppress: bool = False,
    ) -> Ranking:
        """Rank the groups, the best first by the metric's direction: see `Ranking`.

        Args:
            method: ``value``, or with shrinkage ``normal`` or, of shares, ``beta_binomial``.
            confidence_level: Level of the intervals; by default the breakdown's.
            small_base: Groups with fewer answers than this are marked.
            suppress: Whether those have no rank and no numbers in the table.

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
            suppress=suppress,
        )

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
