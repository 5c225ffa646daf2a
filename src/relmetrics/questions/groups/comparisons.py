"""Comparisons: which groups differ, each against the rest, against one of them, or in pairs."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from attrs import field, frozen

from relmetrics.errors.wording import SHOWN, printable, shown
from relmetrics.metric.difference import Difference
from relmetrics.metric.result import Result, Tabular, written
from relmetrics.metric.wording import paragraph, percent
from relmetrics.questions.groups.figures import place_of
from relmetrics.questions.groups.left_out import ONLY_HERE, ONLY_THERE
from relmetrics.questions.several.one_sided import OneSidedComparisons, one_sided
from relmetrics.states.stacks import Rest

if TYPE_CHECKING:
    from relmetrics.data.labels.grouping import Labels
    from relmetrics.data.types import IntArray
    from relmetrics.inference.multiplicity import Adjust
    from relmetrics.metric.contract import AnyMetric, Description
    from relmetrics.metric.margins.one_sided import Alternative
    from relmetrics.metric.table import Table

ComparedAgainst = Literal["rest", "pairs"]
COMPARED_AGAINST: tuple[ComparedAgainst, ...] = ("rest", "pairs")

MOST_IN_PAIRS = 2_000
"""All pairs of so many groups are two million comparisons; of more they are nobody's reading."""

COMPARISON_FIGURES = (
    "value",
    "reference_value",
    "difference",
    "low",
    "high",
    "p_value",
    "p_adjusted",
    "low_adjusted",
    "high_adjusted",
    "n",
    "n_reference",
    "small_base",
    "verdict",
    "note",
)


@frozen(eq=False, repr=False, slots=False)
class Comparisons(Tabular, Result, Mapping[Hashable, Difference]):
    """Differences between groups, the best shown first: a mapping of group to `Difference`.

    Made by ``metric.by(...).compare()``. Against the rest or a reference it is looked up by the
    group; in pairs by two of them, ``comparisons["gold", "basic"]``, either way round. Each
    `Difference` has the numbers of ``metric.compare`` of the same two states, so its p-value is
    that of a single test; the table has the adjusted one beside it.

    Who looks at twenty groups finds one that differs by luck, so p-values are adjusted.
    Groups are of rows. Where a respondent has several rows, in one group or in several, they
    are not independent, and differences look surer than they are: take one row for each.

    Attributes:
        metric: The definition.
        labels: What the groups are called.
        against: ``rest``, ``reference``, ``pairs``, or ``earlier`` of two waves.
        reference: The group that all are compared with, where there is one.
        confidence_level: Level of each interval; the verdict asks for p below 1 less this.
        method: The method of the intervals and p-values.
        adjust: The rule for several tests, or None.
        small_base: Comparisons with fewer answers than this on either side are marked.
        adjusted_level: The level of the adjusted intervals, by which they agree with the verdicts.

    Example:
        >>> import relmetrics as rm
        >>> plan = ["gold"] * 40 + ["basic"] * 40 + ["trial"] * 5
        >>> by = rm.CSAT().by([5] * 36 + [2] * 4 + [5, 1] * 20 + [4] * 5, plan)
        >>> comparisons = by.compare()
        >>> print(comparisons)
        CSAT of 3 groups against the rest: 2 shown to differ (95%, p-values adjusted by holm)
        >>> comparisons["gold"].verdict
        'better'

    Source:
        Holm (1979), Scandinavian Journal of Statistics 6, 65-70; Benjamini and Hochberg
        (1995), Journal of the Royal Statistical Society B 57, 289-300; Benjamini and Yekutieli
        (2005), Journal of the American Statistical Association 100, 71-81, for intervals.
    """

    metric: AnyMetric
    labels: Labels
    against: str
    reference: Hashable
    confidence_level: float
    method: str
    adjust: Adjust | None
    small_base: int
    adjusted_level: float
    _states: Any = field(alias="states")
    _first: IntArray = field(alias="first")
    _second: IntArray | Rest = field(alias="second")
    _table: Table = field(alias="table")
    _others: Any = field(default=None, alias="others")

    def table(self) -> Table:
        """Return one row per comparison, by evidence: the smallest p-value first.

        Ties are broken by the size of the difference. Columns:

        - the labels of the group; in pairs also those of its reference, ``reference_...``;
        - `value`, `reference_value` and `difference`: the score of the group, of what it is
          compared with, and the one less the other;
        - `low`, `high`: the interval of the difference, of this comparison taken by itself. It can
          leave out 0 where the adjusted p-value is not small, for that asks more of each;
        - `p_value`, `p_adjusted`: two-sided, alone and adjusted for the number of tests;
        - `low_adjusted`, `high_adjusted`: the interval that agrees with the verdict: all are of one
          level, `adjusted_level`. By ``bonferroni`` and ``sidak`` they hold all together with the
          chance `confidence_level`; by ``benjamini_hochberg`` at most 1 in 20 of those shown is
          wrong (at 95 %); by ``holm`` they agree with the verdicts, which is all they promise: no
          intervals hold all together and agree with Holm's two-sided tests;
        - `n`, `n_reference`: the answers on either side, and `small_base`, whether one is few;
        - `verdict`: ``better`` or ``worse`` where the adjusted p-value is below 1 less the level,
          else ``not shown``;
        - `note`: why there are no numbers, where there are none.

        Example:
            >>> import relmetrics as rm
            >>> by = rm.NPS().by([10, 9, 3, None], ["a", "a", "b", "c"])
            >>> by.compare().table()["note"].tolist()
            ['', '', 'no answers']
        """
        return self._table

    @cached_property
    def _places(self) -> dict[Hashable, int]:
        return {key: place for place, key in enumerate(self.labels.keys())}

    def __getitem__(self, group: Hashable) -> Difference:
        """Return the difference of one group, or of a pair of them.

        Raises:
            KeyError: There is no such group or pair, or it is the reference itself.
            EmptySampleError: One side has no answers.
            WeightError: Those of one side weigh nothing.
            AmountError: The amounts of one side have no ratio.
        """
        other = self.reference
        if self.against == "pairs":
            pair = _pair(group)
            if pair is None:
                msg = f"{group!r} is no pair of groups. Say comparisons[group, reference]."
                raise KeyError(msg)
            group, other = pair
        place = place_of(group, self._places)
        if self._others is not None:
            second = self._others[place]
        elif isinstance(self._second, Rest):
            second = self._second[place]
        elif place_of(other, self._places) == place:
            msg = f"{group!r} is compared with others, not with itself."
            raise KeyError(msg)
        else:
            second = self._states[place_of(other, self._places)]
        found: Difference = self.metric.compare(
            self._states[place],
            second,
            confidence_level=self.confidence_level,
            method=self.method,
        )
        return found

    def __iter__(self) -> Iterator[Hashable]:
        """Return the groups, or the pairs of them, by evidence."""
        keys = list(self._places)
        if self.against == "pairs" and not isinstance(self._second, Rest):
            pairs = zip(self._first.tolist(), self._second.tolist(), strict=True)
            return iter([(keys[a], keys[b]) for a, b in pairs])
        return iter([keys[place] for place in self._first.tolist()])

    def __len__(self) -> int:
        """Return the number of comparisons."""
        return len(self._first)

    def __contains__(self, group: object) -> bool:
        """Tell whether there is such a comparison, with or without answers; pairs either way."""
        if self.against == "pairs":
            pair = _pair(group)
            return pair is not None and pair[0] != pair[1] and {*pair} <= self._places.keys()
        itself = self.against == "reference" and group == self.reference
        return group in self._places and not itself

    def __eq__(self, other: object) -> bool:
        """Return whether both are the same: a mapping's would ask empty groups for differences."""
        return self is other

    def __hash__(self) -> int:
        """Return a hash by identity."""
        return id(self)

    def __str__(self) -> str:
        """Return one honest line: what was compared, and how many were found to differ."""
        what = "group" if len(self) == 1 else "groups"
        words = {
            "rest": f"{len(self)} {what} against the rest",
            "reference": f"{len(self)} {what} against {shown(self.reference)}",
            "pairs": f"{len(self)} {'pair' if len(self) == 1 else 'pairs'} of groups",
            "earlier": f"{len(self)} {what} against an earlier wave",
        }
        verdicts, notes = self._table["verdict"], self._table["note"]
        rule = "not adjusted" if self.adjust is None else f"adjusted by {self.adjust}"
        alone = [self._alone(note) for note in (ONLY_HERE, ONLY_THERE)]
        bare = int(np.sum((notes != "") & (notes != ONLY_HERE) & (notes != ONLY_THERE)))
        return (
            f"{self._about.symbol} of {words[self.against]}: "
            f"{int(np.sum(verdicts != 'not shown'))} shown to differ "
            f"({percent(self.confidence_level)}, p-values {rule}"
            f"{f'; {bare} cannot be compared' if bare else ''}{''.join(alone)})"
        )

    def _alone(self, note: str) -> str:
        """Return which groups are in one wave alone, where two waves are compared."""
        rows = np.flatnonzero(self._table["note"] == note)
        names = [", ".join(str(self._table[n][row]) for n in self.labels.names) for row in rows]
        return printable(f"; {note}: {', '.join(names[:SHOWN])}{_more(names)}") if names else ""

    def __repr__(self) -> str:
        """Return the line, and the table of the first comparisons below it."""
        return f"{self}\n{self._table!r}"

    def _body_html(self) -> str:
        """Return the line and the first comparisons as HTML, for notebooks."""
        return paragraph(str(self)) + self._table._repr_html_()

    def one_sided(self, *, alternative: Alternative, margin: float = 0.0) -> OneSidedComparisons:
        """Test which groups differ one way alone, or are not worse by a margin; see the result.

        Args:
            alternative: ``greater`` or ``less``, of the group less what it is compared with.
            margin: How far the wrong way it may be, in the metric's unit, at least 0.

        Raises:
            ParameterError: There is no such side, the margin is negative, or the level of the
                comparisons is not above 0.5.
        """
        return one_sided(self, alternative, margin)

    @property
    def _about(self) -> Description:
        return self.metric.description

    def _content(self) -> dict[str, object]:
        names = ["confidence_level", "method", "adjust", "small_base"]
        reference = None if self.reference is None else str(self.reference)
        settings = {"against": self.against, "reference": reference}
        if self.adjust is not None:
            names.append("adjusted_level")
        return settings | written(self, *names) | {"table": self._table}


def _more(names: list[str]) -> str:
    return f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""


def _pair(key: object) -> tuple[Any, Any] | None:
    """Return a key as a pair, or None where it is none."""
    return key if isinstance(key, tuple) and len(key) == 2 else None  # noqa: PLR2004 - a pair
