"""What a metric of several columns needs of the rows: an index of ratings, a ratio of amounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from relmetrics.errors import ParameterError
from relmetrics.estimators.ratio import AmountRatio
from relmetrics.money.revenue_retention import RevenueRetention
from relmetrics.survey.factors import check_factors, weighing
from relmetrics.survey.rated_factors import RatedFactors

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from relmetrics.data.scale import Scale
    from relmetrics.estimators.summed import SummedQuestions


@frozen(eq=False)
class Wanted:
    """What a metric needs of the rows.

    Attributes:
        metric: The metric; None where numbers of every size and sign are right.
        names: The columns of the frame, in the order of the metric's own.
        columns: The columns of the state.
        pairwise: Whether each sum uses all rows where its columns have values.
        scale: The scale of ratings, or None of other numbers.
    """

    metric: SummedQuestions[Any] | None
    names: tuple[str, ...]
    columns: tuple[str, ...]
    pairwise: bool
    scale: Scale | None

    @classmethod
    def of(cls, metric: SummedQuestions[Any], names: Sequence[str]) -> Wanted:
        """Return what a metric needs of the columns with these names.

        Raises:
            FactorError: A factor has no weight, or a weight no factor.
            ParameterError: The metric has another number of columns.
        """
        if isinstance(metric, RatedFactors):
            check_factors(metric.weights, tuple(names))
            weighed = None if metric.weights is None else dict(weighing(metric.weights) or ())
            kept = tuple(name for name in names if weighed is None or name in weighed)
            return cls(metric, kept, kept, metric.missing_factor == "pairwise", metric.scale)
        if not isinstance(metric, AmountRatio):
            raise ParameterError.must_be(
                "metric", "an index or a ratio of amounts where several columns are named", metric
            )
        given = metric.form.columns
        own = given[:2] if isinstance(metric, RevenueRetention) else given
        if len(names) != len(own):
            raise ParameterError.must_be(
                "columns", f"those of {type(metric).__name__}, in this order: {own}", tuple(names)
            )
        return cls(metric, tuple(names), given, pairwise=False, scale=None)

    @property
    def sums(self) -> Hashable:
        """What the sums depend on: metrics for which it is equal share them."""
        kind = type(self.metric) if self.scale is None else None
        return (self.names, self.columns, self.pairwise, self.scale, kind)
