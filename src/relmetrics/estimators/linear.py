"""LinearScore: the metrics of a tally, among them every survey score and every rate."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, cast

import numpy as np
from attrs import field, frozen

from relmetrics.data.alignment import require_aligned
from relmetrics.data.checks import choice
from relmetrics.data.columns import as_column
from relmetrics.data.scale import Scale
from relmetrics.errors import ParameterError, StateError
from relmetrics.estimators.pairs import Pairs, check_pairs
from relmetrics.estimators.presenting import OF_SCORES, OF_SHARES, Presenter
from relmetrics.estimators.rows import Rows
from relmetrics.inference import differences
from relmetrics.inference.differences import Contrast, Normal
from relmetrics.inference.intervals import Pseudo
from relmetrics.inference.linear_form import LinearForm, Sample
from relmetrics.inference.ratio_sums import RatioSums
from relmetrics.metric.contract import Rng, Working
from relmetrics.metric.difference import Difference
from relmetrics.metric.metric import E, Metric
from relmetrics.metric.sides import both_given
from relmetrics.metric.wording import figure
from relmetrics.states.grouped_tally import GroupedTally
from relmetrics.states.paired_tally import PairedTally, by_respondent
from relmetrics.states.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.periods import Every
    from relmetrics.data.types import Column, FloatArray, Groups, IntArray, Number, Zone
    from relmetrics.questions.groups.breakdown import Breakdown
    from relmetrics.questions.trends.trend import Trend
    from relmetrics.states.tally_reading import Counts


_OF_SHARE_DIFFERENCES = ("newcombe", "agresti_caffo", "wald")


@frozen(kw_only=True)
class LinearScore(Metric[Tally, E]):
    """A metric that is the mean of what each answer contributes: sum(c_k * n_k) / n.

    A subclass gives `coefficients`, one number per point of its `scale`, and its description.
    Value, variance, intervals, weights and groups follow.

    Example:
        A metric of one's own is a few lines: the share of answers at the very top.

        >>> import attrs, relmetrics as rm
        >>> @attrs.frozen(kw_only=True)
        ... class Delight(rm.AnswerScore):
        ...     scale: rm.Scale = rm.ONE_TO_FIVE
        ...
        ...     @property
        ...     def description(self):
        ...         return rm.Description(
        ...             name="Delight",
        ...             symbol="Delight",
        ...             unit="%",
        ...             low=0,
        ...             high=100,
        ...             direction="higher",
        ...             formula="answers of 5 / answers x 100 %",
        ...             definition="Share of answers at the very top.",
        ...             source="our own",
        ...         )
        ...
        ...     def coefficients(self):
        ...         return 100.0 * (self.scale.points == self.scale.high)
        >>> print(Delight()([5, 5, 4, 1]))
        Delight 50.0% (95% CI 15.0 to 85.0; n = 4)
    """

    outside: ClassVar[str] = "outside the base"

    scale: Scale
    form: LinearForm = field(init=False, repr=False, eq=False)
    presenter: Presenter = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        """Check the parameters and compile the coefficients."""
        if not isinstance(self.scale, Scale):
            raise ParameterError.must_be("scale", "a Scale", self.scale, "Say rm.Scale(1, 5).")
        self.validate()
        form = LinearForm.compile(self.coefficients(), self.pseudo_answers())
        object.__setattr__(self, "form", form)
        presenter = Presenter(form, self.description.name, self.is_mean, self.methods[0])
        object.__setattr__(self, "presenter", presenter)

    @property
    def methods(self) -> tuple[str, ...]:
        """The interval methods on offer, the default first: Wilson's for two outcomes."""
        return OF_SHARES if self.has_two_outcomes else OF_SCORES

    @property
    def has_two_outcomes(self) -> bool:
        """Whether answers contribute one of two values, as those of every rate do."""
        return len(self.form.levels) == 2  # noqa: PLR2004

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

    def prepare(self, answers: Column) -> Column:
        """Return the data as answers on the scale; here they are that already."""
        return answers

    def tally(self, answers: Column, *, weights: Column | None = None) -> Tally:
        """Count a column of answers into this metric's state.

        Args:
            answers: As for the call.
            weights: As for the call.

        Raises:
            AnswerError: Some entries are no scores.
            OffScaleError: Some are off the scale.
            WeightError: A weight is negative or not finite, or all are zero.
            LengthError: Answers and weights differ in length.
        """
        if weights is not None:
            require_aligned(answers=answers, weights=weights)
        return Tally.from_answers(self.prepare(answers), self.scale, weights=weights)

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
        answers = as_column(self.prepare(list(keys)), "counts")
        return list(zip(list(answers), numbers, strict=True))

    def by(
        self,
        answers: Column,
        groups: Groups,
        *,
        weights: Column | None = None,
        sort: bool = False,
        confidence_level: float = 0.95,
    ) -> Breakdown:
        """Compute the metric for every group.

        Args:
            answers: One answer per row.
            groups: One label per row, of any hashable kind; or several columns, as a mapping of
                name to column, a data frame or a list of columns. A missing label is a group
                called None.
            weights: One survey weight per row.
            sort: Sort the groups; by default they come in order of appearance.
            confidence_level: Level of the intervals.

        Raises:
            LengthError: The columns differ in length.
            AnswerError: Some entries are no scores.
            OffScaleError: Some are off the scale.
            WeightError: A weight is negative or not finite, or all are zero.
            ParameterError: The level is not between 0 and 1, or the groups cannot be sorted.
        """
        rows = self._rows(answers, weights)
        return rows.by(groups, sort=sort, confidence_level=confidence_level)

    def over(
        self,
        answers: Column,
        dates: Column,
        *,
        every: Every = "month",
        weights: Column | None = None,
        as_of: object = None,
        zone: Zone | None = None,
        recorded_in: Zone | None = None,
        week_start: str = "monday",
        year_start: str = "january",
        confidence_level: float = 0.95,
    ) -> Trend:
        """Compute the metric period by period.

        Periods come in order, from the first to the last with rows; those in between without any
        are there too.

        Args:
            answers: One answer per row.
            dates: One per row: datetime64, `datetime`, `date` or ISO 8601 text. Without a date a
                row is counted, and is in no period and not in the total.
            every: The kind of period: ``day``, ``week``, ``month``, ``quarter`` or ``year``.
            weights: One survey weight per row.
            as_of: The last day that was wholly observed, without a time of day. Periods go on to
                it, with or without answers; one that ends after it is marked as not over, and later
                rows are counted and left out. By default the last day of the data.
            zone: The time zone whose calendar counts, for dates that carry a zone: its name or a
                `ZoneInfo`.
            recorded_in: The time zone whose clock wrote dates that carry none, such as ``"UTC"``;
                they are converted to `zone`.
            week_start: The first day of a week, such as ``"sunday"``.
            year_start: The first month of a year and of its quarters, such as ``"april"``.
            confidence_level: Level of the intervals.

        Raises:
            DateError: A date cannot be read, all are missing, or `as_of` comes before all of them.
            AnswerError: Some entries are no scores.
            OffScaleError: Some are off the scale.
            WeightError: A weight is negative or not finite, or all are zero.
            LengthError: The columns differ in length.
            ParameterError: The level is not between 0 and 1, or there is no such period or zone.

        Example:
            >>> import relmetrics as rm
            >>> trend = rm.NPS().over([10, 9, 3], ["2025-01-09", "2025-01-31", "2025-02-28"])
            >>> trend["2025-01"].value, trend["2025-02"].value
            (100.0, -100.0)
        """
        return self._rows(answers, weights).over(
            dates,
            every=every,
            as_of=as_of,
            zone=zone,
            recorded_in=recorded_in,
            week_start=week_start,
            year_start=year_start,
            confidence_level=confidence_level,
        )

    def _rows(self, answers: Column, weights: Column | None) -> Rows:
        require_aligned(answers=answers, weights=weights)
        prepared = as_column(self.prepare(answers), "answers")
        weighing = None if weights is None else as_column(weights, "weights")

        def summed(codes: IntArray | None, size: int) -> Tally | GroupedTally:
            if codes is None:
                return Tally.from_answers(prepared, self.scale, weights=weighing)
            return GroupedTally.from_answers(prepared, self.scale, codes, size, weights=weighing)

        return Rows(self, len(prepared), answers, summed)

    def check(self, state: Tally) -> None:
        """Check that a state is a tally over this metric's scale.

        Raises:
            StateError: It is not.
        """
        if not isinstance(state, Tally):
            raise StateError.wrong_kind("a Tally", state, "Say metric.tally(answers).")
        if state.scale is not self.scale and state.scale != self.scale:
            raise StateError.of_another("scale", self.scale, state.scale)

    def present(
        self,
        state: Tally | GroupedTally,
        confidence_level: float,
        method: str,
        rng: Rng = None,
    ) -> tuple[Sample, Any, Any, str]:
        """Return sample, low, high and the method used, for a tally or for one per group.

        Raises:
            EmptySampleError: The tally holds no answers.
            WeightError: Its answers weigh nothing.
        """
        return self.presenter.present(state, confidence_level, method, rng)

    def wald_error(self, sample: Sample) -> Number:
        """Return the standard error of Wald's interval, as the textbooks of each kind have it."""
        return self.presenter.wald_error(sample)

    def normal(self, state: Tally | GroupedTally) -> Normal:
        """Return value, center and squared error after pseudo-answers, of one tally or of many.

        Raises:
            EmptySampleError: The tally holds no answers.
            WeightError: Its answers weigh nothing.
        """
        return self.presenter.normal(state)

    @property
    def difference_methods(self) -> tuple[str, ...]:
        """The interval methods of a difference on offer: Newcombe's first for two outcomes."""
        return _OF_SHARE_DIFFERENCES if self.has_two_outcomes else super().difference_methods

    def pseudo_normal(self, state: Tally | GroupedTally) -> Normal:
        """Return value, center and squared error with the pseudo-answers of a difference.

        Of shares one yes and one no, however many points of the scale are either: Agresti and
        Caffo (2000).
        """
        if not self.has_two_outcomes:
            return self.normal(state)
        low, high = self.form.levels
        return self.presenter.normal(state, Pseudo(2.0, (low + high) / 2, (high - low) ** 2 / 4))

    @property
    def pulled_difference(self) -> str:
        """What a difference by pseudo-answers is called: it stands in for Wald's."""
        return "agresti_caffo" if self.has_two_outcomes else "adjusted"

    def contrast(
        self, state: Any, reference: Any, confidence_level: float, method: str
    ) -> Contrast:
        """Return the difference of two tallies, or of many pairs of them, in numbers.

        Raises:
            EmptySampleError: A tally holds no answers.
        """
        if method != "newcombe":
            return super().contrast(state, reference, confidence_level, method)
        with np.errstate(divide="ignore", invalid="ignore"):
            a, b = (
                self.present(side, confidence_level, "wilson")[:3] for side in (state, reference)
            )
            sides = [(sample.value, below, above) for sample, below, above in (a, b)]
            low, high = differences.recovered(*sides)
            shares = [part for sample, _, _ in (a, b) for part in self._share(sample)]
            p_value = differences.two_sided(differences.pooled_deviate(*shares))
            error = (a[0].standard_error ** 2 + b[0].standard_error ** 2) ** 0.5
        return Contrast(a[0].value - b[0].value, low, high, p_value, error, method)

    def _share(self, sample: Sample) -> tuple[Number, Number]:
        """Return the share (0..1) of the upper of two outcomes, and its effective n."""
        low, high = self.form.levels
        share = (sample.value - low) / (high - low)
        return share, self.form.own_size(sample, [1 - share, share])

    def p_against(self, state: Tally, value: float, method: str) -> float:
        """Return the two-sided p-value of a tally's score being this number, by a method."""
        if method not in ("wilson", "score"):
            return super().p_against(state, value, method)
        return self.presenter.score_test(state, value)

    def ratio_sums(self, state: Tally | GroupedTally) -> RatioSums:
        """Return the sums behind the score: y is what an answer contributes, x is 1."""
        return RatioSums.of_levels(self.form.levels, self.form.masses(state), self.form.pseudo)

    def pairs(
        self,
        answers: Column,
        reference: Column,
        *,
        weights: Column | None = None,
        respondents: Column | None = None,
        reference_respondents: Column | None = None,
    ) -> PairedTally:
        """Count pairs of answers of the same respondents into the state of a paired comparison.

        Args:
            answers: One answer per respondent, as for `tally`.
            reference: The other answer: of an earlier wave, or to another question. In the same
                rows, unless respondents are given.
            weights: One survey weight per answer.
            respondents: Who gave each answer, to match the two by; the rows may then differ.
            reference_respondents: Who gave each answer of the reference.

        Raises:
            AnswerError: Some entries are no scores.
            OffScaleError: Some are off the scale.
            WeightError: A weight is negative or not finite, or all are zero.
            LengthError: The columns differ in length.
            CustomerError: A respondent is missing, or is there twice on one side.
        """
        left, right = self.prepare(answers), self.prepare(reference)
        matched = both_given(respondents, reference_respondents)
        require_aligned(answers=answers, weights=weights, respondents=respondents)
        require_aligned(reference=reference, reference_respondents=reference_respondents)
        if matched:
            who, other = cast("Column", respondents), cast("Column", reference_respondents)
            left, right, weights = by_respondent(left, right, who, other, weights)
        else:
            require_aligned(answers=answers, reference=reference)
        return PairedTally.from_answers(left, right, self.scale, weights=weights)

    def compare_paired(
        self, pairs: PairedTally, *, confidence_level: float = 0.95, method: str | None = None
    ) -> Difference:
        """Compare two answers of the same respondents: answers minus reference.

        What each pair contributes is the difference of what its two answers do, and the mean of
        that is the difference of the metric. So people who hardly change their mind give a short
        interval, where two separate samples of that size would not. Rows that lack one of the
        answers are counted as missing and left out.

        Interval and p-value: of rates the score interval (Tango 1998) and McNemar's test (1947);
        of everything else by adding pseudo-pairs. The p-value is always of the interval's method.

        Args:
            pairs: What `pairs` made of the answers, or a sum of such states.
            confidence_level: Level of the interval, strictly between 0 and 1.
            method: `adjusted`, `score` or `wald`.

        Raises:
            EmptySampleError: There are no pairs.
            StateError: The state is of another scale.
            ParameterError: The level is not between 0 and 1, or there is no such method.

        Example:
            >>> import relmetrics as rm
            >>> nps = rm.NPS()
            >>> pairs = nps.pairs([9, 10, 8, 9, 7, None], [8, 9, 8, 6, 7, 10])
            >>> print(nps.compare_paired(pairs))
            NPS difference 60.0 points (95% CI -26.7 to 101.7; p = 0.25; n = 5 pairs, 1 missing)
        """
        sides = Pairs(self, check_pairs(self, pairs))
        chosen = choice("method", method, sides.methods)
        return Difference.of(sides, confidence_level, chosen)

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
        self, answers: Column, *, weights: Column | None = None, confidence_level: float = 0.95
    ) -> E:
        """Compute the metric of a column of answers.

        Args:
            answers: One answer per row: whole numbers on the scale, labels of the scale, or
                missing (None, NaN, NaT, pandas NA), which are counted and left out.
            weights: One survey weight per row, finite and at least 0.
            confidence_level: Level of the interval, strictly between 0 and 1.

        Raises:
            EmptySampleError: There are no answers.
            AnswerError: Some entries are no scores.
            OffScaleError: Some are off the scale.
            WeightError: A weight is negative or not finite, or all are zero.
            LengthError: Answers and weights differ in length.
        """
        return self.estimate(
            self.tally(answers, weights=weights), confidence_level=confidence_level
        )
