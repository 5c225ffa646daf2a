"""Sums and cross-products, as a database gives them, become moments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve

from relmetrics.data.columns import as_amounts, require_equal_lengths
from relmetrics.errors import AmountError, FactorError, ParameterError, StateError
from relmetrics.states.counted import as_counts
from relmetrics.states.moments.moments import Moments
from relmetrics.states.moments.pair_sums import PairSums
from relmetrics.states.moments.reading import check_moments

if TYPE_CHECKING:
    from collections.abc import Mapping

    from relmetrics.data.scale import Scale
    from relmetrics.data.types import Column, FloatArray


def moments_of_sums(
    columns: tuple[str, ...],
    n: Column,
    sums: Mapping[str, Column],
    products: Mapping[tuple[str, str], Column],
    *,
    scale: Scale | None,
    missing: Column | None,
    weights: Column | None,
    squares: tuple[Column, Mapping[str, Column], Mapping[tuple[str, str], Column]] | None,
) -> Moments:
    """Return one state per row of sums: see `SummedQuestions.by_sums`.

    Raises:
        CountError: A number of rows is negative or not whole.
        AmountError: A sum is not finite.
        FactorError: A column or a product is missing.
        StateError: The sums cannot be those of so many rows.
        LengthError: The columns differ in length.
        ParameterError: Weights come without squares.
    """
    if (weights is None) != (squares is None):
        raise ParameterError.must_be(
            "weights" if weights is None else "squares",
            f"given together with {'squares' if weights is None else 'weights'}",
            None,
            "Ask the database for sums with w, and for the same with w * w.",
        )
    rows = as_counts(n, "n")
    absent = np.zeros(len(rows), np.int64) if missing is None else as_counts(missing, "missing")
    require_equal_lengths(n=len(rows), missing=len(absent))
    masses = rows.astype(float) if weights is None else _numbers(weights, "weights", rows)
    weightless = np.where(masses == 0, rows, 0)  # what weighs nothing is no answer
    rows = rows - weightless
    p = len(columns)
    state = Moments(
        columns,
        "row",
        np.zeros((len(rows), p)),
        rows,
        absent,
        np.zeros((len(rows), p), dtype=np.int64),
        np.broadcast_to(rows[:, None, None], (len(rows), p, p)).copy(),
        _pair_sums(columns, rows, masses, sums, products),
        None if squares is None else _squares(columns, rows, *squares),
        None,
        weightless,
    )
    if scale is not None:
        middle = np.full(state.pivot.shape, scale.midpoint)
        state = evolve(state.moved_to(middle), scale=scale)
    for i in range(len(rows)):
        try:
            check_moments(state[i])
        except StateError:
            raise StateError.malformed(
                "sums", f"those at position {i} cannot be of n = {rows[i]} rows"
            ) from None
    return state


def _squares(columns: tuple[str, ...], rows: Any, total: Column, *parts: Any) -> PairSums:
    return _pair_sums(columns, rows, _numbers(total, "squares", rows), *parts)


def _pair_sums(
    columns: tuple[str, ...],
    rows: Any,
    masses: FloatArray,
    sums: Mapping[str, Column],
    products: Mapping[tuple[str, str], Column],
) -> PairSums:
    p, size = len(columns), len(rows)
    firsts, seconds = np.empty((size, p, p)), np.empty((size, p, p))
    for i, name in enumerate(columns):
        if name not in sums:
            raise FactorError(f"sums must have the column {name!r}. Ask for sum({name}).")
        firsts[:, i, :] = _numbers(sums[name], f"sums[{name!r}]", rows)[:, None]
        for j, other in enumerate(columns[: i + 1]):
            pair = (name, other) if (name, other) in products else (other, name)
            if pair not in products:
                raise FactorError(
                    f"products must have the pair {pair!r}. Ask for sum({other} * {name})."
                )
            seconds[:, i, j] = seconds[:, j, i] = _numbers(
                products[pair], f"products[{pair!r}]", rows
            )
    return PairSums(np.broadcast_to(masses[:, None, None], (size, p, p)).copy(), firsts, seconds)


def _numbers(values: Column, name: str, rows: Any) -> FloatArray:
    """Return sums; they may be missing only where no rows are summed."""
    numbers = as_amounts(values, name)
    require_equal_lengths(n=len(rows), **{name: len(numbers)})
    gaps = np.flatnonzero(np.isnan(numbers) & (rows > 0))
    if len(gaps):
        raise AmountError.not_finite([(int(i), None) for i in gaps], name=name)
    return np.nan_to_num(numbers)
