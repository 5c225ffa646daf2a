"""Estimate: a metric's value with its uncertainty, definition and denominator."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar, Self

from attrs import field, frozen

from relmetrics.data.checks import choice, drawing
from relmetrics.errors.wording import printable
from relmetrics.metric.result import Result, Shown, Valued, written
from relmetrics.metric.wording import Decimals, left_out, marked, percent, row_html

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np

    from relmetrics.metric.contract import AnyMetric, Description


@frozen(repr=False)
class Interval(Shown):
    """A confidence interval, in the units of its metric.

    Attributes:
        low: Lower end.
        high: Upper end.
        confidence_level: The level it was made for, such as 0.95.
        method: How it was made. Where the method asked for would have no width because all
            answers are equal, this names the one that stands in.

    Example:
        >>> import relmetrics as rm
        >>> print(rm.rate(7, 10).interval(0.9, method="agresti_coull"))
        43.84 to 87.64 (90% CI, agresti_coull)
    """

    low: float
    high: float
    confidence_level: float
    method: str

    def __str__(self) -> str:
        """Return both ends, rounded for reading."""
        level = percent(self.confidence_level)
        return f"{self.low:z.2f} to {self.high:z.2f} ({level} CI, {self.method})"


class Explanation(str):
    """Text that shows itself as it reads, so that it needs no print in a notebook.

    Example:
        >>> import relmetrics as rm
        >>> rm.rate(1, 4).explain().splitlines()[0]
        'Rate: 25.0% (95% CI 4.6 to 69.9; n = 4)'
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """Keep the text, with control characters of names in it written out."""
        return super().__new__(cls, printable(text))

    @classmethod
    def of(cls, title: str, rows: Iterable[tuple[str, str]]) -> Self:
        """Return a line, and labelled texts below it, aligned."""
        return cls("\n".join([title, *(f"{label + ':':<13}{text}" for label, text in rows)]))

    def __repr__(self) -> str:
        """Return the text itself."""
        return str(self)


@frozen(repr=False)
class Estimate(Valued, Result):
    """The value of a metric with its interval, its sample and its definition.

    Made by a metric, not by hand. It remembers its state, so an interval at another level or by
    another method, or a merge with further data, can be asked of it later. ``float(estimate)`` is
    the value. Two estimates are equal when definition, state, level and method are.

    Attributes:
        value: The metric, in its unit, never rounded.
        low: Lower end of the default interval, within the metric's range.
        high: Upper end of it.
        standard_error: Standard error of the value, with divisor n - 1; NaN for a single answer.
            Wald's interval of a share or a net has divisor n instead.
        n: Number of answers that count: the denominator.
        n_effective: Kish's effective number of answers; `n` when unweighted.
        missing: Number of rows without an answer.
        confidence_level: The level of `low` and `high`.
        method: The method of `low` and `high`.
        metric: The definition it was computed with.
        state: The counts or sums that it was computed from.

    Example:
        >>> import relmetrics as rm
        >>> estimate = rm.nps([10, 9, 8, 3, None])
        >>> estimate.value, estimate.n, estimate.missing, estimate.method
        (25.0, 4, 1, 'adjusted')
        >>> print(estimate)
        NPS 25.0 (95% CI -44.2 to 72.7; n = 4, 1 missing)
    """

    __array_ufunc__: ClassVar[None] = None
    _type = "estimate"

    metric: AnyMetric
    state: Any = field(repr=False)
    value: float = field(eq=False)
    low: float = field(eq=False)
    high: float = field(eq=False)
    standard_error: float = field(eq=False)
    n: int = field(eq=False)
    n_effective: float = field(eq=False)
    missing: int = field(eq=False)
    confidence_level: float
    method: str

    @classmethod
    def of(cls, metric: AnyMetric, state: Any, *, confidence_level: float) -> Self:
        """Present a state of the metric's kind; users ask a metric to."""
        form = metric.form
        found = form.present(state, confidence_level, form.methods[0])
        sample = found.sample
        return cls(
            metric,
            state,
            sample.value,
            found.low,
            found.high,
            sample.standard_error,
            sample.n,
            sample.n_effective,
            int(state.missing),
            confidence_level,
            found.method,
        )

    @property
    def weightless(self) -> int:
        """The number of answers of weight 0, which count nowhere else."""
        return int(self.state.weightless)

    @property
    def respondents(self) -> int | None:
        """The number of different respondents among those who count; None where it is not known.

        Example:
            >>> import relmetrics as rm
            >>> rm.nps([10, 9, 3, 8], respondents=["ann", "ann", "bob", "cem"]).respondents
            3
        """
        if not self.state.is_clustered:
            return None
        sample: Any = self.metric.form.sampled(self.state)
        return int(sample.clusters)

    @property
    def design_effect(self) -> float:
        """How many times as many answers it took as independent, equal ones: n / `n_effective`."""
        return self.n / self.n_effective if self.n_effective else math.nan

    @property
    def definition(self) -> str:
        """The definition in words, with its parameters and its named variant."""
        return self._about.definition

    def interval(
        self,
        confidence_level: float | None = None,
        *,
        method: str | None = None,
        rng: np.random.Generator | int | None = None,
    ) -> Interval:
        """Return an interval at another level or by another method.

        Args:
            confidence_level: Strictly between 0 and 1; by default this estimate's.
            method: One of the metric's `methods`; by default its first.
            rng: Generator or seed for `bootstrap`.

        Raises:
            ParameterError: The level is not between 0 and 1, or the metric has no such method.

        Example:
            >>> import relmetrics as rm
            >>> interval = rm.nps([10, 9, 8, 3]).interval(0.9, method="score")
            >>> round(interval.low, 1), round(interval.high, 1)
            (-41.4, 73.1)
        """
        level = self.confidence_level if confidence_level is None else confidence_level
        chosen = choice("method", method, self.metric.methods)
        found = self.metric.form.present(self.state, level, chosen, drawing(chosen, rng))
        return Interval(found.low, found.high, level, found.method)

    def explain(self) -> Explanation:
        """Return how the number came about.

        The definition in words, the formula with this estimate's numbers in it, numerator and
        denominator, what was left out, the interval, and the source.

        Example:
            >>> import relmetrics as rm
            >>> rm.churn_rate(start=1000, lost=70).explain()
            Churn rate: 7.0% (95% CI 5.6 to 8.8; n = 1000)
            Definition:  Share of the customers at the start of a period who left within it.
            Formula:     lost / start x 100 % = 70 / 1000 x 100 % = 7%
            Numerator:   70 lost
            Denominator: 1000 at the start
            Left out:    nothing
            Interval:    wilson at 95%
            Direction:   lower is better, range 0 to 100 %
            Source:      Customer strategy in 2023: customer experience metrics (article in Finnish)
        """
        about = self._about
        working = self.metric.working(self.state)
        apart = [*left_out(self.missing, self.weightless), working.left_out]
        method = f"{self.method} at {percent(self.confidence_level)}"
        if not math.isclose(self.n_effective, self.n):
            method += f", with {self.n_effective:,.1f} effective answers of {self.n:,}"
        if self.state.is_clustered and self.state.clusters.margins is not None:
            method += "; knows the margins of the weights"
        rows = (
            ("Definition", about.definition),
            ("Formula", f"{about.formula} = {working.formula}"),
            ("Numerator", working.numerator),
            ("Denominator", working.denominator),
            ("Left out", "; ".join(filter(None, apart)) or "nothing"),
            ("Interval", method),
            ("Direction", f"{about.direction} is better, range {about.range_text}"),
            ("Source", about.source),
        )
        return Explanation.of(f"{about.name}: {self._figures()}", rows)

    def __str__(self) -> str:
        """Return one honest line: value, interval, sample size, missing answers."""
        return self.to_text()

    def to_text(self, *, digits: int | None = None, decimal: str = ".") -> str:
        """Return the line with so many decimals, after a point or a comma.

        Example:
            >>> import relmetrics as rm
            >>> rm.rate(1, 3).to_text(digits=0, decimal=",")
            'Rate 33% (95% CI 6 to 79; n = 3)'
        """
        return f"{self._about.symbol} {self._figures(digits, decimal)}"

    def _figures(self, digits: int | None = None, decimal: str = ".") -> str:
        about = self._about
        written = Decimals.of(about.digits if digits is None else digits, decimal)
        sample = f"n = {self.n}{self._clusters()}"
        if self.missing:
            sample += f", {self.missing} missing"
        if math.isnan(self.low):
            interval = f"no interval from n = {self.n}"
            sample = f"{self.missing} missing" if self.missing else ""
        else:
            ends = f"{written(self.low)} to {written(self.high)}"
            interval = f"{marked(percent(self.confidence_level), decimal)} CI {ends}"
        inside = "; ".join(part for part in (interval, sample) if part)
        return f"{written(self.value)}{'%' if about.unit == '%' else ''} ({inside})"

    def _clusters(self) -> str:
        """Return of how many respondents the answers are, where some answered again."""
        count = self.respondents
        if count is None or count == self.n:
            return ""
        return f" of {count} {self.state.clusters.unit}, design effect {self.design_effect:.3g}"

    def _body_html(self) -> str:
        """Return the estimate as a table of one row, for notebooks."""
        about = self._about
        digits = about.digits
        ends = f"{self.low:z.{digits}f} to {self.high:z.{digits}f}"
        cells = {
            "metric": about.name,
            f"value ({about.unit})": f"{self.value:z.{digits}f}",
            f"{percent(self.confidence_level)} CI": "none" if math.isnan(self.low) else ends,
            "n": str(self.n),
            "missing": str(self.missing),
        }
        if self.respondents is not None:
            cells["respondents"] = str(self.respondents)
            cells["design effect"] = f"{self.design_effect:.3g}"
        return row_html(cells, about.definition)

    @property
    def _about(self) -> Description:
        return self.metric.about

    def _content(self) -> dict[str, object]:
        words = ("n_effective", "n", "missing", "confidence_level", "method", "state")
        found = written(self, "value", "low", "high", "standard_error", *words)
        if self.respondents is not None:
            found |= written(self, "respondents", "design_effect")
        return found | {"n_effective": float(self.n_effective)}  # of answers of weight 1 it is n
