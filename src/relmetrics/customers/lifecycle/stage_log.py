"""StageLog: who entered which stage when, as a CRM records it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from relmetrics.customers.lifecycle.events import lifecycle_of
from relmetrics.customers.lifecycle.stages import (
    ABSENT,
    DISSOLUTION,
    DissolutionReason,
    DissolutionSide,
    Stage,
    as_codes,
)
from relmetrics.data.alignment import require_aligned
from relmetrics.data.calendar.dates import as_times, as_whole_day
from relmetrics.data.calendar.periods import as_every
from relmetrics.data.columns import Unchanging, as_column, require_equal_lengths
from relmetrics.data.labels.ids import identified
from relmetrics.data.labels.ordering import in_order
from relmetrics.errors import CustomerError, EmptySampleError, LabelError, ParameterError
from relmetrics.errors.definitions import no_frame
from relmetrics.errors.wording import located

if TYPE_CHECKING:
    from enum import StrEnum

    from relmetrics.customers.lifecycle.lifecycle import Lifecycle
    from relmetrics.data.types import AnyArray, Column, IntArray, Zone


@frozen(eq=False, repr=False, init=False)
class StageLog(Unchanging):
    """Events of relationships: a customer enters a stage, which holds until the next event.

    Stages may be skipped. From dissolution a customer may come back, at any stage: a re-entry,
    after which another dissolution counts anew. An event of the stage that a customer is in already
    changes nothing; if it repeats a dissolution and names a reason or a side that was not known
    before, that one is taken.

    Args:
        customers: One id per event, of any hashable kind; never missing.
        dates: When: datetime64, `datetime`, `date` or ISO 8601 text; never missing.
        stages: The stage that begins, as a `Stage` or by its name; never missing.
        reasons: Why a relationship ended, as a `DissolutionReason` or by its name; missing where it
            is not known and for all other stages.
        sides: Whether one side ended it (unilateral) or both (bilateral); missing likewise.
        zone: The time zone whose calendar counts, for dates that carry a zone.
        recorded_in: The time zone whose clock wrote dates that carry none.

    Attributes:
        customers: The id of each customer, in order of appearance.
        codes: The customer of each event, sorted.
        times: The time of each event, sorted within a customer.
        stages: The place of each event's stage.
        reasons: The place of each event's reason, -1 where missing; or None.
        sides: The place of each event's side, -1 where missing; or None.
        duplicates: Number of rows that repeat another one in all columns, and were left out.

    Raises:
        CustomerError: An id is missing, or a customer enters two stages at the same time.
        DateError: A date is missing or cannot be read.
        LabelError: A stage is missing, a stage, reason or side is not known, or a reason or side
            is given for an event that ends nothing.
        LengthError: The columns differ in length.
        ParameterError: Dates or stages are lacking.

    Example:
        >>> import relmetrics as rm
        >>> log = rm.StageLog(
        ...     ["ann", "ann", "bob", "bob"],
        ...     ["2025-01-03", "2025-03-02", "2025-01-09", "2025-02-20"],
        ...     ["exploration", "commitment", "exploration", "dissolution"],
        ...     reasons=[None, None, None, "better alternative"],
        ... )
        >>> log.lifecycle(as_of="2025-03-31")
        Lifecycle(as_of=2025-03-31, customers=2: 1 commitment, 1 dissolution)

    Source:
        "Customer relationships: principles for building long-term ties", after Francis Buttle.
    """

    customers: AnyArray
    codes: IntArray
    times: AnyArray
    stages: IntArray
    reasons: IntArray | None
    sides: IntArray | None
    duplicates: int = 0
    zone: Zone | None = None

    @no_frame("StageLog(frame[{0}], frame[{1}], frame[{2}])", method=True)
    def __init__(
        self,
        customers: Column,
        dates: Column | None = None,
        stages: Column | None = None,
        reasons: Column | None = None,
        sides: Column | None = None,
        *,
        zone: Zone | None = None,
        recorded_in: Zone | None = None,
    ) -> None:
        """Read, check and sort the columns."""
        if dates is None or stages is None:
            example = "StageLog(frame['customer'], frame['date'], frame['stage'])"
            raise ParameterError.beside_customers(example, dates=dates, stages=stages)
        require_aligned(
            customers=customers, dates=dates, stages=stages, reasons=reasons, sides=sides
        )
        ids = as_column(customers, "customers")
        times = as_times(dates, zone=zone, recorded_in=recorded_in)
        named = as_column(stages, "stages")
        require_equal_lengths(customers=len(ids), dates=len(times.shown), stages=len(named))
        grouping = identified(ids, "customers")
        labels, codes = grouping.labels.columns[0], grouping.codes
        stage = as_codes(named, "stages", Stage, len(ids))
        absent = np.flatnonzero(stage == ABSENT)
        if len(absent):
            offenders: list[tuple[int, object]] = [(int(i), None) for i in absent]
            known = [member.value for member in Stage]
            raise LabelError.not_named(offenders, name="stages", known=known)
        reason = _details(reasons, "reasons", DissolutionReason, stage)
        side = _details(sides, "sides", DissolutionSide, stage)
        order = in_order(codes, times.instants)
        repeated = _repeats(labels, order, codes, times.instants, [stage, reason, side])
        kept = order[~repeated]
        # attrs writes this method, which pyright does not know.
        self.__attrs_init__(  # pyright: ignore[reportAttributeAccessIssue]
            labels,
            codes[kept],
            times.shown[kept],
            stage[kept],
            None if reason is None else reason[kept],
            None if side is None else side[kept],
            int(repeated.sum()),
            zone,
        )

    def __len__(self) -> int:
        """Return the number of events."""
        return len(self.codes)

    def __repr__(self) -> str:
        """Return the size of the log, and from when to when it runs."""
        span = ""
        if len(self):
            days = self.times.astype("datetime64[D]")
            span = f", from {days.min()} to {days.max()}"
        return f"StageLog(events={len(self)}, customers={len(self.customers)}{span})"

    def lifecycle(
        self,
        *,
        as_of: object = None,
        every: str = "month",
        week_start: str = "monday",
        year_start: str = "january",
    ) -> Lifecycle:
        """Return the stages on a day, and all moves until then.

        Lifecycles of disjoint customers add, for the same `as_of`.

        Args:
            as_of: The day to look from, by default that of the last event. Later events have not
                happened yet; before the first one the lifecycle is empty.
            every: The kind of period at whose end stages are observed.
            week_start: The first day of a week, such as ``"sunday"``.
            year_start: The first month of a year and of its quarters, such as ``"april"``.

        Raises:
            EmptySampleError: The log is empty and `as_of` is not given.
            DateError: `as_of` cannot be read.
            ParameterError: There is no such period.
        """
        period = as_every(every, week_start=week_start, year_start=year_start)
        days = self.times.astype("datetime64[D]")
        if as_of is None and not len(self):
            raise EmptySampleError.for_metric("The end of a log", 0)
        end = days.max() if as_of is None else as_whole_day(as_of, "as_of", zone=self.zone)
        kept = days <= end
        codes, stage = self.codes[kept], self.stages[kept]
        there = np.bincount(codes, minlength=len(self.customers)) > 0
        return lifecycle_of(
            self.customers[there],
            (np.cumsum(there) - 1)[codes],
            days[kept],
            stage,
            as_of=end,
            every=period,
            causes=_endings(codes, stage, self.reasons, kept, len(DissolutionReason)),
            parties=_endings(codes, stage, self.sides, kept, len(DissolutionSide)),
        )


def _details(
    column: Column | None, name: str, kind: type[StrEnum], stage: IntArray
) -> IntArray | None:
    """Return the places of reasons or sides, which only a dissolution has."""
    if column is None:
        return None
    values = as_column(column, name)
    require_equal_lengths(customers=len(stage), **{name: len(values)})
    codes = as_codes(values, name, kind, len(stage))
    odd = np.flatnonzero((codes != ABSENT) & (stage != DISSOLUTION))
    if len(odd):
        offenders = [(int(i), values[i]) for i in odd]
        raise LabelError(
            f"{name} belong to events of the stage dissolution, others have none: "
            f"{located(offenders)}. Use None there."
        )
    return codes


def _repeats(
    labels: AnyArray,
    order: IntArray,
    codes: IntArray,
    times: AnyArray,
    details: list[IntArray | None],
) -> AnyArray:
    """Tell which rows, in order, repeat the one before, and refuse two events at the same time.

    Raises:
        CustomerError: A customer has events at the same time that differ.
    """
    repeated = np.zeros(len(order), dtype=bool)
    before, this = order[:-1], order[1:]
    repeated[1:] = (codes[this] == codes[before]) & (times[this] == times[before])
    differ = np.zeros(len(order), dtype=bool)
    for detail in details:
        if detail is not None:
            differ[1:] |= detail[this] != detail[before]
    clash = np.sort(order[repeated & differ])
    if len(clash):
        offenders = [(int(i), labels[codes[i]]) for i in clash]
        raise CustomerError.several_states(offenders, what="stage at a time")
    return repeated


def _endings(
    codes: IntArray, stage: IntArray, detail: IntArray | None, kept: AnyArray, size: int
) -> IntArray | None:
    """Return the number of dissolutions of each reason or side, those of none last."""
    if detail is None:
        return None
    ended = stage == DISSOLUTION
    entered = ended.copy()
    entered[1:] &= ~(ended[:-1] & (codes[1:] == codes[:-1]))
    # The first event of a dissolution that tells why, be it a later one that repeats it.
    told = ended & (detail[kept] != ABSENT)
    ending = np.cumsum(entered)[told]
    first = np.ones(len(ending), dtype=bool)
    first[1:] = ending[1:] != ending[:-1]
    counts = np.bincount(detail[kept][told][first], minlength=size)
    return np.append(counts, int(entered.sum() - first.sum()))
