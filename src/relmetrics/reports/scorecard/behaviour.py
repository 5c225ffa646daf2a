"""Behaviour: what a log of purchases and a history of revenue say of customers, on a scorecard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import define, field, frozen

from relmetrics.customers.purchase_log import PurchaseLog
from relmetrics.customers.purchases.parts import log_until
from relmetrics.customers.subscriptions.table.log import Subscriptions
from relmetrics.errors import ParameterError, RelmetricsError
from relmetrics.metric.wording import plain
from relmetrics.money.revenue_history import RevenueHistory

if TYPE_CHECKING:
    from collections.abc import Callable

    from relmetrics.customers.cohorts.cohorts import Cohorts
    from relmetrics.customers.lifecycle.lifecycle import Lifecycle
    from relmetrics.customers.survival.survival import Survival
    from relmetrics.data.calendar.periods import Every
    from relmetrics.metric.estimate import Estimate
    from relmetrics.metric.table import Table

_MONTHS = 12
"""Retention and churn are of so many months."""


@frozen(kw_only=True, eq=False)
class Behaviour:
    """What customers did: their movements, cohorts, survival and stages, and their revenue.

    Attributes:
        every: The kind of period.
        movements: Who came and went in each period, with its retention; None without a log.
        cohorts: Who came when, and was active how long after.
        survival: How long customers stay.
        stages: The stages that they are in.
        history: The movements of revenue.
    """

    every: Every
    movements: Table | None = None
    cohorts: Cohorts | None = None
    survival: Survival | None = None
    stages: Lifecycle | None = None
    history: RevenueHistory | None = None

    def to_dict(self) -> dict[str, object]:
        """Return what there is as JSON-ready plain values."""
        return {
            name: plain(getattr(self, name))
            for name in ("movements", "cohorts", "survival", "stages", "history")
            if getattr(self, name) is not None
        }


@define
class Reader:
    """Reads a log and a history, one metric after another, or notes why it cannot."""

    confidence_level: float
    estimates: list[Estimate] = field(factory=list)
    notes: list[str] = field(factory=list)

    def read(
        self, log: Any, history: Any, *, every: Every, as_of: Any, active_within: int
    ) -> Behaviour:
        """Return what is known of behaviour; its rates are among the estimates.

        Raises:
            ParameterError: One is no log, or no history.
        """
        if log is not None and not isinstance(log, PurchaseLog):
            subscribed = isinstance(log, Subscriptions)
            remedy = "Say rm.report([log.retention(...), log.churn(...), log.revenue()]).save(...)."
            raise ParameterError.must_be(
                "purchases", "a PurchaseLog", log, remedy if subscribed else ""
            )
        if history is not None and not isinstance(history, RevenueHistory):
            wanted = "a RevenueHistory, as revenue_movements(...) returns it"
            raise ParameterError.must_be("history", wanted, history)
        found: dict[str, Any] = {"history": history}
        if log is not None:
            found |= self._log(log, every, as_of, active_within)
        if history is not None:
            self._revenue(history)
        return Behaviour(every=every, **found)

    def _log(
        self, log: PurchaseLog, every: Every, as_of: Any, active_within: int
    ) -> dict[str, Any]:
        if not len(log):
            self.notes.append("Purchases left out: the log is empty.")
            return {}
        level: dict[str, Any] = {"confidence_level": self.confidence_level}
        day = log.as_of(as_of)
        log = log_until(log, day)
        if not len(log):
            self.notes.append(f"Purchases left out: there are none up to {day}.")
            return {}
        end = day + np.timedelta64(1, "D")
        start = _months_before(end)
        within: dict[str, Any] = {"active_within": active_within, **level}
        self._add("Retention", lambda: log.retention(start, end, **within))
        if self._add("Churn", lambda: log.churn(start, end, **within)):
            self.notes.append(
                f"Retention and churn are of the {_MONTHS} months from {start} to {day}; a "
                f"customer is who bought within {active_within} days."
            )
        self._add("Repeat rate", lambda: log.repeat(**level))
        self._add("ROR", lambda: log.ror(as_of=day, **level))
        self._add("Loyalty rate", lambda: log.loyalty(**level))
        if log.amounts is not None:
            self._add("Average order value", lambda: log.order_value(**level))
        if log.unknown_amounts and log.amounts is not None:
            self.notes.append(f"{log.unknown_amounts:,} purchases have no amount.")
        if log.returned:
            self.notes.append(f"{log.returned:,} rows are returns, and no purchases.")
        options: dict[str, Any] = {"every": every, "as_of": day}
        return {
            "movements": log.movements(**options, **level),
            "cohorts": log.cohorts(**options),
            "survival": self._maybe(
                "Survival",
                lambda: log.survival(lapsed_after=active_within, as_of=day, **level),
            ),
            "stages": log.stages(active_within=active_within, **options),
        }

    def _revenue(self, history: RevenueHistory) -> None:
        over = np.flatnonzero(history.complete)
        if not len(over):
            self.notes.append("Revenue retention left out: no period of the history is over.")
            return
        place, level = int(over[-1]), self.confidence_level
        last = history.movements[place]
        net = self._add("NRR", lambda: last.net_retention(confidence_level=level))
        self._add("GRR", lambda: last.gross_retention(confidence_level=level))
        if net:
            self.notes.append(f"Revenue retention is of the period from {history.periods[place]}.")
        self.notes += history.remarks

    def _add(self, name: str, ask: Callable[[], Estimate]) -> bool:
        found = self._maybe(name, ask)
        self.estimates += [] if found is None else [found]
        return found is not None

    def _maybe(self, name: str, ask: Callable[[], Any]) -> Any:
        """Return an answer, or None and a note."""
        try:
            return ask()
        except RelmetricsError as error:
            self.notes.append(f"{name} left out: {error}")
            return None


def _months_before(day: np.datetime64) -> np.datetime64:
    """Return the same day of the month a year before, or the last of that month."""
    month = day.astype("datetime64[M]")
    before = month - np.timedelta64(_MONTHS, "M")
    within = day - month.astype("datetime64[D]")
    last = (before + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
    return min(before.astype("datetime64[D]") + within, last)
