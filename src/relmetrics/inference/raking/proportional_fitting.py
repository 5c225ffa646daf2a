"""Iterative proportional fitting: totals of cells, adjusted until they agree with margins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
from attrs import frozen

from relmetrics.data.progress import watched

if TYPE_CHECKING:
    from collections.abc import Callable

    from relmetrics.data.types import FloatArray, IntArray

_PATIENCE = 128
"""From so many iterations on, margins that come no nearer while they double are in conflict."""
_NO_NEARER = 0.999


@frozen(eq=False)
class Fit:
    """Totals of cells, fitted to margins.

    Attributes:
        sums: The total of each cell.
        iterations: How many times all margins were adjusted.
        discrepancy: The largest distance of a label from its aim, relative to it.
        stalled: Whether it ended because the margins came no nearer.
    """

    sums: FloatArray
    iterations: int
    discrepancy: float
    stalled: bool


def fit(
    sums: FloatArray,
    codes: list[IntArray],
    aims: list[FloatArray],
    tolerance: float,
    most_iterations: int,
) -> Fit:
    """Fit the totals of cells to margins, by iterative proportional fitting.

    Args:
        sums: The starting total of each cell, shape (cells,).
        codes: For each margin, the label of each cell.
        aims: For each margin, the total that each label should have. All have the same sum.
        tolerance: It ends when no label is further from its aim, relative to it.
        most_iterations: It ends after so many rounds.
    """
    sums = sums.copy()

    def reached() -> list[FloatArray]:
        return [sums_by(labels, sums, len(aim)) for labels, aim in zip(codes, aims, strict=True)]

    def adjust() -> None:
        for labels, aim in zip(codes, aims, strict=True):
            found = sums_by(labels, sums, len(aim))
            np.multiply(sums, np.where(found > 0, aim / found, 0.0)[labels], out=sums)

    end = settling(reached, adjust, aims, tolerance, most_iterations)
    return Fit(sums, *end)


def settling(
    reached: Callable[[], list[FloatArray]],
    adjust: Callable[[], None],
    aims: list[FloatArray],
    tolerance: float,
    most_iterations: int,
) -> tuple[int, float, bool]:
    """Adjust all margins again and again until they are met, or come no nearer.

    Args:
        reached: Tells the total of each label of each margin.
        adjust: Adjusts all margins in turn.
        aims: As for `fit`, like the rest.
        tolerance: The distance that is near enough.
        most_iterations: The most rounds.

    Returns:
        Iterations, distance and whether it stalled, as in `Fit`.
    """
    before, distance = np.inf, np.inf
    # Margins that conflict drive cells towards 0, and the factors of others without bound.
    with np.errstate(all="ignore"):
        for taken in watched(range(most_iterations + 1)):
            distance = max(map(_distance, reached(), aims))
            stalled = False
            if taken >= _PATIENCE and taken & (taken - 1) == 0:  # a power of two
                stalled = distance > _NO_NEARER * before
                before = distance
            if distance <= tolerance or taken == most_iterations or stalled:
                return taken, distance, stalled
            adjust()
    return most_iterations, distance, False


def _distance(found: FloatArray, aim: FloatArray) -> float:
    """Return the largest distance from an aim, relative to it; what aims at 0 must be 0."""
    return float(np.max(np.abs(found - aim) / np.where(aim > 0, aim, 1.0)))


def sums_by(codes: IntArray, weights: FloatArray, size: int) -> FloatArray:
    """Return the sum of weights of each code, 0..size - 1."""
    sums: Any = np.bincount(codes, weights, size)  # typed as counts, whatever the weights
    return cast("FloatArray", sums)
