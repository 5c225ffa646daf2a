"""Slow drift: charts that remember, where a single period shows nothing yet.

They take z, the distances of the periods from the center in standard deviations, along the last
axis; leading axes are series of their own.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

if TYPE_CHECKING:
    from relmetrics.data.types import FloatArray, IntArray

EWMA_WEIGHT, EWMA_LIMIT = 0.2, 2.86
CUSUM_SLACK, CUSUM_LIMIT = 0.5, 4.77


@frozen(eq=False)
class Found:
    """Where a rule rings: for each period the side, and the period in which it began.

    Attributes:
        sides: 1 above, -1 below, 0 where the rule does not ring.
        since: Place of the first period of what rings; meaningless where nothing does.
    """

    sides: IntArray
    since: IntArray


def ewma(z: FloatArray) -> Found:
    """Ring where the exponentially weighted mean of z leaves its limits: Roberts (1959).

    ``e_t = 0.8 e_(t-1) + 0.2 z_t`` from ``e_0 = 0``. Its variance is exactly
    ``0.2 / 1.8 x (1 - 0.8^(2 t))``, and it rings beyond 2.86 standard deviations, which gives the
    false alarms of three sigma limits: Lucas and Saccucci (1990).
    """
    sides, since = np.zeros(z.shape, dtype=np.int64), np.zeros(z.shape, dtype=np.int64)
    mean, began = np.zeros(z.shape[:-1]), np.zeros(z.shape[:-1], dtype=np.int64)
    for t in range(z.shape[-1]):
        before, mean = mean, (1 - EWMA_WEIGHT) * mean + EWMA_WEIGHT * z[..., t]
        began = np.where(before * mean > 0, began, t)
        spread = EWMA_WEIGHT / (2 - EWMA_WEIGHT) * (1 - (1 - EWMA_WEIGHT) ** (2 * t + 2))
        beyond = np.abs(mean) > EWMA_LIMIT * math.sqrt(spread)
        sides[..., t], since[..., t] = np.where(beyond, np.sign(mean), 0), began
    return Found(sides, since)


def cusum(z: FloatArray) -> Found:
    """Ring where a cumulative sum of z, less a slack, passes its limit: Page (1954).

    ``up_t = max(0, up_(t-1) + z_t - 0.5)`` and ``down_t`` likewise of -z, from 0; it rings above
    4.77, which gives the false alarms of three sigma limits (Montgomery, Introduction to
    Statistical Quality Control, section 9.1). The sum last was 0 where the drift probably began.
    Right after a turn both may be beyond it; the larger says the side.
    """
    sides, since = np.zeros(z.shape, dtype=np.int64), np.zeros(z.shape, dtype=np.int64)
    up, down = np.zeros(z.shape[:-1]), np.zeros(z.shape[:-1])
    up_began, down_began = np.zeros(up.shape, dtype=np.int64), np.zeros(up.shape, dtype=np.int64)
    for t in range(z.shape[-1]):
        up_began, down_began = np.where(up > 0, up_began, t), np.where(down > 0, down_began, t)
        up = np.maximum(0, up + z[..., t] - CUSUM_SLACK)
        down = np.maximum(0, down - z[..., t] - CUSUM_SLACK)
        beyond = np.maximum(up, down) > CUSUM_LIMIT
        sides[..., t] = np.where(beyond, np.where(up >= down, 1, -1), 0)
        since[..., t] = np.where(up >= down, up_began, down_began)
    return Found(sides, since)
