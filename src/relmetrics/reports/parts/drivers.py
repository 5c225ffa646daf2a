"""Drivers: what each factor counts for, with its interval, and how it performs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from relmetrics.errors import StateError
from relmetrics.reports.page.bars import Bar, Bars
from relmetrics.reports.page.words import number
from relmetrics.reports.parts.blocks import Grid, Line, Part

if TYPE_CHECKING:
    from relmetrics.reports.parts.blocks import Look
    from relmetrics.survey.drivers.analysis import DriverAnalysis


def analysis(found: DriverAnalysis, look: Look) -> Part:
    """Return factors by importance, and what to work on where performance is known."""
    table, outcome = found.table(), found.definition.outcome
    title = f"What matters for {look.labels.get(outcome, outcome)}"
    names = ("factor", "share", "share_low", "share_high", "correlation")
    bars = Bars(
        caption="Importance of factors, % of what they explain together",
        head="Factor",
        value="Importance, %",
        rows=[
            Bar(
                name=look.labels.get(name, name),
                value=share,
                low=low,
                high=high,
                further=(number(correlation, 2),),
            )
            for name, share, low, high, correlation in zip(
                *(table[name].tolist() for name in names), strict=True
            )
        ],
        within=(0.0, 100.0),
        further=("Correlation",),
    )
    grids = [Grid(title, table, bars.html())]
    try:
        performance = found.importance_performance()
    except StateError:  # from correlations alone: nobody knows how they are rated
        return Part(title, [Line(f"{found}."), *grids])
    grids.append(Grid("Importance and performance", performance))
    return Part(title, [Line(f"{found}."), *grids])
