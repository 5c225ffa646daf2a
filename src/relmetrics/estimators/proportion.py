"""Rate: any k of n, and the rates that are just that under a name of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, cast

import numpy as np
from attrs import field, frozen

from relmetrics.data.checks import choice, drawing
from relmetrics.data.scale import YES_NO, Scale
from relmetrics.errors import CountError, ParameterError
from relmetrics.errors.definitions import no_frame
from relmetrics.estimators.linear import LinearScore
from relmetrics.estimators.prepared import stated
from relmetrics.inference.intervals import quantile, wilson
from relmetrics.metric.contract import share_working
from relmetrics.metric.estimate import Estimate
from relmetrics.questions.groups.figures import presented
from relmetrics.states.grouped_tally import GroupedTally
from relmetrics.states.serial import as_count
from relmetrics.states.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import Column, FloatArray, IntArray
    from relmetrics.metric.contract import Description, Rng, Working
    from relmetrics.metric.metric import E
    from relmetrics.states.clustered.design import AnyDesign


_BY_ROW = "Give one answer per row to weigh them."


def share_of(
    metric: LinearScore[E], part: str, yes: int, whole: str, n: int, confidence_level: float
) -> E:
    """Return the rate of two counts whose names messages should show.

    Raises:
        CountError: One is negative or no whole number, or the part exceeds the whole.
        EmptySampleError: The whole is 0.
    """
    top, total = as_count(part, yes), as_count(whole, n)
    if top > total:
        raise CountError.exceeds(part, top, whole, total)
    state = Tally(metric.scale, (total - top, top))
    return metric.estimate(state, confidence_level=confidence_level)


@frozen(kw_only=True)
class NamedShare(LinearScore[Estimate]):
    """A share of yes among yes and no, in percent: the base of a rate of one's own.

    A subclass is its words and nothing else: `name`, what counts (`yes`), among what (`base`), and
    if you like `symbol`, `definition`, `source`, `direction`. Formula, range, interval, groups,
    trends, pairs and explanations follow.

    Called with one yes/no answer per row (truth values, 0 and 1, "yes" and "no"), with two counts
    in the order of a fraction, or with the two counts by their names.

    Example:
        >>> import relmetrics as rm
        >>> class OnTime(rm.NamedShare):
        ...     name, yes, base = "On-time rate", "punctual", "deliveries"
        >>> print(OnTime()([True, True, False, None]))
        On-time rate 66.7% (95% CI 20.8 to 93.9; n = 3, 1 missing)
        >>> OnTime()(180, 200) == OnTime()(punctual=180, deliveries=200)
        True
        >>> OnTime().by([True, False, True], ["north", "north", "south"])["north"].value
        50.0
        >>> print(OnTime()(180, 200).explain())
        On-time rate: 90.0% (95% CI 85.1 to 93.4; n = 200)
        Definition:  Share of deliveries: punctual.
        Formula:     punctual / deliveries x 100 % = 180 / 200 x 100 % = 90%
        Numerator:   180 punctual
        Denominator: 200 deliveries
        Left out:    nothing
        Interval:    wilson at 95%
        Direction:   higher is better, range 0 to 100 %
        Source:      a definition of one's own
    """

    yes: ClassVar[str] = "yes"
    """What the numerator counts."""
    base: ClassVar[str] = "answers"
    """What the denominator counts."""
    counts: ClassVar[tuple[str, str] | None] = None
    """The names of the two counts, where they are not `yes` and `base`."""

    unit = "%"
    source: ClassVar[str] = "a definition of one's own"

    scale: Scale = field(default=YES_NO, init=False)

    def __call__(
        self,
        answers: Column | int | None = None,
        n: int | None = None,
        *,
        weights: Column | None = None,
        respondents: Column | None = None,
        design: AnyDesign | None = None,
        confidence_level: float = 0.95,
        **counts: int,
    ) -> Estimate:
        """Compute the rate of a column of yes and no, or of two counts.

        Args:
            answers: One yes/no answer per row, or missing; or the numerator, with `n`.
            n: The denominator, where counts are given.
            weights: One survey weight per row, or a `Weighting`; of counts there are none.
            respondents: Who answered, one id per row, where some did more than once.
            design: How the sample was drawn, in place of `respondents`.
            confidence_level: Level of the interval, strictly between 0 and 1.
            counts: The two counts by their names.

        Raises:
            EmptySampleError: There are no answers.
            AnswerError: Some entries are neither yes nor no.
            CountError: A count is negative or no whole number, or the part exceeds the whole.
            WeightError: A weight is negative or not finite, or all are zero.
            LengthError: Answers and weights differ in length.
            ParameterError: Counts are given and weights too.
            TypeError: Neither a column nor both counts are given.
        """
        options = stated(weights=weights, respondents=respondents, design=design)
        if n is None and not counts:
            if answers is None:
                raise TypeError(self._what_to_give())
            state = self.tally(cast("Column", answers), **options)
            return self.estimate(state, confidence_level=confidence_level)
        for name, column in options.items():
            raise ParameterError.must_be(name, "left out beside counts", column, _BY_ROW)
        part, whole = self.counts or (self.yes, self.base)
        by_place: dict[str, Any] = {part: answers, whole: n}
        given = {name: count for name, count in by_place.items() if count is not None}
        if given.keys() & counts.keys() or {*given, *counts} != {part, whole}:
            raise TypeError(self._what_to_give())
        given |= counts
        return share_of(self, part, given[part], whole, given[whole], confidence_level)

    def _what_to_give(self) -> str:
        part, whole = self.counts or (self.yes, self.base)
        return f"{type(self).__name__}() takes a column of yes and no, or {part} and {whole}"

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
        return share_of(self, "yes", yes, "n", n, confidence_level)

    @property
    def description(self) -> Description:
        """Name, unit, range, direction, formula, definition and source."""
        usual = {
            "symbol": getattr(self, "name", ""),
            "formula": f"{self.yes} / {self.base} x 100 %",
            "definition": f"Share of {self.base}: {self.yes}.",
        }
        return self._described(
            **{word: text for word, text in usual.items() if not hasattr(self, word)}
        )

    @property
    def class_names(self) -> tuple[str, ...]:
        """No and yes, in the words of the rate."""
        return "no" if self.yes == "yes" else f"not {self.yes}", self.yes

    def coefficients(self) -> FloatArray | Sequence[float]:
        """Return 100 for yes and 0 for no."""
        return 100.0 * self.scale.points

    def working(self, state: Tally) -> Working:
        """Return yes / base x 100 %, with the numbers of a state."""
        return share_working(self, state, self.yes, self.base)


@frozen(kw_only=True)
class Rate(NamedShare):
    """Any rate: k of n.

    Formula: ``100 x k / n``.
    Unit and range: %, from 0 to 100.
    Direction: higher is better, unless what is counted is bad.
    Missing answers, where rows are given, are counted and left out.

    Interval: Wilson's; also `agresti_coull`, `adjusted`, `score`, `wald` and `bootstrap`.

    Called with two counts, or with yes/no answers, which `tally` and `by` take too.

    Example:
        >>> import relmetrics as rm
        >>> print(rm.Rate()(37, 120))
        Rate 30.8% (95% CI 23.3 to 39.6; n = 120)
        >>> rm.Rate().by([True, False, True], ["mail", "mail", "shop"])["mail"].value
        50.0

    Source:
        Wilson (1927) for the interval.
    """

    name = symbol = "Rate"
    formula = "k / n x 100 %"
    definition = "Share of yes among yes and no."
    source = "Wilson (1927), JASA 22, for the interval"
    counts: ClassVar[tuple[str, str] | None] = ("k", "n")


_RATE = Rate()


@no_frame("relmetrics.frames.measure(frame, {{{0}: Rate(...)}})")
def rate(k: int, n: int, *, confidence_level: float = 0.95) -> Estimate:
    """Compute any rate, k of n, with Wilson's interval: see `Rate`.

    Args:
        k: The numerator.
        n: The denominator.
        confidence_level: Level of the interval.

    Raises:
        CountError: One is negative or no whole number, or k exceeds n.
        EmptySampleError: n is 0.

    Example:
        >>> import relmetrics as rm
        >>> print(rm.rate(0, 5))
        Rate 0.0% (95% CI 0.0 to 43.4; n = 5)
    """
    return _RATE(k, n, confidence_level=confidence_level)


class Proportions(NamedTuple):
    """Many shares, with the ends of their intervals."""

    value: FloatArray
    low: FloatArray
    high: FloatArray


def proportions(
    yes: IntArray | FloatArray,
    n: IntArray | FloatArray,
    *,
    confidence_level: float = 0.95,
    method: str | None = None,
    rng: Rng = None,
    weights: FloatArray | None = None,
    squares: FloatArray | None = None,
) -> Proportions:
    """Return many shares in percent, k of n each, with the intervals of a rate.

    Args:
        yes: The numerators, of any shape; NaN for an unknown one.
        n: The denominators, of a like shape. A share of none is NaN.
        confidence_level: As for a rate.
        method: As for a rate.
        rng: Generator or seed for `bootstrap`.
        weights: Sums of weights of no and yes, shape (shares, 2), for shares of a sum.
        squares: Sums of squared weights, in the same shape.

    Raises:
        ParameterError: The level is not between 0 and 1, or there is no such method.

    Example:
        >>> import numpy as np
        >>> from relmetrics.estimators.proportion import proportions
        >>> proportions(np.array([37, 0]), np.array([120, 0])).low.round(1).tolist()
        [23.3, nan]
    """
    if method in (None, "wilson") and weights is None and rng is None:
        whole = np.where(n > 0, n, np.nan)
        masses = [whole - yes, yes]
        value = _RATE.form.sample(masses, masses, masses).value
        low, high = wilson(yes / whole, whole, quantile(confidence_level))
        return Proportions(value, 100.0 * low, 100.0 * high)
    yes, n = np.broadcast_arrays(yes, n)
    known = ~np.isnan(yes)
    top, total = (np.where(known, x, 0).astype(np.int64).ravel() for x in (yes, n))
    states = GroupedTally(
        YES_NO, np.stack([total - top, top], axis=1), np.zeros_like(total), weights, squares
    )
    chosen = choice("method", method, _RATE.methods)
    found = presented(_RATE, states, confidence_level, chosen, drawing(chosen, rng))
    return Proportions(*(np.reshape(found[x], yes.shape) for x in ("value", "low", "high")))
