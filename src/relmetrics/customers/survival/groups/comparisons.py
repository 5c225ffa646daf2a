"""Comparisons of survival: which groups stay longer, with one test of all and one of each."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from relmetrics.customers.survival.comparison import (
    LogRank,
    SurvivalDifference,
)
from relmetrics.metric.result import Result, written
from relmetrics.metric.wording import paragraph, percent
from relmetrics.questions.groups.figures import place_of

if TYPE_CHECKING:
    from relmetrics.customers.survival.curve import SurvivalCurve
    from relmetrics.customers.survival.survival import Survival
    from relmetrics.data.labels.grouping import Labels
    from relmetrics.inference.multiplicity import Adjust
    from relmetrics.metric.table import Table


@frozen(eq=False, repr=False, slots=False)
class SurvivalComparisons(Result, Mapping[Hashable, SurvivalDifference]):
    """Differences of survival between groups: a mapping of group to `SurvivalDifference`.

    Made by ``survival(..., by=...).compare()``. In pairs it is looked up by two groups.

    Attributes:
        log_rank: The test of all groups at once.
        against: ``rest``, ``reference`` or ``pairs``.
        horizon: The time up to which the mean times count.
        confidence_level: Level of each interval; the verdict asks for p below 1 less this.
        adjust: The rule for several tests, or None.

    Example:
        >>> import relmetrics as rm
        >>> plan = ["gold"] * 4 + ["basic"] * 4
        >>> by = rm.survival([9, 13, 18, 23, 5, 5, 8, 12], [1, 1, 1, 0, 1, 1, 1, 1], by=plan)
        >>> comparisons = by.compare(reference="basic")
        >>> print(comparisons)
        log-rank: chi-square 4.92 with 1 degree of freedom, p = 0.027; 1 of 1 shown to differ (95%)
        >>> comparisons["gold"].horizon
        23.0
    """

    log_rank: LogRank
    against: str
    horizon: float
    confidence_level: float
    adjust: Adjust | None
    _labels: Labels
    _curves: tuple[SurvivalCurve | Survival, ...]
    _sides: tuple[tuple[int, int | None], ...]
    _table: Table

    def table(self) -> Table:
        """Return one row per comparison, the smallest p-value first.

        Columns:

        - the labels of the group; in pairs also those of its reference, ``reference_...``;
        - ``mean`` and ``reference_mean``, the mean times within the horizon; ``difference`` with
          ``low`` and ``high``, and ``p_mean`` of equal means, each of this comparison alone;
        - ``p_value`` of the log-rank test, and ``p_adjusted`` for the number of tests;
        - ``n`` and ``n_reference``;
        - ``verdict``: ``longer`` or ``shorter`` where the adjusted p-value is below 1 less the
          level, as fewer or more left than at the rate of both; else ``not shown``.
        """
        return self._table

    @cached_property
    def _places(self) -> dict[Hashable, int]:
        keys = self._labels.keys()
        if self.against == "pairs":
            pairs = [(keys[i], keys[j]) for i, j in self._sides if j is not None]
            return {pair: place for place, pair in enumerate(pairs)}
        return {keys[i]: place for place, (i, _) in enumerate(self._sides)}

    def __getitem__(self, key: Hashable) -> SurvivalDifference:
        """Return the comparison of a group; in pairs of two, either way round.

        Its log-rank test is that of the two sides over all strata together. The band is drawn from
        a fixed seed: ask the curves themselves to compare for another.

        Raises:
            KeyError: There is no such comparison.
        """
        turned = self.against == "pairs" and isinstance(key, tuple) and key not in self._places
        place = place_of(key[::-1] if turned else key, self._places)  # type: ignore[index]
        i, j = self._sides[place]
        rest = [curve for other, curve in enumerate(self._curves) if other != i]
        sides: list[Any] = [self._curves[i], sum(rest) if j is None else self._curves[j]]
        ours, theirs = reversed(sides) if turned else sides
        found: SurvivalDifference = ours.compare(
            theirs,
            horizon=self.horizon,
            rho=self.log_rank.rho,
            confidence_level=self.confidence_level,
            rng=0,
        )
        return found

    def __iter__(self) -> Iterator[Hashable]:
        """Return what is compared, in the order of the groups."""
        return iter(self._places)

    def __len__(self) -> int:
        """Return the number of comparisons."""
        return len(self._sides)

    def __eq__(self, other: object) -> bool:
        """Return whether both are the same."""
        return self is other

    def __hash__(self) -> int:
        """Return a hash by identity."""
        return id(self)

    def _content(self) -> dict[str, object]:
        names = "against", "horizon", "confidence_level", "adjust"
        return written(self, *names) | {
            "log_rank": self.log_rank.to_dict(),
            "table": self.table().to_dict(),
        }

    def __str__(self) -> str:
        """Return one line: the test of all groups, and how many are shown to differ."""
        shown = int(np.sum(self._table["verdict"] != "not shown"))
        level = percent(self.confidence_level)
        return f"{self.log_rank}; {shown} of {len(self)} shown to differ ({level})"

    def __repr__(self) -> str:
        """Return the test of all groups, and the table."""
        return f"{self.log_rank}\n{self._table!r}"

    def _repr_html_(self) -> str:
        """Return the test of all groups and the table, for notebooks."""
        return paragraph(str(self.log_rank)) + self._table._repr_html_()
