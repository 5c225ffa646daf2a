"""Segments: one matrix of metrics and segments, each metric's intervals on one axis."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias

from attrs import frozen

from relmetrics.metric.wording import escaped
from relmetrics.reports.page.axis import Axis
from relmetrics.reports.page.frame import Section
from relmetrics.reports.page.pictures import ENDS, interval, scrolling, ticked
from relmetrics.reports.page.words import chip, counted, figure, label, listed, percent, whole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from relmetrics.metric.contract import Description
    from relmetrics.questions.groups.breakdown import Breakdown
    from relmetrics.reports.scorecard.card import Card
    from relmetrics.reports.scorecard.rows import Row

    Rows: TypeAlias = Mapping[str, Sequence[Row]]
    """The rows of a metric by the column that its segments are of."""

SHOWN = 20
"""So many segments of a column are shown; further ones are folded."""
MOST = 500
"""So many are on the page at all; a page of ten thousand would help nobody."""
_BESIDE = 5
"""So many metrics stand side by side."""


@frozen
class _Metric:
    """A metric: its rows by column and segment, its total, and the axis that they share."""

    about: Description
    rows: Mapping[tuple[str, str], Row]
    total: Row | None
    axis: Axis | None


@frozen
class _Block:
    """Segments of one column, in order, with its title as HTML; empty where there is but one."""

    title: str
    keys: Sequence[tuple[str, str]]


def segments(
    card: Card, found: Sequence[tuple[Breakdown, Sequence[Row]]], totals: Mapping[str, Row]
) -> Section:
    """Return all metrics by all columns of segments; empty without any."""
    columns = list(dict.fromkeys(by.labels.names[0] for by, _ in found))
    titles = {name: _title(card, name, alone=len(columns) == 1) for name in columns}
    if not found:
        return Section("segments", "", "")
    level = percent(card.segments[0].confidence_level)
    shown = "".join(_matrix(card, titles, metrics, totals) for metrics in _alike(found))
    joined = listed(list(titles.values()))
    html = (
        f'<section id="segments"><h2>By {joined}</h2>'
        f'<p class="lead">Each segment against all others together; p-values corrected for the '
        f"number of segments (Holm). Lines are {level} intervals, the dashed line is the total. "
        f"Hollow points stand for fewer than {counted(card.small_base, 'answer')}.</p>"
        f"{shown}</section>"
    )
    return Section("segments", f"By {joined}" if len(columns) > 1 else "Segments", html)


def _title(card: Card, name: str, *, alone: bool) -> str:
    """Return what a column is called; a single one is named otherwise in its breakdowns."""
    column = card.origin.segment[0] if alone and card.origin.segment else name
    return label(card.labels.get(column, column) or "segment")


def _alike(found: Sequence[tuple[Breakdown, Sequence[Row]]]) -> list[list[Rows]]:
    """Return the rows of each metric, a few side by side that have the same segments."""
    metrics: dict[tuple[str, int], dict[str, Sequence[Row]]] = {}
    for by, rows in found:
        symbol, column, turn = by.metric.description.symbol, by.labels.names[0], 0
        while column in metrics.get((symbol, turn), {}):  # the same by other labels of that name
            turn += 1
        metrics.setdefault((symbol, turn), {})[column] = rows
    alike: dict[object, list[Rows]] = {}
    for each in metrics.values():
        names = tuple((name, tuple(row.segment for row in rows)) for name, rows in each.items())
        alike.setdefault(names, []).append(each)
    tables = []
    for every in alike.values():
        size = math.ceil(len(every) / math.ceil(len(every) / _BESIDE))
        tables += [every[i : i + size] for i in range(0, len(every), size)]
    return tables


def _matrix(
    card: Card, titles: Mapping[str, str], metrics: Sequence[Rows], totals: Mapping[str, Row]
) -> str:
    shown, folded, left = [], [], 0
    for name in metrics[0]:
        names = [row.segment for row in metrics[0][name]]
        most = [
            max(row.n for row in rows) for rows in zip(*(m[name] for m in metrics), strict=True)
        ]
        by_size = [names[i] for i in sorted(range(len(names)), key=lambda i: -most[i])]
        first, present = set(by_size[:SHOWN]), set(by_size[:MOST])
        title = titles[name] if len(metrics[0]) > 1 else ""
        shown.append(_Block(title, [(name, s) for s in names if s in first]))
        folded.append(_Block(title, [(name, s) for s in names if s in present - first]))
        left += len(names) - len(present)
    rest = [block for block in folded if block.keys]
    on_page = {key for block in shown + rest for key in block.keys}
    columns = [_metric(rows, on_page, totals) for rows in metrics]
    symbols = ", ".join(c.about.symbol for c in columns)
    head = titles[next(iter(metrics[0]))] if len(metrics[0]) == 1 else label("Segment")
    caption = symbols
    if rest:
        caption += f": the {sum(len(b.keys) for b in shown)} segments with the most answers"
    parts = [_table(card, head, caption, shown, columns, with_total=True)]
    if rest:
        table = _table(card, head, f"{symbols}: the other segments", rest, columns)
        more = counted(sum(len(block.keys) for block in rest), "more segment")
        parts.append(f'<details class="more"><summary>{more}</summary>{table}</details>')
    if left:
        parts.append(
            f'<p class="lead">{counted(left, "segment")} with fewer answers are not on this page; '
            "segment_table() of the scorecard has them all.</p>"
        )
    return "".join(parts)


def _metric(rows: Rows, on_page: set[tuple[str, str]], totals: Mapping[str, Row]) -> _Metric:
    found = {(name, row.segment): row for name, every in rows.items() for row in every}
    found = {key: row for key, row in found.items() if key in on_page}
    about = next(iter(found.values())).about
    total = totals.get(about.symbol)
    every = [*found.values(), total] if total else found.values()
    values = [x for row in every for x in (row.value, row.low, row.high)]
    axis = Axis.over(values, *ENDS, within=(about.low, about.high), steps=3)
    return _Metric(about, found, total, axis)


def _table(
    card: Card,
    head: str,
    caption: str,
    blocks: Sequence[_Block],
    metrics: Sequence[_Metric],
    *,
    with_total: bool = False,
) -> str:
    heads = "".join(
        f'<th scope="col">{label(m.about.symbol)}<small>{_unit(m.about)}</small>{ticked(m.axis)}'
        "</th>"
        for m in metrics
    )
    bodies = "".join(_body(block, metrics, card) for block in blocks)
    if with_total and any(m.total for m in metrics):
        total = _line("All", [m.total for m in metrics], metrics, card, "total")
        bodies = f"<tbody>{total}</tbody>{bodies}"
    return scrolling(
        caption,
        f'<table class="matrix sorts"><caption>{escaped(caption)}</caption><thead><tr>'
        f'<th scope="col">{head}</th>{heads}</tr></thead>{bodies}</table>',
    )


def _body(block: _Block, metrics: Sequence[_Metric], card: Card) -> str:
    rows = "".join(
        _line(label(key[1]), [m.rows[key] for m in metrics], metrics, card) for key in block.keys
    )
    if block.title:
        span = f'colspan="{1 + len(metrics)}"'
        rows = f'<tr class="of"><th scope="rowgroup" {span}>{block.title}</th></tr>{rows}'
    return f"<tbody>{rows}</tbody>"


def _unit(about: Description) -> str:
    better = ", lower is better" if about.direction == "lower" else ""
    unit = f"{about.low:g} to {about.high:g}" if about.unit == "scale points" else about.unit
    return escaped(unit) + better


def _line(
    head: str, rows: Sequence[Row | None], metrics: Sequence[_Metric], card: Card, kind: str = ""
) -> str:
    cells = "".join(
        "<td></td>" if row is None else _cell(row, metric, card)
        for row, metric in zip(rows, metrics, strict=True)
    )
    of_kind = f' class="{kind}"' if kind else ""
    return f'<tr{of_kind}><th scope="row">{head}</th>{cells}</tr>'


def _cell(row: Row, metric: _Metric, card: Card) -> str:
    about, few = metric.about, row.n < card.small_base
    of_metric = f'data-m="{escaped(about.symbol)}"'
    if not row.n:
        return f'<td class="soft" {of_metric} data-v="">no answers</td>'
    total = math.nan if metric.total is None else metric.total.value
    drawn = interval(
        metric.axis, row.value, row.low, row.high, digits=about.digits, total=total, few=few
    )
    known = math.isfinite(row.value)
    place, value = (row.value, figure(row.value, about)) if known else ("", "no value")
    return (
        f'<td {of_metric} data-v="{place}"><span class="v"><strong>{value}</strong> '
        f"<small>n = {whole(row.n)}{', few' if few else ''}</small></span>{drawn}"
        f"{chip(row.against_rest, about)}</td>"
    )
