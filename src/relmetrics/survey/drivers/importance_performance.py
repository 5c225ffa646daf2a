"""Importance and performance: which factor to work on, and which one gets more than it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relmetrics.data.checks import check_number
from relmetrics.errors import StateError
from relmetrics.metric.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import AnyArray, FloatArray

QUADRANTS = ("low priority", "possible overkill", "concentrate here", "keep up the good work")
"""Less important and rated low, rated high; more important and rated low, rated high."""

_LOWERS = "lowers the overall rating"
_NOTHING = "no importance: the factors explain nothing"

_ROUNDING = 1e-12


def importance_performance_table(
    names: Sequence[str],
    shares: FloatArray,
    means: Sequence[float] | None,
    lowering: AnyArray,
    *,
    importance_at: float | None = None,
    performance_at: float | None = None,
) -> Table:
    """Return one row per factor: importance, performance, quadrant, the most important first.

    A factor on a dividing line counts as important, or as performing. Where the quadrants do not
    apply there is none, and a note says why.

    Args:
        names: The factors.
        shares: Their importance, %.
        means: Their performance, or None when that is not known.
        lowering: Whether a higher rating of them goes with a lower overall rating.
        importance_at: Where importance is divided; by default at the mean of the shares.
        performance_at: Where performance is divided; by default at the mean of the means.

    Raises:
        StateError: The performance is not known.
        ParameterError: A dividing line is no number.

    Source:
        Martilla and James (1977), Journal of Marketing 41(1), 77-79.
    """
    if means is None:
        raise StateError.undefined(
            "performance",
            "a correlation matrix has no means",
            "Analyse the rows or their Moments, which have.",
        )
    important = _above(shares, dividing_line(shares, importance_at, "importance_at"))
    performance = np.array(means)
    performing = _above(performance, dividing_line(performance, performance_at, "performance_at"))
    notes = np.where(np.isnan(shares), _NOTHING, np.where(lowering, _LOWERS, "")).astype(object)
    quadrants = np.array(QUADRANTS, dtype=object)[2 * important + performing]
    order = np.argsort(-shares, kind="stable")
    columns: dict[str, AnyArray] = {
        "factor": np.array(names, dtype=object)[order],
        "importance": shares[order],
        "performance": performance[order],
        "quadrant": np.where(notes == "", quadrants, "")[order],
        "note": notes[order],
    }
    return Table(columns, {"importance": 1, "performance": 2})


def dividing_line(values: FloatArray, line: float | None, name: str) -> float:
    """Return where a column is divided: at a number that is given, else at its mean.

    Raises:
        ParameterError: What is given is no number.
    """
    if line is None:
        return float(values.mean())
    return float(check_number(name, line))


def _above(values: FloatArray, line: float) -> AnyArray:
    """Return 1 where a value reaches the line, rounding aside, and 0 elsewhere."""
    above: AnyArray = (values >= line - _ROUNDING * abs(line)).astype(np.intp)
    return above
