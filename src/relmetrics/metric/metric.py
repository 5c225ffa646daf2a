"""Metric: the contract of every metric. A definition that holds no data.

prepare (data to state), add (states to a state), present (a state to an `Estimate`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np
from attrs import frozen

from relmetrics.data.checks import as_generator, check_number, choice
from relmetrics.errors import EmptySampleError
from relmetrics.inference import differences
from relmetrics.inference.differences import Contrast, Normal
from relmetrics.inference.intervals import quantile, stand_in
from relmetrics.metric.contract import Description, Rng, State
from relmetrics.metric.difference import Difference
from relmetrics.metric.estimate import Estimate
from relmetrics.metric.sides import Independent, OneSample, require_apart

if TYPE_CHECKING:
    from relmetrics.data.types import Column, Number
    from relmetrics.inference.linear_form import Sample
    from relmetrics.metric.contract import Working


S = TypeVar("S", bound=State)
"""The kind of state: `Tally` or `Moments`."""


E = TypeVar("E", bound=Estimate)
"""The kind of estimate: `Estimate`, or one with further quantities."""

_WITHOUT_TEST = ("bootstrap", "agresti_coull")


@frozen
class Metric(ABC, Generic[S, E]):
    """The definition of a metric over states of one kind.

    Subclasses say how data becomes a state and what the numbers of a state are; intervals, groups,
    merging and texts follow.
    """

    @property
    def result(self) -> type[E]:
        """The class of this metric's estimates."""
        return Estimate  # type: ignore[return-value]  # E is Estimate unless a subclass overrides

    @property
    @abstractmethod
    def description(self) -> Description:
        """Name, unit, range, direction, formula, definition and source."""

    @property
    @abstractmethod
    def methods(self) -> tuple[str, ...]:
        """The interval methods on offer, the default first."""

    @abstractmethod
    def check(self, state: S) -> None:
        """Check that a state is of this metric's kind.

        Raises:
            StateError: It is of another scale or has other columns.
        """

    def check_alike(self, state: S, reference: S) -> None:
        """Check that two states are of this metric's kind, and measure the same.

        Raises:
            StateError: One is of another scale or has other columns.
        """
        self.check(state)
        self.check(reference)

    @abstractmethod
    def present(
        self,
        state: Any,
        confidence_level: float,
        method: str,
        rng: Rng = None,
    ) -> tuple[Sample, Any, Any, str]:
        """Return sample, low, high and the method used, for one state or for one per group.

        A single state without answers raises; a group without answers is NaN.

        Raises:
            EmptySampleError: The state holds no answers.
            WeightError: Its answers weigh nothing.
        """

    @abstractmethod
    def normal(self, state: Any) -> Normal:
        """Return value, center and squared error after pseudo-answers, of one state or of many.

        A single state without answers raises; a group without answers is NaN.

        Raises:
            EmptySampleError: The state holds no answers.
            WeightError: Its answers weigh nothing.
        """

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
        sample, low, high, method = self.present(state, confidence_level, self.methods[0])
        return self.result(
            self,
            state,
            sample.value,
            low,
            high,
            sample.standard_error,
            sample.n,
            sample.n_effective,
            int(state.missing),
            confidence_level,
            method,
        )

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
        """Compare two states of different respondents: state minus reference.

        ``value = metric(state) - metric(reference)``, signed, in the metric's unit. Interval and
        p-value of rates are Newcombe's and the score test's (pooled z); of everything else they add
        pseudo-answers to both sides, as the interval of one estimate does. Survey weights enter
        by their linearised variances.

        Args:
            state: What is compared.
            reference: What it is compared with, such as last month's state.
            confidence_level: Level of the interval, strictly between 0 and 1.
            method: One of the metric's `difference_methods`; by default its first.
            respondents: Who answered, so that an overlap of the two is found and refused.
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
            NPS difference 55.0 points (95% CI -38.6 to 110.0; p = 0.35; n = 5 against 4)
        """
        self.check_alike(state, reference)
        require_apart(respondents, reference_respondents)
        sides = Independent(self, state, reference)
        chosen = self.difference_method_named(method)
        try:
            return Difference.of(sides, confidence_level, chosen)
        except EmptySampleError as error:
            raise EmptySampleError(f"{self._empty_side(state)}: {error}") from None

    def _empty_side(self, state: S) -> str:
        """Return which of two sides has no answers: the state, or else the reference."""
        try:
            self.normal(state)
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
        number, and the p-value is of the same method, so the two never contradict each other.

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
            NPS difference -25.0 points (95% CI -94.2 to 22.7; p = 0.23; n = 4 against the value 50)
        """
        self.check(state)
        about = self.description
        check_number("value", value, about.low, about.high, f"within {about.range_text}")
        chosen = choice("method", method, self.tested_methods)
        return Difference.of(OneSample(self, state, float(value)), confidence_level, chosen)

    @property
    def tested_methods(self) -> tuple[str, ...]:
        """The interval methods that come with a test against a number, the default first."""
        return tuple(name for name in self.methods if name not in _WITHOUT_TEST)

    @property
    def difference_methods(self) -> tuple[str, ...]:
        """The interval methods of a difference on offer, the default first."""
        return ("adjusted", "wald")

    def difference_method_named(self, method: str | None) -> str:
        """Return the method of a difference of that name, the default for None.

        Raises:
            ParameterError: The metric has no such method.
        """
        return choice("method", method, self.difference_methods)

    def contrast(
        self, state: Any, reference: Any, confidence_level: float, method: str
    ) -> Contrast:
        """Return the difference of two states, or of many pairs of them, in numbers.

        A single state without answers raises; a pair with a side without answers is NaN.

        Raises:
            EmptySampleError: A state holds no answers.
        """
        z, about = quantile(confidence_level), self.description
        reach = about.high - about.low
        with np.errstate(divide="ignore", invalid="ignore"):
            a, b = self.pseudo_normal(state), self.pseudo_normal(reference)
            error = (a.sample.standard_error**2 + b.sample.standard_error**2) ** 0.5
            found = differences.adjusted(a, b, z, reach)
            value = a.value - b.value
            if method == "wald":
                squared = self.wald_error(a.sample) ** 2 + self.wald_error(b.sample) ** 2
                plain = differences.wald(value, squared, z, reach)
                flat = np.logical_not(squared > 0)
                found, method = stand_in(method, plain, self.pulled_difference, found, flat)
        low, high, p_value = found
        return Contrast(value, low, high, p_value, error, method)

    @property
    def pulled_difference(self) -> str:
        """What a difference by pseudo-answers is called: it stands in for Wald's."""
        return "adjusted"

    def pseudo_normal(self, state: Any) -> Normal:
        """Return value, center and squared error with the pseudo-answers of a difference."""
        return self.normal(state)

    def wald_error(self, sample: Sample) -> Number:
        """Return the standard error that Wald's interval takes."""
        return sample.standard_error

    def p_against(self, state: S, value: float, method: str) -> float:
        """Return the two-sided p-value of a state's metric being this number, by a method."""
        if method == "wald":
            sample = self.present(state, 0.95, method)[0]
            squared = float(self.wald_error(sample)) ** 2
            if squared > 0:
                return float(
                    differences.two_sided(differences.deviate(sample.value - value, squared))
                )
        found = self.normal(state)
        return float(
            differences.two_sided(
                differences.pulled_deviate(
                    found.value - value, found.center - value, found.squared_error
                )
            )
        )

    def method_named(self, method: str | None) -> str:
        """Return the interval method of that name, the default for None.

        Raises:
            ParameterError: The metric has no such method.
        """
        return choice("method", method, self.methods)

    @staticmethod
    def draws(method: str, rng: Rng) -> Rng:
        """Return the source of random draws that a method needs, or None for one that draws none.

        Raises:
            ParameterError: `rng` is no generator and no seed.
        """
        return as_generator(rng) if method == "bootstrap" or rng is not None else None
