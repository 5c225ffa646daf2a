"""Figures of answers: how they are distributed, what NPS is made of, several questions at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.data.checks import check_whole
from relmetrics.metric.estimate import Estimate
from relmetrics.plot.drawing.figure import figure
from relmetrics.plot.drawing.palette import BAD, GOOD, INK, PALE, diverging
from relmetrics.plot.drawing.picture import (
    Axis,
    Layer,
    Look,
    Picture,
    height_of,
    rows_of,
)
from relmetrics.plot.drawing.stacked import stacked
from relmetrics.plot.drawing.with_matplotlib import draw
from relmetrics.plot.drawing.words import (
    MOST_ROWS,
    counted,
    figure_text,
    first_of,
    heading,
    label_of,
    missing_note,
    named_mapping,
    named_unit,
    one_of,
    require_result,
)
from relmetrics.states.tally import Tally
from relmetrics.survey.nps import NPSEstimate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

_TALLIED = "an Estimate of single answers or a Tally: rm.nps(answers), metric.tally(answers)"
_NPS = "an NPSEstimate: rm.nps(answers)"
_SHARES = "Share of answers, %"

_CLASSES = {
    "detractors": Look(color=BAD, marker="square", legend="detractors"),
    "passives": Look(color=PALE, marker="square", legend="passives"),
    "promoters": Look(color=GOOD, marker="square", legend="promoters"),
}
_COUNTED = {
    "others": Look(color=PALE, marker="square", legend="does not count for it"),
    "counted": Look(color=INK, marker="square", legend="counts for it"),
}
_ALIKE = {"answers": Look(color=INK, marker="square")}


def _answers(given: Estimate | Tally) -> Picture:
    """Return a bar for each point of the scale, the highest on top."""
    tally = _tally_of(given, "given")
    shares, points = _shares(tally), _points(tally)
    kinds, looks = _kinds(given, len(points))
    texts = [f"{share:.1f}%" if share == share else "" for share in shares]  # noqa: PLR0124 - NaN
    rows = rows_of(
        answer=points,
        share=shares,
        answers=list(tally.counts),
        kind=kinds,
        _from=np.zeros(len(points)),
        _row=np.arange(len(points)),
        _text=texts,
    )
    symbol = f" of {given.metric.about.symbol}" if isinstance(given, Estimate) else ""
    span = f"{tally.scale.low} to {tally.scale.high}"
    note = (str(given),) if isinstance(given, Estimate) else ()
    return Picture(
        title=heading(f"Answers{symbol} on {span}, %", tally.n),
        notes=note or missing_note(tally.missing),
        x=Axis(title=_SHARES, low=0.0),
        y=Axis(labels=tuple(points)),
        layers=(
            Layer(mark="bar", rows=rows, x="_from", x2="share", y="_row", look="kind"),
            Layer(mark="text", rows=rows, x="share", y="_row", text="_text", align="right", size=9),
        ),
        looks=looks,
        height=height_of(len(points), each=0.28),
    )


@figure(_answers)
def answers(given: Estimate | Tally, *, ax: Axes | None = None) -> Axes:
    """Draw how answers are distributed: the share of each point of the scale, the highest on top.

    Of NPS detractors, passives and promoters are told apart, of a share what counts for it.

    Args:
        given: What ``rm.nps(...)`` or another score of single answers gave, or a `Tally`.
        ax: The axes to draw on.

    Raises:
        ModuleNotFoundError: matplotlib is not installed.
        ParameterError: `given` is neither, or an estimate of something else than single answers.

    Example:
        >>> import relmetrics as rm
        >>> from relmetrics import plot
        >>> plot.answers(rm.csat([5, 5, 4, 2, None])).get_title()
        'Answers of CSAT on 1 to 5, % (n = 4)'
    """
    return draw(_answers(given), ax)


def _split(given: NPSEstimate | Mapping[Any, NPSEstimate], *, most: int = MOST_ROWS) -> Picture:
    """Return a bar of detractors, passives and promoters for each estimate."""
    named = named_mapping(given, NPSEstimate, "given", _NPS)
    most = check_whole("most", most, 1)
    shown = dict(list(named.items())[:most])
    about = one_of([one.metric.about for one in shown.values()], "given", "definition")
    shares = np.array([[one.shares[kind] for kind in _CLASSES] for one in shown.values()])
    values = [figure_text(one.value, about.digits) for one in shown.values()]
    labels = [
        f"{name} {value} ({counted(one.n)})".strip()
        for (name, one), value in zip(shown.items(), values, strict=True)
    ]
    n = [one.n for one in shown.values()]
    return Picture(
        title=heading(f"{named_unit(about)}: promoters less detractors", sum(n)),
        notes=(
            *first_of(len(shown), len(named), "scores", "the first of them"),
            *missing_note(sum(one.missing for one in shown.values())),
        ),
        x=Axis(title=_SHARES, low=0.0, high=100.0),
        y=Axis(labels=tuple(labels[::-1])),
        layers=stacked(
            list(shown) if list(shown) != [""] else [about.symbol],
            _CLASSES,
            shares,
            whole="group",
            part="answers",
            n=n,
        ),
        looks=_CLASSES,
        height=height_of(len(shown), each=0.4),
    )


@figure(_split)
def split(
    given: NPSEstimate | Mapping[Any, NPSEstimate], *, most: int = MOST_ROWS, ax: Axes | None = None
) -> Axes:
    """Draw what NPS is made of: the shares of detractors, passives and promoters.

    Args:
        given: What ``rm.nps(...)`` gave; or several by name, such as a breakdown of NPS.
        most: Draw at most so many.
        ax: The axes to draw on.

    Raises:
        ModuleNotFoundError: matplotlib is not installed.
        ParameterError: `given` is no NPS, or several of different definitions.

    Example:
        >>> import relmetrics as rm
        >>> from relmetrics import plot
        >>> plot.split(rm.nps([10, 9, 8, 3])).get_title()
        'NPS, points: promoters less detractors (n = 4)'
    """
    return draw(_split(given, most=most), ax)


def _likert(questions: Mapping[Any, Estimate | Tally], *, most: int = MOST_ROWS) -> Picture:
    """Return a bar of all points of the scale for each question."""
    named = named_mapping(questions, (Estimate, Tally), "questions", f"a mapping of {_TALLIED}")
    most = check_whole("most", most, 1)
    shown = dict(list(named.items())[:most])
    tallies = [_tally_of(one, "questions") for one in shown.values()]
    scale = one_of([tally.scale for tally in tallies], "questions", "scale")
    points = _points(tallies[0])
    colors = diverging(len(points))
    lower = [one.metric.about.direction == "lower" for one in shown.values() if _is_estimate(one)]
    if lower and all(lower):
        colors = colors[::-1]
    looks = {
        str(place): Look(color=color, marker="square", legend=point)
        for place, (point, color) in enumerate(zip(points, colors, strict=True))
    }
    labels = [f"{name} ({counted(tally.n)})" for name, tally in zip(shown, tallies, strict=True)]
    missing = sum(tally.missing for tally in tallies)
    sizes = sorted({tally.n for tally in tallies})
    n = f"n = {sizes[0]:,}" if len(sizes) == 1 else f"n = {sizes[0]:,} to {sizes[-1]:,}"
    return Picture(
        title=f"Answers to {len(shown)} questions on {scale.low} to {scale.high}, % ({n})",
        notes=(
            *first_of(len(shown), len(named), "questions", "the first of them"),
            *((f"{missing:,} answers missing",) if missing else ()),
        ),
        x=Axis(title=_SHARES, low=0.0, high=100.0),
        y=Axis(labels=tuple(labels[::-1])),
        layers=stacked(
            list(shown),
            looks,
            np.array([_shares(tally) for tally in tallies]),
            whole="question",
            part="answer",
            n=[tally.n for tally in tallies],
        ),
        looks=looks,
        height=height_of(len(shown), each=0.36),
    )


@figure(_likert)
def likert(
    questions: Mapping[Any, Estimate | Tally], *, most: int = MOST_ROWS, ax: Axes | None = None
) -> Axes:
    """Draw the answers to several questions: a bar each, from the lowest point to the highest.

    Args:
        questions: Name of each question to its `Tally`, or to an estimate of its answers; all on
            one scale.
        most: Draw at most so many.
        ax: The axes to draw on.

    Raises:
        ModuleNotFoundError: matplotlib is not installed.
        ParameterError: `questions` are no tallies and no estimates of single answers, there is
            none, or they are on several scales.

    Example:
        >>> import relmetrics as rm
        >>> from relmetrics import plot
        >>> food, staff = rm.csat([5, 4, 4, 1]), rm.csat([3, 3, 5, 2])
        >>> plot.likert({"food": food, "staff": staff}).get_title()
        'Answers to 2 questions on 1 to 5, % (n = 4)'
    """
    return draw(_likert(questions, most=most), ax)


def _is_estimate(given: object) -> bool:
    return isinstance(given, Estimate)


def _tally_of(given: Estimate | Tally, name: str) -> Tally:
    """Return the answers behind an estimate, or the tally itself."""
    require_result(given, (Estimate, Tally), name, _TALLIED)
    state = given.state if isinstance(given, Estimate) else given
    require_result(state, Tally, name, _TALLIED)
    return state


def _shares(tally: Tally) -> Any:
    """Return the share of each point, %; NaN where there are no answers."""
    masses = np.array(tally.masses, dtype=np.float64)
    total = masses.sum()
    return 100 * masses / total if total else np.full(len(masses), np.nan)


def _points(tally: Tally) -> list[str]:
    """Return what the points of the scale are called, the lowest first."""
    scale = tally.scale
    labels = scale.labels or [""] * scale.size
    numbers = scale.points.tolist()
    if scale.is_yes_no:
        return ["no", "yes"]
    return [
        f"{point} {label_of(label)}".strip() if label != str(point) else str(point)
        for point, label in zip(numbers, labels, strict=True)
    ]


def _kinds(given: Estimate | Tally, size: int) -> tuple[list[str], dict[str, Look]]:
    """Return what each point counts as, and how that looks."""
    metric: Any = given.metric if isinstance(given, Estimate) else None
    if isinstance(given, NPSEstimate):
        worth = np.sign(metric.coefficients()).astype(int).tolist()
        return [list(_CLASSES)[1 + sign] for sign in worth], _CLASSES
    if metric is not None and getattr(metric, "has_two_outcomes", False):
        counts = np.asarray(metric.coefficients()) > 0
        looks = {
            name: Look(color=look.color, marker="square", legend=words)
            for (name, look), words in zip(
                _COUNTED.items(),
                (f"not counted for {metric.about.symbol}", f"counted for {metric.about.symbol}"),
                strict=True,
            )
        }
        return ["counted" if yes else "others" for yes in counts], looks
    return ["answers"] * size, _ALIKE
