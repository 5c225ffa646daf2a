"""Subscriptions: who has one from when to when, and at what price; the rows that are counted."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from attrs import frozen

from relmetrics.customers.segments.reading import places_by, segments_of
from relmetrics.customers.subscriptions.table.billing import FAR, Billing
from relmetrics.customers.subscriptions.table.reading import Rows, read_rows, require_one_currency
from relmetrics.customers.subscriptions.table.spells import Spells
from relmetrics.customers.windows.window import check_window
from relmetrics.data.calendar.dates import as_whole_day
from relmetrics.data.columns import Unchanging
from relmetrics.data.labels.grouping import group
from relmetrics.data.labels.ids import require_one_spelling
from relmetrics.data.labels.numbering import plain_list
from relmetrics.data.labels.ordering import in_order
from relmetrics.errors import DateError, EmptySampleError, StateError
from relmetrics.errors.definitions import no_frame
from relmetrics.money.exact import joined as joined_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from relmetrics.customers.segments.reading import By
    from relmetrics.data.labels.grouping import Grouping
    from relmetrics.data.types import AnyArray, Column, IntArray, Zone
    from relmetrics.money.exact import Unit

_SETTINGS = ("grace", "free", "spread")
_BY_ROW = ("starts", "ends", "unknown", "credits")


@frozen(eq=False, repr=False, slots=False, init=False)
class Subscriptions(Unchanging):
    """The rows behind a `SubscriptionLog`: its columns, its spells, and addition."""

    customers: AnyArray
    codes: IntArray
    starts: IntArray
    ends: IntArray
    numbers: AnyArray | None
    unknown: AnyArray
    unit: Unit
    billing: Billing
    attributes: dict[str, AnyArray]
    credits: AnyArray
    observed: np.datetime64
    grace: int
    free: str
    spread: str
    zone: Zone | None
    empty: int = 0

    @no_frame("SubscriptionLog(frame[{0}], frame[{1}], frame[{2}])", method=True)
    def __init__(
        self,
        customers: Column,
        start: Column | None = None,
        end: Column | None = None,
        amounts: Column | None = None,
        *,
        billing: object = "month",
        plans: Column | None = None,
        quantities: Column | None = None,
        currencies: Column | None = None,
        ends: str = "after",
        free: str = "count",
        spread: str = "calendar",
        grace: int = 0,
        as_of: object = None,
        zone: Zone | None = None,
        recorded_in: Zone | None = None,
    ) -> None:
        """Read and check the columns."""
        rows = read_rows(
            customers,
            start,
            end,
            amounts,
            billing=billing,
            attributes={"plan": plans, "quantity": quantities, "currency": currencies},
            ends=ends,
            free=free,
            spread=spread,
            grace=grace,
            as_of=as_of,
            zone=zone,
            recorded_in=recorded_in,
        )
        self._fill(rows)

    def _fill(self, rows: Rows) -> None:
        # attrs writes this method, which pyright does not know.
        self.__attrs_init__(**rows)  # pyright: ignore[reportAttributeAccessIssue]

    @classmethod
    def _of(cls, rows: Rows) -> Self:
        """Return the log of rows that are checked."""
        log = object.__new__(cls)
        log._fill(rows)
        return log

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.codes)

    def __repr__(self) -> str:
        """Return the size of the log, and from when to when it is known."""
        span = ""
        if len(self):
            running = int((self.ends == FAR).sum())
            span = f", from {_day(self.starts.min())} to {self.observed}, {running} without end"
        for count, what in ((self.free_rows, "of 0"), (self.empty, "of no days")):
            span += f", {count} {what} left out" if count else ""
        return f"SubscriptionLog(rows={len(self)}, customers={len(self.customers)}{span})"

    def __add__(self, other: Self) -> Self:
        """Return the log of the rows of both.

        Raises:
            StateError: They differ in `grace`, `free` or `spread`, or only one has amounts or a
                column to group by.
            AmountError: Rows of one customer overlap in different currencies.
        """
        if not isinstance(other, Subscriptions):
            return NotImplemented
        for what in _SETTINGS:
            if getattr(self, what) != getattr(other, what):
                raise StateError.other_setting(what, getattr(self, what), getattr(other, what))
        for what, ours, theirs in (
            ("amounts", self.numbers is not None, other.numbers is not None),
            ("columns", sorted(self.attributes), sorted(other.attributes)),
        ):
            if ours != theirs and len(self) and len(other):
                raise StateError.cannot_add(what, ours, theirs)
        ids = [*plain_list(self.customers), *plain_list(other.customers)]
        grouping = group({"customers": ids}, len(ids))
        require_one_spelling(grouping, "customers")
        place = grouping.codes
        mine, theirs_ = place[: len(self.customers)], place[len(self.customers) :]
        parts = [log for log in (self, other) if len(log)] or [self]
        numbers, unit = joined_numbers(*((log.numbers, log.unit) for log in parts))
        rows = Rows(
            customers=grouping.labels.columns[0],
            codes=np.concatenate([mine[self.codes], theirs_[other.codes]]),
            numbers=numbers,
            unit=unit,
            billing=self.billing.joined(other.billing),
            attributes={
                name: np.concatenate([log.attributes[name] for log in parts])
                for name in parts[0].attributes
            },
            observed=max(self.observed, other.observed),
            zone=self.zone if self.zone is not None else other.zone,
            empty=self.empty + other.empty,
            **{what: getattr(self, what) for what in _SETTINGS},
            **{
                what: np.concatenate([getattr(self, what), getattr(other, what)])
                for what in _BY_ROW
            },
        )
        require_one_currency(rows)
        return self._of(rows)

    def __radd__(self, other: int) -> Self:
        """Return this log when `sum` starts from 0."""
        if other != 0:
            return NotImplemented
        return self

    @cached_property
    def counted(self) -> AnyArray:
        """Which rows make a customer: no credits, and no free ones where those are none."""
        if self.numbers is None or self.free == "count":
            return ~self.credits
        paid: AnyArray = ~self.credits & ((self.numbers != 0) | self.unknown)
        return paid

    @cached_property
    def _in_order(self) -> IntArray:
        """The rows by customer and then by start; those of the same start as they came."""
        return in_order(self.codes, self.starts)

    @cached_property
    def _all_spells(self) -> Spells:
        return self._spells(self._in_order[self.counted[self._in_order]])

    def _spells(self, rows: IntArray) -> Spells:
        """Return the spells of rows that are in order."""
        columns = self.codes[rows], self.starts[rows], self.ends[rows]
        return Spells.of(*columns, size=len(self.customers), grace=self.grace)

    def spells(self, until: int = FAR) -> Spells:
        """Return the time that each is a customer, from the rows that start until a day."""
        if not len(self) or until >= self.starts.max():
            return self._all_spells
        order = self._in_order
        return self._spells(order[self.counted[order] & (self.starts[order] <= until)])

    def segments(self, by: By, day: int | None = None) -> Grouping:
        """Return the segment of each customer; by the name of a column, as it was on a day.

        That is the label of the row of theirs that starts last until then, or of their first row.
        Without a day it is that of the first row.
        """
        named: dict[str, AnyArray] = {}
        if self.attributes:
            until = np.iinfo(np.int64).min if day is None else day
            order = self._in_order
            who, early = self.codes[order], self.starts[order] <= until
            first = np.searchsorted(who, np.arange(len(self.customers)))
            known = np.bincount(who[early], minlength=len(self.customers))
            rows = order[first + np.maximum(known - 1, 0)] if len(order) else order
            named = {name: column[rows] for name, column in self.attributes.items()}
        return segments_of(by, self.customers, self.codes, named=named)

    def parts(self, segments: Grouping) -> Iterator[Self]:
        """Yield the log of the customers of each segment, in order."""
        size = len(segments.labels)
        rows_of = places_by(segments.codes[self.codes], size)
        place = np.zeros(len(self.customers), dtype=np.int64)  # within the segment: one for all
        for customers, rows in zip(places_by(segments.codes, size), rows_of, strict=True):
            place[customers] = np.arange(len(customers))
            yield self._of(
                Rows(
                    customers=self.customers[customers],
                    codes=place[self.codes[rows]],
                    numbers=None if self.numbers is None else self.numbers[rows],
                    unit=self.unit,
                    billing=self.billing.taken(rows),
                    attributes={name: x[rows] for name, x in self.attributes.items()},
                    observed=self.observed,
                    zone=self.zone,
                    empty=0,
                    **{what: getattr(self, what) for what in _SETTINGS},
                    **{what: getattr(self, what)[rows] for what in _BY_ROW},
                )
            )

    def as_of(self, day: object = None) -> np.datetime64:
        """Return a day, by default the last one that the log knows.

        Raises:
            DateError: The day cannot be read.
            EmptySampleError: The log is empty and no day is given.
        """
        if day is not None:
            return as_whole_day(day, "as_of", zone=self.zone)
        if not len(self):
            raise EmptySampleError.for_metric("The end of a log", 0)
        return self.observed

    def looked_from(self, day: object = None) -> np.datetime64:
        """Return a day from which something is seen, by default the last one that the log knows.

        Raises:
            DateError: The day cannot be read, or the first row starts after it.
            EmptySampleError: The log is empty and no day is given.
        """
        until = self.as_of(day)
        if len(self) and until < _day(self.starts.min()):
            raise DateError(
                f"as_of must not come before the first start: as_of = {until}, and the first "
                f"subscription starts on {_day(self.starts.min())}. Nobody is a customer yet."
            )
        return until

    def between(self, start: object, end: object) -> tuple[np.datetime64, np.datetime64]:
        """Return the first day of a window, and the first day after it.

        Raises:
            DateError: A day cannot be read, `end` does not come after `start`, or the window begins
                after the last day that the log knows.
        """
        first, after = check_window(start, end, self.zone)
        if len(self) and first > self.observed:
            raise DateError(
                f"a window must begin by the last day that the log knows: start = {first}, and "
                f"that day is {self.observed}. Who left since is not in it: add the later rows, or "
                "say SubscriptionLog(..., as_of=...) where nothing happened since."
            )
        return first, after

    @property
    def free_rows(self) -> int:
        """Rows with a price of 0 that make no customer, as ``free="drop"`` has it."""
        return int((~self.counted & ~self.credits).sum())


def _day(number: Any) -> np.datetime64:
    return np.int64(number).astype("datetime64[D]")  # type: ignore[no-any-return]  # a day
