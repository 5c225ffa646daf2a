"""Bars: rows with a value and its interval each, all on one axis, folded where there are many."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from attrs import field, frozen

from relmetrics.metric.wording import escaped
from relmetrics.reports.page.axis import Axis
from relmetrics.reports.page.pictures import ENDS, interval, scrolling, ticked
from relmetrics.reports.page.tables import MOST, SHOWN
from relmetrics.reports.page.words import counted, ends, label, number, whole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@frozen(kw_only=True)
class Bar:
    """One row: what it is called, its value and interval, its n, and further cells as HTML."""

    name: str
    value: float
    low: float
    high: float
    n: int | None = None
    few: bool = False
    further: tuple[str, ...] = ()
    is_total: bool = False


@frozen(kw_only=True)
class Bars:
    """Rows on one axis.

    Attributes:
        caption: What they are.
        head: What the rows are called.
        value: What their values are called.
        rows: The rows.
        digits: Decimals shown.
        sign: ``+`` to show that of every value.
        line: A value at which a dashed line stands; NaN for none.
        within: The range of the axis.
        further: The titles of further cells.
        labels: Titles of columns.
    """

    caption: str
    head: str
    value: str
    rows: Sequence[Bar]
    digits: int = 1
    sign: str = ""
    line: float = math.nan
    within: tuple[float, float] = (-math.inf, math.inf)
    further: Sequence[str] = ()
    labels: Mapping[str, str] = field(factory=dict)

    def html(self) -> str:
        """Return the rows as tables that scroll inside the page."""
        places = [x for row in self.rows[:MOST] for x in (row.value, row.low, row.high)]
        axis = Axis.over([*places, self.line], *ENDS, within=self.within, steps=3)
        shown, on_page = self.rows[:SHOWN], self.rows[:MOST]
        parts = [self._table(self.caption, shown, axis)]
        if len(on_page) > len(shown):
            rest = self._table(f"{self.caption}: further rows", on_page[SHOWN:], axis)
            more = counted(len(on_page) - len(shown), "more row")
            parts.append(f'<details class="more"><summary>{more}</summary>{rest}</details>')
        left = len(self.rows) - len(on_page)
        if left:
            parts.append(f'<p class="lead">{counted(left, "row")} more are not on this page.</p>')
        return "".join(parts)

    def _table(self, caption: str, rows: Sequence[Bar], axis: Axis | None) -> str:
        with_n = any(row.n is not None for row in self.rows)
        heads = [
            f'<th scope="col">{label(self.head)}</th>',
            f'<th scope="col" class="num">{label(self.value)}</th>',
            f'<th scope="col"><span>Interval</span>{ticked(axis)}</th>',
        ]
        heads += ['<th scope="col" class="num"><span>n</span></th>'] if with_n else []
        heads += [f'<th scope="col" class="further">{label(title)}</th>' for title in self.further]
        body = "".join(self._row(row, axis, with_n=with_n) for row in rows)
        return scrolling(
            caption,
            f'<table class="bars sorts"><caption>{escaped(caption)}</caption><thead><tr>'
            f"{''.join(heads)}</tr></thead><tbody>{body}</tbody></table>",
        )

    def _row(self, row: Bar, axis: Axis | None, *, with_n: bool) -> str:
        known = math.isfinite(row.value)
        value = number(row.value, self.digits, self.sign) if known else ""
        drawn = interval(
            axis,
            row.value,
            row.low,
            row.high,
            digits=self.digits,
            total=self.line,
            few=row.few,
        )
        within = ends(row.low, row.high, self.digits, self.sign) if known else ""
        cells = [
            f'<th scope="row">{label(row.name)}</th>',
            f'<td class="num" data-v="{row.value if known else ""}"><strong>{value}</strong></td>',
            f'<td data-v="{row.low if known else ""}">{drawn}<small>{within}</small></td>',
        ]
        if with_n:
            few = "<small>few</small>" if row.few else ""
            n = "" if row.n is None else whole(row.n)
            cells.append(f'<td class="num" data-v="{row.n or 0}">{n}{few}</td>')
        titled = zip(self.further, row.further, strict=True)
        cells += [f'<td data-m="{escaped(title)}">{cell}</td>' for title, cell in titled]
        kind = ' class="total"' if row.is_total else ""
        return f"<tr{kind}>{''.join(cells)}</tr>"
