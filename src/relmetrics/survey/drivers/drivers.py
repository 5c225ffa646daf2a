"""`drivers`: key drivers of rows, the short way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from relmetrics.errors.definitions import no_frame
from relmetrics.survey.drivers.key_drivers import KeyDrivers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.missing import MissingRule
    from relmetrics.data.tables import Ratings
    from relmetrics.data.types import Column
    from relmetrics.metric.contract import Rng
    from relmetrics.states.clustered.design import Design
    from relmetrics.survey.drivers.analysis import DriverAnalysis
    from relmetrics.survey.drivers.key_drivers import IntervalMethod
    from relmetrics.survey.drivers.methods import ImportanceMethod


@no_frame("relmetrics.frames.drivers(frame, {0}, {1})", least=2)
def drivers(
    ratings: Ratings,
    overall: Column,
    *,
    method: ImportanceMethod = "relative_weights",
    factors: Sequence[str] | None = None,
    weights: Column | None = None,
    respondents: Column | None = None,
    design: Design | None = None,
    missing_factor: MissingRule = "row",
    confidence_level: float = 0.95,
    interval: IntervalMethod = "bootstrap",
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
        respondents: Who rated, one id per row, where some did more than once: respondents are then
            drawn, with all of their rows, and the effective n is at most their number.
        design: How the sample was drawn, in place of `respondents`: they are drawn within strata.
        missing_factor: ``row`` or ``pairwise``.
        confidence_level: Level of the intervals, strictly between 0 and 1.
        interval: ``bootstrap``, of the rows, or ``wishart``, by normal theory.
        rng: Seed or generator of the draws; 0 by default, so that results repeat.

    Raises:
        FactorError: A factor has no name of its own, does not vary or is the outcome itself, two
            columns are never there together, or there are too few rows or too many factors.
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
        16.03 to 28.59 (95% CI, bootstrap)
    """
    definition = KeyDrivers(method=method, missing_factor=missing_factor)
    return definition(
        ratings,
        overall,
        factors=factors,
        weights=weights,
        respondents=respondents,
        design=design,
        confidence_level=confidence_level,
        interval=interval,
        rng=rng,
    )
