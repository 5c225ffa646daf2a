"""Numbering of equal array entries in order of first appearance, a block at a time.

Integers of a small range are numbered by a table with one slot per possible value, everything else
by an open hash table. Both are probed for whole blocks: numpy does the inner loop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relmetrics.answers import BLOCK

if TYPE_CHECKING:
    from relmetrics.types import AnyArray, IntArray

DENSE = 4
"""Integers are numbered by a table when their range is at most this many times their number."""
_SMALL_RANGE = 1 << 12
_WORD = 8
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_EMPTY = -1


def factorize_array(array: AnyArray) -> tuple[IntArray, AnyArray]:
    """Return each entry's number, and the entry that each number stands for.

    Entries are equal when all their bytes are, after -0.0 became 0.0 and the byte order native.
    """
    array = np.ascontiguousarray(array)
    if not array.dtype.isnative:
        array = array.astype(array.dtype.newbyteorder("="))
    if array.dtype.kind == "f":
        array = array + array.dtype.type(0)
    if not len(array):
        return np.empty(0, dtype=np.intp), array
    if array.dtype.kind in "biu":
        low, high = int(array.min()), int(array.max())
        if high - low < max(DENSE * len(array), _SMALL_RANGE):
            codes, firsts = _by_table(array, low, high - low + 1)
            return codes, array[firsts]
    codes, firsts = _by_hash(_words(array))
    return codes, array[firsts]


def _claim(table: IntArray, slots: IntArray, rows: IntArray) -> IntArray:
    """Return, in order, the rows that are the first at their slot, after marking it as theirs."""
    # Of repeated assignments the last stays, so the rows are written from last to first.
    table[slots[::-1]] = rows[::-1]
    first: IntArray = rows[table[slots] == rows]
    return first


def _by_table(array: AnyArray, low: int, span: int) -> tuple[IntArray, IntArray]:
    table = np.full(span, _EMPTY, dtype=np.intp)
    codes = np.empty(len(array), dtype=np.intp)
    firsts: list[IntArray] = []
    size = 0
    for start in range(0, len(array), BLOCK):
        block = array[start : start + BLOCK]
        if block.dtype == np.uint64:  # may lie beyond intp, its distance to `low` does not
            slots = (block - np.uint64(low)).astype(np.intp)
        else:
            slots = block.astype(np.intp) - low
        found = table[slots]
        new = np.flatnonzero(found == _EMPTY)
        if len(new):
            won = _claim(table, slots[new], new)
            table[slots[won]] = np.arange(size, size + len(won))
            size += len(won)
            firsts.append(won + start)
            found = table[slots]
        codes[start : start + BLOCK] = found
    return codes, np.concatenate(firsts)


def _words(array: AnyArray) -> AnyArray:
    """Return the bytes of each entry as 64-bit words, shape (rows, words)."""
    rows, width = len(array), array.dtype.itemsize
    words = -(-width // _WORD)
    if width == words * _WORD and width:
        return array.view(np.uint64).reshape(rows, words)
    padded = np.zeros((rows, max(words, 1) * _WORD), dtype=np.uint8)
    if width:
        padded[:, :width] = array.view(np.uint8).reshape(rows, width)
    return padded.view(np.uint64)


def _slots(words: AnyArray, bits: int) -> IntArray:
    """Return the slot where the search for each entry begins."""
    mixed = words[:, 0] * _MULTIPLIER
    for i in range(1, words.shape[1]):
        mixed = (mixed ^ (mixed >> np.uint64(29)) ^ words[:, i]) * _MULTIPLIER
    mixed = (mixed ^ (mixed >> np.uint64(32))) * _MULTIPLIER
    return (mixed >> np.uint64(64 - bits)).astype(np.intp)


def _same(left: AnyArray, right: AnyArray) -> AnyArray:
    same = left[:, 0] == right[:, 0]
    for i in range(1, left.shape[1]):
        same &= left[:, i] == right[:, i]
    return np.asarray(same)


def _by_hash(words: AnyArray) -> tuple[IntArray, IntArray]:
    """Number entries by their words; every match is verified word by word."""
    codes = np.empty(len(words), dtype=np.intp)
    firsts = np.empty(0, dtype=np.intp)
    bits = 2 + BLOCK.bit_length()
    table = np.full(1 << bits, _EMPTY, dtype=np.intp)
    for start in range(0, len(words), BLOCK):
        block = words[start : start + BLOCK]
        if 2 * (len(firsts) + len(block)) > len(table):
            bits += 2
            table = _rebuilt(words[firsts], bits)
        slots = _slots(block, bits)
        left = np.arange(len(block))
        while len(left):
            at = slots[left]
            free = table[at] == _EMPTY
            if free.any():
                new = _claim(table, at[free], left[free])
                table[slots[new]] = np.arange(len(firsts), len(firsts) + len(new))
                firsts = np.concatenate([firsts, new + start])
            found = table[at]
            same = _same(words[firsts[found]], block[left])
            codes[start + left[same]] = found[same]
            left = left[~same]
            slots[left] = (slots[left] + 1) & (len(table) - 1)
    # Entries that collided were numbered a round late: put the numbers into order of appearance.
    order = np.argsort(firsts, kind="stable")
    place = np.empty(len(order), dtype=np.intp)
    place[order] = np.arange(len(order))
    return place[codes], firsts[order]


def _rebuilt(words: AnyArray, bits: int) -> IntArray:
    """Return a larger table of entries that are all different, numbered as they come."""
    table = np.full(1 << bits, _EMPTY, dtype=np.intp)
    slots = _slots(words, bits)
    left = np.arange(len(words))
    while len(left):
        free = left[table[slots[left]] == _EMPTY]
        table[slots[free]] = free
        left = left[table[slots[left]] != left]
        slots[left] = (slots[left] + 1) & (len(table) - 1)
    return table
