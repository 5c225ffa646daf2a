"""The figure of a breakdown: the interval of each group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relmetrics.data.checks import check_whole
from relmetrics.errors import RelmetricsError
from relmetrics.plot.drawing.figure import figure
from relmetrics.plot.drawing.picture import (
    Axis,
    Layer,
    Picture,
    height_of,
    interval_rows,
    rows_of,
    rule_at,
)
from relmetrics.plot.drawing.with_matplotlib import draw
from relmetrics.plot.drawing.words import (
    MOST_ROWS,
    counted,
    figure_text,
    first_of,
    heading,
    label_of,
    missing_note,
    named_level,
    named_unit,
    require_result,
)
from relmetrics.questions.groups.breakdown import Breakdown

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def _picture(by: Breakdown, *, most: int = MOST_ROWS) -> Picture:
    """Return the rows of a breakdown, the best on top, and the line of the total."""
    require_result(by, Breakdown, "by", "a Breakdown: metric.by(answers, groups)")
    most = check_whole("most", most, 1)
    table, about = by.table(), by.metric.description
    value, n = table["value"], table["n"]
    kept = np.sort(np.argsort(-n, kind="stable")[:most])
    better = value if about.direction == "higher" else -value
    height = np.where(np.isnan(better[kept]), -np.inf, better[kept])
    order = kept[np.lexsort((-kept, height))]
    names = [label_of(key) for key in by]
    rows = rows_of(
        group=[names[i] for i in order],
        value=value[order],
        low=table["low"][order],
        high=table["high"][order],
        n=n[order],
        missing=table["missing"][order],
        _row=np.arange(len(order)),
    )
    total, notes = _total(by)
    labels = [
        f"{name} ({counted(size)})" for name, size in zip(rows["group"], rows["n"], strict=True)
    ]
    what = " and ".join(map(str, by.labels.names))
    return Picture(
        title=heading(f"{named_unit(about)}, by {what}", n.sum()),
        notes=(
            *first_of(len(order), len(n), "groups", "those with the most answers"),
            *notes,
            *missing_note(table["missing"].sum()),
        ),
        x=Axis(title=named_level(about, by.confidence_level)),
        y=Axis(labels=tuple(labels)),
        layers=(*total, *interval_rows(rows)),
        height=height_of(len(order)),
        empty="no groups",
    )


@figure(_picture)
def intervals(by: Breakdown, *, most: int = MOST_ROWS, ax: Axes | None = None) -> Axes:
    """Draw a breakdown: the value of each group with its interval, best on top.

    The dashed line is the total. Groups without answers are listed without a mark.

    Args:
        by: What ``metric.by(...)`` gave.
        most: Draw at most so many groups, those with the most answers.
        ax: The axes to draw on.

    Raises:
        ModuleNotFoundError: matplotlib is not installed.
        ParameterError: `by` is no breakdown, or `most` no whole number of at least 1.

    Example:
        >>> import relmetrics as rm
        >>> from relmetrics import plot
        >>> by = rm.NPS().by([10, 9, 8, 3, 10], ["gold", "gold", "basic", "basic", "basic"])
        >>> plot.intervals(by).get_xlabel()
        'NPS, points (95% CI)'
    """
    return draw(_picture(by, most=most), ax)


def _total(by: Breakdown) -> tuple[tuple[Layer, ...], tuple[str, ...]]:
    """Return a line at the value of all answers, and what it is, where they have one."""
    try:
        total = by.total
    except RelmetricsError:  # no answers, or none that say something
        return (), ()
    text = figure_text(total.value, by.metric.description.digits)
    return (rule_at(total.value),), (f"Dashed: all answers, {text}",)
