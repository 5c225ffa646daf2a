"""Words of the command line: a flag's text becomes a scale, labels, weights or codes."""

from __future__ import annotations

import re
from argparse import ArgumentTypeError
from datetime import date

from relmetrics.data.calendar.zones import as_zone
from relmetrics.data.scale import Scale
from relmetrics.errors import ParameterError, RelmetricsError
from relmetrics.errors.wording import shown


def parts(text: str) -> list[str]:
    """Read ``a,b, c``."""
    return [part.strip() for part in text.split(",") if part.strip()]


def columns(text: str) -> list[str]:
    r"""Read ``plan,region``, each once; a comma within a name is written ``\,``.

    Raises:
        ArgumentTypeError: A column is named more than once.
    """
    names = [part.replace(r"\,", ",").strip() for part in re.split(r"(?<!\\),", text)]
    found = list(filter(None, names))
    if len(set(found)) < len(found):
        msg = f"must name different columns, got {shown(text)}."
        raise ArgumentTypeError(msg)
    return found


def pairs(text: str) -> dict[str, str]:
    r"""Read ``1=Very bad,5=Very good``; a comma within a text is written ``\,``.

    ``...`` between two pairs stands for those in between, which have no text.
    """
    found: dict[str, str] = {}
    for part in re.split(r"(?<!\\),", text):
        key, sign, words = part.replace(r"\,", ",").strip().partition("=")
        if key in {"...", "\u2026"} or not part.strip():
            continue
        if not sign or not key.strip() or key.strip() in found:
            msg = f"must look like 1=Very bad,5=Very good, each once; got {shown(part.strip())}."
            raise ArgumentTypeError(msg)
        found[key.strip()] = words.strip()
    return found


def labels(text: str) -> dict[int, str]:
    """Read ``1=Very bad,...,5=Very good``."""
    found = pairs(text)
    if not all(re.fullmatch(r"-?\d{1,9}", key) for key in found):
        msg = f"must name whole numbers, as 1=Very bad,5=Very good; got {shown(text)}."
        raise ArgumentTypeError(msg)
    return {int(key): words for key, words in found.items()}


def bounds(text: str) -> tuple[int, int]:
    """Read ``1-5``."""
    points = re.fullmatch(r"\s*(\d{1,9})\s*-\s*(\d{1,9})\s*", text, re.ASCII)
    if points is None:
        msg = f"must look like 1-5, got {shown(text)}."
        raise ArgumentTypeError(msg)
    return int(points[1]), int(points[2])


def factors(text: str) -> dict[str, float]:
    """Read ``food:2,safety:5`` or ``food,safety``."""
    weights: dict[str, float] = {}
    for part in parts(text):
        name, _, weight = part.rpartition(":") if ":" in part else (part, "", "")
        if name in weights:
            msg = f"{name!r} is named more than once."
            raise ArgumentTypeError(msg)
        try:
            weights[name] = float(weight or 1)
        except ValueError:
            msg = f"the weight of {name!r} must be a number, got {weight!r}."
            raise ArgumentTypeError(msg) from None
    return weights


def level(text: str) -> float:
    """Read a confidence level: 0.95, or 95%."""
    percent = text.strip().endswith("%")
    try:
        number = float(text.strip().removesuffix("%")) / (100 if percent else 1)
    except ValueError:
        number = 0
    if not 0 < number < 1:
        msg = f"must lie strictly between 0 and 1, such as 0.95; got {shown(text)}."
        raise ArgumentTypeError(msg)
    return number


def day(text: str) -> str:
    """Read a day, as 2026-01-31."""
    try:
        date.fromisoformat(text.strip())
    except ValueError:
        msg = f"must be a day such as 2026-01-31, got {shown(text)}."
        raise ArgumentTypeError(msg) from None
    return text.strip()


def zone(text: str) -> str:
    """Read the name of a time zone."""
    try:
        as_zone(text, "it")
    except ParameterError as error:
        raise ArgumentTypeError(str(error).removeprefix("'it' ")) from None
    return text


def whole(text: str) -> int:
    """Read a whole number of at least 1."""
    if not re.fullmatch(r"\s*\d{1,9}\s*", text) or not int(text):
        msg = f"must be a whole number of at least 1, got {shown(text)}."
        raise ArgumentTypeError(msg)
    return int(text)


def from_zero(text: str) -> int:
    """Read a whole number of at least 0."""
    return 0 if text.strip() == "0" else whole(text)


def scale_of(low_high: tuple[int, int], named: dict[int, str] | None) -> Scale:
    """Return a scale with its labels.

    Raises:
        RelmetricsError: Low does not lie below high, or a label is of no point.
    """
    low, high = low_high
    off = [point for point in named or () if not low <= point <= high]
    if off:
        msg = f"--labels: {off[0]} is no point of --scale {low}-{high}."
        raise RelmetricsError(msg)
    return Scale(low, high, labels=named or ())
