"""Moving revenue: what each customer adds to the movements of a period."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.data.alignment import require_aligned
from relmetrics.data.codes import encode
from relmetrics.data.columns import as_column, require_equal_lengths
from relmetrics.data.labels.ids import identified, once
from relmetrics.data.scale import YES_NO
from relmetrics.errors import ParameterError
from relmetrics.money.exact import read_numbers
from relmetrics.money.revenue_movement import MovingCustomers, RevenueMovement
from relmetrics.money.revenue_retention import NetRevenueRetention, as_revenue

if TYPE_CHECKING:
    from relmetrics.data.labels.grouping import Grouping
    from relmetrics.data.types import AnyArray, Column, FloatArray
    from relmetrics.money.exact import Unit


def moved(
    first: AnyArray, last: AnyArray, gone: AnyArray, known: FloatArray, unit: Unit
) -> RevenueMovement:
    """Return the movement of customers whose amounts are in one unit.

    Who has less than 0 pays nothing. What they were given back is in the totals: as contraction in
    the period in which it comes, as expansion in the next one, in which it comes no more.

    Args:
        first: Revenue at the start; below 0 for refunds beyond what was paid.
        last: Revenue at the end.
        gone: Whether either is missing.
        known: 1.0 for revenue before the start, 0.0 for none, NaN for not known.
        unit: What the numbers stand for.
    """
    # Who has nothing at either end adds nothing, and most customers of a long history have not.
    some = np.flatnonzero((first != 0) | (last != 0) | gone)
    first, last, gone, known = first[some], last[some], gone[some], known[some]
    (before, back_before), (after, back_after) = (_parted(one[~gone]) for one in (first, last))
    history = known[~gone]
    was, stays = before > 0, after > 0
    back = ~was & stays & (history == 1)
    joined = ~was & stays & ~back
    more, less = was & (after > before), was & stays & (after < before)
    left = was & ~stays
    sums = {
        "start": first[~gone].sum(),
        "new": after[joined].sum(),
        "reactivated": after[back].sum(),
        "expansion": np.concatenate([after[more] - before[more], back_before]).sum(),
        "contraction": np.concatenate([before[less] - after[less], back_after]).sum(),
        "churned": before[left].sum(),
        "end": last[~gone].sum(),
    }
    money: dict[str, Any] = {name: unit.amount(number) for name, number in sums.items()}
    counts = {
        "start": was,
        "new": joined,
        "reactivated": back,
        "expansion": more,
        "contraction": less,
        "churned": left,
        "unchanged": was & (after == before),
        "end": stays,
    }
    revenue = {
        name: np.where(gone, np.nan, unit.floats(np.where(numbers < 0, 0, numbers)))
        for name, numbers in (("before", first), ("after", last))
    }
    return RevenueMovement(
        **money,
        customers=MovingCustomers(**{name: int(rows.sum()) for name, rows in counts.items()}),
        history_unknown=int(np.isnan(history[joined]).sum()),
        missing=int(gone.sum()),
        state=NetRevenueRetention().moments(revenue),
    )


def _parted(amounts: AnyArray) -> tuple[AnyArray, AnyArray]:
    """Return what each customer pays, and what some are given back."""
    back = amounts < 0
    return np.where(back, 0, amounts), -amounts[back]


def whose(ids: Column) -> Grouping:
    """Return the customers whose revenue the rows of a table are.

    Raises:
        CustomerError: An id is missing.
    """
    return identified(
        ids,
        "customers",
        must="say whose revenue it is",
        remedy="Give each row an id, or leave the row out.",
    )


def revenue_movement(
    customers: Column,
    before: Column | None = None,
    after: Column | None = None,
    *,
    known_before: Column | None = None,
) -> RevenueMovement:
    """Split the change of recurring revenue over a period into its movements.

    Amounts in whole numbers (cents) or `Decimal` are summed without rounding. If any is a float,
    all are taken as floats. Compare the same recurring amount at two times, such as the monthly
    revenue of each customer on the first and the last day; what happened in between cancels out.

    Args:
        customers: One id per customer, each once.
        before: Recurring revenue of each at the start of the period; 0 for none.
        after: Recurring revenue of each at its end; 0 for none.
        known_before: For each customer, whether they ever had revenue before the start (yes/no).
            It tells reactivated from new customers and matters for those alone who have nothing at
            the start and something at the end. Without it, or where it is missing, they count as
            new, and `history_unknown` says how many.

    Raises:
        CustomerError: An id is missing or occurs twice.
        AmountError: An amount is negative, not finite, or a decimal of more than 30 places.
        AnswerError: `known_before` is not yes or no.
        LengthError: The columns differ in length.
        ParameterError: The amounts of either time are lacking.

    Example:
        >>> from decimal import Decimal
        >>> import relmetrics as rm
        >>> movement = rm.revenue_movement(
        ...     ["ann", "bob", "cid"],
        ...     [Decimal("19.90"), Decimal("9.90"), Decimal("0.00")],
        ...     [Decimal("29.90"), Decimal("0.00"), Decimal("9.90")],
        ...     known_before=[True, True, True],
        ... )
        >>> movement.explain()
          start        29.80  (2 customers)
        + new           0.00  (0 customers)
        + reactivated   9.90  (1 customer)
        + expansion    10.00  (1 customer)
        - contraction   0.00  (0 customers)
        - churned       9.90  (1 customer)
        = end          39.80  (2 customers)
    """
    if before is None or after is None:
        example = "revenue_movement(frame['customer'], frame['before'], frame['after'])"
        raise ParameterError.beside_customers(example, before=before, after=after)
    require_aligned(customers=customers, before=before, after=after, known_before=known_before)
    ids = as_column(customers, "customers")
    given = {"before": as_column(before, "before"), "after": as_column(after, "after")}
    first_gone, last_gone = (np.isnan(as_revenue(column, name)) for name, column in given.items())
    (first, last), unit = read_numbers(given)
    lengths = {"customers": len(ids), "before": len(first), "after": len(last)}
    known = np.full(len(ids), np.nan)
    if known_before is not None:
        codes = encode(known_before, YES_NO, "known_before").codes()
        lengths["known_before"] = len(codes)
        known = np.array([0.0, 1.0, np.nan])[codes]
    require_equal_lengths(**lengths)
    once(
        whose(ids),
        each="one row each",
        remedy="Add up the revenue of each customer first.",
    )
    return moved(first, last, first_gone | last_gone, known, unit)
