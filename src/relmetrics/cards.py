"""Scorecard: several metrics together, overall and by segment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from relmetrics.pages import SMALL_BASE, body, page, rows_of
from relmetrics.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.breakdown import Breakdown
    from relmetrics.estimate import Estimate
    from relmetrics.pages import Row
    from relmetrics.types import AnyArray


@frozen
class Scorecard:
    """Several metrics together, each with its interval, overall and by segment.

    Attributes:
        title: The heading.
        estimates: The metrics of all answers.
        segments: The same metrics by segment; empty when there is no segment.
        notes: What was left out, and why.
        small_base: Below this n a row is marked.

    Example:
        >>> import relmetrics as rm
        >>> card = rm.scorecard(survey=rm.simulate_survey(), customers=rm.simulate_customers())
        >>> card.estimates[0].metric.description.symbol
        'NPS'
        >>> card.table()["metric"].tolist()[:3]
        ['NPS', 'CSAT', 'CES']
    """

    title: str
    estimates: tuple[Estimate, ...]
    segments: tuple[Breakdown, ...] = ()
    notes: tuple[str, ...] = ()
    small_base: int = SMALL_BASE
    factors: Table | None = field(default=None)

    def table(self) -> Table:
        """Return one row per metric: metric, unit, value, low, high, n and missing."""
        return _table(
            [
                (e.metric.description, "", e.value, e.low, e.high, e.n, e.missing)
                for e in self.estimates
            ]
        )

    def segment_table(self) -> Table:
        """Return one row per metric and segment; `small_base` marks rows of few answers."""
        rows = [row for by in self.segments for row in rows_of(by)]
        table = _table(rows)
        columns = {"metric": table["metric"], "segment": np.array([r[1] for r in rows], object)}
        columns |= {name: table[name] for name in table if name != "metric"}
        columns["small_base"] = table["n"] < self.small_base
        return Table(columns, table.digits)

    def __str__(self) -> str:
        """Return the scorecard as text."""
        parts = [self.title, "", *(str(estimate) for estimate in self.estimates)]
        if self.factors is not None:
            parts += ["", "Factors of the satisfaction index", repr(self.factors)]
        if self.segments:
            shown = self.segment_table()
            parts += ["", "By segment", shown.to_text()]
        parts += ["", *(f"Note: {note}" for note in self.notes)] if self.notes else []
        return "\n".join(parts)

    def to_dict(self) -> dict[str, object]:
        """Return the scorecard as JSON-ready plain values."""
        return {
            "type": "scorecard",
            "v": 1,
            "title": self.title,
            "estimates": [estimate.to_dict() for estimate in self.estimates],
            "segments": self.segment_table().to_dict() if self.segments else {},
            "notes": list(self.notes),
        }

    def _repr_html_(self) -> str:
        """Return the body of the page, for notebooks."""
        return body(self)

    def to_html(self) -> str:
        """Return a page that stands alone: no script, no file beside it, every text escaped."""
        return page(self)


def _table(rows: Sequence[Row]) -> Table:
    names = ("value", "low", "high")
    columns: dict[str, AnyArray] = {
        "metric": np.array([about.symbol for about, *_ in rows], dtype=object),
        "unit": np.array([about.unit for about, *_ in rows], dtype=object),
    }
    for i, name in enumerate(names, start=2):
        columns[name] = np.array([row[i] for row in rows], dtype=np.float64)
    columns["n"] = np.array([row[5] for row in rows], dtype=np.int64)
    columns["missing"] = np.array([row[6] for row in rows], dtype=np.int64)
    return Table(columns, dict.fromkeys(names, 2))
