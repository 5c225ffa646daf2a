"""Groups: a metric by group with its intervals on one axis, differences, ranks, contributions."""

from __future__ import annotations

import math
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from relmetrics.errors import RelmetricsError
from relmetrics.errors.wording import text_of
from relmetrics.metric.wording import escaped, percent
from relmetrics.reports.page.bars import Bar, Bars
from relmetrics.reports.page.words import chip, p_value
from relmetrics.reports.parts.blocks import Grid, Line, Part

if TYPE_CHECKING:
    from relmetrics.customers.people.after import AfterAnswer
    from relmetrics.customers.people.campaign import CampaignLift
    from relmetrics.metric.table import Table
    from relmetrics.questions.groups.breakdown import Breakdown
    from relmetrics.questions.groups.comparisons import Comparisons
    from relmetrics.questions.groups.decomposition import Decomposition
    from relmetrics.questions.groups.ranking import Ranking
    from relmetrics.reports.parts.blocks import Look


def breakdown(by: Breakdown, look: Look) -> Part:
    """Return a metric by group, the total as a row and as a line."""
    about, table = by.metric.description, by.table(total=True, small_base=look.small_base)
    names = by.labels.names
    title = f"{about.symbol} by {look.titled(names)}"
    total = math.nan
    with suppress(RelmetricsError):
        total = by.total.value
    shown = _rows(table, names, ("value", "low", "high"), few="small_base")
    last = shown.pop()
    if last.n:
        shown.insert(0, _as_total(last))
    bars = Bars(
        caption=f"{about.name}, {about.unit}",
        head=look.titled(names),
        value=about.symbol,
        rows=shown,
        digits=about.digits,
        line=total,
        within=(about.low, about.high),
        labels=look.labels,
    )
    return Part(title, [Grid(title, table, bars.html())])


def after(found: AfterAnswer, look: Look) -> Part:
    """Return what classes of respondents did after their answer, and what it does not prove."""
    title = f"Within {found.months} months after the answer"
    drawn = [found.retention, found.revenue] if "revenue" in found.table() else [found.retention]
    blocks = [block for by in drawn for block in breakdown(by, look).blocks]
    return Part(title, [*blocks, Grid(title, found.table()), *map(Line, found.notes)])


def campaign(found: CampaignLift, look: Look) -> Part:
    """Return the effects of a campaign, the balance before it, and what it does not prove."""
    del look
    head, *_ = str(found).splitlines()
    before = Grid("Before the campaign", found.balance)
    effects = Grid("Treated against control", found.table())
    return Part("Campaign", [Line(f"{head}."), effects, before, *map(Line, found.limits)])


def comparisons(found: Comparisons, look: Look) -> Part:
    """Return differences between groups, 0 as a line."""
    about, table = found.metric.description, found.table()
    names = [name for name in table if name not in _FIGURES and not name.startswith("reference_")]
    title = f"Differences in {about.symbol} by {look.titled(found.labels.names)}"
    verdicts = [chip(verdict, about) for verdict in table["verdict"]]
    kind = "" if found.adjust is None else "_adjusted"
    p = table["p_adjusted" if kind else "p_value"].tolist()
    notes = [escaped(note) for note in table["note"]]
    cells = [
        (p_value(x), note or verdict) for x, note, verdict in zip(p, notes, verdicts, strict=True)
    ]
    if found.against == "pairs":
        others = [f"reference_{name}" for name in found.labels.names]
        names = [*found.labels.names, *others]
    bars = Bars(
        caption=f"Differences in {about.name}, {about.difference_unit}",
        head=look.titled(found.labels.names),
        value="Difference",
        rows=_rows(
            table,
            names,
            ("difference", f"low{kind}", f"high{kind}"),
            few="small_base",
            further=cells,
            between=" \N{EN DASH} " if found.against == "pairs" else ", ",
        ),
        digits=about.digits,
        sign="+",
        line=0.0,
        further=("p adjusted" if kind else "p", "Verdict"),
        labels=look.labels,
    )
    lines = [Line(str(found) + ".")]
    if kind:
        lines.append(
            Line(
                "Intervals and verdicts are adjusted for the number of comparisons: the intervals "
                f"are at {percent(round(found.adjusted_level, 4))}."
            )
        )
    return Part(title, [*lines, Grid(title, table, bars.html())])


def ranking(found: Ranking, look: Look) -> Part:
    """Return groups by rank."""
    about, table = found.metric.description, found.table()
    value = "shrunken" if "shrunken" in table else "value"
    names = [name for name in table if name not in _FIGURES and name not in _OF_RANKS]
    ranks = ["" if math.isnan(rank) else f"{rank:.0f}" for rank in table["rank"].tolist()]
    title = f"Ranking of {about.symbol} by {look.titled(names)}"
    bars = Bars(
        caption=f"{about.name}, {about.unit}",
        head=look.titled(names),
        value=about.symbol,
        rows=_rows(
            table, names, (value, "low", "high"), few="small_base", further=[(r,) for r in ranks]
        ),
        digits=about.digits,
        within=(about.low, about.high),
        further=("Rank",),
        labels=look.labels,
    )
    return Part(title, [Line(f"{found}."), Grid(title, table, bars.html())])


def decomposition(found: Decomposition, look: Look) -> Part:
    """Return a change by what brought it about, and what each group contributed."""
    about = found.after.metric.description
    title = f"What changed {about.symbol}"
    parts = {"Change": found.change, "Rate": found.rate, "Mix": found.mix}
    if found.interaction_rule == "own":
        parts["Interaction"] = found.interaction
    bars = Bars(
        caption=f"Change of {about.name} and its parts, {about.difference_unit}",
        head="Part",
        value="Change",
        rows=[
            Bar(name=name, value=part.value, low=part.low, high=part.high)
            for name, part in parts.items()
        ],
        digits=about.digits,
        sign="+",
        line=0.0,
    )
    table = found.parts_table()
    by = f"Contributions to the change of {about.symbol} by {look.titled(found.labels.names)}"
    return Part(
        title, [Line(f"{found}."), Grid(title, table, bars.html()), Grid(by, found.table())]
    )


_FIGURES = frozenset(
    {"value", "reference_value", "difference", "low", "high", "p_value", "p_adjusted", "n"}
    | {"low_adjusted", "high_adjusted", "n_reference", "small_base", "verdict", "note"}
    | {"missing", "metric", "unit"}
)
_OF_RANKS = frozenset({"rank", "shrunken", "weight"})


def _rows(
    table: Table,
    names: Any,
    figures: tuple[str, str, str],
    *,
    few: str = "",
    further: Any = None,
    between: str = ", ",
) -> list[Bar]:
    """Return the rows of a table as bars."""
    value, low, high = (table[name].tolist() for name in figures)
    groups = zip(*(table[name].tolist() for name in names), strict=True)
    n = table["n"].tolist()
    small = table[few].tolist() if few else [False] * table.rows
    cells = further or [()] * table.rows
    rows = zip(groups, value, low, high, n, small, cells, strict=True)
    return [
        Bar(
            name=between.join(map(text_of, group)),
            value=v,
            low=lo,
            high=hi,
            n=k,
            few=bool(k) and is_few,
            further=tuple(more),
        )
        for group, v, lo, hi, k, is_few, more in rows
    ]


def _as_total(row: Bar) -> Bar:
    return Bar(name="All", value=row.value, low=row.low, high=row.high, n=row.n, is_total=True)
