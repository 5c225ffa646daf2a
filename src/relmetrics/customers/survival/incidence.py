"""Cumulative incidence: the share that has left for one reason, where there are several."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from relmetrics.data.columns import ALIKE, EXACT, read_only
from relmetrics.inference.intervals import quantile
from relmetrics.inference.survival.competing import incidence
from relmetrics.inference.survival.kaplan_meier import log_log
from relmetrics.metric.result import Result
from relmetrics.metric.table import Table

if TYPE_CHECKING:
    from collections.abc import Hashable

    from relmetrics.data.types import AnyArray, FloatArray
    from relmetrics.inference.survival.risk_table import RiskTable


@frozen(repr=False)
class CumulativeIncidence(Result):
    """The share that has left for a reason by each time (Aalen and Johansen), in percent.

    Who leaves for another reason can no longer leave for this one, and is not taken for somebody
    who still might: one less Kaplan and Meier's share of this reason alone is too high. Over all
    reasons the shares add to 100 less the survival.

    Attributes:
        reason: The reason.
        times: The times at which somebody left, for whatever reason.
        value: Percent that has left for the reason by then.
        low: Lower ends; NaN where nobody has.
        high: Upper ends; NaN likewise.
        confidence_level: The level of `low` and `high`, on the scale log(-log).

    Example:
        >>> import relmetrics as rm
        >>> curve = rm.survival(
        ...     [2, 3, 5, 8], [True, True, True, False], reasons=["price", "moved", "price", None]
        ... )
        >>> curve.incidence("price")
        time  incidence  low  high
         2.0       25.0  0.9  66.5
         3.0       25.0  0.9  66.5
         5.0       50.0  5.8  84.5

    Source:
        Aalen and Johansen (1978), Scandinavian Journal of Statistics 5, 141-150.
    """

    reason: Hashable
    times: AnyArray = field(eq=EXACT, hash=False, converter=read_only)
    value: FloatArray = field(eq=EXACT, hash=False, converter=read_only)
    low: FloatArray = field(eq=ALIKE, hash=False, converter=read_only)
    high: FloatArray = field(eq=ALIKE, hash=False, converter=read_only)
    confidence_level: float

    def at(self, time: float) -> float:
        """Return the percentage that has left for the reason by a time."""
        place = int(np.searchsorted(self.times, time, side="right"))
        return float(self.value[place - 1]) if place else 0.0

    def table(self) -> Table:
        """Return one row per time: ``time``, ``incidence`` (%), ``low`` and ``high``."""
        columns = {"time": self.times, "incidence": self.value, "low": self.low, "high": self.high}
        return Table(columns, dict.fromkeys(("incidence", "low", "high"), 1))

    def __repr__(self) -> str:
        """Return the table."""
        return repr(self.table())

    def _repr_html_(self) -> str:
        """Return the table, for notebooks."""
        return self.table().to_html()


def incidence_of(
    reason: Hashable, risks: RiskTable, gone: AnyArray, confidence_level: float
) -> CumulativeIncidence:
    """Return the incidence of a reason for which these left, at each of the table's times."""
    share, variance = incidence(risks, gone)
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = log_log(share, np.sqrt(variance) / share, quantile(confidence_level))
    value = 100 * share
    return CumulativeIncidence(reason, risks.times, value, 100 * low, 100 * high, confidence_level)
