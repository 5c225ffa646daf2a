"""Tables: those that the library returns by themselves, known by their columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from relmetrics.reports.page.words import periods_in
from relmetrics.reports.parts.blocks import Grid, Part
from relmetrics.reports.parts.flows import movements

if TYPE_CHECKING:
    from relmetrics.metric.table import Table
    from relmetrics.reports.parts.blocks import Look

_MOVEMENTS = frozenset({"period", "start", "retained", "new", "reactivated", "lost", "end"})
_CHANGES = frozenset({"period", "reference", "difference", "p_value"})
_HISTORY = frozenset({"period", "awareness", "exploration", "dissolution"})


def table(found: Table, look: Look) -> Part:
    """Return a table: drawn and named where its columns say what it is, else as it is.

    A table that nobody knows has no heading of its own: it belongs to what stands before it.
    """
    del look
    names = set(found)
    if names >= _MOVEMENTS and found.rows:
        return movements(found, every=periods_in(found["period"]))
    for columns, title in ((_CHANGES, "Changes by period"), (_HISTORY, "Stages by period")):
        if names >= columns:
            return Part(title, [Grid(title, found)])
    return Part("", [Grid("Table", found)], level=0)
