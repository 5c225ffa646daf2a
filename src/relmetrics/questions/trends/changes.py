"""Changes: each period of a trend against an earlier one, with the reason where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from relmetrics.data.calendar.periods import kind_of
from relmetrics.data.checks import check_name
from relmetrics.errors import ParameterError
from relmetrics.inference.multiplicity import Adjust, adjusted_by, level_of_verdicts
from relmetrics.metric.table import Table
from relmetrics.questions.groups.left_out import TOO_FEW, why_left_out
from relmetrics.states.stacks import taken

if TYPE_CHECKING:
    from relmetrics.data.calendar.periods import Every
    from relmetrics.data.types import AnyArray, FloatArray, IntArray
    from relmetrics.metric.contract import AnyMetric

ChangeAgainst = Literal["previous", "year_before", "first"]
CHANGE_AGAINST: tuple[ChangeAgainst, ...] = ("previous", "year_before", "first")

PERIODS_BACK: dict[str, int] = {"day": 364, "week": 52, "month": 12, "quarter": 4, "year": 1}
"""How far back a year lies: 52 whole weeks for days and weeks, so that weekdays meet their like."""

_NUMBERS = ("difference", "low", "high", "p_value")
_OF_CONTRAST = {"difference": "value", "low_adjusted": "low", "high_adjusted": "high"}
_NOBODY_BEFORE = "no earlier period with a value"


def changes(
    metric: AnyMetric,
    states: Any,
    figures: Table,
    *,
    every: Every,
    window: int,
    against: ChangeAgainst,
    confidence_level: float,
    method: str,
    adjust: Adjust | None,
) -> Table:
    """Return one row per period with its change: see `Trend.changes`."""
    check_name("against", against, CHANGE_AGAINST)
    adjusted_by(adjust, np.empty(0))
    periods, n, values = (figures[name] for name in ("period", "n", "value"))
    own = why_left_out(n, values, complete=figures["complete"])
    reference = _references(own == "", against, every, window)
    there = reference >= 0
    # Of several reasons the last one written stands.
    notes = np.where(there & (own[reference] != ""), own[reference] + " a year earlier", "")
    notes[~there] = "no period a year earlier" if against == "year_before" else _NOBODY_BEFORE
    notes[own != ""] = own[own != ""]

    numbers = {name: np.full(len(values), np.nan) for name in _NUMBERS}
    rows = np.flatnonzero(notes == "")
    sides = taken(states, rows), taken(states, reference[rows])

    def fill(columns: dict[str, FloatArray], level: float) -> None:
        if len(rows):
            found = metric.form.contrast(*sides, level, method)
            for name, column in columns.items():
                column[rows] = getattr(found, _OF_CONTRAST.get(name, name))

    fill(numbers, confidence_level)
    notes[(notes == "") & np.isnan(numbers["low"])] = TOO_FEW

    columns: dict[str, AnyArray] = {
        "period": periods,
        "reference": np.where(there, periods[reference], np.datetime64("NaT", "D")),
        "value": values,
        "reference_value": np.where(there, values[reference], np.nan),
        **numbers,
    }
    if adjust is not None:
        p_adjusted = adjusted_by(adjust, numbers["p_value"])
        wide = {name: np.full(len(values), np.nan) for name in ("low_adjusted", "high_adjusted")}
        fill(wide, level_of_verdicts(p_adjusted, adjust, confidence_level))
        columns |= {"p_adjusted": p_adjusted, **wide}
    columns |= {"n": n, "n_reference": np.where(there, n[reference], 0), "note": notes}
    in_unit = ("value", "reference_value", *_NUMBERS, "low_adjusted", "high_adjusted")
    digits = dict.fromkeys(in_unit, metric.description.digits)
    return Table(columns, digits | {"p_value": 4, "p_adjusted": 4})


def _references(usable: AnyArray, against: ChangeAgainst, every: Every, window: int) -> IntArray:
    """Return the place of each period's reference; -1 for none.

    Windows that share periods share answers, so a window's reference ends before it begins.
    """
    places, apart = np.arange(len(usable)), window
    if against == "year_before":
        back = PERIODS_BACK[kind_of(every)]
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
        latest = np.full(len(usable), used[usable].min(initial=len(usable)))
    before = np.full(len(usable), -1)
    before[apart:] = latest[: max(0, len(usable) - apart)]
    return np.where(before <= places - apart, before, -1)
