"""Assumptions: what a plan takes for granted about the answers to come, and says in its result."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Self

from attrs import frozen

from relmetrics.data.checks import check_positive, check_whole
from relmetrics.errors import ParameterError
from relmetrics.estimators.linear import LinearScore
from relmetrics.inference.intervals import quantile
from relmetrics.metric.estimate import Explanation
from relmetrics.metric.result import Result, described, written
from relmetrics.metric.wording import escaped, percent
from relmetrics.sampling.weights import DesignEffect
from relmetrics.states.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Iterable

    from relmetrics.states.sample import Sample

MOST_ANSWERS = 2**53  # more answers than this are no plan, and floats would no longer count them


@frozen
class Assumptions:
    """What a plan takes for granted: the metric, the answers to come and how they are sampled.

    Attributes:
        metric: The definition that is planned for.
        expected: Answers like those to come, such as a pilot's or the last wave's; None is the
            worst case: half of the answers at each end.
        confidence_level: The level of the interval, or 1 less the significance of the test.
        design_effect: By how much the sampling multiplies the variance.
        population: How many customers there are in all; None when they are without end.
        method: The method of the interval; None of two groups, whose test says it.

    Example:
        >>> import relmetrics as rm
        >>> print(rm.sample_size(rm.Rate(), margin=5, population=1000).assumptions)
        95% confidence, the worst case, a population of 1,000
    """

    metric: LinearScore[Any]
    expected: Tally | None
    confidence_level: float
    design_effect: float
    population: int | None = None
    method: str | None = None

    @classmethod
    def checked(
        cls,
        metric: LinearScore[Any],
        expected: Tally | None,
        confidence_level: float,
        design_effect: float | DesignEffect,
        population: int | None = None,
        *,
        method: str | None = None,
    ) -> Self:
        """Return the assumptions, each of them checked.

        Raises:
            ParameterError: One is not what it must be.
            EmptySampleError: `expected` holds no answers.
            WeightError: All answers of `expected` have weight 0.
            StateError: `expected` is of another scale.
        """
        require_linear(metric)
        quantile(confidence_level)
        if isinstance(design_effect, DesignEffect):
            design_effect = design_effect.value
        remedy = "A simple random sample has 1."
        design_effect = check_positive("design_effect", design_effect, remedy)
        if population is not None:
            population = check_whole("population", population, 1, MOST_ANSWERS)
        if expected is not None:
            if not isinstance(expected, Tally):
                remedy = "Say metric.tally(pilot), metric.tally_counts({...}) or estimate.state."
                raise ParameterError.must_be(
                    "expected", "a Tally of answers like those to come", expected, remedy
                )
            metric.estimate(expected)  # which raises where it cannot be read or is empty
        level, effect = float(confidence_level), float(design_effect)
        return cls(metric, expected, level, effect, population, method)

    @property
    def unit(self) -> str:
        """The unit of a margin or a difference: of rates they are percentage points."""
        return self.metric.description.difference_unit

    @property
    def sample(self) -> Sample:
        """Value and variance of the answers to come."""
        return self.metric.form.sample(*self.metric.form.masses(self.answers(1.0)))

    def answers(self, n: float) -> Tally:
        """Return the tally of n answers, a fraction of one included, that come as assumed.

        Only points within the metric's base get any: n counts the answers that count.
        """
        members = self.metric.form.members
        masses = [0.0] * self.metric.scale.size
        if self.expected is None:
            masses[members[0][0]] = masses[members[-1][0]] = 1.0
        else:
            for place in (place for group in members for place in group):
                masses[place] = float(self.expected.masses[place])
        total = sum(masses)
        # n answers of weight 1 have n for their sum of w and of w squared. So n need not be whole.
        weights = tuple(n * mass / total for mass in masses)
        counts = tuple(int(mass > 0) for mass in masses)
        return Tally(self.metric.scale, counts, 0, weights, weights)

    def effective(self, n: float) -> float:
        """Return the number of answers of a simple random sample that say as much as n do.

        The design effect multiplies the variance, and the finite population multiplies it by
        (N - n) / (N - 1), so everybody's answers leave none.
        """
        if self.population is None:
            return n / self.design_effect
        if n >= self.population:
            return math.inf
        return n / self.design_effect * ((self.population - 1) / (self.population - n))

    def interval(self, n: float) -> tuple[float, float]:
        """Return the interval of n answers that come as assumed, by default the metric's own.

        Wald's is that of textbooks and other calculators: divisor n, and not cut at the range.
        """
        size = self.effective(n)
        if math.isinf(size):
            value = float(self.sample.value)
            return value, value
        if self.method == "wald":
            sample = self.sample
            half = quantile(self.confidence_level) * float(sample.variance / size) ** 0.5
            return float(sample.value) - half, float(sample.value) + half
        method = self.method or self.metric.methods[0]
        found = self.metric.form.present(self.answers(size), self.confidence_level, method)
        return float(found.low), float(found.high)

    def margin(self, n: float) -> float:
        """Return half the width of that interval."""
        low, high = self.interval(n)
        return (high - low) / 2

    @property
    def answers_text(self) -> str:
        """What is assumed about the answers, in words."""
        if self.expected is None:
            return "the worst case: all of them at the two ends of the range"
        about, sample = self.metric.description, self.sample
        return (
            f"spread as in the tally given: {about.symbol} "
            f"{sample.value:z.{about.digits}f}, standard deviation "
            f"{sample.variance**0.5:.{about.digits}f} {self.unit}"
        )

    def rows(self) -> Iterable[tuple[str, str]]:
        """Return the assumptions as labels and texts."""
        yield "Answers", self.answers_text
        yield "Level", percent(self.confidence_level)
        if self.design_effect != 1:
            yield "Design", f"a design effect of {self.design_effect:.4g} multiplies the variance"
        if self.population is not None:
            yield "Population", f"{self.population:,}, so the variance is times (N - n) / (N - 1)"

    def __str__(self) -> str:
        """Return the assumptions in a few words."""
        parts = [f"{percent(self.confidence_level)} confidence"]
        parts.append("the worst case" if self.expected is None else "answers as expected")
        if self.population is not None:
            parts.append(f"a population of {self.population:,}")
        if self.design_effect != 1:
            parts.append(f"a design effect of {self.design_effect:.4g}")
        if self.method == "wald":
            parts.append("by Wald")
        return ", ".join(parts)

    def to_dict(self) -> dict[str, object]:
        """Return the assumptions as JSON-ready plain values."""
        names = ("confidence_level", "expected", "design_effect", "population", "method")
        return described(self.metric.description) | written(self, *names)


@frozen(repr=False)
class Plan(Result, ABC):
    """What the results of planning have in common: they say what they assume.

    Attributes:
        assumptions: What is taken for granted about the answers to come.
    """

    assumptions: Assumptions

    @abstractmethod
    def rows(self) -> Iterable[tuple[str, str]]:
        """Return what was found, as labels and texts."""

    def explain(self) -> Explanation:
        """Return what was found and what it assumes, a line for each."""
        rows = [*self.rows(), *self.assumptions.rows()]
        return Explanation.of(str(self), rows)

    def in_unit(self, number: float) -> str:
        """Return a margin or a difference with its unit, in the digits that matter."""
        return f"{number:.4g} {self.assumptions.unit}"

    def _body_html(self) -> str:
        """Return the plan as a table, for notebooks."""
        rows = [*self.rows(), *self.assumptions.rows()]
        body = "".join(f"<tr><th>{escaped(k)}</th><td>{escaped(v)}</td></tr>" for k, v in rows)
        return f"<table><caption>{escaped(str(self))}</caption><tbody>{body}</tbody></table>"

    def _content(self) -> dict[str, object]:
        """Return what was found, and then what was assumed."""
        found = super()._content()
        assumed = found.pop("assumptions")
        return found | {"assumptions": assumed}


def require_linear(metric: object) -> None:
    """Check that a metric is one of a tally, whose variance a plan knows.

    Raises:
        ParameterError: It is not.
    """
    if not isinstance(metric, LinearScore):
        raise ParameterError.must_be(
            "metric",
            "a metric of a tally: NPS, CSAT, CES, MeanScore, Rate or another rate",
            metric,
            "Say rm.NPS(). For CSI plan a MeanScore on its scale: an index varies no more.",
        )
