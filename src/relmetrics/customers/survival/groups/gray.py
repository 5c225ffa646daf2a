"""Gray's test of groups: whether as many leave for one reason, where there are several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import NOTHING, field, frozen

from relmetrics.customers.survival.curve import SurvivalCurve
from relmetrics.customers.survival.questions import risks_of
from relmetrics.data.checks import check_positive
from relmetrics.data.columns import comparable
from relmetrics.errors import ParameterError, StateError
from relmetrics.errors.wording import did_you_mean
from relmetrics.inference.survival.gray import gray_scores
from relmetrics.inference.survival.log_rank import added, tested
from relmetrics.metric.result import Result
from relmetrics.metric.table import Table
from relmetrics.metric.wording import p_text

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from relmetrics.data.types import AnyArray


@frozen(repr=False)
class GrayTest(Result):
    """Gray's test: whether groups have the same cumulative incidence of a reason of leaving.

    The log-rank test of a reason alone takes who left for another one for somebody who still might;
    this test does not: it compares the shares that `CumulativeIncidence` shows.

    Formula: ``U' V^-1 U`` of the sums over all times of those who left for the reason less those
    who would have at the rate of all, where who has left for another reason stays in the
    denominator; chi-square.

    Attributes:
        reason: The reason.
        statistic: The statistic; NaN where no time tells the groups apart.
        df: Its degrees of freedom: the groups less one.
        p_value: The chance of a larger one if the incidence were the same in all groups.
        rho: Each time is weighed by (1 - F(t-))^rho.
        strata: How many strata the sums are added over; 1 without.
        groups: One row per group: its label, ``observed`` and ``expected``.

    Example:
        >>> import relmetrics as rm
        >>> why = ["price", "moved", "price", None, "price", "price", "moved"]
        >>> why = [*why, None, "price", "moved", "price", None, "price", "moved"]
        >>> gone = [reason is not None for reason in why]
        >>> by = rm.survival(range(1, 15), gone, by=["a", "b"] * 7, reasons=why)
        >>> print(by.compare_incidence("price"))
        price: Gray's chi-square 4.21 with 1 degree of freedom, p = 0.04

    Source:
        Gray (1988), Annals of Statistics 16, 1141-1154.
    """

    reason: Hashable
    statistic: float = field(eq=comparable)
    df: int
    p_value: float = field(eq=comparable)
    rho: float
    strata: int
    groups: Table = field(hash=False, repr=False)

    def __str__(self) -> str:
        """Return one line: reason, statistic, degrees of freedom and p-value."""
        freedom = "1 degree" if self.df == 1 else f"{self.df} degrees"
        weighed = f" with rho = {self.rho:g}" if self.rho else ""
        within = f" in {self.strata} strata" if self.strata > 1 else ""
        found = f"{self.statistic:.2f} with {freedom} of freedom, {p_text(self.p_value)}"
        return f"{self.reason}: Gray's chi-square{weighed}{within} {found}"


def gray_test(
    strata: Sequence[Sequence[Any]], labels: Mapping[str, AnyArray], reason: Hashable, rho: float
) -> GrayTest:
    """Test whether groups leave for a reason to the same extent.

    Args:
        strata: For each stratum the curve of every group.
        labels: The columns that name the groups.
        reason: The reason; `NOTHING` where there is one.
        rho: Each time is weighed by (1 - F(t-))^rho.

    Raises:
        ParameterError: There is no such reason, or several and none is named, or `rho` is negative.
        StateError: The curves have no reasons, or survey weights.
    """
    rho = check_positive("rho", rho, zero=True)
    curves = [curve for stratum in strata for curve in stratum]
    if not all(isinstance(curve, SurvivalCurve) for curve in curves):
        raise StateError.lacks("reasons", "rm.survival(durations, events, by=..., reasons=...)")
    if any(curve.weights is not None for curve in curves):
        raise StateError.undefined(
            "Gray's test", "the curves have survey weights", "Leave the weights out."
        )
    whole: Any = sum(curves[1:], start=curves[0])
    chosen = _reason(whole.reasons, reason)
    found = added(
        [
            gray_scores([risks_of(c) for c in one], [_gone(c, chosen) for c in one], rho)
            for one in strata
        ]
    )
    statistic, df, p_value = tested(found)
    columns = {**labels, "observed": found.observed, "expected": found.expected}
    table = Table(columns, {"expected": 1})
    return GrayTest(chosen, statistic, df, p_value, rho, len(strata), table)


def _reason(known: Sequence[Hashable], reason: Hashable) -> Hashable:
    """Return the reason that is asked for.

    Raises:
        ParameterError: There is no such reason, or several and none is named.
    """
    given = known[0] if reason is NOTHING and len(known) == 1 else reason
    if given not in known:
        name = None if given is NOTHING else given
        hint = did_you_mean(name, known)
        raise ParameterError.must_be("reason", "one of the reasons", name, hint)
    return given


def _gone(curve: SurvivalCurve, reason: Hashable) -> AnyArray:
    """Return who left for a reason at each of the curve's times; nobody where it has none such."""
    places = risks_of(curve).places
    if reason not in curve.reasons:
        return np.zeros(len(places))
    found: AnyArray = curve.counts[2 + curve.reasons.index(reason), places]
    return found
