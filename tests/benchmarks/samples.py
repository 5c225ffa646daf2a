"""Data to measure on: answers from 0 to 10, some of them missing, and groups."""

from __future__ import annotations

from typing import Any

import numpy as np

POINTS = 11
MISSING = 0.03


def answers(kind: str, rows: int, seed: int = 1) -> Any:
    """Return answers as `uint8`, `int64`, `float64` (NaN for missing) or `list` (None)."""
    rng = np.random.default_rng(seed)
    scores = rng.integers(0, POINTS, rows, dtype=np.uint8)
    if kind in ("uint8", "int64"):
        return scores.astype(kind)
    gone = rng.random(rows) < MISSING
    if kind == "float64":
        return np.where(gone, np.nan, scores)
    return [
        None if lost else score for lost, score in zip(gone.tolist(), scores.tolist(), strict=True)
    ]


def codes(groups: int, rows: int, seed: int = 2) -> Any:
    """Return one group number per row; every group has a row where there are enough."""
    rng = np.random.default_rng(seed)
    numbers = rng.integers(0, groups, rows)
    numbers[: min(groups, rows)] = np.arange(min(groups, rows))
    rng.shuffle(numbers)
    return numbers


def positive(rows: int, seed: int = 3) -> Any:
    """Return survey weights about 1."""
    return np.random.default_rng(seed).gamma(4.0, 0.25, rows)
