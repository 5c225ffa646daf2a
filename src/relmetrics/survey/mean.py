"""MeanScore: the mean answer to one question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from relmetrics.data.checks import check_flag
from relmetrics.errors.definitions import one_column
from relmetrics.estimators.linear import AnswerScore
from relmetrics.metric.contract import LONG_TERM_TIES
from relmetrics.metric.estimate import Estimate

if TYPE_CHECKING:
    from relmetrics.data.scale import Scale
    from relmetrics.data.types import Column, FloatArray
    from relmetrics.metric.contract import Description
    from relmetrics.states.clustered.design import AnyDesign


@frozen(kw_only=True)
class MeanScore(AnswerScore[Estimate]):
    """The mean answer to a question, on the question's own scale.

    Formula: ``sum(answer * n_answer) / n``.
    Unit and range: scale points, from the lowest point to the highest.
    Direction: higher is better unless `higher_is_better` is False.
    Missing answers are counted and left out.

    Interval: `adjusted` adds two pseudo-answers, spread evenly over the points of the scale; also
    `score`, `wald` and `bootstrap`.

    Attributes:
        scale: The scale that was asked; it must be given.
        higher_is_better: Whether a high mean is good.

    Raises:
        ParameterError: `higher_is_better` is no truth value.

    Example:
        >>> import relmetrics as rm
        >>> print(rm.MeanScore(scale=rm.ONE_TO_TEN)([8, 9, 4, None]))
        Mean 7.00 (95% CI 4.14 to 8.66; n = 3, 1 missing)

    Source:
        "Customer relationships: principles for building long-term ties" (the mean of a factor).
    """

    name = "Mean score"
    symbol = "Mean"
    unit = "scale points"
    formula = "sum of answers / number of answers"
    source = LONG_TERM_TIES

    higher_is_better: bool = True

    def validate(self) -> None:
        """Check that the direction is a truth value."""
        check_flag("higher_is_better", self.higher_is_better)

    @property
    def is_mean(self) -> bool:
        """Always: this is the plain mean."""
        return True

    @property
    def description(self) -> Description:
        """Name, unit, range, direction, formula, definition and source."""
        return self._described(
            direction="higher" if self.higher_is_better else "lower",
            definition=f"Mean answer on the scale {self.scale}.",
        )

    def coefficients(self) -> FloatArray:
        """Return the points themselves."""
        return self.scale.points.astype(float)


@one_column("MeanScore(scale=...)")
def mean_score(
    answers: Column,
    *,
    scale: Scale,
    higher_is_better: bool = True,
    weights: Column | None = None,
    respondents: Column | None = None,
    design: AnyDesign | None = None,
    confidence_level: float = 0.95,
) -> Estimate:
    """Compute the mean answer to a question: see `MeanScore`.

    Args:
        answers: One answer per row, or missing.
        scale: The scale that was asked.
        higher_is_better: Whether a high mean is good.
        weights: One survey weight per row, or a `Weighting`, whose margins the interval knows.
        respondents: Who answered, one id per row, where some did more than once.
        design: How the sample was drawn, in place of `respondents`.
        confidence_level: Level of the interval.

    Raises:
        EmptySampleError: There are no answers.
        AnswerError: Some entries are no scores.
        OffScaleError: Some are off the scale.

    Example:
        >>> import relmetrics as rm
        >>> rm.mean_score([1, 2, 3], scale=rm.ONE_TO_FIVE).value
        2.0
    """
    metric = MeanScore(scale=scale, higher_is_better=higher_is_better)
    return metric(
        answers,
        weights=weights,
        respondents=respondents,
        design=design,
        confidence_level=confidence_level,
    )
