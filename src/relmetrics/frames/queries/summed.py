"""Sums by key, as the engine gave them, become the states of their groups."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.estimators.summed import PreparedSums
from relmetrics.frames.asking import Answered
from relmetrics.frames.queries.held import held
from relmetrics.frames.queries.sums import NONE, SOME
from relmetrics.states.moments.moments import Moments
from relmetrics.states.moments.pair_sums import PairSums

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, FloatArray, IntArray
    from relmetrics.frames.queries.sums import Summing


def answered(summing: Summing) -> Answered:
    """Ask the engine for the sums of a metric of several columns, by key.

    Raises:
        RelmetricsError: As for `Summing.collected`.
    """
    asked, wanted = summing.asked, summing.wanted
    in_memory = held(asked, wanted)
    if in_memory is not None:
        return in_memory
    rows = _Rows(summing, summing.collected())
    size, p = len(rows.count), len(wanted.columns)
    pairs = rows.pairs()
    powers = ("",) if asked.weights is None else ("w", "w2")
    sums = [rows.pair_sums(power, pairs) for power in powers]
    state = Moments(
        wanted.columns,
        "pairwise" if wanted.pairwise else "row",
        np.full((size, p), summing.pivot),
        np.where(rows.kept, rows.heavy, 0),
        np.where(rows.missing, rows.count, 0),
        rows.absent(),
        pairs.astype(np.int64),
        sums[0],
        sums[1] if asked.weights is not None else None,
        wanted.scale,
        np.where(rows.kept, rows.count - rows.heavy, 0),
    )
    prepared = PreparedSums(size, None, state, rows.count)
    return Answered(prepared, asked.labels(rows.found), asked.days(rows.found), asked.zone)


class _Rows:
    """What the engine gave, one row for each key and code."""

    def __init__(self, summing: Summing, found: dict[str, list[Any]]) -> None:
        """Read which rows count, and how many they are."""
        self.found, self.wanted = found, summing.wanted
        self.count: IntArray = self._numbers("rows").astype(np.int64)
        weighted = "heavy" in found
        self.heavy: IntArray = (
            np.rint(self._numbers("heavy")).astype(np.int64) if weighted else self.count
        )
        code = self._numbers("code")
        self.inside: AnyArray = (
            self._numbers("outside") == 0 if "outside" in found else np.ones(len(code), bool)
        )
        nothing = NONE if self.wanted.pairwise else SOME
        self.missing: AnyArray = (code == nothing) & self.inside
        self.kept: AnyArray = (code != nothing) & self.inside

    def _numbers(self, name: str) -> FloatArray:
        return np.array([float(value or 0) for value in self.found[name]], dtype=np.float64)

    def absent(self) -> IntArray:
        """Return how many values each column lacks."""
        lacking = [
            np.where(self.inside, self.count - self._numbers(f"there_{i}"), 0)
            for i in range(len(self.wanted.names))
        ]
        more = len(self.wanted.columns) - len(lacking)
        lacking += [np.where(self.missing, self.count, 0)] * more  # the kept part of an amount
        empty = np.zeros((len(self.count), 0))
        return (np.stack(lacking, axis=1) if lacking else empty).astype(np.int64)

    def pairs(self) -> FloatArray:
        """Return how many rows count for each pair of columns."""
        return np.rint(self._table("pairs", "heavy" if "heavy" in self.found else "rows"))

    def pair_sums(self, power: str, pairs: FloatArray) -> PairSums:
        """Return the sums with weights to a power."""
        masses = self._table(f"mass{power}", power) if power else pairs
        return PairSums(masses, self._table(f"first{power}"), self._table(f"second{power}"))

    def _table(self, kind: str, whole: str = "") -> FloatArray:
        """Return sums over pairs of columns, where only rows are counted that count."""
        p = len(self.wanted.columns)
        table = np.zeros((len(self.count), p, p))
        for i, j in product(range(p), range(p)):
            low, high = min(i, j), max(i, j)
            first = f"{kind}_{i}_{j}" if self.wanted.pairwise else f"{kind}_{i}"
            name = first if kind.startswith("first") else f"{kind}_{low}_{high}"
            if whole and not self.wanted.pairwise:
                name = whole
            table[:, i, j] = np.where(self.kept, self._numbers(name), 0.0)
        return table
