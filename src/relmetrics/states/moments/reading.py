"""Reading of moments from plain values, and whether their sums are possible."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.data.columns import HUGE
from relmetrics.data.missing import RULES, as_rule
from relmetrics.data.scale import Scale
from relmetrics.data.tables import different
from relmetrics.errors import StateError
from relmetrics.states.moments.pair_sums import PairSums
from relmetrics.states.serial import LARGEST_ROWS, LARGEST_SUM, read_fields

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import FloatArray, IntArray
    from relmetrics.states.moments.figures import MomentsFigures
    from relmetrics.states.serial import Fields

_FIELDS = {
    "type",
    "v",
    "columns",
    "rule",
    "pivot",
    "n",
    "missing",
    "missing_by_column",
    "pairs",
    "sums",
    "squares",
    "scale",
}


def as_names(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names of columns as texts.

    Raises:
        ParameterError: They are no names.
        FactorError: Two are the same.
    """
    return tuple(different(names, "columns"))


def read_moments(data: object) -> tuple[Any, ...]:
    """Return the fields of the moments that `Moments.to_dict` wrote, in their order.

    Raises:
        StateError: The dictionary is no moments, or of a version that is not known.
    """
    read = read_fields("Moments", data, type_name="moments", keys=_FIELDS, later={"weightless": 0})
    names = read.items_of("columns")
    if not all(isinstance(name, str) for name in names) or len(set(names)) != len(names):
        raise StateError.malformed("Moments", "columns must be different texts")
    if read["rule"] not in RULES:
        raise StateError.malformed("Moments", f"rule must be one of {', '.join(RULES)}")
    p = len(names)
    pivot = [read.number("pivot", value) for value in read.items_of("pivot", p)]
    return (
        tuple(names),
        as_rule(read["rule"]),
        np.array(pivot),
        np.int64(read.count("n", LARGEST_ROWS)),
        np.int64(read.count("missing", LARGEST_ROWS)),
        read.rows_by("missing_by_column", p),
        np.array(read.count_rows("pairs", p), dtype=np.int64).reshape(p, p),
        _read_sums(read, "sums", p),
        None if read["squares"] is None else _read_sums(read, "squares", p),
        None if read["scale"] is None else Scale.from_dict(read["scale"]),
        np.int64(read.count("weightless", LARGEST_ROWS)),
    )


def _read_sums(read: Fields, key: str, p: int) -> PairSums:
    """Return the sums that `PairSums.to_lists` wrote."""
    data = read[key]
    names = ("masses", "firsts", "seconds")
    if not isinstance(data, dict) or set(data) != set(names):
        raise StateError.malformed(read.kind, f"{key} must hold {', '.join(names)}")
    arrays: list[FloatArray] = []
    for name in names:
        rows = data[name]
        square = isinstance(rows, list) and len(rows) == p
        if not square or not all(isinstance(row, list) and len(row) == p for row in rows):
            raise StateError.malformed(read.kind, f"{key}.{name} must be {p} lists of {p}")
        numbers = [read.number(f"{key}.{name}", value) for row in rows for value in row]
        arrays.append(np.array(numbers, dtype=np.float64).reshape(p, p))
    return PairSums(*arrays)


def check_moments(state: MomentsFigures) -> None:
    """Check that the sums of a state can be those of so many rows.

    Raises:
        StateError: They cannot.
    """
    n, own = int(state.n), np.diagonal(state.pairs)
    possible = (
        (state.pairs == state.pairs.T).all()
        and (state.pairs <= np.minimum.outer(own, own)).all()
        and (own <= n).all()
        and (state.rule != "row" or (state.pairs == n).all())
        and _possible_sums(state.sums, state.pairs, state.pivot, 1)
    )
    if state.squares is None:
        possible = possible and (state.sums.masses == state.pairs).all()
    else:
        weighs = state.sums.own_masses() > 0
        possible = possible and _possible_sums(state.squares, state.pairs, state.pivot, 2)
        possible = possible and ((state.squares.own_masses() > 0) == weighs).all()
        possible = possible and _possible_squares(state.sums, state.squares, state.pairs)
    if possible and state.scale is not None:
        means = state.mean[~np.isnan(state.mean)]
        low, high = state.scale.low - 1e-9, state.scale.high + 1e-9
        possible = ((means > low) & (means < high)).all()
    if not possible:
        raise StateError.malformed("Moments", "its sums cannot be those of so many rows")


def _possible_sums(sums: PairSums, pairs: IntArray, pivot: FloatArray, power: int) -> bool:
    """Tell whether sums can be taken over so many pairs of values, but for rounding.

    The sum of w x y is as large as the roots of those of w x x and w y y at most (Cauchy and
    Schwarz), and differs from the one of w y x by what rounding did to numbers of that size; or of
    the size of the pivots, for states that were added were moved from one to another. Weights,
    here to the first or the second power, are neither vast nor vanishing.
    """
    weighs = sums.masses[sums.masses != 0]
    if (weighs < (0.5 / HUGE) ** power).any() or (weighs > LARGEST_SUM**power).any():
        return False
    own = np.diagonal(sums.seconds)
    root, size = np.sqrt(np.abs(own)), 1 + np.abs(pivot)
    with np.errstate(over="ignore", invalid="ignore"):  # and then they are not possible
        slack = 1e-6 * (np.multiply.outer(root, root) + sums.masses * np.multiply.outer(size, size))
        spread = own - sums.own_sums() * np.nan_to_num(sums.own_means())
        skew = np.abs(sums.seconds - sums.seconds.T)
    return bool(
        (size < 2 * HUGE).all()
        and (sums.masses[pairs == 0] == 0).all()
        and (0.5 * root / HUGE <= np.sqrt(np.diagonal(sums.masses))).all()
        and (skew <= slack).all()
        and (spread >= -np.diagonal(slack)).all()
    )


def _possible_squares(sums: PairSums, squares: PairSums, pairs: IntArray) -> bool:
    """Tell whether so many weights can have these sums and these sums of squares."""
    w, q = sums.masses, squares.masses
    slack = 1e-6 * w * w
    return bool((w * w <= np.maximum(pairs, 1) * (q + slack)).all() and (q <= w * w + slack).all())
