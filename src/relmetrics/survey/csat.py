"""CSAT: the customer satisfaction score, under each of its definitions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from attrs import Factory, field, frozen

from relmetrics.data.checks import check_name, check_point, keep
from relmetrics.data.scale import ONE_TO_FIVE, Scale, require_scale
from relmetrics.errors import ParameterError
from relmetrics.errors.definitions import one_column
from relmetrics.estimators.linear import AnswerScore
from relmetrics.metric.contract import CUSTOMER_STRATEGY, share_working
from relmetrics.metric.estimate import Estimate
from relmetrics.survey.nps import net_working, three_classes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import Column, FloatArray
    from relmetrics.metric.contract import Description, Working
    from relmetrics.states.clustered.design import AnyDesign
    from relmetrics.states.tally import Tally

CSATDefinition = Literal["top_box", "mean", "rescaled_mean", "net"]
DEFINITIONS: tuple[CSATDefinition, ...] = ("top_box", "mean", "rescaled_mean", "net")

_CUTS = {(1, 5): 4, (1, 7): 6}


def _usual_cut(metric: CSAT) -> int | None:
    require_scale(metric.scale)
    return _CUTS.get((metric.scale.low, metric.scale.high))


@frozen(kw_only=True)
class CSAT(AnswerScore[Estimate]):
    """Customer satisfaction score: how satisfied customers are with one interaction.

    Formulas, by `definition`:

    - ``top_box`` (default): ``100 x satisfied / n``, the share of answers in the top two boxes
      (4-5 of 5, 6-7 of 7), %.
    - ``mean``: ``sum(answer) / n``, scale points.
    - ``rescaled_mean``: ``100 x (mean - low) / (high - low)``, %.
    - ``net``: ``100 x (satisfied - dissatisfied) / n``, points from -100 to 100, where as many
      points count as dissatisfied at the bottom as count as satisfied at the top.

    Direction: higher is better.
    Missing answers are counted and left out.

    Interval: Wilson's for ``top_box``, else `adjusted`.

    Attributes:
        scale: The scale that was asked, 1-5 by default.
        definition: Which of the four.
        satisfied_from: The lowest satisfied answer; a scale other than 1-5 and 1-7 must give it
            for ``top_box`` and ``net``.

    Raises:
        ParameterError: The definition has no such name, or the cut is missing or off the scale.

    Example:
        >>> import relmetrics as rm
        >>> print(rm.CSAT()([5, 4, 4, 2, None]))
        CSAT 75.0% (95% CI 30.1 to 95.4; n = 4, 1 missing)
        >>> rm.CSAT(definition="mean")([5, 4, 4, 2]).value
        3.75

    Source:
        "Customer strategy in 2023".
    """

    name = "Customer satisfaction score"
    symbol = "CSAT"
    source = CUSTOMER_STRATEGY

    scale: Scale = ONE_TO_FIVE
    definition: CSATDefinition = "top_box"
    satisfied_from: int | None = field(default=Factory(_usual_cut, takes_self=True))

    def validate(self) -> None:
        """Check the name of the definition and its cut."""
        check_name("definition", self.definition, DEFINITIONS)
        if self.satisfied_from is not None:
            cut = check_point("satisfied_from", self.satisfied_from, self.scale)
            keep(self, satisfied_from=cut)
            if cut == self.scale.low:
                raise ParameterError.must_be(
                    "satisfied_from",
                    f"above {self.scale.low}, or all are satisfied",
                    self.scale.low,
                )
        elif not self.is_mean:
            raise ParameterError.must_be(
                "satisfied_from",
                f"given for the scale {self.scale}",
                None,
                "Say which answers count as satisfied; only 1-5 (from 4) and 1-7 (from 6) "
                "have a usual cut.",
            )
        if self.definition == "net" and self._satisfied_from <= self._dissatisfied_to:
            raise ParameterError.must_be(
                "satisfied_from", "in the upper half of the scale for 'net'", self.satisfied_from
            )

    @property
    def is_mean(self) -> bool:
        """Whether the definition is a mean."""
        return self.definition in ("mean", "rescaled_mean")

    @property
    def _satisfied_from(self) -> int:
        return self.scale.high if self.satisfied_from is None else self.satisfied_from

    @property
    def _dissatisfied_to(self) -> int:
        return self.scale.low + (self.scale.high - self._satisfied_from)

    @property
    def description(self) -> Description:
        """Name, unit, range, direction, formula, definition and source."""
        satisfied = f"answers of {self._satisfied_from} or more on {self.scale}"
        low, high = self.scale.low, self.scale.high
        unit, formula, definition = {
            "top_box": (
                "%",
                "satisfied / answers x 100 %",
                f"Share of satisfied answers (top box: {satisfied}).",
            ),
            "mean": (
                "scale points",
                "sum of answers / number of answers",
                f"Mean answer on the scale {self.scale} (definition 'mean').",
            ),
            "rescaled_mean": (
                "%",
                f"100 x (mean - {low}) / ({high} - {low})",
                f"Mean answer on {self.scale}, rescaled to 0-100 % (definition 'rescaled_mean').",
            ),
            "net": (
                "points",
                "100 x (satisfied - dissatisfied) / answers",
                (
                    f"Share of satisfied answers ({satisfied}) less share of dissatisfied ones "
                    f"({self._dissatisfied_to} or less; definition 'net')."
                ),
            ),
        }[self.definition]
        return self._described(unit=unit, formula=formula, definition=definition)

    @property
    def class_names(self) -> tuple[str, ...]:
        """Satisfied or not, or dissatisfied, neutral and satisfied; a mean has none."""
        if self.is_mean:
            return ()
        three = self.definition == "net"
        return ("dissatisfied", "neutral", "satisfied") if three else ("not satisfied", "satisfied")

    def coefficients(self) -> FloatArray:
        """Return what each point contributes under the definition."""
        points = self.scale.points.astype(float)
        satisfied = 100.0 * (points >= self._satisfied_from)
        if self.definition == "top_box":
            return satisfied
        if self.definition == "net":
            return satisfied - 100.0 * (points <= self._dissatisfied_to)
        if self.definition == "rescaled_mean":
            return 100.0 * (points - self.scale.low) / (self.scale.high - self.scale.low)
        return points

    def pseudo_answers(self) -> Sequence[float] | FloatArray:
        """Return Rocks's for a net score, else two, spread evenly."""
        if self.definition == "net":
            return three_classes(np.asarray(self.coefficients()))
        return AnswerScore.pseudo_answers(self)

    def working(self, state: Tally) -> Working:
        """Return the formula of the definition with the numbers of a state."""
        if self.definition == "top_box":
            return share_working(self, state, "satisfied", "answers")
        if self.definition == "net":
            return net_working(self, state, "satisfied", "dissatisfied")
        return AnswerScore.working(self, state)


_DEFAULT = CSAT()


@one_column("CSAT()")
def csat(
    answers: Column,
    *,
    scale: Scale = ONE_TO_FIVE,
    definition: CSATDefinition = "top_box",
    satisfied_from: int | None = None,
    weights: Column | None = None,
    respondents: Column | None = None,
    design: AnyDesign | None = None,
    confidence_level: float = 0.95,
) -> Estimate:
    """Compute the customer satisfaction score of a column of answers: see `CSAT`.

    Args:
        answers: One answer per row on the scale, or missing.
        scale: The scale that was asked.
        definition: ``top_box``, ``mean``, ``rescaled_mean`` or ``net``.
        satisfied_from: The lowest satisfied answer.
        weights: One survey weight per row, or a `Weighting`, whose margins the interval knows.
        respondents: Who answered, one id per row, where some did more than once.
        design: How the sample was drawn, in place of `respondents`.
        confidence_level: Level of the interval.

    Raises:
        EmptySampleError: There are no answers.
        AnswerError: Some entries are no scores.
        OffScaleError: Some are off the scale.
        ParameterError: The definition has no such name, or the cut is missing or off the scale.

    Example:
        >>> import relmetrics as rm
        >>> rm.csat([7, 6, 2, 1], scale=rm.ONE_TO_SEVEN).value
        50.0
    """
    metric = _DEFAULT
    if satisfied_from is not None:
        metric = CSAT(scale=scale, definition=definition, satisfied_from=satisfied_from)
    elif scale is not ONE_TO_FIVE or not (type(definition) is str and definition == "top_box"):
        metric = CSAT(scale=scale, definition=definition)
    return metric(
        answers,
        weights=weights,
        respondents=respondents,
        design=design,
        confidence_level=confidence_level,
    )
