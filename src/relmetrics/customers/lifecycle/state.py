"""State of a lifecycle: the stage of each customer, and the counts of all moves, which add."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np
from attrs import field, frozen
from attrs.converters import optional

from relmetrics.customers.lifecycle.stages import STAGES, Stage
from relmetrics.data.calendar.periods import Every, first_day, last_day, period_of
from relmetrics.data.columns import ALIKE, EXACT, Unchanging, read_only
from relmetrics.data.labels.grouping import group
from relmetrics.data.labels.numbering import plain_list
from relmetrics.errors import CustomerError, StateError
from relmetrics.errors.wording import listed

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, FloatArray, IntArray


@frozen(kw_only=True, repr=False)
class StageState(Unchanging):
    """The state of a `Lifecycle`, which says what its attributes are."""

    as_of: np.datetime64
    every: Every
    customers: AnyArray = field(eq=EXACT, hash=False, converter=read_only)
    codes: IntArray = field(eq=EXACT, hash=False, converter=read_only)
    furthest: IntArray = field(eq=EXACT, hash=False, converter=read_only)
    dissolved: AnyArray = field(eq=EXACT, hash=False, converter=read_only)
    revenue: FloatArray | None = field(eq=ALIKE, hash=False, converter=optional(read_only))
    start: int
    occupancy: IntArray = field(eq=EXACT, hash=False, converter=read_only)
    steps: IntArray = field(eq=EXACT, hash=False, converter=read_only)
    causes: IntArray | None = field(
        default=None, eq=EXACT, hash=False, converter=optional(read_only)
    )
    parties: IntArray | None = field(
        default=None, eq=EXACT, hash=False, converter=optional(read_only)
    )

    def __len__(self) -> int:
        """Return the number of customers."""
        return len(self.customers)

    def __getitem__(self, customer: object) -> Stage:
        """Return the stage of one customer.

        Raises:
            KeyError: There is no such customer.
        """
        try:
            place = plain_list(self.customers).index(customer)
        except ValueError:
            msg = f"no customer {customer!r} by {self.as_of}"
            raise KeyError(msg) from None
        return STAGES[int(self.codes[place])]

    def __repr__(self) -> str:
        """Return the day, and the number of customers in each stage."""
        counts = np.bincount(self.codes, minlength=len(STAGES))
        parts = [f"{n} {stage}" for n, stage in zip(counts, STAGES, strict=True) if n]
        detail = f": {', '.join(parts)}" if parts else ""
        return f"Lifecycle(as_of={self.as_of}, customers={len(self)}{detail})"

    def __add__(self, other: Self) -> Self:
        """Return the lifecycle of the customers of both.

        Raises:
            StateError: They look from different days, have different periods, or only one of them
                knows revenue, reasons or sides.
            CustomerError: A customer is in both.
        """
        if not isinstance(other, StageState):
            return NotImplemented
        for what in ("as_of", "every"):
            if getattr(self, what) != getattr(other, what):
                raise StateError.cannot_add(
                    what, str(getattr(self, what)), str(getattr(other, what))
                )
        ids = [*plain_list(self.customers), *plain_list(other.customers)]
        grouping = group(ids, len(ids))
        if len(grouping.labels) < len(ids):
            mine, theirs = grouping.codes[: len(self)], grouping.codes[len(self) :]
            shared = listed([ids[i] for i in np.intersect1d(mine, theirs)])
            raise CustomerError(
                f"only parts without common customers can be added; in both: {shared}. "
                "Split by customer, or add the logs instead."
            )

        def joined(what: str) -> AnyArray:
            return np.concatenate([getattr(self, what), getattr(other, what)])

        def both(what: str) -> bool:
            left, right = getattr(self, what) is not None, getattr(other, what) is not None
            if left != right:
                raise StateError.cannot_add(what, left, right)
            return left

        start = min(self.start, other.start)
        return type(self)(
            as_of=self.as_of,
            every=self.every,
            customers=grouping.labels.columns[0],
            codes=joined("codes"),
            furthest=joined("furthest"),
            dissolved=joined("dissolved"),
            revenue=joined("revenue") if both("revenue") else None,
            start=start,
            occupancy=_since(self.occupancy, self.start - start)
            + _since(other.occupancy, other.start - start),
            steps=_since(self.steps, self.start - start) + _since(other.steps, other.start - start),
            causes=_added(self.causes, other.causes) if both("causes") else None,
            parties=_added(self.parties, other.parties) if both("parties") else None,
        )

    def __radd__(self, other: int) -> Self:
        """Return this lifecycle when `sum` starts from 0."""
        if other != 0:
            return NotImplemented
        return self

    @property
    def unfinished(self) -> bool:
        """Whether the period of `as_of` is not over, so that it counts for no move."""
        return bool(
            last_day(int(period_of(np.asarray(self.as_of), self.every)), self.every) > self.as_of
        )

    def _periods(self) -> AnyArray:
        return first_day(self.start + np.arange(len(self.occupancy)), self.every)


def _since(periods: IntArray, earlier: int) -> IntArray:
    """Return counts by period that begin some periods earlier, with nobody there."""
    return np.concatenate([np.zeros((earlier, *periods.shape[1:]), dtype=np.int64), periods])


def _added(left: IntArray | None, right: IntArray | None) -> IntArray | None:
    return None if left is None or right is None else left + right
