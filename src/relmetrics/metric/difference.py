"""Difference: how much a metric differs between two samples, two answers or from a number."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar

from attrs import field, frozen

from relmetrics.data.checks import as_generator, choice
from relmetrics.inference.intervals import quantile
from relmetrics.metric.estimate import Explanation, Interval
from relmetrics.metric.margins.one_sided import WithMargins
from relmetrics.metric.resampled import Resampled, check_draws
from relmetrics.metric.result import Result, Valued, written
from relmetrics.metric.wording import Decimals, left_out, marked, p_text, percent

if TYPE_CHECKING:
    import numpy as np

    from relmetrics.metric.contract import AnyMetric, Description
    from relmetrics.metric.sides import SideFigures, Sides


@frozen(repr=False)
class Difference(WithMargins, Valued, Result):
    """The signed difference of a metric, with its interval and its test.

    Made by ``metric.compare(state, reference)``, ``metric.benchmark(state, value)`` or
    ``metric.compare_paired(pairs)``. It remembers what it compared, so that other questions can
    be asked of it later. ``float(difference)`` is the value.

    Attributes:
        value: Sample less reference, in the metric's unit; rates in percentage points.
        low: Lower end of the interval.
        high: Upper end of it.
        p_value: Two-sided: how often chance alone would make a difference at least this large,
            if there were none.
        standard_error: Standard error of the value, with divisor n - 1; NaN from a single answer.
        confidence_level: The level of `low` and `high`.
        method: Their method.
        test: The test of `p_value`: ``mid_p``, or that of the interval's method.
        sides: What was compared.
        figures: Value and size of either side.
        warning: How often the test rejects by chance, where that is more than it says: of a share
            of few answers against a number. Empty else.

    Example:
        >>> import relmetrics as rm
        >>> nps = rm.NPS()
        >>> january, february = nps.tally([10, 9, 3, 8, 6]), nps.tally([10, 10, 9, 8, 9, 10])
        >>> difference = nps.compare(february, january)
        >>> round(difference.value, 1), round(difference.p_value, 3), difference.method
        (83.3, 0.127, 'adjusted')
    """

    __array_ufunc__: ClassVar[None] = None

    sides: Sides = field(repr=False)
    value: float = field(eq=False)
    low: float = field(eq=False)
    high: float = field(eq=False)
    p_value: float = field(eq=False)
    standard_error: float = field(eq=False)
    confidence_level: float
    method: str
    test: str
    figures: SideFigures = field(repr=False, eq=False)
    warning: str = field(default="", eq=False)

    @classmethod
    def of(cls, sides: Sides, confidence_level: float, method: str) -> Difference:
        """Work out what differs; users ask a metric to."""
        quantile(confidence_level)
        found = sides.contrast(confidence_level, method)
        return cls(
            sides,
            float(found.value),
            float(found.low),
            float(found.high),
            float(found.p_value),
            float(found.standard_error),
            confidence_level,
            found.method,
            found.test,
            sides.figures(found),
            found.warning,
        )

    @property
    def metric(self) -> AnyMetric:
        """The definition."""
        return self.sides.metric

    @property
    def values(self) -> tuple[float, float]:
        """The value of the sample and that of the reference, whose difference this is."""
        return self.figures.values

    @property
    def n(self) -> int:
        """The number of answers of the sample; of pairs, when paired."""
        return self.figures.n

    @property
    def n_reference(self) -> int | None:
        """The number of answers of the reference; None of pairs, and of a fixed number."""
        return self.figures.n_reference

    @property
    def missing(self) -> int:
        """The number of rows without an answer, of both sides."""
        return self.sides.missing

    @property
    def note(self) -> str:
        """Why there is no interval, where there is none; else the `warning`."""
        if math.isnan(self.low):
            return "no interval and no p-value: too few answers on a side"
        return self.warning

    @property
    def verdict(self) -> str:
        """``better``, ``worse``, or ``not shown`` where p is not below 1 less the level."""
        if not self.p_value < 1 - self.confidence_level:
            return "not shown"
        return self._about.verdict(self.value)

    def interval(
        self, confidence_level: float | None = None, *, method: str | None = None
    ) -> Interval:
        """Return an interval at another level or by another method.

        Args:
            confidence_level: Strictly between 0 and 1; by default this difference's.
            method: One of ``difference.methods``; by default this difference's.

        Raises:
            ParameterError: The level is not between 0 and 1, or there is no such method.
        """
        level = self.confidence_level if confidence_level is None else confidence_level
        quantile(level)
        asked = self._asked if method is None else choice("method", method, self.methods)
        found = self.sides.contrast(level, asked)
        return Interval(float(found.low), float(found.high), level, found.method)

    @property
    def methods(self) -> tuple[str, ...]:
        """The interval methods on offer, the default first."""
        return self.sides.methods

    @property
    def _asked(self) -> str:
        """The method of this difference, or the default where a stand-in was used."""
        return self.method if self.method in self.methods else self.methods[0]

    def permutation(
        self, *, draws: int = 10_000, rng: np.random.Generator | int | None = None
    ) -> Resampled:
        """Return the p-value by rearranging the answers instead of by a formula.

        Of two samples: all answers are put together, and drawn apart again at random
        (a multivariate hypergeometric draw of the pooled tally). Of pairs: the two answers of each
        pair are exchanged at random. Exact by enumeration where there are few arrangements.

        It tests that the answers are distributed alike, not only that the metric is the same.

        Args:
            draws: How many arrangements to draw where they are too many to enumerate.
            rng: Generator or seed.

        Raises:
            StateError: The answers are weighted, or are no tally: they cannot be rearranged.
            ParameterError: `draws` is no whole number of at least 1, or `rng` is no generator and
                no seed.

        Example:
            >>> import relmetrics as rm
            >>> rate = rm.Rate()
            >>> print(rate.compare(rm.rate(7, 8).state, rm.rate(2, 9).state).permutation())
            p = 0.0152 (exact, 9 arrangements)
        """
        return self.sides.permutation(check_draws(draws), as_generator(rng))

    def explain(self) -> Explanation:
        """Return how the difference came about: both sides, method, test and verdict.

        Example:
            >>> import relmetrics as rm
            >>> after = rm.churn_rate(start=400, lost=30)
            >>> before = rm.churn_rate(start=400, lost=50)
            >>> rm.ChurnRate().compare(after.state, before.state).explain()
            Churn rate difference -5.0 percentage points (95% CI -9.2 to -0.8; p = 0.019; n = 400
            against 400)
            Definition:  Share of the customers at the start of a period who left within it.
            Difference:  7.5 - 12.5 = -5.0
            Sizes:       n = 400 against 400
            Interval:    newcombe at 95%
            Test:        p = 0.019, two-sided, mid_p
            Verdict:     better (lower is better)
            Left out:    nothing
            Source:      Customer strategy in 2023: customer experience metrics (article in Finnish)
        """
        about = self._about
        digits = about.digits
        samples = self.figures
        left, right = samples.values
        by = "" if self.test == self.method else f", {self.test}"
        rows = (
            ("Definition", about.definition),
            ("Difference", f"{left:z.{digits}f} - {right:z.{digits}f} = {self.value:z.{digits}f}"),
            ("Sizes", samples.text),
            ("Interval", f"{self.method} at {percent(self.confidence_level)}"),
            ("Test", f"{p_text(self.p_value)}, two-sided{by}"),
            ("Verdict", f"{self.verdict} ({about.direction} is better)"),
            ("Left out", "; ".join(left_out(self.missing, self.sides.weightless)) or "nothing"),
            ("Source", about.source),
        )
        return Explanation.of(self._line(samples), rows)

    def __str__(self) -> str:
        """Return one honest line: difference, interval, p-value, sizes."""
        return self.to_text()

    def to_text(self, *, digits: int | None = None, decimal: str = ".") -> str:
        """Return the line with other decimals.

        Args:
            digits: Decimals of value and interval; by default the metric's.
            decimal: What stands before decimals: a point or a comma.

        Raises:
            ParameterError: `digits` is no whole number of 0 or more, or there is no such mark.

        Example:
            >>> import relmetrics as rm
            >>> rate = rm.Rate()
            >>> found = rate.compare(rm.rate(7, 8).state, rm.rate(2, 9).state)
            >>> found.to_text(digits=0, decimal=",")
            'Rate difference 65 percentage points (95% CI 18 to 84; p = 0,013; n = 8 against 9)'
        """
        return self._line(self.figures, digits, decimal)

    def _line(self, samples: SideFigures, digits: int | None = None, decimal: str = ".") -> str:
        about = self._about
        written = Decimals.of(about.digits if digits is None else digits, decimal)
        missing = f", {self.missing} missing" if self.missing else ""
        found = f"{about.symbol} difference {written(self.value)} {about.difference_unit}"
        if math.isnan(self.low):
            return f"{found} ({self.note}; {samples.text}{missing})"
        ends = f"{written(self.low)} to {written(self.high)}"
        level = marked(percent(self.confidence_level), decimal)
        inside = f"{level} CI {ends}; {marked(p_text(self.p_value), decimal)}; {samples.text}"
        return f"{found} ({inside}{missing})" + (f"; {self.note}" if self.note else "")

    @property
    def _about(self) -> Description:
        return self.metric.about

    def _content(self) -> dict[str, object]:
        numbers = ("value", "low", "high", "p_value", "standard_error", "values")
        words = ("n", "n_reference", "missing", "confidence_level", "method", "test", "note")
        return written(self, *numbers, *words) | self.sides.to_dict()
