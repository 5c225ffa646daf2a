"""Counts of moves between states: what adds, how records become it, and its JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

import numpy as np
from attrs import field, frozen

from relmetrics.customers.lifecycle.records import count_moves
from relmetrics.errors import CountError, ParameterError, StateError
from relmetrics.states.serial import LARGEST_ROWS, VERSION, as_count, read_fields

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.calendar.periods import Every
    from relmetrics.data.types import Column, FloatArray

_TRANSITIONS_FIELDS = {"type", "v", "states", "counts", "missing", "gaps"}


def _names(states: Iterable[object]) -> tuple[str, ...]:
    if not isinstance(states, Iterable):
        raise ParameterError.must_be("states", "texts that are not empty", states)
    names = (states,) if isinstance(states, str) else tuple(states)
    if not all(isinstance(name, str) and name for name in names):
        raise ParameterError.must_be("states", "texts that are not empty", names)
    if len(names) < 2 or len(set(names)) < len(names):  # noqa: PLR2004 - from one to another
        raise ParameterError.must_be("states", "at least two different names", names)
    return tuple(str(name) for name in names)


def _whole_rows(counts: Iterable[Iterable[object]]) -> tuple[tuple[int, ...], ...]:
    rows = counts.tolist() if isinstance(counts, np.ndarray) else counts
    if not isinstance(rows, Iterable) or not all(isinstance(row, Iterable) for row in rows):
        raise ParameterError.must_be("counts", "rows of counts, one for each state", counts)
    return tuple(tuple(as_count("counts", value) for value in row) for row in rows)


@frozen
class MoveCounts:
    """The state of `Transitions`, which says what its attributes are."""

    states: tuple[str, ...] = field(converter=_names)
    counts: tuple[tuple[int, ...], ...] = field(converter=_whole_rows)
    missing: int = 0
    gaps: int = 0

    def __attrs_post_init__(self) -> None:
        """Check that there is a row and a column for every state."""
        size = len(self.states)
        if len(self.counts) != size or any(len(row) != size for row in self.counts):
            raise ParameterError.must_be(
                "counts", f"{size} rows of {size}, one for each state", self.counts
            )
        as_count("missing", self.missing)
        as_count("gaps", self.gaps)
        if self.n > LARGEST_ROWS:
            raise CountError(f"counts must be {LARGEST_ROWS} moves at most, got {self.n}.")

    @classmethod
    def zero(cls, states: Sequence[str]) -> Self:
        """Return the counts of no moves: adding them changes nothing."""
        return cls(states, [[0] * len(states)] * len(states))

    @classmethod
    def from_records(
        cls,
        customers: Column,
        periods: Column,
        observed: Column,
        *,
        states: Sequence[str],
        every: Every | None = None,
    ) -> Self:
        """Count the moves in records of customer, period and state, in any order.

        A move is counted between periods that follow each other. Over a period without a record
        nothing is known, so nothing is counted: such gaps are reported in `gaps`.

        Args:
            customers: One id per record, never missing.
            periods: The number of the period, a whole number; or a date, with `every`.
            observed: The state in that period, one of `states`; or missing.
            states: The names of the states, in the order that results should have.
            every: The kind of period that dates lie in: ``day``, ``week``, ``month``, ``quarter``
                or ``year``.

        Raises:
            CustomerError: An id is missing, or a customer has two states in a period.
            LabelError: Some records are in a state that `states` does not name.
            AnswerError: Periods are no whole numbers.
            DateError: Periods cannot be read as dates.
            LengthError: The columns differ in length.
            ParameterError: States are repeated, or there is no such period.

        Example:
            >>> import relmetrics as rm
            >>> rm.Transitions.from_records(
            ...     ["ann", "bob", "ann", "ann"],
            ...     [1, 1, 2, 3],
            ...     ["A", "A", "I", "A"],
            ...     states=["A", "I"],
            ... ).counts
            ((0, 1), (1, 0))
        """
        names = _names(states)
        counts, missing, gaps = count_moves(customers, periods, observed, names, every)
        return cls(names, counts, missing, gaps)

    def __add__(self, other: Self) -> Self:
        """Return the moves of both.

        Raises:
            StateError: They are over other states.
        """
        if not isinstance(other, MoveCounts):
            return NotImplemented
        if self.states != other.states:
            raise StateError.cannot_add("states", self.states, other.states)
        rows = [
            [a + b for a, b in zip(mine, theirs, strict=True)]
            for mine, theirs in zip(self.counts, other.counts, strict=True)
        ]
        return type(self)(self.states, rows, self.missing + other.missing, self.gaps + other.gaps)

    def __radd__(self, other: int) -> Self:
        """Return these moves when `sum` starts from 0."""
        if other != 0:
            return NotImplemented
        return self

    @property
    def n(self) -> int:
        """The number of moves, staying included."""
        return sum(map(sum, self.counts))

    @property
    def departures(self) -> tuple[int, ...]:
        """The number of moves from each state, staying included."""
        return tuple(sum(row) for row in self.counts)

    @property
    def matrix(self) -> FloatArray:
        """The counts as an array of float64, shape (states, states)."""
        return np.array(self.counts, dtype=np.float64)

    def to_dict(self) -> dict[str, object]:
        """Return the state as JSON-ready plain values.

        Example:
            >>> import relmetrics as rm
            >>> moves = rm.Transitions(("active", "idle"), [[6, 2], [1, 9]])
            >>> rm.Transitions.from_dict(moves.to_dict()) == moves
            True
        """
        return {
            "type": "transitions",
            "v": VERSION,
            "states": list(self.states),
            "counts": [list(row) for row in self.counts],
            "missing": self.missing,
            "gaps": self.gaps,
        }

    @classmethod
    def from_dict(cls, data: object) -> Self:
        """Return the state that `to_dict` wrote.

        Raises:
            StateError: It is malformed or of a later version.
        """
        read = read_fields("Transitions", data, type_name="transitions", keys=_TRANSITIONS_FIELDS)
        names = read.items_of("states")
        try:
            states = _names(names)
        except ParameterError as error:
            raise StateError.malformed("Transitions", str(error)) from None
        rows = read.count_rows("counts", len(states))
        try:
            return cls(states, rows, read.count("missing"), read.count("gaps"))
        except CountError as error:
            raise StateError.malformed("Transitions", str(error)) from None
