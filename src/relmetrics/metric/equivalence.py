"""Equivalence: whether a difference is small enough not to matter."""

from __future__ import annotations

from attrs import field, frozen

from relmetrics.data.columns import comparable
from relmetrics.metric.result import Result
from relmetrics.metric.wording import p_text, percent


@frozen
class Equivalence(Result):
    """Whether a difference is shown to be smaller than a margin: two one-sided tests.

    Attributes:
        is_equivalent: Whether the interval of level 1 - 2 alpha lies within the margin.
        margin: The margin, in the metric's unit: differences below it do not matter.
        p_value: The larger of the two one-sided p-values, below alpha where equivalent; at most
            0.5, which it is where the difference itself is beyond the margin. NaN where there is
            no interval.
        low: Lower end of the interval of level 1 - 2 alpha.
        high: Upper end of it.
        confidence_level: 1 - alpha.

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

    def __str__(self) -> str:
        """Return one honest line."""
        shown = "shown" if self.is_equivalent else "not shown"
        level = percent(2 * self.confidence_level - 1)
        return (
            f"smaller than {self.margin:g}: {shown} ({level} CI {self.low:z.2f} to "
            f"{self.high:z.2f}; {p_text(self.p_value)})"
        )
