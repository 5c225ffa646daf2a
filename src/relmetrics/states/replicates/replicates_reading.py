"""Replicates as JSON-ready values, written and read."""

from __future__ import annotations

from typing import Any

import numpy as np

from relmetrics.errors import StateError
from relmetrics.states.replicates.replicates import Replicates, Rule
from relmetrics.states.serial import LARGEST_ROWS, Fields

_KEYS = {"counts", "weights", "squares", "sums", "scales", "about_mean", "df"}


def written(replicates: Replicates) -> dict[str, object]:
    """Return the replicates of one state."""
    sums = {name: getattr(replicates, name)[0].tolist() for name in _KEYS & _SUMS}
    rule = replicates.rule
    return {
        **sums,
        "scales": rule.scales.tolist(),
        "about_mean": rule.about_mean,
        "df": rule.df,
    }


_SUMS = {"counts", "weights", "squares", "sums"}


def read(data: Any, kind: str, width: int) -> Replicates:
    """Return the replicates of a state over a scale of so many points.

    Raises:
        StateError: They are none of such a state.
    """
    if not isinstance(data, dict) or set(data) != _KEYS:
        raise StateError.malformed(kind, f"replicates must have {', '.join(sorted(_KEYS))}")
    fields = Fields(data)
    fields.kind = kind
    many = len(fields.items_of("scales"))
    rows = fields.items_of("sums", many)
    sums = []
    for row in rows:
        one = Fields({"sums": row})
        one.kind = kind
        sums.append(one.floats("sums", width))
    df = fields.number("df", fields["df"])
    if type(fields["about_mean"]) is not bool or not df > 0 or not rows:
        raise StateError.malformed(kind, "about_mean is true or false, and df above 0")
    counts = fields.counts("counts", width, LARGEST_ROWS)
    weights, squares, scales = (
        np.array(fields.floats(name, size))
        for name, size in (("weights", width), ("squares", width), ("scales", many))
    )
    return Replicates(
        np.array(counts, dtype=np.int64)[None],
        weights[None],
        squares[None],
        np.array(sums)[None],
        Rule(scales, fields["about_mean"], df),
    )
