"""Unit economics by segment: what the customers of each are worth, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve, frozen

from relmetrics.customers.segments.by_segment import BySegment
from relmetrics.data.labels.grouping import Labels
from relmetrics.errors import AmountError, EmptySampleError
from relmetrics.metric.result import written
from relmetrics.metric.table import Table
from relmetrics.money.unit_economics.economics import UnitEconomics

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    from relmetrics.data.types import AnyArray

_FIGURES = ("revenue", "churn", "ltv_to_cac", "payback")


@frozen(eq=False, repr=False, slots=False)
class UnitEconomicsBySegment(BySegment[UnitEconomics]):
    """What a customer of each segment brings and costs: a mapping of segment to `UnitEconomics`.

    Made by ``log.unit_economics(..., by=...)``. Its table has one row per segment:
    ``lifetime_value`` with ``low`` and ``high``, ``revenue``, ``churn`` (%), and ``ltv_to_cac`` and
    ``payback`` where a cost of acquisition is known; NaN as in `UnitEconomics.table`.

    Attributes:
        labels: What the segments are called.
        parts: The figures of each.
        left_out: Segments that have none, and why: nobody at the start, or nobody pays.

    Example:
        >>> import relmetrics as rm
        >>> log = rm.SubscriptionLog(
        ...     range(6),
        ...     ["2025-01-10"] * 6,
        ...     ["2025-03-05", None, None, "2025-03-09", None, "2025-03-20"],
        ...     [1000, 2000, 1500, 900, 800, 700],
        ...     plans=["gold"] * 3 + ["basic"] * 3,
        ...     as_of="2025-03-31",
        ... )
        >>> by = log.unit_economics("2025-03-01", "2025-04-01", by="plan")
        >>> by["gold"].lifetime_value.text, by["basic"].churn.text
        ('4,500.00', '66.67%')
    """

    left_out: tuple[tuple[Hashable, str], ...] = ()

    def _table_of(self, part: Any) -> Table:
        value = part.lifetime_value
        figures = {"lifetime_value": value.value, "low": value.low, "high": value.high}
        for name in _FIGURES:
            figure = getattr(part, name)
            if figure is not None:
                figures[name] = figure.value
        columns = {name: np.array([number]) for name, number in figures.items()}
        return Table(columns, dict.fromkeys(columns, 2))

    def _content(self) -> dict[str, object]:
        return super()._content() | written(self, "left_out")

    def __repr__(self) -> str:
        """Return the table, and what is left out."""
        lines = [f"{segment!r} is left out: {why}" for segment, why in self.left_out]
        return "\n".join([repr(self.table()), *lines])


def economics_by(
    labels: Labels, parts: Iterable[Any], ask: Callable[[Any, Hashable], UnitEconomics]
) -> UnitEconomicsBySegment:
    """Return the unit economics of each segment, leaving out those that have none.

    Args:
        labels: What the segments are called.
        parts: The log of each.
        ask: Returns the figures of a log.

    Raises:
        EmptySampleError: No segment has any.
        AmountError: The same, for nobody pays.
    """
    found: list[UnitEconomics] = []
    kept: list[int] = []
    left_out: list[tuple[Hashable, str]] = []
    first: Exception | None = None
    for place, (segment, part) in enumerate(zip(labels.keys(), parts, strict=True)):
        try:
            figures = ask(part, segment)
        except (EmptySampleError, AmountError) as error:
            first = first or error
            left_out.append((segment, str(error)))
        else:
            kept.append(place)
            remarks = tuple(f"{segment}: {remark}" for remark in figures.remarks)
            found.append(evolve(figures, remarks=remarks))
    if first is not None and not found:
        raise first
    some: AnyArray = np.array(kept, dtype=np.intp)
    columns = tuple(column[some] for column in labels.columns)
    return UnitEconomicsBySegment(Labels(labels.names, columns), tuple(found), tuple(left_out))
