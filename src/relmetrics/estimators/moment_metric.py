"""MomentMetric: what the metrics of moments share, be they an index or ratios of sums."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, Self, overload

import numpy as np
from attrs import evolve, frozen

from relmetrics.data.alignment import require_aligned
from relmetrics.data.columns import Margined, as_column, as_weights, require_equal_lengths
from relmetrics.errors import FactorError, ParameterError, StateError
from relmetrics.errors.definitions import no_frame
from relmetrics.estimators.prepared import PreparedRows, stated
from relmetrics.estimators.summed import SummedQuestions
from relmetrics.metric.metric import E
from relmetrics.metric.paired_moments import doubled
from relmetrics.states.moments.moments import Moments

if TYPE_CHECKING:
    from collections.abc import Mapping

    from relmetrics.data.missing import MissingRule
    from relmetrics.data.scale import Scale
    from relmetrics.data.types import AnyArray, Column, FloatArray, IntArray
    from relmetrics.states.clustered.design import AnyDesign, Design
    from relmetrics.states.clustered.moments import ClusteredMoments


@frozen(eq=False, kw_only=True)
class PreparedColumns(PreparedRows):
    """Columns of numbers or of codes of a scale, ready to be summed.

    Attributes:
        columns: Name to column.
        inside: Which rows are in the base of the metric.
        weights: One survey weight per row, or None.
        options: How `Moments` are made of them: the rule for missing entries, scale and pivot.
        respondents: Whose each row is, or the design of the sample, or None.
    """

    columns: Mapping[str, AnyArray]
    inside: AnyArray | slice
    weights: FloatArray | None
    options: Mapping[str, Any]
    respondents: Column | Design | None = None

    @classmethod
    def of(
        cls,
        data: Any,
        columns: Mapping[str, AnyArray],
        weights: Column | None,
        *,
        inside: AnyArray | slice = slice(None),
        rule: MissingRule = "row",
        scale: Scale | None = None,
        pivot: float | None = None,
        respondents: Column | None = None,
        design: AnyDesign | None = None,
    ) -> Self:
        """Return columns of one length, with their weights checked.

        Raises:
            ParameterError: Respondents are given beside a design, the design is none, or replicate
                weights.
        """
        who: Column | Design | None = respondents
        if design is not None or isinstance(weights, Margined):
            who, weights = _designed(respondents, design, weights)
        require_aligned(columns=data, respondents=respondents)
        size = len(next(iter(columns.values())))
        weighing = None if weights is None else as_weights(as_column(weights, "weights"), size)
        return cls(
            size=size,
            data=data,
            columns=columns,
            inside=inside,
            weights=weighing,
            options={"rule": rule, "scale": scale, "pivot": pivot},
            respondents=who,
        )

    def summed(self, codes: IntArray | None, size: int) -> Moments:
        """Sum the rows within the base, all or by group."""
        return self._moments(self.columns, self.inside, codes, size)

    def paired(
        self,
        reference: Any,
        respondents: Column | None,
        reference_respondents: Column | None,
    ) -> Moments:
        """Sum the rows that are in the base of either, each with the columns of both.

        Outside of a base a row has 0: who has left is no longer in the second, and still counts in
        the first. Were only those in both kept, the first would be of the survivors.

        Raises:
            ParameterError: Respondents are given: rows of columns are paired by their place.
            LengthError: The two differ in length.
        """
        for name, given in (
            ("respondents", respondents),
            ("reference_respondents", reference_respondents),
        ):
            if given is not None:
                remedy = "Columns are paired row by row: bring both into the same order."
                raise ParameterError.must_be(name, "left out", given, remedy)
        require_aligned(amounts=self.data, reference=reference.data)
        require_equal_lengths(amounts=self.size, reference=reference.size)
        names = doubled(tuple(self.columns))
        both = [side.within(column) for side in (self, reference) for column in self.columns]
        inside = self.inside
        if not isinstance(inside, slice) and not isinstance(reference.inside, slice):
            inside = inside | reference.inside
        columns = dict(zip(names, both, strict=True))
        plain = evolve(self, respondents=None)  # the pairs say who is who
        return plain._moments(columns, inside, None, 1)  # noqa: SLF001 - of its own kind

    def within(self, column: str) -> AnyArray:
        """Return a column, with 0 in the rows outside of the base."""
        values = self.columns[column]
        if isinstance(self.inside, slice):
            return values
        return np.where(self.inside, values, 0.0)

    def _moments(
        self,
        columns: Mapping[str, AnyArray],
        inside: AnyArray | slice,
        codes: IntArray | None,
        size: int,
    ) -> Moments:
        kept = {name: column[inside] for name, column in columns.items()}
        weights = None if self.weights is None else self.weights[inside]
        groups = None if codes is None else codes[inside]
        if self.respondents is not None:
            from relmetrics.states.clustered import moments as clustered  # noqa: PLC0415 - of ids only

            return clustered.ClusteredMoments.of_rows(
                kept,
                self.respondents,
                inside,
                size_of_data=self.size,
                weights=weights,
                groups=groups,
                size=size,
                options=self.options,
            )
        return Moments.from_arrays(
            tuple(kept),
            list(kept.values()),
            weights=weights,
            groups=groups,
            size=size,
            **self.options,
        )


def _designed(
    respondents: Column | None, design: AnyDesign | None, weights: Column | None
) -> tuple[Design | None, Column | None]:
    """Return the design that was asked for, and the weights.

    Raises:
        ParameterError: It is said twice, or the design is none, or replicate weights.
    """
    from relmetrics.states.clustered.design import Design, asked_of  # noqa: PLC0415 - of designs only

    who, weights = asked_of(respondents, design, weights)
    if not isinstance(who, Design):
        remedy = "Replicate weights are of scores and rates of answers."
        raise ParameterError.must_be("design", "a Design here", design, remedy)
    require_aligned(respondents=who.who, strata=who.strata)
    return who, weights


@frozen(kw_only=True)
class MomentMetric(SummedQuestions[E]):
    """A metric of `Moments`: it says which columns it needs, and how rows are summed."""

    @overload
    def moments(
        self, data: Any, *, weights: Column | None = None, respondents: None = None, **options: Any
    ) -> Moments: ...
    @overload
    def moments(
        self, data: Any, *, weights: Column | None = None, respondents: Column, **options: Any
    ) -> ClusteredMoments: ...
    @no_frame("relmetrics.frames.moments(frame, {0}, {own}(...))", method=True)
    def moments(
        self,
        data: Any,
        *,
        weights: Column | None = None,
        respondents: Column | None = None,
        **options: Any,
    ) -> Moments:
        """Sum columns into this metric's state.

        Args:
            data: A mapping, or a data frame, with the metric's columns; of an index a table of
                ratings.
            weights: One survey weight per row.
            respondents: Whose each row is, one id per row, where some have several; with them it
                is a `ClusteredMoments`.
            options: As for `by`, `design` among them.

        Raises:
            AmountError: An amount is not finite, or is negative where it cannot be.
            AnswerError: Some entries are no scores.
            OffScaleError: Some are off the scale.
            FactorError: A column is missing, or a factor has no weight.
            WeightError: A weight is negative or not finite, or all are zero.
            LengthError: The columns differ in length.
        """
        options |= stated(respondents=respondents)
        state: Moments = self.prepare(data, weights=weights, **options).summed(None, 1)
        return state

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

    def _check_alike(self, state: Moments, reference: Moments) -> None:
        """Check that two states are of this metric's kind, and have the same columns.

        Raises:
            StateError: One is no moments.
            FactorError: They have different columns.
        """
        super()._check_alike(state, reference)
        lacking = [c for c in state.columns if c not in reference.columns]
        lacking += [c for c in reference.columns if c not in state.columns]
        if lacking:
            raise FactorError.not_in_both(lacking)
