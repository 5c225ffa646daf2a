"""Stages by segment: the relationships of each of them, and how many got how far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import NOTHING, frozen

from relmetrics.customers.lifecycle.lifecycle import Lifecycle
from relmetrics.customers.lifecycle.reach import StageReach
from relmetrics.customers.lifecycle.stages import Stage, as_member
from relmetrics.customers.segments.by_segment import BySegment
from relmetrics.questions.groups.breakdown import Breakdown
from relmetrics.states.grouped_tally import GroupedTally

if TYPE_CHECKING:
    from collections.abc import Hashable

    from relmetrics.inference.multiplicity import Adjust
    from relmetrics.metric.table import Table
    from relmetrics.questions.groups.comparisons import ComparedAgainst, Comparisons


@frozen(eq=False, repr=False, slots=False)
class StagesBySegment(BySegment[Lifecycle]):
    """Stages of each segment: a mapping of segment to the lifecycle of its customers.

    Made by ``log.stages(by=...)``.

    Attributes:
        labels: What the segments are called.
        parts: The lifecycle of each.

    Example:
        >>> import relmetrics as rm
        >>> log = rm.PurchaseLog(["a", "a", "b"], ["2025-01-05", "2025-01-09", "2025-02-01"])
        >>> by = log.stages(by={"a": "web", "b": "shop"})
        >>> by["web"], by.reach("expansion")["web"].value
        (Lifecycle(as_of=2025-02-01, customers=1: 1 expansion), 100.0)
    """

    def _table_of(self, part: Any) -> Table:
        table: Table = part.portfolio()
        return table

    def reach(self, stage: str = Stage.COMMITMENT, *, confidence_level: float = 0.95) -> Breakdown:
        """Return the share of customers that reached a stage, by segment: see `Lifecycle.reach`.

        Raises:
            ParameterError: There is no such stage.
        """
        which = as_member("stage", stage, Stage)
        metric = StageReach(stage=which)
        yes = [
            int(
                (
                    life.dissolved if which is Stage.DISSOLUTION else life.furthest >= which.place
                ).sum()
            )
            for life in self.parts
        ]
        counts = np.array([[len(life) - y, y] for life, y in zip(self.parts, yes, strict=True)])
        nobody = np.zeros(len(self), dtype=np.int64)
        states = GroupedTally(metric.scale, counts.reshape(-1, 2).astype(np.int64), nobody)
        return Breakdown(metric, self.labels, states, states.total(), confidence_level)

    def compare(
        self,
        stage: str = Stage.COMMITMENT,
        *,
        against: ComparedAgainst | None = None,
        reference: Hashable = NOTHING,
        adjust: Adjust | None = "holm",
        confidence_level: float = 0.95,
    ) -> Comparisons:
        """Compare the shares that reached a stage: see `Breakdown.compare`.

        Args:
            stage: A stage, or its name.
            against: ``rest``, the default, or ``pairs``.
            reference: The label of the one segment that all others are compared with.
            adjust: ``holm``, ``bonferroni``, ``sidak``, ``benjamini_hochberg``, or None.
            confidence_level: Level of intervals and verdicts.

        Raises:
            StateError: Fewer than two segments have customers.
            ParameterError: There is no such stage, word or segment.
        """
        by = self.reach(stage, confidence_level=confidence_level)
        return by.compare(against=against, reference=reference, adjust=adjust)
