"""Reading of subscriptions: columns become checked rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.customers.subscriptions.table.billing import FAR, Billing
from relmetrics.data.alignment import require_aligned
from relmetrics.data.calendar.dates import as_times, as_whole_day
from relmetrics.data.checks import check_name, check_whole
from relmetrics.data.columns import as_amounts, as_column, require_equal_lengths
from relmetrics.data.labels.grouping import group, labels_of
from relmetrics.data.labels.ids import identified
from relmetrics.data.labels.ordering import in_order
from relmetrics.errors import AmountError, DateError, ParameterError
from relmetrics.errors.wording import located, places
from relmetrics.money.exact import Unit, read_numbers, to_the_cent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from relmetrics.data.types import AnyArray, Column, IntArray, Zone

FREE = ("count", "drop")
ENDS = ("after", "last_day")
SPREADS = ("calendar", "daily")


class Rows(dict[str, Any]):
    """The fields of a log, by name."""


def read_rows(
    customers: Column,
    start: Column | None,
    end: Column | None,
    amounts: Column | None,
    *,
    billing: object,
    attributes: Mapping[str, Column | None],
    ends: str,
    free: str,
    spread: str,
    grace: int,
    as_of: object,
    zone: Zone | None,
    recorded_in: Zone | None,
    invoiced: bool = False,
) -> Rows:
    """Read and check the columns of a `SubscriptionLog`, which says what they are.

    Args:
        customers: As for the log, like all that follow.
        start: The first day of each row.
        end: Its end.
        amounts: Its price.
        billing: What the price is for.
        attributes: Columns to group by, None for those that are not given.
        ends: What an end is.
        free: Whether free rows make a customer.
        spread: How prices become revenue of periods.
        grace: Gaps of fewer days are none.
        as_of: The last day that is known.
        zone: The time zone whose calendar counts.
        recorded_in: The time zone whose clock wrote the dates.
        invoiced: Whether rows are lines of invoices: negative ones are credits, and the last day
            that is known is by default that of the last line to begin.

    Raises:
        CustomerError: An id is missing.
        DateError: A start is missing, a date cannot be read, or an end comes before its start.
        AmountError: A price is negative or not finite, or rows of a customer overlap in different
            currencies.
        LengthError: The columns differ in length.
        ParameterError: There is no such name.
    """
    if start is None:
        raise ParameterError.must_be(
            "start",
            "given beside the customers",
            None,
            "Say SubscriptionLog(frame['customer'], frame['start'], frame['end']).",
        )
    for name, value, names in (
        ("free", free, FREE),
        ("ends", ends, ENDS),
        ("spread", spread, SPREADS),
    ):
        check_name(name, value, names)
    grace = check_whole("grace", grace, 0, FAR)
    given = {name: column for name, column in attributes.items() if column is not None}
    require_aligned(customers=customers, start=start, end=end, amounts=amounts, **given)
    ids = identified(
        customers,
        "customers",
        must="name who subscribes",
        remedy="Leave out subscriptions of unknown customers.",
    )
    size = len(ids.codes)
    clock: dict[str, Any] = {"zone": zone, "recorded_in": recorded_in}
    starts = as_times(start, "start", **clock).days.astype(np.int64)
    lengths = {"customers": size, "start": len(starts)}
    stops = np.full(size, FAR)
    if end is not None:
        days = as_times(end, "end", gaps=True, **clock).days
        lengths["end"] = len(days)
        require_equal_lengths(**lengths)
        stops = np.where(np.isnat(days), FAR, days.astype(np.int64) + (ends == "last_day"))
        _require_order(starts, stops, inclusive=ends == "last_day")
    numbers, unit, unknown = None, Unit(0), np.ones(size, dtype=bool)
    if amounts is not None:
        money = as_column(amounts, "amounts")
        unknown = np.isnan(as_amounts(money, "amounts"))
        lengths["amounts"] = len(unknown)
        require_equal_lengths(**lengths)
        (numbers,), unit = read_numbers({"amounts": money})
        numbers, unit = to_the_cent(numbers, unit)
    require_equal_lengths(**lengths)
    credit = np.zeros(size, dtype=bool) if numbers is None else np.asarray(numbers < 0, dtype=bool)
    if credit.any() and not invoiced:
        at = np.flatnonzero(credit)
        shown = [(int(i), unit.amount(number)) for i, number in zip(at, numbers[at], strict=True)]  # type: ignore[index]  # credits are numbers
        raise AmountError(
            f"prices must not be negative: {located(shown)}. A discount lowers the price of its "
            "row; credit notes are read by SubscriptionLog.from_invoices."
        )
    labels = {name: _labels(column, name, size) for name, column in given.items()}
    bills = Billing.of(billing, size)
    endless = np.flatnonzero(bills.total & (stops == FAR))
    if len(endless) and numbers is not None:
        raise DateError(
            f"end must be given where the price is for all of a row (billing='total'); missing at "
            f"position {places(endless.tolist())}. Say what time the price is for."
        )
    kept = stops > starts
    known = None if as_of is None else as_whole_day(as_of, "as_of", zone=zone)
    rows = Rows(
        customers=ids.labels.columns[0],
        codes=ids.codes[kept],
        starts=starts[kept],
        ends=stops[kept],
        numbers=None if numbers is None else numbers[kept],
        unknown=unknown[kept],
        unit=unit,
        billing=bills.taken(kept),
        attributes={name: column[kept] for name, column in labels.items()},
        credits=credit[kept],
        observed=known or _last(starts[kept], starts[:0] if invoiced else stops[kept]),
        grace=grace,
        free=free,
        spread=spread,
        zone=zone,
        empty=int((~kept).sum()),
    )
    require_one_currency(rows)
    return rows


def _labels(column: Column, name: str, rows: int) -> AnyArray:
    """Return a column of labels as an array of objects, None where missing."""
    found = group({name: labels_of(column, name)}, rows)
    return found.labels.columns[0].astype(object)[found.codes]


def _last(starts: IntArray, ends: IntArray) -> np.datetime64:
    """Return the last day on which something is known to have begun or ended."""
    known = np.concatenate([starts, ends[ends < FAR]])
    last: np.datetime64 = np.int64(known.max() if len(known) else 0).astype("datetime64[D]")
    return last


def _require_order(starts: IntArray, stops: IntArray, *, inclusive: bool) -> None:
    """Check that no end comes before its start.

    Raises:
        DateError: Some do.
    """
    early = np.flatnonzero(stops < starts)
    if len(early):
        days = [(int(i), starts[i], stops[i] - inclusive) for i in early]
        shown = [
            (i, " to ".join(str(np.datetime64(int(x), "D")) for x in ends)) for i, *ends in days
        ]
        raise DateError(
            f"end must not come before start: {located(shown)}. Are the columns swapped, or is a "
            "year mistyped? Leave end missing where a subscription runs on."
        )


def require_one_currency(rows: Rows) -> None:
    """Check that no customer has rows that overlap in different currencies.

    Raises:
        AmountError: Some have.
    """
    if "currency" not in rows["attributes"] or rows["numbers"] is None:
        return
    order = in_order(rows["codes"], rows["starts"])
    who, low, high = (rows[name][order] for name in ("codes", "starts", "ends"))
    currency = group({"currency": rows["attributes"]["currency"]}, len(order)).codes[order]
    apart = int(high.max(initial=0) - low.min(initial=0)) + 1
    latest = np.maximum.accumulate(high + who * apart) - who * apart
    clash = (who[1:] == who[:-1]) & (low[1:] < latest[:-1]) & (currency[1:] != currency[:-1])
    at = np.sort(order[1:][clash])
    if len(at):
        labels = rows["customers"]
        shown = [(int(i), labels[rows["codes"][i]]) for i in at]
        raise AmountError(
            "subscriptions of one customer must not overlap in different currencies; their prices "
            f"cannot be added: {located(shown)} of the rows that last some days. Convert them to "
            "one currency first, or give each its own customer id."
        )
