"""Boundaries: how far out a statistic must be at each look, when it is looked at again and again.

The statistic Z_k at a part t_k of all information is normal with mean drift x sqrt(t_k), and
Z_k sqrt(t_k) grows by independent steps. Its density where no boundary was crossed before is
carried from look to look by integration (Armitage, McPherson and Rowe 1969)::

    g_k(z) = integral over |u| < c_(k-1) of g_(k-1)(u) sqrt(t_k / d) phi(x / sqrt(d))
    x      = z sqrt(t_k) - u sqrt(t_(k-1)) - drift d

with d = t_k - t_(k-1), and c_k is where the chance of a first crossing is what is spent at look k.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from relmetrics.inference.differences import two_sided

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import FloatArray

_FARTHEST = 9.0
"""So many standard errors out nothing is left to be carried on."""
_PARTS, _FEWEST = 5, 60
"""Points of the integral: so many for each standard deviation of a step, and in all at least."""
_STEPS = 60
_normal = NormalDist()


def spent_as_obrien_fleming(part: float, alpha: float) -> float:
    """Return what is spent of one side's alpha: little at first, for the end is left nearly whole.

    ``2 - 2 Phi(Phi^-1(1 - alpha / 2) / sqrt(t))``, of Lan and DeMets (1983).
    """
    return 2 * _above(-_normal.inv_cdf(alpha / 2) / math.sqrt(part))


def spent_as_pocock(part: float, alpha: float) -> float:
    """Return what is spent of one side's alpha: about alike at each look.

    ``alpha log(1 + (e - 1) t)``, of Lan and DeMets (1983).
    """
    return alpha * math.log1p((math.e - 1) * part)


SPENDING = {"obrien_fleming": spent_as_obrien_fleming, "pocock": spent_as_pocock}


def _above(z: float) -> float:
    return math.erfc(z / math.sqrt(2)) / 2


@frozen(eq=False)
class _Inside:
    """The density of the statistic where no boundary was crossed yet: points and masses."""

    part: float
    points: FloatArray
    masses: FloatArray

    def crossing(self, z: float, part: float, drift: float) -> float:
        """Return the chance of being above z at the next look."""
        step = part - self.part
        ahead = z * part**0.5 - self.points * self.part**0.5 - drift * step
        scaled = ahead / step**0.5
        above = two_sided(scaled) / 2
        return float(self.masses @ np.where(scaled >= 0, above, 1 - above))

    def carried(self, low: float, high: float, part: float, drift: float) -> _Inside:
        """Return the density at the next look, within its boundaries."""
        step = part - self.part
        count = max(_FEWEST, math.ceil((high - low) * _PARTS * math.sqrt(part / step)))
        points, weights = _simpson(low, high, count)
        ahead = points[:, None] * part**0.5 - self.points * self.part**0.5 - drift * step
        density = np.exp(-(ahead**2) / (2 * step)) @ self.masses
        density *= math.sqrt(part / (2 * math.pi * step))
        return _Inside(part, points, weights * density)


def _simpson(low: float, high: float, count: int) -> tuple[FloatArray, FloatArray]:
    """Return points and weights of Simpson's rule."""
    points = np.linspace(low, high, 2 * count + 1)
    weights = np.full(2 * count + 1, 2.0)
    weights[1::2], weights[0], weights[-1] = 4.0, 1.0, 1.0
    return points, weights * ((high - low) / (6 * count))


def _begun() -> _Inside:
    return _Inside(0.0, np.zeros(1), np.ones(1))


def boundaries(parts: Sequence[float], spent: Sequence[float], *, sides: int) -> list[float]:
    """Return the boundary of each look, in standard errors.

    Args:
        parts: The information of each look, as a part of that at the end, ascending.
        spent: What has been spent of one side's alpha at each, ascending.
        sides: 2 where crossing either of both counts, 1 for the upper one.

    Example:
        >>> from relmetrics.inference.boundaries import boundaries, spent_as_pocock
        >>> parts = [0.5, 1.0]
        >>> spent = [spent_as_pocock(part, 0.025) for part in parts]
        >>> [round(z, 3) for z in boundaries(parts, spent, sides=2)]
        [2.157, 2.201]
    """
    inside, before, found = _begun(), 0.0, []
    for part, total in zip(parts, spent, strict=True):
        low, high = 0.0, 40.0
        for _ in range(_STEPS):
            middle = (low + high) / 2
            if inside.crossing(middle, part, 0.0) > total - before:
                low = middle
            else:
                high = middle
        found.append(high)
        reach = min(high, _FARTHEST)
        inside = inside.carried(-reach if sides == 2 else -_FARTHEST, reach, part, 0.0)  # noqa: PLR2004 - either side
        before = total
    return found


def chance_of_crossing(
    parts: Sequence[float], bounds: Sequence[float], drift: float, *, sides: int
) -> list[float]:
    """Return the chance of crossing the upper boundary first at each look, with a drift.

    Args:
        parts: As of `boundaries`.
        bounds: The boundaries.
        drift: The mean of the statistic at the end.
        sides: As of `boundaries`.
    """
    inside, found = _begun(), []
    for part, bound in zip(parts, bounds, strict=True):
        found.append(inside.crossing(bound, part, drift))
        middle = drift * math.sqrt(part)
        reach = min(bound, middle + _FARTHEST)
        low = middle - _FARTHEST
        inside = inside.carried(
            max(low, -bound) if sides == 2 else low,  # noqa: PLR2004 - either side
            max(reach, low + 1e-9),
            part,
            drift,
        )
    return found


def drift_for(
    parts: Sequence[float], bounds: Sequence[float], power: float, *, sides: int
) -> float:
    """Return the drift that is found with a chance: at some look, by the upper boundary."""
    low, high = 0.0, 2 * max(bounds[-1], 1.0) - _normal.inv_cdf(1 - power)
    for _ in range(30):
        middle = (low + high) / 2
        if sum(chance_of_crossing(parts, bounds, middle, sides=sides)) < power:
            low = middle
        else:
            high = middle
    return (low + high) / 2
