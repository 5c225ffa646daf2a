"""MomentMetric: what the metrics of moments share, be they an index or ratios of money."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from attrs import frozen

from relmetrics.breakdown import Breakdown
from relmetrics.errors import EmptySampleError, StateError, WeightError
from relmetrics.groups import group
from relmetrics.intervals import quantile
from relmetrics.metric import E, Metric
from relmetrics.moments import Moments

if TYPE_CHECKING:
    from collections.abc import Callable

    from relmetrics.types import Groups, IntArray


@frozen(kw_only=True)
class MomentMetric(Metric[Moments, E]):
    """A metric of `Moments`: it says which columns it needs, and how rows are summed."""

    @abstractmethod
    def check_columns(self, state: Moments) -> None:
        """Check that a state of one data set has this metric's columns, rule and scale.

        Raises:
            RelmetricsError: It has others.
        """

    def check(self, state: Moments) -> None:
        """Check that a state is of this metric's kind.

        Raises:
            StateError: It is no moments, of several groups, or of other columns.
        """
        if not isinstance(state, Moments):
            raise StateError.malformed("Moments", f"got {type(state).__name__}")
        if state.shape:
            raise StateError.malformed("Moments", "it holds several groups; take one of them")
        self.check_columns(state)

    def require_rows(self, state: Moments) -> None:
        """Check that a state has rows, and that they weigh something.

        Raises:
            EmptySampleError: There are no rows.
            WeightError: They weigh nothing.
        """
        if not state.n:
            raise EmptySampleError.for_metric(self.description.name, int(state.missing))
        if not state.sums.own_masses().any():
            raise WeightError.all_zero()

    def grouped(
        self,
        rows: int,
        groups: Groups,
        summed: Callable[[IntArray | None, int], Moments],
        *,
        sort: bool,
        confidence_level: float,
    ) -> Breakdown:
        """Return the metric by group.

        Args:
            rows: How many rows the data has.
            groups: One label per row, or several columns of them.
            summed: Sums the rows by the group of each, or all of them for None.
            sort: Sort the groups.
            confidence_level: Level of the intervals.
        """
        quantile(confidence_level)
        grouping = group(groups, rows, sort=sort)
        states = summed(grouping.codes, len(grouping.labels))
        # Float sums depend on their order, so the total is summed as the whole is.
        return Breakdown(self, grouping.labels, states, summed(None, 1), confidence_level)
