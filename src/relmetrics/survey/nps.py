"""NPS: the Net Promoter Score."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
from attrs import Factory, field, frozen

from relmetrics.data.checks import check_point, keep
from relmetrics.data.scale import ZERO_TO_TEN, Scale
from relmetrics.errors import ParameterError
from relmetrics.errors.definitions import one_column
from relmetrics.estimators.linear import AnswerScore, LinearScore
from relmetrics.metric.contract import CUSTOMER_STRATEGY, Working
from relmetrics.metric.estimate import Estimate
from relmetrics.metric.wording import figure

if TYPE_CHECKING:
    from collections.abc import Callable

    from relmetrics.data.types import Column, FloatArray
    from relmetrics.metric.contract import Description
    from relmetrics.states.clustered.design import AnyDesign
    from relmetrics.states.tally import Tally


@frozen(repr=False)
class NPSEstimate(Estimate):
    """A Net Promoter Score with the shares it is the difference of.

    Example:
        >>> import relmetrics as rm
        >>> estimate = rm.nps([10, 9, 8, 3])
        >>> estimate.promoters, estimate.passives, estimate.detractors
        (50.0, 25.0, 25.0)
    """

    @property
    def promoters(self) -> float:
        """The share of promoters, %."""
        return self.shares["promoters"]

    @property
    def passives(self) -> float:
        """The share of passives, %."""
        return self.shares["passives"]

    @property
    def detractors(self) -> float:
        """The share of detractors, %."""
        return self.shares["detractors"]

    @property
    def shares(self) -> dict[str, float]:
        """The shares of promoters, passives and detractors, %; they sum to exactly 100.

        They are not rounded to be read, but to the next multiple of 2**-46, the finest grid on
        which numbers up to 100 add without error.
        """
        _, weights, _ = cast("NPS", self.metric).form.masses(self.state)
        total = sum(weights)
        detractors, promoters = (on_grid(100 * mass / total) for mass in (weights[0], weights[-1]))
        passives = 100 - promoters - detractors
        return {"promoters": promoters, "passives": passives, "detractors": detractors}


def on_grid(value: float) -> float:
    """Return a number of up to 100 rounded to a multiple of 2**-46, so that sums are exact."""
    return round(value * 2**46) / 2**46


def _usual(name: str, point: int) -> Callable[[NPS], int]:
    """Return what fills in the cut point of 0-10, and asks any other scale for its own."""

    def cut_point(metric: NPS) -> int:
        if not isinstance(metric.scale, Scale) or (metric.scale.low, metric.scale.high) == (0, 10):
            return point
        raise ParameterError.must_be(
            name,
            f"given for the scale {metric.scale}",
            None,
            "NPS is asked on 0-10. For another scale say detractors_to=... and "
            "promoters_from=..., or use MeanScore or CSAT.",
        )

    return cut_point


@frozen(kw_only=True)
class NPS(AnswerScore[NPSEstimate]):
    """Net Promoter Score: the share of promoters less the share of detractors.

    Formula: ``100 x (promoters - detractors) / n``, of answers to "How likely are you to
    recommend us?", by default on 0-10 with detractors 0-6, passives 7-8 and promoters 9-10.
    Asked of employees about their employer, the same score is called eNPS.

    Unit and range: points, from -100 to 100.
    Direction: higher is better.
    Missing answers are counted and left out.

    Interval: `adjusted` adds 3/4, 3/2 and 3/4 pseudo-answers to detractors, passives and
    promoters (Rocks 2016); also `score`, `wald` and `bootstrap`.

    Attributes:
        scale: The scale that was asked. Any other than 0-10 must give its cut points.
        detractors_to: The highest answer of a detractor; 6 on 0-10.
        promoters_from: The lowest answer of a promoter; 9 on 0-10.

    Raises:
        ParameterError: Cut points are missing, off the scale or in the wrong order.

    Example:
        >>> import relmetrics as rm
        >>> print(rm.NPS()([10, 9, 8, 3, None]))
        NPS 25.0 (95% CI -44.2 to 72.7; n = 4, 1 missing)
        >>> rm.NPS(scale=rm.ONE_TO_FIVE, detractors_to=3, promoters_from=5)([5, 5, 1]).n
        3

    Source:
        "Customer strategy in 2023"; interval: Rocks (2016), arXiv 1601.07235.
    """

    name = "Net Promoter Score"
    symbol = "NPS"
    unit = "points"
    formula = "100 x (promoters - detractors) / answers"
    source = f"{CUSTOMER_STRATEGY}; Rocks (2016), arXiv 1601.07235, for the interval"

    scale: Scale = ZERO_TO_TEN
    detractors_to: int = field(default=Factory(_usual("detractors_to", 6), takes_self=True))
    promoters_from: int = field(default=Factory(_usual("promoters_from", 9), takes_self=True))

    def validate(self) -> None:
        """Check that the cut points lie on the scale, in order."""
        keep(
            self,
            detractors_to=check_point("detractors_to", self.detractors_to, self.scale),
            promoters_from=check_point("promoters_from", self.promoters_from, self.scale),
        )
        if self.detractors_to >= self.promoters_from:
            raise ParameterError.must_be(
                "promoters_from", f"above detractors_to = {self.detractors_to}", self.promoters_from
            )

    @property
    def result(self) -> type[NPSEstimate]:
        """The class of this metric's estimates."""
        return NPSEstimate

    @property
    def description(self) -> Description:
        """Name, unit, range, direction, formula, definition and source."""
        return self._described(
            definition=(
                f"Share of promoters (answers of {self.promoters_from} or more on {self.scale}) "
                f"less share of detractors (answers of {self.detractors_to} or less)."
            )
        )

    @property
    def class_names(self) -> tuple[str, ...]:
        """Detractor, passive, promoter."""
        return "detractor", "passive", "promoter"

    def coefficients(self) -> FloatArray:
        """Return 100 for promoters, -100 for detractors, 0 for passives."""
        points = self.scale.points
        return 100.0 * (points >= self.promoters_from) - 100.0 * (points <= self.detractors_to)

    def pseudo_answers(self) -> FloatArray:
        """Return 3/4, 3/2 and 3/4 for detractors, passives and promoters (Rocks 2016)."""
        return three_classes(self.coefficients())

    def working(self, state: Tally) -> Working:
        """Return the difference of the two shares with the numbers of a state."""
        return net_working(self, state, "promoters", "detractors")


def three_classes(coefficients: FloatArray) -> FloatArray:
    """Return Rocks's pseudo-answers of a net score: 3/4 for each side, 3/2 for the middle.

    A cut that leaves no middle has its 3/2 shared by the two sides.
    """
    answers = np.zeros(len(coefficients))
    classes = [coefficients < 0, coefficients == 0, coefficients > 0]
    amounts = [0.75, 1.5, 0.75] if classes[1].any() else [1.5, 0.0, 1.5]
    for members, amount in zip(classes, amounts, strict=True):
        answers[members] = amount / max(int(members.sum()), 1)
    return answers


def net_working(metric: LinearScore[Any], state: Tally, above: str, below: str) -> Working:
    """Return the working of a share less another share."""
    _, weights, _ = metric.form.masses(state)
    down, up, total = figure(weights[0]), figure(weights[-1]), figure(sum(weights))
    value = 100 * (weights[-1] - weights[0]) / sum(weights)
    return Working(
        formula=f"100 x ({up} - {down}) / {total} = {figure(value)}",
        numerator=f"{up} {above} less {down} {below}",
        denominator=f"{total} {'of weight' if state.is_weighted else 'answers'}",
    )


_DEFAULT = NPS()


@one_column("NPS()")
def nps(
    answers: Column,
    *,
    scale: Scale = ZERO_TO_TEN,
    detractors_to: int | None = None,
    promoters_from: int | None = None,
    weights: Column | None = None,
    respondents: Column | None = None,
    design: AnyDesign | None = None,
    confidence_level: float = 0.95,
) -> NPSEstimate:
    """Compute the Net Promoter Score of a column of answers: see `NPS`.

    Args:
        answers: One answer per row on 0-10, or missing.
        scale: Another scale; it needs both cut points.
        detractors_to: The highest answer of a detractor.
        promoters_from: The lowest answer of a promoter.
        weights: One survey weight per row, or a `Weighting`, whose margins the interval knows.
        respondents: Who answered, one id per row, where some did more than once.
        design: How the sample was drawn, in place of `respondents`.
        confidence_level: Level of the interval.

    Raises:
        EmptySampleError: There are no answers.
        AnswerError: Some entries are no scores.
        OffScaleError: Some are off the scale.
        ParameterError: Cut points are missing, off the scale or in the wrong order.

    Example:
        >>> import relmetrics as rm
        >>> rm.nps([10, 10, 0]).value
        33.333333333333336
    """
    metric = _DEFAULT
    if scale is not ZERO_TO_TEN or detractors_to is not None or promoters_from is not None:
        cuts = {"detractors_to": detractors_to, "promoters_from": promoters_from}
        given = {name: cut for name, cut in cuts.items() if cut is not None}
        metric = NPS(scale=scale, **given)
    return metric(
        answers,
        weights=weights,
        respondents=respondents,
        design=design,
        confidence_level=confidence_level,
    )
