"""Figures of estimates: one or several side by side, two that are compared, and a ranking."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.data.checks import check_whole
from relmetrics.errors import ParameterError
from relmetrics.metric.difference import Difference
from relmetrics.metric.estimate import Estimate
from relmetrics.metric.sides import Independent
from relmetrics.metric.wording import p_text, percent
from relmetrics.plot.comparisons import VERDICTS
from relmetrics.plot.drawing.figure import figure
from relmetrics.plot.drawing.palette import INK, PALE
from relmetrics.plot.drawing.picture import (
    Axis,
    Layer,
    Look,
    Picture,
    height_of,
    interval_rows,
    numbered,
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
    named_mapping,
    named_unit,
    one_of,
    require_result,
)
from relmetrics.questions.groups.ranking import Ranking

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

    from relmetrics.metric.contract import Description
    from relmetrics.metric.table import Table

_SIDES = ("sample", "reference")


def _estimates(given: Estimate | Mapping[Any, Estimate], *, most: int = MOST_ROWS) -> Picture:
    """Return a row for each estimate, in their order; one alone stands on the metric's range."""
    words = "an Estimate, or several by name: rm.nps(answers)"
    named = named_mapping(given, Estimate, "given", words)
    most = check_whole("most", most, 1)
    shown = list(named.items())[:most]
    about = one_of([one.metric.about for _, one in shown], "given", "definition")
    level = one_of([one.confidence_level for _, one in shown], "given", "confidence level")
    alone = "" in named
    rows = rows_of(
        name=[name or about.symbol for name, _ in shown],
        value=[one.value for _, one in shown],
        low=[one.low for _, one in shown],
        high=[one.high for _, one in shown],
        n=[one.n for _, one in shown],
        _row=numbered(shown),
        _text=[figure_text(one.value, about.digits) for _, one in shown],
    )
    labels = [f"{name} ({counted(n)})" for name, n in zip(rows["name"], rows["n"], strict=True)]
    low, high = (about.low, about.high) if alone else (None, None)
    return Picture(
        title=heading(named_unit(about), rows["n"].sum()),
        notes=(
            *first_of(len(shown), len(named), "estimates", "the first of them"),
            *missing_note(sum(one.missing for _, one in shown)),
        ),
        x=Axis(title=named_level(about, level), low=_finite(low), high=_finite(high)),
        y=Axis(labels=tuple(labels[::-1])),
        layers=(*interval_rows(rows), _written(rows)),
        height=height_of(len(shown), each=0.42),
    )


@figure(_estimates)
def estimates(
    given: Estimate | Mapping[Any, Estimate], *, most: int = MOST_ROWS, ax: Axes | None = None
) -> Axes:
    """Draw an estimate with its interval, or several of one metric below each other.

    One alone stands on the whole range of its metric. Several by name keep their order.

    Args:
        given: An estimate, or a mapping of name to estimate.
        most: Draw at most so many.
        ax: The axes to draw on.

    Raises:
        ModuleNotFoundError: matplotlib is not installed.
        ParameterError: `given` is no estimate, or they are of several definitions or levels.

    Example:
        >>> import relmetrics as rm
        >>> from relmetrics import plot
        >>> plot.estimates({"2024": rm.rate(7, 10), "2025": rm.rate(9, 12)}).get_title()
        'Rate, % (n = 22)'
    """
    return draw(_estimates(given, most=most), ax)


def _comparison(difference: Difference, *, labels: tuple[str, str] = _SIDES) -> Picture:
    """Return both sides of a difference with their intervals; what differs is in the notes."""
    require_result(difference, Difference, "difference", "a Difference: metric.compare(a, b)")
    if isinstance(labels, str) or len(labels) != 2:  # noqa: PLR2004 - the two sides
        raise ParameterError.must_be("labels", "the names of both sides", labels)
    about, level, sides = difference.metric.about, difference.confidence_level, difference.sides
    ends = [(math.nan, math.nan)] * 2
    if isinstance(sides, Independent):
        both = [
            difference.metric.estimate(state, confidence_level=level)
            for state in (sides.state, sides.reference)
        ]
        ends = [(one.low, one.high) for one in both]
    sizes = (difference.n, difference.n_reference)
    rows = rows_of(
        side=[label_of(label) for label in labels],
        value=list(difference.values),
        low=[low for low, _ in ends],
        high=[high for _, high in ends],
        _kind=[difference.verdict, "reference"],
        _row=np.array([1, 0]),
        _text=[figure_text(value, about.digits) for value in difference.values],
    )
    names = [
        f"{label} ({counted(n)})" if n is not None else str(label)
        for label, n in zip(rows["side"], sizes, strict=True)
    ]
    return Picture(
        title=f"{named_unit(about)}: {rows['side'][0]} against {rows['side'][1]} "
        f"({difference.figures.text})",
        notes=(_differs(difference, about), *missing_note(difference.missing)),
        x=Axis(title=named_level(about, level)),
        y=Axis(labels=tuple(names[::-1])),
        layers=(*interval_rows(rows, look="_kind"), _written(rows)),
        looks={**VERDICTS, "reference": Look(color=PALE)},
        height=height_of(2, each=0.5),
    )


@figure(_comparison)
def comparison(
    difference: Difference, *, labels: tuple[str, str] = _SIDES, ax: Axes | None = None
) -> Axes:
    """Draw two estimates that are compared, each with its interval, and say what differs.

    The difference, its interval and its test stand below the title: whether two scores differ is
    not read from two intervals that overlap. Pairs and fixed numbers have no interval of a side.

    Args:
        difference: What ``metric.compare(...)`` or one of its kind gave.
        labels: What the sample and its reference are called.
        ax: The axes to draw on.

    Raises:
        ModuleNotFoundError: matplotlib is not installed.
        ParameterError: `difference` is none, or `labels` are not two.

    Example:
        >>> import relmetrics as rm
        >>> from relmetrics import plot
        >>> rate = rm.Rate()
        >>> difference = rate.compare(rm.rate(7, 8).state, rm.rate(2, 9).state)
        >>> plot.comparison(difference, labels=("new", "old")).get_title()
        'Rate, %: new against old (n = 8 against 9)'
    """
    return draw(_comparison(difference, labels=labels), ax)


def _ranking(ranking: Ranking, *, most: int = MOST_ROWS) -> Picture:
    """Return the groups in their order, the first on top."""
    require_result(ranking, Ranking, "ranking", "a Ranking: breakdown.ranking()")
    most = check_whole("most", most, 1)
    table, about = ranking.table(), ranking.metric.description
    shown = np.arange(min(most, table.rows))
    drawn = "shrunken" if "shrunken" in table else "value"
    known = {"rank", "value", "shrunken", "low", "high", "n", "weight", "small_base", "note"}
    columns = [table[name] for name in table if name not in known]
    several = len(columns) > 1
    keys: Any = zip(*columns, strict=True) if several else columns[0]
    groups = [label_of(key) for key in keys]
    rows = rows_of(
        rank=table["rank"][shown],
        group=[groups[i] for i in shown],
        value=table["value"][shown],
        ranked_by=table[drawn][shown],
        low=table["low"][shown],
        high=table["high"][shown],
        n=table["n"][shown],
        _look=np.where(table["small_base"][shown], "few", "enough"),
        _own=["own"] * len(shown),
        _row=numbered(shown),
    )
    labels = [
        f"{_rank(rank)}{group} ({counted(n)})"
        for rank, group, n in zip(rows["rank"], rows["group"], rows["n"], strict=True)
    ]
    own = Layer(mark="point", rows=rows, x="value", y="_row", look="_own", size=5)
    return Picture(
        title=heading(f"{named_unit(about)}: ranking by {drawn} score", table["n"].sum())
        if drawn == "shrunken"
        else heading(f"{named_unit(about)}: ranking", table["n"].sum()),
        notes=(
            *first_of(len(shown), table.rows, "groups", "the first of them"),
            *_common(ranking, about),
        ),
        x=Axis(title=named_level(about, ranking.confidence_level)),
        y=Axis(labels=tuple(labels[::-1])),
        layers=(
            *((rule_at(ranking.common),) if drawn == "shrunken" else ()),
            *interval_rows(rows, value="ranked_by", look="_look"),
            *((own,) if drawn == "shrunken" else ()),
        ),
        looks={
            "enough": Look(color=INK),
            "few": Look(color=PALE, legend=f"fewer than {ranking.small_base} answers"),
            "own": Look(color=PALE, hollow=True, marker="square", legend="its own score"),
        },
        height=height_of(len(shown)),
    )


@figure(_ranking)
def ranking(ranking: Ranking, *, most: int = MOST_ROWS, ax: Axes | None = None) -> Axes:
    """Draw a ranking: the groups in order, the first on top, with the intervals of their scores.

    Groups of few answers are pale. Where scores are shrunken, hollow squares are the groups' own,
    and the dashed line is what they are drawn to.

    Args:
        ranking: What ``breakdown.ranking(...)`` gave.
        most: Draw at most so many groups, the first.
        ax: The axes to draw on.

    Raises:
        ModuleNotFoundError: matplotlib is not installed.
        ParameterError: `ranking` is none, or `most` is no whole number of at least 1.

    Example:
        >>> import relmetrics as rm
        >>> from relmetrics import plot
        >>> by = rm.CSAT().by([5, 4, 2, 5, 1], ["a", "a", "b", "b", "c"])
        >>> plot.ranking(by.ranking()).get_title()
        'CSAT, %: ranking (n = 5)'
    """
    return draw(_ranking(ranking, most=most), ax)


def _written(rows: Table) -> Layer:
    """Return the values as texts above their points."""
    return Layer(mark="text", rows=rows, x="value", y="_row", text="_text", align="above", size=9)


def _finite(end: float | None) -> float | None:
    return end if end is not None and math.isfinite(end) else None


def _rank(rank: float) -> str:
    return "" if math.isnan(rank) else f"{rank:.0f}. "


def _common(ranking: Ranking, about: Description) -> tuple[str, ...]:
    if math.isnan(ranking.common):
        return ()
    return (f"Dashed: what scores are drawn to, {figure_text(ranking.common, about.digits)}",)


def _differs(difference: Difference, about: Description) -> str:
    """Return the difference, its interval and its test as a sentence."""
    value = figure_text(difference.value, about.digits, sign=True)
    found = f"Difference {value} {about.difference_unit}"
    if difference.note:
        return f"{found}: {difference.note}"
    low, high = (figure_text(end, about.digits) for end in (difference.low, difference.high))
    verdict = {"not shown": "no clear difference"}.get(difference.verdict, difference.verdict)
    level = percent(difference.confidence_level)
    return f"{found} ({level} CI {low} to {high}; {p_text(difference.p_value)}): {verdict}"
