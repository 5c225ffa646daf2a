"""Stacked bars: what wholes are made of, in percent, with the shares written on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relmetrics.plot.drawing.picture import Layer, numbered, rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import FloatArray
    from relmetrics.plot.drawing.picture import Look

_NARROW = 5.5
"""A part of fewer percent has no room for its number."""


def stacked(
    wholes: Sequence[str],
    parts: dict[str, Look],
    shares: FloatArray,
    *,
    whole: str,
    part: str,
    n: Sequence[int],
) -> tuple[Layer, Layer]:
    """Return bars from 0 to 100 %, the first on top, and the numbers upon them.

    Args:
        wholes: What each bar is called.
        parts: The parts in order from the left, and how they look.
        shares: The share of each part, %, shape (wholes, parts); NaN of a whole of nothing.
        whole: What the column of wholes is called.
        part: What that of parts is.
        n: The number of answers of each whole.
    """
    ends = np.cumsum(shares, axis=1)
    starts = np.hstack([np.zeros((len(ends), 1)), ends[:, :-1]])
    kinds = len(parts)
    columns = {
        whole: np.repeat(np.array(wholes, dtype=object), kinds),
        part: np.tile(
            np.array([look.legend for look in parts.values()], dtype=object), len(wholes)
        ),
        "share": shares.ravel(),
        "n": np.repeat(np.array(n, dtype=np.int64), kinds),
        "_look": np.tile(np.array(list(parts), dtype=object), len(wholes)),
        "_color": np.tile(np.array([x.color for x in parts.values()], dtype=object), len(wholes)),
        "_from": starts.ravel(),
        "_to": ends.ravel(),
        "_middle": (starts + ends).ravel() / 2,
        "_row": np.repeat(numbered(wholes), kinds),
        "_text": np.array([f"{share:.0f}%" for share in shares.ravel()], dtype=object),
    }
    rows = rows_of(**columns)
    wide = rows_of(**{name: column[shares.ravel() >= _NARROW] for name, column in columns.items()})
    bars = Layer(mark="bar", rows=rows, x="_from", x2="_to", y="_row", look="_look")
    return bars, Layer(mark="text", rows=wide, x="_middle", y="_row", text="_text", size=9)
