"""Redrawing respondents, or clusters of a design, with all of their rows.

Rao, Wu and Yue (1992), Some recent work on resampling methods for complex surveys, Survey
Methodology 18, 209-217: of the n_h clusters of a stratum n_h - 1 are drawn, with replacement, and a
cluster that comes t times counts 1 + sqrt(1 - f_h) (t n_h/(n_h - 1) - 1) times, with f_h the part
of the population that was sampled. So sums spread as R's `svytotal` says they do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from relmetrics.data.alignment import require_aligned
from relmetrics.data.columns import EXACT, Margined, as_weights, read_only
from relmetrics.data.progress import watched
from relmetrics.errors import FactorError, ParameterError
from relmetrics.states.clustered.design import Design, asked_of, ids_of
from relmetrics.states.clustered.ids import numbered_ids
from relmetrics.states.moments.pair_sums import PairSums
from relmetrics.states.sample import effective_n
from relmetrics.survey.drivers.reading import needed_rows
from relmetrics.survey.drivers.redraws import (
    DRAWS,
    HEAPS,
    RowDraws,
    covariances_of,
    rows_that_count,
    sums_about_means,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from relmetrics.data.missing import MissingRule
    from relmetrics.data.types import AnyArray, Column, FloatArray, IntArray
    from relmetrics.states.clustered.design import AnyDesign

_CELLS = 1 << 20


@frozen
class ClusterDraws(RowDraws):
    """Correlations of respondents drawn anew, each with all of his rows.

    Attributes:
        whose: The respondent of each row, 0 and up.
        strata: The stratum of each respondent, 0 and up.
        left: The part of each stratum that was not sampled.
    """

    whose: IntArray = field(repr=False, eq=EXACT, hash=False, converter=read_only)
    strata: IntArray = field(repr=False, eq=EXACT, hash=False, converter=read_only)
    left: FloatArray = field(repr=False, eq=EXACT, hash=False, converter=read_only)

    @property
    def assumes(self) -> str:
        """What is said beside it."""
        return ", of respondents with all of their rows"

    def covariances(self, rng: np.random.Generator) -> FloatArray:
        """Return covariances, shape (draws, p, p)."""
        units, strata = self._units(rng)
        known = rows_that_count(self.arrays, self.weights, self.rule)
        size, p = len(strata), len(self.arrays)
        sums = sums_about_means(self, known, units[self.whose[known]], size)
        cells = np.concatenate([sums.masses, sums.firsts, sums.seconds], axis=-1).reshape(size, -1)
        drawn = np.empty((DRAWS, p, 3 * p))
        at_once = max(1, _CELLS // size)
        for start in watched(range(0, DRAWS, at_once)):
            part = drawn[start : start + at_once]
            part[:] = (self._times(strata, len(part), rng) @ cells).reshape(part.shape)
        return covariances_of(PairSums(*np.split(drawn, 3, axis=-1)))

    def _units(self, rng: np.random.Generator) -> tuple[IntArray, IntArray]:
        """Return the unit of each respondent and the stratum of each unit: many share some."""
        if len(self.strata) <= HEAPS:
            return np.arange(len(self.strata)), self.strata
        units = np.empty(len(self.strata), dtype=np.intp)
        kinds: list[int] = []
        for h in range(len(self.left)):
            at = np.flatnonzero(self.strata == h)
            heaps = min(len(at), max(2, HEAPS * len(at) // len(self.strata)))
            units[at] = len(kinds) + rng.permutation(len(at)) % max(heaps, 1)
            kinds += [h] * heaps
        return units, np.array(kinds, dtype=np.int64)

    def _times(self, strata: IntArray, many: int, rng: np.random.Generator) -> FloatArray:
        """Return how often each unit counts in each of many draws."""
        times = np.ones((many, len(strata)))
        for h, left in enumerate(self.left.tolist()):
            at = np.flatnonzero(strata == h)
            n = len(at)
            if n > 1 and left > 0:
                chosen = rng.integers(0, n, (many, n - 1)) + n * np.arange(many)[:, None]
                came = np.bincount(chosen.ravel(), minlength=many * n).reshape(many, n)
                times[:, at] = 1 + left**0.5 * (came * n / (n - 1) - 1)
        return times


def draws_of(
    columns: dict[str, FloatArray],
    weights: Column | None,
    rule: MissingRule,
    who_answered: tuple[Column | None, AnyDesign | None],
    interval: str,
) -> Callable[[Sequence[str], float], RowDraws] | None:
    """Return what makes draws, given the order of the names and the effective rows.

    Args:
        columns: Factors and outcome.
        weights: One survey weight per row.
        rule: The rule for missing values.
        who_answered: Respondents, or the design, or neither.
        interval: ``bootstrap``, or ``wishart``, which draws no rows: None.

    Raises:
        ParameterError: Respondents are given beside a design, or it is none that says who answered,
            or the interval draws no rows.
        CustomerError: An id is missing, or ids are not all whole numbers or all text.
        LengthError: The columns differ in length.
        StateError: A stratum has one respondent, or more than there are.
    """
    respondents, design = who_answered
    if interval != "bootstrap":
        if respondents is not None or design is not None:
            remedy = "It draws respondents with all of their rows."
            raise ParameterError.must_be("interval", "'bootstrap' of respondents", interval, remedy)
        return None
    rows = len(next(iter(columns.values())))
    if isinstance(weights, Margined):  # importances take weights as given
        weights = np.asarray(weights)
    who, weights = asked_of(respondents, design, weights)
    w = None if weights is None else as_weights(weights, rows)

    def of_rows(names: Sequence[str], n_effective: float) -> RowDraws:
        return RowDraws(tuple(names), [columns[name] for name in names], w, rule, n_effective)

    if who is None:
        return of_rows
    if isinstance(design, Design) and (design.margins or design.cluster_sizes) is not None:
        given = "margins" if design.margins is not None else "cluster_sizes"
        remedy = "Importances are drawn from whole respondents, and take weights as given."
        raise ParameterError.must_be("design", f"one without {given}", design, remedy)
    if design is not None and not isinstance(design, Design):
        remedy = "Replicate weights are of scores and rates of answers."
        raise ParameterError.must_be("design", "a Design here", design, remedy)
    require_aligned(overall=list(columns.values())[-1], respondents=ids_of(who))
    return _of_respondents(columns, w, rule, who, rows)


def _of_respondents(
    columns: dict[str, FloatArray],
    w: FloatArray | None,
    rule: MissingRule,
    who: Column | AnyDesign,
    rows: int,
) -> Callable[[Sequence[str], float], RowDraws]:
    """Return what makes draws of respondents."""
    left = np.ones(1)
    if isinstance(who, Design):
        whose, ids, drawn = who.read(rows)
        drawn.require_company()
        strata, left = drawn.of, np.maximum(1 - drawn.fractions, 0.0)
    else:
        whose, ids = numbered_ids(who, rows)  # type: ignore[arg-type]  # no replicates are left
        strata = np.zeros(len(ids), dtype=np.int64)

    def of_clusters(names: Sequence[str], n_effective: float) -> ClusterDraws:
        arrays = [columns[name] for name in names]
        effective = min(n_effective, _effective_clusters(arrays, w, rule, whose))
        needed = needed_rows(names)
        if effective < needed:
            raise FactorError(
                f"{len(names) - 1} factors need at least {needed} respondents, or as many "
                f"effective ones, got {effective:.6g}. Leave out factors."
            )
        return ClusterDraws(tuple(names), arrays, w, rule, effective, whose, strata, left)

    return of_clusters


def _effective_clusters(
    arrays: Sequence[FloatArray], w: FloatArray | None, rule: MissingRule, whose: AnyArray
) -> float:
    """Return Kish's number of respondents among the rows that count."""
    known = rows_that_count(arrays, w, rule)
    weights = np.bincount(whose[known], None if w is None else w[known])
    return float(effective_n(weights.sum(), float(weights @ weights)))
