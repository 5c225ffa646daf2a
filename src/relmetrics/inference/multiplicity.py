"""Multiplicity: p-values of several tests, adjusted for their number.

Who looks at twenty groups finds one that differs by luck. Both rules take p-values in any order and
return adjusted ones in the same order: reject where the adjusted p-value is at most the level.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from relmetrics.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Callable

    from relmetrics.data.types import FloatArray, IntArray

Adjust = Literal["holm", "benjamini_hochberg"]


def holm(p: FloatArray) -> FloatArray:
    """Return Holm's adjusted p-values: the chance of any false alarm is at most the level.

    Formula: the i-th smallest of m p-values times m - i + 1, never below the one before it and at
    most 1. It holds whatever the tests have to do with each other.

    Args:
        p: p-values from 0 to 1, shape (tests,). NaN is no test: it stays NaN and is not counted.

    Source:
        Holm (1979), Scandinavian Journal of Statistics 6, 65-70.

    Example:
        >>> import numpy as np
        >>> holm(np.array([0.01, 0.04, np.nan, 0.03])).tolist()
        [0.03, 0.06, nan, 0.06]
    """
    known, order = _ascending(p)
    m = len(order)
    times = p[order] * (m - np.arange(m))
    return _placed(known, order, np.maximum.accumulate(times) if m else times)


def benjamini_hochberg(p: FloatArray) -> FloatArray:
    """Return the p-values adjusted by Benjamini and Hochberg: the share of false alarms among all.

    Formula: the i-th smallest of m p-values times m / i, never above the one after it and at most
    1. Of the tests that it lets pass at 0.05, at most 5 % are false alarms in the long run. It
    holds for tests that are independent or depend on each other positively.

    Args:
        p: p-values from 0 to 1, shape (tests,). NaN is no test: it stays NaN and is not counted.

    Source:
        Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57, 289-300;
        Benjamini and Yekutieli (2001), Annals of Statistics 29, for tests that depend.

    Example:
        >>> import numpy as np
        >>> benjamini_hochberg(np.array([0.01, 0.04, np.nan, 0.03])).tolist()
        [0.03, 0.04, nan, 0.04]
    """
    known, order = _ascending(p)
    m = len(order)
    times = p[order] * (m / np.arange(1, m + 1))
    return _placed(known, order, np.minimum.accumulate(times[::-1])[::-1] if m else times)


RULES: dict[Adjust, Callable[[FloatArray], FloatArray]] = {
    "holm": holm,
    "benjamini_hochberg": benjamini_hochberg,
}


def adjusted_by(adjust: Adjust | None, p: FloatArray) -> FloatArray:
    """Return p-values adjusted by a rule's name; as they are for None.

    Raises:
        ParameterError: There is no such rule.
    """
    if adjust is None:
        return p
    rule = RULES.get(adjust) if isinstance(adjust, str) else None
    if rule is None:
        raise ParameterError.unknown_name("adjust", adjust, RULES)
    return rule(p)


def levels_of_verdicts(
    p: FloatArray, p_adjusted: FloatArray, adjust: Adjust, confidence_level: float
) -> FloatArray:
    """Return the level at which each test is judged, so that its interval agrees with its verdict.

    Formula: ``1 - (1 - level) x p / p_adjusted``. An adjusted p-value of so many times p is below
    the bound where p is below that part of it, and there the interval of this level leaves out 0.
    Adjusted p-values end at 1; where they do, Holm's has the factor of its rank.

    Args:
        p: p-values of single tests, shape (tests,). NaN is no test, and has no level.
        p_adjusted: The same, adjusted.
        adjust: The rule that they were adjusted by.
        confidence_level: The level of a single interval.

    Example:
        >>> import numpy as np
        >>> p = np.array([0.01, 0.04])
        >>> levels_of_verdicts(p, holm(p), "holm", 0.95).round(3).tolist()
        [0.975, 0.95]
    """
    known, order = _ascending(p)
    m, rank = len(order), np.arange(len(order))
    factor = np.full(known.shape, np.nan)
    factor[order] = m - rank if adjust == "holm" else m / (rank + 1)
    below = (known > 0) & ((p_adjusted < 1) | (adjust != "holm") | (p_adjusted == known))
    factor[below] = p_adjusted[below] / known[below]
    levels: FloatArray = 1 - (1 - confidence_level) / np.maximum(factor, 1.0)
    return levels


def _ascending(p: FloatArray) -> tuple[FloatArray, IntArray]:
    """Return the p-values as an array, and the places of those that are numbers, ascending."""
    known = np.asarray(p, dtype=np.float64)
    order = np.argsort(known, kind="stable")
    return known, order[: int(np.sum(~np.isnan(known)))]


def _placed(p: FloatArray, order: IntArray, found: FloatArray) -> FloatArray:
    adjusted = np.full(p.shape, np.nan)
    adjusted[order] = np.minimum(found, 1.0)
    return adjusted
