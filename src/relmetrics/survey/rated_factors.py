"""RatedFactors: what metrics of several rated factors share, how a table of ratings is summed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from relmetrics.data.alignment import require_aligned
from relmetrics.data.checks import check_name
from relmetrics.data.codes import encode
from relmetrics.data.columns import as_column, require_equal_lengths
from relmetrics.data.missing import RULES, MissingRule
from relmetrics.data.scale import ONE_TO_FIVE, Scale
from relmetrics.data.tables import Ratings, named_columns
from relmetrics.errors import ParameterError, StateError
from relmetrics.estimators.moment_metric import MomentMetric
from relmetrics.estimators.rows import Rows
from relmetrics.metric.metric import E
from relmetrics.metric.paired_moments import REFERENCE
from relmetrics.states.moments import Moments
from relmetrics.survey.csi_pairs import joined
from relmetrics.survey.factors import as_factor_weights, check_factors, shares_of, weighing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from relmetrics.data.periods import Every
    from relmetrics.data.types import AnyArray, Column, FloatArray, Groups, IntArray, Zone
    from relmetrics.questions.groups.breakdown import Breakdown
    from relmetrics.questions.trends.trend import Trend


@frozen(kw_only=True)
class RatedFactors(MomentMetric[E]):
    """A metric of the factors that the same respondents rate, each with a weight.

    Attributes:
        weights: Factor to weight, not negative; by default all factors weigh the same.
        scale: The scale of every factor, 1-5 by default.
        missing_factor: The rule for missing ratings.
    """

    weights: tuple[tuple[str, float], ...] | None = field(default=None, converter=as_factor_weights)
    scale: Scale = ONE_TO_FIVE
    missing_factor: MissingRule = "row"

    def check_parameters(self) -> None:
        """Check the parameters.

        Raises:
            ParameterError: The scale is none, or there is no rule of that name.
        """
        if not isinstance(self.scale, Scale):
            raise ParameterError.must_be("scale", "a Scale", self.scale, "Say rm.Scale(1, 5).")
        check_name("missing_factor", self.missing_factor, RULES)

    def moments(
        self,
        ratings: Ratings,
        *,
        factors: Sequence[str] | None = None,
        weights: Column | None = None,
    ) -> Moments:
        """Sum a table of ratings into this metric's state.

        Args:
            ratings: Factor to column of ratings, one per respondent; or a 2-D array, shape
                (respondents, factors), with `factors`.
            factors: The names of the columns of a 2-D array.
            weights: One survey weight per respondent (the weights of factors are the metric's).

        Raises:
            FactorError: A factor has no weight, no ratings or no name of its own.
            AnswerError: Some entries are no scores.
            OffScaleError: Some are off the scale.
            WeightError: A survey weight is negative or not finite, or all are zero.
            LengthError: The columns differ in length.
        """
        require_aligned(ratings=ratings, weights=weights)
        return self._summed(self._codes(ratings, factors), weights)

    def pairs(
        self,
        ratings: Ratings,
        reference: Ratings,
        *,
        factors: Sequence[str] | None = None,
        weights: Column | None = None,
    ) -> Moments:
        """Sum the ratings of the same respondents in two waves: the state of a paired comparison.

        Args:
            ratings: As for the call.
            reference: The ratings of the same respondents, in the same rows, of another wave.
            factors: The names of the columns of 2-D arrays.
            weights: One survey weight per respondent.

        Raises:
            FactorError: The waves have different factors, or a factor has no weight.
            AnswerError: Some entries are no scores.
            OffScaleError: Some are off the scale.
            WeightError: A survey weight is negative or not finite, or all are zero.
            LengthError: The columns differ in length.
        """
        require_aligned(ratings=ratings, reference=reference, weights=weights)
        both = joined(self._codes(ratings, factors), self._codes(reference, factors))
        require_equal_lengths(**{name: len(column) for name, column in both.items()})
        return self._summed(both, weights)

    def _codes(self, ratings: Ratings, factors: Sequence[str] | None) -> dict[str, AnyArray]:
        """Return the ratings of each factor as codes of the scale."""
        columns = named_columns(ratings, factors)
        check_factors(self.weights, tuple(columns))
        weighed = None if self.weights is None else dict(weighing(self.weights) or ())
        codes = {
            name: encode(column, self.scale, name).codes()
            for name, column in columns.items()
            if weighed is None or name in weighed
        }
        require_equal_lengths(**{name: len(column) for name, column in codes.items()})
        return codes

    def _summed(
        self,
        codes: Mapping[str, AnyArray],
        weights: Column | None,
        groups: Any = None,
        size: int = 1,
    ) -> Moments:
        return Moments.from_arrays(
            tuple(codes),
            list(codes.values()),
            weights=weights,
            rule=self.missing_factor,
            scale=self.scale,
            groups=groups,
            size=size,
        )

    def by(
        self,
        ratings: Ratings,
        groups: Groups,
        *,
        factors: Sequence[str] | None = None,
        weights: Column | None = None,
        sort: bool = False,
        confidence_level: float = 0.95,
    ) -> Breakdown:
        """Compute the index for every group of respondents.

        Args:
            ratings: As for the call.
            groups: One label per respondent; or several columns, as a mapping or a list.
            factors: As for the call.
            weights: One survey weight per respondent.
            sort: Sort the groups; by default they come in order of appearance.
            confidence_level: Level of the intervals.

        Raises:
            FactorError: A factor has no weight, no ratings or no name of its own.
            AnswerError: Some entries are no scores.
            LengthError: The columns differ in length.
        """
        rows = self._rows(ratings, factors, weights)
        return rows.by(groups, sort=sort, confidence_level=confidence_level)

    def over(
        self,
        ratings: Ratings,
        dates: Column,
        *,
        factors: Sequence[str] | None = None,
        every: Every = "month",
        weights: Column | None = None,
        as_of: object = None,
        zone: Zone | None = None,
        recorded_in: Zone | None = None,
        week_start: str = "monday",
        year_start: str = "january",
        confidence_level: float = 0.95,
    ) -> Trend:
        """Compute the index period by period.

        Periods come in order, from the first to the last with respondents; those in between
        without any are there too.

        Args:
            ratings: As for the call.
            dates: One per respondent: datetime64, `datetime`, `date` or ISO 8601 text. Those
                without one are counted, and are in no period and not in the total.
            factors: As for the call.
            every: The kind of period: ``day``, ``week``, ``month``, ``quarter`` or ``year``.
            weights: One survey weight per respondent.
            as_of: The last day that was wholly observed, without a time of day. Periods go on to
                it, with or without answers; one that ends after it is marked as not over, and later
                rows are counted and left out. By default the last day of the data.
            zone: The time zone whose calendar counts, for dates that carry a zone: its name or a
                `ZoneInfo`.
            recorded_in: The time zone whose clock wrote dates that carry none, such as ``"UTC"``;
                they are converted to `zone`.
            week_start: The first day of a week, such as ``"sunday"``.
            year_start: The first month of a year and of its quarters, such as ``"april"``.
            confidence_level: Level of the intervals.

        Raises:
            DateError: A date cannot be read, all are missing, or `as_of` comes before all of them.
            FactorError: A factor has no weight, no ratings or no name of its own.
            AnswerError: Some entries are no scores.
            OffScaleError: Some are off the scale.
            WeightError: A weight is negative or not finite, or all are zero.
            LengthError: The columns differ in length.
            ParameterError: The level is not between 0 and 1, or there is no such period or zone.

        Example:
            >>> import relmetrics as rm
            >>> ratings = {"food": [4, 5, 3], "safety": [5, 5, 4]}
            >>> csi = rm.CSI().over(ratings, ["2025-01-31", "2025-01-31", "2025-02-28"])
            >>> csi.table()["value"].tolist()
            [4.75, 3.5]
        """
        return self._rows(ratings, factors, weights).over(
            dates,
            every=every,
            as_of=as_of,
            zone=zone,
            recorded_in=recorded_in,
            week_start=week_start,
            year_start=year_start,
            confidence_level=confidence_level,
        )

    def _rows(
        self, ratings: Ratings, factors: Sequence[str] | None, weights: Column | None
    ) -> Rows:
        require_aligned(ratings=ratings, weights=weights)
        codes = self._codes(ratings, factors)
        weighing = None if weights is None else as_column(weights, "weights")

        def summed(group_of: IntArray | None, size: int) -> Moments:
            return self._summed(codes, weighing, group_of, size)

        return Rows(self, len(next(iter(codes.values()))), ratings, summed)

    def shares_of(self, columns: tuple[str, ...]) -> FloatArray:
        """Return the normalised weights of these factors, in their order."""
        return shares_of(self.weights, columns)

    def check_columns(self, state: Moments) -> None:
        """Check that a state is of this index's factors and rule.

        Raises:
            StateError: It is of another scale or rule.
            FactorError: Its factors are not those that have weights.
        """
        if state.scale != self.scale:
            raise StateError.of_another("scale", self.scale, state.scale)
        if any(name.endswith(REFERENCE) for name in state.columns):
            raise StateError.wrong_kind(
                "Moments of one wave", state, "These are pairs: say metric.compare_paired(pairs)."
            )
        if state.rule != self.missing_factor:
            raise StateError.of_another("missing rule", self.missing_factor, state.rule)
        check_factors(weighing(self.weights), state.columns)
