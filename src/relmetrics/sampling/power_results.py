"""Results of planning a comparison: sizes, power, detectable differences."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from attrs import field, frozen

from relmetrics.data.columns import comparable
from relmetrics.metric.result import Valued
from relmetrics.sampling.assumptions import Assumptions, Plan
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
            f"{_sizes(self)} to see a difference of {self.in_unit(self.difference)} "
            f"(power {self.power:.3g}; {self.assumptions})"
        )

    def rows(self) -> Iterable[tuple[str, str]]:
        """Return what was found, as labels and texts."""
        yield "Answers of", f"the group {self.n:,}, the reference {self.n_reference:,}"
        yield "Difference", f"{self.in_unit(self.difference)}, group less reference"
        yield "Power", f"{self.power:.4f} reached"
        yield "Test", _test_of(self.assumptions)


@frozen(repr=False)
class Power(Valued, Plan):
    """The chance of seeing a difference that is there: see `power`. ``float(power)`` is it.

    Attributes:
        value: The chance, 0..1.
        n: The number of answers of the group.
        n_reference: The number of answers of the reference.
        difference: The true difference: group less reference.

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

    def __str__(self) -> str:
        """Return one honest line: the answers, the difference, the chance, the assumptions."""
        return (
            f"{_sizes(self)} see a difference of {self.in_unit(self.difference)} "
            f"with power {self.value:.3f} ({self.assumptions})"
        )

    def rows(self) -> Iterable[tuple[str, str]]:
        """Return what was found, as labels and texts."""
        yield "Missed", f"with chance {1 - self.value:.4f}"
        yield "Test", _test_of(self.assumptions)


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

    def __str__(self) -> str:
        """Return one honest line: the answers, the differences, the chance, the assumptions."""
        ways = [("rise", self.rise), ("fall", -self.fall)]
        seen = [f"a {way} of {self.in_unit(size)}" for way, size in ways if not math.isnan(size)]
        if len(seen) > 1 and self.in_unit(self.rise) == self.in_unit(-self.fall):
            seen = [f"a difference of {self.in_unit(self.value)} either way"]
        return (
            f"{_sizes(self)} see {' or '.join(seen) or 'no difference at all'} "
            f"(power {self.power:g}; {self.assumptions})"
        )

    def rows(self) -> Iterable[tuple[str, str]]:
        """Return what was found, as labels and texts."""
        for label, size in (("Rise", self.rise), ("Fall", self.fall)):
            none = math.isnan(size)
            yield label, "none within the range is seen" if none else self.in_unit(size)
        yield "Test", _test_of(self.assumptions)


def _sizes(plan: GroupSizes | Power | DetectableDifference) -> str:
    symbol = plan.assumptions.metric.description.symbol
    return f"{symbol}: {counted(plan.n)} against {plan.n_reference:,}"


def _test_of(given: Assumptions) -> str:
    """Return what the test is, in words."""
    kind = "pooled score test" if given.metric.has_two_outcomes else "adjusted on both sides"
    return f"two-sided, {kind}"
