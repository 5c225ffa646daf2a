"""MomentMetric: what the metrics of moments share, be they an index or ratios of money."""

from __future__ import annotations

from abc import abstractmethod

from attrs import frozen

from relmetrics.errors import EmptySampleError, FactorError, StateError, WeightError
from relmetrics.metric.metric import E, Metric
from relmetrics.states.moments import Moments


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
            raise StateError.wrong_kind("Moments", state, "Say metric.moments(columns).")
        if state.shape:
            raise StateError.malformed("Moments", "it holds several groups; take one of them")
        self.check_columns(state)

    def check_alike(self, state: Moments, reference: Moments) -> None:
        """Check that two states are of this metric's kind, and have the same columns.

        Raises:
            StateError: One is no moments.
            FactorError: They have different columns.
        """
        super().check_alike(state, reference)
        lacking = [c for c in state.columns if c not in reference.columns]
        lacking += [c for c in reference.columns if c not in state.columns]
        if lacking:
            raise FactorError.not_in_both(lacking)

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
