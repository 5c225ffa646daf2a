"""Moments: counts, sums and cross-products of named columns of the same rows.

The state of what a histogram cannot serve: an index over several questions, whose factors are rated
by the same people, and ratios of money.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self

import numpy as np
from attrs import evolve, field, frozen

from relmetrics.data.columns import EXACT, as_amounts, as_weights, require_equal_lengths, unwritable
from relmetrics.data.scale import Scale
from relmetrics.errors import EmptySampleError, FactorError, ParameterError, StateError
from relmetrics.states import pair_sums
from relmetrics.states.counting import add_rows
from relmetrics.states.pair_sums import PairSums, possible_sums
from relmetrics.states.serial import LARGEST_ROWS, read_fields

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from relmetrics.data.types import AnyArray, Column, FloatArray, IntArray

MissingRule = Literal["row", "pairwise"]
"""`row`: a row with any missing value is left out. `pairwise`: each sum uses what is there."""

_ROUNDING = 1e-12
"""A variance below this part of what its terms could sum to is the rounding of sums."""

RULES: tuple[MissingRule, ...] = ("row", "pairwise")
_FIELDS = {
    "type",
    "v",
    "columns",
    "rule",
    "pivot",
    "n",
    "missing",
    "missing_by_column",
    "pairs",
    "sums",
    "squares",
    "scale",
}


def as_rule(rule: object, name: str = "missing_rule") -> MissingRule:
    """Return a rule for missing values by its name.

    Raises:
        ParameterError: There is no such rule.
    """
    for known in RULES:
        if rule == known:
            return known
    raise ParameterError.unknown_name(name, rule, RULES)


@frozen(repr=False)
class Moments:
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

    @classmethod
    def zero(cls, columns: Sequence[str], *, missing_rule: MissingRule = "row") -> Self:
        """Return the moments of no rows: adding them changes nothing.

        Example:
            >>> import relmetrics as rm
            >>> int(rm.Moments.zero(["gain", "cost"]).n)
            0
        """
        names = _unique(columns)
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
            ParameterError: There is no such rule.

        Example:
            >>> import relmetrics as rm
            >>> rm.Moments.from_columns({"x": [1, 2, 3]}).covariance().tolist()
            [[1.0]]
        """
        arrays = [as_amounts(values, name) for name, values in columns.items()]
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
        names = _unique(columns)
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
        )

    @property
    def shape(self) -> tuple[int, ...]:
        """``()`` for one data set, ``(groups,)`` for one state per group."""
        return tuple(np.shape(self.n))

    @property
    def is_weighted(self) -> bool:
        """Whether the rows carry survey weights."""
        return self.squares is not None

    def __len__(self) -> int:
        """Return the number of groups; a single data set has none."""
        return self.shape[0] if self.shape else 0

    def __bool__(self) -> bool:
        """A state is always something, even of no rows."""
        return True

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
        )

    @property
    def mean(self) -> FloatArray:
        """The mean of each column over the rows where it has a value, shape (p,); NaN for none."""
        return self.sums.own_means() + self.pivot

    @property
    def totals(self) -> FloatArray:
        """The (weighted) sum of each column over the rows where it has a value, shape (p,)."""
        return self.sums.own_sums() + self.pivot * self.sums.own_masses()

    @property
    def n_effective(self) -> FloatArray:
        """Kish's effective number of rows of each column, shape (p,): its n when unweighted.

        That is (sum of w) squared over the sum of w squared, of the rows where it has a value.
        """
        masses = self.sums.own_masses()
        if self.squares is None:
            return masses
        squares = self.squares.own_masses()
        return np.where(squares > 0, masses**2 / np.where(squares > 0, squares, 1.0), 0.0)

    def covariance(self) -> FloatArray:
        """Return the covariance of the columns, divisor n - 1, shape (p, p); NaN below two rows.

        Each entry uses the rows where both columns have a value.

        Raises:
            EmptySampleError: There are no rows.

        Example:
            >>> import relmetrics as rm
            >>> state = rm.Moments.from_columns({"x": [1, 2, 3], "y": [2, 4, 6]})
            >>> state.covariance().tolist()
            [[1.0, 2.0], [2.0, 4.0]]
        """
        if not self.shape and not self.n:
            raise EmptySampleError.for_metric("A covariance", int(self.missing))
        with np.errstate(divide="ignore", invalid="ignore"):
            fair = np.where(self.pairs > 1, self.pairs / (self.pairs - 1.0), np.nan)
            return self.sums.centred() / self.sums.masses * fair

    def variance_of(self, coefficients: FloatArray) -> FloatArray:
        """Return the variance of a weighted sum of the column means, 0 for mere rounding.

        Without the factor n / (n - 1), as `covariance_of_means`.
        """
        cover = self.covariance_of_means()
        found = np.einsum("...i,...ij,...j", coefficients, cover, coefficients)
        size = np.abs(coefficients)
        size = np.einsum("...i,...ij,...j", size, np.abs(cover), size)
        return np.where(found <= _ROUNDING * size, 0.0, found)

    def second_moments(self) -> FloatArray:
        """Return the sums of x y over the rows, shape (p, p); of w^2 x y when weighted."""
        return (self.squares or self.sums).about(-self.pivot)

    def covariance_of_means(self) -> FloatArray:
        """Return the covariance of the column means, by linearisation, shape (p, p).

        Without the factor n / (n - 1). Rows that answered only one of two columns add nothing to
        their covariance, so the pairwise rule needs no further formula.
        """
        about = self.mean - self.pivot
        spread = (self.squares or self.sums).about(about)
        masses = self.sums.own_masses()
        with np.errstate(divide="ignore", invalid="ignore"):
            return spread / (masses[..., :, None] * masses[..., None, :])

    def __add__(self, other: Moments) -> Moments:
        """Return the moments of the rows of both.

        Raises:
            StateError: Columns or rules differ, or only one of the two carries weights.
        """
        if not isinstance(other, Moments):
            return NotImplemented
        for what in ("columns", "rule", "shape", "scale"):
            if getattr(self, what) != getattr(other, what):
                raise StateError.cannot_add(what, getattr(self, what), getattr(other, what))
        if self.is_weighted != other.is_weighted and np.any(self.n) and np.any(other.n):
            raise StateError.cannot_add("weighting", self.is_weighted, other.is_weighted)
        # Sums are taken about the pivot of the larger state, whichever side it stands on.
        larger = max(self, other, key=lambda state: (state.n.sum(), state.pivot.tolist()))
        mine, moved = self._moved(larger.pivot), other._moved(larger.pivot)
        squares = mine.squares
        if mine.squares is not None and moved.squares is not None:
            squares = mine.squares + moved.squares
        elif moved.squares is not None and (np.any(other.n) or not np.any(self.n)):
            # Only one of the two has weights, so the other has no rows for them to be of.
            squares = moved.squares
        elif mine.squares is not None and np.any(other.n):
            squares = None
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
        )

    def __radd__(self, other: int) -> Moments:
        """Return this state when `sum` starts from 0."""
        return self if other == 0 else NotImplemented

    def _moved(self, pivot: FloatArray) -> Self:
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
        moved = self._moved(pivot[groups])
        coarse = moved._mapped(lambda array: add_rows(array, groups, size))  # noqa: SLF001
        return evolve(coarse, pivot=pivot)

    def total(self) -> Moments:
        """Return the state of all groups together."""
        return self.merged(np.zeros(len(self), dtype=np.intp), 1)[0]

    def __repr__(self) -> str:
        """Return n first, then the columns."""
        if self.shape:
            return f"Moments(groups={len(self)}, columns={list(self.columns)}, rule={self.rule!r})"
        weighted = (
            f", n_effective={self.n_effective.max(initial=0.0):.1f}" if self.is_weighted else ""
        )
        return (
            f"Moments(n={int(self.n)}, missing={int(self.missing)}{weighted}, "
            f"columns={list(self.columns)}, rule={self.rule!r})"
        )

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
        read = read_fields("Moments", data, type_name="moments", keys=_FIELDS)
        names = read.items_of("columns")
        if not all(isinstance(name, str) for name in names) or len(set(names)) != len(names):
            raise StateError.malformed("Moments", "columns must be different texts")
        if read["rule"] not in RULES:
            raise StateError.malformed("Moments", f"rule must be one of {', '.join(RULES)}")
        p = len(names)
        pivot = [read.number("pivot", value) for value in read.items_of("pivot", p)]
        state = cls(
            tuple(names),
            as_rule(read["rule"]),
            np.array(pivot),
            np.int64(read.count("n")),
            np.int64(read.count("missing")),
            np.array(read.counts("missing_by_column", p), dtype=np.int64),
            np.array(read.count_rows("pairs", p), dtype=np.int64).reshape(p, p),
            PairSums.from_lists(read, "sums", p),
            None if read["squares"] is None else PairSums.from_lists(read, "squares", p),
            None if read["scale"] is None else Scale.from_dict(read["scale"]),
        )
        check_moments(state)
        return state


def _unique(names: Sequence[str]) -> tuple[str, ...]:
    texts = [str(name) for name in names]
    repeated = sorted({name for name in texts if texts.count(name) > 1})
    if repeated:
        raise FactorError.duplicated(repeated)
    return tuple(texts)


def check_moments(state: Moments) -> None:
    """Check that the sums of a state can be those of so many rows.

    Raises:
        StateError: They cannot.
    """
    n, own = int(state.n), np.diagonal(state.pairs)
    possible = (
        n <= LARGEST_ROWS
        and (state.pairs == state.pairs.T).all()
        and (state.pairs <= np.minimum.outer(own, own)).all()
        and (own <= n).all()
        and (state.rule != "row" or (state.pairs == n).all())
        and possible_sums(state.sums, state.pairs)
    )
    if state.squares is None:
        possible = possible and (state.sums.masses == state.pairs).all()
    else:
        weighs = state.sums.own_masses() > 0
        possible = possible and possible_sums(state.squares, state.pairs)
        possible = possible and ((state.squares.own_masses() > 0) == weighs).all()
    if possible and state.scale is not None:
        means = state.mean[~np.isnan(state.mean)]
        low, high = state.scale.low - 1e-9, state.scale.high + 1e-9
        possible = ((means > low) & (means < high)).all()
    if not possible:
        raise StateError.malformed("Moments", "its sums cannot be those of so many rows")
