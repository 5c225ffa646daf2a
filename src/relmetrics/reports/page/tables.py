"""Tables of results as a page has them: titles, numbers to the right, long ones folded."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.errors.wording import text_of
from relmetrics.metric.wording import escaped
from relmetrics.reports.page.pictures import scrolling
from relmetrics.reports.page.words import counted, label, names_of, number, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from relmetrics.data.calendar.periods import Every
    from relmetrics.data.types import AnyArray
    from relmetrics.metric.table import Table

SHOWN = 20
"""So many rows are shown; further ones are folded."""
_USUAL = 3
_LONG = 60
"""Texts of more signs, as HTML, have room for several words on a line."""
MOST = 500
"""So many are on the page at all; files of tables have them all."""


def table_html(
    caption: str,
    table: Table,
    labels: Mapping[str, str],
    every: Every | None = None,
    *,
    is_said: bool = False,
) -> str:
    """Return a table that scrolls inside the page; the first column names the rows.

    Its days are the first of periods, where these are said. A caption that is said above it is
    there for those who hear the page.
    """
    texts = [_cells(array, table.digits.get(name), every) for name, array in table.items()]
    heads = "".join(
        f'<th scope="col"{_of_kind(array)}><span>{label(title_of(name, labels))}</span></th>'
        for name, array in table.items()
    )

    heard = ' class="heard"' if is_said else ""

    def part(title: str, rows: range) -> str:
        body = "".join(_row([cells(i) for cells in texts]) for i in rows)
        return scrolling(
            title,
            f'<table class="sorts"><caption{heard}>{escaped(title)}</caption>'
            f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>",
        )

    shown, on_page = min(table.rows, SHOWN), min(table.rows, MOST)
    parts = [part(caption, range(shown))]
    if on_page > shown:
        more = counted(on_page - shown, "more row")
        rest = part(f"{caption}: further rows", range(shown, on_page))
        parts.append(f'<details class="more"><summary>{more}</summary>{rest}</details>')
    if table.rows > on_page:
        left = counted(table.rows - on_page, "row")
        parts.append(f'<p class="lead">{left} more are not on this page; its files have them.</p>')
    return "".join(parts)


def title_of(name: str, labels: Mapping[str, str]) -> str:
    """Return the title of a column: what it was given, or its name as words."""
    if name in labels:
        return labels[name]
    return "n" if name == "n" else name.replace("_", " ").strip().capitalize() or name


def _of_kind(array: AnyArray) -> str:
    return ' class="num"' if array.dtype.kind in "iuf" else ""


def _row(cells: list[tuple[str, str]]) -> str:
    (_, first), *rest = cells
    return (
        f'<tr><th scope="row">{first}</th>{"".join(f"<td{a}>{text}</td>" for a, text in rest)}</tr>'
    )


def _cells(
    array: AnyArray, digits: int | None, every: Every | None
) -> Callable[[int], tuple[str, str]]:
    """Return what a column has in a row: its attributes and its text."""
    kind = array.dtype.kind
    if kind == "f":
        shown = _decimals(array) if digits is None else digits
        return lambda i: _number(float(array[i]), shown)
    if kind in "iu":
        return lambda i: (f' class="num" data-v="{array[i]}"', whole(int(array[i])))
    if kind == "b":
        return lambda i: ("", "yes" if array[i] else "no")
    if kind == "M":
        names = names_of(array, every)
        return lambda i: (f' class="when" data-v="{_place(array[i])}"', names[i])
    texts = [_text(cell) for cell in array]
    wide = ' class="text"' if max(map(len, texts), default=0) > _LONG else ""
    return lambda i: (wide, texts[i])


def _decimals(array: AnyArray) -> int:
    """Return the decimals of a column that has none of its own: no more than it needs, or three."""
    known = array[np.isfinite(array)]
    return 0 if (known == np.rint(known)).all() else _USUAL


def _place(day: Any) -> str:
    """Return the number of a day, by which it sorts; nothing for none."""
    return "" if np.isnat(day) else str(day.astype("datetime64[D]").astype(int))


def _number(value: float, digits: int) -> tuple[str, str]:
    if not math.isfinite(value):
        return ' class="num" data-v=""', "" if math.isnan(value) else f"{value}"
    return f' class="num" data-v="{value!r}"', number(value, digits)


def _text(cell: Any) -> str:
    return "" if cell is None else label(text_of(cell))
