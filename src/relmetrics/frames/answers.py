"""Answers: what an engine gave for each metric of a frame, which adds to that of the next frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, cast

import numpy as np
from attrs import evolve, frozen

from relmetrics.data.labels.factorize import factorize_array
from relmetrics.data.labels.grouping import group
from relmetrics.estimators.counted import PreparedCounts
from relmetrics.estimators.summed import PreparedSums
from relmetrics.frames.asking import Answered
from relmetrics.frames.queries.together import Queries, ask
from relmetrics.states import stacks
from relmetrics.states.counting import add_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import IntArray
    from relmetrics.frames.asking import Asked
    from relmetrics.frames.engine import Source


@frozen(eq=False)
class Answers:
    """What an engine gave for some metrics.

    Attributes:
        source: The frame, or the first of a stream.
        given: The counts or sums of each metric.
    """

    source: Source
    given: list[Answered]

    @classmethod
    def of(cls, asked: Asked, pairs: Sequence[tuple[str | tuple[str, ...], Any]]) -> Self:
        """Return what the engine gives for metrics of columns, once all of them were checked.

        Raises:
            RelmetricsError: As for `Queries.of` and `Queries.answer`.
        """
        if asked.respondents is not None:
            return cls(asked.source, [ask(asked, column, metric) for column, metric in pairs])
        queries = Queries.of(asked, pairs)
        return cls(asked.source, [queries.answer(column, metric) for column, metric in pairs])

    def __add__(self, other: Answers) -> Answers:
        """Return the answers of the rows of both."""
        return Answers(self.source, list(map(_both, self.given, other.given)))


def _both(left: Answered, right: Answered) -> Answered:
    """Return what both gave, with one entry for a cell that both have."""
    labels = {name: [*own, *right.labels[name]] for name, own in left.labels.items()}
    days = None if left.days is None else left.days + (right.days or [])
    size = left.rows.size + right.rows.size
    columns = dict(enumerate([*labels.values(), *([] if days is None else [days])]))
    cells = group(columns, size).codes if columns else np.zeros(size, dtype=np.intp)
    summed = isinstance(left.rows, PreparedSums)
    rows, firsts = _sums(left, right, cells) if summed else _counts(left, right, cells)
    kept = firsts.tolist()
    return Answered(
        rows,
        {name: [values[i] for i in kept] for name, values in labels.items()},
        None if days is None else [days[i] for i in kept],
        left.zone,
    )


def _sums(left: Answered, right: Answered, cells: IntArray) -> tuple[PreparedSums, IntArray]:
    """Return the sums by cell, and the first row of each."""
    ours, theirs = cast("PreparedSums", left.rows), cast("PreparedSums", right.rows)
    numbers, firsts = _numbered(cells)
    state = stacks.joined([ours.state, theirs.state]).merged(numbers, len(firsts))
    times = add_rows(np.concatenate([ours.repeats, theirs.repeats]), numbers, len(firsts))
    return PreparedSums(len(firsts), None, state, times), firsts


def _counts(left: Answered, right: Answered, cells: IntArray) -> tuple[PreparedCounts, IntArray]:
    """Return the counts by cell and answer, what weighs nothing apart, and the first of each."""
    ours = cast("PreparedCounts", left.rows).counted
    theirs = cast("PreparedCounts", right.rows).counted
    codes = np.concatenate([ours.codes, theirs.codes])
    kinds = 2 * (cells * np.intp(ours.scale.size + 1) + codes)
    if ours.weights is not None and theirs.weights is not None:
        kinds += np.concatenate([ours.weights, theirs.weights]) == 0
    numbers, firsts = _numbered(kinds)

    def added(name: str) -> Any:
        mine, other = getattr(ours, name), getattr(theirs, name)
        if mine is None or other is None:
            return None
        return add_rows(np.concatenate([mine, other]), numbers, len(firsts))

    sums = {name: added(name) for name in ("counts", "missing", "weights", "squares")}
    counted = evolve(ours, codes=codes[firsts], **sums)
    return PreparedCounts(len(firsts), None, counted), firsts


def _numbered(kinds: IntArray) -> tuple[IntArray, IntArray]:
    """Return the number of each row's kind, and the first row of each kind."""
    numbers, found = factorize_array(kinds)
    firsts = np.empty(len(found), dtype=np.intp)
    firsts[numbers[::-1]] = np.arange(len(kinds))[::-1]
    return numbers, firsts
