"""Margins as JSON-ready values, written and read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.errors import StateError
from relmetrics.states.clustered.margins import Margins
from relmetrics.states.serial import Fields

if TYPE_CHECKING:
    from relmetrics.data.types import FloatArray

_SAMPLE = ("variables", "sampled", "squares", "respondent", "cell", "weight")
_ANSWERS = ("cell", "point", "start", "square")
_CLOSE = 1e-6


def written(margins: Margins) -> dict[str, object]:
    """Return the margins of one state: the sample that they are of, and where its answers lie."""
    cells, points = np.nonzero(margins.starts[0])
    answers = (cells, points, margins.starts[0][cells, points], margins.ends[0][cells, points])
    sample = (
        margins.variables,
        margins.sampled,
        margins.squares,
        margins.who,
        margins.cells,
        margins.weights,
    )
    return {
        **{name: array.tolist() for name, array in zip(_SAMPLE, sample, strict=True)},
        "answers": {name: array.tolist() for name, array in zip(_ANSWERS, answers, strict=True)},
    }


def read(data: Any, kind: str, ids: int, squares: FloatArray, width: int) -> Margins:
    """Return the margins of a state.

    Args:
        data: What `written` returned.
        kind: What messages call the state.
        ids: How many respondents it has.
        squares: The sum of the squared weights of its answers at each point.
        width: How many points the scale has.

    Raises:
        StateError: They are no margins of such a state.
    """
    fields = _fields(data, kind, {*_SAMPLE, "answers"})
    answers = _fields(fields["answers"], kind, set(_ANSWERS))
    cells = len(fields.items_of("sampled"))
    rows = [_floats(fields, "variables", row) for row in fields.items_of("variables", cells)]
    if not rows or not rows[0] or len({len(row) for row in rows}) > 1:
        raise StateError.malformed(kind, "variables of margins must be one row for each cell")
    entries = len(fields.items_of("respondent"))
    who = np.array(fields.counts("respondent", entries), dtype=np.int64)
    cell = np.array(fields.counts("cell", entries), dtype=np.int64)
    given = len(answers.items_of("cell"))
    spots = tuple(np.array(answers.counts(name, given), np.int64) for name in ("cell", "point"))
    sums = {name: _positive(fields, name, cells) for name in ("sampled", "squares")}
    starts, ends = np.zeros((2, 1, cells, width))
    margins = Margins(
        np.array(rows),
        who=who,
        cells=cell,
        weights=_positive(fields, "weight", entries),
        starts=starts,
        ends=ends,
        **sums,
    )
    inside = (who < ids).all() and (cell < cells).all() and (spots[0] < cells).all()
    keys = who * cells + cell
    order, places = np.diff(keys), np.diff(spots[0] * width + spots[1])
    if not (inside and (order > 0).all() and (places > 0).all() and (spots[1] < width).all()):
        raise StateError.malformed(kind, "margins must be of its respondents, in order, each once")
    starts[0][spots] = _positive(answers, "start", given)
    ends[0][spots] = _positive(answers, "square", given)
    many = starts.sum(axis=(0, 2)) > sums["sampled"] * (1 + _CLOSE)
    if many.any() or not np.allclose(ends.sum(axis=(0, 1)), squares, rtol=_CLOSE):
        raise StateError.malformed(kind, "margins are not those of its answers")
    return margins


def _fields(data: Any, kind: str, keys: set[str]) -> Fields:
    if not isinstance(data, dict) or set(data) != keys:
        raise StateError.malformed(kind, f"margins must have {', '.join(sorted(keys))}")
    fields = Fields(data)
    fields.kind = kind
    return fields


def _floats(fields: Fields, name: str, values: Any) -> list[float]:
    if not isinstance(values, list):
        raise StateError.malformed(fields.kind, f"{name} of margins must be lists of numbers")
    return [fields.number(name, value) for value in values]


def _positive(fields: Fields, name: str, size: int) -> FloatArray:
    numbers = np.array(_floats(fields, name, fields.items_of(name, size)), dtype=np.float64)
    if not (numbers > 0).all():
        raise StateError.malformed(fields.kind, f"{name} of margins must be above 0")
    return numbers
