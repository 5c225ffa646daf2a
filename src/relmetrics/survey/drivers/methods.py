"""The ways to split R squared among the factors, and what an analysis asks of its definition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

from attrs import frozen

from relmetrics.inference.relative_importance import relative_weights, shapley

if TYPE_CHECKING:
    from collections.abc import Callable

    from relmetrics.data.missing import MissingRule
    from relmetrics.data.types import FloatArray

ImportanceMethod = Literal["relative_weights", "shapley"]
"""How R squared is split among the factors."""


@frozen
class Method:
    """A way to split R squared: the formula, and what it is in words."""

    split: Callable[[FloatArray], FloatArray]
    definition: str
    formula: str
    source: str


IMPORTANCE_METHODS = {
    "relative_weights": Method(
        relative_weights,
        "Johnson's relative weights: R squared of the orthogonal variables nearest to the factors, "
        "handed back to the factors by their squared correlations with them.",
        "sum over j of L_ij^2 b_j^2, with L = R^(1/2) and b = L^-1 r",
        "Johnson (2000), Multivariate Behavioral Research 35, 1-19",
    ),
    "shapley": Method(
        shapley,
        "Shapley value (general dominance, LMG): the factor's gain in R squared, averaged over "
        "all orders in which the factors can enter.",
        "mean over orders of R^2(those before and the factor) - R^2(those before)",
        "Lindeman, Merenda and Gold (1980); Budescu (1993), Psychological Bulletin 114, 542-551",
    ),
}


class DriverDefinition(Protocol):
    """What an analysis asks of the definition that made it: see `KeyDrivers`."""

    @property
    def method(self) -> ImportanceMethod:
        """How R squared is split."""
        ...

    @property
    def missing_factor(self) -> MissingRule:
        """The rule for missing ratings."""
        ...

    @property
    def outcome(self) -> str:
        """The name of the column of overall ratings."""
        ...

    @property
    def about(self) -> Method:
        """The method in words."""
        ...

    def split(self, correlation: FloatArray) -> FloatArray:
        """Return each factor's part of R squared, for correlations with the outcome last."""
        ...
