"""Gray's test: whether groups leave for one reason to the same extent, where there are others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relmetrics.inference.survival.log_rank import Scores

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import AnyArray, FloatArray
    from relmetrics.inference.survival.risk_table import RiskTable


_ROUNDING = 1e-12
"""The rounding of a sum of shares that make exactly 1."""


def gray_scores(tables: Sequence[RiskTable], gone: Sequence[AnyArray], rho: float = 0.0) -> Scores:
    """Return the sums of the test for the groups of one stratum.

    Who has left for another reason can no longer leave for this one, and yet counts: in a group
    with the incidence F and the survival S, each of the n at risk stands for ``(1 - F) / S`` of
    those who have not left for the reason. Among these the leavers of a group are compared with its
    part of all. The variance is that of the paper, with ties as in its program: by the law of the
    incidence of all, and of the other leavers of each group.

    Args:
        tables: The risk table of each group: all who left, for whatever reason.
        gone: Those who left for this reason, at each of the group's times.
        rho: The weight of each time is (1 - F(t-))^rho, of the incidence of all.

    Source:
        Gray (1988), Annals of Statistics 16, 1141-1154.
    """
    times = np.unique(np.concatenate([table.times for table in tables]))
    zeros = np.zeros((len(tables), len(times)))
    left, other, at_risk = zeros.copy(), zeros.copy(), zeros.copy()
    for i, (table, ours) in enumerate(zip(tables, gone, strict=True)):
        places = np.searchsorted(times, table.times)
        left[i, places] = ours
        other[i, places] = table.events - ours
        at_risk[i] = table.at(times, table.present)
    there = at_risk > 0
    n = np.where(there, at_risk, 1.0)
    stay = np.cumprod(1 - (left + other) / n, axis=1)
    before = _before(stay, 1.0)
    weight = np.where(there & (before > 0), at_risk / np.where(before > 0, before, 1.0), 0.0)
    own = _before(np.cumsum(before * left / n, axis=1), 0.0)
    stand_for = weight * (1 - own)
    together, leavers = stand_for.sum(axis=0), left.sum(axis=0)
    rate = _over(leavers, together)
    all_weights = weight.sum(axis=0)
    steps = _over(leavers, all_weights)  # of the incidence of all
    yet = 1 - np.cumsum(steps)
    yet[yet < _ROUNDING] = 0.0  # where all have left, or the sum of groups that end goes past it
    yet_before = np.concatenate([[1.0], yet[:-1]])[: len(times)]
    chosen = np.maximum(yet_before, 0.0) ** rho
    expected = stand_for * rate
    covariance = np.zeros((len(tables), len(tables)))
    part = _over(weight, all_weights)
    for r in range(len(tables)):
        effect = chosen * weight[r] * ((np.arange(len(tables)) == r)[:, None] - part)
        ahead = effect * _over(steps, yet_before)
        later = np.cumsum(ahead[:, ::-1], axis=1)[:, ::-1] - ahead
        share = _over(yet, stay[r])
        same = before[r] * (effect + (1 - share) * later)
        others = before[r] * share * later
        spread = _over(steps, before[r] * n[r]) * there[r]
        spread *= _tied(leavers, all_weights * before[r])
        competing = other[r] / n[r] ** 2 * _tied(other[r], n[r])
        covariance += (same * spread) @ same.T + (others * competing) @ others.T
    return Scores(
        left.sum(axis=1),
        expected.sum(axis=1),
        (chosen * (left - expected)).sum(axis=1),
        covariance,
    )


def _before(values: FloatArray, first: float) -> FloatArray:
    """Return what each row was just before each time."""
    start = np.full((len(values), 1), first)
    found: FloatArray = np.concatenate([start, values[:, :-1]], axis=1)[:, : values.shape[1]]
    return found


def _over(top: FloatArray, bottom: FloatArray) -> FloatArray:
    """Return a quotient, 0 where there is nothing to divide by."""
    found: FloatArray = np.where(bottom > 0, top / np.where(bottom > 0, bottom, 1.0), 0.0)
    return found


def _tied(leavers: FloatArray, size: FloatArray) -> FloatArray:
    """Return by how much leaving at once, without replacement, makes the variance smaller."""
    less = 1 - (leavers - 1) / np.where(size > 1, size - 1, np.inf)
    found: FloatArray = np.where(leavers > 1, np.where(size > 1, less, 0.0), 1.0)
    return found
