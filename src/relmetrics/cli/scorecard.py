"""`relmetrics scorecard`: every metric of a survey, overall, by segment and over time."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.cli.options import (
    FILE,
    add_output,
    add_questions,
    add_reading,
    add_time,
    form_of,
)
from relmetrics.cli.output import as_json, check_output, write_page
from relmetrics.cli.reading.source import Source
from relmetrics.cli.words import columns, pairs, scale_of, whole
from relmetrics.data.scale import ONE_TO_SEVEN, ZERO_TO_TEN
from relmetrics.errors import RelmetricsError
from relmetrics.reports.scorecard.assemble import scorecard
from relmetrics.reports.scorecard.columns import DATE, SEGMENT
from relmetrics.reports.scorecard.rows import SMALL_BASE
from relmetrics.reports.simulation import FACTORS, simulate_customers, simulate_survey

if TYPE_CHECKING:
    from relmetrics.cli.reading.table import FileTable
    from relmetrics.reports.scorecard.scorecard import Scorecard

TITLE = "Customer relationship scorecard"
FLAGS = ("at_start", "at_end", "new", "helped", "referred")
AMOUNTS = ("purchases", "gain", "cost")
HIDDEN = argparse.SUPPRESS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the words of the command; those of before have no help, and work as they did."""
    parser.add_argument("file", nargs="?", metavar="FILE", help=f"survey answers: {FILE}")
    questions = add_questions(parser)
    questions.add_argument(
        "--by", type=columns, metavar="COLUMNS", help="segments; several as plan,region"
    )
    questions.add_argument("--date", metavar="COLUMN", help="when it was answered")
    questions.add_argument(
        "--titles", type=pairs, default={}, help='columns on the page: "q7=Food,plan=Plan"'
    )
    parser.add_argument("--customers", metavar="FILE", help="table of customers, one a row")
    add_time(parser)
    add_reading(parser)
    add_output(parser, "the scorecard").add_argument(
        "--small-base", type=whole, default=SMALL_BASE, metavar="N", help="mark rows of fewer (30)"
    )
    for flag, name in (("--survey", "file_before"), ("--page", "html")):
        parser.add_argument(flag, dest=name, help=HIDDEN)
    parser.add_argument("--segment", dest="by", type=lambda name: [name], help=HIDDEN)
    for flag in ("--recommend", "--satisfaction", "--effort"):
        parser.add_argument(flag, help=HIDDEN)


def run(options: Any) -> tuple[list[object], str, bool]:
    """Return the lines to print, the JSON, and whether there is a metric at all."""
    word = options.file or options.file_before
    survey, customers = (None if w is None else Source(w) for w in (word, options.customers))
    sources = [source for source in (survey, customers) if source is not None]
    page = check_output("--html", options.html, [source.path for source in sources])
    card = _simulated(options) if not sources else _card(options, survey, customers)
    written = write_page(page, card.to_html)
    return [card, *written], as_json(card.to_dict()) if options.json else "", bool(card.estimates)


def _simulated(options: Any) -> Scorecard:
    """Return a scorecard of tables that look like real ones."""
    return scorecard(
        survey=simulate_survey(),
        customers=simulate_customers(),
        title=f"{options.title or TITLE} (simulated data)",
        weight="weight",
        factors=options.factors or dict(zip(FACTORS, (5, 3, 5, 2), strict=True)),
        **_shown(options),
    )


def _card(options: Any, survey: Source | None, customers: Source | None) -> Scorecard:
    """Return the scorecard of the files."""
    tables: dict[str, Any] = {}
    words: dict[str, Any] = {}
    if survey is not None:
        tables["survey"], words = _survey(options, survey)
    if customers is not None:
        tables["customers"] = _customers(options, customers)
    for column in options.by or ():
        if not any(column in table for table in tables.values()):
            msg = f"--by: no file has a column {column!r}."
            raise RelmetricsError(msg)
    return scorecard(
        **tables,
        title=options.title or TITLE,
        segment=options.by or SEGMENT,
        satisfaction_scale=scale_of(options.scale, options.labels),
        labels=options.titles,
        source=", ".join(source.name for source in (survey, customers) if source is not None),
        **words,
        **_shown(options),
    )


def _shown(options: Any) -> dict[str, Any]:
    """Return what the scorecard is told of periods and marks."""
    return {
        "every": options.every,
        "as_of": options.as_of,
        "week_start": options.week_start,
        "year_start": options.year_start,
        "small_base": options.small_base,
        "confidence_level": options.level,
    }


def _survey(options: Any, source: Source) -> tuple[dict[str, Any], dict[str, Any]]:
    """Read the survey; return its columns, and what the scorecard is told of them."""
    scale = scale_of(options.scale, options.labels)
    named = {"recommend": options.nps, "satisfaction": options.csat, "effort": options.ces}
    asked = bool(options.file and (any(named.values()) or options.factors))
    questions = {
        kind: column or getattr(options, kind) or (None if asked else kind)
        for kind, column in named.items()
    }
    scales = {"recommend": ZERO_TO_TEN, "satisfaction": scale, "effort": ONE_TO_SEVEN}
    must = [
        *filter(None, named.values()),
        *filter(None, (options.recommend, options.satisfaction, options.effort)),
        *options.factors,
        *filter(None, (options.weight, options.date)),
        *(options.by if options.by and not options.customers else ()),
    ]
    table = source.open(form_of(options), must, quiet=options.quiet)
    date = DATE if options.date is None else options.date
    segments = options.by or [SEGMENT]
    wanted = [*must, *filter(None, questions.values()), date, *segments]
    table.read([name for name in dict.fromkeys(wanted) if name in table.names])
    read: dict[str, Any] = {}
    for kind, column in questions.items():
        if column is not None and column in table.names:
            read[column] = table.answers(column, scales[kind])
    read |= {name: table.answers(name, scale) for name in options.factors}
    if options.weight:
        read[options.weight] = table.numbers(options.weight)
    if date in table.names:
        read[date] = table.days(date)
    read |= {by: table.labels(by) for by in segments if by in table.names}
    if not any(column in table.names for column in questions.values()) and not options.factors:
        raise _no_question(table)
    words = {**questions, "weight": options.weight, "date": date or None}
    # Who names questions gets those; who names none is told what else could be had.
    return read, words | {"factors": options.factors or (None if asked else ())}


def _no_question(table: FileTable) -> RelmetricsError:
    """Return what to say when nobody said which column is what."""
    return RelmetricsError(
        f"{table.name}: which column is the question? Say --nps, --csat, --ces or --factors. "
        f"Its columns: {', '.join(table.names[:20])}."
    )


def _customers(options: Any, source: Source) -> dict[str, Any]:
    """Read the table of customers."""
    table = source.open(form_of(options), (), quiet=options.quiet)
    segments = options.by or [SEGMENT]
    table.read([name for name in (*FLAGS, *AMOUNTS, *segments) if name in table.names])
    read: dict[str, Any] = {name: table.flags(name) for name in FLAGS if name in table.names}
    read |= {name: table.numbers(name) for name in AMOUNTS if name in table.names}
    read |= {by: table.labels(by) for by in segments if by in table.names}
    if not read:
        read["customer"] = np.zeros(table.rows)
    return read
