"""Card: what a scorecard holds, before it is shown as tables, text or a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

from relmetrics.reports.scorecard.rows import SMALL_BASE

if TYPE_CHECKING:
    from relmetrics.metric.estimate import Estimate
    from relmetrics.metric.table import Table
    from relmetrics.questions.groups.breakdown import Breakdown
    from relmetrics.reports.scorecard.latest import LatestPeriod


@frozen
class Card:
    """The parts of a scorecard: see `Scorecard`."""

    title: str
    estimates: tuple[Estimate, ...]
    segments: tuple[Breakdown, ...] = ()
    notes: tuple[str, ...] = ()
    small_base: int = SMALL_BASE
    factors: Table | None = field(default=None)
    over_time: tuple[LatestPeriod, ...] = ()
