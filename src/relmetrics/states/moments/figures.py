"""What is read off moments: means, totals, covariances."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from relmetrics.data.columns import Unchanging
from relmetrics.errors import EmptySampleError, StateError
from relmetrics.states.sample import bessel, effective_n

if TYPE_CHECKING:
    from relmetrics.data.missing import MissingRule
    from relmetrics.data.scale import Scale
    from relmetrics.data.types import FloatArray, IntArray
    from relmetrics.states.moments.pair_sums import PairSums

_ROUNDING = 1e-12
"""A variance below this part of what its terms could sum to is the rounding of sums."""


class MomentsFigures(Unchanging):
    """The figures of moments, each worked out from the sums when asked for."""

    __slots__ = ()

    is_clustered: ClassVar[bool] = False
    """Whether it says which rows are of the same respondent."""

    columns: tuple[str, ...]
    rule: MissingRule
    pivot: FloatArray
    n: IntArray
    missing: IntArray
    pairs: IntArray
    sums: PairSums
    squares: PairSums | None
    scale: Scale | None

    def __attrs_post_init__(self) -> None:
        """Check that every array has an entry for each column, and for each pair of them.

        Raises:
            StateError: One has not.
        """
        p = len(self.columns)
        each, pair = (*self.shape, p), (*self.shape, p, p)
        fits = np.shape(self.pivot) == each and np.shape(self.pairs) == pair
        if not fits or self.sums.masses.shape != pair:
            why = f"its arrays must have an entry for each of {p} columns"
            raise StateError.malformed("Moments", why)

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
        return np.asarray(effective_n(masses, self.squares.own_masses()))

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
            covariance: FloatArray = self.sums.centred() / self.sums.masses * bessel(self.pairs)
            return covariance

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
