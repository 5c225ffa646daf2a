"""CSI: the customer satisfaction index, a weighted mean of the factors that drive satisfaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np
from attrs import frozen

from relmetrics.data.checks import check_flag
from relmetrics.data.scale import ONE_TO_FIVE, Scale
from relmetrics.errors import FactorError, ParameterError, WeightError
from relmetrics.errors.definitions import no_frame
from relmetrics.errors.wording import listed
from relmetrics.estimators.prepared import stated
from relmetrics.inference.intervals import Pseudo
from relmetrics.metric.contract import LONG_TERM_TIES, Working
from relmetrics.metric.wording import figure
from relmetrics.survey.drivers.analysis import DriverAnalysis
from relmetrics.survey.index_estimate import IndexEstimate
from relmetrics.survey.index_form import IndexForm
from relmetrics.survey.rated_factors import RatedFactors

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from relmetrics.data.missing import MissingRule
    from relmetrics.data.tables import Ratings
    from relmetrics.data.types import Column
    from relmetrics.metric.contract import Description
    from relmetrics.states.clustered.design import Design
    from relmetrics.states.moments.moments import Moments
    from relmetrics.survey.csi_pairs import PairedIndex


@frozen(kw_only=True)
class CSI(RatedFactors[IndexEstimate]):
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
        "Customer relationships: principles for building long-term ties".
    """

    name = "Customer satisfaction index"
    symbol = "CSI"
    source = LONG_TERM_TIES

    rescaled: bool = False

    @classmethod
    def from_drivers(
        cls,
        drivers: DriverAnalysis,
        *,
        scale: Scale = ONE_TO_FIVE,
        rescaled: bool = False,
        missing_factor: MissingRule = "row",
    ) -> Self:
        """Return the index whose factors weigh what they contribute to the overall rating.

        The weights are the drivers' shares of R squared, `DriverAnalysis.shares`. These have no
        sign, so a factor that lowers the overall rating (`DriverAnalysis.lowering`) is an error:
        its weight would raise the index where customers are less satisfied.

        Args:
            drivers: What `drivers` found, by either method.
            scale: The scale of every factor.
            rescaled: Whether the index runs from 0 to 100.
            missing_factor: The rule for missing ratings.

        Raises:
            ParameterError: It is no analysis of drivers.
            WeightError: The factors explain nothing, so they have no shares.
            FactorError: A factor lowers the overall rating.

        Example:
            >>> import relmetrics as rm
            >>> names = ["food", "safety", "overall"]
            >>> matrix = [[1, 0, 0.6], [0, 1, 0.3], [0.6, 0.3, 1]]
            >>> csi = rm.CSI.from_drivers(rm.KeyDrivers().from_correlation(matrix, names))
            >>> print(csi({"food": [4, 5, 3], "safety": [5, 5, 4]}))
            CSI 4.13 (95% CI 2.79 to 4.72; n = 3)

        Source:
            "Customer relationships: principles for building long-term ties".
        """
        if not isinstance(drivers, DriverAnalysis):
            raise ParameterError.must_be(
                "drivers", "a DriverAnalysis", drivers, "Say rm.drivers(ratings, overall)."
            )
        if np.isnan(list(drivers.shares.values())).any():
            raise WeightError.all_zero(name="the importances of these drivers")
        if drivers.lowering:
            raise FactorError(
                "the overall rating is lower where these factors are rated higher: "
                f"{listed(drivers.lowering)}, so their weights would raise the index where "
                "customers are less satisfied. If a high rating of one means something bad, "
                "reverse its scale (scale.low + scale.high - rating), analyse again and give the "
                "index the reversed ratings; else leave it out."
            )
        return cls(
            weights=drivers.shares, scale=scale, rescaled=rescaled, missing_factor=missing_factor
        )

    def __attrs_post_init__(self) -> None:
        """Check the parameters."""
        self.check_parameters()
        check_flag("rescaled", self.rescaled)

    @property
    def result(self) -> type[IndexEstimate]:
        """The class of this metric's estimates."""
        return IndexEstimate

    @property
    def description(self) -> Description:
        """Name, unit, range, direction, formula, definition and source."""
        weighted = "equal weights" if self.weights is None else "the weights given"
        rule = {
            "row": "respondents who skipped a factor are left out",
            "pairwise": "each factor's mean uses all who rated it",
        }[self.missing_factor]
        formula = "sum(w_f x mean_f) / sum(w_f)"
        if self.rescaled:
            formula = f"100 x ({formula} - {self.scale.low}) / {self.scale.high - self.scale.low}"
        return self._described(
            unit="%" if self.rescaled else "scale points",
            formula=formula,
            definition=(
                f"Mean of the factors' mean ratings on {self.scale} with {weighted}; {rule} "
                f"(missing_factor='{self.missing_factor}')."
            ),
        )

    @property
    def form(self) -> IndexForm:
        """The arithmetic of the index."""
        about = self.description
        low, high = about.low, about.high
        return IndexForm(
            name=about.name,
            reach=high - low,
            low=low,
            high=high,
            # One and a half respondents, spread evenly over the range.
            pseudo=Pseudo(1.5, (low + high) / 2, (high - low) ** 2 / 12),
            weights=self.weights,
            scale=self.scale,
            missing_factor=self.missing_factor,
            unit_of_point=100 / (self.scale.high - self.scale.low) if self.rescaled else 1.0,
        )

    def __call__(
        self,
        ratings: Ratings,
        *,
        factors: Sequence[str] | None = None,
        weights: Column | None = None,
        respondents: Column | None = None,
        design: Design | None = None,
        confidence_level: float = 0.95,
    ) -> IndexEstimate:
        """Compute the index of a table of ratings.

        Args:
            ratings: Factor to column of ratings, one per respondent; or a 2-D array, shape
                (respondents, factors), with `factors`.
            factors: The names of the columns of a 2-D array.
            weights: One survey weight per respondent (the weights of factors are the metric's).
            respondents: Who rated, one id per row, where some did more than once.
            design: How the sample was drawn, in place of `respondents`.
            confidence_level: Level of the interval, strictly between 0 and 1.

        Raises:
            EmptySampleError: Nobody rated what is needed.
            FactorError: A factor has no weight, no ratings or no name of its own.
            AnswerError: Some entries are no scores.
            OffScaleError: Some are off the scale.
            WeightError: A survey weight is negative or not finite, or all are zero.
            LengthError: The columns differ in length.
        """
        who = stated(weights=weights, respondents=respondents, design=design)
        state = self.moments(ratings, factors=factors, **who)
        return self.estimate(state, confidence_level=confidence_level)

    def sides(self, pairs: Moments) -> PairedIndex:
        """Return the two sides of a paired comparison.

        Raises:
            StateError: The state is no pairs of this index.
        """
        from relmetrics.survey.csi_pairs import PairedIndex  # noqa: PLC0415 - only pairs need it

        return PairedIndex.of(self, pairs)

    def working(self, state: Moments) -> Working:
        """Return the weighted mean of the factors' means with the numbers of a state."""
        shares = self.form.shares_of(state.columns)
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
            scaled = (index - self.scale.low) * self.form.unit_of_point
            formula += f", rescaled to 0-100: {scaled:.6g}"
        counts = zip(state.columns, state.missing_by_column.tolist(), strict=True)
        skipped = ", ".join(f"{name} {count}" for name, count in counts if count)
        return Working(
            formula=formula,
            numerator=terms,
            denominator=f"{figure(total)}, the sum of the weights of {len(weights)} factors",
            left_out=f"skipped ratings by factor: {skipped}" if skipped else "",
        )


@no_frame("relmetrics.frames.measure(frame, {{{all}: CSI()}})")
def csi(
    ratings: Ratings,
    *,
    weights: Mapping[str, float] | None = None,
    factors: Sequence[str] | None = None,
    scale: Scale = ONE_TO_FIVE,
    rescaled: bool = False,
    missing_factor: MissingRule = "row",
    survey_weights: Column | None = None,
    respondents: Column | None = None,
    design: Design | None = None,
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
        respondents: Who rated, one id per row, where some did more than once.
        design: How the sample was drawn, in place of `respondents`.
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
        ratings,
        factors=factors,
        weights=survey_weights,
        respondents=respondents,
        design=design,
        confidence_level=confidence_level,
    )
