"""Clustered tallies as JSON-ready values, written and read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.data.scale import Scale
from relmetrics.errors import StateError, WeightError
from relmetrics.states.clustered import design_reading as drawn
from relmetrics.states.clustered.clusters import Clusters
from relmetrics.states.clustered.ids import read_ids
from relmetrics.states.clustered.rows import totals
from relmetrics.states.replicates import replicates_reading as replicates
from relmetrics.states.replicates.replicates import Replicates
from relmetrics.states.serial import LARGEST_ROWS, Fields, read_fields
from relmetrics.states.tally import Tally
from relmetrics.states.tally_reading import check_tally

if TYPE_CHECKING:
    from relmetrics.data.types import IntArray

_KIND = "ClusteredTally"
_KEYS = {"type", "v", "scale", "missing", "weightless", "respondents", "are_hashed", "answers"}
_COLUMNS = ("respondent", "point", "count", "weight", "square")


def written(
    scale: Scale, missing: int, weightless: int, clusters: Clusters | Replicates
) -> dict[str, object]:
    """Return a clustered tally: its respondents, and what each of them answered how often."""
    if isinstance(clusters, Replicates):
        nobody = written(scale, missing, weightless, Clusters.none(scale.size))
        return nobody | {"replicates": replicates.written(clusters)}
    who, points = np.divmod(clusters.keys, clusters.width)
    columns = (who, points + scale.low, clusters.counts, clusters.weights, clusters.squares)
    return {
        "type": "clustered_tally",
        "v": 1,
        "scale": scale.to_dict(),
        "missing": missing,
        "weightless": weightless,
        "respondents": clusters.ids.tolist(),
        "are_hashed": clusters.are_hashed,
        "answers": {
            name: None if column is None else column.tolist()
            for name, column in zip(_COLUMNS, columns, strict=True)
        },
        **drawn.written(clusters),
    }


def read(data: object) -> tuple[Scale, Clusters | Replicates, int, int]:
    """Return scale, clusters, and how many answers are missing and weigh nothing.

    Raises:
        StateError: It is no clustered tally, or of a version that is not known.
    """
    later: dict[str, Any] = {"strata": None, "margins": None, "replicates": None}
    found = read_fields(_KIND, data, type_name="clustered_tally", keys=_KEYS, later=later)
    scale = Scale.from_dict(found["scale"])
    ids = read_ids(found.items_of("respondents"))
    if ids is None:
        raise _malformed("respondents must be whole numbers or text, in order, each once")
    if type(found["are_hashed"]) is not bool:
        raise _malformed("are_hashed must be true or false")
    clusters: Clusters | Replicates = _clusters(found, scale, ids, found["are_hashed"])
    if found["replicates"] is not None:
        if len(ids) or found["strata"] is not None or found["margins"] is not None:
            raise _malformed("replicates stand for respondents, strata and margins")
        clusters = replicates.read(found["replicates"], _KIND, scale.size)
    counts, weights, squares = (
        None if column is None else tuple(column[0].tolist()) for column in totals(clusters)
    )
    if clusters.margins is not None:
        if squares is None:
            raise _malformed("margins are of weights, and there are none")
        drawn.require_of_answers(clusters.margins, _KIND, np.array(squares))
    missing, weightless = found.count("missing"), found.count("weightless")
    plain = Tally(scale, counts or (), missing, weights, squares, weightless)
    try:
        check_tally(plain)
    except WeightError as error:
        raise _malformed(str(error)) from None
    return scale, clusters, missing, weightless


def _clusters(found: Fields, scale: Scale, ids: Any, are_hashed: bool) -> Clusters:  # noqa: FBT001 - a field
    answers = found["answers"]
    if not isinstance(answers, dict) or set(answers) != set(_COLUMNS):
        raise _malformed(f"answers must have the columns {', '.join(_COLUMNS)}")
    columns = Fields(answers)
    columns.kind = _KIND
    size = len(columns.items_of("respondent"))
    who, points, counts = (columns.items_of(name, size) for name in _COLUMNS[:3])
    if not all(type(one) is int for column in (who, points, counts) for one in column):
        raise _malformed("respondent, point and count must be whole numbers")
    inside = all(0 <= one < len(ids) for one in who) and all(one in scale for one in points)
    if (
        not inside
        or not all(0 < one <= LARGEST_ROWS for one in counts)
        or sum(counts) > LARGEST_ROWS
    ):
        raise _malformed("answers are of nobody, off the scale, or not counted")
    weights, squares = (columns.floats(name, size, optional=True) for name in _COLUMNS[3:])
    if (weights is None) != (squares is None):
        raise _malformed("weights and squares come together")
    keys: IntArray = (
        np.array(who, dtype=np.int64) * scale.size + np.array(points, np.int64) - scale.low
    )
    strata, margins = drawn.read(found, _KIND, len(ids), scale.size)
    if not (keys[1:] > keys[:-1]).all() or (strata is None and len(set(who)) != len(ids)):
        raise _malformed("answers must be in order, each once, and of every respondent")
    if weights is not None and not all(weights):
        raise _malformed("weights must be above 0")
    w, q = (None if one is None else np.array(one, np.float64) for one in (weights, squares))
    sums = (keys, np.array(counts, np.int64), w, q)
    return Clusters(ids, scale.size, 1, *sums, are_hashed, strata, margins)


def _malformed(why: str) -> StateError:
    return StateError.malformed(_KIND, why)
