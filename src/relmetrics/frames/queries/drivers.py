"""`drivers`: key drivers of a frame, from the sums and cross-products of its engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from relmetrics.errors import ParameterError
from relmetrics.frames.asking import Asked
from relmetrics.frames.queries.summed import answered
from relmetrics.frames.queries.sums import Summing
from relmetrics.frames.queries.wanted import Wanted
from relmetrics.survey.drivers.key_drivers import KeyDrivers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.missing import MissingRule
    from relmetrics.metric.contract import Rng
    from relmetrics.states.moments.moments import Moments
    from relmetrics.survey.drivers.analysis import DriverAnalysis
    from relmetrics.survey.drivers.methods import ImportanceMethod


def drivers(
    frame: Any,
    outcome: str,
    items: Sequence[str],
    *,
    method: ImportanceMethod = "relative_weights",
    weights: str | None = None,
    missing_factor: MissingRule = "row",
    confidence_level: float = 0.95,
    rng: Rng = 0,
) -> DriverAnalysis:
    """Find what drives an overall rating of a frame: the importance of each of its items.

    The engine gives one row of sums and cross-products, whatever the number of rows; importances
    are then those of `relmetrics.drivers`. Intervals are those of sums: they are drawn under normal
    theory (``wishart``), that is they assume normal ratings, and cover too seldom where most
    ratings are the highest. Where that matters, take a sample of the rows to `relmetrics.drivers`,
    which redraws rows.

    Args:
        frame: A data frame that narwhals knows.
        outcome: The column of overall ratings.
        items: The columns of the factors; numbers of any unit.
        method: ``relative_weights`` or ``shapley``.
        weights: The column of survey weights.
        missing_factor: ``row`` leaves out respondents who skipped anything; ``pairwise`` lets each
            covariance use all who rated both.
        confidence_level: Level of the intervals.
        rng: Seed or generator of the draws.

    Raises:
        ParameterError: It is no frame, lacks a column, or the engine cannot answer; or an option
            is not what it can be.
        FactorError: A factor is the outcome itself or does not vary, or there are too few rows.
        AmountError: An entry is infinite.
        AnswerError: A column holds no numbers.
        WeightError: Some rows have no weight.
        EmptySampleError: There are no rows.

    Example:
        >>> import relmetrics as rm
        >>> from relmetrics import frames
        >>> import polars as pl
        >>> survey = pl.DataFrame(rm.simulate_survey(400))
        >>> dr = frames.drivers(survey, "satisfaction", ["service", "food"])
        >>> print(dr)  # doctest: +ELLIPSIS
        Drivers of satisfaction: R squared ...
    """
    definition = KeyDrivers(method=method, missing_factor=missing_factor, outcome=outcome)
    return definition.analyse(
        driver_moments(frame, definition, items, weights=weights),
        confidence_level=confidence_level,
        rng=rng,
    )


def driver_moments(
    frame: Any, definition: KeyDrivers, items: Sequence[str], *, weights: str | None
) -> Moments:
    """Return the state that `KeyDrivers.moments` makes of the same rows; states add.

    Raises:
        RelmetricsError: As for `drivers`.
    """
    if isinstance(items, str):
        raise ParameterError.must_be("items", "the names of several columns", items)
    asked = Asked.of(frame, weights=weights)
    asked.source.require("outcome", [definition.outcome])
    asked.source.require("items", items)
    repeated = [name for name in items if [*items, definition.outcome].count(name) > 1]
    if repeated:
        raise ParameterError.must_be(
            "items", "columns that differ, the outcome not among them", repeated[0]
        )
    names = (*sorted(items), definition.outcome)
    pairwise = definition.missing_factor == "pairwise"
    wanted = Wanted(None, names, names, pairwise=pairwise, scale=None)
    return cast("Moments", answered(Summing(asked, wanted)).rows.summed(None, 1))
