"""Redrawing the covariances of a sample, to see how far its importances could have come out.

From sums alone the rows cannot be resampled, but under normal theory the covariances of a sample
follow a Wishart distribution, which needs nothing else. Where the rows are at hand they can be
resampled instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import cmp_using, field, frozen
from attrs.converters import optional

from relmetrics.data.checks import as_generator
from relmetrics.data.columns import EXACT, Unchanging, alike, read_only
from relmetrics.data.progress import watched
from relmetrics.inference.relative_importance import (
    correlation_of,
    is_possible,
    nearest_correlation,
)
from relmetrics.states.moments.moments import Moments
from relmetrics.states.moments.pair_sums import PairSums

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.missing import MissingRule
    from relmetrics.data.types import AnyArray, FloatArray
    from relmetrics.metric.contract import Rng

DRAWS = 2_000
HEAPS = 1_000
"""Rows beyond this number are drawn in so many heaps."""
_CELLS = 1 << 20
_ROUNDING = 1e-10
_SEEDS = 1 << 63

Seed = int | tuple[int, ...]
"""What a generator is made from, again and again: a number or several."""


def seed_of(rng: Rng) -> Seed:
    """Return a seed for draws that are made later, perhaps twice.

    Of a generator it is drawn at once, so that what it gives does not depend on what else the
    generator is asked for meanwhile.

    Raises:
        ParameterError: It is no generator, no seed and not None.
    """
    generator = as_generator(rng)
    if isinstance(rng, (int, np.integer)):
        return int(rng)
    return tuple(generator.integers(_SEEDS, size=2).tolist())


def _kept(array: FloatArray) -> FloatArray:
    """Return a copy that stays as it is: draws are made later, when the caller's may be others."""
    return read_only(array.copy())


def _all_kept(arrays: Sequence[FloatArray]) -> tuple[FloatArray, ...]:
    return tuple(map(_kept, arrays))


def _all_alike(ours: Sequence[FloatArray], theirs: Sequence[FloatArray]) -> bool:
    return len(ours) == len(theirs) and all(map(alike, ours, theirs))


@frozen
class WishartDraws(Unchanging):
    """Correlations in samples from a normal population with these ones.

    One degree of freedom is taken off for each factor, as for the residual of a regression. On
    ratings this covers better than n - 1; with few rows it is bounded by what a draw needs.

    Attributes:
        correlation: The correlations, the outcome last, shape (p, p).
        n_effective: The effective number of rows.
    """

    correlation: FloatArray = field(eq=EXACT, hash=False, converter=read_only)
    n_effective: float

    @property
    def name(self) -> str:
        """What the intervals are called."""
        return "wishart"

    @property
    def assumes(self) -> str:
        """What is said beside it."""
        return ", which assumes normal ratings: too short where most are the highest"

    @property
    def degrees(self) -> float:
        """Degrees of freedom."""
        p = len(self.correlation)
        return max(self.n_effective - p, min(self.n_effective - 1, p + 1))

    def draw(self, rng: np.random.Generator) -> FloatArray:
        """Return correlations, shape (draws, p, p)."""
        return correlation_of(self.covariances(rng))

    def covariances(self, rng: np.random.Generator) -> FloatArray:
        """Return covariances, shape (draws, p, p), by Bartlett's decomposition.

        Source:
            Bartlett (1933), Proceedings of the Royal Society of Edinburgh 53, 260-283.
        """
        p = len(self.correlation)
        triangle = np.tril(rng.standard_normal((DRAWS, p, p)), -1)
        on_diagonal = np.arange(p)
        squares = rng.chisquare(self.degrees - on_diagonal, size=(DRAWS, p))
        triangle[:, on_diagonal, on_diagonal] = np.sqrt(squares)
        spread = symmetric_root(self.correlation) @ triangle
        drawn: FloatArray = spread @ np.swapaxes(spread, -1, -2) / self.degrees
        return drawn


@frozen
class RowDraws(Unchanging):
    """Correlations of the rows drawn anew with replacement: the bootstrap.

    Attributes:
        names: The names of the columns, the outcome last.
        arrays: The columns, NaN where missing.
        weights: Survey weights, which stay with their rows.
        rule: The rule for missing values.
        n_effective: The effective number of rows.
    """

    names: tuple[str, ...]
    arrays: tuple[FloatArray, ...] = field(
        repr=False, eq=cmp_using(eq=_all_alike), hash=False, converter=_all_kept
    )
    weights: FloatArray | None = field(repr=False, eq=EXACT, hash=False, converter=optional(_kept))
    rule: MissingRule
    n_effective: float

    @property
    def name(self) -> str:
        """What the intervals are called."""
        return "bootstrap"

    @property
    def assumes(self) -> str:
        """What is said beside it: nothing."""
        return ""

    @property
    def degrees(self) -> float:
        """Degrees of freedom."""
        return self.n_effective - 1

    def draw(self, rng: np.random.Generator) -> FloatArray:
        """Return correlations, shape (draws, p, p), the nearest where they are not possible."""
        drawn = correlation_of(self.covariances(rng))
        if self.rule == "pairwise":
            wrong = ~is_possible(drawn)
            drawn[wrong] = nearest_correlation(drawn[wrong])
        return drawn

    def covariances(self, rng: np.random.Generator) -> FloatArray:
        """Return covariances, shape (draws, p, p): a row counts as often as it is drawn.

        Many rows are first put into heaps at random, and heaps are drawn instead. Their sums
        spread as those of rows do, and the time hardly depends on the number of rows.
        """
        sums = self._heaps(rng)
        size, p = len(sums.masses), len(self.arrays)
        cells = np.concatenate([sums.masses, sums.firsts, sums.seconds], axis=-1).reshape(size, -1)
        drawn = np.empty((DRAWS, p, 3 * p))
        at_once = max(1, _CELLS // size)
        for start in watched(range(0, DRAWS, at_once)):
            part = drawn[start : start + at_once]
            chosen = rng.integers(0, size, (len(part), size)) + size * np.arange(len(part))[:, None]
            times = np.bincount(chosen.ravel(), minlength=len(part) * size)
            part[:] = (times.reshape(-1, size).astype(float) @ cells).reshape(part.shape)
        return covariances_of(PairSums(*np.split(drawn, 3, axis=-1)))

    def _heaps(self, rng: np.random.Generator) -> PairSums:
        """Return the sums of each row, or of each of many heaps of rows, about the means."""
        known = rows_that_count(self.arrays, self.weights, self.rule)
        rows = int(known.sum())
        size = min(rows, HEAPS)
        places = np.arange(rows) if rows <= HEAPS else rng.permutation(rows) % HEAPS
        return sums_about_means(self, known, places, size)


def rows_that_count(
    arrays: Sequence[FloatArray], weights: FloatArray | None, rule: MissingRule
) -> AnyArray:
    """Tell which rows have what the rule asks for, and weigh something."""
    table = np.array(arrays)
    known: AnyArray = np.isnan(table).sum(axis=0) <= (0 if rule == "row" else len(table))
    return known if weights is None else known & (weights > 0)


def sums_about_means(draws: Any, known: AnyArray, places: AnyArray, size: int) -> PairSums:
    """Return the sums of the rows that count by group, about the means of all of them.

    Args:
        draws: Draws of rows, with their `names`, `arrays`, `weights` and `rule`.
        known: Which rows count.
        places: The group of each of these, 0..size - 1.
        size: How many groups.
    """
    table = np.array(draws.arrays)[:, known]
    table -= np.nanmean(table, axis=1, keepdims=True)
    weights = None if draws.weights is None else draws.weights[known]
    state = Moments.from_arrays(
        draws.names, list(table), weights=weights, rule=draws.rule, pivot=0.0,
        groups=places, size=size,
    )  # fmt: skip
    return state.sums


def covariances_of(found: PairSums) -> FloatArray:
    """Return covariances of drawn sums; what is left of a column that does not vary is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        covariances = found.centred() / found.masses
        own = np.diagonal(covariances, axis1=-2, axis2=-1)
        # What is left of a column that does not vary in a resample is rounding.
        square = np.diagonal(found.seconds, axis1=-2, axis2=-1) / found.own_masses()
        varies = own > _ROUNDING * square
    kept: FloatArray = np.where(varies[:, :, None] & varies[:, None, :], covariances, 0.0)
    return kept


def with_random_factor(
    correlation: FloatArray, degrees: float, rng: np.random.Generator
) -> FloatArray:
    """Return the correlations with a random factor put before the others, shape (..., p+1, p+1).

    The factor is normal and has nothing to do with any column. How it comes to correlate with
    them in a sample follows from their own correlations there, be they drawn or resampled: this
    is one more row of Bartlett's decomposition.
    """
    p = correlation.shape[-1]
    z = rng.standard_normal((len(correlation), p, 1))
    rest = rng.chisquare(degrees - p, size=(len(correlation), 1, 1))
    own = np.swapaxes(z, -1, -2) @ z + rest
    across = symmetric_root(correlation) @ z / np.sqrt(own)
    return np.block([[np.ones_like(own), np.swapaxes(across, -1, -2)], [across, correlation]])


def symmetric_root(matrix: FloatArray) -> FloatArray:
    """Return the symmetric square root of matrices without negative eigenvalues."""
    values, vectors = np.linalg.eigh(matrix)
    roots = np.sqrt(np.maximum(values, 0.0))
    root: FloatArray = (vectors * roots[..., None, :]) @ np.swapaxes(vectors, -1, -2)
    return root
