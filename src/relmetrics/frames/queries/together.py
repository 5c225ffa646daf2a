"""The queries of many metrics: checked together, then shown or asked, each only once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from attrs import field, frozen

from relmetrics.errors import ParameterError
from relmetrics.estimators.counted import CountedQuestions
from relmetrics.estimators.summed import SummedQuestions
from relmetrics.frames.queries import respondents
from relmetrics.frames.queries.counting import Counting, countings
from relmetrics.frames.queries.summed import answered
from relmetrics.frames.queries.sums import Summing
from relmetrics.frames.queries.wanted import Wanted

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from relmetrics.frames.asking import Answered, Asked
    from relmetrics.frames.queries.histogram import Histogram


@frozen(eq=False)
class Queries:
    """What an engine is asked for some metrics, and what it answered.

    Attributes:
        counted: The queries that count answers.
        summed: The queries that sum columns, by what their sums depend on.
        histograms: Column to the counts of its answers, once they are asked for.
        answers: Sums, once they are asked for.
    """

    counted: list[Counting]
    summed: dict[Hashable, Summing]
    histograms: dict[str, Histogram] = field(factory=dict)
    answers: dict[Hashable, Answered] = field(factory=dict)

    @classmethod
    def of(cls, asked: Asked, pairs: Sequence[tuple[str | Sequence[str], Any]]) -> Self:
        """Return the queries of metrics of these columns; all is checked, nothing computed.

        Raises:
            ParameterError: A metric is none, or is not of so many columns; or there is no such
                column.
            RelmetricsError: A column is of a type that the metric cannot take.
        """
        counted: list[str] = []
        summed: dict[Hashable, Summing] = {}
        for column, metric in pairs:
            if isinstance(metric, SummedQuestions) and not isinstance(column, str):
                wanted = Wanted.of(metric, list(column))
                summed.setdefault(wanted.sums, Summing(asked, wanted))
            elif isinstance(metric, CountedQuestions) and isinstance(column, str):
                counted.append(column)
            else:
                raise ParameterError.must_be(
                    "metric",
                    "a metric of answers for one column, or an index or a ratio for several",
                    metric,
                    "Say {'recommend': rm.NPS(), ('food', 'safety'): rm.CSI()}.",
                )
        return cls(countings(asked, counted), summed)

    def text(self, asked: Asked) -> str:
        """Return the queries as the engine shows them.

        Raises:
            ParameterError: The engine has none.
        """
        queries = [q.query() for q in self.counted] + [q.query() for q in self.summed.values()]
        return "\n\n".join(map(asked.source.explained, queries))

    def answer(self, column: str | Sequence[str], metric: Any) -> Answered:
        """Return what the engine gives for a metric; it is asked when this is first needed.

        Raises:
            RelmetricsError: The engine cannot answer, or the data is none of the metric's.
        """
        if isinstance(column, str):
            if column not in self.histograms:
                counting = next(each for each in self.counted if column in each.answers)
                self.histograms.update(counting.collected())
            return self.histograms[column].of(metric)
        key = Wanted.of(metric, list(column)).sums
        if key not in self.answers:
            self.answers[key] = answered(self.summed[key])
        return self.answers[key]


def ask(asked: Asked, column: str | Sequence[str], metric: Any) -> Answered:
    """Return what the engine gives of one metric's column or columns.

    Raises:
        RelmetricsError: As for `Queries.of` and `Queries.answer`.
    """
    queries = Queries.of(asked, [(column, metric)])
    if asked.respondents is not None:
        return respondents.answered(asked, column, metric)
    return queries.answer(column, metric)
