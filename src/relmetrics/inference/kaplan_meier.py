"""Kaplan and Meier: shares still there, with intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from relmetrics.inference.intervals import clipped

if TYPE_CHECKING:
    from relmetrics.data.types import FloatArray, IntArray


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


SurvivalInterval = Literal["log_log", "greenwood"]
