"""Errors of data: answers, labels, rows of columns, customers and dates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from relmetrics.errors.root import RelmetricsError
from relmetrics.errors.wording import did_you_mean, located, shown

if TYPE_CHECKING:
    from collections.abc import Sequence


BY_NAME = (
    "Who has a frame names its columns: relmetrics.frames.measure(frame, {'recommend': NPS()})."
)
"""Where names of columns go, which are no columns."""


class AnswerError(RelmetricsError):
    """Something among the data is not an answer at all: text, a fraction, a truth value."""

    @classmethod
    def not_scores(
        cls,
        offenders: Sequence[tuple[int, object]],
        *,
        name: str,
        size: int,
        count: int,
        kind: str,
        remedy: str,
    ) -> Self:
        """Answers of the wrong kind, such as ``'ten'``, ``7.5`` or ``True``."""
        verb = "is" if count == 1 else "are"
        msg = f"{name} must be {kind}; {count} of {size} {verb} not: {located(offenders)}. {remedy}"
        return cls(msg)

    @classmethod
    def not_a_sequence(cls, value: object, *, name: str) -> Self:
        """A scalar, a mapping, a set or a table where one column is meant."""
        msg = (
            f"{name} must be a one-dimensional sequence or array, "
            f"got {type(value).__name__} {shown(value)}. "
            f"Pass a list, a tuple, a numpy array or one column of a data frame. {BY_NAME}"
        )
        return cls(msg)

    @classmethod
    def not_two_dimensional(cls, shape: tuple[int, ...], *, name: str) -> Self:
        """Something else where a table of respondents by factors is meant."""
        msg = (
            f"{name} must be a mapping of factor to column, or a 2-D array of respondents by "
            f"factors, got shape {shape}."
        )
        return cls(msg)


class OffScaleError(AnswerError):
    """Answers that are whole numbers but do not lie on the scale."""


class LabelError(AnswerError):
    """Text that is no label of the scale, or that contradicts it."""

    @classmethod
    def not_named(
        cls, offenders: Sequence[tuple[int, object]], *, name: str, known: Sequence[str]
    ) -> Self:
        """Names that are none of a fixed few, such as those of the stages."""
        verb = "is" if len(offenders) == 1 else "are"
        msg = (
            f"{name} must be one of {', '.join(known)}; {len(offenders)} {verb} not: "
            f"{located(offenders)}. {did_you_mean(offenders[0][1], known)}"
        )
        return cls(msg)


class LengthError(RelmetricsError):
    """Columns that should describe the same rows have different lengths."""

    @classmethod
    def differ(cls, lengths: dict[str, int]) -> Self:
        """Name each column with its length."""
        sizes = ", ".join(f"{name} has {size}" for name, size in lengths.items())
        msg = f"columns must have one entry per row: {sizes}. Pass columns of equal length."
        return cls(msg)


class AlignmentError(RelmetricsError):
    """Columns whose indexes say that their rows are not the same."""


class CustomerError(RelmetricsError):
    """Customers that cannot be told apart, or are not there."""

    @classmethod
    def several_states(cls, offenders: Sequence[tuple[int, object]], *, what: str) -> Self:
        """Rows that give a customer a second state at the same time."""
        msg = (
            f"a customer has one {what}; some rows give another one: "
            f"{located(offenders)}. Say which comes last, by a later time, or drop the others."
        )
        return cls(msg)


class DateError(RelmetricsError):
    """Dates that are missing, unreadable, out of order or in an unknown time zone."""

    @classmethod
    def unreadable(cls, offenders: Sequence[tuple[int, object]], *, name: str) -> Self:
        """Missing dates, and texts that are not ISO 8601."""
        are = "1 is" if len(offenders) == 1 else f"{len(offenders)} are"
        msg = (
            f"{name} must be dates; {are} missing or cannot be read: "
            f"{located(offenders)}. Use datetime64, datetime objects or ISO text "
            "such as '2025-01-31', and leave out rows without a date. Read other forms first, "
            "such as pd.to_datetime(column, format='%d/%m/%Y')."
        )
        return cls(msg)
