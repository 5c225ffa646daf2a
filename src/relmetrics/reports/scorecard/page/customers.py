"""Customers over time: retention by period, who came and went, cohorts, how long they stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relmetrics.metric.table import Table
from relmetrics.reports.page.curve import curve
from relmetrics.reports.page.words import short_name
from relmetrics.reports.parts.blocks import Grid, Look, Part
from relmetrics.reports.parts.flows import movements
from relmetrics.reports.parts.kinds import part_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from relmetrics.data.calendar.periods import Every
    from relmetrics.reports.scorecard.behaviour import Behaviour

_MOST = 60
"""The last so many periods are drawn."""


def behaviour_parts(found: Behaviour | None, labels: Mapping[str, str]) -> list[Part]:
    """Return what is known of behaviour, in order."""
    if found is None:
        return []
    look, parts = Look(labels=labels), []
    if found.movements is not None and found.movements.rows:
        if np.isfinite(found.movements["retention"]).any():
            parts.append(_retention(found.movements, found.every))
        parts.append(movements(found.movements, every=found.every))
    results = (found.cohorts, found.survival, found.stages, found.history)
    return parts + [part_of(result, look) for result in results if result is not None]


def _retention(table: Table, every: Every) -> Part:
    """Return retention by period with its intervals."""
    known = np.flatnonzero(np.isfinite(table["retention"]))[-_MOST:]
    names = [short_name(day, every) for day in table["period"][known]]
    title = "Of the customers of the period before, those who bought again, %"
    drawn = curve(title, names, *(table[n][known] for n in ("retention", "low", "high")))
    shown = ("period", "start", "retained", "retention", "low", "high", "complete")
    rates = Table({name: table[name] for name in shown}, table.digits)
    return Part("Retention over time", [Grid("Retention over time", rates, drawn, is_folded=True)])
