"""Tables of a scorecard: one row per metric, segment or last period."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relmetrics.metric.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import AnyArray, FloatArray
    from relmetrics.reports.scorecard.rows import Row


_FIGURES = ("value", "low", "high")


def _table(rows: Sequence[Row]) -> Table:
    columns: dict[str, AnyArray] = {
        "metric": _texts([row.about.symbol for row in rows]),
        "unit": _texts([row.about.unit for row in rows]),
    }
    columns |= {name: _numbers(rows, name) for name in _FIGURES}
    columns["n"] = np.array([row.n for row in rows], dtype=np.int64)
    columns["missing"] = np.array([row.missing for row in rows], dtype=np.int64)
    return Table(columns, dict.fromkeys(_FIGURES, 2))


def _texts(cells: Sequence[str]) -> AnyArray:
    return np.array(cells, dtype=object)


def _days(cells: Sequence[np.datetime64 | None]) -> AnyArray:
    return np.array(cells, dtype="datetime64[D]")


def _numbers(results: Sequence[object], name: str) -> FloatArray:
    """Return one attribute of each result, NaN where there is no result."""
    return np.array([getattr(result, name, np.nan) for result in results], dtype=np.float64)


def _names(what: str) -> tuple[str, str, str]:
    """Return the names of value, low and high of an estimate, a change or a slope."""
    return (what, f"{what}_low", f"{what}_high") if what else ("value", "low", "high")


def _ends(what: str, results: Sequence[object]) -> dict[str, AnyArray]:
    """Return value, low and high of each result as columns."""
    pairs = zip(_names(what), _FIGURES, strict=True)
    return {name: _numbers(results, figure) for name, figure in pairs}
