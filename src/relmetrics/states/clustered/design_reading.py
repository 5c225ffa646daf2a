"""How a sample was drawn and weighted as JSON-ready values, written and read."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.errors import StateError
from relmetrics.states.clustered.ids import read_ids
from relmetrics.states.clustered.margins import Margins
from relmetrics.states.clustered.strata import LONELY, UNITS, Strata
from relmetrics.states.serial import Fields

if TYPE_CHECKING:
    from relmetrics.data.types import FloatArray
    from relmetrics.states.clustered.clusters import Clusters
    from relmetrics.states.clustered.row_clusters import RowClusters

_CLOSE = 1e-6
_STAGES = ("sizes", "drawn")
_KEYS = ("variables", "sampled", "squares", "respondent", "cell", "weight", "starts", "ends")


def written(clusters: Clusters | RowClusters) -> dict[str, object]:
    """Return strata and margins of one state, as far as it has them."""
    found: dict[str, object] = {}
    if clusters.strata is not None:
        found["strata"] = _written_strata(clusters.strata)
    if clusters.margins is not None:
        found["margins"] = _written_margins(clusters.margins)
    return found


def read(found: Fields, kind: str, ids: int, features: int) -> tuple[Strata | None, Margins | None]:
    """Return strata and margins of a state.

    Args:
        found: What has them, or None in their place.
        kind: What messages call the state.
        ids: How many respondents it has.
        features: How many features its rows have.

    Raises:
        StateError: They are no strata or margins of such a state.
    """
    strata, margins = found["strata"], found["margins"]
    if strata is None and margins is not None:
        raise StateError.malformed(kind, "margins are of strata, and there are none")
    return (
        None if strata is None else _read_strata(strata, kind, ids),
        None if margins is None else _read_margins(margins, kind, ids, features),
    )


def _written_margins(margins: Margins) -> dict[str, object]:
    arrays = (
        margins.variables,
        margins.sampled,
        margins.squares,
        margins.who,
        margins.cells,
        margins.weights,
        margins.starts[0],
        margins.ends[0],
    )
    return {name: array.tolist() for name, array in zip(_KEYS, arrays, strict=True)}


def _read_margins(data: Any, kind: str, ids: int, features: int) -> Margins:
    """Return the margins of a state."""
    fields = _fields(data, kind)
    cells, entries = len(fields.items_of("sampled")), len(fields.items_of("respondent"))
    tables = {name: _table(fields, name, cells) for name in ("variables", "starts", "ends")}
    margins = Margins(
        tables["variables"],
        _positive(fields, "sampled", cells),
        _positive(fields, "squares", cells),
        who=np.array(fields.counts("respondent", entries), dtype=np.int64),
        cells=np.array(fields.counts("cell", entries), dtype=np.int64),
        weights=_positive(fields, "weight", entries),
        starts=tables["starts"][None],
        ends=tables["ends"][None],
    )
    shapes = {tables["starts"].shape, tables["ends"].shape}
    inside = (margins.who < ids).all() and (margins.cells < cells).all()
    order = np.diff(margins.who * cells + margins.cells)
    if shapes != {(cells, features)} or not inside or not (order > 0).all():
        raise StateError.malformed(kind, "margins must be of its respondents, in order, each once")
    return margins


def require_of_answers(margins: Margins, kind: str, squares: FloatArray) -> None:
    """Check that margins are those of answers whose squared weights have these sums by point.

    Raises:
        StateError: They are not.
    """
    many = margins.starts.sum(axis=(0, 2)) > margins.sampled * (1 + _CLOSE)
    close = np.allclose(margins.ends.sum(axis=(0, 1)), squares, rtol=_CLOSE)
    if many.any() or (margins.starts < 0).any() or (margins.ends < 0).any() or not close:
        raise StateError.malformed(kind, "margins are not those of its answers")


def _fields(data: Any, kind: str) -> Fields:
    if not isinstance(data, dict) or set(data) != set(_KEYS):
        raise StateError.malformed(kind, f"margins must have {', '.join(_KEYS)}")
    fields = Fields(data)
    fields.kind = kind
    return fields


def _table(fields: Fields, name: str, cells: int) -> FloatArray:
    """Return a list of lists of one length, one for each cell."""
    rows = [_floats(fields, name, row) for row in fields.items_of(name, cells)]
    if not rows or not rows[0] or len({len(row) for row in rows}) > 1:
        raise StateError.malformed(fields.kind, f"{name} of margins must be one row for each cell")
    return np.array(rows)


def _floats(fields: Fields, name: str, values: Any) -> list[float]:
    if not isinstance(values, list):
        raise StateError.malformed(fields.kind, f"{name} of margins must be lists of numbers")
    return [fields.number(name, value) for value in values]


def _positive(fields: Fields, name: str, size: int) -> FloatArray:
    numbers = np.array(_floats(fields, name, fields.items_of(name, size)), dtype=np.float64)
    if not (numbers > 0).all():
        raise StateError.malformed(fields.kind, f"{name} of margins must be above 0")
    return numbers


def _written_strata(strata: Strata) -> dict[str, object]:
    sizes = [None if size == math.inf else size for size in strata.population.tolist()]
    return {
        "labels": strata.labels.tolist(),
        "of": strata.of.tolist(),
        "population": sizes,
        "lonely": strata.lonely,
        "unit": strata.unit,
        **{
            name: column.tolist()
            for name in _STAGES
            if (column := getattr(strata, name)) is not None
        },
    }


def _read_strata(data: Any, kind: str, ids: int) -> Strata:
    """Return the strata of so many ids."""
    known = {"labels", "of", "population", "lonely", "unit"}
    if not isinstance(data, dict) or set(data) - set(_STAGES) != known:
        raise StateError.malformed(kind, "strata must have labels, of, population, lonely and unit")
    fields = Fields(data)
    fields.kind = kind
    labels = read_ids(fields.items_of("labels"))
    of = fields.items_of("of", ids)
    if labels is None or fields["lonely"] not in LONELY or fields["unit"] not in UNITS:
        raise StateError.malformed(
            kind, "labels of strata must be in order, each once, and lonely one of its rules"
        )
    if not all(type(one) is int and 0 <= one < len(labels) for one in of):
        raise StateError.malformed(kind, "every respondent must have a stratum")
    sizes = [
        math.inf if size is None else fields.number("population", size)
        for size in fields.items_of("population", len(labels))
    ]
    stages: tuple[Any, ...] = ()
    if set(_STAGES) & set(data):
        if not set(_STAGES) <= set(data):
            raise StateError.malformed(kind, "sizes and drawn of strata come together")
        rows = np.array(fields.counts("drawn", ids), dtype=np.int64)
        stages = (_positive(fields, "sizes", ids), rows)
        if (rows > stages[0]).any():
            raise StateError.malformed(kind, "more rows were drawn of a cluster than it has")
    strata = Strata(
        labels,
        np.array(of, np.int64),
        np.array(sizes, np.float64),
        fields["lonely"],
        fields["unit"],
        *stages,
    )
    if (strata.sampled > strata.population).any():
        raise StateError.malformed(kind, "more respondents were sampled than there are")
    return strata
