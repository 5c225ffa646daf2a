"""Placing: names beside their points, none upon another, upon a point or beyond the frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from relmetrics.data.types import FloatArray

_NEAR = 5.0
_DISTANCES = (_NEAR, 9.0, 15.0, 24.0, 36.0, 52.0, 72.0, 96.0, 125.0, 160.0, 200.0, 250.0, 320.0)
_TURNS = 16
_POINT = 4.0
"""Half the width of a point, with a little air."""
_AIR, _FAR = 1.0, 10.0


def placed_apart(
    points: FloatArray, sizes: FloatArray, frame: tuple[float, float], taken: FloatArray
) -> FloatArray:
    """Return the lower left corner of the name of each point.

    A name stands as near to its point as it can: to the right, else left, above, below, and then
    around it in growing circles. Where there is no room at all it stands where it covers least.

    Args:
        points: Places, shape (points, 2), from the lower left corner of the frame.
        sizes: Width and height of each name, shape (points, 2), in the same unit, points of print.
        frame: Width and height of the frame.
        taken: Boxes that are full already, shape (boxes, 4): left, bottom, right, top.

    Example:
        >>> import numpy as np
        >>> at, size = np.array([[10.0, 10.0], [12.0, 10.0]]), np.full((2, 2), 8.0)
        >>> placed_apart(at, size, (100.0, 100.0), np.empty((0, 4))).tolist()
        [[6.0, 15.0], [17.0, 6.0]]
    """
    dots = np.hstack([points - _POINT, points + _POINT])
    full = np.vstack([dots, taken])
    corners = np.empty_like(points)
    for i in np.lexsort((points[:, 0], -points[:, 1])):
        tried = _around(points[i], sizes[i])
        boxes = np.hstack([tried, tried + sizes[i]])
        cost = _beyond(boxes, frame) + _covered(boxes, full)
        corners[i] = tried[int(np.argmin(np.where(cost > 0, cost + 1.0, 0.0)))]
        full = np.vstack([full, [*(corners[i] - _AIR), *(corners[i] + sizes[i] + _AIR)]])
    return corners


def lines_to(points: FloatArray, corners: FloatArray, sizes: FloatArray) -> dict[int, FloatArray]:
    """Return where the line to a point begins at its name, for each that is not beside its point.

    Args:
        points: Places of the points, shape (points, 2).
        corners: The lower left corners of their names.
        sizes: Width and height of the names.
    """
    edges = np.clip(points, corners, corners + sizes)
    far = np.flatnonzero(np.hypot(*(points - edges).T) >= _FAR)
    return {int(i): edges[i] for i in far}


def _around(point: FloatArray, size: FloatArray) -> FloatArray:
    """Return the corners that a name may have, the nearest first."""
    turns = 2 * np.pi * np.arange(_TURNS) / _TURNS
    # Right, left, above, below, and then what lies between them.
    order = np.argsort([0, 5, 4, 5, 2, 5, 4, 5, 1, 5, 4, 5, 3, 5, 4, 5], kind="stable")
    ways = np.column_stack([np.cos(turns), np.sin(turns)])[order]
    centers = (ways * size / 2)[None] + ways * np.array(_DISTANCES)[:, None, None]
    found: FloatArray = point + centers.reshape(-1, 2) - size / 2
    return found


def _covered(boxes: FloatArray, full: FloatArray) -> FloatArray:
    """Return the area of each box that is full already."""
    low = np.maximum(boxes[:, None, :2], full[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], full[None, :, 2:])
    area: FloatArray = np.prod(np.maximum(high - low, 0.0), axis=2).sum(axis=1)
    return area


def _beyond(boxes: FloatArray, frame: tuple[float, float]) -> FloatArray:
    """Return a cost of what lies outside of the frame, dearer than to cover something."""
    out = np.maximum(-boxes[:, :2], 0.0) + np.maximum(boxes[:, 2:] - np.array(frame), 0.0)
    cost: FloatArray = 1e6 * out.sum(axis=1)
    return cost
