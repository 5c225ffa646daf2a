"""By segment: a mapping of segment to what a log says of it."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np
from attrs import frozen

from relmetrics.metric.result import Result
from relmetrics.metric.table import Table
from relmetrics.questions.groups.figures import label_columns, place_of

if TYPE_CHECKING:
    from relmetrics.data.labels.grouping import Labels
    from relmetrics.data.types import AnyArray

P = TypeVar("P")


@frozen(eq=False, repr=False, slots=False)
class BySegment(Result, Mapping[Hashable, P], Generic[P]):
    """What a log says by segment: a mapping of segment to the part that is about it.

    Attributes:
        labels: What the segments are called.
        parts: What is said of each, in the same order.
    """

    labels: Labels
    parts: tuple[P, ...]

    @cached_property
    def _places(self) -> dict[Hashable, int]:
        return {key: place for place, key in enumerate(self.labels.keys())}

    def __getitem__(self, segment: Hashable) -> P:
        """Return what is said of one segment.

        Raises:
            KeyError: There is no such segment.
        """
        return self.parts[place_of(segment, self._places)]

    def __contains__(self, segment: object) -> bool:
        """Tell whether there is such a segment."""
        return segment in self._places

    def __iter__(self) -> Iterator[Hashable]:
        """Return the segments in order."""
        return iter(self._places)

    def __len__(self) -> int:
        """Return the number of segments."""
        return len(self.parts)

    def __eq__(self, other: object) -> bool:
        """Return whether both say the same of the same segments."""
        if not isinstance(other, type(self)):
            return NotImplemented
        return list(self) == list(other) and self.parts == other.parts

    __hash__ = None  # type: ignore[assignment]  # parts, which it compares, hold arrays

    def table(self) -> Table:
        """Return the tables of all segments, one below the other, with the labels beside them."""
        tables = [self._table_of(part) for part in self.parts]
        rows = np.repeat(np.arange(len(tables)), [table.rows for table in tables])
        figures = list(tables[0]) if tables else []
        columns: dict[str, AnyArray] = {
            name: column[rows] for name, column in label_columns(self.labels, figures).items()
        }
        for name in figures:
            columns[name] = np.concatenate([table[name] for table in tables])
        return Table(columns, tables[0].digits if tables else {})

    def _table_of(self, part: Any) -> Table:
        """Return the table of one part."""
        raise NotImplementedError

    def _content(self) -> dict[str, object]:
        return {"table": self.table()}

    def __repr__(self) -> str:
        """Return the table."""
        return repr(self.table())

    def _repr_html_(self) -> str:
        """Return the table, for notebooks."""
        return self.table()._repr_html_()
