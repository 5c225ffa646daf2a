"""Multiplicity: p-values of several tests, adjusted for their number.

Who looks at twenty groups finds one that differs by luck. The rules take p-values in any order and
return adjusted ones in the same order: reject where the adjusted p-value is at most the level.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from relmetrics.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Callable

    from relmetrics.data.types import FloatArray, IntArray

Adjust = Literal["holm", "benjamini_hochberg", "bonferroni", "sidak"]


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


def bonferroni(p: FloatArray) -> FloatArray:
    """Return Bonferroni's adjusted p-values: the chance of any false alarm is at most the level.

    Formula: p times the number of tests, at most 1. Holm's are never larger and promise the same;
    these have intervals that hold all together, whatever the tests have to do with each other.

    Args:
        p: p-values from 0 to 1, shape (tests,). NaN is no test: it stays NaN and is not counted.

    Source:
        Dunn (1961), Journal of the American Statistical Association 56, 52-64.

    Example:
        >>> import numpy as np
        >>> bonferroni(np.array([0.01, 0.4, np.nan])).tolist()
        [0.02, 0.8, nan]
    """
    known = np.asarray(p, dtype=np.float64)
    adjusted: FloatArray = np.minimum(known * np.sum(~np.isnan(known)), 1.0)
    return adjusted


def sidak(p: FloatArray) -> FloatArray:
    """Return Sidak's adjusted p-values, a little smaller than Bonferroni's.

    Formula: ``1 - (1 - p)^m`` of m tests. It holds for tests that are independent, and for
    two-sided ones of normal statistics however they depend.

    Args:
        p: p-values from 0 to 1, shape (tests,). NaN is no test: it stays NaN and is not counted.

    Source:
        Sidak (1967), Journal of the American Statistical Association 62, 626-633.

    Example:
        >>> import numpy as np
        >>> sidak(np.array([0.01, 0.4, np.nan])).round(4).tolist()
        [0.0199, 0.64, nan]
    """
    known = np.asarray(p, dtype=np.float64)
    with np.errstate(divide="ignore"):  # of p = 1
        adjusted: FloatArray = -np.expm1(np.sum(~np.isnan(known)) * np.log1p(-known))
    return adjusted


RULES: dict[Adjust, Callable[[FloatArray], FloatArray]] = {
    "holm": holm,
    "benjamini_hochberg": benjamini_hochberg,
    "bonferroni": bonferroni,
    "sidak": sidak,
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


def level_of_verdicts(
    p_adjusted: FloatArray, adjust: Adjust | None, confidence_level: float
) -> float:
    """Return the one level at which intervals agree with all verdicts of adjusted tests.

    Of m tests, r of them shown at alpha = 1 - level, it is ``1 - alpha / k``::

        bonferroni          k = m               sidak    level^(1/m) in place of 1 - alpha / k
        holm                k = m - r + 1       the last of Holm's steps that showed something
        benjamini_hochberg  k = m / r           Benjamini and Yekutieli's level

    with 1 for r where nothing is shown. A test is shown exactly where p < alpha / k. Those of
    Bonferroni and of Sidak hold all together with the chance `confidence_level`; of the intervals
    that Benjamini and Hochberg select, at most the part alpha is wrong on average; Holm's agree
    with the verdicts, and promise no more together than those do.

    Args:
        p_adjusted: Adjusted p-values, shape (tests,). NaN is no test, and not counted.
        adjust: The rule that they were adjusted by; None for none.
        confidence_level: The level of a single interval.

    Source:
        Benjamini and Yekutieli (2005), Journal of the American Statistical Association 100, 71-81.

    Example:
        >>> import numpy as np
        >>> p = np.array([0.01, 0.04])
        >>> round(level_of_verdicts(bonferroni(p), "bonferroni", 0.95), 4)
        0.975
        >>> round(level_of_verdicts(holm(p), "holm", 0.95), 4)
        0.95
    """
    m = int(np.sum(~np.isnan(p_adjusted)))
    if adjust is None or m < 2:  # noqa: PLR2004 - one test is not adjusted
        return confidence_level
    if adjust == "sidak":
        return float(confidence_level ** (1 / m))
    shown = max(1, int(np.sum(p_adjusted < 1 - confidence_level)))
    parts = {"bonferroni": m, "holm": m - shown + 1, "benjamini_hochberg": m / shown}
    return 1 - (1 - confidence_level) / parts[adjust]


def _ascending(p: FloatArray) -> tuple[FloatArray, IntArray]:
    """Return the p-values as an array, and the places of those that are numbers, ascending."""
    known = np.asarray(p, dtype=np.float64)
    order = np.argsort(known, kind="stable")
    return known, order[: int(np.sum(~np.isnan(known)))]


def _placed(p: FloatArray, order: IntArray, found: FloatArray) -> FloatArray:
    adjusted = np.full(p.shape, np.nan)
    adjusted[order] = np.minimum(found, 1.0)
    return adjusted
