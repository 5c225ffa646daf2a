"""Kaplan and Meier: shares still there, with intervals, and the mean time within a horizon."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import numpy as np

from relmetrics.inference.intervals import clipped

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, FloatArray


SurvivalInterval = Literal["log_log", "greenwood"]

_ROUNDING = 1e-12
"""The rounding of a product or a sum of fractions that make exactly a half, or 1."""


def shares_left(at_risk: AnyArray, events: AnyArray) -> FloatArray:
    """Return the shares that are left after each time: the product of 1 - events / at risk.

    Kaplan and Meier (1958), Journal of the American Statistical Association 53, 457-481.
    """
    return np.cumprod((at_risk - events) / at_risk)


def first_at_most(times: AnyArray, shares: FloatArray, share: float = 0.5) -> float:
    """Return the first time after which at most a share is left; NaN if there is none."""
    reached = np.flatnonzero(shares <= share + _ROUNDING)
    return float(times[reached[0]]) if len(reached) else math.nan


def greenwood_terms(at_risk: AnyArray, events: AnyArray, worth: AnyArray) -> FloatArray:
    """Return what each time adds to the variance of log S: events / (worth x those who stay).

    Greenwood (1926) without weights, where `worth` is the number at risk. With weights it is
    Kish's effective number of those at risk: the squared error of each fraction is p (1 - p)
    over that. NaN where all leave.
    """
    left = np.where(at_risk > events, at_risk - events, np.nan)
    terms: FloatArray = events / (worth * left)
    return terms


def share_interval(
    share: FloatArray, terms: FloatArray, z: float, kind: SurvivalInterval
) -> tuple[FloatArray, FloatArray]:
    """Return the ends of the intervals of shares, by Greenwood's (1926) variance."""
    error = np.sqrt(np.cumsum(terms))
    if kind == "greenwood":
        half = z * share * error
        return clipped(share - half, 0.0, 1.0), clipped(share + half, 0.0, 1.0)
    return log_log(share, error, z)


def log_log(share: FloatArray, relative: FloatArray, z: float) -> tuple[FloatArray, FloatArray]:
    """Return intervals of shares on the scale log(-log S), which stay within 0 to 1.

    Kalbfleisch and Prentice (1980). NaN where the share is 0 or 1.

    Args:
        share: The shares.
        relative: Their standard errors, relative to them.
        z: The normal quantile of the level.
    """
    log_share = np.log(np.where((share > 0) & (share < 1 - _ROUNDING), share, np.nan))
    with np.errstate(over="ignore"):  # then the interval is all of 0 to 1
        stretch = np.exp(z * relative / -log_share)
    return np.exp(log_share * stretch), np.exp(log_share / stretch)


def restricted_mean(
    times: AnyArray, shares: FloatArray, terms: FloatArray, horizon: float, discount: float = 0.0
) -> tuple[float, float]:
    """Return the mean time within a horizon, the area under the curve, and its variance.

    Formula: ``integral of S v from 0 to h``, with the variance ``sum over t of (area from t to h)^2
    x term(t)``, where the terms are Greenwood's and ``v(t) = (1 + discount)^-t``, 1 without one.

    Args:
        times: The times at which somebody left, ascending.
        shares: The share that is left after each.
        terms: What each adds to the variance of log S.
        horizon: The time up to which the area counts.
        discount: By what share time counts less for each unit that it is later.

    Source:
        Meier (1975), Perspectives in Probability and Statistics, 67-87; Royston and Parmar (2013),
        BMC Medical Research Methodology 13, 152, for its use in comparisons.

    Example:
        >>> import numpy as np
        >>> left, terms = np.array([0.5, 0.25]), np.array([0.25, 0.5])
        >>> restricted_mean(np.array([1.0, 2.0]), left, terms, 3.0)
        (1.75, 0.171875)
    """
    within = times < horizon
    knots = np.concatenate([[0.0], times[within], [horizon]])
    lengths = np.diff(knots)
    if discount:
        rate = math.log1p(discount)
        lengths = np.exp(-rate * knots[:-1]) * -np.expm1(-rate * lengths) / rate
    areas = np.concatenate([[1.0], shares[within]]) * lengths
    after = np.cumsum(areas[::-1])[::-1]
    beyond = after[1:]
    added = np.where(beyond > 0, beyond**2 * terms[within], 0.0)
    return float(after[0]), float(added.sum())
