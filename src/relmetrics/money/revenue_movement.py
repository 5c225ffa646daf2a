"""Revenue movements: how the recurring revenue of a period's start became that of its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import asdict, field, fields, frozen

from relmetrics.metric.estimate import Explanation
from relmetrics.metric.result import Result
from relmetrics.metric.table import Table
from relmetrics.metric.wording import paragraph
from relmetrics.money.exact import Amount, plus
from relmetrics.money.revenue_retention import (
    GrossRevenueRetention,
    NetRevenueRetention,
)

if TYPE_CHECKING:
    from relmetrics.metric.estimate import Estimate
    from relmetrics.states.moments.moments import Moments

FLOWS = ("start", "new", "reactivated", "expansion", "contraction", "churned", "end")
_SIGNS = {"contraction": "-", "churned": "-", "start": " ", "end": "="}
_NET, _GROSS = NetRevenueRetention(), GrossRevenueRetention()


@frozen(kw_only=True, repr=False)
class RevenueMovement(Result):
    """How recurring revenue moved from the start of a period to its end.

    ``start + new + reactivated + expansion - contraction - churned = end``: exactly, to the cent,
    for whole numbers and `Decimal`; to rounding for floats. Made by `revenue_movement`. ``a + b``
    is the movement of the customers of both; it is right only when no customer is in two of them.

    Attributes:
        start: Revenue at the start of the period.
        new: Revenue at the end of customers who had none at the start nor, so far as is known,
            before.
        reactivated: Revenue at the end of customers who had none at the start but some before.
        expansion: What customers pay more at the end than at the start.
        contraction: What they pay less, of those who still pay.
        churned: What those paid at the start who pay nothing at the end.
        end: Revenue at the end of the period.
        customers: The number of customers behind each.
        history_unknown: How many of the new customers may have had revenue before: nobody said.
        missing: Customers left out because one of their amounts is missing.
        state: The state of `NetRevenueRetention` and `GrossRevenueRetention`.

    Example:
        >>> import relmetrics as rm
        >>> movement = rm.revenue_movement(
        ...     ["ann", "bob", "cid", "dan"], [1000, 500, 0, 0], [1200, 0, 300, 700]
        ... )
        >>> movement.expansion, movement.churned, movement.end
        (200, 500, 2200)
        >>> movement.net_retention().value
        80.0
    """

    start: Amount
    new: Amount
    reactivated: Amount
    expansion: Amount
    contraction: Amount
    churned: Amount
    end: Amount
    customers: MovingCustomers
    history_unknown: int
    missing: int
    state: Moments = field(eq=False, repr=False)

    def __add__(self, other: RevenueMovement) -> RevenueMovement:
        """Return the movement of the customers of both."""
        if not isinstance(other, RevenueMovement):
            return NotImplemented
        money: dict[str, Any] = {
            name: plus(getattr(self, name), getattr(other, name)) for name in FLOWS
        }
        names = [each.name for each in fields(MovingCustomers)]
        counts = {
            name: getattr(self.customers, name) + getattr(other.customers, name) for name in names
        }
        return RevenueMovement(
            **money,
            customers=MovingCustomers(**counts),
            history_unknown=self.history_unknown + other.history_unknown,
            missing=self.missing + other.missing,
            state=self.state + other.state,
        )

    def __radd__(self, other: int) -> RevenueMovement:
        """Return this movement when `sum` starts from 0."""
        return self if other == 0 else NotImplemented

    @property
    def is_exact(self) -> bool:
        """Whether the amounts are whole numbers or decimals, which are summed without rounding."""
        return not any(isinstance(getattr(self, name), float) for name in FLOWS)

    def net_retention(self, *, confidence_level: float = 0.95) -> Estimate:
        """Return the net revenue retention (NRR): see `NetRevenueRetention`.

        Args:
            confidence_level: Level of the interval.

        Raises:
            EmptySampleError: There is no revenue at the start.

        Example:
            >>> import relmetrics as rm
            >>> rm.revenue_movement(["a", "b"], [10, 10], [0, 30]).net_retention().value
            150.0
        """
        return _NET.estimate(self.state, confidence_level=confidence_level)

    def gross_retention(self, *, confidence_level: float = 0.95) -> Estimate:
        """Return the gross revenue retention (GRR): see `GrossRevenueRetention`.

        Args:
            confidence_level: Level of the interval.

        Raises:
            EmptySampleError: There is no revenue at the start.

        Example:
            >>> import relmetrics as rm
            >>> rm.revenue_movement(["a", "b"], [10, 10], [0, 30]).gross_retention().value
            50.0
        """
        return _GROSS.estimate(self.state, confidence_level=confidence_level)

    def table(self) -> Table:
        """Return the waterfall: one row per movement, with its amount and number of customers.

        Amounts keep their kind, so the column holds objects unless they are floats.

        Example:
            >>> import relmetrics as rm
            >>> rm.revenue_movement(["a", "b"], [10, 10], [0, 30]).table()["amount"].tolist()
            [20, 0, 0, 20, 0, 10, 30]
        """
        kind = object if self.is_exact else np.float64
        return Table(
            {
                "movement": np.array(FLOWS),
                "amount": np.array([getattr(self, name) for name in FLOWS], dtype=kind),
                "customers": np.array([getattr(self.customers, name) for name in FLOWS]),
            },
            {"amount": 2},
        )

    def explain(self) -> Explanation:
        """Return the waterfall as text, with what is not known about it.

        Example:
            >>> import relmetrics as rm
            >>> rm.revenue_movement(["a", "b", "c"], [10, 10, 0], [0, 30, 5]).explain()
              start        20  (2 customers)
            + new           5  (1 customer)
            + reactivated   0  (0 customers)
            + expansion    20  (1 customer)
            - contraction   0  (0 customers)
            - churned      10  (1 customer)
            = end          35  (2 customers)
            1 of the new customers may be reactivated: their history was not given.
        """
        texts = {name: _text(getattr(self, name)) for name in FLOWS}
        width = max(map(len, texts.values()))
        lines = [
            f"{_SIGNS.get(name, '+')} {name:<12}{text:>{width}}"
            f"  ({_customers(getattr(self.customers, name))})"
            for name, text in texts.items()
        ]
        return Explanation("\n".join([*lines, *self.remarks]))

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is not known about the movement, in words."""
        notes = []
        if self.history_unknown:
            notes.append(
                f"{self.history_unknown} of the new customers may be reactivated: "
                "their history was not given."
            )
        if self.missing:
            notes.append(f"{_customers(self.missing)} left out: an amount is missing.")
        return tuple(notes)

    def __str__(self) -> str:
        """Return one line: the revenue before and after, and what moved it."""
        moved = (
            f"{_SIGNS.get(name, '+')}{_text(getattr(self, name))} {name}"
            for name in FLOWS[1:-1]
            if getattr(self, name)
        )
        left_out = f"; {self.missing} missing" if self.missing else ""
        return (
            f"Revenue {_text(self.start)} to {_text(self.end)} ({', '.join(moved) or 'unchanged'}; "
            f"{_customers(self.customers.start)} before, {self.customers.end} after{left_out})"
        )

    def _content(self) -> dict[str, object]:
        return super()._content() | {"customers": asdict(self.customers)}

    def _body_html(self) -> str:
        """Return the waterfall, and what is not known about it, for notebooks."""
        return self.table().to_html() + "".join(map(paragraph, self.remarks))


@frozen(kw_only=True)
class MovingCustomers:
    """The number of customers behind each part of a revenue movement.

    ``end = start + new + reactivated - churned``, and
    ``start = expansion + contraction + churned + unchanged``.

    Attributes:
        start: Had revenue at the start.
        new: Had none at the start, have some at the end, and had none before as far as is known.
        reactivated: Had none at the start, have some at the end, and had some before.
        expansion: Pay more at the end than at the start.
        contraction: Pay less, but something.
        churned: Pay nothing any more.
        unchanged: Pay the same.
        end: Have revenue at the end.

    Example:
        >>> import relmetrics as rm
        >>> rm.revenue_movement(["a", "b"], [10, 10], [0, 30]).customers.churned
        1
    """

    start: int
    new: int
    reactivated: int
    expansion: int
    contraction: int
    churned: int
    unchanged: int
    end: int


def _text(amount: Amount) -> str:
    return f"{amount:,.2f}" if isinstance(amount, float) else f"{amount:,}"


def _customers(count: int) -> str:
    return "1 customer" if count == 1 else f"{count:,} customers"
