"""Student's t with a whole number of degrees of freedom.

No special function is written by hand here: with whole degrees of freedom the distribution is a
finite sum of powers of a cosine, so it is exact. The formula is 26.7.3 and 26.7.4 of Abramowitz and
Stegun (1964), whose two sums differ only in where the powers start.
"""

from __future__ import annotations

import math

_NEARLY_ALL = 0.999
"""Beyond this share the difference from 1 loses digits, and the rest of the sum is taken."""


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
        >>> from relmetrics.inference.student import two_sided_p
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
        >>> from relmetrics.inference.student import t_quantile
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
        >>> from relmetrics.inference.student import students_from_normal, t_quantile
        >>> round(students_from_normal(1.6449, 9), 3), round(t_quantile(0.9, 9), 3)
        (1.832, 1.833)

    Source:
        Abramowitz and Stegun (1964), 26.7.5.
    """
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    return z + first / df + second / df**2
