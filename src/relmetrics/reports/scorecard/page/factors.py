"""Factors of the satisfaction index: weights, means on one axis, and the answers behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from relmetrics.reports.page.axis import Axis
from relmetrics.reports.page.pictures import ENDS, interval, scrolling, stacked, ticked
from relmetrics.reports.page.words import named, number, percent, whole
from relmetrics.reports.parts.tiles import answer_shares

if TYPE_CHECKING:
    from relmetrics.reports.scorecard.card import Card


def factors(card: Card) -> str:
    """Return the section on factors; empty without any."""
    table = card.factors
    if table is None:
        return ""
    answers = dict(card.answers)
    scale = next(iter(answers.values())).scale if answers else None
    every = [float(x) for name in ("mean", "low", "high") for x in table[name]]
    within = (-float("inf"), float("inf")) if scale is None else (scale.low, scale.high)
    axis = Axis.over(every, *ENDS, within=within, steps=3)
    names = ("factor", "weight", "mean", "low", "high", "n", "missing")
    asked = "" if scale is None else f", {scale.low} (left) to {scale.high}"
    rows = []
    for name, weight, mean, low, high, n, missing in zip(
        *(table[column].tolist() for column in names), strict=True
    ):
        tally = answers.get(name)
        bar = ""
        if tally is not None:
            bar = stacked([str(int(p)) for p in tally.scale.points], answer_shares(tally))
        rows.append(
            f'<tr><th scope="row">{named(name, card.labels)}</th>'
            f'<td class="num" data-m="Weight">{percent(round(weight, 2))}</td>'
            f'<td class="num" data-m="Mean"><strong>{number(mean, 2)}</strong></td>'
            f'<td data-m="Interval">{interval(axis, mean, low, high, digits=2)}</td>'
            f'<td class="wide" data-m="Answers{asked}">{bar}</td>'
            f'<td class="num" data-m="n">{whole(n)}</td>'
            f'<td class="num" data-m="Missing">{whole(missing)}</td></tr>'
        )
    return (
        '<section id="factors"><h2>Factors</h2><p class="lead">The satisfaction index is the mean '
        "of these factors, each with its weight. n counts who is in the index; the bars show all "
        "answers to the question.</p>"
        + scrolling(
            "Factors of the satisfaction index",
            '<table class="cards"><caption>Factors of the satisfaction index</caption><thead><tr>'
            '<th scope="col">Factor</th><th scope="col" class="num">Weight</th>'
            '<th scope="col" class="num">Mean</th>'
            f'<th scope="col">Interval{ticked(axis)}</th>'
            f'<th scope="col">Answers{asked}</th><th scope="col" class="num">n</th>'
            '<th scope="col" class="num">Missing</th></tr></thead>'
            f"<tbody>{''.join(rows)}</tbody></table>",
        )
        + "</section>"
    )
