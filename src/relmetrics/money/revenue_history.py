"""Revenue movements period by period, from a table of customer, date and amount."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NoReturn

import numpy as np
from attrs import field, frozen

from relmetrics.data.alignment import require_aligned
from relmetrics.data.calendar.dates import as_times, as_whole_day
from relmetrics.data.calendar.periods import as_every, first_day, last_day, period_of, require_near
from relmetrics.data.checks import check_name
from relmetrics.data.columns import EXACT, as_amounts, as_column, read_only, require_equal_lengths
from relmetrics.errors import AmountError, EmptySampleError, ParameterError
from relmetrics.errors.wording import SHOWN, did_you_mean, located
from relmetrics.metric.result import Result, Tabular, written
from relmetrics.metric.table import Table
from relmetrics.money.cells import by_period, cells_of, movements_of, owed
from relmetrics.money.exact import read_numbers
from relmetrics.money.moving import whose
from relmetrics.money.revenue_movement import FLOWS, RevenueMovement

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, Column, IntArray, Zone

Returns = Literal["refuse", "net", "dated"]
RETURNS: tuple[Returns, ...] = ("refuse", "net", "dated")
_EXAMPLE = "revenue_movements(frame['customer'], frame['date'], frame['amount'])"


@frozen(repr=False)
class RevenueHistory(Tabular, Result, Mapping[str, RevenueMovement]):
    """The movement into each period from the one before it: a mapping of period to movement.

    A period goes by its first day, as ISO text. Made by `revenue_movements`.

    Attributes:
        periods: First day of each period that is moved into, datetime64[D].
        movements: The movement into each of them.
        complete: Whether each period was over by the day that the table reaches to.
        below_zero: Customer, period and amount (in the units that were given) wherever refunds came
            to more than what was paid.
        returns: What is done with these.

    Example:
        >>> import relmetrics as rm
        >>> history = rm.revenue_movements(
        ...     ["a", "b", "a", "b", "b"],
        ...     ["2025-01-01", "2025-01-01", "2025-02-01", "2025-02-01", "2025-03-01"],
        ...     [100, 50, 120, 50, 50],
        ...     every="month",
        ... )
        >>> history["2025-02-01"].expansion, history["2025-03-01"].churned
        (20, 120)
    """

    periods: AnyArray = field(eq=EXACT, hash=False, converter=read_only)
    movements: tuple[RevenueMovement, ...]
    complete: tuple[bool, ...]
    below_zero: tuple[tuple[Any, str, Any], ...] = ()
    returns: Returns = "refuse"

    def __getitem__(self, period: str) -> RevenueMovement:
        """Return the movement into the period that begins on a day.

        Raises:
            KeyError: There is no such period.
        """
        for day, movement in zip(self, self.movements, strict=True):
            if day == period:
                return movement
        msg = f"no period {period!r}. {did_you_mean(period, self)}"
        raise KeyError(msg)

    def __iter__(self) -> Iterator[str]:
        """Return the first days of the periods, in order."""
        return iter(str(day) for day in self.periods)

    def __len__(self) -> int:
        """Return the number of movements."""
        return len(self.movements)

    def table(self) -> Table:
        """Return one row per period: waterfall, net and gross retention, and whether it is over.

        ``missing`` is the number of customers who are left out because their amount in the period
        or in the one before it is missing: then `start` does not follow the last `end`. Retention
        is NaN where there was no revenue before, and in a period that is not over: what
        is not there yet is not lost.
        """
        columns: dict[str, Any] = {"period": self.periods}
        exact = all(movement.is_exact for movement in self.movements)
        for name in FLOWS:
            amounts = [getattr(movement, name) for movement in self.movements]
            columns[name] = np.array(amounts, dtype=object if exact else np.float64)
        ends = list(zip(self.movements, self.complete, strict=True))
        columns["net_retention"] = np.array(
            [_value(each.net_retention, over=over) for each, over in ends]
        )
        columns["gross_retention"] = np.array(
            [_value(each.gross_retention, over=over) for each, over in ends]
        )
        columns["missing"] = np.array([each.missing for each in self.movements], dtype=np.int64)
        columns["complete"] = np.array(self.complete, dtype=bool)
        digits = dict.fromkeys(FLOWS, 2) | {"net_retention": 1, "gross_retention": 1}
        return Table(columns, digits)

    def _content(self) -> dict[str, object]:
        return written(self, "periods", "complete", "movements", "below_zero", "returns")

    def __repr__(self) -> str:
        """Return the table, and what is not in its sums."""
        return "\n".join([repr(self.table()), *self.remarks])

    @property
    def remarks(self) -> tuple[str, ...]:
        """What the sums of the table leave out, in words; empty where they leave out nothing."""
        lines = []
        gaps = [str(day) for day, each in zip(self, self.movements, strict=True) if each.missing]
        if gaps:
            lines.append(
                "Customers are left out for a missing amount, so that start does not follow the "
                f"last end: {_some(gaps)}."
            )
        if self.below_zero:
            texts = [f"{who!r} in {period} ({amount})" for who, period, amount in self.below_zero]
            how = "are in the totals" if self.returns == "dated" else "count as 0"
            lines.append(f"Refunds beyond what was paid {how}: {_some(texts)}.")
        return tuple(lines)

    def _body_html(self) -> str:
        """Return the table, for notebooks."""
        return self.table().to_html()


def revenue_movements(
    customers: Column,
    dates: Column | None = None,
    amounts: Column | None = None,
    *,
    every: str = "month",
    as_of: object = None,
    zone: Zone | None = None,
    recorded_in: Zone | None = None,
    week_start: str = "monday",
    year_start: str = "january",
    returns: Returns = "refuse",
) -> RevenueHistory:
    """Split the change of recurring revenue from each period to the next into its movements.

    The amounts of one customer in one period are added up, exactly for whole numbers and
    `Decimal`. A customer without a row in a period has no revenue in it. Refunds and credits are
    negative amounts, in the period in which they are booked. The table is the whole history: who
    has no revenue in it before is new, who has is reactivated.

    Args:
        customers: One id per row.
        dates: When the amount recurred: datetime64, `datetime`, `date` or ISO 8601 text.
        amounts: How much; a missing amount makes that customer's period unknown, and leaves the
            customer out of the movements into and out of it.
        every: ``day``, ``week``, ``month``, ``quarter`` or ``year``.
        as_of: The last day that the table reaches to. A period that ends after it is not over, and
            is marked. By default every period counts as over.
        zone: The time zone whose calendar counts, for dates that carry a zone.
        recorded_in: The time zone whose clock wrote dates that carry none.
        week_start: The first day of a week.
        year_start: The first month of a year and of its quarters.
        returns: What happens where the amounts of a customer in a period come to less than 0, as a
            refund in a later month makes them. ``refuse`` (default): it is an error; ``net``: the
            customer has no revenue in that period, and is listed in `below_zero`; ``dated``: the
            same, and what was given back is in the totals of its period: as contraction, and in
            the next one as expansion. Retention is of what customers pay in either case.

    Raises:
        CustomerError: An id is missing.
        DateError: A date is missing or cannot be read.
        AmountError: An amount is not finite, or the amounts of a period come to less than 0 and
            are refused.
        LengthError: The columns differ in length.
        ParameterError: There is no such period, or dates or amounts are lacking.

    Example:
        >>> import relmetrics as rm
        >>> rm.revenue_movements(
        ...     ["a", "b", "a", "b"],
        ...     ["2025-01-01", "2025-01-01", "2025-02-01", "2025-03-01"],
        ...     [100, 50, 120, 50],
        ... ).table()["reactivated"].tolist()
        [0, 50]
    """
    if dates is None or amounts is None:
        raise ParameterError.beside_customers(_EXAMPLE, dates=dates, amounts=amounts)
    check_name("returns", returns, RETURNS)
    kind = as_every(every, week_start=week_start, year_start=year_start)
    require_aligned(customers=customers, dates=dates, amounts=amounts)
    ids, money = as_column(customers, "customers"), as_column(amounts, "amounts")
    days = as_times(dates, zone=zone, recorded_in=recorded_in, every=kind).days
    missing = np.isnan(as_amounts(money, "amounts"))
    numbers, unit = read_numbers({"amounts": money})
    require_equal_lengths(customers=len(ids), dates=len(days), amounts=len(missing))
    found = whose(ids)
    periods = period_of(days, kind)
    cells = cells_of(found.codes, periods, numbers[0], missing)
    owing = np.flatnonzero(cells[2] < 0)
    if len(owing) and returns == "refuse":
        _refuse(owing, cells, found.codes, periods)
    who, when, amount = (column[owing] for column in cells[:3])
    below_zero = owed(who, when, amount, found.labels.columns[0], unit, kind)
    if returns == "net":
        cells[2][owing] = 0
    first, last = (int(periods.min()), int(periods.max())) if len(periods) else (0, -1)
    end = None if as_of is None else as_whole_day(as_of, "as_of", zone=zone)
    require_near(days, until=end)
    if end is not None and len(periods):
        # Who has no row in the periods up to `as_of` pays nothing in them.
        last = max(last, int(period_of(np.asarray(end), kind)))
    size = len(found.labels)
    movements = movements_of(by_period(cells, size, first, last), size, unit)
    into = np.arange(first + 1, max(last, first) + 1)
    over = np.ones(len(into), dtype=bool) if end is None else last_day(into, kind) <= end
    return RevenueHistory(
        first_day(into, kind), movements, tuple(over.tolist()), below_zero, returns
    )


def _refuse(
    owing: IntArray,
    cells: tuple[IntArray, IntArray, AnyArray, AnyArray],
    codes: IntArray,
    periods: IntArray,
) -> NoReturn:
    """Refuse customers whose amounts in a period come to less than 0: an AmountError."""
    offenders = [
        (int(np.argmax((codes == cells[0][i]) & (periods == cells[1][i]))), cells[2][i])
        for i in owing.tolist()
    ]
    raise AmountError(
        "the amounts of a customer in a period must not come to less than 0; they come to "
        f"{located(offenders)}, where the first row of that customer and period stands. Book a "
        "refund in the period of what it refunds, or say returns='net' to count such a customer "
        "as paying nothing in it, or 'dated' to have it in the totals as well."
    )


def _some(texts: Sequence[str]) -> str:
    more = len(texts) - SHOWN
    return ", ".join(texts[:SHOWN]) + (f" and {more} more" if more > 0 else "")


def _value(retention: Any, *, over: bool) -> float:
    if not over:
        return float("nan")
    try:
        return float(retention())
    except EmptySampleError:
        return float("nan")
