"""Rows: one line of a scorecard, of a metric or of a segment."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from relmetrics.errors import StateError

if TYPE_CHECKING:
    from relmetrics.metric.contract import Description
    from relmetrics.metric.estimate import Estimate
    from relmetrics.questions.groups.breakdown import Breakdown


SMALL_BASE = 30
"""Rows with fewer answers are marked, unless told otherwise."""


class Row(NamedTuple):
    """A row of the scorecard: a metric, a segment or none, its figures, how it compares."""

    about: Description
    segment: str
    value: float
    low: float
    high: float
    n: int
    missing: int
    against_rest: str = ""


def row_of(estimate: Estimate) -> Row:
    """Return the row of a metric over all answers."""
    e = estimate
    return Row(e.metric.description, "", e.value, e.low, e.high, e.n, e.missing)


def rows_of(by: Breakdown) -> list[Row]:
    """Return the rows of one metric by segment."""
    table, about = by.table(), by.metric.description
    names = ("value", "low", "high", "n", "missing")
    groups, verdicts = list(by), _verdicts(by)
    figures = zip(groups, *(table[name].tolist() for name in names), strict=True)
    return [
        Row(about, str(group), value, low, high, n, missing, verdicts.get(group, ""))
        for group, value, low, high, n, missing in figures
    ]


def _verdicts(by: Breakdown) -> dict[object, str]:
    """Return how each segment compares with the rest; nothing for one that cannot be compared."""
    try:
        comparisons = by.compare()
    except StateError:  # fewer than two segments have a score
        return {}
    table = comparisons.table()
    rows = zip(comparisons, table["verdict"], table["note"], strict=True)
    return {group: "" if note else verdict for group, verdict, note in rows}


def against_rest_text(level: str) -> str:
    """Return what the column says."""
    return f"Against the rest: all other segments together ({level}, p-values adjusted by Holm)."
