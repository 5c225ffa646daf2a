"""The command ``python -m relmetrics``: a scorecard from a survey table and a customer table."""

from __future__ import annotations

import argparse
import csv
import io
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from relmetrics._version import __version__
from relmetrics.data.scale import Scale
from relmetrics.data.tables import repeated
from relmetrics.errors import FactorError, RelmetricsError
from relmetrics.errors.wording import printable, shown
from relmetrics.reports.scorecard.assemble import scorecard
from relmetrics.reports.scorecard.columns import DATE
from relmetrics.reports.scorecard.rows import SMALL_BASE
from relmetrics.reports.simulation import FACTORS, simulate_customers, simulate_survey

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def read_table(
    path: Path, *, delimiter: str = ",", encoding: str = "utf-8-sig"
) -> dict[str, list[str]]:
    """Return the columns of a CSV file with a header, as text.

    Raises:
        RelmetricsError: The file cannot be read, has no header or a repeated name in it, or a row
            has more or fewer cells than it.
    """
    try:
        with path.open(newline="", encoding=encoding) as file:
            rows = [row for row in csv.reader(file, delimiter=delimiter) if row]
    except (ValueError, LookupError, csv.Error, TypeError) as error:
        msg = f"{path} cannot be read as {encoding} text separated by {delimiter!r}: {error}."
        raise RelmetricsError(msg) from None
    if not rows:
        msg = f"{path} is empty: the first row must name the columns."
        raise RelmetricsError(msg)
    header, *body = rows
    other = [sign for sign in ";\t|" if sign in header[0]]
    if len(header) == 1 and other:
        msg = f"{path} has one column, {header[0]!r}. Say --delimiter {other[0]!r}."
        raise RelmetricsError(msg)
    twice = repeated(header)
    if twice:
        msg = f"{path}: the header names {', '.join(map(repr, twice))} more than once."
        raise RelmetricsError(msg)
    for number, row in enumerate(body, start=2):
        if len(row) != len(header):
            msg = f"{path}, row {number}: {len(row)} cells where the header has {len(header)}."
            raise RelmetricsError(msg)
    return {name: [row[i] for row in body] for i, name in enumerate(header)}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m relmetrics",
        description=(
            "Print a scorecard (NPS, CSAT, CES, CSI, retention, churn, ROR, ROI, loyalty), "
            "overall, by segment and over time. Without tables it uses simulated ones."
        ),
    )
    add = parser.add_argument
    add("--survey", type=Path, help="CSV of survey answers, one row per respondent")
    add("--customers", type=Path, help="CSV of customers, one row per customer")
    add("--page", type=Path, help="also write the scorecard as an HTML page to this path")
    add("--title", default="Customer relationship scorecard")
    add("--segment", default="segment", help="column of segments (default: segment)")
    add("--weight", help="column of survey weights")
    add("--recommend", default="recommend", help="column of the 0-10 recommendation question")
    add("--satisfaction", default="satisfaction", help="column of the satisfaction question")
    add("--scale", default="1-5", help="scale of satisfaction and factors (default: 1-5)")
    add("--effort", default="effort", help="column of the effort question, 1-7")
    add("--factors", default="", help="rated factors, as name or name:weight, with commas")
    add("--date", default=DATE, help=f"column of dates, as ISO text (default: {DATE})")
    add("--every", default="month", help="day, week, month (the default), quarter or year")
    add("--as-of", help="last day wholly observed (default: the last date of the survey)")
    add("--zone", help="time zone whose calendar counts, where dates carry one")
    add("--recorded-in", help="time zone whose clock wrote dates that carry none, with --zone")
    add("--week-start", default="monday", help="first day of a week (default: monday)")
    add("--year-start", default="january", help="first month of a year (default: january)")
    add("--small-base", type=int, default=SMALL_BASE, help="mark rows with fewer answers")
    add("--level", type=float, default=0.95, help="confidence level (default: 0.95)")
    add("--delimiter", default=",", help="what separates the columns (default: a comma)")
    add("--encoding", default="utf-8-sig", help="encoding of the tables (default: UTF-8)")
    add("--version", action="version", version=f"relmetrics {__version__}")
    return parser


def _factors(text: str) -> dict[str, float]:
    """Read ``food:2,safety:5`` or ``food,safety``."""
    weights: dict[str, float] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, weight = part.partition(":")
        if name in weights:
            raise FactorError.duplicated([name])
        try:
            weights[name] = float(weight or 1)
        except ValueError:
            msg = f"--factors: the weight of {name!r} must be a number, got {weight!r}."
            raise RelmetricsError(msg) from None
    return weights


def _scale(text: str) -> Scale:
    points = re.fullmatch(r"\s*(\d{1,9})\s*-\s*(\d{1,9})\s*", text)
    if points is None:
        msg = f"--scale must look like 1-5, got {shown(text)}."
        raise RelmetricsError(msg)
    return Scale(int(points[1]), int(points[2]))


def _check_page(page: Path, *inputs: Path | None) -> None:
    """Refuse a page that is no path, or that would overwrite a table that it is made from."""
    try:
        page.resolve()
    except ValueError as error:
        msg = f"--page {shown(str(page))} is no path: {error}."
        raise RelmetricsError(msg) from None
    for table in inputs:
        if table is not None and page.exists() and table.exists() and page.samefile(table):
            msg = f"--page {page} would overwrite the table {table}. Name another file."
            raise RelmetricsError(msg)


def _write(path: Path, page: bytes) -> None:
    """Write a page whole or not at all: beside the place it is for, and then renamed to it.

    A link is followed, a file keeps its permissions, and what is no file, such as ``/dev/stdout``,
    is written to as it is.
    """
    if path.exists() and not path.is_file():
        path.write_bytes(page)
        return
    path = path.resolve()
    beside = path.with_name(f".relmetrics-{os.getpid()}.html")
    file = beside.open("xb")
    try:
        with file:
            file.write(page)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            beside.chmod(path.stat().st_mode & 0o7777)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _print(*lines: object) -> str:
    """Print lines; return why it could not be done, and nothing when it was, or nobody reads on."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # a terminal may not know every letter
        sys.stdout.reconfigure(errors="replace")
    try:
        print(*lines, sep="\n", flush=True)
    except OSError as error:
        # What is left in the buffer would fail once more when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return "" if isinstance(error, BrokenPipeError) else str(error)
    return ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the scorecard; return 0, or 2 when the input is in error or allows no metric.

    Args:
        arguments: The words of the command line; by default those of the process.
    """
    options = _parser().parse_args(arguments)
    simulated = options.survey is None and options.customers is None
    survey: Mapping[str, Any] | None = None
    customers: Mapping[str, Any] | None = None
    form = {"delimiter": options.delimiter, "encoding": options.encoding}
    try:
        factors: Mapping[str, float] = _factors(options.factors)
        if options.page is not None:
            _check_page(options.page, options.survey, options.customers)
        if simulated:
            survey, customers = simulate_survey(), simulate_customers()
            factors = factors or dict(zip(FACTORS, (5, 3, 5, 2), strict=True))
        if options.survey is not None:
            survey = read_table(options.survey, **form)
        if options.customers is not None:
            customers = read_table(options.customers, **form)
        card = scorecard(
            survey=survey,
            customers=customers,
            title=options.title + (" (simulated data)" if simulated else ""),
            segment=options.segment,
            weight=options.weight or ("weight" if simulated else None),
            recommend=options.recommend,
            satisfaction=options.satisfaction,
            satisfaction_scale=_scale(options.scale),
            effort=options.effort,
            factors=factors,
            date=options.date or None,
            every=options.every,
            as_of=options.as_of,
            zone=options.zone,
            recorded_in=options.recorded_in,
            week_start=options.week_start,
            year_start=options.year_start,
            small_base=options.small_base,
            confidence_level=options.level,
            source=", ".join(
                path.name for path in (options.survey, options.customers) if path is not None
            ),
        )
        if options.page is not None:
            _write(options.page, card.to_html().encode("utf-8", errors="replace"))
    except (RelmetricsError, OSError) as error:
        print(f"relmetrics: {printable(str(error))}", file=sys.stderr)
        return 2
    written = [] if options.page is None else ["", f"Page written to {options.page}"]
    failed = _print(card, *written)
    if failed:
        print(f"relmetrics: {failed}", file=sys.stderr)
        return 2
    return 0 if card.estimates else 2


if __name__ == "__main__":
    sys.exit(main())
