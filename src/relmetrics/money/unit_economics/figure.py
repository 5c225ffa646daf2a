"""UnitFigure: a figure of unit economics, with its interval, its formula and its numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from attrs import field, frozen

from relmetrics.data.columns import comparable
from relmetrics.metric.estimate import Explanation
from relmetrics.metric.result import Result, Valued, written
from relmetrics.metric.wording import percent

if TYPE_CHECKING:
    from relmetrics.money.unit_economics.given import Given


@frozen(repr=False, kw_only=True)
class UnitFigure(Valued, Result):
    """A figure of unit economics, such as a lifetime value, with the interval of what it rests on.

    Made by `lifetime_value`, `ltv_to_cac`, `cac_payback` and `break_even_retention`. Its interval
    is that of the estimates it was made of; of numbers that were taken as known there is none.

    Attributes:
        name: What it is.
        symbol: The short name.
        value: The figure; NaN where it is unbounded or never reached.
        low: Lower end; NaN without an interval.
        high: Upper end; NaN where it is open, and without an interval.
        confidence_level: Level of the interval; None where all was taken as known.
        unit: ``money``, ``periods``, ``times`` or ``%``.
        formula: The formula in words.
        numbers: The formula with the numbers in it.
        assumed: What is taken for granted.
        source: Whose definition it is.
        without: What it is called where it has no value.

    Example:
        >>> import relmetrics as rm
        >>> churn = rm.churn_rate(start=1000, lost=50)
        >>> value = rm.lifetime_value(revenue=100, churn=churn, margin=80)
        >>> print(value)
        LTV 1,600.00 (95% CI 1,224.86 to 2,098.07)
        >>> value.is_open, round(value.low, 2)
        (False, 1224.86)
    """

    name: str
    symbol: str
    value: float = field(eq=comparable)
    low: float = field(eq=comparable)
    high: float = field(eq=comparable)
    confidence_level: float | None
    unit: str
    formula: str
    numbers: str
    assumed: str = ""
    source: str
    without: str = "unbounded"

    @property
    def is_open(self) -> bool:
        """Whether the interval has no upper end: the data do not bound the figure."""
        return math.isnan(self.high) and not math.isnan(self.low)

    def explain(self) -> Explanation:
        """Return the formula, the same with its numbers, and what it takes for granted.

        Example:
            >>> import relmetrics as rm
            >>> rm.ltv_to_cac(lifetime_value=1600, acquisition_cost=400).explain()
            LTV : CAC 4.00 (of numbers taken as known)
            Formula:     lifetime value / cost of acquisition
            Numbers:     1,600.00 / 400.00 = 4.00
            Source:      Skok, SaaS Metrics 2.0
        """
        rows = [("Formula", self.formula), ("Numbers", self.numbers)]
        rows += [("Assumed", text) for text in self.assumed.split("; ") if text]
        return Explanation.of(str(self), [*rows, ("Source", self.source)])

    def _content(self) -> dict[str, object]:
        return written(
            self, "name", "symbol", "unit", "value", "low", "high", "confidence_level", "formula"
        )

    def __str__(self) -> str:
        """Return one line: the figure and its interval."""
        return f"{self.symbol} {self.text} ({self.interval_text})"

    @property
    def text(self) -> str:
        """The value, rounded for reading, in words where it has none."""
        return self.without if math.isnan(self.value) else shown(self.value, self.unit)

    @property
    def interval_text(self) -> str:
        """The interval, rounded for reading."""
        if self.confidence_level is None:
            return "of numbers taken as known"
        if math.isnan(self.low):
            return "no interval"
        end = "or more" if self.is_open else f"to {shown(self.high)}"
        return f"{percent(self.confidence_level)} CI {shown(self.low)} {end}"


def figure_of(words: tuple[str, str, str], found: Given, numbers: str, **texts: str) -> UnitFigure:
    """Return a figure of a name, a symbol and a unit."""
    known = found.level is None
    name, symbol, unit = words
    return UnitFigure(
        name=name,
        symbol=symbol,
        unit=unit,
        value=found.value,
        low=math.nan if known else found.low,
        high=math.nan if known else found.high,
        confidence_level=found.level,
        numbers=numbers,
        **texts,
    )


def shown(number: float, unit: str = "") -> str:
    """Return a number as text, rounded for reading."""
    return f"{number:z,.2f}{'%' if unit == '%' else ''}"
