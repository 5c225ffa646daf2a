"""Forms of labels: one Unicode form of a text, and numbered labels as surveys export them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, cast

from relmetrics.errors import ParameterError

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u2060\ufeff"))
"""Zero-width space, word joiner and byte order mark: they are never part of a label."""


def in_one_form(text: str) -> str:
    r"""Return text with letters and their accents as one sign (NFC), without invisible signs.

    Example:
        >>> from relmetrics.data.label_forms import in_one_form
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


NUMBERED = re.compile(
    r"^\(?([+-]?\d{1,6})(?:\.0+)?\)?(?:\s*/\s*(\d{1,6}))?\s*"
    r"(?:$|\((?!\s*\d)([^()]*)\)$|[-\u2013\u2014:.)=](?!\s*\d)\s*(.*)$)"
)
"""A number, as ``10``, ``(10)``, ``10.0`` or ``10/10``, and perhaps text behind it."""


BEHIND = re.compile(r"^([^\d]*[^\W\d_][^\d]*?)\s*(?:[-\u2013\u2014:=]\s*|\(\s*)(\d{1,6})\s*\)?$")
"""Text without digits, and a number behind it: ``Extremely likely - 10``."""


def labels_of_export(
    labels: Mapping[int, str] | Sequence[str] | None, low: int, high: int
) -> tuple[str, ...]:
    """Return one label per point, an empty string where a point has none."""
    if hasattr(labels, "__array__"):  # an array, or a column
        labels = list(cast("Any", labels))
    if not labels:
        return ()
    if isinstance(labels, Mapping):
        keys = [key for key in labels if isinstance(key, bool) or not isinstance(key, int)]
        if keys:
            raise ParameterError.must_be("labels", "keyed by whole numbers", keys[0])
        stray = [point for point in labels if not low <= point <= high]
        if stray:
            raise ParameterError.must_be("labels", f"for points of {low}..{high}", stray[0])
        return tuple(str(labels.get(point, "")) for point in range(low, high + 1))
    texts = isinstance(labels, Sequence) and not isinstance(labels, str)
    if not texts or len(labels) != high - low + 1 or not all(isinstance(x, str) for x in labels):
        raise ParameterError.must_be(
            "labels", f"a mapping, or {high - low + 1} texts from {low} to {high}", labels
        )
    return tuple(str(label) for label in labels)


def plain_label(text: str) -> str:
    """Return text as labels are compared: case and runs of white space do not count."""
    return " ".join(in_one_form(text).split()).casefold()
