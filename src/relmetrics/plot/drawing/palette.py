"""Colors that are told apart by those who see few, and that stand out from white and from black.

Each of a mark has a contrast of 3 to 1 or more on white and on the dark of documentation pages, so
a figure needs no second set. Where a color carries a meaning a shape or a word says it as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

GOOD, BAD, PALE, ALARM = "#00897b", "#c25a2c", "#8796a0", "#d13b3b"
INK = GOOD
"""What is not told apart has the color of the house."""

CATEGORIES = (INK, "#c2701c", "#7b6fd0", "#c8507f", "#5d8a1e", "#3f86c6")
"""As many as are told apart at a glance."""

LIGHTEST, DARKEST = "#dcefed", "#00564c"
"""The ends of what goes from little to much."""

ON_LIGHT, ON_DARK = "#16201f", "#fafdfd"
"""Text upon a color: near black and near white, in either scheme."""

_LINEAR = 0.03928
_MIDDLE = 0.2
"""The luminance between the two texts: beyond it the dark one is read better."""


def mixed(left: str, right: str, part: float) -> str:
    """Return the color so far on the way from one to another.

    Example:
        >>> mixed("#000000", "#ffffff", 0.5)
        '#808080'
    """
    ends = zip(_channels(left), _channels(right), strict=True)
    return "#" + "".join(f"{round(255 * (a + (b - a) * part)):02x}" for a, b in ends)


def luminance(color: str) -> float:
    """Return the relative luminance of a color, 0 of black to 1 of white (WCAG 2).

    Example:
        >>> round(luminance("#ffffff"), 3)
        1.0
    """
    red, green, blue = (
        part / 12.92 if part <= _LINEAR else ((part + 0.055) / 1.055) ** 2.4
        for part in _channels(color)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def on(color: str) -> str:
    """Return the color of text that is read upon this one.

    Example:
        >>> on("#ffffff") == ON_LIGHT
        True
    """
    return ON_LIGHT if luminance(color) > _MIDDLE else ON_DARK


def diverging(steps: int) -> tuple[str, ...]:
    """Return colors from bad over neither to good.

    Example:
        >>> diverging(3) == (BAD, "#c3cdd2", GOOD)
        True
    """
    middle = "#c3cdd2"
    if steps == 1:
        return (middle,)
    places = [2 * step / (steps - 1) - 1 for step in range(steps)]
    return tuple(mixed(middle, GOOD if place > 0 else BAD, abs(place)) for place in places)


def between(part: float) -> str:
    """Return the color of little (0) to much (1)."""
    return mixed(LIGHTEST, DARKEST, min(max(part, 0.0), 1.0))


def categories(names: Sequence[str]) -> dict[str, str]:
    """Return a color for each name; they begin again where there are more than colors."""
    return {name: CATEGORIES[i % len(CATEGORIES)] for i, name in enumerate(names)}


def _channels(color: str) -> list[float]:
    return [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
