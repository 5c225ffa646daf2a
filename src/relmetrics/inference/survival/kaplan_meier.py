"""Kaplan and Meier: shares still there, with intervals."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import numpy as np

from relmetrics.inference.intervals import clipped

if TYPE_CHECKING:
    from relmetrics.data.types import FloatArray, IntArray


SurvivalInterval = Literal["log_log", "greenwood"]

_HALF = 0.5 + 1e-12
"""A half, and the rounding of a product of fractions that make exactly a half."""


def shares_left(at_risk: IntArray, events: IntArray) -> FloatArray:
    """Return the shares that are left after each time: the product of 1 - events / at risk.

    Kaplan and Meier (1958), Journal of the American Statistical Association 53, 457-481.
    """
    return np.cumprod((at_risk - events) / at_risk)


def first_at_most_half(times: IntArray, shares: FloatArray) -> float:
    """Return the first time after which at most half are left; NaN if there is none."""
    reached = np.flatnonzero(shares <= _HALF)
    return float(times[reached[0]]) if len(reached) else math.nan


def share_interval(
    share: FloatArray, at_risk: IntArray, events: IntArray, z: float, kind: SurvivalInterval
) -> tuple[FloatArray, FloatArray]:
    """Return the ends of the intervals of shares, by Greenwood's (1926) variance."""
    left = np.where(at_risk > events, at_risk - events, np.nan)
    error = np.sqrt(np.cumsum(events / (at_risk * left)))
    if kind == "greenwood":
        half = z * share * error
        return clipped(share - half, 0.0, 1.0), clipped(share + half, 0.0, 1.0)
    log_share = np.log(np.where(share > 0, share, np.nan))
    stretch = np.exp(z * error / -log_share)
    return np.exp(log_share * stretch), np.exp(log_share / stretch)
