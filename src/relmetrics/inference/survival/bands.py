"""Difference of two curves: its error at each time, and a band that holds at all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, FloatArray
    from relmetrics.inference.survival.risk_table import RiskTable

DRAWS = 2000
_CELLS = 1 << 20


class CurveDifference(NamedTuple):
    """The difference of two curves at the times at which either falls.

    Attributes:
        times: The times, from the first at which the difference has an error on.
        value: Share of the first less that of the second.
        error: Its standard error.
        reach: How many errors the band goes to either side, so that it holds everywhere at once.
    """

    times: FloatArray
    value: FloatArray
    error: FloatArray
    reach: float


def curve_difference(
    first: RiskTable,
    second: RiskTable,
    confidence_level: float,
    rng: np.random.Generator,
    until: float = np.inf,
) -> CurveDifference:
    """Return the difference of two curves, with the reach of a band of equal precision.

    Each curve is S times a process of independent steps whose variances are Greenwood's terms. So
    the largest difference over its error is drawn: the band leaves out the true difference at any
    time about as seldom as the level says.

    Args:
        first: The first curve.
        second: The one that is taken off.
        confidence_level: The level of the band.
        rng: Where the draws come from.
        until: The last time that counts.

    Source:
        Parzen, Wei and Ying (1997), Scandinavian Journal of Statistics 24, 309-314.
    """
    end = min(first.last, second.last, until)
    times = np.union1d(first.times, second.times).astype(np.float64)
    times = times[times <= end]
    sides = [_side(table, times) for table in (first, second)]
    (ours, var_ours, _), (theirs, var_theirs, _) = sides
    error = np.sqrt(ours**2 * var_ours + theirs**2 * var_theirs)
    # Where everybody of a side has left, nothing tells by how much its share of 0 errs.
    known = (error > 0) & (ours > 0) & (theirs > 0)
    times, value, error = times[known], (ours - theirs)[known], error[known]
    if not len(times):
        return CurveDifference(times, value, error, np.nan)
    largest = np.empty(DRAWS)
    at_once = max(1, _CELLS // len(known))
    for start in range(0, DRAWS, at_once):
        size = min(at_once, DRAWS - start)
        drawn = np.zeros((size, len(known)))
        for sign, (share, _, terms) in zip((1, -1), sides, strict=True):
            steps = rng.standard_normal((size, len(known))) * np.sqrt(terms)
            drawn += sign * share * np.cumsum(steps, axis=1)
        largest[start : start + size] = np.max(np.abs(drawn[:, known]) / error, axis=1)
    return CurveDifference(times, value, error, float(np.quantile(largest, confidence_level)))


def _side(table: RiskTable, times: AnyArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return share, variance of its logarithm and what each time adds to that, of one curve."""
    share = table.stepped(times, table.shares, 1.0)
    variance = table.stepped(times, np.cumsum(np.nan_to_num(table.terms)), 0.0)
    return share, variance, np.diff(variance, prepend=0.0)
