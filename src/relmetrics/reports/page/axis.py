"""Axes: from values to places on a picture, with ticks at round numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Self

from attrs import frozen

from relmetrics.reports.page.words import number

if TYPE_CHECKING:
    from collections.abc import Iterable

_ROUND = (1.0, 2.0, 5.0, 10.0)


@frozen
class Axis:
    """Where values stand between two ends of a picture.

    Attributes:
        low: The value at `start`.
        high: The value at `end`.
        ticks: Round values in between.
        digits: The decimals that tell the ticks apart.
        start: The place of the lowest value.
        end: The place of the highest, which may lie before `start`.
    """

    low: float
    high: float
    ticks: tuple[float, ...]
    digits: int
    start: float
    end: float

    @classmethod
    def over(
        cls,
        values: Iterable[float],
        start: float,
        end: float,
        *,
        within: tuple[float, float] = (-math.inf, math.inf),
        steps: int = 4,
        least: float = 0.0,
    ) -> Self | None:
        """Return an axis with all the values on it, to round numbers; None where there are none.

        Its ticks are at least so far apart: 1 for what is counted.
        """
        known = [value for value in values if math.isfinite(value)]
        if not known:
            return None
        low, high = min(known), max(known)
        nothing = max(1e-6, 1e-9 * max(abs(low), abs(high)))
        if high - low < nothing:
            low, high = max(low - 0.5, within[0]), min(high + 0.5, within[1])
        if high - low < nothing:
            low, high = low - 0.5, high + 0.5
        step = _step(max((high - low) / steps, least))
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        low, high = max(first * step, within[0]), min(last * step, within[1])
        ticks = tuple(t * step for t in range(first, last + 1) if low <= t * step <= high)
        digits = max(0, -math.floor(math.log10(step) + 1e-9))
        return cls(low, high, ticks, digits, start, end)

    def at(self, value: float) -> float:
        """Return the place of a value; one beyond the axis stands at its end."""
        share = (value - self.low) / (self.high - self.low)
        return self.start + min(1.0, max(0.0, share)) * (self.end - self.start)

    def text(self, tick: float) -> str:
        """Return a tick as text."""
        return number(tick, self.digits)


def _step(least: float) -> float:
    """Return the smallest round step that is not below: 1, 2 or 5 times a power of ten."""
    power: float = 10.0 ** math.floor(math.log10(least))
    return next(power * r for r in _ROUND if power * r >= least * (1 - 1e-9))
