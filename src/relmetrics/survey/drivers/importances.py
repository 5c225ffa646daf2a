"""Importances: R squared of one set of correlations, split among the factors."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from relmetrics.data.columns import EXACT, read_only
from relmetrics.errors.wording import printable
from relmetrics.inference.relative_importance import (
    collinear_sets,
    shares_of,
    standardised_coefficients,
)
from relmetrics.metric.result import written
from relmetrics.metric.table import Table

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, FloatArray
    from relmetrics.survey.drivers.methods import DriverDefinition

CORRELATION_ROUNDING = 1e-12
"""A correlation below this is 0, but for rounding."""

_SHOWN = 3


@frozen(repr=False)
class Importances:
    """The part of each factor in R squared, and what else the correlations say without a draw.

    Attributes:
        definition: The definition it was computed with.
        factors: The names of the factors.
        correlation: The correlations of the factors and, last, the outcome.
        means: The mean of each factor; None from a bare correlation matrix.
        n: Number of rows that count; None when it is not known.
        n_effective: The effective number of rows; None when not known.
        missing: Number of rows left out (`row`) or without any value (`pairwise`).
        repaired: The largest change that a correlation needed for the matrix to be possible.
    """

    definition: DriverDefinition
    factors: tuple[str, ...]
    correlation: FloatArray = field(eq=EXACT, hash=False, converter=read_only)
    means: tuple[float, ...] | None
    n: int | None
    n_effective: float | None
    missing: int
    repaired: float

    @cached_property
    def _parts(self) -> FloatArray:
        return read_only(self.definition.split(self.correlation))

    @cached_property
    def _percent(self) -> FloatArray:
        return read_only(shares_of(self._parts))

    def _named(self, values: AnyArray) -> dict[str, float]:
        return dict(zip(self.factors, values.tolist(), strict=True))

    @property
    def importance(self) -> dict[str, float]:
        """Factor to its part of R squared: at least 0, and they sum to `r_squared`."""
        return self._named(self._parts)

    @property
    def shares(self) -> dict[str, float]:
        """Factor to its share of R squared, %: they sum to 100. NaN where nothing is explained."""
        return self._named(self._percent)

    @property
    def r_squared(self) -> float:
        """The share of the outcome's variance that the factors explain together, 0 to 1."""
        return float(self._parts.sum())

    @property
    def adjusted_r_squared(self) -> float:
        """R squared less what as many useless factors would explain; NaN when n is not known.

        ``1 - (1 - R squared) (n - 1) / (n - k - 1)`` with k factors, those that are determined by
        others aside, and the effective n. May be below 0.
        """
        if self.n_effective is None:
            return math.nan
        k = len(self.factors) - len(self._collinear)
        return 1 - (1 - self.r_squared) * (self.n_effective - 1) / (self.n_effective - k - 1)

    @property
    def correlations(self) -> dict[str, float]:
        """Factor to its correlation with the outcome, -1 to 1."""
        return self._named(self.correlation[:-1, -1])

    @property
    def coefficients(self) -> dict[str, float]:
        """Factor to its standardised regression coefficient.

        By how many standard deviations the outcome differs for one of the factor, the others
        equal. NaN for collinear factors: others cannot be equal there.
        """
        found = standardised_coefficients(self.correlation)
        found[sorted({i for members in self._collinear for i in members})] = np.nan
        return self._named(found)

    @cached_property
    def _collinear(self) -> list[list[int]]:
        return collinear_sets(self.correlation[:-1, :-1])

    @property
    def collinear(self) -> tuple[tuple[str, ...], ...]:
        """Sets of factors that are exactly collinear: the others determine the last of each.

        Relative weights and Shapley are defined all the same, and equal factors share alike.
        """
        return tuple(tuple(self.factors[i] for i in members) for members in self._collinear)

    def _ordered(self, columns: dict[str, AnyArray]) -> Table:
        """Return a table of factor, importance and these columns, the most important one first."""
        columns = {
            "factor": np.array(self.factors, dtype=object),
            "importance": self._parts,
            **columns,
        }
        order = np.argsort(-self._parts, kind="stable")
        digits = {name: 1 if name.startswith("share") else 3 for name in columns} | {"p_value": 4}
        return Table({name: array[order] for name, array in columns.items()}, digits)

    def _figures(self) -> dict[str, object]:
        """Return the definition and the single numbers as plain values, by name."""
        settings = written(self.definition, "outcome", "method", "missing_factor")
        rows = ("n", "n_effective", "missing", "repaired", "collinear")
        return {
            **settings,
            "definition": self.definition.about.definition,
            **written(self, "r_squared", "adjusted_r_squared", *rows),
        }

    def _facts(self, interval: str) -> dict[str, str]:
        """Return how the numbers came about, by heading."""
        about = self.definition.about
        sample = "not known" if self.n is None else f"{self.n}"
        if self.n_effective and self.n and not math.isclose(self.n_effective, self.n):
            sample += f" rows, as good as {self.n_effective:,.1f} complete ones of equal weight"
        left_out = f"{self.missing} missing ({self.definition.missing_factor} rule)"
        return {
            "Definition": about.definition,
            "Formula": about.formula,
            "R squared": f"{' + '.join(f'{part:.6g}' for part in self._parts.tolist())} "
            f"= {self.r_squared:.6g}"
            + ("" if self.n is None else f", adjusted {self.adjusted_r_squared:.6g}"),
            "Rows": sample,
            "Left out": left_out if self.missing else "nothing",
            "Collinear": "; ".join(", ".join(names) for names in self.collinear) or "none",
            "Repaired": f"the nearest possible correlations, up to {self.repaired:.3g} away"
            if self.repaired
            else "nothing",
            "Interval": interval,
            "Source": about.source,
        }

    def __str__(self) -> str:
        """Return one honest line: R squared, sample size, and the factors that matter most.

        A factor whose correlation with the outcome is negative is marked.
        """
        sample = ["n not known" if self.n is None else f"n = {self.n}"]
        sample += [f"{self.missing} missing"] if self.missing else []
        sample += ["collinear factors"] if self._collinear else []
        sample += [f"correlations repaired by up to {self.repaired:.2g}"] if self.repaired else []
        order = np.argsort(-self._parts, kind="stable").tolist()
        first = ", ".join(
            f"{self.factors[i]} {self._percent[i]:.1f}%"
            + (" (negative)" if self.correlation[i, -1] < -CORRELATION_ROUNDING else "")
            for i in order[:_SHOWN]
        )
        more = f" and {len(order) - _SHOWN} more" if len(order) > _SHOWN else ""
        if np.isnan(self._percent).any():
            first, more = "the factors explain nothing", ""
        return printable(
            f"Drivers of {self.definition.outcome}: R squared {self.r_squared:.2f} "
            f"({', '.join(sample)}): {first}{more}"
        )

    def __repr__(self) -> str:
        """Return the line and the method."""
        return f"<{self} ({self.definition.method})>"
