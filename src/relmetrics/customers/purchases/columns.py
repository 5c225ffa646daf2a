"""Columns of a purchase log: rows that repeat, who came by referral."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from relmetrics.data.codes import encode
from relmetrics.data.columns import require_equal_lengths
from relmetrics.data.labels.numbering import plain_list
from relmetrics.data.scale import YES_NO

if TYPE_CHECKING:
    from relmetrics.data.types import AnyArray, Column, FloatArray, IntArray

_ODD = np.uint64(0x9E3779B97F4A7C15)


def repeats(codes: IntArray, times: AnyArray, amounts: FloatArray | None) -> AnyArray:
    """Tell which rows repeat an earlier one in customer, time and amount."""
    repeated = np.zeros(len(codes), dtype=bool)
    if len(codes) < 2:  # noqa: PLR2004 - nothing to repeat
        return repeated
    # Equal rows have equal hashes, so only rows that share one are sorted and compared.
    mixed = times.astype(np.int64).view(np.uint64) * _ODD + codes.astype(np.uint64)
    if amounts is not None:
        mixed = mixed * _ODD + amounts.view(np.uint64)
    order = np.argsort(mixed, kind="stable")
    near = np.flatnonzero(mixed[order[1:]] == mixed[order[:-1]])
    if not len(near):
        return repeated
    suspects = np.unique(np.concatenate([order[near], order[near + 1]]))
    keys = [suspects, times[suspects].astype(np.int64), codes[suspects]]
    if amounts is not None:
        keys.insert(1, amounts[suspects].view(np.int64))
    order = np.lexsort(keys)
    same = np.ones(len(order) - 1, dtype=bool)
    for key in keys[1:]:
        same &= key[order[1:]] == key[order[:-1]]
    repeated[suspects[order[1:][same]]] = True
    return repeated


def referred_customers(
    referred: Column | Mapping[object, object], labels: AnyArray, codes: IntArray
) -> FloatArray:
    """Return 1.0, 0.0 or NaN for each customer."""
    values = np.array([0.0, 1.0, np.nan])
    if isinstance(referred, Mapping):  # a Series of pandas has keys too, and is a column
        known = [referred.get(label) for label in plain_list(labels)]
        return values[encode(known, YES_NO, "referred").codes()]
    flags = values[encode(referred, YES_NO, "referred").codes()]
    require_equal_lengths(customers=len(codes), referred=len(flags))
    came = np.full(len(labels), np.nan)
    np.fmax.at(came, codes, flags)
    return came
