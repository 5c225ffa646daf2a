"""Moments: counts, sums and cross-products of named columns of the same rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np
from attrs import Factory, evolve, field, frozen

from relmetrics.data.alignment import require_aligned
from relmetrics.data.columns import EXACT, as_amounts, as_weights, require_equal_lengths, unwritable
from relmetrics.data.missing import as_rule
from relmetrics.errors import ParameterError, StateError
from relmetrics.states.counting import add_rows
from relmetrics.states.moments import pair_sums
from relmetrics.states.moments.adding import require_addable, squares_of_both
from relmetrics.states.moments.figures import MomentsFigures
from relmetrics.states.moments.pair_sums import PairSums
from relmetrics.states.moments.reading import as_names, check_moments, read_moments

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from relmetrics.data.missing import MissingRule
    from relmetrics.data.scale import Scale
    from relmetrics.data.types import AnyArray, Column, FloatArray, IntArray


@frozen(repr=False)
class Moments(MomentsFigures):
    """Counts, sums and cross-products over named columns, with or without survey weights.

    ``a + b`` is the moments of all rows of both; `sum` works; `Moments.zero` changes nothing.
    Sums are taken of ``x - pivot``, with the pivot amid the data, so that a large offset costs
    no accuracy. A state of shape ``()`` describes one data set; one of shape ``(groups,)`` holds
    one state per group, and indexing gives the state of one of them.

    Attributes:
        columns: The names, in order; p is their number.
        rule: What was done with missing values.
        pivot: What was subtracted from each column, shape (p,); of groups, (groups, p).
        n: Number of rows that count, shape ().
        missing: Number of rows left out (`row`), or without any value (`pairwise`).
        missing_by_column: Number of missing values in each column, shape (p,).
        pairs: Number of rows where both columns have a value, shape (p, p).
        sums: Sums of w, w x and w x y over those rows.
        squares: The same with w squared for w; None when unweighted.
        scale: The scale of ratings, or None for other numbers.
        weightless: Number of rows of weight 0, which count nowhere else, shape ().

    Example:
        >>> import relmetrics as rm
        >>> state = rm.Moments.from_columns({"gain": [3.0, 5.0, None], "cost": [1.0, 2.0, 2.0]})
        >>> int(state.n), int(state.missing), state.mean.tolist()
        (2, 1, [4.0, 1.5])
    """

    columns: tuple[str, ...]
    rule: MissingRule
    pivot: FloatArray = field(eq=EXACT, hash=False, converter=unwritable)
    n: IntArray = field(eq=EXACT, hash=False, converter=unwritable)
    missing: IntArray = field(eq=EXACT, hash=False, converter=unwritable)
    missing_by_column: IntArray = field(eq=EXACT, hash=False, converter=unwritable)
    pairs: IntArray = field(eq=EXACT, hash=False, converter=unwritable)
    sums: PairSums
    squares: PairSums | None = None
    scale: Scale | None = None
    weightless: IntArray = field(
        default=Factory(lambda self: 0 * self.n, takes_self=True),
        eq=EXACT,
        hash=False,
        converter=unwritable,
    )

    @classmethod
    def zero(cls, columns: Sequence[str], *, missing_rule: MissingRule = "row") -> Self:
        """Return the moments of no rows: adding them changes nothing.

        Example:
            >>> import relmetrics as rm
            >>> int(rm.Moments.zero(["gain", "cost"]).n)
            0
        """
        names = as_names(columns)
        p = len(names)
        return cls(
            names,
            as_rule(missing_rule),
            np.zeros(p),
            np.int64(0),
            np.int64(0),
            np.zeros(p, dtype=np.int64),
            np.zeros((p, p), dtype=np.int64),
            PairSums.zero((p, p)),
        )

    @classmethod
    def from_columns(
        cls,
        columns: Mapping[str, Column],
        *,
        weights: Column | None = None,
        missing_rule: MissingRule = "row",
    ) -> Self:
        """Sum named columns of numbers.

        Args:
            columns: Name to column of finite numbers; None and NaN are missing.
            weights: One survey weight per row, finite and at least 0.
            missing_rule: `row` leaves out a row with any missing value and counts it;
                `pairwise` lets each sum use the rows where its columns have values.

        Raises:
            AmountError: A value is infinite or no number.
            WeightError: A weight is negative or not finite, or all are zero.
            LengthError: The columns differ in length.
            ParameterError: There is no such rule, or `columns` is no mapping.

        Example:
            >>> import relmetrics as rm
            >>> rm.Moments.from_columns({"x": [1, 2, 3]}).covariance().tolist()
            [[1.0]]
        """
        if not hasattr(columns, "items"):
            raise ParameterError.must_be("columns", "a mapping of names", columns)
        require_aligned(columns=columns, weights=weights)
        arrays = [as_amounts(column, name) for name, column in columns.items()]
        return cls.from_arrays(tuple(columns), arrays, weights=weights, rule=as_rule(missing_rule))

    @classmethod
    def from_arrays(
        cls,
        columns: Sequence[str],
        arrays: Sequence[AnyArray],
        *,
        weights: Column | None = None,
        rule: MissingRule = "row",
        scale: Scale | None = None,
        pivot: float | None = None,
        groups: IntArray | None = None,
        size: int = 1,
    ) -> Self:
        """Sum prepared columns: numbers with NaN for missing, or codes of answers on `scale`.

        Sums are taken about `pivot`, by default the scale's midpoint or the data's own mean; about
        0, sums of whole numbers are exact.

        With `groups` (each row's group, 0..size - 1) the state has the shape (size,).
        """
        names = as_names(columns)
        lengths = {name: len(array) for name, array in zip(names, arrays, strict=True)}
        require_equal_lengths(**lengths)
        rows = next(iter(lengths.values()), 0)
        w = None if weights is None else as_weights(weights, rows)
        by_row = rule == "row"
        values = None if scale is None else np.append(scale.points.astype(float), np.nan)
        middle = scale.midpoint if scale is not None and pivot is None else pivot
        pivots = (
            pair_sums.pivots_of(arrays, by_row=by_row, groups=groups, size=size)
            if middle is None
            else np.full((size, len(names)), middle)
        )
        found = pair_sums.sum_pairs(
            arrays, pivots, weights=w, values=values, by_row=by_row, groups=groups, size=size
        )
        which = 0 if groups is None else slice(None)
        return cls(
            names,
            rule,
            pivots[which],
            found.n[which],
            found.missing[which],
            found.missing_by_column[which],
            found.pairs[which],
            found.sums[which],
            None if found.squares is None else found.squares[which],
            scale,
            found.weightless[which],
        )

    def __getitem__(self, index: int | slice) -> Self:
        """Return the state of one group, or of several."""
        return self._mapped(lambda array: array[index])

    def _mapped(self, function: Callable[[AnyArray], AnyArray]) -> Self:
        """Return the state with a function applied to every array that has an entry per group."""
        return type(self)(
            self.columns,
            self.rule,
            function(self.pivot),
            function(self.n),
            function(self.missing),
            function(self.missing_by_column),
            function(self.pairs),
            self.sums.mapped(function),
            None if self.squares is None else self.squares.mapped(function),
            self.scale,
            function(self.weightless),
        )

    def __add__(self, other: Moments) -> Moments:
        """Return the moments of the rows of both.

        Raises:
            StateError: Columns or rules differ, or only one of the two carries weights.
        """
        if not isinstance(other, Moments):
            return NotImplemented
        require_addable(self, other)
        # Sums are taken about the pivot of the larger state, whichever side it stands on.
        larger = max(self, other, key=lambda state: (state.n.sum(), state.pivot.tolist()))
        mine, moved = self.moved_to(larger.pivot), other.moved_to(larger.pivot)
        squares = squares_of_both(
            (mine.squares, bool(np.any(self.n))), (moved.squares, bool(np.any(other.n)))
        )
        return Moments(
            self.columns,
            self.rule,
            larger.pivot,
            self.n + other.n,
            self.missing + other.missing,
            self.missing_by_column + other.missing_by_column,
            self.pairs + other.pairs,
            mine.sums + moved.sums,
            squares,
            self.scale,
            self.weightless + other.weightless,
        )

    def __radd__(self, other: int) -> Moments:
        """Return this state when `sum` starts from 0."""
        return self if other == 0 else NotImplemented

    def moved_to(self, pivot: FloatArray) -> Self:
        """Return the same state with its sums taken about another pivot."""
        shift = self.pivot - pivot
        if not shift.any():
            return self
        squares = None if self.squares is None else self.squares.moved(shift)
        return evolve(self, pivot=pivot, sums=self.sums.moved(shift), squares=squares)

    def merged(self, groups: IntArray, size: int) -> Self:
        """Return coarser states: group i is added to group `groups[i]`."""
        n = np.maximum(add_rows(self.n, groups, size)[:, None], 1)
        pivot = add_rows(self.pivot * self.n[:, None], groups, size) / n
        if self.scale is not None:
            pivot = np.full(pivot.shape, self.scale.midpoint)
        moved = self.moved_to(pivot[groups])
        coarse = moved._mapped(lambda array: add_rows(array, groups, size))  # noqa: SLF001
        return evolve(coarse, pivot=pivot)

    def total(self) -> Moments:
        """Return the state of all groups together."""
        return self.merged(np.zeros(len(self), dtype=np.intp), 1)[0]

    def to_dict(self) -> dict[str, object]:
        """Return the state of one data set as JSON-ready plain values.

        Raises:
            StateError: The state holds several groups.

        Example:
            >>> import relmetrics as rm
            >>> rm.Moments.from_columns({"x": [1, 2]}).to_dict()["pairs"]
            [[2]]
        """
        if self.shape:
            raise StateError.malformed("Moments", "it holds several groups; serialise each")
        return {
            "type": "moments",
            "v": 1,
            "columns": list(self.columns),
            "rule": self.rule,
            "pivot": self.pivot.tolist(),
            "n": int(self.n),
            "missing": int(self.missing),
            "missing_by_column": self.missing_by_column.tolist(),
            "pairs": self.pairs.tolist(),
            "sums": self.sums.to_lists(),
            "squares": None if self.squares is None else self.squares.to_lists(),
            "scale": None if self.scale is None else self.scale.to_dict(),
            **({"weightless": int(self.weightless)} if self.weightless else {}),
        }

    @classmethod
    def from_dict(cls, data: object) -> Self:
        """Return the moments that `to_dict` wrote.

        Raises:
            StateError: The dictionary is no moments, or of a version that is not known.

        Example:
            >>> import relmetrics as rm
            >>> state = rm.Moments.from_columns({"x": [1, 2]})
            >>> rm.Moments.from_dict(state.to_dict()) == state
            True
        """
        state = cls(*read_moments(data))
        check_moments(state)
        return state
