"""What was left out, and how each number is defined and came about."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from relmetrics.metric.wording import escaped
from relmetrics.reports.page.pictures import scrolling
from relmetrics.reports.page.words import (
    INTERVALS,
    counted,
    dated,
    figure,
    label,
    number,
    percent,
    sourced,
    spelled,
    whole,
)

if TYPE_CHECKING:
    from relmetrics.metric.estimate import Estimate
    from relmetrics.reports.scorecard.card import Card


def left_out(card: Card) -> str:
    """Return what is not in the numbers: missing answers, and notes."""
    days = [day for one in card.over_time for day in one.trend.labels.columns[0]]
    every = card.over_time[0].trend.every if card.over_time else "day"
    notes = "".join(f"<li>{escaped(dated(note, days, every))}</li>" for note in card.notes)
    table = ""
    if card.estimates:
        rows = "".join(
            f'<tr><th scope="row">{label(e.metric.description.name)}</th>'
            f'<td class="num">{whole(e.n)}</td><td class="num">{whole(e.missing)}</td>'
            f'<td class="num">{number(100 * e.missing / max(e.n + e.missing, 1), 1)}%</td></tr>'
            for e in card.estimates
        )
        table = scrolling(
            "Answers and missing answers",
            "<table><caption>Answers that count, and rows without one</caption><thead><tr>"
            '<th scope="col">Metric</th><th scope="col" class="num">Answers</th>'
            '<th scope="col" class="num">Missing</th><th scope="col" class="num">Share</th></tr>'
            f"</thead><tbody>{rows}</tbody></table>",
        )
    listed = f'<ul class="say">{notes}</ul>' if notes else ""
    if not (listed or table):
        return ""
    return f'<section id="left-out"><h2>What was left out</h2>{listed}{table}</section>'


def definitions(card: Card) -> str:
    """Return how each number is defined, folded; empty without any."""
    if not card.estimates:
        return ""
    return (
        '<section id="definitions"><h2>How each number is defined</h2>'
        f"{''.join(map(_definition, card.estimates))}</section>"
    )


def _definition(estimate: Estimate) -> str:
    about, working = estimate.metric.description, estimate.metric.working(estimate.state)
    out = [counted(estimate.missing, "missing answer")] if estimate.missing else []
    out += [working.left_out] if working.left_out else []
    method = INTERVALS.get(estimate.method, estimate.method.replace("_", " "))
    method = f"{percent(estimate.confidence_level)}, {method}"
    if not math.isclose(estimate.n_effective, estimate.n):
        worth = number(estimate.n_effective, 1)
        method += f"; weights leave {worth} effective answers of {whole(estimate.n)}"
    rows = {
        "Definition": about.definition,
        "Formula": about.formula,
        "In numbers": spelled(working.formula),
        "Numerator": spelled(working.numerator),
        "Denominator": spelled(working.denominator),
        "Left out": "; ".join(out) or "nothing",
        "Interval": method,
        "Direction": f"{about.direction} is better, range {about.range_text}",
        "Source": sourced(about.source),
    }
    listed = "".join(f"<dt>{name}</dt><dd>{escaped(text)}</dd>" for name, text in rows.items())
    return (
        f"<details><summary>{label(about.name)} <span>{figure(estimate.value, about)}</span>"
        f"</summary><dl>{listed}</dl></details>"
    )
