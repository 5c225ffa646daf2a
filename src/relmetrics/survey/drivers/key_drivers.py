"""KeyDrivers: the definition of a key-driver analysis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from attrs import frozen

from relmetrics.data.alignment import require_aligned
from relmetrics.data.checks import check_name, check_positive
from relmetrics.data.missing import RULES, MissingRule
from relmetrics.errors import FactorError, ParameterError
from relmetrics.inference.intervals import quantile
from relmetrics.inference.relative_importance import MOST_FACTORS, effective_pairs
from relmetrics.states.moments.moments import Moments
from relmetrics.survey.drivers.analysis import DriverAnalysis
from relmetrics.survey.drivers.cluster_draws import draws_of
from relmetrics.survey.drivers.methods import IMPORTANCE_METHODS, ImportanceMethod, Method
from relmetrics.survey.drivers.reading import (
    as_correlation,
    check_moments,
    enough_rows,
    moments_correlation,
    outcome_last,
    possible_correlation,
    rated_columns,
    require_apart,
)
from relmetrics.survey.drivers.redraws import RowDraws, WishartDraws, seed_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from relmetrics.data.tables import Ratings
    from relmetrics.data.types import Column, FloatArray
    from relmetrics.metric.contract import Rng
    from relmetrics.states.clustered.design import AnyDesign

IntervalMethod = Literal["bootstrap", "wishart"]
"""`bootstrap`: from the rows. `wishart`: from the correlations, under normal theory."""

_INTERVALS: tuple[IntervalMethod, ...] = ("bootstrap", "wishart")


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

    Interval: ``bootstrap`` (default of rows) redraws the rows. ``wishart``, all there is from sums,
    redraws the correlations under normal theory, with Kish's effective n for survey weights; it
    covers too seldom where most ratings are the highest.

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
        "Customer relationships: principles for building long-term ties" (weights of CSI); Johnson
        (2000), Multivariate Behavioral Research 35, 1-19;
        Lindeman, Merenda and Gold (1980); Budescu (1993), Psychological Bulletin 114, 542-551.
    """

    method: ImportanceMethod = "relative_weights"
    missing_factor: MissingRule = "row"
    outcome: str = "overall"

    def __attrs_post_init__(self) -> None:
        """Check the parameters."""
        check_name("method", self.method, IMPORTANCE_METHODS)
        check_name("missing_factor", self.missing_factor, RULES)
        if not isinstance(self.outcome, str) or not self.outcome:
            raise ParameterError.must_be("outcome", "the name of a column", self.outcome)

    @property
    def about(self) -> Method:
        """The method in words."""
        return IMPORTANCE_METHODS[self.method]

    def split(self, correlation: FloatArray) -> FloatArray:
        """Return each factor's part of R squared, for correlations with the outcome last."""
        return self.about.split(correlation)

    def __call__(
        self,
        ratings: Ratings,
        overall: Column,
        *,
        factors: Sequence[str] | None = None,
        weights: Column | None = None,
        respondents: Column | None = None,
        design: AnyDesign | None = None,
        confidence_level: float = 0.95,
        interval: IntervalMethod = "bootstrap",
        rng: Rng = 0,
    ) -> DriverAnalysis:
        """Analyse rows: see `drivers`.

        Raises:
            RelmetricsError: As `drivers`.
        """
        check_name("interval", interval, _INTERVALS)
        require_aligned(ratings=ratings, overall=overall, weights=weights, respondents=respondents)
        columns = rated_columns(ratings, overall, factors, self.outcome)
        state = self._summed(columns, weights)
        draws = draws_of(columns, weights, self.missing_factor, (respondents, design), interval)
        return self._analysed(state, confidence_level, rng, draws)

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
        require_aligned(ratings=ratings, overall=overall, weights=weights)
        columns = rated_columns(ratings, overall, factors, self.outcome)
        names = [*sorted(columns.keys() - {self.outcome}), self.outcome]
        return self._summed({name: columns[name] for name in names}, weights)

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
            FactorError: The outcome is not among the columns or is a factor too, some column does
                not vary, two are never there together, or there are too few rows or too many
                factors.
            EmptySampleError: There are no rows.
            ParameterError: The level is not between 0 and 1, or `rng` is no seed.
        """
        return self._analysed(moments, confidence_level, rng, None)

    def _analysed(
        self,
        state: Moments,
        confidence_level: float,
        rng: Rng,
        draws_of_rows: Callable[[Sequence[str], float], RowDraws] | None,
    ) -> DriverAnalysis:
        quantile(confidence_level)
        seed = seed_of(rng)
        check_moments(state, self.missing_factor)
        names = self._ordered(state.columns)
        places = [state.columns.index(name) for name in names]
        n_effective = enough_rows(names, effective_pairs(state)[np.ix_(places, places)])
        correlation, repaired = possible_correlation(
            moments_correlation(state, places), self.missing_factor
        )
        require_apart(names, correlation)
        draws: WishartDraws | RowDraws = WishartDraws(correlation, n_effective)
        if draws_of_rows is not None:
            draws = draws_of_rows(names, n_effective)
        return DriverAnalysis(
            definition=self,
            factors=tuple(names[:-1]),
            correlation=correlation,
            confidence_level=confidence_level,
            means=tuple(state.mean[places[:-1]].tolist()),
            n=int(state.n),
            n_effective=draws.n_effective,
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
            FactorError: A name stands twice, the outcome is not among them or is a factor too, or
                there are too few rows or too many factors.

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
        given = as_correlation(matrix, len(known))
        ordered = self._ordered(known)
        places = [known.index(name) for name in ordered]
        if n is not None:
            remedy = "It is the number of rows behind the matrix, or leave it out."
            n = check_positive("n", n, remedy)
            enough_rows(ordered, np.array([[float(n)]]))
        correlation, repaired = possible_correlation(
            given[np.ix_(places, places)], self.missing_factor
        )
        require_apart(ordered, correlation)
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

    def _ordered(self, columns: Sequence[str]) -> list[str]:
        """Return the columns with the outcome last: no more factors than the method can take."""
        ordered = outcome_last(columns, self.outcome)
        factors = len(ordered) - 1
        if self.method == "shapley" and factors > MOST_FACTORS:
            raise FactorError(
                "method='shapley' looks at every subset of the factors and takes at most "
                f"{MOST_FACTORS}, got {factors}. Use method='relative_weights', which agrees with "
                "it closely."
            )
        return ordered
