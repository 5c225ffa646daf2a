"""Turn formulas into MathML when the site is built.

Browsers draw MathML themselves, so the pages need no script and no network.
"""

from __future__ import annotations

import re
from html import unescape

from latex2mathml.converter import convert

FORMULA = re.compile(
    r'<(?P<tag>span|div) class="arithmatex">\\[(\[](?P<latex>.*?)\\[)\]]</(?P=tag)>', re.DOTALL
)


def mathml(formula: re.Match[str]) -> str:
    """Return one marked formula as MathML; a `div` stands on a line of its own."""
    display = "block" if formula["tag"] == "div" else "inline"
    return convert(unescape(formula["latex"]).strip(), display=display)


def on_page_content(html: str, **_: object) -> str:
    """Replace every formula that `pymdownx.arithmatex` marked."""
    return FORMULA.sub(mathml, html)
