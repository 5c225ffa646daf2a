"""Results of planning a comparison: sizes, power, detectable differences."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from attrs import field, frozen

from relmetrics.data.columns import comparable
from relmetrics.metric.result import Valued
from relmetrics.sampling.assumptions import Plan
from relmetrics.sampling.planning.planned_test import PlannedTest
from relmetrics.sampling.sample_size import counted

if TYPE_CHECKING:
    from collections.abc import Iterable


@frozen(repr=False)
class GroupSizes(Plan):
    """How many answers each of two groups needs: see `sample_size_for_difference`.

    ``int(sizes)`` is the number of answers of the group that is compared.

    Attributes:
        n: The number of answers of the group.
        n_reference: The number of answers of the reference.
        difference: The true difference that is to be seen: group less reference.
        power: The chance that is reached of seeing it, 0..1.
        test: What is tested.

    Example:
        >>> import relmetrics as rm
        >>> print(rm.sample_size_for_difference(rm.CSAT(), difference=5))
        CSAT: 1,569 answers against 1,569 to see a difference of 5 percentage points (power 0.8;
        95% confidence, the worst case)
    """

    n: int
    n_reference: int
    difference: float
    power: float
    test: PlannedTest = field(factory=PlannedTest)

    def __int__(self) -> int:
        """Return the number of answers of the group."""
        return self.n

    @property
    def total(self) -> int:
        """The number of answers of both groups."""
        return self.n + self.n_reference

    def __str__(self) -> str:
        """Return one honest line: the answers, the difference, the chance, the assumptions."""
        return (
            f"{_sizes(self)} to {_seen(self)} "
            f"(power {self.power:.3g}; {_asked(self.test)}{self.assumptions})"
        )

    def rows(self) -> Iterable[tuple[str, str]]:
        """Return what was found, as labels and texts."""
        yield "Answers of", f"the group {self.n:,}, the reference {self.n_reference:,}"
        yield "Difference", f"{self.in_unit(self.difference)}, group less reference"
        yield "Power", f"{self.power:.4f} reached"
        yield from _rows_of(self)


@frozen(repr=False)
class Power(Valued, Plan):
    """The chance of seeing a difference that is there: see `power`. ``float(power)`` is it.

    Attributes:
        value: The chance, 0..1.
        n: The number of answers of the group.
        n_reference: The number of answers of the reference.
        difference: The true difference: group less reference.
        test: What is tested.

    Example:
        >>> import relmetrics as rm
        >>> print(rm.power(rm.NPS(), n=400, difference=10))
        NPS: 400 answers against 400 see a difference of 10 points with power 0.292
        (95% confidence, the worst case)
    """

    value: float
    n: int
    n_reference: int
    difference: float
    test: PlannedTest = field(factory=PlannedTest)

    def __str__(self) -> str:
        """Return one honest line: the answers, the difference, the chance, the assumptions."""
        return (
            f"{_sizes(self)} {_seen(self)} "
            f"with power {self.value:.3f} ({_asked(self.test)}{self.assumptions})"
        )

    def rows(self) -> Iterable[tuple[str, str]]:
        """Return what was found, as labels and texts."""
        yield "Missed", f"with chance {1 - self.value:.4f}"
        yield from _rows_of(self)


@frozen(repr=False)
class DetectableDifference(Valued, Plan):
    """The least difference that so many answers will show: see `detectable_difference`.

    ``float(detectable)`` is `value`.

    Attributes:
        value: The size of a difference that is seen whichever way it goes: the larger of `rise`
            and `-fall`. Where the range ends before one of them, the other; NaN without either.
        rise: The least rise that is seen; NaN when none is within the range.
        fall: The least fall that is seen, negative; NaN when none is within the range.
        n: The number of answers of the group.
        n_reference: The number of answers of the reference.
        power: The chance of seeing such a difference, 0..1.

    Example:
        >>> import relmetrics as rm
        >>> churn = rm.ChurnRate().tally_counts({1: 5, 0: 95})
        >>> detectable = rm.detectable_difference(rm.ChurnRate(), n=1000, expected=churn)
        >>> print(detectable)
        Churn rate: 1,000 answers against 1,000 see a rise of 3.098 percentage points or a fall
        of 2.395 percentage points (power 0.8; 95% confidence, answers as expected)
    """

    value: float = field(eq=comparable)
    rise: float = field(eq=comparable)
    fall: float = field(eq=comparable)
    n: int
    n_reference: int
    power: float
    test: PlannedTest = field(factory=PlannedTest)

    def __str__(self) -> str:
        """Return one honest line: the answers, the differences, the chance, the assumptions."""
        ways = [("rise", self.rise), ("fall", -self.fall)]
        seen = [f"a {way} of {self.in_unit(size)}" for way, size in ways if not math.isnan(size)]
        if len(seen) > 1 and self.in_unit(self.rise) == self.in_unit(-self.fall):
            seen = [f"a difference of {self.in_unit(self.value)} either way"]
        return (
            f"{_sizes(self)} see {' or '.join(seen) or 'no difference at all'} "
            f"(power {self.power:g}; {_asked(self.test)}{self.assumptions})"
        )

    def rows(self) -> Iterable[tuple[str, str]]:
        """Return what was found, as labels and texts."""
        for label, size in (("Rise", self.rise), ("Fall", self.fall)):
            none = math.isnan(size)
            yield label, "none within the range is seen" if none else self.in_unit(size)
        yield from _rows_of(self)


def _sizes(plan: GroupSizes | Power | DetectableDifference) -> str:
    symbol = plan.assumptions.metric.description.symbol
    return f"{symbol}: {counted(plan.n)} against {plan.n_reference:,}"


def _seen(plan: GroupSizes | Power) -> str:
    """Return what is to be seen, in words."""
    difference = plan.in_unit(plan.difference)
    if not plan.test.margin:
        return f"see a difference of {difference}"
    kind = "that it is " if plan.test.alternative == "equivalence" else ""
    return f"show {kind}{plan.test.claim} where the difference is {difference}"


def _rows_of(plan: GroupSizes | Power | DetectableDifference) -> Iterable[tuple[str, str]]:
    """Return what the test is, as labels and texts."""
    given, test = plan.assumptions, plan.test
    method = test.method or given.metric.difference_methods[0]
    kinds = {"newcombe": "pooled score test", "wald": "Wald"}
    kind = kinds.get(method, "adjusted on both sides")
    if method == "newcombe" and test.correlation:
        kind = "adjusted on both sides"
    elif method == "newcombe" and test.margin:
        kind = "Newcombe's interval"
    yield from test.rows(confidence_level=given.confidence_level, kind=kind)


def _asked(test: PlannedTest) -> str:
    """Return what is tested, where that is not the usual."""
    parts = [] if test.margin or test.alternative == "two-sided" else [str(test)]
    if test.correlation:
        parts.append(f"correlation {test.correlation:.4g}")
    if test.method == "wald":
        parts.append("by Wald")
    return "".join(f"{part}; " for part in parts)
