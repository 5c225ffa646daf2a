"""Blocks: what a part of a report is made of, for pages and for files of text and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from attrs import field, frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from relmetrics.data.calendar.periods import Every
    from relmetrics.metric.table import Table


@frozen
class Line:
    """A line to read, on pages and in texts."""

    text: str


@frozen
class Picture:
    """HTML that a page shows; what it says stands in a table beside it as well."""

    html: str


@frozen
class Grid:
    """A table under its caption; on pages what is drawn in its place, or folded below it.

    Attributes:
        caption: What it is called.
        table: The figures.
        drawn: HTML that a page shows.
        is_folded: Whether the table is folded below it.
        every: The kind of period that begins on its days, where it is known.
    """

    caption: str
    table: Table
    drawn: str = ""
    is_folded: bool = False
    every: Every | None = None


Block: TypeAlias = Line | Picture | Grid
"""What a part is made of."""


def _in_order(blocks: Iterable[Block]) -> tuple[Block, ...]:
    return tuple(blocks)


@frozen
class Part:
    """One part of a report: its title and its blocks, in order.

    Attributes:
        title: What it is called, in links, headings and sheets.
        blocks: What it shows.
        level: The level of its heading, 2 or 3; 0 for none.
        is_wide: Whether it needs the whole width of a page.
    """

    title: str
    blocks: tuple[Block, ...] = field(converter=_in_order)
    level: int = 3
    is_wide: bool = False

    @property
    def grids(self) -> tuple[Grid, ...]:
        """The tables of the part."""
        return tuple(block for block in self.blocks if isinstance(block, Grid))


@frozen(kw_only=True)
class Look:
    """How parts are shown.

    Attributes:
        labels: Titles of columns.
        small_base: Below this n points are hollow.
    """

    labels: Mapping[str, str] = field(factory=dict)
    small_base: int = 30

    def titled(self, names: Sequence[str]) -> str:
        """Return columns by their titles, as words."""
        return ", ".join(self.labels.get(name, name) for name in names)
