"""One metric of a frame, or of frames one after another: its state, its breakdown, its trend."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from relmetrics.data.labels.grouping import Labels
from relmetrics.errors import ParameterError
from relmetrics.estimators.asked import breakdown_of, trend_of
from relmetrics.estimators.counted import CountedQuestions
from relmetrics.estimators.summed import SummedQuestions
from relmetrics.frames.asking import Asked
from relmetrics.frames.queries.together import ask
from relmetrics.frames.streams import add_breakdowns, over_batches
from relmetrics.questions.groups.breakdown import Breakdown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.calendar.periods import Every
    from relmetrics.data.types import Zone
    from relmetrics.frames.asking import Answered
    from relmetrics.frames.streams import Progress
    from relmetrics.questions.trends.trend import Trend
    from relmetrics.states.moments.moments import Moments
    from relmetrics.states.tally import Tally


def tally(
    frame: Any,
    column: str,
    metric: CountedQuestions[Any],
    *,
    weights: str | None = None,
    respondents: str | None = None,
    progress: Progress | None = None,
) -> Tally:
    """Count a column of a frame into the state of a metric of answers.

    Args:
        frame: A data frame that narwhals knows; or a stream of them, read once and never held as
            a whole: any iterator or list of frames, or a ``pyarrow.RecordBatchReader``.
        column: The name of the column of answers.
        metric: The metric, which says on what scale they are.
        weights: The name of the column of survey weights.
        respondents: The name of the column of who answered, where people answer again: intervals
            and comparisons then know it. The rows of these columns come to Python.
        progress: Called after each batch of a stream with their number and what they come to so
            far: ``lambda batches, so_far: print(batches, so_far.n)``.

    Raises:
        ParameterError: It is no frame, there is no such column, or the engine cannot answer.
        AnswerError: Some answers are none of the scale.
        WeightError: Some rows have no weight.

    Example:
        >>> import relmetrics as rm
        >>> from relmetrics import frames
        >>> import polars as pl
        >>> frames.tally(pl.DataFrame({"q": [10, 3]}), "q", rm.NPS()).n
        2
    """
    require_kind(metric, CountedQuestions, "tally")

    def one(batch: Any) -> Tally:
        asked = Asked.of(batch, weights=weights, respondents=respondents)
        rows = ask(asked, column, metric).rows
        return cast("Tally", rows.summed(None, 1))

    return over_batches(frame, one, progress)


def moments(
    frame: Any,
    columns: Sequence[str],
    metric: SummedQuestions[Any],
    *,
    weights: str | None = None,
    respondents: str | None = None,
    progress: Progress | None = None,
) -> Moments:
    """Sum columns of a frame into the state of an index or a ratio of amounts.

    Args:
        frame: A data frame that narwhals knows; or a stream of them, read once and never held as
            a whole: any iterator or list of frames, or a ``pyarrow.RecordBatchReader``.
        columns: The names of the columns: the factors of an index; the columns of a ratio, in the
            order in which the metric names them.
        metric: The metric.
        weights: The name of the column of survey weights.
        respondents: The name of the column of who answered, where people answer again: intervals
            and comparisons then know it. The rows of these columns come to Python.
        progress: Called after each batch of a stream with their number and what they come to so
            far: ``lambda batches, so_far: print(batches, so_far.n)``.

    Raises:
        ParameterError: It is no frame, there is no such column, or the engine cannot answer.
        AnswerError: Some ratings are none of the scale.
        AmountError: Some amounts are not what they must be.
        FactorError: A factor has no weight.
        WeightError: Some rows have no weight.
    """
    require_kind(metric, SummedQuestions, "moments")

    def one(batch: Any) -> Moments:
        rows = ask(
            Asked.of(batch, weights=weights, respondents=respondents), tuple(columns), metric
        ).rows
        return cast("Moments", rows.summed(None, 1))

    return over_batches(frame, one, progress)


def breakdown(
    frame: Any,
    column: str | Sequence[str],
    metric: Any,
    *,
    by: str | Sequence[str],
    weights: str | None = None,
    respondents: str | None = None,
    confidence_level: float = 0.95,
    progress: Progress | None = None,
) -> Breakdown:
    """Compute a metric of a frame for every group: what ``metric.by`` gives, the groups sorted.

    Args:
        frame: A data frame that narwhals knows; or a stream of them, read once and never held as
            a whole: any iterator or list of frames, or a ``pyarrow.RecordBatchReader``.
        column: The name of the column of answers; of an index or a ratio the names of several.
        metric: The metric.
        by: The name of the grouping column, or several, which are crossed.
        weights: The name of the column of survey weights.
        respondents: The name of the column of who answered, where people answer again: intervals
            and comparisons then know it. The rows of these columns come to Python.
        confidence_level: Level of the intervals.
        progress: Called after each batch of a stream with their number and what they come to so
            far: ``lambda batches, so_far: print(batches, so_far.n)``.

    Raises:
        RelmetricsError: As for `tally` and `moments`, or a column of groups holds no labels.
    """
    names = [by] if isinstance(by, str) or not isinstance(by, Iterable) else list(by)
    if not names:
        raise ParameterError.must_be("by", "at least one column", by)

    def one(batch: Any) -> Breakdown:
        answered = ask(
            Asked.of(batch, by=names, weights=weights, respondents=respondents), column, metric
        )
        return grouped(metric, answered, answered.labels, confidence_level)

    return over_batches(frame, one, progress, add=add_breakdowns)


def trend(
    frame: Any,
    column: str | Sequence[str],
    metric: Any,
    *,
    date: str,
    every: Every = "month",
    weights: str | None = None,
    respondents: str | None = None,
    as_of: object = None,
    zone: Zone | None = None,
    week_start: str = "monday",
    year_start: str = "january",
    confidence_level: float = 0.95,
    progress: Progress | None = None,
) -> Trend:
    """Compute a metric of a frame period by period: what ``metric.over`` gives.

    The engine counts by day, so that periods of every kind are right and the last day is known.

    Args:
        frame: A data frame that narwhals knows; or a stream of them, read once and never held as
            a whole: any iterator or list of frames, or a ``pyarrow.RecordBatchReader``.
        column: The name of the column of answers; of an index or a ratio the names of several.
        metric: The metric.
        date: The name of the column of dates, times or ISO text.
        every: The kind of period: ``day``, ``week``, ``month``, ``quarter`` or ``year``.
        weights: The name of the column of survey weights.
        respondents: The name of the column of who answered, where people answer again: intervals
            and comparisons then know it. The rows of these columns come to Python.
        as_of: The last day that was wholly observed, as for `over`.
        zone: The time zone whose calendar counts, for times that carry a zone.
        week_start: The first day of a week.
        year_start: The first month of a year and of its quarters.
        confidence_level: Level of the intervals.
        progress: Called after each batch of a stream with their number and what they come to so
            far: ``lambda batches, so_far: print(batches, so_far.n)``.

    Raises:
        RelmetricsError: As for `tally` and `moments`.
        DateError: A date cannot be read, all are missing, or times with a zone follow the session.
    """

    def one(batch: Any) -> Trend:
        answered = ask(
            Asked.of(batch, date=date, weights=weights, zone=zone, respondents=respondents),
            column,
            metric,
        )
        return trend_of(
            metric,
            answered.rows,
            answered.days or [],
            confidence_level=confidence_level,
            every=every,
            as_of=as_of,
            zone=answered.zone,
            week_start=week_start,
            year_start=year_start,
        )

    return over_batches(frame, one, progress)


def require_kind(metric: Any, kind: type, function: str) -> None:
    """Check that a metric is of the kind that a function makes the state of.

    Raises:
        ParameterError: It is not.
    """
    if not isinstance(metric, kind):
        what = "answers" if kind is CountedQuestions else "several columns"
        raise ParameterError.must_be(
            "metric",
            f"a metric of {what}, such as {'NPS()' if kind is CountedQuestions else 'CSI()'}",
            metric,
            f"frames.{'moments' if function == 'tally' else 'tally'} is for the others.",
        )


def grouped(
    metric: Any, answered: Answered, labels: dict[str, list[Any]], confidence_level: float
) -> Breakdown:
    """Return the breakdown by these labels, sorted; without any, that of everything."""
    if labels:
        return breakdown_of(
            metric, answered.rows, labels, sort=True, confidence_level=confidence_level
        )
    states = answered.rows.summed(np.zeros(answered.rows.size, dtype=np.intp), 1)
    whole = Labels(("group",), (np.array(["total"], dtype=object),))
    return Breakdown(metric, whole, states, states[0], confidence_level)
