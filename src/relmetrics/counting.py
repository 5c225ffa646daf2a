"""Counting of codes: the loops over rows, kept together and small.

Each takes blocks of codes (see `answers`), so that memory does not grow with the rows.
`numpy.add.at` adds in place without scanning its input, which `bincount` cannot.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from relmetrics.answers import EncodedAnswers
    from relmetrics.types import AnyArray, FloatArray, IntArray

FEW_POINTS = 24
"""Up to so many points one comparison per point is faster than a table look-up per row."""


def count(answers: EncodedAnswers) -> IntArray:
    """Return how many rows have each code: one number per point, and the missing ones last."""
    width = answers.scale.size + 1
    totals = np.zeros(width, dtype=np.int64)
    for _, codes in answers.blocks():
        if width > FEW_POINTS:
            totals += np.bincount(codes, minlength=width)
            continue
        counted = 0
        for code in range(width - 1):
            found = int(np.count_nonzero(codes == code))
            totals[code] += found
            counted += found
        totals[-1] += len(codes) - counted
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
) -> tuple[FloatArray, FloatArray]:
    """Return the sums of w and of w squared per group and code, each (size, points + 1)."""
    width = answers.scale.size + 1
    sums = np.zeros(size * width)
    squares = np.zeros(size * width)
    for rows, codes in answers.blocks():
        cells = codes.astype(np.intp) if groups is None else groups[rows] * width + codes
        w = weights[rows]
        np.add.at(sums, cells, w)
        np.add.at(squares, cells, w * w)
    return sums.reshape(size, width), squares.reshape(size, width)


def add_rows(rows: AnyArray, groups: IntArray, size: int) -> AnyArray:
    """Return the sums of the rows that have the same group: how states roll up."""
    totals = np.zeros((size, *rows.shape[1:]), dtype=rows.dtype)
    np.add.at(totals, groups, rows)
    return totals
