"""Reading of a survival curve that was written as a dictionary: every field is checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.errors import StateError
from relmetrics.states.serial import LARGEST_ROWS, read_fields

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray
    from relmetrics.states.serial import Fields

TYPE = "survival_curve"
_LISTS = {"times", "counts", "weights", "squares", "reasons"}
_KEYS = frozenset(_LISTS | {"type", "v", "missing", "weightless", "unit"})


def read(data: object) -> dict[str, object]:
    """Return the fields of a curve that `SurvivalCurve.to_dict` wrote, by name.

    Raises:
        StateError: The dictionary is no curve, or of a version that is not known.
    """
    fields = read_fields("SurvivalCurve", data, type_name=TYPE, keys=_KEYS)
    times = [fields.number("times", time) for time in fields.items_of("times")]
    known = np.array(times, dtype=np.float64)
    if (known < 0).any() or (np.diff(known) <= 0).any():
        raise StateError.malformed("SurvivalCurve", "times must ascend from at least 0")
    reasons = fields.items_of("reasons")
    plain = all(isinstance(reason, (str, int, float, type(None))) for reason in reasons)
    if not plain or not reasons or len(set(reasons)) < len(reasons):
        raise StateError.malformed("SurvivalCurve", "reasons must be different labels")
    if not isinstance(fields["unit"], str):
        raise StateError.malformed("SurvivalCurve", "unit must be text")
    shape = 2 + len(reasons), len(known)
    counts = [
        fields._counts("counts", row, LARGEST_ROWS)  # noqa: SLF001
        for row in _rows(fields, "counts", shape)
    ]
    if sum(map(sum, counts)) > LARGEST_ROWS:
        raise StateError.malformed("SurvivalCurve", "counts exceed what there can be")
    sums = {name: _sums(fields, name, shape) for name in ("weights", "squares")}
    if (sums["weights"] is None) != (sums["squares"] is None):
        raise StateError.malformed("SurvivalCurve", "weights and squares belong together")
    return {
        "known": known,
        "counts": np.array(counts, dtype=np.int64).reshape(shape),
        **sums,
        "reasons": tuple(reasons),
        "missing": fields.count("missing"),
        "weightless": fields.count("weightless"),
        "unit": fields["unit"],
    }


def _sums(fields: Fields, name: str, shape: tuple[int, int]) -> AnyArray | None:
    """Return sums of weights, None where there are none."""
    if fields[name] is None:
        return None
    rows = [[fields.number(name, cell) for cell in row] for row in _rows(fields, name, shape)]
    sums = np.array(rows, dtype=np.float64).reshape(shape)
    if (sums < 0).any():
        raise StateError.malformed("SurvivalCurve", f"{name} must not be negative")
    return sums


def _rows(fields: Fields, name: str, shape: tuple[int, int]) -> list[list[Any]]:
    rows = fields.items_of(name, shape[0])
    if not all(isinstance(row, list) and len(row) == shape[1] for row in rows):
        raise StateError.malformed(
            "SurvivalCurve", f"{name} must be {shape[0]} lists of {shape[1]}"
        )
    return rows
