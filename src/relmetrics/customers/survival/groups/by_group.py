"""Survival by group: a curve for every group, to look at and to compare."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, cast

import numpy as np
from attrs import NOTHING, frozen

from relmetrics.customers.survival.comparison import horizon_of
from relmetrics.customers.survival.groups.compare import compare_groups
from relmetrics.customers.survival.groups.gray import gray_test
from relmetrics.customers.survival.questions import risks_of
from relmetrics.data.checks import check_name
from relmetrics.data.labels.grouping import coarser
from relmetrics.errors import ParameterError
from relmetrics.metric.result import Result
from relmetrics.metric.table import Table
from relmetrics.questions.groups.figures import label_columns, place_of

if TYPE_CHECKING:
    from relmetrics.customers.survival.curve import SurvivalCurve
    from relmetrics.customers.survival.groups.comparisons import SurvivalComparisons
    from relmetrics.customers.survival.groups.gray import GrayTest
    from relmetrics.customers.survival.survival import Survival
    from relmetrics.data.labels.grouping import Labels
    from relmetrics.data.types import AnyArray, Coarser
    from relmetrics.inference.multiplicity import Adjust
    from relmetrics.questions.groups.comparisons import ComparedAgainst


@frozen(eq=False, repr=False, slots=False)
class SurvivalByGroup(Result, Mapping[Hashable, "SurvivalCurve | Survival"]):
    """The survival of every group: a mapping of group to curve.

    Made by ``survival(..., by=...)`` and by the logs. With several grouping columns a group is the
    tuple of its labels.

    Attributes:
        labels: What the groups are called.
        curves: The curve of each, in the same order.

    Example:
        >>> import relmetrics as rm
        >>> by = rm.survival([9, 13, 5, 8], [1, 0, 1, 1], by=["gold", "gold", "basic", "basic"])
        >>> by["basic"].median, by.total.n
        (5.0, 4)
        >>> by.table()
        group  n  left  median  low  high  mean  horizon
        gold   2     1     9.0  9.0   nan  11.0     13.0
        basic  2     2     5.0  5.0   nan   6.5     13.0
    """

    labels: Labels
    curves: tuple[SurvivalCurve | Survival, ...]

    @cached_property
    def _places(self) -> dict[Hashable, int]:
        return {key: place for place, key in enumerate(self.labels.keys())}

    def __getitem__(self, group: Hashable) -> SurvivalCurve | Survival:
        """Return the curve of one group.

        Raises:
            KeyError: There is no such group.
        """
        return self.curves[place_of(group, self._places)]

    def __contains__(self, group: object) -> bool:
        """Tell whether there is such a group."""
        return group in self._places

    def __iter__(self) -> Iterator[Hashable]:
        """Return the groups in order."""
        return iter(self._places)

    def __len__(self) -> int:
        """Return the number of groups."""
        return len(self.curves)

    def __eq__(self, other: object) -> bool:
        """Return whether both have the same groups with the same curves."""
        if not isinstance(other, SurvivalByGroup):
            return NotImplemented
        return list(self) == list(other) and self.curves == other.curves

    __hash__ = None  # type: ignore[assignment]  # curves, which it compares, hold arrays

    @property
    def total(self) -> SurvivalCurve | Survival:
        """The curve of all customers together."""
        return sum(self.curves[1:], start=self.curves[0])

    def rollup(self, to: Coarser) -> SurvivalByGroup:
        """Return the survival of coarser groups, from the counts alone.

        Args:
            to: A function or a mapping from group to coarser group, or the name (names) of the
                grouping columns to keep.

        Raises:
            ParameterError: The mapping lacks a group, or there is no such column.
        """
        grouping = coarser(self.labels, to)
        members = [np.flatnonzero(grouping.codes == i) for i in range(len(grouping.labels))]
        curves = tuple(sum(self.curves[i] for i in places) for places in members)
        return SurvivalByGroup(grouping.labels, curves)  # type: ignore[arg-type]

    def compare(
        self,
        *,
        against: ComparedAgainst | None = None,
        reference: Hashable = NOTHING,
        strata: str | None = None,
        horizon: float | None = None,
        rho: float = 0.0,
        adjust: Adjust | None = "holm",
        confidence_level: float | None = None,
    ) -> SurvivalComparisons:
        """Compare the groups: all at once, and each with the rest, with one of them or in pairs.

        Args:
            against: ``rest``, the default, or ``pairs``, each group with each other one.
            reference: The label of the one group that all others are compared with.
            strata: The name of a grouping column within whose groups alone the log-rank tests
                compare: ``by={"plan": ..., "region": ...}`` and ``strata="region"`` compare plans
                within regions. The mean times are those of the plans over all regions.
            horizon: The time up to which the mean times count; by default the last one at which
                all curves are known.
            rho: The log-rank test weighs each time by S(t-)^rho: 0 all alike, 1 early ones more.
            adjust: ``holm``, ``bonferroni``, ``sidak``, ``benjamini_hochberg``, or None for
                p-values as they are.
            confidence_level: Level of intervals and verdicts; by default the curves'.

        Raises:
            StateError: Fewer than two groups have customers, or one is not known up to the horizon.
            ParameterError: There is no such word, group, column or rule; `against` and `reference`
                are both given; or the level is not between 0 and 1.

        Example:
            >>> import relmetrics as rm
            >>> by = rm.survival(
            ...     [9, 13, 18, 23, 5, 5, 8, 12], [1, 1, 1, 0, 1, 1, 1, 1], by=["a"] * 4 + ["b"] * 4
            ... )
            >>> round(by.compare().log_rank.p_value, 4)
            0.0265
        """
        level = self.curves[0].confidence_level if confidence_level is None else confidence_level
        groups = self if strata is None else self.rollup(self._others(strata))
        return compare_groups(
            groups.labels,
            groups.curves,
            [groups.curves] if strata is None else self._by_stratum(strata, groups),
            against=against,
            reference=reference,
            horizon=horizon,
            rho=rho,
            adjust=adjust,
            confidence_level=level,
        )

    def compare_incidence(
        self, reason: Hashable = NOTHING, *, strata: str | None = None, rho: float = 0.0
    ) -> GrayTest:
        """Test whether the groups leave for a reason to the same extent: see `GrayTest`.

        Args:
            reason: One of the reasons; it can be left out where there is one.
            strata: The name of a grouping column within whose groups alone groups are compared, as
                for `compare`.
            rho: Each time is weighed by (1 - F(t-))^rho: 0 all alike, 1 early ones more.

        Raises:
            ParameterError: There is no such reason or column, or `rho` is negative.
            StateError: The curves have no reasons, or survey weights.

        Example:
            >>> import relmetrics as rm
            >>> why = ["price", "moved", "price", "price", None, "moved", "price", None]
            >>> gone = [reason is not None for reason in why]
            >>> by = rm.survival([3, 4, 6, 8, 9, 2, 11, 12], gone, by=["a", "b"] * 4, reasons=why)
            >>> by.compare_incidence("price").groups["observed"].tolist()
            [3.0, 1.0]
        """
        groups = self if strata is None else self.rollup(self._others(strata))
        return gray_test(
            [groups.curves] if strata is None else self._by_stratum(strata, groups),
            label_columns(groups.labels, ("observed", "expected")),
            reason,
            rho,
        )

    def table(self, *, horizon: float | None = None) -> Table:
        """Return one row per group: median with interval, and mean time within a common horizon.

        Columns: the labels, ``n``, ``left``, ``median``, ``low``, ``high``, ``mean``, ``horizon``.

        Args:
            horizon: The time up to which means count; by default the last at which all curves are
                known.

        Raises:
            StateError: One of the curves is not known up to the horizon.
        """
        present = [curve for curve in self.curves if curve.n]
        end = horizon_of(horizon, *map(risks_of, present)) if present else np.nan
        found = [curve.quantile() if curve.n else None for curve in self.curves]
        columns: dict[str, AnyArray] = label_columns(self.labels, ())
        columns["n"] = np.array([curve.n for curve in self.curves], dtype=np.int64)
        columns["left"] = np.array([curve.left for curve in self.curves], dtype=np.int64)
        for name, what in (("median", "value"), ("low", "low"), ("high", "high")):
            columns[name] = np.array([getattr(one, what, np.nan) for one in found])
        columns["mean"] = np.array(
            [curve.restricted_mean(end).value if curve.n else np.nan for curve in self.curves]
        )
        columns["horizon"] = np.full(len(self.curves), end)
        return Table(columns, dict.fromkeys(("mean", "horizon"), 1))

    def _others(self, strata: str) -> list[str]:
        """Return the grouping columns beside the one of the strata.

        Raises:
            ParameterError: There is no such column, or no other one.
        """
        check_name("strata", strata, self.labels.names)
        others = [name for name in self.labels.names if name != strata]
        if not others:
            raise ParameterError.must_be(
                "strata",
                "one of several grouping columns",
                strata,
                'Say by={"group": ..., "stratum": ...}.',
            )
        return others

    def _by_stratum(
        self, strata: str, groups: SurvivalByGroup
    ) -> list[list[SurvivalCurve | Survival]]:
        """Return for each stratum the curves of the groups, of nobody where a group has none."""
        column = self.labels.names.index(strata)
        found: dict[Hashable, list[SurvivalCurve | Survival]] = {}
        for key, curve in self.items():
            parts = list(cast("tuple[Hashable, ...]", key))
            stratum = parts.pop(column)
            of = found.setdefault(stratum, [self.curves[0].nobody()] * len(groups))
            of[groups._places[parts[0] if len(parts) == 1 else tuple(parts)]] = curve
        return list(found.values())

    def _content(self) -> dict[str, object]:
        return {"table": self.table()}

    def __repr__(self) -> str:
        """Return the table."""
        return repr(self.table())

    def _repr_html_(self) -> str:
        """Return the table, for notebooks."""
        return self.table()._repr_html_()
