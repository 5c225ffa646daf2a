"""Metric: the contract of every metric. A definition that holds no data.

prepare (data to state), add (states to a state), present (a state to an `Estimate`).
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypeVar

import numpy as np
from attrs import frozen

from relmetrics.errors import ParameterError
from relmetrics.estimate import Estimate

if TYPE_CHECKING:
    from relmetrics.estimate import Working
    from relmetrics.score import Sample


class State(Protocol):
    """Counts or sums that add: a `Tally` or `Moments`."""

    @property
    def missing(self) -> Any:
        """The number of rows without an answer."""
        ...


S = TypeVar("S", bound=State)
"""The kind of state: `Tally` or `Moments`."""
E = TypeVar("E", bound=Estimate)
"""The kind of estimate: `Estimate`, or one with further quantities."""

Direction = Literal["higher", "lower"]
Rng = np.random.Generator | int | None


@frozen(kw_only=True)
class Description:
    """What a metric is, for tables, texts and the catalogue.

    Attributes:
        name: The field's name for it.
        symbol: The short name that results are shown under.
        unit: ``points``, ``%``, ``scale points``, ...
        low: The least value it can take.
        high: The greatest.
        direction: Which way is better: ``higher`` or ``lower``.
        formula: The formula, in words and signs.
        definition: What it measures, with the parameters and the named variant in use.
        source: The document or paper that it comes from.
        digits: Decimals that texts show.
    """

    name: str
    symbol: str
    unit: str
    low: float
    high: float
    direction: Direction
    formula: str
    definition: str
    source: str
    digits: int = 1

    @property
    def range_text(self) -> str:
        """The range with its unit, such as ``-100 to 100 points``."""
        if math.isinf(self.low) and math.isinf(self.high):
            return f"unbounded, in {self.unit}"
        if math.isinf(self.high):
            return f"{self.low:.6g} {self.unit} or more"
        return f"{self.low:.6g} to {self.high:.6g} {self.unit}"


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

    def method_named(self, method: str | None) -> str:
        """Return the interval method of that name, the default for None.

        Raises:
            ParameterError: The metric has no such method.
        """
        if method is None:
            return self.methods[0]
        if method not in self.methods:
            raise ParameterError.unknown_name("method", method, self.methods)
        return method

    @staticmethod
    def draws(method: str, rng: Rng) -> Rng:
        """Return the source of random draws that a method needs, or None for one that draws none.

        Raises:
            ParameterError: `rng` is no generator and no seed.
        """
        if isinstance(rng, np.random.Generator):
            return rng
        seed = isinstance(rng, (int, np.integer)) and not isinstance(rng, bool) and rng >= 0
        if rng is not None and not seed:
            raise ParameterError.must_be("rng", "a numpy Generator, a seed or None", rng)
        return np.random.default_rng(rng) if method == "bootstrap" else None
