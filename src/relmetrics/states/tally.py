"""Tally: the histogram of the answers over a scale, with the missing ones beside it.

The state of every survey score and every rate. It holds counts and sums only, so the tallies of
disjoint answers add to the tally of all of them.
"""

from __future__ import annotations

from operator import add
from typing import TYPE_CHECKING, Self

import numpy as np
from attrs import frozen

from relmetrics.data.alignment import require_aligned
from relmetrics.data.columns import as_weights
from relmetrics.data.scale import Scale, require_scale
from relmetrics.errors import ParameterError, StateError
from relmetrics.states.serial import as_count, read_fields
from relmetrics.states.tally_figures import TallyFigures

if TYPE_CHECKING:
    from relmetrics.data.types import Column
    from relmetrics.states.tally_reading import Counts

FEW = 64
"""Up to so many answers are counted one by one: faster than to enter numpy at all."""
_FIELDS = {"type", "v", "scale", "counts", "missing", "weights", "squares"}


@frozen
class Tally(TallyFigures):
    """Exact counts of the answers at every point of a scale, and of the missing ones.

    ``a + b`` is the tally of all answers of both, `sum` works, and `Tally.zero` changes
    nothing. Counts are Python integers and cannot overflow. With survey weights the tally also
    holds, per point, the sum of w and of w squared; those are floats, so the order of adding can
    show in their last digits.

    Shares are in percent, means and medians in scale points.

    Attributes:
        scale: The scale of the answers.
        counts: Number of answers at each point, from low to high.
        missing: Number of rows without an answer.
        weights: Sum of the weights at each point, or None when unweighted.
        squares: Sum of the squared weights at each point, or None when unweighted.
        weightless: Number of answers of weight 0, which count nowhere else.

    Example:
        >>> import relmetrics as rm
        >>> january = rm.Tally.from_answers([5, 4, None], rm.ONE_TO_FIVE)
        >>> february = rm.Tally.from_counts({5: 2, 1: 1}, rm.ONE_TO_FIVE)
        >>> both = january + february
        >>> both.counts, both.missing, both.mean
        ((1, 0, 0, 1, 3), 1, 4.0)
    """

    scale: Scale
    counts: tuple[int, ...]
    missing: int = 0
    weights: tuple[float, ...] | None = None
    squares: tuple[float, ...] | None = None
    weightless: int = 0

    @classmethod
    def zero(cls, scale: Scale) -> Self:
        """Return the tally of no answers: adding it changes nothing."""
        require_scale(scale)
        return cls(scale, (0,) * scale.size)

    @classmethod
    def from_answers(
        cls, answers: Column, scale: Scale, *, weights: Column | None = None, name: str = "answers"
    ) -> Self:
        """Count a column of answers.

        Args:
            answers: One answer per row: whole numbers on the scale, labels of the scale, or
                missing (None, NaN, NaT, pandas NA).
            scale: The scale that was asked.
            weights: One survey weight per row, finite and at least 0.
            name: What messages call the answers.

        Raises:
            AnswerError: Some entries are no scores.
            OffScaleError: Some are off the scale.
            WeightError: A weight is negative or not finite, or all are zero.
            LengthError: Answers and weights differ in length.

        Example:
            >>> import relmetrics as rm
            >>> rm.Tally.from_answers([1, 3, 3], rm.Scale(1, 3), weights=[1, 0.5, 0.5]).weights
            (1.0, 0.0, 1.0)
        """
        require_scale(scale)
        few = _count_few(answers, scale) if weights is None else None
        if few:
            *counts, missing = few
            return cls(scale, tuple(counts), missing)
        from relmetrics.data.codes import encode  # noqa: PLC0415 - only many answers need it
        from relmetrics.states import counting  # noqa: PLC0415 - the same

        require_aligned(**{name: answers}, weights=weights)
        encoded = encode(answers, scale, name)
        w = None if weights is None else as_weights(weights, len(encoded))
        counted = counting.count(encoded)
        missing = int(counted[-1])
        if w is None:
            return cls(scale, tuple(counted[:-1].tolist()), missing)
        sums, squares, nothing = (found[0, :-1] for found in counting.weigh(encoded, w))
        kept = [tuple(found.tolist()) for found in (counted[:-1] - nothing, sums, squares)]
        return cls(scale, kept[0], missing, kept[1], kept[2], int(nothing.sum()))

    @classmethod
    def from_counts(
        cls,
        counts: Counts,
        scale: Scale,
        *,
        missing: int = 0,
        weights: Counts | None = None,
        squares: Counts | None = None,
    ) -> Self:
        """Build a tally from counts, as ``SELECT answer, count(*) ... GROUP BY answer`` gives them.

        Args:
            counts: Point to count, as a mapping or as rows of pairs; a missing key (None, NaN)
                counts missing answers. Pairs that repeat a point add up.
            scale: The scale that was asked.
            missing: Number of further missing answers.
            weights: Point to sum of weights, for a weighted survey.
            squares: Point to sum of squared weights; needed with `weights`.

        Raises:
            CountError: A count is negative or no whole number.
            OffScaleError: A key is off the scale.
            WeightError: A sum of weights is negative or not finite, or cannot belong to so many
                answers.
            ParameterError: Weights come without squares, or entries are no pairs.

        Example:
            >>> import relmetrics as rm
            >>> rm.Tally.from_counts([(5, 41), (4, 30), (None, 7)], rm.ONE_TO_FIVE).missing
            7
        """
        from relmetrics.states import tally_reading as read  # noqa: PLC0415 - of counts only

        require_scale(scale)
        totals = [0] * scale.size + [as_count("missing", missing)]
        for code, key, number in read.by_code(counts, scale, "counts"):
            totals[code] += as_count(f"counts[{key!r}]", number)
        if (weights is None) != (squares is None):
            raise ParameterError.must_be(
                "squares",
                "given together with weights",
                squares,
                "Ask the database for sum(w) and sum(w * w).",
            )
        tally = cls(
            scale,
            tuple(totals[:-1]),
            totals[-1],
            None if weights is None else read.sums_by_point(weights, scale, "weights", totals),
            None if squares is None else read.sums_by_point(squares, scale, "squares", totals),
        )
        read.check_tally(tally)
        return tally

    def __attrs_post_init__(self) -> None:
        """Check that there is one count for every point, and one sum of weights if there are any.

        Raises:
            ParameterError: There is not.
            CountError: A count is negative or no whole number.
        """
        remedy = "Build tallies with from_answers or from_counts."
        if len(self.counts) != self.scale.size:
            each = f"one for each of the {self.scale.size} points of {self.scale}"
            raise ParameterError.must_be("counts", each, self.counts, remedy)
        if self.weights is not None or self.squares is not None:
            from relmetrics.states.tally_reading import set_apart  # noqa: PLC0415 - of weights only

            set_apart(self, remedy)
        # The sum of integers is one; that of anything else is not.
        total = sum(self.counts, self.missing + self.weightless)
        least = min(*self.counts, self.missing, self.weightless)
        if least < 0 or type(total) is not int:
            for count in (*self.counts, self.missing, self.weightless):
                as_count("counts", count)

    def __add__(self, other: Tally) -> Tally:
        """Return the tally of the answers of both.

        Raises:
            StateError: The scales differ, or only one of the two carries weights.
        """
        if not isinstance(other, Tally):
            return NotImplemented
        if self.scale != other.scale:
            raise StateError.cannot_add("scale", self.scale, other.scale)
        if self.is_weighted != other.is_weighted and self.n and other.n:
            raise StateError.cannot_add("weighting", self.weights, other.weights)
        weights, squares = self.weights, self.squares
        if weights is None or other.weights is None:
            # Only one of the two has weights, so the other has no answers for them to be of.
            kept = self if self.n or (not other.n and self.is_weighted) else other
            weights, squares = kept.weights, kept.squares
        elif squares is not None and other.squares is not None:
            weights = tuple(map(add, weights, other.weights))
            squares = tuple(map(add, squares, other.squares))
        return Tally(
            self.scale,
            tuple(map(add, self.counts, other.counts)),
            self.missing + other.missing,
            weights,
            squares,
            self.weightless + other.weightless,
        )

    def __radd__(self, other: int) -> Tally:
        """Return this tally when `sum` starts from 0."""
        return self if other == 0 else NotImplemented

    def __repr__(self) -> str:
        """Return n first, then the counts."""
        weighted = f", n_effective={self.n_effective:.1f}" if self.is_weighted else ""
        return (
            f"Tally(n={self.n}, missing={self.missing}{weighted}, "
            f"scale={self.scale}, counts={list(self.counts)})"
        )

    def to_dict(self) -> dict[str, object]:
        """Return the tally as JSON-ready plain values; `from_dict` reads them back exactly.

        Example:
            >>> import relmetrics as rm
            >>> rm.Tally.from_answers([1, 0, None], rm.YES_NO).to_dict()["counts"]
            [1, 1]
        """
        return {
            "type": "tally",
            "v": 1,
            "scale": self.scale.to_dict(),
            "counts": list(self.counts),
            "missing": self.missing,
            "weights": None if self.weights is None else list(self.weights),
            "squares": None if self.squares is None else list(self.squares),
            **({"weightless": self.weightless} if self.weightless else {}),
        }

    @classmethod
    def from_dict(cls, data: object) -> Self:
        """Return the tally that `to_dict` wrote.

        Raises:
            StateError: The dictionary is not a tally, or of a version that is not known.

        Example:
            >>> import relmetrics as rm
            >>> tally = rm.Tally.from_answers([1, 0, None], rm.YES_NO)
            >>> rm.Tally.from_dict(tally.to_dict()) == tally
            True
        """
        later = {"weightless": 0}
        read = read_fields("Tally", data, type_name="tally", keys=_FIELDS, later=later)
        scale = Scale.from_dict(read["scale"])
        weights = read.floats("weights", scale.size, optional=True)
        squares = read.floats("squares", scale.size, optional=True)
        if (weights is None) != (squares is None):
            raise StateError.malformed("Tally", "weights and squares come together")
        counts = read.counts("counts", scale.size)
        missing, weightless = read.count("missing"), read.count("weightless")
        tally = cls(scale, counts, missing, weights, squares, weightless)
        if weights is not None:
            from relmetrics.states.tally_reading import check_read  # noqa: PLC0415 - see above

            check_read(tally)
        return tally


def _count_few(answers: Column, scale: Scale) -> list[int] | None:
    """Return the counts of a few plain numbers, None and NaN; None for whatever else there is."""
    if type(answers) is np.ndarray and answers.ndim == 1 and answers.size <= FEW:
        answers = answers.tolist() if answers.dtype.kind in "iuf" else answers
    if type(answers) is not list or len(answers) > FEW:
        return None
    low, size = scale.low, scale.size
    counted = [0] * (size + 1)
    for answer in answers:
        kind = type(answer)
        if kind is int and 0 <= (code := answer - low) < size:
            counted[code] += 1
        elif answer is None or (kind is float and answer != answer):  # noqa: PLR0124 - NaN
            counted[size] += 1
        elif kind is float and answer.is_integer() and 0 <= answer - low < size:
            counted[int(answer) - low] += 1
        else:
            return None
    return counted
