"""The contract: what a metric says of itself, and what results and questions ask of it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from attrs import frozen

from relmetrics.metric.wording import figure

if TYPE_CHECKING:
    import numpy as np

    from relmetrics.inference.form import Form


BUSINESS_SUCCESS = (
    "The key to business success? Relationships! (article in Finnish; another in Vietnamese)"
)
CUSTOMER_STRATEGY = "Customer strategy in 2023: customer experience metrics (article in Finnish)"
CUSTOMER_RETENTION = "What is customer retention? (article in Lithuanian)"
LONG_TERM_TIES = (
    "Customer relationships: principles for building long-term ties (article in Russian)"
)
"""The articles that the definitions come from, as results and pages cite them."""


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


def share_working(metric: Any, state: Any, yes: str, base: str) -> Working:
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
    def about(self) -> Description:
        """The description again, made once where it is asked for often."""
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
    def form(self) -> Form:
        """The arithmetic of this metric: from a state to value, interval and test."""
        ...

    def check(self, state: Any) -> None:
        """Check that a state is of this metric's kind."""
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
