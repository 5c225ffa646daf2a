"""DriverAnalysis: what each factor contributes to the overall rating, and how sure that is."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from relmetrics.data.columns import read_only
from relmetrics.inference.intervals import quantile
from relmetrics.metric.estimate import Explanation, Interval
from relmetrics.metric.result import Result, Tabular, written
from relmetrics.metric.wording import paragraph, percent
from relmetrics.survey.drivers.against_chance import Redrawn, interval_ends
from relmetrics.survey.drivers.importance_performance import importance_performance_table
from relmetrics.survey.drivers.importances import CORRELATION_ROUNDING, Importances

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, FloatArray
    from relmetrics.metric.table import Table
    from relmetrics.survey.drivers.redraws import RowDraws, Seed, WishartDraws


@frozen(repr=False)
class DriverAnalysis(Tabular, Result, Importances):
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

    confidence_level: float
    _source: WishartDraws | RowDraws | None = field(alias="source")
    _seed: Seed = field(alias="seed")

    @cached_property
    def _lowers(self) -> AnyArray:
        lowers: AnyArray = self.correlation[:-1, -1] < -CORRELATION_ROUNDING
        if lowers.any() and self._source is not None:
            lowers = lowers & (self._drawn.p_values(self._parts) <= 1 - self.confidence_level)
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

    @cached_property
    def _drawn(self) -> Redrawn:
        return Redrawn.of(self._source, self._seed, self.definition.split)

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
        level = self._level(confidence_level)
        return self._intervals(self._ends(level), level)

    def share_intervals(self, *, confidence_level: float | None = None) -> dict[str, Interval]:
        """Return the interval of each factor's share, %.

        Args:
            confidence_level: Strictly between 0 and 1; by default this analysis's.

        Raises:
            StateError: It was made from a correlation matrix without n.
            ParameterError: The level is not between 0 and 1.
        """
        level = self._level(confidence_level)
        return self._intervals(self._share_ends(level), level)

    def _ends(self, level: float) -> tuple[FloatArray, FloatArray]:
        return interval_ends(self._parts, self._drawn.importance, 1.0, level)

    def _share_ends(self, level: float) -> tuple[FloatArray, FloatArray]:
        return interval_ends(self._percent, self._drawn.shares, 100.0, level)

    def _intervals(self, ends: tuple[FloatArray, FloatArray], level: float) -> dict[str, Interval]:
        return {
            name: Interval(float(low), float(high), level, self._method)
            for name, low, high in zip(self.factors, *ends, strict=True)
        }

    def _level(self, confidence_level: float | None) -> float:
        """Return a level that is given, else that of this analysis, checked."""
        level = self.confidence_level if confidence_level is None else confidence_level
        quantile(level)
        return level

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
        level = self._level(confidence_level)
        low, high = self._drawn.difference_ends(level)
        chance = float(self._drawn.random.mean())
        p_value = self._drawn.p_values(self._parts)
        columns: dict[str, AnyArray] = {
            "random": np.full(len(self.factors), chance),
            "difference": self._parts - chance,
            "low": low,
            "high": high,
            "p_value": p_value,
            "significant": p_value <= 1 - level,
        }
        return self._ordered(columns)

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
        level = self._level(confidence_level)
        low = high = share_low = share_high = p_value = np.full(len(self.factors), np.nan)
        significant: AnyArray = np.full(len(self.factors), None)
        if self._source is not None:
            low, high = self._ends(level)
            share_low, share_high = self._share_ends(level)
            p_value = self._drawn.p_values(self._parts)
            significant = p_value <= 1 - level
        within = [
            any(i in members for members in self._collinear) for i in range(len(self.factors))
        ]
        columns: dict[str, AnyArray] = {
            "low": low,
            "high": high,
            "share": self._percent,
            "share_low": share_low,
            "share_high": share_high,
            "correlation": self.correlation[:-1, -1],
            "beta": np.array(list(self.coefficients.values())),
            "p_value": p_value,
            "significant": significant,
            "collinear": np.array(within),
        }
        return self._ordered(columns)

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
        return importance_performance_table(
            self.factors,
            self._percent,
            self.means,
            self._lowers,
            importance_at=importance_at,
            performance_at=performance_at,
        )

    def explain(self) -> Explanation:
        """Return how the numbers came about: definition, formula, what was left out, source."""
        interval = f"{self._method} at {percent(self.confidence_level)}"
        interval += self._source.assumes if self._source is not None else ""
        return Explanation.of(str(self), self._facts(interval).items())

    def _body_html(self) -> str:
        """Return the line and the table, for notebooks."""
        return paragraph(str(self)) + self.table().to_html()

    def _content(self) -> dict[str, object]:
        """Return the analysis and the correlations; what is not known is None."""
        return {
            **self._figures(),
            **written(self, "confidence_level"),
            "interval": self._method,
            "drivers": self.table(),
            "columns": [*self.factors, self.definition.outcome],
            "correlation": self.correlation,
            "means": self.means,
        }
