"""Builder of a scorecard: one metric after another, with segments and periods, or why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.customers.loyalty import LoyaltyRate, ReferralRate, RepeatRate
from relmetrics.customers.retention import ChurnRate, RetentionRate
from relmetrics.customers.return_on_relationship import ReturnOnRelationship
from relmetrics.data.alignment import require_aligned
from relmetrics.data.calendar.periods import kind_of
from relmetrics.data.columns import require_equal_lengths
from relmetrics.data.labels.grouping import group
from relmetrics.data.tables import require_columns
from relmetrics.data.texts import as_days, as_flags, as_numbers, kept, parsed
from relmetrics.errors import (
    AmountError,
    EmptySampleError,
    WeightError,
)
from relmetrics.errors.wording import did_you_mean
from relmetrics.money.roi import ReturnOnInvestment
from relmetrics.reports.parts.over_time.latest import LatestPeriod
from relmetrics.reports.scorecard.card import Origin
from relmetrics.reports.scorecard.columns import SEGMENT, columns_of
from relmetrics.survey.csi import CSI
from relmetrics.survey.factors import factor_table
from relmetrics.survey.mean import MeanScore

if TYPE_CHECKING:
    from relmetrics.customers.purchase_log import PurchaseLog
    from relmetrics.data.labels.grouping import Grouping
    from relmetrics.data.missing import MissingRule
    from relmetrics.data.scale import Scale
    from relmetrics.data.types import AnyArray, Zone
    from relmetrics.metric.estimate import Estimate
    from relmetrics.metric.table import Table
    from relmetrics.questions.groups.breakdown import Breakdown
    from relmetrics.questions.trends.trend import Trend
    from relmetrics.states.tally import Tally


class Builder:
    """Adds one metric after another, with its segments and periods, or a note on why it cannot."""

    def __init__(self, columns: Sequence[str], confidence_level: float) -> None:
        """Begin with nothing, at a level, by columns of segments."""
        self.columns = columns
        self.level = confidence_level
        self.estimates: list[Estimate] = []
        self.segments: list[Breakdown] = []
        self.trends: list[Trend] = []
        self.over_time: list[LatestPeriod] = []
        self.notes: list[str] = []
        self.table: Mapping[str, Any] = {}
        self.kind: str = ""
        self.weights: Any = None
        self.dates: AnyArray | None = None
        self.groups: dict[str, Grouping] = {}
        self.timing: dict[str, Any] = {}
        self.factor_answers: list[tuple[str, Tally]] = []
        self.factors: Table | None = None
        self.rows: dict[str, int] = {}
        self.days: tuple[np.datetime64, np.datetime64] | None = None

    def use(self, kind: str, table: Mapping[str, Any], weight: str | None) -> None:
        """Take the columns of a table from here on."""
        require_aligned(**{kind: table})
        given = columns_of(table, kind)
        table = {name: kept(column, name) for name, column in given.items()}
        require_equal_lengths(**{name: len(column) for name, column in table.items()})
        self.kind, self.table, self.dates = kind, table, None
        self.groups = {
            column: self._grouped(column, given[column])
            for column in self.columns
            if column in given
        }
        self.rows[kind] = max(map(len, table.values()), default=0)
        if weight is not None:
            require_columns([weight], list(table))
        self.weights = None if weight is None else as_numbers(table[weight], weight)

    def _grouped(self, column: str, labels: Any) -> Grouping:
        """Number the segments of a column once, for all metrics."""
        name = column if len(self.columns) > 1 else SEGMENT
        return group({name: labels}, len(labels), sort=True)

    def follow(self, date: str, zone: Zone | None, recorded_in: Zone | None, **timing: Any) -> None:
        """Follow the metrics of this table over time, by its column of dates."""
        require_columns([date], list(self.table))
        self.timing = timing
        self.dates = as_days(
            self.table[date], date, zone=zone, recorded_in=recorded_in, every=timing["every"]
        )
        if self.dates is not None:
            known = self.dates[~np.isnat(self.dates)]
            self.days = (known.min(), known.max()) if len(known) else None
        rows = len(self.table[date])
        if self.dates is None and rows:
            self.notes.append(
                f"Over time left out: the column {date!r} has no date in any of {rows} rows."
            )

    def origin(self, source: str, weight: str | None) -> Origin:
        """Return where the numbers come from."""
        return Origin(
            source=source,
            respondents=self.rows.get("survey"),
            customers=self.rows.get("customers"),
            days=self.days,
            purchases=self.rows.get("purchases"),
            segment=tuple(self.columns),
            weight=weight or "",
        )

    def logged(self, log: PurchaseLog | None) -> None:
        """Say of whom the log of purchases is."""
        if log is None:
            return
        self.rows["purchases"] = len(log)
        self.rows.setdefault("customers", len(log.customers))
        if self.days is None and len(log):
            self.days = (log.days.min(), log.days.max())

    def note_time(self) -> None:
        """Read the last period of each trend, and note what they do not show."""
        found = [(trend, LatestPeriod.of(trend)) for trend in self.trends]
        self.over_time = [latest for _, latest in found if latest is not None]
        # All trends have the same rows, so their remarks are the same.
        remarks = self.trends[0].remarks if self.trends else ()
        said: dict[str, list[str]] = {line: [] for line in remarks}
        if found and not self.over_time:
            said[
                f"no {kind_of(self.timing['every'])} is over, so there is nothing to show yet."
            ] = []
        for latest in self.over_time:
            for note in latest.notes:
                said.setdefault(note, []).append(latest.trend.metric.description.symbol)
        self.notes += [
            f"Over time{', ' if symbols else ''}{', '.join(symbols)}: {note}"
            for note, symbols in said.items()
        ]

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
        """Add one metric with its segments and periods; `rows` are those that the data is about."""
        try:
            self.estimates.append(metric.estimate(state, confidence_level=self.level))
        except (EmptySampleError, AmountError, WeightError) as error:
            self.notes.append(f"{metric.description.symbol} left out: {error}")
            return
        weights = {} if self.weights is None else {"weights": self.weights}
        if self.dates is not None:
            timing = {**self.timing, "confidence_level": self.level}
            self.trends.append(metric.over(data, self.dates, **timing, **weights))
        for every in self.groups.values():
            grouping = every if rows is None else every.among(rows)
            options = {"confidence_level": self.level, **weights}
            self.segments.append(metric.by(data, grouping, **options))

    def answers(self, metric: Any, column: str) -> None:
        """Add a survey score of one question."""
        if not self.lacks(metric.description.symbol, column):
            data = parsed(metric.scale, self.table[column], column)
            self.add(metric, data, metric.tally(data, weights=self.weights))

    def index(
        self,
        factors: Mapping[str, float] | Sequence[str],
        scale: Scale,
        missing_factor: MissingRule,
    ) -> None:
        """Add the satisfaction index of the factors."""
        if not len(factors):
            self.notes.append("CSI left out: no factors were named.")
            return
        require_columns(factors, list(self.table))
        weights = factors if isinstance(factors, Mapping) else dict.fromkeys(factors, 1.0)
        metric = CSI(weights=weights, scale=scale, missing_factor=missing_factor)
        data = {name: parsed(scale, self.table[name], name) for name in factors}
        state = metric.moments(data, weights=self.weights)
        mean = MeanScore(scale=scale)
        self.factor_answers = [
            (name, mean.tally(column, weights=self.weights)) for name, column in data.items()
        ]
        self.add(metric, data, state)
        shares = metric.form.shares_of(state.columns)
        self.factors = factor_table(state, shares, scale, self.level) if state.n else None

    def customers(self, table: Mapping[str, Any]) -> None:
        """Add the customer rates and the return on what was spent, of a table of customers."""
        self.use("customers", table, None)
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
        return as_flags(self.table[column], column)
