"""Options that several commands have: how files are read, how time counts, what comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from relmetrics.cli.reading.form import Form
from relmetrics.cli.words import bounds, day, factors, from_zero, labels, level, parts, whole, zone

if TYPE_CHECKING:
    from argparse import ArgumentParser

FILE = "CSV (plain or gzip), Parquet or xlsx, or - for standard input"
PERIODS = ("day", "week", "month", "quarter", "year")


def add_reading(parser: ArgumentParser) -> None:
    """Add the flags on how files are written."""
    add = parser.add_argument_group("how the file is written").add_argument
    add("--delimiter", metavar="SIGN", help="what separates cells (default: as the header shows)")
    add("--encoding", default="utf-8-sig", help="encoding of text (default: UTF-8)")
    add("--decimal", choices=(".", ","), default=".", help="decimal sign (default: .)")
    add("--header", type=whole, default=1, metavar="ROW", help="row that names the columns (1)")
    add(
        *("--skip", "--skip-rows"),
        type=from_zero,
        default=0,
        metavar="ROWS",
        help="rows between that one and the first answer (0)",
    )
    add("--sheet", help="sheet of a workbook (default: the first)")
    add("--missing", type=parts, default=[], metavar="CODES", help="no answer, such as 99,n/a")
    add("--date-format", metavar="FORMAT", help="such as %%d.%%m.%%Y (default: 2026-01-31)")
    add("--zone", type=zone, help="time zone whose calendar counts, where dates carry one")
    add(
        "--recorded-in",
        type=zone,
        metavar="ZONE",
        help="time zone of dates that carry none, with --zone",
    )


def form_of(options: Any) -> Form:
    """Return how the file is written."""
    return Form(
        delimiter=options.delimiter,
        encoding=options.encoding,
        decimal=options.decimal,
        header=options.header,
        skip=options.skip,
        sheet=options.sheet,
        missing=tuple(options.missing),
        date_format=options.date_format,
        zone=options.zone,
        recorded_in=options.recorded_in,
    )


def add_questions(parser: ArgumentParser) -> Any:
    """Add the flags that say which column is which question."""
    group = parser.add_argument_group("which column is what")
    add = group.add_argument
    add("--nps", metavar="COLUMN", help="how likely to recommend, 0 to 10")
    add("--csat", metavar="COLUMN", help="how satisfied, on --scale")
    add("--ces", metavar="COLUMN", help="how much effort, 1 to 7")
    add(
        "--factors",
        type=factors,
        default={},
        metavar="COLUMNS",
        help="rated factors of an index, as food:2,safety:5 with weights, or without",
    )
    add("--weight", metavar="COLUMN", help="survey weights")
    add("--scale", type=bounds, default=(1, 5), help="of --csat and --factors (1-5)")
    add("--labels", type=labels, metavar="TEXTS", help='of --scale: "1=Very bad,...,5=Very good"')
    return group


def add_time(parser: ArgumentParser) -> Any:
    """Add the flags on periods."""
    group = parser.add_argument_group("time")
    add = group.add_argument
    add("--every", choices=PERIODS, default="month", help="kind of period (default: month)")
    add(
        "--as-of", type=day, metavar="DAY", help="last day wholly observed (default: the last date)"
    )
    add("--week-start", default="monday", metavar="DAY", help="first day of a week (monday)")
    add("--year-start", default="january", metavar="MONTH", help="first month of a year (january)")
    return group


def add_output(parser: ArgumentParser, page: str) -> Any:
    """Add the flags on what comes out."""
    group = parser.add_argument_group("what comes out")
    add = group.add_argument
    if page:
        add("--html", metavar="PATH", help=f"also write {page} as one HTML file")
        add("--title", help="its heading")
    add("--json", action="store_true", help="print JSON instead of text")
    add("--quiet", action="store_true", help="print nothing but errors")
    add("--level", type=level, default=0.95, help="confidence level (default: 0.95)")
    return group
