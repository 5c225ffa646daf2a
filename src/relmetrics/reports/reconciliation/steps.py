"""Readings of one data set under several definitions, and the steps from one to another."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from attrs import evolve, field, frozen
from attrs.converters import optional

from relmetrics.data.columns import EXACT, Unchanging, comparable, read_only
from relmetrics.errors.wording import SHOWN
from relmetrics.metric.result import Result, Shown, written
from relmetrics.metric.table import Table
from relmetrics.metric.wording import paragraph

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import AnyArray
    from relmetrics.metric.estimate import Estimate


@frozen(kw_only=True, repr=False)
class Reading(Shown):
    """What one definition makes of the data.

    ``times x numerator / denominator`` is the value, where there is one.

    Attributes:
        name: The name of the definition.
        value: The value in `unit`; NaN where the definition has none for these data.
        low: Lower end of its interval.
        high: Upper end.
        numerator: What is counted, exactly; None where the definition cannot be counted.
        denominator: What it is divided by, exactly; None where it cannot be counted.
        times: 100 for percentages and net points, 1 for means.
        unit: Of the value.
        definition: The definition in words.
        reason: Why there is no value; empty where there is one.

    Example:
        >>> import relmetrics as rm
        >>> reading = rm.reconcile([5, 4, 2], "csat")["mean"]
        >>> reading.numerator, reading.denominator
        (Fraction(11, 1), Fraction(3, 1))
    """

    name: str
    value: float = field(default=math.nan, eq=comparable)
    low: float = field(default=math.nan, eq=comparable)
    high: float = field(default=math.nan, eq=comparable)
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    times: int = 100
    unit: str = "%"
    definition: str
    reason: str = ""

    def with_value_of(self, estimate: Estimate) -> Reading:
        """Return this reading with the value and the interval of an estimate."""
        return evolve(self, value=estimate.value, low=estimate.low, high=estimate.high)

    def to_dict(self) -> dict[str, object]:
        """Return the reading as JSON-ready plain values; NaN becomes None.

        Example:
            >>> import relmetrics as rm
            >>> rm.reconcile([5, 4, 2], "csat")["mean"].to_dict()["numerator"]
            11
        """
        counted = ("value", "low", "high", "numerator", "denominator")
        return written(self, "name", *counted, "unit", "definition", "reason")

    def __str__(self) -> str:
        """Return the name and the value."""
        if self.reason:
            return f"{self.name} undefined"
        return f"{self.name} {self.value:z.2f} {self.unit}"


@frozen(kw_only=True)
class Step(Unchanging):
    """Customers or answers of one kind, and what they change.

    Attributes:
        what: The kind: where the customers stand, or the answer.
        count: How many customers or answers there are.
        numerator: What they add to the numerator, exactly.
        denominator: What they add to the denominator, exactly.
        customers: Their ids, at most as many as were asked for; None for answers.

    Example:
        >>> import relmetrics as rm
        >>> step = rm.reconcile([5, 4, 2], "csat").difference("top_box", "net").steps[0]
        >>> step.what, step.count, step.numerator
        ('answer 2', 1, Fraction(-1, 1))
    """

    what: str
    count: int
    numerator: Fraction
    denominator: Fraction = Fraction(0)
    customers: AnyArray | None = field(
        default=None, repr=False, eq=EXACT, hash=False, converter=optional(read_only)
    )


class Source(Protocol):
    """Data that can say what makes the difference between two definitions."""

    def steps(self, a: str, b: str, most: int | None) -> tuple[Step, ...]:
        """Return who contributes otherwise to b than to a, by kind."""
        ...  # pragma: no cover - a protocol has no body


@frozen(kw_only=True, repr=False)
class Walk(Result):
    """The way from one definition's value to another's, step by step.

    The numerator of `a` and those of all steps add to the numerator of `b`, exactly; so do the
    denominators.

    Attributes:
        a: Where it begins.
        b: Where it ends.
        steps: Who makes the difference, by kind.

    Example:
        >>> import relmetrics as rm
        >>> log = rm.PurchaseLog(
        ...     ["ann", "bob", "bob", "eve"],
        ...     ["2024-03-01", "2024-05-01", "2025-02-01", "2025-06-01"],
        ... )
        >>> churn = rm.reconcile(log, "churn", start="2025-01-01", end="2026-01-01")
        >>> walk = churn.difference("start", "start_plus_new")
        >>> [(step.what, step.customers.tolist()) for step in walk.steps]
        [('joined', ['eve'])]
        >>> print(walk)
        From start 50.00 % to start_plus_new 33.33 %
        step    count  numerator_change  denominator_change  numerator  denominator  quotient  who
        start       0                 0                   0          1            2     50.00
        joined      1                 0                   1          1            3     33.33  eve
    """

    a: Reading
    b: Reading
    steps: tuple[Step, ...]

    @property
    def count(self) -> int:
        """The number of customers or answers that make the difference."""
        return sum(step.count for step in self.steps)

    def table(self) -> Table:
        """Return a row for `a` and one for each step, with what it changes and what comes of it.

        ``quotient`` is ``times x numerator / denominator`` so far. Beyond the range of the metric
        it is no value of anything. From a mean to a share, or back, only the two ends have one.
        ``who`` names the first customers.
        """
        changes = [step.numerator for step in self.steps], [step.denominator for step in self.steps]
        tops = _running(self.a.numerator, changes[0])
        bases = _running(self.a.denominator, changes[1])
        columns = {
            "step": np.array([self.a.name, *(step.what for step in self.steps)]),
            "count": np.array([0, *(step.count for step in self.steps)]),
            "numerator_change": numbers([Fraction(0), *changes[0]]),
            "denominator_change": numbers([Fraction(0), *changes[1]]),
            "numerator": numbers(tops),
            "denominator": numbers(bases),
            "quotient": np.array(self._quotients(tops, bases)),
        }
        if any(step.customers is not None for step in self.steps):
            columns["who"] = np.array(["", *map(_who, self.steps)])
        return Table(columns, dict.fromkeys(columns, 2))

    def _quotients(self, tops: list[Fraction], bases: list[Fraction]) -> list[float]:
        last, same = len(tops) - 1, self.a.times == self.b.times
        times = [self.a.times, *[self.b.times] * last]
        return [
            float(times[i] * tops[i] / bases[i])
            if bases[i] and (same or i in {0, last})
            else np.nan
            for i in range(len(tops))
        ]

    def _content(self) -> dict[str, object]:
        names = ("what", "count", "numerator", "denominator", "customers")
        return written(self, "a", "b") | {"steps": [written(step, *names) for step in self.steps]}

    def __str__(self) -> str:
        """Return both ends, and the steps as text."""
        return f"{self._title()}\n{self.table().to_text()}"

    def _body_html(self) -> str:
        """Return both ends, and the steps as a table, for notebooks."""
        return paragraph(self._title()) + self.table().to_html()

    def _title(self) -> str:
        same = "" if self.steps else ": nobody makes a difference"
        return f"From {self.a} to {self.b}{same}"


_EXACT = 2**53
"""Beyond it, floats do not hold every integer."""


def numbers(exact: Sequence[Fraction | None]) -> AnyArray:
    """Return exact numbers as an array: of integers where all are whole, NaN for unknown ones."""
    if all(n is not None and n.denominator == 1 and abs(n) < _EXACT for n in exact):
        return np.array([int(number or 0) for number in exact], dtype=np.int64)
    return np.array([np.nan if number is None else float(number) for number in exact])


def _running(first: Fraction | None, changes: Sequence[Fraction]) -> list[Fraction]:
    totals = [first or Fraction(0)]
    for change in changes:
        totals.append(totals[-1] + change)
    return totals


def _who(step: Step) -> str:
    """Return the first ids of a step as text."""
    ids: list[Any] = [] if step.customers is None else step.customers[:SHOWN].tolist()
    more = step.count - len(ids)
    return ", ".join(map(str, ids)) + (f" and {more} more" if more else "")
