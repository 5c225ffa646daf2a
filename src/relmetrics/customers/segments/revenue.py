"""Revenue by segment: its history in each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from relmetrics.customers.segments.by_segment import BySegment
from relmetrics.money.revenue_history import RevenueHistory

if TYPE_CHECKING:
    from relmetrics.metric.table import Table


@frozen(eq=False, repr=False, slots=False)
class RevenueBySegment(BySegment[RevenueHistory]):
    """Recurring revenue of each segment: a mapping of segment to its history.

    Made by ``log.revenue(by=...)``. Each history begins with the first period of its segment.

    Attributes:
        labels: What the segments are called.
        parts: The history of each.

    Example:
        >>> import relmetrics as rm
        >>> log = rm.SubscriptionLog(
        ...     ["a", "b", "a"],
        ...     ["2025-01-10", "2025-01-20", "2025-02-15"],
        ...     amounts=[1000, 900, 500],
        ...     currencies=["EUR", "USD", "EUR"],
        ... )
        >>> by = log.revenue(by="currency", as_of="2025-02-28")
        >>> by["EUR"]["2025-02-01"].expansion, by["USD"]["2025-02-01"].end
        (500, 900)
    """

    def _table_of(self, part: Any) -> Table:
        table: Table = part.table()
        return table
