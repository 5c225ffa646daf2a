"""What a metric has read and checked, ready to be summed: rows, or counts and sums of rows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Self, cast

from attrs import evolve, frozen

from relmetrics.data.alignment import require_aligned
from relmetrics.states.tally import Tally

if TYPE_CHECKING:
    from relmetrics.data.scale import Scale
    from relmetrics.data.types import Column, IntArray
    from relmetrics.states.clustered.design import AnyDesign
    from relmetrics.states.paired_tally import PairedTally


@frozen(eq=False)
class Summable(ABC):
    """What adds up to a state, as a whole or by group.

    Attributes:
        size: How many rows there are.
        data: The rows as they arrived, whose index says what groups and dates belong to them.
    """

    size: int
    data: Any

    @abstractmethod
    def summed(self, codes: IntArray | None, size: int) -> Any:
        """Return the rows as one state per group of 0..size - 1, or as a single one for None."""

    @property
    def repeats(self) -> IntArray | None:
        """How many rows of the data each one stands for; None where each is itself."""
        return None


@frozen(eq=False)
class PreparedRows(Summable):
    """Rows of the data itself, which can be paired with others."""

    @abstractmethod
    def paired(
        self, reference: Any, respondents: Column | None, reference_respondents: Column | None
    ) -> Any:
        """Return these and other rows of the same respondents as the state of pairs."""


@frozen(eq=False)
class PreparedAnswers(PreparedRows):
    """Answers on a scale, ready to be counted.

    Attributes:
        answers: One per row.
        scale: The scale.
        weights: One survey weight per row, or None.
        respondents: Who gave each answer, or the design of the sample, or None.
    """

    answers: Column
    scale: Scale
    weights: Column | None
    respondents: Column | AnyDesign | None = None

    def summed(self, codes: IntArray | None, size: int) -> Any:
        """Count the answers, all or by group."""
        if self.respondents is not None:
            return self._by_respondent(self.respondents, codes, size)
        if codes is None:
            return Tally.from_answers(self.answers, self.scale, weights=self.weights)
        from relmetrics.states.grouped_tally import GroupedTally  # noqa: PLC0415 - of groups only

        return GroupedTally.from_answers(
            self.answers, self.scale, codes, size, weights=self.weights
        )

    def of(self, respondents: Column | None, design: AnyDesign | None) -> Self:
        """Return the same with who gave the answers, or the design of the sample.

        Weights that know their margins make a design.

        Raises:
            ParameterError: Both are given, or the design is none.
            AlignmentError: The indexes of two columns differ.
        """
        from relmetrics.states.clustered.design import asked_of, ids_of  # noqa: PLC0415 - of ids only

        who, weights = asked_of(respondents, design, self.weights)
        require_aligned(answers=self.data, respondents=ids_of(who))
        return evolve(self, respondents=who, weights=weights)

    def _by_respondent(
        self, respondents: Column | AnyDesign, codes: IntArray | None, size: int
    ) -> Any:
        """Count the answers of each respondent."""
        from relmetrics.states.clustered.tallies import ClusteredTallies  # noqa: PLC0415 - of ids only
        from relmetrics.states.clustered.tally import ClusteredTally  # noqa: PLC0415 - the same

        if codes is None:
            return ClusteredTally.of_rows(
                self.answers, scale=self.scale, who=respondents, weights=self.weights
            )
        return ClusteredTallies.of_rows(
            self.answers, self.scale, codes, size, weights=self.weights, respondents=respondents
        )

    def paired(
        self, reference: Self, respondents: Column | None, reference_respondents: Column | None
    ) -> PairedTally:
        """Count the pairs of these answers with others of the same respondents."""
        from relmetrics.metric.sides import both_given  # noqa: PLC0415 - only pairs need them
        from relmetrics.states.paired_tally import PairedTally, by_respondent  # noqa: PLC0415

        left, right, weights = self.answers, reference.answers, self.weights
        matched = both_given(respondents, reference_respondents)
        require_aligned(answers=self.data, respondents=respondents)
        require_aligned(reference=reference.data, reference_respondents=reference_respondents)
        if matched:
            who, other = cast("Column", respondents), cast("Column", reference_respondents)
            left, right, weights = by_respondent(left, right, who, other, weights)
        else:
            require_aligned(answers=self.data, reference=reference.data)
        return PairedTally.from_answers(left, right, self.scale, weights=weights)


def stated(**options: Any) -> dict[str, Any]:
    """Return the options that were given: a metric of one's own may not take the others."""
    return {name: column for name, column in options.items() if column is not None}
