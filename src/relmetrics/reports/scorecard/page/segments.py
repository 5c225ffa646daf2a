"""Segments: one matrix of metrics and segments, each metric's intervals on one axis."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias

from attrs import frozen

from relmetrics.metric.wording import escaped
from relmetrics.reports.page.axis import Axis
from relmetrics.reports.page.frame import Section
from relmetrics.reports.page.pictures import ENDS, interval, scrolling, ticked
from relmetrics.reports.page.words import chip, counted, figure, label, percent, whole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from relmetrics.metric.contract import Description
    from relmetrics.questions.groups.breakdown import Breakdown
    from relmetrics.reports.scorecard.card import Card
    from relmetrics.reports.scorecard.rows import Row

    _Metric: TypeAlias = tuple[str, Sequence[Row]]

SHOWN = 20
"""So many segments are shown; further ones are folded."""
MOST = 500
"""So many are on the page at all; a page of ten thousand would help nobody."""
_BESIDE = 5
"""So many metrics stand side by side."""


@frozen
class _Column:
    """A metric: its rows by segment, its total, and the axis that they share."""

    about: Description
    rows: dict[str, Row]
    total: Row | None
    axis: Axis | None


def matrices(
    card: Card, segments: Sequence[tuple[Breakdown, Sequence[Row]]], totals: Mapping[str, Row]
) -> list[Section]:
    """Return a section for each column of segments."""
    by_column: dict[str, list[_Metric]] = {}
    for by, rows in segments:
        by_column.setdefault(by.labels.names[0], []).append((by.metric.description.symbol, rows))
    several, found = len(by_column) > 1, []
    for number, (name, metrics) in enumerate(by_column.items(), start=1):
        column = name if several or not card.origin.segment else card.origin.segment[0]
        title = label(card.labels.get(column, column) or "segment")
        ident = "segments" if number == 1 else f"segments-{number}"
        html = _section(card, ident, title, metrics, totals)
        found.append(Section(ident, f"By {title}" if several else "Segments", html))
    return found


def _section(
    card: Card, ident: str, title: str, segments: Sequence[_Metric], totals: Mapping[str, Row]
) -> str:
    level = percent(card.segments[0].confidence_level)
    shown = "".join(
        _matrix(card, title, names, metrics, totals) for names, metrics in _alike(segments)
    )
    return (
        f'<section id="{ident}"><h2>By {title}</h2>'
        f'<p class="lead">Each segment against all others together; p-values corrected for the '
        f"number of segments (Holm). Lines are {level} intervals, the dashed line is the total. "
        f"Hollow points stand for fewer than {counted(card.small_base, 'answer')}.</p>"
        f"{shown}</section>"
    )


def _alike(segments: Sequence[_Metric]) -> list[tuple[tuple[str, ...], list[_Metric]]]:
    """Return segments with the metrics that have them, a few side by side."""
    alike: dict[tuple[str, ...], list[_Metric]] = {}
    for symbol, rows in segments:
        alike.setdefault(tuple(row.segment for row in rows), []).append((symbol, rows))
    found = []
    for names, metrics in alike.items():
        tables = math.ceil(len(metrics) / _BESIDE)
        size = math.ceil(len(metrics) / tables)
        found += [(names, metrics[i : i + size]) for i in range(0, len(metrics), size)]
    return found


def _matrix(
    card: Card,
    title: str,
    names: Sequence[str],
    metrics: Sequence[_Metric],
    totals: Mapping[str, Row],
) -> str:
    sizes = {row.segment: 0 for _, rows in metrics for row in rows}
    for _, rows in metrics:
        for row in rows:
            sizes[row.segment] = max(sizes[row.segment], row.n)
    by_size = sorted(names, key=lambda name: -sizes[name])
    on_page = set(by_size[:MOST])
    columns = [
        _column(symbol, [row for row in rows if row.segment in on_page], totals)
        for symbol, rows in metrics
    ]
    first, symbols = set(by_size[:SHOWN]), ", ".join(symbol for symbol, _ in metrics)
    shown = [name for name in names if name in first]
    folded = [name for name in names if name in on_page - first]
    caption = symbols
    if folded:
        caption += f": the {len(shown)} segments with the most answers"
    parts = [_table(card, title, caption, shown, columns, with_total=True)]
    if folded:
        rest = _table(
            card, title, f"{symbols}: the other segments", folded, columns, with_total=False
        )
        more = counted(len(folded), "more segment")
        parts.append(f'<details class="more"><summary>{more}</summary>{rest}</details>')
    left = len(names) - len(on_page)
    if left:
        parts.append(
            f'<p class="lead">{counted(left, "segment")} with fewer answers are not on this page; '
            "segment_table() of the scorecard has them all.</p>"
        )
    return "".join(parts)


def _column(symbol: str, rows: Sequence[Row], totals: Mapping[str, Row]) -> _Column:
    total, about = totals.get(symbol), rows[0].about
    every = [*rows, total] if total else rows
    values = [x for row in every for x in (row.value, row.low, row.high)]
    axis = Axis.over(values, *ENDS, within=(about.low, about.high), steps=3)
    return _Column(about, {row.segment: row for row in rows}, total, axis)


def _table(
    card: Card,
    title: str,
    caption: str,
    names: Sequence[str],
    columns: Sequence[_Column],
    *,
    with_total: bool,
) -> str:
    heads = "".join(
        f'<th scope="col">{label(c.about.symbol)}<small>{_unit(c.about)}</small>{ticked(c.axis)}'
        "</th>"
        for c in columns
    )
    rows = "".join(
        _line(label(name), [c.rows[name] for c in columns], columns, card) for name in names
    )
    if with_total and any(c.total for c in columns):
        rows = _line("All", [c.total for c in columns], columns, card, "total") + rows
    return scrolling(
        caption,
        f'<table class="matrix sorts"><caption>{escaped(caption)}</caption><thead><tr>'
        f'<th scope="col">{title}</th>{heads}</tr></thead><tbody>{rows}</tbody></table>',
    )


def _unit(about: Description) -> str:
    better = ", lower is better" if about.direction == "lower" else ""
    unit = f"{about.low:g} to {about.high:g}" if about.unit == "scale points" else about.unit
    return escaped(unit) + better


def _line(
    head: str,
    rows: Sequence[Row | None],
    columns: Sequence[_Column],
    card: Card,
    kind: str = "",
) -> str:
    cells = "".join(
        "<td></td>" if row is None else _cell(row, column, card)
        for row, column in zip(rows, columns, strict=True)
    )
    of_kind = f' class="{kind}"' if kind else ""
    return f'<tr{of_kind}><th scope="row">{head}</th>{cells}</tr>'


def _cell(row: Row, column: _Column, card: Card) -> str:
    if not row.n:
        return '<td class="soft" data-v="">no answers</td>'
    about, few = column.about, row.n < card.small_base
    total = math.nan if column.total is None else column.total.value
    drawn = interval(
        column.axis, row.value, row.low, row.high, digits=about.digits, total=total, few=few
    )
    known = math.isfinite(row.value)
    place, value = (row.value, figure(row.value, about)) if known else ("", "no value")
    return (
        f'<td data-v="{place}"><span class="v"><strong>{value}</strong> '
        f"<small>n = {whole(row.n)}{', few' if few else ''}</small></span>{drawn}"
        f"{chip(row.against_rest, about)}</td>"
    )
