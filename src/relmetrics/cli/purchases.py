"""`relmetrics purchases`: who stays, who leaves and what cohorts do, from a log of purchases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.cli.options import FILE, add_output, add_reading, add_time, form_of
from relmetrics.cli.output import as_json, check_output, plain, write_page
from relmetrics.cli.reading.source import Source
from relmetrics.cli.words import whole
from relmetrics.customers.purchase_log import PurchaseLog
from relmetrics.customers.purchases.parts import log_until
from relmetrics.errors import EmptySampleError, RelmetricsError
from relmetrics.metric.table import Table
from relmetrics.reports.scorecard.assemble import scorecard

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Callable, Iterator

    from relmetrics.metric.estimate import Estimate
    from relmetrics.reports.scorecard.scorecard import Scorecard

ROWS = 12
"""Periods and cohorts shown: the last ones."""
YEAR = 365
HEADINGS = {
    "movements": "Movements: a customer of a period is who bought in it",
    "cohorts": "Cohorts: % of the customers who came in a period that bought so many periods later",
    "stages": "Stages of the relationship",
    "survival": "Survival: how long customers keep buying",
}


def add_arguments(parser: ArgumentParser) -> None:
    """Add the words of the command."""
    parser.add_argument("file", metavar="FILE", help=f"one purchase a row: {FILE}")
    add = parser.add_argument_group("which column is what").add_argument
    add("--customer", required=True, metavar="COLUMN", help="who bought")
    add("--date", required=True, metavar="COLUMN", help="when")
    add("--amount", metavar="COLUMN", help="how much; less than 0 is a return")
    add("--referred", metavar="COLUMN", help="whether the customer came by referral, yes or no")
    time = add_time(parser)
    time.add_argument(
        "--active-within",
        type=whole,
        default=YEAR,
        metavar="DAYS",
        help="how long after a purchase one is a customer, and how long the window is (365)",
    )
    time.add_argument(
        "--lapsed-after", type=whole, metavar="DAYS", help="also survival: silence that is an end"
    )
    add_reading(parser)
    add_output(parser, "the report")


def run(options: Any) -> tuple[list[object], str, bool]:
    """Return the lines to print, the JSON, and whether there is a purchase."""
    page = check_output("--html", options.html, [Source(options.file).path])
    log = _log(options)
    if not len(log):
        msg = f"{options.file} has no purchases: every row must name a customer and a day."
        raise RelmetricsError(msg)
    if log.as_of(options.as_of) < log.days.min():
        msg = f"--as-of {options.as_of} comes before the first purchase, of {log.days.min()}."
        raise RelmetricsError(msg)
    log = log_until(log, log.as_of(options.as_of))
    rates, notes = _rates(options, log)
    parts = list(_parts(options, log))
    back = f" and {log.returned:,} returns" if log.returned else ""
    days = f"{log.days.min()} to {log.days.max()}"
    lines: list[object] = [
        f"{len(log):,} purchases{back} of {len(log.customers):,} customers, {days}",
        "",
        *rates,
        (
            f"Retention and churn are those of the last {options.active_within} days; "
            "a customer is who bought in as many days before."
        ),
    ]
    for heading, text, _ in parts:
        lines += ["", HEADINGS[heading], text]
    lines += ["", *(f"Note: {note}" for note in notes)] if notes else []
    json = ""
    lines += write_page(page, lambda: _card(options, log).to_html())
    if options.json:
        content = {"purchases": len(log), "customers": len(log.customers)}
        named = {heading: result.to_dict() for heading, _, result in parts}
        json = as_json(content | {"rates": [rate.to_dict() for rate in rates]} | plain(named))
    return lines, json, bool(rates)


def _card(options: Any, log: PurchaseLog) -> Scorecard:
    """Return the scorecard of the log, whose page is written."""
    return scorecard(
        purchases=log,
        title=options.title or "Purchases",
        segment=None,
        every=options.every,
        as_of=options.as_of,
        week_start=options.week_start,
        year_start=options.year_start,
        confidence_level=options.level,
        source=Source(options.file).name,
        active_within=options.active_within,
    )


def _log(options: Any) -> PurchaseLog:
    """Read the file."""
    named = [options.customer, options.date, options.amount, options.referred]
    names = [name for name in named if name is not None]
    table = Source(options.file).open(form_of(options), names, quiet=options.quiet)
    table.read(names)
    return PurchaseLog(
        table.ids(options.customer),
        table.days(options.date, gaps=False),
        None if options.amount is None else table.numbers(options.amount),
        None if options.referred is None else table.flags(options.referred),
    )


def _rates(options: Any, log: PurchaseLog) -> tuple[list[Estimate], list[str]]:
    """Return the rates that the log allows, and why not others."""
    end = log.as_of(options.as_of) + np.timedelta64(1, "D")
    start = end - np.timedelta64(options.active_within, "D")
    level = {"confidence_level": options.level}
    within = {"active_within": options.active_within, **level}
    asked: dict[str, Callable[[], Estimate]] = {
        "Retention rate": lambda: log.retention(start, end, **within),
        "Churn rate": lambda: log.churn(start, end, **within),
        "Repeat rate": lambda: log.repeat(**level),
        "Loyalty rate": lambda: log.loyalty(**level),
    }
    if options.referred is not None:
        asked["Referral rate"] = lambda: log.referral(**level)
    if options.amount is not None:
        asked["Order value"] = lambda: log.order_value(**level)
    rates, notes = [], []
    for name, ask in asked.items():
        try:
            rates.append(ask())
        except EmptySampleError as error:
            notes.append(f"{name} left out: {error}")
    return rates, notes


def _parts(options: Any, log: PurchaseLog) -> Iterator[tuple[str, object, Any]]:
    """Return what is shown below the rates: heading, text, and the result itself."""
    timing = {
        "every": options.every,
        "as_of": options.as_of,
        "week_start": options.week_start,
        "year_start": options.year_start,
    }
    level = {"confidence_level": options.level}
    movements = log.movements(**timing, **level)
    yield "movements", shown(movements), movements
    cohorts = log.cohorts(**timing).retention(**level)
    triangle = cohorts.triangle()
    first = Table({name: triangle[name] for name in list(triangle)[: ROWS + 2]}, triangle.digits)
    yield "cohorts", shown(first), cohorts
    stages = log.stages(**timing, active_within=options.active_within).portfolio(**level)
    yield "stages", stages, stages
    if options.lapsed_after is not None:
        survival = log.survival(lapsed_after=options.lapsed_after, as_of=options.as_of, **level)
        yield "survival", survival, survival


def shown(table: Table) -> str:
    """Return the last rows of a table as text, and say how many stand before them."""
    before = max(table.rows - ROWS, 0)
    text = Table({name: table[name][before:] for name in table}, table.digits).to_text()
    return f"{text}\n({before} earlier ones are in --json)" if before else text
