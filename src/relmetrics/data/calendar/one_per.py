"""One row per respondent: the last that each gave, or the first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from relmetrics.data.alignment import require_aligned
from relmetrics.data.calendar.date_columns import read_dates
from relmetrics.data.checks import check_name
from relmetrics.data.columns import require_equal_lengths
from relmetrics.data.labels.ids import identified
from relmetrics.data.labels.ordering import in_order

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, Column

Keep = Literal["last", "first"]
KEEP: tuple[Keep, ...] = ("last", "first")


def one_per(respondents: Column, dates: Column, *, keep: Keep = "last") -> AnyArray:
    """Return which rows to keep so that every respondent has one.

    For those who want one answer each. All answers with ``respondents=`` tell more: what somebody
    says again is worth something, only less than what somebody else says.

    Args:
        respondents: Who answered, one id per row.
        dates: When, one per row: datetime64, `datetime`, `date` or ISO 8601 text.
        keep: ``last`` or ``first``. Of several rows of one moment the later one in the data is
            last.

    Returns:
        True for each row to keep, to filter the columns with. Filter out missing answers before.

    Raises:
        CustomerError: An id is missing.
        DateError: A date is missing or cannot be read.
        LengthError: The columns differ in length.
        ParameterError: `keep` is another word.

    Example:
        >>> import relmetrics as rm
        >>> days = ["2025-03-01", "2025-01-09", "2025-02-01"]
        >>> rm.one_per(["ann", "bob", "ann"], days).tolist()
        [True, True, False]
    """
    check_name("keep", keep, KEEP)
    require_aligned(respondents=respondents, dates=dates)
    times = read_dates(dates, "dates").times
    found = identified(respondents, "respondents", must="say who answered")
    require_equal_lengths(respondents=len(found.codes), dates=len(times))
    order = in_order(found.codes, times)
    whose = found.codes[order]
    ends = np.ones(len(order), dtype=bool)
    if keep == "last":
        ends[:-1] = whose[1:] != whose[:-1]
    else:
        ends[1:] = whose[1:] != whose[:-1]
    kept = np.zeros(len(order), dtype=bool)
    kept[order[ends]] = True
    return kept
