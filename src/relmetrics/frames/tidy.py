"""The tidy table: one row per metric, segment, group and period."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from relmetrics.frames.segments import Part

_COMPARED = ("difference", "difference_low", "difference_high", "p_adjusted")
FIXED = (
    *("metric", "column", "by", "period", "complete"),
    *("value", "low", "high", "n", "missing", "unit", *_COMPARED, "verdict"),
)
"""The columns of the table beside those of the groups."""


class Tidy:
    """The columns of the table, as they grow."""

    def __init__(self, names: tuple[str, ...], *, dated: bool, compared: bool) -> None:
        """Start a table without rows."""
        self.names: tuple[str, ...] = names
        self.compared: bool = compared
        self.timed: tuple[str, ...] = ("period", "complete") if dated else ()
        ordered = ["metric", "column", "by", *names, *self.timed]
        ordered += ["value", "low", "high", "n", "missing", "unit"]
        ordered += [*_COMPARED, "verdict"] if compared else []
        self.columns: dict[str, list[Any]] = {name: [] for name in ordered}

    def add(self, metric: Any, column: Any, grouping: tuple[str, ...], part: Part) -> None:
        """Add the rows of a part."""
        size = len(part.figures["n"])
        about = metric.description
        fixed = {
            "metric": about.symbol,
            "column": column if isinstance(column, str) else ", ".join(column),
            "by": ", ".join(grouping) or "total",
            "unit": about.unit,
        }
        for name, value in fixed.items():
            self.columns[name] += [value] * size
        for name in self.names:
            self.columns[name] += part.labels.get(name, [None] * size)
        for name in ("value", "low", "high", "n", "missing", *self.timed):
            self.columns[name] += part.figures[name].tolist()
        if self.compared:
            blank = {name: [math.nan] * size for name in _COMPARED} | {"verdict": [""] * size}
            for name, values in (part.compared or blank).items():
                self.columns[name] += values
