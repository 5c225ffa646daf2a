"""Reading of moments from plain values, and whether their sums are possible."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from relmetrics.data.missing import RULES, as_rule
from relmetrics.data.scale import Scale
from relmetrics.errors import FactorError, StateError
from relmetrics.states.pair_sums import PairSums
from relmetrics.states.serial import LARGEST_ROWS, read_fields

if TYPE_CHECKING:
    from collections.abc import Sequence

    from relmetrics.data.types import FloatArray, IntArray
    from relmetrics.states.moments_figures import MomentsFigures
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
        FactorError: Two are the same.
    """
    texts = [str(name) for name in names]
    repeated = sorted({name for name in texts if texts.count(name) > 1})
    if repeated:
        raise FactorError.duplicated(repeated)
    return tuple(texts)


def read_moments(data: object) -> tuple[Any, ...]:
    """Return the fields of the moments that `Moments.to_dict` wrote, in their order.

    Raises:
        StateError: The dictionary is no moments, or of a version that is not known.
    """
    read = read_fields("Moments", data, type_name="moments", keys=_FIELDS)
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
        np.int64(read.count("n")),
        np.int64(read.count("missing")),
        np.array(read.counts("missing_by_column", p), dtype=np.int64),
        np.array(read.count_rows("pairs", p), dtype=np.int64).reshape(p, p),
        _read_sums(read, "sums", p),
        None if read["squares"] is None else _read_sums(read, "squares", p),
        None if read["scale"] is None else Scale.from_dict(read["scale"]),
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
        n <= LARGEST_ROWS
        and (state.pairs == state.pairs.T).all()
        and (state.pairs <= np.minimum.outer(own, own)).all()
        and (own <= n).all()
        and (state.rule != "row" or (state.pairs == n).all())
        and _possible_sums(state.sums, state.pairs, state.pivot)
    )
    if state.squares is None:
        possible = possible and (state.sums.masses == state.pairs).all()
    else:
        weighs = state.sums.own_masses() > 0
        possible = possible and _possible_sums(state.squares, state.pairs, state.pivot)
        possible = possible and ((state.squares.own_masses() > 0) == weighs).all()
    if possible and state.scale is not None:
        means = state.mean[~np.isnan(state.mean)]
        low, high = state.scale.low - 1e-9, state.scale.high + 1e-9
        possible = ((means > low) & (means < high)).all()
    if not possible:
        raise StateError.malformed("Moments", "its sums cannot be those of so many rows")


def _possible_sums(sums: PairSums, pairs: IntArray, pivot: FloatArray) -> bool:
    """Tell whether sums can be taken over so many pairs of values, but for rounding.

    The sum of w x y is as large as the roots of those of w x x and w y y at most (Cauchy and
    Schwarz), and differs from the one of w y x by what rounding did to numbers of that size; or of
    the size of the pivots, for states that were added were moved from one to another.
    """
    own = np.diagonal(sums.seconds)
    root, size = np.sqrt(np.abs(own)), 1 + np.abs(pivot)
    slack = 1e-6 * (np.multiply.outer(root, root) + sums.masses * np.multiply.outer(size, size))
    spread = own - sums.own_sums() * np.nan_to_num(sums.own_means())
    return bool(
        (sums.masses >= 0).all()
        and (sums.masses[pairs == 0] == 0).all()
        and (np.abs(sums.seconds - sums.seconds.T) <= slack).all()
        and (spread >= -np.diagonal(slack)).all()
    )
