"""Beta, F and chi-square with any degrees of freedom: chances of more, as sums taken to the end.

No special function is approximated here: of a sum without an end the terms are added until it
changes no more, and the same of a continued fraction. The sums are 26.5.4 and 6.5.29 of Abramowitz
and Stegun (1964), the fraction 6.5.31.
"""

from __future__ import annotations

import math

_SETTLED, _TINY = 1e-16, 1e-300


def f_tail(statistic: float, df: float, df_error: float) -> float:
    """Return the chance that F exceeds a statistic.

    Args:
        statistic: The statistic, at least 0; NaN gives NaN.
        df: Degrees of freedom of the numerator, above 0.
        df_error: Those of the denominator, perhaps infinite: then it is chi-square / df.

    Example:
        >>> from relmetrics.inference.distributions.beta import f_tail
        >>> round(f_tail(3.708264, 3, 10), 6), round(f_tail(7.814728 / 3, 3, float("inf")), 6)
        (0.05, 0.05)
    """
    if math.isnan(statistic):
        return math.nan
    if statistic <= 0:
        return 1.0
    if math.isinf(statistic):
        return 0.0
    if math.isinf(df_error):
        return gamma_tail(df * statistic / 2, df / 2)
    x = df * statistic / (df * statistic + df_error)
    return beta_tail(x, df / 2, df_error / 2)


def beta_tail(x: float, a: float, b: float) -> float:
    """Return the chance that a beta variable with parameters a and b exceeds x.

    Example:
        >>> from relmetrics.inference.distributions.beta import beta_tail
        >>> round(beta_tail(0.5, 2, 3), 4)
        0.3125
    """
    if not 0 < x < 1:
        return float(x <= 0)
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front = math.exp(log_front + a * math.log(x) + b * math.log1p(-x))
    # Of the two sides of x the one whose terms fall the faster is summed.
    if x * (a + b + 2) > a + 1:
        return min(1.0, front / b * _rising(a + b, b + 1, 1 - x))
    return max(0.0, 1 - front / a * _rising(a + b, a + 1, x))


def gamma_tail(x: float, a: float) -> float:
    """Return the chance that a gamma variable of shape a exceeds x: half a chi-square of 2 a."""
    front = math.exp(a * math.log(x) - x - math.lgamma(a))
    if x < a + 1:
        total = term = 1.0
        below = a
        while term > total * _SETTLED:
            below += 1
            term *= x / below
            total += term
        return max(0.0, 1 - front / a * total)
    # Lentz's evaluation of x + 1 - a - 1 (1 - a) / (x + 3 - a - ...).
    bottom = x + 1 - a
    c, d = 1 / _TINY, 1 / bottom
    found, i, step = d, 0, 0.0
    while abs(step - 1) > _SETTLED * 10:
        i += 1
        top = i * (a - i)
        bottom += 2
        d = 1 / _apart(top * d + bottom)
        c = _apart(bottom + top / c)
        step = c * d
        found *= step
    return min(1.0, front * found)


def _apart(number: float) -> float:
    """Return a number that is not 0."""
    return number if abs(number) > _TINY else _TINY


def _rising(above: float, below: float, ratio: float) -> float:
    """Return 1 + above / below ratio + above (above + 1) / (below (below + 1)) ratio^2 + ..."""
    total = term = 1.0
    while term > total * _SETTLED:
        term *= above / below * ratio
        total, above, below = total + term, above + 1, below + 1
    return total
