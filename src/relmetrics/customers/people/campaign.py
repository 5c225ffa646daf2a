"""Campaigns: what those who were reached did, against those who were not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from attrs import field, frozen

from relmetrics.customers.people.balance import balance_of
from relmetrics.customers.people.limits import limits_of, require_seen
from relmetrics.customers.people.measures import (
    Conversion,
    RepeatAfter,
    RevenuePerCustomer,
    data_of,
)
from relmetrics.customers.people.reading import people, places_in, require_known
from relmetrics.customers.people.spans import bought
from relmetrics.customers.windows.window import check_window
from relmetrics.data.checks import check_flag
from relmetrics.data.labels.numbering import plain_list
from relmetrics.errors import CustomerError, StateError
from relmetrics.errors.wording import located
from relmetrics.estimators.lift import Lift, lift
from relmetrics.inference.multiplicity import adjusted_by
from relmetrics.metric.result import Result, Tabular
from relmetrics.metric.table import Table
from relmetrics.metric.wording import paragraphs

if TYPE_CHECKING:
    from relmetrics.customers.people.spans import Bought
    from relmetrics.customers.purchases.log import Purchases
    from relmetrics.data.types import AnyArray, Column
    from relmetrics.metric.difference import Difference
    from relmetrics.metric.estimate import Estimate


@frozen(repr=False)
class CampaignEffect(Result):
    """One quantity of a campaign: of the treated, of the control, and how they differ.

    A part of `CampaignLift`.

    Attributes:
        difference: Treated less control, with interval and test.
        ratio: Treated over control.

    Example:
        >>> import relmetrics as rm
        >>> log = rm.PurchaseLog(["a", "b", "c"], ["2025-03-02", "2025-03-05", "2025-02-01"])
        >>> effect = log.lift(["a", "b"], ["c", "d"], "2025-03-01", "2025-04-01").conversion
        >>> effect.treated.value, effect.control.value, effect.difference.value
        (100.0, 0.0, 100.0)
    """

    difference: Difference
    ratio: Lift

    @classmethod
    def of(cls, metric: Any, treated: Bought, control: Bought, *, confidence_level: float) -> Self:
        """Work out a quantity of both sides."""
        ours, theirs = (
            metric(data_of(metric, side), confidence_level=confidence_level)
            for side in (treated, control)
        )
        difference = metric.compare(ours.state, theirs.state, confidence_level=confidence_level)
        return cls(difference, lift(ours, theirs, confidence_level=confidence_level))

    @property
    def treated(self) -> Estimate:
        """The quantity of the treated."""
        return self.ratio.treated

    @property
    def control(self) -> Estimate:
        """The quantity of the control."""
        return self.ratio.control

    def __str__(self) -> str:
        """Return the difference and the ratio in one line."""
        return f"{self.difference}; {self.ratio}"


@frozen(repr=False, kw_only=True)
class CampaignLift(Tabular, Result):
    """What a campaign moved: conversion, repeat purchases and revenue of those whom it reached.

    Made by ``log.lift(treated, control, start, end)``.

    Attributes:
        start: The first day that counts.
        end: The first day after.
        randomised: Whether chance decided who was treated, as the user says.
        conversion: The share who bought in the window.
        repeat: The share who bought at least twice in it.
        balance: The same quantities in a window of equal length before `start`, when nobody was
            treated: ``quantity``, ``treated``, ``control``, ``standardised_difference`` and
            ``balanced``. NaN, and not balanced, where the log begins no earlier than `start`.
        n: The number of treated and of control customers.
        unknown: How many of them are not in the log: they bought nothing, and count.
        unknown_amounts: Number of purchases in the window whose amount is missing, counted as 0.
        confidence_level: Level of the intervals.
        limits: What the figures do not prove, in sentences.

    Example:
        >>> import relmetrics as rm
        >>> log = rm.PurchaseLog(["a", "b", "c"], ["2025-03-02", "2025-03-05", "2025-02-01"])
        >>> found = log.lift(["a", "b"], ["c", "d"], "2025-03-01", "2025-04-01", randomised=True)
        >>> found.n, found.unknown
        ((2, 2), (0, 1))
        >>> found.table()["quantity"].tolist()
        ['conversion', 'repeat']
    """

    start: np.datetime64
    end: np.datetime64
    randomised: bool
    conversion: CampaignEffect
    repeat: CampaignEffect
    _revenue: CampaignEffect | None = field(alias="revenue")
    balance: Table = field(eq=False)
    n: tuple[int, int]
    unknown: tuple[int, int]
    unknown_amounts: int
    confidence_level: float
    limits: tuple[str, ...]

    @property
    def revenue(self) -> CampaignEffect:
        """Revenue per customer, those who bought nothing included.

        Raises:
            StateError: The log has no amounts.
        """
        if self._revenue is None:
            raise StateError.lacks("amounts", "PurchaseLog(customers, dates, amounts)")
        return self._revenue

    @property
    def effects(self) -> dict[str, CampaignEffect]:
        """All quantities by name."""
        found = {"conversion": self.conversion, "repeat": self.repeat}
        return found if self._revenue is None else found | {"revenue": self._revenue}

    def table(self) -> Table:
        """Return one row per quantity.

        Columns: ``quantity``, ``treated``, ``control``, ``difference`` with ``low``, ``high``,
        ``p_value`` and ``p_adjusted`` (Holm's, for the quantities that are asked at once), and
        ``ratio`` with ``ratio_low`` and ``ratio_high``.
        """
        effects = self.effects
        differences = [effect.difference for effect in effects.values()]
        ratios = [effect.ratio for effect in effects.values()]
        p_value = np.array([found.p_value for found in differences])
        columns: dict[str, AnyArray] = {
            "quantity": np.array(list(effects), dtype=object),
            "treated": np.array([found.treated.value for found in ratios]),
            "control": np.array([found.control.value for found in ratios]),
            "difference": np.array([found.value for found in differences]),
            "low": np.array([found.low for found in differences]),
            "high": np.array([found.high for found in differences]),
            "p_value": p_value,
            "p_adjusted": adjusted_by("holm", p_value),
            "ratio": np.array([found.value for found in ratios]),
            "ratio_low": np.array([found.low for found in ratios]),
            "ratio_high": np.array([found.high for found in ratios]),
        }
        digits = dict.fromkeys(columns, 2) | dict.fromkeys(("p_value", "p_adjusted"), 4)
        return Table(columns, digits)

    def _content(self) -> dict[str, object]:
        found = super()._content()
        return found | {"revenue": self._revenue, "table": self.table()}

    @property
    def _head(self) -> str:
        (treated, control), last = self.n, self.end - np.timedelta64(1, "D")
        return f"Campaign of {self.start} to {last}: {treated} treated against {control} control"

    def _body_html(self) -> str:
        """Return effects, balance and limits, for notebooks."""
        tables = self.table()._repr_html_() + paragraphs(["Before the campaign:"])
        return (
            paragraphs([self._head]) + tables + self.balance._repr_html_() + paragraphs(self.limits)
        )

    def __str__(self) -> str:
        """Return who is compared, every quantity, and what it does not prove."""
        lines = [str(effect.difference) for effect in self.effects.values()]
        return "\n".join([self._head, *lines, *self.limits])


def campaign_lift(
    log: Purchases,
    treated: Column,
    control: Column,
    start: object,
    end: object,
    *,
    randomised: bool,
    confidence_level: float,
) -> CampaignLift:
    """Compare those whom a campaign reached with others: see `PurchaseLog.lift`."""
    check_flag("randomised", randomised)
    first, after = check_window(start, end, log.zone)
    sides = {"treated": people(treated, "treated"), "control": people(control, "control")}
    _require_apart(sides["treated"], sides["control"])
    n, m = (len(ids) for ids in sides.values())
    places = np.concatenate([places_in(log, ids, name) for name, ids in sides.items()])
    require_known(places, sides["treated"], "treated and control")
    require_seen(log, first, after, log.as_of())
    ours = np.arange(n + m) < n
    length = after - first

    def within(low: np.datetime64, high: np.datetime64) -> Bought:
        return bought(log, places, *(np.full(n + m, day) for day in (low, high)))

    during, before = within(first, after), within(first - length, first)
    metrics = [
        Conversion(),
        RepeatAfter(),
        *([] if log.amounts is None else [RevenuePerCustomer()]),
    ]
    effects: list[Any] = [
        CampaignEffect.of(
            metric, during.of(ours), during.of(~ours), confidence_level=confidence_level
        )
        for metric in metrics
    ]
    seen = bool(log.days.min() < first)
    balance = balance_of(before.of(ours), before.of(~ours), seen=seen)
    new = places < 0
    unknown = int(new[ours].sum()), int(new[~ours].sum())
    return CampaignLift(
        start=first,
        end=after,
        randomised=randomised,
        conversion=effects[0],
        repeat=effects[1],
        revenue=effects[2] if len(effects) > 2 else None,  # noqa: PLR2004 - with amounts
        balance=balance,
        n=(n, m),
        unknown=unknown,
        unknown_amounts=during.unknown_amounts,
        confidence_level=confidence_level,
        limits=tuple(limits_of(log, first, after, balance, unknown, randomised=randomised)),
    )


def _require_apart(treated: AnyArray, control: AnyArray) -> None:
    """Check that nobody is on both sides.

    Raises:
        CustomerError: Somebody is.
    """
    theirs = set(plain_list(control))
    both = [(place, who) for place, who in enumerate(plain_list(treated)) if who in theirs]
    if both:
        many = "1 customer is" if len(both) == 1 else f"{len(both)} customers are"
        raise CustomerError(
            f"treated and control must have no customer in common; {many} in both: "
            f"{located(both)}. Say to which group each belongs, or leave them out of both."
        )
