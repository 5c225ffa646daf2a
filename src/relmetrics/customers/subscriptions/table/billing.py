"""Billing: what a price is for, a number of months or of days, or all of a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from relmetrics.data.columns import is_whole
from relmetrics.data.labels.grouping import group, labels_of
from relmetrics.data.labels.numbering import plain_list
from relmetrics.errors import LabelError, ParameterError
from relmetrics.errors.wording import located

if TYPE_CHECKING:
    from collections.abc import Hashable

    from relmetrics.data.types import AnyArray, IntArray

_MONTHS = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}
_DAYS = {"day": 1, "week": 7}
NAMES = (*_MONTHS, *_DAYS, "total")
MOST_DAYS = 10_000
FAR = 10_000_000
"""A day after every other one: the end of what has none yet."""


@frozen(eq=False)
class Billing:
    """The billing period of each row: so many months, so many days, or 0 and 0 for all of it."""

    months: IntArray
    days: IntArray

    @classmethod
    def of(cls, billing: object, rows: int) -> Billing:
        """Read one billing period, or one per row.

        Raises:
            ParameterError: There is no such period.
            LabelError: Some rows have one that there is not, or none.
            LengthError: There is not one per row.
        """
        if isinstance(billing, (str, int)) and not isinstance(billing, bool):
            one = _length(billing)
            if one is None:
                raise ParameterError.unknown_name("billing", billing, (*NAMES, "a number of days"))
            return cls(*(np.full(rows, length) for length in one))
        return cls._by_row(billing, rows)

    @classmethod
    def _by_row(cls, billing: Any, rows: int) -> Billing:
        found = group({"billing": labels_of(billing, "billing")}, rows)
        labels = plain_list(found.labels.columns[0])
        lengths = [_length(label) for label in labels]
        bad = [i for i, length in enumerate(lengths) if length is None]
        if bad:
            at = np.flatnonzero(np.isin(found.codes, bad))
            offenders = [(int(i), labels[found.codes[i]]) for i in at]
            raise LabelError(
                f"billing must be one of {', '.join(NAMES)}, or a number of days: "
                f"{located(offenders)}. Name the time that the price of the row is for."
            )
        table = np.array(lengths, dtype=np.int64).reshape(-1, 2)[found.codes]
        return cls(table[:, 0], table[:, 1])

    @property
    def total(self) -> AnyArray:
        """Whether the price is for all of a row."""
        whole: AnyArray = (self.months == 0) & (self.days == 0)
        return whole

    def taken(self, rows: AnyArray) -> Billing:
        """Return the billing periods of some rows."""
        return Billing(self.months[rows], self.days[rows])

    def joined(self, other: Billing) -> Billing:
        """Return those of both."""
        return Billing(
            np.concatenate([self.months, other.months]), np.concatenate([self.days, other.days])
        )

    def begun(self, starts: IntArray, ends: IntArray, days: IntArray) -> IntArray:
        """Return how many billing periods of each row are over by the beginning of a day.

        Args:
            starts: The first day of each row.
            ends: The first day without it.
            days: The day, not before the start; a day past the end counts as the end.
        """
        days = np.minimum(days, ends)
        by_days = (days - starts) // np.maximum(self.days, 1)
        whole = np.maximum(self.months, 1)
        months = _month(days) - _month(starts)
        k = months // whole
        k = np.where(shifted(starts, k * whole) > days, k - 1, k)
        at_end = (days >= ends).astype(np.int64)
        return np.where(self.total, at_end, np.where(self.months > 0, k, by_days))

    def boundary(self, starts: IntArray, ends: IntArray, k: IntArray) -> IntArray:
        """Return the first day of the k-th billing period of each row; the end of one in all."""
        by_days = starts + k * np.maximum(self.days, 1)
        by_months = shifted(starts, k * np.maximum(self.months, 1))
        found: IntArray = np.where(self.months > 0, by_months, by_days)
        return np.where(self.total, np.where(k > 0, ends, starts), found)


def shifted(days: IntArray, months: IntArray) -> IntArray:
    """Return days some calendar months later; the last day of a month that is too short."""
    at = days.astype("datetime64[D]")
    month = at.astype("datetime64[M]")
    into = days - month.astype("datetime64[D]").astype(np.int64)
    target = month.astype(np.int64) + months
    first = target.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    after = (target + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    found: IntArray = np.minimum(first + into, after - 1)
    return found


def _month(days: IntArray) -> IntArray:
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def _length(billing: Hashable) -> tuple[int, int] | None:
    """Return the months and days of a billing period; None where there is no such period."""
    if isinstance(billing, str):
        name = billing.strip().lower()
        if name == "total":
            return 0, 0
        if name in _MONTHS:
            return _MONTHS[name], 0
        return (0, _DAYS[name]) if name in _DAYS else None
    if is_whole(billing) and 1 <= int(billing) <= MOST_DAYS:
        return 0, int(billing)
    return None
