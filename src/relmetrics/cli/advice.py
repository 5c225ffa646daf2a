"""Advice: what the library says of its arguments, said of the flags of the command."""

from __future__ import annotations

import re

from relmetrics.errors.wording import printable

FLAGS = {
    "as_of": "--as-of",
    "confidence_level": "--level",
    "recorded_in": "--recorded-in",
    "week_start": "--week-start",
    "year_start": "--year-start",
    "active_within": "--active-within",
    "lapsed_after": "--lapsed-after",
    "small_base": "--small-base",
    "zone": "--zone",
    "weights": "--weight",
    "every": "--every",
}
"""Arguments of the library, and the flags that they come from."""
_ARGUMENT = re.compile(rf"(?<![\w'\"-])({'|'.join(FLAGS)})(?= must\b| is\b| comes\b|=)")


def in_flags(error: Exception) -> str:
    """Return the message of an error in one line, in the words of the command line."""
    text = str(error)
    if isinstance(error, OSError) and error.filename is not None:
        text = f"{error.filename}: {error.strerror}"
    text = _ARGUMENT.sub(lambda found: FLAGS[found[1]], text)
    return " ".join(printable(text).split())
