"""Counts: by_counts and over_counts of every metric of a tally, from what GROUP BY gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
from attrs import frozen

from relmetrics.data.alignment import require_aligned
from relmetrics.data.columns import as_column
from relmetrics.errors import ParameterError
from relmetrics.estimators.prepared import Summable
from relmetrics.estimators.rows import Questions
from relmetrics.metric.metric import E
from relmetrics.states.tally import Tally

if TYPE_CHECKING:
    from relmetrics.data.calendar.periods import Every
    from relmetrics.data.scale import Scale
    from relmetrics.data.types import Column, Groups, IntArray, Zone
    from relmetrics.metric.classes import Classes
    from relmetrics.questions.groups.breakdown import Breakdown
    from relmetrics.questions.trends.trend import Trend
    from relmetrics.states.counted import CountedAnswers
    from relmetrics.states.grouped_tally import GroupedTally


@frozen(eq=False)
class PreparedCounts(Summable):
    """Counts of answers, ready to be added.

    Attributes:
        counted: What each row counts.
    """

    counted: CountedAnswers

    def summed(self, codes: IntArray | None, size: int) -> Tally | GroupedTally:
        """Add the counts, all or by group."""
        if codes is None:
            return self.counted.grouped(np.zeros(self.size, dtype=np.intp), 1)[0]
        return self.counted.grouped(codes, size)

    @property
    def repeats(self) -> IntArray:
        """How many rows of the data each one counts."""
        return self.counted.counts + self.counted.missing


@frozen(kw_only=True)
class CountedQuestions(Questions[Tally, E]):
    """A metric of a tally with the questions that are asked of counts."""

    scale: Scale

    def as_answers(self, data: Column) -> Column:
        """Return the data as answers on the scale; here they are that already."""
        return data

    @property
    def class_names(self) -> tuple[str, ...]:
        """What the classes of answers are called, from the low end: two or three; none of means."""
        return ()

    def classes(self, answers: Column, *, respondents: Column | None = None) -> Classes:
        """Return the class of each answer, such as ``promoter``: what somebody is by an answer.

        With respondents it is a mapping of respondent to class, and so a segment of a log: compare
        what those who say this and those who say that do, see `PurchaseLog.after`.

        Args:
            answers: One answer per row, as for the call.
            respondents: Who answered, one id per row, each once: see `one_per`.

        Raises:
            StateError: The metric is a mean, which has no classes.
            AnswerError: Some entries are no scores.
            OffScaleError: Some are off the scale.
            CustomerError: An id is missing, or is there twice.
            LengthError: The columns differ in length.

        Example:
            >>> import relmetrics as rm
            >>> rm.NPS().classes([10, 7, None]).labels.tolist()
            ['promoter', 'passive', None]
            >>> rm.CSAT().classes([5, 2], respondents=["ann", "bob"])["bob"]
            'not satisfied'
        """
        from relmetrics.metric.classes import Classes  # noqa: PLC0415 - only who asks needs it

        return Classes.of(cast("Any", self), answers, respondents)

    def by_counts(
        self,
        groups: Any,
        answers: Column | str,
        counts: Column | str,
        *,
        weights: Column | str | None = None,
        squares: Column | str | None = None,
        missing: Column | str | None = None,
        sort: bool = False,
        confidence_level: float = 0.95,
    ) -> Breakdown:
        """Compute the metric for every group from counts, as ``GROUP BY`` gives them.

        The breakdown is the one that the counted rows would have given to `by`: a row says that
        in this group this answer was given so often. Rows that repeat a group and an answer add up.

        Args:
            groups: The group of each row, as `by` takes it. Or the whole table, a mapping of
                columns or a data frame, if the other arguments are names of its columns; all
                columns that they do not name are then grouping columns.
            answers: The answer of each row; a missing one counts missing answers.
            counts: How often it was given: whole numbers, decimals and floats among them.
            weights: The sum of the survey weights of these answers.
            squares: The sum of their squares; needed with `weights`.
            missing: How many further missing answers belong to the row's group.
            sort: Sort the groups; by default they come in order of appearance.
            confidence_level: Level of the intervals.

        Raises:
            CountError: A count is negative or no whole number.
            LengthError: The columns differ in length.
            AnswerError: Some answers are no scores.
            OffScaleError: Some are off the scale.
            WeightError: A sum of weights is negative or not finite, or cannot belong to so many
                answers, or all are zero.
            ParameterError: Weights come without squares, or there is no such column.

        Example:
            >>> import relmetrics as rm
            >>> table = {"plan": ["gold", "gold", "basic"], "answer": [10, 3, 9], "n": [30, 10, 7]}
            >>> rm.NPS().by_counts(table, "answer", "n")["gold"].value
            50.0
        """
        from relmetrics.estimators.asked import breakdown_of  # noqa: PLC0415 - only who asks needs it

        labels, rows = self._counted(
            groups,
            "groups",
            answers=answers,
            counts=counts,
            weights=weights,
            squares=squares,
            missing=missing,
        )
        return breakdown_of(
            self, rows, cast("Groups", labels), sort=sort, confidence_level=confidence_level
        )

    def over_counts(
        self,
        dates: Any,
        answers: Column | str,
        counts: Column | str,
        *,
        every: Every = "month",
        weights: Column | str | None = None,
        squares: Column | str | None = None,
        missing: Column | str | None = None,
        as_of: object = None,
        zone: Zone | None = None,
        recorded_in: Zone | None = None,
        week_start: str = "monday",
        year_start: str = "january",
        confidence_level: float = 0.95,
    ) -> Trend:
        """Compute the metric period by period from counts, as ``GROUP BY`` gives them.

        The trend is the one that the counted rows would have given to `over`. Counts by period
        have the period's first day, or its name (``"2025-03"``), for a date; how far into the last
        one the data reach is then not known, so that it is marked as not over unless `as_of` says.

        Args:
            dates: The date or the period of each row, as `over` takes it. Or the whole table, if
                the other arguments are names of its columns; the one column more is the dates.
            answers: The answer of each row; a missing one counts missing answers.
            counts: How often it was given: whole numbers, decimals and floats among them.
            every: The kind of period: ``day``, ``week``, ``month``, ``quarter`` or ``year``.
            weights: The sum of the survey weights of these answers.
            squares: The sum of their squares; needed with `weights`.
            missing: How many further missing answers belong to the row's date.
            as_of: The last day that was wholly observed, as for `over`.
            zone: The time zone whose calendar counts, for dates that carry a zone.
            recorded_in: The time zone whose clock wrote dates that carry none.
            week_start: The first day of a week.
            year_start: The first month of a year and of its quarters.
            confidence_level: Level of the intervals.

        Raises:
            CountError: A count is negative or no whole number.
            DateError: A date cannot be read, all are missing, or `as_of` comes before all of them.
            LengthError: The columns differ in length.
            AnswerError: Some answers are no scores.
            OffScaleError: Some are off the scale.
            WeightError: As for `by_counts`.
            ParameterError: Weights come without squares, there is no such column, period or zone,
                or the table has not exactly one column of dates.

        Example:
            >>> import relmetrics as rm
            >>> trend = rm.NPS().over_counts(
            ...     ["2025-01", "2025-01", "2025-03"], [10, 3, 9], [3, 1, 5]
            ... )
            >>> trend["2025-01"].value, trend["2025-03"].n
            (50.0, 5)
        """
        from relmetrics.estimators.asked import trend_of  # noqa: PLC0415 - as above

        days, rows = self._counted(
            dates,
            "dates",
            answers=answers,
            counts=counts,
            weights=weights,
            squares=squares,
            missing=missing,
        )
        return trend_of(
            self,
            rows,
            one_column(days, "dates"),
            every=every,
            as_of=as_of,
            zone=zone,
            recorded_in=recorded_in,
            week_start=week_start,
            year_start=year_start,
            confidence_level=confidence_level,
        )

    def _counted(self, labels: Any, name: str, **given: Any) -> tuple[Any, PreparedCounts]:
        """Return the labels and the counts, of columns or of one table."""
        from relmetrics.states.counted import CountedAnswers  # noqa: PLC0415 - of counts only

        if any(isinstance(column, str) for column in given.values()):
            from relmetrics.data.tables import split_columns  # noqa: PLC0415 - of tables only

            named, labels = split_columns(labels, given, name)
            given = dict.fromkeys(given) | named
        require_aligned(**{name: labels}, **given)
        answers = as_column(self.as_answers(given.pop("answers")), "answers")
        counts = given.pop("counts")
        if counts is None:
            raise ParameterError.must_be("counts", "one number per row", None)
        counted = CountedAnswers.of(answers, self.scale, counts, **given)
        return labels, PreparedCounts(len(answers), None, counted)


def one_column(days: Any, name: str) -> Column:
    """Return the only column of what a table has left, or the column that was given.

    Raises:
        ParameterError: There is not exactly one.
    """
    if not isinstance(days, dict):
        return cast("Column", days)
    if len(days) != 1:
        raise ParameterError.must_be(
            name, "one column beside those that are named", list(days), "Drop the others."
        )
    return cast("Column", next(iter(days.values())))
