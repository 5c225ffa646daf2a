"""Pages: a scorecard as HTML, with its intervals and its trends drawn."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from relmetrics.data.periods import kind_of
from relmetrics.metric.wording import escaped, percent
from relmetrics.reports.scorecard.latest import changes_shown, headline
from relmetrics.reports.scorecard.rows import Row, against_rest_text, row_of, rows_of
from relmetrics.reports.scorecard.svg import interval_drawing, trend_drawing

if TYPE_CHECKING:
    from relmetrics.reports.scorecard.card import Card
    from relmetrics.reports.scorecard.latest import LatestPeriod


def page(card: Card) -> str:
    """Return a page that stands alone: no script, no file beside it, every text escaped."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escaped(card.title)}</title><style>{_STYLE}</style></head>"
        f"<body><main>{body(card)}</main></body></html>\n"
    )


_STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0; }
main { max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; table-layout: fixed; width: 100%; margin: 1rem 0 2rem; }
th:first-child { width: 26%; }
th, td { text-align: right; padding: .3rem .6rem; border-bottom: 1px solid #8884; }
th:first-child, td:first-child, th.text, td.text { text-align: left; }
td { font-variant-numeric: tabular-nums; }
tr.small td { opacity: .6; }
pre { white-space: pre-wrap; background: #8881; padding: .8rem; }
svg.bar { width: 100%; max-width: 9rem; height: 1rem; vertical-align: middle; }
svg.trend { width: 100%; height: auto; }
.time table { table-layout: auto; }
.time th:first-child { width: auto; }
.trends { display: grid; gap: 1rem; }
.trends { grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr)); }
figure { margin: 0 0 1rem; }
figcaption { font-weight: bold; }
figure p { margin: .2rem 0; }
"""


def body(card: Card) -> str:
    """Return what stands on the page."""
    level = percent(card.estimates[0].confidence_level) if card.estimates else ""
    parts = [
        f"<h1>{escaped(card.title)}</h1>",
        _table("metric", level, "".join(_html_row(row_of(e), "") for e in card.estimates)),
    ]
    if card.over_time:
        parts += _over_time(card)
    if card.factors is not None:
        parts += ["<h2>Factors of the satisfaction index</h2>", card.factors.to_html()]
    if card.segments:
        parts.append("<h2>By segment</h2>")
        for by in card.segments:
            rows = "".join(
                _html_row(
                    row,
                    ' class="small"' if row.n < card.small_base else "",
                    f'<td class="text">{escaped(row.against_rest)}</td>',
                )
                for row in rows_of(by)
            )
            symbol = escaped(by.metric.description.symbol)
            parts.append(_table(symbol, level, rows, '<th class="text">against the rest</th>'))
        parts.append(f"<p>Faint rows have fewer than {card.small_base} answers.</p>")
        parts.append(f"<p>{escaped(against_rest_text(level))}</p>")
    parts += [f"<p>Note: {escaped(note)}</p>" for note in card.notes]
    parts.append("<h2>How each number came about</h2>")
    parts += [f"<pre>{escaped(estimate.explain())}</pre>" for estimate in card.estimates]
    return "".join(parts)


def _over_time(card: Card) -> list[str]:
    """Return the section on what changed: a table, a picture of each metric, its periods."""
    every = kind_of(card.over_time[0].trend.every)
    legend = (
        f"Lines are intervals. A hollow point is a {every} that is not over, a square one in which "
        f"a rule rang. The dashed line is the level of the {every}s before the one shown."
    )
    return [
        '<section class="time"><h2>Over time</h2>',
        f"<p>{escaped(headline(card.over_time))}</p>",
        changes_shown(card.over_time).to_html(),
        '<div class="trends">',
        *map(_figure, card.over_time),
        f"</div><p>{legend}</p></section>",
    ]


def _figure(latest: LatestPeriod) -> str:
    """Return the picture of one metric, what its periods say together, and their table."""
    about, every = latest.trend.metric.description, kind_of(latest.trend.every)
    said = "".join(f"<p>{escaped(line)}</p>" for line in latest.lines())
    return (
        f"<figure><figcaption>{escaped(about.symbol)}, {escaped(about.unit)}</figcaption>"
        f"{trend_drawing(latest)}{said}"
        f"<details><summary>{escaped(about.symbol)} by {every}</summary>"
        f"{latest.trend.table().to_html()}</details></figure>"
    )


def _table(first: str, level: str, rows: str, last: str = "") -> str:
    return (
        f"<table><thead><tr><th>{first}</th><th>value</th><th>{level} interval</th><th>drawn</th>"
        f"<th>n</th><th>missing</th>{last}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _html_row(row: Row, style: str, last: str = "") -> str:
    about, value, low, high = row.about, row.value, row.low, row.high
    digits, sign = about.digits, "%" if about.unit == "%" else ""
    shown = f"{value:.{digits}f}{sign}" if row.n else "no answers"
    ends = f"{low:.{digits}f} to {high:.{digits}f}" if math.isfinite(low) else "none"
    return (
        f"<tr{style}><td>{escaped(row.segment or about.name)}</td><td>{shown}</td><td>{ends}</td>"
        f"<td>{interval_drawing(about, value, low, high)}</td><td>{row.n}</td>"
        f"<td>{row.missing}</td>{last}</tr>"
    )
