"""What a metric has read and checked, ready to be summed: rows, or counts and sums of rows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from attrs import frozen

if TYPE_CHECKING:
    from relmetrics.data.types import Column, IntArray


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
