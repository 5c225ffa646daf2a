"""The contract: what a metric says of itself, and what results and questions ask of it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from attrs import frozen

if TYPE_CHECKING:
    import numpy as np

    from relmetrics.data.types import Number
    from relmetrics.inference.differences import Contrast, Normal
    from relmetrics.inference.linear_form import Sample


class State(Protocol):
    """Counts or sums that add: a `Tally` or `Moments`."""

    @property
    def missing(self) -> Any:
        """The number of rows without an answer."""
        ...


Direction = Literal["higher", "lower"]


Rng: TypeAlias = "np.random.Generator | int | None"


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
    def difference_unit(self) -> str:
        """The unit of a difference: two rates differ by percentage points, not by percent."""
        return "percentage points" if self.unit == "%" else self.unit

    def verdict(self, difference: float) -> Literal["better", "worse"]:
        """Return whether a difference that is not 0 is for better or worse."""
        return "better" if (difference > 0) == (self.direction == "higher") else "worse"

    @property
    def range_text(self) -> str:
        """The range with its unit, such as ``-100 to 100 points``."""
        if math.isinf(self.low) and math.isinf(self.high):
            return f"unbounded, in {self.unit}"
        if math.isinf(self.high):
            return f"{self.low:.6g} {self.unit} or more"
        return f"{self.low:.6g} to {self.high:.6g} {self.unit}"


@frozen
class Working:
    """The arithmetic behind one estimate, in words and numbers."""

    formula: str
    numerator: str
    denominator: str
    left_out: str = ""


class AnyMetric(Protocol):
    """What results and questions ask of a metric, whatever its state: see `Metric`.

    Results remember their metric, and metrics make results. Results are written against this, so
    that neither needs the other to be read.
    """

    @property
    def description(self) -> Description:
        """Name, unit, range, direction, formula, definition and source."""
        ...

    @property
    def result(self) -> Any:
        """The class of this metric's estimates."""
        ...

    @property
    def methods(self) -> tuple[str, ...]:
        """The interval methods on offer, the default first."""
        ...

    @property
    def tested_methods(self) -> tuple[str, ...]:
        """The interval methods that come with a test against a number, the default first."""
        ...

    @property
    def difference_methods(self) -> tuple[str, ...]:
        """The interval methods of a difference on offer, the default first."""
        ...

    @property
    def pulled_difference(self) -> str:
        """What a difference by pseudo-answers is called: it stands in for Wald's."""
        ...

    def check(self, state: Any) -> None:
        """Check that a state is of this metric's kind."""
        ...

    def check_alike(self, state: Any, reference: Any) -> None:
        """Check that two states are of this metric's kind, and measure the same."""
        ...

    def present(
        self, state: Any, confidence_level: float, method: str, rng: Rng = None
    ) -> tuple[Sample, Any, Any, str]:
        """Return sample, low, high and the method used, for one state or for one per group."""
        ...

    def normal(self, state: Any) -> Normal:
        """Return value, center and squared error after pseudo-answers."""
        ...

    def working(self, state: Any) -> Working:
        """Return the formula with the numbers of a state in it."""
        ...

    def estimate(self, state: Any, *, confidence_level: float = 0.95) -> Any:
        """Present a state."""
        ...

    def compare(
        self,
        state: Any,
        reference: Any,
        *,
        confidence_level: float = 0.95,
        method: str | None = None,
    ) -> Any:
        """Compare two states of different respondents: state minus reference."""
        ...

    def contrast(
        self, state: Any, reference: Any, confidence_level: float, method: str
    ) -> Contrast:
        """Return the difference of two states, or of many pairs of them, in numbers."""
        ...

    def p_against(self, state: Any, value: float, method: str) -> float:
        """Return the two-sided p-value of a state's metric being this number, by a method."""
        ...

    def wald_error(self, sample: Sample) -> Number:
        """Return the standard error that Wald's interval takes."""
        ...

    def method_named(self, method: str | None) -> str:
        """Return the interval method of that name, the default for None."""
        ...

    def difference_method_named(self, method: str | None) -> str:
        """Return the method of a difference of that name, the default for None."""
        ...

    def draws(self, method: str, rng: Rng) -> Rng:
        """Return the source of random draws that a method needs, or None."""
        ...
