"""In short: sentences on what changed and which segments differ, each with a test behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from relmetrics.reports.page.words import label, listed, number, period_said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.reports.parts.over_time.latest import LatestPeriod
    from relmetrics.reports.scorecard.card import Card
    from relmetrics.reports.scorecard.rows import Row

_NAMED = 3
"""So many segments are named; of more only the number is said."""


def sentences(card: Card, segments: Sequence[tuple[str, str, Sequence[Row]]]) -> str:
    """Return what is shown by a test, and that nothing is where nothing is.

    Segments are those of each metric, by the title of their column where there are several.
    """
    said = _on_time(card.over_time) + _on_segments(segments)
    if not said:
        return ""
    return f'<ul class="say">{"".join(f"<li>{line}</li>" for line in said)}</ul>'


def _on_time(over_time: Sequence[LatestPeriod]) -> list[str]:
    compared = [one for one in over_time if one.change is not None]
    said = [_moved(one) for one in compared if one.change and one.change.verdict != "not shown"]
    still = [one for one in compared if one.change and one.change.verdict == "not shown"]
    if still:
        symbols = listed([label(one.trend.metric.description.symbol) for one in still])
        every = still[0].trend.every
        periods = {(one.reference, one.period) for one in still}
        between = ""
        if len(periods) == 1 and still[0].reference is not None:
            was, now = (period_said(day, every) for day in (still[0].reference, still[0].period))
            between = f" between {was} and {now}"
        said.append(f"{symbols}: no clear change{between}.")
    for one in over_time:
        if one.rang:
            symbol = label(one.trend.metric.description.symbol)
            when = period_said(one.period, one.trend.every)
            said.append(
                f"{symbol} in {when} lies outside what chance explains: "
                '<a href="#time">see its alert</a>.'
            )
    return said


def _moved(one: LatestPeriod) -> str:
    change, about, every = one.change, one.trend.metric.description, one.trend.every
    if change is None or one.reference is None:
        return ""
    verb = "rose" if change.value > 0 else "fell"
    low, high = sorted((abs(change.low), abs(change.high)))
    return (
        f"<strong>{label(about.symbol)} {verb} by {number(abs(change.value), about.digits)} "
        f"{about.difference_unit}</strong> between {period_said(one.reference, every)} and "
        f"{period_said(one.period, every)} ({number(low, about.digits)} to "
        f"{number(high, about.digits)}): {change.verdict}."
    )


def _on_segments(segments: Sequence[tuple[str, str, Sequence[Row]]]) -> list[str]:
    """Return which segments differ, metrics that say the same together, column by column."""
    found: dict[tuple[str, str], list[str]] = {}
    for symbol, column, rows in segments:
        if any(row.against_rest for row in rows):
            found.setdefault((column, _differing(rows)), []).append(label(symbol))
    said = [
        f'<a href="#segments">{listed(symbols)}</a>{_by(column)}: {differing} than the rest.'
        for (column, differing), symbols in found.items()
        if differing
    ]
    alike: dict[tuple[str, ...], list[str]] = {}
    for (column, differing), symbols in found.items():
        if not differing:
            alike.setdefault(tuple(symbols), []).append(column)
    return said + [
        f"{listed(symbols)}{_by(listed(columns))}: no segment differs clearly from the rest."
        for symbols, columns in alike.items()
    ]


def _by(column: str) -> str:
    return f" by {column}" if column else ""


def _differing(rows: Sequence[Row]) -> str:
    kinds = {kind: [r for r in rows if r.against_rest == kind] for kind in ("better", "worse")}
    return ", ".join(f"{_names(found)} {kind}" for kind, found in kinds.items() if found)


def _names(rows: Sequence[Row]) -> str:
    if len(rows) > _NAMED:
        return f"{len(rows)} segments"
    return listed([label(row.segment) for row in rows])
