"""Paired tally: two answers of the same respondent, from two waves or to two questions."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from attrs import frozen

from relmetrics.data.alignment import require_aligned
from relmetrics.data.codes import encode
from relmetrics.data.columns import as_column, require_equal_lengths
from relmetrics.data.labels.grouping import names_of
from relmetrics.data.labels.ids import identified, once
from relmetrics.data.scale import Scale, require_scale
from relmetrics.errors import StateError
from relmetrics.states.grouped_tally import GroupedTally
from relmetrics.states.serial import read_fields
from relmetrics.states.tally import Tally

if TYPE_CHECKING:
    from relmetrics.data.types import Column


@frozen(repr=False)
class PairedTally:
    """Exact counts of pairs of answers: how many gave this one, and that one in the reference.

    The state of a paired comparison. ``a + b`` is the tally of all pairs of both. Made by
    ``metric.pairs(answers, reference)``.

    Attributes:
        scale: The scale of both answers.
        rows: The tally of the answers of those who gave each point in the reference, from low to
            high; and last, of those without an answer in the reference.

    Example:
        >>> import relmetrics as rm
        >>> pairs = rm.CSAT().pairs([5, 4, 4, None], [3, 4, 5, 2])
        >>> pairs.n, pairs.missing
        (3, 1)
        >>> pairs.answers.mean, pairs.reference.mean
        (4.333333333333333, 4.0)
    """

    is_clustered: ClassVar[bool] = False

    scale: Scale
    rows: tuple[Tally, ...]

    def __attrs_post_init__(self) -> None:
        """Check that there is a tally for every point of the reference, and for those without one.

        Raises:
            StateError: There is not, or the tallies are of other scales, or only some are weighted.
        """
        size = self.scale.size + 1
        if len(self.rows) != size or not all(isinstance(row, Tally) for row in self.rows):
            raise StateError.malformed("PairedTally", f"its rows must be {size} tallies")
        if any(row.scale != self.scale for row in self.rows):
            raise StateError.malformed("PairedTally", "its rows are of other scales")
        if len({row.is_weighted for row in self.rows if row.n}) > 1:
            raise StateError.malformed("PairedTally", "only some of its rows carry weights")

    @classmethod
    def zero(cls, scale: Scale) -> Self:
        """Return the tally of no pairs: adding it changes nothing."""
        return cls(scale, (Tally.zero(scale),) * (scale.size + 1))

    @classmethod
    def from_answers(
        cls, answers: Column, reference: Column, scale: Scale, *, weights: Column | None = None
    ) -> Self:
        """Count two columns of answers of the same rows.

        Args:
            answers: One answer per row, as for `Tally.from_answers`.
            reference: The other answer of the same row.
            scale: The scale of both.
            weights: One survey weight per row.

        Raises:
            AnswerError: Some entries are no scores.
            OffScaleError: Some are off the scale.
            WeightError: A weight is negative or not finite, or all are zero.
            LengthError: The columns differ in length.
        """
        require_scale(scale)
        require_aligned(answers=answers, reference=reference, weights=weights)
        column = as_column(answers, "answers")
        other = encode(reference, scale, "reference")
        require_equal_lengths(answers=len(column), reference=len(other))
        places = other.codes().astype(np.intp)
        stack = GroupedTally.from_answers(column, scale, places, scale.size + 1, weights=weights)
        return cls(scale, tuple(stack[i] for i in range(scale.size + 1)))

    @property
    def n(self) -> int:
        """The number of pairs with both answers."""
        return sum(row.n for row in self.rows[:-1])

    @property
    def missing(self) -> int:
        """The number of rows that lack one of the two answers, or both."""
        rest = self.rows[-1]
        return sum(row.missing for row in self.rows) + rest.n + rest.weightless

    @property
    def weightless(self) -> int:
        """The number of pairs of weight 0, which count nowhere else."""
        return sum(row.weightless for row in self.rows[:-1])

    @property
    def answers(self) -> Tally:
        """The tally of the answers, of complete pairs."""
        kept = [Tally(row.scale, row.counts, 0, row.weights, row.squares) for row in self.rows[:-1]]
        return sum(kept, Tally.zero(self.scale))

    @property
    def reference(self) -> Tally:
        """The tally of the answers in the reference, of complete pairs."""
        weighted = self.weights is not None
        return Tally(
            self.scale,
            tuple(row.n for row in self.rows[:-1]),
            0,
            tuple(sum(row.weights or ()) for row in self.rows[:-1]) if weighted else None,
            tuple(sum(row.squares or ()) for row in self.rows[:-1]) if weighted else None,
        )

    @property
    def counts(self) -> tuple[int, ...]:
        """The number of pairs in each cell, row by row: points of the reference, then answers."""
        return tuple(chain(*[row.counts for row in self.rows[:-1]]))

    @property
    def weights(self) -> tuple[float, ...] | None:
        """The sum of weights in each cell, or None when unweighted."""
        return self._cells("weights")

    @property
    def squares(self) -> tuple[float, ...] | None:
        """The sum of squared weights in each cell, or None when unweighted."""
        return self._cells("squares")

    def _cells(self, name: str) -> tuple[float, ...] | None:
        cells = [getattr(row, name) for row in self.rows[:-1]]
        if cells.count(None) == len(cells):
            return None
        none = (0.0,) * self.scale.size
        return tuple(chain(*[row or none for row in cells]))

    def __add__(self, other: PairedTally) -> PairedTally:
        """Return the tally of the pairs of both.

        Raises:
            StateError: The scales differ, or only one of the two carries weights.
        """
        if not isinstance(other, PairedTally):
            return NotImplemented
        if self.scale != other.scale:
            raise StateError.cannot_add("scale", self.scale, other.scale)
        if self.n and other.n and (self.weights is None) != (other.weights is None):
            raise StateError.cannot_add("weighting", self.weights, other.weights)
        return PairedTally(
            self.scale, tuple(a + b for a, b in zip(self.rows, other.rows, strict=True))
        )

    def __radd__(self, other: int) -> PairedTally:
        """Return this tally when `sum` starts from 0."""
        return self if other == 0 else NotImplemented

    def __repr__(self) -> str:
        """Return n first."""
        return f"PairedTally(n={self.n}, missing={self.missing}, scale={self.scale})"

    def to_dict(self) -> dict[str, object]:
        """Return the tally as JSON-ready plain values.

        Example:
            >>> import relmetrics as rm
            >>> pairs = rm.CSAT().pairs([5, 4], [3, 4])
            >>> rm.PairedTally.from_dict(pairs.to_dict()) == pairs
            True
        """
        return {
            "type": "paired_tally",
            "v": 1,
            "scale": self.scale.to_dict(),
            "rows": [row.to_dict() for row in self.rows],
        }

    @classmethod
    def from_dict(cls, data: object) -> Self:
        """Return the tally that `to_dict` wrote.

        Raises:
            StateError: The dictionary is no paired tally, or of a version that is not known.
        """
        keys = {"type", "v", "scale", "rows"}
        read = read_fields("PairedTally", data, type_name="paired_tally", keys=keys)
        scale = Scale.from_dict(read["scale"])
        rows = tuple(Tally.from_dict(row) for row in read.items_of("rows", scale.size + 1))
        return cls(scale, rows)


def by_respondent(
    answers: Column,
    reference: Column,
    respondents: Column,
    reference_respondents: Column,
    weights: Column | None,
) -> tuple[list[Any], list[Any], list[Any] | None]:
    """Return answers, reference and weights of the same respondent in the same row.

    Who is on one side only has no answer on the other; who is only in the reference has weight 0.

    Raises:
        LengthError: Answers and respondents of a side differ in length.
        CustomerError: A respondent is missing, or is there twice on one side.
        ParameterError: A respondent is not hashable.
    """
    sides: list[dict[Any, Any]] = []
    for column, side, who, name in (
        (answers, "answers", respondents, "respondents"),
        (reference, "reference", reference_respondents, "reference_respondents"),
    ):
        names, values = names_of(who, name), list(as_column(column, side))
        require_equal_lengths(**{side: len(values), name: len(names)})
        once(
            identified(names, name),
            each="one answer each",
            remedy="Keep one answer of each respondent, such as the last; or compare tallies made "
            "with respondents=, which take everybody on both sides with all answers.",
        )
        sides.append(dict(zip(names, values, strict=True)))
    ours, theirs = sides
    everybody = [*ours, *(one for one in theirs if one not in ours)]
    w = None
    if weights is not None:
        given = list(as_column(weights, "weights"))
        require_equal_lengths(answers=len(ours), weights=len(given))
        w = [*given, *([0.0] * (len(everybody) - len(given)))]
    return [ours.get(one) for one in everybody], [theirs.get(one) for one in everybody], w
