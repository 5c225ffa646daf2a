"""Assembly of a scorecard: every metric that a survey table and a customer table allow."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from relmetrics.data.calendar.dates import as_whole_day
from relmetrics.data.calendar.periods import Every, as_every
from relmetrics.data.checks import check_name, check_whole
from relmetrics.data.progress import watched
from relmetrics.data.scale import ONE_TO_FIVE, Scale
from relmetrics.metric.wording import DECIMALS
from relmetrics.reports.scorecard.behaviour import Reader
from relmetrics.reports.scorecard.builder import Builder
from relmetrics.reports.scorecard.columns import (
    DATE,
    SEGMENT,
    as_segments,
    as_titles,
    check_columns,
    check_texts,
    require_segment,
)
from relmetrics.reports.scorecard.rows import SMALL_BASE
from relmetrics.reports.scorecard.scorecard import Scorecard
from relmetrics.survey.ces import CES
from relmetrics.survey.csat import CSAT
from relmetrics.survey.nps import NPS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from relmetrics.customers.purchase_log import PurchaseLog
    from relmetrics.data.missing import MissingRule
    from relmetrics.data.types import Column, Zone
    from relmetrics.money.revenue_history import RevenueHistory


def _take(steps: Sequence[Callable[[], None]]) -> None:
    """Take steps in order, and tell how many are taken."""
    for place in watched(range(len(steps))):
        steps[place]()


def scorecard(
    *,
    survey: Mapping[str, Column] | None = None,
    customers: Mapping[str, Column] | None = None,
    purchases: PurchaseLog | None = None,
    history: RevenueHistory | None = None,
    title: str = "Customer relationship scorecard",
    segment: str | Sequence[str] | None = SEGMENT,
    weight: str | None = None,
    recommend: str | None = "recommend",
    satisfaction: str | None = "satisfaction",
    satisfaction_scale: Scale = ONE_TO_FIVE,
    effort: str | None = "effort",
    factors: Mapping[str, float] | Sequence[str] | None = (),
    date: str | None = DATE,
    every: Every = "month",
    as_of: object = None,
    zone: Zone | None = None,
    recorded_in: Zone | None = None,
    week_start: str = "monday",
    year_start: str = "january",
    missing_factor: MissingRule = "row",
    small_base: int = SMALL_BASE,
    confidence_level: float = 0.95,
    labels: Mapping[str, str] | None = None,
    source: str = "",
    active_within: int = 365,
    decimal: str = ".",
) -> Scorecard:
    """Compute every metric that the data allows, overall, by segment and over time.

    A metric whose columns are absent is left out, and a note says so. Segments are compared with
    the rest. Where the survey has dates, the last period that is over is compared with the one
    before and with the limits of all before it, and the slope is that of all periods.

    Args:
        survey: Column name to answers: by default ``recommend`` (0-10), ``satisfaction`` (1-5),
            ``effort`` (1-7) and rated factors (1-5). Text is read with `Scale.parse`.
        customers: Column name to values, one row per customer: ``at_start``, ``at_end``,
            ``helped``, ``referred`` (yes/no), ``purchases``, ``gain`` and ``cost``.
        purchases: A log of purchases: retention, churn, repeat and loyalty rates, ROR and order
            value; who came and went, cohorts, survival and stages.
        history: A history of recurring revenue: net and gross retention, and its movements.
        title: The heading.
        segment: The column of segments in either table, or several of them; a table without it has
            no segments. None for no segments.
        weight: The column of survey weights, or None for unweighted answers.
        recommend: The column of the recommendation question; None for a survey without.
        satisfaction: The column of the satisfaction question, or None.
        satisfaction_scale: Its scale, also that of the factors.
        effort: The column of the effort question, or None.
        factors: The factors of the index: names, or names with weights; None for no index.
        date: The column of the survey that says when it was answered: dates or ISO 8601 text; or
            None. Rows without a date are counted, and are in no period. A table without the column
            ``date`` has no section on time.
        every: The kind of period: ``day``, ``week``, ``month``, ``quarter`` or ``year``.
        as_of: The last day that was wholly observed; by default the last day of the data.
        zone: The time zone whose calendar counts, for dates that carry a zone.
        recorded_in: The time zone whose clock wrote dates that carry none.
        week_start: The first day of a week.
        year_start: The first month of a year and of its quarters.
        missing_factor: The rule of the satisfaction index for missing ratings, as of `CSI`: ``row``
            or ``pairwise``.
        small_base: Rows with fewer answers are marked.
        confidence_level: Level of the intervals.
        labels: Column name to the title that it has on the page, such as ``{"q7art": "Art"}``;
            names of other columns are no error, so one mapping serves many surveys.
        source: What the data is called on the page, such as the name of a file.
        active_within: Days after a purchase that a customer of the log is one; who bought nothing
            for longer has lapsed.
        decimal: What stands before decimals on the page: ``.`` or ``,``.

    Raises:
        FactorError: A factor, the weight, or a date that was named is no column of the survey.
        DateError: A date cannot be read, or `as_of` comes before all of them.
        ParameterError: There is no such kind of period or time zone, or a column is not named by
            text.
        RelmetricsError: A column holds something that is no answer: see the metrics.

    Example:
        >>> import relmetrics as rm
        >>> card = rm.scorecard(survey={"recommend": [10, 9, 3]}, segment=None)
        >>> print(card.estimates[0])
        NPS 33.3 (95% CI -51.3 to 84.7; n = 3)
    """
    small_base = check_whole("small_base", small_base, 1)
    check_texts(title=title)
    columns = as_segments(segment)
    check_columns(weight=weight, date=date)
    check_name("decimal", decimal, DECIMALS)
    active_within = check_whole("active_within", active_within, 1)
    check_columns(recommend=recommend, satisfaction=satisfaction, effort=effort)
    titles = as_titles(labels)
    period = as_every(every, week_start=week_start, year_start=year_start)
    until = None if as_of is None else as_whole_day(as_of, "as_of", zone=zone)
    card = Builder(columns, confidence_level)
    steps: list[Callable[[], None]] = []
    if survey is not None:
        card.use("survey", survey, weight)
        if date is not None and (date in card.table or date != DATE or as_of is not None):
            card.follow(date, zone, recorded_in, every=period, as_of=until)
        csat = CSAT(scale=satisfaction_scale)
        for metric, column in ((NPS(), recommend), (csat, satisfaction), (CES(), effort)):
            if column is not None:
                steps.append(partial(card.answers, metric, column))
        if factors is not None:
            steps.append(partial(card.index, factors, satisfaction_scale, missing_factor))
        steps.append(card.note_time)
    if customers is not None:
        steps.append(partial(card.customers, customers))
    _take(steps)
    behaviour = None
    if purchases is not None or history is not None:
        reader = Reader(confidence_level)
        behaviour = reader.read(
            purchases, history, every=period, as_of=until, active_within=active_within
        )
        card.estimates += reader.estimates
        card.notes += reader.notes
        card.logged(purchases)
    for column in columns:
        if column != SEGMENT:
            require_segment(column, survey, customers)
    return Scorecard(
        title,
        tuple(card.estimates),
        tuple(card.segments),
        tuple(card.notes),
        small_base,
        card.factors,
        tuple(card.over_time),
        tuple(card.factor_answers),
        titles,
        card.origin(source, weight),
        decimal,
        behaviour,
    )
