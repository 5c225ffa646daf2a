"""One-sided: whether a difference is shown to be on one side of a margin, or within it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

from attrs import field, frozen

from relmetrics.data.checks import check_name, check_number
from relmetrics.data.columns import comparable
from relmetrics.errors import ParameterError
from relmetrics.inference.intervals import quantile
from relmetrics.metric.margins.equivalence import Equivalence, Spans, equivalence
from relmetrics.metric.result import Result
from relmetrics.metric.wording import p_text, percent

if TYPE_CHECKING:
    from relmetrics.metric.contract import AnyMetric
    from relmetrics.metric.estimate import Interval

Alternative = Literal["greater", "less"]
ALTERNATIVES: tuple[Alternative, ...] = ("greater", "less")


@frozen(repr=False)
class OneSided(Result):
    """Whether a difference is shown to be more, or less, than a limit: one one-sided test.

    Made by ``difference.one_sided(...)`` and ``difference.non_inferiority(...)``.

    Attributes:
        is_shown: Whether it is: the p-value is below alpha.
        alternative: ``greater`` or ``less``: which side of the limit.
        margin: How far the wrong way it may be, in the metric's unit: the limit is ``-margin`` for
            ``greater``, ``margin`` for ``less``. 0 asks for a difference that goes that way.
        p_value: One-sided, 0..1: how often chance alone would go as far that way, were the
            difference at the limit. With a margin at most 0.5, which it is where the difference
            found is beyond the limit. NaN where there is no interval.
        bound: The end of the interval of level 1 - 2 alpha on the side of the limit. With a margin
            it is beyond the limit exactly where the claim is shown.
        confidence_level: 1 - alpha.
        note: As that of `Equivalence`.

    Example:
        >>> import relmetrics as rm
        >>> rate = rm.Rate()
        >>> difference = rate.compare(rm.rate(510, 1000).state, rm.rate(502, 1000).state)
        >>> print(difference.one_sided(alternative="greater"))
        more than 0: not shown (95% bound -2.87; p = 0.36)
        >>> print(difference.one_sided(alternative="greater", margin=5))
        more than -5: shown (95% bound -2.87; p = 0.0046)

    Source:
        Lancaster (1961), Journal of the American Statistical Association 56, for the test without
        a margin; Schuirmann (1987), Journal of Pharmacokinetics and Biopharmaceutics 15, of which
        a margin takes one side.
    """

    is_shown: bool
    alternative: Alternative
    margin: float
    p_value: float = field(eq=comparable)
    bound: float = field(eq=comparable)
    confidence_level: float
    note: str = ""

    @property
    def limit(self) -> float:
        """What the difference is compared with: the margin, or its negative."""
        return self.margin if self.alternative == "less" else 0.0 - self.margin

    def __str__(self) -> str:
        """Return one honest line."""
        words = "more" if self.alternative == "greater" else "less"
        p = p_text(self.p_value, most=0.5 if self.margin else 1.0)
        return (
            f"{words} than {self.limit:g}: {'shown' if self.is_shown else 'not shown'} "
            f"({percent(self.confidence_level)} bound {self.bound:z.2f}; {p})"
            + (f"; {self.note}" if self.note else "")
        )


class WithMargins:
    """What is asked of a difference besides whether there is one: where it lies by a margin."""

    __slots__ = ()

    value: float
    low: float
    p_value: float

    if TYPE_CHECKING:  # what a difference has, and may not be set

        @property
        def metric(self) -> AnyMetric:
            """The definition."""
            ...

        @property
        def n(self) -> int:
            """The number of answers."""
            ...

        @property
        def n_reference(self) -> int | None:
            """Those of the reference."""
            ...

        def interval(
            self, confidence_level: float | None = None, *, method: str | None = None
        ) -> Interval:
            """Return the interval at a level, by a method."""
            ...

        @property
        def _asked(self) -> str:
            """The method."""
            ...

    def equivalence(self, *, margin: float, confidence_level: float = 0.95) -> Equivalence:
        """Test whether the difference is smaller than a margin, either way.

        A large p-value does not show that nothing changed: few answers give one too. This does:
        two one-sided tests at alpha = 1 - level each, which is the same as the interval of level
        1 - 2 alpha within the margin. Pseudo-answers pull large differences inward, so their
        interval is widened for it: to Student's quantile, and around the value as well.

        Args:
            margin: The smallest difference that matters, in the metric's unit; above 0.
            confidence_level: 1 - alpha, above 0.5.

        Raises:
            ParameterError: The margin is not above 0, or the level not between 0.5 and 1.
        """
        margin = check_number("margin", margin, 0.0, math.inf, "above 0")
        if margin == 0:
            raise ParameterError.must_be("margin", "above 0", margin)
        return equivalence(self._spans(confidence_level), float(margin), confidence_level)

    def one_sided(
        self, *, alternative: Alternative, margin: float = 0.0, confidence_level: float = 0.95
    ) -> OneSided:
        """Test whether the difference is more than ``-margin``, or less than ``margin``.

        Say which side before you see the numbers: the side that the answers went to is always
        twice as sure. Without a margin the p-value is one side of `p_value`; with one, the
        interval of level 1 - 2 alpha must end short of the limit, as `equivalence` asks on both
        sides.

        Args:
            alternative: ``greater`` or ``less``, of the sample less its reference.
            margin: How far the wrong way the difference may be, in the metric's unit, at least 0.
            confidence_level: 1 - alpha, above 0.5.

        Raises:
            ParameterError: There is no such side, the margin is negative, or the level is not
                between 0.5 and 1.

        Example:
            >>> import relmetrics as rm
            >>> churn = rm.ChurnRate()
            >>> after, before = rm.churn_rate(start=900, lost=30), rm.churn_rate(start=900, lost=50)
            >>> print(churn.compare(after.state, before.state).one_sided(alternative="less"))
            less than 0: shown (95% bound -0.62; p = 0.011)
        """
        check_name("alternative", alternative, ALTERNATIVES)
        margin = check_number("margin", margin, 0.0, math.inf, "at least 0")
        spans, alpha = self._spans(confidence_level), 1 - confidence_level
        side = 1.0 if alternative == "greater" else -1.0

        def bound(low: float, high: float) -> float:
            return low if side > 0 else high

        if margin:
            at = bound(*spans.at(1 - 2 * alpha))
            is_shown = bool(side * at > -margin)
            p_value = math.nan
            if not math.isnan(at):
                p_value = spans.least_alpha(lambda low, high: side * bound(low, high) > -margin)
            return OneSided(
                is_shown, alternative, margin, p_value, at, confidence_level, spans.note(margin)
            )
        ends = self.interval(1 - 2 * alpha, method=self._asked)
        towards = self.p_value / 2
        p_value = towards if side * self.value > 0 else 1 - towards
        at = bound(ends.low, ends.high)
        return OneSided(p_value < alpha, alternative, margin, p_value, at, confidence_level)

    def non_inferiority(self, *, margin: float, confidence_level: float = 0.95) -> OneSided:
        """Test whether the sample is not worse than its reference by a margin or more.

        `one_sided` with the side that the metric's direction calls better: ``greater`` for NPS,
        ``less`` for churn.

        Args:
            margin: The least worsening that matters, in the metric's unit; above 0.
            confidence_level: 1 - alpha, above 0.5.

        Raises:
            ParameterError: The margin is not above 0, or the level not between 0.5 and 1.

        Example:
            >>> import relmetrics as rm
            >>> rate = rm.Rate()
            >>> found = rate.compare(rm.rate(480, 1000).state, rm.rate(490, 1000).state)
            >>> print(found.non_inferiority(margin=5))
            more than -5: shown (95% bound -4.67; p = 0.036)
        """
        margin = check_number("margin", margin, 0.0, math.inf, "above 0")
        if margin == 0:
            remedy = "Without one, say one_sided(alternative=...)."
            raise ParameterError.must_be("margin", "above 0", margin, remedy)
        better: Alternative = "greater" if self.metric.about.direction == "higher" else "less"
        return self.one_sided(alternative=better, margin=margin, confidence_level=confidence_level)

    def _spans(self, confidence_level: float) -> Spans:
        """Return the intervals that a margin is held against.

        Raises:
            ParameterError: The level is not between 0.5 and 1.
        """
        quantile(confidence_level)
        if confidence_level <= 0.5:  # noqa: PLR2004 - tests of both sides would pass together
            raise ParameterError.must_be("confidence_level", "above 0.5", confidence_level)
        return Spans(
            lambda level: self.interval(level, method=self._asked),
            self.value,
            self.n if self.n_reference is None else min(self.n, self.n_reference),
            self.metric.form.reach,
            is_pulled=self._asked == "adjusted" and not math.isnan(self.low),
        )
