"""Courses of relationships: how long customers stay, and the stages that they are in."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from relmetrics.errors.wording import text_of
from relmetrics.reports.page.bars import Bar, Bars
from relmetrics.reports.page.steps import Steps, steps
from relmetrics.reports.page.words import counted, day_name, number, percent, whole
from relmetrics.reports.parts.blocks import Grid, Line, Part
from relmetrics.reports.parts.flows import STAGES, flows

if TYPE_CHECKING:
    from relmetrics.customers.lifecycle.lifecycle import Lifecycle
    from relmetrics.customers.survival.curve import SurvivalCurve
    from relmetrics.customers.survival.incidence import CumulativeIncidence
    from relmetrics.customers.survival.questions import SurvivalQuestions
    from relmetrics.customers.survival.survival import Survival
    from relmetrics.reports.parts.blocks import Look


def survival(found: Survival, look: Look) -> Part:
    """Return how many customers are left by tenure."""
    del look
    title = "How long customers stay"
    median = found.median
    half = (
        f"Half of them have lapsed after {counted(int(median), 'day')}."
        if math.isfinite(median)
        else "Fewer than half of them have lapsed by the end of the curve."
    )
    line = (
        f"{counted(found.n, 'customer')}, of whom {whole(int(found.lapsed.sum()))} lapsed: no "
        f"purchase for {counted(found.lapsed_after, 'day')}. {half}"
    )
    return Part(
        title, [Line(line), Grid(title, found.table(), _curve(found, title), is_folded=True)]
    )


def survival_curve(found: SurvivalCurve, look: Look) -> Part:
    """Return how many are left by time, from durations."""
    del look
    title = "How many stay how long"
    drawn = _curve(found, title)
    unit = f" {found.unit}" if found.unit else ""
    half = (
        f"Half of them have left after {found.median:g}{unit}."
        if math.isfinite(found.median)
        else "Fewer than half of them have left by the end of the curve."
    )
    missing = f"; {whole(found.missing)} missing" if found.missing else ""
    line = f"{whole(found.n)} in all, of whom {whole(found.left)} left{missing}. {half}"
    return Part(title, [Line(line), Grid(title, found.table(), drawn, is_folded=True)])


def steps_of(found: SurvivalQuestions, name: str = "") -> Steps:
    """Return a survival curve as a line."""
    return Steps(name, found.times, found.survival, found.low, found.high)


def _curve(found: SurvivalQuestions, title: str) -> str:
    level = percent(found.confidence_level)
    said = f"{title}: share of customers left by time since the beginning, {level} band"
    note = f"Customers left, by time since the beginning; the band is the {level} interval."
    return steps(said, note, [steps_of(found)])


def incidence(found: CumulativeIncidence, look: Look) -> Part:
    """Return how many have left for a reason by time."""
    del look
    reason = text_of(found.reason)
    title, level = f"Left for the reason {reason}", percent(found.confidence_level)
    line = Steps("", found.times, found.value, found.low, found.high, start=0.0)
    note = f"Left for this reason, by time since the beginning; the band is the {level} interval."
    last = ""
    if len(found.times):
        share, time = number(float(found.value[-1]), 1), number(float(found.times[-1]), 0)
        last = f"By time {time}, {share}% had left for the reason {reason}."
    said = last or f"Nobody left, so nobody left for the reason {reason}."
    drawn = steps(f"{title}, {level} band", note, [line])
    return Part(title, [Line(said), Grid(title, found.table(), drawn, is_folded=True)])


def lifecycle(found: Lifecycle, look: Look) -> Part:
    """Return customers and revenue by stage."""
    del look
    title, table = "Stages of relationships", found.portfolio()
    figures = zip(
        table["stage"].tolist(),
        *(table[name].tolist() for name in ("share", "low", "high", "customers")),
        strict=True,
    )
    bars = Bars(
        caption="Customers by stage, %",
        head="Stage",
        value="Share, %",
        rows=[
            Bar(name=text_of(stage), value=share, low=low, high=high, n=n)
            for stage, share, low, high, n in figures
        ],
        within=(0.0, 100.0),
    )
    line = Line(f"{counted(len(found), 'customer')} on {day_name(found.as_of)}.")
    history = found.history()
    said = "Customers by stage and period"
    drawn = flows(history, said, found.every, (STAGES, ()), "By period")
    by_period = Grid("By period", history, drawn, is_folded=bool(drawn), every=found.every)
    grids = [Grid(title, table, bars.html())] + [by_period] * bool(history.rows)
    return Part(title, [line, *grids])
