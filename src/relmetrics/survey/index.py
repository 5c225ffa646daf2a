"""CSI: the customer satisfaction index, a weighted mean of the factors that drive satisfaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
from attrs import field, frozen

from relmetrics.answers import encode
from relmetrics.columns import as_column, require_equal_lengths
from relmetrics.errors import (
    EmptySampleError,
    ParameterError,
    StateError,
    WeightError,
)
from relmetrics.estimate import Estimate, Working
from relmetrics.intervals import Pseudo, adjusted, quantile, wald
from relmetrics.linear import figure
from relmetrics.metric import Description, Rng
from relmetrics.moment_metric import MomentMetric
from relmetrics.moments import RULES, MissingRule, Moments
from relmetrics.parameters import check_flag, check_name
from relmetrics.scale import ONE_TO_FIVE, Scale
from relmetrics.score import Sample
from relmetrics.survey.factors import (
    as_factor_weights,
    check_factors,
    effective_size,
    factor_table,
    shares_of,
    weighing,
)
from relmetrics.survey.ratings import Ratings, named_columns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from relmetrics.breakdown import Breakdown
    from relmetrics.table import Table
    from relmetrics.types import AnyArray, Column, FloatArray, Groups, IntArray


@frozen
class IndexEstimate(Estimate):
    """A satisfaction index with the factors it is made of.

    Example:
        >>> import relmetrics as rm
        >>> csi = rm.csi({"food": [4, 5], "safety": [5, 5]}, weights={"food": 1, "safety": 3})
        >>> csi.factor_means, csi.factor_weights
        ({'food': 4.5, 'safety': 5.0}, {'food': 0.25, 'safety': 0.75})
    """

    @property
    def factor_means(self) -> dict[str, float]:
        """The mean rating of each factor, in scale points."""
        return dict(zip(self.state.columns, self.state.mean.tolist(), strict=True))

    @property
    def factor_weights(self) -> dict[str, float]:
        """The weight of each factor, normalised: they sum to 1."""
        return dict(
            zip(
                self.state.columns,
                cast(CSI, self.metric).shares_of(self.state.columns).tolist(),
                strict=True,
            )
        )

    @property
    def factors(self) -> Table:
        """One row per factor: weight, mean, low, high, n and missing, in scale points.

        Example:
            >>> import relmetrics as rm
            >>> rm.csi({"food": [4, 5, None], "safety": [5, 5, 4]}).factors
            factor  weight  mean   low  high  n  missing
            food      0.50  4.50  2.48  5.00  2        1
            safety    0.50  5.00  2.61  5.00  2        0
        """
        return cast(CSI, self.metric).factor_table(self.state, self.confidence_level)


@frozen(kw_only=True)
class CSI(MomentMetric[IndexEstimate]):
    """Customer satisfaction index: the weighted mean of the ratings of several factors.

    Formula: ``sum(w_f * mean_f) / sum(w_f)`` over the factors f; with ``rescaled=True``,
    ``100 x (CSI - low) / (high - low)``.
    Unit and range: scale points, from the lowest point to the highest; rescaled, 0 to 100.
    Direction: higher is better.

    Missing ratings: an explicit rule. ``missing_factor="row"`` (default) leaves out respondents
    who skipped any factor; ``"pairwise"`` lets every factor's mean use all who rated it. The result
    says which, and how many were left out.

    Interval: `adjusted` adds 1.5 pseudo-respondents spread evenly over the range. The variance is
    that of the weighted mean of correlated factors: the same people rate all of them, so adding
    up the variances of the factors alone would give an interval that is too narrow.

    Attributes:
        weights: Factor to weight, not negative; by default all factors weigh the same.
        scale: The scale of every factor, 1-5 by default.
        rescaled: Whether the index runs from 0 to 100.
        missing_factor: The rule for missing ratings.

    Raises:
        WeightError: A weight is negative or not finite, or all are zero.
        FactorError: A factor is named twice.
        ParameterError: There is no rule of that name.

    Example:
        >>> import relmetrics as rm
        >>> ratings = {"food": [4, 5, 3, None], "safety": [5, 5, 4, 4]}
        >>> print(rm.CSI(weights={"food": 2, "safety": 5})(ratings))
        CSI 4.48 (95% CI 3.00 to 4.97; n = 3, 1 missing)

    Source:
        D5.
    """

    weights: tuple[tuple[str, float], ...] | None = field(default=None, converter=as_factor_weights)
    scale: Scale = ONE_TO_FIVE
    rescaled: bool = False
    missing_factor: MissingRule = "row"

    def __attrs_post_init__(self) -> None:
        """Check the parameters."""
        if not isinstance(self.scale, Scale):
            raise ParameterError.must_be("scale", "a Scale", self.scale, "Say rm.Scale(1, 5).")
        check_flag("rescaled", self.rescaled)
        check_name("missing_factor", self.missing_factor, RULES)

    @property
    def methods(self) -> tuple[str, ...]:
        """The interval methods on offer, the default first."""
        return ("adjusted", "wald")

    @property
    def result(self) -> type[IndexEstimate]:
        """The class of this metric's estimates."""
        return IndexEstimate

    @property
    def description(self) -> Description:
        """Name, unit, range, direction, formula, definition and source."""
        low, high = self._range
        weighted = "equal weights" if self.weights is None else "the weights given"
        rule = {
            "row": "respondents who skipped a factor are left out",
            "pairwise": "each factor's mean uses all who rated it",
        }[self.missing_factor]
        formula = "sum(w_f x mean_f) / sum(w_f)"
        if self.rescaled:
            formula = f"100 x ({formula} - {self.scale.low}) / {self.scale.high - self.scale.low}"
        return Description(
            name="Customer satisfaction index",
            symbol="CSI",
            unit="%" if self.rescaled else "scale points",
            low=low,
            high=high,
            direction="higher",
            formula=formula,
            definition=(
                f"Mean of the factors' mean ratings on {self.scale} with {weighted}; {rule} "
                f"(missing_factor='{self.missing_factor}')."
            ),
            source="D5",
            digits=1 if self.rescaled else 2,
        )

    @property
    def _range(self) -> tuple[float, float]:
        return (0, 100) if self.rescaled else (self.scale.low, self.scale.high)

    @property
    def _factor(self) -> float:
        """What one scale point is worth in the unit of the index."""
        return 100 / (self.scale.high - self.scale.low) if self.rescaled else 1.0

    def __call__(
        self,
        ratings: Ratings,
        *,
        factors: Sequence[str] | None = None,
        weights: Column | None = None,
        confidence_level: float = 0.95,
    ) -> IndexEstimate:
        """Compute the index of a table of ratings.

        Args:
            ratings: Factor to column of ratings, one per respondent; or a 2-D array, shape
                (respondents, factors), with `factors`.
            factors: The names of the columns of a 2-D array.
            weights: One survey weight per respondent (the weights of factors are the metric's).
            confidence_level: Level of the interval, strictly between 0 and 1.

        Raises:
            EmptySampleError: Nobody rated what is needed.
            FactorError: A factor has no weight, no ratings or no name of its own.
            AnswerError: Some entries are no scores.
            OffScaleError: Some are off the scale.
            WeightError: A survey weight is negative or not finite, or all are zero.
            LengthError: The columns differ in length.
        """
        state = self.moments(ratings, factors=factors, weights=weights)
        return self.estimate(state, confidence_level=confidence_level)

    def moments(
        self,
        ratings: Ratings,
        *,
        factors: Sequence[str] | None = None,
        weights: Column | None = None,
    ) -> Moments:
        """Sum a table of ratings into this metric's state.

        Args:
            ratings: As for the call.
            factors: As for the call.
            weights: As for the call.

        Raises:
            FactorError: A factor has no weight, no ratings or no name of its own.
            AnswerError: Some entries are no scores.
            OffScaleError: Some are off the scale.
            WeightError: A survey weight is negative or not finite, or all are zero.
            LengthError: The columns differ in length.
        """
        return self._summed(self._codes(ratings, factors), weights)

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
        codes = self._codes(ratings, factors)
        weights = None if weights is None else as_column(weights, "weights")

        def summed(group_of: IntArray | None, size: int) -> Moments:
            return self._summed(codes, weights, group_of, size)

        rows = len(next(iter(codes.values())))
        return self.grouped(rows, groups, summed, sort=sort, confidence_level=confidence_level)

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
            raise StateError.cannot_add("scale", self.scale, state.scale)
        if state.rule != self.missing_factor:
            raise StateError.cannot_add("missing rule", self.missing_factor, state.rule)
        check_factors(weighing(self.weights), state.columns)

    def present(
        self,
        state: Moments,
        confidence_level: float,
        method: str,
        rng: Rng = None,  # noqa: ARG002 - no method draws
    ) -> tuple[Sample, Any, Any, str]:
        """Return sample, low, high and the method used, for moments of any shape.

        Raises:
            EmptySampleError: Nobody rated what is needed.
            WeightError: The respondents weigh nothing.
        """
        z = quantile(confidence_level)
        if not state.shape:
            self._require_answers(state)
        shares = self.shares_of(state.columns)
        mean = state.mean @ shares
        cover = state.covariance_of_means()
        error = np.maximum(np.einsum("i,...ij,j", shares, cover, shares), 0.0)
        n: Any = state.n
        n_effective: Any = effective_size(state, shares)
        low, high = self._range
        value: Any = low + (mean - self.scale.low) * self._factor
        variance: Any = error * n_effective * self._factor**2
        if not state.shape:
            value, variance = float(value), float(variance)
            n, n_effective = int(n), float(n_effective)
        sample = Sample(value, variance, n, n_effective)
        about = adjusted(value, variance, n_effective, z, self._pseudo, low, high)
        if method != "wald":
            return sample, *about, method
        ends = wald(value, sample.standard_error, z, low, high)
        if state.shape:
            flat = ~(variance > 0)
            return (
                sample,
                np.where(flat, about[0], ends[0]),
                np.where(flat, about[1], ends[1]),
                method,
            )
        return (sample, *ends, method) if variance > 0 else (sample, *about, "adjusted")

    @property
    def _pseudo(self) -> Pseudo:
        """One and a half respondents, spread evenly over the range."""
        low, high = self._range
        return Pseudo(1.5, (low + high) / 2, (high - low) ** 2 / 12)

    def _require_answers(self, state: Moments) -> None:
        if not state.n:
            raise EmptySampleError.for_metric(self.description.name, int(state.missing))
        rated = np.diagonal(state.pairs) > 0
        unrated = [c for c, there in zip(state.columns, rated, strict=True) if not there]
        if unrated:
            raise EmptySampleError.for_factors(unrated)
        if not (state.sums.own_masses() > 0).all():
            raise WeightError.all_zero()

    def factor_table(self, state: Moments, confidence_level: float) -> Table:
        """Return one row per factor, with the interval of a mean on the scale."""
        shares = self.shares_of(state.columns)
        return factor_table(state, shares, self.scale, confidence_level)

    def working(self, state: Moments) -> Working:
        """Return the weighted mean of the factors' means with the numbers of a state."""
        shares = self.shares_of(state.columns)
        weights = shares if self.weights is None else [dict(self.weights)[c] for c in state.columns]
        weights = [1.0] * len(shares) if self.weights is None else weights
        terms = " + ".join(
            f"{figure(float(w))} x {mean:.6g} ({name})"
            for w, mean, name in zip(weights, state.mean.tolist(), state.columns, strict=True)
        )
        total = float(sum(weights))
        index = float(np.nansum(np.where(shares > 0, state.mean, 0.0) * shares))
        formula = f"({terms}) / {figure(total)} = {index:.6g}"
        if self.rescaled:
            scaled = (index - self.scale.low) * self._factor
            formula += f", rescaled to 0-100: {scaled:.6g}"
        skipped = ", ".join(
            f"{name} {count}"
            for name, count in zip(state.columns, state.missing_by_column.tolist(), strict=True)
            if count
        )
        return Working(
            formula=formula,
            numerator=terms,
            denominator=f"{figure(total)}, the sum of the weights of {len(weights)} factors",
            left_out=f"skipped ratings by factor: {skipped}" if skipped else "",
        )


def csi(
    ratings: Ratings,
    *,
    weights: Mapping[str, float] | None = None,
    factors: Sequence[str] | None = None,
    scale: Scale = ONE_TO_FIVE,
    rescaled: bool = False,
    missing_factor: MissingRule = "row",
    survey_weights: Column | None = None,
    confidence_level: float = 0.95,
) -> IndexEstimate:
    """Compute the customer satisfaction index of a table of ratings: see `CSI`.

    Args:
        ratings: Factor to column of ratings; or a 2-D array, shape (respondents, factors), with
            `factors`.
        weights: Factor to weight; by default all weigh the same.
        factors: The names of the columns of a 2-D array.
        scale: The scale of every factor.
        rescaled: Whether the index runs from 0 to 100.
        missing_factor: ``row`` or ``pairwise``.
        survey_weights: One survey weight per respondent.
        confidence_level: Level of the interval.

    Raises:
        EmptySampleError: Nobody rated what is needed.
        FactorError: A factor has no weight, no ratings or no name of its own.
        WeightError: A weight is negative or not finite, or all are zero.
        AnswerError: Some entries are no scores.
        OffScaleError: Some are off the scale.

    Example:
        >>> import relmetrics as rm
        >>> rm.csi({"food": [4, 2], "safety": [5, 5]}, weights={"food": 2, "safety": 5}).value
        4.428571428571429
    """
    metric = CSI(weights=weights, scale=scale, rescaled=rescaled, missing_factor=missing_factor)
    return metric(
        ratings, factors=factors, weights=survey_weights, confidence_level=confidence_level
    )
