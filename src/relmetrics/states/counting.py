"""Counting of codes: the loops over rows, kept together and small.

Each takes blocks of codes (see `answers`), so that memory does not grow with the rows.
`numpy.add.at` adds in place without scanning its input, which `bincount` cannot.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from relmetrics.data.codes import BLOCK

if TYPE_CHECKING:
    from relmetrics.data.codes import EncodedAnswers
    from relmetrics.data.types import AnyArray, ByteArray, FloatArray, IntArray

FEW_POINTS = 6
"""Up to so many points one comparison per point is the fastest way to count."""
_SHORT = 512
"""Blocks with fewer rows than this for each point are counted by one call, at its price a row."""
_BYTE = 256


def count(answers: EncodedAnswers) -> IntArray:
    """Return how many rows have each code: one number per point, and the missing ones last."""
    width = answers.scale.size + 1
    totals = np.zeros(width, dtype=np.int64)
    for _, codes in answers.blocks():
        if len(codes) < _SHORT * width:
            totals += np.bincount(codes, minlength=width)
        elif width <= FEW_POINTS + 1:
            totals += [np.count_nonzero(codes == code) for code in range(width)]
        else:
            totals += _count_in_pairs(codes, width)
    return totals


def _count_in_pairs(codes: ByteArray, width: int) -> IntArray:
    """Return how many rows have each code, counted two at a time.

    Counting costs the same for every number, so two codes are read as one of 16 bits. The counts of
    the pairs, a square table, add up to those of the codes.
    """
    odd = len(codes) % 2
    even = np.ascontiguousarray(codes[: len(codes) - odd])
    pairs = np.zeros(width * _BYTE, dtype=np.int64)
    np.add.at(pairs, even.view(np.uint16), 1)
    table = pairs.reshape(width, _BYTE)[:, :width]
    totals: IntArray = np.add.reduce(table, axis=0) + np.add.reduce(table, axis=1)
    totals[codes[-1]] += odd
    return totals


def count_by_group(answers: EncodedAnswers, groups: IntArray, size: int) -> IntArray:
    """Return the counts of each group, shape (size, points + 1), the missing ones last."""
    width = answers.scale.size + 1
    totals = np.zeros(size * width, dtype=np.int64)
    for rows, codes in answers.blocks():
        cells = groups[rows] * width
        cells += codes
        np.add.at(totals, cells, 1)
    return totals.reshape(size, width)


def weigh(
    answers: EncodedAnswers, weights: FloatArray, groups: IntArray | None = None, size: int = 1
) -> tuple[FloatArray, FloatArray, IntArray]:
    """Return the sums of w and of w squared, and how many rows weigh nothing.

    By group and code, each of shape (size, points + 1).
    """
    width = answers.scale.size + 1
    sums = np.zeros(size * width)
    squares = np.zeros(size * width)
    nothing = np.zeros(size * width, dtype=np.int64)
    for rows, codes in answers.blocks():
        cells = codes.astype(np.intp) if groups is None else groups[rows] * width + codes
        w = weights[rows]
        np.add.at(sums, cells, w)
        np.add.at(squares, cells, w * w)
        if not w.all():
            np.add.at(nothing, cells[w == 0], 1)
    shape = size, width
    return sums.reshape(shape), squares.reshape(shape), nothing.reshape(shape)


def add_rows(rows: AnyArray, groups: IntArray, size: int) -> AnyArray:
    """Return the sums of the rows that have the same group: how states roll up."""
    if size == 1 and rows.dtype.kind == "i":  # in any order: whole numbers do not round
        summed: AnyArray = np.einsum("i...->...", rows)
        return summed[np.newaxis]
    totals = np.zeros((size, *rows.shape[1:]), dtype=rows.dtype)
    width = math.prod(rows.shape[1:])
    places = np.arange(width)
    step = max(1, BLOCK // max(1, width))
    for start in range(0, len(rows), step):
        part = slice(start, start + step)
        cells = groups[part, np.newaxis] * width + places
        np.add.at(totals.reshape(-1), cells.ravel(), rows[part].ravel())
    return totals
