"""The long histogram: how often each answer was given in each group, counted by the engine.

One aggregation serves all metrics of a column. Answers that are none come back as rows of their
own, so they can be told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from attrs import frozen

from relmetrics.data.codes import NOT_A_SCORE, OFF_SCALE, code_of
from relmetrics.data.columns import as_column
from relmetrics.data.missing import is_missing
from relmetrics.errors import AnswerError, OffScaleError, RelmetricsError
from relmetrics.errors.wording import SHOWN, shown
from relmetrics.estimators.counted import PreparedCounts
from relmetrics.frames import columns
from relmetrics.frames.asking import Answered
from relmetrics.states.counted import CountedAnswers

if TYPE_CHECKING:
    from relmetrics.data.scale import Scale
    from relmetrics.estimators.counted import CountedQuestions
    from relmetrics.frames.asking import Asked


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
        self._require_answers(list(answers), metric.scale)
        weights, squares = found.get("w"), found.get("q")
        counted = CountedAnswers.of(
            answers, metric.scale, found["n"], weights=weights, squares=squares, missing=None
        )
        rows = PreparedCounts(len(found["n"]), None, counted)
        return Answered(rows, asked.labels(found), asked.days(found), asked.zone)

    def _require_answers(self, answers: list[Any], scale: Scale) -> None:
        wrong: dict[Any, int] = {}
        codes: dict[Any, int] = {}
        for answer, count in zip(answers, self.found["n"], strict=True):
            code = codes.setdefault(answer, code_of(answer, scale))
            if code < 0:
                wrong[answer] = wrong.get(answer, 0) + int(count)
        if not wrong:
            return
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


def count_answers(asked: Asked, column: str) -> Histogram:
    """Ask the engine how often each answer was given, by key.

    Raises:
        ParameterError: There is no such column, or the engine cannot answer.
        AnswerError: Its type is none of answers.
        WeightError: Some rows have no weight.
    """
    source, nw = asked.source, asked.source.nw
    source.require("answers", [column])
    wanted = [e.alias(name) for name, e in asked.keys.items()]
    wanted.append(columns.answers(source, column).alias("a"))
    sums, heavy = [nw.len().alias("n")], []
    if asked.weights is None:
        query = source.lazy.select(*wanted)
    else:
        weight = columns.weight(source, asked.weights).alias("w0")
        fine = columns.is_weight(nw.col("w0"))
        query = (
            source.lazy.select(*wanted, weight)
            .with_columns(nw.when(fine).then(nw.col("w0")).otherwise(0.0).alias("w"))
            .with_columns(
                (nw.col("w") * nw.col("w")).alias("q"), fine.cast(nw.Int64).alias("weighed")
            )
        )
        query = query.with_columns((nw.col("w") > 0).alias("heavy"))
        heavy.append("heavy")  # what weighs nothing is no answer, and is counted apart
        sums += [nw.col(name).sum() for name in ("w", "q", "weighed")]
    query = query.group_by(*asked.keys, "a", *heavy).agg(*sums)
    names = [*asked.by, column, *(x for x in (asked.date, asked.weights) if x is not None)]
    found = source.collect(query, names)
    if asked.weights is not None:
        weighed = sum(map(int, found["weighed"]))
        columns.require_weights(source, asked.weights, sum(map(int, found["n"])) - weighed)
    found["a"] = [_plain(answer) for answer in found["a"]]
    return Histogram(asked, column, found)


def _plain(answer: Any) -> Any:
    """Return an answer as Python has it, and all that are missing as None."""
    if is_missing(answer):
        return None
    return cast("Any", answer).item() if hasattr(answer, "item") else answer
