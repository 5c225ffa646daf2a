"""Figures of stages: how many customers are in each, and how many came so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.customers.lifecycle.lifecycle import Lifecycle
from relmetrics.customers.lifecycle.stages import STAGES
from relmetrics.data.checks import check_whole
from relmetrics.errors import ParameterError
from relmetrics.metric.table import Table
from relmetrics.metric.wording import percent
from relmetrics.plot.drawing.figure import figure
from relmetrics.plot.drawing.palette import BAD, INK, LIGHTEST, PALE, mixed
from relmetrics.plot.drawing.picture import Axis, Layer, Look, Picture, height_of, numbered, rows_of
from relmetrics.plot.drawing.stacked import stacked
from relmetrics.plot.drawing.with_matplotlib import draw
from relmetrics.plot.drawing.words import (
    MOST_ROWS,
    counted,
    first_of,
    heading,
    label_of,
    require_result,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_NAMES = [stage.value for stage in STAGES]
_PORTFOLIO = "a Lifecycle or its portfolio: log.stages().portfolio(segments)"
_SHARE = "Share of customers, %"
_COLORS = [mixed(mixed(PALE, LIGHTEST, 0.3), INK, part) for part in (0.0, 0.35, 0.7, 1.0)]
_STAGES = {
    name: Look(color=color, marker="square", legend=name)
    for name, color in zip(_NAMES, [*_COLORS, BAD], strict=True)
}


def _stages(given: Lifecycle | Table, *, most: int = MOST_ROWS) -> Picture:
    """Return a bar for each stage; of a portfolio by segments a stacked bar for each of them."""
    require_result(given, (Lifecycle, Table), "given", _PORTFOLIO)
    most = check_whole("most", most, 1)
    table = given if isinstance(given, Table) else given.portfolio()
    if not {"stage", "customers", "n", "share"} <= set(table):
        raise ParameterError.must_be("given", _PORTFOLIO, given)
    if "segment" in table:
        return _segments(table, most)
    rows = rows_of(
        stage=_NAMES,
        share=table["share"],
        low=table["low"],
        high=table["high"],
        customers=table["customers"],
        _from=np.zeros(len(_NAMES)),
        _row=numbered(_NAMES),
    )
    names = [f"{name} ({n:,})" for name, n in zip(_NAMES, table["customers"], strict=True)]
    return Picture(
        title=heading("Customers by stage, % of customers", table["n"].max(initial=0)),
        notes=("In brackets: customers", "Lines: intervals of the shares"),
        x=Axis(title=_SHARE, low=0.0),
        y=Axis(labels=tuple(names[::-1])),
        layers=(
            Layer(mark="bar", rows=rows, x="_from", x2="share", y="_row", look="stage"),
            Layer(mark="span", rows=rows, x="low", x2="high", y="_row", fixed=_LINE, width=1.5),
        ),
        looks={name: Look(color=look.color, marker="square") for name, look in _STAGES.items()},
        height=height_of(len(_NAMES), each=0.36),
    )


@figure(_stages)
def stages(given: Lifecycle | Table, *, most: int = MOST_ROWS, ax: Axes | None = None) -> Axes:
    """Draw the portfolio of relationships: the share of customers in each stage.

    By segments every segment is a bar of all stages, from awareness to dissolution.

    Args:
        given: What ``log.stages(...)`` or its ``portfolio(segments)`` gave.
        most: Draw at most so many segments, those with the most customers.
        ax: The axes to draw on.

    Raises:
        ModuleNotFoundError: matplotlib is not installed.
        ParameterError: `given` is neither, or `most` is no whole number of at least 1.

    Example:
        >>> import relmetrics as rm
        >>> from relmetrics import plot
        >>> log = rm.PurchaseLog(["a", "a", "b"], ["2025-01-01", "2025-01-02", "2025-01-02"])
        >>> plot.stages(log.stages()).get_title()
        'Customers by stage, % of customers (n = 2)'
    """
    return draw(_stages(given, most=most), ax)


def _funnel(lifecycle: Lifecycle, *, confidence_level: float = 0.95) -> Picture:
    """Return a bar for each stage: how many reached it, or a later one."""
    require_result(lifecycle, Lifecycle, "lifecycle", "a Lifecycle: log.stages()")
    reached: list[Any] = []
    if len(lifecycle):
        reached = [lifecycle.reach(name, confidence_level=confidence_level) for name in _NAMES[:-1]]
    shares = np.array([one.value for one in reached])
    before = np.concatenate([[100.0], shares[:-1]]) if reached else shares
    with np.errstate(invalid="ignore", divide="ignore"):
        onward = 100 * shares / before
    rows = rows_of(
        stage=_NAMES[: len(reached)],
        share=shares,
        low=[one.low for one in reached],
        high=[one.high for one in reached],
        of_those_before=onward,
        _from=np.zeros(len(reached)),
        _row=numbered(reached),
        _right=np.fmax(shares, [one.high for one in reached]) if reached else shares,
        _text=[
            f"{share:.1f}%" + (f", {part:.0f}% of the stage before" if i and part == part else "")  # noqa: PLR0124 - NaN
            for i, (share, part) in enumerate(zip(shares, onward, strict=True))
        ],
    )
    return Picture(
        title=heading("Customers that reached each stage, %", len(lifecycle)),
        notes=("Or a later one, until the last day observed",),
        x=Axis(title=f"Share of customers, % ({percent(confidence_level)} CI)", low=0.0),
        y=Axis(labels=tuple(_NAMES[: len(reached)][::-1])),
        layers=(
            Layer(mark="bar", rows=rows, x="_from", x2="share", y="_row", look="stage"),
            Layer(mark="span", rows=rows, x="low", x2="high", y="_row", fixed=_LINE, width=1.5),
            Layer(
                mark="text", rows=rows, x="_right", y="_row", text="_text", align="right", size=9
            ),
        ),
        looks={name: Look(color=look.color, marker="square") for name, look in _STAGES.items()},
        height=height_of(len(reached), each=0.4),
        empty="no customers",
    )


@figure(_funnel)
def funnel(lifecycle: Lifecycle, *, confidence_level: float = 0.95, ax: Axes | None = None) -> Axes:
    """Draw how far relationships came: the share of customers that reached each stage.

    A stage counts for who reached a later one. Beside the bars stands how many of those who
    reached the stage before came on.

    Args:
        lifecycle: What ``log.stages(...)`` or ``StageLog.lifecycle()`` gave.
        confidence_level: Level of the intervals.
        ax: The axes to draw on.

    Raises:
        ModuleNotFoundError: matplotlib is not installed.
        ParameterError: `lifecycle` is none, or the level is not between 0 and 1.

    Example:
        >>> import relmetrics as rm
        >>> from relmetrics import plot
        >>> log = rm.PurchaseLog(["a", "a", "b"], ["2025-01-01", "2025-01-02", "2025-01-02"])
        >>> plot.funnel(log.stages()).get_title()
        'Customers that reached each stage, % (n = 2)'
    """
    return draw(_funnel(lifecycle, confidence_level=confidence_level), ax)


_LINE = Look(color=PALE)


def _segments(table: Table, most: int) -> Picture:
    """Return a stacked bar of stages for each segment, those of the most customers."""
    size = len(_NAMES)
    names = [label_of(name) for name in table["segment"][::size]]
    n = table["n"][::size]
    shown = np.sort(np.argsort(-n, kind="stable")[:most])
    shares = table["share"].reshape(-1, size)[shown]
    labels = [f"{names[i]} ({counted(n[i])})" for i in shown]
    return Picture(
        title=heading("Customers by segment and stage, % of the segment", n.sum()),
        notes=first_of(len(shown), len(names), "segments", "those with the most customers"),
        x=Axis(title="Share of the customers of the segment, %", low=0.0, high=100.0),
        y=Axis(labels=tuple(labels[::-1])),
        layers=stacked(
            [names[i] for i in shown],
            _STAGES,
            shares,
            whole="segment",
            part="stage",
            n=n[shown].tolist(),
        ),
        looks=_STAGES,
        height=height_of(len(shown), each=0.36),
        empty="no segments",
    )
