"""Measure: many metrics of a frame, by group and over time, as one tidy table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from relmetrics.data.calendar.dates import as_whole_day
from relmetrics.data.calendar.periods import as_every
from relmetrics.data.checks import check_flag
from relmetrics.errors import ParameterError
from relmetrics.frames.answers import Answers
from relmetrics.frames.asking import Asked
from relmetrics.frames.queries.together import Queries
from relmetrics.frames.segments import Plan
from relmetrics.frames.streams import is_stream, over_batches
from relmetrics.frames.tidy import FIXED, Tidy
from relmetrics.inference.intervals import quantile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.calendar.periods import Every
    from relmetrics.data.types import Zone
    from relmetrics.frames.streams import Progress

_COMPARES = ("rest", "previous")


def measure(
    frame: Any,
    measures: Mapping[str | tuple[str, ...], Any],
    *,
    by: Sequence[str | Sequence[str]] | str | None = (),
    date: str | None = None,
    every: Every = "month",
    weights: str | None = None,
    respondents: str | None = None,
    total: bool = True,
    compare: str | None = None,
    as_of: object = None,
    zone: Zone | None = None,
    week_start: str = "monday",
    year_start: str = "january",
    confidence_level: float = 0.95,
    explain: bool = False,
    progress: Progress | None = None,
) -> Any:
    """Compute metrics of a frame, by group and over time, as one tidy table of the same library.

    The engine counts the answers and sums the columns of an index or a ratio. Lazy frames, files
    and databases are read once for all columns of numbers that are counted; what comes to Python
    is one row per group, day and point of the scale. Values, intervals and tests are
    then those of ``metric.by``, ``metric.over``, ``compare`` and ``changes``.

    Columns of the table: ``metric``, ``column``; ``by``, which says what the row is of
    (``total``, or the names of its grouping columns); the grouping columns, empty where a row is
    not by them; with `date` ``period``, its first day, and whether it is ``complete``; ``value``,
    ``low``, ``high``, ``n``, ``missing``, ``unit``; and with `compare` ``difference``,
    ``difference_low``, ``difference_high``, ``p_adjusted`` and ``verdict``. Verdict and interval
    are adjusted for the number of comparisons, so they agree. Groups are sorted.

    Args:
        frame: A data frame that narwhals knows: pandas, Polars (lazy as well), PyArrow, DuckDB,
            Ibis, Dask, PySpark, SQLFrame; or a path to Parquet or CSV files, or a query in SQL,
            which DuckDB reads: ``"answers/*.parquet"``, ``"SELECT * FROM 'answers.csv'"``. Or a
            stream of frames, read once and never held as a whole: any iterator or list of them, or
            a ``pyarrow.RecordBatchReader``; the table is then of the kind of the first.
        measures: Column to metric, or to a list of metrics; several columns to an index or a ratio:
            ``{"recommend": rm.NPS(), ("food", "safety"): rm.CSI()}``.
        by: Grouping columns, which are crossed: ``["plan", "region"]``. Groupings one beside the
            other are lists of their own: ``[["plan"], ["region"]]``.
        date: The column of dates, times or ISO text.
        every: The kind of period.
        weights: The column of survey weights.
        respondents: The column of who answered, where people answer again: intervals and
            comparisons then know it. The rows of these columns come to Python, of one frame.
        total: Whether there are rows of all groups together.
        compare: ``rest``, each group with all others, within each period if there are any; or
            ``previous``, each complete period with the one before, within each group. P-values are
            adjusted by Holm within each of these families.
        as_of: The last day that was wholly observed; by default the last day of the data.
        zone: The time zone whose calendar counts, for times that carry a zone.
        week_start: The first day of a week.
        year_start: The first month of a year and of its quarters.
        confidence_level: Level of intervals and verdicts.
        explain: Whether to compute nothing, and return the text of the queries that the engine
            would be asked: SQL of DuckDB, Ibis and SQLFrame, the plan of Polars, Spark and Dask.
        progress: Called after each batch of a stream with their number and the table of what they
            come to so far.

    Raises:
        ParameterError: It is no frame; a column is missing, named twice or of a type that is no
            key; a metric does not fit its columns; or the engine cannot answer, or has no query.
        AnswerError: Some answers are none of their scale.
        AmountError: Some amounts are not what they must be.
        DateError: The dates cannot be read, or follow the zone of a session.
        WeightError: Some rows have no weight.

    Example:
        >>> import relmetrics as rm
        >>> from relmetrics import frames
        >>> import pandas as pd
        >>> df = pd.DataFrame({"q": [10, 9, 3, 8], "plan": ["a", "a", "b", "b"]})
        >>> frames.measure(df, {"q": rm.NPS()}, by=["plan"])["value"].tolist()
        [25.0, 100.0, -50.0]
    """
    quantile(confidence_level)
    check_flag("total", total)
    check_flag("explain", explain)
    as_every(every, week_start=week_start, year_start=year_start)
    if as_of is not None:
        as_whole_day(as_of, "as_of", zone=zone)
    groupings = _groupings(by)
    _require_comparable(compare, groupings, date)
    names = tuple(dict.fromkeys(name for grouping in groupings for name in grouping))
    taken = [name for name in names if name in FIXED]
    if taken:
        raise ParameterError(
            f"by names the column {taken[0]!r}, and so is a column of the table called that is "
            "made. Rename yours in the frame."
        )
    pairs = _pairs(measures)

    def asked_of(batch: Any) -> Asked:
        asked = Asked.of(
            batch, by=names, date=date, weights=weights, zone=zone, respondents=respondents
        )
        for columns, _ in pairs:
            asked.source.require("measures", [columns] if isinstance(columns, str) else columns)
        return asked

    _require_rows(respondents, frame, explain=explain)
    if explain:
        _require_one_frame(frame)
        asked = asked_of(frame)
        return Queries.of(asked, pairs).text(asked)
    plan = Plan(
        groupings=(((),) if total or not groupings else ()) + groupings,
        compare=compare,
        confidence_level=confidence_level,
        calendar={
            "every": every,
            "as_of": as_of,
            "week_start": week_start,
            "year_start": year_start,
        },
    )

    def table_of(answers: Answers) -> Any:
        tidy = Tidy(names, dated=date is not None, compared=compare is not None)
        for (columns, metric), answered in zip(pairs, answers.given, strict=True):
            for grouping in plan.groupings:
                for part in plan.parts(metric, answered, grouping):
                    tidy.add(metric, columns, grouping, part)
        return answers.source.table(tidy.columns)

    answers = over_batches(
        frame, lambda batch: Answers.of(asked_of(batch), pairs), progress, show=table_of
    )
    return table_of(answers)


def _require_rows(respondents: str | None, frame: Any, *, explain: bool) -> None:
    """Check that rows of respondents are asked for where they can be had.

    Raises:
        ParameterError: They are asked of a stream, or of a query.
    """
    if respondents is not None and (explain or is_stream(frame)):
        raise ParameterError(
            "respondents are read row by row, from one frame: there is no query to explain, and of "
            "a stream use frames.tally, frames.breakdown or frames.trend, whose states add."
        )


def _require_one_frame(frame: Any) -> None:
    """Check that there is one query to explain.

    Raises:
        ParameterError: Every frame of a stream has its own.
    """
    if is_stream(frame):
        raise ParameterError(
            "explain shows the query of one frame, and a stream is asked frame by frame. Hand over "
            "one of its frames, or leave explain out."
        )


def _groupings(by: Any) -> tuple[tuple[str, ...], ...]:
    """Return the groupings that stand one beside the other, each with its columns."""
    if isinstance(by, str):
        return ((by,),)
    if not (by is None or isinstance(by, Iterable)):
        raise ParameterError.must_be("by", "names of columns, or lists of them", by)
    given = [] if by is None else list(by)
    if not given:
        return ()
    nested = [isinstance(item, (list, tuple)) for item in given]
    if any(nested) and not all(nested):
        raise ParameterError.must_be(
            "by",
            "names of columns, or lists of them",
            given,
            "Say [['plan'], ['region', 'plan']] for groupings one beside the other.",
        )
    groupings = tuple(map(tuple, given)) if nested[0] else (tuple(given),)
    for grouping in groupings:
        repeated = [name for name in grouping if grouping.count(name) > 1]
        if repeated or not grouping or groupings.count(grouping) > 1:
            raise ParameterError.must_be("by", "columns that differ", list(grouping))
    return groupings


def _require_comparable(compare: Any, groupings: tuple[Any, ...], date: str | None) -> None:
    if compare is None:
        return
    if not isinstance(compare, str) or compare not in _COMPARES:
        raise ParameterError.unknown_name("compare", compare, _COMPARES)
    if compare == "rest" and not groupings:
        raise ParameterError.must_be(
            "compare", "'rest' only where there are groups", compare, "Name grouping columns in by."
        )
    if compare == "previous" and date is None:
        raise ParameterError.must_be(
            "compare", "'previous' only over time", compare, "Name the column of dates in date."
        )


def _pairs(measures: Any) -> list[tuple[str | tuple[str, ...], Any]]:
    """Return each column, or columns, with each of its metrics."""
    if not isinstance(measures, Mapping) or not measures:
        raise ParameterError.must_be(
            "measures",
            "a mapping of column to metric",
            measures,
            "Say {'recommend': rm.NPS()}.",
        )
    for columns in measures:
        if not isinstance(columns, (str, tuple)):
            remedy = "Columns come first: {'recommend': rm.NPS()}."
            raise ParameterError.must_be("measures", "by name of column", columns, remedy)
    return [
        (columns, metric)
        for columns, metrics in measures.items()
        for metric in (metrics if isinstance(metrics, (list, tuple)) else [metrics])
    ]
