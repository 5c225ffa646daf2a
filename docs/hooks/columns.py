"""Mark results that are tables of text, so that their columns stay under their heads.

Other results are sentences, and wrap where the page is narrow.
"""

from __future__ import annotations

import re
from html import unescape

RESULT = re.compile(
    r'(<div class="[^"]*\bresult\b[^"]*"[^>]*>\s*(?:<div[^>]*>\s*)*<pre)(>.*?</pre>)', re.DOTALL
)
ROW = re.compile(r"\S {2,}\S.*\S {2,}\S")
"""A line with two gaps or more."""
ROWS = 2
"""So many of them are a table."""


def marked(found: re.Match[str]) -> str:
    """Return a result with its class, if it is a table."""
    text = unescape(re.sub(r"<[^>]*>", "", found[2]))
    rows = sum(bool(ROW.search(line)) for line in text.splitlines())
    return f'{found[1]} class="columns"{found[2]}' if rows >= ROWS else found[0]


def on_page_content(html: str, **_: object) -> str:
    """Mark every result of a page that is a table."""
    return RESULT.sub(marked, html)
