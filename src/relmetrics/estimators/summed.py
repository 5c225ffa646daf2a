"""Sums: by_sums and over_sums of every metric of moments, from sums and cross-products."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from relmetrics.data.alignment import require_aligned
from relmetrics.estimators.prepared import Summable
from relmetrics.estimators.rows import Questions
from relmetrics.metric.metric import E
from relmetrics.states.moments.moments import Moments

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from relmetrics.data.scale import Scale
    from relmetrics.data.types import Column, Groups, IntArray
    from relmetrics.questions.groups.breakdown import Breakdown
    from relmetrics.questions.trends.trend import Trend

    Sums = Mapping[str, Column]
    Products = Mapping[tuple[str, str], Column]


@frozen(eq=False)
class PreparedSums(Summable):
    """Sums of rows, ready to be added.

    Attributes:
        state: One state per row of sums.
        times: How many rows of the data each one stands for; by default those that it sums or
            left out, which may not be all: of revenue some are outside of the base.
    """

    state: Moments
    times: IntArray | None = None

    def summed(self, codes: IntArray | None, size: int) -> Moments:
        """Add the sums, all or by group."""
        if codes is None:
            return self.state.total()
        return self.state.merged(codes, size)

    @property
    def repeats(self) -> IntArray:
        """How many rows of the data each one sums."""
        if self.times is not None:
            return self.times
        return np.asarray(self.state.n + self.state.missing + self.state.weightless)


@frozen(kw_only=True)
class SummedQuestions(Questions[Moments, E]):
    """A metric of moments with the questions that are asked of sums."""

    @abstractmethod
    def summing(self, names: Sequence[str]) -> tuple[tuple[str, ...], Scale | None]:
        """Return which of the columns that have sums the state is of, and the scale of ratings.

        Raises:
            FactorError: Others are needed.
            ParameterError: The metric cannot be made of sums.
        """

    def by_sums(
        self,
        groups: Groups,
        n: Column,
        sums: Sums,
        products: Products,
        *,
        missing: Column | None = None,
        weights: Column | None = None,
        squares: tuple[Column, Sums, Products] | None = None,
        sort: bool = False,
        confidence_level: float = 0.95,
    ) -> Breakdown:
        """Compute the metric for every group from sums and cross-products, as ``GROUP BY`` gives.

        The breakdown is the one that the summed rows would have given to `by`. The rows are those
        that have a value in every column; of a ratio of revenue those with revenue at the start,
        with the columns ``before``, ``after`` and ``kept``, the smaller of the two.

        Args:
            groups: The group of each row of sums, as `by` takes it.
            n: How many rows of the data are summed in it.
            sums: Column to its sums: of a rating ``sum(food)``.
            products: Pair of columns to the sum of their products, each with itself too:
                ``{("food", "food"): ..., ("food", "safety"): ..., ("safety", "safety"): ...}``.
            missing: How many rows were left out because a value is missing.
            weights: The sums of the survey weights; `sums` and `products` are then weighted as
                well: ``sum(w * food)``, ``sum(w * food * safety)``.
            squares: With weights the same three with w squared for w: the sums of w squared, those
                of the columns, and those of the products.
            sort: Sort the groups; by default they come in order of appearance.
            confidence_level: Level of the intervals.

        Raises:
            CountError: A number of rows is negative or not whole.
            AmountError: A sum is not finite.
            FactorError: A column or a product is missing.
            StateError: The sums cannot be those of so many rows.
            LengthError: The columns differ in length.
            ParameterError: Weights come without squares, or the metric needs rows.

        Example:
            >>> import relmetrics as rm
            >>> sums = {"food": [12, 6], "safety": [14, 7]}
            >>> products = {
            ...     ("food", "food"): [50, 20],
            ...     ("food", "safety"): [57, 22],
            ...     ("safety", "safety"): [66, 25],
            ... }
            >>> by = rm.CSI().by_sums(["north", "south"], [3, 2], sums, products)
            >>> round(by["north"].value, 2)
            4.33
        """
        from relmetrics.estimators.asked import breakdown_of  # noqa: PLC0415 - only who asks needs it

        require_aligned(groups=groups, n=n, sums=sums, products=products, missing=missing)
        rows = self._summed(n, sums, products, missing=missing, weights=weights, squares=squares)
        return breakdown_of(self, rows, groups, sort=sort, confidence_level=confidence_level)

    def over_sums(
        self,
        dates: Column,
        n: Column,
        sums: Sums,
        products: Products,
        *,
        missing: Column | None = None,
        weights: Column | None = None,
        squares: tuple[Column, Sums, Products] | None = None,
        confidence_level: float = 0.95,
        **calendar: Any,
    ) -> Trend:
        """Compute the metric period by period from sums and cross-products: see `by_sums`.

        Args:
            dates: The date or the period of each row of sums, as for `over_counts`.
            n: As for `by_sums`.
            sums: As for `by_sums`.
            products: As for `by_sums`.
            missing: As for `by_sums`.
            weights: As for `by_sums`.
            squares: As for `by_sums`.
            confidence_level: Level of the intervals.
            calendar: ``every``, ``as_of``, ``zone``, ``recorded_in``, ``week_start`` and
                ``year_start``, as for `over`.

        Raises:
            RelmetricsError: As for `by_sums` and `over`.

        Example:
            >>> import relmetrics as rm
            >>> products = {("a", "a"): [50, 20], ("a", "b"): [57, 22], ("b", "b"): [66, 25]}
            >>> csi = rm.CSI()
            >>> months = ["2025-01", "2025-02"]
            >>> trend = csi.over_sums(months, [3, 2], {"a": [12, 6], "b": [14, 7]}, products)
            >>> trend["2025-02"].value
            3.25
        """
        from relmetrics.estimators.asked import trend_of  # noqa: PLC0415 - as above

        require_aligned(dates=dates, n=n, sums=sums, products=products, missing=missing)
        rows = self._summed(n, sums, products, missing=missing, weights=weights, squares=squares)
        options = {"every": "month"} | calendar
        return trend_of(self, rows, dates, confidence_level=confidence_level, **options)

    def _summed(self, n: Column, sums: Sums, products: Products, **given: Any) -> PreparedSums:
        from relmetrics.states.summed import moments_of_sums  # noqa: PLC0415 - of sums only

        columns, scale = self.summing([str(name) for name in sums])
        state = moments_of_sums(columns, n, sums, products, scale=scale, **given)
        return PreparedSums(len(state), None, state)
