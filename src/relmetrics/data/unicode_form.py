"""One form of text: what looks the same is the same, however a program has written it."""

from __future__ import annotations

import unicodedata
from typing import Any

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u2060\ufeff"))
"""Zero-width space, word joiner and byte order mark: they are never part of a label."""


def in_one_form(text: str) -> str:
    r"""Return text with letters and their accents as one sign (NFC), without invisible signs.

    Example:
        >>> from relmetrics.data.unicode_form import in_one_form
        >>> in_one_form("Cafe\u0301") == "Caf\u00e9", in_one_form("\ufeffyes")
        (True, 'yes')
    """
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", text.translate(_INVISIBLE))


def label_in_one_form(label: Any) -> Any:
    """Return a label with its texts in one form; a tuple is the label of several columns."""
    if isinstance(label, str):
        return in_one_form(label)
    return tuple(map(label_in_one_form, label)) if type(label) is tuple else label
