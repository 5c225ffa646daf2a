"""Scorecard: several metrics together, overall, by segment and over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from relmetrics.errors.wording import printable
from relmetrics.metric.result import Result, written
from relmetrics.metric.table import Table
from relmetrics.metric.wording import percent
from relmetrics.reports.files.saving import Saved
from relmetrics.reports.page.words import decimals_marked
from relmetrics.reports.parts.over_time.latest import changes_shown, headline
from relmetrics.reports.scorecard.card import Card
from relmetrics.reports.scorecard.page.whole import origin_said, page, sections
from relmetrics.reports.scorecard.parts import parts
from relmetrics.reports.scorecard.rows import against_rest_text, row_of, rows_of
from relmetrics.reports.scorecard.tables import (
    ROW_FIGURES,
    day_column,
    figure_columns,
    figure_names,
    metric_table,
    number_column,
    text_column,
)

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray
    from relmetrics.reports.page.frame import Section
    from relmetrics.reports.parts.blocks import Part


@frozen(repr=False)
class Scorecard(Result, Saved, Card):
    """Several metrics together, each with its interval, overall, by segment and over time.

    Attributes:
        title: The heading.
        estimates: The metrics of all answers.
        segments: The same metrics by segment; empty when there is no segment.
        notes: What was left out, and why.
        small_base: Below this n a row is marked.
        factors: The factors of the satisfaction index, if it is there.
        over_time: The last period that is over of each survey metric, and the course up to it;
            empty without dates.
        answers: The answers of each factor, counted.
        labels: Titles of columns on the page.
        origin: Where the numbers come from, for the head and the foot of the page.
        decimal: What stands before decimals on the page.
        behaviour: What customers did, where a log of purchases or a history was given.

    Example:
        >>> import relmetrics as rm
        >>> card = rm.scorecard(survey=rm.simulate_survey(), customers=rm.simulate_customers())
        >>> card.estimates[0].metric.description.symbol
        'NPS'
        >>> card.table()["metric"].tolist()[:3]
        ['NPS', 'CSAT', 'CES']
    """

    def table(self) -> Table:
        """Return one row per metric: metric, unit, value, low, high, n and missing."""
        return metric_table([row_of(estimate) for estimate in self.estimates])

    def segment_table(self) -> Table:
        """Return one row per metric and segment.

        `small_base` marks rows of few answers. `against_rest` is ``better`` or ``worse`` where the
        segment is shown to differ from all other segments together, with p-values adjusted by Holm
        for the number of segments; else ``not shown``, or empty where it cannot be compared. With
        several columns of segments, `by` names that of the row.
        """
        found = [(by.labels.names[0], rows_of(by)) for by in self.segments]
        rows = [row for _, every in found for row in every]
        table = metric_table(rows)
        columns = {"metric": table["metric"]}
        if len({name for name, _ in found}) > 1:
            columns["by"] = text_column([name for name, every in found for _ in every])
        columns |= {"segment": text_column([row.segment for row in rows])}
        columns |= {name: table[name] for name in table if name != "metric"}
        columns["small_base"] = table["n"] < self.small_base
        columns["against_rest"] = text_column([row.against_rest for row in rows])
        return Table(columns, table.digits)

    def over_time_table(self) -> Table:
        """Return one row per survey metric: its last period that is over, and what changed.

        `value`, `low`, `high` and `n` are those of the period. `change` is the period less its
        `reference`, the last one before with a value; `verdict` is ``better``, ``worse`` or ``not
        shown``, by the p-value of this change alone. `slope` is the change per period through all
        that are over. `alerts` names the rules that rang in the period. NaN is what cannot be
        known, and `note` says why.
        """
        every = self.over_time
        columns: dict[str, AnyArray] = {
            "metric": text_column([one.trend.metric.description.symbol for one in every]),
            "unit": text_column([one.trend.metric.description.unit for one in every]),
            "period": day_column([one.period for one in every]),
        }
        columns |= figure_columns("", [one.estimate for one in every])
        columns["n"] = np.array([one.n for one in every], dtype=np.int64)
        columns["reference"] = day_column([one.reference for one in every])
        changes, slopes = [one.change for one in every], [one.slope for one in every]
        columns |= figure_columns("change", changes)
        columns["p_value"] = number_column(changes, "p_value")
        columns["verdict"] = text_column(["" if one is None else one.verdict for one in changes])
        columns |= figure_columns("slope", slopes)
        columns["alerts"] = text_column([", ".join(a.rule for a in one.rang) for one in every])
        columns["note"] = text_column(["; ".join(one.notes) for one in every])
        shown = ("", "change")
        digits = {name: 2 for what in shown for name in figure_names(what)} | {"p_value": 4}
        digits |= dict.fromkeys(figure_names("slope"), 3)
        return Table(columns, digits)

    def __str__(self) -> str:
        """Return the scorecard as text."""
        parts = [self.title, "", *(str(estimate) for estimate in self.estimates)]
        if self.over_time:
            parts += ["", "Over time", headline(self.over_time)]
            parts += [changes_shown(self.over_time).to_text()]
            parts += [line for one in self.over_time for line in one.lines()]
        if self.factors is not None:
            parts += ["", "Factors of the satisfaction index", repr(self.factors)]
        if self.segments:
            level = percent(self.segments[0].confidence_level)
            shown = dict(self.segment_table())
            few = shown.pop("small_base")
            rest = shown.pop("against_rest")
            shown |= {"small": np.where(few, "yes", ""), "against_rest": rest}
            parts += ["", "By segment", Table(shown, dict.fromkeys(ROW_FIGURES, 2)).to_text()]
            parts += [against_rest_text(level)]
        if self.behaviour is not None and self.behaviour.movements is not None:
            parts += ["", "Customers who came and went", self.behaviour.movements.to_text()]
        parts += ["", *(f"Note: {note}" for note in self.notes)] if self.notes else []
        return printable("\n".join(parts))

    def _content(self) -> dict[str, object]:
        segments = self.segment_table() if self.segments else {}
        named = written(self, "title", "estimates", "over_time")
        behaviour = {} if self.behaviour is None else {"behaviour": self.behaviour.to_dict()}
        return named | {"segments": segments, "notes": self.notes} | behaviour

    def _repr_html_(self) -> str:
        """Return what stands on the page with its style, for notebooks."""
        with decimals_marked(self.decimal):
            return page(self).fragment()

    def to_html(self) -> str:
        """Return a page that stands alone: one file, nothing loaded, every text escaped."""
        with decimals_marked(self.decimal):
            return page(self).document()

    def sections(self) -> list[Section]:
        """Return the sections of the page, for reports that hold it."""
        return sections(self)

    def _titles(self) -> tuple[str, str]:
        return self.title, origin_said(self, str)

    def _parts(self) -> list[Part]:
        return parts(self, self.table(), self.over_time_table, self.segment_table)
