"""Pages: a scorecard as HTML, with each interval drawn over its metric's range."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING, Any, TypeAlias

from relmetrics.estimate import percent

if TYPE_CHECKING:
    from relmetrics.breakdown import Breakdown
    from relmetrics.cards import Scorecard
    from relmetrics.metric import Description

SMALL_BASE = 30
"""Rows with fewer answers are marked, unless told otherwise."""

Row: TypeAlias = "tuple[Description, str, float, float, float, int, int]"
"""A metric's description, a segment, and value, low, high, n and missing."""


def rows_of(by: Breakdown) -> list[Row]:
    """Return the rows of one metric by segment."""
    table = by.table()
    columns = (table["value"], table["low"], table["high"], table["n"], table["missing"])
    figures = zip(*(column.tolist() for column in columns), strict=True)
    about = by.metric.description
    return [(about, str(group), *row) for group, row in zip(by, figures, strict=True)]


def page(card: Scorecard) -> str:
    """Return a page that stands alone: no script, no file beside it, every text escaped."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(card.title)}</title><style>{_STYLE}</style></head>"
        f"<body><main>{body(card)}</main></body></html>\n"
    )


_STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0; }
main { max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; table-layout: fixed; width: 100%; margin: 1rem 0 2rem; }
th:first-child { width: 30%; }
th, td { text-align: right; padding: .3rem .6rem; border-bottom: 1px solid #8884; }
th:first-child, td:first-child, th.text, td.text { text-align: left; }
td { font-variant-numeric: tabular-nums; }
tr.small td { opacity: .6; }
pre { white-space: pre-wrap; background: #8881; padding: .8rem; }
svg { width: 9rem; height: 1rem; vertical-align: middle; }
"""


def body(card: Scorecard) -> str:
    """Return what stands on the page."""
    level = percent(card.estimates[0].confidence_level) if card.estimates else ""
    head = f"<th>metric</th><th>value</th><th>{level} interval</th><th></th><th>n</th>"
    rows = "".join(
        _html_row(e.metric.description, "", e.value, e.low, e.high, e.n, e.missing, small=False)
        for e in card.estimates
    )
    parts = [
        f"<h1>{escape(card.title)}</h1>",
        f"<table><thead><tr>{head}<th>missing</th></tr></thead><tbody>{rows}</tbody></table>",
    ]
    if card.factors is not None:
        parts += ["<h2>Factors of the satisfaction index</h2>", card.factors.to_html()]
    if card.segments:
        parts.append("<h2>By segment</h2>")
        for by in card.segments:
            segment_rows = "".join(
                _html_row(*row, small=row[5] < card.small_base) for row in rows_of(by)
            )
            labelled = head.replace("metric", escape(by.metric.description.symbol), 1)
            parts.append(
                f"<table><thead><tr>{labelled}<th>missing</th></tr></thead>"
                f"<tbody>{segment_rows}</tbody></table>"
            )
        parts.append(f"<p>Faint rows have fewer than {card.small_base} answers.</p>")
    parts += [f"<p>Note: {escape(note)}</p>" for note in card.notes]
    parts.append("<h2>How each number came about</h2>")
    parts += [f"<pre>{escape(estimate.explain())}</pre>" for estimate in card.estimates]
    return "".join(parts)


def _html_row(
    about: Any,
    segment: str,
    value: float,
    low: float,
    high: float,
    n: int,
    missing: int,
    *,
    small: bool,
) -> str:
    digits, sign = about.digits, "%" if about.unit == "%" else ""
    name = escape(segment or about.name)
    shown = f"{value:.{digits}f}{sign}" if n else "no answers"
    ends = f"{low:.{digits}f} to {high:.{digits}f}" if math.isfinite(low) else "none"
    bar = _bar(about, value, low, high)
    style = ' class="small"' if small else ""
    return (
        f"<tr{style}><td>{name}</td><td>{shown}</td><td>{ends}</td><td>{bar}</td>"
        f"<td>{n}</td><td>{missing}</td></tr>"
    )


def _bar(about: Any, value: float, low: float, high: float) -> str:
    """Return the interval drawn over the metric's range; nothing for an unbounded one."""
    if not (math.isfinite(about.low) and math.isfinite(about.high) and math.isfinite(low)):
        return ""
    span = about.high - about.low
    left, middle, right = (100 * (x - about.low) / span for x in (low, value, high))
    return (
        '<svg viewBox="0 0 100 10" preserveAspectRatio="none" role="img" '
        f'aria-label="{low:.{about.digits}f} to {high:.{about.digits}f}">'
        '<rect x="0" y="4.6" width="100" height="0.8" fill="#8886"/>'
        f'<rect x="{left:.2f}" y="3" width="{right - left:.2f}" height="4" fill="#4a7fb5"/>'
        f'<rect x="{middle - 0.6:.2f}" y="1" width="1.2" height="8" fill="#d9822b"/></svg>'
    )
