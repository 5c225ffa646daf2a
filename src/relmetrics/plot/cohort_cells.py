"""Figures of cohorts: retention by cohort and age as a map, and one curve over all cohorts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relmetrics.customers.cohorts.cohorts import Cohorts
from relmetrics.customers.cohorts.retention import CohortRetention
from relmetrics.data.calendar.periods import kind_of
from relmetrics.data.checks import check_whole
from relmetrics.metric.wording import percent
from relmetrics.plot.drawing.figure import figure
from relmetrics.plot.drawing.palette import INK, PALE, between
from relmetrics.plot.drawing.picture import Axis, Layer, Look, Picture, height_of, rows_of
from relmetrics.plot.drawing.with_matplotlib import draw
from relmetrics.plot.drawing.words import MOST_ROWS, counted, first_of, heading, require_result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from relmetrics.customers.cohorts.definition import Kind
    from relmetrics.customers.cohorts.retention import Average
    from relmetrics.data.types import AnyArray

_WORDS: dict[Kind, str] = {
    "on": "active at each age",
    "on_or_after": "active at each age or later",
    "on_or_before": "come back by each age",
    "streak": "active at every age up to each",
}
_MOST_TEXTS = 26
"""In more columns than this there is no room for numbers."""


def _cohorts(cohorts: Cohorts | CohortRetention, *, most: int = MOST_ROWS) -> Picture:
    """Return a square for each cell that is over, and dots for one that has begun."""
    require_result(
        cohorts, (Cohorts, CohortRetention), "cohorts", "Cohorts or their retention: log.cohorts()"
    )
    found = cohorts.retention() if isinstance(cohorts, Cohorts) else cohorts
    most = check_whole("most", most, 1)
    size, ages = found.value.shape
    shown = np.arange(max(size - most, 0), size)
    value, partial = found.value[shown], found.partial[shown]
    top = _top(value)
    row, age = np.nonzero(~np.isnan(value))
    cells = value[row, age]
    labels = [str(day) for day in found.cohorts[shown]]
    rows = rows_of(
        cohort=[labels[i] for i in row],
        age=[str(name) for name in found.ages[age]],
        retention=cells,
        low=found.low[shown][row, age],
        high=found.high[shown][row, age],
        n=found.sizes[shown][row],
        _x=age,
        _row=len(shown) - 1 - row,
        _color=[between(cell / top) for cell in cells],
        _text=[f"{cell:.0f}" for cell in cells],
    )
    begun, at = np.nonzero(partial)
    dots = rows_of(_x=at, _row=len(shown) - 1 - begun, _text=["..."] * len(at))
    wide = ages <= _MOST_TEXTS
    texts = [Layer(mark="text", rows=rows, x="_x", y="_row", text="_text", size=8)] if wide else []
    names = [f"{label} ({counted(n)})" for label, n in zip(labels, found.sizes[shown], strict=True)]
    return Picture(
        title=heading(f"Retention, % {_WORDS[found.kind]}", found.sizes[shown].sum()),
        notes=(
            *first_of(len(shown), size, "cohorts", "the newest"),
            f"Darkest at {top:.0f}% and above",
            *(("Dots: begun and not over",) if len(at) and wide else ()),
            "Blank: not observed yet",
        ),
        x=Axis(title=_age_of(cohorts), labels=_ages(found.ages)),
        y=Axis(labels=tuple(names[::-1])),
        layers=(
            Layer(mark="cell", rows=rows, x="_x", y="_row"),
            *texts,
            *([Layer(mark="text", rows=dots, x="_x", y="_row", text="_text", size=8)] * wide),
        ),
        height=height_of(len(shown), each=0.27),
        empty="no cohorts",
    )


@figure(_cohorts)
def cohorts(
    cohorts: Cohorts | CohortRetention, *, most: int = MOST_ROWS, ax: Axes | None = None
) -> Axes:
    """Draw retention by cohort and age as a map: the darker, the more customers stayed.

    A cell that is not over is left blank, with dots where it has begun: it is unknown, not 0.
    The scale of the colors ends at the greatest retention after age 0, which is 100 by itself.

    Args:
        cohorts: What ``log.cohorts(...)`` or its ``retention(kind)`` gave.
        most: Draw at most so many cohorts, the newest.
        ax: The axes to draw on.

    Raises:
        ModuleNotFoundError: matplotlib is not installed.
        ParameterError: `cohorts` are none, or `most` is no whole number of at least 1.

    Example:
        >>> import relmetrics as rm
        >>> from relmetrics import plot
        >>> log = rm.PurchaseLog(["a", "b", "a"], ["2025-01-03", "2025-01-09", "2025-02-01"])
        >>> plot.cohorts(log.cohorts(as_of="2025-03-15")).get_title()
        'Retention, % active at each age (n = 2)'
    """
    return draw(_cohorts(cohorts, most=most), ax)


def _retention(
    cohorts: Cohorts,
    kind: Kind = "on",
    *,
    average: Average = "pooled",
    confidence_level: float = 0.95,
) -> Picture:
    """Return the curve over all cohorts with its band, and a thin line for each cohort."""
    require_result(cohorts, Cohorts, "cohorts", "Cohorts: log.cohorts()")
    table = cohorts.curve(kind, average=average, confidence_level=confidence_level)
    each = cohorts.retention(kind, confidence_level=confidence_level)
    ages = np.arange(len(table["age"]))
    rows = rows_of(
        age=[str(age) for age in table["age"]],
        retention=table["value"],
        low=table["low"],
        high=table["high"],
        n=table["n"],
        cohorts=table["cohorts"],
        _x=ages,
        _look=["all"] * len(ages),
    )
    thin = [
        Layer(
            mark="line",
            rows=rows_of(
                cohort=[str(day)] * len(ages),
                age=rows["age"],
                retention=value,
                _x=ages,
                _look=["one"] * len(ages),
            ),
            x="_x",
            y="retention",
            look="_look",
            width=0.8,
            opacity=0.45,
        )
        for day, value in zip(each.cohorts, each.value, strict=True)
    ]
    level = percent(confidence_level)
    last = int(table["n"].max(initial=0))
    return Picture(
        title=heading(f"Retention, % {_WORDS[kind]}", last),
        notes=(f"Band: {level} CI of all cohorts, {average}",)
        if np.isfinite(table["low"]).any()
        else (),
        x=Axis(title=_age_of(cohorts), labels=_ages(table["age"])),
        y=Axis(title=f"Retention, % ({level} CI)", low=0.0, high=_high(each.value)),
        layers=(
            *thin,
            Layer(mark="band", rows=rows, x="_x", y="low", y2="high", opacity=0.3),
            Layer(mark="line", rows=rows, x="_x", y="retention", look="_look", width=2.0),
            Layer(mark="point", rows=rows, x="_x", y="retention", look="_look", size=5),
        ),
        looks={
            "one": Look(color=PALE, marker="square", legend="each cohort"),
            "all": Look(color=INK, legend="all cohorts"),
        },
        height=3.6,
        empty="no cohorts",
    )


@figure(_retention)
def retention(
    cohorts: Cohorts,
    kind: Kind = "on",
    *,
    average: Average = "pooled",
    confidence_level: float = 0.95,
    ax: Axes | None = None,
) -> Axes:
    """Draw retention by age: one curve over all cohorts with its band, and a thin line for each.

    The lines end where an age is over for none: what is not observed yet is not drawn.

    Args:
        cohorts: What ``log.cohorts(...)`` gave.
        kind: Which retention: see ``Cohorts.retention``.
        average: ``pooled`` or ``simple``: see ``Cohorts.curve``.
        confidence_level: Level of the band.
        ax: The axes to draw on.

    Raises:
        ModuleNotFoundError: matplotlib is not installed.
        ParameterError: `cohorts` are none, there is no such kind or average, or the level is not
            between 0 and 1.

    Example:
        >>> import relmetrics as rm
        >>> from relmetrics import plot
        >>> log = rm.PurchaseLog(["a", "b", "a"], ["2025-01-03", "2025-01-09", "2025-02-01"])
        >>> plot.retention(log.cohorts(as_of="2025-03-15")).get_ylabel()
        'Retention, % (95% CI)'
    """
    picture = _retention(cohorts, kind, average=average, confidence_level=confidence_level)
    return draw(picture, ax)


def _top(value: AnyArray) -> float:
    """Return where the colors are darkest: the greatest retention after age 0."""
    later = value[:, 1:]
    known = later[np.isfinite(later)]
    return float(max(known.max(initial=0.0), 1.0)) if len(known) else 100.0


def _high(value: AnyArray) -> float:
    known = value[np.isfinite(value)]
    return max(103.0, 1.03 * float(known.max(initial=0.0)))


def _age_of(cohorts: Cohorts | CohortRetention) -> str:
    """Return what ages are counted in, so far as it is known."""
    if not isinstance(cohorts, Cohorts):
        return "Age, periods since the first purchase"
    if cohorts.definition.labels is not None:
        return "Time since the first purchase"
    return f"Age, {kind_of(cohorts.definition.every)}s since the first purchase"


def _ages(ages: AnyArray) -> tuple[str, ...]:
    return tuple(str(age) for age in ages.tolist())
