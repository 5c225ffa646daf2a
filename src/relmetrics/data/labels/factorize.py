"""Numbering of equal array entries in order of first appearance, a block at a time.

Every entry has a slot in a table, and each slot belongs to the first entry that comes to it. For
integers of a small range the slot is their place in the range, and that is all. For everything
else it is a hash, and what comes to another's slot is left for a second pass, where tables are as
large as what is left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, IntArray

DENSE = 4
"""Integers are numbered by a table when their range is at most this many times their number."""
BLOCK = 1 << 15
"""Rows worked on at a time: a block of labels and the table of their numbers stay in the cache."""
_SMALL_RANGE = 1 << 12
_WORD = 8
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_EMPTY = -1
_MOST_BITS = 16
"""The table of the first pass stays in the processor's cache."""
_TURNS = 16


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
            codes, firsts = _by_place(array, low, high - low + 1)
            return codes, array[firsts]
    codes, firsts = _by_hash(_words(array))
    return codes, array[firsts]


class _Table:
    """Numbers slots in the order in which rows come to them."""

    def __init__(self, size: int) -> None:
        self.numbers = np.full(size, _EMPTY, dtype=np.intp)
        self.size = 0

    def number(self, slots: IntArray) -> tuple[IntArray, IntArray]:
        """Return the number of each slot, and the rows that are the first at theirs, in order."""
        found = self.numbers[slots]
        new = np.flatnonzero(found == _EMPTY)
        if not len(new):
            return found, new
        # Of repeated assignments the last stays, so the rows are written from last to first.
        self.numbers[slots[new[::-1]]] = new[::-1]
        new = new[self.numbers[slots[new]] == new]
        self.numbers[slots[new]] = np.arange(self.size, self.size + len(new))
        self.size += len(new)
        return self.numbers[slots], new


def _by_place(array: AnyArray, low: int, span: int) -> tuple[IntArray, IntArray]:
    """Number integers by their place in a small range; return also each number's first row."""
    table = _Table(span)
    codes = np.empty(len(array), dtype=np.intp)
    firsts: list[IntArray] = []
    for start in range(0, len(array), BLOCK):
        block = array[start : start + BLOCK]
        if block.dtype == np.uint64:  # may lie beyond intp, its distance to `low` does not
            slots = (block - np.uint64(low)).astype(np.intp)
        else:
            slots = block.astype(np.intp) - low
        codes[start : start + BLOCK], new = table.number(slots)
        firsts.append(new + start)
    return codes, np.concatenate(firsts)


def _by_hash(words: AnyArray) -> tuple[IntArray, IntArray]:
    """Number entries by their words; every match is verified word by word."""
    bits = min(_MOST_BITS, len(words).bit_length() + 1)
    table = _Table(1 << bits)
    known = np.empty((1 << bits, words.shape[1]), dtype=np.uint64)
    codes = np.empty(len(words), dtype=np.intp)
    firsts: list[IntArray] = []
    left: list[IntArray] = []
    for start in range(0, len(words), BLOCK):
        block = words[start : start + BLOCK]
        before = table.size
        numbers, new = table.number(_slots(block, bits))
        if len(new):
            known[before : table.size] = block[new]
        codes[start : start + BLOCK] = numbers
        firsts.append(new + start)
        left.append(np.flatnonzero(_unlike(block, known, numbers)) + start)
    rest = np.concatenate(left)
    if not len(rest):
        return codes, np.concatenate(firsts)
    found, numbers = _numbered(_first_of_equal(words[rest]))
    codes[rest] = table.size + numbers
    # Both parts are in order of appearance: put them into one.
    rows = np.concatenate([*firsts, rest[found]])
    order = np.argsort(rows, kind="stable")
    place = np.empty(len(order), dtype=np.intp)
    place[order] = np.arange(len(order))
    for start in range(0, len(codes), BLOCK):
        part = slice(start, start + BLOCK)
        codes[part] = place[codes[part]]
    return codes, rows[order]


def _first_of_equal(words: AnyArray) -> IntArray:
    """Return for each row the first row with the same words, however many differ.

    Each turn settles one entry per slot. So many that share one must be meant to: they are sorted.
    """
    bits = len(words).bit_length() + 1
    table = np.empty(1 << bits, dtype=np.intp)  # only slots that were written are read
    firsts = np.empty(len(words), dtype=np.intp)
    left = np.arange(len(words))
    for _ in range(_TURNS):
        slots = _slots(words, bits)
        table[slots[::-1]] = np.arange(len(left) - 1, -1, -1)
        found = table[slots]
        firsts[left] = left[found]
        unlike = np.flatnonzero(_unlike(words, words, found))
        left, words = left[unlike], words[unlike]
        if not len(left):
            return firsts
    _, found, numbers = np.unique(words, axis=0, return_index=True, return_inverse=True)
    firsts[left] = left[found[numbers.reshape(-1)]]
    return firsts


def _numbered(first_rows: IntArray) -> tuple[IntArray, IntArray]:
    """Return each number's first row and each row's number, given the first row of its kind."""
    firsts = np.flatnonzero(first_rows == np.arange(len(first_rows)))
    numbers = np.empty(len(first_rows), dtype=np.intp)
    numbers[firsts] = np.arange(len(firsts))
    return firsts, numbers[first_rows]


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
    """Return the slot of each entry: the high bits of a product."""
    mixed = words[:, 0] * _MULTIPLIER
    for i in range(1, words.shape[1]):
        mixed ^= mixed >> np.uint64(29)
        mixed ^= words[:, i]
        mixed *= _MULTIPLIER
    mixed >>= np.uint64(64 - bits)
    return mixed.view(np.int64)


def _unlike(words: AnyArray, known: AnyArray, numbers: IntArray) -> AnyArray:
    """Return which entries differ from the known ones of these numbers."""
    unlike: AnyArray = words[:, 0] != known[:, 0].take(numbers)
    for i in range(1, words.shape[1]):
        unlike |= words[:, i] != known[:, i].take(numbers)
    return unlike
