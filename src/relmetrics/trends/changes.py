"""Changes: each period of a trend against an earlier one, with the reason where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from relmetrics.comparing.multiplicity import Adjust, adjusted_by
from relmetrics.errors import ParameterError
from relmetrics.parameters import check_name
from relmetrics.stacks import taken
from relmetrics.table import Table

if TYPE_CHECKING:
    from relmetrics.periods import Every
    from relmetrics.trends.trend import Trend
    from relmetrics.types import AnyArray, IntArray

Against = Literal["previous", "year_before", "first"]
AGAINST: tuple[Against, ...] = ("previous", "year_before", "first")

PERIODS_BACK: dict[Every, int] = {"day": 364, "week": 52, "month": 12, "quarter": 4, "year": 1}
"""How far back a year lies: 52 whole weeks for days and weeks, so that weekdays meet their like."""

_NOBODY_BEFORE = "no earlier period with answers"


def changes(
    trend: Trend,
    *,
    against: Against,
    confidence_level: float,
    method: str,
    adjust: Adjust | None,
) -> Table:
    """Return one row per period with its change: see `Trend.changes`."""
    check_name("against", against, AGAINST)
    adjusted_by(adjust, np.empty(0))
    figures = trend.table()
    periods, n, complete = (figures[name] for name in ("period", "n", "complete"))
    known = ~np.isnan(figures["value"])
    reference = _references(trend, against, known & complete)
    there = reference >= 0
    notes = np.full(len(trend), "", dtype=object)
    # Of several reasons the last one written stands.
    notes[there & ~known[reference]] = "no answers a year earlier"
    notes[~there] = "no period a year earlier" if against == "year_before" else _NOBODY_BEFORE
    notes[~known] = "undefined for these answers"
    notes[n == 0] = "no answers"
    notes[~complete] = "not over"

    numbers = {name: np.full(len(trend), np.nan) for name in ("value", "low", "high", "p_value")}
    rows = np.flatnonzero(notes == "")
    if len(rows):
        sides = taken(trend.states, rows), taken(trend.states, reference[rows])
        found = trend.metric.contrast(*sides, confidence_level, method)
        for name, column in numbers.items():
            column[rows] = getattr(found, name)
    notes[(notes == "") & np.isnan(numbers["low"])] = "too few answers for an interval"

    columns: dict[str, AnyArray] = {
        "period": periods,
        "reference": np.where(there, periods[reference], np.datetime64("NaT", "D")),
        **numbers,
    }
    if adjust is not None:
        columns["p_adjusted"] = adjusted_by(adjust, numbers["p_value"])
    columns |= {"n": n, "n_reference": np.where(there, n[reference], 0), "note": notes}
    shown = trend.metric.description.digits
    digits = {"value": shown, "low": shown, "high": shown, "p_value": 4, "p_adjusted": 4}
    return Table(columns, digits)


def _references(trend: Trend, against: Against, usable: AnyArray) -> IntArray:
    """Return the place of each period's reference; -1 for none.

    Windows that share periods share answers, so a window's reference ends before it begins.
    """
    places, apart = np.arange(len(trend)), trend.window
    if against == "year_before":
        back = PERIODS_BACK[trend.every]
        if back < apart:
            raise ParameterError.must_be(
                "against",
                f"'previous' or 'first' for windows of {apart} periods, which overlap those of "
                "a year before",
                against,
            )
        return np.maximum(places - back, -1)
    used = np.where(usable, places, -1)
    if against == "previous":
        latest = np.maximum.accumulate(used)
    else:
        latest = np.full(len(trend), used[usable].min(initial=len(trend)))
    before = np.full(len(trend), -1)
    before[apart:] = latest[: max(0, len(trend) - apart)]
    return np.where(before <= places - apart, before, -1)
