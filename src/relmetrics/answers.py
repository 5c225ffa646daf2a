"""Answers become codes: one byte per row, the point's place on the scale, or `size` for missing.

`code_of` is the definition, one answer at a time. The array paths in `blocks` say the same of
whole blocks; the tests hold them to it for every type and layout.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import define, field

from relmetrics.columns import as_column
from relmetrics.errors import SHOWN, AnswerError, OffScaleError
from relmetrics.missing import is_missing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from relmetrics.scale import Scale
    from relmetrics.types import AnyArray, ByteArray, Column

BLOCK = 1 << 15
"""Rows worked on at a time: the buffers of a block stay in the processor's cache."""

NOT_A_SCORE = -1
OFF_SCALE = -2


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
    if isinstance(answer, (bytes, np.datetime64, np.timedelta64)):
        return NOT_A_SCORE
    try:
        point = int(answer)  # type: ignore[call-overload]
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

    def error(self, scale: Scale, size: int, name: str) -> AnswerError:
        """Return the error that shows them."""
        kinds = {code_of(value, scale) for _, value in self.first}
        if NOT_A_SCORE in kinds:
            kind = f"whole numbers on {scale}"
            if scale.labels:
                kind += ", or labels of the scale"
            remedy = (
                "Read text with Scale.parse; round or rescale fractions yourself; "
                "None and NaN count as missing."
            )
            wrong = [item for item in self.first if code_of(item[1], scale) == NOT_A_SCORE]
            return AnswerError.not_scores(
                wrong, name=name, size=size, count=self.count, kind=kind, remedy=remedy
            )
        remedy = (
            "Pass the scale that was asked (scale=...), use MeanScore(scale=...) for a question "
            "that is not of this kind, or None for codes that mean 'no answer'."
        )
        return OffScaleError.from_answers(
            self.first, name=name, size=size, count=self.count, span=str(scale), remedy=remedy
        )


def encode(answers: Column, scale: Scale, name: str = "answers") -> EncodedAnswers:
    """Return the answers ready to be read as blocks of codes.

    Raises:
        AnswerError: `answers` is not a one-dimensional sequence or array.
    """
    return EncodedAnswers(as_column(answers, name), scale, name)


@define
class EncodedAnswers:
    """A column of answers that yields its codes block by block, and refuses what is no answer."""

    column: list[Any] | AnyArray
    scale: Scale
    name: str

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
            raise refused.error(self.scale, size, self.name)

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
    """Return the codes of a list of plain integers and None; None for anything else.

    `bytes` is the fastest way from a list to an array, but it takes truth values for numbers,
    so the types are looked at first.
    """
    kinds = set(map(type, values))
    if scale.low < 0:
        return None
    try:
        if kinds == {int}:
            staged = np.frombuffer(bytes(values), dtype=np.uint8)
        elif kinds <= {int, type(None)}:
            known = [np.nan if value is None else value for value in values]
            numbers = np.array(known, dtype=np.float64)
            return codes_of_numbers(numbers, scale)
        elif kinds <= {int, float, type(None)}:
            return codes_of_numbers(np.array(values, dtype=np.float64), scale)
        else:
            return None
    except (ValueError, OverflowError):
        return None
    codes = staged - np.uint8(scale.low) if scale.low else staged
    return codes if _within(codes, scale.size) else None


def _within(codes: ByteArray, size: int) -> bool:
    return not len(codes) or int(codes.max()) < size


def _on_scale(staged: AnyArray, absent: AnyArray | None, scale: Scale) -> bool:
    outside = (staged < scale.low) | (staged > scale.high)
    return not (outside if absent is None else outside & ~absent).any()


def codes_of_numbers(values: AnyArray, scale: Scale) -> ByteArray | None:
    """Return the codes of a block of numbers, or None when some are no answers.

    The block is cast to a small integer type without safety, and cast back: NaN, infinity,
    10.5, 261 or 2**64 + 5 cannot compare equal to what they were cast to.
    """
    if values.dtype == np.bool_:
        return values.view(np.uint8)
    # Points below zero need a sign, all others fit an unsigned byte.
    stage = np.uint8 if scale.low >= 0 else np.int16
    if values.dtype == stage:
        staged, absent = values, None
    else:
        with np.errstate(invalid="ignore"):
            staged = values.astype(stage)
        changed = staged != values
        absent = changed if changed.any() else None
    if absent is not None and not (values.dtype.kind == "f" and np.isnan(values[absent]).all()):
        return None
    if stage is np.int16 and not _on_scale(staged, absent, scale):
        return None
    # What lies below the scale wraps around to far above it: one comparison finds both.
    codes: ByteArray = (staged - stage(scale.low) if scale.low else staged).astype(
        np.uint8, copy=False
    )
    if absent is None:
        return codes if _within(codes, scale.size) else None
    flags = absent.view(np.uint8)
    codes = codes * (flags ^ 1)
    return codes + flags * np.uint8(scale.size) if _within(codes, scale.size) else None
