"""Dispersion: how far apart true values are, by what chance alone leaves unexplained.

Paule and Mandel (1982) add to the variances what makes the weighted squared distances come to their
expectation. The sum falls as more is added, so its excess over the expectation has one root.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_STEPS = 100


def where_excess_ends(excess: Callable[[float], float], top: float, rounding: float) -> float:
    """Return the setting from which on the excess is none, or the end of the range before it.

    By false position; an end that stays is halved (Illinois).

    Args:
        excess: Squared distances over their variances at a setting, less their expectation; falls.
        top: The largest setting.
        rounding: An excess up to this is none.

    Source:
        Paule and Mandel (1982), Journal of Research of the NBS 87, 377-385; Dowell and Jarratt
        (1971), BIT 11, 168-174.

    Example:
        >>> from relmetrics.inference.dispersion import where_excess_ends
        >>> round(where_excess_ends(lambda added: 12 / (1 + added) - 4, 10.0, 1e-12), 9)
        2.0
    """
    near, far = 0.0, top
    above = excess(near)
    if above <= rounding:
        return near
    below = excess(far)
    if below > rounding:
        return far
    middle = far
    for _ in range(_STEPS):
        middle = near + (far - near) * above / (above - below)
        found = excess(middle)
        if abs(found) <= rounding:
            break
        if found > 0:
            near, above, below = middle, found, below / 2
        else:
            far, below, above = middle, found, above / 2
    return middle
