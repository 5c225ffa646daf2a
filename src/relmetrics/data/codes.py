"""Answers become codes: one byte per row, the point's place on the scale, or `size` for missing.

`code_of` is the definition, one answer at a time. The array paths in `blocks` say the same of
whole blocks; the tests hold them to it for every type and layout.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import define, field

from relmetrics.data.columns import NOT_NUMBERS, as_column
from relmetrics.data.missing import is_missing
from relmetrics.errors import AnswerError, OffScaleError
from relmetrics.errors.wording import SHOWN, located

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from relmetrics.data.scale import Scale
    from relmetrics.data.types import AnyArray, ByteArray, Column

BLOCK = 1 << 16
"""Rows worked on at a time: the buffers of a block stay in the processor's cache."""

NOT_A_SCORE = -1
OFF_SCALE = -2
_SAY_YES = (
    "Say True and False, 1 and 0 or yes and no, such as frame['status'] == 'active'; None and NaN "
    "count as missing."
)
_FAR = 2**53
"""No scale has such points, and what lies beyond is whole or as good as that."""


def code_of(answer: object, scale: Scale) -> int:  # noqa: PLR0911 - one line a kind
    """Return the code of one answer: its place on the scale, or `scale.size` when missing.

    Negative when it is none: `NOT_A_SCORE` (text that is no label, a fraction, a truth value
    where a score is meant, any other object) or `OFF_SCALE` (a whole number off the scale).
    """
    if type(answer) is int:
        return answer - scale.low if scale.low <= answer <= scale.high else OFF_SCALE
    if is_missing(answer):
        return scale.size
    if isinstance(answer, str):
        point = scale.point_of(answer)
        return NOT_A_SCORE if point is None else point - scale.low
    if isinstance(answer, (bool, np.bool_)):
        return int(answer) if scale.is_yes_no else NOT_A_SCORE
    if isinstance(answer, NOT_NUMBERS):
        return NOT_A_SCORE
    try:
        if not -_FAR < answer < _FAR:  # type: ignore[operator]  # what is no number raises
            return OFF_SCALE  # and a decimal of as many digits as it likes is not written out
        point = int(answer)  # type: ignore[call-overload]  # the same
        whole = bool(point == answer)
    except OverflowError:  # infinity
        return OFF_SCALE
    except (TypeError, ValueError):
        return NOT_A_SCORE
    if not whole:
        return NOT_A_SCORE
    return point - scale.low if scale.low <= point <= scale.high else OFF_SCALE


@define
class Refused:
    """The entries that are no answers: how many, and the first of them with their positions."""

    count: int = 0
    first: list[tuple[int, object]] = field(factory=list)

    def add(
        self, start: int, values: Sequence[object] | AnyArray, positions: Sequence[int]
    ) -> None:
        """Note the entries of one block that starts at row `start`."""
        self.count += len(positions)
        for i in positions[: SHOWN + 1 - len(self.first)]:
            self.first.append((start + int(i), values[int(i)]))

    def error(self, scale: Scale, size: int, name: str, remedy: str = "") -> AnswerError:
        """Return the error that shows them, with a remedy of its own or the usual one."""
        own = remedy or (_SAY_YES if scale.is_yes_no else "")
        kinds = {code_of(value, scale) for _, value in self.first}
        if NOT_A_SCORE in kinds:
            kind = f"whole numbers on {scale}"
            if scale.labels:
                kind += ", or labels of the scale"
            remedy = own or (
                "Read text with Scale.parse; round or rescale fractions yourself; "
                "None and NaN count as missing."
            )
            wrong = [item for item in self.first if code_of(item[1], scale) == NOT_A_SCORE]
            return AnswerError.not_scores(
                wrong, name=name, size=size, count=self.count, kind=kind, remedy=remedy
            )
        remedy = own or (
            "Pass the scale that was asked (scale=...), use MeanScore(scale=...) for a question "
            "that is not of this kind, or None for codes that mean 'no answer'."
        )
        verb = "does" if self.count == 1 else "do"
        return OffScaleError(
            f"{name} must lie on {scale}; {self.count} of {size} {verb} not: "
            f"{located(self.first)}. {remedy}"
        )


def encode(
    answers: Column, scale: Scale, name: str = "answers", *, remedy: str = ""
) -> EncodedAnswers:
    """Return the answers ready to be read as blocks of codes.

    Args:
        answers: The column.
        scale: What they lie on.
        name: What messages call the column.
        remedy: What to do about what is no answer; by default that of a score, or of yes and no.

    Raises:
        AnswerError: `answers` is not a one-dimensional sequence or array.
    """
    return EncodedAnswers(as_column(answers, name), scale, name, remedy)


@define
class EncodedAnswers:
    """A column of answers that yields its codes block by block, and refuses what is no answer."""

    column: list[Any] | AnyArray
    scale: Scale
    name: str
    remedy: str = ""

    def __len__(self) -> int:
        """Return the number of rows, missing ones included."""
        return len(self.column)

    def blocks(self) -> Iterator[tuple[slice, ByteArray]]:
        """Yield the rows of each block with their codes; the array is reused by the next one.

        Raises:
            AnswerError: Some entries are no scores.
            OffScaleError: Some are whole numbers off the scale.
        """
        refused = Refused()
        size = len(self.column)
        for start in range(0, size, BLOCK):
            rows = slice(start, min(start + BLOCK, size))
            values = self.column[rows]
            codes = self._codes(values)
            if codes is None:
                codes = self._codes_one_by_one(values, start, refused)
            if refused.count == 0:
                yield rows, codes
        if refused.count:
            raise refused.error(self.scale, size, self.name, self.remedy)

    def codes(self) -> ByteArray:
        """Return the codes of all rows at once."""
        codes = np.empty(len(self.column), dtype=np.uint8)
        for rows, block in self.blocks():
            codes[rows] = block
        return codes

    def _codes(self, values: list[Any] | AnyArray) -> ByteArray | None:
        """Return the codes of a block by a fast path, or None when it needs a closer look."""
        if isinstance(values, list):
            return _codes_of_list(values, self.scale)
        if values.dtype.kind in "iuf" or (values.dtype.kind == "b" and self.scale.is_yes_no):
            return codes_of_numbers(values, self.scale)
        return None

    def _codes_one_by_one(
        self, values: list[Any] | AnyArray, start: int, refused: Refused
    ) -> ByteArray:
        items: list[Any] = list(values)
        found = [code_of(item, self.scale) for item in items]
        bad = [i for i, code in enumerate(found) if code < 0]
        if bad:
            refused.add(start, items, bad)
            return np.empty(0, dtype=np.uint8)
        return np.array(found, dtype=np.uint8)


def _codes_of_list(values: list[Any], scale: Scale) -> ByteArray | None:
    """Return the codes of a list of plain numbers and None; None for anything else.

    `bytes` is the fastest way from a list to an array, but it takes truth values for numbers,
    so the types are looked at first.
    """
    if type(values[0]) is not float:  # a list of floats holds no integers to be known again
        from relmetrics.data.addresses import codes_of_known  # noqa: PLC0415 - of long lists only

        codes = codes_of_known(values, scale)
        if codes is not None:
            return codes
    kinds = set(map(type, values))
    try:
        if kinds == {int}:
            return codes_of_numbers(np.frombuffer(bytes(values), dtype=np.uint8), scale)
        if kinds <= {int, float, type(None)}:  # None becomes NaN
            return codes_of_numbers(np.array(values, dtype=np.float64), scale)
    except (ValueError, OverflowError):  # a number that no byte, or no float, can hold
        pass
    return None


def codes_of_numbers(values: AnyArray, scale: Scale) -> ByteArray | None:
    """Return the codes of a block of numbers, or None when some are no answers."""
    if values.dtype.kind == "b":
        return values.view(np.uint8)
    if values.dtype.kind == "f":
        return _codes_of_floats(values, scale)
    if np.minimum.reduce(values) < scale.low or np.maximum.reduce(values) > scale.high:
        return None
    # A point below zero wraps around to a byte, and so does `low`: their difference is right.
    codes = values.astype(np.uint8, copy=False)
    return codes - np.uint8(scale.low % 256) if scale.low else codes


def _codes_of_floats(values: AnyArray, scale: Scale) -> ByteArray | None:
    """Return the codes of a block of floats, or None when some are no answers.

    The block is cast to a small integer type without safety, and cast back: NaN, infinity, 10.5
    or 261 cannot compare equal to what they were cast to. All that differ must be NaN.
    """
    # Points below zero need a sign, all others fit an unsigned byte.
    stage = np.uint8 if scale.low >= 0 else np.int16
    with np.errstate(invalid="ignore"):
        staged: AnyArray = values.astype(stage)
    changed = staged.astype(values.dtype) != values
    missing = np.count_nonzero(changed)
    if missing and missing != np.count_nonzero(np.isnan(values)):
        return None
    absent = changed.view(np.uint8)
    if stage is np.int16:  # the bytes below tell this for the points from zero on
        outside = (staged < scale.low) | (staged > scale.high)
        if (outside & ~changed).any():
            return None
    # What lies below the scale wraps around to far above it: one comparison finds both.
    codes: ByteArray = (staged - staged.dtype.type(scale.low) if scale.low else staged).astype(
        np.uint8, copy=False
    )
    if missing:  # what NaN was cast to is anything: let it be the lowest point for now
        codes *= absent ^ 1
    if np.maximum.reduce(codes) >= scale.size:
        return None
    if missing:
        codes += absent * np.uint8(scale.size)
    return codes
