"""Tables of a scorecard: one row per metric, segment or last period."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relmetrics.metric.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import AnyArray, FloatArray
    from relmetrics.reports.scorecard.rows import Row


ROW_FIGURES = ("value", "low", "high")
"""What every result has, under the names of its attributes."""


def metric_table(rows: Sequence[Row]) -> Table:
    """Return metric, unit, value, low, high, n and missing of each row."""
    columns: dict[str, AnyArray] = {
        "metric": text_column([row.about.symbol for row in rows]),
        "unit": text_column([row.about.unit for row in rows]),
    }
    columns |= {name: number_column(rows, name) for name in ROW_FIGURES}
    columns["n"] = np.array([row.n for row in rows], dtype=np.int64)
    columns["missing"] = np.array([row.missing for row in rows], dtype=np.int64)
    return Table(columns, dict.fromkeys(ROW_FIGURES, 2))


def text_column(cells: Sequence[str]) -> AnyArray:
    """Return texts as a column of a table."""
    return np.array(cells, dtype=object)


def day_column(cells: Sequence[np.datetime64 | None]) -> AnyArray:
    """Return days as a column of a table, NaT where there is none."""
    return np.array(cells, dtype="datetime64[D]")


def number_column(results: Sequence[object], name: str) -> FloatArray:
    """Return one attribute of each result, NaN where there is no result."""
    return np.array([getattr(result, name, np.nan) for result in results], dtype=np.float64)


def figure_names(what: str) -> tuple[str, str, str]:
    """Return the names of value, low and high of an estimate, a change or a slope."""
    return (what, f"{what}_low", f"{what}_high") if what else ROW_FIGURES


def figure_columns(what: str, results: Sequence[object]) -> dict[str, AnyArray]:
    """Return value, low and high of each result as columns."""
    pairs = zip(figure_names(what), ROW_FIGURES, strict=True)
    return {name: number_column(results, figure) for name, figure in pairs}
