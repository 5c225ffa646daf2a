"""Figures of movements: customers or revenue that come and go, by period and in a waterfall."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relmetrics.errors import ParameterError
from relmetrics.metric.table import Table
from relmetrics.money.revenue_history import RevenueHistory
from relmetrics.money.revenue_movement import FLOWS, RevenueMovement
from relmetrics.plot.drawing.figure import figure
from relmetrics.plot.drawing.palette import BAD, GOOD, PALE
from relmetrics.plot.drawing.picture import (
    Axis,
    Layer,
    Look,
    Picture,
    height_of,
    numbered,
    rows_of,
    rule_at,
)
from relmetrics.plot.drawing.with_matplotlib import draw
from relmetrics.plot.drawing.words import date_labels, heading, require_result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from relmetrics.data.calendar.periods import Every
    from relmetrics.data.types import AnyArray, FloatArray

_LOOKS = {
    "retained": Look(color=PALE, marker="square", legend="retained"),
    "reactivated": Look(color="#3f86c6", marker="square", legend="reactivated"),
    "expansion": Look(color="#5d8a1e", marker="square", legend="expansion"),
    "new": Look(color=GOOD, marker="square", legend="new"),
    "contraction": Look(color="#c8507f", marker="square", legend="contraction"),
    "lost": Look(color=BAD, marker="square", legend="lost"),
    "churned": Look(color=BAD, marker="square", legend="churned"),
}
_GAINS, _LOSSES = (
    ("retained", "reactivated", "expansion", "new"),
    ("contraction", "lost", "churned"),
)
_TABLE = "a table of movements or a RevenueHistory: log.movements(), rm.revenue_movements(...)"
_LENGTHS: tuple[tuple[int, Every], ...] = ((1, "day"), (7, "week"), (31, "month"), (92, "quarter"))


def _movements(given: Table | RevenueHistory) -> Picture:
    """Return bars above 0 for what came or stayed, and below 0 for what went."""
    require_result(given, (Table, RevenueHistory), "given", _TABLE)
    table = given if isinstance(given, Table) else given.table()
    if not {"period", "new", "complete", "end"} <= set(table):
        raise ParameterError.must_be("given", _TABLE, given)
    days = table["period"].astype("datetime64[D]")
    every = _every(days)
    ends = _ends(days)
    shown = [name for name in _LOOKS if name in table]
    layers, bottom, below = [], np.zeros(len(days)), np.zeros(len(days))
    for name in shown:
        amount = np.array(table[name], dtype=np.float64)
        if name in _GAINS:
            start, end = bottom, bottom + amount
            bottom = end
        else:
            # What is not there yet in an unfinished period is not lost.
            amount = np.where(table["complete"], amount, 0.0)
            start, end = below, below - amount
            below = end
        layers.append(
            Layer(
                mark="bar",
                rows=rows_of(
                    period=days,
                    movement=[name] * len(days),
                    amount=amount if name in _GAINS else -amount,
                    _end=ends,
                    _from=start,
                    _to=end,
                ),
                x="period",
                x2="_end",
                y="_from",
                y2="_to",
                look="movement",
            )
        )
    money = isinstance(given, RevenueHistory) or "expansion" in table
    unit = "Revenue" if money else "Customers"
    unfinished = [
        label
        for label, over in zip(date_labels(days, every), table["complete"], strict=True)
        if not over
    ]
    return Picture(
        title=_title(unit, every, table, money=money),
        notes=tuple(f"{label} is not over: its losses are not known yet" for label in unfinished),
        x=Axis(title=f"first day of the {every}", labels=date_labels(days, every), at=days),
        y=Axis(title="Revenue" if money else "Customers"),
        layers=(*layers, *((rule_at(0.0, across="y", dashed=False),) if len(days) else ())),
        looks={name: _LOOKS[name] for name in shown},
        height=3.8,
        empty="no periods",
    )


@figure(_movements)
def movements(given: Table | RevenueHistory, *, ax: Axes | None = None) -> Axes:
    """Draw what came and went in each period: above 0 what came or stayed, below 0 what was lost.

    Of customers a bar above 0 is as high as the number of those at the end of the period. The
    losses of a period that is not over are not drawn: what is not there yet is not lost.

    Args:
        given: What ``log.movements(...)`` or ``rm.revenue_movements(...)`` gave.
        ax: The axes to draw on.

    Raises:
        ModuleNotFoundError: matplotlib is not installed.
        ParameterError: `given` is neither.

    Example:
        >>> import relmetrics as rm
        >>> from relmetrics import plot
        >>> log = rm.PurchaseLog(["a", "b", "a"], ["2025-01-03", "2025-01-09", "2025-02-01"])
        >>> plot.movements(log.movements(as_of="2025-02-28")).get_title()
        'Customers by month: came, stayed and lost (n = 2 new)'
    """
    return draw(_movements(given), ax)


def _waterfall(movement: RevenueMovement) -> Picture:
    """Return the start, each movement from where the one before it ended, and the end."""
    require_result(
        movement, RevenueMovement, "movement", "a RevenueMovement: rm.revenue_movement(...)"
    )
    amounts = np.array([float(getattr(movement, name)) for name in FLOWS])
    signs = np.array([-1.0 if name in _LOSSES else 1.0 for name in FLOWS])
    steps = (signs * amounts)[:-1]
    reached = np.cumsum(steps)
    start = np.concatenate([[0.0], reached[:-1], [0.0]])
    end = np.concatenate([reached, amounts[-1:]])
    customers = [getattr(movement.customers, name) for name in FLOWS]
    kinds = ["total", *("loss" if sign < 0 else "gain" for sign in signs[1:-1]), "total"]
    rows = rows_of(
        movement=list(FLOWS),
        amount=signs * amounts,
        customers=customers,
        _kind=kinds,
        _from=start,
        _to=end,
        _right=np.maximum(start, end),
        _row=numbered(FLOWS),
        _text=_amounts(signs * amounts, movement),
    )
    labels = [f"{name} ({n:,})" for name, n in zip(FLOWS, customers, strict=True)]
    return Picture(
        title=heading("Revenue from start to end, in its unit", _customers(movement)),
        notes=(
            "In brackets: customers",
            *((f"{movement.missing:,} customers left out",) if movement.missing else ()),
        ),
        x=Axis(title="Revenue"),
        y=Axis(labels=tuple(labels[::-1])),
        layers=(
            Layer(mark="bar", rows=rows, x="_from", x2="_to", y="_row", look="_kind"),
            Layer(
                mark="text", rows=rows, x="_right", y="_row", text="_text", align="right", size=9
            ),
        ),
        looks={
            "total": Look(color=PALE, marker="square"),
            "gain": Look(color=GOOD, marker="square", legend="came"),
            "loss": Look(color=BAD, marker="square", legend="went"),
        },
        height=height_of(len(FLOWS), each=0.36),
    )


@figure(_waterfall)
def waterfall(movement: RevenueMovement, *, ax: Axes | None = None) -> Axes:
    """Draw how the revenue at the start of a period became that at its end, step by step.

    Args:
        movement: What ``rm.revenue_movement(...)`` gave, or one of a `RevenueHistory`.
        ax: The axes to draw on.

    Raises:
        ModuleNotFoundError: matplotlib is not installed.
        ParameterError: `movement` is none.

    Example:
        >>> import relmetrics as rm
        >>> from relmetrics import plot
        >>> movement = rm.revenue_movement(["a", "b", "c"], [10, 10, 0], [0, 30, 5])
        >>> plot.waterfall(movement).get_title()
        'Revenue from start to end, in its unit (n = 3)'
    """
    return draw(_waterfall(movement), ax)


def _customers(movement: RevenueMovement) -> int:
    """Return the customers who had revenue at the start, at the end, or at both."""
    counts = movement.customers
    return counts.start + counts.new + counts.reactivated


def _amounts(values: FloatArray, movement: RevenueMovement) -> list[str]:
    """Return the amounts as texts, with a sign but for the ends."""
    digits = 0 if all(float(value).is_integer() for value in values) else 2
    del movement
    last = len(values) - 1
    return [
        f"{value:{'' if i in (0, last) else '+'}z,.{digits}f}" for i, value in enumerate(values)
    ]


def _title(unit: str, every: str, table: Table, *, money: bool) -> str:
    if money:
        return f"{unit} by {every}: came and went (n = {table.rows} {every}s)"
    return f"{unit} by {every}: came, stayed and lost (n = {int(table['new'].sum()):,} new)"


def _every(days: AnyArray) -> Every:
    """Return the kind of periods that begin on these days."""
    shortest = int(np.diff(days).astype(np.int64).min(initial=10**6))
    found: Every = "year"
    if len(days) == 1:
        found = "month" if str(days[0]).endswith("-01") else "day"
    for length, kind in _LENGTHS[::-1]:
        found = kind if shortest <= length else found
    return found


def _ends(days: AnyArray) -> AnyArray:
    """Return where the bars end: a little before the next period begins."""
    lengths = np.diff(days).astype(np.int64)
    usual = int(lengths[-1]) if len(lengths) else 28
    ends: AnyArray = days + np.maximum(0.85 * np.append(lengths, usual), 1).astype("m8[D]")
    return ends
