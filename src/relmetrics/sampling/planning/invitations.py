"""Invitations: how many to ask so that enough answer, on average or with a chance that is named."""

from __future__ import annotations

import math
from fractions import Fraction
from statistics import NormalDist

import numpy as np

from relmetrics.errors import ParameterError

_FAR, _MORE, _MANY = 12.0, 40, 1000.0
"""Beyond so many standard deviations and so many more nothing is counted; from so large a one on it
is normal."""


def invited(n: int, response_rate: float, population: int | None, assurance: float | None) -> int:
    """Return how many to invite so that n answer.

    On average ``n / response_rate``; with an assurance the fewest m of whom at least n answer with
    that chance, their number being binomial.

    Raises:
        ParameterError: The population is too small for it.
    """
    # As it is written, 0.3 is 3/10: then 30 answers take 100 invitations, not 101.
    invitations = math.ceil(n / Fraction(str(response_rate)))
    if assurance is not None:
        invitations = _assured(n, response_rate, assurance, invitations)
    if population is not None and invitations > population:
        sure = "" if assurance is None else f" with chance {assurance:g}"
        least = f"at least {n / population:.4g}" if assurance is None else "higher"
        raise ParameterError.must_be(
            "response_rate",
            f"{least}, as {n:,} of the {population:,} must answer{sure}",
            response_rate,
            "Widen the margin, or say margin_of_error(metric, n=...) for those who will answer.",
        )
    return invitations


def _assured(n: int, rate: float, assurance: float, on_average: int) -> int:
    """Return the fewest invitations of whom at least n answer with a chance."""
    low, high = n - 1, max(n, on_average)
    while chance_of_enough(high, rate, n) < assurance:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        if chance_of_enough(middle, rate, n) < assurance:
            low = middle
        else:
            high = middle
    return high


def chance_of_enough(invitations: int, rate: float, n: int) -> float:
    """Return the chance that of so many at least n answer: the upper tail of a binomial.

    Example:
        >>> from relmetrics.sampling.planning.invitations import chance_of_enough
        >>> round(chance_of_enough(10, 0.5, 5), 4)
        0.623
    """
    if n > invitations:
        return 0.0
    if rate == 1:
        return 1.0
    mean, spread = invitations * rate, math.sqrt(invitations * rate * (1 - rate))
    if spread > _MANY:
        return 1 - NormalDist().cdf((n - 0.5 - mean) / spread)
    first = max(0, math.floor(mean - _FAR * spread) - 1)
    last = min(invitations, math.ceil(mean + _FAR * spread) + _MORE)
    k = np.arange(first, last + 1)
    ratio = (invitations - k[:-1]) / (k[:-1] + 1) * (rate / (1 - rate))
    logs = np.concatenate([[0.0], np.cumsum(np.log(ratio))])
    chances = np.exp(logs - logs.max())
    return float(chances[k >= n].sum() / chances.sum())
