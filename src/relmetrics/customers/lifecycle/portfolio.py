"""Tables of a lifecycle: customers and revenue by stage and segment, and why relationships end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.customers.lifecycle.stages import STAGES
from relmetrics.data.alignment import require_aligned
from relmetrics.data.columns import as_amounts, as_column, require_equal_lengths
from relmetrics.data.labels.grouping import group
from relmetrics.data.labels.numbering import plain_list
from relmetrics.errors import StateError
from relmetrics.estimators.proportion import proportions
from relmetrics.metric.table import Table

if TYPE_CHECKING:
    from enum import StrEnum

    from relmetrics.data.types import AnyArray, Column, FloatArray, IntArray

Assigned = Mapping[Any, object]
"""A mapping of customer to what is told of them."""
_SIZE = len(STAGES)


def portfolio_table(
    customers: AnyArray,
    codes: IntArray,
    segments: Assigned | Column | None,
    revenue: Assigned | Column | None,
    **options: Any,
) -> Table:
    """Return customers and revenue by segment and stage: see `Lifecycle.portfolio`.

    Raises:
        LengthError: A column does not have one entry per customer.
        AmountError: An amount is not finite.
        ParameterError: The level is not between 0 and 1, or there is no such method.
    """
    require_aligned(segments=segments, revenue=revenue)
    place, labels = np.zeros(len(codes), dtype=np.int64), None
    if segments is not None:
        grouping = group({"segment": _column(customers, segments, "segments")}, len(codes))
        place, labels = grouping.codes, grouping.labels.columns[0]
    groups = 1 if labels is None else len(labels)
    cells = place * _SIZE + codes
    counts = np.bincount(cells, minlength=groups * _SIZE)
    n = np.repeat(np.bincount(place, minlength=groups), _SIZE)
    shares = proportions(counts, n, **options)
    columns: dict[str, AnyArray] = {}
    if labels is not None:
        columns["segment"] = np.repeat(labels, _SIZE)
    columns |= {
        "stage": np.tile(np.array([stage.value for stage in STAGES]), groups),
        "customers": counts,
        "n": n,
        "share": shares.value,
        "low": shares.low,
        "high": shares.high,
    }
    if revenue is not None:
        money = as_amounts(_column(customers, revenue, "revenue"), "revenue")
        columns |= _revenue(np.nan_to_num(money), cells, place, counts, n, options)
    shown = ("share", "low", "high", "revenue", "revenue_share", "revenue_low", "revenue_high")
    digits: dict[str, int] = dict.fromkeys(map(str, shown), 1)
    return Table(columns, digits)


def endings_table(
    what: str,
    counted: IntArray | None,
    kind: type[StrEnum],
    confidence_level: float,
    method: str | None,
) -> Table:
    """Return the share of each reason or side of dissolution: see `Lifecycle.reasons`.

    Raises:
        StateError: None were given.
        ParameterError: The level is not between 0 and 1, or there is no such method.
    """
    if counted is None:
        raise StateError.lacks(
            f"{what}s of dissolution", f"StageLog(customers, dates, stages, {what}s={what}s)"
        )
    known = counted[:-1]
    n = np.full(len(known), known.sum())
    shares = proportions(known, n, confidence_level=confidence_level, method=method)
    columns: dict[str, AnyArray] = {
        what: np.array([member.value for member in kind]),
        "count": known,
        "share": shares.value,
        "low": shares.low,
        "high": shares.high,
        "n": n,
        "missing": np.full(len(known), counted[-1]),
    }
    return Table(columns, dict.fromkeys(("share", "low", "high"), 1))


def _column(customers: AnyArray, values: Assigned | Column, name: str) -> list[Any] | AnyArray:
    """Return one entry per customer.

    Raises:
        LengthError: There is another number of them.
    """
    if isinstance(values, Mapping):
        return [values.get(customer) for customer in plain_list(customers)]
    column = as_column(values, name)
    require_equal_lengths(customers=len(customers), **{name: len(column)})
    return column


def _revenue(
    money: FloatArray,
    cells: IntArray,
    place: IntArray,
    counts: IntArray,
    n: IntArray,
    options: dict[str, Any],
) -> dict[str, AnyArray]:
    """Return the revenue of each cell, its share of the segment's, and the share's interval."""
    size, groups = len(counts), len(counts) // _SIZE

    def split(values: FloatArray) -> FloatArray:
        """Return the sums of what is not in each cell, and of what is."""
        inside = np.zeros(size)
        np.add.at(inside, cells, values)
        total = np.repeat(inside.reshape(groups, _SIZE).sum(axis=1), _SIZE)
        return np.stack([total - inside, inside], axis=1)

    weights = split(money)
    negative = np.repeat(np.bincount(place, money < 0, minlength=groups) > 0, _SIZE)
    shares = proportions(
        counts, n, **options, weights=np.abs(weights), squares=np.abs(split(money**2))
    )
    total = weights.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        # A stage whose returns exceed its purchases has no share, nor have the others beside it.
        below = np.repeat((weights[:, 1] < 0).reshape(groups, _SIZE).any(axis=1), _SIZE)
        part = np.where((total > 0) & ~below, 100.0 * weights[:, 1] / total, np.nan)
    return {
        "revenue": weights[:, 1],
        "revenue_share": part,
        "revenue_low": np.where(negative | ~(total > 0), np.nan, shares.low),
        "revenue_high": np.where(negative | ~(total > 0), np.nan, shares.high),
    }
