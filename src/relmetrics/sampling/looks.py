"""Looks: testing again and again while answers come in, and no more false alarms for it."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
from attrs import frozen

from relmetrics.data.checks import check_name, check_share, check_whole
from relmetrics.data.columns import as_column
from relmetrics.errors import ParameterError
from relmetrics.inference.boundaries import SPENDING, boundaries, chance_of_crossing, drift_for
from relmetrics.inference.differences import two_sided
from relmetrics.inference.intervals import quantile
from relmetrics.metric.result import Result, Tabular, written
from relmetrics.metric.table import Table
from relmetrics.metric.wording import paragraph, percent
from relmetrics.sampling.power_results import GroupSizes

if TYPE_CHECKING:
    from collections.abc import Sequence

Spending = Literal["obrien_fleming", "pocock"]
_MOST_LOOKS = 100


@frozen(repr=False, slots=False)
class GroupSequential(Tabular, Result):
    """When to look while answers come in, and at which level. Made by ``rm.group_sequential(...)``.

    Attributes:
        information: The part of all answers that has come in at each look, up to 1.
        spending: ``obrien_fleming`` or ``pocock``: how the chance of a false alarm is spent.
        sides: 2, or 1 for one-sided tests.
        confidence_level: 1 less the chance of a false alarm at any of the looks.
        bounds: How many standard errors a difference must be away at each look.

    Example:
        >>> import relmetrics as rm
        >>> plan = rm.group_sequential(looks=3)
        >>> print(plan)
        3 looks by obrien_fleming, 5% in all: p below 0.000207, 0.012, 0.0463
        >>> round(plan.inflation(power=0.8), 3)
        1.013

    Source:
        As `group_sequential`.
    """

    information: tuple[float, ...]
    spending: Spending
    sides: int
    confidence_level: float
    bounds: tuple[float, ...]

    @cached_property
    def alphas(self) -> tuple[float, ...]:
        """What p must be below at each look: two-sided, or one-sided of one-sided tests."""
        return tuple(float(two_sided(bound)) * self.sides / 2 for bound in self.bounds)

    @property
    def levels(self) -> tuple[float, ...]:
        """The confidence level of each look, for ``metric.compare(..., confidence_level=...)``.

        Of alphas in four digits, as levels are read.
        """
        return tuple(1 - float(f"{alpha:.4g}") for alpha in self.alphas)

    def table(self) -> Table:
        """Return one row per look.

        Columns: `look`; `information`, the part of all answers; `alpha`, what p must be below, and
        `confidence_level`, 1 less that; `bound`, in standard errors; `spent`, the chance that a
        false alarm has been raised by then.
        """
        spent = np.cumsum(chance_of_crossing(self.information, self.bounds, 0.0, sides=self.sides))
        columns = {
            "look": np.arange(1, len(self.bounds) + 1),
            "information": np.array(self.information),
            "alpha": np.array(self.alphas),
            "confidence_level": np.array(self.levels),
            "bound": np.array(self.bounds),
            "spent": spent * self.sides,
        }
        digits = {"information": 3, "alpha": 6, "confidence_level": 6, "bound": 3, "spent": 6}
        return Table(columns, digits)

    def inflation(self, *, power: float = 0.8) -> float:
        """Return how many times the answers of a single look it takes, to find as much in the end.

        Most surveys end before, where the difference is there; `expected` says how many.

        Args:
            power: The chance of finding the difference at any look, between 0.5 and 1.

        Raises:
            ParameterError: The power is not.
        """
        z = quantile(self.confidence_level if self.sides > 1 else 2 * self.confidence_level - 1)
        return (self._drift(power) / (z + quantile(2 * power - 1))) ** 2

    def expected(self, *, power: float = 0.8) -> float:
        """Return the part of all answers that are asked on average, where the difference is there.

        Args:
            power: As for `inflation`.

        Raises:
            ParameterError: As for `inflation`.

        Example:
            >>> import relmetrics as rm
            >>> plan = rm.group_sequential(looks=5, spending="pocock")
            >>> round(plan.inflation(power=0.9), 2), round(plan.expected(power=0.9), 2)
            (1.19, 0.57)
        """
        drift = self._drift(power)
        ended = chance_of_crossing(self.information, self.bounds, drift, sides=self.sides)
        stays = [1 - sum(ended[:look]) for look in range(len(ended))]
        steps = np.diff(self.information, prepend=0.0)
        return float(np.array(stays) @ steps)

    def sizes(self, plan: GroupSizes) -> list[tuple[int, int]]:
        """Return the answers of both groups at each look, for a plan that was made of one look.

        Args:
            plan: What ``rm.sample_size_for_difference`` gave, at the same level and of as many
                sides.

        Raises:
            ParameterError: It is of another level, or of other sides.

        Example:
            >>> import relmetrics as rm
            >>> one = rm.sample_size_for_difference(rm.NPS(), difference=10)
            >>> rm.group_sequential(looks=3).sizes(one)
            [(530, 530), (1059, 1059), (1588, 1588)]
        """
        if not isinstance(plan, GroupSizes):
            remedy = "Say rm.sample_size_for_difference(metric, difference=...)."
            raise ParameterError.must_be("plan", "the sizes of two groups", plan, remedy)
        given = plan.assumptions.confidence_level
        if given != self.confidence_level:
            raise ParameterError.must_be("plan", f"at {self.confidence_level:g}", given)
        if (plan.test.alternative == "two-sided") != (self.sides > 1):
            wanted = "two-sided" if self.sides > 1 else "one-sided"
            raise ParameterError.must_be("plan", wanted, plan.test.alternative)
        times = self.inflation(power=plan.power)
        return [
            (math.ceil(part * times * plan.n), math.ceil(part * times * plan.n_reference))
            for part in self.information
        ]

    def _drift(self, power: float) -> float:
        power = check_share("power", power, "Say 0.8 for four times in five.", low=0.5)
        return drift_for(self.information, self.bounds, power, sides=self.sides)

    def __str__(self) -> str:
        """Return one honest line: how many looks, and what p must be below at each."""
        alphas = ", ".join(f"{alpha:.3g}" for alpha in self.alphas[:5])
        more = f" and {len(self.alphas) - 5} more" if len(self.alphas) > 5 else ""  # noqa: PLR2004 - a line
        side = "" if self.sides > 1 else ", one-sided"
        spent = percent(round(1 - self.confidence_level, 9))
        return (
            f"{len(self.bounds)} looks by {self.spending}, {spent} in all{side}: "
            f"p below {alphas}{more}"
        )

    def __repr__(self) -> str:
        """Return the line, and the table below it."""
        return f"{self}\n{self.table()!r}"

    def _body_html(self) -> str:
        """Return the line and the table as HTML, for notebooks."""
        return paragraph(str(self)) + self.table()._repr_html_()

    def _content(self) -> dict[str, object]:
        return written(self, "spending", "sides", "confidence_level") | {"table": self.table()}


def group_sequential(
    *,
    looks: int | None = None,
    information: Sequence[float] | None = None,
    spending: Spending = "obrien_fleming",
    confidence_level: float = 0.95,
    alternative: Literal["two-sided", "one-sided"] = "two-sided",
) -> GroupSequential:
    """Plan to look at a comparison several times, with no more false alarms than of one look.

    Who compares every week until p is below 5 % finds a difference that is not there in 14 of 100
    surveys with five looks, in 25 with twenty. With alpha spending the chance over all looks stays
    what was promised: at each look p is held against what may be spent by then.

    Formula: with f the spending function of one side's alpha at a part t of all answers::

        obrien_fleming   f(t) = 2 - 2 Phi(Phi^-1(1 - alpha / 2) / sqrt(t))
        pocock           f(t) = alpha log(1 + (e - 1) t)

    the bound c_k of look k is where the chance of a first crossing is ``f(t_k) - f(t_(k-1))``, of a
    statistic that grows by independent normal steps. The bound of a look asks only for the looks
    before it: when answers come in other parts than planned, ask again with those so far.

    ``obrien_fleming`` asks for very much at first and hardly more than a single look in the end;
    ``pocock`` for about the same each time, which ends earlier where the difference is large and
    takes more answers in all. Decide which before the first look.

    Args:
        looks: How many looks, evenly spread; from 1 to 100.
        information: In place of `looks`: the part of all answers at each look, ascending, the last
            one 1. With weights or clusters the part of the effective number.
        spending: ``obrien_fleming`` or ``pocock``.
        confidence_level: 1 less the chance of a false alarm over all looks.
        alternative: ``two-sided``, or ``one-sided`` for ``difference.one_sided(...)``.

    Raises:
        ParameterError: Neither or both of `looks` and `information` are given, they are not as
            they must be, there is no such name, or the level is not between 0 and 1, of one-sided
            tests above 0.5.

    Example:
        >>> import relmetrics as rm
        >>> plan = rm.group_sequential(information=[0.5, 1], spending="pocock")
        >>> [round(level, 4) for level in plan.levels]
        [0.969, 0.9723]

    Source:
        Lan and DeMets (1983), Biometrika 70, 659-663; Jennison and Turnbull (2000), Group
        Sequential Methods, chapters 7 and 19.
    """
    check_name("spending", spending, SPENDING)
    check_name("alternative", alternative, ("two-sided", "one-sided"))
    quantile(confidence_level)
    sides = 2 if alternative == "two-sided" else 1
    if sides == 1 and confidence_level <= 0.5:  # noqa: PLR2004 - it would pass without evidence
        raise ParameterError.must_be("confidence_level", "above 0.5", confidence_level)
    parts = _parts(looks, information)
    alpha = (1 - float(confidence_level)) / sides
    spent = [SPENDING[spending](part, alpha) for part in parts]
    bounds = boundaries(parts, spent, sides=sides)
    return GroupSequential(tuple(parts), spending, sides, float(confidence_level), tuple(bounds))


def _parts(looks: int | None, information: Sequence[float] | None) -> list[float]:
    """Return the part of all answers at each look.

    Raises:
        ParameterError: They are not said, or not as they must be.
    """
    if (looks is None) == (information is None):
        wanted = "given, or information= in its place"
        raise ParameterError.must_be("looks", wanted, looks, "Say looks=5.")
    if looks is not None or information is None:
        count = check_whole("looks", looks, 1, _MOST_LOOKS)
        return [look / count for look in range(1, count + 1)]
    wanted = "numbers above 0 that rise to 1, such as [0.25, 0.5, 1]"
    column = as_column(information, "information")
    try:
        parts = [float(part) for part in column]
    except (TypeError, ValueError):
        raise ParameterError.must_be("information", wanted, information) from None
    rising = all(a < b for a, b in zip([0.0, *parts], parts, strict=False))
    if not parts or not rising or parts[-1] != 1 or len(parts) > _MOST_LOOKS:
        raise ParameterError.must_be("information", wanted, parts)
    return parts
