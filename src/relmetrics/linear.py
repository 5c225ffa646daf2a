"""LinearScore: the metrics of a tally, among them every survey score and every rate."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, cast

import numpy as np
from attrs import field, frozen

from relmetrics import intervals
from relmetrics.breakdown import Breakdown
from relmetrics.columns import as_column
from relmetrics.errors import CountError, EmptySampleError, ParameterError, StateError, WeightError
from relmetrics.estimate import Estimate, Working
from relmetrics.groups import group
from relmetrics.intervals import quantile
from relmetrics.metric import E, Metric, Rng
from relmetrics.scale import YES_NO, Scale
from relmetrics.score import LinearForm, Sample
from relmetrics.serial import as_count
from relmetrics.tallies import Tallies
from relmetrics.tally import Counts, Tally

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.types import Column, FloatArray, Groups, Number


_OF_SCORES = ("adjusted", "score", "wald", "bootstrap")
_OF_SHARES = ("wilson", "agresti_coull", *_OF_SCORES)


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

    def __attrs_post_init__(self) -> None:
        """Check the parameters and compile the coefficients."""
        if not isinstance(self.scale, Scale):
            raise ParameterError.must_be("scale", "a Scale", self.scale, "Say rm.Scale(1, 5).")
        self.validate()
        form = LinearForm.compile(self.coefficients(), self.pseudo_answers())
        object.__setattr__(self, "form", form)

    @property
    def methods(self) -> tuple[str, ...]:
        """The interval methods on offer, the default first: Wilson's for two outcomes."""
        return _OF_SHARES if len(self.form.levels) == 2 else _OF_SCORES  # noqa: PLR2004

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
        items: Any = cast(Any, counts).items() if hasattr(counts, "items") else counts
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
                name to column or a list of columns. A missing label is a group called None.
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
        quantile(confidence_level)
        prepared = as_column(self.prepare(answers), "answers")
        weights = None if weights is None else as_column(weights, "weights")
        grouping = group(groups, len(prepared), sort=sort)
        states = Tallies.from_answers(
            prepared, self.scale, grouping.codes, len(grouping.labels), weights=weights
        )
        # Float sums depend on their order, so a weighted total is summed as the whole is.
        total = (
            states.total()
            if weights is None
            else Tally.from_answers(prepared, self.scale, weights=weights)
        )
        return Breakdown(self, grouping.labels, states, total, confidence_level)

    def check(self, state: Tally) -> None:
        """Check that a state is a tally over this metric's scale.

        Raises:
            StateError: It is not.
        """
        if not isinstance(state, Tally):
            raise StateError.malformed("Tally", f"got {type(state).__name__}")
        if state.scale is not self.scale and state.scale != self.scale:
            raise StateError.cannot_add("scale", self.scale, state.scale)

    def present(
        self,
        state: Tally | Tallies,
        confidence_level: float,
        method: str,
        rng: Rng = None,
    ) -> tuple[Sample, Any, Any, str]:
        """Return sample, low, high and the method used, for a tally or for one per group.

        Raises:
            EmptySampleError: The tally holds no answers.
            WeightError: Its answers weigh nothing.
        """
        z = quantile(confidence_level)
        counts, weights, squares = self.form.masses(state)
        if isinstance(state, Tally):
            if not sum(counts):
                raise EmptySampleError.for_metric(self.description.name, state.missing)
            if not sum(weights):
                raise WeightError.all_zero()
        sample = self.form.sample(counts, weights, squares)
        low, high = self._interval(sample, weights, confidence_level, z, method, rng)
        if method not in ("wald", "bootstrap"):
            return sample, low, high, method
        # Where everybody answers the same, these two have no width.
        stand_in = self.methods[0]
        flat = (sum((mass > 0) * 1 for mass in weights) == 1) | (low == high)
        if isinstance(state, Tally):
            if not flat:
                return sample, low, high, method
            low, high = self._interval(sample, weights, confidence_level, z, stand_in, rng)
            return sample, low, high, stand_in
        other = self._interval(sample, weights, confidence_level, z, stand_in, rng)
        return sample, np.where(flat, other[0], low), np.where(flat, other[1], high), method

    def _interval(
        self,
        sample: Sample,
        weights: Sequence[Number],
        confidence_level: float,
        z: float,
        method: str,
        rng: Rng,
    ) -> tuple[Any, Any]:
        levels = self.form.levels
        low, high = levels[0], levels[-1]
        if method == "adjusted":
            return intervals.adjusted(
                sample.value, sample.variance, sample.n_effective, z, self.form.pseudo, low, high
            )
        if method == "wald":
            return intervals.wald(sample.value, self._wald_error(sample), z, low, high)
        total = sum(weights)
        shares = [mass / total for mass in weights]
        n = self.form.own_size(sample, shares)
        if method == "score":
            return intervals.around(sample.value, *intervals.score(levels, shares, n, z))
        if method == "bootstrap":
            ends = intervals.bootstrap(
                levels,
                np.column_stack([np.atleast_1d(share) for share in shares]),
                np.atleast_1d(np.asarray(n, dtype=np.float64)),
                confidence_level,
                cast("np.random.Generator", rng),
            )
            if isinstance(total, np.ndarray):
                return ends
            return float(ends[0][0]), float(ends[1][0])
        of_share = {"wilson": intervals.wilson, "agresti_coull": intervals.agresti_coull}[method]
        below, above = of_share(shares[-1], n, z)
        return low + (high - low) * below, low + (high - low) * above

    def _wald_error(self, sample: Sample) -> Number:
        """Return the standard error of Wald's interval, as the textbooks of each kind have it."""
        return sample.standard_error if self.is_mean else sample.plug_in_error

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


@frozen(kw_only=True)
class Share(LinearScore[Estimate]):
    """A share of yes among yes and no, in percent; Wilson's interval by default."""

    yes: ClassVar[str] = "yes"
    base: ClassVar[str] = "answers"

    scale: Scale = field(default=YES_NO, init=False)

    def of(self, yes: int, n: int, *, confidence_level: float = 0.95) -> Estimate:
        """Compute the rate from its two counts: `yes` out of `n`.

        Args:
            yes: The numerator.
            n: The denominator.
            confidence_level: Level of the interval.

        Raises:
            CountError: One is negative or no whole number, or `yes` exceeds `n`.
            EmptySampleError: `n` is 0.

        Example:
            >>> import relmetrics as rm
            >>> rm.RepeatRate().of(37, 120).value
            30.833333333333332
        """
        return self.part_of("yes", yes, "n", n, confidence_level)

    def part_of(self, part: str, yes: int, whole: str, n: int, confidence_level: float) -> Estimate:
        """Compute the rate of two counts whose names messages should show.

        Raises:
            CountError: One is negative or no whole number, or the part exceeds the whole.
            EmptySampleError: The whole is 0.
        """
        top, total = as_count(part, yes), as_count(whole, n)
        if top > total:
            raise CountError.exceeds(part, top, whole, total)
        state = Tally(self.scale, (total - top, top))
        return self.estimate(state, confidence_level=confidence_level)

    def coefficients(self) -> FloatArray | Sequence[float]:
        """Return 100 for yes and 0 for no."""
        return 100.0 * self.scale.points

    def working(self, state: Tally) -> Working:
        """Return yes / base x 100 %, with the numbers of a state."""
        return share_working(self, state, self.yes, self.base)


def share_working(metric: LinearScore[Any], state: Tally, yes: str, base: str) -> Working:
    """Return the working of a share of two outcomes."""
    counts, weights, squares = metric.form.masses(state)
    value = metric.form.sample(counts, weights, squares).value
    top, total = figure(weights[-1]), figure(sum(weights))
    left_out = state.n - sum(counts)
    return Working(
        formula=f"{top} / {total} x 100 % = {figure(value)}%",
        numerator=f"{top} {yes}",
        denominator=f"{total} {base}",
        left_out=f"{left_out} {metric.outside}" if left_out else "",
    )


def figure(number: Number) -> str:
    """Return a number as working shows it: all the digits that matter, no more."""
    return f"{float(number):.10g}" if not isinstance(number, int) else str(number)
