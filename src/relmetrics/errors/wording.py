"""Texts of messages: offending values with their positions, and hints at what was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

SHOWN = 5
KNOWN = 8
_CONTROLS = {
    code: repr(chr(code))[1:-1]
    for code in (*range(0x0A), *range(0x0B, 0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)
}
"""Characters that steer a terminal or break a line, but for the end of a line, as Python has them.
"""


def printable(text: str) -> str:
    r"""Return text whose control characters are written out: ``\x1b`` moves no terminal's cursor.

    Ends of lines stay. Labels, titles and names come from outside, and so may hold anything.
    """
    return text.translate(_CONTROLS)


def listed(values: Iterable[object]) -> str:
    """Return the values as text, at most five of them, with a count of the rest."""
    items = list(values)
    text = ", ".join(shown(item) for item in items[:SHOWN])
    more = len(items) - SHOWN
    return f"{text} and {more} more" if more > 0 else text


def shown(value: object) -> str:
    """Return one offending value as text short enough to stand in a message."""
    scalar = hasattr(value, "item") and not getattr(value, "shape", ())
    text = _written(cast("Any", value).item() if scalar else value, repr)
    if "\n" in text:  # arrays and columns take several lines
        text = " ".join(text.split())
    return text if len(text) <= 40 else f"{text[:37]}..."  # noqa: PLR2004 - a line's worth


def text_of(value: object) -> str:
    """Return a label as text."""
    return _written(value, str)


def _written(value: object, write: Callable[[object], str]) -> str:
    """Return a value as text; Python refuses to write integers of thousands of digits."""
    try:
        return write(value)
    except ValueError:
        if isinstance(value, int):
            return f"an integer of {value.bit_length()} bits"
        return f"a {type(value).__name__} with an integer of thousands of digits"


def located(offenders: Sequence[tuple[int, object]]) -> str:
    """Return offending values with their positions: ``11 at position 4, 99 at position 77``."""
    return ", ".join(
        f"{shown(value)} at position {position}" for position, value in offenders[:SHOWN]
    ) + (", ..." if len(offenders) > SHOWN else "")


def places(positions: Sequence[int]) -> str:
    """Return the first positions as text: ``4, 77``, with ``, ...`` when there are more."""
    return ", ".join(map(str, positions[:SHOWN])) + (", ..." if len(positions) > SHOWN else "")


def did_you_mean(name: object, known: Iterable[object]) -> str:
    """Return a hint at the nearest known name, or all of them when none is near."""
    by_text = {text_of(item): item for item in known}
    names = list(by_text)
    import difflib  # noqa: PLC0415 - only a wrong name needs it

    near = difflib.get_close_matches(text_of(name), names, n=1)
    if near:  # shown as it is: the number 1 is not the text '1'
        return f"Did you mean {shown(by_text[near[0]])}?"
    more = f" and {len(names) - KNOWN} more" if len(names) > KNOWN else ""
    return f"Known: {', '.join(names[:KNOWN]) or 'none'}{more}."
