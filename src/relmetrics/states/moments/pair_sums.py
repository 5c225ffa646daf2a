"""Sums of products of columns: the loops over rows behind `Moments`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from attrs import evolve, field, frozen

from relmetrics.data.checks import vast_refused
from relmetrics.data.columns import EXACT, Unchanging, read_only

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from relmetrics.data.types import AnyArray, FloatArray, IntArray

BLOCK = 1 << 13
"""Rows worked on at a time: a block has several columns, so it has fewer rows than one of codes."""


@frozen
class PairSums(Unchanging):
    """Sums over the rows where two columns i and j both have a value, each of shape (..., p, p).

    Attributes:
        masses: Sum of w.
        firsts: Sum of w x_i; the row i tells of x_i, the column j which rows count.
        seconds: Sum of w x_i x_j.
    """

    masses: FloatArray = field(eq=EXACT, hash=False, converter=read_only)
    firsts: FloatArray = field(eq=EXACT, hash=False, converter=read_only)
    seconds: FloatArray = field(eq=EXACT, hash=False, converter=read_only)

    @classmethod
    def zero(cls, shape: tuple[int, ...]) -> Self:
        """Return the sums over no rows."""
        return cls(np.zeros(shape), np.zeros(shape), np.zeros(shape))

    def __add__(self, other: PairSums) -> PairSums:
        """Return the sums over the rows of both."""
        return PairSums(
            self.masses + other.masses, self.firsts + other.firsts, self.seconds + other.seconds
        )

    def __getitem__(self, index: int | slice) -> PairSums:
        """Return the sums of one group, or of several."""
        return self.mapped(lambda array: array[index])

    def mapped(self, function: Callable[[AnyArray], AnyArray]) -> PairSums:
        """Return the sums with a function applied to each array."""
        return PairSums(function(self.masses), function(self.firsts), function(self.seconds))

    def moved(self, shift: FloatArray) -> PairSums:
        """Return the sums of x + shift.

        Where one weight is vast and its row far from the old pivot, what is left of its square is
        rounding; so the sum of squares is kept from falling below what the mean alone comes to.
        """
        firsts = self.firsts + shift[..., :, None] * self.masses
        moved = PairSums(self.masses, firsts, self.about(-shift))
        least = moved.own_sums() * np.nan_to_num(moved.own_means())
        floor = np.where(np.eye(shift.shape[-1], dtype=bool), least[..., None], -np.inf)
        return evolve(moved, seconds=np.maximum(moved.seconds, floor))

    def about(self, center: FloatArray) -> FloatArray:
        """Return the sums of w (x_i - c_i)(x_j - c_j), with `center` of shape (..., p)."""
        row, column = center[..., :, None], center[..., None, :]
        return (
            self.seconds
            - row * np.swapaxes(self.firsts, -1, -2)
            - column * self.firsts
            + row * column * self.masses
        )

    def centred(self) -> FloatArray:
        """Return the sums of products about the means of the rows that the two columns share."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.seconds - self.firsts * np.swapaxes(self.firsts, -1, -2) / self.masses

    def own_masses(self) -> FloatArray:
        """Return the sum of w over the rows where each column has a value, shape (..., p)."""
        return np.diagonal(self.masses, axis1=-2, axis2=-1)

    def own_sums(self) -> FloatArray:
        """Return the sum of w x of each column, shape (..., p)."""
        return np.diagonal(self.firsts, axis1=-2, axis2=-1)

    def own_means(self) -> FloatArray:
        """Return the mean of each column, shape (..., p); NaN for none."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.own_sums() / self.own_masses()

    def to_lists(self) -> dict[str, object]:
        """Return the sums as JSON-ready plain values."""
        return {
            "masses": self.masses.tolist(),
            "firsts": self.firsts.tolist(),
            "seconds": self.seconds.tolist(),
        }


@frozen
class Summed:
    """What one pass over the rows found, one entry per group along the first axis."""

    n: IntArray
    missing: IntArray
    missing_by_column: IntArray
    pairs: IntArray
    sums: PairSums
    squares: PairSums | None
    weightless: IntArray


def pivots_of(
    arrays: Sequence[AnyArray], *, by_row: bool, groups: IntArray | None, size: int
) -> FloatArray:
    """Return a pivot amid the data for each group, shape (size, p); 0 for no data.

    For one data set the mean of the first rows that count will do; of groups, whose data may be
    far apart, each needs its own mean.
    """
    sums, counts = np.zeros((size, len(arrays))), np.zeros((size, len(arrays)))
    for rows, x in _blocks(arrays, None):
        known = ~np.isnan(x)
        if by_row:
            known &= known.all(axis=0)
        if groups is None:
            sums[0] += np.sum(x, axis=1, where=known)
            counts[0] += known.sum(axis=1)
            if counts.all():
                break
            continue
        for i, (column, there) in enumerate(zip(x, known, strict=True)):
            np.add.at(sums[:, i], groups[rows][there], column[there])
            np.add.at(counts[:, i], groups[rows][there], 1)
    return sums / np.maximum(counts, 1)


@vast_refused()
def sum_pairs(
    arrays: Sequence[AnyArray],
    pivot: FloatArray,
    *,
    weights: FloatArray | None,
    values: FloatArray | None,
    by_row: bool,
    groups: IntArray | None,
    size: int,
) -> Summed:
    """Sum w, w x_i and w x_i x_j over all rows, block by block.

    Args:
        arrays: The columns: numbers with NaN for missing, or codes that index `values`.
        pivot: What is subtracted from each column, by group, shape (size, p).
        weights: One weight per row, or None.
        values: What each code stands for, with NaN for missing.
        by_row: Leave out rows with any missing value.
        groups: Each row's group, or None for a single one.
        size: The number of groups.
    """
    p = len(arrays)
    n = np.zeros(size, dtype=np.int64)
    missing, weightless = np.zeros((2, size), dtype=np.int64)
    missing_by_column = np.zeros((size, p), dtype=np.int64)
    pairs = np.zeros((size, p, p))
    sums = tuple(np.zeros((3, size, p, p)))
    squares = None if weights is None else tuple(np.zeros((3, size, p, p)))
    for rows, block in _blocks(arrays, values, size):
        x = block - (pivot[0][:, None] if groups is None else pivot[groups[rows]].T)
        absent = np.isnan(x)
        group = None if groups is None else groups[rows]
        w = None if weights is None else weights[rows]
        left_out = absent.any(axis=0) if by_row else absent.all(axis=0)
        kept = ~left_out
        if w is not None and not w.all():
            _add_rows(weightless, kept & (w == 0), group)
            kept &= w > 0
        _add_rows(n, kept, group)
        present: FloatArray | None = None
        if absent.any():
            _add_rows(missing, left_out, group)
            for i in range(p):
                _add_rows(missing_by_column[:, i], absent[i], group)
        if not kept.all():
            x, absent = x[:, kept], absent[:, kept]
            group = None if group is None else group[kept]
            w = None if w is None else w[kept]
        if absent.any():
            x[absent] = 0.0
            present = (~absent).astype(np.float64)
        _add_present(pairs, present, None, x.shape, group)
        _add_sums(sums, x, present, w, group)
        if squares is not None and w is not None:
            _add_sums(squares, x, present, w * w, group)
    if weights is None:
        sums[0][...] = pairs
    return Summed(
        n,
        missing,
        missing_by_column,
        np.rint(pairs).astype(np.int64),
        PairSums(*sums),
        None if squares is None else PairSums(*squares),
        weightless,
    )


def _blocks(
    arrays: Sequence[AnyArray], values: FloatArray | None, size: int = 1
) -> Iterator[tuple[slice, FloatArray]]:
    """Yield the rows of each block with its columns, shape (p, rows)."""
    length = len(arrays[0]) if arrays else 0
    step = max(BLOCK, 4 * size)  # a block costs a pass over all groups, so it has more rows
    for start in range(0, length, step):
        rows = slice(start, min(start + step, length))
        block = [array[rows] if values is None else values[array[rows]] for array in arrays]
        yield rows, np.array(block, dtype=np.float64)


def _add_rows(totals: AnyArray, flags: Any, group: IntArray | None) -> None:
    if group is None:
        totals[0] += np.count_nonzero(flags)
    else:
        np.add.at(totals, group[flags], 1)


def _add_sums(
    sums: tuple[FloatArray, ...],
    x: FloatArray,
    present: FloatArray | None,
    w: FloatArray | None,
    group: IntArray | None,
) -> None:
    """Add the sums of a block to the masses, firsts and seconds of `PairSums`, in this order.

    `present` is None when every column has a value in every row; without weights, the masses are
    the pairs.
    """
    masses, firsts, seconds = sums
    if w is not None:
        _add_present(masses, present, w, x.shape, group)
    weighted = x if w is None else x * w
    if present is None:  # the sums of a column are the same whatever the other one is
        for i in range(len(x)):
            _add(firsts[:, i, :], weighted[i], group)
    else:
        _add_products(firsts, weighted, present, group)
    _add_products(seconds, weighted, x, group, symmetric=True)


def _add_present(
    totals: FloatArray,
    present: FloatArray | None,
    w: FloatArray | None,
    shape: tuple[int, ...],
    group: IntArray | None,
) -> None:
    """Add the sums of w over the rows where both columns of a pair have a value."""
    if present is None:
        columns, rows = shape
        if w is None and group is None:
            totals[0] += rows
            return
        _add(totals.reshape(-1, columns * columns), np.ones(rows) if w is None else w, group)
    else:
        weighted = present if w is None else present * w
        _add_products(totals, weighted, present, group, symmetric=True)


def _add(totals: FloatArray, values: FloatArray, group: IntArray | None) -> None:
    """Add the sum of the values to every column of `totals`, shape (groups, columns)."""
    if group is None:
        totals[0] += values.sum()
    else:
        totals += np.bincount(group, values, len(totals))[:, None]


def _add_products(
    totals: FloatArray,
    a: FloatArray,
    b: FloatArray,
    group: IntArray | None,
    *,
    symmetric: bool = False,
) -> None:
    """Add the sums of a_i b_j to `totals`, by group when there are any."""
    if group is None:
        totals[0] += a @ b.T
        return
    for i in range(len(a)):
        for j in range(i if symmetric else 0, len(b)):
            found = np.bincount(group, a[i] * b[j], len(totals))
            totals[:, i, j] += found
            if symmetric and j > i:
                totals[:, j, i] += found
