"""Report: what was found, in the order it is to be read, as a page, a document or a workbook."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from relmetrics.data.checks import check_name
from relmetrics.data.progress import watched
from relmetrics.errors import ParameterError
from relmetrics.errors.wording import printable
from relmetrics.metric.result import Result
from relmetrics.metric.wording import DECIMALS
from relmetrics.reports.files.saving import Saved
from relmetrics.reports.page.frame import Page
from relmetrics.reports.page.words import decimals_marked, label
from relmetrics.reports.parts.blocks import Look, Part
from relmetrics.reports.parts.html import part_html
from relmetrics.reports.parts.kinds import part_of
from relmetrics.reports.parts.numbers import estimates
from relmetrics.reports.report.layout import Layout, definitions_of
from relmetrics.reports.report.texts import as_plain, check_parts, counted_kind, kind_of, text_part
from relmetrics.reports.scorecard.columns import as_titles, check_texts
from relmetrics.reports.scorecard.scorecard import Scorecard

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


@frozen(repr=False)
class Report(Result, Saved):
    """Results, headings and text in the order they are to be read.

    Made by `report`. It is shown in notebooks, and written by `save`.

    Attributes:
        title: The heading.
        parts: Results and texts, in order; a text that begins with ``#`` is a heading.
        source: Where the numbers are from, in the user's words.
        labels: Titles of columns.
        decimal: What stands before decimals on pages.

    Example:
        >>> import relmetrics as rm
        >>> rm.report(["# In short", rm.nps([10, 9, 3])], title="January")
        Report 'January': 2 parts (1 heading, 1 estimate)
    """

    title: str
    parts: tuple[Any, ...] = field(eq=False)
    source: str = ""
    labels: Mapping[str, str] = field(factory=dict, hash=False)
    decimal: str = "."

    def __str__(self) -> str:
        """Return one line: the title, and how many parts of which kind there are."""
        kinds = [kind_of(part) for part in self.parts]
        counts = [counted_kind(kind, kinds.count(kind)) for kind in dict.fromkeys(kinds)]
        noun = "part" if len(self.parts) == 1 else "parts"
        return printable(f"Report {self.title!r}: {len(self.parts)} {noun} ({', '.join(counts)})")

    def _titles(self) -> tuple[str, str]:
        return self.title, f"Source: {self.source}." if self.source else ""

    def _parts(self) -> list[Part]:
        return [part for _, group in self._groups() for part in group]

    def _groups(self) -> Iterator[tuple[Scorecard | None, list[Part]]]:
        """Return what is shown, in order; estimates in a row are one part, a scorecard several."""
        look = Look(labels=self.labels)
        groups = [(kind, list(group)) for kind, group in groupby(self.parts, key=kind_of)]
        for place in watched(range(len(groups))):
            kind, group = groups[place]
            if kind == "estimate":
                yield None, [estimates(group, look)]
                continue
            for part in group:
                if isinstance(part, Scorecard):
                    yield part, part._parts()  # noqa: SLF001 - a scorecard is saved by its parts
                elif isinstance(part, str):
                    yield None, [text_part(part)]
                else:
                    yield None, [part_of(part, look)]

    def to_html(self) -> str:
        """Return a page that stands alone: one file, nothing loaded, every text escaped."""
        with decimals_marked(self.decimal):
            return self._page().document()

    def _repr_html_(self) -> str:
        """Return what stands on the page with its style, for notebooks."""
        with decimals_marked(self.decimal):
            return self._page().fragment()

    def _page(self) -> Page:
        """Return the page: a section for each heading with what follows it, then definitions."""
        layout = Layout()
        for number, (card, parts) in enumerate(self._groups(), start=1):
            if card is not None:
                layout.add_card(card.title, card.sections(), f"part-{number}-")
            else:
                for part in parts:
                    layout.add(part, part_html(part, self.labels))
        sections = [*layout.sections, *definitions_of(self.parts)]
        return Page(
            title=self.title,
            about=f"Source: {label(self.source)}." if self.source else "",
            sections=sections,
        )

    def _content(self) -> dict[str, object]:
        parts = [as_plain(part) for part in self.parts]
        return {"title": self.title, "source": self.source, "parts": parts}


def report(
    parts: Sequence[Any],
    *,
    title: str = "Report",
    source: str = "",
    labels: Mapping[str, str] | None = None,
    decimal: str = ".",
) -> Report:
    """Put results, headings and text in order, to be shown, saved and sent.

    Estimates in a row become tiles; groups, trends, differences, drivers, cohorts, survival,
    movements and stages are drawn, and their tables are in every file. Each metric is defined at
    the end of the page.

    Args:
        parts: Results, scorecards, tables and texts, in order. A text that begins with ``# `` is a
            heading, one with ``## `` a heading below it, any other a paragraph.
        title: The heading of all.
        source: What the data is called, such as the name of a file.
        labels: Column name to the title that it has on the page.
        decimal: What stands before decimals on the page: ``.`` or ``,``.

    Raises:
        ParameterError: There are no parts, or one is neither a result nor a text; or `title`,
            `source`, `labels` or `decimal` is not what it must be.

    Example:
        >>> import relmetrics as rm
        >>> nps = rm.NPS()
        >>> answers, plan = [10, 9, 3, 8, 10, 6], ["gold", "gold", "basic"] * 2
        >>> by = nps.by(answers, {"plan": plan})
        >>> made = rm.report(
        ...     ["# In short", nps(answers), "Asked in January.", "# By plan", by, by.compare()],
        ...     title="Customers",
        ... )
        >>> made
        Report 'Customers': 6 parts (2 headings, 1 estimate, 1 text, 1 breakdown, 1 comparisons)
        >>> made.to_markdown().splitlines()[0]
        '# Customers'
    """
    check_texts(title=title, source=source)
    check_name("decimal", decimal, DECIMALS)
    if isinstance(parts, (str, Result)) or not isinstance(parts, (list, tuple)):
        remedy = "Put it in a list: rm.report([...])."
        raise ParameterError.must_be("parts", "a list of results and texts", parts, remedy)
    if not parts:
        raise ParameterError("parts must hold something to report, got an empty list.")
    check_parts(parts)
    return Report(title, tuple(parts), source, as_titles(labels), decimal)
