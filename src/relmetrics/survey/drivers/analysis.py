"""DriverAnalysis: what each factor contributes to the overall rating, and how sure that is."""

from __future__ import annotations

import math
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, cast

import numpy as np
from attrs import field, frozen

from relmetrics.data.columns import EXACT, read_only
from relmetrics.errors import StateError
from relmetrics.inference.intervals import around, clipped, quantile
from relmetrics.inference.relative_importance import (
    COLLINEAR,
    collinear_sets,
    standardised_coefficients,
)
from relmetrics.metric.estimate import Explanation, Interval
from relmetrics.metric.table import Table
from relmetrics.metric.wording import json_number, percent
from relmetrics.survey.drivers.importance_performance import importance_performance_table
from relmetrics.survey.drivers.redraws import with_random_factor

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, FloatArray
    from relmetrics.survey.drivers.key_drivers import KeyDrivers
    from relmetrics.survey.drivers.redraws import RowDraws, Seed, WishartDraws

_SHOWN = 3
_ROUNDING = 1e-12


@frozen(eq=False)
class _Drawn:
    """What the draws gave: arrays with one row per draw and one column per factor."""

    importance: FloatArray
    shares: FloatArray
    with_random: FloatArray
    random: FloatArray


@frozen(repr=False)
class DriverAnalysis:
    """The importance of each factor for the overall rating: parts that sum to R squared.

    Made by `KeyDrivers` or `drivers`, not by hand. Intervals are drawn when they are first asked
    for, once, and come out the same whenever that is; the importances themselves need no draw. Two
    analyses are equal when definition, data and draws are.

    Attributes:
        definition: The definition it was computed with.
        factors: The names of the factors, in the order given; of moments, in that of their
            columns.
        correlation: The correlations of the factors and, last, the outcome.
        confidence_level: The level of the intervals and of `significant`.
        means: The mean of each factor; None from a bare correlation matrix.
        n: Number of rows that count; None when it is not known.
        n_effective: Kish's effective number of rows; under the pairwise rule how many complete
            rows would tell as much. None when not known.
        missing: Number of rows left out (`row`) or without any value (`pairwise`).
        repaired: The largest change that a correlation needed for the matrix to be possible:
            0 unless the pairwise rule made it contradict itself.

    Example:
        >>> import relmetrics as rm
        >>> food, safety = [1, 2, 3, 4, 5, 2, 4, 3], [3, 3, 5, 4, 5, 2, 3, 4]
        >>> overall = [2, 2, 4, 4, 5, 2, 3, 4]
        >>> dr = rm.drivers({"food": food, "safety": safety}, overall)
        >>> print(dr)
        Drivers of overall: R squared 0.94 (n = 8): safety 54.9%, food 45.1%
    """

    definition: KeyDrivers
    factors: tuple[str, ...]
    correlation: FloatArray = field(eq=EXACT, hash=False, converter=read_only)
    confidence_level: float
    means: tuple[float, ...] | None
    n: int | None
    n_effective: float | None
    missing: int
    repaired: float
    _source: WishartDraws | RowDraws | None = field(alias="source")
    _seed: Seed = field(alias="seed")

    @cached_property
    def _parts(self) -> FloatArray:
        return read_only(self.definition.split(self.correlation))

    @cached_property
    def _percent(self) -> FloatArray:
        return read_only(_shares(self._parts))

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

    @cached_property
    def _lowers(self) -> AnyArray:
        lowers: AnyArray = self.correlation[:-1, -1] < -_ROUNDING
        if lowers.any() and self._source is not None:
            lowers = lowers & (self._p_value() <= 1 - self.confidence_level)
        return read_only(lowers)

    @property
    def lowering(self) -> tuple[str, ...]:
        """Factors that lower the overall rating: the higher they are rated, the lower it is.

        Their correlation with the outcome is negative, and they are `significant` at
        `confidence_level`; where n is not known, a negative correlation is enough. Importance has
        no sign, so it does not tell them from the others.

        Example:
            >>> import relmetrics as rm
            >>> names = ["queue", "staff", "overall"]
            >>> matrix = [[1, 0, -0.8], [0, 1, 0.4], [-0.8, 0.4, 1]]
            >>> dr = rm.KeyDrivers().from_correlation(matrix, names, n=200)
            >>> print(dr)
            Drivers of overall: R squared 0.80 (n = 200): queue 80.0% (negative), staff 20.0%
            >>> dr.lowering
            ('queue',)
        """
        return tuple(name for name, lower in zip(self.factors, self._lowers, strict=True) if lower)

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

    @cached_property
    def _drawn(self) -> _Drawn:
        if self._source is None:
            raise StateError.undefined(
                "an interval of a correlation matrix",
                "the number of rows behind it is not known",
                "Pass n=... to from_correlation.",
            )
        rng = np.random.default_rng(self._seed)
        drawn = self._source.draw(rng)
        joined = with_random_factor(drawn, self._source.degrees, rng)
        importance, joint = self.definition.split(drawn), self.definition.split(joined)
        return _Drawn(importance, _shares(importance), joint[:, 1:], joint[:, 0])

    def intervals(self, *, confidence_level: float | None = None) -> dict[str, Interval]:
        """Return the interval of each factor's importance.

        Importances are redrawn 2,000 times. Luck can only raise an importance of nothing, so draws
        lie too high near 0: moved back to have the estimate as their mean, they reach what is 0 as
        well. The interval is that of the draws and of the moved ones, taken together.

        Args:
            confidence_level: Strictly between 0 and 1; by default this analysis's.

        Raises:
            StateError: It was made from a correlation matrix without n.
            ParameterError: The level is not between 0 and 1.

        Example:
            >>> import relmetrics as rm
            >>> matrix = [[1, 0.3, 0.6], [0.3, 1, 0.4], [0.6, 0.4, 1]]
            >>> names = ["food", "safety", "overall"]
            >>> dr = rm.KeyDrivers().from_correlation(matrix, names, n=200)
            >>> print(dr.intervals()["food"])
            0.21 to 0.40 (95% CI, wishart)
        """
        return self._intervals(self._parts, self._drawn.importance, 1.0, confidence_level)

    def share_intervals(self, *, confidence_level: float | None = None) -> dict[str, Interval]:
        """Return the interval of each factor's share, %.

        Args:
            confidence_level: Strictly between 0 and 1; by default this analysis's.

        Raises:
            StateError: It was made from a correlation matrix without n.
            ParameterError: The level is not between 0 and 1.
        """
        return self._intervals(self._percent, self._drawn.shares, 100.0, confidence_level)

    def _intervals(
        self, values: FloatArray, drawn: FloatArray, most: float, confidence_level: float | None
    ) -> dict[str, Interval]:
        level = self.confidence_level if confidence_level is None else confidence_level
        # A resample in which nothing varies explains nothing, and has no shares.
        drawn = drawn[~np.isnan(drawn).any(axis=1)]
        low, high = _ends(drawn, level)
        shift = drawn.mean(axis=0) - values
        low, high = np.minimum(low, low - shift), np.maximum(high, high - shift)
        low, high = around(values, clipped(low, 0.0, most), clipped(high, 0.0, most))
        return {
            name: Interval(float(a), float(b), level, self._method)
            for name, a, b in zip(self.factors, low, high, strict=True)
        }

    @property
    def _method(self) -> str:
        return "none" if self._source is None else self._source.name

    def against_random(self, *, confidence_level: float | None = None) -> Table:
        """Compare each factor with a random one that has nothing to do with anything.

        Every factor has some importance in a sample, useless ones too: an interval of it cannot
        tell them apart, a random factor beside it can.

        Columns: ``random``, the mean importance of the random factor; ``difference`` from it, with
        the interval ``low`` to ``high`` of Tonidandel, LeBreton and Johnson, in which both are
        redrawn; ``p_value``, how often a random factor would come out at least as important as
        this one did; ``significant``, whether that is at most ``1 - confidence_level``. A useless
        factor is significant in that share of surveys; the interval is the stricter of the two.

        Args:
            confidence_level: Strictly between 0 and 1; by default this analysis's.

        Raises:
            StateError: It was made from a correlation matrix without n.
            ParameterError: The level is not between 0 and 1.

        Source:
            Tonidandel, LeBreton and Johnson (2009), Psychological Methods 14, 387-399.
        """
        level = self.confidence_level if confidence_level is None else confidence_level
        drawn = self._drawn
        low, high = _ends(drawn.with_random - drawn.random[:, None], level)
        chance = float(drawn.random.mean())
        p_value = self._p_value()
        columns: dict[str, AnyArray] = {
            "factor": np.array(self.factors, dtype=object),
            "importance": self._parts,
            "random": np.full(len(self.factors), chance),
            "difference": self._parts - chance,
            "low": low,
            "high": high,
            "p_value": p_value,
            "significant": p_value <= 1 - level,
        }
        return self._ordered(columns)

    def _p_value(self) -> FloatArray:
        """Return how often the random factor reaches each importance, this sample counted in."""
        reached = (self._drawn.random[:, None] >= self._parts).sum(axis=0)
        share: FloatArray = (reached + 1) / (len(self._drawn.random) + 1)
        return share

    def table(self, *, confidence_level: float | None = None) -> Table:
        """Return one row per factor, the most important first.

        Columns: ``importance`` with ``low`` and ``high``; ``share`` (%) with ``share_low`` and
        ``share_high``; ``correlation`` with the outcome; ``beta``, the standardised coefficient;
        ``p_value`` and ``significant`` against a random factor; ``collinear``, for which ``beta``
        is NaN. Without a known n intervals are NaN and ``significant`` is None.

        Args:
            confidence_level: Strictly between 0 and 1; by default this analysis's.

        Raises:
            ParameterError: The level is not between 0 and 1.
        """
        level = self.confidence_level if confidence_level is None else confidence_level
        quantile(level)
        k = len(self.factors)
        unknown = np.full(k, np.nan)
        ends = shares = [unknown, unknown]
        p_value, significant = unknown, np.full(k, None)
        if self._source is not None:
            ends = _columns(self.intervals(confidence_level=level))
            shares = _columns(self.share_intervals(confidence_level=level))
            p_value = self._p_value()
            significant = p_value <= 1 - level
        within = [any(i in members for members in self._collinear) for i in range(k)]
        columns: dict[str, AnyArray] = {
            "factor": np.array(self.factors, dtype=object),
            "importance": self._parts,
            "low": ends[0],
            "high": ends[1],
            "share": self._percent,
            "share_low": shares[0],
            "share_high": shares[1],
            "correlation": self.correlation[:-1, -1],
            "beta": np.array(list(self.coefficients.values())),
            "p_value": p_value,
            "significant": significant,
            "collinear": np.array(within),
        }
        return self._ordered(columns)

    def _ordered(self, columns: dict[str, AnyArray]) -> Table:
        """Return a table with the most important factor first."""
        order = np.argsort(-self._parts, kind="stable")
        digits = {name: 1 if name.startswith("share") else 3 for name in columns} | {"p_value": 4}
        return Table({name: array[order] for name, array in columns.items()}, digits)

    def importance_performance(
        self, *, importance_at: float | None = None, performance_at: float | None = None
    ) -> Table:
        """Return what to work on: one row per factor, with importance, performance and quadrant.

        ``importance`` is the share (%), ``performance`` the mean rating; higher is better, and
        factors on different scales cannot be compared. ``quadrant`` is one of `concentrate here`
        (important, rated low), `keep up the good work`, `low priority` and `possible overkill`
        (unimportant, rated high). The table is divided at the mean of its two columns.

        A factor has no quadrant, and ``note`` says why, where it is among `lowering`: there a high
        rating is no good performance. Nor has any where the factors explain nothing.

        Args:
            importance_at: Another line to divide importance at, %.
            performance_at: Another line to divide performance at, in points.

        Raises:
            StateError: It was made from a correlation matrix, which has no means.
            ParameterError: A line is no number.

        Source:
            Martilla and James (1977), Journal of Marketing 41(1), 77-79.

        Example:
            >>> import relmetrics as rm
            >>> food, safety = [1, 2, 3, 4, 5, 2, 4, 3], [3, 3, 5, 4, 5, 2, 3, 4]
            >>> overall = [2, 1, 3, 4, 5, 2, 4, 4]
            >>> rm.drivers({"food": food, "safety": safety}, overall).importance_performance()
            factor  importance  performance  quadrant           note
            food          74.0         3.00  concentrate here
            safety        26.0         3.62  possible overkill
        """
        if self.means is None:
            raise StateError.undefined(
                "performance",
                "a correlation matrix has no means",
                "Analyse the rows or their Moments, which have.",
            )
        return importance_performance_table(
            self.factors,
            self._percent,
            np.array(self.means),
            self._lowers,
            importance_at=importance_at,
            performance_at=performance_at,
        )

    def explain(self) -> Explanation:
        """Return how the numbers came about: definition, formula, what was left out, source."""
        about = self.definition.about
        sample = "not known" if self.n is None else f"{self.n}"
        if self.n_effective and self.n and not math.isclose(self.n_effective, self.n):
            sample += f" rows, as good as {self.n_effective:,.1f} complete ones of equal weight"
        left_out = f"{self.missing} missing ({self.definition.missing_factor} rule)"
        rows = {
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
            "Interval": f"{self._method} at {percent(self.confidence_level)}",
            "Source": about.source,
        }
        return Explanation.of(str(self), rows.items())

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
            + (" (negative)" if self.correlation[i, -1] < -_ROUNDING else "")
            for i in order[:_SHOWN]
        )
        more = f" and {len(order) - _SHOWN} more" if len(order) > _SHOWN else ""
        if np.isnan(self._percent).any():
            first, more = "the factors explain nothing", ""
        return (
            f"Drivers of {self.definition.outcome}: R squared {self.r_squared:.2f} "
            f"({', '.join(sample)}): {first}{more}"
        )

    def __repr__(self) -> str:
        """Return the line and the method."""
        return f"<{self} ({self.definition.method})>"

    def _repr_html_(self) -> str:
        """Return the line and the table, for notebooks."""
        return f"<p>{escape(str(self))}</p>{self.table().to_html()}"

    def to_dict(self) -> dict[str, object]:
        """Return the analysis as JSON-ready plain values; what is not known is None.

        Example:
            >>> import relmetrics as rm
            >>> names = ["food", "overall"]
            >>> dr = rm.KeyDrivers().from_correlation([[1, 0.5], [0.5, 1]], names)
            >>> dr.to_dict()["r_squared"], dr.to_dict()["drivers"]["low"]
            (0.25, [None])
        """
        adjusted = self.adjusted_r_squared
        return {
            "type": "driver_analysis",
            "v": 1,
            "outcome": self.definition.outcome,
            "method": self.definition.method,
            "missing_factor": self.definition.missing_factor,
            "definition": self.definition.about.definition,
            "r_squared": self.r_squared,
            "adjusted_r_squared": json_number(adjusted),
            "n": self.n,
            "n_effective": self.n_effective,
            "missing": self.missing,
            "repaired": self.repaired,
            "collinear": [list(names) for names in self.collinear],
            "confidence_level": float(self.confidence_level),
            "interval": self._method,
            "drivers": self.table().to_dict(),
            "columns": [*self.factors, self.definition.outcome],
            "correlation": self.correlation.tolist(),
            "means": None if self.means is None else list(self.means),
        }


def _shares(parts: FloatArray) -> FloatArray:
    """Return parts as percent of their sum; NaN where they sum to 0, rounding aside."""
    total = parts.sum(axis=-1, keepdims=True)
    there = total > COLLINEAR
    return np.where(there, 100 * parts, np.nan) / np.where(there, total, 1.0)


def _ends(drawn: FloatArray, level: float) -> tuple[FloatArray, FloatArray]:
    """Return the two ends of the middle share of the draws of each factor."""
    quantile(level)  # checks the level
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return low, high


def _columns(intervals: dict[str, Interval]) -> list[FloatArray]:
    ends = [(interval.low, interval.high) for interval in intervals.values()]
    return cast("list[FloatArray]", list(np.array(ends).T))
