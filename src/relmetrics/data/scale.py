"""Scale: the ordered whole points that an answer can take, with their labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Self

import numpy as np
from attrs import Factory, field, frozen

from relmetrics.data.columns import NOT_NUMBERS, is_whole
from relmetrics.data.label_forms import BEHIND, NUMBERED, labels_of_export, plain_label
from relmetrics.data.missing import is_missing
from relmetrics.errors import AnswerError, LabelError, ParameterError, StateError
from relmetrics.errors.wording import located, shown, text_of

if TYPE_CHECKING:
    from relmetrics.data.types import IntArray

LARGEST = 254
"""Points lie in -254..254 and a scale has at most 254 of them, so that a point fits one byte."""


@frozen(init=False)
class Scale:
    """The ordered whole points from `low` to `high` that an answer can take.

    Args:
        low: The lowest point.
        high: The highest point; a scale has at least 2 and at most 254 points.
        labels: Texts of the points: a mapping from point to text, or one text per point
            from low to high. Unlabelled points may be left out of the mapping.

    Raises:
        ParameterError: The points are not whole, not ascending or too many, or two points
            share a label.

    Example:
        >>> import relmetrics as rm
        >>> mood = rm.Scale(1, 3, labels=("bad", "so-so", "good"))
        >>> mood.size, mood.midpoint, str(mood)
        (3, 2.0, '1..3')
        >>> mood.parse(["good", "2 - so-so", None])
        [3, 2, None]
    """

    low: int
    high: int
    labels: tuple[str, ...] = field(default=())
    size: int = field(
        init=False,
        repr=False,
        eq=False,
        default=Factory(lambda scale: scale.high - scale.low + 1, takes_self=True),
    )
    """The number of points."""

    def __init__(
        self, low: int, high: int, labels: Mapping[int, str] | Sequence[str] | None = None
    ) -> None:
        """Check the points and keep the labels as a tuple."""
        for name, value in (("low", low), ("high", high)):
            if not is_whole(value):
                raise ParameterError.must_be(name, "a whole number", value)
            if abs(value) > LARGEST:
                raise ParameterError.must_be(name, f"within -{LARGEST}..{LARGEST}", value)
        low, high = int(low), int(high)
        if not low < high or high - low >= LARGEST:
            raise ParameterError.must_be("high", f"above low = {low} by less than {LARGEST}", high)
        texts = labels_of_export(labels, low, high)
        named = [plain_label(text) for text in texts if text]
        if len(set(named)) != len(named):
            raise ParameterError.must_be("labels", "different for every point", texts)
        # attrs writes this method, which pyright does not know.
        self.__attrs_init__(int(low), int(high), texts)  # pyright: ignore[reportAttributeAccessIssue]

    @property
    def points(self) -> IntArray:
        """The points in order, as an int64 array of length `size`."""
        return np.arange(self.low, self.high + 1, dtype=np.int64)

    @property
    def midpoint(self) -> float:
        """The middle of the scale, in scale points."""
        return (self.low + self.high) / 2

    @property
    def is_yes_no(self) -> bool:
        """Whether the points are 0 and 1, so that truth values are answers."""
        return self.low == 0 and self.high == 1

    def __str__(self) -> str:
        """Return the span, such as ``0..10``."""
        return f"{self.low}..{self.high}"

    def __contains__(self, point: object) -> bool:
        """Tell whether a whole number is a point of the scale."""
        if not isinstance(point, (int, np.integer)) or isinstance(point, np.timedelta64):
            return False
        return bool(self.low <= point <= self.high)

    def point_of(self, label: str) -> int | None:
        """Return the point that has this label, or None.

        Case and white space do not count.

        Example:
            >>> import relmetrics as rm
            >>> rm.YES_NO.point_of(" Yes "), rm.YES_NO.point_of("maybe")
            (1, None)
        """
        return self._by_label().get(plain_label(text_of(label)))

    def _by_label(self) -> dict[str, int]:
        known = {plain_label(text): self.low + i for i, text in enumerate(self.labels) if text}
        # How exports write truth values.
        return {"false": 0, "true": 1} | known if self.is_yes_no else known

    def parse(
        self,
        answers: Iterable[object],
        *,
        missing: Iterable[object] = ("",),
        name: str = "answers",
    ) -> list[int | None]:
        """Read a labelled export into points.

        Understands a label of the scale (``"Very satisfied"``), a bare number (``"10"``,
        ``10``, ``10.0``, and ``"10/10"`` on a scale that ends at 10), and a number with text
        behind it or in front of it (``"10 - Extremely likely"``, ``"10 (Extremely likely)"``,
        ``"(1) Never"``, ``"3: so-so"``, ``"Extremely likely - 10"``). Where the scale knows the
        text, number and text must agree. A range such as ``"9-10"`` is not an answer.

        Missing answers: None, NaN, NaT, pandas NA and the texts of `missing` become None.

        Args:
            answers: The exported column.
            missing: Texts and numbers that mean that there is no answer, such as ``("n/a", 99)``;
                by default only empty text.
            name: What messages call the answers.

        Returns:
            One point or None per entry, in order.

        Raises:
            LabelError: A text is no label, or contradicts its number, or is off the scale.
            AnswerError: `answers` is a single text or no column.

        Example:
            >>> import relmetrics as rm
            >>> rm.ZERO_TO_TEN.parse(["10 - Extremely likely", "7", "n/a"], missing=("n/a",))
            [10, 7, None]
        """
        known = self._by_label()
        flat = isinstance(answers, Iterable) and getattr(answers, "ndim", 1) == 1
        if isinstance(answers, str) or not flat:
            raise AnswerError.not_a_sequence(answers, name=name)
        absent, numbers = _meaning_missing(missing)
        read: dict[str, int | None] = {}
        points: list[int | None] = []
        offenders: list[tuple[int, object]] = []
        for position, answer in enumerate(answers):
            point: int | None = None
            if isinstance(answer, str):
                if answer not in read:
                    text = plain_label(answer)
                    found = None if text in absent else self._read(text, known)
                    read[answer] = found
                point = read[answer]
                if point == _UNREADABLE:
                    offenders.append((position, answer))
            elif not is_missing(answer) and not (numbers and answer in numbers):
                point = self._whole(answer)
                if point == _UNREADABLE:
                    offenders.append((position, answer))
            points.append(point)
        if offenders:
            labels = ", ".join(repr(text) for text in self.labels if text)
            names = (
                f"Its labels: {labels}." if labels else "It has no labels; give Scale(labels=...)."
            )
            raise LabelError(
                f"{name} must be labels of the scale {self}; {len(offenders)} are not: "
                f"{located(offenders)}. {names} Name texts that mean 'no answer' in missing=(...)."
            )
        return points

    def _read(self, text: str, known: Mapping[str, int]) -> int:
        """Return the point of one plain text, or `_UNREADABLE`."""
        if text in known:
            return known[text]
        if match := NUMBERED.match(text):
            point, words = int(match[1]), match[3] or match[4] or ""
            if match[2] and int(match[2]) != self.high:
                return _UNREADABLE
        elif match := BEHIND.match(text):
            point, words = int(match[2]), match[1]
        else:
            return _UNREADABLE
        contradicted = known.get(words.strip(), point) != point
        return _UNREADABLE if contradicted or point not in self else point

    def _whole(self, answer: object) -> int:
        """Return a number that is a point of the scale as int, or `_UNREADABLE`."""
        if isinstance(answer, NOT_NUMBERS) and not isinstance(answer, (bool, np.bool_)):
            return _UNREADABLE
        try:
            # What is no number raises, here and below.
            if not -LARGEST <= answer <= LARGEST:  # type: ignore[operator]
                return _UNREADABLE
            point = int(answer)  # type: ignore[call-overload]
        except (TypeError, ValueError, OverflowError):
            return _UNREADABLE
        truth = isinstance(answer, (bool, np.bool_)) and not self.is_yes_no
        return point if point == answer and point in self and not truth else _UNREADABLE

    def to_dict(self) -> dict[str, object]:
        """Return the scale as JSON-ready plain values.

        Example:
            >>> import relmetrics as rm
            >>> rm.ONE_TO_FIVE.to_dict()
            {'low': 1, 'high': 5, 'labels': []}
        """
        return {"low": self.low, "high": self.high, "labels": list(self.labels)}

    @classmethod
    def from_dict(cls, data: object) -> Self:
        """Return the scale that `to_dict` wrote.

        Raises:
            StateError: The dictionary is not a scale.

        Example:
            >>> import relmetrics as rm
            >>> rm.Scale.from_dict({"low": 1, "high": 5, "labels": []}) == rm.ONE_TO_FIVE
            True
        """
        if not isinstance(data, Mapping) or set(data) != {"low", "high", "labels"}:
            raise StateError.malformed(
                "Scale", f"keys low, high, labels are needed, got {shown(data)}"
            )
        labels = data["labels"]
        if not isinstance(labels, list) or not all(isinstance(text, str) for text in labels):
            raise StateError.malformed("Scale", "labels must be a list of texts")
        try:
            return cls(data["low"], data["high"], labels)
        except ParameterError as error:
            raise StateError.malformed("Scale", str(error)) from None


def require_scale(scale: object) -> None:
    """Check that a scale is one.

    Raises:
        ParameterError: It is something else, such as a pair of numbers.
    """
    if not isinstance(scale, Scale):
        pair = isinstance(scale, (tuple, list)) and len(scale) == 2  # noqa: PLR2004 - low and high
        example = f"{scale[0]}, {scale[1]}" if pair else "1, 5"  # type: ignore[index]  # a pair
        raise ParameterError.must_be("scale", "a Scale", scale, f"Say rm.Scale({example}).")


def _meaning_missing(missing: object) -> tuple[set[str], list[object]]:
    """Return the texts and the numbers that mean that there is no answer.

    Raises:
        ParameterError: They are no texts and numbers.
    """
    if not isinstance(missing, Iterable):
        raise ParameterError.must_be("missing", "texts and numbers, as ('n/a', 99)", missing)
    codes = [missing] if isinstance(missing, str) else list(missing)
    absent = {plain_label(text) for text in codes if isinstance(text, str)} | {""}
    return absent, [code for code in codes if not isinstance(code, str)]


_UNREADABLE = LARGEST * 10

ZERO_TO_TEN = Scale(0, 10)
"""Recommendation: 0 not at all likely, 10 extremely likely."""
ONE_TO_FIVE = Scale(1, 5)
"""Satisfaction on five points, 5 most satisfied."""
ONE_TO_SEVEN = Scale(1, 7)
"""Satisfaction or effort on seven points."""
ONE_TO_TEN = Scale(1, 10)
"""Ratings on ten points; not the scale of the NPS question."""
YES_NO = Scale(0, 1, labels=("no", "yes"))
"""No (0) or yes (1): retained, opened, bought again. Truth values are answers on it."""
