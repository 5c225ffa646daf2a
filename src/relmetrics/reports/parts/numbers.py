"""Single numbers: estimates as tiles, differences, and the figures of any other result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.metric.table import Table
from relmetrics.reports.page.bars import Bar, Bars
from relmetrics.reports.page.words import chip, p_value
from relmetrics.reports.parts.blocks import Grid, Line, Part
from relmetrics.reports.parts.tiles import Beside, tiles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.metric.difference import Difference
    from relmetrics.metric.estimate import Estimate
    from relmetrics.metric.result import Result
    from relmetrics.reports.parts.blocks import Look


def estimates(found: Sequence[Estimate], look: Look) -> Part:
    """Return estimates in a row: tiles on pages, one table elsewhere."""
    title = ", ".join(dict.fromkeys(e.metric.description.symbol for e in found))
    drawn = tiles(found, Beside(labels=look.labels))
    return Part(title, [Grid(title, figures_of(found), drawn)], level=0)


def figures_of(found: Sequence[Estimate]) -> Table:
    """Return one row per estimate: metric, unit, value, low, high, n, missing and method."""
    names = ("value", "low", "high")
    columns: dict[str, Any] = {
        "metric": np.array([e.metric.description.symbol for e in found], dtype=object),
        "unit": np.array([e.metric.description.unit for e in found], dtype=object),
    }
    columns |= {name: np.array([getattr(e, name) for e in found]) for name in names}
    columns["confidence_level"] = np.array([e.confidence_level for e in found])
    columns |= {name: np.array([getattr(e, name) for e in found]) for name in ("n", "missing")}
    columns["method"] = np.array([e.method for e in found], dtype=object)
    digits = max(e.metric.description.digits for e in found)
    return Table(columns, dict.fromkeys(names, digits) | {"confidence_level": 2})


def difference(found: Difference, look: Look) -> Part:
    """Return a difference, with 0 as a line."""
    del look
    about = found.metric.description
    title = f"Difference in {about.symbol}"
    bars = Bars(
        caption=f"{title}, {about.difference_unit}",
        head="Metric",
        value="Difference",
        rows=[
            Bar(
                name=about.symbol,
                value=found.value,
                low=found.low,
                high=found.high,
                n=found.n,
                further=(p_value(found.p_value), chip(found.verdict, about)),
            )
        ],
        digits=about.digits,
        sign="+",
        line=0.0,
        further=("p", "Verdict"),
    )
    return Part(title, [Line(f"{found}."), Grid(title, figures(found), bars.html())])


def title_of(result: Result) -> str:
    """Return what a result is called: its class as words, and of which metric it is."""
    name = type(result).__name__
    apart = "".join(f" {c.lower()}" if c.isupper() else c for c in name).strip().capitalize()
    words = name if name.isupper() else apart
    data = result.to_dict()
    symbol = data.get("symbol")
    return f"{words} of {symbol}" if symbol else words


def figures(result: Result) -> Table:
    """Return the numbers and words of a result as a table of one row."""
    data = result.to_dict()
    left_out = {"type", "v", "definition", "formula"}
    cells = {
        name: value
        for name, value in data.items()
        if name not in left_out and isinstance(value, (str, int, float))
    }
    digits = {name: 3 for name, value in cells.items() if isinstance(value, float)}
    return Table({name: _column(value) for name, value in cells.items()}, digits)


def _column(value: Any) -> Any:
    return np.array([value], dtype=object if isinstance(value, str) else None)
