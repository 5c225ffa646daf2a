"""Sums of numpy's columns in a frame of pandas: by the array path, which needs no more memory.

pandas would make a column of every product before it sums them. What is not of numpy, and data
that is wrong, is left to the query, so that answers and errors are the same either way.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.data.labels.factorize import factorize_array
from relmetrics.errors import RelmetricsError
from relmetrics.estimators.summed import PreparedSums
from relmetrics.frames.asking import Answered

if TYPE_CHECKING:
    from relmetrics.data.types import IntArray
    from relmetrics.frames.asking import Asked
    from relmetrics.frames.queries.wanted import Wanted


def held(asked: Asked, wanted: Wanted) -> Answered | None:
    """Return the sums of a metric by key, or None where they are the engine's."""
    source = asked.source
    if wanted.metric is None or not wanted.names or not source.implementation.is_pandas():
        return None
    native = source.lazy.to_native()
    weights = None if asked.weights is None else native[asked.weights]
    given = [native[name] for name in wanted.names] + ([] if weights is None else [weights])
    if not all(isinstance(column.dtype, np.dtype) and column.dtype != object for column in given):
        return None
    columns = dict(zip(wanted.columns, given, strict=False))
    try:
        prepared = wanted.metric.prepare(columns, weights=weights)
        codes, found = _numbered(asked)
        state = prepared.summed(codes, len(next(iter(found.values()), [None])))
    except RelmetricsError:
        return None
    times = np.bincount(codes, minlength=len(state))
    rows = PreparedSums(len(state), None, state, times)
    return Answered(rows, asked.labels(found), asked.days(found), asked.zone)


def _numbered(asked: Asked) -> tuple[IntArray, dict[str, list[Any]]]:
    """Return the number of each row's keys, and the keys that each number stands for."""
    pandas = importlib.import_module("pandas")
    source = asked.source
    keys = source.lazy.select(**asked.keys).to_native() if asked.keys else {}
    size = len(source.lazy.to_native())
    codes: IntArray = np.zeros(size, dtype=np.intp)
    found: dict[str, Any] = {}
    for name in asked.keys:
        own, labels = pandas.factorize(keys[name], use_na_sentinel=False)
        codes, cells = factorize_array(codes * max(len(labels), 1) + own)
        found = {key: values[cells // len(labels)] for key, values in found.items()}
        found[name] = np.array(labels, dtype=object)[cells % len(labels)]
    return codes, {name: values.tolist() for name, values in found.items()}
