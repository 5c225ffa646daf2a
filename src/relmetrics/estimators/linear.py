"""LinearScore: the metrics of a tally, among them every survey score and every rate."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, cast, overload

import numpy as np
from attrs import field, frozen

from relmetrics.data.alignment import require_aligned
from relmetrics.data.columns import Margined, as_column
from relmetrics.data.scale import Scale, require_scale
from relmetrics.errors import StateError
from relmetrics.estimators.counted import CountedQuestions
from relmetrics.estimators.prepared import PreparedAnswers, stated
from relmetrics.inference.share_form import ShareForm, compiled
from relmetrics.metric.contract import Working
from relmetrics.metric.metric import E
from relmetrics.metric.wording import figure
from relmetrics.states.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import Column, FloatArray
    from relmetrics.estimators.pairs import Pairs
    from relmetrics.inference.linear_form import LinearForm
    from relmetrics.metric.contract import Description
    from relmetrics.states.clustered.design import AnyDesign
    from relmetrics.states.clustered.tally import ClusteredTally
    from relmetrics.states.paired_tally import PairedTally
    from relmetrics.states.tally_reading import Counts


@frozen(kw_only=True)
class LinearScore(CountedQuestions[E]):
    """A metric that is the mean of what each answer contributes: sum(c_k * n_k) / n.

    A subclass gives `coefficients`, one number per point of its `scale`, and its words.
    Value, variance, intervals, weights and groups follow.

    Example:
        A metric of one's own is a few lines: the share of answers at the very top.

        >>> import attrs, relmetrics as rm
        >>> @attrs.frozen(kw_only=True)
        ... class Delight(rm.AnswerScore):
        ...     name, symbol, unit = "Delight", "Delight", "%"
        ...     formula = "answers of 5 / answers x 100 %"
        ...     definition = "Share of answers at the very top."
        ...     source = "our own"
        ...     scale: rm.Scale = rm.ONE_TO_FIVE
        ...
        ...     def coefficients(self):
        ...         return 100.0 * (self.scale.points == self.scale.high)
        >>> print(Delight()([5, 5, 4, 1]))
        Delight 50.0% (95% CI 15.0 to 85.0; n = 4)
    """

    outside: ClassVar[str] = "outside the base"

    scale: Scale
    # Compiled once: what every metric has as a property is a field here.
    form: LinearForm = field(init=False, repr=False, eq=False)  # pyright: ignore[reportIncompatibleMethodOverride]
    about: Description = field(init=False, repr=False, eq=False)  # pyright: ignore[reportIncompatibleMethodOverride]

    def __attrs_post_init__(self) -> None:
        """Check the parameters and compile the coefficients."""
        require_scale(self.scale)
        self.validate()
        about = self.description
        form = compiled(
            self.coefficients(),
            self.pseudo_answers(),
            name=about.name,
            reach=about.high - about.low,
            is_mean=self.is_mean,
        )
        object.__setattr__(self, "form", form)
        object.__setattr__(self, "about", about)

    @property
    def has_two_outcomes(self) -> bool:
        """Whether answers contribute one of two values, as those of every rate do."""
        return isinstance(self.form, ShareForm)

    @property
    def is_mean(self) -> bool:
        """Whether this is a mean on a scale, whose Wald interval takes the sample variance."""
        return False

    def validate(self) -> None:
        """Check the parameters of the definition.

        Raises:
            ParameterError: One is not what it must be.
        """

    @abstractmethod
    def coefficients(self) -> FloatArray | Sequence[float]:
        """Return what an answer at each point contributes; NaN leaves the point out."""

    def pseudo_answers(self) -> FloatArray | Sequence[float]:
        """Return the pseudo-answers of the adjusted interval at each point: two, spread evenly."""
        return np.full(self.scale.size, 2 / self.scale.size)

    def _range(self, unit: str) -> tuple[float, float]:
        """Return the ends of the scale, or of what shares and their differences can be."""
        if unit == "scale points":
            return self.scale.low, self.scale.high
        return super()._range(unit)

    def prepare(
        self,
        data: Column,
        *,
        weights: Column | None = None,
        respondents: Column | None = None,
        design: AnyDesign | None = None,
    ) -> PreparedAnswers:
        """Read a column of answers, what they weigh, who gave them, and how these were drawn."""
        rows = self._read(data, weights, "answers")
        plain = respondents is None and design is None and not isinstance(weights, Margined)
        return rows if plain else rows.of(respondents, design)

    def _reference(self, data: Column) -> PreparedAnswers:
        """Read the answers that others are compared with."""
        return self._read(data, None, "reference")

    def _read(self, data: Column, weights: Column | None, name: str) -> PreparedAnswers:
        require_aligned(**{name: data, "weights": weights})
        answers = as_column(self.as_answers(data), name)
        if weights is not None and not isinstance(weights, Margined):
            weights = as_column(weights, "weights")
        return PreparedAnswers(len(answers), data, answers, self.scale, weights)

    @overload
    def tally(self, answers: Column, *, weights: Margined) -> ClusteredTally: ...
    @overload
    def tally(self, answers: Column, *, weights: Column | None = None) -> Tally: ...
    @overload
    def tally(
        self, answers: Column, *, weights: Column | None = None, respondents: Column
    ) -> ClusteredTally: ...
    @overload
    def tally(
        self, answers: Column, *, weights: Column | None = None, design: AnyDesign
    ) -> ClusteredTally: ...
    def tally(
        self,
        answers: Column,
        *,
        weights: Column | None = None,
        respondents: Column | None = None,
        design: AnyDesign | None = None,
    ) -> Tally:
        """Count a column of answers into this metric's state.

        Args:
            answers: As for the call.
            weights: As for the call.
            respondents: As for the call; with them it is a `ClusteredTally`.
            design: As for the call; likewise.

        Raises:
            AnswerError: Some entries are no scores.
            OffScaleError: Some are off the scale.
            WeightError: A weight is negative or not finite, or all are zero.
            LengthError: The columns differ in length.
            CustomerError: An id is missing, or ids are not all whole numbers or all text.
        """
        if respondents is not None or design is not None or isinstance(weights, Margined):
            rows = self.prepare(answers, weights=weights, respondents=respondents, design=design)
            return cast("ClusteredTally", rows.summed(None, 1))
        if weights is not None:
            require_aligned(answers=answers, weights=weights)
        return Tally.from_answers(self.as_answers(answers), self.scale, weights=weights)

    def tally_counts(
        self,
        counts: Counts,
        *,
        missing: int = 0,
        weights: Counts | None = None,
        squares: Counts | None = None,
    ) -> Tally:
        """Build this metric's state from counts by answer, as GROUP BY gives them.

        Args:
            counts: Point to count, as a mapping or rows of pairs; a missing key counts missing
                answers.
            missing: Number of further missing answers.
            weights: Point to sum of survey weights.
            squares: Point to sum of squared weights; needed with `weights`.

        Raises:
            CountError: A count is negative or no whole number.
            OffScaleError: A key is off the scale.
        """
        return Tally.from_counts(
            self._prepared(counts),
            self.scale,
            missing=missing,
            weights=None if weights is None else self._prepared(weights),
            squares=None if squares is None else self._prepared(squares),
        )

    def _prepared(self, counts: Counts) -> Counts:
        """Return counts by data as counts by answer, such as purchases by whether they suffice."""
        items: Any = cast("Any", counts).items() if hasattr(counts, "items") else counts
        try:
            keys, numbers = zip(*items, strict=True)
        except (TypeError, ValueError):  # nothing, or no pairs: the tally says which
            return counts
        answers = as_column(self.as_answers(list(keys)), "counts")
        return list(zip(list(answers), numbers, strict=True))

    def check(self, state: Tally) -> None:
        """Check that a state is a tally over this metric's scale.

        Raises:
            StateError: It is not.
        """
        if not isinstance(state, Tally):
            raise StateError.wrong_kind("a Tally", state, "Say metric.tally(answers).")
        if state.scale is not self.scale and state.scale != self.scale:
            raise StateError.of_another("scale", self.scale, state.scale)

    def sides(self, pairs: PairedTally) -> Pairs:
        """Return the two sides of a paired comparison: what each pair contributes is a change.

        Raises:
            StateError: The state is of another scale.
        """
        from relmetrics.estimators.pairs import Pairs  # noqa: PLC0415 - only pairs need it

        return Pairs.of(self, pairs)

    def working(self, state: Tally) -> Working:
        """Return sum of contributions over number of answers, with the numbers of a state."""
        counts, weights, squares = self.form.masses(state)
        sample = self.form.sample(counts, weights, squares)
        total = sum(weights)
        terms = " + ".join(
            f"{level:.10g} x {figure(mass)}"
            for level, mass in zip(self.form.levels, weights, strict=True)
            if mass
        )
        left_out = state.n - sum(counts)
        return Working(
            formula=f"({terms}) / {figure(total)} = {figure(sample.value)}",
            numerator=terms,
            denominator=f"{figure(total)} {'answers' if not state.is_weighted else 'of weight'}",
            left_out=f"{left_out} {self.outside}" if left_out else "",
        )


@frozen(kw_only=True)
class AnswerScore(LinearScore[E]):
    """A linear score that is called with a column of answers: the base of a metric of one's own.

    Example:
        >>> import relmetrics as rm
        >>> isinstance(rm.NPS(), rm.AnswerScore), isinstance(rm.ChurnRate(), rm.AnswerScore)
        (True, False)
    """

    def __call__(
        self,
        answers: Column,
        *,
        weights: Column | None = None,
        respondents: Column | None = None,
        design: AnyDesign | None = None,
        confidence_level: float = 0.95,
    ) -> E:
        """Compute the metric of a column of answers.

        Args:
            answers: One answer per row: whole numbers on the scale, labels of the scale, or
                missing (None, NaN, NaT, pandas NA), which are counted and left out.
            weights: One survey weight per row, at least 0; or a `Weighting` with its margins.
            respondents: Who answered, where some did more than once: one id per row, whole
                numbers or text. The interval then knows that answers of one person are alike.
            design: How the sample was drawn, in place of `respondents`: a `Design`.
            confidence_level: Level of the interval, strictly between 0 and 1.

        Raises:
            EmptySampleError: There are no answers.
            AnswerError: Some entries are no scores.
            OffScaleError: Some are off the scale.
            WeightError: A weight is negative or not finite, or all are zero.
            LengthError: The columns differ in length.
            CustomerError: An id is missing, or ids are not all whole numbers or all text.
        """
        state = self.tally(
            answers, weights=weights, **stated(respondents=respondents, design=design)
        )
        return self.result.of(self, state, confidence_level=confidence_level)
