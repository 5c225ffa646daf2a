"""SubscriptionLog: a table of subscriptions, and the questions that it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from attrs import frozen

from relmetrics.customers.subscriptions.table import serial
from relmetrics.customers.subscriptions.table.reading import read_rows
from relmetrics.customers.subscriptions.worth.questions import SubscribersWorth
from relmetrics.errors.definitions import no_frame

if TYPE_CHECKING:
    from relmetrics.data.types import Column, Zone


@frozen(eq=False, repr=False, slots=False, init=False)
class SubscriptionLog(SubscribersWorth):
    """A table of subscriptions: who, from when to when, at what price.

    One row per subscription, or per stretch of one with the same price: an upgrade ends a row and
    starts another. A pause is the gap between two rows. Rows of a customer that overlap add: two
    subscriptions make one customer who pays both.

    ``a + b`` is the log of the rows of both, be they of other customers or of the same ones.

    Args:
        customers: One id per row, of any hashable kind; never missing.
        start: The first day: datetime64, `datetime`, `date` or ISO 8601 text; never missing.
        end: The end, or missing where it runs on.
        amounts: The price for a billing period, or None; a missing price is unknown, and reported.
            Whole numbers (the smallest unit, such as cents) and `Decimal` are summed exactly.
        billing: What the price is for: ``month``, ``quarter``, ``half-year``, ``year``, ``week``,
            ``day``, a number of days such as 30, or ``total``, all of the row; one for all rows, or
            one per row.
        plans: The plan of each row, a column to group by.
        quantities: How many each row is for, a column to group by; the price is for all of them.
        currencies: The currency of each row. Revenue of several is never added.
        ends: What an end is. ``after`` (default): the first day without the subscription;
            ``last_day``: the last day with it.
        free: What rows with a price of 0 are, trials and free months. ``count`` (default): a
            subscription like any other, without revenue; ``drop``: none, so that a trial before the
            first paid row begins nothing, and a free month between paid ones is a pause.
        spread: How prices become revenue of a period. ``calendar`` (default): the price a month of
            what runs on its last day; a year's over 12, a quarter's over 3, that of n days times
            365 / 12 / n. ``daily``: what its days earn, each billing period's price spread evenly
            over the days of it.
        grace: Gaps of fewer days than this are no churn: the customer stays one, at the same price.
        as_of: The last day that the table knows; by default the last day on which something starts
            or ends. Say it where ends lie in the future.
        zone: The time zone whose calendar counts, for dates that carry a zone.
        recorded_in: The time zone whose clock wrote dates that carry none, such as ``"UTC"``.

    Attributes:
        customers: The id of each customer, in order of appearance.
        codes: The customer of each row, 0..customers - 1, shape (rows,).
        starts: Its first day, as a number of days since 1970.
        ends: The first day after it.
        numbers: Its price in `unit`, or None.
        unknown: Whether its price is missing.
        unit: What the numbers stand for.
        billing: What its price is for.
        attributes: The columns to group by, each by its name: ``plan``, ``quantity``, ``currency``.
        credits: Whether a row takes off revenue and is no subscription: of invoices alone.
        observed: The last day that the table knows.
        grace: Gaps of fewer days are none.
        free: What free rows are.
        spread: How prices become revenue.
        zone: The time zone whose calendar counts, if one was given.
        empty: Rows left out because they end on the day on which they start.
        free_rows: Rows with a price of 0 that make no customer, with ``free="drop"``.

    Raises:
        CustomerError: An id is missing.
        DateError: A start is missing, a date cannot be read, an end comes before its start, or is
            missing where the price is for all of the row.
        AmountError: A price is negative or not finite, or rows of one customer overlap in different
            currencies.
        LabelError: A billing period is none.
        LengthError: The columns differ in length.
        ParameterError: There is no such name.

    Example:
        >>> import relmetrics as rm
        >>> log = rm.SubscriptionLog(
        ...     ["ann", "bob", "ann"],
        ...     ["2025-01-10", "2025-01-20", "2025-03-10"],
        ...     ["2025-03-10", "2025-03-05", None],
        ...     [1000, 2000, 1500],
        ... )
        >>> log
        SubscriptionLog(rows=3, customers=2, from 2025-01-10 to 2025-03-10, 1 without end)
        >>> log.churn("2025-03-01", "2025-04-01").value
        50.0
    """

    def __eq__(self, other: object) -> bool:
        """Return whether both have the same rows in the same order, and the same rules."""
        if not isinstance(other, SubscriptionLog):
            return NotImplemented
        return serial.written(self) == serial.written(other)

    __hash__: ClassVar[None] = None  # type: ignore[assignment]  # arrays, which it compares, have no hash

    @classmethod
    @no_frame(
        "SubscriptionLog.from_invoices(frame[{0}], frame[{1}], frame[{2}], frame[{3}])",
        method=True,
    )
    def from_invoices(
        cls,
        customers: Column,
        start: Column | None = None,
        end: Column | None = None,
        amounts: Column | None = None,
        *,
        plans: Column | None = None,
        quantities: Column | None = None,
        currencies: Column | None = None,
        ends: str = "after",
        free: str = "drop",
        spread: str = "daily",
        grace: int = 0,
        as_of: object = None,
        zone: Zone | None = None,
        recorded_in: Zone | None = None,
    ) -> Self:
        """Return the log of lines of invoices, each with the time that it is for.

        The amount of a line is for all of its service period. Who has a line for a day is a
        customer on it. A negative line is a credit: it makes no customer, and lowers the revenue of
        its own service period. Lines of 0 make none either, unless ``free="count"``; `free_rows` is
        their number.

        Args:
            customers: One id per line; never missing.
            start: The first day of its service period.
            end: The end of it.
            amounts: What it comes to.
            plans: As for the log, like all that follow.
            quantities: How many it is for.
            currencies: Its currency.
            ends: What an end is.
            free: What lines of 0 are.
            spread: How amounts become revenue.
            grace: Gaps of fewer days are no churn: invoices are often renewed some days late.
            as_of: The last day that is known; by default the last one on which a line begins.
            zone: The time zone whose calendar counts.
            recorded_in: The time zone whose clock wrote the dates.

        Raises:
            DateError: A date is missing or cannot be read, or an end comes before its start.
            AmountError: An amount is not finite, or lines of one customer overlap in different
                currencies.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.SubscriptionLog.from_invoices(
            ...     ["a", "b"],
            ...     ["2024-01-01", "2024-03-01"],
            ...     ["2025-01-01", "2025-03-01"],
            ...     [1200, 600],
            ... )
            >>> log.as_of(), log.revenue()["2024-03-01"].new
            (np.datetime64('2024-03-01'), 2)
        """
        rows = read_rows(
            customers,
            start,
            end,
            amounts,
            billing="total",
            attributes={"plan": plans, "quantity": quantities, "currency": currencies},
            ends=ends,
            free=free,
            spread=spread,
            grace=grace,
            as_of=as_of,
            zone=zone,
            recorded_in=recorded_in,
            invoiced=True,
        )
        return cls._of(rows)

    def to_dict(self) -> dict[str, object]:
        """Return the log as JSON-ready plain values; `from_dict` reads them back exactly.

        Ids and labels must be what JSON knows: text and numbers. The zone is not kept, for days
        are those of its calendar already.

        Example:
            >>> import relmetrics as rm
            >>> rm.SubscriptionLog(["a"], ["2025-01-01"], amounts=[990]).to_dict()["amounts"]
            [990]
        """
        return serial.written(self)

    @classmethod
    def from_dict(cls, data: object) -> Self:
        """Return the log that `to_dict` wrote.

        Raises:
            StateError: The dictionary is no log, or of a version that is not known.

        Example:
            >>> import relmetrics as rm
            >>> log = rm.SubscriptionLog(["a"], ["2025-01-01"])
            >>> rm.SubscriptionLog.from_dict(log.to_dict()).to_dict() == log.to_dict()
            True
        """
        return cls._of(serial.read(data))
