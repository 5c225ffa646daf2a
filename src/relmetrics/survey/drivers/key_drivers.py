"""KeyDrivers: the definition of a key-driver analysis, and `drivers`, its short way for rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from attrs import frozen

from relmetrics.data.checks import check_name, check_positive
from relmetrics.data.columns import as_amounts, as_weights
from relmetrics.data.tables import Ratings, named_columns
from relmetrics.errors import EmptySampleError, FactorError, ParameterError, StateError
from relmetrics.inference.intervals import quantile
from relmetrics.inference.relative_importance import (
    MOST_FACTORS,
    constant_columns,
    correlation_of,
    covariance_of,
    effective_pairs,
    effective_rows,
    is_possible,
    nearest_correlation,
    relative_weights,
    shapley,
)
from relmetrics.states.moments import RULES, MissingRule, Moments
from relmetrics.survey.drivers.analysis import DriverAnalysis
from relmetrics.survey.drivers.redraws import RowDraws, WishartDraws, seed_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import Column, FloatArray
    from relmetrics.metric.contract import Rng

ImportanceMethod = Literal["relative_weights", "shapley"]
"""How R squared is split among the factors."""

IntervalMethod = Literal["wishart", "bootstrap"]
"""`wishart`: from the correlations, under normal theory. `bootstrap`: from the rows."""

METHODS = {"relative_weights": relative_weights, "shapley": shapley}
INTERVALS: tuple[IntervalMethod, ...] = ("wishart", "bootstrap")
_SYMMETRIC = 1e-8
_RESIDUAL = 2


@frozen
class Method:
    """What a way to split R squared is, in words."""

    definition: str
    formula: str
    source: str


ABOUT = {
    "relative_weights": Method(
        "Johnson's relative weights: R squared of the orthogonal variables nearest to the factors, "
        "handed back to the factors by their squared correlations with them.",
        "sum over j of L_ij^2 b_j^2, with L = R^(1/2) and b = L^-1 r",
        "Johnson (2000), Multivariate Behavioral Research 35, 1-19; D5",
    ),
    "shapley": Method(
        "Shapley value (general dominance, LMG): the factor's gain in R squared, averaged over "
        "all orders in which the factors can enter.",
        "mean over orders of R^2(those before and the factor) - R^2(those before)",
        "Lindeman, Merenda and Gold (1980); Budescu (1993), Psychological Bulletin 114, 542-551; "
        "D5",
    ),
}


@frozen(kw_only=True)
class KeyDrivers:
    """Key-driver analysis: what each factor contributes to the overall rating.

    Ratings of factors go together, so neither correlations nor regression coefficients tell how
    much each one matters. R squared of the regression of the overall rating on all factors can be
    split among them instead: each part is at least 0 and the parts sum to R squared.

    Formula: ``relative_weights``, Johnson's: ``sum over j of L_ij^2 b_j^2`` with L the symmetric
    root of the factors' correlations and b = L^-1 r. ``shapley``, also called general dominance or
    LMG: a factor's gain in R squared, averaged over all orders of entry; exact, up to 12 factors.
    Unit and range: parts of R squared, 0 to 1; shares of it, 0 to 100 %.
    Direction: higher matters more. Importance has no sign: see `correlations` for that.

    Missing ratings: an explicit rule. ``missing_factor="row"`` (default) leaves out respondents
    who skipped anything; with ``"pairwise"`` each covariance uses all who rated both. Such
    correlations can contradict one another: then the nearest possible ones (Higham 2002) are
    taken, and `repaired` says by how much.

    Interval: ``wishart`` redraws the correlations under normal theory, with Kish's effective n for
    survey weights, from nothing but the sums; ``bootstrap`` redraws the rows.

    Attributes:
        method: ``relative_weights`` or ``shapley``.
        missing_factor: The rule for missing ratings.
        outcome: The name of the column of overall ratings.

    Raises:
        ParameterError: There is no method or rule of that name, or the outcome is no text.

    Example:
        >>> import relmetrics as rm
        >>> ratings = {"food": [1, 2, 3, 4, 5, 2], "safety": [3, 3, 5, 4, 5, 2]}
        >>> definition = rm.KeyDrivers(method="shapley", outcome="satisfaction")
        >>> state = definition.moments(ratings, [2, 1, 3, 4, 5, 2])
        >>> print(definition.analyse(state + state))
        Drivers of satisfaction: R squared 0.83 (n = 12): food 65.8%, safety 34.2%

    Source:
        D5 (weights of CSI); Johnson (2000), Multivariate Behavioral Research 35, 1-19;
        Lindeman, Merenda and Gold (1980); Budescu (1993), Psychological Bulletin 114, 542-551.
    """

    method: ImportanceMethod = "relative_weights"
    missing_factor: MissingRule = "row"
    outcome: str = "overall"

    def __attrs_post_init__(self) -> None:
        """Check the parameters."""
        check_name("method", self.method, METHODS)
        check_name("missing_factor", self.missing_factor, RULES)
        if not isinstance(self.outcome, str) or not self.outcome:
            raise ParameterError.must_be("outcome", "the name of a column", self.outcome)

    @property
    def about(self) -> Method:
        """The method in words."""
        return ABOUT[self.method]

    def split(self, correlation: FloatArray) -> FloatArray:
        """Return each factor's part of R squared, for correlations with the outcome last."""
        return METHODS[self.method](correlation)

    def __call__(
        self,
        ratings: Ratings,
        overall: Column,
        *,
        factors: Sequence[str] | None = None,
        weights: Column | None = None,
        confidence_level: float = 0.95,
        interval: IntervalMethod = "wishart",
        rng: Rng = 0,
    ) -> DriverAnalysis:
        """Analyse rows: see `drivers`.

        Raises:
            RelmetricsError: As `drivers`.
        """
        check_name("interval", interval, INTERVALS)
        columns = self._columns(ratings, overall, factors)
        state = self._summed(columns, weights)
        resampled = (columns, weights) if interval == "bootstrap" else None
        return self._analysed(state, confidence_level, rng, resampled)

    def moments(
        self,
        ratings: Ratings,
        overall: Column,
        *,
        factors: Sequence[str] | None = None,
        weights: Column | None = None,
    ) -> Moments:
        """Sum ratings and overall ratings into a state; states of disjoint respondents add.

        Its columns are the factors sorted by name and, last, the outcome. So the states of shards
        add, in whatever order each one has its factors.

        Args:
            ratings: Factor to column of numbers, one per respondent; or a 2-D array, shape
                (respondents, factors), with `factors`.
            overall: The overall rating of each respondent.
            factors: The names of the columns of a 2-D array; or those to take of a mapping.
            weights: One survey weight per respondent.

        Raises:
            FactorError: A factor has no name of its own, or the outcome's.
            AmountError: An entry is infinite or no number.
            AnswerError: The ratings are no table, or the overall ratings no column.
            WeightError: A weight is negative or not finite, or all are zero.
            LengthError: The columns differ in length.
        """
        columns = self._columns(ratings, overall, factors)
        names = [*sorted(columns.keys() - {self.outcome}), self.outcome]
        return self._summed({name: columns[name] for name in names}, weights)

    def _columns(
        self, ratings: Ratings, overall: Column, factors: Sequence[str] | None
    ) -> dict[str, FloatArray]:
        """Return the columns as numbers, the outcome last."""
        columns = named_columns(ratings, factors)
        if self.outcome in columns:
            raise FactorError.also_outcome(self.outcome)
        named = {**columns, self.outcome: overall}
        return {name: as_amounts(column, name) for name, column in named.items()}

    def _summed(self, columns: dict[str, FloatArray], weights: Column | None) -> Moments:
        return Moments.from_arrays(
            tuple(columns), list(columns.values()), weights=weights, rule=self.missing_factor
        )

    def analyse(
        self, moments: Moments, *, confidence_level: float = 0.95, rng: Rng = 0
    ) -> DriverAnalysis:
        """Analyse the moments of some factors and the outcome: any sum of shards will do.

        The time does not depend on the number of rows.

        Args:
            moments: A state whose columns are the factors and, anywhere, the outcome.
            confidence_level: Level of the intervals, strictly between 0 and 1.
            rng: Seed or generator of the draws; 0 by default, so that results repeat.

        Raises:
            StateError: It is no moments of one data set, or of another rule.
            FactorError: The outcome is not among the columns, some column does not vary, two are
                never there together, or there are too few rows or too many factors.
            EmptySampleError: There are no rows.
            ParameterError: The level is not between 0 and 1, or `rng` is no seed.
        """
        return self._analysed(moments, confidence_level, rng, None)

    def _analysed(
        self,
        state: Moments,
        confidence_level: float,
        rng: Rng,
        resampled: tuple[dict[str, FloatArray], Column | None] | None,
    ) -> DriverAnalysis:
        quantile(confidence_level)
        seed = seed_of(rng)
        self._check(state)
        names = self._ordered(state.columns)
        places = [state.columns.index(name) for name in names]
        block = np.ix_(places, places)
        n_effective = self._effective_rows(names, effective_pairs(state)[block])
        constant = constant_columns(state)
        if constant:
            raise FactorError.constant(constant)
        correlation, repaired = self._possible(correlation_of(covariance_of(state)[block]))
        draws: WishartDraws | RowDraws = WishartDraws(correlation, n_effective)
        if resampled is not None:
            columns, weights = resampled
            arrays = [columns[name] for name in names]
            w = None if weights is None else as_weights(weights, len(arrays[0]))
            draws = RowDraws(tuple(names), arrays, w, self.missing_factor, n_effective)
        return DriverAnalysis(
            definition=self,
            factors=tuple(names[:-1]),
            correlation=correlation,
            confidence_level=confidence_level,
            means=tuple(state.mean[places[:-1]].tolist()),
            n=int(state.n),
            n_effective=n_effective,
            missing=int(state.missing),
            repaired=repaired,
            source=draws,
            seed=seed,
        )

    def from_correlation(
        self,
        matrix: object,
        names: Sequence[str],
        *,
        n: float | None = None,
        confidence_level: float = 0.95,
        rng: Rng = 0,
    ) -> DriverAnalysis:
        """Analyse a correlation matrix, such as one from a publication.

        Args:
            matrix: The correlations of the factors and the outcome, shape (p, p).
            names: The name of each row; the outcome's is among them.
            n: The (effective) number of rows behind it; without it there are no intervals.
            confidence_level: Level of the intervals, strictly between 0 and 1.
            rng: Seed or generator of the draws; 0 by default, so that results repeat.

        Raises:
            ParameterError: It is no correlation matrix, or one that no columns can have while the
                rule is `row` (`pairwise` takes the nearest possible one); or n, the level or rng
                is not what it can be.
            FactorError: A name stands twice, the outcome is not among them, or there are too few
                rows or too many factors.

        Example:
            >>> import relmetrics as rm
            >>> names = ["food", "safety", "overall"]
            >>> matrix = [[1, 0, 0.6], [0, 1, 0.3], [0.6, 0.3, 1]]
            >>> dr = rm.KeyDrivers().from_correlation(matrix, names)
            >>> {name: round(part, 2) for name, part in dr.importance.items()}
            {'food': 0.36, 'safety': 0.09}
        """
        quantile(confidence_level)
        seed = seed_of(rng)
        known = Moments.zero(names).columns
        given = _as_correlation(matrix, len(known))
        ordered = self._ordered(known)
        places = [known.index(name) for name in ordered]
        if n is not None:
            check_positive("n", n, "It is the number of rows behind the matrix, or leave it out.")
            self._effective_rows(ordered, np.array([[float(n)]]))
        correlation, repaired = self._possible(given[np.ix_(places, places)])
        return DriverAnalysis(
            definition=self,
            factors=tuple(ordered[:-1]),
            correlation=correlation,
            confidence_level=confidence_level,
            means=None,
            n=None if n is None else int(n),
            n_effective=None if n is None else float(n),
            missing=0,
            repaired=repaired,
            source=None if n is None else WishartDraws(correlation, float(n)),
            seed=seed,
        )

    def _check(self, state: Moments) -> None:
        if not isinstance(state, Moments):
            raise StateError.malformed("Moments", f"got {type(state).__name__}")
        if state.shape:
            raise StateError.malformed("Moments", "it holds several groups; take one of them")
        if state.rule != self.missing_factor:
            raise StateError.other_rule(self.missing_factor, state.rule)
        if not state.n:
            raise EmptySampleError.for_metric("Key-driver analysis", int(state.missing))

    def _ordered(self, columns: Sequence[str]) -> list[str]:
        """Return the columns with the outcome last."""
        if self.outcome not in columns:
            raise FactorError.no_outcome(self.outcome, columns)
        factors = [name for name in columns if name != self.outcome]
        if not factors:
            raise FactorError.none()
        if self.method == "shapley" and len(factors) > MOST_FACTORS:
            raise FactorError.too_many(len(factors), MOST_FACTORS)
        return [*factors, self.outcome]

    def _effective_rows(self, names: Sequence[str], pairs: FloatArray) -> float:
        """Return the effective number of rows, which must outnumber the factors."""
        apart = np.argwhere(pairs <= 0)
        if len(apart):
            i, j = apart[0].tolist()
            raise FactorError.never_together(str(names[i]), str(names[j]))
        needed = len(names) + _RESIDUAL
        rows = effective_rows(pairs)
        if rows < needed:
            raise FactorError.too_few_rows(len(names) - 1, rows, needed)
        return rows

    def _possible(self, correlation: FloatArray) -> tuple[FloatArray, float]:
        """Return correlations that columns can have, and the largest change that this took."""
        if is_possible(correlation):
            return correlation, 0.0
        if self.missing_factor == "row":
            raise ParameterError.must_be(
                "matrix",
                "one that columns can have, without negative eigenvalues",
                float(np.linalg.eigvalsh(correlation)[0]),
                "Check it for typing errors; missing_factor='pairwise' takes the nearest one.",
            )
        nearest = nearest_correlation(correlation)
        return nearest, float(np.abs(nearest - correlation).max())


def _as_correlation(matrix: object, p: int) -> FloatArray:
    """Return a matrix as a correlation matrix of p columns.

    Raises:
        ParameterError: It is none.
    """
    try:
        found = np.array(matrix, dtype=np.float64)
    except (TypeError, ValueError):
        raise ParameterError.must_be("matrix", "a square array of numbers", matrix) from None
    if found.shape != (p, p):
        raise ParameterError.must_be("matrix", f"of shape {(p, p)}, a row per name", found.shape)
    for wrong, requirement in (
        (~np.isfinite(found), "of finite numbers"),
        (np.abs(found - found.T) > _SYMMETRIC, "symmetric"),
        (np.abs(found) > 1 + _SYMMETRIC, "of correlations, from -1 to 1"),
        (np.abs(found - 1) * np.eye(p) > _SYMMETRIC, "of correlations, with 1 on the diagonal"),
    ):
        if wrong.any():
            i, j = (int(place) for place in np.argwhere(wrong)[0])
            remedy = f"See row {i}, column {j}. Covariances must be divided by both deviations."
            raise ParameterError.must_be("matrix", requirement, float(found[i, j]), remedy)
    even = np.clip((found + found.T) / 2, -1.0, 1.0)
    np.fill_diagonal(even, 1.0)
    return even


def drivers(
    ratings: Ratings,
    overall: Column,
    *,
    method: ImportanceMethod = "relative_weights",
    factors: Sequence[str] | None = None,
    weights: Column | None = None,
    missing_factor: MissingRule = "row",
    confidence_level: float = 0.95,
    interval: IntervalMethod = "wishart",
    rng: Rng = 0,
) -> DriverAnalysis:
    """Find what drives the overall rating: the importance of each factor, as parts of R squared.

    See `KeyDrivers` for what importance means, for moments and for correlation matrices.

    Args:
        ratings: Factor to column of numbers, one per respondent; or a 2-D array, shape
            (respondents, factors), with `factors`. No scale is needed.
        overall: The overall rating of each respondent, such as satisfaction or recommendation.
        method: ``relative_weights`` or ``shapley``.
        factors: The names of the columns of a 2-D array; or those to take of a mapping.
        weights: One survey weight per respondent.
        missing_factor: ``row`` or ``pairwise``.
        confidence_level: Level of the intervals, strictly between 0 and 1.
        interval: ``wishart``, by normal theory, or ``bootstrap``, of the rows.
        rng: Seed or generator of the draws; 0 by default, so that results repeat.

    Raises:
        FactorError: A factor has no name of its own or does not vary, two columns are never there
            together, or there are too few rows or too many factors.
        EmptySampleError: There are no rows.
        AmountError: An entry is infinite or no number.
        AnswerError: The ratings are no table, or the overall ratings no column.
        WeightError: A weight is negative or not finite, or all are zero.
        LengthError: The columns differ in length.
        ParameterError: An option is not what it can be.

    Example:
        >>> import relmetrics as rm
        >>> survey = rm.simulate_survey(400)
        >>> ratings = {name: survey[name] for name in ("punctuality", "service", "safety", "food")}
        >>> dr = rm.drivers(ratings, survey["satisfaction"])
        >>> round(dr.importance["food"], 3), round(dr.shares["food"], 1)
        (0.122, 22.0)
        >>> print(dr.share_intervals()["food"])
        16.43 to 28.04 (95% CI, wishart)
    """
    definition = KeyDrivers(method=method, missing_factor=missing_factor)
    return definition(
        ratings,
        overall,
        factors=factors,
        weights=weights,
        confidence_level=confidence_level,
        interval=interval,
        rng=rng,
    )
