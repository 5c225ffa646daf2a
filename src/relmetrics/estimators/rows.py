"""Rows: by, over, pairs and compare_paired of every metric, over rows that it read once."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import frozen

from relmetrics.data.checks import choice
from relmetrics.errors.definitions import no_frame
from relmetrics.estimators.prepared import stated
from relmetrics.metric.metric import E, Metric

if TYPE_CHECKING:
    from relmetrics.data.calendar.periods import Every
    from relmetrics.data.types import Column, Groups, Zone
    from relmetrics.estimators.prepared import PreparedRows
    from relmetrics.metric.contract import State
    from relmetrics.metric.difference import Difference
    from relmetrics.metric.sides import Sides
    from relmetrics.questions.groups.breakdown import Breakdown
    from relmetrics.questions.trends.trend import Trend
    from relmetrics.states.clustered.design import AnyDesign

S = TypeVar("S", bound="State")


@frozen(kw_only=True)
class Questions(Metric[S, E]):
    """A metric with the questions that are asked of its data: groups, periods, pairs.

    A kind of metric says how rows are read, and how pairs are compared.
    """

    @abstractmethod
    def prepare(self, data: Any, *args: Any, **options: Any) -> PreparedRows:
        """Read and check rows of data, with `weights` and what else the kind of metric takes."""

    @abstractmethod
    def sides(self, pairs: Any) -> Sides:
        """Return the two sides of a paired comparison.

        Raises:
            StateError: The state is no pairs of this metric.
        """

    @no_frame("relmetrics.frames.breakdown(frame, {0}, {own}(...), by={1})", least=2, method=True)
    def by(
        self,
        answers: Any,
        groups: Groups,
        *,
        weights: Column | None = None,
        respondents: Column | None = None,
        design: AnyDesign | None = None,
        sort: bool = False,
        confidence_level: float = 0.95,
        **options: Any,
    ) -> Breakdown:
        """Compute the metric for every group.

        Args:
            answers: One answer per row; the ratings of an index, the columns of a ratio.
            groups: One label per row, of any hashable kind; or several columns, as a mapping of
                name to column, a data frame or a list of columns. A missing label is a group
                called None.
            weights: One survey weight per row, or a `Weighting`, whose margins the interval knows.
            respondents: Who answered, one id per row; comparisons of groups then know who is in
                both.
            design: How the sample was drawn, in place of `respondents`; groups are then domains
                of the whole design.
            sort: Sort the groups; by default they come in order of appearance.
            confidence_level: Level of the intervals.
            options: Of an index: ``factors``, the names of the columns of a 2-D array.

        Raises:
            LengthError: The columns differ in length.
            AnswerError: Some entries are no scores.
            OffScaleError: Some are off the scale.
            AmountError: An amount is not finite, or is negative where it cannot be.
            FactorError: A column is missing, or a factor has no weight.
            WeightError: A weight is negative or not finite, or all are zero.
            ParameterError: The level is not between 0 and 1, or the groups cannot be sorted.

        Example:
            >>> import relmetrics as rm
            >>> rm.NPS().by([10, 9, 3], ["shop", "web", "web"])["web"].value
            0.0
        """
        from relmetrics.estimators.asked import breakdown_of  # noqa: PLC0415 - only who asks needs it

        rows = self.prepare(
            answers, weights=weights, **stated(respondents=respondents, design=design), **options
        )
        return breakdown_of(self, rows, groups, sort=sort, confidence_level=confidence_level)

    @no_frame("relmetrics.frames.trend(frame, {0}, {own}(...), date={1})", least=2, method=True)
    def over(
        self,
        answers: Any,
        dates: Column,
        *,
        every: Every = "month",
        weights: Column | None = None,
        respondents: Column | None = None,
        design: AnyDesign | None = None,
        as_of: object = None,
        zone: Zone | None = None,
        recorded_in: Zone | None = None,
        week_start: str = "monday",
        year_start: str = "january",
        confidence_level: float = 0.95,
        **options: Any,
    ) -> Trend:
        """Compute the metric period by period.

        Periods come in order, from the first to the last with rows, those between without any too.

        Args:
            answers: As for `by`.
            dates: One per row: datetime64, `datetime`, `date` or ISO 8601 text. Without a date a
                row is counted, and is in no period and not in the total.
            every: The kind of period: ``day``, ``week``, ``month``, ``quarter`` or ``year``.
            weights: One survey weight per row, or a `Weighting`, whose margins the interval knows.
            respondents: Who answered, one id per row; changes then know who answered in both.
            design: As for `by`.
            as_of: The last day that was wholly observed, without a time of day. Periods go on to
                it, with or without answers; one that ends after it is marked as not over, and later
                rows are counted and left out. By default the last day of the data.
            zone: The time zone whose calendar counts, for dates that carry a zone: its name or a
                `ZoneInfo`.
            recorded_in: The time zone whose clock wrote dates that carry none, such as ``"UTC"``;
                they are converted to `zone`.
            week_start: The first day of a week, such as ``"sunday"``.
            year_start: The first month of a year and of its quarters, such as ``"april"``.
            confidence_level: Level of the intervals.
            options: As for `by`.

        Raises:
            DateError: A date cannot be read, all are missing, or `as_of` comes before all of them.
            AnswerError: Some entries are no scores.
            OffScaleError: Some are off the scale.
            AmountError: An amount is not finite, or is negative where it cannot be.
            FactorError: A column is missing, or a factor has no weight.
            WeightError: A weight is negative or not finite, or all are zero.
            LengthError: The columns differ in length.
            ParameterError: The level is not between 0 and 1, or there is no such period or zone.

        Example:
            >>> import relmetrics as rm
            >>> trend = rm.NPS().over([10, 9, 3], ["2025-01-09", "2025-01-31", "2025-02-28"])
            >>> trend["2025-01"].value, trend["2025-02"].value
            (100.0, -100.0)
        """
        from relmetrics.estimators.asked import trend_of  # noqa: PLC0415 - as above

        return trend_of(
            self,
            self.prepare(
                answers,
                weights=weights,
                **stated(respondents=respondents, design=design),
                **options,
            ),
            dates,
            every=every,
            as_of=as_of,
            zone=zone,
            recorded_in=recorded_in,
            week_start=week_start,
            year_start=year_start,
            confidence_level=confidence_level,
        )

    def pairs(
        self,
        answers: Any,
        reference: Any,
        *,
        weights: Column | None = None,
        respondents: Column | None = None,
        reference_respondents: Column | None = None,
        **options: Any,
    ) -> Any:
        """Sum two answers of the same respondents into the state of a paired comparison.

        Of ratios of money, every row in the base of either period is kept: who left within the
        first has 0 in the second, and who joined after it 0 in the first. So each value is that of
        its own period. Rows of which an amount is missing are counted and left out.

        Args:
            answers: As for `by`.
            reference: The same of an earlier wave or period, or of another question. In the same
                rows, unless respondents are given.
            weights: One survey weight per row.
            respondents: Who gave each answer, to match the two by; the rows may then differ. Only
                of a column of answers.
            reference_respondents: Who gave each answer of the reference.
            options: As for `by`.

        Raises:
            AnswerError: Some entries are no scores.
            OffScaleError: Some are off the scale.
            AmountError: An amount is not finite, or is negative where it cannot be.
            FactorError: A column is missing, or the two have different factors.
            WeightError: A weight is negative or not finite, or all are zero.
            LengthError: The columns differ in length.
            CustomerError: A respondent is missing, or is there twice on one side.

        Example:
            >>> import relmetrics as rm
            >>> rm.NPS().pairs([9, 10, 8], [8, None, 8]).n
            2
        """
        rows = self.prepare(answers, weights=weights, **options)
        others = self._reference(reference, **options)
        return rows.paired(others, respondents, reference_respondents)

    def _reference(self, data: Any, *args: Any, **options: Any) -> PreparedRows:
        """Read the rows that others are compared with."""
        return self.prepare(data, *args, **options)

    def compare_paired(
        self, pairs: Any, *, confidence_level: float = 0.95, method: str | None = None
    ) -> Difference:
        """Compare two answers of the same respondents: answers minus reference.

        The variance is that of pairs: who rates high in one wave does in the other, and that does
        not count as uncertainty. So people who hardly change their mind give a short interval,
        where two separate samples of that size would not. Rows that lack one of the two are
        counted as missing and left out.

        Interval and p-value: of rates the score interval (Tango 1998) and McNemar's test (1947);
        of everything else by adding pseudo-pairs. The p-value is always of the interval's method.

        Args:
            pairs: What `pairs` made of the answers, or a sum of such states.
            confidence_level: Level of the interval, strictly between 0 and 1.
            method: `adjusted` or `wald`; of answers also `score`.

        Raises:
            EmptySampleError: There are no pairs.
            StateError: The state is no pairs of this metric.
            AmountError: The denominators of a period sum to 0.
            ParameterError: The level is not between 0 and 1, or there is no such method.

        Example:
            >>> import relmetrics as rm
            >>> nps = rm.NPS()
            >>> pairs = nps.pairs([9, 10, 8, 9, 7, None], [8, 9, 8, 6, 7, 10])
            >>> print(nps.compare_paired(pairs))
            NPS difference 60.0 points (95% CI -26.7 to 101.7; p = 0.25; n = 5 pairs, 1 missing)
        """
        from relmetrics.metric.difference import Difference  # noqa: PLC0415 - as above

        sides = self.sides(pairs)
        return Difference.of(sides, confidence_level, choice("method", method, sides.methods))
