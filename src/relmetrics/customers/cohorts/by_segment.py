"""Cohorts by segment: the cohorts of each of them, their curves and cells compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
from attrs import NOTHING, field, frozen

from relmetrics.customers.cohorts.cohorts import Cohorts
from relmetrics.customers.retention import RetentionRate
from relmetrics.customers.segments.by_segment import BySegment
from relmetrics.errors import StateError
from relmetrics.inference.intervals import quantile
from relmetrics.inference.multiplicity import adjusted_by
from relmetrics.metric.result import Result, written
from relmetrics.metric.table import Table
from relmetrics.questions.groups.compare import kind_of, sides_of
from relmetrics.states.grouped_tally import GroupedTally

if TYPE_CHECKING:
    from collections.abc import Hashable

    from relmetrics.customers.cohorts.definition import Kind
    from relmetrics.data.types import AnyArray, FloatArray
    from relmetrics.inference.multiplicity import Adjust

_FIGURES = ("value", "reference_value", "difference", "low", "high", "band_low", "band_high")


@frozen(repr=False)
class CohortDifference(Result):
    """How the retention of one segment's cohorts differs from that of others.

    Attributes:
        kind: The kind of retention.
        confidence_level: The level of intervals and bands.
        curve: One row per age, over all cohorts that could be observed: ``age``, ``value`` and
            ``reference_value`` (%), ``difference`` with ``low`` and ``high`` (Newcombe's) of that
            age taken by itself, ``band_low`` and ``band_high`` of all ages together (at level
            1 - alpha / ages, Bonferroni), ``p_value``, ``p_adjusted``, ``n``, ``n_reference``.
        cells: The same of each cohort and age that both have, without a band.

    Example:
        >>> import relmetrics as rm
        >>> days = ["2025-01-05", "2025-02-09", "2025-01-01", "2025-01-03"]
        >>> log = rm.PurchaseLog(["a", "a", "b", "c"], days)
        >>> by = log.cohorts(by={"a": "web", "b": "shop", "c": "shop"}, as_of="2025-02-28")
        >>> by.compare()["web"].curve["difference"].tolist()
        [0.0, 100.0]
    """

    kind: str
    confidence_level: float
    curve: Table = field(hash=False)
    cells: Table = field(hash=False, repr=False)

    def _content(self) -> dict[str, object]:
        return written(self, "kind", "confidence_level") | {
            "curve": self.curve.to_dict(),
            "cells": self.cells.to_dict(),
        }

    def __str__(self) -> str:
        """Return the table of the curves."""
        return repr(self.curve)


@frozen(eq=False, repr=False, slots=False)
class CohortComparisons(BySegment[CohortDifference]):
    """Differences of cohorts by segment: a mapping of segment to `CohortDifference`.

    Made by ``log.cohorts(by=...).compare()``.

    Attributes:
        labels: What the segments are called.
        parts: The difference of each.

    Example:
        >>> import relmetrics as rm
        >>> log = rm.PurchaseLog(["a", "b"], ["2025-01-05", "2025-01-09"])
        >>> by = log.cohorts(by={"a": "web", "b": "shop"}, as_of="2025-01-31").compare()
        >>> list(by), by["web"].kind
        (['web', 'shop'], 'on')
    """

    def _table_of(self, part: Any) -> Table:
        table: Table = part.curve
        return table


@frozen(eq=False, repr=False, slots=False)
class CohortsBySegment(BySegment[Cohorts]):
    """Cohorts of each segment: a mapping of segment to its cohorts.

    Made by ``log.cohorts(by=...)``.

    Attributes:
        labels: What the segments are called.
        parts: The cohorts of each.

    Example:
        >>> import relmetrics as rm
        >>> log = rm.PurchaseLog(["a", "b", "a"], ["2025-01-05", "2025-01-09", "2025-02-01"])
        >>> by = log.cohorts(by={"a": "web", "b": "shop"}, as_of="2025-02-28")
        >>> by["web"].counts.tolist(), by.total.counts.tolist()
        ([[1.0, 1.0]], [[2.0, 1.0]])
    """

    def _table_of(self, part: Any) -> Table:
        table: Table = part.curve()
        return table

    @property
    def total(self) -> Cohorts:
        """The cohorts of all customers together."""
        return cast("Cohorts", sum(self.parts))

    def compare(
        self,
        *,
        kind: Kind = "on",
        reference: Hashable = NOTHING,
        adjust: Adjust | None = "holm",
        confidence_level: float = 0.95,
    ) -> CohortComparisons:
        """Compare the retention of each segment with that of the rest, or of one of them.

        Args:
            kind: Which retention: see `Cohorts.retention`.
            reference: The label of the one segment that all others are compared with.
            adjust: The rule for the ages of a curve, and for its cells: ``holm``, ``bonferroni``,
                ``sidak``, ``benjamini_hochberg``, or None.
            confidence_level: Level of intervals and bands.

        Raises:
            StateError: The cohorts are of revenue or recurring, where no customer counts once, or
                fewer than two segments have customers.
            ParameterError: There is no such kind, segment or rule.
        """
        quantile(confidence_level)
        definition = self.parts[0].definition
        if definition.values == "revenue" or definition.entry == "recurring":
            raise StateError.undefined(
                "A comparison of cohorts",
                "cohorts of revenue, and recurring ones, count no customer once",
                "Ask for cohorts of customers by their first time.",
            )
        sizes = np.array([int(part.sizes.sum()) or np.nan for part in self.parts])
        first, second = sides_of(kind_of(None, reference), reference, self.labels, sizes)
        found = []
        for place, i in enumerate(first.tolist()):
            others = [part for j, part in enumerate(self.parts) if j != i]
            theirs = sum(others) if second is None else self.parts[int(second[place])]
            sides = self.parts[i], cast("Cohorts", theirs)
            found.append(_difference(*sides, kind, adjust, confidence_level))
        labels = type(self.labels)(
            self.labels.names, tuple(column[first] for column in self.labels.columns)
        )
        return CohortComparisons(labels, tuple(found))


def _difference(
    ours: Cohorts, theirs: Cohorts, kind: Kind, adjust: Adjust | None, level: float
) -> CohortDifference:
    """Compare two tables of cohorts, at each age and in each cell."""
    shared, mine, other = np.intersect1d(ours.periods, theirs.periods, return_indices=True)
    width = min(ours.by_kind.shape[2], theirs.by_kind.shape[2])
    pooled, cells = [], []
    for side, rows in ((ours, mine), (theirs, other)):
        active = side.retention(kind).value[:, :width] / 100 * side.sizes[:, None]
        over = ~np.isnan(active)
        n = (over * side.sizes[:, None]).sum(axis=0)
        pooled.append((np.where(over, active, 0).sum(axis=0), n))
        cells.append((active[rows].ravel(), np.repeat(side.sizes[rows], width)))
    curve = _compared(pooled[0], pooled[1], adjust, level, {"age": ours.ages[:width]}, band=True)
    days = np.repeat(ours.cohorts[mine], width)
    names = {"cohort": days, "age": np.tile(ours.ages[:width], len(shared))}
    known = ~(np.isnan(cells[0][0]) | np.isnan(cells[1][0]))
    sides = [(active[known], sizes[known]) for active, sizes in cells]
    named = {name: column[known] for name, column in names.items()}
    table = _compared(sides[0], sides[1], adjust, level, named, band=False)
    return CohortDifference(kind, level, curve, table)


def _compared(
    ours: tuple[FloatArray, AnyArray],
    theirs: tuple[FloatArray, AnyArray],
    adjust: Adjust | None,
    level: float,
    names: dict[str, AnyArray],
    *,
    band: bool,
) -> Table:
    """Return the differences of many pairs of shares as a table."""
    metric = RetentionRate()
    states: list[GroupedTally] = []
    for active, n in (ours, theirs):
        yes = np.rint(active).astype(np.int64)
        counts = np.stack([n - yes, yes], axis=1)
        states.append(GroupedTally(metric.scale, counts, np.zeros(len(counts), dtype=np.int64)))
    mine, other = states
    found = metric.form.contrast(mine, other, level, "newcombe")
    a, b = found.samples
    columns: dict[str, AnyArray] = names | {
        "value": np.asarray(a.value),
        "reference_value": np.asarray(b.value),
        "difference": np.asarray(found.value),
        "low": np.asarray(found.low),
        "high": np.asarray(found.high),
    }
    if band:
        known = int(((ours[1] > 0) & (theirs[1] > 0)).sum())
        wide = metric.form.contrast(mine, other, 1 - (1 - level) / max(known, 1), "newcombe")
        columns |= {"band_low": np.asarray(wide.low), "band_high": np.asarray(wide.high)}
    columns["p_value"] = np.asarray(found.p_value)
    columns["p_adjusted"] = adjusted_by(adjust, columns["p_value"])
    columns |= {"n": ours[1], "n_reference": theirs[1]}
    digits = dict.fromkeys(map(str, _FIGURES), 1) | {"p_value": 4, "p_adjusted": 4}
    return Table(columns, digits)
