"""Sums by key, as the engine gave them, become the states of their groups."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve

from relmetrics.estimators.summed import PreparedSums
from relmetrics.frames.asking import Answered
from relmetrics.states.moments.moments import Moments
from relmetrics.states.moments.pair_sums import PairSums

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, FloatArray
    from relmetrics.frames.queries.sums import Summing


def answered(summing: Summing) -> Answered:
    """Ask the engine for the sums of a metric of several columns, by key.

    Raises:
        RelmetricsError: As for `Summing.collected`.
    """
    asked, wanted = summing.asked, summing.wanted
    found = summing.collected()
    p, size = len(wanted.columns), len(found["n"])

    def numbers(name: str) -> FloatArray:
        return np.array([float(value or 0) for value in found[name]], dtype=np.float64)

    def whole(name: str) -> AnyArray:
        return np.array([int(value or 0) for value in found[name]], dtype=np.int64)

    def square(kind: str, power: int) -> FloatArray:
        table = np.empty((size, p, p))
        for i, j in product(range(p), range(p)):
            table[:, i, j] = numbers(summing.place(kind, power, i, j))
        return table

    def pair_sums(power: int) -> PairSums:
        return PairSums(*(square(kind, power) for kind in ("mass", "first", "second")))

    masses = square("mass", 0)
    pivot = 0.0 if wanted.scale is None else wanted.scale.midpoint
    sums = pair_sums(1 if asked.weights else 0)
    state = Moments(
        wanted.columns,
        "pairwise" if wanted.pairwise else "row",
        np.full((size, p), pivot),
        whole("n"),
        whole("missing"),
        np.stack([whole(f"absent_{i}") for i in range(p)], axis=1)
        if p
        else np.zeros((size, 0), dtype=np.int64),
        np.rint(masses).astype(np.int64),
        evolve(sums, masses=masses) if asked.weights is None else sums,
        pair_sums(2) if asked.weights else None,
        wanted.scale,
        whole("weightless"),
    )
    rows = PreparedSums(size, None, state, whole("rows"))
    return Answered(rows, asked.labels(found), asked.days(found), asked.zone)
