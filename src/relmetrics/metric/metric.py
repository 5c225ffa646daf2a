"""Metric: the contract of every metric. A definition that holds no data.

prepare (data to state), add (states to a state), present (a state to an `Estimate`).
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from attrs import fields, frozen

from relmetrics.data.checks import check_number, choice
from relmetrics.errors import EmptySampleError
from relmetrics.metric.contract import Description, Direction, State
from relmetrics.metric.estimate import Estimate
from relmetrics.metric.result import about_html
from relmetrics.metric.wording import rows_html

if TYPE_CHECKING:
    from relmetrics.data.types import Column
    from relmetrics.inference.form import Form
    from relmetrics.metric.contract import Working
    from relmetrics.metric.difference import Difference


S = TypeVar("S", bound=State)
"""The kind of state: `Tally` or `Moments`."""


E = TypeVar("E", bound=Estimate)
"""The kind of estimate: `Estimate`, or one with further quantities."""

_WITHOUT_TEST = ("bootstrap", "agresti_coull")
_FOR_SUBCLASSES = frozenset(
    {"about", "arithmetic", "as_answers", "bottom", "check", "check_columns", "check_parameters"}
    | {"class_names", "coefficients", "form", "has_two_outcomes", "is_mean", "offset", "outside"}
    | {"pivot", "prepare", "read", "pseudo_answers", "result", "sides", "summing", "times", "top"}
    | {"validate", "working"}
)
"""What a definition says to the library: no question that a user asks."""
_WORDS = tuple(field.name for field in fields(Description))
_DIGITS = {"scale points": 2}
_RANGES = {"%": (0, 100), "points": (-100, 100)}


@frozen
class Metric(ABC, Generic[S, E]):
    """The definition of a metric over states of one kind.

    Subclasses say how data becomes a state and what the numbers of a state are; intervals, groups,
    merging and texts follow.

    What a metric is stands in class constants: `name`, `symbol`, `unit`, `direction`, `formula`,
    `definition` and `source`; `low`, `high` and `digits` follow from the unit where they are not
    given. The `description` is made of them; a metric whose words depend on its parameters
    overrides it.
    """

    name: ClassVar[str]
    symbol: ClassVar[str]
    unit: ClassVar[str]
    direction: ClassVar[Direction] = "higher"
    formula: ClassVar[str]
    source: ClassVar[str]

    def __dir__(self) -> list[str]:
        """Return what a user calls; what subclasses define is there, and is not listed."""
        return sorted(set(super().__dir__()) - _FOR_SUBCLASSES)

    def _repr_html_(self) -> str:
        """Return what the metric is, for notebooks."""
        about = self.description
        rows = {
            "Definition": about.definition,
            "Formula": about.formula,
            "Range": about.range_text,
            "Direction": f"{about.direction} is better",
            "Source": about.source,
        }
        return about_html(about) + rows_html(rows)

    @property
    def result(self) -> type[E]:
        """The class of this metric's estimates."""
        return Estimate  # type: ignore[return-value]  # E is Estimate unless a subclass overrides

    @property
    def description(self) -> Description:
        """Name, unit, range, direction, formula, definition and source."""
        return self._described()

    @property
    def about(self) -> Description:
        """The description, which a metric that is asked often keeps."""
        return self.description

    def _described(self, **words: Any) -> Description:
        """Return the description of the class constants, some of them in other words."""
        for field in _WORDS:
            if field not in words and hasattr(self, field):
                words[field] = getattr(self, field)
        unit = words.get("unit", "")
        low, high = self._range(unit)
        lacking = [name for name in _WORDS[:3] if name not in words]
        if lacking:
            msg = f"{type(self).__name__} needs the class constants: {', '.join(lacking)}"
            raise TypeError(msg)
        return Description(**{"low": low, "high": high, "digits": _DIGITS.get(unit, 1)} | words)

    def _range(self, unit: str) -> tuple[float, float]:
        """Return the least and the greatest value of a metric in this unit."""
        return _RANGES.get(unit, (-math.inf, math.inf))

    @property
    @abstractmethod
    def form(self) -> Form:
        """The arithmetic of this metric: from a state to value, interval and test."""

    @property
    def methods(self) -> tuple[str, ...]:
        """The interval methods on offer, the default first."""
        return self.form.methods

    @abstractmethod
    def check(self, state: S) -> None:
        """Check that a state is of this metric's kind.

        Raises:
            StateError: It is of another scale or has other columns.
        """

    def _check_alike(self, state: S, reference: S) -> None:
        """Check that two states are of this metric's kind, and measure the same.

        Raises:
            StateError: One is of another scale or has other columns.
        """
        self.check(state)
        self.check(reference)

    @abstractmethod
    def working(self, state: S) -> Working:
        """Return the formula with the numbers of a state in it."""

    def estimate(self, state: S, *, confidence_level: float = 0.95) -> E:
        """Present a state.

        Args:
            state: What this metric made of the data, or a sum of such states.
            confidence_level: Level of the interval, strictly between 0 and 1.

        Raises:
            EmptySampleError: The state holds no answers.
            WeightError: All weights of the answers are zero.
            StateError: The state is of another scale or has other columns.
            ParameterError: The level is not between 0 and 1.
        """
        self.check(state)
        return self.result.of(self, state, confidence_level=confidence_level)

    def compare(
        self,
        state: S,
        reference: S,
        *,
        confidence_level: float = 0.95,
        method: str | None = None,
        respondents: Column | None = None,
        reference_respondents: Column | None = None,
    ) -> Difference:
        """Compare two states: state minus reference.

        ``value = metric(state) - metric(reference)``, signed, in the metric's unit. The interval
        of rates is Newcombe's; of everything else it adds pseudo-answers to both sides, as the
        interval of one estimate does. Survey weights enter by their linearised variances.
        States that were made with ``respondents=`` or ``design=`` may share respondents: their
        covariance counts, and Student's t takes the place of the normal distribution.

        The p-value of rates and of all scores of single answers is the doubled mid-p: given all
        answers together, how often do as many of them, drawn by chance, make a sum as far out?
        Where nothing differs it is below 5 % in at most 5 cases of 100 upwards, and in at most 5
        downwards, at every size of the two sides. The interval is of another method: where the
        test does not reject, its nearer end is moved to 0; where it does, 0 can lie just inside,
        and the verdict goes by p. `test` says ``mid_p``. Metrics of sums (revenue, factors) keep
        the test by pseudo-answers, which the interval agrees with.

        Args:
            state: What is compared.
            reference: What it is compared with, such as last month's state.
            confidence_level: Level of the interval, strictly between 0 and 1.
            method: One of the metric's `difference_methods`; by default its first.
            respondents: Who answered, so that an overlap of two plain states, which do not know
                it, is found and refused.
            reference_respondents: Who answered in the reference.

        Raises:
            EmptySampleError: A state holds no answers.
            StateError: A state is of another metric, scale or columns.
            ParameterError: The level is not between 0 and 1, there is no such method, or some
                respondents are on both sides: compare those paired.

        Example:
            >>> import relmetrics as rm
            >>> nps = rm.NPS()
            >>> january, february = nps.tally([10, 9, 3, 8]), nps.tally([10, 10, 9, 8, 9])
            >>> print(nps.compare(february, january))
            NPS difference 55.0 points (95% CI -38.6 to 110.0; p = 0.34; n = 5 against 4)
        """
        self._check_alike(state, reference)
        from relmetrics.metric.difference import Difference  # noqa: PLC0415 - only who asks needs it
        from relmetrics.metric.sides import Independent, require_apart  # noqa: PLC0415

        require_apart(respondents, reference_respondents)
        sides = Independent(self, state, reference)
        chosen = choice("method", method, self.difference_methods)
        try:
            return Difference.of(sides, confidence_level, chosen)
        except EmptySampleError as error:
            raise EmptySampleError(f"{self._empty_side(state)}: {error}") from None

    def _empty_side(self, state: S) -> str:
        """Return which of two sides has no answers: the state, or else the reference."""
        try:
            self.form.sampled(state)
        except EmptySampleError:
            return "state"
        return "reference"

    def benchmark(
        self,
        state: S,
        value: float,
        *,
        confidence_level: float = 0.95,
        method: str | None = None,
    ) -> Difference:
        """Compare a state with a fixed number, such as a target or an industry's published score.

        The number is taken as known without error. The interval is the estimate's own, less the
        number, and the p-value is of the same method, so the two never contradict each other. Of
        a score by default p is at least the doubled mid-p of its sum under the most likely answers
        that have the number as their score, and the interval reaches to 0 where that does not
        reject; so few answers reject seldom enough. A share has the usual z, and a `note` where
        that rejects too often by chance.

        Args:
            state: What is compared.
            value: The number, in the metric's unit and range.
            confidence_level: Level of the interval, strictly between 0 and 1.
            method: One of the metric's `methods` that has a test: not `bootstrap`, not
                `agresti_coull`. By default its first.

        Raises:
            EmptySampleError: The state holds no answers.
            ParameterError: The number is outside of the range, or there is no such method.

        Example:
            >>> import relmetrics as rm
            >>> nps = rm.NPS()
            >>> print(nps.benchmark(nps.tally([10, 9, 3, 8]), 50))
            NPS difference -25.0 points (95% CI -94.2 to 22.7; p = 0.5; n = 4 against the value 50)
        """
        from relmetrics.metric.difference import Difference  # noqa: PLC0415 - only who asks needs it
        from relmetrics.metric.sides import OneSample  # noqa: PLC0415

        self.check(state)
        about = self.description
        value = check_number("value", value, about.low, about.high, f"within {about.range_text}")
        chosen = choice("method", method, self.tested_methods)
        return Difference.of(OneSample(self, state, float(value)), confidence_level, chosen)

    @property
    def tested_methods(self) -> tuple[str, ...]:
        """The interval methods that come with a test against a number, the default first."""
        return tuple(name for name in self.methods if name not in _WITHOUT_TEST)

    @property
    def difference_methods(self) -> tuple[str, ...]:
        """The interval methods of a difference on offer, the default first."""
        return self.form.difference_methods
