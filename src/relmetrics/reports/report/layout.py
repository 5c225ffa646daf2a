"""Layout: parts of a report as sections of a page, and what its metrics are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import define, field

from relmetrics.metric.estimate import Estimate
from relmetrics.metric.wording import escaped
from relmetrics.reports.page.frame import Section, section
from relmetrics.reports.page.words import label, sourced, spelled

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from relmetrics.metric.contract import Description
    from relmetrics.reports.parts.blocks import Part

_SECTION = 2
"""The level of a heading that begins a section."""


@define
class _Open:
    """A section that is being filled; one that a single part opened takes no other."""

    title: str
    html: str
    is_alone: bool


@define
class Layout:
    """Sections in order, as parts are added."""

    _open: list[_Open] = field(factory=list, init=False)
    _cards: dict[int, list[Section]] = field(factory=dict, init=False)

    def add(self, part: Part, html: str) -> None:
        """Add a heading, a paragraph, or what a result shows."""
        if part.level == _SECTION:
            self._open.append(_Open(part.title, html, is_alone=False))
            return
        heading = f'<h3 class="part">{label(part.title)}</h3>' if part.level else ""
        if self._open and not self._open[-1].is_alone:
            self._open[-1].html += heading + html
        elif part.title:
            self._open.append(_Open(part.title, html, is_alone=True))
        else:  # a paragraph by itself belongs to what it follows, or stands before all
            self._open.append(_Open("", html, is_alone=True))

    def add_card(self, title: str, sections: Sequence[Section], prefix: str) -> None:
        """Add the sections of a scorecard under its title, their names told apart by a prefix."""
        head = _Open(title, "", is_alone=True)
        self._open.append(head)
        self._cards[id(head)] = [one.under(prefix) for one in sections]

    @property
    def sections(self) -> list[Section]:
        """The sections of the page."""
        found: list[Section] = []
        for number, one in enumerate(self._open, start=1):
            name = f"section-{number}"
            if one.title:
                found.append(section(name, one.title, one.html))
            else:
                found.append(Section("", "", f"<section>{one.html}</section>"))
            found += self._cards.get(id(one), [])
        return found


def definitions_of(parts: Iterable[Any]) -> list[Section]:
    """Return how the metrics of results are defined, each once, folded."""
    found: dict[Description, Estimate | None] = {}
    for part in parts:
        metric = getattr(part, "metric", None)
        if metric is not None and hasattr(metric, "description"):
            about = metric.description
            found[about] = found.get(about) or (part if isinstance(part, Estimate) else None)
    if not found:
        return []
    listed = "".join(_definition(about, estimate) for about, estimate in found.items())
    return [section("definitions", "How each number is defined", listed)]


def _definition(about: Description, estimate: Estimate | None) -> str:
    rows = {"Definition": about.definition, "Formula": about.formula}
    if estimate is not None:
        rows["In numbers"] = spelled(estimate.metric.working(estimate.state).formula)
    rows["Direction"] = f"{about.direction} is better, range {about.range_text}"
    rows["Source"] = sourced(about.source)
    listed = "".join(f"<dt>{name}</dt><dd>{escaped(text)}</dd>" for name, text in rows.items())
    return f"<details><summary>{label(about.name)}</summary><dl>{listed}</dl></details>"
