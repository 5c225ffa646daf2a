"""Lines through values in time: weighted least squares and medians."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from relmetrics.inference.differences import two_sided
from relmetrics.inference.dispersion import where_excess_ends
from relmetrics.inference.distributions.student import t_quantile, two_sided_p
from relmetrics.inference.intervals import quantile
from relmetrics.inference.time.ranks import variance_of_score

if TYPE_CHECKING:
    from relmetrics.data.types import FloatArray


_CLOSE = 1e-12


@frozen(kw_only=True)
class Line:
    """A line through (period, value), what is known of its change, and how well it fits."""

    period: float
    value: float
    change: float
    low: float
    high: float
    p_value: float
    standard_error: float = math.nan
    between: float = math.nan
    r_squared: float = math.nan
    tied_pairs: float = math.nan


@frozen
class _Squares:
    """Weighted least squares: mean period and value, change, and the sums of squares."""

    period: float
    value: float
    change: float
    spread: float
    residual: float
    total: float

    @classmethod
    def fit(cls, x: FloatArray, y: FloatArray, weights: FloatArray) -> _Squares:
        """Fit the line; from the first value on, so that equal values have no residuals at all."""
        share = weights / weights.sum()
        period, value = float(share @ x), float(y[0] + share @ (y - y[0]))
        to_period, to_value = x - period, (y - y[0]) - (value - y[0])
        spread = float(weights @ to_period**2)
        change = float((weights * to_period) @ to_value) / spread
        squares = (to_value - change * to_period) ** 2
        return cls(
            period=period,
            value=value,
            change=change,
            spread=spread,
            residual=float(weights @ squares),
            total=float(weights @ to_value**2),
        )


def mean_line(
    x: FloatArray, y: FloatArray, v: FloatArray, method: str, confidence_level: float
) -> Line:
    """Return the line of least squares, weighted or not.

    Weights 1 / (v + between^2), with half of the interval and p-value the wider of two::

        half = max(z, t sqrt(q)) / sqrt(S),   q = sum w (y - line)^2 / (P - 2)

    z is right where the answers alone move the values, t sqrt(q) where the values themselves must
    tell how they vary. A series that looks calm by chance is not surer than its answers allow.

    Args:
        x: The number of each period.
        y: The value in it.
        v: Its squared standard error; pooled over the periods, so that it knows nothing of y.
        method: ``weighted``, ``sampling`` or ``ordinary``.
        confidence_level: Level of the interval.
    """
    free = len(x) - 2
    between = {"ordinary": math.nan, "sampling": 0.0}.get(method)
    if between is None:
        between = _between(x, y, v)
    weights = np.ones(len(x)) if method == "ordinary" else 1 / (v + between**2)
    fit = _Squares.fit(x, y, weights)
    known, estimated = 1 / math.sqrt(fit.spread), math.nan
    if method != "sampling":
        estimated = math.sqrt(fit.residual / free / fit.spread)
    # The residuals of the added variance are at most what it was made to bring them to.
    estimated = min(estimated, known) if method == "weighted" else estimated
    halves, p_values = [], []
    if method != "ordinary":
        halves.append(quantile(confidence_level) * known)
        p_values.append(float(two_sided(_statistic(fit.change, known))))
    if method != "sampling":
        halves.append(t_quantile(confidence_level, free) * estimated)
        p_values.append(two_sided_p(_statistic(fit.change, estimated), free))
    half = max(halves)
    return Line(
        period=fit.period,
        value=fit.value,
        change=fit.change,
        low=fit.change - half,
        high=fit.change + half,
        p_value=max(p_values),
        standard_error=estimated if method == "ordinary" else known,
        between=between,
        r_squared=1 - fit.residual / fit.total if fit.total else math.nan,
    )


def _statistic(change: float, error: float) -> float:
    """Return change over error; values on a line leave no error, and any slope but 0 is certain."""
    return change / error if error else math.inf * change if change else 0.0


def _between(x: FloatArray, y: FloatArray, v: FloatArray) -> float:
    """Return the standard deviation between periods by Paule and Mandel (1982).

    It is what makes the weighted squared residuals come to their expectation, P - 2; 0 when they
    do not even reach it. At most the whole of them about the line without weights.
    """
    free = len(x) - 2
    top = _Squares.fit(x, y, np.ones(len(x))).residual / free

    def excess(square: float) -> float:
        return _Squares.fit(x, y, 1 / (v + square)).residual - free

    return math.sqrt(where_excess_ends(excess, top, _CLOSE * free))


def median_line(x: FloatArray, y: FloatArray, confidence_level: float, p_value: float) -> Line:
    """Return the line of Theil (1950), with the interval of Sen (1968), equation 2.6.

    The interval ends at two of the slopes of pairs, counted by the normal quantile. With so few
    periods that the count runs out of slopes, no interval of that level exists: it is unbounded.
    """
    first, second = np.triu_indices(len(x), 1)
    slopes = np.sort((y[second] - y[first]) / (x[second] - x[first]))
    reach = quantile(confidence_level) * math.sqrt(variance_of_score(y))
    below = round((len(slopes) - reach) / 2)
    above = min(round((len(slopes) + reach) / 2), len(slopes) - 1)
    low, high = (slopes[below - 1], slopes[above]) if below > 0 else (-math.inf, math.inf)
    return Line(
        period=float(np.median(x)),
        value=float(np.median(y)),
        change=float(np.median(slopes)),
        low=float(low),
        high=float(high),
        p_value=p_value,
        tied_pairs=float((y[first] == y[second]).mean()),
    )
