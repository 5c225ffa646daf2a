"""CES: the customer effort score."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from attrs import Factory, field, frozen

from relmetrics.data.checks import check_flag, check_name, check_whole, keep
from relmetrics.data.scale import ONE_TO_SEVEN, Scale, require_scale
from relmetrics.errors import ParameterError
from relmetrics.errors.definitions import one_column
from relmetrics.estimators.linear import AnswerScore
from relmetrics.metric.contract import CUSTOMER_STRATEGY, share_working
from relmetrics.metric.estimate import Estimate

if TYPE_CHECKING:
    from relmetrics.data.types import Column, FloatArray
    from relmetrics.metric.contract import Description, Working
    from relmetrics.states.clustered.design import AnyDesign
    from relmetrics.states.tally import Tally

CESDefinition = Literal["mean", "easy_share"]
DEFINITIONS: tuple[CESDefinition, ...] = ("mean", "easy_share")

_EASY_POINTS = {(1, 5): 2, (1, 7): 3}


@frozen(repr=False)
class CESEstimate(Estimate):
    """A customer effort score, with the share of customers who found it easy.

    Example:
        >>> import relmetrics as rm
        >>> rm.ces([1, 2, 3, 6]).easy.value
        75.0
    """

    @property
    def easy(self) -> Estimate:
        """The share of answers at the easy end of the scale, %.

        Raises:
            ParameterError: The scale is not 1-5 or 1-7 and the metric has no `easy_points`.
        """
        metric = cast("CES", self.metric)
        share = CES(
            scale=metric.scale,
            higher_is_better=metric.higher_is_better,
            definition="easy_share",
            easy_points=metric.easy_points,
        )
        return share.estimate(self.state, confidence_level=self.confidence_level)


def _usual_easy_points(metric: CES) -> int | None:
    require_scale(metric.scale)
    return _EASY_POINTS.get((metric.scale.low, metric.scale.high))


@frozen(kw_only=True)
class CES(AnswerScore[CESEstimate]):
    """Customer effort score: how much effort it took to get something done.

    Formulas, by `definition`:

    - ``mean`` (default): ``sum(answer) / n``, scale points.
    - ``easy_share``: ``100 x easy / n``, %, the share of answers at the easy end: 1-3 of 7 and
      1-2 of 5 where effort is asked, 5-7 and 4-5 where agreement is.

    Direction: lower is better, as the documents ask it ("how much effort did it take?"). The later
    form, "the company made it easy", asks for agreement: say ``higher_is_better=True``. The
    share that found it easy is better when higher in both.
    Missing answers are counted and left out.

    Interval: `adjusted` for the mean, Wilson's for the share.

    Attributes:
        scale: The scale that was asked, 1-7 by default.
        higher_is_better: False for effort, True for agreement that it was easy.
        definition: Which of the two.
        easy_points: How many points at the easy end count as easy; a scale other than 1-5 and 1-7
            must give it for ``easy_share``.

    Raises:
        ParameterError: A parameter has no such name or value, or `easy_points` is missing.

    Example:
        >>> import relmetrics as rm
        >>> print(rm.CES()([1, 2, 2, 5]))
        CES 2.50 (95% CI 1.54 to 4.46; n = 4)
        >>> rm.CES(higher_is_better=True).description.direction
        'higher'

    Source:
        "Customer strategy in 2023".
    """

    name = "Customer effort score"
    symbol = "CES"
    unit = "scale points"
    formula = "sum of answers / number of answers"
    source = CUSTOMER_STRATEGY

    scale: Scale = ONE_TO_SEVEN
    higher_is_better: bool = False
    definition: CESDefinition = "mean"
    easy_points: int | None = field(default=Factory(_usual_easy_points, takes_self=True))

    def validate(self) -> None:
        """Check direction, name of the definition, and the easy end."""
        check_flag("higher_is_better", self.higher_is_better)
        check_name("definition", self.definition, DEFINITIONS)
        if self.easy_points is not None:
            points = check_whole("easy_points", self.easy_points, 1, self.scale.size - 1)
            keep(self, easy_points=points)
        elif self.definition == "easy_share":
            raise ParameterError.must_be(
                "easy_points",
                f"given for the scale {self.scale}",
                None,
                "Say how many points at the easy end count as easy.",
            )

    @property
    def is_mean(self) -> bool:
        """Whether the definition is the mean."""
        return self.definition == "mean"

    @property
    def result(self) -> type[CESEstimate]:
        """The class of this metric's estimates."""
        return CESEstimate

    @property
    def description(self) -> Description:
        """Name, unit, range, direction, formula, definition and source."""
        asked = "agreement that it was easy" if self.higher_is_better else "effort"
        if self.definition == "easy_share":
            return self._described(
                name=f"{self.name}, share that found it easy",
                symbol="CES easy",
                unit="%",
                direction="higher",
                formula="easy / answers x 100 %",
                definition=(
                    f"Share of the {self.easy_points} points at the easy end of {self.scale}, "
                    f"asked as {asked}."
                ),
            )
        return self._described(
            direction="higher" if self.higher_is_better else "lower",
            definition=f"Mean answer on {self.scale}, asked as {asked}.",
        )

    @property
    def class_names(self) -> tuple[str, ...]:
        """Easy or not, of the share that found it easy; the mean has none."""
        return () if self.is_mean else ("not easy", "easy")

    def coefficients(self) -> FloatArray:
        """Return the points, or 100 for those at the easy end."""
        points = self.scale.points.astype(float)
        if self.definition == "mean" or self.easy_points is None:
            return points
        if self.higher_is_better:
            return 100.0 * (points > self.scale.high - self.easy_points)
        return 100.0 * (points < self.scale.low + self.easy_points)

    def working(self, state: Tally) -> Working:
        """Return the formula of the definition with the numbers of a state."""
        if self.definition == "easy_share":
            return share_working(self, state, "found it easy", "answers")
        return AnswerScore.working(self, state)


_DEFAULT = CES()


@one_column("CES()")
def ces(
    answers: Column,
    *,
    scale: Scale = ONE_TO_SEVEN,
    higher_is_better: bool = False,
    definition: CESDefinition = "mean",
    easy_points: int | None = None,
    weights: Column | None = None,
    respondents: Column | None = None,
    design: AnyDesign | None = None,
    confidence_level: float = 0.95,
) -> CESEstimate:
    """Compute the customer effort score of a column of answers: see `CES`.

    Args:
        answers: One answer per row on the scale, or missing.
        scale: The scale that was asked.
        higher_is_better: False for effort, True for agreement that it was easy.
        definition: ``mean`` or ``easy_share``.
        easy_points: How many points at the easy end count as easy.
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
        >>> rm.ces([1, 2, 2, 5]).value
        2.5
    """
    given = {} if easy_points is None else {"easy_points": easy_points}
    usual = scale is ONE_TO_SEVEN and higher_is_better is False and definition == "mean"
    metric = _DEFAULT
    if given or not usual:
        metric = CES(scale=scale, higher_is_better=higher_is_better, definition=definition, **given)
    return metric(
        answers,
        weights=weights,
        respondents=respondents,
        design=design,
        confidence_level=confidence_level,
    )
