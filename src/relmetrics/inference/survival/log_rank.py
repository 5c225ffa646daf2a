"""Log-rank test: whether groups leave at the same rate, weighted, stratified, for any number."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from relmetrics.inference.distributions.chi_square import chi_square_p
from relmetrics.inference.survival.kaplan_meier import shares_left

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import FloatArray
    from relmetrics.inference.survival.risk_table import RiskTable


class Scores(NamedTuple):
    """What the test sums, over the times and then over the strata: it adds.

    Attributes:
        observed: Who left, by group.
        expected: Who would have left at the rate of all.
        score: The weighted difference of both, by group.
        covariance: The covariance of the scores, shape (groups, groups).
    """

    observed: FloatArray
    expected: FloatArray
    score: FloatArray
    covariance: FloatArray


def scores(tables: Sequence[RiskTable], rho: float = 0.0) -> Scores:
    """Return the sums of the test for the groups of one stratum.

    At each time the events of a group are compared with its share of those at risk, times all
    events. The variance is that of a hypergeometric draw. With survey weights each of those at
    risk enters it by the square of theirs.

    Args:
        tables: The risk table of each group.
        rho: The weight of each time is S(t-)^rho, of the curve of all: 0 is the log-rank test, 1
            looks more at early times (Peto and Peto).

    Source:
        Mantel (1966), Cancer Chemotherapy Reports 50, 163-170; Harrington and Fleming (1982),
        Biometrika 69, 553-566, for rho.
    """
    times = np.unique(np.concatenate([table.times for table in tables]))
    zeros = np.zeros((len(tables), len(times)))
    events, at_risk, squares, rows = zeros.copy(), zeros.copy(), zeros.copy(), zeros.copy()
    for i, table in enumerate(tables):
        events[i, np.searchsorted(times, table.times)] = table.events
        at_risk[i] = table.at(times, table.present)
        squares[i] = at_risk[i] if table.squares is None else table.at(times, table.squares)
        rows[i] = at_risk[i] if table.rows is None else table.at(times, table.rows)
    gone, all_at_risk, many = events.sum(axis=0), at_risk.sum(axis=0), rows.sum(axis=0)
    rate, part = gone / all_at_risk, at_risk / all_at_risk
    before = np.concatenate([[1.0], shares_left(all_at_risk, gone)[:-1]]) if len(times) else gone
    weight = np.maximum(before, 0.0) ** rho if rho else np.ones(len(times))
    with np.errstate(divide="ignore", invalid="ignore"):
        ties = np.where(many > 1, many / (many - 1), 0.0)
    spread = weight**2 * rate * (1 - rate) * ties
    # Of group g the score of k changes by (g is k) - part of k: sum the products over all at risk.
    own = squares * spread
    across = own @ part.T
    both = (part * own.sum(axis=0)) @ part.T
    covariance = np.diag(own.sum(axis=1)) - across - across.T + both
    expected = part * gone
    return Scores(
        events.sum(axis=1),
        expected.sum(axis=1),
        ((events - expected) * weight).sum(axis=1),
        covariance,
    )


def added(strata: Sequence[Scores]) -> Scores:
    """Return the sums over all strata."""
    return Scores(*(np.sum(part, axis=0) for part in zip(*strata, strict=True)))


def tested(found: Scores) -> tuple[float, int, float]:
    """Return the statistic, its degrees of freedom and its p-value; NaN where nothing is known.

    The scores sum to 0, so one group less than those with anything at stake are free.
    """
    scale = float(np.trace(found.covariance))
    if not scale > 0:
        return np.nan, 0, np.nan
    values, vectors = np.linalg.eigh(found.covariance)
    free = values > 1e-10 * scale
    along = vectors[:, free].T @ found.score
    statistic, df = float((along**2 / values[free]).sum()), int(free.sum())
    return statistic, df, chi_square_p(statistic, df)
