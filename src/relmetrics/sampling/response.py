"""Response: what the score would be if those who did not answer had."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from attrs import field, frozen

from relmetrics.data.checks import check_number
from relmetrics.errors import CountError, StateError
from relmetrics.metric.estimate import Estimate, Explanation
from relmetrics.metric.result import Result, written
from relmetrics.sampling.assumptions import require_linear
from relmetrics.sampling.sample_size import counted
from relmetrics.states.serial import as_count
from relmetrics.states.tally import Tally

if TYPE_CHECKING:
    from relmetrics.estimators.linear import LinearScore


@frozen(repr=False)
class ResponseBounds(Result):
    """The scores that all who were invited could have, whatever the silent ones think.

    No interval covers this: it is about who did not answer, not about luck. The bounds are far
    apart where few answered, and that is what is known without assumptions about the silent.

    Attributes:
        observed: The estimate of those who answered.
        invited: The number of customers who were asked.
        silent: How many of them gave no answer, missing answers among them.
        low: The score if every silent customer had given the lowest answer.
        high: The score if every silent customer had given the highest.

    Example:
        >>> import relmetrics as rm
        >>> nps = rm.NPS()
        >>> bounds = rm.response_bounds(nps, nps.tally_counts({10: 120, 8: 50, 3: 30}), invited=500)
        >>> print(bounds)
        NPS 45.0 of 200 answers from 500 invited: -42.0 to 78.0 whatever the silent 300 think
        >>> bounds.worst, bounds.response_rate
        (-42.0, 0.4)
    """

    observed: Estimate
    invited: int
    silent: int
    low: float = field(eq=False)
    high: float = field(eq=False)

    @property
    def worst(self) -> float:
        """The score if every silent customer had given the worst answer."""
        return self.low if self._higher_is_better else self.high

    @property
    def best(self) -> float:
        """The score if every silent customer had given the best answer."""
        return self.high if self._higher_is_better else self.low

    @property
    def response_rate(self) -> float:
        """The share of the invited who are not silent, 0..1, as `sample_size` takes it."""
        return (self.invited - self.silent) / self.invited

    @property
    def _higher_is_better(self) -> bool:
        return self.observed.metric.description.direction == "higher"

    def break_even(self, target: float) -> float:
        """Return the share of the silent who would carry the score to a target.

        So many of them would have to be at the end of the range that lies beyond the target (the
        worst end for a target that is worse), the others being like those who answered.

        Formula: ``(target - value) / (bound - value)``, with the bound on the target's side.
        From 0 to 1.

        Args:
            target: A score between `low` and `high`.

        Raises:
            ParameterError: The target is outside of the bounds: no answers of the silent reach it.

        Example:
            >>> import relmetrics as rm
            >>> nps = rm.NPS()
            >>> state = nps.tally_counts({10: 120, 8: 50, 3: 30})
            >>> round(rm.response_bounds(nps, state, invited=500).break_even(0), 3)
            0.517
        """
        words = f"within the bounds, {self.low:.6g} to {self.high:.6g}"
        target = check_number("target", target, self.low, self.high, words)
        value = self.observed.value
        if target == value:
            return 0.0
        # The score moves along a line from the observed one to the bound.
        return (target - value) / ((self.low if target < value else self.high) - value)

    def explain(self) -> Explanation:
        """Return what was observed, and what the silent could make of it.

        Example:
            >>> import relmetrics as rm
            >>> ces = rm.CES()
            >>> rm.response_bounds(ces, ces.tally([1, 2, 4]), invited=4).explain()
            CES 2.33 of 3 answers from 4 invited: 2.00 to 3.50 whatever the silent 1 think
            Observed:    CES 2.33 (95% CI 1.43 to 4.57; n = 3)
            Response:    75% of 4 invited
            At worst:    3.50, if every silent customer had given the worst answer
            At best:     2.00, if every silent customer had given the best answer
        """
        digits = self.observed.metric.description.digits
        rows = (
            ("Observed", str(self.observed)),
            ("Response", f"{100 * self.response_rate:.4g}% of {self.invited:,} invited"),
            *(
                (
                    f"At {end}",
                    f"{score:z.{digits}f}, if every silent customer had given the {end} answer",
                )
                for end, score in (("worst", self.worst), ("best", self.best))
            ),
        )
        return Explanation.of(str(self), rows)

    def __str__(self) -> str:
        """Return one honest line: the score, its base, the bounds."""
        about, n = self.observed.metric.description, self.observed.n
        d, sign = about.digits, "%" if about.unit == "%" else ""
        return (
            f"{about.symbol} {self.observed.value:z.{d}f}{sign} of {counted(n)} from "
            f"{self.invited:,} invited: {self.low:z.{d}f} to {self.high:z.{d}f}{sign} "
            f"whatever the silent {self.silent:,} think"
        )

    def _content(self) -> dict[str, object]:
        return written(self, "low", "high", "invited", "silent", "response_rate", "observed")


def response_bounds(metric: LinearScore[Any], state: Tally, *, invited: int) -> ResponseBounds:
    """Compute what the score of all invited customers could be, had the silent ones answered.

    Formula: ``(n x value + silent x end) / (n + silent)``, with the lowest end of the range for
    `low` and the highest for `high`: the score of the tally with the silent added to it. In the
    metric's unit and range. Missing answers are silent. Answers outside of the metric's base are
    not silent, and stay outside.

    Args:
        metric: A metric of a tally: NPS, CSAT, CES, a mean, any rate.
        state: The tally of those who answered, without weights: silent customers have none, so
            a weighted score has no such bounds.
        invited: How many customers were asked, the silent ones and missing answers included.

    Raises:
        CountError: More answered than were invited, or `invited` is no whole number of at least 0.
        EmptySampleError: Nobody answered.
        StateError: The tally is weighted, or of another scale.
        ParameterError: The metric is none of a tally.

    Example:
        >>> import relmetrics as rm
        >>> rate = rm.Rate()
        >>> bounds = rm.response_bounds(rate, rate.tally_counts({1: 30, 0: 10}), invited=100)
        >>> bounds.low, bounds.observed.value, bounds.high
        (30.0, 75.0, 90.0)

    Source:
        Horowitz and Manski (1998), Journal of Econometrics 84: bounds without assumptions about
        the missing.
    """
    require_linear(metric)
    metric.check(state)
    if state.is_weighted:
        raise StateError.undefined(
            "a bound of the response",
            "the tally is weighted, and silent customers have no weights",
            "Tally the answers without weights.",
        )
    observed = metric.estimate(state)
    asked, known = as_count("invited", invited), state.n + state.missing
    if known > asked:
        raise CountError.exceeds("answers and missing answers", known, "invited", asked)
    silent = asked - state.n
    low, high = (
        metric.estimate(state + _at(metric, members[0], silent)).value
        for members in (metric.form.members[0], metric.form.members[-1])
    )
    return ResponseBounds(cast("Estimate", observed), asked, silent, low, high)


def _at(metric: LinearScore[Any], place: int, n: int) -> Tally:
    """Return n answers at one point of the scale."""
    counts = tuple(n if i == place else 0 for i in range(metric.scale.size))
    return Tally(metric.scale, counts)
