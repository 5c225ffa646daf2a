"""Spells: the time that somebody is a customer without a break, from rows that may overlap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from relmetrics.customers.windows.definitions import standing_of
from relmetrics.data.calendar.periods import period_of

if TYPE_CHECKING:
    from relmetrics.data.calendar.periods import Every
    from relmetrics.data.types import AnyArray, IntArray


@frozen(eq=False)
class Spells:
    """Spells of customers, sorted by customer and then by time; those of one do not touch.

    Attributes:
        customers: The customer of each.
        starts: Its first day, as a number.
        ends: The first day after it.
        size: The number of customers, with and without spells.

    Example:
        >>> import numpy as np
        >>> from relmetrics.customers.subscriptions.table.spells import Spells
        >>> starts, ends = np.array([0, 5, 20]), np.array([10, 15, 30])
        >>> spells = Spells.of(np.array([0, 0, 0]), starts, ends, size=1)
        >>> spells.starts.tolist(), spells.ends.tolist()
        ([0, 20], [15, 30])
    """

    customers: IntArray
    starts: IntArray
    ends: IntArray
    size: int

    @classmethod
    def of(
        cls, customers: IntArray, starts: IntArray, ends: IntArray, *, size: int, grace: int = 0
    ) -> Spells:
        """Return the spells of rows: overlapping and touching ones are one, and so are near ones.

        Args:
            customers: The customer of each row; rows are sorted by customer and then by start.
            starts: Its first day.
            ends: The first day after it, later than the first.
            size: The number of customers.
            grace: Gaps of fewer days than this are none.
        """
        who, low, high = customers, starts, ends
        if not len(who):
            return cls(who, low, high, size)
        # The latest end so far of the same customer: customers lie apart on one line.
        apart = int(high.max() - low.min()) + grace + 1
        latest = np.maximum.accumulate(high + who * apart) - who * apart
        begins = np.ones(len(who), dtype=bool)
        gap = low[1:] - latest[:-1]
        begins[1:] = (who[1:] != who[:-1]) | ((gap > 0) & (gap >= grace))
        places = np.flatnonzero(begins)
        last = np.append(places[1:], len(who)) - 1
        return cls(who[places], low[places], latest[last], size)

    @property
    def begins(self) -> AnyArray:
        """Whether a spell is its customer's first."""
        first = np.ones(len(self.customers), dtype=bool)
        first[1:] = self.customers[1:] != self.customers[:-1]
        return first

    def first(self, never: int) -> IntArray:
        """Return the first day of each customer; `never` for who has none."""
        found = np.full(self.size, never)
        begins = self.begins
        found[self.customers[begins]] = self.starts[begins]
        return found

    def there(self, day: int) -> AnyArray:
        """Tell who is a customer on a day."""
        on = (self.starts <= day) & (day < self.ends)
        found = np.zeros(self.size, dtype=bool)
        found[self.customers[on]] = True
        return found

    def days(self, first_day: int, after: int) -> IntArray:
        """Return on how many days of a window each customer is one."""
        found = np.zeros(self.size, dtype=np.int64)
        np.add.at(found, self.customers, self.inside(first_day, after))
        return found

    def inside(self, first_day: int, after: int) -> IntArray:
        """Return on how many days of a window each spell is one."""
        within = np.minimum(self.ends, after) - np.maximum(self.starts, first_day)
        inside: IntArray = np.maximum(within, 0)
        return inside

    def standings(self, first_day: int, after: int) -> IntArray:
        """Return where each customer stands in a window: a place in `STANDINGS`."""
        at_start, at_end = self.there(first_day - 1), self.there(after - 1)
        new = np.zeros(self.size, dtype=bool)
        come = (self.starts >= first_day) & (self.starts < after) & self.begins
        new[self.customers[come]] = True
        return standing_of(at_start, at_end, new)

    def in_periods(self, every: Every, as_of: int) -> Spells:
        """Return the spells in numbers of periods, at whose ends somebody is a customer.

        The period of `as_of` ends with that day. Those that touch become one; those at no end of a
        period are left out, but a first one stays, as one of no periods.
        """
        low = period_of(self.starts.astype("datetime64[D]"), every)
        closed = np.minimum(self.ends, as_of + 1)
        high = period_of(closed.astype("datetime64[D]"), every)
        present = int(period_of(np.asarray(as_of).astype("datetime64[D]"), every))
        high = np.where(self.ends > as_of, present + 1, high)
        kept = (high > low) | self.begins
        who, low, high = self.customers[kept], low[kept], high[kept]
        joins = np.zeros(len(who), dtype=bool)
        joins[1:] = (who[1:] == who[:-1]) & (low[1:] == high[:-1])
        places = np.flatnonzero(~joins)
        last = np.append(places[1:], len(who)) - 1
        return Spells(who[places], low[places], high[last], self.size)
