"""Movements by segment: who came, stayed and went, period by period, in each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import NOTHING, frozen

from relmetrics.customers.retention import RetentionRate
from relmetrics.customers.segments.by_segment import BySegment
from relmetrics.data.calendar.dates import as_day
from relmetrics.errors import ParameterError, StateError
from relmetrics.metric.table import Table
from relmetrics.questions.groups.breakdown import Breakdown
from relmetrics.states.grouped_tally import GroupedTally

if TYPE_CHECKING:
    from collections.abc import Hashable

    from relmetrics.inference.multiplicity import Adjust
    from relmetrics.questions.groups.comparisons import ComparedAgainst, Comparisons


@frozen(eq=False, repr=False, slots=False)
class MovementsBySegment(BySegment[Table]):
    """Movements of each segment: a mapping of segment to the table that a log would have of it.

    Made by ``log.movements(by=...)``.

    Attributes:
        labels: What the segments are called.
        parts: The table of each.

    Example:
        >>> import relmetrics as rm
        >>> log = rm.PurchaseLog(
        ...     ["a", "b", "a", "c"], ["2025-01-05", "2025-01-09", "2025-02-01", "2025-02-03"]
        ... )
        >>> by = log.movements(by={"a": "web", "b": "shop", "c": "web"}, as_of="2025-02-28")
        >>> by["web"]["end"].tolist(), by["shop"]["lost"].tolist()
        ([1, 2], [0, 1])
    """

    def _table_of(self, part: Any) -> Table:
        table: Table = part
        return table

    def retention(self, period: object = None, *, confidence_level: float = 0.95) -> Breakdown:
        """Return the retention of one period by segment.

        Args:
            period: Its first day; by default the last period that is over.
            confidence_level: Level of the intervals.

        Raises:
            ParameterError: There is no such period, or it is not over.
            StateError: No period is over.
        """
        over = {day for table in self.parts for day in table["period"][table["complete"]].tolist()}
        if not over:
            raise StateError.undefined("retention", "no period is over", "Wait for the first one.")
        chosen = max(over) if period is None else as_day(period, "period").item()
        if chosen not in over:
            raise ParameterError.must_be("period", "the first day of a period that is over", period)
        counts = np.zeros((len(self), 2), dtype=np.int64)
        for place, table in enumerate(self.parts):
            at = np.flatnonzero(table["period"] == np.datetime64(chosen, "D"))
            if len(at):
                kept, start = (int(table[name][at[0]]) for name in ("retained", "start"))
                counts[place] = start - kept, kept
        metric = RetentionRate()
        states = GroupedTally(metric.scale, counts, np.zeros(len(self), dtype=np.int64))
        return Breakdown(metric, self.labels, states, states.total(), confidence_level)

    def compare(
        self,
        period: object = None,
        *,
        against: ComparedAgainst | None = None,
        reference: Hashable = NOTHING,
        adjust: Adjust | None = "holm",
        confidence_level: float = 0.95,
    ) -> Comparisons:
        """Compare the retention of the segments in one period: see `Breakdown.compare`.

        Args:
            period: Its first day; by default the last period that is over. Of one period each
                customer counts once; over several the same customers would count again and again.
            against: ``rest``, the default, or ``pairs``.
            reference: The label of the one segment that all others are compared with.
            adjust: ``holm``, ``bonferroni``, ``sidak``, ``benjamini_hochberg``, or None.
            confidence_level: Level of intervals and verdicts.

        Raises:
            StateError: No period is over, or fewer than two segments have customers at its start.
            ParameterError: There is no such period, word or segment.
        """
        by = self.retention(period, confidence_level=confidence_level)
        return by.compare(against=against, reference=reference, adjust=adjust)
