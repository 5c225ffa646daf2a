"""Scorecard: several metrics together, overall and by segment, as text, table or HTML page."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen

from relmetrics.customers.loyalty import LoyaltyRate, ReferralRate, RepeatRate
from relmetrics.customers.relationship import ReturnOnRelationship
from relmetrics.customers.retention import ChurnRate, RetentionRate
from relmetrics.errors import EmptySampleError, FactorError, did_you_mean
from relmetrics.estimate import Estimate, percent
from relmetrics.missing import is_missing
from relmetrics.money.investment import ReturnOnInvestment
from relmetrics.scale import ONE_TO_FIVE, YES_NO, Scale
from relmetrics.survey.ces import CES
from relmetrics.survey.csat import CSAT
from relmetrics.survey.index import CSI
from relmetrics.survey.nps import NPS
from relmetrics.table import Table

if TYPE_CHECKING:
    from relmetrics.breakdown import Breakdown
    from relmetrics.types import AnyArray, Column

SMALL_BASE = 30


@frozen
class Scorecard:
    """Several metrics together, each with its interval, overall and by segment.

    Attributes:
        title: The heading.
        estimates: The metrics of all answers.
        segments: The same metrics by segment; empty when there is no segment.
        notes: What was left out, and why.
        small_base: Below this n a row is marked.

    Example:
        >>> import relmetrics as rm
        >>> card = rm.scorecard(survey=rm.simulate_survey(), customers=rm.simulate_customers())
        >>> card.estimates[0].metric.description.symbol
        'NPS'
        >>> card.table()["metric"].tolist()[:3]
        ['NPS', 'CSAT', 'CES']
    """

    title: str
    estimates: tuple[Estimate, ...]
    segments: tuple[Breakdown, ...] = ()
    notes: tuple[str, ...] = ()
    small_base: int = SMALL_BASE
    factors: Table | None = field(default=None)

    def table(self) -> Table:
        """Return one row per metric: metric, unit, value, low, high, n and missing."""
        return _table(
            [
                (e.metric.description, "", e.value, e.low, e.high, e.n, e.missing)
                for e in self.estimates
            ]
        )

    def segment_table(self) -> Table:
        """Return one row per metric and segment; `small_base` marks rows of few answers."""
        rows = [row for by in self.segments for row in _rows(by)]
        table = _table(rows)
        columns = {"metric": table["metric"], "segment": np.array([r[1] for r in rows], object)}
        columns |= {name: table[name] for name in table if name != "metric"}
        columns["small_base"] = table["n"] < self.small_base
        return Table(columns, table.digits)

    def __str__(self) -> str:
        """Return the scorecard as text."""
        parts = [self.title, "", *(str(estimate) for estimate in self.estimates)]
        if self.factors is not None:
            parts += ["", "Factors of the satisfaction index", repr(self.factors)]
        if self.segments:
            shown = self.segment_table()
            parts += ["", "By segment", shown.to_text()]
        parts += ["", *(f"Note: {note}" for note in self.notes)] if self.notes else []
        return "\n".join(parts)

    def to_dict(self) -> dict[str, object]:
        """Return the scorecard as JSON-ready plain values."""
        return {
            "type": "scorecard",
            "v": 1,
            "title": self.title,
            "estimates": [estimate.to_dict() for estimate in self.estimates],
            "segments": self.segment_table().to_dict() if self.segments else {},
            "notes": list(self.notes),
        }

    def _repr_html_(self) -> str:
        """Return the body of the page, for notebooks."""
        return _body(self)

    def to_html(self) -> str:
        """Return a page that stands alone: no script, no file beside it, every text escaped."""
        return (
            '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{escape(self.title)}</title><style>{_STYLE}</style></head>"
            f"<body><main>{_body(self)}</main></body></html>\n"
        )


_Row = tuple[Any, str, float, float, float, int, int]


def _rows(by: Breakdown) -> list[_Row]:
    """Return the rows of one metric by segment."""
    table = by.table()
    columns = (table["value"], table["low"], table["high"], table["n"], table["missing"])
    figures = zip(*(column.tolist() for column in columns), strict=True)
    about = by.metric.description
    return [(about, str(group), *row) for group, row in zip(by, figures, strict=True)]


def _table(rows: Sequence[_Row]) -> Table:
    names = ("value", "low", "high")
    columns: dict[str, AnyArray] = {
        "metric": np.array([about.symbol for about, *_ in rows], dtype=object),
        "unit": np.array([about.unit for about, *_ in rows], dtype=object),
    }
    for i, name in enumerate(names, start=2):
        columns[name] = np.array([row[i] for row in rows], dtype=np.float64)
    columns["n"] = np.array([row[5] for row in rows], dtype=np.int64)
    columns["missing"] = np.array([row[6] for row in rows], dtype=np.int64)
    return Table(columns, dict.fromkeys(names, 2))


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
        self.kind, self.table = kind, table
        if weight is not None and weight not in table:
            raise FactorError.no_column(weight, list(table))
        self.weights = None if weight is None else as_numbers(table[weight])

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
        except EmptySampleError as error:
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
            data = parsed(metric.scale, self.table[column])
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
        data = {name: parsed(scale, self.table[name]) for name in factors}
        state = metric.moments(data, weights=self.weights)
        self.add(metric, data, state)
        return metric.factor_table(state, self.level) if state.n else None

    def customers(self) -> None:
        """Add the customer rates and the return on what was spent."""
        if not self.lacks("Retention and churn", "at_start", "at_end"):
            rows = self.flags("at_start") == 1
            kept = self.flags("at_end")[rows]
            self.add(RetentionRate(), kept, RetentionRate().tally(kept), rows)
            left = 1 - kept
            self.add(ChurnRate(), left, ChurnRate().tally(left), rows)
        if not self.lacks("ROR", "helped", "referred", "purchases"):
            ror, bought = ReturnOnRelationship(), as_numbers(self.table["purchases"])
            again = np.where(np.isnan(bought), self.flags("referred"), bought >= 2)  # noqa: PLR2004
            data = ror.answers(self.flags("helped"), np.fmax(self.flags("referred"), again))
            self.add(ror, data, ror.tally(data))
        for metric, column in ((LoyaltyRate(), "purchases"), (RepeatRate(), "purchases")):
            if not self.lacks(metric.description.symbol, column):
                data = as_numbers(self.table[column])
                self.add(metric, data, metric.tally(data))
        if not self.lacks("Referral rate", "referred"):
            data = self.flags("referred")
            self.add(ReferralRate(), data, ReferralRate().tally(data))
        if not self.lacks("ROI", "gain", "cost"):
            money = {name: as_numbers(self.table[name]) for name in ("gain", "cost")}
            self.add(ReturnOnInvestment(), money, ReturnOnInvestment().moments(money))

    def flags(self, column: str) -> Any:
        """Return a column of yes and no as 1.0 and 0.0, NaN for missing."""
        return np.array(
            [np.nan if flag is None else flag for flag in YES_NO.parse(self.table[column])]
        )


def parsed(scale: Scale, column: Column) -> Column:
    """Return a column of answers, read as labels where it holds text."""
    items: Any = column
    return scale.parse(items) if any(isinstance(item, str) for item in items) else column


def as_numbers(column: Column) -> Any:
    """Return a column as numbers, empty text and missing values as NaN.

    Raises:
        ValueError: Some text is no number.
    """
    items: Any = column
    return np.array(
        [
            np.nan if is_missing(item) or (isinstance(item, str) and not item.strip()) else item
            for item in items
        ]
    ).astype(np.float64)


_STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0; }
main { max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 2rem; }
th, td { text-align: right; padding: .3rem .6rem; border-bottom: 1px solid #8884; }
th:first-child, td:first-child, th.text, td.text { text-align: left; }
td { font-variant-numeric: tabular-nums; }
tr.small td { opacity: .6; }
pre { white-space: pre-wrap; background: #8881; padding: .8rem; }
svg { width: 9rem; height: 1rem; vertical-align: middle; }
"""


def _body(card: Scorecard) -> str:
    level = percent(card.estimates[0].confidence_level) if card.estimates else ""
    head = f"<th>metric</th><th>value</th><th>{level} interval</th><th></th><th>n</th>"
    rows = "".join(
        _html_row(e.metric.description, "", e.value, e.low, e.high, e.n, e.missing, small=False)
        for e in card.estimates
    )
    parts = [
        f"<h1>{escape(card.title)}</h1>",
        f"<table><thead><tr>{head}<th>missing</th></tr></thead><tbody>{rows}</tbody></table>",
    ]
    if card.factors is not None:
        parts += ["<h2>Factors of the satisfaction index</h2>", card.factors.to_html()]
    if card.segments:
        parts.append("<h2>By segment</h2>")
        for by in card.segments:
            segment_rows = "".join(
                _html_row(*row, small=row[5] < card.small_base) for row in _rows(by)
            )
            labelled = head.replace("metric", escape(by.metric.description.symbol), 1)
            parts.append(
                f"<table><thead><tr>{labelled}<th>missing</th></tr></thead>"
                f"<tbody>{segment_rows}</tbody></table>"
            )
        parts.append(f"<p>Faint rows have fewer than {card.small_base} answers.</p>")
    parts += [f"<p>Note: {escape(note)}</p>" for note in card.notes]
    parts.append("<h2>How each number came about</h2>")
    parts += [f"<pre>{escape(estimate.explain())}</pre>" for estimate in card.estimates]
    return "".join(parts)


def _html_row(
    about: Any,
    segment: str,
    value: float,
    low: float,
    high: float,
    n: int,
    missing: int,
    *,
    small: bool,
) -> str:
    digits, sign = about.digits, "%" if about.unit == "%" else ""
    name = escape(segment or about.name)
    shown = f"{value:.{digits}f}{sign}" if n else "no answers"
    ends = f"{low:.{digits}f} to {high:.{digits}f}" if math.isfinite(low) else "none"
    bar = _bar(about, value, low, high)
    style = ' class="small"' if small else ""
    return (
        f"<tr{style}><td>{name}</td><td>{shown}</td><td>{ends}</td><td>{bar}</td>"
        f"<td>{n}</td><td>{missing}</td></tr>"
    )


def _bar(about: Any, value: float, low: float, high: float) -> str:
    """Return the interval drawn over the metric's range; nothing for an unbounded one."""
    if not (math.isfinite(about.low) and math.isfinite(about.high) and math.isfinite(low)):
        return ""
    span = about.high - about.low
    left, middle, right = (100 * (x - about.low) / span for x in (low, value, high))
    return (
        '<svg viewBox="0 0 100 10" preserveAspectRatio="none" role="img" '
        f'aria-label="{low:.{about.digits}f} to {high:.{about.digits}f}">'
        '<rect x="0" y="4.6" width="100" height="0.8" fill="#8886"/>'
        f'<rect x="{left:.2f}" y="3" width="{right - left:.2f}" height="4" fill="#4a7fb5"/>'
        f'<rect x="{middle - 0.6:.2f}" y="1" width="1.2" height="8" fill="#d9822b"/></svg>'
    )
