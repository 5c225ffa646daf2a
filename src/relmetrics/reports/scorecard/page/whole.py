"""The whole page of a scorecard: its sections in order, who was asked, and how answers weigh."""

from __future__ import annotations

from typing import TYPE_CHECKING

from relmetrics.reports.page.frame import Page, Section
from relmetrics.reports.page.words import counted, day_name, label, percent
from relmetrics.reports.parts.html import part_html
from relmetrics.reports.parts.over_time.periods import over_time
from relmetrics.reports.parts.tiles import Beside, tiles
from relmetrics.reports.scorecard.page.customers import behaviour_parts
from relmetrics.reports.scorecard.page.definitions import definitions, left_out
from relmetrics.reports.scorecard.page.factors import factors
from relmetrics.reports.scorecard.page.segments import segments
from relmetrics.reports.scorecard.page.summary import sentences
from relmetrics.reports.scorecard.rows import row_of, rows_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from relmetrics.reports.scorecard.card import Card


def page(card: Card) -> Page:
    """Return the page of a scorecard."""
    nothing = "" if card.estimates else '<p class="lead">No metric has an answer to count.</p>'
    weight = card.origin.weight
    weighed = f"Weighted by {label(card.labels.get(weight, weight))}." if weight else "Unweighted."
    return Page(
        title=card.title,
        about=origin_said(card, label),
        sections=sections(card),
        lead=nothing,
        foot=weighed,
    )


def sections(card: Card) -> list[Section]:
    """Return the sections that have something to show."""
    found = [(by, rows_of(by)) for by in card.segments]
    several = len({by.labels.names for by in card.segments}) > 1
    by_column = [
        (by.metric.description.symbol, _column(card, by.labels.names[0]) if several else "", rows)
        for by, rows in found
    ]
    totals = {e.metric.description.symbol: row_of(e) for e in card.estimates}
    beside = Beside(over_time=card.over_time, factors=card.factors, labels=card.labels)
    glance = tiles(card.estimates, beside) + sentences(card, by_column)
    if glance:
        glance = f'<section id="glance"><h2>At a glance</h2>{glance}</section>'
    time = over_time(card.over_time)
    if time:
        time = f'<section id="time"><h2>Over time</h2>{time}</section>'
    behaviour = "".join(
        f'<div{" class=across" * part.is_wide}><h3 class="part">{label(part.title)}</h3>'
        f"{part_html(part, card.labels)}</div>"
        for part in behaviour_parts(card.behaviour, card.labels)
    )
    if behaviour:
        behaviour = (
            '<section id="customers"><h2>Customers over time</h2>'
            f'<div class="parts">{behaviour}</div></section>'
        )
    every = (
        Section("glance", "At a glance", glance),
        Section("time", "Over time", time),
        Section("customers", "Customers over time", behaviour),
        segments(card, found, totals),
        Section("factors", "Factors", factors(card)),
        Section("left-out", "What was left out", left_out(card)),
        Section("definitions", "How each number is defined", definitions(card)),
    )
    return [one for one in every if one.html]


def _column(card: Card, name: str) -> str:
    return label(card.labels.get(name, name))


def origin_said(card: Card, shown: Callable[[str], str]) -> str:
    """Return who was asked when, and what the lines are, names from outside as they are shown."""
    origin = card.origin
    who = []
    if origin.respondents is not None:
        asked = counted(origin.respondents, "respondent")
        if origin.days is not None:
            first, last = (day_name(day) for day in origin.days)
            asked += f", {first}" + (f" to {last}" if last != first else "")
        who.append(asked)
    if origin.customers is not None:
        who.append(counted(origin.customers, "customer"))
    if origin.purchases is not None:
        bought = counted(origin.purchases, "purchase")
        if origin.respondents is None and origin.days is not None:
            bought += f", {day_name(origin.days[0])} to {day_name(origin.days[1])}"
        who.append(bought)
    said = [". ".join(who) + "."] if who else []
    if origin.source:
        said.append(f"Source: {shown(origin.source)}.")
    if card.estimates:
        level = percent(card.estimates[0].confidence_level)
        said.append(f"Intervals are at the {level} level.")
    return " ".join(said)
