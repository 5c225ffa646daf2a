"""Churn and retention of a window under every definition, and whom each of them counts."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from attrs import evolve, field, frozen

from relmetrics.customers.purchase_log import PurchaseLog
from relmetrics.customers.purchases.customers import days_as_customer, standings
from relmetrics.customers.windows.definitions import (
    CHURN,
    RETENTION,
    STANDINGS,
    WindowDefinition,
)
from relmetrics.customers.windows.window import check_window
from relmetrics.data.calendar.periods import ALL_DAYS
from relmetrics.data.checks import check_whole
from relmetrics.data.columns import EXACT, Unchanging, read_only
from relmetrics.errors import ParameterError
from relmetrics.inference.intervals import quantile
from relmetrics.reports.reconciliation.steps import Reading, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from relmetrics.customers.windows.window import Window
    from relmetrics.data.types import AnyArray, IntArray
    from relmetrics.metric.estimate import Estimate

Kind = Literal["churn", "retention"]

_BY_METRIC: Mapping[Kind, Mapping[str, WindowDefinition]] = {"churn": CHURN, "retention": RETENTION}


@frozen(kw_only=True)
class _Reckoned(Unchanging):
    """One definition, applied to every customer of one window.

    Attributes:
        definition: What it counts.
        window: The window, for one `active_within`.
        standing: Where each customer stands: a place in `STANDINGS`.
        days: On how many days of the window each one was a customer.
        length: The days of the window.
    """

    definition: WindowDefinition
    window: Window
    standing: IntArray = field(eq=EXACT, hash=False, converter=read_only)
    days: IntArray = field(eq=EXACT, hash=False, converter=read_only)
    length: int

    def numerators(self) -> IntArray:
        """Return what each customer adds to the numerator."""
        return self.definition.numerators(self.standing)

    def denominators(self) -> IntArray:
        """Return what each adds to the denominator, in units of 1 / (2 x length): exact."""
        return self.definition.denominators(self.standing, self.days, self.length)

    @property
    def numerator(self) -> Fraction:
        """The numerator of all customers."""
        return Fraction(int(self.numerators().sum()))

    @property
    def denominator(self) -> Fraction:
        """The denominator of all customers."""
        return Fraction(int(self.denominators().sum()), 2 * self.length)


@frozen(kw_only=True)
class Customers(Unchanging):
    """The customers of a log, under every definition by name."""

    ids: AnyArray = field(repr=False, eq=EXACT, hash=False, converter=read_only)
    by_name: dict[str, _Reckoned] = field(repr=False, hash=False)

    def steps(self, a: str, b: str, most: int | None) -> tuple[Step, ...]:
        """Return who adds otherwise to b than to a, by where they stand."""
        left, right = self.by_name[a], self.by_name[b]
        top = right.numerators() - left.numerators()
        base = right.denominators() - left.denominators()
        unequal = np.flatnonzero((top != 0) | (base != 0))
        # Under another `active_within` a customer may stand elsewhere.
        both = left.standing[unequal] * len(STANDINGS) + right.standing[unequal]
        found = []
        for pair in np.unique(both).tolist():
            rows = unequal[both == pair]
            was, is_now = (STANDINGS[place] for place in divmod(pair, len(STANDINGS)))
            found.append(
                Step(
                    what=was if was == is_now else f"{was}, now {is_now}",
                    count=len(rows),
                    numerator=Fraction(int(top[rows].sum())),
                    denominator=Fraction(int(base[rows].sum()), 2 * left.length),
                    customers=self.ids[rows[:most]],
                )
            )
        return tuple(found)


def reconcile_window(
    data: PurchaseLog,
    metric: Kind,
    *,
    start: object,
    end: object,
    active_within: int | None = None,
    also_within: Iterable[int] = (),
    confidence_level: float = 0.95,
) -> tuple[str, tuple[Reading, ...], Customers]:
    """Return what the data are about, the readings, and the customers behind them."""
    if not isinstance(data, PurchaseLog):
        raise ParameterError.must_be(
            "data", f"a PurchaseLog for {metric!r}", data, "Say rm.PurchaseLog(customers, dates)."
        )
    quantile(confidence_level)
    first_day, after = check_window(start, end)
    own = data.window(first_day, after, active_within=active_within)
    withins = [own.active_within, *_whole_days(also_within)]
    lines, readings, by_name = [_span(own)], [], {}
    for within in dict.fromkeys(withins):
        window = data.window(first_day, after, active_within=within)
        days_of_window = (data, first_day, after, within)
        standing, days = standings(*days_of_window), days_as_customer(*days_of_window)
        lines.append(_counts(window))
        suffix = "" if within == own.active_within else f"_{within}_days"
        for name, definition in _BY_METRIC[metric].items():
            reckoned = _Reckoned(
                definition=definition,
                window=window,
                standing=standing,
                days=days,
                length=int((after - first_day).astype(int)),
            )
            by_name[name + suffix] = reckoned
            readings.append(_reading(data, metric, name, name + suffix, reckoned, confidence_level))
    return "\n".join(lines), tuple(readings), Customers(ids=data.customers, by_name=by_name)


def _whole_days(also_within: Iterable[int]) -> list[int]:
    try:
        withins = list(also_within)
    except TypeError:
        raise ParameterError.must_be(
            "also_within", "a list of whole numbers of days", also_within
        ) from None
    return [check_whole("also_within", within, 1, ALL_DAYS) for within in withins]


def _reading(
    log: PurchaseLog,
    kind: Kind,
    definition: str,
    name: str,
    reckoned: _Reckoned,
    confidence_level: float,
) -> Reading:
    top, base = reckoned.numerator, reckoned.denominator
    reading = Reading(
        name=name, numerator=top, denominator=base, definition=reckoned.definition.words
    )
    if not base:
        return evolve(reading, reason="nobody is in the denominator")
    if not 0 <= top <= base:
        return evolve(reading, reason=f"{float(top):g} of {float(base):g} is no share")
    return reading.with_value_of(_estimate(log, kind, definition, reckoned, confidence_level))


def _estimate(
    log: PurchaseLog, kind: Kind, name: str, reckoned: _Reckoned, confidence_level: float
) -> Estimate:
    """Return what the log itself says under a definition."""
    window = reckoned.window
    asked: dict[str, Any] = {
        "start": window.first_day,
        "end": window.after,
        "active_within": window.active_within,
        "confidence_level": confidence_level,
    }
    if kind == "retention":
        asked["definition"] = name
        kept: Estimate = log.retention(**asked)
        return kept
    asked["base"] = name
    lost: Estimate = log.churn(**asked)
    return lost


def _span(window: Window) -> str:
    days = int((window.after - window.first_day).astype(int))
    return f"{window.first_day} to {window.after} (not included), {days} days"


def _counts(window: Window) -> str:
    return (
        f"Bought within {window.active_within} days: S = {window.start}, E = {window.end}, "
        f"N = {window.new}, retained {window.retained}, lost {window.lost}, "
        f"reactivated {window.reactivated}, joined and left {window.left_within}"
    )
