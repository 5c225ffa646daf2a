"""The long histogram: how often each answer was given in each group, as a metric reads it.

Answers that are none came back as rows of their own, so they can be told with their number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from relmetrics.data.codes import NOT_A_SCORE, OFF_SCALE, code_of
from relmetrics.data.columns import as_column
from relmetrics.errors import AnswerError, OffScaleError, RelmetricsError
from relmetrics.errors.wording import SHOWN, shown
from relmetrics.estimators.counted import PreparedCounts
from relmetrics.frames import columns
from relmetrics.frames.asking import Answered
from relmetrics.states.counted import CountedAnswers

if TYPE_CHECKING:
    from relmetrics.data.scale import Scale
    from relmetrics.data.types import AnyArray
    from relmetrics.estimators.counted import CountedQuestions
    from relmetrics.frames.asking import Asked


_SUMS = {"weights": "w", "squares": "q"}
"""What sums of weights are called here, by what they are called in a query."""


@frozen(eq=False)
class Histogram:
    """How often each answer of a column was given, by key.

    Attributes:
        asked: What was asked.
        column: The name of the column of answers.
        found: What the engine gave.
    """

    asked: Asked
    column: str
    found: dict[str, list[Any]]

    def of(self, metric: CountedQuestions[Any]) -> Answered:
        """Return the counts as a metric reads them.

        Raises:
            AnswerError: Some answers are none of the metric's scale; they are shown with counts.
        """
        asked, found = self.asked, self.found
        try:
            answers = as_column(metric.as_answers(found["a"]), "answers")
        except RelmetricsError as error:
            raise type(error)(f"in the column {self.column!r}: {error}") from None
        self._require_answers(answers, metric.scale)
        sums = {name: columns.packed(found[q]) if q in found else None for name, q in _SUMS.items()}
        counts = columns.packed(found["n"])
        counted = CountedAnswers.of(answers, metric.scale, counts, missing=None, **sums)
        rows = PreparedCounts(len(found["n"]), None, counted)
        return Answered(rows, asked.labels(found), asked.days(found), asked.zone)

    def _require_answers(self, answers: list[Any] | AnyArray, scale: Scale) -> None:
        given = answers.tolist() if isinstance(answers, np.ndarray) else answers
        different = set(given)
        codes = {answer: code_of(answer, scale) for answer in different}
        if min(codes.values(), default=0) >= 0:
            return
        wrong: dict[Any, int] = {}
        for answer, count in zip(given, self.found["n"], strict=True):
            if codes[answer] < 0:
                wrong[answer] = wrong.get(answer, 0) + int(count)
        texts = any(codes[answer] == NOT_A_SCORE for answer in wrong)
        if texts:
            wrong = {answer: n for answer, n in wrong.items() if codes[answer] != OFF_SCALE}
        raise (AnswerError if texts else OffScaleError)(
            f"the column {self.column!r} must hold whole numbers on {scale}"
            f"{', or labels of the scale' if scale.labels else ''}; {sum(wrong.values())} of "
            f"{sum(map(int, self.found['n']))} rows of this {self.asked.source.engine} frame do "
            f"not: {_listed(wrong)}. "
            + (
                "Read text with Scale.parse; round or rescale fractions yourself; null and NaN "
                "count as missing."
                if texts
                else "Pass the scale that was asked (scale=...), or null for codes that mean "
                "'no answer'."
            )
        )


def _listed(wrong: dict[Any, int]) -> str:
    first = sorted(wrong.items(), key=lambda item: (-item[1], str(item[0])))
    texts = [f"{shown(answer)} in {n} row{'' if n == 1 else 's'}" for answer, n in first[:SHOWN]]
    more = len(first) - SHOWN
    return ", ".join(texts) + (f" and {more} values more" if more > 0 else "")
