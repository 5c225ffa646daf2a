"""`relmetrics example`: files to try the commands on, simulated and always the same."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.cli.output import as_json
from relmetrics.errors import RelmetricsError
from relmetrics.reports.simulation import SEGMENTS, simulate_survey

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Mapping

    from relmetrics.data.types import AnyArray

TRY = """Try:
  relmetrics scorecard answers.csv --nps recommend --by segment --date date --html report.html
  relmetrics compare answers-before.csv answers.csv --nps recommend
  relmetrics purchases purchases.csv --customer customer --date day --amount paid
  relmetrics explain nps"""


def add_arguments(parser: ArgumentParser) -> None:
    """Add the words of the command."""
    parser.add_argument("folder", nargs="?", default=".", help="where to (default: here)")
    parser.add_argument("--json", action="store_true", help="print the names as JSON")
    parser.add_argument("--quiet", action="store_true", help="print nothing but errors")


def run(options: Any) -> tuple[list[object], str, bool]:
    """Write the files; return the lines to print, the names as JSON, and that it worked."""
    folder = Path(options.folder)
    before = simulate_survey(900, seed=2025)
    tables: dict[str, Mapping[str, AnyArray]] = {
        "answers.csv": simulate_survey(),
        "answers-before.csv": {
            **{name: column for name, column in before.items() if name != "date"},
            "recommend": np.maximum(before["recommend"] - (before["respondent"] % 3 == 0), 0),
        },
        "purchases.csv": simulate_purchases(),
    }
    there = [name for name in tables if (folder / name).exists()]
    if there:
        msg = f"{folder / there[0]} is there already, and stays as it is. Name another folder."
        raise RelmetricsError(msg)
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        _write(folder / name, table)
    names = [str(folder / name) for name in tables]
    return [f"Written: {', '.join(names)}", TRY], as_json(names), True


def simulate_purchases(customers: int = 500, *, seed: int = 2026) -> dict[str, AnyArray]:
    """Return a log of two years: customers who come, buy for a while, and stop.

    Columns: ``customer``, ``day``, ``segment`` and ``paid``.
    """
    rng = np.random.default_rng(seed)
    first, stay = rng.integers(0, 640, customers), rng.exponential(190, customers)
    gaps = rng.exponential(36, (customers, 60))
    after = np.concatenate([np.zeros((customers, 1)), np.cumsum(gaps, axis=1)], axis=1)
    days = first[:, None] + after.astype(np.int64)
    who, when = np.nonzero((after <= stay[:, None]) & (days < 730))  # noqa: PLR2004 - two years
    day = days[who, when]
    order = np.lexsort((who, day))
    kind = rng.choice(SEGMENTS, customers, p=[0.3, 0.45, 0.25])
    paid = np.round(rng.gamma(3.0, 9.0, len(who)) + 4, 2)
    return {
        "customer": np.char.add("C", (1001 + who[order]).astype(str)),
        "day": np.datetime64("2024-01-01") + day[order],
        "segment": kind[who[order]],
        "paid": paid,
    }


def _write(path: Path, table: Mapping[str, AnyArray]) -> None:
    """Write a table as CSV; what is missing is empty."""
    columns = [
        ["" if cell != cell else _short(cell) for cell in column.tolist()]  # noqa: PLR0124 - NaN
        for column in table.values()
    ]
    with path.open("x", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(table)
        writer.writerows(zip(*columns, strict=True))


def _short(cell: Any) -> Any:
    """Return a whole number without its decimals."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell
