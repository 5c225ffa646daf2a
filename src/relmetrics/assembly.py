"""Assembly of a scorecard: every metric that a survey table and a customer table allow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.cards import Scorecard
from relmetrics.columns import require_equal_lengths
from relmetrics.customers.loyalty import LoyaltyRate, ReferralRate, RepeatRate
from relmetrics.customers.relationship import ReturnOnRelationship
from relmetrics.customers.retention import ChurnRate, RetentionRate
from relmetrics.errors import AmountError, EmptySampleError, FactorError, WeightError
from relmetrics.messages import did_you_mean
from relmetrics.missing import is_missing
from relmetrics.money.investment import ReturnOnInvestment
from relmetrics.pages import SMALL_BASE
from relmetrics.parameters import check_whole
from relmetrics.scale import ONE_TO_FIVE, YES_NO, Scale
from relmetrics.survey.ces import CES
from relmetrics.survey.csat import CSAT
from relmetrics.survey.index import CSI
from relmetrics.survey.nps import NPS

if TYPE_CHECKING:
    from relmetrics.breakdown import Breakdown
    from relmetrics.estimate import Estimate
    from relmetrics.table import Table
    from relmetrics.types import Column, FloatArray


def scorecard(
    *,
    survey: Mapping[str, Column] | None = None,
    customers: Mapping[str, Column] | None = None,
    title: str = "Customer relationship scorecard",
    segment: str = "segment",
    weight: str | None = None,
    recommend: str = "recommend",
    satisfaction: str = "satisfaction",
    satisfaction_scale: Scale = ONE_TO_FIVE,
    effort: str = "effort",
    factors: Mapping[str, float] | Sequence[str] = (),
    small_base: int = SMALL_BASE,
    confidence_level: float = 0.95,
) -> Scorecard:
    """Compute every metric that two tables allow, overall and by segment.

    A metric whose columns are absent is left out, and a note says so.

    Args:
        survey: Column name to answers: by default ``recommend`` (0-10), ``satisfaction`` (1-5),
            ``effort`` (1-7) and rated factors (1-5). Text is read with `Scale.parse`.
        customers: Column name to values, one row per customer: ``at_start``, ``at_end``,
            ``helped``, ``referred`` (yes/no), ``purchases``, ``gain`` and ``cost``.
        title: The heading.
        segment: The column of segments in either table; a table without it has no segments.
        weight: The column of survey weights, or None for unweighted answers.
        recommend: The column of the recommendation question.
        satisfaction: The column of the satisfaction question.
        satisfaction_scale: Its scale, also that of the factors.
        effort: The column of the effort question.
        factors: The factors of the index: names, or names with weights.
        small_base: Rows with fewer answers are marked.
        confidence_level: Level of the intervals.

    Raises:
        FactorError: A factor or the weight is no column of the survey.
        RelmetricsError: A column holds something that is no answer: see the metrics.

    Example:
        >>> import relmetrics as rm
        >>> card = rm.scorecard(survey={"recommend": [10, 9, 3]}, segment="plan")
        >>> print(card.estimates[0])
        NPS 33.3 (95% CI -51.3 to 84.7; n = 3)
    """
    check_whole("small_base", small_base, 1)
    card = _Builder(segment, confidence_level)
    index: Table | None = None
    if survey is not None:
        card.use("survey", survey, weight)
        card.answers(NPS(), recommend)
        card.answers(CSAT(scale=satisfaction_scale), satisfaction)
        card.answers(CES(), effort)
        index = card.index(factors, satisfaction_scale)
    if customers is not None:
        card.use("customers", customers, None)
        card.customers()
    return Scorecard(
        title, tuple(card.estimates), tuple(card.segments), tuple(card.notes), small_base, index
    )


class _Builder:
    """Adds one metric after another, overall and by segment, or a note on why it cannot."""

    def __init__(self, segment: str, confidence_level: float) -> None:
        self.segment = segment
        self.level = confidence_level
        self.estimates: list[Estimate] = []
        self.segments: list[Breakdown] = []
        self.notes: list[str] = []
        self.table: Mapping[str, Any] = {}
        self.kind = ""
        self.weights: Any = None

    def use(self, kind: str, table: Mapping[str, Any], weight: str | None) -> None:
        """Take the columns of a table from here on."""
        table = {str(name): list(table[name]) for name in getattr(table, "columns", table)}
        require_equal_lengths(**{name: len(column) for name, column in table.items()})
        self.kind, self.table = kind, table
        if weight is not None and weight not in table:
            raise FactorError.no_column(weight, list(table))
        self.weights = None if weight is None else as_numbers(table[weight], weight)

    def lacks(self, name: str, *columns: str) -> bool:
        """Note a metric that cannot be computed for want of columns."""
        absent = [column for column in columns if column not in self.table]
        if absent:
            hint = did_you_mean(absent[0], self.table)
            self.notes.append(
                f"{name} left out: the {self.kind} table has no column {', '.join(absent)}. {hint}"
            )
        return bool(absent)

    def add(self, metric: Any, data: Any, state: Any, rows: Any = None) -> None:
        """Add one metric, overall and by segment; `rows` are those that the data is about."""
        try:
            self.estimates.append(metric.estimate(state, confidence_level=self.level))
        except (EmptySampleError, AmountError, WeightError) as error:
            self.notes.append(f"{metric.description.symbol} left out: {error}")
            return
        if self.segment in self.table:
            labels = np.empty(len(self.table[self.segment]), dtype=object)
            labels[:] = list(self.table[self.segment])
            labels = labels if rows is None else labels[rows]
            weights = {} if self.weights is None else {"weights": self.weights}
            self.segments.append(
                metric.by(
                    data, {"segment": labels}, sort=True, confidence_level=self.level, **weights
                )
            )

    def answers(self, metric: Any, column: str) -> None:
        """Add a survey score of one question."""
        if not self.lacks(metric.description.symbol, column):
            data = parsed(metric.scale, self.table[column], column)
            self.add(metric, data, metric.tally(data, weights=self.weights))

    def index(self, factors: Mapping[str, float] | Sequence[str], scale: Scale) -> Table | None:
        """Add the satisfaction index of the factors."""
        if not factors:
            self.notes.append("CSI left out: no factors were named.")
            return None
        unknown = [name for name in factors if name not in self.table]
        if unknown:
            raise FactorError.no_column(unknown[0], list(self.table))
        weights = factors if isinstance(factors, Mapping) else dict.fromkeys(factors, 1.0)
        metric = CSI(weights=weights, scale=scale, missing_factor="pairwise")
        data = {name: parsed(scale, self.table[name], name) for name in factors}
        state = metric.moments(data, weights=self.weights)
        self.add(metric, data, state)
        return metric.factor_table(state, self.level) if state.n else None

    def customers(self) -> None:
        """Add the customer rates and the return on what was spent."""
        if not self.lacks("Retention and churn", "at_start", "at_end"):
            start, end = self.flags("at_start"), self.flags("at_end")
            rows = start != 0
            # Of whom it is not known whether they were there, it is not known whether they stayed.
            kept = np.where(np.isnan(start), np.nan, end)[rows]
            self.add(RetentionRate(), kept, RetentionRate().tally(kept), rows)
            self.add(ChurnRate(), 1 - kept, ChurnRate().tally(1 - kept), rows)
        if not self.lacks("ROR", "helped", "referred", "purchases"):
            ror, bought = ReturnOnRelationship(), as_numbers(self.table["purchases"], "purchases")
            again = np.where(np.isnan(bought), np.nan, bought >= 2)  # noqa: PLR2004 - again
            # One yes is enough; a no needs both to be known.
            referred = self.flags("referred")
            returning = np.where(np.fmax(referred, again) == 1, 1.0, referred + again)
            data = ror.answers(self.flags("helped"), returning)
            self.add(ror, data, ror.tally(data))
        for metric, column in ((LoyaltyRate(), "purchases"), (RepeatRate(), "purchases")):
            if not self.lacks(metric.description.symbol, column):
                data = as_numbers(self.table[column], column)
                self.add(metric, data, metric.tally(data))
        if not self.lacks("Referral rate", "referred"):
            data = self.flags("referred")
            self.add(ReferralRate(), data, ReferralRate().tally(data))
        if not self.lacks("ROI", "gain", "cost"):
            money = {name: as_numbers(self.table[name], name) for name in ("gain", "cost")}
            self.add(ReturnOnInvestment(), money, ReturnOnInvestment().moments(money))

    def flags(self, column: str) -> Any:
        """Return a column of yes and no as 1.0 and 0.0, NaN for missing."""
        return np.array(
            [
                np.nan if flag is None else flag
                for flag in YES_NO.parse(self.table[column], name=column)
            ]
        )


def parsed(scale: Scale, column: Column, name: str) -> Column:
    """Return a column of answers, read as labels where it holds text."""
    items: Any = column
    texts = any(isinstance(item, str) for item in items)
    return scale.parse(items, name=name) if texts else column


def as_numbers(column: Column, name: str) -> FloatArray:
    """Return a column as numbers, empty text and missing values as NaN.

    Raises:
        AmountError: Some entries are no finite numbers.
    """
    items: Any = column
    numbers = np.full(len(items), np.nan)
    offenders: list[tuple[int, object]] = []
    for position, item in enumerate(items):
        if is_missing(item) or (isinstance(item, str) and not item.strip()):
            continue
        try:
            numbers[position] = float(item)
        except (TypeError, ValueError):
            offenders.append((position, item))
    if offenders:
        raise AmountError.not_finite(offenders, name=name)
    return numbers
