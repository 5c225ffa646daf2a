"""Frame of a page: heading, contents, sections in order, and who made it when."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from relmetrics._version import __version__
from relmetrics.metric.wording import escaped
from relmetrics.reports.page.script import SCRIPT
from relmetrics.reports.page.style import STYLE
from relmetrics.reports.page.words import day_name, label

if TYPE_CHECKING:
    from collections.abc import Sequence


@frozen
class Section:
    """A section of a page: its name in links, its title, and its HTML, heading and all."""

    name: str
    title: str
    html: str

    def under(self, prefix: str) -> Section:
        """Return the section with a prefix before every name, so that two can be told apart.

        Texts from outside are escaped, so no quotation mark of theirs ends in a name.
        """
        html = re.sub(r'( id="|href="#)', rf"\1{prefix}", self.html)
        return Section(prefix + self.name, self.title, html)


def section(name: str, title: str, inner: str) -> Section:
    """Return a section with its heading; `title` is a text from outside."""
    shown = label(title)
    return Section(name, shown, f'<section id="{name}"><h2>{shown}</h2>{inner}</section>')


@frozen(kw_only=True)
class Page:
    """A page: what stands above, in and below its sections, as HTML but for the title.

    Attributes:
        title: The heading.
        about: A paragraph below it.
        sections: What is on the page.
        lead: What stands before them.
        foot: What is said at the end, beside when and with what the page was made.
    """

    title: str
    about: str
    sections: Sequence[Section]
    lead: str = ""
    foot: str = ""

    def document(self) -> str:
        """Return a page that stands alone: no file beside it, every text escaped.

        It is whole without its script, which only lets tables be sorted.
        """
        return (
            '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{escaped(self.title)}</title><style>{STYLE}</style></head>"
            f'<body class="relmetrics">{self._content()}{SCRIPT}</body></html>\n'
        )

    def fragment(self) -> str:
        """Return what stands on the page with its style, for notebooks."""
        return f'<style>{STYLE}</style><div class="relmetrics">{self._content()}</div>'

    def _content(self) -> str:
        inner = _told_apart("".join(s.html for s in self.sections))
        links = "".join(
            f'<li><a href="#{s.name}">{s.title}</a></li>' for s in self.sections if s.title
        )
        today = day_name(np.datetime64(datetime.now().astimezone().date()))
        about = f'<p class="about">{self.about}</p>' if self.about else ""
        contents = f'<nav class="page" aria-label="Contents"><ul>{links}</ul></nav>'
        return (
            f'<header class="page"><h1>{label(self.title)}</h1>{about}</header>'
            f"{contents if links else ''}"
            f'<main class="page">{self.lead}{inner}</main>'
            f'<footer class="page"><p>Made on {today} with relmetrics {__version__}. {self.foot}'
            "</p></footer>"
        )


def _told_apart(html: str) -> str:
    """Return HTML whose scrolling regions have names of their own."""
    seen: dict[str, int] = {}

    def named(found: re.Match[str]) -> str:
        name = found[1]
        seen[name] = seen.get(name, 0) + 1
        return f'role="region" aria-label="{name}{f" ({seen[name]})" if seen[name] > 1 else ""}"'

    return re.sub(r'role="region" aria-label="([^"]*)"', named, html)
