"""Planned test: what will be tested of two groups, and what their respondents have in common."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal, Self

from attrs import frozen

from relmetrics.data.checks import check_name, check_number, check_share
from relmetrics.errors import ParameterError
from relmetrics.inference.intervals import quantile
from relmetrics.metric.result import Result
from relmetrics.metric.wording import percent

if TYPE_CHECKING:
    from collections.abc import Iterable

    from relmetrics.estimators.linear import LinearScore

PlannedAlternative = Literal["two-sided", "greater", "less", "equivalence"]
PLANNED_ALTERNATIVES: tuple[PlannedAlternative, ...] = (
    "two-sided",
    "greater",
    "less",
    "equivalence",
)


@frozen(repr=False)
class PlannedTest(Result):
    """What a plan of two groups will test. Part of `GroupSizes`, `Power`, `DetectableDifference`.

    Attributes:
        alternative: ``two-sided``; ``greater`` or ``less``, of the group less the reference; or
            ``equivalence``: within the margin, either way.
        margin: How far the wrong way a difference may be, in the metric's unit; of equivalence
            what it must be smaller than. 0 without one.
        correlation: Of the answers of one respondent in both groups.
        overlap: The part of the smaller group that answers in the other one too.
        method: One of the metric's `difference_methods`; None for the first.

    Example:
        >>> import relmetrics as rm
        >>> sizes = rm.sample_size_for_difference(
        ...     rm.NPS(), difference=0, margin=5, alternative="greater"
        ... )
        >>> print(sizes.test)
        one-sided: more than -5
    """

    alternative: PlannedAlternative = "two-sided"
    margin: float = 0.0
    correlation: float = 0.0
    overlap: float = 1.0
    method: str | None = None

    @classmethod
    def checked(
        cls,
        metric: LinearScore[Any],
        *,
        alternative: PlannedAlternative,
        margin: float,
        correlation: float,
        overlap: float,
        method: str | None,
    ) -> Self:
        """Return the test, each of its parts checked.

        Raises:
            ParameterError: One is not what it must be, or the margin does not fit the alternative.
        """
        check_name("alternative", alternative, PLANNED_ALTERNATIVES)
        margin = float(check_number("margin", margin, 0.0, math.inf, "at least 0"))
        if alternative == "two-sided" and margin:
            remedy = "Say alternative='greater', 'less' or 'equivalence' too."
            raise ParameterError.must_be("margin", "0 of a two-sided test", margin, remedy)
        if alternative == "equivalence" and not margin:
            raise ParameterError.must_be("margin", "above 0 for equivalence", margin)
        correlation = check_number("correlation", correlation, -1.0, 1.0)
        overlap = check_share("overlap", overlap, "1 is everybody.", whole=True)
        if method is not None:
            check_name("method", method, metric.difference_methods)
        return cls(alternative, margin, float(correlation), float(overlap), method)

    def quantile(self, *, confidence_level: float) -> float:
        """Return the normal quantile that it takes: one-sided but for two sides.

        Raises:
            ParameterError: The level of a one-sided test is not above 0.5.
        """
        if self.alternative == "two-sided":
            return quantile(confidence_level)
        quantile(confidence_level)
        if confidence_level <= 0.5:  # noqa: PLR2004 - it would pass without evidence
            raise ParameterError.must_be("confidence_level", "above 0.5", confidence_level)
        return quantile(2 * confidence_level - 1)

    def rows(self, *, confidence_level: float, kind: str) -> Iterable[tuple[str, str]]:
        """Return the test as labels and texts; a two-sided one is told by its kind."""
        yield "Test", f"{self}, {kind}"
        if self.correlation:
            part = "" if self.overlap == 1 else f" of the {self.overlap:.4g} in both groups"
            words = f"answers of one respondent correlate by {self.correlation:.4g}{part}"
            yield "Respondents", words
        if self.alternative != "two-sided":
            yield "Interval", f"that of {percent(2 * confidence_level - 1)}, two-sided"

    @property
    def claim(self) -> str:
        """What it would show of the difference, in words."""
        if self.alternative == "equivalence":
            return f"smaller than {self.margin:g}"
        if self.alternative == "two-sided":
            return "other than 0"
        words = "more" if self.alternative == "greater" else "less"
        limit = self.margin if self.alternative == "less" else 0.0 - self.margin
        return f"{words} than {limit:g}"

    def __str__(self) -> str:
        """Return the test in a few words."""
        if self.alternative == "two-sided":
            return "two-sided"
        kind = "equivalence" if self.alternative == "equivalence" else "one-sided"
        return f"{kind}: {self.claim}"
