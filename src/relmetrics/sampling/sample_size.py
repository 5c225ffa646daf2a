"""Planning: how many answers a margin of error takes, and what margin a number of answers gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from relmetrics.data.checks import check_name, check_positive, check_share, check_whole
from relmetrics.errors import ParameterError
from relmetrics.metric.result import Valued
from relmetrics.sampling.assumptions import MOST_ANSWERS, Assumptions, Plan
from relmetrics.sampling.planning.invitations import invited

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from relmetrics.estimators.linear import LinearScore
    from relmetrics.sampling.weights import DesignEffect
    from relmetrics.states.tally import Tally


@frozen(repr=False)
class SampleSize(Plan):
    """How many answers it takes for an interval that is narrow enough: see `sample_size`.

    ``int(size)`` is the number of answers.

    Attributes:
        n: The number of answers that count.
        margin: The margin of error that was asked for, in the metric's unit.
        reached: The margin of error that `n` answers give: at most `margin`.
        response_rate: The share of the invited who answer, 0..1; None when it was not given.
        invitations: How many to invite; None without a response rate.
        assurance: The chance that at least `n` of them answer; None where `n` answer on average.

    Example:
        >>> import relmetrics as rm
        >>> size = rm.sample_size(rm.CSAT(), margin=5, response_rate=0.2)
        >>> size.n, size.invitations
        (381, 1905)
        >>> size.explain()
        CSAT: 381 answers for +- 5 percentage points (95% confidence, the worst case), 1,905
        invitations
        Margin:      +- 5 asked, +- 4.995 percentage points reached
        Interval:    wilson
        Invitations: 1,905 at a response rate of 0.2
        Answers:     the worst case: all of them at the two ends of the range
        Level:       95%
    """

    n: int
    margin: float
    reached: float
    response_rate: float | None
    invitations: int | None
    assurance: float | None = None

    def __int__(self) -> int:
        """Return the number of answers."""
        return self.n

    def __str__(self) -> str:
        """Return one honest line: the answers, the margin, the assumptions."""
        symbol = self.assumptions.metric.description.symbol
        line = f"{symbol}: {counted(self.n)} for +- {self.in_unit(self.margin)}"
        invited = "" if self.invitations is None else f", {self.invitations:,} invitations"
        return f"{line} ({self.assumptions}){invited}"

    @property
    def _sure(self) -> str:
        """How sure it is that so many answer, in words."""
        if self.assurance is None:
            return ""
        return f", of whom at least {self.n:,} answer with chance {self.assurance:g}"

    def rows(self) -> Iterable[tuple[str, str]]:
        """Return what was found, as labels and texts."""
        yield "Margin", f"+- {self.margin:.4g} asked, +- {self.in_unit(self.reached)} reached"
        yield "Interval", self.assumptions.method or self.assumptions.metric.methods[0]
        if self.invitations is not None:
            yield (
                "Invitations",
                f"{self.invitations:,} at a response rate of {self.response_rate:g}{self._sure}",
            )


@frozen(repr=False)
class MarginOfError(Valued, Plan):
    """How far off a number of answers can be: see `margin_of_error`. ``float(margin)`` is it.

    Attributes:
        value: Half the width of the interval, in the metric's unit.
        low: Lower end of the interval of answers that come as assumed.
        high: Upper end of it.
        n: The number of answers.

    Example:
        >>> import relmetrics as rm
        >>> print(rm.margin_of_error(rm.NPS(), n=400))
        NPS: +- 9.745 points from 400 answers (95% confidence, the worst case)
    """

    value: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        """Return one honest line: the margin, the answers, the assumptions."""
        symbol = self.assumptions.metric.description.symbol
        margin = self.in_unit(self.value)
        return f"{symbol}: +- {margin} from {counted(self.n)} ({self.assumptions})"

    def rows(self) -> Iterable[tuple[str, str]]:
        """Return what was found, as labels and texts."""
        method = self.assumptions.method or self.assumptions.metric.methods[0]
        ends = f"{self.low:z.2f} to {self.high:z.2f}"
        yield "Interval", f"{ends} {self.assumptions.metric.description.unit}, {method}"


def sample_size(
    metric: LinearScore[Any],
    *,
    margin: float,
    confidence_level: float = 0.95,
    expected: Tally | None = None,
    population: int | None = None,
    design_effect: float | DesignEffect = 1.0,
    response_rate: float | None = None,
    assurance: float | None = None,
    method: str | None = None,
) -> SampleSize:
    """Compute the fewest answers whose interval is no wider than +- `margin`.

    The interval is the metric's own default, at n answers that come as assumed: Wilson's for
    rates, the adjusted one for NPS and means. So the plan is what `estimate` will show, within the
    luck of the answers; half of an interval that is not symmetric is half its width.

    Formula: the least n with ``(high(m) - low(m)) / 2 <= margin``, where
    ``m = n / design_effect x (N - 1) / (N - n)`` is the effective number of answers of a population
    of N, and ``m = n / design_effect`` without one. The correction of the population is the plan's
    alone: an estimate takes the population to be without end.

    Args:
        metric: A metric of a tally: NPS, CSAT, CES, a mean, any rate.
        margin: Half the width of the interval, in the metric's unit. 0 asks for everybody, and
            needs a `population`.
        confidence_level: Level of the interval, strictly between 0 and 1.
        expected: A tally of answers like those to come: a pilot's, the last wave's, or
            ``metric.tally_counts({10: 40, 8: 30, 5: 30})``. Only its shares count, not its size.
            By default the worst case, half of the answers at each end of the range: none can give
            a wider interval, where pseudo-answers are spread evenly, as here they all are.
        population: How many customers there are in all. By default they are without end.
        design_effect: By how much clusters or weights multiply the variance: a number, or what
            ``rm.design_effect(weights)`` returns for weights like those to come.
        response_rate: The share of the invited who answer, above 0 and at most 1; it gives the
            number of invitations.
        assurance: The chance that so many answer at least, such as 0.95. By default the
            invitations bring the answers on average, so that in half of all surveys they are
            fewer. Each is taken to answer by himself with the chance `response_rate`.
        method: One of the metric's `methods` but ``bootstrap``: ``wald`` is what other calculators
            take.

    Raises:
        ParameterError: A number is outside what it can be, the metric is none of a tally, or so few
            of the population respond that the margin cannot be reached.
        EmptySampleError: `expected` holds no answers.
        WeightError: All answers of `expected` have weight 0.
        StateError: `expected` is of another scale.

    Example:
        >>> import relmetrics as rm
        >>> print(rm.sample_size(rm.NPS(), margin=5))
        NPS: 1,533 answers for +- 5 points (95% confidence, the worst case)
        >>> last = rm.NPS().tally_counts({10: 45, 8: 40, 3: 15})
        >>> rm.sample_size(rm.NPS(), margin=5, expected=last).n
        782
        >>> rm.sample_size(rm.NPS(), margin=5, population=2000).n
        868

    Source:
        Cochran (1977), Sampling Techniques, for the finite population; Kish (1965), Survey
        Sampling, for the design effect; the interval's own sources.
    """
    given = _checked(metric, expected, confidence_level, design_effect, population, method)
    margin = check_positive(
        "margin", margin, "Say 5 for +- 5; 0 needs a population.", zero=population is not None
    )
    if response_rate is not None:
        remedy = "Say 0.2 where one in five answers."
        response_rate = check_share("response_rate", response_rate, remedy, whole=True)
    if assurance is not None:
        assurance = check_share("assurance", assurance, "Say 0.95 for nineteen times in twenty.")
        if response_rate is None:
            remedy = "Say response_rate=, the share of the invited who answer."
            raise ParameterError.must_be("response_rate", "given beside assurance", None, remedy)
    n = fewest(lambda size: given.margin(size) <= margin, given.population or MOST_ANSWERS)
    if n is None:
        raise ParameterError.must_be(
            "margin", f"larger: it takes over {MOST_ANSWERS:.0e} answers", margin
        )
    rate = None if response_rate is None else float(response_rate)
    invitations = None if rate is None else invited(n, rate, given.population, assurance)
    return SampleSize(given, n, float(margin), given.margin(n), rate, invitations, assurance)


def margin_of_error(
    metric: LinearScore[Any],
    *,
    n: int,
    confidence_level: float = 0.95,
    expected: Tally | None = None,
    population: int | None = None,
    design_effect: float | DesignEffect = 1.0,
    method: str | None = None,
) -> MarginOfError:
    """Compute the margin of error that a number of answers gives: the reverse of `sample_size`.

    Formula: ``(high - low) / 2`` of the metric's default interval at n answers that come as
    assumed. Lower is better. In the metric's unit, from 0 (everybody answered) to half its range.

    Args:
        metric: A metric of a tally: NPS, CSAT, CES, a mean, any rate.
        n: The number of answers that count, at least 1.
        confidence_level: As for `sample_size`.
        expected: As for `sample_size`.
        population: As for `sample_size`.
        design_effect: As for `sample_size`.
        method: As for `sample_size`.

    Raises:
        ParameterError: A number is outside what it can be, `n` exceeds the population, or the
            metric is none of a tally.
        EmptySampleError: `expected` holds no answers.
        WeightError: All answers of `expected` have weight 0.
        StateError: `expected` is of another scale.

    Example:
        >>> import relmetrics as rm
        >>> round(float(rm.margin_of_error(rm.Rate(), n=400)), 2)
        4.88
        >>> float(rm.margin_of_error(rm.Rate(), n=400, population=400))
        0.0
    """
    given = _checked(metric, expected, confidence_level, design_effect, population, method)
    n = check_whole("n", n, 1, given.population or MOST_ANSWERS)
    low, high = given.interval(n)
    return MarginOfError(given, (high - low) / 2, low, high, int(n))


def fewest(enough: Callable[[int], bool], most: int) -> int | None:
    """Return the least whole number from 1 to `most` that is enough; None when none is.

    Whatever exceeds a number that is enough is enough too.
    """
    high = 1
    while not enough(high):
        if high >= most:
            return None
        high = min(2 * high, most)
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _checked(
    metric: LinearScore[Any],
    expected: Tally | None,
    confidence_level: float,
    design_effect: float | DesignEffect,
    population: int | None,
    method: str | None,
) -> Assumptions:
    """Return the assumptions of a plan of one score, checked; see `Assumptions.checked`."""
    given = Assumptions.checked(
        metric, expected, confidence_level, design_effect, population, method=method
    )
    if method is not None:
        check_name("method", method, [name for name in metric.methods if name != "bootstrap"])
    return given


def counted(n: int) -> str:
    """Return a number of answers as text."""
    return f"{n:,} answer{'' if n == 1 else 's'}"
