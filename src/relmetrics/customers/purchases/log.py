"""Purchases: who bought when, and for how much; the arrays that behavioural metrics count."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal, Self

import numpy as np
from attrs import frozen

from relmetrics.customers.purchases.columns import referred_customers, repeats
from relmetrics.customers.purchases.returned import Returned
from relmetrics.data.alignment import require_aligned
from relmetrics.data.calendar.dates import as_times, as_whole_day
from relmetrics.data.checks import check_name
from relmetrics.data.columns import Unchanging, as_amounts, require_equal_lengths
from relmetrics.data.labels.grouping import group, labels_of
from relmetrics.data.labels.ids import identified, require_one_spelling
from relmetrics.data.labels.numbering import plain_list
from relmetrics.data.labels.ordering import in_order
from relmetrics.errors import EmptySampleError, ParameterError, StateError
from relmetrics.errors.definitions import no_frame

if TYPE_CHECKING:
    from collections.abc import Mapping

    from relmetrics.data.types import AnyArray, Column, FloatArray, IntArray, Zone

Returns = Literal["net", "drop", "count", "dated"]
RETURNS: tuple[Returns, ...] = ("net", "drop", "count", "dated")
Duplicates = Literal["keep", "drop"]
DUPLICATES: tuple[Duplicates, ...] = ("keep", "drop")


@frozen(eq=False, repr=False, slots=False, init=False)
class Purchases(Unchanging):
    """The purchases behind a `PurchaseLog`: its columns, its arrays per customer, and addition."""

    customers: AnyArray
    codes: IntArray
    times: AnyArray
    amounts: FloatArray | None
    referred: FloatArray | None
    returns: Returned
    instants: AnyArray
    zone: Zone | None
    dropped: int = 0
    returned: int = 0

    @no_frame("relmetrics.frames.purchases(frame, customer={0}, date={1}, amount={2})", method=True)
    def __init__(
        self,
        customers: Column,
        dates: Column | None = None,
        amounts: Column | None = None,
        referred: Column | Mapping[object, object] | None = None,
        *,
        zone: Zone | None = None,
        recorded_in: Zone | None = None,
        returns: Returns = "net",
        duplicates: Duplicates = "keep",
    ) -> None:
        """Read and check the columns."""
        if dates is None:
            example = "PurchaseLog(frame['customer'], frame['date'], frame['amount'])"
            raise ParameterError.beside_customers(example, dates=dates)
        check_name("returns", returns, RETURNS)
        check_name("duplicates", duplicates, DUPLICATES)
        require_aligned(customers=customers, dates=dates, amounts=amounts, referred=referred)
        ids = labels_of(customers, "customers")
        times = as_times(dates, zone=zone, recorded_in=recorded_in)
        money = None if amounts is None else as_amounts(amounts, "amounts")
        lengths = {"customers": len(ids), "dates": len(times.shown)}
        if money is not None:
            lengths["amounts"] = len(money)
        require_equal_lengths(**lengths)
        grouping = identified(
            ids,
            "customers",
            must="name who bought",
            remedy="Leave out purchases of unknown customers.",
        )
        labels, codes = grouping.labels.columns[0], grouping.codes
        came = None if referred is None else referred_customers(referred, labels, codes)
        kept = np.ones(len(codes), dtype=bool)
        if duplicates == "drop":
            kept = ~repeats(codes, times.instants, money)
        dropped = len(codes) - int(kept.sum())
        back = np.zeros(len(codes), dtype=bool)
        if money is not None and returns != "count":
            back = (money < 0) & kept
            # What is no purchase is not among the rows that `duplicates` looks at later.
            dropped += int(repeats(codes[back], times.instants[back], money[back]).sum())
        returned = Returned()
        if money is not None and returns != "drop":
            returned = Returned(
                codes[back], times.days[back], money[back], dated=returns == "dated"
            )
        kept &= ~back
        # Codes and times are copies as they are.
        rows: slice | AnyArray = slice(None) if kept.all() else kept
        shown = times.shown[rows]
        # attrs writes this method, which pyright does not know.
        self.__attrs_init__(  # pyright: ignore[reportAttributeAccessIssue]
            labels,
            codes[rows],
            shown,
            None if money is None else money[kept],
            came,
            returned,
            shown if times.instants is times.shown else times.instants[rows],
            zone,
            dropped,
            int(back.sum()),
        )

    def __len__(self) -> int:
        """Return the number of purchases."""
        return len(self.codes)

    def __repr__(self) -> str:
        """Return the size of the log, and from when to when it runs."""
        span = ""
        if len(self):
            days = self.days
            span = f", from {days.min()} to {days.max()}"
        return f"PurchaseLog(purchases={len(self)}, customers={len(self.customers)}{span})"

    def __add__(self, other: Self) -> Self:
        """Return the log of the purchases of both.

        Raises:
            StateError: Only one of them has amounts, or only one knows referrals.
        """
        if not isinstance(other, Purchases):
            return NotImplemented
        for what in ("amounts", "referred"):
            if (getattr(self, what) is None) != (getattr(other, what) is None):
                raise StateError.cannot_add(
                    what, getattr(self, what) is not None, getattr(other, what) is not None
                )
        if self.returns.dated != other.returns.dated and len(self.returns) and len(other.returns):
            raise StateError.other_setting("returns", *map(_named, (self.returns, other.returns)))
        ids = [*plain_list(self.customers), *plain_list(other.customers)]
        grouping = group({"customers": ids}, len(ids))
        require_one_spelling(grouping, "customers")
        labels, place = grouping.labels.columns[0], grouping.codes
        mine, theirs = place[: len(self.customers)], place[len(self.customers) :]
        came: FloatArray | None = None
        if self.referred is not None and other.referred is not None:
            came = np.full(len(labels), np.nan)
            came[mine] = self.referred
            came[theirs] = np.fmax(came[theirs], other.referred)
        money: FloatArray | None = None
        if self.amounts is not None and other.amounts is not None:
            money = np.concatenate([self.amounts, other.amounts])
        both = object.__new__(type(self))
        both.__attrs_init__(  # pyright: ignore[reportAttributeAccessIssue]
            labels,
            np.concatenate([mine[self.codes], theirs[other.codes]]),
            np.concatenate([self.times, other.times]),
            money,
            came,
            self.returns.joined(other.returns, mine, theirs),
            np.concatenate([self.instants, other.instants]),
            self.zone if self.zone is not None else other.zone,
            self.dropped + other.dropped,
            self.returned + other.returned,
        )
        return both

    def __radd__(self, other: int) -> Self:
        """Return this log when `sum` starts from 0."""
        if other != 0:
            return NotImplemented
        return self

    @cached_property
    def duplicates(self) -> int:
        """The number of rows that repeat another one, be they kept, dropped or returns."""
        return self.dropped + int(repeats(self.codes, self.instants, self.amounts).sum())

    @cached_property
    def refunds(self) -> FloatArray:
        """The sum of the returns of each customer, not positive."""
        return self.returns.sums(len(self.customers))

    @cached_property
    def days(self) -> AnyArray:
        """The day of each purchase, datetime64[D]."""
        return self.times.astype("datetime64[D]")

    @cached_property
    def order(self) -> IntArray:
        """The purchases by customer, and by time within a customer."""
        return in_order(self.codes, self.instants)

    @cached_property
    def starts(self) -> IntArray:
        """Where each customer begins in the order, and where the last one ends."""
        counts = np.bincount(self.codes, minlength=len(self.customers))
        return np.concatenate([[0], np.cumsum(counts)])

    @cached_property
    def purchases(self) -> IntArray:
        """The number of purchases of each customer."""
        return np.diff(self.starts)

    @cached_property
    def purchase_days(self) -> IntArray:
        """The number of different days on which each customer bought."""
        codes, days = self.codes[self.order], self.days[self.order]
        new = np.ones(len(codes), dtype=bool)
        new[1:] = (codes[1:] != codes[:-1]) | (days[1:] != days[:-1])
        return np.bincount(codes[new], minlength=len(self.customers))

    @cached_property
    def first(self) -> AnyArray:
        """The day of each customer's first purchase; NaT for who only returned."""
        return self._day_at(self.starts[:-1])

    @cached_property
    def last(self) -> AnyArray:
        """The day of each customer's last purchase; NaT for who only returned."""
        return self._day_at(self.starts[1:] - 1)

    def _day_at(self, places: IntArray) -> AnyArray:
        days = np.full(len(self.customers), np.datetime64("NaT", "D"), dtype="datetime64[D]")
        bought = self.purchases > 0
        days[bought] = self.days[self.order[places[bought]]]
        return days

    @property
    def unknown_amounts(self) -> int:
        """The number of purchases whose amount is missing; all of them in a log without amounts."""
        return len(self) if self.amounts is None else int(np.isnan(self.amounts).sum())

    @cached_property
    def totals(self) -> FloatArray:
        """The money of each customer, returns taken off; unknown amounts count as 0.

        Raises:
            StateError: The log has no amounts.
        """
        if self.amounts is None:
            raise StateError.lacks("amounts", "PurchaseLog(customers, dates, amounts)")
        spent = np.bincount(self.codes, np.nan_to_num(self.amounts), minlength=len(self.customers))
        return cancelled(spent + self.refunds, self.refunds)

    def as_of(self, day: object = None) -> np.datetime64:
        """Return a day, by default the last one of the log.

        Raises:
            DateError: The day cannot be read.
            EmptySampleError: The log is empty and no day is given.
        """
        if day is not None:
            return as_whole_day(day, "as_of", zone=self.zone)
        if not len(self):
            raise EmptySampleError.for_metric("The end of a log", 0)
        last: np.datetime64 = self.days.max()
        return last


def cancelled(totals: FloatArray, refunds: FloatArray) -> FloatArray:
    """Return totals, exactly 0 where purchases and returns cancel up to rounding."""
    return np.where(np.abs(totals) <= 1e-12 * np.abs(refunds), 0.0, totals)


def _named(returns: Returned) -> str:
    return "dated" if returns.dated else "net"
