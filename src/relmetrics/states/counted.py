"""Counts by group and answer, as ``GROUP BY`` gives them, become the tallies of the groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np
from attrs import frozen

from relmetrics.data.codes import encode
from relmetrics.data.columns import HUGE, as_column, as_floats, require_equal_lengths
from relmetrics.errors import CountError, ParameterError, WeightError
from relmetrics.errors.wording import located
from relmetrics.states.counting import add_rows
from relmetrics.states.grouped_tally import GroupedTally
from relmetrics.states.serial import LARGEST_ROWS, is_count

if TYPE_CHECKING:
    from relmetrics.data.scale import Scale
    from relmetrics.data.types import AnyArray, Column, FloatArray, IntArray

_SLACK = 1e-9


def as_counts(values: Column, name: str) -> IntArray:
    """Return a column of counts as 64-bit integers; databases give some as decimals or floats.

    Raises:
        CountError: Some are negative or no whole numbers, or they are too many to be added.
    """
    column = as_column(values, name)
    if isinstance(column, np.ndarray) and column.dtype.kind in "iuf":
        with np.errstate(invalid="ignore"):
            fine = (column >= 0) & (column <= LARGEST_ROWS) & (column == np.floor(column))
        bad = [(int(i), column[i]) for i in np.flatnonzero(~fine)]
    else:
        bad = [(i, value) for i, value in enumerate(column) if not is_count(value)]
    if bad:
        verb = "is" if len(bad) == 1 else "are"
        raise CountError(
            f"{name} must be whole numbers of at least 0; {len(bad)} of {len(column)} {verb} not: "
            f"{located(bad)}. Give count(*), and 0 where there is nothing."
        )
    whole = isinstance(column, np.ndarray) and column.dtype.kind in "iuf"
    total = np.sum(column, dtype=np.float64) if whole else sum(map(int, column))
    if total > LARGEST_ROWS:
        raise CountError(f"{name} must add to at most 2^61 rows. Split the data by group.")
    return np.array(column if whole else list(map(int, column)), dtype=np.int64)


@frozen(eq=False)
class CountedAnswers:
    """How often each answer was given, one entry per row of the counts.

    Attributes:
        scale: The scale of the answers.
        codes: The place of each answer on the scale; `scale.size` for a missing one.
        counts: How often it was given.
        missing: Further missing answers that belong to the row's group.
        weights: The sum of the weights of these answers, or None.
        squares: The sum of their squares, or None.
    """

    scale: Scale
    codes: IntArray
    counts: IntArray
    missing: IntArray
    weights: FloatArray | None
    squares: FloatArray | None

    @classmethod
    def of(
        cls,
        answers: Column,
        scale: Scale,
        counts: Column,
        *,
        weights: Column | None,
        squares: Column | None,
        missing: Column | None,
    ) -> Self:
        """Return counts that are read and checked: see `CountedQuestions.by_counts`."""
        encoded = encode(answers, scale)
        codes, numbers = encoded.codes().astype(np.intp), as_counts(counts, "counts")
        require_equal_lengths(answers=len(codes), counts=len(numbers))
        beside = (
            np.zeros(len(codes), np.int64) if missing is None else as_counts(missing, "missing")
        )
        require_equal_lengths(answers=len(codes), missing=len(beside))
        if (weights is None) != (squares is None):
            raise ParameterError.must_be(
                "weights" if weights is None else "squares",
                f"given together with {'squares' if weights is None else 'weights'}",
                None,
                "Ask the database for sum(w) and sum(w * w).",
            )
        if weights is None or squares is None:
            return cls(scale, codes, numbers, beside, None, None)
        answered = codes < scale.size
        needed = answered & (numbers > 0)
        sums, of_squares = _sums(weights, "weights", needed), _sums(squares, "squares", needed)
        require_equal_lengths(answers=len(codes), weights=len(sums), squares=len(of_squares))
        _require_possible(answered, numbers, sums, of_squares)
        if numbers.any() and not sums.any():
            raise WeightError.all_zero()
        return cls(scale, codes, numbers, beside, sums, of_squares)

    def grouped(self, groups: IntArray, size: int) -> GroupedTally:
        """Return the tally of each group, 0..size - 1."""
        width = self.scale.size + 1
        cells = groups * width + self.codes

        def at_points(numbers: AnyArray) -> AnyArray:
            return add_rows(numbers, cells, size * width).reshape(size, width)

        counts, nothing = self.counts, None
        if self.weights is not None:
            # What weighs nothing is no answer.
            nothing = np.where((self.weights == 0) & (self.codes < self.scale.size), counts, 0)
            counts = counts - nothing
        counted = at_points(counts)
        absent = counted[:, -1] + add_rows(self.missing, groups, size)
        if self.weights is None or self.squares is None or nothing is None:
            return GroupedTally(self.scale, counted[:, :-1], absent)
        weights, squares = at_points(self.weights)[:, :-1], at_points(self.squares)[:, :-1]
        apart = add_rows(nothing, groups, size)
        return GroupedTally(self.scale, counted[:, :-1], absent, weights, squares, apart)


def _sums(values: Column, name: str, needed: AnyArray) -> FloatArray:
    """Return sums of weights; they may be missing only where no answers are."""
    column = as_column(values, name)
    numbers, bad = as_floats(column)
    if numbers is None:
        raise WeightError.invalid(bad, name=name)
    require_equal_lengths(answers=len(needed), **{name: len(numbers)})
    empty = np.isnan(numbers) & ~needed
    valid = empty | ((numbers >= 0) & (numbers < HUGE))
    if not valid.all():
        raise WeightError.invalid([(int(i), column[i]) for i in np.flatnonzero(~valid)], name=name)
    return np.where(empty, 0.0, numbers)


def _require_possible(
    answered: AnyArray, counts: IntArray, weights: FloatArray, squares: FloatArray
) -> None:
    """Check that n weights with sum w have a sum of squares from w^2 / n to w^2.

    Raises:
        WeightError: Some have not.
    """
    slack = _SLACK * weights * weights
    least = weights * weights / np.maximum(counts, 1) - slack
    possible = (squares >= least) & (squares <= weights * weights + slack)
    none = (weights == 0) & (squares == 0)
    wrong = np.flatnonzero(answered & ~np.where(counts > 0, possible, none))
    if len(wrong):
        i = int(wrong[0])
        raise WeightError(
            f"weights and squares at position {i} cannot be those of {counts[i]} answers: "
            f"sum(w) = {weights[i]}, sum(w * w) = {squares[i]}. Give both for every row that "
            "counts answers, and only there."
        )
