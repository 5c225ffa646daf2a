"""What is asked of a frame beside answers: keys, a date and weights, checked and ready to query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from attrs import field, frozen

from relmetrics.errors import ParameterError
from relmetrics.frames import columns
from relmetrics.frames.engine import Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import Zone
    from relmetrics.estimators.prepared import Summable


@frozen(eq=False)
class Asked:
    """Keys, date and weights of the rows of a frame.

    Attributes:
        source: The frame.
        by: The names of the grouping columns.
        date: The name of the column of dates, or None.
        weights: The name of the column of weights, or None.
        zone: The zone whose calendar counts, where dates are texts that carry one.
        respondents: The name of the column of who answered, or None.
        keys: What the engine groups by: alias to expression.
    """

    source: Source
    by: tuple[str, ...]
    date: str | None
    weights: str | None
    zone: Zone | None
    respondents: str | None = None
    keys: dict[str, Any] = field(factory=dict)

    @classmethod
    def of(
        cls,
        frame: Any,
        *,
        by: Sequence[str] = (),
        date: str | None = None,
        weights: str | None = None,
        zone: Zone | None = None,
        respondents: str | None = None,
    ) -> Self:
        """Return what is asked, with columns and their types checked.

        Raises:
            ParameterError: It is no frame, or lacks a column, or a key is named twice.
            DateError: The column of dates holds none.
            WeightError: The weights are no numbers.
        """
        source = Source.of(frame)
        single = {"date": date, "weights": weights, "respondents": respondents}
        for argument, names in [("by", by), *((each, (name,)) for each, name in single.items())]:
            source.require(argument, [name for name in names if name is not None])
        repeated = [name for name in by if list(by).count(name) > 1]
        if repeated:
            raise ParameterError.must_be("by", "columns that differ", repeated[0])
        keys = {f"k{i}": columns.key(source, "by", name) for i, name in enumerate(by)}
        left = zone
        if date is not None:
            keys["d"], left = columns.date(source, date, zone)
        if weights is not None:
            columns.weight(source, weights)
        return cls(source, tuple(by), date, weights, left, respondents, keys)

    def labels(self, found: dict[str, list[Any]]) -> dict[str, Any]:
        """Return the labels of the rows that the engine gave, by the name of their column."""
        return {name: columns.labels(found[f"k{i}"]) for i, name in enumerate(self.by)}

    def days(self, found: dict[str, list[Any]]) -> list[Any] | None:
        """Return the days of the rows that the engine gave, or None where no date is asked."""
        return None if self.date is None else list(map(columns.day, found["d"]))


@frozen(eq=False)
class Answered:
    """What an engine gave: sums or counts, and the groups and days that they are of.

    Attributes:
        rows: Counts or sums, ready to be added.
        labels: The label of each, by grouping column.
        days: The day of each, or None.
        zone: The zone whose calendar counts, where days are texts that carry one.
    """

    rows: Summable
    labels: dict[str, Any]
    days: list[Any] | None
    zone: Zone | None
