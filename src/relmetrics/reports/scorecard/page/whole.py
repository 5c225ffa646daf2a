"""The whole page: heading, contents, sections in order, and who made it when."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from relmetrics._version import __version__
from relmetrics.metric.wording import escaped, percent
from relmetrics.reports.page.style import STYLE
from relmetrics.reports.page.words import counted, day_name, label
from relmetrics.reports.scorecard.page.definitions import definitions, left_out
from relmetrics.reports.scorecard.page.factors import factors
from relmetrics.reports.scorecard.page.segments import matrices
from relmetrics.reports.scorecard.page.summary import sentences
from relmetrics.reports.scorecard.page.tiles import tiles
from relmetrics.reports.scorecard.page.trends import over_time
from relmetrics.reports.scorecard.rows import row_of, rows_of

if TYPE_CHECKING:
    from relmetrics.reports.scorecard.card import Card


def page(card: Card) -> str:
    """Return a page that stands alone: no script, no file beside it, every text escaped."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escaped(card.title)}</title><style>{STYLE}</style></head>"
        f'<body class="relmetrics">{_content(card)}</body></html>\n'
    )


def body(card: Card) -> str:
    """Return what stands on the page with its style, for notebooks."""
    return f'<style>{STYLE}</style><div class="relmetrics">{_content(card)}</div>'


def _content(card: Card) -> str:
    segments = [(by.metric.description.symbol, rows_of(by)) for by in card.segments]
    totals = {e.metric.description.symbol: row_of(e) for e in card.estimates}
    glance = tiles(card) + sentences(card, segments)
    if glance:
        glance = f'<section id="glance"><h2>At a glance</h2>{glance}</section>'
    sections = {
        "glance": ("At a glance", glance),
        "time": ("Over time", over_time(card)),
        "segments": ("Segments", matrices(card, segments, totals)),
        "factors": ("Factors", factors(card)),
        "left-out": ("What was left out", left_out(card)),
        "definitions": ("How each number is defined", definitions(card)),
    }
    links = "".join(
        f'<li><a href="#{name}">{title}</a></li>'
        for name, (title, section) in sections.items()
        if section
    )
    nothing = "" if card.estimates else '<p class="lead">No metric has an answer to count.</p>'
    return (
        f'<header class="page"><h1>{label(card.title)}</h1><p class="about">{_about(card)}</p>'
        "</header>"
        f'<nav class="page" aria-label="Contents"><ul>{links}</ul></nav>'
        f'<main class="page">{nothing}'
        f"{''.join(section for _, section in sections.values())}</main>"
        f'<footer class="page"><p>{_made(card)}</p></footer>'
    )


def _about(card: Card) -> str:
    """Return who was asked when, and what the lines are."""
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
    said = [". ".join(who) + "."] if who else []
    if origin.source:
        said.append(f"Source: {label(origin.source)}.")
    if card.estimates:
        level = percent(card.estimates[0].confidence_level)
        said.append(f"Intervals are at the {level} level.")
    return " ".join(said)


def _made(card: Card) -> str:
    """Return the date of making, the version, and how answers weigh."""
    today = day_name(np.datetime64(datetime.now().astimezone().date()))
    weight = card.origin.weight
    weighed = f"Weighted by {label(card.labels.get(weight, weight))}." if weight else "Unweighted."
    return f"Made on {today} with relmetrics {__version__}. {weighed}"
