"""Aalen and Johansen: the share that has left for each of several reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, FloatArray
    from relmetrics.inference.survival.risk_table import RiskTable


def incidence(table: RiskTable, gone: AnyArray) -> tuple[FloatArray, FloatArray]:
    """Return the share that has left for a reason after each time, and its variance.

    Formula: ``F_k(t) = sum over s <= t of S(s-) d_k(s) / n(s)``. Over all reasons it adds to
    1 - S(t). The variance is that of the delta method, and with one reason Greenwood's.

    Args:
        table: All who left, for whatever reason.
        gone: Those who left for this reason, at each of the table's times.

    Source:
        Aalen and Johansen (1978), Scandinavian Journal of Statistics 5, 141-150; Marubini and
        Valsecchi (1995), Analysing Survival Data from Clinical Trials and Observational Studies,
        10.2, for the variance.
    """
    n, worth = table.at_risk, table.worth
    before = np.concatenate([[1.0], table.shares[:-1]]) if len(n) else table.shares
    rate = gone / n
    share = np.cumsum(before * rate)
    # [F(t) - F(s)]^2 g + S^2 r (1 - r) / n - 2 [F(t) - F(s)] S r / n, summed over s and sorted by
    # the powers of F(t), so that each is one running sum. Where all leave, F(t) stays at F(s).
    g = np.nan_to_num(table.terms)
    h = before * rate / worth
    squared = np.cumsum(g)
    linear = np.cumsum(g * share + h)
    constant = np.cumsum(g * share**2 + before**2 * rate * (1 - rate) / worth + 2 * h * share)
    variance = share**2 * squared - 2 * share * linear + constant
    return share, np.maximum(variance, 0.0)
