"""Parts of a scorecard for files of text and numbers; its page draws more of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from relmetrics.metric.wording import percent
from relmetrics.reports.page.words import dated
from relmetrics.reports.parts.blocks import Grid, Line, Part
from relmetrics.reports.parts.over_time.latest import headline
from relmetrics.reports.scorecard.page.customers import behaviour_parts
from relmetrics.reports.scorecard.rows import against_rest_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from relmetrics.metric.table import Table
    from relmetrics.reports.scorecard.card import Card


def parts(
    card: Card, metrics: Table, over_time: Callable[[], Table], segments: Callable[[], Table]
) -> list[Part]:
    """Return the parts that have something to show, in the order of the page."""
    found = [Part("At a glance", [Grid("Metrics", metrics)], 2)]
    days = [day for one in card.over_time for day in one.trend.labels.columns[0]]
    every = card.over_time[0].trend.every if card.over_time else "day"
    if card.over_time:
        told = [headline(card.over_time), *(line for one in card.over_time for line in one.lines())]
        lines = [Line(dated(line, days, every)) for line in told]
        found.append(Part("Over time", [*lines, Grid("Over time", over_time(), every=every)], 2))
        for one in card.over_time:
            title = f"{one.trend.metric.description.symbol} by {one.trend.every}"
            found.append(Part(title, [Grid(title, one.trend.table(), every=every)]))
    if card.segments:
        rest = against_rest_text(percent(card.segments[0].confidence_level))
        found.append(Part("By segment", [Line(rest), Grid("By segment", segments())], 2))
    if card.factors is not None:
        found.append(Part("Factors", [Grid("Factors", card.factors)], 2))
    found += behaviour_parts(card.behaviour, card.labels)
    if card.notes:
        found.append(
            Part("What was left out", [Line(dated(note, days, every)) for note in card.notes], 2)
        )
    said = [
        Line(f"{e.metric.description.name}: {e.metric.description.definition}")
        for e in card.estimates
    ]
    return [*found, *([Part("How each number is defined", said, 2)] if said else [])]
