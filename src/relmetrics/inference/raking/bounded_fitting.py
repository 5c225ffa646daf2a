"""Fitting within bounds: weights that meet margins, of which none leaves its range.

Raking gives each weight one factor per margin, w = d f_1 f_2 ...; within bounds it is that number,
cut to its range: w = min(max(d f_1 f_2 ..., low), high). Each label's factor is found in turn, so
that the sum of what is cut meets its total, until all totals are met. That is coordinate ascent on
the dual of the distance of Kullback and Leibler within a box, and so has its limit:
Deville and Sarndal (1992), Calibration estimators in survey sampling, JASA 87, 376-382.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relmetrics.inference.raking.proportional_fitting import Fit, settling, sums_by

if TYPE_CHECKING:
    from relmetrics.data.types import FloatArray, IntArray


def factor_within(weights: FloatArray, lows: FloatArray, highs: FloatArray, total: float) -> float:
    """Return the c for which the sum of min(max(c w, low), high) is a total.

    As a function of c that sum is a rising line that bends only where a weight meets a bound, so
    what lies between two bends is exact. Beyond all that can be reached it is the outermost bend.

    Args:
        weights: Above 0.
        lows: The least that each may become, at least 0.
        highs: The most, perhaps infinite.
        total: What they are to sum to.
    """
    with np.errstate(over="ignore"):  # of a bound that is next to nothing: nobody is beyond
        bends = np.concatenate([lows / weights, highs / weights])
    slopes = np.concatenate([weights, -weights])
    there = np.isfinite(bends)
    order = np.argsort(bends[there], kind="stable")
    bends, slopes = bends[there][order], np.cumsum(slopes[there][order])
    rises = slopes[:-1] * np.diff(bends)
    sums = lows.sum() + np.concatenate([[0.0], np.cumsum(np.maximum(rises, 0.0))])
    if total > sums[-1] and np.isinf(highs).any():
        return float(bends[-1] + (total - sums[-1]) / slopes[-1])
    return float(np.interp(total, np.maximum.accumulate(sums), bends))


def fit_within(
    sums: FloatArray,
    bounds: tuple[FloatArray, FloatArray],
    codes: list[IntArray],
    aims: list[FloatArray],
    tolerance: float,
    most_iterations: int,
) -> Fit:
    """Fit totals to margins within bounds.

    Args:
        sums: The starting totals, above 0: of rows that have the same labels, weight and bounds.
        bounds: The least and the most that each may become.
        codes: For each margin, the label of each.
        aims: For each margin, the total that each label should have. All have the same sum.
        tolerance: It ends when no label is further from its aim, relative to it.
        most_iterations: It ends after so many rounds.
    """
    low, high = bounds
    free = sums.copy()
    members = [
        [np.flatnonzero(labels == i) for i in range(len(aim))]
        for labels, aim in zip(codes, aims, strict=True)
    ]

    def reached() -> list[FloatArray]:
        now = np.clip(free, low, high)
        return [sums_by(labels, now, len(aim)) for labels, aim in zip(codes, aims, strict=True)]

    def adjust() -> None:
        for parts, aim in zip(members, aims, strict=True):
            for at, wanted in zip(parts, aim.tolist(), strict=True):
                if len(at):
                    free[at] *= factor_within(free[at], low[at], high[at], wanted)

    end = settling(reached, adjust, aims, tolerance, most_iterations)
    return Fit(np.clip(free, low, high), *end)
