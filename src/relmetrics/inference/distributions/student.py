"""Student's t.

No special function is approximated here: with whole degrees of freedom the distribution is a
finite sum of powers of a cosine, so it is exact. The formula is 26.7.3 and 26.7.4 of Abramowitz and
Stegun (1964), whose two sums differ only in where the powers start. With others the sum has no end,
and is taken until it no longer changes.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, FloatArray

_NEARLY_ALL = 0.999
"""Beyond this share the difference from 1 loses digits, and the rest of the sum is taken."""
_AS_NORMAL = 1e5
"""Beyond these degrees of freedom a normal deviate (26.7.8) is right to 1e-10."""
_STEPS, _LONGEST, _SETTLED = 100, math.log(2), 1e-14


def two_sided_p(t: float, df: int) -> float:
    """Return the chance that |T| is at least |t|, from 0 to 1.

    With angle = atan(|t| / sqrt(df)) the chance of less than |t| is::

        even df:         sin(angle) (1 + 1/2 cos^2 + 1/2 3/4 cos^4 + ... up to cos^(df - 2))
        odd df:  2/pi (angle + sin(angle) (cos + 2/3 cos^3 + 2/3 4/5 cos^5 + ... likewise))

    Without an end the sums come to 1, so the terms left out are the chance of more: they give
    small chances to full precision.

    Args:
        t: The statistic; infinite gives 0, NaN gives NaN.
        df: Degrees of freedom, a whole number of at least 1.

    Example:
        >>> from relmetrics.inference.distributions.student import two_sided_p
        >>> round(two_sided_p(2.228138851986273, 10), 12)
        0.05
    """
    if math.isnan(t):
        return math.nan
    if math.isinf(t):
        return 0.0
    radius = math.hypot(t, math.sqrt(df))
    sine, cosine = abs(t) / radius, math.sqrt(df) / radius
    odd = df % 2
    total, term = 0.0, cosine**odd
    for power in range(odd, df - 1, 2):
        total += term
        term *= (power + 1) / (power + 2) * cosine**2
    angle = math.atan2(abs(t), math.sqrt(df))
    inside = 2 / math.pi * (angle + sine * total) if odd else sine * total
    if inside < _NEARLY_ALL:
        return 1 - inside
    rest, power = 0.0, max(odd, df - 1 + (df - 1 - odd) % 2)
    while rest + term > rest:
        rest += term
        term *= (power + 1) / (power + 2) * cosine**2
        power += 2
    return sine * rest * (2 / math.pi if odd else 1)


def t_quantile(confidence_level: float, df: int) -> float:
    """Return the two-sided quantile: |T| is below it with the chance `confidence_level`.

    Args:
        confidence_level: Strictly between 0 and 1.
        df: Degrees of freedom, a whole number of at least 1.

    Example:
        >>> from relmetrics.inference.distributions.student import t_quantile
        >>> round(t_quantile(0.95, 10), 6)
        2.228139
    """
    beyond = 1 - confidence_level
    low, high = 0.0, 1.0
    while two_sided_p(high, df) > beyond:
        low, high = high, 2 * high
    middle = (low + high) / 2
    while low < middle < high:
        if two_sided_p(middle, df) > beyond:
            low = middle
        else:
            high = middle
        middle = (low + high) / 2
    return middle


def students_from_normal(z: float, df: int) -> float:
    """Return Student's quantile from the normal one, without a search.

    Fisher's expansion: ``z + (z^3 + z) / (4 df) + (5 z^5 + 16 z^3 + 3 z) / (96 df^2)``. From four
    degrees of freedom on it is within a hundredth at 90 %; below, it stays short.

    Args:
        z: The normal quantile, at least 0.
        df: Degrees of freedom, at least 1.

    Example:
        >>> from relmetrics.inference.distributions.student import students_from_normal, t_quantile
        >>> round(students_from_normal(1.6449, 9), 3), round(t_quantile(0.9, 9), 3)
        (1.832, 1.833)

    Source:
        Abramowitz and Stegun (1964), 26.7.5.
    """
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    return z + first / df + second / df**2


def tails(t: AnyArray, df: AnyArray) -> FloatArray:
    """Return the chance that |T| is at least t, for any degrees of freedom, entry by entry.

    The sums above, which come to no end where the degrees of freedom are no whole number, with the
    gamma function of the standard library in front. Of the two sides of t the one whose terms fall
    the faster is summed; with infinite degrees of freedom it is the normal distribution.

    Args:
        t: The statistics, at least 0; infinite ones give 0, NaN gives NaN.
        df: Degrees of freedom, at least 1, perhaps infinite.

    Example:
        >>> import numpy as np
        >>> from relmetrics.inference.distributions.student import tails
        >>> tails(np.array([2.0, 2.0]), np.array([3.5, np.inf])).round(6).tolist()
        [0.126139, 0.0455]
    """
    t, df = np.broadcast_arrays(np.asarray(t, np.float64), np.asarray(df, np.float64))
    found = np.fromiter(map(_tail, t.ravel().tolist(), df.ravel().tolist()), np.float64, t.size)
    return found.reshape(t.shape)


def _tail(t: float, df: float) -> float:
    """Return one of the `tails`."""
    if math.isnan(t) or math.isnan(df):
        return math.nan
    if math.isinf(t):
        return 0.0
    if df > _AS_NORMAL:
        deviate = t * (1 - 1 / (4 * df)) / math.sqrt(1 + t * t / (2 * df))
        return math.erfc(deviate / math.sqrt(2))
    sine_squared, cosine_squared = t * t / (df + t * t), df / (df + t * t)
    log_front = math.lgamma((df + 1) / 2) - math.lgamma(df / 2) - math.log(math.pi) / 2
    front = 2 * math.sqrt(sine_squared) * math.exp(log_front + df / 2 * math.log(cosine_squared))
    if cosine_squared >= 0.5:  # noqa: PLR2004 - where the other series falls as fast
        inside = front * _series(df + 1, 3, sine_squared)
        if inside < _NEARLY_ALL:
            return 1 - inside
    return front / df * _series(df + 1, df + 2, cosine_squared)


def _series(above: float, below: float, ratio: float) -> float:
    """Return 1 + above / below ratio + above (above + 2) / (below (below + 2)) ratio^2 + ..."""
    total = term = 1.0
    while True:
        term *= above / below * ratio
        if total + term == total:
            return total
        total, above, below = total + term, above + 2, below + 2


def quantiles(confidence_level: float, df: AnyArray) -> FloatArray:
    """Return the two-sided quantiles for any degrees of freedom, entry by entry.

    By Newton's method for the logarithm of the chance as a function of that of t, which is concave:
    from the right it comes down to the quantile and never passes it. From the left it doubles t at
    most, lest the chance become 0.

    Args:
        confidence_level: Strictly between 0 and 1.
        df: Degrees of freedom, at least 1, perhaps infinite.

    Example:
        >>> import numpy as np
        >>> from relmetrics.inference.distributions.student import quantiles
        >>> quantiles(0.95, np.array([1.0, 3.5, 10.0])).round(6).tolist()
        [12.706205, 2.940089, 2.228139]
    """
    df = np.asarray(df, np.float64)
    found = [_quantile(confidence_level, one) for one in df.ravel().tolist()]
    return np.array(found, dtype=np.float64).reshape(df.shape)


@lru_cache(maxsize=1024)
def _quantile(confidence_level: float, df: float) -> float:
    """Return one of the `quantiles`."""
    if math.isnan(df):
        return math.nan
    target, log_t = math.log(1 - confidence_level), 0.0
    for _ in range(_STEPS):
        t = math.exp(log_t)
        chance = _tail(t, df)
        step = (math.log(chance) - target) * chance / (t * 2 * _density(t, df))
        log_t += min(step, _LONGEST)
        if abs(step) < _SETTLED:
            break
    return math.exp(log_t)


def _density(t: float, df: float) -> float:
    """Return the density at t."""
    if df > _AS_NORMAL:
        return math.exp(-t * t / 2) / math.sqrt(2 * math.pi)
    log_front = math.lgamma((df + 1) / 2) - math.lgamma(df / 2) - math.log(df * math.pi) / 2
    return math.exp(log_front - (df + 1) / 2 * math.log1p(t * t / df))
