"""Chi-square with a whole number of degrees of freedom: the chance of more, as a finite sum.

No special function is written by hand here: with whole degrees of freedom the chance is a sum of
powers and the error function of the standard library, 26.4.4 and 26.4.5 of Abramowitz and Stegun
(1964).
"""

from __future__ import annotations

import math


def chi_square_p(statistic: float, df: int) -> float:
    """Return the chance that chi-square exceeds a statistic.

    With h = statistic / 2::

        even df: exp(-h) (1 + h + h^2 / 2! + ... up to the power df / 2 - 1)
        odd df:  erfc(sqrt(h)) + exp(-h) (h^(1/2) / (1/2)! + ... up to the power df / 2 - 1)

    Args:
        statistic: The statistic, at least 0; NaN gives NaN.
        df: Degrees of freedom, a whole number of at least 1.

    Example:
        >>> from relmetrics.inference.distributions.chi_square import chi_square_p
        >>> round(chi_square_p(3.841458820694124, 1), 12), round(chi_square_p(5.9914645, 2), 6)
        (0.05, 0.05)
    """
    if math.isnan(statistic):
        return math.nan
    if statistic <= 0:
        return 1.0
    if math.isinf(statistic):
        return 0.0
    half, odd = statistic / 2, df % 2
    first = math.erfc(math.sqrt(half)) if odd else 0.0
    powers = (i + odd / 2 for i in range(df // 2))
    terms = (math.exp(power * math.log(half) - half - math.lgamma(power + 1)) for power in powers)
    return min(1.0, math.fsum((first, *terms)))
