"""Errors of customers and dates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from relmetrics.errors.root import RelmetricsError
from relmetrics.errors.wording import located

if TYPE_CHECKING:
    from collections.abc import Sequence


class CustomerError(RelmetricsError):
    """Customers that cannot be told apart, or are not there."""

    @classmethod
    def several_states(cls, offenders: Sequence[tuple[int, object]], *, what: str) -> Self:
        """Rows that give a customer a second state at the same time."""
        msg = (
            f"a customer has one {what}; some rows give another one: "
            f"{located(offenders)}. Say which comes last, by a later time, or drop the others."
        )
        return cls(msg)


class DateError(RelmetricsError):
    """Dates that are missing, unreadable, out of order or in an unknown time zone."""

    @classmethod
    def unreadable(cls, offenders: Sequence[tuple[int, object]], *, name: str) -> Self:
        """Missing dates, and texts that are not ISO 8601."""
        msg = (
            f"{name} must be dates; {len(offenders)} are missing or cannot be read: "
            f"{located(offenders)}. Use datetime64, datetime objects or ISO text "
            "such as '2025-01-31', and leave out rows without a date. Read other forms first, "
            "such as pd.to_datetime(column, format='%d/%m/%Y')."
        )
        return cls(msg)

    @classmethod
    def out_of_range(cls, offenders: Sequence[tuple[int, object]], *, name: str) -> Self:
        """Dates beyond the years that the calendar of the library knows."""
        msg = f"{name} must lie in the years 1 to 9999: {located(offenders)}. Check their unit."
        return cls(msg)

    @classmethod
    def all_missing(cls, rows: int) -> Self:
        """A column of dates in which there is none."""
        msg = (
            f"dates must say when the answers were given; all {rows} are missing. "
            "Pass the column that holds the dates."
        )
        return cls(msg)

    @classmethod
    def after_as_of(cls, as_of: object, first: object) -> Self:
        """A day to look from that lies before everything that happened."""
        msg = (
            f"as_of must not come before all dates: as_of = {as_of}, the first date is {first}. "
            "Pass the last day that was observed, or leave as_of out for the last date."
        )
        return cls(msg)
