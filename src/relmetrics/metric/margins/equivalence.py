"""Equivalence: whether a difference is small enough not to matter."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from attrs import field, frozen

from relmetrics.data.columns import comparable
from relmetrics.inference.differences import two_sided
from relmetrics.inference.distributions.student import students_from_normal
from relmetrics.inference.intervals import quantile
from relmetrics.metric.result import Result
from relmetrics.metric.wording import p_text, percent

if TYPE_CHECKING:
    from collections.abc import Callable

    from relmetrics.metric.estimate import Interval


@frozen(repr=False)
class Equivalence(Result):
    """Whether a difference is shown to be smaller than a margin: two one-sided tests.

    Attributes:
        is_equivalent: Whether the interval of level 1 - 2 alpha lies within the margin.
        margin: The margin, in the metric's unit: differences below it do not matter.
        p_value: The larger of the two one-sided p-values, below alpha where equivalent; at most
            0.5, which it is where the difference itself is beyond the margin. NaN where there is
            no interval.
        low: Lower end of the interval of level 1 - 2 alpha; of one by pseudo-answers, widened as
            `Difference.equivalence` says.
        high: Upper end of it.
        confidence_level: 1 - alpha.
        note: What is to be known of it: where there are very few answers and the margin is wide,
            how often chance alone shows it; empty else.

    Example:
        >>> import relmetrics as rm
        >>> rate = rm.Rate()
        >>> difference = rate.compare(rm.rate(500, 1000).state, rm.rate(502, 1000).state)
        >>> print(difference.equivalence(margin=5))
        smaller than 5: shown (90% CI -3.87 to 3.47; p = 0.016)

    Source:
        Schuirmann (1987), Journal of Pharmacokinetics and Biopharmaceutics 15.
    """

    is_equivalent: bool
    margin: float
    p_value: float = field(eq=comparable)
    low: float = field(eq=comparable)
    high: float = field(eq=comparable)
    confidence_level: float
    note: str = ""

    def __str__(self) -> str:
        """Return one honest line."""
        shown = "shown" if self.is_equivalent else "not shown"
        level = percent(2 * self.confidence_level - 1)
        return (
            f"smaller than {self.margin:g}: {shown} ({level} CI {self.low:z.2f} to "
            f"{self.high:z.2f}; {p_text(self.p_value, most=0.5)})"
            + (f"; {self.note}" if self.note else "")
        )


@frozen
class Spans:
    """What must lie within a margin, at any level: the interval of a difference, or a wider one.

    Pseudo-answers pull a large difference inward, which is no evidence of a small one. So their
    interval is taken at Student's quantile of the smaller side, together with the same moved to
    have the value as its middle.

    Attributes:
        interval: The interval of the difference at a level.
        value: The difference.
        fewer: The number of answers of the smaller side.
        reach: The largest difference that the metric's range allows.
        is_pulled: Whether the interval is by pseudo-answers.
    """

    interval: Callable[[float], Interval]
    value: float
    fewer: int
    reach: float
    is_pulled: bool

    def at(self, level: float) -> tuple[float, float]:
        """Return the ends at a level."""
        if not self.is_pulled:
            found = self.interval(level)
            return found.low, found.high
        if self.fewer == 1:
            return -math.inf, math.inf
        students = students_from_normal(quantile(level), self.fewer - 1)
        wider = 1 - float(two_sided(students))
        if wider >= 1:
            return -math.inf, math.inf
        found = self.interval(wider)
        half = (found.high - found.low) / 2
        return min(found.low, self.value - half), max(found.high, self.value + half)

    def least_alpha(self, holds: Callable[[float, float], bool]) -> float:
        """Return the least alpha whose interval of level 1 - 2 alpha lies where it should."""
        near, far = 0.0, 0.5
        for _ in range(_HALVINGS_OF_ALPHA):
            alpha = (near + far) / 2
            level = 1 - 2 * alpha
            if level >= 1:
                break
            low, high = self.at(level)
            if holds(low, high):
                far = alpha
            else:
                near = alpha
        return far

    def note(self, margin: float) -> str:
        """Return what is said of a test that keeps its level less well than others."""
        wide = margin > _WIDE * self.reach
        if not self.is_pulled or self.fewer >= _ENOUGH or not wide:
            return ""
        return f"of so few answers, shown falsely in up to {_FALSELY} of 100"


_HALVINGS_OF_ALPHA = 50
_ENOUGH = 10
_WIDE = 0.25
_FALSELY = 10
"""Measured: with fewer than ten answers on a side and margins above a quarter of the reach."""


def equivalence(spans: Spans, margin: float, confidence_level: float) -> Equivalence:
    """Test a difference whose intervals are at hand; users ask a difference to."""
    low, high = spans.at(2 * confidence_level - 1)

    def inside(low: float, high: float) -> bool:
        return bool(-margin < low and high < margin)

    p_value = math.nan if math.isnan(low) else spans.least_alpha(inside)
    note = spans.note(margin)
    return Equivalence(inside(low, high), margin, p_value, low, high, confidence_level, note)
