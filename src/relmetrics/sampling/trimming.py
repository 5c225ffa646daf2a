"""Trimming: weights cut to a range, and what that does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from attrs import field, frozen

from relmetrics.data.checks import check_name, check_number
from relmetrics.data.columns import EXACT, HUGE, read_only
from relmetrics.errors import ParameterError, WeightError
from relmetrics.inference.raking.bounded_fitting import factor_within
from relmetrics.metric.result import Result, written
from relmetrics.metric.wording import paragraph
from relmetrics.sampling.weights import DesignEffect, checked_weights, effect_of

if TYPE_CHECKING:
    from relmetrics.data.types import Column, FloatArray

Centre = Literal["mean", "median"]
_CENTRES = ("mean", "median")


@frozen(repr=False)
class TrimmedWeights(Result):
    """Weights within bounds, with the sum that they had. Made by ``trim_weights(...)``.

    Attributes:
        weights: One weight per row, in the order of the rows, shape (n,).
        n: Number of rows.
        capped: How many rows were set to the upper bound.
        raised: How many rows were set to the lower bound.
        lowest: The lower bound, in units of the weights; 0 for none.
        highest: The upper bound, in units of the weights; infinite for none.
        factor: What all other weights were multiplied by to keep the sum.
        before: The design effect before.
        after: The design effect after.

    Example:
        >>> import relmetrics as rm
        >>> trimmed = rm.trim_weights([1, 1, 1, 1, 6], at_most=2)
        >>> trimmed.weights
        array([1.5, 1.5, 1.5, 1.5, 4. ])
        >>> print(trimmed)
        Weights trimmed: 1 capped at 4, 0 raised, the others times 1.5 (n = 5; design effect 2.00
        to 1.25)
    """

    weights: FloatArray = field(eq=EXACT, hash=False)
    n: int
    capped: int
    raised: int
    lowest: float
    highest: float
    factor: float
    before: DesignEffect
    after: DesignEffect

    @property
    def design_effect(self) -> float:
        """Kish's design effect of the trimmed weights."""
        return self.after.value

    @property
    def n_effective(self) -> float:
        """Kish's effective number of rows under the trimmed weights."""
        return self.after.n_effective

    def __str__(self) -> str:
        """Return how many weights were trimmed, to what, and what it gained."""
        capped = f"{self.capped} capped" + (f" at {self.highest:.4g}" if self.capped else "")
        raised = f"{self.raised} raised" + (f" to {self.lowest:.4g}" if self.raised else "")
        return (
            f"Weights trimmed: {capped}, {raised}, the others times {self.factor:.4g} "
            f"(n = {self.n}; design effect {self.before.value:.2f} to {self.after.value:.2f})"
        )

    def _content(self) -> dict[str, object]:
        """Return the figures; a highest weight of infinity, no bound, is None."""
        before = {"design_effect_before": self.before.value}
        figures = written(self, "n", "capped", "raised", "lowest", "highest", "factor")
        return figures | before | written(self, "design_effect", "n_effective", "weights")

    def _body_html(self) -> str:
        """Return the line as HTML, for notebooks."""
        return paragraph(str(self))


def trim_weights(
    weights: Column,
    *,
    at_most: float | None = None,
    at_least: float | None = None,
    of: Centre = "mean",
) -> TrimmedWeights:
    """Cap extreme weights and give what is cut off to the others, so that the sum stays.

    Formula: ``min(max(c x w, low), high)`` with the one c that keeps the sum, where low and high
    are `at_least` and `at_most` times the mean weight (or the median). That is where capping and
    sharing out the excess in proportion ends when it is repeated until all weights are within
    bounds: weights that are not trimmed keep their proportions.
    Unit: that of the weights. Trimming lowers the design effect, and brings back some of the bias
    that the weights were made against: say in a report how many were trimmed.

    Weights of 0 stay 0 and count neither in the mean nor in the median: such rows were taken out.

    Args:
        weights: One weight per row, shape (n,): finite, at least 0, none missing, not all 0.
        at_most: The largest weight allowed, in times the mean or the median.
        at_least: The smallest weight allowed of those above 0, in the same unit.
        of: What the bounds are times of: ``mean`` or ``median``.

    Raises:
        WeightError: Some weights are invalid, or the mean weight is not within the bounds, so that
            the sum cannot stay.
        ParameterError: Neither bound is given, a bound is no number of at least 0, or `of`
            is none of the two.
        AnswerError: The weights are no one-dimensional column.
        EmptySampleError: There is no row.

    Example:
        >>> import relmetrics as rm
        >>> trimmed = rm.trim_weights([0.1, 0.9, 1, 1, 7], at_most=2.5, at_least=0.25)
        >>> trimmed.capped, trimmed.raised, float(trimmed.weights.sum())
        (1, 1, 10.0)

    Source:
        Potter (1990), A study of procedures to identify and trim extreme sampling weights,
        Proceedings of the Section on Survey Research Methods, ASA, 225-230.
    """
    check_name("of", of, _CENTRES)
    at_most = None if at_most is None else _checked_bound("at_most", at_most)
    at_least = None if at_least is None else _checked_bound("at_least", at_least)
    if at_most is None and at_least is None:
        raise ParameterError.must_be(
            "at_most", "given, or at_least", at_most, "Say at_most=5 for five times the mean."
        )
    given = checked_weights(weights)
    used = given > 0
    positive = given[used]
    mean = float(positive.mean())
    centre = mean if of == "mean" else float(np.median(positive))
    low = 0.0 if at_least is None else at_least * centre
    # Without an upper bound, no weight can exceed the sum of all.
    high = float(positive.sum()) if at_most is None else at_most * centre
    if not low <= mean <= high:
        raise WeightError(
            f"the bounds {low:.6g} to {high:.6g} leave out the mean weight, {mean:.6g}, so that no "
            "weights within them keep the sum. Give an at_most above it and an at_least below it; "
            "both are times the mean, or with of='median' times the median."
        )
    factor = 1.0
    if positive.min() < low or high < positive.max():
        lows, highs = (np.full(len(positive), end) for end in (low, high))
        factor = factor_within(positive, lows, highs, float(positive.sum()))
    moved = factor * positive
    trimmed = np.zeros(len(given))
    trimmed[used] = np.clip(moved, low, high)
    return TrimmedWeights(
        weights=read_only(trimmed),
        n=len(given),
        capped=int(np.count_nonzero(moved > high)),
        raised=int(np.count_nonzero(moved < low)),
        lowest=low,
        highest=np.inf if at_most is None else high,
        factor=factor,
        before=effect_of(given),
        after=effect_of(trimmed),
    )


def _checked_bound(name: str, bound: object) -> float:
    return check_number(name, bound, 0, HUGE, "from 0 to 1e100")
